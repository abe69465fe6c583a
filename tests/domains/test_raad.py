"""The council: numbered decision points, promises and how late, meetings that come back, advice with answers; whose it is."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domains.raad import queries, rules, usecases
from portal.domains.raad.model import Raadsstuk
from portal.domains.raad.rules import Antwoord, Deel, Stuksoort
from portal.domains.uitdaagrecht.jaarverslag import gemiddeld, jaarverslag
from portal.kernel import clock
from portal.kernel import queries as kernel
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import refusing
from tests.uitdaagrecht_world import besloten, ingediend
from tests.world import Person, World

# Out of the papers of 2016 and 2017 (RAD-08): promised for the first quarter of 2017, answered on 23 May.
BELOOFD, UITERLIJK, BEANTWOORD, TE_LAAT = date(2016, 12, 12), date(2017, 3, 31), date(2017, 5, 23), 53


def griffier(world: World, gemeente: str = "zwolle") -> Person:
    return world.medewerker(gemeente, "griffier", naam="De griffie")


def nota(world: World, wie: Person, **anders) -> Raadsstuk:
    return world.as_(wie, usecases.stuk_bewaren, **({
        "soort": Stuksoort.INFORMATIENOTA, "op_on": BEANTWOORD, "versie": "V1.1", "onderwerp": "Contractering sociaal domein",
        "portefeuille": "wethouder zorg", "gevraagd": "Kennis te nemen van deze nota."} | anders))


def belofte(world: World, wie: Person, **anders):
    return world.as_(wie, usecases.toezegging_bewaren, **({
        "soort": "toezegging", "nummer": "121", "op_on": BELOOFD, "titel": "Outcome-criteria",
        "tekst": "De raad hoort welke outcome-criteria zijn gebruikt.", "van": "wethouder zorg",
        "uiterlijk_on": UITERLIJK} | anders))


def bijeenkomst(world: World, wie: Person, **anders):
    return world.as_(wie, usecases.sessie_bewaren, **({
        "op_on": date(2017, 7, 11), "onderwerp": "Uitdaagrecht", "vorm": "informatieronde", "uitkomst": "kennisgeving",
        "conclusie": "Right to Challenge is goed geborgd. Over een jaar een soortgelijke sessie."} | anders))


def advies(world: World, wie: Person, punten: int = 20, **anders):
    return world.as_(wie, usecases.advies_bewaren, **({
        "titel": "Advies regiovisie beschermd wonen", "van": "Participatieraad", "op_on": date(2022, 3, 1),
        "punten": [f"Punt {n} van het advies" for n in range(1, punten + 1)]} | anders))


# What is due, and how late (E2) ---------------------------------------------------------------------------------------------

def test_E2_AC1_a_promise_due_2017_03_31_and_settled_2017_05_23_is_53_days_late(world):
    wie = griffier(world)
    made, paper = belofte(world, wie), nota(world, wie)
    done = world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=BEANTWOORD)
    stand = rules.stand(done.uiterlijk_on, done.afgedaan_on, clock.today())
    assert (stand.afgedaan, stand.te_laat) == (True, TE_LAAT)
    telling = world.see(wie, lambda s: queries.telling(s, wie.actor))
    assert (telling.open, telling.open_te_laat, telling.te_laat, telling.alles) == (0, 0, 1, 1)


def test_an_open_promise_counts_its_days_until_today_and_one_without_a_day_never(world):
    assert rules.stand(date(2026, 3, 1), None, date(2026, 3, 1)).te_laat == 0
    assert rules.stand(date(2026, 3, 1), None, date(2026, 3, 4)) == rules.Stand(False, 3)
    assert rules.stand(None, None, date(2026, 3, 4)) == rules.Stand(False, 0)
    wie = griffier(world)
    belofte(world, wie)
    belofte(world, wie, nummer="122", uiterlijk_on=None)
    telling = world.see(wie, lambda s: queries.telling(s, wie.actor))
    assert (telling.open, telling.open_te_laat) == (2, 1)
    late = world.see(wie, lambda s: queries.toezeggingen(s, wie.actor, welke="te_laat")).rows
    assert [row.nummer for row in late] == ["121"]


def test_E2_AC2_settling_names_the_document_and_stays(world):
    wie = griffier(world)
    made, paper = belofte(world, wie), nota(world, wie)
    with pytest.raises(Refused, match="met welk stuk"):
        world.as_(wie, usecases.afdoen, made.id, stuk_id=None, op_on=BEANTWOORD)
    for day, words in ((BELOOFD - timedelta(days=1), "ligt voor de dag"),
                       (clock.today() + timedelta(days=1), "nog niet geweest")):
        with pytest.raises(Refused, match=words):
            world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=day)
    world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=BEANTWOORD)
    (row,) = world.see(wie, lambda s: queries.van_stuk(s, paper.id))
    assert (row.nummer, row.met_stuk) == ("121", "Contractering sociaal domein")
    with pytest.raises(Refused, match="al afgedaan") as again:
        world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=clock.today())
    assert again.value.status == 409
    with pytest.raises(Refused, match="al afgedaan"):
        world.as_(wie, usecases.toezegging_bewaren, made.id, soort="toezegging", nummer="121", op_on=BELOOFD, titel="x",
                  tekst="y")


def test_nobody_makes_a_late_answer_punctual_at_the_database_either(world):
    wie = griffier(world)
    made, paper = belofte(world, wie), nota(world, wie)
    # Without a paper the database settles nothing.
    with pytest.raises(Refused):
        _sql(world, wie, "UPDATE portal.toezegging SET afgedaan_on = '2017-03-30'")
    world.as_(wie, usecases.afdoen, made.id, stuk_id=paper.id, op_on=BEANTWOORD)
    for change in ("afgedaan_on = '2017-03-30'", "uiterlijk_on = '2017-12-31'", "afgedaan_on = NULL, afgedaan_id = NULL"):
        with pytest.raises(Refused, match="al afgedaan"):
            _sql(world, wie, f"UPDATE portal.toezegging SET {change}")
    world.as_(wie, lambda s, a: usecases.openbaar(s, a, queries.toezegging(s, a, made.id), ja=True))


def _sql(world: World, wie: Person, statement: str, **values) -> int:
    """How many rows this person's connection changed; what the database refuses is a Refused."""
    def act(session, _actor):
        with refusing(session):
            return session.execute(text(statement), values).rowcount

    try:
        return world.as_(wie, act)
    except DBAPIError as error:
        raise Refused(str(error)) from error


