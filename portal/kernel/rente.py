"""Statutory interest on a sum that is paid too late (Awb 4:97 and 4:98, BW 6:119 and 6:120, lid 1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel.money import euro
from portal.kernel.terms import TermError

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Renteregel:
    """One stretch of days with the same sum and the same rate: both days count, `percentage` is per year."""

    van: date
    tot_en_met: date
    hoofdsom: Decimal
    percentage: Decimal
    bedrag: Decimal

    @property
    def dagen(self) -> int:
        """How many days it counts."""
        return (self.tot_en_met - self.van).days + 1

    def as_json(self) -> dict[str, str]:
        """As it is frozen in a decision."""
        return {name: str(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, row: Mapping[str, str]) -> "Renteregel":
        """Back from what was frozen."""
        return cls(date.fromisoformat(row["van"]), date.fromisoformat(row["tot_en_met"]), Decimal(row["hoofdsom"]),
                   Decimal(row["percentage"]), Decimal(row["bedrag"]))


def wettelijke_rente(hoofdsom: Decimal, betaal_tot: date, tot_en_met: date, ontvangsten: Iterable[tuple[date, Decimal]] = ()
                     ) -> list[Renteregel]:
    """The interest on `hoofdsom` (euros) for each day after `betaal_tot` up to and with `tot_en_met`, stretch by stretch; what
    was received counts from the day after. Each full year of default adds its interest to the sum (BW 6:119, lid 2). No line
    for a day on which nothing was owed; TermError for a day before the first rate."""
    first = betaal_tot + DAY
    rates, left = load("termijnen")["rente"], sorted(ontvangsten)
    found: list[Renteregel] = []
    van, years, grown = first, 1, Decimal(0)
    while van <= tot_en_met:
        while left and left[0][0] < van:
            hoofdsom -= left.pop(0)[1]
        if van == first + relativedelta(years=years):
            years, hoofdsom, grown = years + 1, hoofdsom + grown, Decimal(0)
        if hoofdsom <= 0:
            break
        known = [row for row in rates if row["valid_from"] <= van]
        if not known:
            raise TermError("Voor deze dag is geen wettelijke rente bekend.")
        rate = max(known, key=lambda row: row["valid_from"])
        ends = [tot_en_met + DAY, first + relativedelta(years=years), date(van.year + 1, 1, 1),
                *(day + DAY for day, _sum in left), *(row["valid_from"] for row in rates)]
        until = min(day for day in ends if day > van)
        year = (date(van.year + 1, 1, 1) - date(van.year, 1, 1)).days
        percentage = Decimal(rate["percentage"])
        line = Renteregel(van, until - DAY, hoofdsom, percentage,
                          euro(hoofdsom * percentage * (until - van).days / (100 * year)))
        grown += line.bedrag
        found.append(line)
        van = until
    return found


def ondergrens(bestuursorgaan: bool = False) -> Decimal:
    """Below this sum in euros no interest is owed; lower where the body owes it (Awb 4:98, lid 2)."""
    return Decimal(load("termijnen")["rente_ondergrens"]["bestuursorgaan" if bestuursorgaan else "ander"])
