"""Residents who challenge their gemeente, as the people of the demo do it through the pages, on a phone."""

import re
import time
from dataclasses import dataclass
from datetime import datetime

from config import load
from local.mail import read_all
from portal.web.filters import datum
from tests.journeys.people import Theatre, Visitor
from tests.journeys.subsidie_walk import until
from tests.journeys.walk import PDF

LINDA, MARJA, MATS, ANTON, PIET = "Linda Post", "Marja Stam", "Mats Keizer", "Anton Boer", "Piet Hamer"
KAREL, WIETSKE, RIA = "Karel ten Brinke", "Wietske Rigter", "Ria Smeets"
WILMA, JELLE = "Wilma Zand", "Jelle Bos"
ZO = "Ga naar deze stap"
WAAROM = "Wij kennen de kinderen en hun ouders, en de zaal staat toch al klaar."
REDEN = "Wij keken naar de kosten, de kwaliteit en de zekerheid, en spraken daarover met de bewoners."
GELIJK = "U heeft gelijk: de huur stond er twee keer."
IDEE = {"wat": "Wij willen kinderen helpen bij hun huiswerk.", "waarom": WAAROM, "wie": "Zes buren, van wie twee leraren."}
STAPPEN = (
    ("steun", {"draagvlak": "Op de avond in het buurthuis kwamen zestig mensen.", "samenwerking": "Met de school."}),
    ("geld", {"kosten": "Huur van de zaal en boeken.", "kosten_bedrag": "24.500,00"}),
    ("afspraak", {"continuiteit": "Twee mensen nemen het over als iemand stopt.", "afspraak": "Een jaar proberen."}))


@dataclass
class Plan:
    """One plan: who has it, and where it stands for them and for the gemeente."""

    wie: str
    own: str = ""
    case: str = ""


# People on a phone ----------------------------------------------------------------------------------------------------------

def fits(person: Visitor) -> Visitor:
    """Nothing of this page stands beside the screen."""
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= person.theatre.screen["width"], f"{person.name} {person.page.url}: {wide}"
    return person


def step(person: Visitor, title: str, button: str = ZO) -> Visitor:
    """Choose what there is to do on this page by its name."""
    row = fits(person).page.locator("main .p-actions li").filter(has=person.page.get_by_text(title, exact=True)).first
    with person.page.expect_navigation(wait_until="load"):
        row.get_by_role("link", name=button).click()
    return fits(person)


def task(person: Visitor, what: str, plan: Plan) -> Visitor:
    """To the page of this work for this plan, by the list of what waits."""
    number = plan.case
    for _n in range(40):
        person.go("/mijn-werk")
        row = person.page.locator("main li, main article").filter(has_text=number).filter(has_text=what)
        if row.count():
            break
        person.page.wait_for_timeout(500)
    fits(person)
    with person.page.expect_navigation(wait_until="load"):
        row.last.get_by_role("link", name="Ga naar de taak").last.click()
    return fits(person)


def mailed(theatre: Theatre, address: str) -> str:
    """The link of the newest mail to this address."""
    for _n in range(40):
        for one in reversed(read_all(theatre.demo.root / "mail")):
            found = address in one["X-RcptTo"] and re.search(r"https?://[^/\s]+(/inloglink/\S+)",
                                                             one.get_body(("plain",)).get_content())
            if found:
                return found.group(1)
        time.sleep(0.25)
    raise AssertionError(f"Er kwam geen link aan bij {address}.")


def by_mail(theatre: Theatre, address: str) -> Visitor:
    """Somebody who is known by their mail address comes back."""
    person = theatre.visitor(address)
    theatre.stays(person)
    person.go("/inloggen/link").fill(email=address)
    fits(person).press("Stuur mij een link").sees("Kijk in uw mail")
    return fits(person.go(mailed(theatre, address))).press("Log in")


