"""The term to decide stands still (Awb 4:15), on the real database: each ground, until when, and what the applicant hears."""

from datetime import date, timedelta

import pytest

from portal.domains.subsidies import bezwaar, ingebreke, opschorten, queries, tekenen, toestemming, usecases
from portal.domains.subsidies.model import BezwaarState, State, ToestemmingState
from portal.kernel import clock
from portal.kernel.dossier import count_of
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_bezwaar import behandelaar, dossier, geweigerd, ingediend, tekenaar, term
from tests.domains.test_subsidies_toestemming import getekend, gevraagd, tijd, verzoek
from tests.domains.test_subsidies_toestemming import voorgesteld as besluit_voorgesteld
from tests.domains.test_subsidies_vaststellen import afgelopen, verantwoord
from tests.subsidies_world import NepBrieven, beoordeeld, in_behandeling, op, subsidie, verstuurd, voorgesteld

DAY = timedelta(days=1)
REDEN = "De brand in het archief van 2 november."


def stil(world, loop, **anders):
    """Let the term stand still by force majeure from today, or as the test says."""
    return world.as_(loop.wie.adviseur, opschorten.opschorten, loop.subsidie_id, **(
        {"grond": "overmacht", "reden": REDEN, "van": clock.today()} | anders))


def loopt(world, loop, vanaf, **anders):
    """And run again."""
    return world.as_(loop.wie.adviseur, opschorten.opschorting_eindigen, loop.subsidie_id, **(
        {"vanaf": vanaf, "reden": "Het archief is weer open."} | anders))


def berichten(world, loop) -> list:
    """The newest message to the applicant first."""
    return world.as_(loop.aanvrager.verzender, lambda s, _a: queries.berichten(s, loop.subsidie_id))


def telling(world, loop, kind="beslistermijn"):
    """The count of the term, line by line."""
    return world.as_(loop.wie.adviseur, lambda s, _a: count_of(s, queries.termijn(s, loop.subsidie_id, kind)))


def gebeurtenis(world, loop, kind) -> dict:
    """The facts of the newest event of this kind."""
    return next(e.facts for e in reversed(world.as_(
        loop.wie.adviseur, lambda s, _a: queries.events(s, loop.subsidie_id))) if e.kind == kind)


def test_the_vector_of_the_law_received_invited_completed(world):
    """Received 2 February, invited 16 February, completed 2 March: 13 days, raw Sunday 12 April, so Monday 13 April 2026."""
    world.clock(op(date(2026, 2, 2)))
    loop = in_behandeling(world, verstuurd(world))
    assert termijn(world, loop, "beslistermijn").started_on == date(2026, 2, 2)
    world.clock(op(date(2026, 2, 17)))
    stil(world, loop)
    world.clock(op(date(2026, 3, 2)))
    due = loopt(world, loop, date(2026, 3, 2))
    assert (due.raw, due.last_day) == (date(2026, 4, 12), date(2026, 4, 13))
    assert termijn(world, loop, "beslistermijn").due_on == date(2026, 4, 13)
    line = next(one for one in due.count if one.text.startswith("Opgeschort"))
    assert line.text == "Opgeschort: 13 dagen erbij (overmacht)"
    assert line.source == "Algemene wet bestuursrecht, artikel 4:15, lid 2, onder c"


