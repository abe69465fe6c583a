"""Reading access and placement: one dossier with its person, what hangs on it, and the lists."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Bezet,
    Bezetting,
    Capaciteit,
    Huishouden,
    Huishoudlid,
    Huishoudplan,
    Locatie,
    Onderzoek,
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    PlaatsingState,
    Plaatsvraag,
    Planregel,
    Randvoorwaarde,
    Regie,
    Taakbevestiging,
    Taakoverdracht,
    Terugkeertoets,
    Toegang,
    ToegangState,
    Verantwoordelijkheid,
    Verblijf,
    Wachtregel,
)
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission as P
from portal.identity.permissions import Role
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.besluit import State as BesluitState
from portal.kernel.dossier import Opschorting, Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.kluis import Kluis
from portal.kernel.persoonlijk import persoonlijk
from portal.kernel.queries import Listing, Order, Slice
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort
from portal.tenants.model import Deelname, Partij

OVERGEDRAGEN = "de taak ging over, en van beide kanten bevestigde iemand de kwaliteit"
_Verband = aliased(Partij)
# That somebody asked for support, or lives somewhere, is known only to who helps, or decides.
for _soort in ("toegang", "plaatsing", "overdracht"):
    persoonlijk(_soort, P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN)
persoonlijk("verblijf", P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN, P.PLEK_LEZEN)
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


def routes(session, gemeente_id: uuid.UUID, on: date) -> tuple[str, list[str], list[rules.Route]]:
    """What decides who handles a report at this gemeente on this day: its slug, the verbanden of which it is a member then, and
    the transfers of tasks that a person of each side confirmed."""
    bonds = (select(func.coalesce(func.array_agg(_Verband.slug), array([], type_=Text)))
             .select_from(Deelname).join(_Verband, _Verband.id == Deelname.verband_id)
             .where(Deelname.gemeente_id == gemeente_id, Deelname.van <= on, or_(Deelname.tot.is_(None), Deelname.tot > on))
             .scalar_subquery())
    both = (select(func.count()).where(Taakbevestiging.overdracht_id == Taakoverdracht.id).correlate(Taakoverdracht)
            .scalar_subquery() == len(rules.Behandelt))
    rows = session.execute(select(Partij.slug, bonds, Taakoverdracht).outerjoin(
        Taakoverdracht, and_(Taakoverdracht.party_id == Partij.id, both)).where(Partij.id == gemeente_id)).all()
    slug, verbanden, _first = rows[0]
    transfers = [row for _slug, _bonds, row in rows if row]
    return slug, verbanden, [rules.Route(taak=row.taak, valid_from=row.ingaand_on, wie=rules.Behandelt(row.naar_wie),
                                         waarom=OVERGEDRAGEN, bron="taakoverdracht", gemeente=slug) for row in transfers]


def route(session, gemeente_id: uuid.UUID, taak: str, on: date) -> rules.Route:
    """Who handles a report of this task that came in on this day, since when and why. Refused for a task nobody has."""
    slug, verbanden, transfers = routes(session, gemeente_id, on)
    try:
        return rules.route(taak, on, gemeente=slug, verbanden=verbanden, overdrachten=transfers)
    except LookupError:
        raise Refused(f"Voor deze taak is op {on:%d-%m-%Y} niet vastgelegd wie de melding behandelt.") from None


def overdrachten(session, gemeente_id: uuid.UUID) -> list[tuple[Taakoverdracht, list]]:
    """The transfers of tasks at this gemeente, the newest first, each with what was confirmed: rows (Taakbevestiging, name)."""
    rows = session.execute(
        select(Taakoverdracht, Taakbevestiging, Account.naam)
        .outerjoin(Taakbevestiging, Taakbevestiging.overdracht_id == Taakoverdracht.id)
        .outerjoin(Account, Account.id == Taakbevestiging.account_id).where(Taakoverdracht.party_id == gemeente_id)
        .order_by(Taakoverdracht.ingaand_on.desc(), Taakoverdracht.taak, Taakbevestiging.bevestigd_at))
    found: dict[uuid.UUID, tuple[Taakoverdracht, list]] = {}
    for transfer, said, naam in rows:
        found.setdefault(transfer.id, (transfer, []))[1].extend([(said, naam)] if said else [])
    return list(found.values())


def huishouden_van(session, persoon_id: uuid.UUID) -> Huishouden | None:
    """The household to which somebody belongs now."""
    return session.scalar(select(Huishouden).join(Huishoudlid, Huishoudlid.huishouden_id == Huishouden.id)
                          .where(Huishoudlid.persoon_id == persoon_id, Huishoudlid.tot.is_(None)))


@dataclass(frozen=True)
class Thuis:
    """A household as its page shows it: the plan that runs, who directs the help, and the name of that person."""

    id: uuid.UUID
    plan: Huishoudplan | None
    regie: Regie | None
    naam: str | None


def thuis(session, persoon_id: uuid.UUID) -> Thuis | None:
    """The household to which somebody belongs now, read at once."""
    row = session.execute(
        select(Huishoudlid.huishouden_id, Huishoudplan, Regie, Account.naam)
        .outerjoin(Huishoudplan, and_(Huishoudplan.huishouden_id == Huishoudlid.huishouden_id,
                                      Huishoudplan.beeindigd_on.is_(None)))
        .outerjoin(Regie, and_(Regie.huishouden_id == Huishoudlid.huishouden_id, Regie.tot.is_(None)))
        .outerjoin(Account, Account.id == Regie.account_id)
        .where(Huishoudlid.persoon_id == persoon_id, Huishoudlid.tot.is_(None))).first()
    return Thuis(*row) if row else None


def huishoudleden(session, huishouden_id: uuid.UUID) -> list:
    """Who belongs to a household now. Rows: Huishoudlid, Persoon."""
    return list(session.execute(select(Huishoudlid, Persoon).join(Persoon, Persoon.id == Huishoudlid.persoon_id)
                                .where(Huishoudlid.huishouden_id == huishouden_id, Huishoudlid.tot.is_(None))
                                .order_by(Huishoudlid.van, Persoon.naam)))


def lopend_plan(session, huishouden_id: uuid.UUID) -> Huishoudplan | None:
    """The one plan that runs."""
    return session.scalar(select(Huishoudplan).where(Huishoudplan.huishouden_id == huishouden_id,
                                                     Huishoudplan.beeindigd_on.is_(None)))


def planregels(session, plan_id: uuid.UUID) -> list[Planregel]:
    """The lines of a plan that hold now, as they were written down."""
    return list(session.scalars(select(Planregel).where(Planregel.plan_id == plan_id, Planregel.tot_on.is_(None))
                                .order_by(Planregel.sinds_on, Planregel.gemaakt_at)))


def regie(session, huishouden_id: uuid.UUID) -> Regie | None:
    """Who directs the help now."""
    return session.scalar(select(Regie).where(Regie.huishouden_id == huishouden_id, Regie.tot.is_(None)))


def consulenten(session, gemeente_id: uuid.UUID) -> list:
    """Who can direct: the people that handle reports at this gemeente. Rows: id, naam."""
    return list(session.execute(
        select(Account.id, Account.naam).join(Membership, Membership.account_id == Account.id)
        .where(Membership.party_id == gemeente_id, Membership.beeindigd_at.is_(None),
               Membership.rollen.contains([Role.CONSULENT])).order_by(Account.naam)))


def zonder_huishouden(session, gemeente_id: uuid.UUID, most: int) -> list:
    """People whom the gemeente knows and who belong to no household, the newest first. Rows: id, naam, geboren_on."""
    belongs = select(Huishoudlid.id).where(Huishoudlid.persoon_id == Persoon.id, Huishoudlid.tot.is_(None)).exists()
    return list(session.execute(select(Persoon.id, Persoon.naam, Persoon.geboren_on)
                                .where(Persoon.party_id == gemeente_id, ~belongs)
                                .order_by(Persoon.gemaakt_at.desc(), Persoon.id).limit(most)))


def spoed_sinds(toegang: Toegang) -> datetime:
    """From which moment somebody who cannot wait, waits: when the report was written down, or at the end of its day when that
    was later."""
    return min(toegang.gemaakt_at, clock.end_of(toegang.gemeld_on))


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


_LIST = (select(Toegang.id, Toegang.reference, Toegang.state, Toegang.gemeld_on, Toegang.spoed, Toegang.behandelt, Persoon.naam)
         .join(Persoon, Persoon.id == Toegang.persoon_id).where(Toegang.eigenaar_id == bindparam("mine", type_=Uuid)))
_ORDER = Order(Toegang.gemeld_on, Toegang.id, date.fromisoformat, descending=True)
_LISTS = {(open_only, wie): Listing(
    _LIST.where(*([Toegang.state.in_(OPEN)] if open_only else []), *([Toegang.behandelt == wie] if wie else [])), _ORDER)
    for open_only in (True, False) for wie in (None, *rules.Behandelt)}


def lijst(session, party_id: uuid.UUID, *, open_only: bool = True, wie: rules.Behandelt | None = None, after: str | None = None,
          before: str | None = None) -> Slice:
    """One page of the reports of a gemeente, the newest first: what still runs, or everything; `wie`: only what they
    handle."""
    return _LISTS[open_only, wie].page(session, {"mine": party_id}, after=after, before=before)


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
