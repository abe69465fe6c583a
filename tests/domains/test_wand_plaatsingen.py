"""What others could still read of a placement after their part was over, and no longer can: neighbouring gemeenten, providers,
and colleagues with another task. Every test climbs at the database itself first."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.exc import DBAPIError

from config import load as load_config
from portal.domains.plaatsingen import aanbieden, overdragen, plaatsen, queries, rules, usecases
from portal.domains.plaatsingen.model import (
    Bezetting,
    Grond,
    Kandidaatkaart,
    Momentopname,
    Overdracht,
    PlaatsingAntwoord,
    Verantwoordelijkheid,
    Verblijf,
)
from portal.kernel import clock
from portal.kernel import queries as kernel_queries
from portal.kernel.aantekening import Aantekening
from portal.kernel.dossier import DossierDeelnemer
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from tests.inkoop_world import uitgevraagde_inkoop
from tests.plaatsingen_world import (
    aangeboden,
    aangevraagd,
    geplaatst,
    gereserveerd,
    huis,
    overdracht_aangeboden,
    personen,
    persoon,
    toegekend,
    verblijvend,
)
from tests.verrekening_world import akkoord

DAY = timedelta(days=1)
NA_NEE = timedelta(days=load_config("plaatsingen")["aanbod"]["zicht_na_nee_dagen"])
OFFER = (Overdracht, Momentopname, Grond, Verantwoordelijkheid, PlaatsingAntwoord)
PLACE = (Verblijf, Kandidaatkaart, Grond, PlaatsingAntwoord)


def left(world, who, tables) -> list[str]:
    """Of which of these tables somebody still reads a row."""
    return [one.__name__ for one in tables if world.see(who, lambda s, one=one: s.scalars(select(one)).first()) is not None]


def longer(world, who, dossier_id) -> None:
    """The owner tries to make the view of the other longer, past every use case."""
    def act(session, _actor):
        session.scalar(select(DossierDeelnemer).where(DossierDeelnemer.dossier_id == dossier_id)).tot = None
        settle(session)

    world.as_(who, act)


# An offer between gemeenten --------------------------------------------------------------------------------------------------

def nee(world, loop):
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="netwerk",
              toelichting="Hun broer woont in Raalte.")


def verlopen(world, loop):
    world.clock(timedelta(days=29))
    world.as_(loop.wie.consulent, overdragen.verlopen, loop.overdracht_id)


@pytest.mark.parametrize("einde", [nee, verlopen])
def test_after_a_no_or_no_answer_the_receiver_sees_the_offer_a_short_while_and_then_only_the_fact(world, einde):
    loop = overdracht_aangeboden(world, verblijvend(world), grond_tot=clock.today() + timedelta(days=365))
    ander, eigen = loop.ontvanger.consulent, loop.wie.consulent
    einde(world, loop)
    assert world.see(ander, lambda s: s.scalar(select(Momentopname.inhoud)))["naam"] == "Sanne Voorbeeld"
    assert world.see(ander, queries.voorbij) == []
    with pytest.raises(Refused, match="voorbij"):
        longer(world, eigen, loop.overdracht_id)
    with pytest.raises(Refused, match="klaar"):
        world.as_(eigen, overdragen.grond_geven, loop.overdracht_id, grondsoort="mandaat", vindplaats="Nog een",
                  grond_tot=clock.today() + 10 * NA_NEE)
    world.clock(NA_NEE - DAY)
    assert left(world, ander, [Momentopname]) == ["Momentopname"]
    world.clock(2 * DAY)
    assert left(world, ander, OFFER) == []
    [fact] = world.see(ander, queries.voorbij)
    assert fact.reference.startswith("OVD-") and fact.van_wie == eigen.party_id and fact.gevraagd_at < clock.now()
    assert fact.reden == ("netwerk" if einde is nee else None) and "Raalte" not in str(tuple(fact))
    with pytest.raises(Refused, match="voorbij") as said:
        nee(world, loop)
    assert said.value.status == 409
    # It is nobody else's fact, and the sender has the offer itself.
    assert world.see(personen(world, "raalte").consulent, queries.voorbij) == world.see(eigen, queries.voorbij) == []


def test_a_withdrawn_offer_is_gone_at_once_and_stays_so(world):
    loop = overdracht_aangeboden(world)
    ander, eigen = loop.ontvanger.consulent, loop.wie.consulent
    world.as_(eigen, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
    assert left(world, ander, OFFER) == []
    assert [one.state for one in world.see(ander, queries.voorbij)] == ["ingetrokken"]
    with pytest.raises(Refused, match="voorbij"):
        longer(world, eigen, loop.overdracht_id)
    assert left(world, ander, OFFER) == []


def test_a_dispute_gives_the_view_back_until_the_ground_ends_and_a_second_no_takes_it(world):
    loop = overdracht_aangeboden(world)
    ander, eigen = loop.ontvanger.consulent, loop.wie.consulent
    nee(world, loop)
    world.clock(NA_NEE + 2 * DAY)
    assert left(world, ander, [Momentopname]) == []
    world.as_(eigen, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    assert left(world, ander, [Momentopname]) == ["Momentopname"] and world.see(ander, queries.voorbij) == []
    until = world.see(ander, lambda s: queries.deelnemer(s, loop.overdracht_id, ander.party_id)).tot
    assert until == clock.end_of(world.see(ander, lambda s: s.scalar(select(Grond.tot_on))))
    world.as_(eigen, overdragen.advies, loop.overdracht_id, advies="Zwolle.", on=clock.today())
    world.as_(ander, overdragen.antwoorden, loop.overdracht_id, ja=False, reden="geen_passende_plek")
    world.clock(NA_NEE + 2 * DAY)
    assert left(world, ander, OFFER) == []


def test_a_dispute_gives_nothing_back_where_no_ground_holds(world):
    loop = overdracht_aangeboden(world)
    nee(world, loop)
    world.clock(timedelta(days=100))
    world.as_(loop.wie.consulent, overdragen.geschil, loop.overdracht_id, reden="Het netwerk is juist daar.")
    assert left(world, loop.ontvanger.consulent, OFFER) == []


def test_the_agreed_days_of_the_database_are_those_of_the_region(world):
    body = world.behind("SELECT prosrc FROM pg_proc WHERE proname = 'zicht_volgt'")[0][0]
    assert f"vandaag + {NA_NEE.days} + 1" in body


# A place at a provider -------------------------------------------------------------------------------------------------------

def inwoner_nee(world, loop):
    world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=False, reden="te_ver")


def aanbieder_nee(world, loop):
    world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=False, reden="groep")


def niet_op_tijd(world, loop):
    # Nobody followed the clock yet: the view ends with the hold itself.
    world.clock(timedelta(days=6))


def ingetrokken(world, loop):
    world.as_(loop.wie.consulent, aanbieden.intrekken, loop.verblijf_id, reden="De woning brandde af.")


@pytest.mark.parametrize("einde", [inwoner_nee, aanbieder_nee, niet_op_tijd, ingetrokken])
def test_a_provider_whose_place_was_declined_keeps_the_bare_fact_alone(world, einde):
    loop = aangeboden(world, toelichting="Heeft een hond.")
    who = loop.huis.begeleider
    assert left(world, who, [Kandidaatkaart]) == ["Kandidaatkaart"] and world.see(who, queries.voorbij) == []
    einde(world, loop)
    assert left(world, who, PLACE) == []
    [fact] = world.see(who, queries.voorbij)
    assert (fact.van_wie, fact.ja) == (loop.wie.consulent.party_id, False if einde is aanbieder_nee else None)
    assert "hond" not in str(tuple(fact))
    with pytest.raises(Refused, match="voorbij"):
        world.as_(who, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    if einde is not niet_op_tijd:
        with pytest.raises(Refused, match="voorbij"):
            longer(world, loop.wie.consulent, loop.verblijf_id)
    else:
        longer(world, loop.wie.consulent, loop.verblijf_id)
    assert left(world, who, PLACE) == []


def test_who_is_to_live_there_is_seen_as_long_as_the_ground_holds(world):
    loop = gereserveerd(world)
    world.clock(timedelta(days=300))
    assert left(world, loop.huis.begeleider, [Kandidaatkaart]) == ["Kandidaatkaart"]


def test_what_is_over_names_nobody_to_a_stranger(world):
    loop = aangeboden(world)
    inwoner_nee(world, loop)
    stranger = world.aanbieder_persoon(world.aanbieder("Een Ander (fictief)"), "begeleider")
    assert world.see(stranger, queries.voorbij) == []
    with pytest.raises(NotFound):
        world.as_(stranger, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    with pytest.raises(DBAPIError):
        world.see(stranger, lambda s: s.execute(text("UPDATE portal.dossier_deelnemer SET van = portal.now(), tot = NULL")))


# Places in use ---------------------------------------------------------------------------------------------------------------

def test_others_count_the_places_in_use_and_never_learn_which_stay_it_is(world):
    loop = gereserveerd(world)
    world.clock(timedelta(days=14))
    zwolle, eigen, huis = personen(world, "zwolle").consulent, loop.wie.consulent, loop.huis.begeleider
    stranger = world.aanbieder_persoon(world.aanbieder("Een Ander (fictief)"), "begeleider")
    mine = select(Bezetting.verblijf_id)
    assert world.see(eigen, lambda s: s.scalars(mine).all()) == [loop.verblijf_id]
    for other in (zwolle, huis, stranger):
        assert world.see(other, lambda s: s.scalars(mine).all()) == []

    def counts(s):
        return s.execute(text("SELECT * FROM portal.plekken_in_gebruik(daterange(:op, :op, '[]'), portal.now())"),
                         {"op": clock.today()}).mappings().all()

    for who in (eigen, zwolle, huis):
        assert [dict(row) for row in world.see(who, counts)] == [
            {"locatie_id": loop.huis.locatie_id, "bezet": 1, "vast": 0, "plekken": [1]}]
        stand = world.see(who, lambda s: queries.stand_van(s, loop.huis.locatie_id, clock.today()))
        assert (stand.aantal, stand.bezet, stand.vast) == (3, 1, 0)
    assert world.see(stranger, counts) == []
    across = text("SELECT * FROM portal.wonen_over_de_grens(:op)")
    for who, seen in ((eigen, 1), (zwolle, 1), (personen(world, "raalte").consulent, 0), (stranger, 0)):
        assert len(world.see(who, lambda s: s.execute(across, {"op": clock.today()}).all())) == seen


# The waiting list ------------------------------------------------------------------------------------------------------------

def leaves(world, slug: str, on) -> None:
    """From this day on a gemeente is no member of the verband; None: it is (again)."""
    world.behind("UPDATE portal.deelname d SET tot = :t FROM portal.partij p WHERE p.id = d.verband_id "
                 "AND d.gemeente_id = :k AND p.slug = 'beschermd-wonen'", t=on, k=world.gemeente(slug))


def test_a_gemeente_that_sees_no_list_says_why_it_passes_over_who_waits_longer(world):
    waar = huis(world)
    wacht = geplaatst(world, toegekend(world, aangevraagd(world, dagen_geleden=30)))
    # Ommen left the verband: it sees nobody's list, and the contract in which it took part runs on.
    ommen = personen(world, "ommen")
    later = geplaatst(world, toegekend(world, aangevraagd(
        world, wie=ommen, persoon_id=persoon(world, ommen, naam="Bo Anders", bsn="", bron=None))))
    leaves(world, "ommen", clock.today())
    try:
        with pytest.raises(Refused, match="wacht iemand langer"):
            aangeboden(world, later, waar, elders=" ")
        assert world.behind("SELECT count(*) FROM portal.verblijf")[0][0] == 0
        form = world.sign_in(ommen.consulent).get(f"/plaatsing/{later.plaatsing_id}/plek/{waar.locatie_id}")
        assert "Wie elders langer wacht" in form.words and not any(one in form.words for one in numbers(world, wacht))
        # It is asked about an own case alone, and says nothing else.
        asked = text("SELECT portal.wacht_langer_elders(:l, :p)")
        for who, case, said in ((ommen.consulent, later, True), (ommen.consulent, wacht, False),
                                (wacht.wie.consulent, wacht, False), (waar.begeleider, later, False)):
            assert world.see(who, lambda s, case=case: s.scalar(asked, {"l": waar.locatie_id, "p": case.plaatsing_id})) is said
        made = aangeboden(world, later, waar, elders="Deze plek is naast het werk.")
        kept = world.see(ommen.consulent, lambda s: s.scalars(select(Aantekening.tekst)).all())
        assert made.verblijf_id and "Deze plek is naast het werk." in kept
        # Who waited longest passes over nobody.
        assert aangeboden(world, wacht, waar, elders="").verblijf_id
    finally:
        leaves(world, "ommen", None)


# Who is shielded -------------------------------------------------------------------------------------------------------------

def hide(world, loop, *, yes: bool = True) -> None:
    world.as_(loop.wie.consulent, usecases.afschermen, loop.toegang.persoon_id, afgeschermd=yes)


def numbers(world, loop) -> list[str]:
    """What of this person could be known by: the references of their cases."""
    return [row[0] for row in world.behind(
        "SELECT reference FROM portal.dossier WHERE id = :p OR ouder_id = :p", p=loop.plaatsing_id)]


def test_others_know_nobody_who_is_shielded_by_number_on_the_waiting_list(world):
    loop = geplaatst(world)
    eigen, ander = loop.wie.consulent, personen(world, "zwolle").consulent
    read = text("SELECT to_jsonb(w)::text FROM portal.wachtlijst('beschermd_wonen') w")
    [number] = numbers(world, loop)
    assert number in world.see(ander, lambda s: s.scalar(read)) and number in world.sign_in(ander).get("/wachtlijst").words
    hide(world, loop)
    assert number not in world.see(ander, lambda s: s.scalar(read))
    page = world.sign_in(ander).get("/wachtlijst").words
    assert number not in page and "Afgeschermd" in page
    assert number in world.sign_in(eigen).get("/wachtlijst").words
    # Nobody writes the number back, and somebody who waits on with other facts stays hidden.
    with pytest.raises(DBAPIError):
        world.as_(eigen, lambda s, _a: s.execute(text("UPDATE portal.wachtregel SET kenmerk = 'BW-1', afgeschermd = false")))
    world.as_(eigen, plaatsen.vraag_bewaren, loop.plaatsing_id, nodig=[], gemeenten=[], mijden=[], omstandigheden=["onveilig"]
              if "onveilig" in rules.voorrangregel(rules.voorrangversie(clock.today()))["punten"] else [])
    assert number not in world.see(ander, lambda s: s.scalar(read))
    hide(world, loop, yes=False)
    assert number in world.see(ander, lambda s: s.scalar(read))


def test_others_know_nobody_who_is_shielded_by_number_in_a_settlement(world):
    loop = akkoord(world)
    known = numbers(world, loop.verblijf)
    read = text("SELECT string_agg(to_jsonb(r)::text, ' ') FROM portal.verrekenregel r")
    assert any(one in world.see(loop.zwolle, lambda s: s.scalar(read)) for one in known)
    hide(world, loop.verblijf)
    pages = [f"/verrekeningen/{loop.verrekening_id}", f"/verrekeningen/{loop.verrekening_id}/bestand.csv"]
    assert not any(one in world.see(loop.zwolle, lambda s: s.scalar(read)) for one in known)
    browser = world.sign_in(loop.zwolle)
    for address in pages:
        text_of = browser.client.get(address).get_data(as_text=True)
        assert not any(one in text_of for one in known), address
    # Who paid knows whom it is about.
    assert any(one in world.sign_in(loop.kampen).get(pages[0]).words for one in known)


def test_others_know_nobody_who_is_shielded_by_number_in_lists_of_offers(world):
    loop = overdracht_aangeboden(world, geplaatst(world, toegekend(world, aangevraagd(
        world, wie=personen(world), persoon_id=persoon(world, personen(world), afgeschermd=True)))))
    number = world.behind("SELECT reference FROM portal.dossier WHERE id = :i", i=loop.overdracht_id)[0][0]
    ander = loop.ontvanger.consulent
    here = world.sign_in(ander).get("/overdrachten").words
    assert number not in here and "Afgeschermd" in here
    assert number in world.sign_in(loop.wie.consulent).get("/overdrachten?van=ons").words
    world.as_(loop.wie.consulent, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
    assert [one.reference for one in world.see(ander, queries.voorbij)] == [""]
    assert number not in world.sign_in(ander).get("/overdrachten").words


# Messages --------------------------------------------------------------------------------------------------------------------

def test_a_message_is_for_who_reads_what_it_is_about_also_when_the_view_of_the_case_ended(world):
    """What is about a person is not for who buys, and a purchase not for who helps people; in no list and on no bell."""
    loop = overdracht_aangeboden(world)
    eigen, ander = loop.wie.consulent, loop.ontvanger.consulent
    inkoper = world.medewerker("zwolle", "contractmanager")
    over = uitgevraagde_inkoop(world)

    def write(session, actor, dossier_id, onderwerp):
        send_message(session, actor, to=ander.party_id, onderwerp=onderwerp, tekst="Zie dossier.", dossier_id=dossier_id)

    world.as_(eigen, write, loop.overdracht_id, "Over een inwoner")
    world.as_(world.medewerker("kampen", "contractmanager"), write, over.inkoop_id, "Over een inkoop")
    world.as_(eigen, write, None, "Over niets")

    def subjects(who, sent=False):
        return {one.onderwerp for one in world.see(who, lambda s: kernel_queries.messages(s, who.actor, sent=sent)).rows}

    for view in ("gedeeld", "voorbij"):
        if view == "voorbij":
            world.as_(eigen, overdragen.intrekken, loop.overdracht_id, reden="Toch niet.")
            # And the share of the purchase ended too: who buys still reads what came about it.
            world.behind("UPDATE portal.dossier_deelnemer SET tot = portal.now() WHERE dossier_id = :i", i=over.inkoop_id)
        assert subjects(ander) >= {"Over een inwoner", "Over niets"} and "Over een inkoop" not in subjects(ander), view
        assert subjects(inkoper) >= {"Over een inkoop", "Over niets"} and "Over een inwoner" not in subjects(inkoper), view
        for who, own in ((inkoper, "Over een inkoop"), (ander, "Over een inwoner")):
            for subject in ("Over een inkoop", "Over een inwoner"):
                found = world.behind("SELECT id FROM portal.bericht WHERE onderwerp = :s", s=subject)[0][0]
                one = world.see(who, lambda s, who=who, found=found: kernel_queries.message(s, found, who.actor, true()))
                assert (one is None) is (subject != own), (view, subject)
                world.sign_in(who).get(f"/berichten/{found}", expect=200 if subject == own else 404)
            bell = world.sign_in(who).get("/berichten").html.select_one("nav a[href='/berichten']").text
            assert re.findall(r"\d+", bell) == [str(len(subjects(who)))], (view, bell)
