"""Pure rules of a procurement: numbers, dates, conditions. No database, no clock."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from portal.kernel.clock import AMSTERDAM
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


def weights_fault(wegingen: Iterable[int]) -> str | None:
    """The weights of one perceel add up to 100."""
    total = sum(wegingen)
    return None if total == 100 else f"De wegingen zijn samen {total}. Maak er 100 van."


def weighted_score(punten: Mapping[str, Decimal], wegingen: Mapping[str, int]) -> Decimal:
    """Points (0-10) times weight, on a scale of 0 to 10 with two decimals; every criterion must have points."""
    if set(punten) != set(wegingen):
        raise ValueError("Elk criterium heeft precies een score nodig.")
    total = sum((Decimal(punten[key]) * weging for key, weging in wegingen.items()), Decimal(0))
    return (total / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Beoordeeld:
    """One bid as the assessors leave it: failed requirements, or a score."""

    inschrijving_id: str
    gefaald: tuple[str, ...]
    score: Decimal | None


@dataclass(frozen=True)
class Uitkomst:
    """What the rules propose for one bid."""

    inschrijving_id: str
    gegund: bool
    plaats: int | None
    reden: str


def propose(bids: Iterable[Beoordeeld], minimale_score: Decimal, max_contracten: int | None) -> list[Uitkomst]:
    """Award to every bid that meets all requirements and the minimum score, best first, up to the maximum number.

    Equal scores at the border are all awarded: the rules do not draw lots. Order: awarded first, best score first.
    """
    bids = list(bids)
    passed = sorted((b for b in bids if not b.gefaald and b.score is not None and b.score >= minimale_score),
                    key=lambda b: (-b.score, b.inschrijving_id))
    border = passed[max_contracten - 1].score if max_contracten and len(passed) > max_contracten else None
    found = []
    for bid in passed:
        place = 1 + sum(other.score > bid.score for other in passed)
        if border is None or bid.score >= border:
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


def canonical(inhoud: Mapping) -> bytes:
    """A bid as bytes: the same content always gives the same bytes."""
    return json.dumps(inhoud, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(inhoud: Mapping) -> str:
    """SHA-256 over a bid as it was sent."""
    return hashlib.sha256(canonical(inhoud)).hexdigest()


def standstill_over(last_day: date, today: date) -> bool:
    """Signing may begin the day after the last day of the standstill."""
    return today > last_day
