"""Who is responsible when, as bars in percent for `ui.ribbon`: counted here, drawn there. No database, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

MOST = 12
# A bar that is narrower shows no name; the table below it does.
NAME_FITS = 10
STEPS = (1, 2, 3, 6, 12, 24, 60)
AHEAD = relativedelta(months=6)


@dataclass(frozen=True)
class Stuk:
    """From this day, until the day before `tot` (None: no end yet), with the name of a gemeente. `plan`: proposed."""

    van: date
    tot: date | None
    naam: str
    plan: bool = False


@dataclass(frozen=True)
class Balk:
    """The frame of the bars: its first day, how many months, and how many months per line."""

    begin: date
    maanden: int
    stap: int

    def at(self, on: date) -> float:
        """The place of a day, in percent, within the frame."""
        first = on.replace(day=1)
        length = (first + relativedelta(months=1) - first).days
        months = (first.year - self.begin.year) * 12 + first.month - self.begin.month + (on.day - 1) / length
        return min(max(100 * months / self.maanden, 0), 100)

    def labels(self, name: Callable[[date], str]) -> list[str]:
        """The month above each line; the year with the first of it."""
        days = [self.begin + relativedelta(months=n) for n in range(0, self.maanden, self.stap)]
        return [name(day) + (f" {day.year}" if n == 0 or day.year != days[n - 1].year else "") for n, day in enumerate(days)]

    def bars(self, parts: Iterable[Stuk], today: date) -> list[dict]:
        """The bars of one row: what was, what is now, and what is proposed."""
        found = []
        for part in parts:
            start, end = self.at(part.van), self.at(part.tot) if part.tot else 100
            if end > start:
                now = part.van <= today and (part.tot is None or today < part.tot)
                found.append({"start": start, "width": end - start, "text": part.naam if end - start >= NAME_FITS else "",
                              "kind": "plan" if part.plan else "a" if now else "b"})
        return found


def balk(days: Sequence[date], today: date) -> Balk:
    """A frame from the first of these days until half a year after the last, or after today; at most twelve lines."""
    begin = min(*days, today).replace(day=1)
    last = max(*days, today) + AHEAD
    months = (last.year - begin.year) * 12 + last.month - begin.month + 1
    stap = next((step for step in STEPS if months <= MOST * step), STEPS[-1])
    return Balk(begin, -(-months // stap) * stap, stap)
