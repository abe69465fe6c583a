"""Bidding in the browser, from the bidding side: draft, review, send, replace, withdraw, and every refusal in its own words."""

import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from portal.adapters.files import StoreError
from portal.adapters.scan import Clamd
from portal.domains.inkoop import inschrijven, queries, usecases
from portal.domains.inkoop.model import Eis, Inschrijving, Verzending
from portal.kernel.documents import Document
from tests import clamav, inkoop_world
from tests.files import EICAR, PDF
from tests.world import Browser, Page

MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def loop(world):
    """A published procurement with two percelen and two providers."""
    return inkoop_world.gepubliceerde_inkoop(world)


@pytest.fixture
def bid(world, loop):
    """A complete draft on both percelen, read by a colleague and not sent."""
    return inkoop_world.concept(world, loop, loop.wie.aanbieders[0])


def address(bid) -> str:
    return f"/inschrijving/{bid.inschrijving_id}"


def send_form(browser: Browser, url: str) -> dict:
    """The form of the check page with its key, as somebody has it open before the moment passes."""
    return browser.get(f"{url}/controle").form(f"{url}/verzenden")


def press_send(browser: Browser, url: str, *percelen, expect: int = 303, form: dict | None = None) -> Page:
    """Send these percelen from the check page, with the key of the form that it showed."""
    form = form or send_form(browser, url)
    chosen = [str(p) for p in percelen]
    return browser.post(f"{url}/verzenden", form | {"perceel": chosen, "toch": chosen}, expect=expect)


def sendings(world) -> list:
    return world.behind("SELECT perceel_id, soort, versie, verzonden_at, ontvangst_nummer FROM portal.verzending "
                        "ORDER BY verzonden_at, id")


def objects(app) -> set[str]:
    """Every key in the file store."""
    return {key for key, _at in app.files.keys_older_than(datetime(2100, 1, 1, tzinfo=UTC))}


def counts(world) -> tuple:
    return world.behind("SELECT (SELECT count(*) FROM portal.document), (SELECT count(*) FROM portal.inschrijving_document), "
                        "(SELECT count(*) FROM portal.verzending), (SELECT max(volgnr) FROM portal.case_event)")[0]


@contextmanager
def database_clock(world, expression: str):
    """The clock that decides says this (SQL). The clock of the web server goes on: it decides nothing."""
    before = world.behind("SELECT pg_get_functiondef('portal.clock_now()'::regprocedure)")[0][0]
    with world.owner.begin() as c:
        c.exec_driver_sql("CREATE OR REPLACE FUNCTION portal.clock_now() RETURNS timestamptz LANGUAGE sql STABLE "
                          f"AS $$ SELECT {expression} $$")
    try:
        yield
    finally:
        with world.owner.begin() as c:
            c.exec_driver_sql(before)


def at(moment: datetime) -> str:
    """A moment in SQL, to the microsecond."""
    return f"'{moment.astimezone(UTC).isoformat()}'::timestamptz"


# The whole way ---------------------------------------------------------------------------------------------------------------

