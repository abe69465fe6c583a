"""What providers, citizens and passers-by find at the edges: outcomes, refusals beforehand, honest pages."""

from datetime import timedelta

import pytest

from portal.domains.inkoop import inschrijven, usecases
from portal.kernel import clock
from portal.kernel.outbox import send_message
from portal.kernel.planning import Moment
from portal.web.filters import datum, datum_tabel
from tests import inkoop_world as iw
from tests.files import PDF


@pytest.fixture
def loop(world):
    return iw.gepubliceerde_inkoop(world, percelen=1)


def address(bid) -> str:
    return f"/inschrijving/{bid.inschrijving_id}"


def answer(world, loop, bid, *, met: bool) -> None:
    """Answer the first requirement of the first perceel again."""
    perceel = loop.percelen[0]
    given = {str(eis): {"voldoet": met or number > 0, "toelichting": ""} for number, eis in enumerate(loop.eisen[perceel])}
    world.as_(bid.aanbieder.auteur, inschrijven.antwoorden_bewaren, bid.inschrijving_id, perceel, given)


# After the award -------------------------------------------------------------------------------------------------------------

def test_a_bidder_reads_the_outcome_the_letter_and_the_last_day_for_court(world):
    loop = iw.gegund(world, percelen=1, max_contracten=1)
    won, lost = loop.inschrijvers
    browser = world.sign_in(lost.aanbieder.auteur)
    last = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'standstill'")[0][0]
    page = browser.get(address(lost))
    assert page.html.select_one(".p-pagehead .p-badge").text == "Niet aan u gegund"
    assert f"De laatste dag is {datum(last)}" in page.words and "onderdelen compleet" not in page.words
    letter = page.html.select_one("main a[href^='/berichten/']")["href"]
    assert "Gunning Beschermd wonen 2028" in browser.get(letter).words
    work = browser.get("/mijn-werk")
    assert "Uitkomst van uw inschrijving" in work.words and "Perceel 1: niet aan u gegund" in work.words
    assert work.html.select_one(f"main a[href='{letter}']"), "de brief staat op Mijn werk"
    assert all("Niet aan u gegund" in browser.get(page).words for page in ("/inschrijving", "/organisatie"))

    winner = world.sign_in(won.aanbieder.auteur)
    assert "Perceel 1: aan u gegund" in winner.get("/mijn-werk").words
    iw.gecontracteerd(world, loop)
    winner = world.sign_in(won.aanbieder.auteur)
    page = winner.get(address(won))
    first_day_without = world.behind("SELECT tot FROM portal.overeenkomst_periode ORDER BY volgnummer")[0][0]
    ends = datum_tabel(first_day_without - timedelta(days=1))
    assert "U heeft een contract: OVK-" in page.words and f"tot en met {ends}" in page.words
    assert "Uitkomst van uw inschrijving" not in winner.get("/mijn-werk").words
    own = winner.get("/organisatie").words
    assert "verlengen tot en met" in own and "Voor: Zwolle" in own and "Staphorst" in own


def test_the_outcome_of_one_bidder_is_not_shown_to_another(world):
    loop = iw.gegund(world, percelen=1)
    stranger = iw.zorgaanbieder(world, "Buiten Beeld (fictief)")
    browser = world.sign_in(stranger.auteur)
    assert "Uitkomst van uw inschrijving" not in browser.get("/mijn-werk").words
    browser.get(address(loop.inschrijvers[0]), expect=404)


# A bid that rules itself out -------------------------------------------------------------------------------------------------

def test_no_to_a_requirement_warns_three_times_and_sends_only_when_it_is_known(world, loop):
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    perceel, url = loop.percelen[0], address(bid)
    author, sender = world.sign_in(bid.aanbieder.auteur), world.sign_in(bid.aanbieder.verzender)
    eisen = f"{url}/perceel/{perceel}/eisen"
    page = author.get(eisen)
    assert page.words.count("Met dit antwoord valt uw inschrijving op dit perceel af.") == 2, "bij elk antwoord nee"
    where = author.post(eisen, page.form(eisen) | {f"eis-{loop.eisen[perceel][0]}": "nee"}).location
    assert "Bij E1 antwoordt u nee." in author.get(where).words
    page = author.get(url)
    assert "Valt af door uw antwoord op E1" in page.words and "Uw inschrijving op perceel 1 valt af" in page.words
    check = sender.get(f"{url}/controle")
    assert "Compleet, maar met dit antwoord valt uw inschrijving op dit perceel af." in check.words
    form = check.form(f"{url}/verzenden") | {"perceel": str(perceel)}
    refused = sender.post(f"{url}/verzenden", form, expect=422)
    assert "Vink aan dat u dit weet." in refused.words
    assert world.behind("SELECT count(*) FROM portal.verzending")[0][0] == 0
    form = refused.form(f"{url}/verzenden") | {"perceel": str(perceel), "toch": str(perceel)}
    sender.post(f"{url}/verzenden", form)
    assert world.behind("SELECT count(*) FROM portal.verzending")[0][0] == 1


