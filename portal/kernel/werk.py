"""Work that waits: one thing to do in a dossier, for whoever can do it, until a day. *Mijn werk* shows it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.identity.permissions import Permission
from portal.kernel import clock
from portal.kernel.dossier import Dossier, Termijn, meet_term, start_term
from portal.kernel.sentences import refusing
from portal.kernel.terms import TermRule


@dataclass(frozen=True)
class Work:
    """One thing to do: the task, what happens if nobody does it, who can, and on which page. The sentences may hold
    placeholders, which `begin` fills."""

    taak: str
    gevolg: str
    permissions: tuple[Permission, ...]
    endpoint: str


def begin(session, dossier: Dossier, rule: TermRule, work: Work, *, on: date | None = None,
          parties: Iterable[uuid.UUID] | None = None, due_at: datetime | None = None,
          due_on: date | None = None, **words) -> None:
    """From `on` (default today) this work waits for these parties (default: the owner of the dossier). Who has it open
    already gets no second one. `due_on`: only where a person set the last day."""
    with refusing(session):
        waiting = set(session.scalars(select(Termijn.party_id).where(
            Termijn.dossier_id == dossier.id, Termijn.kind == rule.kind, Termijn.met_on.is_(None))))
        for party_id in dict.fromkeys(parties if parties is not None else [dossier.eigenaar_id]):
            if party_id not in waiting:
                start_term(session, dossier, rule, on=on or clock.today(), party_id=party_id, due_at=due_at, due_on=due_on,
                           taak=work.taak.format(**words), gevolg=work.gevolg.format(**words), endpoint=work.endpoint,
                           permissions=work.permissions)


def done(session, dossier: Dossier, *kinds: str) -> None:
    """This work waits for nobody any more."""
    with refusing(session):
        for kind in kinds:
            meet_term(session, dossier, kind, on=clock.today())
