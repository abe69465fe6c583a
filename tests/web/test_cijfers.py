"""The page of figures: counts for who may read them, and the same groups hidden in the file."""

import csv
import io

import pytest

from portal.kernel import clock
from portal.web.grafiek import teken
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.domains.test_cijfers import SMALL, wachtenden
from tests.plaatsingen_world import geplaatst, verblijvend

HERE = "/cijfers/plaatsingen"


def file(browser) -> list[list[str]]:
    found = browser.client.get(f"{HERE}/bestand.csv")
    assert found.status_code == 200
    return list(csv.reader(io.StringIO(found.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))


def test_the_page_counts_and_hides_a_small_group(world):
    wachtenden(world, "kampen", SMALL)
    wachtenden(world, "zwolle", 2)
    browser = world.sign_in(world.medewerker("kampen", "beleidsadviseur"))
    page = browser.get(HERE)
    assert "Cijfers over beschermd wonen" in page.words and f"maar minder dan {SMALL}" in page.words
    region = {row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.select("td.is-num")]
              for row in page.html.select("section[aria-labelledby=regio-k] tbody tr")}
    assert region["Kampen"][0] == str(SMALL) and region["Zwolle"][0] == f"< {SMALL}" and region["Ommen"][0] == "0"
    assert "Deventer" not in region and "Bo 1" not in page.text and "BW-" not in page.text
    rows = file(browser)
    assert ["De regio per gemeente", "Zwolle", f"{clock.today():%d-%m-%Y}", "wacht op een plek", f"minder dan {SMALL}"] in rows
    assert not any(row[4] in {"1", "2", "3", "4"} for row in rows[1:])
    browser.get(f"{HERE}?taal=en")


def test_the_page_says_that_a_trend_cannot_be_given_when_the_numbers_are_small(world):
    """From nobody to a few is not "the same"."""
    wachtenden(world, "kampen", 2)
    browser = world.sign_in(world.medewerker("kampen", "beleidsadviseur"))
    said = browser.get(HERE).words
    assert "Uw gemeente: van de wachtlijst is niet te zeggen of die steeg of daalde: kleine aantallen staan er niet in" in said
    wachtenden(world, "kampen", SMALL)
    assert "Uw gemeente: de wachtlijst steeg in een jaar" in browser.get(HERE).words


def test_an_empty_region_has_a_page_too(world):
    browser = world.sign_in(world.medewerker("deventer", "contractmanager"))
    page = browser.get(HERE)
    assert "werkt voor beschermd wonen niet samen" in page.words and "nog geen" in page.words
    assert page.html.select("svg.p-c-svg") and len(file(browser)) > 40


@pytest.mark.parametrize(("role", "status"), [
    ("raadslid", 200), ("auditor", 200), ("financieel", 200), ("consulent", 200), ("toegangsmandaat", 200),
    ("contractmanager", 200), ("subsidieadviseur", 403), ("beheerder", 403)])
def test_council_and_auditor_read_counts_and_others_do_not(world, role, status):
    world.sign_in(world.medewerker("kampen", role)).get(HERE, expect=status)


def test_a_provider_and_a_stranger_read_no_figures(world):
    loop = verblijvend(world)
    world.sign_in(loop.huis.begeleider).get(HERE, expect=403)
    assert world.anonymous().get(HERE, expect=None).status in (302, 303, 401)


def test_P2_the_page_of_figures_asks_at_most_eight_statements_however_much_there_is(world):
    browser = world.sign_in(world.medewerker("kampen", "raadslid"))

    def asked() -> int:
        browser.get(HERE)
        with counting(world.app) as seen:
            browser.get(HERE)
        return len([one for one in seen if not any(f in one for f in FRAME)])

    few = asked()
    geplaatst(world)
    wachtenden(world, "kampen", SMALL)
    assert few == asked() <= MOST_QUERIES


def test_a_line_has_a_gap_where_a_number_is_hidden():
    drawn = teken([[10, None, 5, 6], [0, 0, 0, None]], ["a", "b", "c", "d"])
    first, second = drawn.lines
    assert len(first.parts) == 1 and len(first.dots) == 2 and first.last[2] == 6
    assert second.last is None and len(second.parts) == 1
    assert [n for _y, n in drawn.ticks] == [0, 2, 4, 6, 8, 10]
    assert teken([[]], []).lines[0].parts == []
