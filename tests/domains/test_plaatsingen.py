"""Access: from the report to the decision, each step and each refusal, on the real database."""

import uuid
from datetime import date, timedelta

import pytest

from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import besluiten, queries, usecases
from portal.domains.plaatsingen.model import Bron, Geregeld, Melder, ToegangState
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from tests import plaatsingen_world as pw
from tests.plaatsingen_world import ANTWOORDEN, BSN, KLUIS

DAY = timedelta(days=1)


def state(world, loop) -> str:
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.toegang_id)[0][0]


def terms(world, loop) -> dict:
    return {kind: (due, met) for kind, due, met in world.behind(
        "SELECT kind, due_on, met_on FROM portal.termijn WHERE dossier_id = :i ORDER BY started_on, met_on NULLS LAST",
        i=loop.toegang_id)}


def refused(world, person, act, *args, match=None, status=None, **facts):
    with pytest.raises(Refused, match=match) as error:
        world.as_(person, act, *args, **facts)
    assert status is None or error.value.status == status
    return error.value


# ---- Who somebody is ----

def test_a_number_is_kept_closed_and_found_again_by_its_own_gemeente_only(world):
    wie, other = pw.personen(world), pw.personen(world, "zwolle")
    made = pw.persoon(world, wie)
    closed, mark = world.behind("SELECT bsn_gesloten, bsn_kenmerk FROM portal.persoon")[0]
    assert BSN.encode() not in bytes(closed) and KLUIS.open(bytes(closed), made) == BSN
    assert bytes(mark) == KLUIS.kenmerk(BSN, wie.consulent.party_id)
    found = world.as_(wie.consulent, lambda s, a: queries.persoon_met_bsn(s, a.party_id, BSN, KLUIS))
    assert found.id == made
    assert world.as_(other.consulent, lambda s, a: queries.persoon_met_bsn(s, a.party_id, BSN, KLUIS)) is None
    assert "9999" not in str(world.behind("SELECT facts::text FROM portal.case_event"))


@pytest.mark.parametrize(("anders", "said"), [
    ({"naam": " "}, "Vul de naam in"), ({"geboren_on": date(2090, 1, 1)}, "geboortedag ligt in de toekomst"),
    ({"bsn": "999990018"}, "klopt niet"), ({"bsn": "99999001"}, "negen cijfers"), ({"bsn": "٩٩٩٩٩٠٠١٩"}, "klopt niet"),
    ({"bron": None}, "hoe u het burgerservicenummer heeft gecontroleerd"), ({"bsn": "", "adres": ""}, "Vul een adres in")])
def test_a_person_is_refused_with_the_reason_and_nothing_is_kept(world, anders, said):
    wie = pw.personen(world)
    error = refused(world, wie.consulent, usecases.persoon_maken, **{
        "naam": "Sanne", "geboren_on": date(1988, 4, 2), "adres": "Dorpsweg 1", "bsn": BSN, "bron": Bron.BRP, "kluis": KLUIS,
        **anders})
    assert any(said in reason for reason in error.reasons) and BSN not in " ".join(error.reasons)
    assert world.behind("SELECT count(*) FROM portal.persoon")[0][0] == 0


def test_the_same_number_twice_is_one_person(world):
    wie = pw.personen(world)
    pw.persoon(world, wie)
    with pytest.raises(Refused, match="al bekend"):
        pw.persoon(world, wie, naam="Dezelfde")
    assert pw.persoon(world, pw.personen(world, "zwolle"))  # another gemeente knows its own people


def test_looking_at_a_number_asks_why_and_leaves_a_trail(world):
    loop = pw.gemeld(world)
    refused(world, loop.wie.consulent, usecases.inzien, loop.toegang_id, reden="kijken", kluis=KLUIS, match="waarom")
    seen = world.as_(loop.wie.consulent, usecases.inzien, loop.toegang_id, reden="Controle bij de aanvraag.", kluis=KLUIS)
    assert seen == BSN
    kinds = [row[0] for row in world.behind("SELECT kind FROM portal.case_event WHERE dossier_id = :i", i=loop.toegang_id)]
    assert kinds.count("intern:bsn-ingezien") == 1
    refused(world, loop.wie.tekenaar, usecases.inzien, loop.toegang_id, reden="Uit belangstelling.", kluis=KLUIS, status=403)


# ---- The two clocks ----

def test_C2_AC1_a_report_starts_six_weeks_and_a_week_for_the_plan(world):
    loop = pw.gemeld(world)
    found, today = terms(world, loop), clock.today()
    assert found["onderzoek"][0] >= today + 42 * DAY and found["persoonlijk_plan"][0] >= today + 7 * DAY
    assert found["werk_melding"][1] is None and "werk_spoed" not in found


