"""Who acts: frozen for the length of a request. Competence follows the body, not the login domain."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal.identity.permissions import ROLES, Permission, Role


@dataclass(frozen=True)
class Namens:
    """Under which mandate somebody acts for another gemeente. The `werkgever` is their own."""

    mandaat_id: uuid.UUID
    soort: str
    besluit_soort: str
    tot_bedrag: Decimal | None
    werkgever_id: uuid.UUID
    werkgever: str


@dataclass(frozen=True)
class Actor:
    """A person acting for a party in one session. With `namens` the party is another gemeente than the employer."""

    user_id: uuid.UUID
    naam: str
    party_id: uuid.UUID
    party_soort: str
    party_naam: str
    party_slug: str | None
    roles: frozenset[str]
    permissions: frozenset[Permission]
    session_id: uuid.UUID | None = None
    stepped_up_at: datetime | None = None
    session_ends_at: datetime | None = None
    namens: Namens | None = None

    def may(self, permission: Permission) -> bool:
        """True when one of the roles carries this permission."""
        return permission in self.permissions

    @property
    def mandaat_id(self) -> uuid.UUID | None:
        """The one mandate under which this actor may sign; None for who works for the party itself."""
        return self.namens.mandaat_id if self.namens else None

    @property
    def rol(self) -> str:
        """The roles in words, for the page head."""
        return ", ".join(ROLES[Role(r)][0] for r in sorted(self.roles))

    # What Flask-Login asks of a user; identity does not import it (architecture.md section 2).
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session, not the person: Flask-Login carries the actor, the database holds the session."""
        return str(self.session_id)
