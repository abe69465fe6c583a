"""Proposal, decision and letter of a subsidy in the browser: the way it goes, and every refusal in words."""

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from sqlalchemy import event

from portal.domains.beheer import mandaten
from portal.domains.subsidies import aanvragen, queries, regelingen, tekenen, usecases, voorstellen
from portal.domains.subsidies.model import State
from portal.kernel import clock
from portal.kernel.dossier import Termijn
from portal.tenants.scope import acting_for
from portal.web.filters import datum
from tests.namens import mensen
from tests.subsidies_world import (
    REST,
    NepBrieven,
    beoordeeld,
    concept_regeling,
    geschreven,
    jaar,
    mandaat,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
    verstuurd,
    voorgesteld,
)

# On the form: what is said about the rest when less is granted than was asked.
PART = {"grond": "maximum", "eigen_feiten": "nee", "horen": "Dit volgt uit de aanvraag zelf."}
GRANT = {"motivering": "De aanvraag past bij de regeling.", "steun": "geen",
         "staatssteun": "De activiteit is lokaal en niet economisch."}


def voorstel_url(loop, sub: str = "") -> str:
    return f"/subsidies/{loop.subsidie_id}/voorstel{sub}"


def besluit_url(loop, sub: str = "") -> str:
    return f"/subsidies/besluit/{loop.besluit_id}{sub}"


def text_of(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30).stdout.decode()
    return " ".join(told.split())


def letter(browser, url: str) -> str:
    answer = browser.client.get(url)
    assert answer.status_code == 200 and answer.content_type == "application/pdf", answer.get_data(as_text=True)[:300]
    return text_of(answer.data)


def journal(world, action: str) -> list[str]:
    return [row.status for row in world.behind(
        "SELECT details->>'status' AS status FROM portal.beveiligingslog WHERE handeling = :a ORDER BY id", a=action)]


def stands(world, loop):
    """State of the case, state of its decisions, letters sent."""
    return (subsidie(world, loop).state,
            [row[0] for row in world.behind("SELECT state FROM portal.besluit WHERE dossier_id = :i ORDER BY opgesteld_at",
                                            i=loop.subsidie_id)],
            world.behind("SELECT count(*) FROM portal.document WHERE soort = 'besluitbrief' AND dossier_id = :i",
                         i=loop.subsidie_id)[0][0])


def begonnen(world, loop=None, **anders):
    """A case of which the proposal was begun."""
    loop = beoordeeld(world, loop, **anders)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    return loop


def line_id(world, loop, soort: str):
    lines = world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))
    return next(r.id for r in lines if r.soort == soort)


def without_step_up(world, person):
    """A browser of somebody who logged in longer than ten minutes ago."""
    browser = world.sign_in(person)
    world.behind("UPDATE portal.sessie SET stepped_up_at = portal.now() - interval '11 minutes' WHERE account_id = :a",
                 a=person.user_id)
    return browser


# The proposal ---------------------------------------------------------------------------------------------------------------

def test_a_proposal_is_begun_written_and_laid_before_the_signer(world):
    loop = beoordeeld(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(voorstel_url(loop))
    assert "Er is nog geen voorstel." in page.words and "Gevraagd € 40.000,00" in page.words
    assert world.behind("SELECT count(*) FROM portal.voorstel")[0][0] == 0, "kijken schrijft niets"
    begin = voorstel_url(loop, "/beginnen")
    assert browser.post(begin, page.form(begin)).location == voorstel_url(loop)
    page = browser.get(voorstel_url(loop))
    assert "Inwoners hebben overdag een plek." in page.words and "Awb 4:30" in page.words
    assert "Nog in het plafond € 60.000,00 na aftrek van dit besluit" in page.words
    assert "Er is gekeken naar staatssteun: Kies wat u over staatssteun vond. Schrijf waarom" in page.words
    assert "Ria Smeets (u)" in page.words and "Karel ten Brinke, mandaat zonder hoogste bedrag" in page.words
    van, tot = jaar()
    form = page.form(voorstel_url(loop))
    assert (form["van"], form["tot_en_met"]) == (f"{van:%d-%m-%Y}", f"{tot - timedelta(days=1):%d-%m-%Y}")
    form |= GRANT | PART | {"bedrag": "39.500,00", "termijn-1-op": f"15-01-{van.year}", "termijn-1-bedrag": "20.000"}
    assert browser.post(voorstel_url(loop), form).location == voorstel_url(loop)
    page = browser.get(voorstel_url(loop))
    assert "Uw voorstel is bewaard." in page.text and "Alles is in orde." in page.words
    form = page.form(voorstel_url(loop))
    assert (form["bedrag"], form["termijn-1-bedrag"], form["termijn-3-op"]) == ("39.500,00", "20.000,00", "")
    # The last change is laid before the signer too: nobody has to press twice.
    answer = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form | {"bedrag": "39.000"})
    besluit = world.behind("SELECT id, bedrag, tweede_lezer_nodig FROM portal.besluit")[0]
    assert answer.location == f"/subsidies/besluit/{besluit.id}"
    # What is not granted is refused: the mandate goes by all that was asked.
    assert (besluit.bedrag, besluit.tweede_lezer_nodig) == (Decimal(40_000), False)
    page = browser.get(voorstel_url(loop))
    assert "Er ligt al een voorstel bij de lezer of de tekenaar." in page.words and not page.html.select("main form")


def test_reports_are_asked_with_their_last_day_and_a_wrong_one_is_told(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    van, _tot = jaar()
    asked = {"bericht-1-van": f"01-01-{van.year}", "bericht-1-tot": f"30-06-{van.year}",
             "bericht-1-uiterlijk": f"31-07-{van.year}"}
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT
    for change, sentence in (({"bericht-1-tot": ""}, "Vul bij bericht 1 de laatste dag in."),
                             ({"bericht-1-tot": f"31-12-{van.year - 1}"}, "De laatste dag ligt vóór de eerste dag."),
                             ({"bericht-1-uiterlijk": f"30-06-{van.year}"}, "Het bericht komt na de laatste dag.")):
        page = browser.post(voorstel_url(loop), form | asked | change, expect=422)
        assert sentence in page.words and page.form(voorstel_url(loop))["bericht-1-van"] == f"01-01-{van.year}"
    browser.post(voorstel_url(loop), form | asked)
    assert world.behind("SELECT rapportages FROM portal.voorstel")[0][0] == [
        {"van": f"{van.year}-01-01", "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-31"}]
    page = browser.get(voorstel_url(loop))
    form = page.form(voorstel_url(loop))
    assert form["bericht-1-tot"] == f"30-06-{van.year}" and form["bericht-2-van"] == ""
    answer = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form)
    assert re.search(rf"Bericht 1: over \w\w 1 januari {van.year} tot en met \w\w 30 juni", browser.get(answer.location).words)


