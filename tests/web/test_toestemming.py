"""Consent in the browser (Awb 4:71): the recipient asks, the gemeente decides in time, or the consent is there by law."""

from datetime import timedelta

import pytest

from portal.domains.subsidies import queries, toestemming
from portal.domains.subsidies.model import ToestemmingState
from portal.kernel import clock
from portal.web.filters import datum
from tests.domains.test_subsidies_toestemming import (
    VERZOEK,
    WAAROM,
    getekend,
    gevraagd,
    per_boekjaar,
    te_laat,
    term,
    tijd,
    verzoek,
    voorgesteld,
)
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import neem_in, op, verleend
from tests.web.building import counted

GEEN = {"uitkomst": "toestemming_weigeren", "motivering": WAAROM, "eigen_feiten": "nee", "horen": "Het staat in uw opgave.",
        "voorwaarden": ""}


def ask(loop) -> str:
    return f"/aanvragen/subsidie/{loop.subsidie_id}/toestemming"


def mine(one, sub: str = "") -> str:
    return f"/aanvragen/toestemming/{one.id}{sub}"


def ours(one, sub: str = "") -> str:
    return f"/subsidies/toestemming/{one.id}{sub}"


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def links(page) -> list[str]:
    return [a["href"] for a in page.html.select("main a[href]")]


def done(browser, *post):
    """The page after a step that was taken."""
    answer = browser.post(*post)
    assert answer.status == 303, answer.words
    return browser.get(answer.location)


# The recipient --------------------------------------------------------------------------------------------------------------