def test_E2_AC3_decision_points_are_numbered_with_their_parts(world):
    wie = griffier(world)
    tekst = ("Stel het programma vast\n- een bewoner staat centraal\n* een huishouden, een plan\n\nStel de kaders vast\n"
             "• besparing")
    made = nota(world, wie, soort="beslisnota", punten=tekst)
    found = world.see(wie, lambda s: queries.punten(s, made.id))
    assert [f"{one.nummer}{one.letter}" for one in found] == ["1", "1a", "1b", "2", "2a"]
    assert found[1].tekst == "een bewoner staat centraal"
    # Changed as a text, and numbered again.
    world.as_(wie, usecases.stuk_bewaren, made.id, soort="beslisnota", op_on=BEANTWOORD, onderwerp="Meedoen", portefeuille="x",
              gevraagd="y", punten=rules.als_tekst(found) + "\nDraag dit op aan het college")
    again = world.see(wie, lambda s: queries.punten(s, made.id))
    assert [f"{one.nummer}{one.letter}" for one in again] == ["1", "1a", "1b", "2", "2a", "3"]


@pytest.mark.parametrize("tekst, zin", [
    ("- een onderdeel zonder punt", "Begin met een beslispunt"),
    ("punt\n" + "- x\n" * 27, "hoogstens 26 onderdelen"),
])
def test_decision_points_that_cannot_be_numbered_are_refused_by_name(world, tekst, zin):
    with pytest.raises(Refused, match=zin):
        nota(world, griffier(world), punten=tekst)
    assert world.behind("SELECT 1 FROM portal.raadsstuk") == []


