"""The Right to Challenge for everybody: plans, following and supporting, what it is, tasks, an idea, open data."""

import csv
import io
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from local.mail import read_all
from portal import jobs
from portal.domains.uitdaagrecht import initiatieven, openbaar, taken, uitvoering
from portal.domains.uitdaagrecht.model import State, Volger
from portal.domains.uitdaagrecht.queries import STANDEN
from portal.domains.uitdaagrecht.rules import UITDAGING
from portal.domains.uitdaagrecht.words import NU_WORDS, STAP_WORDS, VELD_WORDS
from portal.kernel import clock
from portal.web.filters import datum
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
    PLAN,
    begonnen,
    beoordeling,
    beslisbaar,
    besloten,
    getoetst,
    in_gesprek,
    in_uitvoering,
    ingediend,
    neem_in,
    personen,
    taak,
    verlenging,
    voorgesteld,
)
from tests.web.test_account import mailbox, newest_link  # noqa: F401
from tests.web.test_bladvragen import MOST, asks


def reference(world) -> str:
    """The number of the only page."""
    ((found,),) = world.behind("SELECT reference FROM portal.initiatiefpagina")
    return found


def flat(page) -> str:
    return page.words.replace("\xa0", " ")


def status(page) -> list[str]:
    """The names of the steps, each with how it stands."""
    return [f"{item['class'][-1].rpartition('--')[2]} {item.select_one('.p-phases__name').get_text(' ', strip=True)}"
            for item in page.html.select(".p-phases__item")]


# The list -----------------------------------------------------------------------------------------------------------------

def test_the_list_says_that_there_is_nothing_yet(world):
    page = world.anonymous().get("/initiatieven")
    assert "Er is nog geen initiatief" in page.words and page.html.select_one('main a[href="/uitdagen"]')


def test_everybody_reads_the_plan_with_its_gemeente_task_and_stand(world):
    in_gesprek(world)
    page = world.anonymous().get("/initiatieven")
    row = page.html.select_one(".p-list li").get_text(" ")
    for said in ("Samen koken in het dorpshuis", "In gesprek", "Gemeente Dalfsen", "Dagbesteding in het dorp"):
        assert said in row, said
    assert "Dalfsen 1 in behandeling" in page.words and "0 afgerond" not in page.words
    assert "Ina Wonen" not in page.text and "Bert Buur" not in page.text


def test_the_list_by_gemeente_and_by_stand(world):
    in_gesprek(world)
    browser = world.anonymous()
    for asked, shown in (("gemeente=dalfsen", True), ("gemeente=zwolle", False), ("stand=open", True), ("stand=loopt", False),
                         ("stand=beslist", False), ("gemeente=dalfsen&stand=open", True), ("gemeente=atlantis&stand=x", True)):
        page = browser.get(f"/initiatieven?{asked}")
        assert ("Samen koken" in page.words) is shown, asked
        if not shown:
            assert "Er is geen plan dat hierbij past" in page.words
    assert "Initiatieven in gemeente Dalfsen" in browser.get("/initiatieven?gemeente=dalfsen").words


