"""Administration by a party of its own: people, roles, claims, colour, journals; and what a neighbour does not reach."""

import threading
import uuid
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, event, text

from portal import jobs
from portal.blueprints import beheer
from portal.db import Session
from portal.domains.beheer import leden as usecases
from portal.domains.beheer import mandaten as tenancy
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests import inkoop_world, openid
from tests.web.test_account import come_back, idp, maps, provider, start

__all__ = ["idp", "provider"]


@pytest.fixture
def admin(world):
    """The administrator of Kampen."""
    return world.medewerker("kampen", "beheerder", naam="Bea Beheer")


def membership(world, person) -> uuid.UUID:
    return world.behind("SELECT id FROM portal.membership WHERE account_id = :a", a=person.user_id)[0][0]


def journal(world, action: str) -> list:
    return world.behind("SELECT resultaat, object, account_id, party_id, herkomst, details FROM portal.beveiligingslog "
                        "WHERE handeling = :a ORDER BY id", a=action)


# Overview ----------------------------------------------------------------------------------------------------------------

def test_overview_says_what_is_regional_and_why(world, admin):
    page = world.sign_in(admin).get("/beheer")
    assert "Dit regelt de regio samen" in page.words and "Wat een rol mag" in page.words
    assert not page.html.select("main form")


def test_provider_administrator_sees_people_and_no_region(world):
    person = world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder")
    browser = world.sign_in(person)
    assert "regio" not in browser.get("/beheer").words
    browser.get("/beheer/leden")
    for url in ("/beheer/groepen", "/beheer/mandaten", "/beheer/kleur", "/beheer/logboek"):
        assert browser.get(url, expect=None).status in (403, 404), url


def test_others_have_no_administration(world):
    browser = world.sign_in(world.medewerker("kampen", "contractmanager"))
    for url in ("/beheer", "/beheer/leden", "/beheer/groepen", "/beheer/kleur", "/beheer/logboek", "/beheer/inzage"):
        browser.get(url, expect=403)


# Members -----------------------------------------------------------------------------------------------------------------

def test_invite_and_withdraw(world, admin):
    browser = world.sign_in(admin)
    data = browser.get("/beheer/leden/uitnodigen").form("/beheer/leden/uitnodigen")
    data |= {"naam": "Nel Nieuw", "email": "nel@voorbeeld.example", "rollen": ["contractmanager", "beoordelaar"]}
    assert browser.post("/beheer/leden/uitnodigen", data).location == "/beheer/leden"
    browser.post("/beheer/leden/uitnodigen", data)
    (row,) = world.behind("SELECT id, rollen FROM portal.uitnodiging")
    (out,) = world.behind("SELECT soort, party_id, gegevens FROM portal.outbox")
    assert (out.soort, out.party_id) == ("uitnodiging", admin.party_id)
    assert out.gegevens == {"uitnodiging_id": str(row.id)}, "het token ontstaat pas als de mail weggaat"
    assert row.rollen == ["beoordelaar", "contractmanager"]
    assert "Nel Nieuw" in browser.get("/beheer/leden").words
    browser.post(f"/beheer/uitnodigingen/{row.id}/intrekken", {})
    assert "Nel Nieuw" not in browser.get("/beheer/leden").words
    assert [r.resultaat for r in journal(world, "beheer.uitnodigen")] == ["gelukt", "gelukt"]


def test_invitation_with_errors_keeps_what_was_typed(world, admin):
    browser = world.sign_in(admin)
    page = browser.post("/beheer/leden/uitnodigen", {"naam": "Nel", "email": "nel"}, expect=422)
    assert page.html.title.text.startswith("Fout:")
    assert page.html.select_one("#naam")["value"] == "Nel" and page.html.select_one("#email-fout")
    assert "Kies ten minste een rol." in page.words


def test_second_open_invitation_is_refused(world, admin):
    browser = world.sign_in(admin)
    data = {"naam": "Nel", "email": "nel@voorbeeld.example", "rollen": "auditor"}
    browser.post("/beheer/leden/uitnodigen", data)
    assert "al een uitnodiging open" in browser.post("/beheer/leden/uitnodigen", data | {"email": "NEL@voorbeeld.example"},
                                                     expect=409).words


