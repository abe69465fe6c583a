"""Who has an interest in a case decides nothing in it, and enters nothing that moves its terms (Awb 2:4)."""

from datetime import timedelta

import pytest

from portal.domains.subsidies import bezwaar, ingebreke, posten, steunregister, usecases
from portal.kernel import clock
from portal.kernel.errors import Refused
from tests.subsidies_world import beoordeeld, geschreven, in_behandeling, open_regeling, personen, verleend


def met_belang(world, loop, person):
    """This person declares an interest in the case."""
    world.as_(person, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer werkt daar.")


def op_papier(world, loop):
    """As if the applicant never came to the portal."""
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)


def refused(world, person, act, *args, **facts):
    with pytest.raises(Refused, match=r"belang|organisatie") as error:
        world.as_(person, act, *args, **facts)
    return error.value


def history(world) -> int:
    return world.behind("SELECT count(*) FROM portal.case_event")[0][0]


def test_the_assessment_is_not_opened_again_and_the_decision_not_put_off(world):
    loop = beoordeeld(world)
    met_belang(world, loop, loop.wie.collega)
    before = history(world)
    refused(world, loop.wie.collega, usecases.heropenen, loop.subsidie_id, reden="Wij misten iets.")
    refused(world, loop.wie.collega, usecases.uitstellen, loop.subsidie_id, tot=clock.today() + timedelta(days=90),
            reden="Te druk.")
    assert history(world) == before


@pytest.mark.parametrize(("act", "facts"), [
    (usecases.papieren_aanvulling, {}), (usecases.papieren_zienswijze, {"punten": ["Het klopt niet."]})],
    ids=["aanvulling", "zienswijze"])
def test_what_came_on_paper_is_entered_by_another(world, act, facts):
    loop = in_behandeling(world)
    op_papier(world, loop)
    met_belang(world, loop, loop.wie.collega)
    assert refused(world, loop.wie.collega, act, loop.subsidie_id, on=clock.today(), **facts).status == 403


def test_the_day_of_the_post_the_register_of_small_aid_and_a_paid_penalty_are_recorded_by_another(world):
    loop = verleend(world)
    op_papier(world, loop)
    met_belang(world, loop, loop.wie.collega)
    for act, about, facts in ((posten.posten, loop.besluit_id, {"on": clock.today()}),
                              (steunregister.melden, loop.subsidie_id, {"nummer": "SA-1"}),
                              (ingebreke.betaald, loop.subsidie_id, {})):
        assert refused(world, loop.wie.collega, act, about, **facts).status == 403


def test_the_order_of_a_tender_is_set_by_nobody_with_an_interest_in_one_of_them(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, verdeling="tender")
    loops = [beoordeeld(world, geschreven(world, scheme, wie=n)) for n in range(2)]
    met_belang(world, loops[1], wie.collega)
    world.clock(world.behind("SELECT sluit_at + interval '1 hour' FROM portal.regeling_publicatie")[0][0])
    assert refused(world, wie.collega, usecases.rangschikken, scheme.regeling_id).status == 403
    assert world.behind("SELECT count(*) FROM portal.subsidie WHERE rang IS NOT NULL")[0][0] == 0
    world.as_(wie.adviseur, usecases.rangschikken, scheme.regeling_id)
    assert world.behind("SELECT count(*) FROM portal.subsidie WHERE rang IS NOT NULL")[0][0] == 2


def test_an_objection_on_paper_is_entered_by_nobody_who_made_the_decision_or_has_an_interest(world):
    loop = verleend(world)
    letter = {"gronden": ["Het is te laag."], "on": clock.today()}
    olivier = world.medewerker("zwolle", "bezwaarbehandelaar", "subsidieadviseur")
    met_belang(world, loop, olivier)
    assert refused(world, olivier, bezwaar.papier, loop.besluit_id, **letter).status == 403
    with pytest.raises(Refused, match="betrokken") as error:
        world.as_(loop.wie.adviseur, bezwaar.papier, loop.besluit_id, **letter)
    assert error.value.status == 403
    assert world.behind("SELECT count(*) FROM portal.bezwaar")[0][0] == 0
    other = world.medewerker("zwolle", "bezwaarbehandelaar")
    assert world.as_(other, bezwaar.papier, loop.besluit_id, **letter).id
