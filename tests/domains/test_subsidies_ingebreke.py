"""Late decisions, on the real database: the notice, the days that cost money, and the decision about the sum."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.db import Session
from portal.domains.subsidies import ingebreke, tekenen, usecases
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses, termijn
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import NepBrieven, mandaat, neem_in, op, voorgesteld


def te_laat(world):
    """A proposal waits for a signature, and the term to decide was over yesterday."""
    loop = voorgesteld(world)
    world.clock(op(termijn(world, loop, "beslistermijn").due_on + timedelta(days=1)))
    return loop


def gesteld(world, loop):
    """The notice is sent and taken in."""
    sent = world.as_(loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop


def tijd(world, loop, dagen: int) -> None:
    """So many days later, after the worker did its round."""
    world.clock(op(clock.today() + timedelta(days=dagen)))
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        while ingebreke.dagen_verlopen(session, usecases.portaal(zwolle), clock.today()):
            pass


def meter(world, loop):
    """What it costs until now."""
    return world.as_(loop.wie.adviseur, lambda s, _a: ingebreke.meter(s, loop.subsidie_id, clock.today()))


def test_a_notice_counts_only_after_the_term_and_only_once(world):
    loop = voorgesteld(world)
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id, status=425, says="telt pas daarna")
    world.clock(op(termijn(world, loop, "beslistermijn").due_on + timedelta(days=1)))
    gesteld(world, loop)
    assert termijn(world, loop, "ingebrekestelling").started_on == clock.today()
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id, status=409, says="al in gebreke")


@pytest.mark.parametrize(("dagen", "bedrag"), [(0, "0"), (14, "322"), (28, "812"), (42, "1442"), (60, "1442")])
def test_the_meter_counts_from_two_weeks_after_the_notice_and_stops_after_42_days(world, dagen, bedrag):
    loop = gesteld(world, te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 1)
    tijd(world, loop, dagen - 1 if dagen else -1)
    assert meter(world, loop).bedrag == Decimal(bedrag)


def test_a_decision_in_time_after_the_notice_costs_nothing(world):
    loop = gesteld(world, te_laat(world))
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    assert meter(world, loop).bedrag == 0 and termijn(world, loop, "dwangsombeschikking") is None


def test_what_it_costs_is_a_decision_of_its_own_within_two_weeks(world):
    loop = gesteld(world, te_laat(world))
    refuses(world, loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id, status=409, says="geen dwangsom")
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 11)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    assert termijn(world, loop, "dwangsombeschikking").started_on == clock.today()
    besluit = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id)
    assert besluit.bedrag == Decimal(10 * 23)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert termijn(world, loop, "dwangsombeschikking").met_on == clock.today()


def test_somebody_else_gives_no_notice(world):
    loop = te_laat(world)
    with pytest.raises(NotFound):
        world.as_(zorgaanbieder(world, "Ander (fictief)").verzender, ingebreke.stellen, loop.subsidie_id)


def test_a_notice_by_letter_counts_from_its_day_and_not_before_the_term(world):
    loop = te_laat(world)
    over = clock.today()
    world.clock(op(over + timedelta(days=4)))
    refuses(world, loop.wie.adviseur, ingebreke.papier, loop.subsidie_id, on=over - timedelta(days=1), status=425,
            says="telt niet")
    refuses(world, loop.wie.adviseur, ingebreke.papier, loop.subsidie_id, on=clock.today() + timedelta(days=1),
            says="in de toekomst")
    world.as_(loop.wie.adviseur, ingebreke.papier, loop.subsidie_id, on=over)
    assert termijn(world, loop, "ingebrekestelling").started_on == over
    refuses(world, loop.wie.adviseur, ingebreke.papier, loop.subsidie_id, on=over, status=409, says="al in gebreke")
    with pytest.raises(NotFound):
        world.as_(world.medewerker("kampen", "subsidieadviseur"), ingebreke.papier, loop.subsidie_id, on=over)


def test_the_penalty_waits_until_somebody_says_that_it_was_paid(world):
    loop = gesteld(world, te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 11)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    refuses(world, loop.wie.adviseur, ingebreke.betaald, loop.subsidie_id, status=409, says="geen dwangsom om te betalen")
    besluit = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    world.as_(loop.wie.adviseur, ingebreke.betaald, loop.subsidie_id)
    assert termijn(world, loop, "betaling").met_on == clock.today()
