"""One place offered to one person: held for some days, answered by the resident and by the provider, lived in, ended.

The place is held in the same act as the offer (portal.bezetting_plek); whoever says no, or nothing in time, frees it.
"""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config import load as load_config
from portal.domains.plaatsingen import plaatsen, plan, queries, rules, work
from portal.domains.plaatsingen.model import (
    Bezet,
    Bezetting,
    Clientgegevens,
    Grond,
    Grondsoort,
    Kandidaatkaart,
    Locatie,
    Overgeslagen,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    PlaatsingState,
    Verblijf,
    VerblijfState,
)
from portal.domains.plaatsingen.workflow import PLAATSING, VERBLIJF
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import DossierDeelnemer, load, next_reference, share, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import require

TITEL = "Verblijf"
# What else can be done where there is no contract for this place.
ZONDER_CONTRACT = "Kies een andere plek, of bespreek een pgb."
ELDERS = "Bij een gemeente buiten uw samenwerkingsverband wacht iemand langer, die hier ook past. U ziet niet wie."


def aanbieden(session, actor, plaatsing_id, *, locatie_id: uuid.UUID, van: date, dagprijs: Decimal | None = None,
              toelichting: str = "", overslaan: Mapping[uuid.UUID, str] | None = None, elders: str = "") -> Verblijf:
    """Offer a place that fits to who waits, and hold it. `overslaan`: for everybody on the waiting list who stands before and
    fits as well, why they are passed over (by the id of their line); `elders`: why somebody is, who waits longer at
    a gemeente of which this one sees no list. Refused when the place does not fit, is full, or the provider has no contract on
    that day for this product in which the own gemeente takes part."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    _settle_last(session, actor, plaatsing)
    if reasons := PLAATSING.obstacles(plaatsing, "aanbieden", actor):
        raise Refused(*reasons, status=409)
    locatie = load(session, Locatie, locatie_id)
    if van < clock.today():
        raise Refused("De eerste dag ligt in het verleden.")
    if faults := rules.eerste_dag_gebreken(van, plaatsing.van, plaatsing.tot):
        raise Refused(*faults)
    if (last := queries.laatste_dag(session, plaatsing.persoon_id, plaatsing.product, "pgb")) and van <= last:
        raise Refused(f"Deze ondersteuning loopt met een pgb tot en met {last:%d-%m-%Y}. Kies een latere dag.", status=409)
    if dagprijs is not None:
        rules.dagprijs_klopt(dagprijs)
    if fault := queries.contract_gebrek(session, locatie.party_id, plaatsing.product, van):
        raise Refused(fault, ZONDER_CONTRACT, status=409)
    regel = queries.wachtregel(session, plaatsing.id)
    plek = queries.plek_van(session, locatie, van, plaatsing.tot)
    if reasons := rules.waarom_niet(queries.vraag_van(session, plaatsing, regel), plek):
        raise Refused(*reasons, status=409)
    passed = _passed_over(session, actor, regel, plek, overslaan or {})
    if passes_unseen := queries.wacht_langer_elders(session, locatie.id, plaatsing.id):
        if not elders.strip():
            raise Refused(ELDERS, "Schrijf waarom u deze plek toch aan uw inwoner aanbiedt.")
        noteer(session, actor, plaatsing, "elders", elders)
    now = clock.now()
    expires = now + timedelta(days=load_config("plaatsingen")["vasthouden"]["dagen"])
    verblijf = Verblijf(
        reference=next_reference(session, "VBL"), titel=TITEL, state=VerblijfState.AANGEBODEN, eigenaar_id=actor.party_id,
        ouder_id=plaatsing.id, plaatsing_id=plaatsing.id, locatie_id=locatie.id, aanbieder_id=locatie.party_id, van=van,
        tot=plaatsing.tot, verloopt_at=expires, dagprijs=dagprijs)
    session.add(verblijf)
    settle(session)
    session.add(Bezetting(locatie_id=locatie.id, periode=_days(van, plaatsing.tot), soort=Bezet.VASTGEHOUDEN,
                          verblijf_id=verblijf.id, party_id=actor.party_id, verloopt_at=expires))
    settle(session)
    persoon = load(session, Persoon, plaatsing.persoon_id)
    # Read by the provider from the moment both said yes; no earlier.
    session.add(Clientgegevens(**under(verblijf, actor.party_id), naam=persoon.naam, geboren_on=persoon.geboren_on,
                               contact=persoon.contact))
    session.add(Kandidaatkaart(**under(verblijf, actor.party_id), doelgroep=regel.doelgroep, leeftijd=regel.leeftijd,
                               nodig=list(regel.nodig), toelichting=toelichting.strip()))
    for line, why in passed.items():
        session.add(Overgeslagen(**under(plaatsing, actor.party_id), wachtregel_id=line, verblijf_id=verblijf.id,
                                 reden=why.strip(), op_on=clock.today()))
    verblijf.record("verblijf:aanbieden", actor=actor, state_to=verblijf.state, locatie=locatie.id)
    zicht_geven(session, actor, verblijf, locatie.party_id)
    PLAATSING.perform(plaatsing, "aanbieden", actor, record={
        "verblijf": verblijf.id, "overgeslagen": len(passed), "elders": passes_unseen})
    work.wait_for(session, verblijf, "werk_inwoner")
    work.wait_for(session, verblijf, "werk_antwoorden", parties=[locatie.party_id], due_at=expires)
    settle(session)
    return verblijf


def _days(van: date, tot: date | None) -> Range:
    """A period as the database counts it: up to, and not with, the day after the last."""
    return Range(van, tot + timedelta(days=1) if tot else None, bounds="[)")


def _settle_last(session, actor, plaatsing: Plaatsing) -> None:
    """An offer that was answered with no, or by nobody in time, does not stand in the way of the next one."""
    if plaatsing.state == PlaatsingState.AANGEBODEN:
        _follow(session, actor, queries.verblijven(session, plaatsing.id)[0], plaatsing)


def _passed_over(session, actor, regel, plek: rules.Plek, given: Mapping[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    """Who stands before this person and fits as well, each with its reason; Refused when one has none."""
    before = queries.voor_op_de_lijst(session, regel, plek)
    numbers = queries.nummers(session, actor.party_id, before)
    missing = [numbers[one.id] or "iemand die is afgeschermd" for one in before if not given.get(one.id, "").strip()]
    if missing:
        raise Refused("Op de wachtlijst staat iemand eerder, die hier ook past. Schrijf per persoon waarom u die overslaat: "
                      f"{', '.join(missing)}.")
    return {one.id: given[one.id] for one in before}


def zicht_geven(session, actor, verblijf: Verblijf, aanbieder_id: uuid.UUID) -> None:
    """The provider sees this stay as long as it lasts, and a while longer: it has a contract (Wmo 2015, 5.2.1, lid 2)."""
    _contract_ground(session, actor, verblijf)
    share(session, verblijf, aanbieder_id, "aanbieder")
    settle(session)


def _contract_ground(session, actor, verblijf: Verblijf) -> None:
    today, agreed = clock.today(), load_config("plaatsingen")["zicht"]
    until = (verblijf.tot or today + relativedelta(years=agreed["jaren"])) + timedelta(weeks=agreed["na_einde_weken"])
    session.add(Grond(**under(verblijf, actor.party_id), voor_id=verblijf.aanbieder_id, soort=Grondsoort.CONTRACT,
                      vindplaats="Wmo 2015, artikel 5.2.1, tweede lid", van_on=today, tot_on=max(until, today),
                      vastgelegd_by=actor.user_id))
    settle(session)


def gaat_door(session, actor, verblijf: Verblijf, tot: date) -> None:
    """An offered place or a stay goes on until this day: the place stays theirs, and the provider sees it as long. Refused when
    the place is promised to somebody else by then."""
    bezetting = queries.bezetting(session, verblijf.id)
    verblijf.tot = tot
    if bezetting:
        bezetting.periode = _days(bezetting.periode.lower, tot)
    verblijf.record("verblijf:verlengen", actor=actor, laatste_on=tot)
    settle(session)
    _contract_ground(session, actor, verblijf)
    # portal.deelnemer_met_grond sets the end: as long as the new ground holds.
    queries.deelnemer(session, verblijf.id, verblijf.aanbieder_id).tot = None
    settle(session)


def zicht_eindigt(session, verblijf: Verblijf) -> None:
    """What was lived in is over: the provider has some weeks to round it off, and sees no more of it then. The view of a place
    that nobody came to live on ends by itself (portal.zicht_volgt)."""
    last = clock.today() + timedelta(weeks=load_config("plaatsingen")["zicht"]["na_einde_weken"])
    # The database ends every view with its ground: what stands there, not what was asked.
    for row in session.scalars(select(DossierDeelnemer).where(
            DossierDeelnemer.dossier_id == verblijf.id, DossierDeelnemer.party_id == verblijf.aanbieder_id)
            .execution_options(populate_existing=True)):
        row.tot = min(row.tot, clock.end_of(last))
    settle(session)


# The answers ---------------------------------------------------------------------------------------------------------------

def inwoner_antwoordt(session, actor, verblijf_id, *, ja: bool | None, reden: str = "") -> Verblijf:
    """What the resident said to the place. A no frees it at once; the place on the waiting list stays."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    _in_time(verblijf)
    VERBLIJF.perform(verblijf, "inwoner_antwoordt", actor, ja=ja, reden=reden, record={"ja": ja})
    verblijf.inwoner_ja, verblijf.inwoner_reden = ja, "" if ja else reden
    settle(session)
    if not ja:
        VERBLIJF.perform(verblijf, "weigeren", actor, record={"reden": reden})
        _free(session, verblijf)
        if load_config("plaatsingen")["weigering"]["inwoner"][reden].get("mijden"):
            _avoid(session, verblijf, plaatsing)
        PLAATSING.perform(plaatsing, "terug_op_lijst", actor, record={"reden": reden})
    elif queries.antwoord(session, verblijf.id):
        VERBLIJF.perform(verblijf, "reserveren", actor)
        _reserved(session, actor, verblijf, plaatsing)
    settle(session)
    return verblijf


