"""Reading access and placement: one dossier with its person, what hangs on it, and the lists."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Bezetting,
    Capaciteit,
    Clientgegevens,
    Grond,
    Huishouden,
    Huishoudlid,
    Huishoudplan,
    Kandidaatkaart,
    Locatie,
    LocatieAdres,
    Momentopname,
    Onderzoek,
    Overdracht,
    Overdrachtspunt,
    OverdrachtState,
    Overdrachtsteken,
    Overgeslagen,
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
    Toegang,
    ToegangState,
    Verantwoordelijkheid,
    Verblijf,
    VerblijfState,
    Wachtregel,
    Woonafspraak,
)
from portal.domains.plaatsingen.words import DAARNA_WORDS, VOORBIJ_WORDS
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission as P
from portal.identity.permissions import Role
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.besluit import State as BesluitState
from portal.kernel.documents import Document
from portal.kernel.dossier import DossierDeelnemer, Opschorting, Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.kluis import Kluis
from portal.kernel.lezers import lezers
from portal.kernel.queries import PERMISSIONS, WORKS_HERE, Listing, Order, Slice, Together, asks_person, finds, too_late
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort
from portal.tenants.model import Deelname, Partij

OVERGEDRAGEN = "de taak ging over, en van beide kanten bevestigde iemand de kwaliteit"
_Verband = aliased(Partij)
# That somebody asked for support, or lives somewhere, is known only to who helps, or decides.
lezers("toegang", "plaatsing", "overdracht", readers=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN))
lezers("verblijf", readers=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN, P.PLEK_LEZEN))
lezers("postbus", readers=(P.TOEGANG_LEZEN,))
lezers("verrekening", readers=(P.VERREKENING_LEZEN,))
OPEN = (ToegangState.GEMELD, ToegangState.ONDERZOEK, ToegangState.VERSLAG, ToegangState.AANGEVRAAGD)
# What a wijkteam handles waits for nobody of the Centrale Toegang (`is_centrale_toegang`), who signs is somebody else.
asks_person("onderzoek", "toegangsbesluit", "werk_melding", "werk_spoed", "werk_verslag", "werk_besluit", "werk_posten",
            condition=or_(WORKS_HERE, ~PERMISSIONS.contains([str(P.TOEGANG_BEHANDELEN)]), select(Toegang.id).where(
                Toegang.id == Termijn.dossier_id, Toegang.behandelt == rules.Behandelt.CENTRALE_TOEGANG)
                .correlate(Termijn).exists()))


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
        raise NotFound("Deze melding is er niet, of is niet van uw gemeente.")
    return toegang


def is_centrale_toegang(actor) -> bool:
    """Does this person handle reports for a gemeente they do not work for? The wall shows them what that gemeente gave to the
    Centrale Toegang, and no case that its own wijkteam handles (portal.gast_ziet)."""
    return actor.namens is not None and actor.namens.besluit_soort == "toegang_behandelen"


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
        Taakoverdracht, and_(Taakoverdracht.party_id == Partij.id, Taakoverdracht.einde.is_(None), both))
        .where(Partij.id == gemeente_id)).all()
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


def taken_om_te_melden(session, actor) -> list[str]:
    """The tasks of which this person can write down a report that comes in today: all of them at the own gemeente, at another
    what it gave to the Centrale Toegang."""
    taken = list(load_config("plaatsingen")["taak"])
    if not is_centrale_toegang(actor):
        return taken
    slug, verbanden, transfers = routes(session, actor.party_id, today := clock.today())
    return [taak for taak in taken if rules.route(taak, today, gemeente=slug, verbanden=verbanden, overdrachten=transfers).wie
            == rules.Behandelt.CENTRALE_TOEGANG]


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


def bevestigde_kanten(session, overdracht_id: uuid.UUID) -> set[str]:
    """Which sides confirmed the transfer of a task."""
    return set(session.scalars(select(Taakbevestiging.kant).where(Taakbevestiging.overdracht_id == overdracht_id)))


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


def personen_gezocht(session, party_id: uuid.UUID, *, kenmerk: str, bsn: str, naam: str, geboren_on: date | None,
                     kluis: Kluis | None) -> list[Persoon]:
    """Whom this gemeente knows by exactly this: the reference of a report or a placement of its own, a citizen service number,
    or a name with a day of birth."""
    if kenmerk:
        cases = union_all(*(select(one.persoon_id).where(one.eigenaar_id == party_id, one.reference == kenmerk)
                            for one in (Toegang, Plaatsing)))
        return list(session.scalars(select(Persoon).where(Persoon.party_id == party_id, Persoon.id.in_(cases))))
    if bsn and kluis:
        return [one for one in [persoon_met_bsn(session, party_id, bsn, kluis)] if one]
    return list(session.scalars(select(Persoon).where(
        Persoon.party_id == party_id, func.lower(Persoon.naam) == naam.lower(), Persoon.geboren_on == geboren_on)))


def zaak_van(session, persoon_ids) -> dict[uuid.UUID, uuid.UUID]:
    """The newest report about each of these people, as far as there is one: where a view of them is written down."""
    rows = session.execute(select(Toegang.persoon_id, Toegang.id).where(Toegang.persoon_id.in_(persoon_ids))
                           .order_by(Toegang.gemaakt_at, Toegang.id))
    return {row.persoon_id: row.id for row in rows}


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
    """What happened in a dossier, the newest first. Rows: kind, facts, occurred_on, actor_id, party_id, wie (a name, or
    None)."""
    return list(session.execute(
        select(CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on, CaseEvent.actor_id, CaseEvent.party_id,
               Account.naam.label("wie"))
        .outerjoin(Account, Account.id == CaseEvent.actor_id).where(CaseEvent.dossier_id == dossier_id)
        .order_by(CaseEvent.volgnr.desc()).limit(most)))


MINE = bindparam("mine", type_=Uuid)
_LATE = Toegang.id.in_(too_late(MINE))
_LIST = (select(Toegang.id, Toegang.reference, Toegang.state, Toegang.gemeld_on, Toegang.spoed, Toegang.behandelt, Persoon.naam,
                _LATE.label("te_laat"))
         .join(Persoon, Persoon.id == Toegang.persoon_id).where(Toegang.eigenaar_id == MINE))
_ORDER = Order(Toegang.gemeld_on, Toegang.id, date.fromisoformat, descending=True)
# What was decided and is late, still asks somebody: it runs.
_LISTS = {(open_only, wie, asked): Listing(
    _LIST.where(*([or_(Toegang.state.in_(OPEN), _LATE)] if open_only else []), *([Toegang.behandelt == wie] if wie else []),
                *([finds(Persoon.naam, Toegang.reference)] if asked else [])), _ORDER)
    for open_only in (True, False) for wie in (None, *rules.Behandelt) for asked in (True, False)}


def lijst(session, party_id: uuid.UUID, *, open_only: bool = True, wie: rules.Behandelt | None = None,
          words: Sequence[str] = (), after: str | None = None, before: str | None = None) -> Slice:
    """One page of the reports of a gemeente, the newest first: what still runs or is late, or everything; `wie`: only what they
    handle; `words`: only with these words in the name or the reference."""
    return _LISTS[open_only, wie, bool(words)].page(
        session, {"mine": party_id, "today": clock.today(), "words": list(words)}, after=after, before=before)


# The placement -------------------------------------------------------------------------------------------------------------

# Who still stands on the waiting list.
WACHT = (PlaatsingState.WACHTEND, PlaatsingState.AANGEBODEN)
# What no longer runs: of it nothing can overlap.
PLAATSING_OVER = (PlaatsingState.VERVALLEN, PlaatsingState.BEEINDIGD, PlaatsingState.AFGESLOTEN, PlaatsingState.OVERGEDRAGEN)


def eigen_plaatsing(session, actor, plaatsing_id: uuid.UUID, *, lock: bool = False) -> Plaatsing:
    """A placement of the own gemeente; NotFound for another's."""
    plaatsing = load(session, Plaatsing, plaatsing_id, lock=lock)
    if plaatsing.eigenaar_id != actor.party_id:
        raise NotFound("Deze plaatsing is er niet, of is niet van uw gemeente.")
    return plaatsing


