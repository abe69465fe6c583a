"""The posting day of a letter on paper, in the browser: who fills it in, what is refused, and what the pages say."""

from datetime import timedelta

from portal.kernel import clock
from tests.domains.test_subsidies_posten import brief
from tests.subsidies_world import op
from tests.web.test_subsidie_vaststellen import journal, links, plain, url

DAY = timedelta(days=1)


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def test_from_the_dossier_to_the_term_and_a_correction(world):
    loop = brief(world)
    signed = clock.today()
    world.clock(op(signed + 5 * DAY))
    browser, here = world.sign_in(loop.wie.adviseur), f"/subsidies/besluit/{loop.besluit_id}/post"
    assert "Doe de brief op de post, en vul de dag in" in browser.get("/mijn-werk").words
    assert here in links(browser.get(url(loop, "")))
    page = browser.get(f"/subsidies/besluit/{loop.besluit_id}")
    assert "Pas daarna loopt de termijn" in page.words and here in links(page)
    assert "Nog niet op de post" in page.words and "Verzonden" not in page.words, "getekend, maar nog niet weg"
    assert "Nog niet op de post" in browser.get(url(loop, "")).words
    signed_page = world.sign_in(loop.wie.tekenaar).get(f"/subsidies/besluit/{loop.besluit_id}/getekend")
    assert signed_page.html.select_one("h1").text == "Getekend" and "vanaf de dag na de post" in signed_page.words
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(here)
    assert "Vul in op welke dag u de brief op de post deed." in browser.post(here, page.form(here), expect=422).words
    early = browser.post(here, page.form(here) | {"on": dag(signed - DAY)}, expect=422)
    assert "Eerder kon de brief niet op de post." in plain(early) and early.form(here)["on"] == dag(signed - DAY)
    assert "in de toekomst" in browser.post(here, page.form(here) | {"on": dag(clock.today() + DAY)}, expect=422).words
    assert journal(world, "subsidie:posten") == ["422", "422"]
    done = browser.post(here, page.form(here) | {"on": dag(signed + DAY)})
    page = browser.get(done.location)
    assert "Nog niet op de post" not in page.words + browser.get(url(loop, "")).words
    assert "De brief ging op" in page.words and "Verbeter de dag van de post" in page.words
    assert here not in links(browser.get(url(loop, ""))) and "De brief ging op de post op" in browser.get(url(loop, "")).words
    assert "Doe de brief op de post" not in browser.get("/mijn-werk").words
    page = browser.get(here)
    assert "Schrijf waarom u de dag verbetert." in browser.post(here, page.form(here) | {"on": dag(signed)}, expect=422).words
    browser.post(here, page.form(here) | {"on": dag(signed), "reden": "Ik keek een dag te ver."})
    words = plain(browser.get(url(loop, "")))
    assert f"De dag waarop de brief op de post ging is verbeterd: {dag(signed)} in plaats van {dag(signed + DAY)}" in words
    assert "Ik keek een dag te ver." in words
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get(here, expect=404)
    for person in (loop.wie.tekenaar, world.medewerker("zwolle", "raadslid")):
        world.sign_in(person).get(here, expect=403)
        world.sign_in(person).post(here, {"on": dag(signed)}, expect=403)
    for address in (here, done.location, url(loop, "")):
        browser.get(address + "?taal=en")