@pytest.mark.parametrize("rol", ["regiobeheerder", "auteur", "inwoner", "koning"])
def test_nobody_gives_a_role_beyond_the_own_party(world, admin, rol):
    world.sign_in(admin).post("/beheer/leden/uitnodigen", {"naam": "N", "email": "n@v.example", "rollen": rol}, expect=403)
    member = world.medewerker("kampen", "auditor")
    world.sign_in(admin).post(f"/beheer/leden/{membership(world, member)}/rollen", {"rollen": rol}, expect=403)
    world.sign_in(admin).post("/beheer/groepen", {"claim": "groups", "waarde": "x", "rol": rol}, expect=422)


def test_changed_roles_count_in_the_next_request(world, admin):
    member = world.medewerker("kampen", "contractmanager")
    at_member, browser = world.sign_in(member), world.sign_in(admin)
    at_member.get("/beheer/logboek", expect=403)
    browser.post(f"/beheer/leden/{membership(world, member)}/rollen", {"rollen": ["auditor"]})
    at_member.get("/beheer/logboek")
    browser.post(f"/beheer/leden/{membership(world, member)}/rollen", {"rollen": ["contractmanager"]})
    at_member.get("/beheer/logboek", expect=403)


def test_who_becomes_administrator_gets_the_short_idle_time_at_once(world, admin):
    member = world.medewerker("kampen", "contractmanager")
    at_member = world.sign_in(member)
    world.sign_in(admin).post(f"/beheer/leden/{membership(world, member)}/rollen", {"rollen": ["beheerder"]})
    at_member.get("/beheer")
    world.clock(timedelta(minutes=16))
    at_member.get("/beheer", expect=303)


def test_removed_member_has_no_access_in_the_next_request(world, admin):
    member = world.medewerker("kampen", "contractmanager")
    at_member = world.sign_in(member)
    at_member.get("/account")
    world.sign_in(admin).post(f"/beheer/leden/{membership(world, member)}/verwijderen", {})
    at_member.get("/account", expect=303)
    (row,) = world.behind("SELECT beeindigd_by FROM portal.membership WHERE account_id = :a", a=member.user_id)
    assert row.beeindigd_by == admin.user_id


def test_member_is_logged_out_everywhere(world, admin):
    member = world.medewerker("kampen", "contractmanager")
    first, second = world.sign_in(member), world.sign_in(member)
    world.sign_in(admin).post(f"/beheer/leden/{membership(world, member)}/uitloggen", {})
    first.get("/account", expect=303)
    second.get("/account", expect=303)
    world.sign_in(member).get("/account")


def test_nobody_removes_oneself_or_the_last_administrator(world, admin):
    browser, own = world.sign_in(admin), membership(world, admin)
    assert "uzelf niet verwijderen" in browser.post(f"/beheer/leden/{own}/verwijderen", {}, expect=422).words
    page = browser.post(f"/beheer/leden/{own}/rollen", {"rollen": "auditor"}, expect=422)
    assert "uzelf het beheer niet afnemen" in page.words
    other = world.medewerker("kampen", "beheerder")
    world.behind("UPDATE portal.membership SET beeindigd_at = now(), beeindigd_by = account_id WHERE id = :i", i=own)
    with pytest.raises(Refused, match="laatste beheerder"):
        world.as_(admin, usecases.lid_verwijderen, membership(world, other))


def test_two_administrators_cannot_remove_each_other_at_once(world, admin):
    other = world.medewerker("kampen", "beheerder")
    start_together, outcomes = threading.Barrier(2), []

    def remove(actor, target):
        start_together.wait(10)
        try:
            world.as_(actor, usecases.lid_verwijderen, target)
            outcomes.append("weg")
        except (Refused, NotFound):
            outcomes.append("geweigerd")

    pairs = [(admin, membership(world, other)), (other, membership(world, admin))]
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["geweigerd", "weg"]


