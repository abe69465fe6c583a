"""Placements in the browser: the list, the begin, one placement at every stand, what somebody needs, and the way home."""

from datetime import timedelta

import pytest

from portal.domains.plaatsingen import aanbieden, terugkeer
from portal.domains.plaatsingen.model import Overdracht, OverdrachtState, Plaatsing, Richting
from portal.kernel import clock
from portal.kernel.dossier import load, next_reference
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.domains.test_plaatsing_terugkeer import op_weg, opnieuw, plan

DAY = timedelta(days=1)
STAPPEN = ("pgb", "vervallen", "terug_naar_verblijf", "verlengen", "beeindigen")


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def url(loop, rest: str = "") -> str:
    return f"/plaatsing/{loop.plaatsing_id}{rest}"


def fill(browser, address: str, *, at: str | None = None, expect=None, **given):
    """Post the form of a page with these answers."""
    form = browser.get(at or address).form(address)
    return browser.post(address, form | given, **({"expect": expect} if expect else {}))


def test_a_placement_begins_from_the_report_and_stands_in_the_list(world):
    loop = pw.toegekend(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "Er zijn geen plaatsingen" in browser.get("/plaatsingen").words
    report = f"/toegang/{loop.toegang_id}"
    page = browser.get(report)
    assert page.html.select_one(f'main a[href="{report}/plaatsing"]')
    here = f"{report}/plaatsing"
    form = browser.get(here).form(here)
    assert (form["product"], form["herkomst"]) == ("beschermd_wonen", "kampen"), "wat al bekend is, staat er"
    wrong = browser.post(here, form, expect=422)
    assert "Kies voor welke groep de plek moet zijn." in wrong.words
    half = browser.post(here, form | {"doelgroep": "psychisch", "indicatie_tot": dag(clock.today())}, expect=422)
    assert "beide dagen" in half.words and half.form(here)["indicatie_tot"] == dag(clock.today())
    done = browser.post(here, form | {"doelgroep": "psychisch", "herkomst": "zwolle"})
    page = browser.get(done.location)
    assert "Komt uit Zwolle" in page.words and "Wacht op een plek" in page.words
    assert "Nu: gemeente Kampen" in page.words and "Melding bij gemeente Kampen" in page.words
    assert "Er gaat nooit iets vanzelf over naar een andere gemeente." in page.words
    assert "Sanne Voorbeeld" in browser.get("/plaatsingen?stand=wacht").words
    assert "Er zijn geen plaatsingen" in browser.get("/plaatsingen").words
    assert "Bekijk de plaatsing" in browser.get(report).words
    assert "al een plaatsing begonnen" in browser.get(here).words


def test_the_page_tells_who_is_responsible_as_bars_and_as_a_table(world):
    loop = pw.verblijvend(world)
    page = world.sign_in(loop.wie.consulent).get(url(loop))
    assert "is Kampen verantwoordelijk" in page.html.select_one(".p-ribbon title").get_text()
    labels = [one.get_text() for one in page.html.select(".p-ribbon__labels span")]
    assert labels == ["", "Verantwoordelijk", "Woont in", "Betaalt"]
    assert "Zwolle" in [one.get_text() for one in page.html.select(".p-ribbon text")]
    [row] = page.html.select("table tbody tr")
    assert "is-you" in row["class"] and "Kampen" in row.get_text()
    assert "Komt uit Kampen · woont in Zwolle" in page.words and "Voorbeeldplein 1" in page.words
    assert "De inwoner woont in Zwolle. Gemeente Kampen betaalt de ondersteuning." in page.words, "ook zonder balken"


def voorgesteld(session, actor, plaatsing_id, *, ontvanger_id, state=OverdrachtState.AANGEBODEN):
    """The responsibility offered to another gemeente, as a row alone."""
    plaatsing = load(session, Plaatsing, plaatsing_id)
    session.add(Overdracht(
        reference=next_reference(session, "OVD"), titel="Overdracht", state=state, eigenaar_id=actor.party_id,
        ouder_id=plaatsing.id, plaatsing_id=plaatsing.id, traject_id=plaatsing.traject_id, richting=Richting.HEEN,
        ontvanger_id=ontvanger_id, verzender_id=actor.party_id, ingaand_on=clock.today() + 60 * DAY,
        verloopt_on=clock.today() + 28 * DAY))


def test_an_offer_that_waits_is_drawn_apart_and_nothing_passes_by_itself(world):
    loop = pw.verblijvend(world)
    world.as_(loop.wie.consulent, voorgesteld, loop.plaatsing_id, ontvanger_id=world.gemeente("zwolle"))
    page = world.sign_in(loop.wie.consulent).get(url(loop))
    assert page.html.select_one(".p-ribbon rect.r-plan") and "Zwolle (voorstel)" in page.words
    assert "Zwolle antwoordt uiterlijk" in page.words and "Nu: gemeente Kampen" in page.words
    assert "Gemeente Kampen blijft verantwoordelijk. Er gaat nooit iets vanzelf over" in page.words
    assert "Voorstel: vanaf" in page.html.select_one(".p-ribbon title").get_text()
    assert "is-you" in page.html.select("table tbody tr")[0]["class"], "vandaag is het nog Kampen"


@pytest.mark.parametrize("hidden", ["geheim", "afgeschermd"])
def test_an_address_that_nobody_may_know_is_not_on_the_page(world, hidden):
    if hidden == "geheim":
        loop = pw.verblijvend(world, waar=pw.huis(world, geheim=True))
    else:
        wie = pw.personen(world)
        person = pw.persoon(world, wie, afgeschermd=True)
        loop = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, pw.geplaatst(
            world, pw.toegekend(world, pw.aangevraagd(world, wie=wie, persoon_id=person))))))
    page = world.sign_in(loop.wie.consulent).get(url(loop))
    assert "Voorbeeldplein" not in page.text and "staat niet op deze pagina" in page.words
    if hidden == "afgeschermd":
        assert "woont in" not in page.words and "Noem geen adres" in page.words