def test_a_requirement_that_asks_proof_says_where_it_goes(world):
    planned = iw.geplande_inkoop(world, percelen=1)
    perceel = planned.percelen[0]
    eis = world.as_(planned.wie.manager, usecases.eis_toevoegen, perceel, code="E3", tekst="U heeft een keurmerk.",
                    bewijs="Het certificaat.")
    loop = iw.gepubliceerde_inkoop(world, loop=iw.doorgezette_inkoop(world, iw.met_deelname(
        world, iw.uitgevraagde_inkoop(world, planned))))
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    world.as_(bid.aanbieder.auteur, inschrijven.antwoorden_bewaren, bid.inschrijving_id, perceel,
              {str(e): {"voldoet": True, "toelichting": ""} for e in (*loop.eisen[perceel], eis.id)})
    author = world.sign_in(bid.aanbieder.auteur)
    page = author.get(f"{address(bid)}/perceel/{perceel}/eisen")
    where = page.html.select_one("main a[href*='bewijs-E3']")["href"]
    assert "Voeg het bewijs bij E3 toe" in page.words
    author.upload(where, "certificaat.pdf", PDF, expect=200)
    assert "Bewijs toegevoegd: certificaat.pdf." in author.get(f"{address(bid)}/perceel/{perceel}/eisen").words
    world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, [perceel])
    sent = world.behind("SELECT inhoud FROM portal.verzending")[0][0]["documenten"]
    assert "Bewijs bij eis E3" in [d["titel"] for d in sent], "het bewijs gaat mee"


# Mijn werk of a provider -----------------------------------------------------------------------------------------------------

def test_mijn_werk_fits_who_reads_it_and_tells_of_a_change_after_sending(world, loop):
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    author, sender = world.sign_in(bid.aanbieder.auteur), world.sign_in(bid.aanbieder.verzender)
    assert "Vraag uw verzender om haar te versturen" in author.get("/mijn-werk").words
    assert "Verstuur uw inschrijving" in sender.get("/mijn-werk").words
    url = address(bid)
    page = author.get(f"{url}/controle")
    where = author.post(f"{url}/klaar-melden", page.form(f"{url}/klaar-melden")).location
    assert "Het bericht is verstuurd" in author.get(where).words
    assert "Klaar om te versturen: Beschermd wonen 2028" in sender.get("/berichten").words

    world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)
    assert "Er wacht niets op u" in sender.get("/mijn-werk").words
    assert "Uw inschrijving op Beschermd wonen 2028 is verstuurd" in sender.get("/berichten").words
    answer(world, loop, bid, met=False)
    assert "Verstuur uw inschrijving opnieuw: u heeft haar veranderd na het versturen" in sender.get("/mijn-werk").words
    world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, toch=loop.percelen)
    assert "Er wacht niets op u" in sender.get("/mijn-werk").words


def test_who_works_alone_is_told_so(world, loop):
    alone = world.aanbieder("Alleen Aan Zet (fictief)")
    person = world.aanbieder_persoon(alone, "auteur", "verzender", "aanbiederbeheerder")
    browser = world.sign_in(person)
    page = browser.get("/mijn-werk")
    assert "Vul uw gegevens aan" in page.words and page.html.select_one("main a[href='/organisatie/wijzigen']")
    url = browser.post(f"/inschrijving/begin/{loop.inkoop_id}").location
    page = browser.get(url)
    assert "U bent de enige van uw organisatie" in page.words and "Vraag een collega mee te lezen" not in page.words
    assert "Nodig eerst een collega uit." in browser.post(f"{url}/meelezen-vragen", expect=409).words
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE party_id = :p", p=alone)[0][0] == 0
    assert "0 van 2 onderdelen compleet" in page.words, "de gegevens van de organisatie en de verklaring"


