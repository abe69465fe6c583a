"""Access, at the gemeente: report, investigation, account of it, application. Deciding stands in besluiten.py.

Each function takes the session, the actor and plain values, checks through the workflow, writes, and leaves the commit to the
caller. Of a person only what the step needs is asked; a citizen service number goes into the vault and comes out in `inzien`.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import queries, rules, work
from portal.domains.plaatsingen.model import (
    Bron,
    Geregeld,
    Melder,
    Onderzoek,
    Persoon,
    Randvoorwaarde,
    Toegang,
    ToegangState,
)
from portal.domains.plaatsingen.workflow import TOEGANG
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, next_reference, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.kluis import Kluis
from portal.kernel.sentences import settle
from portal.kernel.weglaten import is_bsn
from portal.kernel.workflow import require

TITEL = "Toegang tot ondersteuning"
GEVOLG_ONDERZOEK = "De inwoner mag een aanvraag doen zonder verslag. Dan beslist de gemeente binnen twee weken."
GEVOLG_PLAN = "Daarna hoeft de gemeente niet meer op een persoonlijk plan te wachten."
GEVOLG_BESLUIT = ("De inwoner kan de gemeente in gebreke stellen. Na twee weken kost elke dag dat zij te laat is geld (Awb "
                  "4:17).")
REDEN_INZIEN = 10


# The person -----------------------------------------------------------------------------------------------------------------

def persoon_maken(session, actor, *, naam: str, geboren_on: date, adres: str = "", contact: str = "", bsn: str = "",
                  bron: Bron | None = None, kluis: Kluis | None = None, afgeschermd: bool = False) -> Persoon:
    """Write down who somebody is. With a citizen service number it says how it was verified (Wmo 2015, 5.2.9); without one,
    name, day of birth and address tell who it is."""
    require(actor, P.TOEGANG_BEHANDELEN)
    faults = []
    if not naam.strip():
        faults.append("Vul de naam in.")
    if geboren_on > clock.today():
        faults.append("De geboortedag ligt in de toekomst.")
    number = "".join(bsn.split())
    faults += nummer_gebreken(number, bron)
    if not number and not adres.strip():
        faults.append("Vul een adres in: zonder burgerservicenummer is dat nodig om te weten wie iemand is.")
    if faults:
        raise Refused(*faults)
    persoon = Persoon(id=uuid.uuid4(), party_id=actor.party_id, naam=naam.strip(), geboren_on=geboren_on, adres=adres.strip(),
                      contact=contact.strip(), afgeschermd=afgeschermd)
    if number:
        nummer_vastleggen(persoon, number, bron, kluis)
    session.add(persoon)
    settle(session)
    return persoon


def nummer_gebreken(number: str, bron: Bron | None) -> list[str]:
    """Why this is no citizen service number that was verified; none for no number at all."""
    faults = []
    if number and (len(number) != 9 or not number.isascii() or not is_bsn(number)):
        faults.append("Dit burgerservicenummer klopt niet. Het heeft negen cijfers. Kijk het na.")
    if number and bron is None:
        faults.append("Vul in hoe u het burgerservicenummer heeft gecontroleerd.")
    return faults


def nummer_vastleggen(persoon: Persoon, number: str, bron: Bron, kluis: Kluis) -> None:
    """Keep the number of somebody in the vault, with how it was verified (Wmo 2015, 5.2.9)."""
    persoon.bsn_gesloten, persoon.bsn_kenmerk = kluis.sluit(number, persoon.id), kluis.kenmerk(number, persoon.party_id)
    persoon.bsn_bron, persoon.bsn_gecontroleerd_on = bron, clock.today()


def bekende_of_nieuwe(session, actor, *, bsn: str, kluis: Kluis | None, geboren_on: date, **anders) -> Persoon:
    """Who the own gemeente knows by this number, or somebody new. Refused where the number is of somebody with another
    birthday: one digit wrong, and a report would be about somebody else."""
    number = "".join(bsn.split())
    found = queries.persoon_met_bsn(session, actor.party_id, number, kluis) if number and kluis else None
    if found is None:
        return persoon_maken(session, actor, bsn=bsn, kluis=kluis, geboren_on=geboren_on, **anders)
    if found.geboren_on != geboren_on:
        raise Refused("Dit burgerservicenummer hoort bij iemand met een andere geboortedag. Kijk het nummer en de geboortedag "
                      "na.", status=409)
    return found


def inzien(session, actor, toegang_id, *, reden: str, kluis: Kluis) -> str:
    """The citizen service number of the person in this dossier. That somebody looked, and why, stands in the history."""
    toegang = queries.eigen(session, actor, toegang_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    if len(reden.strip()) < REDEN_INZIEN:
        raise Refused("Schrijf waarom u het nummer nodig heeft. Dat blijft bewaard.")
    persoon = load(session, Persoon, toegang.persoon_id)
    if persoon.bsn_gesloten is None:
        raise Refused("Van deze persoon is geen burgerservicenummer bekend.", status=409)
    toegang.record("intern:bsn-ingezien", actor=actor)
    noteer(session, actor, toegang, "bsn-ingezien", reden)
    settle(session)
    return kluis.open(persoon.bsn_gesloten, persoon.id)


# From the report to the application -----------------------------------------------------------------------------------------

def afschermen(session, actor, persoon_id: uuid.UUID, *, afgeschermd: bool = True) -> Persoon:
    """Where this person is, may (not) be known outside those who help: from now on, also in what others read already
    (portal.persoon_afgeschermd)."""
    require(actor, P.TOEGANG_BEHANDELEN)
    persoon = load(session, Persoon, persoon_id, lock=True)
    if persoon.party_id != actor.party_id:
        raise NotFound()
    persoon.afgeschermd = afgeschermd
    settle(session)
    return persoon


def melden(session, actor, *, persoon_id: uuid.UUID, melder: Melder, gemeld_on: date, hulpvraag: str, spoed: bool = False,
           taak: str = "beschermd_wonen", traject_id: uuid.UUID | None = None,
           herkomst_id: uuid.UUID | None = None) -> Toegang:
    """A report came in: six weeks to investigate, seven days for a personal plan (Wmo 2015, 2.3.2). Who handles it follows from
    the gemeente, the task and the day of the report, and does not change when the task goes over later. `traject_id` and
    `herkomst_id`: the timeline and the gemeente that had it first, where it was taken over."""
    require(actor, P.TOEGANG_BEHANDELEN)
    persoon = load(session, Persoon, persoon_id)
    if persoon.party_id != actor.party_id:
        raise NotFound()
    if gemeld_on > clock.today():
        raise Refused("De melding ligt in de toekomst. Vul de dag in waarop iemand zich meldde.")
    if gemeld_on < persoon.geboren_on:
        raise Refused("De melding ligt voor de geboorte.")
    if not hulpvraag.strip():
        raise Refused("Schrijf op waar iemand hulp bij vraagt.")
    behandelt = queries.route(session, actor.party_id, taak, gemeld_on).wie
    if queries.is_centrale_toegang(actor) and behandelt != rules.Behandelt.CENTRALE_TOEGANG:
        raise Refused("Deze taak behandelt het wijkteam van de gemeente zelf. Laat het de melding vastleggen.", status=403)
    toegang = Toegang(reference=next_reference(session, "TGN"), titel=TITEL, state=ToegangState.GEMELD,
                      eigenaar_id=actor.party_id, behandelaar_id=actor.user_id, gemeente_id=actor.party_id,
                      persoon_id=persoon.id, melder=melder, gemeld_on=gemeld_on, spoed=spoed, taak=taak, behandelt=behandelt,
                      traject_id=traject_id, herkomst_id=herkomst_id)
    session.add(toegang)
    settle(session)
    session.add(Onderzoek(**under(toegang, actor.party_id), hulpvraag=hulpvraag.strip(), antwoorden={},
                          gewijzigd_by=actor.user_id))
    toegang.record("toegang:melden", actor=actor, on=gemeld_on, state_to=ToegangState.GEMELD, melder=melder, spoed=spoed,
                   taak=taak, behandelt=behandelt)
    start_term(session, toegang, terms.rule("onderzoek"), on=gemeld_on, party_id=actor.party_id,
               taak="Onderzoek wat iemand nodig heeft", gevolg=GEVOLG_ONDERZOEK, endpoint="plaatsing.toegang",
               permissions=[P.TOEGANG_BEHANDELEN])
    start_term(session, toegang, terms.rule("persoonlijk_plan"), on=gemeld_on, party_id=actor.party_id, taak="",
               gevolg=GEVOLG_PLAN)
    work.wait_for(session, toegang, "werk_melding")
    if spoed:
        work.wait_for(session, toegang, "werk_spoed")
    settle(session)
    return toegang


def ondersteuning_wijzen(session, actor, toegang_id, *, on: date) -> Toegang:
    """The receipt was confirmed, and free client support pointed out (Wmo 2015, 2.3.2, lid 1 and 3)."""
    toegang = _open(session, actor, toegang_id)
    _day(toegang, on)
    toegang.ondersteuning_on = on
    toegang.record("toegang:ondersteuning", actor=actor, on=on)
    settle(session)
    return toegang


def plan_ontvangen(session, actor, toegang_id, *, on: date) -> Toegang:
    """A personal plan came in: it goes along in the investigation, also when it came late (Wmo 2015, 2.3.2, lid 2)."""
    toegang = _open(session, actor, toegang_id)
    _day(toegang, on)
    if toegang.plan_on:
        raise Refused("Er is al een persoonlijk plan.", status=409)
    toegang.plan_on = on
    if term := queries.termijn(session, toegang.id, "persoonlijk_plan", open_only=True):
        term.met_on = on
    toegang.record("toegang:plan", actor=actor, on=on)
    settle(session)
    return toegang


def tijdelijk_regelen(session, actor, toegang_id, *, wat: str, van: date, tot: date, door: str) -> Toegang:
    """Support was arranged at once, because waiting was not possible; the investigation goes on (Wmo 2015, 2.3.3). When it was
    first arranged stays, also when it is written down better."""
    toegang = _open(session, actor, toegang_id)
    if not toegang.spoed:
        raise Refused("Deze melding is geen spoed.", status=409)
    if faults := rules.tijdelijk_gebreken(wat, door, van, tot, gemeld_on=toegang.gemeld_on):
        raise Refused(*faults)
    found, now = queries.onderzoek(session, toegang.id), clock.now()
    found.tijdelijk, found.tijdelijk_van, found.tijdelijk_tot, found.tijdelijk_door = wat.strip(), van, tot, door.strip()
    found.tijdelijk_at, found.gewijzigd_by, found.gewijzigd_at = found.tijdelijk_at or now, actor.user_id, now
    toegang.record("toegang:tijdelijk", actor=actor, van=van, tot=tot)
    work.done(session, toegang, "werk_spoed")
    settle(session)
    return toegang


def onderzoeken(session, actor, toegang_id) -> Toegang:
    """Begin the investigation."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    TOEGANG.perform(toegang, "onderzoeken", actor)
    work.wait_for(session, toegang, "werk_verslag")
    settle(session)
    return toegang