@pytest.mark.parametrize(("anders", "said"), [
    ({"hulpvraag": ""}, "waar iemand hulp"), ({"gemeld_on": date(2090, 1, 1)}, "toekomst"),
    ({"gemeld_on": date(1987, 1, 1)}, "voor de geboorte")])
def test_a_report_is_refused_with_the_reason(world, anders, said):
    wie = pw.personen(world)
    facts = {"persoon_id": pw.persoon(world, wie), "melder": Melder.NAASTE, "gemeld_on": clock.today(), "hulpvraag": "Hulp."}
    refused(world, wie.consulent, usecases.melden, **{**facts, **anders}, match=said)
    assert world.behind("SELECT count(*) FROM portal.toegang")[0][0] == 0


def test_C1_AC1_no_phase_is_skipped(world):
    loop = pw.gemeld(world)
    who, it = loop.wie.consulent, loop.toegang_id
    refused(world, who, usecases.onderzoeken, it, match="cliëntondersteuning")
    refused(world, who, usecases.verslag, it, match="fase")
    refused(world, who, usecases.aanvragen, it, on=clock.today(), match="na het verslag")
    refused(world, who, besluiten.voorstellen, it, **pw.voorstel(), match="fase")
    assert state(world, loop) == ToegangState.GEMELD
    pw.in_onderzoek(world, loop)
    refused(world, who, usecases.verslag, it, match="Schrijf eerst op")
    world.as_(who, usecases.onderzoek_bewaren, it, {"netwerk": "Een zus."})
    assert len(refused(world, who, usecases.verslag, it).reasons) == len(ANTWOORDEN) - 1


def test_C1_AC1_back_only_with_a_reason_and_the_term_does_not_begin_again(world):
    loop = pw.met_verslag(world)
    refused(world, loop.wie.consulent, usecases.heropenen, loop.toegang_id, reden=" ", match="Schrijf waarom")
    before = terms(world, loop)["onderzoek"]
    world.as_(loop.wie.consulent, usecases.heropenen, loop.toegang_id, reden="De mantelzorger wil nog iets vertellen.")
    assert state(world, loop) == ToegangState.ONDERZOEK and terms(world, loop)["onderzoek"] == before
    assert world.behind("SELECT tekst FROM portal.aantekening")[0][0].startswith("De mantelzorger")


def test_C1_AC2_no_grant_or_refusal_before_the_investigation_ended(world):
    """Who waits longer than six weeks may apply without an account; the decision still waits for the investigation."""
    loop = pw.in_onderzoek(world, dagen_geleden=1)
    world.clock(timedelta(days=60))
    world.as_(loop.wie.consulent, usecases.aanvragen, loop.toegang_id, on=clock.today())
    for outcome in ("toekennen", "afwijzen"):
        error = refused(world, loop.wie.consulent, besluiten.voorstellen, loop.toegang_id, **pw.voorstel(uitkomst=outcome))
        assert len(error.reasons) == len(ANTWOORDEN)
    world.as_(loop.wie.consulent, usecases.onderzoek_bewaren, loop.toegang_id, ANTWOORDEN)
    assert pw.voorgesteld(world, loop).besluit_id


def test_C1_AC3_a_general_provision_needs_no_decision(world):
    loop = pw.met_verslag(world)
    refused(world, loop.wie.consulent, besluiten.voorstellen, loop.toegang_id, **pw.voorstel(), match="fase")
    world.as_(loop.wie.consulent, usecases.geen_aanvraag, loop.toegang_id, reden="De inloop in de buurt is genoeg.")
    assert state(world, loop) == ToegangState.GEEN_AANVRAAG
    assert world.behind("SELECT count(*) FROM portal.besluit")[0][0] == 0


def test_the_six_weeks_end_with_the_account_and_the_two_weeks_begin_with_the_application(world):
    loop = pw.met_verslag(world)
    assert terms(world, loop)["onderzoek"][1] == clock.today()
    refused(world, loop.wie.consulent, usecases.aanvragen, loop.toegang_id, on=clock.today() - DAY, match="melding is van")
    world.as_(loop.wie.consulent, usecases.aanvragen, loop.toegang_id, on=clock.today())
    assert terms(world, loop)["toegangsbesluit"][0] >= clock.today() + 14 * DAY


def test_C2_AC3_what_else_is_to_be_arranged_stops_no_clock(world):
    loop = pw.in_onderzoek(world)
    before = {kind: due for kind, (due, _met) in terms(world, loop).items()}
    for stand in (Geregeld.OPEN, Geregeld.GEREGELD):
        world.as_(loop.wie.consulent, usecases.randvoorwaarde, loop.toegang_id, soort="inkomen", stand=stand)
    rows = world.behind("SELECT soort, stand FROM portal.randvoorwaarde")
    assert [tuple(row) for row in rows] == [("inkomen", "geregeld")]
    assert {kind: due for kind, (due, _met) in terms(world, loop).items()} == before
    refused(world, loop.wie.consulent, usecases.randvoorwaarde, loop.toegang_id, soort="vakantie", stand=Geregeld.OPEN,
            match="Kies wat")


