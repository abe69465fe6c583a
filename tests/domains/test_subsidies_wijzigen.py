"""A grant that is changed or taken back, on the real database: a new decision, a readable difference, the money after it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import aanvragen, queries, tekenen, uitvoering, usecases, voorstellen, vorderen
from portal.domains.subsidies.model import Betaalstand, Stand, State, StopState
from portal.domains.subsidies.rules import Beslissing
from portal.kernel import clock
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, payments
from tests.domains.test_subsidies_vaststellen import plafond
from tests.subsidies_world import (
    NepBrieven,
    beoordeeld,
    geschreven,
    jaar,
    mandaat,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
)

WAAROM = "De begroting van dit jaar liet niet meer toe dan dit bedrag."
EIGEN = {"eigen_feiten": False, "horen": "De ontvanger gaf dit zelf aan ons door."}


def gewijzigd(world, loop, **velden):
    """Proposed with these facts, signed and sent."""
    besluit = voorgesteld(world, loop, **velden)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.verlening(s, loop.subsidie_id))


def voorgesteld(world, loop, **velden):
    """Laid before who signs."""
    bewaard(world, loop, **velden)
    return world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)


def bewaard(world, loop, **velden):
    """Written, as far as it goes."""
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id,
              **({"uitkomst": Beslissing.WIJZIGEN, "motivering": WAAROM} | velden))


def kapot(world, loop, says: str, **velden):
    """What is written is refused with these words."""
    bewaard(world, loop, **velden)
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says=says)


def test_a_change_begins_with_what_holds_and_must_change_something(world):
    loop = verleend(world)
    kapot(world, loop, "hetzelfde als wat er nu geldt")
    lines = world.as_(loop.wie.adviseur, lambda s, _a: (queries.regels(s, loop.subsidie_id),
                                                        queries.geldende_regels(s, loop.subsidie_id)))
    assert [r.tekst for r in lines[0]] == [r.tekst for r in lines[1]] and lines[0][0].id != lines[1][0].id


def test_a_longer_period_is_a_new_decision_with_a_readable_difference(world):
    loop = verleend(world)
    before = subsidie(world, loop)
    holds = gewijzigd(world, loop, tot=before.tot + timedelta(days=31))
    assert holds.inhoud["verschil"] == [{"wat": "Laatste dag", "soort": "tot", "was": before.tot.isoformat(),
                                         "wordt": (before.tot + timedelta(days=31)).isoformat()}]
    after = subsidie(world, loop)
    assert (after.state, after.verleend, after.tot) == (State.VERLEEND, before.verleend, before.tot + timedelta(days=31))
    assert termijn(world, loop, "bezwaartermijn").started_on == clock.today()


def test_less_asks_a_ground_of_the_law_and_the_ceiling_gets_it_back(world):
    loop = bevoorschot(world)
    kapot(world, loop, "grond uit de wet", bedrag=Decimal(30_000))
    kapot(world, loop, "Beantwoord eerst", bedrag=Decimal(30_000), grond="niet-verricht")
    before = plafond(world, loop).vastgelegd
    gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)
    assert plafond(world, loop).vastgelegd == before - 10_000
    assert [p.stand for p in payments(world, loop)] == [Betaalstand.GEPLAND, Betaalstand.VERVALLEN]


def test_more_must_fit_in_the_ceiling_and_never_beyond_what_was_asked(world):
    wie = personen(world)
    loop = verleend(world, geschreven(world, open_regeling(world, wie, plafond="45000")), voorstel={"bedrag": Decimal(30_000)})
    refuses(world, wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal(40_001), says="Meer verlenen kan niet")
    gewijzigd(world, loop, bedrag=Decimal(40_000))
    assert (plafond(world, loop).vastgelegd, plafond(world, loop).gereserveerd) == (Decimal(40_000), Decimal(0))


def test_two_changes_never_pass_the_ceiling_together(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="65000")
    one = verleend(world, geschreven(world, scheme, wie=0), voorstel={"bedrag": Decimal(30_000)})
    two = verleend(world, geschreven(world, scheme, wie=1), voorstel={"bedrag": Decimal(30_000)})
    voorgesteld(world, one, bedrag=Decimal(34_000))
    kapot(world, two, "er is nog € 1.000,00 en er komt € 4.000,00 bij", bedrag=Decimal(34_000))


def test_what_changed_counts_from_a_day_that_leaves_time(world):
    loop = verleend(world)
    van = subsidie(world, loop).van
    world.clock(van + timedelta(days=60))
    lower = {"bedrag": Decimal(20_000), "grond": "omstandigheden", "eigen_feiten": False}
    kapot(world, loop, "vanaf welke dag het lagere bedrag telt", horen="Kort.", **lower)
    # The period stays, but half of the money goes at once: that gives no time either.
    kapot(world, loop, "redelijke termijn", lager_vanaf=van + timedelta(days=90), horen="Kort.", **lower)
    kapot(world, loop, "na de laatste dag", lager_vanaf=van + timedelta(days=400), horen="Kort.", **lower)
    lower |= {"lager_vanaf": van + timedelta(weeks=22)}
    kapot(world, loop, "redelijke termijn", tot=van + timedelta(days=90), horen="Kort.", **lower)
    kapot(world, loop, "welke schade", tot=van + timedelta(days=200), horen="Kort.", **lower)
    kapot(world, loop, "alleen vooruit", uitkomst=Beslissing.INTREKKEN, grond="omstandigheden", **EIGEN)


def stopped(world, loop):
    """The payments stand still."""
    return world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id,
                     reden="De locatie is al weken dicht, zeggen de buren en de GGD.")


def the_stop(world, loop, stop):
    """How the stop stands, and its term."""
    return world.as_(loop.wie.adviseur, lambda s, _a: (
        s.get(type(stop), stop.id), queries.termijn(s, stop.id, "betalingsopschorting")))


def test_the_stop_ends_when_the_decision_is_made_known_and_payments_go_on_as_far_as_they_stand(world):
    loop = bevoorschot(world)
    stop = stopped(world, loop)
    first = payments(world, loop)[0]
    world.clock(op(first.gepland_on))
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, first.id, status=409, says="staan stil")
    gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)
    after, term = the_stop(world, loop, stop)
    assert (after.state, after.geeindigd_on, term.met_on) == (StopState.BEEINDIGD, clock.today(), clock.today())
    assert [p.stand for p in payments(world, loop)] == [Betaalstand.GEPLAND, Betaalstand.VERVALLEN]
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, first.id)


def test_a_withdrawal_ends_the_stop_too_and_a_change_for_the_better_does_not(world):
    loop = bevoorschot(world)
    stop = stopped(world, loop)
    gewijzigd(world, loop, tot=subsidie(world, loop).tot + timedelta(days=31))
    assert the_stop(world, loop, stop)[0].state == StopState.LOOPT
    gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    assert the_stop(world, loop, stop)[0].state == StopState.BEEINDIGD


def test_taking_back_what_was_paid_makes_a_claim_possible(world):
    loop = betaald(world, bevoorschot(world))
    gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    gone = subsidie(world, loop)
    assert (gone.state, gone.verleend) == (State.VERLENING_INGETROKKEN, Decimal(0))
    assert (plafond(world, loop).vastgelegd, plafond(world, loop).gereserveerd) == (Decimal(0), Decimal(0))
    assert [p.stand for p in payments(world, loop)] == [Betaalstand.BETAALD, Betaalstand.VERVALLEN]
    assert termijn(world, loop, "terugvordering").due_on > clock.today() + timedelta(days=5 * 364)


def test_on_what_others_said_the_recipient_is_heard_first(world):
    loop = verleend(world)
    lower = {"bedrag": Decimal(30_000), "grond": "verplichting", "eigen_feiten": True}
    kapot(world, loop, "Vraag de ontvanger eerst om een zienswijze", **lower)
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een bewoner zei iets anders.")
    asked = termijn(world, loop, "zienswijze")
    assert asked.article == "Algemene wet bestuursrecht, artikel 4:8"
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'Wij vragen uw zienswijze%'")[0].tekst
    assert told.startswith("Wij denken erover om uw subsidie te wijzigen of in te trekken.") and "dan u vroeg" not in told
    kapot(world, loop, "een zienswijze geven", **lower)
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Wij hielden ons eraan."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    kapot(world, loop, "Beantwoord eerst alle argumenten", **lower)


def test_a_budget_condition_is_invoked_within_four_weeks_or_lapses(world):
    loop = verleend(world)
    ask = {"uitkomst": Beslissing.INTREKKEN, "grond": "begrotingsvoorbehoud", **EIGEN}
    kapot(world, loop, "staat geen begrotingsvoorbehoud", **ask)
    holds = met_voorbehoud(world)
    kapot(world, holds, "Vul in wanneer de begroting", **ask)
    kapot(world, holds, "Daarna vervalt het", begroting_on=clock.today() - timedelta(days=60), **ask)
    voorgesteld(world, holds, begroting_on=clock.today() - timedelta(days=10), **ask)


def test_who_was_subsidised_the_year_before_gets_time_when_the_budget_fails(world):
    """Awb 4:34, lid 4: through 4:50, with a reasonable term and the damage."""
    wie = personen(world)
    earlier = verleend(world, open_regeling(world, wie))
    world.clock(op(subsidie(world, earlier).van + timedelta(days=240)))
    loop = met_voorbehoud(world, geschreven(world, open_regeling(world, wie)))
    world.clock(op(subsidie(world, loop).van + timedelta(days=30)))
    on = clock.today() - timedelta(days=3)
    kapot(world, loop, subsidie(world, earlier).reference, uitkomst=Beslissing.INTREKKEN, grond="begrotingsvoorbehoud",
          begroting_on=on, **EIGEN)
    kapot(world, loop, "alleen vooruit", grond="begrotingsvoorbehoud-eerder", uitkomst=Beslissing.INTREKKEN, begroting_on=on,
          **EIGEN)
    lower = {"bedrag": Decimal(20_000), "grond": "begrotingsvoorbehoud-eerder", "begroting_on": on,
             "lager_vanaf": clock.today() + timedelta(weeks=14)}
    kapot(world, loop, "welke schade", **lower, **EIGEN)
    holds = gewijzigd(world, loop, schade="De huur tot de zomer: die betalen wij.", **lower, **EIGEN)
    assert holds.inhoud["begroting_on"] == on.isoformat() and holds.inhoud["lager_vanaf"]


def met_voorbehoud(world, loop=None):
    """A grant with the condition of Awb 4:34."""
    loop = beoordeeld(world, loop)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, soort="voorwaarde",
              tekst="Er is geld op de begroting.", grondslag="4-34", bewijs="Vastgestelde begroting", koppeling="wmo-algemeen",
              uiterlijk_on=jaar()[0])
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering=WAAROM, steun="geen",
              staatssteun="Niet economisch.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return loop


def test_what_was_paid_on_a_grant_that_was_taken_back_is_claimed_in_full_or_in_part(world):
    loop = betaald(world, bevoorschot(world))
    gewijzigd(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="terugvordering")
    ask = (loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id)
    belangen = "De ontvanger heeft een reserve en kan dit bedrag missen."
    refuses(world, *ask, bedrag=Decimal("20000.01"), belangen=belangen, says="Er is € 20.000,00 te veel betaald")
    besluit = world.as_(*ask, bedrag=Decimal(20_000), belangen=belangen)
    assert (besluit.inhoud["ingetrokken"], besluit.inhoud["vastgesteld"]) == (True, "0")
    assert besluit.inhoud["vastgesteld_on"] == clock.today().isoformat()
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    claim = world.as_(loop.wie.adviseur, lambda s, _a: queries.vorderingen(s, loop.subsidie_id)[-1])
    assert claim.verschuldigd == Decimal(20_000)
    refuses(world, *ask, bedrag=Decimal(1), belangen=belangen, says="Er is € 0,00 te veel betaald")


def test_nothing_is_claimed_back_while_the_grant_runs(world):
    loop = betaald(world, bevoorschot(world))
    refuses(world, loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(1),
            belangen="x" * 20, status=409, says="is vastgesteld, of is ingetrokken")


def test_a_line_that_changes_reads_as_one_change(world):
    loop = verleend(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    first, duty = world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))
    keep = {name: getattr(first, name) for name in ("soort", "tekst", "grondslag", "koppeling", "verordening_artikel")}
    world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, regel_id=first.id, bewijs="Het jaarverslag.",
              uiterlijk_on=first.uiterlijk_on, **keep)
    world.as_(loop.wie.adviseur, voorstellen.regel_weghalen, loop.subsidie_id, duty.id)
    rows = gewijzigd(world, loop).inhoud["verschil"]
    assert rows == [
        {"wat": "R1", "soort": "regel", "was": "Inwoners hebben overdag een plek. Bewijs: Aantal dagdelen.",
         "wordt": "Inwoners hebben overdag een plek. Bewijs: Het jaarverslag."},
        {"wat": "V1", "soort": "regel", "was": "Meld een afwijking van meer dan 10 % meteen.", "wordt": None}]


@pytest.mark.parametrize("velden", [{"bedrag": Decimal(1_000), "grond": "niet-verricht"},
                                    {"uitkomst": Beslissing.INTREKKEN, "grond": "niet-verricht"}], ids=["lager", "weg"])
def test_who_lowers_or_takes_back_decides_about_the_whole_grant(world, velden):
    loop = verleend(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)), bedrag="39999")
    besluit = voorgesteld(world, loop, **velden, **EIGEN)
    assert (besluit.bedrag, besluit.tweede_lezer_nodig) == (Decimal(39_999), False)
    low = world.medewerker("zwolle", "mandaathouder", naam="Laag Mandaat")
    mandaat(world, loop.wie.beheerder, low, tot_bedrag=Decimal(39_998))
    refuses(world, low, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), says="hoger dan uw mandaat")


def test_what_was_paid_after_the_proposal_makes_its_letter_wrong(world):
    loop = bevoorschot(world)
    besluit = voorgesteld(world, loop, uitkomst=Beslissing.INTREKKEN, grond="niet-verricht", **EIGEN)
    betaald(world, loop)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409, says="is er betaald")
    assert subsidie(world, loop).state == State.VERLEEND


def test_a_change_that_gives_time_is_signed_while_there_is_time(world):
    loop = verleend(world)
    world.clock(op(subsidie(world, loop).van + timedelta(days=60)))
    tot = clock.today() + timedelta(weeks=14)
    besluit = voorgesteld(world, loop, bedrag=Decimal(20_000), tot=tot, grond="omstandigheden", lager_vanaf=tot,
                          schade="De huur loopt door tot de zomer: die betalen wij.", **EIGEN)
    world.clock(op(clock.today() + timedelta(weeks=2)))
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="redelijke termijn")


def test_a_change_that_nobody_read_is_thrown_away_and_an_application_is_not(world):
    loop = verleend(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id, uitkomst=Beslissing.INTREKKEN)
    world.as_(loop.wie.adviseur, voorstellen.weggooien, loop.subsidie_id)
    left = world.as_(loop.wie.adviseur, lambda s, _a: (
        queries.voorstel(s, loop.subsidie_id), queries.regels(s, loop.subsidie_id),
        len(queries.geldende_regels(s, loop.subsidie_id))))
    assert left == (None, [], 2)
    refuses(world, loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id, uitkomst=Beslissing.WEIGEREN, status=409,
            says="past niet bij waar de aanvraag nu staat")
    fresh = beoordeeld(world, geschreven(world, open_regeling(world, loop.wie)))
    refuses(world, loop.wie.adviseur, voorstellen.weggooien, fresh.subsidie_id, status=409, says="moet u nog besluiten")


def test_small_aid_is_counted_once_as_it_is_now(world):
    loop = verleend(world, geschreven(world, open_regeling(world, staatssteun="de_minimis"), steun_eerder="0"),
                    voorstel={"steun": "de_minimis"})
    gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)
    other = beoordeeld(world, geschreven(world, open_regeling(world, loop.wie, staatssteun="de_minimis"), steun_eerder="0"))
    known = world.as_(loop.wie.adviseur, lambda s, _a: queries.steun_bekend(s, queries.kop(s, other.subsidie_id).subsidie))
    assert [bedrag for _on, bedrag in known] == [Decimal(30_000)]


def test_more_money_needs_no_ground_and_carries_none(world):
    """What was chosen while it was still a lowering does not stand in the letter, and holds up no signature."""
    loop = verleend(world, bedrag="40000", voorstel={"bedrag": Decimal(30_000)})
    holds = gewijzigd(world, loop, bedrag=Decimal(35_000), grond="omstandigheden", eigen_feiten=False, horen="Niet nodig.")
    assert (holds.inhoud["grond"], holds.inhoud["eigen_feiten"], holds.inhoud["horen"]) == ("", None, "")
    assert subsidie(world, loop).verleend == Decimal(35_000)


# What was done already ------------------------------------------------------------------------------------------------------

def regels(world, loop) -> dict:
    """The lines that hold, by kind."""
    return {r.soort: r for r in world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))}


def open_termijn(world, loop, regel):
    """The day of a line on the list of the recipient."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(
        s, loop.subsidie_id, f"regel_{regel.id.hex}", open_only=True))