def onderzoek_bewaren(session, actor, toegang_id, antwoorden: Mapping[str, str]) -> Onderzoek:
    """Keep what was found out so far; nothing has to be complete. What is not named stays."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    if toegang.state not in (ToegangState.ONDERZOEK, ToegangState.AANGEVRAAGD):
        raise Refused("Het onderzoek loopt nu niet. Er is niets bewaard.", status=409)
    if queries.open_besluit(session, toegang.id):
        raise Refused("Er ligt een voorstel bij de tekenaar. Laat het eerst terugsturen.", status=409)
    known = {one["code"] for name in ("onderwerp", "afweging") for one in load_config("plaatsingen")[name]}
    if unknown := set(antwoorden) - known:
        raise Refused(f"Dit onderdeel kent het onderzoek niet: {', '.join(sorted(unknown))}.")
    found = queries.onderzoek(session, toegang.id)
    found.antwoorden = {**found.antwoorden, **{code: said.strip() for code, said in antwoorden.items()}}
    found.gewijzigd_by, found.gewijzigd_at = actor.user_id, clock.now()
    settle(session)
    return found


def verslag(session, actor, toegang_id) -> Toegang:
    """The account of the investigation was given to the person (Wmo 2015, 2.3.2, lid 8): the six weeks end."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    TOEGANG.perform(toegang, "verslag", actor)
    toegang.verslag_on = clock.today()
    settle(session)
    return toegang