def prove(person: Visitor) -> Visitor:
    """Say again who one is, before something is signed: with a new link, or at the OpenID server."""
    if "@" not in person.name:
        return person.step_up()
    if "/opnieuw-inloggen" in person.page.url:
        fits(person).press("Stuur mij een nieuwe link")
        person.fill(email=person.name).press("Stuur mij een link")
        fits(person.go(mailed(person.theatre, person.name))).press("Log in")
    return person


# The idea -------------------------------------------------------------------------------------------------------------------

def typed_before_login(theatre: Theatre, address: str, gemeente: str, taak: str = "", **idee) -> Plan:
    """From the public pages: read about it, find the task, type an idea, and open it with the link in the mail."""
    person = theatre.visitor(address)
    theatre.stays(person)
    fits(person.go("/uitdagen")).sees("Dat heet het uitdaagrecht.").press(gemeente)
    fits(person).sees("Wie mag dit doen?", "Hoe lang duurt het?", "Op welke regels rust dit?")
    if taak:
        fits(person.press(re.compile("takenregister"), exact=False)).press(taak)
        fits(person).sees("Wat weten wij van deze taak?").press("Stel een vraag of begin")
    else:
        person.press("Begin met uw idee")
    fits(person).sees("De gemeente leest nog niets.").press("Bewaar en stuur mij de link")
    # Nothing typed: the page says what is missing. A wrong address: what was typed stays.
    fits(person).sees("Schrijf wat u wilt doen.").fill(**IDEE | idee, email="geen adres").press("Bewaar en stuur mij de link")
    assert fits(person).page.locator('main [name="waarom"]').input_value() == (IDEE | idee)["waarom"]
    person.fill(email=address).press("Bewaar en stuur mij de link").sees("Kijk in uw mail")
    fits(person.go(mailed(theatre, address))).press("Log in").sees("Ga verder met uw idee")
    fits(person).press("Haal mijn idee op")
    return kept(person)


def with_digid(theatre: Theatre, name: str, gemeente: str, **idee) -> Plan:
    """From the public page of the gemeente to an idea of who logs in with DigiD."""
    person = theatre.visitor(name)
    theatre.stays(person)
    fits(person.go(f"/uitdagen/{gemeente}")).press("Begin met uw idee")
    fits(person).press("Log in en begin meteen").press("Inloggen met DigiD")
    person.be(name)
    fits(person).fill(**IDEE | idee)
    return kept(person)


def kept(person: Visitor) -> Plan:
    """The idea is kept, for now for who has it."""
    fits(person).sees("Wat is uw idee?").press("Bewaar en stop")
    fits(person).sees("Nog niet verstuurd")
    return Plan(person.name, own=re.search(r"/mijn-plannen/[0-9a-f-]{36}", person.page.url).group())


def asked(theatre: Theatre, plan: Plan) -> None:
    """The resident asks about the task, and the gemeente answers with what the register says already."""
    person = theatre.back(plan.wie).go(plan.own)
    step(person, "Vraag informatie over de taak", "Stel een vraag").press("Stel een vraag")
    fits(person).sees("Schrijf wat u over de taak wilt weten.").fill(tekst="Wat kost het nu, en wie doet het?")
    fits(person.press("Stel een vraag")).sees("Ontvangstbewijs", "heeft u antwoord")
    number(person, plan)
    linda = task(theatre.back(LINDA), "Beantwoord de vraag over de taak", plan).sees("Wat kost het nu, en wie doet het?")
    step(linda, "Geef de informatie").sees("De vraag van de bewoners")
    linda.fill(antwoord="Een stichting doet het nu, twee middagen per week.", achtergehouden="de salarissen")
    fits(linda.press("Beantwoord de vraag")).sees("Schrijf waarom u dit niet geeft.")
    linda.fill(reden="dat zijn gegevens van mensen").press("Beantwoord de vraag").sees("Het antwoord is verstuurd.")
    fits(person.go(plan.own)).sees("Een stichting doet het nu", "Dit gaf de gemeente niet", "dat zijn gegevens van mensen")


