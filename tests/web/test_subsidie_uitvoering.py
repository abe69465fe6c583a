"""After the grant, in the browser of the gemeente: advances, payments with four eyes, lines, reports, a stop of payments."""

import io
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest

from portal.db import Session
from portal.domains.subsidies import queries, tekenen, uitvoering, usecases, voorstellen
from portal.domains.subsidies.model import Stand
from portal.domains.subsidies.work import WORK
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.tenants.scope import acting_for
from portal.web.filters import datum, datum_kort
from tests.domains.test_subsidies_uitvoering import DICHT, betaald, bevoorschot, financieel, payments, status
from tests.subsidies_world import (
    gegevens,
    geschreven,
    jaar,
    neem_in,
    op,
    open_regeling,
    personen,
    verleend,
    verstuurd,
    voorgesteld,
)
from tests.web.building import counted

FUNDS = {"code": "b1", "soort": "voorwaarde", "tekst": "De raad stelt genoeg geld beschikbaar.", "grondslag": "4-34",
         "verordening_artikel": "", "bewijs": "Besluit van de raad", "koppeling": "wmo-algemeen"}


def url(loop, sub: str = "/uitvoering") -> str:
    return f"/subsidies/{loop.subsidie_id}{sub}"


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def buttons(page) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page.html.select("main button, main .utrecht-button-link")]


def journal(world, action: str) -> list:
    return [row.status for row in world.behind("SELECT details->>'status' AS status FROM portal.beveiligingslog "
                                               "WHERE handeling = :a ORDER BY id", a=f"subsidie:{action}")]


def lines(world, loop, soort: str | None = None) -> list:
    found = world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))
    return [one for one in found if soort in (None, one.soort)]


def with_condition(world, **anders):
    """A scheme with a condition in its lines."""
    inrichting = gegevens()["inrichting"]
    return open_regeling(world, inrichting=inrichting | {"sjabloon": [*inrichting["sjabloon"], FUNDS]}, **anders)


def near(world, loop):
    """The day of the first payment."""
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on - timedelta(days=3)))
    return first


def ready(world, loop=None):
    """The first payment was prepared."""
    loop = loop or bevoorschot(world)
    first = near(world, loop)
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    return loop, first


def evidence(world, loop, tekst="Wij hielden bij wie er kwam."):
    """The recipient showed that the obligation was done."""
    regel = lines(world, loop, "verplichting")[0]
    sent = world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, regel.id, tekst=tekst)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return regel


def reported(world, loop, tekst="Wij halen maar 850 dagdelen."):
    """The recipient reported a deviation."""
    sent = world.as_(loop.aanvrager.verzender, uitvoering.melding_sturen, loop.subsidie_id, tekst=tekst)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return sent


def asked_reports(world, **anders):
    """Granted, with one short report asked about the first half."""
    van, _tot = jaar()
    return verleend(world, voorstel={"rapportages": [{"van": van.isoformat(), "tot": date(van.year, 7, 1).isoformat(),
                                                      "uiterlijk": f"{van.year}-07-15"}]}, **anders)


def sent_report(world, loop):
    """The report came in."""
    row = world.as_(loop.wie.adviseur, lambda s, _a: queries.rapportages(s, loop.subsidie_id))[0]
    world.clock(op(row.tot + timedelta(days=4)))
    sent = world.as_(loop.aanvrager.verzender, uitvoering.rapporteren, row.id, geleverd=Decimal("480.5"), instroom=12,
                     doorstroom=0, toelichting="Meer bezoekers dan verwacht.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return row


def stopped(world, loop):
    return world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)


def waits(world, dossier_id, kind) -> bool:
    return bool(world.behind("SELECT 1 FROM portal.termijn WHERE dossier_id = :d AND kind = :k AND met_on IS NULL",
                             d=dossier_id, k=kind))


def works_for_applicant(world, loop, person):
    world.behind("INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst) "
                 "VALUES (gen_random_uuid(), :a, :p, '{verzender}', 'x@voorbeeld.example', 'uitnodiging')",
                 a=person.user_id, p=loop.aanvrager.id)


# The page of the grant -------------------------------------------------------------------------------------------------------

def test_the_page_after_the_grant(world):
    loop = verleend(world)
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    words = plain(page)
    assert "Verleend € 40.000" in words and "Voorschotten besloten € 0" in words
    assert "Betaald € 0" in words and "Nog te betalen € 40.000" in words
    assert [h.text for h in page.html.select("#afspraken ~ h3")] == ["Resultaten", "Verplichtingen"]
    assert "R1 Inwoners hebben overdag een plek. Awb 4:30 Bewijs: Aantal dagdelen" in words
    assert "Nog niet bekeken" in words and "Het besluit vraagt geen voortgangsberichten." in words
    assert buttons(page)[:2] == ["Naar de voorschotten", "Naar het stoppen"]
    dossier = world.sign_in(loop.wie.adviseur).get(url(loop, ""))
    assert dossier.html.select_one(f'main a[href="{url(loop)}"]').text == "Naar de uitvoering"


def test_before_the_grant_there_is_nothing_to_carry_out(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.wie.adviseur)
    for sub in ("/uitvoering", "/voorschot", "/betalingen-stoppen"):
        assert "nog niets uit te voeren" in browser.get(url(loop, sub), expect=409).words
    assert "Naar de uitvoering" not in browser.get(url(loop, "")).words