def test_roles_from_a_claim_are_not_changed_by_hand(world, admin):
    member = world.medewerker("kampen", "contractmanager")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=member.user_id)
    browser = world.sign_in(admin)
    assert "komen uit uw inlogdienst" in browser.get(f"/beheer/leden/{membership(world, member)}").words
    browser.post(f"/beheer/leden/{membership(world, member)}/rollen", {"rollen": "auditor"}, expect=422)


def test_neighbour_finds_none_of_our_people(world, admin):
    member = membership(world, world.medewerker("kampen", "contractmanager"))
    invitation = world.as_(admin, usecases.uitnodigen, naam="N", email="n@voorbeeld.example", rollen=["auditor"]).id
    rule = world.as_(admin, usecases.claim_toevoegen, claim="groups", waarde="inkoop", rol="auditor").id
    neighbour = world.sign_in(world.medewerker("zwolle", "beheerder"))
    neighbour.get(f"/beheer/leden/{member}", expect=404)
    for url in (f"/beheer/leden/{member}/rollen", f"/beheer/leden/{member}/verwijderen", f"/beheer/leden/{member}/uitloggen",
                f"/beheer/uitnodigingen/{invitation}/intrekken", f"/beheer/groepen/{rule}/verwijderen"):
        neighbour.post(url, {"rollen": "auditor"}, expect=404)
    assert "Bea Beheer" not in neighbour.get("/beheer/leden").words
    assert world.behind("SELECT count(*) FROM portal.membership WHERE beeindigd_at IS NOT NULL")[0][0] == 0


def test_members_are_paged_by_key(world, admin, monkeypatch):
    monkeypatch.setattr(usecases, "PAGE", 2)
    for number in range(4):
        world.medewerker("kampen", "auditor", naam=f"Lid {number}")
    browser, seen, url = world.sign_in(admin), [], "/beheer/leden"
    for _page in range(3):
        page = browser.get(url)
        seen += [a.text for a in page.html.select("main .p-list__title a, main a.p-list__title")]
        following = page.html.select_one("a[rel=next]")
        url = following["href"] if following else None
    assert seen == ["Bea Beheer", "Lid 0", "Lid 1", "Lid 2", "Lid 3"] and url is None
    browser.get("/beheer/leden?na=onzin")


# Claims ------------------------------------------------------------------------------------------------------------------

def test_claim_rules(world, admin):
    browser = world.sign_in(admin)
    rule = {"claim": "groups", "waarde": "inkoop", "rol": "contractmanager"}
    browser.post("/beheer/groepen", rule)
    assert "groups = inkoop" in browser.get("/beheer/groepen").words
    assert "staat er al" in browser.post("/beheer/groepen", rule, expect=409).words
    (row,) = world.behind("SELECT id FROM portal.claim_rol")
    browser.post(f"/beheer/groepen/{row.id}/verwijderen", {})
    assert "nog geen regels" in browser.get("/beheer/groepen").words


def test_removing_a_rule_says_for_whom_and_keeps_an_administrator(world, admin):
    """The last administrator removed the rule that made him one, and nobody could manage the gemeente any more."""
    piet = world.medewerker("kampen", "beheerder", naam="Piet Groep")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id IN (:p, :a)", p=piet.user_id,
                 a=admin.user_id)
    maps(world, "kampen", "beheer", "beheerder")
    (rule,) = world.behind("SELECT id FROM portal.claim_rol")[0]
    browser, url = world.sign_in(admin), f"/beheer/groepen/{rule}/verwijderen"
    assert f'href="{url}"' in browser.get("/beheer/groepen").text
    page = browser.get(url)
    assert "Piet Groep" in page.words and "U bent een van hen" in page.words and "Dit kan nog niet" in page.words
    assert not page.html.select("main form"), "wat niet kan, heeft geen knop"
    assert "zonder beheerder" in browser.post(url, {}, expect=422).words
    assert world.behind("SELECT count(*) FROM portal.claim_rol")[0][0] == 1
    world.medewerker("kampen", "beheerder", naam="Vera Vast")
    assert "verliezen de rol" in browser.get(url).words
    assert browser.post(url, {}).location == "/beheer/groepen"
    assert "De regel is verwijderd" in browser.get("/beheer/groepen").words
    assert "De regel is verwijderd" not in browser.get("/beheer/groepen").words, "gezegd is gezegd"


