"""A decision goes out as a letter: signed under a mandate, posted on a day, and its remedy runs from the day after. What every
domain does in the same way; what a kind of decision does beside it, stands with its domain."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, Rechtsmiddel, State
from portal.kernel.dossier import Dossier, load, start_term
from portal.kernel.errors import NotFound, Refused
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


def mag_op_de_post(besluit: Besluit, *, on: date) -> None:
    """Refused for a letter that was not posted on this day: not signed yet then, or still to come (Awb 3:41)."""
    if besluit.state != State.VERZONDEN:
        raise Refused("Dit besluit is niet getekend. Er is nog geen brief.", status=409)
    signed = clock.day_of(besluit.getekend_at)
    if on < signed:
        raise Refused(f"Het besluit is getekend op {signed:%d-%m-%Y}. Eerder kon de brief niet op de post.")
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst. Vul de dag in als de brief op de post is.")


def begin_remedie(session, dossier: Dossier, besluit: Besluit, *, on: date, party_id=None) -> None:
    """The term of the remedy runs from the day after this one, on which the letter was sent (Awb 6:8). `party_id`: for whom it
    runs, where that is not the owner."""
    start_term(session, dossier, terms.rule(REMEDIE_TERMIJN[besluit.rechtsmiddel]), on=on, taak="",
               gevolg="Daarna staat het besluit vast.", party_id=party_id or dossier.eigenaar_id)
