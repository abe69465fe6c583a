"""Schemes for everybody: the list, one scheme, the check beforehand, and the way to apply."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from sqlalchemy import select

from portal.domains.subsidies import regelingen
from portal.domains.subsidies.model import Per, RegelingPublicatie
from portal.kernel import clock
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import concept_regeling, gegevens, jaar, open_regeling, personen


def reference(world, loop) -> str:
    """The number under which everybody finds this scheme."""
    return world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.regeling_id)[0][0]


@pytest.fixture
def loop(world):
    """A scheme that is open."""
    return open_regeling(world)


# The list -----------------------------------------------------------------------------------------------------------------

def test_the_list_without_any_scheme_says_so(world):
    page = world.anonymous().get("/regelingen")
    assert "Er is nog geen regeling bekendgemaakt" in page.words
    assert "U kunt nu geen subsidie aanvragen" in world.anonymous().get("/regelingen?stand=open").words


def test_the_list_shows_gemeente_ceiling_purpose_and_closing_day(world, loop):
    page = world.anonymous().get("/regelingen")
    assert "Dagbesteding voor iedereen, dicht bij huis." in page.words
    assert "Gemeente Zwolle" in page.words and "€ 100.000,00" in page.words.replace("\xa0", " ")
    assert page.html.select_one(".p-list .p-badge").text == "Open" and "Sluit " in page.words


def test_a_concept_is_not_public(world):
    loop = concept_regeling(world)
    assert "Dagbesteding" not in world.anonymous().get("/regelingen").words
    page = world.anonymous().get(f"/regelingen/{reference(world, loop)}", expect=404)
    assert "niet bekendgemaakt" in page.words


def test_open_only_leaves_out_what_closed_or_did_not_open_yet(world):
    now, wie = clock.now(), personen(world)
    open_regeling(world, wie, titel="Nu open")
    open_regeling(world, wie, titel="Later open", opent_at=now + timedelta(days=3))
    open_regeling(world, wie, titel="Al dicht", opent_at=now - timedelta(days=9), sluit_at=now + timedelta(seconds=1))
    world.clock(timedelta(seconds=5))
    words = world.anonymous().get("/regelingen").words
    assert all(title in words for title in ("Nu open", "Later open", "Al dicht", "Nog niet open", "Gesloten"))
    only = world.anonymous().get("/regelingen?stand=open").words
    assert "Nu open" in only and "Later open" not in only and "Al dicht" not in only


# One scheme ---------------------------------------------------------------------------------------------------------------

def test_one_scheme_says_everything_before_anybody_logs_in(world, loop):
    van, tot = jaar()
    world.as_(loop.wie.adviseur, regelingen.maximum_vaststellen, loop.regeling_id, product="dagdeel", jaar=van.year,
              per=Per.EENHEID, bedrag=Decimal("42.50"), besluit="Collegebesluit 12", van=clock.today())
    words = world.anonymous().get(f"/regelingen/{reference(world, loop)}").words.replace("\xa0", " ")
    for said in (
            "Organisaties met een plek in de gemeente", "Subsidieverordening Zwolle",
            "Een verordening van de raad (Awb 4:23, lid 1)",
            f"{van:%d-%m-%Y} tot en met {tot - timedelta(days=1):%d-%m-%Y}", "€ 100.000,00", "Gemeenteblad 2026, 1234",
            "Op volgorde van ontvangst", "De dag telt waarop uw aanvraag compleet was", "€ 42,50 per eenheid (dagdelen)",
            "Collegebesluit 12", "Budget: een vast bedrag voor afgesproken werk", "binnen 8 weken", "14 dagen", "Begroting",
            "Hoeveel inwoners doen mee?", "meer dan 10 % minder of meer dagdelen dan afgesproken",
            "verrekent de gemeente het hele verschil", "Geen staatssteun", "Doe de check"):
        assert said in words, said
    assert "_" not in words


@pytest.mark.parametrize(("anders", "says"), [
    ({"verrekening": None}, ""),
    ({"verrekening": {"eenheid": "plaatsen", "basis": "meerdere", "drempel": "0.125", "met_methode": False}},
     "meer dan 12,5 % minder of meer plaatsen"),
    ({"verrekening": {"eenheid": "plaatsen", "basis": None, "drempel": "0.10", "met_methode": False}}, "nog niet vastgelegd"),
    ({"verdeling": "tender"}, "De beste aanvragen eerst"), ({"verdeling": "loting"}, "Door loting"),
    ({"volgorde_compleet": False}, "De dag telt waarop uw aanvraag binnenkwam"),
    ({"staatssteun": "de_minimis"}, "Samen mag dat niet boven de grens van Europa komen"),
    ({"beslistermijn_weken": 13, "beslistermijn_artikel": "Subsidieverordening Zwolle, artikel 9"}, "binnen 13 weken"),
    ({"medeondertekenen": True}, "Twee personen van uw organisatie tekenen"),
    ({"grondslag": "begroting", "motivering": "De begroting noemt de ontvanger."}, "De begroting noemt de ontvanger."),
])
def test_each_kind_of_scheme_in_words(world, anders, says):
    loop = open_regeling(world, **anders)
    words = world.anonymous().get(f"/regelingen/{reference(world, loop)}").words.replace("\xa0", " ")
    assert says in words
    if anders.get("verrekening", "") is None:
        assert "verrekent" not in words



# The button ---------------------------------------------------------------------------------------------------------------

def test_a_stranger_logs_in_and_comes_back_here(world, loop):
    url = f"/regelingen/{reference(world, loop)}"
    page = world.anonymous().get(url)
    [link] = [a["href"] for a in page.html.select("main a") if a.text.strip() == "Log in om aan te vragen"]
    assert link == f"/inloggen?verder={quote(url, safe='/')}" or link == f"/inloggen?verder={quote(url, safe='')}"
    assert "eHerkenning" in page.words


def test_a_provider_begins_and_comes_back_to_the_same_draft(world, loop):
    url = f"/regelingen/{reference(world, loop)}"
    browser = world.sign_in(loop.wie.aanvragers[0].auteur)
    form = browser.get(url).form(f"{url}/aanvragen")
    first = browser.post(f"{url}/aanvragen", form).location
    assert first.startswith("/aanvragen/")
    assert browser.post(f"{url}/aanvragen").location == first
    assert "Uw aanvraag Dagbesteding" in browser.get(first).words


def test_who_may_not_apply_reads_why(world, loop):
    url = f"/regelingen/{reference(world, loop)}"
    reader = world.sign_in(loop.wie.aanvragers[0].meelezer)
    assert "Uw rol mag geen aanvraag schrijven" in reader.get(url).words
    reader.post(f"{url}/aanvragen", expect=403)
    staff = world.sign_in(loop.wie.adviseur)
    assert "Aanvragen doet een organisatie" in staff.get(url).words
    staff.post(f"{url}/aanvragen", expect=403)
    assert world.anonymous().post(f"{url}/aanvragen", expect=None).status in (303, 401)
    assert world.behind("SELECT count(*) FROM portal.aanvraag")[0][0] == 0


@pytest.mark.parametrize(("opent", "sluit", "status", "says"), [
    (timedelta(days=2), timedelta(days=9), 425, "nog niet aanvragen"),
    (timedelta(days=-9), timedelta(seconds=1), 410, "De tijd is voorbij"),
])
def test_applying_outside_the_time_is_refused_on_the_page_of_the_scheme(world, opent, sluit, status, says):
    now = clock.now()
    loop = open_regeling(world, opent_at=now + opent, sluit_at=now + sluit)
    world.clock(timedelta(seconds=5))
    url = f"/regelingen/{reference(world, loop)}"
    browser = world.sign_in(loop.wie.aanvragers[0].auteur)
    assert not browser.get(url).html.select("main form")
    page = browser.post(f"{url}/aanvragen", expect=status)
    assert says in page.words and "Aanvragen is niet gelukt" in page.words
    assert world.behind("SELECT count(*) FROM portal.aanvraag")[0][0] == 0


def test_a_scheme_that_is_not_there_cannot_be_applied_for(world, loop):
    browser = world.sign_in(loop.wie.aanvragers[0].auteur)
    browser.post("/regelingen/REG-2026-9999/aanvragen", expect=404)


# The check ----------------------------------------------------------------------------------------------------------------

def two_questions(world):
    """A scheme with two questions, of which the right answer to the second is no."""
    inrichting = gegevens()["inrichting"]
    inrichting["vragen"] = [*inrichting["vragen"], {"code": "winst", "vraag": "Maakt u winst?", "goed": "nee",
                                                    "uitleg": "De regeling is voor wie geen winst maakt."}]
    return open_regeling(world, inrichting=inrichting)


def test_the_check_keeps_the_answers_without_a_name_and_tells_what_they_mean(world):
    url = f"/regelingen/{reference(world, two_questions(world))}/check"
    browser = world.anonymous()
    page = browser.get(url)
    assert "Wij vragen uw naam niet" in page.words and "Deze check bindt niemand" in page.words
    result = browser.post(url, page.form(url) | {"vraag-plek": "ja", "vraag-winst": "nee"}).location
    page = browser.get(result)
    assert "Deze regeling lijkt bij u te passen" in page.words and page.words.count("dat past") == 2
    [(code, answers, fits)] = world.behind("SELECT code, antwoorden, geschikt FROM portal.geschiktheidscheck")
    assert result == f"/regelingen/check/{code}" and code in page.words
    assert (answers, fits) == ({"plek": "ja", "winst": "nee"}, True)
    assert "Deze check bindt niemand" in page.words and "Log in om aan te vragen" in page.words


def test_an_answer_that_does_not_fit_is_told_with_its_reason(world):
    url = f"/regelingen/{reference(world, two_questions(world))}/check"
    browser = world.anonymous()
    page = browser.get(browser.post(url, {"vraag-plek": "nee", "vraag-winst": "nee"}).location)
    assert "Deze regeling lijkt niet bij u te passen" in page.words
    assert "1 antwoord past niet bij deze regeling." in page.words and "Nee, dat past niet" in page.words
    assert "De regeling is voor activiteiten in de gemeente." in page.words


def test_every_question_needs_an_answer_and_what_was_chosen_stays(world):
    url = f"/regelingen/{reference(world, two_questions(world))}/check"
    browser = world.anonymous()
    page = browser.post(url, {"vraag-winst": "nee"}, expect=422)
    assert "Kies ja of nee: Heeft u een plek in de gemeente?" in page.words
    assert page.html.select_one("input[name=vraag-winst][value=nee]").has_attr("checked")
    page = browser.post(url, {"vraag-winst": "misschien", "vraag-plek": "ja"}, expect=422)
    assert "Kies ja of nee: Maakt u winst?" in page.words
    assert world.behind("SELECT count(*) FROM portal.geschiktheidscheck")[0][0] == 0


def test_the_answers_are_read_back_by_their_code_by_anybody(world, loop):
    url = f"/regelingen/{reference(world, loop)}/check"
    world.anonymous().post(url, {"vraag-plek": "ja"})
    code = world.behind("SELECT code FROM portal.geschiktheidscheck")[0][0]
    staff = world.sign_in(loop.wie.adviseur)
    found = staff.get(f"/regelingen/check?code={code.lower()}", expect=303).location
    assert "Heeft u een plek in de gemeente?" in staff.get(found).words
    page = staff.get("/regelingen/check?code=CHK-AAAAA-AAAAA", expect=404)
    assert "Deze code kennen wij niet" in page.words and page.html.select_one("#code")["value"] == "CHK-AAAAA-AAAAA"
    assert "De code van uw check" in staff.get("/regelingen/check").words
    staff.get("/regelingen/check/CHK-AAAAA-AAAAA", expect=404)


def test_a_scheme_without_questions_has_no_check(world):
    loop = open_regeling(world, inrichting=gegevens()["inrichting"] | {"vragen": []})
    url = f"/regelingen/{reference(world, loop)}"
    assert "Doe de check" not in world.anonymous().get(url).words
    assert "hoort geen check" in world.anonymous().get(f"{url}/check").words
    world.anonymous().post(f"{url}/check", expect=404)


def test_the_check_of_a_scheme_that_is_not_there(world):
    world.anonymous().get("/regelingen/REG-2026-9999/check", expect=404)
    world.anonymous().post("/regelingen/REG-2026-9999/check", expect=404)


def test_no_address_fills_the_table(world, loop):
    url = f"/regelingen/{reference(world, loop)}/check"
    browser = world.anonymous()
    token = browser.csrf()
    answers = [browser.post(url, {"vraag-plek": "ja", "csrf_token": token}, expect=None).status for _n in range(61)]
    assert answers == [303] * 60 + [429]


def test_another_gemeente_and_another_provider_read_the_same(world, loop):
    url = f"/regelingen/{reference(world, loop)}"
    other = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    stranger = world.sign_in(zorgaanbieder(world, "De Buren (fictief)").auteur)
    assert "€ 100.000,00" in other.get(url).words.replace("\xa0", " ")
    assert stranger.get(url).html.select_one(f"form[action='{url}/aanvragen']")
    assert len(world.see(loop.wie.adviseur, lambda s: s.scalars(select(RegelingPublicatie)).all())) == 1
