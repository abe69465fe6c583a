"""Consent to what a recipient wants to do, on the real database: decided in time, put off once, or there by law."""

from datetime import timedelta

import pytest

from portal.db import Session
from portal.domains.subsidies import ingebreke, queries, tekenen, toestemming, usecases
from portal.domains.subsidies.model import ToestemmingState
from portal.jobs import let_time_pass
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.errors import NotFound
from portal.kernel.outbox import Bericht
from portal.kernel.terms import compute
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import NepBrieven, gegevens, mandaat, neem_in, op, open_regeling, verleend

VERZOEK = {"handeling": "e", "omschrijving": "Wij lenen € 20.000 voor een nieuwe keuken.", "reden": "De oude is afgekeurd."}
WAAROM = "De lening past niet bij de begroting die u stuurde."


def per_boekjaar(world):
    """A grant under afd. 4.2.8, that runs; the signer may sign consents too."""
    loop = verleend(world, open_regeling(world, afdeling_4_2_8=True, toestemming_artikel="12"))
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="toestemming")
    return loop


def gevraagd(world, loop=None):
    """A request that was taken in (twice: that changes nothing)."""
    loop = loop or per_boekjaar(world)
    sent = world.as_(loop.aanvrager.verzender, toestemming.vragen, loop.subsidie_id, **VERZOEK)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop, verzoek(world, loop)


