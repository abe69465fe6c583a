"""Opening, assessment, award and contract in the browser: the way it goes, and every refusal in words."""

import hashlib
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
from sqlalchemy import event, select

from portal.domains.beheer import mandaten as tenants
from portal.domains.inkoop import queries, usecases
from portal.domains.inkoop.model import Inschrijving
from portal.kernel.documents import Document
from portal.tenants.model import Gemeente
from tests import inkoop_world as leven

HTMX = {"HX-Request": "true"}


def opening_url(loop) -> str:
    return f"/inkoop/{loop.inkoop_id}/opening"


def perceel_url(loop, *, sub: str = "") -> str:
    return f"/inkoop/perceel/{loop.percelen[0]}{sub}"


def bid_url(loop, sub: str = "") -> str:
    return perceel_url(loop, sub=f"/inschrijving/{loop.inschrijvers[0].inschrijving_id}{sub}")


def besluit_url(loop, sub: str = "") -> str:
    return f"/inkoop/gunning/{loop.besluiten[loop.percelen[0]]}{sub}"


def journal(world, action: str) -> list:
    return world.behind("SELECT details->>'status' AS status, object FROM portal.beveiligingslog WHERE handeling = :a "
                        "ORDER BY id", a=action)


def state_of(world, loop) -> str:
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.percelen[0])[0][0]


def letters_sent(world) -> list:
    return world.behind("SELECT party_id, brief_key FROM portal.bericht WHERE brief_key IS NOT NULL")


def without_step_up(world, person):
    """A browser of somebody who logged in longer than ten minutes ago."""
    browser = world.sign_in(person)
    world.behind("UPDATE portal.sessie SET stepped_up_at = portal.now() - interval '11 minutes' WHERE account_id = :a",
                 a=person.user_id)
    return browser


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


# The opening --------------------------------------------------------------------------------------------------------------

def test_before_the_deadline_the_page_tells_how_many_and_when_and_not_from_whom(world):
    loop = leven.met_inschrijvingen(world, n=2)
    page = world.sign_in(loop.wie.manager).get(opening_url(loop))
    assert "Er zijn 4 inschrijvingen ontvangen" in page.words and page.words.count("Ontvangen op") == 4
    assert not any(bid.aanbieder.naam in page.text for bid in loop.inschrijvers)
    assert "Openen kan pas daarna" in page.words and not page.html.select("main form")


def test_opening_too_early_is_refused_and_journalled(world):
    loop = leven.met_inschrijvingen(world, n=1)
    page = world.sign_in(loop.wie.manager).post(f"/inkoop/{loop.inkoop_id}/openen", expect=425)
    assert "De inschrijving is nog niet gesloten." in page.words and "Er is niets veranderd." in page.words
    assert [(row.status, row.object) for row in journal(world, "inkoop:openen")] == [("425", str(loop.inkoop_id))]
    assert world.behind("SELECT count(*) FROM portal.opening")[0][0] == 0


def test_two_officers_open_and_the_record_names_them_the_bids_and_the_refused_attempts(world):
    loop = leven.met_inschrijvingen(world, n=2)
    lead = world.sign_in(loop.wie.manager)
    second = loop.wie.opener
    world.sign_in(second).post(f"/inkoop/{loop.inkoop_id}/openen", expect=425)
    leven.na_sluiting(world, loop)
    lead = world.sign_in(loop.wie.manager)
    form = lead.get(opening_url(loop)).form(f"/inkoop/{loop.inkoop_id}/openen")
    assert form["terug"] == opening_url(loop)
    assert lead.post(f"/inkoop/{loop.inkoop_id}/openen", form).location == opening_url(loop)
    page = lead.get(opening_url(loop))
    assert "Sanne de Vries, gemeente Zwolle" in page.words and "iemand van een andere gemeente dan Zwolle" in page.words
    assert "collega van een andere gemeente aan zet" in page.words and "GGZ" not in page.words

    twice = lead.post(f"/inkoop/{loop.inkoop_id}/openen", expect=409)
    assert "Uw gemeente heeft al geopend" in twice.words
    colleague = world.sign_in(loop.wie.jurist).post(f"/inkoop/{loop.inkoop_id}/openen", expect=409)
    assert "andere gemeente" in colleague.words

    other = world.sign_in(second)
    assert "U bent de tweede" in other.get(opening_url(loop)).words
    assert not other.get(opening_url(loop)).html.select("main form"), "eerst zien wat er gebeurt, dan pas openen"
    check = other.get(opening_url(loop) + "?controle=ja")
    assert "Dit kunt u niet terugdraaien. Er gaan 4 inschrijvingen open." in check.words
    other.post(f"/inkoop/{loop.inkoop_id}/openen", check.form(f"/inkoop/{loop.inkoop_id}/openen"))
    page = other.get(opening_url(loop))
    assert "Proces-verbaal van opening" in page.words and "Opener Hardenberg, gemeente Hardenberg" in page.words
    document = page.html.select_one('main a[href^="/documenten/"]')["href"]
    told = text_of(other.client.get(document).data)
    assert "Sanne de Vries" in told and "Opener Hardenberg" in told
    assert all(bid.aanbieder.naam.split(" (")[0] in told.replace("\n", " ") for bid in loop.inschrijvers[:1])
    assert "De inschrijving was nog niet" in told, "de te vroege poging van de tweede opener"
    sha = world.behind("SELECT vingerafdruk FROM portal.verzending LIMIT 1")[0][0]
    assert sha[:20] in told.replace("\n", "")
    assert other.post(f"/inkoop/{loop.inkoop_id}/openen", expect=409).words


