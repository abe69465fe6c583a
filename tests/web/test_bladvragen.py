"""P2: what the page of a case asks of the database: at most eight statements of its own, as many however much there is."""

from dataclasses import replace

import pytest

from portal.domains.inkoop import inschrijven
from portal.domains.inkoop import usecases as inkopen
from portal.domains.subsidies import aanvragen, queries, uitvoering
from tests import inkoop_world as leven
from tests.bench.pages import FRAME, counting
from tests.subsidies_world import (
    beoordeeld,
    geschreven,
    in_behandeling,
    neem_in,
    open_regeling,
    verleend,
    verstuurd,
    voorgesteld,
)
from tests.web.test_aanvraag import ask_supplement

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


# Every page as full as it gets ------------------------------------------------------------------------------------------------

def within(world, person, url: str) -> None:
    """This page is there for this person, and asks no more than it may."""
    browser = world.sign_in(person)
    assert browser.client.get(url).status_code == 200, url
    found = asks(world, browser, url)
    assert len(found) <= MOST, f"{url}: {len(found)}\n" + "\n---\n".join(found)


def test_the_check_of_an_application_and_of_its_supplement(world):
    loop = geschreven(world, open_regeling(world, medeondertekenen=True))
    other = world.aanbieder_persoon(loop.aanvrager.id, "verzender", naam="Tweede Tekenaar")

    def everybody():
        for person in (loop.aanvrager.auteur, loop.aanvrager.meelezer, loop.aanvrager.verzender, other):
            within(world, person, f"/aanvragen/{loop.aanvraag_id}/controle")

    def signed_and_sent():
        everybody()
        world.as_(loop.aanvrager.verzender, aanvragen.ondertekenen, loop.aanvraag_id)
        everybody()
        sent = world.as_(other, aanvragen.versturen, loop.aanvraag_id)
        everybody()
        return neem_in(world, sent.id, loop.wie.adviseur.party_id)

    subsidie = signed_and_sent()
    everybody()
    ask_supplement(world, replace(loop, subsidie_id=subsidie.id))
    signed_and_sent()
    everybody()


def test_a_bid_from_its_draft_to_its_contract(world):
    published = leven.gepubliceerde_inkoop(world, percelen=3)
    bid = leven.concept(world, published, published.wie.aanbieders[0])
    aanbieder, url = published.wie.aanbieders[0], f"/inschrijving/{bid.inschrijving_id}"

    def everybody():
        for person in (aanbieder.auteur, aanbieder.meelezer, aanbieder.verzender, aanbieder.beheerder):
            within(world, person, url)

    everybody()
    world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, published.percelen)
    other = leven.verstuurd(world, published, published.wie.aanbieders[1])
    everybody()
    loop = replace(published, inschrijvers=(bid, other))
    for step in (leven.geopend, leven.beoordeeld, leven.vastgesteld, leven.voorgesteld, leven.gelezen, leven.gegund,
                 leven.gecontracteerd):
        loop = step(world, loop)
        everybody()


def test_the_scores_of_a_perceel_for_everybody_who_judges(world):
    loop = leven.beoordeeld(world, percelen=2, punten=("8", "7", None))
    wie = loop.wie
    url = f"/inkoop/perceel/{loop.percelen[0]}/scores"

    def everybody():
        for person in (wie.manager, wie.jurist, wie.mandaathouder, wie.beoordelaar, wie.beoordelaar_kampen):
            within(world, person, url)

    everybody()
    world.as_(wie.jurist, inkopen.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    everybody()
    leven.vastgesteld(world, loop)
    everybody()
