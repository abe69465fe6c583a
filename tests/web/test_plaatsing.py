"""Access in the browser: from a report to a letter on the post, what each page refuses, and what it never shows."""

from datetime import date, timedelta

import pytest

from portal.kernel import clock
from portal.kernel.outbox import send_message
from portal.tenants.region import party_id
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.plaatsingen_world import ANTWOORDEN, BSN
from tests.web import building

DAY = timedelta(days=1)
STAPPEN = ("ondersteuning", "plan", "tijdelijk", "onderzoeken", "verslag", "aanvragen", "geen_aanvraag", "heropenen",
           "intrekken")


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def url(loop, rest: str = "") -> str:
    return f"/toegang/{loop.toegang_id}{rest}"


MELDING = {"naam": "Sanne Voorbeeld", "geboren_on": "02-04-1988", "adres": "Dorpsweg 1, 8260 AA Kampen", "bsn": BSN,
           "bron": "brp", "taak": "beschermd_wonen", "melder": "inwoner", "hulpvraag": "Alleen wonen lukt niet meer."}


def test_from_a_report_to_a_letter_on_the_post(world):
    wie = pw.personen(world)
    browser = world.sign_in(wie.consulent)
    assert "Er zijn geen meldingen" in browser.get("/toegang").words
    page = browser.get("/toegang/nieuw")
    done = browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {"gemeld_on": dag(clock.today())})
    here = done.location
    page = browser.get(here)
    assert "Sanne Voorbeeld" in page.words and "Acht weken voorbij na" in page.words and BSN not in page.text
    assert "Wijs eerst op gratis cliëntondersteuning" in page.words, "waarom het onderzoek nog niet kan"

    def step(name, **facts):
        form = browser.get(f"{here}/{name}").form(f"{here}/{name}")
        return browser.post(f"{here}/{name}", form | facts)

    step("ondersteuning", on=dag(clock.today()))
    step("onderzoeken")
    form = browser.get(f"{here}/onderzoek").form(f"{here}/onderzoek")
    browser.post(f"{here}/onderzoek", form | ANTWOORDEN)
    page = browser.get(here)
    browser.post(f"{here}/randvoorwaarde", page.form(f"{here}/randvoorwaarde") | {"soort": "inkomen", "stand": "open"})
    step("verslag")
    step("aanvragen", on=dag(clock.today()))
    assert "Nog niet geregeld" in browser.get(here).words
    form = browser.get(f"{here}/voorstel").form(f"{here}/voorstel")
    done = browser.post(f"{here}/voorstel", form | {
        "uitkomst": "toekennen", "pgb_aangeboden": "ja", "product": "Beschermd wonen", "vorm": "zin",
        "van": dag(clock.today() + 14 * DAY), "motivering": pw.MOTIVERING})
    decision = done.location
    assert browser.client.get(f"{decision}/concept.pdf").data[:5] == b"%PDF-"
    signer = world.sign_in(wie.tekenaar)
    page = signer.get(decision)
    signer.post(f"{decision}/tekenen", page.form(f"{decision}/tekenen"))
    page = browser.get(here)
    assert "Toegekend" in page.words and "Doe de brief op de post" in page.words
    form = browser.get(f"{decision}/post").form(f"{decision}/post")
    browser.post(f"{decision}/post", form | {"on": dag(clock.today())})
    assert "Bezwaar maken kan tot en met" in browser.get(decision).words
    assert "Toegekend" in browser.get("/toegang?stand=alle").words
    for address in ("/toegang", "/toegang/nieuw", here, f"{here}/onderzoek", f"{here}/nummer", decision):
        browser.get(f"{address}?taal=en")


def test_what_is_wrong_in_a_report_is_said_and_what_was_typed_stays_but_never_the_number(world):
    browser = world.sign_in(pw.personen(world).consulent)
    page = browser.get("/toegang/nieuw")
    empty = browser.post("/toegang/nieuw", page.form("/toegang/nieuw"), expect=422)
    assert {"Vul de naam in.", "Kies wie de melding deed."} <= {one.get_text(strip=True) for one in empty.html.select("main a")}
    wrong = browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {
        "gemeld_on": dag(clock.today()), "bsn": "999990018"}, expect=422)
    assert "klopt niet" in wrong.words and "999990018" not in wrong.text
    assert wrong.form("/toegang/nieuw")["naam"] == "Sanne Voorbeeld"
    for birthday, said in (("31-02-1988", "bestaat niet"), ("01-01-1850", "van 1900"), ("gisteren", "dag-maand-jaar"),
                           ("2 april 2190", "tot en met 2100")):
        again = browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {"geboren_on": birthday}, expect=422)
        assert said in again.words
    assert world.behind("SELECT count(*) FROM portal.persoon")[0][0] == 0


