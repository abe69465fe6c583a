"""History: append-only by grant, sealed in a chain afterwards.

The app role can only add lines. A background job, in a role of its own, seals new lines per party into a hash chain
(table `zegel`) in transaction order, and signs the head with Ed25519. `verify` walks the chain again; the stand-alone
check needs only this module, the exported lines and the public key.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, text_column

GENESIS = b"\0" * 32
NOW = text("portal.now()")


class CaseEvent(Base):
    """One line of history: what, who, when, from which state to which, with facts. No personal data, no content."""

    __tablename__ = "case_event"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    volgnr: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    dossier_id: Mapped[uuid.UUID]
    eigenaar_id: Mapped[uuid.UUID]
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    kind: Mapped[str] = text_column()
    state_from: Mapped[str | None] = text_column()
    state_to: Mapped[str | None] = text_column()
    facts: Mapped[dict] = mapped_column(JSONB)
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("portal.clock_now()"))
    transactie: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
    __table_args__ = (
        ForeignKeyConstraint(["eigenaar_id", "dossier_id"], ["portal.dossier.eigenaar_id", "portal.dossier.id"]),
        Index("ix_case_event_dossier", "dossier_id", "volgnr"),
        Index("ix_case_event_eigenaar_transactie", "eigenaar_id", "transactie", "volgnr"),
    )


class Zegel(Base):
    """One sealed line: the hash over the previous hash and the line itself. Written by the role portal_zegel only."""

    __tablename__ = "zegel"
    eigenaar_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    nummer: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    hash: Mapped[bytes]
    __table_args__ = (UniqueConstraint("eigenaar_id", "event_id"),)


class Zegelkop(Base):
    """A signed head of the chain: with it, a cut tail shows. Exported where the operator cannot rewrite it."""

    __tablename__ = "zegelkop"
    id: Mapped[int] = mapped_column(primary_key=True)
    eigenaar_id: Mapped[uuid.UUID]
    nummer: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]
    sleutel_id: Mapped[str] = text_column()
    handtekening: Mapped[bytes]
    gezet_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (Index("ix_zegelkop_eigenaar", "eigenaar_id", "nummer"),)


def _scalar(value) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"Historie houdt alleen ids, codes, datums en bedragen vast, geen {type(value).__name__}.")


def record(session, dossier, kind: str, *, actor, on: date, facts: dict) -> CaseEvent:
    """Append one line. `facts` may hold `state_from` and `state_to`; all values are scalars."""
    facts = {k: _scalar(v) for k, v in facts.items()}
    event = CaseEvent(
        dossier_id=dossier.id, eigenaar_id=dossier.eigenaar_id, party_id=actor.party_id, actor_id=actor.user_id,
        kind=kind, state_from=facts.pop("state_from", None), state_to=facts.pop("state_to", None), facts=facts,
        occurred_on=on,
    )
    session.add(event)
    return event


# The columns that the seal covers, in this order. Changing one of them in the database breaks the chain.
SEALED = ("id", "volgnr", "dossier_id", "eigenaar_id", "party_id", "actor_id", "kind", "state_from", "state_to",
          "facts", "occurred_on", "recorded_at")


def canonical(row) -> bytes:
    """A line as bytes: JSON with sorted keys, so that the same line always gives the same hash."""
    values = {}
    for name in SEALED:
        value = row[name]
        # In UTC: how a server or client shows a moment must never look like a change.
        if isinstance(value, datetime):
            value = value.astimezone(UTC).isoformat()
        elif isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        values[name] = value
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes, row) -> bytes:
    """The hash of a line in its chain."""
    return hashlib.sha256(previous + canonical(row)).digest()


_EVENT_COLUMNS = ", ".join(f"e.{name}" for name in SEALED)
# Every transaction below this is over: nothing can still come in before it.
_OVER = "(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
# No transaction of this cluster has this number yet.
_NOT_YET = "(pg_snapshot_xmax(pg_current_snapshot())::text)::bigint"
# Where sealing goes on: after the last sealed line. After a restore into a new cluster its number says nothing about what is
# new, and sealing looks from the start.
_SEALED_UNTIL = text(
    "SELECT e.transactie, e.volgnr FROM portal.zegel z JOIN portal.case_event e ON e.id = z.event_id "  # noqa: S608
    f"WHERE z.eigenaar_id = :party AND z.nummer = :number AND e.transactie < {_NOT_YET}"
)
_UNSEALED = text(
    f"SELECT {_EVENT_COLUMNS} FROM portal.case_event e "  # noqa: S608
    "WHERE e.eigenaar_id = :party AND (e.transactie, e.volgnr) > (CAST(:transactie AS bigint), CAST(:volgnr AS bigint)) "
    f"AND e.transactie < {_OVER} AND NOT EXISTS (SELECT 1 FROM portal.zegel z WHERE z.event_id = e.id) "
    "ORDER BY e.transactie, e.volgnr LIMIT :most"
)
# Parties whose newest line comes after the last sealed one: two looks in an index per party, however long its history is.
_WAITING = text(
    "SELECT p.id FROM portal.partij p "  # noqa: S608
    "LEFT JOIN LATERAL (SELECT z.event_id FROM portal.zegel z WHERE z.eigenaar_id = p.id ORDER BY z.nummer DESC LIMIT 1) z "
    "ON true LEFT JOIN LATERAL (SELECT e.transactie, e.volgnr FROM portal.case_event e WHERE e.id = z.event_id "
    f"AND e.transactie < {_NOT_YET} LIMIT 1) l ON true "
    "CROSS JOIN LATERAL (SELECT e.transactie, e.volgnr FROM portal.case_event e WHERE e.eigenaar_id = p.id "
    "ORDER BY e.transactie DESC, e.volgnr DESC LIMIT 1) n "
    "WHERE (n.transactie, n.volgnr) > (coalesce(l.transactie, 0), coalesce(l.volgnr, 0))"
)
# What the job would have sealed by now, or never will: too old, before a line that is sealed, of a transaction that is not.
_FORGOTTEN = text(
    "WITH l AS (SELECT e.transactie, e.volgnr FROM portal.zegel z JOIN portal.case_event e ON e.id = z.event_id "  # noqa: S608
    f"WHERE z.eigenaar_id = :party AND e.transactie < {_NOT_YET} ORDER BY z.nummer DESC LIMIT 1) "
    "SELECT e.id, e.recorded_at FROM portal.case_event e LEFT JOIN l ON true "
    "WHERE e.eigenaar_id = :party AND NOT EXISTS (SELECT 1 FROM portal.zegel z WHERE z.event_id = e.id) "
    f"AND (e.recorded_at < portal.now() - CAST(:patience AS interval) OR e.transactie >= {_NOT_YET} "
    "OR (e.transactie, e.volgnr) < (l.transactie, l.volgnr)) ORDER BY e.transactie, e.volgnr LIMIT 100"
)
_CHAIN = text(
    f"SELECT z.nummer, z.hash, {_EVENT_COLUMNS} FROM portal.zegel z LEFT JOIN portal.case_event e ON e.id = z.event_id "  # noqa: S608
    "WHERE z.eigenaar_id = :party ORDER BY z.nummer"
)
_HEADS = text(
    "SELECT nummer, hash, sleutel_id, handtekening FROM portal.zegelkop WHERE eigenaar_id = :party ORDER BY nummer"
)

_LAST = {
    table: text(f"SELECT nummer, hash FROM portal.{table} WHERE eigenaar_id = :party ORDER BY nummer DESC LIMIT 1")  # noqa: S608
    for table in ("zegel", "zegelkop")
}


def _signed(party: uuid.UUID, number: int, digest: bytes) -> bytes:
    return b"samenportaal-zegelkop-1" + party.bytes + number.to_bytes(8, "big") + digest


class ChainBroken(Exception):
    """The chain does not end in the head that was signed last: sealing on would sign what somebody forged."""


def _last_head(connection, party: uuid.UUID) -> tuple[int, bytes]:
    """Where the chain ends, if that is also what was signed last; raises ChainBroken otherwise."""
    last = connection.execute(_LAST["zegel"], {"party": party}).first()
    signed = connection.execute(_LAST["zegelkop"], {"party": party}).first()
    if last != signed:
        raise ChainBroken(f"De keten van {party} eindigt niet in het laatst getekende zegel.")
    return (last.nummer, last.hash) if last else (0, GENESIS)


def seal(connection, party: uuid.UUID, key: Ed25519PrivateKey, key_id: str, most: int = 10_000) -> int:
    """Seal the new lines of one party, as role portal_zegel; returns how many. Lines of transactions that are still
    open stay for the next round, so that the order never changes afterwards. Raises ChainBroken."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:party, 7))"), {"party": str(party)})
    number, digest = _last_head(connection, party)
    last = connection.execute(_SEALED_UNTIL, {"party": party, "number": number}).first()
    after = {"transactie": last.transactie, "volgnr": last.volgnr} if last else {"transactie": 0, "volgnr": 0}
    rows = connection.execute(_UNSEALED, {"party": party, "most": most} | after).mappings().all()
    seals = []
    for row in rows:
        number, digest = number + 1, link(digest, row)
        seals.append({"p": party, "n": number, "e": row["id"], "h": digest})
    if seals:
        connection.execute(
            text("INSERT INTO portal.zegel (eigenaar_id, nummer, event_id, hash) VALUES (:p, :n, :e, :h)"), seals)
        connection.execute(
            text("INSERT INTO portal.zegelkop (eigenaar_id, nummer, hash, sleutel_id, handtekening) "
                 "VALUES (:p, :n, :h, :k, :s)"),
            {"p": party, "n": number, "h": digest, "k": key_id, "s": key.sign(_signed(party, number, digest))},
        )
    return len(seals)


