"""Reading what every domain has: pages of a list, work that waits, messages, documents, search."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from types import SimpleNamespace

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql import ColumnElement

from portal.identity.model import Account
from portal.kernel import clock
from portal.kernel.besluit import Aard, Besluit, State
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, DossierDeelnemer, Opschorting, Termijn
from portal.kernel.lezers import verborgen
from portal.kernel.outbox import Bericht
from portal.tenants.model import InstemmingVan, Mandaat, MandaatInstemming, MandaatSoort, Partij, Vervanging
from portal.tenants.scope import current

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


# What a page needs of many small tables. ----------------------------------------------------------------------------------

def once(session: Session, key: tuple, ask: Callable):
    """What a page that only reads asked before is not asked again; a step that writes asks every time."""
    if not current().read_only:
        return ask()
    known = session.info.setdefault("once", {})
    if key not in known:
        known[key] = ask()
    return known[key]


class Together:
    """Small reads that have nothing to do with each other, in one statement: their rows stand side by side, each in its own
    order. Kept as a constant it is built and prepared once.

        ZAAK = Together(besluiten=select(Besluit).where(Besluit.dossier_id == bindparam("zaak")), betaald=select(func.sum(...)))
        ZAAK.read(session, zaak=id).besluiten    # [Besluit, ...]
    """

    def __init__(self, **parts: Select):
        self._places: dict[str, tuple[int, int]] = {}
        columns, joined, key = [], None, None
        for name, query in parts.items():
            rows = query.subquery()
            numbered = select(rows, func.row_number().over().label("plaats")).subquery()
            self._places[name] = len(columns), len(query.column_descriptions)
            columns += [numbered.c.plaats, *(self._out_of(numbered, one) for one in query.column_descriptions)]
            if joined is None:
                joined, key = numbered, numbered.c.plaats
            else:
                joined = joined.outerjoin(numbered, numbered.c.plaats == key, full=True)
                key = func.coalesce(key, numbered.c.plaats)
        self._statement = select(*columns).select_from(joined)

    @staticmethod
    def _out_of(numbered, described: dict):
        row = described.get("entity")
        return aliased(row, numbered) if row is not None and described["expr"] is row else numbered.c[described["name"]]

    def read(self, session: Session, **values) -> SimpleNamespace:
        """The rows of every part under its name: what it selects, or a tuple of more. `values` fill the parameters."""
        found = {name: [] for name in self._places}
        for row in session.execute(self._statement, values):
            for name, (at, wide) in self._places.items():
                if row[at] is not None:
                    found[name].append((row[at], row[at + 1] if wide == 1 else tuple(row[at + 1:at + 1 + wide])))
        return SimpleNamespace(**{name: [one for _place, one in sorted(rows, key=itemgetter(0))]
                                  for name, rows in found.items()})


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
_PARTY, PERSON, _MANDATE = bindparam("party", type_=Uuid), bindparam("person", type_=Uuid), bindparam("mandate", type_=Uuid)
_ON, PERMISSIONS = bindparam("on", type_=Date), bindparam("permissions", type_=ARRAY(Text))
# Not under a mandate of another gemeente.
WORKS_HERE = bindparam("works_here", type_=Boolean)
# The days do not count now (Awb 4:15): what waits is not late, and has no last day.
STANDS_STILL = (select(Opschorting.id).where(Opschorting.termijn_id == Termijn.id, Opschorting.completed_on.is_(None))
                .correlate(Termijn).exists())
# Waits for another party, in a dossier of mine: one line for one thing, however many parties still have to do it.
_ALSO = aliased(Termijn)
_SAME = and_(_ALSO.dossier_id == Termijn.dossier_id, _ALSO.kind == Termijn.kind, _ALSO.met_on.is_(None),
             _ALSO.party_id != Termijn.eigenaar_id)
_FIRST = ~select(_ALSO.id).where(_SAME, tuple_(_ALSO.due_on, _ALSO.id) < tuple_(Termijn.due_on, Termijn.id)).correlate(
    Termijn).exists()
# Of a dossier that is not for me, I see no work either.
_HIDDEN = (select(Dossier.id).where(Dossier.id == Termijn.dossier_id,
                                    Dossier.soort == func.any(bindparam("hidden", type_=ARRAY(Text))))
           .correlate(Termijn).exists())
# Waits for my party: for somebody with my permissions, or for anybody who reads such dossiers.
_PERMITTED = and_(Termijn.party_id == _PARTY,
                  or_(and_(func.cardinality(Termijn.wacht_op_permissions) == 0, WORKS_HERE, ~_HIDDEN),
                      Termijn.wacht_op_permissions.overlap(PERMISSIONS)))
# A party whose name the wall hides still waits in the list.
_WORK = (
    select(Termijn.id, Termijn.due_on, Termijn.taak, Termijn.gevolg, Termijn.label, Termijn.endpoint, Termijn.dossier_id,
           Termijn.party_id, Dossier.soort, Dossier.reference, Dossier.titel, Dossier.state,
           STANDS_STILL.label("stands_still"),
           select(func.array_agg(aggregate_order_by(Partij.naam, Partij.naam))).select_from(_ALSO)
           .outerjoin(Partij, Partij.id == _ALSO.party_id).where(_SAME).correlate(Termijn).scalar_subquery().label("wacht_op"))
    .join(Dossier, Dossier.id == Termijn.dossier_id)
)
_TODAY, _WEEK = bindparam("today", type_=Date), bindparam("week", type_=Date)


def _to_read() -> ColumnElement[bool]:
    """Of a term: a proposal waits for its second reader, and this person did not draft it (besluit.read_obstacles)."""
    return select(Besluit.id).where(
        Besluit.dossier_id == Termijn.dossier_id, Besluit.state == State.OPGESTELD, Besluit.tweede_lezer_nodig,
        Besluit.opgesteld_by != PERSON).correlate(Termijn).exists()


def may_sign() -> ColumnElement[bool]:
    """Of a term: a proposal waits for a signature, this person did not draft or read it (besluit.sign_obstacles) and has a
    mandaat or volmacht for it today, own or as replacement (besluit.bevoegdheid)."""
    replaced = select(Vervanging.id).where(
        Vervanging.afwezige_id == Mandaat.gemachtigde_id, Vervanging.party_id == Mandaat.party_id,
        Vervanging.vervanger_id == PERSON, Vervanging.van <= _ON, Vervanging.tot > _ON, Vervanging.ingestemd_at.is_not(None),
        Vervanging.ingetrokken_at.is_(None), func.portal.in_dienst(PERSON, Mandaat.party_id), _MANDATE.is_(None)).exists()
    given = (select(func.count()).select_from(MandaatInstemming).where(
        MandaatInstemming.mandaat_id == Mandaat.id,
        or_(MandaatInstemming.van != InstemmingVan.WERKGEVER, Mandaat.werkgever_id != Mandaat.party_id))
        .correlate(Mandaat).scalar_subquery())
    power = (
        select(Mandaat.id).where(
            Mandaat.party_id == Besluit.party_id, Mandaat.besluit_soort == Besluit.soort,
            Mandaat.soort == case((Besluit.aard == Aard.PRIVAATRECHTELIJK, MandaatSoort.VOLMACHT), else_=MandaatSoort.MANDAAT),
            Mandaat.van <= _ON, or_(Mandaat.tot.is_(None), Mandaat.tot > _ON), Mandaat.ingetrokken_at.is_(None),
            or_(Besluit.bedrag.is_(None), Mandaat.tot_bedrag.is_(None), Besluit.bedrag <= Mandaat.tot_bedrag),
            or_(Mandaat.gemachtigde_id == PERSON, replaced), or_(_MANDATE.is_(None), Mandaat.id == _MANDATE),
            func.portal.in_dienst(Mandaat.gemachtigde_id, Mandaat.werkgever_id),
            given == case((Mandaat.werkgever_id == Mandaat.party_id, 2), else_=3))
        .correlate(Besluit).exists())
    return select(Besluit.id).where(
        Besluit.dossier_id == Termijn.dossier_id,
        or_(Besluit.state == State.GELEZEN, and_(Besluit.state == State.OPGESTELD, ~Besluit.tweede_lezer_nodig)),
        Besluit.opgesteld_by != PERSON, or_(Besluit.gelezen_by.is_(None), Besluit.gelezen_by != PERSON), power,
    ).correlate(Termijn).exists()


# Work that asks more of a person than a permission: its kind, and what must hold of the term.
_PERSONAL: list[tuple[tuple[str, ...], ColumnElement[bool]]] = [
    (("werk_meelezen",), _to_read()), (("werk_tekenen",), may_sign())]


def asks_person(*kinds: str, condition: ColumnElement[bool]) -> None:
    """Work of these kinds waits only for whom `condition` holds, of the term and of `PERSON`. A domain says it once, when it is
    imported; for the others with the permission it is work that waits for a colleague."""
    _PERSONAL.append((kinds, condition))
    _statements.cache_clear()


@dataclass(frozen=True)
class _Statements:
    """What *Mijn werk* asks, built once: by tab, what waits and its list; and the figures."""

    waiting: dict[bool, Select]
    listed: dict[bool, Listing]
    counts: Select


def too_late(owner: ColumnElement) -> Select:
    """The dossiers of this owner in which somebody should have done something before the day `:today`."""
    return select(Termijn.dossier_id).where(Termijn.eigenaar_id == owner, _OPEN, Termijn.due_on < _TODAY, ~STANDS_STILL)


@cache
def _statements() -> _Statements:
    suits = and_(*(or_(Termijn.kind.not_in(kinds), condition) for kinds, condition in _PERSONAL))
    for_me = and_(_PERMITTED, suits)
    for_others = or_(and_(Termijn.eigenaar_id == _PARTY, Termijn.party_id != _PARTY, ~_HIDDEN, _FIRST),
                     and_(_PERMITTED, ~suits))
    waiting = {others: select(Termijn.id, Termijn.due_on).where(_OPEN, found)
               for others, found in ((True, for_others), (False, for_me))}
    # Asked once of every term, and then counted.
    found = (select(Termijn.due_on, for_me.label("mine"), for_others.label("others"), (~STANDS_STILL).label("runs"))
             .where(_OPEN, or_(Termijn.party_id == _PARTY, Termijn.eigenaar_id == _PARTY))
             .cte("werk").prefix_with("MATERIALIZED", dialect="postgresql"))
    counts = select(
        func.count().filter(found.c.mine).label("mine"),
        func.count().filter(found.c.mine, found.c.runs, found.c.due_on < _TODAY).label("late"),
        func.count().filter(found.c.mine, found.c.runs, found.c.due_on.between(_TODAY, _WEEK)).label("soon"),
        func.count().filter(found.c.others).label("others")).select_from(found)
    return _Statements(waiting, {others: Listing(query, WERK_ORDER, _WORK, Termijn.id) for others, query in waiting.items()},
                       counts)


def _asked(actor) -> dict:
    # What waits for anybody of the party does not wait for somebody of another gemeente, who comes to sign.
    return {"party": actor.party_id, "person": actor.user_id, "mandate": actor.mandaat_id,
            "on": clock.today(), "permissions": [str(p) for p in actor.permissions], "hidden": verborgen(actor),
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
    """Open terms by their legal date: what this person may do, or with `others` what another party or a colleague must do.
    Rows: id, due_on, taak, gevolg, label, endpoint, party_id (who must act), wacht_op (names of the other parties that have
    this to do; None in it where the wall hides the name), stands_still (its days
    do not count now) and the dossier's dossier_id, soort, reference, titel, state."""
    listed = _statements().listed[others]
    if q or soort:
        listed = Listing(_filtered(_statements().waiting[others], q, soort), WERK_ORDER, _WORK, Termijn.id)
    return listed.page(session, _asked(actor), after=after, before=before)


