"""Reading settlements between gemeenten: what was paid for a stay, by whom, and what of it was settled."""

import uuid
from datetime import date

from sqlalchemy import Uuid, bindparam, func, null, or_, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Persoon,
    Plaatsing,
    Verantwoordelijkheid,
    Verblijf,
    Verrekening,
    VerrekeningAntwoord,
    VerrekeningState,
    Verrekenregel,
)
from portal.kernel.aantekening import Aantekening
from portal.kernel.history import CaseEvent
from portal.kernel.queries import Listing, Order, Slice
from portal.tenants.model import Gemeente


def verrekenregels(session, verrekening_id: uuid.UUID) -> list[Verrekenregel]:
    """The lines of a settlement in their order, also those that lapsed."""
    return list(session.scalars(select(Verrekenregel).where(Verrekenregel.dossier_id == verrekening_id)
                                .order_by(Verrekenregel.volgnummer)))


def verrekend_met(session, party_id: uuid.UUID, ander_id: uuid.UUID, van: date, tot: date) -> list:
    """The settlements of a gemeente with another that have a day of this period. Rows: reference, naam (of the other),
    volgnummer (None: the whole), van, tot."""
    return list(session.execute(
        select(Verrekening.reference, Gemeente.naam, null().label("volgnummer"), Verrekening.van, Verrekening.tot)
        .join(Gemeente, Gemeente.id == Verrekening.verantwoordelijk_id)
        .where(Verrekening.betaler_id == party_id, Verrekening.verantwoordelijk_id == ander_id,
               Verrekening.ingetrokken_on.is_(None), Verrekening.van <= tot, Verrekening.tot >= van)
        .order_by(Verrekening.van)))


def verrekend_van(session, verblijf_id: uuid.UUID, *, na: date | None = None) -> list:
    """The lines that count of a stay, in settlements that were not withdrawn; `na`: only with a day after this one. Rows as of
    verrekend_met."""
    query = (select(Verrekening.reference, Gemeente.naam, Verrekenregel.volgnummer, Verrekenregel.van, Verrekenregel.tot)
             .select_from(Verrekenregel).join(Verrekening, Verrekening.id == Verrekenregel.dossier_id)
             .join(Gemeente, Gemeente.id == Verrekening.verantwoordelijk_id)
             .where(Verrekenregel.verblijf_id == verblijf_id, Verrekenregel.vervallen_on.is_(None),
                    Verrekening.ingetrokken_on.is_(None)))
    if na is not None:
        query = query.where(Verrekenregel.tot > na)
    return list(session.execute(query.order_by(Verrekenregel.van, Verrekening.reference)))


def verrekening_antwoord(session, verrekening_id: uuid.UUID) -> VerrekeningAntwoord | None:
    """What the other gemeente answered last to a settlement."""
    return session.scalar(select(VerrekeningAntwoord).where(VerrekeningAntwoord.dossier_id == verrekening_id)
                          .order_by(VerrekeningAntwoord.gegeven_at.desc(), VerrekeningAntwoord.id).limit(1))


# The last day of a stay that its gemeente paid for: as long as it lasted, and after a handover sometimes longer.
BETAALD_TOT = func.coalesce(Verblijf.betaald_tot, Verblijf.geeindigd_on)


def betaalde_verblijven(session, party_id: uuid.UUID, van: date, tot: date) -> list[rules.BetaaldVerblijf]:
    """The stays that a gemeente pays for on a day of this period, by the reference of their placement; no names."""
    placed = aliased(Plaatsing, flat=True)
    rows = session.execute(
        select(Verblijf.id, placed.traject_id, placed.reference, Verblijf.begonnen_on, BETAALD_TOT.label("betaald_tot"),
               Verblijf.dagprijs, Persoon.afgeschermd)
        .join(placed, placed.id == Verblijf.plaatsing_id).join(Persoon, Persoon.id == placed.persoon_id)
        .where(Verblijf.eigenaar_id == party_id, Verblijf.begonnen_on <= tot,
               or_(BETAALD_TOT.is_(None), van <= BETAALD_TOT))
        .order_by(placed.reference, Verblijf.begonnen_on, Verblijf.id))
    return [rules.BetaaldVerblijf(row.id, row.traject_id, row.reference, row.begonnen_on, row.betaald_tot, row.dagprijs,
                                  row.afgeschermd) for row in rows]


