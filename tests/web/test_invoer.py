"""Hoeveel vragen wij: the number on the page is the number of fields in the real forms."""

import csv
import io
from datetime import timedelta

import pytest

from portal.domains.inkoop import inschrijven
from portal.domains.subsidies import aanvragen, invoer, queries
from tests import inkoop_world
from tests.inkoop_world import stuk
from tests.subsidies_world import gegevens, geschreven, op, open_regeling, personen, verleend, verstuurd
from tests.web.building import counted
from tests.web.test_ontvanger import met_rapportages, reports

PAGE = "/hoeveel-vragen-wij"
FIELDS = "input:not([type=hidden]):not([type=submit]):not([type=file]), textarea, select"


def fields(page, action_ends: str = "") -> dict[str, tuple[bool, bool]]:
    """What a person sees to fill in, by name: must it, and is it filled in already."""
    found: dict[str, tuple[bool, bool]] = {}
    for form in page.html.select("main form"):
        if not form.get("action", "").split("?")[0].endswith(action_ends):
            continue
        for field in form.select(FIELDS):
            chosen = field.select_one("option[selected]") if field.name == "select" else None
            value = (chosen.get("value") if chosen else "") if field.name == "select" else (
                field.get_text().strip() if field.name == "textarea" else field.get("value") if field.get("type") not in (
                    "radio", "checkbox") else field.has_attr("checked"))
            must, filled = found.get(field["name"], (False, False))
            found[field["name"]] = (must or field.get("aria-required") == "true", filled or bool(value))
    return found


def said(page, title: str) -> dict[str, list[str]]:
    """The table of one scheme or procurement: by its first column the other cells."""
    table = next(one for one in page.html.select("main table") if title in one.caption.text)
    return {cells[0]: cells[1:] for row in table.select("tbody tr")
            for cells in [[cell.get_text(" ", strip=True) for cell in row.select("th, td")]]}


def documents(*rows) -> dict:
    """An inrichting that asks these documents: (code, title, must, again)."""
    return gegevens()["inrichting"] | {"documenten": [
        {"code": code, "titel": titel, "toelichting": "", "verplicht": must, "herbruikbaar": again}
        for code, titel, must, again in rows]}


ASKED = documents(("begroting", "Begroting", True, False), ("statuten", "Statuten", False, True))


def form_of_application(browser, aanvraag_id) -> dict:
    """Every field of every step of the real application."""
    found = {}
    for step in ("activiteit", "geld"):
        found |= fields(browser.get(f"/aanvragen/{aanvraag_id}/{step}"), step)
    assert not fields(browser.get(f"/aanvragen/{aanvraag_id}/documenten"))
    assert not fields(browser.get(f"/aanvragen/{aanvraag_id}/controle")), "de controle vraagt niets"
    return found


@pytest.mark.parametrize("steun", ["geen", "de_minimis"])
@pytest.mark.parametrize("producten", [1, 2])
def test_E8_the_number_for_an_application_is_what_its_forms_ask(world, steun, producten):
    inrichting = ASKED | {"producten": gegevens()["inrichting"]["producten"][:producten]}
    loop = open_regeling(world, inrichting=inrichting, staatssteun=steun)
    provider = loop.wie.aanvragers[0]
    aanvraag = world.as_(provider.auteur, aanvragen.begin, loop.regeling_id)
    browser = world.sign_in(provider.auteur)
    found = form_of_application(browser, aanvraag.id)
    count, must, known, papers, often = said(world.anonymous().get(PAGE), "Dagbesteding")["Aanvraag"]
    assert int(count) == len(found) == 11 + (steun != "geen")
    assert int(must) == sum(one[0] for one in found.values())
    assert int(known.split(",")[0]) == sum(one[1] for one in found.values())
    files = [browser.get(f"/aanvragen/{aanvraag.id}/documenten/{one['code']}").html.select_one("main input[type=file]")
             for one in inrichting["documenten"]]
    assert papers == f"{len(files)}, waarvan 1 verplicht. 1 gebruikt u later opnieuw" and all(files) and often == "1 keer"