def test_what_somebody_needs_is_kept_and_decides_the_order(world):
    loop = pw.geplaatst(world)
    browser, here = world.sign_in(loop.wie.consulent), url(loop, "/wens")
    both = fill(browser, here, gemeenten="zwolle", mijden="zwolle", overbrugging="Elke dag bellen.", expect=422)
    assert "niet tegelijk gewenst en uitgesloten" in both.words and "Elke dag bellen." in both.text
    assert fill(browser, here, nodig="zwembad", expect=422).words.count("Kies alleen uit de lijst.") >= 1
    fill(browser, here, nodig="nacht", gemeenten="zwolle", mijden="kampen", overbrugging="Elke dag bellen.",
         omstandigheden="onveilig")
    page = browser.get(url(loop))
    for words in ("begeleiding in de nacht", "Elke dag bellen.", "nu niet veilig"):
        assert words in page.words
    again = browser.get(here)
    assert {one["id"].split("-")[0] for one in again.html.select("input[checked]")} == {
        "nodig", "gemeenten", "mijden", "omstandigheden"}


def test_a_pgb_is_chosen_with_a_motive_and_ended_with_a_reason(world):
    loop = pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "Kies waarom iemand een pgb wil." in fill(browser, url(loop, "/pgb"), expect=422).words
    fill(browser, url(loop, "/pgb"), motief="wachtlijst")
    page = browser.get(url(loop))
    assert "Loopt met een pgb" in page.words and "de wachtlijst voor zorg in natura is te lang" in page.words
    assert "Dit kan niet in deze fase" in browser.get(url(loop, "/vervallen")).words
    world.clock(timedelta(days=20))
    browser = world.sign_in(loop.wie.consulent)
    late = fill(browser, url(loop, "/beeindigen"), on=dag(clock.today() + DAY), einde="eigen_keuze", expect=422)
    assert "toekomst" in late.words and late.form(url(loop, "/beeindigen"))["on"] == dag(clock.today() + DAY)
    fill(browser, url(loop, "/beeindigen"), on=dag(clock.today()), einde="eigen_keuze")
    assert "Beëindigd" in browser.get(url(loop)).words and "Sanne" in browser.get("/plaatsingen?stand=alle").words