def test_administrators_by_a_group_without_a_rule_do_not_count(world, admin):
    """After the rule went, who was administrator through it is so only until the next login."""
    fixed = world.medewerker("kampen", "beheerder", naam="Vera Vast")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=admin.user_id)
    with pytest.raises(Refused, match="laatste beheerder"):
        world.as_(admin, usecases.lid_verwijderen, membership(world, fixed))
    maps(world, "kampen", "beheer", "beheerder")
    world.as_(admin, usecases.lid_verwijderen, membership(world, fixed))


def test_removing_a_member_names_what_stays_open(world, admin):
    member = world.medewerker("kampen", "mandaathouder", "auditor", naam="Jan Vertrekt")
    world.medewerker("kampen", "auditor")
    url = f"/beheer/leden/{membership(world, member)}"
    browser = world.sign_in(admin)
    mandaat = world.as_(admin, tenancy.mandaat_geven, soort="volmacht", orgaan=tenancy.ORGANEN[1], besluit_soort="gunning",
                        gemachtigde_id=member.user_id, werkgever_id=admin.party_id, tot_bedrag=None, van=clock.today(),
                        tot=None, vindplaats="Z-1")
    assert browser.get(url).html.select_one(f'a[href="{url}/verwijderen"]') and not browser.get(url).html.select(
        f'form[action="{url}/verwijderen"]'), "verwijderen gaat via een pagina die zegt wat er stopt"
    page = browser.get(f"{url}/verwijderen")
    assert "Volmacht" in page.words and f"/beheer/mandaten/{mandaat.id}" in page.text
    assert "Niemand anders heeft deze rol Mandaathouder" in page.words, page.words
    browser.post(f"{url}/verwijderen", page.form())
    assert "Jan Vertrekt is geen lid meer" in browser.get("/beheer/leden").words
    assert "Lid verwijderen gelukt Jan Vertrekt" in browser.get("/beheer/logboek").words, "wie het was, niet een nummer"
    world.sign_in(world.medewerker("zwolle", "beheerder")).get(f"{url}/verwijderen", expect=404)


def test_test_login_shows_claims_and_logs_nobody_in(world, admin, idp):
    maps(world, "kampen", "griffie", "raadslid")
    browser = world.sign_in(admin)
    before = browser.client.get_cookie("portaal-sessie").value
    page = come_back(browser, openid.login(None, start(browser, "kampen", url="/beheer/groepen/proef"), "kampen-griffier"),
                     expect=200)
    assert page.html.h1.text == "Uitkomst van de proef"
    assert "Raadslid" in page.words.title() and "griffie" in page.words and "nonce" not in page.words
    assert browser.client.get_cookie("portaal-sessie").value == before
    assert world.behind("SELECT count(*) FROM portal.sessie")[0][0] == 1
    assert world.behind("SELECT count(*) FROM portal.identiteit WHERE subject = 'kampen-griffier'")[0][0] == 0


def test_test_login_is_for_the_own_administrator(world, admin, idp):
    address = start(world.sign_in(admin), "kampen", url="/beheer/groepen/proef")
    callback = openid.login(None, address, "kampen-griffier")
    come_back(world.sign_in(world.medewerker("zwolle", "beheerder")), callback, expect=400)
    world.sign_in(world.medewerker("kampen", "auditor")).post("/beheer/groepen/proef", {}, expect=403)
    world.sign_in(world.medewerker("ommen", "beheerder")).post("/beheer/groepen/proef", {}, expect=404)


# Colour ------------------------------------------------------------------------------------------------------------------