def sent(theatre: Theatre, plan: Plan) -> Visitor:
    """The resident reads everything once more and sends it: a receipt with its day, and what happens next."""
    person = theatre.back(plan.wie).go(plan.own)
    step(person, "Verstuur uw plan", "Controleer en verstuur").sees(WAAROM)
    fits(person.press("Verstuur het plan")).sees("Ontvangstbewijs", "Ontvangen op", "Hoe gaat het verder?", "heeft u antwoord")
    return number(person, plan)


def number(person: Visitor, plan: Plan) -> Visitor:
    """The worker takes in what was sent: the plan has the number of the gemeente."""
    until(person, plan.own, "RTC-")
    plan.case = re.search(r"RTC-\d{4}-\d{4}", fits(person).words).group()
    return person


# At the gemeente ------------------------------------------------------------------------------------------------------------

def taken_up(theatre: Theatre, plan: Plan) -> Visitor:
    """Linda is the contact person from now on."""
    linda = task(theatre.back(LINDA), "Bel de bewoners, en kijk wat het plan is", plan).sees(WAAROM)
    step(linda, "Neem het plan in behandeling").press("Neem het plan in behandeling").sees("U bent nu de contactpersoon.")
    fits(theatre.back(plan.wie).go(plan.own)).sees(LINDA)
    return linda


def talked(theatre: Theatre, plan: Plan) -> None:
    """The conditions are met, there is one talk whose report both agree on, and enough people support it on paper."""
    linda, resident = theatre.back(LINDA), theatre.back(plan.wie)
    step(linda, "Begin de gesprekken").press("Begin de gesprekken").sees("De gesprekken kunnen beginnen.")
    step(linda, "Leg een gesprek vast").fill(op_on=theatre.today(), wie="drie bewoners en de vakafdeling",
                                             verslag="Besproken wie het overneemt, en wat de zaal kost.")
    linda.press("Leg een gesprek vast").sees("Het verslag staat erin.", "zij zeiden nog niets")
    case = linda.page.url
    fits(resident.go(plan.own)).sees("Klopt dit verslag?", "Steun: 0 van de 25 die nodig zijn.").press("Stuur uw antwoord")
    fits(resident).sees("Kies of het verslag klopt.")
    yes = resident.page.locator('main input[name^="akkoord-"][value="ja"]')
    resident.choose(yes)
    fits(resident.press("Stuur uw antwoord")).sees("Het verslag is door beide kanten bevestigd")
    for deel, fields in STAPPEN:
        fits(resident.go(f"{plan.own}/plan/{deel}")).fill(**fields).press("Bewaar en stop")
    step(linda, "Steun op papier", "Naar de steun").fill(aantal="31", omschrijving="Vier vellen uit de flat").press("Bewaar")
    support = fits(linda).sees("U telde deze lijst zelf.").page.url
    fits(theatre.back(MARJA).go(support)).press("Ik telde na: het klopt").sees("Telt mee")
    fits(resident.go(plan.own)).sees("Alle onderdelen zijn ingevuld.", "Steun: 31 van de 25 die nodig zijn.")
    fits(resident.press("Maak het plan definitief")).sees("Ontvangstbewijs")
    until(resident, plan.own, "In beoordeling")
    fits(linda.go(case))