def work_counts(session: Session, actor, *, today: date, week: date, others: bool = False, q: str = "",
                soort: str = "") -> WorkCounts:
    """The figures of the page. `week`: the last day that counts as this week. A filter asks one statement more."""
    asked = _asked(actor)
    mine, late, soon, theirs = session.execute(_statements().counts, asked | {"today": today, "week": week}).one()
    found = theirs if others else mine
    if q or soort:
        found = session.scalar(_filtered(_statements().waiting[others], q, soort).with_only_columns(func.count()), asked)
    return WorkCounts(mine, late, soon, theirs, found)


def next_date(session: Session, actor, today: date):
    """The first date ahead that the own party still has to meet or to await, in a dossier that this person may see; None when
    nothing runs for it."""
    return session.execute(
        select(Termijn.due_on, Termijn.label, Dossier.id, Dossier.soort, Dossier.titel)
        .join(Dossier, Dossier.id == Termijn.dossier_id)
        .where(Termijn.met_on.is_(None), Termijn.party_id == actor.party_id, Termijn.due_on >= today, ~STANDS_STILL,
               Dossier.soort.not_in(verborgen(actor)))
        .order_by(Termijn.due_on, Termijn.id).limit(1)
    ).first()


# Messages ----------------------------------------------------------------------------------------------------------------

