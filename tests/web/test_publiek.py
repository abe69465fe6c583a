"""Public pages: procurements, archive, providers, contracts, words, roles, themes, statements."""

import hashlib
import inspect
import io
import re
import sys
import zipfile
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import pytest

import config
from portal.domains import workflows
from portal.identity.permissions import PERMISSION_WORDS, ROLES, Permission
from portal.kernel import clock
from portal.web.navigation import gemeenten, theme_url
from tests.web import building


@pytest.fixture
def sanne(world):
    return world.medewerker("zwolle", "contractmanager", naam="Sanne de Vries")


@pytest.fixture
def visitor(world):
    return world.anonymous()


# The front door -----------------------------------------------------------------------------------------------------------

def test_home_is_honest_when_nothing_is_published(visitor):
    page = visitor.get("/")
    assert page.html.select_one("h1").text == "Samen zorg en ondersteuning regelen"
    assert "Er is nu geen inkoop gepubliceerd" in page.words
    assert "Er zijn nog geen contracten gesloten" in page.words
    assert [a.text for a in page.html.select(".p-towns a")] == sorted(g["naam"] for g in config.load("region")["gemeente"])


def test_home_shows_three_and_leads_to_all(world, sanne, visitor):
    for number in range(4):
        building.publication(world, sanne, f"Inkoop {number}")
    page = visitor.get("/")
    titles = [a.text for a in page.html.select("#inkopen ~ ul .p-list__title")]
    assert titles == ["Inkoop 3", "Inkoop 2", "Inkoop 1"]
    assert page.html.find("a", string="Alle inkopen")["href"] == "/aanbestedingen"


def test_home_of_a_gemeente_has_its_colours_and_its_login(app, world, sanne, visitor):
    building.publication(world, sanne)
    page = visitor.get("/gemeente/kampen")
    assert page.html.select_one("h1").text == "Gemeente Kampen"
    assert page.html.select_one('link[href^="/thema/kampen-"]')
    assert page.html.select_one('a[href="/inloggen?gemeente=kampen"]')
    assert "Beschermd wonen 2028" in page.words
    assert "Beschermd wonen 2028" not in visitor.get("/gemeente/deventer").words, "Deventer doet niet mee"
    visitor.get("/gemeente/atlantis", expect=404)


def test_the_other_language(visitor):
    page = visitor.get("/?taal=en")
    assert page.html.html["lang"].startswith("en")
    assert visitor.get("/").html.html["lang"].startswith("en"), "de keuze blijft"
    assert visitor.get("/?taal=nl").html.html["lang"] == "nl"


# Procurements -------------------------------------------------------------------------------------------------------------

def test_list_is_empty_in_words(visitor):
    assert "Er is nu geen inkoop gepubliceerd" in visitor.get("/aanbestedingen").words
    assert "Er is nu geen inkoop open" in visitor.get("/aanbestedingen?stand=open").words


def test_list_pages_do_not_shift(world, sanne, visitor):
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    for number in range(30):
        building.publication(world, sanne, f"Inkoop {number:02d}", published_at=start + timedelta(days=number), percelen=1)
    first = visitor.get("/aanbestedingen")
    building.publication(world, sanne, "Nieuw bovenaan")
    second = visitor.get(first.html.select_one("a[rel=next]")["href"])
    seen = [a.text for page in (first, second) for a in page.html.select("h2.p-list__title a")]
    assert seen == [f"Inkoop {number:02d}" for number in range(29, -1, -1)]
    assert not second.html.select_one("a[rel=next]")
    back = visitor.get(second.html.select_one("a[rel=prev]")["href"])
    assert [a.text for a in back.html.select("h2.p-list__title a")] == seen[:25]
    visitor.get("/aanbestedingen?na=onzin~onzin")


def test_list_and_page_cost_the_same_for_many_rows(app, world, sanne, visitor):
    one = building.publication(world, sanne, "Een", percelen=1, documents=[("a.pdf", b"%PDF a")])
    visitor.get("/aanbestedingen")
    with building.counted(app.engine) as few:
        visitor.get("/aanbestedingen")
        visitor.get(f"/aanbestedingen/{one.reference}")
    for number in range(6):
        many = building.publication(world, sanne, f"Meer {number}", percelen=5,
                                    documents=[(f"{n}.pdf", b"%PDF") for n in range(5)])
    with building.counted(app.engine) as more:
        visitor.get("/aanbestedingen")
        visitor.get(f"/aanbestedingen/{many.reference}")
    assert len(more) == len(few) <= 16


