"""Mijn werk and search: what waits for whom, in which order, and what another party does not find."""

from datetime import date, timedelta

import pytest

from portal.identity.permissions import Permission as P
from portal.kernel.queries import Order
from portal.web.links import dossier_url, state_badge, task_url
from tests.web import building

TODAY = date(2026, 11, 24)


@pytest.fixture
def people(world):
    world.clock(TODAY)
    return {
        "sanne": world.medewerker("zwolle", "contractmanager", naam="Sanne de Vries"),
        "wim": world.medewerker("kampen", "beleidsadviseur", naam="Wim Hekman"),
        "raad": world.medewerker("zwolle", "raadslid"),
        "lindehof": world.aanbieder_persoon(world.aanbieder(), "auteur"),
    }


def titles(page):
    return [a.text for a in page.html.select(".p-work__title a")]


def test_nothing_waits(world, people):
    page = world.sign_in(people["sanne"]).get("/mijn-werk")
    assert "Er wacht niets op u" in page.words and "Nog niets te zien?" in page.words
    assert page.html.select_one("h1").text == "Mijn werk"
    assert "Vandaag is het dinsdag 24 november 2026" in page.words
    assert "U wacht op niemand" in world.sign_in(people["sanne"]).get("/mijn-werk?wacht=anderen").words
    assert "Er wacht niets op u" in world.sign_in(people["lindehof"]).get("/mijn-werk").words


def test_groups_and_words(world, people):
    sanne = people["sanne"]
    dossier = building.inkoop(world, sanne)
    for days, taak in ((-4, "Te late taak"), (0, "Taak van vandaag"), (7, "Taak van deze week"), (8, "Taak voor later")):
        building.term(world, sanne, dossier, TODAY + timedelta(days=days), taak=taak, kind=taak)
    page = world.sign_in(sanne).get("/mijn-werk")
    assert titles(page) == ["Te late taak", "Taak van vandaag", "Taak van deze week", "Taak voor later"]
    groups = {s.h2.text: [a.text for a in s.select(".p-work__title a")] for s in page.html.select("section:has(.p-work)")}
    assert groups == {"Te laat": ["Te late taak"], "Deze week": ["Taak van vandaag", "Taak van deze week"],
                      "Later": ["Taak voor later"]}
    assert page.html.select_one(".p-lead").text == "Er wachten 4 dingen op u. 1 is te laat. 2 moeten deze week."
    assert "Als niemand iets doet : de gemeente doet niet mee." in page.words
    assert "4 dagen te laat" in page.words and "INK-2026-0001" in page.words
    assert [a["href"] for a in page.html.select(".p-work__item a.utrecht-button-link")] == [f"/inkoop/{dossier}"] * 4
    assert "U ziet 4 van 4." in page.words


def test_by_permission_and_by_party(world, people):
    sanne, wim = people["sanne"], people["wim"]
    dossier = building.inkoop(world, sanne, shared_with=[wim.party_id])
    building.term(world, sanne, dossier, TODAY, taak="Publiceer", permissions=[P.INKOOP_PUBLICEREN], kind="a")
    building.term(world, sanne, dossier, TODAY, taak="Teken", permissions=[P.INKOOP_TEKENEN], kind="b")
    building.term(world, sanne, dossier, TODAY, taak="Besluit of Kampen meedoet", for_party=wim.party_id,
                  permissions=[P.INKOOP_DEELNAME], endpoint="inkoop.deelname", kind="c")
    assert titles(world.sign_in(sanne).get("/mijn-werk")) == ["Publiceer"]
    mine = world.sign_in(wim).get("/mijn-werk")
    assert titles(mine) == ["Besluit of Kampen meedoet"]
    assert mine.html.select_one(".p-work__item a.utrecht-button-link")["href"] == f"/inkoop/{dossier}/deelname"
    others = world.sign_in(sanne).get("/mijn-werk?wacht=anderen")
    assert titles(others) == ["Besluit of Kampen meedoet"] and "Wacht op Kampen" in others.words
    assert not others.html.select(".p-work__item a.utrecht-button-link"), "voor een ander doet u de taak niet"
    tabs = [a.text for a in others.html.select(".p-tabs a")]
    assert tabs == ["Wacht op mij 1", "Wacht op anderen 1"]


def test_a_met_term_is_gone_and_the_neighbour_sees_nothing(world, people):
    sanne = people["sanne"]
    dossier = building.inkoop(world, sanne)
    building.term(world, sanne, dossier, TODAY, taak="Geheime taak")
    for other in (people["wim"], people["lindehof"]):
        assert "Geheime taak" not in world.sign_in(other).get("/mijn-werk").text
    world.behind("UPDATE portal.termijn SET met_on = '2026-11-24'")
    assert titles(world.sign_in(sanne).get("/mijn-werk")) == []


