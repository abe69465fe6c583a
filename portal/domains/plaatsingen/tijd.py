"""What time does by itself in placement: a place is no longer held, an answer is followed, an offer
of the responsibility ends or its day comes."""

import logging
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import aanbieden, afwegen, overdragen, queries
from portal.domains.plaatsingen.model import Overdracht, OverdrachtState, PlaatsingState, Verblijf, VerblijfState
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
    return _each(session, actor, aanbieden.bijwerken, waiting)


def overdrachten_verlopen(session, actor, on: date) -> int:
    """Offers of this gemeente to others that nobody answered in time: this gemeente stays responsible. Returns how many."""
    waiting = session.scalars(select(Overdracht.id).where(
        Overdracht.verzender_id == actor.party_id, Overdracht.state == OverdrachtState.AANGEBODEN,
        Overdracht.verloopt_on < on).order_by(Overdracht.ouder_id, Overdracht.id)).all()
    return _each(session, actor, overdragen.verlopen, waiting)


def verantwoordelijkheid_gaat_over(session, actor, on: date) -> int:
    """Placements and reports of this gemeente that another gemeente accepted for today or before. Returns how many."""
    return (_each(session, actor, overdragen.overgaan, queries.te_verlaten(session, actor.party_id, on))
            + _each(session, actor, afwegen.overgaan, queries.overgedragen_meldingen(session, actor.party_id, on)))


def _each(session, actor, act, ids) -> int:
    """Do this for every dossier, each by itself: what fails is undone, told in the log by its id, and tried again later."""
    done = 0
    for dossier_id in ids:
        try:
            with session.begin_nested():
                act(session, actor, dossier_id)
                done += 1
        except Exception:
            log.exception("tijd verliep niet in dossier", extra={"fields": {"dossier": str(dossier_id)}})
    return done
