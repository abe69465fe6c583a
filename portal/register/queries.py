"""Who has a contract, for what and until when. A contract in force guarantees no volume, so no numbers of clients here."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.orm import Session

from portal.kernel.dossier import Dossier
from portal.kernel.queries import Order, Slice, page_of
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort, Uitkomst, Verlengingsbesluit
from portal.tenants.model import Aanbieder, Partij

AANBIEDER_ORDER = Order(Aanbieder.naam, Aanbieder.id, str)
CONTRACT_ORDER = Order(Overeenkomst.nummer, Overeenkomst.id, str)
_CONTRACTS = (
    select(Overeenkomst.id, Overeenkomst.dossier_id, Overeenkomst.eigenaar_id, Overeenkomst.aanbieder_id, Overeenkomst.nummer,
           Overeenkomst.perceel_naam.label("perceel"), Overeenkomst.product, Aanbieder.naam.label("aanbieder"),
           Partij.naam.label("eigenaar"), Overeenkomst.maximale_waarde, Overeenkomst.gesloten_at,
           Overeenkomst.getekend_by)
    .join(Aanbieder, Aanbieder.id == Overeenkomst.aanbieder_id).join(Partij, Partij.id == Overeenkomst.eigenaar_id)
)


@dataclass(frozen=True)
class Contract:
    """A contract with its half-open periods. `tot`: the day it ends by itself unless somebody decides to extend."""

    id: uuid.UUID
    dossier_id: uuid.UUID
    eigenaar_id: uuid.UUID
    aanbieder_id: uuid.UUID
    nummer: str
    perceel: str
    product: str
    aanbieder: str
    eigenaar: str
    maximale_waarde: Decimal
    gesloten_at: datetime
    # Empty for a contract of before signers were kept.
    getekend_by: uuid.UUID | None
    periodes: Sequence[OvereenkomstPeriode] = field(repr=False)
    # What was decided about the options, as far as the wall shows it to the reader.
    besluiten: Sequence[Verlengingsbesluit] = field(default=(), repr=False)

    @property
    def in_force(self) -> list[OvereenkomstPeriode]:
        """The base period and the options that were decided upon."""
        return [p for p in self.periodes if p.soort == PeriodeSoort.BASIS or p.verlengd_on]

    @property
    def van(self) -> date:
        """The first day."""
        return self.periodes[0].van

    @property
    def tot(self) -> date:
        """The first day without contract, as it stands now."""
        return self.in_force[-1].tot

    @property
    def last_day(self) -> date:
        """The last day with contract, for people."""
        return self.tot - timedelta(days=1)

    def option(self, volgnummer: int) -> OvereenkomstPeriode | None:
        """The extension option with this number."""
        return next((p for p in self.periodes if p.soort == PeriodeSoort.OPTIE and p.volgnummer == volgnummer), None)

    def decision(self, volgnummer: int) -> Verlengingsbesluit | None:
        """What was decided about this option."""
        return next((b for b in self.besluiten if b.volgnummer == volgnummer), None)

    @property
    def stopped(self) -> Verlengingsbesluit | None:
        """The decision to let the contract end."""
        return next((b for b in self.besluiten if b.uitkomst == Uitkomst.NIET_VERLENGD), None)

    @property
    def open_option(self) -> OvereenkomstPeriode | None:
        """The next option that nobody decided upon yet."""
        if self.stopped:
            return None
        return next((p for p in self.periodes if p.soort == PeriodeSoort.OPTIE and not p.verlengd_on), None)

    @property
    def quarter(self) -> tuple[int, int]:
        """Year and quarter of the last day."""
        return self.last_day.year, (self.last_day.month - 1) // 3 + 1

    def ended(self, today: date) -> bool:
        """Over: no decision to extend was taken before the end (requirements A9)."""
        return self.tot <= today


def contracts(session: Session, *, product: str = "", aanbieder_id: uuid.UUID | None = None, after: str | None = None,
              before: str | None = None, size: int | None = 50) -> tuple[list[Contract], Slice]:
    """Contracts by number with their periods, and the page they are on; `size` None gives all (for an export)."""
    query = _CONTRACTS
    if product:
        query = query.where(Overeenkomst.product == product)
    if aanbieder_id:
        query = query.where(Overeenkomst.aanbieder_id == aanbieder_id)
    if size is None:
        rows = session.execute(query.order_by(Overeenkomst.nummer)).all()
        part = Slice(rows, None, None)
    else:
        part = page_of(session, query, CONTRACT_ORDER, after=after, before=before, size=size)
    return _whole(session, part.rows), part


def contract(session: Session, overeenkomst_id: uuid.UUID) -> Contract | None:
    """One contract; None when there is none with this id."""
    return next(iter(_whole(session, session.execute(_CONTRACTS.where(Overeenkomst.id == overeenkomst_id)).all())), None)


def of_dossier(session: Session, dossier_id: uuid.UUID) -> list[Contract]:
    """All contracts of one perceel, by number."""
    return _whole(session, session.execute(
        _CONTRACTS.where(Overeenkomst.dossier_id == dossier_id).order_by(Overeenkomst.nummer)).all())


def shared_dossiers(session: Session, dossier_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these dossiers the wall shows to this party: its own, and those it takes part in."""
    return set(session.scalars(select(Dossier.id).where(Dossier.id.in_(set(dossier_ids)))))


