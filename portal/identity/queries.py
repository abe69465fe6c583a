"""Reading about people: names, for pages that say who did what."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select

from portal.identity.model import Account, Membership


def names(session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names of these accounts, in one query. Who the wall hides is not in it; empty ids are skipped."""
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    return dict(session.execute(select(Account.id, Account.naam).where(Account.id.in_(wanted))).all())


def colleagues(session, party_id: uuid.UUID) -> list:
    """Who works for the own party now, by name. Rows: id, naam, rollen."""
    return session.execute(
        select(Account.id, Account.naam, Membership.rollen).join(Membership, Membership.account_id == Account.id)
        .where(Membership.party_id == party_id, Membership.beeindigd_at.is_(None)).order_by(Account.naam, Account.id)).all()
