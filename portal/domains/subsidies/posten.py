"""The letter on paper: it is made known on the day that somebody posts it (Awb 3:41), and its terms run from the day after (Awb
6:8). Who posted it records that day. A correction stands beside it in the history."""

from datetime import date

from sqlalchemy import select

from portal.domains.subsidies import queries, work
from portal.domains.subsidies.beschikking import zonder_belang
from portal.domains.subsidies.model import Subsidie, Vordering
from portal.domains.subsidies.workflow import SUBSIDIE
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.besluit import Besluit, State
from portal.kernel.brief import REMEDIE_TERMIJN, begin_remedie, besluit_met_dossier, mag_op_de_post, verzet_termijn
from portal.kernel.dossier import Dossier, Termijn, load
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle


def obstakels(besluit: Besluit, subsidie: Subsidie) -> list[str]:
    """Why there is no day to record: for the page and the step."""
    if subsidie.aanvrager_id:
        return ["Deze aanvrager kreeg de brief in het portaal. Er is niets op de post gedaan."]
    return [] if besluit.state == State.VERZONDEN else ["Dit besluit is niet getekend. Er is nog geen brief."]


def posten(session, actor, besluit_id, *, on: date, reden: str = "") -> Termijn | None:
    """Record that the letter was posted on this day, or correct that with why. Gives the term of its remedy; None where
    somebody used it already."""
    besluit, subsidie = besluit_met_dossier(session, actor, besluit_id, Subsidie, queries.SOORTEN, lock=False)
    zonder_belang(subsidie, actor)
    if faults := obstakels(besluit, subsidie):
        raise Refused(*faults, status=409)
    signed, before = clock.day_of(besluit.getekend_at), queries.gepost(session, subsidie.id).get(besluit.id)
    mag_op_de_post(besluit, on=on, before=before, reden=reden)
    objected = queries.bezwaar_tegen(session, besluit.id) is not None
    if before and objected:
        raise Refused("Er is al bezwaar gemaakt tegen dit besluit. Meld de goede dag aan wie het bezwaar behandelt.",
                      status=409)
    SUBSIDIE.perform(subsidie, "posten", actor, on=on, record={"besluit": besluit.id, "gepost_on": on, "was_on": before})
    if before:
        noteer(session, actor, subsidie, "posten", reden)
    kind = REMEDIE_TERMIJN[besluit.rechtsmiddel]
    if before:
        _move(session, subsidie, kind, before, on)
    elif not objected:
        begin_remedie(session, subsidie, besluit, on=on, party_id=subsidie.aanvrager_id)
    for claim in _claims(session, besluit):
        _move(session, claim, "betaling", before or signed, on)
    settle(session)
    posted = queries.gepost(session, subsidie.id)
    if all(one.id in posted for one in queries.besluiten_van(session, subsidie.id) if one.state == State.VERZONDEN):
        work.done(session, subsidie, "werk_posten")
    return session.scalar(select(Termijn).where(Termijn.dossier_id == subsidie.id, Termijn.kind == kind,
                                                Termijn.started_on == on, Termijn.met_on.is_(None)).limit(1))


def _claims(session, besluit: Besluit) -> list[Vordering]:
    """What this decision asks to pay: that term runs from the same day (Awb 4:87, lid 1)."""
    if besluit.soort == "rente":
        return [load(session, Vordering, besluit.inhoud["vordering_id"])]
    found = queries.vordering_van(session, besluit.id) if besluit.soort == "terugvordering" else None
    return [found] if found else []


def _move(session, dossier: Dossier, kind: str, was: date, on: date) -> None:
    """A term that ran from the one day, runs from the other."""
    moved = verzet_termijn(session, dossier, kind, was=was, on=on)
    if moved and kind == "betaling":  # until when one could pay in time, whichever is asked
        moved[0].due_on = moved[1].due_on
    settle(session)
