"""Interest that the gemeente owes for paying too late, on the real database: counted, decided, paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import queries, rentevergoeding, tekenen, uitvoering, vorderen
from portal.domains.subsidies.rentevergoeding import verzuim
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from tests.domains.test_subsidies import refuses, termijn
from tests.domains.test_subsidies_bezwaar import beslist, ingediend
from tests.domains.test_subsidies_uitvoering import betaald, bevoorschot, financieel, payments
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel
from tests.subsidies_world import NepBrieven, mandaat, op, subsidie

DAY = timedelta(days=1)


def te_laat(world, dagen: int = 30, *bedragen: str):
    """Advances of € 20.000, the first one paid so many days after its day."""
    loop = bevoorschot(world, None, *bedragen)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="rentevergoeding")
    world.clock(op(payments(world, loop)[0].gepland_on + timedelta(days=dagen)))
    return betaald(world, loop)


def geteld(world, loop) -> list:
    """What is owed in this case."""
    return world.as_(loop.wie.adviseur, lambda s, _a: rentevergoeding.van_de_zaak(s, subsidie(world, loop)))


def wacht(world, loop) -> bool:
    """Does the decision wait in Mijn werk?"""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(
        s, loop.subsidie_id, "werk_rentevergoeding", open_only=True)) is not None


def besloten(world, loop, brieven=None):
    """Proposed by the finance department and signed."""
    besluit = world.as_(financieel(world), rentevergoeding.voorstellen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=brieven or NepBrieven(world))
    return besluit


def test_a_late_payment_costs_interest_by_a_decision_and_is_paid(world):
    loop = te_laat(world, 100)
    first = payments(world, loop)[0]
    [late] = geteld(world, loop)
    assert late.betaal_tot == first.gepland_on and late.regels[0].van == first.gepland_on + DAY
    assert sum(line.dagen for line in late.regels) == 100 and late.regels[-1].tot_en_met == clock.today()
    assert abs(late.bedrag - Decimal(20_000) * 4 * 100 / 36_500) < Decimal("0.20")
    assert wacht(world, loop), "het staat in Mijn werk"
    brieven = NepBrieven(world)
    besluit = besloten(world, loop, brieven)
    assert besluit.bedrag == late.bedrag and brieven.brieven[0].inhoud["betalingen"][0]["kenmerk"] == first.kenmerk
    assert not wacht(world, loop)
    pay = termijn(world, loop, "rente_betalen")
    assert pay.due_on >= clock.today() + timedelta(weeks=6) and pay.wacht_op_permissions == ["subsidie:betalen"]
    assert geteld(world, loop) == []
    refuses(world, loop.wie.adviseur, rentevergoeding.voorstellen, loop.subsidie_id, status=409, says="alles op tijd")
    world.as_(financieel(world), rentevergoeding.betaald, loop.subsidie_id)
    refuses(world, financieel(world), rentevergoeding.betaald, loop.subsidie_id, status=409, says="geen rente om te betalen")
    assert "subsidie:rente_betaald" in [e.kind for e in world.as_(
        loop.wie.adviseur, lambda s, _a: queries.events(s, loop.subsidie_id))]


@pytest.mark.parametrize(("dagen", "says"), [(0, "alles op tijd"), (3, "lager dan € 10,00")])
def test_in_time_or_below_the_floor_nothing_is_owed(world, dagen, says):
    loop = te_laat(world, dagen)
    assert not wacht(world, loop)
    refuses(world, loop.wie.adviseur, rentevergoeding.voorstellen, loop.subsidie_id, status=409, says=says)


def test_the_floor_is_that_of_the_gemeente_and_not_that_of_the_recipient(world):
    loop = te_laat(world, 5)
    [late] = geteld(world, loop)
    assert Decimal(10) <= late.bedrag < Decimal(20) and late.verschuldigd


def test_what_is_not_paid_yet_is_shown_and_waits_for_the_payment(world):
    loop = bevoorschot(world)
    world.clock(op(payments(world, loop)[0].gepland_on + timedelta(days=60)))
    [late] = geteld(world, loop)
    assert not late.is_betaald and late.regels[-1].tot_en_met == clock.today()
    refuses(world, loop.wie.adviseur, rentevergoeding.voorstellen, loop.subsidie_id, status=409, says="nog niet betaald")
    part, rows = world.as_(financieel(world), lambda s, a: rentevergoeding.te_laat(s, a.party_id))
    assert [row.kenmerk for row in part.rows] == [payments(world, loop)[0].kenmerk] and rows[0].bedrag == late.bedrag


def test_the_list_of_the_finance_department_empties_with_the_decision_and_is_its_own(world):
    loop = te_laat(world, 100)

    def rows(person):
        return world.as_(person, lambda s, a: rentevergoeding.te_laat(s, a.party_id))[1]

    geld = financieel(world)
    assert [one.bedrag for one in rows(geld)] == [geteld(world, loop)[0].bedrag]
    assert rows(world.medewerker("kampen", "financieel")) == []
    besluit = world.as_(geld, rentevergoeding.voorstellen, loop.subsidie_id)
    assert rows(geld) == []
    refuses(world, loop.wie.adviseur, rentevergoeding.voorstellen, loop.subsidie_id, status=409, says="ligt al een voorstel")
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="De dag klopt niet.")
    assert len(rows(geld)) == 1 and wacht(world, loop)
    refuses(world, world.medewerker("kampen", "financieel"), rentevergoeding.voorstellen, loop.subsidie_id, status=404)


def test_a_letter_that_is_no_longer_true_is_not_signed(world):
    loop = te_laat(world, 100)
    besluit = world.as_(loop.wie.adviseur, rentevergoeding.voorstellen, loop.subsidie_id)
    world.behind("UPDATE portal.besluit SET inhoud = jsonb_set(inhoud, '{betalingen,0,bedrag}', '\"1.00\"') WHERE id = :i",
                 i=besluit.id)
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), status=409,
            says="stuur het voorstel terug")


def test_while_payments_stood_still_nothing_was_late(world):
    loop = bevoorschot(world)
    due = payments(world, loop)[0].gepland_on
    world.clock(op(due - timedelta(days=10)))
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden="De locatie is volgens de buren al dicht.")
    world.clock(op(due + timedelta(days=20)))
    assert geteld(world, loop) == [], "de stop loopt nog"
    world.as_(loop.wie.adviseur, uitvoering.hervatten, stop.id, reden="Het klopte niet.")
    world.clock(op(due + timedelta(days=50)))
    [late] = geteld(world, loop)
    assert late.regels[0].van == due + timedelta(days=31) and sum(line.dagen for line in late.regels) == 20


D = [date(2026, 1, 1) + n * DAY for n in range(60)]


@pytest.mark.parametrize(("stops", "found"), [
    ([], [(D[10], D[40])]), ([(D[5], D[15])], [(D[20], D[40])]), ([(D[20], D[25])], [(D[10], D[19]), (D[24], D[40])]),
    ([(D[5], D[8]), (D[20], D[25])], [(D[13], D[19]), (D[24], D[40])]), ([(D[20], D[59])], [(D[10], D[19])]),
    ([(D[50], D[55])], [(D[10], D[40])]), ([(D[1], D[59])], []), ([(D[11], D[12])], [(D[11], D[40])]),
], ids=["geen", "ervoor", "erin", "allebei", "loopt nog", "erna", "altijd", "de eerste dag"])
def test_the_stretches_of_default(stops, found):
    assert verzuim(D[10], D[40], stops) == found


def test_six_weeks_after_the_letter_or_the_later_day_that_it_names():
    assert rentevergoeding.betaal_tot(date(2026, 3, 1), date(2026, 2, 20)) == date(2026, 4, 7)
    assert rentevergoeding.betaal_tot(date(2026, 6, 1), date(2026, 2, 20)) == date(2026, 6, 1)


def test_what_was_paid_on_a_claim_that_fell_comes_back_with_interest(world):
    loop = teveel(world)
    claim, geld = gevorderd(world, loop), financieel(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="rentevergoeding")
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(4_000), on=clock.today())
    found = world.as_(loop.wie.adviseur, lambda s, _a: s.get(Besluit, claim.besluit_id))
    paid = clock.today()
    beslist(world, loop, ingediend(world, loop, found, "De telling klopt niet."))
    world.clock(op(paid + timedelta(days=80)))
    assert geteld(world, loop) == [], "nog niet terug"
    world.as_(geld, vorderen.terugbetaald, claim.id)
    [back] = geteld(world, loop)
    assert (back.betaal_tot, back.betaling.betaald_on, back.betaling.bedrag) == (paid, paid + timedelta(days=80), 4_000)
    assert sum(line.dagen for line in back.regels) == 80 and back.regels[0].van == paid + DAY
    assert wacht(world, loop)
    brieven = NepBrieven(world)
    assert besloten(world, loop, brieven).bedrag == back.bedrag and brieven.brieven[0].inhoud["betalingen"][0]["terug"]
    assert geteld(world, loop) == []
