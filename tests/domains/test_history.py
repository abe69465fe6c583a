"""The chain proves itself: every change that the owner of the database plants is found, and named."""

import threading
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

import config
from portal.db import Session
from portal.jobs import seal_all
from portal.kernel import history
from portal.kernel.dossier import Dossier
from portal.kernel.history import GENESIS, ChainBroken, link, seal, verify
from portal.tenants.scope import acting_for

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)


@pytest.fixture
def sealer(app):
    engine = create_engine(app.settings.zegel_url)
    yield engine
    engine.dispose()


def seal_until(sealer, lines: int, key=KEY, key_id="1") -> int:
    """Seal until this many lines are done. A transaction that is open elsewhere in the cluster, of another test for
    instance, holds the sealer back for a moment: it never passes what might still come before."""
    done, deadline = seal_all(sealer, key, key_id), time.monotonic() + 30
    while done < lines and time.monotonic() < deadline:
        time.sleep(0.02)
        done += seal_all(sealer, key, key_id)
    return done


@pytest.fixture
def anna(world):
    return world.medewerker("zwolle", "contractmanager", naam="Anna")


@pytest.fixture
def dossier_id(world, anna):
    def begin(session, actor):
        dossier = Dossier(reference="PROEF-1", titel="Proef", state="open", eigenaar_id=actor.party_id)
        session.add(dossier)
        return dossier

    return world.as_(anna, begin).id


def write(session, actor, dossier_id, *kinds, **facts):
    dossier = session.get_one(Dossier, dossier_id)
    for kind in kinds:
        dossier.record(kind, actor=actor, on=date(2026, 3, 2), bedrag=Decimal("12.50"), state_from="a", state_to="b", **facts)
        session.flush()


@pytest.fixture
def chain(world, anna, dossier_id, sealer):
    """Nine lines in three sealed rounds."""
    for first in (1, 4, 7):
        world.as_(anna, write, dossier_id, *[f"proef:{n}" for n in range(first, first + 3)])
        assert seal_until(sealer, 3) == 3
    return anna.party_id


def check(app) -> tuple[int, str]:
    """`flask verify-history`: exit code and words."""
    done = app.test_cli_runner().invoke(args=["verify-history"])
    return done.exit_code, done.output


def seal_rows(world):
    return world.behind("SELECT z.nummer, z.event_id, z.hash FROM portal.zegel z ORDER BY z.nummer")


# --- what is right is right


def test_a_sealed_chain_is_right(app, world, chain):
    assert check(app) == (0, "De historie van 1 partij klopt.\n")
    assert [row.nummer for row in seal_rows(world)] == list(range(1, 10))


def test_lines_that_wait_for_their_seal_are_no_fault(app, world, anna, dossier_id, chain, sealer):
    world.as_(anna, write, dossier_id, "proef:nieuw")
    assert check(app)[0] == 0
    assert (seal_until(sealer, 1), seal_all(sealer, KEY, "1")) == (1, 0)
    assert check(app)[0] == 0


def test_each_party_has_its_own_chain(app, world, chain, sealer):
    kampen = world.medewerker("kampen", "contractmanager")

    def begin(session, actor):
        dossier = Dossier(reference="PROEF-2", titel="Proef", state="open", eigenaar_id=actor.party_id)
        session.add(dossier)
        session.flush()
        dossier.record("proef:1", actor=actor)

    world.as_(kampen, begin)
    assert seal_until(sealer, 1) == 1
    assert check(app) == (0, "De historie van 2 partijen klopt.\n")
    world.behind("UPDATE portal.case_event SET kind = 'proef:x' WHERE eigenaar_id = :p", p=kampen.party_id)
    code, words = check(app)
    assert code == 1 and str(kampen.party_id) in words and str(chain) not in words


def test_the_time_zone_of_whoever_looks_changes_nothing(app, chain):
    engine = create_engine(app.settings.zegel_url, connect_args={"options": "-c timezone=Asia/Tokyo"})
    with engine.connect() as connection:
        assert verify(connection, chain, KEY.public_key()) == []
    engine.dispose()


