"""Mijn plannen: residents write an idea, send it, follow it, answer what the gemeente asks, and choose what everybody reads."""

import io
from datetime import timedelta

import pytest

from portal import jobs
from portal.domains.subsidies import aanvragen
from portal.domains.uitdaagrecht import initiatieven, openbaar, uitvoering, usecases
from portal.kernel import clock
from tests import subsidies_world
from tests.bench.pages import FRAME, counting
from tests.files import PDF, picture
from tests.inkoop_world import stuk
from tests.uitdaagrecht_world import (
    IDEE,
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
    personen,
    subsidiabel,
    taak,
    verlenging,
    voorgesteld,
)

MIJN, MOST = "/mijn-plannen", 8


def plan(loop, rest: str = "") -> str:
    return f"{MIJN}/{loop.initiatief_id}{rest}"


def queries_of(world, browser, url: str) -> int:
    browser.get(url)
    with counting(world.app) as seen:
        browser.get(url)
    return len([one for one in seen if not any(part in one for part in FRAME)])


def fill(browser, url: str, *, action: str | None = None, expect: int = 303, **typed):
    """Post a form of a page as a person types it."""
    action = action or url
    return browser.post(action, browser.get(url).form(action) | typed, expect=expect)


def afgewezen(world, loop):
    """Answered with a no."""
    return besloten(world, voorgesteld(world, loop, uitkomst="afwijzen", gronden=("duurder",)))


def test_from_nothing_to_a_receipt_in_three_sentences(world):
    loop = taak(world)
    browser = world.sign_in(loop.wie.inwoner)
    assert "U heeft nog geen plan" in browser.get(MIJN).words
    towns = browser.get(f"{MIJN}/nieuw")
    assert "Voor welke gemeente" in towns.words
    browser.get(f"{MIJN}/nieuw?gemeente=nergens", expect=404)
    url, action = f"{MIJN}/nieuw?gemeente=dalfsen&taak={loop.taak_id}", f"{MIJN}/nieuw"
    page = browser.get(url)
    assert "Stap 1 van 5" in page.words and "Binnen 5 werkdagen" in page.words and "Binnen 8 weken" in page.words
    assert page.form(action)["taak"] == str(loop.taak_id)
    made = browser.post(action, page.form(action) | IDEE | {"titel": "", "daarna": "stop"})
    page = browser.get(made.location)
    assert "Wij willen de dagbesteding in het dorpshuis zelf doen." in page.words and "Nog niet verstuurd" in page.words
    assert "Schrijf verder" in page.words and "Trek uw plan in" in page.words
    listed = browser.get(MIJN).words
    assert "Gemeente Dalfsen" in listed and "Schrijf verder en verstuur uw plan." in listed
    (idea,) = world.behind("SELECT id FROM portal.initiatief")
    check = browser.get(f"{MIJN}/{idea.id}/controle")
    assert "Dit mag later" in check.words and "Wat het kost" in check.words and "Dagbesteding in het dorp" in check.words
    sent = browser.post(f"{MIJN}/{idea.id}/indienen", check.form(f"{MIJN}/{idea.id}/indienen"))
    receipt = browser.get(sent.location).words
    (row,) = world.behind("SELECT ontvangst_nummer, vingerafdruk FROM portal.inzending")
    assert row.ontvangst_nummer in receipt and row.vingerafdruk in receipt and "binnen 5 werkdagen" in receipt
    assert "heeft u antwoord" in receipt and "14 0000" in receipt and "Twaalf bewoners" in receipt
    assert "De gemeente neemt in wat u stuurde" in browser.get(f"{MIJN}/{idea.id}").words
    neem_in(world)
    page = browser.get(f"{MIJN}/{idea.id}")
    assert "Ontvangen" in page.words and "Antwoord op uw plan uiterlijk op" in page.words and "RTC-" in page.words
    assert "Als niemand iets doet" in page.words and "Plan ingediend" in page.words


