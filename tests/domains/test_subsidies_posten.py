"""The posting day of a letter on paper, on the real database: recorded, corrected, and what runs from it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal.domains.subsidies import bezwaar, posten, queries, rente, tekenen
from portal.domains.subsidies.model import Subsidie
from portal.kernel import clock
from portal.kernel.dossier import count_of, load
from portal.kernel.sentences import settle
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_inzicht import op_papier
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel, vordering
from tests.subsidies_world import NepBrieven, op, open_regeling, verleend, voorgesteld

DAY = timedelta(days=1)


def brief(world, dag: date | None = None):
    """A grant on paper, signed on this day."""
    if dag:
        world.clock(op(dag))
    loop = voorgesteld(world, op_papier(world, open_regeling(world), "Buurtclub De Brug (fictief)"),
                       voorstel={"bedrag": Decimal(5_000)})
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=NepBrieven(world))
    return loop


def gepost(world, loop, on, **anders):
    """Who posted the letter records the day."""
    return world.as_(loop.wie.adviseur, posten.posten, loop.besluit_id, on=on, **anders)


def dagen(world, loop) -> list:
    """What the history says of it: the day, and the one before."""
    found = world.as_(loop.wie.adviseur, lambda s, _a: queries.events(s, loop.subsidie_id))
    return [(e.facts["gepost_on"], e.facts["was_on"]) for e in reversed(found) if e.kind == "subsidie:posten"]


@pytest.mark.parametrize(("on", "last"), [
    (date(2026, 3, 13), date(2026, 4, 24)), (date(2026, 2, 20), date(2026, 4, 7)), (date(2026, 3, 24), date(2026, 5, 6)),
    (date(2026, 4, 2), date(2026, 5, 18)), (date(2026, 11, 13), date(2026, 12, 28)),
])
def test_the_vectors_of_the_law_run_from_the_day_after_posting(world, on, last):
    loop = brief(world, on - 2 * DAY)
    assert termijn(world, loop, "bezwaartermijn") is None, "tekenen is nog geen bekendmaking"
    assert termijn(world, loop, "werk_posten").met_on is None
    world.clock(op(on + DAY))
    assert gepost(world, loop, on).due_on == last
    count = world.as_(loop.wie.adviseur, lambda s, _a: count_of(s, queries.termijn(s, loop.subsidie_id, "bezwaartermijn")))
    assert count.count[1].date == on + DAY and termijn(world, loop, "werk_posten").met_on is not None


def test_not_before_signing_not_in_the_future_and_only_for_paper(world):
    loop = brief(world)
    today = clock.today()
    refuses(world, loop.wie.adviseur, posten.posten, loop.besluit_id, on=today - DAY, says="is getekend op")
    refuses(world, loop.wie.adviseur, posten.posten, loop.besluit_id, on=today + DAY, says="in de toekomst")
    refuses(world, world.medewerker("kampen", "subsidieadviseur"), posten.posten, loop.besluit_id, on=today, status=404)
    refuses(world, loop.wie.tekenaar, posten.posten, loop.besluit_id, on=today, says="Uw rol mag dit niet")
    assert dagen(world, loop) == []
    other = verleend(world, None)
    refuses(world, other.wie.adviseur, posten.posten, other.besluit_id, on=today, status=409, says="in het portaal")
    assert termijn(world, other, "bezwaartermijn") is not None
    unsigned = voorgesteld(world, op_papier(world, open_regeling(world, titel="Later"), "Club (fictief)"),
                           voorstel={"bedrag": Decimal(5_000)})
    refuses(world, unsigned.wie.adviseur, posten.posten, unsigned.besluit_id, on=today, status=409, says="niet getekend")


def test_a_correction_moves_the_term_and_history_keeps_both_days(world):
    loop = brief(world)
    signed = clock.today()
    world.clock(op(signed + 4 * DAY))
    gepost(world, loop, signed)
    first = termijn(world, loop, "bezwaartermijn").due_on
    refuses(world, loop.wie.adviseur, posten.posten, loop.besluit_id, on=signed, status=409, says="staat er al")
    refuses(world, loop.wie.adviseur, posten.posten, loop.besluit_id, on=signed + 3 * DAY, says="Schrijf waarom")
    moved = gepost(world, loop, signed + 3 * DAY, reden="De post werd pas donderdag gehaald.")
    assert moved.due_on > first and moved.started_on == signed + 3 * DAY and moved.met_on is None
    assert dagen(world, loop) == [(signed.isoformat(), None), ((signed + 3 * DAY).isoformat(), signed.isoformat())]
    [note] = [n.tekst for n in world.as_(loop.wie.adviseur, lambda s, _a: queries.aantekeningen(s, loop.subsidie_id))
              if n.stap == "posten"]
    assert note == "De post werd pas donderdag gehaald."


def test_an_objection_is_in_time_by_the_day_of_posting_and_stops_corrections(world):
    loop = brief(world)
    signed = clock.today()
    world.clock(op(signed + 10 * DAY))
    last = gepost(world, loop, signed + 10 * DAY).due_on
    world.clock(op(last))
    handler = world.medewerker("zwolle", "bezwaarbehandelaar")
    found = world.as_(handler, bezwaar.papier, loop.besluit_id, gronden=["De telling klopt niet."], on=last)
    assert found.tijdig, "zes weken na het tekenen was te laat geweest"
    assert termijn(world, loop, "bezwaartermijn").met_on == last
    refuses(world, loop.wie.adviseur, posten.posten, loop.besluit_id, on=signed, reden="Vergist.", status=409,
            says="al bezwaar gemaakt")


def test_what_a_claim_on_paper_asks_is_due_from_the_same_day(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)

    def due():
        return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, claim.id, "betaling")).due_on

    before, signed = due(), clock.today()
    world.clock(op(signed + 7 * DAY))
    world.as_(loop.wie.adviseur, posten.posten, claim.besluit_id, on=signed + 7 * DAY)
    assert due() == before + 7 * DAY
    found = vordering(world, loop)
    assert world.as_(loop.wie.adviseur, lambda s, _a: rente.betaal_tot(s, found)) == due()


# The database says it too ---------------------------------------------------------------------------------------------------

def vastgelegd(session, actor, loop, on, was=None, besluit=None) -> None:
    """The line of history as `posten` writes it, past everything that asks."""
    load(session, Subsidie, loop.subsidie_id).record("subsidie:posten", actor=actor, besluit=str(besluit or loop.besluit_id),
                                                     gepost_on=on and on.isoformat(), was_on=was and was.isoformat())
    settle(session)


@pytest.mark.parametrize(("days", "says"), [(-1, "Voordat het besluit is getekend"), (6, "in de toekomst"),
                                            (None, "Er is nog geen brief")])
def test_the_database_keeps_no_day_that_cannot_be(world, days, says):
    loop = brief(world)
    signed = clock.today()
    world.clock(op(signed + 5 * DAY))
    refuses(world, loop.wie.adviseur, vastgelegd, loop, None if days is None else signed + days * DAY, says=says)
    assert dagen(world, loop) == []
    world.as_(loop.wie.adviseur, vastgelegd, loop, signed + 5 * DAY)


def test_the_database_keeps_what_was_recorded(world):
    """Nobody changes a line; another day names the one before it, and none comes after an objection."""
    loop = brief(world)
    signed = clock.today()
    world.clock(op(signed + 5 * DAY))
    gepost(world, loop, signed + 2 * DAY)
    for on, was in ((signed + 3 * DAY, None), (signed + 3 * DAY, signed), (signed + 2 * DAY, signed + 2 * DAY)):
        refuses(world, loop.wie.adviseur, vastgelegd, loop, on, was, status=409, says="staat vast")
    with pytest.raises(ProgrammingError, match="permission denied"):
        world.as_(loop.wie.adviseur, lambda s, _a: s.execute(text(
            "UPDATE portal.case_event SET facts = '{}' WHERE kind = 'subsidie:posten'")))
    handler = world.medewerker("zwolle", "bezwaarbehandelaar")
    found = world.as_(handler, bezwaar.papier, loop.besluit_id, gronden=["De telling klopt niet."], on=clock.today())
    refuses(world, loop.wie.adviseur, vastgelegd, loop, signed + 3 * DAY, signed + 2 * DAY, status=409, says="staat vast")
    world.as_(handler, bezwaar.papieren_intrekking, found.id, on=clock.today())
    world.as_(loop.wie.adviseur, vastgelegd, loop, signed + 3 * DAY, signed + 2 * DAY)


def test_the_database_knows_of_which_case_the_letter_is(world):
    loop, other = brief(world), verleend(world, None)
    refuses(world, loop.wie.adviseur, vastgelegd, loop, clock.today(), besluit=other.besluit_id, status=409,
            says="Er is nog geen brief")
