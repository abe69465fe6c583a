"""The gemeente's side of a challenge, from what came in to the moment that an answer can be written."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import object_session

from portal.domains.uitdaagrecht import openbaar, queries, rules, work
from portal.domains.uitdaagrecht.model import (
    OPEN,
    Criteriumoordeel,
    Doorgeleid,
    Gesprek,
    Informatie,
    Inzending,
    Paneladvies,
    Route,
    Routetoets,
    Soort,
    State,
    Steunlijst,
    Uitdaging,
    Verslagakkoord,
)
from portal.domains.uitdaagrecht.papier import bewaar, papier_gebrek
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.belang import Belangverklaring
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import State as Voorstel
from portal.kernel.dossier import (
    Opschorting,
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
from portal.kernel.outbox import enqueue, send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require

# To another body it goes at once; as another request of the own gemeente only with a yes (Awb 2:3).
ZONDER_VRAAG = (Doorgeleid.ANDERE_GEMEENTE, Doorgeleid.ANDER_ORGAAN)
MOTIVERING = 20
AANVULLING_GEVRAAGD = "De gemeente vraagt om een aanvulling"
GEVOLG_BESLISSING = "U krijgt bericht dat het later wordt. Het plan vervalt niet."
_WACHT = {
    "informatie": ("Beantwoord de vraag over de taak", "De bewoners weten niet of hun idee kans maakt."),
    "triage": ("Bel de bewoners, en kijk wat het plan is", "De bewoners weten niet of iemand hun plan las."),
    "dialoog": ("Praat met de bewoners over hun plan", "De gesprekken slepen voort. De termijn om te beslissen loopt door."),
    "bemiddeling": ("Kijk of de bemiddeling iets opleverde", "Niemand weet of bewoners en gemeente eruit komen."),
}


def ontvangen(session, actor, *, gemeente_id: uuid.UUID, titel: str, state: State, taak_id: uuid.UUID | None,
              initiatief_id: uuid.UUID | None = None, indiener_id: uuid.UUID | None = None, plan: dict | None = None,
              papier_van: str = "", on: date | None = None, eerste_on: date | None = None) -> Uitdaging:
    """A challenge, or a question before it, stands at this gemeente from today. `on`: received on paper on another day;
    `eerste_on`: the day another gemeente received it."""
    today = clock.today()
    uitdaging = Uitdaging(
        reference=next_reference(session, "RTC"), titel=titel, state=state, eigenaar_id=gemeente_id,
        initiatief_id=initiatief_id, indiener_id=indiener_id, taak_id=taak_id, papier_van=papier_van, plan=plan or {},
        regels=queries.regels_van_gemeente(queries.gemeente(session, gemeente_id).slug).to_json(),
        ontvangen_on=on or today, eerste_on=eerste_on or on or today)
    session.add(uitdaging)
    settle(session)
    # About what was bought together, the database names the task (portal.uitdaging_regio).
    session.refresh(uitdaging, ["taak_id"])
    uitdaging.record("uitdaging:ontvangen", actor=actor, on=uitdaging.ontvangen_on, state_to=state)
    if indiener_id:
        share(session, uitdaging, indiener_id, "indiener")
    if state == State.INFOVERZOEK:
        _begin(session, uitdaging, "informatie", on=uitdaging.ontvangen_on)
    else:
        plan_begint(session, uitdaging, uitdaging.ontvangen_on)
    settle(session)
    return uitdaging


def plan_begint(session, uitdaging: Uitdaging, on: date) -> None:
    """A plan was received here on this day: say soon what happens with it, and decide in the term of the ordinance. Where this
    college decides for all gemeenten, they hear of it."""
    _begin(session, uitdaging, "triage", on=on)
    start_term(session, uitdaging, rules.termijn("beslissing", queries.regels(uitdaging)), on=on, taak="",
               gevolg=GEVOLG_BESLISSING, party_id=uitdaging.eigenaar_id)
    settle(session)
    openbaar.regio_inlichten(session, uitdaging)


def _begin(session, uitdaging: Uitdaging, kind: str, *, on: date | None = None) -> None:
    """A term of the ordinance in which the gemeente must do something."""
    taak, gevolg = _WACHT[kind]
    start_term(session, uitdaging, rules.termijn(kind, queries.regels(uitdaging)), on=on or clock.today(), taak=taak,
               gevolg=gevolg, party_id=uitdaging.eigenaar_id, endpoint="uitdaging.zaak", permissions=(P.UITDAGING_BEHANDELEN,))


def op_papier(session, actor, *, van: str, on: date, gegevens: dict, taak_id: uuid.UUID | None = None) -> Uitdaging:
    """Enter a plan that came by letter or at the desk: who it is from, and the day it came in."""
    require(actor, P.UITDAGING_BEHANDELEN)
    faults = [f"Er ontbreekt nog: {rules.IDEE[code]}." for code in rules.ontbreekt(gegevens, rules.IDEE)]
    if not van.strip():
        faults.append("Schrijf van wie het plan is, en hoe u hen bereikt.")
    if on > clock.today():
        faults.append("De dag waarop het plan binnenkwam, ligt in de toekomst.")
    if faults:
        raise Refused(*faults)
    if taak_id and queries.taak(session, taak_id).party_id != actor.party_id:
        raise Refused("Deze taak is van een andere gemeente.")
    titel = rules.titel(gegevens)
    inhoud = {"titel": titel, "gegevens": gegevens, "van": van.strip(), "binnen_on": on.isoformat()}
    uitdaging = ontvangen(session, actor, gemeente_id=actor.party_id, titel=titel, state=State.ONTVANGEN, taak_id=taak_id,
                          plan=inhoud, papier_van=van.strip(), on=on)
    bewaar(session, actor, uitdaging, Soort.UITDAGING, inhoud)
    return uitdaging


# What it is -----------------------------------------------------------------------------------------------------------------

def informeren(session, actor, uitdaging_id, *, antwoord: str, kosten: str = "", kwaliteit: str = "", contract: str = "",
               achtergehouden: str = "", reden: str = "") -> Informatie:
    """Answer a question about a task: what it costs, how good it must be, until when somebody has it; and what is kept back,
    with the reason (Woo 5.1)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if len(antwoord.strip()) < MOTIVERING:
        raise Refused("Schrijf een antwoord dat de bewoners verder helpt.")
    if achtergehouden.strip() and not reden.strip():
        raise Refused("Schrijf waarom u dit niet geeft.")
    asked = next((one for one in queries.informatie(session, uitdaging.id) if one.beantwoord_on is None), None)
    if asked is None:
        raise Refused("Er is geen vraag die op antwoord wacht.", status=409)
    UITDAGING.perform(uitdaging, "informeren", actor)
    asked.antwoord, asked.kosten, asked.kwaliteit, asked.contract = (
        text.strip() for text in (antwoord, kosten, kwaliteit, contract))
    asked.achtergehouden, asked.achtergehouden_reden = achtergehouden.strip(), reden.strip()
    asked.beantwoord_on, asked.beantwoord_by = clock.today(), actor.user_id
    _tell(session, actor, uitdaging, "De gemeente beantwoordde uw vraag over de taak",
          "U vindt het antwoord bij uw idee. Wilt u verder? Dan kunt u uw plan indienen.")
    settle(session)
    return asked