def toekenning(session, toegang_id: uuid.UUID) -> Besluit:
    """The signed decision that granted support; NotFound where there is none."""
    found = session.scalar(select(Besluit).where(
        Besluit.dossier_id == toegang_id, Besluit.state.in_((BesluitState.GETEKEND, BesluitState.VERZONDEN)))
        .order_by(Besluit.opgesteld_at.desc()).limit(1))
    if found is None:
        raise NotFound("Er is geen getekend besluit.")
    return found


def verlengbesluiten(session, plaatsing: Plaatsing) -> list[tuple[Toegang, Besluit]]:
    """The later grants of the same support, in the same form, to the same person, that led to nothing yet: what a placement can
    go on with. The newest first."""
    product = load_config("plaatsingen")["product"][plaatsing.product]["naam"].lower()
    began = select(Plaatsing.id).where(Plaatsing.toegang_id == Toegang.id).correlate(Toegang).exists()
    rows = session.execute(select(Toegang, Besluit).join(Besluit, Besluit.dossier_id == Toegang.id).where(
        Toegang.persoon_id == plaatsing.persoon_id, Toegang.eigenaar_id == plaatsing.eigenaar_id,
        Toegang.state == ToegangState.TOEGEKEND, Toegang.id.is_distinct_from(plaatsing.toegang_id), ~began,
        ~verlengd_door(Toegang.id).exists(), Besluit.state.in_((BesluitState.GETEKEND, BesluitState.VERZONDEN)),
        Besluit.inhoud["vorm"].astext == ("pgb" if plaatsing.state == PlaatsingState.PGB else "zin"))
        .order_by(Besluit.getekend_at.desc(), Toegang.id))
    return [(toegang, besluit) for toegang, besluit in rows if besluit.inhoud["product"].strip().lower() == product]


def verlengd_door(toegang_id):
    """The placements that went on with this grant, to ask for."""
    return select(CaseEvent.dossier_id).where(CaseEvent.kind == "plaatsing:verlengen",
                                              CaseEvent.facts["toegang"].astext == cast(toegang_id, Text))


def verlengd_met(session, toegang_id: uuid.UUID) -> uuid.UUID | None:
    """The placement that went on with this grant."""
    return session.scalar(verlengd_door(toegang_id).limit(1))


def voorzieningen(session, persoon_id: uuid.UUID, *, but: uuid.UUID | None = None) -> list[rules.Voorziening]:
    """What of one person runs or is to begin, in kind or as a pgb; `but` one placement."""
    rows = session.scalars(select(Plaatsing).where(Plaatsing.persoon_id == persoon_id, Plaatsing.id.is_distinct_from(but),
                                                   Plaatsing.state.not_in(PLAATSING_OVER)))
    return [rules.Voorziening(one.product, "pgb" if one.state == PlaatsingState.PGB else "zin", one.van, one.tot)
            for one in rows]


