"""Settlement between gemeenten in the browser: drawn up, sent, answered, final, and the file."""

from decimal import Decimal

import pytest

from portal.domains.plaatsingen import verrekenen
from portal.kernel import clock
from portal.kernel.money import bedrag_text
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.berichten_world import begin_dag, binnen, declaratie, start, uitgegeven
from tests.verrekening_world import (
    DAY,
    Verrekenloop,
    akkoord,
    betaald,
    opgesteld,
    overgedragen,
    overgegaan,
    verstuurd,
)


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def url(loop, rest: str = "") -> str:
    return f"/verrekeningen/{loop.verrekening_id}{rest}"


def test_from_the_first_line_to_the_file(world):
    loop = betaald(world)
    browser = world.sign_in(loop.kampen)
    assert "Er zijn geen verrekeningen" in browser.get("/verrekeningen").words
    page = browser.get("/verrekeningen/nieuw")
    done = browser.post("/verrekeningen/nieuw", page.form("/verrekeningen/nieuw") | {
        "ander": str(loop.zwolle.party_id), "van": dag(loop.begon), "tot": dag(clock.today() - DAY)})
    here = done.location
    page = browser.get(here)
    assert "Zwolle betaalt aan ons" in page.words and "5.415,00" in page.words and "Sanne" not in page.text
    browser.post(f"{here}/versturen", page.form(f"{here}/versturen"))
    assert "Verstuurd" in browser.get("/verrekeningen").words

    other = world.sign_in(loop.zwolle)
    assert "Kijk de verrekening na" in other.get("/mijn-werk").words
    page = other.get(here)
    assert "wij betalen aan Kampen" in page.words and "geen dossier bij u" in page.words
    answer = other.get(f"{here}/antwoord")
    other.post(f"{here}/antwoord", answer.form(f"{here}/antwoord") | {"klopt": "ja"})
    assert "Akkoord" in other.get(here).words

    page = browser.get(here)
    browser.post(f"{here}/vaststellen", page.form(f"{here}/vaststellen"))
    page = browser.get(here)
    assert "Vastgesteld" in page.words and not page.html.select("main form")
    lines = browser.client.get(f"{here}/bestand.csv").get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[1].split(";")[3:] == ["1", lines[1].split(";")[4], loop.over.isoformat(), (clock.today() - DAY).isoformat(),
                                       "30", "18050", "541500"]
    assert lines[2].split(";")[1] == "Controletotaal" and lines[2].endswith("30;;541500")
    for address in ("/verrekeningen", "/verrekeningen/nieuw", here):
        browser.get(f"{address}?taal=en")


def test_no_file_before_both_agree(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.kampen)
    browser.get(url(loop, "/bestand.csv"), expect=409)
    akkoord(world, loop)
    assert browser.client.get(url(loop, "/bestand.csv")).status_code == 200
    assert world.sign_in(loop.zwolle).client.get(url(loop, "/bestand.csv")).status_code == 200


def test_a_protected_person_leaves_the_portal_without_a_reference(world):
    loop = betaald(world)
    world.behind("UPDATE portal.persoon SET afgeschermd = true")
    loop = akkoord(world, verstuurd(world, opgesteld(world, loop)))
    file = world.sign_in(loop.kampen).client.get(url(loop, "/bestand.csv")).get_data(as_text=True)
    assert ";afgeschermd;" in file and "BW-" not in file and "541500" in file


def test_what_is_wrong_in_a_new_settlement_is_said_and_stays(world):
    loop = betaald(world)
    browser = world.sign_in(loop.kampen)
    page = browser.get("/verrekeningen/nieuw")
    form = page.form("/verrekeningen/nieuw")
    empty = browser.post("/verrekeningen/nieuw", form | {"van": "", "tot": "31-02-2028"}, expect=422)
    assert "Kies een andere gemeente." in empty.words and "Vul de eerste dag in." in empty.words
    own = browser.post("/verrekeningen/nieuw", form | {"ander": str(loop.kampen.party_id)}, expect=422)
    assert "Kies een andere gemeente." in own.words
    early = browser.post("/verrekeningen/nieuw", form | {"ander": str(loop.zwolle.party_id), "van": dag(loop.begon),
                                                         "tot": dag(clock.today())}, expect=422)
    assert "nog niet voorbij" in early.words and early.form("/verrekeningen/nieuw")["van"] == dag(loop.begon)


