"""Remitting what is left of a claim, because collecting is out of proportion (Awb 4:94a): a decision of its own.

Drafted by one person, signed by another with a mandate for it, and never by who signed the claim. The recipient gets a letter.
"""

from portal.domains.subsidies import queries
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.model import Subsidie, Vordering, VorderingState
from portal.domains.subsidies.usecases import met_zaak
from portal.domains.subsidies.workflow import VORDERING, zelf_geen_belang
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused

SOORT = "kwijtschelding"
ZELF_GEVORDERD = "U tekende deze terugvordering zelf. Een ander tekent de kwijtschelding."


def obstakels(_session, actor, subsidie: Subsidie, vordering: Vordering) -> list[str]:
    """Why nothing of this claim can be remitted: for the page, the proposal and the signature."""
    faults = [reason] if (reason := zelf_geen_belang(subsidie, actor=actor)) else []
    if vordering.state not in (VorderingState.OPEN, VorderingState.AANGEMAAND):
        faults.append("Deze vordering is afgesloten. Er staat niets meer open.")
    return faults


def obstakels_besluit(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """The same for a proposal, which also has to hold what is open now, and another hand than the claim."""
    vordering = load(session, Vordering, besluit.inhoud["vordering_id"])
    faults = obstakels(session, actor, subsidie, vordering)
    if not faults and vordering.nog_open != besluit.bedrag:
        faults.append("Er is sinds het voorstel iets geboekt. Het bedrag klopt niet meer: stuur het voorstel terug.")
    if load(session, Besluit, vordering.besluit_id).getekend_by == actor.user_id:
        faults.append(ZELF_GEVORDERD)
    return faults


def voorstellen(session, actor, vordering_id, *, motivering: str) -> Besluit:
    """Draft that all that is left is remitted, with why (Awb 3:46)."""
    vordering, subsidie = met_zaak(session, Vordering, vordering_id)
    if vordering.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    if faults := obstakels(session, actor, subsidie, vordering):
        raise Refused(*faults, status=409)
    if queries.open_besluit(session, subsidie.id, SOORT):
        raise Refused("Er ligt al een voorstel om kwijt te schelden.", status=409)
    if len(motivering.strip()) < 20:
        raise Refused("Schrijf waarom u de rest kwijtscheldt, zo dat de ontvanger het begrijpt.")
    claimed = load(session, Besluit, vordering.besluit_id)
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Kwijtschelding", bedrag=vordering.nog_open,
        gebeurtenis="intern:kwijtschelden", inhoud={
            "uitkomst": SOORT, "vordering_id": str(vordering.id), "kenmerk": vordering.reference,
            "bedrag": str(vordering.nog_open), "verschuldigd": str(vordering.verschuldigd),
            "ontvangen": str(vordering.ontvangen), "gevorderd_on": clock.day_of(claimed.verzonden_at).isoformat(),
            "motivering": motivering.strip()})


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: nothing more is owed, and nothing is asked any more."""
    vordering = load(session, Vordering, besluit.inhoud["vordering_id"], lock=True)
    if faults := obstakels_besluit(session, actor, subsidie, besluit):
        raise Refused(*faults, status=409)
    handtekening = ondertekenen(session, actor, besluit)
    subsidie.record("subsidie:kwijtschelding", actor=actor, besluit=besluit.id, bedrag=besluit.bedrag, **handtekening.feiten)
    VORDERING.perform(vordering, "kwijtschelden", actor, record={"besluit": besluit.id, "bedrag": besluit.bedrag})
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="U hoeft de rest van een bedrag niet meer terug te betalen. In de brief staat hoeveel, en waarom.")


def teruggestuurd(_session, _actor, _subsidie: Subsidie) -> None:
    """Nobody has to remit: nothing waits for it."""