def test_a_phone_number_can_be_called(world):
    provider = iw.zorgaanbieder(world, "Bel Mij (fictief)")
    browser = world.sign_in(provider.beheerder)
    form = browser.get("/organisatie/wijzigen").form()
    wrong = browser.post("/organisatie/wijzigen", form | {"telefoon": "bel maar"}, expect=422)
    assert "ten minste 10 cijfers" in wrong.words and wrong.form()["telefoon"] == "bel maar"
    browser.post("/organisatie/wijzigen", form | {"telefoon": "+31 38 123 45 67"})


def test_a_message_to_oneself_is_never_closed(world):
    provider = iw.zorgaanbieder(world, "Brief Aan Onszelf (fictief)")
    own = world.as_(provider.auteur, send_message, to=provider.id, onderwerp="Let op", tekst="Morgen sluit de inkoop.")
    browser = world.sign_in(provider.meelezer)
    page = browser.get(f"/berichten/{own.id}")
    assert "Morgen sluit de inkoop." in page.words and "2:19b" not in page.words
    browser.post(f"/berichten/{own.id}/openen", page.form(f"/berichten/{own.id}/openen"))
    assert "Zet bij gelezen" not in browser.get(f"/berichten/{own.id}").words


# Everybody -------------------------------------------------------------------------------------------------------------------

def test_a_citizen_is_told_what_works_and_keeps_the_menu(world):
    anonymous = world.anonymous()
    assert "om een eigen plan in te dienen" in anonymous.get("/inloggen?gemeente=zwolle").words
    page = world.sign_in(world.inwoner()).get("/berichten")
    assert "Wat kunt u hier nu doen?" in page.words
    menu = [link.get_text() for link in page.html.select("header nav a")]
    assert {"Inkopen", "Aanbieders", "Berichten"} <= set(menu)
    home = world.sign_in(world.inwoner()).get("/")
    assert "Inloggen" not in [link.get_text(strip=True) for link in home.html.select("main a")]
    assert "Naar Mijn werk" in world.sign_in(world.medewerker("zwolle", "contractmanager")).get("/").words


def test_the_public_page_says_whom_to_ask_and_what_is_so(world):
    planned = iw.geplande_inkoop(world, percelen=1, minimale_score=0)
    for titel, fase in (("Op TenderNed", "publicatie"), ("Publicatie van de jaarcijfers", None)):
        world.as_(planned.wie.manager, usecases.mijlpaal_toevoegen, planned.inkoop_id, titel=titel, fase=fase,
                  moment=Moment("maand", "2027-11"))
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, planned)))
    closes = clock.now() + timedelta(days=30)
    world.as_(loop.wie.manager, usecases.publiceren, loop.inkoop_id, sluit_at=closes,
              vragen=usecases.Vragen("Team Inkoop", "inkoop@zwolle.example"))
    page = world.anonymous().get(f"/aanbestedingen/{loop.reference}")
    last = clock.day_of(closes) - timedelta(days=10)
    assert "inkoop@zwolle.example" in page.words and f"Vragen stellen kan tot en met {datum(last)}" in page.words
    assert "Laagste score" not in page.words and "€ 0,00 of meer" not in page.words
    assert "Een tweede persoon leest elke gunning." in page.words
    planning = page.html.select_one("section[aria-labelledby=planning]").get_text(" ")
    assert "Gepubliceerd" in planning and "voor de zomer" not in planning
    assert "TenderNed" not in planning and "Publicatie van de jaarcijfers" in planning
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    assert "inkoop@zwolle.example" in world.sign_in(bid.aanbieder.auteur).get(address(bid)).words


def test_the_home_of_a_gemeente_shows_what_concerns_it(world):
    iw.gecontracteerd(world, percelen=1)
    anonymous = world.anonymous()
    here, elsewhere = anonymous.get("/gemeente/kampen"), anonymous.get("/gemeente/deventer")
    assert "Woonvorm De Lindehof" in here.words and "koopt samen" in here.words
    assert "Woonvorm De Lindehof" not in elsewhere.words and "Deventer koopt samen" not in elsewhere.words
    assert "Gemeente Deventer heeft hier nog geen contracten." in elsewhere.words
    assert "tot en met" in anonymous.get("/aanbieders").words