def test_RAD_01_every_kind_of_paper_can_be_kept_and_RAD_03_has_its_parts(world):
    wie = griffier(world)
    for soort in Stuksoort:
        nota(world, wie, soort=soort, delen={Deel.FINANCIEN: "Het kost niets.", Deel.RISICOS: "  "})
    rows = world.behind("SELECT soort, delen FROM portal.raadsstuk")
    assert {row.soort for row in rows} == set(Stuksoort) and all(row.delen == {"financien": "Het kost niets."} for row in rows)
    with pytest.raises(Refused, match="Kies wat voor stuk"):
        nota(world, wie, soort="brief")
    with pytest.raises(Refused, match="als functie"):
        nota(world, wie, portefeuille=" ")


def test_RAD_04_a_decision_belongs_to_its_proposal(world):
    wie = griffier(world)
    proposal = nota(world, wie, soort="raadsvoorstel", op_on=date(2017, 5, 30))
    made = nota(world, wie, soort="besluit", kenmerk="35386", op_on=date(2017, 7, 11), bij_id=proposal.id)
    assert made.bij_id == proposal.id
    with pytest.raises(NotFound):
        nota(world, wie, bij_id=nota(world, griffier(world, "kampen")).id)


# Meetings that come back (D3 AC2) ------------------------------------------------------------------------------------------

def _waiting(world: World, wie: Person) -> list:
    return [row for row in world.see(wie, lambda s: kernel.work(s, wie.actor)).rows if row.soort == "raad"]


def test_D3_AC2_a_task_is_due_one_year_after_the_last_session(world):
    wie = griffier(world)
    bijeenkomst(world, wie)
    (row,) = _waiting(world, wie)
    assert row.due_on == date(2018, 7, 11) and row.taak == "Bespreek opnieuw met de raad: Uitdaagrecht"
    # The next one moves it, and what is written down afterwards of an earlier one does not.
    bijeenkomst(world, wie, op_on=date(2018, 7, 3), onderwerp="uitdaagrecht")
    bijeenkomst(world, wie, op_on=date(2016, 7, 3))
    (row,) = _waiting(world, wie)
    assert row.due_on == date(2019, 7, 3)
    # Another subject has its own task; and a last meeting that does not come back ends it.
    bijeenkomst(world, wie, onderwerp="Jeugdhulp")
    assert len(_waiting(world, wie)) == 2
    bijeenkomst(world, wie, op_on=date(2019, 7, 1), jaarlijks=False)
    assert [row.taak for row in _waiting(world, wie)] == ["Bespreek opnieuw met de raad: Jeugdhulp"]


def test_a_council_member_reads_and_keeps_nothing_and_who_is_neither_sees_no_task(world):
    wie, lid = griffier(world), world.medewerker("zwolle", "raadslid")
    bijeenkomst(world, wie)
    assert len(world.see(lid, lambda s: queries.sessies(s, lid.actor))) == 1
    with pytest.raises(Refused) as refused:
        bijeenkomst(world, lid, op_on=date(2020, 1, 1))
    assert refused.value.status == 403
    colleague = world.medewerker("zwolle", "contractmanager")
    assert _waiting(world, colleague) == []


def test_a_meeting_to_come_or_twice_the_same_is_refused(world):
    wie = griffier(world)
    with pytest.raises(Refused, match="nog niet geweest"):
        bijeenkomst(world, wie, op_on=clock.today() + timedelta(days=1))
    bijeenkomst(world, wie)
    with pytest.raises(Refused, match="staat er al") as again:
        bijeenkomst(world, wie)
    assert again.value.status == 409


# Advice (E3) ---------------------------------------------------------------------------------------------------------------

def test_E3_AC1_an_advice_of_20_points_has_an_answer_kind_for_each(world):
    wie = griffier(world)
    made = advies(world, wie)
    kinds = list(Antwoord)
    for nummer in range(1, 21):
        world.as_(wie, usecases.beantwoorden, made.id, nummer, antwoord=kinds[nummer % len(kinds)], toelichting="Zo zit het.")
    points = world.see(wie, lambda s: queries.adviespunten(s, made.id))
    assert [one.nummer for one in points] == list(range(1, 21)) and all(one.antwoord for one in points)
    (row,) = world.see(wie, lambda s: queries.adviezen(s, wie.actor))
    assert (row.punten, row.beantwoord) == (20, 20)
    with pytest.raises(Refused, match="wat voor antwoord"):
        world.as_(wie, usecases.beantwoorden, made.id, 1, antwoord="misschien", toelichting="x")
    with pytest.raises(NotFound):
        world.as_(wie, usecases.beantwoorden, made.id, 21, antwoord="eens", toelichting="x")


