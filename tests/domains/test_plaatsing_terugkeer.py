"""The way home and what is left of an old right: two questions, a plan, and nothing that happens by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.domains.plaatsingen import aanbieden, overzicht, plaatsen, rules, terugkeer
from portal.domains.plaatsingen.model import Plaatsing, PlaatsingState
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from tests import plaatsingen_world as pw

DAY = timedelta(days=1)


def plaatsing(world, loop) -> Plaatsing:
    return world.see(loop.wie.consulent, lambda s: load(s, Plaatsing, loop.plaatsing_id))


def wacht(world, loop, kind: str) -> list[date]:
    """Until when this work waits, where it is not done."""
    return world.see(loop.wie.consulent, lambda s: list(s.scalars(select(Termijn.due_on).where(
        Termijn.dossier_id == loop.plaatsing_id, Termijn.kind == kind, Termijn.met_on.is_(None)))))


def toets(world, loop, mogelijk=True, helpt=True, **anders):
    return world.as_(loop.wie.consulent, terugkeer.toetsen, loop.plaatsing_id, **{
        "besproken_on": clock.today(), "mogelijk": mogelijk, "helpt_herstel": helpt, **anders})


def plan(**anders) -> dict:
    return {"plan_on": clock.today() + 30 * DAY, "waarheen": "Een eigen huis in Kampen", "aansluitend": "thuisondersteuning",
            "plan": "De begeleider belt elke week.", **anders}


def afgesproken_weken() -> int:
    return terugkeer.load_config("plaatsingen")["werk"]["terugkeer"]["weeks"]


# The review ----------------------------------------------------------------------------------------------------------------

def test_C4_AC1_a_review_waits_periodically_and_a_return_begins_only_after_two_yeses(world):
    loop = pw.verblijvend(world)
    assert wacht(world, loop, "werk_terugkeer") == [clock.today() + timedelta(weeks=afgesproken_weken())]
    with pytest.raises(Refused, match="twee keer ja"):
        world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())

    again = clock.today() + 90 * DAY
    toets(world, loop, helpt=False, reden="Het werk is hier.", opnieuw_on=again)
    assert plaatsing(world, loop).state == PlaatsingState.VERBLIJF, "een toets verandert niets"
    assert wacht(world, loop, "werk_terugkeer") == [again]
    with pytest.raises(Refused, match="twee keer ja"):
        world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())

    world.clock(again)
    toets(world, loop)
    assert wacht(world, loop, "werk_terugkeer") == [] and len(wacht(world, loop, "werk_uitstroom")) == 1
    world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())
    assert plaatsing(world, loop).state == PlaatsingState.UITSTROOM
    assert wacht(world, loop, "werk_uitstroom") == []
    found = world.see(loop.wie.consulent, lambda s: s.scalar(select(Aantekening.tekst).where(
        Aantekening.stap == terugkeer.NOOT)))
    assert "Een eigen huis in Kampen" in found and "belt elke week" in found
    facts = world.see(loop.wie.consulent, lambda s: s.scalar(select(CaseEvent.facts).where(
        CaseEvent.kind == "plaatsing:uitstromen")))
    assert facts == {"plan_on": str(clock.today() + 30 * DAY), "aansluitend": "thuisondersteuning"}


@pytest.mark.parametrize("mogelijk,helpt", [(True, False), (False, True), (False, False)])
def test_C4_AC2_a_no_needs_a_reason_and_a_next_day(world, mogelijk, helpt):
    loop = pw.verblijvend(world)
    later = clock.today() + 60 * DAY
    for given_, said in (({"opnieuw_on": later}, "Schrijf waarom"), ({"reden": "Nog niet veilig."}, "Kies een dag"),
                         ({"reden": "Nog niet veilig.", "opnieuw_on": clock.today()}, "na vandaag"),
                         ({"reden": "  ", "opnieuw_on": later}, "Schrijf waarom")):
        with pytest.raises(Refused, match=said):
            toets(world, loop, mogelijk, helpt, **given_)
    found = toets(world, loop, mogelijk, helpt, reden="Nog niet veilig.", opnieuw_on=later)
    assert (found.reden, found.opnieuw_on) == ("Nog niet veilig.", later)


def test_a_review_without_an_answer_or_with_an_impossible_day_is_refused_and_nothing_is_kept(world):
    loop = pw.verblijvend(world)
    for given_, said in (({"mogelijk": None}, "Beantwoord beide vragen"),
                         ({"besproken_on": clock.today() + DAY}, "in de toekomst"),
                         ({"besproken_on": date(2020, 1, 1)}, "voor de melding")):
        with pytest.raises(Refused, match=said):
            toets(world, loop, **given_)
    assert world.behind("SELECT count(*) FROM portal.terugkeertoets")[0][0] == 0


def test_a_review_is_of_who_lives_on_a_place_and_of_the_own_gemeente(world):
    loop = pw.geplaatst(world)
    with pytest.raises(Refused, match="zolang iemand op een plek woont"):
        toets(world, loop)
    with pytest.raises(NotFound):
        world.as_(pw.personen(world, "zwolle").consulent, terugkeer.toetsen, loop.plaatsing_id, besproken_on=clock.today(),
                  mogelijk=True, helpt_herstel=True)
    with pytest.raises(Refused, match="rol mag dit niet"):
        world.as_(loop.wie.tekenaar, terugkeer.toetsen, loop.plaatsing_id, besproken_on=clock.today(), mogelijk=True,
                  helpt_herstel=True)


def test_the_last_review_counts_also_when_two_were_done_on_one_day(world):
    loop = pw.verblijvend(world)
    toets(world, loop)
    toets(world, loop, mogelijk=False, reden="Het huis ging niet door.", opnieuw_on=clock.today() + 30 * DAY)
    assert wacht(world, loop, "werk_uitstroom") == []
    with pytest.raises(Refused, match="twee keer ja"):
        world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())
    toets(world, loop)
    world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())


def test_a_plan_for_the_way_home_is_complete_or_refused(world):
    loop = pw.verblijvend(world)
    toets(world, loop)
    for wrong, said in (({"plan_on": clock.today() - DAY}, "in het verleden"), ({"waarheen": " "}, "waar de inwoner"),
                        ({"aansluitend": "niets"}, "welke ondersteuning"), ({"plan": ""}, "wat u met de inwoner")):
        with pytest.raises(Refused, match=said):
            world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan(**wrong))
    assert plaatsing(world, loop).state == PlaatsingState.VERBLIJF


# The end of what runs without a place ----------------------------------------------------------------------------------------

def test_a_pgb_ends_on_a_day_and_a_stay_does_not_end_this_way(world):
    loop = pw.geplaatst(world, vorm="pgb")
    world.clock(timedelta(days=20))
    for on, said in ((clock.today() + DAY, "toekomst"), (plaatsing(world, loop).van - DAY, "Eerder eindigen kan niet")):
        with pytest.raises(Refused, match=said):
            world.as_(loop.wie.consulent, plaatsen.beeindigen, loop.plaatsing_id, on=on, einde="eigen_keuze")
    with pytest.raises(Refused, match="Kies waarom"):
        world.as_(loop.wie.consulent, plaatsen.beeindigen, loop.plaatsing_id, on=clock.today(), einde="zomaar")
    world.as_(loop.wie.consulent, plaatsen.beeindigen, loop.plaatsing_id, on=clock.today(), einde="eigen_keuze")
    assert plaatsing(world, loop).state == PlaatsingState.BEEINDIGD


def test_who_still_lives_on_a_place_ends_there_first(world):
    loop = pw.verblijvend(world)
    with pytest.raises(Refused, match="woont nog op een plek"):
        world.as_(loop.wie.consulent, plaatsen.beeindigen, loop.plaatsing_id, on=clock.today(), einde="eigen_keuze")


# A second move ---------------------------------------------------------------------------------------------------------------

def opnieuw(world, loop) -> pw.Plaatsingsloop:
    """The stay ended, and the same person waits for a place again."""
    world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="andere_plek")
    return pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)))


def test_C3_AC4_a_second_move_is_counted_before_it_is_done(world):
    first = pw.verblijvend(world)
    def count(loop):
        return world.see(loop.wie.consulent, lambda s: overzicht.verhuizingen(s, load(s, Plaatsing, loop.plaatsing_id)))
    assert count(first) == 1, "waar iemand nu woont"
    second = opnieuw(world, first)
    assert count(second) == 1 and rules.verhuist_opnieuw(1) and not rules.verhuist_opnieuw(0)


# A right of before a transition ---------------------------------------------------------------------------------------------

dagen = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@given(dagen, dagen)
def test_C14_AC1_protected_until_the_end_of_the_indication_or_five_years_on(indicatie, overgang):
    last = rules.recht_van_vroeger_tot(indicatie, overgang)
    assert last <= indicatie and last in (indicatie, rules.beschermd_tot(date.max, overgang))


@given(dagen, dagen, dagen)
def test_C14_AC2_an_old_right_ends_where_a_new_grant_begins_and_never_later(indicatie, overgang, nieuw):
    last = rules.recht_van_vroeger_tot(indicatie, overgang, nieuw)
    assert last < nieuw and last <= rules.beschermd_tot(indicatie, overgang)


def test_C14_AC2_the_old_row_stays_as_it_was_until_a_new_grant(world):
    """The right of before stands in its own row. A later grant is a row of its own: it changes no word of the old one."""
    vroeger = {"indicatie_tot": clock.today() + 700 * DAY, "overgang_on": clock.today() - 100 * DAY}
    old = pw.geplaatst(world, **vroeger)
    def row(loop):
        found = plaatsing(world, loop)
        return found.indicatie_tot, found.overgang_on, found.van, found.product
    def newer(loop):
        return world.see(loop.wie.consulent, lambda s: overzicht.rond(s, load(s, Plaatsing, loop.plaatsing_id)).nieuwer)
    before = row(old)
    assert newer(old) is None
    world.clock(timedelta(days=30))
    new = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=old.wie, persoon_id=old.toegang.persoon_id)))
    begins = plaatsing(world, new).van
    assert row(old) == before and newer(old) == begins and newer(new) is None
    assert rules.recht_van_vroeger_tot(*before[:2], begins) == begins - DAY


# On the way home -------------------------------------------------------------------------------------------------------------

def op_weg(world, dagen: int = 30) -> pw.Plaatsingsloop:
    """Somebody lives on a place and is on the way home."""
    loop = pw.verblijvend(world)
    toets(world, loop)
    world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan(plan_on=clock.today() + dagen * DAY))
    return loop


def test_C4_the_way_home_is_followed_until_the_day_of_the_plan_and_the_plan_can_change(world):
    loop = op_weg(world)
    assert wacht(world, loop, "werk_thuis") == [clock.today() + 30 * DAY]
    world.clock(20 * DAY)
    later = clock.today() + 60 * DAY
    with pytest.raises(Refused, match="in het verleden"):
        world.as_(loop.wie.consulent, terugkeer.plan_bijstellen, loop.plaatsing_id, **plan(plan_on=clock.today() - DAY))
    world.as_(loop.wie.consulent, terugkeer.plan_bijstellen, loop.plaatsing_id, **plan(plan_on=later, plan="Een maand later."))
    assert wacht(world, loop, "werk_thuis") == [later] and plaatsing(world, loop).state == PlaatsingState.UITSTROOM
    assert world.see(loop.wie.consulent, lambda s: overzicht.rond(s, load(s, Plaatsing, loop.plaatsing_id))
                     .uitstroom[0]["plan_on"]) == later.isoformat()
    world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="uitstroom_zelfstandig")
    assert wacht(world, loop, "werk_thuis") == []


def test_C4_who_relapses_stays_on_the_place_with_a_reason_and_is_looked_at_again(world):
    loop = op_weg(world)
    for act, said in ((lambda: world.as_(loop.wie.consulent, terugkeer.terug_naar_verblijf, loop.plaatsing_id, reden=" "),
                       "Schrijf waarom"),
                      (lambda: world.as_(loop.wie.tekenaar, terugkeer.terug_naar_verblijf, loop.plaatsing_id, reden="x"),
                       "rol mag dit niet")):
        with pytest.raises(Refused, match=said):
            act()
    with pytest.raises(NotFound):
        world.as_(pw.personen(world, "zwolle").consulent, terugkeer.terug_naar_verblijf, loop.plaatsing_id, reden="x")
    world.as_(loop.wie.consulent, terugkeer.terug_naar_verblijf, loop.plaatsing_id, reden="Het ging thuis niet.")
    assert plaatsing(world, loop).state == PlaatsingState.VERBLIJF
    assert wacht(world, loop, "werk_thuis") == [] and len(wacht(world, loop, "werk_terugkeer")) == 1
    kept = world.see(loop.wie.consulent, lambda s: s.scalar(select(Aantekening.tekst).where(
        Aantekening.stap == "terug_naar_verblijf")))
    assert kept == "Het ging thuis niet."
    with pytest.raises(Refused, match="Doe eerst de toets"):
        world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())
    toets(world, loop)
    world.as_(loop.wie.consulent, terugkeer.naar_huis, loop.plaatsing_id, **plan())


def test_C4_who_is_away_for_a_while_on_the_way_home_keeps_the_place_and_is_looked_at_again(world):
    loop = op_weg(world)
    world.as_(loop.wie.consulent, aanbieden.stilleggen, loop.verblijf_id, reden="Opname.")
    assert plaatsing(world, loop).state == PlaatsingState.GESTOPT and wacht(world, loop, "werk_thuis") == []
    assert len(wacht(world, loop, "werk_terugkeer")) == 1
    world.as_(loop.wie.consulent, aanbieden.hervatten, loop.verblijf_id)
    assert plaatsing(world, loop).state == PlaatsingState.VERBLIJF


def test_who_lives_nowhere_any_more_does_not_stay(world):
    loop = pw.geplaatst(world)
    world.behind("UPDATE portal.dossier SET state = 'uitstroom' WHERE id = :p", p=loop.plaatsing_id)
    with pytest.raises(Refused, match="woont niet meer op een plek"):
        world.as_(loop.wie.consulent, terugkeer.terug_naar_verblijf, loop.plaatsing_id, reden="Toch niet.")
