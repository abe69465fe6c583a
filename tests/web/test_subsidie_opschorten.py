"""Letting the term to decide stand still, in the browser: both pages, what they refuse, and what everybody sees of it."""

from datetime import timedelta

from portal import jobs
from portal.kernel import clock
from tests.domains.test_subsidies_opschorten import REDEN, stil
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