def test_a_place_that_is_no_longer_needed_leaves_the_list_with_a_reason(world):
    loop = pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "Schrijf waarom." in fill(browser, url(loop, "/vervallen"), expect=422).words
    fill(browser, url(loop, "/vervallen"), reden="Woont weer thuis, met hulp van familie.")
    assert "Vervallen" in browser.get(url(loop)).words


def test_C4_AC1_the_way_home_in_the_browser_begins_after_two_yeses(world):
    loop = pw.verblijvend(world)
    browser, here = world.sign_in(loop.wie.consulent), url(loop, "/terugkeer")
    page = browser.get(url(loop))
    assert "Begin de weg naar huis" in page.words and "met twee keer ja" in page.words, "waarom het nog niet kan"
    page = browser.get(here)
    assert not page.html.select_one("#plan_on")
    empty = browser.post(here, page.form(here), expect=422)
    assert "Beantwoord de vraag: kan iemand terug?" in empty.words
    browser.post(here, page.form(here) | {"besproken_on": dag(clock.today()), "mogelijk": "ja", "helpt_herstel": "ja"})
    assert "Terugkeer kan en helpt" in browser.get(here).words or browser.get(here).html.select_one("#plan_on")
    plan = f"{here}/plan"
    wrong = fill(browser, plan, at=here, plan_on=dag(clock.today()), waarheen="Een huis in Kampen", expect=422)
    assert "Kies welke ondersteuning daar volgt." in wrong.words and wrong.form(plan)["waarheen"] == "Een huis in Kampen"
    fill(browser, plan, at=here, plan_on=dag(clock.today() + 30 * DAY), waarheen="Een huis in Kampen",
         aansluitend="thuisondersteuning", plan="De begeleider belt elke week.")
    page = browser.get(url(loop))
    assert "Op weg naar huis" in page.words and "De begeleider belt elke week." in page.words
    assert "De dag in het plan is" in page.words and "ondersteuning thuis" in page.words
    assert "ondersteuning thuis" in browser.get(here).words


def test_C4_AC2_a_no_in_the_browser_keeps_what_was_typed_and_plans_the_next_time(world):
    loop = pw.verblijvend(world)
    browser, here = world.sign_in(loop.wie.consulent), url(loop, "/terugkeer")
    given = {"besproken_on": dag(clock.today()), "mogelijk": "nee", "helpt_herstel": "ja"}
    wrong = fill(browser, here, **given, reden="Nog geen huis.", expect=422)
    assert "Kies een dag" in wrong.words and wrong.form(here)["reden"].strip() == "Nog geen huis."
    fill(browser, here, **given, reden="Nog geen huis.", opnieuw_on=dag(clock.today() + 60 * DAY))
    page = browser.get(here)
    assert "Nog geen huis." in page.words and "Nu niet." in page.words and not page.html.select_one("#plan_on")


def test_C3_AC4_a_second_move_warns_before_it_is_done(world):
    first = pw.verblijvend(world)
    browser = world.sign_in(first.wie.consulent)
    assert "verhuist dan opnieuw" not in browser.get(url(first)).words
    second = opnieuw(world, first)
    assert "verhuist dan opnieuw" in browser.get(url(second)).words
    assert "verhuist dan opnieuw" in browser.get(url(second, f"/plek/{first.huis.locatie_id}")).words, "bij het aanbieden zelf"
    third = pw.toegekend(world, pw.aangevraagd(world, wie=first.wie, persoon_id=first.toegang.persoon_id))
    assert "verhuist dan opnieuw" in browser.get(f"/toegang/{third.toegang_id}/plaatsing").words


def test_C14_AC1_the_page_tells_until_when_an_old_right_is_protected(world):
    end, moved = clock.today() + 300 * DAY, clock.today() - 10 * DAY
    loop = pw.geplaatst(world, indicatie_tot=end, overgang_on=moved)
    page = world.sign_in(loop.wie.consulent).get(url(loop))
    assert "Beschermd tot en met" in page.words and str(end.year) in page.words and "Wmo 2015, 8.4" in page.words
    assert "nieuw besluit" not in page.words


