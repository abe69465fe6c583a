"""What time does by itself in placement: a place is no longer held, an answer is followed."""

import logging
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import aanbieden
from portal.domains.plaatsingen.model import PlaatsingState, Verblijf, VerblijfState
from portal.kernel import clock
from portal.kernel.dossier import Dossier

log = logging.getLogger("portal.plaatsingen.tijd")


def aanbod_verlopen(session, actor, _on: date) -> int:
    """Offered places of this gemeente: what was not answered in time is freed, what the provider answered is followed. Returns
    how many. What fails is undone, told in the log by its id, and tried again at the next round."""
    plaatsing = aliased(Dossier)
    waiting = session.scalars(
        select(Verblijf.id).join(plaatsing, plaatsing.id == Verblijf.plaatsing_id).where(
            Verblijf.eigenaar_id == actor.party_id, plaatsing.state == PlaatsingState.AANGEBODEN,
            or_(Verblijf.state.in_((VerblijfState.GERESERVEERD, VerblijfState.GEWEIGERD)),
                (Verblijf.state == VerblijfState.AANGEBODEN) & (Verblijf.verloopt_at <= clock.now())))
        .order_by(Verblijf.plaatsing_id, Verblijf.gemaakt_at.desc())).all()
    done = 0
    for verblijf_id in waiting:
        try:
            with session.begin_nested():
                aanbieden.bijwerken(session, actor, verblijf_id)
                done += 1
        except Exception:
            log.exception("tijd verliep niet in dossier", extra={"fields": {"dossier": str(verblijf_id)}})
    return done
