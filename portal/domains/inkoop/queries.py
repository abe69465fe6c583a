"""Read models for lists and pages: plain rows, a constant number of queries."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from portal.domains.inkoop.model import (
    Antwoord,
    DeelnameAntwoord,
    Deelnamebesluit,
    DeelnameCijfer,
    Inkoop,
    Inschrijving,
    InschrijvingDocument,
    InschrijvingPerceel,
    Perceel,
    Publicatie,
    PublicatieSoort,
    Verzending,
    VerzendingSoort,
)
from portal.kernel.documents import Document
from portal.kernel.dossier import DossierDeelnemer
from portal.kernel.history import CaseEvent
from portal.tenants.model import Deelname, Gemeente


def members(session, verband_id: uuid.UUID, on) -> list[tuple[Gemeente, bool]]:
    """The gemeenten of a samenwerkingsverband on a day, with whether each is the lead (trekker), by name."""
    rows = session.execute(
        select(Gemeente, Deelname.is_trekker).join(Deelname, Deelname.gemeente_id == Gemeente.id)
        .where(Deelname.verband_id == verband_id, Deelname.van <= on, (Deelname.tot.is_(None)) | (Deelname.tot > on))
        .order_by(Gemeente.naam)
    )
    return [(row[0], row[1]) for row in rows]


def asked(session, inkoop: Inkoop) -> list[Gemeente]:
    """The gemeenten that were asked to decide: the lead first, then by name."""
    shared = select(DossierDeelnemer.party_id).where(DossierDeelnemer.dossier_id == inkoop.id)
    rows = session.scalars(select(Gemeente).where((Gemeente.id == inkoop.eigenaar_id) | Gemeente.id.in_(shared))).all()
    return sorted(rows, key=lambda g: (g.id != inkoop.eigenaar_id, g.naam))


@dataclass(frozen=True)
class Deelnemer:
    """One row of the matrix: a gemeente, its decision (None: not decided), its answers and figures per perceel."""

    gemeente: Gemeente
    besluit: Deelnamebesluit | None
    antwoorden: dict[uuid.UUID, str]
    plaatsen: dict[uuid.UUID, int]
    bedragen: dict[uuid.UUID, object]
    pgb: int

    @property
    def doet_mee(self) -> bool | None:
        """True: yes to at least one perceel. None: not decided."""
        if self.besluit is None:
            return None
        return any(a != Antwoord.NEE for a in self.antwoorden.values())

    @property
    def met_voorbehoud(self) -> bool:
        """True when at least one answer carries a reservation."""
        return any(a == Antwoord.VOORBEHOUD for a in self.antwoorden.values())


def matrix(session, inkoop: Inkoop) -> list[Deelnemer]:
    """Members by percelen, as everybody who is asked may see it: recorded decisions only."""
    gemeenten = asked(session, inkoop)
    besluiten = {b.party_id: b for b in session.scalars(select(Deelnamebesluit).where(
        Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.vastgelegd_at.is_not(None)))}
    antwoorden: dict = {}
    for a in session.scalars(select(DeelnameAntwoord).where(
            DeelnameAntwoord.besluit_id.in_([b.id for b in besluiten.values()]))):
        antwoorden.setdefault(a.party_id, {})[a.perceel_id] = a.antwoord
    cijfers: dict = {}
    for c in session.scalars(select(DeelnameCijfer).where(DeelnameCijfer.dossier_id == inkoop.id)):
        cijfers.setdefault(c.gemeente_id, []).append(c)
    return [
        Deelnemer(
            gemeente=g, besluit=besluiten.get(g.id), antwoorden=antwoorden.get(g.id, {}),
            plaatsen={c.perceel_id: c.plaatsen for c in cijfers.get(g.id, [])},
            bedragen={c.perceel_id: c.bedrag_per_jaar for c in cijfers.get(g.id, [])},
            pgb=sum(c.pgb_inwoners for c in cijfers.get(g.id, [])),
        )
        for g in gemeenten
    ]


def percelen(session, inkoop_id: uuid.UUID) -> list[Perceel]:
    """The percelen by number."""
    return list(session.scalars(select(Perceel).where(Perceel.inkoop_id == inkoop_id).order_by(Perceel.nummer)))


def aankondiging(session, inkoop_id: uuid.UUID) -> Publicatie | None:
    """The frozen announcement, readable by everybody once published."""
    return session.scalar(select(Publicatie).where(
        Publicatie.inkoop_id == inkoop_id, Publicatie.soort == PublicatieSoort.AANKONDIGING))


def aankondiging_by_reference(session, reference: str) -> Publicatie | None:
    """The frozen announcement by its number, for public addresses."""
    return session.scalar(select(Publicatie).where(
        Publicatie.reference == reference, Publicatie.soort == PublicatieSoort.AANKONDIGING))


@dataclass(frozen=True)
class Bid:
    """An opened bid on one perceel: who, when, and what was sent."""

    inschrijving_id: uuid.UUID
    aanbieder_id: uuid.UUID
    reference: str
    verzending: Verzending

    @property
    def naam(self) -> str:
        """The bidder as it signed."""
        return self.verzending.inhoud["aanbieder"]["naam"]


def latest_sendings(session, inschrijving_id: uuid.UUID) -> dict[uuid.UUID, Verzending]:
    """The last act per perceel of one inschrijving; it may be a withdrawal."""
    rows = session.scalars(
        select(Verzending).where(Verzending.dossier_id == inschrijving_id)
        .distinct(Verzending.perceel_id).order_by(Verzending.perceel_id, Verzending.versie.desc()))
    return {row.perceel_id: row for row in rows}


def opened_bids(session, perceel: Perceel) -> list[Bid]:
    """The bids on a perceel that were sent in time and opened, in order of sending. Empty before the opening: the wall
    hides them."""
    last = (
        select(Verzending.id).where(Verzending.perceel_id == perceel.id)
        .distinct(Verzending.dossier_id).order_by(Verzending.dossier_id, Verzending.versie.desc())
    )
    rows = session.execute(
        select(Inschrijving, Verzending).join(Verzending, Verzending.dossier_id == Inschrijving.id)
        .where(Verzending.id.in_(last), Verzending.soort == VerzendingSoort.VERZENDING)
        .order_by(Verzending.verzonden_at, Verzending.id))
    return [Bid(i.id, i.aanbieder_id, i.reference, v) for i, v in rows]


@dataclass(frozen=True)
class Received:
    """That a bid came in, before the opening: for which perceel and when. Not from whom."""

    perceel_id: uuid.UUID
    verzonden_at: datetime


def received(session, inkoop_id: uuid.UUID) -> list[Received]:
    """How many and when; the reviewed database function tells members no more."""
    rows = session.execute(text("SELECT perceel_id, verzonden_at FROM portal.ontvangen_inschrijvingen(:id)"), {"id": inkoop_id})
    return [Received(row.perceel_id, row.verzonden_at) for row in rows]


@dataclass(frozen=True)
class Part:
    """One thing an inschrijving needs: for all percelen (perceel_id None) or for one."""

    perceel_id: str | None
    kind: str
    code: str
    title: str
    done: bool
    note: str


def parts(session, inschrijving: Inschrijving, publicatie: Publicatie) -> list[Part]:
    """What this inschrijving needs and what it has: "n van m compleet". Requirements are one part per perceel."""
    chosen = {p.perceel_id: p for p in session.scalars(
        select(InschrijvingPerceel).where(InschrijvingPerceel.dossier_id == inschrijving.id))}
    given = {(d.perceel_id, d.code): doc for d, doc in session.execute(
        select(InschrijvingDocument, Document).join(Document, Document.id == InschrijvingDocument.document_id)
        .where(InschrijvingDocument.dossier_id == inschrijving.id))}
    return list(_parts(chosen, given, publicatie))


def _parts(chosen, given, publicatie) -> Iterable[Part]:
    for asked_for in publicatie.inhoud["gevraagd"]:
        doc = given.get((None, asked_for["code"]))
        yield Part(None, "document", asked_for["code"], asked_for["titel"], doc is not None, doc.naam if doc else "")
    for perceel in publicatie.inhoud["percelen"]:
        row = chosen.get(uuid.UUID(perceel["id"]))
        if row is None:
            continue
        answered = sum(1 for eis in perceel["eisen"] if eis["id"] in row.antwoorden)
        total = len(perceel["eisen"])
        yield Part(perceel["id"], "eisen", "eisen", "Minimumeisen", answered == total,
                   f"{answered} van {total} vragen beantwoord")
        for asked_for in perceel["gevraagd"]:
            doc = given.get((row.perceel_id, asked_for["code"]))
            yield Part(perceel["id"], "document", asked_for["code"], asked_for["titel"], doc is not None,
                       doc.naam if doc else "")


def missing_for(all_parts: Iterable[Part], perceel_id: str) -> list[Part]:
    """What still lacks before this perceel can be sent; a gap on another perceel does not count."""
    return [p for p in all_parts if not p.done and p.perceel_id in (None, perceel_id)]


def timeline(session, dossier_ids: Iterable[uuid.UUID], most: int = 50) -> list[CaseEvent]:
    """The newest events of these dossiers."""
    return list(session.scalars(select(CaseEvent).where(CaseEvent.dossier_id.in_(list(dossier_ids)))
                                .order_by(CaseEvent.volgnr.desc()).limit(most)))


def counts(session, inkoop_id: uuid.UUID) -> dict[str, int]:
    """Figures for the head of a dossier: events, documents."""
    events = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.dossier_id == inkoop_id))
    documents = session.scalar(select(func.count()).select_from(Document).where(
        Document.dossier_id == inkoop_id, Document.vervallen_at.is_(None)))
    return {"events": events, "documents": documents}