def test_from_first_click_to_receipt_replace_and_withdraw(world, loop):
    first, second = loop.percelen
    provider = loop.wie.aanbieders[0]
    author, reviewer, sender = (world.sign_in(p) for p in (provider.auteur, provider.meelezer, provider.verzender))

    start = author.get("/inschrijving")
    assert "U heeft nog geen inschrijving" in start.words
    begin = f"/inschrijving/begin/{loop.inkoop_id}"
    url = author.post(begin, start.form(begin)).location
    assert author.post(begin).location == url, "een tweede begin brengt naar dezelfde inschrijving"
    page = author.get(url)
    assert "1 van 2 onderdelen compleet" in page.words
    assert page.html.select_one(".p-pagehead .p-badge").text == "Nog niet verstuurd"

    author.post(f"{url}/perceel/{first}/kiezen")
    eisen = f"{url}/perceel/{first}/eisen"
    e1, e2 = loop.eisen[first]
    form = author.get(eisen).form(eisen)
    page = author.post(eisen, form | {f"eis-{e1}": "ja", f"toelichting-{e2}": "Ons systeem is ISO 9001."}, expect=422)
    assert "Kies ja of nee bij eis E2" in page.words
    assert page.form(eisen)[f"toelichting-{e2}"].strip() == "Ons systeem is ISO 9001.", "wat iemand typte, blijft staan"
    author.post(eisen, form | {f"eis-{e1}": "ja"})
    assert "1 van 2 vragen beantwoord" in author.get(url).words, "een deel bewaren mag"
    author.post(eisen, form | {f"eis-{e1}": "ja", f"eis-{e2}": "nee", f"toelichting-{e2}": "Volgend jaar."})

    author.upload(f"{url}/document/G1", "verklaring.pdf", PDF, expect=200)
    part = author.upload(f"{url}/document/P1?perceel={first}", "plan één.pdf", PDF, expect=200)
    receipt = re.sub(r"\s+", " ", part.html.get_text(" "))
    assert "plan één.pdf" in receipt
    assert re.search(r"om \d\d\.\d\d\.\d\d uur · 83 bytes", receipt), receipt
    assert re.search(r"Ontvangstbewijs OB-\w{5}-\w{5} SHA-256 [0-9a-f]{64}", receipt), receipt
    page = author.get(url)
    assert "4 van 4 onderdelen compleet" in page.words
    assert "Alleen Verzender" in page.words

    author.post(f"{url}/meelezen-vragen", page.form(f"{url}/meelezen-vragen"))
    assert "Wilt u meelezen" in reviewer.get("/berichten").words
    reviewer.post(f"{url}/meelezen")
    assert "gelezen op" in reviewer.get(url).words

    check = sender.get(f"{url}/controle")
    assert "Nee, wij voldoen niet" in check.words
    assert check.html.select_one(f"input[name=perceel][value='{first}']").has_attr("checked")
    confirmation = sender.get(press_send(sender, url, first).location)
    [row] = sendings(world)
    assert row.ontvangst_nummer in confirmation.words
    assert re.search(r"Ontvangen op .* om \d\d\.\d\d\.\d\d uur", confirmation.words)
    assert world.behind("SELECT vingerafdruk FROM portal.verzending")[0][0] in confirmation.words
    proof = confirmation.html.select_one("main a[href$='bewijs.pdf']")["href"]
    pdf = sender.client.get(proof)
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert pdf.data == sender.client.get(proof).data, "het bewijs is elke keer hetzelfde bestand"

    again = press_send(sender, url, first, expect=409)
    assert f"daarna niet veranderd. Uw ontvangstbewijs is {row.ontvangst_nummer}" in again.words

    author.upload(f"{url}/document/P1?perceel={first}", "plan-2.pdf", PDF + b"%2", expect=200)
    assert "U heeft daarna iets veranderd" in author.get(url).words
    press_send(sender, url, first)
    assert [r.versie for r in sendings(world)] == [1, 2]
    shared = world.behind("SELECT naam, gedeeld_at IS NOT NULL FROM portal.document WHERE soort = 'inschrijvingsstuk'")
    assert dict(tuple(r) for r in shared) == {"verklaring.pdf": True, "plan één.pdf": False, "plan-2.pdf": True}

    withdraw = f"{url}/perceel/{first}/intrekken"
    ask = sender.get(withdraw)
    done = sender.get(sender.post(withdraw, ask.form(withdraw)).location)
    assert "Perceel 1 is ingetrokken" in done.html.h1.text
    assert author.get(url).html.select_one(".p-pagehead .p-badge").text == "Ingetrokken"
    assert not world.behind("SELECT 1 FROM portal.document WHERE soort = 'inschrijvingsstuk' AND gedeeld_at IS NOT NULL")
    sender.post(withdraw, expect=409)
    sender.get(withdraw, expect=404)
    press_send(sender, url, first)
    assert [r.soort for r in sendings(world)] == ["verzending", "verzending", "intrekking", "verzending"]
    assert second not in {r.perceel_id for r in sendings(world)}


