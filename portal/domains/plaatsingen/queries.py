"""Reading access and placement: one dossier with its person, what hangs on it, and the lists."""

import uuid
from datetime import date, timedelta

from sqlalchemy import Uuid, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Bezet,
    Bezetting,
    Capaciteit,
    Locatie,
    Onderzoek,
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    PlaatsingState,
    Plaatsvraag,
    Randvoorwaarde,
    Terugkeertoets,
    Toegang,
    ToegangState,
    Verantwoordelijkheid,
    Verblijf,
    Verrekening,
    VerrekeningAntwoord,
    Verrekenregel,
    Wachtregel,
)
from portal.identity.model import Account
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.besluit import State as BesluitState
from portal.kernel.dossier import Opschorting, Termijn, load
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.kluis import Kluis
from portal.kernel.queries import Listing, Order, Slice
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort

OPEN = (ToegangState.GEMELD, ToegangState.ONDERZOEK, ToegangState.VERSLAG, ToegangState.AANGEVRAAGD)


def onderzoek(session, toegang_id: uuid.UUID) -> Onderzoek | None:
    """What was looked into so far."""
    return session.scalar(select(Onderzoek).where(Onderzoek.dossier_id == toegang_id))


def termijn(session, dossier_id: uuid.UUID, kind: str, *, open_only: bool = False) -> Termijn | None:
    """The newest term of this kind."""
    query = select(Termijn).where(Termijn.dossier_id == dossier_id, Termijn.kind == kind)
    if open_only:
        query = query.where(Termijn.met_on.is_(None))
    return session.scalar(query.order_by(Termijn.started_on.desc(), Termijn.id).limit(1))


def open_besluit(session, dossier_id: uuid.UUID) -> Besluit | None:
    """The proposal that waits for a signature."""
    return session.scalar(select(Besluit).where(Besluit.dossier_id == dossier_id, Besluit.state.in_(OPEN_BESLUIT)))


def besluiten(session, dossier_id: uuid.UUID) -> list[Besluit]:
    """Every proposal and decision of a dossier, the newest first."""
    return list(session.scalars(select(Besluit).where(Besluit.dossier_id == dossier_id)
                                .order_by(Besluit.opgesteld_at.desc(), Besluit.id)))


def randvoorwaarden(session, toegang_id: uuid.UUID) -> list[Randvoorwaarde]:
    """What else has to be arranged, in the order in which it was written down."""
    return list(session.scalars(select(Randvoorwaarde).where(Randvoorwaarde.dossier_id == toegang_id)
                                .order_by(Randvoorwaarde.sinds_on, Randvoorwaarde.soort)))


def persoon_met_bsn(session, party_id: uuid.UUID, bsn: str, kluis: Kluis) -> Persoon | None:
    """Who carries this number, as far as this gemeente knows."""
    return session.scalar(select(Persoon).where(Persoon.party_id == party_id,
                                                Persoon.bsn_kenmerk == kluis.kenmerk(bsn, party_id)))


def eigen(session, actor, toegang_id: uuid.UUID, *, lock: bool = False) -> Toegang:
    """A dossier of the own gemeente; NotFound for another's."""
    toegang = load(session, Toegang, toegang_id, lock=lock)
    if toegang.eigenaar_id != actor.party_id:
        raise NotFound("Deze melding is er niet, of zij is niet van uw gemeente.")
    return toegang


def termijnen(session, dossier_id: uuid.UUID) -> list[tuple[Termijn, list[Opschorting]]]:
    """The terms of a dossier in the order in which they began, each with its suspensions."""
    rows = session.execute(select(Termijn, Opschorting).outerjoin(Opschorting, Opschorting.termijn_id == Termijn.id)
                           .where(Termijn.dossier_id == dossier_id).order_by(Termijn.started_on, Termijn.kind, Termijn.id))
    found: dict[uuid.UUID, tuple[Termijn, list[Opschorting]]] = {}
    for term, pause in rows:
        found.setdefault(term.id, (term, []))[1].extend([pause] if pause else [])
    return list(found.values())


