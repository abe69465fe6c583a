"""Legal terms: the verified vectors, the law's exceptions, and what must hold for every term."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import terms
from portal.kernel.holidays import official_calendar
from portal.kernel.terms import Length, Suspension, TermError, TermRule, compute, penalty, rule, termijn_line

CALENDAR = official_calendar()
DAY = timedelta(1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def a_rule(statutory=True, direction="forward", **length) -> TermRule:
    return TermRule("proef", "Proefwet, artikel 1", Length(**length), statutory, "Proefwet", direction)


# ---- The verified vectors ----


@pytest.mark.parametrize(
    ("published", "last_day"),
    [
        ("2026-03-13", "2026-04-24"),
        ("2026-02-20", "2026-04-07"),
        ("2026-02-23", "2026-04-07"),
        ("2026-03-24", "2026-05-06"),
        ("2026-04-02", "2026-05-18"),
        ("2026-04-13", "2026-05-26"),
        ("2026-11-13", "2026-12-28"),
        ("2027-03-26", "2027-05-10"),
        ("2026-11-20", "2027-01-04"),
    ],
)
def test_six_weeks_to_object(published, last_day):
    assert compute(rule("bezwaartermijn"), day(published)).last_day == day(last_day)


def test_without_the_decree_the_friday_after_ascension_is_worked():
    bare = replace(CALENDAR, decrees=())
    assert compute(rule("bezwaartermijn"), day("2026-04-02"), calendar=bare).last_day == day("2026-05-15")


@pytest.mark.parametrize(
    ("received", "last_day"),
    [("2026-02-06", "2026-04-07"), ("2026-03-02", "2026-04-28"), ("2026-10-30", "2026-12-28")],
)
def test_eight_weeks_to_decide(received, last_day):
    assert compute(rule("beslistermijn"), day(received)).last_day == day(last_day)


@pytest.mark.parametrize(
    ("start", "weeks", "last_day"),
    [("2026-04-30", 2, "2026-05-18"), ("2026-12-11", 2, "2026-12-28"), ("2026-11-06", 7, "2026-12-28")],
)
def test_terms_of_an_act_or_ordinance(start, weeks, last_day):
    ordinance = rule("beslistermijn", length=Length(weeks=weeks), article="Verordening, artikel 9")
    assert compute(ordinance, day(start)).last_day == day(last_day)


def test_thirteen_weeks_end_on_a_saturday():
    due = compute(rule("betalingsopschorting"), day("2026-01-24"))
    assert due.raw == due.last_day == day("2026-04-25")


def test_counting_back_ends_on_a_saturday():
    due = compute(rule("jaaraanvraag"), day("2028-01-01"))
    assert due.raw == due.last_day == day("2027-10-02")
    assert "telt terug" in due.count[-2].text


def test_suspension_counts_the_days_between_invitation_and_completion():
    due = compute(rule("beslistermijn"), day("2026-02-02"), [Suspension(day("2026-02-16"), day("2026-03-02"))])
    assert (due.raw, due.last_day) == (day("2026-04-12"), day("2026-04-13"))
    assert "13 dagen erbij (aanvulling gevraagd)" in due.count[3].text
    assert due.count[3].source.endswith("artikel 4:15, lid 1, onder a")


@pytest.mark.parametrize(("completed", "raw"), [("2026-02-16", "2026-03-30"), ("2026-02-17", "2026-03-30"),
                                                ("2026-02-18", "2026-03-31")])  # fmt: skip
def test_the_day_of_completion_is_not_suspended(completed, raw):
    assert compute(rule("T1"), day("2026-02-02"), [Suspension(day("2026-02-16"), day(completed))]).raw == day(raw)


@pytest.mark.parametrize(
    ("days", "amount"), [(0, 0), (1, 23), (14, 322), (15, 357), (28, 812), (29, 857), (42, 1442), (60, 1442)]
)
def test_penalty(days, amount):
    assert penalty(days) == Decimal(amount)


def test_the_day_of_the_notice_of_default_decides_the_penalty():
    assert penalty(42, day("2018-12-31")) == Decimal("1260.00")
    assert penalty(42, day("2019-01-01")) == penalty(42, day("2026-07-01")) == Decimal("1442.00")
    with pytest.raises(TermError, match="geen dwangsom bekend"):
        penalty(1, day("2009-09-30"))


@pytest.mark.parametrize("days", [-1, 1.5, True, "14"])
def test_penalty_takes_whole_days(days):
    with pytest.raises(TermError, match="heel getal"):
        penalty(days)


# ---- The Algemene termijnenwet ----


@pytest.mark.parametrize(
    ("length", "start", "last_day"),
    [
        ({"weeks": 12}, "2026-01-31", "2026-04-28"),  # raw Saturday 25 April, Monday is King's day
        ({"weeks": 13}, "2026-01-24", "2026-04-25"),
        ({"days": 90}, "2026-01-25", "2026-04-28"),
        ({"days": 91}, "2026-01-24", "2026-04-25"),
        ({"months": 3}, "2026-01-25", "2026-04-28"),
        ({"months": 4}, "2025-12-25", "2026-04-25"),
        ({"years": 1}, "2025-04-25", "2026-04-25"),
    ],
)
def test_article_4_draws_the_line_at_twelve_weeks_ninety_days_three_months(length, start, last_day):
    assert compute(a_rule(**length), day(start)).last_day == day(last_day)


def test_a_term_of_a_decision_or_contract_does_not_shift():
    due = compute(a_rule(statutory=False, weeks=6), day("2026-02-20"))
    assert due.last_day == due.raw == day("2026-04-03")
    assert "niet in een wet of verordening" in due.count[-2].text


def test_the_penalty_days_do_not_shift():
    due = compute(rule("dwangsom"), day("2026-03-14"))
    assert due.last_day == day("2026-04-25")
    assert due.count[-2].source.endswith("4:17, lid 1")


@pytest.mark.parametrize(
    ("start", "days", "last_day"),
    [
        ("2026-06-05", 3, "2026-06-09"),  # Friday: Saturday, Sunday, Monday hold one working day
        ("2026-06-04", 3, "2026-06-08"),  # Thursday: Friday and, shifted, Monday
        ("2026-06-05", 2, "2026-06-08"),  # shorter than three days: article 2 is silent
        ("2026-06-02", 3, "2026-06-05"),
        ("2026-05-13", 3, "2026-05-19"),  # Ascension, the decree day, Saturday and Sunday
        ("2026-12-24", 4, "2026-12-29"),
    ],
)
def test_article_2_leaves_two_working_days(start, days, last_day):
    assert compute(a_rule(days=days), day(start)).last_day == day(last_day)


def test_suspended_days_are_not_among_the_two_working_days():
    # Saturday, Sunday, then Monday and Tuesday stand still: of the three days only Wednesday 10 June is worked.
    due = compute(a_rule(days=3), day("2026-06-05"), [Suspension(day("2026-06-07"), day("2026-06-10"))])
    assert (due.raw, due.last_day) == (day("2026-06-10"), day("2026-06-11"))
    assert due.count[-2].source == "Algemene termijnenwet, artikel 2"


@pytest.mark.parametrize(
    ("start", "months", "last_day"),
    [("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2025-12-31", 6, "2026-06-30"),
     ("2026-01-15", 1, "2026-02-15")],
)  # fmt: skip
def test_a_month_ends_on_the_same_number_or_the_last_day(start, months, last_day):
    assert compute(a_rule(statutory=False, months=months), day(start)).last_day == day(last_day)


def test_five_years_from_a_leap_day():
    assert compute(rule("terugvordering"), day("2028-02-29")).last_day == day("2033-02-28")


def test_working_days_skip_holidays_and_do_not_shift_again():
    due = compute(a_rule(working_days=10), day("2026-05-01"))
    assert due.raw == due.last_day == day("2026-05-20")


def test_working_days_stand_still_during_a_suspension():
    due = compute(a_rule(working_days=5), day("2026-06-01"), [Suspension(day("2026-06-03"), day("2026-06-10"))])
    assert due.last_day == day("2026-06-12")  # 2 and 3 June, then 10, 11 and 12 June


def test_a_term_may_include_its_first_day():
    same_day = replace(a_rule(weeks=1), start="same_day")
    assert compute(same_day, day("2026-06-01")).raw == day("2026-06-07")
    assert compute(same_day, day("2026-06-01")).last_day == day("2026-06-08")


# ---- Suspension and extension ----


def test_overlapping_suspensions_count_once():
    apart = [Suspension(day("2026-02-16"), day("2026-03-02")), Suspension(day("2026-02-20"), day("2026-03-05"))]
    whole = [Suspension(day("2026-02-16"), day("2026-03-05"))]
    start = day("2026-02-02")
    assert compute(rule("T1"), start, apart).raw == compute(rule("T1"), start, whole).raw
    assert ["13 dagen" in compute(rule("T1"), start, apart).count[3].text,
            "3 dagen" in compute(rule("T1"), start, apart).count[4].text] == [True, True]  # fmt: skip


def test_a_suspension_after_the_last_day_does_not_count_and_says_so():
    late = Suspension(day("2026-04-07"), day("2026-04-20"))
    due = compute(rule("beslistermijn"), day("2026-02-06"), [late])
    assert due.last_day == day("2026-04-07")
    assert "telt niet mee" in due.warnings[0]


def test_days_that_the_atw_added_can_still_be_suspended():
    # Raw Good Friday, extended up to and including Tuesday 7 April; four days are left when the suspension begins.
    due = compute(rule("beslistermijn"), day("2026-02-06"), [Suspension(day("2026-04-03"), day("2026-04-15"))])
    assert due.last_day == day("2026-04-20")  # 15, 16, 17, 18 April: raw is a Saturday
    assert due.raw == day("2026-04-18")


def test_a_running_suspension_gives_a_provisional_date():
    running = [Suspension(day("2026-02-16"), None)]
    with pytest.raises(TermError, match="loopt nog"):
        compute(rule("T1"), day("2026-02-02"), running)
    due = compute(rule("T1"), day("2026-02-02"), running, as_of=day("2026-03-02"))
    closed = compute(rule("T1"), day("2026-02-02"), [Suspension(day("2026-02-16"), day("2026-03-02"))])
    assert due.provisional and not closed.provisional
    assert (due.raw, due.last_day) == (closed.raw, closed.last_day)
    assert "loopt nog" in due.count[3].text
    assert compute(rule("T1"), day("2026-02-02"), running, as_of=day("2026-02-10")).raw == day("2026-03-30")


def test_an_extension_is_given_once_and_only_where_the_law_has_one():
    assert compute(rule("T8"), day("2026-03-13"), extensions=1).raw == day("2026-03-13") + timedelta(weeks=12)
    with pytest.raises(TermError, match="één keer"):
        compute(rule("T8"), day("2026-03-13"), extensions=2)
    with pytest.raises(TermError, match="niet worden verlengd"):
        compute(rule("T7"), day("2026-03-13"), extensions=1)


def test_an_extension_beyond_twelve_weeks_does_not_shift_and_warns():
    due = compute(rule("T8b"), day("2025-12-27"), extensions=1)
    assert due.last_day == due.raw == day("2026-05-02")
    assert any("jurist" in sentence for sentence in due.warnings)
    assert compute(rule("T8b"), day("2026-01-31")).last_day == day("2026-04-28")


# ---- The count, warnings, refusals ----


def test_the_count_explains_every_day():
    due = compute(rule("bezwaartermijn"), day("2026-04-02"))
    assert [(line.date.isoformat(), line.text) for line in due.count] == [
        ("2026-04-02", "Besluit bekendgemaakt"),
        ("2026-04-03", "De termijn begint de dag erna"),
        ("2026-05-14", "Erbij: 6 weken"),
        ("2026-05-15", "14 mei 2026: Hemelvaartsdag. Er komt een dag bij"),
        ("2026-05-16", "15 mei 2026: gelijkgestelde dag (KB 2026-2028). Er komt een dag bij"),
        ("2026-05-17", "16 mei 2026: zaterdag. Er komt een dag bij"),
        ("2026-05-18", "17 mei 2026: zondag. Er komt een dag bij"),
        ("2026-05-18", "Laatste dag"),
    ]
    assert due.count[2].source == "Algemene wet bestuursrecht, artikel 6:7 en 6:8"
    assert due.count[3].source == "Algemene termijnenwet, artikel 1, lid 1; Algemene termijnenwet, artikel 3, lid 1"
    assert due.count[4].source.startswith("Algemene termijnenwet, artikel 1, lid 1; Besluit gelijkstelling")
    assert due.count[5].source == "Algemene termijnenwet, artikel 1, lid 1"


def test_it_warns_when_the_decrees_are_not_known_yet():
    start = day("2028-12-01")
    assert "31 december 2028" in compute(rule("T7"), start).warnings[0]
    assert compute(rule("T7"), start, decreed_until=day("2030-12-31")).warnings == ()
    assert compute(rule("T10"), start).warnings == ()  # no holiday touches this one
    assert compute(a_rule(statutory=False, working_days=60), start).warnings != ()


def test_a_doubt_of_the_rule_becomes_a_warning():
    assert compute(rule("T7", doubt="Nadere regels: laat een jurist meekijken."), day("2026-03-13")).warnings == (
        "Nadere regels: laat een jurist meekijken.",
    )


@pytest.mark.parametrize(
    "length", [{}, {"weeks": 1, "days": 1}, {"weeks": 0}, {"days": -3}, {"weeks": True}, {"days": 2.0}, {"days": "3"},
               {"weeks": 10**9}]
)  # fmt: skip
def test_a_length_is_one_positive_whole_number(length):
    with pytest.raises(TermError, match=r"lengte|heel getal"):
        Length(**length)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(TermError, match="eerder dan zij begint"):
        Suspension(day("2026-02-16"), day("2026-02-15"))
    with pytest.raises(TermError, match="terugtelt"):
        compute(rule("T11"), day("2028-01-01"), [Suspension(day("2027-11-01"), day("2027-11-05"))])
    with pytest.raises(TermError, match="tijdstip"):
        compute(rule("T7"), datetime(2026, 3, 13, 12))
    with pytest.raises(TermError, match="te ver weg"):
        compute(rule("T15"), day("9996-01-01"))
    with pytest.raises(TermError, match="te ver weg"):
        compute(rule("T11"), day("0001-02-01"))
    with pytest.raises(TermError, match="zelfde eenheid"):
        rule("T8", extension=Length(days=3))
    with pytest.raises(TermError, match="vooruit of terug"):
        rule("T8", direction="sideways")


# ---- The catalogue ----


def test_the_catalogue_holds_all_sixteen_terms():
    grounds = {row["code"] for row in terms.suspension_grounds().values()}
    assert "T5" in grounds
    for number in {*range(1, 17)} - {5}:
        known = rule(f"T{number}", length=Length(days=14)) if number == 3 else rule(f"T{number}")
        assert known.article.startswith("Algemene wet bestuursrecht, artikel ")
        assert known.source and known.label and known.event


@pytest.mark.parametrize(
    ("kind", "length", "statutory", "shifts"),
    [
        ("T1", {"weeks": 8}, True, True), ("T2", {"weeks": 8}, True, True), ("T4", {"weeks": 4}, True, True),
        ("T6", {"weeks": 2}, True, True), ("T6b", {"days": 42}, True, False), ("T7", {"weeks": 6}, True, True),
        ("T8", {"weeks": 6}, True, True), ("T8b", {"weeks": 12}, True, True), ("T9", {"weeks": 6}, True, True),
        ("T10", {"weeks": 13}, True, False), ("T11", {"weeks": 13}, True, False), ("T12", {"months": 6}, True, False),
        ("T13", {"weeks": 4}, True, True), ("T14", {"weeks": 4}, True, True), ("T14c", {"weeks": 2}, True, True),
        ("T15", {"years": 5}, True, False), ("T15b", {"years": 5}, True, False), ("T16", {"years": 5}, True, False),
    ],
)  # fmt: skip
def test_each_general_term_shifts_as_the_list_says(kind, length, statutory, shifts):
    known = rule(kind)
    assert (known.length, known.statutory, known.why_fixed() is None) == (Length(**length), statutory, shifts)


def test_a_term_set_by_the_authority_needs_a_length():
    with pytest.raises(TermError, match="geen vaste lengte"):
        rule("hersteltermijn")
    due = compute(rule("hersteltermijn", length=Length(days=14)), day("2026-03-20"))
    assert due.last_day == day("2026-04-03")  # Good Friday, and it stays
    with pytest.raises(TermError, match="niet in de lijst"):
        rule("T99")


# ---- The command line ----


def test_a_line_gives_dates_and_sentences():
    answer = termijn_line(
        {"start": "2026-02-02", "weeks": 8, "statutory": True, "suspensions": [["2026-02-16", "2026-03-02"]]}
    )
    assert (answer["raw"], answer["last_day"]) == ("2026-04-12", "2026-04-13")
    assert answer["count"][-1] == "Laatste dag → maandag 13 april 2026"
    assert any("13 dagen erbij" in line for line in answer["count"])
    assert set(answer) == {"raw", "last_day", "count"}


@pytest.mark.parametrize(
    ("line", "last_day"),
    [
        ({"start": "2026-02-20", "weeks": 6, "statutory": True}, "2026-04-07"),
        ({"start": "2026-02-20", "weeks": 6, "statutory": False, "suspensions": []}, "2026-04-03"),
        ({"start": "2026-01-31", "months": 1, "statutory": False}, "2026-02-28"),
        ({"start": "2026-05-01", "working_days": 10, "statutory": False}, "2026-05-20"),
        ({"start": "2026-06-05", "days": 3, "statutory": True}, "2026-06-09"),
    ],
)
def test_lines_of_every_unit(line, last_day):
    assert termijn_line(line)["last_day"] == last_day


def test_a_line_far_ahead_carries_its_warning():
    assert "2028" in termijn_line({"start": "2029-03-01", "weeks": 6, "statutory": True})["warnings"][0]


GOOD = {"start": "2026-02-20", "weeks": 6, "statutory": True}


@pytest.mark.parametrize(
    "line",
    [
        None, [], "x", {}, GOOD | {"start": "20-02-2026"}, GOOD | {"start": "2026-02-30"}, GOOD | {"start": 5},
        GOOD | {"start": "2026-W08-5"[:8]}, GOOD | {"weeks": 0}, GOOD | {"weeks": "6"}, GOOD | {"weeks": True},
        GOOD | {"weeks": 6.0}, GOOD | {"days": 3}, GOOD | {"weeks": 10**30}, GOOD | {"statutory": "ja"},
        {"start": "2026-02-20", "weeks": 6}, {"start": "2026-02-20", "statutory": True}, GOOD | {"jaren": 1},
        GOOD | {"suspensions": "x"}, GOOD | {"suspensions": [["2026-02-21"]]}, GOOD | {"suspensions": [[1, 2]]},
        GOOD | {"suspensions": [["2026-03-02", "2026-02-21"]]}, GOOD | {"suspensions": None},
        GOOD | {"start": "9999-12-31"}, {5: 6, "a": 1},
    ],
)  # fmt: skip
def test_a_bad_line_is_one_sentence(line):
    answer = termijn_line(line)
    assert set(answer) == {"error"}
    assert answer["error"][0].isupper() and answer["error"].endswith((".", "2026-03-13."))


# ---- What holds for every term ----

starts = st.dates(date(2020, 1, 1), date(2035, 12, 31))
short_lengths = st.one_of(
    st.builds(Length, weeks=st.integers(1, 12)),
    st.builds(Length, days=st.integers(1, 90)),
    st.builds(Length, months=st.integers(1, 3)),
)
long_lengths = st.one_of(
    st.builds(Length, weeks=st.integers(13, 60)),
    st.builds(Length, days=st.integers(91, 400)),
    st.builds(Length, months=st.integers(4, 24)),
    st.builds(Length, years=st.integers(1, 10)),
)
lengths = st.one_of(short_lengths, long_lengths, st.builds(Length, working_days=st.integers(1, 60)))
offsets = st.lists(st.tuples(st.integers(-20, 80), st.integers(0, 40)), max_size=4)


def with_length(length: Length, statutory: bool = True, direction: str = "forward") -> TermRule:
    return TermRule("proef", "Proefwet, artikel 1", length, statutory, "Proefwet", direction)


def suspended(start: date, pairs) -> list[Suspension]:
    return [Suspension(start + at * DAY, start + (at + n) * DAY) for at, n in pairs]


@given(short_lengths, starts, offsets)
def test_a_statutory_term_ends_on_a_working_day_never_before_its_raw_end(length, start, pairs):
    due = compute(with_length(length), start, suspended(start, pairs))
    assert CALENDAR.is_working_day(due.last_day)
    assert due.last_day >= due.raw


@given(short_lengths, starts)
def test_the_shift_is_no_longer_than_the_law_asks(length, start):
    due = compute(with_length(length), start)
    allowed = next(CALENDAR.working_days(due.raw, due.raw + timedelta(30)))
    if length.unit != "days" or length.days >= 3:
        allowed = max(allowed, CALENDAR.add_working_days(start, 2))
    assert due.last_day == allowed


@given(lengths, starts, offsets, st.booleans())
def test_the_last_line_is_the_last_day_and_the_count_never_runs_back(length, start, pairs, statutory):
    due = compute(with_length(length, statutory), start, suspended(start, pairs))
    dates = [line.date for line in due.count]
    assert dates[-1] == due.last_day
    assert dates == sorted(dates)
    assert all(line.text for line in due.count)


in_days = st.one_of(st.builds(Length, weeks=st.integers(1, 60)), st.builds(Length, days=st.integers(1, 400)))


@given(in_days, starts, offsets)
def test_suspended_days_are_added_once_each(length, start, pairs):
    due = compute(with_length(length, statutory=False), start, suspended(start, pairs))
    standing_still = {start + n * DAY for at, days in pairs for n in range(at + 1, at + days)}
    # Walk the calendar: a day of the term is a day that is not suspended.
    left, walked = (length.amount * 7 if length.unit == "weeks" else length.amount), start
    while left:
        walked += DAY
        left -= walked not in standing_still
    assert due.raw == due.last_day == walked


@given(lengths, starts, st.integers(1, 10), st.integers(0, 40), st.integers(0, 20), st.booleans())
def test_a_later_completion_never_gives_an_earlier_date(length, start, at, days, more, statutory):
    known = with_length(length, statutory)
    earlier, later = (compute(known, start, suspended(start, [(at, n)])).last_day for n in (days, days + more))
    assert earlier <= later


@given(lengths, starts, offsets, st.randoms())
def test_the_order_of_the_ledger_does_not_matter(length, start, pairs, random):
    known, ledger = with_length(length), suspended(start, pairs)
    mixed = list(ledger)
    random.shuffle(mixed)
    assert compute(known, start, ledger).last_day == compute(known, start, mixed).last_day


@given(lengths, starts, st.integers(1, 30), offsets, st.booleans())
def test_a_later_start_never_gives_an_earlier_date(length, start, later, pairs, statutory):
    # Months differ in length, so suspended days before the later start could outweigh it: only days are compared so.
    ledger = [] if length.unit in ("months", "years") else suspended(start, pairs)
    known = with_length(length, statutory)
    assert compute(known, start, ledger).last_day <= compute(known, start + later * DAY, ledger).last_day


@given(st.sampled_from(["weeks", "days", "months", "working_days"]), st.integers(1, 40), starts)
def test_a_longer_term_never_ends_earlier(unit, amount, start):
    known = [with_length(Length(**{unit: n}), statutory=False) for n in (amount, amount + 1)]
    one, two = (compute(each, start).last_day for each in known)
    assert one < two


@given(lengths, starts, st.booleans())
def test_counting_back_never_shifts(length, start, statutory):
    due = compute(with_length(length, statutory, "backward"), start)
    assert due.raw == due.last_day < start
    if length.unit in ("weeks", "days"):
        assert due.last_day == start - timedelta(**{length.unit: length.amount})


@given(long_lengths, starts, offsets)
def test_a_long_term_never_shifts(length, start, pairs):
    due = compute(with_length(length), start, suspended(start, pairs))
    assert due.last_day == due.raw


@given(lengths, starts, offsets)
def test_a_term_that_is_not_statutory_never_shifts(length, start, pairs):
    due = compute(with_length(length, statutory=False), start, suspended(start, pairs))
    assert due.last_day == due.raw


@given(st.integers(1, 120), starts)
def test_months_keep_the_number_of_the_day_or_end_the_month(months, start):
    end = compute(with_length(Length(months=months), statutory=False), start).last_day
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)


@given(st.integers(1, 60), starts, offsets)
def test_working_day_terms_end_on_a_working_day_that_is_not_suspended(count, start, pairs):
    ledger = suspended(start, pairs)
    due = compute(with_length(Length(working_days=count), statutory=False), start, ledger)
    still = [(s.invited_on + DAY, s.completed_on - DAY) for s in ledger]
    worked = [d for d in CALENDAR.working_days(start + DAY, due.last_day) if not any(a <= d <= b for a, b in still)]
    assert len(worked) == count and worked[-1] == due.last_day


@given(st.integers(0, 100))
def test_the_penalty_grows_by_the_rate_of_the_day_and_then_stops(days):
    rate = 23 if days < 14 else 35 if days < 28 else 45 if days < 42 else 0
    assert penalty(days + 1) - penalty(days) == rate


fields = st.sampled_from(["start", "weeks", "days", "months", "working_days", "statutory", "suspensions"])
texts = st.one_of(starts.map(str), st.text("0123456789-WT: ", max_size=12))
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.lists(st.lists(texts, max_size=3)))


@given(st.dictionaries(fields, anything))
def test_any_line_gets_an_answer_or_a_sentence(line):
    answer = termijn_line(line)
    assert set(answer) - {"warnings"} in ({"error"}, {"raw", "last_day", "count"})


@given(starts, st.integers(-5, 500), st.booleans(), st.lists(st.tuples(starts, starts).map(sorted), max_size=3))
def test_a_well_formed_line_says_what_compute_says(start, weeks, statutory, pairs):
    ledger = [[str(first), str(last)] for first, last in pairs]
    answer = termijn_line({"start": str(start), "weeks": weeks, "statutory": statutory, "suspensions": ledger})
    if weeks < 1:
        assert "heel getal" in answer["error"]
        return
    due = compute(with_length(Length(weeks=weeks), statutory), start, [Suspension(*pair) for pair in pairs])
    assert (answer["raw"], answer["last_day"]) == (str(due.raw), str(due.last_day))
    assert len(answer["count"]) == len(due.count)
