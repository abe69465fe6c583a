"""Reading what every domain has: pages of a list, work that waits, messages, documents, search."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ARRAY, Select, Uuid, and_, any_, func, literal, or_, select, true, tuple_, update
from sqlalchemy.orm import Session, aliased

from portal.identity.model import Account
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, DossierDeelnemer, Termijn
from portal.kernel.outbox import Bericht
from portal.tenants.model import Partij

PAGE = 25


# Pages of a list: from the last row on, never by number. A row that comes or goes shifts nothing. ------------------------

@dataclass(frozen=True)
class Slice:
    """One page of a list. `first` and `last` are cursors for the pages before and after; None where there is none."""

    rows: Sequence
    first: str | None
    last: str | None


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: a column that people understand, then the id so that every row has one place."""

    column: object
    id_column: object
    parse: Callable[[str], object]
    descending: bool = False

    def cursor(self, row) -> str:
        """The place of a row, as text for an address."""
        value = getattr(row, self.column.key)
        return f"{value.isoformat() if isinstance(value, date) else value}~{row.id}"

    def read(self, cursor: str | None) -> tuple | None:
        """The place that a cursor names; None for none, or for one that nobody could have got from us."""
        value, _tilde, id_ = (cursor or "").rpartition("~")
        try:
            return self.parse(value), uuid.UUID(id_)
        except ValueError:
            return None


def page_of(session: Session, query: Select, order: Order, *, after: str | None = None, before: str | None = None,
            size: int = PAGE) -> Slice:
    """One page of `query`: the first, the one after a cursor or the one before a cursor. One statement.

    The rows must carry the sort column and `id` under their own names.
    """
    key = tuple_(order.column, order.id_column)
    back = order.read(before)
    place = back or order.read(after)
    downwards = order.descending != bool(back)
    if place:
        bound = tuple_(*place)
        query = query.where(key < bound if downwards else key > bound)
    columns = [column.desc() if downwards else column.asc() for column in (order.column, order.id_column)]
    rows = session.execute(query.order_by(*columns).limit(size + 1)).all()
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    has_before = more if back else bool(place)
    has_after = bool(back) or more
    return Slice(rows, order.cursor(rows[0]) if rows and has_before else None,
                 order.cursor(rows[-1]) if rows and has_after else None)


def with_details(session: Session, part: Slice, query: Select, id_column) -> Slice:
    """The same page with all its columns. The wall looks at every row that a join touches, so a list first takes its page
    from one table and then reads what hangs on those rows."""
    if not part.rows:
        return part
    ids = literal([row.id for row in part.rows], ARRAY(Uuid))  # one parameter, so one prepared statement for any number
    found = {row.id: row for row in session.execute(query.where(id_column == any_(ids)))}
    return replace(part, rows=[found[row.id] for row in part.rows if row.id in found])


# Mijn werk ---------------------------------------------------------------------------------------------------------------

WERK_ORDER = Order(Termijn.due_on, Termijn.id, date.fromisoformat)


@dataclass(frozen=True)
class WorkCounts:
    """How much waits: for me, too late, within a week, for others; and what the filter leaves of the chosen tab."""

    mine: int
    late: int
    soon: int
    others: int
    found: int


def _for_me(actor):
    """Waits for my party, and for somebody with my permissions."""
    mine = [str(p) for p in actor.permissions]
    return and_(Termijn.party_id == actor.party_id,
                or_(func.cardinality(Termijn.wacht_op_permissions) == 0, Termijn.wacht_op_permissions.overlap(mine)))


def _for_others(actor):
    """Waits for another party, in a dossier of mine."""
    return and_(Termijn.eigenaar_id == actor.party_id, Termijn.party_id != actor.party_id)


def _open_terms(*columns, q: str, soort: str):
    """Terms that still run; what they hang on is read only when the filter asks it."""
    query = select(*columns).select_from(Termijn).where(Termijn.met_on.is_(None))
    return query.join(Dossier, Dossier.id == Termijn.dossier_id) if q or soort else query


def _filter(q: str, soort: str):
    found = true()
    if q:
        found = or_(Dossier.reference.icontains(q, autoescape=True), Dossier.titel.icontains(q, autoescape=True),
                    Termijn.taak.icontains(q, autoescape=True))
    return and_(found, Dossier.soort == soort) if soort else found


def work(session: Session, actor, *, others: bool = False, q: str = "", soort: str = "", after: str | None = None,
         before: str | None = None) -> Slice:
    """Open terms by their legal date. Rows: id, due_on, taak, gevolg, label, endpoint, wacht_op (party) and the dossier's
    dossier_id, soort, reference, titel, state."""
    waiting = _open_terms(Termijn.id, Termijn.due_on, q=q, soort=soort).where(
        _for_others(actor) if others else _for_me(actor), _filter(q, soort))
    part = page_of(session, waiting, WERK_ORDER, after=after, before=before)
    # A party whose name the wall hides still waits in the list.
    query = (
        select(Termijn.id, Termijn.due_on, Termijn.taak, Termijn.gevolg, Termijn.label, Termijn.endpoint, Termijn.dossier_id,
               Dossier.soort, Dossier.reference, Dossier.titel, Dossier.state, Partij.naam.label("wacht_op"))
        .join(Dossier, Dossier.id == Termijn.dossier_id).outerjoin(Partij, Partij.id == Termijn.party_id)
    )
    return with_details(session, part, query, Termijn.id)