def test_force_majeure_open_until_a_step_of_its_own_with_a_message_at_both_ends(world):
    loop = beoordeeld(world)
    before = termijn(world, loop, "beslistermijn").due_on
    today = clock.today()
    due = stil(world, loop)
    assert due.provisional and subsidie(world, loop).state == State.BEOORDEELD
    first = berichten(world, loop)[0]
    assert first.onderwerp.startswith("De beslistermijn staat stil")
    left = (due.raw - today).days
    assert REDEN in first.tekst and f"hebben wij nog {left} dagen" in first.tekst and "lid 2, onder c" in first.tekst
    assert gebeurtenis(world, loop, "subsidie:opschorten") == {
        "grond": "overmacht", "vanaf_on": (today + DAY).isoformat(), "laatste_on": None}, "de dag van ontvangst telde al niet"
    refuses(world, loop.wie.adviseur, opschorten.opschorten, loop.subsidie_id, grond="overmacht", reden=REDEN, van=today,
            status=409, says="De beslistermijn staat stil")
    world.clock(op(today + timedelta(days=10)))
    refuses(world, loop.wie.adviseur, opschorten.opschorting_eindigen, loop.subsidie_id, vanaf=clock.today() + DAY, reden=REDEN,
            says="in de toekomst")
    refuses(world, loop.wie.adviseur, opschorten.opschorting_eindigen, loop.subsidie_id, vanaf=today - 2 * DAY, reden=REDEN,
            says="niet eerder dan zij begon")
    refuses(world, loop.wie.adviseur, opschorten.opschorting_eindigen, loop.subsidie_id, vanaf=clock.today(), reden=" ",
            says="Schrijf waarom")
    found = loopt(world, loop, today + timedelta(days=10))
    assert found.raw == due.raw + timedelta(days=9) and found.last_day >= before
    last = berichten(world, loop)[0]
    assert last.onderwerp.startswith("De beslistermijn loopt weer") and "Awb 4:15, lid 4" in last.tekst
    assert gebeurtenis(world, loop, "subsidie:opschorting_eindigen")["uiterlijk_on"] == found.last_day.isoformat()
    refuses(world, loop.wie.adviseur, opschorten.opschorting_eindigen, loop.subsidie_id, vanaf=clock.today(), reden=REDEN,
            status=409,
            says="staat niet stil")


def test_information_from_abroad_counts_from_the_day_after_the_notice(world):
    loop = in_behandeling(world)
    stil(world, loop, grond="buitenland", van=None, reden="Wij vroegen de gemeente Bentheim om het register.")
    assert gebeurtenis(world, loop, "subsidie:opschorten")["vanaf_on"] == (clock.today() + DAY).isoformat()
    assert any("lid 1, onder b" in line.source for line in telling(world, loop).count)
    world.clock(op(clock.today() + timedelta(days=5)))
    loopt(world, loop, clock.today())
    assert "Opgeschort: 4 dagen erbij (informatie uit het buitenland gevraagd)" in [
        line.text for line in telling(world, loop).count]


def test_what_the_applicant_agreed_to_lies_ahead_with_its_end(world):
    loop = in_behandeling(world)
    before, today = telling(world, loop).raw, clock.today()
    van, tot = today + timedelta(days=3), today + timedelta(days=16)
    due = stil(world, loop, grond="instemming", van=van, tot_en_met=tot, reden="Brief van 1 november, ondertekend.")
    assert not due.provisional and due.raw == before + timedelta(days=14)
    assert termijn(world, loop, "beslistermijn").due_on == due.last_day
    assert "tellen niet mee. Wij beslissen uiterlijk" in berichten(world, loop)[0].tekst
    # Force majeure in the same days: those count once.
    world.clock(op(today + timedelta(days=10)))
    stil(world, loop, van=today + timedelta(days=8), tot_en_met=today + timedelta(days=9))
    assert telling(world, loop).raw == due.raw


@pytest.mark.parametrize(("anders", "says"), [
    ({"grond": "zomaar"}, "Kies waarom"), ({"reden": "  "}, "Schrijf waarom"), ({"van": None}, "vanaf welke dag"),
    ({"van": 1}, "in de toekomst"), ({"tot_en_met": 0}, "Laat de laatste dag leeg"),
    ({"van": -1, "tot_en_met": -2}, "ligt voor de eerste dag"), ({"van": -400}, "begon op"),
    ({"grond": "instemming", "van": 400}, "Later is er niets"),
])
def test_what_is_refused_changes_nothing(world, anders, says):
    loop = in_behandeling(world)
    world.clock(op(clock.today() + timedelta(days=5)))
    day = {name: clock.today() + timedelta(days=value) if isinstance(value, int) else value for name, value in anders.items()}
    before = telling(world, loop)
    refuses(world, loop.wie.adviseur, opschorten.opschorten, loop.subsidie_id, says=says,
            **({"grond": "overmacht", "reden": REDEN, "van": clock.today()} | day))
    assert telling(world, loop) == before
    assert world.behind("SELECT 1 FROM portal.opschorting") == []


