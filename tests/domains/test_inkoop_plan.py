"""The plan until publication: what nobody buys ends, what members decide on stands still, and rules stay as published."""

import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import config
from portal import clock_offset
from portal.domains.inkoop import inschrijven, queries, rules, usecases
from portal.domains.inkoop.model import Criterium, Eis, Inkoop, Mijlpaal, Perceel
from portal.kernel import clock
from portal.kernel.documents import Document, keep
from portal.kernel.errors import Refused
from portal.kernel.planning import Moment
from portal.kernel.sentences import settle
from tests import inkoop_world as iw


@pytest.fixture
def today_rules(monkeypatch):
    """Change the rule set of today, as a new version of the file would: `today_rules("punten", hoogste=5)`."""
    regels = config.load("inkoop")

    def change(part: str, **values) -> None:
        monkeypatch.setitem(regels, part, copy.deepcopy(regels[part]) | values)

    return change


def refuses(world, person, use_case, *args, says: str, status: int = 422, **kwargs) -> None:
    with pytest.raises(Refused) as refusal:
        world.as_(person, use_case, *args, **kwargs)
    assert says in " ".join(refusal.value.reasons) and refusal.value.status == status, refusal.value.reasons


# What nobody buys -----------------------------------------------------------------------------------------------------------

def test_a_perceel_that_nobody_buys_ends_and_is_not_published(world):
    loop = iw.met_deelname(world, percelen=2, besloten={slug: ["ja", "nee"] for slug in iw.LEDEN})
    bought, unwanted = loop.percelen
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    assert world.see(loop.wie.manager, lambda s: s.get(Perceel, unwanted).state) == "vervallen"
    (event,) = world.behind("SELECT dossier_id FROM portal.case_event WHERE kind = 'perceel:afvallen'")
    assert event.dossier_id == unwanted
    loop = iw.gepubliceerde_inkoop(world, loop=loop)
    content = world.see(loop.wie.manager, lambda s: queries.aankondiging(s, loop.inkoop_id).inhoud)
    assert [p["id"] for p in content["percelen"]] == [str(bought)]
    bid = iw.verstuurd(world, loop, loop.wie.aanbieders[0], [bought])
    refuses(world, loop.wie.aanbieders[0].auteur, inschrijven.perceel_kiezen, bid.inschrijving_id, unwanted, says="",
            status=404)
    iw.geopend(world, loop)
    assert not world.behind("SELECT 1 FROM portal.termijn WHERE dossier_id = :p", p=unwanted)
    assert world.see(loop.wie.manager, lambda s: s.get(Perceel, unwanted).state) == "vervallen"


def test_one_reservation_keeps_a_perceel_and_the_page_of_go_says_which_ends(world):
    antwoorden = {slug: ["ja", "nee", "nee"] for slug in iw.LEDEN} | {"kampen": ["nee", "nee", "voorbehoud"]}
    loop = iw.met_deelname(world, percelen=3, besloten=antwoorden)
    page = world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}/doorzetten")
    assert "mee met perceel 2" in page.words and "vervalt" in page.words and "mee met perceel 3" not in page.words
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    states = world.see(loop.wie.manager, lambda s: [p.state for p in queries.percelen(s, loop.inkoop_id)])
    assert states == ["gepland", "vervallen", "gepland"]
    iw.gepubliceerde_inkoop(world, loop=loop)
    words = world.anonymous().get(f"/aanbestedingen/{loop.reference}").words
    assert "Perceel 1" in words and "Perceel 3" in words and "Perceel 2" not in words


# The rules of the day of publication ----------------------------------------------------------------------------------------

def test_the_second_reader_follows_the_published_threshold(world, today_rules):
    loop = iw.vastgesteld(world, percelen=1)
    today_rules("tweede_lezer", vanaf_bedrag="99000000.00")
    assert world.as_(loop.wie.manager, usecases.gunnen, loop.percelen[0]).tweede_lezer_nodig is True


