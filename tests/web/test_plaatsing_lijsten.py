"""The lists of reports and placements: somebody is found by name or number, what is late is never out of sight."""

import io
import json
from datetime import timedelta

import pytest

from portal.kernel import clock
from portal.kernel.queries import PAGE
from tests import plaatsingen_world as pw
from tests.bench.pages import FRAME, counting
from tests.web import building

DAY = timedelta(days=1)
LIJSTEN = ("/toegang", "/plaatsingen?stand=wacht")


def titles(page) -> list[str]:
    return [one.text for one in page.html.select(".p-list__title a")]


def melding(world, naam: str, wie=None):
    """The report of somebody of this name."""
    wie = wie or pw.personen(world)
    return pw.gemeld(world, wie, persoon_id=pw.persoon(world, wie, naam=naam, bsn="", bron=None))


def toekenning(world, naam: str, wie=None):
    """Somebody of this name whom support was granted."""
    return pw.toegekend(world, pw.aangevraagd(world, melding(world, naam, wie)))


def in_de_lijst(world, lijst: str, naam: str, wie=None):
    """Somebody of this name in this list."""
    return melding(world, naam, wie) if lijst == "/toegang" else pw.geplaatst(world, toekenning(world, naam, wie))


def met(lijst: str, q: str) -> str:
    return f"{lijst}{'&' if '?' in lijst else '?'}q={q}"


@pytest.mark.parametrize("lijst", LIJSTEN)
def test_somebody_is_found_by_any_part_of_the_name_or_by_the_number(world, lijst):
    loop = in_de_lijst(world, lijst, "José van den Berg")
    in_de_lijst(world, lijst, "Ali 100% Demir_", loop.wie)
    browser = world.sign_in(loop.wie.consulent)
    dossier = loop.toegang_id if lijst == "/toegang" else loop.plaatsing_id
    number = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=dossier)[0][0]
    for asked in ("José", "jose", "berg jos", "VAN DEN", number, number.lower()):
        assert titles(browser.get(met(lijst, asked))) == ["José van den Berg"], asked
    for asked, found in (("100%25", 1), ("demir_", 1), ("%25", 1), ("_", 1), ("  ", 2), ("berg demir", 0),
                         ("x" * 300, 0)):
        assert len(titles(browser.get(met(lijst, asked)))) == found, asked
    field = browser.get(met(lijst, "jose")).html.select_one("input[name=q]")
    assert field["value"] == "jose" and field["autocomplete"] == "off"


@pytest.mark.parametrize("lijst", LIJSTEN)
def test_nobody_of_another_gemeente_is_found(world, lijst):
    loop = in_de_lijst(world, lijst, "José van den Berg")
    other = pw.personen(world, "zwolle")
    for q in ("jose", "berg"):
        page = world.sign_in(other.consulent).get(met(lijst.replace("stand=wacht", "stand=alle"), q))
        assert titles(page) == [] and "past bij" in page.words
    world.sign_in(world.medewerker("kampen", "contractmanager")).get(met(lijst, "jose"), expect=403)
    assert titles(world.sign_in(loop.wie.tekenaar).get(met(lijst, "jose"))) == ["José van den Berg"]


def test_who_is_not_found_is_looked_for_in_everything(world):
    loop = toekenning(world, "José van den Berg")
    world.behind("UPDATE portal.termijn SET met_on = started_on WHERE dossier_id = :i", i=loop.toegang_id)
    browser = world.sign_in(loop.wie.consulent)
    page = browser.get("/toegang?q=jose")
    assert titles(page) == [] and "Misschien is de melding al klaar" in page.words
    all_of_them = page.html.find("a", string="Zoek in alle meldingen")["href"]
    assert titles(browser.get(all_of_them)) == ["José van den Berg"]
    assert "Geen plaatsing past bij uw zoekwoord" in browser.get("/plaatsingen?q=jose").words
    assert "Er zijn geen plaatsingen" in browser.get("/plaatsingen").words


def test_the_pages_of_a_search_are_whole_and_ask_as_many_statements(world):
    loop = melding(world, "Iemand anders")
    for number in range(PAGE + 2):
        melding(world, f"Berg {number}", loop.wie)
    browser = world.sign_in(loop.wie.consulent)
    first = browser.get("/toegang?q=berg&stand=alle")
    assert len(titles(first)) == PAGE
    onward = first.html.select_one("a[rel=next]")["href"]
    assert "q=berg" in onward and "stand=alle" in onward
    assert sorted(titles(first) + titles(browser.get(onward))) == sorted(f"Berg {number}" for number in range(PAGE + 2))

    def asked(address):
        browser.get(address)
        with counting(world.app) as seen:
            browser.get(address)
        return len([text for text in seen if not any(f in text for f in FRAME)])

    assert asked("/toegang?q=berg") == asked("/toegang?q=niemand") == asked("/toegang")
    assert asked("/plaatsingen?q=berg") == asked("/plaatsingen")


@pytest.mark.parametrize("lijst", LIJSTEN)
def test_a_name_that_is_searched_stands_in_no_log_and_not_in_the_address_bar(world, monkeypatch, lijst):
    loop = in_de_lijst(world, lijst, "José van den Berg")
    browser, stream = world.sign_in(loop.wie.consulent), io.StringIO()
    monkeypatch.setattr(world.app.logger.handlers[0], "stream", stream)
    monkeypatch.setattr(world.app, "testing", False)
    page = browser.get(met(lijst, "Geheimenaam"))
    line = json.loads(stream.getvalue().splitlines()[-1])
    assert line["event"] == "request" and line["status"] == 200 and "Geheimenaam" not in stream.getvalue()
    assert page.html.select_one("form.p-filters")["hx-push-url"] == "false"
    for table in ("toegangslog", "beveiligingslog", "case_event"):
        assert "Geheimenaam" not in str(world.behind(f"SELECT t::text FROM portal.{table} t")), table


def test_what_is_late_is_in_sight_whatever_its_state(world):
    """A grant with work that is late, and somebody who waits while work about it is late: both stand under Loopt."""
    granted = toekenning(world, "Ada Toegekend")
    waits = in_de_lijst(world, "/plaatsingen", "Bo Wacht", granted.wie)
    browser = world.sign_in(granted.wie.consulent)
    assert titles(browser.get("/toegang")) == titles(browser.get("/plaatsingen")) == []
    # The clock of a task runs out, and nobody did it.
    for dossier, owner in ((granted.toegang_id, granted.wie), (waits.plaatsing_id, waits.wie)):
        building.term(world, owner.consulent, dossier, clock.today() - DAY, taak="Doe iets", kind="werk_proef")
    for address, naam in (("/toegang", "Ada Toegekend"), ("/plaatsingen", "Bo Wacht")):
        page = browser.get(address)
        assert titles(page) == [naam], address
        assert "Te laat" in page.html.select_one(".p-list__meta").text
    assert "Te laat" in browser.get("/plaatsingen?stand=wacht").html.select_one(".p-list__meta").text
    world.behind("UPDATE portal.termijn SET met_on = started_on WHERE kind = 'werk_proef'")
    assert titles(browser.get("/toegang")) == titles(browser.get("/plaatsingen")) == []
    assert "Te laat" not in browser.get("/plaatsingen?stand=wacht").html.select_one("main").text
