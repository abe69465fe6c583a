"""Insight in the browser of the gemeente: money, flow, what is overdue, the budget, and the switch of the register."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from portal.domains.subsidies import inzicht, uitvoering
from portal.kernel import clock
from tests.domains.test_subsidies_inzicht import krediet, met_rapportage, met_verplichting
from tests.domains.test_subsidies_uitvoering import financieel
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import jaar, op, open_regeling, personen, verleend, voorgesteld
from tests.web.building import counted

PAGES = ("/subsidies/inzicht", "/subsidies/inzicht/stroom", "/subsidies/inzicht/te-laat", "/subsidies/inzicht/begroting",
         "/subsidies/inzicht/register")
FILES = ("/subsidies/inzicht.csv", "/subsidies/inzicht/stroom.csv", "/subsidies/inzicht/te-laat.csv",
         "/subsidies/inzicht/begroting.csv")


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def table(page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.text.lstrip("\ufeff")), delimiter=";"))


def cells(page, number: int = 0) -> list[list[str]]:
    """The rows of a table on a page."""
    return [[cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in row.select("th, td")]
            for row in page.html.select("main table")[number].select("tbody tr, tfoot tr")]


# Who may see it -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("url", [*PAGES, *FILES])
def test_only_who_reads_subsidies_of_a_gemeente(world, url):
    assert world.anonymous().get(url, expect=None).status in (303, 401)
    world.sign_in(zorgaanbieder(world, "Vreemd (fictief)").auteur).get(url, expect=403)
    world.sign_in(world.medewerker("zwolle", "beheerder")).get(url, expect=403)
    world.sign_in(world.medewerker("zwolle", "raadslid")).get(url)


@pytest.mark.parametrize("url", PAGES)
def test_empty_pages_say_what_comes_and_ask_few_statements(world, url):
    browser = world.sign_in(personen(world).adviseur)
    browser.get(url)
    with counted(world.app.engine) as seen:
        page = browser.get(url)
    assert len(page.words) > 100 and "_" not in page.words
    statements = [one for one in seen if not one.startswith(("SELECT set_config", "SET TRANSACTION"))]
    assert len(statements) <= 12, statements  # those of the page, and of the session and its frame


def test_the_list_of_cases_leads_here_and_every_tab_is_a_page(world):
    browser = world.sign_in(personen(world).adviseur)
    page = browser.get("/subsidies")
    assert page.html.select_one('main a[href="/subsidies/inzicht"]')
    page = browser.get("/subsidies/inzicht?jaar=2031")
    tabs = [a["href"] for a in page.html.select(".p-tabs a")]
    assert len(tabs) == 5 and tabs[1].endswith("stroom?jaar=2031")
    for tab in tabs:
        browser.get(tab)


# Money --------------------------------------------------------------------------------------------------------------------

def test_money_per_scheme_of_a_year(world):
    loop = verleend(world)
    voorgesteld(world, open_regeling(world, loop.wie, titel="Ontmoeten"), bedrag="10000")
    browser = world.sign_in(loop.wie.adviseur)
    year = jaar()[0].year
    assert f"Er is geen plafond dat in {clock.today().year} begint" in browser.get("/subsidies/inzicht").words
    page = browser.get(f"/subsidies/inzicht?jaar={year}")
    first, second, whole = cells(page)
    assert first[0].startswith("Dagbesteding") and first[1:] == [
        "€ 100.000,00", "€ 0,00", "€ 40.000,00", "€ 60.000,00", "€ 40.000,00", "€ 0,00", "€ 0,00"]
    assert second[0].startswith("Ontmoeten") and second[2] == "€ 10.000,00"
    assert whole[:3] == ["Samen, het hele jaar", "€ 200.000,00", "€ 10.000,00"]
    assert "1 subsidie" in page.words and "gereserveerd: € 10.000" in plain(page)
    rows = table(browser.get(f"/subsidies/inzicht.csv?jaar={year}"))
    assert rows[0][4:6] == ["Plafond", "Gereserveerd"] and rows[1][4:] == [
        "100000,00", "0,00", "40000,00", "60000,00", "40000,00", "0,00", "0,00", "1"]


def test_as_many_statements_however_many_schemes(world):
    wie = personen(world)
    year = jaar()[0].year
    browser = world.sign_in(wie.adviseur)
    found = []
    for turn in range(2):
        for number in range(3):
            verleend(world, open_regeling(world, wie, titel=f"Regeling {turn} {number}"))
        browser.get(f"/subsidies/inzicht?jaar={year}")
        with counted(world.app.engine) as seen:
            browser.get(f"/subsidies/inzicht?jaar={year}")
        found.append(len(seen))
    assert found[0] == found[1]


def test_a_year_that_is_no_year_is_this_year(world):
    browser = world.sign_in(personen(world).adviseur)
    for asked in ("0", "x", "99999", "²"):
        assert str(clock.today().year) in browser.get(f"/subsidies/inzicht?jaar={asked}").words


def test_gemeenten_of_a_samenwerkingsverband_side_by_side(world):
    verleend(world, open_regeling(world, personen(world), verband_id=world.gemeente("beschermd-wonen")))
    page = world.sign_in(world.medewerker("kampen", "beleidsadviseur")).get(f"/subsidies/inzicht?jaar={jaar()[0].year}")
    assert cells(page) == [["Zwolle", "1", "1", "€ 100.000,00", "€ 40.000,00", "€ 0,00"]]


# Flow and overdue ---------------------------------------------------------------------------------------------------------

def test_flow_of_a_period(world):
    year = jaar()[0].year
    loop = met_rapportage(world, instroom=3, doorstroom=2)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(f"/subsidies/inzicht/stroom?jaar={year}")
    assert cells(page)[0][2:] == ["1 van 1", "7", "2", "niet opgegeven"]
    assert table(browser.get(f"/subsidies/inzicht/stroom.csv?jaar={year}"))[1][4:] == ["1", "1", "7", "2", ""]
    other = world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get(f"/subsidies/inzicht/stroom?jaar={year}")
    assert "zijn geen voortgangsberichten gevraagd" in other.words


def test_what_is_overdue_leads_to_its_case(world):
    year = jaar()[0].year
    loop, duty = met_verplichting(world)
    world.clock(op(date(year, 8, 1)))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get("/subsidies/inzicht/te-laat")
    assert "2 afspraken zijn te laat" in page.words and "92 dagen te laat" in page.words
    assert page.html.select_one(f'main table a[href="/subsidies/{loop.subsidie_id}/uitvoering"]')
    world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, duty.id, tekst="Wij hielden het bij.")
    assert "Bewijs wacht op uw oordeel" in browser.get("/subsidies/inzicht/te-laat").words
    assert len(table(browser.get("/subsidies/inzicht/te-laat.csv"))) == 3
    other = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    assert "Er is niets te laat" in other.get("/subsidies/inzicht/te-laat").words


# The budget ---------------------------------------------------------------------------------------------------------------

NEW = {"soort": "krediet", "naam": "Voorbereiding beschermd wonen", "jaar": "2014", "bedrag": "70.000,00",
       "bron": "Decembercirculaire 2013", "omschrijving": "Per centrumgemeente."}


def test_B8_a_credit_from_its_form_to_its_last_cent(world):
    browser = world.sign_in(personen(world).adviseur)
    form = browser.get("/subsidies/inzicht/begroting/nieuw").form()
    where = browser.post("/subsidies/inzicht/begroting/nieuw", form | NEW).location
    page = browser.get(where)
    assert "Decembercirculaire 2013" in page.words and "De begrotingspost staat erin." in page.html.text
    spend = page.form(where) | {"bedrag": "69.000,00", "omschrijving": "Inhuur projectleider"}
    browser.post(where, spend)
    again = browser.get(where).form(where) | {"bedrag": "1.000,01", "omschrijving": "Drukwerk"}
    refused = browser.post(where, again, expect=409)
    assert "Op deze post is nog € 1.000,00 over" in plain(refused)
    assert refused.html.select_one("#bedrag")["value"] == "1.000,01"
    assert refused.html.select_one("#omschrijving")["value"] == "Drukwerk"
    browser.post(where, browser.get(where).form(where) | {"richting": "terug", "bedrag": "500", "omschrijving": "Korting"})
    assert "€ 68.500,00" in plain(browser.get(where)) and "€ 1.500,00" in plain(browser.get(where))
    page = browser.get("/subsidies/inzicht/begroting?jaar=2014")
    assert cells(page)[0][1:] == ["€ 70.000,00", "€ 68.500,00", "€ 1.500,00"]
    assert table(browser.get("/subsidies/inzicht/begroting.csv?jaar=2014"))[1][3:7] == [
        "70000,00", "68500,00", "1500,00", "Decembercirculaire 2013"]


def test_the_same_press_twice_books_once(world):
    adviseur = personen(world).adviseur
    item = krediet(world, adviseur)
    browser, where = world.sign_in(adviseur), f"/subsidies/inzicht/begroting/{item.id}"
    form = browser.get(where).form(where) | {"bedrag": "10", "omschrijving": "Inhuur"}
    for _press in range(2):
        browser.post(where, form)
    assert world.behind("SELECT geboekt FROM portal.begrotingspost")[0][0] == 10


@pytest.mark.parametrize(("field", "value", "says"), [
    ("naam", "", "Geef de begrotingspost een naam."), ("jaar", "1913", "heel getal"), ("bedrag", "0", "hoger zijn dan nul"),
    ("bedrag", "veel", "begrijpen we niet"), ("bron", "", "Schrijf waar dit bedrag staat."),
    ("soort", "x", "Kies wat voor post")])
def test_a_form_with_a_fault_says_where_and_loses_nothing(world, field, value, says):
    browser = world.sign_in(personen(world).adviseur)
    form = browser.get("/subsidies/inzicht/begroting/nieuw").form() | NEW | {field: value}
    page = browser.post("/subsidies/inzicht/begroting/nieuw", form, expect=422)
    assert says in page.words and (field == "bron" or page.html.select_one("#bron")["value"] == NEW["bron"])


def test_the_same_name_in_a_year_is_refused_on_the_form(world):
    adviseur = personen(world).adviseur
    krediet(world, adviseur, naam=NEW["naam"], jaar=2014)
    browser = world.sign_in(adviseur)
    form = browser.get("/subsidies/inzicht/begroting/nieuw").form() | NEW
    page = browser.post("/subsidies/inzicht/begroting/nieuw", form, expect=409)
    assert "Er is al een begrotingspost met deze naam" in page.words
    assert page.html.select_one("#naam")["value"] == NEW["naam"]


def test_a_mistake_is_taken_away_until_something_was_booked(world):
    adviseur = personen(world).adviseur
    item = krediet(world, adviseur)
    browser, where = world.sign_in(adviseur), f"/subsidies/inzicht/begroting/{item.id}"
    ask = browser.get(browser.get(where).html.select_one(f'a[href="{where}/weghalen"]')["href"])
    world.as_(adviseur, inzicht.boeken, item.id, bedrag=Decimal(1), omschrijving="Inhuur", geboekt_on=clock.today())
    assert "al op deze begrotingspost geboekt" in browser.post(f"{where}/weghalen", ask.form(), expect=409).words
    assert not browser.get(where).html.select(f'a[href="{where}/weghalen"]')
    other = krediet(world, adviseur, naam="Fout")
    url = f"/subsidies/inzicht/begroting/{other.id}/weghalen"
    browser.post(url, browser.get(url).form())
    browser.get(f"/subsidies/inzicht/begroting/{other.id}", expect=404)


def test_who_only_reads_sees_why_nothing_can_be_booked(world):
    wie = personen(world)
    item = krediet(world, wie.adviseur)
    where = f"/subsidies/inzicht/begroting/{item.id}"
    reader = world.sign_in(wie.jurist)
    page = reader.get(where)
    assert "Dit doet een subsidieadviseur of een financieel medewerker." in page.words and not page.html.select("main form")
    reader.post(where, {"richting": "uit", "bedrag": "1", "omschrijving": "x", "geboekt": "01-01-2026"}, expect=403)
    reader.post("/subsidies/inzicht/begroting/nieuw", NEW, expect=403)
    reader.post(f"{where}/weghalen", expect=403)
    money = world.sign_in(financieel(world))
    money.post(where, money.get(where).form(where) | {"bedrag": "5", "omschrijving": "Factuur"})
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    for url in (where, f"{where}/weghalen"):
        neighbour.get(url, expect=404)
    neighbour.post(where, {"richting": "uit", "bedrag": "1", "omschrijving": "x", "geboekt": "01-01-2026"}, expect=404)
    neighbour.post(f"{where}/weghalen", expect=404)


def test_planned_cuts_stand_apart(world):
    adviseur = personen(world).adviseur
    for year, amount in ((2015, "4300000"), (2018, "11200000")):
        krediet(world, adviseur, soort="bezuiniging", naam="Structurele bezuiniging", jaar=year, bedrag=Decimal(amount))
    page = world.sign_in(adviseur).get("/subsidies/inzicht/begroting?jaar=2015")
    assert cells(page)[0][1:] == ["€ 4.300.000,00", "–", "gepland"]
    assert [row[0] for row in cells(page, 1)] == ["2015", "2018"]
    item = world.see(adviseur, lambda s: inzicht.posten(s, adviseur.party_id, 2015).rows)[0]
    assert not world.sign_in(adviseur).get(f"/subsidies/inzicht/begroting/{item.id}").html.select('main form[action$="boeken"]')


# The switch of the register -----------------------------------------------------------------------------------------------

def test_the_register_is_closed_and_opened_by_who_makes_schemes(world):
    loop = verleend(world)
    url = "/subsidies/inzicht/register"
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url)
    assert "Uw subsidies staan in het register" in page.words
    assert "al zo" in browser.post(url, page.form(url), expect=409).words
    browser.post(url, browser.get(url).form(url) | {"register": "dicht"})
    assert "Dagpunt" not in world.anonymous().get("/subsidieregister").words
    assert "Uw subsidies staan niet in het register" in browser.get(url).words
    assert "Kies of het register" in browser.post(url, {"register": "half"}, expect=422).words
    browser.post(url, browser.get(url).form(url) | {"register": "open"})
    assert "Dagpunt" in world.anonymous().get("/subsidieregister").words
    reader = world.sign_in(loop.wie.jurist)
    assert "Dit doet een subsidieadviseur" in reader.get(url).words
    reader.post(url, {"register": "dicht"}, expect=403)
    told = world.behind("SELECT object FROM portal.beveiligingslog WHERE handeling = 'subsidieregister zetten' ORDER BY id")
    assert [row[0] for row in told] == ["dicht", "open"]
