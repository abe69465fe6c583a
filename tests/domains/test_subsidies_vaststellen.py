"""The final determination and the claim, on the real database: counted, heard, signed, paid or claimed back."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import (
    aanvragen,
    ingebreke,
    kwijtschelden,
    queries,
    tekenen,
    uitvoering,
    usecases,
    vaststellen,
    voorstellen,
    vorderen,
)
from portal.domains.subsidies.model import Betaalstand, State, VorderingState
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_toestemming import gevraagd
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, financieel, payments, status
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import VERREKENING, NepBrieven, mandaat, neem_in, op, open_regeling, subsidie, verleend

WAAROM = "Er deden minder mensen mee dan afgesproken, dat staat in het verslag."

BELANGEN = "Innen kost meer dan het oplevert, dat is uitgezocht."


def afgelopen(world, *, betalen: int = 1, **anders):
    """Granted € 40.000 for 1.000 dagdelen, one half of the advances paid, and the period is over."""
    loop = betaald(world, bevoorschot(world, **anders), betalen)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="vaststelling")
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="terugvordering")
    world.clock(op(subsidie(world, loop).tot))
    assert verlopen(world, loop) == 1
    return loop


def verlopen(world, loop) -> int:
    """What the worker does every night with grants whose period is over."""
    zwolle = loop.wie.adviseur.party_id
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        return vaststellen.perioden_verlopen(session, usecases.portaal(zwolle), clock.today())


def verantwoord(world, loop, geleverd: str | None = "1000", kosten: str = "40000"):
    """The recipient accounts for it, and the gemeente has it."""
    sent = world.as_(loop.aanvrager.verzender, vaststellen.aanvragen_vaststelling, loop.subsidie_id,
                     geleverd=Decimal(geleverd) if geleverd else None, kosten=Decimal(kosten))
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop


def vastgesteld(world, loop, bedrag: str, **anders):
    """Proposed and signed."""
    besluit = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(bedrag), **anders)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return besluit


def vordering(world, loop):
    """The claim of a case."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.vorderingen(s, loop.subsidie_id)[-1])