def gebeurtenissen(session, dossier_id: uuid.UUID, most: int) -> list:
    """What happened in a dossier, the newest first. Rows: kind, facts, occurred_on, actor_id, wie (a name, or None)."""
    return list(session.execute(
        select(CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on, CaseEvent.actor_id, Account.naam.label("wie"))
        .outerjoin(Account, Account.id == CaseEvent.actor_id).where(CaseEvent.dossier_id == dossier_id)
        .order_by(CaseEvent.volgnr.desc()).limit(most)))


_LIST = (select(Toegang.id, Toegang.reference, Toegang.state, Toegang.gemeld_on, Toegang.spoed, Persoon.naam)
         .join(Persoon, Persoon.id == Toegang.persoon_id).where(Toegang.eigenaar_id == bindparam("mine", type_=Uuid)))
_ORDER = Order(Toegang.gemeld_on, Toegang.id, date.fromisoformat, descending=True)
_OPEN_LIST = Listing(_LIST.where(Toegang.state.in_(OPEN)), _ORDER)
_ALL_LIST = Listing(_LIST, _ORDER)


def lijst(session, party_id: uuid.UUID, *, open_only: bool = True, after: str | None = None, before: str | None = None
          ) -> Slice:
    """One page of the reports of a gemeente, the newest first: what still runs, or everything."""
    return (_OPEN_LIST if open_only else _ALL_LIST).page(session, {"mine": party_id}, after=after, before=before)


# The placement -------------------------------------------------------------------------------------------------------------

# What no longer runs: of it nothing can overlap.
PLAATSING_OVER = (PlaatsingState.VERVALLEN, PlaatsingState.BEEINDIGD, PlaatsingState.AFGESLOTEN, PlaatsingState.OVERGEDRAGEN)


def eigen_plaatsing(session, actor, plaatsing_id: uuid.UUID, *, lock: bool = False) -> Plaatsing:
    """A placement of the own gemeente; NotFound for another's."""
    plaatsing = load(session, Plaatsing, plaatsing_id, lock=lock)
    if plaatsing.eigenaar_id != actor.party_id:
        raise NotFound("Deze plaatsing is er niet, of zij is niet van uw gemeente.")
    return plaatsing


def toekenning(session, toegang_id: uuid.UUID) -> Besluit:
    """The signed decision that granted support; NotFound where there is none."""
    found = session.scalar(select(Besluit).where(
        Besluit.dossier_id == toegang_id, Besluit.state.in_((BesluitState.GETEKEND, BesluitState.VERZONDEN)))
        .order_by(Besluit.opgesteld_at.desc()).limit(1))
    if found is None:
        raise NotFound("Er is geen getekend besluit.")
    return found


def voorzieningen(session, persoon_id: uuid.UUID) -> list[rules.Voorziening]:
    """What of one person runs or is to begin, in kind or as a pgb."""
    rows = session.scalars(select(Plaatsing).where(Plaatsing.persoon_id == persoon_id,
                                                   Plaatsing.state.not_in(PLAATSING_OVER)))
    return [rules.Voorziening(one.product, "pgb" if one.state == PlaatsingState.PGB else "zin", one.van, one.tot)
            for one in rows]


def tijdlijn(session, traject_id: uuid.UUID) -> list[Verantwoordelijkheid]:
    """Who is responsible for this traject from when, in the order of the days."""
    return list(session.scalars(select(Verantwoordelijkheid).where(Verantwoordelijkheid.traject_id == traject_id)
                                .order_by(Verantwoordelijkheid.van)))


def plaatsvraag(session, plaatsing_id: uuid.UUID) -> Plaatsvraag | None:
    """What somebody needs of a place."""
    return session.scalar(select(Plaatsvraag).where(Plaatsvraag.dossier_id == plaatsing_id))


