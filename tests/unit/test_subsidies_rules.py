"""The arithmetic of subsidies: every vector of the legal notes, and what must hold for any numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from portal.domains.subsidies.rules import (
    Basis,
    Maximum,
    Uitkomst,
    Verrekenregel,
    de_minimis,
    dwangsom,
    hoogste,
    regel_gebreken,
    verrekenen,
)
from portal.kernel.errors import Refused

ON = date(2026, 9, 1)
MANY = st.decimals(0, 100_000, places=2)
GRANTED = Decimal(50_000)


def regel(**how) -> Verrekenregel:
    return Verrekenregel(**{"eenheid": "dagdelen", "tarief": Decimal("40.00"), "basis": Basis.GEHEEL,
                            "drempel": Decimal("0.10")} | how)


def settle(agreed, delivered, rule=None, granted=GRANTED):
    return verrekenen(rule or regel(), afgesproken=Decimal(agreed), geleverd=Decimal(delivered), verleend=granted)


@pytest.mark.parametrize(("delivered", "outcome"), [
    (1100, Uitkomst.GEEN), (1101, Uitkomst.HOGER), (900, Uitkomst.GEEN), (899, Uitkomst.LAGER)])
def test_B4_AC1_only_strictly_more_than_ten_percent_is_settled_both_ways(delivered, outcome):
    assert settle(1000, delivered, regel(met_methode=True, maximum=Decimal(60_000))).uitkomst == outcome


def test_B4_AC2_agreed_on_nothing_is_for_a_person():
    found = settle(0, 12)
    assert (found.uitkomst, found.bedrag) == (Uitkomst.MET_DE_HAND, 0)


def test_B4_AC3_numbers_are_exact():
    # 10 % of 0.3 is 0.03; binary fractions make 0.33 - 0.3 more than that.
    assert settle("0.3", "0.33").uitkomst == Uitkomst.GEEN
    assert settle("0.3", "0.3300001", regel(met_methode=True, maximum=Decimal(60_000))).aantal == Decimal("0.0300001")


def test_B4_AC4_without_a_basis_nothing_is_computed():
    with pytest.raises(Refused, match="het hele verschil, of alleen wat boven de grens komt"):
        settle(1000, 1200, regel(basis=None))


def test_the_whole_difference_or_what_lies_beyond_the_threshold():
    assert settle(1000, 800).bedrag == Decimal("8000.00")
    assert settle(1000, 800, regel(basis=Basis.MEERDERE)).bedrag == Decimal("4000.00")


def test_upwards_needs_a_method_and_stays_within_the_maximum():
    without = settle(1000, 1200)
    assert (without.uitkomst, without.bedrag, without.boven_maximum) == (Uitkomst.GEEN, 0, Decimal(8000))
    assert "nieuw besluit" in without.uitleg[-1]
    capped = settle(1000, 1200, regel(met_methode=True, maximum=Decimal(53_000)))
    assert (capped.uitkomst, capped.bedrag, capped.boven_maximum) == (Uitkomst.HOGER, Decimal(3000), Decimal(5000))


def test_downwards_never_takes_more_than_was_granted():
    assert settle(1000, 0, granted=Decimal(100)).bedrag == Decimal(100)


def test_the_count_is_shown_line_by_line():
    lines = settle(1000, 899).uitleg
    assert lines[0] == "Afgesproken: 1000 dagdelen. Geleverd: 899. Verschil: -101, dat is -10,10 %."
    assert lines[1] == "De grens is 10 %: 100 dagdelen."
    assert lines[2] == "Verrekend wordt 101 x € 40,00 = € 4.040,00."


@given(MANY, MANY, MANY, st.sampled_from(Basis), st.booleans(), MANY)
def test_nothing_is_lost_and_nothing_exceeds_its_bound(agreed, delivered, granted, basis, method, maximum):
    rule = regel(basis=basis, met_methode=method, maximum=maximum)
    found = verrekenen(rule, afgesproken=agreed, geleverd=delivered, verleend=granted)
    assert found.bedrag >= 0 and found.boven_maximum >= 0 and found.uitleg
    if found.uitkomst == Uitkomst.LAGER:
        assert delivered < agreed and found.bedrag <= granted
    if found.uitkomst == Uitkomst.HOGER:
        assert delivered > agreed and method and granted + found.bedrag <= maximum
    if agreed and abs(delivered - agreed) * 10 <= agreed:
        assert (found.uitkomst, found.bedrag, found.boven_maximum) == (Uitkomst.GEEN, 0, 0)
    if delivered > agreed > 0:
        assert found.bedrag + found.boven_maximum == (found.aantal * rule.tarief).quantize(Decimal("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize(("days", "euros"), [(-3, 0), (0, 0), (1, 23), (14, 322), (28, 812), (42, 1442), (60, 1442)])
def test_the_penalty_rises_three_times_and_stops(days, euros):
    assert dwangsom(days, ON) == euros


def test_a_penalty_of_before_the_table_is_refused():
    with pytest.raises(Refused, match="01-01-2009"):
        dwangsom(3, date(2009, 1, 1))


def test_small_aid_counts_over_the_three_years_that_end_on_the_day():
    first = date(2023, 9, 2)
    earlier = [(first - timedelta(days=1), Decimal(200_000)), (first, Decimal(100_000)), (ON, Decimal(50_000)),
               (ON + timedelta(days=1), Decimal(9))]
    room = de_minimis(earlier, ON)
    assert (room.van, room.eerder, room.over) == (first, Decimal(150_000), Decimal(150_000))
    assert room.past(Decimal(150_000)) and not room.past(Decimal("150000.01"))
    assert de_minimis(earlier, ON, daeb=True).over == Decimal(600_000)
    assert de_minimis([(ON, Decimal(400_000))], ON).over == 0


def test_B6_AC2_a_cap_holds_from_the_day_of_its_decision():
    old = Maximum("tussenvorm", 2027, Decimal(38_000), "college 12-5-2026", date(2026, 5, 12), date(2026, 11, 1))
    new = Maximum("tussenvorm", 2027, Decimal(39_500), "college 20-10-2026", date(2026, 11, 1))
    assert hoogste([old, new], "tussenvorm", 2027, date(2026, 5, 11)) is None
    assert hoogste([old, new], "tussenvorm", 2027, date(2026, 10, 31)) == old
    assert hoogste([old, new], "tussenvorm", 2027, date(2026, 11, 1)) == new
    assert hoogste([old, new], "opvang", 2027, ON) is None


@pytest.mark.parametrize(("soort", "grondslag", "artikel", "says"), [
    ("verplichting", "", "", "Kies het artikel"), ("verplichting", "4-33-a", "", "Kies het artikel"),
    ("voorwaarde", "4-38", "", "Kies het artikel"), ("verplichting", "4-39", " ", "Noem het artikel van de verordening")])
def test_a_line_without_its_ground_may_not_stand(soort, grondslag, artikel, says):
    assert says in " ".join(regel_gebreken(soort, grondslag, artikel))


def test_every_ground_can_be_used_and_only_4_39_asks_an_ordinance():
    for key, ground in load("subsidies")["grondslag"].items():
        assert regel_gebreken(ground["soort"], key, "artikel 7") == [], key
        assert bool(regel_gebreken(ground["soort"], key, "")) == (key == "4-39"), key
    assert regel_gebreken("resultaat", "", "") == []
