"""Letting the term to decide stand still, in the browser: both pages, what they refuse, and what everybody sees of it."""

from datetime import timedelta

from portal import jobs
from portal.kernel import clock
from tests.domains.test_subsidies_opschorten import REDEN, behandeld, na_bezwaartermijn, stil
from tests.domains.test_subsidies_toestemming import gevraagd, term
from tests.subsidies_world import in_behandeling, op
from tests.web.test_subsidie_vaststellen import buttons, journal, links, plain
from tests.web.test_subsidie_zaken import termijn, url

DAY = timedelta(days=1)


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def test_from_the_dossier_to_the_new_day_and_what_the_applicant_reads(world):
    loop = in_behandeling(world)
    world.clock(op(clock.today() + timedelta(days=7)))
    browser, here, end = world.sign_in(loop.wie.adviseur), url(loop, "/opschorting"), url(loop, "/opschorting-einde")
    assert {here} == {here, end} & links(browser.get(url(loop)))
    page = browser.get(here)
    assert "Informatie uit het buitenland gevraagd" in page.words and "Awb 4:15, lid 2, onder c." in page.words
    empty = browser.post(here, page.form(here) | {"grond": "overmacht"}, expect=422)
    assert {"Schrijf waarom de termijn stilstaat.", "Vul in vanaf welke dag de beslistermijn stilstaat."} <= {
        one.get_text(strip=True) for one in empty.html.select("main a, main p, main span")}
    wrong = browser.post(here, page.form(here) | {"grond": "overmacht", "van": dag(clock.today() + DAY), "reden": REDEN},
                         expect=422)
    assert "Deze dag ligt in de toekomst." in wrong.words and wrong.form(here)["reden"].strip() == REDEN
    assert journal(world, "subsidie:opschorten") == ["422"]
    done = browser.post(here, page.form(here) | {"grond": "overmacht", "van": dag(clock.today()), "reden": REDEN})
    page = browser.get(done.location)
    assert "staat stil" in plain(page) and "overmacht" in plain(page) and REDEN in plain(page)
    assert "De beslistermijn staat stil. Laat haar eerst weer lopen." in plain(page), "uitstellen kan nu niet"
    assert {end} == {here, end} & links(page) and "Naar het einde" in buttons(page)
    assert "De beslistermijn staat stil" in browser.get(here).words and not browser.get(here).html.select("main form")
    applicant = world.sign_in(loop.aanvrager.verzender)
    theirs = applicant.get(f"/aanvragen/subsidie/{loop.subsidie_id}")
    assert "De beslistermijn staat stil" in plain(theirs) and "De grond is: overmacht." in plain(theirs)
    world.clock(op(clock.today() + timedelta(days=10)))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(end)
    assert "Opgeschort: 10 dagen erbij (overmacht)" in plain(page)
    refused = browser.post(end, page.form(end) | {"vanaf": dag(clock.today() + DAY), "reden": "Klaar."}, expect=422)
    assert "in de toekomst" in refused.words and refused.form(end)["reden"].strip() == "Klaar."
    browser.post(end, page.form(end) | {"vanaf": dag(clock.today()), "reden": "Het archief is weer open."})
    page = browser.get(url(loop))
    assert "Opgeschort: 10 dagen erbij (overmacht)" in plain(page) and "Naar het stilstaan" in buttons(page)
    due = termijn(world, loop, "beslistermijn").due_on
    assert f"Het besluit komt uiterlijk {dag(due)}" in plain(page)
    assert "De beslistermijn loopt weer" in world.sign_in(loop.aanvrager.verzender).get(
        f"/aanvragen/subsidie/{loop.subsidie_id}").words
    for address in (here, end, url(loop)):
        browser.get(address + "?taal=en")


def test_a_paper_applicant_gets_a_letter_from_the_gemeente_itself(world):
    loop = in_behandeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert "De aanvrager krijgt meteen een bericht" in browser.get(url(loop, "/opschorting")).words
    stil(world, loop)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)
    assert "Stuur vandaag zelf een brief met de nieuwe dag" in browser.get(url(loop, "/opschorting-einde")).words


def test_an_objection_stands_still_and_runs_again_in_the_browser(world):
    loop, zaak, bea = behandeld(world, "De telling klopt niet.")
    na_bezwaartermijn(world, loop, zaak, 5)
    home = f"/subsidies/bezwaar/{zaak.id}"
    here, end = f"{home}/opschorting", f"{home}/opschorting-einde"
    browser = world.sign_in(bea)
    assert {here} == {here, end} & links(browser.get(home))
    page = browser.get(here)
    assert "Awb 7:10, lid 4, onder a en b." in page.words and "Awb 7:14 en 4:15, lid 2, onder c." in page.words
    assert "De indiener krijgt meteen een bericht" in page.words
    browser.post(here, page.form(here) | {"grond": "instemming", "van": dag(clock.today()), "reden": REDEN}, expect=422)
    wrong = browser.post(here, page.form(here) | {"grond": "overmacht", "van": dag(clock.today() + DAY), "reden": REDEN},
                         expect=422)
    assert "Deze dag ligt in de toekomst." in wrong.words
    assert journal(world, "bezwaar:opschorten") == ["422"]
    browser.post(here, page.form(here) | {"grond": "overmacht", "van": dag(clock.today()), "reden": REDEN})
    page = browser.get(home)
    assert "overmacht" in page.words and REDEN in page.words and {end} == {here, end} & links(page)
    assert "wij wachten op de indiener" not in page.words
    theirs = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/bezwaar/{zaak.id}")
    assert "De beslistermijn staat stil" in theirs.words and "Zodra zij weer loopt, hoort u de nieuwe dag." in theirs.words
    world.clock(op(clock.today() + timedelta(days=10)))
    browser = world.sign_in(bea)
    page = browser.get(end)
    assert "Opgeschort: 10 dagen erbij (overmacht)" in plain(page)
    browser.post(end, page.form(end) | {"vanaf": dag(clock.today() + DAY), "reden": "Klaar."}, expect=422)
    browser.post(end, page.form(end) | {"vanaf": dag(clock.today()), "reden": "Het archief is weer open."})
    assert {here} == {here, end} & links(browser.get(home))
    assert not browser.get(end).html.select("main form")
    for address in (home, here, end):
        browser.get(address + "?taal=en")
    world.sign_in(loop.wie.adviseur).get(here, expect=403)