def test_the_whole_form_keeps_every_step_and_what_was_typed_wrong_comes_back(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.inwoner)
    for deel, typed in (("idee", {}), ("steun", {"draagvlak": PLAN["draagvlak"], "samenwerking": PLAN["samenwerking"]}),
                        ("geld", {"kosten": PLAN["kosten"], "kosten_bedrag": "24.500"}),
                        ("afspraak", {"continuiteit": PLAN["continuiteit"], "afspraak": PLAN["afspraak"]})):
        done = fill(browser, plan(loop, f"/plan/{deel}"), **typed, daarna="verder")
    assert done.location.endswith("/bestanden")
    (row,) = world.behind("SELECT gegevens, taak_id FROM portal.initiatief")
    assert row.gegevens == PLAN and row.taak_id == loop.taak_id
    page = browser.get(plan(loop, "/plan/geld"))
    assert page.form()["kosten_bedrag"] == "24.500,00"
    wrong = fill(browser, plan(loop, "/plan/geld"), kosten_bedrag="veel", kosten="Anders", daarna="verder", expect=422)
    assert wrong.form()["kosten_bedrag"] == "veel" and wrong.form()["kosten"] == "Anders"
    too_much = fill(browser, plan(loop, "/plan/geld"), kosten_bedrag="10000000000", daarna="verder", expect=422)
    assert "bijvoorbeeld 24500" in too_much.words and too_much.form()["kosten_bedrag"] == "10000000000"
    long = fill(browser, plan(loop, "/plan/steun"), draagvlak="a" * 4001, daarna="verder", expect=422)
    assert "hoogstens 4000 tekens" in long.words
    browser.get(plan(loop, "/plan/niets"), expect=404)
    assert "€ 24.500,00 per jaar" in browser.get(plan(loop, "/controle")).words
    assert world.behind("SELECT gegevens FROM portal.initiatief")[0].gegevens == PLAN
    world.sign_in(loop.wie.buur).get(plan(loop, "/plan/geld"), expect=404)


def test_a_sentence_that_is_missing_is_named_and_nothing_is_sent(world):
    wie = personen(world)
    made = world.as_(wie.inwoner, initiatieven.begin, world.gemeente("dalfsen"), gegevens={"wat": "Een tuin."})
    browser = world.sign_in(wie.inwoner)
    url = f"{MIJN}/{made.id}"
    assert "Dit moet er nog bij" in browser.get(f"{url}/controle").words
    refused = fill(browser, f"{url}/controle", action=f"{url}/indienen", expect=422)
    assert "Er ontbreekt nog: met wie u dit doet." in refused.words
    assert world.behind("SELECT 1 FROM portal.inzending") == []


def test_what_was_typed_before_the_login_is_one_button_away_once(world):
    loop = taak(world)
    code = world.as_(loop.wie.inwoner, lambda s, a: initiatieven.concept_bewaren(s, loop.gemeente_id, gegevens=IDEE))
    browser = world.sign_in(loop.wie.inwoner)
    url = f"{MIJN}/ophalen/{code}"
    assert "Haal mijn idee op" in browser.get(url).words and world.behind("SELECT 1 FROM portal.initiatief") == []
    done = fill(browser, url)
    assert browser.get(done.location).form()["wat"] == IDEE["wat"]
    again = browser.post(url, browser.get(url).form(url), expect=404)
    assert "al opgehaald" in again.words
    assert world.anonymous().get(url, expect=None).status in (303, 401)


def test_asking_about_the_task_first_and_reading_what_was_given_and_what_was_not(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.inwoner)
    url = plan(loop, "/doen/vragen")
    assert "Schrijf wat u over de taak wilt weten." in fill(browser, url, expect=422).words
    receipt = browser.get(fill(browser, url, tekst="Wat kost dit nu?").location)
    assert "Wat kost dit nu?" in receipt.words and "geeft u antwoord" in receipt.words
    neem_in(world)
    assert "Antwoord op uw vraag uiterlijk op" in browser.get(plan(loop)).words
    (row,) = world.behind("SELECT id FROM portal.uitdaging")
    world.as_(loop.wie.coordinator, usecases.informeren, row.id, antwoord="Het kost nu 31.200 euro per jaar.",
              kosten="31.200 euro", achtergehouden="Het tarief per uur", reden="Dat is een bedrijfsgeheim.")
    page = browser.get(plan(loop)).words
    for said in ("Het kost nu 31.200 euro per jaar.", "Het tarief per uur", "Dat is een bedrijfsgeheim.", "Verstuur uw plan"):
        assert said in page
    again = browser.get(url)
    assert "Dit kan nu niet" in again.words
    assert "Lees het. Wilt u verder?" in browser.get(MIJN).words


