"""Who is looking: binds every database transaction to one party, or raises.

The party decides what PostgreSQL shows (row policies), the user says who acts. Nothing bound means nothing works:
forgetting `acting_for` is an error on the first query, never an open door.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from sqlalchemy import event, text

from portal import clock_offset
from portal.db import Session

PUBLIC_PARTY = uuid.UUID(int=0)


class NoScope(LookupError):
    """Raised when a transaction starts without a party."""


@dataclass(frozen=True)
class Scope:
    """For whom a transaction acts, who acts, and whether it may write."""

    party_id: uuid.UUID
    user_id: uuid.UUID | None = None
    read_only: bool = False


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


@contextmanager
def acting_for(
    party_id: uuid.UUID, user_id: uuid.UUID | None = None, *, read_only: bool = False
) -> Iterator[Scope]:
    """All transactions inside act for this party."""
    scope = Scope(party_id, user_id, read_only)
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def as_public(*, read_only: bool = True):
    """Anonymous is a party too: it sees what carries a publication date, and nothing else."""
    return acting_for(PUBLIC_PARTY, read_only=read_only)


def current() -> Scope:
    """The bound scope; raises NoScope when none is bound."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("Geen partij gebonden: zet dit werk binnen acting_for() of as_public().")
    return scope


# READ ONLY in the same round trip: once a transaction has read anything, PostgreSQL refuses to make it writable again.
_BIND = text(
    "SELECT set_config('transaction_read_only', :read_only, true), set_config('portal.party_id', :party, true), "
    "set_config('portal.user_id', :user, true), extract(epoch FROM portal.klok_verschil())"
)


@event.listens_for(Session, "after_begin")
def _bind(session, transaction, connection):
    if session.info.get("owner"):  # migrations, seeds of reference data: the owner role has policies of its own
        return
    if transaction.nested:  # a savepoint keeps what its transaction was bound to
        return
    scope = current()
    row = connection.execute(_BIND, {"read_only": "on" if scope.read_only else "off", "party": str(scope.party_id),
                                     "user": str(scope.user_id or "")}).one()
    clock_offset.seconds = float(row[3])