def test_who_may_see_it_and_who_may_not(world):
    loop, first = ready(world)
    stop = stopped(world, loop)
    regel = lines(world, loop)[0]
    case = [url(loop), url(loop, "/voorschot"), url(loop, "/betalingen-stoppen"), f"/subsidies/stop/{stop.id}",
            f"/subsidies/regel/{regel.id}/oordeel", f"/subsidies/betaling/{first.id}/terugsturen"]
    staff = (loop.wie.adviseur, loop.wie.jurist, loop.wie.tekenaar, financieel(world), world.medewerker("zwolle", "raadslid"))
    for person in staff:
        page = world.sign_in(person).get(url(loop))
        assert bool(page.html.select("main form")) is False, "klaargezet: er is hier niets te drukken"
    assert "Met uw rol hoeft u hier niets te doen" in world.sign_in(loop.wie.jurist).get(url(loop)).words
    assert "Naar te betalen" in buttons(world.sign_in(financieel(world)).get(url(loop)))
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur", "financieel"))
    for one in case:
        neighbour.get(one, expect=404)
    assert first.kenmerk not in neighbour.get("/subsidies/te-betalen").words
    competitor = world.sign_in(world.aanbieder_persoon(world.aanbieder("Ander (fictief)"), "verzender"))
    recipient = world.sign_in(loop.aanvrager.verzender)
    for browser in (competitor, recipient):
        for one in (*case, "/subsidies/te-betalen", "/subsidies/betaalbestanden"):
            browser.get(one, expect=403)
    for one in (*case, "/subsidies/te-betalen"):
        assert world.anonymous().get(one, expect=None).status in (302, 303, 401)
    for person in (loop.wie.jurist, loop.wie.tekenaar, loop.wie.adviseur):
        world.sign_in(person).get("/subsidies/te-betalen", expect=403)


def test_nobody_else_does_anything(world):
    loop, first = ready(world)
    stop, melding = stopped(world, loop), reported(world, loop)
    regel = lines(world, loop)[0]
    posts = {
        url(loop, "/voorschot"): {"termijn-1-op": "01-03-2027", "termijn-1-bedrag": "5"},
        url(loop, "/betalingen-stoppen"): {"reden": DICHT}, f"/subsidies/stop/{stop.id}": {"reden": "Het klopte niet."},
        f"/subsidies/regel/{regel.id}/oordeel": {"stand": "voldaan"}, f"/subsidies/melding/{melding.id}/gelezen": {},
        f"/subsidies/betaling/{first.id}/klaarzetten": {}}
    pays = {f"/subsidies/betaling/{first.id}/goedkeuren": {}, f"/subsidies/betaling/{first.id}/terugsturen": {"reden": "Nee."}}
    before = len(world.behind("SELECT 1 FROM portal.case_event"))
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur", "financieel"))
    for one, data in (posts | pays).items():
        neighbour.post(one, data, expect=404)
    for person in (loop.wie.jurist, loop.wie.tekenaar, world.medewerker("zwolle", "raadslid"), loop.aanvrager.verzender):
        browser = world.sign_in(person)
        for one, data in (posts | pays | {"/subsidies/betaalbestanden": {}}).items():
            browser.post(one, data, expect=403)
    money = world.sign_in(financieel(world))
    for one, data in posts.items():
        money.post(one, data, expect=403)
    assert len(world.behind("SELECT 1 FROM portal.case_event")) == before


def test_what_is_not_there(world):
    nowhere = "6f1c2f10-0000-4000-8000-000000000000"
    wie = personen(world)
    browser = world.sign_in(wie.adviseur)
    for one in (f"/subsidies/{nowhere}/uitvoering", f"/subsidies/{nowhere}/voorschot", f"/subsidies/regel/{nowhere}/oordeel",
                f"/subsidies/rapportage/{nowhere}", f"/subsidies/stop/{nowhere}", f"/subsidies/{nowhere}/betalingen-stoppen"):
        browser.get(one, expect=404)
    browser.post(f"/subsidies/melding/{nowhere}/gelezen", expect=404)
    browser.post(f"/subsidies/betaling/{nowhere}/klaarzetten", expect=404)
    money = world.sign_in(financieel(world))
    money.get(f"/subsidies/betaling/{nowhere}/terugsturen", expect=404)
    money.get(f"/subsidies/betaalbestand/{nowhere}.csv", expect=404)
    money.post(f"/subsidies/betaling/{nowhere}/goedkeuren", expect=404)


def test_who_has_an_interest_does_nothing_here(world):
    loop = bevoorschot(world)
    first = near(world, loop)
    evidence(world, loop)
    own = loop.wie.collega
    works_for_applicant(world, loop, own)
    browser = world.sign_in(own)
    page = browser.get(url(loop))
    assert "U hoort zelf bij deze aanvrager. Een ander moet dit doen." in page.words and not page.html.select("main form")
    regel = lines(world, loop)[0]
    for one, data in ((url(loop, "/voorschot"), {"termijn-1-op": "01-03-2027", "termijn-1-bedrag": "5"}),
                      (url(loop, "/betalingen-stoppen"), {"reden": DICHT}),
                      (f"/subsidies/regel/{regel.id}/oordeel", {"stand": "voldaan"})):
        page = browser.get(one)
        assert "U hoort zelf bij deze aanvrager" in page.words and not page.html.select("main form"), one
        assert "U hoort zelf bij deze aanvrager" in browser.post(one, data, expect=403).words
    refused = browser.post(f"/subsidies/betaling/{first.id}/klaarzetten", expect=403)
    assert "U hoort zelf bij deze aanvrager" in refused.words
    assert "Naar dit werk" not in browser.get(url(loop, "")).words


