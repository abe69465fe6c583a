"""What time does by itself, case by case: one that fails holds up no other."""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy import case, select

from portal.kernel.dossier import Dossier, Termijn

log = logging.getLogger("portal.subsidies.tijd")


def per_dossier(session, dossier_ids: Iterable[uuid.UUID], passed: Callable[[uuid.UUID], int]) -> int:
    """Let time pass in each of these dossiers, each on a savepoint of its own; returns the sum. `passed` locks its dossier and
    looks again whether there still is something to do: another worker, or a person, may have been first. What fails is undone,
    told in the log by its id, and tried again at the next round."""
    done = 0
    for dossier_id in _op_zaak(session, dossier_ids):
        try:
            with session.begin_nested():
                done += passed(dossier_id)
        except Exception:
            log.exception("tijd verliep niet in dossier", extra={"fields": {"dossier": str(dossier_id)}})
    return done


def voorbij(session, actor, on: date, *kinds: str) -> Sequence[uuid.UUID]:
    """The dossiers of the own gemeente in which a term of one of these kinds ended before this day and was not met."""
    return session.scalars(select(Termijn.dossier_id).where(
        Termijn.eigenaar_id == actor.party_id, Termijn.kind.in_(kinds), Termijn.met_on.is_(None), Termijn.due_on < on)).all()


def _op_zaak(session, dossier_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """These dossiers in the order in which every act locks the cases they belong to (usecases.houd_vast): what is locked here
    stays so until all of it is done."""
    belongs_to = case((Dossier.soort == "subsidie", Dossier.id), else_=Dossier.ouder_id)
    return list(session.scalars(select(Dossier.id).where(Dossier.id.in_(list(dossier_ids))).order_by(belongs_to, Dossier.id)))
