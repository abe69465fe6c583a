"""Messages with providers: allocations, what goes out, what comes in and what it does to a stay."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.adapters import istandaarden
from portal.adapters.istandaarden import Bericht, lees, schema, schrijf
from portal.adapters.istandaarden.lezen import ontleed
from portal.domains.plaatsingen import berichtenqueries, berichtenverkeer, berichtregels, rules
from portal.domains.plaatsingen.berichtenmodel import (
    Berichtpartner,
    Levering,
    Prestatie,
    Toewijzing,
    Toewijzingversie,
    Verkeersbericht,
    Zorgverzoek,
)
from portal.domains.plaatsingen.berichtenstand import Post, lees_gesloten
from portal.domains.plaatsingen.berichtregels import Versie
from portal.domains.plaatsingen.model import (
    PlaatsingState,
    VerblijfState,
)
from portal.kernel import clock
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from tests.berichten_world import (
    KAMPEN,
    OMVANG,
    POST,
    Verkeer,
    aanvaard,
    antwoord,
    begin_dag,
    binnen,
    count,
    declaratie,
    gedeclareerd,
    inhoud,
    maak_301,
    open_terms,
    partner,
    stand,
    start,
    stop,
    toegewezen,
    uitgegeven,
    van_aanbieder,
    verzoek,
    wijzig,
)
from tests.istandaarden_world import AANBIEDER, anders, maak
from tests.plaatsingen_world import BSN, KLUIS, gereserveerd, personen
from tests.unit.test_istandaarden import XSD, met_xsd

# What goes out -------------------------------------------------------------------------------------------------------------

def test_a_301_is_made_from_what_stands(world):
    found = uitgegeven(world)
    bericht = inhoud(world, found.loop.wie.consulent, found.bericht_id)

    assert (bericht.soort, bericht.gemeente, bericht.aanbieder) == ("WMO301", KAMPEN, AANBIEDER)
    [line] = bericht.romp["ToegewezenProducten"]
    assert (line["ToewijzingNummer"], line["Product"]) == (1, {"Categorie": "15", "Code": "15A01"})
    assert bericht.romp["Bsn"] == BSN and bericht.romp["Naam"]["Geslachtsnaam"] == {"Achternaam": "Voorbeeld"}
    assert istandaarden.controleer(bericht) == []


def test_a_message_is_kept_closed(world):
    found = uitgegeven(world)
    kept = world.see(found.loop.wie.consulent, lambda s: load(s, Verkeersbericht, found.bericht_id).inhoud_gesloten)
    assert BSN.encode() not in kept and b"Voorbeeld" not in kept
    facts = world.behind("SELECT bevindingen::text || feiten::text || identificatie FROM portal.berichtenverkeer")
    assert not any(BSN in str(row) for row in facts or ())


def test_I7_no_message_goes_out_for_somebody_whose_place_is_secret(world):
    found = toegewezen(world)
    made = maak_301(world, found)
    world.behind("UPDATE portal.persoon SET afgeschermd = true WHERE id = :p", p=found.loop.toegang.persoon_id)
    wie = found.loop.wie.consulent

    with pytest.raises(Refused, match="OP003"):
        maak_301(world, found)
    with pytest.raises(Refused, match="OP003"):
        world.as_(wie, berichtenverkeer.bestand, made.id, post=POST)
    # What comes in is kept and counts; no answer goes out.
    van = begin_dag(world, found)
    row = binnen(world, found, start(van))
    assert row.geldig
    assert world.see(wie, lambda s: s.scalar(select(Verkeersbericht.id).where(
        Verkeersbericht.antwoord_op_id == row.id))) is None


def test_the_same_number_on_extension_and_a_reason_for_each_change(world):
    found = uitgegeven(world)
    van = world.see(found.loop.wie.consulent, lambda s: load(s, Toewijzing, found.toewijzing_id)).van
    wijzig(world, found, "verlengen", van + timedelta(days=500))

    [line] = inhoud(world, found.loop.wie.consulent, maak_301(world, found).id).romp["ToegewezenProducten"]
    assert (line["ToewijzingNummer"], line["RedenWijziging"]) == (1, "04")
    assert line["Einddatum"] == van + timedelta(days=500) and line["Ingangsdatum"] == van


def test_a_message_that_nobody_took_out_is_replaced_by_the_next(world):
    found = toegewezen(world)
    wie = found.loop.wie.consulent
    old, new = maak_301(world, found), maak_301(world, found)
    with pytest.raises(Refused, match="vervangen door een nieuwer"):
        world.as_(wie, berichtenverkeer.bestand, old.id, post=POST)
    world.as_(wie, berichtenverkeer.bestand, new.id, post=POST)
    assert open_terms(world, found, "bericht_versturen") == 0
    # What was taken out stays.
    wijzig(world, found, "verkorten", clock.today() + timedelta(days=90))
    maak_301(world, found)
    assert world.see(wie, lambda s: load(s, Verkeersbericht, new.id).vervallen_at) is None


def test_what_was_sent_wrongly_is_taken_back_unless_a_declaration_was_approved(world):
    found = gedeclareerd(world)
    with pytest.raises(Refused, match="TR385"):
        wijzig(world, found, "verwijderen")


def test_an_allocation_is_taken_back(world):
    found = uitgegeven(world)
    wijzig(world, found, "verwijderen")
    [line] = inhoud(world, found.loop.wie.consulent, maak_301(world, found).id).romp["ToegewezenProducten"]
    assert line["RedenWijziging"] == "13" and line["Einddatum"] == line["Ingangsdatum"]
    with pytest.raises(Refused, match="niets toegewezen"):
        maak_301(world, found)


def test_a_move_ends_the_allocation_only_after_the_other_gemeente_accepted(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    with pytest.raises(Refused, match="nog niet aanvaard"):
        wijzig(world, found, "verhuizing", van + timedelta(days=30))

    on = clock.today() + timedelta(days=40)
    aanvaard(world, found, on)
    with pytest.raises(Refused, match="verantwoordelijk vanaf"):
        wijzig(world, found, "verhuizing", on)
    wijzig(world, found, "verhuizing", on - timedelta(days=1))
    [line] = inhoud(world, found.loop.wie.consulent, maak_301(world, found).id).romp["ToegewezenProducten"]
    assert (line["RedenWijziging"], line["Einddatum"]) == ("07", on - timedelta(days=1))
    assert istandaarden.reden_stop("iwmo", "07") == "31"


def test_overlapping_allocations_and_a_period_outside_the_grant_are_refused(world):
    found = toegewezen(world)
    wie, loop = found.loop.wie.consulent, found.loop
    with pytest.raises(Refused, match="al toegewezen"):
        world.as_(wie, berichtenverkeer.toewijzen, loop.plaatsing_id, aanbieder_id=loop.huis.aanbieder_id,
                  van=clock.today() + timedelta(days=20))
    with pytest.raises(Refused, match="toegekend vanaf"):
        world.as_(wie, berichtenverkeer.toewijzen, loop.plaatsing_id, aanbieder_id=loop.huis.aanbieder_id,
                  van=clock.today() - timedelta(days=400), tot=clock.today() - timedelta(days=300))


def test_an_agb_code_has_eight_digits(world):
    loop = gereserveerd(world)
    with pytest.raises(Refused, match="acht cijfers"):
        partner(world, loop, "4242")


def test_the_answer_of_the_provider_is_watched_and_a_refusal_is_told_again(world):
    found = uitgegeven(world)
    wie = found.loop.wie.consulent
    terms = world.see(wie, lambda s: {one.kind: one.met_on for one in s.scalars(select(Termijn).where(
        Termijn.dossier_id == found.loop.plaatsing_id, Termijn.kind.like("bericht_%")))})
    assert terms == {"bericht_versturen": clock.today(), "bericht_antwoord": None}

    ours = inhoud(world, wie, found.bericht_id)
    finding = istandaarden.Bevinding("TR332", ("Client", "ToegewezenProducten", 0), "", "9332")
    row = binnen(world, found, istandaarden.retour(ours, [finding], identificatie="R1", dagtekening=clock.today()))

    assert row.bevindingen[0]["retourcode"] == "9332"
    assert world.see(wie, lambda s: s.scalar(select(Toewijzingversie.bericht_id))) is None
    kinds = world.see(wie, lambda s: set(s.scalars(select(Termijn.kind).where(
        Termijn.dossier_id == found.loop.plaatsing_id, Termijn.met_on.is_(None), Termijn.kind.like("bericht_%")))))
    assert kinds == {"bericht_herstel"}
    # A new message tells it again, and nothing is left to repair.
    [line] = inhoud(world, wie, maak_301(world, found).id).romp["ToegewezenProducten"]
    assert line["ToewijzingNummer"] == 1 and open_terms(world, found, "bericht_herstel") == 0
    with pytest.raises(Refused, match="al geantwoord"):
        binnen(world, found, istandaarden.retour(ours, [], identificatie="R2", dagtekening=clock.today()))


def test_a_return_message_on_nothing_is_refused(world):
    found = uitgegeven(world)
    ours = inhoud(world, found.loop.wie.consulent, found.bericht_id)
    other = anders(ours, Header__BerichtIdentificatie__Identificatie="ANDERS")
    with pytest.raises(Refused, match="hoort bij geen bericht"):
        binnen(world, found, istandaarden.retour(other, [], identificatie="R1", dagtekening=clock.today()))


# Start and stop ------------------------------------------------------------------------------------------------------------

def test_a_start_begins_the_stay_and_is_answered(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    row = binnen(world, found, start(van))

    assert row.geldig and row.feiten["gevolg"] == ["begonnen"]
    assert stand(world, found) == (PlaatsingState.VERBLIJF, VerblijfState.LOOPT)
    answer = antwoord(world, found, row)
    assert answer.soort == "WMO306" and istandaarden.is_goed(answer)


def test_a_temporary_stop_lays_the_stay_still_and_a_new_start_resumes_it(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    world.clock(timedelta(days=10))
    row = binnen(world, found, stop(van, clock.today(), "20"))
    assert row.feiten["gevolg"] == ["stilgelegd"]
    assert stand(world, found) == (PlaatsingState.GESTOPT, VerblijfState.STIL)

    world.clock(timedelta(days=10))
    row = binnen(world, found, start(van, identificatie="S2", begin=clock.today()))
    assert row.feiten["gevolg"] == ["hervat"]
    assert stand(world, found) == (PlaatsingState.VERBLIJF, VerblijfState.LOOPT)


def test_a_final_stop_ends_the_stay(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    world.clock(timedelta(days=10))
    row = binnen(world, found, stop(van, clock.today(), "39"))
    assert row.feiten["gevolg"] == ["beeindigd"]
    assert stand(world, found) == (PlaatsingState.BEEINDIGD, VerblijfState.BEEINDIGD)


def test_a_stop_that_says_too_little_is_left_to_a_person(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    row = binnen(world, found, stop(van, clock.today(), "22"))
    assert row.geldig and row.feiten["gevolg"] == ["zelf_vastleggen"]
    assert stand(world, found)[1] == VerblijfState.LOOPT


# Bad input -----------------------------------------------------------------------------------------------------------------

def test_a_start_on_nothing_is_answered_with_its_return_code(world):
    found = toegewezen(world)  # and never told: the provider cannot know it
    row = binnen(world, found, start(clock.today()))
    assert not row.geldig and "9019" in [one["retourcode"] for one in row.bevindingen]
    assert ("9019" in str(antwoord(world, found, row).inhoud)) and count(world, found.loop.wie.consulent, Levering) == 0


def test_a_bad_check_digit_is_answered_and_nothing_counts(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    row = binnen(world, found, anders(start(van), Client__Bsn="999990018"))
    assert not row.geldig and "CS002" in [one["regel"] for one in row.bevindingen]
    assert "0001" in str(antwoord(world, found, row).inhoud)
    assert stand(world, found)[1] == VerblijfState.GERESERVEERD
    assert count(world, found.loop.wie.consulent, Levering) == 0


def test_the_same_message_twice_counts_once(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    with pytest.raises(Refused, match="al ingelezen"):
        binnen(world, found, start(van))
    again = binnen(world, found, start(van, begin=van + timedelta(days=1)))
    assert "9056" in [one["retourcode"] for one in again.bevindingen] and count(world, found.loop.wie.consulent, Levering) == 1


@pytest.mark.parametrize("welk", ["andere gemeente", "oude versie", "entiteiten", "geen xml", "van de gemeente", "onbekend"])
def test_what_is_refused_leaves_nothing(world, welk):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    before = count(world, found.loop.wie.consulent, Verkeersbericht)
    data = schrijf(start(van))
    given, words = {
        "andere gemeente": (schrijf(van_aanbieder("WMO305", ontvanger="0193")), "niet voor uw gemeente"),
        "oude versie": (data.replace(b"/iwmo/3_2/", b"/iwmo/3_1/"), "release 3.1"),
        "entiteiten": (b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>',
                       "documenttype|entiteit|document"),
        "geen xml": (b"%PDF-1.7 dit is iets anders", "geen XML|XML"),
        "van de gemeente": (schrijf(anders(maak("WMO301"), Header__Afzender=KAMPEN)), "stuurt een gemeente zelf"),
        "onbekend": (schrijf(anders(start(van), Header__Afzender="99990000")), "AGB-code van de afzender"),
    }[welk]
    with pytest.raises(Refused, match=words) as refused:
        binnen(world, found, given)
    assert refused.value.status in (409, 422) and BSN not in str(refused.value)
    assert count(world, found.loop.wie.consulent, Verkeersbericht) == before
    assert count(world, found.loop.wie.consulent, Levering) == 0


def test_another_gemeente_sees_and_opens_nothing(world):
    found = uitgegeven(world)
    other = personen(world, "zwolle").consulent
    with pytest.raises(NotFound):
        world.as_(other, berichtenverkeer.bestand, found.bericht_id, post=POST)
    with pytest.raises(NotFound):
        world.as_(other, berichtenverkeer.wijzigen, found.toewijzing_id, wijziging="verwijderen")
    for kind in (Verkeersbericht, Toewijzing, Toewijzingversie, Berichtpartner):
        assert count(world, other, kind) == 0
        assert count(world, found.loop.huis.begeleider, kind) == 0


def test_without_the_right_nothing_goes_in_or_out(world):
    found = uitgegeven(world)
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(found.loop.wie.tekenaar, berichtenverkeer.inlezen, schrijf(start(clock.today())), post=POST)
    with pytest.raises(Refused, match="sleutels"):
        world.as_(found.loop.wie.consulent, berichtenverkeer.inlezen, b"<a/>", post=Post(None, istandaarden))


def test_a_file_is_read_in_and_taken_out_by_command(world, monkeypatch, tmp_path):
    monkeypatch.setattr(world.app, "kluis", KLUIS)
    found = uitgegeven(world)
    van = begin_dag(world, found)
    source = tmp_path / "in.xml"
    source.write_bytes(schrijf(start(van)))
    run = world.app.test_cli_runner().invoke

    done = run(args=["berichten", "inlezen", str(source), "--gemeente", "kampen"])
    assert done.exit_code == 0 and "WMO305 S1 is ingelezen" in done.output
    assert stand(world, found)[1] == VerblijfState.LOOPT
    again = run(args=["berichten", "inlezen", str(source), "--gemeente", "kampen"])
    assert again.exit_code == 1 and "al ingelezen" in again.output
    source.write_bytes(schrijf(start(van, begin=van + timedelta(days=1))))
    other = run(args=["berichten", "inlezen", str(source), "--gemeente", "kampen"])
    assert other.exit_code == 1 and "9056" in other.output and BSN not in other.output
    assert "niet voor uw gemeente" in run(args=["berichten", "inlezen", str(source), "--gemeente", "zwolle"]).output
    assert "geen gemeente" in run(args=["berichten", "inlezen", str(source), "--gemeente", "nergens"]).output

    out = tmp_path / "uit"
    out.mkdir()
    done = run(args=["berichten", "uitgeven", str(out), "--gemeente", "kampen"])
    assert done.exit_code == 0 and "2 berichten" in done.output
    assert {lees(file.read_bytes()).soort for file in out.iterdir()} == {"WMO306"}
    assert "0 berichten" in run(args=["berichten", "uitgeven", str(out), "--gemeente", "kampen"]).output


# Requests ------------------------------------------------------------------------------------------------------------------

def test_a_request_is_answered_and_waits_for_a_decision(world):
    loop = gereserveerd(world)
    partner(world, loop)
    found = Verkeer(loop, None)
    row = verzoek(world, found)
    assert row.geldig and antwoord(world, found, row).soort == "WMO316"
    assert open_terms(world, found, "verzoek_antwoord") == 1
    asked = world.see(loop.wie.consulent, lambda s: s.scalar(select(Zorgverzoek)))

    out = world.as_(loop.wie.consulent, berichtenverkeer.beantwoorden, asked.id, antwoord="2", post=POST)
    assert inhoud(world, loop.wie.consulent, out.id).romp == {"ReferentieAanbieder": "A1", "VerzoekAntwoord": "2"}
    # The third term: eight weeks, apart from the six and the two.
    assert open_terms(world, found, "verzoek_antwoord") == 0 and open_terms(world, found, "verzoek_onderzoek") == 1
    with pytest.raises(Refused, match="TR360"):
        world.as_(loop.wie.consulent, berichtenverkeer.beantwoorden, asked.id, antwoord="2", post=POST)

    made = toegewezen(world, loop, verzoek_id=asked.id)
    [line] = inhoud(world, loop.wie.consulent, maak_301(world, made).id).romp["ToegewezenProducten"]
    assert line["ReferentieAanbieder"] == "A1" and open_terms(world, found, "verzoek_onderzoek") == 0
    with pytest.raises(Refused, match="TR359"):
        world.as_(loop.wie.consulent, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="3", post=POST)


def test_a_refused_request_has_a_reason(world):
    loop = gereserveerd(world)
    partner(world, loop)
    found = Verkeer(loop, None)
    verzoek(world, found)
    asked = world.see(loop.wie.consulent, lambda s: s.scalar(select(Zorgverzoek)))
    with pytest.raises(Refused, match="waarom het verzoek niet doorgaat"):
        world.as_(loop.wie.consulent, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="8", post=POST)
    out = world.as_(loop.wie.consulent, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="5", post=POST)
    assert inhoud(world, loop.wie.consulent, out.id).romp["RedenAfwijzingVerzoek"] == "5"


def test_an_answer_that_the_provider_refused_is_given_again(world):
    loop = gereserveerd(world)
    partner(world, loop)
    found = Verkeer(loop, None)
    verzoek(world, found)
    wie = loop.wie.consulent
    asked = world.see(wie, lambda s: s.scalar(select(Zorgverzoek)))
    out = world.as_(wie, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="5", post=POST)
    finding = istandaarden.Bevinding("TR355", ("Antwoord",), "", "9355")
    row = binnen(world, found, istandaarden.retour(inhoud(world, wie, out.id), [finding], identificatie="R1",
                                                   dagtekening=clock.today()))
    assert row.code == "WMO320" and open_terms(world, found, "bericht_herstel") == 1
    world.as_(wie, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="4", post=POST)
    assert open_terms(world, found, "bericht_herstel") == 0
    assert world.see(wie, lambda s: load(s, Zorgverzoek, asked.id).antwoorden) == ["1"]


def test_a_request_for_somebody_unknown_waits_in_the_postbus(world):
    loop = gereserveerd(world)
    partner(world, loop)
    found = Verkeer(loop, None)
    row = verzoek(world, found, Client__Bsn="999900006")
    assert row.geldig and row.dossier_id != loop.plaatsing_id
    assert open_terms(world, found, "verzoek_antwoord") == 1


def test_a_change_is_asked_and_given_under_the_same_number(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    row = binnen(world, found, Bericht("WMO317", van_aanbieder("WMO317", identificatie="W1").inhoud | {"Client": {
        "Bsn": BSN, "Verzoek": {"ReferentieAanbieder": "W1", "RedenVerzoek": "1", "TeWijzigenProducten": [{
            "ToewijzingNummer": 1, "GewensteIngangsdatum": van, "Einddatum": van + timedelta(days=700),
            "Omvang": OMVANG}]}}}))
    assert row.geldig, row.bevindingen
    asked = world.see(found.loop.wie.consulent, lambda s: s.scalar(select(Zorgverzoek)))
    world.as_(found.loop.wie.consulent, berichtenverkeer.wijzigen, found.toewijzing_id, wijziging="verlengen",
              tot=van + timedelta(days=700), verzoek_id=asked.id)
    [line] = inhoud(world, found.loop.wie.consulent, maak_301(world, found).id).romp["ToegewezenProducten"]
    assert (line["ToewijzingNummer"], line["ReferentieAanbieder"]) == (1, "W1")


# Declarations --------------------------------------------------------------------------------------------------------------

def test_an_approved_declaration_is_kept_for_the_settlement(world):
    found = gedeclareerd(world)
    wie = found.loop.wie.consulent
    line = world.see(wie, lambda s: s.scalar(select(Prestatie)))
    assert line.bedrag == ((line.tot - line.van).days + 1) * 15000
    approved = world.see(wie, lambda s: berichtenqueries.goedgekeurd(s, [found.loop.verblijf_id]))
    assert approved == {found.loop.verblijf_id: [rules.Declaratieregel(
        line.van, line.tot, Decimal(line.bedrag) / 100, line.volume)]}
    row = world.see(wie, lambda s: s.scalar(select(Verkeersbericht).where(Verkeersbericht.code == "WMO323")))
    answer = antwoord(world, found, row)
    assert answer.romp["TotaalToegekendBedrag"] == {"TotaalBedrag": line.bedrag, "DebetCredit": "D"}
    assert open_terms(world, found, "bericht_declaratie") == 1


def test_a_line_that_does_not_fit_is_refused_and_not_paid(world):
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    row = declaratie(world, found, ToewijzingNummer=77)
    assert "9338" in [one["retourcode"] for one in row.bevindingen]
    answer = antwoord(world, found, row)
    assert answer.romp["TotaalToegekendBedrag"]["TotaalBedrag"] == 0
    assert count(world, found.loop.wie.consulent, Prestatie) == 0


def test_the_same_declaration_twice_is_paid_once(world):
    found = gedeclareerd(world)
    again = declaratie(world, found, identificatie="D2")
    assert {"9314", "9389"} & {one["retourcode"] for one in again.bevindingen} or not again.geldig
    assert count(world, found.loop.wie.consulent, Prestatie) == 1


@met_xsd
def test_what_goes_out_is_sound_by_the_published_schemas(world):
    found = gedeclareerd(world)
    wijzig(world, found, "verkorten", clock.today() + timedelta(days=60))
    maak_301(world, found)
    verzoek(world, found)
    wie = found.loop.wie.consulent
    asked = world.see(wie, lambda s: s.scalar(select(Zorgverzoek)))
    world.as_(wie, berichtenverkeer.beantwoorden, asked.id, antwoord="1", reden="4", post=POST)
    rows = world.see(wie, lambda s: [(one.code, lees_gesloten(one, POST)) for one in s.scalars(select(Verkeersbericht).where(
        Verkeersbericht.richting == "uit"))])
    # Of the answers of iWmo no schema was published.
    judged = {code for code, data in rows if (official := schema.uit_map(XSD, code)) and official.validate(ontleed(data))}
    assert judged == {"WMO301", "WMO319"} and {code for code, _data in rows} - judged == {"WMO306", "WMO316", "WMO325"}


# Invariants ----------------------------------------------------------------------------------------------------------------

DAY0 = date(2026, 1, 1)


class Boekje:
    """Allocations of one person at one provider, without a database: what the rules do with them."""

    def __init__(self):
        self.rows: dict[int, list[Versie]] = {}
        self.known: dict[int, Versie] = {}

    def newest(self) -> list[Versie]:
        return [versions[-1] for versions in self.rows.values()]

    def send(self, on: date) -> list[Versie]:
        told = berichtregels.in_bericht(self.newest(), on)
        for one in told:
            self.known[one.nummer] = one
            self.rows[one.nummer][-1] = Versie(one.nummer, one.van, one.tot, one.reden, True, True)
        return told


STEPS = st.lists(st.tuples(st.sampled_from(["toekennen", "verlengen", "verkorten", "verwijderen", "zend", "dag"]),
                           st.integers(0, 5), st.integers(1, 120)), max_size=30)


@given(STEPS)
def test_I8_a_301_holds_everything_that_runs_and_everything_that_changed(steps):
    book, today = Boekje(), DAY0
    for name, which, days in steps:
        numbers = list(book.rows)
        if name == "dag":
            today += timedelta(days=days)
        elif name == "toekennen":
            number = len(numbers) + 1
            book.rows[number] = [Versie(number, today, today + timedelta(days=days), "", False, False)]
        elif name == "zend":
            before = book.newest()
            told = {one.nummer for one in book.send(today)}
            assert {one.nummer for one in before if one.loopt(today)} <= told
            assert {one.nummer for one in before if not one.bekend and one.ooit} <= told
            # Nothing else: no allocation that ended and was told, none that was taken back before anybody knew it.
            assert all(one.loopt(today) or not one.bekend for one in before if one.nummer in told)
            # After it the provider knows what stands, of everything that runs.
            assert all((book.known[one.nummer].tot, book.known[one.nummer].reden) == (one.tot, one.reden)
                       for one in book.newest() if one.loopt(today))
        elif numbers:
            old = book.rows[numbers[which % len(numbers)]][-1]
            tot = (old.tot + timedelta(days=days) if name == "verlengen" else
                   old.van if name == "verwijderen" else old.tot - timedelta(days=days))
            if not berichtregels.wijziging_gebreken(old, name, tot, on=today):
                book.rows[old.nummer].append(Versie(old.nummer, old.van, tot, {"verlengen": "04", "verkorten": "05"}.get(
                    name, "13"), False, old.nummer in book.known))
                # The same number, and the same first day.
                assert {one.van for one in book.rows[old.nummer]} == {old.van}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(["verlengen", "verkorten", "zend"]), min_size=1, max_size=6), st.booleans())
def test_I7_I8_through_the_portal(world_of_examples, steps, secret):
    world, found = world_of_examples
    wie = found.loop.wie.consulent
    world.behind("UPDATE portal.persoon SET afgeschermd = :s WHERE id = :p", s=secret, p=found.loop.toegang.persoon_id)
    before = count(world, wie, Verkeersbericht)
    for step in steps:
        newest = world.see(wie, lambda s: s.scalar(select(Toewijzingversie).order_by(Toewijzingversie.moment.desc()).limit(1)))
        if step == "zend":
            if secret:
                with pytest.raises(Refused, match="OP003"):
                    maak_301(world, found)
                continue
            [line] = inhoud(world, wie, maak_301(world, found).id).romp["ToegewezenProducten"]
            assert (line["ToewijzingNummer"], line["Einddatum"]) == (1, newest.tot)
        else:
            wijzig(world, found, step, newest.tot + timedelta(days=7 if step == "verlengen" else -1))
    if secret:
        assert count(world, wie, Verkeersbericht) == before


@pytest.fixture
def world_of_examples(world):
    return world, uitgegeven(world)


@pytest.mark.parametrize(("adres", "nummer", "straat"), [
    ("Dorpsweg 1, 8260 AA Kampen", 1, "Dorpsweg"), ("Van der Valkstraat 12a 8011AB Zwolle", 12, "Van der Valkstraat"),
    ("Plein 1945 3-2, 8011 AB Zwolle", 3, "Plein 1945")])
def test_an_address_is_read_for_a_message(adres, nummer, straat):
    found = berichtregels.adres_delen(adres)
    assert (found["Huis"]["Huisnummer"], found["Straatnaam"]) == (nummer, straat)
    assert len(found["Postcode"]) == 6 and found["LandCode"] == "NL"


def test_an_address_that_cannot_be_read_is_refused():
    with pytest.raises(Refused, match="niet te lezen"):
        berichtregels.adres_delen("bij familie")


@pytest.mark.parametrize(("naam", "parts"), [
    ("Sanne Voorbeeld", ("Sanne", "", "Voorbeeld")), ("Jan van der Berg", ("Jan", "van der", "Berg")),
    ("Cher", ("", "", "Cher"))])
def test_a_name_is_proposed_in_parts(naam, parts):
    assert tuple(berichtregels.naam_delen(naam)[key] for key in ("voornamen", "voorvoegsel", "achternaam")) == parts


@pytest.mark.parametrize(("wijziging", "tot", "meer", "said"), [
    ("verlengen", 400, {}, None), ("verlengen", 400, {"toegekend_tot": DAY0 + timedelta(days=399)}, "toegekend tot"),
    ("verlengen", 300, {}, "latere dag"), ("verlengen", None, {}, None),
    ("verkorten", 100, {}, None), ("verkorten", 400, {}, "eerdere dag"), ("verkorten", None, {}, "laatste dag"),
    ("verkorten", -1, {}, "ligt voor de eerste"), ("verhuizing", 50, {}, "nog niet aanvaard"),
    ("verhuizing", 50, {"overgang_on": DAY0 + timedelta(days=51)}, None),
    ("verhuizing", 51, {"overgang_on": DAY0 + timedelta(days=51)}, "verantwoordelijk vanaf"),
    ("verwijderen", None, {}, None), ("verwijderen", None, {"goedgekeurd": True}, "TR385"), ("iets", None, {}, "Kies waarom")])
def test_when_an_allocation_may_change(wijziging, tot, meer, said):
    one = Versie(1, DAY0, DAY0 + timedelta(days=364))
    found = berichtregels.wijziging_gebreken(one, wijziging, None if tot is None else DAY0 + timedelta(days=tot),
                                             on=DAY0 + timedelta(days=10), **meer)
    assert (said is None and found == []) or any(said in sentence for sentence in found if said)


def test_what_ended_is_not_extended():
    one = Versie(1, DAY0, DAY0 + timedelta(days=10))
    assert "afgelopen" in berichtregels.wijziging_gebreken(one, "verlengen", DAY0 + timedelta(days=90),
                                                           on=DAY0 + timedelta(days=11))[0]
    assert berichtregels.wijziging_gebreken(Versie(1, DAY0, DAY0, "13"), "verkorten", DAY0, on=DAY0)


# iJw -----------------------------------------------------------------------------------------------------------------------

def test_a_message_of_iJw_is_kept_and_answered_and_nothing_of_it_counts(world):
    """No allocation of youth care is kept here, so nothing that a provider says about one is followed (docs/berichten.md)."""
    found = uitgegeven(world)
    van = begin_dag(world, found)
    before = stand(world, found)
    for soort, retour in (("JW305", "JW306"), ("JW307", "JW308"), ("JW315", "JW316")):
        row = binnen(world, found, anders(
            maak(soort), Header__Ontvanger=KAMPEN, Client__Bsn=BSN, Header__BerichtIdentificatie__Identificatie=soort,
            Header__BerichtIdentificatie__Dagtekening=van))
        assert not row.geldig and row.bevindingen and antwoord(world, found, row).soort == retour
    assert stand(world, found) == before and count(world, found.loop.wie.consulent, Zorgverzoek) == 0
    assert {row[0] for row in world.behind("SELECT standaard FROM portal.toewijzing")} == {"iwmo"}
