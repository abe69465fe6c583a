"""The own page of a resident and of who looks along, and the page of the people around a case at the gemeente."""

import json
import re
from datetime import date, timedelta

import pytest

from portal.domains.plaatsingen import besluiten, mensen, ondersteuning, plaatsen, plan
from portal.domains.plaatsingen.model import Hoedanigheid, Vraagsoort
from portal.domains.plaatsingen.words import CLIENT_STATES, CLIENT_WORDS
from portal.kernel import clock
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.domains.test_plaatsing_klachten import beslisser
from tests.domains.test_plaatsing_mensen import NOTITIE, code, gekoppeld, zorger
from tests.domains.test_plaatsing_plan import WAT, gemeld, met_resultaat

DAY = timedelta(days=1)
MIJN = "/mijn-ondersteuning"
# Invented too, and it passes the check of eleven.
ANDER_BSN = "999990020"


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def eigen(loop, rest: str = "") -> str:
    return f"{MIJN}/{loop.plaatsing_id}{rest}"


def test_from_a_code_at_the_desk_to_a_question_and_its_answer(world):
    loop = pw.geplaatst(world)
    staff = world.sign_in(loop.wie.consulent)
    people, form = f"/plaatsing/{loop.plaatsing_id}/mensen", f"/zaak/{loop.plaatsing_id}/koppeling"
    assert "Niemand kijkt mee." in staff.get(people).words
    page = staff.get(form)
    wrong = staff.post(form, page.form(form) | {"hoedanigheid": "mantelzorger", "naam": "Noor", "bewijs": "Formulier"},
                       expect=422)
    assert "alleen mee met toestemming" in wrong.words and wrong.form(form)["naam"] == "Noor"
    made = staff.post(form, page.form(form) | {"hoedanigheid": "zelf", "naam": "Sanne Voorbeeld", "bewijs": "Paspoort"},
                      expect=200)
    told = made.html.select_one("main .p-big").get_text(strip=True)
    assert "no-store" in made.response.headers["Cache-Control"] and told not in staff.get(people).text
    assert "Code nog niet gebruikt" in staff.get(people).words

    browser = world.sign_in(world.inwoner("Sanne Voorbeeld"))
    page = browser.get(MIJN)
    assert "Begin met een code" in page.words
    assert "klopt niet" in browser.post(f"{MIJN}/koppelen", page.form(f"{MIJN}/koppelen") | {"code": "FOUT"}, expect=422).words
    assert browser.post(f"{MIJN}/koppelen", page.form(f"{MIJN}/koppelen") | {"code": ""}, expect=422)
    browser.post(f"{MIJN}/koppelen", browser.get(MIJN).form(f"{MIJN}/koppelen") | {"code": told.lower()})
    assert "U wacht op een plek." in browser.get(MIJN).words
    page = browser.get(eigen(loop))
    for said in ("Fatima Aksoy", "Plaats op de wachtlijst", "U kwam op de wachtlijst", "Bekijk wie dit dossier opende"):
        assert said in page.words
    ask = eigen(loop, "/vraag")
    wrong = browser.post(ask, page.form(ask) | {"tekst": "Hoe lang nog?"}, expect=422)
    assert "Kies wat u wilt sturen." in wrong.words and wrong.form(ask)["tekst"] == "Hoe lang nog?"
    browser.post(ask, page.form(ask) | {"soort": "vraag", "tekst": "Hoe lang nog?"})
    assert "Wacht op antwoord" in browser.get(eigen(loop)).words

    page = staff.get(people)
    (answer,) = [f["action"] for f in page.html.select("main form") if "/vraag/" in f["action"]]
    assert "Hoe lang nog?" in page.words
    assert "Schrijf een antwoord." in staff.post(answer, page.form(answer), expect=422).words
    staff.post(answer, page.form(answer) | {"antwoord": "Wij verwachten een maand."})
    assert "Wij verwachten een maand." in browser.get(eigen(loop)).words
    looked = browser.get(eigen(loop, "/gekeken"))
    assert "Fatima Aksoy" in looked.words and "Uzelf" in looked.words


def test_who_logs_in_as_a_resident_lands_where_the_support_stands(world):
    loop = pw.geplaatst(world)
    wie, _id = gekoppeld(world, loop)
    browser = world.sign_in(wie)
    assert browser.get("/inloggen", expect=303).location == MIJN
    assert "U wacht op een plek." in browser.get(MIJN).words