def aanvragen(session, actor, toegang_id, *, on: date) -> Toegang:
    """An application came in, mostly as the signed account: two weeks to decide (Wmo 2015, 2.3.5, lid 2)."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    _day(toegang, on)
    if toegang.verslag_on and on < toegang.verslag_on:
        raise Refused(f"Het verslag is van {toegang.verslag_on:%d-%m-%Y}. De aanvraag kan niet eerder zijn.")
    TOEGANG.perform(toegang, "aanvragen", actor, on=on)
    toegang.aanvraag_on = on
    start_term(session, toegang, terms.rule("toegangsbesluit"), on=on, party_id=actor.party_id,
               taak="Besluit op de aanvraag om ondersteuning", gevolg=GEVOLG_BESLUIT, endpoint="plaatsing.toegang",
               permissions=[P.TOEGANG_BEHANDELEN, P.TOEGANG_TEKENEN])
    work.wait_for(session, toegang, "werk_besluit")
    settle(session)
    return toegang


def geen_aanvraag(session, actor, toegang_id, *, reden: str) -> Toegang:
    """Nothing is applied for: own strength, a network or a general provision is enough. No decision is made."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    TOEGANG.perform(toegang, "geen_aanvraag", actor, reden=reden)
    return _noted(session, actor, toegang, "geen_aanvraag", reden)