def test_A7_AC1_a_gap_on_one_perceel_does_not_hold_the_other(world, loop, bid):
    first, second = loop.percelen
    provider, url = bid.aanbieder, address(bid)
    author, sender = world.sign_in(provider.auteur), world.sign_in(provider.verzender)
    author.post(f"{url}/document/P1/weghalen?perceel={second}")
    page = sender.get(press_send(sender, url, first, second).location)
    assert page.html.h1.text == "1 perceel is verstuurd, 1 niet"
    assert "Perceel 2 is niet verstuurd Het is niet compleet. Nog nodig: Plan van aanpak." in page.words
    assert [r.perceel_id for r in sendings(world)] == [first]
    assert author.get(url).html.select_one(".p-pagehead .p-badge").text == "Deels verstuurd"
    before = counts(world)
    refused = press_send(sender, url, second, expect=422)
    assert "Perceel 2 is niet compleet. Nog nodig: Plan van aanpak." in refused.words
    assert counts(world) == before
    author.post(f"{url}/perceel/{first}/laten", expect=409)
    author.post(f"{url}/perceel/{second}/laten")
    assert "U schrijft niet in op dit perceel" in author.get(url).words


def test_a_document_is_used_again(world, loop, bid):
    provider, url = bid.aanbieder, address(bid)
    author = world.sign_in(provider.auteur)
    kept = world.as_(provider.auteur, inschrijven.organisatie_document, inkoop_world.stuk(world, "polis.pdf"), titel="Polis")
    page = author.get(f"{url}/document/G1")
    assert "polis.pdf" in page.words
    reuse = f"{url}/document/G1/hergebruiken"
    assert "Kies een document uit de lijst" in author.post(reuse, expect=422).words
    author.post(reuse, {"document": str(kept.id)})
    assert "polis.pdf" in author.get(f"{url}/document/G1").html.select_one("#stukken").text
    other = world.as_(loop.wie.aanbieders[1].auteur, inschrijven.organisatie_document,
                      inkoop_world.stuk(world, "geheim.pdf"), titel="Geheim")
    author.post(reuse, {"document": str(other.id)}, expect=404)


# The moment -----------------------------------------------------------------------------------------------------------------

def test_a_microsecond_before_is_in_time_and_the_moment_itself_is_too_late(world, loop, bid):
    first, second = loop.percelen
    sender, url = world.sign_in(bid.aanbieder.verzender), address(bid)
    on_time, too_late, later = (send_form(sender, url) for _ in range(3))
    with database_clock(world, at(loop.sluit_at - MICROSECOND)):
        press_send(sender, url, first, form=on_time)
    with database_clock(world, at(loop.sluit_at)):
        before = counts(world)
        late = press_send(sender, url, second, expect=410, form=too_late)
        withdrawn = sender.post(f"{url}/perceel/{first}/intrekken", expect=410)
    with database_clock(world, at(loop.sluit_at + MICROSECOND)):
        press_send(sender, url, second, expect=410, form=later)
        assert counts(world) == before, "een geweigerde poging laat niets achter"
    [row] = sendings(world)
    assert row.verzonden_at == loop.sluit_at - MICROSECOND < loop.sluit_at
    closing = loop.sluit_at.astimezone(inkoop_world.clock.AMSTERDAM)
    assert late.html.h1.text == "Versturen is niet gelukt. De inschrijving is gesloten."
    assert withdrawn.html.h1.text == "Intrekken is niet gelukt. De inschrijving is gesloten."
    came = f"{closing:%H.%M.%S},{closing.microsecond:06d}"
    assert f"om {closing:%H.%M.%S} uur. Uw verzoek kwam binnen om {came} uur." in late.words
    assert "Uw concept en uw 3 documenten zijn bewaard" in late.words
    assert re.search(r"MELD-\w{4}-\w{4}", late.words)
    trail = world.behind("SELECT handeling FROM portal.beveiligingslog WHERE resultaat = 'geweigerd' ORDER BY at")
    assert [r.handeling for r in trail] == ["inschrijving:verzenden", "inschrijving:intrekken", "inschrijving:verzenden"]