def test_a_key_can_be_replaced_and_old_signatures_stay_good(app, world, anna, dossier_id, chain, sealer):
    world.as_(anna, write, dossier_id, "proef:later")
    assert seal_until(sealer, 1, OTHER_KEY, "2") == 1
    keys = {"1": KEY.public_key(), "2": OTHER_KEY.public_key()}
    with sealer.connect() as connection:
        assert verify(connection, chain, keys) == []
        assert verify(connection, chain, {"2": OTHER_KEY.public_key()}) == [
            f"De handtekening onder zegel {n} klopt niet." for n in (3, 6, 9)]
        assert len(verify(connection, chain, {"1": OTHER_KEY.public_key(), "2": OTHER_KEY.public_key()})) == 3


def test_a_large_backlog_is_sealed_in_batches(app, world, anna, dossier_id, sealer, monkeypatch):
    monkeypatch.setattr("portal.jobs.SEAL_BATCH", 4)
    world.as_(anna, write, dossier_id, *[f"proef:{n}" for n in range(11)])
    assert seal_until(sealer, 11) == 11
    assert check(app)[0] == 0
    assert [row.nummer for row in world.behind("SELECT nummer FROM portal.zegelkop ORDER BY nummer")] == [4, 8, 11]


# --- what is planted is found


def _swap(world):
    (a, b) = (row.event_id for row in seal_rows(world)[3:5])
    other = uuid.uuid4()
    for old, new in ((a, other), (b, a), (other, b)):
        world.behind("UPDATE portal.zegel SET event_id = :n WHERE event_id = :o", n=new, o=old)


def _forged_event(world):
    """A line written by the owner, with everything in it right."""
    event_id = uuid.uuid4()
    world.behind(
        "INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, actor_id, kind, facts, occurred_on) "
        "SELECT :i, dossier_id, eigenaar_id, party_id, actor_id, 'proef:vals', '{}', occurred_on FROM portal.case_event "
        "ORDER BY volgnr LIMIT 1", i=event_id)
    return world.behind(f"SELECT {', '.join(history.SEALED)} FROM portal.case_event WHERE id = :i", i=event_id)[0]._mapping


def _insert_seal(world, party, number, event_id, digest):
    world.behind("INSERT INTO portal.zegel (eigenaar_id, nummer, event_id, hash) VALUES (:p, :n, :e, :h)", p=party, n=number,
                 e=event_id, h=digest)


def _forged_tail(world):
    event, last = _forged_event(world), seal_rows(world)[-1]
    _insert_seal(world, event["eigenaar_id"], last.nummer + 1, event["id"], link(last.hash, event))


def _forged_tail_with_a_head_of_another_key(world):
    _forged_tail(world)
    last = seal_rows(world)[-1]
    party = world.behind("SELECT DISTINCT eigenaar_id FROM portal.zegel")[0].eigenaar_id
    world.behind("INSERT INTO portal.zegelkop (eigenaar_id, nummer, hash, sleutel_id, handtekening) "
                 "VALUES (:p, :n, :h, '1', :s)", p=party, n=last.nummer, h=last.hash,
                 s=OTHER_KEY.sign(history._signed(party, last.nummer, last.hash)))


def _forged_middle(world):
    """A line put in at seal 5, with every later hash computed anew, as somebody who knows the code would."""
    event, rows = _forged_event(world), seal_rows(world)
    party = event["eigenaar_id"]
    world.behind("DELETE FROM portal.zegel WHERE nummer >= 5")
    digest = rows[3].hash
    columns = ", ".join(history.SEALED)
    later = [event, *(world.behind(f"SELECT {columns} FROM portal.case_event WHERE id = :i", i=row.event_id)[0]._mapping
                      for row in rows[4:])]
    for number, line in enumerate(later, 5):
        digest = link(digest, line)
        _insert_seal(world, party, number, line["id"], digest)


def _sql(*statements):
    def plant(world):
        for statement in statements:
            world.behind(statement)
    return plant