def _avoid(session, verblijf: Verblijf, plaatsing: Plaatsing) -> None:
    """Who is not safe there, is offered no place in that gemeente again."""
    vraag, where = queries.plaatsvraag(session, plaatsing.id), load(session, Locatie, verblijf.locatie_id).gemeente_id
    vraag.mijden = [*(one for one in vraag.mijden if one != where), where]
    vraag.gemeenten = [one for one in vraag.gemeenten if one != where]


def aanbieder_antwoordt(session, actor, verblijf_id, *, ja: bool, reden: str = "", toelichting: str = "") -> PlaatsingAntwoord:
    """The provider answers for itself: portal.antwoord_telt reserves the place, or frees it, and its view ends with its no."""
    verblijf = queries.gevraagd_dossier(session, Verblijf, verblijf_id)
    if verblijf.aanbieder_id != actor.party_id:
        raise NotFound()
    require(actor, P.PLEK_BEHEREN)
    if not ja and reden not in load_config("plaatsingen")["weigering"]["aanbieder"]:
        raise Refused("Kies waarom de inwoner niet bij u kan wonen.")
    answer = PlaatsingAntwoord(**under(verblijf, actor.party_id), ja=ja, reden="" if ja else reden,
                               toelichting=toelichting.strip(), gegeven_by=actor.user_id)
    verblijf.record("verblijf:antwoorden", actor=actor, ja=ja, reden=answer.reden)
    settle(session)
    session.add(answer)
    settle(session)
    session.expire(verblijf)
    return answer