def judged(theatre: Theatre, plan: Plan, *, oordeel: str, route: str, advies: str) -> Visitor:
    """The department per criterion, the lawyer, the panel: each in their own name."""
    mats = task(theatre.back(MATS), "Beoordeel het plan", plan)
    if "/beoordelen" not in mats.page.url:
        step(mats, "Beoordeel een criterium")
    for one in load("uitdaagrecht")["criterium"]:
        form = mats.page.locator("main form").filter(has=mats.page.locator(f'input[name="criterium"][value="{one["code"]}"]'))
        mats.choose(form.locator(f'input[name="oordeel"][value="{oordeel}"]'))
        form.locator("textarea").fill(f"Wij keken naar {one['naam']}.")
        with mats.page.expect_navigation(wait_until="load"):
            form.get_by_role("button", name="Bewaar dit oordeel").click()
    mats.sees("5 van 5").press("Rond de beoordeling af").press("Rond de beoordeling af").sees("De beoordeling is klaar.")
    anton = task(theatre.back(ANTON), "Kies", plan)
    if not anton.page.url.endswith("/toetsen"):
        step(anton, "Kies de weg")
    anton.fill(route=route, toelichting="Past binnen de regels voor subsidie.").press("Kies de weg").sees("De weg staat erin.")
    linda = theatre.back(LINDA)
    fits(linda.go(linda.page.url))
    step(linda, "Vraag het panel om advies").press("Vraag het panel om advies").sees("Het plan ligt bij het panel.")
    piet = task(theatre.back(PIET), "dvies", plan)
    if not piet.page.url.endswith("/panel"):
        step(piet, "Geef advies")
    piet.fill(heeft_belang="nee").press("Verklaar dit").sees("Dank u. U kunt nu adviseren.")
    fits(piet).fill(advies=advies, motivering="Wij lazen het plan en spraken de bewoners.").press("Geef advies")
    fits(piet).sees("U gaf uw advies")
    linda.go(linda.page.url)
    step(linda, "Bereid het antwoord voor").press("Bereid het antwoord voor").sees("U kunt nu het voorstel schrijven.")
    return linda


def answered(theatre: Theatre, plan: Plan, uitkomst: str, *gronden: str) -> Visitor:
    """Linda proposes, Karel reads it and signs after saying again who he is; the resident opens the message with the letter."""
    linda = theatre.back(LINDA)
    step(linda, "Schrijf het voorstel").fill(uitkomst=uitkomst, motivering=REDEN)
    if gronden:  # a no without a ground is no answer, and what was typed stays
        fits(linda.press("Leg voor aan de tekenaar")).sees("Kies waarom het plan niet doorgaat")
        assert linda.page.locator('main [name="motivering"]').input_value() == REDEN
    for code in gronden:
        linda.fill(gronden=code)
    proposal = fits(linda.press("Leg voor aan de tekenaar")).sees("Het voorstel ligt bij de tekenaar.").page.url
    karel = task(theatre.back(KAREL), "eken", plan).go(proposal).sees(REDEN)
    signed(karel, "Teken het antwoord", "Getekend. De brief is klaar.")
    person = fits(theatre.back(plan.wie).go(plan.own)).sees("Het antwoord van de gemeente", REDEN)
    letter = person.page.locator("main aside .p-docs a").first
    with person.page.expect_navigation(wait_until="load"):
        letter.click()
    fits(person.press("Open bericht")).sees("Brief (PDF)")
    return fits(person.go(plan.own))


def signed(person: Visitor, button: str, then: str) -> Visitor:
    """Press it, after a new login where that is asked."""
    page = person.page.url
    person.press(button)
    if "/opnieuw-inloggen" in person.page.url:
        prove(person).go(page).press(button)
    return fits(person).sees(then)


# After a yes ----------------------------------------------------------------------------------------------------------------

def agreed(theatre: Theatre, plan: Plan) -> None:
    """Linda writes the agreement, both sides sign, and the residents begin."""
    linda = theatre.back(LINDA)
    linda = task(linda, "fspraak", plan)
    if not linda.page.url.endswith("/afspraak"):
        step(linda, "Leg de afspraak voor")
    linda.fill(resultaat="Twee middagen per week open, voor twintig kinderen.", van=theatre.today(30), tot=theatre.today(394),
               evaluatie_on=theatre.today(200), terug="De gemeente neemt het in drie maanden over.")
    agreement = fits(linda.press("Leg de afspraak voor")).sees("De afspraak ligt klaar.").page.url
    resident = theatre.back(plan.wie)
    theatre.dawdle(11)  # reading takes a while: who signs says again who they are
    fits(resident.go(plan.own)).sees("De gemeente tekende nog niet").press("Teken de afspraak")
    if "/opnieuw-inloggen" in resident.page.url:
        prove(resident)
        assert resident.page.url.endswith(plan.own), resident.page.url
        resident.press("Teken de afspraak")
    fits(resident).sees("Zet een vinkje").fill(gelezen="ja").press("Teken de afspraak").sees("De bewoners tekenden")
    signed(theatre.back(KAREL).go(agreement), "Teken de afspraak", "De gemeente tekende de afspraak.")
    linda.go(agreement).press("Terug naar het plan")
    step(linda, "Begin met de uitvoering").press("Begin met de uitvoering").sees("De bewoners zijn begonnen.")


