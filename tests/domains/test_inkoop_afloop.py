"""Ends that are no award: a perceel lapses, an award is taken back, a published procurement stops."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domains.inkoop import afloop, assessment, inschrijven, public, queries, usecases
from portal.domains.inkoop.model import Inkoop, Perceel, PublicatieSoort, State
from portal.kernel import clock
from portal.kernel.besluit import Rechtsmiddel
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import as_refusal
from portal.web.links import outcome_badge
from tests import inkoop_world as leven

REDEN = "De rechter vond dat punten verkeerd waren geteld."


def refuses(world, person, use_case, *args, says: str, status: int = 422, **kwargs) -> None:
    with pytest.raises(Refused) as refusal:
        world.as_(person, use_case, *args, **kwargs)
    assert says in " ".join(refusal.value.reasons) and refusal.value.status == status, refusal.value.reasons


def state(world, perceel_id):
    return world.behind("SELECT state FROM portal.dossier WHERE id = :p", p=perceel_id)[0][0]


def waiting(world, perceel_id) -> set[str]:
    return {row.kind for row in world.behind("SELECT kind FROM portal.termijn WHERE dossier_id = :p AND met_on IS NULL",
                                             p=perceel_id)}


def stand(world, loop) -> str:
    """The badge in the list of published procurements, as everybody reads it."""
    row = world.see(loop.wie.beleid["ommen"], lambda s: public.announcements(s).rows[0])
    return public.stand(row.sluit_at, row.percelen, row.gegund, clock.now(), vervallen=row.vervallen, gestopt=row.gestopt).text


def uitslag(world, loop) -> dict:
    return world.see(loop.wie.beleid["ommen"], lambda s: public.results(s, loop.inkoop_id))


def van(world, aanbieder) -> list:
    return world.see(aanbieder.auteur, lambda s: afloop.van_aanbieder(s, aanbieder.id))


def bids_say(world, aanbieder) -> str | None:
    with world.app.test_request_context():
        found = outcome_badge(van(world, aanbieder))
    return found and str(found[1])


# A perceel that lapses ------------------------------------------------------------------------------------------------------

def test_everybody_learns_that_a_perceel_lapsed(world):
    loop = leven.geopend(world)
    first, second = loop.percelen
    world.as_(loop.wie.manager, usecases.vervallen, first, reden="Niemand haalt de eisen.")
    result = uitslag(world, loop)[str(first)]
    assert (result.soort, result.inhoud["reden"], result.inhoud["gegund_aan"], result.inhoud["winnaars"]) == (
        "vervallen", "Niemand haalt de eisen.", [], [])
    assert result.inhoud["aantal_inschrijvingen"] == 2 and "standstill_tot" not in result.inhoud
    assert stand(world, loop) == "In beoordeling"
    (one,) = van(world, loop.wie.aanbieders[0])
    assert (one.soort, one.gegund, one.reden, one.uiterlijk_on) == ("vervallen", False, "Niemand haalt de eisen.", None)
    assert not one.runs(clock.today()) and bids_say(world, loop.wie.aanbieders[0]) == "Aan niemand gegund"
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE '%vervalt'")
    assert len(told) == 2 and all("kort geding" in row.tekst for row in told)

    world.as_(loop.wie.manager, usecases.vervallen, second, reden="Ook hier niet.")
    assert stand(world, loop) == "Aan niemand gegund" and set(uitslag(world, loop)) == {str(first), str(second)}
    assert world.see(loop.wie.manager, lambda s: s.get(Inkoop, loop.inkoop_id).state) == State.AFGEROND


def test_a_lapse_and_an_award_together_are_the_end(world):
    loop = leven.vastgesteld(world)
    one, other = loop.percelen
    leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, replace(loop, percelen=(one,)))))
    assert stand(world, loop) == "Deels gegund"
    world.as_(loop.wie.manager, usecases.vervallen, other, reden="Te duur.")
    assert stand(world, loop) == "Afgerond"
    assert {bids_say(world, a) for a in loop.wie.aanbieders} == {"Deels aan u gegund"}


def test_a_perceel_that_nobody_buys_is_not_told_to_bidders(world):
    """It ended before anybody could bid: it is not in the announcement."""
    loop = leven.met_deelname(world, besloten={slug: ["ja", "nee"] for slug in leven.LEDEN})
    loop = leven.gepubliceerde_inkoop(world, loop=leven.doorgezette_inkoop(world, loop))
    assert uitslag(world, loop) == {}


# A draft whose perceel lapses -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("phase", [leven.voorgesteld, leven.gelezen])
def test_a_draft_ends_with_its_perceel(world, phase):
    loop = phase(world, percelen=1)
    (perceel,), (besluit,), wie = loop.percelen, loop.besluiten.values(), loop.wie
    world.as_(wie.manager, usecases.vervallen, perceel, reden="Te duur.")
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "vervallen"
    assert waiting(world, perceel) == set()
    assert world.see(wie.mandaathouder, lambda s: assessment.to_sign(s, wie.mandaathouder.actor).rows) == []
    assert world.see(wie.mandaathouder, lambda s: assessment.queue(s, wie.mandaathouder.actor, besluit).total) == 0
    says = "Dit perceel is vervallen"
    refuses(world, wie.jurist, usecases.meelezen, besluit, says=says, status=409)
    refuses(world, wie.mandaathouder, usecases.terugsturen, besluit, reden="Anders.", says=says, status=409)
    refuses(world, wie.mandaathouder, usecases.tekenen, besluit, brieven=leven.NepBrieven(world), says=says, status=409)
    assert waiting(world, perceel) == set(), "er begint geen werk dat niemand kan doen"
    with pytest.raises(DBAPIError, match="besluit_vast"):
        world.as_(wie.jurist, lambda s, a: s.execute(text("UPDATE portal.besluit SET state = 'opgesteld'")))


def test_what_waits_for_a_signature_asks_the_perceel(world):
    """Also a draft of before, that nobody closed."""
    loop = leven.gelezen(world, percelen=1)
    wie = loop.wie
    assert len(world.see(wie.mandaathouder, lambda s: assessment.to_sign(s, wie.mandaathouder.actor).rows)) == 1
    world.behind("UPDATE portal.dossier SET state = 'geopend' WHERE id = :p", p=loop.percelen[0])
    assert world.see(wie.mandaathouder, lambda s: assessment.to_sign(s, wie.mandaathouder.actor).rows) == []
    refuses(world, wie.mandaathouder, usecases.tekenen, loop.besluiten[loop.percelen[0]], brieven=leven.NepBrieven(world),
            says="wacht niet op een gunning", status=409)


# An award that is taken back ------------------------------------------------------------------------------------------------

def test_an_award_is_taken_back_and_made_again(world):
    loop = leven.gegund(world, percelen=1)
    (perceel,), (besluit,), wie = loop.percelen, loop.besluiten.values(), loop.wie
    world.as_(wie.manager, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today())
    world.as_(wie.mandaathouder, usecases.gunning_intrekken, besluit, reden=REDEN)
    assert state(world, perceel) == "vastgesteld" and waiting(world, perceel) == {"werk_gunnen"}
    (row,) = world.behind("SELECT * FROM portal.besluit")
    assert (row.state, row.ingetrokken_by, row.ingetrokken_reden, row.intrekking_mandaat_id) == (
        "ingetrokken", wie.mandaathouder.user_id, REDEN, wie.volmacht_id)
    assert world.behind("SELECT dagvaarding_on FROM portal.perceel")[0][0] is None
    (facts,) = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'perceel:gunning_intrekken'")[0]
    assert facts["besluit"] == str(besluit) and facts["dagvaarding_on"] == clock.today().isoformat()
    told = world.behind("SELECT party_id, tekst FROM portal.bericht WHERE onderwerp LIKE 'Gunning ingetrokken%'")
    assert {t.party_id for t in told} == {a.id for a in wie.aanbieders}
    assert all(REDEN in t.tekst and "kort geding" in t.tekst and "besluiten opnieuw" in t.tekst for t in told)
    result = uitslag(world, loop)[str(perceel)]
    assert (result.soort, result.inhoud["reden"]) == (PublicatieSoort.INGETROKKEN, REDEN)
    assert stand(world, loop) == "In beoordeling"
    assert bids_say(world, wie.aanbieders[0]) == "Gunning ingetrokken"
    assert world.see(wie.beleid["kampen"], lambda s: usecases.last_gunning(s, s.get(Perceel, perceel)).state) == "ingetrokken"
    refuses(world, wie.mandaathouder, usecases.gunning_intrekken, besluit, reden=REDEN, says="nog niet is ingetrokken",
            status=409)

    again = leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, loop)))
    assert state(world, perceel) == "gegund" and waiting(world, perceel) == {"standstill", "werk_contracteren"}
    assert stand(world, loop) == "Afgerond" and uitslag(world, loop)[str(perceel)].soort == "gunning"
    assert {one.soort for a in wie.aanbieders for one in van(world, a)} == {"gunning"}
    # A letter of the first award does not stand at the second.
    assert {one.bericht.besluit_id for a in wie.aanbieders for one in van(world, a)} == set(again.besluiten.values())
    leven.na_standstill(world, again)
    assert len(world.as_(wie.mandaathouder, usecases.contracteren, perceel)) == 2
    refuses(world, wie.mandaathouder, usecases.gunning_intrekken, again.besluiten[perceel], reden=REDEN,
            says="Dit kan niet in deze fase: gecontracteerd.")


def test_after_taking_back_nobody_may_get_it_and_the_procurement_ends(world):
    loop = leven.gegund(world, percelen=1)
    (perceel,), (besluit,), wie = loop.percelen, loop.besluiten.values(), loop.wie
    world.as_(wie.mandaathouder, usecases.niet_gunnen, besluit, reden=REDEN)
    assert state(world, perceel) == "vervallen" and state(world, loop.inkoop_id) == "afgerond"
    assert waiting(world, perceel) == set() and stand(world, loop) == "Aan niemand gegund"
    result = uitslag(world, loop)[str(perceel)]
    assert (result.soort, result.inhoud["ingetrokken"], result.inhoud["aantal_inschrijvingen"]) == ("vervallen", True, 2)
    assert bids_say(world, wie.aanbieders[1]) == "Aan niemand gegund"
    (kind,) = world.behind("SELECT kind FROM portal.case_event WHERE state_to = 'vervallen'")[0]
    assert kind == "perceel:niet_gunnen"


def test_taking_back_asks_what_signing_asks(world):
    loop = leven.gegund(world, percelen=1)
    (perceel,), (besluit,), wie = loop.percelen, loop.besluiten.values(), loop.wie
    without = world.medewerker("zwolle", "mandaathouder", naam="Zonder volmacht")
    low = world.medewerker("zwolle", "mandaathouder", naam="Lage grens")
    leven.volmacht(world, wie.beheerder, low, tot_bedrag=1)
    for take_back in (usecases.gunning_intrekken, usecases.niet_gunnen):
        refuses(world, without, take_back, besluit, reden=REDEN, says="geen volmacht")
        refuses(world, low, take_back, besluit, reden=REDEN, says="Het bedrag is hoger")
        refuses(world, wie.mandaathouder, take_back, besluit, reden=" ", says="Schrijf waarom.")
        with pytest.raises(NotFound):
            world.as_(world.medewerker("kampen", "mandaathouder"), take_back, besluit, reden=REDEN)
    assert state(world, perceel) == "gegund"
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "verzonden"
    assert "standstill" in waiting(world, perceel)


TAKES_BACK = ("UPDATE portal.besluit SET state = 'ingetrokken', ingetrokken_by = {who}, ingetrokken_at = now(), "
              "ingetrokken_reden = 'Zomaar.', intrekking_mandaat_id = :m{more}")


@pytest.mark.parametrize(("who", "more", "own", "says"), [
    ("portal.user_id()", "", False, "niet_bevoegd"),
    (":other", "", True, "niet_in_eigen_naam"),
    ("portal.user_id()", ", onderwerp = 'Anders.'", True, "besluit_vast"),
    ("portal.user_id()", ", verzonden_at = now()", True, "besluit_vast"),
])
def test_past_the_code_nobody_takes_back_without_the_power_or_changes_what_was_sent(world, who, more, own, says):
    loop = leven.gegund(world, percelen=1)
    wie = loop.wie
    person = wie.mandaathouder if own else world.medewerker("zwolle", "mandaathouder")
    values = {"m": wie.volmacht_id} | ({"other": wie.manager.user_id} if ":other" in who else {})
    with pytest.raises(DBAPIError, match=says):
        world.as_(person, lambda s, a: s.execute(text(TAKES_BACK.format(who=who, more=more)), values))


def test_past_the_code_who_has_the_power_takes_back(world):
    """The control of the test above: the same statement, by who may."""
    loop = leven.gegund(world, percelen=1)
    hit = world.as_(loop.wie.mandaathouder, lambda s, a: s.execute(
        text(TAKES_BACK.format(who="portal.user_id()", more="")), {"m": loop.wie.volmacht_id}).rowcount)
    assert hit == 1


def test_a_no_go_at_the_last_gate_points_to_the_way_out(world):
    loop = leven.gegund(world, percelen=1)
    world.behind("INSERT INTO portal.mijlpaal (id, dossier_id, eigenaar_id, party_id, volgnummer, titel, moment, poort, "
                 "uitkomst, besloten_on) SELECT gen_random_uuid(), dossier_id, eigenaar_id, party_id, 99, 'Raden akkoord', "
                 "moment, 'contracteren', 'no_go', DATE '2026-01-01' FROM portal.mijlpaal LIMIT 1")
    leven.na_standstill(world, loop)
    refuses(world, loop.wie.mandaathouder, usecases.contracteren, loop.percelen[0], says="kan haar intrekken")
    world.as_(loop.wie.mandaathouder, usecases.niet_gunnen, loop.besluiten[loop.percelen[0]], reden="De raden willen niet.")
    assert state(world, loop.inkoop_id) == "afgerond"


# A published procurement that stops ------------------------------------------------------------------------------------------

def test_a_published_procurement_stops_and_who_began_a_bid_hears_why(world):
    loop = leven.gepubliceerde_inkoop(world, aanbieders=3)
    wie = loop.wie
    sent, begun, third = wie.aanbieders
    leven.verstuurd(world, loop, sent)
    bid = leven.concept(world, loop, begun)
    refuses(world, wie.manager, usecases.stoppen, loop.inkoop_id, reden=" ", says="Schrijf waarom.")
    world.as_(wie.manager, usecases.stoppen, loop.inkoop_id, reden="De wet verandert.")
    assert state(world, loop.inkoop_id) == "gestopt" and stand(world, loop) == "Gestopt"
    result = uitslag(world, loop)[str(loop.inkoop_id)]
    assert (result.soort, result.inhoud["reden"]) == ("gestopt", "De wet verandert.")
    told = world.behind("SELECT party_id, tekst FROM portal.bericht b JOIN portal.dossier d ON d.id = b.dossier_id "
                        "WHERE d.soort = 'inschrijving' AND b.onderwerp LIKE '%is gestopt'")
    assert {t.party_id for t in told} == {sent.id, begun.id} and len(told) == 2
    assert all("De wet verandert." in t.tekst and "kort geding" in t.tekst for t in told)
    assert world.behind("SELECT count(*) FROM portal.outbox o JOIN portal.bericht b ON o.sleutel = 'bericht:' || b.id "
                        "WHERE b.onderwerp LIKE '%is gestopt' AND o.party_id = ANY(:p)",
                        p=[sent.id, begun.id])[0][0] == 2
    # Who began stays unknown to the gemeenten.
    assert world.see(wie.manager, lambda s: s.execute(text(
        "SELECT count(*) FROM portal.bericht WHERE party_id = ANY(:p)"), {"p": [sent.id, begun.id]}).scalar()) == 0
    assert waiting(world, bid.inschrijving_id) == set() and waiting(world, loop.inkoop_id) == set()
    assert bids_say(world, sent) == bids_say(world, begun) == "Gestopt"
    refuses(world, begun.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen, says="Deze inkoop is gestopt",
            status=410)
    refuses(world, third.auteur, inschrijven.begin, loop.inkoop_id, says="Deze inkoop is gestopt", status=410)
    assert world.see(third.auteur, lambda s: queries.joinable(s, third.id)) == []
    leven.na_sluiting(world, loop)
    refuses(world, wie.manager, usecases.openen, loop.inkoop_id, says="kan nu niet worden geopend", status=409)


def test_past_the_code_a_stopped_procurement_takes_no_bid_and_its_reason_stays(world):
    loop = leven.met_inschrijvingen(world, percelen=1)
    world.as_(loop.wie.manager, usecases.stoppen, loop.inkoop_id, reden="De wet verandert.")
    again = ("INSERT INTO portal.verzending (id, dossier_id, eigenaar_id, party_id, soort, inkoop_id, perceel_id, versie, "
             "inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) SELECT gen_random_uuid(), dossier_id, eigenaar_id, "
             "party_id, soort, inkoop_id, perceel_id, 9, inhoud, vingerafdruk, 'X', portal.user_id() FROM portal.verzending "
             "LIMIT 1")
    with pytest.raises(DBAPIError) as error:
        world.as_(loop.wie.aanbieders[0].verzender, lambda s, a: s.execute(text(again)))
    assert as_refusal(error.value).status == 410
    for change in ("gestopt_reden = 'Anders.'", "omschrijving = 'Anders.'"):
        with pytest.raises(DBAPIError, match="na_publicatie_vast"):
            world.as_(loop.wie.manager, lambda s, a, change=change: s.execute(text(f"UPDATE portal.inkoop SET {change}")))


def test_only_the_lead_of_a_stopped_procurement_lets_the_bidders_know(world):
    loop = leven.met_inschrijvingen(world, percelen=1)
    tell = text("SELECT portal.inschrijvers_melden(:i, 'Vals', 'Vals')")
    count = "SELECT count(*) FROM portal.bericht WHERE onderwerp = 'Vals'"
    for person in (loop.wie.manager, loop.wie.opener, loop.wie.aanbieders[0].verzender):
        world.as_(person, lambda s, a: s.execute(tell, {"i": loop.inkoop_id}))
    assert world.behind(count)[0][0] == 0, "de inkoop loopt nog"
    world.as_(loop.wie.manager, usecases.stoppen, loop.inkoop_id, reden="De wet verandert.")
    for person in (loop.wie.manager, loop.wie.opener, loop.wie.aanbieders[0].verzender):
        world.as_(person, lambda s, a: s.execute(tell, {"i": loop.inkoop_id}))
    assert world.behind(count)[0][0] == 0, "eenmaal is genoeg"


# The law as data -----------------------------------------------------------------------------------------------------------

def test_the_remedy_of_an_award_is_that_of_its_published_rules(world):
    loop = leven.vastgesteld(world, percelen=1)
    world.behind("UPDATE portal.publicatie SET regelset = jsonb_set(regelset, '{rechtsbescherming,middel}', '\"klacht\"')")
    assert world.as_(loop.wie.manager, usecases.gunnen, loop.percelen[0]).rechtsmiddel == Rechtsmiddel.KLACHT