def test_colour_is_tried_and_kept(world, admin):
    browser = world.sign_in(admin)
    page = browser.get("/beheer/kleur?kleur=%23ffcc00")
    assert len(page.html.select("#voorbeeld svg rect")) == 8 and "donkerder" in page.words
    assert page.form("/beheer/kleur")["kleur"] == "#ffcc00"
    part = browser.get("/beheer/kleur?kleur=%23ffcc00", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="voorbeeld"')
    browser.post("/beheer/kleur", {"kleur": "#FFCC00"})
    assert world.behind("SELECT merkkleur FROM portal.gemeente WHERE slug = 'kampen'")[0][0] == "#ffcc00"
    world.behind("UPDATE portal.gemeente SET merkkleur = '#8c2b1f' WHERE slug = 'kampen'")


@pytest.mark.parametrize("kleur", ["rood", "#fff", "#0059a5; x", "<script>"])
def test_wrong_colour_is_refused(world, admin, kleur):
    browser = world.sign_in(admin)
    assert "zes tekens" in browser.post("/beheer/kleur", {"kleur": kleur}, expect=422).words
    browser.get("/beheer/kleur", query_string={"kleur": kleur}, expect=422)
    assert world.behind("SELECT merkkleur FROM portal.gemeente WHERE slug = 'kampen'")[0][0] == "#8c2b1f"


def test_administrator_reaches_no_other_gemeente(world, admin):
    with acting_for(admin.party_id, admin.user_id), Session(bind=world.app.engine) as session:
        changed = session.execute(text("UPDATE portal.gemeente SET merkkleur = '#000000' WHERE slug = 'zwolle'")).rowcount
    assert changed == 0


# Journals ----------------------------------------------------------------------------------------------------------------

def test_every_change_is_journalled_whatever_its_outcome(world, admin):
    browser = world.sign_in(admin)
    own = membership(world, admin)
    browser.post(f"/beheer/leden/{own}/verwijderen", {}, expect=422)
    world.sign_in(world.medewerker("kampen", "auditor")).post(f"/beheer/leden/{own}/verwijderen", {}, expect=403)
    first, second = journal(world, "beheer.lid_verwijderen")
    assert (first.resultaat, first.object, first.herkomst) == ("geweigerd", str(own), "127.0.0.1")
    assert first.account_id == admin.user_id
    assert second.resultaat == "geweigerd" and second.details["status"] == 403


def test_every_writing_route_is_journalled(app):
    """The hook stands on the blueprint: a new route cannot forget it. And each has a name for people."""
    assert beheer.journal_every_change in app.after_request_funcs["beheer"]
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods}
    writing = {endpoint for endpoint in writing if endpoint.startswith("beheer.")}
    assert writing == set(beheer.HANDELINGEN)


def test_journal_is_paged_and_of_the_own_party(world, admin, monkeypatch):
    monkeypatch.setattr(usecases, "PAGE", 3)
    browser = world.sign_in(admin)
    for _turn in range(5):
        browser.post("/beheer/leden/uitnodigen", {}, expect=422)
    page = browser.get("/beheer/logboek")
    assert page.words.count("Uitnodigen geweigerd") == 3
    page = browser.get(page.html.select_one("a[rel=next]")["href"])
    assert page.words.count("Uitnodigen geweigerd") == 2 and page.html.select_one("a[rel=next]") is None
    assert "Uitnodigen geweigerd" not in world.sign_in(world.medewerker("zwolle", "auditor")).get("/beheer/logboek").words


def test_access_log(world, admin):
    world.behind("INSERT INTO portal.toegangslog (account_id, party_id, dossier_id, endpoint) "
                 "VALUES (:a, :p, gen_random_uuid(), 'inkoop.dossier')", a=admin.user_id, p=admin.party_id)
    shown = world.sign_in(admin).get("/beheer/inzage").words
    assert "Bea Beheer" in shown and "Inkoop" in shown and "inkoop.dossier" not in shown, "woorden, geen namen van code"
    assert "Bea Beheer" not in world.sign_in(world.medewerker("zwolle", "beheerder")).get("/beheer/inzage").words