def in_behandeling(session, actor, uitdaging_id) -> Uitdaging:
    """This is a challenge: whoever says so is the contact person, by name."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "in_behandeling", actor)
    uitdaging.behandelaar_id = actor.user_id
    work.wait_for(session, uitdaging, "werk_toetsen")
    _tell(session, actor, uitdaging, "De gemeente neemt uw plan in behandeling",
          f"{actor.naam} is uw contactpersoon. De gemeente kijkt nu of uw plan aan de voorwaarden voldoet.")
    settle(session)
    return uitdaging


def doorgeleiden(session, actor, uitdaging_id, *, soort: str, naar: str = "", gemeente_id: uuid.UUID | None = None
                 ) -> Uitdaging:
    """This is something else, or somebody else's. To another body it goes at once; as another request of the own gemeente the
    residents are asked first (Awb 2:3)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = [] if soort in set(Doorgeleid) else ["Kies wat het is."]
    if soort == Doorgeleid.ANDERE_GEMEENTE:
        if gemeente_id is None or gemeente_id == actor.party_id:
            faults.append("Kies de gemeente waar dit plan hoort.")
        else:
            naar = f"gemeente {queries.gemeente(session, gemeente_id).naam}"
    elif not naar.strip():
        faults.append("Schrijf wie het overneemt.")
    if faults:
        raise Refused(*faults)
    if fault := doorgeleiden_gebrek(uitdaging):
        raise Refused(fault, status=409)
    uitdaging.doorgeleid, uitdaging.doorgeleid_naar, uitdaging.doorgeleid_id = soort, naar.strip(), gemeente_id
    # On paper nobody can be asked here: the coordinator did, and writes it down.
    if soort in ZONDER_VRAAG or uitdaging.indiener_id is None:
        return _doorgestuurd(session, actor, uitdaging)
    if obstacles := UITDAGING.obstacles(uitdaging, "doorgeleiden", actor):
        raise Refused(*obstacles)
    uitdaging.record("uitdaging:vraag-doorgeleiden", actor=actor, soort=soort)
    _tell(session, actor, uitdaging, "Mag de gemeente uw plan anders behandelen?",
          f"De gemeente denkt dat dit geen uitdaging is, en wil het doorgeven aan: {uitdaging.doorgeleid_naar}. Dat gebeurt "
          "alleen als u ja zegt.")
    settle(session)
    return uitdaging


