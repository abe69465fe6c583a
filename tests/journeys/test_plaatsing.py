"""Placement in a browser: from the waiting list to a place with a decline on the way, then an offer to another gemeente with a
warm handover; with and without script."""

import pytest

from tests.journeys.conftest import demo_in
from tests.journeys.people import Visitor

SELMA, TESS, NADIA = "Selma Bruins", "Tess Mulder", "Nadia Bouma"


@pytest.fixture(scope="module")
def demo(worker_id):
    """Offers and places of the seed expire: a demo whose clock nobody moves."""
    yield from demo_in(f"{worker_id}-plaatsing")


def offered(selma: Visitor, placement: str, where: str, van: str) -> str:
    """Offer this location; the address of the stay."""
    selma.go(f"{placement}/plek").press(where)
    selma.fill(van=van, dagprijs="142,50", toelichting="Werkt graag in een tuin.")
    for box in selma.page.locator("main textarea[name^=reden-], main textarea[name=elders]").all():
        box.fill("Wacht liever op een plek dichter bij familie.")
    return selma.press("Bied deze plek aan").page.url


@pytest.mark.parametrize(("script", "naam", "eerst", "dan"), [
    (True, "Bewoner Dertien (fictief)", "De Brink, Steenwijk (fictief)", "De Brink, Assendorp (fictief)"),
    (False, "Bewoner Elf (fictief)", "De Brink, Steenwijk (fictief)", "De Brink, Assendorp (fictief)"),
], ids=["met-script", "zonder-script"])
def test_from_the_waiting_list_to_a_place_with_a_decline_on_the_way(theatre, script, naam, eerst, dan):
    theatre.script = script
    selma, today = theatre.back(SELMA), theatre.today()
    placement = selma.go("/plaatsingen?stand=wacht").press(naam).sees("Wacht op een plek").page.url
    stay = offered(selma, placement, eerst, today)
    selma.go(f"{stay}/inwoner_antwoordt").fill(ja="nee", reden="te_ver").press("Leg vast wat de inwoner zei")
    selma.go(placement).sees("Wacht op een plek")
    stay = offered(selma, placement, dan, today)
    selma.sees("142,50")
    tess = theatre.back(TESS).go("/mijn-plekken").does_not_see(naam)
    tess.go(f"/mijn-plekken/verblijf/{stay.rsplit('/', 1)[-1]}").sees("Werkt graag in een tuin.").does_not_see(naam)
    tess.fill(ja="ja").press("Verstuur het antwoord").does_not_see(naam)
    selma.go(f"{stay}/inwoner_antwoordt").fill(ja="ja").press("Leg vast wat de inwoner zei")
    tess.go("/mijn-plekken/bewoners").sees(naam)
    selma.go(f"{stay}/beginnen").fill(on=today).press("Het verblijf begon")
    selma.go(placement).sees("Woont op een plek", "Wie is verantwoordelijk?", "Nu: gemeente Zwolle")


def test_an_offer_goes_by_refusal_dispute_and_advice_to_a_yes(theatre):
    """The sender stays responsible until the other gemeente says yes, whatever happens on the way."""
    theatre.script = True
    selma = theatre.back(SELMA).go("/overdrachten").sees("Kampen")
    offer = selma.page.locator("main a[href*='/overdracht/']").first.get_attribute("href")
    selma.go(offer).sees("Bewoner Twaalf (fictief)", "Er gaat nooit iets vanzelf over")
    selma.go(f"{offer}/antwoord").fill(ja="nee", reden="geen_passende_plek").press("Geef antwoord")
    nadia = theatre.back(NADIA).go(offer).sees("Geweigerd")
    nadia.go(f"{offer}/geschil").fill(reden="De zus woont in Zwolle, en helpt elke dag.").press("Leg het voor als geschil")
    nadia.sees("Geschil").go(f"{offer}/advies")
    nadia.fill(advies="In Zwolle is de kans het grootst.", on=theatre.today()).press("Leg het advies vast")
    selma.go(offer).sees("In Zwolle is de kans het grootst.").go(f"{offer}/antwoord").fill(ja="ja").press("Geef antwoord")
    selma.sees("Aanvaard", "Warme overdracht")
    nadia.go(offer).sees("Aanvaard")
