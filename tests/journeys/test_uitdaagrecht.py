"""The Right to Challenge in a browser, on a phone, with and without script: from an idea to a subsidy, a no and the objection
to it, and a plan that another gemeente takes over."""

import pytest

from tests.journeys import uitdaag_walk as walk
from tests.journeys.conftest import demo_in

ON_A_PHONE = pytest.mark.parametrize(("script", "breed"), [(True, 390), (False, 320)], ids=["met-script", "zonder-script"])


@pytest.fixture(scope="module")
def demo(worker_id):
    """A demo of its own: days go by in it."""
    yield from demo_in(f"{worker_id}-uitdaagrecht")


@pytest.fixture
def phone(theatre, script, breed):
    """Everybody holds a phone, also who works at the gemeente."""
    theatre.script, theatre.screen = script, {"width": breed, "height": 800}
    yield theatre
    assert theatre.complaints == []


@ON_A_PHONE
def test_from_an_idea_to_a_subsidy_with_the_same_history(phone, script):
    plan = walk.typed_before_login(phone, f"jo{script:d}@voorbeeld.example", "Zwolle", "Hulp bij huiswerk")
    walk.asked(phone, plan)
    walk.sent(phone, plan)
    walk.taken_up(phone, plan)
    walk.talked(phone, plan)
    walk.judged(phone, plan, oordeel="voldoet", route="subsidie", advies="proef")
    walk.answered(phone, plan, "proef").sees("Ja, als proef")
    walk.agreed(phone, plan)
    walk.subsidised(phone, plan)


@ON_A_PHONE
def test_a_no_with_grounds_and_an_objection_that_another_decides_on(phone, script):
    plan = walk.with_digid(phone, "Jo de Bruin" if script else "Hans Akkerman", "zwolle")
    walk.sent(phone, plan)
    walk.taken_up(phone, plan)
    walk.talked(phone, plan)
    walk.judged(phone, plan, oordeel="voldoet_niet", route="subsidie", advies="afwijzen")
    walk.answered(phone, plan, "afwijzen", "duurder", "kwaliteit_onzeker").sees("Nee")
    walk.objected(phone, plan)
    walk.reconsidered(phone, plan)


@ON_A_PHONE
def test_a_plan_for_another_gemeente_goes_there_at_once_and_its_first_day_stays(phone, script):
    plan = walk.typed_before_login(phone, f"els{script:d}@voorbeeld.example", "Hardenberg")
    walk.sent(phone, plan)
    first = phone.today()
    phone.clock("+3d")
    walk.passed_on(phone, plan, first)
    walk.received(phone, plan, first, phone.today())