def naar_bevoegde(session, actor, uitdaging_id) -> Uitdaging:
    """Gemeenten bought this task together: to the college that decides for all, at once (Awb 2:3)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if fault := bevoegde_gebrek(uitdaging):
        raise Refused(fault, status=409)
    return doorgeleiden(session, actor, uitdaging_id, soort=Doorgeleid.ANDERE_GEMEENTE,
                        gemeente_id=queries.bevoegd_elders(session, uitdaging))


def bevoegde_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why it does not go to another college that decides for all."""
    if queries.bevoegd_elders(object_session(uitdaging), uitdaging) is None:
        return "Over deze taak beslist uw eigen gemeente."
    return doorgeleiden_gebrek(uitdaging)


def doorgeleiden_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why it cannot be passed on now, whatever it is."""
    if uitdaging.doorgeleid and uitdaging.state != State.DOORGELEID:
        return "De gemeente vroeg de bewoners al of dit mag. Wacht op hun antwoord."
    return None


def _doorgestuurd(session, actor, uitdaging: Uitdaging) -> Uitdaging:
    """It goes on, and who sent it in hears to whom. At another gemeente its terms begin at its own receipt; the first day
    stays."""
    gemeente_id = uitdaging.doorgeleid_id
    UITDAGING.perform(uitdaging, "doorgeleiden", actor, record={"soort": uitdaging.doorgeleid, "naar": gemeente_id})
    _voorstel_vervalt(session, actor, uitdaging)
    settle(session)
    if gemeente_id and uitdaging.initiatief_id:
        session.execute(select(func.portal.initiatief_doorgeven(uitdaging.id)))
        sent = queries.laatste(session, uitdaging.initiatief_id, Soort.UITDAGING)
        enqueue(session, "inzending_innemen", inzending_id=sent.id, party_id=gemeente_id)
    _tell(session, actor, uitdaging, "Uw plan is doorgestuurd",
          f"Het gaat naar: {uitdaging.doorgeleid_naar}. De dag waarop u het instuurde blijft bekend: "
          f"{uitdaging.eerste_on:%d-%m-%Y}.")
    settle(session)
    return uitdaging


def ingestemd(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    """The residents said yes or no to what was asked."""
    over, ja = inzending.inhoud["over"], inzending.inhoud["ja"]
    if over == "doorgeleiden" and inzending.inhoud["wat"] == uitdaging.doorgeleid and uitdaging.state in (
            State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS):
        if ja:
            _doorgestuurd(session, actor, uitdaging)
        else:
            uitdaging.doorgeleid, uitdaging.doorgeleid_naar = None, ""
            uitdaging.record("uitdaging:blijft", actor=actor)
    elif over == "aanpassing" and uitdaging.state == State.BESLISSEN and inzending.inhoud["wat"] == uitdaging.aanpassing:
        uitdaging.aanpassing_ja = ja
        uitdaging.record("uitdaging:aanpassing-antwoord", actor=actor, ja=ja)


def aanvulling_vragen(session, actor, uitdaging_id, *, velden: Sequence[str], uitleg: str) -> Uitdaging:
    """Ask what is missing, once, and nothing that the ordinance does not ask. The term to decide stands still (Awb 4:15)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    asked = [code for code in velden if code in rules.UITDAGING]
    faults = [] if asked else ["Kies wat er ontbreekt."]
    if not uitleg.strip():
        faults.append("Schrijf wat de bewoners moeten aanvullen.")
    if faults:
        raise Refused(*faults)
    if fault := aanvulling_gebrek(uitdaging):
        raise Refused(fault, status=409)
    UITDAGING.perform(uitdaging, "aanvulling_vragen", actor, record={"velden": " ".join(asked)})
    uitdaging.gevraagd = asked
    start_term(session, uitdaging, rules.termijn("aanvulling", queries.regels(uitdaging)), on=clock.today(),
               taak="Vul uw plan aan", gevolg="De gemeente beslist dan met wat zij weet, en kan nee zeggen.",
               party_id=uitdaging.indiener_id, endpoint=None, permissions=(P.UITDAGING_EIGEN,))
    if termijn := queries.termijn(session, uitdaging.id, "beslissing"):
        suspend_term(session, termijn, actor, on=clock.today(), ground="aanvulling gevraagd",
                     article="Algemene wet bestuursrecht, artikel 4:15, lid 1, onder a")
    names = ", ".join(rules.UITDAGING[code] for code in asked)
    _tell(session, actor, uitdaging, AANVULLING_GEVRAAGD,
          f"De gemeente wil nog weten: {names}. {uitleg.strip()}")
    settle(session)
    return uitdaging


