"""Figures of access and placement for a page or a file: counts, never people. A group so small that somebody could be found in
it is None, and so is every sum that would give it away."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, case, func, literal, or_, select, text, union_all

from config import load as load_config
from portal.domains.plaatsingen import queries, rules
from portal.domains.plaatsingen.model import Toegang, Verblijf, Wachtregel
from portal.kernel.dossier import Termijn

MAANDEN, VOORUIT, TERUG = 12, 3, 6
_TERMS = ("onderzoek", "toegangsbesluit")


@dataclass(frozen=True)
class OpTijd:
    """How often something was done in time, in a year. None: too few to tell."""

    code: str
    op_tijd: int | None
    totaal: int | None


@dataclass(frozen=True)
class Stroom:
    """Who came to live somewhere, moved to another place, and left, in one month."""

    maand: date
    instroom: int | None
    doorstroom: int | None
    uitstroom: int | None

    @property
    def leeg(self) -> bool:
        """Nobody came, moved or left."""
        return self.instroom == self.doorstroom == self.uitstroom == 0


@dataclass(frozen=True)
class Stand:
    """How it stood at the end of a day: who waits, who has a pgb, and of those because of the waiting list."""

    dag: date
    wacht: int | None
    pgb: int | None
    pgb_wachtlijst: int | None


@dataclass(frozen=True)
class Grens:
    """Between the own gemeente and one other: whose people live where, today."""

    gemeente_id: uuid.UUID
    daar: int | None
    hier: int | None


@dataclass(frozen=True)
class Gemeentestand:
    """One gemeente of the samenwerkingsverband, today."""

    gemeente_id: uuid.UUID
    wacht: int | None
    woont: int | None
    pgb: int | None


@dataclass(frozen=True)
class Cijfers:
    """Everything that the page of figures shows."""

    termijnen: list[OpTijd]
    stroom: list[Stroom]
    wacht: int | None
    wachttijd: int | None
    eigen: list[Stand]
    regio: list[Stand]
    vooruit: int | None
    grens: list[Grens]
    daar: int | None
    hier: int | None
    gemeenten: list[Gemeentestand]


def overzicht(session, party_id: uuid.UUID, today: date) -> Cijfers:
    """The figures of one gemeente, and of its samenwerkingsverband as far as nobody can be found in them."""
    rows = session.execute(text("SELECT bereik, onderwerp, gemeente_id, dag, aantal FROM portal.cijfers_plaatsingen()")).all()
    exact = {(row.dag, row.onderwerp): row.aantal for row in rows if row.bereik == "eigen"}
    region = {(row.dag, row.onderwerp): row.aantal for row in rows if row.bereik == "regio"}
    own = [_stand(day, exact) for day in sorted({day for day, _what in exact})]
    border, there, here = _grens(session, party_id, today)
    return Cijfers(
        termijnen=_termijnen(session, party_id, today), stroom=_stroom(session, party_id, today),
        wacht=own[-1].wacht if own else 0, wachttijd=_wachttijd(session, party_id, today), eigen=own,
        regio=[Stand(day, *(region[day, what] for what in ("wacht", "pgb", "pgb_wachtlijst")))
               for day in sorted({day for day, _what in region})],
        vooruit=rules.vooruit([one.wacht for one in own[-TERUG - 1:]], VOORUIT), grens=border, daar=there, hier=here,
        gemeenten=_gemeenten(rows))


def _stand(day: date, exact: Mapping) -> Stand:
    pgb, waited = exact[day, "pgb"], exact[day, "pgb_wachtlijst"]
    return Stand(day, rules.telbaar(exact[day, "wacht"]), rules.telbaar(pgb), rules.deel_telbaar(pgb, waited))


def _gemeenten(rows) -> list[Gemeentestand]:
    found: dict[uuid.UUID, dict] = {}
    for row in rows:
        if row.bereik == "gemeente":
            found.setdefault(row.gemeente_id, {})[row.onderwerp] = row.aantal
    # Who works with nobody has nothing to compare.
    return [Gemeentestand(one, **counts) for one, counts in found.items()] if len(found) > 1 else []


def _termijnen(session, party_id: uuid.UUID, today: date) -> list[OpTijd]:
    """The six and the two weeks of the law, and the eight weeks together: what was finished in a year, and what is overdue."""
    since = today - relativedelta(months=MAANDEN)
    terms = select(
        Termijn.kind.label("wat"), func.count().filter(Termijn.met_on <= Termijn.due_on).label("op_tijd"),
        func.count().label("totaal")).where(
        Termijn.eigenaar_id == party_id, Termijn.kind.in_(_TERMS),
        or_(Termijn.met_on >= since, and_(Termijn.met_on.is_(None), Termijn.due_on < today))).group_by(Termijn.kind)
    limit = Toegang.gemeld_on + load_config("plaatsingen")["acht_weken"]["dagen"]
    eight = (
        select(literal("acht_weken").label("wat"), func.count().filter(Termijn.met_on <= limit).label("op_tijd"),
               func.count().label("totaal"))
        .select_from(Toegang).join(Termijn, and_(Termijn.dossier_id == Toegang.id, Termijn.kind == "toegangsbesluit"),
                                   isouter=True)
        .where(Toegang.eigenaar_id == party_id,
               or_(Termijn.met_on >= since, and_(Termijn.met_on.is_(None), Toegang.state.in_(queries.OPEN), limit < today))))
    counts = {row.wat: row for row in session.execute(union_all(terms, eight))}
    found = []
    for code in (*_TERMS, "acht_weken"):
        whole = counts[code].totaal if code in counts else 0
        found.append(OpTijd(code, rules.deel_telbaar(whole, counts[code].op_tijd) if whole else 0, rules.telbaar(whole)))
    return found


def _stroom(session, party_id: uuid.UUID, today: date) -> list[Stroom]:
    """Per month of a year: first stays, next stays, and stays that ended without a next one."""
    months = [today.replace(day=1) - relativedelta(months=n) for n in range(MAANDEN - 1, -1, -1)]
    order = {"partition_by": Verblijf.plaatsing_id, "order_by": (Verblijf.begonnen_on, Verblijf.id)}
    stays = select(
        Verblijf.begonnen_on, Verblijf.geeindigd_on, func.row_number().over(**order).label("nummer"),
        func.lead(Verblijf.id).over(**order).label("volgende")).where(
        Verblijf.eigenaar_id == party_id, Verblijf.begonnen_on.is_not(None)).subquery()
    events = union_all(
        select(func.date_trunc("month", stays.c.begonnen_on).label("maand"),
               case((stays.c.nummer == 1, "in"), else_="door").label("wat")).where(stays.c.begonnen_on >= months[0]),
        select(func.date_trunc("month", stays.c.geeindigd_on).label("maand"), literal("uit").label("wat")).where(
            stays.c.geeindigd_on >= months[0], stays.c.volgende.is_(None))).subquery()
    counts = {(row.maand.date(), row.wat): row.aantal for row in session.execute(
        select(events.c.maand, events.c.wat, func.count().label("aantal")).group_by(events.c.maand, events.c.wat))}
    return [Stroom(month, *(rules.telbaar(counts.get((month, what), 0)) for what in ("in", "door", "uit"))) for month in months]


def _wachttijd(session, party_id: uuid.UUID, today: date) -> int | None:
    """The median number of days from the waiting list to a place, of who got one in a year; None of a few."""
    waits = select(
        Wachtregel.dossier_id, func.min(Wachtregel.sinds_on).label("van"),
        func.max(Wachtregel.tot_on).filter(Wachtregel.einde == "geplaatst").label("tot")).where(
        Wachtregel.eigenaar_id == party_id).group_by(Wachtregel.dossier_id).subquery()
    row = session.execute(select(
        func.count().label("aantal"), func.percentile_disc(0.5).within_group(waits.c.tot - waits.c.van).label("dagen"))
        .where(waits.c.tot >= today - relativedelta(months=MAANDEN))).one()
    return row.dagen if row.aantal and rules.telbaar(row.aantal) else None


def _grens(session, party_id: uuid.UUID, today: date) -> tuple[list[Grens], int | None, int | None]:
    """Who lives across the border: people of ours elsewhere and of elsewhere here, per gemeente and together."""
    rows = session.execute(text("SELECT * FROM portal.wonen_over_de_grens(:op)"), {"op": today}).all()
    there = {row.gemeente_id: row.aantal for row in rows if row.party_id == party_id}
    here = {row.party_id: row.aantal for row in rows if row.gemeente_id == party_id}
    return ([Grens(one, rules.telbaar(there.get(one, 0)), rules.telbaar(here.get(one, 0))) for one in {**there, **here}],
            rules.som_telbaar(there.values()), rules.som_telbaar(here.values()))


def richting(reeks: list[int | None]) -> str:
    """Whether a series went up or down over the year: "stijgt", "daalt" or "gelijk"; "" where its begin or its end is too small
    to be shown, and it cannot be told."""
    if len(reeks) < 2 or reeks[0] is None or reeks[-1] is None:
        return ""
    return {1: "stijgt", 0: "gelijk", -1: "daalt"}[(reeks[-1] > reeks[0]) - (reeks[-1] < reeks[0])]
