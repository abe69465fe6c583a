"""A decision goes out as a letter: signed under a mandate, posted on a day, and its remedy runs from the day after. What every
domain does in the same way; what a kind of decision does beside it, stands with its domain."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, Rechtsmiddel, State
from portal.kernel.dossier import Dossier, Termijn, load, start_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.sentences import settle
from portal.tenants.model import Gemeente, Mandaat, Vervanging

# Within which term one objects, or appeals against a decision on an objection.
REMEDIE_TERMIJN = {Rechtsmiddel.BEZWAAR: "bezwaartermijn", Rechtsmiddel.BEROEP: "beroepstermijn"}


def college(gemeente: Gemeente) -> str:
    """The body that decides, as a letter names it."""
    return f"het college van burgemeester en wethouders van {gemeente.naam}"


def besluit_met_dossier(session, actor, besluit_id, kind: type[Dossier], soorten: Collection[str], *, lock: bool = True
                        ) -> tuple[Besluit, Dossier]:
    """A decision of the own party and of one of these kinds, with its dossier: both locked, the dossier first. NotFound for
    another's. `lock` False: only the dossier."""
    besluit = load(session, Besluit, besluit_id)
    if besluit.party_id != actor.party_id or besluit.soort not in soorten:
        raise NotFound()
    dossier = load(session, kind, besluit.dossier_id, lock=True)
    return load(session, Besluit, besluit_id, lock=True) if lock else besluit, dossier


@dataclass(frozen=True)
class Handtekening:
    """Under which mandate somebody signed, own or as replacement."""

    mandaat: Mandaat
    vervanging: Vervanging | None

    @property
    def feiten(self) -> dict:
        """What the history says of it."""
        return {"mandaat": self.mandaat.id, "vervanging": self.vervanging.id if self.vervanging else None}


def ondertekenen(session, actor, besluit: Besluit) -> Handtekening:
    """Sign under mandate: person, amount, date and consents are checked here and in the database."""
    today = clock.today()
    besluiten.sign(session, besluit, actor, at=clock.now(), on=today)
    settle(session)
    return Handtekening(*besluiten.bevoegdheid(session, besluit, actor, on=today))


def afzender(session, *, ondertekenaar: str, mandaat: Mandaat | None, vervanging: Vervanging | None) -> dict:
    """What a letter says of who signed it: the name, the mandate, and whom the signer replaced."""
    return {"ondertekenaar": ondertekenaar, "mandaat": mandaat.vindplaats if mandaat else "",
            "vervangt": besluiten.name_of(session, vervanging.afwezige_id) if vervanging else None}


def mag_op_de_post(besluit: Besluit, *, on: date, before: date | None = None, reden: str = "") -> None:
    """Refused for a letter that was not posted on this day: not signed yet then, or still to come (Awb 3:41). `before`: the day
    that stood there, which is corrected with why."""
    if besluit.state != State.VERZONDEN:
        raise Refused("Dit besluit is niet getekend. Er is nog geen brief.", status=409)
    signed = clock.day_of(besluit.getekend_at)
    if on < signed:
        raise Refused(f"Het besluit is getekend op {signed:%d-%m-%Y}. Eerder kon de brief niet op de post.")
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst. Vul de dag in als de brief op de post is.")
    if before == on:
        raise Refused("Deze dag staat er al.", status=409)
    if before and not reden.strip():
        raise Refused("Schrijf waarom u de dag verbetert.")


def posten_in_historie(kind: str, dossier_id) -> Select:
    """What the history of this case says of letters on paper that were posted, the first first. `kind`: how it calls that."""
    return select(CaseEvent.facts).where(CaseEvent.dossier_id == dossier_id, CaseEvent.kind == kind).order_by(CaseEvent.volgnr)


def postdagen(found: Iterable[Mapping]) -> dict[uuid.UUID, date]:
    """On which day the paper letter of each decision was posted, as it was recorded last."""
    return {uuid.UUID(facts["besluit"]): date.fromisoformat(facts["gepost_on"]) for facts in found}


def gepost_woorden(facts: Mapping) -> str:
    """That in words, for a history: posted, or the day corrected."""
    return ("De dag waarop de brief op de post ging is verbeterd: %(gepost_on)s in plaats van %(was_on)s" if facts.get("was_on")
            else "De brief ging op de post op %(gepost_on)s")


def verzet_termijn(session, dossier: Dossier, kind: str, *, was: date, on: date) -> tuple[Termijn, Termijn] | None:
    """A term of this kind that ran from the one day, runs from the other: the old one ends, and a new one begins. Two decisions
    of one day have the same term. Gives both; None where none ran."""
    old = session.scalar(select(Termijn).where(
        Termijn.dossier_id == dossier.id, Termijn.kind == kind, Termijn.started_on == was, Termijn.met_on.is_(None))
        .order_by(Termijn.id).limit(1).with_for_update())
    if old is None or was == on:
        return None
    new = start_term(session, dossier, old.rule, on=on, party_id=old.party_id, taak=old.taak, gevolg=old.gevolg,
                     endpoint=old.endpoint, permissions=old.wacht_op_permissions)
    old.met_on = clock.today()
    return old, new


def begin_remedie(session, dossier: Dossier, besluit: Besluit, *, on: date, party_id=None) -> None:
    """The term of the remedy runs from the day after this one, on which the letter was sent (Awb 6:8). `party_id`: for whom it
    runs, where that is not the owner."""
    start_term(session, dossier, terms.rule(REMEDIE_TERMIJN[besluit.rechtsmiddel]), on=on, taak="",
               gevolg="Daarna staat het besluit vast.", party_id=party_id or dossier.eigenaar_id)
