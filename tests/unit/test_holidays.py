"""The official calendar against published dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.holidays import Calendar, day_text, official_calendar

CALENDAR = official_calendar()
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2025, ["01-01", "04-18", "04-21", "04-26", "05-05", "05-29", "06-09", "12-25", "12-26"]),
        (2026, ["01-01", "04-03", "04-06", "04-27", "05-05", "05-14", "05-25", "12-25", "12-26"]),
        (2027, ["01-01", "03-26", "03-29", "04-27", "05-05", "05-06", "05-17", "12-25", "12-26"]),
    ],
)
def test_the_nine_holidays_of_article_3(year, expected):
    assert sorted(holiday.in_year(year).strftime("%m-%d") for holiday in CALENDAR.holidays) == expected


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-04-25", "zaterdag"),
        ("2026-04-26", "zondag"),
        ("2026-04-03", "Goede Vrijdag"),
        ("2026-04-27", "Koningsdag"),
        ("2025-04-26", "zaterdag"),
        ("2025-04-28", None),
        ("2026-05-15", "gelijkgestelde dag (KB 2026-2028)"),
        ("2024-12-27", "gelijkgestelde dag (KB 2023-2025)"),
        ("2026-12-24", None),
        ("2026-05-18", None),
    ],
)
def test_the_reason_for_a_free_day(day, reason):
    assert CALENDAR.is_free(date.fromisoformat(day)) == reason
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is (reason is None)


def test_kings_day_moves_to_saturday_when_the_27th_is_a_sunday():
    kings_day = next(holiday for holiday in CALENDAR.holidays if holiday.name == "Koningsdag")
    assert [kings_day.in_year(year) for year in (2025, 2026, 2031)] == [
        date(2025, 4, 26), date(2026, 4, 27), date(2031, 4, 26),
    ]  # fmt: skip


def test_every_holiday_and_decree_names_its_source():
    assert all("artikel 3" in holiday.source for holiday in CALENDAR.holidays)
    assert all(day_text(decree.day, weekday=False) in decree.source for decree in CALENDAR.decrees)
    assert CALENDAR.source(date(2026, 5, 15)).startswith("Besluit gelijkstelling")
    assert CALENDAR.source(date(2026, 4, 25)) == "Algemene termijnenwet, artikel 1, lid 1"
    assert CALENDAR.source(date(2026, 5, 18)) == ""


def test_decree_days_are_days_that_would_otherwise_be_worked():
    without = Calendar(CALENDAR.holidays, (), CALENDAR.table_ends)
    assert all(without.is_working_day(decree.day) for decree in CALENDAR.decrees)
    assert {decree.day for decree in CALENDAR.decrees} >= {
        date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26),
    }  # fmt: skip


def test_it_warns_after_the_last_known_decree_and_not_before():
    assert CALENDAR.table_ends == date(2028, 12, 31)
    assert CALENDAR.warns_after(date(2028, 12, 31)) is None
    assert "31 december 2028" in CALENDAR.warns_after(date(2029, 1, 1))


def test_working_days_forward_and_back_over_ascension():
    assert CALENDAR.add_working_days(date(2026, 5, 13), 1) == date(2026, 5, 18)
    assert CALENDAR.add_working_days(date(2026, 5, 18), -1) == date(2026, 5, 13)
    assert CALENDAR.add_working_days(date(2026, 5, 14), 0) == date(2026, 5, 14)


@given(days, st.integers(1, 60))
def test_adding_working_days_lands_on_the_nth(day, count):
    end = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(end)
    assert len(list(CALENDAR.working_days(day + timedelta(1), end))) == count


@given(days, st.integers(1, 60))
def test_back_and_forth_returns_to_the_same_working_day(day, count):
    there = CALENDAR.add_working_days(day, 1)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(there, count), -count) == there