def test_E3_AC2_a_follow_up_has_a_date_and_stands_in_what_comes(world):
    wie, when = griffier(world), clock.today() + timedelta(days=200)
    made = advies(world, wie, 1)
    with pytest.raises(Refused, match="wat er op die dag"):
        world.as_(wie, usecases.beantwoorden, made.id, 1, antwoord="overgenomen", toelichting="Ja.", vervolg_on=when)
    world.as_(wie, usecases.beantwoorden, made.id, 1, antwoord="overgenomen", toelichting="Ja.", vervolg="Eerste gesprek",
              vervolg_on=when)
    (one,) = world.see(wie, lambda s: queries.agenda(s, wie.actor))
    assert (one.wat, one.op_on, one.titel) == ("advies", when, "Eerste gesprek")


def test_RAD_09_what_comes_is_in_one_list_by_day_with_what_is_late_first(world):
    wie, today = griffier(world), clock.today()
    nota(world, wie, soort="begroting", op_on=today + timedelta(days=30), onderwerp="Begroting")
    nota(world, wie)
    belofte(world, wie)
    bijeenkomst(world, wie, op_on=today)
    found = world.see(wie, lambda s: queries.agenda(s, wie.actor))
    assert [one.wat for one in found] == ["belofte", "stuk", "sessie"] and found[0].op_on == UITERLIJK


# The yearly report (D3 AC1) ------------------------------------------------------------------------------------------------

def test_D3_AC1_the_report_lists_product_decision_and_days(world):
    loop = besloten(world, uitkomst="afwijzen", gronden=("duurder",))
    world.behind("UPDATE portal.uitdaging SET ontvangen_on = ontvangen_on - 12, eerste_on = eerste_on - 12 WHERE id = :i",
                 i=loop.uitdaging_id)
    lid = world.medewerker("dalfsen", "raadslid")
    received = clock.today() - timedelta(days=12)
    (line,) = world.see(lid, lambda s: jaarverslag(s, lid.actor, received.year))
    assert (line.taak, line.product, line.uitkomst, line.dagen) == ("Dagbesteding in het dorp", "dagbesteding", "afwijzen", 12)
    assert (line.gronden, line.kosten_nu, line.kosten_plan) == (("duurder",), Decimal("31200.00"), Decimal("24500.00"))
    assert world.see(lid, lambda s: jaarverslag(s, lid.actor, received.year - 1)) == []
    # Another gemeente counts none of it.
    other = world.medewerker("kampen", "raadslid")
    assert world.see(other, lambda s: jaarverslag(s, other.actor, received.year)) == []


def test_D3_AC1_an_open_plan_has_no_days_yet_and_the_average_counts_answers(world):
    loop = ingediend(world)
    lid = world.medewerker("dalfsen", "raadslid")
    (line,) = world.see(lid, lambda s: jaarverslag(s, lid.actor, clock.today().year))
    assert (line.dagen, line.antwoord_on, line.uitkomst) == (None, None, None) and loop.taak_id
    assert gemiddeld([line]) is None
    assert gemiddeld([line, replace(line, dagen=10), replace(line, dagen=21)]) == 16


# The wall ------------------------------------------------------------------------------------------------------------------