def test_an_addition_is_filled_in_and_sent_right_on_the_page(world):
    loop = getoetst(world)
    world.as_(loop.wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["kosten", "draagvlak"],
              uitleg="Wij willen weten wat het kost.")
    browser = world.sign_in(loop.wie.inwoner)
    page, action = browser.get(plan(loop)), plan(loop, "/aanvullen")
    assert "Vul uw plan aan tot en met" in page.words and "De tijd staat nu stil" in page.words
    assert "na uw aanvulling" in page.words and page.html.select_one('main a[href^="/berichten/"]').text == "Lees het bericht"
    listed = browser.get(MIJN).words
    assert "Vul aan wat de gemeente nog wil weten." in listed and "RTC-" in listed and "aanvullen tot en met" in listed
    wrong = fill(browser, plan(loop), action=action, kosten="Tweehonderd euro per maand.", kosten_bedrag="2.400", expect=422)
    assert "De gemeente vroeg ook: hoe u weet dat anderen dit ook willen." in wrong.words
    assert wrong.form(action)["kosten"] == "Tweehonderd euro per maand."
    assert "kosten" not in world.behind("SELECT gegevens FROM portal.initiatief")[0].gegevens
    done = fill(browser, plan(loop), action=action, kosten="Tweehonderd euro per maand.", kosten_bedrag="2.400",
                draagvlak="Zestig mensen kwamen.")
    assert "€ 2.400,00 per jaar" in browser.get(done.location).words
    waiting = browser.get(plan(loop)).words
    assert "De gemeente neemt in wat u stuurde" in waiting and "Verstuur de aanvulling" not in waiting
    neem_in(world)
    assert "Voorwaarden nagaan" in browser.get(plan(loop)).words
    late = browser.post(action, {"kosten": "Nog iets", "sleutel": "laat"}, expect=409)
    assert "U kunt het niet meer veranderen." in late.words


def test_a_report_is_confirmed_or_not_and_the_plan_is_made_final(world):
    loop = in_gesprek(world)
    talk = world.as_(loop.wie.coordinator, usecases.gesprek, loop.uitdaging_id, op_on=clock.today(), wie="twee bewoners",
                     verslag="Besproken wat het kost en wie het doet.")
    browser = world.sign_in(loop.wie.inwoner)
    action = plan(loop, f"/verslag/{talk.id}")
    assert "Klopt dit verslag?" in browser.get(plan(loop)).words
    assert "Kies of het verslag klopt." in fill(browser, plan(loop), action=action, expect=422).words
    no = {f"akkoord-{talk.id}": "nee"}
    assert "Schrijf wat er niet klopt." in fill(browser, plan(loop), action=action, **no, expect=422).words
    fill(browser, plan(loop), action=action, **no | {f"opmerking-{talk.id}": "De datum klopt niet."})
    page = browser.get(plan(loop))
    assert "U zei wat er niet klopt" in page.words and "De datum klopt niet." in page.words
    assert "Alle onderdelen zijn ingevuld." in page.words and "Anneke Schut" in page.words
    assert "€ 31.200,00 per jaar" in page.words and "Uw plan komt op een goed moment" in page.words
    assert "Dalfsen" in browser.get(f"/berichten/nieuw/{loop.initiatief_id}").words
    done = fill(browser, plan(loop), action=plan(loop, "/definitief"))
    assert "De vakafdeling kijkt naar uw plan" in browser.get(done.location).words
    neem_in(world)
    page = browser.get(plan(loop)).words
    assert "In beoordeling" in page and "U hoeft nu niets te doen" in page and "Trek in" in page
    again = browser.post(plan(loop, "/definitief"), {"sleutel": "nog eens"}, expect=409)
    assert "U kunt uw plan nu niet definitief maken." in again.words


