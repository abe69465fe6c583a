"""Interest in the browser: counted on the page, asked with a reason, signed, paid; and every reason why not."""

from datetime import timedelta

import pytest

from portal.domains.subsidies import tekenen
from portal.kernel.money import bedrag_text
from tests.domains.test_subsidies_rente import WAAROM, te_laat
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel, vordering
from tests.subsidies_world import NepBrieven
from tests.web.test_subsidie_vaststellen import buttons, claim_url, decided, journal, links, plain, url


def test_from_what_came_too_late_to_the_letter_and_what_the_recipient_sees(world):
    loop, geld, claim, _due = te_laat(world)
    browser, here = world.sign_in(loop.wie.adviseur), claim_url(claim, "/rente")
    page = browser.get(claim_url(claim))
    assert here in links(page) and "U hoeft geen rente te vragen." in page.words
    page = browser.get(here)
    assert "Rente per periode" in page.words and "4 %" in plain(page)
    empty = browser.post(here, page.form(here), expect=422)
    assert "Schrijf waarom u rente vraagt." in empty.words
    done = browser.post(here, page.form(here) | {"motivering": WAAROM})
    besluit = decided(world, loop, "rente")
    assert done.location.endswith(str(besluit.id))
    page = browser.get(done.location)
    assert "Rente vragen: er is te laat terugbetaald" in page.words and WAAROM in page.words
    assert "Er ligt al een voorstel voor rente." in browser.get(here).words
    again = browser.post(here, {"motivering": "Nog eens."}, expect=409)
    assert "Er ligt al een voorstel voor rente." in again.words and again.form(here)["motivering"].strip() == "Nog eens."
    signer = world.sign_in(loop.wie.tekenaar)
    whole = f"€ {bedrag_text(besluit.bedrag)}"
    assert whole in plain(signer.get(done.location)) and whole in plain(signer.get("/subsidies/te-tekenen"))
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    page = world.sign_in(geld).get(claim_url(claim))
    assert f"Rente {whole}" in plain(page) and f"Nog open {whole}" in plain(page)
    assert "Boek de ontvangst" in buttons(page)
    recipient = world.sign_in(loop.aanvrager.verzender)
    page = recipient.get(f"/aanvragen/vordering/{claim.id}")
    assert f"U betaalt nog {whole} terug." in plain(page) and f"Rente {whole}" in plain(page)
    assert "Betaal de rente" in recipient.get("/mijn-werk").words
    assert "Rente over een terugvordering" in recipient.get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    for address in (here, claim_url(claim), url(loop, ""), done.location):
        browser.get(address + "?taal=en")


@pytest.mark.parametrize(("dagen", "says"), [(0, "De ontvanger betaalde op tijd."), (3, "Onder € 20,00 is er geen rente")])
def test_why_there_is_no_interest(world, dagen, says):
    loop, _geld, claim, _due = te_laat(world, dagen=dagen)
    browser, here = world.sign_in(loop.wie.adviseur), claim_url(claim, "/rente")
    assert here not in links(browser.get(claim_url(claim)))
    page = browser.get(here)
    assert says in plain(page) and not page.html.select("main form")
    assert says in plain(browser.post(here, {"motivering": WAAROM}, expect=409))
    assert journal(world, "vordering:rente") == ["409"]
    assert vordering(world, loop).rente == 0


def test_not_while_money_is_still_open(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    world.clock(timedelta(weeks=20))
    browser, here = world.sign_in(loop.wie.adviseur), claim_url(claim, "/rente")
    assert here not in links(browser.get(claim_url(claim)))
    assert "Rente vraagt u als alles is terugbetaald." in browser.get(here).words