def test_who_does_not_take_part_cannot_open(world):
    loop = leven.met_deelname(world, besloten=dict.fromkeys(leven.LEDEN, "ja") | {"hardenberg": "nee"}, aanbieders=1)
    loop = leven.met_inschrijvingen(world, leven.gepubliceerde_inkoop(world, loop=leven.doorgezette_inkoop(world, loop)), n=1)
    leven.na_sluiting(world, loop)
    browser = world.sign_in(loop.wie.opener)
    assert "Uw gemeente doet niet mee" in browser.get(opening_url(loop)).words
    page = browser.post(f"/inkoop/{loop.inkoop_id}/openen", expect=403)
    assert "Alleen deelnemers mogen openen" in page.words
    stranger = world.sign_in(world.medewerker("deventer", "contractmanager"))
    stranger.get(opening_url(loop), expect=404)
    stranger.post(f"/inkoop/{loop.inkoop_id}/openen", expect=404)
    assert {row.status for row in journal(world, "inkoop:openen")} == {"403", "404"}


def test_opening_and_signing_ask_to_log_in_again(world):
    loop = leven.gelezen(world, percelen=1)
    for person, url, back in ((loop.wie.manager, f"/inkoop/{loop.inkoop_id}/openen", opening_url(loop)),
                              (loop.wie.mandaathouder, besluit_url(loop, "/tekenen"), besluit_url(loop, "/tekenen"))):
        answer = without_step_up(world, person).post(url, {"terug": back})
        assert unquote(answer.location) == f"/opnieuw-inloggen?verder={back}"
    assert letters_sent(world) == [] and state_of(world, loop) == "vastgesteld"


# Assessment ---------------------------------------------------------------------------------------------------------------

def test_an_assessor_declares_first_and_then_judges_item_by_item(world):
    loop = leven.geopend(world, percelen=1, n=1)
    browser = world.sign_in(loop.wie.beoordelaar_kampen)
    away = browser.get(bid_url(loop), expect=303).location
    assert away.startswith(f"/inkoop/{loop.inkoop_id}/belang?verder=")
    page = browser.get(away)
    assert loop.inschrijvers[0].aanbieder.naam in page.words
    url = f"/inkoop/{loop.inkoop_id}/belang"
    form = page.form(url)
    assert "Kies of u een belang heeft." in browser.post(url, form, expect=422).words
    assert browser.post(url, form | {"belang": "nee"}).location == bid_url(loop)

    page = browser.get(bid_url(loop))
    assert "0 van 4" in page.words and "De inschrijver zegt: ja" in page.words
    assert page.html.select_one('main a[href^="/documenten/"]'), "de documenten zijn te openen"
    eis, criterium = loop.eisen[loop.percelen[0]][0], loop.criteria[loop.percelen[0]][0]
    eis_key, key, url = eis.hex[:8], criterium.hex[:8], bid_url(loop, "/beoordelen")
    assert len(page.html.select("main form")) == 1, "een formulier: wie bewaart, verliest niets van wat er nog meer stond"
    words = {f"motivering-{key}": "Goed onderbouwd plan.", f"kenmerken-{key}": "Vaste mensen, dag en nacht."}
    wrong = browser.post(url, {f"voldoet-{eis_key}": "nee"} | words, expect=422)
    assert "Schrijf waarom de inschrijving niet voldoet." in wrong.words and wrong.html.title.text.startswith("Fout:")
    assert wrong.form(url)[f"voldoet-{eis_key}"] == "nee", "het antwoord blijft staan"
    assert wrong.form(url)[f"motivering-{key}"].strip() == "Goed onderbouwd plan.", "en wat er bij een criterium stond ook"
    assert browser.post(url, {f"voldoet-{eis_key}": "ja"}).location == bid_url(loop)
    assert "Bewaard. 1 van 4 gedaan." in browser.get(bid_url(loop)).words

    for points in ("elf", "11", "-1", "7,123", "nan"):
        answer = browser.post(url, {f"punten-{key}": points} | words, expect=422)
        assert "Vul een getal in van 0 tot en met 10" in answer.words
    short = browser.post(url, {f"punten-{key}": "7,5", f"motivering-{key}": "Goed."}, expect=422)
    assert "in ten minste 10 tekens" in short.words and short.form(url)[f"punten-{key}"] == "7,5"
    assert "Schrijf wat de andere inschrijvers over deze inschrijving mogen lezen." in short.words, "alle fouten in een keer"
    browser.post(url, {f"voldoet-{eis_key}": "ja", f"punten-{key}": "7,5"} | words)
    page = browser.get(bid_url(loop))
    assert "7,5 punten" in page.words and "Beoordelaar Kampen" in page.words and "2 van 4" in page.words
    toetsen = "SELECT count(*) FROM portal.case_event WHERE kind = 'perceel:toetsen'"
    assert world.behind(toetsen)[0][0] == 1, "wat niet veranderde, is niet opnieuw getoetst"

    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    colleague = world.sign_in(loop.wie.beoordelaar)
    assert f"punten-{key}" not in colleague.get(bid_url(loop)).form(), "wie niet scoorde, past niet aan"
    page = colleague.post(url, words | {f"punten-{key}": "2"}, expect=409)
    assert "Alleen die collega kan het aanpassen" in page.words
    assert world.behind("SELECT punten FROM portal.score")[0][0] == Decimal("7.50")


