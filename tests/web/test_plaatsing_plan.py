"""The support plan and the outcome in the browser: at the gemeente, at the provider, and what each page refuses."""

from datetime import timedelta

import pytest

from portal.kernel import clock
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.domains.test_plaatsing_plan import HOE, WAT, beeindigd, elders, gemeld, met_resultaat


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def plan(loop) -> str:
    return f"/verblijf/{loop.verblijf_id}/plan"


def ons(loop) -> str:
    return f"/mijn-plekken/verblijf/{loop.verblijf_id}/plan"


def uitkomst(loop) -> str:
    return f"/plaatsing/{loop.plaatsing_id}/uitkomst"


UITKOMST = {"zonder_hulp": "ja", "problemen": "ja", "doel": "nee", "uitval": "nee", "tevredenheid": "8"}


def sent(browser, address: str, *, page: str | None = None, expect=None, **given):
    """The form of a page with this address, filled in and sent."""
    form = browser.get(page or address).form(address)
    return browser.post(address, form | given, **({"expect": expect} if expect else {}))


def test_C7_a_plan_from_what_to_how_to_how_far(world):
    loop = pw.verblijvend(world)
    gemeente, aanbieder = world.sign_in(loop.wie.consulent), world.sign_in(loop.huis.begeleider)
    assert "Er zijn nog geen resultaten" in gemeente.get(plan(loop)).words
    assert "De gemeente legt samen met de inwoner vast" in aanbieder.get(ons(loop)).words
    sent(gemeente, plan(loop), domein="dagstructuur", wat=WAT)
    assert gemeente.get(f"/verblijf/{loop.verblijf_id}").html.select_one(f"a[href='{plan(loop)}']")
    assert aanbieder.get(f"/mijn-plekken/verblijf/{loop.verblijf_id}").html.select_one(f"a[href='{ons(loop)}']")
    page = aanbieder.get(ons(loop))
    assert WAT in page.words and "Sanne Voorbeeld" in page.words and "Zet in het plan" not in page.words
    how = page.html.select_one("a[href*='/hoe']")["href"]
    sent(aanbieder, how, hoe=HOE, met_wie="Sanne")
    assert HOE in gemeente.get(plan(loop)).words and "Besproken met Sanne" in gemeente.get(plan(loop)).words
    again = aanbieder.get(how).form(how)
    assert again["hoe"].strip() == HOE
    goal = world.behind("SELECT id FROM portal.clientresultaat")[0][0]
    far = {"soort": "voortgang", "op_on": dag(clock.today()), "besproken": "Sanne en Tess", f"score-{goal}": "vooruit",
           f"woorden-{goal}": "Drie dagen per week lukt het."}
    sent(aanbieder, f"{ons(loop)}/voortgang", **far)
    page = gemeente.get(plan(loop))
    assert "Het gaat vooruit" in page.words and "Nog niet bevestigd" in page.words
    assert "Bevestig het verslag" in gemeente.get(uitkomst(loop)).words
    moment = world.behind("SELECT id FROM portal.voortgang")[0][0]
    sent(gemeente, f"/verblijf/voortgang/{moment}/bevestigen", page=plan(loop))
    assert "Bevestigd" in aanbieder.get(ons(loop)).words
    sent(gemeente, f"{plan(loop)}/voortgang", **far | {"soort": "tussenevaluatie", f"score-{goal}": "bereikt"})
    page = aanbieder.get(ons(loop))
    assert "Tussenevaluatie" in page.words and "Het resultaat is bereikt" in page.words
    lapse = f"/verblijf/resultaat/{goal}/vervalt"
    sent(gemeente, lapse, reden="Sanne redt dit nu zelf.")
    assert "Telt niet meer mee" in gemeente.get(plan(loop)).words
    assert "Sanne redt dit nu zelf." not in aanbieder.get(ons(loop)).words
    for browser, address in ((gemeente, plan(loop)), (gemeente, lapse), (gemeente, f"{plan(loop)}/voortgang"),
                             (gemeente, uitkomst(loop)), (aanbieder, ons(loop)), (aanbieder, f"{ons(loop)}/voortgang")):
        browser.get(f"{address}?taal=en")


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(world):
    loop, goal = met_resultaat(world)
    gemeente, aanbieder = world.sign_in(loop.wie.consulent), world.sign_in(loop.huis.begeleider)
    wrong = sent(gemeente, plan(loop), domein="", wat="Iets", expect=422)
    assert "Kies waar het resultaat over gaat." in wrong.words and wrong.form(plan(loop))["wat"].strip() == "Iets"
    how = f"/mijn-plekken/resultaat/{goal}/hoe"
    wrong = sent(aanbieder, how, hoe=HOE, met_wie="", expect=422)
    assert "Schrijf met wie u dit besprak." in wrong.words and wrong.form(how)["hoe"].strip() == HOE
    for browser, address in ((aanbieder, f"{ons(loop)}/voortgang"), (gemeente, f"{plan(loop)}/voortgang")):
        late = {"besproken": "Sanne", "op_on": dag(clock.today() + timedelta(days=1)), f"score-{goal}": "gelijk",
                f"woorden-{goal}": "Het blijft moeilijk."}
        wrong = sent(browser, address, **late, expect=422)
        assert "in de toekomst" in wrong.words and wrong.form(address)[f"woorden-{goal}"].strip() == "Het blijft moeilijk."
        wrong = sent(browser, address, besproken="", op_on="gisteren", expect=422)
        assert f"Kies hoe het gaat met: {WAT}" in wrong.words and f"Schrijf op wat u ziet bij: {WAT}" in wrong.words
    lapse = f"/verblijf/resultaat/{goal}/vervalt"
    assert "Schrijf waarom" in sent(gemeente, lapse, expect=422).words
    sent(gemeente, lapse, reden="Klaar.")
    assert "al niet meer mee" in sent(gemeente, lapse, reden="Nog eens.", expect=409).words
    refused = sent(aanbieder, how, hoe=HOE, met_wie="Sanne", expect=409)
    assert "telt niet meer mee" in refused.words


