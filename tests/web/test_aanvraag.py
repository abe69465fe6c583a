"""Applying for a subsidy in the browser, from the side of the applicant: write, check, sign, send, supplement, withdraw, and
follow the case until the decision; every refusal in its own words."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from portal.domains.inkoop import inschrijven
from portal.domains.subsidies import aanvragen, queries, tekenen, usecases, voorstellen
from portal.kernel import clock
from portal.web.filters import datum_tabel, laatste_dag
from tests.files import PDF
from tests.inkoop_world import stuk, zorgaanbieder
from tests.subsidies_world import (
    IBAN,
    NepBrieven,
    beoordeeld,
    gegevens,
    geschreven,
    jaar,
    neem_in,
    open_regeling,
    personen,
    verleend,
    verstuurd,
    voorgesteld,
)
from tests.web.building import counted


def address(loop, sub: str = "") -> str:
    return f"/aanvragen/{loop.aanvraag_id}{sub}"


def case(loop, sub: str = "") -> str:
    return f"/aanvragen/subsidie/{loop.subsidie_id}{sub}"


def plain(page) -> str:
    """The words of a page with ordinary spaces."""
    return page.words.replace("\xa0", " ")


def begonnen(world, loop=None, **anders):
    """A draft in which nothing was written."""
    loop = loop or open_regeling(world, **anders)
    aanvrager = loop.wie.aanvragers[0]
    aanvraag = world.as_(aanvrager.auteur, aanvragen.begin, loop.regeling_id)
    return replace(loop, aanvrager=aanvrager, aanvraag_id=aanvraag.id)


def kept(world, loop) -> dict:
    """What the draft holds."""
    return world.behind("SELECT gegevens FROM portal.aanvraag WHERE id = :i", i=loop.aanvraag_id)[0][0]


def sendings(world) -> list:
    return world.behind("SELECT soort, ontvangst_nummer, vingerafdruk, id FROM portal.indiening ORDER BY ontvangen_at")


def activity(**anders) -> dict:
    van, tot = jaar()
    return {"titel": "Samen de dag door", "product": "dagdeel", "omschrijving": "Elke werkdag een open huis.",
            "resultaat": "Inwoners komen buiten.", "aantal": "1.000", "van": f"{van:%d-%m-%Y}",
            "tot": f"{tot - timedelta(days=1):%d-%m-%Y}"} | anders


def money(**anders) -> dict:
    return {"bedrag": "40.000,00", "begroting": "Huur en begeleiding.", "iban": "nl02 abna 0123 4567 89",
            "tenaamstelling": "Dagpunt"} | anders


def ask_supplement(world, loop):
    """The gemeente asks for two things; then it waits."""
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    world.as_(loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id,
              punten=["De begroting telt niet op", "Het aantal inwoners ontbreekt"])
    return loop


def ask_view(world, loop):
    """The gemeente asks for a view before it refuses."""
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een buur schreef dat er geen plek is.")
    return loop


# The whole way ------------------------------------------------------------------------------------------------------------

def test_from_first_click_to_receipt(world):
    loop = open_regeling(world)
    wie = loop.wie.aanvragers[0]
    author, sender = world.sign_in(wie.auteur), world.sign_in(wie.verzender)

    start = author.get("/aanvragen")
    assert "U heeft nog geen aanvraag" in start.words and "Dagbesteding" in start.words
    begin = start.html.select_one("main form")["action"]
    url = author.post(begin, start.form(begin)).location
    page = author.get(url)
    assert "0 van 3 onderdelen compleet" in page.words and "Nog nodig: een naam, een product" in page.words
    assert page.html.select_one(".p-pagehead .p-badge").text == "Nog niet verstuurd"

    form = author.get(f"{url}/activiteit").form(f"{url}/activiteit")
    assert author.post(f"{url}/activiteit", form | activity()).location == url
    form = author.get(f"{url}/geld").form(f"{url}/geld")
    assert form["tenaamstelling"] == wie.naam, "de naam van de organisatie staat er al"
    author.post(f"{url}/geld", form | money())
    part = author.upload(f"{url}/documenten/begroting", "begroting één.pdf", PDF, expect=200)
    receipt = re.sub(r"\s+", " ", part.html.get_text(" "))
    assert "begroting één.pdf" in receipt and re.search(r"Ontvangstbewijs OB-\w{5}-\w{5} SHA-256 [0-9a-f]{64}", receipt)
    page = author.get(url)
    assert "3 van 3 onderdelen compleet" in page.words and "Alles is compleet." in page.words
    assert f"Dit mag versturen: {wie.verzender.actor.naam}." in page.words
    check = author.get(f"{url}/controle")
    assert "U mag niet versturen" in check.words and not check.html.select(f"form[action='{url}/versturen']")

    check = sender.get(f"{url}/controle")
    van, _tot = jaar()
    for said in ("Samen de dag door", "Dagdelen dagbesteding", "1.000 dagdelen", f"31 december {van.year}", "€ 40.000,00",
                 "NL02 ABNA 0123 4567 89", "Dagpunt", "begroting één.pdf", wie.naam, "M. Bakker"):
        assert said in plain(check), said
    receipt = sender.post(f"{url}/versturen", check.form(f"{url}/versturen")).location
    page = sender.get(receipt)
    [(soort, number, fingerprint, _id)] = sendings(world)
    assert soort == "aanvraag" and number in page.words and fingerprint in page.words
    assert re.search(r"Ontvangen op .* om \d\d\.\d\d\.\d\d uur", page.words)
    assert "Nummer 1 voor deze regeling" in page.words and "SHA-256" in page.words
    due = clock.today() + timedelta(weeks=8)
    assert str(due.year) in page.words and "Waarom deze datum?" in page.words and "Uiterlijk op " in page.words
    page = sender.get(url)
    assert "De gemeente neemt haar in" in page.words and not page.html.select(f"a[href='{url}/controle']")
    assert "Verstuurd" in sender.get("/aanvragen").words


def test_the_last_day_is_typed_and_shown_and_the_day_after_is_kept(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    van, _tot = jaar()
    author.post(address(loop, "/activiteit"), activity(tot=f"30-06-{van.year}"))
    assert kept(world, loop)["tot"] == f"{van.year}-07-01"
    form = author.get(address(loop, "/activiteit")).form(address(loop, "/activiteit"))
    assert form["tot"] == f"30-06-{van.year}" and form["van"] == f"01-01-{van.year}"
    assert f"30 juni {van.year}" in author.get(address(loop, "/controle")).words


def test_a_part_is_kept_as_far_as_it_is(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    author.post(address(loop, "/activiteit"), {"titel": "Open huis"})
    assert kept(world, loop) == {"titel": "Open huis", "product": "", "omschrijving": "", "resultaat": "", "aantal": "",
                                 "van": "", "tot": ""}
    page = author.get(address(loop))
    assert "Uw aanvraag Open huis" in page.words
    assert "Nog nodig: een product, wat u gaat doen, het resultaat, de eerste dag, de laatste dag." in page.words


def test_amounts_and_numbers_are_kept_as_exact_text(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    author.post(address(loop, "/activiteit"), activity(aantal="1.250,5"))
    author.post(address(loop, "/geld"), money(bedrag="€ 12.345,6"))
    found = kept(world, loop)
    assert (found["aantal"], found["bedrag"], found["iban"]) == ("1250.5", "12345.60", IBAN)
    assert author.get(address(loop, "/activiteit")).form(address(loop, "/activiteit"))["aantal"] == "1250,5"
    form = author.get(address(loop, "/geld")).form(address(loop, "/geld"))
    assert (form["bedrag"], form["iban"]) == ("12.345,60", "NL02 ABNA 0123 4567 89")


@pytest.mark.parametrize(("field", "typed", "says"), [
    ("aantal", "duizend", "Schrijf het aantal in cijfers"), ("aantal", "0", "groter dan nul"),
    ("aantal", "-5", "groter dan nul"), ("aantal", "99999999999", "groter dan nul"), ("aantal", "€ 5", "groter dan nul"),
    ("van", "eerste kerstdag", "Schrijf de datum als dag-maand-jaar"), ("tot", "31-02-2027", "Deze dag bestaat niet."),
    ("product", "taart", "Kies een product uit de lijst."), ("titel", "x" * 201, "hoogstens 200 tekens"),
    ("tot", "01-01-2026", "De laatste dag ligt vóór de eerste dag."), ("tot", "01-01-2099", "valt buiten de regeling"),
    ("van", "01-01-2026", "valt buiten de regeling"),
])
def test_what_is_wrong_in_the_activity_is_told_and_stays(world, field, typed, says):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    page = author.post(address(loop, "/activiteit"), activity(**{field: typed}), expect=422)
    assert says in page.words and page.html.select_one(f"#{field}")["aria-invalid"] == "true"
    assert page.form(address(loop, "/activiteit"))["resultaat"].strip() == "Inwoners komen buiten."
    assert kept(world, loop) == {}


@pytest.mark.parametrize(("field", "typed", "says"), [
    ("bedrag", "veertigduizend euro", "Dit bedrag begrijpen we niet."), ("bedrag", "0", "hoger is dan nul"),
    ("bedrag", "-100", "hoger is dan nul"), ("bedrag", "9999999999999", "te groot"),
    ("iban", "NL02ABNA0123456788", "Dit rekeningnummer klopt niet."), ("iban", "0123456789", "Dit is geen IBAN."),
    ("iban", "NL02ABNA012345678", "Een Nederlands rekeningnummer"), ("iban", "TR330006100519786457841326", "dit land"),
    ("steun_eerder", "niets", "Dit bedrag begrijpen we niet."), ("steun_eerder", "-1", "Vul dan 0 in."),
])
def test_what_is_wrong_in_the_money_is_told_and_stays(world, field, typed, says):
    loop = begonnen(world, staatssteun="de_minimis")
    author = world.sign_in(loop.aanvrager.auteur)
    page = author.post(address(loop, "/geld"), money(**{field: typed}), expect=422)
    assert says in page.words and page.html.select_one(f"#{field}")["value"] == typed
    assert page.html.select_one(f"#{field}")["aria-invalid"] == "true" and kept(world, loop) == {}


def test_earlier_aid_is_asked_only_where_the_scheme_is_about_state_aid(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    assert not author.get(address(loop, "/geld")).html.select("#steun_eerder")
    author.post(address(loop, "/geld"), money(steun_eerder="5.000"))
    assert "steun_eerder" not in kept(world, loop)
    other = begonnen(world, open_regeling(world, loop.wie, titel="Met steun", staatssteun="daeb"))
    author.post(address(other, "/geld"), money(steun_eerder="0"))
    assert kept(world, other)["steun_eerder"] == "0.00"
    assert author.get(address(other, "/geld")).form(address(other, "/geld"))["steun_eerder"] == "0,00"
    assert "eerdere steun" not in author.get(address(other)).words


@pytest.mark.parametrize("naam", ["Dagpunt\r\nB1;1,00;NL02ABNA0123456789", "=1+1", "+31 6", "Dagpunt;x", "@dagpunt", "..."])
def test_a_name_that_a_bank_does_not_take_is_refused(world, naam):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    page = author.post(address(loop, "/geld"), money(tenaamstelling=naam), expect=422)
    assert "Gebruik in de naam bij de rekening alleen letters" in page.words and "tenaamstelling" not in kept(world, loop)
    author.post(address(loop, "/geld"), money(tenaamstelling="Café ’t Hoekje & Zn. (Zwolle)"))
    assert kept(world, loop)["tenaamstelling"] == "Café 't Hoekje & Zn. (Zwolle)"


def test_what_was_told_before_is_there_already(world):
    loop = verstuurd(world)
    author = world.sign_in(loop.aanvrager.auteur)
    again = begonnen(world, open_regeling(world, loop.wie, titel="Ook dit jaar", inrichting=gegevens()["inrichting"] | {
        "producten": [{"code": "plek", "naam": "Een plek", "eenheid": "plaatsen"}]}))
    page = author.get(address(again, "/geld"))
    form = page.form(address(again, "/geld"))
    assert (form["iban"], form["tenaamstelling"]) == ("NL02 ABNA 0123 4567 89", "Dagpunt")
    assert "Overgenomen uit uw vorige aanvraag" in page.words
    assert author.get(address(again, "/activiteit")).form(address(again, "/activiteit"))["product"] == "plek"
    author.post(address(again, "/geld"), form | {"iban": ""})
    page = author.get(address(again, "/geld"))
    assert page.form(address(again, "/geld"))["iban"] == "" and "Overgenomen" not in page.words


# Documents ----------------------------------------------------------------------------------------------------------------

def test_a_document_without_script_replace_and_remove(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    url = address(loop, "/documenten/begroting")
    page = author.get(url)
    assert "Ontbreekt" in page.words and "Ontbreekt" in author.get(address(loop, "/documenten")).words
    post = page.html.select_one("form[data-upload]")["action"]
    for name in ("begroting.pdf", "begroting twee.pdf"):
        author.post(post, {"bestand": (io.BytesIO(PDF), name)}, content_type="multipart/form-data")
    page = author.get(url)
    assert "begroting twee.pdf" in page.words and "Dit is versie 2." in page.words
    assert "Compleet" in author.get(address(loop, "/documenten")).words
    author.post(f"{url}/weghalen", page.form(f"{url}/weghalen"))
    assert "Ontbreekt" in author.get(url).words
    author.post(f"{url}/weghalen", expect=404)


def test_a_bad_file_is_refused_in_words(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    url = address(loop, "/documenten/begroting")
    post = author.get(url).html.select_one("form[data-upload]")["action"]
    page = author.post(post, {"bestand": (io.BytesIO(b"MZ no document"), "x.exe")}, content_type="multipart/form-data",
                       expect=422)
    assert page.html.select_one(".p-errors") and "Ontbreekt" in page.words
    assert author.upload(url, "x.exe", b"MZ no document").status == 422
    assert world.behind("SELECT count(*) FROM portal.aanvraag_document")[0][0] == 0


def test_a_document_of_mijn_organisatie_is_used_again(world):
    inrichting = gegevens()["inrichting"]
    inrichting["documenten"] = [{"code": "statuten", "titel": "Statuten", "toelichting": "", "herbruikbaar": True,
                                 "verplicht": False}]
    loop = begonnen(world, inrichting=inrichting)
    author = world.sign_in(loop.aanvrager.auteur)
    url = address(loop, "/documenten/statuten")
    page = author.get(url)
    assert "U kunt ook zonder dit document aanvragen." in page.words and "Bewaar het bij Mijn organisatie" in page.words
    own = world.as_(loop.aanvrager.beheerder, inschrijven.organisatie_document, stuk(world, "statuten.pdf"),
                    titel="Onze statuten")
    page = author.post(f"{url}/hergebruiken", expect=422)
    assert "Kies een document uit de lijst." in page.words
    form = author.get(url).form(f"{url}/hergebruiken")
    author.post(f"{url}/hergebruiken", form | {"document": str(own.id)})
    assert "statuten.pdf" in author.get(url).words
    author.post(f"{url}/hergebruiken", {"document": str(loop.regeling_id)}, expect=404)


def test_a_document_that_nobody_asked_for(world):
    loop = begonnen(world)
    author = world.sign_in(loop.aanvrager.auteur)
    author.get(address(loop, "/documenten/foto"), expect=404)
    assert author.upload(address(loop, "/documenten/foto"), "foto.pdf", PDF).status == 404


def test_a_scheme_that_asks_no_documents(world):
    loop = begonnen(world, inrichting=gegevens()["inrichting"] | {"documenten": []})
    author = world.sign_in(loop.aanvrager.auteur)
    assert "0 van 2 onderdelen compleet" in author.get(address(loop)).words
    assert "U hoeft geen documenten mee te sturen" in author.get(address(loop, "/documenten")).words


# Check and send -----------------------------------------------------------------------------------------------------------

def test_what_lacks_is_named_and_nothing_is_sent(world):
    loop = begonnen(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.get(address(loop, "/controle"))
    assert "Wat u gaat doen: er ontbreekt nog een naam" in page.words
    assert "Documenten: er ontbreekt nog Begroting." in page.words
    assert not page.html.select("main form")
    page = sender.post(address(loop, "/versturen"), expect=422)
    assert "Dit is niet gelukt. Er is niets verstuurd." in page.words and "er ontbreekt nog een naam" in page.words
    assert sendings(world) == []


def test_every_answer_has_its_way_to_change_it(world):
    loop = geschreven(world)
    page = world.sign_in(loop.aanvrager.auteur).get(address(loop, "/controle"))
    links = {a["href"] for a in page.html.select(".p-facts__change a")}
    assert links == {address(loop, "/activiteit"), address(loop, "/geld"), address(loop, "/documenten/begroting"),
                     "/organisatie"}
    reader = world.sign_in(loop.aanvrager.meelezer).get(address(loop, "/controle"))
    assert {a["href"] for a in reader.html.select(".p-facts__change a")} <= {"/organisatie"}


def test_sending_twice_is_sending_once(world):
    loop = geschreven(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    form = sender.get(address(loop, "/controle")).form(address(loop, "/versturen"))
    first = sender.post(address(loop, "/versturen"), form).location
    assert sender.post(address(loop, "/versturen"), form).location == first
    page = sender.post(address(loop, "/versturen"), expect=409)
    assert "De gemeente wacht niet op een aanvulling." in page.words and len(sendings(world)) == 1


def test_after_the_closing_nothing_can_be_written_or_sent_and_nothing_is_lost(world):
    loop = geschreven(world, open_regeling(world, sluit_at=clock.now() + timedelta(minutes=5)))
    author, sender = world.sign_in(loop.aanvrager.auteur), world.sign_in(loop.aanvrager.verzender)
    form = author.get(address(loop, "/geld")).form(address(loop, "/geld"))
    world.clock(timedelta(minutes=10))
    page = author.post(address(loop, "/geld"), form | {"bedrag": "50.000"}, expect=410)
    assert "De tijd is voorbij" in page.words and page.html.select_one("#bedrag")["value"] == "50.000"
    assert kept(world, loop)["bedrag"] == "40000"
    page = sender.post(address(loop, "/versturen"), expect=410)
    assert "De tijd is voorbij" in page.words and sendings(world) == []
    assert author.post(f"{address(loop, '/documenten/begroting')}/weghalen", expect=410).words
    assert author.upload(address(loop, "/documenten/begroting"), "laat.pdf", PDF).status == 410
    page = author.get(address(loop))
    assert "De regeling is gesloten" in page.words and "Aanpassen en versturen kan niet meer." in page.words
    page = author.get(address(loop, "/geld"))
    assert not page.html.select("main form") and "€ 40.000,00" in plain(page)


def test_two_people_sign_where_the_scheme_asks_it(world):
    loop = geschreven(world, open_regeling(world, medeondertekenen=True))
    other = world.aanbieder_persoon(loop.aanvrager.id, "verzender", naam="Tweede Tekenaar")
    first, second = world.sign_in(loop.aanvrager.verzender), world.sign_in(other)
    page = first.get(address(loop, "/controle"))
    assert "Nog niet ondertekend." in page.words and not page.html.select(f"form[action='{address(loop, '/versturen')}']")
    page = first.post(address(loop, "/versturen"), expect=422)
    assert "Een collega die mag versturen, moet eerst ondertekenen." in page.words
    first.post(address(loop, "/ondertekenen"), first.get(address(loop, "/controle")).form(address(loop, "/ondertekenen")))
    page = first.get(address(loop, "/controle"))
    assert "Ondertekend." in page.words and "Een tweede persoon moet versturen." in page.words
    assert "Een tweede persoon" in first.post(address(loop, "/versturen"), expect=422).words
    # Whoever changes something after it, takes the signature away.
    form = second.get(address(loop, "/geld")).form(address(loop, "/geld"))
    second.post(address(loop, "/geld"), form | {"bedrag": "41.000"})
    assert "Nog niet ondertekend." in second.get(address(loop, "/controle")).words
    first.post(address(loop, "/ondertekenen"))
    page = second.get(address(loop, "/controle"))
    assert loop.aanvrager.verzender.actor.naam in page.words
    second.post(address(loop, "/versturen"), page.form(address(loop, "/versturen")))
    assert len(sendings(world)) == 1


def test_signing_asks_a_fresh_login_and_only_where_two_sign(world):
    loop = geschreven(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.post(address(loop, "/ondertekenen"), expect=409)
    assert "Voor deze regeling is één handtekening genoeg." in page.words
    world.behind("UPDATE portal.sessie SET stepped_up_at = portal.now() - interval '11 minutes' WHERE account_id = :a",
                 a=loop.aanvrager.verzender.user_id)
    back = address(loop, "/controle")
    page = sender.post(address(loop, "/ondertekenen"), {"terug": back})
    assert page.location == f"/opnieuw-inloggen?verder={back}"


def test_signing_what_is_not_complete_is_refused(world):
    loop = begonnen(world, medeondertekenen=True)
    sender = world.sign_in(loop.aanvrager.verzender)
    assert not sender.get(address(loop, "/controle")).html.select("main form")
    assert "er ontbreekt nog" in sender.post(address(loop, "/ondertekenen"), expect=422).words


# Who may ------------------------------------------------------------------------------------------------------------------

PAGES = ("", "/activiteit", "/geld", "/documenten", "/documenten/begroting", "/controle")
WRITES = ("/activiteit", "/geld", "/documenten/begroting/weghalen", "/documenten/begroting/hergebruiken")
SENDS = ("/versturen", "/ondertekenen", "/intrekken")


def test_who_reads_along_sees_everything_and_changes_nothing(world):
    loop = geschreven(world)
    reader = world.sign_in(loop.aanvrager.meelezer)
    for sub in PAGES:
        page = reader.get(address(loop, sub))
        assert not page.html.select("main form"), sub
    for sub in (*WRITES, *SENDS):
        reader.post(address(loop, sub), expect=403)
    author = world.sign_in(loop.aanvrager.auteur)
    for sub in SENDS:
        author.post(address(loop, sub), expect=403)
    author.get(address(loop, "/intrekken"), expect=403)
    assert sendings(world) == []


def test_nobody_else_finds_it(world):
    loop = verstuurd(world)
    stranger = world.sign_in(zorgaanbieder(world, "De Buren (fictief)").verzender)
    receipt = f"/ontvangst/{sendings(world)[0].id}"
    for sub in (*PAGES, "/intrekken", receipt):
        stranger.get(address(loop, sub), expect=404)
    for sub in (*WRITES, *SENDS):
        stranger.post(address(loop, sub), {"reden": "x", "document": str(loop.regeling_id)}, expect=404)
    stranger.get(case(loop), expect=404)
    stranger.get(case(loop, "/zienswijze"), expect=404)
    stranger.post(case(loop, "/zienswijze"), {"argument-1": "x"}, expect=404)
    assert "U heeft nog geen aanvraag" in stranger.get("/aanvragen").words
    staff = world.sign_in(loop.wie.adviseur)
    for url in (address(loop), case(loop), "/aanvragen"):
        staff.get(url, expect=403)


def test_a_receipt_of_another_application_is_not_under_this_one(world):
    loop = verstuurd(world)
    other = begonnen(world, open_regeling(world, loop.wie, titel="Anders"))
    world.sign_in(loop.aanvrager.auteur).get(address(other, f"/ontvangst/{sendings(world)[0].id}"), expect=404)


# Supplement ---------------------------------------------------------------------------------------------------------------

def test_a_supplement_opens_the_same_pages_with_what_was_asked(world):
    loop = ask_supplement(world, verstuurd(world))
    author, sender = world.sign_in(loop.aanvrager.auteur), world.sign_in(loop.aanvrager.verzender)
    assert "Wacht op aanvulling" in author.get("/aanvragen").words
    page = author.get(case(loop))
    assert "Vul uw aanvraag aan" in page.words and "De beslistermijn staat stil" in page.words
    assert page.html.select_one(f"a[href='{address(loop)}']")
    for sub in PAGES:
        words = author.get(address(loop, sub)).words
        assert "De gemeente vraagt om een aanvulling" in words and "De begroting telt niet op" in words, sub
        assert "Aanvullen kan tot en met" in words
    form = author.get(address(loop, "/geld")).form(address(loop, "/geld"))
    author.post(address(loop, "/geld"), form | {"begroting": "Nu telt zij op."})
    page = sender.get(address(loop, "/controle"))
    assert "Stuur de aanvulling" in page.words and "Nu telt zij op." in page.words
    receipt = sender.post(address(loop, "/versturen"), page.form(address(loop, "/versturen"))).location
    page = sender.get(receipt)
    assert "Uw aanvulling is verstuurd" in page.words and sendings(world)[-1].soort == "aanvulling"
    assert "De gemeente neemt haar nu in." in sender.get(address(loop)).words
    neem_in(world, sendings(world)[-1].id, loop.wie.adviseur.party_id)
    page = sender.get(address(loop))
    assert "De gemeente vraagt om een aanvulling" not in page.words and "De gemeente behandelt uw aanvraag" in page.words
    author.post(address(loop, "/geld"), form, expect=409)


# Withdraw -----------------------------------------------------------------------------------------------------------------

def test_withdraw_with_a_reason(world):
    loop = verstuurd(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    url = address(loop, "/intrekken")
    page = sender.get(url)
    assert "Dit gebeurt er" in page.words
    page = sender.post(url, page.form(url), expect=422)
    assert "Schrijf waarom u de aanvraag intrekt." in page.words and len(sendings(world)) == 1
    receipt = sender.post(url, page.form(url) | {"reden": "Wij gaan verhuizen."}).location
    page = sender.get(receipt)
    assert "Uw aanvraag is ingetrokken" in page.words and "Wij gaan verhuizen." in page.words
    assert "U trok deze aanvraag in" in sender.get(address(loop)).words
    assert not sender.get(url).html.select("main form")
    assert "Trek de aanvraag in" not in sender.get(case(loop)).words
    neem_in(world, sendings(world)[-1].id, loop.wie.adviseur.party_id)
    withdrawn = sender.get(case(loop)).words
    assert "Ingetrokken" in withdrawn and "Niet meer nodig" in withdrawn and "Gedaan" not in withdrawn
    assert sender.post(url, {"reden": "Nog eens."}, expect=None).status in (409, 422)


def test_what_was_not_sent_or_is_decided_cannot_be_withdrawn(world):
    loop = geschreven(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    assert "Er valt niets in te trekken." in sender.get(address(loop, "/intrekken")).words
    loop = verleend(world, loop)
    assert "De gemeente heeft al besloten." in sender.get(address(loop, "/intrekken")).words
    page = sender.post(address(loop, "/intrekken"), {"reden": "Toch niet."}, expect=409)
    assert "Intrekken kan niet meer." in page.words and len(sendings(world)) == 1


# The case -----------------------------------------------------------------------------------------------------------------

def phase(page) -> str:
    return page.html.select_one(".p-phases__item--now .p-phases__name").get_text(" ", strip=True)


def test_the_case_says_where_it_stands_who_decides_and_why_then(world):
    loop = verstuurd(world)
    reader = world.sign_in(loop.aanvrager.meelezer)
    page = reader.get(case(loop))
    assert "Controle" in phase(page) and "De gemeente besluit uiterlijk" in page.words
    assert "Waarom deze datum?" in page.words and "Als niemand iets doet" in page.words and "(Awb 4:17)" in page.words
    assert "Gemeente Zwolle" in page.words and "Aanvraag ontvangen, nummer 1" in page.words
    assert "De gemeente is aan zet." in page.words and "€ 40.000,00" in plain(page)
    assert "Trek de aanvraag in" not in page.words, "wie niet mag versturen, mag niet intrekken"
    assert "Trek de aanvraag in" in world.sign_in(loop.aanvrager.verzender).get(case(loop)).words
    assert loop.aanvrager.naam not in page.html.select_one("main .p-timeline").text
    assert reader.get("/aanvragen").html.select_one(f"a[href='{case(loop)}']")


def test_what_the_gemeente_thinks_is_not_on_the_page(world):
    loop = voorgesteld(world)
    page = world.sign_in(loop.aanvrager.verzender).get(case(loop))
    assert "Besluit" in phase(page) and "Uw subsidie is verleend" not in page.words
    for secret in ("De aanvraag past bij de regeling.", "Er doen veel inwoners mee", "Punten", "Voorstel"):
        assert secret not in page.words, secret


def test_a_grant_with_its_lines_apart_its_payments_letter_and_objection(world):
    van, _tot = jaar()
    loop = beoordeeld(world)
    wie = loop.wie
    world.as_(wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="voorwaarde",
              tekst="Er is geld op de begroting.", grondslag="4-34", bewijs="Vastgestelde begroting", koppeling="wmo-algemeen",
              uiterlijk_on=van)
    loop = _grant(world, loop, termijnen=[{"op": f"{van.year}-02-01", "bedrag": "30000.00"}])
    page = world.sign_in(loop.aanvrager.auteur).get(case(loop))
    words = plain(page)
    for said in ("Uw subsidie is verleend", "€ 40.000,00", f"01-02-{van.year}", "€ 30.000,00",
                 "Awb 4:30", "Awb 4:37, lid 1, onder c", "Awb 4:34, lid 1", "Bewijs: Aantal dagdelen",
                 "U kunt bezwaar maken tot en met", "Verlening van subsidie"):
        assert said in words, said
    assert "Uitvoering" in phase(page)
    kinds = [re.sub(r"^p-line p-line--", "", " ".join(line["class"])) for line in page.html.select(".p-line")]
    assert kinds == ["res", "duty", "cond"]
    headings = [h.text for h in page.html.select("#besluit ~ h3")]
    assert [h for h in headings if h in ("Resultaten", "Verplichtingen", "Voorwaarden")] == [
        "Resultaten", "Verplichtingen", "Voorwaarden"]
    letter = page.html.select_one(".p-docs a[href^='/documenten/']")["href"]
    assert world.sign_in(loop.aanvrager.auteur).client.get(letter).status_code == 200
    assert "Verleend" in world.sign_in(loop.aanvrager.auteur).get("/aanvragen").words


def _grant(world, loop, **voorstel):
    """Propose and sign, with a proposal that began already."""
    wie = loop.wie
    world.as_(wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.",
              steun="geen", staatssteun="De activiteit is lokaal en niet economisch.", **voorstel)
    besluit = world.as_(wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return replace(loop, besluit_id=besluit.id)


def test_a_refusal_says_why_and_until_when_one_can_object(world):
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    loop = _grant(world, loop, uitkomst="weigeren", grond="verordening", eigen_feiten=False,
                  horen="De grond staat in de aanvraag zelf.")
    page = world.sign_in(loop.aanvrager.auteur).get(case(loop))
    assert "Uw aanvraag is geweigerd" in page.words and "De aanvraag past bij de regeling." in page.words
    assert "bezwaar maken tot en met" in page.words and not page.html.select(".p-line")
    assert not page.html.select(".p-phases__item--now") and "Trek de aanvraag in" not in page.words


def test_the_case_page_costs_the_same_whatever_happened(world):
    loop = verstuurd(world)
    reader = world.sign_in(loop.aanvrager.meelezer)

    def count() -> int:
        seen = []
        engine = world.app.engine

        def note(_c, _cur, statement, *_rest):
            if "portal.subsidie" in statement or "portal.case_event" in statement or "portal.termijn" in statement \
                    or "portal.opschorting" in statement or "portal.besluit" in statement or "portal.indiening" in statement \
                    or "portal.bericht" in statement or "portal.document" in statement:
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            reader.get(case(loop))
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    before = count()
    ask_supplement(world, loop)
    assert before <= 10 and count() == before


def test_messages_of_the_case_and_room_to_write(world):
    loop = ask_supplement(world, verstuurd(world))
    author = world.sign_in(loop.aanvrager.auteur)
    page = author.get(case(loop))
    assert page.html.select_one(".p-messages .is-new") and "Vul uw aanvraag aan: Samen de dag door" in page.words
    write = page.html.select_one(f"a[href='/berichten/nieuw/{loop.subsidie_id}']")["href"]
    assert "Zwolle" in author.get(write).words


# The view -----------------------------------------------------------------------------------------------------------------

def test_a_view_of_several_arguments(world):
    loop = ask_view(world, beoordeeld(world))
    sender = world.sign_in(loop.aanvrager.verzender)
    url = case(loop, "/zienswijze")
    page = sender.get(case(loop))
    assert "Geef uw zienswijze" in page.words and page.html.select_one(f"a[href='{url}']")
    page = sender.get(url)
    assert "Een buur schreef dat er geen plek is." in page.words and len(page.html.select("textarea")) == 3
    page = sender.post(url, page.form(url), expect=422)
    assert "Schrijf wat de gemeente moet weten." in page.words
    page = sender.post(url, page.form(url) | {"argument-1": "Er is wel plek.", "meer": "1"}, expect=200)
    assert len(page.html.select("textarea")) == 6 and "Er is wel plek." in page.html.select_one("#argument-1").text
    form = page.form(url) | {"argument-1": "Er is wel plek.", "argument-5": "De buur was er nooit."}
    form.pop("meer", None)
    receipt = sender.post(url, form).location
    page = sender.get(receipt)
    assert "Uw zienswijze is verstuurd" in page.words and "De buur was er nooit." in page.words
    assert "U stuurde al een zienswijze" in sender.get(url).words
    neem_in(world, sendings(world)[-1].id, loop.wie.adviseur.party_id)
    assert world.behind("SELECT array_agg(tekst ORDER BY nummer) FROM portal.argument")[0][0] == [
        "Er is wel plek.", "De buur was er nooit."]
    page = sender.get(case(loop))
    assert not page.html.select(f"a[href='{url}']") and "Zienswijze ontvangen" in page.words


def test_a_view_that_nobody_asked_for_is_refused(world):
    loop = beoordeeld(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    url = case(loop, "/zienswijze")
    page = sender.get(url)
    assert "De gemeente vraagt nu niet om een zienswijze" in page.words and not page.html.select("main form")
    page = sender.post(url, {"argument-1": "Luister."}, expect=409)
    assert "De gemeente vraagt nu niet om een zienswijze." in page.words and len(sendings(world)) == 1
    author = world.sign_in(loop.aanvrager.auteur)
    author.get(url, expect=403)
    ask_view(world, loop)
    assert "Vraag een collega die mag versturen." in author.get(case(loop)).words
    page = sender.post(url, {"argument-1": "x" * 6001, "argument-2": "kort"}, expect=422)
    assert "hoogstens 6000 tekens" in page.words and "kort" in page.html.select_one("#argument-2").text


def test_a_case_that_came_on_paper_has_no_draft(world):
    wie = personen(world)
    loop = open_regeling(world, wie)
    van, tot = jaar()
    zaak = world.as_(wie.adviseur, usecases.papier, loop.regeling_id, papier_on=clock.today(), gegevens={
        "titel": "Op papier", "product": "dagdeel", "omschrijving": "Een open huis.", "resultaat": "Mensen komen buiten.",
        "bedrag": "1000", "van": van.isoformat(), "tot": tot.isoformat()}, aanvrager={
            "id": str(wie.aanvragers[0].id), "naam": wie.aanvragers[0].naam})
    page = world.sign_in(wie.aanvragers[0].verzender).get(f"/aanvragen/subsidie/{zaak.id}")
    assert "Uw aanvraag kwam op papier binnen." in page.words and "Trek de aanvraag in" not in page.words
    assert world.as_(wie.adviseur, lambda s, _a: queries.kop(s, zaak.id)).subsidie.gevraagd == Decimal(1000)


def test_rows_of_one_title_tell_themselves_apart(app, world):
    loop = verstuurd(world, titel="Zelfde naam")
    geschreven(world, open_regeling(world, loop.wie, titel="Ontmoeting"), titel="Zelfde naam", product="tussenvorm")
    browser = world.sign_in(loop.aanvrager.auteur)
    page = browser.get("/aanvragen")
    rows = page.html.select("#eigen ~ ul > li")
    assert [li.select_one("a").find(string=True) for li in rows] == ["Zelfde naam", "Zelfde naam"]
    new, old = (" ".join(li.get_text(" ", strip=True).split()) for li in rows)
    van, tot = jaar()
    for one in (new, old):
        assert "Gemeente Zwolle" in one and f"{datum_tabel(van)} tot en met {datum_tabel(laatste_dag(tot))}" in one
    assert "Ontmoeting" in new and "Tussenvorm beschermd wonen" in new and "SUB-" not in new
    number = world.behind("SELECT reference FROM portal.dossier WHERE id = :id", id=loop.subsidie_id)[0].reference
    assert "Dagbesteding · " in old and "Dagdelen dagbesteding" in old and number in old
    assert len({li.select_one("a").text for li in rows}) == 2, "ook wie alleen de links hoort, hoort verschil"
    with counted(app.engine) as two:
        browser.get("/aanvragen")
    geschreven(world, open_regeling(world, loop.wie, titel="Nog een"))
    with counted(app.engine) as three:
        browser.get("/aanvragen")
    assert len(two) == len(three)
