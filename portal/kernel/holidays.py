"""The official calendar: which days are free under the Algemene termijnenwet (Atw), and working days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel.dates import format_date
from dateutil.easter import easter

from config import load

DAY = timedelta(days=1)
WEEKEND = {5: "zaterdag", 6: "zondag"}


def day_text(day: date, weekday: bool = True) -> str:
    """The date in Dutch: 'vrijdag 15 mei 2026', or without the day of the week."""
    return format_date(day, "EEEE d MMMM y" if weekday else "d MMMM y", locale="nl")


@dataclass(frozen=True)
class Holiday:
    """A day that returns every year: a fixed month and day, or a number of days after Easter Sunday."""

    name: str
    source: str
    month: int | None = None
    day: int | None = None
    if_sunday: int = 0
    easter: int | None = None

    def in_year(self, year: int) -> date:
        if self.easter is not None:
            return easter(year) + self.easter * DAY
        fixed = date(year, self.month, self.day)
        return fixed + self.if_sunday * DAY if fixed.weekday() == 6 else fixed


@dataclass(frozen=True)
class Decree:
    """One day that a royal decree (koninklijk besluit) equated with a holiday (Atw 3, lid 3)."""

    day: date
    name: str
    source: str


@dataclass(frozen=True)
class Calendar:
    """Free days and working days. After `table_ends` no decree is known yet."""

    holidays: tuple[Holiday, ...]
    decrees: tuple[Decree, ...]
    table_ends: date

    @classmethod
    def of(cls, table: dict) -> "Calendar":
        """Build the calendar from the content of feestdagen.toml."""
        return cls(
            holidays=tuple(Holiday(**row) for row in table["holiday"]),
            decrees=tuple(Decree(**row) for row in table["decree"]),
            table_ends=table["table_ends"],
        )

    def is_free(self, day: date) -> str | None:
        """Why this day is free, in Dutch; None on a working day."""
        if day.weekday() in WEEKEND:
            return WEEKEND[day.weekday()]
        for holiday in self.holidays:
            if holiday.in_year(day.year) == day:
                return holiday.name
        for decree in self.decrees:
            if decree.day == day:
                return f"gelijkgestelde dag ({decree.name})"
        return None

    def source(self, day: date) -> str:
        """The article or decree that makes this day free; empty on a working day."""
        if day.weekday() in WEEKEND:
            return "Algemene termijnenwet, artikel 1, lid 1"
        named = {decree.day: decree.source for decree in self.decrees}
        named |= {holiday.in_year(day.year): holiday.source for holiday in self.holidays}
        return named.get(day, "")

    def is_working_day(self, day: date) -> bool:
        return self.is_free(day) is None

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """The working days from `first` up to and including `last`."""
        days = (first + n * DAY for n in range((last - first).days + 1))
        return (day for day in days if self.is_working_day(day))

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; before it when `count` is negative; `day` itself at 0."""
        step = DAY if count > 0 else -DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def warns_after(self, day: date) -> str | None:
        """A sentence when `day` lies past the last known decree; None when the table covers it."""
        if day <= self.table_ends:
            return None
        return (
            f"De gelijkgestelde dagen na {day_text(self.table_ends, weekday=False)} zijn nog niet bekend. "
            f"De datum {day_text(day, weekday=False)} kan daarom nog veranderen."
        )


@cache
def official_calendar() -> Calendar:
    """The calendar of config/feestdagen.toml."""
    return Calendar.of(load("feestdagen"))
