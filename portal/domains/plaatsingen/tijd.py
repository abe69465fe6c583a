"""What time does by itself in placement: a place is no longer held, an answer is followed, an offer
of the responsibility ends or its day comes, the last day of support comes near."""

import logging
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import aanbieden, afwegen, overdragen, plaatsen, queries, rules
from portal.domains.plaatsingen.model import (
    Overdracht,
    OverdrachtState,
    Plaatsing,
    PlaatsingState,
    Verblijf,
    VerblijfState,
)
from portal.domains.plaatsingen.workflow import OVERDRAAGBAAR
from portal.kernel import clock
from portal.kernel.dossier import Dossier, Termijn, load

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
        Overdracht.verzender_id == actor.party_id, or_(
            Overdracht.state == OverdrachtState.AANGEBODEN,
            (Overdracht.state == OverdrachtState.GESCHIL) & Overdracht.advies_on.is_not(None)),
        Overdracht.verloopt_on < on).order_by(Overdracht.ouder_id, Overdracht.id)).all()
    return _each(session, actor, overdragen.verlopen, waiting)


def verantwoordelijkheid_gaat_over(session, actor, on: date) -> int:
    """Placements and reports of this gemeente that another gemeente accepted for today or before. Returns how many."""
    return (_each(session, actor, overdragen.overgaan, queries.te_verlaten(session, actor.party_id, on))
            + _each(session, actor, afwegen.overgaan, queries.overgedragen_meldingen(session, actor.party_id, on)))


def ondersteuning_eindigt(session, actor, on: date) -> int:
    """Placements of this gemeente of which the last day comes near, or has passed: somebody chooses. Returns for how many that
    begins to wait."""
    waits = select(Termijn.id).where(Termijn.dossier_id == Plaatsing.id, Termijn.kind == "werk_verlengen",
                                     Termijn.met_on.is_(None)).correlate(Plaatsing).exists()
    ends = session.execute(select(Plaatsing.id, Plaatsing.tot).where(
        Plaatsing.eigenaar_id == actor.party_id, Plaatsing.state.in_(OVERDRAAGBAAR), Plaatsing.tot.is_not(None), ~waits)
        .order_by(Plaatsing.id)).all()
    return _each(session, actor, _ends, [row.id for row in ends if rules.verlengen_vanaf(row.tot) <= on])


def _ends(session, _actor, plaatsing_id) -> None:
    plaatsen.einde_nadert(session, load(session, Plaatsing, plaatsing_id, lock=True))


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