BERICHT_ORDER = Order(Bericht.verzonden_at, Bericht.id, datetime.fromisoformat, descending=True)


def _about_what_is_seen(actor) -> ColumnElement[bool]:
    """Of a message with its Dossier: it is about none, or about one of a kind that this actor reads. Also where the own party
    no longer sees the dossier: the database says what kind it is."""
    if not (hidden := verborgen(actor)):
        return true()
    kind = case((Dossier.id.is_not(None), Dossier.soort), else_=func.portal.bericht_over(Bericht.id))
    return or_(Bericht.dossier_id.is_(None), kind.not_in(hidden))


def messages(session: Session, actor, *, sent: bool = False, reads: ColumnElement[bool] | None = None,
             after: str | None = None, before: str | None = None) -> Slice:
    """Messages to the own party, or by it: then those that `reads` allows; as far as this person reads what they are about.
    Rows: id, onderwerp, verzonden_at, geopend_at, ander (the other party's name, None when the wall hides it), reference (of
    the dossier, None without one)."""
    mine, other = (Bericht.afzender_id, Bericht.party_id) if sent else (Bericht.party_id, Bericht.afzender_id)
    query = (
        select(Bericht.id, Bericht.onderwerp, Bericht.verzonden_at, Bericht.geopend_at, Partij.naam.label("ander"),
               Dossier.reference, (Bericht.party_id == Bericht.afzender_id).label("is_own"))
        .outerjoin(Partij, Partij.id == other).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(mine == actor.party_id, _about_what_is_seen(actor))
    )
    if sent and reads is not None:
        query = query.where(reads)
    return page_of(session, query, BERICHT_ORDER, after=after, before=before)