def test_a_price_that_is_not_known_is_asked_for(world):
    loop = betaald(world, dagprijs=None)
    browser = world.sign_in(loop.kampen)
    page = browser.get("/verrekeningen/nieuw")
    assert "Nog zonder dagprijs" in page.words
    here = f"/verrekeningen/dagprijs/{loop.verblijf.verblijf_id}"
    form = browser.get(here).form(here)
    assert "Vul in wat een dag kost." in browser.post(here, form, expect=422).words
    assert browser.post(here, form | {"dagprijs": "-5"}, expect=422).form(here)["dagprijs"] == "-5"
    browser.post(here, form | {"dagprijs": "180,50"})
    assert "Nog zonder dagprijs" not in browser.get("/verrekeningen/nieuw").words
    world.sign_in(loop.zwolle).get(here, expect=404)


def test_a_mistyped_price_is_mended_from_the_line_that_shows_it(world):
    loop = opgesteld(world, betaald(world, dagprijs=Decimal("1805.00")))
    browser = world.sign_in(loop.kampen)
    here = f"/verrekeningen/dagprijs/{loop.verblijf.verblijf_id}"
    assert browser.get(url(loop)).html.select_one(f'main a[href="{here}"]')
    page = browser.get(here)
    assert "als u die verrekening intrekt" in page.words and not page.html.select("main form")
    assert "als u die verrekening intrekt" in browser.post(here, {"dagprijs": "180,50", "reden": "x"}, expect=409).words
    form = browser.get(url(loop, "/intrekken")).form(url(loop, "/intrekken"))
    browser.post(url(loop, "/intrekken"), form | {"reden": "De prijs klopt niet."})
    form = browser.get(here).form(here)
    assert form["dagprijs"] == "1.805,00"
    empty = browser.post(here, form | {"dagprijs": "180,50"}, expect=422)
    assert "Schrijf waarom de dagprijs verandert." in empty.words and empty.form(here)["dagprijs"] == "180,50"
    done = browser.post(here, form | {"dagprijs": "180,50", "reden": "Een nul te veel."})
    assert "180,50 per dag" in browser.get(done.location).words
    assert "Een nul te veel." in browser.get(here).words
    assert "De dagprijs van een verblijf is veranderd" in world.sign_in(loop.verblijf.wie.consulent).get(
        f"/verblijf/{loop.verblijf.verblijf_id}").words


def test_who_paid_on_after_a_handover_says_so_and_both_see_the_days(world):
    loop = overgedragen(world)
    browser = world.sign_in(loop.kampen)
    here = f"/verrekeningen/doorbetaald/{loop.verblijf.verblijf_id}"
    assert "Leg vast tot wanneer uw gemeente na de overdracht doorbetaalde" in browser.get("/mijn-werk").words
    assert "Overgedragen, nog niet ingevuld" in browser.get("/verrekeningen/nieuw").words
    assert "Nog invullen" in browser.get("/verrekeningen/doorbetaald").words

    def answer(expect: int | None = None, **values):
        return browser.post(here, browser.get(here).form(here) | values, **({"expect": expect} if expect else {}))

    assert "Kies of uw gemeente doorbetaalde." in answer(422).words
    assert "Vul de laatste dag in" in answer(422, door="ja").words
    for wrong, said in ((loop.over - 2 * DAY, "eindigde bij uw gemeente"), (clock.today() + DAY, "in de toekomst")):
        again = answer(422, door="ja", on=dag(wrong))
        assert said in again.words and again.form(here)["on"] == dag(wrong)
    answer(door="nee")
    assert "Niet doorbetaald" in browser.get("/verrekeningen/doorbetaald").words
    answer(door="weg")
    assert "Nog invullen" in browser.get("/verrekeningen/doorbetaald").words
    answer(door="ja", on=dag(loop.over + 19 * DAY))
    assert "Overgedragen, nog niet ingevuld" not in browser.get("/verrekeningen/nieuw").words
    assert browser.get(here).form(here)["on"] == dag(loop.over + 19 * DAY)

    assert f"uw gemeente betaalde tot en met {dag(loop.over + 19 * DAY)}" in world.sign_in(loop.verblijf.wie.consulent).get(
        f"/verblijf/{loop.verblijf.verblijf_id}").words

    loop = verstuurd(world, opgesteld(world, loop))
    for who in (loop.kampen, loop.zwolle):
        words = world.sign_in(who).get(url(loop)).words
        assert "3.610,00" in words and dag(loop.over) in words
    assert "Verrekend tot en met" in browser.get("/verrekeningen/doorbetaald").words
    assert "zijn verrekend" in browser.get(here).words
    assert "al verrekend" in answer(409, door="nee").words
    other = world.sign_in(loop.zwolle)
    other.get(here, expect=404)
    other.post(here, {"door": "nee"}, expect=404)
    assert not other.get(url(loop)).html.select('main a[href*="dagprijs"]')
    for address in ("/verrekeningen", "/verrekeningen/nieuw", "/verrekeningen/dagprijs", "/verrekeningen/doorbetaald", here):
        browser.get(f"{address}?taal=en")