def test_not_after_the_term_and_not_by_whom_it_does_not_concern(world):
    loop = in_behandeling(world)
    refuses(world, world.medewerker("kampen", "subsidieadviseur"), opschorten.opschorten, loop.subsidie_id, grond="overmacht",
            reden=REDEN, van=clock.today(), status=404)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer.")
    refuses(world, loop.wie.adviseur, opschorten.opschorten, loop.subsidie_id, grond="overmacht", reden=REDEN,
            van=clock.today(), status=409, says="belang")
    world.clock(op(termijn(world, loop, "beslistermijn").due_on + DAY))
    refuses(world, loop.wie.collega, opschorten.opschorten, loop.subsidie_id, grond="overmacht", reden=REDEN,
            van=clock.today() - timedelta(days=9), tot_en_met=clock.today() - DAY, status=409, says="al voorbij")


def test_while_it_stands_still_nothing_else_moves_the_day_and_no_default_counts(world):
    loop = in_behandeling(world)
    due = termijn(world, loop, "beslistermijn").due_on
    stil(world, loop)
    refuses(world, loop.wie.adviseur, usecases.uitstellen, loop.subsidie_id, tot=due + timedelta(days=20), reden=REDEN,
            says="Laat haar eerst weer lopen")
    refuses(world, loop.wie.adviseur, usecases.aanvulling_vragen, loop.subsidie_id, punten=["De begroting"],
            says="Laat haar eerst weer lopen")
    world.clock(op(due + timedelta(days=30)))
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id, status=425, says="staat stil")
    loopt(world, loop, clock.today())
    assert termijn(world, loop, "beslistermijn").due_on > clock.today()


def test_a_term_that_was_met_while_it_stood_still_does_not_drift(world):
    loop = voorgesteld(world)
    stil(world, loop)
    world.clock(op(clock.today() + timedelta(days=4)))
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=NepBrieven(world))
    then = telling(world, loop)
    world.clock(op(clock.today() + timedelta(days=40)))
    assert telling(world, loop) == then


def test_the_term_to_determine_stands_still_too(world):
    loop = verantwoord(world, afgelopen(world))
    before = telling(world, loop, "vaststellingstermijn").raw
    stil(world, loop)
    world.clock(op(clock.today() + timedelta(days=6)))
    loopt(world, loop, clock.today())
    assert telling(world, loop, "vaststellingstermijn").raw == before + timedelta(days=5)


# A request for consent -------------------------------------------------------------------------------------------------------

def verzoek_stil(world, loop, one, **anders):
    """Let the term on a request stand still by force majeure from today, or as the test says."""
    return world.as_(loop.wie.adviseur, opschorten.opschorten, one.id, **(
        {"grond": "overmacht", "reden": REDEN, "van": clock.today()} | anders))


def telling_van(world, loop, zaak, kind):
    """The count of the term of a dossier under the case, line by line."""
    return world.as_(loop.wie.adviseur, lambda s, _a: count_of(s, queries.termijn(s, zaak.id, kind)))


def test_consent_does_not_come_by_law_while_its_term_stands_still(world):
    """Awb 4:15 and 4:20b: the four weeks run on with what was left of them."""
    loop, one = gevraagd(world)
    first, today = telling_van(world, loop, one, "toestemming"), clock.today()
    world.clock(op(today + timedelta(days=7)))
    due = verzoek_stil(world, loop, one)
    assert due.provisional
    read = world.as_(loop.aanvrager.verzender, lambda s, _a: queries.berichten_over(s, one))
    assert read[0].onderwerp.startswith("De beslistermijn staat stil")
    assert f"uw verzoek om toestemming {one.reference}" in read[0].tekst and "lid 2, onder c" in read[0].tekst
    tijd(world, loop, first.last_day + timedelta(days=30))
    assert verzoek(world, loop).state == ToestemmingState.ONTVANGEN
    # A decision can be proposed and signed all the same: what stands still is not over.
    refuses(world, loop.wie.adviseur, toestemming.verdagen, one.id, reden=REDEN, says="Laat haar eerst weer lopen")
    refuses(world, loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat="Het contract.",
            says="Laat haar eerst weer lopen")
    end = world.as_(loop.wie.adviseur, opschorten.opschorting_eindigen, one.id, vanaf=clock.today(), reden="Weer open.")
    stood = (clock.today() - today).days - 7
    assert end.raw == first.raw + timedelta(days=stood) and end.last_day > clock.today()
    tijd(world, loop, end.last_day)
    assert verzoek(world, loop).state == ToestemmingState.ONTVANGEN
    tijd(world, loop, end.last_day + DAY)
    assert verzoek(world, loop).state == ToestemmingState.VAN_RECHTSWEGE
    refuses(world, loop.wie.adviseur, opschorten.opschorten, one.id, grond="overmacht", reden=REDEN, van=today, status=409)


