"""The responsibility between gemeenten in a browser, days and all: a resident of Kampen who gets a place in Zwolle and comes
home again with a warm handover (on a phone), and Raalte that offers somebody to Zwolle by refusal, dispute and advice
(without script)."""

import re

import pytest

from tests.journeys.conftest import demo_in
from tests.journeys.people import Theatre, Visitor

NADIA, SELMA, TESS, RENS = "Nadia Bouma", "Selma Bruins", "Tess Mulder", "Rens Tolboom"
PHONE = {"width": 390, "height": 844}
BRINK = "De Brink, Assendorp (fictief)"


@pytest.fixture(scope="module")
def demo(worker_id):
    """A demo of its own: weeks go by in it."""
    yield from demo_in(f"{worker_id}-heen-en-terug")


def task(person: Visitor, wat: str, *seen: str) -> Visitor:
    """Go to the page of this work by the list of what waits, as people do."""
    person.go("/mijn-werk")
    row = person.page.locator("main li, main article").filter(has_text=wat).last
    with person.page.expect_navigation(wait_until="load"):
        row.get_by_role("link", name="Ga naar de taak").last.click()
    return fits(person).sees(*seen)


def fits(person: Visitor) -> Visitor:
    """Nothing of this page stands beside the screen."""
    screen = person.theatre.screen
    assert not screen or person.page.evaluate("document.documentElement.scrollWidth") <= screen["width"], person.page.url
    return person


def days_pass(theatre: Theatre, days: int) -> None:
    """The clock, and what the portal does at night."""
    theatre.clock(f"+{days}d")
    theatre.tonight()


def point(person: Visitor, code: str, antwoord: str = "ja", toelichting: str = "") -> None:
    """Answer one point of the warm handover."""
    form = person.page.locator("main form").filter(has=person.page.locator(f'input[name="code"][value="{code}"]')).first
    person.unfold(form)
    form.locator("select").select_option(antwoord)
    form.locator("textarea").fill(toelichting)
    with person.page.expect_navigation(wait_until="load"):
        form.get_by_role("button", name="Bewaar").click()


def sign(person: Visitor) -> Visitor:
    """Sign for the own gemeente, after logging in again when that is asked."""
    person.press("Teken voor uw gemeente").step_up()
    if "Uw gemeente heeft getekend." not in person.words:
        person.press("Teken voor uw gemeente")
    return person.sees("Uw gemeente heeft getekend.")


def offer(person: Visitor, aan: str, **facts) -> str:
    """From a placement to an offer to another gemeente; its address."""
    person.press("Bekijk de overdracht").press("Schrijf het aanbod")
    person.page.locator('main select[name="ontvanger_id"]').select_option(label=aan)
    person.fill(grondsoort="mandaat", vindplaats="Mandaatbesluit, artikel 3", **facts)
    return fits(person).press("Doe het aanbod").sees("Het aanbod is gedaan.").page.url


def test_kampen_places_in_zwolle_which_takes_over_and_brings_home_with_a_warm_handover(theatre):
    theatre.script, theatre.screen = True, PHONE
    here = placed(theatre)
    nadia = theatre.back(NADIA).go(here)
    offer(nadia, "Zwolle", richting="heen", ingaand_on=theatre.today(14), grond_tot=theatre.today(90),
                  toelichting="De zus woont in Zwolle en helpt elke dag.")
    nadia.sees("ja, de inwoner houdt de plek en de aanbieder")
    selma = task(theatre.back(SELMA), "Antwoord op het aanbod van een andere gemeente", "De zus woont in Zwolle")
    selma.press("Geef antwoord").fill(ja="ja").press("Geef antwoord").sees("Aanvaard", "Neem het dossier op die dag over")
    fits(nadia.go(here)).sees("Nu: gemeente Kampen", "Gemeente Zwolle zei ja, en is verantwoordelijk vanaf")
    days_pass(theatre, 14)
    nadia = fits(theatre.back(NADIA).go(here)).sees("Overgedragen", "Nu: gemeente Zwolle")
    selma = task(theatre.back(SELMA), "Neem het dossier over").press("Neem over")
    selma.fill(adres="Voorbeeldstraat 10, 8012 AA Zwolle").press("Neem het dossier over").sees("Ga naar de punten")
    theirs = fits(selma.press("Naar het dossier van uw gemeente")).sees(
        "Woont op een plek", BRINK, "Gemeente Zwolle betaalt de ondersteuning.").page.url
    theatre.back(TESS).go("/mijn-plekken/bewoners").sees("Bewoner Een (fictief)")
    home = way_home(theatre, theirs)
    back = taken_home(theatre, home, here)
    warm(theatre, home)
    fits(theatre.back(SELMA).go(theirs)).sees("Overgedragen", "Nu: gemeente Kampen")
    ended(theatre, back)
    assert theatre.complaints == []