def test_a_provider_reads_everything_before_login(world, sanne, visitor):
    closes = datetime(2027, 4, 13, 10, 0, tzinfo=UTC)
    world.clock(date(2027, 3, 1))
    found = building.publication(world, sanne, sluit_at=closes, documents=[("leidraad.pdf", b"%PDF een")])
    page = visitor.get(f"/aanbestedingen/{found.reference}")
    for words in ("dinsdag 13 april 2027, 12.00 uur", "Perceel 1: Woonvorm 1", "Er is dag en nacht toezicht. Bewijs: Rooster",
                  "60 van 100", "hoogstens 4", "geen vast aantal", "5,5 van 10", "Uittreksel van het Handelsregister",
                  "vierde kwartaal 2027", "3 + 2 + 2", "Zwolle, Kampen", "wachten de gemeenten 20 dagen",
                  "De gemeenten leggen hem zichzelf op", "€ 750.000,00", "Leidraad"):
        assert words in page.words.replace("\N{NO-BREAK SPACE}", " "), words
    assert page.html.select_one(f'a[href="/inloggen?verder=/aanbestedingen/{found.reference}"]')
    assert not page.html.select("main form"), "zonder inloggen valt er niets te versturen"


def test_who_may_begin(world, sanne, visitor):
    found = building.publication(world, sanne)
    address = f"/aanbestedingen/{found.reference}"
    lindehof = world.aanbieder()
    author, reader = (world.aanbieder_persoon(lindehof, role) for role in ("auteur", "meelezer"))
    assert world.sign_in(author).get(address).html.select_one(f'form[action="/inschrijving/begin/{found.inkoop_id}"]')
    assert "Uw rol mag geen inschrijving schrijven" in world.sign_in(reader).get(address).words
    staff = world.sign_in(sanne).get(address)
    assert not staff.html.select("main form") and "Log in om in te schrijven" not in staff.words


def test_after_closing_and_after_the_award(world, sanne, visitor):
    found = building.publication(world, sanne, sluit_at=clock.now() + timedelta(minutes=5))
    address = f"/aanbestedingen/{found.reference}"
    world.clock(timedelta(minutes=6))
    page = visitor.get(address)
    assert "De inschrijving is gesloten" in page.words and "In beoordeling" in page.words
    assert not page.html.select(".p-panel form")
    building.award(world, sanne, found, 1, ["Woonvorm De Lindehof (fictief)"])
    page = visitor.get(address)
    assert "Deels gegund" in page.words and "Woonvorm De Lindehof (fictief)" in page.words
    assert "ma 1 november 2027" in page.words and "De gemeenten beoordelen dit perceel nog." in page.words
    building.award(world, sanne, found, 2, [])
    assert "Afgerond" in visitor.get(address).words
    assert visitor.get("/aanbestedingen?stand=open").html.select("h2.p-list__title") == []


def test_what_is_not_published_yet_is_not_there(world, sanne, visitor):
    later = building.publication(world, sanne, published_at=clock.now() + timedelta(days=1))
    for browser in (visitor, world.sign_in(sanne)):
        browser.get(f"/aanbestedingen/{later.reference}", expect=404)
        assert later.titel not in browser.get("/aanbestedingen").words
    visitor.get("/aanbestedingen/INK-1999-0001", expect=404)


def test_documents_one_by_one(world, sanne, visitor):
    content = b"%PDF-1.7 " + b"x" * 5000
    found = building.publication(world, sanne, documents=[("leidraad.pdf", content)])
    link = visitor.get(f"/aanbestedingen/{found.reference}").html.select_one(".p-docs a")["href"]
    answer = visitor.get(link).response
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    other = building.publication(world, sanne, "Anders", documents=[("bijlage.pdf", b"%PDF")])
    visitor.get(link.replace(found.reference, other.reference), expect=404)