def bijwerken(session, actor, verblijf_id) -> Verblijf:
    """Bring the placement to what the provider answered, or to an offer that nobody answered in time."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    return _follow(session, actor, verblijf, plaatsing)


def _follow(session, actor, verblijf: Verblijf, plaatsing: Plaatsing) -> Verblijf:
    if verblijf.state == VerblijfState.AANGEBODEN and verblijf.verloopt_at <= clock.now():
        VERBLIJF.perform(verblijf, "verlopen", actor)
        _free(session, verblijf)
    if plaatsing.state == PlaatsingState.AANGEBODEN:
        if verblijf.state == VerblijfState.GERESERVEERD:
            _reserved(session, actor, verblijf, plaatsing)
        elif verblijf.state in (VerblijfState.GEWEIGERD, VerblijfState.VERLOPEN):
            PLAATSING.perform(plaatsing, "terug_op_lijst", actor)
            work.done(session, verblijf, "werk_inwoner")
    settle(session)
    return verblijf


def _reserved(session, actor, verblijf: Verblijf, plaatsing: Plaatsing) -> None:
    """Both said yes: the place is theirs from the first day, and the provider reads who comes."""
    PLAATSING.perform(plaatsing, "reserveren", actor, record={"verblijf": verblijf.id})
    bezetting = queries.bezetting(session, verblijf.id)
    if bezetting.soort == Bezet.VASTGEHOUDEN:
        bezetting.soort, bezetting.verloopt_at = Bezet.BEZET, None
    plaatsen.einde_wachten(session, plaatsing, "geplaatst")
    work.wait_for(session, verblijf, "werk_begin", on=max(verblijf.van, clock.today()))
    settle(session)


def intrekken(session, actor, verblijf_id, *, reden: str) -> Verblijf:
    """Take the offer back, before anybody lives there; who had a place reserved waits on with the old day."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    _follow(session, actor, verblijf, plaatsing)
    VERBLIJF.perform(verblijf, "intrekken", actor, reden=reden)
    noteer(session, actor, verblijf, "intrekken", reden)
    _free(session, verblijf)
    PLAATSING.perform(plaatsing, "terug_op_lijst", actor)
    if queries.wachtregel(session, plaatsing.id) is None and (last := queries.laatste_wachtregel(session, plaatsing.id)):
        plaatsen.wachten_opnieuw(session, actor, plaatsing, last, nodig=last.nodig, omstandigheden=last.omstandigheden)
    work.wait_for(session, plaatsing, "werk_plek")
    settle(session)
    return verblijf