def aanvulling_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why nothing can be asked now: once is enough, and of a plan on paper nobody asks it here."""
    if uitdaging.gevraagd:
        return "De gemeente vroeg al een keer om een aanvulling. Nog eens kan niet."
    if uitdaging.indiener_id is None:
        return "Dit plan kwam op papier. Vraag de aanvulling aan de bewoners zelf, en vul het plan hier aan."
    return None


def aangevuld(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    """The residents added what was asked: the term to decide goes on."""
    if uitdaging.state != State.WACHT_OP_AANVULLING:
        return
    UITDAGING.perform(uitdaging, "aanvullen", actor)
    _voorstel_vervalt(session, actor, uitdaging)
    hervat(session, uitdaging)
    uitdaging.plan = inzending.inhoud
    work.wait_for(session, uitdaging, "werk_toetsen")


def hervat(session, uitdaging: Uitdaging) -> None:
    """The term to decide counts again, where it stood still."""
    termijn = queries.termijn(session, uitdaging.id, "beslissing")
    if termijn is not None and session.scalar(select(Opschorting.id).where(
            Opschorting.termijn_id == termijn.id, Opschorting.completed_on.is_(None))):
        resume_term(session, termijn, on=clock.today())


def ontvankelijk(session, actor, uitdaging_id) -> Uitdaging:
    """The plan meets the conditions: the talks begin."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "ontvankelijk", actor)
    _voorstel_vervalt(session, actor, uitdaging)
    regels = queries.regels(uitdaging)
    _begin(session, uitdaging, "dialoog")
    _tell(session, actor, uitdaging, "Uw plan voldoet aan de voorwaarden",
          f"De gemeente praat met u verder over uw plan, in ten hoogste {regels.gesprekken} gesprekken.")
    settle(session)
    return uitdaging