def verify(connection, party: uuid.UUID, key: Ed25519PublicKey | Mapping[str, Ed25519PublicKey]) -> list[str]:
    """Walk the chain of one party again; returns the faults in words, an empty list when all is well.

    `key` is the public key, or every key that ever signed by its id. Lines that are not sealed yet are no fault here:
    `unsealed` names those that should have been.
    """
    faults, digest, hashes, number = [], GENESIS, {}, 0
    for row in connection.execute(_CHAIN, {"party": party}).mappings():
        number += 1
        while number < row["nummer"]:
            faults.append(f"Zegel {number} ontbreekt.")
            number += 1
        if row["id"] is None:
            faults.append(f"De gebeurtenis bij zegel {number} is weg.")
        elif link(digest, row) != row["hash"]:
            faults.append(f"De gebeurtenis bij zegel {number} ({row['id']}) is veranderd.")
        digest = hashes[number] = row["hash"]
    signed = 0
    for head in connection.execute(_HEADS, {"party": party}):
        signed = head.nummer
        if not _is_signed(party, head, key):
            faults.append(f"De handtekening onder zegel {head.nummer} klopt niet.")
        if hashes.get(head.nummer) != head.hash:
            faults.append(f"Het getekende zegel {head.nummer} staat niet meer in de keten.")
    if number > signed:
        faults.append(f"De zegels {signed + 1} tot en met {number} zijn niet getekend.")
    return faults


