"""What everybody may read of a procurement: only `publicatie`, the frozen copy, and what hangs on it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from portal.domains.inkoop.model import Publicatie, PublicatieSoort
from portal.kernel.documents import Document, Scan
from portal.kernel.queries import Order, Slice, page_of
from portal.tenants.model import Gemeente

ORDER = Order(Publicatie.gepubliceerd_at, Publicatie.id, datetime.fromisoformat, descending=True)

# The wall shows its owner more than the public: here everybody sees the same.
_PUBLIC = Publicatie.gepubliceerd_at <= func.portal.now()


# What can be published about one perceel after its announcement.
RESULTS = (PublicatieSoort.GUNNING, PublicatieSoort.VERVALLEN, PublicatieSoort.INGETROKKEN)


@dataclass(frozen=True)
class Stand:
    """How far a published procurement is: kind of badge and words."""

    kind: str
    text: str
    open: bool


def stand(sluit_at: datetime, percelen: int, gegund: int, now: datetime, *, vervallen: int = 0,
          gestopt: bool = False) -> Stand:
    """Open until the closing moment; then it is assessed until every perceel has its result: an award, or nobody."""
    if gestopt:
        return Stand("neutral", "Gestopt", False)
    if now < sluit_at:
        return Stand("ok", "Open", True)
    if gegund + vervallen >= percelen:
        return Stand("neutral", "Afgerond" if gegund else "Aan niemand gegund", False)
    return Stand("info", "Deels gegund" if gegund else "In beoordeling", False)


def _stopped():
    """Was this announcement followed by the end of the whole procurement?"""
    end = aliased(Publicatie)
    return exists().where(end.inkoop_id == Publicatie.inkoop_id, end.soort == PublicatieSoort.GESTOPT,
                          end.gepubliceerd_at <= func.portal.now())


def _ended(soort: PublicatieSoort):
    """How many percelen of an announcement ended so: of each its newest result counts."""
    result = aliased(Publicatie)
    newest = (select(result.soort).where(result.inkoop_id == Publicatie.inkoop_id, result.soort.in_(RESULTS),
                                         result.gepubliceerd_at <= func.portal.now())
              .ext(distinct_on(result.dossier_id))
              .order_by(result.dossier_id, result.gepubliceerd_at.desc(), result.id).correlate(Publicatie).lateral())
    return select(func.count()).select_from(newest).where(newest.c.soort == soort).scalar_subquery()


def announcements(session: Session, *, after: str | None = None, before: str | None = None, size: int = 25,
                  open_only: bool = False, gemeente: str = "") -> Slice:
    """Published procurements, newest first. Rows: id, reference, titel, gepubliceerd_at, sluit_at, omschrijving, percelen
    and gemeenten (how many), gegund and vervallen (how many percelen ended so), gestopt. `gemeente`: the slug of one that
    takes part."""
    query = select(
        Publicatie.id, Publicatie.reference, Publicatie.titel, Publicatie.gepubliceerd_at, Publicatie.sluit_at,
        Publicatie.inhoud["omschrijving"].astext.label("omschrijving"),
        func.jsonb_array_length(Publicatie.inhoud["percelen"]).label("percelen"),
        func.jsonb_array_length(Publicatie.inhoud["gemeenten"]).label("gemeenten"),
        _ended(PublicatieSoort.GUNNING).label("gegund"), _ended(PublicatieSoort.VERVALLEN).label("vervallen"),
        _stopped().label("gestopt"),
    ).where(Publicatie.soort == PublicatieSoort.AANKONDIGING, _PUBLIC)
    if open_only:
        query = query.where(Publicatie.sluit_at > func.portal.now(), ~_stopped())
    if gemeente:
        query = query.where(Publicatie.inhoud.contains({"gemeenten": [{"slug": gemeente}]}))
    return page_of(session, query, ORDER, after=after, before=before, size=size)


def announcement(session: Session, reference: str) -> Publicatie | None:
    """The published procurement with this reference."""
    return session.scalar(select(Publicatie).where(
        Publicatie.reference == reference, Publicatie.soort == PublicatieSoort.AANKONDIGING, _PUBLIC))


def results(session: Session, inkoop_id: uuid.UUID) -> dict[str, Publicatie]:
    """What was published last per perceel (an award, its withdrawal, or that nobody gets it), by the id of the perceel; under
    the id of the inkoop that it stopped, where it did."""
    rows = session.scalars(select(Publicatie).where(
        Publicatie.inkoop_id == inkoop_id, Publicatie.soort != PublicatieSoort.AANKONDIGING, _PUBLIC)
        .order_by(Publicatie.gepubliceerd_at))
    return {str(row.dossier_id): row for row in rows}


def kopers(session: Session, perceel_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """For which gemeenten each of these percelen was published, by name. A perceel without publication is not in it."""
    if not perceel_ids:
        return {}
    of_result = select(Publicatie.inkoop_id).where(Publicatie.dossier_id.in_(perceel_ids), _PUBLIC)
    rows = session.scalars(select(Publicatie.inhoud["percelen"]).where(
        Publicatie.soort == PublicatieSoort.AANKONDIGING, Publicatie.inkoop_id.in_(of_result), _PUBLIC))
    return {uuid.UUID(perceel["id"]): perceel["gemeenten"] for percelen in rows for perceel in percelen}


def percelen_van(session: Session, gemeente: Gemeente) -> list[uuid.UUID]:
    """The published percelen that this gemeente buys."""
    rows = session.scalars(select(Publicatie.inhoud["percelen"]).where(
        Publicatie.soort == PublicatieSoort.AANKONDIGING, _PUBLIC,
        Publicatie.inhoud.contains({"gemeenten": [{"slug": gemeente.slug}]})))
    return [uuid.UUID(perceel["id"]) for percelen in rows for perceel in percelen if gemeente.naam in perceel["gemeenten"]]


def documents(session: Session, aankondiging: Publicatie) -> list[Document]:
    """The files of a publication, in its order: only what it names, what was published, and what was scanned."""
    ids = [uuid.UUID(entry["id"]) for entry in aankondiging.inhoud.get("documenten", [])]
    found = session.scalars(select(Document).where(
        Document.id.in_(ids), Document.gepubliceerd_at <= func.portal.now(),
        Document.scan.in_([Scan.SCHOON, Scan.OVERGESLAGEN]))) if ids else ()
    by_id = {document.id: document for document in found}
    return [by_id[id_] for id_ in ids if id_ in by_id]
