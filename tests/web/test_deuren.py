"""Doors that lead to the same room ask the same: letters, files, messages and uploads past the page that shows them."""

import io
from datetime import date

import pytest

from config import load
from portal.domains.inkoop import usecases
from portal.web import bodies, forms
from tests import inkoop_world as iw
from tests.files import PDF
from tests.web import building


@pytest.fixture
def awarded(world):
    return iw.gegund(world, percelen=1)


def letters(world) -> list:
    return [str(id_) for id_, in world.behind("SELECT id FROM portal.bericht WHERE brief_key IS NOT NULL ORDER BY id")]


def bid_files(world) -> list[str]:
    return [str(id_) for id_, in world.behind("SELECT id FROM portal.document WHERE soort = 'inschrijvingsstuk' ORDER BY id")]


# Letters of an award ---------------------------------------------------------------------------------------------------------

def test_who_may_not_read_the_scores_reads_no_letters_either(world, awarded):
    outside = [awarded.wie.beheerder, awarded.wie.beleid["zwolle"],
               *(world.medewerker("zwolle", role) for role in ("raadslid", "auditor", "regiobeheerder", "beoordelaar"))]
    for person in outside:
        browser = world.sign_in(person)
        assert "Gunning Beschermd wonen" not in browser.get("/berichten?soort=verzonden").words
        for id_ in letters(world):
            browser.get(f"/berichten/{id_}", expect=404)
            browser.get(f"/berichten/{id_}/brief.pdf", expect=404)
    inside = (awarded.wie.manager, awarded.wie.jurist, awarded.wie.mandaathouder, awarded.wie.beoordelaar)
    for person in inside:
        browser = world.sign_in(person)
        assert browser.get("/berichten?soort=verzonden").words.count("Gunning Beschermd wonen") == 2
        browser.get(f"/berichten/{letters(world)[0]}")
        browser.get(f"/berichten/{letters(world)[0]}/brief.pdf")


def test_whoever_declared_an_interest_reads_no_letters(world, awarded):
    both = world.medewerker("zwolle", "contractmanager", "beoordelaar")
    world.behind("UPDATE portal.dossier SET state = 'geopend' WHERE id = :i", i=awarded.inkoop_id)
    world.as_(both, usecases.belang_verklaren, awarded.inkoop_id, heeft_belang=True, toelichting="Mijn zus werkt daar.")
    assert "Gunning" not in world.sign_in(both).get("/berichten?soort=verzonden").words
    world.sign_in(both).get(f"/berichten/{letters(world)[0]}/brief.pdf", expect=404)


def test_the_bidder_reads_its_own_letter_and_other_messages_stay(world, awarded):
    bid = awarded.inschrijvers[0]
    browser = world.sign_in(bid.aanbieder.beheerder)
    mine = world.behind("SELECT id FROM portal.bericht WHERE party_id = :p AND brief_key IS NOT NULL", p=bid.aanbieder.id)[0][0]
    browser.post(f"/berichten/{mine}/openen")
    assert browser.get(f"/berichten/{mine}/brief.pdf").response.data.startswith(b"%PDF")
    world.sign_in(awarded.wie.beheerder).get("/berichten?soort=verzonden")
    asked = world.behind("SELECT id FROM portal.bericht WHERE besluit_id IS NULL AND afzender_id = :z LIMIT 1",
                         z=world.gemeente("zwolle"))[0][0]
    world.sign_in(awarded.wie.beleid["zwolle"]).get(f"/berichten/{asked}")


# Files ----------------------------------------------------------------------------------------------------------------------

