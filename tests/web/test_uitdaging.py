"""Plans of residents in the browser of the gemeente: from a plan to an answer and an agreement, and what each page refuses."""

import uuid
from datetime import timedelta

import pytest

from portal.domains.uitdaagrecht import initiatieven, queries, usecases
from portal.kernel import clock
from tests import inkoop_world
from tests.subsidies_world import verleend
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
    PLAN,
    begonnen,
    beoordeling,
    beslisbaar,
    besloten,
    getoetst,
    in_gesprek,
    in_uitvoering,
    ingediend,
    neem_in,
    op_papier,
    papier_besloten,
    personen,
    subsidiabel,
    taak,
    voorgesteld,
)
from tests.web.test_bladvragen import MOST, asks

DAY = timedelta(days=1)


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def url(loop, rest: str = "") -> str:
    return f"/uitdaging/{loop.uitdaging_id}{rest}"


def stap(browser, loop, name: str, expect: int = 303, **facts):
    """Open the page of a step, fill it in, send it."""
    address = url(loop, f"/{name}")
    return browser.post(address, browser.get(address).form(address) | facts, expect=expect)


def stand(world, loop) -> str:
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.uitdaging_id)[0].state


def test_from_a_plan_to_an_agreement(world):
    loop = ingediend(world)
    coordinator, vak = world.sign_in(loop.wie.coordinator), world.sign_in(loop.wie.vakadviseur)
    page = coordinator.get(url(loop))
    assert "Beslissing uiterlijk op" in page.words and "Als niemand iets doet" in page.words and "Ontvangen" in page.words
    assert "Wat de bewoners willen doen" in page.words and "Nog niet ingevuld" in page.words
    stap(coordinator, loop, "in-behandeling")
    page = coordinator.get(url(loop))
    assert "U bent nu de contactpersoon" in page.words and "Anneke Schut" in page.words
    stap(coordinator, loop, "ontvankelijk")
    stap(coordinator, loop, "gesprek", op_on=dag(clock.today()), wie="twee bewoners en de vakafdeling",
         verslag="Besproken wat het kost en wie het doet.")
    assert "Bewoners: zij zeiden nog niets" in coordinator.get(url(loop)).words
    world.as_(loop.wie.inwoner, initiatieven.bewaren, loop.initiatief_id, gegevens=PLAN, taak_id=loop.taak_id)
    world.as_(loop.wie.inwoner, initiatieven.plan, loop.initiatief_id)
    neem_in(world)
    page = vak.get(url(loop))
    assert "Er is nog geen oordeel over" in page.words, "waarom afronden nog niet kan"
    assert "minder" in page.words and "€ 31.200" in page.words, "wat het nu kost naast het plan"
    for code in queries.criteria():
        address = url(loop, "/beoordelen")
        vak.post(address, {"criterium": code, "oordeel": "deels", "motivering": "Dat blijkt uit het plan en het gesprek."},
                 from_page=address)
    stap(vak, loop, "beoordeeld")
    stap(world.sign_in(loop.wie.jurist), loop, "toetsen", route="subsidie", toelichting="Het past in de regels voor subsidie.")
    stap(coordinator, loop, "naar-panel")
    member = world.sign_in(loop.wie.panellid)
    page = member.get(url(loop, "/panel"))
    member.post(url(loop, "/belang"), page.form(url(loop, "/belang")) | {"heeft_belang": "nee"})
    page = member.get(url(loop, "/panel"))
    member.post(url(loop, "/advies"), page.form(url(loop, "/advies")) | {"advies": "proef", "motivering": LANG})
    stap(coordinator, loop, "naar-besluit")
    buttons = [one.get_text(strip=True) for one in coordinator.get(url(loop)).html.select("#nu + .p-actions .u-strong")]
    assert buttons[:2] == ["Schrijf het voorstel", "Vraag of het anders mag"]
    page = coordinator.get(url(loop, "/voorstel"))
    assert "Pia Panel" in page.words and "Voldoet voor een deel" in page.words, "het oordeel en het advies staan ernaast"
    done = stap(coordinator, loop, "voorstel", uitkomst="proef", motivering=LANG)
    besluit = done.location
    assert coordinator.client.get(f"{besluit}/concept.pdf").data[:5] == b"%PDF-"
    signer = world.sign_in(loop.wie.tekenaar)
    assert "Samen koken" in signer.get("/uitdaging?welke=tekenen").words
    assert "Teken het antwoord op het plan van bewoners" in signer.get("/mijn-werk").words
    signer.post(f"{besluit}/tekenen", signer.get(besluit).form(f"{besluit}/tekenen"))
    assert stand(world, loop) == "toegewezen"
    letter = coordinator.client.get(f"{besluit}/brief.pdf")
    assert letter.status_code == 200 and letter.data[:5] == b"%PDF-" and len(letter.data) > 5000
    assert "Bezwaar maken kan tot en met" in coordinator.get(besluit).words
    today = clock.today()
    page = coordinator.get(url(loop, "/afspraak"))
    assert page.form(url(loop, "/afspraak"))["budget"] == "24.500,00", "wat het plan al zegt"
    stap(coordinator, loop, "afspraak", taak="Dagbesteding", resultaat="Vier dagen open", van=dag(today + 30 * DAY),
         tot=dag(today + 395 * DAY), evaluatie_on=dag(today + 200 * DAY), terug="De gemeente neemt het over.")
    assert "De bewoners tekenden de afspraak nog niet" in coordinator.get(url(loop)).words, "waarom beginnen nog niet kan"
    made = world.behind("SELECT id FROM portal.afspraak")[0].id
    page = signer.get(url(loop, "/afspraak"))
    signer.post(f"/uitdaging/afspraak/{made}/tekenen", page.form(f"/uitdaging/afspraak/{made}/tekenen"))
    world.as_(loop.wie.inwoner, initiatieven.ondertekenen, made)
    stap(coordinator, loop, "beginnen")
    assert stand(world, loop) == "uitvoering"
    for address in ("/uitdaging", url(loop), besluit, url(loop, "/afspraak"), "/uitdaging/taken"):
        coordinator.get(f"{address}?taal=en")