def test_working_terms_follow_the_published_rules(world, today_rules):
    loop = iw.met_inschrijvingen(world, percelen=1)
    werk = config.load("inkoop")["werk"]["beoordelen"]
    today_rules("werk", beoordelen=werk | {"werkdagen": 1})
    iw.geopend(world, loop)
    rows = world.behind("SELECT DISTINCT due_on, started_on FROM portal.termijn WHERE kind = 'werk_beoordelen'")
    expected = rules.compute(rules.work_rule({"werk": {"beoordelen": werk}}, "werk_beoordelen"), rows[0].started_on).last_day
    assert [row.due_on for row in rows] == [expected]


def judge(world, loop, punten) -> None:
    perceel = loop.percelen[0]
    world.as_(loop.wie.beoordelaar, usecases.scoren, perceel, loop.inschrijvers[0].inschrijving_id, loop.criteria[perceel][0],
              punten=Decimal(punten), motivering=iw.MOTIVERING)


def test_the_published_scale_binds_in_code_page_letter_and_database(world, today_rules):
    today_rules("punten", hoogste=100)
    loop = iw.geopend(world, percelen=1, n=1, minimale_score=Decimal("55"))
    today_rules("punten", hoogste=10)
    person = loop.wie.beoordelaar
    world.as_(person, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    refuses(world, person, lambda s, a: usecases.scoren(
        s, a, loop.percelen[0], loop.inschrijvers[0].inschrijving_id, loop.criteria[loop.percelen[0]][0],
        punten=Decimal(101), motivering=iw.MOTIVERING), says="Geef 0 tot en met 100 punten.")
    judge(world, loop, 100)
    page = world.sign_in(person).get(
        f"/inkoop/perceel/{loop.percelen[0]}/inschrijving/{loop.inschrijvers[0].inschrijving_id}")
    assert "0 tot en met 100" in page.words and "0 tot en met 10," not in page.words
    with pytest.raises(DBAPIError, match="punten_buiten_schaal"):
        world.as_(person, lambda s, _a: s.execute(text("UPDATE portal.score SET punten = 100.5")))
    assert world.anonymous().get(f"/aanbestedingen/{loop.reference}").words.count("55 van 100") == 1
    world.as_(loop.wie.beoordelaar_kampen, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    iw.beoordelen(world, loop, loop.percelen[0], {loop.inschrijvers[0].inschrijving_id: Decimal(90)})
    loop = iw.gegund(world, iw.gelezen(world, iw.voorgesteld(world, iw.vastgesteld(world, loop))))
    assert [brief.hoogste_score for brief in loop.brieven.brieven] == [100]


def test_before_publication_the_rules_are_those_of_today(world, today_rules):
    loop = iw.doorgezette_inkoop(world, percelen=1)
    today_rules("standstill", dagen=25)
    assert world.see(loop.wie.manager, lambda s: queries.regelset(s, loop.inkoop_id))["standstill"]["dagen"] == 25
    iw.gepubliceerde_inkoop(world, loop=loop)
    today_rules("standstill", dagen=1)
    assert world.see(loop.wie.manager, lambda s: queries.regelset(s, loop.inkoop_id))["standstill"]["dagen"] == 25


# Only the clock of the database decides a deadline --------------------------------------------------------------------------

@pytest.fixture
def worker_ahead(monkeypatch):
    """The clock of this worker runs two years ahead of that of the database; `world.clock` keeps them together again."""
    def ahead() -> None:
        monkeypatch.setattr(clock_offset, "seconds", clock_offset.seconds + 730 * 86400)

    return ahead


def test_a_worker_that_runs_ahead_refuses_no_bid_that_is_in_time(world, worker_ahead):
    loop = iw.gepubliceerde_inkoop(world, percelen=1, aanbieders=2)
    lindehof, ander = loop.wie.aanbieders
    bid = iw.concept(world, loop, lindehof)
    worker_ahead()
    world.as_(lindehof.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)
    world.as_(lindehof.auteur, inschrijven.document_toevoegen, bid.inschrijving_id, iw.stuk(world, "nieuw.pdf"),
              perceel_id=loop.percelen[0], code="P1")
    world.as_(lindehof.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)
    world.as_(lindehof.verzender, inschrijven.intrekken, bid.inschrijving_id, loop.percelen[0])
    assert iw.verstuurd(world, loop, ander)
    assert [row.versie for row in world.behind("SELECT versie FROM portal.verzending ORDER BY verzonden_at")] == [1, 2, 3, 1]


def test_a_worker_that_runs_behind_sends_nothing_after_the_deadline(world, monkeypatch):
    loop = iw.gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = iw.concept(world, loop, loop.wie.aanbieders[0])
    iw.na_sluiting(world, loop)
    monkeypatch.setattr(clock_offset, "seconds", clock_offset.seconds - 730 * 86400)
    for person, act, args in ((loop.wie.aanbieders[0].verzender, inschrijven.verzenden, (loop.percelen,)),
                              (loop.wie.aanbieders[0].auteur, inschrijven.perceel_kiezen, (loop.percelen[0],))):
        refuses(world, person, act, bid.inschrijving_id, *args, says="De inschrijving is gesloten.", status=410)


def test_a_worker_that_runs_ahead_shuts_nobody_out_of_deciding(world, worker_ahead):
    loop = iw.met_deelname(world, percelen=1, besloten=iw.LEDEN[:-1])
    last = iw.LEDEN[-1]
    worker_ahead()
    refuses(world, loop.wie.manager, usecases.doorzetten, loop.inkoop_id, says="Nog 1 van 8 gemeenten moeten besluiten")
    page = world.sign_in(loop.wie.beleid[last]).get(f"/inkoop/{loop.inkoop_id}/deelname")
    assert page.html.select_one(f'form[action="/inkoop/{loop.inkoop_id}/deelname-bewaren"]')


def test_the_page_and_the_use_case_of_a_decision_close_together(world):
    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    kampen = loop.wie.beleid["kampen"]
    url = f"/inkoop/{loop.inkoop_id}"
    assert world.sign_in(kampen).get(url).html.select_one(f'a[href="{url}/deelname"]')
    world.clock(world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop")[0][0])
    page = world.sign_in(kampen).get(url)
    assert "Leg het deelnamebesluit vast" in page.words and "De termijn voor het deelnamebesluit is voorbij" in page.words
    assert not page.html.select_one(f'a[href="{url}/deelname"]')
    refuses(world, kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden={loop.percelen[0]: "ja"},
            says="De termijn voor het deelnamebesluit is voorbij", status=410)


# Names --------------------------------------------------------------------------------------------------------------------

def test_a_new_name_of_the_plan_is_the_name_of_its_percelen_too(world):
    loop = iw.geplande_inkoop(world)
    world.as_(loop.wie.manager, usecases.gegevens_wijzigen, loop.inkoop_id, titel="Thuis wonen 2029")
    rows = world.behind("SELECT titel FROM portal.dossier WHERE ouder_id = :i ORDER BY reference", i=loop.inkoop_id)
    assert [row.titel for row in rows] == ["Thuis wonen 2029, perceel 1: Beschermd wonen",
                                           "Thuis wonen 2029, perceel 2: Tussenvorm"]
    hits = world.see(loop.wie.manager, lambda s: s.execute(text("SELECT count(*) FROM portal.zoek_dossiers('thuis', 10)")))
    assert hits.scalar() == 3


# The document of a decision -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("scan", "gone", "says"), [
    ("besmet", False, "zit een virus"), ("besmet", True, "zit een virus"), ("schoon", True, "geldt niet meer"),
    ("wacht", False, "wacht nog op de virusscan"), ("schoon", False, None), ("overgeslagen", False, None)])
def test_a_decision_is_recorded_only_with_a_document_that_everybody_can_open(world, scan, gone, says):
    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    kampen = loop.wie.beleid["kampen"]

    def draft(session, actor):
        usecases.deelname_bewaren(session, actor, loop.inkoop_id, antwoorden={loop.percelen[0]: "ja"}, orgaan="college",
                                  besloten_on=clock.today())
        return usecases.deelname_document(session, actor, loop.inkoop_id, iw.stuk(world, "besluit.pdf")).id

    id_ = world.as_(kampen, draft)
    world.behind("UPDATE portal.document SET scan = :s, vervallen_at = CASE WHEN :g THEN now() END WHERE id = :i", s=scan,
                 g=gone, i=id_)
    if says is None:
        world.as_(kampen, usecases.deelname, loop.inkoop_id)
        return
    refuses(world, kampen, usecases.deelname, loop.inkoop_id, says=says)
    assert world.behind("SELECT vastgelegd_at FROM portal.deelnamebesluit") == [(None,)]
    assert world.behind("SELECT gedeeld_at FROM portal.document WHERE id = :i", i=id_)[0][0] is None


# What members decide on -----------------------------------------------------------------------------------------------------

def changes(world, loop) -> dict:
    """Every change of the plan that members decide on, as a call."""
    perceel, manager = loop.percelen[0], loop.wie.manager
    return {
        "eis erbij": lambda: world.as_(manager, usecases.eis_toevoegen, perceel, code="E9", tekst="Iets nieuws."),
        "eis weg": lambda: world.as_(manager, usecases.onderdeel_weghalen, Eis, loop.eisen[perceel][0]),
        "criterium erbij": lambda: world.as_(manager, usecases.criterium_toevoegen, perceel, code="K9", tekst="Iets.",
                                             weging=1),
        "criterium weg": lambda: world.as_(manager, usecases.onderdeel_weghalen, Criterium, loop.criteria[perceel][0]),
        "cijfer": lambda: world.as_(manager, usecases.cijfer_vastleggen, loop.inkoop_id, perceel_id=perceel,
                                    gemeente_id=world.gemeente("kampen"), plaatsen=99, bedrag_per_jaar=Decimal("1.00")),
        "gegevens": lambda: world.as_(manager, usecases.gegevens_wijzigen, loop.inkoop_id, looptijd_jaren=[9]),
    }


@pytest.mark.parametrize("fase", [iw.uitgevraagde_inkoop, iw.doorgezette_inkoop])
def test_what_members_decide_on_stands_still(world, fase):
    loop = fase(world, percelen=1)
    for name, change in changes(world, loop).items():
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.status == 409 and "staan vast" in str(refusal.value), name
    for statement in ("UPDATE portal.eis SET tekst = 'Anders.'", "DELETE FROM portal.criterium",
                      "UPDATE portal.deelname_cijfer SET plaatsen = 0"):
        with pytest.raises(DBAPIError, match="plan_vast"):
            world.as_(loop.wie.manager, lambda s, _a, q=statement: s.execute(text(q)))


def test_the_question_is_taken_back_with_a_reason_and_every_change_leaves_a_line(world):
    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    manager, kampen = loop.wie.manager, loop.wie.beleid["kampen"]
    refuses(world, manager, usecases.terughalen, loop.inkoop_id, reden=" ", says="Schrijf waarom.")
    world.as_(manager, usecases.terughalen, loop.inkoop_id, reden="De raming klopt niet.")
    assert world.see(manager, lambda s: s.get(Inkoop, loop.inkoop_id).state) == "gepland"
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'U hoeft nog niet%'")
    assert len(told) == 7 and all("De raming klopt niet." in row.tekst for row in told)
    assert not world.behind("SELECT 1 FROM portal.termijn WHERE met_on IS NULL")
    refuses(world, kampen, usecases.deelname_bewaren, loop.inkoop_id, antwoorden={}, says="geen deelnamebesluit", status=409)
    made = changes(world, loop)
    for name in ("eis erbij", "cijfer", "gegevens"):
        made[name]()
    lines = world.sign_in(kampen).get(f"/inkoop/{loop.inkoop_id}/gebeurtenissen").words
    for line in ("eis E9 toegevoegd bij perceel 1", "cijfers aangepast bij perceel 1", "gegevens van de inkoop aangepast",
                 "De vraag aan de gemeenten is teruggehaald"):
        assert line in lines, line
    world.as_(manager, usecases.uitvragen, loop.inkoop_id)
    again = world.behind("SELECT tekst FROM portal.bericht WHERE tekst LIKE 'Wij vroegen dit eerder%'")
    assert len(again) == 7
    iw.doorgezette_inkoop(world, iw.met_deelname(world, loop))


def test_before_the_first_question_the_plan_grows_without_noise(world):
    iw.geplande_inkoop(world, percelen=1)
    assert not world.behind("SELECT 1 FROM portal.case_event WHERE kind = 'inkoop:plan'")


def test_after_the_first_decision_the_question_is_not_taken_back(world):
    loop = iw.met_deelname(world, percelen=1, besloten=["ommen"])
    refuses(world, loop.wie.manager, usecases.terughalen, loop.inkoop_id, reden="Toch anders.", says="Er is al besloten")
    assert "Haal de vraag terug" not in world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}").words


