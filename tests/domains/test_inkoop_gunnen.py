"""Opening, assessment, award and contracts: what a second look found wrong, and what holds now."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.domains.inkoop import assessment, queries, usecases, words
from portal.domains.inkoop.model import Inschrijving, Perceel, Score, Toets, Verzending
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from tests import inkoop_world as leven


def raw(world, person, statement: str, **values):
    """Any statement, as the app role bound to this person: what a page with a bug could try."""
    return world.as_(person, lambda session, _actor: session.execute(text(statement), values).rowcount)


def per_perceel(world):
    """Kampen said yes to the first perceel only, Dalfsen to the second only; one bid on both, one on the second alone."""
    loop = leven.met_deelname(world, besloten={
        "zwolle": "ja", "hardenberg": ["nee", "ja"], "kampen": ["ja", "nee"], "dalfsen": "nee"})
    loop = leven.gepubliceerde_inkoop(world, loop=leven.doorgezette_inkoop(world, loop))
    both, second = loop.wie.aanbieders
    bids = (leven.verstuurd(world, loop, both), leven.verstuurd(world, loop, second, loop.percelen[1:]))
    return replace(loop, inschrijvers=bids)


# Who reads what ------------------------------------------------------------------------------------------------------------

def test_a_gemeente_reads_and_judges_only_the_percelen_that_it_takes_part_in(world):
    loop = leven.geopend(world, per_perceel(world))
    first, second = loop.percelen
    kampen = loop.wie.beoordelaar_kampen

    def read(person, kind):
        return world.see(person, lambda s: s.scalars(select(kind)).all())

    assert {v.perceel_id for v in read(kampen, Verzending)} == {first}
    assert {v.perceel_id for v in read(loop.wie.opener, Verzending)} == {second}
    assert len(read(loop.wie.manager, Verzending)) == 3
    # The bid that was sent for the other perceel only is not shared at all.
    assert [i.id for i in read(kampen, Inschrijving)] == [loop.inschrijvers[0].inschrijving_id]
    assert len(read(loop.wie.opener, Inschrijving)) == 2
    files = {d.naam for d in read(kampen, Document) if d.soort == "inschrijvingsstuk"}
    assert files == {"verklaring.pdf", "plan.pdf"}
    codes = world.behind("SELECT d.document_id, d.perceel_id FROM portal.inschrijving_document d")
    mine = {row.document_id for row in codes if row.perceel_id in (None, first)}
    assert {d.id for d in read(kampen, Document) if d.soort == "inschrijvingsstuk"} <= mine

    both = replace(loop, inschrijvers=loop.inschrijvers)
    world.as_(kampen, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    world.as_(loop.wie.beoordelaar, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    bid = loop.inschrijvers[0].inschrijving_id
    world.as_(kampen, usecases.toetsen, first, bid, loop.eisen[first][0], voldoet=True)
    leven.beoordelen(world, both, second, {b.inschrijving_id: 8 for b in loop.inschrijvers})
    assert {t.dossier_id for t in read(kampen, Toets)} == {first} and read(kampen, Score) == []
    assert {s.dossier_id for s in read(loop.wie.opener, Score)} == {second}
    kinds = {(e.kind, e.dossier_id) for e in read(kampen, CaseEvent)}
    assert ("perceel:toetsen", first) in kinds and ("perceel:scoren", second) not in kinds
    assert ("perceel:toetsen", second) not in kinds
    with pytest.raises(DBAPIError, match="beoordeling_niet_deelnemer"):
        raw(world, kampen, "INSERT INTO portal.toets (id, dossier_id, eigenaar_id, party_id, inschrijving_id, eis_id, voldoet, "
            "beoordelaar_id) VALUES (gen_random_uuid(), :d, :z, portal.party(), :i, :e, true, portal.user_id())",
            d=second, z=world.gemeente("zwolle"), i=bid, e=loop.eisen[second][0])


def test_who_opens_last_reads_aloud_every_bid_and_starts_the_work_of_every_perceel(world):
    loop = leven.geopend(world, per_perceel(world))  # Hardenberg opened last; it takes part in the second perceel only
    told = world.see(loop.wie.opener, lambda s: assessment.read_aloud(s, loop.inkoop_id))
    assert [t.perceel_id for t in told].count(loop.percelen[0]) == 1 and len(told) == 3
    assert {t.naam for t in told} == {a.naam for a in loop.wie.aanbieders}
    rows = world.behind("SELECT kind, dossier_id FROM portal.termijn WHERE kind LIKE 'werk%'")
    waits = {(t.kind, t.dossier_id) for t in rows}
    assert ("werk_beoordelen", loop.percelen[0]) in waits
    assert not any(kind == "werk_vervallen" for kind, _id in waits), "er is een inschrijving die de opener niet leest"
    for person in (loop.wie.beleid["kampen"], loop.wie.aanbieders[0].auteur):
        assert world.see(person, lambda s: assessment.read_aloud(s, loop.inkoop_id)) == [], "alleen wie opende"


def test_an_award_that_was_sent_is_for_the_lead_and_who_takes_part_in_that_perceel(world):
    loop = leven.geopend(world, per_perceel(world))
    for person in (loop.wie.beoordelaar, loop.wie.beoordelaar_kampen):
        world.as_(person, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    leven.beoordelen(world, loop, loop.percelen[0], {loop.inschrijvers[0].inschrijving_id: 8})
    one = replace(loop, percelen=loop.percelen[:1])
    leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, leven.vastgesteld(world, one))))

    def awards(person):
        return len(world.see(person, lambda s: s.scalars(select(Besluit)).all()))

    assert awards(loop.wie.manager) == awards(loop.wie.beleid["kampen"]) == 1
    assert {awards(loop.wie.opener), awards(loop.wie.beleid["dalfsen"]), awards(loop.wie.beleid["ommen"])} == {0}
    published = world.see(loop.wie.beleid["dalfsen"], lambda s: s.execute(
        text("SELECT inhoud FROM portal.publicatie WHERE soort = 'gunning'")).scalar())
    assert published["gegund_aan"] == [loop.wie.aanbieders[0].naam] and "score" not in str(published)


def test_before_its_opening_no_bid_is_read_by_anybody_of_a_gemeente(world):
    loop = per_perceel(world)
    for person in (loop.wie.manager, loop.wie.beoordelaar_kampen):
        assert world.see(person, lambda s: queries.opened_bids(s, s.get(Perceel, loop.percelen[0]))) == []


# Contracts -----------------------------------------------------------------------------------------------------------------

def test_a_contract_is_signed_under_a_volmacht_for_contracts_that_is_high_enough(world):
    loop = leven.gegund(world, percelen=1)
    leven.na_standstill(world, loop)
    (perceel,), wie = loop.percelen, loop.wie

    def refused(person, words):
        with pytest.raises(Refused, match=words):
            world.as_(person, usecases.contracteren, perceel)

    refused(wie.manager, "geen volmacht voor dit soort besluit")
    low = world.medewerker("zwolle", "mandaathouder", naam="Lage grens")
    # Two bidders share the value of the perceel: it is signed for once, not twice and not in parts.
    leven.volmacht(world, wie.beheerder, low, besluit_soort="overeenkomst", tot_bedrag=Decimal("11999999.99"))
    refused(low, "Het bedrag is hoger dan uw volmacht toelaat")
    only_awards = world.medewerker("zwolle", "mandaathouder", naam="Alleen gunnen")
    leven.volmacht(world, wie.beheerder, only_awards)
    refused(only_awards, "geen volmacht voor dit soort besluit")
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 0

    high = world.medewerker("zwolle", "mandaathouder", naam="Precies genoeg")
    mandaat_id = leven.volmacht(world, wie.beheerder, high, besluit_soort="overeenkomst", tot_bedrag=Decimal("12000000.00"))
    world.as_(high, usecases.contracteren, perceel)
    rows = world.behind("SELECT getekend_by, mandaat_id, vervanging_id, maximale_waarde FROM portal.overeenkomst")
    assert [tuple(row) for row in rows] == [(high.user_id, mandaat_id, None, Decimal("12000000.00"))] * 2
    (facts,) = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'perceel:contracteren'")[0]
    assert facts["volmacht"] == str(mandaat_id)
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'Contract %'")
    assert len(told) == 2 and all("samen een maximum van € 12.000.000,00" in row.tekst for row in told)


def test_the_database_takes_no_contract_without_a_volmacht_in_force(world):
    loop = leven.gegund(world, percelen=1)
    leven.na_standstill(world, loop)
    insert = ("INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, aanbieder_id, perceel_naam, "
              "product, maximale_waarde, begint_on, getekend_by, mandaat_id) VALUES (gen_random_uuid(), :d, portal.party(), "
              "portal.party(), 'OVK-X', :a, 'X', 'X', 1, '2028-01-01', :w, :m)")
    wie = loop.wie
    values = {"d": loop.percelen[0], "a": wie.aanbieders[0].id, "w": wie.mandaathouder.user_id, "m": wie.contract_volmacht_id}
    for wrong in ({"w": None, "m": None}, {"m": wie.volmacht_id}, {"w": wie.manager.user_id}):
        with pytest.raises(DBAPIError, match="row-level security"):
            raw(world, wie.mandaathouder, insert, **(values | wrong))
    assert raw(world, wie.mandaathouder, insert, **values) == 1


# An interest that is found later -------------------------------------------------------------------------------------------

def test_a_later_interest_locks_out_and_its_judgments_are_set_aside_and_kept(world):
    loop = leven.beoordeeld(world, percelen=1)
    (perceel,), late, other = loop.percelen, loop.wie.beoordelaar, loop.wie.beoordelaar_kampen
    bid, eis = loop.inschrijvers[0].inschrijving_id, loop.eisen[perceel][0]

    def refused(person, use_case, *args, words, **kwargs):
        with pytest.raises(Refused, match=words):
            world.as_(person, use_case, *args, **kwargs)

    refused(late, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False, words="al gegeven")
    jurist, reden = loop.wie.jurist, "Zij bleek er tot vorig jaar te werken."
    refused(jurist, usecases.terzijde_leggen, perceel, late.user_id, reden=reden, words="meldde geen belang")
    world.as_(late, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Ik werkte daar.")
    refused(late, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False, words="meldde al een belang")
    refused(late, usecases.toetsen, perceel, bid, eis, voldoet=True, words="geen belang")
    refused(jurist, usecases.vaststellen, perceel, words="Leg eerst die beoordelingen terzijde")

    refused(jurist, usecases.terzijde_leggen, perceel, late.user_id, reden=" ", words="Schrijf waarom")
    refused(loop.wie.manager, usecases.terzijde_leggen, perceel, late.user_id, reden=reden, words="Uw rol mag dit niet")
    with pytest.raises(NotFound):
        world.as_(world.medewerker("kampen", "inkoopjurist"), usecases.terzijde_leggen, perceel, late.user_id, reden=reden)
    refused(jurist, usecases.terzijde_leggen, perceel, other.user_id, reden=reden, words="meldde geen belang")
    assert world.as_(jurist, usecases.terzijde_leggen, perceel, late.user_id, reden=reden) == 8
    refused(jurist, usecases.terzijde_leggen, perceel, late.user_id, reden=reden, words="tellen er geen beoordelingen mee")
    blad = world.see(jurist, lambda s: assessment.sheet(s, s.get(Perceel, perceel)))
    assert (blad.missing, blad.assessors, len(blad.aside)) == (8, set(), 8)
    assert {(row.terzijde_by, row.terzijde_reden) for row in blad.aside} == {(jurist.user_id, reden)}
    refused(jurist, usecases.vaststellen, perceel, words="Er ontbreken nog beoordelingen: 8")

    leven.beoordelen(world, loop, perceel, {b.inschrijving_id: Decimal("6") for b in loop.inschrijvers}, door=other)
    both = replace(late, actor=replace(late.actor, permissions=jurist.actor.permissions))
    refused(both, usecases.vaststellen, perceel, words="U heeft zelf beoordeeld")
    loop = leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, leven.vastgesteld(world, loop))))
    assert {b.totaal for b in loop.brieven.brieven} == {Decimal("6.00")}, "de brief noemt alleen wat meetelt"
    assert world.behind("SELECT count(*) FROM portal.score WHERE terzijde_at IS NOT NULL")[0][0] == 4


def test_nobody_sets_aside_or_changes_what_was_set_aside_past_the_function(world):
    loop = leven.beoordeeld(world, percelen=1)
    (perceel,), late = loop.percelen, loop.wie.beoordelaar
    aside = ("UPDATE portal.score SET terzijde_at = portal.now(), terzijde_by = portal.user_id(), terzijde_reden = 'Zomaar.'")
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(world, late, aside)
    assert raw(world, loop.wie.jurist, aside) == 0
    world.as_(late, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=True, toelichting="Ik werkte daar.")
    with pytest.raises(DBAPIError, match="eerst_belang_verklaren"):
        raw(world, late, "UPDATE portal.score SET punten = 1")
    with pytest.raises(DBAPIError, match="beoordeling_niet_in_deze_fase"):
        raw(world, loop.wie.beoordelaar_kampen, "SELECT portal.beoordeling_terzijde(:p, :w, 'Zomaar.')", p=perceel,
            w=late.user_id)
    world.as_(loop.wie.jurist, usecases.terzijde_leggen, perceel, late.user_id, reden="Zij werkte daar.")
    assert raw(world, late, "UPDATE portal.score SET punten = 1") == 0


# History -------------------------------------------------------------------------------------------------------------------

def test_the_opening_and_the_signature_stand_in_the_history_of_each_perceel(world):
    loop = leven.gegund(world)
    for perceel in loop.percelen:
        rows = world.behind("SELECT kind, actor_id, state_from, state_to FROM portal.case_event WHERE dossier_id = :p",
                            p=perceel)
        (opened,) = (row for row in rows if row.kind == "perceel:openen")
        assert opened.actor_id == loop.wie.opener.user_id
        assert (opened.state_from, opened.state_to) == ("gepland", "geopend")
        kinds = [row.kind for row in rows]
        assert kinds.count("perceel:tekenen") == 1 and "perceel:gunnen" not in kinds
    # What was signed under the old name keeps its words.
    old, new = (words.sentence(kind, {"brieven": 2}, "Zwolle") for kind in ("perceel:gunnen", "perceel:tekenen"))
    assert old == new == "Gunning getekend. Brieven verstuurd: 2"