# Talking --------------------------------------------------------------------------------------------------------------------

def gesprek(session, actor, uitdaging_id, *, op_on: date, wie: str, verslag: str) -> Gesprek:
    """Write down a talk. The gemeente says by that that its report is right; the residents say so too, or what is not."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = []
    if op_on > clock.today():
        faults.append("Dit gesprek is nog niet geweest.")
    elif op_on < uitdaging.ontvangen_on:
        faults.append("Het gesprek was voor het plan binnenkwam. Kijk de dag na.")
    if not wie.strip():
        faults.append("Schrijf wie erbij waren, zonder namen: bijvoorbeeld drie bewoners en de vakafdeling.")
    if len(verslag.strip()) < MOTIVERING:
        faults.append("Schrijf wat er is besproken en afgesproken.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "gesprek", actor, on=op_on)
    talk = Gesprek(id=uuid.uuid4(), **under(uitdaging, actor.party_id), op_on=op_on, wie=wie.strip(), verslag=verslag.strip(),
                   geschreven_by=actor.user_id)
    session.add(talk)
    settle(session)
    session.add(Verslagakkoord(**under(uitdaging, actor.party_id), gesprek_id=talk.id, akkoord=True, door=actor.user_id))
    _tell(session, actor, uitdaging, "Klopt het verslag van ons gesprek?",
          "U vindt het verslag bij uw plan. Zeg of het klopt, of wat er anders moet.")
    settle(session)
    return talk


def bemiddelen(session, actor, uitdaging_id, *, wie: str, reden: str) -> Uitdaging:
    """Residents and gemeente do not get further: somebody who is of neither helps."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if not wie.strip():
        raise Refused("Schrijf wie er bemiddelt. Dat is iemand die niet bij de gemeente werkt.")
    UITDAGING.perform(uitdaging, "bemiddelen", actor, reden=reden)
    _begin(session, uitdaging, "bemiddeling")
    _tell(session, actor, uitdaging, "Iemand helpt ons samen verder",
          f"{wie.strip()} bemiddelt tussen u en de gemeente. De reden: {reden.strip()}")
    settle(session)
    return uitdaging


def hervatten(session, actor, uitdaging_id) -> Uitdaging:
    """The talks go on."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "hervatten", actor)
    settle(session)
    return uitdaging


def plan_ontvangen(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    """The plan is final: the department judges it."""
    if uitdaging.state not in (State.DIALOOG, State.BEMIDDELING):
        return
    UITDAGING.perform(uitdaging, "plan", actor)
    uitdaging.plan = inzending.inhoud
    work.wait_for(session, uitdaging, "werk_beoordelen")


def papieren_plan(session, actor, uitdaging_id, *, gegevens: dict) -> Uitdaging:
    """The final plan of who came on paper, typed over."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if fault := papier_gebrek(uitdaging):
        raise Refused(fault, status=409)
    faults = [f"Er ontbreekt nog: {rules.UITDAGING[code]}." for code in rules.ontbreekt(gegevens)]
    if fault := queries.steun_gebrek(session, uitdaging):
        faults.append(fault)
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "plan", actor)
    uitdaging.plan = bewaar(session, actor, uitdaging, Soort.PLAN, {"titel": uitdaging.titel, "gegevens": gegevens}).inhoud
    work.wait_for(session, uitdaging, "werk_beoordelen")
    settle(session)
    return uitdaging


