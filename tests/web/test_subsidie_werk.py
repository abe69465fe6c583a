"""Mijn werk of a gemeente with subsidies: what waits for a person is what that person may do; the rest is for a colleague."""

from datetime import timedelta
from decimal import Decimal

from portal.domains.subsidies import tekenen, uitvoering, usecases, voorstellen
from portal.kernel import clock
from tests.domains.test_subsidies_uitvoering import bevoorschot, financieel, payments
from tests.subsidies_world import REST, in_behandeling, mandaat, op, open_regeling, personen, voorgesteld
from tests.web.building import counted

LEZEN, TEKENEN = "Lees mee met het subsidiebesluit", "Teken het subsidiebesluit"
GOEDKEUREN = "Keur de betaling goed"


def mine(world, person) -> list[str]:
    return [one.text for one in world.sign_in(person).get("/mijn-werk").html.select(".p-work__title a")]


def others(world, person) -> list[str]:
    page = world.sign_in(person).get("/mijn-werk?wacht=anderen")
    return [one.text for one in page.html.select(".p-work__title a")]


def both(world, person, taak: str, *, waits: bool) -> None:
    """The task waits for this person, or for a colleague: never on both tabs, never on none."""
    assert (taak in mine(world, person), taak in others(world, person)) == (waits, not waits), person.actor.naam


def many_hats(world, naam: str, *roles: str):
    return world.medewerker("zwolle", *roles, naam=naam)


def test_who_drafted_a_proposal_neither_reads_nor_signs_it(world):
    wie = personen(world)
    alles = many_hats(world, "Alles Zelf", "subsidieadviseur", "subsidiejurist", "mandaathouder")
    mandaat(world, wie.beheerder, alles)
    loop = voorgesteld(world, open_regeling(world, wie.__class__(**(wie.__dict__ | {"adviseur": alles})),
                                            tweede_lezer_vanaf=Decimal(1)))
    both(world, alles, LEZEN, waits=False)
    both(world, wie.jurist, LEZEN, waits=True)
    page = world.sign_in(alles).get("/mijn-werk?wacht=anderen")
    assert "Wacht op een collega" in page.words and not page.html.select(".p-work__item a.utrecht-button-link")
    lezer = many_hats(world, "Lezer en tekenaar", "subsidiejurist", "mandaathouder")
    mandaat(world, wie.beheerder, lezer)
    both(world, lezer, LEZEN, waits=True)
    world.as_(lezer, tekenen.meelezen, loop.besluit_id)
    both(world, lezer, TEKENEN, waits=False)
    both(world, alles, TEKENEN, waits=False)
    both(world, wie.tekenaar, TEKENEN, waits=True)


def test_deciding_waits_for_a_signer_only_when_there_is_something_to_sign(world):
    loop = in_behandeling(world)
    taak = "Besluit op de aanvraag"
    both(world, loop.wie.adviseur, taak, waits=True)
    both(world, loop.wie.tekenaar, taak, waits=False)
    world.as_(loop.wie.adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(8),
              motivering="Er doen veel inwoners mee.")
    world.as_(loop.wie.adviseur, usecases.afronden, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.",
              steun="geen", staatssteun="De activiteit is lokaal en niet economisch.", **REST)
    world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    both(world, loop.wie.tekenaar, taak, waits=True)


def test_signing_waits_for_who_has_a_mandate_that_is_high_enough(world):
    wie = personen(world)
    zonder, laag = (many_hats(world, naam, "mandaathouder") for naam in ("Zonder mandaat", "Laag mandaat"))
    mandaat(world, wie.beheerder, laag, tot_bedrag=Decimal(1000))
    voorgesteld(world, open_regeling(world, wie))
    both(world, wie.tekenaar, TEKENEN, waits=True)
    both(world, zonder, TEKENEN, waits=False)
    both(world, laag, TEKENEN, waits=False)
    browser = world.sign_in(zonder)
    assert [a.text for a in browser.get("/mijn-werk").html.select(".p-tabs a")] == [
        "Wacht op mij 0", "Wacht op anderen 2"]
    filtered = browser.get("/mijn-werk?wacht=anderen&onderwerp=subsidie")
    assert TEKENEN in filtered.words and "2 resultaten" in filtered.words
    world.behind("UPDATE portal.mandaat SET ingetrokken_at = portal.now() WHERE id = :id", id=wie.mandaat_id)
    both(world, wie.tekenaar, TEKENEN, waits=False)


def test_a_mandate_without_every_consent_and_a_replacement(world):
    wie = personen(world)
    vervanger = many_hats(world, "Vervanger", "mandaathouder")
    voorgesteld(world, open_regeling(world, wie))
    both(world, vervanger, TEKENEN, waits=False)
    world.behind("INSERT INTO portal.vervanging (id, party_id, afwezige_id, vervanger_id, van, tot, reden, vastgelegd_by, "
                 "ingestemd_by, ingestemd_at) VALUES (gen_random_uuid(), :p, :a, :v, :van, :tot, 'Verlof', :b, :a, "
                 "portal.now())",
                 p=wie.tekenaar.party_id, a=wie.tekenaar.user_id, v=vervanger.user_id, b=wie.beheerder.user_id,
                 van=clock.today() - timedelta(days=1), tot=clock.today() + timedelta(days=9))
    both(world, vervanger, TEKENEN, waits=True)
    world.behind("DELETE FROM portal.mandaat_instemming WHERE van = 'mandaatgever'")
    both(world, vervanger, TEKENEN, waits=False)
    both(world, wie.tekenaar, TEKENEN, waits=False)


def test_who_prepared_a_payment_does_not_approve_it(world):
    loop = bevoorschot(world)
    beide = many_hats(world, "Doet beide", "subsidieadviseur", "financieel")
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on - timedelta(days=3)))
    world.as_(beide, uitvoering.klaarzetten, first.id)
    both(world, beide, GOEDKEUREN, waits=False)
    both(world, financieel(world), GOEDKEUREN, waits=True)


def test_who_has_an_interest_has_nothing_to_do_in_that_case(world):
    loop = in_behandeling(world)
    taak = "Beoordeel de aanvraag"
    both(world, loop.wie.collega, taak, waits=True)
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True,
              toelichting="Mijn zus werkt er.")
    both(world, loop.wie.collega, taak, waits=False)
    both(world, loop.wie.adviseur, taak, waits=True)


def test_it_costs_the_same_for_many_cases(app, world):
    wie = personen(world)
    regeling = open_regeling(world, wie)
    voorgesteld(world, regeling, bedrag="1000")
    browser = world.sign_in(wie.tekenaar)
    browser.get("/mijn-werk")
    with counted(app.engine) as few:
        browser.get("/mijn-werk")
    voorgesteld(world, regeling, bedrag="1000")
    with counted(app.engine) as many:
        page = browser.get("/mijn-werk")
    assert len(page.html.select(".p-work__item")) == 4 and len(many) == len(few) <= 8