def test_what_lacks_is_told_and_nothing_goes_on(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop))
    page = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form | {"motivering": "Past goed bij de regeling."},
                        expect=422)
    assert "Schrijf waarom dit geen staatssteun is" in page.words and "Er is niets aangeboden." in page.words
    assert page.form(voorstel_url(loop))["motivering"] == "Past goed bij de regeling."
    assert stands(world, loop) == (State.BEOORDEELD, [], 0) and journal(world, "subsidie:voorleggen") == ["422"]
    assert world.behind("SELECT motivering, bedrag FROM portal.voorstel") == [("", Decimal(40_000))]


def test_the_checks_after_a_refusal_are_about_what_was_typed(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT | {"van": "", "tot_en_met": ""}
    page = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form, expect=422)
    assert "Bedrag, methode en periode: Vul de periode in" in page.words
    assert "Schrijf waarom dit geen staatssteun is" not in page.words


@pytest.mark.parametrize(("typed", "says"), [
    ({"bedrag": "veel"}, "Dit bedrag begrijpen we niet."),
    ({"van": "31-02-2027"}, "Deze dag bestaat niet."),
    ({"termijn-1-op": "15-01-2027"}, "Vul bij voorschot 1 het bedrag in."),
    ({"termijn-2-bedrag": "10"}, "Vul bij voorschot 2 de dag in."),
    ({"termijn-1-op": "15-01-2027", "termijn-1-bedrag": "0"}, "Een voorschot is hoger dan nul."),
], ids=["bedrag", "dag", "voorschot zonder bedrag", "voorschot zonder dag", "voorschot van niets"])
def test_a_fault_in_a_field_keeps_what_was_typed(world, typed, says):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT | typed
    for url in (voorstel_url(loop), f"/subsidies/{loop.subsidie_id}/voorleggen"):
        page = browser.post(url, form, expect=422)
        assert says in page.words and "Er is 1 fout" in page.words
        again = page.form(voorstel_url(loop))
        assert all(again[name] == value for name, value in (GRANT | typed).items())
    assert world.behind("SELECT motivering FROM portal.voorstel") == [("",)] and stands(world, loop)[1] == []


def test_more_than_was_asked_is_not_kept(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | {"bedrag": "40.000,01"}
    page = browser.post(voorstel_url(loop), form, expect=422)
    assert "Er is € 40.000,00 gevraagd. Meer verlenen kan niet." in page.words
    assert world.behind("SELECT bedrag FROM portal.voorstel") == [(Decimal(40_000),)]
    page = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form, expect=422)
    assert "Meer verlenen kan niet." in page.words and page.form(voorstel_url(loop))["bedrag"] == "40.000,01"


def test_another_outcome_asks_other_things(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    browser.post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "weigeren"})
    page = browser.get(voorstel_url(loop))
    assert "Op welke grond weigert u?" in page.words and "Resultaten" not in page.words
    assert "Kies op welke grond u weigert." in page.words
    form = page.form(voorstel_url(loop)) | {"grond": "verordening", "motivering": "De plek ligt niet in de gemeente.",
                                            "eigen_feiten": "nee", "horen": "Het adres staat in de aanvraag."}
    answer = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form)
    page = browser.get(answer.location)
    assert "de aanvraag past niet bij de eisen van de verordening" in page.words and "Weigering van subsidie" in page.words
    assert browser.post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "verlenen"}, expect=409)
    assert browser.post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "misschien"}, expect=422)


def test_not_handling_is_no_choice_for_what_was_assessed(world):
    loop = begonnen(world)
    page = world.sign_in(loop.wie.adviseur).post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "niet_behandelen"}, expect=409)
    assert "Dit besluit past niet bij waar de aanvraag nu staat." in page.words
    assert world.behind("SELECT uitkomst FROM portal.voorstel") == [("verlenen",)]


def test_who_has_an_interest_or_another_task_writes_nothing(world):
    loop = begonnen(world)
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Familie.")
    browser = world.sign_in(loop.wie.collega)
    page = browser.get(voorstel_url(loop))
    assert "U meldde een belang bij deze aanvraag." in page.words and not page.html.select("main form")
    page = browser.post(voorstel_url(loop, "/regels/resultaat"), LINE, expect=403)
    assert "Een ander moet dit doen." in page.words
    browser.post(voorstel_url(loop, "/beginnen"), expect=403)
    for person, status in ((loop.wie.tekenaar, 403), (loop.wie.jurist, 403), (loop.aanvrager.verzender, 403),
                           (world.medewerker("kampen", "subsidieadviseur"), 404)):
        other = world.sign_in(person)
        for url in (voorstel_url(loop), voorstel_url(loop, "/brief.pdf"), voorstel_url(loop, "/regels/resultaat"),
                    voorstel_url(loop, f"/regels/{line_id(world, loop, 'resultaat')}")):
            other.get(url, expect=status)
        other.post(f"/subsidies/{loop.subsidie_id}/voorleggen", expect=status)


def test_before_the_assessment_there_is_no_proposal(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(voorstel_url(loop))
    assert "Een voorstel kan pas als de aanvraag is beoordeeld" in page.words and not page.html.select("main form")
    assert "Een voorstel kan pas" in browser.post(voorstel_url(loop, "/beginnen"), expect=409).words
    assert "Er is nog geen voorstel." in browser.post(voorstel_url(loop), expect=409).words
    browser.get(voorstel_url(loop, "/brief.pdf"), expect=404)


def test_the_letter_waits_for_what_it_must_say(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert "40.000,00" in letter(browser, voorstel_url(loop, "/brief.pdf"))
    browser.post(voorstel_url(loop), browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | {"bedrag": ""})
    assert "Bedrag nog niet ingevuld" in browser.get(voorstel_url(loop)).words
    assert "Vul eerst het bedrag en de periode in" in browser.get(voorstel_url(loop, "/brief.pdf"), expect=409).words


def test_what_was_decided_is_no_proposal_any_more(world):
    loop = begonnen(world)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst="weigeren", grond="verordening",
              eigen_feiten=False, horen="Het adres staat in de aanvraag.", motivering="De plek ligt niet in de gemeente.")
    loop = replace(loop, besluit_id=world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id).id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=NepBrieven(world))
    page = world.sign_in(loop.wie.adviseur).get(voorstel_url(loop))
    assert "Over deze aanvraag is al besloten." in page.words and not page.html.select("main form")
    assert page.html.select_one(f'main a[href="{besluit_url(loop)}"]')


