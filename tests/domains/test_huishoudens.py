"""One household, one plan, one director: made from a report, and kept so by the database."""

from datetime import date, timedelta

import pytest

from portal.domains.plaatsingen import huishoudens, queries
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from tests import plaatsingen_world as pw

DAY = timedelta(days=1)


def home(world, wie=None) -> pw.Toegangsloop:
    loop = pw.gemeld(world, wie)
    world.as_(loop.wie.consulent, huishoudens.maken, loop.toegang_id)
    return loop


def somebody(world, loop, naam="Broer Voorbeeld"):
    return pw.persoon(world, loop.wie, naam=naam, bsn="", bron=None)


def line(world, loop, **anders):
    return world.as_(loop.wie.consulent, huishoudens.regel_toevoegen, loop.toegang_id, **{
        "soort": "afspraak", "tekst": "Elke maandag samen koken.", "sinds_on": clock.today(), **anders})


def test_C12_AC1_a_household_has_one_plan_and_one_director_at_a_time(world):
    loop = home(world)
    who, it = loop.wie.consulent, loop.toegang_id
    with pytest.raises(Refused, match="al bij een huishouden"):
        world.as_(who, huishoudens.maken, it)
    world.as_(who, huishoudens.regisseur_benoemen, it, account_id=who.user_id)
    with pytest.raises(Refused, match="al de regisseur"):
        world.as_(who, huishoudens.regisseur_benoemen, it, account_id=who.user_id)
    world.as_(who, huishoudens.regisseur_benoemen, it, account_id=loop.wie.collega.user_id)
    line(world, loop)
    world.as_(who, huishoudens.plan_vernieuwen, it)
    assert tuple(world.behind("SELECT count(*) FILTER (WHERE tot IS NULL), count(*) FROM portal.regie")[0]) == (1, 2)
    assert tuple(world.behind("SELECT count(*) FILTER (WHERE beeindigd_on IS NULL), count(*) FROM portal.huishoudplan")[0]
                 ) == (1, 2)
    assert world.as_(who, lambda s, _a: queries.thuis(s, loop.persoon_id)).naam == "Jan Vos"


@pytest.mark.parametrize(("table", "columns"), [
    ("huishoudplan", "id, party_id, gemaakt_by, huishouden_id, begonnen_on"),
    ("regie", "id, party_id, gemaakt_by, huishouden_id, account_id, van"),
    ("huishoudlid", "id, party_id, gemaakt_by, huishouden_id, persoon_id, van")])
def test_C12_AC1_the_database_refuses_a_second_one(world, table, columns):
    loop = home(world)
    world.as_(loop.wie.consulent, huishoudens.regisseur_benoemen, loop.toegang_id, account_id=loop.wie.consulent.user_id)
    copied = columns.replace("id, party_id", "gen_random_uuid(), party_id", 1)
    with pytest.raises(Exception, match=f"uq_{table}"):
        world.behind(f"INSERT INTO portal.{table} ({columns}) SELECT {copied} FROM portal.{table}")


def test_C12_AC1_somebody_belongs_to_one_household_and_may_leave_it(world):
    loop = home(world)
    brother = somebody(world, loop)
    lid = world.as_(loop.wie.consulent, huishoudens.toevoegen, loop.toegang_id, persoon_id=brother)
    with pytest.raises(Refused, match="al bij een huishouden"):
        world.as_(loop.wie.consulent, huishoudens.toevoegen, loop.toegang_id, persoon_id=brother)
    his = pw.gemeld(world, loop.wie, persoon_id=brother)
    both = (brother, loop.persoon_id)
    same = world.as_(loop.wie.consulent, lambda s, _a: {queries.huishouden_van(s, one).id for one in both})
    assert len(same) == 1
    with pytest.raises(Refused, match="al bij een huishouden"):
        world.as_(loop.wie.consulent, huishoudens.maken, his.toegang_id)
    world.as_(loop.wie.consulent, huishoudens.weghalen, loop.toegang_id, lid_id=lid.id)
    with pytest.raises(NotFound):
        world.as_(loop.wie.consulent, huishoudens.weghalen, loop.toegang_id, lid_id=lid.id)
    world.as_(loop.wie.consulent, huishoudens.maken, his.toegang_id)


def test_when_nobody_is_left_the_plan_and_the_direction_end(world):
    loop = home(world)
    who, it = loop.wie.consulent, loop.toegang_id
    world.as_(who, huishoudens.regisseur_benoemen, it, account_id=who.user_id)
    lid = world.behind("SELECT id FROM portal.huishoudlid")[0][0]
    world.as_(who, huishoudens.weghalen, it, lid_id=lid)
    open_ = world.behind("SELECT (SELECT count(*) FROM portal.huishoudplan WHERE beeindigd_on IS NULL), "
                         "(SELECT count(*) FROM portal.regie WHERE tot IS NULL)")[0]
    assert tuple(open_) == (0, 0)
    world.as_(who, huishoudens.maken, it)


