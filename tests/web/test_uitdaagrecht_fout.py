"""What goes wrong with a plan of residents: the same twice, another's task, too late. A clear sentence, nothing is lost."""

from datetime import timedelta

from portal import jobs
from portal.domains.uitdaagrecht import initiatieven, usecases
from portal.kernel import clock
from tests.uitdaagrecht_world import IDEE, begonnen, getoetst, ingediend, neem_in, personen, taak
from tests.web.test_mijn_plannen import MIJN, fill, plan


def test_D1_AC3_who_sends_a_plan_gets_a_receipt_with_its_number_and_day_which_stays(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.inwoner)
    receipt = browser.post(plan(loop, "/indienen"), browser.get(plan(loop, "/controle")).form(plan(loop, "/indienen"))).location
    ((number, at),) = world.behind("SELECT ontvangst_nummer, verzonden_at FROM portal.inzending")
    day = clock.day_of(at)
    assert day == clock.today()
    world.clock(timedelta(days=9))
    page = world.sign_in(loop.wie.inwoner).get(receipt)
    facts = page.html.select_one("section[aria-labelledby=bewijs] dl").get_text(" ", strip=True)
    assert number in facts and f"{day.day} " in facts and str(day.year) in facts and "Gemeente Dalfsen" in facts
    assert IDEE["wat"] in page.words and "heeft u antwoord" in page.words
    world.sign_in(loop.wie.buur).get(receipt, expect=404)


def test_the_same_plan_sent_twice_stands_there_once_and_says_so(world):
    loop = begonnen(world)
    browser = world.sign_in(loop.wie.inwoner)
    form = browser.get(plan(loop, "/controle")).form(plan(loop, "/indienen"))
    first = browser.post(plan(loop, "/indienen"), form)
    assert browser.post(plan(loop, "/indienen"), form).location == first.location
    again = browser.post(plan(loop, "/indienen"), form | {"sleutel": "nog eens"}, expect=409)
    assert "U verstuurde dit plan al. De gemeente heeft het." in again.words and IDEE["wat"] in again.words
    neem_in(world)
    assert len(world.behind("SELECT 1 FROM portal.inzending")) == len(world.behind("SELECT 1 FROM portal.uitdaging")) == 1


def test_the_same_idea_of_two_people_is_a_hint_to_the_gemeente_and_never_a_refusal(world):
    loop = taak(world)
    first = ingediend(world, begonnen(world, loop))
    neighbour = world.as_(loop.wie.buur, initiatieven.begin, loop.gemeente_id, gegevens=IDEE, taak_id=loop.taak_id)
    world.as_(loop.wie.buur, initiatieven.indienen, neighbour.id)
    neem_in(world)
    page = world.sign_in(loop.wie.coordinator).get(f"/uitdaging/{first.uitdaging_id}")
    assert "Lijkt dit op een ander plan?" in page.words
    ((other,),) = world.behind("SELECT id FROM portal.uitdaging WHERE initiatief_id = :i", i=neighbour.id)
    assert page.html.select_one(f'main a[href="/uitdaging/{other}"]')


def test_a_task_of_another_gemeente_is_not_chosen_and_what_was_typed_stays(world):
    here = taak(world, naam="Eten koken")
    elsewhere = taak(world, personen(world, "zwolle"), "zwolle", naam="Bomen snoeien")
    browser = world.sign_in(here.wie.inwoner)
    url = f"{MIJN}/nieuw?gemeente=dalfsen"
    assert "Bomen snoeien" not in browser.get(url).words
    form = browser.get(url).form(f"{MIJN}/nieuw") | IDEE | {"taak": str(elsewhere.taak_id), "daarna": "stop"}
    wrong = browser.post(f"{MIJN}/nieuw", form, expect=422)
    assert "Kies een taak uit de lijst." in wrong.words and wrong.form(f"{MIJN}/nieuw")["waarom"] == IDEE["waarom"]
    assert world.behind("SELECT 1 FROM portal.initiatief") == []


def test_an_addition_after_its_day_still_comes_in_and_nothing_lapses(world):
    loop = getoetst(world)
    world.as_(loop.wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["draagvlak"], uitleg="Wie wil dit?")
    world.clock(timedelta(weeks=5))
    jobs.pass_time(world.app)
    browser = world.sign_in(loop.wie.inwoner)
    page = browser.get(plan(loop)).words
    assert "Niet aangevuld binnen de tijd" in page
    receipt = browser.get(fill(browser, plan(loop), action=plan(loop, "/aanvullen"), draagvlak="Zestig mensen.").location)
    assert "Verstuurd: aanvulling" in receipt.words and "Zestig mensen." in receipt.words
    neem_in(world)
    assert "Zestig mensen." in world.sign_in(loop.wie.coordinator).get(f"/uitdaging/{loop.uitdaging_id}").words


def test_an_answer_that_does_not_come_in_time_is_told_once_and_the_plan_does_not_lapse(world):
    loop = getoetst(world)
    world.clock(timedelta(weeks=9))
    for _n in range(2):
        jobs.pass_time(world.app)
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp = 'Het antwoord op uw plan komt later'")
    assert len(told) == 1 and "vervalt niet" in told[0].tekst
    page = world.sign_in(loop.wie.inwoner).get(plan(loop)).words
    assert "te laat" in page and "Uw plan vervalt niet." in page and "Het antwoord komt later dan beloofd" in page
