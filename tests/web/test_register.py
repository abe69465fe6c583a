"""The contract calendar, one contract, and the card on which its extension is signed."""

import csv
import io
import re
from datetime import date

import pytest

from portal import jobs
from portal.register import queries
from tests.inkoop_world import Inkooploop, gecontracteerd, volmacht
from tests.web.building import counted
from tests.world import World

USED = "SELECT volgnummer FROM portal.overeenkomst_periode WHERE verlengd_on IS NOT NULL ORDER BY volgnummer"


@pytest.fixture
def loop(world) -> Inkooploop:
    """Two contracts of one perceel until the end of 2030, 3 + 2 + 2 years; it is time to decide on the first extension."""
    loop = gecontracteerd(world, percelen=1)
    world.clock(date(2030, 3, 1))
    jobs.ask_extensions(world.app)
    volmacht(world, loop.wie.beheerder, loop.wie.mandaathouder, besluit_soort="overeenkomst")
    return loop


def one(world: World, loop: Inkooploop) -> queries.Contract:
    """The contract of the first provider."""
    first = loop.wie.aanbieders[0]
    return world.see(first.auteur, lambda s: queries.contracts(s, aanbieder_id=first.id)[0][0])


def test_the_calendar_says_until_when_to_decide(world, loop):
    page = world.sign_in(loop.wie.manager).get("/contracten")
    assert page.words.count("30-06-2030") == 2 and "Stopt vanzelf zonder besluit" in page.words
    table = page.html.select("main table tbody tr")
    (first, _second) = world.behind("SELECT id FROM portal.overeenkomst ORDER BY nummer")
    assert table[0].select_one("a")["href"] == f"/contracten/{first.id}"
    rows = list(csv.DictReader(io.StringIO(world.sign_in(loop.wie.manager).get("/contracten.csv").text.lstrip("\ufeff")),
                               delimiter=";"))
    assert {row["Besluit over verlengen uiterlijk"] for row in rows} == {"30-06-2030"}


def test_from_mijn_werk_to_a_signed_extension(world, loop):
    found, karel = one(world, loop), world.sign_in(loop.wie.mandaathouder)
    work = karel.get("/mijn-werk")
    assert "Verlengen of laten eindigen: contracten voor Beschermd wonen" in work.words
    assert "De contracten eindigen op 31-12-2030" in work.words
    (link,) = [a["href"] for a in work.html.select("main a") if a["href"] == f"/contracten/perceel/{loop.percelen[0]}"][:1]
    perceel = karel.get(link)
    card = f"/contracten/{found.id}/verlengen/2"
    assert card in [a["href"] for a in perceel.html.select("main a")]
    page = karel.get(card)
    for words in ("Op tijd: de aanbieder moet het weten op", "Uw volmacht geldt: Volmachtregister Zwolle", "€ 12.000.000,00",
                  "vrijdag 31 december 2032", "Als niemand iets doet : het contract eindigt op dinsdag 31 december 2030"):
        assert words in page.words, words
    assert karel.post(card, page.form(card)).location == f"/contracten/{found.id}"
    after = karel.get(f"/contracten/{found.id}")
    assert "Getekend. Het contract loopt nu tot en met vrijdag 31 december 2032" in after.words
    assert "Verlengd, besloten op 01-03-2030" in after.words and "Getekend door Karel ten Brinke" in after.words
    assert "Besluit uiterlijk op 30-06-2032" in after.words
    assert [row.volgnummer for row in world.behind(USED)] == [2]


def test_pressing_twice_never_uses_two_options(world, loop):
    found, karel = one(world, loop), world.sign_in(loop.wie.mandaathouder)
    card = f"/contracten/{found.id}/verlengen/2"
    form = karel.get(card).form(card)
    assert karel.post(card, form).location == karel.post(card, form).location == f"/contracten/{found.id}"
    # The same card in another tab, with a key of its own.
    page = karel.post(card, {**form, "sleutel": "andere-sleutel"}, expect=409)
    assert "Over deze verlenging is al besloten." in page.words and "niets verzonden" in page.words
    assert [row.volgnummer for row in world.behind(USED)] == [2]
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE onderwerp LIKE '%is verlengd'")[0][0] == 1
    # What was decided shows as it stands, and cannot be pressed again.
    again = karel.get(card)
    assert "al besloten" in again.words and not again.html.select("main form[method=post]")


def test_without_volmacht_the_card_says_so_and_nothing_happens(world, loop):
    found, manager = one(world, loop), world.sign_in(loop.wie.manager)
    card = f"/contracten/{found.id}/verlengen/2"
    page = manager.get(card)
    assert "U heeft vandaag geen volmacht voor dit soort besluit" in page.words
    assert not page.html.select(f'form[action="{card}"]')
    refused = manager.post(card, {}, expect=422)
    assert "Er is niets getekend en niets verzonden" in refused.words
    assert world.behind(USED) == []
    journal = world.behind("SELECT handeling, resultaat FROM portal.beveiligingslog WHERE handeling = 'overeenkomst:verlengen'")
    assert [tuple(row) for row in journal] == [("overeenkomst:verlengen", "geweigerd")]