def test_who_reports_again_with_the_same_number_is_the_same_person(world):
    browser = world.sign_in(pw.personen(world).consulent)
    for turn in range(2):
        page = browser.get("/toegang/nieuw")
        browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {"gemeld_on": dag(clock.today())}
                     | ({"afgeschermd": "1"} if turn else {}))
    counts = world.behind("SELECT (SELECT count(*) FROM portal.persoon), (SELECT count(*) FROM portal.toegang)")[0]
    assert tuple(counts) == (1, 2)
    # What is said now about where somebody is, counts for whom the gemeente knew already.
    assert world.behind("SELECT afgeschermd FROM portal.persoon")[0][0]


def test_a_number_is_seen_once_with_a_reason(world):
    loop = pw.gemeld(world)
    browser = world.sign_in(loop.wie.consulent)
    page = browser.get(url(loop, "/nummer"))
    refused = browser.post(url(loop, "/nummer"), page.form(url(loop, "/nummer")) | {"reden": "kijken"}, expect=422)
    assert BSN not in refused.text
    seen = browser.post(url(loop, "/nummer"), page.form(url(loop, "/nummer")) | {"reden": "Controle bij de aanvraag."},
                        expect=200)
    assert BSN in seen.words and "no-store" in seen.response.headers["Cache-Control"]
    assert BSN not in browser.get(url(loop)).text and "is ingezien" in browser.get(url(loop)).words