# Mandates and replacement, by hand in the browser ------------------------------------------------------------------------

def test_mandate_from_form_to_force(world, admin):
    zoe = world.medewerker("zwolle", "mandaathouder", naam="Zoë Zwolle")
    employer = world.medewerker("zwolle", "beheerder")
    browser = world.sign_in(admin)
    page = browser.get("/beheer/mandaten/nieuw?werkgever=zwolle")
    data = page.form("/beheer/mandaten/nieuw")
    assert data["werkgever"] == "zwolle" and "Zoë Zwolle" in page.text
    data |= {"gemachtigde": str(zoe.user_id), "orgaan": tenancy.ORGANEN[1], "besluit_soort": "gunning",
             "tot_bedrag": "1.000.000,00", "van": "01-01-2026", "tot_en_met": "31-12-2099",
             "vindplaats": "Volmachtbesluit 2026, artikel 2"}
    url = browser.post("/beheer/mandaten/nieuw", data).location
    page = browser.get(url)
    assert "Wacht op mandaatgever en gemachtigde en werkgever" in page.words and "31 december 2099" in page.words
    # Reading is not consenting, and consent for oneself is not consent for the gemeente.
    world.sign_in(world.medewerker("kampen", "beleidsadviseur")).post(f"{url}/instemmen", {"van": "mandaatgever"}, expect=403)
    world.sign_in(zoe).post(f"{url}/instemmen", {"van": "gemachtigde"}, expect=422)
    assert "Alleen de gemachtigde" in browser.post(f"{url}/aanvaarden", expect=403).words
    assert "U legde dit mandaat zelf vast" in browser.post(f"{url}/instemmen", {"van": "mandaatgever"}, expect=403).words
    world.sign_in(world.medewerker("kampen", "mandaathouder")).post(f"{url}/instemmen", {"van": "mandaatgever"})
    assert "Alleen de werkgever" in browser.post(f"{url}/instemmen", {"van": "werkgever"}, expect=403).words
    world.sign_in(employer).post(f"{url}/instemmen", {"van": "werkgever"})
    world.sign_in(zoe).post(f"{url}/aanvaarden")
    assert "Geldt" in browser.get("/beheer/mandaten").words
    assert "instemming" in world.behind("SELECT onderwerp FROM portal.bericht WHERE party_id = :p", p=employer.party_id)[0][0]
    world.sign_in(employer).post(f"{url}/intrekken", {}, expect=404)
    world.sign_in(world.medewerker("ommen", "beheerder")).get(url, expect=404)
    browser.post(f"{url}/intrekken", {})
    assert "Ingetrokken" in browser.get(url).words
    browser.post(f"{url}/intrekken", {}, expect=409)


def test_mandate_with_errors_keeps_what_was_typed(world, admin):
    data = {"werkgever": "zwolle", "van": "32-01-2026", "vindplaats": "Besluit"}
    page = world.sign_in(admin).post("/beheer/mandaten/nieuw", data, expect=422)
    shown = {error["id"].removesuffix("-fout") for error in page.html.select("[id$=-fout]")}
    assert {"gemachtigde", "orgaan", "besluit_soort", "van"} <= shown
    assert page.html.select_one("#vindplaats")["value"] == "Besluit" and "gemeente Zwolle" in page.words


