"""What time does by itself, through the very call of the worker: at every gemeente, and case by case."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal import jobs
from portal.domains.subsidies import queries, uitvoering, usecases
from portal.domains.subsidies.model import State, StopState
from portal.domains.subsidies.workflow import SUBSIDIE
from portal.web.log import JsonLines
from tests.domains.test_subsidies import termijn
from tests.domains.test_subsidies_vaststellen import afgelopen, teveel, verantwoord
from tests.subsidies_world import beoordeeld, geschreven, op, open_regeling, subsidie, verleend


@pytest.fixture
def told():
    """What the log of this says, as lines on standard output."""
    lines, log = [], logging.getLogger("portal.subsidies.tijd")
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(JsonLines().format(record))
    log.addHandler(handler)
    yield lines
    log.removeHandler(handler)


def met_werk(world) -> set:
    """The parties that must act somewhere: whom the worker would visit by that alone."""
    with world.app.engine.connect() as connection:
        return set(connection.execute(text("SELECT portal.partijen_met_werk()")).scalars())


def test_time_passes_at_a_gemeente_that_has_nothing_to_do_itself(world):
    loop = verleend(world)
    zwolle = loop.wie.adviseur.party_id
    world.behind("UPDATE portal.termijn SET met_on = started_on WHERE party_id = :z", z=zwolle)
    assert zwolle not in met_werk(world)
    world.clock(op(subsidie(world, loop).tot))
    assert [jobs.pass_time(world.app) for _ in range(2)] == [1, 0]
    assert subsidie(world, loop).state == State.VERANTWOORDEN


def test_one_case_that_fails_holds_up_no_other(world, told):
    one = verleend(world)
    two = verleend(world, geschreven(world, open_regeling(world, one.wie, titel="Andere regeling")))
    publication = {"r": one.regeling_id}
    kept = world.behind("SELECT CAST(inhoud AS text) FROM portal.regeling_publicatie WHERE dossier_id = :r", **publication)
    # A scheme that this version cannot read.
    world.behind("UPDATE portal.regeling_publicatie SET inhoud = inhoud - 'afdeling_4_2_8' WHERE dossier_id = :r",
                 **publication)
    world.clock(op(subsidie(world, one).tot))
    assert jobs.pass_time(world.app) == 1
    assert (subsidie(world, one).state, subsidie(world, two).state) == (State.VERLEEND, State.VERANTWOORDEN)
    assert len(told) == 1 and str(one.subsidie_id) in told[0] and "KeyError" in told[0]
    assert subsidie(world, one).titel not in told[0] and "afdeling_4_2_8" not in told[0]
    world.behind("UPDATE portal.regeling_publicatie SET inhoud = CAST(:i AS jsonb) WHERE dossier_id = :r", i=kept[0][0],
                 **publication)
    assert jobs.pass_time(world.app) == 1
    assert subsidie(world, one).state == State.VERANTWOORDEN


def test_one_kind_of_time_that_fails_holds_up_no_other(world, monkeypatch):
    loop = verleend(world)
    world.clock(op(subsidie(world, loop).tot))

    def broken(_session, _actor, _on):
        raise RuntimeError("kapot")

    monkeypatch.setattr(jobs, "TIME", (broken, *jobs.TIME))
    with pytest.raises(jobs.PartlyDone):
        jobs.pass_time(world.app)
    assert subsidie(world, loop).state == State.VERANTWOORDEN


def test_a_stop_that_a_person_ended_meanwhile_is_left_alone(world, told):
    loop = verleend(world)
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id,
                     reden="De locatie is volgens de buren al weken dicht.")
    due = world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, stop.id, "betalingsopschorting")).due_on
    # Ended by somebody between the moment that the worker looked and its lock.
    world.behind("UPDATE portal.dossier SET state = 'beeindigd' WHERE id = :i", i=stop.id)
    world.clock(op(due.replace(year=due.year + 1)))
    jobs.pass_time(world.app)
    assert told == []
    assert world.as_(loop.wie.adviseur, lambda s, _a: s.get(type(stop), stop.id)).state == StopState.BEEINDIGD


ZIENSWIJZE = {"beoordeeld": (beoordeeld, "werk_voorstellen"), "verleend": (verleend, "werk_voorstellen"),
              "verantwoorden": (afgelopen, "werk_voorstellen"),
              "in_vaststelling": (lambda world: verantwoord(world, afgelopen(world)), "werk_vaststellen"),
              "vastgesteld": (teveel, "werk_terugvorderen")}


@pytest.mark.parametrize("state", ZIENSWIJZE)
def test_after_a_view_that_nobody_gave_the_work_of_that_moment_waits(world, state):
    maak, wacht = ZIENSWIJZE[state]
    loop = maak(world)
    assert subsidie(world, loop).state == state
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een bewoner zei iets anders.")
    world.behind("UPDATE portal.termijn SET met_on = started_on WHERE dossier_id = :d AND kind LIKE 'werk_%'",
                 d=loop.subsidie_id)

    def waits() -> set:
        return {kind for kind in usecases.NA_ZIENSWIJZE.values() if world.as_(
            loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, kind, open_only=True))}

    due = termijn(world, loop, "zienswijze").due_on
    world.clock(op(due))
    jobs.pass_time(world.app)
    assert waits() == set()
    world.clock(op(due + timedelta(days=1)))
    jobs.pass_time(world.app)
    assert waits() == {wacht}


def test_every_state_in_which_a_view_is_asked_has_its_work():
    """A new state that may ask for a view says here what follows."""
    assert set(ZIENSWIJZE) == set(usecases.NA_ZIENSWIJZE) == set(SUBSIDIE.steps["zienswijze_vragen"].source)