def test_a_step_that_cannot_be_taken_says_why_and_keeps_what_was_typed(world):
    loop = pw.gemeld(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "Wijs eerst op" in browser.get(url(loop, "/onderzoeken")).words
    page = browser.get(url(loop, "/plan"))
    late = browser.post(url(loop, "/plan"), page.form(url(loop, "/plan")) | {"on": dag(clock.today() + DAY)}, expect=422)
    assert "toekomst" in late.words and late.form(url(loop, "/plan"))["on"] == dag(clock.today() + DAY)
    assert browser.post(url(loop, "/plan"), page.form(url(loop, "/plan")), expect=422).words.count("Vul de dag in.") >= 1
    bad = browser.post(url(loop, "/randvoorwaarde"), {"soort": "vakantie", "stand": "open"}, expect=422)
    assert "Kies wat er geregeld moet zijn." in bad.words


def test_a_proposal_comes_back_with_everything_that_was_typed(world):
    loop = pw.aangevraagd(world)
    browser = world.sign_in(loop.wie.consulent)
    here = url(loop, "/voorstel")
    page = browser.get(here)
    wrong = browser.post(here, page.form(here) | {"uitkomst": "toekennen", "pgb_aangeboden": "ja", "vorm": "pgb",
                                                  "motivering": pw.MOTIVERING}, expect=422)
    assert "Kies waarom iemand een pgb wil." in wrong.words and "Vul in vanaf welke dag" in wrong.words
    assert wrong.form(here)["motivering"].strip() == pw.MOTIVERING
    # What only who grants needs is said so, and the refusal leads to the field.
    assert page.words.count("(nodig als u toekent)") == 3 and "(nodig bij een pgb)" in page.words
    links = {one["href"] for one in wrong.html.select("[data-errors] a")}
    assert {"#product", "#van", "#motief"} <= links


def test_a_signer_sends_back_with_a_reason(world):
    loop = pw.voorgesteld(world)
    here = f"/toegang/besluit/{loop.besluit_id}"
    signer = world.sign_in(loop.wie.tekenaar)
    page = signer.get(here)
    assert "Schrijf waarom" in signer.post(f"{here}/terugsturen", page.form(f"{here}/terugsturen"), expect=422).words
    signer.post(f"{here}/terugsturen", page.form(f"{here}/terugsturen") | {"reden": "Leg het netwerk beter uit."})
    browser = world.sign_in(loop.wie.consulent)
    assert "Leg het netwerk beter uit." in browser.get(here).words
    assert "Schrijf het voorstel" in browser.get(url(loop)).words
    browser.get(f"{here}/concept.pdf", expect=404)


def test_who_wrote_a_proposal_sees_no_button_to_sign_it(world):
    loop = pw.voorgesteld(world)
    assert "Teken het besluit" not in world.sign_in(loop.wie.consulent).get(f"/toegang/besluit/{loop.besluit_id}").words


@pytest.mark.parametrize("role", ["contractmanager", "subsidieadviseur", "beleidsadviseur", "raadslid", "auditor", "beheerder"])
def test_another_role_at_the_same_gemeente_opens_no_personal_file(world, role):
    loop = pw.voorgesteld(world)
    browser = world.sign_in(world.medewerker("kampen", role))
    for address in ("/toegang", "/toegang/nieuw", url(loop), url(loop, "/onderzoek"), url(loop, "/nummer"),
                    f"/toegang/besluit/{loop.besluit_id}", *(url(loop, f"/{step}") for step in STAPPEN)):
        browser.get(address, expect=403)


def test_another_gemeente_finds_nothing(world):
    loop = pw.voorgesteld(world)
    browser = world.sign_in(pw.personen(world, "zwolle").consulent)
    for address in (url(loop), url(loop, "/onderzoek"), url(loop, "/nummer"), url(loop, "/voorstel"),
                    f"/toegang/besluit/{loop.besluit_id}", *(url(loop, f"/{step}") for step in STAPPEN)):
        browser.get(address, expect=404)
    assert "Sanne" not in browser.get("/toegang?stand=alle").text
    for step in STAPPEN:
        browser.post(url(loop, f"/{step}"), {"on": dag(clock.today()), "reden": "Zomaar.", "wat": "Iets."}, expect=404)


PERSOONLIJK = ("contractmanager", "subsidieadviseur", "beleidsadviseur", "raadslid", "auditor")


@pytest.mark.parametrize("role", PERSOONLIJK)
def test_another_role_does_not_learn_that_somebody_asked_for_support(world, role):
    """Not by search, not by Mijn werk, not by the file of the letter, not by writing about it."""
    loop = pw.toegekend(world)
    reference = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.toegang_id)[0][0]
    letter = world.behind("SELECT id FROM portal.document WHERE dossier_id = :i", i=loop.toegang_id)[0][0]
    browser = world.sign_in(world.medewerker("kampen", role))
    for asked in (reference, "toegang", "ondersteuning"):
        found = browser.get(f"/zoeken?q={asked}").text
        assert str(loop.toegang_id) not in found and "Toegang tot ondersteuning" not in found
    browser.get(f"/documenten/{letter}", expect=403)
    if role not in ("raadslid", "auditor"):
        for page in ("/mijn-werk", "/mijn-werk?wacht=anderen", "/mijn-werk?onderwerp=toegang"):
            assert reference not in browser.get(page).text
        browser.get(f"/berichten/nieuw/{loop.toegang_id}", expect=404)
    for person in (loop.wie.consulent, loop.wie.tekenaar):
        helps = world.sign_in(person)
        assert f"/toegang/{loop.toegang_id}" in helps.get(f"/zoeken?q={reference}").text
        assert helps.client.get(f"/documenten/{letter}").status_code == 200
    assert reference in world.sign_in(loop.wie.consulent).get("/mijn-werk").text