def voldaan(world):
    """Granted with a condition that was met, with evidence for the obligation that nobody read, past the day of the former."""
    loop = bevoorschot(world, met_voorbehoud(world))
    lines = regels(world, loop)
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, lines["voorwaarde"].id, stand=Stand.VOLDAAN)
    sent = world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, lines["verplichting"].id, tekst="Wij meldden alles.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    world.clock(op(payments(world, loop)[0].gepland_on))
    return loop


def test_a_change_forgets_nothing_that_was_done(world):
    loop = voldaan(world)
    before = regels(world, loop)
    gewijzigd(world, loop, tot=subsidie(world, loop).tot + timedelta(days=31))
    after = regels(world, loop)
    condition, duty = after["voorwaarde"], after["verplichting"]
    assert (condition.stand, condition.stand_by) == (Stand.VOLDAAN, loop.wie.adviseur.user_id)
    assert condition.id != before["voorwaarde"].id and condition.stand_at == before["voorwaarde"].stand_at
    # Nothing is asked for what was done, or for a day that is over.
    assert open_termijn(world, loop, condition) is None and open_termijn(world, loop, before["verplichting"]) is None
    assert open_termijn(world, loop, duty).due_on == duty.uiterlijk_on
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, payments(world, loop)[0].id)

    def te_bekijken(session, _actor):
        return uitvoering.te_bekijken(after.values(), uitvoering.bewijzen(queries.indieningen(session, loop.subsidie_id)))

    assert world.as_(loop.wie.adviseur, te_bekijken) == {duty.id}
    world.as_(loop.wie.adviseur, uitvoering.regel_beoordelen, duty.id, stand=Stand.NIET_VOLDAAN, reden="Zonder data.")
    # Sent again after a change, and changed again: it stays with its line.
    sent = world.as_(loop.aanvrager.verzender, uitvoering.bewijs_sturen, duty.id, tekst="Nu met data.")
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    gewijzigd(world, loop, tot=subsidie(world, loop).tot + timedelta(days=31))
    after = regels(world, loop)
    assert after["verplichting"].stand == Stand.NIET_VOLDAAN
    assert world.as_(loop.wie.adviseur, te_bekijken) == {after["verplichting"].id}


