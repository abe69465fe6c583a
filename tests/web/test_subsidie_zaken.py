"""The case of a subsidy application in the browser: every page per role, every form and every refusal in words."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.db import Session
from portal.domains.subsidies import aanvragen, queries, tekenen, usecases, voorstellen
from portal.domains.subsidies.model import State
from portal.kernel import clock
from portal.kernel.dossier import Termijn
from portal.kernel.errors import Refused
from portal.tenants.scope import acting_for
from portal.web.filters import datum, datum_kort
from tests.namens import mensen, volmacht
from tests.subsidies_world import (
    NepBrieven,
    beoordeeld,
    geschreven,
    in_behandeling,
    jaar,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
    verstuurd,
    voorgesteld,
)
from tests.web.building import counted

HTMX = {"HX-Request": "true"}
REDEN = "De aanvrager stuurde alsnog wat nodig is."
PAGES = ("", "/inhoud", "/gebeurtenissen", "/beoordeling", "/argumenten")
FORMS = ("/aanvulling", "/papieren-aanvulling", "/toch-behandelen", "/uitstel", "/opschorting", "/opschorting-einde",
         "/heropenen", "/zienswijze")


def url(loop, sub: str = "") -> str:
    return f"/subsidies/{loop.subsidie_id}{sub}"


def state_of(world, loop) -> str:
    return subsidie(world, loop).state


def journal(world, action: str) -> list:
    return [row.status for row in world.behind("SELECT details->>'status' AS status FROM portal.beveiligingslog "
                                               "WHERE handeling = :a ORDER BY id", a=f"subsidie:{action}")]


def termijn(world, loop, kind) -> Termijn | None:
    return world.as_(loop.wie.adviseur, lambda session, _a: queries.termijn(session, loop.subsidie_id, kind))


def points(world, loop) -> dict:
    return {code: (row.punten, row.motivering) for code, row in world.as_(
        loop.wie.adviseur, lambda session, _a: queries.beoordelingen(session, loop.subsidie_id)).items()}


def without_interest(world, loop, person=None):
    world.as_(person or loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    return loop


def asked(world, loop=None):
    """The applicant was asked to supplement."""
    loop = without_interest(world, loop or verstuurd(world))
    world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De jaarrekening"])
    return loop


def expired(world, loop=None):
    """The time to supplement ended unused."""
    loop = asked(world, loop)
    world.clock(op(termijn(world, loop, "hersteltermijn").due_on + timedelta(days=1)))
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        usecases.termijnen_verlopen(session, usecases.portaal(zwolle), clock.today())
    return loop


def on_paper(world, loop=None):
    """An application from somebody who is not in the portal."""
    loop = loop or open_regeling(world)
    van, tot = jaar()
    gegevens = {"titel": "Koffie en krant", "product": "dagdeel", "omschrijving": "Open inloop", "resultaat": "Ontmoeting",
                "aantal": "200", "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "5000.00"}
    who = {"id": None, "naam": "Buurthuis De Haven (fictief)", "kvk_nummer": "", "contactpersoon": "", "postadres": "Kade 1"}
    zaak = world.as_(loop.wie.adviseur, usecases.papier, loop.regeling_id, gegevens=gegevens, aanvrager=who,
                     papier_on=clock.today())
    return replace(loop, subsidie_id=zaak.id)


def argued(world, loop=None):
    """The applicant gave its view, in two arguments."""
    loop = loop or beoordeeld(world)
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een andere gemeente meldde iets.")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Dat klopt niet.", "Wij leverden wel."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop


def argument_ids(world, loop) -> list:
    return [one.id for one in world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))]


def makes_own(world, loop, person=None):
    """This person works for the applicant too."""
    world.behind("INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst) "
                 "VALUES (gen_random_uuid(), :a, :p, '{verzender}', 'x@voorbeeld.example', 'uitnodiging')",
                 a=(person or loop.wie.adviseur).user_id, p=loop.aanvrager.id)


def buttons(page) -> list[str]:
    """What can be pressed in the main part of a page, or reached with a link that looks like a button."""
    return [one.get_text(" ", strip=True) for one in page.html.select("main button, main .utrecht-button-link")]


# The list ------------------------------------------------------------------------------------------------------------------

def test_the_list_is_empty_and_says_what_comes(world):
    page = world.sign_in(personen(world).adviseur).get("/subsidies")
    assert "Er zijn nog geen aanvragen" in page.words and not page.html.select("main select")


def test_the_list_tells_who_asks_what_and_until_when(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="500000")
    first = verleend(world, geschreven(world, scheme, wie=0, titel="Samen eten"))
    second = verstuurd(world, geschreven(world, scheme, wie=1, bedrag="12500.50"))
    browser = world.sign_in(wie.adviseur)
    page = browser.get("/subsidies")
    words, due = page.words.replace("\xa0", " "), termijn(world, second, "beslistermijn").due_on
    assert "Dagpunt 2 (fictief) · Gevraagd: € 12.500,50" in words and "Verleend: € 40.000 " in words
    assert f"besluit uiterlijk {datum_kort(due)}, nog" in words
    titles = [a.text for a in page.html.select("main .p-list__title a")]
    assert titles == ["Samen de dag door", "Samen eten"]
    only = browser.get("/subsidies?stand=verleend")
    assert "Samen eten" in only.words and "Samen de dag door" not in only.words
    assert only.html.select_one("option[value=verleend]").has_attr("selected")
    assert "Samen eten" in browser.get(f"/subsidies?regeling={scheme.regeling_id}").words
    other = open_regeling(world, wie)
    none = browser.get(f"/subsidies?regeling={other.regeling_id}&stand=verleend")
    assert "Geen aanvraag past bij dit filter" in none.words
    assert "Samen eten" in browser.get("/subsidies?regeling=onzin&stand=onzin").words, "een onbekend filter telt niet"
    part = browser.get("/subsidies?stand=verleend", headers=HTMX)
    assert part.text.lstrip().startswith('<div id="lijst"') and "Samen eten" in part.text
    halted = asked(world, second)
    assert "de beslistermijn staat stil" in browser.get("/subsidies").words and halted and first


def test_the_list_is_paged_and_keeps_its_filter(world, monkeypatch):
    monkeypatch.setattr(queries.Listing.page, "__kwdefaults__", {"after": None, "before": None, "size": 1})
    wie = personen(world, 2)
    scheme = open_regeling(world, wie)
    for n in range(2):
        verstuurd(world, geschreven(world, scheme, wie=n))
    browser = world.sign_in(wie.adviseur)
    page = browser.get("/subsidies?stand=ontvangen")
    following = page.html.select_one("main a[rel=next]")["href"]
    assert "stand=ontvangen" in following and "Dagpunt 2" in page.words
    page = browser.get(following)
    assert "Dagpunt 1" in page.words and page.html.select_one("main a[rel=prev]")


def test_who_may_open_the_list(world):
    loop = verstuurd(world)
    readers = [world.medewerker("zwolle", role) for role in ("raadslid", "auditor")]
    for person in (loop.wie.adviseur, loop.wie.collega, loop.wie.jurist, loop.wie.tekenaar, *readers):
        assert "Samen de dag door" in world.sign_in(person).get("/subsidies").words
    assert "Samen de dag door" not in world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get("/subsidies").words
    world.sign_in(loop.aanvrager.verzender).get("/subsidies", expect=403)
    assert world.anonymous().get("/subsidies", expect=None).status in (302, 303, 401)


# Who sees what ---------------------------------------------------------------------------------------------------------------

def test_every_page_opens_for_the_own_gemeente_and_for_nobody_else(world):
    loop = argued(world)
    for person in (loop.wie.adviseur, loop.wie.collega, loop.wie.jurist, loop.wie.tekenaar):
        browser = world.sign_in(person)
        for sub in (*PAGES, "/belang"):
            browser.get(url(loop, sub))
    readers = (world.medewerker("zwolle", "raadslid"), world.medewerker("zwolle", "auditor"))
    for person in readers:
        browser = world.sign_in(person)
        for sub in PAGES:
            page = browser.get(url(loop, sub))
            assert not page.html.select("main form"), sub
        assert "Met uw rol hoeft u hier niets te doen" in browser.get(url(loop)).words
        for sub in (*FORMS, "/belang"):
            browser.get(url(loop, sub), expect=403)
    stranger = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    for sub in (*PAGES, *FORMS, "/belang"):
        stranger.get(url(loop, sub), expect=404)
    provider = world.sign_in(loop.aanvrager.verzender)
    for sub in (*PAGES, *FORMS, "/belang"):
        provider.get(url(loop, sub), expect=403)


POSTS = {
    "/belang": {"belang": "nee"}, "/compleet": {}, "/aanvulling": {"punt-1": "De jaarrekening"},
    "/papieren-aanvulling": {"on": "01-11-2026"}, "/toch-behandelen": {"reden": REDEN},
    "/uitstel": {"tot": "01-11-2027", "reden": REDEN},
    "/opschorting": {"grond": "overmacht", "van": "01-11-2026", "reden": REDEN},
    "/opschorting-einde": {"vanaf": "01-11-2026", "reden": REDEN},
    "/beoordeling": {"punten-1": "8", "motivering-1": "Er doen veel inwoners mee.", "vorige-1": ""}, "/afronden": {},
    "/heropenen": {"reden": REDEN}, "/zienswijze": {"reden": REDEN},
}


def test_nobody_else_does_anything_with_a_case(world):
    loop = argued(world)
    before = subsidie(world, loop).state, len(world.behind("SELECT 1 FROM portal.case_event"))
    argument = f"/subsidies/argument/{argument_ids(world, loop)[0]}"
    kampen = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    for sub, data in POSTS.items():
        kampen.post(url(loop, sub), data, expect=404)
    kampen.post(argument, {"antwoord-1": "Nee."}, expect=404)
    for person in (world.medewerker("zwolle", "raadslid"), loop.wie.jurist, loop.wie.tekenaar, loop.aanvrager.verzender):
        browser = world.sign_in(person)
        for sub, data in POSTS.items():
            if sub != "/belang" or person in (loop.aanvrager.verzender,):
                browser.post(url(loop, sub), data, expect=403)
        browser.post(argument, {"antwoord-1": "Nee."}, expect=403)
    assert (subsidie(world, loop).state, len(world.behind("SELECT 1 FROM portal.case_event"))) == before


def test_a_case_that_is_not_there(world):
    browser = world.sign_in(personen(world).adviseur)
    for sub in (*PAGES, *FORMS, "/belang"):
        browser.get(f"/subsidies/6f1c2f10-0000-4000-8000-000000000000{sub}", expect=404)
    browser.post("/subsidies/argument/6f1c2f10-0000-4000-8000-000000000000", {"antwoord-1": "Nee."}, expect=404)


# The dossier ---------------------------------------------------------------------------------------------------------------

def test_the_dossier_of_a_new_case(world):
    loop = verstuurd(world)
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    zaak = subsidie(world, loop)
    words = page.words.replace("\xa0", " ")
    assert f"{zaak.reference} · Dagpunt 1 (fictief) · Dagbesteding" in words and "Ontvangen" in words
    assert "Gevraagd € 40.000 1.000 dagdelen · Dagdelen dagbesteding" in words and "Nog in het plafond € 100.000" in words
    due = termijn(world, loop, "beslistermijn").due_on
    assert "Besluit uiterlijk" in words and f"uiterlijk {datum(due)}" in words and "Waarom deze datum?" in words
    assert "Als niemand iets doet" in words and "De aanvrager weet niet of er iets ontbreekt" in words
    assert buttons(page)[0] == "Naar de verklaring", "eerst zeggen of er een belang is"
    assert "Verklaar eerst dat u geen belang heeft bij deze aanvraag." in words
    assert "De aanvraag is compleet" in words and not page.html.select("main form")
    assert "Elke werkdag een open huis." in words and "Inwoners komen buiten." in words
    assert "Product en periode passen bij de regeling" in words and "Alle verplichte documenten zijn er" in words
    assert "Het gevraagde bedrag past in het plafond" in words
    assert page.html.select_one('main a[href^="/documenten/"]').text == "Begroting"
    sent = world.behind("SELECT ontvangst_nummer, vingerafdruk FROM portal.indiening")[0]
    assert sent.ontvangst_nummer in words and sent.vingerafdruk in words and "Nummer in volgorde van ontvangst 1" in words
    assert "Nog geen punten" in words and "Er is nog geen voorstel en geen besluit." in words
    assert "Aanvraag ontvangen, nummer 1" in words and "het portaal" in words
    assert not world.behind("SELECT 1 FROM portal.case_event WHERE kind LIKE 'intern:%'")
    assert world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :d", d=loop.subsidie_id)[0][0] == 1


def test_the_buttons_follow_the_workflow(world):
    loop = without_interest(world, verstuurd(world))
    browser = world.sign_in(loop.wie.adviseur)
    assert buttons(browser.get(url(loop)))[:2] == ["Ja, de aanvraag is compleet", "Schrijf wat er ontbreekt"]
    world.as_(loop.wie.adviseur, usecases.compleet, loop.subsidie_id)
    page = browser.get(url(loop))
    assert buttons(page)[:4] == ["Naar de beoordeling", "Schrijf wat er ontbreekt", "Naar het uitstel", "Naar het stilstaan"]
    assert "0 van 1 criteria hebben punten." in page.words and "Er zijn nog criteria zonder punten: 1." in page.words
    assert "Aanvulling ontvangen" not in page.words and "trekt de aanvraag in" not in page.words
    colleague = world.sign_in(loop.wie.collega).get(url(loop))
    assert buttons(colleague)[0] == "Naar de verklaring" and "Naar de beoordeling" not in buttons(colleague)
    beoordeeld_loop = replace(loop)
    world.as_(loop.wie.adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(8),
              motivering="Er doen veel inwoners mee, ook uit de dorpen.")
    assert "Rond af" in buttons(browser.get(url(loop)))
    world.as_(loop.wie.adviseur, usecases.afronden, loop.subsidie_id)
    page = browser.get(url(beoordeeld_loop))
    assert {"Vraag een zienswijze", "Naar heropenen", "Naar het uitstel"} <= set(buttons(page))
    assert "8 van 10 punten" in page.words and "Er doen veel inwoners mee, ook uit de dorpen. Ria Smeets" in page.words
    assert "Er is nog geen voorstel." in world.sign_in(loop.wie.tekenaar).get(url(loop)).words


def test_while_a_proposal_waits_the_page_says_for_whom(world):
    loop = voorgesteld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    assert "Er ligt een voorstel bij de lezer of de tekenaar. Wacht daarop, of laat het terugsturen." in page.words
    assert "Opgesteld" in page.words and "Naar heropenen" not in buttons(page)
    assert "Een tweede persoon moet het voorstel eerst lezen." in world.sign_in(loop.wie.tekenaar).get(url(loop)).words
    if "subsidie.besluit" in world.app.view_functions:
        here = f"/subsidies/besluit/{loop.besluit_id}"
        assert "Lees het voorstel" in buttons(world.sign_in(loop.wie.jurist).get(url(loop)))
        assert page.html.select_one(f'main a[href="{here}"]')
    world.as_(loop.wie.jurist, tekenen.meelezen, loop.besluit_id)
    if "subsidie.besluit" in world.app.view_functions:
        assert "Naar het tekenen" in buttons(world.sign_in(loop.wie.tekenaar).get(url(loop)))


def test_a_proposal_that_came_back_says_why(world):
    loop = voorgesteld(world)
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, loop.besluit_id, reden="Noem de begroting.")
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    assert "Teruggestuurd" in page.words
    if "subsidie.voorstel" in world.app.view_functions:
        assert "Teruggestuurd: Noem de begroting." in page.words and buttons(page)[0] == "Naar het voorstel"


def test_after_the_grant_its_lines_stand_on_the_page(world):
    loop = verleend(world)
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    words = page.words.replace("\xa0", " ")
    assert "Verleend € 40.000" in words and "Nog in het plafond € 60.000 van € 100.000" in words
    assert "Besluit uiterlijk" not in words and "Wijzig de verlening" in words
    assert [h.text for h in page.html.select("#beschikking ~ h3")] == ["Resultaten", "Verplichtingen"]
    assert "R1 Inwoners hebben overdag een plek. Awb 4:30 Bewijs: Aantal dagdelen" in words
    assert "V1 Meld een afwijking van meer dan 10 % meteen. Awb 4:37, lid 1, onder c" in words
    assert "Wmo 2015, artikel 2.2.3: algemene voorzieningen" in words
    assert "Verzonden" in words and "Subsidie verleend. De brief is verstuurd" in words
    assert "Daarna staat het besluit vast." in words
    assert "Heeft u een belang" not in words and not page.html.select("main form")
    assert page.html.select_one("[aria-current=step]").get_text(" ", strip=True).startswith("5 Stap 5 van 6: Uitvoeren")


@pytest.mark.parametrize(("make", "phase"), [
    (lambda world: _withdrawn(world), "Ingetrokken"), (lambda world: _refused(world), "geweigerd, op"),
    (lambda world: _not_handled(world), "niet behandeld, op"), (expired, "niet aangevuld"), (asked, "wacht op aanvulling")])
def test_every_end_and_every_wait_has_its_page(world, make, phase):
    loop = make(world)
    for person in (loop.wie.adviseur, loop.wie.tekenaar, world.medewerker("zwolle", "raadslid")):
        page = world.sign_in(person).get(url(loop))
        assert phase in page.html.select_one(".p-phases").get_text(" "), page.words[:600]
    for sub in PAGES:
        world.sign_in(loop.wie.adviseur).get(url(loop, sub))


def _withdrawn(world):
    loop = verstuurd(world)
    gone = world.as_(loop.aanvrager.verzender, aanvragen.intrekken, loop.aanvraag_id, reden="Geen plek meer")
    neem_in(world, gone.id, loop.wie.adviseur.party_id)
    return loop


def _refused(world):
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst="weigeren", grond="verordening",
              eigen_feiten=False, horen="De feiten staan vast.", motivering="De aanvraag past niet bij de verordening.")
    return _signed(world, loop)


def _not_handled(world):
    loop = expired(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De jaarrekening ontbreekt nog steeds.")
    return _signed(world, loop)


def _signed(world, loop):
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return loop


def test_what_does_not_fit_is_said(world):
    loop = verstuurd(world, open_regeling(world, plafond="30000"))
    words = world.sign_in(loop.wie.adviseur).get(url(loop)).words.replace("\xa0", " ")
    assert "Het gevraagde bedrag past niet in het plafond: er is nog € 30.000" in words
    paper = on_paper(world, loop)
    words = world.sign_in(loop.wie.adviseur).get(url(paper)).words
    assert "Er ontbreekt een verplicht document: Begroting" in words
    assert "Deze aanvrager werkt niet in het portaal. Brieven stuurt u zelf." in words and "op papier" in words
    assert "Schrijf een bericht" not in words and "Bij deze aanvraag hoort geen document." in words


def test_messages_and_who_may_write(world):
    loop = asked(world)
    page = world.sign_in(loop.wie.adviseur).get(url(loop))
    assert "Aan Dagpunt 1 (fictief)" in page.words and "Vul uw aanvraag aan: Samen de dag door" in page.words
    assert page.html.select_one(f'main a[href="/berichten/nieuw/{loop.subsidie_id}"]')
    for person in (loop.wie.tekenaar, world.medewerker("zwolle", "raadslid")):
        assert "Schrijf een bericht" not in world.sign_in(person).get(url(loop)).words
    asked_until = datum(termijn(world, loop, "hersteltermijn").due_on)
    assert "De aanvrager is aan zet" in page.words and f"staat stil, tot en met {asked_until} · voorlopig" in page.words
    seen = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    assert f"staat stil, tot en met {asked_until}" in seen


def test_the_whole_application_with_its_receipts(world):
    loop = verstuurd(world, open_regeling(world, staatssteun="de_minimis"), steun_eerder="2500.00")
    page = world.sign_in(loop.wie.adviseur).get(url(loop, "/inhoud"))
    words = page.words.replace("\xa0", " ")
    assert "Huur en begeleiding." in words and "NL02 ABNA 0123 4567 89" in words and "1.000 dagdelen" in words
    assert "Eerdere kleine steun, volgens de aanvrager € 2.500,00" in words and "€ 300.000,00" in words
    assert "Heeft u een plek in de gemeente?" in words and "Het goede antwoord is: ja." in words
    reader = world.sign_in(world.medewerker("zwolle", "raadslid")).get(url(loop, "/inhoud")).words
    assert "0123 4567 89" not in reader and "Verstuurd door" not in reader, "alleen voor wie de zaak behandelt"
    asked(world, loop)
    world.as_(loop.aanvrager.auteur, aanvragen.bewaren, loop.aanvraag_id, "geld", {"begroting": "Met jaarrekening."})
    sent = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    page = world.sign_in(loop.wie.adviseur).get(url(loop, "/inhoud"))
    assert "Met jaarrekening." in page.words
    assert [h.text for h in page.html.select("#bewijs ~ section h3")] == ["Aanvulling van de aanvraag", "Aanvraag"]
    assert world.sign_in(loop.wie.adviseur).get(url(on_paper(world, loop), "/inhoud")).words.count("op papier") == 1


def test_the_history_shows_eight_and_a_page_has_all(world):
    loop = beoordeeld(world)
    for _n in range(2):
        world.as_(loop.wie.adviseur, usecases.heropenen, loop.subsidie_id, reden="Nieuwe cijfers")
        world.as_(loop.wie.adviseur, usecases.afronden, loop.subsidie_id)
    browser = world.sign_in(loop.wie.adviseur)
    total = world.behind("SELECT count(*) FROM portal.case_event WHERE dossier_id = :d", d=loop.subsidie_id)[0][0]
    page = browser.get(url(loop))
    assert len(page.html.select(".p-timeline__item")) == 8 and f"Toon alle {total} gebeurtenissen" in page.words
    everything = browser.get(url(loop, "/gebeurtenissen"))
    assert len(everything.html.select("main .p-list li")) == total
    assert "Punten gegeven voor criterium bereik" in everything.words and "Ria Smeets, Zwolle" in everything.words


def test_every_page_opens_in_english(world):
    loop = argued(world)
    browser = world.sign_in(loop.wie.adviseur)
    for sub in (*PAGES, "/belang", *FORMS):
        browser.get(url(loop, sub) + "?taal=en")
    assert browser.get("/subsidies?taal=en").html.html["lang"] == "en"
    page = world.sign_in(loop.wie.adviseur).get(url(asked(world, on_paper(world, loop)), "?taal=en"))
    assert "€20,000" not in page.words and "€5,000" in page.words


def test_the_pages_ask_the_same_number_of_questions_however_much_there_is(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie)
    loop = verstuurd(world, geschreven(world, scheme, wie=0))
    browser = world.sign_in(wie.jurist)
    browser.get(url(loop))

    def asks(address):
        with counted(world.app.engine) as seen:
            browser.get(address)
        return len(seen)

    few = asks("/subsidies")
    verstuurd(world, geschreven(world, scheme, wie=1))
    assert asks("/subsidies") == few
    argued(world, beoordeeld(world, loop))
    few = {sub: asks(url(loop, sub)) for sub in PAGES}
    ids = argument_ids(world, loop)
    for one in ids:
        world.as_(wie.adviseur, usecases.argument_beantwoorden, one, antwoord="Wij keken het na.")
    world.as_(wie.adviseur, usecases.heropenen, loop.subsidie_id, reden="Nieuwe cijfers")
    world.as_(wie.adviseur, usecases.afronden, loop.subsidie_id)
    more = {sub: asks(url(loop, sub)) for sub in PAGES}
    assert all(more[sub] <= few[sub] + 1 for sub in PAGES), (few, more)


# Interest --------------------------------------------------------------------------------------------------------------------

def test_a_statement_of_interest_opens_the_work(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/belang"))
    assert "De aanvrager is Dagpunt 1 (fictief)" in page.words
    form = page.form(url(loop, "/belang"))
    assert "Kies of u een belang heeft." in browser.post(url(loop, "/belang"), form, expect=422).words
    empty = browser.post(url(loop, "/belang"), form | {"belang": "ja", "toelichting": " "}, expect=422)
    assert "Schrijf welk belang u heeft." in empty.words and empty.html.select_one("[value=ja][checked]")
    assert not world.behind("SELECT 1 FROM portal.belangverklaring")
    assert browser.post(url(loop, "/belang"), form | {"belang": "nee", "toelichting": "onnodig"}).location == url(loop)
    row = world.behind("SELECT heeft_belang, toelichting FROM portal.belangverklaring")
    assert [tuple(one) for one in row] == [(False, None)]
    assert "Uw verklaring is vastgelegd." in browser.get(url(loop)).words
    assert "U verklaarde dat u geen belang heeft" in browser.get(url(loop, "/belang")).words


def test_an_interest_that_is_found_later_keeps_somebody_out(world):
    loop = in_behandeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/belang")).form(url(loop, "/belang"))
    assert form["belang"] == "ja"
    browser.post(url(loop, "/belang"), form | {"toelichting": "Mijn broer zit in het bestuur."})
    page = browser.get(url(loop))
    assert "U meldde een belang bij deze aanvraag. Een ander moet dit doen." in page.words
    assert "Naar de beoordeling" not in buttons(page)
    assert "Daarom behandelt, leest en tekent u deze aanvraag niet." in browser.get(url(loop, "/belang")).words
    back = browser.post(url(loop, "/belang"), {"belang": "nee"}, expect=409)
    assert "U meldde al een belang" in back.words and journal(world, "belang") == ["409"]
    refused = browser.post(url(loop, "/beoordeling"), POSTS["/beoordeling"], expect=403)
    assert "Verklaar eerst dat u geen belang heeft bij deze aanvraag." in refused.words and not points(world, loop)
    assert "U meldde een belang bij deze aanvraag." in browser.get(url(loop, "/beoordeling")).words


def test_reader_and_signer_declare_too(world):
    loop = voorgesteld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    for person in (loop.wie.jurist, loop.wie.tekenaar):
        browser = world.sign_in(person)
        browser.post(url(loop, "/belang"), {"belang": "ja", "toelichting": "Mijn zus werkt daar."})
        page = browser.get(url(loop))
        assert "U meldde een belang bij deze aanvraag. Een ander moet dit doen." in page.words
        assert not {"Lees het voorstel", "Naar het tekenen"} & set(buttons(page))


def test_who_comes_to_sign_for_this_gemeente_declares_too_and_sees_no_dossier(world):
    loop = voorgesteld(world)
    mandated = mensen(world)
    id_ = volmacht(world, mandated, soort="mandaat", besluit_soort="subsidie")
    browser = world.sign_in(mandated.directeur)
    browser.post(f"/account/namens/{id_}", browser.get("/account").form(f"/account/namens/{id_}"))
    for sub in PAGES:
        browser.get(url(loop, sub), expect=403)
    page = browser.get(url(loop, "/belang"))
    assert not page.html.select(f'main a[href="{url(loop)}"]')
    there = browser.post(url(loop, "/belang"), {"belang": "ja", "toelichting": "Mijn zus werkt daar."}).location
    assert "Uw verklaring is vastgelegd." in browser.get(there).words
    assert "U meldde een belang" in browser.get(url(loop, "/belang")).words


def test_after_the_decision_nobody_declares_anything(world):
    loop = verleend(world)
    page = world.sign_in(loop.wie.collega).get(url(loop, "/belang"))
    assert "U hoeft niets te verklaren." in page.words and not page.html.select("main form")


def test_B2_AC3_nobody_works_on_an_own_organisation(world):
    loop = without_interest(world, verstuurd(world))
    makes_own(world, loop)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "U hoort zelf bij deze aanvrager. Een ander moet dit doen." in page.words and not page.html.select("main form")
    refused = browser.post(url(loop, "/compleet"), expect=422)
    assert "U hoort zelf bij deze aanvrager" in refused.words and "Er is niets veranderd." in refused.words
    refused = browser.post(url(loop, "/aanvulling"), {"punt-1": "De jaarrekening"}, expect=422)
    assert "U hoort zelf bij deze aanvrager" in refused.words and state_of(world, loop) == State.ONTVANGEN
    assert not world.behind("SELECT 1 FROM portal.opschorting")
    without_interest(world, loop, loop.wie.collega)
    world.as_(loop.wie.collega, usecases.compleet, loop.subsidie_id)
    refused = browser.post(url(loop, "/beoordeling"), POSTS["/beoordeling"], expect=403)
    assert "U hoort zelf bij deze aanvrager" in refused.words and not points(world, loop)
    assert not browser.get(url(loop, "/beoordeling")).html.select("main form")


# Complete or not -----------------------------------------------------------------------------------------------------------

def both_see(world, loop, *told: str) -> None:
    """These words stand in the list and in the case, for the gemeente and for the applicant."""
    for person, listing, case in ((loop.wie.adviseur, "/subsidies", url(loop)),
                                  (loop.aanvrager.auteur, "/aanvragen", f"/aanvragen/subsidie/{loop.subsidie_id}")):
        browser = world.sign_in(person)
        words = f"{browser.get(listing).words} {browser.get(case).words}".lower()
        for one in told:
            assert one.lower() in words, (listing, one, words)


def test_B2_AC2_incomplete_is_a_status_that_both_sides_see(world):
    loop = asked(world)
    both_see(world, loop, "Wacht op aanvulling", "de beslistermijn staat stil")
    assert "Samen de dag door" in world.sign_in(loop.wie.adviseur).get("/subsidies?stand=wacht_op_aanvulling").words


def test_B2_AC2_not_supplemented_in_time_is_a_status_that_both_sides_see(world):
    loop = expired(world)
    both_see(world, loop, "Niet aangevuld")
    for page in (world.sign_in(loop.wie.adviseur).get(url(loop)),
                 world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}")):
        assert "Voorbij" in page.words and "Gedaan" not in page.words, "niemand vulde aan, dus dat is niet gedaan"
    assert "Samen de dag door" in world.sign_in(loop.wie.adviseur).get("/subsidies?stand=niet_aangevuld").words


def test_B2_AC2_a_decision_that_is_late_is_seen_by_both_sides(world):
    loop = in_behandeling(world)
    due = termijn(world, loop, "beslistermijn").due_on
    world.clock(op(due))
    assert "dagen te laat" not in world.sign_in(loop.aanvrager.auteur).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    world.clock(op(due + timedelta(days=3)))
    both_see(world, loop, "3 dagen te laat")


def test_B2_AC2_who_is_too_late_to_apply_sees_that_it_was_closed(world):
    loop = geschreven(world, open_regeling(world, sluit_at=clock.now() + timedelta(days=2)))
    world.clock(timedelta(days=2, minutes=1))
    browser = world.sign_in(loop.aanvrager.verzender)
    assert "Nog niet verstuurd" not in browser.get("/aanvragen").words
    assert "Te laat: de regeling is gesloten" in browser.get("/aanvragen").words
    page = browser.get(f"/aanvragen/{loop.aanvraag_id}")
    assert "De regeling is gesloten" in page.words and "Aanpassen en versturen kan niet meer." in page.words
    page = browser.post(f"/aanvragen/{loop.aanvraag_id}/versturen", expect=410)
    assert "De tijd is voorbij" in page.words
    assert world.behind("SELECT count(*) FROM portal.indiening")[0][0] == 0


def test_complete_with_one_button(world):
    loop = without_interest(world, verstuurd(world))
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop)).form(url(loop, "/compleet"))
    assert browser.post(url(loop, "/compleet"), form).location == url(loop)
    assert browser.post(url(loop, "/compleet"), form).location == url(loop), "twee keer drukken is een keer"
    zaak = subsidie(world, loop)
    assert (zaak.state, zaak.compleet_on, zaak.behandelaar_id) == (
        State.IN_BEHANDELING, clock.today(), loop.wie.adviseur.user_id)
    assert "De aanvraag is compleet. U kunt haar nu beoordelen." in browser.get(url(loop)).words
    again = browser.post(url(loop, "/compleet"), expect=422)
    assert "Dit kan niet in deze fase: in behandeling." in again.words and journal(world, "compleet") == ["422"]
    assert "Wie is wie Aanvrager Dagpunt 1 (fictief)" in again.words and "Behandelaar Ria Smeets" in again.words


def test_complete_needs_the_statement(world):
    loop = verstuurd(world)
    refused = world.sign_in(loop.wie.collega).post(url(loop, "/compleet"), expect=422)
    assert "Verklaar eerst dat u geen belang heeft bij deze aanvraag." in refused.words
    assert state_of(world, loop) == State.ONTVANGEN


def test_a_supplement_is_asked_point_by_point(world):
    loop = without_interest(world, verstuurd(world))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/aanvulling"))
    last = clock.today() + timedelta(days=14)
    assert f"kan aanvullen tot en met {datum(last)}" in page.words and "Zo lang staat de beslistermijn stil" in page.words
    form = page.form(url(loop, "/aanvulling"))
    assert [name for name in form if name.startswith("punt-")] == [f"punt-{n}" for n in range(1, 9)]
    empty = browser.post(url(loop, "/aanvulling"), form, expect=422)
    assert "Schrijf wat er ontbreekt." in empty.words and state_of(world, loop) == State.ONTVANGEN
    long = browser.post(url(loop, "/aanvulling"), form | {"punt-1": "De statuten", "punt-3": "x" * 501}, expect=422)
    assert "Gebruik hoogstens 500 tekens" in long.words and long.form(url(loop, "/aanvulling"))["punt-1"] == "De statuten"
    browser.post(url(loop, "/aanvulling"), form | {"punt-1": "De jaarrekening", "punt-3": "De statuten"})
    assert state_of(world, loop) == State.WACHT_OP_AANVULLING and termijn(world, loop, "hersteltermijn").due_on == last
    text = world.behind("SELECT tekst FROM portal.bericht WHERE dossier_id = :d", d=loop.subsidie_id)[0][0]
    assert "- De jaarrekening\n- De statuten\n" in text
    page = browser.get(url(loop))
    assert f"Dat kan tot en met {datum_kort(last)}." in page.words and "Besluit uiterlijk staat stil" in page.words
    late = browser.post(url(loop, "/aanvulling"), {"punt-1": "Nog iets"}, expect=422)
    assert "Dit kan niet in deze fase: wacht op aanvulling." in late.words
    assert late.form(url(loop, "/aanvulling"))["punt-1"] == "Nog iets", "wat iemand typte, blijft staan"
    assert not browser.get(url(loop, "/aanvulling")).html.select("main form")


def test_a_supplement_is_not_asked_after_the_term_to_decide(world):
    loop = without_interest(world, verstuurd(world))
    world.clock(op(termijn(world, loop, "beslistermijn").due_on + timedelta(days=1)))
    browser = world.sign_in(loop.wie.adviseur)
    assert "Om een aanvulling vragen kan dan niet meer." in browser.get(url(loop)).words
    page = browser.get(url(loop, "/aanvulling"))
    assert "Om een aanvulling vragen kan dan niet meer." in page.words and not page.html.select("main form")
    refused = browser.post(url(loop, "/aanvulling"), {"punt-1": "De jaarrekening"}, expect=422)
    assert "Opschorten kan alleen terwijl de termijn loopt." in refused.words
    assert state_of(world, loop) == State.ONTVANGEN and termijn(world, loop, "hersteltermijn") is None


def test_a_supplement_on_paper(world):
    loop = asked(world, on_paper(world))
    browser = world.sign_in(loop.wie.adviseur)
    assert "Leg de aanvulling vast" in buttons(browser.get(url(loop)))
    page = browser.get(url(loop, "/papieren-aanvulling"))
    assert "Aanvullen kon tot en met" in page.words
    form = page.form(url(loop, "/papieren-aanvulling"))
    for value, words in (("", "Vul in op welke dag"), ("32-01-2026", "Deze dag bestaat niet"),
                         (f"{clock.today() + timedelta(days=1):%d-%m-%Y}", "ligt in de toekomst")):
        bad = browser.post(url(loop, "/papieren-aanvulling"), form | {"on": value}, expect=422)
        assert words in bad.words and bad.form(url(loop, "/papieren-aanvulling"))["on"] == value
    early = browser.post(url(loop, "/papieren-aanvulling"), form | {"on": f"{clock.today() - timedelta(days=3):%d-%m-%Y}"},
                         expect=422)
    assert "eindigt niet eerder dan zij begon" in early.words and state_of(world, loop) == State.WACHT_OP_AANVULLING
    browser.post(url(loop, "/papieren-aanvulling"), form | {"on": f"{clock.today():%d-%m-%Y}"})
    assert state_of(world, loop) == State.ONTVANGEN and termijn(world, loop, "hersteltermijn").met_on == clock.today()


def test_who_is_in_the_portal_supplements_there(world):
    loop = asked(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert "Leg de aanvulling vast" not in buttons(browser.get(url(loop)))
    page = browser.get(url(loop, "/papieren-aanvulling"))
    assert "Deze aanvrager vult aan in het portaal." in page.words and not page.html.select("main form")
    refused = browser.post(url(loop, "/papieren-aanvulling"), {"on": f"{clock.today():%d-%m-%Y}"}, expect=409)
    assert "Deze aanvrager vult aan in het portaal." in refused.words and state_of(world, loop) == State.WACHT_OP_AANVULLING


def test_handled_after_all(world):
    loop = expired(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Behandel haar toch" in buttons(page) and "Niet aangevuld" in page.words
    form = browser.get(url(loop, "/toch-behandelen")).form(url(loop, "/toch-behandelen"))
    assert "Schrijf waarom u de aanvraag toch behandelt." in browser.post(url(loop, "/toch-behandelen"), form, expect=422).words
    browser.post(url(loop, "/toch-behandelen"), form | {"reden": REDEN})
    assert state_of(world, loop) == State.IN_BEHANDELING and termijn(world, loop, "buiten_behandeling").met_on
    again = browser.post(url(loop, "/toch-behandelen"), {"reden": REDEN}, expect=422)
    assert "Dit kan niet in deze fase: in behandeling." in again.words
    assert not browser.get(url(loop, "/toch-behandelen")).html.select("main form")


def test_after_a_supplement_that_is_not_enough_it_can_be_left_unhandled(world):
    first = without_interest(world, verstuurd(world))
    browser = world.sign_in(first.wie.adviseur)
    assert "Naar het voorstel" not in buttons(browser.get(url(first)))
    loop = asked(world, first)
    world.clock(op(clock.today() + timedelta(days=8)))
    sent = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert {"Ja, de aanvraag is compleet", "Schrijf wat er ontbreekt", "Naar het voorstel"} <= set(buttons(page))
    assert datum(termijn(world, loop, "buiten_behandeling").due_on) in page.words and "(Awb 4:5, lid 4)" in page.words
    assert "Begin het voorstel" in browser.get(url(loop, "/voorstel")).words
    browser.post(url(loop, "/compleet"), page.form(url(loop, "/compleet")))
    assert "Naar het voorstel" not in buttons(browser.get(url(loop)))


# A notice of delay -----------------------------------------------------------------------------------------------------------

def test_a_notice_of_delay(world):
    loop = in_behandeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    due = termijn(world, loop, "beslistermijn").due_on
    page = browser.get(url(loop, "/uitstel"))
    assert f"Besluit nu uiterlijk {datum(due)}" in page.words
    form = page.form(url(loop, "/uitstel"))
    empty = browser.post(url(loop, "/uitstel"), form, expect=422)
    assert "Vul in wanneer het besluit er uiterlijk is." in empty.words
    assert "Schrijf waarom het besluit later komt." in empty.words
    form |= {"reden": "Wij wachten op advies."}
    early = browser.post(url(loop, "/uitstel"), form | {"tot": f"{due:%d-%m-%Y}"}, expect=422)
    assert "De nieuwe dag ligt na de beslistermijn die nu loopt." in early.words
    assert early.form(url(loop, "/uitstel"))["reden"] == "Wij wachten op advies." and journal(world, "uitstellen") == ["422"]
    assert termijn(world, loop, "nieuwe_beslistermijn") is None
    later = due + timedelta(days=21)
    browser.post(url(loop, "/uitstel"), form | {"tot": f"{later:%d-%m-%Y}"})
    assert termijn(world, loop, "nieuwe_beslistermijn").due_on == later and termijn(world, loop, "beslistermijn").met_on
    page = browser.get(url(loop))
    assert "Vervangen" in page.words and (
        f"vervangen door: Beslissen na het bericht van uitstel, uiterlijk {datum(later)}" in page.words)
    seen = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    assert f"vervangen door: Beslissen na het bericht van uitstel, uiterlijk {datum(later)}" in seen
    assert "Er is al een bericht van uitstel gestuurd." in page.words
    refused = browser.post(url(loop, "/uitstel"), {"tot": f"{later + timedelta(days=9):%d-%m-%Y}", "reden": "Weer"}, expect=409)
    assert "De beslistermijn is al voorbij" in refused.words and termijn(world, loop, "nieuwe_beslistermijn").due_on == later
    assert not browser.get(url(loop, "/uitstel")).html.select("main form")


def test_a_notice_of_delay_leaves_the_term_of_the_scheme_as_it_is_and_says_so(world):
    own = {"beslistermijn_weken": 10, "beslistermijn_artikel": "Subsidieverordening Zwolle, artikel 9"}
    loop = in_behandeling(world, geschreven(world, open_regeling(world, **own)))
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/uitstel")
    due = termijn(world, loop, "beslistermijn").due_on
    page = browser.get(here)
    assert "De beslistermijn verandert niet" in page.words and "De nieuwe dag is alleen informatie." in page.words
    later = due + timedelta(days=21)
    browser.post(here, page.form(here) | {"reden": "Wij wachten op advies.", "tot": f"{later:%d-%m-%Y}"})
    words = browser.get(url(loop)).words
    assert f"uiterlijk {datum(due)}" in words and "Besluit verwacht, volgens het bericht van uitstel" in words
    mine = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    assert datum(due) in mine and f"De gemeente schreef dat het later wordt: {datum(later)}." in mine


def test_a_notice_of_delay_is_too_late_after_the_term(world):
    loop = in_behandeling(world)
    due = termijn(world, loop, "beslistermijn").due_on
    world.clock(op(due + timedelta(days=1)))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Uitstel meldt u voordat hij voorbij is (Awb 4:14)." in page.words and "Te laat" in page.words
    assert "1 dag te laat" in page.words and "Naar het uitstel" not in buttons(page)
    refused = browser.post(url(loop, "/uitstel"), {"tot": f"{due + timedelta(days=30):%d-%m-%Y}", "reden": "Druk"}, expect=409)
    assert "Uitstel meldt u voordat hij voorbij is" in refused.words and termijn(world, loop, "nieuwe_beslistermijn") is None


# Assessment ------------------------------------------------------------------------------------------------------------------

CRITERIA = [{"code": "bereik", "tekst": "Hoeveel inwoners doen mee?", "punten": "10"},
            {"code": "samen", "tekst": "Werkt de aanvrager samen?", "punten": "5"}]


def with_criteria(world, criteria=CRITERIA):
    from tests.subsidies_world import gegevens

    return in_behandeling(world, open_regeling(world, inrichting=gegevens()["inrichting"] | {"criteria": criteria}))


def test_points_are_given_per_criterion_and_finished(world):
    loop = with_criteria(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/beoordeling"))
    form = page.form(url(loop, "/beoordeling"))
    assert "Er zijn nog criteria zonder punten: 2." in page.words and "0 tot en met 5, bijvoorbeeld 7,5" in page.words
    unfinished = browser.post(url(loop, "/afronden"), expect=422)
    assert "Er zijn nog criteria zonder punten: 2." in unfinished.words and state_of(world, loop) == State.IN_BEHANDELING
    nothing = browser.post(url(loop, "/beoordeling"), form)
    page = browser.get(nothing.location)
    assert "Er is niets veranderd." in page.words
    form = page.form(url(loop, "/beoordeling"))
    browser.post(url(loop, "/beoordeling"), form | {"punten-1": "7,5", "motivering-1": "Er doen veel inwoners mee."})
    assert points(world, loop) == {"bereik": (Decimal("7.50"), "Er doen veel inwoners mee.")}
    page = browser.get(url(loop, "/beoordeling"))
    form = page.form(url(loop, "/beoordeling"))
    assert form["punten-1"] == "7,5" and "Punten 7,5 van ten hoogste 15" in page.words and "1 van 2" in page.words
    events = "SELECT count(*) FROM portal.case_event WHERE kind = 'intern:beoordelen'"
    browser.post(url(loop, "/beoordeling"), form | {"punten-2": "5", "motivering-2": "Zij werken samen met de wijk."})
    assert world.behind(events)[0][0] == 2, "wat hetzelfde bleef, wordt niet opnieuw bewaard"
    page = browser.get(url(loop, "/beoordeling"))
    browser.post(url(loop, "/afronden"), page.form(url(loop, "/afronden")))
    assert state_of(world, loop) == State.BEOORDEELD
    page = browser.get(url(loop, "/beoordeling"))
    assert not page.html.select("main form") and "U leest hier welke punten zij kreeg." in page.words
    late = browser.post(url(loop, "/beoordeling"), form | {"sleutel": "", "punten-1": "1"}, expect=409)
    assert "Deze aanvraag wordt nu niet beoordeeld." in late.words and points(world, loop)["bereik"][0] == Decimal("7.50")


@pytest.mark.parametrize(("given", "why", "says"), [
    ("10,5", "Er doen veel inwoners mee.", "Geef 0 tot en met 10 punten"), ("-1", "Er doen veel inwoners mee.", "Geef 0 tot"),
    ("veel", "Er doen veel inwoners mee.", "Geef 0 tot"), ("NaN", "Er doen veel inwoners mee.", "Geef 0 tot"),
    ("7,123", "Er doen veel inwoners mee.", "Geef 0 tot"), ("1e99", "Er doen veel inwoners mee.", "Geef 0 tot"),
    ("8", "Goed", "in ten minste één zin"), ("8", "", "in ten minste één zin"),
    ("", "Er doen veel inwoners mee.", "Vul de punten in."),
])
def test_points_need_a_number_and_a_reason(world, given, why, says):
    loop = in_behandeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/beoordeling")).form(url(loop, "/beoordeling"))
    bad = browser.post(url(loop, "/beoordeling"), form | {"punten-1": given, "motivering-1": why}, expect=422)
    assert says in bad.words and not points(world, loop)
    kept = bad.form(url(loop, "/beoordeling"))
    assert (kept["punten-1"], kept["motivering-1"].strip()) == (given, why)


def test_points_of_a_colleague_are_not_overwritten_unseen(world):
    loop = in_behandeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/beoordeling")).form(url(loop, "/beoordeling"))
    without_interest(world, loop, loop.wie.collega)
    world.as_(loop.wie.collega, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(3),
              motivering="Er doen weinig inwoners mee.")
    mine = form | {"punten-1": "9", "motivering-1": "Er doen juist veel inwoners mee."}
    refused = browser.post(url(loop, "/beoordeling"), mine, expect=409)
    assert "Een collega gaf intussen ook punten." in refused.words and "Joris Haan" in refused.words
    assert points(world, loop)["bereik"][0] == 3
    browser.post(url(loop, "/beoordeling"), refused.form(url(loop, "/beoordeling")))
    assert points(world, loop)["bereik"][0] == 9


def test_a_scheme_without_criteria_has_nothing_to_judge(world):
    loop = with_criteria(world, [])
    browser = world.sign_in(loop.wie.adviseur)
    assert "De regeling heeft geen criteria" in browser.get(url(loop)).words
    page = browser.get(url(loop, "/beoordeling"))
    browser.post(url(loop, "/afronden"), page.form(url(loop, "/afronden")))
    assert state_of(world, loop) == State.BEOORDEELD


def test_opened_again_with_a_reason(world):
    loop = beoordeeld(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/heropenen")).form(url(loop, "/heropenen"))
    assert "Schrijf waarom u de beoordeling opnieuw opent." in browser.post(url(loop, "/heropenen"), form, expect=422).words
    browser.post(url(loop, "/heropenen"), form | {"reden": REDEN})
    assert state_of(world, loop) == State.IN_BEHANDELING
    again = browser.post(url(loop, "/heropenen"), {"reden": REDEN}, expect=422)
    assert "Dit kan niet in deze fase" in again.words and again.form(url(loop, "/heropenen"))["reden"].strip() == REDEN


def test_nothing_changes_while_a_proposal_waits(world):
    loop = voorgesteld(world)
    browser = world.sign_in(loop.wie.adviseur)
    for sub in ("/heropenen", "/zienswijze"):
        page = browser.get(url(loop, sub))
        assert "Er ligt een voorstel bij de lezer of de tekenaar." in page.words and not page.html.select("main form")
        refused = browser.post(url(loop, sub), {"reden": REDEN}, expect=422)
        assert "Er ligt een voorstel bij de lezer of de tekenaar." in refused.words
    assert state_of(world, loop) == State.BEOORDEELD and termijn(world, loop, "zienswijze") is None


# Hearing ---------------------------------------------------------------------------------------------------------------------

def test_a_view_is_asked_once(world):
    loop = beoordeeld(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/zienswijze"))
    last = clock.today() + timedelta(days=14)
    assert f"kan tot en met {datum(last)} zeggen" in page.words
    form = page.form(url(loop, "/zienswijze"))
    assert "Schrijf waarom u een zienswijze vraagt." in browser.post(url(loop, "/zienswijze"), form, expect=422).words
    browser.post(url(loop, "/zienswijze"), form | {"reden": "Een andere gemeente meldde dat u niet leverde."})
    assert termijn(world, loop, "zienswijze").due_on == last
    sent = world.behind("SELECT tekst FROM portal.bericht WHERE dossier_id = :d", d=loop.subsidie_id)[0][0]
    assert "dat u niet leverde" in sent and f"tot en met {datum(last)}" in sent
    assert "De aanvrager kan een zienswijze geven tot en met" in browser.get(url(loop, "/argumenten")).words
    assert "De aanvrager is al om een zienswijze gevraagd." in browser.get(url(loop)).words
    page = browser.get(url(loop, "/zienswijze"))
    assert "De aanvrager is al om een zienswijze gevraagd." in page.words and not page.html.select("main form")
    refused = browser.post(url(loop, "/zienswijze"), {"reden": "Nog eens"}, expect=409)
    assert "De aanvrager is al om een zienswijze gevraagd." in refused.words and journal(world, "zienswijze_vragen") == ["409"]


def test_every_argument_gets_an_answer(world):
    loop = argued(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "2 argumenten hebben nog geen antwoord." in page.words and "Dat klopt niet." in page.words
    first, second = argument_ids(world, loop)
    page = browser.get(url(loop, "/argumenten"))
    form = page.form(f"/subsidies/argument/{first}")
    empty = browser.post(f"/subsidies/argument/{first}", form, expect=422)
    assert "Schrijf een antwoord op dit argument." in empty.words
    browser.post(f"/subsidies/argument/{first}", form | {"antwoord-1": "Wij vroegen het na."})
    page = browser.get(url(loop, "/argumenten"))
    assert "Uw antwoord is bewaard." in page.words and "Ria Smeets" in page.words
    assert page.form(f"/subsidies/argument/{first}")["antwoord-1"].strip() == "Wij vroegen het na."
    browser.post(f"/subsidies/argument/{second}", {"antwoord-2": "U leverde te laat."})
    assert "Alles beantwoord" in browser.get(url(loop)).words
    reader = world.sign_in(loop.wie.jurist).get(url(loop, "/argumenten"))
    assert "Antwoord: U leverde te laat." in reader.words and not reader.html.select("main form")


def test_an_argument_is_not_answered_while_a_proposal_waits_or_by_an_own_organisation(world):
    loop = argued(world)
    first, second = argument_ids(world, loop)
    makes_own(world, loop, loop.wie.collega)
    own = world.sign_in(loop.wie.collega)
    assert "U hoort zelf bij deze aanvrager" in own.get(url(loop, "/argumenten")).words
    refused = own.post(f"/subsidies/argument/{first}", {"antwoord-1": "Nee."}, expect=403)
    assert "U hoort zelf bij deze aanvrager" in refused.words
    for one in (first, second):
        world.as_(loop.wie.adviseur, usecases.argument_beantwoorden, one, antwoord="Wij vroegen het na.")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.",
              steun="geen", staatssteun="De activiteit is lokaal.")
    world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/argumenten"))
    assert "er ligt een voorstel" in page.words and not page.html.select("main form")
    refused = browser.post(f"/subsidies/argument/{first}", {"antwoord-1": "Toch anders."}, expect=409)
    assert "Over deze aanvraag is al besloten, of er ligt een voorstel." in refused.words
    assert {a.antwoord for a in world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))} == {
        "Wij vroegen het na."}


# An applicant outside the portal, and the reasons of steps -----------------------------------------------------------------

def test_the_view_of_an_applicant_on_paper_becomes_arguments_to_answer(world):
    loop = open_regeling(world)
    van, tot = jaar()
    zaak = world.as_(loop.wie.adviseur, usecases.papier, loop.regeling_id, papier_on=clock.today(), gegevens={
        "titel": "Koffie en krant", "product": "dagdeel", "omschrijving": "Inloop", "resultaat": "Ontmoeting", "aantal": "200",
        "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "5000.00"},
        aanvrager={"id": None, "naam": "De Haven (fictief)", "kvk_nummer": "", "contactpersoon": "", "postadres": "Kade 1"})
    loop = replace(loop, subsidie_id=zaak.id)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, zaak.id, heeft_belang=False)
    world.as_(loop.wie.adviseur, usecases.compleet, zaak.id)
    world.as_(loop.wie.adviseur, usecases.beoordelen, zaak.id, criterium="bereik", punten=Decimal(2),
              motivering="Er doen weinig inwoners mee.")
    world.as_(loop.wie.adviseur, usecases.afronden, zaak.id)
    browser = world.sign_in(loop.wie.adviseur)
    url = f"/subsidies/{zaak.id}/papieren-zienswijze"
    said = {"on": f"{clock.today():%d-%m-%Y}", "punt-1": "Wij doen dit al jaren."}
    refused = browser.post(url, said, expect=409)
    assert "niet om een zienswijze gevraagd" in refused.words
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, zaak.id, reden="De buurt zegt iets anders.")
    page = browser.get(f"/subsidies/{zaak.id}")
    assert "De zienswijze kwam op papier" in page.words and "De buurt zegt iets anders." in page.words
    assert "Schrijf wat de aanvrager" in browser.post(url, {"on": said["on"]}, expect=422).words
    browser.post(url, said)
    assert "Wij doen dit al jaren." in browser.get(f"/subsidies/{zaak.id}/argumenten").words
    assert browser.post(url, said, expect=409).status == 409


def test_points_of_somebody_who_found_an_interest_later_do_not_count(world):
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn zus")
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    world.as_(loop.wie.collega, usecases.heropenen, loop.subsidie_id, reden="Een beoordelaar heeft een belang.")
    page = world.sign_in(loop.wie.collega).get(f"/subsidies/{loop.subsidie_id}")
    assert "Een beoordelaar meldde later een belang" in page.words
    with pytest.raises(Refused, match="later een belang"):
        world.as_(loop.wie.collega, usecases.afronden, loop.subsidie_id)
    world.as_(loop.wie.collega, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(6),
              motivering="Er doen genoeg inwoners mee.")
    world.as_(loop.wie.collega, usecases.afronden, loop.subsidie_id)