def test_when_the_moment_passes_between_two_percelen_the_first_stays(world, loop, bid):
    first, second = loop.percelen
    sender, url = world.sign_in(bid.aanbieder.verzender), address(bid)
    moment = (f"CASE WHEN EXISTS (SELECT 1 FROM portal.verzending) THEN {at(loop.sluit_at)} "
              f"ELSE {at(loop.sluit_at - MICROSECOND)} END")
    with database_clock(world, moment):
        page = sender.get(press_send(sender, url, first, second).location)
    assert [r.perceel_id for r in sendings(world)] == [first]
    assert "Perceel 2 is niet verstuurd" in page.words


def test_after_the_moment_everything_can_be_read_and_nothing_changed(app, world, loop, bid):
    first = loop.percelen[0]
    url = address(bid)
    world.clock(loop.sluit_at)
    author, sender = world.sign_in(bid.aanbieder.auteur), world.sign_in(bid.aanbieder.verzender)
    kept, before = objects(app), counts(world)
    for path in (url, f"{url}/controle", f"{url}/perceel/{first}/eisen", f"{url}/document/G1"):
        page = sender.get(path)
        assert "gesloten" in page.words
        assert not page.html.select("main form"), f"na sluiting staat er geen formulier op {path}"
    late = author.upload(f"{url}/document/G1", "te-laat.pdf", PDF, expect=410)
    assert "De inschrijving is gesloten" in late.text
    form_post(author, f"{url}/document/G1", "te-laat.pdf", PDF, expect=410)
    answer = {f"eis-{loop.eisen[first][0]}": "nee", f"toelichting-{loop.eisen[first][0]}": "Lang verhaal."}
    page = author.post(f"{url}/perceel/{first}/eisen", answer, expect=410)
    assert "Lang verhaal." in page.text
    author.post(f"{url}/perceel/{first}/laten", expect=410)
    author.post(f"/inschrijving/begin/{loop.inkoop_id}")
    world.sign_in(loop.wie.aanbieders[1].auteur).post(f"/inschrijving/begin/{loop.inkoop_id}", expect=410)
    assert (objects(app), counts(world)) == (kept, before)


def test_too_early(world):
    loop = inkoop_world.doorgezette_inkoop(world, percelen=1)
    author = world.sign_in(loop.wie.aanbieders[0].auteur)
    page = author.post(f"/inschrijving/begin/{loop.inkoop_id}", expect=404)
    assert "Deze inkoop is niet gepubliceerd. Inschrijven kan niet." in page.words
    assert "Er is nu geen andere inkoop open" in author.get("/inschrijving").words


def test_sixteen_presses_give_one_row_and_sixteen_identical_receipts(world, loop, bid):
    url, token = address(bid), world.token(bid.aanbieder.verzender)
    form = Browser(world.app, token).get(f"{url}/controle").form(f"{url}/verzenden") | {"perceel": str(loop.percelen[0])}
    ready = threading.Barrier(16)

    def press(_number):
        client = Browser(world.app, token).client
        ready.wait(30)
        answer = client.post(f"{url}/verzenden", data=form)
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(press, range(16)))
    [(status, location)] = answers
    [row] = sendings(world)
    assert status == 303
    assert row.ontvangst_nummer in world.sign_in(bid.aanbieder.verzender).get(location).words


# Who may and who sees --------------------------------------------------------------------------------------------------------