def waiting(connection) -> list[uuid.UUID]:
    """The parties with lines that wait for their seal."""
    return list(connection.execute(_WAITING).scalars())


def unsealed(connection, party: uuid.UUID, patience: timedelta) -> list[str]:
    """Lines of one party that should have been sealed: written longer ago than `patience`, put in before a line that is
    sealed, or of a transaction that does not exist. In words, at most a hundred; an empty list when all is well."""
    return [f"De gebeurtenis {row.id} van {row.recorded_at:%Y-%m-%d %H:%M} heeft geen zegel."
            for row in connection.execute(_FORGOTTEN, {"party": party, "patience": patience})]


def known_keys(private: bytes | None, key_id: str, public: Mapping[str, bytes]) -> dict[str, Ed25519PublicKey]:
    """Every key that may stand under a seal, by its id: the ones of before and the one that signs now."""
    keys = {name: Ed25519PublicKey.from_public_bytes(raw) for name, raw in public.items()}
    return keys | ({key_id: Ed25519PrivateKey.from_private_bytes(private).public_key()} if private else {})


def _is_signed(party: uuid.UUID, head, key: Ed25519PublicKey | Mapping[str, Ed25519PublicKey]) -> bool:
    if isinstance(key, Mapping):
        if head.sleutel_id not in key:
            return False
        key = key[head.sleutel_id]
    try:
        key.verify(head.handtekening, _signed(party, head.nummer, head.hash))
    except InvalidSignature:
        return False
    return True