def test_the_support_that_is_needed_stands_beside_what_counts(world):
    loop = in_gesprek(world, getoetst(world, ingediend(world, begonnen(world, taak(world, gemeente="zwolle")))))
    browser = world.sign_in(loop.wie.inwoner)
    assert "Steun: 0 van de 25 die nodig zijn." in browser.get(plan(loop)).words
    refused = fill(browser, plan(loop), action=plan(loop, "/definitief"), expect=422)
    assert "De gemeente vraagt steun van 25. Uw plan heeft er 0 die meetellen." in refused.words


def test_saying_yes_or_no_to_another_treatment_and_to_a_change(world):
    loop = getoetst(world)
    world.as_(loop.wie.coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="subsidie", naar="de subsidieadviseur")
    browser = world.sign_in(loop.wie.inwoner)
    action = plan(loop, "/instemmen/doorgeleiden")
    page = browser.get(plan(loop)).words
    assert "Mag de gemeente uw plan anders behandelen?" in page and "de subsidieadviseur" in page
    kept = fill(browser, plan(loop), action=action, toelichting="Wij weten het niet.", expect=422)
    assert "Kies ja of nee." in kept.words and kept.form(action)["toelichting"] == "Wij weten het niet."
    fill(browser, plan(loop), action=action, ja="nee")
    assert "Stuur uw antwoord" not in browser.get(plan(loop)).words, "het antwoord is onderweg"
    neem_in(world)
    assert "De bewoners zeiden nee: het blijft een uitdaging" in browser.get(plan(loop)).words
    refused = browser.post(action, {"ja": "ja", "sleutel": "x"}, expect=409)
    assert "De gemeente vraagt u dit nu niet." in refused.words
    browser.post(plan(loop, "/instemmen/niets"), {"ja": "ja", "sleutel": "y"}, expect=409)
    loop = beslisbaar(world, beoordeling(world, in_gesprek(world, loop)))
    world.as_(loop.wie.coordinator, usecases.aanpassing_vragen, loop.uitdaging_id, tekst="Drie dagen in plaats van vier.")
    assert "Drie dagen in plaats van vier." in browser.get(plan(loop)).words
    fill(browser, plan(loop), action=plan(loop, "/instemmen/aanpassing"), ja="ja")
    neem_in(world)
    assert "De bewoners zijn het eens met de aanpassing" in browser.get(plan(loop)).words


def test_the_answer_with_its_letter_and_an_objection_until_its_last_day(world):
    loop = afgewezen(world, beslisbaar(world, oordeel="voldoet_niet"))
    browser = world.sign_in(loop.wie.inwoner)
    page = browser.get(plan(loop))
    for said in ("Het antwoord van de gemeente", "Het plan is duurder dan de gemeente nu betaalt.", "Open eerst het bericht.",
                 "U kunt bezwaar maken tot en met", "Kosten: niet duurder dan nu"):
        assert said in page.words
    letter = next(a["href"] for a in page.html.select("aside .p-docs a"))
    opened = browser.get(letter)
    browser.post(f"{letter}/openen", opened.form(f"{letter}/openen"))
    pdf = next(a["href"] for a in browser.get(plan(loop)).html.select("aside .p-docs a"))
    assert pdf.endswith("/brief.pdf") and browser.get(pdf).response.content_type == "application/pdf"
    url = plan(loop, "/doen/tegenspreken")
    assert "Maak bezwaar" in browser.get(url).words
    receipt = browser.get(fill(browser, url, tekst="Het is juist goedkoper.").location).words
    assert "Verstuurd: bezwaar" in receipt and "heeft u antwoord" in receipt
    neem_in(world)
    assert "Het is juist goedkoper." in browser.get(plan(loop)).words
    world.clock(timedelta(days=60))
    late = world.sign_in(loop.wie.inwoner).get(plan(loop)).words
    assert "Bent u later? Schrijf dan ook waarom." in late