def test_C14_AC2_after_a_new_grant_the_old_right_ends_the_day_before(world):
    end, moved = clock.today() + 700 * DAY, clock.today() - 100 * DAY
    loop = pw.geplaatst(world, indicatie_tot=end, overgang_on=moved)
    world.clock(timedelta(days=30))
    pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)))
    assert "Daarna geldt een nieuw besluit." in world.sign_in(loop.wie.consulent).get(url(loop)).words


def test_C4_the_way_home_is_followed_changed_and_left_on_its_pages(world):
    loop = op_weg(world)
    browser, home, back = world.sign_in(loop.wie.consulent), url(loop, "/terugkeer"), url(loop, "/terug_naar_verblijf")
    assert "Volg het plan voor de weg naar huis" in browser.get("/mijn-werk").words
    page = browser.get(url(loop))
    assert "Stel het plan voor de weg naar huis bij" in page.words and page.html.select_one(f'main a[href="{back}"]')
    later = dag(clock.today() + 80 * DAY)
    given = {"plan_on": later, "waarheen": "Bij een broer", "aansluitend": "thuisondersteuning", "plan": "De broer helpt."}
    assert "in het verleden" in fill(browser, url(loop, "/terugkeer/plan"), at=home, expect=422, **given
                                     | {"plan_on": "01-01-2020"}).words
    done = fill(browser, url(loop, "/terugkeer/plan"), at=home, **given)
    page = browser.get(done.location)
    assert "Het plan is bijgesteld." in page.words and "Bij een broer" in page.words and later in page.words
    assert "Schrijf waarom." in fill(browser, back, expect=422).words
    done = fill(browser, back, reden="Thuis ging het niet.")
    page = browser.get(done.location)
    assert "De inwoner blijft op de plek wonen." in page.words and "Bij een broer" not in page.words
    assert "Woont op een plek" in page.words and "Maak het plan" not in browser.get(home).words
    for address in (url(loop), home, back):
        browser.get(f"{address}?taal=en")


def test_support_that_ends_says_so_and_goes_on_by_a_decision(world):
    waar, wie = pw.huis(world), pw.personen(world)
    tot = clock.today() + 60 * DAY
    loop = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, pw.geplaatst(
        world, pw.toegekend(world, pw.aangevraagd(world, wie=wie), tot=tot)), waar)))
    browser, here = world.sign_in(wie.consulent), url(loop, "/verlengen")
    page = browser.get(url(loop))
    assert "De ondersteuning eindigt" in page.words and page.html.select_one(f'main a[href="{here}"]')
    assert "eindigt op" in browser.get("/plaatsingen").words
    assert "De ondersteuning eindigt: verleng of beëindig de ondersteuning" in browser.get("/mijn-werk").words
    form = browser.get(here).form(here)
    assert "besluit" not in form, "er is geen besluit van de eigen gemeente"
    empty = browser.post(here, form, expect=422)
    assert "Vul de nieuwe laatste dag in." in empty.words and "Schrijf welk besluit dit is." in empty.words
    given = {"tot": dag(tot), "vindplaats": "Besluit 7", "besloten_on": dag(clock.today())}
    wrong = browser.post(here, form | given, expect=422)
    assert "Kies een latere dag" in wrong.words and wrong.form(here)["vindplaats"] == "Besluit 7"
    granted = pw.toegekend(world, pw.aangevraagd(world, wie=wie, persoon_id=loop.toegang.persoon_id), van=tot + DAY,
                           tot=tot + 365 * DAY)
    assert "tot en met" in browser.get(here).words
    assert "Kies het besluit." in browser.post(here, form | {"tot": dag(tot + 365 * DAY)}, expect=422).words
    done = fill(browser, here, besluit=str(granted.toegang_id), tot=dag(tot + 365 * DAY))
    page = browser.get(done.location)
    assert "De ondersteuning is verlengd" in page.words and "De ondersteuning eindigt" not in page.words
    assert f"Verlengd tot en met {dag(tot + 365 * DAY)}" in page.words
    assert "Bekijk de plaatsing" in browser.get(f"/toegang/{granted.toegang_id}").words
    assert "begonnen of verlengd" in browser.get(f"/toegang/{granted.toegang_id}/plaatsing").words
    world.clock(tot + 366 * DAY)
    browser = world.sign_in(wie.consulent)
    assert "De ondersteuning is voorbij" in browser.get(url(loop)).words
    assert "de laatste dag was" in browser.get("/plaatsingen").words
    for address in (url(loop), here, "/plaatsingen"):
        browser.get(f"{address}?taal=en")