@pytest.mark.parametrize("gemeente, soort", [("dalfsen", "bezwaar"), ("deventer", "klacht")])
def test_the_real_letter_is_a_pdf_for_a_decision_and_for_an_answer(world, gemeente, soort):
    loop = taak(world, personen(world, gemeente), gemeente)
    loop = voorgesteld(world, beslisbaar(world, beoordeling(world, in_gesprek(world, getoetst(world, ingediend(world, begonnen(
        world, loop)))))), uitkomst="afwijzen", gronden=("duurder",))
    signer = world.sign_in(loop.wie.tekenaar)
    page = signer.get(f"/uitdaging/besluit/{loop.besluit_id}")
    assert ("bezwaar maken" in page.words) == (soort == "bezwaar") and "duurder dan de gemeente nu betaalt" in page.words
    assert signer.client.get(f"/uitdaging/besluit/{loop.besluit_id}/concept.pdf").data[:5] == b"%PDF-"
    address = f"/uitdaging/besluit/{loop.besluit_id}/tekenen"
    signer.post(address, page.form(address))
    assert stand(world, loop) == "afgewezen"
    assert signer.client.get(f"/uitdaging/besluit/{loop.besluit_id}/brief.pdf").data[:5] == b"%PDF-"
    signer.get(f"/uitdaging/besluit/{loop.besluit_id}/concept.pdf", expect=404)
    # Said against it, and decided by who had no part in it.
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="U rekende de huur dubbel.")
    neem_in(world)
    said = world.behind("SELECT id, soort FROM portal.tegenspraak")[0]
    here = f"/uitdaging/tegenspraak/{said.id}"
    assert said.soort == soort and "U was betrokken bij het antwoord" in signer.get(here).words
    other = world.sign_in(loop.wie.tweede_tekenaar)
    empty = other.post(here, other.get(here).form(here) | {"antwoord": "Te kort."}, expect=422)
    assert "Kies hoe het afloopt." in empty.words and empty.form(here)["antwoord"] == "Te kort."
    other.post(here, empty.form(here) | {"uitkomst": "ongegrond", "antwoord": LANG})
    assert "Wat de gemeente besliste" in other.get(here).words
    late = signer.post(here, {"uitkomst": "gegrond", "antwoord": LANG}, expect=409)
    assert "Hierop is al beslist." in late.words


def test_the_list_shows_what_is_late_and_other_gemeenten_see_nothing(world):
    loop = ingediend(world)
    browser = world.sign_in(loop.wie.coordinator)
    page = browser.get("/uitdaging")
    assert "Dagbesteding in het dorp" in page.words and "beslissen uiterlijk" in page.words and "Te laat" not in page.words
    world.clock(timedelta(days=80))
    browser = world.sign_in(loop.wie.coordinator)
    assert "Te laat: het antwoord was beloofd voor" in browser.get("/uitdaging").words
    page = browser.get(url(loop))
    assert "Nu aan zet: de coördinator" in page.words
    assert "dagen te laat" in page.words and "De bewoners krijgen bericht dat het later wordt." in page.words
    elsewhere = world.sign_in(personen(world, "ommen").coordinator)
    assert "Samen koken" not in elsewhere.get("/uitdaging?welke=alles").words
    for rest in ("", "/gesprek", "/openbaar", "/steun", "/afspraak", "/voorstel"):
        elsewhere.get(url(loop, rest), expect=404)


