"""Pages about ends that are no award: a perceel that lapses, an award that is taken back, a procurement that stops."""

from urllib.parse import unquote

from portal.domains.inkoop import usecases
from tests import inkoop_world as leven
from tests.web.test_inkoop_gunnen import besluit_url, journal, perceel_url, state_of, without_step_up

REDEN = "De rechter vond dat punten verkeerd waren geteld."


def badge(page) -> str:
    return page.html.select_one(".p-pagehead .p-badge").text.strip()


def own(bid) -> str:
    return f"/inschrijving/{bid.inschrijving_id}"


def test_a_lapse_is_told_in_words_to_everybody(world):
    loop = leven.geopend(world)
    manager, visitor, public = world.sign_in(loop.wie.manager), world.anonymous(), f"/aanbestedingen/{loop.reference}"
    page = visitor.get(public)
    assert badge(page) == "In beoordeling" and "De uitkomst komt op deze pagina" in page.words
    manager.post(perceel_url(loop, sub="/vervallen"), {"reden": "Niemand haalt de eisen."})
    page = visitor.get(public)
    assert "Niemand kreeg dit perceel: Niemand haalt de eisen." in page.words
    assert "Standstill tot en met" not in page.words and page.words.count("De gemeenten beoordelen dit perceel nog.") == 1
    world.as_(loop.wie.manager, usecases.vervallen, loop.percelen[1], reden="Ook niet.")
    assert badge(visitor.get(public)) == "Aan niemand gegund"
    for url in ("/", "/aanbestedingen"):
        assert "Aan niemand gegund" in visitor.get(url).words
    bid = loop.inschrijvers[0]
    browser = world.sign_in(bid.aanbieder.auteur)
    page = browser.get(own(bid))
    assert badge(page) == "Aan niemand gegund" and "Niemand kreeg dit perceel: Niemand haalt de eisen." in page.words
    assert "kort geding beginnen. De laatste dag" not in page.words and "standstill" not in page.words.lower()
    assert all("Aan niemand gegund" in browser.get(url).words for url in ("/inschrijving", "/organisatie"))
    assert "Uitkomst van uw inschrijving" not in browser.get("/mijn-werk").words


def test_a_draft_that_ended_with_its_perceel_asks_for_nothing(world):
    loop = leven.gelezen(world, percelen=1)
    world.as_(loop.wie.manager, usecases.vervallen, loop.percelen[0], reden="Te duur.")
    signer = world.sign_in(loop.wie.mandaathouder)
    assert "Er wacht niets op uw handtekening" in signer.get("/inkoop/te-tekenen").words
    page = signer.get(besluit_url(loop))
    assert badge(page) == "Vervallen" and "Dit voorstel is vervallen" in page.words
    assert signer.get(besluit_url(loop, "/tekenen"), expect=303).location == besluit_url(loop)
    assert "Dit perceel is vervallen" in signer.post(besluit_url(loop, "/tekenen"), expect=409).words
    page = signer.post(besluit_url(loop, "/terugsturen"), {"reden": "Anders."}, expect=409)
    assert "Dit perceel is vervallen" in page.words


def test_an_award_is_taken_back_from_the_page_of_its_perceel(world):
    loop = leven.gegund(world, percelen=1)
    url = besluit_url(loop, "/intrekken")
    manager, signer = world.sign_in(loop.wie.manager), world.sign_in(loop.wie.mandaathouder)
    assert not manager.get(perceel_url(loop)).html.select(f'a[href="{url}"]'), "wie niet mag tekenen, trekt niet in"
    manager.get(url, expect=403)
    manager.post(url, {"verder": "opnieuw", "reden": REDEN}, expect=403)
    for page in (signer.get(perceel_url(loop)), signer.get(besluit_url(loop))):
        assert page.html.select(f'main a[href="{url}"]')
    page = signer.get(url)
    assert "2 inschrijvers krijgen een bericht met uw reden." in page.words
    page = signer.post(url, {"reden": " "}, expect=422)
    assert "Kies wat er daarna met het perceel gebeurt." in page.words and "Schrijf waarom u de gunning intrekt." in page.words
    answer = without_step_up(world, loop.wie.mandaathouder).post(url, {"terug": url, "verder": "opnieuw", "reden": REDEN})
    assert unquote(answer.location) == f"/opnieuw-inloggen?verder={url}" and state_of(world, loop) == "gegund"

    signer = world.sign_in(loop.wie.mandaathouder)
    form = signer.get(url).form(url) | {"verder": "opnieuw", "reden": REDEN}
    assert signer.post(url, form).location == signer.post(url, form).location == besluit_url(loop)
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE onderwerp LIKE 'Gunning ingetrokken%'")[0][0] == 2
    page = signer.get(besluit_url(loop))
    assert badge(page) == "Ingetrokken" and "Karel ten Brinke trok deze gunning in" in page.words and REDEN in page.words
    assert "Lees de brief" in page.words and "Intrekken kan als de gunning is getekend" in signer.get(url).words
    assert "nog niet is ingetrokken" in signer.post(url, {"verder": "opnieuw", "reden": "Nog eens."}, expect=409).words
    page = world.sign_in(loop.wie.manager).get(perceel_url(loop))
    assert "Ingetrokken gunning" in page.words and REDEN in page.words and "Stel de gunning op" in page.words
    assert "Gunning ingetrokken. De gemeenten besluiten opnieuw" in world.sign_in(loop.wie.manager).get(
        f"/inkoop/{loop.inkoop_id}/gebeurtenissen").words

    page = world.anonymous().get(f"/aanbestedingen/{loop.reference}")
    assert "is ingetrokken op" in page.words and f"De reden: {REDEN}" in page.words and badge(page) == "In beoordeling"
    bid = loop.inschrijvers[0]
    page = world.sign_in(bid.aanbieder.auteur).get(own(bid))
    assert badge(page) == "Gunning ingetrokken" and f"De reden: {REDEN}" in page.words
    assert "De laatste dag is" not in page.words and "sluiten nog geen contract" not in page.words


