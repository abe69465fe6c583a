"""Support that ends: somebody is told in time, and it goes on by a decision, with the place and the view of the provider."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domains.plaatsingen import aanbieden, plaatsen, queries, rules, tijd, verlengen
from portal.domains.plaatsingen.model import Bezetting, Plaatsing, PlaatsingState, Verblijf
from portal.domains.subsidies.usecases import portaal
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import Bericht
from portal.tenants.scope import acting_for
from tests import plaatsingen_world as pw

DAY = timedelta(days=1)
JAAR = timedelta(days=365)


def met_einde(world, dagen: int = 120, **anders) -> pw.Plaatsingsloop:
    """A placement of which the support lasts so many days."""
    loop = pw.aangevraagd(world)
    return pw.geplaatst(world, pw.toegekend(world, loop, tot=clock.today() + dagen * DAY, **anders))


def plaatsing(world, loop) -> Plaatsing:
    return world.see(loop.wie.consulent, lambda s: load(s, Plaatsing, loop.plaatsing_id))


def waits(world, loop) -> list:
    """Until when the choice waits, where it is open."""
    return world.see(loop.wie.consulent, lambda s: list(s.scalars(select(Termijn.due_on).where(
        Termijn.dossier_id == loop.plaatsing_id, Termijn.kind == "werk_verlengen", Termijn.met_on.is_(None)))))


def night(world, slug: str = "kampen") -> int:
    """What the worker does for one gemeente."""
    party = world.gemeente(slug)
    with acting_for(party), world.app.new_session() as session, session.begin():
        return tijd.ondersteuning_eindigt(session, portaal(party), clock.today())


def verleng(world, loop, person=None, **anders) -> Plaatsing:
    return world.as_(person or loop.wie.consulent, verlengen.verlengen, loop.plaatsing_id, **{
        "tot": plaatsing(world, loop).tot + JAAR, "vindplaats": "Besluit 2026-118", "besloten_on": clock.today(), **anders})


def test_who_works_on_it_is_told_some_weeks_before_the_last_day_and_once(world):
    loop = met_einde(world)
    tot = plaatsing(world, loop).tot
    assert night(world) == 0 and waits(world, loop) == []
    world.clock(rules.verlengen_vanaf(tot) - DAY)
    assert night(world) == 0
    world.clock(DAY)
    assert night(world) == 1 and waits(world, loop) == [tot] and night(world) == 0
    world.clock(tot + 3 * DAY)
    assert waits(world, loop) == [tot], "ook als de dag voorbij is"
    verleng(world, loop)
    assert waits(world, loop) == [], "en weer voor de nieuwe laatste dag"
    world.clock(rules.verlengen_vanaf(tot + JAAR))
    assert night(world) == 1 and waits(world, loop) == [tot + JAAR]


def test_support_that_ends_soon_waits_from_the_first_day_and_one_without_an_end_never(world):
    loop = met_einde(world, 30)
    assert waits(world, loop) == [plaatsing(world, loop).tot]
    world.as_(loop.wie.consulent, plaatsen.vervallen, loop.plaatsing_id, reden="Niet nodig.")
    assert waits(world, loop) == [] and night(world) == 0
    endless = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)))
    with pytest.raises(Refused, match="geen laatste dag"):
        world.as_(loop.wie.consulent, verlengen.verlengen, endless.plaatsing_id, tot=clock.today() + JAAR, vindplaats="x",
                  besloten_on=clock.today())


def test_a_stay_goes_on_with_its_place_and_the_provider_keeps_seeing_it(world):
    waar = pw.huis(world)
    loop = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, met_einde(world), waar)))
    tot = plaatsing(world, loop).tot
    new = verleng(world, loop).tot
    assert new == tot + JAAR and plaatsing(world, loop).state == PlaatsingState.VERBLIJF
    stay, place = world.see(loop.wie.consulent, lambda s: (
        load(s, Verblijf, loop.verblijf_id), queries.bezetting(s, loop.verblijf_id)))
    assert stay.tot == new and place.periode.upper == new + DAY
    world.clock(tot + 200 * DAY)
    assert world.see(loop.huis.begeleider, lambda s: s.scalar(select(Verblijf.id))) == loop.verblijf_id
    told = world.see(loop.huis.begeleider, lambda s: s.scalars(select(Bericht.onderwerp).where(
        Bericht.dossier_id == loop.verblijf_id)).all())
    assert told == ["Een verblijf is verlengd"]


def test_the_decision_is_kept_and_its_words_only_at_the_gemeente(world):
    loop = met_einde(world)
    tot = plaatsing(world, loop).tot
    verleng(world, loop)
    facts, note = world.see(loop.wie.consulent, lambda s: (
        s.scalar(select(CaseEvent.facts).where(CaseEvent.kind == "plaatsing:verlengen")),
        s.scalar(select(Aantekening.tekst).where(Aantekening.stap == "verlengen"))))
    assert (facts["eerder_on"], facts["laatste_on"], facts["besloten_on"], facts["toegang"]) == (
        tot.isoformat(), (tot + JAAR).isoformat(), clock.today().isoformat(), None)
    assert note == "Besluit 2026-118"


def test_it_goes_on_with_a_later_grant_of_the_own_gemeente_and_that_grant_begins_nothing_else(world):
    loop = met_einde(world)
    tot, again = plaatsing(world, loop).tot, {"wie": loop.wie, "persoon_id": loop.toegang.persoon_id}
    early = pw.toegekend(world, pw.aangevraagd(world, **again), van=tot + DAY, tot=tot + 100 * DAY)
    gap = pw.toegekend(world, pw.aangevraagd(world, **again), van=tot + 9 * DAY)
    other = pw.toegekend(world, pw.aangevraagd(world, **again), product="Beschermd thuis")
    pgb = pw.toegekend(world, pw.aangevraagd(world, **again), vorm="pgb", motief="eigen_regie")
    known = world.see(loop.wie.consulent, lambda s: [
        one.id for one, _besluit in queries.verlengbesluiten(s, load(s, Plaatsing, loop.plaatsing_id))])
    assert set(known) == {early.toegang_id, gap.toegang_id}
    for grant, new, said in ((early, tot + 101 * DAY, "loopt tot en met"), (gap, tot + JAAR, "geen besluit"),
                             (other, tot + JAAR, "ander besluit"), (pgb, tot + JAAR, "ander besluit"),
                             (loop.toegang, tot + JAAR, "ander besluit")):
        with pytest.raises(Refused, match=said):
            verleng(world, loop, tot=new, toegang_id=grant.toegang_id)
    verleng(world, loop, tot=tot + 100 * DAY, toegang_id=early.toegang_id)
    with pytest.raises(Refused, match="plaatsing verlengd"):
        pw.geplaatst(world, early)
    with pytest.raises(Refused, match="ander besluit"):
        verleng(world, loop, tot=tot + 100 * DAY + DAY, toegang_id=early.toegang_id)


@pytest.mark.parametrize(("anders", "said"), [
    ({"tot": clock.today()}, "latere dag"), ({"vindplaats": " "}, "welk besluit"), ({"besloten_on": None}, "op welke dag"),
    ({"besloten_on": clock.today() + 9000 * DAY}, "toekomst")])
def test_an_extension_that_is_wrong_is_refused_and_nothing_changes(world, anders, said):
    loop = met_einde(world)
    before = plaatsing(world, loop).tot
    with pytest.raises(Refused, match=said):
        verleng(world, loop, **anders)
    assert plaatsing(world, loop).tot == before and world.behind(
        "SELECT count(*) FROM portal.case_event WHERE kind = 'plaatsing:verlengen'")[0][0] == 0


def test_what_ended_goes_on_until_a_day_that_is_not_over(world):
    loop = met_einde(world, 30)
    tot = plaatsing(world, loop).tot
    world.clock(tot + 40 * DAY)
    with pytest.raises(Refused, match="in het verleden"):
        verleng(world, loop, tot=tot + 30 * DAY)
    assert verleng(world, loop, tot=tot + 60 * DAY).tot == tot + 60 * DAY


def test_I2_a_place_that_is_promised_by_then_is_refused_in_words_and_another_number_is_taken_where_there_is_one(world):
    waar = pw.huis(world, aantal=1)
    loop = pw.verblijvend(world, pw.gereserveerd(world, pw.aangeboden(world, met_einde(world), waar)))
    tot = plaatsing(world, loop).tot
    someone = pw.persoon(world, loop.wie, naam="Bo Wacht", bsn="", bron=None)
    later = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=someone)))
    pw.aangeboden(world, later, waar, over=(tot - clock.today()).days + 5)
    with pytest.raises(Refused, match="geen plek vrij"):
        verleng(world, loop)
    assert plaatsing(world, loop).tot == tot, "dan verandert er niets"
    world.behind("UPDATE portal.capaciteit SET aantal = 2 WHERE locatie_id = :l", l=waar.locatie_id)
    verleng(world, loop)
    numbers = world.see(loop.wie.consulent, lambda s: s.scalars(select(Bezetting.plek).where(
        Bezetting.locatie_id == waar.locatie_id, Bezetting.vrij_at.is_(None))).all())
    assert sorted(numbers) == [1, 2]


def test_I3_what_goes_on_does_not_run_beside_the_same_with_a_pgb(world):
    loop = met_einde(world)
    tot = plaatsing(world, loop).tot
    pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id),
                                     vorm="pgb", motief="eigen_regie", van=tot + 10 * DAY))
    with pytest.raises(Refused, match="met een pgb"):
        verleng(world, loop)
    assert verleng(world, loop, tot=tot + 9 * DAY).tot == tot + 9 * DAY


def test_another_gemeente_that_becomes_responsible_decides_from_that_day(world):
    loop = pw.overdracht_aanvaard(world, pw.overdracht_aangeboden(
        world, met_einde(world), ingaand_on=clock.today() + 150 * DAY, grond_tot=clock.today() + 200 * DAY))
    with pytest.raises(Refused, match="andere gemeente verantwoordelijk"):
        verleng(world, loop)
    assert verleng(world, loop, tot=clock.today() + 149 * DAY)


def test_another_gemeente_and_who_only_reads_extend_nothing(world):
    loop = met_einde(world)
    with pytest.raises(NotFound):
        verleng(world, loop, pw.personen(world, "zwolle").consulent)
    with pytest.raises(Refused, match="rol mag dit niet"):
        verleng(world, loop, loop.wie.tekenaar)
    foreign = pw.toegekend(world, pw.aangevraagd(world, wie=pw.personen(world, "zwolle")))
    with pytest.raises(NotFound):
        verleng(world, loop, toegang_id=foreign.toegang_id)
    assert night(world, "zwolle") == 0


def test_an_old_right_stays_as_it_was(world):
    old = {"indicatie_tot": clock.today() + 700 * DAY, "overgang_on": clock.today() - 100 * DAY}
    loop = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world), tot=clock.today() + 90 * DAY), **old)
    verleng(world, loop)
    found = plaatsing(world, loop)
    assert {name: getattr(found, name) for name in old} == old


def test_a_place_begins_within_the_support_that_it_is_part_of(world):
    """A place from a day before the support begins, or after it ended, is refused in words."""
    waar = pw.huis(world)
    loop = met_einde(world)
    found = plaatsing(world, loop)
    for over, said in (((found.van - clock.today()).days - 1, "kan niet eerder beginnen"),
                       ((found.tot - clock.today()).days + 1, "Verleng de ondersteuning eerst")):
        with pytest.raises(Refused, match=said):
            pw.aangeboden(world, loop, waar, over=over, overslaan={})
    assert world.behind("SELECT count(*) FROM portal.verblijf")[0][0] == 0
    offered = pw.aangeboden(world, loop, waar, over=(found.van - clock.today()).days)
    verleng(world, loop)
    assert world.see(loop.wie.consulent, lambda s: load(s, Verblijf, offered.verblijf_id)).tot == found.tot + JAAR
    world.as_(waar.begeleider, aanbieden.aanbieder_antwoordt, offered.verblijf_id, ja=False, reden="groep")