def test_a_file_of_a_bid_asks_what_the_page_of_the_bid_asks(world):
    loop = iw.geopend(world, percelen=1)
    page = f"/inkoop/perceel/{loop.percelen[0]}/inschrijving/{loop.inschrijvers[0].inschrijving_id}"
    files = bid_files(world)
    outside = [loop.wie.beheerder, *(loop.wie.beleid.values()),
               *(world.medewerker(where, role) for role in ("raadslid", "regiobeheerder", "auditor")
                 for where in ("zwolle", "kampen"))]
    for person in outside:
        browser = world.sign_in(person)
        browser.get(page, expect=403)
        assert [browser.get(f"/documenten/{id_}", expect=None).status for id_ in files] == [403] * len(files)
    silent = world.sign_in(loop.wie.beoordelaar)
    silent.get(page, expect=303)
    assert "Verklaar eerst of u een belang heeft" in silent.get(f"/documenten/{files[0]}", expect=403).words
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    assert silent.get(f"/documenten/{files[0]}").response.data.startswith(b"%PDF")
    bidder = loop.inschrijvers[0].aanbieder
    own = world.behind("SELECT id FROM portal.document WHERE party_id = :p", p=bidder.id)[0][0]
    world.sign_in(bidder.beheerder).get(f"/documenten/{own}")


def test_a_declared_interest_closes_the_files_with_the_page(world):
    loop = iw.geopend(world, percelen=1)
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    browser, file = world.sign_in(loop.wie.beoordelaar), bid_files(world)[0]
    browser.get(f"/documenten/{file}")
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Mijn broer.")
    assert "U meldde een belang" in browser.get(f"/documenten/{file}", expect=403).words
    # Another role of the same person opens no other door.
    world.behind("UPDATE portal.membership SET rollen = '{contractmanager}' WHERE account_id = :a",
                 a=loop.wie.beoordelaar.user_id)
    assert "U meldde een belang" in world.sign_in(loop.wie.beoordelaar).get(f"/documenten/{file}", expect=403).words


def test_a_draft_is_for_who_plans(world):
    planner = world.medewerker("zwolle", "contractmanager")
    dossier = building.inkoop(world, planner, shared_with=[world.gemeente("kampen")])
    draft, shared = (building.file(world, planner, dossier, shared=is_shared) for is_shared in (False, True))
    for role in ("beoordelaar", "raadslid", "beheerder", "beleidsadviseur"):
        assert "Uw rol" in world.sign_in(world.medewerker("zwolle", role)).get(f"/documenten/{draft}", expect=403).words
    world.sign_in(world.medewerker("zwolle", "regiobeheerder")).get(f"/documenten/{draft}")
    for role in ("raadslid", "beleidsadviseur"):
        world.sign_in(world.medewerker("kampen", role)).get(f"/documenten/{shared}")
    world.sign_in(world.medewerker("kampen", "beheerder")).get(f"/documenten/{shared}", expect=403)


# A file that is still coming in ----------------------------------------------------------------------------------------------

class Waiting(io.BytesIO):
    """A body that comes in two halves; what happens between them is `meanwhile`."""

    def __init__(self, meanwhile):
        super().__init__(PDF)
        self.meanwhile = meanwhile

    def readinto(self, buffer) -> int:
        if self.tell() == 60:
            self.meanwhile()
        piece = super().read(min(len(buffer), 60) if not self.tell() else len(buffer))
        buffer[:len(piece)] = piece
        return len(piece)


def send_slowly(browser, url: str, meanwhile):
    headers = {"X-File-Name": "laat.pdf", "X-CSRF-Token": browser.csrf()}
    return browser.client.put(url, input_stream=Waiting(meanwhile), content_type="application/pdf",
                              headers=headers)


def removed(world, person):
    return lambda: world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = account_id "
                                "WHERE account_id = :a", a=person.user_id)


def logged_out(world, person):
    return lambda: world.behind("DELETE FROM portal.sessie WHERE account_id = :a", a=person.user_id)


def other_role(world, person):
    return lambda: world.behind("UPDATE portal.membership SET rollen = '{meelezer}' WHERE account_id = :a", a=person.user_id)