def test_a_question_is_answered_with_what_the_register_says(world):
    loop = begonnen(world)
    world.as_(loop.wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu, en tot wanneer?")
    neem_in(world)
    (row,) = world.behind("SELECT id FROM portal.uitdaging")
    browser, address = world.sign_in(loop.wie.coordinator), f"/uitdaging/{row.id}/informeren"
    assert "Antwoord uiterlijk op" in browser.get(f"/uitdaging/{row.id}").words
    page = browser.get(address)
    assert "Wat kost dit nu, en tot wanneer?" in page.words and "31.200" in page.form(address)["kosten"]
    refused = browser.post(address, page.form(address) | {
        "antwoord": "De kosten staan hieronder.", "achtergehouden": "de bieding"}, expect=422)
    assert "Schrijf waarom u dit niet geeft." in refused.words
    assert refused.form(address)["achtergehouden"] == "de bieding", "wat iemand typte, blijft staan"
    browser.post(address, refused.form(address) | {"reden": "bedrijfsgegevens (Woo 5.1)"})
    page = browser.get(f"/uitdaging/{row.id}")
    assert "de bieding" in page.words and "De bewoners hebben hun antwoord" in page.words


def test_passing_on_asks_the_residents_or_goes_at_once(world):
    loop = getoetst(world)
    browser = world.sign_in(loop.wie.coordinator)
    refused = stap(browser, loop, "doorgeleiden", 422, soort="andere_gemeente")
    assert "Kies de gemeente waar dit plan hoort." in refused.words
    stap(browser, loop, "doorgeleiden", soort="subsidie", naar="de afdeling subsidies")
    page = browser.get(url(loop))
    assert "Mag dit worden behandeld als een vraag om subsidie?" in page.words
    assert "De gemeente vroeg de bewoners al of dit mag" in browser.get(url(loop, "/doorgeleiden")).words
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="doorgeleiden", ja=False)
    neem_in(world)
    stap(browser, loop, "doorgeleiden", soort="andere_gemeente", gemeente_id=str(world.gemeente("ommen")))
    assert "Het gaat naar: gemeente Ommen" in browser.get(url(loop)).words and stand(world, loop) == "doorgeleid"


def test_an_addition_is_asked_once_and_what_is_missing_is_chosen_already(world):
    loop = getoetst(world)
    browser, address = world.sign_in(loop.wie.coordinator), url(loop, "/aanvulling-vragen")
    page = browser.get(address)
    chosen = {box["value"] for box in page.html.select("input[name=velden][checked]")}
    assert "kosten" in chosen and "wat" not in chosen
    empty = browser.post(address, {"uitleg": "Wat kost het?"}, from_page=address, expect=422)
    assert "Kies wat er ontbreekt." in empty.words and empty.form(address)["uitleg"] == "Wat kost het?"
    browser.post(address, {"velden": ["kosten", "draagvlak"], "uitleg": "Schrijf wat het per jaar kost."}, from_page=address)
    page = browser.get(url(loop))
    assert "Staat stil" in page.words and "Deze dag is voorlopig" in page.words
    assert "Nu aan zet: de bewoners" in page.words and "Schrijf alleen een nee als het om iets anders gaat." in page.words
    assert "De termijn staat stil" in page.words or "de termijn staat stil" in browser.get("/uitdaging").words


def test_a_plan_on_paper_goes_on_without_a_login(world):
    wie = personen(world)
    browser = world.sign_in(wie.coordinator)
    page = browser.get("/uitdaging/op-papier")
    empty = browser.post("/uitdaging/op-papier", page.form("/uitdaging/op-papier"), expect=422)
    assert "Schrijf van wie het plan is" in empty.words
    facts = {"van": "Dorpsvereniging, Kerkweg 1", "on": dag(clock.today() - 2 * DAY), "titel": "Een moestuin",
             "wat": "Een tuin.", "waarom": "Wij wonen er.", "wie": "Zes buren."}
    future = browser.post("/uitdaging/op-papier", empty.form("/uitdaging/op-papier") | facts | {
        "on": dag(clock.today() + DAY)}, expect=422)
    assert "ligt in de toekomst" in future.words and future.form("/uitdaging/op-papier")["wat"] == "Een tuin."
    here = browser.post("/uitdaging/op-papier", future.form("/uitdaging/op-papier") | facts).location
    assert "Dorpsvereniging, Kerkweg 1" in browser.get(here).words
    for name in ("in-behandeling", "ontvankelijk"):
        browser.post(f"{here}/{name}", browser.get(f"{here}/{name}").form(f"{here}/{name}"))
    address = f"{here}/papieren-plan"
    page = browser.get(address)
    assert page.form(address)["wat"] == "Een tuin."
    assert browser.post(address, page.form(address), expect=422).words.count("Vul dit in.") >= 1
    browser.post(address, page.form(address) | {**PLAN, "kosten_bedrag": "1.250,00"})
    assert "€ 1.250" in browser.get(here).words and "In beoordeling" in browser.get(here).words


def test_support_on_paper_counts_when_a_colleague_counted_it_again(world):
    loop = in_gesprek(world)
    first, second = world.sign_in(loop.wie.coordinator), world.sign_in(loop.wie.collega)
    assert "Schrijf welke lijst het is." in stap(first, loop, "steun", 422, aantal="12").words
    stap(first, loop, "steun", aantal="12", omschrijving="Drie vellen van 12 mei")
    (row,) = world.behind("SELECT id FROM portal.steunlijst")
    assert "U telde deze lijst zelf" in first.get(url(loop, "/steun")).words
    again = first.post(f"/uitdaging/steunlijst/{row.id}", {}, expect=403)
    assert "U telde deze lijst zelf" in again.words
    address = f"/uitdaging/steunlijst/{row.id}"
    second.post(address, second.get(url(loop, "/steun")).form(address))
    assert "Nu telt mee: 12" in first.get(url(loop, "/steun")).words
    assert "nageteld" in first.post(address, {}, expect=409).words


