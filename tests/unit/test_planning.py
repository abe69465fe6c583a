"""Planned moments: what people write, where it lies in time, and the way through JSON."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.planning import SEASONS, Moment, parse


@pytest.mark.parametrize(
    ("written", "text", "earliest", "latest"),
    [
        ("2027-06-15", "15 juni 2027", "2027-06-15", "2027-06-15"),
        ("15-6-2027", "15 juni 2027", "2027-06-15", "2027-06-15"),
        ("15 juni 2027", "15 juni 2027", "2027-06-15", "2027-06-15"),
        ("15 Jun. 2027", "15 juni 2027", "2027-06-15", "2027-06-15"),
        ("juni 2027", "juni 2027", "2027-06-01", "2027-06-30"),
        ("2028-02", "februari 2028", "2028-02-01", "2028-02-29"),
        ("derde kwartaal 2027", "derde kwartaal 2027", "2027-07-01", "2027-09-30"),
        ("het eerste kwartaal van 2027", "eerste kwartaal 2027", "2027-01-01", "2027-03-31"),
        ("4e kwartaal 2027", "vierde kwartaal 2027", "2027-10-01", "2027-12-31"),
        ("Q3 2027", "derde kwartaal 2027", "2027-07-01", "2027-09-30"),
        ("2027-q2", "tweede kwartaal 2027", "2027-04-01", "2027-06-30"),
        ("voor de zomer 2027", "voor de zomer 2027", "2027-01-01", "2027-05-31"),
        ("Voor  de zomer van 2027", "voor de zomer 2027", "2027-01-01", "2027-05-31"),
        ("na de zomer 2027", "na de zomer 2027", "2027-09-01", "2027-12-31"),
        ("in het najaar van 2022", "najaar 2022", "2022-09-01", "2022-11-30"),
        ("lente 2027", "voorjaar 2027", "2027-03-01", "2027-05-31"),
        ("winter 2027", "winter 2027", "2027-12-01", "2028-02-29"),
        ("1-1-2019 of 1-1-2020", "1 januari 2019 of 1 januari 2020", "2019-01-01", "2020-01-01"),
        ("juni 2027 of Q4 2027", "juni 2027 of vierde kwartaal 2027", "2027-06-01", "2027-12-31"),
    ],
)
def test_what_people_write(written, text, earliest, latest):
    moment = parse(written)
    assert moment.text() == text
    assert (moment.earliest().isoformat(), moment.latest().isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    "written",
    ["", "binnenkort", "31 februari 2027", "2027-13", "2027-02-30", "Q5 2027", "vijfde kwartaal 2027", "zomer", "juni",
     "voor de 2027", "1-1-2019 of", "of", "na de winter 2027", "2027-06-15T10:00", "٢٠٢٧-06-15", "0 juni 2027",
     "0000-06"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_a_sentence(written):
    with pytest.raises(ValueError, match="Dit moment begrijpen we niet"):
        parse(written)


@pytest.mark.parametrize(
    "data",
    [None, {}, {"kind": "datum"}, {"kind": "datum", "value": 5}, {"kind": "maand", "value": "2027-6"},
     {"kind": "eeuw", "value": "2027"}, {"kind": "seizoen", "value": "2027-moesson"},
     {"kind": "datum", "value": "27-06-15"}, {"kind": "keuze", "value": []},
     {"kind": "keuze", "value": [{"kind": "maand", "value": "2027-06"}]},
     {"kind": "keuze", "value": "2027-06"}],
)  # fmt: skip
def test_json_that_is_no_moment_is_refused(data):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        Moment.from_json(data)


years = st.integers(1900, 2200)
single = st.one_of(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(lambda day: Moment("datum", day.isoformat())),
    st.builds(lambda y, m: Moment("maand", f"{y}-{m:02}"), years, st.integers(1, 12)),
    st.builds(lambda y, q: Moment("kwartaal", f"{y}-Q{q}"), years, st.integers(1, 4)),
    st.builds(lambda y, s, before: Moment("seizoen", f"{y}-{before}{s}"), years, st.sampled_from(list(SEASONS)),
              st.sampled_from(["", "voor-"])),
    st.builds(lambda y, s: Moment("seizoen", f"{y}-na-{s}"), years, st.sampled_from(["voorjaar", "zomer", "najaar"])),
)  # fmt: skip
moments = st.one_of(single, st.lists(single, min_size=2, max_size=3).map(lambda ms: Moment("keuze", tuple(ms))))


@given(moments)
def test_text_and_json_are_read_back(moment):
    assert parse(moment.text()) == moment
    assert Moment.from_json(json.loads(json.dumps(moment.to_json()))) == moment
    assert moment.earliest() <= moment.latest()


@given(st.lists(moments, max_size=8))
def test_moments_sort_by_their_last_possible_day(some):
    ordered = [moment.latest() for moment in sorted(some)]
    assert ordered == sorted(ordered)


def test_an_exact_date_sorts_among_vague_ones():
    written = ["na de zomer 2027", "juni 2027", "15 juni 2027", "voor de zomer 2027", "1-1-2027"]
    assert [moment.text() for moment in sorted(map(parse, written))] == [
        "1 januari 2027", "voor de zomer 2027", "15 juni 2027", "juni 2027", "na de zomer 2027",
    ]  # fmt: skip