def tijdlijnen(session, traject_ids) -> dict[uuid.UUID, list[rules.Begin]]:
    """Who is responsible from when, per traject, in the order of the days."""
    found: dict[uuid.UUID, list[rules.Begin]] = {}
    for row in session.scalars(select(Verantwoordelijkheid).where(Verantwoordelijkheid.traject_id.in_(set(traject_ids)))
                               .order_by(Verantwoordelijkheid.traject_id, Verantwoordelijkheid.van)):
        found.setdefault(row.traject_id, []).append(rules.Begin(row.van, row.gemeente_id, row.grondslag))
    return found


def eigen_kenmerken(session, party_id: uuid.UUID, traject_ids) -> dict[uuid.UUID, tuple[uuid.UUID, str]]:
    """The own placement of each of these trajecten: id and reference."""
    rows = session.execute(select(Plaatsing.traject_id, Plaatsing.id, Plaatsing.reference).where(
        Plaatsing.eigenaar_id == party_id, Plaatsing.traject_id.in_(set(traject_ids))))
    return {row.traject_id: (row.id, row.reference) for row in rows}


_GENOEMD, _ZAAK = aliased(Plaatsing, flat=True), aliased(Verrekening, flat=True)
# The last line of a stay that counts, in a settlement that was not withdrawn.
_TELT = (select(Verrekenregel.tot).join(_ZAAK, _ZAAK.id == Verrekenregel.dossier_id)
         .where(Verrekenregel.verblijf_id == Verblijf.id, Verrekenregel.vervallen_on.is_(None),
                _ZAAK.state != VerrekeningState.INGETROKKEN)
         .order_by(Verrekenregel.tot.desc()).limit(1).correlate(Verblijf))
_GEPRIJSD = (select(Verblijf.id, _GENOEMD.reference.label("kenmerk"), Verblijf.begonnen_on, Verblijf.dagprijs,
                    _TELT.with_only_columns(_ZAAK.reference).scalar_subquery().label("verrekend"))
             .join(_GENOEMD, _GENOEMD.id == Verblijf.plaatsing_id)
             .where(Verblijf.eigenaar_id == bindparam("mine", type_=Uuid), Verblijf.begonnen_on.is_not(None)))
_PRIJZEN = Listing(_GEPRIJSD, Order(Verblijf.begonnen_on, Verblijf.id, date.fromisoformat, descending=True))


def zonder_dagprijs(session, party_id: uuid.UUID, most: int) -> list:
    """Stays of a gemeente of which it is not known what a day costs. Rows: id, kenmerk (of the placement), begonnen_on,
    dagprijs, verrekend."""
    return list(session.execute(_GEPRIJSD.where(Verblijf.dagprijs.is_(None)).order_by(Verblijf.begonnen_on, Verblijf.id)
                                .limit(most), {"mine": party_id}))