def test_the_author_and_the_reviewer_do_not_send(world, loop, bid):
    url, first = address(bid), loop.percelen[0]
    for person in (bid.aanbieder.auteur, bid.aanbieder.meelezer, bid.aanbieder.beheerder):
        browser = world.sign_in(person)
        assert "U mag niet versturen Dat mag alleen: Verzender" in browser.get(f"{url}/controle").words
        browser.post(f"{url}/verzenden", {"perceel": str(first)}, expect=403)
        browser.post(f"{url}/perceel/{first}/intrekken", expect=403)
    reviewer = world.sign_in(bid.aanbieder.meelezer)
    reviewer.post(f"{url}/perceel/{first}/laten", expect=403)
    assert reviewer.upload(f"{url}/document/G1", "x.pdf", PDF).status == 403
    both = world.aanbieder_persoon(bid.aanbieder.id, "auteur", "meelezer")
    world.sign_in(both).post(f"{url}/perceel/{loop.percelen[1]}/laten")
    page = world.sign_in(both).post(f"{url}/meelezen", expect=422)
    assert "U schreef zelf aan deze inschrijving. Vraag een collega om mee te lezen." in page.words
    assert not sendings(world)


def test_a_competitor_finds_nothing_at_any_address(app, world, loop):
    bid = inkoop_world.verstuurd(world, loop, loop.wie.aanbieders[0])
    rival = world.sign_in(world.aanbieder_persoon(loop.wie.aanbieders[1].id, "auteur", "meelezer", "verzender"))
    known = {"inschrijving_id": bid.inschrijving_id, "perceel_id": loop.percelen[0], "code": "G1",
             "verzending_id": world.behind("SELECT id FROM portal.verzending LIMIT 1")[0][0]}
    before, tried = counts(world), 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("inschrijving.") or "inschrijving_id" not in rule.arguments:
            continue
        path = rule.build({name: known[name] for name in rule.arguments})[1]
        if "GET" in rule.methods:
            assert bid.aanbieder.naam not in rival.get(path, expect=404).text
        elif "PUT" in rule.methods:
            assert rival.upload(path, "x.pdf", PDF).status == 404
        else:
            rival.post(path, {"perceel": str(loop.percelen[0]), "document": str(known["verzending_id"])}, expect=404)
        tried += 1
    assert tried >= 15
    for (document_id,) in world.behind("SELECT id FROM portal.document WHERE soort = 'inschrijvingsstuk'"):
        rival.get(f"/documenten/{document_id}", expect=404)
    assert counts(world) == before


def test_before_the_opening_the_buyers_know_how_many_and_when(world, loop):
    bid = inkoop_world.verstuurd(world, loop, loop.wie.aanbieders[0])
    documents = world.behind("SELECT id FROM portal.document WHERE soort = 'inschrijvingsstuk'")
    naam = bid.aanbieder.naam
    for person in (loop.wie.manager, loop.wie.opener, loop.wie.beoordelaar_kampen):
        buyer = world.sign_in(person)
        buyer.get(address(bid), expect=403)
        for (document_id,) in documents:
            buyer.get(f"/documenten/{document_id}", expect=404)
        for path in ("/zoeken?q=INS", "/zoeken?q=Lindehof", "/berichten", "/mijn-werk", f"/inkoop/{loop.inkoop_id}"):
            assert naam not in buyer.get(path, expect=None).text, path
        for kind in (Inschrijving, Verzending):
            assert world.see(person, lambda s, k=kind: s.scalar(select(func.count()).select_from(k))) == 0
        assert world.see(person, lambda s: s.scalar(
            select(func.count()).select_from(Document).where(Document.soort == "inschrijvingsstuk"))) == 0
        assert len(world.see(person, lambda s: queries.received(s, loop.inkoop_id))) == 2


# Files ------------------------------------------------------------------------------------------------------------------------

