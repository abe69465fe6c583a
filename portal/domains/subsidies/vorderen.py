"""The claim: what was paid too much is asked back, what comes in is kept, and who does not pay in time is reminded.

Claiming back is a decision of its own, with the interests weighed (Awb 4:57). After it a claim has a life of its own, until it
is paid, remitted (Awb 4:94a) or its decision fell. The interest on it stands in `rente`.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.subsidies import queries, rentevergoeding, rules, work
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.model import State, Subsidie, Vordering, VorderingState
from portal.domains.subsidies.rules import Beslissing
from portal.domains.subsidies.tijd import per_dossier
from portal.domains.subsidies.usecases import met_zaak, own_case
from portal.domains.subsidies.workflow import VORDERING, argumenten_beantwoord, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Termijn, meet_term, share, start_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from portal.kernel.terms import compute

SOORT = "terugvordering"
# What was determined before it.
SOORT_VASTSTELLING = "vaststelling"
OPEN_VORDERING = (VorderingState.OPEN, VorderingState.AANGEMAAND)
# Until when to pay: what was claimed, and after a reminder.
TERMIJN_VAN = {VorderingState.OPEN: "betaling", VorderingState.AANGEMAAND: "aanmaning"}
# From where something can be claimed back.
TERUG_STATES = (State.VASTGESTELD, State.VERLENING_INGETROKKEN)
# What a reminder says by law (Awb 4:112, lid 3).
DWANGINVORDERING = ("Betaalt u niet op tijd? Dan kunnen wij de betaling afdwingen, met een dwangbevel en een deurwaarder. De "
                    "kosten daarvan betaalt u zelf (Awb 4:112, lid 3).")
VIJF_JAAR = "Er zijn vijf jaar voorbij. Terugvorderen kan niet meer (Awb 4:57, lid 4)."


# The decision to claim back ------------------------------------------------------------------------------------------------

def terug_te_vorderen(session, subsidie: Subsidie) -> Decimal:
    """What was paid beyond what was determined, or beyond a grant that was taken back, and is not claimed yet."""
    return te_veel(subsidie, *queries.betaald_en_gevorderd(session, subsidie.id))


def gevorderd(vorderingen: Sequence[Vordering]) -> Decimal:
    """What these claims ask back together, as queries.gevorderd counts it."""
    return sum((one.bedrag for one in vorderingen if one.state != VorderingState.VERVALLEN), Decimal(0))


def te_veel(subsidie: Subsidie, betaald: Decimal, gevorderd: Decimal) -> Decimal:
    """What of these payments is beyond what is due and is not claimed yet."""
    if subsidie.vastgesteld is None and subsidie.state != State.VERLENING_INGETROKKEN:
        return Decimal(0)
    return max(betaald - (subsidie.vastgesteld or Decimal(0)) - gevorderd, Decimal(0))


def terugvordering_obstakels(session, actor, subsidie: Subsidie) -> list[str]:
    """Why nothing can be claimed back in this case now: for the page, the proposal and the signature."""
    if subsidie.state not in TERUG_STATES:
        return ["Terugvorderen kan als de subsidie is vastgesteld, of is ingetrokken."]
    faults = [reason] if (reason := zelf_geen_belang(subsidie, actor=actor)) else []
    if fault := argumenten_beantwoord(subsidie):
        faults.append(fault)
    term = queries.termijn(session, subsidie.id, "terugvordering", open_only=True)
    if term is None or term.due_on < clock.today():
        faults.append(VIJF_JAAR)
    return faults


def terugvordering_achterhaald(session, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """Why a proposal to claim back is no longer true: less is too much now than it asks."""
    if besluit.bedrag > terug_te_vorderen(session, subsidie):
        return ["De brief klopt niet meer. Stuur het voorstel terug."]
    return []


def terugvordering_voorstellen(session, actor, subsidie_id, *, bedrag: Decimal, belangen: str) -> Besluit:
    """Draft a recovery: discretionary, with the interests weighed (Awb 4:57), within five years, never more than was paid too
    much. What is not claimed, is remitted."""
    subsidie = own_case(session, actor, subsidie_id)
    zonder_belang(subsidie, actor)
    if faults := terugvordering_obstakels(session, actor, subsidie):
        raise Refused(*faults, status=410 if faults[-1] == VIJF_JAAR else 409)
    bekend = queries.besluiten_van(session, subsidie.id)
    if any(b.soort == SOORT and b.state in besluiten.OPEN for b in bekend):
        raise Refused("Er ligt al een voorstel voor een terugvordering.", status=409)
    most = terug_te_vorderen(session, subsidie)
    if not 0 < bedrag <= most:
        raise Refused(f"Er is € {bedrag_text(most)} te veel betaald. Vorder ten hoogste dat bedrag terug.")
    if len(belangen.strip()) < 20:
        raise Refused("Weeg de belangen: schrijf wat terugbetalen voor de ontvanger betekent, en waarom het toch redelijk is.")
    determined = next(b for b in bekend if b.verzonden_at and (
        b.soort == SOORT_VASTSTELLING or b.inhoud["uitkomst"] == Beslissing.INTREKKEN))
    return opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Terugvordering", bedrag=bedrag,
        gebeurtenis="intern:terugvorderen", klaar=("werk_terugvorderen",), inhoud={
            "uitkomst": "terugvorderen", "bedrag": str(bedrag), "betaald": str(queries.betaald(session, subsidie.id)),
            "vastgesteld": str(subsidie.vastgesteld or Decimal(0)),
            "ingetrokken": subsidie.state == State.VERLENING_INGETROKKEN,
            "vastgesteld_on": clock.day_of(determined.verzonden_at).isoformat(),
            "kenmerk": kenmerk_vordering(subsidie, len(queries.vorderingen(session, subsidie.id)) + 1),
            "motivering": belangen.strip(), "te_veel": str(most)})


def kenmerk_vordering(subsidie: Subsidie, nummer: int) -> str:
    """How a claim is called, and what stands with its payment."""
    return f"{subsidie.reference}-V{nummer}"


def terugvordering_getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: a claim with its own life, to be paid within six weeks (Awb 4:87)."""
    handtekening = ondertekenen(session, actor, besluit)
    if faults := [*terugvordering_obstakels(session, actor, subsidie), *terugvordering_achterhaald(session, subsidie, besluit)]:
        raise Refused(*faults, status=409)
    subsidie.record("subsidie:terugvorderen", actor=actor, besluit=besluit.id, bedrag=besluit.bedrag, **handtekening.feiten)
    vordering = Vordering(
        reference=besluit.inhoud["kenmerk"],
        titel=f"Terugvordering: {subsidie.titel}", state=VorderingState.OPEN, eigenaar_id=subsidie.eigenaar_id,
        ouder_id=subsidie.id, subsidie_id=subsidie.id, besluit_id=besluit.id, bedrag=besluit.bedrag)
    session.add(vordering)
    settle(session)
    if subsidie.aanvrager_id:
        share(session, vordering, subsidie.aanvrager_id, "ontvanger")
    vordering.record("vordering:beginnen", actor=actor, state_to=VorderingState.OPEN, bedrag=besluit.bedrag)
    te_betalen(session, vordering, subsidie, "betaling", taak="Betaal de subsidie terug",
               gevolg="Er komt een aanmaning. Daarna komen er rente en kosten bij (Awb 4:97 en 4:112).")
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij vragen een deel van de subsidie terug. In de brief staat hoeveel, waarom, en voor welke dag.")


