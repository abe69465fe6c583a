"""Reading what every domain has: pages of a list, work that waits, messages, documents, search."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, Date, Integer, Select, Text, Uuid, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from portal.identity.model import Account
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, DossierDeelnemer, Termijn
from portal.kernel.outbox import Bericht
from portal.tenants.model import Partij

PAGE = 25


# Pages of a list: from the last row on, never by number. A row that comes or goes shifts nothing. ------------------------

def at_most(name: str, rows: int | None = None) -> ColumnElement[int]:
    """How many rows at most, in the text of the statement: its plan is made once, for whoever asks, and must know how few will
    come. By its name among the parameters, or `rows` at once."""
    return bindparam(name, rows, type_=Integer, literal_execute=True, required=rows is None)


@dataclass(frozen=True)
class Slice:
    """One page of a list. `first` and `last` are cursors for the pages before and after; None where there is none."""

    rows: Sequence
    first: str | None
    last: str | None


@dataclass(frozen=True, eq=False)
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


class Listing:
    """A list: its rows, their order, and what hangs on them. Kept as a constant, its statements are built and prepared once.

    The rows of `query` carry the sort column and `id` under their own names. The wall looks at every row that a join touches:
    with `details` the page is taken from `query` alone, and what hangs on its rows is read after that, by `id_column`.
    """

    def __init__(self, query: Select, order: Order, details: Select | None = None, id_column=None):
        self.query, self.order, self.details, self.id_column = query, order, details, id_column
        self._statements: dict[tuple[bool, bool], Select] = {}

    def page(self, session: Session, values: dict | None = None, *, after: str | None = None, before: str | None = None,
             size: int = PAGE) -> Slice:
        """The first page, the one after a cursor or the one before a cursor; one statement. `values` fill the parameters."""
        back = self.order.read(before)
        place = back or self.order.read(after)
        asked = {"page_value": place[0], "page_id": place[1]} if place else {}
        rows = session.execute(self._statement(bool(place), bool(back)), asked | (values or {}) | {"page_rows": size + 1}).all()
        # Of a page with details the wall may hide what hangs on a row, and then that row.
        found = rows[0].page_found if rows and self.details is not None else len(rows)
        more, rows = found > size, rows[:size]
        if back:
            rows.reverse()
        has_before = more if back else bool(place)
        has_after = bool(back) or more
        return Slice(rows, self.order.cursor(rows[0]) if rows and has_before else None,
                     self.order.cursor(rows[-1]) if rows and has_after else None)

    def _statement(self, placed: bool, back: bool) -> Select:
        if (placed, back) not in self._statements:
            self._statements[placed, back] = self._build(placed, back)
        return self._statements[placed, back]

    def _build(self, placed: bool, back: bool) -> Select:
        query, order, downwards = self.query, self.order, self.order.descending != back
        if placed:
            key = tuple_(order.column, order.id_column)
            place = tuple_(bindparam("page_value", type_=order.column.type), bindparam("page_id", type_=order.id_column.type))
            query = query.where(key < place if downwards else key > place)
        page = query.order_by(*_sorted(downwards, order.column, order.id_column)).limit(at_most("page_rows"))
        if self.details is None:
            return page
        part = page.cte("bladzijde")
        found = select(func.count()).select_from(part).scalar_subquery().label("page_found")
        return (self.details.add_columns(found).join(part, part.c.id == self.id_column)
                .order_by(*_sorted(downwards, part.c[order.column.key], part.c.id)))


def page_of(session: Session, query: Select, order: Order, *, after: str | None = None, before: str | None = None,
            size: int = PAGE) -> Slice:
    """One page of a query that is made for this request."""
    return Listing(query, order).page(session, after=after, before=before, size=size)


def _sorted(downwards: bool, *columns) -> list:
    return [column.desc() if downwards else column.asc() for column in columns]


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


# Asked once per statement, not of every row.
_NOW = select(func.portal.now()).scalar_subquery()
# A term without a task is a date that binds others (a standstill): nobody has anything to do for it.
# Neither has anybody after its hour has passed: who still must act then has a term of its own.
_OPEN = and_(Termijn.met_on.is_(None), Termijn.taak != "", or_(Termijn.due_at.is_(None), Termijn.due_at > _NOW))
_PARTY = bindparam("party", type_=Uuid)
# Waits for my party, and for somebody with my permissions.
_FOR_ME = and_(Termijn.party_id == _PARTY,
               or_(and_(func.cardinality(Termijn.wacht_op_permissions) == 0, bindparam("works_here", type_=Boolean)),
                   Termijn.wacht_op_permissions.overlap(bindparam("permissions", type_=ARRAY(Text)))))
# Waits for another party, in a dossier of mine: one line for one thing, however many parties still have to do it.
_ALSO = aliased(Termijn)
_SAME = and_(_ALSO.dossier_id == Termijn.dossier_id, _ALSO.kind == Termijn.kind, _ALSO.met_on.is_(None),
             _ALSO.party_id != Termijn.eigenaar_id)
_FIRST = ~select(_ALSO.id).where(_SAME, tuple_(_ALSO.due_on, _ALSO.id) < tuple_(Termijn.due_on, Termijn.id)).correlate(
    Termijn).exists()
_FOR_OTHERS = and_(Termijn.eigenaar_id == _PARTY, Termijn.party_id != _PARTY, _FIRST)
_WAITING = {True: select(Termijn.id, Termijn.due_on).where(_OPEN, _FOR_OTHERS),
            False: select(Termijn.id, Termijn.due_on).where(_OPEN, _FOR_ME)}
# A party whose name the wall hides still waits in the list.
_WORK = (
    select(Termijn.id, Termijn.due_on, Termijn.taak, Termijn.gevolg, Termijn.label, Termijn.endpoint, Termijn.dossier_id,
           Dossier.soort, Dossier.reference, Dossier.titel, Dossier.state,
           select(func.array_agg(aggregate_order_by(Partij.naam, Partij.naam))).select_from(_ALSO)
           .outerjoin(Partij, Partij.id == _ALSO.party_id).where(_SAME).correlate(Termijn).scalar_subquery().label("wacht_op"))
    .join(Dossier, Dossier.id == Termijn.dossier_id)
)
_LISTED = {others: Listing(waiting, WERK_ORDER, _WORK, Termijn.id) for others, waiting in _WAITING.items()}
_TODAY, _WEEK = bindparam("today", type_=Date), bindparam("week", type_=Date)
_COUNTS = (
    select(func.count().filter(_FOR_ME).label("mine"), func.count().filter(_FOR_ME, Termijn.due_on < _TODAY).label("late"),
           func.count().filter(_FOR_ME, Termijn.due_on.between(_TODAY, _WEEK)).label("soon"),
           func.count().filter(_FOR_OTHERS).label("others"))
    .where(_OPEN, or_(Termijn.party_id == _PARTY, Termijn.eigenaar_id == _PARTY))
)


def _asked(actor) -> dict:
    # What waits for anybody of the party does not wait for somebody of another gemeente, who comes to sign.
    return {"party": actor.party_id, "permissions": [str(p) for p in actor.permissions],
            "works_here": actor.namens is None}


def _filtered(query: Select, q: str, soort: str) -> Select:
    """What a term hangs on is read only when the filter asks it."""
    query = query.join(Dossier, Dossier.id == Termijn.dossier_id)
    if q:
        query = query.where(or_(Dossier.reference.icontains(q, autoescape=True), Dossier.titel.icontains(q, autoescape=True),
                                Termijn.taak.icontains(q, autoescape=True)))
    return query.where(Dossier.soort == soort) if soort else query


def work(session: Session, actor, *, others: bool = False, q: str = "", soort: str = "", after: str | None = None,
         before: str | None = None) -> Slice:
    """Open terms by their legal date. Rows: id, due_on, taak, gevolg, label, endpoint, wacht_op (names of the
    other parties that have this to do; None in it where the wall hides the name) and the dossier's dossier_id, soort,
    reference, titel, state."""
    listed = _LISTED[others]
    if q or soort:
        listed = Listing(_filtered(_WAITING[others], q, soort), WERK_ORDER, _WORK, Termijn.id)
    return listed.page(session, _asked(actor), after=after, before=before)


def work_counts(session: Session, actor, *, today: date, week: date, others: bool = False, q: str = "",
                soort: str = "") -> WorkCounts:
    """The figures of the page. `week`: the last day that counts as this week. A filter asks one statement more."""
    asked = _asked(actor)
    mine, late, soon, theirs = session.execute(_COUNTS, asked | {"today": today, "week": week}).one()
    found = theirs if others else mine
    if q or soort:
        found = session.scalar(_filtered(_WAITING[others], q, soort).with_only_columns(func.count()), asked)
    return WorkCounts(mine, late, soon, theirs, found)


def next_date(session: Session, party_id: uuid.UUID, today: date):
    """The first date ahead that this party itself still has to meet or to await; None when nothing runs for it."""
    return session.execute(
        select(Termijn.due_on, Termijn.label, Dossier.id, Dossier.soort, Dossier.titel)
        .join(Dossier, Dossier.id == Termijn.dossier_id)
        .where(Termijn.met_on.is_(None), Termijn.party_id == party_id, Termijn.due_on >= today)
        .order_by(Termijn.due_on, Termijn.id).limit(1)
    ).first()


# Messages ----------------------------------------------------------------------------------------------------------------

BERICHT_ORDER = Order(Bericht.verzonden_at, Bericht.id, datetime.fromisoformat, descending=True)


def messages(session: Session, party_id: uuid.UUID, *, sent: bool = False, reads: ColumnElement[bool] | None = None,
             after: str | None = None, before: str | None = None) -> Slice:
    """Messages to this party, or by it: then those that `reads` allows. Rows: id, onderwerp, verzonden_at, geopend_at, ander
    (the other party's name, None when the wall hides it), reference (of the dossier, None without one)."""
    mine, other = (Bericht.afzender_id, Bericht.party_id) if sent else (Bericht.party_id, Bericht.afzender_id)
    query = (
        select(Bericht.id, Bericht.onderwerp, Bericht.verzonden_at, Bericht.geopend_at, Partij.naam.label("ander"),
               Dossier.reference, (Bericht.party_id == Bericht.afzender_id).label("is_own"))
        .outerjoin(Partij, Partij.id == other).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(mine == party_id)
    )
    if sent and reads is not None:
        query = query.where(reads)
    return page_of(session, query, BERICHT_ORDER, after=after, before=before)


def message(session: Session, bericht_id: uuid.UUID, party_id: uuid.UUID, reads: ColumnElement[bool]):
    """One message with the names around it (Bericht, afzender, ontvanger, opener, Dossier); None when the wall hides it, or
    when it is not to this party and `reads` does not allow it."""
    sender, receiver = aliased(Partij), aliased(Partij)
    return session.execute(
        select(Bericht, sender.naam.label("afzender"), receiver.naam.label("ontvanger"), Account.naam.label("opener"), Dossier)
        .outerjoin(sender, sender.id == Bericht.afzender_id).outerjoin(receiver, receiver.id == Bericht.party_id)
        .outerjoin(Account, Account.id == Bericht.geopend_by).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(Bericht.id == bericht_id, or_(Bericht.party_id == party_id, reads))
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