def test_what_was_sent_and_waits_for_an_answer_stands_with_its_term(world):
    loop = pw.geplaatst(world)
    wie, _id = gekoppeld(world, loop)
    browser, here = world.sign_in(wie), eigen(loop)
    quiet = "Er loopt nu geen termijn."
    assert quiet in browser.get(here).words
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.KLACHT, tekst="Niemand belt mij terug.")
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Hoe lang nog?")
    page = browser.get(here)
    terms = [one.get_text(" ", strip=True) for one in page.html.select("aside dl dt")]
    assert terms == ["U heeft antwoord op uw vraag", "U heeft antwoord op uw klacht"], "wat het eerst komt, staat bovenaan"
    assert quiet not in page.words and "uiterlijk" in page.html.select_one("aside dl dd").get_text()
    assert len(json.loads(browser.client.get(f"{here}/gegevens?vorm=json").text)["termijnen"]) == 2
    asked = world.behind("SELECT id FROM portal.inwonervraag WHERE soort = 'vraag'")[0][0]
    world.as_(loop.wie.consulent, mensen.beantwoorden, loop.plaatsing_id, asked, antwoord="Een maand.")
    assert "U heeft antwoord op uw vraag" not in browser.get(here).words


def test_how_it_goes_and_the_last_day_stand_on_the_own_page(world):
    pw.huis(world)
    granted = pw.toegekend(world, tot=clock.today() + 400 * DAY)
    loop, goal = met_resultaat(world, pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(
        world, pw.geplaatst(world, granted)))))
    wie, _id = gekoppeld(world, loop)
    carer, _id = zorger(world, loop)
    browser, words = world.sign_in(wie), "Drie dagen per week lukt het."
    moment = gemeld(world, loop, loop.huis.begeleider, [goal])
    assert words not in browser.get(eigen(loop)).words, "wat de gemeente nog niet bevestigde, staat er niet"
    world.as_(loop.wie.consulent, plan.bevestigen, moment.id)
    page = browser.get(eigen(loop))
    own = page.html.select_one("section[aria-labelledby=plan]").get_text(" ", strip=True)
    assert words in own and "Het gaat vooruit" in own
    assert json.loads(browser.client.get(eigen(loop, "/gegevens?vorm=json")).text)["plan"][0]["voortgang"]["score"] == \
        "het gaat vooruit"
    assert "Tot en met" in page.html.select_one("section[aria-labelledby=stand]").get_text()
    assert words not in world.sign_in(carer).get(eigen(loop)).text
    # Of who is shielded, who looks along reads what is to be reached and nothing of how it goes.
    mentor, _id = gekoppeld(world, loop, naam="Mentor", hoedanigheid=Hoedanigheid.MENTOR)
    world.behind("UPDATE portal.persoon SET afgeschermd = true")
    seen = world.sign_in(mentor).get(eigen(loop)).text
    assert WAT in seen and words not in seen and "Tot en met" not in seen


def test_objecting_is_offered_with_its_last_day(world):
    loop = pw.geplaatst(world)
    world.as_(loop.wie.consulent, besluiten.posten, loop.toegang.besluit_id, on=clock.today())
    wie, _ = gekoppeld(world, loop)
    browser, here = world.sign_in(wie), f"{MIJN}/{loop.toegang.toegang_id}"
    page = browser.get(here)
    assert "U kunt bezwaar maken tot en met" in page.words
    browser.post(f"{here}/vraag", page.form(f"{here}/vraag") | {"soort": "bezwaar", "tekst": "Ik ben het er niet mee eens."})
    assert "Bezwaar" in browser.get(here).words
    ander, _ = zorger(world, loop)
    assert "bezwaar maken tot en met" not in world.sign_in(ander).get(here).words


