"""The arithmetic of access and placement: every acceptance row that needs no dossier, and what must hold for any days."""

import random
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import load
from portal.domains.plaatsingen.rules import (
    Begin,
    Beslist,
    BetaaldVerblijf,
    Declaratieregel,
    Gebruik,
    Goedgekeurd,
    Naasten,
    Plek,
    Voorziening,
    Vraag,
    Wachtende,
    acht_weken,
    afweging_gebreken,
    beschermd_tot,
    betaald_gebreken,
    binnen_acht_weken,
    goedgekeurd,
    overdracht_gebreken,
    overgeslagen,
    pgb_gebreken,
    punten,
    rangorde,
    samenloop,
    telbaar,
    terugkeer_gebreken,
    terugkeer_voorstellen,
    tijdlijn_gebrek,
    verantwoordelijk_op,
    verantwoordelijkheidsregel,
    verrekendelen,
    verrekenen,
    voorrangversie,
    vrij,
    waarom_niet,
    wie_beslist,
    wie_is_verantwoordelijk,
)
from portal.kernel.errors import Refused
from portal.kernel.terms import TermError, compute, rule

day = date.fromisoformat
DAY = timedelta(days=1)
KAMPEN, ZWOLLE, RAALTE = (uuid.UUID(int=n) for n in (1, 2, 3))
VERSIE = "2026-1"


# ---- From the first report to a decision ----


def test_C2_AC1_a_report_of_5_january_2026_is_due_on_2_march_after_56_days():
    assert acht_weken(day("2026-01-05")) == day("2026-03-02")
    assert (day("2026-03-02") - day("2026-01-05")).days == 56


def test_C2_AC2_day_56_is_in_time_and_day_57_is_late():
    reported = day("2026-01-05")
    assert binnen_acht_weken(reported, reported + 56 * DAY)
    assert not binnen_acht_weken(reported, reported + 57 * DAY)


def test_C2_the_eight_weeks_are_two_terms_of_the_law_and_a_week_for_the_personal_plan():
    first = compute(rule("onderzoek"), day("2026-01-05")).last_day
    assert (first, compute(rule("toegangsbesluit"), first).last_day) == (day("2026-02-16"), acht_weken(day("2026-01-05")))
    assert compute(rule("persoonlijk_plan"), day("2026-01-05")).last_day == day("2026-01-12")
    # They are counted apart: an investigation that ends on a holiday shifts, and the figure of eight weeks does not.
    assert compute(rule("onderzoek"), day("2026-02-23")).last_day == day("2026-04-07")  # Easter Monday is the 6th


ANTWOORDEN = {step["code"]: "Dit helpt niet genoeg." for step in load("plaatsingen")["afweging"]}


def test_C1_what_helps_somebody_is_answered_in_the_order_of_the_law_before_a_grant():
    assert afweging_gebreken(ANTWOORDEN) == []
    missing = afweging_gebreken({**ANTWOORDEN, "netwerk": "  ", "eigen_kracht": ""})
    assert ["zelf kan" in missing[0], "netwerk" in missing[1], len(missing)] == [True, True, 2]
    assert len(afweging_gebreken({})) == 6


def test_C6_AC1_no_decision_before_it_is_answered_whether_a_pgb_was_offered():
    assert "pgb" in pgb_gebreken(None)[0]
    assert pgb_gebreken(True) == pgb_gebreken(False) == []


def test_C6_AC2_who_chooses_a_pgb_says_why():
    assert pgb_gebreken(True, gekozen=True) == pgb_gebreken(True, gekozen=True, motief="zomaar") != []
    assert pgb_gebreken(True, gekozen=True, motief="wachtlijst") == []
    assert pgb_gebreken(False, gekozen=True, motief="wachtlijst") != []


@pytest.mark.parametrize(("vorm", "product", "van", "tot", "clash"), [
    ("pgb", "bw", "2026-03-01", None, True), ("pgb", "bw", "2026-06-30", "2026-07-10", True),
    ("pgb", "bw", "2026-07-01", None, False), ("pgb", "bw", "2025-01-01", "2026-02-28", False),
    ("zin", "bw", "2026-03-01", None, False), ("pgb", "dagbesteding", "2026-03-01", None, False)])
def test_I3_care_in_kind_and_a_pgb_for_the_same_never_run_on_the_same_day(vorm, product, van, tot, clash):
    runs = Voorziening("bw", "zin", day("2026-03-01"), day("2026-06-30"))
    new = Voorziening(product, vorm, day(van), day(tot) if tot else None)
    assert samenloop([runs], new) == (runs if clash else None)