def dagprijzen(session, party_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of the stays of a gemeente with what a day costs, the last one that began first. Rows as of zonder_dagprijs;
    `verrekend`: the reference of the settlement that counts with it, or None."""
    return _PRIJZEN.page(session, {"mine": party_id}, after=after, before=before)


def dagprijs_van(session, party_id: uuid.UUID, verblijf_id: uuid.UUID):
    """One row of `dagprijzen`, or None."""
    return session.execute(_GEPRIJSD.where(Verblijf.id == verblijf_id), {"mine": party_id}).first()


def aantekeningen(session, dossier_id: uuid.UUID, stap: str) -> list[Aantekening]:
    """Why a step was taken, each time it was, the last one first."""
    return list(session.scalars(select(Aantekening).where(Aantekening.dossier_id == dossier_id, Aantekening.stap == stap)
                                .order_by(Aantekening.geschreven_at.desc(), Aantekening.id)))


def _na(*where):
    return (select(func.min(Verantwoordelijkheid.van)).where(
        Verantwoordelijkheid.traject_id == _GENOEMD.traject_id, Verantwoordelijkheid.van > Verblijf.geeindigd_on, *where)
        .correlate(_GENOEMD, Verblijf).scalar_subquery())


# A stay that ended with its gemeente because the responsibility went over.
_OVERGEDRAGEN = (
    select(Verblijf.id, _GENOEMD.reference.label("kenmerk"), Verblijf.geeindigd_on, Verblijf.betaald_tot,
           _na(Verantwoordelijkheid.gemeente_id == Verblijf.eigenaar_id).label("weer_on"),
           select(Verantwoordelijkheid.gemeente_id).where(
               Verantwoordelijkheid.traject_id == _GENOEMD.traject_id, Verantwoordelijkheid.van <= Verblijf.geeindigd_on + 1)
           .order_by(Verantwoordelijkheid.van.desc()).limit(1).correlate(_GENOEMD, Verblijf).scalar_subquery().label("naar_id"),
           _TELT.where(Verrekenregel.tot > Verblijf.geeindigd_on).scalar_subquery().label("verrekend_tot"))
    .join(_GENOEMD, _GENOEMD.id == Verblijf.plaatsing_id)
    .where(Verblijf.geeindigd_on.is_not(None), select(CaseEvent.id).where(
        CaseEvent.dossier_id == Verblijf.id, CaseEvent.kind == "verblijf:overdragen").exists()))
_OVERGEDRAGEN_LIST = Listing(_OVERGEDRAGEN.where(Verblijf.eigenaar_id == bindparam("mine", type_=Uuid)),
                             Order(Verblijf.geeindigd_on, Verblijf.id, date.fromisoformat, descending=True))


def overgedragen_verblijven(session, party_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of the stays of a gemeente that ended by a handover, the last one first. Rows: id, kenmerk (of the placement),
    geeindigd_on, betaald_tot, weer_on (from when the gemeente itself is responsible again), naar_id (who was responsible from
    the next day), verrekend_tot (until when settlements that count have it)."""
    return _OVERGEDRAGEN_LIST.page(session, {"mine": party_id}, after=after, before=before)


def overgedragen_verblijf(session, verblijf_id: uuid.UUID):
    """One row of `overgedragen_verblijven`, or None for a stay that did not end so."""
    return session.execute(_OVERGEDRAGEN.where(Verblijf.id == verblijf_id)).first()


def zonder_betaald_tot(session, party_id: uuid.UUID, most: int) -> list:
    """The rows of `overgedragen_verblijven` of which it is not known until when was paid, the longest ago first."""
    return list(session.execute(_OVERGEDRAGEN.where(Verblijf.eigenaar_id == party_id, Verblijf.betaald_tot.is_(None))
                                .order_by(Verblijf.geeindigd_on, Verblijf.id).limit(most)))


_BEDRAG = (select(func.coalesce(func.sum(Verrekenregel.bedrag), 0)).where(
    Verrekenregel.dossier_id == Verrekening.id, Verrekenregel.vervallen_on.is_(None)).correlate(Verrekening).scalar_subquery())
_VERREKENINGEN = Listing(
    select(Verrekening.id, Verrekening.reference, Verrekening.state, Verrekening.eigenaar_id, Verrekening.betaler_id,
           Verrekening.verantwoordelijk_id, Verrekening.van, Verrekening.tot, _BEDRAG.label("bedrag")),
    Order(Verrekening.van, Verrekening.id, date.fromisoformat, descending=True))


def verrekeningen(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of the settlements that a gemeente made or got, the newest period first."""
    return _VERREKENINGEN.page(session, after=after, before=before)
