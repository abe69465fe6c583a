"""Settlement between gemeenten: lines that follow from the timeline, agreed by both, and never by one for the other."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.domains.plaatsingen import aanbieden, overdragen, rules, verrekenen, verrekenqueries
from portal.domains.plaatsingen.model import (
    Verblijf,
    Verrekening,
    VerrekeningAntwoord,
    VerrekeningState,
    Verrekenregel,
)
from portal.kernel import clock
from portal.kernel.dossier import Dossier, Termijn, load, share, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle
from tests.plaatsingen_world import personen
from tests.unit.test_plaatsingen_rules import day, starts, timeline
from tests.verrekening_world import (
    DAGPRIJS,
    DAY,
    Verrekenloop,
    akkoord,
    betaald,
    doorbetaald,
    opgesteld,
    overgedragen,
    verstuurd,
)


def zaak(world, loop: Verrekenloop, who=None) -> Verrekening:
    return world.see(who or loop.kampen, lambda s: load(s, Verrekening, loop.verrekening_id))


def regels(world, loop: Verrekenloop, who=None) -> list[Verrekenregel]:
    return world.see(who or loop.kampen, lambda s: verrekenqueries.verrekenregels(s, loop.verrekening_id))


def test_only_days_on_which_the_other_was_responsible_are_settled(world):
    loop = opgesteld(world)
    [line] = regels(world, loop)
    assert (line.van, line.tot, line.dagen) == (loop.over, clock.today() - DAY, 30)
    assert (line.dagprijs, line.bedrag) == (DAGPRIJS, Decimal("5415.00"))
    assert line.kenmerk.startswith("BW-") and "Sanne" not in str(vars(line))
    assert zaak(world, loop).state == VerrekeningState.OPGESTELD


def test_both_agree_and_only_then_it_becomes_final(world):
    loop = verstuurd(world)
    with pytest.raises(Refused, match="niet in deze fase"):
        world.as_(loop.kampen, verrekenen.vaststellen, loop.verrekening_id)
    assert [one.volgnummer for one in regels(world, loop, loop.zwolle)] == [1]
    loop = akkoord(world, loop)
    assert zaak(world, loop).state == VerrekeningState.AKKOORD
    world.as_(loop.kampen, verrekenen.vaststellen, loop.verrekening_id)
    assert zaak(world, loop, loop.zwolle).state == VerrekeningState.VASTGESTELD
    waits = world.see(loop.kampen, lambda s: s.scalars(select(Termijn).where(
        Termijn.dossier_id == loop.verrekening_id, Termijn.met_on.is_(None))).all())
    assert waits == []
    with pytest.raises(Refused, match="niet in deze fase"):
        world.as_(loop.kampen, verrekenen.intrekken, loop.verrekening_id, reden="Toch niet.")


@pytest.mark.parametrize("stand", ["akkoord", "betwist", "vastgesteld"])
def test_who_paid_never_answers_for_the_other(world, stand):
    """Also not past the application, with its own connection."""
    loop = verstuurd(world)

    def claim(session, _actor):
        load(session, Verrekening, loop.verrekening_id).state = stand
        settle(session)

    with pytest.raises(Refused, match="niet akkoord"):
        world.as_(loop.kampen, claim)
    with pytest.raises(NotFound):
        world.as_(loop.kampen, verrekenen.antwoorden, loop.verrekening_id, ja=True)

    def answer(session, actor):
        session.add(VerrekeningAntwoord(**under(load(session, Verrekening, loop.verrekening_id), actor.party_id), ja=True,
                                        redenen={}, gegeven_by=actor.user_id))
        settle(session)

    with pytest.raises((Refused, NotFound)):
        world.as_(loop.kampen, answer)
    assert zaak(world, loop).state == VerrekeningState.VERSTUURD


def test_a_dispute_names_the_lines_and_goes_round_until_both_agree(world):
    loop = verstuurd(world)
    with pytest.raises(Refused, match="elke regel die niet klopt"):
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "  "})
    with pytest.raises(Refused, match="Kies een van de twee"):
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=True, redenen={1: "Te duur."})
    with pytest.raises(Refused, match="elke regel die niet klopt"):
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={7: "Die is er niet."})
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Wij betalen zelf al."})
    assert zaak(world, loop).state == VerrekeningState.BETWIST
    with pytest.raises(Refused, match="al geantwoord"):
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=True)
    # Held to it: sent again, and now agreed.
    world.as_(loop.kampen, verrekenen.versturen, loop.verrekening_id)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=True)
    assert zaak(world, loop).state == VerrekeningState.AKKOORD


def test_a_disputed_line_lapses_and_an_empty_settlement_is_withdrawn(world):
    loop = verstuurd(world)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Wij betalen zelf al."})
    with pytest.raises(Refused, match="Schrijf waarom"):
        world.as_(loop.kampen, verrekenen.laten_vervallen, loop.verrekening_id, volgnummer=1, reden="")
    world.as_(loop.kampen, verrekenen.laten_vervallen, loop.verrekening_id, volgnummer=1, reden="Klopt, dubbel betaald.")
    assert verrekenen.totaal(regels(world, loop)) == 0
    with pytest.raises(Refused, match="geen regel die telt"):
        world.as_(loop.kampen, verrekenen.versturen, loop.verrekening_id)
    world.as_(loop.kampen, verrekenen.intrekken, loop.verrekening_id, reden="Alles was al betaald.")
    # The period can be settled again.
    assert zaak(world, opgesteld(world, loop)).state == VerrekeningState.OPGESTELD


def test_one_period_per_pair_and_no_day_of_it_twice(world):
    loop = opgesteld(world)
    with pytest.raises(Refused, match="al verrekend") as refused:
        opgesteld(world, loop, van=loop.over + 20 * DAY)
    was = zaak(world, loop)
    assert list(refused.value.reasons[1:]) == [
        f"In de weg staat {was.reference} met Zwolle, over {was.van:%d-%m-%Y} tot en met {was.tot:%d-%m-%Y}."]

    def free(session, _actor):
        load(session, Verrekening, loop.verrekening_id).ingetrokken_on = clock.today()
        settle(session)

    with pytest.raises(Refused, match="staat vast"):
        world.as_(loop.kampen, free)


def test_two_colleagues_at_once_settle_a_period_once(world):
    loop, gate, outcomes = betaald(world), Barrier(3), []

    def draw_up():
        gate.wait()
        try:
            opgesteld(world, loop)
            outcomes.append("opgesteld")
        except Refused as refusal:
            outcomes.append(str(refusal))

    threads = [Thread(target=draw_up) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes.count("opgesteld") == 1 and len(outcomes) == 3
    assert all("al verrekend" in said for said in outcomes if said != "opgesteld")
    assert world.behind("SELECT count(*) FROM portal.verrekenregel")[0][0] == 1


@pytest.mark.parametrize(("anders", "said"), [
    ({"tot": timedelta(days=0)}, "nog niet voorbij"), ({"van": timedelta(days=5), "tot": timedelta(days=-5)}, "voor de eerste"),
    ({"van": timedelta(days=-500)}, "ten hoogste een jaar")])
def test_a_wrong_period_is_refused(world, anders, said):
    loop = betaald(world)
    with pytest.raises(Refused, match=said):
        opgesteld(world, loop, **{name: clock.today() + shift for name, shift in anders.items()})


def test_a_settlement_with_oneself_or_about_nothing_is_refused(world):
    loop = betaald(world)
    with pytest.raises(Refused, match="andere gemeente"):
        opgesteld(world, loop, ander_id=loop.kampen.party_id)
    with pytest.raises(Refused, match="niets te verrekenen"):
        opgesteld(world, loop, ander_id=world.gemeente("dalfsen"))
    with pytest.raises(Refused, match="niets te verrekenen"):
        opgesteld(world, loop, tot=loop.over - DAY)
    assert world.see(loop.kampen, lambda s: s.scalars(select(Verrekening)).all()) == []


def test_a_day_price_that_is_not_known_is_asked_for(world):
    loop = betaald(world, dagprijs=None)
    with pytest.raises(Refused, match="geen dagprijs bekend"):
        opgesteld(world, loop)
    with pytest.raises(Refused, match="hele centen"):
        prijs(world, loop, Decimal("1.005"))
    prijs(world, loop, Decimal(200))
    with pytest.raises(Refused, match="al de dagprijs"):
        prijs(world, loop, Decimal(200), reden="Zo is het.")
    [line] = regels(world, opgesteld(world, loop))
    assert line.bedrag == 30 * 200


def prijs(world, loop: Verrekenloop, bedrag: Decimal, reden: str = "", who=None) -> None:
    world.as_(who or loop.kampen, verrekenen.dagprijs_vastleggen, loop.verblijf.verblijf_id, dagprijs=bedrag, reden=reden)


def test_a_mistyped_price_of_the_offer_is_mended_with_a_reason_until_it_was_settled_with(world):
    loop = betaald(world, dagprijs=Decimal("1805.00"))
    with pytest.raises(Refused, match="Schrijf waarom"):
        prijs(world, loop, DAGPRIJS)
    drawn = opgesteld(world, loop)
    with pytest.raises(Refused, match="als u die verrekening intrekt") as refused:
        prijs(world, loop, DAGPRIJS, "Een nul te veel.")
    assert refused.value.status == 409 and "regel 1 van VRK-" in refused.value.reasons[1]
    world.as_(loop.kampen, verrekenen.intrekken, drawn.verrekening_id, reden="De prijs klopt niet.")
    prijs(world, loop, DAGPRIJS, "Een nul te veel.")
    [line] = regels(world, opgesteld(world, loop))
    assert line.bedrag == 30 * DAGPRIJS
    noted = world.see(loop.kampen, lambda s: verrekenqueries.aantekeningen(s, loop.verblijf.verblijf_id, "dagprijs"))
    assert [one.tekst for one in noted] == ["Een nul te veel."]


def test_a_price_whose_only_line_lapsed_can_be_mended(world):
    loop = verstuurd(world)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "De prijs is te hoog."})
    with pytest.raises(Refused, match="al verrekend"):
        prijs(world, loop, Decimal(100), "Zwolle heeft gelijk.")
    world.as_(loop.kampen, verrekenen.laten_vervallen, loop.verrekening_id, volgnummer=1, reden="Klopt.")
    prijs(world, loop, Decimal(100), "Zwolle heeft gelijk.")


# A line made anew -----------------------------------------------------------------------------------------------------------

def betwist(world) -> Verrekenloop:
    loop = verstuurd(world)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Tien dagen te veel."})
    return loop


def anders(world, loop: Verrekenloop, who=None, **facts) -> None:
    [line] = [one for one in regels(world, loop) if one.volgnummer == 1]
    world.as_(who or loop.kampen, verrekenen.opnieuw, loop.verrekening_id, **{
        "volgnummer": 1, "van": line.van, "tot": line.tot, "dagprijs": line.dagprijs, "reden": "Zwolle heeft gelijk.", **facts})


def test_a_disputed_line_is_made_anew_over_fewer_days_and_at_another_price_in_one_act(world):
    loop = betwist(world)
    anders(world, loop, tot=loop.over + 19 * DAY)
    old, new = regels(world, loop)
    assert old.vervallen_on == clock.today() and new.vervallen_on is None
    assert (new.volgnummer, new.van, new.tot, new.bedrag) == (2, loop.over, loop.over + 19 * DAY, 20 * DAGPRIJS)
    # Another price is a price of the stay: the line follows from it, and nobody types an amount.
    with pytest.raises(Refused, match="al vervallen"):
        anders(world, loop, dagprijs=Decimal(100))
    anders(world, loop, volgnummer=2, van=new.van, tot=new.tot, dagprijs=Decimal(100))
    assert verrekenen.totaal(regels(world, loop)) == 2000
    # The other gemeente is asked again, about what counts now.
    world.as_(loop.kampen, verrekenen.versturen, loop.verrekening_id)
    with pytest.raises(Refused, match="elke regel die niet klopt"):
        world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Die is vervallen."})
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=True)
    assert zaak(world, loop).state == VerrekeningState.AKKOORD


def test_a_line_is_made_anew_within_its_own_days_only_and_nothing_stays_half(world):
    loop = betwist(world)
    for wrong, said in (({"van": loop.over - DAY}, "in de regel vallen"), ({"tot": loop.over - DAY}, "in de regel vallen"),
                        ({}, "Er verandert niets"), ({"tot": loop.over, "reden": ""}, "Schrijf waarom"),
                        ({"dagprijs": Decimal(-1)}, "niet lager dan nul")):
        with pytest.raises(Refused, match=said):
            anders(world, loop, **wrong)
    with pytest.raises(NotFound):
        anders(world, loop, who=loop.zwolle, tot=loop.over)
    with pytest.raises(Refused, match="rol"):
        anders(world, loop, who=loop.verblijf.wie.tekenaar, tot=loop.over)
    [line] = regels(world, loop)
    assert line.vervallen_on is None
    world.as_(loop.kampen, verrekenen.versturen, loop.verrekening_id)
    with pytest.raises(Refused):
        anders(world, loop, tot=loop.over)


def test_past_the_application_only_a_line_that_lapsed_is_made_anew(world):
    loop = betwist(world)
    [line] = regels(world, loop)
    world.as_(loop.kampen, verrekenen.laten_vervallen, loop.verrekening_id, volgnummer=1, reden="Klopt.")

    def add(session, actor, **facts):
        session.add(Verrekenregel(**under(load(session, Verrekening, loop.verrekening_id), actor.party_id), **{
            **{name: getattr(line, name) for name in ("verblijf_id", "traject_id", "kenmerk", "van", "tot", "dagen", "dagprijs",
                                                      "bedrag")}, "volgnummer": 2, **facts}))
        settle(session)

    # Zwolle writes no line of Kampen; and a line that still counts is in the way of another over its days.
    with pytest.raises(Refused):
        world.as_(loop.zwolle, add)
    world.as_(loop.kampen, add, tot=line.van + 9 * DAY, dagen=10, bedrag=10 * DAGPRIJS)
    with pytest.raises(Refused, match="volgt niet"):
        world.as_(loop.kampen, add, volgnummer=3)
    with world.owner.begin() as c:
        c.execute(text("ALTER TABLE portal.verrekenregel DISABLE TRIGGER vervalt"))
        c.execute(text("DELETE FROM portal.verrekenregel WHERE volgnummer = 1"))
        c.execute(text("ALTER TABLE portal.verrekenregel ENABLE TRIGGER vervalt"))
    with pytest.raises(Refused, match="alleen een regel opnieuw die is vervallen"):
        world.as_(loop.kampen, add, volgnummer=3, van=line.van + 10 * DAY, dagen=20, bedrag=20 * DAGPRIJS)


# Paid on after a handover --------------------------------------------------------------------------------------------------

def betaal(world, loop: Verrekenloop, tot, who=None):
    return world.as_(who or loop.kampen, verrekenen.doorbetaald, loop.verblijf.verblijf_id, tot=tot)


def test_after_a_handover_nothing_is_settled_until_somebody_says_that_was_paid_on(world):
    loop = overgedragen(world)
    with pytest.raises(Refused, match="niets te verrekenen"):
        opgesteld(world, loop)
    [row] = world.see(loop.kampen, lambda s: verrekenqueries.zonder_betaald_tot(s, loop.kampen.party_id, 9))
    assert (row.id, row.geeindigd_on, row.naar_id) == (loop.verblijf.verblijf_id, loop.over - DAY, loop.zwolle.party_id)
    [work] = world.see(loop.kampen, lambda s: s.scalars(select(Termijn).where(
        Termijn.kind == "werk_doorbetaald", Termijn.met_on.is_(None))).all())
    assert work.dossier_id == loop.verblijf.verblijf_id
    doorbetaald(world, loop, dagen=20)
    [line] = regels(world, opgesteld(world, loop))
    assert (line.van, line.tot, line.dagen, line.bedrag) == (loop.over, loop.over + 19 * DAY, 20, 20 * DAGPRIJS)
    assert world.see(loop.kampen, lambda s: s.scalars(select(Termijn).where(
        Termijn.kind == "werk_doorbetaald", Termijn.met_on.is_(None))).all()) == []
    # It is a payment: nobody lived there longer, and the place was free.
    stay = world.see(loop.kampen, lambda s: load(s, Verblijf, loop.verblijf.verblijf_id))
    assert stay.geeindigd_on == loop.over - DAY
    assert world.behind("SELECT upper(periode) FROM portal.bezetting")[0][0] == loop.over


def test_the_day_that_was_paid_until_has_bounds_and_can_be_corrected(world):
    loop = overgedragen(world)
    for wrong, said in ((loop.over - 2 * DAY, "eindigde bij uw gemeente"), (clock.today() + DAY, "in de toekomst")):
        with pytest.raises(Refused, match=said):
            betaal(world, loop, wrong)
    betaal(world, loop, clock.today())
    betaal(world, loop, loop.over)
    assert betaal(world, loop, None).betaald_tot is None
    assert world.as_(loop.kampen, verrekenen.niet_doorbetaald, loop.verblijf.verblijf_id).betaald_tot == loop.over - DAY
    with pytest.raises(Refused, match="niets te verrekenen"):
        opgesteld(world, loop)


def test_only_a_stay_that_ended_by_a_handover_was_paid_on(world):
    loop = betaald(world)
    with pytest.raises(Refused, match="niet door een overdracht"):
        betaal(world, loop, clock.today())
    world.as_(loop.verblijf.wie.consulent, aanbieden.beeindigen, loop.verblijf.verblijf_id, on=clock.today(),
              einde="uitstroom_zelfstandig")
    with pytest.raises(Refused, match="niet door een overdracht"):
        betaal(world, loop, clock.today())


def test_what_was_settled_stays_and_what_comes_after_is_added(world):
    """Days that count in a settlement are not taken away, nor days put into a period that was settled; a next period may
    have more."""
    loop = doorbetaald(world, dagen=20)
    last = loop.over + 19 * DAY
    drawn = opgesteld(world, loop, tot=last)
    for other in (None, last - DAY, loop.over - DAY):
        with pytest.raises(Refused, match="al verrekend"):
            betaal(world, loop, other)
    betaal(world, loop, last + 3 * DAY)
    betaal(world, loop, last)
    world.as_(loop.kampen, verrekenen.intrekken, drawn.verrekening_id, reden="Een langere periode.")
    betaal(world, loop, loop.over + 9 * DAY)
    drawn = opgesteld(world, loop)
    with pytest.raises(Refused, match="al verrekend"):
        betaal(world, loop, last)
    verstuurd(world, drawn)
    world.as_(loop.zwolle, verrekenen.antwoorden, drawn.verrekening_id, ja=False, redenen={1: "Korter."})
    world.as_(loop.kampen, verrekenen.laten_vervallen, drawn.verrekening_id, volgnummer=1, reden="Klopt.")
    betaal(world, loop, loop.over + 4 * DAY)


def test_days_that_were_settled_before_the_dossier_went_over_are_filled_in_afterwards(world):
    """Kampen let the dossier go weeks after the day, and had settled those weeks by then."""
    loop = opgesteld(world)
    world.as_(loop.verblijf.wie.consulent, overdragen.overgaan, loop.verblijf.plaatsing_id)
    last = clock.today() - DAY
    with pytest.raises(Refused, match="al verrekend"):
        betaal(world, loop, last - DAY)
    betaal(world, loop, last)
    betaal(world, loop, clock.today())


def test_a_price_and_a_settlement_that_use_it_at_the_same_time_stay_one(world):
    loop, gate = betaald(world), Barrier(2)

    def at_once(act):
        def run():
            gate.wait()
            with suppress(Refused):
                act()
        return Thread(target=run)

    threads = [at_once(lambda: opgesteld(world, loop)), at_once(lambda: prijs(world, loop, Decimal(99), "Een tikfout."))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    stay = world.see(loop.kampen, lambda s: load(s, Verblijf, loop.verblijf.verblijf_id).dagprijs)
    assert {row[0] for row in world.behind("SELECT dagprijs FROM portal.verrekenregel")} <= {stay}


def test_no_day_is_paid_twice_when_the_responsibility_comes_back(world):
    """From the day that Kampen is responsible again its own next stay counts."""
    loop = overgedragen(world)
    weer = clock.today() - 5 * DAY
    with world.owner.begin() as c:
        c.execute(text("ALTER TABLE portal.verantwoordelijkheid DISABLE TRIGGER USER"))
        c.execute(text(
            "INSERT INTO portal.verantwoordelijkheid (id, party_id, traject_id, gemeente_id, van, grondslag, overdracht_id) "
            "SELECT gen_random_uuid(), v.party_id, v.traject_id, :g, :d, v.grondslag, v.overdracht_id "
            "FROM portal.verantwoordelijkheid v WHERE v.overdracht_id IS NOT NULL"), {"g": loop.kampen.party_id, "d": weer})
        c.execute(text("ALTER TABLE portal.verantwoordelijkheid ENABLE TRIGGER USER"))
    with pytest.raises(Refused, match="weer verantwoordelijk"):
        betaal(world, loop, weer)
    betaal(world, loop, weer - DAY)

    def past_it(session, _actor):
        load(session, Verblijf, loop.verblijf.verblijf_id).betaald_tot = weer
        settle(session)

    with pytest.raises(Refused, match="zelf weer verantwoordelijk"):
        world.as_(loop.kampen, past_it)


def test_the_days_end_where_the_stay_ended(world):
    loop = betaald(world)
    world.as_(loop.verblijf.wie.consulent, aanbieden.beeindigen, loop.verblijf.verblijf_id, on=loop.over + 4 * DAY,
              einde="uitstroom_zelfstandig")
    [line] = regels(world, opgesteld(world, loop))
    assert (line.dagen, line.tot) == (5, loop.over + 4 * DAY)


def test_a_line_that_is_not_true_does_not_get_in(world):
    """Not by the application, and not past it: too many days, another price, the days of who paid."""
    loop = opgesteld(world)
    [line] = regels(world, loop)
    good = {name: getattr(line, name) for name in ("verblijf_id", "traject_id", "kenmerk", "van", "tot", "dagen", "dagprijs",
                                                   "bedrag")}
    first = loop.over - DAY
    for wrong in ({"van": first, "dagen": 31, "bedrag": 31 * DAGPRIJS}, {"dagprijs": Decimal(200), "bedrag": Decimal(6000)},
                  {"tot": clock.today(), "dagen": 31, "bedrag": 31 * DAGPRIJS}):
        def add(session, actor, wrong=wrong):
            session.add(Verrekenregel(**under(load(session, Verrekening, loop.verrekening_id), actor.party_id),
                                      **(good | {"volgnummer": 2} | wrong)))
            settle(session)

        with pytest.raises(Refused, match="volgt niet"):
            world.as_(loop.kampen, add)


# The wall ------------------------------------------------------------------------------------------------------------------

def test_nobody_reads_a_draft_and_a_third_gemeente_never(world):
    loop = opgesteld(world)
    third = world.medewerker("dalfsen", "financieel")
    seen = text("SELECT count(*) FROM portal.verrekenregel")
    assert [world.see(who, lambda s: s.scalar(seen)) for who in (loop.kampen, loop.zwolle, third)] == [1, 0, 0]
    verstuurd(world, loop)
    assert [world.see(who, lambda s: s.scalar(seen)) for who in (loop.kampen, loop.zwolle, third)] == [1, 1, 0]
    with pytest.raises(NotFound):
        world.as_(third, verrekenen.antwoorden, loop.verrekening_id, ja=True)

    def share_with_third(session, _actor):
        share(session, load(session, Dossier, loop.verrekening_id), third.party_id, "meelezer")
        settle(session)

    with pytest.raises(Refused, match="niet met uw gemeente"):
        world.as_(loop.kampen, share_with_third)


@pytest.mark.parametrize(("shift", "said"), [(-2, "ligt voor het einde"), (27, "in de toekomst")])
def test_the_bounds_of_what_was_paid_stand_in_the_database(world, shift, said):
    loop = overgedragen(world)

    def write(session, _actor, tot):
        load(session, Verblijf, loop.verblijf.verblijf_id).betaald_tot = tot
        settle(session)

    with pytest.raises(Refused, match=said):
        world.as_(loop.kampen, write, loop.over + shift * DAY)
    world.as_(loop.kampen, write, loop.over)


def test_past_the_application_nothing_is_paid_on_without_a_handover_and_nothing_settled_changes(world):
    runs, drawn = betaald(world), None

    def write(session, _actor, loop, **values):
        stay = load(session, Verblijf, loop.verblijf.verblijf_id)
        for name, value in values.items():
            setattr(stay, name, value)
        settle(session)

    with pytest.raises(Refused, match="niet door een overdracht"):
        world.as_(runs.kampen, write, runs, geeindigd_on=clock.today(), betaald_tot=clock.today())
    drawn = opgesteld(world, runs)
    with pytest.raises(Refused, match="al verrekend"):
        world.as_(drawn.kampen, write, drawn, dagprijs=Decimal(1))


def test_nobody_else_says_what_a_gemeente_paid(world):
    loop = overgedragen(world)
    for who in (loop.zwolle, world.medewerker("dalfsen", "financieel")):
        with pytest.raises(NotFound):
            betaal(world, loop, loop.over, who)
        with pytest.raises(NotFound):
            prijs(world, loop, Decimal(1), "Te duur.", who)
        assert world.see(who, lambda s, who=who: verrekenqueries.zonder_betaald_tot(s, who.party_id, 9)) == []
        assert world.see(who, lambda s: verrekenqueries.overgedragen_verblijf(s, loop.verblijf.verblijf_id)) is None
    for who in (loop.verblijf.wie.consulent, loop.verblijf.huis.begeleider):
        with pytest.raises(Refused, match="Uw rol mag dit niet"):
            betaal(world, loop, loop.over, who)
    # The provider sees the stay, and writes nothing of it with its own connection; nor does the other gemeente.
    for who in (loop.verblijf.huis.begeleider, loop.zwolle):
        assert world.as_(who, lambda s, _actor: s.execute(text(
            "UPDATE portal.verblijf SET betaald_tot = geeindigd_on, dagprijs = 1")).rowcount) == 0


def test_who_may_not_settle_is_refused(world):
    loop = verstuurd(world)
    consulent = personen(world, "zwolle").consulent
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(consulent, verrekenen.antwoorden, loop.verrekening_id, ja=True)
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(loop.verblijf.wie.consulent, verrekenen.opstellen, ander_id=loop.zwolle.party_id, van=loop.begon,
                  tot=clock.today() - DAY)


# The sum -------------------------------------------------------------------------------------------------------------------

@given(starts, st.integers(0, 900), st.integers(0, 400), st.integers(0, 400), st.integers(0, 100_000))
def test_the_lines_of_all_gemeenten_over_all_periods_are_the_whole_stay(found, first, length, cut, cents):
    """Whatever the timeline, and wherever one period ends and the next begins: nothing is settled twice or left out."""
    line, price = timeline(found), Decimal(cents) / 100
    van = max(day("2026-01-01") + first * DAY, line[0].van)
    tot = van + length * DAY
    stay = rules.BetaaldVerblijf(None, None, "PLG-1", van, tot, price)
    border = van + cut * DAY
    periods = [(van - 30 * DAY, border), (border + DAY, tot + 400 * DAY)]
    parts = [part for begins, ends in periods for gemeente in {one.gemeente_id for one in line}
             for part in rules.verrekendelen(stay, line, gemeente, van=begins, tot=ends)]
    assert sum(part.bedrag for part in parts) == price * (length + 1)
    assert sum(part.dagen for part in parts) == length + 1