def form_post(browser: Browser, url: str, name: str, content: bytes, *, expect: int) -> Page:
    """Send a file with a form, as a browser without script does: the token stands in the address."""
    body = (f'--grens\r\nContent-Disposition: form-data; name="bestand"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n").encode() + content + b"\r\n--grens--\r\n"
    mark = "&" if "?" in url else "?"
    page = Page(browser.client.post(f"{url}{mark}csrf_token={browser.csrf()}", data=body,
                                    content_type="multipart/form-data; boundary=grens"))
    assert page.status == expect, page.words if page.html else page.text
    return page


def test_refused_files_leave_nothing(app, world, loop, bid, monkeypatch):
    url = f"{address(bid)}/document/G1"
    author = world.sign_in(bid.aanbieder.auteur)
    before, kept = counts(world), objects(app)
    cases = [("programma.pdf", b"MZ" + b"\0" * 200, 422), ("leeg.pdf", b"", 422), ("gewoon.html", b"<script>1</script>", 422)]
    for name, content, status in cases:
        assert f"“{name}” is niet bewaard" in author.upload(url, name, content, expect=status).text
        page = form_post(author, url, name, content, expect=status)
        assert f"“{name}” is niet bewaard" in page.html.select_one(".p-errors").text
        assert page.html.select_one("[data-upload-error]").text
    assert "Kies eerst een bestand" in form_post(author, url, "", b"", expect=422).words
    with monkeypatch.context() as patch:
        patch.setattr(app, "settings", replace(app.settings, upload_limit=2**20))
        assert "groter dan 1 MB" in author.upload(url, "groot.pdf", PDF + b" " * 2**20, expect=413).text
        assert "groter dan 1 MB" in form_post(author, url, "groot.pdf", PDF + b" " * 2**20, expect=413).words

    def full(_chunks):
        raise StoreError("schijf vol")

    with monkeypatch.context() as patch:
        patch.setattr(app.files, "put", full)
        assert "opslag" in author.upload(url, "vol.pdf", PDF, expect=503).text
    assert author.upload(f"{address(bid)}/document/X9", "x.pdf", PDF).status == 404
    assert (counts(world), objects(app)) == (before, kept)
    form_post(author, url, "goed.pdf", PDF, expect=303)
    assert "goed.pdf" in author.get(url).html.select_one("#stukken").text


def test_an_infected_file_is_refused_by_the_real_scanner(app, world, loop, bid, monkeypatch):
    with clamav.running() as scanner:
        monkeypatch.setattr(app, "scanner", Clamd(scanner.socket))
        url, author = f"{address(bid)}/document/G1", world.sign_in(bid.aanbieder.auteur)
        before, kept = counts(world), objects(app)
        bad = PDF + EICAR
        assert "iets gevaarlijks" in author.upload(url, "virus.pdf", bad, expect=422).text
        assert "iets gevaarlijks" in form_post(author, url, "virus.pdf", bad, expect=422).words
        assert (counts(world), objects(app)) == (before, kept)
        assert len(world.behind("SELECT 1 FROM portal.beveiligingslog WHERE handeling = 'bestand:besmet'")) == 2
        author.upload(url, "schoon.pdf", PDF, expect=200)
        assert "Gecontroleerd op virussen" in author.get(url).html.select_one("#stukken").text


@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is niet geïnstalleerd")
def test_with_script_the_file_is_a_stream_with_its_receipt(world, loop, bid, tmp_path):
    from playwright.sync_api import expect, sync_playwright

    big, wrong = tmp_path / "groot plan.pdf", tmp_path / "fout.pdf"
    big.write_bytes(PDF + b"\n%" + b"0123456789abcde\n" * 200_000)
    wrong.write_bytes(b"MZ" + b"\0" * 4000)
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.port}"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            context = browser.new_context()
            context.add_cookies([{"name": "portaal-sessie", "value": world.token(bid.aanbieder.auteur), "url": base}])
            page = context.new_page()
            problems = []
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.goto(f"{base}{address(bid)}/document/P1?perceel={loop.percelen[0]}")
            # Whatever the progress bar shows on the way is kept to look at afterwards.
            page.evaluate("""() => { window.seen = []; new MutationObserver(() => window.seen.push(
                document.querySelector('[data-upload-count]').textContent)).observe(
                document.querySelector('[data-upload-progress]'), {subtree: true, childList: true, characterData: true}); }""")
            page.set_input_files("#bestand", big)
            page.get_by_role("button", name="Vervang").click()
            expect(page.locator("#stukken")).to_contain_text("groot plan.pdf", timeout=30_000)
            expect(page.locator("#stukken h2")).to_be_focused()
            expect(page.locator("#live")).to_contain_text("Document ontvangen: groot plan.pdf")
            assert any("3,2 MB" in text for text in page.evaluate("window.seen"))
            page.locator("#stukken summary").click()
            assert re.search(r"SHA-256 [0-9a-f]{64}", page.locator("#stukken").inner_text())
            page.set_input_files("#bestand", wrong)
            page.get_by_role("button", name="Vervang").click()
            expect(page.locator("[data-upload-error]")).to_contain_text("“fout.pdf” is niet bewaard", timeout=30_000)
            expect(page.locator("#stukken")).to_contain_text("groot plan.pdf")
            assert not problems
            browser.close()
    finally:
        server.shutdown()
        thread.join(10)


