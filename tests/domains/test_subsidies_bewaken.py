"""The monitoring calendar on the real database: each period one task, whenever the worker comes by."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import bewaken, queries, usecases
from portal.domains.subsidies.model import Bewaking, Bewakingsperiode, BewakingState, Ritme
from portal.jobs import pass_time
from portal.kernel import clock
from portal.kernel.dossier import Termijn
from portal.kernel.errors import NotFound
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import concept_regeling, op, open_regeling

STEP = {Ritme.MAAND: 1, Ritme.KWARTAAL: 3, Ritme.JAAR: 12}
DAY = timedelta(days=1)


def adviseur(world, gemeente="zwolle"):
    return world.medewerker(gemeente, "subsidieadviseur")


def begonnen(world, wie, begint_on=None, ritme=Ritme.MAAND, titel="Wachttijden bekijken", **anders):
    """Something that is watched from a day on, by default a day far enough not to have a task yet."""
    return world.as_(wie, bewaken.maken, titel=titel, ritme=ritme, begint_on=begint_on or clock.today() + timedelta(days=30),
                     **anders)


def ronde(world, wie, on) -> int:
    """One round of the worker on this day."""
    with acting_for(wie.party_id), Session(bind=world.app.engine) as session, session.begin():
        return bewaken.klaarzetten(session, usecases.portaal(wie.party_id), on)


def taken(world, wie, one, open_only=False) -> list[date]:
    """The last days of the tasks, as *Mijn werk* has them."""
    def read(session, _actor):
        rows = session.scalars(select(Termijn).where(Termijn.dossier_id == one.id).order_by(Termijn.due_on)).all()
        return [row.due_on for row in rows if row.met_on is None or not open_only]
    return world.as_(wie, read)


def perioden(world, wie, one) -> list[Bewakingsperiode]:
    return world.as_(wie, lambda session, _a: list(session.scalars(select(Bewakingsperiode).where(
        Bewakingsperiode.dossier_id == one.id).order_by(Bewakingsperiode.uiterlijk_on))))


# Each period one task ---------------------------------------------------------------------------------------------------------

def test_E7_a_period_gets_its_task_two_weeks_before_and_once(world):
    wie = adviseur(world)
    first = clock.today() + timedelta(days=30)
    one = begonnen(world, wie, first)
    assert one.reference.startswith("BEW-") and taken(world, wie, one) == []
    assert ronde(world, wie, first - timedelta(days=15)) == 0
    assert ronde(world, wie, first - timedelta(days=14)) == 1
    assert ronde(world, wie, first - timedelta(days=14)) == 0
    assert taken(world, wie, one) == [first]
    assert ronde(world, wie, first + relativedelta(months=2)) == 2
    assert taken(world, wie, one) == [first, first + relativedelta(months=1), first + relativedelta(months=2)]


def test_E7_what_is_due_soon_has_its_task_at_once(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    assert taken(world, wie, one) == [clock.today()]
    (term,) = world.as_(wie, lambda s, _a: list(s.scalars(select(Termijn).where(Termijn.dossier_id == one.id))))
    assert (term.kind, term.endpoint, term.party_id) == (f"bewaking_{clock.today():%Y%m%d}", "subsidie.bewaking", wie.party_id)
    assert term.wacht_op_permissions == ["subsidie:behandelen"]


def test_E7_the_worker_does_it_for_every_gemeente_by_itself(world):
    zwolle, kampen = adviseur(world), adviseur(world, "kampen")
    ones = [(wie, begonnen(world, wie)) for wie in (zwolle, kampen)]
    world.clock(op(clock.today() + timedelta(days=20)))
    assert [pass_time(world.app) for _ in range(2)] == [2, 0]
    for wie, one in ones:
        assert len(taken(world, wie, one)) == 1


def test_E7_the_last_day_of_the_month_does_not_drift(world):
    wie = adviseur(world)
    one = begonnen(world, wie, date(clock.today().year + 1, 1, 31))
    ronde(world, wie, date(clock.today().year + 1, 5, 20))
    assert [day.day for day in taken(world, wie, one)] == [31, 28 if (clock.today().year + 1) % 4 else 29, 31, 30, 31]
    world.as_(wie, bewaken.stoppen, one.id, reden="Genoeg gezien.")
    leap = begonnen(world, wie, date(2028, 2, 29), Ritme.JAAR)
    ronde(world, wie, date(2032, 3, 1))
    assert [f"{day:%d-%m}" for day in taken(world, wie, leap)] == ["29-02", "28-02", "28-02", "28-02", "29-02"]


def test_E7_after_a_standstill_of_years_every_period_comes_in_parts(world):
    wie = adviseur(world)
    first = clock.today() + timedelta(days=30)
    long, short = begonnen(world, wie, first), begonnen(world, wie, first, Ritme.JAAR)
    late = first + relativedelta(years=4)
    rounds = []
    while made := ronde(world, wie, late):
        rounds.append(made)
    assert rounds == [24, 24, 6] and max(rounds) <= bewaken.PER_KEER
    assert (len(taken(world, wie, long)), len(taken(world, wie, short))) == (49, 5)


@settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(ritme=st.sampled_from(list(Ritme)), begint=st.integers(0, 800),
       days=st.lists(st.integers(0, 1500), min_size=1, max_size=6))
@example(ritme=Ritme.MAAND, begint=0, days=[1500, 1, 1500])
def test_E7_each_period_up_to_the_last_run_has_exactly_one_task(world, ritme, begint, days):
    """For any rhythm, any first day and any list of days on which the worker comes by (not in order, twice, never)."""
    if not hasattr(world, "kijker"):
        world.kijker = adviseur(world)
    wie, first = world.kijker, clock.today() + timedelta(days=begint)
    one = begonnen(world, wie, first, ritme)
    for day in days:
        # Every five minutes, until that day has nothing left.
        while (made := ronde(world, wie, clock.today() + timedelta(days=day))):
            assert made <= bewaken.PER_KEER
    horizon = clock.today() + timedelta(days=max(days)) + bewaken.VOORAF
    due, number = [], 0
    while (day := first + relativedelta(months=number * STEP[ritme])) <= horizon:
        due.append(day)
        number += 1
    assert taken(world, wie, one) == due
    assert [row.uiterlijk_on for row in perioden(world, wie, one)] == due
    world.as_(wie, bewaken.stoppen, one.id, reden="Klaar.")


# What came out ----------------------------------------------------------------------------------------------------------------

def test_E7_a_period_that_is_done_keeps_its_outcome_and_ends_its_task(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    world.as_(wie, bewaken.afronden, one.id, periode=clock.today(), uitkomst=" Niemand wacht langer dan zes weken. ")
    assert taken(world, wie, one, open_only=True) == []
    (row,) = perioden(world, wie, one)
    assert (row.uitkomst, row.afgerond_on, row.afgerond_by) == (
        "Niemand wacht langer dan zes weken.", clock.today(), wie.user_id)
    kinds = [event.kind for event in world.as_(wie, lambda s, _a: queries.events(s, one.id))]
    assert kinds == ["bewaking:afronden", "bewaking:klaarzetten", "bewaking:maken"]
    refuses(world, wie, bewaken.afronden, one.id, periode=clock.today(), uitkomst="Toch niet.", status=409, says="al afgerond")


def test_E7_no_outcome_is_no_outcome(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    refuses(world, wie, bewaken.afronden, one.id, periode=clock.today(), uitkomst=" ", says="wat eruit kwam")
    with pytest.raises(NotFound):
        world.as_(wie, bewaken.afronden, one.id, periode=clock.today() + DAY, uitkomst="Te vroeg.")
    assert taken(world, wie, one, open_only=True) == [clock.today()]


def test_E7_the_database_writes_an_outcome_once_and_in_ones_own_name(world):
    wie, collega = adviseur(world), adviseur(world)
    one = begonnen(world, wie, clock.today())

    def write(session, _actor, **values):
        row = session.scalars(select(Bewakingsperiode).where(Bewakingsperiode.dossier_id == one.id)).one()
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()

    done = {"uitkomst": "Goed.", "afgerond_on": clock.today()}
    with pytest.raises(DBAPIError, match="niet_in_eigen_naam"):
        world.as_(wie, write, **done, afgerond_by=collega.user_id)
    world.as_(wie, write, **done, afgerond_by=wie.user_id)
    with pytest.raises(DBAPIError, match="periode_afgerond"):
        world.as_(wie, write, uitkomst="Anders.")


def test_E7_stopping_ends_the_tasks_and_keeps_what_came_out(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    world.as_(wie, bewaken.afronden, one.id, periode=clock.today(), uitkomst="Goed.")
    later = clock.today() + relativedelta(months=1)
    ronde(world, wie, later)
    refuses(world, wie, bewaken.stoppen, one.id, reden="", says="Schrijf waarom")
    world.as_(wie, bewaken.stoppen, one.id, reden="De afspraak is voorbij.")
    assert taken(world, wie, one, open_only=True) == []
    assert ronde(world, wie, later + timedelta(days=400)) == 0
    found = world.as_(wie, bewaken.kop, one.id)
    assert (found.bewaking.state, found.bewaking.gestopt_reden) == (BewakingState.GESTOPT, "De afspraak is voorbij.")
    assert [row.uitkomst for row in perioden(world, wie, one)] == ["Goed.", ""]
    for act, facts in ((bewaken.stoppen, {"reden": "Nog eens."}), (bewaken.wijzigen, {"titel": "Anders"}),
                       (bewaken.afronden, {"periode": later, "uitkomst": "Te laat."})):
        refuses(world, wie, act, one.id, says="Dit kan niet in deze fase", **facts)


def test_E7_title_and_explanation_can_be_said_better(world):
    wie = adviseur(world)
    one = begonnen(world, wie)
    world.as_(wie, bewaken.wijzigen, one.id, titel="Wachttijden per wijk", toelichting="Vraag de cijfers op.")
    found = world.as_(wie, bewaken.kop, one.id).bewaking
    assert (found.titel, found.toelichting) == ("Wachttijden per wijk", "Vraag de cijfers op.")
    refuses(world, wie, bewaken.wijzigen, one.id, titel=" ", says="waar u op let")


# Who may, and about what ------------------------------------------------------------------------------------------------------

def test_E7_it_can_be_about_a_scheme_that_was_made_public(world):
    loop = open_regeling(world)
    one = begonnen(world, loop.wie.adviseur, regeling_id=loop.regeling_id, bron="Verordening, artikel 12")
    assert world.as_(loop.wie.adviseur, bewaken.kop, one.id).regeling == "Dagbesteding"
    concept = concept_regeling(world, loop.wie, titel="Nog niet")
    assert [row.id for row in world.as_(loop.wie.adviseur, lambda s, a: s.scalars(select(Bewaking)).all())] == [one.id]
    refuses(world, loop.wie.adviseur, bewaken.maken, titel="Te vroeg", ritme=Ritme.JAAR, begint_on=clock.today(),
            regeling_id=concept.regeling_id, status=409, says="nog niet bekendgemaakt")
    with pytest.raises(NotFound):
        begonnen(world, adviseur(world, "kampen"), regeling_id=loop.regeling_id)


@pytest.mark.parametrize(("anders", "says"), [
    ({"titel": " "}, "waar u op let"), ({"begint_on": clock.today() - timedelta(days=4000)}, "al voorbij")])
def test_E7_what_cannot_be_watched(world, anders, says):
    facts = {"titel": "Iets", "ritme": Ritme.JAAR, "begint_on": clock.today()} | anders
    refuses(world, adviseur(world), bewaken.maken, says=says, **facts)


def test_E7_only_who_handles_subsidies_and_only_of_the_own_gemeente(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    lezer = world.medewerker("zwolle", "raadslid")
    refuses(world, lezer, bewaken.maken, titel="Iets", ritme=Ritme.JAAR, begint_on=clock.today(), status=403, says="rol")
    acts = ((bewaken.stoppen, {"reden": "Weg."}), (bewaken.wijzigen, {"titel": "Anders"}),
            (bewaken.afronden, {"periode": clock.today(), "uitkomst": "Goed."}))
    for act, facts in acts:
        refuses(world, lezer, act, one.id, says="Uw rol mag dit niet", **facts)
    for other in (adviseur(world, "kampen"), zorgaanbieder(world, "Vreemd (fictief)").auteur):
        for act, facts in (*acts, (bewaken.kop, {})):
            with pytest.raises(NotFound):
                world.as_(other, act, one.id, **facts)
        assert world.as_(other, lambda s, _a: bewaken.lijst(s).rows) == []


def test_E7_the_list_puts_first_what_waits_longest(world):
    wie, today = adviseur(world), clock.today()
    later = begonnen(world, wie, today + timedelta(days=200), titel="Later")
    soon = begonnen(world, wie, today + timedelta(days=1), titel="Morgen")
    old = begonnen(world, wie, today, titel="Vandaag", ritme=Ritme.KWARTAAL)
    stopped = begonnen(world, wie, today, titel="Gestopt")
    world.as_(wie, bewaken.stoppen, stopped.id, reden="Klaar.")
    world.as_(wie, bewaken.afronden, old.id, periode=today, uitkomst="Goed.")
    rows = world.as_(wie, lambda s, _a: bewaken.lijst(s).rows)
    assert [(row.id, row.open) for row in rows] == [(soon.id, 1), (old.id, 0), (later.id, 0)]
    assert rows[1].aan_de_beurt_on == today + relativedelta(months=3)
    gone = world.as_(wie, lambda s, _a: bewaken.lijst(s, BewakingState.GESTOPT).rows)
    assert [row.titel for row in gone] == ["Gestopt"]
