"""Amounts and days in the language of this request, for sentences that are made in Python; templates have the filters."""

from datetime import date, datetime
from decimal import Decimal

from portal.kernel import clock
from portal.web.filters import bedrag, datum, datum_kort, local, maand_kort, nog_dagen, weekdag_kort
from portal.web.taal import current_lang


def euro(value: Decimal) -> str:
    """`€ 12.500,00`."""
    return bedrag(value, current_lang())


def euro_short(value: Decimal) -> str:
    """As people write it, cents only where there are any: `€ 12.500`, `€ 12.500,50`."""
    return euro(value).removesuffix(",00").removesuffix(".00")


def day_long(on: date) -> str:
    """`dinsdag 15 december 2026`."""
    return datum(on, current_lang())


def day(on: date) -> str:
    """`15 december 2026`."""
    return day_long(on).partition(" ")[2]


def day_short(value: date | datetime) -> str:
    """`di 15 december 2026`; a moment gets its hour too."""
    return datum_kort(value, current_lang())


def day_narrow(value: date | datetime, *, year: bool = True) -> str:
    """`di 15 dec 2026`, or without the year `di 15 dec`."""
    on, lang = local(value), current_lang()
    return f"{weekdag_kort(on, lang)} {on.day} {maand_kort(on, lang)}" + (f" {on.year}" if year else "")


def days_to_go(on: date) -> str:
    """`nog 3 dagen`, `vandaag`, `4 dagen te laat`."""
    return nog_dagen(on, clock.today(), current_lang())


def without_year(value: date | datetime) -> str:
    """`di 15 december, 17.00 uur`: for a narrow place where the year is known."""
    return day_short(value).replace(f" {local(value).year}", "")
