"""Walking through the portal as each kind of person: every way leads somewhere, and nobody waits unseen."""

from datetime import date

import pytest
from sqlalchemy import text

from portal import jobs
from portal.domains.beheer import leden, mandaten
from portal.kernel import clock
from tests import inkoop_world as iw
from tests.web.building import counted
from tests.web.test_account import maps
from tests.world import World

PERSONS = {"auditor": "/beheer", "raadslid": "/raad", "beheerder": "/beheer", "contractmanager": "/mijn-werk",
           "regiobeheerder": "/mijn-werk"}


def hrefs(page, where: str = "main") -> list[str]:
    return [a["href"] for a in page.html.select(f"{where} a")]


def volmacht(world: World, by, to, werkgever=None):
    return world.as_(by, mandaten.mandaat_geven, soort="volmacht", orgaan="burgemeester", gemachtigde_id=to.user_id,
                     werkgever_id=werkgever or to.party_id, besluit_soort="gunning", tot_bedrag=None, van=clock.today(),
                     tot=None, vindplaats="Z-1").id


# The way in -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("role, home", PERSONS.items())
def test_the_logo_leads_to_the_own_first_page(world, role, home):
    browser = world.sign_in(world.medewerker("kampen", role))
    logo = browser.get("/account").html.select_one("a.p-brand")["href"]
    assert logo == home == browser.get("/inloggen", expect=303).location
    browser.get(logo)


def test_a_provider_and_a_resident_have_a_first_page_too(world):
    provider = world.sign_in(world.aanbieder_persoon(world.aanbieder(), "meelezer"))
    resident = world.sign_in(world.inwoner())
    for browser, home in ((provider, "/mijn-werk"), (resident, "/mijn-ondersteuning")):
        assert browser.get("/").html.select_one("a.p-brand")["href"] == home == browser.get("/inloggen", expect=303).location
        browser.get(home)


def test_the_front_door_offers_nobody_a_page_that_refuses(world):
    people = [world.medewerker("kampen", role) for role in PERSONS]
    people += [world.inwoner(), world.aanbieder_persoon(world.aanbieder(), "auteur")]
    for person in people:
        browser = world.sign_in(person)
        for front in ("/", "/gemeente/kampen"):
            doors = hrefs(browser.get(front), ".p-doors")
            assert len(doors) >= 3, person
            for url in doors:
                browser.get(url)
    anonymous = hrefs(world.anonymous().get("/"), ".p-doors")
    assert {"/berichten", "/inschrijving", "/mijn-werk", "/inloggen"} <= set(anonymous), "wie nog niet inlogde, ziet de weg"


# Search ---------------------------------------------------------------------------------------------------------------------

def test_a_bid_that_is_found_opens_for_who_judges_and_is_no_hit_for_others(world):
    loop = iw.geopend(world, percelen=2)
    bids = {f"/inkoop/perceel/{loop.percelen[0]}/inschrijving/{bid.inschrijving_id}" for bid in loop.inschrijvers}

    def found(person) -> list[str]:
        page = world.sign_in(person).get("/zoeken?q=beschermd")
        return hrefs(page, "#resultaten")

    reader = world.sign_in(loop.wie.manager)
    assert bids == {url for url in found(loop.wie.manager) if "/inschrijving" in url}
    for url in bids:
        reader.get(url)
    for role in ("auditor", "raadslid", "beleidsadviseur"):
        assert not [url for url in found(world.medewerker("zwolle", role)) if "/inschrijving" in url]
    own = loop.inschrijvers[0]
    assert f"/inschrijving/{own.inschrijving_id}" in found(own.aanbieder.auteur)


# Rules about groups ----------------------------------------------------------------------------------------------------------