def test_E8_who_comes_back_types_less_as_the_page_says(world):
    loop = verstuurd(world, open_regeling(world))
    provider = loop.aanvrager
    second = open_regeling(world, loop.wie, titel="Ontmoeten")
    aanvraag = world.as_(provider.auteur, aanvragen.begin, second.regeling_id)
    found = form_of_application(world.sign_in(provider.auteur), aanvraag.id)
    known = said(world.anonymous().get(PAGE), "Ontmoeten")["Aanvraag"][2]
    assert known == f"1, en {sum(one[1] for one in found.values())} als u vaker aanvraagt" == "1, en 2 als u vaker aanvraagt"


def test_E8_the_number_for_a_report_and_the_account_is_what_their_forms_ask(world):
    loop = met_rapportages(world)
    rows = reports(world, loop)
    world.clock(op(rows[-1].tot + timedelta(days=40)))
    browser = world.sign_in(loop.aanvrager.verzender)
    report = fields(browser.get(f"/aanvragen/rapportage/{rows[0].id}"))
    account = fields(browser.get(f"/aanvragen/subsidie/{loop.subsidie_id}/vaststelling"))
    page = world.anonymous().get(PAGE)
    for name, found, often in (("Voortgangsbericht", report, f"{len(rows)} keer"),
                               ("Verantwoording aan het eind", account, "1 keer")):
        count, must, _known, _papers, per = said(page, "Dagbesteding")[name]
        assert (int(count), int(must), per) == (len(found), sum(one[0] for one in found.values()), often), name


def test_E8_how_often_is_the_fewest_and_the_most_of_all_grants(world):
    wie = personen(world, aanvragers=2)
    loop = open_regeling(world, wie)
    assert said(world.anonymous().get(PAGE), "Dagbesteding")["Voortgangsbericht"][-1] == "Staat in het besluit"
    verleend(world, loop, wie=0)
    assert said(world.anonymous().get(PAGE), "Dagbesteding")["Voortgangsbericht"][-1] == "Niet gevraagd"
    met_rapportages(world, 2, loop=loop, wie=1)
    assert said(world.anonymous().get(PAGE), "Dagbesteding")["Voortgangsbericht"][-1] == "0 tot 2 keer"
    assert world.as_(wie.adviseur, lambda s, _a: invoer.gevraagde_berichten(s, [])) == {}


def test_E8_the_number_for_a_bid_is_what_its_forms_ask(world):
    loop = inkoop_world.gepubliceerde_inkoop(world)
    provider = loop.wie.aanbieders[0]
    bid = inkoop_world.concept(world, loop, provider)
    browser = world.sign_in(provider.auteur)
    url = f"/inschrijving/{bid.inschrijving_id}"
    table = list(said(world.anonymous().get(f"{PAGE}/inkopen"), "").values())
    publicatie = world.as_(provider.auteur, lambda s, _a: inschrijven.published(s, loop.inkoop_id))
    for perceel, (count, must, papers, proofs, _again) in zip(publicatie.inhoud["percelen"], table, strict=True):
        found = fields(browser.get(f"{url}/perceel/{perceel['id']}/eisen"), "eisen")
        assert int(count) == len(found) > 0
        assert int(must) == len([name for name in found if name.startswith("eis-")])
        asked = [(None, one["code"]) for one in publicatie.inhoud["gevraagd"]]
        asked += [(perceel["id"], one["code"]) for one in perceel["gevraagd"]]
        for id_, code in asked:
            page = browser.get(f"{url}/document/{code}" + (f"?perceel={id_}" if id_ else ""))
            assert page.html.select_one("main input[type=file]")
        assert int(papers) == len(asked) and int(proofs) == sum(bool(eis["bewijs"]) for eis in perceel["eisen"])


# The page -------------------------------------------------------------------------------------------------------------------