def wachtregel(session, plaatsing_id: uuid.UUID) -> Wachtregel | None:
    """The line of this placement on the waiting list, while somebody waits."""
    return session.scalar(select(Wachtregel).where(Wachtregel.dossier_id == plaatsing_id, Wachtregel.tot_on.is_(None)))


def laatste_wachtregel(session, plaatsing_id: uuid.UUID) -> Wachtregel | None:
    """The last line of this placement on the waiting list, also when it ended."""
    return session.scalar(select(Wachtregel).where(Wachtregel.dossier_id == plaatsing_id)
                          .order_by(Wachtregel.tot_on.desc().nulls_first(), Wachtregel.sinds_on.desc(), Wachtregel.id).limit(1))


def terugkeertoetsen(session, plaatsing_id: uuid.UUID) -> list[Terugkeertoets]:
    """The reviews of the return, the newest first."""
    return list(session.scalars(select(Terugkeertoets).where(Terugkeertoets.dossier_id == plaatsing_id)
                                .order_by(Terugkeertoets.op_on.desc(), Terugkeertoets.id)))


def open_overdracht(session, plaatsing_id: uuid.UUID) -> Overdracht | None:
    """The offer of the responsibility that another gemeente has not answered, or that is in dispute."""
    return session.scalar(select(Overdracht).where(
        Overdracht.plaatsing_id == plaatsing_id, Overdracht.state.in_((OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL))))


def antwoord(session, dossier_id: uuid.UUID) -> PlaatsingAntwoord | None:
    """What the other side answered last to an offered place or responsibility."""
    return session.scalar(select(PlaatsingAntwoord).where(PlaatsingAntwoord.dossier_id == dossier_id)
                          .order_by(PlaatsingAntwoord.gegeven_at.desc(), PlaatsingAntwoord.id).limit(1))


def bezetting(session, verblijf_id: uuid.UUID) -> Bezetting | None:
    """The place that is held for, or lived in by, this stay."""
    return session.scalar(select(Bezetting).where(Bezetting.verblijf_id == verblijf_id, Bezetting.vrij_at.is_(None)))


def verblijven(session, plaatsing_id: uuid.UUID) -> list[Verblijf]:
    """The places that were offered to somebody, the newest first."""
    return list(session.scalars(select(Verblijf).where(Verblijf.plaatsing_id == plaatsing_id)
                                .order_by(Verblijf.gemaakt_at.desc(), Verblijf.id)))


# Places and the waiting list -----------------------------------------------------------------------------------------------

def heeft_contract(session, aanbieder_id: uuid.UUID, on: date) -> bool:
    """Has this provider a contract in force on this day, of whichever gemeente buys for all?"""
    found = session.scalar(select(Overeenkomst.id).join(
        OvereenkomstPeriode, OvereenkomstPeriode.overeenkomst_id == Overeenkomst.id).where(
        Overeenkomst.aanbieder_id == aanbieder_id, OvereenkomstPeriode.van <= on, OvereenkomstPeriode.tot > on,
        or_(OvereenkomstPeriode.soort == PeriodeSoort.BASIS, OvereenkomstPeriode.verlengd_on.is_not(None))).limit(1))
    return found is not None


def in_gebruik(now):
    """The condition that a place is used: lived in, or held and not expired at this moment."""
    return and_(Bezetting.vrij_at.is_(None), or_(Bezetting.soort == Bezet.BEZET, Bezetting.verloopt_at > now))


def vrije_plekken(session, locatie_id: uuid.UUID, van: date, tot: date | None, now) -> int:
    """How many places of a location are free in the whole of this period, both days included."""
    periode = func.daterange(van, tot + timedelta(days=1) if tot else None)
    starts = list(session.scalars(select(Capaciteit).where(Capaciteit.locatie_id == locatie_id).order_by(Capaciteit.van)))
    known = [one.aantal for n, one in enumerate(starts)
             if one.van <= (tot or date.max) and (n + 1 == len(starts) or starts[n + 1].van > van)]
    if not starts or starts[0].van > van:
        return 0
    used = set(session.scalars(select(Bezetting.plek).where(
        Bezetting.locatie_id == locatie_id, Bezetting.periode.op("&&")(periode), in_gebruik(now)).distinct()))
    return sum(n not in used for n in range(1, min(known) + 1))


