"""The people around somebody: who looks along and until when, what was spoken about, who works on it; and who sees nothing."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from portal.domains.plaatsingen import (
    bewaren,
    huishoudens,
    klachten,
    mensen,
    ondersteuning,
    overdragen,
    plaatsen,
    plan,
    rules,
    tijd,
    usecases,
)
from portal.domains.plaatsingen.model import (
    Contactnotitie,
    Contactvorm,
    Hoedanigheid,
    Inwonervraag,
    Koppeling,
    Verwerking,
    Vraagsoort,
)
from portal.domains.subsidies.usecases import portaal
from portal.identity import access_log
from portal.kernel import clock, queries
from portal.kernel.dossier import Dossier, Termijn
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.tenants.scope import acting_for
from tests.domains.test_plaatsing_plan import HOE, WAT, beeindigd, met_resultaat
from tests.plaatsingen_world import (
    KLUIS,
    Plaatsingsloop,
    aangeboden,
    aangevraagd,
    gemeld,
    geplaatst,
    overdracht_aangeboden,
    overdracht_aanvaard,
    personen,
    persoon,
    tijdelijk,
    toegekend,
    verblijvend,
)
from tests.world import Person, World

DAY = timedelta(days=1)
ZELF = {"hoedanigheid": Hoedanigheid.ZELF, "naam": "Sanne Voorbeeld", "bewijs": "Paspoort gezien aan de balie"}
ZORGT = {"hoedanigheid": Hoedanigheid.MANTELZORGER, "naam": "Noor Voorbeeld", "bewijs": "Formulier met handtekening"}


def code(world: World, loop: Plaatsingsloop, **anders) -> str:
    return world.as_(loop.wie.consulent, mensen.koppeling_maken, loop.plaatsing_id, **{**ZELF, **anders})[1]


def gekoppeld(world: World, loop: Plaatsingsloop, naam: str = "Sanne Voorbeeld", **anders) -> tuple[Person, object]:
    """A resident with a live connection, and its id."""
    inwoner = world.inwoner(naam)
    return inwoner, world.as_(inwoner, ondersteuning.koppelen, code(world, loop, **{"naam": naam, **anders}))


def zorger(world: World, loop: Plaatsingsloop):
    return gekoppeld(world, loop, **ZORGT, instemming_on=clock.today())


def ziet(world: World, wie: Person, dossier_id) -> dict | None:
    try:
        return world.see(wie, lambda s: ondersteuning.dossier(s, dossier_id))
    except NotFound:
        return None


# Who looks along ------------------------------------------------------------------------------------------------------------

def test_a_resident_with_a_code_sees_the_own_case_and_nothing_of_it_before(world):
    loop = geplaatst(world)
    buur = world.inwoner("Buur")
    assert world.see(buur, ondersteuning.overzicht) == [] and ziet(world, buur, loop.plaatsing_id) is None
    wie, _id = gekoppeld(world, loop)

    lines = world.see(wie, ondersteuning.overzicht)
    assert {one.dossier_id for one in lines} == {loop.plaatsing_id, loop.toegang.toegang_id}
    found = ziet(world, wie, loop.plaatsing_id)
    assert (found["naam"], found["hoedanigheid"], found["contact"]) == ("Sanne Voorbeeld", "zelf", "Fatima Aksoy")
    assert {"plaatsing:openen", "plaatsing:wachten"} <= {one["kind"] for one in found["gebeurd"]}
    assert ziet(world, buur, loop.plaatsing_id) is None


def test_a_code_works_once_in_time_and_however_it_is_typed(world):
    loop = geplaatst(world)
    first = code(world, loop)
    wie = world.inwoner()
    world.as_(wie, ondersteuning.koppelen, f"  {first.lower().replace('-', ' ')} ")
    for who in (wie, world.inwoner("Buur")):
        with pytest.raises(Refused, match="al gebruikt"):
            world.as_(who, ondersteuning.koppelen, first)
    late = code(world, loop)
    world.clock(timedelta(days=15))
    with pytest.raises(Refused, match="verlopen"):
        world.as_(world.inwoner("Laat"), ondersteuning.koppelen, late)
    with pytest.raises(Refused, match="klopt niet"):
        world.as_(wie, ondersteuning.koppelen, "ABCD-EFGH-JKMN")


def test_only_a_resident_uses_a_code_and_only_its_hash_is_kept(world):
    loop = geplaatst(world)
    made = code(world, loop)
    for who in (loop.wie.collega, world.aanbieder_persoon(world.aanbieder(), "begeleider")):
        with pytest.raises(Refused, match="klopt niet"):
            world.as_(who, ondersteuning.koppelen, made)
    (row,) = world.behind("SELECT code_kenmerk, inwoner_id FROM portal.koppeling")
    assert made.encode() not in bytes(row.code_kenmerk) and row.inwoner_id is None


def test_no_two_people_are_one_by_their_name(world):
    geplaatst(world)
    namesake = world.inwoner("Sanne Voorbeeld")
    assert world.see(namesake, ondersteuning.overzicht) == []


def test_a_former_representative_sees_nothing_from_that_moment(world):
    loop = geplaatst(world)
    zelf, _ = gekoppeld(world, loop)
    for end in ("client", "gemeente", "eigen"):
        wie, koppeling_id = zorger(world, loop)
        assert ziet(world, wie, loop.plaatsing_id)
        world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Hoe gaat het verder?")
        if end == "gemeente":
            world.as_(loop.wie.consulent, mensen.koppeling_intrekken, loop.plaatsing_id, koppeling_id, reden="Op verzoek.")
        else:
            world.as_(zelf if end == "client" else wie, ondersteuning.koppeling_beeindigen, koppeling_id)
        assert ziet(world, wie, loop.plaatsing_id) is None and world.see(wie, ondersteuning.overzicht) == []
        assert world.see(wie, lambda s: s.scalar(select(func.count()).select_from(Inwonervraag))) == 0
        assert world.see(wie, lambda s: s.scalar(select(func.count()).select_from(Koppeling))) == 0
        with pytest.raises(NotFound):
            world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Nog een keer.")
        with pytest.raises(NotFound):
            world.as_(wie, ondersteuning.koppeling_beeindigen, koppeling_id)
    assert ziet(world, zelf, loop.plaatsing_id), "de inwoner zelf ziet het nog"


def test_a_carer_ends_nobody_elses_connection(world):
    loop = geplaatst(world)
    _zelf, own = gekoppeld(world, loop)
    wie, _ = zorger(world, loop)
    with pytest.raises(NotFound):
        world.as_(wie, ondersteuning.koppeling_beeindigen, own)
    assert world.behind("SELECT count(*) FROM portal.koppeling WHERE ingetrokken_at IS NULL")[0][0] == 2


def test_a_connection_that_is_over_shows_nothing(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop, tot_on=clock.today())
    assert ziet(world, wie, loop.plaatsing_id)
    world.clock(DAY)
    assert ziet(world, wie, loop.plaatsing_id) is None


def test_a_carer_reads_no_investigation_and_no_representatives(world):
    loop = geplaatst(world)
    wie, _ = zorger(world, loop)
    for case in (loop.plaatsing_id, loop.toegang.toegang_id):
        found = ziet(world, wie, case)
        assert found["gegevens"] is None and found["mensen"] is None


def test_where_a_shielded_person_is_no_representative_reads(world):
    loop = verblijvend(world)
    zelf, _ = gekoppeld(world, loop)
    wie, _ = gekoppeld(world, loop, naam="Curator", hoedanigheid=Hoedanigheid.CURATOR, bewijs="Beschikking kantonrechter")
    assert ziet(world, wie, loop.plaatsing_id)["plek"]["naam"].startswith("De Brink")
    world.behind("UPDATE portal.persoon SET afgeschermd = true")
    hidden = ziet(world, wie, loop.plaatsing_id)
    assert "De Brink" not in str(hidden) and "Assendorp" not in str(hidden) and "Dorpsweg" not in str(hidden)
    assert ziet(world, zelf, loop.plaatsing_id)["plek"]["naam"].startswith("De Brink")


def test_a_secret_place_is_read_by_the_resident_alone(world):
    loop = verblijvend(world)
    zelf, _ = gekoppeld(world, loop)
    wie, _ = gekoppeld(world, loop, naam="Curator", hoedanigheid=Hoedanigheid.CURATOR, bewijs="Beschikking kantonrechter")
    world.behind("UPDATE portal.locatie SET geheim = true")
    hidden = ziet(world, wie, loop.plaatsing_id)
    assert hidden["afgeschermd"] and "De Brink" not in str(hidden) and "Dorpsweg" not in str(hidden)
    assert ziet(world, zelf, loop.plaatsing_id)["plek"]["naam"].startswith("De Brink")


def test_another_gemeente_or_role_makes_and_ends_no_connection(world):
    loop = geplaatst(world)
    _wie, koppeling_id = gekoppeld(world, loop)
    other = personen(world, "zwolle").consulent
    with pytest.raises(NotFound):
        world.as_(other, mensen.koppeling_maken, loop.plaatsing_id, **ZELF)
    with pytest.raises(NotFound):
        world.as_(other, mensen.koppeling_intrekken, loop.plaatsing_id, koppeling_id, reden="Zomaar.")
    with pytest.raises(Refused, match="rol"):
        world.as_(loop.wie.tekenaar, mensen.koppeling_maken, loop.plaatsing_id, **ZELF)
    # Not past the pages either: the wall has no row of it.
    assert world.see(other, lambda s: s.scalar(select(func.count()).select_from(Koppeling))) == 0


ATTACKS = (
    "SELECT 1 FROM portal.persoon", "SELECT 1 FROM portal.plaatsing", "SELECT 1 FROM portal.toegang",
    "SELECT 1 FROM portal.onderzoek", "SELECT 1 FROM portal.contactnotitie",
    "SELECT 1 FROM portal.case_event WHERE dossier_id = :d",
    "SELECT 1 FROM portal.mijn_ondersteuning() WHERE dossier_id = :d", "SELECT 1 WHERE portal.mijn_dossier(:d) IS NOT NULL",
    "SELECT 1 FROM portal.mijn_wachtlijst(:d)", "SELECT 1 WHERE :d = ANY (portal.mijn_dossiers())")


def test_a_neighbour_a_gemeente_and_a_provider_get_nothing_from_the_database(world):
    loop = verblijvend(world)
    gekoppeld(world, loop)
    elsewhere = geplaatst(world, gemeld_elders(world))
    neighbour, _ = gekoppeld(world, elsewhere, naam="Buur")
    for who in (world.inwoner("Vreemd"), neighbour, loop.huis.begeleider, personen(world, "zwolle").consulent):
        for attack in ATTACKS[6:] if who is neighbour or who.party_id == world.gemeente("zwolle") else ATTACKS:
            rows = world.see(who, lambda s, q=attack: s.execute(text(q), {"d": loop.plaatsing_id}).all())
            assert rows == [], (who.actor.naam, attack)
    # A connected resident reads no table of it, only what the function gives.
    wie, _ = gekoppeld(world, loop, naam="Nog een")
    for attack in ATTACKS[:6]:
        assert world.see(wie, lambda s, q=attack: s.execute(text(q), {"d": loop.plaatsing_id}).all()) == [], attack


def gemeld_elders(world: World):
    """A grant at another gemeente, for another person."""
    wie = personen(world, "zwolle")
    other = persoon(world, wie, naam="Iemand Anders", bsn="", bron=None)
    return toegekend(world, aangevraagd(world, wie=wie, persoon_id=other))


def test_nobody_connects_oneself_by_hand(world):
    loop = geplaatst(world)
    code(world, loop)
    wie = world.inwoner()
    for attack in ("UPDATE portal.koppeling SET inwoner_id = portal.party(), gekoppeld_at = portal.now()",
                   "INSERT INTO portal.koppeling (id, party_id, persoon_id, hoedanigheid, naam, bewijs, code_kenmerk, "
                   "code_tot_at, tot_on, vastgelegd_by, inwoner_id, gekoppeld_at) SELECT gen_random_uuid(), :g, :p, 'zelf', "
                   "'x', 'x', decode(repeat('00', 32), 'hex'), portal.now(), '2099-01-01', portal.user_id(), portal.party(), "
                   "portal.now()"):
        for who in (wie, loop.wie.consulent):
            with pytest.raises(Exception, match=r"permission|policy"):
                world.as_(who, lambda s, _a, q=attack: s.execute(text(q), {
                    "g": world.gemeente("kampen"), "p": loop.toegang.persoon_id}))


# Ages -----------------------------------------------------------------------------------------------------------------------

def jaren(n: int) -> date:
    return clock.today() - relativedelta(years=n)


@pytest.mark.parametrize(("leeftijd", "als", "instemming", "reden"), [
    (11, "zelf", False, "Kies ouder"), (12, "zelf", False, None), (11, "ouder", False, None),
    (12, "ouder", False, "12 jaar of ouder"), (12, "ouder", True, None), (16, "ouder", False, "12 jaar of ouder"),
    (16, "ouder", True, None), (18, "ouder", True, "meerderjarig"),
    (30, "mantelzorger", False, "toestemming"), (30, "mantelzorger", True, None), (30, "curator", False, None),
    (30, "mentor", False, None)])
def test_who_may_look_along_at_which_age(world, leeftijd, als, instemming, reden):
    faults = rules.koppeling_gebreken(als, jaren(leeftijd), on=clock.today(), bewijs="Gezien.",
                                      instemming_on=clock.today() if instemming else None)
    assert (faults == []) if reden is None else any(reden in one for one in faults)


@given(born=st.dates(date(2005, 1, 1), date(2026, 1, 1)), days=st.integers(0, 6500), consent=st.booleans())
def test_a_parent_never_looks_along_past_the_age_at_which_the_client_decides_anew(born, days, consent):
    on = born + timedelta(days=days)
    given_on = on if consent else None
    if rules.koppeling_gebreken("ouder", born, on=on, bewijs="x", instemming_on=given_on):
        return
    last = rules.koppeling_tot("ouder", born, on=on, instemming_on=given_on)
    assert on <= last
    # On the last day the same rule still lets the parent look, with the consent that was given.
    assert rules.wie_beslist(born, last) is rules.wie_beslist(born, given_on or on) or (
        given_on and rules.wie_beslist(born, given_on) is rules.Beslist.OUDERS)
    assert relativedelta(last, born).years < 18


def test_without_proof_a_name_or_with_a_day_ahead_no_code_is_made(world):
    loop = geplaatst(world)
    for wrong, said in (({"bewijs": " "}, "waaruit"), ({"naam": ""}, "naam"), ({"tot_on": clock.today() - DAY}, "verleden"),
                        ({"instemming_on": clock.today() + DAY}, "toekomst")):
        with pytest.raises(Refused, match=said):
            code(world, loop, **wrong)
    assert world.behind("SELECT count(*) FROM portal.koppeling")[0][0] == 0


# From the own page ----------------------------------------------------------------------------------------------------------

def test_a_question_stands_in_the_case_and_the_message_holds_nothing_of_it(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    asked = world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Niemand belt mij terug.")
    assert "Niemand belt" not in str(world.behind("SELECT onderwerp, tekst FROM portal.bericht"))
    world.as_(loop.wie.consulent, mensen.beantwoorden, loop.plaatsing_id, asked.id, antwoord="Wij bellen u vandaag.")
    (one,) = ziet(world, wie, loop.plaatsing_id)["vragen"]
    assert (one["soort"], one["antwoord"]) == ("vraag", "Wij bellen u vandaag.")
    assert "Wij bellen" not in str(world.behind("SELECT onderwerp, tekst FROM portal.bericht"))
    with pytest.raises(Refused, match="al beantwoord"):
        world.as_(loop.wie.consulent, mensen.beantwoorden, loop.plaatsing_id, asked.id, antwoord="Toch anders.")
    # What one asked, another who looks along does not read.
    ander, _ = zorger(world, loop)
    assert ziet(world, ander, loop.plaatsing_id)["vragen"] == []


def test_objecting_asks_a_decision_and_no_carer(world):
    loop = geplaatst(world)
    zelf, _ = gekoppeld(world, loop)
    zorgt, _ = zorger(world, loop)
    bezwaar = {"soort": Vraagsoort.BEZWAAR, "tekst": "Ik ben het er niet mee eens."}
    with pytest.raises(Refused, match="nog geen besluit"):
        world.as_(zelf, ondersteuning.vragen, loop.plaatsing_id, **bezwaar)
    with pytest.raises(Refused, match="mantelzorger"):
        world.as_(zorgt, ondersteuning.vragen, loop.toegang.toegang_id, **bezwaar)
    assert world.as_(zelf, ondersteuning.vragen, loop.toegang.toegang_id, **bezwaar).id


def test_consent_is_taken_back_and_a_contract_is_not(world):
    loop = aangeboden(world)
    zelf, _ = gekoppeld(world, loop)
    zorgt, _ = zorger(world, loop)
    (ground,) = ziet(world, zelf, loop.plaatsing_id)["gedeeld"]
    with pytest.raises(Refused, match="kunt u niet intrekken"):
        world.as_(zelf, ondersteuning.toestemming_intrekken, loop.plaatsing_id, UUID(ground["id"]))
    world.behind("UPDATE portal.grond SET soort = 'toestemming'")
    id_ = UUID(ground["id"])
    with pytest.raises(Refused, match="kunt u niet intrekken"):
        world.as_(zorgt, ondersteuning.toestemming_intrekken, loop.plaatsing_id, id_)
    assert world.see(loop.huis.begeleider, lambda s: s.get(Dossier, loop.verblijf_id)) is not None
    world.as_(zelf, ondersteuning.toestemming_intrekken, loop.plaatsing_id, id_)
    assert world.see(loop.huis.begeleider, lambda s: s.get(Dossier, loop.verblijf_id)) is None
    with pytest.raises(Refused, match="kunt u niet intrekken"):
        world.as_(zelf, ondersteuning.toestemming_intrekken, loop.plaatsing_id, id_)


def test_C6_AC3_somebody_reads_the_own_place_on_the_list_and_nothing_of_others(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    geplaatst(world, gemeld_elders(world))
    place = world.see(wie, lambda s: ondersteuning.plaats(s, loop.plaatsing_id))
    assert place.van == 2 and place.plaats in (1, 2)
    assert world.see(wie, lambda s: ondersteuning.plaats(s, loop.toegang.toegang_id)) is None


# Contact and work -----------------------------------------------------------------------------------------------------------

NOTITIE = {"vorm": Contactvorm.TELEFOON, "met": "de inwoner", "tekst": "Gesproken over de plek."}


def waits(world: World, wie: Person) -> list[date]:
    return [row.due_on for row in world.see(wie, lambda s: queries.work(s, wie.actor)).rows if "afsprak" in row.taak]


def test_the_next_agreed_action_waits_for_who_works_on_the_case_until_it_is_done(world):
    loop = geplaatst(world)
    today = clock.today()
    make = {"op_on": today, **NOTITIE}
    world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, **make)
    assert waits(world, loop.wie.consulent) == []
    later = world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, **make, afspraak="Bel terug.",
                      afspraak_on=today + 5 * DAY)
    sooner = world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, **make, afspraak="Stuur de brief.",
                       afspraak_on=today + 2 * DAY)
    assert waits(world, loop.wie.consulent) == [today + 2 * DAY] and waits(world, loop.wie.collega) == []
    world.as_(loop.wie.consulent, mensen.afspraak_klaar, loop.plaatsing_id, sooner.id)
    assert waits(world, loop.wie.consulent) == [today + 5 * DAY]
    world.as_(loop.wie.collega, mensen.afspraak_klaar, loop.plaatsing_id, later.id)
    assert waits(world, loop.wie.consulent) == []
    with pytest.raises(Refused, match="geen afspraak meer"):
        world.as_(loop.wie.consulent, mensen.afspraak_klaar, loop.plaatsing_id, later.id)


def test_a_note_with_a_wrong_day_or_half_an_agreement_is_refused(world):
    loop = geplaatst(world)
    today = clock.today()
    for wrong, said in (({"op_on": today + DAY}, "toekomst"), ({"met": " "}, "met wie"), ({"tekst": ""}, "besproken"),
                        ({"afspraak": "Bel."}, "allebei"), ({"afspraak_on": today}, "allebei"),
                        ({"afspraak": "Bel.", "afspraak_on": today - DAY}, "verleden")):
        with pytest.raises(Refused, match=said):
            world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, **{"op_on": today, **NOTITIE, **wrong})
    assert world.see(loop.wie.consulent, lambda s: s.scalar(select(func.count()).select_from(Contactnotitie))) == 0


def test_a_note_is_of_the_own_gemeente_alone(world):
    loop = verblijvend(world)
    world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), **NOTITIE)
    for who in (loop.huis.begeleider, personen(world, "zwolle").consulent):
        assert world.see(who, lambda s: s.scalar(select(func.count()).select_from(Contactnotitie))) == 0
    with pytest.raises(NotFound):
        world.as_(personen(world, "zwolle").consulent, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), **NOTITIE)


def test_all_open_cases_of_a_worker_go_to_a_colleague_in_one_act(world):
    loop = geplaatst(world)
    other = gemeld(world, loop.wie, persoon_id=loop.toegang.persoon_id)
    ill, takes = loop.wie.consulent, loop.wie.collega
    act = {"van_id": ill.user_id, "naar_id": takes.user_id, "reden": "Fatima is ziek."}
    for wrong, said in (({"naar_id": ill.user_id}, "verschillende"),
                        ({"naar_id": loop.wie.beheerder.user_id}, "Kies een collega"), ({"reden": " "}, "waarom")):
        with pytest.raises(Refused, match=said):
            world.as_(takes, mensen.collega_overdragen, **{**act, **wrong})
    with pytest.raises(Refused, match="rol"):
        world.as_(loop.wie.beheerder, mensen.collega_overdragen, **act)
    assert world.as_(takes, mensen.collega_overdragen, **act) == 2
    rows = world.behind("SELECT behandelaar_id FROM portal.dossier WHERE id IN (:a, :b)", a=loop.plaatsing_id,
                        b=other.toegang_id)
    assert {row[0] for row in rows} == {takes.user_id}
    lines = world.behind("SELECT facts FROM portal.case_event WHERE kind IN ('toegang:behandelaar', 'plaatsing:behandelaar')")
    assert len(lines) == 2 and all(row[0]["naar"] == str(takes.user_id) for row in lines)
    assert "Jan Vos" in world.behind("SELECT onderwerp FROM portal.bericht")[0][0]
    with pytest.raises(Refused, match="geen open zaken"):
        world.as_(takes, mensen.collega_overdragen, **act)


def test_what_was_agreed_goes_along_with_the_case(world):
    loop = geplaatst(world)
    world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), **NOTITIE,
              afspraak="Bel terug.", afspraak_on=clock.today() + DAY)
    world.as_(loop.wie.collega, mensen.nemen, loop.plaatsing_id)
    assert waits(world, loop.wie.collega) and not waits(world, loop.wie.consulent)
    with pytest.raises(Refused, match="al"):
        world.as_(loop.wie.collega, mensen.nemen, loop.plaatsing_id)
    assert world.see(loop.wie.collega, lambda s: s.scalar(select(func.count()).select_from(Termijn).where(
        Termijn.kind == "werk_contact"))) == 1


def test_the_resident_reads_the_own_plan_and_a_carer_or_a_stranger_does_not(world):
    loop, goal = met_resultaat(world)
    world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    wie, _id = gekoppeld(world, loop)
    assert ziet(world, wie, loop.plaatsing_id)["plan"] == [
        {"domein": "dagstructuur", "wat": WAT, "sinds_on": clock.today().isoformat(), "hoe": HOE,
         "voortgang": None}]
    noor, _id = zorger(world, loop)
    assert ziet(world, noor, loop.plaatsing_id)["plan"] is None
    assert ziet(world, world.inwoner("Buur"), loop.plaatsing_id) is None
    world.as_(loop.wie.consulent, plan.resultaat_vervalt, goal, reden="Dat lukt al.")
    assert ziet(world, wie, loop.plaatsing_id)["plan"] == []


# What is kept, and how long -------------------------------------------------------------------------------------------------

VUL = "SELECT count(*) FROM portal.persoon WHERE naam = 'Sanne Voorbeeld' AND bsn_gesloten IS NOT NULL"


def gesloten(world: World) -> Plaatsingsloop:
    """Everything of this person is over."""
    loop = geplaatst(world)
    world.as_(loop.wie.consulent, mensen.notitie_maken, loop.plaatsing_id, op_on=clock.today(), **NOTITIE)
    world.as_(loop.wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Niet meer nodig.")
    return loop


def test_after_the_term_two_people_destroy_what_is_kept_and_history_stays(world):
    loop = gesloten(world)
    wie = loop.wie
    assert world.see(wie.consulent, lambda s: bewaren.rijp(s, wie.consulent.actor)) == []
    with pytest.raises(Refused, match="niet voorbij"):
        world.as_(wie.consulent, bewaren.vernietigen_voorstellen, loop.toegang.persoon_id)
    world.clock(timedelta(days=15 * 366))
    (one,) = world.see(wie.consulent, lambda s: bewaren.rijp(s, wie.consulent.actor))
    events = world.behind("SELECT count(*) FROM portal.case_event")[0][0]
    found = world.as_(wie.consulent, bewaren.vernietigen_voorstellen, one.persoon_id)
    with pytest.raises(Refused, match="zelf voor"):
        world.as_(wie.consulent, bewaren.vernietigen_beslissen, found.id)
    with pytest.raises(Refused, match="weigeren kan niet"):
        world.as_(wie.collega, bewaren.vernietigen_beslissen, found.id, weigering="wet")
    with pytest.raises(NotFound):
        world.as_(personen(world, "zwolle").consulent, bewaren.vernietigen_beslissen, found.id)
    assert world.behind(VUL)[0][0] == 1
    assert world.as_(wie.collega, bewaren.vernietigen_beslissen, found.id) == "vernietigd"
    assert world.behind(VUL)[0][0] == 0
    left = world.behind("SELECT (SELECT count(*) FROM portal.contactnotitie), (SELECT count(*) FROM portal.aantekening), "
                        "(SELECT string_agg(hulpvraag || antwoorden::text, '') FROM portal.onderzoek)")[0]
    assert tuple(left) == (0, 0, "{}")
    assert world.behind("SELECT count(*) FROM portal.case_event")[0][0] == events
    with pytest.raises(Refused, match="al besloten"):
        world.as_(wie.collega, bewaren.vernietigen_beslissen, found.id)


def test_a_request_to_destroy_is_done_or_refused_on_a_ground_of_the_law_in_three_months(world):
    loop = gesloten(world)
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    assert ask.uiterlijk_on == clock.today() + relativedelta(months=3)
    with pytest.raises(Refused, match="Er ligt al een voorstel"):
        world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    with pytest.raises(Refused, match="Kies waarom"):
        world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id, weigering="geen zin")
    assert world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id, weigering="ander_belang") == "geweigerd"
    assert world.behind(VUL)[0][0] == 1
    again = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    assert world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, again.id) == "vernietigd"
    assert world.behind(VUL)[0][0] == 0


def test_what_still_runs_is_not_destroyed_and_a_wrong_day_is_refused(world):
    loop = geplaatst(world)
    for day, said in ((clock.today() + DAY, "toekomst"), (clock.today() - 400 * DAY, "niet eerder")):
        with pytest.raises(Refused, match=said):
            world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=day)
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    with pytest.raises(Refused, match="loopt nog een zaak"):
        world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id)
    assert world.behind(VUL)[0][0] == 1


def test_youth_is_kept_twenty_years():
    assert rules.bewaren_tot(date(2026, 1, 1), date(1980, 1, 1)) == date(2041, 1, 1)
    assert rules.bewaren_tot(date(2026, 1, 1), date(2012, 1, 1)) == date(2046, 1, 1)


def test_every_view_of_a_person_is_one_line_of_processing_without_who_it_was(world):
    loop = geplaatst(world)
    for case in (loop.plaatsing_id, loop.toegang.toegang_id):
        access_log.viewed(world.app.engine, loop.wie.consulent.actor, case, "proef")
    rows = world.see(loop.wie.consulent, lambda s: bewaren.logboek(
        s, world.gemeente("kampen"), KLUIS, "https://portaal.example", 10))
    assert len(rows) == 2
    for row in rows:
        assert (len(row["trace_id"]), len(row["operation_id"]), row["status_code"]) == (32, 16, 1)
        assert row["attributes"]["dpl.core.processing_activity_id"].startswith("https://portaal.example/verwerkingen/")
        assert str(loop.wie.consulent.user_id) not in str(row) and str(loop.toegang.persoon_id) not in str(row)
    assert world.see(personen(world, "zwolle").consulent, lambda s: s.scalar(select(func.count()).select_from(Verwerking))) == 0
    for attack in ("UPDATE portal.verwerking SET status_code = 0", "DELETE FROM portal.verwerking"):
        with pytest.raises(Exception, match="permission"):
            world.as_(loop.wie.consulent, lambda s, _a, q=attack: s.execute(text(q)))


def vragen_wachten(world: World, loop) -> int:
    with acting_for(loop.wie.consulent.party_id):
        session = world.app.new_session()
        with session, session.begin():
            return mensen.vragen_wachten(session, portaal(loop.wie.consulent.party_id), clock.today())


def test_what_a_resident_sent_waits_in_mijn_werk_until_it_is_answered(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    asked = [world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=soort, tekst="Hallo?")
             for soort in (Vraagsoort.KLACHT, Vraagsoort.VRAAG)]

    def work() -> list[date]:
        return [row.due_on for row in world.see(loop.wie.consulent, lambda s: queries.work(s, loop.wie.consulent.actor)).rows
                if "Beantwoord" in row.taak]

    assert [vragen_wachten(world, loop), vragen_wachten(world, loop)] == [1, 0]
    assert work() == [clock.today() + 5 * DAY]
    world.as_(loop.wie.consulent, mensen.beantwoorden, loop.plaatsing_id, asked[1].id, antwoord="Ja.")
    assert work() == [clock.today() + 42 * DAY]
    with pytest.raises(Refused, match="met een uitkomst"):
        world.as_(loop.wie.consulent, mensen.beantwoorden, loop.plaatsing_id, asked[0].id, antwoord="Ja.")
    world.as_(loop.wie.consulent, klachten.afhandelen, loop.plaatsing_id, asked[0].id, uitkomst="opgelost",
              antwoord="Wij belden u, en u bent tevreden.")
    assert work() == []
    # What comes later and is answered sooner goes first.
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.KLACHT, tekst="Weer niet gebeld.")
    vragen_wachten(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Wie bel ik?")
    assert vragen_wachten(world, loop) == 1 and work() == [clock.today() + 5 * DAY]


def nacht(world: World, loop: Plaatsingsloop) -> int:
    """What the worker does with what residents of this gemeente asked."""
    with acting_for(loop.wie.consulent.party_id), world.app.new_session() as session, session.begin():
        return mensen.vragen_wachten(session, portaal(loop.wie.consulent.party_id), clock.today())


def wacht_tot(world: World, person: Person) -> list[date]:
    """Until when this person sees a question of a resident in Mijn werk."""
    return [row.due_on for row in world.see(person, lambda s: queries.work(s, person.actor)).rows if "Beantwoord" in row.taak]


def test_a_question_that_is_due_before_what_waits_already_is_not_skipped(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.KLACHT, tekst="Niemand belt.")
    assert nacht(world, loop) == 1 and wacht_tot(world, loop.wie.consulent) == [clock.today() + 42 * DAY]
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Wanneer kan ik bellen?")
    assert nacht(world, loop) == 1 and nacht(world, loop) == 0
    assert wacht_tot(world, loop.wie.consulent) == [clock.today() + 5 * DAY]


def test_what_no_question_is_left_of_waits_no_more(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Hallo?")
    nacht(world, loop)
    world.behind("DELETE FROM portal.inwonervraag")
    assert nacht(world, loop) == 1 and wacht_tot(world, loop.wie.consulent) == []


def test_a_question_waits_for_everybody_when_who_worked_on_the_case_left(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.VRAAG, tekst="Hallo?")
    nacht(world, loop)
    assert wacht_tot(world, loop.wie.collega) == [], "een collega behandelt de zaak"
    world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = :b WHERE account_id = :a",
                 a=loop.wie.consulent.user_id, b=loop.wie.beheerder.user_id)
    assert wacht_tot(world, loop.wie.collega) == [clock.today() + 5 * DAY]


def test_a_plan_a_provisional_arrangement_and_what_a_provider_saw_are_emptied_too(world):
    loop, goal = met_resultaat(world)
    world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne en haar broer")
    spoed = gemeld(world, loop.wie, persoon_id=loop.toegang.persoon_id, spoed=True)
    world.as_(loop.wie.consulent, usecases.tijdelijk_regelen, spoed.toegang_id, **tijdelijk())
    world.as_(loop.wie.consulent, usecases.intrekken, spoed.toegang_id, reden="Toch niet.")
    beeindigd(world, loop)
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    assert world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id) == "vernietigd"
    left = world.behind("SELECT (SELECT string_agg(wat, '') FROM portal.clientresultaat), "
                        "(SELECT string_agg(hoe || met_wie, '') FROM portal.uitwerking), "
                        "(SELECT string_agg(naam, '') FROM portal.clientgegevens), "
                        "(SELECT string_agg(tijdelijk, '') FROM portal.onderzoek)")[0]
    assert tuple(left) == ("Vernietigd", "VernietigdVernietigd", "Vernietigd", "")


def test_nothing_is_destroyed_while_it_goes_over_to_another_gemeente(world):
    loop = overdracht_aanvaard(world)
    world.clock(timedelta(days=14))
    with acting_for(loop.wie.consulent.party_id):
        session = world.app.new_session()
        with session, session.begin():
            assert tijd.verantwoordelijkheid_gaat_over(session, portaal(loop.wie.consulent.party_id), clock.today()) == 1
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    with pytest.raises(Refused, match="gaat over naar een andere gemeente"):
        world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id)
    assert world.behind(VUL)[0][0] == 1


def test_why_others_were_asked_and_passed_over_is_emptied_too(world):
    loop = overdracht_aangeboden(world)
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk",
              toelichting="Zijn broer woont hier niet.")
    world.as_(loop.wie.consulent, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    world.as_(loop.wie.consulent, overdragen.advies, loop.overdracht_id, advies="Zijn broer helpt.", on=clock.today())
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    world.as_(loop.wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Niet meer nodig.")
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    assert world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id) == "vernietigd"
    left = world.behind("SELECT (SELECT string_agg(advies, '') FROM portal.overdracht), "
                        "(SELECT string_agg(DISTINCT vindplaats, '') FROM portal.grond), "
                        "(SELECT string_agg(toelichting, '') FROM portal.plaatsing_antwoord), "
                        "(SELECT sum(cardinality(omstandigheden) + cardinality(nodig)) FROM portal.wachtregel)")[0]
    assert tuple(left) == ("Vernietigd", "Vernietigd", "", 0)


def test_of_a_minor_nothing_is_destroyed_in_the_years_for_youth(world):
    wie = personen(world)
    young = persoon(world, wie, geboren_on=clock.today() - timedelta(days=365 * 14))
    loop = geplaatst(world, toegekend(world, aangevraagd(world, wie=wie, persoon_id=young)))
    world.as_(wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Niet meer nodig.")
    world.clock(timedelta(days=15 * 366))
    assert world.see(wie.consulent, lambda s: bewaren.rijp(s, wie.consulent.actor)) == []
    # Not past the list either.
    world.behind("INSERT INTO portal.vernietiging (id, party_id, persoon_id, uiterlijk_on, stand, weigering, voorgesteld_by) "
                 "VALUES (gen_random_uuid(), :g, :p, current_date, 'voorgesteld', '', :u)", g=wie.consulent.party_id, p=young,
                 u=wie.consulent.user_id)
    id_ = world.behind("SELECT id FROM portal.vernietiging")[0][0]
    with pytest.raises(Refused, match="bewaartermijn is nog niet voorbij"):
        world.as_(wie.collega, bewaren.vernietigen_beslissen, id_)
    world.clock(timedelta(days=5 * 366))
    assert [one.persoon_id for one in world.see(wie.consulent, lambda s: bewaren.rijp(s, wie.consulent.actor))] == []
    assert world.as_(wie.collega, bewaren.vernietigen_beslissen, id_) == "vernietigd"


def test_what_stands_elsewhere_about_a_destroyed_person_is_emptied_and_of_others_it_stays(world):
    loop = gesloten(world)
    wie, brother = loop.wie, persoon(world, loop.wie, naam="Broer Voorbeeld", bsn="", bron=None)
    other = gemeld(world, wie, persoon_id=brother)
    consulent, hers = wie.consulent, loop.toegang.toegang_id
    world.as_(consulent, huishoudens.maken, hers)
    world.as_(consulent, huishoudens.toevoegen, hers, persoon_id=other.persoon_id)

    def line(case, tekst, wie=""):
        world.as_(consulent, huishoudens.regel_toevoegen, case, soort="afspraak", tekst=tekst, wie=wie, sinds_on=clock.today())

    line(hers, "Elke week naar de dokter.")
    line(other.toegang_id, "Kookt op maandag.", "Sanne")
    line(other.toegang_id, "Hij zoekt werk.", "Broer")

    def tell(session, actor, dossier_id, tekst):
        send_message(session, actor, to=world.gemeente("zwolle"), dossier_id=dossier_id, onderwerp=tekst, tekst=tekst)

    world.as_(consulent, tell, loop.plaatsing_id, "Sanne is opgenomen.")
    world.as_(consulent, tell, other.toegang_id, "Broer zoekt werk.")
    lines = "SELECT string_agg(tekst || wie, '|' ORDER BY gemaakt_at) FROM portal.planregel"
    mail = "SELECT string_agg(onderwerp || tekst, '|' ORDER BY verzonden_at) FROM portal.bericht"
    ask = world.as_(consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    assert world.as_(wie.collega, bewaren.vernietigen_beslissen, ask.id) == "vernietigd"
    assert world.behind(lines)[0][0] == "Vernietigd|Vernietigd|Hij zoekt werk.Broer"
    assert world.behind(mail)[0][0] == "VernietigdVernietigd|Broer zoekt werk.Broer zoekt werk."
    # Nobody else is left: what still stood there of the household goes too.
    world.as_(consulent, usecases.intrekken, other.toegang_id, reden="Niet meer nodig.")
    ask = world.as_(consulent, bewaren.vernietigen_gevraagd, other.toegang_id, op_on=clock.today())
    assert world.as_(wie.collega, bewaren.vernietigen_beslissen, ask.id) == "vernietigd"
    assert world.behind(lines)[0][0] == "Vernietigd|Vernietigd|Vernietigd"
    assert "Broer" not in world.behind(mail)[0][0]
