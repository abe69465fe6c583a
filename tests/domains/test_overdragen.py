"""The responsibility from one gemeente to another and home: offered on a ground, answered by the receiver, in dispute, taken
over, handed over warmly. Nothing moves by itself."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal.domains.plaatsingen import overdragen, plaatsen, queries, terugkeer, tijd, verlengen
from portal.domains.plaatsingen.model import (
    Bezetting,
    Clientgegevens,
    Grond,
    Momentopname,
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    PlaatsingAntwoord,
    PlaatsingState,
    Plaatsvraag,
    Toegang,
    Verantwoordelijkheid,
    Verblijf,
    VerblijfState,
)
from portal.domains.subsidies.usecases import portaal
from portal.kernel import clock
from portal.kernel.dossier import Termijn, load, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.fingerprint import fingerprint
from portal.kernel.outbox import Bericht
from portal.kernel.sentences import settle
from portal.tenants.scope import acting_for
from tests.plaatsingen_world import KLUIS, aangevraagd, geplaatst, gereserveerd, huis, personen, persoon, toegekend, verblijvend
from tests.plaatsingen_world import aangeboden as plek_aangeboden
from tests.plaatsingen_world import overdracht_aangeboden as aangeboden
from tests.plaatsingen_world import overdracht_aanvaard as aanvaard
from tests.world import World

DAY = timedelta(days=1)
IN_TWEE_WEKEN = timedelta(days=14)
GEHEIM = "Blijf-van-mijn-lijf"


def overdracht(world: World, loop) -> Overdracht:
    return world.see(loop.wie.consulent, lambda s: load(s, Overdracht, loop.overdracht_id))


def staat(world: World, wie, plaatsing_id) -> str:
    return world.see(wie.consulent, lambda s: load(s, Plaatsing, plaatsing_id)).state


def tijdlijn(world: World, loop) -> list[tuple]:
    rows = world.behind("SELECT v.gemeente_id, v.van, v.grondslag FROM portal.verantwoordelijkheid v JOIN portal.plaatsing p "
                        "ON p.traject_id = v.traject_id WHERE p.id = :p ORDER BY v.van", p=loop.plaatsing_id)
    return [tuple(row) for row in rows]


def laat_tijd_verlopen(world: World, gemeente: str = "kampen") -> int:
    """What the worker does for one gemeente."""
    party = world.gemeente(gemeente)
    done = 0
    for act in (tijd.aanbod_verlopen, tijd.overdrachten_verlopen, tijd.verantwoordelijkheid_gaat_over):
        with acting_for(party):
            session = world.app.new_session()
            with session, session.begin():
                done += act(session, portaal(party), clock.today())
    return done


def wacht(world: World, person, dossier_id) -> set[str]:
    """The kinds of work that wait for this person's gemeente in a dossier."""
    return set(world.see(person, lambda s: s.scalars(select(Termijn.kind).where(
        Termijn.dossier_id == dossier_id, Termijn.party_id == person.party_id, Termijn.met_on.is_(None))).all()))


# The offer -----------------------------------------------------------------------------------------------------------------

def test_an_offer_shows_the_receiver_what_it_needs_and_nothing_more(world):
    loop = aangeboden(world, verblijvend(world))
    ander = loop.ontvanger.consulent

    found = world.see(ander, lambda s: s.scalar(select(Momentopname)))
    assert found.inhoud["naam"] == "Sanne Voorbeeld" and found.inhoud["plek"]["naam"].startswith("De Brink")
    assert found.sha256 == fingerprint(found.inhoud)
    assert not {"bsn", "adres", "antwoorden", "hulpvraag"} & set(found.inhoud)
    assert wacht(world, ander, loop.overdracht_id) == {"aanbod"}
    # The timeline is told; who is responsible now, is no secret between the two.
    assert [one["gemeente"] for one in found.inhoud["tijdlijn"]] == [str(world.gemeente("kampen"))]
    # Where the sender stands, did not change.
    assert staat(world, loop.wie, loop.plaatsing_id) == PlaatsingState.VERBLIJF