def test_an_objection_from_the_own_page_to_the_decision_on_it(world):
    loop = pw.geplaatst(world)
    zaak = loop.toegang.toegang_id
    world.as_(loop.wie.consulent, besluiten.posten, loop.toegang.besluit_id, on=clock.today())
    wie, _ = gekoppeld(world, loop)
    world.clock(60 * DAY)
    browser, here = world.sign_in(wie), f"{MIJN}/{zaak}"
    page = browser.get(here)
    assert "tenzij u daar een goede reden voor heeft" in page.words
    sent = page.form(f"{here}/vraag") | {"soort": "bezwaar", "tekst": "Ik ben het er niet mee eens.", "te_laat": "Ik was ziek."}
    browser.post(f"{here}/vraag", sent)
    page = browser.get(here)
    for said in ("Dit bezwaar kwam te laat, tenzij", "Ik was ziek.", "Antwoord uiterlijk"):
        assert said in page.words
    assert "al bezwaar" in browser.post(f"{here}/vraag", page.form(f"{here}/vraag") | {
        "soort": "bezwaar", "tekst": "Nog een keer."}, expect=409).words

    (vraag_id,) = world.behind("SELECT id FROM portal.inwonervraag")[0]
    people, way = f"/toegang/{zaak}/mensen", f"/zaak/{zaak}/vraag/{vraag_id}"
    staff = world.sign_in(loop.wie.consulent)
    page = staff.get(people)
    assert "Ik was ziek." in page.words and "(Awb 6:11)" in page.words and "Wie besluiten tekent" in page.words
    staff.post(f"{way}/ontvangst", page.form(f"{way}/ontvangst") | {"commissie": "ja"})
    page = staff.get(people)
    assert "Een commissie geeft advies." in page.words
    assert "later komt" in staff.post(f"{way}/verdagen", page.form(f"{way}/verdagen"), expect=422).words
    staff.post(f"{way}/verdagen", page.form(f"{way}/verdagen") | {"reden": "De commissie komt later bij elkaar."})
    assert "De commissie komt later bij elkaar." in browser.get(here).words
    staff.post(f"/zaak/{zaak}/bezwaar/{vraag_id}", {}, expect=403)

    decide = f"/zaak/{zaak}/bezwaar/{vraag_id}"
    signer = world.sign_in(loop.wie.tekenaar)
    page = signer.get(people)
    given = {"uitkomst": "gegrond", "antwoord": "U krijgt de ondersteuning vanaf de dag van de melding."}
    assert not page.html.select(f"form[action='{decide}']"), "wie tekende, beslist niet"
    assert "betrokken bij het besluit" in signer.post(decide, given, expect=403).words
    other = world.sign_in(beslisser(world, loop))
    page = other.get(people)
    wrong = other.post(decide, page.form(decide) | {"antwoord": "Kort."}, expect=422)
    assert "Kies hoe het afloopt." in wrong.words and wrong.form(decide)["antwoord"] == "Kort."
    other.post(decide, page.form(decide) | given)
    page = browser.get(here)
    assert "Gegrond: de gemeente herziet het besluit" in page.words and "in beroep bij de rechtbank, tot en met" in page.words


def test_a_complaint_is_handled_on_the_page_of_the_case(world):
    loop = pw.geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    asked = world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.KLACHT, tekst="Niemand belt.")
    staff, people = world.sign_in(loop.wie.consulent), f"/plaatsing/{loop.plaatsing_id}/mensen"
    end = f"/zaak/{loop.plaatsing_id}/klacht/{asked.id}"
    page = staff.get(people)
    assert "artikel 9:11" in page.words
    assert "Kies hoe het afloopt." in staff.post(end, page.form(end), expect=422).words
    said = {"uitkomst": "gegrond", "antwoord": "Wij hadden moeten bellen, en doen dat nu."}
    assert "kan over uw werk gaan" in staff.post(end, page.form(end) | said, expect=403).words
    staff = world.sign_in(loop.wie.collega)
    staff.post(end, staff.get(people).form(end) | said)
    assert "De klacht klopt" in world.sign_in(wie).get(eigen(loop)).words
    world.sign_in(pw.personen(world, "zwolle").consulent).post(end, {"uitkomst": "gegrond", "antwoord": "x" * 30}, expect=404)


def test_own_data_to_read_and_to_take_along(world):
    loop = pw.geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    browser, here = world.sign_in(wie), f"{MIJN}/{loop.toegang.toegang_id}/gegevens"
    page = browser.get(here)
    assert pw.HULPVRAAG in page.words and "Dorpsweg 1" in page.words and pw.BSN not in page.text
    taken = browser.client.get(f"{here}?vorm=json")
    assert taken.headers["Content-Disposition"].endswith('.json"') and pw.BSN not in taken.text
    assert json.loads(taken.text)["gegevens"]["hulpvraag"] == pw.HULPVRAAG
    ander, _ = zorger(world, loop)
    carer = world.sign_in(ander)
    # What is taken along is in the words of the page: no codes and ids of the portal, and nothing the gemeente did for itself.
    world.behind("INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, kind, facts, occurred_on) SELECT "
                 "gen_random_uuid(), id, eigenaar_id, eigenaar_id, k, '{}', portal.now()::date FROM portal.dossier, "
                 "unnest(ARRAY['intern:geheim', 'toegang:onbekend']) k WHERE id = :i", i=loop.toegang.toegang_id)
    for one, address in ((loop.toegang.toegang_id, here), (loop.plaatsing_id, here.replace(str(loop.toegang.toegang_id),
                                                                                         str(loop.plaatsing_id)))):
        text = browser.client.get(f"{address}?vorm=json").text
        assert not re.search(r"intern:|toegang:|plaatsing:|_id\"|[0-9a-f]{8}-[0-9a-f]{4}-", text), (one, text)
        found = json.loads(text)
        assert all(date.fromisoformat(line["on"]) and line["wat"] in CLIENT_WORDS.values() for line in found["gebeurd"])
        assert found["stand"] == CLIENT_STATES["toegekend" if one == loop.toegang.toegang_id else "wachtend"][0]
    assert pw.HULPVRAAG not in carer.get(here).text and pw.HULPVRAAG not in carer.client.get(f"{here}?vorm=json").text


