"""The answer to a challenge: proposed with coded grounds and a reason per criterion, signed under mandate, sent, open to
objection or complaint (Awb 3:46, 3:47 and chapters 6, 7 and 9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from config import load as load_config
from portal.domains.uitdaagrecht import openbaar, posten, queries, rules, work
from portal.domains.uitdaagrecht.model import Inzending, Route, Soort, State, Tegenspraak, Uitdaging
from portal.domains.uitdaagrecht.papier import bewaar
from portal.domains.uitdaagrecht.workflow import BETROKKEN, UITDAGING, niet_getekend
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import bezwaar, clock, terms, werk
from portal.kernel.besluit import Aard, Besluit, Handeling, Rechtsmiddel, betrokken_bij
from portal.kernel.brief import afzender, begin_remedie, besluit_met_dossier, college, ondertekenen
from portal.kernel.documents import Stuk, keep
from portal.kernel.dossier import load, under
from portal.kernel.errors import Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require
from portal.tenants.model import Gemeente, Mandaat, Vervanging

SOORT = posten.SOORT
ANTWOORD_KORT = 40
AL_BEGONNEN = ("De bewoners voeren de taak al uit. Spreek met hen af wat er verandert, of beëindig de afspraak. Een nieuw plan "
               "kan altijd.")
# The ground that asks for a question first.
ONTBREEKT = "informatie_ontbreekt"


@dataclass(frozen=True)
class Uitdagingsbrief:
    """Everything the letter with the answer says; the adapter makes it a PDF."""

    gemeente: Gemeente
    aan: str
    kenmerk: str
    plan: str
    ontvangen_on: date
    ondertekenaar: str
    mandaat: str
    vervangt: str | None
    # From which day until before which day the signer replaces somebody.
    vervanging_van: date | None
    vervanging_tot: date | None
    orgaan: str
    getekend_on: date
    regels: rules.Regels
    inhoud: dict
    # The last day to object; on paper: where it is posted on the day of signing.
    bezwaar_tot: date
    op_papier: bool


class Brieven(Protocol):
    """What makes a letter and puts it in the file store."""

    def uitdaging(self, brief: Uitdagingsbrief) -> Stuk:
        """The letter with the answer, as a stored PDF."""


def voorstellen(session, actor, uitdaging_id, *, uitkomst: str, motivering: str, gronden: Sequence[str] = ()) -> Besluit:
    """Draft the answer; somebody else signs it. Before anybody looked at the content it can only be a no on a ground that shows
    then: who may, whether it is a task of the gemeente, what is missing."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    early = uitdaging.state in (State.ONTVANKELIJKHEIDSTOETS, State.WACHT_OP_AANVULLING)
    known = queries.gronden(toets=early)
    oordelen = queries.oordelen(session, uitdaging.id)
    faults = rules.beslist_gebreken(
        uitkomst, oordelen={code: one.oordeel for code, one in oordelen.items()}, criteria=queries.criteria(),
        gronden=list(gronden), motivering=motivering, ingestemd=bool(uitdaging.aanpassing_ja), minimaal=ANTWOORD_KORT)
    if early and uitkomst in set(rules.Uitkomst) and uitkomst != rules.Uitkomst.NIET_ONTVANKELIJK:
        faults = ["Over de inhoud kan pas na de gesprekken worden beslist. Nu kan alleen: niet in behandeling."]
    if not early and uitkomst == rules.Uitkomst.NIET_ONTVANKELIJK:
        faults.append("Het plan is al in behandeling. Beslis over de inhoud.")
    if unknown := [code for code in gronden if code not in known]:
        faults.append("Kies een grond uit de lijst." if len(unknown) == len(gronden) else "Een van de gronden past hier niet.")
    weg = queries.routetoets(session, uitdaging.id)
    if weg and weg.route == Route.NIET_MOGELIJK and uitkomst in rules.JA:
        faults.append("Volgens de jurist kan dit langs geen enkele weg. Dan kan het antwoord geen ja zijn.")
    if faults:
        raise Refused(*faults)
    if ONTBREEKT in gronden and (fault := _nog_aan_te_vullen(session, uitdaging)):
        raise Refused(fault, status=409)
    UITDAGING.perform(uitdaging, "voorstellen", actor)
    regels = queries.regels(uitdaging)
    formal = regels.rechtskarakter == rules.Rechtskarakter.BESLUIT
    besluit = besluiten.draft(
        session, uitdaging, actor, soort=SOORT, aard=Aard.BESLUIT if formal else Aard.FEITELIJK,
        rechtsmiddel=Rechtsmiddel.BEZWAAR if formal else Rechtsmiddel.KLACHT, bedrag=None,
        orgaan=college(load(session, Gemeente, uitdaging.eigenaar_id)), at=clock.now(), tweede_lezer_nodig=False,
        onderwerp=f"Ons antwoord op uw plan: {uitdaging.titel}", inhoud={
            "uitkomst": uitkomst, "motivering": motivering.strip(), "gronden": list(gronden),
            "oordelen": {code: {"oordeel": one.oordeel, "motivering": one.motivering} for code, one in oordelen.items()},
            "aanpassing": uitdaging.aanpassing if uitkomst == rules.Uitkomst.AANPASSEN else "",
            "route": weg.route if weg else ""})
    with refusing(session):
        session.flush()
    work.wait_for(session, uitdaging, "werk_tekenen")
    settle(session)
    return besluit