def test_letting_a_contract_end_keeps_what_was_typed_and_tells_the_provider(world, loop):
    found, karel = one(world, loop), world.sign_in(loop.wie.mandaathouder)
    url = f"/contracten/{found.id}/laten-eindigen/2"
    page = karel.get(url)
    empty = karel.post(url, page.form(url) | {"reden": " "}, expect=422)
    assert "Schrijf waarom u het contract laat eindigen" in empty.words
    form = empty.form(url) | {"reden": "De vraag is kleiner geworden."}
    world.behind("UPDATE portal.mandaat SET ingetrokken_at = portal.now() WHERE besluit_soort = 'overeenkomst'")
    kept = karel.post(url, form, expect=422)
    assert kept.form(url)["reden"] == "De vraag is kleiner geworden." and "geen volmacht" in kept.words
    volmacht(world, loop.wie.beheerder, loop.wie.mandaathouder, besluit_soort="overeenkomst")
    assert karel.post(url, kept.form(url)).location == f"/contracten/{found.id}"
    after = karel.get(f"/contracten/{found.id}").words
    assert "De vraag is kleiner geworden." in after and "Getekend. Het contract wordt niet verlengd" in after

    provider = world.sign_in(loop.wie.aanbieders[0].auteur)
    assert "Wordt niet verlengd, besloten op 01-03-2030" in provider.get("/organisatie").words
    own = provider.get(f"/contracten/{found.id}")
    assert "De vraag is kleiner geworden." in own.words and "Getekend door Karel ten Brinke" in own.words
    assert "wordt niet verlengd" in provider.get("/berichten").words
    # A competitor knows until when the contract runs, and not why.
    other = world.sign_in(loop.wie.aanbieders[1].auteur).get(f"/contracten/{found.id}")
    assert "De vraag is kleiner" not in other.words and "31-12-2030" in other.words


def test_the_provider_sees_the_new_end_in_its_organisation(world, loop):
    found, karel = one(world, loop), world.sign_in(loop.wie.mandaathouder)
    card = f"/contracten/{found.id}/verlengen/2"
    karel.post(card, karel.get(card).form(card))
    row = world.sign_in(loop.wie.aanbieders[0].auteur).get("/organisatie").html.select_one("#contracten ~ ul li")
    words = re.sub(r"\s+", " ", row.get_text(" "))
    assert "31-12-2032" in words and "verlengen tot en met 31-12-2034" in words
    # The public page shows the new end too.
    assert "31-12-2032" in world.anonymous().get("/aanbieders").words or "2033" in world.anonymous().get("/aanbieders").words


def test_a_late_decision_is_possible_until_the_end_and_says_so(world, loop):
    world.clock(date(2030, 7, 1))
    volmacht(world, loop.wie.beheerder, loop.wie.mandaathouder, besluit_soort="overeenkomst")
    found, karel = one(world, loop), world.sign_in(loop.wie.mandaathouder)
    card = f"/contracten/{found.id}/verlengen/2"
    assert "Later dan afgesproken" in karel.get(card).words
    world.clock(date(2031, 1, 1))
    karel = world.sign_in(loop.wie.mandaathouder)
    assert "al geëindigd" in karel.get(card).words
    assert "al geëindigd" in karel.post(card, {}, expect=409).words
    assert world.behind(USED) == []


def test_others_read_the_contract_and_decide_nothing(world, loop):
    found = one(world, loop)
    card = f"/contracten/{found.id}/verlengen/2"
    neighbour = world.sign_in(world.medewerker("deventer", "contractmanager"))
    page = neighbour.get(f"/contracten/{found.id}")
    assert "Naar het tekenen" not in page.words and "€ 12.000.000,00" in page.words and "belooft geen aantal" in page.words
    neighbour.get(card, expect=404)
    neighbour.post(card, {}, expect=404)
    world.sign_in(loop.wie.aanbieders[0].verzender).post(card, {}, expect=403)
    world.sign_in(loop.wie.beleid["kampen"]).post(f"/contracten/{found.id}/laten-eindigen/2", {"reden": "x"}, expect=403)
    world.sign_in(loop.wie.manager).get(f"/contracten/{loop.inkoop_id}", expect=404)
    world.sign_in(loop.wie.manager).get(f"/contracten/perceel/{loop.inkoop_id}", expect=404)


def test_signing_asks_for_a_fresh_login(world, loop):
    found, person = one(world, loop), loop.wie.mandaathouder
    karel = world.sign_in(person)
    world.behind("UPDATE portal.sessie SET stepped_up_at = NULL WHERE account_id = :a", a=person.user_id)
    card = f"/contracten/{found.id}/verlengen/2"
    page = karel.get(card)
    assert "/opnieuw-inloggen" in karel.post(card, page.form(card)).location
    # The reason is written after the login, so it cannot get lost on the way.
    assert "/opnieuw-inloggen" in karel.get(f"/contracten/{found.id}/laten-eindigen/2", expect=303).location
    assert world.behind(USED) == []


def test_the_pages_ask_the_same_few_things_for_any_number_of_contracts(world, loop):
    browser = world.sign_in(loop.wie.mandaathouder)
    found = one(world, loop)
    for url in (f"/contracten/{found.id}", f"/contracten/perceel/{loop.percelen[0]}", "/contracten"):
        with counted(world.app.engine) as seen:
            browser.get(url)
        assert len(seen) <= 14, f"{url}: {len(seen)}"
