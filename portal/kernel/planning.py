"""When a milestone is planned: an exact date, a month, a quarter, a season, or two alternatives.

A plan is not a term: no law counts it. A season is counted in whole months (summer is June up to and including
August), so 'voor de zomer 2027' is 31 May 2027 at the latest.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from babel.dates import get_month_names

from portal.kernel.holidays import day_text

ORDINALS = ("eerste", "tweede", "derde", "vierde")
SEASONS = {"voorjaar": 3, "zomer": 6, "najaar": 9, "winter": 12}  # first month of three
ARTICLES = {"voorjaar": "het", "zomer": "de", "najaar": "het", "winter": "de"}
SYNONYMS = {"lente": "voorjaar", "herfst": "najaar"}
MONTH_NAMES = get_month_names("wide", locale="nl")
MONTHS = {name: number for number, name in MONTH_NAMES.items()}
MONTHS |= {name: number for number, name in get_month_names("abbreviated", locale="nl").items()}
NOT_UNDERSTOOD = (
    "Dit moment begrijpen we niet. "
    "Schrijf bijvoorbeeld 15 juni 2027, juni 2027, derde kwartaal 2027 of voor de zomer 2027."
)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    """First and last day of a run of months; `last` may pass 12 (a winter runs into the next year)."""
    over, month = divmod(last - 1, 12)
    end_year, end_month = year + over, month + 1
    return date(year, first, 1), date(end_year, end_month, monthrange(end_year, end_month)[1])


@total_ordering
@dataclass(frozen=True)
class Moment:
    """A planned moment. `kind` says how to read `value`:

    datum '2027-06-15', maand '2027-06', kwartaal '2027-Q3', seizoen '2027-zomer' / '2027-voor-zomer' /
    '2027-na-zomer', keuze: a tuple of Moments of which one will come true. ValueError carries a Dutch sentence.
    """

    kind: str
    value: "str | tuple[Moment, ...]"

    def __post_init__(self):
        self._span()  # a moment that cannot be placed in time is refused at birth

    def _span(self) -> tuple[date, date]:
        if self.kind == "keuze":
            if not isinstance(self.value, tuple) or len(self.value) < 2 or any(m.kind == "keuze" for m in self.value):
                raise ValueError("Een keuze heeft ten minste twee gewone momenten.")
            return min(m.earliest() for m in self.value), max(m.latest() for m in self.value)
        if not isinstance(self.value, str):
            raise ValueError(NOT_UNDERSTOOD)
        if not re.match(r"[0-9]{4}-", self.value):
            raise ValueError(NOT_UNDERSTOOD)
        try:
            match self.kind, self.value.split("-"):
                case "datum", [_, _, _]:
                    day = date.fromisoformat(self.value)
                    return day, day
                case "maand", [year, month] if len(month) == 2:
                    return _months(int(year), int(month), int(month))
                case "kwartaal", [year, ("Q1" | "Q2" | "Q3" | "Q4") as quarter]:
                    last = 3 * int(quarter[1])
                    return _months(int(year), last - 2, last)
                case "seizoen", [year, season]:
                    first = SEASONS[season]
                    return _months(int(year), first, first + 2)
                case "seizoen", [year, "voor", season]:
                    return _months(int(year), 1, SEASONS[season] - 1)
                case "seizoen", [year, "na", ("voorjaar" | "zomer" | "najaar") as season]:
                    return _months(int(year), SEASONS[season] + 3, 12)
        except (ValueError, KeyError):
            raise ValueError(NOT_UNDERSTOOD) from None
        raise ValueError(NOT_UNDERSTOOD)

    def earliest(self) -> date:
        """The first day this moment may be; 'voor de zomer' starts with its year."""
        return self._span()[0]

    def latest(self) -> date:
        """The last day this moment may be."""
        return self._span()[1]

    def text(self) -> str:
        """The moment in Dutch; `parse` reads it back."""
        if self.kind == "keuze":
            return " of ".join(m.text() for m in self.value)
        year, *rest = self.value.split("-")
        if self.kind == "datum":
            return day_text(self.latest(), weekday=False)
        if self.kind == "maand":
            return f"{MONTH_NAMES[int(rest[0])]} {year}"
        if self.kind == "kwartaal":
            return f"{ORDINALS[int(rest[0][1]) - 1]} kwartaal {year}"
        *side, season = rest
        return " ".join([*side, ARTICLES[season], season, year] if side else [season, year])

    def to_json(self) -> dict:
        """{"kind": ..., "value": ...} of plain JSON types."""
        value = self.value if isinstance(self.value, str) else [m.to_json() for m in self.value]
        return {"kind": self.kind, "value": value}

    @classmethod
    def from_json(cls, data: dict) -> "Moment":
        """The reverse of `to_json`. ValueError when the data is not a moment."""
        try:
            kind, value = data["kind"], data["value"]
        except (KeyError, TypeError):
            raise ValueError(NOT_UNDERSTOOD) from None
        return cls(kind, tuple(cls.from_json(item) for item in value) if isinstance(value, list) else value)

    def _key(self) -> tuple:
        return self.latest(), self.earliest(), self.text()

    def __lt__(self, other: "Moment") -> bool:
        """Sorted by the last possible day: that is when a plan starts to bite."""
        return self._key() < other._key()


def _one(text: str) -> Moment:
    """One moment without alternatives, from lower case text with single spaces."""
    season = "|".join([*SEASONS, *SYNONYMS])
    match = re.fullmatch(rf"(?:in )?(?:(voor|na) )?(?:(?:de|het) )?({season})(?: van)? ([0-9]{{4}})", text)
    if match:
        side, name, year = match.groups()
        return Moment("seizoen", "-".join(filter(None, [year, side, SYNONYMS.get(name, name)])))
    quarter = "|".join(ORDINALS)
    match = re.fullmatch(rf"(?:(?:in )?het )?({quarter}|[1-4]e) kwartaal(?: van)? ([0-9]{{4}})", text)
    if match:
        which, year = match.groups()
        number = ORDINALS.index(which) + 1 if which in ORDINALS else int(which[0])
        return Moment("kwartaal", f"{year}-Q{number}")
    match = re.fullmatch(r"q([1-4]) ([0-9]{4})|([0-9]{4})[ -]q([1-4])", text)
    if match:
        return Moment("kwartaal", f"{match[2] or match[3]}-Q{match[1] or match[4]}")
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})(-[0-9]{2})?", text)
    if match:
        return Moment("datum" if match[3] else "maand", text)
    match = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", text)
    if match:
        return Moment("datum", f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}")
    match = re.fullmatch(r"(?:([0-9]{1,2}) )?([a-z]+)\.? ([0-9]{4})", text)
    if match and match[2] in MONTHS:
        month = f"{match[3]}-{MONTHS[match[2]]:02}"
        return Moment("datum", f"{month}-{int(match[1]):02}") if match[1] else Moment("maand", month)
    raise ValueError(NOT_UNDERSTOOD)


def parse(text: str) -> Moment:
    """Read what a person wrote: a moment, or alternatives joined by 'of'. ValueError carries a Dutch sentence."""
    parts = [_one(part) for part in " ".join(text.lower().split()).split(" of ")]
    return parts[0] if len(parts) == 1 else Moment("keuze", tuple(parts))