def _nog_aan_te_vullen(session, uitdaging: Uitdaging) -> str | None:
    """Why a plan is not refused yet for what it lacks: nobody asked for it, or there is still time (Awb 4:5). On paper the
    gemeente asks by letter."""
    if uitdaging.indiener_id and not uitdaging.gevraagd:
        return "Vraag de bewoners eerst om een aanvulling. Deze grond kan daarna (Awb 4:5)."
    asked = queries.termijn(session, uitdaging.id, "aanvulling")
    if asked is None or asked.due_on < clock.today():
        return None
    return f"De bewoners mogen hun plan nog aanvullen, tot en met {day_text(asked.due_on)}. Deze grond kan daarna (Awb 4:5)."


def terugsturen(session, actor, besluit_id, *, reden: str) -> Besluit:
    """Back to who drafted it, with a reason."""
    besluit, uitdaging = _waiting(session, actor, besluit_id)
    require(actor, P.UITDAGING_TEKENEN)
    besluiten.send_back(besluit, actor, reden=reden)
    work.done(session, uitdaging, "werk_tekenen")
    work.wait_for(session, uitdaging, "werk_besluit")
    uitdaging.record("intern:teruggestuurd", actor=actor, besluit=besluit.id)
    settle(session)
    return besluit


def tekenen(session, actor, besluit_id, *, brieven: Brieven) -> Besluit:
    """Sign under mandate, make the letter and send it: to the portal of who sent the plan in, and news to who follows it. On
    paper the letter waits for the post."""
    besluit, uitdaging = _waiting(session, actor, besluit_id)
    yes = besluit.inhoud["uitkomst"] in rules.JA
    step = "toewijzen" if yes else "afwijzen"
    if obstacles := UITDAGING.obstacles(uitdaging, step, actor):
        raise Refused(*obstacles)
    handtekening = ondertekenen(session, actor, besluit)
    UITDAGING.perform(uitdaging, step, actor, record={"besluit": besluit.id, "uitkomst": besluit.inhoud["uitkomst"],
                                                      **handtekening.feiten})
    uitdaging.uitkomst, uitdaging.route = besluit.inhoud["uitkomst"], (besluit.inhoud["route"] or None) if yes else None
    settle(session)
    stuk = brieven.uitdaging(brief_van(session, besluit, uitdaging, ondertekenaar=actor.naam, mandaat=handtekening.mandaat,
                                       vervanging=handtekening.vervanging))
    keep(session, uitdaging, actor, stuk, soort=queries.BRIEF, titel=besluit.onderwerp, gedeeld_at=clock.now())
    besluiten.mark_sent(besluit, at=clock.now())
    settle(session)
    if uitdaging.indiener_id is None:  # made known on the day that somebody posts it (posten.py)
        work.wait_for(session, uitdaging, "werk_posten")
    else:
        if besluit.rechtsmiddel == Rechtsmiddel.BEZWAAR:
            begin_remedie(session, uitdaging, besluit, on=clock.today(), party_id=uitdaging.indiener_id)
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id, onderwerp=besluit.onderwerp,
                     tekst="De gemeente heeft over uw plan beslist. In de brief leest u wat, waarom, en wat u kunt doen.",
                     besluit_id=besluit.id, brief=(stuk.key, stuk.sha256, stuk.grootte))
    if yes:
        work.wait_for(session, uitdaging, "werk_afspraak")
    openbaar.regio_inlichten(session, uitdaging)
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return besluit