def test_who_is_not_or_no_longer_connected_finds_no_page(world):
    loop = pw.geplaatst(world)
    wie, koppeling_id = gekoppeld(world, loop)
    browser, stranger = world.sign_in(wie), world.sign_in(world.inwoner("Buur"))
    end = f"{MIJN}/koppeling/{koppeling_id}/einde"
    pages = [eigen(loop), eigen(loop, "/gekeken"), eigen(loop, "/gegevens"), eigen(loop, "/gegevens?vorm=json")]
    for address in pages:
        browser.get(address, expect=None if "json" in address else 200)
        stranger.get(address, expect=404)
    stranger.post(end, expect=404)
    stranger.post(eigen(loop, "/vraag"), {"soort": "vraag", "tekst": "Hallo?"}, expect=404)
    browser.post(end, browser.get(MIJN).form(end))
    for address in pages:
        browser.get(address, expect=404)
    browser.post(eigen(loop, "/vraag"), {"soort": "vraag", "tekst": "Hallo?"}, expect=404)


@pytest.mark.parametrize("role", ["contractmanager", "auditor", "beheerder", "subsidieadviseur"])
def test_another_role_opens_no_page_of_people(world, role):
    loop = pw.geplaatst(world)
    browser = world.sign_in(world.medewerker("kampen", role))
    for address in (f"/plaatsing/{loop.plaatsing_id}/mensen", f"/toegang/{loop.toegang.toegang_id}/mensen",
                    f"/zaak/{loop.plaatsing_id}/contact", f"/zaak/{loop.plaatsing_id}/koppeling",
                    "/toegang/overdragen-collega", MIJN):
        browser.get(address, expect=403)


def test_another_gemeente_finds_no_people(world):
    loop = pw.geplaatst(world)
    _wie, koppeling_id = gekoppeld(world, loop)
    browser = world.sign_in(pw.personen(world, "zwolle").consulent)
    zaak = f"/zaak/{loop.plaatsing_id}"
    for address in (f"/plaatsing/{loop.plaatsing_id}/mensen", f"/toegang/{loop.toegang.toegang_id}/mensen", f"{zaak}/contact",
                    f"{zaak}/koppeling", f"{zaak}/koppeling/{koppeling_id}/einde"):
        browser.get(address, expect=404)
    for address in (f"{zaak}/nemen", f"{zaak}/contact", f"{zaak}/koppeling", f"{zaak}/koppeling/{koppeling_id}/einde"):
        browser.post(address, {"reden": "Zomaar.", "op_on": dag(clock.today()), "vorm": "telefoon", "met": "x", "tekst": "x",
                               "hoedanigheid": "zelf", "naam": "x", "bewijs": "x"}, expect=404)


def test_somebody_moves_and_has_to_be_hidden(world):
    loop = pw.aangeboden(world)
    browser, here = world.sign_in(loop.wie.consulent), f"/zaak/{loop.plaatsing_id}/gegevens"
    people = f"/plaatsing/{loop.plaatsing_id}/mensen"
    page = browser.get(here)
    assert "Dit kan nu niet" in browser.post(here, page.form(here), expect=409).words
    wrong = browser.post(here, page.form(here) | {"naam": "", "adres": "Nieuwe weg 2"}, expect=422)
    assert "Vul de naam in." in wrong.words and wrong.form(here)["adres"] == "Nieuwe weg 2"
    browser.post(here, page.form(here) | {"adres": "Nieuwe weg 2, 8261 AB Kampen", "contact": "038 111 11 11",
                                          "afgeschermd": "ja"})
    found = browser.get(people)
    assert "Nieuwe weg 2" in found.words and "Verblijfplaats afgeschermd" in found.words
    assert world.behind("SELECT afgeschermd FROM portal.wachtregel")[0][0]
    (line,) = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'plaatsing:gegevens'")
    assert line[0] == {"wat": "adres contact afgeschermd"}
    assert world.behind("SELECT contact FROM portal.clientgegevens")[0][0] == "038 111 11 11"
    browser.post(here, {key: value for key, value in browser.get(here).form(here).items() if key != "afgeschermd"})
    assert not world.behind("SELECT afgeschermd FROM portal.wachtregel")[0][0]
    world.sign_in(pw.personen(world, "zwolle").consulent).get(here, expect=404)