EVENT_5 = "id = (SELECT event_id FROM portal.zegel WHERE nummer = 5)"
PLANTED = {
    "een feit": (_sql(f"UPDATE portal.case_event SET facts = facts || '{{\"bedrag\": \"12.51\"}}' WHERE {EVENT_5}"),
                 "bij zegel 5 ", "is veranderd"),
    "wie het deed": (_sql(f"UPDATE portal.case_event SET actor_id = NULL WHERE {EVENT_5}"), "bij zegel 5 ", "is veranderd"),
    "het moment": (_sql(f"UPDATE portal.case_event SET recorded_at = recorded_at + interval '1 microsecond' WHERE {EVENT_5}"),
                   "bij zegel 5 ", "is veranderd"),
    "de dag": (_sql(f"UPDATE portal.case_event SET occurred_on = occurred_on - 1 WHERE {EVENT_5}"), "zegel 5 ", "veranderd"),
    "de toestand": (_sql(f"UPDATE portal.case_event SET state_to = 'c' WHERE {EVENT_5}"), "bij zegel 5 ", "is veranderd"),
    "een weggehaalde regel": (_sql(f"DELETE FROM portal.case_event WHERE {EVENT_5}"), "bij zegel 5 is weg",),
    "een weggehaald zegel": (_sql("DELETE FROM portal.zegel WHERE nummer = 5"), "Zegel 5 ontbreekt.",),
    "regel en zegel": (_sql(f"DELETE FROM portal.case_event WHERE {EVENT_5}", "DELETE FROM portal.zegel WHERE nummer = 5"),
                       "Zegel 5 ontbreekt.",),
    "een zegel weg en de rest opgeschoven": (
        _sql("DELETE FROM portal.zegel WHERE nummer = 5", "UPDATE portal.zegel SET nummer = nummer + 100 WHERE nummer > 5",
             "UPDATE portal.zegel SET nummer = nummer - 101 WHERE nummer > 100"), "getekende zegel 9 staat niet meer",),
    "de afgesneden staart": (
        _sql("DELETE FROM portal.case_event WHERE id IN (SELECT event_id FROM portal.zegel WHERE nummer > 7)",
             "DELETE FROM portal.zegel WHERE nummer > 7"), "Het getekende zegel 9 staat niet meer in de keten."),
    "de hele keten": (_sql("DELETE FROM portal.case_event", "DELETE FROM portal.zegel"), "getekende zegel 3 staat niet meer",
                      "getekende zegel 9 staat niet meer"),
    "de volgorde": (_swap, "bij zegel 4 ", "bij zegel 5 ", "is veranderd"),
    "een hash": (_sql("UPDATE portal.zegel SET hash = sha256(hash) WHERE nummer = 5"), "bij zegel 5 ", "bij zegel 6 "),
    "een regel achteraan": (_forged_tail, "De zegels 10 tot en met 10 zijn niet getekend."),
    "een regel achteraan, met een eigen handtekening": (_forged_tail_with_a_head_of_another_key,
                                                        "De handtekening onder zegel 10 klopt niet."),
    "een regel ertussen, alles nagerekend": (_forged_middle, "Het getekende zegel 6 staat niet meer in de keten.",
                                             "Het getekende zegel 9 staat niet meer in de keten."),
    "een kop": (_sql("DELETE FROM portal.zegelkop WHERE nummer = 9"), "De zegels 7 tot en met 9 zijn niet getekend."),
    "een handtekening": (_sql("UPDATE portal.zegelkop SET handtekening = sha512(handtekening) WHERE nummer = 6"),
                         "De handtekening onder zegel 6 klopt niet."),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_change_is_found_and_named(app, world, chain, what):
    plant, *words = PLANTED[what]
    plant(world)
    code, told = check(app)
    assert code == 1
    for word in words:
        assert word in told, told
    assert all(line.startswith(f"{chain}: ") for line in told.splitlines())


@pytest.mark.parametrize("what", ["de afgesneden staart", "een regel achteraan", "een hash", "een kop"])
def test_nothing_is_sealed_on_top_of_a_forged_end(app, world, anna, dossier_id, chain, sealer, what):
    PLANTED[what][0](world)
    if what == "een hash":
        world.behind("UPDATE portal.zegel SET hash = sha256(hash) WHERE nummer = 9")
    world.as_(anna, write, dossier_id, "proef:later")
    before = seal_rows(world)
    with pytest.raises(ChainBroken):
        seal_all(sealer, KEY, "1")
    assert seal_rows(world) == before
    done = app.test_cli_runner().invoke(args=["verzegel"])
    assert done.exit_code == 1 and "eindigt niet in het laatst getekende zegel" in done.output


def test_a_broken_chain_does_not_hold_up_the_others(world, anna, dossier_id, chain, sealer):
    _forged_tail(world)
    world.as_(anna, write, dossier_id, "proef:later")
    kampen = world.medewerker("kampen", "contractmanager")

    def begin(session, actor):
        dossier = Dossier(reference="PROEF-2", titel="Proef", state="open", eigenaar_id=actor.party_id)
        session.add(dossier)
        session.flush()
        dossier.record("proef:1", actor=actor)

    world.as_(kampen, begin)
    deadline = time.monotonic() + 30
    sealed = 0
    while not sealed and time.monotonic() < deadline:
        with pytest.raises(ChainBroken, match=str(chain)):
            seal_all(sealer, KEY, "1")
        sealed = world.behind("SELECT count(*) AS n FROM portal.zegel WHERE eigenaar_id = :p", p=kampen.party_id)[0].n
    assert sealed == 1


# --- what never gets a seal


def _plant(world, **forged):
    """A line put in by the owner, with a moment, number or transaction of its own."""
    event = _forged_event(world)
    for column, value in forged.items():
        world.behind(f"UPDATE portal.case_event SET {column} = {value} WHERE id = :i", i=event["id"])
    return event["id"]


@pytest.mark.parametrize("forged", [
    {"transactie": "9000000000000000000"}, {"transactie": "3"}, {"recorded_at": "now() - interval '11 minutes'"},
    {"transactie": "9000000000000000000", "recorded_at": "now() + interval '9 years'"},
    {"transactie": "3", "recorded_at": "now() + interval '9 years'"},
], ids=["van later", "van eerder", "lang geleden", "van later, en in de toekomst", "van eerder, en in de toekomst"])
def test_a_line_that_is_never_sealed_is_found(app, world, chain, sealer, forged):
    event_id = _plant(world, **forged)
    if "transactie" in forged:
        assert seal_all(sealer, KEY, "1") == 0, "wat niet op zijn beurt komt, wordt niet verzegeld"
    code, told = check(app)
    assert code == 1 and f"{chain}: De gebeurtenis {event_id} " in told and "heeft geen zegel" in told


def test_history_of_a_party_without_any_seal_is_looked_at_too(app, world, anna, dossier_id):
    world.as_(anna, write, dossier_id, "proef:1")
    assert check(app)[0] == 0
    world.clock(timedelta(minutes=11))
    code, told = check(app)
    assert code == 1 and told.startswith(f"{anna.party_id}: De gebeurtenis ")


def test_whether_it_is_a_fault_stands_in_the_agreements(app, world, chain, monkeypatch):
    _plant(world, transactie="9000000000000000000")
    monkeypatch.setitem(config.load("historie")["onverzegeld"], "is_fout", False)
    code, told = check(app)
    assert code == 0 and "heeft geen zegel" in told and told.endswith("De historie van 1 partij klopt.\n")


@pytest.mark.parametrize(("column", "value"), [("recorded_at", "now()"), ("transactie", "9000000000000000000")])
def test_the_app_states_no_moment_and_no_transaction(world, anna, dossier_id, column, value):
    insert = text("INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, actor_id, kind, facts, occurred_on, "
                  f"{column}) SELECT gen_random_uuid(), :d, portal.party(), portal.party(), portal.user_id(), 'vals', '{{}}', "
                  f"'2026-01-01', {value}")
    with pytest.raises(DBAPIError) as refused:
        world.as_(anna, lambda session, actor: session.execute(insert, {"d": dossier_id}))
    assert refused.value.orig.sqlstate == "42501"


def test_the_app_states_no_number(world, anna, dossier_id):
    insert = text("INSERT INTO portal.case_event (id, volgnr, dossier_id, eigenaar_id, party_id, actor_id, kind, facts, "
                  "occurred_on) OVERRIDING SYSTEM VALUE SELECT gen_random_uuid(), -1, :d, portal.party(), portal.party(), "
                  "portal.user_id(), 'vals', '{}', '2026-01-01'")
    with pytest.raises(DBAPIError) as refused:
        world.as_(anna, lambda session, actor: session.execute(insert, {"d": dossier_id}))
    assert refused.value.orig.sqlstate == "42501"


# --- how much sealing reads


def _rows_read(plan) -> int:
    own = plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0)
    return (own if plan.get("Relation Name") == "case_event" else 0) + sum(_rows_read(p) for p in plan.get("Plans", ()))