@pytest.mark.parametrize("change", [removed, logged_out, other_role])
def test_a_file_of_somebody_whose_access_ends_meanwhile_is_not_kept(world, change, monkeypatch):
    loop = iw.gepubliceerde_inkoop(world, percelen=1)
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    koen, url = bid.aanbieder.auteur, f"/inschrijving/{bid.inschrijving_id}/document/G1"
    browser, before = world.sign_in(koen), bid_files(world)
    stored, put = [], world.app.files.put
    monkeypatch.setattr(world.app.files, "put", lambda chunks: stored.append(put(chunks)) or stored[-1])
    answer = send_slowly(browser, url, change(world, koen))
    assert answer.status_code == 401 and "Het bestand is niet bewaard." in answer.get_data(as_text=True)
    assert bid_files(world) == before and len(stored) == 1
    with pytest.raises(OSError):
        b"".join(world.app.files.open(stored[0]))
    # A control: the same body without a change is kept.
    colleague = world.sign_in(world.aanbieder_persoon(bid.aanbieder.id, "auteur"))
    assert send_slowly(colleague, url, lambda: None).status_code == 200
    assert len(bid_files(world)) == len(before) + 1


def test_of_the_pages_of_an_organisation_nothing_is_shown_to_who_was_removed(world):
    provider = iw.zorgaanbieder(world, "Vertrokken Beheer (fictief)")
    person = provider.beheerder
    answer = send_slowly(world.sign_in(person), "/organisatie/documenten/nieuw?titel=Visie", removed(world, person))
    assert answer.status_code == 401 and provider.naam not in answer.get_data(as_text=True)
    assert world.behind("SELECT count(*) FROM portal.document")[0][0] == 0


def test_one_account_sends_two_files_at_a_time(world):
    provider = iw.zorgaanbieder(world, "Alles Tegelijk (fictief)")
    browsers = [world.sign_in(provider.beheerder) for _n in range(3)]
    colleague = world.aanbieder_persoon(provider.id, "aanbiederbeheerder")
    answers = []

    def another(n: int):
        def send() -> None:
            url, meanwhile = f"/organisatie/documenten/nieuw?titel=Stuk{n}", another(n + 1) if n < 2 else lambda: None
            answers.append((n, send_slowly(browsers[n], url, meanwhile).status_code))
        return send

    def one_more() -> None:
        url = "/organisatie/documenten/nieuw?titel=Vierde"
        answers.append(("collega", send_slowly(world.sign_in(colleague), url, lambda: None).status_code))

    another(0)()
    one_more()
    assert answers == [(2, 429), (1, 200), (0, 200), ("collega", 200)]
    # What is done makes room again, what was refused took none.
    assert send_slowly(browsers[0], "/organisatie/documenten/nieuw?titel=Later", lambda: None).status_code == 200


# Days and numbers that nobody means -------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("day", "says"), [
    ("31-12-9999", "Kies een jaar van 2000 tot en met 2100."), ("9999-12-31", "Kies een jaar van 2000 tot en met 2100."),
    ("1 maart 0001", "Kies een jaar van 2000 tot en met 2100."), ("31-02-2029", "Deze dag bestaat niet."),
    ("29 februari 2029", "Deze dag bestaat niet."), ("12-31-2029", "Schrijf de datum als dag-maand-jaar"),
    ("1-1-29", "Schrijf de datum als dag-maand-jaar")])
def test_a_day_that_nobody_means_is_a_sentence_and_no_error_of_ours(world, day, says):
    browser = world.sign_in(world.medewerker("zwolle", "beheerder"))
    page = browser.post("/beheer/mandaten/nieuw", {"van": "01-12-2026", "tot_en_met": day}, expect=422)
    assert says in page.words and page.html.select_one("[name=tot_en_met]")["value"] == day
    page = browser.post("/beheer/vervanging", {"van": "01-12-2026", "tot_en_met": day, "reden": "verlof"}, expect=422)
    assert says in page.words


def test_days_as_people_write_them_are_read():
    for text in ("8-12-2026", "08/12/2026", "08.12.2026", "2026-12-08", "8 december 2026", "di 8 dec. 2026"):
        assert forms.parse_date(text) == date(2026, 12, 8), text
    assert forms.parse_date("31-12-2100") == date(2100, 12, 31)


@pytest.mark.parametrize("page", ["logboek", "inzage"])
def test_a_journal_begins_at_any_number(world, page):
    browser = world.sign_in(world.medewerker("zwolle", "beheerder"))
    for number in ("999999999999999999", "2147483648", "9" * 5000, "-1", "٣"):
        browser.get(f"/beheer/{page}?voor={number}")