def test_a_file_outside_the_publication_stays_inside(world, sanne, visitor):
    found = building.publication(world, sanne, documents=[("leidraad.pdf", b"%PDF")])
    draft = building.file(world, sanne, found.inkoop_id, name="concept.pdf")
    loose = building.file(world, sanne, found.inkoop_id, name="los.pdf", public=True)
    for id_ in (draft, loose):
        visitor.get(f"/aanbestedingen/{found.reference}/stukken/{id_}", expect=404)
        world.sign_in(sanne).get(f"/aanbestedingen/{found.reference}/stukken/{id_}", expect=404)


def test_archive_holds_every_file_and_their_sums(world, sanne, visitor):
    files = [("leidraad.pdf", b"%PDF-1.7 " + b"a" * 3_000_000), ("prijs & eisen.pdf", b"%PDF-1.7 b"),
             ("leidraad.pdf", b"%PDF c")]
    found = building.publication(world, sanne, documents=files)
    answer = visitor.client.get(f"/aanbestedingen/{found.reference}/stukken.zip")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Content-Length" not in answer.headers
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names == ["01 leidraad.pdf", "02 prijs & eisen.pdf", "03 leidraad.pdf", "sha256sums.txt"]
    assert [archive.read(name) for name in names[:3]] == [content for _name, content in files]
    sums = archive.read("sha256sums.txt").decode().splitlines()
    assert sums == [f"{hashlib.sha256(c).hexdigest()}  {n}" for n, (_name, c) in zip(names, files, strict=False)]
    again = visitor.client.get(f"/aanbestedingen/{found.reference}/stukken.zip").data
    assert again == answer.data, "dezelfde stukken geven dezelfde bytes"


def test_a_file_that_is_gone_refuses_the_archive(app, world, sanne, visitor):
    found = building.publication(world, sanne, documents=[("a.pdf", b"%PDF a"), ("b.pdf", b"%PDF b")])
    key = world.behind("SELECT opslag_key FROM portal.document ORDER BY titel DESC LIMIT 1")[0][0]
    app.files.delete(key)
    page = visitor.get(f"/aanbestedingen/{found.reference}/stukken.zip", expect=503)
    assert "nu niet te openen" in page.words


def test_no_archive_without_files(world, sanne, visitor):
    found = building.publication(world, sanne)
    visitor.get(f"/aanbestedingen/{found.reference}/stukken.zip", expect=404)


# Providers and contracts --------------------------------------------------------------------------------------------------