def test_the_work_on_the_list_leads_to_its_page(world):
    loop = bevoorschot(world, asked_reports(world))
    evidence(world, loop)
    reported(world, loop)
    near(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    work = browser.get("/mijn-werk")
    for taak in ("Bekijk het bewijs van de ontvanger", "Bekijk de melding van de ontvanger", "Zet de volgende betaling klaar"):
        assert taak in work.words
    hrefs = {a["href"] for a in work.html.select("main a")}
    assert url(loop) in hrefs
    dossier = browser.get(url(loop, ""))
    for taak in ("Bekijk het bewijs van de ontvanger", "Bekijk de melding van de ontvanger", "Zet de volgende betaling klaar"):
        assert taak in dossier.words
    row = sent_report(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    assert f"/subsidies/rapportage/{row.id}" in {a["href"] for a in browser.get("/mijn-werk").html.select("main a")}
    stop = stopped(world, loop)
    assert f"/subsidies/stop/{stop.id}" in {a["href"] for a in browser.get("/mijn-werk").html.select("main a")}


def test_every_kind_of_work_has_a_page_that_exists(app):
    mine = ("werk_voorschot", "werk_klaarzetten", "werk_goedkeuren", "werk_bewijs", "werk_melding", "werk_rapportage")
    assert [kind for kind in mine if WORK[kind].endpoint not in app.view_functions] == []


# Advances --------------------------------------------------------------------------------------------------------------------

def planned(world):
    """Granted with two payments planned."""
    van, _tot = jaar()
    return verleend(world, voorstel={"termijnen": [{"op": f"{van.year}-01-15", "bedrag": "25000.00"},
                                                   {"op": f"{van.year}-07-15", "bedrag": "15000.00"}]})


def test_advances_are_proposed_as_the_grant_planned_them(world):
    loop = planned(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert waits(world, loop.subsidie_id, "werk_voorschot")
    assert url(loop, "/voorschot") in {a["href"] for a in browser.get("/mijn-werk").html.select("main a")}
    page = browser.get(url(loop, "/voorschot"))
    form, year = page.form(url(loop, "/voorschot")), jaar()[0].year
    assert (form["termijn-1-op"], form["termijn-1-bedrag"]) == (f"15-01-{year}", "25.000,00")
    assert (form["termijn-2-op"], form["termijn-2-bedrag"], form["termijn-4-op"]) == (f"15-07-{year}", "15.000,00", "")
    made = browser.post(url(loop, "/voorschot"), form | {"termijn-2-op": "", "termijn-2-bedrag": ""})
    assert made.location.startswith("/subsidies/besluit/")
    besluit = world.as_(loop.wie.adviseur, lambda s, _a: queries.open_besluit(s, loop.subsidie_id, "voorschot"))
    assert besluit.bedrag == 25_000 and str(besluit.id) in made.location
    again = browser.post(url(loop, "/voorschot"), form | {"termijn-2-op": "", "termijn-2-bedrag": ""})
    assert again.location == made.location, "twee keer drukken geeft een voorstel"
    page = browser.get(url(loop, "/voorschot"))
    assert "Er ligt al een voorstel voor voorschotten." in page.words and not page.html.select("main form")
    page = browser.get(url(loop))
    assert "Er ligt al een voorstel voor voorschotten." in page.words and "Naar de voorschotten" not in buttons(page)


def test_what_was_decided_before_is_not_proposed_again(world):
    loop = bevoorschot(world, planned(world), "20000", "10000")
    page = world.sign_in(loop.wie.adviseur).get(url(loop, "/voorschot"))
    form, year = page.form(url(loop, "/voorschot")), jaar()[0].year
    assert (form["termijn-1-op"], form["termijn-1-bedrag"], form["termijn-2-op"]) == (f"15-07-{year}", "10.000,00", "")
    assert "Nog niet over besloten € 10.000" in plain(page)


def test_advances_that_are_wrong_are_said_and_kept(world):
    loop = verleend(world)
    browser = world.sign_in(loop.wie.adviseur)
    post = url(loop, "/voorschot")
    assert "Vul ten minste één voorschot in." in browser.post(post, {}, expect=422).words
    wrong = browser.post(post, {"termijn-1-op": "15-01-2027", "termijn-2-bedrag": "100", "termijn-3-op": "x",
                                "termijn-3-bedrag": "0"}, expect=422)
    assert "Vul bij voorschot 1 het bedrag in." in wrong.words and "Vul bij voorschot 2 de dag in." in wrong.words
    assert "Een voorschot is hoger dan nul." in wrong.words and wrong.form(post)["termijn-2-bedrag"] == "100"
    more = browser.post(post, {"termijn-1-op": "15-01-2027", "termijn-1-bedrag": "40.000,01"}, expect=422)
    assert "Verleend is € 40.000,00" in plain(more) and more.form(post)["termijn-1-bedrag"] == "40.000,01"
    assert journal(world, "voorschot") == ["422"]
    full = bevoorschot(world, loop)
    assert "Over alles wat is verleend, is al besloten." in browser.get(url(full)).words
    assert not browser.get(post).html.select("main form")


# Payments --------------------------------------------------------------------------------------------------------------------

def test_a_payment_that_waits_past_its_day_says_so(world):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    near(world, loop)
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    world.clock(op(first.gepland_on + timedelta(days=1)))
    assert "die dag is voorbij" in plain(world.sign_in(financieel(world)).get("/subsidies/te-betalen"))


def test_a_payment_goes_from_plan_to_paid_through_the_pages(world):
    loop = bevoorschot(world)
    handler = world.sign_in(loop.wie.adviseur)
    first, second = payments(world, loop)
    page = handler.get(url(loop))
    assert "Klaarzetten kan twee weken daarvoor" in page.words and "Zet klaar" not in buttons(page)
    early = handler.post(f"/subsidies/betaling/{first.id}/klaarzetten", expect=425)
    assert "Klaarzetten kan twee weken daarvoor" in early.words and journal(world, "klaarzetten") == ["425"]
    near(world, loop)
    handler, money = world.sign_in(loop.wie.adviseur), world.sign_in(financieel(world))
    page = handler.get(url(loop))
    assert second.kenmerk in page.words and buttons(page)[0] == "Zet klaar"
    prepare = f"/subsidies/betaling/{first.id}/klaarzetten"
    handler.post(prepare, page.form(prepare))
    page = handler.get(url(loop))
    assert f"Betaling {first.kenmerk} staat klaar" in page.words and "Wacht op goedkeuring" in page.words
    assert "Betalen" in money.get("/mijn-werk").html.select_one("header").get_text(" ")
    waiting = money.get("/subsidies/te-betalen")
    words = plain(waiting)
    assert first.kenmerk in words and "€ 20.000,00" in words and "NL02 ABNA 0123 4567 89" in words
    assert "Ria Smeets" in words and "Er is niets goedgekeurd om te betalen." in words
    assert "die dag is voorbij" not in words
    approve = f"/subsidies/betaling/{first.id}/goedkeuren"
    money.post(approve, waiting.form(approve))
    page = money.get("/subsidies/te-betalen")
    assert "is goedgekeurd" in page.words and "Femke Geld" in page.words and "Er is 1 betaling goedgekeurd" in page.words
    money.post("/subsidies/betaalbestanden", page.form("/subsidies/betaalbestanden"))
    files = money.get("/subsidies/betaalbestanden")
    assert "met 1 betaling" in files.words and "1 zonder antwoord" in files.words
    assert "Er wacht geen betaling" in money.get("/subsidies/te-betalen").words
    link = files.html.select_one('main a[href$=".csv"]')["href"]
    got = money.get(link)
    assert first.kenmerk in got.text and "20.000,00" in got.text and got.response.content_type == "text/csv; charset=utf-8"
    assert got.response.headers["Content-Disposition"].startswith('attachment; filename="BET-')
    [fetched] = world.behind("SELECT object FROM portal.beveiligingslog WHERE handeling = 'betaalbestand ophalen'")
    assert fetched.object in files.words
    done = read_back(money, status(first))
    assert "1 regel is overgenomen" in done.words and "Betaald" in done.words
    assert "Betaald € 20.000" in plain(handler.get(url(loop))) and "Nog te betalen € 20.000" in plain(handler.get(url(loop)))
    assert "Alles beantwoord" in money.get("/subsidies/betaalbestanden").words


def read_back(browser, text, *, expect: int = 200, encoding="utf-8"):
    """Send a status file as a person without JavaScript does."""
    form = browser.get("/subsidies/betaalbestanden").html.select_one("main form[enctype]")
    return browser.post(form["action"], {"bestand": (io.BytesIO(text.encode(encoding)), "status.csv")}, expect=expect,
                        content_type="multipart/form-data")


def in_a_file(world):
    loop, first = ready(world)
    geld = financieel(world)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(geld, uitvoering.bestand_maken)
    return loop, first, world.sign_in(geld)


def test_a_status_file_tells_line_by_line_what_happened(world):
    loop, first, money = in_a_file(world)
    today = f"{clock.today():%d-%m-%Y}"
    text = (f"kenmerk;status;datum;melding\r\nONBEKEND-B1;betaald;{today};\r\n{first.kenmerk};klaar;{today};\r\n"
            f"{first.kenmerk};mislukt;{today};Rekening opgeheven, café dicht\r\n")
    page = read_back(money, text, encoding="cp1252")
    assert "2 regels zijn niet overgenomen" in page.words and "Dit kenmerk kennen wij niet." in page.words
    assert "De status is betaald of mislukt." in page.words and "Mislukt" in page.words
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    assert "Rekening opgeheven, café dicht" in page.words and "Zet klaar" in buttons(page)
    failed = read_back(money, f"kenmerk;status;datum\n{first.kenmerk};mislukt;{today}\n").words
    assert "1 regel is overgenomen" in failed and "1 betaling is niet gelukt" in failed
    assert "U hoeft niets meer te doen" not in failed
    assert "Het bestand heeft geen regels" in read_back(money, "kenmerk;status;datum\n").words


@pytest.mark.parametrize(("text", "says", "code"), [
    ("a;b\n1;2\n", "De eerste regel van het bestand is: kenmerk;status;datum;melding.", 422),
    ("kenmerk;status;datum\n\0", "Dit is geen tekst met kolommen", 422),
    ("kenmerk;status;datum\n" + "X;betaald\n" * 5_001, "meer dan 5.000 regels", 413),
    ("x" * 1_000_001, "Dit bestand is te groot", 413)])
def test_a_file_that_is_no_status_file_changes_nothing(world, text, says, code):
    loop, _first, money = in_a_file(world)
    assert says in read_back(money, text, expect=code).words
    assert payments(world, loop)[0].stand == "aangeboden" and journal(world, "status_inlezen") == [str(code)]


def test_no_file_was_chosen(world):
    _loop, _first, money = in_a_file(world)
    form = money.get("/subsidies/betaalbestanden").html.select_one("main form[enctype]")
    page = money.post(form["action"], {"bestand": (io.BytesIO(b""), "")}, expect=422, content_type="multipart/form-data")
    assert "Kies eerst een bestand" in page.words


def test_money_leaves_only_for_who_just_logged_in(world):
    loop, first = ready(world)
    geld = financieel(world)
    browser = world.sign_in(geld)
    old = "UPDATE portal.sessie SET stepped_up_at = portal.now() - interval '11 minutes' WHERE account_id = :a"
    approve = f"/subsidies/betaling/{first.id}/goedkeuren"
    form = browser.get("/subsidies/te-betalen").form(approve)
    world.behind(old, a=geld.user_id)
    answer = browser.post(approve, form)
    assert unquote(answer.location) == "/opnieuw-inloggen?verder=/subsidies/te-betalen"
    assert payments(world, loop)[0].stand == "klaargezet"
    world.as_(geld, uitvoering.goedkeuren, first.id)
    form = browser.get("/subsidies/te-betalen").form("/subsidies/betaalbestanden")
    assert "/opnieuw-inloggen" in browser.post("/subsidies/betaalbestanden", form).location
    bestand = world.as_(geld, uitvoering.bestand_maken)
    assert "/opnieuw-inloggen" in browser.get(f"/subsidies/betaalbestand/{bestand.id}.csv", expect=303).location
    answer = read_back(browser, status(first), expect=303)
    assert unquote(answer.location) == "/opnieuw-inloggen?verder=/subsidies/betaalbestanden"
    assert payments(world, loop)[0].stand == "aangeboden"


def test_nobody_approves_what_he_prepared(world):
    loop = bevoorschot(world)
    both = world.medewerker("zwolle", "subsidieadviseur", "financieel", naam="Beide Rollen")
    first = near(world, loop)
    browser = world.sign_in(both)
    browser.post(f"/subsidies/betaling/{first.id}/klaarzetten")
    page = browser.get("/subsidies/te-betalen")
    assert "U zette deze betaling zelf klaar. Een ander keurt haar goed." in page.words and "Keur goed" not in buttons(page)
    refused = browser.post(f"/subsidies/betaling/{first.id}/goedkeuren", expect=422)
    assert "U zette deze betaling zelf klaar." in refused.words and journal(world, "goedkeuren") == ["422"]
    nothing = browser.post("/subsidies/betaalbestanden", expect=409)
    assert "Er is niets goedgekeurd om te betalen." in nothing.words and journal(world, "bestand_maken") == ["409"]


def test_a_page_with_the_old_account_approves_nothing(world):
    """While somebody looks at the payment, it goes back, gets another account and is prepared again."""
    loop, first = ready(world)
    geld = financieel(world)
    money, approve = world.sign_in(geld), f"/subsidies/betaling/{first.id}/goedkeuren"
    form = money.get("/subsidies/te-betalen").form(approve)
    assert (form["iban"], form["tenaamstelling"]) == (first.iban, first.tenaamstelling)
    world.as_(geld, uitvoering.betaling_terugsturen, first.id, reden="De rekening is opgeheven.")
    world.behind("UPDATE portal.betaling SET iban = 'NL91ABNA0417164300' WHERE id = :i", i=first.id)
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    page = money.post(approve, form, expect=409)
    assert "Het rekeningnummer of de naam bij deze betaling is veranderd nadat u de pagina opende." in page.words
    assert "Er is niets veranderd." in page.words and "NL91 ABNA 0417 1643 00" in plain(page)
    assert payments(world, loop)[0].stand == "klaargezet" and journal(world, "goedkeuren") == ["409"]
    assert "veranderd nadat" in money.post(approve, expect=409).words, "wie niets zag, keurt niets goed"
    money.post(approve, page.form(approve))
    assert payments(world, loop)[0].stand == "goedgekeurd"


def test_a_payment_is_sent_back_with_the_reason(world):
    loop, first = ready(world)
    money = world.sign_in(financieel(world))
    back = f"/subsidies/betaling/{first.id}/terugsturen"
    assert back in {a["href"] for a in money.get("/subsidies/te-betalen").html.select("main a")}
    form = money.get(back).form(back)
    assert "Schrijf waarom u de betaling terugstuurt." in money.post(back, form | {"reden": " "}, expect=422).words
    money.post(back, form | {"reden": "De naam bij de rekening klopt niet."})
    assert "is teruggestuurd" in money.get("/subsidies/te-betalen").words
    assert "wacht niet op goedkeuring" in money.get(back).words
    late = money.post(f"/subsidies/betaling/{first.id}/goedkeuren", expect=409)
    assert "Deze betaling wacht niet op goedkeuring." in late.words
    again = money.post(back, {"reden": "Nog eens."}, expect=409)
    assert "wacht niet op goedkeuring" in again.words and again.form(back)["reden"].strip() == "Nog eens."
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    assert "De naam bij de rekening klopt niet." in page.words and buttons(page)[0] == "Zet klaar"
    assert waits(world, loop.subsidie_id, "werk_klaarzetten") and not waits(world, loop.subsidie_id, "werk_goedkeuren")
    world.as_(loop.wie.collega, uitvoering.klaarzetten, first.id)
    assert payments(world, loop)[0].melding == ""


def test_a_condition_and_a_bad_account_are_said_beforehand(world):
    loop = bevoorschot(world, verleend(world, with_condition(world), iban="NL02ABNA0123456780"))
    first = near(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Er is nog niet voldaan aan deze voorwaarde: De raad stelt genoeg geld beschikbaar." in page.words
    assert "rekeningnummer" in page.words and "Zet klaar" not in buttons(page)
    assert [h.text for h in page.html.select("#afspraken ~ h3")] == ["Resultaten", "Verplichtingen", "Voorwaarden"]
    refused = browser.post(f"/subsidies/betaling/{first.id}/klaarzetten", expect=409)
    assert "nog niet voldaan aan deze voorwaarde" in refused.words and "Er is niets veranderd." in refused.words


def test_one_case_that_stands_still_holds_up_no_other(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="500000")
    stil = bevoorschot(world, verleend(world, geschreven(world, scheme, wie=0)))
    door = bevoorschot(world, verleend(world, geschreven(world, scheme, wie=1)))
    geld = financieel(world)
    for loop in (stil, door):
        _loop, first = ready(world, loop)
        world.as_(geld, uitvoering.goedkeuren, first.id)
    stopped(world, stil)
    money = world.sign_in(geld)
    page = money.get("/subsidies/te-betalen")
    assert "De betalingen staan stil (Awb 4:56)." in page.words and "Er is 1 betaling goedgekeurd" in page.words
    money.post("/subsidies/betaalbestanden")
    assert [payments(world, loop)[0].stand for loop in (stil, door)] == ["goedgekeurd", "aangeboden"]


def test_the_pages_of_payments_ask_the_same_however_much_there_is(world):
    wie = personen(world, 3)
    scheme = open_regeling(world, wie, plafond="500000")
    geld = financieel(world)

    def asks(person, address):
        who = world.sign_in(person)
        who.get(address)
        with counted(world.app.engine) as seen:
            who.get(address)
        return len(seen)

    # All of them are granted before the clock goes to the day of the first payment: that day lies in the year of the scheme.
    loop, *others = [bevoorschot(world, verleend(world, geschreven(world, scheme, wie=n))) for n in range(3)]
    ready(world, loop)
    few = asks(geld, "/subsidies/te-betalen"), asks(wie.adviseur, url(loop))
    for other in others:
        ready(world, other)
    for _n in range(3):
        evidence(world, loop)
    assert (asks(geld, "/subsidies/te-betalen"), asks(wie.adviseur, url(loop))) == few
    world.as_(geld, uitvoering.goedkeuren, payments(world, loop)[0].id)
    world.as_(geld, uitvoering.bestand_maken)
    one = asks(geld, "/subsidies/betaalbestanden")
    for _n in (1, 2):
        rows = world.behind("SELECT id FROM portal.betaling WHERE stand = 'klaargezet' ORDER BY kenmerk LIMIT 1")
        world.as_(geld, uitvoering.goedkeuren, rows[0].id)
        world.as_(geld, uitvoering.bestand_maken)
    assert asks(geld, "/subsidies/betaalbestanden") == one


# Lines, reports, deviations --------------------------------------------------------------------------------------------------

def test_evidence_is_seen_and_judged(world):
    loop = verleend(world)
    regel = evidence(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Nieuw bewijs" in page.words and "Wij hielden bij wie er kwam." in page.words
    assert buttons(page)[0] == "Bekijk het bewijs" and "Bij 1 afspraak is er nieuw bewijs." in page.words
    judge = f"/subsidies/regel/{regel.id}/oordeel"
    page = browser.get(judge)
    assert "Wij hielden bij wie er kwam." in page.words and "V1" in page.words and "Verplichting" in page.words
    form = page.form(judge)
    assert "Kies of eraan is voldaan." in browser.post(judge, form, expect=422).words
    empty = browser.post(judge, form | {"stand": "niet_voldaan"}, expect=422)
    assert "Schrijf waarom." in empty.words and empty.html.select_one("[value=niet_voldaan][checked]")
    browser.post(judge, form | {"stand": "niet_voldaan", "reden": "Er staan geen namen bij."})
    page = browser.get(url(loop))
    assert "Niet voldaan Er staan geen namen bij." in page.words and "Uw oordeel is bewaard." in page.words
    assert not waits(world, loop.subsidie_id, "werk_bewijs") and "Nieuw bewijs" not in page.words
    evidence(world, loop, "Nu met namen.")
    assert "Nieuw bewijs" in browser.get(url(loop)).words
    page = browser.get(judge)
    assert "Laatste oordeel: Ria Smeets" in page.words and page.form(judge)["reden"].strip() == "Er staan geen namen bij."
    browser.post(judge, {"stand": "voldaan"})
    assert "Voldaan" in browser.get(url(loop)).words
    reader = world.sign_in(loop.wie.jurist).get(url(loop))
    assert not reader.html.select(f'main a[href="{judge}"]')


def test_evidence_for_another_line_goes_on_waiting(world):
    inrichting = gegevens()["inrichting"]
    second = inrichting["sjabloon"][1] | {"code": "v2", "tekst": "Houd een cliëntenraad."}
    loop = verleend(world, open_regeling(world, inrichting=inrichting | {"sjabloon": [*inrichting["sjabloon"], second]}))
    for regel in lines(world, loop, "verplichting"):
        sent = world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, regel.id, tekst=f"Zie {regel.tekst}")
        neem_in(world, sent.id, loop.wie.adviseur.party_id)
    one, other = lines(world, loop, "verplichting")
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, one.id, stand=Stand.VOLDAAN)
    assert waits(world, loop.subsidie_id, "werk_bewijs")
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, other.id, stand=Stand.VOLDAAN)
    assert not waits(world, loop.subsidie_id, "werk_bewijs")


def test_a_line_of_a_proposal_is_not_judged(world):
    loop = voorgesteld(world)
    regel = world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))[0]
    assert "nog niets uit te voeren" in world.sign_in(loop.wie.adviseur).get(
        f"/subsidies/regel/{regel.id}/oordeel", expect=409).words
    with pytest.raises(Refused, match="hoort niet bij een subsidie die loopt"):
        world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, regel.id, stand=Stand.VOLDAAN)