def test_with_an_interest_one_reads_nothing(world):
    loop = leven.geopend(world, percelen=1, n=1)
    browser = world.sign_in(loop.wie.beoordelaar)
    url = f"/inkoop/{loop.inkoop_id}/belang"
    assert "Schrijf welk belang u heeft." in browser.post(url, {"belang": "ja"}, expect=422).words
    browser.post(url, {"belang": "ja", "toelichting": "Mijn zus werkt daar."})
    assert "U meldde een belang" in browser.get(url).words
    assert "Daarom leest u de inschrijvingen niet" in browser.get(bid_url(loop), expect=403).words
    assert "U meldde een belang. Een ander beoordeelt." in browser.get(perceel_url(loop)).words
    assert "U meldde al een belang" in browser.post(url, {"belang": "nee"}, expect=409).words
    eis = loop.eisen[loop.percelen[0]][0]
    browser.post(bid_url(loop, "/beoordelen"), {f"voldoet-{eis.hex[:8]}": "ja"}, expect=403)
    assert world.behind("SELECT count(*) FROM portal.toets")[0][0] == 0


def test_before_the_opening_nobody_declares_or_judges(world):
    loop = leven.met_inschrijvingen(world, percelen=1, n=1)
    browser = world.sign_in(loop.wie.beoordelaar)
    assert "nog niet geopend" in browser.get(f"/inkoop/{loop.inkoop_id}/belang").words
    assert "na de opening" in browser.post(f"/inkoop/{loop.inkoop_id}/belang", {"belang": "nee"}, expect=409).words
    world.sign_in(loop.wie.jurist).get(bid_url(loop), expect=404)
    world.sign_in(loop.wie.jurist).get(perceel_url(loop, sub="/scores"), expect=409)


def test_a_second_person_finalises_and_never_who_assessed(world):
    both = world.medewerker("zwolle", "beoordelaar", "inkoopjurist", naam="Beide Rollen")
    loop = leven.geopend(world, percelen=1, n=2)
    jurist = world.sign_in(loop.wie.jurist)
    page = jurist.get(perceel_url(loop, sub="/scores"))
    assert "Er ontbreken nog beoordelingen: 8." in page.words and "Nog niet klaar" in page.words
    assert "Er ontbreken nog beoordelingen" in jurist.post(perceel_url(loop, sub="/vaststellen"), expect=422).words
    loop = leven.beoordeeld(world, replace(loop, wie=replace(loop.wie, beoordelaar=both)), punten=("8", None))
    page = world.sign_in(both).get(perceel_url(loop, sub="/scores"))
    assert "U heeft zelf beoordeeld" in page.words
    page = world.sign_in(both).post(perceel_url(loop, sub="/vaststellen"), expect=422)
    assert "Een ander moet de uitkomst vaststellen" in page.words and state_of(world, loop) == "geopend"
    world.sign_in(loop.wie.beoordelaar_kampen).post(perceel_url(loop, sub="/vaststellen"), expect=403)
    page = jurist.get(perceel_url(loop, sub="/scores"))
    assert "K1 (telt voor 60)" in page.words and "Gunnen, plaats 1" in page.words and "Voldoet niet aan E1" in page.words
    assert not page.html.select("main form")
    page = jurist.get(perceel_url(loop, sub="/scores?controle=ja"))
    assert "Dit kunt u niet terugdraaien" in page.words and "De regels gunnen aan 1 inschrijver." in page.words
    jurist.post(perceel_url(loop, sub="/vaststellen"), page.form(perceel_url(loop, sub="/vaststellen")))
    assert state_of(world, loop) == "vastgesteld"
    assert "Beoordeeld" in jurist.get(perceel_url(loop)).words
    late = world.sign_in(both)
    assert not late.get(bid_url(loop)).html.select("main form"), "na het vaststellen verandert niets meer"


