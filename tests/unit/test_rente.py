"""Statutory interest (Awb 4:98, BW 6:119): known sums, and stretches against a count day by day."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.rente import Renteregel, ondergrens, wettelijke_rente
from portal.kernel.terms import TermError

D = Decimal


def whole(*args) -> Decimal:
    return sum((line.bedrag for line in wettelijke_rente(*args)), D(0))


@pytest.mark.parametrize(("hoofdsom", "tot", "betaald", "rente"), [
    ("1000", date(2026, 1, 1), date(2026, 1, 1), "0"),
    ("1000", date(2026, 1, 1), date(2025, 12, 1), "0"),
    ("36500", date(2026, 1, 1), date(2026, 1, 2), "4"),          # one day: 36.500 x 4 % / 365
    ("1000", date(2025, 12, 31), date(2026, 12, 31), "40"),      # the whole of 2026 at 4 %
    ("1000", date(2023, 12, 31), date(2024, 12, 31), "70"),      # a leap year is a year: 7 %
    ("1000", date(2023, 12, 31), date(2025, 12, 31), "134.20"),  # 70 at 7 %, then 6 % on 1.070 (BW 6:119, lid 2)
    ("1000", date(2023, 6, 20), date(2023, 7, 10), "2.74"),      # ten days at 4 % (1,10), ten at 6 % (1,64): each in cents
], ids=["on the day", "before it", "one day", "a year", "a leap year", "two years", "a rate that changes"])
def test_what_it_comes_to(hoofdsom, tot, betaald, rente):
    assert whole(D(hoofdsom), tot, betaald) == D(rente)


def test_a_payment_counts_from_the_day_after():
    lines = wettelijke_rente(D(36_500), date(2026, 1, 31), date(2026, 2, 20), [(date(2026, 2, 10), D(18_250))])
    assert [(line.van.day, line.tot_en_met.day, line.dagen, line.hoofdsom, line.bedrag) for line in lines] == [
        (1, 10, 10, D(36_500), D("40.00")), (11, 20, 10, D(18_250), D("20.00"))]
    assert [Renteregel.from_json(line.as_json()) for line in lines] == lines


def test_paid_in_time_or_before_the_first_rate():
    assert wettelijke_rente(D(100), date(2026, 1, 31), date(2026, 3, 1), [(date(2026, 1, 31), D(100))]) == []
    with pytest.raises(TermError, match="geen wettelijke rente bekend"):
        wettelijke_rente(D(100), date(2014, 1, 1), date(2014, 2, 1))


def test_the_floor_is_lower_where_the_body_owes():
    assert (ondergrens(), ondergrens(bestuursorgaan=True)) == (D(20), D(10))


RATES = ((date(2015, 1, 1), 2), (date(2023, 1, 1), 4), (date(2023, 7, 1), 6), (date(2024, 1, 1), 7), (date(2025, 1, 1), 6),
         (date(2026, 1, 1), 4))


@given(st.integers(1, 500_000), st.dates(date(2015, 2, 1), date(2027, 12, 31)), st.integers(0, 1_500),
       st.lists(st.tuples(st.integers(-40, 1_500), st.integers(1, 200_000)), max_size=4))
def test_stretches_give_what_a_count_day_by_day_gives(hoofdsom, tot, late, payments):
    """Another way of counting, a day at a time with nothing rounded: the difference is half a cent per stretch, and what a
    rounded year adds."""
    end = tot + timedelta(days=late)
    received = [(tot + timedelta(days=after), D(sum_)) for after, sum_ in payments]
    lines = wettelijke_rente(D(hoofdsom), tot, end, received)
    owed, exact, year, first = D(hoofdsom), D(0), D(0), tot + timedelta(days=1)
    owed -= sum(sum_ for on, sum_ in received if on < first)
    day, anniversary = first, 1
    while day <= end and owed > 0:
        if ((day.month, day.day) == (first.month, first.day) and day.year > first.year) or (
                (first.month, first.day) == (2, 29) and (day.month, day.day) == (2, 28) and day.year > first.year
                and day.year % 4):
            owed, year, anniversary = owed + year, D(0), anniversary + 1
        rate = max(row for row in RATES if row[0] <= day)[1]
        days = 366 if day.year % 4 == 0 else 365
        year += owed * rate / (100 * days)
        exact += owed * rate / (100 * days)
        owed -= sum(sum_ for on, sum_ in received if on == day)
        day += timedelta(days=1)
    found = sum((line.bedrag for line in lines), D(0))
    assert abs(found - exact) <= D("0.0051") * len(lines) + D("0.05")
    for before, after in pairwise(lines):
        assert after.van == before.tot_en_met + timedelta(days=1) and after.hoofdsom > 0