def test_consent_is_decided_while_it_stands_still(world):
    loop, one = gevraagd(world)
    due = telling_van(world, loop, one, "toestemming").last_day
    verzoek_stil(world, loop, one)
    world.clock(op(due + timedelta(days=9)))
    getekend(world, loop, besluit_voorgesteld(world, loop, one))
    assert verzoek(world, loop).state == ToestemmingState.GEGEVEN


def test_the_recipient_agrees_to_a_delay_of_the_decision_on_consent(world):
    loop, one = gevraagd(world)
    before, today = telling_van(world, loop, one, "toestemming").raw, clock.today()
    due = verzoek_stil(world, loop, one, grond="instemming", van=today + timedelta(days=3),
                       tot_en_met=today + timedelta(days=16), reden="Brief van 1 november.")
    assert not due.provisional and due.raw == before + timedelta(days=14)
    refuses(world, loop.wie.adviseur, opschorten.opschorten, one.id, grond="bezwaar-instemming", reden=REDEN, van=today,
            says="Kies waarom")


def test_nobody_else_lets_a_request_stand_still(world):
    loop, one = gevraagd(world)
    refuses(world, world.medewerker("kampen", "subsidieadviseur"), opschorten.opschorten, one.id, grond="overmacht",
            reden=REDEN, van=clock.today(), status=404)
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer.")
    refuses(world, loop.wie.collega, opschorten.opschorten, one.id, grond="overmacht", reden=REDEN, van=clock.today(),
            status=403, says="belang")


# An objection ----------------------------------------------------------------------------------------------------------------

def behandeld(world, *gronden):
    """An objection in the hands of somebody, on the day after its term to decide began."""
    loop, besluit = geweigerd(world)
    zaak, bea = ingediend(world, loop, besluit, *gronden), behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    return loop, zaak, bea


def na_bezwaartermijn(world, loop, zaak, dagen: int):
    """Some days into the term to decide on the objection."""
    world.clock(op(term(world, loop, zaak).started_on + timedelta(days=dagen)))


def test_the_objector_agrees_to_a_later_decision(world):
    """Awb 7:10, lid 4, onder a and b: after the six weeks more of lid 3, or without them."""
    loop, zaak, bea = behandeld(world, "De telling klopt niet.")
    na_bezwaartermijn(world, loop, zaak, 5)
    world.as_(bea, bezwaar.verdagen, zaak.id, reden="De commissie is met vakantie.")
    before, today = telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw, clock.today()
    due = world.as_(bea, opschorten.opschorten, zaak.id, grond="bezwaar-instemming", reden="Mail van 1 november.",
                    van=today + DAY, tot_en_met=today + timedelta(days=28))
    assert due.raw == before + timedelta(days=28)
    assert any(line.source.endswith("7:10, lid 4, onder a en b") for line in due.count)
    read = world.as_(loop.aanvrager.verzender, lambda s, _a: queries.berichten(s, zaak.id))
    assert f"uw bezwaar {zaak.reference}" in read[0].tekst and "7:10, lid 4" in read[0].tekst
    assert dossier(world, loop).state == BezwaarState.IN_BEHANDELING


