"""The pure rules of a procurement: periods, weights, scores, the proposal, the standstill, fingerprints."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from portal.domains.inkoop import rules
from portal.domains.inkoop.rules import Beoordeeld, propose
from portal.kernel.fingerprint import fingerprint

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
REGELS = load("inkoop")

punten = st.one_of(st.none(), st.integers(0, 1000).map(lambda n: Decimal(n) / 100))
bids = st.lists(st.tuples(punten, st.booleans()), max_size=12).map(
    lambda rows: [Beoordeeld(f"bid-{n}", ("E1",) if fails or score is None else (), None if fails else score)
                  for n, (score, fails) in enumerate(rows)])
minimum = st.integers(0, 1000).map(lambda n: Decimal(n) / 100)
most = st.one_of(st.none(), st.integers(1, 5))


def test_A9_AC1_periods_are_half_open_3_2_2_and_2_1_1():
    assert rules.contract_periods(date(2023, 1, 1), [3, 2, 2]) == [
        (date(2023, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2028, 1, 1)), (date(2028, 1, 1), date(2030, 1, 1))]
    assert [end for _start, end in rules.contract_periods(date(2018, 1, 1), [2, 1, 1])] == [
        date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.lists(st.integers(1, 9), min_size=1, max_size=3))
def test_periods_touch_and_never_overlap(begin, years):
    periods = rules.contract_periods(begin, years)
    assert periods[0][0] == begin
    assert all(before[1] == after[0] for before, after in pairwise(periods))
    assert all(van < tot for van, tot in periods)


def test_a_contract_that_begins_on_29_february_ends_on_1_march():
    assert rules.contract_periods(date(2028, 2, 29), [3]) == [(date(2028, 2, 29), date(2031, 3, 1))]
    assert rules.contract_periods(date(2028, 2, 29), [4]) == [(date(2028, 2, 29), date(2032, 2, 29))]


@pytest.mark.parametrize(("wegingen", "fault"), [
    ([100], None), ([60, 40], None), ([60, 39], "De wegingen zijn samen 99. Maak er 100 van."),
    ([], "De wegingen zijn samen 0. Maak er 100 van."), ([60, 41], "De wegingen zijn samen 101. Maak er 100 van."),
])
def test_weights_add_up_to_a_hundred(wegingen, fault):
    assert rules.weights_fault(wegingen) == fault


def test_weighted_score_rounds_half_up_and_needs_every_criterion():
    assert rules.weighted_score({"a": Decimal("8"), "b": Decimal("6.5")}, {"a": 60, "b": 40}) == Decimal("7.40")
    assert rules.weighted_score({"a": Decimal("7.25"), "b": Decimal("0")}, {"a": 50, "b": 50}) == Decimal("3.63")
    for wrong in ({"a": Decimal("8")}, {"a": Decimal("8"), "b": Decimal("1"), "c": Decimal("1")}):
        with pytest.raises(ValueError, match="precies een score"):
            rules.weighted_score(wrong, {"a": 60, "b": 40})


@given(bids, minimum, most)
def test_nobody_below_the_minimum_or_with_a_failed_requirement_is_awarded(found, minimale_score, max_contracten):
    by_id = {bid.inschrijving_id: bid for bid in found}
    for uitkomst in propose(found, minimale_score, max_contracten):
        bid = by_id[uitkomst.inschrijving_id]
        lawful = not bid.gefaald and bid.score is not None and bid.score >= minimale_score
        assert lawful or not uitkomst.gegund
        assert (uitkomst.plaats is not None) == lawful


@given(bids, minimum, most)
def test_every_bid_has_one_outcome_with_a_reason(found, minimale_score, max_contracten):
    outcomes = propose(found, minimale_score, max_contracten)
    assert sorted(o.inschrijving_id for o in outcomes) == sorted(b.inschrijving_id for b in found)
    assert all(o.reden.endswith(".") for o in outcomes)


@given(bids, minimum, most, st.randoms(use_true_random=False))
def test_the_order_of_bids_changes_nothing(found, minimale_score, max_contracten, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert set(propose(found, minimale_score, max_contracten)) == set(propose(shuffled, minimale_score, max_contracten))


@given(bids, minimum, st.integers(1, 5), st.sampled_from(list(rules.Gelijk)))
def test_the_published_maximum_holds_and_nobody_passes_a_better_score(found, minimale_score, max_contracten, regel):
    def given_by(loting=None):
        return propose(found, minimale_score, max_contracten, regel, loting)

    scores = {b.inschrijving_id: b.score for b in found}
    outcomes, tie = given_by(), rules.grens(found, minimale_score, max_contracten, regel)
    assert (tie is None) == all(o.gegund is not None for o in outcomes)
    if tie:
        assert {o.inschrijving_id for o in outcomes if o.gegund is None} == tie.bids and 0 < tie.ruimte < len(tie.bids)
        chosen = frozenset(sorted(tie.bids)[:tie.ruimte])
        outcomes = given_by(rules.Loting(chosen, "een notaris", date(2026, 11, 22)))
        assert chosen <= {o.inschrijving_id for o in outcomes if o.gegund}
    won = [scores[o.inschrijving_id] for o in outcomes if o.gegund]
    lost = [scores[o.inschrijving_id] for o in outcomes if not o.gegund and o.plaats is not None]
    assert len(won) <= max_contracten and not any(o.gegund is None for o in outcomes)
    assert not (won and lost) or max(lost) <= min(won)
    assert not lost or len(won) == max_contracten


FOUR = [Beoordeeld("a", (), Decimal("9"), Decimal("9")), Beoordeeld("b", (), Decimal("7"), Decimal("6")),
        Beoordeeld("c", (), Decimal("7"), Decimal("8")), Beoordeeld("d", (), Decimal("6"), Decimal("6"))]


def test_a_tie_at_the_border_waits_for_the_lot_and_the_letter_says_how_it_was_drawn():
    outcomes = {o.inschrijving_id: o for o in propose(FOUR, Decimal("5.5"), 2)}
    assert [outcomes[k].gegund for k in "abcd"] == [True, None, None, False]
    assert [outcomes[k].plaats for k in "abcd"] == [1, 2, 2, 4]
    assert outcomes["b"].reden == "2 inschrijvingen staan gelijk, en er is plaats voor 1. Het lot beslist."
    assert outcomes["d"].reden == "Er zijn 2 contracten te vergeven. Deze inschrijving werd nummer 4."
    lot = rules.Loting(frozenset("c"), "mr. A. de Boer, notaris", date(2026, 11, 22))
    outcomes = {o.inschrijving_id: o for o in propose(FOUR, Decimal("5.5"), 2, loting=lot)}
    assert [outcomes[k].gegund for k in "abcd"] == [True, False, True, False]
    assert "geloot op 22-11-2026, onder toezicht van mr. A. de Boer, notaris" in outcomes["b"].reden
    assert outcomes["b"].reden.endswith("niet aan.") and outcomes["c"].reden.endswith("deze inschrijving aan.")


def test_where_it_was_published_the_heaviest_criterion_decides_before_the_lot():
    regel = rules.gelijk({"gelijke_score": {"regel": "zwaarste_criterium"}})
    outcomes = {o.inschrijving_id: o for o in propose(FOUR, Decimal("5.5"), 2, regel)}
    assert [outcomes[k].gegund for k in "abcd"] == [True, False, True, False]
    assert [outcomes[k].plaats for k in "abcd"] == [1, 3, 2, 4]
    assert rules.gelijk({}) == rules.gelijk(REGELS) == rules.Gelijk.LOTING


def test_a_tie_that_fits_needs_no_lot():
    assert all(o.gegund for o in propose(FOUR[:3], Decimal("5.5"), 3))
    assert rules.grens(FOUR, Decimal("5.5"), None) is None


def test_A7_AC5_the_reason_names_each_failed_requirement():
    (uitkomst,) = propose([Beoordeeld("a", ("E1", "E3"), None)], Decimal("0"), None)
    assert (uitkomst.gegund, uitkomst.reden) == (False, "Voldoet niet aan: E1, E3.")


def test_a_score_on_the_minimum_is_enough_and_a_cent_below_is_not():
    outcomes = propose([Beoordeeld("a", (), Decimal("5.50")), Beoordeeld("b", (), Decimal("5.49"))], Decimal("5.5"), None)
    assert {o.inschrijving_id: o.gegund for o in outcomes} == {"a": True, "b": False}


def test_the_decision_deadline_is_eight_weeks_at_five_in_amsterdam_through_the_clock_change():
    assert rules.deelname_uiterlijk(REGELS, date(2026, 9, 1)) == datetime(2026, 10, 27, 17, tzinfo=AMSTERDAM)
    assert rules.deelname_uiterlijk(REGELS, date(2026, 9, 1)).utcoffset() == timedelta(hours=1)
    # Agreed between the members: a Sunday stays a Sunday.
    assert rules.deelname_uiterlijk(REGELS, date(2026, 8, 30)).date() == date(2026, 10, 25)


def test_signing_waits_until_the_day_after_the_standstill():
    assert not rules.standstill_over(date(2026, 12, 12), date(2026, 12, 12))
    assert rules.standstill_over(date(2026, 12, 12), date(2026, 12, 13))


def test_the_standstill_is_twenty_days_from_the_day_after_sending():
    from portal.kernel.terms import compute

    due = compute(rules.standstill_rule(REGELS), date(2026, 11, 22))
    assert due.last_day == date(2026, 12, 12)
    assert [line.date for line in due.count][:2] == [date(2026, 11, 22), date(2026, 11, 23)]


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=20), st.integers(), st.booleans()), max_size=6))
def test_the_same_content_has_the_same_fingerprint_in_any_order(inhoud):
    backwards = dict(reversed(inhoud.items()))
    assert fingerprint(inhoud) == fingerprint(backwards)
    assert fingerprint(inhoud | {"iets": "anders"}) != fingerprint(inhoud | {"iets": "meer"})