def test_a_report_that_cannot_wait_gets_something_at_once_and_the_normal_path_goes_on(world):
    loop = pw.gemeld(world, spoed=True)
    assert terms(world, loop)["werk_spoed"][1] is None
    refused(world, loop.wie.consulent, usecases.tijdelijk_regelen, loop.toegang_id, **pw.tijdelijk(wat=" "),
            match="wat er is geregeld")
    world.as_(loop.wie.consulent, usecases.tijdelijk_regelen, loop.toegang_id, **pw.tijdelijk())
    assert terms(world, loop)["werk_spoed"][1] == clock.today() and terms(world, loop)["onderzoek"][1] is None
    calm = pw.gemeld(world, loop.wie, persoon_id=loop.persoon_id)
    refused(world, loop.wie.consulent, usecases.tijdelijk_regelen, calm.toegang_id, **pw.tijdelijk(), match="geen spoed")


def test_a_personal_plan_comes_once_and_not_before_the_report(world):
    loop = pw.gemeld(world)
    refused(world, loop.wie.consulent, usecases.plan_ontvangen, loop.toegang_id, on=clock.today() - DAY, match="melding is van")
    refused(world, loop.wie.consulent, usecases.plan_ontvangen, loop.toegang_id, on=clock.today() + DAY, match="toekomst")
    world.as_(loop.wie.consulent, usecases.plan_ontvangen, loop.toegang_id, on=clock.today())
    assert terms(world, loop)["persoonlijk_plan"][1] == clock.today()
    refused(world, loop.wie.consulent, usecases.plan_ontvangen, loop.toegang_id, on=clock.today(), match="al een", status=409)


def test_taking_back_ends_every_clock(world):
    loop = pw.aangevraagd(world)
    world.as_(loop.wie.consulent, usecases.intrekken, loop.toegang_id, reden="Ik ga bij mijn zus wonen.")
    assert state(world, loop) == ToegangState.INGETROKKEN
    assert [kind for kind, (_due, met) in terms(world, loop).items() if met is None] == []
    refused(world, loop.wie.consulent, usecases.plan_ontvangen, loop.toegang_id, on=clock.today(), match="klaar", status=409)


# ---- The decision ----

@pytest.mark.parametrize(("anders", "said"), [
    ({"pgb_aangeboden": None}, "pgb"), ({"vorm": "pgb"}, "waarom iemand een pgb"), ({"motivering": "Nodig."}, "motivering"),
    ({"vorm": ""}, "in natura of met een pgb"), ({"product": ""}, "welke ondersteuning"), ({"van": None}, "vanaf welke dag"),
    ({"tot": date(2020, 1, 1)}, "laatste dag"), ({"van": date(2020, 1, 1)}, "aanvraag is van"),
    ({"uitkomst": "misschien"}, "toekennen of afwijzen")])
def test_C6_AC1_a_proposal_is_refused_with_the_reason(world, anders, said):
    loop = pw.aangevraagd(world)
    error = refused(world, loop.wie.consulent, besluiten.voorstellen, loop.toegang_id, **pw.voorstel(**anders))
    assert any(said in reason for reason in error.reasons)
    assert world.behind("SELECT count(*) FROM portal.besluit")[0][0] == 0


def test_a_grant_is_signed_by_another_under_a_mandate_and_its_remedy_runs_from_the_post(world):
    loop = pw.voorgesteld(world)
    letters = pw.NepBrieven(world)
    refused(world, loop.wie.consulent, besluiten.tekenen, loop.besluit_id, brieven=letters)
    world.as_(loop.wie.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=letters)
    assert state(world, loop) == ToegangState.TOEGEKEND and letters.brieven[0].persoon == "Sanne Voorbeeld"
    found = terms(world, loop)
    assert "bezwaartermijn" not in found and found["werk_posten"][1] is None and found["toegangsbesluit"][1] == clock.today()
    for on, said in ((clock.today() - DAY, "getekend op"), (clock.today() + DAY, "toekomst")):
        refused(world, loop.wie.consulent, besluiten.posten, loop.besluit_id, on=on, match=said)
    world.as_(loop.wie.consulent, besluiten.posten, loop.besluit_id, on=clock.today())
    found = terms(world, loop)
    assert found["bezwaartermijn"][0] >= clock.today() + 42 * DAY and found["werk_posten"][1] == clock.today()
    refused(world, loop.wie.consulent, besluiten.posten, loop.besluit_id, on=clock.today(), match="staat er al", status=409)
    # Nobody is forgotten between the grant and the waiting list.
    assert found["werk_plaatsing"][1] is None
    pw.geplaatst(world, loop)
    assert terms(world, loop)["werk_plaatsing"][1] == clock.today()
    frozen = world.behind("SELECT inhoud::text FROM portal.besluit")[0][0]
    assert BSN not in frozen and BSN not in repr(letters.brieven[0])