# The stay ------------------------------------------------------------------------------------------------------------------

def beginnen(session, actor, verblijf_id, *, on: date) -> Verblijf:
    """Somebody lives there from this day."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    if on < verblijf.van:
        raise Refused(f"De plek is er vanaf {verblijf.van:%d-%m-%Y}. Kies die dag of een latere.")
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst.")
    _follow(session, actor, verblijf, plaatsing)
    VERBLIJF.perform(verblijf, "beginnen", actor, on=on)
    verblijf.begonnen_on = on
    PLAATSING.perform(plaatsing, "beginnen", actor, on=on, record={"verblijf": verblijf.id})
    work.wait_for(session, plaatsing, "werk_terugkeer", on=on)
    plan.beginnen(session, verblijf, on=on)
    settle(session)
    return verblijf


def stilleggen(session, actor, verblijf_id, *, reden: str) -> Verblijf:
    """Somebody is away for a while, in a hospital for instance; the place stays theirs."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    PLAATSING.perform(plaatsing, "stilleggen", actor, reden=reden)
    VERBLIJF.perform(verblijf, "stilleggen", actor)
    noteer(session, actor, verblijf, "stilleggen", reden)
    work.wait_for(session, verblijf, "werk_stil")
    # Who was on the way home, is looked at again.
    if not queries.termijn(session, plaatsing.id, "werk_uitstroom", open_only=True):
        work.wait_for(session, plaatsing, "werk_terugkeer")
    settle(session)
    return verblijf


def hervatten(session, actor, verblijf_id) -> Verblijf:
    """Somebody is back on the place."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    PLAATSING.perform(plaatsing, "hervatten", actor)
    VERBLIJF.perform(verblijf, "hervatten", actor)
    settle(session)
    return verblijf


def beeindigen(session, actor, verblijf_id, *, on: date, einde: str) -> Verblijf:
    """The stay ended on this day: the place is free from the next, and the placement ends with it."""
    verblijf, plaatsing = _own(session, actor, verblijf_id)
    if verblijf.begonnen_on and on < verblijf.begonnen_on:
        raise Refused(f"Het verblijf begon op {verblijf.begonnen_on:%d-%m-%Y}. Het kan niet eerder eindigen.")
    if on > clock.today():
        raise Refused("Deze dag ligt in de toekomst.")
    VERBLIJF.perform(verblijf, "beeindigen", actor, on=on, einde=einde, record={"einde": einde})
    verblijf.geeindigd_on = on
    if bezetting := queries.bezetting(session, verblijf.id):
        bezetting.periode = _days(bezetting.periode.lower, max(on, bezetting.periode.lower))
    PLAATSING.perform(plaatsing, "beeindigen", actor, on=on, einde=einde, record={"einde": einde})
    plan.eindigen(session, verblijf, plaatsing, on=on)
    zicht_eindigt(session, verblijf)
    settle(session)
    return verblijf


def _in_time(verblijf: Verblijf) -> None:
    if verblijf.state == VerblijfState.AANGEBODEN and verblijf.verloopt_at <= clock.now():
        raise Refused("De plek werd niet langer vastgehouden: de dag om te antwoorden is voorbij.", status=409)


def _free(session, verblijf: Verblijf) -> None:
    if bezetting := queries.bezetting(session, verblijf.id):
        bezetting.vrij_at = clock.now()
        settle(session)


def _own(session, actor, verblijf_id) -> tuple[Verblijf, Plaatsing]:
    """A stay of the own gemeente with its placement, the placement locked first."""
    verblijf = load(session, Verblijf, verblijf_id)
    if verblijf.eigenaar_id != actor.party_id:
        raise NotFound()
    plaatsing = plaatsen.eigen_open(session, actor, verblijf.plaatsing_id)
    return load(session, Verblijf, verblijf_id, lock=True), plaatsing
