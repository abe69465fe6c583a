"""Figures of access and placement: right, and nobody can be found in them."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from config import load
from portal.domains.plaatsingen import cijfers, overdragen, plaatsen, queries, rules
from portal.kernel import clock
from tests.plaatsingen_world import (
    aangeboden,
    aangevraagd,
    geplaatst,
    gereserveerd,
    huis,
    overdracht_aangeboden,
    overdracht_aanvaard,
    personen,
    persoon,
    toegekend,
    verblijvend,
)
from tests.verrekening_world import betaald

SMALL = load("plaatsingen")["kleine_groep"]["minstens"]


def figures(world, who) -> cijfers.Cijfers:
    return world.see(who, lambda s: cijfers.overzicht(s, who.party_id, clock.today()))


def wachtenden(world, slug: str, how_many: int, **anders) -> list:
    """This many people of one gemeente wait for a place."""
    wie = personen(world, slug)
    found = []
    for n in range(how_many):
        someone = persoon(world, wie, naam=f"Bo {n}", bsn="", bron=None)
        found.append(geplaatst(world, toegekend(world, aangevraagd(world, wie=wie, persoon_id=someone), **anders)))
    return found


def test_C6_AC3_trend_of_waiting_list_and_pgb_count_by_month(world):
    loops = wachtenden(world, "kampen", 2 * SMALL)
    who = loops[0].wie.consulent
    begin = clock.today()
    world.clock(timedelta(days=70))
    for loop in loops[:SMALL]:
        world.as_(who, plaatsen.pgb_kiezen, loop.plaatsing_id, motief="wachtlijst")
    found = figures(world, who)
    assert len(found.eigen) == 12 and found.eigen[-1].dag == clock.today()
    assert (found.eigen[-1].wacht, found.eigen[-1].pgb, found.eigen[-1].pgb_wachtlijst) == (SMALL, SMALL, SMALL)
    month = next(one for one in found.eigen if begin <= one.dag < clock.today())
    assert (month.wacht, month.pgb) == (2 * SMALL, 0)
    assert found.eigen[0].wacht == 0
    assert found.wacht == SMALL and cijfers.richting([one.wacht for one in found.eigen[-3:]]) == "daalt"


def counted(world, *wie) -> list[tuple]:
    """Who waits and who has a pgb now, at each of these gemeenten: exact."""
    lines = [world.see(who, queries.trend)[-1] for who in wie]
    return [(one.wachten, one.pgb, one.pgb_wachtlijst) for one in lines]


def test_C6_AC3_who_goes_from_the_waiting_list_to_a_pgb_within_a_month_counts_once(world):
    loop = geplaatst(world)
    who = loop.wie.consulent
    assert counted(world, who) == [(1, 0, 0)]
    world.as_(who, plaatsen.pgb_kiezen, loop.plaatsing_id, motief="wachtlijst")
    assert counted(world, who) == [(0, 1, 1)]
    # Somebody with two lines of the list, for two things, is one person.
    second = geplaatst(world, toegekend(world, aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)),
                       product="tussenvorm")
    third = geplaatst(world, toegekend(world, aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)),
                      product="beschermd_thuis")
    assert second.plaatsing_id != third.plaatsing_id and counted(world, who) == [(1, 1, 1)]


@pytest.mark.parametrize("pgb", [False, True])
def test_C6_AC3_who_goes_to_another_gemeente_counts_once_on_every_day(world, pgb):
    """Taken up before the day, and let go after it: on each day at the one that is responsible."""
    placed = geplaatst(world)
    if pgb:
        world.as_(placed.wie.consulent, plaatsen.pgb_kiezen, placed.plaatsing_id, motief="wachtlijst")
    loop = overdracht_aanvaard(world, overdracht_aangeboden(world, placed))
    kampen, zwolle = loop.wie.consulent, loop.ontvanger.consulent
    one, nobody = ((0, 1, 1) if pgb else (1, 0, 0)), (0, 0, 0)
    world.as_(zwolle, overdragen.overnemen, loop.overdracht_id, adres="Voorbeeldplein 1, Zwolle")
    assert counted(world, kampen, zwolle) == [one, nobody]
    world.clock(timedelta(days=14))
    assert counted(world, kampen, zwolle) == [nobody, one]
    world.as_(kampen, overdragen.overgaan, loop.plaatsing_id)
    assert counted(world, kampen, zwolle) == [nobody, one]


def test_who_lives_somewhere_counts_once_however_many_placements_lead_there(world):
    wie, waar = personen(world), huis(world, aantal=SMALL + 1)
    loops = []
    for n in range(SMALL + 1):
        someone = persoon(world, wie, naam=f"Bo {n}", bsn="", bron=None)
        placed = geplaatst(world, toegekend(world, aangevraagd(world, wie=wie, persoon_id=someone)))
        loops.append(verblijvend(world, gereserveerd(world, aangeboden(world, placed, waar))))

    def lives():
        found = figures(world, wie.consulent)
        return next(one.woont for one in found.gemeenten if one.gemeente_id == wie.consulent.party_id)

    assert lives() == SMALL + 1
    # Two placements of one person, with a stay each: an old one that nobody ended yet.
    world.behind("UPDATE portal.plaatsing SET persoon_id = :p WHERE id = :i", p=loops[0].toegang.persoon_id,
                 i=loops[1].plaatsing_id)
    assert lives() == SMALL


def test_no_trend_is_told_where_its_begin_or_end_is_too_small_to_show():
    assert cijfers.richting([0, 0, None]) == cijfers.richting([None, 7]) == cijfers.richting([7]) == cijfers.richting([]) == ""
    assert [cijfers.richting([7, None, one]) for one in (9, 7, 0)] == ["stijgt", "gelijk", "daalt"]


def test_a_small_group_is_hidden_also_in_the_counts_of_the_region(world):
    kampen = wachtenden(world, "kampen", SMALL)[0].wie.consulent
    wachtenden(world, "zwolle", 2)
    found = figures(world, kampen)
    counts = {one.gemeente_id: one.wacht for one in found.gemeenten}
    assert counts[kampen.party_id] == SMALL and counts[world.gemeente("zwolle")] is None
    assert counts[world.gemeente("dalfsen")] == 0
    # The sum minus what is shown would give the two away.
    assert found.regio[-1].wacht is None
    wachtenden(world, "dalfsen", 3)
    assert figures(world, kampen).regio[-1].wacht == SMALL + 5


def test_who_is_not_in_the_samenwerkingsverband_sees_only_the_own_figures(world):
    wachtenden(world, "zwolle", SMALL)
    deventer = personen(world, "deventer").consulent
    found = figures(world, deventer)
    assert found.gemeenten == [] and found.regio == [] and found.wacht == 0


def test_the_function_tells_nothing_of_a_person_and_nothing_to_a_provider(world):
    loop = betaald(world)
    asked = text("SELECT count(*) FROM portal.cijfers_plaatsingen()")
    assert world.see(loop.verblijf.huis.begeleider, lambda s: s.scalar(asked)) == 0
    columns = world.see(loop.kampen, lambda s: list(s.execute(text(
        "SELECT * FROM portal.cijfers_plaatsingen() LIMIT 1")).keys()))
    assert columns == ["bereik", "onderwerp", "gemeente_id", "dag", "aantal"]


def test_the_database_hides_the_same_groups_as_the_rules(world):
    body = world.behind("SELECT prosrc FROM pg_proc WHERE proname = 'cijfers_plaatsingen'")[0][0]
    assert f"BETWEEN 1 AND {SMALL - 1}" in body and f">= {SMALL})" in body and f"< {SMALL - 1} * m.k)" in body


def test_flow_border_and_waiting_time_count_what_happened(world, monkeypatch):
    """With groups of one shown, so that one stay is enough to count."""
    monkeypatch.setattr(rules, "telbaar", lambda n: n)
    loop = verblijvend(world)
    found = figures(world, loop.wie.consulent)
    assert (found.stroom[-1].instroom, found.stroom[-1].doorstroom, found.stroom[-1].uitstroom) == (1, 0, 0)
    assert [(one.gemeente_id, one.daar, one.hier) for one in found.grens] == [(world.gemeente("zwolle"), 1, 0)]
    assert found.wachttijd == 0 and found.daar == 1
    zwolle = figures(world, personen(world, "zwolle").consulent)
    assert [(one.gemeente_id, one.daar, one.hier) for one in zwolle.grens] == [(world.gemeente("kampen"), 0, 1)]
    terms = {one.code: (one.op_tijd, one.totaal) for one in found.termijnen}
    assert terms == {"onderzoek": (1, 1), "toegangsbesluit": (1, 1), "acht_weken": (1, 1)}


def test_what_is_overdue_counts_as_too_late(world, monkeypatch):
    monkeypatch.setattr(rules, "telbaar", lambda n: n)
    loop = aangevraagd(world)
    world.clock(timedelta(days=70))
    terms = {one.code: (one.op_tijd, one.totaal) for one in figures(world, loop.wie.consulent).termijnen}
    assert terms == {"onderzoek": (1, 1), "toegangsbesluit": (0, 1), "acht_weken": (0, 1)}


def test_one_stay_alone_is_nowhere_in_the_figures(world):
    found = figures(world, verblijvend(world).wie.consulent)
    assert found.stroom[-1].instroom is None and found.daar is None and found.wachttijd is None
    assert {one.daar for one in found.grens} == {None} and found.termijnen[0].totaal is None


# Nobody is found by arithmetic ---------------------------------------------------------------------------------------------

@given(st.lists(st.integers(0, 9), max_size=6))
def test_no_hidden_count_can_be_computed_from_a_sum(counts):
    total = rules.som_telbaar(counts)
    hidden = [n for n in counts if rules.telbaar(n) is None]
    if total is None or not hidden:
        return
    left = total - sum(n for n in counts if rules.telbaar(n) is not None)
    ways = [way for way in product(range(1, SMALL), repeat=len(hidden)) if sum(way) == left]
    assert all(len({way[place] for way in ways}) > 1 for place in range(len(hidden)))


@given(st.integers(0, 60), st.data())
def test_no_part_of_a_total_leaves_a_small_rest(total, data):
    part = data.draw(st.integers(0, total))
    shown = rules.deel_telbaar(total, part)
    assert shown is None or {rules.telbaar(part), rules.telbaar(total - part), rules.telbaar(total)}.isdisjoint({None})


def test_a_forecast_goes_on_as_it_went_and_needs_every_number():
    assert rules.vooruit([10, 12, 14, 16], 3) == 22
    assert rules.vooruit([10, 8, 6], 6) == 0
    assert rules.vooruit([10, None, 14], 3) is None and rules.vooruit([10], 3) is None
    assert rules.vooruit([10, 8], 2) is None, "een kleine groep"