# The award ----------------------------------------------------------------------------------------------------------------

def test_the_draft_follows_the_rules_and_a_deviation_needs_a_reason(world):
    loop = leven.vastgesteld(world, percelen=1, punten=("8", "7", None))
    manager = world.sign_in(loop.wie.manager)
    page = manager.get(perceel_url(loop, sub="/gunning"))
    assert page.words.count("Voorstel: gunnen") == 2 and "Voldoet niet aan: E1." in page.words
    url, second = perceel_url(loop, sub="/gunnen"), loop.inschrijvers[1]
    key = second.inschrijving_id.hex[:8]
    form = page.form(url) | {f"gunnen-{key}": "nee"}
    wrong = manager.post(url, form, expect=422)
    assert f"Schrijf waarom u bij {second.aanbieder.naam} afwijkt." in wrong.words
    assert wrong.form(url)[f"gunnen-{key}"] == "nee"
    failing = loop.inschrijvers[2].inschrijving_id.hex[:8]
    wanted = {f"reden-{key}": "Om een reden.", f"gunnen-{failing}": "ja", f"reden-{failing}": "Toch wel."}
    refused = manager.post(url, form | wanted, expect=422)
    assert "voldoet niet aan een minimumeis" in refused.words
    where = manager.post(url, form | {f"reden-{key}": "De inschrijver trok zich mondeling terug."}).location
    page = manager.get(where)
    assert "Afwijking" in page.words and "trok zich mondeling terug" in page.words
    assert "Er is nog niets verzonden" in page.words
    again = manager.post(url, form | {f"reden-{key}": "Nog een keer."}, expect=None)
    assert again.status in (303, 409) and world.behind("SELECT count(*) FROM portal.besluit")[0][0] == 1
    pdf = manager.client.get(f"{where}/brief/{second.inschrijving_id}.pdf")
    told = text_of(pdf.data)
    assert pdf.status_code == 200 and "CONCEPT" in told and "nog niet getekend" in told


def test_nobody_to_award_to_is_no_award(world):
    loop = leven.vastgesteld(world, percelen=1, punten=(None,))
    manager = world.sign_in(loop.wie.manager)
    page = manager.post(perceel_url(loop, sub="/gunnen"), expect=422)
    assert "Er is niemand om aan te gunnen" in page.words
    url = perceel_url(loop, sub="/vervallen")
    assert "Schrijf waarom het perceel vervalt." in manager.post(url, {"reden": " "}, expect=422).words
    manager.post(url, {"reden": "Geen inschrijving voldoet."})
    assert state_of(world, loop) == "vervallen"
    told = world.behind("SELECT tekst FROM portal.bericht WHERE party_id = :p", p=loop.inschrijvers[0].aanbieder.id)
    assert any("Geen inschrijving voldoet." in row.tekst for row in told), "de inschrijver leest waarom"
    assert world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.inkoop_id)[0][0] == "afgerond"


def test_the_reader_is_another_and_can_send_back_with_a_reason(world):
    loop = leven.voorgesteld(world, percelen=1)
    drafter_reads = world.medewerker("zwolle", "contractmanager", "inkoopjurist", naam="Alles Zelf")
    own = world.as_(loop.wie.jurist, usecases.terugsturen, loop.besluiten[loop.percelen[0]], reden="Opnieuw graag.")
    mine = world.as_(drafter_reads, usecases.gunnen, loop.percelen[0])
    browser = world.sign_in(drafter_reads)
    page = browser.get(f"/inkoop/gunning/{mine.id}")
    assert "U heeft dit besluit zelf opgesteld. Een ander moet het lezen." in page.words
    assert "Een ander moet het lezen" in browser.post(f"/inkoop/gunning/{mine.id}/meelezen", expect=422).words
    page = browser.get(f"/inkoop/gunning/{own.id}")
    assert "Opnieuw graag." in page.words and "Teruggestuurd" in page.words

    jurist = world.sign_in(loop.wie.jurist)
    url = f"/inkoop/gunning/{mine.id}/terugsturen"
    assert "Schrijf waarom u het besluit terugstuurt." in jurist.post(url, jurist.get(url).form(url), expect=422).words
    jurist.post(f"/inkoop/gunning/{mine.id}/meelezen")
    assert "al gelezen" in jurist.post(f"/inkoop/gunning/{mine.id}/meelezen", expect=409).words
    signer = world.sign_in(loop.wie.mandaathouder)
    signer.post(url, {"reden": "De motivering van K2 is te kort."})
    assert "De motivering van K2 is te kort." in signer.get(f"/inkoop/gunning/{mine.id}").words
    assert "teruggestuurd" in signer.post(f"/inkoop/gunning/{mine.id}/tekenen", expect=409).words


