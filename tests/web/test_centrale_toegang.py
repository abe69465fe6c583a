"""The Centrale Toegang at work for another gemeente, in the browser."""

from tests import plaatsingen_world as pw
from tests.domains.test_centrale_toegang import gemandateerd, melding


def test_the_list_shows_what_the_gemeente_gave_away_and_opens_it(world):
    wie = pw.personen(world)
    desk, _guest, mandaat_id = gemandateerd(world, wie)
    persoon_id = pw.persoon(world, wie)
    own, given = melding(world, wie.consulent, persoon_id, "begeleiding"), melding(world, wie.consulent, persoon_id)
    browser = world.sign_in(desk)
    browser.post(f"/account/namens/{mandaat_id}", browser.get("/account").form(f"/account/namens/{mandaat_id}"))
    page = browser.get("/toegang")
    assert given.reference in page.words and own.reference not in page.words
    assert not page.html.select("[name=wie]"), "er is niets te kiezen"
    assert own.reference not in browser.get("/toegang?wie=wijkteam").words
    assert "U handelt namens gemeente Kampen" in page.html.header.get_text(" ")
    # What a gemeente does with its own staff and its own archive is not part of the mandate.
    assert "Bewaren en vernietigen" not in page.words
    for own_page in ("/toegang/bewaren", "/toegang/overdragen-collega", f"/zaak/{given.id}/vernietigen"):
        browser.get(own_page, expect=403)
    for door in (f"/toegang/{own.id}", f"/zaak/{own.id}/gegevens", f"/zaak/{own.id}/contact"):
        browser.get(door, expect=404)
    browser.get(f"/zaak/{given.id}/koppeling", expect=403)
    assert browser.get(f"/toegang/{given.id}") and browser.get(f"/toegang/{given.id}/mensen")
    work = browser.get("/mijn-werk").words
    assert given.reference in work and own.reference not in work
    # The gemeente itself reads who of elsewhere works on it.
    browser.post(f"/zaak/{given.id}/nemen", {"csrf_token": browser.csrf(f"/toegang/{given.id}/mensen")})
    assert desk.actor.naam in world.sign_in(wie.consulent).get(f"/toegang/{given.id}/mensen").words


def test_who_may_work_for_another_gemeente_finds_it_where_the_work_is(world):
    wie = pw.personen(world)
    desk, _guest, mandaat_id = gemandateerd(world, wie)
    browser = world.sign_in(desk)
    page = browser.get("/toegang")
    assert "U mag ook meldingen behandelen namens gemeente Kampen." in page.words
    door = page.html.find("a", string="Kies namens wie u werkt")
    assert door["href"] == "/account#namens"
    account = browser.get("/account")
    assert account.html.select_one("#namens"), "de link komt uit bij de knop"
    assert "U ziet dan de meldingen die deze gemeente aan de Centrale Toegang gaf." in account.words
    assert "handtekening" not in account.html.select_one("section[aria-labelledby=namens]").get_text(" ")
    browser.post(f"/account/namens/{mandaat_id}", account.form(f"/account/namens/{mandaat_id}"))
    assert "Kies namens wie u werkt" not in browser.get("/toegang").words
    assert "Kies namens wie u werkt" not in world.sign_in(wie.consulent).get("/toegang").words


def test_a_guest_reads_before_the_form_what_it_can_write_down(world):
    """In Kampen some tasks are of the Centrale Toegang; a gemeente whose wijkteam does everything shows no form."""
    wie = pw.personen(world)
    desk, _guest, mandaat_id = gemandateerd(world, wie)
    browser = world.sign_in(desk)
    assert len(browser.get("/toegang/nieuw").html.select("input[name=taak]")) == 3, "bij de eigen gemeente alles"
    browser.post(f"/account/namens/{mandaat_id}", browser.get("/account").form(f"/account/namens/{mandaat_id}"))
    form = browser.get("/toegang/nieuw")
    assert [one["value"] for one in form.html.select("input[name=taak]")] == ["beschermd_wonen", "opvang"]
    assert "Andere taken behandelt het wijkteam van de gemeente zelf." in form.words
    assert browser.get("/toegang").html.select("a[href='/toegang/nieuw']")

    elders = pw.personen(world, "deventer")
    desk, _guest, mandaat_id = gemandateerd(world, elders)
    browser = world.sign_in(desk)
    browser.post(f"/account/namens/{mandaat_id}", browser.get("/account").form(f"/account/namens/{mandaat_id}"))
    page = browser.get("/toegang")
    assert not page.html.select("a[href='/toegang/nieuw']") and "behandelt alle taken zelf" in page.words
    page = browser.get("/toegang/nieuw")
    assert not page.html.select("form.p-form") and "Laat het de melding vastleggen." in page.words