@pytest.mark.parametrize("role", ["consulent", "toegangsmandaat"])
def test_who_helps_people_is_not_sent_to_the_work_of_other_domains(world, role):
    """Work that waits for anybody, or for another party, a message, a bell, a hit of the search: none leads to a 403."""
    inkoper = world.medewerker("kampen", "contractmanager")
    inkoop = building.inkoop(world, inkoper, "Beschermd wonen 2028", shared_with=[party_id("zwolle")])
    building.term(world, inkoper, inkoop, clock.today(), taak="Doe dit eerst", kind="a")
    building.term(world, inkoper, inkoop, clock.today(), taak="Wacht op Zwolle", kind="b", for_party=party_id("zwolle"))
    world.as_(world.medewerker("zwolle", "contractmanager"), lambda s, a: send_message(
        s, a, to=inkoper.party_id, onderwerp="Over de inkoop", tekst="Zie dossier.", dossier_id=inkoop))
    pages = ("/mijn-werk", "/mijn-werk?wacht=anderen", "/mijn-werk?onderwerp=inkoop", "/berichten", "/zoeken?q=Beschermd")
    words = ("Doe dit eerst", "Wacht op Zwolle", "Over de inkoop", "Beschermd wonen 2028")
    helps, buys = world.sign_in(world.medewerker("kampen", role)), world.sign_in(inkoper)
    for page in pages:
        assert not [one for one in words if one in helps.get(page).words], page
        assert [one for one in words if one in buys.get(page).words], page
    work = helps.get("/mijn-werk")
    assert [one.text for one in work.html.select(".p-tabs a")] == ["Wacht op mij 0", "Wacht op anderen 0"]
    assert work.html.select_one("nav a[href='/berichten']").text.strip() == "Berichten", "de bel telt wat de lijst toont"
    assert "inkoop" not in [one["value"] for one in work.html.select("select[name=onderwerp] option")]


def test_what_two_parties_write_and_wait_for_about_a_resident_is_for_who_helps(world):
    """A stay is shared with the provider: other roles at both sides see no message about it, and no work."""
    loop = pw.aangeboden(world)
    reference = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.verblijf_id)[0][0]
    world.as_(loop.wie.consulent, send_message, to=loop.huis.aanbieder_id, onderwerp="Kennismaken met de bewoner",
              tekst="Kan dat dinsdag?", dossier_id=loop.verblijf_id)
    letter = world.behind("SELECT id FROM portal.bericht WHERE onderwerp = 'Kennismaken met de bewoner'")[0][0]
    provider = world.aanbieder_persoon(loop.huis.aanbieder_id, "auteur")
    for stranger in (world.medewerker("kampen", "contractmanager"), provider):
        browser = world.sign_in(stranger)
        for page in ("/berichten", "/berichten?soort=verzonden", "/mijn-werk?wacht=anderen", "/mijn-werk"):
            text = browser.client.get(page).text
            assert "Kennismaken" not in text and reference not in text, page
        browser.get(f"/berichten/{letter}", expect=404)
    for helps in (loop.wie.consulent, loop.huis.begeleider):
        assert "Kennismaken" in world.sign_in(helps).get(f"/berichten/{letter}").words
    assert reference in world.sign_in(loop.wie.consulent).get("/mijn-werk?wacht=anderen").text


def test_the_first_date_ahead_of_mijn_werk_is_none_of_a_personal_file(world):
    pw.gemeld(world)
    words = world.sign_in(world.medewerker("kampen", "contractmanager")).get("/mijn-werk").words
    assert "De eerste datum die nadert" not in words and "Toegang tot ondersteuning" not in words


# ---- Who handles it ----

def test_C11_AC1_the_page_of_a_report_says_who_handles_it_and_why_and_the_list_can_be_filtered(world):
    wie = pw.personen(world)
    browser = world.sign_in(wie.consulent)
    for taak, naam in (("beschermd_wonen", "Anna Desk"), ("begeleiding", "Bert Team")):
        page = browser.get("/toegang/nieuw")
        done = browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {
            "gemeld_on": dag(clock.today()), "taak": taak, "naam": naam, "bsn": "", "bron": ""})
        page = browser.get(done.location)
    assert "Het wijkteam" in page.words and "de gemeente onderzoekt zelf" in page.words
    both, desk, team = (browser.get(f"/toegang{q}").words for q in ("", "?wie=centrale_toegang", "?wie=wijkteam"))
    assert "Anna" in both and "Bert" in both
    assert ("Anna" in desk, "Bert" in desk, "Anna" in team, "Bert" in team) == (True, False, False, True)
    assert "Anna" in browser.get("/toegang?wie=iemand").words, "wat niet bestaat, filtert niet"
    other = world.sign_in(pw.personen(world, "deventer").consulent)
    assert "Geen melding past bij dit filter" in other.get("/toegang?wie=wijkteam").words