def test_the_card_shows_what_is_true_now(world):
    loop = leven.voorgesteld(world, percelen=1, punten=("8", "7"))
    signer = world.sign_in(loop.wie.mandaathouder)
    page = signer.get(besluit_url(loop, "/tekenen"))
    assert "U kunt dit besluit niet tekenen" in page.words and "Een tweede persoon moet dit besluit eerst lezen." in page.words
    assert not page.html.select("main form"), "geen knop die niet werkt"
    leven.gelezen(world, loop)
    page = signer.get(besluit_url(loop, "/tekenen"))
    for words in ("1 van 1", "Gun Beschermd wonen aan 2 aanbieders", "€ 12.000.000,00", "Uw volmacht heeft geen hoogste bedrag",
                  "8 gemeenten, 108 plaatsen", "gevolmachtigde van de burgemeester van Zwolle",
                  "Brieven gaan naar 2 inschrijvers. Zij hebben 20 dagen voor de rechter.",
                  "Opgesteld door Sanne de Vries, gelezen door Jurist Zwolle", "Alle scores hebben een motivering",
                  "Niemand meldde een belang", "De uitkomst volgt de regels", "Volmachtregister Zwolle, nummer 12"):
        assert words in page.words.replace("\xa0", " "), words
    late = world.medewerker("zwolle", "beoordelaar", naam="Late Melder")
    world.as_(late, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Ik werkte daar.")
    page = signer.get(besluit_url(loop, "/tekenen"))
    assert "1 beoordelaar meldde een belang: deze persoon beoordeelde niet mee." in page.words


def test_signing_sends_every_letter_once_however_often_the_button_is_pressed(world):
    loop = leven.gelezen(world, percelen=2, punten=("8", "5"))
    signer = world.sign_in(loop.wie.mandaathouder)
    page = signer.get("/inkoop/te-tekenen")
    assert page.words.count("Wacht op uw handtekening") == 2
    url = besluit_url(loop, "/tekenen")
    page = signer.get(url)
    assert "1 van 2" in page.words and "Volgende: Gun Tussenvorm" in page.words
    form = page.form(url)
    first, again = signer.post(url, form), signer.post(url, form)
    assert first.location == again.location == besluit_url(loop, "/getekend")
    sent = letters_sent(world)
    assert {row.party_id for row in sent} == {bid.aanbieder.id for bid in loop.inschrijvers} and len(sent) == 2
    page = signer.get(first.location)
    assert "Er zijn 2 brieven verstuurd" in page.words and "tot en met" in page.words and "Teken de volgende" in page.words
    fresh = signer.post(url, expect=409)
    assert "Dit besluit is al getekend." in fresh.words and len(letters_sent(world)) == 2
    assert signer.get(url, expect=303).location == first.location
    assert signer.get("/inkoop/te-tekenen").words.count("Wacht op uw handtekening") == 1

    told = {bid.aanbieder.naam: text_of(signer.client.get(besluit_url(loop, f"/brief/{bid.inschrijving_id}.pdf")).data)
            for bid in loop.inschrijvers}
    winner, loser = (bid.aanbieder.naam for bid in loop.inschrijvers)
    assert "het voornemen dit perceel aan u te gunnen" in " ".join(told[winner].split())
    assert loser.split(" (")[0] not in told[winner], "alleen wie wint wordt genoemd"
    assert winner.split(" (")[0] in told[loser] and "De inschrijving van" in told[loser]
    assert "civiele rechter" in told[loser] and "krachtens volmacht" in told[loser] and "CONCEPT" not in told[loser]
    provider = world.sign_in(loop.inschrijvers[1].aanbieder.beheerder)
    assert "Gunning Beschermd wonen 2028" in provider.get("/berichten").words


@pytest.mark.parametrize("who", ["opsteller", "lezer"])
def test_drafter_and_reader_never_sign(world, who):
    roles = {"opsteller": ("contractmanager", "mandaathouder"), "lezer": ("inkoopjurist", "mandaathouder")}[who]
    person = world.medewerker("zwolle", *roles, naam="Twee Petten")
    loop = leven.vastgesteld(world, percelen=1)
    leven.volmacht(world, loop.wie.beheerder, person)
    wie = replace(loop.wie, **({"manager": person} if who == "opsteller" else {"jurist": person}))
    loop = leven.gelezen(world, leven.voorgesteld(world, replace(loop, wie=wie)))
    browser = world.sign_in(person)
    page = browser.get(besluit_url(loop, "/tekenen"))
    sentence = "U heeft dit besluit zelf opgesteld" if who == "opsteller" else "U heeft dit besluit gelezen als tweede lezer"
    assert sentence in page.words and not page.html.select("main form")
    assert sentence in browser.post(besluit_url(loop, "/tekenen"), expect=422).words
    assert letters_sent(world) == [] and state_of(world, loop) == "vastgesteld"
    assert "Er wacht niets op uw handtekening" in browser.get("/inkoop/te-tekenen").words
    assert [row.status for row in journal(world, "perceel:tekenen")] == ["422"]


@pytest.mark.parametrize("lack", ["geen", "te laag", "instemming", "voorbij", "ingetrokken"])
def test_without_a_volmacht_that_reaches_nobody_signs(world, lack):
    loop = leven.gelezen(world, percelen=1)
    person = world.medewerker("zwolle", "mandaathouder", naam="Zonder Volmacht")
    today = leven.clock.today()
    if lack == "te laag":
        leven.volmacht(world, loop.wie.beheerder, person, tot_bedrag=Decimal("11999999.99"))
    elif lack == "voorbij":
        leven.volmacht(world, loop.wie.beheerder, person, van=today - timedelta(days=10), tot=today)
    elif lack == "ingetrokken":
        id_ = leven.volmacht(world, loop.wie.beheerder, person)
        world.as_(loop.wie.beheerder, tenants.mandaat_intrekken, id_)
    elif lack == "instemming":
        world.as_(loop.wie.beheerder, tenants.mandaat_geven, soort="volmacht", orgaan="burgemeester",
                  gemachtigde_id=person.user_id, werkgever_id=person.party_id, besluit_soort="gunning", tot_bedrag=None,
                  van=today, tot=None, vindplaats="Register, nummer 13")
    sentence = {"te laag": "Het bedrag is hoger dan uw volmacht toelaat: tot € 11.999.999,99.",
                "instemming": "Uw volmacht geldt nog niet: de instemming van de mandaatgever en de gemachtigde ontbreekt.",
                }.get(lack, "U heeft vandaag geen volmacht voor dit soort besluit.")
    browser = world.sign_in(person)
    page = browser.get(besluit_url(loop, "/tekenen"))
    assert sentence in page.words and "Geen volmacht:" in page.words and not page.html.select("main form")
    assert sentence in browser.post(besluit_url(loop, "/tekenen"), expect=422).words
    assert letters_sent(world) == []


def test_a_replacement_signs_and_the_letter_says_so(world):
    loop = leven.gelezen(world, percelen=1)
    stand_in = world.medewerker("zwolle", "mandaathouder", naam="Inge Invaller")
    today = leven.clock.today()
    id_ = world.as_(loop.wie.beheerder, tenants.vervangen, afwezige_id=loop.wie.mandaathouder.user_id,
                    vervanger_id=stand_in.user_id, van=today, tot=today + timedelta(days=7), reden="verlof").id
    world.as_(loop.wie.mandaathouder, tenants.vervanging_instemmen, id_)
    browser = world.sign_in(stand_in)
    assert "bij afwezigheid van Karel ten Brinke" in browser.get(besluit_url(loop, "/tekenen")).words
    browser.post(besluit_url(loop, "/tekenen"))
    pdf = browser.client.get(besluit_url(loop, f"/brief/{loop.inschrijvers[0].inschrijving_id}.pdf")).data
    assert "bij afwezigheid van Karel ten Brinke" in " ".join(text_of(pdf).split())


# Standstill and contract ----------------------------------------------------------------------------------------------------

def test_no_contract_within_the_standstill_or_while_a_case_runs(world):
    loop = leven.gegund(world, percelen=1)
    manager = world.sign_in(loop.wie.manager)
    page = manager.get(perceel_url(loop))
    assert "De standstill loopt tot en met" in page.words and "Waarom deze datum?" in page.words
    url = perceel_url(loop, sub="/contracteren")
    assert not manager.get(url).html.select(f'main form[action="{url}"]')
    assert "De standstill loopt tot en met" in manager.post(url, expect=422).words
    assert "U heeft vandaag geen volmacht voor dit soort besluit" in manager.get(url).words
    writ = perceel_url(loop, sub="/dagvaarding")
    assert "Vul de dag in waarop de dagvaarding kwam." in manager.post(writ, expect=422).words
    tomorrow = leven.clock.today() + timedelta(days=1)
    assert "ligt in de toekomst" in manager.post(writ, {"ontvangen": f"{tomorrow:%d-%m-%Y}"}, expect=422).words
    manager.post(writ, {"ontvangen": f"{leven.clock.today():%d-%m-%Y}"})
    leven.na_standstill(world, loop)
    manager = world.sign_in(loop.wie.manager)
    page = manager.post(url, expect=422)
    assert "Er is een dagvaarding ontvangen" in page.words and "Er is geen contract gesloten" in page.words
    assert "Er loopt een zaak" in manager.get(perceel_url(loop)).words
    over = perceel_url(loop, sub="/zaak-voorbij")
    assert "Kies hoe de zaak eindigde." in manager.post(over, expect=422).words
    stale = without_step_up(world, loop.wie.manager).post(over, {"einde": "ingetrokken"})
    assert stale.location.startswith("/opnieuw-inloggen")
    manager = world.sign_in(loop.wie.manager)
    manager.post(over, manager.get(perceel_url(loop)).form(over) | {"einde": "ingetrokken"})
    page = manager.post(url, expect=422)
    assert "geen volmacht" in page.words and not page.html.select(f'main form[action="{url}"]'), "een rol is geen volmacht"
    signer = world.sign_in(loop.wie.mandaathouder)
    page = signer.get(url)
    assert "hebben samen een maximum van € 12.000.000,00" in page.words.replace("\xa0", " ")
    assert "31-12-2030" in page.words and "31-12-2032" in page.words and "31-12-2034" in page.words
    assert signer.post(url, page.form(url)).location == perceel_url(loop)
    page = manager.get(perceel_url(loop))
    assert page.words.count("Karel ten Brinke") == 2 and "Volmachtregister Zwolle, nummer 12" in page.words
    assert page.words.count("Verlenging 2") == 2 and "01-01-2028 tot en met 31-12-2030" in page.words
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 2
    assert "Dit kan niet in deze fase" in signer.post(url, expect=422).words
    assert manager.get(url, expect=303).location == perceel_url(loop)


def test_a_contract_asks_to_log_in_again(world):
    loop = leven.gegund(world, percelen=1)
    leven.na_standstill(world, loop)
    url = perceel_url(loop, sub="/contracteren")
    answer = without_step_up(world, loop.wie.mandaathouder).post(url, {"terug": url})
    assert answer.location.startswith("/opnieuw-inloggen") and state_of(world, loop) == "gegund"


# The wall and the roles -----------------------------------------------------------------------------------------------------

def pages_of(loop) -> list[str]:
    return [opening_url(loop), f"/inkoop/{loop.inkoop_id}/belang", perceel_url(loop), perceel_url(loop, sub="/scores"),
            perceel_url(loop, sub="/gunning"), perceel_url(loop, sub="/contracteren"), bid_url(loop), besluit_url(loop),
            besluit_url(loop, "/tekenen"), besluit_url(loop, "/terugsturen"), besluit_url(loop, "/getekend"),
            besluit_url(loop, f"/brief/{loop.inschrijvers[0].inschrijving_id}.pdf")]


def writes_of(loop) -> list[str]:
    return [f"/inkoop/{loop.inkoop_id}/openen", f"/inkoop/{loop.inkoop_id}/belang", bid_url(loop, "/beoordelen"),
            *(perceel_url(loop, sub=f"/{s}") for s in (
                "vaststellen", "gunnen", "vervallen", "dagvaarding", "zaak-voorbij", "contracteren")),
            *(besluit_url(loop, f"/{s}") for s in ("meelezen", "terugsturen", "tekenen"))]


FILLED = {"belang": "nee", "einde": "uitspraak", "reden": "Een reden.", "ontvangen": "01-01-2026"}


def test_the_neighbour_finds_nothing_and_a_provider_may_not_enter(world):
    loop = leven.gelezen(world, percelen=1)
    roles = ("contractmanager", "beoordelaar", "inkoopjurist", "mandaathouder")
    neighbour = world.sign_in(world.medewerker("deventer", *roles))
    for url in pages_of(loop):
        neighbour.get(url, expect=404)
    eis, criterium = loop.eisen[loop.percelen[0]][0].hex[:8], loop.criteria[loop.percelen[0]][0].hex[:8]
    filled = FILLED | {f"voldoet-{eis}": "ja", f"punten-{criterium}": "8", f"motivering-{criterium}": "Lang genoeg dus.",
                       f"kenmerken-{criterium}": "Lang genoeg dus."}
    before = world.behind("SELECT count(*) FROM portal.case_event")
    for url in writes_of(loop):
        neighbour.post(url, filled, expect=404)
    provider = world.sign_in(loop.inschrijvers[0].aanbieder.verzender)
    for url in pages_of(loop):
        provider.get(url, expect=403)
    for url in writes_of(loop):
        provider.post(url, filled, expect=403)
    assert world.behind("SELECT count(*) FROM portal.case_event") == before and letters_sent(world) == []


def test_a_member_reads_the_result_and_not_the_draft(world):
    loop = leven.gelezen(world, percelen=1)
    member = world.sign_in(world.medewerker("kampen", "contractmanager", "inkoopjurist", "mandaathouder"))
    member.get(besluit_url(loop), expect=404)
    member.post(besluit_url(loop, "/tekenen"), expect=404)
    assert "Gunning" not in member.get(perceel_url(loop)).words
    loop = leven.gegund(world, loop)
    assert "Gegund aan:" in member.get(perceel_url(loop)).words
    assert "Lees de brief" not in member.get(besluit_url(loop)).words
    member.get(besluit_url(loop, f"/brief/{loop.inschrijvers[0].inschrijving_id}.pdf"), expect=404)
    council = world.sign_in(world.medewerker("kampen", "raadslid"))
    assert "Gegund aan:" in council.get(perceel_url(loop)).words
    council.get(perceel_url(loop, sub="/scores"), expect=403)
    council.get(bid_url(loop), expect=403)


def test_opening_a_page_leaves_a_trail(world):
    loop = leven.geopend(world, percelen=1, n=1)
    world.sign_in(loop.wie.jurist).get(bid_url(loop))
    rows = world.behind("SELECT dossier_id FROM portal.toegangslog WHERE account_id = :a", a=loop.wie.jurist.user_id)
    assert loop.percelen[0] in {row.dossier_id for row in rows}


def test_pressing_at_the_same_moment_signs_once(world):
    loop = leven.gelezen(world, percelen=1)
    browsers = [world.sign_in(loop.wie.mandaathouder) for _n in range(3)]
    url = besluit_url(loop, "/tekenen")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda b: b.post(url, expect=None).status, browsers))
    assert sorted(answers) == [303, 409, 409] and len(letters_sent(world)) == 2