def plek_van(session, locatie: Locatie, van: date, tot: date | None = None) -> rules.Plek:
    """What a location offers from a day on, for the rules of matching; what it has, in words."""
    words = load_config("plaatsingen")["kenmerk"]
    dicht = locatie.gesloten_on is not None and locatie.gesloten_on <= van
    return rules.Plek(
        product=locatie.product, gemeente_id=locatie.gemeente_id, doelgroepen=frozenset(locatie.doelgroepen),
        kenmerken=frozenset(words[code]["naam"] for code in locatie.kenmerken), leeftijd_van=locatie.leeftijd_van,
        leeftijd_tot=locatie.leeftijd_tot, vrij=0 if dicht else vrije_plekken(session, locatie.id, van, tot, clock.now()))


def vraag_van(session, plaatsing: Plaatsing, regel: Wachtregel) -> rules.Vraag:
    """What somebody needs, with the own gemeente's knowledge of where they want to live."""
    vraag = plaatsvraag(session, plaatsing.id)
    return _vraag(regel, vraag.gemeenten if vraag else (), vraag.mijden if vraag else ())


def _vraag(regel: Wachtregel, gemeenten=(), mijden=()) -> rules.Vraag:
    words = load_config("plaatsingen")["kenmerk"]
    return rules.Vraag(product=regel.product, doelgroep=regel.doelgroep, leeftijd=regel.leeftijd,
                       nodig=frozenset(words[code]["naam"] for code in regel.nodig), gemeenten=frozenset(gemeenten),
                       mijden=frozenset(mijden))


def wachtlijst(session, product: str) -> list[Wachtregel]:
    """Everybody who waits for this product and whom the own gemeente may see, who is next first."""
    rows = list(session.scalars(select(Wachtregel).where(Wachtregel.product == product, Wachtregel.tot_on.is_(None))))
    by_id = {one.id: one for one in rows}
    ranked = rules.rangorde([als_wachtende(one) for one in rows], rules.voorrangversie(clock.today()), clock.today())
    return [by_id[one.id] for one in ranked]


def als_wachtende(regel: Wachtregel) -> rules.Wachtende:
    """A line of the waiting list for the rules that order it."""
    return rules.Wachtende(regel.id, regel.gemeld_on, regel.lot, frozenset(regel.omstandigheden))


def voor_op_de_lijst(session, regel: Wachtregel, locatie: Locatie, van: date) -> list[Wachtregel]:
    """Who stands before this person on the waiting list and fits the same location: passing them over needs a reason."""
    plek = plek_van(session, locatie, van)
    ranked = wachtlijst(session, regel.product)
    fits = [one.id for one in ranked if not rules.waarom_niet(_vraag(one), plek)]
    before = {one.id for one in rules.overgeslagen([als_wachtende(one) for one in ranked], regel.id, fits)}
    return [one for one in ranked if one.id in before]


# Settlement between gemeenten ----------------------------------------------------------------------------------------------

def verrekenregels(session, verrekening_id: uuid.UUID) -> list[Verrekenregel]:
    """The lines of a settlement in their order, also those that lapsed."""
    return list(session.scalars(select(Verrekenregel).where(Verrekenregel.dossier_id == verrekening_id)
                                .order_by(Verrekenregel.volgnummer)))


def verrekening_antwoord(session, verrekening_id: uuid.UUID) -> VerrekeningAntwoord | None:
    """What the other gemeente answered last to a settlement."""
    return session.scalar(select(VerrekeningAntwoord).where(VerrekeningAntwoord.dossier_id == verrekening_id)
                          .order_by(VerrekeningAntwoord.gegeven_at.desc(), VerrekeningAntwoord.id).limit(1))


