"""P2: what the page of a case asks of the database: at most eight statements of its own, as many however much there is."""

import pytest

from portal.domains.subsidies import queries, uitvoering
from tests.bench.pages import FRAME, counting
from tests.subsidies_world import beoordeeld, in_behandeling, verleend, verstuurd, voorgesteld

MOST = 8


def asks(world, browser, url: str) -> list[str]:
    """The statements of a page itself."""
    browser.get(url)
    with counting(world.app) as seen:
        browser.get(url)
    return [one for one in seen if not any(part in one for part in FRAME)]


@pytest.mark.parametrize("build", [verstuurd, in_behandeling, beoordeeld, voorgesteld, verleend])
def test_the_page_of_a_case_asks_eight_statements_at_most_wherever_it_stands(world, build):
    loop = build(world)
    for person in (loop.wie.adviseur, loop.wie.jurist, loop.wie.tekenaar, world.medewerker("zwolle", "auditor")):
        found = asks(world, world.sign_in(person), f"/subsidies/{loop.subsidie_id}")
        assert len(found) <= MOST, "\n---\n".join(found)


def test_the_page_of_a_case_asks_no_more_when_more_happened(world):
    loop = verleend(world)
    browser = world.sign_in(loop.wie.adviseur)
    few = asks(world, browser, f"/subsidies/{loop.subsidie_id}")
    for n in range(3):
        world.as_(loop.aanvrager.verzender, uitvoering.melding_sturen, loop.subsidie_id, tekst=f"Melding {n}")
    world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")
    assert len(asks(world, browser, f"/subsidies/{loop.subsidie_id}")) == len(few)


def test_what_is_read_together_is_what_each_reads_alone_in_the_same_order(world):
    loop = verleend(world)
    world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is volgens de buren al weken dicht.")

    def compare(session, actor):
        zaak = queries.kop(session, loop.subsidie_id).subsidie
        found, id_ = queries.rondom(session, zaak, actor.user_id), loop.subsidie_id
        assert found.inhoud is queries.inhoud(session, zaak) and found.besluiten == queries.besluiten_van(session, id_)
        assert found.punten_van == queries.beoordelingen(session, id_) and found.termijnen == queries.termijnen(session, id_)
        assert len(found.termijnen) > 2 and found.punten_van and found.regels
        assert found.regels == queries.regels(session, id_, loop.besluit_id)
        assert found.argumenten == [] == found.bezwaren and found.plafond is queries.plafond_voor(session, zaak)
        assert found.belang == queries.belang(session, id_, actor.user_id) and not found.belang.verklaring.heeft_belang
        money = queries.in_uitvoering(session, id_)
        assert money.stop is queries.lopende_stop(session, id_) is not None
        assert money.regels == queries.geldende_regels(session, id_) and money.betalingen == queries.betalingen(session, id_)

    world.as_(loop.wie.adviseur, compare)