def test_a_number_that_was_not_known_is_filled_in_later_and_once(world):
    staff = pw.personen(world)
    who = pw.persoon(world, staff, bsn="", bron=None)
    other = pw.persoon(world, staff, naam="Iemand Anders")
    loop = pw.gereserveerd(world, pw.aangeboden(world, pw.geplaatst(world, pw.toegekend(
        world, pw.aangevraagd(world, persoon_id=who)))))
    browser, here = world.sign_in(loop.wie.consulent), f"/zaak/{loop.plaatsing_id}/gegevens"
    link = browser.get(f"/plaatsing/{loop.plaatsing_id}/toewijzing").html.select_one(f"main a[href='{here}']")
    assert link.get_text(strip=True) == "Vul het nummer in bij Gegevens aanpassen"
    page = browser.get(here)
    for given, said in (({"bsn": "123456789", "bron": "brp"}, "klopt niet"), ({"bsn": ANDER_BSN}, "hoe u het"),
                        ({"bsn": pw.BSN, "bron": "brp"}, "al bekend bij uw gemeente")):
        wrong = browser.post(here, page.form(here) | given, expect=409 if given["bsn"] == pw.BSN else 422)
        assert said in wrong.words and given["bsn"] not in wrong.text, given
    browser.post(here, page.form(here) | {"bsn": ANDER_BSN, "bron": "document"})
    kept = world.behind("SELECT bsn_bron, bsn_gecontroleerd_on FROM portal.persoon WHERE id = :i", i=who)
    assert kept == [("document", clock.today())] and other
    page = browser.get(here)
    assert "bsn" not in page.form(here), "een nummer dat bekend is, blijft"
    again = browser.post(here, page.form(here) | {"bsn": ANDER_BSN, "bron": "brp"}, expect=409)
    assert "al bekend" in again.words and ANDER_BSN not in again.text
    assert "ontbreekt" not in browser.get(f"/plaatsing/{loop.plaatsing_id}/toewijzing").words
    (line,) = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'plaatsing:gegevens'")
    assert line[0] == {"wat": "burgerservicenummer"}
    assert ANDER_BSN not in str(world.behind("SELECT tekst FROM portal.aantekening"))


def test_contact_is_kept_and_what_was_agreed_is_ticked(world):
    loop = pw.geplaatst(world)
    browser, here = world.sign_in(loop.wie.consulent), f"/zaak/{loop.plaatsing_id}/contact"
    page = browser.get(here)
    wrong = browser.post(here, page.form(here) | {"vorm": "telefoon", "met": "de moeder", "tekst": "Gebeld.",
                                                  "afspraak": "Stuur de folder."}, expect=422)
    assert "allebei in" in wrong.words and wrong.form(here)["afspraak"] == "Stuur de folder."
    browser.post(here, page.form(here) | {"vorm": "telefoon", "met": "de moeder", "tekst": "Gebeld.",
                                          "afspraak": "Stuur de folder.", "afspraak_on": dag(clock.today() + DAY)})
    people = f"/plaatsing/{loop.plaatsing_id}/mensen"
    page = browser.get(people)
    assert "Stuur de folder." in page.words and "Doe wat u met de inwoner afsprak" in browser.get("/mijn-werk").words
    (done,) = [f["action"] for f in page.html.select("main form") if f["action"].endswith("/klaar")]
    browser.post(done, page.form(done))
    assert "Gedaan" in browser.get(people).words