def betaalde_verblijven(session, party_id: uuid.UUID, van: date, tot: date) -> list[rules.BetaaldVerblijf]:
    """The stays that a gemeente pays for on a day of this period, by the reference of their placement; no names."""
    placed = aliased(Plaatsing, flat=True)
    rows = session.execute(
        select(Verblijf.id, placed.traject_id, placed.reference, Verblijf.begonnen_on, Verblijf.geeindigd_on,
               Verblijf.dagprijs, Persoon.afgeschermd)
        .join(placed, placed.id == Verblijf.plaatsing_id).join(Persoon, Persoon.id == placed.persoon_id)
        .where(Verblijf.eigenaar_id == party_id, Verblijf.begonnen_on <= tot,
               or_(Verblijf.geeindigd_on.is_(None), Verblijf.geeindigd_on >= van))
        .order_by(placed.reference, Verblijf.begonnen_on, Verblijf.id))
    return [rules.BetaaldVerblijf(row.id, row.traject_id, row.reference, row.begonnen_on, row.geeindigd_on, row.dagprijs,
                                  row.afgeschermd) for row in rows]


def tijdlijnen(session, traject_ids) -> dict[uuid.UUID, list[rules.Begin]]:
    """Who is responsible from when, per traject, in the order of the days."""
    found: dict[uuid.UUID, list[rules.Begin]] = {}
    for row in session.scalars(select(Verantwoordelijkheid).where(Verantwoordelijkheid.traject_id.in_(set(traject_ids)))
                               .order_by(Verantwoordelijkheid.traject_id, Verantwoordelijkheid.van)):
        found.setdefault(row.traject_id, []).append(rules.Begin(row.van, row.gemeente_id, row.grondslag))
    return found


def eigen_kenmerken(session, party_id: uuid.UUID, traject_ids) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    """The own placement of each of these trajecten: id and reference."""
    rows = session.execute(select(Plaatsing.traject_id, Plaatsing.id, Plaatsing.reference).where(
        Plaatsing.eigenaar_id == party_id, Plaatsing.traject_id.in_(set(traject_ids))))
    return {row.traject_id: (row.id, row.reference) for row in rows}


def zonder_dagprijs(session, party_id: uuid.UUID, most: int, *, verblijf_id: uuid.UUID | None = None) -> list:
    """Stays of a gemeente of which it is not known what a day costs, by the reference of their placement. Rows: id, kenmerk,
    begonnen_on."""
    placed = aliased(Plaatsing, flat=True)
    query = select(Verblijf.id, placed.reference.label("kenmerk"), Verblijf.begonnen_on).join(
        placed, placed.id == Verblijf.plaatsing_id).where(
        Verblijf.eigenaar_id == party_id, Verblijf.begonnen_on.is_not(None), Verblijf.dagprijs.is_(None))
    if verblijf_id is not None:
        query = query.where(Verblijf.id == verblijf_id)
    return list(session.execute(query.order_by(Verblijf.begonnen_on, Verblijf.id).limit(most)))


_BEDRAG = (select(func.coalesce(func.sum(Verrekenregel.bedrag), 0)).where(
    Verrekenregel.dossier_id == Verrekening.id, Verrekenregel.vervallen_on.is_(None)).correlate(Verrekening).scalar_subquery())
_VERREKENINGEN = Listing(
    select(Verrekening.id, Verrekening.reference, Verrekening.state, Verrekening.eigenaar_id, Verrekening.betaler_id,
           Verrekening.verantwoordelijk_id, Verrekening.van, Verrekening.tot, _BEDRAG.label("bedrag")),
    Order(Verrekening.van, Verrekening.id, date.fromisoformat, descending=True))


def verrekeningen(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of the settlements that a gemeente made or got, the newest period first."""
    return _VERREKENINGEN.page(session, after=after, before=before)
