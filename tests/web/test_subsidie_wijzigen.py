"""A grant that is changed or taken back, and every kind of decision on the pages to read and sign: in the browser."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import aanvragen, bezwaar, ingebreke, queries, tekenen, usecases, voorstellen
from portal.domains.subsidies.model import State
from portal.domains.subsidies.rules import Beslissing
from portal.kernel import clock
from tests.domains import test_subsidies_bezwaar as objections
from tests.domains import test_subsidies_ingebreke as late
from tests.domains.test_subsidies import termijn
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, payments
from tests.domains.test_subsidies_wijzigen import EIGEN, WAAROM, met_voorbehoud
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import jaar, mandaat, neem_in, op, subsidie, verleend
from tests.web.test_subsidie_besluiten import asked, journal, letter, stands, voorstel_url, without_step_up


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def zaak(loop) -> str:
    return f"/subsidies/{loop.subsidie_id}"


def begonnen(world, loop, uitkomst: str):
    """The browser of the drafter, with the proposal begun through the page."""
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(voorstel_url(loop) + f"?uitkomst={uitkomst}")
    begin = voorstel_url(loop, "/beginnen")
    assert page.form(begin)["uitkomst"] == uitkomst
    assert browser.post(begin, page.form(begin)).location == voorstel_url(loop)
    return browser


def voorgelegd(browser, loop, **typed):
    """What was typed laid before the signer: the address of the decision."""
    page = browser.get(voorstel_url(loop))
    form = page.form(voorstel_url(loop)) | typed
    answer = browser.post(f"{zaak(loop)}/voorleggen", form)
    assert answer.location.startswith("/subsidies/besluit/"), plain(answer)
    return answer.location


def getekend(world, person, url: str):
    """Signed through the card: the page after it."""
    browser = world.sign_in(person)
    card = browser.get(f"{url}/tekenen")
    answer = browser.post(f"{url}/tekenen", card.form())
    assert answer.location == f"{url}/getekend", plain(answer)
    return card, browser.get(answer.location)


GAAT_WEG = {"grond": "niet-verricht", "motivering": "De plek ging nooit open, en dat kost u niets meer.", "eigen_feiten": "nee",
            "horen": "De ontvanger meldde dit zelf."}


# A change ---------------------------------------------------------------------------------------------------------------------

def test_from_the_case_to_a_changed_grant_that_everybody_can_compare(world):
    loop = bevoorschot(world)
    page = world.sign_in(loop.wie.adviseur).get(zaak(loop))
    links = [a["href"] for a in page.html.select("main a") if "uitkomst=" in a["href"]]
    assert links == [f"{voorstel_url(loop)}?uitkomst=wijzigen", f"{voorstel_url(loop)}?uitkomst=intrekken"]
    assert "Wijzig de verlening" in plain(page) and "Schrijf het voorstel voor het besluit" not in plain(page)
    browser = begonnen(world, loop, "wijzigen")
    page = browser.get(voorstel_url(loop))
    assert "Nog niets. U begon met wat nu geldt." in plain(page) and "Dit is hetzelfde als wat er nu geldt." in plain(page)
    assert "Inwoners hebben overdag een plek." in plain(page) and "verleend is nu: € 40.000,00" in plain(page)
    form = page.form(voorstel_url(loop))
    last = subsidie(world, loop).tot + timedelta(days=30)
    browser.post(voorstel_url(loop), form | {"bedrag": "30.000", "tot_en_met": f"{last:%d-%m-%Y}", "motivering": WAAROM})
    page = browser.get(voorstel_url(loop))
    assert "Bedrag € 40.000,00 € 30.000,00" in plain(page) and "Laatste dag" in plain(page)
    assert "1 geplande betaling past niet meer bij het nieuwe bedrag." in plain(page)
    assert "Verlagen of intrekken kan alleen op een grond uit de wet." in plain(page)
    told = letter(browser, voorstel_url(loop, "/brief.pdf"))
    assert "CONCEPT" in told and "Bedrag: was € 40.000,00, wordt € 30.000,00." in told.replace("\xa0", " ")
    url = voorgelegd(browser, loop, grond="niet-verricht", eigen_feiten="nee", horen="De ontvanger meldde dit zelf.")
    page = browser.get(url)
    assert "De subsidie wijzigen" in plain(page) and "Bedrag € 40.000,00 € 30.000,00" in plain(page)
    assert "(Awb 4:48, lid 1, onder a)" in plain(page) and "De subsidie wordt € 10.000,00 lager." in plain(page)
    card, done = getekend(world, loop.wie.tekenaar, url)
    assert "De subsidie wordt € 30.000,00" in plain(card) and "was € 40.000,00, wordt € 30.000,00" in plain(card)
    assert "De grond is gekozen: Awb 4:48, lid 1, onder a" in plain(card) and "Bezwaar maken kan tot en met" in plain(card)
    assert "Bezwaar maken kan" in plain(done)
    now = subsidie(world, loop)
    assert (now.state, now.verleend, now.tot) == (State.VERLEEND, Decimal(30_000), last + timedelta(days=1))
    page = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}")
    assert "Uw subsidie is gewijzigd" in plain(page) and "Bedrag € 40.000,00 € 30.000,00" in plain(page)
    page = world.sign_in(loop.wie.adviseur).get(zaak(loop))
    assert "Wat is verleend" in plain(page) and "Verleend € 30.000" in plain(page)


def test_a_line_of_a_grant_is_changed_on_its_own_page(world):
    loop = verleend(world)
    browser = begonnen(world, loop, "wijzigen")
    line = browser.get(voorstel_url(loop)).html.select_one("#regel-V1 a")["href"]
    form = browser.get(line).form(line)
    browser.post(line, form | {"tekst": "Meld elke afwijking meteen."})
    page = browser.get(voorstel_url(loop))
    assert "V1 Meld een afwijking van meer dan 10 % meteen. Meld elke afwijking meteen." in plain(page)
    url = voorgelegd(browser, loop, motivering=WAAROM)
    card, _done = getekend(world, loop.wie.tekenaar, url)
    assert "1 regel wordt anders" in plain(card)


def test_a_change_that_adds_nothing_or_misses_its_ground_is_refused_and_nothing_typed_is_lost(world):
    loop = verleend(world)
    browser = begonnen(world, loop, "wijzigen")
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop))
    page = browser.post(f"{zaak(loop)}/voorleggen", form | {"motivering": WAAROM}, expect=422)
    assert "Dit is hetzelfde als wat er nu geldt." in plain(page)
    page = browser.post(f"{zaak(loop)}/voorleggen", form | {"motivering": WAAROM, "bedrag": "30.000"}, expect=422)
    assert "Verlagen of intrekken kan alleen op een grond uit de wet." in plain(page)
    again = page.form(voorstel_url(loop))
    assert (again["bedrag"], again["motivering"]) == ("30.000", WAAROM)
    page = browser.post(voorstel_url(loop), form | {"begroting_on": "x", "grond": "plafond"}, expect=422)
    assert "Kies een van de mogelijkheden." in plain(page)
    typed = {"motivering": WAAROM, "bedrag": "30.000", "grond": "omstandigheden", "eigen_feiten": "nee", "horen": "Gezegd."}
    page = browser.post(f"{zaak(loop)}/voorleggen", form | typed, expect=422)
    assert "Schrijf welke schade de gemeente vergoedt" in plain(page)
    assert stands(world, loop)[1] == ["verzonden"]
    assert journal(world, "subsidie:voorleggen") == ["422"] * 3


def test_on_what_others_said_the_recipient_is_asked_first_also_after_the_period(world):
    loop = verleend(world)
    world.behind("UPDATE portal.dossier SET state = 'verantwoorden' WHERE id = :i", i=loop.subsidie_id)
    browser = begonnen(world, loop, "intrekken")
    form = browser.get(voorstel_url(loop)).form(voorstel_url(loop)) | GAAT_WEG | {"eigen_feiten": "ja"}
    page = browser.post(f"{zaak(loop)}/voorleggen", form, expect=422)
    assert "Vraag de ontvanger eerst om een zienswijze (Awb 4:8)." in plain(page)
    assert page.html.select_one(f'main a[href="{zaak(loop)}/zienswijze"]')
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een bewoner zei iets anders.")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Wij waren open."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    one = world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))[0]
    world.as_(loop.wie.adviseur, usecases.argument_beantwoorden, one.id, antwoord="De deur was dicht.")
    url = browser.post(f"{zaak(loop)}/voorleggen", form).location
    assert "Wij waren open." in plain(browser.get(url))
    _card, _done = getekend(world, loop.wie.tekenaar, url)
    told = letter(browser, f"{url}/brief.pdf")
    assert "U schreef: Wij waren open. Ons antwoord: De deur was dicht." in told
    assert "Daarom kon u eerst uw mening geven (Awb 4:8)." in told


# A withdrawal -----------------------------------------------------------------------------------------------------------------

def test_taking_a_grant_back_shows_its_grounds_and_what_happens_to_the_money(world):
    loop = betaald(world, bevoorschot(world))
    browser = begonnen(world, loop, "intrekken")
    page = browser.get(voorstel_url(loop))
    grounds = [option["value"] for option in page.html.select("#grond option") if option["value"]]
    assert grounds == ["niet-verricht", "verplichting", "onjuist", "kenbaar"], "wat vooruit telt, is geen intrekking"
    assert "Al betaald € 20.000,00" in plain(page) and "Gaat niet door € 20.000,00 1 betaling" in plain(page)
    assert "Er is € 20.000,00 betaald. Terugvragen is een apart besluit" in plain(page)
    assert "Hoe wordt het bedrag berekend?" not in plain(page)
    browser.get(voorstel_url(loop, "/brief.pdf"), expect=409)
    url = voorgelegd(browser, loop, **GAAT_WEG)
    card, done = getekend(world, loop.wie.tekenaar, url)
    assert "In te trekken € 40.000,00" in plain(card) and "Terugvragen is een apart besluit (Awb 4:57)." in plain(card)
    assert "De brief is verstuurd." in plain(done)
    assert (subsidie(world, loop).state, [p.stand for p in payments(world, loop)]) == (
        State.VERLENING_INGETROKKEN, ["betaald", "vervallen"])
    told = letter(browser, f"{url}/brief.pdf").replace("\xa0", " ")
    assert "Wij trekken uw subsidie in." in told and "U kreeg al € 20.000,00." in told
    page = browser.get(zaak(loop))
    assert "Beslis of u terugvordert" in plain(page) and "Wat is verleend" not in plain(page)
    assert not [a for a in page.html.select("main a") if "uitkomst=" in a["href"]]
    assert "Over deze aanvraag is al besloten." in plain(browser.get(voorstel_url(loop)))
    page = browser.get(f"{zaak(loop)}/terugvorderen")
    assert "Ten hoogste € 20.000,00." in plain(page)
    page = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}")
    assert "Uw subsidie is ingetrokken" in plain(page)


def test_the_budget_condition_asks_its_day(world):
    loop = met_voorbehoud(world)
    browser = begonnen(world, loop, "intrekken")
    page = browser.get(voorstel_url(loop))
    assert "begrotingsvoorbehoud" in [option["value"] for option in page.html.select("#grond option")]
    form = page.form(voorstel_url(loop)) | GAAT_WEG | {"grond": "begrotingsvoorbehoud"}
    page = browser.post(f"{zaak(loop)}/voorleggen", form, expect=422)
    assert "Vul in wanneer de begroting is vastgesteld of goedgekeurd (Awb 4:34, lid 3)." in plain(page)
    on = clock.today() - timedelta(days=10)
    url = browser.post(f"{zaak(loop)}/voorleggen", form | {"begroting_on": f"{on:%d-%m-%Y}"}).location
    world.clock(op(clock.today() + timedelta(weeks=4)))
    card = world.sign_in(loop.wie.tekenaar).get(f"{url}/tekenen")
    assert "Daarna vervalt het (Awb 4:34, lid 3)." in plain(card) and not card.html.select("main form")
    page = world.sign_in(loop.wie.tekenaar).post(f"{url}/tekenen", expect=409)
    assert "Daarna vervalt het" in plain(page) and stands(world, loop)[0] == State.VERLEEND


def test_another_outcome_and_throwing_it_away(world):
    loop = verleend(world)
    browser = begonnen(world, loop, "wijzigen")
    browser.post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "intrekken"})
    assert "Op welke grond trekt u in?" in plain(browser.get(voorstel_url(loop)))
    assert browser.post(voorstel_url(loop, "/uitkomst"), {"uitkomst": "weigeren"}, expect=409)
    away = voorstel_url(loop, "/weggooien")
    page = browser.get(away)
    assert "Dit voorstel gaat weg: De subsidie intrekken." in plain(page)
    assert browser.post(away, page.form(away)).location == zaak(loop)
    assert world.behind("SELECT count(*) FROM portal.voorstel")[0][0] == 0
    browser.get(away, expect=404)
    page = browser.post(voorstel_url(loop, "/beginnen"), {}, expect=422)
    assert "Kies wat het besluit wordt." in plain(page)


def test_sent_back_it_comes_back_to_its_drafter_and_one_at_a_time(world):
    loop = verleend(world)
    browser = begonnen(world, loop, "intrekken")
    url = voorgelegd(browser, loop, **GAAT_WEG)
    page = browser.get(zaak(loop))
    assert "Er ligt al een voorstel: Intrekking van subsidie" in plain(page), "niet tweemaal tegelijk"
    assert not [a for a in page.html.select("main a") if "uitkomst=" in a["href"]]
    browser.post(voorstel_url(loop), {"motivering": "Anders."}, expect=409)
    tekenaar = world.sign_in(loop.wie.tekenaar)
    form = tekenaar.get(f"{url}/terugsturen").form()
    tekenaar.post(f"{url}/terugsturen", form | {"reden": "Weeg de belangen beter."})
    page = browser.get(zaak(loop))
    assert "Teruggestuurd: Weeg de belangen beter." in plain(page)
    assert browser.get(url).html.select_one(f'main a[href="{voorstel_url(loop)}"]')
    assert "Dit voorstel kwam terug" in plain(browser.get(voorstel_url(loop)))


def test_who_may_not_change_a_grant(world):
    loop = verleend(world)
    away, begin = voorstel_url(loop, "/weggooien"), voorstel_url(loop, "/beginnen")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    for person, status in ((loop.wie.tekenaar, 403), (loop.aanvrager.verzender, 403),
                           (world.medewerker("kampen", "subsidieadviseur"), 404),
                           (zorgaanbieder(world, "Concurrent (fictief)").verzender, 403)):
        browser = world.sign_in(person)
        for url in (voorstel_url(loop), away):
            browser.get(url, expect=status)
        for url in (away, begin, f"{zaak(loop)}/voorleggen"):
            browser.post(url, {"uitkomst": "intrekken"}, expect=status)
    assert world.anonymous().get(away, expect=None).location.startswith("/inloggen")
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Familie.")
    browser = world.sign_in(loop.wie.collega)
    page = browser.get(zaak(loop))
    assert "U meldde een belang bij deze aanvraag." in plain(page)
    assert not [a for a in page.html.select("main a") if "uitkomst=" in a["href"]]
    browser.post(away, {}, expect=403)
    assert world.behind("SELECT count(*) FROM portal.voorstel")[0][0] == 1


def test_after_an_objection_that_succeeded_there_is_a_proposal_again(world):
    loop, besluit = objections.geweigerd(world)
    objections.beslist(world, loop, objections.ingediend(world, loop, besluit, "De telling klopt niet."))
    page = world.sign_in(loop.wie.adviseur).get(voorstel_url(loop))
    assert "Begin het voorstel" in plain(page) and "al besloten" not in plain(page)


# Every kind of decision -------------------------------------------------------------------------------------------------------

def bezwaar_voorgesteld(world, uitkomst: str = "gegrond", grond: str = ""):
    """A decision on an objection waits for its signer: (loop, besluit, tekenaar)."""
    loop, first = objections.geweigerd(world)
    zaak_ = objections.ingediend(world, loop, first, "De telling klopt niet.")
    bea = objections.behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak_.id)
    objections.beantwoord(world, loop, bea, zaak_)
    besluit = world.as_(bea, bezwaar.voorstellen, zaak_.id, uitkomst=uitkomst, grond=grond, motivering=objections.WAAROM)
    return loop, besluit, objections.tekenaar(world, loop)


@pytest.mark.parametrize(("uitkomst", "does", "after"), [
    ("gegrond", "De weigering vervalt. U schrijft een nieuw voorstel", State.BEOORDEELD),
    ("ongegrond", "Er verandert niets. Het eerste besluit blijft gelden.", State.GEWEIGERD)])
def test_a_decision_on_an_objection_is_read_signed_and_goes_to_court(world, uitkomst, does, after):
    loop, besluit, tekenaar = bezwaar_voorgesteld(world, uitkomst)
    url = f"/subsidies/besluit/{besluit.id}"
    browser = world.sign_in(tekenaar)
    page = browser.get("/subsidies/te-tekenen")
    assert "Beslissing op bezwaar" in plain(page) and f"Het bezwaar: {uitkomst}" in plain(page)
    page = browser.get(url)
    for words in (f"Het bezwaar: {uitkomst}", does, "Weigering van subsidie: Samen de dag door", "De telling klopt niet.",
                  "U heeft gelijk: dat telden wij verkeerd.", "gaat in beroep bij de rechter"):
        assert words in plain(page), words
    told = letter(browser, f"{url}/brief.pdf")
    assert "CONCEPT" in told and "U kunt naar de rechter gaan." in told
    card, done = getekend(world, tekenaar, url)
    assert does in plain(card) and "Naar de rechter gaan kan tot en met" in plain(card) and "Bezwaar maken" not in plain(card)
    assert "Naar de rechter gaan kan tot en met" in plain(done)
    assert subsidie(world, loop).state == after
    assert "Beroep instellen kan tot en met" in plain(browser.get(url))
    told = letter(browser, f"{url}/brief.pdf")
    assert "1. U schreef: De telling klopt niet. Ons antwoord: U heeft gelijk: dat telden wij verkeerd." in told
    assert "artikel 7:11" in told and "Bezwaar maken kan niet nog een keer." in told


def test_who_signed_the_first_decision_signs_no_objection_to_it(world):
    loop, besluit, _other = bezwaar_voorgesteld(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="bezwaar")
    url = f"/subsidies/besluit/{besluit.id}"
    browser = world.sign_in(loop.wie.tekenaar)
    card = browser.get(f"{url}/tekenen")
    assert "U was betrokken bij het besluit." in plain(card) and not card.html.select("main form")
    page = browser.post(f"{url}/tekenen", expect=403)
    assert "10:3" in plain(page)
    form = browser.get(f"{url}/terugsturen").form()
    browser.post(f"{url}/terugsturen", form | {"reden": "Neem het verslag op."})
    assert "stuurde dit besluit terug" in plain(browser.get(url))


def dwangsom_voorgesteld(world):
    """The penalty ran ten days and waits for its signer."""
    loop = late.gesteld(world, late.te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    late.tijd(world, loop, left + 11)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    besluit = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    return replace(loop, besluit_id=besluit.id)


def test_a_penalty_is_read_and_signed_with_its_count(world):
    loop = dwangsom_voorgesteld(world)
    url = f"/subsidies/besluit/{loop.besluit_id}"
    browser = world.sign_in(loop.wie.tekenaar)
    assert "€ 230,00" in plain(browser.get("/subsidies/te-tekenen"))
    page = browser.get(url)
    for words in ("Een dwangsom betalen: wij beslisten te laat", "Te laat 10 dagen", "Dag 1 tot en met 10 10 € 23,00 € 230,00"):
        assert words in plain(page), words
    card, _done = getekend(world, loop.wie.tekenaar, url)
    assert "Te betalen dwangsom € 230,00" in plain(card) and "(Awb 4:87)" in plain(card)
    told = letter(browser, f"{url}/brief.pdf").replace("\xa0", " ")
    assert "Dag 1 tot en met 10: 10 keer € 23,00 is € 230,00." in told and "U kunt bezwaar maken." in told


def test_a_penalty_that_is_sent_back_is_drafted_again(world):
    loop = dwangsom_voorgesteld(world)
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, loop.besluit_id, reden="Tel opnieuw.")
    page = world.sign_in(loop.wie.adviseur).get(f"/subsidies/besluit/{loop.besluit_id}")
    assert "Tel opnieuw." in plain(page) and "Pas het voorstel aan" in plain(page)


def test_several_kinds_are_signed_in_one_act_with_a_fresh_login(world):
    loop = dwangsom_voorgesteld(world)
    change = world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id, uitkomst=Beslissing.INTREKKEN)
    assert change.uitkomst == Beslissing.INTREKKEN
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, grond="niet-verricht", motivering=WAAROM, **EIGEN)
    gone = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    old = without_step_up(world, loop.wie.tekenaar)
    for besluit_id in (gone.id, loop.besluit_id):
        url = f"/subsidies/besluit/{besluit_id}/tekenen"
        assert old.post(url, old.get(url).form()).location.startswith("/opnieuw-inloggen")
    browser = world.sign_in(loop.wie.tekenaar)
    form = browser.get("/subsidies/te-tekenen").form()
    answer = browser.post("/subsidies/te-tekenen", form | {"besluit": [str(gone.id), str(loop.besluit_id)]})
    assert "2 van 2 getekend" in plain(browser.get(answer.location))
    assert subsidie(world, loop).state == State.VERLENING_INGETROKKEN


def test_the_pages_of_a_change_ask_the_same_whatever_the_number_of_lines(world):
    loop = bevoorschot(world)
    browser = begonnen(world, loop, "wijzigen")
    browser.get(voorstel_url(loop))
    few = asked(world, browser, voorstel_url(loop))
    for _n in range(3):
        world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="resultaat", tekst="Nog een resultaat.",
                  grondslag="4-30", bewijs="Verslag", koppeling="wmo-algemeen", uiterlijk_on=jaar()[1])
    assert asked(world, browser, voorstel_url(loop)) == few
