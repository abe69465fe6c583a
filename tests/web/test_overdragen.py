"""The responsibility between gemeenten in the browser: an offer, its answer, a dispute, the warm handover, for both sides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domains.plaatsingen import overdragen
from portal.kernel import clock
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting
from tests.domains.test_overdragen import laat_tijd_verlopen

DAY = timedelta(days=1)
STAPPEN = ("antwoord", "intrekken", "geschil", "behouden", "staken", "advies", "grond", "sluiten", "overnemen")


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def url(loop, rest: str = "") -> str:
    return f"/overdracht/{loop.overdracht_id}{rest}"


def zet(browser, loop, stap: str, expect: int = 303, **facts):
    """Fill in the form of one step."""
    here = url(loop, f"/{stap}")
    return browser.post(here, browser.get(here).form(here) | facts, expect=expect)


def aanbod(world, **anders) -> dict:
    return {"ontvanger_id": str(world.gemeente("zwolle")), "richting": "heen", "ingaand_on": dag(clock.today() + 14 * DAY),
            "grondsoort": "mandaat", "vindplaats": "Mandaatbesluit nummer 7", "grond_tot": dag(clock.today() + 90 * DAY),
            "toelichting": "Het netwerk woont in Zwolle.", **anders}


def test_from_an_offer_to_a_warm_handover(world):
    """Two gemeenten, one resident who keeps the place and the provider."""
    loop = pw.verblijvend(world)
    ander = pw.personen(world, "zwolle").consulent
    eigen, gast = world.sign_in(loop.wie.consulent), world.sign_in(ander)
    tab = f"/plaatsing/{loop.plaatsing_id}/overdracht"
    assert "Er is nog geen aanbod gedaan" in eigen.get(tab).words
    assert "geen aanbod aan uw gemeente" in gast.get("/overdrachten").words
    page = eigen.get(f"{tab}/nieuw")
    assert "bij dezelfde aanbieder" in page.words
    here = eigen.post(f"{tab}/nieuw", page.form(f"{tab}/nieuw") | aanbod(world, met_verblijf="ja")).location
    assert "Kampen blijft verantwoordelijk" in eigen.get(here).words
    assert "Zwolle" in eigen.get("/overdrachten?van=ons").words and "Sanne" not in gast.get("/overdrachten").text
    seen = gast.get(here).words
    assert "Sanne Voorbeeld" in seen and "Mandaatbesluit nummer 7" in seen and "De Brink" in seen
    gast.get(tab, expect=404)
    # I6: that somebody of the other gemeente looked, is on record.
    looked = world.behind("SELECT account_id, endpoint FROM portal.toegangslog WHERE party_id = :z AND dossier_id = :d",
                          z=ander.party_id, d=here.rpartition("/")[2])
    assert (ander.user_id, "plaatsing.overdracht") in [tuple(row) for row in looked]
    stap = f"{here}/antwoord"
    gast.post(stap, gast.get(stap).form(stap) | {"ja": "ja", "aansluitend": "Dezelfde plek."})
    assert "Zwolle is verantwoordelijk vanaf" in eigen.get(here).words
    assert "gaat al over" in eigen.get(tab).words

    world.clock(14 * DAY)
    laat_tijd_verlopen(world)
    eigen, gast = world.sign_in(loop.wie.consulent), world.sign_in(ander)
    stap = f"{here}/overnemen"
    gast.post(stap, gast.get(stap).form(stap) | {"adres": "Voorbeeldplein 1, Zwolle"})
    assert "Neem het dossier over" not in gast.get(here).words
    assert "0 van 6" in gast.get(here).words
    gast.post(f"{here}/punt", {"code": "naasten", "antwoord": "nee"}, expect=422)
    gast.post(f"{here}/punt", {"code": "naasten", "antwoord": "nee", "toelichting": "Er zijn geen naasten."})
    eigen.post(f"{here}/punt", {"code": "kennismaking", "antwoord": "ja"})
    assert "2 van 6" in eigen.get(here).words and "Er zijn geen naasten." in eigen.get(here).words
    eigen.post(f"{here}/afronden", expect=422)
    for browser in (eigen, gast):
        browser.post(f"{here}/tekenen", browser.get(here).form(f"{here}/tekenen"))
    page = eigen.get(here)
    eigen.post(f"{here}/afronden", page.form(f"{here}/afronden"))
    assert "Afgerond" in gast.get(here).words
    assert "Overgedragen" in eigen.get(tab).words
    for browser in (eigen, gast):
        for address in ("/overdrachten", here, f"{here}/antwoord"):
            browser.get(f"{address}?taal=en")


def test_an_offer_that_is_wrong_comes_back_with_everything_that_was_typed(world):
    loop = pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    here = f"/plaatsing/{loop.plaatsing_id}/overdracht/nieuw"
    page = browser.get(here)
    empty = browser.post(here, page.form(here), expect=422)
    assert "Kies een gemeente." in empty.words and "Vul in vanaf welke dag." in empty.words
    wrong = browser.post(here, page.form(here) | aanbod(world, ingaand_on="01-01-2020"), expect=422)
    assert "verleden" in wrong.words and wrong.form(here)["toelichting"] == "Het netwerk woont in Zwolle."
    own = browser.post(here, page.form(here) | aanbod(world, ontvanger_id=str(world.gemeente("kampen"))), expect=422)
    assert "eigen gemeente" in own.words
    assert world.behind("SELECT count(*) FROM portal.overdracht")[0][0] == 0


def test_an_answer_that_is_wrong_comes_back(world):
    loop = pw.overdracht_aangeboden(world, richting="terug")
    browser = world.sign_in(loop.ontvanger.consulent)
    here = url(loop, "/antwoord")
    page = browser.get(here)
    assert "Kies: ja of nee." in browser.post(here, page.form(here), expect=422).words
    no = browser.post(here, page.form(here) | {"ja": "nee", "toelichting": "Onze plekken zijn vol."}, expect=422)
    assert "Kies waarom uw gemeente nee zegt." in no.words and no.form(here)["toelichting"] == "Onze plekken zijn vol."
    gap = browser.post(here, page.form(here) | {"ja": "ja"}, expect=422)
    assert "welke ondersteuning bij u aansluit" in gap.words
    browser.post(here, page.form(here) | {"ja": "ja", "aansluitend": "Hulp thuis."})
    late = browser.get(here)
    assert "Dit kan nu niet" not in browser.get(url(loop)).words and late.status == 200


def test_from_raalte_to_zwolle_with_a_refusal_a_dispute_an_advice_and_a_yes(world):
    wie = pw.personen(world, "raalte")
    placed = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=wie, persoon_id=pw.persoon(world, wie))))
    loop = pw.overdracht_aangeboden(world, placed)
    eigen, gast = world.sign_in(loop.wie.consulent), world.sign_in(loop.ontvanger.consulent)
    zet(gast, loop, "antwoord", ja="nee", reden="netwerk", toelichting="Familie woont in Kampen.")
    page = eigen.get(url(loop))
    assert "Familie woont in Kampen." in page.words and "Geschillencommissie" in page.words
    assert "Schrijf waarom." in zet(eigen, loop, "geschil", 422).words
    zet(eigen, loop, "geschil", reden="Het netwerk is juist daar.")
    assert "nog geen advies" in gast.get(url(loop)).words
    zet(eigen, loop, "advies", advies="Zwolle heeft de beste kans van slagen.", on=dag(clock.today()))
    assert "beste kans van slagen" in gast.get(url(loop)).words
    zet(gast, loop, "antwoord", ja="ja")
    assert "Aanvaard" in eigen.get(url(loop)).words
    tab = eigen.get(f"/plaatsing/{loop.plaatsing_id}/overdracht").words
    assert "het aanbod is aanvaard na advies over een geschil" in tab and tab.index("Raalte") < tab.index("Zwolle")
    # The reason of the sender stays with the sender.
    assert "juist daar" not in gast.get(url(loop)).text


def test_who_takes_consent_back_closes_the_view(world):
    loop = pw.overdracht_aangeboden(world)
    eigen, gast = world.sign_in(loop.wie.consulent), world.sign_in(loop.ontvanger.consulent)
    zet(eigen, loop, "grond", grondsoort="toestemming", vindplaats="Gesprek van vandaag",
        grond_tot=dag(clock.today() + 120 * DAY))
    assert "Gesprek van vandaag" in gast.get(url(loop)).words
    zet(eigen, loop, "sluiten", reden="De inwoner wil het niet meer.")
    gast.get(url(loop), expect=404)
    assert "geen aanbod aan uw gemeente" in gast.get("/overdrachten").words
    assert "Ingetrokken" in eigen.get(url(loop)).words


def test_an_offer_that_nobody_answered_says_so_and_a_new_one_can_be_made(world):
    loop = pw.overdracht_aangeboden(world)
    world.clock(40 * DAY)
    gast = world.sign_in(loop.ontvanger.consulent)
    eigen = world.sign_in(loop.wie.consulent)
    assert "dag om te antwoorden is voorbij" in gast.get(url(loop)).words
    assert "voorbij" in zet(gast, loop, "antwoord", 409, ja="ja", ingaand_on=dag(clock.today() + 14 * DAY)).words
    laat_tijd_verlopen(world)
    assert "Doe een nieuw aanbod" in eigen.get(url(loop)).words
    pw.overdracht_aangeboden(world, loop, aan="raalte")
    assert "al een nieuw aanbod" in eigen.get(url(loop)).words


def test_after_a_no_the_resident_is_kept_and_nothing_waits(world):
    loop = pw.overdracht_aangeboden(world)
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    browser, waits = world.sign_in(loop.wie.consulent), "De andere gemeente neemt het niet over: kies wat u doet"
    assert waits in browser.get("/mijn-werk").words and "Houd de inwoner hier" in browser.get(url(loop)).words
    assert "Schrijf waarom." in zet(browser, loop, "behouden", 422).words
    zet(browser, loop, "behouden", reden="De inwoner blijft liever.")
    page = browser.get(url(loop))
    assert "Gestaakt" in page.words and "Houd de inwoner hier" not in page.words
    assert "De inwoner blijft bij de gemeente die het aanbod deed" in page.words
    assert waits not in browser.get("/mijn-werk").words
    assert "blijft liever" not in world.sign_in(loop.ontvanger.consulent).get(url(loop)).text
    for step in ("", "/behouden", "/staken"):
        browser.get(url(loop, f"{step}?taal=en"))


def test_an_accepted_offer_is_stopped_on_its_page_until_its_day(world):
    loop = pw.overdracht_aanvaard(world)
    browser, gast = world.sign_in(loop.wie.consulent), world.sign_in(loop.ontvanger.consulent)
    assert "Staak de overdracht" in browser.get(url(loop)).words and "Staak de overdracht" not in gast.get(url(loop)).words
    assert "voor de andere gemeente" in gast.get(url(loop, "/staken")).words
    zet(browser, loop, "staken", reden="De inwoner wil toch blijven.")
    assert "Gestaakt" in browser.get(url(loop)).words
    assert "Doe een andere gemeente een aanbod" in browser.get(f"/plaatsing/{loop.plaatsing_id}/overdracht").words
    assert "Gestaakt" in gast.get(url(loop)).words and "toch blijven" not in gast.get(url(loop)).text
    late = pw.overdracht_aanvaard(world, loop=pw.overdracht_aangeboden(world, loop))
    world.clock(15 * DAY)
    browser = world.sign_in(loop.wie.consulent)
    assert "Staak de overdracht" not in browser.get(url(late)).words
    assert "al verantwoordelijk" in browser.post(url(late, "/staken"), {"reden": "Te laat."}, expect=422).words


def test_an_accepted_offer_without_a_ground_is_shown_again_and_taken_over(world):
    loop = pw.overdracht_aanvaard(world)
    browser, gast = world.sign_in(loop.wie.consulent), world.sign_in(loop.ontvanger.consulent)
    zet(browser, loop, "sluiten", reden="Het mandaat eindigde.")
    gast.get(url(loop), expect=404)
    page = browser.get(url(loop)).words
    assert "Laat de andere gemeente dit langer zien" in page and "Staak de overdracht" in page
    zet(browser, loop, "grond", grondsoort="mandaat", vindplaats="Mandaat 12", grond_tot=dag(clock.today() + 30 * DAY))
    zet(gast, loop, "overnemen", adres="Zwolle")
    assert "Neem het dossier over" not in gast.get(url(loop)).words


def test_a_dispute_stands_in_mijn_werk_and_an_answer_after_advice_has_a_last_day(world):
    loop = pw.overdracht_aangeboden(world)
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    browser = world.sign_in(loop.wie.consulent)
    zet(browser, loop, "geschil", reden="Het netwerk is juist daar.")
    assert "Volg het geschil" in browser.get("/mijn-werk").words
    zet(browser, loop, "advies", advies="Zwolle.", on=dag(clock.today()))
    assert "Volg het geschil" not in browser.get("/mijn-werk").words and "Antwoord uiterlijk" in browser.get(url(loop)).words
    world.clock(40 * DAY)
    gast = world.sign_in(loop.ontvanger.consulent)
    assert "dag om te antwoorden is voorbij" in gast.get(url(loop)).words
    laat_tijd_verlopen(world)
    page = world.sign_in(loop.wie.consulent).get(url(loop)).words
    assert "Verlopen" in page and "Houd de inwoner hier" in page and "Leg het voor als geschil" not in page


def test_the_third_gemeente_and_the_wrong_side_get_nothing(world):
    loop = pw.overdracht_aangeboden(world)
    derde = world.sign_in(pw.personen(world, "deventer").consulent)
    derde.get(url(loop), expect=404)
    derde.post(url(loop, "/antwoord"), {"ja": "nee", "reden": "netwerk"}, expect=404)
    gast, eigen = world.sign_in(loop.ontvanger.consulent), world.sign_in(loop.wie.consulent)
    assert "voor de andere gemeente" in gast.get(url(loop, "/intrekken")).words
    assert "voor de andere gemeente" in eigen.get(url(loop, "/antwoord")).words
    gast.post(url(loop, "/intrekken"), {"reden": "Nee."}, expect=404)
    eigen.post(url(loop, "/antwoord"), {"ja": "nee", "reden": "netwerk"}, expect=404)
    tekenaar = world.sign_in(world.medewerker("zwolle", "toegangsmandaat"))
    tekenaar.get(url(loop, "/antwoord"), expect=403)


def test_a_number_is_never_shown_again_when_taking_over_fails(world):
    loop = pw.overdracht_aanvaard(world)
    gast = world.sign_in(loop.ontvanger.consulent)
    wrong = zet(gast, loop, "overnemen", 422, bsn="999990018", adres="Onbekend")
    assert "klopt niet" in wrong.words and "999990018" not in wrong.text and wrong.form(url(loop, "/overnemen"))["adres"]
    zet(gast, loop, "overnemen", bsn=pw.BSN, bron="brp")
    assert pw.BSN not in gast.get(url(loop)).text


def test_the_offer_says_when_the_support_is_over_by_then(world):
    granted = pw.toegekend(world, pw.aangevraagd(world), tot=clock.today() + 20 * DAY, vorm="pgb", motief="eigen_regie")
    loop = pw.overdracht_aangeboden(world, pw.geplaatst(world, granted), ingaand_on=clock.today() + 30 * DAY)
    for person in (loop.wie.consulent, loop.ontvanger.consulent):
        page = world.sign_in(person).get(url(loop)).words
        assert "De ondersteuning is dan voorbij" in page and "Waarom een pgb" in page
    pw.overdracht_aanvaard(world, loop)
    world.clock(30 * DAY)
    gast = world.sign_in(loop.ontvanger.consulent)
    zet(gast, loop, "overnemen", adres="Zwolle")
    own = gast.get(url(loop)).html.select_one("aside a[href^='/plaatsing/']")["href"]
    page = gast.get(own)
    assert "De ondersteuning is voorbij" in page.words and page.html.select_one(f'main a[href="{own}/verlengen"]')


def test_home_again_and_a_place_after_all(world):
    there = pw.overdracht_aanvaard(world)
    world.clock(14 * DAY)
    laat_tijd_verlopen(world)
    made = world.as_(there.ontvanger.consulent, overdragen.overnemen, there.overdracht_id, adres="Zwolle")
    zwolle = replace(there, wie=there.ontvanger, plaatsing_id=made.id)
    warned = world.sign_in(there.ontvanger.consulent).get(f"/plaatsing/{made.id}/overdracht/nieuw")
    assert "al 1 keer naar een andere gemeente" in warned.words
    assert "Overdrachten tussen gemeenten" in world.sign_in(there.ontvanger.consulent).get("/plaatsingen").words
    # Who is on the way home, is offered to where they come from.
    world.behind("UPDATE portal.dossier SET state = 'uitstroom' WHERE id = :p", p=made.id)
    asked = world.sign_in(there.ontvanger.consulent).get(f"/plaatsing/{made.id}/overdracht/nieuw")
    filled = asked.form(f"/plaatsing/{made.id}/overdracht/nieuw")
    assert (filled["ontvanger_id"], filled["richting"]) == (str(world.gemeente("kampen")), "terug")
    home = pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(world, zwolle, aan="kampen", richting="terug"),
                                  aansluitend="Hulp thuis.")
    browser = world.sign_in(there.wie.consulent)
    zet(browser, home, "overnemen")
    tab = f"/plaatsing/{there.plaatsing_id}/overdracht"
    browser.post(f"{tab}/opnieuw-zoeken", browser.get(tab).form(f"{tab}/opnieuw-zoeken"))
    assert "Wacht op een plek" in browser.get(tab).words
    assert "niet in deze fase" in browser.post(f"{tab}/opnieuw-zoeken", expect=422).words


@pytest.mark.parametrize("role", ["contractmanager", "beleidsadviseur", "raadslid", "auditor", "beheerder"])
def test_other_roles_see_no_offer(world, role):
    loop = pw.overdracht_aangeboden(world)
    browser = world.sign_in(world.medewerker("zwolle", role))
    for address in (url(loop), "/overdrachten", f"/plaatsing/{loop.plaatsing_id}/overdracht"):
        browser.get(address, expect=403)


def test_P2_no_page_of_an_offer_asks_more_than_eight_statements_of_its_own(world):
    loops = [pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(world, pw.verblijvend(world), met_verblijf=True))]
    again = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
        world, wie=loops[0].wie, persoon_id=loops[0].toegang.persoon_id)))
    loops.append(pw.overdracht_aangeboden(world, again))
    world.as_(loops[1].ontvanger.consulent, overdragen.antwoorden, loops[1].overdracht_id, ja=False, reden="netwerk")
    world.as_(loops[1].wie.consulent, overdragen.geschil, loops[1].overdracht_id, reden="Toch wel.")
    asked = {}
    for person in (loops[0].wie.consulent, loops[0].ontvanger.consulent):
        browser = world.sign_in(person)
        for one in loops:
            tab = f"/plaatsing/{one.plaatsing_id}/overdracht"
            for address in (url(one), *(url(one, f"/{step}") for step in STAPPEN), tab, f"{tab}/nieuw", "/overdrachten",
                            "/overdrachten?van=ons"):
                with counting(world.app) as seen:
                    browser.client.get(address)
                asked[address] = max(asked.get(address, 0), len([text for text in seen if not any(f in text for f in FRAME)]))
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked[url(loops[0])] >= 4, "de teller telt"


def test_after_a_no_the_receiver_keeps_the_bare_fact(world):
    loop = pw.overdracht_aangeboden(world)
    gast = world.sign_in(loop.ontvanger.consulent)
    assert "Om wie het gaat" in gast.get(url(loop)).words
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    world.clock(timedelta(days=16))
    gast = world.sign_in(loop.ontvanger.consulent)
    assert "u ziet er niets meer van" in gast.get(url(loop), expect=404).words
    found = gast.get("/overdrachten").words
    assert "OVD-" in found and "Wat voorbij is" in found and "Sanne" not in found