def placed(theatre) -> str:
    """Kampen finds a place in Zwolle for who was granted one: both say yes, and the stay begins. The placement's address."""
    nadia, today = theatre.back(NADIA), theatre.today()
    task(nadia, "Begin de plaatsing", "Bewoner Een (fictief)").press("Begin de plaatsing")
    here = nadia.fill(doelgroep="psychisch").press("Begin de plaatsing").sees("Wacht op een plek").page.url
    fits(nadia).press("Bekijk de plekken").press(BRINK)
    nadia.fill(van=today, dagprijs="131,51", toelichting="Kookt graag voor anderen.")
    for box in nadia.page.locator("main textarea[name^=reden-], main textarea[name=elders]").all():
        box.fill("Wacht liever op een plek dichter bij familie.")
    fits(nadia).press("Bied deze plek aan").sees("De plek is aangeboden en wordt vastgehouden.")
    tess = task(theatre.back(TESS), "Antwoord of de inwoner bij u kan wonen", "Kookt graag").does_not_see("Bewoner Een")
    tess.fill(ja="ja").press("Verstuur het antwoord")
    task(nadia, "Vraag de inwoner of de plek goed is").press("Ga naar deze stap")
    nadia.fill(ja="ja").press("Leg vast wat de inwoner zei").sees("Gereserveerd")
    task(nadia, "Leg vast dat het verblijf begon").go(f"{nadia.page.url}/beginnen").fill(on=today).press("Het verblijf begon")
    nadia.go(here).sees("Woont op een plek", "woont in Zwolle", "Gemeente Kampen betaalt de ondersteuning.")
    # Who answered for the provider is no colleague.
    return nadia.sees("iemand van een andere organisatie").does_not_see("een collega").page.url


def way_home(theatre, theirs: str) -> str:
    """Months later Zwolle looks again: twice yes, a plan, and an offer to Kampen, which says what follows there."""
    days_pass(theatre, 180)
    selma = task(theatre.back(SELMA), "Kijk of de inwoner terug kan naar huis").go(theirs).press("Doe de toets")
    selma.fill(besproken_on=theatre.today(), mogelijk="ja", helpt_herstel="ja").press("Leg de uitkomst vast")
    fits(selma).fill(plan_on=theatre.today(30), waarheen="Een eigen huis in Kampen", aansluitend="thuisondersteuning",
                     plan="Kampen komt twee keer per week langs.").press("Begin de weg naar huis")
    selma.sees("Op weg naar huis").press("Bekijk de overdracht").press("Schrijf het aanbod")
    selma.does_not_see("Dit is niet de eerste verhuizing")
    home = offer(selma.go(theirs), "Kampen", ingaand_on=theatre.today(30), grond_tot=theatre.today(120))
    nadia = task(theatre.back(NADIA), "Antwoord op het aanbod van een andere gemeente", "Van Zwolle naar Kampen")
    nadia.press("Geef antwoord").fill(ja="ja").press("Geef antwoord").sees("Schrijf welke ondersteuning bij u aansluit.")
    nadia.fill(aansluitend="Ondersteuning thuis, twee keer per week.").press("Geef antwoord").sees("Aanvaard")
    return home


def taken_home(theatre, home: str, here: str) -> str:
    """On the day Kampen is responsible again, and its own dossier goes on."""
    days_pass(theatre, 30)
    nadia = task(theatre.back(NADIA), "Neem het dossier over").press("Neem over").press("Neem het dossier over")
    back = fits(nadia.press("Naar het dossier van uw gemeente")).sees("Op weg naar huis", "Nu: gemeente Kampen").page.url
    assert back == here
    theatre.back(TESS).go("/mijn-plekken/bewoners").does_not_see("Bewoner Een (fictief)")
    return back