def laatste_dag(session, persoon_id: uuid.UUID, product: str, vorm: str) -> date | None:
    """The last day on which one person really got this product in this form, of what is over; None when nothing is."""
    those = select(Plaatsing.id).where(Plaatsing.persoon_id == persoon_id, Plaatsing.product == product)
    if vorm == "zin":
        return session.scalar(select(func.max(Verblijf.geeindigd_on)).where(Verblijf.plaatsing_id.in_(those)))
    # Who became responsible on a day, pays from that day on.
    on = CaseEvent.occurred_on - case((CaseEvent.kind == "plaatsing:overdragen", 1), else_=0)
    return session.scalar(select(func.max(on)).where(
        CaseEvent.dossier_id.in_(those.where(Plaatsing.pgb_motief != "")),
        CaseEvent.kind.in_(("plaatsing:beeindigen", "plaatsing:overdragen"))))


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


def clientgegevens_van(session, persoon_id: uuid.UUID) -> list[Clientgegevens]:
    """What providers read of this person: of every place that is not over."""
    return list(session.scalars(
        select(Clientgegevens).join(Verblijf, Verblijf.id == Clientgegevens.dossier_id)
        .where(Verblijf.plaatsing_id.in_(select(Plaatsing.id).where(Plaatsing.persoon_id == persoon_id)), Verblijf.state.in_(
            (VerblijfState.AANGEBODEN, VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)))))


def laatste_wachtregel(session, plaatsing_id: uuid.UUID) -> Wachtregel | None:
    """The last line of this placement on the waiting list, also when it ended."""
    return session.scalar(select(Wachtregel).where(Wachtregel.dossier_id == plaatsing_id)
                          .order_by(Wachtregel.tot_on.desc().nulls_first(), Wachtregel.sinds_on.desc(), Wachtregel.id).limit(1))


# An offer that waits for an answer.
WACHT_OP_ANTWOORD = (OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL)
# A report that is offered, or on its way.
MELDING_WEG = (*WACHT_OP_ANTWOORD, OverdrachtState.AANVAARD, OverdrachtState.AFGEROND)


def open_overdracht(session, zaak_id: uuid.UUID, states=WACHT_OP_ANTWOORD) -> Overdracht | None:
    """The offer of this placement or report that waits for an answer, or is in one of these states."""
    return session.scalar(select(Overdracht).where(Overdracht.ouder_id == zaak_id, Overdracht.state.in_(states)).limit(1))


def aanbod_aan_anderen(session, zaak_id: uuid.UUID) -> list[Overdracht]:
    """Every offer of the responsibility for this placement, the newest first."""
    return list(session.scalars(select(Overdracht).where(Overdracht.ouder_id == zaak_id)
                                .order_by(Overdracht.gemaakt_at.desc(), Overdracht.id)))


def momentopname(session, overdracht_id: uuid.UUID) -> Momentopname:
    """What the receiver of an offer was shown; NotFound where it may not be seen."""
    found = session.scalar(select(Momentopname).where(Momentopname.dossier_id == overdracht_id))
    if found is None:
        raise NotFound()
    return found


_THIS = bindparam("zaak", type_=Uuid)
# Everything on the page of one offer, in one statement.
_OVERDRACHT = Together(
    momentopname=select(Momentopname).where(Momentopname.dossier_id == _THIS),
    gronden=select(Grond).where(Grond.dossier_id == _THIS).order_by(Grond.tot_on.desc(), Grond.id),
    antwoorden=select(PlaatsingAntwoord).where(PlaatsingAntwoord.dossier_id == _THIS)
    .order_by(PlaatsingAntwoord.gegeven_at.desc(), PlaatsingAntwoord.id),
    punten=select(Overdrachtspunt).where(Overdrachtspunt.dossier_id == _THIS).order_by(Overdrachtspunt.code),
    werk=select(Termijn.kind).where(Termijn.dossier_id == _THIS, Termijn.met_on.is_(None)).order_by(Termijn.kind),
    tekens=select(Overdrachtsteken).where(Overdrachtsteken.dossier_id == _THIS)
    .order_by(Overdrachtsteken.getekend_at, Overdrachtsteken.id),
    zicht=select(DossierDeelnemer).where(DossierDeelnemer.dossier_id == _THIS))


def rond_overdracht(session, overdracht_id: uuid.UUID):
    """What hangs on one offer: momentopname, gronden, antwoorden, punten, werk (the kinds that wait), tekens and zicht, each a
    list."""
    return _OVERDRACHT.read(session, zaak=overdracht_id)


_OFFERS = select(Overdracht.id, Overdracht.reference, Overdracht.state, Overdracht.richting, Overdracht.verzender_id,
                 Overdracht.ontvanger_id, Overdracht.ingaand_on, Overdracht.verloopt_on, Overdracht.gemaakt_at,
                 Overdracht.afgeschermd)
_OFFERS_ORDER = Order(Overdracht.gemaakt_at, Overdracht.id, datetime.fromisoformat, descending=True)
_MINE = bindparam("mine", type_=Uuid)
_TO_US = Listing(_OFFERS.where(Overdracht.ontvanger_id == _MINE), _OFFERS_ORDER)
_BY_US = Listing(_OFFERS.where(Overdracht.verzender_id == _MINE), _OFFERS_ORDER)


def aanbiedingen(session, party_id: uuid.UUID, *, by_us: bool = False, after: str | None = None, before: str | None = None
                 ) -> Slice:
    """One page of the offers between gemeenten that were made to this one, or by it, the newest first. They name nobody."""
    return (_BY_US if by_us else _TO_US).page(session, {"mine": party_id}, after=after, before=before)


