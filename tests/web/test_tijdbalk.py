"""The bars of who is responsible when: within the frame, without a gap, whatever the days."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portal.blueprints.plaatsing.tijdbalk import MOST, Stuk, balk

DAY = timedelta(days=1)
dagen = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@given(st.lists(dagen, min_size=1, max_size=8, unique=True).map(sorted), dagen)
def test_bars_stay_in_the_frame_and_follow_each_other(days, today):
    frame = balk(days, today)
    ends = [*days[1:], None]
    bars = frame.bars([Stuk(van, tot, "Kampen") for van, tot in zip(days, ends, strict=True)], today)
    assert len(frame.labels(lambda day: str(day.month))) <= MOST
    assert all(bar["start"] >= 0 and bar["start"] + bar["width"] <= 100 + 1e-9 for bar in bars)
    gaps = [after["start"] - one["start"] - one["width"] for one, after in pairwise(bars)]
    assert all(abs(gap) < 1e-9 for gap in gaps), "geen gat, geen overlap"
    assert sum(bar["kind"] == "a" for bar in bars) == (days[0] <= today), "er is er een van vandaag"
    assert 0 <= frame.at(today) <= 100


def test_a_frame_says_the_year_where_it_changes_and_a_proposal_is_drawn_apart():
    frame = balk([date(2026, 9, 14)], date(2026, 11, 24))
    assert frame.labels(lambda day: f"{day:%m}") == ["09 2026", "10", "11", "12", "01 2027", "02", "03", "04", "05"]
    past, now, plan = frame.bars([Stuk(date(2026, 9, 14), date(2026, 11, 10), "Kampen"),
                                  Stuk(date(2026, 11, 10), date(2027, 5, 1), "Zwolle"),
                                  Stuk(date(2027, 5, 1), None, "Kampen (voorstel)", plan=True)], date(2026, 11, 24))
    assert [one["kind"] for one in (past, now, plan)] == ["b", "a", "plan"]
    assert frame.bars([Stuk(date(2027, 1, 1), date(2027, 1, 3), "Kampen")], date(2026, 11, 24))[0]["text"] == "", "te smal"