def test_C14_AC1_a_right_of_before_the_transition_is_kept_until_the_indication_ends_at_most_five_years():
    assert beschermd_tot(day("2019-06-30"), day("2015-01-01")) == day("2019-06-30")
    assert beschermd_tot(day("2022-06-30"), day("2015-01-01")) == day("2020-01-01")


@pytest.mark.parametrize(("on", "who"), [
    ("2022-02-27", Beslist.OUDERS), ("2022-02-28", Beslist.SAMEN), ("2026-02-27", Beslist.SAMEN), ("2026-02-28", Beslist.ZELF)])
def test_from_twelve_together_and_from_sixteen_the_young_person(on, who):
    assert wie_beslist(day("2010-02-28"), day(on)) is who


def test_who_was_born_on_29_february_is_twelve_on_that_day_and_nobody_decides_before_a_birth():
    assert wie_beslist(day("2012-02-29"), day("2024-02-28")) is Beslist.OUDERS
    assert wie_beslist(day("2012-02-29"), day("2024-02-29")) is Beslist.SAMEN
    with pytest.raises(ValueError, match="geboorte"):
        wie_beslist(day("2012-02-29"), day("2012-02-28"))


# ---- Responsibility ----


def test_the_rule_that_names_the_gemeente_is_dated_data():
    rule_ = verantwoordelijkheidsregel("beschermd_wonen", day("2026-11-01"))
    assert wie_is_verantwoordelijk(rule_, melding=ZWOLLE, woonplaats=KAMPEN) == ZWOLLE
    young = verantwoordelijkheidsregel("jeugd", day("2026-11-01"))
    assert wie_is_verantwoordelijk(young, melding=ZWOLLE, woonplaats=KAMPEN) == KAMPEN
    with pytest.raises(Refused, match="adres"):
        wie_is_verantwoordelijk(young, melding=ZWOLLE, woonplaats=None)
    with pytest.raises(LookupError, match="niet vastgelegd"):
        verantwoordelijkheidsregel("jeugd", day("2014-12-31"))


def test_a_new_law_is_a_new_row_and_what_was_reported_before_keeps_its_own(monkeypatch):
    rows = [*load("plaatsingen")["verantwoordelijk"], {
        "domein": "beschermd_wonen", "valid_from": date(2029, 1, 1), "volgt": "woonplaats", "artikel": "x", "bron": "proef"}]
    monkeypatch.setitem(load("plaatsingen"), "verantwoordelijk", rows)
    assert verantwoordelijkheidsregel("beschermd_wonen", day("2028-12-31")).volgt == "melding"
    assert verantwoordelijkheidsregel("beschermd_wonen", day("2029-01-01")).volgt == "woonplaats"


TIJDLIJN = [Begin(day("2026-03-01"), KAMPEN, "melding"), Begin(day("2026-05-11"), ZWOLLE, "overdracht")]


def test_responsibility_passes_on_the_day_itself_and_never_twice_on_one_day():
    assert verantwoordelijk_op(TIJDLIJN, day("2026-02-28")) is None
    assert verantwoordelijk_op(TIJDLIJN, day("2026-05-10")).gemeente_id == KAMPEN
    assert verantwoordelijk_op(TIJDLIJN, day("2026-05-11")).gemeente_id == ZWOLLE
    assert tijdlijn_gebrek([], TIJDLIJN[0]) is None
    assert tijdlijn_gebrek(TIJDLIJN, Begin(day("2026-05-12"), KAMPEN, "terugkeer")) is None
    assert "later" in tijdlijn_gebrek(TIJDLIJN, Begin(day("2026-05-11"), KAMPEN, "terugkeer"))
    assert "al verantwoordelijk" in tijdlijn_gebrek(TIJDLIJN, Begin(day("2026-06-01"), ZWOLLE, "overdracht"))


starts = st.lists(st.tuples(st.integers(0, 900), st.sampled_from([KAMPEN, ZWOLLE, RAALTE])), min_size=1, max_size=12)


def timeline(found) -> list[Begin]:
    """What is left of these attempts when every one that has a fault is refused."""
    kept: list[Begin] = []
    for offset, gemeente in found:
        begin = Begin(day("2026-01-01") + offset * DAY, gemeente, "proef")
        if tijdlijn_gebrek(kept, begin) is None:
            kept.append(begin)
    return kept


