"""The dossier page of a procurement: it points only to what this person can do now, and remembers what was long ago."""

import pytest

from portal.domains.inkoop import usecases
from tests.inkoop_world import (
    LEDEN,
    besluiten,
    gegund,
    geopend,
    na_standstill,
    uitgevraagde_inkoop,
    vastgesteld,
    voorgesteld,
)


@pytest.fixture
def page(world):
    """What somebody can do, and what not yet, on the dossier page."""

    def read(person, loop):
        found = world.sign_in(person).get(f"/inkoop/{loop.inkoop_id}")
        assert found.status == 200
        main = found.text[found.text.index("<main"):]
        return main[:main.index('id="deelname"')]

    return read


def test_work_is_shown_to_who_can_do_it_and_only_while_it_waits(world, page):
    loop = geopend(world)
    assert "Beoordeel perceel 1" in page(loop.wie.beoordelaar, loop)
    assert "Maak het gunningsvoorstel voor perceel 1" not in page(loop.wie.jurist, loop)
    assert "Teken de gunning van perceel 1" not in page(loop.wie.mandaathouder, loop)


def test_a_draft_that_exists_is_not_asked_again_and_signing_waits_for_the_second_reader(world, page):
    loop = vastgesteld(world)
    assert "Maak het gunningsvoorstel voor perceel 1" in page(loop.wie.manager, loop)
    assert "Lees mee met het gunningsvoorstel voor perceel 1" not in page(loop.wie.jurist, loop)
    loop = voorgesteld(world, loop)
    assert "Maak het gunningsvoorstel voor perceel 1" not in page(loop.wie.manager, loop)
    assert "Lees mee met het gunningsvoorstel voor perceel 1" in page(loop.wie.jurist, loop)
    assert "Teken de gunning van perceel 1" not in page(loop.wie.mandaathouder, loop)


def test_contracts_wait_for_the_standstill_and_the_page_says_until_when(world, page):
    loop = gegund(world)
    before = page(loop.wie.mandaathouder, loop)
    assert "Dat kan na de standstill" in before
    na_standstill(world, loop)
    after = page(loop.wie.mandaathouder, loop)
    assert "Sluit de contracten voor perceel 1" in after and "Dat kan na de standstill" not in after


def test_a_reminder_is_remembered_however_much_happened_since(world, page):
    loop = uitgevraagde_inkoop(world)
    assert "Er is nog geen herinnering gestuurd" in page(loop.wie.manager, loop)
    world.as_(loop.wie.manager, usecases.herinneren, loop.inkoop_id)
    for slug in LEDEN[1:7]:
        besluiten(world, loop, slug)
    assert "U stuurde vandaag al een herinnering" in page(loop.wie.manager, loop)
