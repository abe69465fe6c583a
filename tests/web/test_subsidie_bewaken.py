"""The monitoring calendar in the browser of the gemeente."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from portal.domains.subsidies import bewaken
from portal.domains.subsidies.model import Ritme
from portal.jobs import let_time_pass
from portal.kernel import clock
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies_bewaken import adviseur, begonnen, perioden, ronde, taken
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import op, open_regeling
from tests.web.building import counted

LIST = "/subsidies/bewaking"


def address(one, step="") -> str:
    return f"{LIST}/{one.id}" + (f"/{step}" if step else "")


def own(seen) -> list[str]:
    """The statements of the page, without those that bind the party."""
    return [one for one in seen if not one.startswith(("SELECT set_config", "SET TRANSACTION"))]


def filled(page, url, **given) -> dict:
    return page.form(url) | given


# Who may see it -------------------------------------------------------------------------------------------------------------

def test_E7_only_who_reads_subsidies_of_this_gemeente(world):
    one = begonnen(world, adviseur(world), clock.today())
    for url in (LIST, address(one)):
        assert world.anonymous().get(url, expect=None).status in (303, 401)
        world.sign_in(zorgaanbieder(world, "Vreemd (fictief)").auteur).get(url, expect=403)
        world.sign_in(world.medewerker("zwolle", "beheerder")).get(url, expect=403)
        world.sign_in(world.medewerker("zwolle", "raadslid")).get(url)
    neighbour = world.sign_in(adviseur(world, "kampen"))
    assert one.titel not in neighbour.get(LIST).words
    for step in ("", "wijzigen", "stoppen"):
        neighbour.get(address(one, step), expect=404)
    neighbour.post(address(one, "stoppen"), {"reden": "Weg."}, expect=404)
    neighbour.post(address(one, "wijzigen"), {"titel": "Anders"}, expect=404)
    neighbour.post(address(one, "afronden"), {"periode": clock.today().isoformat(), "uitkomst": "Goed."}, expect=404)


def test_E7_who_only_reads_gets_no_button_and_no_form(world):
    one = begonnen(world, adviseur(world), clock.today())
    browser = world.sign_in(world.medewerker("zwolle", "raadslid"))
    page = browser.get(address(one))
    assert not page.html.select("main form") and "Dit doet een subsidieadviseur." in page.words
    assert "Voeg een bewaking toe" not in browser.get(LIST).words
    browser.get(f"{LIST}/nieuw", expect=403)
    for step in ("wijzigen", "stoppen"):
        browser.get(address(one, step), expect=403)
        browser.post(address(one, step), {}, expect=403)
    browser.post(address(one, "afronden"), {}, expect=403)
    browser.post(f"{LIST}/nieuw", {}, expect=403)


# From begin to end ----------------------------------------------------------------------------------------------------------

def test_E7_a_year_of_monitoring_through_the_pages(world):
    loop = open_regeling(world)
    wie = loop.wie.adviseur
    browser = world.sign_in(wie)
    assert browser.get("/subsidies").html.select_one(f'main a[href="{LIST}"]')
    assert "Er wordt nog niets bewaakt" in browser.get(LIST).words
    first = clock.today() + timedelta(days=5)
    form = browser.get(f"{LIST}/nieuw")
    given = filled(form, f"{LIST}/nieuw", titel="Wachttijden", ritme="kwartaal", begint_on=f"{first:%d-%m-%Y}",
                   regeling_id=str(loop.regeling_id), toelichting="Vraag de cijfers op.\nKijk per wijk.", bron="Artikel 12")
    made = browser.post(f"{LIST}/nieuw", given)
    page = browser.get(made.location)
    for said in ("Wachttijden", "Elk kwartaal", "Kijk per wijk.", "Artikel 12", "Dagbesteding", "nog 5 dagen",
                 "De bewaking loopt."):
        assert said in page.words, said
    # The same press twice makes one.
    assert browser.post(f"{LIST}/nieuw", given).location == made.location
    work = browser.get("/mijn-werk")
    assert "Kijk na wat u bewaakt" in work.words and work.html.select_one(f'main a[href="{made.location}"]')
    url = f"{made.location}/afronden"
    browser.post(url, filled(page, url, uitkomst="Zes weken."))
    page = browser.get(made.location)
    assert "Zes weken." in page.words and "De taak is klaar." in page.words and "Volgende keer" in page.words
    assert "De volgende taak staat klaar vanaf" in page.words and not page.html.select("main form")
    assert "Kijk na wat u bewaakt" not in browser.get("/mijn-werk").words
    world.clock(op(first + relativedelta(months=3, days=1)))
    with acting_for(wie.party_id):
        assert let_time_pass(world.app, wie.party_id) == 1
    browser = world.sign_in(wie)
    assert "1 dag te laat" in browser.get(LIST).words
    page = browser.get(made.location)
    browser.post(url, filled(page, url, uitkomst="Zeven weken."))
    page = browser.get(made.location)
    assert page.words.index("Zeven weken.") < page.words.index("Zes weken.") and "1 dag te laat" in page.words


def test_E7_more_periods_wait_after_a_standstill(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    ronde(world, wie, clock.today() + relativedelta(months=2))
    browser = world.sign_in(wie)
    page = browser.get(address(one))
    options = [option["value"] for option in page.html.select("main select[name=periode] option")]
    assert options == [day.isoformat() for day in taken(world, wie, one)] and len(options) == 3
    url = address(one, "afronden")
    browser.post(url, filled(page, url, periode=options[1], uitkomst="De tweede eerst."))
    assert [row.uitkomst for row in perioden(world, wie, one)] == ["", "De tweede eerst.", ""]


@pytest.mark.parametrize("given", [{}, {"bron": "Artikel 12"}, {"toelichting": "Zo doet u dat."}])
def test_E7_what_is_not_known_leaves_no_hole_in_the_page(world, given):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today(), **given)
    page = world.sign_in(wie).get(address(one))
    assert ("Wat u nakijkt" in page.words) == bool(given)
    for said in given.values():
        assert said in page.words


def test_E7_stop_and_better_words(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    browser = world.sign_in(wie)
    url = address(one, "wijzigen")
    browser.post(url, filled(browser.get(url), url, titel="Wachttijden per wijk"))
    url = address(one, "stoppen")
    page = browser.get(url)
    assert "Er wacht nog 1 taak. Die vervalt." in page.words
    assert browser.post(url, filled(page, url, reden="De afspraak is voorbij.")).location == address(one)
    page = browser.get(address(one))
    assert "De afspraak is voorbij." in page.words and "1 taak was nog niet gedaan" in page.words
    assert "Wachttijden per wijk" in browser.get(f"{LIST}?stand=gestopt").words
    assert "Wachttijden per wijk" not in browser.get(LIST).words
    page = browser.get(url)
    assert "Dit kan niet in deze fase: gestopt." in page.words and not page.html.select("main form")


# What is refused ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("given", "says"), [
    ({"titel": ""}, "Schrijf waar u op let."), ({"ritme": ""}, "Kies hoe vaak"), ({"ritme": "dag"}, "Kies hoe vaak"),
    ({"begint_on": ""}, "wanneer de eerste keer"), ({"begint_on": "31-02-2030"}, "Deze dag bestaat niet."),
    ({"begint_on": "01-01-2020"}, "al voorbij"), ({"regeling_id": "x"}, "Kies een regeling"),
    ({"titel": "x" * 201}, "hoogstens 200")])
def test_E7_what_is_wrong_is_said_and_nothing_typed_is_lost(world, given, says):
    browser = world.sign_in(adviseur(world))
    url = f"{LIST}/nieuw"
    facts = filled(browser.get(url), url, titel="Wachttijden", ritme="jaar", begint_on="31-12-2030",
                   toelichting="Zo doet u dat.")
    page = browser.post(url, facts | given, expect=422)
    assert says in page.words and "Zo doet u dat." in page.text
    assert "Er wordt nog niets bewaakt" in browser.get(LIST).words


def test_E7_an_outcome_is_needed_and_is_written_once(world):
    wie = adviseur(world)
    one = begonnen(world, wie, clock.today())
    browser = world.sign_in(wie)
    url, day = address(one, "afronden"), clock.today().isoformat()
    assert "Schrijf wat eruit kwam." in browser.post(url, {"periode": day, "uitkomst": ""}, expect=422).words
    assert "Kies welke keer" in browser.post(url, {"periode": "", "uitkomst": "Goed."}, expect=422).words
    browser.post(url, {"periode": "2031-01-01", "uitkomst": "Goed."}, expect=404)
    browser.post(url, {"periode": day, "uitkomst": "Goed."})
    page = browser.post(url, {"periode": day, "uitkomst": "Toch niet."}, expect=409)
    assert "al afgerond" in page.words
    assert [row.uitkomst for row in perioden(world, wie, one)] == ["Goed."]


def test_E7_the_other_forms_say_what_is_missing(world):
    wie = adviseur(world)
    one = begonnen(world, wie)
    browser = world.sign_in(wie)
    assert "Schrijf waarom u stopt." in browser.post(address(one, "stoppen"), {"reden": " "}, expect=422).words
    page = browser.post(address(one, "wijzigen"), {"titel": "", "toelichting": "Blijft staan."}, expect=422)
    assert "Schrijf waar u op let." in page.words and "Blijft staan." in page.text


# As fast with many ----------------------------------------------------------------------------------------------------------

def test_E7_as_many_statements_however_many_there_are(world):
    wie = adviseur(world)
    browser = world.sign_in(wie)
    found = []
    for _turn in range(2):
        for number in range(4):
            one = begonnen(world, wie, clock.today() + timedelta(days=number), Ritme.MAAND, titel=f"Nummer {number}")
        world.as_(wie, bewaken.afronden, one.id, periode=clock.today() + timedelta(days=3), uitkomst="Goed.")
        counts = []
        for url in (LIST, address(one)):
            browser.get(url)
            with counted(world.app.engine) as seen:
                browser.get(url)
            counts.append(len(own(seen)))
        found.append(counts)
    assert found[0] == found[1] and max(found[0]) <= 12, found


def test_E7_a_long_list_goes_on_on_the_next_page(world):
    wie = adviseur(world)
    for number in range(27):
        begonnen(world, wie, clock.today() + timedelta(days=20 + number), titel=f"Nummer {number:02}")
    browser = world.sign_in(wie)
    page = browser.get(LIST)
    assert len(page.html.select("main .p-work__item")) == 25
    page = browser.get(page.html.select_one('main a[rel="next"]')["href"])
    assert [a.text for a in page.html.select("main .p-work__title a")] == ["Nummer 25", "Nummer 26"]