def gronden(session, dossier_id: uuid.UUID) -> list[Grond]:
    """The grounds on which another party sees this dossier, the newest first."""
    return list(session.scalars(select(Grond).where(Grond.dossier_id == dossier_id)
                                .order_by(Grond.tot_on.desc(), Grond.id)))


def geldende_gronden(session, dossier_id: uuid.UUID) -> list[Grond]:
    """The grounds that hold today."""
    return [one for one in gronden(session, dossier_id)
            if one.ingetrokken_at is None and one.van_on <= clock.today() <= one.tot_on]


def deelnemer(session, dossier_id: uuid.UUID, party_id: uuid.UUID) -> DossierDeelnemer:
    """How long another party sees this dossier."""
    return session.scalar(select(DossierDeelnemer).where(DossierDeelnemer.dossier_id == dossier_id,
                                                         DossierDeelnemer.party_id == party_id))


def punten(session, overdracht_id: uuid.UUID) -> list[Overdrachtspunt]:
    """The points of a warm handover that were answered."""
    return list(session.scalars(select(Overdrachtspunt).where(Overdrachtspunt.dossier_id == overdracht_id)))


def tekens(session, overdracht_id: uuid.UUID) -> list[Overdrachtsteken]:
    """Which gemeenten signed a warm handover, the first first."""
    return list(session.scalars(select(Overdrachtsteken).where(Overdrachtsteken.dossier_id == overdracht_id)
                                .order_by(Overdrachtsteken.getekend_at, Overdrachtsteken.id)))


def plaatsing_van_traject(session, party_id: uuid.UUID, traject_id: uuid.UUID, *, lock: bool = False) -> Plaatsing | None:
    """The dossier that this gemeente has of a traject."""
    found = session.scalar(select(Plaatsing.id).where(Plaatsing.traject_id == traject_id, Plaatsing.gemeente_id == party_id))
    return load(session, Plaatsing, found, lock=lock) if found else None


def nam_over(session, plaatsing_id: uuid.UUID, overdracht_id: uuid.UUID) -> bool:
    """Was this dossier begun, or taken up again, by this offer?"""
    return session.scalar(select(CaseEvent.id).where(
        CaseEvent.dossier_id == plaatsing_id,
        CaseEvent.kind.in_(("plaatsing:overnemen", "plaatsing:hernemen", "plaatsing:meenemen")),
        CaseEvent.facts["overdracht"].astext == str(overdracht_id)).limit(1)) is not None


# How the letter of a decision on support is kept.
TOEGANGSBRIEF = "toegangsbrief"


def brief(session, besluit: Besluit) -> Document:
    """The letter of a signed decision on support; NotFound while there is none."""
    found = session.scalar(select(Document).where(
        Document.dossier_id == besluit.dossier_id, Document.soort == TOEGANGSBRIEF, Document.titel == besluit.onderwerp)
        .order_by(Document.ontvangen_at.desc()).limit(1))
    if found is None:
        raise NotFound("Deze brief is er niet.")
    return found


def melding_van(session, party_id: uuid.UUID, traject_id: uuid.UUID) -> uuid.UUID | None:
    """The report of this gemeente that came with an offer of another."""
    return session.scalar(select(Toegang.id).where(Toegang.gemeente_id == party_id, Toegang.traject_id == traject_id))


def overgedragen_meldingen(session, party_id: uuid.UUID, on: date) -> list[uuid.UUID]:
    """Reports of this gemeente that still run here, and that another gemeente accepted for this day or before."""
    return list(session.scalars(select(Overdracht.toegang_id).join(
        Verantwoordelijkheid, Verantwoordelijkheid.overdracht_id == Overdracht.id).where(
        Overdracht.verzender_id == party_id, Overdracht.toegang_id.in_(
            select(Toegang.id).where(Toegang.gemeente_id == party_id, Toegang.state.in_(OPEN))),
        Verantwoordelijkheid.van <= on).order_by(Overdracht.toegang_id)))


_LATER = aliased(Verantwoordelijkheid)


def _vertrokken():
    """The beginnings at another gemeente by an offer of a placement, where nothing brought it back since."""
    return select(Verantwoordelijkheid).join(Overdracht, Overdracht.id == Verantwoordelijkheid.overdracht_id).where(
        ~select(_LATER.id).where(_LATER.traject_id == Verantwoordelijkheid.traject_id, _LATER.van > Verantwoordelijkheid.van,
                                 _LATER.gemeente_id == Overdracht.verzender_id).exists())


def vertrek(session, plaatsing_id: uuid.UUID) -> Verantwoordelijkheid | None:
    """From when another gemeente is responsible by an accepted offer of this placement; None while it stays."""
    return session.scalar(_vertrokken().where(Overdracht.plaatsing_id == plaatsing_id)
                          .order_by(Verantwoordelijkheid.van.desc()).limit(1))


def te_verlaten(session, party_id: uuid.UUID, on: date) -> list[uuid.UUID]:
    """Placements of this gemeente that still run here, and went to another on or before this day."""
    gone = _vertrokken().where(Overdracht.plaatsing_id == Plaatsing.id, Verantwoordelijkheid.van <= on).correlate(Plaatsing)
    return list(session.scalars(select(Plaatsing.id).where(
        Plaatsing.eigenaar_id == party_id, Plaatsing.state.not_in(PLAATSING_OVER), gone.exists()).order_by(Plaatsing.id)))