def undecided(session: Session, eigenaar_id: uuid.UUID) -> list[Contract]:
    """Contracts of this owner with an option that nobody decided upon yet."""
    has_option = select(OvereenkomstPeriode.overeenkomst_id).where(
        OvereenkomstPeriode.soort == PeriodeSoort.OPTIE, OvereenkomstPeriode.verlengd_on.is_(None))
    rows = session.execute(_CONTRACTS.where(Overeenkomst.eigenaar_id == eigenaar_id, Overeenkomst.id.in_(has_option))).all()
    return [found for found in _whole(session, rows) if found.open_option]


def owners(session: Session) -> list[uuid.UUID]:
    """Every gemeente that has a contract in its name."""
    return list(session.scalars(select(Overeenkomst.eigenaar_id).distinct()))


def ends_per_quarter(session: Session) -> dict[tuple[int, int], int]:
    """How many contracts of the whole region end in each quarter (year, quarter), earliest first."""
    end = _ends()
    last = end.c.tot - 1
    year, quarter = func.extract("year", last), func.extract("quarter", last)
    rows = session.execute(select(year, quarter, func.count()).group_by(year, quarter).order_by(year, quarter))
    return {(int(y), int(q)): n for y, q, n in rows}


def contracted(session: Session, *, today: date, product: str = "", grootteklasse: str = "", identiteit: str = "",
               after: str | None = None, before: str | None = None) -> tuple[Slice, dict[uuid.UUID, list]]:
    """Providers with a contract that has not ended, by name, and per provider its contracts (perceel, product, van, tot)."""
    end = _ends()
    mine = select(Overeenkomst.aanbieder_id).join(end, end.c.overeenkomst_id == Overeenkomst.id).where(end.c.tot > today)
    if product:
        mine = mine.where(Overeenkomst.product == product)
    query = select(Aanbieder.id, Aanbieder.naam, Aanbieder.grootteklasse, Aanbieder.omschrijving,
                   Aanbieder.identiteit).where(Aanbieder.id.in_(mine))
    if grootteklasse:
        query = query.where(Aanbieder.grootteklasse == grootteklasse)
    if identiteit:
        query = query.where(Aanbieder.identiteit == identiteit)
    part = page_of(session, query, AANBIEDER_ORDER, after=after, before=before)
    held = defaultdict(list)
    if part.rows:
        rows = session.execute(
            select(Overeenkomst.aanbieder_id, Overeenkomst.perceel_naam, Overeenkomst.product, Overeenkomst.begint_on,
                   end.c.tot)
            .join(end, end.c.overeenkomst_id == Overeenkomst.id)
            .where(Overeenkomst.aanbieder_id.in_([row.id for row in part.rows]), end.c.tot > today)
            .order_by(Overeenkomst.product, Overeenkomst.perceel_naam, Overeenkomst.nummer))
        for row in rows:
            held[row.aanbieder_id].append(row)
    return part, held


def latest(session: Session, most: int, *, eigenaar_id: uuid.UUID | None = None, dossiers: Iterable[uuid.UUID] = ()) -> list:
    """The contracts that were closed last. Rows: aanbieder, perceel_naam, product, begint_on. `eigenaar_id`: only those of
    this gemeente, or of a perceel in `dossiers`."""
    mine = or_(Overeenkomst.eigenaar_id == eigenaar_id, Overeenkomst.dossier_id.in_(list(dossiers))) if eigenaar_id else true()
    return session.execute(
        select(Aanbieder.naam.label("aanbieder"), Overeenkomst.perceel_naam, Overeenkomst.product, Overeenkomst.begint_on)
        .join(Aanbieder, Aanbieder.id == Overeenkomst.aanbieder_id)
        .where(mine).order_by(Overeenkomst.gesloten_at.desc(), Overeenkomst.id).limit(most)).all()


def products(session: Session) -> list[str]:
    """Every product somebody has a contract for."""
    return list(session.scalars(select(Overeenkomst.product).distinct().order_by(Overeenkomst.product)))


def _ends():
    """Per contract the first day without it: the end of the last period that was decided upon."""
    return (
        select(OvereenkomstPeriode.overeenkomst_id, func.max(OvereenkomstPeriode.tot).label("tot"))
        .where(or_(OvereenkomstPeriode.soort == PeriodeSoort.BASIS, OvereenkomstPeriode.verlengd_on.is_not(None)))
        .group_by(OvereenkomstPeriode.overeenkomst_id).subquery("einde")
    )


def _whole(session: Session, rows: Sequence) -> list[Contract]:
    """These rows with their periods and with what was decided about their options: one statement for any number."""
    periods, decided = defaultdict(list), defaultdict(list)
    asked = (
        select(OvereenkomstPeriode, Verlengingsbesluit)
        .outerjoin(Verlengingsbesluit, and_(Verlengingsbesluit.overeenkomst_id == OvereenkomstPeriode.overeenkomst_id,
                                            Verlengingsbesluit.volgnummer == OvereenkomstPeriode.volgnummer))
        .where(OvereenkomstPeriode.overeenkomst_id.in_([row.id for row in rows]))
        .order_by(OvereenkomstPeriode.overeenkomst_id, OvereenkomstPeriode.volgnummer)
    )
    for period, besluit in session.execute(asked) if rows else ():
        periods[period.overeenkomst_id].append(period)
        if besluit:
            decided[period.overeenkomst_id].append(besluit)
    return [Contract(*row, periods[row.id], decided[row.id]) for row in rows]