def test_C3_AC3_host_staff_see_only_the_parts_meant_for_them(world):
    loop = aangeboden(world, verblijvend(world))
    ander, derde = loop.ontvanger.consulent, personen(world, "deventer").consulent
    assert [one.id for one in world.see(ander, lambda s: s.scalars(select(Overdracht)).all())] == [loop.overdracht_id]
    for one in (Plaatsing, Persoon, Toegang, Verblijf, Plaatsvraag, Clientgegevens):
        assert world.see(ander, lambda s, one=one: s.scalars(select(one)).all()) == [], one
    for one in (Overdracht, Momentopname, Grond, Verantwoordelijkheid):
        assert world.see(derde, lambda s, one=one: s.scalars(select(one)).all()) == [], one
    with pytest.raises(NotFound):
        world.as_(derde, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    with pytest.raises(NotFound):
        world.as_(ander, overdragen.intrekken, loop.overdracht_id, reden="Niet van ons.")
    # The provider of the place sees nothing of an offer between gemeenten.
    assert world.see(loop.huis.begeleider, lambda s: s.scalars(select(Overdracht)).all()) == []


@pytest.mark.parametrize("waarom", ["persoon", "locatie"])
def test_I7_where_somebody_is_stays_out_of_the_offer_when_it_may_not_be_known(world, waarom):
    wie = personen(world)
    who = persoon(world, wie, afgeschermd=waarom == "persoon")
    placed = geplaatst(world, toegekend(world, aangevraagd(world, wie=wie, persoon_id=who)))
    waar = huis(world, geheim=waarom == "locatie", naam=f"{GEHEIM} (fictief)")
    loop = aangeboden(world, verblijvend(world, gereserveerd(world, plek_aangeboden(world, placed, waar))))
    found = world.see(loop.ontvanger.consulent, lambda s: s.scalar(select(Momentopname)).inhoud)
    assert found["woont"] and found["plek_afgeschermd"] and found["plek"] is None and GEHEIM not in str(found)


BAD = {
    "aan zichzelf": ({"aan": "kampen"}, "eigen gemeente"),
    "een dag in het verleden": ({"ingaand_on": date(2020, 1, 1)}, "verleden"),
    "zonder grond": ({"grondsoort": ""}, "mandaat, of toestemming"),
    "een contract is geen grond": ({"grondsoort": "contract"}, "mandaat, of toestemming"),
    "zonder vindplaats": ({"vindplaats": " "}, "waar het mandaat staat"),
    "een grond die voorbij is": ({"grond_tot": date(2020, 1, 1)}, "al voorbij"),
    "een grond zonder einde": ({"grond_tot": date(2999, 12, 31)}, "te ver weg"),
    "een laatste dag die voorbij is": ({"verloopt_on": date(2020, 1, 1)}, "laatste dag om te antwoorden"),
}


@pytest.mark.parametrize("wat", BAD)
def test_a_bad_offer_is_refused_and_nothing_is_written(world, wat):
    changed, said = BAD[wat]
    placed = geplaatst(world)
    with pytest.raises(Refused, match=said):
        aangeboden(world, placed, **changed)
    assert world.behind("SELECT count(*) FROM portal.overdracht")[0][0] == 0


def test_one_offer_at_a_time_and_none_of_what_is_over(world):
    loop = aangeboden(world)
    with pytest.raises(Refused, match="al een aanbod"):
        aangeboden(world, loop, aan="raalte")
    world.as_(loop.wie.consulent, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
    world.as_(loop.wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Een plek is niet nodig.")
    with pytest.raises(Refused, match="loopt niet meer"):
        aangeboden(world, loop)


def test_a_ground_lasts_at_least_until_the_last_day_to_answer(world):
    with pytest.raises(Refused, match="Zo lang moet de grond ook gelden"):
        aangeboden(world, grond_tot=clock.today() + DAY)


# The answer ----------------------------------------------------------------------------------------------------------------

def test_C3_AC2_responsibility_stays_until_a_yes_takes_effect_and_origin_is_recorded(world):
    """C3-AC1 and AC2: origin is not host, and who was responsible is on record per phase."""
    loop = aanvaard(world)
    on = overdracht(world, loop).ingaand_on
    kampen, zwolle = world.gemeente("kampen"), world.gemeente("zwolle")
    line = tijdlijn(world, loop)
    assert [(one[0], one[2]) for one in line] == [(kampen, "melding"), (zwolle, "heen")] and line[1][1] == on
    assert staat(world, loop.wie, loop.plaatsing_id) == PlaatsingState.WACHTEND
    assert laat_tijd_verlopen(world) == 0, "de dag kwam nog niet"

    world.clock(IN_TWEE_WEKEN)
    assert laat_tijd_verlopen(world) == 1
    assert staat(world, loop.wie, loop.plaatsing_id) == PlaatsingState.OVERGEDRAGEN
    line = world.see(loop.wie.consulent, lambda s: queries.laatste_wachtregel(s, loop.plaatsing_id))
    assert line.einde == "overgedragen"
    made = world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, adres="Onbekend, Zwolle")
    assert (made.herkomst_id, made.gemeente_id) == (kampen, zwolle), "herkomst is niet de gastgemeente"
    assert laat_tijd_verlopen(world) == 0


def test_C3_AC1_an_offer_to_the_own_gemeente_is_no_cross_placement(world):
    placed = geplaatst(world)
    with pytest.raises(Refused, match="eigen gemeente"):
        aangeboden(world, placed, aan="kampen")
    assert tijdlijn(world, placed)[0][0] == world.gemeente("kampen") and len(tijdlijn(world, placed)) == 1


def test_a_no_has_a_reason_and_the_sender_stays_responsible(world):
    loop = aangeboden(world)
    with pytest.raises(Refused, match="waarom uw gemeente nee zegt"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False)
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    assert overdracht(world, loop).state == OverdrachtState.GEWEIGERD
    assert len(tijdlijn(world, loop)) == 1
    assert wacht(world, loop.ontvanger.consulent, loop.overdracht_id) == set()
    assert wacht(world, loop.wie.consulent, loop.overdracht_id) == {"werk_weigering"}
    with pytest.raises(Refused, match="al geantwoord"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True,
                  ingaand_on=clock.today() + IN_TWEE_WEKEN)


def test_a_yes_names_a_day_that_is_not_before_the_offered_one(world):
    loop = aangeboden(world)
    with pytest.raises(Refused, match="vanaf welke dag"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True)
    with pytest.raises(Refused, match="niet voor de dag in het aanbod"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=clock.today())


def test_a_return_needs_what_connects_to_it(world):
    loop = aangeboden(world, richting="terug")
    with pytest.raises(Refused, match="welke ondersteuning bij u aansluit"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True,
                  ingaand_on=clock.today() + IN_TWEE_WEKEN)


def test_acceptance_after_expiry_is_refused_and_the_offer_ends(world):
    loop = aangeboden(world)
    world.clock(overdracht(world, loop).verloopt_on + DAY)
    with pytest.raises(Refused, match="voorbij"):
        world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True,
                  ingaand_on=clock.today() + IN_TWEE_WEKEN)
    assert laat_tijd_verlopen(world) == 1
    assert overdracht(world, loop).state == OverdrachtState.VERLOPEN and len(tijdlijn(world, loop)) == 1
    assert wacht(world, loop.ontvanger.consulent, loop.overdracht_id) == set()


def test_an_accepted_offer_is_not_taken_back(world):
    loop = aanvaard(world)
    with pytest.raises(Refused, match="niet in deze fase"):
        world.as_(loop.wie.consulent, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
    with pytest.raises(Refused, match="draagt dit al over"):
        aangeboden(world, loop, aan="raalte")


def race(world: World, *acts) -> list[str]:
    """These acts at the same moment; what each said."""
    gate, said = Barrier(len(acts)), []

    def run(person, act):
        def taking(session, actor):
            gate.wait()
            act(session, actor)
        try:
            world.as_(person, taking)
            said.append("ja")
        except Refused as refusal:
            said.append(str(refusal))

    threads = [Thread(target=run, args=one) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(said) == len(acts)
    return said


def test_of_an_acceptance_and_a_withdrawal_at_once_one_counts(world):
    loop = aangeboden(world)
    on = clock.today() + IN_TWEE_WEKEN
    said = race(
        world,
        (loop.ontvanger.consulent, lambda s, a: overdragen.antwoorden(s, a, loop.overdracht_id, ja=True, ingaand_on=on)),
        (loop.wie.consulent, lambda s, a: overdragen.intrekken(s, a, loop.overdracht_id, reden="Toch niet.")))
    assert said.count("ja") == 1, said
    state, moved = overdracht(world, loop).state, len(tijdlijn(world, loop)) == 2
    assert (state, moved) in ((OverdrachtState.AANVAARD, True), (OverdrachtState.INGETROKKEN, False))


def test_two_answers_at_once_count_once(world):
    loop = aangeboden(world)
    on = clock.today() + IN_TWEE_WEKEN
    said = race(world, *[
        (one, lambda s, a: overdragen.antwoorden(s, a, loop.overdracht_id, ja=True, ingaand_on=on))
        for one in (loop.ontvanger.consulent, loop.ontvanger.collega)])
    assert said.count("ja") == 1 and len(tijdlijn(world, loop)) == 2, said


# The ground ----------------------------------------------------------------------------------------------------------------

def test_I6_consent_that_is_taken_back_ends_the_view_at_once_and_the_offer_with_it(world):
    loop = aangeboden(world, grondsoort="toestemming", vindplaats="Gesprek van vandaag, ondertekend formulier.")
    world.as_(loop.wie.consulent, overdragen.grond_intrekken, loop.overdracht_id, reden="De inwoner wil het niet meer.")
    assert overdracht(world, loop).state == OverdrachtState.INGETROKKEN
    ander = loop.ontvanger.consulent
    for one in (Overdracht, Momentopname, Verantwoordelijkheid):
        assert world.see(ander, lambda s, one=one: s.scalars(select(one)).all()) == [], one
    with pytest.raises(Refused, match="Dit aanbod is ingetrokken"):
        world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    with pytest.raises(Refused, match="geen grond die nog geldt"):
        world.as_(loop.wie.consulent, overdragen.grond_intrekken, loop.overdracht_id, reden="Nog eens.")


def test_I6_a_ground_that_ended_shows_nothing_until_there_is_a_new_one(world):
    loop = aanvaard(world)
    until = world.see(loop.wie.consulent, lambda s: queries.gronden(s, loop.overdracht_id))[0].tot_on
    world.clock(until + DAY)
    assert world.see(loop.ontvanger.consulent, lambda s: s.scalars(select(Overdracht)).all()) == []
    again = {"grondsoort": "mandaat", "vindplaats": "Mandaatbesluit 12", "grond_tot": clock.today() + IN_TWEE_WEKEN}
    with pytest.raises(Refused, match="waar het mandaat staat"):
        world.as_(loop.wie.consulent, overdragen.grond_geven, loop.overdracht_id, **again | {"vindplaats": ""})
    world.as_(loop.wie.consulent, overdragen.grond_geven, loop.overdracht_id, **again)
    assert len(world.see(loop.ontvanger.consulent, lambda s: s.scalars(select(Overdracht)).all())) == 1
    world.clock(timedelta(days=15))
    assert world.see(loop.ontvanger.consulent, lambda s: s.scalars(select(Overdracht)).all()) == []


# A dispute -----------------------------------------------------------------------------------------------------------------

def test_a_refusal_goes_to_dispute_and_a_yes_by_advice_moves_it(world):
    loop = aangeboden(world)
    ander, eigen = loop.ontvanger.consulent, loop.wie.consulent
    world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    with pytest.raises(Refused, match="al geantwoord"):
        world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=clock.today() + IN_TWEE_WEKEN)
    with pytest.raises(Refused, match="dag van het advies"):
        world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle.", on=clock.today() + DAY)
    world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle heeft de beste kans van slagen.", on=clock.today())
    with pytest.raises(Refused, match="advies staat er al"):
        world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Of toch niet.", on=clock.today())
    assert wacht(world, ander, loop.overdracht_id) == {"aanbod"} and len(tijdlijn(world, loop)) == 1

    world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=clock.today() + IN_TWEE_WEKEN)
    assert overdracht(world, loop).state == OverdrachtState.AANVAARD
    assert tijdlijn(world, loop)[-1][2] == "advies"


def test_an_old_no_moves_nobody_who_has_gone_elsewhere(world):
    first = aangeboden(world)
    world.as_(first.ontvanger.consulent, overdragen.antwoorden, first.overdracht_id, ja=False, reden="netwerk")
    second = aanvaard(world, aangeboden(world, first, aan="raalte"))
    with pytest.raises(Refused, match="andere gemeente verantwoordelijk"):
        world.as_(first.wie.consulent, overdragen.geschil, first.overdracht_id, reden="Toch daar.")
    # Not past the use case either: only who is responsible until then hands it over.
    world.behind("UPDATE portal.dossier SET state = 'geschil' WHERE id = :o", o=first.overdracht_id)
    world.behind("UPDATE portal.overdracht SET advies = 'Zwolle.', advies_on = :on, geschil_on = :on WHERE id = :o",
                 o=first.overdracht_id, on=clock.today())
    with pytest.raises(Refused):
        world.as_(first.ontvanger.consulent, overdragen.antwoorden, first.overdracht_id, ja=True,
                  ingaand_on=clock.today() + 2 * IN_TWEE_WEKEN)
    assert tijdlijn(world, second)[-1][0] == world.gemeente("raalte")


def test_a_second_no_ends_the_dispute_and_nothing_moves(world):
    loop = aangeboden(world)
    ander, eigen = loop.ontvanger.consulent, loop.wie.consulent
    world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle.", on=clock.today())
    world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="geen_passende_plek")
    assert overdracht(world, loop).state == OverdrachtState.GESTAAKT and len(tijdlijn(world, loop)) == 1


