"""The responsibility offered by one gemeente to another, there or home, and the warm handover after a yes.

The sender stays responsible until the receiver accepted and the day came; nothing is ever accepted by itself. The receiver sees
the offer and nothing of the placement behind it, on a ground that ends (Wmo 2015, 5.2.1, lid 2, and 5.3.3).
"""

import uuid
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range

from config import load as load_config
from portal.domains.plaatsingen import aanbieden as plekken_aanbieden
from portal.domains.plaatsingen import overzicht, plaatsen, plan, queries, rules, work
from portal.domains.plaatsingen.model import (
    Bezetting,
    Bron,
    Clientgegevens,
    Grond,
    Grondsoort,
    Kandidaatkaart,
    Locatie,
    Momentopname,
    Overdracht,
    Overdrachtspunt,
    OverdrachtState,
    Overdrachtsteken,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    PlaatsingState,
    Plaatsvraag,
    Richting,
    Verblijf,
    VerblijfState,
)
from portal.domains.plaatsingen.usecases import afschermen, bekende_of_nieuwe
from portal.domains.plaatsingen.workflow import (
    OVERDRAAGBAAR,
    OVERDRAAGBARE_MELDING,
    OVERDRACHT,
    PLAATSING,
    VERBLIJF,
    overdracht_compleet,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import Dossier, load, next_reference, share, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.fingerprint import fingerprint
from portal.kernel.kluis import Kluis
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import Length, TermRule
from portal.kernel.workflow import require

TITEL = "Overdracht"
DAY = timedelta(days=1)
GEVOLG_AANBOD = "De gemeente die het aanbod deed, blijft verantwoordelijk. Er gaat nooit iets vanzelf over."
# Both sides may see an offer on these grounds; a contract is for who gives care.
GRONDEN = (Grondsoort.MANDAAT, Grondsoort.TOESTEMMING)
# What the receiver still has to do with, and may be shown for longer.
TE_ZIEN = (OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL, OverdrachtState.AANVAARD)


# The offer -----------------------------------------------------------------------------------------------------------------

def verloopdag() -> date:
    """Until when a gemeente may answer an offer that is made today, where nobody chooses another day."""
    return clock.today() + timedelta(days=load_config("plaatsingen")["aanbod"]["dagen"])


def aanbieden(session, actor, plaatsing_id, *, ontvanger_id: uuid.UUID, richting: Richting, ingaand_on: date, grondsoort: str,
              vindplaats: str, grond_tot: date, verloopt_on: date | None = None, toelichting: str = "",
              met_verblijf: bool = False, weer_verhuizen: bool = False) -> Overdracht:
    """Offer the responsibility to another gemeente, from a day on, with what it needs to decide. `met_verblijf`: the place goes
    along, so that the resident keeps their provider. `weer_verhuizen`: who offers knows that this is not the first move."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    verloopt_on = verloopt_on or verloopdag()
    faults = aanbod_gebreken(actor, ontvanger_id, ingaand_on, verloopt_on, grondsoort, vindplaats, grond_tot)
    if faults:
        raise Refused(*faults)
    if plaatsing.state not in OVERDRAAGBAAR:
        raise Refused("Deze plaatsing loopt niet meer. Er is niets om over te dragen.", status=409)
    if queries.open_overdracht(session, plaatsing.id):
        raise Refused("Er ligt al een aanbod bij een andere gemeente. Wacht op het antwoord, of trek het in.", status=409)
    tijdlijn = begins(queries.tijdlijn(session, plaatsing.traject_id))
    if tijdlijn[-1].gemeente_id != actor.party_id:
        raise Refused(f"Uw gemeente draagt dit al over op {tijdlijn[-1].van:%d-%m-%Y}.", status=409)
    if fault := rules.tijdlijn_gebrek(tijdlijn, rules.Begin(ingaand_on, ontvanger_id, richting)):
        raise Refused(fault)
    warning = rules.weer_een_verhuizing(tijdlijn, naar=ontvanger_id, herkomst=plaatsing.herkomst_id)
    if warning and not weer_verhuizen:
        raise Refused(warning)
    verblijf = _stay_that_goes_along(session, plaatsing, ingaand_on) if met_verblijf else None
    for earlier in queries.aanbod_aan_anderen(session, plaatsing.id):
        work.done(session, earlier, "werk_weigering")
    overdracht = Overdracht(
        plaatsing_id=plaatsing.id, traject_id=plaatsing.traject_id, richting=richting, ontvanger_id=ontvanger_id,
        ingaand_on=ingaand_on, verloopt_on=verloopt_on, verblijf_id=verblijf.id if verblijf else None)
    return aanbod_doen(session, actor, plaatsing, overdracht,
                       _momentopname(session, plaatsing, verblijf, tijdlijn, toelichting),
                       grondsoort=grondsoort, vindplaats=vindplaats, grond_tot=grond_tot)


def aanbod_doen(session, actor, zaak: Dossier, overdracht: Overdracht, inhoud: dict, *, grondsoort: str,
                 vindplaats: str, grond_tot: date) -> Overdracht:
    """Put an offer of this case before its receiver: with what it is shown, on which ground, and until when it may answer."""
    overdracht.reference, overdracht.titel, overdracht.state = next_reference(session, "OVD"), TITEL, OverdrachtState.AANGEBODEN
    overdracht.eigenaar_id = overdracht.verzender_id = actor.party_id
    overdracht.ouder_id = zaak.id
    session.add(overdracht)
    settle(session)
    session.add(Momentopname(**under(overdracht, actor.party_id), inhoud=inhoud, sha256=fingerprint(inhoud)))
    overdracht.record("overdracht:aanbieden", actor=actor, state_to=overdracht.state, ontvanger=overdracht.ontvanger_id,
                      richting=overdracht.richting, ingaand_on=overdracht.ingaand_on, verloopt_on=overdracht.verloopt_on)
    zaak.record(f"{zaak.soort}:overdracht-aangeboden", actor=actor, overdracht=overdracht.id, ontvanger=overdracht.ontvanger_id)
    _ground(session, actor, overdracht, grondsoort, vindplaats, grond_tot)
    share(session, overdracht, overdracht.ontvanger_id, "gemeente")
    _ask(session, overdracht, overdracht.verloopt_on)
    settle(session)
    return overdracht


def aanbod_gebreken(actor, ontvanger_id, ingaand_on, verloopt_on, grondsoort, vindplaats, grond_tot) -> list[str]:
    """What is wrong with an offer before anything is read."""
    today, faults = clock.today(), []
    if ontvanger_id == actor.party_id:
        faults.append("U kunt uw eigen gemeente geen aanbod doen. Kies een andere gemeente.")
    if ingaand_on < today:
        faults.append("De dag waarop het ingaat ligt in het verleden.")
    if verloopt_on < today:
        faults.append("De laatste dag om te antwoorden ligt in het verleden.")
    faults += _grond_gebreken(grondsoort, vindplaats, grond_tot)
    if grond_tot < verloopt_on:
        faults.append(f"De andere gemeente mag antwoorden tot en met {verloopt_on:%d-%m-%Y}. Zo lang moet de grond ook gelden.")
    return faults


def _grond_gebreken(grondsoort, vindplaats, grond_tot) -> list[str]:
    faults = []
    if grondsoort not in GRONDEN:
        faults.append("Kies waarom de andere gemeente gegevens mag zien: een mandaat, of toestemming van de inwoner.")
    if not vindplaats.strip():
        faults.append("Schrijf waar het mandaat staat, of hoe en wanneer de inwoner toestemming gaf.")
    if grond_tot < clock.today():
        faults.append("De grond is al voorbij. Kies een latere dag.")
    if grond_tot > (last := clock.today() + timedelta(days=load_config("plaatsingen")["aanbod"]["zicht_dagen"])):
        faults.append(f"Dat is te ver weg. Kies uiterlijk {last:%d-%m-%Y}; daarna kunt u een nieuwe grond geven.")
    return faults


def begins(rows) -> list[rules.Begin]:
    """The timeline of responsibility for the rules."""
    return [rules.Begin(one.van, one.gemeente_id, one.grondslag) for one in rows]


def _stay_that_goes_along(session, plaatsing: Plaatsing, on: date) -> Verblijf:
    found = queries.lopend_verblijf(session, plaatsing.id)
    if found is None:
        raise Refused("De inwoner woont nu niet op een plek. Doe het aanbod zonder plek.", status=409)
    if fault := queries.contract_gebrek(session, found.aanbieder_id, plaatsing.product, on):
        raise Refused(fault, "Doe het aanbod zonder plek.", status=409)
    return found


def _momentopname(session, plaatsing: Plaatsing, verblijf: Verblijf | None, tijdlijn, toelichting: str) -> dict:
    """What the receiver needs to decide, and no more: no number, no address, no account of the investigation. Where somebody
    is, stays out when that may not be known."""
    persoon = load(session, Persoon, plaatsing.persoon_id)
    vraag = queries.plaatsvraag(session, plaatsing.id)
    plek = verblijf or queries.lopend_verblijf(session, plaatsing.id)
    locatie = load(session, Locatie, plek.locatie_id) if plek else None
    besluit = queries.toekenning(session, plaatsing.toegang_id) if plaatsing.toegang_id else None
    # What counts for the order goes along with who waits, why a pgb was chosen with a pgb.
    regel = queries.laatste_wachtregel(session, plaatsing.id) if plaatsing.state in overzicht.WACHT else None
    hidden = persoon.afgeschermd or (locatie is not None and locatie.geheim)
    return {
        "naam": persoon.naam, "geboren_on": persoon.geboren_on.isoformat(), "afgeschermd": persoon.afgeschermd,
        "product": plaatsing.product, "doelgroep": plaatsing.doelgroep, "nodig": list(vraag.nodig) if vraag else [],
        "vorm": "pgb" if plaatsing.state == PlaatsingState.PGB else "zin",
        "pgb_motief": plaatsing.pgb_motief if plaatsing.state == PlaatsingState.PGB else "",
        "omstandigheden": list(regel.omstandigheden) if regel else [], "gemeld_on": plaatsing.gemeld_on.isoformat(),
        "besloten_on": besluit.getekend_at.astimezone(clock.AMSTERDAM).date().isoformat() if besluit else None,
        "van": plaatsing.van.isoformat(), "tot": plaatsing.tot.isoformat() if plaatsing.tot else None,
        "herkomst": str(plaatsing.herkomst_id),
        "tijdlijn": [{"gemeente": str(one.gemeente_id), "van": one.van.isoformat(), "grondslag": one.grondslag}
                     for one in tijdlijn],
        "woont": bool(plek), "plek_afgeschermd": bool(plek) and hidden,
        "plek": None if locatie is None or hidden else {"naam": locatie.naam, "gemeente": str(locatie.gemeente_id)},
        "woont_sinds": plek.begonnen_on.isoformat() if plek and plek.begonnen_on else None,
        "dagprijs": str(verblijf.dagprijs) if verblijf and verblijf.dagprijs is not None else None,
        "toelichting": toelichting.strip(),
    }


def _ground(session, actor, overdracht: Overdracht, soort: str, vindplaats: str, tot: date) -> None:
    session.add(Grond(**under(overdracht, actor.party_id), voor_id=overdracht.ontvanger_id, soort=soort,
                      vindplaats=vindplaats.strip(), van_on=clock.today(), tot_on=tot, vastgelegd_by=actor.user_id))
    settle(session)


def _ask(session, overdracht: Overdracht, until: date) -> None:
    """The receiver is to answer, until this day."""
    agreed = load_config("plaatsingen")["aanbod"]
    start_term(session, overdracht, TermRule(
        kind="aanbod", article=agreed["bron"], length=Length(days=agreed["dagen"]), statutory=False, source=agreed["bron"],
        label="Antwoord op het aanbod", event="Dag van het aanbod"), on=clock.today(), party_id=overdracht.ontvanger_id,
        due_on=until, taak="Antwoord op het aanbod van een andere gemeente", gevolg=GEVOLG_AANBOD,
        endpoint="plaatsing.overdracht", permissions=[P.TOEGANG_BEHANDELEN])


def intrekken(session, actor, overdracht_id, *, reden: str) -> Overdracht:
    """Take the offer back, while nothing was accepted. The own gemeente stays responsible."""
    overdracht = _sent(session, actor, overdracht_id)
    OVERDRACHT.perform(overdracht, "intrekken", actor, reden=reden)
    noteer(session, actor, overdracht, "intrekken", reden)
    settle(session)
    return overdracht


def verlopen(session, actor, overdracht_id) -> Overdracht:
    """Nobody answered in time, also not after advice: the own gemeente stays responsible."""
    overdracht = _sent(session, actor, overdracht_id)
    if overdracht.state == OverdrachtState.GESCHIL and overdracht.advies_on is None:
        raise Refused("Er is nog geen advies over het geschil. De andere gemeente hoeft nog niet te antwoorden.", status=409)
    if clock.today() <= overdracht.verloopt_on:
        raise Refused(f"De andere gemeente mag antwoorden tot en met {overdracht.verloopt_on:%d-%m-%Y}.", status=409)
    OVERDRACHT.perform(overdracht, "verlopen", actor)
    work.wait_for(session, overdracht, "werk_weigering")
    settle(session)
    return overdracht


def behouden(session, actor, overdracht_id, *, reden: str) -> Overdracht:
    """The other gemeente does not take it over, and the resident stays with the own one: nothing waits any more."""
    overdracht = _sent(session, actor, overdracht_id)
    OVERDRACHT.perform(overdracht, "behouden", actor, reden=reden)
    noteer(session, actor, overdracht, "behouden", reden)
    settle(session)
    return overdracht


def staken(session, actor, overdracht_id, *, reden: str) -> Overdracht:
    """What was accepted does not go through: before its day, and before the other gemeente took the dossier over. The own one
    stays responsible as if there was no yes (portal.overdracht_gestaakt); the other is told."""
    overdracht = _sent(session, actor, overdracht_id)
    with refusing(session):
        OVERDRACHT.perform(overdracht, "staken", actor, reden=reden)
    noteer(session, actor, overdracht, "staken", reden)
    settle(session)
    send_message(session, actor, to=overdracht.ontvanger_id, dossier_id=overdracht.id,
                 onderwerp="Een overdracht gaat niet door",
                 tekst=f"Overdracht {overdracht.reference} is gestaakt. De andere gemeente blijft verantwoordelijk. U hoeft "
                       "niets over te nemen.")
    return overdracht


def grond_geven(session, actor, overdracht_id, *, grondsoort: str, vindplaats: str, grond_tot: date) -> Overdracht:
    """A new ground, for longer: the receiver sees the offer (again) until it ends."""
    overdracht = _sent(session, actor, overdracht_id)
    if faults := _grond_gebreken(grondsoort, vindplaats, grond_tot):
        raise Refused(*faults)
    if not te_zien(session, overdracht):
        raise Refused("Deze overdracht is klaar. De andere gemeente hoeft er niets meer van te zien.", status=409)
    _ground(session, actor, overdracht, grondsoort, vindplaats, grond_tot)
    # portal.deelnemer_met_grond sets the end: never longer than the ground holds.
    queries.deelnemer(session, overdracht.id, overdracht.ontvanger_id).tot = None
    overdracht.record("overdracht:grond", actor=actor, soort=grondsoort, geldig_on=grond_tot)
    settle(session)
    return overdracht


def te_zien(session, overdracht: Overdracht, wacht: Collection[str] | None = None) -> bool:
    """Does the receiver need to see the offer: while it is open, and also when the handover was closed as long as it must still
    take over a dossier. `wacht`: the kinds of work that wait, by a page that read them."""
    if overdracht.state != OverdrachtState.AFGEROND:
        return overdracht.state in TE_ZIEN
    if wacht is not None:
        return "werk_overnemen" in wacht
    return queries.termijn(session, overdracht.id, "werk_overnemen", open_only=True) is not None


def grond_intrekken(session, actor, overdracht_id, *, reden: str) -> Overdracht:
    """The resident takes consent back, or the mandate ended: the receiver sees nothing more from now on, and an offer that is
    not accepted ends with it. What was accepted stays accepted."""
    overdracht = _sent(session, actor, overdracht_id)
    if not reden.strip():
        raise Refused("Schrijf waarom.")
    grounds = queries.geldende_gronden(session, overdracht.id)
    if not grounds:
        raise Refused("Er is geen grond die nog geldt.", status=409)
    if overdracht.state in (OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL):
        intrekken(session, actor, overdracht_id, reden=reden)
    for ground in grounds:
        ground.ingetrokken_at = clock.now()
    overdracht.record("overdracht:grond-ingetrokken", actor=actor)
    noteer(session, actor, overdracht, "grond", reden)
    settle(session)
    return overdracht


# The answer ----------------------------------------------------------------------------------------------------------------

def antwoorden(session, actor, overdracht_id, *, ja: bool, reden: str = "", toelichting: str = "",
               ingaand_on: date | None = None, aansluitend: str = "") -> PlaatsingAntwoord:
    """The receiver answers for itself: portal.antwoord_telt carries it out in the same act. A yes has the day from which this
    gemeente is responsible, and on the way home what somebody gets there; a no has a reason."""
    overdracht = ontvangen(session, actor, overdracht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    if ja and ingaand_on is None:
        raise Refused("Vul in vanaf welke dag uw gemeente verantwoordelijk is.")
    if not ja and reden not in load_config("plaatsingen")["weigering"]["gemeente"]:
        raise Refused("Kies waarom uw gemeente nee zegt.")
    if wacht_op_antwoord(overdracht) and clock.today() > overdracht.verloopt_on:
        raise Refused("De dag om te antwoorden is voorbij. Vraag om een nieuw aanbod.", status=409)
    answer = PlaatsingAntwoord(
        **under(overdracht, actor.party_id), ja=ja, reden="" if ja else reden, toelichting=toelichting.strip(),
        ingaand_on=ingaand_on if ja else None, aansluitend=aansluitend.strip() if ja else "", gegeven_by=actor.user_id)
    overdracht.record("overdracht:antwoorden", actor=actor, ja=ja, reden=answer.reden, ingaand_on=answer.ingaand_on)
    session.add(answer)
    settle(session)
    session.refresh(overdracht)
    if ja:
        _contract_of_the_receiver(session, overdracht, ingaand_on)
        work.wait_for(session, overdracht, "werk_overnemen", on=ingaand_on, parties=[overdracht.ontvanger_id])
        work.wait_for(session, overdracht, "werk_overdracht", on=ingaand_on,
                      parties=[overdracht.verzender_id, overdracht.ontvanger_id])
    else:
        work.wait_for(session, overdracht, "werk_weigering", parties=[overdracht.verzender_id])
    settle(session)
    return answer


def wacht_op_antwoord(overdracht: Overdracht) -> bool:
    """Is the receiver asked, for the first time or once more after advice?"""
    return overdracht.state == OverdrachtState.AANGEBODEN or (
        overdracht.state == OverdrachtState.GESCHIL and overdracht.advies_on is not None)


def _contract_of_the_receiver(session, overdracht: Overdracht, on: date) -> None:
    """A place goes along only under a contract in which the gemeente that gets it takes part; asked here, since the sender does
    not see in what another gemeente takes part. Refused, and then there is no yes either."""
    if (plek := session.get(Bezetting, overdracht.id)) is None:
        return
    locatie = load(session, Locatie, plek.locatie_id)
    if fault := queries.contract_gebrek(session, locatie.party_id, locatie.product, on):
        raise Refused(fault, "Vraag de andere gemeente om een aanbod zonder plek.", status=409)


# A dispute -----------------------------------------------------------------------------------------------------------------

def ander_aanbod(session, overdracht: Overdracht) -> str | None:
    """That a newer offer of the same case is open."""
    found = queries.open_overdracht(session, overdracht.ouder_id)
    return f"Er ligt al een nieuw aanbod ({found.reference}). Trek dat eerst in." if found else None


def geschil(session, actor, overdracht_id, *, reden: str) -> Overdracht:
    """The two do not agree: by the route of the convenant. Until there is a yes the own gemeente stays responsible."""
    overdracht = _sent(session, actor, overdracht_id)
    _still_ours(session, actor, overdracht)
    if fault := ander_aanbod(session, overdracht):
        raise Refused(fault, status=409)
    OVERDRACHT.perform(overdracht, "geschil", actor, reden=reden)
    overdracht.geschil_on = clock.today()
    noteer(session, actor, overdracht, "geschil", reden)
    work.wait_for(session, overdracht, "werk_geschil")
    settle(session)
    return overdracht


def advies(session, actor, overdracht_id, *, advies: str, on: date) -> Overdracht:
    """What the disputes committee advised. The receiver is asked again; its yes is then by advice."""
    overdracht = _sent(session, actor, overdracht_id)
    _still_ours(session, actor, overdracht)
    OVERDRACHT.perform(overdracht, "advies", actor, on=on, advies=advies, dag=on)
    overdracht.advies, overdracht.advies_on, overdracht.verloopt_on = advies.strip(), on, verloopdag()
    _ask(session, overdracht, overdracht.verloopt_on)
    settle(session)
    return overdracht


# Taking over ---------------------------------------------------------------------------------------------------------------

def overnemen(session, actor, overdracht_id, *, adres: str = "", contact: str = "", bsn: str = "", bron: Bron | None = None,
              kluis: Kluis | None = None) -> Plaatsing:
    """The receiver makes its own dossier from what it was shown, or takes up the old one; the same traject, another gemeente. A
    stay that goes along is taken over from the day itself: the resident stays where they are, at the same provider."""
    overdracht = ontvangen(session, actor, overdracht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    if overdracht.state not in (OverdrachtState.AANVAARD, OverdrachtState.AFGEROND):
        raise Refused("U neemt het dossier over als uw gemeente het aanbod heeft aanvaard.", status=409)
    answer = queries.antwoord(session, overdracht.id)
    plek = session.get(Bezetting, overdracht.id)
    if plek is not None and (reasons := te_vroeg(answer.ingaand_on)):
        raise Refused(*reasons, status=409)
    inhoud = queries.momentopname(session, overdracht.id).inhoud
    if overdracht.toegang_id:
        raise Refused("Dit is een melding. Neem die over als melding.", status=409)
    plaatsing = queries.plaatsing_van_traject(session, actor.party_id, overdracht.traject_id, lock=True)
    if plaatsing is None:
        plaatsing = _new_placement(session, actor, overdracht, answer, inhoud, plek, adres=adres, contact=contact, bsn=bsn,
                                   bron=bron, kluis=kluis)
    else:
        if queries.nam_over(session, plaatsing.id, overdracht.id):
            raise Refused("Uw gemeente heeft dit dossier al overgenomen.", status=409)
        if plaatsing.state in OVERDRAAGBAAR:
            # Nobody marked yet that it had gone.
            _gone(session, actor, plaatsing, queries.vertrek(session, plaatsing.id))
        # The right is what the other gemeente showed: the own old one ended when it went there.
        if (tot := _recht_tot(inhoud)) is None or tot >= plaatsing.van:
            plaatsing.tot = tot
        plaatsen.geen_samenloop(session, load(session, Persoon, plaatsing.persoon_id), rules.Voorziening(
            plaatsing.product, "zin", answer.ingaand_on, plaatsing.tot), but=plaatsing.id)
        if plek is None:
            PLAATSING.perform(plaatsing, "hernemen", actor, record={"overdracht": overdracht.id})
        else:
            PLAATSING.perform(plaatsing, "meenemen", actor, record={"overdracht": overdracht.id})
    # Where somebody is, may not be known: that goes along, whoever the gemeente already knew.
    if overdracht.afgeschermd:
        afschermen(session, actor, plaatsing.persoon_id)
    settle(session)
    if plek is not None:
        _stay_taken_over(session, actor, plaatsing, plek, answer.ingaand_on, inhoud)
    elif plaatsing.state == PlaatsingState.UITSTROOM:
        work.wait_for(session, plaatsing, "werk_thuis")
    plaatsen.einde_nadert(session, plaatsing)
    overgenomen(session, actor, overdracht)
    settle(session)
    return plaatsing


def overgenomen(session, actor, overdracht: Overdracht) -> None:
    """The receiver has a dossier of its own now: both read it in the history of the offer, and it waits for nobody."""
    overdracht.record("overdracht:overnemen", actor=actor)
    work.done(session, overdracht, "werk_overnemen")


def te_vroeg(ingaand_on: date) -> list[str]:
    """Why a report, or a dossier whose place goes along, is not taken over yet: it changes hands on the day itself."""
    if ingaand_on <= clock.today():
        return []
    return [f"Uw gemeente wordt verantwoordelijk op {ingaand_on:%d-%m-%Y}. Neem het dossier op die dag over, of later."]


def _recht_tot(inhoud: dict) -> date | None:
    """The last day of the support, as the receiver was shown it."""
    return date.fromisoformat(inhoud["tot"]) if inhoud["tot"] else None


def dan_voorbij(inhoud: dict, on: date) -> date | None:
    """The last day of the support, where it is over on this day: the receiver extends it or ends it, and is told."""
    tot = _recht_tot(inhoud)
    return tot if tot is not None and tot < on else None


def _new_placement(session, actor, overdracht: Overdracht, answer: PlaatsingAntwoord, inhoud: dict, plek, *, adres, contact,
                   bsn, bron, kluis) -> Plaatsing:
    """The dossier of a gemeente that did not know this traject."""
    persoon = bekende_of_nieuwe(
        session, actor, naam=inhoud["naam"], geboren_on=date.fromisoformat(inhoud["geboren_on"]), adres=adres, contact=contact,
        bsn=bsn, bron=bron, kluis=kluis, afgeschermd=overdracht.afgeschermd)
    if plek is not None:
        state = PlaatsingState.VERBLIJF
    elif inhoud["vorm"] == "pgb":
        state = PlaatsingState.PGB
    else:
        state = PlaatsingState.UITSTROOM if overdracht.richting == Richting.TERUG else PlaatsingState.WACHTEND
    tot = _recht_tot(inhoud)
    plaatsen.geen_samenloop(session, persoon, rules.Voorziening(
        inhoud["product"], "pgb" if state == PlaatsingState.PGB else "zin", answer.ingaand_on, tot))
    plaatsing = Plaatsing(
        reference=next_reference(session, "BW"), titel=plaatsen.TITEL, state=state, eigenaar_id=actor.party_id,
        behandelaar_id=actor.user_id, gemeente_id=actor.party_id, persoon_id=persoon.id,
        traject_id=overdracht.traject_id, toegang_id=None,
        herkomst_id=uuid.UUID(inhoud["herkomst"]), product=inhoud["product"], doelgroep=inhoud["doelgroep"],
        gemeld_on=date.fromisoformat(inhoud["gemeld_on"]), pgb_motief=inhoud["pgb_motief"],
        # What was over by then, stays over: nothing goes on without a decision.
        van=min(answer.ingaand_on, tot or answer.ingaand_on), tot=tot)
    session.add(plaatsing)
    settle(session)
    session.add(Plaatsvraag(**under(plaatsing, actor.party_id), nodig=list(inhoud["nodig"]), gemeenten=[], mijden=[]))
    plaatsing.record("plaatsing:overnemen", actor=actor, state_to=plaatsing.state, overdracht=overdracht.id)
    settle(session)
    if state == PlaatsingState.WACHTEND:
        # An older rule knew other circumstances.
        counts = rules.voorrangregel(rules.voorrangversie(clock.today()))["punten"]
        plaatsen.wachten(session, actor, plaatsing, omstandigheden=set(inhoud["omstandigheden"]) & set(counts))
    return plaatsing


def _stay_taken_over(session, actor, plaatsing: Plaatsing, plek: Bezetting, van: date, inhoud: dict) -> Verblijf:
    """The same place at the same provider, from the day on for this gemeente: the half of the place that was laid ready."""
    locatie = load(session, Locatie, plek.locatie_id)
    persoon = load(session, Persoon, plaatsing.persoon_id)
    tot = plek.periode.upper - DAY if plek.periode.upper else None
    verblijf = Verblijf(
        reference=next_reference(session, "VBL"), titel=plekken_aanbieden.TITEL, state=VerblijfState.LOOPT,
        eigenaar_id=actor.party_id, ouder_id=plaatsing.id, plaatsing_id=plaatsing.id, locatie_id=locatie.id,
        aanbieder_id=locatie.party_id, van=van, tot=tot, inwoner_ja=True, begonnen_on=van,
        dagprijs=inhoud["dagprijs"])
    session.add(verblijf)
    settle(session)
    plek.verblijf_id = verblijf.id
    session.add(Clientgegevens(**under(verblijf, actor.party_id), naam=persoon.naam, geboren_on=persoon.geboren_on,
                               contact=persoon.contact))
    session.add(Kandidaatkaart(**under(verblijf, actor.party_id), doelgroep=plaatsing.doelgroep,
                               leeftijd=rules.leeftijd(persoon.geboren_on, van), nodig=list(inhoud["nodig"])))
    verblijf.record("verblijf:overnemen", actor=actor, state_to=verblijf.state, locatie=locatie.id)
    plekken_aanbieden.zicht_geven(session, actor, verblijf, locatie.party_id)
    work.wait_for(session, plaatsing, "werk_terugkeer", on=van)
    plan.beginnen(session, verblijf, on=van)
    settle(session)
    return verblijf


def opnieuw_zoeken(session, actor, plaatsing_id) -> Plaatsing:
    """Who came home needs a place after all: on the waiting list, with the day of the first report."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    PLAATSING.perform(plaatsing, "opnieuw_zoeken", actor)
    plaatsen.wachten(session, actor, plaatsing)
    return plaatsing


# The day comes -------------------------------------------------------------------------------------------------------------

def overgaan(session, actor, plaatsing_id) -> Plaatsing:
    """The day of an accepted offer came: the dossier of the sender is over, and its place is free or went along."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    begin = queries.vertrek(session, plaatsing.id)
    if begin is None or begin.van > clock.today():
        raise Refused("Er is geen aanvaard aanbod waarvan de dag kwam.", status=409)
    return _gone(session, actor, plaatsing, begin)


def _gone(session, actor, plaatsing: Plaatsing, begin) -> Plaatsing:
    for verblijf in queries.verblijven(session, plaatsing.id):
        bezetting = queries.bezetting(session, verblijf.id)
        if verblijf.state == VerblijfState.AANGEBODEN:
            VERBLIJF.perform(verblijf, "intrekken", actor, reden="overgedragen")
        elif verblijf.state in (VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL):
            VERBLIJF.perform(verblijf, "overdragen", actor, on=begin.van)
            if verblijf.begonnen_on:
                verblijf.geeindigd_on = max(verblijf.begonnen_on, begin.van - DAY)
                work.wait_for(session, verblijf, "werk_doorbetaald")
        if verblijf.state not in (VerblijfState.INGETROKKEN, VerblijfState.BEEINDIGD):
            continue
        plekken_aanbieden.zicht_eindigt(session, verblijf)
        if bezetting is None:
            continue
        if verblijf.state == VerblijfState.INGETROKKEN or bezetting.periode.lower >= begin.van:
            bezetting.vrij_at = clock.now()
        elif bezetting.periode.upper is None or bezetting.periode.upper > begin.van:
            bezetting.periode = Range(bezetting.periode.lower, begin.van, bounds="[)")
        settle(session)
    PLAATSING.perform(plaatsing, "overdragen", actor, on=begin.van, record={"overdracht": begin.overdracht_id})
    plaatsen.einde_wachten(session, plaatsing, "overgedragen")
    settle(session)
    return plaatsing


# The warm handover ---------------------------------------------------------------------------------------------------------

def punt(session, actor, overdracht_id, *, code: str, antwoord: str, toelichting: str = "") -> Overdrachtspunt:
    """Tick one point of the warm handover, by either gemeente. A no has a reason; only about close ones can the resident
    refuse."""
    overdracht = betrokken(session, actor, overdracht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    _handing(overdracht)
    if code not in rules.overdrachtspunten(melding=overdracht.toegang_id is not None):
        raise Refused("Dit punt staat niet op de lijst.")
    if antwoord not in list(rules.Naasten) or (antwoord == rules.Naasten.GEWEIGERD and code != "naasten"):
        raise Refused("Kies een antwoord.")
    if antwoord == rules.Naasten.NEE and not toelichting.strip():
        raise Refused("Schrijf waarom niet.")
    found = next((one for one in queries.punten(session, overdracht.id) if one.code == code), None)
    if found is not None and found.door != actor.user_id:
        raise Refused("Iemand anders beantwoordde dit punt. Alleen wie dat deed, verandert het.", status=409)
    if found is not None and queries.tekens(session, overdracht.id):
        raise Refused("Er is al getekend. Wat is beantwoord, verandert niet meer.", status=409)
    if found is None:
        found = Overdrachtspunt(**under(overdracht, actor.party_id), code=code)
        session.add(found)
    found.antwoord, found.toelichting = antwoord, toelichting.strip()
    found.klaar_on, found.door = clock.today(), actor.user_id
    overdracht.record("overdracht:punt", actor=actor, code=code, antwoord=antwoord)
    settle(session)
    return found


def tekenen(session, actor, overdracht_id) -> Overdrachtsteken:
    """This gemeente signs that the handover was done; first it is answered whether close ones were involved."""
    overdracht = betrokken(session, actor, overdracht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    _handing(overdracht)
    both = (overdracht.verzender_id, overdracht.ontvanger_id)
    if faults := overdracht_compleet(overdracht, punten=queries.punten(session, overdracht.id), getekend=both):
        raise Refused(*faults, status=409)
    if any(one.party_id == actor.party_id for one in queries.tekens(session, overdracht.id)):
        raise Refused("Uw gemeente heeft al getekend.", status=409)
    teken = Overdrachtsteken(**under(overdracht, actor.party_id), door=actor.user_id)
    session.add(teken)
    overdracht.record("overdracht:tekenen", actor=actor)
    settle(session)
    return teken


def afronden(session, actor, overdracht_id) -> Overdracht:
    """Close the warm handover: close ones are answered for, and both gemeenten signed."""
    overdracht = _sent(session, actor, overdracht_id)
    OVERDRACHT.perform(overdracht, "afronden", actor, punten=queries.punten(session, overdracht.id),
                       getekend=[one.party_id for one in queries.tekens(session, overdracht.id)])
    settle(session)
    return overdracht


# Who may -------------------------------------------------------------------------------------------------------------------

def betrokken(session, actor, overdracht_id, *, status: int = 409) -> Overdracht:
    """An offer that this gemeente made or got; Refused in words (with this status) once it sees nothing more of it, NotFound
    for every other."""
    overdracht = queries.gevraagd_dossier(session, Overdracht, overdracht_id, status=status)
    if actor.party_id not in (overdracht.verzender_id, overdracht.ontvanger_id):
        raise NotFound()
    return overdracht


def ontvangen(session, actor, overdracht_id) -> Overdracht:
    """An offer that was made to this gemeente; Refused in words once it sees nothing more of it."""
    overdracht = queries.gevraagd_dossier(session, Overdracht, overdracht_id)
    if overdracht.ontvanger_id != actor.party_id:
        raise NotFound()
    return overdracht


def _sent(session, actor, overdracht_id) -> Overdracht:
    """An offer of this gemeente by who may work on it, locked after its placement or report."""
    overdracht = load(session, Overdracht, overdracht_id)
    if overdracht.verzender_id != actor.party_id:
        raise NotFound()
    require(actor, P.TOEGANG_BEHANDELEN)
    if overdracht.plaatsing_id:
        queries.eigen_plaatsing(session, actor, overdracht.plaatsing_id, lock=True)
    else:
        queries.eigen(session, actor, overdracht.toegang_id, lock=True)
    return load(session, Overdracht, overdracht_id, lock=True)


def _still_ours(session, actor, overdracht: Overdracht) -> None:
    """Who sent it is still the last that is responsible; portal.verantwoordelijkheid_volgt looks again at the yes."""
    if overdracht.toegang_id:
        if queries.eigen(session, actor, overdracht.toegang_id).state not in OVERDRAAGBARE_MELDING:
            raise Refused("Op deze melding is al besloten, of de melding loopt niet meer. Dit aanbod is voorbij.", status=409)
        return
    last = queries.tijdlijn(session, overdracht.traject_id)[-1]
    if last.gemeente_id != actor.party_id:
        raise Refused(f"Sinds of vanaf {last.van:%d-%m-%Y} is een andere gemeente verantwoordelijk. Dit aanbod is voorbij.",
                      status=409)


def _handing(overdracht: Overdracht) -> None:
    if overdracht.state != OverdrachtState.AANVAARD:
        raise Refused("De warme overdracht begint als het aanbod is aanvaard, en eindigt als u die afrondt.", status=409)

