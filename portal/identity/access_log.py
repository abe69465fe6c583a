"""Trails that survive a rollback: who looked at which dossier, and what was refused (BIO2). Each in its own transaction."""

import json
import uuid

from sqlalchemy import Engine, text

_VIEWED = text("SELECT portal.bekeken(:who, :party, :dossier, :where)")
_JOURNAL = text("SELECT portal.journaal(:party, :who, :what, :object, :result, :origin, CAST(:details AS jsonb))")
_LIMIT = text("SELECT portal.limiet_teller(:key, :window, :amount)")
_GIVE_BACK = text("SELECT portal.limiet_terug(:key)")


def viewed(engine: Engine, actor, dossier_id: uuid.UUID, endpoint: str) -> None:
    """This person opened this dossier."""
    with engine.begin() as connection:
        connection.execute(_VIEWED, {"who": actor.user_id, "party": actor.party_id, "dossier": dossier_id, "where": endpoint})


def journal(engine: Engine, actor, action: str, obj: str | None, result: str, origin: str | None = None, **details) -> None:
    """One line in the security journal: action, object, result, origin, actor, time. Never secrets, never content."""
    with engine.begin() as connection:
        connection.execute(_JOURNAL, {
            "party": actor.party_id if actor else None, "who": actor.user_id if actor else None, "what": action,
            "object": obj, "result": result, "origin": origin, "details": json.dumps(details),
        })


def use(engine: Engine, key: str, window_seconds: int, amount: int = 1) -> int:
    """Count a use of this key; how much was used in this window. Shared by all workers, survives a restart."""
    with engine.begin() as connection:
        return connection.execute(_LIMIT, {"key": key, "window": window_seconds, "amount": amount}).scalar()


def give_back(engine: Engine, key: str) -> None:
    """One use of this key does not count after all."""
    with engine.begin() as connection:
        connection.execute(_GIVE_BACK, {"key": key})
