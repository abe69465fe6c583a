"""The gemeente's side of an application: take in, check, supplement, assess, hear. Deciding stands in voorstellen.py.

Each function takes the session, the actor and plain values, checks through the workflow, writes, and leaves the commit to the
caller. What the applicant sent is taken in by the portal itself (innemen.py), acting for the gemeente.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from config import load as load_config
from portal.domains.subsidies import aanvragen, queries, rules, work
from portal.domains.subsidies.beschikking import zonder_belang
from portal.domains.subsidies.indienen import op_papier
from portal.domains.subsidies.model import (
    OPEN,
    Argument,
    Beoordeling,
    Boeking,
    Indiening,
    Indiensoort,
    PlafondBoeking,
    Regeling,
    RegelingPublicatie,
    State,
    Subsidie,
)
from portal.domains.subsidies.tijd import per_dossier, voorbij
from portal.domains.subsidies.workflow import SUBSIDIE, zelf_geen_belang
from portal.identity.actor import Actor
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.belang import Belangverklaring
from portal.kernel.dossier import (
    Termijn,
    load,
    meet_term,
    next_reference,
    resume_term,
    share,
    start_term,
    suspend_term,
    under,
)
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import Length, TermRule

BELANG_BIJ_EEN = "U heeft een belang bij een van deze aanvragen. Een ander stelt de rangorde vast."
GEVOLG_BESLISSEN = ("De aanvrager kan de gemeente in gebreke stellen. Na twee weken kost elke dag dat zij te laat is geld "
                    "(Awb 4:17).")


def portaal(party_id: uuid.UUID, naam: str = "Samenportaal") -> Actor:
    """The portal itself, acting for a gemeente in what it does by itself: taking in what was sent, and what time does."""
    return Actor(user_id=None, naam=naam, party_id=party_id, party_soort="gemeente", party_naam="", party_slug=None,
                 roles=frozenset(), permissions=frozenset({P.SUBSIDIE_BEHANDELEN, P.BEZWAAR_BEHANDELEN, P.TOEGANG_BEHANDELEN,
                                        P.UITDAGING_BEHANDELEN}))


# Taking in ---------------------------------------------------------------------------------------------------------------

def nieuwe_zaak(session, actor, indiening: Indiening) -> Subsidie:
    """The case of an application that came in; the same one when it was taken in before."""
    found = session.scalar(select(Subsidie).where(Subsidie.indiening_id == indiening.id))
    if found is not None:
        return found
    publicatie = queries.publicatie_van(session, indiening.regeling_id)
    gegevens, aanvrager = indiening.inhoud["gegevens"], indiening.inhoud["aanvrager"]
    ontvangen_on = indiening.ontvangen_on
    is_paper = indiening.papier_on is not None
    subsidie = Subsidie(
        reference=next_reference(session, "SUB"), titel=gegevens["titel"], state=State.ONTVANGEN, eigenaar_id=actor.party_id,
        ouder_id=indiening.regeling_id, regeling_id=indiening.regeling_id, publicatie_id=publicatie.id,
        indiening_id=indiening.id, aanvraag_id=None if is_paper else indiening.dossier_id,
        aanvrager_id=uuid.UUID(aanvrager["id"]) if aanvrager.get("id") else None, aanvrager_naam=aanvrager["naam"],
        volgnummer=indiening.volgnummer, product=gegevens["product"], gevraagd=Decimal(gegevens["bedrag"]),
        aantal=Decimal(gegevens["aantal"]) if gegevens.get("aantal") else None, van=date.fromisoformat(gegevens["van"]),
        tot=date.fromisoformat(gegevens["tot"]), ontvangen_on=ontvangen_on)
    session.add(subsidie)
    settle(session)
    if subsidie.aanvrager_id:
        share(session, subsidie, subsidie.aanvrager_id, "aanvrager")
    subsidie.record("subsidie:ontvangen", actor=actor, on=ontvangen_on, state_to=State.ONTVANGEN, nummer=indiening.volgnummer,
                    papier=is_paper, vingerafdruk=indiening.vingerafdruk)
    start_term(session, subsidie, aanvragen.beslistermijn(publicatie), on=ontvangen_on, party_id=actor.party_id,
               taak="Besluit op de aanvraag", gevolg=GEVOLG_BESLISSEN, endpoint="subsidie.dossier",
               permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    work.wait_for(session, subsidie, "werk_ontvangen")
    settle(session)
    return subsidie


def papier(session, actor, regeling_id, *, gegevens: Mapping, aanvrager: Mapping, papier_on: date) -> Subsidie:
    """Enter an application that came on paper: it counts from the day it came in, in its place in the order of receipt.

    `aanvrager`: {"id" (of a party that the portal knows, or None), "naam", "kvk_nummer", "contactpersoon", "postadres"}."""
    regeling = load(session, Regeling, regeling_id, lock=True)
    publicatie = queries.publicatie_van(session, regeling_id)
    if regeling.eigenaar_id != actor.party_id or publicatie is None:
        raise NotFound()
    if papier_on < clock.day_of(publicatie.opent_at) or papier_on > clock.day_of(publicatie.sluit_at):
        raise Refused("De brief kwam niet binnen tussen de opening en de sluiting van de regeling. Stuur de aanvrager bericht.",
                      status=410)
    missing = [f"{deel.titel}: er ontbreekt nog {', '.join(deel.ontbreekt)}."
               for deel in queries.delen(gegevens, publicatie.inhoud, ()) if deel.naam == "activiteit" and not deel.klaar]
    if missing or (faults := aanvragen.inhoud_gebreken(gegevens, publicatie.inhoud, papier_on)):
        raise Refused(*(missing or faults))
    return nieuwe_zaak(session, actor, op_papier(session, actor, regeling, Indiensoort.AANVRAAG, {
        "aanvrager": dict(aanvrager), "gegevens": dict(gegevens), "documenten": []}, regeling_id=regeling.id, on=papier_on))


def aangevuld(session, actor, subsidie: Subsidie, indiening: Indiening) -> Subsidie:
    """What was missing came in: the term to decide runs again from that day (Awb 4:15)."""
    if subsidie.state == State.WACHT_OP_AANVULLING:
        on = clock.day_of(indiening.ontvangen_at)
        _resume(session, subsidie, on)
        SUBSIDIE.perform(subsidie, "aangevuld", actor, on=on, record={"vingerafdruk": indiening.vingerafdruk})
        _na_aanvulling(session, subsidie, on)
    return subsidie


def ingetrokken(session, actor, subsidie: Subsidie, indiening: Indiening) -> Subsidie:
    """The applicant took the application back: what was reserved comes free. Nothing happens once it was decided."""
    if subsidie.state not in OPEN:
        return subsidie
    SUBSIDIE.perform(subsidie, "intrekken", actor, on=clock.day_of(indiening.ontvangen_at))
    if besluit := queries.open_besluit(session, subsidie.id):
        work.vervalt(session, subsidie, besluit)
    vrijgeven(session, actor, subsidie)
    settle(session)
    return subsidie


def vrijgeven(session, actor, subsidie: Subsidie) -> None:
    """What was reserved for this case comes free."""
    bedrag = queries.gereserveerd(session, subsidie.id)
    if bedrag:
        boek(session, actor, subsidie, queries.plafond_voor(session, subsidie), Boeking.VRIJGEVEN, bedrag)


def boek(session, actor, subsidie: Subsidie, plafond, soort: Boeking, bedrag: Decimal, besluit=None) -> None:
    """Write one line of the ledger for a case; the database refuses what does not fit."""
    with refusing(session):
        session.add(PlafondBoeking(
            dossier_id=subsidie.regeling_id, eigenaar_id=subsidie.eigenaar_id, party_id=actor.party_id, plafond_id=plafond.id,
            soort=soort, bedrag=bedrag, subsidie_id=subsidie.id, besluit_id=besluit.id if besluit else None,
            peildag=subsidie.ontvangen_on))
    session.refresh(plafond)


# Complete or not -----------------------------------------------------------------------------------------------------------

def own_case(session, actor, subsidie_id) -> Subsidie:
    """A case of the own gemeente, locked."""
    subsidie = load(session, Subsidie, subsidie_id, lock=True)
    if subsidie.eigenaar_id != actor.party_id:
        raise NotFound()
    return subsidie


def met_zaak(session, kind: type, dossier_id) -> tuple:
    """A dossier under a case with that case, both locked, the case first: two acts that lock both never wait for each other."""
    subsidie = load(session, Subsidie, load(session, kind, dossier_id).subsidie_id, lock=True)
    return load(session, kind, dossier_id, lock=True), subsidie


def houd_vast(session, zaken) -> None:
    """Lock several cases (`zaken`: a query of their ids) before anything under them, in one order: what handles many at once
    never waits for another that does."""
    case = Subsidie.__table__.c.id
    session.execute(select(case).where(case.in_(zaken)).order_by(case).with_for_update())


def belang_verklaren(session, actor, subsidie_id, *, heeft_belang: bool, toelichting: str = "") -> Belangverklaring:
    """Declare whether you have an interest in this application (Awb 2:4), before you do anything with it."""
    subsidie = own_case(session, actor, subsidie_id)
    if heeft_belang and not toelichting.strip():
        raise Refused("Schrijf welk belang u heeft.")
    verklaring = Belangverklaring(**under(subsidie, actor.party_id), account_id=actor.user_id, heeft_belang=heeft_belang,
                                  toelichting=toelichting.strip() or None)
    with refusing(session):
        session.add(verklaring)
    with refusing(session):
        subsidie.record("intern:belang", actor=actor, heeft_belang=heeft_belang)
    return verklaring


def compleet(session, actor, subsidie_id) -> Subsidie:
    """Nothing is missing: the application is handled. It counts as complete from the day the last of it came in."""
    subsidie = own_case(session, actor, subsidie_id)
    subsidie.compleet_on = queries.inhoud(session, subsidie).ontvangen_on
    SUBSIDIE.perform(subsidie, "compleet", actor, record={"compleet_on": subsidie.compleet_on})
    _zonder_voorstel(session, subsidie)
    subsidie.behandelaar_id = actor.user_id
    work.wait_for(session, subsidie, "werk_behandelen")
    settle(session)
    return subsidie


def _hersteltermijn(dagen: int) -> TermRule:
    return terms.rule("hersteltermijn", length=Length(days=dagen))


def aanvulling_vragen(session, actor, subsidie_id, *, punten: Sequence[str]) -> Termijn:
    """Ask for what is missing, point by point, with a term set by the scheme (Awb 4:5). The term to decide stands still until
    the supplement is there, or the time for it is over (Awb 4:15)."""
    subsidie = own_case(session, actor, subsidie_id)
    asked = [punt.strip() for punt in punten if punt.strip()]
    if not asked:
        raise Refused("Schrijf wat er ontbreekt.")
    today = clock.today()
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    SUBSIDIE.perform(subsidie, "aanvulling_vragen", actor, record={"punten": len(asked)})
    rule = _hersteltermijn(publicatie.inhoud["hersteltermijn_dagen"])
    termijn = start_term(
        session, subsidie, rule, on=today, party_id=subsidie.aanvrager_id or subsidie.eigenaar_id,
        taak="Vul de aanvraag aan" if subsidie.aanvrager_id else "Leg vast wat de aanvrager op papier aanvult",
        gevolg="De gemeente kan besluiten om de aanvraag niet te behandelen (Awb 4:5).",
        endpoint="aanvraag.subsidie" if subsidie.aanvrager_id else "subsidie.dossier",
        permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN] if subsidie.aanvrager_id else [P.SUBSIDIE_BEHANDELEN])
    settle(session)
    if lopend := _beslissing(session, subsidie):
        suspend_term(session, lopend, actor, on=today, ground="aanvulling gevraagd",
                     article="Algemene wet bestuursrecht, artikel 4:15, lid 1, onder a")
    if subsidie.aanvrager_id:
        lines = "\n".join(f"- {punt}" for punt in asked)
        send_message(
            session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
            onderwerp=f"Vul uw aanvraag aan: {subsidie.titel}",
            tekst=f"Uw aanvraag {subsidie.reference} is nog niet compleet. Dit ontbreekt:\n{lines}\n\n"
                  f"U kunt tot en met {day_text(termijn.due_on)} aanvullen. Zo lang staat onze beslistermijn stil. Vult u niet "
                  "aan? Dan kunnen wij besluiten om uw aanvraag niet te behandelen (Awb 4:5).")
    settle(session)
    return termijn


def _beslissing(session, subsidie: Subsidie) -> Termijn | None:
    """The term to decide that runs now: that of the law or the regulation, or the one of a notice of delay."""
    return (queries.termijn(session, subsidie.id, "nieuwe_beslistermijn", open_only=True)
            or queries.termijn(session, subsidie.id, "beslistermijn", open_only=True))


def _resume(session, subsidie: Subsidie, on: date) -> None:
    if lopend := _beslissing(session, subsidie):
        resume_term(session, lopend, on=on)


def papieren_aanvulling(session, actor, subsidie_id, *, on: date) -> Subsidie:
    """A supplement that came on paper, from an applicant who is not in the portal."""
    subsidie = own_case(session, actor, subsidie_id)
    if subsidie.aanvrager_id:
        raise Refused("Deze aanvrager vult aan in het portaal.", status=409)
    zonder_belang(subsidie, actor)
    if on > clock.today():
        raise Refused("De dag van ontvangst ligt in de toekomst.")
    SUBSIDIE.perform(subsidie, "aangevuld", actor, on=on, record={"papier": True})
    _resume(session, subsidie, on)
    _na_aanvulling(session, subsidie, on)
    return subsidie


def _na_aanvulling(session, subsidie: Subsidie, on: date) -> None:
    """Somebody looks whether it is enough now. If not, the four weeks to decide not to handle it run from this day too."""
    work.wait_for(session, subsidie, "werk_ontvangen")
    _niet_behandelen(session, subsidie, on, "Kijk of de aanvraag nu compleet is. Zo niet: besluit om haar niet te behandelen")
    settle(session)


def _niet_behandelen(session, subsidie: Subsidie, on: date, taak: str) -> None:
    start_term(session, subsidie, terms.rule("buiten_behandeling"), on=on, party_id=subsidie.eigenaar_id, taak=taak,
               gevolg="Niet behandelen kan dan niet meer. De gemeente beoordeelt de aanvraag dan gewoon (Awb 4:5, lid 4).",
               endpoint="subsidie.dossier", permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])


def _zonder_voorstel(session, subsidie: Subsidie) -> None:
    """What was written for a decision not to handle the application, is no proposal about what is in it."""
    if working := queries.voorstel(session, subsidie.id):
        session.delete(working)


def termijnen_verlopen(session, actor, on: date) -> int:
    """What time does by itself: the time to supplement ends unused, the time for a view is over. Returns how many cases."""
    def unsupplemented(subsidie_id) -> int:
        subsidie = load(session, Subsidie, subsidie_id, lock=True)
        herstel = queries.termijn(session, subsidie.id, "hersteltermijn", open_only=True)
        if subsidie.state != State.WACHT_OP_AANVULLING or herstel is None or herstel.due_on >= on:
            return 0
        # As a supplement on the last day would: that day counts for the term to decide again.
        ended = herstel.due_on
        SUBSIDIE.perform(subsidie, "niet_aangevuld", actor, on=ended)
        _resume(session, subsidie, ended)
        _niet_behandelen(session, subsidie, ended, "Besluit om de aanvraag niet te behandelen, of behandel haar toch")
        settle(session)
        return 1

    def unanswered(subsidie_id) -> int:
        subsidie = load(session, Subsidie, subsidie_id, lock=True)
        termijn = queries.termijn(session, subsidie.id, "zienswijze", open_only=True)
        if termijn is None or termijn.due_on >= on:
            return 0
        meet_term(session, subsidie, "zienswijze", on=termijn.due_on)
        subsidie.record("subsidie:geen-zienswijze", actor=actor)
        _na_zienswijze(session, subsidie)
        settle(session)
        return 1

    return (per_dossier(session, voorbij(session, actor, on, "hersteltermijn"), unsupplemented)
            + per_dossier(session, voorbij(session, actor, on, "zienswijze"), unanswered))


def toch_behandelen(session, actor, subsidie_id, *, reden: str) -> Subsidie:
    """Handle an application that was not supplemented after all."""
    subsidie = own_case(session, actor, subsidie_id)
    SUBSIDIE.perform(subsidie, "toch_behandelen", actor, reden=reden)
    noteer(session, actor, subsidie, "toch_behandelen", reden)
    _zonder_voorstel(session, subsidie)
    subsidie.compleet_on = subsidie.compleet_on or clock.today()
    work.wait_for(session, subsidie, "werk_behandelen")
    settle(session)
    return subsidie


def in_de_regeling(publicatie: RegelingPublicatie) -> bool:
    """Does a rule set the term to decide? Then a notice of delay does not move it (Awb 4:14, lid 1 and 3)."""
    return publicatie.inhoud["beslistermijn_weken"] is not None


def uitstellen(session, actor, subsidie_id, *, tot: date, reden: str) -> Termijn:
    """Tell the applicant, before the term is over, that it will be later, and until when (Awb 4:14): once. A new term only
    takes the place of the reasonable one of Awb 4:13 (lid 3). A term that the scheme sets runs on, and so does what being late
    costs: the new day is information (lid 1)."""
    subsidie = own_case(session, actor, subsidie_id)
    lopend = queries.termijn(session, subsidie.id, "beslistermijn", open_only=True)
    today = clock.today()
    if lopend is None or lopend.due_on < today:
        raise Refused("De beslistermijn is al voorbij. Uitstel meldt u voordat hij voorbij is (Awb 4:14).", status=409)
    if tot <= lopend.due_on:
        raise Refused("De nieuwe dag ligt na de beslistermijn die nu loopt.")
    SUBSIDIE.perform(subsidie, "uitstellen", actor, reden=reden, record={"tot_en_met_on": tot})
    noteer(session, actor, subsidie, "uitstellen", reden)
    rule = terms.rule("nieuwe_beslistermijn", length=Length(days=(tot - today).days))
    holds = ""
    if in_de_regeling(load(session, RegelingPublicatie, subsidie.publicatie_id)):
        termijn = start_term(
            session, subsidie, terms.rule("besluit_verwacht", length=rule.length), on=today, party_id=subsidie.eigenaar_id,
            taak="", gevolg="De beslistermijn loopt gewoon door. Daarna kan de aanvrager de gemeente in gebreke stellen.")
        holds = (f"\n\nDe termijn uit de regeling blijft gelden: {day_text(lopend.due_on)}. Daarna mag u ons in gebreke "
                 "stellen. Na twee weken kost elke dag dat wij te laat zijn ons geld (Awb 4:17).")
    else:
        meet_term(session, subsidie, "beslistermijn", on=today)
        termijn = start_term(session, subsidie, rule, on=today, party_id=subsidie.eigenaar_id, taak="Besluit op de aanvraag",
                             gevolg=GEVOLG_BESLISSEN, endpoint="subsidie.dossier",
                             permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij hebben meer tijd nodig: {subsidie.titel}",
                     tekst=f"Wij kunnen niet op tijd besluiten over uw aanvraag {subsidie.reference}. U krijgt ons besluit "
                           f"uiterlijk op {day_text(tot)}. De reden is: {reden.strip()}{holds}")
    settle(session)
    return termijn


# Assessment --------------------------------------------------------------------------------------------------------------

def beoordelen(session, actor, subsidie_id, *, criterium: str, punten: Decimal, motivering: str) -> Beoordeling:
    """Give points on one criterion, with the reason. Nobody judges an own organisation, or without a statement of interest."""
    subsidie = own_case(session, actor, subsidie_id)
    publicatie = load(session, RegelingPublicatie, subsidie.publicatie_id)
    row = next((c for c in publicatie.inhoud["inrichting"]["criteria"] if c["code"] == criterium), None)
    if row is None:
        raise NotFound()
    if not 0 <= punten <= Decimal(row["punten"]):
        raise Refused(f"Geef 0 tot en met {row['punten']} punten.")
    if len(motivering.strip()) < 10:
        raise Refused("Schrijf waarom u deze punten geeft, in ten minste één zin.")
    old = queries.beoordelingen(session, subsidie.id).get(criterium)
    if old is not None:
        session.delete(old)
        session.flush()
    beoordeling = Beoordeling(**under(subsidie, actor.party_id), criterium=criterium, punten=punten,
                              motivering=motivering.strip(), beoordelaar_id=actor.user_id)
    with refusing(session):
        session.add(beoordeling)
    with refusing(session):
        subsidie.record("intern:beoordelen", actor=actor, criterium=criterium, punten=punten)
    return beoordeling


def afronden(session, actor, subsidie_id) -> Subsidie:
    """The assessment is done: a proposal can be written."""
    subsidie = own_case(session, actor, subsidie_id)
    SUBSIDIE.perform(subsidie, "beoordelen", actor)
    work.wait_for(session, subsidie, "werk_voorstellen")
    settle(session)
    return subsidie


def heropenen(session, actor, subsidie_id, *, reden: str) -> Subsidie:
    """Open the assessment again, with a reason."""
    subsidie = own_case(session, actor, subsidie_id)
    SUBSIDIE.perform(subsidie, "heropenen", actor, reden=reden)
    noteer(session, actor, subsidie, "heropenen", reden)
    work.wait_for(session, subsidie, "werk_behandelen")
    settle(session)
    return subsidie


def rangschikken(session, actor, regeling_id, *, geloot: Sequence[uuid.UUID] = (), toezicht: str = "") -> list[Subsidie]:
    """Give every open application of a tender its place by its points, or of a draw by the lot (`geloot`: the ids in the order
    drawn, `toezicht`: who watched). Of equal points the order of receipt decides, as the scheme says."""
    regeling = load(session, Regeling, regeling_id, lock=True)
    if regeling.eigenaar_id != actor.party_id:
        raise NotFound()
    if regeling.verdeling == rules.Verdeling.VOLGORDE:
        raise Refused("Bij deze regeling telt de volgorde van ontvangst.", status=409)
    publicatie = queries.publicatie_van(session, regeling_id)
    if publicatie is None or clock.now() < publicatie.sluit_at:
        raise Refused("De rangorde komt er pas als er niemand meer kan aanvragen.", status=425)
    zaken = list(session.scalars(select(Subsidie).where(Subsidie.regeling_id == regeling_id, Subsidie.state.in_(OPEN))))
    if queries.met_belang(session, actor, [z.id for z in zaken]):
        raise Refused(BELANG_BIJ_EEN, status=403)
    if regeling.verdeling == rules.Verdeling.LOTING:
        if {z.id for z in zaken} != set(geloot) or not toezicht.strip():
            raise Refused("Noem alle aanvragen in de volgorde van de loting, en wie toezicht hield.")
        order = sorted(zaken, key=lambda z: list(geloot).index(z.id))
    else:
        if waits := [z.reference for z in zaken if z.state != State.BEOORDEELD]:
            raise Refused(f"Nog niet alle aanvragen zijn beoordeeld: {', '.join(sorted(waits))}.", status=409)
        punten = {z.id: queries.score(session, z).punten for z in zaken}
        order = sorted(zaken, key=lambda z: (-punten[z.id], z.volgnummer))
    for place, zaak in enumerate(order, start=1):
        zaak.rang = place
    if toezicht.strip():  # who watched, and what was drawn: both are asked for when somebody objects
        drawn = ", ".join(f"{zaak.rang}. {zaak.reference}" for zaak in order)
        noteer(session, actor, regeling, "rangschikken", f"Toezicht op de loting: {toezicht.strip()}. De uitslag: {drawn}.")
    with refusing(session):
        regeling.record("regeling:rangschikken", actor=actor, aantal=len(order), verdeling=regeling.verdeling)
    return order


# Hearing -----------------------------------------------------------------------------------------------------------------

def zienswijze_over(session, subsidie: Subsidie) -> tuple[str, str]:
    """Why the applicant is asked for its view where this case stands, and on which article: what was asked for is refused (Awb
    4:7), or the gemeente decides something that nobody asked for (Awb 4:8)."""
    asked = subsidie.state == State.BEOORDEELD or (
        subsidie.state == State.IN_VASTSTELLING and queries.laatste(session, subsidie.id, Indiensoort.VASTSTELLING) is not None)
    return load_config("subsidies")["zienswijze"]["over"].get(subsidie.state, ""), "4:7" if asked else "4:8"


def zienswijze_vragen(session, actor, subsidie_id, *, reden: str) -> Termijn:
    """Ask the applicant for its view before deciding against it on facts it did not supply itself (Awb 4:7, 4:8)."""
    subsidie = own_case(session, actor, subsidie_id)
    if queries.termijn(session, subsidie.id, "zienswijze", open_only=True):
        raise Refused("De aanvrager is al om een zienswijze gevraagd.", status=409)
    SUBSIDIE.perform(subsidie, "zienswijze_vragen", actor, reden=reden)
    noteer(session, actor, subsidie, "zienswijze_vragen", reden)
    lengte, (over, artikel) = load_config("subsidies")["zienswijze"], zienswijze_over(session, subsidie)
    rule = TermRule(kind="zienswijze", article=f"Algemene wet bestuursrecht, artikel {artikel}", statutory=False,
                    length=Length(days=lengte["dagen"]), source=lengte["bron"], label="Zienswijze geven",
                    event="Om een zienswijze gevraagd")
    termijn = start_term(
        session, subsidie, rule, on=clock.today(), party_id=subsidie.aanvrager_id or subsidie.eigenaar_id,
        taak="Geef uw zienswijze" if subsidie.aanvrager_id else "Leg de zienswijze vast die op papier komt",
        gevolg="De gemeente besluit met wat zij nu weet.",
        endpoint="aanvraag.subsidie" if subsidie.aanvrager_id else "subsidie.dossier",
        permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN] if subsidie.aanvrager_id else [P.SUBSIDIE_BEHANDELEN])
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=subsidie.id,
                     onderwerp=f"Wij vragen uw zienswijze: {subsidie.titel}",
                     tekst=f"{over} Dat komt door: {reden.strip()}\n\n"
                           f"U kunt tot en met {day_text(termijn.due_on)} zeggen wat u daarvan vindt.")
    settle(session)
    return termijn


def zienswijze_ontvangen(session, actor, indiening: Indiening) -> Subsidie:
    """What the applicant thinks of it came in: each point is an argument that gets an answer (Awb 3:46). Done once."""
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if session.scalar(select(Argument.id).where(Argument.indiening_id == indiening.id).limit(1)):
        return subsidie
    first = len(queries.argumenten(session, subsidie.id)) + 1
    for number, punt in enumerate(indiening.inhoud["punten"], start=first):
        session.add(Argument(**under(subsidie, actor.party_id), indiening_id=indiening.id, nummer=number, tekst=punt))
    on = indiening.ontvangen_on
    meet_term(session, subsidie, "zienswijze", on=on)
    subsidie.record("subsidie:zienswijze", actor=actor, on=on,
                    punten=len(indiening.inhoud["punten"]))
    _na_zienswijze(session, subsidie)
    settle(session)
    return subsidie


# What goes on once the view came in, or its time is over. Of a grant that runs that is a change or a withdrawal.
NA_ZIENSWIJZE = {State.BEOORDEELD: "werk_voorstellen", State.VERLEEND: "werk_voorstellen",
                 State.VERANTWOORDEN: "werk_voorstellen", State.IN_VASTSTELLING: "werk_vaststellen",
                 State.VASTGESTELD: "werk_terugvorderen"}


def _na_zienswijze(session, subsidie: Subsidie) -> None:
    if waits := NA_ZIENSWIJZE.get(State(subsidie.state)):
        work.wait_for(session, subsidie, waits)


def papieren_zienswijze(session, actor, subsidie_id, *, punten: Sequence[str], on: date) -> Subsidie:
    """The view of an applicant who is not in the portal, as it came in on paper."""
    subsidie = own_case(session, actor, subsidie_id)
    if subsidie.aanvrager_id:
        raise Refused("Deze aanvrager geeft de zienswijze in het portaal.", status=409)
    zonder_belang(subsidie, actor)
    if queries.termijn(session, subsidie.id, "zienswijze", open_only=True) is None:
        raise Refused("Er is niet om een zienswijze gevraagd, of de tijd is voorbij.", status=409)
    said = [punt.strip() for punt in punten if punt.strip()]
    if not said:
        raise Refused("Schrijf wat de aanvrager naar voren brengt.")
    if on > clock.today():
        raise Refused("De dag van ontvangst ligt in de toekomst.")
    return zienswijze_ontvangen(session, actor, op_papier(
        session, actor, subsidie, Indiensoort.ZIENSWIJZE, {"punten": said}, regeling_id=subsidie.regeling_id, on=on))


def argument_beantwoorden(session, actor, argument_id, *, antwoord: str) -> Argument:
    """Answer one argument of the applicant: it stands in the letter."""
    subsidie = own_case(session, actor, load(session, Argument, argument_id).dossier_id)
    argument = load(session, Argument, argument_id, lock=True)
    if queries.lopend_besluit(session, subsidie.id) or queries.besloten_na(session, argument):
        raise Refused("Over deze aanvraag is al besloten, of er ligt een voorstel.", status=409)
    if reason := zelf_geen_belang(subsidie, actor=actor):
        raise Refused(reason, status=403)
    if not antwoord.strip():
        raise Refused("Schrijf een antwoord op dit argument.")
    argument.antwoord, argument.beantwoord_by = antwoord.strip(), actor.user_id
    with refusing(session):
        subsidie.record("intern:antwoord", actor=actor, nummer=argument.nummer)
    return argument
