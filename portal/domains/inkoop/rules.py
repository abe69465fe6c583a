"""Pure rules of a procurement: numbers, dates, conditions. No database, no clock."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.kernel.clock import AMSTERDAM
from portal.kernel.money import bedrag_text
from portal.kernel.terms import Length, TermRule, compute

CENT = Decimal("0.01")


def deelname_rule(regelset: Mapping) -> TermRule:
    """The term within which a member decides: agreed between the members, so no holiday shift."""
    rule = regelset["deelname"]
    return TermRule(kind="deelname", article=rule["artikel"], length=Length(weeks=rule["weken"]), statutory=False,
                    source=rule["bron"], label="Deelname besluiten", event="Uitnodiging verstuurd aan de deelnemers")


def standstill_rule(regelset: Mapping) -> TermRule:
    """The standstill: self-imposed under SAS, counted from the day after sending to all concerned."""
    rule = regelset["standstill"]
    return TermRule(kind="standstill", article=rule["artikel"], length=Length(days=rule["dagen"]), statutory=False,
                    source=rule["bron"], label="Standstill", event="Brieven verstuurd aan alle inschrijvers")


_UNITS = {"werkdagen": "working_days", "dagen": "days", "weken": "weeks"}


def work_rule(regelset: Mapping, kind: str) -> TermRule:
    """A working term for one kind of work ("werk_openen"): agreed between the gemeenten, so no holiday shift."""
    rule = regelset["werk"][kind.removeprefix("werk_")]
    length = next(Length(**{unit: rule[name]}) for name, unit in _UNITS.items() if name in rule)
    return TermRule(kind=kind, article=rule["artikel"], length=length, statutory=False, source=rule["bron"],
                    start=rule.get("telt_vanaf", "day_after"), label=rule["naam"], event=rule["begint_bij"])


@dataclass(frozen=True)
class Inschrijftermijn:
    """How long bidding would be open: whole days, what the gemeenten keep as a minimum, and what is usual."""

    dagen: int
    minimum: int
    gebruikelijk: int

    @property
    def te_kort(self) -> bool:
        """Refused."""
        return self.dagen < self.minimum

    @property
    def kort(self) -> bool:
        """Allowed, and worth a second look."""
        return self.dagen < self.gebruikelijk


def inschrijftermijn(regelset: Mapping, now: datetime, sluit_at: datetime) -> Inschrijftermijn:
    """The time that bidders get when bidding is published now and closes then, in calendar days in Amsterdam."""
    rule = regelset["inschrijftermijn"]
    days = (sluit_at.astimezone(AMSTERDAM).date() - now.astimezone(AMSTERDAM).date()).days
    return Inschrijftermijn(days, rule["minimum_dagen"], rule["gebruikelijk_dagen"])


def deelname_uiterlijk(regelset: Mapping, invited_on: date) -> datetime:
    """The last moment of a deelnamebesluit: the last day of the term, at the agreed hour in Amsterdam."""
    last = compute(deelname_rule(regelset), invited_on).last_day
    return datetime.combine(last, time(regelset["deelname"]["uur"]), AMSTERDAM)


def _same_day(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def contract_periods(begint_on: date, jaren: Iterable[int]) -> list[tuple[date, date]]:
    """Half-open periods [van, tot), one after the other: 3+2+2 from 2023-01-01 ends 2026, 2028 and 2030-01-01."""
    periods, start = [], begint_on
    for years in jaren:
        end = _same_day(start, years)
        periods.append((start, end))
        start = end
    return periods


@dataclass(frozen=True)
class Schaal:
    """The points an assessor may give on one criterion, both ends included."""

    laagste: Decimal
    hoogste: Decimal

    def __contains__(self, punten: Decimal) -> bool:
        return self.laagste <= punten <= self.hoogste

    def text(self) -> str:
        """`0 tot en met 10`."""
        return f"{self.laagste} tot en met {self.hoogste}"


def schaal(regelset: Mapping) -> Schaal:
    """The scale of a rule set."""
    return Schaal(Decimal(regelset["punten"]["laagste"]), Decimal(regelset["punten"]["hoogste"]))


def weights_fault(wegingen: Iterable[int]) -> str | None:
    """The weights of one perceel add up to 100."""
    total = sum(wegingen)
    return None if total == 100 else f"De wegingen zijn samen {total}. Maak er 100 van."


def value_fault(percelen: Decimal, inkoop: Decimal) -> str | None:
    """The values of the percelen together are at most the estimated value of the whole: bidders read both."""
    if percelen <= inkoop:
        return None
    return (f"De percelen zijn samen geraamd op € {bedrag_text(percelen)}. Dat is meer dan de geraamde waarde van de inkoop: "
            f"€ {bedrag_text(inkoop)}. Pas het plan aan.")


def weighted_score(punten: Mapping[str, Decimal], wegingen: Mapping[str, int]) -> Decimal:
    """Points times weight, on the scale of the points with two decimals; every criterion must have points."""
    if set(punten) != set(wegingen):
        raise ValueError("Elk criterium heeft precies een score nodig.")
    total = sum((Decimal(punten[key]) * weging for key, weging in wegingen.items()), Decimal(0))
    return (total / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Beoordeeld:
    """One bid as the assessors leave it: failed requirements, or a score; and its points on the criterion that weighs most
    (where more weigh as much: together)."""

    inschrijving_id: str
    gefaald: tuple[str, ...]
    score: Decimal | None
    zwaarste: Decimal = Decimal(0)


@dataclass(frozen=True)
class Uitkomst:
    """What the rules propose for one bid. `gegund` is None where a lot must be drawn first."""

    inschrijving_id: str
    gegund: bool | None
    plaats: int | None
    reden: str
    geloot: bool = False


class Gelijk(StrEnum):
    """What decides between equal scores when there are more of them than contracts left."""

    LOTING = "loting"
    ZWAARSTE_CRITERIUM = "zwaarste_criterium"  # then, if still equal, the lot


def gelijk(regelset: Mapping) -> Gelijk:
    """The tie rule of a rule set; one from before there was a rule draws lots."""
    return Gelijk(regelset.get("gelijke_score", {}).get("regel", Gelijk.LOTING))


@dataclass(frozen=True)
class Loting:
    """A lot that was drawn: which bids it pointed out, under whose supervision, on which day."""

    gekozen: frozenset[str]
    toezicht: str
    verricht_on: date


@dataclass(frozen=True)
class Grens:
    """A tie at the border: more bids with the same standing than contracts left."""

    bids: frozenset[str]
    ruimte: int


def _ranked(bids: Iterable[Beoordeeld], minimale_score: Decimal, regel: Gelijk) -> tuple[list[Beoordeeld], Callable]:
    def standing(bid: Beoordeeld) -> tuple[Decimal, ...]:
        return (bid.score, bid.zwaarste) if regel == Gelijk.ZWAARSTE_CRITERIUM else (bid.score,)

    passed = [b for b in bids if not b.gefaald and b.score is not None and b.score >= minimale_score]
    return sorted(sorted(passed, key=lambda b: b.inschrijving_id), key=standing, reverse=True), standing


def grens(bids: Iterable[Beoordeeld], minimale_score: Decimal, max_contracten: int | None,
          regel: Gelijk = Gelijk.LOTING) -> Grens | None:
    """The tie that the tie rule does not solve; None when there is none."""
    passed, standing = _ranked(bids, minimale_score, regel)
    if not max_contracten or len(passed) <= max_contracten:
        return None
    border = standing(passed[max_contracten - 1])
    tied = frozenset(b.inschrijving_id for b in passed if standing(b) == border)
    room = max_contracten - sum(standing(b) > border for b in passed)
    return Grens(tied, room) if len(tied) > room else None


def propose(bids: Iterable[Beoordeeld], minimale_score: Decimal, max_contracten: int | None,
            regel: Gelijk = Gelijk.LOTING, loting: Loting | None = None) -> list[Uitkomst]:
    """Award to every bid that meets all requirements and the minimum score, best first, up to the maximum number.

    The maximum was published, so it binds: equal scores at the border are not all awarded. Nor does anybody choose between
    them: a choice after the bids are known is not equal treatment (Aanbestedingswet 2012, artikel 1.8), and a rule counts
    only when bidders knew it before (artikel 1.9). So the published tie rule decides: the lot, drawn under supervision, or
    first the points on the criterion that weighs most. Until the lot is drawn those bids have no outcome (`gegund` None).
    Order: best score first.
    """
    bids = list(bids)
    passed, standing = _ranked(bids, minimale_score, regel)
    tie = grens(bids, minimale_score, max_contracten, regel)
    found = []
    for number, bid in enumerate(passed, start=1):
        place = 1 + sum(standing(other) > standing(bid) for other in passed)
        if tie and bid.inschrijving_id in tie.bids:
            found.append(_drawn(bid, place, tie, loting))
        elif max_contracten is None or number <= max_contracten:
            found.append(Uitkomst(bid.inschrijving_id, True, place, "Voldoet aan alle eisen en haalt de minimale score."))
        else:
            found.append(Uitkomst(bid.inschrijving_id, False, place,
                                  f"Er zijn {max_contracten} contracten te vergeven. Deze inschrijving werd nummer {place}."))
    for bid in bids:
        if bid.gefaald:
            found.append(Uitkomst(bid.inschrijving_id, False, None, f"Voldoet niet aan: {', '.join(bid.gefaald)}."))
        elif bid not in passed:
            found.append(Uitkomst(bid.inschrijving_id, False, None,
                                  f"De score {bid.score} is lager dan de minimale score {minimale_score}."))
    return found


def _drawn(bid: Beoordeeld, place: int, tie: Grens, loting: Loting | None) -> Uitkomst:
    equal = f"{len(tie.bids)} inschrijvingen staan gelijk, en er is plaats voor {tie.ruimte}."
    if loting is None:
        return Uitkomst(bid.inschrijving_id, None, place, f"{equal} Het lot beslist.")
    how = f"Er is geloot op {loting.verricht_on:%d-%m-%Y}, onder toezicht van {loting.toezicht}."
    if bid.inschrijving_id in loting.gekozen:
        return Uitkomst(bid.inschrijving_id, True, place, f"{equal} {how} Het lot wees deze inschrijving aan.", True)
    return Uitkomst(bid.inschrijving_id, False, place, f"{equal} {how} Het lot wees deze inschrijving niet aan.", True)


def standstill_over(last_day: date, today: date) -> bool:
    """Signing may begin the day after the last day of the standstill."""
    return today > last_day