def test_an_administrator_takes_no_role_that_she_cannot_give(world):
    """A rule was removed with which the region lost its only administrator; nobody could put it back."""
    ans = world.medewerker("zwolle", "beheerder", naam="Ans")
    maps(world, "zwolle", "regio", "regiobeheerder")
    (rule,) = world.behind("SELECT id FROM portal.claim_rol")[0]
    browser, url = world.sign_in(ans), f"/beheer/groepen/{rule}/verwijderen"
    page = browser.get("/beheer/groepen")
    assert "Alleen een regiobeheerder verwijdert deze regel." in page.words and url not in hrefs(page)
    check = browser.get(url)
    assert "U kunt deze regel niet verwijderen" in check.words and "Nodig iemand uit" not in check.words
    assert "Alleen een regiobeheerder geeft deze rol." in browser.post(url, {}, expect=403).words
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 1


def test_the_last_rule_that_makes_a_regiobeheerder_stays(world):
    rik = world.medewerker("zwolle", "beheerder", "regiobeheerder", naam="Rik")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=rik.user_id)
    maps(world, "zwolle", "regio", "regiobeheerder")
    (rule,) = world.behind("SELECT id FROM portal.claim_rol")[0]
    browser, url = world.sign_in(rik), f"/beheer/groepen/{rule}/verwijderen"
    assert "zonder regiobeheerder" in browser.post(url, {}, expect=422).words
    world.medewerker("zwolle", "regiobeheerder", naam="Vast")
    browser.post(url, {})
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 0


def test_the_page_of_groups_says_who_proposed_and_for_whom_it_waits(world):
    ans = world.medewerker("kampen", "beheerder", naam="Ans")
    world.as_(ans, leden.claim_toevoegen, claim="groups", waarde="inkoop", rol="auditor")
    assert "Vastgelegd door uzelf Wacht op de regiobeheerder" in world.sign_in(ans).get("/beheer/groepen").words
    second = world.medewerker("kampen", "beheerder", naam="Tweede")
    assert "Wacht op een tweede beheerder" in world.sign_in(ans).get("/beheer/groepen").words
    browser = world.sign_in(second)
    page = browser.get("/beheer/groepen")
    assert "Vastgelegd door Ans Wacht op u" in page.words
    form = page.html.select_one("main form[action$=bevestigen]")["action"]
    browser.post(form, page.form(form))
    assert "Groep inkoop geeft de rol auditor, vanaf de volgende keer inloggen." in browser.get("/beheer/groepen").words


# The region ------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def proposed(world):
    """A rule of Kampen that only the region can confirm, with its proposer and the administrator of the region."""
    fatma = world.medewerker("kampen", "beheerder", naam="Fatma")
    rule = world.as_(fatma, leden.claim_toevoegen, claim="groups", waarde="bestuur", rol="mandaathouder").id
    return fatma, world.medewerker("zwolle", "regiobeheerder", naam="Rik"), rule


def test_the_region_finds_a_waiting_rule_on_mijn_werk_and_confirms_it_on_a_page_of_its_own(world, proposed):
    _fatma, rik, rule = proposed
    browser, url = world.sign_in(rik), f"/beheer/regio/regels/{rule}"
    work = browser.get("/mijn-werk")
    assert "Kampen: groep bestuur de rol mandaathouder geven" in work.words and url in hrefs(work)
    assert "Er wacht niets op u" not in work.words
    assert not browser.get("/beheer/regio").html.select("main form"), "met een klik geldt er niets"
    page = browser.get(url)
    assert "Tekent besluiten en gunningen" in page.words and "Vastgelegd door Fatma" in page.words
    browser.post(f"{url}/bevestigen", page.form(f"{url}/bevestigen"))
    assert "Kampen: groep bestuur geeft de rol mandaathouder" in browser.get("/beheer/regio").words
    assert "Er wacht niets op u" in browser.get("/mijn-werk").words
    browser.get(url, expect=404)
    journal = world.sign_in(world.medewerker("zwolle", "auditor")).get("/beheer/logboek")
    assert "een regel van gemeente Kampen" in journal.words and "bestaat niet meer" not in journal.words


