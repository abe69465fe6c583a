"""Insight, the public register and budget items, on the real database."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import inzicht, queries, tekenen, uitvoering, usecases, voorstellen
from portal.domains.subsidies.inzicht import Filter
from portal.domains.subsidies.model import Stand
from portal.domains.subsidies.rules import Beslissing
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import PUBLIC_PARTY, acting_for
from tests.domains.test_subsidies import refuses
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot
from tests.domains.test_subsidies_vaststellen import afgelopen, vastgesteld, verantwoord
from tests.domains.test_subsidies_wijzigen import EIGEN, gewijzigd
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import (
    ACTIVITEIT,
    IBAN,
    NepBrieven,
    Subsidieloop,
    beoordeeld,
    jaar,
    neem_in,
    op,
    open_regeling,
    personen,
    verleend,
    voorgesteld,
)


def everybody(world, query):
    """What somebody without a login reads."""
    with acting_for(PUBLIC_PARTY, None, read_only=True), Session(bind=world.app.engine) as session:
        return query(session)


def register(world, **asked):
    """The register as everybody reads it."""
    return everybody(world, lambda s: inzicht.register(s, Filter(**asked)).rows)


def op_papier(world, loop, naam: str, kvk: str = "", **anders) -> Subsidieloop:
    """An application on paper from somebody that the portal does not know."""
    van, tot = jaar()
    facts = {**ACTIVITEIT, "aantal": "1000", "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "5000",
             "begroting": "Materiaal.", "iban": IBAN, "tenaamstelling": naam} | anders
    who = {"id": None, "naam": naam, "kvk_nummer": kvk, "contactpersoon": naam, "postadres": "Straat 1, Zwolle"}
    zaak = world.as_(loop.wie.adviseur, usecases.papier, loop.regeling_id, gegevens=facts, aanvrager=who,
                     papier_on=clock.today())
    return Subsidieloop(loop.wie, loop.regeling_id, subsidie_id=zaak.id)


# The register -----------------------------------------------------------------------------------------------------------------

def test_a_grant_stands_in_the_register_from_the_day_it_is_sent(world):
    loop = voorgesteld(world)
    assert register(world) == []
    verleend_loop = verleend(world, open_regeling(world, loop.wie, titel="Ontmoeten"))
    [row] = register(world)
    van, tot = jaar()
    assert (row.gemeente, row.regeling, row.ontvanger_soort, row.ontvanger, row.doel, row.grondslag) == (
        "Zwolle", "Ontmoeten", "organisatie", "Dagpunt 1 (fictief)", "Dagdelen dagbesteding", "wettelijk")
    assert (row.verleend, row.eerst_verleend, row.van, row.tot, row.verleend_on) == (40_000, 40_000, van, tot, clock.today())
    assert row.vastgesteld is row.ingetrokken_on is row.hoogste is None
    assert verleend_loop.subsidie_id == row.id


def test_nothing_that_an_applicant_typed_is_public(world):
    verleend(world, None, titel="Feest voor Jan Jansen uit de Dorpsstraat")
    [row] = register(world)
    assert "Jansen" not in " ".join(str(value) for value in row)


def test_a_natural_person_has_no_name_in_the_register(world):
    loop = open_regeling(world)
    verleend(world, op_papier(world, loop, "Mieke de Vries"))
    verleend(world, op_papier(world, loop, "Stichting Samen (fictief)", "12345678"))
    rows = {row.ontvanger_soort: row for row in register(world)}
    assert (rows["natuurlijk_persoon"].ontvanger, rows["natuurlijk_persoon"].kvk_nummer) == ("", "")
    assert (rows["organisatie"].ontvanger, rows["organisatie"].kvk_nummer) == ("Stichting Samen (fictief)", "12345678")
    assert register(world, q="Mieke") == []
    with pytest.raises(DBAPIError, match="persoon_zonder_naam"):
        world.behind("UPDATE portal.subsidieregister SET ontvanger = 'Mieke' WHERE ontvanger_soort = 'natuurlijk_persoon'")


def test_an_amended_amount_is_the_newest_and_the_first_stays(world):
    loop = verleend(world)
    gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)
    [row] = register(world)
    assert (row.eerst_verleend, row.verleend, row.ingetrokken_on) == (40_000, 30_000, None)


def test_a_determination_and_its_day_are_shown(world):
    loop = verantwoord(world, afgelopen(world), "899")
    assert register(world)[0].vastgesteld is None
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    [row] = register(world)
    assert (row.verleend, row.vastgesteld, row.vastgesteld_on) == (40_000, 35_960, clock.today())


def test_a_withdrawal_stays_in_sight_with_what_was_granted_first(world):
    loop = verleend(world)
    gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    [row] = register(world)
    assert (row.eerst_verleend, row.verleend, row.ingetrokken_on) == (40_000, 0, clock.today())


def test_search_year_and_gemeente(world):
    loop = verleend(world)
    verleend(world, op_papier(world, open_regeling(world, loop.wie, titel="Buurtfeest"), "Stichting Zon (fictief)", "87654321"))
    assert len(register(world)) == 2
    assert [row.ontvanger for row in register(world, q="zon")] == ["Stichting Zon (fictief)"]
    assert [row.regeling for row in register(world, q="buurtf")] == ["Buurtfeest"]
    assert register(world, q="100%") == []
    assert len(register(world, jaar=clock.today().year)) == 2 and register(world, jaar=clock.today().year - 1) == []
    assert len(register(world, gemeente="zwolle")) == 2 and register(world, gemeente="kampen") == []


def test_a_gemeente_that_closes_its_register_still_reports(world):
    wie = personen(world)
    incidenteel = open_regeling(world, wie, titel="Jubileum", grondslag="incidenteel", verordening="", artikel="",
                                motivering="Er is geen verordening voor een jubileum.")
    verleend(world, incidenteel)
    verleend(world, open_regeling(world, wie))
    assert len(register(world)) == 2
    world.as_(wie.adviseur, inzicht.register_zetten, openbaar=False)
    assert register(world) == []
    now = clock.today().year
    [row] = everybody(world, lambda s: inzicht.verslag(s, now, "zwolle").rows)
    assert (row.regeling, row.grondslag) == ("Jubileum", "incidenteel")
    [line] = everybody(world, lambda s: inzicht.verslag_per_gemeente(s, now, "zwolle"))
    assert (line.spoed, line.incidenteel, line.incidenteel_bedrag) == (0, 1, 40_000)
    # Its own people still see everything; the neighbour sees what everybody sees.
    seen = "SELECT count(*) FROM portal.subsidieregister"
    assert world.see(wie.adviseur, lambda s: s.scalar(text(seen))) == 2
    assert world.see(world.medewerker("kampen", "subsidieadviseur"), lambda s: s.scalar(text(seen))) == 1
    refuses(world, wie.adviseur, inzicht.register_zetten, openbaar=False, status=409)
    world.as_(wie.adviseur, inzicht.register_zetten, openbaar=True)
    assert len(register(world)) == 2


def test_the_report_names_every_gemeente_also_who_gave_nothing(world):
    verleend(world)
    lines = everybody(world, lambda s: inzicht.verslag_per_gemeente(s, clock.today().year))
    assert len(lines) == 11 and all(line.spoed == line.incidenteel == 0 for line in lines)


# The wall ---------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("statement", [
    "INSERT INTO portal.subsidieregister SELECT * FROM portal.subsidieregister",
    "UPDATE portal.subsidieregister SET verleend = 1", "DELETE FROM portal.subsidieregister",
    "SELECT portal.subsidieregister_schrijven(NULL)", "UPDATE portal.begrotingspost SET geboekt = 0",
    "UPDATE portal.begrotingspost SET bedrag = 1000000", "UPDATE portal.begrotingspost_boeking SET bedrag = 1",
    "DELETE FROM portal.begrotingspost_boeking",
])
def test_nobody_writes_what_the_database_writes(world, statement):
    loop = verleend(world)
    for person in (loop.wie.adviseur, loop.aanvrager.verzender):
        with pytest.raises(DBAPIError, match="permission denied"):
            world.as_(person, lambda s, _a: s.execute(text(statement)))
    with pytest.raises(DBAPIError, match=r"permission denied|read-only"):
        everybody(world, lambda s: s.execute(text(statement)))


@pytest.mark.parametrize("table", ["subsidie", "besluit", "indiening", "plafond_boeking", "begrotingspost",
                                   "begrotingspost_boeking", "betaling"])
def test_behind_the_register_everybody_reads_nothing(world, table):
    loop = bevoorschot(world)
    krediet(world, loop.wie.adviseur, boek="100")
    assert len(register(world)) == 1
    assert everybody(world, lambda s: s.scalar(text(f"SELECT count(*) FROM portal.{table}"))) == 0


def test_a_neighbour_does_not_open_the_register_of_another(world):
    wie = personen(world)
    world.as_(wie.adviseur, inzicht.register_zetten, openbaar=False)
    kampen = world.medewerker("kampen", "subsidieadviseur")
    changed = world.as_(kampen, lambda s, _a: s.execute(text(
        "UPDATE portal.gemeente SET register_openbaar = true WHERE slug = 'zwolle'")).rowcount)
    assert changed == 0


# Money ------------------------------------------------------------------------------------------------------------------------

def test_per_scheme_what_there_is_and_what_became_of_it(world):
    year = jaar()[0].year
    loop = betaald(world, bevoorschot(world))
    party = loop.wie.adviseur.party_id
    [row] = world.see(loop.wie.adviseur, lambda s: inzicht.per_regeling(s, party, year).rows)
    g = row.geld
    assert (g.plafond, g.gereserveerd, g.vastgelegd, g.vrij, g.verleend, g.betaald, g.vastgesteld, g.subsidies) == (
        100_000, 0, 40_000, 60_000, 40_000, 20_000, 0, 1)
    assert world.see(loop.wie.adviseur, lambda s: inzicht.samen(s, party, year)) == g
    assert world.see(loop.wie.adviseur, lambda s: inzicht.per_regeling(s, party, year - 1).rows) == []


def test_a_proposal_is_reserved_and_not_granted(world):
    loop = voorgesteld(world)
    whole = world.see(loop.wie.adviseur, lambda s: inzicht.samen(s, loop.wie.adviseur.party_id, jaar()[0].year))
    assert (whole.gereserveerd, whole.verleend, whole.vrij, whole.subsidies) == (40_000, 0, 60_000, 0)


def test_a_neighbour_sees_nothing_of_the_money(world):
    verleend(world)
    kampen = world.medewerker("kampen", "subsidieadviseur")
    assert world.see(kampen, lambda s: inzicht.per_regeling(s, kampen.party_id, jaar()[0].year).rows) == []
    assert world.see(kampen, lambda s: inzicht.samen(s, kampen.party_id, jaar()[0].year)) == inzicht.Geld()


def test_per_gemeente_of_a_samenwerkingsverband_from_what_is_public(world):
    loop = personen(world)
    verband = world.gemeente("beschermd-wonen")
    verleend(world, open_regeling(world, loop, verband_id=verband))
    year = jaar()[0].year
    kampen = world.medewerker("kampen", "subsidieadviseur")
    [row] = world.see(kampen, lambda s: inzicht.per_gemeente(s, kampen.party_id, year))
    assert (row.gemeente, row.regelingen, row.subsidies, row.plafond, row.verleend) == ("Zwolle", 1, 1, 100_000, 40_000)
    outside = world.medewerker("deventer", "subsidieadviseur")
    assert world.see(outside, lambda s: inzicht.per_gemeente(s, outside.party_id, year)) == []


# Flow and what is overdue -------------------------------------------------------------------------------------------------

def met_rapportage(world, **counts):
    """A half year was reported."""
    van, _tot = jaar()
    loop = verleend(world, voorstel={"rapportages": [
        {"van": van.isoformat(), "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-15"}]})
    rapport = world.see(loop.aanvrager.auteur, lambda s: queries.rapportages(s, loop.subsidie_id))[0]
    world.clock(op(date(van.year, 7, 5)))
    for one in (counts, counts | {"instroom": 7}):
        sent = world.as_(loop.aanvrager.verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(480), **one)
        neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop


def test_B9_three_counts_per_period_of_the_last_report(world):
    van, _tot = jaar()
    loop = met_rapportage(world, instroom=3, doorstroom=2)
    party = loop.wie.adviseur.party_id
    [row] = world.see(loop.wie.adviseur, lambda s: inzicht.stroom(s, party, van.year).rows)
    assert (row.titel, row.van, row.tot, row.gevraagd, row.ontvangen) == ("Dagbesteding", van, date(van.year, 7, 1), 1, 1)
    assert (row.instroom, row.doorstroom, row.uitstroom) == (7, 2, None)
    whole = world.see(loop.wie.adviseur, lambda s: inzicht.stroom_samen(s, party, van.year))
    assert tuple(whole) == (1, 1, 7, 2, 0)
    kampen = world.medewerker("kampen", "subsidieadviseur")
    assert world.see(kampen, lambda s: inzicht.stroom(s, kampen.party_id, van.year).rows) == []


def te_laat(world, loop, person=None):
    person = person or loop.wie.adviseur
    return world.see(person, lambda s: inzicht.te_laat(s, person.party_id, clock.today()).rows)


def met_verplichting(world):
    """A grant with an obligation in May and a report in July."""
    van, _tot = jaar()
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    lines = world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))
    [duty] = [one for one in lines if one.soort == "verplichting"]
    world.behind("UPDATE portal.subsidieregel SET uiterlijk_on = :d WHERE id = :i", d=date(van.year, 5, 1), i=duty.id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id,
              motivering="De aanvraag past bij de regeling.", steun="geen",
              staatssteun="De activiteit is lokaal en niet economisch.",
              rapportages=[{"van": van.isoformat(), "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-15"}])
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return loop, duty


def test_what_is_overdue_the_oldest_first(world):
    loop, duty = met_verplichting(world)
    van, _tot = jaar()
    world.clock(op(date(van.year, 5, 1)))
    assert te_laat(world, loop) == []
    world.clock(op(date(van.year, 8, 1)))
    assert [(row.soort, row.uiterlijk_on, row.bewijs) for row in te_laat(world, loop)] == [
        ("verplichting", date(van.year, 5, 1), False), ("rapportage", date(van.year, 7, 15), False)]
    assert te_laat(world, loop)[0].subsidie_id == te_laat(world, loop)[1].subsidie_id == loop.subsidie_id
    first = world.see(loop.wie.adviseur, lambda s: inzicht.te_laat(s, loop.wie.adviseur.party_id, clock.today(), size=1))
    second = world.see(loop.wie.adviseur, lambda s: inzicht.te_laat(s, loop.wie.adviseur.party_id, clock.today(), size=1,
                                                                    after=first.last))
    assert [row.soort for row in (*first.rows, *second.rows)] == ["verplichting", "rapportage"] and second.last is None
    world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, duty.id, tekst="Wij hielden het bij.")
    assert te_laat(world, loop)[0].bewijs
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, duty.id, stand=Stand.VOLDAAN)
    assert [row.soort for row in te_laat(world, loop)] == ["rapportage"]
    assert te_laat(world, loop, world.medewerker("kampen", "subsidieadviseur")) == []
    assert te_laat(world, loop, loop.aanvrager.auteur) == []


# The budget ---------------------------------------------------------------------------------------------------------------

def krediet(world, person, *, bedrag: str = "70000", boek: str = "", **anders):
    """The preparation credit of the seed texts."""
    item = world.as_(person, inzicht.post_maken, **({
        "soort": "krediet", "naam": "Voorbereiding beschermd wonen", "jaar": clock.today().year, "bedrag": Decimal(bedrag),
        "bron": "Decembercirculaire 2013"} | anders))
    if boek:
        boeken(world, person, item, boek)
    return item


def boeken(world, person, item, bedrag: str):
    return world.as_(person, inzicht.boeken, item.id, bedrag=Decimal(bedrag), omschrijving="Inhuur", geboekt_on=clock.today())


def test_B8_spending_above_the_credit_is_refused_to_the_cent(world):
    adviseur = personen(world).adviseur
    item = krediet(world, adviseur, boek="69999.99")
    ask = (adviseur, inzicht.boeken, item.id)
    refuses(world, *ask, bedrag=Decimal("0.02"), omschrijving="Meer", geboekt_on=clock.today(), status=409, says="€ 0,01 over")
    boeken(world, adviseur, item, "0.01")
    assert world.see(adviseur, lambda s: inzicht.post(s, adviseur.party_id, item.id)).over == 0
    refuses(world, *ask, bedrag=Decimal("-70000.01"), omschrijving="Terug", geboekt_on=clock.today(), status=409)
    refuses(world, *ask, bedrag=Decimal(1), omschrijving=" ", geboekt_on=clock.today(), says="waarvoor")
    refuses(world, *ask, bedrag=Decimal(-1), omschrijving="x", geboekt_on=clock.today() + timedelta(days=1), says="toekomst")
    boeken(world, adviseur, item, "-69999.99")
    assert world.see(adviseur, lambda s: inzicht.post(s, adviseur.party_id, item.id)).geboekt == Decimal("0.01")


def test_B8_two_bookings_at_once_never_spend_more_than_there_is(world):
    adviseur = personen(world).adviseur
    item, outcomes, barrier = krediet(world, adviseur), [], threading.Barrier(2, timeout=20)

    def spend():
        with acting_for(adviseur.party_id, adviseur.user_id), Session(bind=world.app.engine) as session:
            inzicht.post(session, adviseur.party_id, item.id)
            barrier.wait()
            try:
                inzicht.boeken(session, adviseur.actor, item.id, bedrag=Decimal(40_000), omschrijving="Inhuur",
                               geboekt_on=clock.today())
                session.commit()
                outcomes.append("geboekt")
            except Refused as refused:
                outcomes.append(refused.reasons[0])

    threads = [threading.Thread(target=spend) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    # Refused by the check, or when both passed it by the database.
    refused = [one for one in outcomes if one != "geboekt"]
    assert len(outcomes) == 2 and len(refused) == 1, outcomes
    assert "niet genoeg over" in refused[0] or "Meer boeken kan niet" in refused[0], outcomes


def test_B8_planned_cuts_are_a_series_and_nothing_is_booked_on_them(world):
    adviseur = personen(world).adviseur
    for year, amount in ((2018, "11200000"), (2015, "4300000")):
        krediet(world, adviseur, soort="bezuiniging", naam="Structurele bezuiniging", jaar=year, bedrag=Decimal(amount))
    series = world.see(adviseur, lambda s: inzicht.bezuinigingen(s, adviseur.party_id))
    assert [(row.jaar, row.bedrag) for row in series] == [(2015, 4_300_000), (2018, 11_200_000)]
    item = krediet(world, adviseur, soort="bezuiniging", naam="Nog een")
    refuses(world, adviseur, inzicht.boeken, item.id, bedrag=Decimal(1), omschrijving="x", geboekt_on=clock.today(), status=409)


@pytest.mark.parametrize(("anders", "says"), [
    ({"naam": " "}, "naam"), ({"bron": ""}, "waar dit bedrag staat"), ({"bedrag": Decimal(0)}, "boven nul"),
    ({"jaar": 1999}, "jaar van 2000"), ({"soort": "pot"}, "wat voor post")])
def test_an_item_without_its_facts_is_refused(world, anders, says):
    refuses(world, personen(world).adviseur, inzicht.post_maken, **({
        "soort": "krediet", "naam": "Post", "jaar": 2026, "bedrag": Decimal(1), "bron": "Begroting"} | anders), says=says)


def test_an_item_goes_only_while_nothing_was_booked_and_its_name_is_used_once(world):
    adviseur = personen(world).adviseur
    item = krediet(world, adviseur)
    refuses(world, adviseur, inzicht.post_maken, soort="krediet", naam=item.naam, jaar=item.jaar, bedrag=Decimal(1),
            bron="Begroting", status=409, says="Er is al een begrotingspost")
    booked = krediet(world, adviseur, naam="Tweede", boek="1")
    refuses(world, adviseur, inzicht.post_weghalen, booked.id, status=409, says="Er is al op deze begrotingspost geboekt")
    world.as_(adviseur, inzicht.post_weghalen, item.id)
    with pytest.raises(NotFound):
        world.see(adviseur, lambda s: inzicht.post(s, adviseur.party_id, item.id))


def test_a_neighbour_and_a_provider_find_no_item(world):
    wie = personen(world)
    item = krediet(world, wie.adviseur)
    for stranger in (world.medewerker("kampen", "subsidieadviseur"), zorgaanbieder(world, "Vreemd (fictief)").auteur):
        with pytest.raises(NotFound):
            world.as_(stranger, inzicht.boeken, item.id, bedrag=Decimal(1), omschrijving="x", geboekt_on=clock.today())