def test_mediation_begins_and_ends(world):
    loop = in_gesprek(world)
    browser = world.sign_in(loop.wie.coordinator)
    assert "Schrijf waarom." in stap(browser, loop, "bemiddelen", 422, wie="Buurtbemiddeling").words
    stap(browser, loop, "bemiddelen", wie="Buurtbemiddeling", reden="Wij komen niet verder over het geld.")
    assert "Bemiddeling" in browser.get(url(loop)).words
    stap(browser, loop, "hervatten")
    assert stand(world, loop) == "dialoog"


def test_who_advised_reads_so_and_who_did_not_is_too_late(world):
    loop = beslisbaar(world)
    assert "U gaf uw advies" not in world.sign_in(loop.wie.panellid).get(url(loop)).words
    # Too late to advise now: the page says so to who did not, and shows what was advised.
    page = world.sign_in(loop.wie.panellid).get(url(loop, "/panel"))
    assert "U gaf uw advies" in page.words and "Pia Panel" in page.words and not page.html.select("main form")
    other = world.sign_in(world.medewerker("dalfsen", "panellid", naam="Piet Panel"))
    assert "Dit kan niet in deze fase" in other.get(url(loop, "/panel")).words


def test_a_member_with_an_interest_is_not_asked_for_advice(world):
    loop = beoordeling(world)
    for criterium in queries.criteria():
        world.as_(loop.wie.vakadviseur, usecases.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel="voldoet",
                  motivering="Dat blijkt uit het plan en het gesprek.")
    world.as_(loop.wie.vakadviseur, usecases.beoordeeld, loop.uitdaging_id)
    world.as_(loop.wie.jurist, usecases.toetsen, loop.uitdaging_id, route="subsidie", toelichting="Past binnen de regels hier.")
    world.as_(loop.wie.coordinator, usecases.naar_panel, loop.uitdaging_id)
    browser = world.sign_in(loop.wie.panellid)
    early = browser.post(url(loop, "/advies"), {"advies": "proef", "motivering": LANG}, expect=403)
    assert "Verklaar eerst dat u geen belang heeft" in early.words
    address = url(loop, "/belang")
    empty = browser.post(address, browser.get(url(loop, "/panel")).form(address) | {"heeft_belang": "ja"}, expect=422)
    assert "Schrijf welk belang u heeft." in empty.words
    browser.post(address, empty.form(address) | {"heeft_belang": "ja", "toelichting": "Ik woon er naast."})
    page = browser.get(url(loop, "/panel"))
    assert "U adviseert niet" in page.words and not page.html.select("main form")


def test_a_proposal_that_is_refused_keeps_what_was_typed_and_one_that_came_back_is_there_again(world):
    loop = beslisbaar(world, oordeel="voldoet_niet")
    browser = world.sign_in(loop.wie.coordinator)
    page = browser.get(url(loop, "/voorstel"))
    assert "Niet in behandeling" not in page.html.select_one("#uitkomst").text
    refused = stap(browser, loop, "voorstel", 422, uitkomst="afwijzen", motivering=LANG)
    assert "Kies waarom het plan niet doorgaat" in refused.words
    assert refused.form(url(loop, "/voorstel"))["motivering"] == LANG
    here = stap(browser, loop, "voorstel", uitkomst="afwijzen", motivering=LANG, gronden=["duurder", "onveilig"]).location
    signer = world.sign_in(loop.wie.tekenaar)
    page = signer.get(here)
    assert "Schrijf waarom u het voorstel terugstuurt." in signer.post(
        f"{here}/terugsturen", page.form(f"{here}/terugsturen"), expect=422).words
    signer.post(f"{here}/terugsturen", page.form(f"{here}/terugsturen") | {"reden": "Leg uit waarom het onveilig is."})
    page = browser.get(url(loop, "/voorstel"))
    assert "Leg uit waarom het onveilig is." in page.words
    assert {box["value"] for box in page.html.select("input[name=gronden][checked]")} == {"duurder", "onveilig"}


def test_before_the_content_was_looked_at_only_not_in_behandeling_can_be_answered(world):
    loop = getoetst(world)
    page = world.sign_in(loop.wie.coordinator).get(url(loop, "/voorstel"))
    assert [one["value"] for one in page.html.select("input[name=uitkomst]")] == ["niet_ontvankelijk"]
    assert "duurder" not in {one["value"] for one in page.html.select("input[name=gronden]")}


def test_who_wrote_the_proposal_or_has_no_mandate_does_not_sign(world):
    loop = voorgesteld(world)
    here = f"/uitdaging/besluit/{loop.besluit_id}"
    page = world.sign_in(loop.wie.coordinator).get(here)
    assert not page.html.select(f'form[action="{here}/tekenen"]')
    other = world.sign_in(world.medewerker("dalfsen", "mandaathouder", naam="Zonder Mandaat"))
    assert "mandaat" in other.get(here).words and not other.get(here).html.select(f'form[action="{here}/tekenen"]')
    other.post(f"{here}/tekenen", {}, expect=422)
    assert world.behind("SELECT state FROM portal.besluit")[0].state == "opgesteld"


