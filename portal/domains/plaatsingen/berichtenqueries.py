"""Reading messages with providers: the list of a gemeente, those of one placement, what providers asked, under which code."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.berichtenmodel import (
    Berichtpartner,
    Prestatie,
    Richting,
    Toewijzing,
    Verkeersbericht,
    Zorgverzoek,
)
from portal.domains.plaatsingen.berichtenstand import AFGEWEZEN, ETMAAL
from portal.domains.plaatsingen.model import Verblijf, VerblijfState
from portal.kernel.queries import Listing, Order, Slice
from portal.register.model import Overeenkomst
from portal.tenants.model import Aanbieder

BEWOOND = (VerblijfState.AANGEBODEN, VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)
_KOLOMMEN = (Verkeersbericht.id, Verkeersbericht.code, Verkeersbericht.richting, Verkeersbericht.geldig,
             Verkeersbericht.identificatie, Verkeersbericht.gemaakt_at, Verkeersbericht.verzonden_at,
             Verkeersbericht.beantwoord_at, Verkeersbericht.vervallen_at, Verkeersbericht.antwoord_op_id,
             Verkeersbericht.bevindingen, Aanbieder.naam.label("aanbieder"))
_LIJST = Listing(
    select(*_KOLOMMEN).join(Aanbieder, Aanbieder.id == Verkeersbericht.aanbieder_id)
    .where(Verkeersbericht.eigenaar_id == bindparam("mine", type_=Uuid)),
    Order(Verkeersbericht.gemaakt_at, Verkeersbericht.id, datetime.fromisoformat, descending=True))


def verkeer(session, party_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of the messages of a gemeente, the newest first."""
    return _LIJST.page(session, {"mine": party_id}, after=after, before=before)


def berichten_van(session, dossier_id: uuid.UUID, most: int = 50) -> list:
    """The messages of one placement, the newest first."""
    return list(session.execute(
        select(*_KOLOMMEN).join(Aanbieder, Aanbieder.id == Verkeersbericht.aanbieder_id)
        .where(Verkeersbericht.dossier_id == dossier_id)
        .order_by(Verkeersbericht.gemaakt_at.desc(), Verkeersbericht.richting.desc(), Verkeersbericht.id).limit(most)))


def te_versturen(session, party_id: uuid.UUID) -> list[uuid.UUID]:
    """The messages of a gemeente that wait to go out, the oldest first."""
    return list(session.scalars(select(Verkeersbericht.id).where(
        Verkeersbericht.eigenaar_id == party_id, Verkeersbericht.richting == Richting.UIT,
        Verkeersbericht.verzonden_at.is_(None), Verkeersbericht.vervallen_at.is_(None))
        .order_by(Verkeersbericht.gemaakt_at, Verkeersbericht.id)))


def bij(session, bericht: Verkeersbericht) -> list[Verkeersbericht]:
    """What was answered to a message, and what it answers."""
    return list(session.scalars(select(Verkeersbericht).where(
        (Verkeersbericht.antwoord_op_id == bericht.id) | (Verkeersbericht.id == bericht.antwoord_op_id))
        .order_by(Verkeersbericht.gemaakt_at)))


def open_verzoeken(session, party_id: uuid.UUID, dossier_id: uuid.UUID | None = None) -> list:
    """What providers asked and still wait for: of a gemeente, or of one placement. Rows: Zorgverzoek, name of the provider."""
    query = (select(Zorgverzoek, Aanbieder.naam.label("aanbieder"))
             .join(Aanbieder, Aanbieder.id == Zorgverzoek.aanbieder_id)
             .where(Zorgverzoek.eigenaar_id == party_id, Zorgverzoek.toegewezen.is_(False),
                    ~Zorgverzoek.antwoorden.contains([AFGEWEZEN])))
    if dossier_id is not None:
        query = query.where(Zorgverzoek.dossier_id == dossier_id)
    return list(session.execute(query.order_by(Zorgverzoek.ontvangen_on, Zorgverzoek.id).limit(100)))


def aanbieders(session, party_id: uuid.UUID) -> list:
    """Providers with a contract, each with its AGB code where it is known. Rows: id, naam, agb."""
    contract = select(Overeenkomst.id).where(Overeenkomst.aanbieder_id == Aanbieder.id).exists()
    return list(session.execute(
        select(Aanbieder.id, Aanbieder.naam, Berichtpartner.agb)
        .outerjoin(Berichtpartner, (Berichtpartner.aanbieder_id == Aanbieder.id) & (Berichtpartner.party_id == party_id))
        .where(contract).order_by(Aanbieder.naam, Aanbieder.id)))


def verblijven(session, plaatsing_id: uuid.UUID) -> list:
    """The places of somebody that an allocation can be for. Rows: id, van, tot, aanbieder_id, aanbieder."""
    return list(session.execute(
        select(Verblijf.id, Verblijf.van, Verblijf.tot, Verblijf.aanbieder_id, Aanbieder.naam.label("aanbieder"))
        .join(Aanbieder, Aanbieder.id == Verblijf.aanbieder_id)
        .where(Verblijf.plaatsing_id == plaatsing_id, Verblijf.state.in_(BEWOOND)).order_by(Verblijf.van.desc(), Verblijf.id)))


def namen(session, ids) -> dict[uuid.UUID, str]:
    """The names of these providers."""
    return dict(session.execute(select(Aanbieder.id, Aanbieder.naam).where(Aanbieder.id.in_(set(ids)))).all())


_TERUG = aliased(Prestatie)
# Approved lines that no other line took back.
_STAAND = (Prestatie.debet, ~select(_TERUG.id).where(
    _TERUG.toewijzing_id == Prestatie.toewijzing_id, _TERUG.vorige == Prestatie.referentie, ~_TERUG.debet).exists())


def is_goedgekeurd(session, toewijzing_id: uuid.UUID) -> bool:
    """Was a declaration on this allocation approved, and not taken back?"""
    return session.scalar(select(Prestatie.id).where(Prestatie.toewijzing_id == toewijzing_id, *_STAAND).limit(1)) is not None


def goedgekeurd(session, verblijf_ids) -> dict[uuid.UUID, list[rules.Declaratieregel]]:
    """What the own gemeente approved of the declarations on these stays, for the check of a settlement."""
    found: dict[uuid.UUID, list[rules.Declaratieregel]] = {}
    rows = session.execute(select(Toewijzing.verblijf_id, Prestatie).join(Prestatie, Prestatie.toewijzing_id == Toewijzing.id)
                           .where(Toewijzing.verblijf_id.in_(set(verblijf_ids)), *_STAAND))
    for stay, one in rows:
        found.setdefault(stay, []).append(rules.Declaratieregel(
            one.van, one.tot, Decimal(one.bedrag) / 100, one.volume if one.eenheid == ETMAAL else None))
    return found
