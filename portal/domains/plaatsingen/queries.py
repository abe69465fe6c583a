"""Reading access: one dossier with its person, what hangs on it, and the lists."""

import uuid
from datetime import date

from sqlalchemy import Uuid, bindparam, select

from portal.domains.plaatsingen.model import Onderzoek, Persoon, Randvoorwaarde, Toegang, ToegangState
from portal.identity.model import Account
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Opschorting, Termijn, load
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.kluis import Kluis
from portal.kernel.queries import Listing, Order, Slice

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