# Letters and cost ---------------------------------------------------------------------------------------------------------

def test_the_receipt_names_the_bid_its_version_every_file_and_the_fingerprint(world, app):
    loop = leven.met_inschrijvingen(world, percelen=1, n=1)
    bid = loop.inschrijvers[0]

    def receipt(session, _actor):
        sent = queries.latest_sendings(session, bid.inschrijving_id)[loop.percelen[0]]
        publicatie = queries.aankondiging(session, loop.inkoop_id)
        documents = session.scalars(select(Document).where(Document.dossier_id == bid.inschrijving_id)).all()
        stuk = app.brieven.ontvangst(
            gemeente=session.get(Gemeente, publicatie.eigenaar_id), publicatie=publicatie, verzending=sent,
            inschrijving=session.get(Inschrijving, bid.inschrijving_id), documenten=documents, on=leven.clock.today())
        return stuk, sent.vingerafdruk, sent.ontvangst_nummer, [d.sha256 for d in documents]

    stuk, print_, number, hashes = world.as_(bid.aanbieder.verzender, receipt)
    pdf = b"".join(app.files.open(stuk.key))
    told = text_of(pdf)
    assert hashlib.sha256(pdf).hexdigest() == stuk.sha256 and len(pdf) == stuk.grootte
    assert all(word in told for word in ("INS-", number, "versie 1", "plan.pdf", "verklaring.pdf", "perceel 1"))
    assert all(digest in "".join(told.split()) for digest in (print_, *hashes))