def test_where_the_answer_is_no_decision_one_complains(world):
    loop = ingediend(world, begonnen(world, taak(world, gemeente="deventer")))
    loop = afgewezen(world, beslisbaar(world, beoordeling(world, in_gesprek(world, getoetst(world, loop)))))
    browser = world.sign_in(loop.wie.inwoner)
    assert "U kunt een klacht indienen." in browser.get(plan(loop)).words
    receipt = browser.get(fill(browser, plan(loop, "/doen/tegenspreken"), tekst="Dit was niet eerlijk.").location)
    assert "Verstuurd: klacht" in receipt.words and "Awb 9:11" in browser.get(plan(loop, "/doen/tegenspreken")).words


def test_the_agreement_is_signed_after_a_fresh_login_and_progress_is_told(world):
    loop = besloten(world)
    today = clock.today()
    made = world.as_(loop.wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, taak="Dagbesteding",
                     resultaat="Vier dagen open", budget=24500, van=today, tot=today + timedelta(days=365),
                     evaluatie_on=today + timedelta(days=180), terug="De gemeente neemt het over.")
    browser = world.sign_in(loop.wie.inwoner)
    action = plan(loop, f"/tekenen/{made.id}")
    page = browser.get(plan(loop))
    assert "De bewoners tekenden nog niet" in page.words and "€ 24.500,00" in page.words
    assert "Zet een vinkje" in fill(browser, plan(loop), action=action, expect=422).words
    world.behind("UPDATE portal.sessie SET stepped_up_at = stepped_up_at - interval '2 hours'")
    asked = browser.post(action, page.form(action) | {"gelezen": "ja"})
    assert "/opnieuw" in asked.location and world.behind("SELECT 1 FROM portal.afspraakteken") == []
    browser = world.sign_in(loop.wie.inwoner)
    fill(browser, plan(loop), action=action, gelezen="ja")
    assert "De bewoners tekenden" in browser.get(plan(loop)).words
    again = browser.post(action, {"gelezen": "ja", "sleutel": "twee"}, expect=409)
    assert "al getekend" in again.words
    assert world.sign_in(loop.wie.buur).post(action, {"gelezen": "ja"}, expect=404)
    world.as_(loop.wie.tekenaar, uitvoering.ondertekenen, made.id)
    world.as_(loop.wie.coordinator, uitvoering.beginnen, loop.uitdaging_id)
    fill(browser, plan(loop, "/doen/voortgang"), tekst="Het loopt goed, elke dag twaalf mensen.")
    assert "Bewoners doen het" in browser.get(plan(loop)).words


def test_residents_read_and_sign_a_later_last_day_in_time(world):
    loop = verlenging(world)
    browser, action = world.sign_in(loop.wie.inwoner), plan(loop, f"/tekenen/{loop.afspraak_id}")
    page = browser.get(plan(loop)).words
    assert "De gemeente wil de afspraak verlengen" in page and "€ 49.000,00" in page and "€ 24.500,00" in page
    assert "er verandert niets. De afspraak van nu stopt op" in page
    fill(browser, plan(loop), action=action, gelezen="ja")
    assert "De bewoners tekenden" in browser.get(plan(loop)).words
    world.as_(loop.wie.tekenaar, uitvoering.ondertekenen, loop.afspraak_id)
    world.as_(loop.wie.coordinator, uitvoering.verlengen, loop.uitdaging_id)
    page = browser.get(plan(loop)).words
    assert "Vijf dagen per week open" in page and "Vier dagen per week open" not in page
    assert "De gemeente wil de afspraak verlengen" not in page


def test_a_later_last_day_is_not_signed_once_the_first_one_passed(world):
    loop = verlenging(world)
    world.clock(timedelta(days=396))
    browser, action = world.sign_in(loop.wie.inwoner), plan(loop, f"/tekenen/{loop.afspraak_id}")
    assert not browser.get(plan(loop)).html.select(f'form[action="{action}"]')
    assert "Verlengen kan niet meer." in browser.post(action, {"gelezen": "ja"}, expect=409).words