# Lines ------------------------------------------------------------------------------------------------------------------------

LINE = {"tekst": "Koop duurzaam in.", "grondslag": "4-38", "bewijs": "Facturen", "koppeling": "criterium-samen",
        "uiterlijk_on": "31-12-2027", "verordening_artikel": "8"}


def test_a_line_is_added_changed_and_taken_away(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    url = voorstel_url(loop, "/regels/verplichting")
    page = browser.get(url)
    grounds = [option["value"] for option in page.html.select("#grondslag option") if option["value"]]
    assert "4-37-1-c" in grounds and "4-30" not in grounds and "4-34" not in grounds, "alleen gronden van deze soort"
    assert browser.post(url, page.form(url) | LINE).location == voorstel_url(loop) + "#verplichting"
    page = browser.get(voorstel_url(loop))
    assert "V2 Koop duurzaam in. Awb 4:38" in page.words and "Wijzig V2" in page.words
    change = page.html.select_one("#regel-V2 a")["href"]
    page = browser.get(change)
    assert page.form(change)["uiterlijk_on"] == "31-12-2027"
    browser.post(change, page.form(change) | {"grondslag": "4-39", "verordening_artikel": "9", "uiterlijk_on": "01-12-2027"})
    assert "Awb 4:39, verordening artikel 9 Uiterlijk wo 1 december 2027" in browser.get(voorstel_url(loop)).words
    assert "V2 weghalen?" in browser.get(change + "/weghalen").words
    browser.post(change + "/weghalen")
    page = browser.get(voorstel_url(loop))
    assert "Koop duurzaam in." not in page.words
    browser.get(change, expect=404)
    browser.post(change + "/weghalen", expect=404)


@pytest.mark.parametrize(("typed", "says"), [
    ({"tekst": ""}, "Schrijf de regel."), ({"grondslag": ""}, "Kies het artikel waarop deze regel rust."),
    ({"grondslag": "4-39", "verordening_artikel": ""}, "Noem het artikel."),
    ({"bewijs": ""}, "Schrijf waaruit blijkt dat het is gedaan."),
    ({"koppeling": ""}, "Kies de eis of het criterium"), ({"uiterlijk_on": "morgen"}, "Schrijf de datum als"),
    ({"uiterlijk_on": ""}, "Vul in voor welke dag dit klaar is."),
    ({"grondslag": "4-30"}, "Kies het artikel van de Awb waarop deze verplichting rust."),
], ids=["tekst", "artikel", "verordening", "bewijs", "eis", "dag", "geen dag", "artikel van een andere soort"])
def test_a_line_without_its_article_or_evidence_is_refused(world, typed, says):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.post(voorstel_url(loop, "/regels/verplichting"), LINE | typed, expect=422)
    assert says in page.words
    assert page.form()["tekst"] == (LINE | typed)["tekst"]
    assert world.behind("SELECT count(*) FROM portal.subsidieregel")[0][0] == 2


# The letter -------------------------------------------------------------------------------------------------------------------

def sections(told: str, *koppen: str) -> dict[str, str]:
    """The text between the headings of a letter, in this order."""
    found, rest = {}, told
    for kop, after in zip(koppen, (*koppen[1:], None), strict=True):
        assert kop in rest, f"{kop} ontbreekt: {rest[:200]}"
        rest = rest[rest.index(kop) + len(kop):]
        found[kop] = rest[:rest.index(after)] if after else rest
    return found


def test_B3_AC3_a_grant_keeps_results_duties_and_conditions_apart(world):
    loop = begonnen(world)
    van, _tot = jaar()
    adviseur = loop.wie.adviseur
    world.as_(adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="voorwaarde", grondslag="4-34",
              tekst="De raad stelt genoeg geld beschikbaar.", bewijs="Het raadsbesluit", koppeling="wmo-algemeen",
              uiterlijk_on=van)
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, **GRANT, methode="het aantal dagdelen keer het tarief",
              maximum=Decimal(44_000), tarief=Decimal(40),
              termijnen=[{"op": f"{van.year}-01-15", "bedrag": "20000"}, {"op": f"{van.year}-07-15", "bedrag": "16000"}])
    browser = world.sign_in(adviseur)
    told = letter(browser, voorstel_url(loop, "/brief.pdf"))
    assert "CONCEPT" in told and "Niemand kan hieraan rechten ontlenen." in told
    besluit = world.as_(adviseur, voorstellen.voorleggen, loop.subsidie_id)
    loop = replace(loop, besluit_id=besluit.id)
    assert "CONCEPT" in letter(browser, besluit_url(loop, "/brief.pdf"))
    tekenaar = world.sign_in(loop.wie.tekenaar)
    tekenaar.post(besluit_url(loop, "/tekenen"), tekenaar.get(besluit_url(loop, "/tekenen")).form())
    told = letter(browser, besluit_url(loop, "/brief.pdf"))
    assert "CONCEPT" not in told
    parts = sections(told, "Wat wij besluiten", "Wat u bereikt", "Wat u moet doen", "Wanneer u recht heeft op het geld",
                     "Betaling", "Waarom", "Wat daarna komt", "Bedragen en betaling", "Waarop dit besluit berust",
                     "Bent u het niet eens met dit besluit?", "Met vriendelijke groet,")
    assert "een subsidie van ten hoogste € 44.000,00" in parts["Wat wij besluiten"]
    assert "het aantal dagdelen keer het tarief. Wij gaan nu uit van € 40.000,00." in parts["Wat wij besluiten"]
    assert f"van 1 januari {van.year} tot en met 31 december {van.year}" in parts["Wat wij besluiten"]
    result, duty, condition = ("R1. Inwoners hebben overdag een plek.", "V1. Meld een afwijking van meer dan 10 % meteen.",
                               "B1. De raad stelt genoeg geld beschikbaar.")
    for kop, own, article in (("Wat u bereikt", result, "Awb 4:30"), ("Wat u moet doen", duty, "Awb 4:37, lid 1, onder c"),
                              ("Wanneer u recht heeft op het geld", condition, "Awb 4:34, lid 1")):
        assert own in parts[kop] and f"Artikel: {article}." in parts[kop]
        assert not [other for other in (result, duty, condition) if other != own and other in parts[kop]], kop
    assert "Dit blijkt uit: aantal dagdelen." in parts["Wat u bereikt"]
    assert GRANT["motivering"] in parts["Waarom"]
    assert "Rest € 4.000,00 na de vaststelling" in parts["Bedragen en betaling"]
    assert "Voorschot 1 € 20.000,00 uiterlijk 15 januari" in parts["Bedragen en betaling"]
    assert "Subsidieverordening Zwolle, artikel 5" in parts["Waarop dit besluit berust"]
    assert "artikel 4:31, lid 2" in parts["Waarop dit besluit berust"]
    last = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'bezwaartermijn'")[0][0]
    assert f"{last.day}" in parts["Bent u het niet eens met dit besluit?"]
    assert ("Namens het college van burgemeester en wethouders van Zwolle, krachtens mandaat (Mandaatregister Zwolle, nummer "
            "44), Karel ten Brinke") in parts["Met vriendelijke groet,"]
    assert "niet economisch" not in told, "het oordeel over staatssteun is van de gemeente"


