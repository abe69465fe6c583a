"""A plan that got a yes becomes a subsidy application or a procurement, with the same history (requirements D4)."""

import uuid
from decimal import Decimal

import pytest

from portal import jobs
from portal.db import Session
from portal.domains.subsidies import aanvragen
from portal.domains.subsidies.model import Subsidie
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import queries
from portal.kernel.errors import NotFound, Refused
from portal.processes import uitdaging as van_plan
from portal.tenants.scope import acting_for
from tests import inkoop_world, subsidies_world
from tests.uitdaagrecht_world import PLAN, besloten, ingediend, subsidiabel


def test_D4_AC1_a_plan_becomes_a_subsidy_application_with_the_same_history(world):
    loop = subsidiabel(world)
    scheme = subsidies_world.open_regeling(world, subsidies_world.personen(world))
    inwoner = loop.wie.inwoner
    made = world.as_(inwoner, van_plan.naar_subsidie, loop.initiatief_id, scheme.regeling_id)
    assert made.ouder_id == loop.initiatief_id and made.gegevens["bedrag"] == PLAN["kosten_bedrag"]
    van, tot = subsidies_world.jaar()
    world.as_(inwoner, aanvragen.bewaren, made.id, "activiteit", subsidies_world.ACTIVITEIT | {"van": van, "tot": tot})
    world.as_(inwoner, aanvragen.bewaren, made.id, "geld", subsidies_world.GELD | {"bedrag": Decimal("24500.00")})
    world.as_(inwoner, aanvragen.document_toevoegen, made.id, inkoop_world.stuk(world, "begroting.pdf"), code="begroting")
    sent = world.as_(inwoner, aanvragen.versturen, made.id)
    jobs.take_in(world.app, sent.id, loop.gemeente_id)
    jobs.take_in(world.app, sent.id, loop.gemeente_id)
    (row,) = world.behind("SELECT v.soort, d.reference FROM portal.vervolg v JOIN portal.dossier d ON d.id = v.vervolg_id "
                          "WHERE v.dossier_id = :u", u=loop.uitdaging_id)
    assert row.soort == "subsidie" and row.reference.startswith("SUB-")
    for reader in (loop.wie.coordinator, inwoner):
        ((_link, dossier),) = world.see(reader, lambda s: queries.vervolg(s, loop.uitdaging_id))
        assert dossier.reference == row.reference
    kinds = [one.kind for one in world.behind("SELECT kind FROM portal.case_event WHERE dossier_id = :u ORDER BY volgnr",
                                              u=loop.uitdaging_id)]
    assert kinds.index("uitdaging:ontvangen") < kinds.index("uitdaging:toewijzen") < kinds.index("uitdaging:naar_subsidie")


def test_D4_a_subsidy_needs_a_yes_of_this_gemeente_for_that_way(world):
    scheme = subsidies_world.open_regeling(world, subsidies_world.personen(world))
    dalfsen = besloten(world)
    with pytest.raises(Refused, match="van de gemeente die ja zei"):
        world.as_(dalfsen.wie.inwoner, van_plan.naar_subsidie, dalfsen.initiatief_id, scheme.regeling_id)
    with pytest.raises(NotFound):
        world.as_(dalfsen.wie.buur, van_plan.naar_subsidie, dalfsen.initiatief_id, scheme.regeling_id)


def test_D4_no_application_before_the_yes(world):
    loop = ingediend(world)
    with pytest.raises(Refused, match="als de gemeente ja zei"):
        world.as_(loop.wie.inwoner, van_plan.naar_subsidie, loop.initiatief_id, uuid.uuid4())


def test_an_application_that_names_the_plan_of_another_is_not_joined_to_it(world):
    loop = subsidiabel(world)
    other = subsidies_world.verstuurd(world, subsidies_world.geschreven(world, subsidies_world.open_regeling(world)))
    with acting_for(loop.gemeente_id), Session(bind=world.app.engine) as session:
        subsidie = session.get(Subsidie, other.subsidie_id)
        assert van_plan.volgt(session, portaal(loop.gemeente_id), subsidie, str(loop.initiatief_id)) is None
    assert world.behind("SELECT 1 FROM portal.vervolg") == []


def test_a_task_that_is_bought_names_its_plan_and_who_had_the_idea_gets_no_advantage(world):
    loop = subsidiabel(world, route="opdracht")
    bought = inkoop_world.geplande_inkoop(world, percelen=1)
    world.as_(loop.wie.coordinator, van_plan.naar_inkoop, loop.uitdaging_id, bought.inkoop_id)
    assert world.behind("SELECT soort FROM portal.vervolg")[0].soort == "inkoop"
    with pytest.raises(Refused, match="voor subsidie koos"):
        world.as_(loop.wie.inwoner, van_plan.naar_subsidie, loop.initiatief_id, uuid.uuid4())