def test_sealing_reads_what_is_new_and_not_all_of_history(world, anna, dossier_id, sealer):
    world.as_(anna, write, dossier_id, "proef:0")
    world.behind("INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, kind, facts, occurred_on) SELECT "
                 "gen_random_uuid(), dossier_id, eigenaar_id, party_id, 'proef:veel', '{}', occurred_on "
                 "FROM portal.case_event, generate_series(1, 3000)")
    assert seal_until(sealer, 3001) == 3001
    world.behind("ANALYZE portal.case_event")
    world.behind("ANALYZE portal.zegel")
    world.as_(anna, write, dossier_id, "proef:nieuw")
    last = world.behind("SELECT transactie, volgnr FROM portal.case_event ORDER BY volgnr DESC OFFSET 1 LIMIT 1")[0]
    asked = {"party": anna.party_id, "most": 10, "transactie": last.transactie, "volgnr": last.volgnr}
    with sealer.connect() as connection:
        for statement, values in ((history._UNSEALED, asked), (history._WAITING, {})):
            explain = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}")
            (found,) = connection.execute(explain, values).scalar()
            assert _rows_read(found["Plan"]) <= 5, found
    assert seal_until(sealer, 1) == 1


def test_after_a_restore_into_a_new_cluster_sealing_goes_on(app, world, anna, dossier_id, chain, sealer):
    """There the transactions start low again: the numbers of before lie ahead of what is new."""
    world.behind("UPDATE portal.case_event SET transactie = transactie + 1000000000")
    world.as_(anna, write, dossier_id, "proef:nieuw", "proef:nieuwer")
    assert seal_until(sealer, 2) == 2
    world.as_(anna, write, dossier_id, "proef:nieuwst")
    assert seal_until(sealer, 1) == 1
    assert check(app) == (0, "De historie van 1 partij klopt.\n")


