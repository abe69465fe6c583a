"""What fell after an objection, and a determination that was wrong, in the browser."""

from datetime import timedelta

from portal.domains.subsidies import queries, vorderen
from portal.domains.subsidies.model import State
from portal.kernel import clock
from tests.domains.test_subsidies import termijn
from tests.domains.test_subsidies_bezwaar import beslist, ingediend
from tests.domains.test_subsidies_uitvoering import financieel
from tests.domains.test_subsidies_vaststellen import afgelopen, gevorderd, teveel, vastgesteld, verantwoord, vordering
from tests.subsidies_world import op, subsidie
from tests.web.test_subsidie_vaststellen import buttons, claim_url, journal, links, plain, url

WAAROM = "Uit het onderzoek blijkt dat er maar 500 waren."


def test_a_determination_is_opened_again_on_a_ground(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/herzien")
    page = browser.get(here)
    assert "Dit kan niet in deze fase" in page.words and not page.html.select("main form")
    vastgesteld(world, loop, "40000")
    assert here in links(browser.get(url(loop, "")))
    page = browser.get(here)
    assert "vastgesteld op € 40.000,00" in plain(page) and "Awb 4:49, lid 1, onder a" in page.words
    empty = browser.post(here, page.form(here), expect=422)
    assert "Kies op welke grond u de vaststelling herziet." in empty.words and "Schrijf waarom" in empty.words
    assert browser.post(here, page.form(here) | {"grond": "onjuist", "reden": WAAROM}).location == url(loop)
    page = browser.get(url(loop))
    assert "Tot het nieuwe besluit geldt de oude." in page.words and subsidie(world, loop).state == State.IN_VASTSTELLING
    assert WAAROM in browser.get(url(loop, "")).words
    assert "Wij bekijken de vaststelling opnieuw" in world.sign_in(loop.aanvrager.meelezer).get(
        f"/aanvragen/subsidie/{loop.subsidie_id}").words
    again = browser.post(here, {"grond": "onjuist", "reden": "Nog eens."}, expect=409)
    assert "Dit kan niet in deze fase" in again.words and again.form(here)["reden"].strip() == "Nog eens."
    assert journal(world, "subsidie:herzien") == ["409"]
    for address in (here, url(loop), url(loop, "")):
        browser.get(address + "?taal=en")


def test_revising_has_its_own_words_and_can_be_stopped(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "1000")
    vastgesteld(world, loop, "40000")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/herzien")
    stop = url(loop, "/herzien/stoppen")
    assert "Dit kan niet in deze fase" in browser.post(stop, {"reden": "Nee."}, expect=409).words
    browser.post(here, browser.get(here).form(here) | {"grond": "onjuist", "reden": WAAROM})
    page, case = browser.get(url(loop)), browser.get(url(loop, ""))
    words = plain(page)
    assert "Herzie de vaststelling: " in words and "stelde de gemeente deze subsidie vast op € 40.000,00" in words
    assert "Awb 4:49, lid 1, onder b" in words and "lager dan wat is vastgesteld" in words and here in links(page)
    assert "Dit is het bedrag dat al geldt." in words and page.form(url(loop))["bedrag"] == ""
    assert not page.html.select("[name=grond]")
    assert "gebreke" not in case.words and "Trek de verlening in" not in case.words and here in links(case)
    assert "gebreke" not in browser.get("/mijn-werk").words
    assert not browser.get(url(loop, "/voorstel?uitkomst=intrekken")).html.select("main form")
    same = browser.post(url(loop), {"bedrag": "40.000,00", "motivering": WAAROM}, expect=422)
    assert "of stop het herzien" in same.words and same.form(url(loop))["motivering"].strip() == WAAROM
    page = browser.get(here)
    assert "Stop het herzien" in buttons(page)
    empty = browser.post(stop, page.form(stop), expect=422)
    assert "Schrijf waarom u stopt met herzien." in empty.words
    data = {"reden": "Het klopte toch."}
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).post(stop, data, expect=404)
    for person in (loop.aanvrager.verzender, world.medewerker("zwolle", "raadslid"), loop.wie.tekenaar):
        world.sign_in(person).post(stop, data, expect=403)
    for address in (here, url(loop)):
        browser.get(address + "?taal=en")
    browser.get(here + "?taal=nl")
    assert browser.post(stop, page.form(stop) | data).location == url(loop, "")
    case = browser.get(url(loop, ""))
    assert "De vaststelling blijft zoals zij was." in case.words and "De gemeente stopte met herzien" in case.words
    assert subsidie(world, loop).state == State.VASTGESTELD and stop not in links(case)
    assert "De vaststelling verandert niet" in world.sign_in(loop.aanvrager.meelezer).get(
        f"/aanvragen/subsidie/{loop.subsidie_id}").words