def heropenen(session, actor, toegang_id, *, reden: str) -> Toegang:
    """Back to the investigation, with the reason. The term that ended does not begin again."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    TOEGANG.perform(toegang, "heropenen", actor, reden=reden)
    toegang.verslag_on = None
    work.wait_for(session, toegang, "werk_verslag")
    return _noted(session, actor, toegang, "heropenen", reden)


def intrekken(session, actor, toegang_id, *, reden: str) -> Toegang:
    """The person wants no support after all."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    TOEGANG.perform(toegang, "intrekken", actor, reden=reden)
    return _noted(session, actor, toegang, "intrekken", reden)


def randvoorwaarde(session, actor, toegang_id, *, soort: str, stand: Geregeld, toelichting: str = "") -> Randvoorwaarde:
    """What else has to be arranged, and how it stands now. No term waits for it."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    if soort not in load_config("plaatsingen")["randvoorwaarde"]:
        raise Refused("Kies wat er geregeld moet zijn.")
    found = next((one for one in queries.randvoorwaarden(session, toegang.id) if one.soort == soort), None)
    if found is None:
        found = Randvoorwaarde(**under(toegang, actor.party_id), soort=soort)
        session.add(found)
    found.stand, found.toelichting, found.sinds_on = stand, toelichting.strip(), clock.today()
    toegang.record("toegang:randvoorwaarde", actor=actor, soort=soort, stand=stand)
    settle(session)
    return found


def _noted(session, actor, toegang: Toegang, step: str, reden: str) -> Toegang:
    noteer(session, actor, toegang, step, reden)
    settle(session)
    return toegang


def _open(session, actor, toegang_id) -> Toegang:
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    if toegang.state not in queries.OPEN:
        raise Refused("Deze melding is klaar. Er verandert niets meer.", status=409)
    return toegang


def _day(toegang: Toegang, on: date) -> None:
    if on < toegang.gemeld_on:
        raise Refused(f"De melding is van {toegang.gemeld_on:%d-%m-%Y}. Kies die dag of een latere.")
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst.")