def test_a_change_is_asked_and_shown_beside_the_answer(world):
    loop = beslisbaar(world)
    browser = world.sign_in(loop.wie.coordinator)
    stap(browser, loop, "aanpassing-vragen", tekst="Drie dagen per week in plaats van vier, om het geld.")
    assert "De bewoners antwoordden nog niet" in browser.get(url(loop, "/voorstel")).words
    world.as_(loop.wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="aanpassing", ja=True)
    neem_in(world)
    assert "De bewoners zeiden ja" in browser.get(url(loop)).words
    stap(browser, loop, "voorstel", uitkomst="aanpassen", motivering=LANG)


def test_how_it_goes_and_how_it_ends(world):
    loop = in_uitvoering(world)
    world.as_(loop.wie.inwoner, initiatieven.voortgang, loop.initiatief_id, tekst="Er komen nu twaalf mensen.")
    neem_in(world)
    browser = world.sign_in(loop.wie.coordinator)
    assert "Er komen nu twaalf mensen." in browser.get(url(loop)).words
    assert "Kies hoe het verdergaat." in stap(browser, loop, "evalueren", 422, tekst=LANG).words
    stap(browser, loop, "evalueren", tekst=LANG, vervolg="doorgaan")
    assert "Het plan gaat door zoals het is." in browser.get(url(loop)).words
    stap(browser, loop, "terugnemen", reden="De bewoners verhuizen.")
    assert stand(world, loop) == "teruggenomen"
    assert "Dit kan niet in deze fase" in browser.get(url(loop, "/beeindigen")).words


def test_an_agreement_is_taken_back_to_make_another_and_its_writer_does_not_sign(world):
    loop = besloten(world)
    browser, today = world.sign_in(loop.wie.coordinator), clock.today()
    facts = {"taak": "Dagbesteding", "resultaat": "Open", "budget": "10,00", "van": dag(today), "tot": dag(today - DAY),
             "evaluatie_on": dag(today), "terug": "In drie maanden."}
    wrong = stap(browser, loop, "afspraak", 422, **facts)
    assert "De laatste dag ligt voor de eerste." in wrong.words
    assert wrong.form(url(loop, "/afspraak"))["terug"] == "In drie maanden."
    stap(browser, loop, "afspraak", **facts | {"tot": dag(today + 30 * DAY)})
    address = url(loop, "/afspraak/intrekken")
    browser.post(address, browser.get(url(loop, "/afspraak")).form(address))
    assert "Welke taak nemen de bewoners over?" in browser.get(url(loop, "/afspraak")).words
    assert "Er is geen afspraak die u kunt intrekken." in browser.post(address, {}, expect=409).words


def test_an_agreement_is_extended_and_until_it_is_signed_nothing_changes(world):
    loop = in_uitvoering(world)
    browser, today = world.sign_in(loop.wie.coordinator), clock.today()
    assert "Leg een verlenging voor" in browser.get(url(loop)).words
    form = browser.get(url(loop, "/verlenging"))
    assert "Van de eerste tot en met de nieuwe laatste dag samen." in form.words and "er verandert niets" in form.words
    facts = {"budget": "49.000,00", "tot": dag(today + 300 * DAY), "evaluatie_on": dag(today + 100 * DAY)}
    wrong = stap(browser, loop, "verlenging", 422, **facts)
    assert "Dat is de laatste dag van nu." in wrong.words
    assert wrong.form(url(loop, "/verlenging"))["budget"] == "49.000,00", "wat getypt is, blijft staan"
    assert "Vul de laatste dag in." in stap(browser, loop, "verlenging", 422, tot="").words
    stap(browser, loop, "verlenging", **facts | {"tot": dag(today + 700 * DAY)})
    page = browser.get(url(loop, "/afspraak"))
    assert all(said in page.words for said in ("Dit is een verlenging.", "De afspraak van nu stopt op", "De afspraak van nu"))
    assert "Er ligt een verlenging klaar" in browser.get(url(loop)).words
    assert "De bewoners tekenden de afspraak nog niet" in stap(browser, loop, "verlengen", 409).words
    address = url(loop, "/afspraak/intrekken")
    assert "Trek de verlenging in" in page.words
    browser.post(address, page.form(address))
    stap(browser, loop, "verlenging", **facts | {"tot": dag(today + 700 * DAY)})
    made = world.behind("SELECT id FROM portal.afspraak WHERE vervallen_at IS NULL AND geldt_at IS NULL")[0].id
    world.as_(loop.wie.inwoner, initiatieven.ondertekenen, made)
    signer = world.sign_in(loop.wie.tekenaar)
    assert "De afspraak wacht op een handtekening" in signer.get(url(loop)).words
    sign = f"/uitdaging/afspraak/{made}/tekenen"
    signer.post(sign, signer.get(url(loop, "/afspraak")).form(sign))
    assert not browser.get(url(loop, "/afspraak")).html.select(f'form[action="{address}"]'), "wat beide kanten tekenden, blijft"
    stap(browser, loop, "verlengen")
    assert "€ 49.000,00" in browser.get(url(loop)).words and stand(world, loop) == "uitvoering"