def test_a_revised_determination_is_signed_as_such(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "1000")
    vastgesteld(world, loop, "40000")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/herzien")
    browser.post(here, browser.get(here).form(here) | {"grond": "onjuist", "reden": WAAROM})
    page = browser.get(url(loop))
    made = browser.post(url(loop), page.form(url(loop)) | {
        "bedrag": "20.000,00", "motivering": WAAROM, "eigen_feiten": "nee", "horen": "De ontvanger gaf het zelf toe."})
    page = browser.get(made.location)
    words = plain(page)
    assert "Herziening van de vaststelling" in words and "De vaststelling herzien" in words
    assert "Was vastgesteld op € 40.000,00" in words and "Grond om te herzien" in words and "4:49, lid 1, onder b" in words
    waits = browser.get(here)
    assert "Er ligt een voorstel bij de lezer of de tekenaar." in waits.words and not waits.html.select("main form")
    signer = world.sign_in(loop.wie.tekenaar)
    card = plain(signer.get(f"{made.location}/tekenen"))
    assert "Was vastgesteld op € 40.000,00" in card and "gebreke" not in card
    assert "De grond is gekozen: Awb 4:49, lid 1, onder b" in card
    for address in (made.location, f"{made.location}/tekenen"):
        signer.get(address + "?taal=en")


def test_another_count_that_is_no_number_is_said_at_its_field(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    page = world.sign_in(loop.wie.adviseur).get(url(loop) + "?geleverd=abc")
    field = page.html.select_one("form[method=get] [name=geleverd]")
    assert field["value"] == "abc" and field.get("aria-invalid") == "true"
    assert "Vul een aantal in, bijvoorbeeld 899 of 899,5." in page.words


def test_not_after_five_years_and_by_nobody_else(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    vastgesteld(world, loop, "40000")
    here = url(loop, "/herzien")
    data = {"grond": "onjuist", "reden": WAAROM}
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).post(here, data, expect=404)
    for person in (loop.aanvrager.verzender, world.medewerker("zwolle", "raadslid"), loop.wie.tekenaar):
        world.sign_in(person).post(here, data, expect=403)
    world.clock(op(termijn(world, loop, "terugvordering").due_on + timedelta(days=1)))
    browser = world.sign_in(loop.wie.adviseur)
    assert "vijf jaar na de vaststelling zijn voorbij" in browser.get(here).words
    assert "vijf jaar" in browser.post(here, data, expect=410).words and subsidie(world, loop).state == State.VASTGESTELD


def test_a_claim_that_fell_is_paid_back(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=claim.bedrag, on=clock.today())
    first = world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id)[0])
    money, back = world.sign_in(geld), claim_url(claim, "/terugbetaald")
    assert "niets terug te betalen" in money.post(back, {}, expect=409).words
    beslist(world, loop, ingediend(world, loop, first, "Het is niet te veel."))
    assert "Betaal de ontvanger terug" in money.get("/mijn-werk").words
    recipient = world.sign_in(loop.aanvrager.meelezer)
    page = recipient.get(f"/aanvragen/vordering/{claim.id}")
    assert "Deze terugvordering geldt niet meer." in page.words and "U krijgt € 4.040,00 terug" in plain(page)
    page = money.get(claim_url(claim))
    assert "Betaal € 4.040,00 terug aan de ontvanger" in plain(page) and "Ja, dit is terugbetaald" in buttons(page)
    for other in (loop.aanvrager.verzender, loop.wie.adviseur):
        world.sign_in(other).post(back, {}, expect=403)
    world.sign_in(world.medewerker("kampen", "financieel")).post(back, {}, expect=404)
    money.post(back, page.form(back))
    page = money.get(claim_url(claim))
    assert "Vastgelegd: het geld is terugbetaald." in page.words and "De gemeente betaalde € 4.040,00 terug" in plain(page)
    assert "Ja, dit is terugbetaald" not in buttons(page) and vordering(world, loop).state == "vervallen"
    for address in (claim_url(claim), f"/aanvragen/vordering/{claim.id}"):
        (money if "subsidies" in address else recipient).get(address + "?taal=en")
