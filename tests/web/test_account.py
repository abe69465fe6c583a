"""Logging in, step-up, invitations, mailed links and sessions, against the real OpenID server; and every way to be refused."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from time import sleep
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import select, text

from config import load
from local.mail import read_all
from portal.adapters.mail import Mailer
from portal.blueprints.account import device, forget_providers
from portal.domains.beheer import leden as usecases
from portal.domains.uitdaagrecht import initiatieven
from portal.identity import sessions
from portal.identity.model import Beveiligingslog
from portal.identity.permissions import Role
from portal.kernel.errors import Refused
from portal.web import oidc, security
from tests import openid
from tests.openid import PEOPLE

PORTAL = "http://localhost"
KVK = "90001234"


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    """The real providers, for the portal of the tests."""
    if not (openid.ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("oidc-provider ontbreekt: draai eerst make setup")
    with openid.running(tmp_path_factory.mktemp("idp"), portal=PORTAL, people=PEOPLE) as server:
        yield server


def register(world, provider) -> None:
    """Two gemeenten, eHerkenning and DigiD, as an operator would set them up."""
    for slug, soort in (("kampen", "gemeente"), ("zwolle", "gemeente"), ("eherkenning", "eherkenning"), ("digid", "digid")):
        world.behind("INSERT INTO portal.inlogdienst (slug, soort, issuer, client_id, party_id, versie) "
                     "VALUES (:s, :k, :i, 'portal', :p, 1)", s=slug, k=soort, i=provider.issuer(slug),
                     p=world.gemeente(slug) if soort == "gemeente" else None)
    forget_providers()


@pytest.fixture
def idp(world, app, provider):
    """The providers, known to the portal."""
    register(world, provider)
    oidc._peers.clear()
    before, app.settings = app.settings, replace(app.settings, oidc_secret_default=provider.client_secret)
    yield provider
    app.settings = before
    forget_providers()


def start(browser, slug: str, *, expect: int = 303, url: str | None = None, **fields) -> str:
    """Press the button; the address at the provider."""
    page = browser.post(url or f"/inloggen/{slug}/start", fields, from_page="/begrippen", expect=expect)
    return page.location


def come_back(browser, address: str, *, expect: int | None = 303):
    """Follow the provider back to the portal."""
    assert address.startswith(PORTAL + "/inloggen/"), address
    return browser.get(address.removeprefix(PORTAL), expect=expect)


def log_in(browser, slug: str, sub: str, *, expect: int | None = 303, web=None, **fields):
    """The whole way: button, provider, back."""
    return come_back(browser, openid.login(None, start(browser, slug, **fields), sub, browser=web), expect=expect)


def maps(world, gemeente: str, waarde: str, rol: str) -> None:
    """This gemeente maps a group to a role, and two people agreed to it."""
    world.behind("INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol, bevestigd_at) "
                 "VALUES (gen_random_uuid(), :p, 'groups', :w, :r, portal.now())",
                 p=world.gemeente(gemeente), w=waarde, r=rol)


def invites(world, admin, email="nieuw@voorbeeld.example", rollen=("contractmanager",)) -> str:
    """An invitation that went out, and the token in its mail."""
    def invite(session, actor):
        row = usecases.uitnodigen(session, actor, naam="Nieuw Lid", email=email, rollen=list(rollen))
        return usecases.link_token(row, world.app.settings.secret_key)

    return world.as_(admin, invite)


def journal(world, action: str) -> list:
    """(result, details) of these lines, oldest first."""
    return world.behind("SELECT resultaat, details, party_id, account_id, herkomst FROM portal.beveiligingslog "
                        "WHERE handeling = :a ORDER BY id", a=action)


# Choosing ------------------------------------------------------------------------------------------------------------------

def test_gemeente_is_chosen_before_the_button(world, idp):
    browser = world.anonymous()
    towns = browser.get("/inloggen?verder=/account")
    assert "Inloggen met DigiD" not in towns.words
    (link,) = [a["href"] for a in towns.html.select("main a") if a.text == "Kampen"]
    page = browser.get(link)
    assert page.html.h1.text == "Inloggen bij gemeente Kampen"
    assert {f["action"] for f in page.html.select("main form")} == {
        "/inloggen/digid/start", "/inloggen/link", "/inloggen/eherkenning/start", "/inloggen/kampen/start"}
    assert page.form("/inloggen/kampen/start")["verder"] == "/account"
    assert f"form-action 'self' {idp.url}" in page.response.headers["Content-Security-Policy"]


def test_gemeente_without_a_service_says_so(world, idp):
    page = world.anonymous().get("/inloggen?gemeente=ommen")
    assert "Dit kan nu niet" in page.words
    assert not page.html.select("form[action='/inloggen/kampen/start']")


def test_page_that_needs_a_login_brings_back_after_it(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    asked = browser.get("/account", expect=303).location
    assert asked == "/inloggen?verder=/account"
    assert log_in(browser, "kampen", "kampen-inkoper", verder="/account").location == "/account"
    assert "Noor Inkoper (fictief)" in browser.get("/account").words


# Away too long -----------------------------------------------------------------------------------------------------------

def test_what_was_typed_comes_back_when_the_session_is_over(world):
    """Forty minutes on a text, then "Log eerst in" and an empty page."""
    sanne = world.medewerker("zwolle", "contractmanager")
    browser = world.sign_in(sanne)
    form = browser.get("/inkoop/nieuw").form()
    world.behind("UPDATE portal.sessie SET ingetrokken_at = portal.now()")
    form |= {"omschrijving": "Een lange tekst <b>van mij</b>\nmet twee regels",
             "verband": "11111111-1111-1111-1111-111111111111", "begin": "01-01-2028", "waarde": "46.800.000,00"}
    page = browser.post("/inkoop/nieuw", form, expect=401, headers={"Referer": "http://localhost/inkoop/nieuw"})
    assert "U was te lang weg" in page.words and "niet bewaard" in page.words
    kept = {page.html.select_one(f'label[for="{field["id"]}"]').get_text(strip=True): field.text.strip()
            for field in page.html.select("main textarea")}
    assert form["omschrijving"].strip() in kept.values(), "precies dat"
    assert kept["Wanneer beginnen de contracten?"] == "01-01-2028", kept
    assert kept["Wat is de geraamde waarde?"] == "46.800.000,00", kept
    assert form["verband"] not in kept.values() and form["sleutel"] not in kept.values(), "alleen wat iemand kan lezen"
    assert form["csrf_token"] not in page.html.select_one("main").decode()
    assert page.html.select_one("main a.utrecht-button-link")["href"] == "/inloggen?verder=/inkoop/nieuw"
    elsewhere = browser.post("/inkoop/nieuw", form, expect=401, headers={"Referer": "http://elders.example/inkoop/nieuw"})
    assert elsewhere.html.select_one("main a.utrecht-button-link")["href"] == "/inloggen"
    # Without the cookie of the session too, whose token then fits nothing.
    browser.client.delete_cookie("portaal-sessie")
    page = browser.post("/inkoop/nieuw", form, expect=401, headers={"Origin": "http://localhost"})
    assert page.html.h1.text == "Log eerst in" and "met twee regels" in page.text


def test_who_was_away_goes_to_the_own_login_and_back(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    world.behind("UPDATE portal.sessie SET ingetrokken_at = portal.now()")
    login = browser.get("/inkoop", expect=303).location
    assert login == "/inloggen?gemeente=kampen&verder=/inkoop"
    page = browser.get(login)
    assert page.html.h1.text == "Inloggen bij gemeente Kampen" and "U was te lang weg" in page.words
    assert page.form("/inloggen/kampen/start")["verder"] == "/inkoop"


def test_who_logs_in_to_a_page_of_another_role_comes_to_the_own_page(world, idp):
    maps(world, "kampen", "griffie", "raadslid")
    browser = world.anonymous()
    back = log_in(browser, "kampen", "kampen-griffier", verder="/mijn-werk")
    assert back.location == "/raad"
    assert "hoort niet bij uw rol" in browser.get("/raad").words
    assert log_in(world.anonymous(), "kampen", "kampen-griffier", verder="/bestaat-niet").location == "/bestaat-niet"


# Logging in --------------------------------------------------------------------------------------------------------------

def test_employee_comes_in_by_a_mapped_claim(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    back = log_in(browser, "kampen", "kampen-inkoper")
    assert back.location == "/mijn-werk"
    cookie = back.response.headers.getlist("Set-Cookie")
    assert any("portaal-sessie=" in c and "HttpOnly" in c and "SameSite=Lax" in c for c in cookie)
    page = browser.get("/account")
    assert "Contractmanager" in page.words.title() and "Kampen" in page.words
    result, _details, party, account, origin = journal(world, "inloggen")[-1]
    assert (result, party, origin) == ("gelukt", world.gemeente("kampen"), "127.0.0.1") and account


def test_role_goes_when_the_claim_goes(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    first, second = world.anonymous(), world.anonymous()
    log_in(first, "kampen", "kampen-inkoper")
    world.behind("DELETE FROM portal.claim_rol")
    assert log_in(second, "kampen", "kampen-inkoper", expect=403).html.h1.text == "U heeft nog geen toegang"
    first.get("/account", expect=403)


def test_employee_without_a_role_hears_whom_to_ask(world, idp):
    page = log_in(world.anonymous(), "kampen", "kampen-griffier", expect=403)
    assert page.html.h1.text == "U heeft nog geen toegang"
    assert "beheerder van het Samenportaal" in page.words and "gemeente Kampen" in page.words
    result, details, party, _account, _origin = journal(world, "inloggen")[-1]
    assert (result, details["reden"], party) == ("geweigerd", "no role", world.gemeente("kampen"))


def test_new_session_id_at_login_and_the_old_one_is_dead(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser, thief = world.anonymous(), world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    old = browser.client.get_cookie("portaal-sessie").value
    thief.client.set_cookie("portaal-sessie", old)
    thief.get("/account")
    log_in(browser, "kampen", "kampen-inkoper")
    assert browser.client.get_cookie("portaal-sessie").value != old
    thief.get("/account", expect=303)


def test_first_provider_login_makes_the_organisation(world, idp):
    browser = world.anonymous()
    log_in(browser, "eherkenning", "zorg-eh3")
    page = browser.get("/account")
    assert "Zorghuis (fictief)" in page.words and "Beheerder Van De Organisatie" in page.words.title()


def test_second_person_of_a_provider_is_not_let_in_uninvited(world, idp):
    log_in(world.anonymous(), "eherkenning", "zorg-eh3")
    page = log_in(world.anonymous(), "eherkenning", "zorg-eh4", expect=403)
    assert "Vraag de beheerder van uw organisatie" in page.words
    assert world.behind("SELECT count(*) FROM portal.membership")[0][0] == 1


@pytest.mark.parametrize("sub", ["zorg-eh2", "zorg-eh2+"])
def test_low_eherkenning_is_refused_with_the_way_to_eh3(world, idp, sub):
    page = log_in(world.anonymous(), "eherkenning", sub, expect=403)
    assert page.html.h1.text == "U heeft niveau EH3 nodig"
    assert "Zo krijgt u niveau EH3" in page.words
    assert journal(world, "inloggen")[-1].details["reden"] == "acr too low"
    assert world.behind("SELECT count(*) FROM portal.sessie, portal.aanbieder")[0][0] == 0
    assert world.anonymous().get("/inloggen/eherkenning-aanvragen").html.h1.text == "eHerkenning aanvragen"


def test_citizen_with_digid(world, idp):
    browser = world.anonymous()
    assert log_in(browser, "digid", "f4c1a7e2-inwoner").location == "/mijn-ondersteuning"
    assert "DigiD" in browser.get("/account").words


def test_a_citizen_who_came_for_plans_only_lands_on_them(world, idp):
    browser = world.anonymous()
    assert log_in(browser, "digid", "f4c1a7e2-inwoner").location == "/mijn-ondersteuning"
    (row,) = world.behind("SELECT m.account_id, m.party_id FROM portal.membership m JOIN portal.partij p ON p.id = m.party_id "
                          "WHERE p.soort = 'inwoner'")
    person = world.inwoner("Ina Wonen")
    mine = replace(person, actor=replace(person.actor, party_id=row.party_id, user_id=row.account_id))
    world.as_(mine, initiatieven.begin, world.gemeente("dalfsen"), gegevens={"wat": "Een moestuin."})
    again = world.anonymous()
    assert log_in(again, "digid", "f4c1a7e2-inwoner").location == "/mijn-plannen"
    assert "Een moestuin." in again.get("/mijn-plannen").words and "Mijn plannen" in again.get("/").words


def test_replayed_callback_is_refused(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    callback = openid.login(None, start(browser, "kampen"), "kampen-inkoper")
    ticket = browser.client.get_cookie("portaal-inlog").value
    come_back(browser, callback)
    assert browser.client.get_cookie("portaal-inlog") is None
    assert "niet in dit venster begonnen" in come_back(browser, callback, expect=400).words
    browser.client.set_cookie("portaal-inlog", ticket)
    assert "al gebruikt of te oud" in come_back(browser, callback, expect=400).words


def test_callback_of_another_browser_is_refused(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    attacker, victim = world.anonymous(), world.anonymous()
    callback = openid.login(None, start(attacker, "kampen"), "kampen-inkoper")
    come_back(victim, callback, expect=400)
    start(victim, "kampen")
    assert "niet in dit venster begonnen" in come_back(victim, callback, expect=400).words
    victim.get("/account", expect=303)
    assert [row.details["reden"] for row in journal(world, "inloggen")] == ["state differs"], "wie niets begon, is geen nieuws"


def test_nobody_fills_the_journal_from_outside(world, idp):
    """The address where people come back is open to everybody, with any answer in it."""
    for _time in range(20):
        world.anonymous().get("/inloggen/kampen/terug?state=x&code=y", expect=400)
    assert journal(world, "inloggen") == []
    browser = world.anonymous()
    start(browser, "kampen")
    ticket = browser.client.get_cookie("portaal-inlog").value
    for _time in range(20):
        browser.client.set_cookie("portaal-inlog", ticket)
        browser.get("/inloggen/kampen/terug?state=x&code=y", expect=400)
    assert [row.details["reden"] for row in journal(world, "inloggen")] == ["state differs"] * 3


def test_changed_ticket_is_not_ours(world, idp):
    browser = world.anonymous()
    callback = openid.login(None, start(browser, "kampen"), "kampen-inkoper")
    ticket = browser.client.get_cookie("portaal-inlog").value
    browser.client.set_cookie("portaal-inlog", ticket[:-6] + "AAAAA=")
    come_back(browser, callback, expect=400)


@pytest.mark.parametrize("verder", ["https://boos.example/", "//boos.example", "/\\boos.example", "javascript:alert(1)"])
def test_after_login_nobody_is_sent_elsewhere(world, idp, verder):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    page = browser.get("/inloggen", query_string={"gemeente": "kampen", "verder": verder})
    assert page.form("/inloggen/kampen/start")["verder"] == ""
    assert log_in(browser, "kampen", "kampen-inkoper", verder=verder).location == "/mijn-werk"


def test_button_without_csrf_token_is_refused(world, idp):
    world.anonymous().post("/inloggen/kampen/start", {"csrf_token": ""}, expect=400)
    world.anonymous().post("/uitloggen", {"csrf_token": "0" * 64}, expect=400)


def test_ten_attempts_that_lead_nowhere_are_enough(world, idp):
    browser = world.anonymous()
    for _attempt in range(10):
        start(browser, "kampen")
    page = browser.post("/inloggen/kampen/start", {}, from_page="/begrippen", expect=429)
    assert "te vaak" in page.words
    world.clock(timedelta(minutes=6))
    start(browser, "kampen")


def test_an_office_behind_one_address_is_not_locked_out(world, idp, monkeypatch):
    """Thirty people of a gemeente who stopped halfway do not keep the next one out; ten times that is no office any more."""
    maps(world, "kampen", "inkoop", "contractmanager")
    for _colleague in range(30):
        start(world.anonymous(), "kampen")
    log_in(world.anonymous(), "kampen", "kampen-inkoper")
    monkeypatch.setitem(load("limieten")["inloggen"], "keer", 32)
    for _colleague in range(2):
        start(world.anonymous(), "kampen")
    world.anonymous().post("/inloggen/kampen/start", {}, from_page="/begrippen", expect=429)


def test_login_that_succeeds_is_no_attempt(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    maps(world, "zwolle", "inkoop", "contractmanager")
    with requests.Session() as web:
        for turn in range(12):
            slug = ("kampen", "zwolle")[turn % 2]
            log_in(world.anonymous(), slug, f"{slug}-inkoper", web=web)


def test_account_has_a_limit_of_its_own(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    with requests.Session() as web:
        for _turn in range(10):
            log_in(world.anonymous(), "kampen", "kampen-inkoper", web=web)
        log_in(world.anonymous(), "kampen", "kampen-inkoper", web=web, expect=429)


def test_unknown_service_is_not_found(world, idp):
    world.anonymous().post("/inloggen/elders/start", {}, from_page="/begrippen", expect=404)
    world.anonymous().get("/inloggen/elders/terug", expect=404)


def test_device_in_words(app):
    agents = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36": "Chrome op Windows",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox op Linux",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1": "Safari op iPhone",
        "curl/8": "Onbekende browser",
    }
    for agent, words in agents.items():
        with app.test_request_context(headers={"User-Agent": agent}):
            assert device() == words


# Step-up -------------------------------------------------------------------------------------------------------------------

def test_step_up_gives_a_new_session_id_and_a_moment(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    world.behind("UPDATE portal.sessie SET stepped_up_at = NULL")
    old = browser.client.get_cookie("portaal-sessie").value
    page = browser.get("/opnieuw-inloggen?verder=/account")
    assert page.form("/opnieuw-inloggen/start")["verder"] == "/account"
    address = start(browser, "kampen", url="/opnieuw-inloggen/start", verder="/account")
    assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]
    assert come_back(browser, openid.login(None, address, "kampen-inkoper")).location == "/account"
    assert browser.client.get_cookie("portaal-sessie").value != old
    assert world.behind("SELECT stepped_up_at FROM portal.sessie WHERE ingetrokken_at IS NULL")[0][0] is not None
    assert journal(world, "opnieuw inloggen")[-1].resultaat == "gelukt"


def test_step_up_by_somebody_else_changes_nothing(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    maps(world, "kampen", "griffie", "raadslid")
    browser = world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    world.behind("UPDATE portal.sessie SET stepped_up_at = NULL")
    address = start(browser, "kampen", url="/opnieuw-inloggen/start", verder="/account")
    page = come_back(browser, openid.login(None, address, "kampen-griffier"), expect=403)
    assert "als iemand anders" in page.words
    assert world.behind("SELECT stepped_up_at FROM portal.sessie")[0][0] is None
    assert "Noor Inkoper" in browser.get("/account").words


def test_single_sign_on_is_no_fresh_proof(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    with requests.Session() as web:
        log_in(world.anonymous(), "kampen", "kampen-inkoper", web=web)
        assert world.behind("SELECT stepped_up_at FROM portal.sessie")[0][0] is not None
        # The provider's own session is older than this login: pretend that it began long ago.
        ticket = start(browser := world.anonymous(), "kampen")
        with browser.client.application.test_request_context():
            data = security.unsign("inlog", browser.client.get_cookie("portaal-inlog").value)
            later = security.sign("inlog", data | {"started": data["started"] + 45}, seconds=600)
        browser.client.set_cookie("portaal-inlog", later)
        # `started` lies ahead of the clock, so the login waits until it is reached.
        before, oidc._now = oidc._now, lambda: data["started"] + 46
        try:
            come_back(browser, openid.login(None, ticket, "kampen-inkoper", browser=web))
        finally:
            oidc._now = before
    moments = [row[0] for row in world.behind("SELECT stepped_up_at FROM portal.sessie ORDER BY begonnen_at")]
    assert moments[0] is not None and moments[1] is None


def test_step_up_without_a_session_asks_to_log_in(world, idp):
    assert world.anonymous().get("/opnieuw-inloggen?verder=/account", expect=303).location.startswith("/inloggen?verder=")


def test_step_up_page_sends_nobody_elsewhere(world, idp):
    person = world.medewerker("kampen", "contractmanager")
    page = world.sign_in(person).get("/opnieuw-inloggen?verder=https://boos.example")
    assert page.form("/opnieuw-inloggen/start")["verder"] == "/"


# Invitations -------------------------------------------------------------------------------------------------------------

def test_invitation_makes_a_member_once(world, idp):
    token = invites(world, world.medewerker("kampen", "beheerder"))
    browser = world.anonymous()
    page = browser.get(f"/uitnodiging/{token}")
    assert page.html.h1.text == "Uitnodiging van gemeente Kampen"
    fields = page.form("/inloggen/kampen/start")
    fields.pop("csrf_token")
    assert log_in(browser, "kampen", "kampen-griffier", **fields).location == "/mijn-werk"
    assert "U heeft de uitnodiging aangenomen. U werkt nu in het portaal voor gemeente Kampen." in browser.get(
        "/mijn-werk").words
    assert "U heeft de uitnodiging" not in browser.get("/mijn-werk").words, "gezegd is gezegd"
    over = browser.get(f"/uitnodiging/{token}", expect=410)
    assert "Naar Mijn werk" in over.words and not over.html.select("main a[href^='/inloggen']")
    again = world.anonymous()
    assert "al gebruikt" in again.get(f"/uitnodiging/{token}", expect=410).words
    page = log_in(again, "kampen", "kampen-inkoper", uitnodiging=token, expect=403)
    assert "al gebruikt" in page.words


def test_invitation_takes_nothing_away(world, idp):
    """The last administrator accepts an invitation for another role and stays administrator; roles by claim follow it."""
    log_in(world.anonymous(), "kampen", "kampen-griffier", uitnodiging=invites(
        world, world.medewerker("kampen", "beheerder"), rollen=["beheerder"]))
    (last,) = world.behind("SELECT account_id FROM portal.membership WHERE herkomst = 'uitnodiging'")
    world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = account_id WHERE account_id <> :a",
                 a=last.account_id)
    inviter = world.medewerker("kampen", "beheerder")
    token = invites(world, inviter, rollen=["auditor"])
    world.behind("DELETE FROM portal.membership WHERE account_id = :a", a=inviter.user_id)
    log_in(world.anonymous(), "kampen", "kampen-griffier", uitnodiging=token)
    roles = "SELECT rollen, herkomst FROM portal.membership WHERE account_id = :a"
    assert world.behind(roles, a=last.account_id) == [(["auditor", "beheerder"], "uitnodiging")]

    maps(world, "kampen", "inkoop", "contractmanager")
    log_in(world.anonymous(), "kampen", "kampen-inkoper")
    token = invites(world, world.medewerker("kampen", "beheerder"), rollen=["auditor"])
    log_in(world.anonymous(), "kampen", "kampen-inkoper", uitnodiging=token)
    assert (["contractmanager"], "claim") in world.behind("SELECT rollen, herkomst FROM portal.membership")


def test_who_left_comes_back_with_what_the_invitation_gives(world, idp):
    admin = world.medewerker("kampen", "beheerder")
    log_in(world.anonymous(), "kampen", "kampen-griffier", uitnodiging=invites(world, admin, rollen=["contractmanager"]))
    world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = account_id "
                 "WHERE herkomst = 'uitnodiging'")
    log_in(world.anonymous(), "kampen", "kampen-griffier", uitnodiging=invites(world, admin, rollen=["auditor"]))
    assert world.behind("SELECT rollen FROM portal.membership WHERE herkomst = 'uitnodiging'") == [(["auditor"],)]


def test_of_two_invitations_at_once_there_is_one(world):
    """Both look before either writes: the index decides, and the second hears why."""
    admin, ready, heard = world.medewerker("kampen", "beheerder"), Barrier(2, timeout=30), []

    def invite(session, actor):
        session.connection()
        ready.wait()
        usecases.uitnodigen(session, actor, naam="Nel", email="nel@voorbeeld.example", rollen=["auditor"])
        sleep(0.3)

    def once():
        try:
            world.as_(admin, invite)
        except Refused as refused:
            heard.append((refused.reasons[0], refused.status))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _turn: once(), range(2)))
    assert heard == [(usecases.ALREADY_INVITED, 409)]
    assert world.behind("SELECT count(*) FROM portal.uitnodiging")[0][0] == 1


def test_an_invitation_that_is_over_does_not_stand_in_the_way(world):
    admin = world.medewerker("kampen", "beheerder")
    invites(world, admin)
    world.clock(timedelta(days=15))
    invites(world, admin)
    assert world.behind("SELECT count(*) FROM portal.uitnodiging WHERE ingetrokken_at IS NULL")[0][0] == 1


def test_expired_invitation_is_refused(world, idp):
    token = invites(world, world.medewerker("kampen", "beheerder"))
    world.clock(timedelta(days=15))
    browser = world.anonymous()
    assert "verlopen" in browser.get(f"/uitnodiging/{token}", expect=410).words
    assert "verlopen" in log_in(browser, "kampen", "kampen-griffier", uitnodiging=token, expect=403).words


def test_withdrawn_invitation_is_refused(world, idp):
    admin = world.medewerker("kampen", "beheerder")
    token = invites(world, admin)
    (row,) = world.behind("SELECT id FROM portal.uitnodiging")
    world.as_(admin, usecases.uitnodiging_intrekken, row.id)
    assert "ingetrokken" in world.anonymous().get(f"/uitnodiging/{token}", expect=410).words


def test_invitation_of_another_gemeente_is_refused(world, idp):
    token = invites(world, world.medewerker("kampen", "beheerder"))
    page = log_in(world.anonymous(), "zwolle", "zwolle-inkoper", uitnodiging=token, expect=403)
    assert "andere organisatie" in page.words
    assert world.behind("SELECT aanvaard_at FROM portal.uitnodiging")[0][0] is None


def test_invited_colleague_of_a_provider_comes_in(world, idp):
    organisation = world.aanbieder(kvk=KVK)
    token = invites(world, world.aanbieder_persoon(organisation, "aanbiederbeheerder"), rollen=["auteur"])
    browser = world.anonymous()
    assert "eHerkenning" in browser.get(f"/uitnodiging/{token}").words
    log_in(browser, "eherkenning", "zorg-eh4", uitnodiging=token)
    assert "Schrijver" in browser.get("/account").words.title()


def test_invitation_of_another_organisation_registers_nothing(world, idp):
    other = world.aanbieder(kvk="90009999")
    token = invites(world, world.aanbieder_persoon(other, "aanbiederbeheerder"), rollen=["auteur"])
    page = log_in(world.anonymous(), "eherkenning", "zorg-eh4", uitnodiging=token, expect=403)
    assert "andere organisatie" in page.words
    assert world.behind("SELECT count(*) FROM portal.aanbieder")[0][0] == 1


def test_unknown_invitation_is_not_found(world, idp):
    world.anonymous().get("/uitnodiging/bestaat-niet", expect=404)


def test_nothing_is_merged_by_mail_address(world, idp):
    """The same address at two issuers stays two people."""
    admin = world.medewerker("kampen", "beheerder")
    other = world.medewerker("zwolle", "beheerder")
    for who, slug, sub in ((admin, "kampen", "kampen-griffier"), (other, "zwolle", "zwolle-inkoper")):
        log_in(world.anonymous(), slug, sub, uitnodiging=invites(world, who, email="zelfde@voorbeeld.example"))
    people = world.behind("SELECT DISTINCT account_id FROM portal.membership WHERE email = 'zelfde@voorbeeld.example'")
    assert len(people) == 2


# A link by mail --------------------------------------------------------------------------------------------------------

@pytest.fixture
def mailbox(app, tmp_path):
    """A catch-all mail server; the portal sends there."""
    command = [sys.executable, "-m", "local.mail", "--port", "0", "--folder", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=openid.ROOT)
    port = int(re.search(rb'"port": (\d+)', process.stdout.readline()).group(1))
    before, app.mailer = app.mailer, Mailer(f"smtp://127.0.0.1:{port}", app.settings.mail_sender)
    yield tmp_path
    app.mailer = before
    process.terminate()
    process.wait(10)
    process.stdout.close()


def asks_link(browser, email: str, expect: int = 303):
    return browser.post("/inloggen/link", {"email": email, "gemeente": "kampen"}, from_page="/inloggen/link?gemeente=kampen",
                        expect=expect)


def newest_link(folder) -> str:
    words = read_all(folder)[-1].get_body(("plain",)).get_content()
    return re.search(r"http://localhost(/inloglink/\S+)", words).group(1)


def test_citizen_comes_in_with_a_link_and_is_the_same_person_next_time(world, idp, mailbox):
    for address in ("jo@voorbeeld.example", "JO@voorbeeld.example"):
        browser = world.anonymous()
        assert asks_link(browser, address).location == "/inloggen/link-verstuurd?gemeente=kampen"
        link = newest_link(mailbox)
        assert "Druk op de knop" in browser.get(link).words
        browser.get("/account", expect=303)
        assert browser.post(link, {}, from_page=link).location == "/mijn-ondersteuning"
        assert "een link per mail" in browser.get("/account").words
    rows = world.behind("SELECT issuer, subject, account_id FROM portal.identiteit")
    assert len(rows) == 1 and rows[0].issuer == "portal:maillink" and "jo" not in rows[0].subject.split("-")


def test_link_works_once(world, idp, mailbox):
    asks_link(world.anonymous(), "jo@voorbeeld.example")
    link, first, second = newest_link(mailbox), world.anonymous(), world.anonymous()
    first.post(link, {}, from_page=link)
    assert second.post(link, {}, from_page=link, expect=410).html.h1.text == "Deze link werkt niet meer"
    second.get("/account", expect=303)


def test_link_is_over_after_a_quarter_of_an_hour(world, idp, mailbox):
    asks_link(world.anonymous(), "jo@voorbeeld.example")
    world.clock(timedelta(minutes=16))
    link, browser = newest_link(mailbox), world.anonymous()
    browser.post(link, {}, from_page=link, expect=410)


def test_answer_does_not_tell_whether_an_address_is_known(world, idp, mailbox):
    asks_link(world.anonymous(), "jo@voorbeeld.example")
    world.anonymous().post(newest_link(mailbox), {}, from_page="/begrippen")
    known, unknown = world.anonymous(), world.anonymous()
    pages = [asks_link(known, "jo@voorbeeld.example"), asks_link(unknown, "nooit@voorbeeld.example")]
    assert pages[0].location == pages[1].location
    assert known.get(pages[0].location).words == unknown.get(pages[1].location).words


def test_five_links_an_hour(world, idp, mailbox):
    browser = world.anonymous()
    for _turn in range(5):
        asks_link(browser, "jo@voorbeeld.example")
    asks_link(browser, "jo@voorbeeld.example", expect=429)
    asks_link(browser, "ander@voorbeeld.example", expect=429)
    # Somebody else at the same network address still gets one.
    asks_link(world.anonymous(), "ander@voorbeeld.example")
    assert len(read_all(mailbox)) == 6


def test_wrong_address_is_an_error_at_the_field(world, idp):
    page = asks_link(world.anonymous(), "geen adres", expect=422)
    assert page.html.select_one("#email-fout").text.strip() == "Vul een mailadres in zoals naam@voorbeeld.nl."
    assert page.html.select_one("#email")["value"] == "geen adres"
    asks_link(world.anonymous(), "a@b.example\nBcc: c@d.example", expect=422)


def test_mail_server_that_is_away_is_a_sentence(world, idp):
    assert "geen mail versturen" in asks_link(world.anonymous(), "jo@voorbeeld.example", expect=503).words


def test_link_user_is_told_how_to_step_up(world, idp, mailbox):
    browser = world.anonymous()
    asks_link(browser, "jo@voorbeeld.example")
    link = newest_link(mailbox)
    browser.post(link, {}, from_page=link)
    page = browser.get("/opnieuw-inloggen?verder=/account")
    assert "Vraag een nieuwe link aan" in page.words and not page.html.select("main form")
    again = browser.get(page.html.select_one('main a[href^="/inloggen/link"]')["href"])
    browser.post("/inloggen/link", again.form("/inloggen/link") | {"email": "jo@voorbeeld.example"})
    link = newest_link(mailbox)
    assert browser.post(link, browser.get(link).form()).location == "/account", "terug naar waar men was"
    browser.post("/opnieuw-inloggen/start", {}, expect=409)


# Sessions ----------------------------------------------------------------------------------------------------------------

def test_revoked_session_is_dead_in_the_next_request(world, idp):
    person = world.medewerker("kampen", "contractmanager")
    here, there = world.sign_in(person), world.sign_in(person)
    page = here.get("/account")
    assert "dit venster" in page.words
    urls = [f["action"] for f in page.html.select("main form") if f["action"].endswith("/intrekken")]
    assert len(urls) == 2
    there.get("/account")
    here.post("/account/sessies/andere-intrekken", {}, from_page="/account")
    there.get("/account", expect=303)
    (own,) = [f["action"] for f in here.get("/account").html.select("main form") if f["action"].endswith("/intrekken")]
    here.post(own, {}, from_page="/account")
    here.get("/account", expect=303)


def test_nobody_ends_the_session_of_somebody_else(world, idp):
    anna, bert = world.medewerker("kampen", "contractmanager"), world.medewerker("kampen", "beheerder")
    at_anna = world.sign_in(anna)
    (row,) = world.behind("SELECT id FROM portal.sessie")
    world.sign_in(bert).post(f"/account/sessies/{row.id}/intrekken", {}, expect=404)
    at_anna.get("/account")


def test_idle_and_absolute_limits(world, idp):
    staff, admin = world.medewerker("kampen", "contractmanager"), world.medewerker("kampen", "beheerder")
    at_staff, at_admin = world.sign_in(staff), world.sign_in(admin)
    world.clock(timedelta(minutes=16))
    at_admin.get("/account", expect=303)
    at_staff.get("/account")
    world.clock(timedelta(minutes=31))
    at_staff.get("/account", expect=303)
    again = world.sign_in(staff)
    for _half_hour in range(24):
        world.clock(timedelta(minutes=24, seconds=58))
        again.get("/account")
    world.clock(timedelta(minutes=5))
    again.get("/account", expect=303)


def test_logout_ends_here_and_at_the_provider(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    token = browser.client.get_cookie("portaal-sessie").value
    page = browser.post("/uitloggen", {}, from_page="/account")
    assert page.location.startswith(idp.issuer("kampen"))
    assert parse_qs(urlsplit(page.location).query)["post_logout_redirect_uri"] == [f"{PORTAL}/uitgelogd"]
    assert browser.client.get_cookie("portaal-sessie") is None
    assert sessions.open_session(world.app.engine, token) is None
    assert browser.get("/uitgelogd").html.h1.text == "U bent uitgelogd"
    assert journal(world, "uitloggen")[-1].resultaat == "gelukt"


def test_logout_without_a_session_is_no_error(world, idp):
    assert world.anonymous().post("/uitloggen", {}, from_page="/begrippen").location == "/uitgelogd"


def test_every_role_is_explained():
    assert set(usecases.ALLOWS) == set(Role)


def test_journal_holds_no_secret(world, idp, mailbox):
    maps(world, "kampen", "inkoop", "contractmanager")
    browser = world.anonymous()
    log_in(browser, "kampen", "kampen-inkoper")
    asks_link(world.anonymous(), "jo@voorbeeld.example")
    token = browser.client.get_cookie("portaal-sessie").value
    words = " ".join(map(str, world.behind("SELECT row_to_json(b) FROM portal.beveiligingslog b")))
    assert token not in words and "jo@voorbeeld" not in words and "Noor" not in words


def test_journal_of_one_party_is_hidden_from_another(world, idp):
    maps(world, "kampen", "inkoop", "contractmanager")
    log_in(world.anonymous(), "kampen", "kampen-inkoper")
    here, there = world.medewerker("kampen", "auditor"), world.medewerker("zwolle", "auditor")
    query = select(Beveiligingslog.handeling).where(Beveiligingslog.handeling == "inloggen")
    assert len(world.see(here, lambda s: s.scalars(query).all())) == 1
    assert world.see(there, lambda s: s.scalars(query).all()) == []


def test_tables_of_identity_are_closed_to_the_app(app):
    for table in ("identiteit", "inloglink", "mailadres", "limiet"):
        with app.engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(text(f"SELECT * FROM portal.{table}"))