def lopend_verblijf(session, plaatsing_id: uuid.UUID) -> Verblijf | None:
    """The place where somebody lives now, also when they are away for a while."""
    return session.scalar(select(Verblijf).where(
        Verblijf.plaatsing_id == plaatsing_id, Verblijf.state.in_((VerblijfState.LOOPT, VerblijfState.STIL)))
        .order_by(Verblijf.gemaakt_at.desc()).limit(1))


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


_MEESTE_VOORBIJ = 50


def voorbij(session, dossier_id: uuid.UUID | None = None) -> list:
    """What was asked of this party and is over, and of which it sees nothing more: the bare fact, the newest first. Rows: id,
    soort, reference, van_wie, gevraagd_at, state, ja, reden and gegeven_at (the own answer, None without one)."""
    return list(session.execute(_VOORBIJ, {"welk": dossier_id, "hoeveel": _MEESTE_VOORBIJ}))


_VOORBIJ = text("SELECT * FROM portal.mijn_voorbij(:welk, :hoeveel)").bindparams(bindparam("welk", type_=Uuid))


def gevraagd_dossier(session, cls, dossier_id: uuid.UUID, *, status: int = 409):
    """What was asked of this party; Refused in words (with this status) where its part in it is over, NotFound where it never
    was asked."""
    try:
        return load(session, cls, dossier_id)
    except NotFound:
        if not (over := voorbij(session, dossier_id)):
            raise
        state = {"aangeboden": "verlopen", "gestaakt": "geweigerd"}.get(over[0].state, over[0].state)
        raise Refused(VOORBIJ_WORDS[state], status=status) from None


# Places and the waiting list -----------------------------------------------------------------------------------------------

def _contract(aanbieder_id, product: str, on: date):
    """How far the contracts of a provider reach on this day, for this product and for who asks (`rules.Contract`): the furthest
    one counts. A gemeente takes part in a perceel that it leads, or to which it said anything but no."""
    mee = or_(Overeenkomst.eigenaar_id == func.portal.party(),
              Overeenkomst.dossier_id == any_(func.portal.percelen_met_deelname()))
    past = func.lower(func.btrim(Overeenkomst.product)).in_(load_config("plaatsingen")["product"][product]["contract"])
    reach = case((~past, rules.Contract.ANDER_PRODUCT), (~mee, rules.Contract.ZONDER_DEELNAME), else_=rules.Contract.GOED)
    return (select(func.coalesce(func.max(reach), rules.Contract.GEEN))
            .join(OvereenkomstPeriode, OvereenkomstPeriode.overeenkomst_id == Overeenkomst.id)
            .where(Overeenkomst.aanbieder_id == aanbieder_id, OvereenkomstPeriode.van <= on, OvereenkomstPeriode.tot > on,
                   or_(OvereenkomstPeriode.soort == PeriodeSoort.BASIS, OvereenkomstPeriode.verlengd_on.is_not(None)))
            .scalar_subquery())


def contract_gebrek(session, aanbieder_id: uuid.UUID, product: str, on: date) -> str | None:
    """Why the own gemeente cannot place with this provider under a contract on this day; None when it can (C3)."""
    return rules.contract_gebrek(session.scalar(select(_contract(aanbieder_id, product, on))), product)


def _in_gebruik(periode, now, name: str):
    """What is in use of a location in this period, lived in or held and not expired at this moment: `bezet` or `vast` (how many
    places) or `plekken` (their numbers). The database tells it without whose they are."""
    used = func.portal.plekken_in_gebruik(periode, now).table_valued("locatie_id", name)
    return select(used.c[name]).where(used.c.locatie_id == Locatie.id).correlate(Locatie).scalar_subquery()


def _aantallen():
    """From which day a location has how many places: [[day, number]] in the order of the days."""
    pair = func.jsonb_build_array(Capaciteit.van, Capaciteit.aantal)
    return (select(func.jsonb_agg(aggregate_order_by(pair, Capaciteit.van))).where(Capaciteit.locatie_id == Locatie.id)
            .correlate(Locatie).scalar_subquery().label("aantallen"))


def _gebruikt(van: date, tot: date | None, now):
    """The numbers of the places of a location that are in use on some day of this period."""
    return _in_gebruik(_periode(van, tot), now, "plekken").label("gebruikt")


def _periode(van: date, tot: date | None):
    """From `van` on; a day that was asked after the last one is asked alone."""
    return func.daterange(van, max(van, tot) + timedelta(days=1) if tot else None)


def vrije_plekken(session, locatie_id: uuid.UUID, van: date, tot: date | None, now) -> int:
    """How many places of a location are free in the whole of this period, both days included."""
    row = session.execute(select(_aantallen(), _gebruikt(van, tot, now)).select_from(Locatie)
                          .where(Locatie.id == locatie_id)).first()
    return _vrij(row, van, tot) if row else 0


def _vrij(row, van: date, tot: date | None) -> int:
    return rules.vrij_in([(date.fromisoformat(begin), number) for begin, number in row.aantallen or ()], row.gebruikt or (),
                         van, tot)


def plek_van(session, locatie: Locatie, van: date, tot: date | None = None) -> rules.Plek:
    """What a location offers in a period, for the rules of matching; what it has, in words."""
    return _plek(locatie, vrije_plekken(session, locatie.id, van, tot, clock.now()), van)


