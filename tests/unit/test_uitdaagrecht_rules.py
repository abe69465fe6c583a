"""What can be reckoned of a challenge, and what each gemeente laid down."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from portal.domains.uitdaagrecht import queries, rules
from portal.kernel import terms
from portal.kernel.terms import compute

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def test_every_gemeente_of_the_region_has_rules_with_their_source():
    slugs = [row["slug"] for row in load("region")["gemeente"]]
    assert set(load("uitdaagrecht")["gemeente"]) <= set(slugs), "een gemeente die niet meedoet"
    for slug in slugs:
        regels = queries.regels_van_gemeente(slug)
        assert regels.bron and regels.artikel and regels.gerechtigden
        assert rules.regels_van(regels.to_json()) == regels, "een zaak houdt de regels van haar dag"


def test_the_parameters_of_a_gemeente_differ_where_it_says_so():
    assert queries.regels_van_gemeente("deventer").rechtskarakter == rules.Rechtskarakter.GEEN_BESLUIT
    assert queries.regels_van_gemeente("dalfsen").rechtskarakter == rules.Rechtskarakter.BESLUIT
    assert queries.regels_van_gemeente("hardenberg").steun_telt == "persoon"
    assert not queries.regels_van_gemeente("staphorst").panel


@pytest.mark.parametrize("kind", ["informatie", "triage", "aanvulling", "dialoog", "bemiddeling", "beslissing"])
def test_every_term_is_that_of_the_ordinance(kind):
    regels = queries.regels_van_gemeente("dalfsen")
    term = rules.termijn(kind, regels)
    assert regels.artikel in term.article and term.statutory and term.source == regels.bron


def test_ten_working_days_to_answer_a_question_and_eight_weeks_to_decide():
    regels = queries.regels_van_gemeente("dalfsen")
    asked = date(2026, 11, 23)
    assert compute(rules.termijn("informatie", regels), asked).last_day == date(2026, 12, 7)
    assert compute(rules.termijn("beslissing", regels), asked).last_day == date(2027, 1, 18)


@given(DAYS, DAYS)
def test_a_challenge_makes_sense_from_long_before_until_shortly_before_the_end_of_a_contract(ends, on):
    window = rules.venster(ends, queries.regels_van_gemeente("zwolle"))
    assert window.van < window.tot < ends
    assert window.stand(on) == ("te_vroeg" if on < window.van else "te_laat" if on > window.tot else "open")


def test_without_a_contract_there_is_no_window():
    assert rules.venster(None, queries.regels_van_gemeente("zwolle")) is None


@pytest.mark.parametrize(("nu", "plan", "verschil"), [
    (Decimal(31200), Decimal(24500), Decimal(6700)), (Decimal(100), Decimal(150), Decimal(-50)), (None, Decimal(1), None),
    (Decimal(1), None, None)])
def test_what_a_plan_costs_less(nu, plan, verschil):
    assert rules.goedkoper(nu, plan) == verschil


def test_E2_AC1_due_2017_03_31_and_settled_2017_05_23_is_53_days_late():
    assert terms.dagen_te_laat(date(2017, 3, 31), date(2017, 5, 23), date(2017, 6, 1)) == 53


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_late_counts_from_the_last_day_and_never_below_zero(due, after, more):
    settled = due + timedelta(days=after)
    assert terms.dagen_te_laat(due, settled, settled + timedelta(days=more)) == after
    assert terms.dagen_te_laat(due, None, due + timedelta(days=more)) == more
    assert terms.dagen_te_laat(due, due - timedelta(days=after), due) == 0


CRITERIA = {"kosten": "kosten", "kwaliteit": "kwaliteit"}
GOOD = {"oordelen": dict.fromkeys(CRITERIA, "voldoet"), "criteria": CRITERIA, "gronden": [], "motivering": "x" * 40,
        "ingestemd": False, "minimaal": 40}


@pytest.mark.parametrize(("uitkomst", "anders", "woord"), [
    ("toewijzen", {}, None), ("proef", {}, None), ("aanpassen", {"ingestemd": True}, None),
    ("aanpassen", {}, "stemden niet in"), ("afwijzen", {}, "Zonder grond"), ("afwijzen", {"gronden": ["duurder"]}, None),
    ("niet_ontvankelijk", {"gronden": ["herhaling"], "oordelen": {}}, None),
    ("niet_ontvankelijk", {"oordelen": {}}, "Zonder grond"),
    ("toewijzen", {"gronden": ["duurder"]}, "geen grond"), ("toewijzen", {"oordelen": {}}, "geen oordeel"),
    ("toewijzen", {"motivering": "kort"}, "waarom"), ("misschien", {}, "Kies wat")])
def test_what_makes_an_answer_and_what_is_missing(uitkomst, anders, woord):
    faults = rules.beslist_gebreken(uitkomst, **(GOOD | anders))
    assert (faults == []) if woord is None else any(woord in fault for fault in faults), faults


def test_an_idea_needs_three_sentences_and_a_plan_all_its_parts():
    idea = dict.fromkeys(rules.IDEE, "Wij willen dit.")
    assert rules.ontbreekt(idea, rules.IDEE) == []
    assert rules.ontbreekt(idea) == [code for code in rules.UITDAGING if code not in rules.IDEE]
    assert rules.ontbreekt({**idea, "wat": "   "}, rules.IDEE) == ["wat"]


@pytest.mark.parametrize(("text", "amount"), [("24500.00", Decimal("24500.00")), ("", None), (None, None), ("veel", None)])
def test_an_amount_as_it_was_typed(text, amount):
    assert rules.bedrag(text) == amount


def test_a_plan_is_called_what_its_people_call_it():
    assert rules.titel({"titel": " Samen eten ", "wat": "Iets"}) == "Samen eten"
    assert rules.titel({"titel": "  ", "wat": "Wij koken.\nElke week."}) == "Wij koken."
    assert rules.titel({}) == "Nieuw idee" and len(rules.titel({"wat": "a" * 500})) == rules.TITEL_LANG