def test_replacement_is_recorded_and_ended(world, admin):
    anna, bert = (world.medewerker("kampen", "mandaathouder", naam=naam) for naam in ("Anna Afwezig", "Bert Vervang"))
    browser, today = world.sign_in(admin), clock.today()
    data = {"afwezige": str(anna.user_id), "vervanger": str(bert.user_id), "van": today.strftime("%d-%m-%Y"),
            "tot_en_met": (today + timedelta(days=9)).strftime("%d-%m-%Y"), "reden": "verlof"}
    browser.post("/beheer/vervanging", data)
    assert "Bert Vervang vervangt Anna Afwezig" in browser.get("/beheer/vervanging").words
    (row,) = world.behind("SELECT id, van, tot FROM portal.vervanging")
    assert row.tot == today + timedelta(days=10)
    browser.post(f"/beheer/vervanging/{row.id}/beeindigen", {})
    assert world.behind("SELECT tot FROM portal.vervanging")[0][0] == today + timedelta(days=1)
    assert "twee verschillende" in browser.post("/beheer/vervanging", data | {"vervanger": data["afwezige"]}, expect=422).words
    assert "laatste dag" in browser.post("/beheer/vervanging", data | {"tot_en_met": "01-01-2020"}, expect=422).words
    world.sign_in(world.medewerker("zwolle", "beheerder")).post(f"/beheer/vervanging/{row.id}/beeindigen", {}, expect=404)
    assert "Bert Vervang" in world.sign_in(anna).get("/beheer/vervanging").words


def test_pages_need_few_queries(world, admin, idp):
    """At most eight statements per page, however many rows."""
    for number in range(12):
        world.medewerker("kampen", "auditor", naam=f"Lid {number}")
    count = []

    def watch(*_args):
        count.append(1)

    event.listen(world.app.engine, "before_cursor_execute", watch)
    try:
        browser = world.sign_in(admin)
        browser.get("/beheer")
        for url in ("/beheer", "/beheer/leden", "/beheer/groepen", "/beheer/mandaten", "/beheer/mandaten/nieuw",
                    "/beheer/vervanging", "/beheer/kleur", "/beheer/logboek", "/beheer/inzage", "/account"):
            count.clear()
            browser.get(url)
            assert len(count) <= 8, f"{url}: {len(count)} opdrachten"
    finally:
        event.remove(world.app.engine, "before_cursor_execute", watch)


# The region and the history, to read --------------------------------------------------------------------------------------

def test_region_shows_who_works_together_since_when(world):
    browser = world.sign_in(world.medewerker("zwolle", "regiobeheerder"))
    page = browser.get("/beheer/regio")
    assert "Doelgroepenvervoer fase 1 Trekker Deventer, vanaf 01-01-2017 Deelnemers Dalfsen, Deventer, Hardenberg" in page.words
    assert "Kampen nog geen inlogdienst" in page.words and "nog niet begonnen" not in page.words
    try:
        world.behind("UPDATE portal.deelname SET tot = '2018-01-01' WHERE gemeente_id = :r AND verband_id = :v",
                     r=world.gemeente("raalte"), v=world.gemeente("vervoer"))
        assert "Raalte (deelnemer): 01-01-2017 tot en met 31-12-2017" in browser.get("/beheer/regio").words
    finally:
        world.behind("UPDATE portal.deelname SET tot = NULL WHERE tot = '2018-01-01'")
    world.sign_in(world.medewerker("zwolle", "auditor")).get("/beheer/regio", expect=403)


def test_auditor_walks_the_chain_of_the_own_history(world, app):
    loop = inkoop_world.geplande_inkoop(world)
    auditor = world.sign_in(world.medewerker("zwolle", "auditor"))
    assert "Wacht op een zegel" in auditor.get("/beheer/historie").words
    engine = create_engine(app.settings.zegel_url)
    jobs.seal_all(engine, Ed25519PrivateKey.from_private_bytes(app.settings.zegel_key), app.settings.zegel_key_id)
    engine.dispose()
    assert "De historie klopt." in auditor.get("/beheer/historie").words
    world.behind("UPDATE portal.case_event SET kind = 'inkoop:vals' WHERE dossier_id = :i AND kind = 'inkoop:plannen'",
                 i=loop.inkoop_id)
    page = auditor.get("/beheer/historie")
    assert "De historie klopt niet." in page.words and "is veranderd" in page.words
    # The neighbour walks a chain of its own, and who may not check it sees nothing.
    assert "klopt niet" not in world.sign_in(world.medewerker("kampen", "inkoopjurist")).get("/beheer/historie").words
    world.sign_in(world.medewerker("zwolle", "beleidsadviseur")).get("/beheer/historie", expect=403)