def test_what_is_not_published_or_hidden_is_nowhere(world):
    loop = in_gesprek(world)
    ref = reference(world)
    world.as_(loop.wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam van een buur in.")
    browser = world.anonymous()
    for address in ("/initiatieven", "/initiatieven.csv", "/initiatieven.json", "/uitdagen", "/uitdagen/dalfsen"):
        assert "Samen koken" not in browser.get(address).text
    for address in (f"/initiatieven/{ref}", f"/initiatieven/{ref}/volgen", f"/initiatieven/{ref}/steunen"):
        assert "staat niet op deze website" in browser.get(address, expect=404).words


# One plan -----------------------------------------------------------------------------------------------------------------

def test_a_plan_says_where_it_stands_what_it_is_and_who_to_ask(world):
    in_gesprek(world)
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert status(page) == ["done Ingediend (klaar)", "now Stap 2 van 5: Gesprekken (nu)", "todo Beoordeling",
                            "todo Beslissing", "todo Start"]
    words = flat(page)
    for said in ("In gesprek", "Bewoners en gemeente praten samen over het plan.", "Als niemand iets doet", "vervalt niet",
                 "Waarom kunnen zij dat beter of goedkoper?", PLAN["waarom"], "Dagbesteding in het dorp", "€ 31.200,00",
                 "Op tijd, veilig, en met aandacht.", "Plan ingediend", "Beslissing uiterlijk op", "binnen 8 weken",
                 "Anneke Schut", "contactpersoon, gemeente Dalfsen", "Nog niemand volgt dit", "Een mailadres is geen mens"):
        assert said in words, said
    # What they did not choose to show, and who they are.
    for hidden in (PLAN["wie"], PLAN["continuiteit"], "Ina Wonen", "24500", "24.500"):
        assert hidden not in page.text, hidden
    assert page.html.select_one('main a[href^="/uitdagen/taak/"]') and page.html.select_one('a[href="/uitdagen/dalfsen/idee"]')


def test_what_happened_stands_in_order_with_what_must_happen_on_top(world):
    loop = begonnen(world)
    world.as_(loop.wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu, en tot wanneer?")
    neem_in(world)
    beoordeling(world, in_gesprek(world, getoetst(world, ingediend(world, loop))))
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert [one.get_text(" ", strip=True) for one in page.html.select(".p-timeline__what")] == [
        "Uiterlijk dan beslist de gemeente", "De vakafdeling van de gemeente beoordeelt het plan.",
        "De bewoners maakten hun plan af",
        "Gesprek 1", "Bewoners en gemeente gaan met elkaar in gesprek", "De gemeente neemt het plan in behandeling",
        "Plan ingediend"]


def test_the_page_follows_every_step_to_the_answer_and_asks_no_support_then(world):
    beslisbaar(world)
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert "De gemeente schrijft het antwoord." in page.words and "Een panel kijkt naar het plan" in page.words
    assert not page.html.select_one('a[href$="/steunen"]')
    assert world.behind("SELECT stand FROM portal.initiatiefpagina")[0].stand == "beslissen"


def test_a_decision_that_is_late_is_visibly_late(world):
    in_gesprek(world)
    world.clock(timedelta(weeks=9))
    assert "Beslissing uiterlijk op" not in world.anonymous().get("/initiatieven").words
    assert "7 dagen te laat" in world.anonymous().get("/initiatieven").words
    words = world.anonymous().get(f"/initiatieven/{reference(world)}").words
    assert "beloofd voor" in words
    assert "dagen te laat" in words and "De gemeente had al moeten beslissen" in words and "Als niemand iets doet" not in words


def test_while_residents_add_something_time_stands_still(world):
    loop = in_gesprek(world)
    # Only the page: a supplement is asked before the talks, when most plans are not public yet.
    world.behind("UPDATE portal.initiatiefpagina SET stand = 'wacht_op_aanvulling'")
    words = world.anonymous().get(f"/initiatieven/{reference(world)}").words
    assert "De tijd staat stil" in words and "Beslissing uiterlijk op" not in words and loop.uitdaging_id


def test_a_no_gives_its_grounds_and_reasons_in_words(world):
    besloten(world, uitkomst="afwijzen", gronden=("duurder", "strijd_met_wet"))
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert all(said in page.words for said in ("Nee.", "Het plan is duurder dan de gemeente nu betaalt", LANG,
                                                "Het mag niet van de wet (ook staatssteun en aanbesteden)"))
    assert status(page) == ["done Ingediend (klaar)", "done Gesprekken (klaar)", "done Beoordeling (klaar)",
                            "done Beslissing (klaar)"]
    assert "Beslissing uiterlijk op" not in page.words and "De gemeente zegt nee" in page.words


def test_a_yes_goes_on_to_the_start(world):
    in_uitvoering(world)
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert "Ja, als proef." in page.words and {one.partition(" ")[0] for one in status(page)} == {"done"}
    assert "De bewoners zijn begonnen" in page.words and "Dit plan vraagt nu geen steun" not in page.words
    assert not page.html.select('main a[href$="/steunen"]')


def test_everybody_reads_until_when_and_that_it_became_longer(world):
    loop = verlenging(world, getekend=True)
    before = world.anonymous().get(f"/initiatieven/{reference(world)}").words
    assert f"De afspraak loopt tot en met {datum(clock.today() + timedelta(days=395))}." in before
    world.as_(loop.wie.coordinator, uitvoering.verlengen, loop.uitdaging_id)
    after = world.anonymous().get(f"/initiatieven/{reference(world)}").words
    assert f"De afspraak loopt tot en met {datum(clock.today() + timedelta(days=760))}." in after
    assert "Bewoners en gemeente verlengden de afspraak" in after


def test_who_writes_about_what_was_bought_together_reads_beforehand_who_decides(world):
    loop = taak(world, bevoegd_id=world.gemeente("zwolle"))
    assert "Gemeente Zwolle beslist voor allemaal." in world.anonymous().get(f"/uitdagen/taak/{loop.taak_id}").words
    assert "(gemeente Zwolle beslist)" in world.anonymous().get("/uitdagen/dalfsen/idee").words
    loop = begonnen(world, loop)
    browser = world.sign_in(loop.wie.inwoner)
    assert "(gemeente Zwolle beslist)" in browser.get(f"/mijn-plannen/{loop.initiatief_id}/plan/idee").words
    assert "Gemeente Zwolle beslist over deze taak" in browser.get(f"/mijn-plannen/{loop.initiatief_id}/controle").words


def test_what_was_withdrawn_says_so_without_a_bar(world):
    loop = in_gesprek(world)
    world.behind("UPDATE portal.initiatiefpagina SET stand = 'ingetrokken', besluit = '{}'")
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert status(page) == [] and "De bewoners trokken hun plan in." in page.words and loop.uitdaging_id


def test_an_answer_that_is_looked_at_again_is_no_answer_now(world):
    besloten(world, uitkomst="afwijzen", gronden=("duurder",))
    world.behind("UPDATE portal.initiatiefpagina SET stand = 'beslissen', besluit = '{}', uiterlijk_on = :d",
                 d=clock.today() + timedelta(days=7))
    page = world.anonymous().get(f"/initiatieven/{reference(world)}")
    assert "now Stap 4 van 5: Beslissing (nu)" in status(page) and "Nog 7 dagen" in page.words
    assert page.html.select_one(".p-phases__item--now .p-phases__note").text.startswith("uiterlijk")


def test_every_stand_of_a_page_has_words_and_a_place_in_the_list():
    shown = set(State) - {State.INFOVERZOEK, State.BEANTWOORD}
    assert set(NU_WORDS) == shown and set(STAP_WORDS) == set(openbaar.ZICHTBAAR.values())
    assert {state for states in STANDEN.values() for state in states} == set(State)
    assert set(VELD_WORDS) == set(UITDAGING)


# Following and supporting -------------------------------------------------------------------------------------------------

def test_a_resident_follows_and_stops(world):
    loop = in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    browser = world.sign_in(loop.wie.buur)
    assert browser.post(f"{at}/volgen", browser.get(at).form(f"{at}/volgen")).location == at
    page = browser.get(at)
    assert "U volgt dit initiatief." in page.words and "1 mens volgt dit. Niemand ziet wie." in page.words
    assert "1 mens volgt dit" in world.anonymous().get(at).words
    browser.post(f"{at}/niet-volgen", page.form(f"{at}/niet-volgen"))
    assert "Nog niemand volgt dit" in browser.get(at).words


def test_a_resident_supports_once_and_takes_it_back(world):
    loop = in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    browser = world.sign_in(loop.wie.buur)
    browser.post(f"{at}/steunen", browser.get(f"{at}/steunen").form(f"{at}/steunen"))
    assert "1 mailadres" in browser.get(at).words and "U steunt dit plan." in browser.get(f"{at}/steunen").words
    again = browser.post(f"{at}/steunen", {}, expect=409)
    assert "Eén keer telt" in again.words
    browser.post(f"{at}/niet-steunen", {})
    assert "0 mailadressen" in browser.get(at).words


def test_own_plan_staff_and_a_plan_that_is_decided_get_no_support(world):
    loop = in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    assert "Uw steun telt al" in world.sign_in(loop.wie.inwoner).post(f"{at}/steunen", {}, expect=409).words
    staff = world.sign_in(loop.wie.collega)
    staff.post(f"{at}/steunen", {}, expect=403)
    staff.post(f"{at}/volgen", {}, expect=403)
    page = staff.get(f"{at}/volgen")
    assert "Alleen inwoners" in page.words and not page.html.select("main form")
    besloten(world, voorgesteld(world, beslisbaar(world, beoordeling(world, loop))))
    assert "vraagt nu geen steun" in world.sign_in(loop.wie.buur).post(f"{at}/steunen", {}, expect=409).words
    assert "Dit plan vraagt nu geen steun" in world.anonymous().get(f"{at}/steunen").words


def test_the_wall_lets_only_residents_follow_and_only_for_themselves(world):
    loop = in_gesprek(world)
    ((page_id,),) = world.behind("SELECT id FROM portal.initiatiefpagina")
    provider = world.aanbieder_persoon(world.aanbieder(), "aanbieder")
    for who, party in ((loop.wie.collega, loop.wie.collega.party_id), (provider, provider.party_id),
                       (loop.wie.buur, loop.wie.inwoner.party_id)):
        with pytest.raises(DBAPIError, match="row-level security"):
            world.as_(who, lambda s, _a, party=party: (s.add(Volger(pagina_id=page_id, party_id=party)), s.flush()))
    world.as_(loop.wie.buur, lambda s, _a: (s.add(Volger(pagina_id=page_id, party_id=loop.wie.buur.party_id)), s.flush()))


def test_who_has_no_address_here_is_told_how_to_get_news(world):
    loop = in_gesprek(world)
    world.behind("UPDATE portal.membership SET email = NULL WHERE party_id = :p", p=loop.wie.buur.party_id)
    answer = world.sign_in(loop.wie.buur).post(f"/initiatieven/{reference(world)}/volgen", {}, expect=409)
    assert "geen mailadres van u" in answer.words


@pytest.mark.parametrize(("wat", "done"), [("volgen", "1 mens volgt dit"), ("steunen", "1 mailadres")])
def test_the_mailed_link_leads_back_to_the_button_and_no_get_writes(world, mailbox, wat, done):  # noqa: F811
    in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    browser = world.anonymous()
    form = browser.get(f"{at}/{wat}").form(f"{at}/link")
    sent = browser.post(f"{at}/link", form | {"email": "jo@voorbeeld.example"})
    assert sent.location.startswith("/inloggen/link-verstuurd?gemeente=dalfsen")
    link = newest_link(mailbox)
    there = browser.post(link, browser.get(link).form())
    assert there.location == f"{at}/{wat}"
    page = browser.get(there.location)
    assert done not in browser.get(at).words
    browser.post(f"{at}/{wat}", page.form(f"{at}/{wat}"))
    assert done in world.anonymous().get(at).words


def test_a_wrong_address_stays_on_the_page_and_a_mail_server_that_is_away_says_so(world):
    in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    wrong = world.anonymous().post(f"{at}/link", {"wat": "volgen", "email": "geen adres"}, expect=422)
    assert wrong.html.select_one("#email")["value"] == "geen adres" and wrong.html.select_one("#email-fout")
    away = world.anonymous().post(f"{at}/link", {"wat": "steunen", "email": "jo@voorbeeld.example"}, expect=503)
    assert "geen mail versturen" in away.words and away.html.select_one("#email")["value"] == "jo@voorbeeld.example"
    world.anonymous().post(f"{at}/link", {"wat": "kwaad", "email": "jo@voorbeeld.example"}, expect=422)


@pytest.mark.parametrize("verder", ["https://kwaad.example/", "//kwaad.example", "/\\kwaad.example", "javascript:alert(1)"])
def test_the_link_leads_nowhere_else(world, mailbox, verder):  # noqa: F811
    browser = world.anonymous()
    browser.post("/inloggen/link", {"email": "jo@voorbeeld.example", "verder": verder})
    link = newest_link(mailbox)
    assert "kwaad" not in link
    assert browser.post(link.partition("?")[0], {"verder": verder}).location == "/mijn-ondersteuning"


def test_an_old_link_keeps_the_way_to_a_new_one(world, mailbox):  # noqa: F811
    browser = world.anonymous()
    browser.post("/inloggen/link", {"email": "jo@voorbeeld.example", "verder": "/initiatieven"})
    world.clock(timedelta(minutes=16))
    link = newest_link(mailbox)
    over = browser.post(link, browser.get(link).form(), expect=410)
    assert over.html.select_one("main a.utrecht-button-link")["href"] == "/inloggen/link?verder=/initiatieven"


def test_news_reaches_who_follows_by_mail_with_a_way_to_stop(world, mailbox):  # noqa: F811
    loop = in_gesprek(world)
    at = f"/initiatieven/{reference(world)}"
    world.as_(loop.wie.buur, openbaar.volgen, at.rpartition("/")[2])
    beoordeling(world, loop)
    (row,) = world.behind("SELECT id FROM portal.outbox WHERE soort = 'volgnieuws'")
    jobs.deliver(world.app, row.id)
    (mail,) = [one for one in read_all(mailbox) if "initiatief" in one["Subject"]]
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Nieuws over een initiatief dat u volgt"
    for said in ("Samen koken in het dorpshuis", "De vakafdeling van de gemeente beoordeelt het plan.", f"http://localhost{at}",
                 f"http://localhost{at}/volgen"):
        assert said in text, said
    # Once, also when the job runs twice.
    jobs.deliver(world.app, row.id)
    assert len([one for one in read_all(mailbox) if "initiatief" in one["Subject"]]) == 1
    ((sent,),) = world.behind("SELECT verzonden_at IS NOT NULL FROM portal.outbox WHERE id = :i", i=row.id)
    assert sent


def test_no_news_goes_out_of_a_page_that_was_hidden_meanwhile_or_to_who_stopped(world, mailbox):  # noqa: F811
    loop = in_gesprek(world)
    ref = reference(world)
    for who in (loop.wie.buur, loop.wie.inwoner):
        world.as_(who, openbaar.volgen, ref)
    beoordeling(world, loop)
    world.as_(loop.wie.buur, openbaar.niet_volgen, ref)
    rows = {row.party_id: row.id for row in world.behind("SELECT id, party_id FROM portal.outbox WHERE soort = 'volgnieuws'")}
    jobs.deliver(world.app, rows[loop.wie.buur.party_id])
    world.as_(loop.wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam van een buur in.")
    jobs.deliver(world.app, rows[loop.wie.inwoner.party_id])
    assert not [one for one in read_all(mailbox) if "initiatief" in one["Subject"]]
    assert all(row.fout for row in world.behind("SELECT fout FROM portal.outbox WHERE soort = 'volgnieuws'"))


# What it is ---------------------------------------------------------------------------------------------------------------

def test_the_start_leads_to_every_gemeente(world):
    page = world.anonymous().get("/uitdagen")
    towns = [a["href"] for a in page.html.select('main a[href^="/uitdagen/"]')]
    assert "/uitdagen/dalfsen" in towns and len(towns) == len(set(towns)) == 11


def test_an_example_says_what_came_of_it_also_where_the_gemeente_has_none(world):
    besloten(world, uitkomst="afwijzen", gronden=("duurder",))
    for address in ("/uitdagen", "/uitdagen/dalfsen", "/uitdagen/ommen"):
        words = flat(world.anonymous().get(address))
        assert "Nee gezegd Dalfsen" in words and "De gemeente zei nee: het plan is duurder dan de gemeente nu betaalt." in words


@pytest.mark.parametrize(("slug", "says"), [
    ("zwolle", ("25 keer", "Een mailadres telt", "Het antwoord is een besluit", "Binnen 8 weken")),
    ("deventer", ("Het antwoord is geen besluit", "Binnen 12 weken")),
    ("hardenberg", ("50 keer", "Alleen steun met DigiD en op papier telt")),
    ("staphorst", ("Binnen 8 weken",)),
])
def test_each_gemeente_has_its_own_rules_in_plain_words(world, slug, says):
    words = world.anonymous().get(f"/uitdagen/{slug}").words
    for said in (*says, "Participatieverordening, artikel 8", "Verordening maatschappelijke ondersteuning, artikel 20",
                 "U krijgt binnen 10 werkdagen antwoord", "Ten hoogste 3 gesprekken, in 12 weken", "Inwoners",
                 "Maatschappelijke organisaties", "Begin met uw idee", "Als niemand iets doet"):
        assert said in words, said
    assert ("panel advies" in words) is (slug != "staphorst")


def test_a_gemeente_that_does_not_take_part_is_not_there(world):
    for address in ("/uitdagen/atlantis", "/uitdagen/atlantis/taken", "/uitdagen/atlantis/idee"):
        world.anonymous().get(address, expect=404)


# Tasks --------------------------------------------------------------------------------------------------------------------

def test_the_register_shows_open_tasks_and_excluded_ones_with_their_reason(world):
    loop = taak(world)
    shut = world.as_(loop.wie.coordinator, taken.bewaren, naam="Indicaties stellen", omschrijving="Besluiten wie zorg krijgt.",
                     uitdaagbaar=False, reden="Dat mag alleen de gemeente doen (Wmo 2.6.3).")
    world.as_(loop.wie.coordinator, taken.openbaar, shut.id)
    world.as_(loop.wie.coordinator, taken.bewaren, naam="Nog geheim", omschrijving="Nog niet getoond.")
    page = world.anonymous().get("/uitdagen/dalfsen/taken")
    words = flat(page)
    assert "Dagbesteding in het dorp" in words and "€ 31.200,00" in words and "Nog geheim" not in words
    assert "Indicaties stellen" in words and "Wmo 2.6.3" in words
    one = world.anonymous().get(f"/uitdagen/taak/{shut.id}")
    assert "Kan niet" in one.words and not one.html.select('main a[href*="taak="]')


def test_a_gemeente_without_tasks_says_so(world):
    assert "Er staan nog geen taken" in world.anonymous().get("/uitdagen/raalte/taken").words


@pytest.mark.parametrize(("days", "says"), [
    (1200, "Nog te vroeg"), (400, "Kan nu"), (30, "Te laat voor dit contract"), (None, "Er is geen contract")])
def test_the_window_of_a_task_in_words(world, days, says):
    tot = None if days is None else clock.today() + timedelta(days=days)
    loop = taak(world, contract_tot=tot)
    page = world.anonymous().get(f"/uitdagen/taak/{loop.taak_id}")
    assert says in page.words
    assert f"/uitdagen/dalfsen/idee?taak={loop.taak_id}" in [a["href"] for a in page.html.select("main a")]


def test_a_task_tells_cost_quality_source_and_the_plans_about_it(world):
    loop = in_gesprek(world)
    page = world.anonymous().get(f"/uitdagen/taak/{loop.taak_id}")
    for said in ("€ 31.200,00", "jaarrekening", "Op tijd, veilig", "Samen koken in het dorpshuis", "Wie doet het nu?"):
        assert said in flat(page), said


def test_a_task_that_is_taken_off_is_not_there_for_staff_either(world):
    loop = taak(world)
    world.as_(loop.wie.coordinator, taken.openbaar, loop.taak_id, ja=False)
    for browser in (world.anonymous(), world.sign_in(loop.wie.coordinator)):
        browser.get(f"/uitdagen/taak/{loop.taak_id}", expect=404)
    world.anonymous().get(f"/uitdagen/taak/{uuid.uuid4()}", expect=404)


# An idea ------------------------------------------------------------------------------------------------------------------

def _typed(**anders) -> dict:
    return {name: IDEE[name] for name in ("wat", "waarom", "wie")} | {"taak": "", "email": "jo@voorbeeld.example"} | anders


def test_an_idea_without_a_login_becomes_a_plan_of_who_holds_the_mail(world, mailbox):  # noqa: F811
    loop = taak(world)
    browser = world.anonymous()
    page = browser.get(f"/uitdagen/dalfsen/idee?taak={loop.taak_id}")
    form = page.form()
    assert form["taak"] == str(loop.taak_id)
    sent = browser.post("/uitdagen/dalfsen/idee", form | _typed(taak=form["taak"]))
    assert sent.location == "/inloggen/link-verstuurd?gemeente=dalfsen&verder=/uitdagen/dalfsen/idee"
    link = newest_link(mailbox)
    assert "U schreef een idee op, en wilt ermee verder." in read_all(mailbox)[-1].get_body(("plain",)).get_content()
    code = re.search(r"/mijn-plannen/ophalen/([\w-]+)", link).group(1)
    there = browser.post(link, browser.get(link).form())
    assert there.location == f"/mijn-plannen/ophalen/{code}"
    made = world.as_(loop.wie.buur, initiatieven.concept_ophalen, code)
    assert made.taak_id == loop.taak_id and made.gegevens["wat"] == IDEE["wat"] and made.gemeente_id == loop.gemeente_id


def test_what_is_wrong_stays_typed_and_nothing_is_kept(world):
    taak(world)
    for field, wrong in (("wat", ""), ("email", "geen adres"), ("taak", str(uuid.uuid4())), ("waarom", "x" * 4001)):
        page = world.anonymous().post("/uitdagen/dalfsen/idee", _typed(**{field: wrong}), expect=422)
        assert page.html.select_one(f"#{field}-fout"), field
        assert page.html.select_one("#wie").text == IDEE["wie"]
    assert world.behind("SELECT 1 FROM portal.ideeconcept") == []


def test_an_address_that_bounces_is_told_at_its_field_and_nothing_is_kept(world, mailbox):  # noqa: F811
    taak(world)
    page = world.anonymous().post("/uitdagen/dalfsen/idee", _typed(email="onbestelbaar@voorbeeld.example"), expect=422)
    assert "Naar dit adres kunnen wij geen mail sturen. Controleer het adres." in page.html.select_one("#email-fout").text
    assert page.html.select_one("#wie").text == IDEE["wie"] and read_all(mailbox) == []
    assert world.behind("SELECT 1 FROM portal.ideeconcept") == []


def test_where_no_mail_can_go_nothing_is_kept_and_the_text_stays(world):
    page = world.anonymous().post("/uitdagen/dalfsen/idee", _typed(), expect=503)
    assert "geen mail versturen" in page.words and page.html.select_one("#wat").text == IDEE["wat"]
    assert world.behind("SELECT 1 FROM portal.ideeconcept") == []


def test_nobody_uses_the_form_to_send_mail(world, mailbox):  # noqa: F811
    browser = world.anonymous()
    for _turn in range(5):
        browser.post("/uitdagen/dalfsen/idee", _typed())
    refused = browser.post("/uitdagen/dalfsen/idee", _typed(email="ander@voorbeeld.example"), expect=429)
    assert "te vaak" in refused.words and refused.html.select_one("#wat").text == IDEE["wat"]
    assert len(read_all(mailbox)) == 5 and len(world.behind("SELECT 1 FROM portal.ideeconcept")) == 5


def test_who_is_logged_in_as_a_resident_goes_to_their_own_plans_and_staff_is_told(world):
    wie = personen(world)
    assert world.sign_in(wie.inwoner).get("/uitdagen/dalfsen/idee", expect=303).location.startswith("/mijn-plannen")
    page = world.sign_in(wie.coordinator).get("/uitdagen/dalfsen/idee")
    assert "niet ingelogd als inwoner" in page.words and not page.html.select("main form")


# Open data ----------------------------------------------------------------------------------------------------------------

def test_the_plans_as_data_hold_what_is_published_and_nobody(world):
    besloten(world, uitkomst="afwijzen", gronden=("duurder",))
    browser = world.anonymous()
    answer = browser.get("/initiatieven.json")
    (row,) = json.loads(answer.text)["initiatieven"]
    assert (row["gemeente"], row["stand"], row["uitkomst"], row["gronden"]) == ("Dalfsen", "afgewezen", "afwijzen", "duurder")
    assert row["uiterlijk_op"] is None and row["beslist_op"] == clock.today().isoformat()
    lines = list(csv.reader(io.StringIO(browser.get("/initiatieven.csv").text.removeprefix("\ufeff")), delimiter=";"))
    assert lines[0] == list(row) and lines[1][0] == row["nummer"]
    schema = json.loads(browser.get("/initiatieven/schema.json").text)
    assert set(schema["properties"]["initiatieven"]["items"]["required"]) == set(row)
    for name in ("Ina Wonen", "Anneke", "Bert", LANG):
        assert name not in answer.text
    assert json.loads(browser.get("/initiatieven.json?gemeente=zwolle").text)["initiatieven"] == []


# What it costs ------------------------------------------------------------------------------------------------------------

def test_every_page_asks_eight_statements_at_most(world):
    loop = besloten(world)
    at = f"/initiatieven/{reference(world)}"
    for browser in (world.anonymous(), world.sign_in(loop.wie.buur)):
        for address in ("/initiatieven", at, f"{at}/volgen", f"{at}/steunen", "/uitdagen", "/uitdagen/dalfsen",
                        "/uitdagen/dalfsen/taken", f"/uitdagen/taak/{loop.taak_id}"):
            found = asks(world, browser, address)
            assert len(found) <= MOST, "\n---\n".join([address, *found])
    assert len(asks(world, world.anonymous(), "/uitdagen/dalfsen/idee")) <= MOST


def test_the_list_asks_the_same_for_one_plan_and_for_two(world):
    loop = in_gesprek(world)
    few = asks(world, world.anonymous(), "/initiatieven")
    in_gesprek(world, getest(world, loop))
    assert len(asks(world, world.anonymous(), "/initiatieven")) == len(few)


def getest(world, loop):
    """A second plan, of the neighbour, in hand."""
    buur = replace(loop, wie=replace(loop.wie, inwoner=loop.wie.buur), initiatief_id=None, uitdaging_id=None)
    return getoetst(world, ingediend(world, begonnen(world, buur)))