def test_an_objection_knows_its_own_grounds(world):
    """Awb 7:14 brings force majeure, not the consent of Awb 4:15, lid 2, onder a: 7:10, lid 4 has that."""
    assert set(opschorten.gronden("bezwaar")) == {"buitenland", "aanvrager", "overmacht", "bezwaar-instemming",
                                                  "bezwaar-procedure"}
    assert opschorten.artikel(opschorten.gronden("bezwaar")["overmacht"]) == "Awb 7:14 en 4:15, lid 2, onder c"
    assert set(opschorten.gronden("toestemming")) == set(opschorten.gronden("subsidie"))
    loop, zaak, bea = behandeld(world, "De telling klopt niet.")
    refuses(world, bea, opschorten.opschorten, zaak.id, grond="instemming", reden=REDEN, van=clock.today(), says="Kies waarom")
    start = term(world, loop, zaak).started_on
    refuses(world, bea, opschorten.opschorten, zaak.id, grond="overmacht", reden=REDEN, van=start - DAY, says="begint op")
    refuses(world, loop.wie.adviseur, opschorten.opschorten, zaak.id, grond="overmacht", reden=REDEN, van=start, status=409,
            says="Uw rol mag dit niet")


def test_force_majeure_in_an_objection_until_it_is_over(world):
    loop, zaak, bea = behandeld(world, "De telling klopt niet.")
    na_bezwaartermijn(world, loop, zaak, 3)
    before, today = telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw, clock.today()
    world.as_(bea, opschorten.opschorten, zaak.id, grond="overmacht", reden=REDEN, van=today)
    for step, facts in ((bezwaar.verdagen, {"reden": REDEN}), (bezwaar.verzuim_melden, {"wat": "Uw gronden."})):
        refuses(world, bea, step, zaak.id, **facts, says="Laat haar eerst weer lopen")
    world.clock(op(before + timedelta(days=30)))
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, zaak.id, status=425, says="staat stil")
    due = world.as_(bea, opschorten.opschorting_eindigen, zaak.id, vanaf=clock.today(), reden="Weer open.")
    assert due.raw == before + (clock.today() - today)
    last = world.as_(loop.aanvrager.verzender, lambda s, _a: queries.berichten(s, zaak.id))[0]
    assert last.onderwerp.startswith("De beslistermijn loopt weer") and "Awb 4:15, lid 4" in last.tekst


def test_grounds_asked_before_the_term_began_let_it_stand_still_from_its_beginning(world):
    """Awb 7:10, lid 2: the days before the term do not count twice, those in it do not count."""
    loop, zaak, bea = behandeld(world)
    before = term(world, loop, zaak)
    world.clock(op(before.started_on - timedelta(days=4)))
    asked = world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="Uw gronden.")
    read = world.as_(loop.aanvrager.verzender, lambda s, _a: queries.berichten(s, zaak.id))
    assert "staat onze beslistermijn stil (Awb 7:10, lid 2)" in read[0].tekst
    raw = telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw
    tijd(world, loop, asked.due_on + DAY)
    stood = (asked.due_on - before.started_on).days - 1
    assert telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw == raw + timedelta(days=stood)
    assert dossier(world, loop).verzuim_verlopen
    # A letter that came in time and was entered later: it is not too late after all, and the term ran on from that day.
    world.as_(bea, bezwaar.papieren_gronden, zaak.id, gronden=["De telling klopt niet."],
              on=before.started_on + timedelta(days=3))
    assert not dossier(world, loop).verzuim_verlopen
    assert telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw == raw + timedelta(days=2)


def test_grounds_that_came_before_the_term_began_cost_no_day(world):
    loop, zaak, bea = behandeld(world)
    raw = telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw
    world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="Uw gronden.")
    world.as_(bea, bezwaar.papieren_gronden, zaak.id, gronden=["De telling klopt niet."], on=clock.today())
    assert telling_van(world, loop, zaak, "beslissing_op_bezwaar").raw == raw


def test_inadmissible_is_not_signed_when_the_grounds_came_in_time_after_all(world):
    loop, zaak, bea = behandeld(world)
    asked = world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="Uw gronden.")
    tijd(world, loop, asked.due_on + DAY)
    voorstel = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="niet_ontvankelijk", grond="verzuim", motivering=REDEN)
    signer = tekenaar(world, loop)
    world.as_(bea, bezwaar.papieren_gronden, zaak.id, gronden=["De telling klopt niet."], on=asked.due_on)
    refuses(world, signer, tekenen.tekenen, voorstel.id, brieven=NepBrieven(world), status=409, says="kwam op tijd")