def test_a_dispute_can_be_dropped_and_then_somebody_else_is_asked(world):
    loop = aangeboden(world)
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")
    world.as_(loop.wie.consulent, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    with pytest.raises(Refused, match="al een aanbod"):
        aangeboden(world, loop, aan="raalte")
    world.as_(loop.wie.consulent, overdragen.intrekken, loop.overdracht_id, reden="Wij vragen Raalte.")
    assert aangeboden(world, loop, aan="raalte").ontvanger.consulent.party_id == world.gemeente("raalte")


# Taking over ---------------------------------------------------------------------------------------------------------------

def test_a_stay_goes_along_only_to_a_gemeente_that_takes_part_in_the_contract(world):
    loop = aangeboden(world, verblijvend(world), aan="deventer", met_verblijf=True)
    with pytest.raises(Refused, match="doet niet mee aan het contract"):
        aanvaard(world, loop)
    assert overdracht(world, loop).state == OverdrachtState.AANGEBODEN
    assert world.behind("SELECT count(*) FROM portal.plaatsing_antwoord WHERE dossier_id = :d", d=loop.overdracht_id)[0][0] == 0
    assert tijdlijn(world, loop)[-1][0] == world.gemeente("kampen")


def test_a_stay_goes_along_and_the_resident_keeps_the_provider(world):
    loop = aanvaard(world, aangeboden(world, verblijvend(world), met_verblijf=True))
    ander = loop.ontvanger.consulent
    on = overdracht(world, loop).ingaand_on
    with pytest.raises(Refused, match="Uw gemeente wordt verantwoordelijk op"):
        world.as_(ander, overdragen.overnemen, loop.overdracht_id, bsn="", adres="Zwolle")
    # Nobody is late with what cannot be done before its day.
    due = world.behind("SELECT kind, due_on FROM portal.termijn WHERE dossier_id = :o AND met_on IS NULL", o=loop.overdracht_id)
    assert {kind for kind, _on in due} == {"werk_overnemen", "werk_overdracht"} and all(one > on for _kind, one in due)
    world.clock(IN_TWEE_WEKEN)
    assert laat_tijd_verlopen(world) == 1
    made = world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Voorbeeldplein 1, Zwolle")
    assert made.state == PlaatsingState.VERBLIJF
    stay = world.see(ander, lambda s: queries.lopend_verblijf(s, made.id))
    assert (stay.aanbieder_id, stay.locatie_id, stay.begonnen_on) == (loop.huis.aanbieder_id, loop.huis.locatie_id, on)
    old = world.see(loop.wie.consulent, lambda s: load(s, Verblijf, loop.verblijf_id))
    assert (old.state, old.geeindigd_on) == (VerblijfState.BEEINDIGD, on - DAY)
    # One place, two halves that touch: never free in between, never given twice.
    # Each gemeente sees its own.
    halves = [world.see(one, lambda s: s.scalars(select(Bezetting).where(Bezetting.vrij_at.is_(None))).one())
              for one in (loop.wie.consulent, ander)]
    assert len(halves) == 2 and halves[0].periode.upper == halves[1].periode.lower == on
    assert {one.plek for one in halves} == {1} and halves[1].verblijf_id == stay.id
    # The provider sees who lives there, now for the other gemeente.
    assert stay.id in world.see(loop.huis.begeleider, lambda s: s.scalars(select(Verblijf.id)).all())
    assert wacht(world, ander, loop.overdracht_id) == {"werk_overdracht"}
    with pytest.raises(Refused, match="al overgenomen"):
        world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Nog eens")


def test_a_place_that_does_not_go_along_is_free_from_the_day(world):
    loop = aanvaard(world, aangeboden(world, verblijvend(world)))
    world.clock(IN_TWEE_WEKEN)
    laat_tijd_verlopen(world)
    free = world.see(loop.wie.consulent, lambda s: queries.vrije_plekken(
        s, loop.huis.locatie_id, clock.today(), None, clock.now()))
    assert free == 3


def test_who_takes_over_finds_a_known_person_by_number(world):
    loop = aanvaard(world)
    known = persoon(world, loop.ontvanger)
    made = world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, bsn="999990019", bron="brp",
                     kluis=KLUIS)
    assert made.persoon_id == known and made.state == PlaatsingState.WACHTEND
    assert world.see(loop.ontvanger.consulent, lambda s: queries.wachtregel(s, made.id)).gemeld_on == made.gemeld_on