def test_another_gemeente_reads_and_changes_nothing_of_the_council(world):
    wie, other = griffier(world), griffier(world, "kampen")
    paper, promise, given = nota(world, wie, punten="een\n- twee"), belofte(world, wie), advies(world, wie, 2)
    bijeenkomst(world, wie)
    for find, row in ((queries.stuk, paper), (queries.toezegging, promise), (queries.advies, given)):
        with pytest.raises(NotFound):
            world.see(other, lambda s, find=find, row=row: find(s, other.actor, row.id))
        with pytest.raises(NotFound):
            world.as_(other, lambda s, a, find=find, row=row: usecases.openbaar(s, a, find(s, a, row.id), ja=True))
    for table in ("raadsstuk", "beslispunt", "toezegging", "raadssessie", "advies", "adviespunt"):
        assert world.see(other, lambda s, table=table: s.execute(text(f"SELECT count(*) FROM portal.{table}")).scalar()) == 0
    # Nor does it hang anything on a row of another, or write in the name of another.
    belofte(world, other)
    for statement in (
            "INSERT INTO portal.beslispunt (id, party_id, stuk_id, nummer, letter, tekst) VALUES (gen_random_uuid(), "
            "portal.party(), :stuk, 9, '', 'x')",
            "INSERT INTO portal.beslispunt (id, party_id, stuk_id, nummer, letter, tekst) VALUES (gen_random_uuid(), "
            ":zwolle, :stuk, 9, '', 'x')",
            "UPDATE portal.toezegging SET over_id = :stuk"):
        with pytest.raises(Refused):
            _sql(world, other, statement, **{key: value for key, value in
                                             (("stuk", paper.id), ("zwolle", wie.party_id)) if f":{key}" in statement})


def test_E10_AC2_only_what_has_the_flag_is_read_outside_and_only_so_long(world):
    wie = griffier(world)
    paper, promise, given = nota(world, wie, punten="een"), belofte(world, wie), advies(world, wie, 2)
    inwoner = world.inwoner()

    def read() -> list[int]:
        return [world.see(inwoner, lambda s, table=table: s.execute(text(f"SELECT count(*) FROM portal.{table}")).scalar())
                for table in ("raadsstuk", "beslispunt", "toezegging", "advies", "adviespunt")]

    assert read() == [0, 0, 0, 0, 0]
    for find, row in ((queries.stuk, paper), (queries.toezegging, promise), (queries.advies, given)):
        world.as_(wie, lambda s, a, find=find, row=row: usecases.openbaar(s, a, find(s, a, row.id), ja=True))
    assert read() == [1, 1, 1, 1, 2]
    assert [row.gemeente for row in world.see(inwoner, lambda s: queries.openbaar(s, "stukken", "zwolle")).rows] == ["Zwolle"]
    assert world.see(inwoner, lambda s: queries.openbaar(s, "stukken", "kampen")).rows == []
    assert _sql(world, inwoner, "UPDATE portal.raadsstuk SET onderwerp = 'x'") == 0
    world.as_(wie, lambda s, a: usecases.openbaar(s, a, queries.stuk(s, a, paper.id), ja=False))
    assert read() == [0, 0, 1, 1, 2]


def test_a_provider_or_resident_keeps_no_paper(world):
    for person in (world.inwoner(), world.aanbieder_persoon(world.aanbieder(), "auteur")):
        with pytest.raises(Refused):
            nota(world, person)
        with pytest.raises(Refused):
            _sql(world, person, "INSERT INTO portal.advies (id, party_id, titel, van, op_on, bron, gewijzigd_by) VALUES "
                                "(gen_random_uuid(), portal.party(), 'x', 'y', '2026-01-01', '', portal.user_id())")


def test_a_colleague_goes_on_where_the_first_stopped_and_history_says_who(world):
    one, two = griffier(world), griffier(world)
    made = belofte(world, one)
    world.as_(two, usecases.toezegging_bewaren, made.id, soort="toezegging", nummer="121", op_on=BELOOFD, titel="Anders",
              tekst="Anders", uiterlijk_on=UITERLIJK)
    rows = world.behind("SELECT e.kind, e.actor_id FROM portal.case_event e JOIN portal.dossier d ON d.id = e.dossier_id "
                        "WHERE d.soort = 'raad' ORDER BY e.volgnr")
    assert [(row.kind, row.actor_id) for row in rows] == [
        ("raad:openen", one.user_id), ("raad:toezegging", one.user_id), ("raad:toezegging", two.user_id)]


def test_a_number_stands_once_in_the_register_of_its_kind(world):
    wie = griffier(world)
    belofte(world, wie)
    belofte(world, wie, soort="motie")
    with pytest.raises(Refused, match="nummer staat al") as again:
        belofte(world, wie)
    assert again.value.status == 409