def test_the_recipient_asks_and_gets_a_receipt(world):
    loop = per_boekjaar(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    assert ask(loop) in links(sender.get(f"/aanvragen/subsidie/{loop.subsidie_id}"))
    page = sender.get(ask(loop))
    assert "vier weken" in page.words and len(page.html.select("input[name=handeling]")) == 10
    receipt = done(sender, ask(loop), VERZOEK)
    assert "Uw verzoek om toestemming is verstuurd" in receipt.words and VERZOEK["omschrijving"] in plain(receipt)
    assert "Verstuurd" in sender.get(ask(loop)).words, "nog niet ingenomen, en toch te zien"
    sent = world.behind("SELECT id FROM portal.indiening WHERE soort = 'toestemming'")[0].id
    neem_in(world, sent, loop.wie.adviseur.party_id)
    one = verzoek(world, loop)
    assert mine(one) in links(sender.get(ask(loop)))
    assert datum(term(world, loop, one).due_on) in plain(sender.get(mine(one)))


@pytest.mark.parametrize(("anders", "field"), [
    ({"handeling": ""}, "handeling"), ({"handeling": "z"}, "handeling"), ({"omschrijving": ""}, "omschrijving"),
    ({"reden": " "}, "reden"), ({"reden": "x" * 6001}, "reden")])
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(world, anders, field):
    loop = per_boekjaar(world)
    page = world.sign_in(loop.aanvrager.verzender).post(ask(loop), VERZOEK | anders, expect=422)
    assert page.html.select(f"a[href^='#{field}']")
    kept = {"omschrijving": VERZOEK["omschrijving"]} if field != "omschrijving" else {"reden": VERZOEK["reden"]}
    for name, text in kept.items():
        assert page.html.select_one(f"textarea[name={name}]").get_text(strip=True) == text


def test_asking_is_for_a_grant_per_year_and_for_who_may_send(world):
    loop = verleend(world)
    sender, reader = world.sign_in(loop.aanvrager.verzender), world.sign_in(loop.aanvrager.meelezer)
    assert ask(loop) not in links(sender.get(f"/aanvragen/subsidie/{loop.subsidie_id}"))
    page = sender.get(ask(loop))
    assert "hoeft u geen toestemming te vragen" in page.words and not page.html.select("main form")
    sender.post(ask(loop), VERZOEK, expect=409)
    reader.post(ask(loop), VERZOEK, expect=403)


def test_who_only_reads_sees_who_may_send(world):
    loop = per_boekjaar(world)
    page = world.sign_in(loop.aanvrager.meelezer).get(ask(loop))
    assert "U mag niet versturen" in page.words and not page.html.select("main form")


def test_a_supplement_is_asked_and_sent(world):
    loop, one = gevraagd(world)
    adviser, sender = world.sign_in(loop.wie.adviseur), world.sign_in(loop.aanvrager.verzender)
    sender.post(mine(one, "/aanvullen"), {"tekst": "Alvast."}, expect=409)
    adviser.post(ours(one, "/aanvulling"), {"wat": ""}, expect=422)
    page = done(adviser, ours(one, "/aanvulling"), {"wat": "Het contract."})
    assert "De termijn staat stil" in page.words and "staat stil" in page.words
    page = sender.get(mine(one))
    assert "vraagt u iets aan te vullen" in page.words and page.html.select("textarea[name=tekst]")
    sender.post(mine(one, "/aanvullen"), {"tekst": ""}, expect=422)
    assert "Uw aanvulling is verstuurd" in done(sender, mine(one, "/aanvullen"), {"tekst": "Hier is het contract."}).words
    assert "U stuurde een aanvulling" in sender.get(mine(one)).words
    sent = world.behind("SELECT id FROM portal.indiening WHERE soort = 'toestemmingaanvulling'")[0].id
    neem_in(world, sent, loop.wie.adviseur.party_id)
    assert "Hier is het contract." in adviser.get(ours(one)).words


def test_a_request_is_taken_back(world):
    loop, one = gevraagd(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    assert "niet vanzelf toestemming" in sender.get(mine(one, "/intrekken")).words
    assert "U trok uw verzoek in" in done(sender, mine(one, "/intrekken")).words
    assert "De gemeente verwerkt dat nog" in sender.get(mine(one)).words
    assert "U trok dit verzoek al in" in sender.get(mine(one, "/intrekken")).words
    sent = world.behind("SELECT id FROM portal.indiening WHERE soort = 'toestemmingintrekking'")[0].id
    neem_in(world, sent, loop.wie.adviseur.party_id)
    assert verzoek(world, loop).state == ToestemmingState.INGETROKKEN
    sender.post(mine(one, "/intrekken"), expect=409)


# The gemeente ---------------------------------------------------------------------------------------------------------------

def test_the_case_leads_to_the_requests_and_Mijn_werk_to_the_one_that_waits(world):
    loop, one = gevraagd(world)
    adviser = world.sign_in(loop.wie.adviseur)
    assert f"/subsidies/{loop.subsidie_id}/toestemmingen" in links(adviser.get(f"/subsidies/{loop.subsidie_id}"))
    assert ours(one) in links(adviser.get(f"/subsidies/{loop.subsidie_id}/toestemmingen"))
    assert ours(one) in links(adviser.get("/mijn-werk"))


def test_a_request_is_read_proposed_and_signed(world):
    loop, one = gevraagd(world)
    adviser = world.sign_in(loop.wie.adviseur)
    page = adviser.get(ours(one))
    assert VERZOEK["omschrijving"] in plain(page) and ours(one, "/voorstel") in links(page)
    page = done(adviser, ours(one, "/voorstel"), {"uitkomst": "toestemming_geven"})
    assert "Toestemming geven" in page.words and VERZOEK["omschrijving"] in plain(page)
    again = adviser.get(ours(one))
    assert "Er ligt een voorstel" in again.words and ours(one, "/voorstel") not in links(again)
    besluit = world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_over(s, one))[0]
    signer = world.sign_in(loop.wie.tekenaar)
    assert "De ontvanger mag doen wat hij vroeg" in signer.get(f"/subsidies/besluit/{besluit.id}/tekenen").words
    getekend(world, loop, besluit)
    assert "Toestemming gegeven" in adviser.get(ours(one)).words
    page = world.sign_in(loop.aanvrager.meelezer).get(mine(one))
    assert "U heeft toestemming" in page.words and "/berichten/" in " ".join(links(page))


@pytest.mark.parametrize(("anders", "says"), [
    ({"uitkomst": ""}, "Kies wat u beslist"), ({"motivering": "Nee."}, "Schrijf waarom"),
    ({"eigen_feiten": ""}, "Beantwoord eerst"), ({"horen": ""}, "waarom de ontvanger niet hoeft"),
    ({"eigen_feiten": "ja"}, "Awb 4:7"), ({"uitkomst": "toestemming_voorwaarden"}, "ten minste één voorwaarde"),
    ({"uitkomst": "toestemming_niet_behandelen"}, "nog geen tijd")])
def test_a_proposal_that_lacks_something_is_refused_and_kept(world, anders, says):
    loop, one = gevraagd(world)
    page = world.sign_in(loop.wie.adviseur).post(ours(one, "/voorstel"), GEEN | anders, expect=422)
    assert says in page.words
    assert page.html.select_one("textarea[name=motivering]").get_text(strip=True) == (GEEN | anders)["motivering"]


def test_conditions_are_read_by_the_recipient(world):
    loop, one = gevraagd(world)
    adviser = world.sign_in(loop.wie.adviseur)
    adviser.post(ours(one, "/voorstel"), GEEN | {"uitkomst": "toestemming_voorwaarden",
                                                 "voorwaarden": "Stuur het contract.\n\nLeen niet meer."})
    getekend(world, loop, world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_over(s, one))[0])
    page = world.sign_in(loop.aanvrager.auteur).get(mine(one))
    assert "Stuur het contract." in page.words and "Leen niet meer." in page.words