def zin(deel: str) -> str:
    """A part of a letter without numbers: what two letters of one template have the same."""
    return re.sub(r"[\d.,]+", "#", deel)


def getekende_brief(world, loop) -> str:
    """The letter, after signing on the page."""
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    loop = replace(loop, besluit_id=besluit.id)
    tekenaar = world.sign_in(loop.wie.tekenaar)
    tekenaar.post(besluit_url(loop, "/tekenen"), tekenaar.get(besluit_url(loop, "/tekenen")).form())
    return letter(world.sign_in(loop.wie.adviseur), besluit_url(loop, "/brief.pdf"))


LID = ("Wat wij besluiten", "Wat u bereikt", "Wat u moet doen", "Betaling", "Waarom")


def test_B6_AC3_the_tussenvorm_is_a_product_of_its_own_from_scheme_to_letter(world):
    """Anybody can see it, it is counted in places and not in dagdelen, and it has a maximum of its own."""
    loop = concept_regeling(world, personen(world, 2), plafond="900000")
    van, _tot = jaar()
    for product, bedrag in (("dagdeel", "10.00"), ("tussenvorm", "39500.00")):
        world.as_(loop.wie.adviseur, regelingen.maximum_vaststellen, loop.regeling_id, product=product, jaar=van.year,
                  per="eenheid", bedrag=Decimal(bedrag), besluit="college 12 mei 2026", van=clock.today() - timedelta(days=1))
    world.as_(loop.wie.adviseur, regelingen.bekendmaken, loop.regeling_id)
    reference = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.regeling_id)[0][0]
    assert "Tussenvorm beschermd wonen" in world.anonymous().get(f"/regelingen/{reference}").words
    one = begonnen(world, geschreven(world, loop, wie=0, product="tussenvorm", aantal=Decimal(2), bedrag="79000.01"))
    world.as_(loop.wie.adviseur, voorstellen.bewaren, one.subsidie_id, **GRANT)
    page = world.sign_in(loop.wie.adviseur).get(voorstel_url(one))
    assert "ten hoogste € 39.500,00 per eenheid" in page.words.replace("\xa0", " ")
    world.as_(loop.wie.adviseur, voorstellen.bewaren, one.subsidie_id, bedrag=Decimal(79_000), **(REST | {"grond": "maximum"}))
    told = getekende_brief(world, one)
    assert "Tussenvorm beschermd wonen" in told and "2 plaatsen" in told and "2 dagdelen" not in told
    # The maximum of the one says nothing about the other.
    two = begonnen(world, geschreven(world, loop, wie=1, aantal=Decimal(2), bedrag="79000.00"))
    world.as_(loop.wie.adviseur, voorstellen.bewaren, two.subsidie_id, **GRANT)
    page = world.sign_in(loop.wie.adviseur).get(voorstel_url(two))
    assert "ten hoogste € 10,00 per eenheid" in page.words.replace("\xa0", " ")


def test_B6_AC4_one_template_makes_the_letters_of_beschermd_wonen_and_opvang(world):
    """The letters of two products say the same, in the same order, apart from what was asked; and a line that is changed for
    one changes nothing for the other."""
    scheme = open_regeling(world, personen(world, 3), plafond="900000")
    told, wie = [], scheme.wie
    for n, (product, aantal) in enumerate((("dagdeel", 1000), ("tussenvorm", 8), ("tussenvorm", 8))):
        loop = begonnen(world, geschreven(world, scheme, wie=n, product=product, aantal=Decimal(aantal)))
        world.as_(wie.adviseur, voorstellen.bewaren, loop.subsidie_id, **GRANT)
        if n == 2:
            line = world.as_(wie.adviseur, lambda s, _a, loop=loop: queries.regels(s, loop.subsidie_id))[0]
            world.as_(wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, regel_id=line.id, soort="resultaat",
                      tekst="Acht mensen wonen er.", grondslag="4-30", bewijs="Lijst", koppeling="wmo-algemeen",
                      uiterlijk_on=line.uiterlijk_on)
        told.append(sections(getekende_brief(world, loop), *LID))
    dagen, wonen, anders = told
    for deel in ("Wat u bereikt", "Wat u moet doen"):
        assert dagen[deel] == wonen[deel] != "", deel
    assert "Inwoners hebben overdag een plek." in wonen["Wat u bereikt"]
    assert zin(dagen["Betaling"]) == zin(wonen["Betaling"])
    assert "Acht mensen wonen er." in anders["Wat u bereikt"] and anders["Wat u bereikt"] != wonen["Wat u bereikt"]
    assert anders["Wat u moet doen"] == wonen["Wat u moet doen"]


def test_a_letter_for_paper_is_made_known_on_the_day_that_somebody_posts_it(world):
    loop = open_regeling(world)
    van, tot = jaar()
    zaak = world.as_(loop.wie.adviseur, usecases.papier, loop.regeling_id, papier_on=clock.today(), gegevens={
        "titel": "Koffie en krant", "product": "dagdeel", "omschrijving": "Open inloop", "resultaat": "Ontmoeting",
        "aantal": "200", "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "5000.00"}, aanvrager={
        "id": None, "naam": "Buurthuis De Haven (fictief)", "kvk_nummer": "", "contactpersoon": "", "postadres": "Kade 1"})
    loop = begonnen(world, replace(loop, subsidie_id=zaak.id))
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, **GRANT)
    loop = replace(loop, besluit_id=world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id).id)
    browser = world.sign_in(loop.wie.tekenaar)
    card = browser.get(besluit_url(loop, "/tekenen"))
    assert "Een collega print de brief, doet hem op de post en vult de dag in." in card.words
    page = browser.get(browser.post(besluit_url(loop, "/tekenen"), card.form()).location)
    assert "Pas daarna loopt de termijn (Awb 3:41 en 6:8)." in page.words
    adviser = world.sign_in(loop.wie.adviseur)
    page = adviser.get(besluit_url(loop))
    assert f"Is dat later dan {datum(clock.today())}?" in page.words
    assert world.behind("SELECT 1 FROM portal.termijn WHERE kind = 'bezwaartermijn'") == []
    here = besluit_url(loop, "/post")
    adviser.post(here, adviser.get(here).form(here) | {"on": f"{clock.today():%d-%m-%Y}"})
    assert world.behind("SELECT started_on FROM portal.termijn WHERE kind = 'bezwaartermijn'")[0][0] == clock.today()


