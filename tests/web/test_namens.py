"""Acting for another gemeente in the browser: the button, the bar on every page, the signature, and every way to be refused."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from sqlalchemy import event

from portal.domains.beheer import leden, mandaten
from portal.domains.inkoop import usecases
from portal.kernel import clock
from portal.web.filters import datum_kort
from tests import inkoop_world as leven
from tests.namens import mensen, volmacht

BAR = "U handelt namens gemeente Zwolle, met een volmacht voor: gunning van een opdracht"


@pytest.fixture
def wie(world):
    return mensen(world)


def button(id_) -> str:
    return f"/account/namens/{id_}"


def switched(world, wie, id_):
    """The browser of the director, who pressed the button."""
    browser = world.sign_in(wie.directeur)
    browser.post(button(id_), browser.get("/account").form(button(id_)))
    return browser


def bar(page) -> str:
    return " ".join(page.html.header.get_text(" ").split())


def journal(world) -> list:
    return [tuple(row) for row in world.behind(
        "SELECT party_id, account_id, object, resultaat FROM portal.beveiligingslog WHERE handeling = 'namens handelen' "
        "ORDER BY id")]


def bid_url(loop) -> str:
    return f"/inkoop/perceel/{loop.percelen[0]}/inschrijving/{loop.inschrijvers[0].inschrijving_id}"


def tekenen_url(loop) -> str:
    return f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}/tekenen"


# The button and the bar ----------------------------------------------------------------------------------------------------

def test_account_offers_the_mandate_that_counts(world, wie):
    id_ = volmacht(world, wie, tot_bedrag=Decimal("250000.00"), tot=clock.today() + timedelta(days=30))
    waits = volmacht(world, wie, instemming=("mandaatgever",))
    page = world.sign_in(wie.directeur).get("/account")
    assert "U mag ook handelen namens" in page.words and "handelt namens" not in bar(page)
    last = clock.today() + timedelta(days=29)
    assert ("Gemeente Zwolle Volmacht voor: Gunning van een opdracht, tot € 250.000,00 U ziet dan wat er bij deze gemeente op "
            f"uw handtekening wacht. Laatste dag: {datum_kort(last)}") in page.words
    assert [f["action"] for f in page.html.select('form[action^="/account/namens/"]')] == [button(id_)] != [button(waits)]
    assert "handelen namens" not in world.sign_in(wie.werkgever).get("/account").words
    work = world.sign_in(wie.directeur).get("/mijn-werk")
    assert "U mag ook werken voor gemeente Zwolle. Wat daar wacht, staat niet in deze lijst." in work.words
    assert work.html.find("a", string="Kies namens wie u werkt")["href"] == "/account#namens"


def test_bar_stands_on_every_page_and_brings_back(world, wie):
    browser = switched(world, wie, volmacht(world, wie, tot_bedrag=Decimal("250000.00")))
    for url in ("/mijn-werk", "/account", "/inkoop/te-tekenen", "/begrippen", "/rollen"):
        page = browser.get(url)
        assert f"{BAR}, tot € 250.000,00. Terug naar Hardenberg" in bar(page), url
        assert "Gemeente Zwolle" in page.html.select_one(".p-brand__name").text
    page = browser.get("/account")
    assert "U werkt voor gemeente Hardenberg U handelt nu namens gemeente Zwolle" in page.words
    assert "gemachtigde van een andere gemeente" in page.words and "namens gemeente Zwolle" in page.words
    assert browser.post("/account/namens/terug").location == "/mijn-werk"
    page = browser.get("/account")
    assert "namens gemeente Zwolle" not in bar(page) and "U werkt voor gemeente Hardenberg" in page.words


def test_refused_page_carries_the_bar_too(world, wie):
    browser = switched(world, wie, volmacht(world, wie))
    assert BAR in bar(browser.get("/beheer/leden", expect=403))


def test_switches_are_in_the_journal_of_both(world, wie):
    id_ = volmacht(world, wie)
    browser = switched(world, wie, id_)
    browser.post("/account/namens/terug")
    browser.post("/account/namens/terug")
    here, there, me = wie.directeur.party_id, world.gemeente("zwolle"), wie.directeur.user_id
    assert journal(world) == [(there, me, str(id_), "begonnen"), (here, me, str(id_), "begonnen"),
                              (there, me, str(id_), "gestopt"), (here, me, str(id_), "gestopt")]
    page = world.sign_in(wie.gever).get("/beheer/logboek")
    assert "namens handelen" in page.words.lower() and "Directeur Hardenberg" in page.words


def test_switching_asks_to_log_in_again_and_going_back_does_not(world, wie):
    id_ = volmacht(world, wie)
    browser = world.sign_in(wie.directeur)
    form = browser.get("/account").form(button(id_))
    world.behind("UPDATE portal.sessie SET stepped_up_at = portal.now() - interval '11 minutes'")
    assert unquote(browser.post(button(id_), form).location) == "/opnieuw-inloggen?verder=/account"
    assert world.behind("SELECT mandaat_id FROM portal.sessie")[0][0] is None
    world.behind("UPDATE portal.sessie SET mandaat_id = :m", m=id_)
    assert browser.post("/account/namens/terug").location == "/mijn-werk"


def test_pressing_twice_is_one_switch(world, wie):
    id_ = volmacht(world, wie)
    browser = switched(world, wie, id_)
    assert browser.post(button(id_)).location == "/mijn-werk"
    assert len(journal(world)) == 2


# Refused ---------------------------------------------------------------------------------------------------------------------

def test_mandate_of_somebody_else_is_refused_and_journalled(world, wie):
    id_ = volmacht(world, wie)
    author = world.aanbieder_persoon(world.aanbieder(), "auteur")
    for person in (world.medewerker("hardenberg", "mandaathouder"), wie.gever, author):
        browser = world.sign_in(person)
        page = browser.post(button(id_), expect=403)
        assert "Het geldt vandaag niet, of het is niet van u." in page.words
        assert "namens gemeente" not in bar(page) and browser.get("/account").status == 200
        assert journal(world)[-1] == (person.party_id, person.user_id, str(id_), "geweigerd")


@pytest.mark.parametrize("facts", [
    {"instemming": ("mandaatgever", "gemachtigde")}, {"van": clock.today() + timedelta(days=1)},
    {"van": clock.today() - timedelta(days=5), "tot": clock.today()},
], ids=["zonder werkgever", "voor de eerste dag", "na de laatste dag"])
def test_mandate_that_does_not_count_is_refused(world, wie, facts):
    id_ = volmacht(world, wie, **facts)
    browser = world.sign_in(wie.directeur)
    assert not browser.get("/account").html.select(f'form[action="{button(id_)}"]')
    assert "U kunt niet handelen" in browser.post(button(id_), expect=403).words
    assert world.behind("SELECT mandaat_id FROM portal.sessie")[0][0] is None


def test_withdrawn_is_dead_in_the_next_request(world, wie):
    id_ = volmacht(world, wie)
    browser = switched(world, wie, id_)
    browser.get("/inkoop/te-tekenen")
    world.as_(wie.gever, mandaten.mandaat_intrekken, id_)
    assert browser.get("/inkoop/te-tekenen", expect=303).location == "/inloggen?verder=/inkoop/te-tekenen"
    browser.get("/account", expect=303)
    assert {row[3] for row in journal(world)} == {"begonnen", "afgebroken"}


def test_who_leaves_the_employer_is_out_of_the_other_gemeente_too(world, wie):
    browser = switched(world, wie, volmacht(world, wie))
    (row,) = world.behind("SELECT id FROM portal.membership WHERE account_id = :a", a=wie.directeur.user_id)
    world.as_(wie.werkgever, leden.lid_verwijderen, row.id)
    browser.get("/inkoop/te-tekenen", expect=303)


def test_what_a_mandate_holder_may_not_stays_closed(world, wie):
    loop = leven.gelezen(world, percelen=1)
    browser = switched(world, wie, volmacht(world, wie))
    for url in ("/beheer", "/beheer/leden", "/beheer/mandaten", "/beheer/mandaten/nieuw", "/beheer/logboek", "/berichten",
                "/zoeken?q=wonen", "/contracten", "/inkoop", "/inkoop/nieuw", f"/inkoop/{loop.inkoop_id}",
                f"/inkoop/perceel/{loop.percelen[0]}", f"/inkoop/perceel/{loop.percelen[0]}/scores", bid_url(loop),
                f"/inkoop/{loop.inkoop_id}/plan",
                f"/inkoop/{loop.inkoop_id}/deelname", f"/inkoop/{loop.inkoop_id}/belang"):
        browser.get(url, expect=403)
    for url in (f"/inkoop/{loop.inkoop_id}/openen", f"/inkoop/perceel/{loop.percelen[0]}/contracteren",
                f"/inkoop/perceel/{loop.percelen[0]}/vaststellen", f"/inkoop/{loop.inkoop_id}/doorzetten",
                f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}/meelezen"):
        browser.post(url, expect=403)
    menu = [a.text for a in browser.get("/mijn-werk").html.select(".p-site-nav a")]
    assert menu == ["Mijn werk", "Tekenen"], "geen enkele knop die naar een dichte deur gaat"


def test_mandate_for_something_else_opens_no_award_and_no_bid(world, wie):
    """Any mandate opened all bids of the other gemeente."""
    loop = leven.gelezen(world, percelen=1)
    browser = switched(world, wie, volmacht(world, wie, besluit_soort="overeenkomst"))
    assert [a.text for a in browser.get("/mijn-werk").html.select(".p-site-nav a")] == ["Mijn werk", "Contracten"]
    for url in ("/inkoop", "/inkoop/te-tekenen", f"/inkoop/{loop.inkoop_id}", tekenen_url(loop), bid_url(loop),
                f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}", f"/inkoop/perceel/{loop.percelen[0]}/scores"):
        browser.get(url, expect=403)


def test_award_that_no_longer_waits_is_for_who_signed_it(world, wie):
    loop = leven.gelezen(world, percelen=2)
    first, second = (f"/inkoop/gunning/{loop.besluiten[p]}" for p in loop.percelen)
    browser = switched(world, wie, volmacht(world, wie))
    browser.get(first)
    world.as_(loop.wie.mandaathouder, usecases.tekenen, loop.besluiten[loop.percelen[0]], brieven=leven.NepBrieven(world))
    browser.get(first, expect=404)
    browser.get(f"{first}/tekenen", expect=404)
    browser.post(f"{second}/tekenen", browser.get(f"{second}/tekenen").form(f"{second}/tekenen"))
    browser.get(second)


def test_work_of_a_signer_of_elsewhere_is_what_waits_for_the_signature(world, wie):
    leven.gelezen(world, percelen=1)
    browser = switched(world, wie, volmacht(world, wie))
    page = browser.get("/mijn-werk?wacht=anderen")
    assert "Wacht op anderen" not in page.words and "Teken" in page.words
    for link in {a["href"] for a in page.html.select("main a[href^='/']")}:
        browser.get(link)


def test_every_link_of_the_frame_opens(world, wie):
    browser = switched(world, wie, volmacht(world, wie))
    page = browser.get("/mijn-werk")
    for link in {a["href"] for a in page.html.select("header a[href^='/'], footer a[href^='/']")}:
        browser.get(link)


# Signing ---------------------------------------------------------------------------------------------------------------------

def test_director_signs_for_zwolle_from_the_button_to_the_letters(world, wie):
    loop = leven.gelezen(world, percelen=1)
    url = tekenen_url(loop)
    browser = world.sign_in(wie.directeur)
    browser.get(url, expect=404)
    id_ = volmacht(world, wie)
    browser = switched(world, wie, id_)
    assert url in {a["href"] for a in browser.get("/inkoop/te-tekenen").html.select("main a")}
    page = browser.get(url)
    assert BAR in bar(page) and "Uw volmacht geldt: Volmachtregister Zwolle, nummer 40" in page.words
    browser.get(f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}")
    done = browser.post(url, page.form(url)).location
    assert done.endswith("/getekend") and browser.get(done).status == 200
    (row,) = world.behind("SELECT state, getekend_by, mandaat_id FROM portal.besluit")
    assert tuple(row) == ("verzonden", wie.directeur.user_id, id_)
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE brief_key IS NOT NULL")[0][0] == 2
    log = world.behind("SELECT DISTINCT party_id FROM portal.toegangslog WHERE account_id = :a", a=wie.directeur.user_id)
    assert [row.party_id for row in log] == [world.gemeente("zwolle")], "Zwolle ziet wie er keek"


def test_signing_beyond_the_mandate_is_refused(world, wie):
    loop = leven.gelezen(world, percelen=1)
    browser = switched(world, wie, volmacht(world, wie, tot_bedrag=Decimal("1000.00")))
    words = "Het bedrag is hoger dan uw volmacht toelaat"
    assert words in browser.get(tekenen_url(loop)).words
    assert words in browser.post(tekenen_url(loop), expect=422).words
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "gelezen"


def test_form_of_before_the_withdrawal_signs_nothing(world, wie):
    loop = leven.gelezen(world, percelen=1)
    id_ = volmacht(world, wie)
    browser = switched(world, wie, id_)
    form = browser.get(tekenen_url(loop)).form(tekenen_url(loop))
    world.as_(wie.gever, mandaten.mandaat_intrekken, id_)
    assert "U was te lang weg" in browser.post(tekenen_url(loop), form, expect=401).words
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "gelezen"


def test_sending_back_works_under_the_mandate(world, wie):
    loop = leven.gelezen(world, percelen=1)
    browser = switched(world, wie, volmacht(world, wie))
    url = f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}/terugsturen"
    browser.post(url, browser.get(url).form(url) | {"reden": "De motivering van K2 ontbreekt."})
    assert world.behind("SELECT teruggestuurd_by FROM portal.besluit")[0][0] == wie.directeur.user_id


def test_budget_of_the_account_page(world, wie, app):
    volmacht(world, wie)
    few = _queries(world, wie, app)
    for _ in range(3):
        volmacht(world, wie)
    assert _queries(world, wie, app) == few <= 8


def _queries(world, wie, app) -> int:
    browser, seen = world.sign_in(wie.directeur), []

    def note(_connection, _cursor, statement, *_rest):
        if "set_config" not in statement and "SET TRANSACTION" not in statement:
            seen.append(statement)

    browser.get("/account")
    event.listen(app.engine, "before_cursor_execute", note)
    browser.get("/account")
    event.remove(app.engine, "before_cursor_execute", note)
    return len(seen)
