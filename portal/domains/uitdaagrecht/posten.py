"""The answer on paper: it is made known on the day that somebody posts it (Awb 3:41), and the term to object runs from the day
after (Awb 6:8). Who posted it records that day; a correction stands beside it in the history."""

import uuid
from collections.abc import Mapping
from datetime import date

from portal.domains.uitdaagrecht import queries, work
from portal.domains.uitdaagrecht.model import Uitdaging
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.besluit import Besluit, State
from portal.kernel.brief import REMEDIE_TERMIJN, begin_remedie, besluit_met_dossier, mag_op_de_post, verzet_termijn
from portal.kernel.dossier import Termijn
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle

SOORT = "uitdaging"


def obstakels(besluit: Besluit, uitdaging: Uitdaging) -> list[str]:
    """Why there is no day to record: for the page and the step."""
    if uitdaging.indiener_id:
        return ["Deze bewoners kregen de brief in het portaal. Er is niets op de post gedaan."]
    return [] if besluit.state == State.VERZONDEN else ["Dit antwoord is niet getekend. Er is nog geen brief."]


def bekend_on(besluit: Besluit, uitdaging: Uitdaging, gepost: Mapping[uuid.UUID, date]) -> date | None:
    """On which day an answer was made known: sent, or on paper posted. None while its letter lies here."""
    return clock.day_of(besluit.verzonden_at) if uitdaging.indiener_id else gepost.get(besluit.id)


def posten(session, actor, besluit_id, *, on: date, reden: str = "") -> Termijn | None:
    """Record that the letter was posted on this day, or correct that with why. Gives the term to object; None where the answer
    is no decision."""
    besluit, uitdaging = besluit_met_dossier(session, actor, besluit_id, Uitdaging, (SOORT,), lock=False)
    if faults := obstakels(besluit, uitdaging):
        raise Refused(*faults, status=409)
    before = queries.gepost(session, uitdaging.id).get(besluit.id)
    mag_op_de_post(besluit, on=on, before=before, reden=reden)
    if before and any(one.besluit_id == besluit.id for one in queries.tegenspraak(session, uitdaging.id)):
        raise Refused("Er is al bezwaar gemaakt tegen dit antwoord. Meld de goede dag aan wie het bezwaar behandelt.",
                      status=409)
    UITDAGING.perform(uitdaging, "posten", actor, on=on, record={"besluit": besluit.id, "gepost_on": on, "was_on": before})
    if before:
        noteer(session, actor, uitdaging, "posten", reden)
    settle(session)
    kind = REMEDIE_TERMIJN.get(besluit.rechtsmiddel)
    if kind and before:
        verzet_termijn(session, uitdaging, kind, was=before, on=on)
    elif kind:
        begin_remedie(session, uitdaging, besluit, on=on)
    posted = queries.gepost(session, uitdaging.id)
    if all(one.id in posted for one in queries.besluiten(session, uitdaging.id) if one.state == State.VERZONDEN):
        work.done(session, uitdaging, "werk_posten")
    settle(session)
    return queries.termijn(session, uitdaging.id, kind) if kind else None