def work_counts(session: Session, actor, *, today: date, week: date, others: bool = False, q: str = "",
                soort: str = "") -> WorkCounts:
    """All figures of the page in one statement. `week`: the last day that counts as this week."""
    mine, theirs = _for_me(actor), _for_others(actor)
    count = func.count()
    row = session.execute(
        _open_terms(count.filter(mine), count.filter(mine, Termijn.due_on < today),
                    count.filter(mine, Termijn.due_on.between(today, week)), count.filter(theirs),
                    count.filter(theirs if others else mine, _filter(q, soort)), q=q, soort=soort)
        .where(or_(Termijn.party_id == actor.party_id, Termijn.eigenaar_id == actor.party_id))
    ).one()
    return WorkCounts(*row)


def next_date(session: Session):
    """The first open date in any dossier that the wall shows; None when nothing runs."""
    return session.execute(
        select(Termijn.due_on, Termijn.label, Dossier.id, Dossier.soort, Dossier.titel)
        .join(Dossier, Dossier.id == Termijn.dossier_id).where(Termijn.met_on.is_(None))
        .order_by(Termijn.due_on, Termijn.id).limit(1)
    ).first()


# Messages ----------------------------------------------------------------------------------------------------------------

BERICHT_ORDER = Order(Bericht.verzonden_at, Bericht.id, datetime.fromisoformat, descending=True)


def messages(session: Session, party_id: uuid.UUID, *, sent: bool = False, after: str | None = None,
             before: str | None = None) -> Slice:
    """Messages to this party, or by it. Rows: id, onderwerp, verzonden_at, geopend_at, ander (the other party's name, None
    when the wall hides it), reference (of the dossier, None without one)."""
    mine, other = (Bericht.afzender_id, Bericht.party_id) if sent else (Bericht.party_id, Bericht.afzender_id)
    query = (
        select(Bericht.id, Bericht.onderwerp, Bericht.verzonden_at, Bericht.geopend_at, Partij.naam.label("ander"),
               Dossier.reference)
        .outerjoin(Partij, Partij.id == other).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(mine == party_id)
    )
    return page_of(session, query, BERICHT_ORDER, after=after, before=before)


def message(session: Session, bericht_id: uuid.UUID):
    """One message with the names around it (Bericht, afzender, ontvanger, opener, Dossier); None when the wall hides it."""
    sender, receiver = aliased(Partij), aliased(Partij)
    return session.execute(
        select(Bericht, sender.naam.label("afzender"), receiver.naam.label("ontvanger"), Account.naam.label("opener"), Dossier)
        .outerjoin(sender, sender.id == Bericht.afzender_id).outerjoin(receiver, receiver.id == Bericht.party_id)
        .outerjoin(Account, Account.id == Bericht.geopend_by).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(Bericht.id == bericht_id)
    ).first()


def open_message(session: Session, actor, bericht_id: uuid.UUID) -> bool:
    """Record that the addressee took it in (Awb 2:19b): who and when, once. False when it is not theirs or was open."""
    done = session.execute(
        update(Bericht).where(Bericht.id == bericht_id, Bericht.party_id == actor.party_id, Bericht.geopend_at.is_(None))
        .values(geopend_at=func.portal.now(), geopend_by=actor.user_id)
    )
    return done.rowcount == 1


def parties_of(session: Session, dossier: Dossier, but: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Who else shares this dossier now: its owner and those it is shared with, by name, without `but`."""
    shared = select(DossierDeelnemer.party_id).where(
        DossierDeelnemer.dossier_id == dossier.id, DossierDeelnemer.van <= func.portal.now(),
        or_(DossierDeelnemer.tot.is_(None), DossierDeelnemer.tot > func.portal.now()))
    rows = session.execute(select(Partij.id, Partij.naam).where(
        or_(Partij.id == dossier.eigenaar_id, Partij.id.in_(shared)), Partij.id != but).order_by(Partij.naam))
    return [(row.id, row.naam) for row in rows]


# Documents and search -----------------------------------------------------------------------------------------------------

def openable(document: Document, user_id: uuid.UUID) -> bool:
    """May this person open the file? Before the scan only who sent it; an infected file nobody."""
    if document.scan == Scan.WACHT:
        return document.ontvangen_by == user_id
    return document.scan != Scan.BESMET


def search(session: Session, q: str, most: int) -> list:
    """Dossiers of this party by reference or words, best first. Rows: id, soort, reference, titel, state."""
    found = func.portal.zoek_dossiers(q, most).table_valued("id", with_ordinality="plaats", name="gevonden").render_derived()
    return session.execute(
        select(Dossier.id, Dossier.soort, Dossier.reference, Dossier.titel, Dossier.state)
        .join(found, found.c.id == Dossier.id).order_by(found.c.plaats)
    ).all()
