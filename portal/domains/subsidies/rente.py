"""Paid back too late: the statutory interest, by a decision of its own (Awb 4:97 to 4:99).

It is asked when all is paid back, because only then it is known how long was waited, and for which part. The gemeente may ask
it, and need not: the decision says why it does.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.domains.subsidies import queries
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.model import Subsidie, Vordering, VorderingState
from portal.domains.subsidies.vorderen import te_betalen
from portal.domains.subsidies.workflow import VORDERING, zelf_geen_belang
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.rente import Renteregel, ondergrens, wettelijke_rente
from portal.kernel.sentences import settle

SOORT = "rente"


def telling(session, vordering: Vordering) -> list[Renteregel]:
    """The interest on what was paid back after the day for payment, stretch by stretch. A payment goes to the fee of a reminder
    first (Awb 4:92, lid 1); interest that no decision asked yet runs along until the end."""
    fees, received, last = Decimal(0), [], None
    for kind, on, facts in queries.geld_van(session, vordering.id):
        if kind == "vordering:aanmanen":
            fees += Decimal(facts["kosten"])
            continue
        to_fees = min(fees, Decimal(facts["bedrag"]))
        fees -= to_fees
        received.append((on, Decimal(facts["bedrag"]) - to_fees))
        last = max(on, last or on)
    return wettelijke_rente(vordering.bedrag, betaal_tot(session, vordering), last, received) if last else []


def betaal_tot(session, vordering: Vordering) -> date:
    """The last day to pay back in time."""
    return queries.betaaltermijnen(session, vordering.id)[0].due_on


def samen(regels: Sequence[Renteregel]) -> Decimal:
    """The interest in euros."""
    return sum((regel.bedrag for regel in regels), Decimal(0))


def obstakels(session, actor, subsidie: Subsidie, vordering: Vordering) -> list[str]:
    """Why no interest can be asked on this claim: for the page, the proposal and the signature."""
    faults = [reason] if (reason := zelf_geen_belang(subsidie, actor=actor)) else []
    if vordering.rente:
        return [*faults, "Over deze vordering is al rente gevraagd."]
    if vordering.state != VorderingState.VOLDAAN:
        return [*faults, "Rente vraagt u als alles is terugbetaald. Dan staat vast hoe lang de betaling te laat was."]
    bedrag = samen(telling(session, vordering))
    if not bedrag:
        faults.append("De ontvanger betaalde op tijd. Er is geen rente.")
    elif bedrag < ondergrens():
        faults.append(f"De rente is € {bedrag_text(bedrag)}. Onder € {bedrag_text(ondergrens())} is er geen rente (Awb 4:98, "
                      "lid 2).")
    return faults


def obstakels_besluit(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """The same for a proposal, which also has to hold what is counted now."""
    vordering = load(session, Vordering, besluit.inhoud["vordering_id"])
    faults = obstakels(session, actor, subsidie, vordering)
    if not faults and samen(telling(session, vordering)) != besluit.bedrag:
        faults.append("Er is sinds het voorstel iets geboekt. De rente klopt niet meer: stuur het voorstel terug.")
    return faults


def voorstellen(session, actor, vordering_id, *, motivering: str) -> Besluit:
    """Draft how much interest is asked: counted, not chosen. That it is asked at all, has a reason (Awb 3:4)."""
    vordering = load(session, Vordering, vordering_id)
    if vordering.eigenaar_id != actor.party_id:
        raise NotFound()
    subsidie = load(session, Subsidie, vordering.subsidie_id, lock=True)
    zonder_belang(subsidie, actor)
    if faults := obstakels(session, actor, subsidie, vordering):
        raise Refused(*faults, status=409)
    if queries.open_besluit(session, subsidie.id, SOORT):
        raise Refused("Er ligt al een voorstel voor rente.", status=409)
    if not motivering.strip():
        raise Refused("Schrijf waarom u rente vraagt. Het hoeft niet: weeg wat de ontvanger ervan merkt.")
    regels = telling(session, vordering)
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Rente over een terugvordering", bedrag=samen(regels),
        gebeurtenis="intern:rente", inhoud={
            "uitkomst": SOORT, "vordering_id": str(vordering.id), "kenmerk": vordering.reference, "bedrag": str(samen(regels)),
            "hoofdsom": str(vordering.bedrag), "betaal_tot": betaal_tot(session, vordering).isoformat(),
            "betaald_on": regels[-1].tot_en_met.isoformat(), "rente": [regel.as_json() for regel in regels],
            "motivering": motivering.strip()})


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the claim is open again for the interest, to be paid within six weeks (Awb 4:87)."""
    if faults := obstakels_besluit(session, actor, subsidie, besluit):
        raise Refused(*faults, status=409)
    handtekening = ondertekenen(session, actor, besluit)
    vordering = load(session, Vordering, besluit.inhoud["vordering_id"], lock=True)
    subsidie.record("subsidie:rente", actor=actor, besluit=besluit.id, bedrag=besluit.bedrag, **handtekening.feiten)
    VORDERING.perform(vordering, "rente_vragen", actor, record={"besluit": besluit.id, "bedrag": besluit.bedrag})
    vordering.rente = besluit.bedrag
    settle(session)
    te_betalen(session, vordering, subsidie, "betaling", taak="Betaal de rente",
               gevolg="Er komt een aanmaning. Daar komen kosten bij (Awb 4:112 en 4:113).")
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="U betaalde een bedrag te laat terug. In de brief staat welke rente u daarover betaalt.")


def teruggestuurd(_session, _actor, _subsidie: Subsidie) -> None:
    """Nobody has to ask interest: nothing waits for it."""


def vervallen(session, actor, besluit: Besluit) -> bool:
    """The decision did not hold after an objection: no interest is owed. False where a part of it was paid already: then people
    put that right."""
    vordering = load(session, Vordering, besluit.inhoud["vordering_id"], lock=True)
    if vordering.ontvangen > vordering.bedrag + vordering.kosten or vordering.state not in (
            VorderingState.OPEN, VorderingState.AANGEMAAND):
        return False
    VORDERING.perform(vordering, "rente_vervallen", actor)
    vordering.rente, vordering.kosten = Decimal(0), vordering.ontvangen - vordering.bedrag
    return True