def test_who_may_not(world, people):
    assert world.anonymous().get("/mijn-werk", expect=303).location.startswith("/inloggen?verder=/mijn-werk")
    world.sign_in(people["raad"]).get("/mijn-werk", expect=403)
    world.sign_in(world.inwoner()).get("/mijn-werk", expect=403)
    world.sign_in(world.inwoner()).get("/zoeken", expect=403)
    world.anonymous().get("/zoeken", expect=303)


def test_the_first_date_that_comes(world, people):
    sanne, wim = people["sanne"], people["wim"]
    dossier = building.inkoop(world, sanne, shared_with=[wim.party_id])
    building.term(world, sanne, dossier, date(2026, 12, 1), for_party=wim.party_id, permissions=[P.INKOOP_TEKENEN])
    page = world.sign_in(wim).get("/mijn-werk")
    assert "dinsdag 1 december 2026" in page.words and "besluit over de deelname" in page.words
    assert page.html.select_one(f'.p-empty a[href="/inkoop/{dossier}"]')


def test_filter(world, people):
    sanne = people["sanne"]
    wonen, jeugd = building.inkoop(world, sanne), building.inkoop(world, sanne, "Jeugdhulp 2027")
    building.term(world, sanne, wonen, TODAY, taak="Open de kluis")
    building.term(world, sanne, jeugd, TODAY, taak="Lees 100% van de stukken")
    browser = world.sign_in(sanne)
    assert titles(browser.get("/mijn-werk?q=jeugd")) == ["Lees 100% van de stukken"]
    assert titles(browser.get("/mijn-werk?q=INK-2026-0001")) == ["Open de kluis"]
    assert titles(browser.get("/mijn-werk?q=%25")) == ["Lees 100% van de stukken"], "een procent is een gewoon teken"
    assert len(titles(browser.get("/mijn-werk?onderwerp=inkoop"))) == 2
    page = browser.get("/mijn-werk?onderwerp=perceel")
    assert "Niets gevonden" in page.words and "Wacht op mij 2" in page.words
    assert len(titles(browser.get("/mijn-werk?onderwerp=onzin"))) == 2
    part = browser.get("/mijn-werk?q=kluis", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="lijst"') and "1 resultaat" in part.text
    browser.get("/mijn-werk?q=%00", expect=400)


def test_pages_do_not_shift(world, people):
    sanne = people["sanne"]
    dossier = building.inkoop(world, sanne)
    for number in range(30):
        building.term(world, sanne, dossier, TODAY + timedelta(days=number // 7), taak=f"Taak {number:02d}", kind=str(number))
    browser = world.sign_in(sanne)
    first = browser.get("/mijn-werk")
    seen = titles(first)
    building.term(world, sanne, dossier, TODAY - timedelta(days=1), taak="Kwam ertussen", kind="nieuw")
    world.behind("UPDATE portal.termijn SET met_on = due_on WHERE taak = :t", t=seen[3])
    second = browser.get(first.html.select_one("a[rel=next]")["href"])
    everything = seen + titles(second)
    assert sorted(everything) == [f"Taak {number:02d}" for number in range(30)]
    assert not second.html.select_one("a[rel=next]")
    back = browser.get(second.html.select_one("a[rel=prev]")["href"])
    assert len(titles(back)) == 25 and titles(back)[-1] == seen[-1]


def test_it_costs_the_same_for_many_rows(app, world, people):
    sanne = people["sanne"]
    building.term(world, sanne, building.inkoop(world, sanne), TODAY, kind="0")
    browser = world.sign_in(sanne)
    browser.get("/mijn-werk")
    with building.counted(app.engine) as few:
        browser.get("/mijn-werk")
    for number in range(8):
        building.term(world, sanne, building.inkoop(world, sanne, f"Inkoop {number}"), TODAY, kind=str(number))
    with building.counted(app.engine) as many:
        page = browser.get("/mijn-werk")
    assert len(titles(page)) == 9
    assert len(many) == len(few) <= 8


def test_a_cursor_that_is_not_ours_is_the_first_page():
    order = Order(None, None, date.fromisoformat)
    for cursor in (None, "", "~", "2026-11-24", "2026-11-24~x", "gisteren~00000000-0000-0000-0000-000000000001"):
        assert order.read(cursor) is None


# Links and states ---------------------------------------------------------------------------------------------------------

def test_every_state_has_words_and_every_kind_a_page(app):
    from portal.domains import workflows

    with app.test_request_context():
        for workflow in workflows():
            for state in workflow.states:
                kind, words = state_badge(workflow.name, state)
                assert kind in ("ok", "warn", "err", "info", "neutral") and words != str(state)
        assert dossier_url("onbekend", TODAY) is None
        assert task_url("inkoop.weg", TODAY) is None and task_url(None, TODAY) is None


# Search -------------------------------------------------------------------------------------------------------------------

def found(page):
    return [a.text for a in page.html.select("#resultaten .p-list__title")]


def test_search_by_number_and_by_words(world, people):
    sanne = people["sanne"]
    wonen = building.inkoop(world, sanne)
    building.inkoop(world, sanne, "Jeugdhulp: gezinsondersteuning")
    browser = world.sign_in(sanne)
    assert found(browser.get("/zoeken?q=INK-2026-0001")) == ["Beschermd wonen 2028"]
    assert len(found(browser.get("/zoeken?q=ink-2026"))) == 2
    assert found(browser.get("/zoeken?q=bescherm")) == ["Beschermd wonen 2028"], "het laatste woord mag half zijn"
    assert found(browser.get("/zoeken?q=jeugdhulp+gezins")) == ["Jeugdhulp: gezinsondersteuning"]
    page = browser.get("/zoeken?q=beschermd")
    assert page.html.select_one("#resultaten a")["href"] == f"/inkoop/{wonen}"
    assert "Inkoop · INK-2026-0001" in page.words and "Gemeenten besluiten" in page.words
    assert page.html.select_one("#q")["value"] == "beschermd"


def test_search_finds_nothing_in_words(world, people):
    browser = world.sign_in(people["sanne"])
    assert "U zoekt in de dossiers" in browser.get("/zoeken").words
    assert "U zoekt in de dossiers" in browser.get("/zoeken?q=+").words
    page = browser.get("/zoeken?q=%3Cb%3Ezebra%3C/b%3E")
    assert "Niets gevonden" in page.words and "<b>zebra" not in page.text


@pytest.mark.parametrize("q", ["\\", "'", "a\\'b", "&|!():*", "' OR 1=1 --", "%", "_", "x" * 5000, "é ë", "a:*b",
                               "C:\\map\\stuk"])
def test_search_takes_any_text(world, people, q):
    building.inkoop(world, people["sanne"])
    page = world.sign_in(people["sanne"]).get("/zoeken", query_string={"q": q})
    assert found(page) == []


def test_search_stays_behind_the_wall(world, people):
    building.inkoop(world, people["sanne"], shared_with=[people["wim"].party_id])
    building.inkoop(world, people["sanne"], "Beschermd concept")
    assert len(found(world.sign_in(people["sanne"]).get("/zoeken?q=beschermd"))) == 2
    assert found(world.sign_in(people["wim"]).get("/zoeken?q=beschermd")) == ["Beschermd wonen 2028"]
    assert found(world.sign_in(people["lindehof"]).get("/zoeken?q=beschermd")) == []


def test_search_as_a_part(world, people):
    building.inkoop(world, people["sanne"])
    part = world.sign_in(people["sanne"]).get("/zoeken?q=beschermd", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="resultaten"')
    assert 'data-announce="1 resultaat"' in part.text


def test_search_shows_the_first_fifty(app, world, people):
    for number in range(52):
        building.inkoop(world, people["sanne"], f"Wonen {number}")
    browser = world.sign_in(people["sanne"])
    with building.counted(app.engine) as seen:
        page = browser.get("/zoeken?q=wonen")
    assert len(found(page)) == 50 and "U ziet de eerste 50 resultaten" in page.words
    assert len(seen) <= 8


def test_waiting_for_others_is_one_line_per_task(world, people):
    sanne, wim = people["sanne"], people["wim"]
    rob = world.medewerker("ommen", "beleidsadviseur")
    dossier = building.inkoop(world, sanne, shared_with=[wim.party_id, rob.party_id])
    for party in (wim.party_id, rob.party_id):
        building.term(world, sanne, dossier, TODAY, taak="Laat uw college besluiten", for_party=party, kind="deelname")
    page = world.sign_in(sanne).get("/mijn-werk?wacht=anderen")
    assert titles(page) == ["Laat uw college besluiten"] and "Wacht op Kampen, Ommen" in page.words
    assert "U ziet 1 van 1." in page.words


def test_the_empty_page_names_no_date_of_others_or_of_the_past(world, people):
    sanne, wim = people["sanne"], people["wim"]
    dossier = building.inkoop(world, sanne, shared_with=[wim.party_id])
    building.term(world, sanne, dossier, TODAY - timedelta(days=9), taak="Van een ander", for_party=sanne.party_id, kind="a")
    building.term(world, sanne, dossier, TODAY + timedelta(days=9), taak="Ook", for_party=sanne.party_id, kind="b")
    words = world.sign_in(wim).get("/mijn-werk").words
    assert "Er wacht niets op u" in words and "eerste datum" not in words