def _plek(locatie: Locatie, vrij: int, van: date) -> rules.Plek:
    words = load_config("plaatsingen")["kenmerk"]
    dicht = locatie.gesloten_on is not None and locatie.gesloten_on <= van
    return rules.Plek(
        product=locatie.product, gemeente_id=locatie.gemeente_id, doelgroepen=frozenset(locatie.doelgroepen),
        kenmerken=frozenset(words[code]["naam"] for code in locatie.kenmerken), leeftijd_van=locatie.leeftijd_van,
        leeftijd_tot=locatie.leeftijd_tot, vrij=0 if dicht else vrij)


@dataclass(frozen=True)
class Mogelijkheid:
    """One location as somebody who looks for a place sees it. `geen_contract`: why there is none for this on the first day;
    `elders`: does somebody wait longer who fits it, and whom nobody here sees (wacht_langer_elders)?"""

    locatie: Locatie
    aanbieder: str
    plek: rules.Plek
    geen_contract: str | None
    elders: bool


def mogelijkheden(session, product: str, van: date, tot: date | None, locatie_id: uuid.UUID | None = None, *,
                  voor: uuid.UUID | None = None) -> list[Mogelijkheid]:
    """Every location that is open on this day (or this one) with what is free in the period, for who needs this product: one
    statement, however many there are. `voor`: the placement for which somebody is to be passed over."""
    query = (select(Locatie, Partij.naam, _aantallen(), _gebruikt(van, tot, clock.now()),
                    _contract(Locatie.party_id, product, van).label("contract"),
                    (func.portal.wacht_langer_elders(Locatie.id, voor) if voor else false()).label("elders"))
             .join(Partij, Partij.id == Locatie.party_id)
             .where(or_(Locatie.gesloten_on.is_(None), Locatie.gesloten_on > van)).order_by(Locatie.naam, Locatie.id))
    if locatie_id:
        query = query.where(Locatie.id == locatie_id)
    return [Mogelijkheid(row.Locatie, row.naam, _plek(row.Locatie, _vrij(row, van, tot), van),
                         rules.contract_gebrek(row.contract, product), row.elders) for row in session.execute(query)]


def aantal_vanaf(session, locatie_id: uuid.UUID, van: date) -> date | None:
    """The first day from this one on which another number of places begins; None when none does."""
    return session.scalar(select(func.min(Capaciteit.van)).where(Capaciteit.locatie_id == locatie_id, Capaciteit.van >= van))


def aantallen(session, locatie_id: uuid.UUID) -> list[Capaciteit]:
    """How many places a location had and will have, the newest first."""
    return list(session.scalars(select(Capaciteit).where(Capaciteit.locatie_id == locatie_id).order_by(Capaciteit.van.desc())))


_OP, _NU = bindparam("op", type_=Date), bindparam("nu", type_=DateTime(timezone=True))


def _telt(name: str, tot=_OP):
    """How many places of a location are used so on the day that is asked, or on some day from it until `tot` (None: ever)."""
    return func.coalesce(_in_gebruik(func.daterange(_OP, tot, "[]"), _NU, name), 0)


_STAND = (
    func.coalesce(select(Capaciteit.aantal).where(Capaciteit.locatie_id == Locatie.id, Capaciteit.van <= _OP)
                  .order_by(Capaciteit.van.desc()).limit(1).correlate(Locatie).scalar_subquery(), 0).label("aantal"),
    _telt("bezet").label("bezet"), _telt("vast").label("vast"),
    (_telt("bezet", None) - _telt("bezet") + _telt("vast", None) - _telt("vast")).label("later"))
_OPEN_OP = or_(Locatie.gesloten_on.is_(None), Locatie.gesloten_on > _OP)
_PRODUCT = bindparam("product", type_=Text)
_BORD = select(Locatie.id, Locatie.naam).where(_OPEN_OP, or_(_PRODUCT == "", Locatie.product == _PRODUCT))
_BORD_ORDER = Order(Locatie.naam, Locatie.id, str)
_BORD_DETAILS = (
    select(Locatie.id, Locatie.naam, Locatie.product, Locatie.geheim, Locatie.gesloten_on, Locatie.gemeente_id,
           Partij.naam.label("aanbieder"), LocatieAdres.adres, *_STAND)
    .join(Partij, Partij.id == Locatie.party_id).outerjoin(LocatieAdres, LocatieAdres.locatie_id == Locatie.id))
_BORD_LIST = Listing(_BORD, _BORD_ORDER, _BORD_DETAILS, Locatie.id)
_BORD_SOM_DEEL = select(*_STAND).where(_OPEN_OP, or_(_PRODUCT == "", Locatie.product == _PRODUCT)).subquery()
_BORD_SOM = select(func.coalesce(func.sum(_BORD_SOM_DEEL.c.aantal), 0).label("aantal"),
                   func.coalesce(func.sum(_BORD_SOM_DEEL.c.bezet), 0).label("bezet"),
                   func.coalesce(func.sum(_BORD_SOM_DEEL.c.vast), 0).label("vast"),
                   func.coalesce(func.sum(_BORD_SOM_DEEL.c.later), 0).label("later"))


def plekkenbord(session, op: date, *, product: str = "", after: str | None = None, before: str | None = None):
    """The places of the region on a day: a page of locations, and the sum of all. Rows: id, naam, product, geheim, gesloten_on,
    gemeente_id, aanbieder, adres (None where it is secret for who looks), aantal, bezet, vast, later (held or reserved, from
    a later day on)."""
    asked = {"op": op, "nu": clock.now(), "product": product}
    return _BORD_LIST.page(session, asked, after=after, before=before), session.execute(_BORD_SOM, asked).one()