def test_what_was_approved_of_the_declarations_stands_beside_a_line_for_who_paid(world):
    """A month at 150 euro a day, of which the other was responsible from the eleventh day on."""
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    over = van + 10 * DAY
    overgegaan(world, found.loop, "zwolle", over)
    declaratie(world, found)
    loop = Verrekenloop(world.medewerker("kampen", "financieel"), world.medewerker("zwolle", "financieel"), found.loop, van,
                        over)
    last = clock.today() - DAY

    def settled(price: int, tot) -> tuple[Verrekenloop, str]:
        world.as_(loop.kampen, verrekenen.dagprijs_vastleggen, loop.verblijf.verblijf_id, dagprijs=Decimal(price),
                  reden="Een tikfout.")
        drawn = opgesteld(world, loop, van=over, tot=tot)
        return drawn, world.sign_in(loop.kampen).get(url(drawn)).words

    drawn, words = settled(150, last)
    days = (last - over).days + 1
    # The sum, the line, what was approved beside it, and the foot.
    assert words.count(bedrag_text(days * 150)) == 4 and "ander bedrag" not in words
    world.as_(loop.kampen, verrekenen.intrekken, drawn.verrekening_id, reden="Nog een keer.")
    drawn, words = settled(140, last)
    assert "Bij 1 regel keurde uw gemeente een ander bedrag goed" in words and f"{bedrag_text(days * 10)} meer" in words
    verstuurd(world, drawn)
    assert "oedgekeurd" not in world.sign_in(loop.zwolle).get(url(drawn)).words
    world.as_(loop.kampen, verrekenen.intrekken, drawn.verrekening_id, reden="Nog een keer.")
    world.clock(5 * DAY)
    assert f"over {days} van de {days + 5} dagen" in settled(130, last + 5 * DAY)[1]


def test_where_no_declaration_was_approved_the_page_says_so(world):
    loop = verstuurd(world)
    assert "geen declaratie goedgekeurd" in world.sign_in(loop.kampen).get(url(loop)).words
    assert "geen declaratie goedgekeurd" not in world.sign_in(loop.zwolle).get(url(loop)).words


def test_a_stay_that_just_ended_is_not_asked_about(world):
    loop = betaald(world)
    browser = world.sign_in(loop.kampen)
    here = f"/verrekeningen/doorbetaald/{loop.verblijf.verblijf_id}"
    browser.get(here, expect=404)
    browser.post(here, {"door": "ja", "on": dag(loop.over)}, expect=404)
    assert "Er zijn geen verblijven" in browser.get("/verrekeningen/doorbetaald").words


def test_a_disputed_line_shows_why_on_both_sides_and_lapses_with_a_reason(world):
    loop = verstuurd(world)
    other = world.sign_in(loop.zwolle)
    answer = other.get(url(loop, "/antwoord")).form(url(loop, "/antwoord"))
    assert "Schrijf bij elke regel" in other.post(url(loop, "/antwoord"), answer | {"klopt": "nee"}, expect=422).words
    both = other.post(url(loop, "/antwoord"), answer | {"klopt": "ja", "reden-1": "Dubbel."}, expect=422)
    assert "Kies een van de twee" in both.words and both.form(url(loop, "/antwoord"))["reden-1"].strip() == "Dubbel."
    other.post(url(loop, "/antwoord"), answer | {"klopt": "nee", "reden-1": "Wij betalen zelf al."})
    assert "al geantwoord" in other.get(url(loop, "/antwoord")).words

    browser = world.sign_in(loop.kampen)
    page = browser.get(url(loop))
    assert "Wij betalen zelf al." in page.words and "Laat deze regel vervallen" in page.words
    form = browser.get(url(loop, "/regels/1")).form(url(loop, "/regels/1"))
    assert "Schrijf waarom." in browser.post(url(loop, "/regels/1"), form, expect=422).words
    browser.post(url(loop, "/regels/1"), form | {"reden": "Klopt, dubbel betaald."})
    page = browser.get(url(loop))
    assert "Vervallen" in page.words and "0,00" in page.words
    form = browser.get(url(loop, "/intrekken")).form(url(loop, "/intrekken"))
    browser.post(url(loop, "/intrekken"), form | {"reden": "Alles was al betaald."})
    assert "Ingetrokken" in other.get(url(loop)).words
    browser.get(url(loop, "/regels/7"), expect=404)