def test_I7_where_a_known_person_is_stays_hidden_after_taking_over(world):
    wie = personen(world)
    who = persoon(world, wie, afgeschermd=True)
    loop = aanvaard(world, aangeboden(world, geplaatst(world, toegekend(world, aangevraagd(world, wie=wie, persoon_id=who)))))
    known = persoon(world, loop.ontvanger)
    made = world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, bsn="999990019", bron="brp",
                     kluis=KLUIS)
    assert made.persoon_id == known
    assert world.see(loop.ontvanger.consulent, lambda s: load(s, Persoon, known)).afgeschermd
    assert world.see(loop.ontvanger.consulent, lambda s: queries.wachtregel(s, made.id)).afgeschermd


def test_what_counts_for_the_order_of_the_waiting_list_goes_along(world):
    placed = geplaatst(world)
    world.as_(placed.wie.consulent, plaatsen.vraag_bewaren, placed.plaatsing_id, nodig=["nacht"], gemeenten=[], mijden=[],
              omstandigheden=["dakloos", "onveilig"])
    loop = aanvaard(world, aangeboden(world, placed))
    made = world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    line = world.see(loop.ontvanger.consulent, lambda s: queries.wachtregel(s, made.id))
    assert line.omstandigheden == ["dakloos", "onveilig"] and line.nodig == ["nacht"]