def test_who_left_between_two_questions_is_asked_no_more(world):
    loop = iw.uitgevraagde_inkoop(world, percelen=1)
    world.as_(loop.wie.manager, usecases.terughalen, loop.inkoop_id, reden="Ommen gaat weg.")
    membership = {"g": world.gemeente("ommen"), "v": world.gemeente("beschermd-wonen")}
    leave = "UPDATE portal.deelname SET tot = {} WHERE gemeente_id = :g AND verband_id = :v"
    world.behind(leave.format("(portal.now() AT TIME ZONE 'Europe/Amsterdam')::date"), **membership)
    try:
        world.as_(loop.wie.manager, usecases.uitvragen, loop.inkoop_id)
        assert world.see(loop.wie.manager, lambda s: len(queries.matrix(s, s.get(Inkoop, loop.inkoop_id)))) == 7
        assert world.see(loop.wie.beleid["ommen"], lambda s: s.get(Inkoop, loop.inkoop_id)) is None
        loop = iw.met_deelname(world, loop, besloten=[slug for slug in iw.LEDEN if slug != "ommen"])
        world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    finally:
        world.behind(leave.format("NULL"), **membership)


def test_an_incomplete_plan_is_not_asked(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    world.as_(loop.wie.manager, usecases.onderdeel_weghalen, Criterium, loop.criteria[loop.percelen[0]][0])
    refuses(world, loop.wie.manager, usecases.uitvragen, loop.inkoop_id, says="De wegingen zijn samen 40")


# Gates ----------------------------------------------------------------------------------------------------------------------

def gate(world, loop, poort: str, titel: str = "Raden akkoord"):
    return world.as_(loop.wie.manager, usecases.mijlpaal_toevoegen, loop.inkoop_id, titel=titel,
                     moment=Moment("maand", "2027-06"), poort=poort).id


def publish(world, loop) -> None:
    world.as_(loop.wie.manager, usecases.publiceren, loop.inkoop_id, sluit_at=clock.now() + timedelta(days=30))


def test_A2_AC3_another_gate_is_not_stamped_by_go_and_blocks_publication_until_it_is_decided(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    id_ = gate(world, loop, "publiceren")
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, loop)))
    rows = dict(world.behind("SELECT titel, uitkomst FROM portal.mijlpaal WHERE poort IS NOT NULL"))
    assert rows == {"Besluit doorgaan of stoppen": "go", "Raden akkoord": None}
    refuses(world, loop.wie.manager, lambda s, a: usecases.publiceren(
        s, a, loop.inkoop_id, sluit_at=clock.now() + timedelta(days=30)), says="Besluit eerst over de poort: Raden akkoord.")
    browser = world.sign_in(loop.wie.manager)
    dossier = browser.get(f"/inkoop/{loop.inkoop_id}")
    url = f"/inkoop/{loop.inkoop_id}/poort/{id_}"
    assert dossier.html.select_one(f'a[href="{url}"]') and "Besluit eerst over de poort" in dossier.words
    assert "Schrijf waarom" in browser.post(url, {"uitkomst": "go", "reden": ""}, expect=422).words
    browser.post(url, {"uitkomst": "go", "reden": "Alle raden stemden in."})
    assert "Alle raden stemden in." in browser.get(url).words
    kampen = world.sign_in(loop.wie.beleid["kampen"])
    assert "Alle raden stemden in." in kampen.get(f"/inkoop/{loop.inkoop_id}").words
    kampen.get(url, expect=403)
    publish(world, loop)