def test_every_sending_and_every_withdrawal_has_a_message_of_its_own(world, loop, bid):
    first = loop.percelen[0]
    sender, url = world.sign_in(loop.wie.aanbieders[0].verzender), address(bid)
    press_send(sender, url, first)
    eisen = f"{url}/perceel/{first}/eisen"
    author = world.sign_in(loop.wie.aanbieders[0].auteur)
    author.post(eisen, author.get(eisen).form(eisen) | {f"toelichting-{loop.eisen[first][0]}": "Ook in het weekend."})
    press_send(sender, url, first)
    sender.post(f"{url}/perceel/{first}/intrekken", sender.get(f"{url}/perceel/{first}/intrekken").form())
    told = [row.onderwerp for row in world.behind("SELECT onderwerp FROM portal.bericht WHERE dossier_id = :i "
                                                  "ORDER BY verzonden_at, id", i=bid.inschrijving_id)]
    assert told == ["Uw inschrijving op Beschermd wonen 2028 is verstuurd",
                    "Uw inschrijving op Beschermd wonen 2028 is verstuurd (versie 2)",
                    "Uw inschrijving op Beschermd wonen 2028 is ingetrokken: Beschermd wonen"]
    page = sender.get("/berichten")
    assert "is ingetrokken: Beschermd wonen" in page.words


def test_proof_is_asked_and_nowhere_called_needless(world):
    world.clock(datetime(2026, 10, 20, tzinfo=UTC))
    loop = inkoop_world.geplande_inkoop(world, percelen=1)
    perceel = loop.percelen[0]
    world.as_(loop.wie.manager, usecases.onderdeel_wijzigen, Eis, loop.eisen[perceel][0], bewijs="Rooster")
    loop = inkoop_world.gepubliceerde_inkoop(world, loop=inkoop_world.doorgezette_inkoop(
        world, inkoop_world.met_deelname(world, inkoop_world.uitgevraagde_inkoop(world, loop))))
    bid = inkoop_world.concept(world, loop, loop.wie.aanbieders[0])
    author, url = world.sign_in(loop.wie.aanbieders[0].auteur), address(bid)
    pages = [author.get(f"{url}{rest}").words for rest in
             ("", f"/perceel/{perceel}/eisen", f"/document/bewijs-E1?perceel={perceel}", "/controle")]
    assert "Mag ook in een ander document" in pages[0] and "Voeg het bewijs bij E1 toe" in pages[1]
    assert "Schrijf dan in de toelichting bij de eis waar" in pages[2] and "Ontbreekt" not in pages[2]
    assert "Schrijf in de toelichting bij de eis waar het staat" in pages[3]
    assert not any("hoeft niet" in page or "Bewijs bij eis E1 Niet verplicht" in page for page in pages)
    assert "Alles is compleet" in pages[0], "los of in een ander document: beide is goed"