@given(starts, st.integers(0, 1000))
def test_I1_exactly_one_gemeente_is_responsible_on_every_day_after_the_first(found, offset):
    line, on = timeline(found), day("2026-01-01") + offset * DAY
    holds = [one for one, after in zip(line, [*line[1:], None], strict=True)
             if one.van <= on and (after is None or on < after.van)]
    assert len(holds) == (on >= line[0].van)
    assert verantwoordelijk_op(line, on) == (holds[0] if holds else None)


@given(starts, st.integers(0, 900), st.integers(0, 400), st.integers(0, 100_000))
def test_every_day_of_a_stay_is_settled_once(found, first, length, cents):
    line, price = timeline(found), Decimal(cents) / 100
    van = max(day("2026-01-01") + first * DAY, line[0].van)
    tot = van + length * DAY
    parts = verrekenen(line, van=van, tot=tot, dagprijs=price)
    days = [part.van + n * DAY for part in parts for n in range(part.dagen)]
    assert days == [van + n * DAY for n in range(length + 1)]
    assert all(verantwoordelijk_op(line, part.van).gemeente_id == part.gemeente_id for part in parts)
    assert sum(part.bedrag for part in parts) == price * (length + 1)


@given(starts, st.lists(st.integers(-5, 200), min_size=12, max_size=12), st.integers(1, 400))
def test_every_day_that_was_paid_is_settled_once_also_when_somebody_paid_on(found, extra, last):
    """Each gemeente has a stay while it is responsible, and pays some for longer: the days over the gemeenten are the days that
    were paid, and of one payer no day counts twice."""
    line, stays = timeline(found), []
    for number, begin in enumerate(line):
        ended = line[number + 1].van - DAY if number + 1 < len(line) else begin.van + last * DAY
        weer = next((one.van for one in line[number + 1:] if one.gemeente_id == begin.gemeente_id), None)
        until = ended + extra[number] * DAY
        if betaald_gebreken(until, geeindigd_on=ended, weer_on=weer, on=day("2029-12-31")):
            until = ended
        stays.append((begin.gemeente_id, BetaaldVerblijf(None, None, "PLG-1", begin.van, until, Decimal(100))))
    settled = [(payer, part.van + n * DAY) for payer, stay in stays for gemeente in (KAMPEN, ZWOLLE, RAALTE)
               for part in verrekendelen(stay, line, gemeente, van=stay.van, tot=stay.tot) for n in range(part.dagen)]
    assert len(settled) == len(set(settled)) == sum((stay.tot - stay.van).days + 1 for _payer, stay in stays)


def test_what_was_paid_until_lies_between_the_end_and_today_or_the_next_own_day():
    ended, again, today = day("2026-05-10"), day("2026-07-01"), day("2026-08-01")
    for tot, weer, said in (("2026-05-09", None, "eindigde"), ("2026-08-02", None, "toekomst"), ("2026-07-01", again, "weer")):
        [fault] = betaald_gebreken(day(tot), geeindigd_on=ended, weer_on=weer, on=today)
        assert said in fault
    for tot, weer in ((ended, None), (today, None), (again - DAY, again)):
        assert betaald_gebreken(tot, geeindigd_on=ended, weer_on=weer, on=today) == []


@pytest.mark.parametrize(("van", "tot", "amount", "volume", "said"), [
    ("2026-03-11", "2026-03-31", 2100, 21, (2100, 21)),    # these days and no other
    ("2026-03-11", "2026-03-31", 1800, 18, (1800, 21)),    # three of them were not delivered
    ("2026-03-01", "2026-03-31", 3100, 31, (2100, 21)),    # the whole month, every day of it
    ("2026-03-01", "2026-03-31", 2800, 28, (0, 0)),        # which days were not delivered, nobody can say
    ("2026-03-01", "2026-03-31", 2800, None, (0, 0)),      # it counts no days
    ("2026-02-01", "2026-02-28", 2800, 28, (0, 0))])
def test_what_was_approved_counts_for_the_days_it_is_about(van, tot, amount, volume, said):
    line = Declaratieregel(day(van), day(tot), Decimal(amount), volume)
    assert goedgekeurd([line], van=day("2026-03-11"), tot=day("2026-03-31")) == Goedgekeurd(Decimal(said[0]), said[1])