def test_it_is_put_off_once_on_the_page(world):
    loop, one = gevraagd(world)
    adviser = world.sign_in(loop.wie.adviseur)
    adviser.post(ours(one, "/verdagen"), {"reden": ""}, expect=422)
    assert "vier weken verdaagd" in done(adviser, ours(one, "/verdagen"), {"reden": "Wij vragen advies."}).words
    assert "al een keer verdaagd" in adviser.get(ours(one)).words
    page = adviser.post(ours(one, "/verdagen"), {"reden": "Nog eens."}, expect=422)
    assert "al een keer verdaagd" in page.words and "Nog eens." in page.text


def test_by_law_is_shown_to_both_and_made_public(world):
    loop, one = te_laat(world)
    adviser, reader = world.sign_in(loop.wie.adviseur), world.sign_in(loop.aanvrager.meelezer)
    page = reader.get(mine(one))
    assert "toestemming van rechtswege" in page.words and datum(one.geldt_vanaf) in plain(page)
    assert datum(term(world, loop, one, "toestemming_bekendmaken").due_on) in plain(page)
    page = adviser.get(ours(one))
    assert "De toestemming is er van rechtswege" in page.words and ours(one, "/voorstel") not in links(page)
    adviser.post(ours(one, "/voorstel"), {"uitkomst": "toestemming_geven"}, expect=409)
    page = done(adviser, ours(one, "/bekendmaken"))
    assert "van rechtswege" in page.words
    adviser.post(ours(one, "/bekendmaken"), expect=409)
    getekend(world, loop, world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_over(s, one))[0])
    page = reader.get(mine(one))
    assert "stuurt u daarover een brief" not in page.words and "/berichten/" in " ".join(links(page))