def test_a_line_of_before_says_at_least_whose_kind_of_rule_it_was(world, proposed):
    _fatma, rik, rule = proposed
    world.behind("INSERT INTO portal.beveiligingslog (party_id, handeling, object, resultaat, details) "
                 "VALUES (:p, 'beheer.regio_bevestigen', :o, 'gelukt', '{}')", p=rik.party_id, o=str(rule))
    shown = world.sign_in(world.medewerker("zwolle", "auditor")).get("/beheer/logboek").words
    assert "een regel van een andere gemeente" in shown


def test_the_region_refuses_a_rule_with_a_reason_that_the_proposer_reads(world, proposed):
    fatma, rik, rule = proposed
    browser, url = world.sign_in(rik), f"/beheer/regio/regels/{rule}"
    form = browser.get(url).form(f"{url}/afwijzen")
    assert "Schrijf waarom u de regel afwijst" in browser.post(f"{url}/afwijzen", form, expect=422).words
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 1
    form = browser.get(url).form(f"{url}/afwijzen") | {"reden": "De gemeentesecretaris weet hier niet van."}
    browser.post(f"{url}/afwijzen", form)
    assert "De regel van Kampen is afgewezen en verwijderd" in browser.get("/beheer/regio").words
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 0
    own = world.sign_in(fatma)
    line = "Groep een rol geven: afgewezen door de regiobeheerder gelukt bestuur; reden: De gemeentesecretaris weet"
    assert line in own.get("/beheer/logboek").words
    (told,) = world.behind("SELECT tekst FROM portal.bericht WHERE party_id = :p", p=fatma.party_id)
    assert told.tekst.startswith("Voor Fatma. ") and "weet hier niet van" in told.tekst
    browser.post(f"{url}/afwijzen", form | {"sleutel": "nog-een-keer"}, expect=404)


def test_only_the_region_refuses_what_waits_for_it(world, proposed):
    fatma, rik, rule = proposed
    url, answer = f"/beheer/regio/regels/{rule}", {"reden": "Nee."}
    others = (fatma, world.medewerker("kampen", "auditor"), world.medewerker("zwolle", "beheerder"))
    for person in others:
        browser = world.sign_in(person)
        browser.get(url, expect=403)
        browser.post(f"{url}/afwijzen", answer, expect=403)
        past = world.as_(person, lambda s, _a: s.scalar(text("SELECT portal.claim_rol_afwijzen(:i, 'x')"), {"i": rule}))
        assert past is None, "ook de database weigert"
    world.medewerker("kampen", "beheerder", naam="Tweede")
    world.sign_in(rik).post(f"{url}/afwijzen", answer, expect=404)
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 1


def test_beheer_says_only_what_this_person_does_there(world):
    shown = {role: world.sign_in(world.medewerker("zwolle", role)).get("/beheer").words
             for role in ("regiobeheerder", "auditor", "beheerder")}
    assert "Beheer van de regio" in shown["regiobeheerder"] and "Dit regelt u zelf" not in shown["regiobeheerder"]
    assert "U bevestigt regels van gemeenten" in shown["regiobeheerder"] and "wie inlogde" not in shown["regiobeheerder"]
    assert "Toezicht bij gemeente Zwolle" in shown["auditor"] and "wie inlogde" in shown["auditor"]
    assert "Beheer van gemeente Zwolle" in shown["beheerder"] and "Dit regelt u zelf" in shown["beheerder"]


# Consent ---------------------------------------------------------------------------------------------------------------------