def test_C15_AC1_the_personal_action_plan_of_the_participatiewet_is_a_line_of_the_plan(world):
    loop = home(world)
    made = line(world, loop, soort="participatiewet", tekst="Plan van aanpak van 3 maart: drie dagen werk.", wie="Werkplein")
    line(world, loop)
    plan = world.as_(loop.wie.consulent, lambda s, _a: queries.lopend_plan(s, queries.huishouden_van(s, loop.persoon_id).id).id)
    kinds = world.as_(loop.wie.consulent, lambda s, _a: [row.soort for row in queries.planregels(s, plan)])
    assert kinds == ["participatiewet", "afspraak"]
    world.as_(loop.wie.consulent, huishoudens.regel_beeindigen, loop.toegang_id, regel_id=made.id)
    with pytest.raises(NotFound):
        world.as_(loop.wie.consulent, huishoudens.regel_beeindigen, loop.toegang_id, regel_id=made.id)
    kinds = world.as_(loop.wie.consulent, lambda s, _a: [row.soort for row in queries.planregels(s, plan)])
    assert kinds == ["afspraak"]


@pytest.mark.parametrize(("anders", "said"), [
    ({"soort": "vakantie"}, "Kies wat u toevoegt"), ({"tekst": " "}, "wat er is afgesproken"), ({"days": 1}, "toekomst")])
def test_a_line_is_refused_with_the_reason(world, anders, said):
    loop = home(world)
    days = anders.pop("days", 0)
    with pytest.raises(Refused, match=said):
        line(world, loop, sinds_on=clock.today() + days * DAY, **anders)
    assert world.behind("SELECT count(*) FROM portal.planregel")[0][0] == 0


def test_who_has_no_household_has_no_plan_and_a_director_handles_reports(world):
    loop = pw.gemeld(world)
    with pytest.raises(Refused, match="nog niet bij een huishouden"):
        line(world, loop)
    world.as_(loop.wie.consulent, huishoudens.maken, loop.toegang_id)
    for other in (world.medewerker("kampen", "contractmanager"), pw.personen(world, "zwolle").consulent):
        with pytest.raises(Refused, match="Kies een consulent"):
            world.as_(loop.wie.consulent, huishoudens.regisseur_benoemen, loop.toegang_id, account_id=other.user_id)


def test_C12_a_household_is_of_its_own_gemeente_alone(world):
    loop, other = home(world), pw.personen(world, "zwolle")
    theirs = pw.persoon(world, other)
    with pytest.raises(NotFound):
        world.as_(loop.wie.consulent, huishoudens.toevoegen, loop.toegang_id, persoon_id=theirs)
    for act, facts in ((huishoudens.maken, {}), (huishoudens.toevoegen, {"persoon_id": theirs}),
                       (huishoudens.plan_vernieuwen, {})):
        with pytest.raises(NotFound):
            world.as_(other.consulent, act, loop.toegang_id, **facts)
        with pytest.raises(Refused, match="rol"):
            world.as_(loop.wie.tekenaar, act, loop.toegang_id, **facts)


def test_what_happens_to_a_household_stands_in_the_history_without_words(world):
    loop = home(world)
    line(world, loop, tekst="Niemand mag dit in de historie lezen.")
    facts = world.behind("SELECT kind, facts::text FROM portal.case_event WHERE dossier_id = :i ORDER BY volgnr",
                         i=loop.toegang_id)
    assert [row.kind for row in facts][-2:] == ["toegang:huishouden", "toegang:planregel"]
    assert "Niemand" not in str(facts) and "Sanne" not in str(facts)


def test_nobody_is_found_for_a_household_but_by_what_is_exactly_so(world):
    loop = home(world)
    who = loop.wie.consulent
    other = pw.gemeld(world, loop.wie, persoon_id=somebody(world, loop))
    reference = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=other.toegang_id)[0][0]

    def found(person=who, **facts):
        return world.as_(person, huishoudens.vinden, **{"kluis": pw.KLUIS, **facts}).id

    exact = {"naam": "Broer Voorbeeld", "geboren_on": date(1988, 4, 2)}
    assert found(kenmerk=f" {reference.lower()} ") == found(**exact) == other.persoon_id
    assert found(bsn="9999 90 019") == loop.persoon_id
    for few in ({}, {"naam": "Broer Voorbeeld"}, {"geboren_on": exact["geboren_on"]}):
        with pytest.raises(Refused, match="naam met de geboortedag"):
            found(**few)
    for wrong in (exact | {"naam": "%"}, exact | {"naam": "Broer"}, {"kenmerk": "%"}, {"bsn": "999990020"}):
        with pytest.raises(Refused, match="kent niemand"):
            found(**wrong)
    # Another gemeente finds nobody, by whatever it knows.
    for facts in (exact, {"kenmerk": reference}, {"bsn": pw.BSN}):
        with pytest.raises(Refused, match="kent niemand"):
            found(pw.personen(world, "zwolle").consulent, **facts)
    somebody(world, loop)
    with pytest.raises(Refused, match="meer mensen"):
        found(**exact)
    with pytest.raises(Refused):
        found(loop.wie.tekenaar, **exact)