def test_another_condition_must_be_met_again_and_another_day_must_not(world):
    loop = voldaan(world)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    tot = subsidie(world, loop).tot

    def herschreven(soort, **velden):
        line = next(r for r in world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))
                    if r.soort == soort)
        names = ("soort", "tekst", "grondslag", "bewijs", "koppeling", "uiterlijk_on")
        world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id, regel_id=line.id,
                  **({name: getattr(line, name) for name in names} | velden))

    herschreven("voorwaarde", uiterlijk_on=tot)
    gewijzigd(world, loop)
    assert regels(world, loop)["voorwaarde"].stand == Stand.VOLDAAN
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    herschreven("voorwaarde", tekst="Er is geld op de begroting van het volgende jaar.")
    gewijzigd(world, loop)
    assert regels(world, loop)["voorwaarde"].stand == Stand.OPEN
    refuses(world, loop.wie.adviseur, uitvoering.klaarzetten, payments(world, loop)[0].id, status=409,
            says="nog niet voldaan aan deze voorwaarde")


def test_advances_that_were_proposed_before_a_change_are_not_signed(world):
    loop = verleend(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="voorschot")
    advance = world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
                        termijnen=[{"op": jaar()[0], "bedrag": Decimal(40_000)}])
    gewijzigd(world, loop, bedrag=Decimal(30_000), grond="niet-verricht", **EIGEN)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, advance.id, brieven=NepBrieven(world), status=409,
            says="Na dit voorstel is de subsidie veranderd")
    assert payments(world, loop) == []