def test_not_made_public_in_time_leads_to_a_notice_of_default_and_its_meter(world):
    """Awb 4:20d."""
    loop, one = te_laat(world)
    due = term(world, loop, one, "toestemming_bekendmaken").due_on
    sender = world.sign_in(loop.aanvrager.verzender)
    notice = f"/aanvragen/ingebreke/{one.id}"
    assert notice not in links(sender.get(mine(one)))
    world.clock(op(due + timedelta(days=1)))
    sender = world.sign_in(loop.aanvrager.verzender)
    assert notice in links(sender.get(mine(one)))
    assert mine(one) in links(sender.get(notice))
    done(sender, notice)
    sent = world.behind("SELECT id FROM portal.indiening WHERE soort = 'ingebrekestelling'")[0].id
    neem_in(world, sent, loop.wie.adviseur.party_id)
    assert "in gebreke gesteld" in sender.get(mine(one)).words and notice not in links(sender.get(mine(one)))
    adviser = world.sign_in(loop.wie.adviseur)
    assert f"/subsidies/dwangsom/{one.id}" in links(adviser.get(ours(one)))
    assert ours(one) in " ".join(a["href"] for a in adviser.get(f"/subsidies/dwangsom/{one.id}").html.select("a[href]"))


def test_a_proposal_of_which_the_time_is_over_cannot_be_signed(world):
    loop, one = gevraagd(world)
    besluit = voorgesteld(world, loop, one)
    world.clock(op(term(world, loop, one).due_on + timedelta(days=1)))
    page = world.sign_in(loop.wie.tekenaar).get(f"/subsidies/besluit/{besluit.id}/tekenen")
    assert "van rechtswege" in page.words


def test_refused_and_unhandled_and_withdrawn_say_what_they_mean(world):
    loop, one = gevraagd(world)
    getekend(world, loop, voorgesteld(world, loop, one, "toestemming_weigeren", motivering=WAAROM, eigen_feiten=False,
                                      horen="Eigen opgave."))
    reader = world.sign_in(loop.aanvrager.meelezer)
    assert "U heeft geen toestemming" in reader.get(mine(one)).words
    loop, other = gevraagd(world, loop)
    asked = world.as_(loop.wie.adviseur, toestemming.aanvulling_vragen, other.id, wat="Het contract.")
    tijd(world, loop, asked.due_on + timedelta(days=1))
    adviser = world.sign_in(loop.wie.adviseur)
    assert "Het verzoek niet behandelen" in adviser.get(ours(other, "/voorstel")).words
    getekend(world, loop, voorgesteld(world, loop, other, "toestemming_niet_behandelen", motivering=WAAROM))
    reader = world.sign_in(loop.aanvrager.meelezer)
    assert "behandelt dit verzoek niet" in reader.get(mine(other)).words


# The wall, and the count ----------------------------------------------------------------------------------------------------

def test_a_neighbour_a_competitor_and_nobody(world):
    loop, one = gevraagd(world)
    buur = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    other = world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender)
    for sub in ("", "/aanvulling", "/verdagen", "/voorstel"):
        buur.get(ours(one, sub), expect=404)
        assert other.get(ours(one, sub), expect=None).status in (403, 404)
    buur.get(f"/subsidies/{loop.subsidie_id}/toestemmingen", expect=404)
    buur.post(ours(one, "/bekendmaken"), expect=404)
    buur.post(ours(one, "/voorstel"), GEEN, expect=404)
    for sub in ("", "/intrekken"):
        other.get(mine(one, sub), expect=404)
    other.get(ask(loop), expect=404)
    other.post(ask(loop), VERZOEK, expect=404)
    other.post(mine(one, "/aanvullen"), {"tekst": "x"}, expect=404)
    other.post(mine(one, "/intrekken"), expect=404)
    nobody = world.anonymous()
    for path in (ours(one), mine(one), ask(loop)):
        assert nobody.get(path, expect=None).status in (302, 303, 401, 403)
    jurist = world.sign_in(loop.wie.jurist)
    jurist.get(ours(one))
    jurist.get(ours(one, "/voorstel"), expect=403)