def test_a_refusal_names_its_ground_and_how_the_ceiling_stood(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="60000")
    voorgesteld(world, geschreven(world, scheme, wie=0, bedrag="40000"))
    loop = begonnen(world, geschreven(world, scheme, wie=1, bedrag="20000.01"))
    world.as_(wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst="weigeren", grond="plafond", eigen_feiten=False,
              horen="De stand van het plafond staat vast.", motivering="Het plafond van dit jaar is bereikt.")
    browser = world.sign_in(wie.adviseur)
    assert "Nog in het plafond € 20.000,00 van € 60.000,00" in browser.get(voorstel_url(loop)).words
    besluit = world.as_(wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    loop = replace(loop, besluit_id=besluit.id)
    tekenaar = world.sign_in(wie.tekenaar)
    card = tekenaar.get(besluit_url(loop, "/tekenen"))
    assert "Gevraagd, er wordt niets verleend € 20.000,01" in card.words
    tekenaar.post(besluit_url(loop, "/tekenen"), card.form())
    assert stands(world, loop) == (State.GEWEIGERD, ["verzonden"], 1)
    told = letter(browser, besluit_url(loop, "/brief.pdf"))
    assert "Wij weigeren de subsidie. U vroeg om € 20.000,01." in told
    assert "De grond is: het subsidieplafond is bereikt (Awb 4:25, lid 2). Wij mogen dan niet anders besluiten." in told
    assert ("Subsidieplafond: € 60.000,00. Verleend aan anderen: € 0,00. Gereserveerd voor aanvragen die voorgaan: "
            "€ 40.000,00. Nog over: € 20.000,00.") in told
    assert "De stand van het plafond staat vast." in told and "Wat u bereikt" not in told


def test_a_refusal_on_what_another_said_answers_every_argument(world):
    loop = begonnen(world)
    adviseur = loop.wie.adviseur
    world.as_(adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst="weigeren", grond="komt-niet-na", eigen_feiten=True,
              motivering="Vorig jaar kwam er geen verantwoording.")
    browser = world.sign_in(adviseur)
    assert "Vraag de aanvrager eerst om een zienswijze (Awb 4:7)." in browser.get(voorstel_url(loop)).words
    world.as_(adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Vorig jaar kwam er geen verantwoording.")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Wij stuurden haar in maart."])
    neem_in(world, sent.id, adviseur.party_id)
    one = world.as_(adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))[0]
    assert "Nog open: 1" in browser.get(voorstel_url(loop)).words
    world.as_(adviseur, usecases.argument_beantwoorden, one.id, antwoord="Wij vonden haar niet terug.")
    told = letter(browser, voorstel_url(loop, "/brief.pdf"))
    assert "U schreef: Wij stuurden haar in maart. Ons antwoord: Wij vonden haar niet terug." in told
    assert "Daarom kon u eerst uw mening geven (Awb 4:7)." in told and "Hoe het subsidieplafond stond" not in told


def niet_aangevuld(world):
    """A case of which the supplement did not come, the day after."""
    loop = verstuurd(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    herstel: Termijn = world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    world.clock(op(herstel.due_on + timedelta(days=1)))
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), world.app.new_session() as session:
        usecases.termijnen_verlopen(session, usecases.portaal(zwolle), clock.today())
        session.commit()
    return loop


def test_not_handled_says_why_and_is_too_late_after_four_weeks(world):
    loop = niet_aangevuld(world)
    browser = world.sign_in(loop.wie.adviseur)
    browser.post(voorstel_url(loop, "/beginnen"))
    page = browser.get(voorstel_url(loop))
    assert "De aanvraag niet behandelen" in page.words and "Het besluit is op tijd" in page.words
    form = page.form(voorstel_url(loop)) | {"motivering": "De jaarrekening ontbreekt, ook na onze brief."}
    answer = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form)
    loop = replace(loop, besluit_id=answer.location.rsplit("/", 1)[1])
    now = clock.now()
    world.clock(now + timedelta(weeks=5))
    late = world.sign_in(loop.wie.tekenaar)
    card = late.get(besluit_url(loop, "/tekenen"))
    assert "De vier weken van Awb 4:5, lid 4 zijn voorbij." in card.words and not card.html.select("main form")
    page = late.post(besluit_url(loop, "/tekenen"), expect=409)
    assert "De vier weken van Awb 4:5, lid 4 zijn voorbij." in page.words
    assert stands(world, loop) == (State.NIET_AANGEVULD, ["opgesteld"], 0)
    world.clock(now)
    tekenaar = world.sign_in(loop.wie.tekenaar)
    tekenaar.post(besluit_url(loop, "/tekenen"), tekenaar.get(besluit_url(loop, "/tekenen")).form())
    assert stands(world, loop) == (State.BUITEN_BEHANDELING, ["verzonden"], 1)
    told = letter(tekenaar, besluit_url(loop, "/brief.pdf"))
    assert "Wij behandelen uw aanvraag niet (Awb 4:5, lid 1)." in told
    assert "De jaarrekening ontbreekt, ook na onze brief." in told and "artikel 4:5, lid 4" in told
    assert "Bent u het niet eens met dit besluit?" in told


# Reading and signing ----------------------------------------------------------------------------------------------------------

def te_lezen(world):
    return voorgesteld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))


