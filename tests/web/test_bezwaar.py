"""Objections and late decisions in the browser, from both sides: made, added to, taken back, handled, heard, answered and
proposed; the notice that the gemeente is late, and what it costs; every refusal in its own words."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from portal.db import Session
from portal.domains.subsidies import bezwaar as objecting
from portal.domains.subsidies import ingebreke, queries, tekenen, usecases
from portal.domains.subsidies.model import BezwaarState, State
from portal.kernel import clock
from portal.tenants.scope import acting_for
from portal.web.filters import datum
from tests.domains.test_subsidies import termijn
from tests.domains.test_subsidies_bezwaar import (
    WAAROM,
    beantwoord,
    behandelaar,
    dossier,
    geweigerd,
    ingediend,
    tekenaar,
    term,
)
from tests.domains.test_subsidies_ingebreke import gesteld, te_laat, tijd
from tests.domains.test_subsidies_uitvoering import bevoorschot, financieel
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import NepBrieven, mandaat, neem_in, op, subsidie, verleend, verstuurd
from tests.web.building import counted

GROND, TWEEDE = "De telling van het plafond klopt niet.", "Anderen kwamen later."
STAPPEN = ("/behandelen", "/verzuim", "/verdagen", "/uitnodigen", "/horen", "/beslissing", "/brief")


def case(loop, sub: str = "") -> str:
    return f"/aanvragen/subsidie/{loop.subsidie_id}{sub}"


def own(zaak, sub: str = "") -> str:
    return f"/aanvragen/bezwaar/{zaak.id}{sub}"


def desk(zaak, sub: str = "") -> str:
    return f"/subsidies/bezwaar/{zaak.id}{sub}"


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def told(page) -> str:
    """What was said about the last press, wherever it stands."""
    return unquote(page.text).replace("\xa0", " ")


def sendings(world) -> list:
    return world.behind("SELECT soort, inhoud, id, papier_on FROM portal.indiening WHERE soort LIKE 'bezwaar%' "
                        "OR soort = 'ingebrekestelling' ORDER BY ontvangen_at")


def journal(world, action: str) -> list:
    return [row.status for row in world.behind("SELECT details->>'status' AS status FROM portal.beveiligingslog "
                                               "WHERE handeling = :a ORDER BY id", a=action)]


def take_in(world, loop) -> None:
    """What the worker does with what was sent last."""
    neem_in(world, sendings(world)[-1][2], loop.wie.adviseur.party_id)


def made(world):
    """Refused, and objected to with two grounds."""
    loop, besluit = geweigerd(world)
    return loop, ingediend(world, loop, besluit, GROND, TWEEDE)


def taken(world, commissie: bool = False):
    """In the hands of somebody who may handle it."""
    loop, zaak = made(world)
    bea = behandelaar(world)
    world.as_(bea, objecting.behandelen, zaak.id, commissie=commissie)
    return loop, zaak, bea


# The applicant objects -------------------------------------------------------------------------------------------------------

def test_from_the_case_to_the_receipt_and_the_page_of_the_objection(world):
    loop, besluit = geweigerd(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    last = termijn(world, loop, "bezwaartermijn").due_on
    page = browser.get(case(loop))
    assert "Maak bezwaar" in page.words and datum(last) in page.words
    page = browser.get(case(loop, f"/bezwaar?besluit={besluit.id}"))
    assert "Maak bezwaar uiterlijk" in page.words and datum(last) in page.words
    form = page.form()
    assert form["besluit"] == str(besluit.id)
    answer = browser.post(case(loop, "/bezwaar"), form | {"grond-1": GROND, "grond-2": TWEEDE, "horen": "ja"})
    receipt = browser.get(answer.location)
    assert "Uw bezwaar is verstuurd" in receipt.words and GROND in receipt.words and TWEEDE in receipt.words
    assert sendings(world)[-1].inhoud["horen"] == "ja"
    page = browser.get(case(loop))
    assert "Bezwaar" in page.words and "De gemeente neemt het in" in page.words
    take_in(world, loop)
    page = browser.get(case(loop))
    zaak = dossier(world, loop)
    assert page.html.select_one(f"a[href='{own(zaak)}']") and zaak.reference in page.words
    page = browser.get(own(zaak))
    assert GROND in page.words and "De gemeente beslist uiterlijk" in page.words and "Ontvangen" in page.words
    assert datum(term(world, loop, zaak).due_on) in page.words
    receipt = browser.get(answer.location)
    assert receipt.html.select_one(f"a[href='{own(zaak)}']")


def test_the_same_press_twice_is_one_objection_and_a_second_one_is_refused(world):
    loop, besluit = geweigerd(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    form = browser.get(case(loop, "/bezwaar")).form() | {"grond-1": GROND, "horen": "nee"}
    assert browser.post(case(loop, "/bezwaar"), form).location == browser.post(case(loop, "/bezwaar"), form).location
    page = browser.get(case(loop, "/bezwaar"))
    assert "U kunt nu geen bezwaar maken" in page.words and not page.html.select("main form")
    again = form | {"besluit": str(besluit.id), "sleutel": "een-andere-druk"}
    page = browser.post(case(loop, "/bezwaar"), again, expect=409)
    assert "U maakte al bezwaar tegen dit besluit." in page.words and len(sendings(world)) == 1
    assert journal(world, "ontvanger:bezwaar") == ["409"]


def test_without_arguments_it_is_received_and_more_room_keeps_what_was_typed(world):
    loop, _besluit = geweigerd(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(case(loop, "/bezwaar"))
    page = browser.post(case(loop, "/bezwaar"), page.form() | {"grond-3": GROND, "meer": "1"}, expect=200)
    form = page.form()
    assert form["grond-3"] == GROND and "grond-6" in form
    page = browser.post(case(loop, "/bezwaar"), form | {"meer": "", "horen": ""}, expect=422)
    assert "Kies of u wilt worden gehoord." in page.words and GROND in page.text
    form = page.form() | {"grond-3": "", "horen": "nee"}
    receipt = browser.get(browser.post(case(loop, "/bezwaar"), form).location)
    assert "Die stuurt u later." in receipt.words
    take_in(world, loop)
    assert "U schreef nog niet waarom" in browser.get(own(dossier(world, loop))).words


def test_too_late_is_possible_with_a_warning_and_room_to_explain(world):
    loop, besluit = geweigerd(world)
    world.clock(op(clock.today() + timedelta(weeks=8)))
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(case(loop))
    assert "Had u een goede reden om later te zijn" in page.words
    page = browser.get(case(loop, f"/bezwaar?besluit={besluit.id}"))
    assert "De laatste dag om bezwaar te maken is voorbij" in page.words
    form = page.form() | {"grond-1": GROND, "horen": "nee", "te_laat": "Wij lagen met het bestuur in het ziekenhuis."}
    browser.post(case(loop, "/bezwaar"), form)
    take_in(world, loop)
    zaak = dossier(world, loop)
    assert not zaak.tijdig and "De gemeente bekijkt of u een goede reden had" in browser.get(own(zaak)).words
    page = world.sign_in(behandelaar(world)).get(desk(zaak))
    assert "Dit bezwaar kwam te laat" in page.words and "in het ziekenhuis" in page.words


def test_who_may_not_send_sees_who_may(world):
    loop, zaak = made(world)
    reader = world.sign_in(loop.aanvrager.auteur)
    page = reader.get(own(zaak))
    assert "Uw rol mag dit niet" in page.words and GROND in page.words
    for sub in ("/aanvullen", "/intrekken"):
        page = reader.get(own(zaak, sub))
        assert "U mag niet versturen" in page.words and not page.html.select("main form")
        reader.post(own(zaak, sub), {"grond-1": "x"}, expect=403)
    reader.post(case(loop, "/bezwaar"), {"grond-1": "x"}, expect=403)


def test_an_objection_to_a_grant_stands_beside_the_grant(world):
    loop = verleend(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    form = browser.get(case(loop, "/bezwaar")).form() | {"grond-1": GROND, "horen": "nee"}
    browser.post(case(loop, "/bezwaar"), form)
    take_in(world, loop)
    assert "Uw bezwaren" in browser.get(case(loop)).words
    assert "Bezwaarschrift" in world.sign_in(loop.wie.adviseur).get(f"/subsidies/{loop.subsidie_id}/inhoud").words


def test_more_than_one_decision_is_chosen_by_hand(world):
    loop = bevoorschot(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(case(loop, "/bezwaar"))
    assert len(page.html.select("input[name=besluit]")) == 2
    page = browser.post(case(loop, "/bezwaar"), page.form() | {"grond-1": GROND, "horen": "nee"}, expect=422)
    assert "Kies tegen welk besluit u bezwaar maakt." in page.words and GROND in page.text


# The applicant follows it --------------------------------------------------------------------------------------------------

def test_grounds_are_added_when_they_are_asked_and_the_term_runs_again(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit)
    bea = behandelaar(world)
    world.as_(bea, objecting.behandelen, zaak.id)
    world.clock(op(term(world, loop, zaak).started_on + timedelta(days=3)))
    world.as_(bea, objecting.verzuim_melden, zaak.id, wat="Schrijf waarom u het niet eens bent.")
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(own(zaak))
    assert "De gemeente wacht op u" in page.words and "De beslistermijn staat stil" in page.words
    page = browser.get(own(zaak, "/aanvullen"))
    assert "Schrijf waarom u het niet eens bent." in page.words
    empty = browser.post(own(zaak, "/aanvullen"), page.form(), expect=422)
    assert "Schrijf waarom u het niet eens bent met het besluit." in empty.words
    receipt = browser.get(browser.post(own(zaak, "/aanvullen"), empty.form() | {"grond-1": GROND}).location)
    assert "Uw aanvulling is verstuurd" in receipt.words
    take_in(world, loop)
    page = browser.get(own(zaak))
    assert "De beslistermijn staat stil" not in page.words and GROND in page.words


def test_taking_it_back_asks_once_and_then_it_is_over(world):
    loop, zaak = made(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(own(zaak, "/intrekken"))
    assert "kunt u opnieuw bezwaar maken" in page.words
    receipt = browser.get(browser.post(own(zaak, "/intrekken"), page.form()).location)
    assert "U trok het bezwaar in" in receipt.words
    take_in(world, loop)
    page = browser.get(own(zaak))
    assert "Dit bezwaar is ingetrokken" in page.words and "U hoeft niets meer te doen" in page.words
    assert browser.post(own(zaak, "/intrekken"), {}, expect=409).status == 409
    assert browser.post(own(zaak, "/aanvullen"), {"grond-1": GROND}, expect=409).status == 409
    assert "Dit bezwaar is al afgerond." in browser.get(own(zaak, "/aanvullen")).words
    assert "Maak bezwaar" in browser.get(case(loop)).words


def test_what_the_gemeente_writes_before_the_decision_is_its_own(world):
    loop, zaak, bea = taken(world)
    beantwoord(world, loop, bea, zaak)
    page = world.sign_in(loop.aanvrager.meelezer).get(own(zaak))
    assert "U heeft gelijk" not in page.words and "De indiener lichtte het toe" not in page.words
    assert "U werd gehoord op" in page.words and "Bea Bezwaar" not in page.text
    voorstel = world.as_(bea, objecting.voorstellen, zaak.id, uitkomst="gegrond", motivering=WAAROM)
    world.as_(tekenaar(world, loop), tekenen.tekenen, voorstel.id, brieven=NepBrieven(world))
    page = world.sign_in(loop.aanvrager.meelezer).get(own(zaak))
    assert WAAROM in page.words and "U heeft gelijk" in page.words and "De indiener lichtte het toe" in page.words
    assert "Gegrond" in page.words and "U kunt naar de rechtbank tot en met" in page.words
    assert subsidie(world, loop).state == State.BEOORDEELD


@pytest.mark.parametrize("sub", ["", "/aanvullen", "/intrekken"])
def test_nobody_else_finds_an_objection(world, sub):
    _loop, zaak = made(world)
    world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender).get(own(zaak, sub), expect=404)
    world.sign_in(behandelaar(world)).get(own(zaak, sub), expect=403)
    assert world.anonymous().get(own(zaak, sub), expect=None).status in (302, 303, 401, 403)


def test_a_competitor_cannot_send_anything_in_the_name_of_another(world):
    loop, zaak = made(world)
    other = world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender)
    other.post(own(zaak, "/aanvullen"), {"grond-1": GROND}, expect=404)
    other.post(own(zaak, "/intrekken"), {}, expect=404)
    other.post(case(loop, "/bezwaar"), {"grond-1": GROND, "horen": "nee"}, expect=404)
    other.post(f"/aanvragen/ingebreke/{loop.subsidie_id}", {}, expect=404)
    receipt = sendings(world)[-1][2]
    other.get(case(loop, f"/bezwaar-ontvangst/{receipt}"), expect=404)
    assert len(sendings(world)) == 1


# The gemeente handles it ---------------------------------------------------------------------------------------------------

def test_the_list_in_the_menu_with_what_waits_and_all(world):
    loop, zaak = made(world)
    bea = behandelaar(world)
    browser = world.sign_in(bea)
    page = browser.get("/subsidies/bezwaren")
    assert page.html.select_one("header a[href='/subsidies/bezwaren'][aria-current]")
    assert zaak.reference in page.words and "beslissing uiterlijk" in page.words and loop.aanvrager.naam in page.words
    sent = world.as_(loop.aanvrager.verzender, objecting.intrekken, zaak.id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert "Er wacht geen bezwaar op een beslissing" in browser.get("/subsidies/bezwaren").words
    assert zaak.reference in browser.get("/subsidies/bezwaren?stand=alle").words
    assert "/subsidies/bezwaren" not in world.sign_in(loop.wie.adviseur).get("/subsidies").text
    world.sign_in(loop.wie.adviseur).get("/subsidies/bezwaren", expect=403)
    buur = world.sign_in(world.medewerker("kampen", "bezwaarbehandelaar"))
    assert zaak.reference not in buur.get("/subsidies/bezwaren?stand=alle").words


def test_the_list_asks_the_same_whatever_it_holds(world):
    loop, _besluit = geweigerd(world)
    browser = world.sign_in(behandelaar(world))

    def asks() -> int:
        with counted(world.app.engine) as seen:
            browser.get("/subsidies/bezwaren?stand=alle")
        return len(seen)

    asks()
    ingediend(world, loop, _besluit, GROND)
    one = asks()
    sent = world.as_(loop.aanvrager.verzender, objecting.intrekken, dossier(world, loop).id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    ingediend(world, loop, _besluit, GROND)
    assert asks() == one


def test_the_page_of_an_objection_says_what_was_sent_until_when_and_what_is_missing(world):
    loop, zaak, bea = taken(world)
    page = world.sign_in(bea).get(desk(zaak))
    assert GROND in page.words and "2 zonder antwoord" in page.words and "Hoor de indiener eerst" in page.words
    assert "Beantwoord de argumenten" in page.words and datum(term(world, loop, zaak).due_on) in page.words
    page = world.sign_in(loop.wie.adviseur).get(desk(zaak))
    assert "Met uw rol hoeft u hier niets te doen" in page.words and not page.html.select("main form")


def test_the_page_of_an_objection_asks_the_same_whatever_there_is(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)

    def asks() -> int:
        with counted(world.app.engine) as seen:
            browser.get(desk(zaak))
        frame = ("portal.sessie_open(", "set_config('transaction_read_only'", "portal.bekeken(")
        return len([one for one in seen if not any(part in one for part in frame)])

    few = asks()
    beantwoord(world, loop, bea, zaak)
    assert asks() <= few + 1 and few <= 14


def test_who_may_not_make_the_bundle_is_not_sent_there(world):
    loop, besluit = geweigerd(world)
    here = desk(ingediend(world, loop, besluit, GROND))
    for person, may in ((loop.wie.adviseur, True), (loop.wie.tekenaar, False)):
        browser = world.sign_in(person)
        assert bool(browser.get(here).html.select(f"main a[href='{here}/bundel']")) is may
        browser.get(f"{here}/bundel", expect=200 if may else 403)


@pytest.mark.parametrize("who", ["adviseur", "tekenaar"])
def test_who_took_the_decision_sees_why_it_is_not_theirs(world, who):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, GROND)
    person = getattr(loop.wie, who)
    world.behind("UPDATE portal.membership SET rollen = rollen || '{bezwaarbehandelaar}' WHERE account_id = :a RETURNING id",
                 a=person.user_id)
    browser = world.sign_in(person)
    page = browser.get(desk(zaak))
    assert "U was betrokken bij het besluit" in page.words
    assert not page.html.select(f"main a[href='{desk(zaak, '/behandelen')}']")
    page = browser.get(desk(zaak, "/behandelen"))
    assert "U was betrokken bij het besluit" in page.words and not page.html.select("main form")
    browser.post(desk(zaak, "/behandelen"), {"commissie": "nee"}, expect=422)
    assert dossier(world, loop).state == BezwaarState.ONTVANGEN


def test_it_is_taken_on_with_what_that_means_for_the_term(world):
    loop, zaak = made(world)
    browser = world.sign_in(behandelaar(world))
    page = browser.get(desk(zaak, "/behandelen"))
    begin = term(world, loop, zaak).started_on
    assert datum(begin + timedelta(weeks=12)) in page.words or "twaalf weken" in page.words
    assert "Kies of een commissie advies geeft." in browser.post(desk(zaak, "/behandelen"), page.form(), expect=422).words
    assert "U behandelt dit bezwaar" in told(browser.get(browser.post(
        desk(zaak, "/behandelen"), page.form() | {"commissie": "ja"}).location))
    found = dossier(world, loop)
    assert found.commissie and found.state == BezwaarState.IN_BEHANDELING
    assert "Dit kan niet in deze fase" in browser.get(desk(zaak, "/behandelen")).words


def test_what_is_missing_is_asked_and_nothing_typed_is_lost(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    page = browser.get(desk(zaak, "/verzuim"))
    assert "Schrijf wat er ontbreekt." in browser.post(desk(zaak, "/verzuim"), page.form(), expect=422).words
    browser.post(desk(zaak, "/verzuim"), page.form() | {"wat": "Het besluit van uw bestuur."})
    assert dossier(world, loop).state == BezwaarState.VERZUIM
    page = browser.get(desk(zaak))
    assert "De indiener is aan zet" in page.words or "Er kwam een brief van de indiener" in page.words
    again = browser.post(desk(zaak, "/verzuim"), {"wat": "Nog iets anders."}, expect=422)
    assert "Dit kan niet in deze fase" in again.words and "Nog iets anders." in again.text


def test_the_decision_is_put_off_once(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    page = browser.get(desk(zaak, "/verdagen"))
    assert datum(term(world, loop, zaak).due_on) in page.words
    assert "Schrijf waarom" in browser.post(desk(zaak, "/verdagen"), page.form(), expect=422).words
    before = term(world, loop, zaak).due_on
    browser.post(desk(zaak, "/verdagen"), page.form() | {"reden": "De commissie is met vakantie."})
    assert term(world, loop, zaak).due_on > before
    page = browser.get(desk(zaak, "/verdagen"))
    assert "al een keer verdaagd" in page.words and not page.html.select("main form")
    browser.post(desk(zaak, "/verdagen"), {"reden": "Nog eens."}, expect=422)
    assert "Wij beslissen later" in told(world.sign_in(loop.aanvrager.meelezer).get(own(zaak)))


def test_the_hearing_is_planned_and_the_applicant_sees_the_day(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    page = browser.get(desk(zaak, "/uitnodigen"))
    form = page.form()
    assert "Vul in wanneer de hoorzitting is." in browser.post(desk(zaak, "/uitnodigen"), form, expect=422).words
    form |= {"inzage": "Balie 3, elke werkdag"}
    past = browser.post(desk(zaak, "/uitnodigen"), form | {"at": f"{clock.today():%d-%m-%Y} 09.00", "plaats": "Stadhuis"},
                        expect=422)
    assert "Kies een dag vanaf" in past.words and "Stadhuis" in past.text and "Balie 3" in past.text
    day = clock.today() + timedelta(weeks=3)
    browser.post(desk(zaak, "/uitnodigen"), form | {"at": f"{day:%d-%m-%Y} 14.00", "plaats": "Stadhuis, kamer 2"})
    assert datum(day) in world.sign_in(loop.aanvrager.meelezer).get(own(zaak)).words
    page = browser.get(desk(zaak, "/uitnodigen"))
    assert "Er is al een hoorzitting gepland" in page.words
    day += timedelta(days=7)
    browser.post(desk(zaak, "/uitnodigen"), page.form() | {
        "at": f"{day:%d-%m-%Y} 10.00", "plaats": "Stadhuis", "inzage": "Balie 3"})
    page = world.sign_in(loop.aanvrager.meelezer).get(own(zaak))
    assert datum(day) in page.words and datum(day - timedelta(days=7)) not in page.words


def test_the_committee_advises_before_a_decision_is_proposed(world):
    _loop, zaak, bea = taken(world, commissie=True)
    browser, here = world.sign_in(bea), desk(zaak, "/advies")
    assert here in {a["href"] for a in browser.get(desk(zaak)).html.select("a[href]")}
    assert "Leg eerst het advies van de commissie vast" in browser.get(desk(zaak, "/beslissing")).words
    page = browser.get(here)
    empty = browser.post(here, page.form(), expect=422)
    assert "Vul in van welke dag het advies is." in empty.words and "Kies wat de commissie adviseert." in empty.words
    said = {"on": f"{clock.today():%d-%m-%Y}", "uitkomst": "gegrond", "advies": "Kort."}
    short = browser.post(here, page.form() | said, expect=422)
    assert "wie er in de commissie zat" in short.words and short.form()["advies"].strip() == "Kort."
    whole = page.form() | said | {"advies": "Drie leden van buiten vinden het gegrond."}
    assert browser.post(here, whole).location == desk(zaak)
    page = browser.get(desk(zaak, "/beslissing"))
    assert "De commissie adviseert: gegrond" in page.words and "Wijkt u ervan af?" in page.words
    assert "Drie leden van buiten" in browser.get(here).text
    world.sign_in(world.medewerker("zwolle", "raadslid")).get(here, expect=403)
    world.sign_in(world.medewerker("kampen", "bezwaarbehandelaar")).get(here, expect=404)
    browser.get(here + "?taal=en")


def test_the_hearing_is_kept_or_left_out_on_a_ground(world):
    _loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    page = browser.get(desk(zaak, "/horen"))
    form = page.form(desk(zaak, "/horen"))
    wrong = browser.post(desk(zaak, "/horen"), form | {"on": f"{clock.today() + timedelta(days=2):%d-%m-%Y}",
                                                     "verslag": "Zij lichtten het toe."}, expect=422)
    assert "niet in de toekomst" in wrong.words and "Zij lichtten het toe." in wrong.text
    assert "Kies waarom horen niet hoeft." in browser.post(
        desk(zaak, "/niet-horen"), page.form(desk(zaak, "/niet-horen")), expect=422).words
    browser.post(desk(zaak, "/niet-horen"), page.form(desk(zaak, "/niet-horen")) | {"grond": "afgezien"})
    assert "Niet gehoord" in browser.get(desk(zaak)).words
    browser.post(desk(zaak, "/horen"), form | {"on": f"{clock.today():%d-%m-%Y}", "verslag": "Zij lichtten het toe."})
    assert "Zij lichtten het toe." in browser.get(desk(zaak)).words


def test_every_argument_gets_its_answer(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    first = world.as_(bea, lambda s, _a: queries.argumenten(s, zaak.id))[0]
    url = f"/subsidies/bezwaar/argument/{first.id}"
    page = browser.get(desk(zaak, "/argumenten"))
    assert "Schrijf een antwoord op dit argument." in browser.post(url, page.form(url), expect=422).words
    browser.post(url, page.form(url) | {"antwoord-1": "De telling klopt, zie de bijlage."})
    assert "1 zonder antwoord" in browser.get(desk(zaak)).words
    world.sign_in(world.medewerker("kampen", "bezwaarbehandelaar")).post(url, {"antwoord-1": "x"}, expect=404)
    world.sign_in(loop.wie.collega).post(url, {"antwoord-1": "x"}, expect=403)


def test_the_decision_is_proposed_when_all_is_there_and_its_effect_is_told_before(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    page = browser.get(desk(zaak, "/beslissing"))
    assert "Voor een beslissing over de inhoud is nog nodig" in page.words and "De weigering vervalt" in page.words
    assert "Awb 4:25, lid 3" in page.words
    early = browser.post(desk(zaak, "/beslissing"), page.form() | {"uitkomst": "gegrond", "motivering": WAAROM}, expect=422)
    assert "Hoor de indiener eerst" in early.words and WAAROM in early.text
    late = browser.post(desk(zaak, "/beslissing"), page.form() | {
        "uitkomst": "niet_ontvankelijk", "grond": "te-laat", "motivering": WAAROM}, expect=422)
    assert "Dit bezwaar kwam op tijd." in late.words
    assert "Kies waarom het bezwaar niet-ontvankelijk is." in browser.post(
        desk(zaak, "/beslissing"), page.form() | {"uitkomst": "niet_ontvankelijk", "motivering": WAAROM}, expect=422).words
    beantwoord(world, loop, bea, zaak)
    page = browser.get(desk(zaak, "/beslissing"))
    assert "is nog nodig" not in page.words
    answer = browser.post(desk(zaak, "/beslissing"), page.form() | {"uitkomst": "ongegrond", "motivering": WAAROM})
    assert answer.location.startswith("/subsidies/besluiten/") or "/besluit" in answer.location
    page = browser.get(desk(zaak))
    assert "Er ligt een voorstel" in page.words
    page = browser.get(desk(zaak, "/beslissing"))
    assert "Er ligt een voorstel bij de lezer of de tekenaar" in page.words and not page.html.select("main form")
    browser.post(desk(zaak, "/beslissing"), {"uitkomst": "ongegrond", "motivering": WAAROM}, expect=409)


def test_what_came_back_is_there_again_with_the_reason(world):
    loop, zaak, bea = taken(world)
    beantwoord(world, loop, bea, zaak)
    voorstel = world.as_(bea, objecting.voorstellen, zaak.id, uitkomst="gegrond", motivering=WAAROM)
    assert world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "werk_bezwaar", open_only=True)) is None
    world.as_(tekenaar(world, loop), tekenen.terugsturen, voorstel.id, reden="Leg de telling beter uit.")
    assert world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "werk_bezwaar", open_only=True))
    page = world.sign_in(bea).get(desk(zaak, "/beslissing"))
    assert "Leg de telling beter uit." in page.words and page.form()["uitkomst"] == "gegrond" and WAAROM in page.text


@pytest.mark.parametrize("sub", ["", "/argumenten", *STAPPEN])
def test_a_neighbour_an_applicant_and_nobody_find_nothing_at_the_desk(world, sub):
    loop, zaak = made(world)
    world.sign_in(world.medewerker("kampen", "bezwaarbehandelaar")).get(desk(zaak, sub), expect=404)
    world.sign_in(loop.aanvrager.verzender).get(desk(zaak, sub), expect=403)
    assert world.anonymous().get(desk(zaak, sub), expect=None).status in (302, 303, 401, 403)


def test_a_neighbour_takes_no_step(world):
    loop, zaak, _bea = taken(world)
    buur = world.sign_in(world.medewerker("kampen", "bezwaarbehandelaar"))
    for sub, data in (("/behandelen", {"commissie": "nee"}), ("/verzuim", {"wat": "x"}), ("/verdagen", {"reden": "x"}),
                      ("/uitnodigen", {"at": "01-03-2030 10.00", "plaats": "x"}), ("/niet-horen", {"grond": "afgezien"}),
                      ("/horen", {"on": f"{clock.today():%d-%m-%Y}", "verslag": "x"}),
                      ("/brief", {"on": f"{clock.today():%d-%m-%Y}", "wat": "intrekking"}),
                      ("/beslissing", {"uitkomst": "ongegrond", "motivering": WAAROM})):
        buur.post(desk(zaak, sub), data, expect=404)
    buur.get(f"/subsidies/{loop.subsidie_id}/bezwaar-op-papier", expect=404)
    assert dossier(world, loop).gehoord_on is None


# By letter -------------------------------------------------------------------------------------------------------------------

def test_a_letter_that_was_posted_in_time_is_in_time(world):
    """Awb 6:9, lid 2: posted before the end, received within a week after it."""
    loop, besluit = geweigerd(world)
    last = termijn(world, loop, "bezwaartermijn").due_on
    world.clock(op(last + timedelta(days=6)))
    browser = world.sign_in(behandelaar(world))
    url = f"/subsidies/{loop.subsidie_id}/bezwaar-op-papier"
    assert "Leg een bezwaar op papier vast" in browser.get(f"/subsidies/{loop.subsidie_id}").words
    form = browser.get(url).form()
    assert "Vul in op welke dag de brief binnenkwam." in browser.post(url, form, expect=422).words
    form |= {"on": f"{last + timedelta(days=4):%d-%m-%Y}", "gepost_on": f"{last:%d-%m-%Y}", "grond-1": GROND, "horen": "ja"}
    wrong = browser.post(url, form | {"gepost_on": f"{last + timedelta(days=5):%d-%m-%Y}"}, expect=422)
    assert "De brief is verstuurd voordat hij binnenkwam." in wrong.words and GROND in wrong.text
    page = browser.get(browser.post(url, form).location)
    assert "op tijd" in page.words and "Op de post gedaan" in page.words and "op papier" in page.words
    zaak = dossier(world, loop)
    assert zaak.tijdig and zaak.ontvangen_on == last + timedelta(days=4)
    assert zaak.reference in world.sign_in(loop.aanvrager.meelezer).get(case(loop)).words, "de aanvrager ziet het ook"
    assert "Uw bezwaar kwam op papier binnen" in world.sign_in(loop.aanvrager.meelezer).get(own(zaak)).words
    assert "Er is geen besluit om bezwaar tegen te maken" in browser.get(url).words
    browser.post(url, form | {"besluit": str(besluit.id), "sleutel": "een-andere-druk"}, expect=409)


@pytest.mark.parametrize(("gepost", "binnen", "tijdig"), [
    (0, 8, False), (1, 3, False), (None, 1, False), (None, 0, True), (0, 7, True)])
def test_the_post_helps_for_one_week_and_only_what_was_posted_in_time(world, gepost, binnen, tijdig):
    loop, besluit = geweigerd(world)
    last = termijn(world, loop, "bezwaartermijn").due_on
    world.clock(op(last + timedelta(days=14)))
    found = world.as_(behandelaar(world), objecting.papier, besluit.id, gronden=[GROND], on=last + timedelta(days=binnen),
                      gepost_on=last + timedelta(days=gepost) if gepost is not None else None)
    assert found.tijdig is tijdig


def test_more_arguments_and_a_withdrawal_by_letter(world):
    loop, zaak, bea = taken(world)
    browser = world.sign_in(bea)
    form = browser.get(desk(zaak, "/brief")).form()
    today = f"{clock.today():%d-%m-%Y}"
    assert "Kies wat er in de brief staat." in browser.post(desk(zaak, "/brief"), form | {"on": today}, expect=422).words
    assert "Schrijf wat de indiener naar voren brengt." in browser.post(
        desk(zaak, "/brief"), form | {"on": today, "wat": "gronden"}, expect=422).words
    browser.post(desk(zaak, "/brief"), form | {"on": today, "wat": "gronden", "grond-1": "Een derde argument."})
    page = browser.get(desk(zaak))
    assert "Een derde argument." in page.words and "3 zonder antwoord" in page.words
    form = browser.get(desk(zaak, "/brief")).form()
    browser.post(desk(zaak, "/brief"), form | {"on": today, "wat": "intrekking"})
    assert dossier(world, loop).state == BezwaarState.INGETROKKEN
    assert "Er komt geen beslissing" in browser.get(desk(zaak)).words
    assert not browser.get(desk(zaak, "/brief")).html.select("main form")


# Too late --------------------------------------------------------------------------------------------------------------------

def test_notice_is_given_from_the_case_and_the_meter_runs_on_both_sides(world):
    loop = te_laat(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(case(loop))
    assert "Stel de gemeente in gebreke" in page.words
    page = browser.get(f"/aanvragen/ingebreke/{loop.subsidie_id}")
    assert "€ 23,00" in plain(page) and "€ 45,00" in plain(page)
    receipt = browser.get(browser.post(f"/aanvragen/ingebreke/{loop.subsidie_id}", page.form()).location)
    assert "Uw ingebrekestelling is verstuurd" in receipt.words
    assert "U stelde de gemeente al in gebreke." in browser.get(f"/aanvragen/ingebreke/{loop.subsidie_id}").words
    take_in(world, loop)
    page = browser.get(case(loop))
    assert "De gemeente is in gebreke gesteld" in page.words and "Stel de gemeente in gebreke" not in page.words
    browser.post(f"/aanvragen/ingebreke/{loop.subsidie_id}", {}, expect=409)
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 1)
    tijd(world, loop, 11)
    adviseur = world.sign_in(loop.wie.adviseur)
    assert "De dwangsom loopt: 12 dagen, € 276" in plain(adviseur.get(f"/subsidies/{loop.subsidie_id}"))
    assert "De dwangsom loopt: 12 dagen, € 276" in plain(world.sign_in(loop.aanvrager.verzender).get(case(loop)))
    page = adviseur.get(f"/subsidies/dwangsom/{loop.subsidie_id}")
    assert "12 dagen" in page.words and "Er is nu geen dwangsom om vast te stellen" in page.words
    assert not page.html.select("main form")


def test_before_its_day_a_notice_does_not_count(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    assert "Stel de gemeente in gebreke" not in browser.get(case(loop)).words
    page = browser.get(f"/aanvragen/ingebreke/{loop.subsidie_id}")
    assert "telt pas daarna" in page.words and not page.html.select("main form")
    browser.post(f"/aanvragen/ingebreke/{loop.subsidie_id}", {}, expect=425)
    assert journal(world, "ontvanger:ingebreke") == ["425"] and not sendings(world)


def test_where_nothing_waits_no_notice_is_given(world):
    loop = verleend(world)
    browser = world.sign_in(loop.aanvrager.verzender)
    assert "Er wacht hier geen besluit" in browser.get(f"/aanvragen/ingebreke/{loop.subsidie_id}").words
    browser.post(f"/aanvragen/ingebreke/{loop.subsidie_id}", {}, expect=409)


def ended(world):
    """Ten days late, and then decided."""
    loop = gesteld(world, te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 11)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    return loop


def test_the_penalty_is_counted_proposed_signed_and_paid(world):
    loop = ended(world)
    url = f"/subsidies/dwangsom/{loop.subsidie_id}"
    assert "Stel de dwangsom vast" in world.sign_in(loop.wie.adviseur).get(f"/subsidies/{loop.subsidie_id}").words
    world.sign_in(loop.wie.jurist).post(url, {}, expect=403)
    assert "Een subsidieadviseur stelt de dwangsom vast" in world.sign_in(loop.wie.jurist).get(url).words
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url)
    assert "€ 230,00" in plain(page)
    answer = browser.post(url, page.form(url))
    besluit_id = answer.location.rstrip("/").rsplit("/", 1)[-1]
    assert "Er ligt al een voorstel voor de dwangsom." in browser.get(url).words
    browser.post(url, {}, expect=409)
    assert journal(world, "bezwaar:dwangsom") == ["409"]
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit_id, brieven=NepBrieven(world))
    geld = world.sign_in(financieel(world))
    page = geld.get(url)
    assert "De dwangsom is vastgesteld op" in page.words
    geld.post(f"{url}/betaald", page.form(f"{url}/betaald"))
    assert termijn(world, loop, "betaling").met_on == clock.today()
    geld.post(f"{url}/betaald", {}, expect=409)


def test_a_notice_by_letter_counts_from_the_day_it_came_in(world):
    loop = te_laat(world)
    url = f"/subsidies/dwangsom/{loop.subsidie_id}"
    world.clock(op(clock.today() + timedelta(days=3)))
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url).form(f"{url}/papier")
    assert "Vul in op welke dag de brief binnenkwam." in browser.post(f"{url}/papier", form, expect=422).words
    early = browser.post(f"{url}/papier", form | {"on": f"{clock.today() - timedelta(days=4):%d-%m-%Y}"}, expect=425)
    assert "telt niet" in early.words
    came = clock.today() - timedelta(days=2)
    browser.post(f"{url}/papier", form | {"on": f"{came:%d-%m-%Y}"})
    assert termijn(world, loop, "ingebrekestelling").started_on == came
    assert "De gemeente is in gebreke gesteld" in browser.get(url).words
    browser.post(f"{url}/papier", {"on": f"{came:%d-%m-%Y}"}, expect=409)


def test_a_late_decision_on_an_objection_costs_money_too(world):
    loop, zaak, bea = taken(world)
    world.clock(op(term(world, loop, zaak).due_on + timedelta(days=1)))
    browser = world.sign_in(loop.aanvrager.verzender)
    page = browser.get(own(zaak))
    assert "Stel de gemeente in gebreke" in page.words
    url = f"/aanvragen/ingebreke/{zaak.id}"
    browser.post(url, browser.get(url).form())
    take_in(world, loop)
    waits = world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "ingebrekestelling"))
    assert waits.endpoint == "subsidie.bezwaar"
    tijd(world, loop, (waits.due_on - clock.today()).days + 1)
    tijd(world, loop, 4)
    assert "De dwangsom loopt: 5 dagen, € 115" in plain(world.sign_in(bea).get(desk(zaak)))
    assert "De dwangsom loopt: 5 dagen" in plain(world.sign_in(loop.aanvrager.verzender).get(own(zaak)))
    assert "5 dagen" in world.sign_in(bea).get(f"/subsidies/dwangsom/{zaak.id}").words
    found = world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "dwangsom"))
    assert found.endpoint == "subsidie.bezwaar"


def test_while_the_gemeente_waits_for_the_applicant_a_notice_does_not_count(world):
    loop, zaak, bea = taken(world)
    world.clock(op(term(world, loop, zaak).started_on + timedelta(days=3)))
    world.as_(bea, objecting.verzuim_melden, zaak.id, wat="Uw gronden.")
    world.clock(op(term(world, loop, zaak).due_on + timedelta(days=60)))
    browser = world.sign_in(loop.aanvrager.verzender)
    assert "Stel de gemeente in gebreke" not in browser.get(own(zaak)).words
    assert "De beslistermijn staat stil" in browser.get(f"/aanvragen/ingebreke/{zaak.id}").words
    browser.post(f"/aanvragen/ingebreke/{zaak.id}", {}, expect=425)


def test_nobody_else_sees_or_touches_what_being_late_costs(world):
    loop = ended(world)
    url = f"/subsidies/dwangsom/{loop.subsidie_id}"
    buur = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    buur.get(url, expect=404)
    buur.post(url, {}, expect=404)
    buur.post(f"{url}/papier", {"on": f"{clock.today():%d-%m-%Y}"}, expect=404)
    world.sign_in(loop.aanvrager.verzender).get(url, expect=403)
    world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender).get(f"/aanvragen/ingebreke/{loop.subsidie_id}", expect=404)
    assert world.anonymous().get(url, expect=None).status in (302, 303, 401, 403)


def test_the_worker_ends_the_meter_and_the_sum_can_be_determined(world):
    loop = gesteld(world, te_laat(world))
    left = (termijn(world, loop, "ingebrekestelling").due_on - clock.today()).days
    tijd(world, loop, left + 1)
    tijd(world, loop, 60)
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        ingebreke.dagen_verlopen(session, usecases.portaal(zwolle), clock.today())
    page = world.sign_in(loop.wie.adviseur).get(f"/subsidies/{loop.subsidie_id}")
    assert "De gemeente betaalt een dwangsom over 42 dagen: € 1.442" in plain(page)
    term_ = termijn(world, loop, "dwangsombeschikking")
    assert term_.endpoint == "subsidie.dwangsom"
    assert f"/subsidies/dwangsom/{loop.subsidie_id}" in world.sign_in(loop.wie.adviseur).get("/mijn-werk").text