def test_why_somebody_has_a_pgb_goes_along(world):
    loop = aanvaard(world, aangeboden(world, geplaatst(world, vorm="pgb")))
    made = world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    assert (made.state, made.pgb_motief) == (PlaatsingState.PGB, "eigen_regie")
    assert world.see(loop.ontvanger.consulent, lambda s: s.scalar(select(Momentopname))).inhoud["omstandigheden"] == []


@pytest.mark.parametrize("dagen", [10, 50])
def test_the_last_day_of_the_support_goes_along_also_when_it_is_over_by_then(world, dagen):
    tot = clock.today() + (14 + dagen) * DAY
    loop = aangeboden(world, geplaatst(world, toegekend(world, aangevraagd(world), tot=tot)))
    on = clock.today() + 40 * DAY
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=on)
    ander = loop.ontvanger.consulent
    made = world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    assert (made.van, made.tot) == (min(on, tot), tot)
    assert "werk_verlengen" in wacht(world, ander, made.id), "iemand verlengt het, of beëindigt het"
    shown = world.see(ander, lambda s: s.scalar(select(Momentopname))).inhoud
    assert overdragen.dan_voorbij(shown, on) == (tot if dagen == 10 else None)


def test_who_takes_up_an_old_dossier_gets_the_last_day_that_was_shown(world):
    there = aanvaard(world, aangeboden(world, geplaatst(world, toegekend(
        world, aangevraagd(world), tot=clock.today() + 300 * DAY))))
    world.clock(IN_TWEE_WEKEN)
    laat_tijd_verlopen(world)
    made = world.as_(there.ontvanger.consulent, overdragen.overnemen, there.overdracht_id, adres="Zwolle")
    later = made.tot + 100 * DAY
    world.as_(there.ontvanger.consulent, verlengen.verlengen, made.id, tot=later, vindplaats="Z-1", besloten_on=clock.today())
    zwolle = replace(there, wie=there.ontvanger, plaatsing_id=made.id)
    home = aanvaard(world, aangeboden(world, zwolle, aan="kampen", richting="terug"), aansluitend="Hulp thuis.")
    world.clock(IN_TWEE_WEKEN)
    laat_tijd_verlopen(world, "zwolle")
    again = world.as_(there.wie.consulent, overdragen.overnemen, home.overdracht_id)
    assert again.tot == later and again.state == PlaatsingState.UITSTROOM
    assert "werk_thuis" in wacht(world, there.wie.consulent, again.id)
    world.as_(there.wie.consulent, terugkeer.plan_bijstellen, again.id, plan_on=clock.today() + 9 * DAY, waarheen="Kampen",
              aansluitend="thuisondersteuning", plan="Elke week bellen.")
    assert "werk_thuis" in wacht(world, there.wie.consulent, again.id)