# Words of another site --------------------------------------------------------------------------------------------------------

SPOOF = {"let_op": "Uw account is geblokkeerd. Bel nu 0900 123 456 en noem uw wachtwoord.", "naam": "Bel 0900 123 456"}


@pytest.mark.parametrize("headers", [
    {}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/localhost"},
    {"Origin": "https://evil.example", "Referer": "http://localhost/beheer/groepen"},
    {"Origin": "http://localhost.evil.example"}])
def test_words_of_another_site_never_stand_on_a_page_of_ours(world, headers):
    page = world.anonymous().post("/beheer/groepen", SPOOF, expect=401, headers=headers)
    assert "0900" not in page.text and "Let op" not in page.text


def test_everything_that_was_filled_in_comes_back_under_its_label(world):
    person = world.medewerker("zwolle", "beheerder")
    browser = world.sign_in(person)
    page = browser.get("/beheer/mandaten/nieuw?werkgever=zwolle")
    form = {field["name"]: field["value"] for field in page.html.select("main form[method=post] input[type=hidden]")}
    world.behind("UPDATE portal.sessie SET ingetrokken_at = portal.now()")
    filled = {"van": "01-12-2026", "tot_bedrag": "12.500,00", "vindplaats": "Register"}
    page = browser.post("/beheer/mandaten/nieuw", form | filled | {"gemachtigde": str(person.user_id)}, expect=401,
                        headers={"Origin": "http://localhost"})
    kept = {page.html.select_one(f'label[for="{field["id"]}"]').get_text(strip=True): field.text.strip()
            for field in page.html.select("main textarea")}
    assert kept["Eerste dag"] == "01-12-2026" and "12.500,00" in kept.values() and "Register" in kept.values()
    assert {"csrf_token", "sleutel", "werkgever"} <= set(form)
    hidden = {*form.values(), str(person.user_id)}
    assert not hidden & set(kept.values()), kept
    assert not any("_" in label or label.islower() for label in kept), kept


# Bodies that do not come ----------------------------------------------------------------------------------------------------

class Form(Waiting):
    """A form of which the rest does not come before `meanwhile` is done."""

    def __init__(self, meanwhile):
        super().__init__(meanwhile)
        self.write(b"naam=" + b"a" * 200)
        self.truncate()
        self.seek(0)


def test_some_threads_are_left_for_who_reads_while_others_wait_for_a_body(world, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    places, answers = load("limieten")["wachten-op-gegevens"]["keer"], []

    def post(left: int):
        def send() -> None:
            answer = world.anonymous().client.post(
                "/inloggen/link", input_stream=Form(post(left - 1) if left else lambda: None),
                content_type="application/x-www-form-urlencoded")
            answers.append((answer.status_code, "te druk" in answer.get_data(as_text=True)))
            if not left:
                assert answer.headers["Retry-After"] == "5"
                world.anonymous().get("/rollen")
        return send

    post(places)()
    # The last one found no place; the others were read, and refused for their token.
    assert answers == [(503, True)] + [(400, False)] * places
    world.anonymous().client.post("/inloggen/link", data={"naam": "b"})
    assert all(bodies._PLACES.acquire(blocking=False) for _n in range(places)), "elke plaats is weer vrij"
    for _n in range(places):
        bodies._PLACES.release()


# The page of a perceel -------------------------------------------------------------------------------------------------------

def test_who_judges_nothing_reads_how_many_bid_and_not_who(world):
    loop = iw.geopend(world, percelen=1)
    page = f"/inkoop/perceel/{loop.percelen[0]}"
    names = [bid.aanbieder.naam for bid in loop.inschrijvers]
    assert all(naam in world.sign_in(loop.wie.manager).get(page).words for naam in names)
    outside = world.sign_in(world.medewerker("zwolle", "raadslid")).get(page).words
    assert "Er kwamen 2 inschrijvingen binnen." in outside and not any(naam in outside for naam in names)