def test_drafter_reader_and_signer_are_three_people(world):
    loop = te_lezen(world)
    drafter = world.medewerker("zwolle", "subsidieadviseur", "subsidiejurist", "mandaathouder")
    page = world.sign_in(loop.wie.adviseur).get(besluit_url(loop))
    assert "Dit voorstel wacht op een tweede lezer." in page.words and not page.html.select("main form")
    tekenaar = world.sign_in(loop.wie.tekenaar)
    page = tekenaar.get(besluit_url(loop))
    assert "Een tweede persoon moet dit besluit eerst lezen." in page.words
    page = tekenaar.post(besluit_url(loop, "/tekenen"), expect=422)
    assert "Een tweede persoon moet dit besluit eerst lezen." in page.words and "Er is niets getekend" in page.words
    tekenaar.post(besluit_url(loop, "/meelezen"), expect=403)

    # The drafter with every role is still the drafter.
    world.as_(loop.wie.jurist, tekenen.terugsturen, loop.besluit_id, reden="Noem de begroting.")
    mine = world.as_(drafter, voorstellen.voorleggen, loop.subsidie_id)
    loop = replace(loop, besluit_id=mine.id)
    browser = world.sign_in(drafter)
    page = browser.get(besluit_url(loop))
    assert "U heeft dit besluit zelf opgesteld. Een ander moet het lezen." in page.words
    assert "zelf opgesteld" in browser.post(besluit_url(loop, "/meelezen"), expect=422).words
    reader = world.medewerker("zwolle", "subsidiejurist", "mandaathouder")
    browser = world.sign_in(reader)
    url = besluit_url(loop, "/meelezen")
    browser.post(url, browser.get(besluit_url(loop)).form(url))
    assert stands(world, loop)[1] == ["teruggestuurd", "gelezen"]
    assert "al gelezen of teruggestuurd" in browser.post(url, expect=409).words
    card = browser.get(besluit_url(loop, "/tekenen"))
    assert "U heeft dit besluit gelezen als tweede lezer. Een derde moet tekenen." in card.words
    assert "tweede lezer" in browser.post(besluit_url(loop, "/tekenen"), expect=422).words
    assert "zelf opgesteld" in world.sign_in(drafter).post(besluit_url(loop, "/tekenen"), expect=422).words
    assert stands(world, loop)[2] == 0 and journal(world, "subsidie:tekenen") == ["422"] * 3
    tekenaar = world.sign_in(loop.wie.tekenaar)
    card = tekenaar.get(besluit_url(loop, "/tekenen"))
    assert f"gelezen door {reader.actor.naam}" in card.words
    tekenaar.post(besluit_url(loop, "/tekenen"), card.form())
    assert stands(world, loop) == (State.VERLEEND, ["teruggestuurd", "verzonden"], 1)


def test_who_wrote_along_is_told_that_another_reads_and_signs(world):
    loop = begonnen(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    co = world.medewerker("zwolle", "subsidieadviseur", "subsidiejurist", "mandaathouder", naam="Mee Schrijver")
    mandaat(world, loop.wie.beheerder, co)
    world.as_(co, voorstellen.bewaren, loop.subsidie_id, **GRANT)
    loop = replace(loop, besluit_id=world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id).id)
    told = "U schreef mee aan dit voorstel. Een ander moet het lezen en tekenen."
    browser, reader = world.sign_in(co), loop.wie.jurist
    read, sign, work = besluit_url(loop, "/meelezen"), besluit_url(loop, "/tekenen"), "Lees mee met het subsidiebesluit"
    page = browser.get(besluit_url(loop))
    assert told in page.words and not page.html.select(f'form[action="{read}"]')
    assert told in browser.post(read, expect=403).words
    case = browser.get(f"/subsidies/{loop.subsidie_id}").words
    assert "Het wacht op de tweede lezer." in case and "Lees het voorstel als tweede persoon" not in case
    assert work in world.sign_in(reader).get("/mijn-werk").words and work not in browser.get("/mijn-werk").words
    world.as_(reader, tekenen.meelezen, loop.besluit_id)
    assert told in browser.get(sign).words and told in browser.post(sign, expect=403).words
    assert "U schreef of las dit voorstel. Een ander tekent." in browser.get(f"/subsidies/{loop.subsidie_id}").words
    titel = "Verlening van subsidie: Samen de dag door"
    assert titel not in browser.get("/subsidies/te-tekenen").words
    assert titel in world.sign_in(loop.wie.tekenaar).get("/subsidies/te-tekenen").words
    assert stands(world, loop)[1:] == (["gelezen"], 0) and journal(world, "subsidie:tekenen") == ["403"]


def test_the_card_tells_what_for_whom_and_what_happens_next(world):
    loop = voorgesteld(world)
    browser = world.sign_in(loop.wie.tekenaar)
    card = browser.get(besluit_url(loop, "/tekenen"))
    for told in ("1 van 1", "Verlening van subsidie: Samen de dag door", "Te verlenen € 40.000,00", "Dagpunt 1 (fictief)",
                 "Uw mandaat heeft geen hoogste bedrag", "mandaathouder van het college", "Bezwaar maken kan tot en met",
                 "Opgesteld door Ria Smeets. Een tweede lezer is niet nodig.", "Uw mandaat geldt: Mandaatregister Zwolle",
                 "Het bedrag is gereserveerd in het subsidieplafond", "Als niemand iets doet"):
        assert told in card.words, told
    form = card.form()
    done = browser.post(besluit_url(loop, "/tekenen"), form)
    assert done.location == besluit_url(loop, "/getekend")
    assert browser.post(besluit_url(loop, "/tekenen"), form).location == done.location, "twee keer drukken tekent een keer"
    page = browser.get(done.location)
    assert "De brief is verstuurd." in page.words and "Bezwaar maken kan tot en met" in page.words
    assert browser.get(besluit_url(loop, "/tekenen"), expect=303).location == done.location
    assert stands(world, loop) == (State.VERLEEND, ["verzonden"], 1)
    again = browser.post(besluit_url(loop, "/tekenen"), expect=409)
    assert "Dit besluit is al getekend." in again.words
    # The applicant reads the same letter with the message.
    key, = world.behind("SELECT brief_key FROM portal.bericht WHERE besluit_id = :b", b=loop.besluit_id)[0]
    assert key == world.behind("SELECT opslag_key FROM portal.document WHERE soort = 'besluitbrief'")[0][0]


def test_sent_back_with_a_reason_opens_the_proposal(world):
    loop = voorgesteld(world)
    browser = world.sign_in(loop.wie.tekenaar)
    url = besluit_url(loop, "/terugsturen")
    page = browser.post(url, browser.get(url).form(), expect=422)
    assert "Schrijf waarom u het besluit terugstuurt." in page.words
    browser.post(url, browser.get(url).form() | {"reden": "Noem de begroting."})
    page = browser.get(besluit_url(loop))
    assert "Karel ten Brinke stuurde dit besluit terug" in page.words and "Noem de begroting." in page.words
    page = world.sign_in(loop.wie.adviseur).get(besluit_url(loop))
    assert page.html.select_one(f'main a[href="{voorstel_url(loop)}"]')
    page = world.sign_in(loop.wie.adviseur).get(voorstel_url(loop))
    assert "Dit voorstel kwam terug" in page.words and "Noem de begroting." in page.words
    assert world.behind("SELECT gereserveerd FROM portal.plafond")[0][0] == 0
    page = browser.post(url, {"reden": "Nog een keer."}, expect=409)
    assert "Terugsturen kan niet meer" in page.words
    world.sign_in(loop.wie.adviseur).post(url, {"reden": "x"}, expect=403)


