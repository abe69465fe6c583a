"""Somebody of the Centrale Toegang handles reports for a gemeente they do not work for, under its mandate (Awb 10:12)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import besluiten, mensen, overdragen, queries, usecases
from portal.domains.plaatsingen.model import Melder, Plaatsing
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel import queries as kernel_queries
from portal.kernel.errors import NotFound, Refused
from tests import namens
from tests import plaatsingen_world as pw

VANDAAG = clock.today


def gemandateerd(world, wie, slug="zwolle"):
    """A consulent of the Centrale Toegang at their own gemeente, the same at work for that of `wie`, and the mandate."""
    person = world.medewerker(slug, "consulent", naam="Centrale Toegang")
    given = world.as_(wie.beheerder, mandaten.mandaat_geven, soort="mandaat", orgaan="college van burgemeester en wethouders",
                      gemachtigde_id=person.user_id, werkgever_id=person.party_id, besluit_soort="toegang_behandelen",
                      tot_bedrag=None, van=VANDAAG() - timedelta(days=1), tot=None, vindplaats="Mandaatregister, nummer 7").id
    for who, van in ((world.medewerker(wie.beheerder.actor.party_slug, "mandaathouder", naam="Secretaris"), "mandaatgever"),
                     (person, "gemachtigde"), (world.medewerker(slug, "beheerder", naam="Werkgever"), "werkgever")):
        world.as_(who, mandaten.instemmen, given, van)
    return person, namens.handelend(world, person, given), given


def melding(world, who, persoon_id, taak="beschermd_wonen"):
    return world.as_(who, usecases.melden, persoon_id=persoon_id, melder=Melder.INWONER, gemeld_on=VANDAAG(),
                     hulpvraag=pw.HULPVRAAG, taak=taak)


def test_C11_the_centrale_toegang_handles_a_report_in_the_name_of_a_gemeente(world):
    wie = pw.personen(world)
    _desk, guest, _id = gemandateerd(world, wie)
    assert guest.actor.party_id == wie.consulent.party_id
    assert guest.actor.permissions == {P.WERK_LEZEN, P.ACCOUNT_EIGEN, P.TOEGANG_LEZEN, P.TOEGANG_BEHANDELEN}
    who = world.as_(guest, usecases.persoon_maken, naam="Bo Anders", adres="Dorp 2",
                    geboren_on=VANDAAG() - timedelta(days=9000))
    found = melding(world, guest, who.id)
    assert (found.gemeente_id, found.behandelt) == (wie.consulent.party_id, "centrale_toegang")
    loop = pw.aangevraagd(world, pw.Toegangsloop(pw.Personen(guest, wie.collega, wie.tekenaar, wie.beheerder, wie.mandaat_id),
                                                 who.id, found.id))
    proposal = pw.voorgesteld(world, loop)
    with pytest.raises(Refused):
        world.as_(guest, besluiten.tekenen, proposal.besluit_id, brieven=pw.NepBrieven(world))
    trace = world.behind("SELECT DISTINCT actor_id, party_id FROM portal.case_event WHERE dossier_id = :d "
                         "AND kind = 'toegang:melden'", d=found.id)
    assert [tuple(row) for row in trace] == [(guest.user_id, wie.consulent.party_id)], "wie het deed, en namens wie"


def test_C11_what_the_wijkteam_handles_stays_with_the_wijkteam(world):
    wie = pw.personen(world)
    _desk, guest, _id = gemandateerd(world, wie)
    persoon_id = pw.persoon(world, wie)
    with pytest.raises(Refused, match="wijkteam van de gemeente zelf"):
        melding(world, guest, persoon_id, "begeleiding")
    own, given = melding(world, wie.consulent, persoon_id, "begeleiding"), melding(world, wie.consulent, persoon_id)
    with pytest.raises(NotFound):
        world.as_(guest, queries.eigen, own.id)
    assert world.as_(guest, queries.eigen, given.id)

    def waits(who):
        return {row.dossier_id for row in world.as_(who, lambda s, a: kernel_queries.work(s, a)).rows}

    assert given.id in waits(guest) and own.id not in waits(guest)
    assert {given.id, own.id} <= waits(wie.consulent)


def test_the_wall_shows_the_guest_no_case_of_the_wijkteam_by_whatever_door(world):
    """Over the wall: people, placements and offers of what the gemeente handles itself."""
    wie = pw.personen(world)
    _desk, guest, _id = gemandateerd(world, wie)
    own = pw.Toegangsloop(wie, pw.persoon(world, wie), None)
    own = replace(own, toegang_id=melding(world, wie.consulent, own.persoon_id, "begeleiding").id)
    placed = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, own)))
    given = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=wie, persoon_id=pw.persoon(
        world, wie, naam="Bo Anders", bsn="", bron=None))))
    for case in (own.toegang_id, placed.plaatsing_id):
        for act in (lambda: world.as_(guest, mensen.zaak, case), lambda: world.as_(guest, mensen.nemen, case),
                    lambda: world.as_(guest, mensen.koppeling_maken, case, hoedanigheid="zelf", naam="x", bewijs="x")):
            with pytest.raises((NotFound, Refused)):
                act()
    assert world.see(guest, lambda s: {one.id for one in s.scalars(select(Plaatsing))}) == {given.plaatsing_id}
    assert world.as_(guest, queries.eigen_plaatsing, given.plaatsing_id)
    with pytest.raises(NotFound):
        world.as_(guest, queries.eigen_plaatsing, placed.plaatsing_id)
    # What another gemeente offers, is answered by the gemeente itself.
    offer = pw.overdracht_aangeboden(world, pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(
        world, wie=pw.personen(world, "dalfsen")))), aan="kampen")
    with pytest.raises(NotFound):
        world.as_(guest, overdragen.antwoorden, offer.overdracht_id, ja=False, reden="netwerk")
    with pytest.raises(Refused, match="rol"):
        world.as_(guest, mensen.koppeling_maken, given.toegang.toegang_id, hoedanigheid="zelf", naam="x", bewijs="x")


def test_C11_nothing_of_another_gemeente_and_nothing_after_the_mandate(world):
    wie = pw.personen(world)
    desk, guest, given = gemandateerd(world, wie)
    elsewhere = pw.gemeld(world, pw.personen(world, "dalfsen"))
    with pytest.raises(NotFound):
        world.as_(guest, queries.eigen, elsewhere.toegang_id)
    world.as_(wie.beheerder, mandaten.mandaat_intrekken, given)
    assert namens.handelend(world, desk, given) is None
