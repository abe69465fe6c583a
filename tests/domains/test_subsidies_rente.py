"""Interest on what was paid back too late, on the real database: counted from the history, asked by a decision or never."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import queries, rente, tekenen, vorderen
from portal.domains.subsidies.model import VorderingState
from portal.kernel import clock
from portal.kernel.errors import NotFound
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_bezwaar import beslist, ingediend
from tests.domains.test_subsidies_uitvoering import financieel
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel, vordering
from tests.subsidies_world import NepBrieven, mandaat, op

WAAROM = "De ontvanger heeft een reserve en liet niets weten."


def te_laat(world, *, dagen: int = 100, delen=("4040",)):
    """Claimed back € 4.040 and paid in these parts, the first so many days after the last day, each next one ten days on."""
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="rente")
    due = world.as_(geld, lambda s, _a: rente.betaal_tot(s, claim))
    world.clock(op(due + timedelta(days=dagen + 10 * len(delen))))
    for number, deel in enumerate(delen):
        world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(deel),
                  on=due + timedelta(days=dagen + 10 * number))
    return loop, geld, vordering(world, loop), due


def gevraagd(world, loop, claim):
    """Proposed and signed."""
    besluit = world.as_(loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return besluit


def test_interest_is_counted_and_asked_by_a_decision_of_its_own(world):
    loop, geld, claim, due = te_laat(world)
    lines = world.as_(geld, lambda s, _a: rente.telling(s, claim))
    assert lines[0].van == due + timedelta(days=1) and sum(line.dagen for line in lines) == 100
    whole = rente.samen(lines)
    assert abs(whole - Decimal(4040) * 4 * 100 / 36500) < Decimal("0.15"), "4 procent over 100 van 365 of 366 dagen"
    refuses(world, loop.wie.adviseur, rente.voorstellen, claim.id, motivering=" ", says="Schrijf waarom u rente vraagt")
    besluit = gevraagd(world, loop, claim)
    found = vordering(world, loop)
    assert (besluit.bedrag, found.rente, found.nog_open, found.state) == (whole, whole, whole, VorderingState.OPEN)
    terms = world.as_(geld, lambda s, _a: queries.betaaltermijnen(s, claim.id))
    assert [t.met_on is None for t in terms] == [False, True] and terms[1].due_on >= clock.today() + timedelta(weeks=6)
    refuses(world, loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM, status=409, says="al rente gevraagd")
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=whole, on=clock.today())
    assert vordering(world, loop).state == VorderingState.VOLDAAN
    assert world.as_(geld, lambda s, _a: rente.samen(rente.telling(s, vordering(world, loop)))) >= whole


def test_what_was_paid_in_parts_counts_for_the_days_that_it_was_open(world):
    _loop, geld, claim, due = te_laat(world, delen=("2000", "2040"))
    lines = world.as_(geld, lambda s, _a: rente.telling(s, claim))
    assert [line.hoofdsom for line in lines][-1] == Decimal(2040) and lines[-1].tot_en_met == due + timedelta(days=110)
    assert sum(line.dagen for line in lines if line.hoofdsom == 2040) == 10


def test_a_payment_goes_to_the_fee_of_the_reminder_first(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    due = world.as_(geld, lambda s, _a: rente.betaal_tot(s, claim))
    world.clock(op(due + timedelta(days=200)))
    world.as_(geld, vorderen.aanmanen, claim.id)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(20), on=due + timedelta(days=100))
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(4040), on=due + timedelta(days=200))
    lines = world.as_(geld, lambda s, _a: rente.telling(s, claim))
    assert {line.hoofdsom for line in lines} == {Decimal(4040)}, "Awb 4:92, lid 1"


@pytest.mark.parametrize(("dagen", "says"), [(-5, "betaalde op tijd"), (0, "betaalde op tijd"), (3, "Onder € 20,00")])
def test_in_time_or_below_the_floor_there_is_no_interest(world, dagen, says):
    loop, _geld, claim, _due = te_laat(world, dagen=dagen)
    refuses(world, loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM, status=409, says=says)
    assert vordering(world, loop).rente == 0


def test_not_before_all_is_paid_and_not_by_a_neighbour(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    world.clock(op(clock.today() + timedelta(weeks=30)))
    refuses(world, loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM, status=409,
            says="als alles is terugbetaald")
    buur = world.medewerker("kampen", "subsidieadviseur")
    with pytest.raises(NotFound):
        world.as_(buur, rente.voorstellen, claim.id, motivering=WAAROM)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(4_040), on=clock.today())
    with pytest.raises(NotFound):
        world.as_(buur, rente.voorstellen, claim.id, motivering=WAAROM)
    besluit = world.as_(loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM)
    refuses(world, loop.wie.adviseur, rente.voorstellen, claim.id, motivering=WAAROM, status=409, says="ligt al een voorstel")
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), says="mandaat")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="De ontvanger is ziek.")
    assert vordering(world, loop).rente == 0


def test_an_objection_that_succeeds_takes_the_interest_away(world):
    loop, _geld, claim, _due = te_laat(world)
    besluit = gevraagd(world, loop, claim)
    assert beslist(world, loop, ingediend(world, loop, besluit, "Ik was ziek.")).uitkomst == "gegrond"
    found = vordering(world, loop)
    assert (found.state, found.rente, found.nog_open) == (VorderingState.VOLDAAN, 0, 0)


def test_interest_that_was_paid_already_is_put_right_by_people(world):
    loop, geld, claim, _due = te_laat(world)
    besluit = gevraagd(world, loop, claim)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(10), on=clock.today())
    beslist(world, loop, ingediend(world, loop, besluit, "Ik was ziek."))
    assert vordering(world, loop).rente == besluit.bedrag
    assert termijn(world, loop, "werk_herzien") is not None
