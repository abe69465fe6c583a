"""The forms of an inkoop: what was filled in can be changed or taken out, nothing typed is lost, all that is wrong is said."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.domains.inkoop import usecases
from portal.domains.inkoop.workflow import INKOOP
from portal.kernel import clock
from portal.web.filters import fouten_op_volgorde
from tests import inkoop_world as iw

PERCEEL = {"naam": "Thuis wonen", "product": "thuis wonen", "omschrijving": "Een thuis.", "waarde": "9.000.000,00", "max": "3",
           "score": "6,5"}


@pytest.fixture
def planned(world):
    world.clock(date(2026, 10, 20))
    return iw.geplande_inkoop(world, percelen=2)


def manager(world, loop):
    return world.sign_in(loop.wie.manager)


def links(page, words: str) -> list[str]:
    """Where the links lead that begin with these words."""
    return [a["href"] for a in page.html.select("main a") if " ".join(a.get_text(" ").split()).startswith(words)]


# The plan -------------------------------------------------------------------------------------------------------------------

def test_a_perceel_is_changed_with_the_form_that_made_it(world, planned):
    browser, (first, _second) = manager(world, planned), planned.percelen
    page = browser.get(f"/inkoop/perceel/{first}/plan")
    (form_url,) = links(page, "Wijzig Perceel 1")
    url, form = f"/inkoop/perceel/{first}/wijzigen", browser.get(form_url).form()
    assert (form["naam"], form["waarde"], form["score"]) == ("Beschermd wonen", "12.000.000,00", "5,5")
    wrong = browser.post(url, form | PERCEEL | {"waarde": "veel"}, expect=422)
    assert wrong.form(url)["naam"] == "Thuis wonen", "wat is getypt, blijft staan"
    browser.post(url, form | PERCEEL)
    assert "Perceel 1: Thuis wonen" in browser.get(f"/inkoop/perceel/{first}/plan").words
    (row,) = world.behind("SELECT p.naam, p.waarde, p.max_contracten, p.minimale_score, d.titel FROM portal.perceel p "
                          "JOIN portal.dossier d USING (id) WHERE p.id = :i", i=first)
    assert tuple(row) == ("Thuis wonen", Decimal("9000000.00"), 3, Decimal("6.50"),
                          "Beschermd wonen 2028, perceel 1: Thuis wonen")
    assert "Perceel 1 aangepast" in browser.get(f"/inkoop/{planned.inkoop_id}/gebeurtenissen").words


def test_a_perceel_is_taken_out_with_all_that_belongs_to_it_after_a_question(world, planned):
    browser, (first, second) = manager(world, planned), planned.percelen
    (away,) = links(browser.get(f"/inkoop/perceel/{first}/plan"), "Haal weg Perceel 1")
    check = browser.get(away)
    assert "2 minimumeisen" in check.words and "niet terugdraaien" in check.words
    url = f"/inkoop/perceel/{first}/weghalen"
    assert browser.post(url, check.form(url)).location == f"/inkoop/{planned.inkoop_id}/plan"
    plan = browser.get(f"/inkoop/{planned.inkoop_id}/plan").words
    assert "Perceel 1" not in plan and "Perceel 2: Tussenvorm" in plan and "8 van 8 regels ingevuld" in plan
    for table in ("eis", "criterium", "gevraagd_document"):
        assert world.behind(f"SELECT count(*) FROM portal.{table} WHERE dossier_id = :i", i=first)[0][0] == 0
    for page in ("plan", "plan/gegevens", "plan/weghalen"):
        browser.get(f"/inkoop/perceel/{first}/{page}", expect=404)
    assert "Perceel 1 weggehaald uit het plan" in browser.get(f"/inkoop/{planned.inkoop_id}/gebeurtenissen").words
    new = browser.post(f"/inkoop/{planned.inkoop_id}/perceel-toevoegen", PERCEEL).location
    assert "Perceel 3: Thuis wonen" in browser.get(new).words, "een nummer komt niet terug"
    # The rest goes on without it: the question, the decisions and the announcement.
    third = new.removeprefix("/inkoop/perceel/").removesuffix("/plan")
    browser.post(f"/inkoop/perceel/{third}/weghalen")
    rest = replace(planned, percelen=(second,))
    world.as_(planned.wie.manager, usecases.uitvragen, planned.inkoop_id)
    assert "Perceel 1" not in world.sign_in(planned.wie.beleid["kampen"]).get(f"/inkoop/{planned.inkoop_id}/deelname").words
    published = iw.gepubliceerde_inkoop(world, loop=iw.doorgezette_inkoop(world, iw.met_deelname(world, rest)))
    (inhoud,) = world.behind("SELECT inhoud FROM portal.publicatie WHERE inkoop_id = :i", i=published.inkoop_id)[0]
    assert [p["nummer"] for p in inhoud["percelen"]] == [2]


def test_after_the_question_a_perceel_stands(world, planned):
    world.as_(planned.wie.manager, usecases.uitvragen, planned.inkoop_id)
    browser, first = manager(world, planned), planned.percelen[0]
    assert not links(browser.get(f"/inkoop/perceel/{first}/plan"), "Haal weg Perceel")
    assert "staan vast" in browser.post(f"/inkoop/perceel/{first}/wijzigen", PERCEEL, expect=409).words
    assert "staan vast" in browser.post(f"/inkoop/perceel/{first}/weghalen", expect=409).words
    neighbour = world.sign_in(world.medewerker("deventer", "contractmanager"))
    neighbour.post(f"/inkoop/perceel/{first}/weghalen", expect=404)
    kampen = world.sign_in(world.medewerker("kampen", "contractmanager"))
    kampen.post(f"/inkoop/perceel/{first}/wijzigen", PERCEEL, expect=404)
    assert world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=first)[0][0] == "gepland"


@pytest.mark.parametrize(("soort", "code", "field", "value", "kept"), [
    ("eis", "E1", "eis_tekst", "Er is altijd iemand bereikbaar.", ("eis_code", "E1")),
    ("criterium", "K1", "criterium_weging", "50", ("criterium_tekst", "Plan van aanpak")),
    ("gevraagd", "P1", "gevraagd_titel", "Plan", ("gevraagd_toelichting", "Hoogstens tien bladzijden.")),
])
def test_a_part_of_the_plan_is_changed_or_taken_out_after_a_question(world, planned, soort, code, field, value, kept):
    browser, url = manager(world, planned), f"/inkoop/perceel/{planned.percelen[0]}/plan"
    page = browser.get(url)
    change, *_rest = [a for a in links(page, f"Wijzig {code}") if "onderdeel" in a]
    save = f"/inkoop/{planned.inkoop_id}/onderdeel-wijzigen"
    form = browser.get(change).form(save)
    assert form[kept[0]].strip() == kept[1], "het formulier is al ingevuld"
    assert browser.post(save, form | {field: ""}, expect=422).form(save)[kept[0]].strip() == kept[1]
    assert browser.post(save, form | {field: value}).location == f"{url}#{soort}"
    page = browser.get(url)
    assert value in page.words
    away, *_rest = links(page, f"Haal weg {code}")
    before = browser.get(url).words
    check = browser.get(away)
    assert browser.get(url).words == before, "vragen haalt nog niets weg"
    remove = f"/inkoop/{planned.inkoop_id}/onderdeel-weghalen"
    browser.post(remove, check.form(remove))
    assert not links(browser.get(url), f"Haal weg {code}")
    browser.post(save, {k: v for k, v in form.items() if k != "sleutel"} | {field: value}, expect=404)


def test_a_plan_that_nobody_was_asked_about_can_stop(world, planned):
    browser = manager(world, planned)
    (stop,) = links(browser.get(f"/inkoop/{planned.inkoop_id}/plan"), "Stop met deze inkoop")
    page = browser.get(stop)
    assert "Niemand krijgt een bericht" in page.words
    assert "Schrijf waarom" in browser.post(stop, page.form(stop), expect=422).words
    browser.post(stop, page.form(stop) | {"reden": "Dit plan was een oefening."})
    assert "Gestopt" in browser.get(f"/inkoop/{planned.inkoop_id}").words
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE dossier_id = :i", i=planned.inkoop_id)[0][0] == 0


def test_percelen_worth_more_than_the_whole_hold_the_question_and_the_publication(world, planned):
    browser, (first, _second) = manager(world, planned), planned.percelen
    plan = f"/inkoop/{planned.inkoop_id}/plan"
    assert "bedragen kloppen niet" not in browser.get(plan).words
    browser.post(f"/inkoop/perceel/{first}/wijzigen", PERCEEL | {"waarde": "34.800.000,01"})
    said = ("De percelen zijn samen geraamd op € 46.800.000,01. Dat is meer dan de geraamde waarde van de inkoop: "
            "€ 46.800.000,00.")
    page = browser.get(plan)
    assert "De bedragen kloppen niet" in page.words and said in page.words
    assert said in browser.post(f"/inkoop/{planned.inkoop_id}/uitvragen", expect=422).words
    assert said in browser.get(f"/inkoop/{planned.inkoop_id}/uitvragen").words
    browser.post(f"/inkoop/perceel/{first}/wijzigen", PERCEEL | {"waarde": "34.800.000,00"})
    assert "bedragen kloppen niet" not in browser.get(plan).words
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, planned)))
    world.behind("UPDATE portal.inkoop SET geraamde_waarde = 1 WHERE id = :i RETURNING 1", i=loop.inkoop_id)
    assert "Dat is meer dan de geraamde waarde" in manager(world, loop).get(f"/inkoop/{loop.inkoop_id}/publiceren").words


def test_a_document_to_replace_that_is_none_is_not_found(world, planned):
    url = f"/inkoop/{planned.inkoop_id}/stuk-toevoegen?vervangt=x"
    manager(world, planned).upload(url, "leidraad.pdf", b"%PDF-1.7", expect=404)


def test_three_drafts_are_named_as_three(world, planned):
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, planned)))

    def add(session, actor):
        for titel in ("Bijlage A", "Bijlage B"):
            usecases.stuk_toevoegen(session, actor, loop.inkoop_id, iw.stuk(world), titel=titel)
        return INKOOP.obstacles(session.get(usecases.Inkoop, loop.inkoop_id), "publiceren", actor)

    assert "Deze stukken zijn nog een concept: Bijlage A, Bijlage B. Deel ze eerst, of haal ze weg." in world.as_(
        loop.wie.manager, add)


# Publication ----------------------------------------------------------------------------------------------------------------

def test_another_moment_keeps_what_was_filled_in(world, planned):
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, planned)))
    browser, url = manager(world, loop), f"/inkoop/{loop.inkoop_id}/publiceren"
    moment = f"{clock.today() + timedelta(days=40):%d-%m-%Y} 12.00"
    filled = {"sluit": moment, "vragen_naam": "Team Inkoop", "vragen_email": "inkoop@zwolle.example"}
    check = browser.post(url, filled, expect=200)
    assert "Klopt dit moment?" in check.words and check.html.select_one('button[name="doe"][value="ander"]')
    again = browser.post(url, check.form(url) | {"doe": "ander"}, expect=200)
    assert {name: again.form(url)[name] for name in filled} == filled and not again.html.select(".p-errors")
    assert world.behind("SELECT count(*) FROM portal.publicatie")[0][0] == 0


# The assessment -------------------------------------------------------------------------------------------------------------

def test_all_that_is_wrong_in_an_assessment_is_said_at_once_by_code_and_in_order(world):
    loop = iw.geopend(world, percelen=1, n=1)
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    perceel = loop.percelen[0]
    e1, e2 = (eis.hex[:8] for eis in loop.eisen[perceel])
    k1, k2 = (criterium.hex[:8] for criterium in loop.criteria[perceel])
    url = f"/inkoop/perceel/{perceel}/inschrijving/{loop.inschrijvers[0].inschrijving_id}/beoordelen"
    browser = world.sign_in(loop.wie.beoordelaar)
    page = browser.post(url, {f"voldoet-{e1}": "nee", f"motivering-{e2}": "Goed.", f"punten-{k1}": "elf",
                              f"kenmerken-{k2}": "Vaste mensen."}, expect=422)
    found = [li.get_text(" ").strip() for li in page.html.select(".p-errors li")]
    assert [line.partition(":")[0] for line in found] == ["E1", "E2", "K1", "K1", "K1", "K2", "K2"], found
    assert "K1: Schrijf waarom u deze punten geeft. Dit komt in de brief." in found
    # Who does not meet a requirement needs no points: alone that is no fault.
    browser.post(url, {f"voldoet-{e1}": "nee", f"motivering-{e1}": "Er is overdag niemand.", f"punten-{k1}": "elf"})


def test_going_to_the_next_bid_keeps_the_assessment(world):
    loop = iw.geopend(world, percelen=1, n=2)
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    perceel, ids = loop.percelen[0], [bid.inschrijving_id for bid in loop.inschrijvers]
    at = [f"/inkoop/perceel/{perceel}/inschrijving/{id_}" for id_ in ids]
    browser, e1 = world.sign_in(loop.wie.beoordelaar), loop.eisen[perceel][0].hex[:8]
    page = browser.get(at[0])
    assert not page.html.select('main a[rel="next"]'), "een kale link gooit weg wat is ingevuld"
    assert [b["value"] for b in page.html.select('main button[name="doe"]')] == ["volgende"]
    assert browser.post(f"{at[0]}/beoordelen", {f"voldoet-{e1}": "ja", "doe": "volgende"}).location == at[1]
    assert "Bewaard. 1 van 4 gedaan." in browser.get(at[1]).words
    assert browser.post(f"{at[1]}/beoordelen", {"doe": "vorige"}).location == at[0]
    assert "Eis E1: voldoet" in browser.get(f"/inkoop/perceel/{perceel}/scores").words
    jurist = world.sign_in(loop.wie.jurist).get(at[0])
    assert jurist.html.select('main a[rel="next"]'), "wie niets invult, bladert gewoon"


def test_the_opening_speaks_the_language_of_the_reader(world):
    loop = iw.met_inschrijvingen(world, percelen=1, n=1)
    page = manager(world, loop).get(f"/inkoop/{loop.inkoop_id}/opening?taal=en")
    day = loop.sluit_at.astimezone(clock.AMSTERDAM)
    assert f"{day:%A} {day.day} {day:%B} {day.year}, {day:%H:%M}" in page.words and "uur" not in page.words.split("Bids")[0]


def test_a_draft_award_says_what_it_waits_for(world):
    loop = iw.voorgesteld(world, percelen=1)
    url = f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}"
    drafter = manager(world, loop)
    assert "Dit voorstel wacht op een tweede lezer." in drafter.get(url).words
    iw.gelezen(world, loop)
    page = manager(world, loop).get(url)
    assert "Dit voorstel wacht op de handtekening van een mandaathouder." in page.words
    assert "in één keer weg" in page.words


def test_an_extension_that_was_decided_is_no_question_any_more(world):
    loop = iw.gecontracteerd(world, percelen=1)
    url = f"/inkoop/perceel/{loop.percelen[0]}"
    before = manager(world, loop).get(url).words
    assert before.count("als de gemeenten verlengen") == 4
    world.behind("UPDATE portal.overeenkomst_periode SET verlengd_on = '2030-06-10' WHERE volgnummer = 2 RETURNING 1")
    after = manager(world, loop).get(url).words
    assert after.count("als de gemeenten verlengen") == 2 and after.count("verlengd op 10-06-2030") == 2


def test_what_the_portal_writes_itself_is_english_for_who_reads_english(world):
    loop = iw.voorgesteld(world, percelen=1)
    browser = manager(world, loop)
    page = browser.get(f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}?taal=en")
    # A perceel that is called as a task of the law, is read as that task.
    assert page.html.h1.text == "Award Sheltered living to 2 providers"
    scores = world.sign_in(loop.wie.jurist).get(f"/inkoop/perceel/{loop.percelen[0]}/scores?taal=en").words
    assert "0 to 10" in scores and "5.5" in scores and "tot en met" not in scores
    events = browser.get(f"/inkoop/{loop.inkoop_id}/gebeurtenissen?taal=en").words
    assert "uur" not in events.split()
    public = browser.get(f"/aanbestedingen/{loop.reference}?taal=en").words
    assert "Then lots are drawn" in public and "as the documents say" in public and "article 2.127" in public
    assert "volgens de stukken" not in public and "Hebben meer inschrijvingen" not in public


# The decision of a member ---------------------------------------------------------------------------------------------------

def test_after_the_deadline_nothing_waits_for_who_was_silent(world, planned):
    world.as_(planned.wie.manager, usecases.uitvragen, planned.inkoop_id)
    adviser = planned.wie.beleid["kampen"]
    assert "Laat uw college besluiten" in world.sign_in(adviser).get("/mijn-werk").words
    uiterlijk = world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0][0]
    world.clock(uiterlijk - timedelta(minutes=1))
    assert "Laat uw college besluiten" in world.sign_in(adviser).get("/mijn-werk").words
    world.clock(uiterlijk)
    assert "Laat uw college besluiten" not in world.sign_in(adviser).get("/mijn-werk").words
    page = world.sign_in(adviser).get(f"/inkoop/{planned.inkoop_id}/deelname")
    assert "U heeft niet besloten. De trekker besluit nu of de inkoop doorgaat." in page.words
    lead = manager(world, planned)
    assert "Volg de deelnamebesluiten" in lead.get("/mijn-werk").words, "de trekker is aan zet"
    assert "Laat uw college besluiten" not in lead.get("/mijn-werk?wacht=anderen").words


def test_the_page_of_a_member_counts_to_the_last_day_and_writes_points_as_sentences(world):
    world.clock(date(2026, 10, 20))
    loop = iw.geplande_inkoop(world, percelen=1)

    def points(session, actor):
        inkoop = session.get(usecases.Inkoop, loop.inkoop_id)
        inkoop.aandachtspunten = [{"soort": "warn", "titel": "begroting", "tekst": "nog niet in de raming"}]

    world.as_(loop.wie.manager, points)
    world.as_(loop.wie.manager, usecases.uitvragen, loop.inkoop_id)
    page = world.sign_in(loop.wie.beleid["kampen"]).get(f"/inkoop/{loop.inkoop_id}/deelname")
    assert "De eerste periode van het contract eindigt op 31 december 2030." in page.words
    assert "Begroting. Nog niet in de raming." in page.words
    assert "al ingevuld met uw cijfers" in page.words


def test_the_page_of_a_member_without_figures_does_not_promise_them(world, planned):
    world.behind("DELETE FROM portal.deelname_cijfer RETURNING 1")
    world.as_(planned.wie.manager, usecases.uitvragen, planned.inkoop_id)
    page = world.sign_in(planned.wie.beleid["kampen"]).get(f"/inkoop/{planned.inkoop_id}/deelname")
    assert "nog geen cijfers ingevuld" in page.words and "al ingevuld met uw cijfers" not in page.words


# The order of what is wrong -------------------------------------------------------------------------------------------------

def test_errors_stand_in_the_order_of_the_form(world, planned):
    page = manager(world, planned).post("/inkoop/nieuw", {}, expect=422)
    named = [a["href"].removeprefix("#") for a in page.html.select(".p-errors a")]
    order = [tag["id"] for tag in page.html.select("main form [id]") if tag["id"] in named]
    assert named == order and named[:3] == ["titel", "verband", "methode"], named


def test_what_belongs_to_no_field_comes_first():
    page = ('<ul class="p-errors__list"><li><a class="x" href="#b">B</a></li><li><strong>Alles</strong></li>'
            '<li><a class="x" href="#a">A</a></li></ul><input id="a"><input id="b">')
    assert re.findall(r">(Alles|A|B)<", fouten_op_volgorde(page)) == ["Alles", "A", "B"]
    assert fouten_op_volgorde("<p>Niets</p>") == "<p>Niets</p>"