def test_C11_AC2_a_task_goes_over_on_the_pages(world):
    wie = pw.personen(world)
    browser, here = world.sign_in(wie.consulent), "/toegang/taken/nieuw"
    assert "Er is nog geen taak overgedragen" in browser.get("/toegang/taken").words
    page = browser.get(here)
    bad = browser.post(here, page.form(here), expect=422)
    assert {"Kies welke taak overgaat.", "Vul in vanaf welke dag."} <= {
        one.get_text(strip=True) for one in bad.html.select("main a")}
    facts = {"taak": "opvang", "ingaand_on": dag(clock.today()), "kant": "wijkteam",
             "verklaring": "Twee consulenten volgden de opleiding hiervoor."}
    bad = browser.post(here, page.form(here) | facts, expect=422)
    assert "na vandaag" in bad.words and bad.form(here)["verklaring"].strip() == facts["verklaring"]
    browser.post(here, page.form(here) | facts | {"ingaand_on": dag(clock.today() + DAY)})
    page = browser.get("/toegang/taken")
    assert "Wacht op bevestiging" in page.words and "Lees, en bevestig" not in page.words, "wie voorstelde, bevestigt niet"
    transfer = world.behind("SELECT id FROM portal.taakoverdracht")[0][0]
    assert "Trek het voorstel in" in browser.get(f"/toegang/taken/{transfer}").words
    there = f"/toegang/taken/{transfer}"
    assert "niet aangewezen" in world.sign_in(wie.tekenaar).get(there).words
    assert "Stel een overdracht voor" not in world.sign_in(wie.tekenaar).get("/toegang/taken").words
    signer = world.sign_in(wie.collega)
    page = signer.get(there)
    assert "Twee consulenten volgden" in page.words
    assert "waarom de kwaliteit" in signer.post(there, page.form(there) | {"kant": "centrale_toegang", "verklaring": "Ja."},
                                                expect=422).words
    signer.post(there, page.form(there) | {"kant": "centrale_toegang", "verklaring": "Wij kijken een half jaar mee."})
    assert "Bevestigd" in signer.get("/toegang/taken").words
    world.clock(DAY)
    browser = world.sign_in(wie.consulent)
    assert "Ingegaan" in browser.get("/toegang/taken").words
    other = world.sign_in(pw.personen(world, "zwolle").consulent)
    other.get(there, expect=404)
    assert "Twee consulenten" not in other.get("/toegang/taken").words
    world.sign_in(world.medewerker("kampen", "contractmanager")).get("/toegang/taken", expect=403)
    for address in ("/toegang/taken", there, here):
        browser.get(f"{address}?taal=en")


# ---- A household ----

def test_C11_a_transfer_is_taken_back_or_refused_on_its_page(world):
    wie = pw.personen(world)
    transfer = pw.taakoverdracht(world, wie)
    there, proposer, other = f"/toegang/taken/{transfer}", world.sign_in(wie.collega), world.sign_in(wie.consulent)
    assert "Lees, en bevestig of weiger" in other.get("/toegang/taken").words
    page = other.get(there)
    no = f"{there}/weigeren"
    assert "Weiger het voorstel" in page.words
    assert "Schrijf waarom." in other.post(no, page.form(no), expect=422).words
    assert "Voor deze kant bent u dat niet" in proposer.post(no, {"reden": "Toch niet."}, expect=403).words
    other.post(no, page.form(no) | {"reden": "Er zijn te weinig mensen."})
    page = proposer.get("/toegang/taken")
    assert "Geweigerd" in page.words and "te weinig mensen" in page.words and "Wacht op bevestiging" not in page.words
    again = pw.taakoverdracht(world, wie)
    page = proposer.get("/toegang/taken")
    assert "Trek het voorstel in" in page.words
    back = f"/toegang/taken/{again}/intrekken"
    proposer.post(back, proposer.get(f"/toegang/taken/{again}").form(back) | {"reden": "Nog niet klaar."})
    page = other.get("/toegang/taken")
    assert "Ingetrokken" in page.words and "Nog niet klaar." in page.words
    assert "niets meer bevestigen" in other.get(f"/toegang/taken/{again}").words
    assert "al ingetrokken of geweigerd" in proposer.post(back, {"reden": "x"}, expect=409).words
    world.sign_in(pw.personen(world, "zwolle").consulent).post(back, {"reden": "x"}, expect=404)
    for address in ("/toegang/taken", there):
        proposer.get(f"{address}?taal=en")