def test_the_last_day_that_passed_is_said_and_the_way_back_is_shown(world):
    loop = in_uitvoering(world)
    assert "De laatste dag van de afspraak is voorbij" not in world.sign_in(loop.wie.coordinator).get(url(loop)).words
    world.clock(396 * DAY)
    browser = world.sign_in(loop.wie.coordinator)
    page = browser.get(url(loop))
    assert "De laatste dag van de afspraak is voorbij" in page.words
    assert "Verlengen kan niet meer." in browser.get(url(loop, "/verlenging")).words
    assert "De gemeente neemt het in drie maanden over." in browser.get(url(loop, "/terugnemen")).words


def test_a_plan_about_what_was_bought_together_is_passed_on_in_one_step(world):
    zwolle = world.gemeente("zwolle")
    loop = ingediend(world, begonnen(world, taak(world, bevoegd_id=zwolle)))
    browser = world.sign_in(loop.wie.coordinator)
    page = browser.get(url(loop))
    assert "Gemeente Zwolle beslist over deze taak" in page.words and "Stuur het plan naar wie beslist" in page.words
    for name in ("in-behandeling", "doorgeleiden"):
        assert "Beslis hier niet over het plan." in browser.get(url(loop, f"/{name}")).words
    stap(browser, loop, "naar-bevoegde")
    assert stand(world, loop) == "doorgeleid" and "Stuur het plan naar wie beslist" not in browser.get(url(loop)).words
    assert "Dit kan niet in deze fase" in browser.post(url(loop, "/naar-bevoegde"), {}, expect=422).words
    neem_in(world, zwolle)
    there = world.behind("SELECT id FROM portal.uitdaging WHERE regiotaak <> ''")[0].id
    page = world.sign_in(world.medewerker("zwolle", "rtc_coordinator")).get(f"/uitdaging/{there}")
    assert "U beslist voor alle gemeenten" in page.words and "Dagbesteding in het dorp" in page.words
    # Who reads plans at another gemeente reads the message, and not the plan.
    for role, expect in (("rtc_coordinator", True), ("contractmanager", False)):
        reader = world.sign_in(world.medewerker("kampen", role))
        assert ("taak die wij samen inkochten" in reader.get("/berichten").words) == expect
        reader.get(f"/uitdaging/{there}", expect=404 if expect else 403)


def test_a_plan_about_an_own_task_offers_no_such_step(world):
    loop = ingediend(world)
    browser = world.sign_in(loop.wie.coordinator)
    assert "Stuur het plan naar wie beslist" not in browser.get(url(loop)).words
    assert "Over deze taak beslist uw eigen gemeente." in browser.get(url(loop, "/naar-bevoegde")).words
    assert "Over deze taak beslist uw eigen gemeente." in browser.post(url(loop, "/naar-bevoegde"), {}, expect=409).words


def test_the_register_of_tasks_is_written_shown_and_taken_off(world):
    wie = personen(world)
    browser = world.sign_in(wie.coordinator)
    assert "Er staat nog geen taak in" in browser.get("/uitdaging/taken").words
    page = browser.get("/uitdaging/taken/nieuw")
    wrong = browser.post("/uitdaging/taken/nieuw", page.form("/uitdaging/taken/nieuw") | {
        "naam": "Groen", "omschrijving": "Wij maaien het gras.", "kosten": "12.000,00", "uitdaagbaar": "nee"}, expect=422)
    assert "Schrijf over welk jaar" in wrong.words and "waarom bewoners deze taak niet kunnen overnemen" in wrong.words
    here = browser.post("/uitdaging/taken/nieuw", wrong.form("/uitdaging/taken/nieuw") | {
        "kosten_jaar": "2025", "bron": "jaarrekening", "uitdaagbaar": "ja"}).location
    assert "Niet openbaar" in browser.get("/uitdaging/taken").words
    browser.post(f"{here}/openbaar", browser.get(here).form(f"{here}/openbaar"))
    assert "Iedereen kan deze taak lezen." in browser.get(here).words
    assert browser.get(here).form(here)["kosten"] == "12.000,00"
    browser.post(f"{here}/openbaar", browser.get(here).form(f"{here}/openbaar"))
    assert "Alleen uw gemeente leest dit." in browser.get(here).words
    world.sign_in(personen(world, "ommen").coordinator).get(here, expect=404)
    reader = world.sign_in(wie.jurist).get(here)
    assert "€ 12.000,00 in 2025" in reader.words and not reader.html.select("main form")


def test_a_task_names_only_contracts_and_subsidies_of_the_own_gemeente(world):
    granted = verleend(world)
    browser = world.sign_in(personen(world).coordinator)
    page = browser.get("/uitdaging/taken/nieuw")
    facts = page.form("/uitdaging/taken/nieuw") | {"naam": "Groen", "omschrijving": "Wij maaien.", "uitdaagbaar": "ja"}
    theirs = browser.post("/uitdaging/taken/nieuw", facts | {"subsidie_id": str(granted.subsidie_id)}, expect=422)
    assert "niet van uw gemeente" in theirs.words
    assert "Dit contract loopt niet" in browser.post("/uitdaging/taken/nieuw", facts | {"overeenkomst_id": str(uuid.uuid4())},
                                                     expect=422).words
    own = world.sign_in(personen(world, "zwolle").coordinator)
    options = {one["value"] for one in own.get("/uitdaging/taken/nieuw").html.select("#subsidie_id option")}
    assert str(granted.subsidie_id) in options
    here = own.post("/uitdaging/taken/nieuw", facts | {"subsidie_id": str(granted.subsidie_id), "csrf_token": own.csrf(),
                                                       "sleutel": "een-andere-sleutel"}).location
    assert own.get(here).form(here)["subsidie_id"] == str(granted.subsidie_id)


