"""Forms: text in, values out, errors as sentences per field. The posted text is kept, so nothing typed is lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from flask import request

from portal.kernel import iban
from portal.kernel.clock import AMSTERDAM
from portal.kernel.money import parse_bedrag
from portal.kernel.planning import MONTHS

# A text processor breaks its lines with these when its text is pasted; no letter or export can hold them.
_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
# Signs that are no text: XML has no way to write most of them (XML 1.0, 2.2).
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _clean(text: str) -> str:
    """What somebody typed or pasted, as text: without the signs that nobody can see or print."""
    return _NO_TEXT.sub("", _BREAKS.sub("\n", text)).strip()


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")

# Digits as a keyboard writes them, and few enough: int() takes other scripts' too, and refuses thousands of them in English.
_WHOLE = re.compile("[0-9]{1,18}")


class Invalid(ValueError):
    """One field is wrong; the text is the sentence for the person."""


@dataclass
class Form:
    """Reads the posted form field by field: `form.text("naam", "Vul uw naam in.")`; `form.errors` maps field -> sentence."""

    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if request.mimetype == "application/x-www-form-urlencoded":
            self.values = {name: _clean(value) for name, value in request.form.items()}

    def raw(self, name: str) -> str:
        """The posted text, stripped; empty when absent."""
        return self.values.get(name, "")

    def many(self, name: str) -> list[str]:
        """All posted values of a group of boxes."""
        return [_clean(value) for value in request.form.getlist(name)]

    def read(self, name: str, parse: Callable, missing: str | None):
        """Parse one field; `missing` is the sentence when it is empty, None when it is optional."""
        text = self.raw(name)
        if not text:
            if missing:
                self.errors[name] = missing
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.errors[name] = str(error)
            return None

    def text(self, name: str, missing: str | None = None, *, most: int = 10_000) -> str | None:
        """A text of at most `most` characters."""
        def parse(value):
            if len(value) > most:
                raise Invalid(f"Gebruik hoogstens {most} tekens. U heeft er nu {len(value)}.")
            return value
        return self.read(name, parse, missing)

    def choice(self, name: str, options, missing: str | None = None) -> str | None:
        """One of the known options."""
        def parse(value):
            if value not in [str(o) for o in options]:
                raise Invalid(missing or "Kies een van de mogelijkheden.")
            return value
        return self.read(name, parse, missing)

    def number(self, name: str, missing: str | None = None, *, low: int = 0, high: int = 10**9) -> int | None:
        """A whole number."""
        def parse(value):
            if not _WHOLE.fullmatch(value) or not low <= int(value) <= high:
                raise Invalid(f"Vul een heel getal in van {low} tot en met {high}.")
            return int(value)
        return self.read(name, parse, missing)

    def date(self, name: str, missing: str | None = None) -> date | None:
        """A date as dd-mm-jjjj."""
        return self.read(name, parse_date, missing)

    def moment(self, name: str, missing: str | None = None) -> datetime | None:
        """A date with a time in Amsterdam: dd-mm-jjjj uu.mm."""
        return self.read(name, parse_moment, missing)

    def iban(self, name: str, missing: str | None = None) -> str | None:
        """An account number that can be paid to, as it is kept."""
        def parse(value):
            if fault := iban.gebrek(value):
                raise Invalid(fault)
            return iban.kaal(value)
        return self.read(name, parse, missing)

    def rekeningnaam(self, name: str, missing: str | None = None, *, most: int = 200) -> str | None:
        """The name of an account, as a bank takes it: one line of at most `most` characters."""
        def parse(value):
            if len(value) > most:
                raise Invalid(f"Gebruik hoogstens {most} tekens. U heeft er nu {len(value)}.")
            value = value.replace("\u2019", "'").replace("\u2013", "-")
            if fault := iban.naam_gebrek(value):
                raise Invalid(fault)
            return value
        return self.read(name, parse, missing)

    def bedrag(self, name: str, missing: str | None = None):
        """An amount in euros."""
        return self.read(name, parse_bedrag, missing)


# Nobody means a day outside these; the calendar ends in 9999, and a day or a term after it would be no day at all.
YEARS = range(2000, 2101)
_NUMBERS = re.compile(r"(?P<day>[0-9]{1,2})([-/.])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_WRITTEN = re.compile(r"(?:[a-z]{2,9},? )?([0-9]{1,2}) ([a-z]{3,9})\.? ([0-9]{4})")
_HOUR = re.compile(r"(?:(.*?)[, ]+(?:om )?)??(\d{1,2})[.:](\d{2})(?: uur)?")


def email_address(text: str) -> str:
    """A mail address as typed; Invalid with a sentence when no mail can go there."""
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise Invalid("Vul een mailadres in zoals naam@voorbeeld.nl.")
    return text


def parse_date(text: str, years: range = YEARS) -> date:
    """dd-mm-jjjj (also with slashes or dots, or jjjj-mm-dd), or as people write it: 20 februari 2027. Within these years."""
    if found := _NUMBERS.fullmatch(text):
        day, month, year = (int(found[name]) for name in ("day", "month", "year"))
    elif found := _ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _WRITTEN.fullmatch(" ".join(text.lower().split())):
        short = {full[:3]: number for full, number in MONTHS.items()} | {"mrt": 3}
        day, month, year = int(found[1]), MONTHS.get(found[2]) or short.get(found[2], 0), int(found[3])
    else:
        month = 0
    if not 1 <= month <= 12:
        raise Invalid("Schrijf de datum als dag-maand-jaar, bijvoorbeeld 08-12-2026.")
    if year not in years:
        raise Invalid(f"Kies een jaar van {years[0]} tot en met {years[-1]}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid("Deze dag bestaat niet.") from None


def parse_moment(text: str) -> datetime:
    """A date as parse_date reads it with uu.mm in Europe/Amsterdam; an hour that does not exist or exists twice is refused.
    Of what is wrong the date is named first."""
    text = " ".join(text.split())
    found = _HOUR.fullmatch(text)
    # "08.12.2026" ends like an hour: what is a date as a whole has no hour.
    if found is None or not found[1]:
        parse_date(text)
        raise Invalid("Schrijf ook de tijd, als uren.minuten. Bijvoorbeeld 08-12-2026 12.00.")
    day = parse_date(found[1].rstrip(", "))
    try:
        moment = datetime.combine(day, time(int(found[2]), int(found[3])), AMSTERDAM)
    except ValueError:
        raise Invalid("Schrijf de tijd als uren.minuten, bijvoorbeeld 08-12-2026 12.00.") from None
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise Invalid("Dit uur bestaat niet of bestaat twee keer, door de zomertijd. Kies een ander uur.")
    return moment
