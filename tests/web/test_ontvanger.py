"""After the grant in the browser, from the side of the recipient: what is paid, what is asked, and what it sends; every refusal
in its own words, and nothing of the gemeente's own."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.db import Session
from portal.domains.subsidies import queries, uitvoering, usecases, vaststellen, vorderen
from portal.domains.subsidies.model import Stand
from portal.kernel import clock
from portal.tenants.scope import acting_for
from portal.web.filters import datum
from tests.domains.test_subsidies_uitvoering import DICHT, betaald, bevoorschot, financieel, payments
from tests.domains.test_subsidies_vaststellen import afgelopen, gevorderd, kwijtgescholden, teveel, vastgesteld, verantwoord
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import gegevens, geschreven, jaar, neem_in, op, open_regeling, personen, subsidie, verleend
from tests.web.building import counted

VOORWAARDE = {"code": "b1", "soort": "voorwaarde", "tekst": "De raad stelt genoeg geld beschikbaar.", "grondslag": "4-34",
              "verordening_artikel": "", "bewijs": "Besluit van de raad", "koppeling": "wmo-algemeen"}


def case(loop, sub: str = "") -> str:
    return f"/aanvragen/subsidie/{loop.subsidie_id}{sub}"


def plain(page) -> str:
    """The words of a page with ordinary spaces."""
    return page.words.replace("\xa0", " ")


def regel(world, loop, soort="verplichting"):
    """The line of this kind in the grant."""
    return next(r for r in world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))
                if r.soort == soort)


def evidence_url(world, loop) -> str:
    return f"/aanvragen/afspraak/{regel(world, loop).id}/bewijs"


def met_rapportages(world, aantal: int = 2, **anders):
    """Granted, with a short report over each half of the year."""
    van, tot = jaar()
    half = date(van.year, 7, 1)
    rows = [{"van": van, "tot": half, "uiterlijk": half + timedelta(days=14)},
            {"van": half, "tot": tot, "uiterlijk": tot + timedelta(days=14)}][:aantal]
    return verleend(world, voorstel={"rapportages": [{k: v.isoformat() for k, v in row.items()} for row in rows]}, **anders)


def reports(world, loop):
    return world.see(loop.aanvrager.auteur, lambda s: queries.rapportages(s, loop.subsidie_id))


def report_url(report) -> str:
    return f"/aanvragen/rapportage/{report.id}"


def sent(world) -> list:
    """What was sent after the grant: kind, receipt, id, content."""
    return world.behind("SELECT soort, ontvangst_nummer, id, inhoud FROM portal.indiening WHERE soort IN "
                        "('rapportage', 'bewijs', 'melding', 'vaststelling') ORDER BY ontvangen_at")


def take_in(world, loop):
    """What the worker does with what was sent last."""
    neem_in(world, sent(world)[-1][2], loop.wie.adviseur.party_id)


def journal(world, action: str) -> list:
    return [row.status for row in world.behind("SELECT details->>'status' AS status FROM portal.beveiligingslog "
                                               "WHERE handeling = :a ORDER BY id", a=f"ontvanger:{action}")]


# The page of the case -------------------------------------------------------------------------------------------------------

def test_the_case_after_the_grant_says_what_is_paid_and_what_is_planned(world):
    loop = betaald(world, bevoorschot(world))
    page = world.sign_in(loop.aanvrager.meelezer).get(case(loop))
    first, second = payments(world, loop)
    rows = [re.sub(r"\s+", " ", row.get_text(" ")).replace("\xa0", " ").strip()
            for row in page.html.select("#betalingen-k ~ tbody tr")]
    assert rows == [f"{first.betaald_on:%d-%m-%Y} Voorschot € 20.000,00 Betaald",
                    f"{second.gepland_on:%d-%m-%Y} Voorschot € 20.000,00 Gepland"]
    assert "Betaald tot nu toe € 20.000,00" in plain(page)
    assert "Uw subsidie is verleend" in page.words, "een besluit over voorschotten is niet het besluit op de aanvraag"
    assert "Dit kan nog niet" in page.words and "De periode loopt tot en met" in page.words


def test_what_the_gemeente_does_inside_before_it_pays_is_its_own(world):
    loop = bevoorschot(world)
    first = payments(world, loop)[0]
    reader = world.sign_in(loop.aanvrager.meelezer)
    world.clock(op(first.gepland_on))
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)
    page = world.sign_in(loop.aanvrager.meelezer).get(case(loop))
    assert "Klaargezet" not in page.words and "Ria Smeets" not in page.words
    geld = financieel(world)
    world.as_(geld, uitvoering.goedkeuren, first.id)
    world.as_(geld, uitvoering.bestand_maken)
    reader = world.sign_in(loop.aanvrager.meelezer)
    assert "Onderweg" in reader.get(case(loop)).words
    world.as_(geld, uitvoering.status_inlezen,
              f"kenmerk;status;datum;melding\n{first.kenmerk};mislukt;{clock.today():%d-%m-%Y};Interne code 17\n")
    page = reader.get(case(loop))
    assert "Niet gelukt" in page.words and "De gemeente betaalt opnieuw" in page.words and "Interne code" not in page.text


def test_a_grant_without_advances_says_so(world):
    loop = verleend(world)
    page = world.sign_in(loop.aanvrager.meelezer).get(case(loop))
    assert "Er is nog niets betaald" in page.words and not page.html.select("#betalingen-k")


def test_a_stop_of_payments_with_its_reason_and_last_day(world):
    loop = bevoorschot(world)
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)
    due = world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, stop.id, "betalingsopschorting")).due_on
    page = world.sign_in(loop.aanvrager.auteur).get(case(loop))
    assert "De gemeente betaalt nu niet" in page.words and DICHT in page.words and "Staat stil" in page.words
    assert f"De stop duurt ten hoogste tot en met {datum(due)}." in page.words
    assert page.html.select_one(f"#stop a[href='/berichten/nieuw/{loop.subsidie_id}']")
    world.as_(loop.wie.adviseur, uitvoering.hervatten, stop.id, reden="De buren hadden het mis.")
    page = world.sign_in(loop.aanvrager.auteur).get(case(loop))
    assert "De gemeente betaalt nu niet" not in page.words and "buren hadden het mis" not in page.text


def test_the_page_of_the_case_asks_the_same_whatever_there_is_and_eight_statements_at_most(world):
    loop = met_rapportages(world)
    browser = world.sign_in(loop.aanvrager.verzender)

    def asks() -> int:
        with counted(world.app.engine) as seen:
            browser.get(case(loop))
        frame = ("portal.sessie_open(", "set_config('transaction_read_only'", "portal.bekeken(")
        return len([one for one in seen if not any(part in one for part in frame)])

    browser.get(case(loop))
    few = asks()
    bevoorschot(world, loop)
    for n in range(3):
        world.as_(loop.aanvrager.verzender, uitvoering.melding_sturen, loop.subsidie_id, tekst=f"Melding {n}")
    world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=DICHT)
    assert asks() == few <= 8


def test_events_have_a_page_of_their_own_with_nothing_of_inside(world):
    loop = bevoorschot(world)
    reader = world.sign_in(loop.aanvrager.meelezer)
    url = case(loop, "/gebeurtenissen")
    assert reader.get(case(loop)).html.select_one(f"a[href='{url}']")
    page = reader.get(url)
    assert "Voorschotten vastgesteld" in page.words
    assert "Gemeente Zwolle" in page.words and "voorgelegd" not in page.words and "Punten gegeven" not in page.words
    assert reader.get(url, headers={"HX-Request": "true"}).text.lstrip().startswith("<div id=\"lijst\"")


# Evidence -------------------------------------------------------------------------------------------------------------------

def test_evidence_from_the_line_to_its_receipt_and_the_judgement(world):
    loop = verleend(world)
    sender, url = world.sign_in(loop.aanvrager.verzender), evidence_url(world, loop)
    page = sender.get(case(loop))
    assert page.html.select_one(f".p-line--duty a[href='{url}']") and not page.html.select(".p-line--res a")
    page = sender.get(url)
    assert "Meld een afwijking van meer dan 10 % meteen." in page.words and "Melding" in page.words
    page = sender.post(url, page.form(url), expect=422)
    assert "Schrijf waaruit blijkt dat het is gedaan." in page.words
    page = sender.post(url, page.form(url) | {"tekst": "x" * 6001}, expect=422)
    assert "hoogstens 6000 tekens" in page.words and "x" * 6001 in page.html.select_one("#tekst").text
    receipt = sender.post(url, page.form(url) | {"tekst": "Wij hielden bij wie er kwam.\nZie de lijst."}).location
    page = sender.get(receipt)
    [(soort, number, _id, _inhoud)] = sent(world)
    assert soort == "bewijs" and number in page.words and "Wij hielden bij wie er kwam." in page.words
    assert re.search(r"Ontvangen op .* om \d\d\.\d\d\.\d\d uur", page.words)
    assert loop.aanvrager.verzender.actor.naam in page.words
    page = sender.get(case(loop))
    assert "Bewijs verstuurd" in page.words and page.html.select_one(f"a[href='{receipt}']")
    assert "Wat u nu stuurt, komt erbij." in sender.get(url).words
    take_in(world, loop)
    line = regel(world, loop)
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, line.id, stand=Stand.NIET_VOLDAAN, reden="De lijst is leeg.")
    assert "De lijst is leeg." in sender.get(url).words and "Niet voldaan" in sender.get(case(loop)).words
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, line.id, stand=Stand.VOLDAAN)
    page = sender.get(url)
    assert "Deze afspraak is afgerond." in page.words and not page.html.select("main form")
    assert not sender.get(case(loop)).html.select(f"a[href='{url}']")
    page = sender.post(url, {"tekst": "Nog iets."}, expect=409)
    assert "Dit is al afgerond." in page.words and page.html.select_one("#tekst").text.strip() == "Nog iets."
    assert journal(world, "bewijs") == ["409"]


def test_a_condition_asks_for_evidence_too(world):
    inrichting = gegevens()["inrichting"]
    loop = verleend(world, open_regeling(world, inrichting=inrichting | {"sjabloon": [*inrichting["sjabloon"], VOORWAARDE]}))
    page = world.sign_in(loop.aanvrager.verzender).get(case(loop))
    assert len(page.html.select(".p-line a")) == 2 and page.html.select_one(".p-line--cond a")


def test_sending_twice_is_sending_once(world):
    loop = verleend(world)
    sender, url = world.sign_in(loop.aanvrager.verzender), evidence_url(world, loop)
    form = sender.get(url).form(url) | {"tekst": "Gedaan."}
    assert sender.post(url, form).location == sender.post(url, form).location and len(sent(world)) == 1


def test_who_may_not_send_sees_who_may(world):
    loop = met_rapportages(world, 1)
    author = world.sign_in(loop.aanvrager.auteur)
    [report] = reports(world, loop)
    world.clock(op(report.tot))
    author = world.sign_in(loop.aanvrager.auteur)
    page = author.get(case(loop))
    assert "Vraag een collega die mag versturen." in page.words
    assert "Alleen een gemachtigde verzender kan bewijs sturen." in page.words and not page.html.select(".p-line a")
    for url in (evidence_url(world, loop), case(loop, "/melding"), report_url(report)):
        page = author.get(url)
        assert f"Dat mag alleen: {loop.aanvrager.verzender.actor.naam}." in page.words and not page.html.select("main form")
        author.post(url, {"tekst": "x", "geleverd": "1"}, expect=403)
    author.get(case(loop, "/vaststelling"))
    author.post(case(loop, "/vaststelling"), {"geleverd": "1", "kosten": "1"}, expect=403)
    assert sent(world) == []


# A deviation ----------------------------------------------------------------------------------------------------------------

def test_a_deviation_is_told_and_kept(world):
    loop = verleend(world)
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/melding")
    assert sender.get(case(loop)).html.select_one(f"a[href='{url}']")
    page = sender.get(url)
    assert "1.000 dagdelen" in page.words
    page = sender.post(url, page.form(url), expect=422)
    assert "Schrijf wat er anders loopt dan afgesproken." in page.words
    page = sender.get(sender.post(url, page.form(url) | {"tekst": "Wij halen 850 dagdelen."}).location)
    assert "Uw melding is verstuurd" in page.words and "Wij halen 850 dagdelen." in page.words
    take_in(world, loop)
    assert "U meldde al iets" in sender.get(url).words and "Melding van een afwijking" in sender.get(case(loop)).words


def test_nothing_is_reported_in_a_case_without_a_running_grant(world):
    loop = teveel(world)
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.get(case(loop, "/melding"))
    assert "Deze subsidie loopt niet." in page.words and not page.html.select("main form")
    page = sender.post(case(loop, "/melding"), {"tekst": "Toch nog iets."}, expect=409)
    assert "Melden hoort bij een subsidie die loopt." in page.words and "Toch nog iets." in page.html.select_one("#tekst").text
    page = sender.post(evidence_url(world, loop), {"tekst": "Toch nog iets."}, expect=409)
    assert "Bewijs sturen hoort bij een subsidie die loopt." in page.words
    assert "Meld een afwijking" not in sender.get(case(loop)).html.select_one(".p-aside").get_text()


# Short reports --------------------------------------------------------------------------------------------------------------

def test_B5_the_short_report_asks_no_more_than_its_fields_and_knows_the_rest(world):
    loop = met_rapportages(world)
    first, second = reports(world, loop)
    world.clock(op(first.tot + timedelta(days=2)))
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.get(case(loop))
    assert "Stuur voortgangsbericht 1" in page.words and page.html.select_one(f"a[href='{report_url(first)}']")
    page = sender.get(report_url(first))
    asked = [field["name"] for field in page.html.select("main form input:not([type=hidden]), main form textarea, main select")]
    assert set(asked) == set(uitvoering.VELDEN_RAPPORTAGE) and len(asked) == len(uitvoering.VELDEN_RAPPORTAGE) == 5
    assert len(page.html.select("main form [aria-required=true]")) == 1
    for known in (f"01-01-{first.van.year} tot en met 30-06-{first.van.year}", "Dagdelen dagbesteding", "1.000 dagdelen"):
        assert known in plain(page), known

    form = page.form(report_url(first)) | {"geleverd": "480", "toelichting": "Meer bezoekers."}
    page = sender.get(sender.post(report_url(first), form).location)
    assert "Uw voortgangsbericht is verstuurd" in page.words and "480 dagdelen" in page.words
    assert [(soort, inhoud["geleverd"], inhoud["instroom"]) for soort, _n, _i, inhoud in sent(world)] == [
        ("rapportage", "480", None)]
    page = sender.get(case(loop))
    assert "Verstuurd" in page.words and "Stuur voortgangsbericht 2" in page.words, "het eerste is onderweg, het tweede komt"
    take_in(world, loop)

    page = sender.get(report_url(first))
    assert page.form(report_url(first))["geleverd"] == "480" and "het laatste telt" in page.words
    page = sender.get(report_url(second))
    assert "Geleverd volgens bericht 1 480 dagdelen" in page.words and "Dat kan vanaf" in page.words
    world.as_(loop.wie.adviseur, uitvoering.rapportage_akkoord, first.id)
    page = sender.get(report_url(first))
    assert "De gemeente is akkoord" in page.words and "Meer bezoekers." in page.words and not page.html.select("main form")
    page = sender.post(report_url(first), {"geleverd": "500"}, expect=409)
    assert "al afgerond" in page.words and len(sent(world)) == 1


def test_a_report_about_another_grant_of_the_same_party_is_not_shown_with_this_one(world):
    """Two grants of one recipient: the receipt, the numbers and the prefilled account are each of their own grant."""
    een = met_rapportages(world, 1)
    twee = met_rapportages(world, 1, loop=geschreven(world, open_regeling(world, een.wie, titel="Andere regeling")))
    [mine], [other] = reports(world, een), reports(world, twee)
    world.clock(op(mine.tot + timedelta(days=2)))
    sender = world.sign_in(een.aanvrager.verzender)
    form = sender.get(report_url(other)).form(report_url(other)) | {"geleverd": "481"}
    receipt = sender.post(report_url(other), form).location
    take_in(world, twee)
    assert "481 dagdelen" in sender.get(receipt).words
    sender.get(receipt.replace(str(twee.subsidie_id), str(een.subsidie_id)), expect=404)
    assert "481" not in sender.get(case(een)).words and "Stuur voortgangsbericht 1" in sender.get(case(een)).words
    assert sender.get(report_url(mine)).form(report_url(mine))["geleverd"] == ""
    world.clock(op(subsidie(world, een).tot))
    zwolle = een.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        vaststellen.perioden_verlopen(session, usecases.portaal(zwolle), clock.today())
    for loop, told in ((een, ""), (twee, "481")):
        url = f"{case(loop)}/vaststelling"
        sender = world.sign_in(een.aanvrager.verzender)
        assert sender.get(url).form(url)["geleverd"] == told


@pytest.mark.parametrize(("field", "typed", "says"), [
    ("geleverd", "", "Vul in hoeveel u leverde"), ("geleverd", "veel", "Schrijf het aantal in cijfers"),
    ("geleverd", "-5", "Vul dan 0 in"), ("geleverd", "€ 5", "Schrijf het aantal in cijfers"),
    ("geleverd", "99999999999", "Schrijf het aantal in cijfers"), ("instroom", "1,5", "Vul een heel getal in"),
    ("uitstroom", "-1", "Vul een heel getal in"), ("toelichting", "x" * 2001, "hoogstens 2000 tekens")])
def test_what_is_wrong_in_a_report_is_told_and_stays(world, field, typed, says):
    loop = met_rapportages(world, 1)
    [report] = reports(world, loop)
    world.clock(op(report.tot))
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.post(report_url(report), {"geleverd": "10", "doorstroom": "3"} | {field: typed}, expect=422)
    assert says in page.words and page.html.select_one(f"#{field}")["aria-invalid"] == "true"
    assert page.form(report_url(report))["doorstroom"] == "3" and sent(world) == []


def test_a_report_that_is_too_early_says_from_when(world):
    loop = met_rapportages(world, 1)
    [report] = reports(world, loop)
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.get(report_url(report))
    assert "Dat kan vanaf" in page.words and not page.html.select("main form")
    words = sender.get(case(loop)).words
    assert "Stuur voortgangsbericht 1 Dat kan vanaf" in words[words.index("Dit kan nog niet"):]
    page = sender.post(report_url(report), {"geleverd": "10"}, expect=425)
    assert "Stuur het bericht daarna." in page.words and page.form(report_url(report))["geleverd"] == "10"
    world.clock(op(uitvoering.rapporteren_vanaf(report)))
    assert world.sign_in(loop.aanvrager.verzender).get(report_url(report)).html.select("main form")


def test_nothing_was_delivered_is_an_answer_and_flow_is_counted(world):
    loop = met_rapportages(world, 1)
    [report] = reports(world, loop)
    world.clock(op(report.tot))
    sender = world.sign_in(loop.aanvrager.verzender)
    page = sender.get(sender.post(report_url(report), {"geleverd": "0", "instroom": "4", "doorstroom": "0",
                                                       "uitstroom": "2"}).location)
    assert "Geleverd 0 dagdelen" in page.words and "Nieuw binnengekomen 4" in page.words and "Vertrokken 2" in page.words
    assert "Toelichting Niet ingevuld" in page.words


def test_the_work_list_of_the_recipient_leads_to_each_page(world):
    loop = met_rapportages(world, 1)
    [report] = reports(world, loop)
    page = world.sign_in(loop.aanvrager.auteur).get("/mijn-werk")
    assert page.html.select_one(f"a[href='{report_url(report)}']")
    assert page.html.select_one(f"a[href='{case(loop)}']")


# The final determination ----------------------------------------------------------------------------------------------------

def reported(world, *delivered: str):
    """The period is over, and every report told this."""
    loop = met_rapportages(world)
    betaald(world, bevoorschot(world, loop))
    for report, geleverd in zip(reports(world, loop), delivered, strict=False):
        world.clock(op(report.tot + timedelta(days=1)))
        world.as_(loop.aanvrager.verzender, uitvoering.rapporteren, report.id, geleverd=Decimal(geleverd))
        take_in(world, loop)
    _van, tot = jaar_van(loop, world)
    if clock.today() < tot:
        world.clock(op(tot))
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        vaststellen.perioden_verlopen(session, usecases.portaal(zwolle), clock.today())
    return loop


def jaar_van(loop, world) -> tuple[date, date]:
    """The period of this case, whatever day it is now."""
    return world.behind("SELECT van, tot FROM portal.subsidie WHERE id = :i", i=loop.subsidie_id)[0]


def test_the_determination_is_applied_for_with_what_the_reports_said_and_the_count_beforehand(world):
    loop = reported(world, "480", "419")
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/vaststelling")
    page = sender.get(case(loop))
    assert "Vraag de vaststelling aan" in page.words and page.html.select_one(f"a[href='{url}']")
    assert sender.get("/mijn-werk").html.select_one(f"a[href='{url}']")
    page = sender.get(url)
    assert page.form(url)["geleverd"] == "899" and page.form(url)["kosten"] == ""
    assert "Opgeteld uit 2 voortgangsberichten." in page.words
    count = re.sub(r"\s+", " ", page.html.select_one("#berekening").get_text(" ")).replace("\xa0", " ")
    assert "€ 35.960,00" in count and "Tot nu toe is € 20.000,00 betaald" in count and "geen besluit" in count
    form = page.form(url) | {"geleverd": "950", "kosten": "38.500", "toelichting": "Het was een warm jaar.", "reken": "1"}
    page = sender.post(url, form, expect=200)
    assert "€ 40.000,00" in plain(page) and page.form(url)["kosten"] == "38.500" and sent(world)[-1][0] == "rapportage"
    form = page.form(url) | {"geleverd": "899"}
    form.pop("reken", None)
    receipt = sender.post(url, form).location
    page = sender.get(receipt)
    assert "Uw aanvraag om vaststelling is verstuurd" in page.words and "899 dagdelen" in page.words
    assert "€ 38.500,00" in plain(page) and "Het was een warm jaar." in page.words
    page = sender.get(url)
    assert "U stuurde dit al" in page.words and not page.html.select("main form")
    page = sender.post(url, form | {"sleutel": "anders"}, expect=409)
    assert "U heeft de vaststelling al aangevraagd." in page.words
    take_in(world, loop)
    page = sender.get(case(loop))
    assert "Wordt vastgesteld" in page.words and not page.html.select(f"a.utrecht-button-link[href='{url}']")


@pytest.mark.parametrize(("values", "field", "says"), [
    ({"geleverd": ""}, "geleverd", "Vul in hoeveel u heeft geleverd"), ({"kosten": ""}, "kosten", "Vul in wat het"),
    ({"geleverd": "veel"}, "geleverd", "Schrijf het aantal in cijfers"), ({"kosten": "-1"}, "kosten", "niet lager dan nul"),
    ({"kosten": "duur"}, "kosten", "Dit bedrag begrijpen"), ({"geleverd": "veel", "reken": "1"}, "geleverd", "in cijfers"),
    ({"toelichting": "x" * 6001}, "toelichting", "hoogstens 6000 tekens")])
def test_what_is_wrong_in_the_account_is_told_and_stays(world, values, field, says):
    loop = afgelopen(world)
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/vaststelling")
    page = sender.post(url, {"geleverd": "1000", "kosten": "40000", "toelichting": "Zie bijlage."} | values, expect=422)
    assert says in page.words and page.html.select_one(f"#{field}")["aria-invalid"] == "true" and sent(world) == []
    assert {name: page.form(url)[name].strip() for name in values if name != "reken"} == {
        name: value for name, value in values.items() if name != "reken"}


def test_before_the_period_is_over_nothing_can_be_applied_for(world):
    loop = bevoorschot(world)
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/vaststelling")
    page = sender.get(url)
    assert "De periode loopt tot en met" in page.words and not page.html.select("main form")
    assert not sender.get(case(loop)).html.select(f"a[href='{url}']")
    page = sender.post(url, {"geleverd": "1000", "kosten": "40000"}, expect=425)
    assert "De periode loopt tot en met" in page.words and page.form(url)["geleverd"] == "1000"


@pytest.mark.parametrize(("verrekening", "says"), [
    (None, "niet op aantallen gerekend"),
    ({"eenheid": "dagdelen", "basis": None, "drempel": "0.10", "met_methode": False}, "nog niet wat er wordt verrekend"),
    ({"eenheid": "dagdelen", "basis": "meerdere", "drempel": "0.10", "met_methode": False}, "alleen wat onder de grens komt")])
def test_the_rule_of_the_scheme_in_words(world, verrekening, says):
    wie = personen(world)
    loop = verleend(world, open_regeling(world, wie, verrekening=verrekening))
    world.clock(op(jaar_van(loop, world)[1]))
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/vaststelling")
    page = sender.get(url)
    assert says in page.words and page.html.select("main form")
    page = sender.post(url, {"geleverd": "500", "kosten": "1", "reken": "1"}, expect=200)
    assert bool(page.html.select("#berekening")) == (bool(verrekening) and verrekening["basis"] == "meerdere")


def test_a_subsidy_without_a_number_asks_no_number(world):
    loop = verleend(world, aantal=None)
    world.clock(op(jaar_van(loop, world)[1]))
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/vaststelling")
    page = sender.get(url)
    assert "geleverd" not in page.form(url)
    page = sender.get(sender.post(url, page.form(url) | {"kosten": "39.000"}).location)
    assert "€ 39.000,00" in plain(page) and "Geleverd Niet ingevuld" in page.words


def test_what_was_determined_and_what_comes_of_it(world):
    loop = verantwoord(world, afgelopen(world), "899")
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    page = world.sign_in(loop.aanvrager.meelezer).get(case(loop))
    words = plain(page)
    assert "Uw subsidie is vastgesteld op € 35.960,00" in words and "U krijgt nog € 15.960,00." in words
    assert "Hoe is dit berekend?" in words and "Rest na de vaststelling" in words and "Vervallen" in words
    assert "Het staat in de eigen opgave." not in page.text, "waarom er niet is gehoord staat in de brief"
    assert len(page.html.select("h1")) == 1 and words.count("Niet eens met het besluit?") == 2


# What is paid back ----------------------------------------------------------------------------------------------------------

def test_a_claim_says_what_is_owed_until_when_and_what_came_in(world):
    loop = teveel(world)
    reader = world.sign_in(loop.aanvrager.meelezer)
    assert "U kreeg € 4.040,00 te veel." in plain(reader.get(case(loop)))
    claim, url = gevorderd(world, loop), None
    url = f"/aanvragen/vordering/{claim.id}"
    page = reader.get(case(loop))
    assert "Betaal € 4.040,00 terug" in plain(page) and page.html.select_one(f"a[href='{url}']")
    assert reader.get("/mijn-werk").html.select_one(f"a[href='{url}']")
    page = reader.get(url)
    assert "U betaalt nog € 4.040,00 terug." in plain(page) and "Waarom deze datum?" in page.words
    geld = financieel(world)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(4_000), on=clock.today())
    assert "U betaalt nog € 40,00 terug." in plain(reader.get(url))
    world.clock(op(clock.today() + timedelta(weeks=7)))
    world.as_(geld, vorderen.aanmanen, claim.id)
    reader = world.sign_in(loop.aanvrager.meelezer)
    page = reader.get(url)
    assert "Kosten van de aanmaning" in page.words and "Aangemaand" in page.words and "dwangbevel" in page.words
    assert reader.get("/mijn-werk").html.select_one(f"a[href='{url}']")
    owed = world.as_(loop.wie.adviseur, lambda s, _a: queries.vorderingen(s, loop.subsidie_id)[-1])
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=owed.verschuldigd - owed.ontvangen, on=clock.today())
    page = reader.get(url)
    assert "U heeft alles terugbetaald." in page.words and "Betaal uiterlijk" not in page.words
    assert not [a for a in reader.get(case(loop)).html.select(".p-actions a") if a["href"] == url]


def test_what_is_remitted_is_said(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    kwijtgescholden(world, loop, claim)
    page = world.sign_in(loop.aanvrager.auteur).get(f"/aanvragen/vordering/{claim.id}")
    assert "De gemeente vraagt de rest niet meer terug." in page.words


# The view in a later phase --------------------------------------------------------------------------------------------------

def test_a_view_is_asked_before_a_lower_determination_too(world):
    loop = verantwoord(world, afgelopen(world))
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een bewoner zei iets anders.")
    sender, url = world.sign_in(loop.aanvrager.verzender), case(loop, "/zienswijze")
    assert sender.get(case(loop)).html.select_one(f"a[href='{url}']")
    page = sender.get(url)
    receipt = sender.post(url, page.form(url) | {"argument-1": "Wij waren er elke dag."}).location
    assert "Wij waren er elke dag." in sender.get(receipt).words


# Others ---------------------------------------------------------------------------------------------------------------------

def test_a_competitor_a_neighbour_and_nobody_reach_nothing(world):
    loop = met_rapportages(world, 1)
    [report] = reports(world, loop)
    sender = world.sign_in(loop.aanvrager.verzender)
    receipt = sender.post(case(loop, "/melding"), {"tekst": "Wij halen 850 dagdelen."}).location
    gets = [case(loop), case(loop, "/melding"), case(loop, "/vaststelling"), case(loop, "/gebeurtenissen"), receipt,
            report_url(report), evidence_url(world, loop)]
    posts = [case(loop, "/melding"), case(loop, "/vaststelling"), report_url(report), evidence_url(world, loop)]
    facts = {"tekst": "x", "geleverd": "1", "kosten": "1"}
    other = world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender)
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    for url in gets:
        other.get(url, expect=404)
        neighbour.get(url, expect=403)
        assert world.anonymous().get(url, expect=None).status in (302, 303, 401)
    for url in posts:
        other.post(url, facts, expect=404)
        other.post(url, {}, expect=404)
        neighbour.post(url, facts, expect=403)
    assert len(sent(world)) == 1


def test_a_claim_and_its_pages_are_for_the_recipient_alone(world):
    loop = teveel(world)
    url = f"/aanvragen/vordering/{gevorderd(world, loop).id}"
    world.sign_in(zorgaanbieder(world, "Ander (fictief)").verzender).get(url, expect=404)
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).get(url, expect=403)


def test_a_receipt_belongs_to_its_own_case(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie)
    first = verleend(world, scheme, bedrag="10000")
    sender = world.sign_in(first.aanvrager.verzender)
    receipt = sender.post(case(first, "/melding"), {"tekst": "Minder."}).location
    second = verleend(world, scheme, wie=1, bedrag="10000")
    strange = case(second, "/ontvangst/") + receipt.rsplit("/", 1)[1]
    world.sign_in(second.aanvrager.verzender).get(strange, expect=404)
    sender.get(strange, expect=404)
    application = world.behind("SELECT id FROM portal.indiening WHERE soort = 'aanvraag' AND dossier_id = :i",
                               i=first.aanvraag_id)[0][0]
    sender.get(case(first, f"/ontvangst/{application}"), expect=404)
    sender.get(f"/aanvragen/{first.aanvraag_id}/ontvangst/{receipt.rsplit('/', 1)[1]}", expect=404)


def test_a_case_that_came_on_paper_gets_its_receipts_here(world):
    wie = personen(world)
    loop = open_regeling(world, wie)
    van, tot = jaar()
    zaak = world.as_(wie.adviseur, usecases.papier, loop.regeling_id, papier_on=clock.today(), gegevens={
        "titel": "Op papier", "product": "dagdeel", "omschrijving": "Een open huis.", "resultaat": "Mensen komen buiten.",
        "bedrag": "1000", "van": van.isoformat(), "tot": tot.isoformat()}, aanvrager={
            "id": str(wie.aanvragers[0].id), "naam": wie.aanvragers[0].naam})
    world.as_(wie.adviseur, usecases.belang_verklaren, zaak.id, heeft_belang=False)
    world.as_(wie.adviseur, usecases.compleet, zaak.id)
    world.as_(wie.adviseur, usecases.beoordelen, zaak.id, criterium="bereik", punten=Decimal(8),
              motivering="Er doen veel inwoners mee, ook uit de dorpen.")
    world.as_(wie.adviseur, usecases.afronden, zaak.id)
    world.as_(wie.adviseur, usecases.zienswijze_vragen, zaak.id, reden="Een buur schreef dat er geen plek is.")
    sender, url = world.sign_in(wie.aanvragers[0].verzender), f"/aanvragen/subsidie/{zaak.id}/zienswijze"
    page = sender.get(sender.post(url, {"argument-1": "Er is wel plek."}).location)
    assert "Uw zienswijze is verstuurd" in page.words and "Er is wel plek." in page.words
    assert "Zienswijze" in sender.get(f"/aanvragen/subsidie/{zaak.id}").words