def terugvordering_teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The drafter makes another one."""
    work.wait_for(session, subsidie, "werk_terugvorderen")


# Until it is paid ---------------------------------------------------------------------------------------------------------

def te_betalen(session, vordering: Vordering, subsidie: Subsidie, kind: str, *, taak: str, gevolg: str) -> Termijn:
    """The term of this kind to pay a claim begins today. It is work of the recipient; who does not work in the portal sees
    none, and the gemeente keeps the term."""
    op_papier = subsidie.aanvrager_id is None
    return start_term(session, vordering, terms.rule(kind), on=clock.today(),
                      party_id=subsidie.eigenaar_id if op_papier else subsidie.aanvrager_id, taak="" if op_papier else taak,
                      gevolg=gevolg, endpoint="subsidie.vordering" if op_papier else "ontvanger.vordering", permissions=[])


def _vordering(session, actor, vordering_id) -> tuple[Vordering, Subsidie]:
    """A claim of the own gemeente with its case, both locked; refused for who has an interest in it."""
    vordering, subsidie = met_zaak(session, Vordering, vordering_id)
    if vordering.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    return vordering, subsidie


def vordering_vervalt(session, actor, vordering: Vordering) -> None:
    """The decision that this claim rests on fell: nothing is owed, and what came in goes back within six weeks (Awb 4:87)."""
    VORDERING.perform(vordering, "vervallen", actor)
    if vordering.ontvangen:
        start_term(session, vordering, terms.rule("betaling"), on=clock.today(), party_id=vordering.eigenaar_id,
                   taak="Betaal de ontvanger terug wat op deze vordering binnenkwam",
                   gevolg="Daarna komt er wettelijke rente bij (Awb 4:97 en 4:102).", endpoint="subsidie.vordering",
                   permissions=[P.SUBSIDIE_BETALEN])
    settle(session)


def terugbetaald(session, actor, vordering_id) -> Vordering:
    """The finance department paid back what came in on a claim that fell."""
    vordering, subsidie = _vordering(session, actor, vordering_id)
    if vordering.state != VorderingState.VERVALLEN or queries.termijn(
            session, vordering.id, "betaling", open_only=True) is None:
        raise Refused("Er is hier niets terug te betalen.", status=409)
    meet_term(session, vordering, "betaling", on=clock.today())
    vordering.record("vordering:terugbetaald", actor=actor, bedrag=vordering.ontvangen)
    settle(session)
    rentevergoeding.na_betaling(session, subsidie)
    return vordering


def ontvangst_boeken(session, actor, vordering_id, *, bedrag: Decimal, on: date) -> Vordering:
    """The recipient paid back, in whole or in part."""
    vordering, _subsidie = _vordering(session, actor, vordering_id)
    if vordering.state not in OPEN_VORDERING:
        raise Refused("Deze vordering is afgesloten. Er staat niets meer open.", status=409)
    if bedrag <= 0 or on > clock.today():
        raise Refused("Vul in wat er binnenkwam, en op welke dag. Die dag ligt niet in de toekomst.")
    if on < (begun := queries.betaaltermijnen(session, vordering.id)[0].started_on):
        raise Refused(f"De vordering is van {begun:%d-%m-%Y}. Een eerdere ontvangst hoort daar niet bij.")
    if vordering.ontvangen + bedrag > vordering.verschuldigd:
        raise Refused(f"Er staat nog € {bedrag_text(vordering.nog_open)} open. Meer boeken kan niet.")
    vordering.ontvangen += bedrag
    if vordering.ontvangen == vordering.verschuldigd:
        VORDERING.perform(vordering, "voldoen", actor, on=on, record={"bedrag": bedrag})
    else:
        vordering.record("vordering:ontvangst", actor=actor, on=on, bedrag=bedrag)
    settle(session)
    return vordering


def betaaldagen_voorbij(session, actor, on: date) -> int:
    """The day to pay a claim back is over, or that of the reminder: whoever keeps the money looks at it."""
    def over(vordering_id) -> int:
        vordering, _zaak = met_zaak(session, Vordering, vordering_id)
        term = queries.termijn(session, vordering.id, TERMIJN_VAN.get(vordering.state, ""), open_only=True)
        if term is None or term.due_on >= on or queries.termijn(session, vordering.id, "werk_vordering", open_only=True):
            return 0
        work.wait_for(session, vordering, "werk_vordering", again=vordering.state == VorderingState.AANGEMAAND,
                      on=term.due_on)
        settle(session)
        return 1

    waits = aliased(Termijn)
    return per_dossier(session, session.scalars(
        select(Vordering.id).join(Termijn, Termijn.dossier_id == Vordering.id)
        .where(Vordering.eigenaar_id == actor.party_id, Vordering.state.in_(OPEN_VORDERING), Termijn.met_on.is_(None),
               Termijn.kind.in_(TERMIJN_VAN.values()), Termijn.due_on < on,
               ~select(waits.id).where(waits.dossier_id == Vordering.id, waits.kind == "werk_vordering",
                                       waits.met_on.is_(None)).exists())).all(), over)


def aanmaningskosten(vordering: Vordering) -> Decimal:
    """The fee of a reminder for what is still open of this claim, in euros (Awb 4:113)."""
    return rules.aanmaningskosten(vordering.nog_open, load_config("subsidies")["aanmaning"], clock.today())


def aanmanen(session, actor, vordering_id) -> Vordering:
    """Remind who did not pay in time: two weeks from the day after sending (Awb 4:112), with the fee of the law (Awb 4:113). It
    interrupts the limitation (Awb 4:106). Not after it: then there is nothing to enforce any more (Awb 4:104)."""
    vordering, subsidie = _vordering(session, actor, vordering_id)
    if fault := verjaard(verjaart_on(session, vordering)):
        raise Refused(fault, status=410)
    if fault := nog_te_betalen(queries.termijn(session, vordering.id, "betaling", open_only=True)):
        raise Refused(fault, status=425)
    fee = aanmaningskosten(vordering)
    VORDERING.perform(vordering, "aanmanen", actor, record={"kosten": fee})
    vordering.kosten += fee
    vordering.gestuit_on = clock.today()
    meet_term(session, vordering, "betaling", on=clock.today())
    termijn = te_betalen(session, vordering, subsidie, "aanmaning", taak="Betaal na de aanmaning",
                         gevolg="De gemeente kan een dwangbevel sturen (Awb 4:114).")
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=vordering.id,
                     onderwerp=f"Aanmaning: {vordering.titel}",
                     tekst=f"U heeft niet op tijd betaald. Betaal uiterlijk {day_text(termijn.due_on)} € "
                           f"{bedrag_text(vordering.nog_open)}. Daarin zitten de kosten van deze "
                           f"aanmaning: € {bedrag_text(fee)} (Awb 4:113).\n\n{DWANGINVORDERING}")
    settle(session)
    return vordering


def nog_te_betalen(term: Termijn | None) -> str | None:
    """Why the gemeente waits with a reminder: the day of payment (`term`) is not over. None when it is."""
    if term is None or term.due_on < clock.today():
        return None
    return f"De ontvanger kan nog betalen tot en met {term.due_on:%d-%m-%Y}."


def verjaart_on(session, vordering: Vordering) -> date:
    """The last day before the claim lapses: five years after the day for payment (Awb 4:104), later when it was interrupted."""
    from_ = max(filter(None, (vordering.gestuit_on, queries.betaaltermijnen(session, vordering.id)[-1].due_on)))
    return compute(terms.rule("verjaring"), from_).last_day


def verjaard(last: date) -> str | None:
    """Why the gemeente can enforce a claim no longer: it lapsed after this day (Awb 4:104)."""
    return f"Deze vordering is verjaard: dat was na {last:%d-%m-%Y} (Awb 4:104). Aanmanen kan niet meer." if (
        last < clock.today()) else None
