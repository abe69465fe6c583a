"""Messages with providers in the browser: allocate, make and take out, read in, the report, answer a request."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.adapters.istandaarden import schrijf
from portal.domains.plaatsingen.berichtenmodel import Toewijzing, Verkeersbericht, Zorgverzoek
from portal.kernel import clock
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.berichten_world import (
    Verkeer,
    begin_dag,
    binnen,
    gedeclareerd,
    partner,
    start,
    uitgegeven,
    verzoek,
    wijzig,
)
from tests.istandaarden_world import AANBIEDER, anders, maak
from tests.plaatsingen_world import BSN, KLUIS, gereserveerd, personen


@pytest.fixture(autouse=True)
def keys(world, monkeypatch):
    monkeypatch.setattr(world.app, "kluis", KLUIS)


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def lees_in(browser, data: bytes, *, expect: int | None = None):
    """Send a file with the form of the page, as a browser without a script does."""
    action = browser.get("/berichtenverkeer").html.select_one("form[enctype]")["action"]
    answer = browser.client.post(action, data={"bestand": (io.BytesIO(data), "bericht.xml", "text/xml")},
                                 content_type="multipart/form-data")
    assert expect is None or answer.status_code == expect, answer.text[:500]
    return answer


def test_allocate_make_a_message_and_take_it_out(world):
    loop = gereserveerd(world)
    browser = world.sign_in(loop.wie.consulent)
    here = f"/plaatsing/{loop.plaatsing_id}/berichten"
    page = browser.get(here)
    assert "Er is nog niets toegewezen" in page.words and BSN not in page.text
    form = browser.get(f"/plaatsing/{loop.plaatsing_id}/toewijzing").form(f"/plaatsing/{loop.plaatsing_id}/toewijzing")
    empty = browser.post(f"/plaatsing/{loop.plaatsing_id}/toewijzing", form | {"agb": "", "van": ""}, expect=422)
    assert "Vul de eerste dag in." in empty.words
    wrong = browser.post(f"/plaatsing/{loop.plaatsing_id}/toewijzing", form | {"agb": "12"}, expect=422)
    assert "acht cijfers" in wrong.words
    browser.post(f"/plaatsing/{loop.plaatsing_id}/toewijzing", form | {"agb": AANBIEDER})
    page = browser.get(here)
    assert "Toewijzing 1" in page.words and "Nog niet verstuurd" in page.words

    making = f"{here}/{loop.huis.aanbieder_id}"
    made = browser.post(making, browser.get(making).form(making) | {"achternaam": "Voorbeeld"}).location
    page = browser.get(made)
    assert "Nog niet verstuurd" in page.words and BSN not in page.text
    file = browser.client.post(f"{made}/bestand", data=page.form(f"{made}/bestand"))
    assert file.status_code == 200 and BSN.encode() in file.data
    assert "WMO301-" in file.headers["Content-Disposition"] and BSN not in file.headers["Content-Disposition"]
    assert "Wacht op antwoord" in browser.get(made).words
    assert "WMO301" in browser.get("/berichtenverkeer").words


def test_read_a_message_in_and_see_the_report(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    browser = world.sign_in(found.loop.wie.consulent)
    report = browser.get(lees_in(browser, schrijf(start(van)), expect=303).location)
    assert "Dit bericht is goed" in report.words and "Het verblijf is begonnen." in report.words
    assert "Antwoord op: Start" in report.words and BSN not in report.text
    assert "al ingelezen" in lees_in(browser, schrijf(start(van)), expect=409).text
    bad = browser.get(lees_in(browser, schrijf(anders(start(van, identificatie="S9"), Client__Bsn="999990018"))).location)
    assert "CS002" in bad.words and "retourcode 0001" in bad.words and "999990018" not in bad.text


def test_what_is_refused_is_said_on_the_page(world):
    found = uitgegeven(world)
    browser = world.sign_in(found.loop.wie.consulent)
    before = world.see(found.loop.wie.consulent, lambda s: len(s.scalars(select(Verkeersbericht.id)).all()))
    for data, words in (
            (b"geen xml", "XML"), (b"", ""),
            (b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>', ""),
            (schrijf(anders(maak("WMO305"), Header__Ontvanger="0193")), "niet voor uw gemeente"),
            (schrijf(start(clock.today())).replace(b"/iwmo/3_2/", b"/iwmo/3_1/"), "release 3.1")):
        page = lees_in(browser, data)
        assert page.status_code in (400, 409, 422) and words in page.text and "Lees een bericht in" in page.text
    assert world.see(found.loop.wie.consulent, lambda s: len(s.scalars(select(Verkeersbericht.id)).all())) == before


def test_a_claim_for_payment_shows_its_amounts(world):
    found = gedeclareerd(world)
    browser = world.sign_in(found.loop.wie.consulent)
    row, cents = world.see(found.loop.wie.consulent, lambda s: s.execute(select(
        Verkeersbericht.id, Verkeersbericht.feiten["toegekend"].as_integer()).where(Verkeersbericht.code == "WMO323")).one())
    page = browser.get(f"/berichtenverkeer/{row}")
    assert "Goedgekeurd bedrag" in page.words and f"{cents // 100:,}".replace(",", ".") in page.words
    assert "1 van 1" in page.words


def test_change_an_allocation(world):
    found = uitgegeven(world)
    browser = world.sign_in(found.loop.wie.consulent)
    address = f"/plaatsing/toewijzing/{found.toewijzing_id}"
    form = browser.get(address).form(address)
    assert "Kies waarom" in browser.post(address, form, expect=422).words
    assert "Verlengen is naar een latere dag" in browser.post(address, form | {
        "wijziging": "verlengen", "tot": dag(clock.today() + timedelta(days=20))}, expect=409).words
    browser.post(address, form | {"wijziging": "verkorten", "tot": dag(clock.today() + timedelta(days=100))})
    assert "Er is iets veranderd" in browser.get(f"/plaatsing/{found.loop.plaatsing_id}/berichten").words
    wijzig(world, found, "verwijderen")
    assert "Maak een nieuwe" in browser.get(address).words


def test_answer_a_request(world):
    loop = gereserveerd(world)
    partner(world, loop)
    verzoek(world, Verkeer(loop, None))
    browser = world.sign_in(loop.wie.consulent)
    asked = world.see(loop.wie.consulent, lambda s: s.scalar(select(Zorgverzoek.id)))
    address = f"/berichtenverkeer/verzoek/{asked}"
    assert "Verzoeken die wachten" in browser.get(f"/plaatsing/{loop.plaatsing_id}/berichten").words
    assert "Beantwoord het verzoek van de aanbieder" in browser.get("/mijn-werk").words
    assert "product 15A01" in browser.get(address).words
    form = browser.get(address).form(address)
    assert "Kies waarom" in browser.post(address, form | {"antwoord": "1"}, expect=422).words
    made = browser.post(address, form | {"antwoord": "2"}).location
    assert "Aanvraag in onderzoek" in browser.get(made).words
    assert "In onderzoek" in browser.get("/berichtenverkeer").words


def test_an_agb_code_is_kept(world):
    loop = gereserveerd(world)
    browser = world.sign_in(loop.wie.consulent)
    form = browser.get("/berichtenverkeer").form("/berichtenverkeer/agb")
    browser.post("/berichtenverkeer/agb", form | {"aanbieder": str(loop.huis.aanbieder_id), "agb": "1"}, expect=422)
    browser.post("/berichtenverkeer/agb", form | {"aanbieder": str(loop.huis.aanbieder_id), "agb": AANBIEDER})
    assert AANBIEDER in browser.get("/berichtenverkeer").words


def test_nobody_else_opens_a_message(world):
    found = uitgegeven(world)
    elsewhere = world.sign_in(personen(world, "zwolle").consulent)
    provider = world.sign_in(found.loop.huis.begeleider)
    for address in (f"/berichtenverkeer/{found.bericht_id}", f"/plaatsing/{found.loop.plaatsing_id}/berichten",
                    f"/plaatsing/toewijzing/{found.toewijzing_id}"):
        elsewhere.get(address, expect=404)
        provider.get(address, expect=403)
    page = elsewhere.get("/berichtenverkeer")
    answer = elsewhere.client.post(f"/berichtenverkeer/{found.bericht_id}/bestand", data={
        "csrf_token": page.html.select_one("[name=csrf_token]")["value"]} if page.html.select_one("[name=csrf_token]") else {},
        headers={"X-CSRF-Token": elsewhere.csrf()})
    assert answer.status_code == 404 and BSN not in answer.text


def test_somebody_whose_place_is_secret_has_no_button(world):
    found = uitgegeven(world)
    world.behind("UPDATE portal.persoon SET afgeschermd = true WHERE id = :p", p=found.loop.toegang.persoon_id)
    browser = world.sign_in(found.loop.wie.consulent)
    page = browser.get(f"/plaatsing/{found.loop.plaatsing_id}/berichten")
    assert "OP003" in page.words and "Maak het bericht" not in page.words
    made = f"/berichtenverkeer/{found.bericht_id}"
    answer = browser.client.post(f"{made}/bestand", data=browser.get(made).form(f"{made}/bestand"))
    assert answer.status_code == 409 and BSN not in answer.text


def test_without_keys_the_pages_say_so(world, monkeypatch):
    found = uitgegeven(world)
    monkeypatch.setattr(world.app, "kluis", None)
    browser = world.sign_in(found.loop.wie.consulent)
    assert "sleutels" in browser.get("/berichtenverkeer").words


def test_a_page_asks_few_statements_however_much_there_is(world):
    found = gedeclareerd(world)
    binnen(world, found, start(begin_dag(world, found), identificatie="S7"))
    wie = found.loop.wie.consulent
    browser = world.sign_in(wie)
    asked = {}
    numbers = world.see(wie, lambda s: s.scalar(select(Toewijzing.id)))
    for address in (f"/plaatsing/{found.loop.plaatsing_id}/berichten", "/berichtenverkeer",
                    f"/berichtenverkeer/{found.bericht_id}",
                    f"/plaatsing/{found.loop.plaatsing_id}/toewijzing", f"/plaatsing/toewijzing/{numbers}",
                    f"/plaatsing/{found.loop.plaatsing_id}/berichten/{found.loop.huis.aanbieder_id}"):
        browser.get(f"{address}?taal=en")
        with counting(world.app) as seen:
            browser.client.get(address)
        asked[address] = len([text for text in seen if not any(f in text for f in FRAME)])
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