def plafond(world, loop):
    """The ceiling of a case."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.plafonds(s, loop.regeling_id)[0])


def test_when_the_period_is_over_the_recipient_is_asked_once(world):
    loop = afgelopen(world)
    assert subsidie(world, loop).state == State.VERANTWOORDEN
    asked = termijn(world, loop, "vaststellingsaanvraag")
    assert asked.party_id == loop.aanvrager.auteur.party_id
    assert asked.started_on == subsidie(world, loop).tot - timedelta(days=1)
    assert verlopen(world, loop) == 0


def test_nobody_accounts_before_the_period_is_over(world):
    loop = bevoorschot(world)
    refuses(world, loop.aanvrager.verzender, vaststellen.aanvragen_vaststelling, loop.subsidie_id, geleverd=Decimal(1),
            kosten=Decimal(1), status=425, says="De periode loopt tot en met")


def test_of_two_applications_sent_at_once_the_second_is_refused(world):
    loop = afgelopen(world)
    sender, answers = loop.aanvrager.verzender, []

    def send(session, geleverd):
        return vaststellen.aanvragen_vaststelling(session, sender.actor, loop.subsidie_id, geleverd=Decimal(geleverd),
                                                  kosten=Decimal(40_000))

    def second():
        with acting_for(sender.party_id, sender.user_id), Session(bind=world.app.engine) as session:
            try:
                answers.append(send(session, 900))
                session.commit()
            except Refused as refused:
                answers.append(refused)

    thread = threading.Thread(target=second)
    with acting_for(sender.party_id, sender.user_id), Session(bind=world.app.engine) as session:
        first = send(session, 1000).id
        thread.start()
        thread.join(1)
        assert thread.is_alive() and not answers, "de tweede wacht op de eerste"
        session.commit()
    thread.join(30)
    assert [(one.status, "al aangevraagd" in one.reasons[0]) for one in answers] == [(409, True)]
    rows = world.behind("SELECT id FROM portal.indiening WHERE soort = 'vaststelling'")
    assert [row.id for row in rows] == [first]


@pytest.mark.parametrize("geleverd", ["1000", "900", "1100"])
def test_B4_AC5_within_the_threshold_it_is_determined_as_granted_and_the_rest_is_paid(world, geleverd):
    loop = verantwoord(world, afgelopen(world), geleverd)
    assert termijn(world, loop, "vaststellingstermijn").due_on > clock.today()
    vastgesteld(world, loop, "40000")
    found = subsidie(world, loop)
    assert (found.state, found.vastgesteld) == (State.VASTGESTELD, Decimal(40_000))
    first, second, rest = payments(world, loop)
    assert (first.stand, second.stand) == (Betaalstand.BETAALD, Betaalstand.VERVALLEN)
    assert (rest.soort, rest.bedrag, rest.stand) == ("nabetaling", Decimal(20_000), Betaalstand.GEPLAND)


def test_B4_AC5_899_of_1000_is_settled_with_a_ground_and_the_ceiling_gets_the_rest_back(world):
    loop = verantwoord(world, afgelopen(world), "899")
    counted = world.as_(loop.wie.adviseur,
                        lambda s, _a: vaststellen.berekenen(s, queries.kop(s, loop.subsidie_id).subsidie))
    assert (counted.bedrag, counted.betaald) == (Decimal(35_960), Decimal(20_000))
    ask = (loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id)
    refuses(world, *ask, bedrag=Decimal(35_960), eigen_feiten=False, horen="Eigen opgave.", says="grond uit de wet")
    refuses(world, *ask, bedrag=Decimal(35_960), grond="niet-verricht", says="Beantwoord eerst")
    refuses(world, *ask, bedrag=Decimal(30_000), grond="niet-verricht", eigen_feiten=False, horen="Eigen opgave.",
            says="waarom u daarvan afwijkt")
    before = plafond(world, loop).vastgelegd
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    assert plafond(world, loop).vastgelegd == before - Decimal(4_040)
    assert payments(world, loop)[-1].bedrag == Decimal(15_960)


def test_B4_AC5_1101_of_1000_pays_nothing_extra_without_a_method_in_the_grant(world):
    loop = verantwoord(world, afgelopen(world), "1101")
    refuses(world, loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(44_040), motivering=WAAROM,
            says="Voor meer is een nieuw besluit nodig")
    vastgesteld(world, loop, "40000")


def test_a_lower_determination_on_what_others_said_waits_for_the_view_of_the_recipient(world):
    loop = verantwoord(world, afgelopen(world))
    lower = {"bedrag": Decimal(30_000), "grond": "verplichting", "motivering": WAAROM, "eigen_feiten": True}
    ask = (loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id)
    refuses(world, *ask, **lower, says="Vraag de ontvanger eerst om een zienswijze")
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een bewoner zei iets anders.")
    refuses(world, *ask, **lower, says="een zienswijze geven")
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Wij waren er elke dag."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    refuses(world, *ask, **lower, says="Beantwoord eerst alle argumenten")
    one = world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))[0]
    world.as_(loop.wie.adviseur, usecases.argument_beantwoorden, one.id, antwoord="De deur was dicht.")
    besluit = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, **lower)
    assert besluit.inhoud["argumenten"] == [{"tekst": "Wij waren er elke dag.", "antwoord": "De deur was dicht."}]
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))


def test_what_was_paid_after_the_proposal_makes_its_letter_wrong(world):
    loop = verantwoord(world, afgelopen(world))
    besluit = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(40_000))
    geld, second = financieel(world), payments(world, loop)[1]
    world.as_(loop.wie.adviseur, uitvoering.klaarzetten, second.id)
    for act, *args in ((uitvoering.goedkeuren, second.id), (uitvoering.bestand_maken,),
                       (uitvoering.status_inlezen, status(second))):
        world.as_(geld, act, *args)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), says="is er betaald")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Er is intussen betaald.")
    vastgesteld(world, loop, "40000")
    assert len(payments(world, loop)) == 2, "er is niets meer te betalen"


def test_a_proposal_for_advances_lapses_with_the_determination(world):
    loop = verantwoord(world, afgelopen(world, betalen=1), "899")
    world.behind("UPDATE portal.betaling SET stand = 'vervallen' WHERE stand = 'gepland' AND dossier_id = :d",
                 d=loop.subsidie_id)
    advance = world.as_(loop.wie.adviseur, uitvoering.voorschot_opstellen, loop.subsidie_id,
                        termijnen=[{"op": clock.today(), "bedrag": Decimal(20_000)}])
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, advance.id, brieven=NepBrieven(world), says="vervallen")
    assert payments(world, loop)[-1].bedrag == Decimal(15_960)


def test_without_a_rule_for_the_difference_a_person_determines_and_says_why(world):
    rule = VERREKENING | {"basis": None}
    loop = verantwoord(world, afgelopen(world, loop=verleend(world, open_regeling(world, verrekening=rule))), "899")
    counted = world.as_(loop.wie.adviseur, lambda s, _a: vaststellen.berekenen(s, queries.kop(s, loop.subsidie_id).subsidie))
    assert counted.verrekening is None and "niet wat er wordt verrekend" in counted.waarom_niet
    refuses(world, loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(40_000),
            says="Schrijf hoe u aan dit bedrag komt")
    vastgesteld(world, loop, "40000", motivering="Er is bijna alles gedaan wat was afgesproken.")


def test_determining_without_an_application_waits_for_its_term(world):
    loop = afgelopen(world)
    term = termijn(world, loop, "vaststellingsaanvraag")
    ask = (loop.wie.adviseur, vaststellen.ambtshalve, loop.subsidie_id)
    refuses(world, *ask, reden="Er kwam niets.", status=409, says="nog aanvragen tot en met")
    world.clock(op(term.due_on + timedelta(days=1)))
    refuses(world, *ask, reden=" ", says="Schrijf waarom")
    world.as_(*ask, reden="Er kwam niets.")
    assert subsidie(world, loop).state == State.IN_VASTSTELLING


def per_boekjaar(world):
    """As `afgelopen`, under afdeling 4.2.8: the term to apply is that of the law."""
    return afgelopen(world, loop=verleend(world, open_regeling(world, afdeling_4_2_8=True, toestemming_artikel="12")))


def test_after_the_term_of_the_law_the_recipient_first_gets_one_more(world):
    loop = per_boekjaar(world)
    term, bea = termijn(world, loop, "vaststellingsaanvraag"), loop.wie.adviseur
    assert term.rule.statutory
    refuses(world, bea, vaststellen.termijn_stellen, loop.subsidie_id, status=409, says="nog aanvragen tot en met")
    world.clock(op(term.due_on + timedelta(days=1)))
    refuses(world, bea, vaststellen.ambtshalve, loop.subsidie_id, reden="Er kwam niets.", status=409, says="Stel eerst een")
    more = world.as_(bea, vaststellen.termijn_stellen, loop.subsidie_id)
    assert more.due_on == clock.today() + timedelta(weeks=4) and more.article.endswith("4:44, lid 3")
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE '%alsnog aan:%'")[0].tekst
    assert "(Awb 4:44, lid 3)" in told and "stellen wij de subsidie zelf vast" in told
    refuses(world, bea, vaststellen.ambtshalve, loop.subsidie_id, reden="Er kwam niets.", status=409, says="nog aanvragen tot")
    refuses(world, bea, vaststellen.termijn_stellen, loop.subsidie_id, status=409, says="nog aanvragen tot en met")
    world.clock(op(more.due_on + timedelta(days=1)))
    refuses(world, bea, vaststellen.termijn_stellen, loop.subsidie_id, status=409, says="kreeg die termijn al")
    with pytest.raises(NotFound):
        world.as_(world.medewerker("kampen", "subsidieadviseur"), vaststellen.termijn_stellen, loop.subsidie_id)
    world.as_(bea, vaststellen.ambtshalve, loop.subsidie_id, reden="Er kwam niets.")
    assert subsidie(world, loop).state == State.IN_VASTSTELLING


def test_in_the_last_term_the_recipient_can_still_apply(world):
    loop = per_boekjaar(world)
    world.clock(op(termijn(world, loop, "vaststellingsaanvraag").due_on + timedelta(days=1)))
    world.as_(loop.wie.adviseur, vaststellen.termijn_stellen, loop.subsidie_id)
    verantwoord(world, loop)
    assert termijn(world, loop, "vaststellingsaanvraag").met_on == clock.today()
    assert termijn(world, loop, "vaststellingstermijn").due_on > clock.today()


def test_a_determination_that_nobody_asked_for_is_never_late_for_a_penalty(world):
    loop = afgelopen(world)
    world.clock(op(termijn(world, loop, "vaststellingsaanvraag").due_on + timedelta(days=1)))
    world.as_(loop.wie.adviseur, vaststellen.ambtshalve, loop.subsidie_id, reden="Er kwam niets.")
    own = termijn(world, loop, "ambtshalve_vaststellen")
    assert termijn(world, loop, "vaststellingstermijn") is None and not own.rule.statutory
    world.clock(op(own.due_on + timedelta(days=1)))
    refuses(world, loop.aanvrager.verzender, ingebreke.stellen, loop.subsidie_id, status=409, says="wacht hier geen besluit")
    refuses(world, loop.wie.adviseur, ingebreke.papier, loop.subsidie_id, on=clock.today(), status=409, says="wacht hier geen")
    vastgesteld(world, loop, "40000", motivering="Er kwam niets, en er is geen grond voor minder.")
    assert termijn(world, loop, "ambtshalve_vaststellen").met_on == clock.today()


def teveel(world):
    """Paid € 40.000, determined at € 35.960."""
    loop = verantwoord(world, afgelopen(world, betalen=2), "899")
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    return loop


def gevorderd(world, loop):
    """Claimed back by a decision of its own."""
    besluit = world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(4_040),
                        belangen="De ontvanger heeft een reserve en kan dit bedrag missen.")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return vordering(world, loop)


def kwijtschelder(world, loop, tot_bedrag=None):
    """A second person with a mandate to remit: who signed the claim does not remit it."""
    person = world.medewerker("zwolle", "mandaathouder", naam="Nel Kwijt")
    mandaat(world, loop.wie.beheerder, person, besluit_soort="kwijtschelding", tot_bedrag=tot_bedrag)
    return person


def kwijtgescholden(world, loop, claim, *, door=None, motivering=BELANGEN):
    """Proposed by the adviser and signed by somebody else than who signed the claim."""
    besluit = world.as_(loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=motivering)
    world.as_(door or kwijtschelder(world, loop), tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return besluit


def test_what_was_paid_too_much_is_claimed_by_a_decision_that_weighs_the_interests(world):
    loop = teveel(world)
    ask = (loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id)
    refuses(world, *ask, bedrag=Decimal(4_041), belangen="x" * 20, says="Er is € 4.040,00 te veel betaald")
    refuses(world, *ask, bedrag=Decimal(4_040), belangen="kort", says="Weeg de belangen")
    claim = gevorderd(world, loop)
    assert (claim.state, claim.verschuldigd) == (VorderingState.OPEN, Decimal(4_040))
    refuses(world, *ask, bedrag=Decimal(1), belangen="x" * 20, says="Er is € 0,00 te veel betaald")


def test_a_request_for_consent_and_a_claim_of_one_case_each_have_a_number(world):
    loop, consent = gevraagd(world)
    loop = verantwoord(world, afgelopen(world, loop=loop, betalen=2), "899")
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen="Het staat in de eigen opgave.")
    claim = gevorderd(world, loop)
    reference = subsidie(world, loop).reference
    assert (consent.reference, claim.reference) == (f"{reference}-T1", f"{reference}-V1")
    names = world.behind("SELECT reference FROM portal.dossier WHERE ouder_id = :i", i=loop.subsidie_id)
    assert len({row.reference for row in names}) == len(names) >= 2


def test_after_five_years_nothing_is_claimed_any_more(world):
    loop = teveel(world)
    world.clock(op(termijn(world, loop, "terugvordering").due_on + timedelta(days=1)))
    refuses(world, loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(1),
            belangen="x" * 20, status=410, says="vijf jaar voorbij")


def test_a_claim_is_paid_in_parts_and_never_beyond_what_is_owed(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    book = (geld, vorderen.ontvangst_boeken, claim.id)
    world.as_(*book, bedrag=Decimal(4_000), on=clock.today())
    assert vordering(world, loop).state == VorderingState.OPEN
    refuses(world, *book, bedrag=Decimal("40.01"), on=clock.today(), says="Er staat nog € 40,00 open")
    world.as_(*book, bedrag=Decimal(40), on=clock.today())
    assert vordering(world, loop).state == VorderingState.VOLDAAN
    refuses(world, *book, bedrag=Decimal(1), on=clock.today(), status=409, says="afgesloten")


def test_a_reminder_waits_for_the_day_of_payment_and_adds_the_fee_of_the_law(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    refuses(world, geld, vorderen.aanmanen, claim.id, status=425, says="kan nog betalen tot en met")
    world.clock(op(clock.today() + timedelta(weeks=7)))
    world.as_(geld, vorderen.aanmanen, claim.id)
    told = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'Aanmaning:%'")[0].tekst
    assert "afdwingen, met een dwangbevel" in told and "De kosten daarvan betaalt u zelf (Awb 4:112, lid 3)." in told
    found = vordering(world, loop)
    assert (found.state, found.verschuldigd) == (VorderingState.AANGEMAAND, Decimal(4_060))
    lapses = world.as_(geld, lambda s, _a: vorderen.verjaart_on(s, found))
    assert lapses == clock.today() + relativedelta(years=5), "een aanmaning stuit de verjaring (Awb 4:106)"
    refuses(world, geld, vorderen.aanmanen, claim.id, says="Dit kan niet in deze fase")
    world.clock(op(lapses + timedelta(days=1)))
    refuses(world, geld, vorderen.aanmanen, claim.id, status=410, says="is verjaard")
    refuses(world, loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=" ", says="Schrijf waarom")
    kwijtgescholden(world, loop, claim)
    assert vordering(world, loop).state == VorderingState.KWIJTGESCHOLDEN


def test_remitting_is_a_decision_by_another_hand_with_a_mandate_for_it(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    besluit = world.as_(loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=BELANGEN)
    assert (besluit.soort, besluit.bedrag, besluit.inhoud["uitkomst"]) == ("kwijtschelding", 4_040, "kwijtschelding")
    refuses(world, loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=BELANGEN, status=409,
            says="ligt al een voorstel")
    sign = {"brieven": NepBrieven(world)}
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="kwijtschelding")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, **sign, status=409, says="tekende deze terugvordering zelf")
    refuses(world, world.medewerker("zwolle", "mandaathouder", naam="Zonder Mandaat"), tekenen.tekenen, besluit.id, **sign,
            says="geen mandaat voor dit soort besluit")
    low = kwijtschelder(world, loop, tot_bedrag=Decimal(4_000))
    refuses(world, low, tekenen.tekenen, besluit.id, **sign, says="hoger dan uw mandaat toelaat")
    world.as_(financieel(world), vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(40), on=clock.today())
    refuses(world, low, tekenen.tekenen, besluit.id, **sign, status=409, says="sinds het voorstel iets geboekt")
    assert vordering(world, loop).state == VorderingState.OPEN
    world.as_(low, tekenen.terugsturen, besluit.id, reden="Er kwam geld.")
    brieven = NepBrieven(world)
    again = world.as_(loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=BELANGEN)
    world.as_(low, tekenen.tekenen, again.id, brieven=brieven)
    assert vordering(world, loop).state == VorderingState.KWIJTGESCHOLDEN
    assert [b.inhoud["bedrag"] for b in brieven.brieven] == ["4000.00"]
    [event] = world.behind("SELECT facts->>'mandaat' AS mandaat, facts->>'bedrag' AS bedrag FROM portal.case_event "
                           "WHERE kind = 'subsidie:kwijtschelding'")
    assert event.mandaat and Decimal(event.bedrag) == 4_000
    refuses(world, loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=BELANGEN, status=409, says="afgesloten")


def test_the_database_remits_nothing_without_that_decision_and_not_by_the_same_hand(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)

    def without(session, _actor):
        session.execute(text("UPDATE portal.dossier SET state = 'kwijtgescholden' WHERE id = :i"), {"i": claim.id})

    with pytest.raises(DBAPIError, match="kwijtschelden_zonder_besluit"):
        world.as_(loop.wie.tekenaar, without)
    besluit = world.as_(loop.wie.adviseur, kwijtschelden.voorstellen, claim.id, motivering=BELANGEN)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="kwijtschelding")

    def same_hand(session, actor):
        found = session.get(type(besluit), besluit.id)
        besluiten.sign(session, found, actor, at=clock.now(), on=clock.today())
        session.flush()

    with pytest.raises(DBAPIError, match="zelf_gevorderd"):
        world.as_(loop.wie.tekenaar, same_hand)


def test_money_that_came_before_the_claim_is_not_booked_on_it(world):
    loop, geld = teveel(world), financieel(world)
    claim, begun = gevorderd(world, loop), clock.today()
    world.clock(op(begun + timedelta(days=20)))
    book = (geld, vorderen.ontvangst_boeken, claim.id)
    refuses(world, *book, bedrag=Decimal(10), on=begun - timedelta(days=1), says=f"De vordering is van {begun:%d-%m-%Y}.")
    world.as_(*book, bedrag=Decimal(10), on=begun)


def test_a_claim_for_more_than_is_too_much_now_is_not_signed(world):
    loop = teveel(world)
    ask = (loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id)
    besluit = world.as_(*ask, bedrag=Decimal(4_040), belangen="x" * 20)
    # A higher determination, as one after an objection would leave it.
    world.behind("ALTER TABLE portal.subsidie DISABLE TRIGGER USER")
    world.behind("UPDATE portal.subsidie SET vastgesteld = 38000")
    world.behind("ALTER TABLE portal.subsidie ENABLE TRIGGER USER")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="De brief klopt niet meer. Stuur het voorstel terug.")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Het is minder geworden.")
    less = world.as_(*ask, bedrag=Decimal(2_000), belangen="x" * 20)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, less.id, brieven=NepBrieven(world))


def test_who_has_an_interest_does_nothing_with_a_claim(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    world.as_(geld, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=True, toelichting="Mijn zus werkt daar.")
    refuses(world, geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(1), on=clock.today(), status=403)
    refuses(world, geld, vorderen.terugbetaald, claim.id, status=403)
    world.clock(op(clock.today() + timedelta(weeks=7)))
    refuses(world, geld, vorderen.aanmanen, claim.id, status=403)


def test_a_claim_that_lapsed_is_not_reminded_of(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    last = world.as_(geld, lambda s, _a: vorderen.verjaart_on(s, claim))
    due = world.as_(geld, lambda s, _a: queries.termijn(s, claim.id, "betaling")).due_on
    assert last == due + relativedelta(years=5)
    world.clock(op(last + timedelta(days=1)))
    refuses(world, geld, vorderen.aanmanen, claim.id, status=410, says="is verjaard")
    world.clock(op(last))
    world.as_(geld, vorderen.aanmanen, claim.id)


def test_a_competitor_and_a_neighbour_see_and_do_nothing_here(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    buur = world.medewerker("kampen", "subsidieadviseur")
    for act in (lambda: world.as_(buur, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(1), on=clock.today()),
                lambda: world.as_(buur, vaststellen.ambtshalve, loop.subsidie_id, reden="x"),
                lambda: world.as_(zorgaanbieder(world, "Ander (fictief)").verzender, vaststellen.aanvragen_vaststelling,
                                  loop.subsidie_id, geleverd=None, kosten=Decimal(1))):
        with pytest.raises(NotFound):
            act()


def test_a_proposal_for_a_change_lapses_with_the_determination_and_gives_its_money_back(world):
    loop = verleend(world, voorstel={"bedrag": Decimal(30_000)})
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="vaststelling")
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, bedrag=Decimal(40_000),
              motivering="Er deden meer mensen mee dan verwacht.")
    change = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    assert plafond(world, loop).gereserveerd == Decimal(10_000)
    world.clock(op(subsidie(world, loop).tot))
    verlopen(world, loop)
    vastgesteld(world, verantwoord(world, loop), "30000")
    assert (plafond(world, loop).gereserveerd, plafond(world, loop).vastgelegd) == (Decimal(0), Decimal(30_000))
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, change.id, brieven=NepBrieven(world), says="vervallen")
    left = world.as_(loop.wie.adviseur, lambda s, _a: (
        queries.voorstel(s, loop.subsidie_id), queries.regels(s, loop.subsidie_id),
        queries.lopend_besluit(s, loop.subsidie_id)))
    assert left == (None, [], None)