def test_D4_AC1_a_yes_leads_to_an_application_that_names_the_plan_and_is_named_by_it(world):
    loop = subsidiabel(world)
    browser = world.sign_in(loop.wie.inwoner)
    assert "Er is nu geen regeling open" in browser.get(plan(loop, "/subsidie")).words
    scheme = subsidies_world.open_regeling(world, subsidies_world.personen(world))
    assert "Kies een regeling" in fill(browser, plan(loop, "/subsidie"), expect=422).words
    begun = fill(browser, plan(loop, "/subsidie"), regeling=str(scheme.regeling_id))
    page = browser.get(begun.location)
    assert "Komt uit uw plan" in page.words and page.html.select_one(f'main a[href="{plan(loop)}"]')
    again = fill(browser, plan(loop, "/subsidie"), regeling=str(scheme.regeling_id))
    assert again.location == begun.location
    page = browser.get(plan(loop))
    assert page.html.select_one(f'#subsidie ~ ul a[href="{begun.location}"]')
    assert page.words.count("Subsidie aangevraagd voor dit plan") == 1
    aanvraag_id, (van, tot) = begun.location.rpartition("/")[2], subsidies_world.jaar()
    activity = subsidies_world.ACTIVITEIT | {"van": van, "tot": tot}
    world.as_(loop.wie.inwoner, aanvragen.bewaren, aanvraag_id, "activiteit", activity)
    world.as_(loop.wie.inwoner, aanvragen.bewaren, aanvraag_id, "geld", subsidies_world.GELD)
    world.as_(loop.wie.inwoner, aanvragen.document_toevoegen, aanvraag_id, stuk(world, "begroting.pdf"), code="begroting")
    sent = world.as_(loop.wie.inwoner, aanvragen.versturen, aanvraag_id)
    jobs.take_in(world.app, sent.id, loop.gemeente_id)
    ((case,),) = world.behind("SELECT vervolg_id FROM portal.vervolg")
    ((challenge,),) = world.behind("SELECT reference FROM portal.dossier WHERE id = :u", u=loop.uitdaging_id)
    staff = world.sign_in(loop.wie.coordinator).get(f"/uitdaging/{loop.uitdaging_id}")
    assert staff.html.select_one(f'#vervolg ~ ul a[href="/subsidies/{case}"]')
    assert challenge in world.sign_in(scheme.wie.adviseur).get(f"/subsidies/{case}").words
    assert "Komt uit uw plan" in browser.get(f"/aanvragen/subsidie/{case}").words


def test_no_subsidy_for_a_plan_without_a_yes_or_along_another_way_or_of_another(world):
    loop = ingediend(world)
    browser = world.sign_in(loop.wie.inwoner)
    assert "Vraag subsidie aan" not in browser.get(plan(loop)).words
    for answer in (browser.get(plan(loop, "/subsidie")), browser.post(plan(loop, "/subsidie"), {"regeling": "x"}, expect=409)):
        assert "Subsidie aanvragen kan als de gemeente ja zei" in answer.words
    world.sign_in(loop.wie.buur).get(plan(loop, "/subsidie"), expect=404)


def test_a_promised_day_that_passed_is_said_to_be_late(world):
    loop = getoetst(world)
    world.clock(timedelta(days=58))
    page = world.sign_in(loop.wie.inwoner).get(plan(loop)).words
    assert "te laat" in page and "Uw plan vervalt niet." in page


def test_taking_a_plan_back_before_and_after_it_was_sent(world):
    loop = ingediend(world)
    browser = world.sign_in(loop.wie.inwoner)
    url = plan(loop, "/doen/intrekken")
    assert "niet terugdraaien" in browser.get(url).words
    receipt = browser.get(fill(browser, url, tekst="Wij verhuizen.").location)
    assert "behandelt uw plan niet meer" in receipt.words and "Wij verhuizen." in receipt.words
    neem_in(world)
    assert "Ingetrokken" in browser.get(plan(loop)).words and "Dit kan nu niet" in browser.get(url).words
    browser.post(url, {"tekst": "Nog eens", "sleutel": "x"}, expect=409)
    own = world.as_(loop.wie.inwoner, initiatieven.begin, loop.gemeente_id, gegevens=IDEE)
    done = fill(browser, f"{MIJN}/{own.id}/doen/intrekken")
    assert done.location == f"{MIJN}/{own.id}" and "U trok dit plan in." in browser.get(done.location).words
    browser.get(plan(loop, "/doen/iets"), expect=404)