def test_I6_a_handover_that_was_closed_first_can_still_be_taken_over_with_a_new_ground(world):
    loop = aanvaard(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    world.as_(eigen, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="ja")
    for person in (eigen, ander):
        world.as_(person, overdragen.tekenen, loop.overdracht_id)
    world.as_(eigen, overdragen.afronden, loop.overdracht_id)
    world.as_(eigen, overdragen.grond_intrekken, loop.overdracht_id, reden="Het mandaat eindigde.")
    again = {"grondsoort": "mandaat", "vindplaats": "Mandaat 9", "grond_tot": clock.today() + IN_TWEE_WEKEN}
    world.as_(eigen, overdragen.grond_geven, loop.overdracht_id, **again)
    world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    with pytest.raises(Refused, match="overdracht is klaar"):
        world.as_(eigen, overdragen.grond_geven, loop.overdracht_id, **again)


def test_without_a_yes_there_is_nothing_to_take_over(world):
    loop = aangeboden(world)
    with pytest.raises(Refused, match="als uw gemeente het aanbod heeft aanvaard"):
        world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")


def test_home_again_finds_the_old_dossier(world):
    """Kampen -> Zwolle and home: one traject, three beginnings, and Kampen goes on in its own dossier."""
    there = aanvaard(world)
    world.clock(IN_TWEE_WEKEN)
    laat_tijd_verlopen(world)
    made = world.as_(there.ontvanger.consulent, overdragen.overnemen, there.overdracht_id, adres="Zwolle")
    zwolle = replace(there, wie=there.ontvanger, plaatsing_id=made.id)
    home = aanvaard(world, aangeboden(world, zwolle, aan="kampen", richting="terug"), aansluitend="Hulp thuis.")
    world.clock(IN_TWEE_WEKEN)
    assert laat_tijd_verlopen(world, "zwolle") == 1
    again = world.as_(there.wie.consulent, overdragen.overnemen, home.overdracht_id)
    assert again.id == there.plaatsing_id and again.state == PlaatsingState.UITSTROOM
    assert [one[0] for one in tijdlijn(world, there)] == [world.gemeente(one) for one in ("kampen", "zwolle", "kampen")]
    assert laat_tijd_verlopen(world) == 0 and laat_tijd_verlopen(world, "zwolle") == 0
    world.as_(there.wie.consulent, overdragen.opnieuw_zoeken, again.id)
    assert staat(world, there.wie, again.id) == PlaatsingState.WACHTEND


def test_C3_AC4_a_second_move_warns_and_the_way_home_does_not(world):
    there = aanvaard(world)
    world.clock(IN_TWEE_WEKEN)
    laat_tijd_verlopen(world)
    made = world.as_(there.ontvanger.consulent, overdragen.overnemen, there.overdracht_id, adres="Zwolle")
    zwolle = replace(there, wie=there.ontvanger, plaatsing_id=made.id)
    with pytest.raises(Refused, match="al 1 keer naar een andere gemeente"):
        aangeboden(world, zwolle, aan="deventer")
    second = aangeboden(world, zwolle, aan="deventer", weer_verhuizen=True)
    world.as_(zwolle.wie.consulent, overdragen.intrekken, second.overdracht_id, reden="Toch naar huis.")
    assert aangeboden(world, zwolle, aan="kampen", richting="terug").overdracht_id


# The warm handover ---------------------------------------------------------------------------------------------------------

def test_C5_AC1_cannot_close_while_close_ones_are_unanswered(world):
    loop = aanvaard(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    with pytest.raises(Refused, match="mantelzorgers en naasten betrokken"):
        world.as_(eigen, overdragen.afronden, loop.overdracht_id)
    with pytest.raises(Refused, match="mantelzorgers en naasten betrokken"):
        world.as_(ander, overdragen.tekenen, loop.overdracht_id)
    with pytest.raises(Refused, match="waarom niet"):
        world.as_(ander, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="nee")
    with pytest.raises(Refused, match="Kies een antwoord"):
        world.as_(ander, overdragen.punt, loop.overdracht_id, code="plan", antwoord="geweigerd")
    with pytest.raises(Refused, match="niet op de lijst"):
        world.as_(ander, overdragen.punt, loop.overdracht_id, code="vakantie", antwoord="ja")
    for person, said in ((ander, ("nee", "Er zijn geen naasten.")), (ander, ("geweigerd", ""))):
        world.as_(person, overdragen.punt, loop.overdracht_id, code="naasten", antwoord=said[0], toelichting=said[1])
    with pytest.raises(Refused, match="Iemand anders"):
        world.as_(eigen, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="ja")


def test_C5_AC2_both_municipalities_sign_off(world):
    loop = aanvaard(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    world.as_(eigen, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="ja")
    world.as_(ander, overdragen.punt, loop.overdracht_id, code="kennismaking", antwoord="ja")
    world.as_(eigen, overdragen.tekenen, loop.overdracht_id)
    with pytest.raises(Refused, match="al getekend"):
        world.as_(loop.wie.collega, overdragen.tekenen, loop.overdracht_id)
    with pytest.raises(Refused, match="Beide gemeenten tekenen"):
        world.as_(eigen, overdragen.afronden, loop.overdracht_id)
    with pytest.raises(Refused, match="verandert niet meer"):
        world.as_(eigen, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="geweigerd")
    world.as_(ander, overdragen.tekenen, loop.overdracht_id)
    with pytest.raises(NotFound):
        world.as_(ander, overdragen.afronden, loop.overdracht_id)
    world.as_(eigen, overdragen.afronden, loop.overdracht_id)
    assert overdracht(world, loop).state == OverdrachtState.AFGEROND
    assert wacht(world, eigen, loop.overdracht_id) == set()
    with pytest.raises(Refused, match="eindigt als u die afrondt"):
        world.as_(ander, overdragen.punt, loop.overdracht_id, code="plan", antwoord="ja")


def test_before_a_yes_there_is_no_handover(world):
    loop = aangeboden(world)
    for act in (lambda: world.as_(loop.wie.consulent, overdragen.punt, loop.overdracht_id, code="naasten", antwoord="ja"),
                lambda: world.as_(loop.wie.consulent, overdragen.tekenen, loop.overdracht_id)):
        with pytest.raises(Refused, match="begint als het aanbod is aanvaard"):
            act()


def test_who_only_reads_changes_nothing(world):
    loop = aangeboden(world)
    lezer = world.medewerker("zwolle", "toegangsmandaat")
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(lezer, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")


def test_the_worker_says_what_failed_by_its_id_and_goes_on(world, monkeypatch, caplog):
    loop = aangeboden(world)
    world.clock(overdracht(world, loop).verloopt_on + DAY)

    def fails(*_args):
        raise RuntimeError("stuk")

    monkeypatch.setattr(overdragen, "verlopen", fails)
    assert laat_tijd_verlopen(world) == 0
    assert "tijd verliep niet in dossier" in caplog.text and "Sanne" not in caplog.text


# What waits after an answer, and what does not go through --------------------------------------------------------------------

def nee(world, loop) -> None:
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk")


@pytest.mark.parametrize("hoe", ["nee", "verlopen", "tweede nee"])
def test_who_keeps_the_resident_after_a_no_has_nothing_waiting_and_says_why(world, hoe):
    loop = aangeboden(world)
    eigen = loop.wie.consulent
    if hoe == "verlopen":
        world.clock(overdracht(world, loop).verloopt_on + DAY)
        laat_tijd_verlopen(world)
    else:
        nee(world, loop)
    if hoe == "tweede nee":
        world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
        world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle.", on=clock.today())
        nee(world, loop)
    assert wacht(world, eigen, loop.overdracht_id) == {"werk_weigering"}
    for person, reden, said in ((eigen, " ", "Schrijf waarom"), (loop.wie.tekenaar, "x", "rol mag dit niet")):
        with pytest.raises(Refused, match=said):
            world.as_(person, overdragen.behouden, loop.overdracht_id, reden=reden)
    with pytest.raises(NotFound):
        world.as_(loop.ontvanger.consulent, overdragen.behouden, loop.overdracht_id, reden="x")
    world.as_(eigen, overdragen.behouden, loop.overdracht_id, reden="De inwoner wil hier blijven.")
    assert overdracht(world, loop).state == OverdrachtState.GESTAAKT
    assert wacht(world, eigen, loop.overdracht_id) == set() and len(tijdlijn(world, loop)) == 1
    with pytest.raises(Refused, match="al gekozen"):
        world.as_(eigen, overdragen.behouden, loop.overdracht_id, reden="Nog eens.")
    assert aangeboden(world, loop, aan="raalte").overdracht_id, "later kan het weer"


def test_a_dispute_waits_for_the_sender_until_there_is_advice_and_after_it_an_answer_can_expire(world):
    loop = aangeboden(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    nee(world, loop)
    world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    assert wacht(world, eigen, loop.overdracht_id) == {"werk_geschil"}
    world.clock(overdracht(world, loop).verloopt_on + 10 * DAY)
    assert laat_tijd_verlopen(world) == 0, "zonder advies wacht er geen antwoord"
    with pytest.raises(Refused, match="nog geen advies"):
        world.as_(eigen, overdragen.verlopen, loop.overdracht_id)
    world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle.", on=clock.today())
    until = overdracht(world, loop).verloopt_on
    assert until > clock.today() and wacht(world, eigen, loop.overdracht_id) == set()
    world.as_(eigen, overdragen.grond_geven, loop.overdracht_id, grondsoort="mandaat", vindplaats="Mandaat 8",
              grond_tot=until + 30 * DAY)
    world.clock(until)
    assert laat_tijd_verlopen(world) == 0, "de laatste dag telt mee"
    world.clock(DAY)
    with pytest.raises(Refused, match="voorbij"):
        world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=clock.today() + IN_TWEE_WEKEN)
    # Not past the use case either.
    with pytest.raises(Refused, match="voorbij"):
        world.as_(ander, lambda s, a: _answer(s, a, loop, clock.today() + IN_TWEE_WEKEN))
    assert laat_tijd_verlopen(world) == 1 and overdracht(world, loop).state == OverdrachtState.VERLOPEN
    assert wacht(world, eigen, loop.overdracht_id) == {"werk_weigering"} and len(tijdlijn(world, loop)) == 1
    with pytest.raises(Refused, match="al advies gegeven"):
        world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Nog eens.")


def _answer(session, actor, loop, on) -> None:
    found = load(session, Overdracht, loop.overdracht_id)
    session.add(PlaatsingAntwoord(**under(found, actor.party_id), ja=True, reden="", toelichting="", ingaand_on=on,
                                  aansluitend="", gegeven_by=actor.user_id))
    settle(session)


def test_who_drops_a_dispute_has_nothing_waiting(world):
    loop = aangeboden(world)
    nee(world, loop)
    world.as_(loop.wie.consulent, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    world.as_(loop.wie.consulent, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
    assert wacht(world, loop.wie.consulent, loop.overdracht_id) == set()


def test_I1_an_accepted_offer_is_stopped_before_its_day_and_who_was_responsible_stays_so(world):
    loop = aanvaard(world, aangeboden(world, verblijvend(world), met_verblijf=True))
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    halves = "SELECT lower(periode), upper(periode) FROM portal.bezetting WHERE vrij_at IS NULL ORDER BY lower(periode)"
    before = world.behind(halves)
    assert len(tijdlijn(world, loop)) == 2 and len(before) == 2
    for person, reden, said in ((eigen, " ", "Schrijf waarom"), (loop.wie.tekenaar, "x", "rol mag dit niet")):
        with pytest.raises(Refused, match=said):
            world.as_(person, overdragen.staken, loop.overdracht_id, reden=reden)
    with pytest.raises(NotFound):
        world.as_(ander, overdragen.staken, loop.overdracht_id, reden="Toch niet.")
    world.clock(IN_TWEE_WEKEN - DAY)
    world.as_(eigen, overdragen.staken, loop.overdracht_id, reden="De inwoner wil toch blijven.")
    assert overdracht(world, loop).state == OverdrachtState.GESTAAKT
    assert [one[0] for one in tijdlijn(world, loop)] == [world.gemeente("kampen")]
    assert [tuple(one) for one in world.behind(halves)] == [(before[0][0], before[1][1])], "de plek is weer heel"
    for person in (eigen, ander):
        assert wacht(world, person, loop.overdracht_id) == set()
    told = world.see(ander, lambda s: s.scalars(select(Bericht.onderwerp)).all())
    assert "Een overdracht gaat niet door" in told
    with pytest.raises(Refused, match="als uw gemeente het aanbod heeft aanvaard"):
        world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    world.clock(30 * DAY)
    assert laat_tijd_verlopen(world) == 0 and staat(world, loop.wie, loop.plaatsing_id) == PlaatsingState.VERBLIJF
    assert aangeboden(world, loop, aan="raalte").overdracht_id


@pytest.mark.parametrize("waarom", ["de dag kwam", "al overgenomen"])
def test_I1_what_took_effect_or_was_taken_over_is_not_stopped(world, waarom):
    loop = aanvaard(world)
    if waarom == "de dag kwam":
        world.clock(IN_TWEE_WEKEN)
    else:
        world.as_(loop.ontvanger.consulent, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    said = "al verantwoordelijk" if waarom == "de dag kwam" else "nam het dossier al over"
    with pytest.raises(Refused, match=said):
        world.as_(loop.wie.consulent, overdragen.staken, loop.overdracht_id, reden="Toch niet.")
    # The wall: not past the use case either.
    with pytest.raises(Refused, match=said):
        world.as_(loop.wie.consulent, lambda s, a: _to(s, loop, OverdrachtState.GESTAAKT))
    assert len(tijdlijn(world, loop)) == 2 and overdracht(world, loop).state == OverdrachtState.AANVAARD


def _to(session, loop, state) -> None:
    load(session, Overdracht, loop.overdracht_id).state = state
    settle(session)


@pytest.mark.parametrize("state", ["aangeboden", "geweigerd", "ingetrokken", "geschil", "verlopen"])
def test_I9_what_was_accepted_does_not_become_something_else_in_silence(world, state):
    loop = aanvaard(world)
    with pytest.raises(Refused, match="staak de overdracht"):
        world.as_(loop.wie.consulent, lambda s, a: _to(s, loop, state))
    assert len(tijdlijn(world, loop)) == 2


def test_I1_nobody_removes_a_beginning_of_responsibility_by_hand(world):
    loop = aanvaard(world)
    for person in (loop.wie.consulent, loop.ontvanger.consulent):
        for act in ("DELETE FROM portal.verantwoordelijkheid", "UPDATE portal.verantwoordelijkheid SET van = van + 1"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                world.as_(person, lambda s, a, act=act: s.execute(text(act)))
    assert len(tijdlijn(world, loop)) == 2


def test_I6_an_accepted_offer_of_which_the_ground_was_taken_back_goes_on_with_a_new_one(world):
    loop = aanvaard(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    world.as_(eigen, overdragen.grond_intrekken, loop.overdracht_id, reden="De inwoner trok het in.")
    with pytest.raises(NotFound):
        world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Zwolle")
    world.as_(eigen, overdragen.grond_geven, loop.overdracht_id, grondsoort="mandaat", vindplaats="Mandaat 9",
              grond_tot=clock.today() + IN_TWEE_WEKEN)
    assert world.as_(ander, overdragen.overnemen, loop.overdracht_id, adres="Zwolle").state == PlaatsingState.WACHTEND
    assert "werk_overnemen" not in wacht(world, ander, loop.overdracht_id)


# The wall ------------------------------------------------------------------------------------------------------------------

TERM = ("INSERT INTO portal.termijn (id, dossier_id, eigenaar_id, party_id, kind, label, article, regel, started_on, due_on, "
        "extended, gevolg, taak, wacht_op_permissions) SELECT gen_random_uuid(), id, eigenaar_id, :p, :k, 'x', 'x', '{}', "
        "'2026-01-01', '2026-01-01', 0, 'x', 'x', '{}' FROM portal.dossier WHERE id = :d")


@pytest.mark.parametrize(("kind", "voor", "na_het_antwoord", "mag"), [
    ("werk_overnemen", "zwolle", True, True), ("werk_overdracht", "kampen", True, True),
    ("werk_overnemen", "zwolle", False, False), ("werk_overdracht", "deventer", True, False),
    ("aanbod", "kampen", True, False), ("werk_plek", "kampen", True, False)])
def test_who_answered_begins_the_work_that_follows_and_no_other(world, kind, voor, na_het_antwoord, mag):
    loop = aanvaard(world) if na_het_antwoord else aangeboden(world)

    def begin(session, _actor):
        session.execute(text(TERM), {"p": world.gemeente(voor), "k": kind, "d": loop.overdracht_id})

    if mag:
        world.as_(loop.ontvanger.consulent, begin)
    else:
        with pytest.raises(ProgrammingError, match="row-level security"):
            world.as_(loop.ontvanger.consulent, begin)