def test_the_public_page_is_hidden_with_a_reason_and_another_answers_the_objection(world):
    loop = in_gesprek(world)
    first, second = world.sign_in(loop.wie.coordinator), world.sign_in(loop.wie.collega)
    here = url(loop, "/openbaar")
    page = first.get(here)
    assert "Bewoners willen de dagbesteding" in page.words
    assert "Schrijf waarom de pagina weg moet" in first.post(
        f"{here}/verbergen", page.form(f"{here}/verbergen"), expect=422).words
    first.post(f"{here}/verbergen", page.form(f"{here}/verbergen") | {"reden": "Er staat een telefoonnummer in."})
    assert "Er staat een telefoonnummer in." in first.get(here).words
    world.as_(loop.wie.inwoner, initiatieven.tegen_verbergen, loop.initiatief_id, tekst="Dat nummer is van het dorpshuis.")
    neem_in(world)
    assert "Dat nummer is van het dorpshuis." in first.get(here).words and "U verborg deze pagina zelf" in first.get(here).words
    assert "U verborg deze pagina zelf" in first.post(f"{here}/afwijzen", {"waarom": "Het blijft zo."}, expect=403).words
    page = second.get(here)
    second.post(f"{here}/afwijzen", page.form(f"{here}/afwijzen") | {"waarom": "Het is toch een eigen nummer."})
    assert "Het is toch een eigen nummer." in second.get(here).words
    page = second.get(here)
    second.post(f"{here}/terugzetten", page.form(f"{here}/terugzetten") | {"antwoord": "Het nummer is weg."})
    assert not world.behind("SELECT verborgen_at FROM portal.initiatiefpagina")[0].verborgen_at
    assert "De pagina is niet verborgen." in second.post(f"{here}/terugzetten", {"antwoord": ""}, expect=409).words


def test_a_page_without_words_of_the_residents_is_not_published(world):
    loop = getoetst(world)
    browser = world.sign_in(loop.wie.coordinator)
    assert "Er is nog geen tekst" in browser.get(url(loop, "/openbaar")).words
    refused = browser.post(url(loop, "/openbaar"), {}, expect=409)
    assert "De bewoners stuurden nog geen tekst" in refused.words


def test_who_writes_a_talk_down_reads_how_many_were_promised(world):
    loop = in_gesprek(world)
    browser, address = world.sign_in(loop.wie.coordinator), f"/uitdaging/{loop.uitdaging_id}/gesprek"
    assert "beloofde ten hoogste 3 gesprekken. Er staan nu 0 gesprekken in." in browser.get(address).words
    for _n in range(3):
        world.as_(loop.wie.coordinator, usecases.gesprek, loop.uitdaging_id, op_on=clock.today(), wie="twee bewoners",
                  verslag="Besproken wat het kost, en wie het doet.")
    page = browser.get(address)
    assert "Er staan nu 3 gesprekken in. Nog een gesprek kan alleen als de bewoners dat ook willen." in page.words


@pytest.mark.parametrize("build", [ingediend, in_gesprek, beoordeling, beslisbaar, voorgesteld, besloten, in_uitvoering])
def test_the_page_of_a_plan_asks_eight_statements_at_most_wherever_it_stands(world, build):
    loop = build(world)
    for person in (loop.wie.coordinator, loop.wie.vakadviseur, loop.wie.tekenaar, loop.wie.panellid):
        found = asks(world, world.sign_in(person), url(loop))
        assert len(found) <= MOST, "\n---\n".join(found)


def test_every_page_asks_eight_statements_at_most(world):
    loop = beslisbaar(world)
    pages = {loop.wie.coordinator: ("/uitdaging", "/uitdaging/op-papier", "/uitdaging/taken",
                                    f"/uitdaging/taken/{loop.taak_id}", *(url(loop, f"/{name}") for name in (
                                        "voorstel", "steun", "openbaar", "afspraak", "gesprek", "doorgeleiden", "informeren",
                                        "papieren-plan"))),
             loop.wie.vakadviseur: (url(loop, "/beoordelen"),), loop.wie.panellid: (url(loop, "/panel"),),
             loop.wie.jurist: (url(loop, "/toetsen"),)}
    for person, addresses in pages.items():
        browser = world.sign_in(person)
        for address in addresses:
            found = asks(world, browser, address)
            assert len(found) <= MOST, address + "\n---\n".join(found)