@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 60), st.integers(0, 9000)), max_size=6), st.integers(1, 80))
def test_what_was_approved_of_whole_days_is_divided_over_any_cut_and_nothing_is_lost(lines, cut):
    first, last = day("2026-01-01"), day("2026-06-30")
    claims = [Declaratieregel(first + van * DAY, first + (van + more) * DAY, Decimal(cents * (more + 1)) / 100, more + 1)
              for van, more, cents in lines]
    whole = goedgekeurd(claims, van=first, tot=last)
    parts = [goedgekeurd(claims, van=first, tot=first + cut * DAY), goedgekeurd(claims, van=first + (cut + 1) * DAY, tot=last)]
    assert whole == Goedgekeurd(sum(one.bedrag for one in parts), sum(one.dagen for one in parts))
    assert whole.bedrag == sum(one.bedrag for one in claims)


def test_a_settlement_is_refused_where_nobody_was_responsible_or_a_price_is_no_amount():
    for wrong, said in (({"van": day("2026-02-28")}, "nog geen gemeente"), ({"tot": day("2026-02-01")}, "laatste dag"),
                        ({"dagprijs": Decimal("10.005")}, "hele centen"), ({"dagprijs": Decimal(-1)}, "hele centen")):
        with pytest.raises(Refused, match=said):
            verrekenen(TIJDLIJN, **{"van": day("2026-03-01"), "tot": day("2026-06-30"), "dagprijs": Decimal(180)} | wrong)
    parts = verrekenen(TIJDLIJN, van=day("2026-05-01"), tot=day("2026-05-31"), dagprijs=Decimal("180.50"))
    assert [(part.gemeente_id, part.dagen, part.bedrag) for part in parts] == [
        (KAMPEN, 10, Decimal("1805.00")), (ZWOLLE, 21, Decimal("3790.50"))]


# ---- The way home and the handover ----

TODAY = day("2026-11-01")


def test_C4_AC1_a_return_is_proposed_only_on_two_yeses():
    assert [terugkeer_voorstellen(a, b) for a, b in ((True, True), (True, False), (False, True), (False, False))] == [
        True, False, False, False]
    assert terugkeer_gebreken(True, True, on=TODAY) == []
    assert terugkeer_gebreken(True, None, on=TODAY) != []


def test_C4_AC2_a_no_needs_a_reason_and_a_next_day():
    assert len(terugkeer_gebreken(True, False, on=TODAY)) == 2
    assert len(terugkeer_gebreken(True, False, reden="Zijn netwerk is hier.", opnieuw_on=TODAY, on=TODAY)) == 1
    assert terugkeer_gebreken(True, False, reden="Zijn netwerk is hier.", opnieuw_on=TODAY + DAY, on=TODAY) == []


BEIDE = {"partijen": (KAMPEN, ZWOLLE), "getekend": (KAMPEN, ZWOLLE)}


def test_C5_AC1_a_handover_does_not_close_while_carers_are_not_answered_for():
    assert overdracht_gebreken(None, **BEIDE) and overdracht_gebreken(Naasten.NEE, **BEIDE)
    assert overdracht_gebreken(Naasten.NEE, reden="Er zijn geen naasten.", **BEIDE) == []
    assert overdracht_gebreken(Naasten.JA, **BEIDE) == overdracht_gebreken(Naasten.GEWEIGERD, **BEIDE) == []


def test_C5_AC2_both_gemeenten_sign():
    assert overdracht_gebreken(Naasten.JA, partijen=(KAMPEN, ZWOLLE), getekend=(KAMPEN,)) != []
    assert overdracht_gebreken(Naasten.JA, partijen=(KAMPEN, ZWOLLE), getekend=(KAMPEN, RAALTE)) != []


# ---- A place, and who is next ----

PLEK = Plek("bw", ZWOLLE, frozenset({"ggz"}), frozenset({"rolstoel"}), 18, 65)
VRAAG = Vraag("bw", "ggz", 40)


@pytest.mark.parametrize(("anders", "said"), [
    ({"product": "opvang"}, "soort ondersteuning"), ({"doelgroep": "jong"}, "andere groep"), ({"leeftijd": 17}, "vanaf 18"),
    ({"leeftijd": 66}, "tot en met 65"), ({"nodig": frozenset({"tuin"})}, "niet: tuin"),
    ({"gemeenten": frozenset({KAMPEN})}, "andere gemeente"), ({"mijden": frozenset({ZWOLLE})}, "niet wonen")])
def test_why_a_place_does_not_fit_is_said_in_words(anders, said):
    assert waarom_niet(VRAAG, PLEK) == []
    reasons = waarom_niet(Vraag(**{"product": "bw", "doelgroep": "ggz", "leeftijd": 40} | anders), PLEK)
    assert len(reasons) == 1 and said in reasons[0]


