"""Placement: begun after a grant, offered a place that is held, answered by both, lived in, ended; places never given twice."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from portal.domains.plaatsingen import aanbieden, plaatsen, plekken, queries, tijd
from portal.domains.plaatsingen.model import (
    Bezetting,
    Clientgegevens,
    Grond,
    Kandidaatkaart,
    Plaatsing,
    PlaatsingState,
    Verantwoordelijkheid,
    Verblijf,
    VerblijfState,
    Wachtregel,
)
from portal.domains.subsidies.usecases import portaal
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.inkoop_world import LEDEN, gecontracteerd
from tests.plaatsingen_world import (
    Plaatsingsloop,
    aangeboden,
    aangevraagd,
    geplaatst,
    gereserveerd,
    huis,
    personen,
    persoon,
    toegekend,
    verblijvend,
)
from tests.world import World

DAY = timedelta(days=1)


def plaatsing(world: World, loop: Plaatsingsloop) -> Plaatsing:
    return world.see(loop.wie.consulent, lambda s: load(s, Plaatsing, loop.plaatsing_id))


def verblijf(world: World, loop: Plaatsingsloop) -> Verblijf:
    return world.see(loop.wie.consulent, lambda s: load(s, Verblijf, loop.verblijf_id))


def test_a_placement_begins_after_a_signed_grant_and_the_gemeente_of_the_report_is_responsible(world):
    loop = geplaatst(world)

    found = plaatsing(world, loop)
    assert found.state == PlaatsingState.WACHTEND
    line = world.see(loop.wie.consulent, lambda s: queries.tijdlijn(s, found.traject_id))
    assert [(one.gemeente_id, one.van, one.grondslag) for one in line] == [
        (world.gemeente("kampen"), found.gemeld_on, "melding")]
    assert world.see(loop.wie.consulent, lambda s: queries.wachtregel(s, found.id)).versie == "2026-1"


def test_no_placement_before_a_decision(world):
    loop = aangevraagd(world)
    with pytest.raises(Refused, match="na een toekenning"):
        world.as_(loop.wie.consulent, plaatsen.openen, loop.toegang_id, product="beschermd_wonen", doelgroep="psychisch")


def test_a_pgb_does_not_wait_for_a_place(world):
    loop = geplaatst(world, vorm="pgb")
    assert plaatsing(world, loop).state == PlaatsingState.PGB
    assert world.see(loop.wie.consulent, lambda s: queries.wachtregel(s, loop.plaatsing_id)) is None


def test_I3_the_same_support_never_runs_in_kind_and_as_a_pgb(world):
    first = geplaatst(world)
    second = toegekend(world, aangevraagd(world, persoon_id=first.toegang.persoon_id, wie=first.wie), vorm="pgb",
                       motief="wachtlijst")
    with pytest.raises(Refused, match="loopt al in natura"):
        geplaatst(world, second)
    # Another support may.
    assert plaatsing(world, geplaatst(world, second, product="beschermd_thuis")).state == PlaatsingState.PGB


def test_an_offered_place_is_held_and_both_sides_answer(world):
    loop = aangeboden(world)
    assert plaatsing(world, loop).state == PlaatsingState.AANGEBODEN
    place = world.see(loop.wie.consulent, lambda s: queries.bezetting(s, loop.verblijf_id))
    assert (place.plek, place.soort) == (1, "vastgehouden") and place.verloopt_at > clock.now()
    # The provider reads a card without a name, and who it is only after both said yes.
    assert world.see(loop.huis.begeleider, lambda s: s.scalar(select(Kandidaatkaart.doelgroep))) == "psychisch"
    assert world.see(loop.huis.begeleider, lambda s: s.scalar(select(Clientgegevens.naam))) is None

    world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    assert verblijf(world, loop).state == VerblijfState.AANGEBODEN
    world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)

    assert verblijf(world, loop).state == VerblijfState.GERESERVEERD
    assert plaatsing(world, loop).state == PlaatsingState.GERESERVEERD
    assert world.see(loop.huis.begeleider, lambda s: s.scalar(select(Clientgegevens.naam))) == "Sanne Voorbeeld"
    place = world.see(loop.wie.consulent, lambda s: queries.bezetting(s, loop.verblijf_id))
    assert (place.soort, place.verloopt_at) == ("bezet", None)


def test_C6_AC4_an_accepted_offer_removes_from_the_list_with_the_date(world):
    loop = gereserveerd(world)
    line = world.see(loop.wie.consulent, lambda s: s.scalar(select(Wachtregel)))
    assert (line.tot_on, line.einde) == (clock.today(), "geplaatst")


def test_the_provider_answers_last_and_the_portal_follows(world):
    loop = aangeboden(world)
    world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)
    world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    assert verblijf(world, loop).state == VerblijfState.GERESERVEERD

    with acting_for(loop.wie.consulent.party_id):
        session = world.app.new_session()
        with session, session.begin():
            assert tijd.aanbod_verlopen(session, portaal(loop.wie.consulent.party_id), clock.today()) == 1
    assert plaatsing(world, loop).state == PlaatsingState.GERESERVEERD


def test_a_decline_frees_the_place_and_keeps_the_turn(world):
    loop = aangeboden(world)
    world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=False, reden="te_ver")

    assert verblijf(world, loop).state == VerblijfState.GEWEIGERD
    assert plaatsing(world, loop).state == PlaatsingState.WACHTEND
    assert world.see(loop.wie.consulent, lambda s: queries.bezetting(s, loop.verblijf_id)) is None
    assert world.see(loop.wie.consulent, lambda s: queries.wachtregel(s, loop.plaatsing_id)).tot_on is None
    with pytest.raises(Refused, match="al geantwoord"):
        world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)


def test_a_decline_without_a_reason_is_refused(world):
    loop = aangeboden(world)
    with pytest.raises(Refused, match="waarom de inwoner nee zei"):
        world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=False)
    with pytest.raises(Refused, match="waarom de inwoner niet bij u kan wonen"):
        world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=False)


def test_I4_a_hold_expires_and_the_place_is_free(world):
    waar = huis(world, aantal=1)
    loop = aangeboden(world, waar=waar)
    world.clock(timedelta(days=6))
    with pytest.raises(Refused, match="dag om te antwoorden is voorbij"):
        world.as_(waar.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    with pytest.raises(Refused, match="niet langer vastgehouden"):
        world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)

    with acting_for(loop.wie.consulent.party_id):
        session = world.app.new_session()
        with session, session.begin():
            assert tijd.aanbod_verlopen(session, portaal(loop.wie.consulent.party_id), clock.today()) == 1
    assert verblijf(world, loop).state == VerblijfState.VERLOPEN
    assert plaatsing(world, loop).state == PlaatsingState.WACHTEND
    again = aangeboden(world, loop, waar)
    assert world.see(loop.wie.consulent, lambda s: queries.bezetting(s, again.verblijf_id)).plek == 1


def test_a_full_location_is_refused_in_words(world):
    waar = huis(world, aantal=1)
    first = aangeboden(world, waar=waar)
    other = geplaatst(world, toegekend(world, aangevraagd(
        world, wie=first.wie, persoon_id=persoon(world, first.wie, naam="Bo Anders", bsn="", bron=None))))
    with pytest.raises(Refused, match="Er is geen plek vrij"):
        aangeboden(world, other, waar)


def test_I2_the_last_place_is_given_once_in_a_race(world):
    """Two stays claim the last place at the same moment, past every check of the application."""
    waar = huis(world, aantal=2)
    loops = [aangeboden(world, waar=waar)]
    wie = loops[0].wie
    for n in range(4):
        other = geplaatst(world, toegekend(world, aangevraagd(
            world, wie=wie, persoon_id=persoon(world, wie, naam=f"Bo {n}", bsn="", bron=None))))
        with world.owner.begin() as c:
            made = c.execute(text(
                "INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) "
                "SELECT gen_random_uuid(), 'verblijf', :r, titel, 'aangeboden', eigenaar_id "
                "FROM portal.dossier WHERE id = :v RETURNING id"),
                {"r": f"VBL-PROEF-{n}", "v": loops[0].verblijf_id}).scalar()
            c.execute(text("INSERT INTO portal.verblijf (id, plaatsing_id, locatie_id, aanbieder_id, van, inwoner_reden, "
                           "verloopt_at) SELECT :i, :p, locatie_id, aanbieder_id, van, '', verloopt_at "
                           "FROM portal.verblijf WHERE id = :v"),
                      {"i": made, "p": other.plaatsing_id, "v": loops[0].verblijf_id})
        loops.append(Plaatsingsloop(wie, other.toegang, other.plaatsing_id, waar, made))
    gate, outcomes = Barrier(4), []

    def claim(verblijf_id):
        def take(session, actor):
            gate.wait()
            session.add(Bezetting(locatie_id=waar.locatie_id, periode=Range(clock.today(), None), soort="vastgehouden",
                                  verblijf_id=verblijf_id, party_id=actor.party_id, verloopt_at=clock.now() + DAY))
            plaatsen.settle(session)
        try:
            world.as_(wie.consulent, take)
            outcomes.append("plek")
        except Refused as refusal:
            outcomes.append(str(refusal))

    threads = [Thread(target=claim, args=(one.verblijf_id,)) for one in loops[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes.count("plek") == 1 and len(outcomes) == 4
    assert all("geen plek vrij" in said for said in outcomes if said != "plek")


def test_C3_AC5_no_place_without_an_active_contract(world):
    with pytest.raises(Refused, match="geen contract"):
        aangeboden(world, waar=huis(world, contract=False))


def test_C3_AC5_a_contract_for_another_product_is_none(world):
    waar = huis(world, product="beschermd_thuis")
    loop = geplaatst(world, product="beschermd_thuis")
    with pytest.raises(Refused, match="niet voor Beschermd thuis"):
        aangeboden(world, loop, waar)


def test_C3_AC5_a_contract_is_for_the_gemeenten_that_take_part_in_it(world):
    """Staphorst, a member, said no to this perceel; Deventer is no member at all. The lead needs no answer of its own."""
    bought = gecontracteerd(world, besloten=dict.fromkeys(LEDEN, "ja") | {"staphorst": "nee"})
    world.clock(date(2028, 1, 3))
    waar = huis(world, aanbieder_id=bought.wie.aanbieders[0].id)
    for slug in ("deventer", "staphorst"):
        with pytest.raises(Refused, match="doet niet mee aan het contract van deze aanbieder voor Beschermd wonen"):
            aangeboden(world, geplaatst(world, toegekend(world, aangevraagd(world, wie=personen(world, slug)))), waar)
    assert aangeboden(world, geplaatst(world), waar).verblijf_id
    assert world.see(personen(world, "zwolle").consulent, lambda s: queries.contract_gebrek(
        s, waar.aanbieder_id, "beschermd_wonen", clock.today())) is None


def test_C3_AC5_on_the_day_that_a_contract_ended_there_is_none(world):
    waar = huis(world)
    loop = geplaatst(world)
    end = world.behind("SELECT max(tot) FROM portal.overeenkomst_periode WHERE soort = 'basis'")[0][0]
    over = (end - clock.today()).days
    with pytest.raises(Refused, match="op die dag geen contract"):
        aangeboden(world, loop, waar, over=over)
    assert aangeboden(world, loop, waar, over=over - 1).verblijf_id


def test_C13_AC2_fewer_places_than_are_in_use_is_refused(world):
    loop = aangeboden(world, waar=huis(world, aantal=1))
    with pytest.raises(Refused, match="meer plekken in gebruik"):
        world.as_(loop.huis.begeleider, plekken.capaciteit, loop.huis.locatie_id, aantal=0,
                  van=clock.today() + timedelta(days=30))
    with pytest.raises(Refused, match="niet achteraf"):
        world.as_(loop.huis.begeleider, plekken.capaciteit, loop.huis.locatie_id, aantal=5,
                  van=clock.today() - timedelta(days=1))


def test_passing_somebody_over_needs_a_reason_per_person(world):
    waar = huis(world)
    first = geplaatst(world)
    later = geplaatst(world, toegekend(world, aangevraagd(
        world, wie=first.wie, persoon_id=persoon(world, first.wie, naam="Bo Anders", bsn="", bron=None))))
    line = world.see(first.wie.consulent, lambda s: queries.wachtregel(s, first.plaatsing_id))
    order = [one.dossier_id for one in world.see(first.wie.consulent, lambda s: queries.wachtlijst(s, "beschermd_wonen"))]
    loops = {one.plaatsing_id: one for one in (first, later)}
    ahead, behind = loops[order[0]], loops[order[1]]
    with pytest.raises(Refused, match="waarom u die overslaat"):
        aangeboden(world, behind, waar, overslaan={})
    line = world.see(first.wie.consulent, lambda s: queries.wachtregel(s, ahead.plaatsing_id))
    made = aangeboden(world, behind, waar, overslaan={line.id: "Wil wachten op een plek in Kampen."})
    assert plaatsing(world, made).state == PlaatsingState.AANGEBODEN


def test_a_stay_begins_pauses_and_ends_and_the_place_is_free_again(world):
    loop = verblijvend(world)
    assert plaatsing(world, loop).state == PlaatsingState.VERBLIJF
    with pytest.raises(Refused, match="waarom"):
        world.as_(loop.wie.consulent, aanbieden.stilleggen, loop.verblijf_id, reden=" ")
    world.as_(loop.wie.consulent, aanbieden.stilleggen, loop.verblijf_id, reden="Opname in het ziekenhuis.")
    world.as_(loop.wie.consulent, aanbieden.hervatten, loop.verblijf_id)
    with pytest.raises(Refused, match="niet eerder eindigen"):
        world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=date(2020, 1, 1), einde="eigen_keuze")
    world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="uitstroom_zelfstandig")
    assert plaatsing(world, loop).state == PlaatsingState.BEEINDIGD
    free = world.see(loop.wie.consulent, lambda s: queries.vrije_plekken(
        s, loop.huis.locatie_id, clock.today() + timedelta(days=1), None, clock.now()))
    assert free == 3


def test_a_withdrawn_offer_gives_the_turn_back(world):
    loop = gereserveerd(world)
    world.as_(loop.wie.consulent, aanbieden.intrekken, loop.verblijf_id, reden="De woning brandde af.")
    assert plaatsing(world, loop).state == PlaatsingState.WACHTEND
    assert world.see(loop.wie.consulent, lambda s: queries.wachtregel(s, loop.plaatsing_id)) is not None
    assert world.see(loop.huis.begeleider, lambda s: s.scalar(select(Clientgegevens.naam))) is None


# The wall ------------------------------------------------------------------------------------------------------------------

def test_another_gemeente_sees_places_and_a_nameless_line_and_nothing_else(world):
    loop = aangeboden(world)
    zwolle, deventer = personen(world, "zwolle").consulent, personen(world, "deventer").consulent
    for one in (Plaatsing, Verblijf, Clientgegevens, Kandidaatkaart, Grond, Verantwoordelijkheid):
        assert world.see(zwolle, lambda s, one=one: s.scalars(select(one)).all()) == []
    # In the same samenwerkingsverband somebody who waits is a line without a name.
    assert len(world.see(zwolle, lambda s: s.scalars(select(Wachtregel)).all())) == 1
    assert world.see(deventer, lambda s: s.scalars(select(Wachtregel)).all()) == []
    with pytest.raises(NotFound):
        world.as_(zwolle, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)


def test_a_secret_address_is_for_who_has_somebody_there(world):
    waar = huis(world, geheim=True)
    asked = text("SELECT adres FROM portal.locatie_adres")
    zwolle = personen(world, "zwolle").consulent
    assert world.see(zwolle, lambda s: s.scalar(asked)) is None
    loop = aangeboden(world, waar=waar)
    # A hold opens nothing: only a place that both said yes to.
    assert world.see(loop.wie.consulent, lambda s: s.scalar(asked)) is None
    loop = gereserveerd(world, loop)
    assert world.see(loop.wie.consulent, lambda s: s.scalar(asked)).startswith("Voorbeeldplein")
    assert world.see(zwolle, lambda s: s.scalar(asked)) is None


def test_I6_without_a_ground_nobody_takes_part_and_a_ground_that_ends_ends_the_view(world):
    loop = aangeboden(world)
    waar = loop.huis
    seen = world.see(waar.begeleider, lambda s: s.scalars(select(Verblijf.id)).all())
    assert seen == [loop.verblijf_id]

    def share_with_zwolle(session, actor):
        from portal.kernel.dossier import share

        share(session, load(session, Verblijf, loop.verblijf_id), world.gemeente("zwolle"), "gastgemeente")
        plaatsen.settle(session)

    with pytest.raises(Refused, match="geen mandaat of toestemming"):
        world.as_(loop.wie.consulent, share_with_zwolle)

    def withdraw(session, _actor):
        session.scalar(select(Grond)).ingetrokken_at = clock.now()
        plaatsen.settle(session)

    world.as_(loop.wie.consulent, withdraw)
    assert world.see(waar.begeleider, lambda s: s.scalars(select(Verblijf.id)).all()) == []


def test_I6_a_provider_sees_a_stay_as_long_as_it_lasts_and_some_weeks_more(world):
    loop = verblijvend(world)

    def sees() -> bool:
        return bool(world.see(loop.huis.begeleider, lambda s: s.scalars(select(Clientgegevens.naam)).all()))

    world.clock(timedelta(days=800))
    assert sees()
    world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="uitstroom_zelfstandig")
    world.clock(timedelta(weeks=11))
    assert sees()
    world.clock(timedelta(weeks=2))
    assert not sees()


def test_I3_what_is_granted_again_in_the_other_form_begins_when_the_first_is_over(world):
    first = verblijvend(world)
    same = {"wie": first.wie, "persoon_id": first.toegang.persoon_id}
    today = clock.today()
    long, short = (toegekend(world, aangevraagd(world, **same), vorm="pgb", motief="eigen_regie", van=today, tot=tot)
                   for tot in (None, today + DAY))
    world.clock(timedelta(days=9))
    world.as_(first.wie.consulent, aanbieden.beeindigen, first.verblijf_id, on=clock.today(), einde="eigen_keuze")
    with pytest.raises(Refused, match=f"liep al tot en met {clock.today():%d-%m-%Y}. Daarna is er van dit besluit niets over"):
        geplaatst(world, short)
    assert plaatsing(world, geplaatst(world, long)).van == clock.today() + DAY


def test_I3_a_place_begins_after_the_last_day_of_the_pgb(world):
    waar, pgb = huis(world), geplaatst(world, vorm="pgb")
    world.clock(timedelta(days=15))
    world.as_(pgb.wie.consulent, plaatsen.beeindigen, pgb.plaatsing_id, on=clock.today(), einde="eigen_keuze")
    again = geplaatst(world, toegekend(world, aangevraagd(world, wie=pgb.wie, persoon_id=pgb.toegang.persoon_id),
                                       van=clock.today()))
    assert plaatsing(world, again).van == clock.today() + DAY
    with pytest.raises(Refused):
        aangeboden(world, again, waar, over=0)
    assert aangeboden(world, again, waar, over=1).verblijf_id


def test_I3_who_waits_chooses_no_pgb_beside_the_same_in_kind(world):
    first = verblijvend(world)
    second = geplaatst(world, toegekend(world, aangevraagd(world, persoon_id=first.toegang.persoon_id, wie=first.wie)))
    with pytest.raises(Refused, match="loopt al in natura"):
        world.as_(first.wie.consulent, plaatsen.pgb_kiezen, second.plaatsing_id, motief="wachtlijst")
    assert plaatsing(world, second).state == PlaatsingState.WACHTEND
