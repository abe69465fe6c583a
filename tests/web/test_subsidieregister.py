"""The public register of subsidies: page, file, data, schema, and the yearly report."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from local.teksten import texts
from portal.blueprints.subsidieregister import FIELDS, PAGE
from portal.domains.subsidies.rules import Beslissing
from portal.kernel import clock
from tests.domains.test_subsidies_inzicht import op_papier
from tests.domains.test_subsidies_vaststellen import afgelopen, vastgesteld, verantwoord
from tests.domains.test_subsidies_wijzigen import EIGEN, gewijzigd
from tests.subsidies_world import jaar, open_regeling, personen, verleend, voorgesteld
from tests.web.building import counted

INCIDENTEEL = {"grondslag": "incidenteel", "verordening": "", "artikel": "", "motivering": "Voor een jubileum is er niets."}


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def data(world, url: str = "/subsidieregister.json") -> dict:
    return json.loads(world.anonymous().get(url).text)


def table(page) -> list[list[str]]:
    return list(csv.reader(io.StringIO(page.text.lstrip("\ufeff")), delimiter=";"))


def many(world, number: int) -> None:
    """As many rows of the register, copied behind the wall."""
    world.behind("ALTER TABLE portal.subsidieregister DROP CONSTRAINT fk_subsidieregister_id")
    world.behind(
        "INSERT INTO portal.subsidieregister SELECT gen_random_uuid(), gemeente_id, nummer || '-' || n, regeling_nummer, "
        "regeling, ontvanger_soort, ontvanger, kvk_nummer, doel, grondslag, van, tot, verleend_on - n, eerst_verleend, "
        "besluit_on, verleend, hoogste, vastgesteld, vastgesteld_on, ingetrokken_on FROM portal.subsidieregister, "
        "generate_series(1, :n) AS n", n=number)


@pytest.fixture
def back(world):
    """The constraint that `many` takes away comes back."""
    yield
    world.behind("DELETE FROM portal.subsidieregister")
    world.behind("ALTER TABLE portal.subsidieregister ADD CONSTRAINT fk_subsidieregister_id FOREIGN KEY (id) "
                 "REFERENCES portal.subsidie (id)")


# The page -----------------------------------------------------------------------------------------------------------------

def test_without_a_grant_the_register_says_what_comes(world):
    voorgesteld(world)
    page = world.anonymous().get("/subsidieregister")
    assert "Er is nog geen subsidie verleend" in page.words and "Dagpunt" not in page.words
    assert data(world) == {"schema": "http://localhost/subsidieregister/schema.json", "volgende": None, "subsidies": []}


def test_who_got_what_is_found_from_the_schemes(world):
    verleend(world)
    assert world.anonymous().get("/regelingen").html.select_one('main a[href="/subsidieregister"]')
    page = world.anonymous().get("/subsidieregister")
    said, (van, tot) = plain(page), jaar()
    for one in ("Dagpunt 1 (fictief)", "Verleend: € 40.000,00", "Dagdelen dagbesteding. Regeling: Dagbesteding.",
                "Gemeente Zwolle",
                f"{van:%d-%m-%Y} tot en met {tot - timedelta(days=1):%d-%m-%Y}", "1 subsidie. Verleend: € 40.000,00."):
        assert one in said, one
    current = page.html.select_one('header nav [aria-current="page"]')
    assert current and current.get_text(strip=True) == "Subsidies"


def test_a_natural_person_stays_without_a_name_everywhere(world):
    loop = open_regeling(world)
    verleend(world, op_papier(world, loop, "Mieke de Vries", titel="Muziek van Mieke"))
    browser = world.anonymous()
    for url in ("/subsidieregister", "/subsidieregister.csv", "/subsidieregister.json", "/subsidieregister?q=Mieke"):
        assert "mieke" not in re.sub('value="Mieke"', "", browser.get(url).text).lower().replace("q=mieke", ""), url
    assert "Natuurlijk persoon" in browser.get("/subsidieregister").words
    [row] = data(world)["subsidies"]
    assert (row["ontvanger"], row["ontvanger_soort"], row["kvk_nummer"]) == ("natuurlijk persoon", "natuurlijk_persoon", None)


def test_what_became_of_a_grant_in_words(world):
    wie = personen(world)
    changed, gone = (verleend(world, open_regeling(world, wie, titel=titel)) for titel in ("Een", "Twee"))
    gewijzigd(world, changed, bedrag=30_000, grond="niet-verricht", **EIGEN)
    gewijzigd(world, gone, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    said = plain(world.anonymous().get("/subsidieregister"))
    assert "Eerst was € 40.000,00 verleend. Gewijzigd op" in said and "Ingetrokken op" in said
    assert "Verleend: € 30.000,00" in said and "Verleend: € 0,00 Dagdelen" in said
    assert "2 subsidies. Samen verleend: € 30.000,00. Dat is wat nu is verleend. Wat is ingetrokken, telt niet mee." in said


def test_a_determined_amount_is_shown(world):
    loop = verantwoord(world, afgelopen(world), "1000")
    vastgesteld(world, loop, "40000")
    said = plain(world.anonymous().get("/subsidieregister"))
    assert "Verleend: € 40.000,00 · Vastgesteld op: € 40.000,00 (" in said and "Samen verleend" not in said
    assert data(world)["subsidies"][0]["vastgesteld"] == "40000.00"


@pytest.mark.parametrize(("query", "found"), [
    ("q=dagpunt", True), ("q=niemand", False), ("q=%25", False), ("gemeente=zwolle", True), ("gemeente=kampen", False),
    ("gemeente=nergens", True), ("jaar=1999", True), ("jaar=2001", False), ("jaar=x", True), ("na=onzin", True),
    ("na=2026-01-01~x", True)])
def test_search_and_filter(world, query, found):
    verleend(world)
    page = world.anonymous().get(f"/subsidieregister?{query}")
    assert ("Dagpunt 1" in page.words) == found
    assert found or "Geen subsidie past bij uw vraag" in page.words
    assert (len(data(world, f"/subsidieregister.json?{query}")["subsidies"]) == 1) == found
    assert (len(table(world.anonymous().get(f"/subsidieregister.csv?{query}"))) == 2) == found


def test_the_part_for_htmx_is_the_list(world):
    verleend(world)
    part = world.anonymous().get("/subsidieregister?q=dagpunt", headers={"HX-Request": "true"})
    assert part.text.strip().startswith('<div id="lijst"') and "Dagpunt 1" in part.text
    part = world.anonymous().get("/subsidieregister/verslag", headers={"HX-Request": "true"})
    assert part.text.strip().startswith('<div id="lijst"')


@pytest.mark.usefixtures("back")
def test_pages_follow_each_other_and_ask_the_same(world):
    verleend(world)
    browser = world.anonymous()
    browser.get("/subsidieregister")
    with counted(world.app.engine) as few:
        browser.get("/subsidieregister")
    many(world, 60)
    with counted(world.app.engine) as more:
        page = browser.get("/subsidieregister")
    assert len(few) == len(more) and len([one for one in more if "FROM portal." in one]) <= 8
    seen = []
    while True:
        seen += [row.get_text() for row in page.html.select("main .p-list h2")]
        following = page.html.select_one("a[rel=next]")
        if following is None:
            break
        page = browser.get(following["href"])
    assert len(seen) == 61


# The file and the data ----------------------------------------------------------------------------------------------------

def test_the_file_has_the_public_names_and_nothing_runs_in_a_spreadsheet(world):
    loop = open_regeling(world)
    verleend(world, op_papier(world, loop, "=HYPERLINK(1) (fictief)", "12345678"))
    page = world.anonymous().get("/subsidieregister.csv")
    head, row = table(page)
    assert head == [name for name, *_rest in FIELDS] and "subsidieregister.csv" in page.response.headers["Content-Disposition"]
    line = dict(zip(head, row, strict=True))
    assert (line["ontvanger"], line["verleend"], line["vastgesteld"]) == ("'=HYPERLINK(1) (fictief)", "5000,00", "")
    assert line["gemeente"] == "Zwolle" and re.fullmatch("GM[0-9]{4}", line["gemeente_code"])


@pytest.mark.usefixtures("back")
def test_a_program_reads_everything_by_following_the_address(world):
    verleend(world)
    many(world, 2 * PAGE + 5)
    url, seen = "/subsidieregister.json?q=dagpunt", []
    while url:
        answer = data(world, url)
        assert len(answer["subsidies"]) <= PAGE
        seen += [row["nummer"] for row in answer["subsidies"]]
        url = answer["volgende"] and answer["volgende"].removeprefix("http://localhost")
    assert len(seen) == len(set(seen)) == 2 * PAGE + 6


def test_the_data_is_as_its_schema_says(world):
    verleend(world)
    schema = data(world, "/subsidieregister/schema.json")
    one = schema["properties"]["subsidies"]["items"]
    [row] = data(world)["subsidies"]
    assert set(row) == set(one["required"]) == set(one["properties"])
    for name, value in row.items():
        form = one["properties"][name]
        kinds = form["type"] if isinstance(form["type"], list) else [form["type"]]
        assert ("null" if value is None else "string") in kinds, name
        assert value is None or re.fullmatch(form.get("pattern", "(?s).*"), value), name
        assert value is None or value in form.get("enum", [value]), name
        assert value is None or form.get("format") != "date" or re.fullmatch(r"\d{4}-\d\d-\d\d", value), name
    assert row["verleend"] == "40000.00"


def test_the_names_of_the_fields_never_change():
    """A program somewhere reads these names. Add at will; never rename or take away."""
    assert {"nummer", "gemeente", "gemeente_code", "regeling_nummer", "regeling", "grondslag", "ontvanger_soort", "ontvanger",
            "kvk_nummer", "doel", "van", "tot_en_met", "verleend_op", "eerst_verleend", "besluit_op", "verleend",
            "hoogste_bedrag", "vastgesteld", "vastgesteld_op", "ingetrokken_op"} <= {name for name, *_rest in FIELDS}


def test_the_explanation_names_every_field(world):
    page = world.anonymous().get("/subsidieregister/uitleg")
    rows = [row.select_one("th").get_text(strip=True) for row in page.html.select("main tbody tr")]
    assert rows == [name for name, *_rest in FIELDS]
    assert "http://localhost/subsidieregister.json" in page.words
    assert {field.wat for field in FIELDS} <= texts(), "wie vertaalt, ziet elk van deze teksten"


def test_the_explanation_of_amounts_is_true(world):
    verleend(world)
    said = plain(world.anonymous().get("/subsidieregister/uitleg"))
    assert "In de spreadsheet (CSV) staat een komma: 48000,00. In de data (JSON) staat een punt: 48000.00." in said
    head, row = table(world.anonymous().get("/subsidieregister.csv"))
    [line] = data(world)["subsidies"]
    assert row[head.index("verleend")] == "40000,00" and line["verleend"] == "40000.00"
    assert row[head.index("vastgesteld")] == "" and line["vastgesteld"] is None


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize("url", ["/subsidieregister.json", "/subsidieregister/schema.json", "/subsidieregister/uitleg"])
def test_the_address_of_the_portal_is_not_what_a_visitor_says(world, url):
    verleend(world)
    many(world, PAGE)
    said = world.anonymous().get(url, headers={"Host": "evil.example"}).text
    assert "evil.example" not in said and "http://localhost/subsidieregister" in said


# The report ---------------------------------------------------------------------------------------------------------------

def test_the_report_of_a_year(world):
    wie = personen(world)
    verleend(world, open_regeling(world, wie, titel="Jubileum", **INCIDENTEEL))
    verleend(world, open_regeling(world, wie, titel="Gewoon"))
    year = clock.today().year
    browser = world.anonymous()
    page = browser.get(f"/subsidieregister/verslag?jaar={year}&gemeente=zwolle")
    said = plain(page)
    assert "Jubileum" in said and "Gewoon" not in said and "Awb 4:23, lid 3, onder d" in said
    assert [cell.get_text(strip=True).replace("\xa0", " ") for cell in page.html.select("tbody tr")[0].select("th, td")] == [
        "Zwolle", "0", "€ 0,00", "1", "€ 40.000,00"]
    assert "Dit jaar is nog niet voorbij" in said
    rows = table(browser.get(f"/subsidieregister/verslag.csv?jaar={year}&gemeente=zwolle"))
    assert len(rows) == 2 and rows[1][rows[0].index("regeling")] == "Jubileum"
    whole = plain(browser.get(f"/subsidieregister/verslag?jaar={year}"))
    assert f"Geen subsidie zonder verordening in {year}: Dalfsen, Deventer," in whole and "Zwolle." not in whole
    earlier = plain(browser.get(f"/subsidieregister/verslag?jaar={year - 1}"))
    assert "Zwartewaterland, Zwolle." in earlier and "nog niet voorbij" not in earlier
    browser.get("/subsidieregister/verslag.csv", expect=404)


def test_everybody_who_is_logged_in_reads_the_same(world):
    loop = verleend(world)
    for person in (loop.aanvrager.auteur, world.inwoner(), world.medewerker("kampen", "raadslid"), loop.wie.adviseur):
        page = world.sign_in(person).get("/subsidieregister")
        assert "Dagpunt 1" in page.words
        assert [one.get_text(strip=True) for one in page.html.select('header nav [aria-current="page"]')] == ["Subsidies"]