# --- who may write what


@pytest.mark.parametrize("statement", [
    "UPDATE portal.case_event SET kind = 'x'", "DELETE FROM portal.case_event", "TRUNCATE portal.case_event CASCADE",
    "INSERT INTO portal.zegel (eigenaar_id, nummer, event_id, hash) VALUES (portal.party(), 99, gen_random_uuid(), '\\x00')",
    "UPDATE portal.zegel SET nummer = 99", "DELETE FROM portal.zegel",
    "INSERT INTO portal.zegelkop (eigenaar_id, nummer, hash, sleutel_id, handtekening) "
    "VALUES (portal.party(), 99, '\\x00', '1', '\\x00')",
    "UPDATE portal.zegelkop SET nummer = 99", "DELETE FROM portal.zegelkop",
])
def test_the_app_cannot_touch_history(app, world, anna, chain, statement):
    with pytest.raises(DBAPIError) as refused:
        world.as_(anna, lambda session, actor: session.execute(text(statement)))
    assert refused.value.orig.sqlstate == "42501"
    assert check(app)[0] == 0


def test_the_app_cannot_write_history_in_the_name_of_another(world, anna, dossier_id):
    other = world.medewerker("zwolle", "auditor")
    for changes in ({"user_id": other.user_id}, {"party_id": world.gemeente("kampen")}):
        actor = SimpleNamespace(**({"user_id": anna.user_id, "party_id": anna.party_id} | changes))

        def use_case(session, _actor, actor=actor):
            write(session, actor, dossier_id, "proef:1")

        with pytest.raises(DBAPIError) as refused:
            world.as_(anna, use_case)
        assert refused.value.orig.sqlstate == "42501"
    assert world.behind("SELECT count(*) AS n FROM portal.case_event")[0].n == 0