def test_a_gate_with_no_go_keeps_its_step_shut_and_offers_the_fallback(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    id_ = gate(world, loop, "publiceren")
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, loop)))
    world.as_(loop.wie.manager, usecases.poort_beslissen, id_, uitkomst="no_go", reden="De raad van Kampen wil niet.")
    refuses(world, loop.wie.manager, lambda s, a: usecases.publiceren(
        s, a, loop.inkoop_id, sluit_at=clock.now() + timedelta(days=30)), says="Bij de poort Raden akkoord is besloten: no-go.")
    refuses(world, loop.wie.manager, usecases.poort_beslissen, id_, uitkomst="go", reden="Toch wel.", says="al besloten",
            status=409)
    with pytest.raises(DBAPIError, match="poort_besloten"):
        world.as_(loop.wie.manager, lambda s, _a: s.execute(
            text("UPDATE portal.mijlpaal SET uitkomst = 'go' WHERE id = :i"), {"i": id_}))
    page = world.sign_in(loop.wie.manager).get(f"/inkoop/{loop.inkoop_id}/poort/{id_}")
    assert "Iedere gemeente verlengt" in page.words


def test_a_later_gate_blocks_the_signing_of_an_award(world):
    loop = iw.geplande_inkoop(world, percelen=1, aanbieders=1)
    id_ = gate(world, loop, "gunnen", "Financiering rond")
    loop = iw.doorgezette_inkoop(world, iw.met_deelname(world, iw.uitgevraagde_inkoop(world, loop)))
    loop = iw.geopend(world, iw.met_inschrijvingen(world, iw.gepubliceerde_inkoop(world, loop=loop), n=1))
    loop = iw.gelezen(world, iw.voorgesteld(world, iw.vastgesteld(world, iw.beoordeeld(world, loop, punten=("8",)))))
    (besluit_id,) = loop.besluiten.values()
    refuses(world, loop.wie.mandaathouder, usecases.tekenen, besluit_id, brieven=iw.NepBrieven(world),
            says="Besluit eerst over de poort: Financiering rond.")
    world.as_(loop.wie.manager, usecases.poort_beslissen, id_, uitkomst="go", reden="Het geld is er.")
    iw.gegund(world, loop)


