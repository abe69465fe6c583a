"""Consent of the gemeente to what a recipient wants to do (Awb 4:71): asked, supplemented, put off once, decided in time.

The gemeente has four weeks, and four more once. Who decides nothing in time has consented: the consent is there by law, holds
from the third day, and is made public within two weeks (Awb 4:20b and 4:20c). While a supplement is asked the term
stands still, so nothing comes into being by law (Awb 4:15).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from config import load as load_config
from portal.domains.subsidies import horen as hearing
from portal.domains.subsidies import ingebreke, queries, work
from portal.domains.subsidies.beschikking import Brieven, ondertekenen, opstellen, versturen, zonder_belang
from portal.domains.subsidies.indienen import op_papier, sturen
from portal.domains.subsidies.model import (
    Indiening,
    Indiensoort,
    RegelingPublicatie,
    Subsidie,
    Subsidieregel,
    Toestemming,
    ToestemmingState,
)
from portal.domains.subsidies.tijd import per_dossier, voorbij
from portal.domains.subsidies.uitvoering import RUNNING
from portal.domains.subsidies.usecases import met_zaak, own_case
from portal.domains.subsidies.workflow import TOESTEMMING, argumenten_beantwoord, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import (
    Termijn,
    extend_term,
    load,
    resume_term,
    share,
    shorten_suspension,
    start_term,
    suspend_term,
)
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from portal.kernel.terms import Length, compute

SOORT = "toestemming"
GRONDSLAG = "4-71"  # a line of a grant that asks for consent rests on this
AANVULLEN = "toestemming_aanvullen"
AANVULLING = "aanvulling gevraagd"  # the ground to stand still (Awb 4:15, lid 1, onder a)
VAN_RECHTSWEGE = "toestemming_van_rechtswege"
ALSNOG = "toestemming_alsnog_voorschriften"
OPEN = (ToestemmingState.ONTVANGEN, ToestemmingState.WACHT_OP_AANVULLING)
# Which step the signature takes.
STAP = {"toestemming_geven": "toestemmen", "toestemming_voorwaarden": "toestemmen", "toestemming_weigeren": "weigeren",
        "toestemming_niet_behandelen": "niet_behandelen", VAN_RECHTSWEGE: "bekendmaken", ALSNOG: "voorschriften"}
# What a person can choose on a request: by law is no choice, and what comes after it is no answer.
KEUZES = tuple(uitkomst for uitkomst in STAP if uitkomst not in (VAN_RECHTSWEGE, ALSNOG))
GEGEVEN = ("toestemming_geven", "toestemming_voorwaarden", VAN_RECHTSWEGE)
# Less than what was asked: on facts that others supplied, the recipient is heard first (Awb 4:7).
MINDER = ("toestemming_voorwaarden", "toestemming_weigeren")
DAY = timedelta(days=1)


# The recipient -------------------------------------------------------------------------------------------------------------

def nodig(publicatie: RegelingPublicatie, regels: Iterable[Subsidieregel]) -> bool:
    """Must this recipient ask consent? Only where the ordinance says so, or a line of the grant (Awb 4:71, lid 1)."""
    inhoud = publicatie.inhoud
    by_ordinance = inhoud["afdeling_4_2_8"] and inhoud.get("toestemming_artikel", "")
    return bool(by_ordinance) or any(regel.grondslag == GRONDSLAG for regel in regels)


def waarom_niet(subsidie: Subsidie, publicatie: RegelingPublicatie, regels: Iterable[Subsidieregel]) -> str | None:
    """Why no consent can be asked in this case: for the page and for the step. `regels`: the lines that hold now."""
    if not nodig(publicatie, regels):
        return ("Voor deze subsidie hoeft u geen toestemming te vragen: de verordening en uw beschikking vragen dat niet (Awb "
                "4:71, lid 1). Meld wel wat er verandert.")
    if subsidie.state not in RUNNING:
        return "Toestemming vragen hoort bij een subsidie die loopt. Deze subsidie loopt niet."
    return None


def vragen(session, actor, subsidie_id, *, handeling: str, omschrijving: str, reden: str) -> Indiening:
    """Ask consent for one act of Awb 4:71, lid 1."""
    subsidie = load(session, Subsidie, subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if why_not := waarom_niet(subsidie, load(session, RegelingPublicatie, subsidie.publicatie_id),
                              queries.geldende_regels(session, subsidie.id)):
        raise Refused(why_not, status=409)
    _compleet(handeling, omschrijving, reden)
    return sturen(session, actor, subsidie, subsidie, Indiensoort.TOESTEMMING, {
        "handeling": handeling, "omschrijving": omschrijving.strip(), "reden": reden.strip(), "verstuurd_door": actor.naam})


def _compleet(handeling: str, omschrijving: str, reden: str) -> None:
    """Refused where a request does not say for what, what and why."""
    if handeling not in load_config("subsidies")["handeling"]:
        raise Refused("Kies waarvoor u toestemming vraagt.")
    if not omschrijving.strip() or not reden.strip():
        raise Refused("Schrijf wat u wilt doen, en waarom.")


def papier_gebreken(session, actor, subsidie: Subsidie) -> list[str]:
    """Why no request on paper can be entered in this case: for the page and the step."""
    faults = [zelf_geen_belang(subsidie, actor=actor),
              waarom_niet(subsidie, load(session, RegelingPublicatie, subsidie.publicatie_id),
                          queries.geldende_regels(session, subsidie.id))]
    return [*filter(None, faults)]


def papier(session, actor, subsidie_id, *, handeling: str, omschrijving: str, reden: str, on: date) -> Toestemming:
    """A request that came by letter: the term to decide runs from the day it came in, and so does what happens by law when
    nobody decides (Awb 4:20b)."""
    subsidie = own_case(session, actor, subsidie_id)
    if faults := papier_gebreken(session, actor, subsidie):
        raise Refused(*faults, status=403 if zelf_geen_belang(subsidie, actor=actor) else 409)
    _compleet(handeling, omschrijving, reden)
    granted = clock.day_of(queries.verlening(session, subsidie.id).verzonden_at)
    if not granted <= on <= clock.today():
        raise Refused(f"De brief kwam binnen na het besluit van {granted:%d-%m-%Y}, en niet in de toekomst.")
    said = {"handeling": handeling, "omschrijving": omschrijving.strip(), "reden": reden.strip()}
    return ontvangen(session, actor, op_papier(session, actor, subsidie, Indiensoort.TOESTEMMING, said,
                                               regeling_id=subsidie.regeling_id, on=on))


def aanvulling_gebreken(session, actor, toestemming: Toestemming, subsidie: Subsidie) -> list[str]:
    """Why no supplement on paper can be entered for this request: for the page and the step."""
    if toestemming.state not in OPEN:
        return ["Over dit verzoek is al beslist."]
    if interest := zelf_geen_belang(subsidie, actor=actor):
        return [interest]
    if queries.termijn(session, toestemming.id, AANVULLEN) is None:
        return ["U vroeg niet om een aanvulling."]
    if queries.toestemming_voorstel(session, toestemming) is not None:
        return ["Er ligt een voorstel bij de lezer of de tekenaar. Laat het eerst terugsturen."]
    return []


def papieren_aanvulling(session, actor, toestemming_id, *, tekst: str, on: date) -> Toestemming:
    """A supplement that came by letter counts from the day it came in, also when it is entered after the time for it."""
    toestemming, subsidie = met_zaak(session, Toestemming, toestemming_id)
    if toestemming.eigenaar_id != actor.party_id:
        raise NotFound()
    if faults := aanvulling_gebreken(session, actor, toestemming, subsidie):
        raise Refused(*faults, status=403 if zelf_geen_belang(subsidie, actor=actor) else 409)
    if not tekst.strip():
        raise Refused("Schrijf wat er in de brief staat.")
    asked = queries.termijn(session, toestemming.id, AANVULLEN)
    if not asked.started_on <= on <= clock.today():
        raise Refused(f"De brief kwam binnen nadat u erom vroeg op {asked.started_on:%d-%m-%Y}, en niet in de toekomst.")
    return aangevuld(session, actor, op_papier(session, actor, toestemming, Indiensoort.TOESTEMMINGAANVULLING, {
        "tekst": tekst.strip()}, regeling_id=subsidie.regeling_id, on=on))


def _mine(session, actor, toestemming_id) -> tuple[Toestemming, Subsidie]:
    toestemming = load(session, Toestemming, toestemming_id)
    subsidie = load(session, Subsidie, toestemming.subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    if toestemming.state not in OPEN:
        raise Refused("Over dit verzoek is al beslist.", status=409)
    return toestemming, subsidie


def aanvullen(session, actor, toestemming_id, *, tekst: str) -> Indiening:
    """Send what the gemeente asked to add."""
    toestemming, subsidie = _mine(session, actor, toestemming_id)
    if toestemming.state != ToestemmingState.WACHT_OP_AANVULLING:
        raise Refused("De gemeente vroeg niet om een aanvulling.", status=409)
    if not tekst.strip():
        raise Refused("Schrijf wat de gemeente vroeg.")
    return sturen(session, actor, toestemming, subsidie, Indiensoort.TOESTEMMINGAANVULLING, {
        "tekst": tekst.strip(), "verstuurd_door": actor.naam})


def intrekken(session, actor, toestemming_id) -> Indiening:
    """Take the request back while nothing is decided."""
    toestemming, subsidie = _mine(session, actor, toestemming_id)
    return sturen(session, actor, toestemming, subsidie, Indiensoort.TOESTEMMINGINTREKKING, {"verstuurd_door": actor.naam})


# Taken in ------------------------------------------------------------------------------------------------------------------

def ontvangen(session, actor, indiening: Indiening) -> Toestemming:
    """A request came in: a dossier of its own under the case, and four weeks to decide. Doing it twice changes nothing."""
    subsidie = load(session, Subsidie, indiening.dossier_id, lock=True)
    if found := session.scalar(select(Toestemming).where(Toestemming.indiening_id == indiening.id)):
        return found
    on, handeling = indiening.papier_on or clock.day_of(indiening.ontvangen_at), indiening.inhoud["handeling"]
    toestemming = Toestemming(
        reference=f"{subsidie.reference}-T{len(queries.toestemmingen(session, subsidie.id)) + 1}",
        titel=f"Toestemming: {load_config('subsidies')['handeling'][handeling]['naam']}", state=ToestemmingState.ONTVANGEN,
        eigenaar_id=subsidie.eigenaar_id, ouder_id=subsidie.id, subsidie_id=subsidie.id, indiening_id=indiening.id,
        handeling=handeling, ontvangen_on=on)
    session.add(toestemming)
    settle(session)
    if subsidie.aanvrager_id:
        share(session, toestemming, subsidie.aanvrager_id, "ontvanger")
    toestemming.record("toestemming:ontvangen", actor=actor, on=on, state_to=ToestemmingState.ONTVANGEN,
                       nummer=indiening.ontvangst_nummer)
    termijn = start_term(session, toestemming, terms.rule("toestemming"), on=on, party_id=subsidie.eigenaar_id,
                         taak="Beslis op het verzoek om toestemming",
                         gevolg="Daarna is de toestemming er vanzelf, zonder voorwaarden (Awb 4:20b).",
                         endpoint="subsidie.toestemming", permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
    work.wait_for(session, toestemming, "werk_toestemming")
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=toestemming.id,
                     onderwerp=f"Wij ontvingen uw verzoek om toestemming: {subsidie.titel}",
                     tekst=f"Wij ontvingen uw verzoek op {day_text(on)}. Wij beslissen uiterlijk {day_text(termijn.due_on)} "
                           "(Awb 4:71). Hoort u dan niets? Dan heeft u de toestemming van rechtswege (Awb 4:20b).")
    settle(session)
    return toestemming


def aangevuld(session, actor, indiening: Indiening) -> Toestemming:
    """The supplement came in: the term to decide runs again."""
    toestemming, subsidie = met_zaak(session, Toestemming, indiening.dossier_id)
    on, asked = indiening.ontvangen_on, queries.termijn(session, toestemming.id, AANVULLEN)
    if queries.is_ingenomen(session, toestemming.id, indiening.ontvangst_nummer):
        return toestemming
    if toestemming.state == ToestemmingState.WACHT_OP_AANVULLING:
        TOESTEMMING.perform(toestemming, "aangevuld", actor, on=on, record={"nummer": indiening.ontvangst_nummer})
        _resume(session, toestemming, min(on, asked.due_on))
    else:
        # It came after the time for it, or was entered after it: what was sent is read all the same.
        toestemming.record("toestemming:aangevuld", actor=actor, on=on, nummer=indiening.ontvangst_nummer)
        if toestemming.niet_aangevuld and on <= asked.due_on and (termijn := beslistermijn(session, toestemming)):
            toestemming.niet_aangevuld = False
            shorten_suspension(session, termijn, on=on, ground=AANVULLING)
    if indiening.papier_on and subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=toestemming.id,
                     onderwerp=f"Wij ontvingen uw aanvulling: {subsidie.titel}",
                     tekst=f"Uw brief kwam binnen op {day_text(on)}. Onze beslistermijn loopt weer (Awb 4:15).")
    settle(session)
    return toestemming


def ingetrokken(session, actor, indiening: Indiening) -> Toestemming:
    """The recipient took the request back."""
    toestemming, _subsidie = met_zaak(session, Toestemming, indiening.dossier_id)
    if toestemming.state in OPEN:
        TOESTEMMING.perform(toestemming, "intrekken", actor, on=indiening.ontvangen_on)
        _drop_proposal(session, toestemming)
    return toestemming


def _drop_proposal(session, toestemming: Toestemming) -> None:
    """What waited for a reader or a signature is decided otherwise."""
    waiting = queries.toestemming_voorstel(session, toestemming)
    if waiting is not None:
        work.vervalt(session, load(session, Subsidie, toestemming.subsidie_id), waiting)


def _resume(session, toestemming: Toestemming, on: date) -> None:
    termijn = beslistermijn(session, toestemming)
    if termijn is not None and queries.staat_stil(session, termijn.id):
        resume_term(session, termijn, on=on)
    work.wait_for(session, toestemming, "werk_toestemming")
    settle(session)


def beslistermijn(session, toestemming: Toestemming) -> Termijn | None:
    """The term to decide on this request that runs."""
    return queries.termijn(session, toestemming.id, "toestemming", open_only=True)


# What time does ------------------------------------------------------------------------------------------------------------

def tijd_verlopen(session, actor, on: date) -> int:
    """The time to supplement is over: the term runs again. The time to decide is over: the consent is there by law (Awb
    4:20b). Returns in how many cases."""
    return _unsupplemented(session, actor, on) + _by_law(session, actor, on)


def _unsupplemented(session, actor, on: date) -> int:
    def over(toestemming_id) -> int:
        toestemming, _subsidie = met_zaak(session, Toestemming, toestemming_id)
        asked = queries.termijn(session, toestemming.id, AANVULLEN, open_only=True)
        if toestemming.state != ToestemmingState.WACHT_OP_AANVULLING or asked is None or asked.due_on >= on:
            return 0
        TOESTEMMING.perform(toestemming, "niet_aangevuld", actor, on=asked.due_on)
        toestemming.niet_aangevuld = True
        _resume(session, toestemming, asked.due_on)
        return 1

    return per_dossier(session, voorbij(session, actor, on, AANVULLEN), over)


def _by_law(session, actor, on: date) -> int:
    def over(toestemming_id) -> int:
        toestemming, subsidie = met_zaak(session, Toestemming, toestemming_id)
        termijn = beslistermijn(session, toestemming)
        # What stands still is not over either, whatever its provisional day says.
        if toestemming.state != ToestemmingState.ONTVANGEN or termijn is None or termijn.due_on >= on:
            return 0
        if queries.staat_stil(session, termijn.id):
            return 0
        _drop_proposal(session, toestemming)
        ended = termijn.due_on
        holds = compute(terms.rule("toestemming_in_werking"), ended).last_day
        TOESTEMMING.perform(toestemming, "van_rechtswege", actor, on=ended + DAY, record={"geldt_on": holds})
        toestemming.uitkomst, toestemming.geldt_vanaf = VAN_RECHTSWEGE, holds
        settle(session)
        publish = start_term(
            session, toestemming, terms.rule("toestemming_bekendmaken"), on=ended, party_id=toestemming.eigenaar_id,
            taak="Maak de toestemming van rechtswege bekend",
            gevolg="De ontvanger kan de gemeente in gebreke stellen. Daarna kost elke dag geld (Awb 4:20d).",
            endpoint="subsidie.toestemming", permissions=[P.SUBSIDIE_BEHANDELEN, P.SUBSIDIE_TEKENEN])
        if subsidie.aanvrager_id:
            send_message(
                session, actor, to=subsidie.aanvrager_id, dossier_id=toestemming.id,
                onderwerp=f"U heeft toestemming van rechtswege: {subsidie.titel}",
                tekst=f"Wij beslisten niet op tijd op uw verzoek {toestemming.reference}. Daarom heeft u de toestemming van "
                      f"rechtswege (Awb 4:20b). Zij geldt vanaf {day_text(holds)}.\n\nWij sturen u daarover uiterlijk "
                      f"{day_text(publish.due_on)} een brief (Awb 4:20c).")
        settle(session)
        return 1

    return per_dossier(session, voorbij(session, actor, on, "toestemming"), over)


# At the gemeente -----------------------------------------------------------------------------------------------------------

def _own(session, actor, toestemming_id) -> tuple[Toestemming, Subsidie]:
    """A request at the own gemeente, locked, for somebody without an interest in it."""
    toestemming, subsidie = met_zaak(session, Toestemming, toestemming_id)
    if toestemming.eigenaar_id != actor.party_id:
        raise NotFound()
    zonder_belang(subsidie, actor)
    return toestemming, subsidie


def aanvulling_vragen(session, actor, toestemming_id, *, wat: str) -> Termijn:
    """Ask for what is missing (Awb 4:5). The term to decide stands still from the day after (Awb 4:15)."""
    toestemming, subsidie = _own(session, actor, toestemming_id)
    if not wat.strip():
        raise Refused("Schrijf wat er ontbreekt.")
    TOESTEMMING.perform(toestemming, "aanvulling_vragen", actor)
    own, today = load_config("subsidies")["toestemming"], clock.today()
    rule = replace(terms.rule("hersteltermijn", length=Length(days=own["aanvullen_dagen"]), label="Verzoek aanvullen"),
                   kind=AANVULLEN, source=own["bron"])
    theirs = subsidie.aanvrager_id
    asked = start_term(
        session, toestemming, rule, on=today, party_id=theirs or subsidie.eigenaar_id,
        taak="Vul uw verzoek om toestemming aan" if theirs else "Leg vast wat de ontvanger op papier aanvult",
        gevolg="De gemeente kan besluiten om uw verzoek niet te behandelen (Awb 4:5)." if theirs
        else "De gemeente kan besluiten om het verzoek niet te behandelen (Awb 4:5).",
        endpoint="ontvanger.toestemming" if theirs else "subsidie.toestemming",
        permissions=[P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN] if theirs else [P.SUBSIDIE_BEHANDELEN])
    suspend_term(session, beslistermijn(session, toestemming), actor, on=today, ground=AANVULLING,
                 article="Algemene wet bestuursrecht, artikel 4:15, lid 1, onder a")
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=toestemming.id,
                     onderwerp=f"Vul uw verzoek om toestemming aan: {subsidie.titel}",
                     tekst=f"Dit ontbreekt nog: {wat.strip()}\n\nU kunt dit sturen tot en met {day_text(asked.due_on)}. Zo "
                           "lang staat onze beslistermijn stil (Awb 4:15).")
    settle(session)
    return asked


def verdagen(session, actor, toestemming_id, *, reden: str) -> Toestemming:
    """Decide four weeks later, once, and say so (Awb 4:71, lid 3)."""
    toestemming, subsidie = _own(session, actor, toestemming_id)
    TOESTEMMING.perform(toestemming, "verdagen", actor, reden=reden)
    termijn = beslistermijn(session, toestemming)
    extend_term(session, termijn)
    if subsidie.aanvrager_id:
        send_message(session, actor, to=subsidie.aanvrager_id, dossier_id=toestemming.id,
                     onderwerp=f"Wij beslissen later op uw verzoek: {subsidie.titel}",
                     tekst=f"Wij beslissen uiterlijk {day_text(termijn.due_on)} (Awb 4:71, lid 3). Dat komt door: "
                           f"{reden.strip()}")
    settle(session)
    return toestemming


def gebreken(session, toestemming: Toestemming, *, uitkomst: str, voorwaarden: Sequence[str] = (), motivering: str = "",
             eigen_feiten: bool | None = None, horen: str = "") -> list[str]:
    """Why this cannot be laid before who signs: for the page and for the step."""
    if uitkomst not in KEUZES:
        return ["Kies wat u beslist."]
    faults = []
    if uitkomst == "toestemming_voorwaarden" and not any(one.strip() for one in voorwaarden):
        faults.append("Schrijf ten minste één voorwaarde.")
    if uitkomst != "toestemming_geven" and len(motivering.strip()) < 20:
        faults.append("Schrijf waarom, zo dat de ontvanger het begrijpt (Awb 3:46).")
    if uitkomst == "toestemming_niet_behandelen":
        faults += _unhandled(session, toestemming)
    if uitkomst in MINDER:
        faults += _heard(session, toestemming, eigen_feiten, horen)
    subsidie = load(session, Subsidie, toestemming.subsidie_id)
    return [*faults, *filter(None, (argumenten_beantwoord(subsidie),))]


def _unhandled(session, toestemming: Toestemming) -> list[str]:
    """Not handling is for what was not supplemented, within four weeks after the time for it (Awb 4:5, lid 4)."""
    if not toestemming.niet_aangevuld:
        return ["De ontvanger kreeg nog geen tijd om het verzoek aan te vullen, of deed dat op tijd (Awb 4:5)."]
    asked = queries.termijn(session, toestemming.id, AANVULLEN)
    last = compute(terms.rule("buiten_behandeling"), asked.due_on).last_day
    return [f"Niet behandelen kon tot en met {last:%d-%m-%Y} (Awb 4:5, lid 4)."] if last < clock.today() else []


def _heard(session, toestemming: Toestemming, eigen_feiten: bool | None, horen: str) -> list[str]:
    asked = queries.termijn(session, toestemming.subsidie_id, "zienswijze") if eigen_feiten else None
    return hearing.gebreken("toestemming", asked, eigen_feiten=eigen_feiten, horen=horen, sinds=toestemming.ontvangen_on)


def voorstellen(session, actor, toestemming_id, *, uitkomst: str, voorwaarden: Sequence[str] = (), motivering: str = "",
                eigen_feiten: bool | None = None, horen: str = "") -> Besluit:
    """Lay the decision before who signs: consent, with conditions, refused, or not handled."""
    toestemming, subsidie = _own(session, actor, toestemming_id)
    if obstacles := TOESTEMMING.obstacles(toestemming, "voorstellen", actor):
        raise Refused(*obstacles, status=409)
    if queries.toestemming_voorstel(session, toestemming):
        raise Refused("Er ligt al een voorstel voor dit verzoek.", status=409)
    if faults := gebreken(session, toestemming, uitkomst=uitkomst, voorwaarden=voorwaarden, motivering=motivering,
                          eigen_feiten=eigen_feiten, horen=horen):
        raise Refused(*faults)
    TOESTEMMING.perform(toestemming, "voorstellen", actor)
    less = uitkomst in MINDER
    return _draft(session, actor, toestemming, subsidie, {
        "uitkomst": uitkomst, "motivering": motivering.strip(), "eigen_feiten": eigen_feiten if less else None,
        "horen": horen.strip() if less and not eigen_feiten else "",
        "voorwaarden": [one.strip() for one in voorwaarden if one.strip()] if uitkomst == "toestemming_voorwaarden" else []})


def voorleggen(session, actor, toestemming_id) -> Besluit:
    """Draft the letter that says that the consent is there by law (Awb 4:20c): there is nothing left to decide."""
    toestemming, subsidie = _own(session, actor, toestemming_id)
    if obstacles := TOESTEMMING.obstacles(toestemming, "voorleggen", actor):
        raise Refused(*obstacles, status=409)
    if queries.toestemming_voorstel(session, toestemming):
        raise Refused("Er ligt al een brief om te tekenen.", status=409)
    TOESTEMMING.perform(toestemming, "voorleggen", actor)
    return _draft(session, actor, toestemming, subsidie, {
        "uitkomst": VAN_RECHTSWEGE, "motivering": "", "voorwaarden": [], "eigen_feiten": None, "horen": "",
        "geldt_vanaf": toestemming.geldt_vanaf.isoformat()})


def voorschriften_gebreken(session, toestemming: Toestemming, *, voorschriften: Sequence[str], motivering: str,
                           eigen_feiten: bool | None, horen: str) -> list[str]:
    """Why these conditions cannot be laid before who signs: only to prevent serious harm to the public interest, and the
    recipient is heard where they rest on what others said (Awb 4:20f and 4:8)."""
    faults = [] if any(one.strip() for one in voorschriften) else ["Schrijf ten minste één voorschrift."]
    if len(motivering.strip()) < 20:
        faults.append("Schrijf welke ernstige gevolgen voor het algemeen belang u voorkomt (Awb 4:20f).")
    faults += _heard(session, toestemming, eigen_feiten, horen)
    subsidie = load(session, Subsidie, toestemming.subsidie_id)
    return [*faults, *filter(None, (argumenten_beantwoord(subsidie),))]


def voorschriften_voorstellen(session, actor, toestemming_id, *, voorschriften: Sequence[str], motivering: str,
                              eigen_feiten: bool | None = None, horen: str = "") -> Besluit:
    """Lay conditions for a consent that is there by law before who signs (Awb 4:20f)."""
    toestemming, subsidie = _own(session, actor, toestemming_id)
    if obstacles := TOESTEMMING.obstacles(toestemming, "voorschriften_voorstellen", actor):
        raise Refused(*obstacles, status=409)
    if faults := voorschriften_gebreken(session, toestemming, voorschriften=voorschriften, motivering=motivering,
                                        eigen_feiten=eigen_feiten, horen=horen):
        raise Refused(*faults)
    TOESTEMMING.perform(toestemming, "voorschriften_voorstellen", actor)
    return _draft(session, actor, toestemming, subsidie, {
        "uitkomst": ALSNOG, "motivering": motivering.strip(), "eigen_feiten": eigen_feiten,
        "horen": "" if eigen_feiten else horen.strip(), "geldt_vanaf": toestemming.geldt_vanaf.isoformat(),
        "voorwaarden": [one.strip() for one in voorschriften if one.strip()]})


def _draft(session, actor, toestemming: Toestemming, subsidie: Subsidie, inhoud: dict) -> Besluit:
    asked = load(session, Indiening, toestemming.indiening_id)
    termijn = queries.termijn(session, toestemming.id, "toestemming")
    handeling = load_config("subsidies")["handeling"][toestemming.handeling]
    besluit = opstellen(
        session, actor, subsidie, soort=SOORT, onderwerp="Toestemming", bedrag=None, gebeurtenis="intern:toestemming",
        inhoud={
            "toestemming_id": str(toestemming.id), "verzoek": toestemming.reference, "handeling": handeling["naam"],
            "artikel": handeling["artikel"], "gevraagd": asked.inhoud["omschrijving"], "reden": asked.inhoud["reden"],
            "gevraagd_on": toestemming.ontvangen_on.isoformat(), "uiterlijk_on": termijn.due_on.isoformat(), **inhoud})
    work.done(session, toestemming, "werk_toestemming")
    return besluit


# Decided -------------------------------------------------------------------------------------------------------------------

def obstakels(session, actor, subsidie: Subsidie, besluit: Besluit) -> list[str]:
    """Why this cannot be signed now: for the page and for the signature."""
    toestemming = load(session, Toestemming, besluit.inhoud["toestemming_id"])
    step = STAP[besluit.inhoud["uitkomst"]]
    faults = [zelf_geen_belang(subsidie, actor=actor), argumenten_beantwoord(subsidie)]
    return [*filter(None, faults), *TOESTEMMING.obstacles(toestemming, step, actor)]


def getekend(session, actor, subsidie: Subsidie, besluit: Besluit, *, brieven: Brieven) -> None:
    """What the signature does: the request is answered. What is there by law is made public with it."""
    toestemming = load(session, Toestemming, besluit.inhoud["toestemming_id"], lock=True)
    if faults := obstakels(session, actor, subsidie, besluit):
        raise Refused(*faults, status=409)
    handtekening, uitkomst = ondertekenen(session, actor, besluit), besluit.inhoud["uitkomst"]
    TOESTEMMING.perform(toestemming, STAP[uitkomst], actor,
                        record={"besluit": besluit.id, "uitkomst": uitkomst, **handtekening.feiten})
    if uitkomst != ALSNOG:  # what came by law stays that: conditions are a decision beside it
        toestemming.uitkomst, toestemming.beslissing_id = uitkomst, besluit.id
    if uitkomst in KEUZES:
        toestemming.geldt_vanaf = clock.today() if uitkomst in GEGEVEN else None
    settle(session)
    subsidie.record("subsidie:toestemming", actor=actor, verzoek=toestemming.reference, uitkomst=uitkomst)
    versturen(session, actor, besluit, subsidie, handtekening, brieven=brieven,
              tekst="Wij hebben beslist op uw verzoek om toestemming. In de brief staat wat wij beslisten, en wat u kunt doen."
              if uitkomst in KEUZES else "U heeft toestemming van rechtswege. In de brief staat wat dat betekent."
              if uitkomst == VAN_RECHTSWEGE else "Wij geven alsnog voorschriften bij uw toestemming. Zij staan in de brief.")
    if uitkomst == VAN_RECHTSWEGE:
        start_term(session, toestemming, terms.rule("toestemming_voorschriften"), on=clock.today(),
                   party_id=toestemming.eigenaar_id, taak="",
                   gevolg="Daarna kunnen er geen voorschriften meer bij (Awb 4:20f).")
        ingebreke.beslist(session, toestemming, clock.today())


def teruggestuurd(session, _actor, subsidie: Subsidie) -> None:
    """The drafter makes another one, while there is time to decide."""
    for toestemming in queries.toestemmingen(session, subsidie.id):
        if toestemming.state == ToestemmingState.ONTVANGEN and queries.toestemming_voorstel(session, toestemming) is None:
            work.wait_for(session, toestemming, "werk_toestemming")