def test_everybody_whose_consent_is_asked_finds_it_on_the_first_page(world):
    bea = world.medewerker("kampen", "beheerder", naam="Bea")
    secretary = world.medewerker("kampen", "mandaathouder", naam="Secretaris")
    zoe = world.medewerker("zwolle", "beoordelaar", naam="Zoë")
    employer, stranger = world.medewerker("zwolle", "beheerder"), world.medewerker("ommen", "beheerder")
    colleague = world.medewerker("zwolle", "contractmanager")
    url = f"/beheer/mandaten/{volmacht(world, bea, zoe)}"
    asked = {zoe: ("/mijn-werk", "aanvaarden", "gemachtigde"), secretary: ("/mijn-werk", "instemmen", "mandaatgever"),
             employer: ("/beheer", "instemmen", "werkgever")}
    for person, (home, action, van) in asked.items():
        browser = world.sign_in(person)
        page = browser.get(home)
        assert "Volmacht voor Zoë, namens gemeente Kampen" in page.words and url in hrefs(page), person
        assert "Er wacht niets op u" not in page.words
        browser.post(f"{url}/{action}", {"van": van})
        assert url not in hrefs(browser.get(home)), "wat is gedaan, wacht niet meer"
    for person, home in ((bea, "/beheer"), (colleague, "/mijn-werk"), (stranger, "/beheer")):
        assert "Volmacht voor Zoë" not in world.sign_in(person).get(home).words, person


def test_a_withdrawn_or_finished_mandate_waits_for_nobody(world):
    bea = world.medewerker("kampen", "beheerder", naam="Bea")
    karel = world.medewerker("kampen", "mandaathouder", naam="Karel")
    id_ = volmacht(world, bea, karel)
    browser = world.sign_in(karel)
    assert "Volmacht voor Karel" in browser.get("/mijn-werk").words
    world.as_(bea, mandaten.mandaat_intrekken, id_)
    assert "Volmacht voor Karel" not in browser.get("/mijn-werk").words


def test_what_waits_is_asked_in_a_few_questions(world):
    bea = world.medewerker("kampen", "beheerder", naam="Bea")
    karel = world.medewerker("kampen", "mandaathouder", "regiobeheerder", naam="Karel")
    browser = world.sign_in(karel)
    browser.get("/mijn-werk")
    with counted(world.app.engine) as few:
        browser.get("/mijn-werk")
    for _n in range(6):
        volmacht(world, bea, karel)
    with counted(world.app.engine) as many:
        assert browser.get("/mijn-werk").words.count("Volmacht voor Karel") == 6
    assert len(many) <= len(few) <= 9


# Contracts -------------------------------------------------------------------------------------------------------------------

def test_dates_to_decide_are_for_who_manages_the_contract(world):
    loop = iw.gecontracteerd(world, percelen=1)
    world.clock(date(2030, 3, 1))
    jobs.ask_extensions(world.app)
    (contract,) = world.behind("SELECT id FROM portal.overeenkomst ORDER BY nummer LIMIT 1")[0]
    urls = ("/contracten", f"/contracten/{contract}", f"/contracten/perceel/{loop.percelen[0]}")
    own = world.sign_in(loop.wie.manager), world.sign_in(loop.wie.beleid["kampen"])
    others = (world.sign_in(world.inwoner()), world.sign_in(world.medewerker("deventer", "contractmanager")))
    for browser in own:
        assert all("30-06-2030" in (words := browser.get(url).words) or "30 juni 2030" in words for url in urls)
        assert "Stopt vanzelf zonder besluit" in browser.get("/contracten").words
    for browser in others:
        for url in urls:
            words = browser.get(url).words
            assert "30-06-2030" not in words and "30 juni 2030" not in words, url
            assert "31-12-2030" in words or "31 december 2030" in words, "wat openbaar is, blijft"
        words = browser.get("/contracten").words
        assert "Let op" not in words and "Stopt vanzelf" not in words
        assert "30-06-2030" not in browser.get("/contracten.csv").text
    assert "Wat eindigt wanneer" not in others[0].get("/contracten").words


# Mijn werk -------------------------------------------------------------------------------------------------------------------

def test_work_of_one_day_stands_in_the_order_people_count(world):
    loop = iw.geopend(world, percelen=3)
    page = world.sign_in(loop.wie.beoordelaar).get("/mijn-werk")
    places = [page.text.index(f"-P{n}<") for n in (1, 2, 3)]
    assert places == sorted(places)