def warm(theatre, home: str) -> None:
    """Both answer points and both sign; the sender closes."""
    nadia, selma = theatre.back(NADIA).go(home), theatre.back(SELMA)
    nadia.press("Teken voor uw gemeente").step_up().sees("zijn mantelzorgers en naasten betrokken?")
    point(nadia.go(home), "kennismaking")
    point(nadia, "inkomen", "nee")
    nadia.sees("Schrijf waarom niet.")
    point(nadia, "inkomen", "nee", "De uitkering is aangevraagd.")
    selma.go(home)
    for code in ("naasten", "plan", "dagbesteding", "aanbieder"):
        point(selma, code)
    sign(fits(selma).sees("6 van 6 punten beantwoord"))
    selma.sees("Er ontbreekt nog een handtekening.")
    sign(nadia.go(home).sees("De uitkering is aangevraagd.", "Mantelzorgers en naasten betrokken"))
    selma.go(home).press("Rond af").sees("De warme overdracht is afgerond.")


def ended(theatre, back: str) -> None:
    """Kampen ends the placement: somebody lives at home with support. What the help brought is asked next."""
    nadia = theatre.back(NADIA).go(f"{back}/beeindigen")
    nadia.fill(on=theatre.today(), einde="uitstroom_zelfstandig").press("Beëindig").sees("De plaatsing is beëindigd.")
    fits(nadia).press("Bekijk de uitkomst").fill(
        zonder_hulp="nee", problemen="ja", doel="ja", uitval="nee", tevredenheid="8").press("Bewaar")
    fits(nadia).sees("een 8", "Sluit het dossier")


def test_raalte_offers_to_zwolle_by_refusal_dispute_and_advice_to_a_yes(theatre):
    """The sender stays responsible, and the other sees no more than the offer, until there is a yes and its day came."""
    theatre.script, theatre.screen = False, None
    rens = theatre.back(RENS)
    here = rens.go("/plaatsingen?stand=wacht").press("Bewoner Veertien (fictief)").page.url
    there = offer(rens, "Zwolle", richting="heen", ingaand_on=theatre.today(10), grond_tot=theatre.today(90),
                  toelichting="De zus woont in Zwolle.")
    selma = theatre.back(SELMA)
    assert selma.context.request.get(here).status == 404
    selma.go(there).sees("Raalte blijft verantwoordelijk.").press("Geef antwoord")
    selma.fill(ja="nee").press("Geef antwoord").sees("Kies waarom uw gemeente nee zegt.")
    selma.fill(reden="geen_passende_plek").press("Geef antwoord").sees("Geweigerd")
    task(rens, "De andere gemeente neemt het niet over: kies wat u doet", "Hier is geen plek die past").press("Leg voor")
    rens.fill(reden="De zus helpt elke dag.").press("Leg het voor als geschil").sees("Geschil")
    selma.go(there).sees("Er is nog geen advies over het geschil.")
    rens.press("Vul het advies in").fill(advies="In Zwolle is de kans het grootst.", on=theatre.today())
    rens.press("Leg het advies vast").sees("Het advies van")
    rens.go(here).sees("Nu: gemeente Raalte", "Er is een geschil over dit aanbod.")
    task(selma, "Antwoord op het aanbod van een andere gemeente", "In Zwolle is de kans het grootst.")
    selma.press("Geef antwoord").fill(ja="ja").press("Geef antwoord").sees("Aanvaard", "Neem het dossier over")
    rens.go(here).sees("Nu: gemeente Raalte", "Gemeente Zwolle zei ja")
    days_pass(theatre, 10)
    theatre.back(RENS).go(here).sees("Overgedragen", "Nu: gemeente Zwolle", "Na advies in een geschil met Raalte")
    selma = theatre.back(SELMA).go(there).press("Neem over")
    selma.fill(adres="Voorbeeldstraat 10, 8012 AA Zwolle").press("Neem het dossier over")
    selma.press("Naar het dossier van uw gemeente").sees("Wacht op een plek", "Komt uit Raalte")
    reference = re.search(r"BW-\d{4}-\d{4}", selma.words).group()
    selma.go("/wachtlijst").sees(reference)