def test_a_request_for_consent_stands_still_in_the_browser(world):
    loop, one = gevraagd(world)
    home = f"/subsidies/toestemming/{one.id}"
    here, end = f"{home}/opschorting", f"{home}/opschorting-einde"
    browser = world.sign_in(loop.wie.adviseur)
    assert {here} == {here, end} & links(browser.get(home))
    page = browser.get(here)
    assert "geen toestemming van rechtswege (Awb 4:20b)" in page.words and "Awb 7:10" not in page.words
    browser.post(here, page.form(here) | {"grond": "buitenland", "reden": REDEN})
    page = browser.get(home)
    assert "informatie uit het buitenland gevraagd" in page.words and REDEN in page.words
    theirs = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/toestemming/{one.id}")
    assert "De beslistermijn staat stil" in theirs.words and "niet vanzelf toestemming" in theirs.words
    world.clock(op(clock.today() + timedelta(days=8)))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(end)
    before = term(world, loop, one).due_on
    browser.post(end, page.form(end) | {"vanaf": dag(clock.today()), "reden": "De informatie kwam."})
    assert term(world, loop, one).due_on >= before
    assert "De beslistermijn loopt weer" in world.sign_in(loop.aanvrager.verzender).get(
        f"/aanvragen/toestemming/{one.id}").words
    assert {here} == {here, end} & links(browser.get(home))
    # A page of one kind of dossier opens no other.
    browser.get(f"/subsidies/{one.id}/opschorting", expect=404)


def test_a_supplement_to_a_request_by_letter(world):
    loop, one = gevraagd(world)
    home = f"/subsidies/toestemming/{one.id}"
    here = f"{home}/aanvulling-op-papier"
    browser = world.sign_in(loop.wie.adviseur)
    assert here not in links(browser.get(home))
    assert "U vroeg niet om een aanvulling." in browser.get(here).words and not browser.get(here).html.select("main form")
    browser.post(f"{home}/aanvulling", {"wat": "Het contract."})
    assert here in links(browser.get(home))
    page = browser.get(here)
    browser.post(here, page.form(here), expect=422)
    wrong = browser.post(here, page.form(here) | {"on": dag(clock.today() + DAY), "tekst": "Zie bijlage."}, expect=422)
    assert "niet in de toekomst" in wrong.words and wrong.form(here)["tekst"].strip() == "Zie bijlage."
    browser.post(here, page.form(here) | {"on": dag(clock.today()), "tekst": "Het contract van 1 november."})
    page = browser.get(home)
    assert "Het contract van 1 november." in page.words and "op papier" in page.words
    theirs = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/toestemming/{one.id}")
    assert "Wij ontvingen uw aanvulling" in theirs.words
    browser.get(here + "?taal=en")


def groups(page) -> dict[str, list[str]]:
    """What waits, by its heading."""
    return {one.h2.text: [a.text for a in one.select(".p-work__title a")] for one in page.html.select("section:has(.p-work)")}


def test_what_stands_still_is_not_late_and_nobody_is_warned_of_it(world):
    loop = in_behandeling(world)
    stil(world, loop)
    world.clock(op(termijn(world, loop, "beslistermijn").due_on + 30 * DAY))
    jobs.for_each_party(world.app, jobs.warn_of_terms)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get("/mijn-werk")
    assert groups(page)["Staat stil"] == ["Besluit op de aanvraag"] and "Besluit op de aanvraag" not in groups(page)["Te laat"]
    assert "de termijn staat stil, dus er is nu geen laatste dag" in page.words
    assert f"{len(groups(page)['Te laat'])} is te laat." in page.words, "de kop telt wat eronder staat"
    told = [one.get_text(" ", strip=True) for one in browser.get(url(loop)).html.select(".p-messages li")]
    assert any(one.startswith("Van uw eigen organisatie De termijn is voorbij") for one in told)
    assert not any("Aan Dagpunt" in one and "De termijn is voorbij" in one for one in told), "dat schreef niemand"
    assert not any("Beslissen op de aanvraag" in one for one in told)
    page = browser.get(url(loop, "/opschorting"))
    assert url(loop, "/opschorting-einde") in links(page), "wie hier niets kan, vindt de weg naar wat wel kan"
