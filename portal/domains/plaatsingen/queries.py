"""Reading access: one dossier with its person, what hangs on it, and the lists."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Huishouden,
    Huishoudlid,
    Huishoudplan,
    Onderzoek,
    Persoon,
    Planregel,
    Randvoorwaarde,
    Regie,
    Taakbevestiging,
    Taakoverdracht,
    Toegang,
    ToegangState,
)
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission as P
from portal.identity.permissions import Role
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Opschorting, Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.kluis import Kluis
from portal.kernel.persoonlijk import persoonlijk
from portal.kernel.queries import Listing, Order, Slice
from portal.tenants.model import Deelname, Partij

OVERGEDRAGEN = "de taak ging over, en van beide kanten bevestigde iemand de kwaliteit"
_Verband = aliased(Partij)
# That somebody asked for support is known only to who helps, or decides.
persoonlijk("toegang", P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN)
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
    except LookupError as unknown:
        raise Refused(str(unknown)) from None


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