def subsidised(theatre: Theatre, plan: Plan) -> None:
    """The resident applies for a subsidy from the plan; the two name each other, on both sides."""
    resident = fits(theatre.back(plan.wie).go(plan.own))
    step(resident, "Vraag subsidie aan", "Vraag subsidie aan").press("Begin de aanvraag")
    fits(resident).sees("Kies een regeling van de gemeente.")
    resident.page.locator("main .p-choice__label").filter(has_text="Dagbesteding").click()
    fits(resident.press("Begin de aanvraag")).sees("Komt uit uw plan")
    application = re.search(r"/aanvragen/[0-9a-f-]{36}", resident.page.url).group()
    fits(resident.go(f"{application}/activiteit"))
    assert resident.page.locator('main [name="omschrijving"]').input_value() == IDEE["wat"]
    product = resident.page.locator('main select[name="product"]')
    if product.count():
        product.select_option(index=1)
    begin = resident.page.locator('main [name="van"]').get_attribute("value") or f"01-01-{int(theatre.today()[-4:]) + 1}"
    resident.fill(resultaat="Kinderen halen hun school.", aantal="500", van=begin, tot=f"31-12-{begin[-4:]}").press("Bewaar")
    fits(resident.go(f"{application}/geld"))
    assert resident.page.locator('main [name="bedrag"]').input_value().startswith("24.500")
    resident.fill(begroting="Huur en boeken.", iban="NL02 ABNA 0123 4567 89", tenaamstelling="De buren").press("Bewaar")
    fits(resident.go(f"{application}/documenten"))
    asked_for = resident.page.locator(f'main a[href^="{application}/documenten/"]').first.get_attribute("href")
    fits(resident.go(asked_for)).attach("begroting.pdf", PDF)
    fits(resident.go(application)).sees("Alles is compleet.")
    fits(resident.go(f"{application}/controle")).press("Verstuur").sees("Ontvangstbewijs")
    until(fits(resident), application, "De gemeente behandelt uw aanvraag")
    subsidy = re.search(r"SUB-\d{4}-\d{4}", resident.words).group()
    with resident.page.expect_navigation(wait_until="load"):
        resident.page.locator('main a[href*="/aanvragen/subsidie/"]').first.click()
    fits(resident.press("Komt uit uw plan")).sees(plan.case, "Subsidie voor dit plan")
    assert application in resident.page.locator('main section[aria-labelledby="subsidie"] a').first.get_attribute("href")
    history = resident.page.locator('main section[aria-labelledby="gebeurd"]').inner_text()
    happened = ["Idee bewaard", "Informatie over de taak gevraagd", "Plan ingediend", "Gesprek vastgelegd",
                "Het plan is definitief", "Ja: de gemeente wijst het plan toe", "Afspraak getekend",
                "De bewoners zijn begonnen", "Subsidie aangevraagd"]
    places = [history.find(one) for one in happened]
    assert min(places) >= 0 and places == sorted(places, reverse=True), (places, history)
    linda = theatre.back(LINDA)
    fits(linda.go(linda.page.url)).sees("Wat ervan kwam", subsidy)
    case = linda.page.locator('main section[aria-labelledby="vervolg"] a').first.get_attribute("href")
    fits(theatre.back(RIA).go(case)).sees("De aanvraag komt uit een plan van bewoners:", plan.case)


# Not agreed with ------------------------------------------------------------------------------------------------------------

