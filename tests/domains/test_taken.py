"""Who handles a report: by gemeente, task and day; and how a task goes over, confirmed by a person of each side."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from config import load
from portal.domains.plaatsingen import queries, rules, taken, usecases
from portal.domains.plaatsingen.model import Melder
from portal.domains.plaatsingen.rules import Behandelt, Route
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from tests import namens
from tests import plaatsingen_world as pw

DAY = timedelta(days=1)
DESK, TEAM = Behandelt.CENTRALE_TOEGANG, Behandelt.WIJKTEAM
GOED = "Twee consulenten volgden de opleiding, en de Centrale Toegang kijkt een half jaar mee."
TAKEN = list(load("plaatsingen")["taak"])


def handled(world, slug, taak="beschermd_wonen", on=None) -> Behandelt:
    wie = pw.personen(world, slug)
    return world.as_(wie.consulent, lambda s, a: queries.route(s, a.party_id, taak, on or clock.today())).wie


def proposed(world, wie, *, days=10, taak="beschermd_wonen", kant=TEAM):
    return world.as_(wie.consulent, taken.voorstellen, taak=taak, ingaand_on=clock.today() + days * DAY, kant=kant,
                     verklaring=GOED).id


# ---- Routing ----

def test_C11_AC1_who_handles_a_report_depends_on_gemeente_task_and_day(world):
    assert handled(world, "kampen") == DESK and handled(world, "kampen", "opvang") == DESK
    assert handled(world, "kampen", "begeleiding") == TEAM, "een andere taak"
    assert handled(world, "deventer") == TEAM, "geen lid van dat verband"
    with pytest.raises(Refused, match="niet vastgelegd"):
        handled(world, "kampen", on=date(2014, 12, 31))
    with pytest.raises(Refused, match="niet vastgelegd"):
        handled(world, "kampen", "verhuizen")


def test_C11_AC1_who_left_the_verband_handles_its_own_reports_from_that_day(world):
    today = clock.today()

    def leaves(on):
        world.behind("UPDATE portal.deelname d SET tot = :t FROM portal.partij p WHERE p.id = d.verband_id "
                     "AND d.gemeente_id = :k AND p.slug = 'beschermd-wonen'", t=on, k=world.gemeente("kampen"))

    leaves(today)
    try:
        assert (handled(world, "kampen", on=today - DAY), handled(world, "kampen", on=today)) == (DESK, TEAM)
    finally:
        leaves(None)


def test_C11_AC1_a_report_keeps_who_handled_such_reports_on_its_day(world):
    wie = pw.personen(world)
    person = pw.persoon(world, wie)
    facts = {"persoon_id": person, "melder": Melder.INWONER, "gemeld_on": clock.today(), "hulpvraag": "Hulp."}
    made = {taak: world.as_(wie.consulent, usecases.melden, taak=taak, **facts).id for taak in ("opvang", "begeleiding")}
    rows = dict(world.behind("SELECT id, behandelt FROM portal.toegang"))
    assert (rows[made["opvang"]], rows[made["begeleiding"]]) == (DESK, TEAM)
    only = world.as_(wie.consulent, lambda s, a: [row.id for row in queries.lijst(s, a.party_id, wie=TEAM).rows])
    assert only == [made["begeleiding"]]
    with pytest.raises(Refused, match="niet vastgelegd"):
        world.as_(wie.consulent, usecases.melden, taak="verhuizen", **facts)


@given(taak=st.sampled_from(TAKEN), on=st.dates(date(2015, 1, 1), date(2040, 1, 1)), bond=st.booleans(),
       days=st.lists(st.dates(date(2015, 1, 2), date(2040, 1, 1)), unique=True, max_size=5))
def test_C11_there_is_always_one_who_handles_it_and_the_last_transfer_decides(taak, on, bond, days):
    transfers = [Route(taak, day, (TEAM, DESK)[n % 2], "", "", gemeente="kampen") for n, day in enumerate(sorted(days))]
    found = rules.route(taak, on, gemeente="kampen", verbanden=["beschermd-wonen"] if bond else [], overdrachten=transfers)
    began = [one for one in transfers if one.valid_from <= on]
    assert found.valid_from <= on and (not began or found is began[-1])
    assert rules.route(taak, on, gemeente="zwolle", verbanden=[], overdrachten=transfers).wie == TEAM


def test_C11_every_route_of_the_configuration_names_a_task_and_a_source():
    for row in load("plaatsingen")["route"]:
        assert row["taak"] in TAKEN and row["bron"].strip() and Behandelt(row["wie"])


# ---- A task goes over ----

def test_C11_AC2_a_task_goes_over_when_a_person_of_each_side_confirmed_and_from_its_day(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    day = clock.today() + 10 * DAY
    assert handled(world, "kampen", on=day) == DESK, "een kant is niet genoeg"
    both = world.medewerker("kampen", "kwaliteit_wijkteam", "kwaliteit_centrale_toegang")
    with pytest.raises(Refused, match="al bevestigd"):
        world.as_(both, taken.bevestigen, transfer, kant=TEAM, verklaring=GOED)
    with pytest.raises(Refused, match="waarom de kwaliteit"):
        world.as_(wie.collega, taken.bevestigen, transfer, kant=DESK, verklaring="Akkoord.")
    assert handled(world, "kampen", on=day) == DESK
    world.as_(wie.collega, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)
    assert (handled(world, "kampen", on=day - DAY), handled(world, "kampen", on=day)) == (DESK, TEAM)
    assert handled(world, "kampen", "opvang", on=day) == DESK, "alleen deze taak"
    assert handled(world, "zwolle", on=day) == DESK, "alleen deze gemeente"
    said = world.behind("SELECT kant, account_id, verklaring FROM portal.taakbevestiging ORDER BY kant")
    assert [tuple(row) for row in said] == [(DESK, wie.collega.user_id, GOED), (TEAM, wie.consulent.user_id, GOED)]


def test_C11_AC2_whom_the_administrator_did_not_name_confirms_for_no_side(world):
    """Not the own choice: a consulent without the role, one of the other side, and the signer are refused, also by the wall."""
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    for who in (world.medewerker("kampen", "consulent"), wie.consulent, wie.tekenaar):
        with pytest.raises(Refused, match="wijst de beheerder"):
            world.as_(who, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)
        with pytest.raises(Exception, match="niet_bevoegd|row-level security"):
            world.as_(who, lambda s, a: s.execute(text(
                "INSERT INTO portal.taakbevestiging (overdracht_id, kant, party_id, account_id, verklaring) "
                "VALUES (:o, 'centrale_toegang', :p, :me, 'Ik kies zelf voor wie ik dit zeg.')"),
                {"o": transfer, "p": a.party_id, "me": a.user_id}))
    assert world.behind("SELECT count(*) FROM portal.taakbevestiging")[0][0] == 1


def test_C11_AC2_who_was_named_for_both_sides_still_speaks_for_one(world):
    both = world.medewerker("kampen", "kwaliteit_wijkteam", "kwaliteit_centrale_toegang")
    transfer = world.as_(both, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=TEAM, verklaring=GOED).id
    with pytest.raises(Refused, match="al voor de andere kant"):
        world.as_(both, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)


def test_C11_AC2_and_back_again(world):
    wie = pw.personen(world)
    world.as_(wie.collega, taken.bevestigen, proposed(world, wie), kant=DESK, verklaring=GOED)
    with pytest.raises(Refused, match="al een overdracht"):
        proposed(world, wie, days=20)
    world.clock(11 * DAY)
    back = proposed(world, wie, days=5)
    assert tuple(world.behind("SELECT van_wie, naar_wie FROM portal.taakoverdracht WHERE id = :i", i=back)[0]) == (TEAM, DESK)
    world.as_(wie.collega, taken.bevestigen, back, kant=DESK, verklaring=GOED)
    assert (handled(world, "kampen"), handled(world, "kampen", on=clock.today() + 5 * DAY)) == (TEAM, DESK)


@pytest.mark.parametrize(("anders", "said"), [
    ({"ingaand_on": date(2020, 1, 1)}, "na vandaag"), ({"verklaring": " "}, "waarom de kwaliteit"),
    ({"taak": "verhuizen"}, "welke taak")])
def test_C11_AC2_a_proposal_is_refused_with_the_reason(world, anders, said):
    facts = {"taak": "opvang", "ingaand_on": clock.today() + DAY, "kant": TEAM, "verklaring": GOED, **anders}
    with pytest.raises(Refused, match=said):
        world.as_(pw.personen(world).consulent, taken.voorstellen, **facts)
    assert world.behind("SELECT count(*) FROM portal.taakoverdracht")[0][0] == 0


def test_C11_AC2_what_nobody_confirmed_before_its_day_is_over(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie, days=1)
    world.clock(DAY)
    with pytest.raises(Refused, match="voorbij"):
        world.as_(wie.collega, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)
    assert handled(world, "kampen") == DESK


def test_C11_AC2_who_comes_from_another_gemeente_does_not_confirm_for_the_team_of_this_one(world):
    wie = namens.mensen(world)
    guest = namens.handelend(world, wie.directeur, namens.volmacht(world, wie, besluit_soort="toegang", soort="mandaat"))
    with pytest.raises(Refused, match="werkt bij een andere gemeente"):
        world.as_(guest, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=TEAM, verklaring=GOED)
    world.as_(guest, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=DESK, verklaring=GOED)
    rows = world.behind("SELECT kant, party_id FROM portal.taakbevestiging")
    assert [tuple(row) for row in rows] == [(DESK, world.gemeente("zwolle"))]


def test_C11_AC2_another_gemeente_and_another_role_see_and_do_nothing(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    with pytest.raises(NotFound):
        world.as_(pw.personen(world, "zwolle").collega, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)
    with pytest.raises(Refused, match="rol"):
        world.as_(world.medewerker("kampen", "contractmanager"), taken.bevestigen, transfer, kant=DESK, verklaring=GOED)


# ---- It does not go through ----

def test_who_proposed_a_transfer_takes_it_back_with_a_reason_and_can_propose_the_same_day_again(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    for person, reden, said in ((wie.consulent, " ", "Schrijf waarom"), (wie.collega, "Toch niet.", "een ander weigert het"),
                                (world.medewerker("kampen", "contractmanager"), "x", "rol")):
        with pytest.raises(Refused, match=said):
            world.as_(person, taken.intrekken, transfer, reden=reden)
    with pytest.raises(NotFound):
        world.as_(pw.personen(world, "zwolle").consulent, taken.intrekken, transfer, reden="x")
    world.as_(wie.consulent, taken.intrekken, transfer, reden="Het team is nog niet klaar.")
    rows = world.behind("SELECT einde, einde_by, einde_reden FROM portal.taakoverdracht")
    assert [tuple(row) for row in rows] == [("ingetrokken", wie.consulent.user_id, "Het team is nog niet klaar.")]
    for act in (lambda: world.as_(wie.collega, taken.bevestigen, transfer, kant=DESK, verklaring=GOED),
                lambda: world.as_(wie.consulent, taken.intrekken, transfer, reden="Nog eens."),
                lambda: world.as_(wie.collega, taken.weigeren, transfer, reden="Nee.")):
        with pytest.raises(Refused, match="al ingetrokken of geweigerd"):
            act()
    assert handled(world, "kampen", on=clock.today() + 10 * DAY) == DESK
    again = proposed(world, wie)
    world.as_(wie.collega, taken.bevestigen, again, kant=DESK, verklaring=GOED)
    assert handled(world, "kampen", on=clock.today() + 10 * DAY) == TEAM


def test_the_side_that_is_asked_refuses_with_a_reason_and_who_proposed_it_does_not(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    with pytest.raises(Refused, match="Voor deze kant bent u dat niet"):
        world.as_(wie.consulent, taken.weigeren, transfer, reden="Toch niet.")
    both = world.medewerker("kampen", "consulent", "kwaliteit_wijkteam", "kwaliteit_centrale_toegang")
    own = world.as_(both, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=TEAM,
                    verklaring=GOED).id
    with pytest.raises(Refused, match="een ander weigert het"):
        world.as_(both, taken.weigeren, own, reden="Toch niet.")
    with pytest.raises(Refused, match="Schrijf waarom"):
        world.as_(wie.collega, taken.weigeren, transfer, reden="")
    found = world.as_(wie.collega, taken.weigeren, transfer, reden="Er zijn te weinig mensen.")
    assert (found.einde, found.einde_by) == ("geweigerd", wie.collega.user_id)


def test_what_both_sides_confirmed_or_what_is_over_does_not_end_any_more(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    world.as_(wie.collega, taken.bevestigen, transfer, kant=DESK, verklaring=GOED)
    late = proposed(world, wie, days=1, taak="opvang")
    with pytest.raises(Refused, match="al bevestigd"):
        world.as_(wie.consulent, taken.intrekken, transfer, reden="Toch niet.")
    world.clock(DAY)
    with pytest.raises(Refused, match="voorbij"):
        world.as_(wie.consulent, taken.intrekken, late, reden="Toch niet.")
    assert handled(world, "kampen", on=clock.today() + 9 * DAY) == TEAM


def test_the_wall_ends_a_transfer_only_in_ones_own_name_and_changes_nothing_else_of_it(world):
    wie = pw.personen(world)
    transfer = proposed(world, wie)
    for column, value in (("taak", "'opvang'"), ("ingaand_on", "'2030-01-01'"), ("gemaakt_by", "NULL")):
        with pytest.raises(ProgrammingError, match="permission denied"):
            world.as_(wie.consulent, lambda s, _a, c=column, v=value: s.execute(text(
                f"UPDATE portal.taakoverdracht SET {c} = {v}")))
    # The name of somebody else does not help: the database fills in who it was.
    with pytest.raises(IntegrityError, match="einde_door"):
        world.as_(wie.collega, lambda s, _a: s.execute(text(
            "UPDATE portal.taakoverdracht SET einde = 'ingetrokken', einde_at = portal.now(), einde_by = :b, einde_reden = 'x' "
            "WHERE id = :i"), {"b": wie.consulent.user_id, "i": transfer}))
    gone = world.as_(pw.personen(world, "zwolle").consulent, lambda s, _a: s.execute(text(
        "UPDATE portal.taakoverdracht SET einde = 'geweigerd', einde_reden = 'x'")).rowcount)
    assert gone == 0


def test_who_comes_from_another_gemeente_does_not_refuse_for_the_team_of_this_one(world):
    wie = namens.mensen(world)
    guest = namens.handelend(world, wie.directeur, namens.volmacht(world, wie, besluit_soort="toegang", soort="mandaat"))
    here = world.medewerker("zwolle", "consulent", "kwaliteit_wijkteam", "kwaliteit_centrale_toegang")
    asked = world.as_(here, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=DESK, verklaring=GOED).id
    with pytest.raises(Refused, match="werkt bij een andere gemeente"):
        world.as_(guest, taken.weigeren, asked, reden="Nee.")
    world.as_(here, taken.intrekken, asked, reden="Toch niet.")
    other = world.as_(here, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + DAY, kant=TEAM, verklaring=GOED).id
    assert world.as_(guest, taken.weigeren, other, reden="De Centrale Toegang is vol.").einde == "geweigerd"