def test_a_page_costs_the_same_for_one_bid_as_for_three(world, app):
    def cost(loop) -> list[int]:
        counted = []
        jurist, signer = world.sign_in(loop.wie.jurist), world.sign_in(loop.wie.mandaathouder)
        for browser, url in ((jurist, opening_url(loop)), (jurist, perceel_url(loop)), (jurist, bid_url(loop)),
                             (jurist, perceel_url(loop, sub="/scores")), (jurist, besluit_url(loop)),
                             (signer, besluit_url(loop, "/tekenen"))):
            statements = []

            def note(_conn, _cursor, statement, *_rest, into=statements):
                if "set_config" not in statement and "SET TRANSACTION" not in statement:
                    into.append(statement)

            browser.get(url)
            event.listen(app.engine, "before_cursor_execute", note)
            browser.get(url)
            event.remove(app.engine, "before_cursor_execute", note)
            counted.append(len(statements))
        return counted

    one = cost(leven.voorgesteld(world, percelen=1, punten=("8",)))
    three = cost(leven.voorgesteld(world, percelen=1, punten=("8", "7", "6"), titel="Nog een inkoop"))
    assert one == three
    # Eight for the page; one opens the session and one leaves the trail, each in a transaction of its own.
    assert max(one) <= 10, one


def test_history_says_who_did_what_to_whose_bid_and_when(world):
    loop = leven.beoordeeld(world, percelen=1)
    url = f"/inkoop/{loop.inkoop_id}/gebeurtenissen"
    words = world.sign_in(loop.wie.manager).get(url).words
    naam = loop.inschrijvers[0].aanbieder.naam
    assert f"Punten gegeven voor criterium K1 aan {naam} Perceel 1" in words and f"Eis E1 getoetst bij {naam}" in words
    assert " uur" in words and "Scoren" not in words
    outside = world.sign_in(loop.wie.beleid["ommen"])
    world.behind("DELETE FROM portal.dossier_deelnemer WHERE dossier_id IN (SELECT id FROM portal.inschrijving) "
                 "AND party_id = :p", p=loop.wie.beleid["ommen"].party_id)
    hidden = outside.get(url).words
    assert naam in words and naam not in hidden, "wie de inschrijving niet ziet, leest geen naam"
    assert "aan een inschrijver" in hidden