@pytest.mark.parametrize("statement", [
    "UPDATE portal.case_event SET kind = 'x'", "DELETE FROM portal.case_event",
    "INSERT INTO portal.case_event (id, dossier_id, eigenaar_id, party_id, kind, facts, occurred_on) "
    "SELECT gen_random_uuid(), dossier_id, eigenaar_id, party_id, 'x', '{}', occurred_on FROM portal.case_event LIMIT 1",
    "UPDATE portal.zegel SET nummer = 99", "DELETE FROM portal.zegel", "DELETE FROM portal.zegelkop",
    "SELECT * FROM portal.dossier", "SELECT * FROM portal.bericht",
])
def test_the_sealer_only_adds_seals(app, chain, sealer, statement):
    with pytest.raises(DBAPIError) as refused, sealer.begin() as connection:
        connection.execute(text(statement))
    assert refused.value.orig.sqlstate == "42501"
    assert check(app)[0] == 0


@pytest.mark.parametrize("value", [1.5, ["a"], {"a": 1}, b"x", object()])
def test_history_holds_scalars_only(world, anna, dossier_id, value):
    with pytest.raises(TypeError):
        world.as_(anna, write, dossier_id, "proef:1", inhoud=value)
    assert world.behind("SELECT count(*) AS n FROM portal.case_event")[0].n == 0


# --- many at once


def test_an_older_transaction_that_is_still_open_is_not_skipped(app, world, anna, dossier_id, sealer):
    with acting_for(anna.party_id, anna.user_id), Session(bind=app.engine) as older:
        write(older, anna.actor, dossier_id, "proef:oud")
        world.as_(anna, write, dossier_id, "proef:jong")
        assert seal_all(sealer, KEY, "1") == 0, "wat later begon, wacht op wat eerder begon"
        older.commit()
    assert seal_until(sealer, 2) == 2
    order = world.behind("SELECT e.kind FROM portal.zegel z JOIN portal.case_event e ON e.id = z.event_id ORDER BY z.nummer")
    assert [row.kind for row in order] == ["proef:oud", "proef:jong"]
    assert check(app)[0] == 0


def test_a_rolled_back_line_leaves_no_hole(app, world, anna, dossier_id, sealer):
    world.as_(anna, write, dossier_id, "proef:1")
    world.as_(anna, write, dossier_id, "proef:2", commit=False)
    world.as_(anna, write, dossier_id, "proef:3")
    assert seal_until(sealer, 2) == 2
    assert check(app)[0] == 0