def test_A22_AC1_AC2_AC3_contracted_providers_by_product_size_and_identity(world, sanne, visitor):
    assert "Er zijn nog geen contracten" in visitor.get("/aanbieders").words
    lindehof, kruispunt = world.aanbieder(), world.aanbieder("Opvang Het Kruispunt (fictief)")
    world.aanbieder("Zonder contract (fictief)")
    ended = world.aanbieder("Voorbij (fictief)")
    world.behind("UPDATE portal.aanbieder SET omschrijving = 'Wonen met een tuin.' WHERE id = :i", i=lindehof)
    world.behind("UPDATE portal.aanbieder SET grootteklasse = 'groot', identiteit = 'katholiek' WHERE id = :i", i=kruispunt)
    building.contract(world, sanne, lindehof, nummer="OVK-1")
    building.contract(world, sanne, kruispunt, nummer="OVK-2", product="opvang")
    building.contract(world, sanne, ended, nummer="OVK-3", periods=((date(2020, 1, 1), date(2023, 1, 1), None),))

    def names(query=""):
        return [h.text for h in visitor.get(f"/aanbieders{query}").html.select("#lijst h2.utrecht-heading-3")]

    assert names() == ["Opvang Het Kruispunt (fictief)", "Woonvorm De Lindehof (fictief)"]
    assert names("?product=opvang") == ["Opvang Het Kruispunt (fictief)"]
    assert names("?grootte=klein") == ["Woonvorm De Lindehof (fictief)"]
    assert names("?identiteit=katholiek") == ["Opvang Het Kruispunt (fictief)"] and names("?identiteit=joods") == []
    assert names("?grootte=onzin") == names("?identiteit=onzin") == names()
    page = visitor.get("/aanbieders")
    assert "Wonen met een tuin." in page.words and "Identiteit: Rooms-katholiek" in page.words
    assert "cliënt" not in page.words.lower()
    assert "Geen aanbieder gevonden" in visitor.get("/aanbieders?product=vervoer").words
    part = visitor.get("/aanbieders?product=opvang", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="lijst"') and "HX-Request" in part.response.headers["Vary"]


def test_contract_calendar(app, world, sanne):
    browser = world.sign_in(sanne)
    assert "Er zijn nog geen contracten" in browser.get("/contracten").words
    base = (date(2028, 1, 1), date(2031, 1, 1), None)
    options = ((date(2031, 1, 1), date(2033, 1, 1), date(2030, 6, 1)), (date(2033, 1, 1), date(2035, 1, 1), None))
    for number in (1, 2):
        building.contract(world, sanne, world.aanbieder(f"Aanbieder {number} (fictief)"), nummer=f"OVK-{number}",
                          periods=(base,))
    building.contract(world, sanne, world.aanbieder("Aanbieder 3 (fictief)"), nummer="OVK-3", periods=(base, *options))
    browser.get("/contracten")
    with building.counted(app.engine) as seen:
        page = browser.get("/contracten")
    assert len(seen) <= 8
    rows = {row.th.text.split()[0]: [cell.text for cell in row.select("td")] for row in page.html.select("tbody tr")}
    assert rows["OVK-1"][1:] == ["01-01-2028 tot en met 31-12-2030", "niet mogelijk", "31-12-2030", "–",
                                 "Eindigt samen met 1 andere."]
    assert rows["OVK-3"][2:] == ["tot en met 31-12-2032, besloten op 01-06-2030mogelijk tot en met 31-12-2034", "31-12-2032",
                                 "30-06-2032", "Stopt vanzelf zonder besluit."]
    assert [li.select_one(".p-timeline__when").text for li in page.html.select(".p-timeline li")] == [
        "4e kwartaal 2030", "4e kwartaal 2032"]
    assert "2 contracten eindigen samen" in page.words


def test_contract_calendar_as_spreadsheet(world, sanne):
    building.contract(world, sanne, world.aanbieder('=HYPERLINK("x") (fictief)'), nummer="OVK-1")
    answer = world.sign_in(sanne).get("/contracten.csv").response
    lines = answer.data.decode("utf-8").splitlines()
    assert answer.data.startswith(b"\xef\xbb\xbf") and lines[0].startswith("\ufeffNummer;Aanbieder;")
    assert lines[1].startswith("OVK-1;\"'=HYPERLINK(") and "1000000,00" in lines[1] and "31-12-2030" in lines[1]


def test_the_calendar_asks_who_you_are(world, visitor):
    for address in ("/contracten", "/contracten.csv"):
        assert visitor.get(address, expect=303).location.startswith("/inloggen")


# Words, roles, statements -------------------------------------------------------------------------------------------------

def code_words() -> set[str]:
    """Every value of an enum of the portal (but permissions), every step and every role label."""
    words = {label for label, _soort, _permissions in ROLES.values()}
    words |= {step for workflow in workflows() for step in workflow.steps}
    for module in [m for name, m in sys.modules.items() if name.startswith("portal.") and m]:
        for thing in vars(module).values():
            is_enum = inspect.isclass(thing) and issubclass(thing, StrEnum) and thing not in (StrEnum, Permission)
            # Only what stands in a model is a word that people meet; how a term counts is not.
            if is_enum and re.search(r"\.model$|besluit$|documents$|permissions$", thing.__module__):
                words |= {str(value) for value in thing}
    return words


def test_every_word_of_the_code_is_explained():
    entries = config.load("begrippen")["begrip"]
    known = {form for entry in entries for form in (entry["woord"], *entry.get("code", ()))}
    assert code_words() - known == set()
    assert len(entries) >= 60
    names = [entry["woord"].lower() for entry in entries]
    assert len(names) == len(set(names))
    for entry in entries:
        assert entry["engels"] and entry["uitleg"].endswith("."), entry["woord"]
        longest = max(len(sentence.split()) for sentence in re.split(r"[.!?:]\s", entry["uitleg"]))
        assert longest <= 20, f"te lange zin bij {entry['woord']}"


def test_dictionary_page(visitor):
    page = visitor.get("/begrippen")
    word = page.html.select_one("#standstill")
    assert "Aanbestedingswet 2012, artikel 2.127" in word.text and "naar de rechter" in word.text
    assert word.select_one("[lang=en]").text == "standstill period"
    assert page.html.select_one('a[href="#letter-S"]')


def test_role_matrix_is_the_code(visitor):
    assert set(PERMISSION_WORDS) == set(Permission)
    page = visitor.get("/rollen")
    yes = set()
    for table in page.html.select("table"):
        roles = [" ".join(th.text.split()) for th in table.select("thead th")][1:]
        yes |= {(row.th.text, roles[i]) for row in table.select("tbody tr")
                for i, td in enumerate(row.select("td")) if td.text.strip() == "ja"}
    assert yes == {(PERMISSION_WORDS[p], label) for label, _soort, permissions in ROLES.values() for p in permissions}


@pytest.mark.parametrize("address", ["/toegankelijkheid", "/privacy", "/klacht", "/begrippen", "/rollen", "/bouwstenen"])
def test_statements_are_there_for_everybody(address, visitor, world):
    visitor.get(address)
    visitor.get(f"{address}?taal=en")
    world.sign_in(world.inwoner()).get(address)


def test_against_a_subsidy_one_can_object(visitor, world):
    """A contract award is no decision; a subsidy is one (Awb 1:3, 7:1)."""
    part = visitor.get("/klacht").html.select_one("section[aria-labelledby=subsidie]")
    assert "kunt u bezwaar maken bij de gemeente" in part.text and "zes weken" in part.text
    assert part.select_one("a[href='/aanvragen']")
    assert visitor.get("/aanvragen", expect=303).location.startswith("/inloggen")
    writes = world.sign_in(world.aanbieder_persoon(world.aanbieder("Dagpunt (fictief)"), "auteur"))
    assert writes.get("/klacht").html.select_one("main a[href='/aanvragen']") and writes.get("/aanvragen")
    # A resident with a plan may apply for a subsidy too (D4).
    resident = world.sign_in(world.inwoner())
    assert resident.get("/klacht").html.select_one("main a[href='/aanvragen']") and resident.get("/aanvragen")
    assert not world.sign_in(world.medewerker("zwolle", "auditor")).get("/klacht").html.select_one("main a[href='/aanvragen']")


def test_who_works_on_subsidies_has_a_heading_of_their_own(visitor):
    page = visitor.get("/rollen")
    found = {id_: {" ".join(th.text.split()) for th in page.html.select(f"#{id_}-tabel-k ~ thead th")[1:]}
             for id_ in ("inkopers", "subsidies", "controle")}
    assert found["subsidies"] == {"subsidieadviseur", "subsidiejurist", "behandelaar van bezwaren", "financieel medewerker",
                                  "mandaathouder"}
    plans = {" ".join(th.text.split()) for th in page.html.select("#uitdaagrecht-tabel-k ~ thead th")[1:]}
    assert plans >= {"coördinator uitdaagrecht", "vakadviseur", "panellid uitdaagrecht"} and "contractmanager" not in plans
    assert found["inkopers"] & found["subsidies"] == {"mandaathouder"} and "contractmanager" in found["inkopers"]
    assert "auditor" in found["controle"]


def test_accessibility_statement_is_honest(visitor):
    words = visitor.get("/toegankelijkheid").words
    assert "nog niet onderzocht" in words and "WCAG 2.2" in words


# Themes -------------------------------------------------------------------------------------------------------------------

def test_themes_may_be_kept_for_ever(app, visitor):
    with app.test_request_context():
        addresses = [theme_url(row.slug, row.merkkleur) for row in gemeenten().values()] + [theme_url("regio", "#0059a5")]
    assert len(addresses) == 12
    for address in addresses:
        answer = visitor.get(address).response
        assert answer.content_type == "text/css; charset=utf-8" and b"--p-merk-500" in answer.data
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["zwolle-0000000000", "regio-0000000000", "atlantis-0000000000", "olst-wijhe-x"])
def test_a_theme_of_another_day_is_not_there(name, visitor):
    visitor.get(f"/thema/{name}.css", expect=404)