def brief_van(session, besluit: Besluit, uitdaging: Uitdaging, *, ondertekenaar: str, mandaat: Mandaat | None = None,
              vervanging: Vervanging | None = None) -> Uitdagingsbrief:
    """The letter that goes with an answer, also for its preview."""
    today = clock.today()
    return Uitdagingsbrief(
        gemeente=load(session, Gemeente, uitdaging.eigenaar_id), aan=uitdaging.papier_van or "de indieners van het plan",
        kenmerk=uitdaging.reference, plan=uitdaging.titel, ontvangen_on=uitdaging.ontvangen_on, orgaan=besluit.orgaan,
        getekend_on=today, regels=queries.regels(uitdaging), inhoud=besluit.inhoud, bezwaar_tot=bezwaar.uiterlijk(today),
        op_papier=uitdaging.indiener_id is None,
        vervanging_van=vervanging.van if vervanging else None, vervanging_tot=vervanging.tot if vervanging else None,
        **afzender(session, ondertekenaar=ondertekenaar, mandaat=mandaat, vervanging=vervanging))


# Not agreed with ------------------------------------------------------------------------------------------------------------

def tegenspraak_ontvangen(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> Tegenspraak | None:
    """An objection or complaint came in: in time or not, that is said and weighed, never refused here. Nobody is late for an
    answer that was not made known yet (Awb 6:10)."""
    signed = _laatste_antwoord(session, uitdaging)
    if signed is None:
        return None
    binnen, objection = inzending.inhoud.get("binnen_on"), inzending.soort == Soort.BEZWAAR
    on = date.fromisoformat(binnen) if binnen else clock.day_of(inzending.verzonden_at)
    bekend = posten.bekend_on(signed, uitdaging, queries.gepost(session, uitdaging.id))
    late = objection and bekend is not None and not bezwaar.is_tijdig(on, bezwaar.uiterlijk(bekend),
                                                                      inzending.inhoud.get("gepost_on"))
    said = Tegenspraak(**under(uitdaging, uitdaging.eigenaar_id), inzending_id=inzending.id, soort=inzending.soort,
                       besluit_id=signed.id if objection else None, tekst=inzending.inhoud["tekst"], ontvangen_on=on,
                       te_laat=late)
    session.add(said)
    uitdaging.record(f"uitdaging:{inzending.soort}", actor=actor, te_laat=late)
    # The law says until when: an objection from the last day to object, a complaint from its receipt (Awb 7:10 and 9:11).
    rule, begins = ((bezwaar.beslisregel(commissie=False), max(on, bezwaar.uiterlijk(bekend)) if bekend else on) if objection
                    else (terms.rule("klacht"), on))
    werk.begin(session, uitdaging, replace(rule, kind="werk_tegenspraak"), work.WORK["werk_tegenspraak"], on=begins)
    settle(session)
    return said


def _laatste_antwoord(session, uitdaging: Uitdaging) -> Besluit | None:
    return next((one for one in queries.besluiten(session, uitdaging.id) if one.verzonden_at), None)


def tegenspraak_papier(session, actor, uitdaging_id, *, tekst: str, on: date, gepost_on: date | None = None) -> Tegenspraak:
    """Enter an objection or complaint that came by letter, from who has no login: which of both it is says the legal character
    of the answer. It counts from the day it came in, and is in time by the day it was posted too (Awb 6:9)."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    if fault := tegenspraak_papier_gebrek(uitdaging):
        raise Refused(fault, status=409)
    signed = _laatste_antwoord(session, uitdaging)
    faults = [] if tekst.strip() else ["Typ over wat de bewoners schreven."]
    if not clock.day_of(signed.getekend_at) <= on <= clock.today():
        faults.append("Deze dag ligt vóór het antwoord, of in de toekomst. Kijk de dag na.")
    if gepost_on and gepost_on > on:
        faults.append("De brief kan niet binnen zijn gekomen vóór hij op de post ging. Kijk de dagen na.")
    if faults:
        raise Refused(*faults)
    soort = Soort.BEZWAAR if signed.rechtsmiddel == Rechtsmiddel.BEZWAAR else Soort.KLACHT
    return tegenspraak_ontvangen(session, actor, uitdaging, bewaar(session, actor, uitdaging, soort, {
        "tekst": tekst.strip(), "van": uitdaging.papier_van, "binnen_on": on.isoformat(),
        "gepost_on": gepost_on.isoformat() if gepost_on else None}))


def tegenspraak_papier_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why nobody enters an objection or complaint on paper now."""
    if uitdaging.indiener_id is not None:
        return "De bewoners zeggen zelf in het portaal dat zij het er niet mee eens zijn."
    return None if uitdaging.uitkomst else "Er is nog geen antwoord waarover de bewoners iets kunnen zeggen."


def tegenspraak_beslissen(session, actor, tegenspraak_id, *, uitkomst: str, antwoord: str) -> Tegenspraak:
    """Decide on an objection (under mandate) or a complaint, by who had no part in the answer, with the reasons (Awb 7:12 and
    9:12)."""
    said = load(session, Tegenspraak, tegenspraak_id, lock=True)
    uitdaging = queries.eigen(session, actor, said.dossier_id, lock=True)
    require(actor, P.UITDAGING_TEKENEN)
    if said.beantwoord_on is not None:
        raise Refused("Hierop is al beslist.", status=409)
    for one in queries.besluiten(session, uitdaging.id):
        if actor.user_id in betrokken_bij(one):
            raise Refused(BETROKKEN, status=403)
    # A complaint is about how it went: who handled it does not answer that (Awb 9:7).
    if said.soort == Soort.KLACHT and actor.user_id == uitdaging.behandelaar_id:
        raise Refused(BETROKKEN, status=403)
    faults = [] if uitkomst in load_config("uitdaagrecht")["afloop"][said.soort] else ["Kies hoe het afloopt."]
    if uitkomst == "niet_ontvankelijk" and not said.te_laat:
        faults.append("Dit kwam op tijd. Kijk naar de inhoud (Awb 7:11).")
    if len(antwoord.strip()) < ANTWOORD_KORT:
        faults.append("Schrijf wat u beslist en waarom, zo dat de bewoners het begrijpen.")
    if faults:
        raise Refused(*faults)
    if said.soort == Soort.BEZWAAR:
        mandaat, vervanging = besluiten.bevoegdheid(session, Handeling(actor.party_id, SOORT, None), actor, on=clock.today())
        said.mandaat_id, said.vervanging_id = mandaat.id, vervanging.id if vervanging else None
    said.uitkomst, said.antwoord = uitkomst, antwoord.strip()
    said.beantwoord_on, said.beantwoord_by = clock.today(), actor.user_id
    uitdaging.record("uitdaging:tegenspraak-beslist", actor=actor, soort=said.soort, uitkomst=uitkomst)
    if all(one.beantwoord_on for one in queries.tegenspraak(session, uitdaging.id)):
        work.done(session, uitdaging, "werk_tegenspraak")
    if said.soort == Soort.BEZWAAR and uitkomst == "gegrond" and uitdaging.state in (
            State.AFGEWEZEN, State.TOEGEWEZEN) and not niet_getekend(uitdaging):
        work.wait_for(session, uitdaging, "werk_besluit")
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De gemeente heeft over uw bezwaar of klacht beslist", tekst=antwoord.strip())
    settle(session)
    return said


def herzien(session, actor, uitdaging_id) -> Uitdaging:
    """An objection was right: the answer is undone, and a new one is written (Awb 7:11, lid 2). Where nobody looked at the
    content yet, the conditions come first. An agreement that not both sides signed lapses with a yes."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    if uitdaging.state == State.UITVOERING:
        raise Refused(AL_BEGONNEN, status=409)
    judged = bool(queries.oordelen(session, uitdaging.id))
    step = "herzien" if judged else "hertoetsen"
    UITDAGING.perform(uitdaging, step, actor)
    _counts, made = queries.afspraken(session, uitdaging.id)
    if made:
        made.vervallen_at = clock.now()
        uitdaging.record("uitdaging:afspraak-intrekken", actor=actor, afspraak=made.id)
    uitdaging.uitkomst = uitdaging.route = None
    if not judged:
        work.wait_for(session, uitdaging, "werk_toetsen")
    if page := queries.pagina(session, uitdaging.id):
        page.besluit = {}
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De gemeente kijkt opnieuw naar uw plan",
                     tekst="Uw bezwaar was gegrond. De gemeente neemt een nieuw besluit. U krijgt daarover een brief.")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging


def _waiting(session, actor, besluit_id) -> tuple[Besluit, Uitdaging]:
    """A proposal of this kind with its dossier, the dossier locked first; NotFound for another gemeente's."""
    return besluit_met_dossier(session, actor, besluit_id, Uitdaging, (SOORT,))