def test_cases_of_a_colleague_go_over_on_one_page(world):
    loop = pw.geplaatst(world)
    here, wie = "/toegang/overdragen-collega", loop.wie
    assert "Er zijn geen open zaken" in world.sign_in(pw.personen(world, "zwolle").consulent).get(here).words
    browser = world.sign_in(wie.collega)
    page = browser.get(here)
    assert "Fatima Aksoy (1)" in page.words
    given = page.form(here) | {"van": str(wie.consulent.user_id), "naar": str(wie.collega.user_id)}
    again = browser.post(here, given, expect=422)
    assert "Schrijf waarom" in again.words and again.form(here)["naar"] == str(wie.collega.user_id)
    browser.post(here, given | {"reden": "Ziek gemeld."})
    assert "U behandelt deze zaak." in browser.get(f"/plaatsing/{loop.plaatsing_id}/mensen").words


def test_every_page_reads_in_english_too_and_asks_few_statements(world):
    loop = pw.aangeboden(world)
    wie, _ = gekoppeld(world, loop)
    ander, koppeling_id = zorger(world, loop)
    world.as_(ander, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="En nu?")
    for _n in range(3):
        world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), **NOTITIE)
        code(world, loop, hoedanigheid=Hoedanigheid.MENTOR, naam="Mentor", bewijs="Beschikking")
    zaak, asked = f"/zaak/{loop.plaatsing_id}", {}
    for person, pages in (
            (wie, [MIJN, eigen(loop), eigen(loop, "/gekeken"), eigen(loop, "/gegevens"), eigen(loop, "/gegevens?vorm=json")]),
            (loop.wie.consulent, [f"/plaatsing/{loop.plaatsing_id}/mensen", f"/toegang/{loop.toegang.toegang_id}/mensen",
                                  f"{zaak}/contact", f"{zaak}/koppeling", f"{zaak}/koppeling/{koppeling_id}/einde",
                                  f"{zaak}/vernietigen", "/toegang/overdragen-collega", "/toegang/bewaren", "/toegang"])):
        browser = world.sign_in(person)
        for address in pages:
            with counting(world.app) as seen:
                browser.client.get(address)
            asked[address] = len([text for text in seen if not any(f in text for f in FRAME)])
            assert browser.client.get(f"{address}{'&' if '?' in address else '?'}taal=en").status_code == 200
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}


def test_a_request_to_destroy_waits_for_another_than_who_wrote_it_down(world):
    loop = pw.geplaatst(world)
    world.as_(loop.wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Niet meer nodig.")
    browser, here = world.sign_in(loop.wie.consulent), f"/zaak/{loop.plaatsing_id}/vernietigen"
    page = browser.get(here)
    assert "toekomst" in browser.post(here, page.form(here) | {"op_on": dag(clock.today() + DAY)}, expect=422).words
    browser.post(here, page.form(here) | {"op_on": dag(clock.today())})
    assert "U stelde dit zelf voor" in browser.get("/toegang/bewaren").words
    other = world.sign_in(loop.wie.collega)
    page = other.get("/toegang/bewaren")
    (decide,) = [f["action"] for f in page.html.select("main form")]
    assert "Sanne Voorbeeld" in page.words
    assert "Kies wat u besluit." in other.post(decide, page.form(decide), expect=422).words
    assert "Een collega beslist" in browser.post(decide, {"besluit": "vernietigen"}, expect=403).words
    other.post(decide, page.form(decide) | {"besluit": "vernietigen"})
    assert "Er wacht niets." in other.get("/toegang/bewaren").words
    assert "Sanne" not in other.get(f"/plaatsing/{loop.plaatsing_id}/mensen").text


def test_the_processing_log_is_for_the_auditor_of_the_own_gemeente(world):
    loop = pw.geplaatst(world)
    staff = world.sign_in(loop.wie.consulent)
    staff.get(f"/toegang/{loop.toegang.toegang_id}")
    assert staff.client.get("/toegang/verwerkingen.json").status_code == 403
    rows = json.loads(world.sign_in(world.medewerker("kampen", "auditor")).client.get("/toegang/verwerkingen.json").text)
    assert [row["name"] for row in rows] == ["plaatsing.toegang"] and "Sanne" not in str(rows)
    assert json.loads(world.sign_in(world.medewerker("zwolle", "auditor")).client.get("/toegang/verwerkingen.json").text) == []


def test_the_message_about_a_question_is_for_who_works_on_cases(world):
    loop = pw.geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Heel persoonlijk.")
    assert "Een inwoner stuurde iets over een dossier" in world.sign_in(loop.wie.consulent).get("/berichten").words
    other = world.sign_in(world.medewerker("kampen", "contractmanager")).get("/berichten")
    assert "Een inwoner stuurde iets" not in other.words