def test_without_a_mandate_on_that_day_nothing_is_signed(world):
    loop = voorgesteld(world)
    browser = world.sign_in(world.medewerker("zwolle", "mandaathouder", naam="Nieuw"))
    card = browser.get(besluit_url(loop, "/tekenen"))
    assert "U heeft vandaag geen mandaat voor dit soort besluit." in card.words and not card.html.select("main form")
    page = browser.post(besluit_url(loop, "/tekenen"), expect=422)
    assert "U heeft vandaag geen mandaat voor dit soort besluit." in page.words
    assert stands(world, loop) == (State.BEOORDEELD, ["opgesteld"], 0) and journal(world, "subsidie:tekenen") == ["422"]


def test_signing_asks_to_log_in_again(world):
    loop = voorgesteld(world)
    for url in (besluit_url(loop, "/tekenen"), "/subsidies/te-tekenen"):
        browser = without_step_up(world, loop.wie.tekenaar)
        form = browser.get(url).form()
        answer = browser.post(url, form | {"besluit": str(loop.besluit_id)})
        assert unquote(answer.location) == f"/opnieuw-inloggen?verder={url}"
    assert stands(world, loop) == (State.BEOORDEELD, ["opgesteld"], 0)


def test_several_are_signed_in_one_act_and_who_fell_away_is_told(world):
    wie = personen(world, 3)
    scheme = open_regeling(world, wie, plafond="500000")
    loops = [voorgesteld(world, geschreven(world, scheme, wie=n)) for n in range(3)]
    browser = world.sign_in(wie.tekenaar)
    page = browser.get("/subsidies/te-tekenen")
    assert "3 besluiten op deze pagina" in page.words and "Dagpunt 2 (fictief) · € 40.000,00" in page.words
    form = page.form()
    assert "Kies ten minste één besluit." in browser.post("/subsidies/te-tekenen", form, expect=422).words
    gone = world.as_(loops[1].aanvrager.verzender, aanvragen.intrekken, loops[1].aanvraag_id)
    neem_in(world, gone.id, wie.adviseur.party_id)
    chosen = [str(one.besluit_id) for one in loops]
    answer = browser.post("/subsidies/te-tekenen", form | {"besluit": [*chosen, "geen-nummer"]})
    page = browser.get(answer.location)
    assert "2 van 3 getekend" in page.words and "2 besluiten zijn getekend en verzonden" in page.words
    assert "1 besluit is niet getekend" in page.words and "Dit voorstel is vervallen. Tekenen kan niet meer." in page.words
    assert [stands(world, one) for one in loops] == [
        (State.VERLEEND, ["verzonden"], 1), (State.INGETROKKEN, ["vervallen"], 0), (State.VERLEEND, ["verzonden"], 1)]
    assert "Er wacht niets op uw handtekening" in browser.get("/subsidies/te-tekenen").words
    # Of another gemeente, or nothing: told without a name.
    stranger = world.sign_in(world.medewerker("kampen", "mandaathouder"))
    page = stranger.get(answer.location)
    assert "3 besluiten zijn er niet, of zij zijn niet van uw gemeente." in page.words and "Dagpunt" not in page.text
    assert "U koos geen besluiten" in stranger.get("/subsidies/te-tekenen/uitslag").words


def test_who_reads_a_decision_and_who_does_not(world):
    loop = voorgesteld(world)
    lezer = world.medewerker("zwolle", "raadslid")
    page = world.sign_in(lezer).get(besluit_url(loop))
    assert "wacht op de handtekening" in page.words and not page.html.select("main form")
    assert "CONCEPT" in letter(world.sign_in(lezer), besluit_url(loop, "/brief.pdf"))
    for url in (besluit_url(loop, "/tekenen"), besluit_url(loop, "/terugsturen"), "/subsidies/te-tekenen"):
        world.sign_in(lezer).get(url, expect=403)
    for person, status in ((world.medewerker("kampen", "mandaathouder", "subsidiejurist"), 404),
                           (loop.aanvrager.verzender, 403)):
        for url in (besluit_url(loop), besluit_url(loop, "/brief.pdf"), besluit_url(loop, "/tekenen"),
                    besluit_url(loop, "/terugsturen"), besluit_url(loop, "/getekend")):
            world.sign_in(person).get(url, expect=status)
        for url in (besluit_url(loop, "/tekenen"), besluit_url(loop, "/meelezen"), besluit_url(loop, "/terugsturen")):
            world.sign_in(person).post(url, {"reden": "Ik wil dit niet."}, expect=status)
    world.sign_in(loop.wie.tekenaar).get(besluit_url(loop, "/getekend"), expect=404)
    assert stands(world, loop) == (State.BEOORDEELD, ["opgesteld"], 0)


def namens_zwolle(world):
    """The director of Hardenberg with a mandate of Zwolle to sign subsidies, and the browser in which they act under it."""
    wie = mensen(world)
    id_ = world.as_(wie.gever, mandaten.mandaat_geven, soort="mandaat", orgaan="college", gemachtigde_id=wie.directeur.user_id,
                    werkgever_id=wie.directeur.party_id, besluit_soort="subsidie", tot_bedrag=Decimal(50_000),
                    van=clock.today() - timedelta(days=1), tot=None, vindplaats="Mandaatregister Zwolle, nummer 45").id
    for person, van_wie in ((wie.bestuur, "mandaatgever"), (wie.directeur, "gemachtigde"), (wie.werkgever, "werkgever")):
        world.as_(person, mandaten.instemmen, id_, van_wie)
    browser = world.sign_in(wie.directeur)
    url = f"/account/namens/{id_}"
    browser.post(url, browser.get("/account").form(url))
    return browser