def test_the_pages_ask_the_database_little(world):
    loop, one = gevraagd(world)
    gevraagd(world, loop)
    adviser, sender = world.sign_in(loop.wie.adviseur), world.sign_in(loop.aanvrager.verzender)
    frame = ("portal.sessie_open(", "set_config('transaction_read_only'", "portal.bekeken(")
    for who, path in ((adviser, ours(one)), (adviser, ours(one, "/voorstel")), (sender, mine(one)), (sender, ask(loop)),
                      (adviser, f"/subsidies/{loop.subsidie_id}/toestemmingen")):
        who.get(path)
        with counted(world.app.engine) as seen:
            who.get(path)
        own = [one for one in seen if not any(part in one for part in frame)]
        assert len(own) <= 8, (path, *own)


# On paper, and conditions afterwards ------------------------------------------------------------------------------------------

def test_a_letter_is_entered_with_the_day_it_came_in(world):
    loop = per_boekjaar(world)
    browser, here = world.sign_in(loop.wie.adviseur), f"/subsidies/{loop.subsidie_id}/toestemming-op-papier"
    assert here in links(browser.get(f"/subsidies/{loop.subsidie_id}/toestemmingen"))
    page = browser.get(here)
    given = page.form(here) | {"handeling": "e", "omschrijving": "Wij lenen geld.", "reden": "Voor een keuken."}
    empty = browser.post(here, given, expect=422)
    assert "Vul in op welke dag de brief binnenkwam." in empty.words
    assert empty.form(here)["omschrijving"].strip() == "Wij lenen geld."
    today = clock.today()
    late = browser.post(here, given | {"on": f"{today + timedelta(days=1):%d-%m-%Y}"}, expect=422)
    assert "niet in de toekomst" in late.words and late.form(here)["reden"].strip() == "Voor een keuken."
    page = done(browser, here, given | {"on": f"{today:%d-%m-%Y}"})
    assert "de ontvanger, op papier" in page.words and "Wij lenen geld." in page.words
    assert datum(term(world, loop, verzoek(world, loop)).due_on) in plain(page)
    bare = verleend(world)
    other = f"/subsidies/{bare.subsidie_id}/toestemming-op-papier"
    browser = world.sign_in(bare.wie.adviseur)
    assert "hoeft u geen toestemming te vragen" in browser.get(other).words and not browser.get(other).html.select("main form")
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get(here, expect=404)
    world.sign_in(world.medewerker("zwolle", "raadslid")).get(here, expect=403)
    browser.get(other + "?taal=en")


def test_conditions_after_a_consent_by_law(world):
    loop, one = te_laat(world)
    browser, here = world.sign_in(loop.wie.adviseur), ours(one, "/voorschriften")
    assert "Maak de toestemming eerst bekend." in browser.get(ours(one)).words and here not in links(browser.get(ours(one)))
    assert not browser.get(here).html.select("main form")
    getekend(world, loop, world.as_(loop.wie.adviseur, toestemming.voorleggen, one.id))
    assert here in links(browser.get(ours(one)))
    page = browser.get(here)
    given = page.form(here) | {"voorschriften": "Meld elke maand de stand.", "eigen_feiten": "nee",
                               "horen": "Het staat in uw verzoek."}
    assert "Schrijf welke ernstige gevolgen u voorkomt." in browser.post(here, given, expect=422).words
    short = browser.post(here, given | {"motivering": "Zomaar."}, expect=422)
    assert "ernstige gevolgen voor het algemeen belang" in short.words
    assert short.form(here)["voorschriften"].strip() == "Meld elke maand de stand."
    page = done(browser, here, given | {"motivering": "Zonder toezicht valt de opvang van honderd inwoners weg."})
    assert "Alsnog voorschriften bij een toestemming van rechtswege" in page.words
    assert "Meld elke maand de stand." in page.words
    assert here not in links(browser.get(ours(one)))
    world.sign_in(loop.wie.tekenaar).get(ours(one, "/voorschriften"), expect=403)
    for address in (ours(one), here):
        browser.get(address + "?taal=en")
