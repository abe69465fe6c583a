"""What comes in from outside: too much of it, signs that are no text, addresses elsewhere, and the key of a form."""

import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import g

import config
from config import load
from portal.adapters import office
from portal.web import uploads
from portal.web.forms import Form
from portal.web.security import is_local_path
from tests.files import PDF
from tests.inkoop_world import geplande_inkoop, gepubliceerde_inkoop, uitgevraagde_inkoop
from tests.unit.test_office import VOORSTEL
from tests.world import Page

URLENCODED = "application/x-www-form-urlencoded"


# Too much -----------------------------------------------------------------------------------------------------------------

def _send(world, body: bytes, url: str = "/inloggen/zwolle/start", **options) -> Page:
    return Page(world.app.test_client().post(url, data=body, content_type=URLENCODED, **options))


@pytest.mark.parametrize("body", [
    b"&".join(b"veld%d=1" % n for n in range(1_000_000)),  # 11 MB
    b"a&" * 999_999,  # under the limit of bytes
    b"&".join([b"a=1"] * 2_001),
    b"tekst=" + b"x" * 2_000_000,
], ids=["a million fields", "a million short fields", "one field too many", "one long field"])
def test_a_form_that_is_too_large_is_refused_before_it_is_read(world, body, monkeypatch):
    read = []
    monkeypatch.setattr("werkzeug.formparser.parse_qsl", lambda *_args, **_options: read.append(1) or [])
    page = _send(world, body)
    assert (page.status, read) == (413, [])
    assert "Dit formulier is te groot. Er is niets bewaard." in page.words
    assert page.html.select_one("h1").text == "U stuurt te veel tegelijk"


def test_a_large_form_that_a_person_can_fill_is_read(world):
    assert _send(world, b"&".join([b"tekst=" + b"x" * 900] * 2_000)).status == 400, "only the CSRF token lacks"


# Signs that are no text ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("address", [
    "/aanbestedingen/%00", "/aanbieders?product=%00", f"/aanbieders?na=%00~{uuid.UUID(int=1)}", "/aanbieders?%00=1",
    "/aanbieders?product=a%0bb", "/aanbieders?product=1&product=%00", "/static/%00", "/inkoop/%1b", "/%00",
])
def test_an_address_with_a_control_sign_is_refused(world, address):
    page = world.anonymous().get(address, expect=400)
    assert "een teken dat geen tekst is" in page.words


def test_a_form_with_nul_is_refused_wherever_it_stands(world):
    browser = world.sign_in(world.medewerker("zwolle", "contractmanager"))
    titel = {"titel": "Beschermd wonen 2028", "csrf_token": browser.csrf()}
    for wrong in ({"sleutel": "a\0b"}, {"titel": "a\0b"}, {"\0": "1"}, {"terug": "/\0"}):
        page = browser.post("/inkoop/nieuw", titel | wrong, expect=400)
        assert "een teken dat geen tekst is" in page.words
    assert world.behind("SELECT 1 FROM portal.inkoop") == []