def test_D4_a_task_that_is_bought_names_its_plan_and_everybody_may_take_part(world):
    loop = subsidiabel(world, route="opdracht")
    browser = world.sign_in(loop.wie.coordinator)
    assert "Uw gemeente heeft nu geen inkoop" in browser.get(url(loop, "/naar-inkoop")).words
    bought = inkoop_world.geplande_inkoop(world, percelen=1)
    page = browser.get(url(loop))
    assert page.html.select_one(f"a[href='{url(loop, '/naar-inkoop')}']") and "krijgt geen voorsprong" in page.words
    assert "Kies een inkoop." in stap(browser, loop, "naar-inkoop", 422, inkoop_id="").words
    stap(browser, loop, "naar-inkoop", 422, inkoop_id=str(uuid.uuid4()))
    stap(browser, loop, "naar-inkoop", inkoop_id=str(bought.inkoop_id))
    assert "Wat ervan kwam" in browser.get(url(loop)).words
    assert "De gemeente koopt de taak in" in world.sign_in(loop.wie.inwoner).get("/berichten").words
    assert world.sign_in(personen(world, "kampen").coordinator).get(url(loop, "/naar-inkoop"), expect=404)


def test_an_answer_on_paper_waits_for_the_post_and_its_day_tells_until_when_one_can_object(world):
    loop = papier_besloten(world, "afwijzen", ("duurder",))
    browser, here = world.sign_in(loop.wie.coordinator), f"/uitdaging/besluit/{loop.besluit_id}/post"
    page = browser.get(url(loop))
    assert "Deze brief moet nog op de post" in page.words and page.html.select_one(f"a[href='{here}']")
    form = browser.get(here).form()
    assert "Vul in op welke dag" in browser.post(here, form | {"on": ""}, expect=422).words
    late = browser.post(here, form | {"on": dag(clock.today() + DAY)}, expect=422)
    assert late.html.select_one("[name=on]")["value"] == dag(clock.today() + DAY)
    browser.post(here, form | {"on": dag(clock.today())}, expect=303)
    said = browser.get(url(loop)).words
    assert "Deze brief moet nog op de post" not in said and "Bezwaar maken kan tot en met" in said
    assert "Op de post gedaan op" in browser.get(f"/uitdaging/besluit/{loop.besluit_id}").words
    for address in (here, f"/uitdaging/besluit/{loop.besluit_id}"):
        assert len(asks(world, browser, address)) <= MOST
    wrong = stap(browser, loop, "tegenspraak-papier", 422, tekst="De huur telt dubbel.", on="", gepost_on="")
    assert wrong.html.select_one("[name=tekst]").text.strip() == "De huur telt dubbel."
    assert "bezwaar" in browser.get(url(loop, "/tegenspraak-papier")).words
    stap(browser, loop, "tegenspraak-papier", tekst="De huur telt dubbel.", on=dag(clock.today()), gepost_on="")
    assert "De huur telt dubbel." in browser.get(url(loop)).words


def test_what_residents_bring_later_on_paper_is_typed_over_and_what_they_gave_first_can_be_read(world):
    loop = op_papier(world)
    browser = world.sign_in(loop.wie.coordinator)
    assert browser.get(url(loop)).html.select_one(f"a[href='{url(loop, '/papier-aanvullen')}']")
    form = browser.get(url(loop, "/papier-aanvullen")).form()
    assert form["wat"] == IDEE["wat"]
    same = browser.post(url(loop, "/papier-aanvullen"), form | {"on": dag(clock.today())}, expect=422)
    assert "U veranderde niets." in same.words and same.html.select_one("[name=on]")["value"] == dag(clock.today())
    browser.post(url(loop, "/papier-aanvullen"), form | {"on": dag(clock.today()), "wat": "Wij koken vijf dagen."}, expect=303)
    said = browser.get(url(loop)).words
    assert "Wij koken vijf dagen." in said and "Lees wat er toen stond" in said and IDEE["wat"] in said


def test_who_signs_finds_answers_to_plans_beside_the_other_things_to_sign(world):
    loop = voorgesteld(world)
    browser = world.sign_in(loop.wie.tekenaar)
    for address in ("/inkoop/te-tekenen", "/subsidies/te-tekenen"):
        assert browser.get(address).html.select_one("main a[href='/uitdaging?welke=tekenen']"), address
    assert "Samen koken in het dorpshuis" in browser.get("/uitdaging?welke=tekenen").words


def test_what_residents_put_with_their_plan_is_read_at_the_gemeente_from_the_moment_they_sent_it(world):
    loop = begonnen(world)
    files = [world.as_(loop.wie.inwoner, initiatieven.stuk_toevoegen, loop.initiatief_id, inkoop_world.stuk(world, name)).id
             for name in ("plattegrond.pdf", "weg.pdf")]
    world.as_(loop.wie.inwoner, initiatieven.stuk_weghalen, loop.initiatief_id, files[1])
    loop = ingediend(world, loop)
    browser = world.sign_in(loop.wie.coordinator)
    page = browser.get(url(loop))
    assert "plattegrond.pdf" in page.words and "weg.pdf" not in page.words
    link = page.html.select_one(f"main a[href*='{files[0]}']")
    assert link is not None and browser.get(link["href"])
    world.sign_in(personen(world, "kampen").coordinator).get(link["href"], expect=404)