def test_C12_AC1_a_household_is_made_and_filled_on_its_page(world):
    loop = pw.gemeld(world)
    browser, here = world.sign_in(loop.wie.consulent), url(loop, "/huishouden")
    page = browser.get(here)
    assert "hoort nog niet bij een huishouden" in page.words
    browser.post(here, page.form(here))
    brother = pw.persoon(world, loop.wie, naam="Broer Voorbeeld", bsn="", bron=None, geboren_on=date(1990, 5, 3))
    his = pw.gemeld(world, loop.wie, persoon_id=brother)
    assert "Broer" not in browser.get(here).text, "geen lijst met namen van inwoners"

    def fill(part, **facts):
        action = f"{here}/{part}"
        return browser.post(action, browser.get(here).form(action) | {k: str(v) for k, v in facts.items()})

    form = browser.get(here).form(f"{here}/lid")
    for wrong in ({}, {"naam": "Broer Voorbeeld"}, {"naam": "Broer", "geboren_on": "03-05-1990"}, {"zaaknummer": "TOE-1999-1"}):
        assert "Broer" not in browser.post(f"{here}/lid", form | wrong, expect=422).html.select_one("ul.p-list").text
    fill("lid", naam="broer voorbeeld", geboren_on="03-05-1990")
    browser.get(here)
    assert world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :i AND account_id = :a",
                        i=his.toegang_id, a=loop.wie.consulent.user_id)[0][0] >= 1, "ook wie meewoont, is bekeken"
    fill("regisseur", account_id=loop.wie.collega.user_id)
    fill("regel", soort="participatiewet", tekst="Drie dagen werk bij de kringloop.", wie="Werkplein (fictief)")
    page = browser.get(here)
    for said in ("Broer Voorbeeld", "Jan Vos, sinds", "Plan van aanpak Participatiewet", "Werkplein", "artikel 44a"):
        assert said in page.words
    bad = browser.post(f"{here}/regel", page.form(f"{here}/regel") | {"soort": "afspraak", "tekst": "Samen koken.",
                                                                      "sinds_on": "31-02-2026"}, expect=422)
    assert bad.form(f"{here}/regel")["tekst"].strip() == "Samen koken."
    assert "Kies wie de regisseur is." in browser.post(f"{here}/regisseur", page.form(f"{here}/regisseur") | {
        "account_id": "niemand"}, expect=422).words
    lid = world.behind("SELECT id FROM portal.huishoudlid WHERE persoon_id = :p", p=brother)[0][0]
    fill("lid-weg", lid_id=lid)
    fill("regel-weg")
    fill("plan")
    page = browser.get(here)
    assert "Er staat nog niets in het plan" in page.words and "Broer" not in page.words
    assert "Nieuw plan voor het huishouden begonnen" in browser.get(url(loop)).words
    browser.get(f"{here}?taal=en")
    reader = world.sign_in(loop.wie.tekenaar).get(here)
    assert reader.html.select("main form") == [], "wie tekent, leest alleen"
    world.sign_in(pw.personen(world, "zwolle").consulent).get(here, expect=404)
    world.sign_in(world.medewerker("kampen", "contractmanager")).get(here, expect=403)
    counts = world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :i AND endpoint = 'plaatsing.huishouden'",
                          i=loop.toegang_id)
    assert counts[0][0] >= 5, "elke keer dat iemand dit opent, blijft een spoor"


# ---- Who cannot wait ----