def test_E8_everybody_may_read_it_and_take_it_along(world):
    for url in (PAGE, f"{PAGE}/inkopen"):
        assert "Zodra" in world.anonymous().get(url).words
    verleend(world)
    inkoop_world.gepubliceerde_inkoop(world)
    for browser in (world.anonymous(), world.sign_in(world.medewerker("zwolle", "raadslid")),
                    world.sign_in(inkoop_world.zorgaanbieder(world, "Vreemd (fictief)").auteur)):
        page = browser.get(PAGE)
        assert "Gemeente Zwolle" in page.words and page.html.select_one('main a[href^="/regelingen/REG-"]')
        page = browser.get(f"{PAGE}/inkopen")
        assert page.html.select_one('main a[href^="/aanbestedingen/INK-"]')
    for url in (f"{PAGE}.csv", f"{PAGE}/inkopen.csv"):
        rows = list(csv.reader(io.StringIO(world.anonymous().get(url).text.lstrip("\ufeff")), delimiter=";"))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1
    rows = list(csv.reader(io.StringIO(world.anonymous().get(f"{PAGE}.csv").text.lstrip("\ufeff")), delimiter=";"))
    assert [row[3:6] for row in rows[1:]] == [["Aanvraag", "11", "10"], ["Voortgangsbericht", "5", "1"],
                                              ["Verantwoording aan het eind", "3", "2"]]
    assert world.anonymous().get("/regelingen").html.select_one(f'main a[href="{PAGE}"]')


def test_E8_as_many_statements_however_many_schemes(world):
    wie = personen(world)
    found = []
    for turn in range(2):
        for number in range(3):
            open_regeling(world, wie, titel=f"Regeling {turn} {number}")
        browser = world.anonymous()
        browser.get(PAGE)
        with counted(world.app.engine) as seen:
            browser.get(PAGE)
        found.append(len(seen))
    assert found[0] == found[1] <= 12


# A document, once -----------------------------------------------------------------------------------------------------------

def test_B2_AC1_E8_AC1_a_document_that_was_sent_once_is_offered_in_the_next_application(world):
    asked = documents(("statuten", "Statuten", True, True), ("begroting", "Begroting", False, False))
    loop = geschreven(world, open_regeling(world, inrichting=asked))
    provider = loop.aanvrager
    world.as_(provider.auteur, aanvragen.document_toevoegen, loop.aanvraag_id, stuk(world, "statuten 2026.pdf"),
              code="statuten")
    other = open_regeling(world, loop.wie, titel="Ontmoeten", inrichting=documents(
        ("s1", "statuten", True, True), ("begroting", "Begroting", True, False)))
    second = world.as_(provider.auteur, aanvragen.begin, other.regeling_id)
    browser = world.sign_in(provider.auteur)
    url = f"/aanvragen/{second.id}/documenten/s1"
    assert "statuten 2026.pdf" not in browser.get(url).words, "wat nog niet is verstuurd, kan nog veranderen"
    verstuurd(world, loop)
    page = browser.get(url)
    assert "Uit een eerdere aanvraag: statuten 2026.pdf" in page.words
    offered = page.html.select_one("main input[name=document]")["value"]
    browser.post(f"{url}/hergebruiken", page.form(f"{url}/hergebruiken") | {"document": offered})
    assert "statuten 2026.pdf" in browser.get(url).html.select_one("#stukken").text
    given = world.as_(provider.auteur, lambda s, _a: queries.gegeven(s, second.id))
    assert given["s1"].sha256 and str(given["s1"].id) != offered
    # A scheme that wants a new one each time gets no old one, and another organisation sees nothing of it.
    url = f"/aanvragen/{second.id}/documenten/begroting"
    assert not browser.get(url).html.select("main input[name=document]")
    browser.post(f"{url}/hergebruiken", {"document": offered}, expect=404)
    stranger = inkoop_world.zorgaanbieder(world, "Vreemd (fictief)")
    theirs = world.as_(stranger.auteur, aanvragen.begin, other.regeling_id)
    browser, url = world.sign_in(stranger.auteur), f"/aanvragen/{theirs.id}/documenten/s1"
    assert not browser.get(url).html.select("main input[name=document]")
    browser.post(f"{url}/hergebruiken", {"document": offered}, expect=404)
