"""Forms: text in, values out, errors as sentences per field. The posted text is kept, so nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import request

from portal.kernel.clock import AMSTERDAM
from portal.kernel.money import parse_bedrag


class Invalid(ValueError):
    """One field is wrong; the text is the sentence for the person."""


@dataclass
class Form:
    """Reads the posted form field by field: `form.text("naam", "Vul uw naam in.")`; `form.errors` maps field -> sentence."""

    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if request.mimetype == "application/x-www-form-urlencoded":
            self.values = {name: value.strip() for name, value in request.form.items()}

    def raw(self, name: str) -> str:
        """The posted text, stripped; empty when absent."""
        return self.values.get(name, "")

    def many(self, name: str) -> list[str]:
        """All posted values of a group of boxes."""
        return [value.strip() for value in request.form.getlist(name)]

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
            if not value.isdecimal() or not low <= int(value) <= high:
                raise Invalid(f"Vul een heel getal in van {low} tot en met {high}.")
            return int(value)
        return self.read(name, parse, missing)

    def date(self, name: str, missing: str | None = None) -> date | None:
        """A date as dd-mm-jjjj."""
        return self.read(name, parse_date, missing)

    def moment(self, name: str, missing: str | None = None) -> datetime | None:
        """A date with a time in Amsterdam: dd-mm-jjjj uu.mm."""
        return self.read(name, parse_moment, missing)

    def bedrag(self, name: str, missing: str | None = None):
        """An amount in euros."""
        return self.read(name, parse_bedrag, missing)


def parse_date(text: str) -> date:
    """dd-mm-jjjj (also with slashes or dots, or jjjj-mm-dd)."""
    for shape in ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a legal day has no zone
        except ValueError:
            continue
    raise Invalid("Schrijf de datum als dag-maand-jaar, bijvoorbeeld 08-12-2026.")


def parse_moment(text: str) -> datetime:
    """dd-mm-jjjj uu.mm in Europe/Amsterdam; an hour that does not exist or exists twice is refused."""
    day, _space, hour = text.replace(" uur", "").partition(" ")
    for shape in ("%H.%M", "%H:%M"):
        try:
            time = datetime.strptime(hour.strip(), shape).time()  # noqa: DTZ007 - the zone follows below
            break
        except ValueError:
            continue
    else:
        raise Invalid("Schrijf de tijd als uren.minuten, bijvoorbeeld 08-12-2026 12.00.")
    moment = datetime.combine(parse_date(day), time, AMSTERDAM)
    if moment.utcoffset() != moment.replace(fold=1).utcoffset():
        raise Invalid("Dit uur bestaat niet of bestaat twee keer, door de zomertijd. Kies een ander uur.")
    return moment
