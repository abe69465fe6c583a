"""Places in the browser: a provider keeps its locations and answers, a gemeente finds a place and follows the stay."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.kernel import clock
from tests import plaatsingen_world as pw
from tests.bench.__main__ import MOST_QUERIES
from tests.bench.pages import FRAME, counting

DAY = timedelta(days=1)
STAPPEN = ("inwoner_antwoordt", "beginnen", "stilleggen", "hervatten", "beeindigen", "intrekken")


def dag(on) -> str:
    return f"{on:%d-%m-%Y}"


def stap(loop, naam: str = "") -> str:
    return f"/verblijf/{loop.verblijf_id}" + (f"/{naam}" if naam else "")


LOCATIE = {"naam": "De Lindehof (fictief)", "adres": "Voorbeeldplein 2, 8011 AA Zwolle", "geheim": "ja",
           "product": "beschermd_wonen", "doelgroepen": "psychisch", "kenmerken": "nacht", "leeftijd_van": "18",
           "leeftijd_tot": "", "begeleiding": "Elke dag is er iemand.", "aantal": "4"}


# The provider ---------------------------------------------------------------------------------------------------------------

def test_a_provider_makes_a_location_changes_it_and_closes_it(world):
    worker = pw.huis(world).begeleider
    browser = world.sign_in(worker)
    assert "Er ligt geen vraag van een gemeente bij u." in browser.get("/mijn-plekken").words
    page = browser.get("/mijn-plekken/nieuw")
    empty = browser.post("/mijn-plekken/nieuw", page.form("/mijn-plekken/nieuw"), expect=422)
    assert "Vul de naam van de locatie in." in empty.words and "Kies voor welke groepen" in empty.words
    wrong = browser.post("/mijn-plekken/nieuw", page.form("/mijn-plekken/nieuw") | LOCATIE | {
        "gemeente_id": str(world.gemeente("zwolle")), "leeftijd_tot": "12"}, expect=422)
    assert "De hoogste leeftijd ligt onder de laagste." in wrong.words
    assert wrong.form("/mijn-plekken/nieuw")["naam"] == LOCATIE["naam"]
    done = browser.post("/mijn-plekken/nieuw", page.form("/mijn-plekken/nieuw") | LOCATIE | {
        "gemeente_id": str(world.gemeente("zwolle"))})
    here = done.location
    page = browser.get(here)
    assert "Voorbeeldplein 2" in page.words and "afgeschermd" in page.words and "vanaf 18 jaar" in page.words
    assert "De Lindehof (fictief)" in browser.get("/mijn-plekken").words

    form = browser.get(f"{here}/wijzigen").form(f"{here}/wijzigen")
    assert form["naam"] == LOCATIE["naam"] and form["leeftijd_van"] == "18"
    browser.post(f"{here}/wijzigen", form | {"doelgroepen": "verslaving", "begeleiding": "Overdag is er iemand."})
    assert "mensen met een verslaving" in browser.get(here).words
    form = browser.get(f"{here}/aantal").form(f"{here}/aantal")
    past = browser.post(f"{here}/aantal", form | {"aantal": "6", "van": dag(clock.today() - DAY)}, expect=422)
    assert "niet achteraf" in past.words and past.form(f"{here}/aantal")["aantal"] == "6"
    browser.post(f"{here}/aantal", form | {"aantal": "6", "van": dag(clock.today() + 30 * DAY)})
    assert "4 vrij van 4" in browser.get(here).words
    assert "6 vrij van 6" in browser.get(f"{here}?op={dag(clock.today() + 30 * DAY)}").words
    form = browser.get(f"{here}/sluiten").form(f"{here}/sluiten")
    assert "ander aantal" in browser.post(f"{here}/sluiten", form | {"van": dag(clock.today() + DAY)}, expect=409).words
    browser.post(f"{here}/sluiten", form | {"van": dag(clock.today() + 60 * DAY)})
    assert "zijn hier geen plekken" in browser.get(here).words
    for address in ("/mijn-plekken", "/mijn-plekken/bewoners", "/mijn-plekken/nieuw", here):
        browser.get(f"{address}{'&' if '?' in address else '?'}taal=en")


def test_a_provider_answers_an_offer_and_reads_a_name_only_after_both_said_yes(world):
    loop = pw.aangeboden(world, toelichting="Zoekt rust, en wil leren koken.")
    browser = world.sign_in(loop.huis.begeleider)
    here = f"/mijn-plekken/verblijf/{loop.verblijf_id}"
    assert "Wacht op uw antwoord" in browser.get("/mijn-plekken").words
    page = browser.get(here)
    assert "Zoekt rust" in page.words and "Sanne" not in page.text and "Vastgehouden tot" in page.words
    assert "De inwoner houdt de plaats op de wachtlijst." in page.words, "wat een nee betekent"
    form = page.form(f"{here}/antwoord")
    assert "Kies ja of nee." in browser.post(f"{here}/antwoord", form, expect=422).words
    silent = browser.post(f"{here}/antwoord", form | {"ja": "nee", "toelichting": "Onze groep is vol."}, expect=422)
    assert "Kies waarom de inwoner niet bij u kan wonen." in silent.words and "Onze groep is vol." in silent.words
    browser.post(f"{here}/antwoord", form | {"ja": "ja"})
    page = browser.get(here)
    assert "Sanne" not in page.text and "U zei ja" in browser.get("/mijn-plekken").words
    world.as_(loop.wie.consulent, pw.aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)
    assert "Sanne Voorbeeld" in browser.get(here).words
    assert "Sanne Voorbeeld" in browser.get("/mijn-plekken/bewoners").words
    rows = world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :i AND account_id = :a",
                        i=loop.verblijf_id, a=loop.huis.begeleider.user_id)
    assert rows[0][0] >= 3, "wie keek, staat in het logboek"


def test_the_price_that_goes_with_an_offer_stands_where_the_provider_answers(world):
    loop = pw.aangeboden(world, dagprijs=Decimal("142.50"))
    here = f"/mijn-plekken/verblijf/{loop.verblijf_id}"
    browser = world.sign_in(loop.huis.begeleider)
    assert "Prijs per dag € 142,50" in browser.get(here).words.replace("\xa0", " ")
    # Without a price nothing stands there: the gemeente gave none.
    world.as_(loop.wie.consulent, pw.aanbieden.intrekken, loop.verblijf_id, reden="Er was een prijs vergeten.")
    other = pw.aangeboden(world, loop, loop.huis)
    assert "Prijs per dag" not in browser.get(f"/mijn-plekken/verblijf/{other.verblijf_id}").words


def test_a_place_that_is_held_for_later_is_not_just_free(world):
    loop = pw.aangeboden(world)
    browser = world.sign_in(loop.huis.begeleider)
    said = "1 plek is vanaf een latere dag vastgehouden of gereserveerd"
    for address in ("/mijn-plekken", f"/mijn-plekken/locatie/{loop.huis.locatie_id}"):
        page = browser.get(address)
        assert "3 vrij 1 later toegezegd" in page.words and said in page.words
        page = browser.get(f"{address}?op={dag(clock.today() + 14 * DAY)}")
        assert "2 vrij 1 vastgehouden" in page.words and said not in page.words
    board = world.sign_in(loop.wie.consulent).get("/plekken")
    assert said in board.words and board.words.count("1 later toegezegd") == 2, "ook bij de som"
    pw.gereserveerd(world, loop)
    assert said in browser.get("/mijn-plekken").words, "wie ja zei, komt"


def test_an_answer_after_the_place_was_let_go_is_refused_in_words(world):
    loop = pw.aangeboden(world)
    browser = world.sign_in(loop.huis.begeleider)
    here = f"/mijn-plekken/verblijf/{loop.verblijf_id}"
    form = browser.get(here).form(f"{here}/antwoord")
    world.clock(timedelta(days=6))
    browser = world.sign_in(loop.huis.begeleider)
    form |= {"csrf_token": browser.csrf("/mijn-plekken"), "ja": "ja"}
    late = browser.post(f"{here}/antwoord", form, expect=409)
    assert "De dag om te antwoorden is voorbij" in late.words
    # Who it was about is gone with the hold; that it was asked stays.
    assert "psychisch" not in browser.get(here, expect=404).words
    assert "Niet op tijd beantwoord" in browser.get("/mijn-plekken").words


def test_only_who_works_with_residents_opens_the_pages_of_places(world):
    loop = pw.gereserveerd(world)
    pages = ("/mijn-plekken", "/mijn-plekken/bewoners", "/mijn-plekken/nieuw",
             f"/mijn-plekken/locatie/{loop.huis.locatie_id}", f"/mijn-plekken/verblijf/{loop.verblijf_id}")
    for role in ("auteur", "meelezer", "verzender", "aanbiederbeheerder"):
        browser = world.sign_in(world.aanbieder_persoon(loop.huis.aanbieder_id, role))
        for address in pages:
            browser.get(address, expect=403)
    other = world.sign_in(world.aanbieder_persoon(world.aanbieder("Ander Huis (fictief)"), "begeleider"))
    for address in pages[3:]:
        other.get(address, expect=404)
    assert "Sanne" not in other.get("/mijn-plekken/bewoners").text
    # Who works with residents gets no menu of bids and applications.
    menu = {one.get("href") for one in world.sign_in(loop.huis.begeleider).get("/organisatie").html.select("a[href]")}
    assert not {"/inschrijvingen", "/aanvragen"} & menu


# The gemeente ---------------------------------------------------------------------------------------------------------------

def test_from_the_waiting_list_to_a_place_with_a_decline_on_the_way(world):
    waar, loop = pw.huis(world), pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    assert "De Brink, Assendorp" in browser.get("/plekken").words and "3 vrij van 3" in browser.get("/plekken").words
    page = browser.get("/wachtlijst")
    assert "Staat bovenaan." in page.words and "minder dan 5" in page.words and "Regel 2026-1" in page.words
    here = f"/plaatsing/{loop.plaatsing_id}/plek"
    page = browser.get(here)
    assert "Plaats 1 van 1 op de wachtlijst" in page.words and "3 vrij" in page.words
    offer = f"{here}/{waar.locatie_id}"
    form = browser.get(offer).form(offer)
    bad = browser.post(offer, form | {"van": dag(clock.today() - DAY), "toelichting": "Zoekt rust."}, expect=422)
    assert "ligt in het verleden" in bad.words and bad.form(offer)["toelichting"].strip() == "Zoekt rust."
    done = browser.post(offer, form | {"van": dag(clock.today() + 14 * DAY), "dagprijs": "142,50"})
    stay = done.location
    page = browser.get(stay)
    assert "Vastgehouden tot" in page.words and "€ 142,50" in page.words.replace("\xa0", " ")
    assert "2 vrij van 3" in browser.get(f"/plekken?op={dag(clock.today() + 14 * DAY)}").words

    def step(name, **facts):
        form = browser.get(f"{stay}/{name}").form(f"{stay}/{name}")
        return browser.post(f"{stay}/{name}", form | facts)

    form = browser.get(f"{stay}/inwoner_antwoordt").form(f"{stay}/inwoner_antwoordt")
    refused = browser.post(f"{stay}/inwoner_antwoordt", form | {"ja": "nee"}, expect=422)
    assert "Kies waarom de inwoner nee zei." in refused.words
    step("inwoner_antwoordt", ja="nee", reden="te_ver")
    assert "te ver van familie" in browser.get(stay).words
    # The turn stays, the place is free again, and the next offer is another stay.
    assert "Plaats 1 van 1" in browser.get(here).words
    form = browser.get(offer).form(offer)
    stay = browser.post(offer, form | {"van": dag(clock.today() + 14 * DAY)}).location
    step("inwoner_antwoordt", ja="ja")
    assert "De aanbieder heeft nog niet geantwoord." in browser.get(stay).words
    world.as_(waar.begeleider, pw.aanbieden.aanbieder_antwoordt, stay.rsplit("/")[-1], ja=True)
    assert "Gereserveerd" in browser.get(stay).words
    world.clock(timedelta(days=14))
    browser = world.sign_in(loop.wie.consulent)
    step("beginnen", on=dag(clock.today()))
    step("stilleggen", reden="Opname in het ziekenhuis.")
    assert "Beslis uiterlijk" in browser.get(stay).words
    step("hervatten")
    step("beeindigen", on=dag(clock.today()), einde="uitstroom_zelfstandig")
    assert "Beëindigd" in browser.get(stay).words
    for address in ("/plekken", "/wachtlijst", here, stay):
        browser.get(f"{address}?taal=en")


def test_passing_somebody_over_asks_why_per_person_and_shows_it_later(world):
    waar = pw.huis(world)
    first = pw.geplaatst(world)
    later = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
        world, wie=first.wie, persoon_id=pw.persoon(world, first.wie, naam="Bo Anders", bsn="", bron=None))))
    browser = world.sign_in(first.wie.consulent)
    order = [one.get_text(strip=True) for one in browser.get("/wachtlijst").html.select(".p-queue li p.u-strong")]
    assert len(order) == 2
    references = dict(world.behind("SELECT d.reference, d.id FROM portal.dossier d WHERE d.soort = 'plaatsing'"))
    behind = references[next(ref for ref in references if ref in order[1])]
    ahead = next(ref for ref in references if ref in order[0])
    assert behind in (first.plaatsing_id, later.plaatsing_id)
    offer = f"/plaatsing/{behind}/plek/{waar.locatie_id}"
    page = browser.get(offer)
    assert f"Waarom niet {ahead}?" in page.words
    form = page.form(offer) | {"van": dag(clock.today() + 14 * DAY), "toelichting": "Past goed."}
    refused = browser.post(offer, form, expect=422)
    assert "waarom u die overslaat" in refused.words and refused.form(offer)["toelichting"].strip() == "Past goed."
    field = next(name for name in form if name.startswith("reden-"))
    stay = browser.post(offer, form | {field: "Wil wachten op een plek in Kampen."}).location
    assert "Wil wachten op een plek in Kampen." in browser.get(stay).words


def test_a_place_that_does_not_fit_says_why_and_cannot_be_offered(world):
    full, loop = pw.huis(world, aantal=1), pw.geplaatst(world)
    browser = world.sign_in(loop.wie.consulent)
    other = world.as_(full.begeleider, pw.plekken.locatie_maken, naam="Voor jongeren (fictief)",
                      gemeente_id=world.gemeente("kampen"), adres="Voorbeeldweg 9, Kampen", product="tussenvorm",
                      doelgroepen=["jongvolwassen"], aantal=2, leeftijd_tot=23)
    page = browser.get(f"/plaatsing/{loop.plaatsing_id}/plek")
    assert "Hier is een andere soort ondersteuning." in page.words and "tot en met 23 jaar" in page.words
    offer = f"/plaatsing/{loop.plaatsing_id}/plek/{other.id}"
    assert "Deze plek is voor een andere groep." in browser.get(offer).words
    form = {"csrf_token": browser.csrf(offer), "van": dag(clock.today() + 14 * DAY)}
    assert "Er is niets veranderd" in browser.post(offer, form, expect=409).words
    # Two offers at once.
    good = f"/plaatsing/{loop.plaatsing_id}/plek/{full.locatie_id}"
    form = browser.get(good).form(good) | {"van": dag(clock.today() + 14 * DAY)}
    browser.post(good, form)
    assert "Er loopt al een aanbod" in browser.get(good).words
    again = browser.post(good, form | {"csrf_token": browser.csrf(good), "sleutel": "een-andere"}, expect=409)
    assert "Dit kan niet in deze fase" in again.words
    assert world.behind("SELECT count(*) FROM portal.verblijf")[0][0] == 1


def test_the_27th_place_is_refused_and_nothing_is_lost(world):
    """Bad input of the issue: more people than there are places, or a number of places that nobody has."""
    waar = pw.huis(world, aantal=1)
    first = pw.aangeboden(world, waar=waar)
    other = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
        world, wie=first.wie, persoon_id=pw.persoon(world, first.wie, naam="Bo Anders", bsn="", bron=None))))
    browser = world.sign_in(first.wie.consulent)
    offer = f"/plaatsing/{other.plaatsing_id}/plek/{waar.locatie_id}"
    assert "Er is geen plek vrij." in browser.get(f"{offer}?van={dag(clock.today() + 14 * DAY)}").words
    full = browser.post(offer, {"csrf_token": browser.csrf(offer), "van": dag(clock.today() + 14 * DAY),
                                "toelichting": "Zoekt rust."}, expect=409)
    assert "Er is geen plek vrij." in full.words and full.form(offer)["toelichting"].strip() == "Zoekt rust."
    worker, here = world.sign_in(waar.begeleider), f"/mijn-plekken/locatie/{waar.locatie_id}"
    form = worker.get(f"{here}/aantal").form(f"{here}/aantal")
    less = worker.post(f"{here}/aantal", form | {"aantal": "0", "van": dag(clock.today() + 20 * DAY)}, expect=409)
    assert "meer plekken in gebruik" in less.words
    shut = worker.post(f"{here}/sluiten", form | {"van": dag(clock.today() + 20 * DAY)}, expect=409)
    assert "meer plekken in gebruik" in shut.words


def test_a_secret_address_stands_on_no_page_of_a_gemeente_that_places_nobody_there(world):
    waar = pw.huis(world, geheim=True)
    browser = world.sign_in(pw.personen(world, "zwolle").consulent)
    page = browser.get("/plekken")
    assert "adres afgeschermd" in page.words and "Voorbeeldplein" not in page.text
    loop = pw.aangeboden(world, waar=waar)
    assert "Voorbeeldplein" not in world.sign_in(loop.wie.consulent).get("/plekken").text  # offered is not yet placed
    loop = pw.gereserveerd(world, loop)
    assert "Voorbeeldplein" in world.sign_in(loop.wie.consulent).get("/plekken").words
    assert "Voorbeeldplein" not in browser.get("/plekken").text


def test_somebody_who_is_hidden_is_a_line_without_a_gemeente_for_others(world):
    loop = pw.gemeld(world, persoon_id=pw.persoon(world, pw.personen(world), afgeschermd=True))
    pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, loop)))
    zwolle = world.sign_in(pw.personen(world, "zwolle").consulent).get("/wachtlijst")
    assert "Afgeschermd" in zwolle.words and "uit Kampen" not in zwolle.words and "Sanne" not in zwolle.text
    assert "uit Kampen" in world.sign_in(loop.wie.consulent).get("/wachtlijst").words


def test_homes_that_are_needed_and_agreed_on(world):
    browser = world.sign_in(pw.personen(world).consulent)
    page = browser.get("/woonafspraken")
    assert "Uw gemeente heeft nog niets ingevuld." in page.words
    form = page.form("/woonafspraken") | {"jaar": "2028", "soort": "woning", "prognose": "12", "afgesproken": "9"}
    wrong = browser.post("/woonafspraken", form, expect=422)
    assert "Schrijf waar de afspraak staat." in wrong.words and wrong.form("/woonafspraken")["prognose"] == "12"
    browser.post("/woonafspraken", form | {"bron": "Prestatieafspraken 2028"})
    assert "3 te weinig" in browser.get("/woonafspraken").words
    browser.get("/woonafspraken?taal=en")
    world.sign_in(world.medewerker("kampen", "auditor")).get("/woonafspraken", expect=403)


@pytest.mark.parametrize("role", ["contractmanager", "subsidieadviseur", "auditor", "beheerder", "raadslid"])
def test_another_role_opens_no_page_of_places(world, role):
    loop = pw.aangeboden(world)
    browser = world.sign_in(world.medewerker("kampen", role))
    for address in ("/plekken", "/wachtlijst", f"/plaatsing/{loop.plaatsing_id}/plek", stap(loop),
                    f"/plaatsing/{loop.plaatsing_id}/plek/{loop.huis.locatie_id}", *(stap(loop, one) for one in STAPPEN)):
        browser.get(address, expect=403)


def test_another_gemeente_finds_no_placement_and_no_stay(world):
    loop = pw.aangeboden(world)
    browser = world.sign_in(pw.personen(world, "zwolle").consulent)
    for address in (f"/plaatsing/{loop.plaatsing_id}/plek", f"/plaatsing/{loop.plaatsing_id}/plek/{loop.huis.locatie_id}",
                    stap(loop), *(stap(loop, one) for one in STAPPEN)):
        browser.get(address, expect=404)
    for one in STAPPEN:
        browser.post(stap(loop, one), {"csrf_token": browser.csrf("/plekken"), "ja": "ja", "on": dag(clock.today()),
                                       "reden": "Zomaar.", "einde": "eigen_keuze"},
                     expect=404 if one not in ("inwoner_antwoordt", "stilleggen", "intrekken") else None)


def test_P2_no_page_of_places_asks_more_than_eight_statements_of_its_own(world):
    stay = pw.gereserveerd(world)
    wie, waar = stay.wie, stay.huis
    for n in range(3):
        world.as_(waar.begeleider, pw.plekken.locatie_maken, naam=f"Huis {n} (fictief)", gemeente_id=world.gemeente("kampen"),
                  adres="Voorbeeldweg 9, Kampen", product="beschermd_wonen", doelgroepen=["psychisch"], aantal=2)
    waits = [pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
        world, wie=wie, persoon_id=pw.persoon(world, wie, naam=f"Bo {n}", bsn="", bron=None)))) for n in range(2)]
    offered = pw.aangeboden(world, waits[0], waar, overslaan={
        one: "Wil wachten." for (one,) in world.behind("SELECT id FROM portal.wachtregel WHERE tot_on IS NULL")})
    asked = {}
    pages = ["/plekken", "/wachtlijst", "/woonafspraken", *(stap(offered, one) for one in ("", *STAPPEN)), stap(stay)]
    for one in (stay, *waits):
        pages += [f"/plaatsing/{one.plaatsing_id}/plek", f"/plaatsing/{one.plaatsing_id}/plek/{waar.locatie_id}"]
    provider = ["/mijn-plekken", "/mijn-plekken/bewoners", "/mijn-plekken/nieuw",
                *(f"/mijn-plekken/locatie/{waar.locatie_id}{rest}" for rest in ("", "/wijzigen", "/aantal", "/sluiten")),
                *(f"/mijn-plekken/verblijf/{one.verblijf_id}" for one in (offered, stay))]
    for person, addresses in ((wie.consulent, pages), (waar.begeleider, provider)):
        browser = world.sign_in(person)
        for address in addresses:
            with counting(world.app) as seen:
                assert browser.client.get(address).status_code == 200, address
            asked[address] = len([text for text in seen if not any(f in text for f in FRAME)])
    assert {address: count for address, count in asked.items() if count > MOST_QUERIES} == {}
    assert asked["/plekken"] >= 2, "de teller telt"


def test_the_title_of_the_page_of_homes_names_the_portal_too(world):
    browser = world.sign_in(pw.personen(world).consulent)
    name = browser.get("/plekken").html.title.text.rpartition("–")[2]
    assert name.strip() and browser.get("/woonafspraken").html.title.text.rpartition("–")[2] == name


def test_what_waits_names_its_kind_in_the_language_of_who_reads(world):
    loop = pw.aangeboden(world)
    for who in (loop.wie.consulent, loop.huis.begeleider):
        browser = world.sign_in(who)
        assert "Verblijf" in browser.get("/mijn-werk").words
        english = browser.get("/mijn-werk?taal=en").words
        assert "Verblijf" not in english and "Plaatsing" not in english
        browser.get("/mijn-werk?taal=nl")