def steun_tellen(session, actor, uitdaging_id, *, aantal: int, omschrijving: str) -> Steunlijst:
    """Count supporters on paper; a colleague counts again before it counts."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    if not 0 < aantal < 1_000_000:
        raise Refused("Schrijf hoeveel handtekeningen er op de lijst staan.")
    if not omschrijving.strip():
        raise Refused("Schrijf welke lijst het is, bijvoorbeeld: drie vellen van 12 mei.")
    counted = Steunlijst(**under(uitdaging, actor.party_id), aantal=aantal, omschrijving=omschrijving.strip(),
                         geteld_by=actor.user_id)
    session.add(counted)
    uitdaging.record("uitdaging:steun-tellen", actor=actor, aantal=aantal)
    settle(session)
    return counted


def steun_controleren(session, actor, steunlijst_id) -> Steunlijst:
    """Counted again, by another: from now on it counts."""
    counted = load(session, Steunlijst, steunlijst_id)
    require(actor, P.UITDAGING_BEHANDELEN)
    if counted.eigenaar_id != actor.party_id:
        raise NotFound()
    # Only who counts again may change what was counted again: the wall locks it for nobody else.
    if counted.gecontroleerd_by is not None:
        raise Refused("Deze lijst is al nageteld.", status=409)
    load(session, Steunlijst, steunlijst_id, lock=True)
    counted.gecontroleerd_by, counted.gecontroleerd_on = actor.user_id, clock.today()
    load(session, Uitdaging, counted.dossier_id).record("uitdaging:steun-controleren", actor=actor, aantal=counted.aantal)
    settle(session)
    return counted


# Judging --------------------------------------------------------------------------------------------------------------------

def beoordelen(session, actor, uitdaging_id, *, criterium: str, oordeel: str, motivering: str) -> Criteriumoordeel:
    """What the department thinks on one criterion, and why; who judges it last, stands with it."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = []
    if criterium not in queries.criteria():
        faults.append("Kies een criterium.")
    if oordeel not in set(rules.Oordeel):
        faults.append("Kies wat u ervan vindt.")
    if len(motivering.strip()) < MOTIVERING:
        faults.append("Schrijf in een paar zinnen waarom.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "beoordelen", actor, record={"criterium": criterium, "oordeel": oordeel})
    found = queries.oordelen(session, uitdaging.id).get(criterium)
    if found is None:
        found = Criteriumoordeel(**under(uitdaging, actor.party_id), criterium=criterium)
        session.add(found)
    found.oordeel, found.motivering, found.door = oordeel, motivering.strip(), actor.user_id
    settle(session)
    return found


def beoordeeld(session, actor, uitdaging_id) -> Uitdaging:
    """Every criterion was judged: the lawyer says how it can be done."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "beoordeeld", actor)
    work.wait_for(session, uitdaging, "werk_juridisch")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging


def toetsen(session, actor, uitdaging_id, *, route: str, toelichting: str) -> Routetoets:
    """By which way it can lawfully be done: with what that asks (state aid, a threshold, staff, data). The residents read it
    when it is answered."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = [] if route in set(Route) else ["Kies langs welke weg dit kan."]
    if len(toelichting.strip()) < MOTIVERING:
        faults.append("Schrijf waarom, en waar de gemeente op moet letten.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "toetsen", actor, record={"route": route})
    found = queries.routetoets(session, uitdaging.id)
    if found is None:
        found = Routetoets(**under(uitdaging, actor.party_id))
        session.add(found)
    found.route, found.toelichting, found.door, found.op_on = route, toelichting.strip(), actor.user_id, clock.today()
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return found


def naar_panel(session, actor, uitdaging_id) -> Uitdaging:
    """Ask the panel."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "naar_panel", actor)
    work.wait_for(session, uitdaging, "werk_panel")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging


def verklaren(session, actor, uitdaging_id, *, heeft_belang: bool, toelichting: str = "") -> Belangverklaring:
    """A member of the panel says whether they have an interest in it (Awb 2:4)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id)
    require(actor, P.UITDAGING_ADVISEREN)
    if heeft_belang and not toelichting.strip():
        raise Refused("Schrijf welk belang u heeft.")
    said = Belangverklaring(**under(uitdaging, actor.party_id), account_id=actor.user_id, heeft_belang=heeft_belang,
                            toelichting=toelichting.strip() or None)
    session.add(said)
    uitdaging.record("uitdaging:belang", actor=actor, heeft_belang=heeft_belang)
    settle(session)
    return said


def adviseren(session, actor, uitdaging_id, *, advies: str, motivering: str) -> Paneladvies:
    """What one member of the panel advises."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = [] if advies in set(rules.Uitkomst) - {rules.Uitkomst.NIET_ONTVANKELIJK} else ["Kies wat u adviseert."]
    if len(motivering.strip()) < MOTIVERING:
        faults.append("Schrijf in een paar zinnen waarom.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "adviseren", actor, record={"advies": advies})
    said = Paneladvies(**under(uitdaging, actor.party_id), account_id=actor.user_id, advies=advies,
                       motivering=motivering.strip())
    with refusing(session):
        session.add(said)
    meet_term(session, uitdaging, "werk_panel", on=clock.today())
    return said


def naar_besluit(session, actor, uitdaging_id) -> Uitdaging:
    """Everything is known: the answer can be written."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "naar_besluit", actor)
    work.wait_for(session, uitdaging, "werk_besluit")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging


def aanpassing_vragen(session, actor, uitdaging_id, *, tekst: str) -> Uitdaging:
    """Ask the residents whether it may be done otherwise: without their yes it can not."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if len(tekst.strip()) < MOTIVERING:
        raise Refused("Schrijf wat er anders moet, en waarom.")
    UITDAGING.perform(uitdaging, "aanpassing_vragen", actor)
    uitdaging.aanpassing_ja = None
    uitdaging.aanpassing = tekst.strip()
    if uitdaging.indiener_id:
        _tell(session, actor, uitdaging, "Mag uw plan anders?",
              "De gemeente stelt een verandering voor. U leest die bij uw plan. Zonder uw ja gebeurt het niet.")
    settle(session)
    return uitdaging


def papier_aanpassing(session, actor, uitdaging_id, *, ja: bool) -> Uitdaging:
    """What the residents who came on paper said of a change: kept as what came in, as their own sending would be."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    if fault := papier_aanpassing_gebrek(uitdaging):
        raise Refused(fault, status=409)
    bewaar(session, actor, uitdaging, Soort.INSTEMMING, {"over": "aanpassing", "ja": ja, "wat": uitdaging.aanpassing,
                                                         "toelichting": ""})
    uitdaging.aanpassing_ja = ja
    uitdaging.record("uitdaging:aanpassing-antwoord", actor=actor, ja=ja)
    settle(session)
    return uitdaging


def papier_aanpassing_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why nobody records now what the residents said of a change."""
    if uitdaging.indiener_id is not None:
        return "De bewoners antwoorden zelf in het portaal."
    if not uitdaging.aanpassing or uitdaging.aanpassing_ja is not None or uitdaging.state != State.BESLISSEN:
        return "U vroeg de bewoners nu niets."
    return None


def papier_intrekken(session, actor, uitdaging_id) -> Uitdaging:
    """The residents who came on paper took their plan back."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if fault := papier_gebrek(uitdaging):
        raise Refused(fault, status=409)
    bewaar(session, actor, uitdaging, Soort.INTREKKING, {"reden": "", "van": uitdaging.papier_van,
                                                         "binnen_on": clock.today().isoformat()})
    ingetrokken(session, actor, uitdaging)
    settle(session)
    return uitdaging


def ingetrokken(session, actor, uitdaging: Uitdaging) -> None:
    """The residents took their plan back; everybody reads only that. A proposal for the answer lapses with it."""
    if uitdaging.state in OPEN:
        UITDAGING.perform(uitdaging, "intrekken", actor)
        _voorstel_vervalt(session, actor, uitdaging)
        openbaar.bijwerken(session, uitdaging)


def _voorstel_vervalt(session, actor, uitdaging: Uitdaging) -> None:
    """What was proposed is not asked any more: nobody signs it."""
    for besluit in queries.besluiten(session, uitdaging.id):
        if besluit.state in OPEN_BESLUIT:
            besluit.state = Voorstel.VERVALLEN
            uitdaging.record("intern:vervallen", actor=actor, besluit=besluit.id)


def _tell(session, actor, uitdaging: Uitdaging, onderwerp: str, tekst: str) -> None:
    """A message to who sent it in, and news for who follows it. On paper somebody calls."""
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id, onderwerp=onderwerp,
                     tekst=tekst)
    openbaar.bijwerken(session, uitdaging)