def test_writers_and_sealers_at_the_same_time(app, world, anna, dossier_id, sealer):
    problems = []

    def run(work):
        try:
            work()
        except Exception as error:
            problems.append(error)

    def write_some():
        for n in range(12):
            world.as_(anna, write, dossier_id, f"proef:{n}", f"proef:{n}b")

    def seal_some():
        for _ in range(12):
            seal_all(sealer, KEY, "1")

    threads = [threading.Thread(target=run, args=(work,)) for work in [write_some] * 3 + [seal_some] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    seal_until(sealer, 72 - len(seal_rows(world)))
    assert [row.nummer for row in seal_rows(world)] == list(range(1, 73))
    assert check(app)[0] == 0


# --- any change at all: the same walk over lines in memory


class Chain:
    """Lines, seals and heads as the database would give them."""

    def __init__(self, rounds):
        self.party, self.rows, self.heads = uuid.UUID(int=1), [], []
        digest = GENESIS
        for size in rounds:
            for _ in range(size):
                number = len(self.rows) + 1
                row = {
                    "id": uuid.UUID(int=100 + number), "volgnr": number, "dossier_id": uuid.UUID(int=2),
                    "eigenaar_id": self.party, "party_id": self.party, "actor_id": uuid.UUID(int=3), "kind": f"proef:{number}",
                    "state_from": None, "state_to": "open", "facts": {"bedrag": str(number)},
                    "occurred_on": date(2026, 1, 1) + timedelta(days=number),
                    "recorded_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
                }
                digest = link(digest, row)
                self.rows.append(row | {"nummer": number, "hash": digest})
            number = len(self.rows)
            self.heads.append(SimpleNamespace(nummer=number, hash=digest, sleutel_id="1",
                                              handtekening=KEY.sign(history._signed(self.party, number, digest))))

    def execute(self, statement, _values):
        rows = self.heads if "zegelkop" in str(statement) else self.rows
        return _Result(sorted(rows, key=lambda r: r["nummer"] if isinstance(r, dict) else r.nummer))

    def faults(self):
        return verify(self, self.party, KEY.public_key())


class _Result(list):
    def mappings(self):
        return self


OTHER_VALUES = {
    "id": uuid.UUID(int=9), "volgnr": 999, "dossier_id": uuid.UUID(int=9), "eigenaar_id": uuid.UUID(int=9),
    "party_id": uuid.UUID(int=9), "actor_id": None, "kind": "proef:anders", "state_from": "open", "state_to": None,
    "facts": {"bedrag": 1}, "occurred_on": date(2030, 1, 1), "recorded_at": datetime(2030, 1, 1, tzinfo=UTC),
    "hash": b"\1" * 32,
}


@settings(max_examples=200)
@given(st.data())
def test_any_change_is_found(data):
    chain = Chain(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=4)))
    assert chain.faults() == []
    at = data.draw(st.integers(0, len(chain.rows) - 1))
    row = chain.rows[at]
    match data.draw(st.sampled_from(["column", "weg", "zegel", "staart", "wissel", "kop", "handtekening", "erbij"])):
        case "column":
            name = data.draw(st.sampled_from(sorted(OTHER_VALUES)))
            row[name] = OTHER_VALUES[name]
        case "weg":
            row["id"] = None
        case "zegel":
            del chain.rows[at]
        case "staart":
            del chain.rows[at:]
        case "wissel":
            other = data.draw(st.integers(0, len(chain.rows) - 1).filter(lambda n: n != at)) if len(chain.rows) > 1 else None
            if other is None:
                row["kind"] = "proef:anders"
            else:
                for name in history.SEALED:
                    row[name], chain.rows[other][name] = chain.rows[other][name], row[name]
        case "kop":
            del chain.heads[-1]
        case "handtekening":
            head = data.draw(st.sampled_from(chain.heads))
            byte = data.draw(st.integers(0, len(head.handtekening) - 1))
            head.handtekening = bytes(b ^ (1 if n == byte else 0) for n, b in enumerate(head.handtekening))
        case "erbij":
            # As somebody who knows the code: a line put in, everything after it computed anew, no key to sign with.
            chain.rows.insert(at, dict(row) | {"id": uuid.uuid4(), "kind": "proef:vals"})
            digest = chain.rows[at - 1]["hash"] if at else GENESIS
            for number, line in enumerate(chain.rows[at:], at + 1):
                digest = link(digest, line)
                line |= {"nummer": number, "hash": digest}
    assert chain.faults() != []


@given(st.lists(st.integers(0, 5), max_size=5))
def test_an_untouched_chain_is_always_right(rounds):
    assert Chain([size for size in rounds if size]).faults() == []


def test_seal_and_verify_agree_on_an_empty_history(sealer, anna):
    with sealer.begin() as connection:
        assert seal(connection, anna.party_id, KEY, "1") == 0
        assert verify(connection, anna.party_id, KEY.public_key()) == []