def test_C9_an_outcome_and_a_year_later_the_end(world):
    loop, _goal = met_resultaat(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "Dit vult u in als de hulp eindigt" in browser.get(uitkomst(loop)).words
    beeindigd(world, loop)
    page = browser.get(uitkomst(loop))
    assert "Leg eerst vast wat de hulp opleverde" in page.words, "waarom het dossier nog niet dicht kan"
    wrong = sent(browser, uitkomst(loop), zonder_hulp="ja", uitval="ja", expect=422)
    for said in ("Beantwoord: Is het doel van de hulp bereikt?", "Kies waarom de hulp eerder stopte.",
                 "waarom het niet is gevraagd"):
        assert said in wrong.words
    assert wrong.form(uitkomst(loop))["zonder_hulp"] == "ja"
    sent(browser, uitkomst(loop), **UITKOMST | {"tevredenheid": "11"}, expect=422)
    sent(browser, uitkomst(loop), **UITKOMST)
    page = browser.get(uitkomst(loop))
    assert "Het dossier blijft nog open" in page.words and "een 8" in page.words
    assert browser.get(f"{uitkomst(loop)}?verbeter=ja").form(uitkomst(loop))["tevredenheid"] == "8"
    close, later = uitkomst(loop).replace("uitkomst", "afsluiten"), uitkomst(loop).replace("uitkomst", "opvolgen")
    early = browser.post(later, {"nieuwe_start": "nee"}, expect=422)
    assert "Dit kan vanaf" in early.words
    assert "Tot dan blijft het dossier open" in browser.post(close, {}, expect=422).words
    world.clock(timedelta(days=366))
    browser = world.sign_in(loop.wie.consulent)
    assert "Kies een antwoord." in sent(browser, later, page=uitkomst(loop), expect=422).words
    assert "Schrijf waarom" in sent(browser, later, page=uitkomst(loop), nieuwe_start="onbekend", expect=422).words
    sent(browser, later, page=uitkomst(loop), nieuwe_start="onbekend", reden="Verhuisd naar het buitenland.")
    assert "Verhuisd naar het buitenland." in browser.get(uitkomst(loop)).words
    sent(browser, close, page=uitkomst(loop))
    page = browser.get(uitkomst(loop))
    assert "Afgesloten" in page.words and "Verbeter wat er staat" not in page.words
    assert "Dit kan" in browser.post(uitkomst(loop), UITKOMST, expect=409).words


def test_a_new_place_begins_with_the_plan_of_the_old_one(world):
    loop = elders(world)
    browser = world.sign_in(loop.wie.consulent)
    page = browser.get(plan(loop))
    assert "Wat stond er in het vorige plan?" in page.words and WAT in page.words
    sent(browser, f"{plan(loop)}/overnemen", page=plan(loop))
    page = browser.get(plan(loop))
    assert WAT in page.words and "Wat stond er in het vorige plan?" not in page.words
    assert "Er staan al resultaten" in browser.post(f"{plan(loop)}/overnemen", {}, expect=409).words


def test_each_page_waits_for_its_own_side(world):
    loop, goal = met_resultaat(world)
    moment = gemeld(world, loop, loop.huis.begeleider, [goal])
    gemeente, aanbieder = world.sign_in(loop.wie.consulent), world.sign_in(loop.huis.begeleider)
    for address in (plan(loop), uitkomst(loop), f"{plan(loop)}/voortgang", f"/verblijf/resultaat/{goal}/vervalt"):
        aanbieder.get(address, expect=403)
    for address in (ons(loop), f"{ons(loop)}/voortgang", f"/mijn-plekken/resultaat/{goal}/hoe"):
        gemeente.get(address, expect=403)
    elsewhere = world.sign_in(pw.personen(world, "zwolle").consulent)
    for address in (plan(loop), uitkomst(loop), f"{plan(loop)}/voortgang", f"/verblijf/resultaat/{goal}/vervalt"):
        elsewhere.get(address, expect=404)
    for address, given in ((plan(loop), {"domein": "geld", "wat": "x"}), (f"/verblijf/voortgang/{moment.id}/bevestigen", {}),
                           (f"/verblijf/resultaat/{goal}/vervalt", {"reden": "x"}), (uitkomst(loop), UITKOMST),
                           (uitkomst(loop).replace("uitkomst", "afsluiten"), {})):
        elsewhere.post(address, given, expect=404)
    other = world.sign_in(pw.huis(world, naam="Elders (fictief)", contract=False).begeleider)
    for address in (ons(loop), f"{ons(loop)}/voortgang", f"/mijn-plekken/resultaat/{goal}/hoe"):
        other.get(address, expect=404)
    reader = world.sign_in(loop.wie.tekenaar)
    assert "Zet in het plan" not in reader.get(plan(loop)).words and "Bevestig dit" not in reader.get(plan(loop)).words
    reader.get(f"{plan(loop)}/voortgang", expect=403)


def test_who_opened_a_plan_is_kept(world):
    loop, _goal = met_resultaat(world)
    world.sign_in(loop.wie.consulent).get(plan(loop))
    world.sign_in(loop.huis.begeleider).get(ons(loop))
    rows = world.behind("SELECT account_id, endpoint FROM portal.toegangslog WHERE dossier_id = :d", d=loop.verblijf_id)
    assert {tuple(row) for row in rows} == {(loop.wie.consulent.user_id, "plaatsing.plan"),
                                            (loop.huis.begeleider.user_id, "plekplan.plan")}


def test_a_provider_finds_no_plan_of_a_place_that_is_only_offered(world):
    loop = pw.aangeboden(world)
    browser = world.sign_in(loop.huis.begeleider)
    for address in (ons(loop), f"{ons(loop)}/voortgang"):
        browser.get(address, expect=404)


@pytest.mark.parametrize("many", [False, True])
def test_P2_no_page_of_a_plan_asks_more_than_eight_statements_of_its_own(world, many):
    loop, goal = met_resultaat(world)
    goals = [goal, *(met_resultaat(world, loop, wat=f"Resultaat {n}")[1] for n in range(8 if many else 0))]
    for _turn in range(6 if many else 1):
        gemeld(world, loop, loop.huis.begeleider, goals)
        gemeld(world, loop, loop.wie.consulent, goals)
    asked = {}
    for person, pages in ((loop.wie.consulent, (plan(loop), uitkomst(loop), f"{plan(loop)}/voortgang",
                                                f"/verblijf/resultaat/{goal}/vervalt")),
                          (loop.huis.begeleider, (ons(loop), f"{ons(loop)}/voortgang",
                                                  f"/mijn-plekken/resultaat/{goal}/hoe"))):
        browser = world.sign_in(person)
        for address in pages:
            with counting(world.app) as seen:
                browser.get(address)
            asked[address] = len([one for one in seen if not any(frame in one for frame in FRAME)])
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked[plan(loop)] == 6