@pytest.mark.parametrize("role", ["contractmanager", "beleidsadviseur", "raadslid", "auditor", "beheerder"])
def test_another_role_opens_no_placement(world, role):
    loop = pw.geplaatst(world)
    browser = world.sign_in(world.medewerker("kampen", role))
    for address in ("/plaatsingen", url(loop), url(loop, "/wens"), url(loop, "/terugkeer"),
                    f"/toegang/{loop.toegang.toegang_id}/plaatsing", *(url(loop, f"/{one}") for one in STAPPEN)):
        browser.get(address, expect=403)


def test_another_gemeente_finds_no_placement(world):
    loop = pw.verblijvend(world)
    browser = world.sign_in(pw.personen(world, "zwolle").consulent)
    for address in (url(loop), url(loop, "/wens"), url(loop, "/terugkeer"), f"/toegang/{loop.toegang.toegang_id}/plaatsing",
                    *(url(loop, f"/{one}") for one in STAPPEN)):
        browser.get(address, expect=404)
    assert "Sanne" not in browser.get("/plaatsingen?stand=alle").text
    answers = {"besproken_on": dag(clock.today()), "mogelijk": "ja", "helpt_herstel": "ja", "reden": "Zomaar.",
               "motief": "wachtlijst", "on": dag(clock.today()), "einde": "eigen_keuze", "plan_on": dag(clock.today()),
               "waarheen": "Ergens", "aansluitend": "geen", "plan": "Niets."}
    for address in (url(loop, "/terugkeer"), url(loop, "/terugkeer/plan"), url(loop, "/wens"),
                    *(url(loop, f"/{one}") for one in STAPPEN)):
        browser.post(address, answers, expect=404)


def test_every_open_of_a_placement_leaves_a_trail(world):
    loop = pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    for address in ("", "/wens", "/terugkeer", "/pgb"):
        browser.get(url(loop, address))
    rows = world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :i", i=loop.plaatsing_id)
    assert rows[0][0] == 4


def test_P2_no_page_of_a_placement_asks_more_than_eight_statements_of_its_own(world):
    """Also at a placement with a past: as many statements for one offered place as for many."""
    loop = pw.aangeboden(world)
    for _turn in range(2):
        world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=False, reden="te_ver")
        loop = pw.aangeboden(world, loop, loop.huis)
    lived = pw.verblijvend(world, pw.gereserveerd(world, loop))
    pgb = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=lived.wie, persoon_id=lived.toegang.persoon_id),
                                           vorm="pgb", motief="eigen_regie"), product="beschermd_thuis")
    granted = pw.toegekend(world, pw.aangevraagd(world, wie=lived.wie, persoon_id=lived.toegang.persoon_id))
    home = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, pw.geplaatst(world, pw.toegekend(
        world, pw.aangevraagd(world, wie=lived.wie, persoon_id=lived.toegang.persoon_id))), lived.huis)))
    world.as_(lived.wie.consulent, terugkeer.toetsen, home.plaatsing_id, besproken_on=clock.today(), mogelijk=True,
              helpt_herstel=True)
    world.as_(lived.wie.consulent, terugkeer.naar_huis, home.plaatsing_id, **plan())
    browser, asked = world.sign_in(lived.wie.consulent), {}
    pages = ["/plaatsingen", "/plaatsingen?stand=alle", f"/toegang/{granted.toegang_id}/plaatsing",
             f"/toegang/{granted.toegang_id}"]
    for one in (lived, pgb, home):
        pages += [url(one), url(one, "/wens"), url(one, "/terugkeer"), *(url(one, f"/{step}") for step in STAPPEN)]
    for address in pages:
        browser.get(address)
        with counting(world.app) as seen:
            browser.get(address)
        asked[address] = len([text for text in seen if not any(f in text for f in FRAME)])
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked[url(lived)] == asked[url(pgb)] >= 4
    for address in pages:
        browser.get(f"{address}{'&' if '?' in address else '?'}taal=en")