def test_after_taking_back_the_perceel_may_go_to_nobody(world):
    loop = leven.gegund(world, percelen=1)
    url = besluit_url(loop, "/intrekken")
    world.sign_in(loop.wie.mandaathouder).post(url, {"verder": "niemand", "reden": REDEN})
    assert state_of(world, loop) == "vervallen"
    page = world.anonymous().get(f"/aanbestedingen/{loop.reference}")
    assert f"Niemand kreeg dit perceel: {REDEN}" in page.words and "Er was eerst een gunning" in page.words


def test_without_a_volmacht_the_page_says_so_and_nothing_is_taken_back(world):
    loop = leven.gegund(world, percelen=1)
    url = besluit_url(loop, "/intrekken")
    browser = world.sign_in(world.medewerker("zwolle", "mandaathouder", naam="Zonder volmacht"))
    page = browser.get(url)
    assert "geen volmacht" in page.words and not page.html.select(f'main form[action="{url}"]')
    assert "geen volmacht" in browser.post(url, {"verder": "opnieuw", "reden": REDEN}, expect=422).words
    assert state_of(world, loop) == "gegund" and [r.status for r in journal(world, "perceel:gunning_intrekken")] == ["422"]
    world.sign_in(world.medewerker("kampen", "mandaathouder")).get(url, expect=404)


def test_a_page_without_a_contract_shows_the_way_out(world):
    loop = leven.gegund(world, percelen=1)
    page = world.sign_in(loop.wie.mandaathouder).get(perceel_url(loop, sub="/contracteren"))
    assert page.html.select(f'main a[href="{besluit_url(loop, "/intrekken")}"]')


def test_a_published_procurement_stops_in_public(world):
    loop = leven.met_inschrijvingen(world, percelen=1)
    url, public = f"/inkoop/{loop.inkoop_id}/stoppen", f"/aanbestedingen/{loop.reference}"
    manager = world.sign_in(loop.wie.manager)
    assert manager.get(f"/inkoop/{loop.inkoop_id}").html.select(f'main a[href="{url}"]')
    assert "Uw reden komt op de openbare pagina" in manager.get(url).words
    manager.post(url, {"reden": "De wet verandert."})
    visitor = world.anonymous()
    page = visitor.get(public)
    assert badge(page) == "Gestopt" and "De reden: De wet verandert." in page.words and "Inschrijven kan tot" not in [
        h.text for h in page.html.select(".p-aside h2")]
    assert "Gestopt" in visitor.get("/aanbestedingen").words and loop.reference not in visitor.get(
        "/aanbestedingen?stand=open").words
    bid = loop.inschrijvers[0]
    browser = world.sign_in(bid.aanbieder.verzender)
    page = browser.get(own(bid))
    assert badge(page) == "Gestopt" and "De reden: De wet verandert." in page.words
    assert "Wat u verstuurde, blijft dicht" in page.words and "onderdelen compleet" not in page.words
    letter = browser.get("/berichten")
    assert "Beschermd wonen 2028 is gestopt" in letter.words
    assert loop.reference not in browser.get("/inschrijving").html.select_one("section[aria-labelledby=open]").text