def test_a_file_name_with_nul_is_refused_before_its_bytes_are_read(world):
    browser = world.sign_in(world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder"))
    answer = browser.upload("/organisatie/documenten/nieuw?titel=Visie", "vis\0ie.pdf", b"%PDF-1.7", expect=400)
    assert "een teken dat geen tekst is" in answer.text


@pytest.mark.parametrize("token", ["ë" * 64, "\u20ac", "\udcff"])
def test_a_csrf_token_may_be_any_text_and_is_then_wrong(world, token):
    assert _send(world, f"csrf_token={token}".encode(errors="replace")).status == 400
    header = token.encode("utf-8", "replace").decode("latin-1")
    assert _send(world, b"", headers={"X-CSRF-Token": header}).status == 400


def test_what_is_pasted_becomes_text_that_every_letter_can_hold(app):
    pasted = {"tekst": " een\x0btwee\x0cdrie\x07\x1b\ufffe\tvier\r\n", "x": ["\x01a", "b"]}
    with app.test_request_context("/", method="POST", data=pasted):
        form = Form()
        assert form.text("tekst") == "een\ntwee\ndrie\tvier"
        assert form.many("x") == ["a", "b"]
        assert office.collegevoorstel(replace(VOORSTEL, gevolg=form.text("tekst")))
    with pytest.raises(ValueError, match="XML"):
        office.collegevoorstel(replace(VOORSTEL, gevolg=pasted["tekst"]))


# Elsewhere ----------------------------------------------------------------------------------------------------------------

ELSEWHERE = ["///evil.example", "//evil.example", "////evil.example", "/\\evil.example", "/\t/evil.example",
             "https://evil.example", "/a//evil.example", "evil.example", "", "/\\/evil.example", "\\\\evil.example"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_no_local_path(address):
    assert not is_local_path(address)


@pytest.mark.parametrize("address", ["/", "/inkoop/1?na=2", "/inkoop?terug=//evil.example"])
def test_an_address_here_is_a_local_path(address):
    assert is_local_path(address)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere(world, address):
    """`verder` on the login page, `verder` of the statement of a beoordelaar, and `terug` of a refused step-up."""
    manager = world.medewerker("zwolle", "contractmanager")
    browser = world.sign_in(manager)
    assert browser.get("/inloggen", query_string={"verder": address}, expect=303).location == "/mijn-werk"
    world.behind("UPDATE portal.sessie SET stepped_up_at = NULL")
    page = browser.post(f"/inkoop/{uuid.uuid4()}/openen", {"terug": address})
    assert page.location == "/opnieuw-inloggen?verder=/", "what is not here becomes the front door"


def test_no_transaction_waits_for_the_bytes_of_a_file(world, monkeypatch):
    """Every page that takes a file in: while the bytes come, its database session holds nothing."""
    waiting, incoming = [], uploads.incoming

    def spy(request):
        waiting.append((request.endpoint, g.db.in_transaction()))
        return incoming(request)

    monkeypatch.setattr(uploads, "incoming", spy)
    planned = geplande_inkoop(world)
    manager = world.sign_in(planned.wie.manager)
    url = f"/inkoop/{planned.inkoop_id}/stuk-toevoegen"
    manager.upload(url, "opzet.pdf", PDF, expect=200)
    old = world.behind("SELECT id FROM portal.document WHERE naam = 'opzet.pdf'")[0][0]
    manager.upload(f"{url}?vervangt={old}", "opzet-2.pdf", PDF, expect=200)
    asked = uitgevraagde_inkoop(world, planned)
    policy = world.sign_in(asked.wie.beleid["kampen"])
    policy.upload(f"/inkoop/{asked.inkoop_id}/deelname-document", "besluit.pdf", PDF, expect=200)
    provider = world.sign_in(asked.wie.aanbieders[0].beheerder)
    provider.upload("/organisatie/documenten/nieuw?titel=Visie", "visie.pdf", PDF, expect=200)
    assert waiting == [("inkoop.stuk_stroom", False), ("inkoop.stuk_stroom", False),
                       ("inkoop.deelname_stroom", False), ("organisatie.document_ontvangen", False)]
    assert world.behind("SELECT titel, versie FROM portal.document WHERE naam = 'opzet-2.pdf'") == [("Opzet", 2)]


# Too often ------------------------------------------------------------------------------------------------------------------

def test_every_limit_says_where_it_comes_from():
    for name, rule in load("limieten").items():
        assert rule["keer"] > 0 and rule["seconden"] > 0, name
        assert rule["waarom"].endswith("."), name
    text = (Path(config.__file__).parent / "limieten.toml").read_text(encoding="utf-8")
    assert "# Bronnen: OWASP ASVS 5.0" in text


@pytest.fixture
def limits(monkeypatch):
    """Change a limit: `limits("export", 2)`."""
    rules = {name: dict(rule) for name, rule in load("limieten").items()}
    monkeypatch.setattr("portal.web.security.load", lambda _name: rules)
    return lambda name, most: rules[name].update(keer=most)


def refusals(world, name):
    return world.behind("SELECT count(*) FROM portal.beveiligingslog WHERE handeling = :n", n=f"limiet:{name}")[0][0]


def test_a_bulk_export_asks_who_you_are_counts_and_leaves_a_trail(world, limits):
    manager = world.medewerker("zwolle", "contractmanager")
    browser = world.sign_in(manager)
    world.behind("UPDATE portal.sessie SET stepped_up_at = stepped_up_at - interval '11 minutes'")
    page = browser.get("/contracten.csv?product=x", expect=303)
    assert page.location == "/opnieuw-inloggen?verder=/contracten.csv?product%3Dx"
    assert world.behind("SELECT 1 FROM portal.beveiligingslog WHERE handeling = 'contracten ophalen'") == []

    limits("export", 2)
    fresh = world.sign_in(manager)
    for _time in range(2):
        assert fresh.get("/contracten.csv").text.startswith("\ufeff")
    for _time in range(3):
        assert "Probeer het over een uur opnieuw" in fresh.get("/contracten.csv", expect=429).words
    assert world.sign_in(world.medewerker("zwolle", "contractmanager")).get("/contracten.csv"), "een collega telt apart"
    assert refusals(world, "export") == 1, "een regel per venster"
    told = world.behind("SELECT account_id, resultaat FROM portal.beveiligingslog WHERE handeling = 'contracten ophalen'")
    assert [row.account_id for row in told].count(manager.user_id) == 2
    world.clock(timedelta(hours=1, minutes=1))
    assert world.sign_in(manager).get("/contracten.csv").status == 200


def test_nobody_gets_a_mailbox_full_of_invitations(world, limits):
    limits("uitnodigen", 2)
    limits("uitnodigen-organisatie", 4)
    admin = world.sign_in(world.medewerker("zwolle", "beheerder"))

    def invite(email, expect):
        page = admin.post("/beheer/leden/uitnodigen", {"naam": "Iemand", "email": email, "rollen": "raadslid"}, expect=expect)
        world.behind("UPDATE portal.uitnodiging SET ingetrokken_at = portal.now() WHERE ingetrokken_at IS NULL")
        return page

    for _time in range(2):
        invite("vreemde@voorbeeld.example", 303)
    page = invite("Vreemde@voorbeeld.example", 429)
    assert "over een uur" in page.words and page.html.select_one("#email")["value"] == "Vreemde@voorbeeld.example"
    for n in range(2):
        invite(f"ander{n}@voorbeeld.example", 303)
    assert "Probeer het morgen opnieuw" in invite("nog-een@voorbeeld.example", 429).words
    assert world.behind("SELECT count(*) FROM portal.uitnodiging")[0][0] == 4


def test_uploads_are_counted_in_times_and_in_bytes(world, limits):
    party = world.aanbieder()
    person, colleague = (world.aanbieder_persoon(party, "aanbiederbeheerder") for _n in range(2))
    browser, url = world.sign_in(person), "/organisatie/documenten/nieuw?titel=Visie"
    limits("upload", 2)
    for n in range(2):
        browser.upload(f"{url}{n}", "visie.pdf", PDF, expect=200)
    assert "over een uur" in browser.upload(f"{url}9", "visie.pdf", PDF, expect=429).text
    assert world.behind("SELECT count(*) FROM portal.document")[0][0] == 2

    limits("upload", 100)
    limits("upload-ruimte", 300)  # kilobytes; two of them are gone
    other = world.sign_in(colleague)
    other.upload(f"{url}a", "groot.pdf", PDF + b" " * 200_000, expect=200)
    assert "vandaag" in other.upload(f"{url}b", "groot.pdf", PDF + b" " * 200_000, expect=429).text, "de organisatie samen"
    other.upload(f"{url}c", "klein.pdf", PDF + b" " * 50_000, expect=200)
    world.clock(timedelta(days=1, minutes=1))
    world.sign_in(colleague).upload(f"{url}d", "groot.pdf", PDF + b" " * 200_000, expect=200)


def test_an_archive_is_not_made_for_ever(world, limits):
    limits("archief", 1)
    loop = gepubliceerde_inkoop(world)
    reference = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.inkoop_id)[0][0]
    visitor = world.anonymous()
    assert visitor.client.get(f"/aanbestedingen/{reference}/stukken.zip").status_code == 200
    assert "over een uur" in visitor.get(f"/aanbestedingen/{reference}/stukken.zip", expect=429).words
