"""What is built once in a run and put back after that: rows instead of use cases. And a database that is empty again, quickly.

    @kept
    def verleend(world, loop=None, **anders): ...

The first two calls build; from then on, that day, the same arguments on an empty region put back the same rows, files and
distance of the portal's clock, and give the same answer. Whatever came before it (a person, a moved clock) makes it build as
always.
"""

import copy
import inspect
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import timedelta
from functools import wraps
from pathlib import Path

import psycopg
from sqlalchemy import event

from local.postgres import Server
from portal import clock_offset
from portal.kernel import clock
from portal.web.navigation import forget_gemeenten
from tests.world import World

# The region itself stays; so does the row that moves the clock, which is set right.
REGION = ("partij", "gemeente", "samenwerkingsverband", "deelname", "klok")
# A table that held this much once is truncated: deleted rows are still read until somebody cleans up.
MUCH = 256 * 1024
_WRITTEN = """SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), pg_relation_size(c.oid) > {much}
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname IN ('portal', 'jobs') AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
                AND NOT (n.nspname = 'portal' AND c.relname = ANY(%s)) ORDER BY 1"""
_NOT_OF_THE_REGION = "soort NOT IN ('gemeente', 'samenwerking')"
_COLUMNS = """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = 'portal.partij'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"""


_connections: dict[str, psycopg.Connection] = {}


def connect(owner) -> psycopg.Connection:
    """As the superuser of the cluster, without triggers: only to put rows away and back. One per database; it hangs up when the
    owner does, and is made anew when the database was replaced."""
    name = owner.url.database
    try:
        _connections[name].execute("SELECT 1")
    except (KeyError, psycopg.OperationalError):
        _connections[name] = Server.attach(Path(os.environ["TEST_PG_ROOT"])).connect(name)
        _connections[name].execute("SET session_replication_role = replica")
        if not event.contains(owner, "engine_disposed", _hang_up):
            event.listen(owner, "engine_disposed", _hang_up)
    return _connections[name]


def _hang_up(owner) -> None:
    if connection := _connections.pop(owner.url.database, None):
        connection.close()


def _written(connection) -> list[tuple[str, bool]]:
    return connection.execute(_WRITTEN.format(much=MUCH), [list(REGION)]).fetchall()


def empty(owner) -> None:
    """Remove everything but the region, and set the clock right. Rows are deleted where there are any: emptying a table as such
    makes every session plan all its statements anew."""
    connection = connect(owner)
    found = _written(connection)
    if many := [name for name, much in found if much]:
        connection.execute(f"TRUNCATE {', '.join(many)} CASCADE")
    connection.execute("; ".join([
        *(f"DELETE FROM {name}" for name, much in found if not much),
        f"DELETE FROM portal.partij WHERE {_NOT_OF_THE_REGION}",
        "UPDATE portal.klok SET verschil = '0' WHERE verschil <> '0'",
        "UPDATE portal.gemeente SET register_openbaar = true WHERE NOT register_openbaar"]))
    clock_offset.seconds = 0.0
    forget_gemeenten()


@dataclass(frozen=True)
class Kept:
    """One thing that was built: its answer, its rows by table, its files, and how far ahead it moved the clock."""

    answer: object
    rows: dict[str, bytes]
    files: dict[Path, bytes]
    ahead: timedelta


_kept: dict[tuple, Kept] = {}
_asked: Counter[tuple] = Counter()
# Only what says itself what it is can be the same the next time: an object is another one, and so is a moment.
_ONCE = (" object at 0x", "<function", "datetime.datetime(", "UUID(")


def kept(build: Callable) -> Callable:
    """A builder whose work is kept when it is asked a second time with the same arguments, and put back from then on."""
    signature = inspect.signature(build)

    @wraps(build)
    def again(world: World, *args, **named):
        asked = repr([(name, one) for name, one in signature.bind(world, *args, **named).arguments.items() if name != "world"])
        if any(part in asked for part in _ONCE) or not _is_untouched(world):
            return build(world, *args, **named)
        # What was built yesterday is another world: terms run from days. So is a region where others take part.
        key = (world.owner.url.database, build.__module__, build.__name__, asked, clock.today(), _who_take_part(world))
        if key in _kept:
            return _put_back(world, _kept[key])
        _asked[key] += 1
        if _asked[key] < 2:
            return build(world, *args, **named)
        before = set(_files(world))
        answer = build(world, *args, **named)
        _kept[key] = _put_away(world, answer, before)
        return answer

    return again


def _is_untouched(world: World) -> bool:
    return world.behind("""SELECT NOT EXISTS (SELECT FROM portal.account) AND NOT EXISTS (SELECT FROM portal.dossier)
                           AND (SELECT verschil = '0' FROM portal.klok)""")[0][0]


def _who_take_part(world: World) -> str:
    return world.behind("SELECT md5(string_agg(d::text, ',' ORDER BY d.id)) FROM portal.deelname d")[0][0]


def _files(world: World):
    root = world.app.files._root
    return (path for path in root.glob("*/*/*/*") if path.is_file())


def _put_away(world: World, answer, before: set[Path]) -> Kept:
    connection = connect(world.owner)
    rows = {name: _copied(connection, f"COPY {name} TO STDOUT") for name, _much in _written(connection)}
    columns = connection.execute(_COLUMNS).fetchone()[0]
    rows[f"portal.partij ({columns})"] = _copied(
        connection, f"COPY (SELECT {columns} FROM portal.partij WHERE {_NOT_OF_THE_REGION}) TO STDOUT")
    ahead = connection.execute("SELECT verschil FROM portal.klok").fetchone()[0]
    files = {path: path.read_bytes() for path in set(_files(world)) - before}
    return Kept(_of_another(answer, None), {name: found for name, found in rows.items() if found}, files, ahead)


def _copied(connection, statement: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(statement) as copied:
        return b"".join(copied)


def _put_back(world: World, found: Kept):
    connection = connect(world.owner)
    with connection.transaction(), connection.cursor() as cursor:
        for name, rows in found.rows.items():
            with cursor.copy(f"COPY {name} FROM STDIN") as copied:
                copied.write(rows)
    for path, content in found.files.items():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    # As far ahead as the builder moved the clock, and no further back: a test may have looked at it before.
    if found.ahead:
        world.clock(found.ahead)
    return _of_another(found.answer, world)


def _of_another(answer, world: World | None):
    """The answer for another test: what holds a world holds this one, and a list that grew there is not shared."""
    if not is_dataclass(answer):
        return copy.copy(answer)
    changed = {}
    for one in fields(answer):
        value = getattr(answer, one.name)
        if hasattr(value, "world"):
            value = copy.copy(value)
            value.world, value.brieven = world, list(value.brieven)
            changed[one.name] = value
    return replace(answer, **changed) if changed else answer