_MIJN_LIST = Listing(select(Locatie.id, Locatie.naam).where(Locatie.party_id == bindparam("mine", type_=Uuid)), _BORD_ORDER,
                     _BORD_DETAILS, Locatie.id)


def mijn_locaties(session, party_id: uuid.UUID, op: date, *, after: str | None = None, before: str | None = None) -> Slice:
    """A page of the locations of a provider, with the places on a day; also the ones that are closed."""
    return _MIJN_LIST.page(session, {"op": op, "nu": clock.now(), "product": "", "mine": party_id}, after=after, before=before)


_EEN_STAND = select(*_STAND).select_from(Locatie).where(Locatie.id == bindparam("waar", type_=Uuid))


def stand_van(session, locatie_id: uuid.UUID, op: date):
    """The places of one location on a day: aantal, bezet, vast, later."""
    return session.execute(_EEN_STAND, {"op": op, "nu": clock.now(), "waar": locatie_id}).one()


def verblijf_delen(session, verblijf_id: uuid.UUID):
    """What hangs on one stay: the card, who it is (None before both said yes, for a provider), what the provider answered, and
    the location."""
    return session.execute(
        select(Kandidaatkaart, Clientgegevens, PlaatsingAntwoord, Locatie)
        .select_from(Verblijf).join(Locatie, Locatie.id == Verblijf.locatie_id)
        .outerjoin(Kandidaatkaart, Kandidaatkaart.dossier_id == Verblijf.id)
        .outerjoin(Clientgegevens, Clientgegevens.dossier_id == Verblijf.id)
        .outerjoin(PlaatsingAntwoord, and_(PlaatsingAntwoord.dossier_id == Verblijf.id,
                                           PlaatsingAntwoord.party_id == Verblijf.aanbieder_id))
        .where(Verblijf.id == verblijf_id)).one()


def plaatsing_en_persoon(session, plaatsing_id: uuid.UUID) -> tuple[Plaatsing, Persoon]:
    """A placement with its person, in one statement."""
    found = session.execute(select(Plaatsing, Persoon).join(Persoon, Persoon.id == Plaatsing.persoon_id)
                            .where(Plaatsing.id == plaatsing_id)).first()
    if found is None:
        raise NotFound("Deze plaatsing is er niet, of is niet van uw gemeente.")
    return found[0], found[1]


def overgeslagen_bij(session, verblijf_id: uuid.UUID) -> list[tuple[str, str]]:
    """Who was passed over for this place, and why: the reference (a dash where that line is no longer ours to see), the
    reason."""
    return [(kenmerk or "-", reden) for kenmerk, reden in session.execute(
        select(Wachtregel.kenmerk, Overgeslagen.reden).select_from(Overgeslagen)
        .outerjoin(Wachtregel, Wachtregel.id == Overgeslagen.wachtregel_id)
        .where(Overgeslagen.verblijf_id == verblijf_id).order_by(Overgeslagen.id))]


# A stay that is asked of a provider, or that somebody lives in.
_VERBLIJF = (select(Verblijf.id, Verblijf.reference, Verblijf.state, Verblijf.van, Verblijf.tot, Verblijf.verloopt_at,
                    Locatie.naam.label("locatie"), Kandidaatkaart.doelgroep, Kandidaatkaart.leeftijd, Clientgegevens.naam,
                    PlaatsingAntwoord.ja)
             .join(Locatie, Locatie.id == Verblijf.locatie_id)
             .outerjoin(Kandidaatkaart, Kandidaatkaart.dossier_id == Verblijf.id)
             .outerjoin(Clientgegevens, Clientgegevens.dossier_id == Verblijf.id)
             .outerjoin(PlaatsingAntwoord, and_(PlaatsingAntwoord.dossier_id == Verblijf.id,
                                                PlaatsingAntwoord.party_id == Verblijf.aanbieder_id))
             .where(Verblijf.aanbieder_id == bindparam("mine", type_=Uuid)))
# Newest first; a stay keeps its place in the list while it lasts.
_VERBLIJF_ORDER = Order(Verblijf.van, Verblijf.id, date.fromisoformat, descending=True)
WOONT = (VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)
_WOONT_LIST = Listing(_VERBLIJF.where(Verblijf.state.in_(WOONT)), _VERBLIJF_ORDER)
_GEVRAAGD = _VERBLIJF.where(Verblijf.state == VerblijfState.AANGEBODEN, Verblijf.verloopt_at > _NU).order_by(
    Verblijf.verloopt_at, Verblijf.id).limit(100)


def gevraagd(session, party_id: uuid.UUID) -> list:
    """The offers that a provider has not lost yet, the one that ends first at the top: at most a hundred. Rows: id, reference,
    state, van, tot, verloopt_at, locatie, doelgroep, leeftijd, naam (None before both said yes), ja."""
    return list(session.execute(_GEVRAAGD, {"mine": party_id, "nu": clock.now()}))


