"""The yearly report on challenges for the council: of the own gemeente, one line per plan that came in that year (RTC-05)."""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import extract, select

from portal.domains.uitdaagrecht import rules
from portal.domains.uitdaagrecht.model import VRAAG, Gemeentetaak, Uitdaging
from portal.kernel import clock
from portal.kernel.besluit import Besluit

_FIRST = (select(Besluit.getekend_at, Besluit.inhoud["gronden"].label("gronden"))
          .where(Besluit.dossier_id == Uitdaging.id, Besluit.soort == "uitdaging", Besluit.getekend_at.is_not(None))
          .order_by(Besluit.getekend_at).limit(1).lateral("antwoord"))


@dataclass(frozen=True)
class Regel:
    """One plan in the report. `dagen`: from the day it came in until the answer; None while there is none."""

    id: uuid.UUID
    nummer: str
    taak: str
    product: str
    stand: str
    ontvangen_on: date
    antwoord_on: date | None
    dagen: int | None
    uitkomst: str | None
    doorgeleid: str | None
    gronden: tuple[str, ...]
    kosten_nu: Decimal | None
    kosten_plan: Decimal | None


def jaarverslag(session, actor, jaar: int) -> list[Regel]:
    """What came in at the own gemeente in this year, in the order in which it did; one statement."""
    rows = session.execute(
        select(Uitdaging.id, Uitdaging.reference, Uitdaging.state, Uitdaging.ontvangen_on, Uitdaging.uitkomst,
               Uitdaging.doorgeleid, Uitdaging.plan["gegevens"]["kosten_bedrag"].astext.label("bedrag"), Gemeentetaak.naam,
               Gemeentetaak.product, Gemeentetaak.kosten, _FIRST.c.getekend_at, _FIRST.c.gronden)
        .outerjoin(Gemeentetaak, Gemeentetaak.id == Uitdaging.taak_id).outerjoin(_FIRST, _FIRST.c.getekend_at.is_not(None))
        .where(Uitdaging.eigenaar_id == actor.party_id, extract("year", Uitdaging.ontvangen_on) == jaar,
               Uitdaging.state.not_in(VRAAG))
        .order_by(Uitdaging.ontvangen_on, Uitdaging.reference))
    return [_line(row) for row in rows]


def _line(row) -> Regel:
    answered = clock.day_of(row.getekend_at) if row.getekend_at else None
    return Regel(row.id, row.reference, row.naam or "", row.product or "", row.state, row.ontvangen_on, answered,
                 (answered - row.ontvangen_on).days if answered else None, row.uitkomst, row.doorgeleid,
                 tuple(row.gronden or ()), row.kosten, rules.bedrag(row.bedrag))


def gemiddeld(lines: list[Regel]) -> int | None:
    """How many days an answer took on average, in whole days; None while nothing was answered."""
    days = [line.dagen for line in lines if line.dagen is not None]
    return round(Decimal(sum(days)) / len(days)) if days else None