def test_who_acts_for_another_gemeente_finds_what_waits_and_nothing_else(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie)
    loop, other = (voorgesteld(world, geschreven(world, scheme, wie=n)) for n in range(2))
    world.as_(wie.tekenaar, tekenen.tekenen, other.besluit_id, brieven=other.brieven)
    browser = namens_zwolle(world)
    page = browser.get("/subsidies/te-tekenen")
    assert "Dagpunt 1 (fictief)" in page.words and "Dagpunt 2" not in page.words
    card = browser.get(besluit_url(loop, "/tekenen"))
    assert "Uw mandaat gaat tot € 50.000,00" in card.words
    assert "CONCEPT" in letter(browser, besluit_url(loop, "/brief.pdf"))
    page = browser.get(besluit_url(loop))
    assert not page.html.select(f'main a[href="/subsidies/{loop.subsidie_id}"]'), "het dossier blijft dicht"
    for url, status in ((besluit_url(other), 404), (besluit_url(other, "/brief.pdf"), 404),
                        (besluit_url(other, "/tekenen"), 404), (voorstel_url(loop), 403),
                        (voorstel_url(loop, "/brief.pdf"), 403)):
        browser.get(url, expect=status)
    browser.post(besluit_url(loop, "/tekenen"), card.form())
    assert "De brief is verstuurd." in browser.get(besluit_url(loop, "/getekend")).words
    assert "nummer 45" in letter(browser, besluit_url(loop, "/brief.pdf")), "wat iemand zelf tekende, blijft te lezen"
    assert stands(world, loop) == (State.VERLEEND, ["verzonden"], 1)


def test_a_replacement_signs_with_the_dates_in_the_letter(world):
    loop = voorgesteld(world)
    deputy = world.medewerker("zwolle", "mandaathouder", naam="Plaatsvervanger Zwolle")
    vervanging = world.as_(loop.wie.beheerder, mandaten.vervangen, afwezige_id=loop.wie.tekenaar.user_id,
                           vervanger_id=deputy.user_id, van=clock.today(), tot=clock.today() + timedelta(days=8),
                           reden="verlof")
    world.as_(world.medewerker("zwolle", "mandaathouder"), mandaten.vervanging_instemmen, vervanging.id)
    browser = world.sign_in(deputy)
    card = browser.get(besluit_url(loop, "/tekenen"))
    assert "bij afwezigheid van Karel ten Brinke" in card.words
    browser.post(besluit_url(loop, "/tekenen"), card.form())
    told = letter(browser, besluit_url(loop, "/brief.pdf"))
    assert "Plaatsvervanger Zwolle mandaathouder bij afwezigheid van Karel ten Brinke (vervanging van" in told


# Speed ------------------------------------------------------------------------------------------------------------------------

def asked(world, browser, url: str) -> int:
    """How many statements a page takes."""
    counted = []
    listen = ("before_cursor_execute", lambda *args: counted.append(args[2]))
    event.listen(world.app.engine, *listen)
    try:
        browser.get(url)
    finally:
        event.remove(world.app.engine, *listen)
    return len(counted)


def test_pages_ask_the_same_whatever_the_number_of_lines_and_decisions(world):
    wie = personen(world, 3)
    scheme = open_regeling(world, wie, plafond="500000")
    loop = begonnen(world, geschreven(world, scheme, wie=0))
    adviseur, tekenaar = world.sign_in(wie.adviseur), world.sign_in(wie.tekenaar)
    adviseur.get(voorstel_url(loop))
    few = asked(world, adviseur, voorstel_url(loop))
    for _n in range(3):
        world.as_(wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="resultaat", tekst="Nog een resultaat.",
                  grondslag="4-30", bewijs="Verslag", koppeling="wmo-algemeen", uiterlijk_on=jaar()[1])
    first = voorgesteld(world, geschreven(world, scheme, wie=1))
    assert asked(world, adviseur, voorstel_url(loop)) == few
    urls = ("/subsidies/te-tekenen", besluit_url(first), besluit_url(first, "/tekenen"))
    before = [asked(world, tekenaar, url) for url in urls]
    voorgesteld(world, geschreven(world, scheme, wie=2))
    assert [asked(world, tekenaar, url) for url in urls] == before


# What the law asks ----------------------------------------------------------------------------------------------------------

def test_less_than_was_asked_is_written_on_the_page_read_in_the_decision_and_in_the_letter(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    laid = f"/subsidies/{loop.subsidie_id}/voorleggen"
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT | {"bedrag": "30.000"}
    page = browser.post(laid, form, expect=422)
    assert "Wat u niet verleent, weigert u. Kies op welke grond." in page.words
    form = page.form(voorstel_url(loop)) | {"grond": "verordening", "eigen_feiten": "nee", "horen": PART["horen"]}
    answer = browser.post(laid, form)
    page = browser.get(answer.location)
    words = page.words.replace("\xa0", " ")
    assert "Waarom minder dan gevraagd" in words and "Geweigerd wordt € 10.000,00." in words
    assert "Het is geen staatssteun" in words
    told = letter(browser, f"{answer.location}/brief.pdf")
    assert "De rest is € 10.000,00. Die weigeren wij op grond van Subsidieverordening Zwolle, artikel 5" in told
    assert PART["horen"] in told
    card = world.sign_in(loop.wie.tekenaar).get(f"{answer.location}/tekenen").words.replace("\xa0", " ")
    assert "Te verlenen € 30.000,00" in card and "€ 10.000,00 wordt geweigerd (de verordening)" in card


def test_aid_that_may_not_be_given_can_only_be_refused(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT | {"steun": "niet"}
    page = browser.post(f"/subsidies/{loop.subsidie_id}/voorleggen", form, expect=422)
    assert "U kunt dan alleen weigeren (Awb 4:35, lid 3)." in page.words
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GRANT | {"steun": "misschien"}
    browser.post(voorstel_url(loop), form, expect=422)


def test_small_aid_goes_into_the_central_register_from_the_case_page(world):
    scheme = open_regeling(world, staatssteun="de_minimis")
    loop = verleend(world, geschreven(world, scheme, steun_eerder="0"), voorstel={"steun": "de_minimis"})
    browser, here = world.sign_in(loop.wie.adviseur), f"/subsidies/{loop.subsidie_id}/steunregister"
    assert "Zet de kleine steun in het centrale register" in browser.get("/mijn-werk").words
    assert browser.get(f"/subsidies/{loop.subsidie_id}").html.select_one(f'a[href="{here}"]')
    page = browser.get(here)
    assert "binnen twintig werkdagen na het besluit (Verordening (EU) 2023/2831, artikel 6)" in page.words
    assert "Vul het nummer in" in browser.post(here, page.form(here) | {"nummer": " "}, expect=422).words
    browser.post(here, page.form(here) | {"nummer": "NL-2026-00815"})
    assert "onder nummer NL-2026-00815" in browser.get(f"/subsidies/{loop.subsidie_id}").words
    assert "onder nummer NL-2026-00815" in browser.get(here).words
    browser.post(here, {"nummer": "2"}, expect=409)
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    neighbour.get(here, expect=404)
    neighbour.post(here, {"nummer": "2"}, expect=404)
    reader = world.sign_in(loop.wie.jurist)
    reader.get(here, expect=403)
    world.anonymous().get(here, expect=303)