def bewoners(session, party_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """A page of who lives at a provider, or comes to: the rows of `gevraagd`."""
    return _WOONT_LIST.page(session, {"mine": party_id}, after=after, before=before)


def vraag_van(session, plaatsing: Plaatsing, regel: Wachtregel) -> rules.Vraag:
    """What somebody needs, with the own gemeente's knowledge of where they want to live."""
    vraag = plaatsvraag(session, plaatsing.id)
    return _vraag(regel, vraag.gemeenten if vraag else (), vraag.mijden if vraag else ())


def _vraag(regel: Wachtregel, gemeenten=(), mijden=()) -> rules.Vraag:
    words = load_config("plaatsingen")["kenmerk"]
    return rules.Vraag(product=regel.product, doelgroep=regel.doelgroep, leeftijd=regel.leeftijd,
                       nodig=frozenset(words[code]["naam"] for code in regel.nodig), gemeenten=frozenset(gemeenten),
                       mijden=frozenset(mijden))


def wachtlijst(session, product: str) -> list:
    """Everybody who waits for this product and whom the own gemeente may see, who is next first. Rows: what the order follows
    from, of who is shielded elsewhere without dossier_id and eigenaar_id; who ranks hundreds of people needs no objects."""
    rows = session.execute(_WACHTLIJST, {"product": product}).all()
    by_id = {one.id: one for one in rows}
    ranked = rules.rangorde([als_wachtende(one) for one in rows], rules.voorrangversie(clock.today()), clock.today())
    return [by_id[one.id] for one in ranked]


_WACHTLIJST = text("SELECT * FROM portal.wachtlijst(:product)")


def nummers(session, party_id: uuid.UUID, rows: list[Wachtregel]) -> dict[uuid.UUID, str]:
    """By which number a gemeente knows each of these lines, by the id of the line: of others who are shielded by none (""), of
    its own always."""
    shielded = {one.dossier_id: one.id for one in rows if one.afgeschermd and one.eigenaar_id == party_id}
    own = session.execute(select(Plaatsing.id, Plaatsing.reference).where(Plaatsing.id.in_(shielded))) if shielded else ()
    return {one.id: one.kenmerk for one in rows} | {shielded[row.id]: row.reference for row in own}


def als_wachtende(regel) -> rules.Wachtende:
    """A line of the waiting list (a Wachtregel, or a row of `wachtlijst`) for the rules that order it."""
    return rules.Wachtende(regel.id, regel.gemeld_on, regel.lot, frozenset(regel.omstandigheden))


def voor_op_de_lijst(session, regel: Wachtregel, plek: rules.Plek) -> list:
    """Who stands before this person on the waiting list and fits the same place (rows of `wachtlijst`): passing them over
    needs a reason. Who is offered a place at this moment is not passed over, as far as the own gemeente knows."""
    ranked = wachtlijst(session, regel.product)
    busy = set(session.scalars(select(Plaatsing.id).where(Plaatsing.id.in_([one.dossier_id for one in ranked]),
                                                          Plaatsing.state == PlaatsingState.AANGEBODEN)))
    fits = [one.id for one in ranked if one.dossier_id not in busy and not rules.waarom_niet(_vraag(one), plek)]
    before = {one.id for one in rules.overgeslagen([als_wachtende(one) for one in ranked], regel.id, fits)}
    return [one for one in ranked if one.id in before]


def wacht_langer_elders(session, locatie_id: uuid.UUID, plaatsing_id: uuid.UUID) -> bool:
    """Does somebody wait longer who fits this place, at a gemeente outside the own samenwerkingsverband? Who it is, nobody here
    sees: passing over them needs one reason."""
    return session.scalar(select(func.portal.wacht_langer_elders(locatie_id, plaatsing_id)))


@dataclass(frozen=True)
class Positie:
    """Where somebody stands on the waiting list: the how manieth of how many, since when, and what happens next in words.
    `plaats` None: this person does not wait."""

    plaats: int | None
    van: int | None
    gemeld_on: date
    dan: str


def positie(session, plaatsing_id: uuid.UUID) -> Positie:
    """The own place on the waiting list, for the resident and who helps them."""
    plaatsing = load(session, Plaatsing, plaatsing_id)
    ranked = wachtlijst(session, plaatsing.product) if plaatsing.state in WACHT else []
    place = next((n for n, one in enumerate(ranked, 1) if one.dossier_id == plaatsing.id), None)
    return Positie(place, len(ranked) if place else None, plaatsing.gemeld_on, DAARNA_WORDS[plaatsing.state])


def trend(session) -> list[rules.Maandstand]:
    """By month of a year how many people of the own gemeente waited for a place, and how many had a pgb (C6), on its last day;
    exact numbers."""
    rows = session.execute(text("SELECT onderwerp, dag, aantal FROM portal.cijfers_plaatsingen(true) WHERE bereik = 'eigen'"))
    exact = {(row.dag, row.onderwerp): row.aantal for row in rows}
    return [rules.Maandstand(day.replace(day=1), day, *(exact[day, what] for what in ("wacht", "pgb", "pgb_wachtlijst")))
            for day in sorted({day for day, _what in exact})]


# Homes --------------------------------------------------------------------------------------------------------------------

def woonafspraken(session, party_id: uuid.UUID) -> list[Woonafspraak]:
    """What one gemeente expects and agreed on, by year, the last one first."""
    return list(session.scalars(select(Woonafspraak).where(Woonafspraak.party_id == party_id)
                                .order_by(Woonafspraak.jaar.desc(), Woonafspraak.soort)))


def woonafspraken_regio(session) -> list:
    """The sum of all gemeenten by year, the last one first. Rows: jaar, soort, prognose, afgesproken, gemeenten (how many
    filled it in)."""
    return list(session.execute(
        select(Woonafspraak.jaar, Woonafspraak.soort, func.sum(Woonafspraak.prognose).label("prognose"),
               func.sum(Woonafspraak.afgesproken).label("afgesproken"), func.count().label("gemeenten"))
        .group_by(Woonafspraak.jaar, Woonafspraak.soort).order_by(Woonafspraak.jaar.desc(), Woonafspraak.soort)))