def test_a_deviation_waits_until_somebody_read_it(world):
    loop = verleend(world)
    first = reported(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Wij halen maar 850 dagdelen." in page.words and "Nog niet gelezen" in page.words
    read = f"/subsidies/melding/{first.id}/gelezen"
    form = page.form(read)
    newer = reported(world, loop, "Het worden er 900.")
    refused = browser.post(read, form, expect=409)
    assert "Er kwam een nieuwe melding binnen. Lees die ook." in refused.words
    assert waits(world, loop.subsidie_id, "werk_melding")
    read = f"/subsidies/melding/{newer.id}/gelezen"
    browser.post(read, refused.form(read))
    page = browser.get(url(loop))
    assert "De melding staat als gelezen." in page.words and not waits(world, loop.subsidie_id, "werk_melding")
    assert "Deze melding is al gelezen." in browser.post(read, expect=409).words
    assert f"/berichten/nieuw/{loop.subsidie_id}" in {a["href"] for a in page.html.select("main a")}
    own = world.see(loop.aanvrager.verzender, lambda s: [e.kind for e in queries.events(s, loop.subsidie_id)])
    assert "intern:melding" not in own
    everything = browser.get(url(loop, "/inhoud"))
    assert "Melding van een afwijking" in everything.words
    assert "De melding van de ontvanger is gelezen" in browser.get(url(loop, "/gebeurtenissen")).words


def test_B5_a_report_is_read_and_agreed(world):
    loop = asked_reports(world)
    row = world.as_(loop.wie.adviseur, lambda s, _a: queries.rapportages(s, loop.subsidie_id))[0]
    browser, here = world.sign_in(loop.wie.adviseur), f"/subsidies/rapportage/{row.id}"
    page = browser.get(here)
    assert "De ontvanger stuurde nog niets." in page.words and "Afgesproken voor de hele subsidie 1.000 dagdelen" in plain(page)
    assert not page.html.select("main form") and "gevraagd" in page.words
    early = browser.post(f"{here}/akkoord", expect=422)
    assert "Dit kan niet in deze fase" in early.words and journal(world, "rapportage_akkoord") == ["422"]
    sent_report(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(here)
    words = plain(page)
    assert "Geleverd 480,5 dagdelen" in words and "Instroom 12" in words and "Doorstroom 0" in words
    assert "Uitstroom Niet ingevuld" in words and "Meer bezoekers dan verwacht." in words
    listed = plain(browser.get(url(loop)))
    assert "Lees voortgangsbericht 1" in listed and "Geleverd: 480,5 dagdelen" in listed
    reader = world.sign_in(loop.wie.jurist).get(here)
    assert "Meer bezoekers dan verwacht." in reader.words and not reader.html.select("main form")
    browser.post(f"{here}/akkoord", page.form(f"{here}/akkoord"))
    assert "U bent akkoord met voortgangsbericht 1." in browser.get(url(loop)).words
    page = browser.get(here)
    assert "Akkoord" in page.words and not page.html.select("main form") and not waits(world, row.id, "werk_rapportage")
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get(here, expect=404)
    world.sign_in(loop.aanvrager.verzender).get(here, expect=403)


def test_a_report_of_somebody_elses_is_not_agreed_with_an_interest(world):
    loop = asked_reports(world)
    row = sent_report(world, loop)
    works_for_applicant(world, loop, loop.wie.collega)
    browser = world.sign_in(loop.wie.collega)
    page = browser.get(f"/subsidies/rapportage/{row.id}")
    assert "U hoort zelf bij deze aanvrager" in page.words and not page.html.select("main form")
    browser.post(f"/subsidies/rapportage/{row.id}/akkoord", expect=403)


# Stop of payments ------------------------------------------------------------------------------------------------------------

def test_payments_are_stopped_and_begin_again(world):
    loop = bevoorschot(world)
    first = near(world, loop)
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/betalingen-stoppen")
    page = browser.get(here)
    last = clock.today() + timedelta(weeks=13)
    assert f"ten hoogste tot en met {datum(last)}" in page.words and "De ontvanger krijgt vandaag een bericht" in page.words
    form = page.form(here)
    assert "Schrijf welk ernstig vermoeden er is" in browser.post(here, form, expect=422).words
    short = browser.post(here, form | {"reden": "Zomaar"}, expect=422)
    assert "en waarop het rust" in short.words and short.form(here)["reden"].strip() == "Zomaar"
    browser.post(here, form | {"reden": DICHT})
    page = browser.get(url(loop))
    words = plain(page)
    assert DICHT in words and f"uiterlijk {datum(last)}" in words and "Waarom deze datum?" in words
    assert "De betalingen staan stil (Awb 4:56)." in words and "Zet klaar" not in buttons(page)
    assert "De betalingen beginnen vanzelf weer." in words
    refused = browser.post(f"/subsidies/betaling/{first.id}/klaarzetten", expect=409)
    assert "De betalingen staan stil (Awb 4:56)." in refused.words
    again = browser.post(here, {"reden": DICHT + " Nog steeds."}, expect=409)
    assert "De betalingen staan al stil." in again.words and journal(world, "stoppen") == ["422", "409"]
    assert not browser.get(here).html.select("main form")
    stop = world.as_(loop.wie.adviseur, lambda s, _a: queries.lopende_stop(s, loop.subsidie_id))
    back = f"/subsidies/stop/{stop.id}"
    page = browser.get(back)
    assert DICHT in page.words and datum_kort(stop.begonnen_on)
    form = page.form(back)
    assert "Schrijf waarom de betalingen weer beginnen." in browser.post(back, form, expect=422).words
    browser.post(back, form | {"reden": "De buren hadden het mis."})
    page = browser.get(url(loop))
    assert "De betalingen beginnen weer." in page.words and buttons(page)[0] == "Zet klaar"
    told = [row.tekst for row in world.behind("SELECT tekst FROM portal.bericht WHERE party_id = :p ORDER BY verzonden_at",
                                              p=loop.aanvrager.id)]
    assert any(DICHT in one for one in told) and "De buren hadden het mis." in told[-1]
    over = browser.get(back)
    assert "Voorbij op" in over.words and not over.html.select("main form")
    page = browser.get(here)
    assert "Welke feiten zijn nieuw sinds de vorige stop?" in page.words and DICHT in page.words
    same = browser.post(here, page.form(here) | {"reden": DICHT}, expect=422)
    assert "Hetzelfde vermoeden geeft niet nog eens dertien weken (Awb 4:56)." in same.words
    browser.post(here, same.form(here) | {"nieuw": "De GGD sloot gisteren ook de tweede locatie."})
    assert "De GGD sloot gisteren ook de tweede locatie." in browser.get(url(loop)).words
    assert "Dit kan niet in deze fase" in browser.post(back, {"reden": "Nog eens"}, expect=422).words


def test_a_stop_that_ended_by_itself(world):
    loop = bevoorschot(world)
    stop = stopped(world, loop)
    zwolle = loop.wie.adviseur.party_id
    world.clock(timedelta(weeks=14))
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        uitvoering.stops_verlopen(session, usecases.portaal(zwolle), clock.today())
    browser = world.sign_in(loop.wie.adviseur)
    assert "De betalingen staan stil" not in browser.get(url(loop)).words
    assert not browser.get(f"/subsidies/stop/{stop.id}").html.select("main form")


# Together --------------------------------------------------------------------------------------------------------------------

def test_after_everything_was_paid(world):
    loop = betaald(world, bevoorschot(world), 2)
    words = plain(world.sign_in(loop.wie.adviseur).get(url(loop)))
    assert "Betaald € 40.000" in words and "Nog te betalen € 0" in words


def test_every_page_opens_in_english(world):
    loop, first = ready(world, bevoorschot(world, asked_reports(world)))
    regel, row = evidence(world, loop), sent_report(world, loop)
    reported(world, loop)
    stop = stopped(world, loop)
    browser, money = world.sign_in(loop.wie.adviseur), world.sign_in(financieel(world))
    for one in (url(loop), url(loop, "/voorschot"), url(loop, "/betalingen-stoppen"), f"/subsidies/stop/{stop.id}",
                f"/subsidies/regel/{regel.id}/oordeel", f"/subsidies/rapportage/{row.id}", url(loop, "/inhoud")):
        browser.get(one + "?taal=en")
    for one in ("/subsidies/te-betalen", "/subsidies/betaalbestanden", f"/subsidies/betaling/{first.id}/terugsturen"):
        money.get(one + "?taal=en")


def test_a_payment_by_somebody_with_an_interest_is_refused_by_the_use_case(world):
    loop, first = ready(world)
    geld = financieel(world)
    works_for_applicant(world, loop, geld)
    page = world.sign_in(geld).get("/subsidies/te-betalen")
    assert "U heeft een belang bij deze subsidie." in page.words and "Keur goed" not in buttons(page)
    for use_case, facts in ((uitvoering.goedkeuren, {}), (uitvoering.betaling_terugsturen, {"reden": "Nee."})):
        with pytest.raises(Refused, match="hoort zelf bij"):
            world.as_(geld, use_case, first.id, **facts)


def test_after_a_change_the_pages_work_with_the_changed_grant(world):
    """Its lines, its conditions and the advances that it plans: not those of the grant before it, in as many questions."""
    van, _tot = jaar()
    loop = verleend(world, with_condition(world), voorstel={"termijnen": [{"op": van.isoformat(), "bedrag": "40000"}]})
    person = loop.wie.adviseur
    browser = world.sign_in(person)
    browser.get(url(loop))
    with counted(world.app.engine) as before:
        browser.get(url(loop))
    old = lines(world, loop, "voorwaarde")[0]
    world.as_(person, voorstellen.beginnen, loop.subsidie_id)
    draft = next(r for r in world.as_(person, lambda s, _a: queries.regels(s, loop.subsidie_id)) if r.soort == "voorwaarde")
    names = ("soort", "grondslag", "bewijs", "koppeling", "uiterlijk_on")
    world.as_(person, voorstellen.regel_bewaren, loop.subsidie_id, regel_id=draft.id, tekst="De raad geeft nog meer geld.",
              **{name: getattr(draft, name) for name in names})
    world.as_(person, voorstellen.bewaren, loop.subsidie_id, motivering="Er is later geld nodig dan gedacht.", termijnen=[
        {"op": date(van.year, 6, 1).isoformat(), "bedrag": "25000"}])
    besluit = world.as_(person, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=loop.brieven)
    with counted(world.app.engine) as after:
        page = browser.get(url(loop))
    words = plain(page)
    assert "De raad geeft nog meer geld." in words and old.tekst not in words
    assert len(after) == len(before)
    page = browser.get(url(loop, "/voorschot"))
    assert [page.html.select_one(f"[name=termijn-1-{name}]")["value"] for name in ("op", "bedrag")] == [
        f"01-06-{van.year}", "25.000,00"]