# What everybody reads ------------------------------------------------------------------------------------------------------

def test_what_everybody_reads_is_chosen_seen_and_sent_and_hiding_it_can_be_objected_to(world):
    loop = getoetst(world)
    browser = world.sign_in(loop.wie.inwoner)
    url = plan(loop, "/iedereen")
    wrong = fill(browser, url, samenvatting="Kort.", titel="", expect=422)
    assert "Geef uw plan een naam" in wrong.words and wrong.form()["samenvatting"] == "Kort."
    text = {"titel": "Koken in het dorp", "samenvatting": "Bewoners willen zelf koken in het dorpshuis.", "velden": ["waarom"]}
    shown = fill(browser, url, **text, bekijk="1", expect=200)
    assert "Het is nog niet verstuurd." in shown.words and IDEE["waarom"] in shown.html.select_one(".p-panel--tint").text
    assert world.behind("SELECT 1 FROM portal.inzending WHERE soort = 'pagina'") == []
    receipt = browser.get(fill(browser, url, **text).location).words
    assert "Koken in het dorp" in receipt and IDEE["waarom"] in receipt and IDEE["wie"] not in receipt
    neem_in(world)
    assert "De gemeente zet de tekst op de website." in browser.get(url).words
    world.as_(loop.wie.coordinator, openbaar.publiceren, loop.uitdaging_id)
    assert "Iedereen kan dit lezen" in browser.get(url).words
    world.as_(loop.wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    assert "Er staat een naam in." in browser.get(url).words and "Er staat een naam in." in browser.get(plan(loop)).words
    fill(browser, plan(loop, "/doen/tegen-verbergen"), tekst="Er staat geen naam in.")
    neem_in(world)
    assert "Een ander bij de gemeente kijkt ernaar." in browser.get(plan(loop)).words
    fresh = world.as_(loop.wie.inwoner, initiatieven.begin, loop.gemeente_id, gegevens=IDEE)
    assert "Verstuur eerst uw plan." in browser.get(f"{MIJN}/{fresh.id}/iedereen").words


# Files ---------------------------------------------------------------------------------------------------------------------

def test_a_photo_is_kept_a_program_is_refused_and_the_gemeente_reads_it_once_it_was_sent(world):
    loop = begonnen(world)
    browser, gemeente = world.sign_in(loop.wie.inwoner), world.sign_in(loop.wie.coordinator)
    url = plan(loop, "/bestanden")
    post = browser.get(url).html.select_one("form[data-upload]")["action"]
    browser.post(post, {"bestand": (io.BytesIO(picture("PNG")), "plein.png")}, content_type="multipart/form-data")
    part = browser.upload(url, "begroting één.pdf", PDF, expect=200)
    assert "begroting één.pdf" in part.words and "plein.png" in part.words
    refused = browser.post(post, {"bestand": (io.BytesIO(b"MZ no document"), "x.exe")}, content_type="multipart/form-data",
                           expect=422)
    assert "x.exe" in refused.words and browser.upload(url, "x.exe", b"MZ no document").status == 422
    assert world.sign_in(loop.wie.buur).upload(url, "x.pdf", PDF).status == 404
    rows = {row.naam: row.id for row in world.behind("SELECT naam, id FROM portal.document")}
    fill(browser, url, action=f"{url}/{rows['begroting één.pdf']}/weghalen")
    assert "begroting één" not in browser.get(url).words
    document = f"/documenten/{rows['plein.png']}"
    gemeente.get(document, expect=404)
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    world.behind("UPDATE portal.document SET scan = 'schoon'")
    neem_in(world)
    assert gemeente.client.get(document).data == picture("PNG")
    assert "plein.png" in browser.get(plan(loop)).words and "De gemeente behandelt uw plan." in browser.get(url).words
    late = browser.upload(url, "laat.pdf", PDF)
    assert late.status == 409 and len(world.behind("SELECT 1 FROM portal.document")) == 2
    gone = browser.post(f"{url}/{rows['plein.png']}/weghalen", {"sleutel": "x"}, expect=409)
    assert "U kunt het niet meer veranderen." in gone.words


# With others ---------------------------------------------------------------------------------------------------------------

def test_who_has_the_idea_too_gets_a_link_once_confirms_and_reads_along(world):
    loop = begonnen(world)
    browser, neighbour = world.sign_in(loop.wie.inwoner), world.sign_in(loop.wie.buur)
    url = plan(loop, "/samen")
    assert "Schrijf wie er meedoet." in fill(browser, url, expect=422).words
    made = fill(browser, url, naam="Bert Buur", expect=200)
    link = made.html.select_one("#uitnodiging")["value"]
    assert "no-store" in made.response.headers["Cache-Control"] and link not in browser.get(url).text
    assert "Nog niet bevestigd" in browser.get(url).words
    path = link[link.index(MIJN):]
    assert "Samen koken" not in neighbour.get(path).text, "wie alleen de link heeft, leest nog niets"
    neighbour.get(plan(loop), expect=404)
    browser.post(path, browser.get(path).form(path), expect=404)
    done = fill(neighbour, path)
    page = neighbour.get(done.location)
    assert "U leest mee." in page.words and "Trek uw plan in" not in page.words
    assert not page.html.select("main form[method=post]")
    neighbour.post(path, neighbour.get(path).form(path), expect=404)
    listed = neighbour.get(MIJN).words
    assert "Plannen waar u aan meedoet" in listed and "Samen koken in het dorpshuis" in listed
    loop = ingediend(world, loop)
    page = neighbour.get(plan(loop)).words
    assert IDEE["waarom"] in page and "Antwoord op uw plan uiterlijk op" in page and "Gemeente Dalfsen" in page
    receipt = next(a["href"] for a in neighbour.get(plan(loop)).html.select("#verstuurd ~ ul a"))
    assert "Bert Buur" in neighbour.get(receipt).words
    for rest in ("/controle", "/plan/idee", "/samen", "/bestanden", "/iedereen", "/doen/intrekken"):
        neighbour.get(plan(loop, rest), expect=404)
    neighbour.post(plan(loop, "/doen/intrekken"), {"tekst": "weg"}, expect=404)
    (mede,) = world.behind("SELECT id FROM portal.medeindiener")
    neighbour.post(f"{url}/{mede.id}/weg", {}, expect=404)
    assert "Doet mee" in browser.get(url).words
    fill(browser, url, action=f"{url}/{mede.id}/weg")
    assert "Bert Buur" not in browser.get(url).words
    neighbour.get(plan(loop), expect=404)


# All ways -------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("build", [begonnen, ingediend, in_gesprek, beslisbaar, besloten, in_uitvoering])
def test_every_page_of_a_plan_stands_wherever_it_stands_with_few_questions_to_the_database(world, build):
    loop = build(world)
    browser = world.sign_in(loop.wie.inwoner)
    for rest in ("", "/controle", "/plan/idee", "/plan/geld", "/samen", "/bestanden", "/iedereen", "/doen/intrekken",
                 "/doen/vragen", "/doen/tegenspreken", "/doen/voortgang", "/doen/tegen-verbergen"):
        assert queries_of(world, browser, plan(loop, rest)) <= MOST, rest
        browser.get(plan(loop, rest) + "?taal=en")
        browser.get(plan(loop, rest) + "?taal=nl")
    assert queries_of(world, browser, MIJN) <= MOST
    for person in (loop.wie.buur, loop.wie.coordinator):
        other = world.sign_in(person)
        for rest in ("", "/controle", "/plan/idee", "/samen", "/bestanden", "/iedereen", "/doen/intrekken"):
            assert other.get(plan(loop, rest), expect=None).status in (403, 404), rest