def test_a_refusal_and_a_proposal_that_came_back(world):
    loop = pw.voorgesteld(world, uitkomst="afwijzen")
    refused(world, loop.wie.consulent, usecases.onderzoek_bewaren, loop.toegang_id, {"netwerk": "Anders."}, match="tekenaar")
    refused(world, loop.wie.consulent, usecases.intrekken, loop.toegang_id, reden="Toch niet.", match="tekenaar")
    world.as_(loop.wie.tekenaar, besluiten.terugsturen, loop.besluit_id, reden="Leg beter uit waarom het netwerk genoeg is.")
    assert terms(world, loop)["werk_besluit"][1] is None
    again = pw.voorgesteld(world, loop, uitkomst="afwijzen")
    world.as_(loop.wie.tekenaar, besluiten.tekenen, again.besluit_id, brieven=pw.NepBrieven(world))
    assert state(world, loop) == ToegangState.AFGEWEZEN


def test_without_a_mandate_of_that_day_nobody_signs(world):
    loop = pw.voorgesteld(world)
    world.as_(loop.wie.beheerder, mandaten.mandaat_intrekken, loop.wie.mandaat_id)
    refused(world, loop.wie.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=pw.NepBrieven(world), match="mandaat")
    assert state(world, loop) == ToegangState.AANGEVRAAGD


# ---- The wall ----

def test_I6_another_gemeente_sees_nothing_and_does_nothing(world):
    loop, other = pw.voorgesteld(world), pw.personen(world, "zwolle")
    world.as_(loop.wie.consulent, usecases.randvoorwaarde, loop.toegang_id, soort="wonen", stand=Geregeld.OPEN)
    for act, facts in ((usecases.onderzoeken, {}), (usecases.onderzoek_bewaren, {"antwoorden": {}}),
                       (usecases.inzien, {"reden": "Nieuwsgierig genoeg.", "kluis": KLUIS}),
                       (usecases.geen_aanvraag, {"reden": "Zomaar."})):
        with pytest.raises(NotFound):
            world.as_(other.consulent, act, loop.toegang_id, **facts)
    with pytest.raises(NotFound):
        world.as_(other.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=pw.NepBrieven(world))
    with pytest.raises(NotFound):
        world.as_(other.consulent, usecases.melden, persoon_id=loop.persoon_id, melder=Melder.ANDER, gemeld_on=clock.today(),
                  hulpvraag="Iemand anders.")
    from portal.domains.plaatsingen.model import Onderzoek, Persoon, Randvoorwaarde, Toegang

    def count(session, _actor):
        return [session.query(kind).count() for kind in (Persoon, Toegang, Onderzoek, Randvoorwaarde)]

    assert world.as_(other.consulent, count) == [0, 0, 0, 0]
    assert world.as_(loop.wie.consulent, count) == [1, 1, 1, 1]


def test_who_has_another_role_at_the_same_gemeente_takes_no_step(world):
    loop = pw.gemeld(world)
    stranger = world.medewerker("kampen", "contractmanager")
    for act, facts in ((usecases.onderzoeken, {}), (usecases.plan_ontvangen, {"on": clock.today()}),
                       (usecases.randvoorwaarde, {"soort": "wonen", "stand": Geregeld.OPEN}),
                       (usecases.inzien, {"reden": "Nieuwsgierig genoeg.", "kluis": KLUIS})):
        refused(world, stranger, act, loop.toegang_id, match="rol", **facts)
    assert world.as_(loop.wie.consulent, lambda s, _a: queries.onderzoek(s, uuid.uuid4())) is None


def test_the_list_shows_what_runs_the_newest_first(world):
    wie = pw.personen(world)
    who = pw.persoon(world, wie)
    first = pw.gemeld(world, wie, dagen_geleden=5, persoon_id=who)
    second = pw.gemeld(world, wie, persoon_id=who)
    world.as_(wie.consulent, usecases.intrekken, first.toegang_id, reden="Niet meer nodig.")
    mine = world.as_(wie.consulent, lambda s, a: [row.id for row in queries.lijst(s, a.party_id).rows])
    everything = world.as_(wie.consulent, lambda s, a: [r.id for r in queries.lijst(s, a.party_id, open_only=False).rows])
    assert (mine, everything) == ([second.toegang_id], [second.toegang_id, first.toegang_id])