def test_a_full_place_fits_nobody():
    assert waarom_niet(VRAAG, Plek("bw", ZWOLLE, frozenset({"ggz"}), vrij=0)) == ["Er is geen plek vrij."]


@given(st.integers(0, 30), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60) | st.none()), max_size=40),
       st.integers(0, 60))
def test_free_places_are_never_less_than_none_and_a_held_place_counts(capacity, stays, offset):
    uses = [Gebruik(TODAY + a * DAY, None if n is None else TODAY + (a + n) * DAY) for a, n in stays]
    taken = sum(1 for a, n in stays if a <= offset and (n is None or offset <= a + n))
    assert vrij(capacity, uses, TODAY + offset * DAY) == max(capacity - taken, 0)


def wachtende(n: int, gemeld: str = "2026-09-01", lot: int = 0, *waar: str) -> Wachtende:
    return Wachtende(uuid.UUID(int=n), day(gemeld), lot, frozenset(waar))


def test_I5_who_waits_in_danger_goes_first_then_who_waits_longer_then_the_lot():
    danger, long, short = wachtende(1, "2026-10-25", 9, "onveilig"), wachtende(2, "2026-01-05"), wachtende(3, "2026-10-01")
    first, second = wachtende(4, "2026-10-01", 1), wachtende(5, "2026-10-01", 2)
    assert [one.id.int for one in rangorde([short, second, first, long, danger], VERSIE, TODAY)] == [2, 1, 3, 4, 5]
    assert (punten(danger, VERSIE, TODAY), punten(long, VERSIE, TODAY)) == (41, 42)


waiting = st.builds(Wachtende, st.uuids(), st.dates(day("2025-01-01"), day("2027-01-01")), st.integers(0, 3),
                    st.frozensets(st.sampled_from(["onveilig", "dakloos", "uit_instelling", "terugkeer"])))


@given(st.lists(waiting, max_size=12, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_I5_the_same_stored_facts_give_the_same_order(people, chance: random.Random):
    mixed = list(people)
    chance.shuffle(mixed)
    rank = rangorde(mixed, VERSIE, TODAY)
    assert rank == rangorde(people, VERSIE, TODAY)
    scores = [punten(one, VERSIE, TODAY) for one in rank]
    assert scores == sorted(scores, reverse=True)


def test_I5_a_rule_or_a_circumstance_that_was_never_there_is_not_guessed():
    assert voorrangversie(TODAY) == VERSIE
    for ask in (lambda: voorrangversie(day("2022-12-31")), lambda: punten(wachtende(1), "2030-1", TODAY),
                lambda: punten(wachtende(1, "2026-01-01", 0, "kent_iemand"), VERSIE, TODAY)):
        with pytest.raises(LookupError):
            ask()


def test_I5_passing_over_somebody_who_fits_is_seen():
    rank = [wachtende(1), wachtende(2), wachtende(3)]
    ids = [one.id for one in rank]
    assert overgeslagen(rank, ids[2], [ids[1], ids[2]]) == [rank[1]]
    assert overgeslagen(rank, ids[0], ids) == []
    with pytest.raises(LookupError, match="wachtlijst"):
        overgeslagen(rank, uuid.UUID(int=99), ids)


def test_C9_AC3_a_group_in_which_somebody_could_be_recognised_is_not_shown():
    assert [telbaar(n) for n in (0, 1, 4, 5, 120)] == [0, None, None, 5, 120]


@pytest.mark.parametrize("name", ["acht_weken", "overgangsrecht", "leeftijd", "kleine_groep"])
def test_every_number_says_where_it_comes_from(name):
    assert load("plaatsingen")[name]["bron"]
    assert all(row["bron"] for key in ("voorrang", "verantwoordelijk") for row in load("plaatsingen")[key])


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.integers(0, 90))
def test_I10_two_clocks_run_by_themselves_and_the_eight_weeks_are_neither(gemeld_on, later):
    """The six weeks begin with the report and the two with the application; neither moves the other, and the eight weeks are
    no term: there is no rule for them."""
    aangevraagd_on = gemeld_on + timedelta(days=later)
    onderzoek, besluit = rule("onderzoek"), rule("toegangsbesluit")
    assert compute(onderzoek, gemeld_on).last_day >= gemeld_on + timedelta(weeks=6)
    assert compute(besluit, aangevraagd_on).last_day >= aangevraagd_on + timedelta(weeks=2)
    assert acht_weken(gemeld_on) == gemeld_on + timedelta(days=56)
    with pytest.raises(TermError):
        rule("acht_weken")
