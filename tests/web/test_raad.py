"""The pages of the council: registers with what is late, the yearly report as page and file, and what everybody reads."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from portal.domains.raad import queries, usecases
from portal.domains.raad.rules import Antwoord
from portal.kernel import clock
from tests.domains.test_raad import BEANTWOORD, advies, belofte, bijeenkomst, griffier, nota
from tests.uitdaagrecht_world import besloten
from tests.web.test_bladvragen import MOST, asks

STUK = {"soort": "beslisnota", "onderwerp": "Meedoen mogelijk maken", "op_on": "28-05-2014", "portefeuille": "wethouder zorg",
        "gevraagd": "De raad stelt de programma's vast.", "punten": "Programma wijkteam\n- bewoner centraal\nGeld",
        "deel-financien": "Het kost geld.\nElk jaar."}
BELOFTE = {"soort": "toezegging", "nummer": "121", "titel": "Outcome-criteria", "tekst": "De raad hoort dat.",
           "van": "wethouder zorg", "op_on": "12-12-2016", "uiterlijk_on": "31-03-2017"}
SESSIE = {"onderwerp": "Uitdaagrecht", "op_on": "11-07-2017", "vorm": "informatieronde", "uitkomst": "kennisgeving",
          "conclusie": "Over een jaar een soortgelijke sessie.", "jaarlijks": "ja"}


def public(world, wie, find, row, ja=True):
    world.as_(wie, lambda s, a: usecases.openbaar(s, a, find(s, a, row.id), ja=ja))


# Papers --------------------------------------------------------------------------------------------------------------------

def test_E2_AC3_a_paper_is_written_down_with_numbered_points_and_comes_back_as_it_was_typed(world):
    browser = world.sign_in(griffier(world))
    assert "Er zijn nog geen stukken" in browser.get("/raad/stukken").words
    here = browser.post("/raad/stukken/nieuw", STUK, from_page="/raad/stukken/nieuw").location
    page = browser.get(here)
    assert [one.get_text() for one in page.html.select("section[aria-labelledby=beslispunten] dt")] == ["1", "1a", "2"]
    assert "Het kost geld." in page.words and page.html.select_one("h1").get_text() == "Meedoen mogelijk maken"
    form = browser.get(f"{here}/wijzigen").form(f"{here}/wijzigen")
    assert {name: form[name].replace("\r\n", "\n") for name in STUK} == STUK
    browser.post(f"{here}/wijzigen", form | {"onderwerp": "Anders"})
    assert "Anders" in browser.get("/raad/stukken").words


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(world):
    browser = world.sign_in(griffier(world))
    page = browser.post("/raad/stukken/nieuw", STUK | {"portefeuille": "", "op_on": "31-02-2014"}, expect=422)
    assert "Schrijf wie erover gaat, als functie." in page.words and "Deze dag bestaat niet." in page.words
    assert page.form("/raad/stukken/nieuw")["punten"].replace("\r\n", "\n") == STUK["punten"]
    # What the domain refuses comes back in the page too.
    page = browser.post("/raad/stukken/nieuw", STUK | {"punten": "- los"}, expect=422)
    assert "Begin met een beslispunt." in page.words and page.form("/raad/stukken/nieuw")["onderwerp"] == STUK["onderwerp"]
    assert world.behind("SELECT 1 FROM portal.raadsstuk") == []
    # A paper does not belong with itself, whatever a page offers.
    here = browser.post("/raad/stukken/nieuw", STUK, from_page="/raad/stukken/nieuw").location
    page = browser.post(f"{here}/wijzigen", STUK | {"bij": here.rpartition("/")[2]}, expect=422)
    assert "Een stuk hoort niet bij zichzelf. Kies een ander stuk." in page.words


# Promises ------------------------------------------------------------------------------------------------------------------

def test_E2_AC1_a_promise_that_was_53_days_late_shows_it_everywhere(world):
    wie = griffier(world)
    browser, paper = world.sign_in(wie), nota(world, wie)
    here = browser.post("/raad/toezeggingen/nieuw", BELOFTE, from_page="/raad/toezeggingen/nieuw").location
    assert "Open, " in browser.get(here).words and "Als niemand iets doet" in browser.get(here).words
    browser.post(f"{here}/afdoen", {"stuk": paper.id, "op_on": "23-05-2017"}, from_page=here)
    for address in (here, "/raad/toezeggingen?welke=te_laat", "/raad/toezeggingen?welke=alles"):
        assert "Afgedaan, 53 dagen te laat" in browser.get(address).words, address
    assert "Hier staat niets" in browser.get("/raad/toezeggingen").words
    assert "Outcome-criteria" in browser.get(f"/raad/stukken/{paper.id}").words


def test_E2_AC2_settling_without_a_paper_is_refused_and_after_it_the_form_is_gone(world):
    wie = griffier(world)
    browser, made = world.sign_in(wie), belofte(world, wie)
    here = f"/raad/toezeggingen/{made.id}"
    assert "Voeg eerst het stuk toe" in browser.get(here).words
    paper = nota(world, wie)
    page = browser.post(f"{here}/afdoen", {"stuk": "", "op_on": "23-05-2017"}, expect=422)
    assert "Kies met welk stuk dit is afgedaan." in page.words
    page = browser.post(f"{here}/afdoen", {"stuk": paper.id, "op_on": "01-01-2016"}, expect=422)
    assert "ligt voor de dag" in page.words and page.form(f"{here}/afdoen")["op_on"] == "01-01-2016"
    browser.post(f"{here}/afdoen", {"stuk": paper.id, "op_on": "23-05-2017"})
    page = browser.get(here)
    assert page.html.select_one(f'main a[href="/raad/stukken/{paper.id}"]') and not page.html.select('form[action$="/afdoen"]')
    again = browser.post(f"{here}/afdoen", {"stuk": paper.id, "op_on": "24-05-2017"}, expect=409)
    assert "al afgedaan" in again.words
    browser.get(f"{here}/wijzigen", expect=409)


def test_E10_AC1_the_first_page_says_who_kept_what_and_when(world):
    wie = griffier(world)
    made, paper = belofte(world, wie), nota(world, wie)
    world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=BEANTWOORD)
    lines = [" ".join(one.get_text(" ").split()) for one in world.sign_in(wie).get("/raad").html.select(".p-timeline__item")]
    assert lines[0] == f"{clock.today():%d-%m-%Y} Motie, toezegging of verzoek afgedaan De griffie" and len(lines) == 4


def test_a_number_that_is_there_already_is_refused_in_the_form(world):
    wie = griffier(world)
    belofte(world, wie)
    page = world.sign_in(wie).post("/raad/toezeggingen/nieuw", BELOFTE, expect=409)
    assert "Dit nummer staat al in het register." in page.words
    assert page.form("/raad/toezeggingen/nieuw")["tekst"] == BELOFTE["tekst"]


# Meetings ------------------------------------------------------------------------------------------------------------------

def test_D3_AC2_the_next_session_waits_in_mijn_werk_a_year_later(world):
    browser = world.sign_in(griffier(world))
    browser.post("/raad/bijeenkomsten/nieuw", SESSIE, from_page="/raad/bijeenkomsten/nieuw")
    page = browser.get("/mijn-werk")
    assert "Bespreek opnieuw met de raad: Uitdaagrecht" in page.words
    assert page.html.select_one('main a[href="/raad/bijeenkomsten"]')
    page = browser.get("/raad/bijeenkomsten")
    assert "Opnieuw bespreken: uiterlijk 11-07-2018." in page.words and "Volgende is te laat" in page.words
    next_ = page.html.select_one('main a[href*="onderwerp="]')["href"]
    assert browser.get(next_).form("/raad/bijeenkomsten/nieuw")["onderwerp"] == "Uitdaagrecht"
    browser.post("/raad/bijeenkomsten/nieuw", SESSIE | {"op_on": f"{clock.today():%d-%m-%Y}"})
    page = browser.get("/raad/bijeenkomsten")
    assert "Volgende is te laat" not in page.words and page.words.count("Opnieuw bespreken") == 1


def test_a_session_to_come_is_refused_and_twice_too(world):
    browser, soon = world.sign_in(griffier(world)), clock.today() + timedelta(days=3)
    page = browser.post("/raad/bijeenkomsten/nieuw", SESSIE | {"op_on": f"{soon:%d-%m-%Y}"}, expect=422)
    assert "nog niet geweest" in page.words
    browser.post("/raad/bijeenkomsten/nieuw", SESSIE)
    assert "staat er al" in browser.post("/raad/bijeenkomsten/nieuw", SESSIE, expect=409).words


# Advice --------------------------------------------------------------------------------------------------------------------

def test_E3_AC1_and_AC2_twenty_points_each_with_an_answer_and_a_follow_up_with_its_day(world):
    wie = griffier(world)
    browser = world.sign_in(wie)
    here = browser.post("/raad/adviezen/nieuw", {
        "titel": "Advies regiovisie", "van": "Participatieraad", "op_on": "01-03-2022", "bron": "S4",
        "punten": "\n".join(f"Punt {n}" for n in range(1, 21))}, from_page="/raad/adviezen/nieuw").location
    page = browser.get(here)
    assert len(page.html.select("main li[id^=punt-]")) == 20 and page.words.count("Nog geen antwoord") == 20
    day = clock.today() + timedelta(days=100)
    refused = browser.post(f"{here}/1", {"antwoord": "overgenomen", "toelichting": "", "vervolg": "x"}, expect=422)
    assert "Schrijf wat het antwoord is" in refused.words and refused.form(f"{here}/1")["vervolg"] == "x"
    for n, kind in zip(range(1, 21), list(Antwoord) * 3, strict=False):
        browser.post(f"{here}/{n}", {"antwoord": kind, "toelichting": "Zo zit het.", "vervolg": "Eerste gesprek",
                                     "vervolg_on": f"{day:%d-%m-%Y}"})
    page = browser.get(here)
    assert "Nog geen antwoord" not in page.words and page.words.count(f"Vervolg op {day:%d-%m-%Y}") == 20
    assert "20 van 20 punten beantwoord" in browser.get("/raad/adviezen").words
    first = browser.get("/raad")
    assert "Vervolg op een advies" in first.words and re.search(r"Punt van een advies beantwoord \(\d+ keer\)", first.words)
    browser.get(f"{here}/21", expect=404)


# The yearly report ---------------------------------------------------------------------------------------------------------

def test_D3_AC1_the_report_is_a_page_a_file_and_data(world):
    besloten(world, uitkomst="afwijzen", gronden=("duurder",))
    lid = world.medewerker("dalfsen", "raadslid")
    browser = world.sign_in(lid)
    page = browser.get("/raad/plannen")
    said = page.words.replace("\xa0", " ")
    for one in ("Dagbesteding in het dorp", "Nee", "het plan is duurder", "€ 31.200,00", "€ 24.500,00"):
        assert one in said, one
    assert "Er kwam geen plan in 2019" in browser.get("/raad/plannen?jaar=2019").words
    head, line = csv.reader(io.StringIO(browser.get("/raad/plannen.csv").text.lstrip("\ufeff")), delimiter=";")
    row = dict(zip(head, line, strict=True))
    assert (row["antwoord"], row["gronden"], row["kosten_nu"], row["dagen"]) == ("afwijzen", "duurder", "31200,00", "0")
    (plan,) = json.loads(browser.get(f"/raad/plannen.json?jaar={clock.today().year}").text)["plannen"]
    assert (plan["taak"], plan["product"], plan["kosten_plan"]) == ("Dagbesteding in het dorp", "dagbesteding", "24500.00")
    other = world.sign_in(world.medewerker("kampen", "raadslid"))
    assert json.loads(other.get("/raad/plannen.json").text)["plannen"] == []


# Who sees what -------------------------------------------------------------------------------------------------------------

def test_a_council_member_reads_and_has_no_buttons(world):
    wie = griffier(world)
    paper, made = nota(world, wie), belofte(world, wie)
    browser = world.sign_in(world.medewerker("zwolle", "raadslid"))
    assert browser.get("/raad").html.select_one('header nav [aria-current="page"]').get_text(strip=True) == "Raad"
    for address in ("/raad/stukken", f"/raad/stukken/{paper.id}", "/raad/toezeggingen", f"/raad/toezeggingen/{made.id}",
                    "/raad/bijeenkomsten", "/raad/adviezen"):
        page = browser.get(address)
        assert not page.html.select("main form[method=post]") and not page.html.select('main a[href$="/nieuw"]'), address
    browser.get("/raad/stukken/nieuw", expect=403)
    browser.post(f"/raad/toezegging/{made.id}/openbaar", {"ja": "ja"}, expect=403)


@pytest.mark.parametrize("role", ["contractmanager", "consulent", "beheerder"])
def test_who_does_not_work_with_the_council_reads_none_of_it(world, role):
    browser = world.sign_in(world.medewerker("zwolle", role))
    for address in ("/raad", "/raad/stukken", "/raad/plannen"):
        browser.get(address, expect=403)


def test_a_paper_of_another_gemeente_is_not_there(world):
    paper, promise, given = (make(world, griffier(world)) for make in (nota, belofte, advies))
    browser = world.sign_in(griffier(world, "kampen"))
    for address in (f"stukken/{paper.id}", f"stukken/{paper.id}/wijzigen", f"toezeggingen/{promise.id}", f"adviezen/{given.id}",
                    f"adviezen/{given.id}/1"):
        browser.get(f"/raad/{address}", expect=404)
    browser.post(f"/raad/stukken/{paper.id}/wijzigen", STUK, expect=404)
    browser.post(f"/raad/stuk/{paper.id}/openbaar", {"ja": "ja"}, expect=404)
    # Nor is a promise settled with the paper of another.
    mine = belofte(world, griffier(world, "kampen"))
    browser.post(f"/raad/toezeggingen/{mine.id}/afdoen", {"stuk": paper.id, "op_on": "23-05-2017"}, expect=422)


def test_RAD_11_what_has_the_flag_everybody_reads_and_nothing_else(world):
    wie = griffier(world)
    paper, promise, given = nota(world, wie, punten="een"), belofte(world, wie), advies(world, wie, 3)
    settled = nota(world, wie, onderwerp="Besloten nota", kenmerk="GEHEIM")
    world.as_(wie, usecases.afdoen, promise.id, stuk_id=settled.id, op_on=BEANTWOORD)
    visitor, browser = world.anonymous(), world.sign_in(wie)
    mine = {f"/raadsinformatie/stukken/{paper.id}": f"/raad/stuk/{paper.id}/openbaar",
            f"/raadsinformatie/toezeggingen/{promise.id}": f"/raad/toezegging/{promise.id}/openbaar",
            f"/raadsinformatie/adviezen/{given.id}": f"/raad/advies/{given.id}/openbaar"}
    for address, button in mine.items():
        visitor.get(address, expect=404)
        browser.post(button, {"ja": "ja"})
        page = visitor.get(address)
        assert "Gemeente Zwolle" in page.words and not page.html.select("main form[method=post]")
    for wat, title in (("stukken", "Contractering sociaal domein"), ("toezeggingen", "53 dagen te laat"),
                       ("adviezen", "Advies regiovisie")):
        page = visitor.get(f"/raadsinformatie?wat={wat}&gemeente=zwolle")
        assert title in page.words and "Besloten nota" not in page.words
        assert "Hier staat nog niets" in visitor.get(f"/raadsinformatie?wat={wat}&gemeente=kampen").words
    # The promise says that it was settled, and not with which paper, for that one is not public.
    page = visitor.get(f"/raadsinformatie/toezeggingen/{promise.id}")
    assert "een stuk dat niet openbaar is" in page.words and "Besloten" not in page.words
    # Their own gemeente does not see more on the public page than everybody does.
    assert "Besloten" not in browser.get(f"/raadsinformatie/toezeggingen/{promise.id}").words
    assert "Besloten" not in browser.get("/raadsinformatie?wat=toezeggingen").words
    public(world, wie, queries.stuk, paper, ja=False)
    visitor.get(f"/raadsinformatie/stukken/{paper.id}", expect=404)
    browser.get(f"/raadsinformatie/stukken/{paper.id}", expect=404)


def test_pages_ask_the_same_however_long_the_registers_are(world):
    wie = griffier(world)
    browser = world.sign_in(wie)

    def fill(turns):
        for turn in turns:
            paper = nota(world, wie, onderwerp=f"Nota {turn}", punten="een\ntwee")
            made = belofte(world, wie, nummer=str(turn), over_id=paper.id)
            given = advies(world, wie, 4)
            bijeenkomst(world, wie, onderwerp=f"Onderwerp {turn}")
            for find, row in ((queries.stuk, paper), (queries.toezegging, made), (queries.advies, given)):
                public(world, wie, find, row)
        return paper, made, given

    def asked(paper, made, given) -> dict[str, int]:
        found = {}
        for address in ("/raad", "/raad/stukken", "/raad/stukken/nieuw", f"/raad/stukken/{paper.id}",
                        f"/raad/stukken/{paper.id}/wijzigen", "/raad/toezeggingen", f"/raad/toezeggingen/{made.id}",
                        "/raad/bijeenkomsten", "/raad/adviezen", f"/raad/adviezen/{given.id}", "/raad/plannen",
                        "/raadsinformatie", "/raadsinformatie?wat=toezeggingen", f"/raadsinformatie/stukken/{paper.id}"):
            asked = asks(world, browser, address)
            assert len(asked) <= MOST, (address, asked)
            found[address.replace(str(paper.id), "1").replace(str(made.id), "1").replace(str(given.id), "1")] = len(asked)
        return found

    few = asked(*fill(range(1)))
    assert asked(*fill(range(1, 6))) == few