def test_the_page_of_an_urgent_report_counts_the_hours_until_something_is_arranged(world):
    wie = pw.personen(world)
    world.clock(clock.today() + DAY)  # nine in the morning
    loop = pw.gemeld(world, wie, spoed=True)
    world.clock(timedelta(hours=5))
    browser, here = world.sign_in(wie.consulent), url(loop, "/tijdelijk")
    assert "Wacht op tijdelijke ondersteuning 5 uur" in browser.get(url(loop)).words
    form = browser.get(here).form(here)
    facts = {"wat": "Een bed in de opvang.", "door": "De Haven (fictief)", "van": dag(clock.today()),
             "tot": dag(clock.today() + 7 * DAY)}
    for wrong, said in (({"van": dag(clock.today() - DAY)}, "begint niet eerder"),
                        ({"tot": dag(clock.today() - DAY)}, "laatste dag ligt voor de eerste"),
                        ({"door": ""}, "wie de tijdelijke ondersteuning geeft"), ({"tot": ""}, "Vul de laatste dag in.")):
        bad = browser.post(here, form | facts | wrong, expect=422)
        assert said in bad.words and bad.form(here)["wat"].strip() == facts["wat"]
    assert world.behind("SELECT tijdelijk FROM portal.onderzoek")[0][0] == ""
    browser.post(here, form | facts)
    world.clock(timedelta(hours=2))
    browser = world.sign_in(wie.consulent)
    page = browser.get(url(loop))
    assert "Tijdelijke ondersteuning na 5 uur" in page.words and "De Haven (fictief)" in page.words
    again = browser.get(here).form(here)
    assert (again["wat"].strip(), again["van"]) == (facts["wat"], facts["van"]), "wat er staat, is te verbeteren"
    browser.post(here, again | {"tot": dag(clock.today() + 14 * DAY)})
    assert "Tijdelijke ondersteuning na 5 uur" in browser.get(url(loop)).words, "het eerste moment blijft"


def test_every_open_of_a_personal_file_leaves_a_trail(world):
    loop = pw.gemeld(world)
    world.sign_in(loop.wie.consulent).get(url(loop))
    rows = world.behind("SELECT account_id FROM portal.toegangslog WHERE dossier_id = :i", i=loop.toegang_id)
    assert [row[0] for row in rows] == [loop.wie.consulent.user_id]


def test_without_a_vault_nobody_is_asked_for_a_number(world, monkeypatch):
    browser = world.sign_in(pw.personen(world).consulent)
    monkeypatch.setattr(world.app, "kluis", None)
    page = browser.get("/toegang/nieuw")
    assert "Burgerservicenummer" not in page.words
    done = browser.post("/toegang/nieuw", page.form("/toegang/nieuw") | MELDING | {
        "gemeld_on": dag(clock.today()), "bsn": "", "bron": ""})
    assert "niet bekend" in browser.get(done.location).words


def test_P2_no_page_of_access_asks_more_than_eight_statements_of_its_own(world):
    loop = pw.toegekend(world)
    new = pw.gemeld(world, loop.wie, persoon_id=loop.persoon_id, spoed=True)
    waits = pw.voorgesteld(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=loop.persoon_id))
    busy = pw.met_verslag(world, wie=loop.wie, persoon_id=loop.persoon_id)
    pw.huishouden(world, new)
    transfer, asked = pw.taakoverdracht(world, loop.wie), {}
    for person in (loop.wie.consulent, loop.wie.tekenaar):
        browser = world.sign_in(person)
        for one in (loop, new, waits, busy):
            pages = [url(one), *(url(one, f"/{step}") for step in STAPPEN), url(one, "/onderzoek"), url(one, "/nummer"),
                     url(one, "/voorstel"), url(one, "/huishouden"), "/toegang?stand=alle", "/toegang/nieuw", "/toegang/taken",
                     "/toegang/taken/nieuw", f"/toegang/taken/{transfer}"]
            pages += [f"/toegang/besluit/{one.besluit_id}", f"/toegang/besluit/{one.besluit_id}/post"] if one.besluit_id else []
            for address in pages:
                with counting(world.app) as seen:
                    browser.client.get(address)
                asked[address] = max(asked.get(address, 0), len([text for text in seen if not any(f in text for f in FRAME)]))
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked[url(loop)] >= 5, "de teller telt"


def test_a_plan_that_never_came_is_not_called_done(world):
    loop = pw.met_verslag(world)
    page = world.sign_in(loop.wie.consulent).get(f"/toegang/{loop.toegang_id}")
    terms = page.html.select_one("section[aria-labelledby=termijnen]").get_text(" ", strip=True)
    assert "Persoonlijk plan niet ontvangen" in page.words
    assert "Persoonlijk plan inleveren Niet gekomen er kwam geen plan; dat kon tot en met" in terms
    # One that came is done.
    other = pw.in_onderzoek(world, wie=loop.wie, persoon_id=loop.persoon_id)
    world.as_(loop.wie.consulent, pw.usecases.plan_ontvangen, other.toegang_id, on=clock.today())
    page = world.sign_in(loop.wie.consulent).get(f"/toegang/{other.toegang_id}")
    assert "Niet gekomen" not in page.words and "Persoonlijk plan ontvangen op" in page.words
