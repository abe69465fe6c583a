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
    Wachtende,
    aanmaningskosten,
    beslistermijn,
    de_minimis,
    eerder,
    geschikt,
    hoogste,
    regel_gebreken,
    ruimte_gebrek,
    score,
    termijnen_gebrek,
    verrekenen,
    vormen_op,
)
from portal.kernel.errors import Refused
from portal.kernel.terms import compute

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
    assert lines[0] == "Afgesproken: 1.000 dagdelen. Geleverd: 899. Verschil: -101, dat is -10,10 %."
    assert lines[1] == "De grens is 10 %: 100 dagdelen."
    assert lines[2] == "Verrekend wordt 101 x € 40,00 = € 4.040,00."


def test_without_a_price_the_printed_count_still_multiplies():
    found = settle(3000, 2600, regel(tarief=None), granted=Decimal(10_000))
    assert found.bedrag == Decimal("1333.33")
    assert found.uitleg[2:] == ("Verleend is € 10.000,00 voor 3.000 dagdelen.",
                                "Verrekend wordt 400 x € 10.000,00 : 3.000 = € 1.333,33.")
    # A price of whole cents reads as a price.
    assert settle(1000, 899, regel(tarief=None), granted=Decimal(40_000)).uitleg[2] == (
        "Verrekend wordt 101 x € 40,00 = € 4.040,00.")


@given(MANY, MANY, MANY, st.sampled_from(Basis))
def test_without_a_price_the_whole_is_spread_exactly(agreed, delivered, granted, basis):
    found = settle(agreed, delivered, regel(tarief=None, basis=basis), granted=granted)
    if found.uitkomst == Uitkomst.LAGER:
        assert found.bedrag == min((-found.aantal * granted / agreed).quantize(Decimal("0.01"), "ROUND_HALF_UP"), granted)


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
    assert says in " ".join(regel_gebreken(soort, grondslag, artikel, op_verordening=True, afdeling=True))


ONLY_PER_YEAR = ("4-69", "4-70", "4-72", "4-75", "4-78", "4-80")


@pytest.mark.parametrize(("op_verordening", "afdeling", "never", "asks"), [
    (True, True, (), ("4-39", "4-38")), (False, True, (), ("4-39",)),
    (True, False, ONLY_PER_YEAR, ("4-39", "4-38", "4-71")), (False, False, ONLY_PER_YEAR, ("4-39", "4-71"))])
def test_which_grounds_ask_the_ordinance_or_afdeling_4_2_8(op_verordening, afdeling, never, asks):
    """Awb 4:38, lid 2 and 3; 4:39, lid 1; 4:69 to 4:80."""
    scheme = {"op_verordening": op_verordening, "afdeling": afdeling}
    for key, ground in load("subsidies")["grondslag"].items():
        assert bool(regel_gebreken(ground["soort"], key, "artikel 7", **scheme)) == (key in never), key
        assert bool(regel_gebreken(ground["soort"], key, "", **scheme)) == (key in (*never, *asks)), key


def test_an_ordinance_may_exclude_the_holiday_rule():
    """Seven weeks from 6 November end on Christmas day: they shift, unless the ordinance says that they do not."""
    start = date(2026, 11, 6)
    assert compute(beslistermijn(7, "artikel 8"), start).last_day == date(2026, 12, 28)
    fixed = compute(beslistermijn(7, "artikel 8", termijnenwet_artikel="Verordening, artikel 20"), start)
    assert fixed.last_day == date(2026, 12, 25) and "Verordening, artikel 20" in [line.source for line in fixed.count]


# Dividing what is not enough for everybody -----------------------------------------------------------------------------------

def wacht(volgnummer, bedrag, telt_on=ON, **anders):
    return Wachtende(volgnummer, Decimal(bedrag), telt_on, **anders)


def test_who_was_complete_first_goes_first_and_who_is_not_complete_goes_last():
    me = wacht(2, 10)
    others = [wacht(1, 10, None), wacht(3, 10, ON - timedelta(days=1)), wacht(4, 10), wacht(5, 10, ON + timedelta(days=1))]
    assert [one.volgnummer for one in eerder(me, others, "volgorde")] == [3]
    assert [one.volgnummer for one in eerder(wacht(6, 10, None), others, "volgorde")] == [3, 4, 5, 1]


def test_in_a_tender_the_place_counts_and_without_one_nothing_is_reserved():
    others = [wacht(1, 60, rang=2), wacht(3, 60, rang=1)]
    assert [one.volgnummer for one in eerder(wacht(2, 60, rang=3), others, "tender")] == [3, 1]
    assert "rangorde" in ruimte_gebrek(wacht(2, 60), others, "tender", Decimal(500))
    assert ruimte_gebrek(wacht(2, 60, rang=1), [], "tender", Decimal(60)) is None