def objected(theatre: Theatre, plan: Plan) -> None:
    """The resident reads the grounds and objects; who decided may not decide again, another says that the resident is right."""
    person = theatre.back(plan.wie).sees("Waarom niet", "duurder dan de gemeente nu betaalt", "U kunt bezwaar maken tot en met")
    step(person, "Maak bezwaar", "Maak bezwaar").sees("Iemand die niet meebesliste").press("Maak bezwaar")
    fits(person).sees("Schrijf waarom u het er niet mee eens bent.").fill(tekst="U rekende de huur twee keer.")
    fits(person.press("Maak bezwaar")).sees("Ontvangstbewijs", "Verstuurd: bezwaar", "heeft u antwoord")
    karel = task(theatre.back(KAREL), "ezwaar", plan)
    if "/tegenspraak/" not in karel.page.url:
        step(karel, "Beslis over het bezwaar", "Lees en beslis")
    objection = fits(karel).sees("U rekende de huur twee keer.", "betrokken").page.url
    assert not karel.page.locator('main [name="antwoord"]').count()
    wietske, given = theatre.back(WIETSKE).go(objection), {"uitkomst": "gegrond", "antwoord": GELIJK}
    fits(wietske).fill(**given).press("Beslis")
    if "/opnieuw-inloggen" in wietske.page.url:
        prove(wietske).fill(**given).press("Beslis")
    fits(wietske).sees("Uw beslissing is verstuurd.")
    fits(person.go(plan.own)).sees("U krijgt gelijk", GELIJK)


def reconsidered(theatre: Theatre, plan: Plan) -> None:
    """After an objection that was right a new answer is prepared, and the resident hears so."""
    linda = task(theatre.back(LINDA), "Schrijf het voorstel", plan)
    if not linda.page.url.endswith("/herzien"):
        step(linda, "Bereid een nieuw besluit voor")
    linda.press("Neem een nieuw besluit").sees("U kunt een nieuw voorstel schrijven.")
    fits(theatre.back(plan.wie).go(plan.own)).sees("Antwoord in voorbereiding", "De gemeente kijkt opnieuw naar uw plan")


# Somebody else's ------------------------------------------------------------------------------------------------------------

def passed_on(theatre: Theatre, plan: Plan, first: str) -> None:
    """Wilma sees that it belongs in Staphorst: it goes there at once, and the resident reads where and that the day stays."""
    wilma = task(theatre.back(WILMA), "Bel de bewoners, en kijk wat het plan is", plan)
    step(wilma, "Stuur het plan door").fill(soort="andere_gemeente").press("Stuur het plan door")
    fits(wilma).sees("Kies de gemeente waar dit plan hoort.")
    wilma.page.locator('main select[name="gemeente_id"]').select_option(label="Staphorst")
    fits(wilma.press("Stuur het plan door")).sees("De bewoners kregen bericht.", "Doorgestuurd")
    person = by_mail(theatre, plan.wie)
    person.go(plan.own)
    until(person, plan.own, "Gemeente Staphorst")
    fits(person.go("/berichten")).press("Uw plan is doorgestuurd").press("Open bericht")
    person.sees(f"De dag waarop u het instuurde blijft bekend: {first}.")
    elsewhere = plan.case
    plan.case = re.search(r"RTC-\d{4}-\d{4}", person.go(plan.own).words).group()
    assert plan.case != elsewhere


def received(theatre: Theatre, plan: Plan, first: str, today: str) -> None:
    """Jelle sees it with the first day beside its own, and a term of Staphorst that begins today."""
    jelle = task(theatre.back(JELLE), "Bel de bewoners, en kijk wat het plan is", plan).sees(
        WAAROM, "Eerst ontvangen, bij een andere gemeente", "Beslissing uiterlijk op")
    facts = jelle.page.locator('main section[aria-labelledby="plan"] .p-facts').first.inner_text()
    assert all(datum(datetime.strptime(day, "%d-%m-%Y").date()) in facts for day in (first, today)), facts
    wilma = theatre.back(WILMA)
    assert wilma.context.request.get(jelle.page.url).status == 404