def test_a_decided_milestone_stays_in_use_case_and_database(world):
    loop = iw.doorgezette_inkoop(world, percelen=1)
    (id_,) = world.behind("SELECT id FROM portal.mijlpaal WHERE uitkomst = 'go'")[0]
    refuses(world, loop.wie.manager, usecases.onderdeel_weghalen, Mijlpaal, id_, says="Hij blijft staan.", status=409)
    with pytest.raises(DBAPIError, match="poort_besloten"):
        world.as_(loop.wie.manager, lambda s, _a: s.execute(text("DELETE FROM portal.mijlpaal WHERE id = :i"), {"i": id_}))


# Method, access, documents, facts -------------------------------------------------------------------------------------------

def test_A2_AC1_only_a_method_that_works_is_offered_and_its_access_is_kept_and_published(world):
    manager = world.medewerker("zwolle", "contractmanager")
    page = world.sign_in(manager).get("/inkoop/nieuw")
    assert [tag["value"] for tag in page.html.select('input[name="methode"]')] == ["sas"]
    assert "dialoog" not in page.words.lower()
    refuses(world, manager, usecases.plannen, titel="Proef", verband_id=world.gemeente("beschermd-wonen"),
            methode="sociaal_contracteren", omschrijving="Proef.", geraamde_waarde=Decimal("1.00"),
            begint_on=clock.today() + timedelta(days=400), looptijd_jaren=[3], terugval="Verlengen.",
            says="Kies een van de methoden")
    loop = iw.gepubliceerde_inkoop(world, percelen=1)
    assert world.see(loop.wie.manager, lambda s: s.get(Inkoop, loop.inkoop_id).toegang) == "volgens de stukken"
    assert "Toegang voor aanbieders volgens de stukken" in world.anonymous().get(f"/aanbestedingen/{loop.reference}").words


