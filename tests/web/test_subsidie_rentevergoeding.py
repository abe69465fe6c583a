"""Interest that the gemeente owes, in the browser: the list of the finance department, the count, the decision, the payment."""

from datetime import timedelta

from portal.domains.subsidies import rentevergoeding, tekenen
from portal.kernel import clock
from portal.kernel.money import bedrag_text
from tests.domains.test_subsidies_rentevergoeding import geteld, te_laat
from tests.domains.test_subsidies_uitvoering import bevoorschot, financieel, payments
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import NepBrieven, op
from tests.web.building import counted
from tests.web.test_subsidie_vaststellen import FRAME, buttons, decided, journal, links, plain, url

LIST = "/subsidies/te-laat-betaald"


def test_from_the_list_to_the_letter_and_what_the_recipient_sees(world):
    loop = te_laat(world, 100)
    geld, whole = financieel(world), f"€ {bedrag_text(geteld(world, loop)[0].bedrag)}"
    money, here = world.sign_in(geld), url(loop, "/rente-betalen")
    assert LIST in links(money.get("/subsidies/te-betalen")) and LIST in links(money.get("/subsidies/betaalbestanden"))
    page = money.get(LIST)
    assert here in links(page) and "Rente verschuldigd" in page.words and whole in plain(page)
    assert "Besluit over rente: de gemeente betaalde te laat" in money.get("/mijn-werk").words
    assert here in links(world.sign_in(loop.wie.adviseur).get(url(loop, "")))
    page = money.get(here)
    assert "Rente per periode" in page.words and "Leg het voorstel voor" in buttons(page)
    done = money.post(here, page.form(here))
    besluit = decided(world, loop, "rentevergoeding")
    assert done.location.endswith(str(besluit.id))
    assert "Er ligt al een voorstel voor rente." in money.get(here).words
    assert "Er is niets te laat betaald" in money.get(LIST).words
    again = money.post(here, {}, expect=409)
    assert "Er ligt al een voorstel voor rente." in again.words and journal(world, "subsidie:rentevergoeding") == ["409"]
    signer = world.sign_in(loop.wie.tekenaar)
    assert whole in plain(signer.get(done.location)) and whole in plain(signer.get("/subsidies/te-tekenen"))
    assert "Het bedrag is geteld, niet gekozen (Awb 4:98)" in signer.get(f"{done.location}/tekenen").words
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert "Betaal de rente aan de ontvanger" in money.get("/mijn-werk").words
    page = money.get(here)
    assert "De rente is nog niet betaald" in page.words and "Ja, de rente is betaald" in buttons(page)
    assert "Ja, de rente is betaald" not in buttons(world.sign_in(loop.wie.adviseur).get(here))
    money.post(url(loop, "/rente-betaald"), page.form(url(loop, "/rente-betaald")))
    assert "De rente is nog niet betaald" not in money.get(here).words
    assert "geen rente om te betalen" in money.post(url(loop, "/rente-betaald"), {}, expect=409).words
    assert "Rente over een late betaling" in world.sign_in(loop.aanvrager.verzender).get(
        f"/aanvragen/subsidie/{loop.subsidie_id}").words
    for address in (here, LIST, done.location):
        money.get(address + "?taal=en")


def test_what_is_not_paid_yet_and_who_may_not(world):
    loop = bevoorschot(world)
    here, money = url(loop, "/rente-betalen"), financieel(world)
    assert "De gemeente betaalde alles op tijd." in world.sign_in(money).get(here).words
    world.clock(op(payments(world, loop)[0].gepland_on + timedelta(days=60)))
    browser = world.sign_in(money)
    assert "Nog niet betaald" in browser.get(LIST).words
    assert "Het bedrag is nog niet betaald." in browser.get(here).words and not browser.get(here).html.select("main form")
    assert "Het bedrag is nog niet betaald." in browser.post(here, {}, expect=409).words
    neighbour = world.sign_in(world.medewerker("kampen", "financieel"))
    assert "Er is niets te laat betaald" in neighbour.get(LIST).words
    neighbour.get(here, expect=404)
    neighbour.post(here, {}, expect=404)
    for person in (loop.aanvrager.verzender, zorgaanbieder(world, "Ander (fictief)").verzender,
                   world.medewerker("zwolle", "raadslid")):
        other = world.sign_in(person)
        for address in (LIST, here):
            other.get(address, expect=403)
        other.post(here, {}, expect=403)
        other.post(url(loop, "/rente-betaald"), {}, expect=403)
    assert clock.today() and world.as_(money, lambda s, a: len(rentevergoeding.te_laat(s, a.party_id)[1])) == 1


def test_the_pages_ask_the_same_however_much_is_late(world):
    loop = bevoorschot(world, None, "20000", "20000")
    browser = world.sign_in(financieel(world))

    def asks(address):
        browser.get(address)
        with counted(world.app.engine) as seen:
            browser.get(address)
        return len([one for one in seen if not any(part in one for part in FRAME)])

    pages = (LIST, url(loop, "/rente-betalen"))
    first, second = (one.gepland_on for one in payments(world, loop))
    world.clock(op(first + timedelta(days=60)))
    browser = world.sign_in(financieel(world))
    few = [asks(one) for one in pages]
    world.clock(op(second + timedelta(days=60)))
    browser = world.sign_in(financieel(world))
    assert [asks(one) for one in pages] == few and max(few) <= 8