def message(session: Session, bericht_id: uuid.UUID, actor, reads: ColumnElement[bool]):
    """One message with the names around it (Bericht, afzender, ontvanger, opener, Dossier); None when the wall hides it, when
    it is about a kind of dossier that this person does not read, or when it is not to the own party and `reads` does not
    allow it."""
    sender, receiver = aliased(Partij), aliased(Partij)
    return session.execute(
        select(Bericht, sender.naam.label("afzender"), receiver.naam.label("ontvanger"), Account.naam.label("opener"), Dossier)
        .outerjoin(sender, sender.id == Bericht.afzender_id).outerjoin(receiver, receiver.id == Bericht.party_id)
        .outerjoin(Account, Account.id == Bericht.geopend_by).outerjoin(Dossier, Dossier.id == Bericht.dossier_id)
        .where(Bericht.id == bericht_id, or_(Bericht.party_id == actor.party_id, reads), _about_what_is_seen(actor))
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


def finds(*columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Every one of `:words` (`words_of`) stands somewhere in these columns, whatever its capitals and accents."""
    word = func.unnest(bindparam("words", type_=ARRAY(Text))).column_valued("woord")
    return ~select(word).where(func.strpos(_plain(func.concat_ws(" ", *columns)), _plain(word)) == 0).exists()


def _plain(value: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.public.unaccent(value))


def words_of(asked: str | None) -> list[str]:
    """What somebody typed in a search field of a list, as words."""
    return (asked or "")[:100].split()


def search(session: Session, actor, q: str, most: int) -> list:
    """Dossiers of this party by reference or words, best first, as far as this person may see them. Rows: id, soort, reference,
    titel, state."""
    found = func.portal.zoek_dossiers(q, most).table_valued("id", with_ordinality="plaats", name="gevonden").render_derived()
    return session.execute(
        select(Dossier.id, Dossier.soort, Dossier.reference, Dossier.titel, Dossier.state)
        .join(found, found.c.id == Dossier.id).where(Dossier.soort.not_in(verborgen(actor))).order_by(found.c.plaats)
    ).all()
