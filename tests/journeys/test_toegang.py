"""Access in a browser: from a report to a letter on the post, with and without script; an urgent report; a household;
a task that goes over."""

import re

import pytest

from config import load
from tests.journeys.people import Visitor

NADIA, GERT = "Nadia Bouma", "Gert Hoekstra"
WAAROM = "Wat iemand zelf kan en het netwerk zijn niet genoeg om veilig te wonen."
DELEN = tuple(one["code"] for name in ("onderwerp", "afweging") for one in load("plaatsingen")[name])


def reported(theatre, naam: str, **anders) -> str:
    """Nadia writes down who reported; the address of the page of that report."""
    nadia = theatre.back(NADIA).go("/toegang").press("Leg een melding vast")
    nadia.fill(**{"naam": naam, "geboren_on": "02-04-1988", "adres": "Voorbeeldweg 9, 8260 AA Kampen", "melder": "inwoner",
                  "taak": "beschermd_wonen", "gemeld_on": theatre.today(), "hulpvraag": "Alleen wonen lukt niet meer.",
                  **anders})
    return nadia.press("Leg de melding vast").sees("De melding staat erin.", naam).page.url


def step(person: Visitor, address: str, name: str, button: str, **fields) -> Visitor:
    """Open the page of one step, fill it, and take it."""
    return person.go(f"{address}/{name}").fill(**fields).press(button)


def by_keyboard(person: Visitor, button: str) -> None:
    """To the button with the Tab key only, and press it with Enter."""
    for _n in range(80):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("document.activeElement.innerText.trim()") == button:
            break
    else:
        raise AssertionError(f"Met Tab is {button!r} niet te bereiken op {person.page.url}.")
    with person.page.expect_navigation(wait_until="load"):
        person.page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["met-script", "zonder-script"])
def test_from_a_report_to_a_letter_on_the_post(theatre, script):
    theatre.script = script
    naam = f"Bewoner reis {'met' if script else 'zonder'} script (fictief)"
    here = reported(theatre, naam)
    nadia, today = theatre.back(NADIA), theatre.today()
    nadia.go(here).sees("De Centrale Toegang", "Acht weken voorbij na", "Wijs eerst op gratis cliëntondersteuning")
    step(nadia, here, "ondersteuning", "Bevestig de melding en wijs op gratis cliëntondersteuning", on=today)
    nadia.go(f"{here}/onderzoeken")
    by_keyboard(nadia, "Begin het onderzoek")
    nadia.sees("In onderzoek")
    step(nadia, here, "onderzoek", "Bewaar", **dict.fromkeys(DELEN, "Wij bespraken dit met de inwoner."))
    step(nadia, here, "verslag", "Geef het verslag")
    step(nadia, here, "aanvragen", "Aanvraag ontvangen", on=today).sees("Aangevraagd")
    step(nadia, here, "voorstel", "Leg voor aan de tekenaar", uitkomst="toekennen", pgb_aangeboden="ja", vorm="zin",
         product="Beschermd wonen", van=theatre.today(14), motivering=WAAROM)
    decision = nadia.sees("Het voorstel ligt bij de tekenaar.").page.url
    gert = theatre.back(GERT).go(decision).sees(WAAROM)
    gert.press("Teken het besluit").step_up()
    if "Getekend" not in gert.words:
        gert.go(decision).press("Teken het besluit")
    gert.go(decision).sees("Verzonden")
    nadia.go(here).sees("Toegekend", "Doe de brief op de post")
    step(nadia, decision, "post", "Leg vast", on=today)
    nadia.go(decision).sees("Bezwaar maken kan tot en met")
    if script:
        for address in (here, decision, f"{here}/huishouden", "/toegang", "/toegang/taken"):
            assert nadia.go(address).axe() == [], address
    assert theatre.complaints == []


def test_an_urgent_report_gets_something_at_once(theatre):
    here = reported(theatre, "Bewoner spoed (fictief)", spoed="ja", taak="opvang")
    nadia = theatre.back(NADIA).sees("Wacht op tijdelijke ondersteuning", "0 uur", "Dit is spoed")
    reference = re.search(r"TGN-\d{4}-\d{4}", nadia.words).group()
    urgent = nadia.page.locator("main .p-work__item").filter(has_text=reference).filter(has_text="dit is spoed")
    nadia.go("/mijn-werk")
    assert urgent.count() == 1
    facts = {"wat": "Een bed in de opvang.", "door": "De Haven (fictief)", "van": theatre.today(), "tot": theatre.today(14)}
    step(nadia, here, "tijdelijk", "Regel tijdelijke ondersteuning", **facts | {"van": theatre.today(-1)})
    nadia.sees("begint niet eerder").fill(van=theatre.today()).press("Regel tijdelijke ondersteuning")
    nadia.sees("Tijdelijke ondersteuning na", "De Haven (fictief)").does_not_see("Regel meteen tijdelijke ondersteuning")
    nadia.go("/mijn-werk").sees(reference)
    assert urgent.count() == 0
    # And the ordinary way goes on beside it.
    step(nadia, here, "ondersteuning", "Bevestig de melding en wijs op gratis cliëntondersteuning", on=theatre.today())
    nadia.go(f"{here}/onderzoeken").press("Begin het onderzoek").sees("In onderzoek", "De Haven (fictief)")


def test_a_household_gets_one_plan_and_a_task_goes_over(theatre):
    here = reported(theatre, "Bewoner thuis (fictief)", taak="begeleiding")
    nadia = theatre.back(NADIA).sees("Het wijkteam").press("Huishouden, plan en regisseur")
    nadia.press("Maak een huishouden met een plan").sees("Er is nog geen regisseur.")
    nadia.page.locator('main select[name="account_id"]').select_option(label=NADIA)
    nadia.press("Benoem").sees(f"{NADIA}, sinds")
    nadia.fill(soort="participatiewet", tekst="Drie ochtenden per week werkervaring.").press("Zet in het plan", exact=True)
    nadia.sees("Plan van aanpak Participatiewet")
    nadia.go(here).sees("Regisseur van het huishouden benoemd")
    nadia.go("/toegang/taken").press("Stel een overdracht voor")
    nadia.fill(taak="begeleiding", ingaand_on=theatre.today(30), kant="wijkteam",
               verklaring="Het wijkteam draagt deze taak goed over.").press("Stel voor")
    nadia.sees("Nu bevestigt iemand van de andere kant.", "Wacht op bevestiging")
    gert = theatre.back(GERT).go("/toegang/taken")
    task = gert.page.locator("main li").filter(has_text="Begeleiding thuis")
    task.get_by_role("link", name="Lees, en bevestig of weiger").click()
    gert.sees("Het wijkteam draagt deze taak goed over.")
    gert.fill(kant="centrale_toegang", verklaring="De Centrale Toegang heeft hier mensen voor.").press("Bevestig")
    gert.sees("De taak gaat over op de dag die is afgesproken.")