@pytest.mark.parametrize(("over", "before", "says"), [
    ("10.00", [], None), ("9.99", [], "past niet in het subsidieplafond"), ("19.99", [wacht(1, 10)], "1 andere aanvraag gaat"),
    ("20.00", [wacht(1, 10)], None), ("10.00", [wacht(1, 10, gereserveerd=True)], None),
    ("25.00", [wacht(1, 10), wacht(2, 10)], "2 andere aanvragen gaan")])
def test_a_euro_is_promised_once(over, before, says):
    found = ruimte_gebrek(wacht(9, 10), before, "volgorde", Decimal(over))
    assert (found is None) == (says is None) and (says or "") in (found or "")


def test_a_cap_counts_units_or_the_whole():
    unit = Maximum("opvang", 2027, Decimal("20000.00"), "college", ON, per_eenheid=True)
    assert unit.past(Decimal("1240000.00"), Decimal(62)) and not unit.past(Decimal("1240000.01"), Decimal(62))
    assert unit.past(Decimal(20_000), None) and not unit.past(Decimal("20000.01"), None)
    whole = Maximum("opvang", 2027, Decimal("20000.00"), "college", ON)
    assert not whole.past(Decimal("20000.01"), Decimal(62))


# The scheme ------------------------------------------------------------------------------------------------------------------

def test_B7_AC1_a_scheme_says_how_it_pays_and_a_change_counts_from_its_day():
    rows = [{"van": "2027-01-01", "vormen": ["beschikbaarheid", "populatie"]}, {"van": "2027-07-01", "vormen": ["resultaat"]}]
    assert vormen_op(rows, date(2026, 12, 31)) == []
    assert vormen_op(rows, date(2027, 6, 30)) == ["beschikbaarheid", "populatie"]
    assert vormen_op(rows, date(2027, 7, 1)) == ["resultaat"]


def test_the_term_of_the_regulation_shifts_as_the_law_says_and_else_eight_weeks_hold():
    # Vectors of the law: eight weeks from 2026-03-02, and seven of an ordinance from 2026-11-06.
    assert compute(beslistermijn(None, ""), date(2026, 3, 2)).last_day == date(2026, 4, 28)
    seven = beslistermijn(7, "Subsidieverordening, artikel 8")
    assert compute(seven, date(2026, 11, 6)).last_day == date(2026, 12, 28)
    assert seven.article == "Subsidieverordening, artikel 8"
    assert "jurist" in beslistermijn(7, "Nadere regels, artikel 2", nadere_regel=True).doubt


def test_the_check_beforehand_says_per_question_what_fits():
    asked = [{"code": "a", "vraag": "A?", "goed": "ja", "uitleg": "Omdat."}, {"code": "b", "vraag": "B?", "goed": "nee",
                                                                              "uitleg": "Daarom."}]
    assert [one.goed for one in geschikt(asked, {"a": "ja", "b": "ja"})] == [True, False]
    assert [one.goed for one in geschikt(asked, {})] == [False, False]


def test_points_add_up_and_what_lacks_is_counted():
    criteria = [{"code": "a", "punten": "10"}, {"code": "b", "punten": "5"}]
    found = score(criteria, {"a": Decimal("7.5"), "weg": Decimal(9)})
    assert (found.punten, found.hoogste, found.ontbreekt) == (Decimal("7.5"), Decimal(15), 1)


def test_payments_never_come_to_more_than_the_grant():
    rows = [{"op": "2027-01-15", "bedrag": "600.00"}, {"op": "2027-07-15", "bedrag": "400.00"}]
    assert termijnen_gebrek(rows, Decimal(1000)) is None
    assert "meer dan het bedrag" in termijnen_gebrek(rows, Decimal("999.99"))


@pytest.mark.parametrize(("bedrag", "on", "kosten"), [
    ("453.99", date(2026, 7, 1), 9), ("454", date(2026, 7, 1), 20), ("100", date(2026, 1, 1), 9),
    ("100", date(2027, 12, 31), 9), ("100", date(2028, 1, 1), 10), ("500", date(2030, 1, 1), 22)])
def test_the_fee_of_a_reminder_is_that_of_the_day_it_goes_out(bedrag, on, kosten):
    rows = [{"valid_from": date(2028, 1, 1), "grens": 500, "tot_grens": 10, "boven_grens": 22}, *load("subsidies")["aanmaning"]]
    assert aanmaningskosten(Decimal(bedrag), rows, on) == kosten