def verzoek(world, loop):
    """The newest request as the gemeente sees it."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.toestemmingen(s, loop.subsidie_id)[0])


def term(world, loop, one, kind="toestemming"):
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, one.id, kind, open_only=True)
                     or queries.termijn(s, one.id, kind))


def voorgesteld(world, loop, one, uitkomst="toestemming_geven", **facts):
    return world.as_(loop.wie.adviseur, toestemming.voorstellen, one.id, uitkomst=uitkomst, **facts)


def getekend(world, loop, besluit):
    brieven = NepBrieven(world)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=brieven)
    return brieven.brieven[0]


def tijd(world, loop, dag) -> int:
    """The worker did its round on this day."""
    world.clock(op(dag))
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle):
        return let_time_pass(world.app, zwolle)


def te_laat(world):
    """Nobody decided."""
    loop, one = gevraagd(world)
    tijd(world, loop, term(world, loop, one).due_on + timedelta(days=1))
    return loop, verzoek(world, loop)


def test_a_request_gets_a_dossier_and_four_weeks(world):
    loop, one = gevraagd(world)
    assert (one.state, one.handeling, one.reference[-3:]) == (ToestemmingState.ONTVANGEN, "e", "-T1")
    due = term(world, loop, one)
    assert due.due_on == compute(terms.rule("toestemming"), clock.today()).last_day
    assert due.due_on >= clock.today() + timedelta(weeks=4)
    again = gevraagd(world, loop)[1]
    assert again.reference.endswith("-T2") and again.id != one.id


def test_it_is_asked_only_where_it_must_be(world):
    loop = verleend(world)
    refuses(world, loop.aanvrager.verzender, toestemming.vragen, loop.subsidie_id, **VERZOEK, status=409,
            says="hoeft u geen toestemming te vragen")
    # Afdeling 4.2.8 alone asks nothing: the ordinance must say so, or a line of the grant (Awb 4:71, lid 1).
    silent = verleend(world, open_regeling(world, loop.wie, titel="Per boekjaar", afdeling_4_2_8=True))
    refuses(world, silent.aanvrager.verzender, toestemming.vragen, silent.subsidie_id, **VERZOEK, status=409,
            says="de verordening en uw beschikking vragen dat niet")
    facts = gegevens()["inrichting"]
    line = {"code": "v9", "soort": "verplichting", "tekst": "Vraag toestemming voor een lening.", "grondslag": "4-71",
            "verordening_artikel": "", "bewijs": "Het verzoek", "koppeling": "criterium-verantwoording"}
    asked = verleend(world, open_regeling(world, loop.wie, titel="Met regel", afdeling_4_2_8=True,
                                          inrichting=facts | {"sjabloon": [*facts["sjabloon"], line]}))
    world.as_(asked.aanvrager.verzender, toestemming.vragen, asked.subsidie_id, **VERZOEK)


@pytest.mark.parametrize(("anders", "says"), [
    ({"handeling": "z"}, "Kies waarvoor"), ({"reden": " "}, "Schrijf wat u wilt doen"),
    ({"omschrijving": ""}, "Schrijf wat u wilt doen")])
def test_what_is_asked_and_why(world, anders, says):
    loop = per_boekjaar(world)
    refuses(world, loop.aanvrager.verzender, toestemming.vragen, loop.subsidie_id, **(VERZOEK | anders), says=says)


def test_consent_is_a_decision_that_somebody_else_signs(world):
    loop, one = gevraagd(world)
    besluit = voorgesteld(world, loop, one)
    refuses(world, loop.wie.adviseur, toestemming.voorstellen, one.id, uitkomst="toestemming_geven", status=409,
            says="ligt een")
    letter = getekend(world, loop, besluit)
    one = verzoek(world, loop)
    assert (one.state, one.uitkomst, one.geldt_vanaf) == (ToestemmingState.GEGEVEN, "toestemming_geven", clock.today())
    assert letter.inhoud["gevraagd"] == VERZOEK["omschrijving"] and term(world, loop, one).met_on == clock.today()
    assert term(world, loop, one, "werk_toestemming").met_on == clock.today()
    refuses(world, loop.aanvrager.verzender, toestemming.intrekken, one.id, status=409, says="al beslist")


def test_less_than_was_asked_needs_reasons_conditions_and_a_hearing(world):
    loop, one = gevraagd(world)
    propose = (loop.wie.adviseur, toestemming.voorstellen, one.id)
    refuses(world, *propose, uitkomst="misschien", says="Kies wat u beslist")
    refuses(world, *propose, uitkomst="toestemming_weigeren", motivering="Nee.", says="Schrijf waarom")
    refuses(world, *propose, uitkomst="toestemming_weigeren", motivering=WAAROM, says="Beantwoord eerst")
    refuses(world, *propose, uitkomst="toestemming_weigeren", motivering=WAAROM, eigen_feiten=False, says="waarom de ontvanger")
    refuses(world, *propose, uitkomst="toestemming_weigeren", motivering=WAAROM, eigen_feiten=True, says="Awb 4:7")
    refuses(world, *propose, uitkomst="toestemming_voorwaarden", motivering=WAAROM, eigen_feiten=False, horen="Eigen opgave.",
            voorwaarden=[" "], says="ten minste één voorwaarde")
    refuses(world, *propose, uitkomst="toestemming_niet_behandelen", motivering=WAAROM, says="nog geen tijd")
    asked = world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een ander schreef ons.")
    refuses(world, *propose, uitkomst="toestemming_weigeren", motivering=WAAROM, eigen_feiten=True, says="nog tot en met")
    tijd(world, loop, asked.due_on + timedelta(days=1))
    getekend(world, loop, voorgesteld(world, loop, one, "toestemming_weigeren", motivering=WAAROM, eigen_feiten=True))
    one = verzoek(world, loop)
    assert (one.state, one.geldt_vanaf) == (ToestemmingState.GEWEIGERD, None)


def test_conditions_stand_in_the_decision(world):
    loop, one = gevraagd(world)
    letter = getekend(world, loop, voorgesteld(
        world, loop, one, "toestemming_voorwaarden", voorwaarden=["Stuur ons het contract.", ""], motivering=WAAROM,
        eigen_feiten=False, horen="Het rust op uw eigen gegevens."))
    assert letter.inhoud["voorwaarden"] == ["Stuur ons het contract."]
    assert verzoek(world, loop).state == ToestemmingState.GEGEVEN


def test_it_is_put_off_once(world):
    loop, one = gevraagd(world)
    before = term(world, loop, one).due_on
    refuses(world, loop.wie.adviseur, toestemming.verdagen, one.id, reden=" ", says="Schrijf waarom")
    world.as_(loop.wie.adviseur, toestemming.verdagen, one.id, reden="Wij vragen advies.")
    after = term(world, loop, one).due_on
    assert after >= before + timedelta(weeks=4)
    refuses(world, loop.wie.adviseur, toestemming.verdagen, one.id, reden="Nog eens.", says="al een keer verdaagd")
    tijd(world, loop, after)
    assert verzoek(world, loop).state == ToestemmingState.ONTVANGEN
    tijd(world, loop, after + timedelta(days=1))
    assert verzoek(world, loop).state == ToestemmingState.VAN_RECHTSWEGE


def test_nobody_decided_in_time_so_the_consent_is_there_by_law(world):
    """Awb 4:20b: from the third day after the last day to decide; Awb 4:20c: made public within two weeks."""
    loop, one = gevraagd(world)
    due = term(world, loop, one).due_on
    besluit = voorgesteld(world, loop, one, "toestemming_weigeren", motivering=WAAROM, eigen_feiten=False, horen="Eigen.")
    tijd(world, loop, due)
    assert verzoek(world, loop).state == ToestemmingState.ONTVANGEN
    world.clock(op(due + timedelta(days=1)))
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409, says="van rechtswege")
    assert tijd(world, loop, due + timedelta(days=6)) >= 1, "de werker lag een paar dagen stil"
    assert tijd(world, loop, due + timedelta(days=6)) == 0
    one = verzoek(world, loop)
    assert (one.state, one.uitkomst) == (ToestemmingState.VAN_RECHTSWEGE, toestemming.VAN_RECHTSWEGE)
    assert one.geldt_vanaf == due + timedelta(days=3)
    publish = term(world, loop, one, "toestemming_bekendmaken")
    assert publish.due_on == compute(terms.rule("toestemming_bekendmaken"), due).last_day
    dropped = world.as_(loop.wie.adviseur, lambda s, _a: [
        b.state for b in queries.besluiten_van(s, loop.subsidie_id) if b.id == besluit.id])
    assert dropped == [besluiten.State.VERVALLEN]
    told = world.as_(loop.aanvrager.verzender, lambda s, _a: [b.onderwerp for b in s.query(Bericht).all()])
    assert any("toestemming van rechtswege" in one for one in told)


def test_what_is_there_by_law_is_made_public_and_nothing_is_decided_any_more(world):
    loop, one = te_laat(world)
    refuses(world, loop.wie.adviseur, toestemming.voorstellen, one.id, uitkomst="toestemming_geven", status=409, says="fase")
    besluit = world.as_(loop.wie.adviseur, toestemming.voorleggen, one.id)
    refuses(world, loop.wie.adviseur, toestemming.voorleggen, one.id, status=409, says="ligt")
    letter = getekend(world, loop, besluit)
    after = verzoek(world, loop)
    assert letter.inhoud["uitkomst"] == toestemming.VAN_RECHTSWEGE
    assert letter.inhoud["geldt_vanaf"] == one.geldt_vanaf.isoformat()
    assert (after.state, after.beslissing_id) == (ToestemmingState.VAN_RECHTSWEGE, besluit.id)
    assert after.geldt_vanaf == one.geldt_vanaf
    assert term(world, loop, after, "toestemming_bekendmaken").met_on == clock.today()
    refuses(world, loop.wie.adviseur, toestemming.voorleggen, one.id, status=409, says="al bekendgemaakt")


def test_making_it_public_too_late_costs_money_after_a_notice(world):
    """Awb 4:20d."""
    loop, one = te_laat(world)
    due = term(world, loop, one, "toestemming_bekendmaken").due_on
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, one.id, status=425, says="telt pas daarna")
    world.clock(op(due + timedelta(days=1)))
    sent = world.as_(loop.aanvrager.verzender, ingebreke.stellen, one.id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    last = term(world, loop, one, "ingebrekestelling").due_on
    tijd(world, loop, last + timedelta(days=1))
    tijd(world, loop, last + timedelta(days=5))
    getekend(world, loop, world.as_(loop.wie.adviseur, toestemming.voorleggen, one.id))
    meter = world.as_(loop.wie.adviseur, lambda s, _a: ingebreke.meter(s, one.id, clock.today()))
    assert meter.dagen == 4 and not meter.loopt
    assert term(world, loop, one, "dwangsombeschikking").started_on == clock.today()
    besluit = world.as_(loop.wie.adviseur, ingebreke.voorstellen, loop.subsidie_id, dossier_id=one.id)
    assert besluit.bedrag == 4 * 23


def test_while_a_supplement_is_asked_the_term_stands_still(world):
    """Awb 4:15: nothing comes into being by law meanwhile."""
    loop, one = gevraagd(world)
    before = term(world, loop, one)
    refuses(world, loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat=" ", says="Schrijf wat er ontbreekt")
    world.clock(op(before.due_on - timedelta(days=1)))
    world.as_(loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat="Het contract van de lening.")
    tijd(world, loop, before.due_on + timedelta(days=5))
    assert verzoek(world, loop).state == ToestemmingState.WACHT_OP_AANVULLING
    sent = world.as_(loop.aanvrager.verzender, toestemming.aanvullen, one.id, tekst="Hier staat het contract.")
    for _ in range(2):
        neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert verzoek(world, loop).state == ToestemmingState.ONTVANGEN
    assert term(world, loop, one).due_on > before.due_on + timedelta(days=5)
    assert term(world, loop, one, toestemming.AANVULLEN).met_on == clock.today()
    refuses(world, loop.aanvrager.verzender, toestemming.aanvullen, one.id, tekst="Meer.", status=409, says="vroeg niet")


def test_what_is_not_supplemented_may_stay_unhandled_and_else_the_term_runs_out(world):
    loop, one = gevraagd(world)
    asked = world.as_(loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat="Het contract.")
    tijd(world, loop, asked.due_on + timedelta(days=1))
    again = verzoek(world, loop)
    assert (again.state, again.niet_aangevuld) == (ToestemmingState.ONTVANGEN, True)
    getekend(world, loop, voorgesteld(world, loop, one, "toestemming_niet_behandelen",
                                      motivering="U stuurde het contract niet, en zonder contract kunnen wij niet beslissen."))
    assert verzoek(world, loop).state == ToestemmingState.BUITEN_BEHANDELING


def test_a_proposal_that_comes_back_is_work_again(world):
    loop, one = gevraagd(world)
    besluit = voorgesteld(world, loop, one)
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Wij lenen zelf ook al.")
    assert term(world, loop, one, "werk_toestemming").met_on is None
    voorgesteld(world, loop, one)


def test_the_recipient_takes_it_back(world):
    loop, one = gevraagd(world)
    besluit = voorgesteld(world, loop, one)
    sent = world.as_(loop.aanvrager.verzender, toestemming.intrekken, one.id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert verzoek(world, loop).state == ToestemmingState.INGETROKKEN
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409, says="fase")
    tijd(world, loop, term(world, loop, one).due_on + timedelta(days=1))
    assert verzoek(world, loop).state == ToestemmingState.INGETROKKEN


def test_who_declared_an_interest_decides_nothing(world):
    loop, one = gevraagd(world)
    world.as_(loop.wie.collega, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn broer.")
    refuses(world, loop.wie.collega, toestemming.voorstellen, one.id, uitkomst="toestemming_geven", status=403, says="belang")


def test_a_competitor_and_a_neighbour_see_nothing_of_it(world):
    loop, one = gevraagd(world)
    other, buur = zorgaanbieder(world, "Ander (fictief)").verzender, world.medewerker("kampen", "subsidieadviseur")
    for act in (lambda: world.as_(other, toestemming.vragen, loop.subsidie_id, **VERZOEK),
                lambda: world.as_(other, toestemming.intrekken, one.id),
                lambda: world.as_(other, toestemming.aanvullen, one.id, tekst="x"),
                lambda: world.as_(buur, toestemming.verdagen, one.id, reden="x"),
                lambda: world.as_(buur, toestemming.voorstellen, one.id, uitkomst="toestemming_geven")):
        with pytest.raises(NotFound):
            act()
    assert world.as_(other, lambda s, _a: queries.toestemmingen(s, loop.subsidie_id)) == []
    with acting_for(buur.party_id), Session(bind=world.app.engine) as session:
        assert queries.toestemmingen(session, loop.subsidie_id) == []


# On paper, and conditions afterwards ------------------------------------------------------------------------------------------

def op_papier(world, loop, **anders):
    """A request by letter, entered by the adviser."""
    return world.as_(loop.wie.adviseur, toestemming.papier, loop.subsidie_id, **(VERZOEK | {"on": clock.today()} | anders))


def test_a_request_on_paper_counts_from_the_day_it_came_in(world):
    loop = per_boekjaar(world)
    granted = clock.today()
    world.clock(op(granted + timedelta(days=12)))
    one = op_papier(world, loop, on=granted + timedelta(days=2))
    due = term(world, loop, one)
    assert (one.ontvangen_on, due.started_on) == (granted + timedelta(days=2),) * 2
    assert due.due_on == compute(terms.rule("toestemming"), one.ontvangen_on).last_day
    assert world.as_(loop.aanvrager.verzender, lambda s, _a: queries.toestemmingen(s, loop.subsidie_id)), "hij ziet het ook"
    tijd(world, loop, due.due_on + timedelta(days=1))
    assert verzoek(world, loop).state == ToestemmingState.VAN_RECHTSWEGE


def test_a_recipient_outside_the_portal_is_asked_nothing_there(world):
    loop = per_boekjaar(world)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)
    one = op_papier(world, loop)
    assert world.behind("SELECT 1 FROM portal.dossier_deelnemer WHERE dossier_id = :i", i=one.id) == []
    besluit = voorgesteld(world, loop, one)
    assert getekend(world, loop, besluit).inhoud["gevraagd"] == VERZOEK["omschrijving"]
    assert verzoek(world, loop).state == ToestemmingState.GEGEVEN


@pytest.mark.parametrize(("anders", "says"), [
    ({"handeling": "zz"}, "Kies waarvoor"), ({"omschrijving": " "}, "Schrijf wat"), ({"on": 1}, "niet in de toekomst"),
    ({"on": -9}, "binnen na het besluit"),
])
def test_what_a_letter_must_say_and_when_it_can_have_come(world, anders, says):
    loop = per_boekjaar(world)
    given = {name: clock.today() + timedelta(days=value) if isinstance(value, int) else value
             for name, value in anders.items()}
    refuses(world, loop.wie.adviseur, toestemming.papier, loop.subsidie_id, says=says,
            **(VERZOEK | {"on": clock.today()} | given))
    assert world.as_(loop.wie.adviseur, lambda s, _a: queries.toestemmingen(s, loop.subsidie_id)) == []


def test_no_letter_where_no_consent_is_needed_or_by_whom_it_does_not_concern(world):
    bare = verleend(world)
    refuses(world, bare.wie.adviseur, toestemming.papier, bare.subsidie_id, **VERZOEK, on=clock.today(), status=409,
            says="hoeft u geen toestemming te vragen")
    refuses(world, world.medewerker("kampen", "subsidieadviseur"), toestemming.papier, bare.subsidie_id, **VERZOEK,
            on=clock.today(), status=404)


VOORSCHRIFT = {
    "voorschriften": ["Meld elke maand de stand van de lening.", " "], "eigen_feiten": False,
    "motivering": "Zonder toezicht valt de opvang van honderd inwoners weg.", "horen": "Dit volgt uit het verzoek zelf."}


def bekend(world):
    """There by law, and made public."""
    loop, one = te_laat(world)
    besluit = world.as_(loop.wie.adviseur, toestemming.voorleggen, one.id)
    getekend(world, loop, besluit)
    return loop, verzoek(world, loop)


def test_conditions_are_set_within_six_weeks_after_a_consent_by_law_is_made_public(world):
    loop, one = te_laat(world)
    refuses(world, loop.wie.adviseur, toestemming.voorschriften_voorstellen, one.id, **VOORSCHRIFT, status=409,
            says="Maak de toestemming eerst bekend")
    getekend(world, loop, world.as_(loop.wie.adviseur, toestemming.voorleggen, one.id))
    last = term(world, loop, one, "toestemming_voorschriften").due_on
    assert last == compute(terms.rule("bezwaartermijn"), clock.today()).last_day, "ook zes weken"
    world.clock(op(last))
    ask = (loop.wie.adviseur, toestemming.voorschriften_voorstellen, one.id)
    refuses(world, *ask, **VOORSCHRIFT | {"voorschriften": [" "]}, says="ten minste één voorschrift")
    refuses(world, *ask, **VOORSCHRIFT | {"motivering": "kort"}, says="ernstige gevolgen")
    refuses(world, *ask, **VOORSCHRIFT | {"eigen_feiten": None}, says="Beantwoord eerst")
    refuses(world, *ask, **VOORSCHRIFT | {"eigen_feiten": True}, says="eerst om een zienswijze")
    besluit = world.as_(*ask, **VOORSCHRIFT)
    refuses(world, *ask, **VOORSCHRIFT, status=409, says="ligt een voorstel")
    brief = getekend(world, loop, besluit)
    assert brief.inhoud["voorwaarden"] == ["Meld elke maand de stand van de lening."]
    found = verzoek(world, loop)
    assert (found.state, found.uitkomst) == (ToestemmingState.VAN_RECHTSWEGE, "toestemming_van_rechtswege")
    assert found.beslissing_id != besluit.id, "wat van rechtswege kwam, blijft dat"


def test_after_those_six_weeks_no_conditions_are_proposed_or_signed(world):
    loop, one = bekend(world)
    besluit = world.as_(loop.wie.adviseur, toestemming.voorschriften_voorstellen, one.id, **VOORSCHRIFT)
    world.clock(op(term(world, loop, one, "toestemming_voorschriften").due_on + timedelta(days=1)))
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="kon tot en met")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Te laat.")
    refuses(world, loop.wie.adviseur, toestemming.voorschriften_voorstellen, one.id, **VOORSCHRIFT, status=409,
            says="kon tot en met")


def test_a_supplement_by_letter_counts_from_the_day_it_came_in(world):
    loop, one = gevraagd(world)
    adviser, before, today = loop.wie.adviseur, term(world, loop, one), clock.today()
    enter = (adviser, toestemming.papieren_aanvulling, one.id)
    refuses(world, *enter, tekst="Alvast.", on=today, status=409, says="U vroeg niet om een aanvulling")
    world.as_(adviser, toestemming.aanvulling_vragen, one.id, wat="Het contract.")
    world.clock(op(today + timedelta(days=6)))
    for facts, says in (({"tekst": " "}, "Schrijf wat er in de brief staat"),
                        ({"on": today - timedelta(days=1)}, "nadat u erom"),
                        ({"on": clock.today() + timedelta(days=1)}, "niet in de toekomst")):
        refuses(world, *enter, **({"tekst": "Hier is het.", "on": clock.today()} | facts), says=says)
    refuses(world, world.medewerker("kampen", "subsidieadviseur"), toestemming.papieren_aanvulling, one.id, tekst="x",
            on=today, status=404)
    found = world.as_(*enter, tekst="Hier is het contract.", on=today + timedelta(days=5))
    assert found.state == ToestemmingState.ONTVANGEN and term(world, loop, one).due_on > before.due_on
    sent = world.behind("SELECT papier_on, inhoud FROM portal.indiening WHERE soort = 'toestemmingaanvulling'")[0]
    assert sent.papier_on == today + timedelta(days=5) and sent.inhoud["ingevoerd_door"]


def test_a_supplement_in_time_that_is_entered_late_was_in_time(world):
    loop, one = gevraagd(world)
    today = clock.today()
    asked = world.as_(loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat="Het contract.")
    tijd(world, loop, asked.due_on + timedelta(days=1))
    late = term(world, loop, one).due_on
    assert verzoek(world, loop).niet_aangevuld
    world.as_(loop.wie.adviseur, toestemming.papieren_aanvulling, one.id, tekst="Hier.", on=today + timedelta(days=2))
    assert not verzoek(world, loop).niet_aangevuld and term(world, loop, one).due_on < late


def test_whoever_does_everything_on_paper_is_waited_for_at_the_gemeente(world):
    loop, one = gevraagd(world)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :i", i=loop.subsidie_id)
    asked = world.as_(loop.wie.adviseur, toestemming.aanvulling_vragen, one.id, wat="Het contract.")
    assert (asked.party_id, asked.endpoint) == (loop.wie.adviseur.party_id, "subsidie.toestemming")
    assert asked.taak == "Leg vast wat de ontvanger op papier aanvult"