def test_a_disputed_line_is_made_anew_on_one_page(world):
    loop = verstuurd(world)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Tien dagen te veel."})
    browser, here = world.sign_in(loop.kampen), url(loop, "/regels/1/opnieuw")
    assert "Maak deze regel opnieuw" in browser.get(url(loop)).words
    form = browser.get(here).form(here)
    assert form["dagprijs"] == "180,50" and form["van"] == dag(loop.over)
    same = browser.post(here, form | {"reden": "Zwolle heeft gelijk."}, expect=422)
    assert "Er verandert niets" in same.words and same.form(here)["reden"].strip() == "Zwolle heeft gelijk."
    assert "Schrijf waarom." in browser.post(here, form | {"tot": ""}, expect=422).words
    browser.post(here, form | {"tot": dag(loop.over + 19 * DAY), "reden": "Zwolle heeft gelijk."})
    page = browser.get(url(loop))
    assert "3.610,00" in page.words and "Een regel is opnieuw gemaakt" in page.words and "Vervallen" in page.words
    assert "al vervallen" in browser.get(here).words and not browser.get(here).html.select("main form")
    browser.get(url(loop, "/regels/7/opnieuw"), expect=404)
    world.sign_in(loop.zwolle).get(here, expect=404)
    assert "Maak deze regel opnieuw" not in world.sign_in(loop.zwolle).get(url(loop)).words


def test_a_period_that_was_settled_names_what_is_in_the_way(world):
    loop = opgesteld(world)
    browser = world.sign_in(loop.kampen)
    page = browser.get("/verrekeningen/nieuw")
    again = browser.post("/verrekeningen/nieuw", page.form("/verrekeningen/nieuw") | {
        "ander": str(loop.zwolle.party_id), "van": dag(loop.begon), "tot": dag(clock.today() - DAY)}, expect=409)
    assert "In de weg staat VRK-" in again.words and "met Zwolle, over" in again.words


def test_who_reads_no_settlement_gets_none(world):
    loop = verstuurd(world)
    for person, status in ((world.medewerker("dalfsen", "financieel"), 404), (world.medewerker("kampen", "raadslid"), 403),
                           (world.medewerker("kampen", "contractmanager"), 403)):
        browser = world.sign_in(person)
        for address in (url(loop), url(loop, "/bestand.csv")):
            browser.get(address, expect=status)
    # A consulent reads, and settles nothing.
    browser = world.sign_in(loop.verblijf.wie.consulent)
    assert "Trek in" not in browser.get(url(loop)).words
    browser.post(url(loop, "/versturen"), {}, expect=403)
    # Who paid does not answer for the other.
    world.sign_in(loop.kampen).get(url(loop, "/antwoord"), expect=404)
    world.sign_in(loop.kampen).post(url(loop, "/antwoord"), {"klopt": "ja"}, expect=404)


@pytest.mark.parametrize("stand", ["opgesteld", "verstuurd", "betwist"])
def test_P2_no_page_of_a_settlement_asks_more_than_eight_statements_of_its_own(world, stand):
    loop = opgesteld(world)
    if stand != "opgesteld":
        verstuurd(world, loop)
    if stand == "betwist":
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Te veel."})
    asked = {}
    for person in (loop.kampen, loop.zwolle):
        browser = world.sign_in(person)
        for address in ("/verrekeningen", "/verrekeningen/nieuw", "/verrekeningen/dagprijs", "/verrekeningen/doorbetaald",
                        f"/verrekeningen/dagprijs/{loop.verblijf.verblijf_id}", url(loop), url(loop, "/antwoord"),
                        url(loop, "/intrekken"), url(loop, "/regels/1")):
            with counting(world.app) as seen:
                browser.client.get(address)
            asked[address] = max(asked.get(address, 0), len([one for one in seen if not any(f in one for f in FRAME)]))
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked[url(loop)] >= 4, "de teller telt"