def test_documents_that_are_not_ready_decide_the_button_and_change_nothing(world):
    loop = iw.doorgezette_inkoop(world, percelen=1)
    manager = loop.wie.manager
    world.as_(manager, usecases.stuk_toevoegen, loop.inkoop_id, iw.stuk(world, "bijlage.pdf"), titel="Bijlage")
    page = world.sign_in(manager).get(f"/inkoop/{loop.inkoop_id}")
    assert "Dit stuk is nog een concept: Bijlage." in page.words and "Controleer en publiceer" not in page.words
    with pytest.raises(Refused, match="nog een concept: Bijlage"):
        publish(world, loop)
    assert world.see(manager, lambda s: s.get(Inkoop, loop.inkoop_id).state) == "doorgezet"


def test_the_facts_of_a_plan_can_be_changed_until_it_is_asked(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    browser = world.sign_in(loop.wie.manager)
    url = f"/inkoop/{loop.inkoop_id}/plan/gegevens"
    form = {tag["name"]: tag.get("value") or tag.text.strip() for tag in browser.get(url).html.select(
        "main form.p-form input[id], main form.p-form textarea")}
    assert form["titel"] == "Beschermd wonen 2028" and form["waarde"] == "46.800.000,00" and form["looptijd"] == "3+2+2"
    wrong = browser.post(url, form | {"looptijd": "veel", "terugval": "Nieuwe terugval."}, expect=422)
    assert "Schrijf de jaren met een plus" in wrong.words and "Nieuwe terugval." in wrong.text
    browser.post(url, form | {"looptijd": "4+1", "waarde": "50.000.000,00", "let_op": "Wachtlijst: die groeit."})
    inkoop = world.see(loop.wie.manager, lambda s: s.get(Inkoop, loop.inkoop_id))
    assert inkoop.looptijd_jaren == [4, 1] and inkoop.geraamde_waarde == Decimal("50000000.00")
    assert inkoop.aandachtspunten == [{"soort": "warn", "titel": "Wachtlijst", "tekst": "die groeit."}]
    iw.uitgevraagde_inkoop(world, loop)
    assert "Dit staat vast" in browser.get(url).words
    assert "staan vast" in browser.post(url, form, expect=409).words


# Keys -----------------------------------------------------------------------------------------------------------------------

def test_two_colleagues_make_one_organisation(world):
    lindehof = iw.zorgaanbieder(world, "De Lindehof (fictief)")
    world.behind("DELETE FROM portal.case_event")
    world.behind("DELETE FROM portal.dossier WHERE soort = 'organisatie'")
    together = Barrier(2)

    def first_use(person):
        def act(session, actor):
            session.scalar(text("SELECT 1"))
            together.wait(20)
            return inschrijven.organisatie(session, actor).id
        return world.as_(person, act)

    with ThreadPoolExecutor(2) as pool:
        ids = [job.result(30) for job in [pool.submit(first_use, p) for p in (lindehof.auteur, lindehof.beheerder)]]
    assert ids[0] == ids[1]
    assert [row.reference[-4:] for row in world.behind("SELECT reference FROM portal.dossier WHERE soort = 'organisatie'")]


def test_rows_belong_to_the_percelen_of_their_own_inkoop(world):
    loop = iw.gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    other = iw.geplande_inkoop(world, percelen=1, wie=loop.wie)
    iw.concept(world, loop, loop.wie.aanbieders[0])
    foreign = {"p": other.percelen[0], "i": loop.inkoop_id}
    for statement in ("UPDATE portal.deelname_cijfer SET perceel_id = :p WHERE dossier_id = :i",
                      "UPDATE portal.deelname_antwoord SET perceel_id = :p WHERE inkoop_id = :i",
                      "UPDATE portal.inschrijving_perceel SET perceel_id = :p WHERE inkoop_id = :i"):
        with pytest.raises(DBAPIError, match="violates foreign key"), world.owner.begin() as c:
            for table in ("deelname_cijfer", "deelname_antwoord"):
                c.execute(text(f"ALTER TABLE portal.{table} DISABLE TRIGGER USER"))
            c.execute(text("DELETE FROM portal.deelname_cijfer WHERE perceel_id = :p"), foreign)
            c.execute(text(statement), foreign)


def test_a_version_has_one_successor(world):
    loop = iw.geplande_inkoop(world, percelen=1)
    world.as_(loop.wie.manager, usecases.stuk_toevoegen, loop.inkoop_id, iw.stuk(world, "v2.pdf"), titel="Leidraad",
              vervangt_id=loop.stuk_id)

    def again(session, actor):
        keep(session, session.get(Inkoop, loop.inkoop_id), actor, iw.stuk(world, "v2b.pdf"), soort="inkoopstuk",
             titel="Leidraad", vervangt=session.get(Document, loop.stuk_id))
        settle(session)

    refuses(world, loop.wie.manager, again, says="Van dit stuk is al een nieuwere versie", status=409)
