"""Contracts that run: who decides on an extension, when it is asked, and what can never happen twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from config import load
from portal import jobs
from portal.domains.beheer import mandaten
from portal.kernel import clock
from portal.kernel.dossier import Termijn, count_of
from portal.kernel.errors import Refused
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import Bericht
from portal.register import queries, rules, usecases
from portal.register.model import Verlengingsbesluit
from portal.tenants.scope import as_public
from tests.domains.test_inkoop_races import at_once, done, without
from tests.inkoop_world import Inkooploop, gecontracteerd, volmacht
from tests.world import World

COUNT = "SELECT count(*) FROM portal.overeenkomst_periode WHERE verlengd_on IS NOT NULL"


@pytest.fixture
def loop(world) -> Inkooploop:
    """Two contracts of one perceel, from 1 January 2028, 3 + 2 + 2 years; the mandaathouder may sign contracts."""
    loop = gecontracteerd(world, percelen=1)
    volmacht(world, loop.wie.beheerder, loop.wie.mandaathouder, besluit_soort="overeenkomst")
    return loop


def contract(world: World, loop: Inkooploop, number: int = 0) -> queries.Contract:
    """One of the contracts, as the lead sees it."""
    return world.see(loop.wie.manager, lambda s: queries.contracts(s)[0])[number]


def no(world, person, use_case, *args, says: str, status: int, **kwargs) -> None:
    """This is refused, with these words."""
    with pytest.raises(Refused) as refused:
        world.as_(person, use_case, *args, **kwargs)
    assert says in str(refused.value), str(refused.value)
    assert refused.value.status == status


def work(world: World, loop: Inkooploop) -> list[Termijn]:
    """What is asked in Mijn werk about extensions, and not yet done."""
    return world.see(loop.wie.manager, lambda s: s.scalars(select(Termijn).where(
        Termijn.kind == rules.DECIDE, Termijn.met_on.is_(None))).all())


# The decision --------------------------------------------------------------------------------------------------------------

def test_A9_AC2_an_extension_is_signed_under_volmacht_and_told_to_the_provider(world, loop):
    karel, before = loop.wie.mandaathouder, contract(world, loop)
    besluit = world.as_(karel, usecases.verlengen, before.id, 2)
    after = contract(world, loop)
    assert (before.last_day, after.last_day) == (date(2030, 12, 31), date(2032, 12, 31))
    assert (besluit.getekend_by, besluit.uitkomst, besluit.reden) == (karel.user_id, "verlengd", None)
    assert world.behind("SELECT besluit_soort FROM portal.mandaat WHERE id = :m", m=besluit.mandaat_id)[0][0] == "overeenkomst"
    provider = next(a for a in loop.wie.aanbieders if a.id == before.aanbieder_id)
    message = world.see(provider.auteur, lambda s: s.scalar(select(Bericht).where(Bericht.onderwerp.contains("is verlengd"))))
    assert "tot en met vrijdag 31 december 2032" in message.tekst
    events = world.see(loop.wie.manager, lambda s: s.scalars(select(CaseEvent).where(
        CaseEvent.kind == "overeenkomst:verlengen")).all())
    assert [(e.actor_id, e.facts["volgnummer"], e.facts["tot_on"]) for e in events] == [(karel.user_id, 2, "2033-01-01")]
    # The other contract of the perceel is a decision of its own, and the public sees the new end.
    assert contract(world, loop, 1).last_day == date(2030, 12, 31)
    with as_public(), world.app.new_session() as session:
        assert sorted(str(c.tot) for c in queries.contracts(session)[0]) == ["2031-01-01", "2033-01-01"]


def test_a_volmacht_for_awards_does_not_extend_a_contract(world, loop):
    manager, id_ = loop.wie.manager, contract(world, loop).id
    volmacht(world, loop.wie.beheerder, manager)
    no(world, manager, usecases.verlengen, id_, 2, says="geen volmacht voor dit soort besluit", status=422)
    no(world, manager, usecases.laten_eindigen, id_, 2, reden="Te duur", says="geen volmacht", status=422)
    given = volmacht(world, loop.wie.beheerder, manager, besluit_soort="overeenkomst", tot_bedrag=Decimal("11999999.99"))
    no(world, manager, usecases.verlengen, id_, 2, says="hoger dan uw volmacht", status=422)
    world.as_(loop.wie.beheerder, mandaten.mandaat_intrekken, given)
    no(world, manager, usecases.verlengen, id_, 2, says="geen volmacht", status=422)
    assert world.behind(COUNT)[0][0] == 0


def test_the_number_of_the_option_is_part_of_the_question(world, loop):
    karel, id_ = loop.wie.mandaathouder, contract(world, loop).id
    no(world, karel, usecases.verlengen, id_, 3, says="Besluit eerst over de verlenging hiervoor", status=409)
    no(world, karel, usecases.verlengen, id_, 1, says="geen verlenging meer", status=409)
    world.as_(karel, usecases.verlengen, id_, 2)
    no(world, karel, usecases.verlengen, id_, 2, says="al besloten", status=409)
    assert world.behind(COUNT)[0][0] == 1
    world.as_(karel, usecases.verlengen, id_, 3)
    no(world, karel, usecases.verlengen, id_, 4, says="geen verlenging meer", status=409)


def test_letting_a_contract_end_has_a_reason_and_stays(world, loop):
    karel, before = loop.wie.mandaathouder, contract(world, loop)
    no(world, karel, usecases.laten_eindigen, before.id, 2, reden="  ", says="Schrijf waarom", status=422)
    world.as_(karel, usecases.laten_eindigen, before.id, 2, reden="De vraag is kleiner geworden.")
    after = contract(world, loop)
    assert (after.tot, after.open_option) == (before.tot, None) and after.stopped.reden == "De vraag is kleiner geworden."
    for use_case, more in ((usecases.verlengen, {}), (usecases.laten_eindigen, {"reden": "Toch niet"})):
        no(world, karel, use_case, before.id, 2, says="al besloten", status=409, **more)
        no(world, karel, use_case, before.id, 3, says="laten eindigen op", status=409, **more)
    provider = next(a for a in loop.wie.aanbieders if a.id == before.aanbieder_id)
    texts = world.see(provider.auteur, lambda s: s.scalars(select(Bericht.tekst)).all())
    assert any("De vraag is kleiner geworden." in tekst and "dinsdag 31 december 2030" in tekst for tekst in texts)


def test_nobody_extends_what_is_not_theirs_or_is_over(world, loop):
    id_ = contract(world, loop).id
    for stranger in (world.medewerker("kampen", "contractmanager"), loop.wie.aanbieders[0].verzender):
        no(world, stranger, usecases.verlengen, id_, 2, says="niet vinden", status=404)
    world.clock(date(2031, 1, 1))
    volmacht(world, loop.wie.beheerder, loop.wie.mandaathouder, besluit_soort="overeenkomst")
    for use_case, more in ((usecases.verlengen, {}), (usecases.laten_eindigen, {"reden": "Klaar"})):
        no(world, loop.wie.mandaathouder, use_case, id_, 2, says="al geëindigd", status=409, **more)


# The database says it too -----------------------------------------------------------------------------------------------

INSERT = """INSERT INTO portal.verlengingsbesluit (id, dossier_id, eigenaar_id, party_id, overeenkomst_id, volgnummer, uitkomst,
    besloten_on, getekend_by, mandaat_id)
  SELECT gen_random_uuid(), o.dossier_id, o.eigenaar_id, o.eigenaar_id, o.id, :n, 'verlengd', current_date, :who, :mandate
  FROM portal.overeenkomst o WHERE o.id = :c"""


def test_the_wall_asks_for_a_signed_decision(world, loop):
    karel, found = loop.wie.mandaathouder, contract(world, loop)
    volmachten = dict(world.behind("SELECT besluit_soort, id FROM portal.mandaat WHERE gemachtigde_id = :k", k=karel.user_id))

    def raw(person, statement, **values):
        return world.as_(person, lambda s, _a: s.execute(text(statement), values).rowcount)

    extend = "UPDATE portal.overeenkomst_periode SET verlengd_on = current_date WHERE overeenkomst_id = :c AND volgnummer = :n"
    assert raw(karel, extend, c=found.id, n=2) == 0, "zonder besluit verandert er niets"
    asked = {"c": found.id, "who": karel.user_id, "mandate": volmachten["overeenkomst"]}
    for values in (asked | {"mandate": volmachten["gunning"]}, asked | {"who": loop.wie.manager.user_id}):
        with pytest.raises(DBAPIError, match="row-level security"):
            raw(karel, INSERT, n=2, **values)
    with pytest.raises(DBAPIError, match="row-level security"):
        raw(world.medewerker("kampen", "contractmanager"), INSERT, n=2, **asked)
    with pytest.raises(DBAPIError, match="eerst_vorige_optie"):
        raw(karel, INSERT, n=3, **asked)
    assert raw(karel, INSERT, n=2, **asked) == 1
    with pytest.raises(DBAPIError, match="uq_verlengingsbesluit"):
        raw(karel, INSERT, n=2, **asked)
    assert raw(karel, extend, c=found.id, n=2) == 1
    with pytest.raises(DBAPIError, match="permission denied"):
        raw(karel, "UPDATE portal.verlengingsbesluit SET uitkomst = 'verlengd'")
    with pytest.raises(DBAPIError, match="permission denied"):
        raw(karel, "DELETE FROM portal.verlengingsbesluit")
    world.clock(date(2033, 1, 1))
    with pytest.raises(DBAPIError, match="contract_geeindigd"):
        raw(karel, INSERT, n=3, **asked)


def test_the_reason_is_for_who_takes_part_and_for_the_provider(world, loop):
    found = contract(world, loop)
    world.as_(loop.wie.mandaathouder, usecases.laten_eindigen, found.id, 2, reden="De vraag is kleiner.")
    mine, other = sorted(loop.wie.aanbieders, key=lambda a: a.id != found.aanbieder_id)

    def sees(person):
        return world.see(person, lambda s: s.scalars(select(Verlengingsbesluit.reden)).all())

    assert sees(mine.auteur) == sees(loop.wie.manager) == sees(loop.wie.beleid["kampen"]) == ["De vraag is kleiner."]
    assert sees(other.auteur) == sees(world.medewerker("deventer", "contractmanager")) == sees(world.inwoner()) == []


@pytest.mark.parametrize(
    ("table", "command", "clause", "leaks"),
    [
        ("verlengingsbesluit", "SELECT", "USING (true)", "reden"),
        ("overeenkomst_periode", "UPDATE", "USING (true)", "verlengd"),
    ],
)
def test_control_without_the_policy_the_wall_is_open(world, loop, table, command, clause, leaks):
    found = contract(world, loop)
    world.as_(loop.wie.mandaathouder, usecases.laten_eindigen, found.id, 2, reden="De vraag is kleiner.")
    policy = f"{table}_{command.lower()}"
    (qual, check), = world.behind("SELECT qual, with_check FROM pg_policies WHERE policyname = :p", p=policy)
    back = f"CREATE POLICY {policy} ON portal.{table} FOR {command} TO portal_app USING ({qual})"
    with without(world, f"DROP POLICY {policy} ON portal.{table}",
                 f"CREATE POLICY {policy} ON portal.{table} FOR {command} TO portal_app {clause}",
                 back=[f"DROP POLICY {policy} ON portal.{table}", back + (f" WITH CHECK ({check})" if check else "")]):
        stranger = world.medewerker("deventer", "contractmanager")
        if leaks == "reden":
            assert world.see(stranger, lambda s: s.scalars(select(Verlengingsbesluit.reden)).all()) != []
        else:
            changed = "UPDATE portal.overeenkomst_periode SET verlengd_on = current_date WHERE volgnummer = 2"
            assert world.as_(stranger, lambda s, _a: s.execute(text(changed)).rowcount, commit=False) == 2


def _race(world, loop) -> list:
    karel, id_ = loop.wie.mandaathouder, contract(world, loop).id
    return at_once([lambda: world.as_(karel, usecases.verlengen, id_, 2)] * 5
                   + [lambda: world.as_(karel, usecases.laten_eindigen, id_, 2, reden="Te weinig vraag")] * 3)


def test_pressing_at_the_same_moment_decides_once(world, loop):
    answers = _race(world, loop)
    assert len(done(answers)) == 1
    assert {(a.status, str(a)) for a in answers if isinstance(a, Refused)} == {(409, "Over deze verlenging is al besloten.")}
    used = world.behind(COUNT)[0][0]
    assert used == (done(answers)[0].uitkomst == "verlengd")
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE onderwerp LIKE 'Contract % verlengd'")[0][0] == 1


def test_control_without_the_key_one_option_is_decided_upon_more_than_once(world, loop):
    name = "uq_verlengingsbesluit_overeenkomst_id_volgnummer"
    with without(world, f"ALTER TABLE portal.verlengingsbesluit DROP CONSTRAINT {name}",
                 back=["DELETE FROM portal.verlengingsbesluit", "UPDATE portal.overeenkomst_periode SET verlengd_on = NULL",
                       f"ALTER TABLE portal.verlengingsbesluit ADD CONSTRAINT {name} UNIQUE (overeenkomst_id, volgnummer)"]):
        assert len(done(_race(world, loop))) > 1


# What is asked, and when ------------------------------------------------------------------------------------------------

def test_the_notice_period_is_data_with_its_source():
    agreed = load("register")
    rule = rules.decide_rule(agreed)
    assert rule.article and rule.source and rule.direction == "backward" and not rule.statutory
    assert rules.decide_by(agreed, date(2031, 1, 1)) == date(2030, 6, 30)
    # A month without that day: the last day of the shorter one.
    assert rules.decide_by(agreed, date(2031, 9, 1)) == date(2031, 2, 28)
    assert rules.asked_from(agreed, date(2031, 1, 1)) == date(2029, 7, 1)


def test_mijn_werk_asks_for_the_decision_in_time_once_per_perceel(world, loop):
    world.clock(date(2029, 6, 30))
    assert jobs.ask_extensions(world.app) == 0 and work(world, loop) == []
    world.clock(date(2029, 7, 1))
    assert jobs.ask_extensions(world.app) == 1
    assert jobs.ask_extensions(world.app) == 0, "twee keer vragen geeft niets dubbels"
    (term,) = work(world, loop)
    assert (term.due_on, term.wacht_op_permissions) == (date(2030, 6, 30), ["overeenkomst:verlengen"])
    assert "eindigen op 31-12-2030" in term.gevolg
    assert world.see(loop.wie.manager, lambda s: count_of(s, s.get(Termijn, term.id)).last_day) == term.due_on
    karel = loop.wie.mandaathouder
    volmacht(world, loop.wie.beheerder, karel, besluit_soort="overeenkomst")
    world.as_(karel, usecases.verlengen, contract(world, loop, 0).id, 2)
    assert len(work(world, loop)) == 1, "over het andere contract is nog niet besloten"
    world.as_(karel, usecases.laten_eindigen, contract(world, loop, 1).id, 2, reden="Te weinig vraag")
    assert work(world, loop) == []
    assert jobs.ask_extensions(world.app) == 0
    # Two years on, only the contract that runs on is asked about.
    world.clock(date(2031, 7, 1))
    assert jobs.ask_extensions(world.app) == 1
    assert work(world, loop)[0].due_on == date(2032, 6, 30)


def test_nobody_is_asked_about_a_contract_that_ended(world, loop):
    world.clock(date(2030, 1, 1))
    jobs.ask_extensions(world.app)
    assert len(work(world, loop)) == 1
    world.clock(date(2031, 1, 1) - timedelta(days=1))
    jobs.ask_extensions(world.app)
    assert len(work(world, loop)) == 1, "op de laatste dag kan het nog"
    world.clock(date(2031, 1, 1))
    assert jobs.ask_extensions(world.app) == 0
    assert work(world, loop) == []
    assert contract(world, loop).ended(clock.today())
