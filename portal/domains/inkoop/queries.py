"""Read models for lists and pages: plain rows, a constant number of queries."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, Select, Uuid, and_, bindparam, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from config import load as load_config
from portal.domains.inkoop.model import (
    Antwoord,
    Criterium,
    DeelnameAntwoord,
    Deelnamebesluit,
    DeelnameCijfer,
    Eis,
    GevraagdDocument,
    Inkoop,
    Inschrijving,
    InschrijvingDocument,
    InschrijvingPerceel,
    Mijlpaal,
    Perceel,
    PerceelState,
    Publicatie,
    PublicatieSoort,
    Verzending,
    VerzendingSoort,
)
from portal.identity.model import Account
from portal.identity.permissions import Permission as P
from portal.kernel.deadline import has_passed_sql
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, DossierDeelnemer, Opschorting, Termijn
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.lezers import lezers
from portal.kernel.outbox import Bericht
from portal.kernel.queries import Listing, Order, Slice, Together, page_of
from portal.tenants.model import Aanbieder, AanbiederContact, Deelname, Gemeente, Samenwerkingsverband

# The gemeenten that buy, and who signs for them; a bid is also of its bidder.
_INKOPERS = (P.INKOOP_LEZEN, P.INKOOP_TEKENEN, P.INKOOP_CONTRACTEREN)
lezers("inkoop", "perceel", readers=_INKOPERS)
lezers("inschrijving", readers=(*_INKOPERS, P.INSCHRIJVING_LEZEN))


def members(session, verband_id: uuid.UUID, on) -> list[tuple[Gemeente, bool]]:
    """The gemeenten of a samenwerkingsverband on a day, with whether each is the lead (trekker), by name."""
    rows = session.execute(
        select(Gemeente, Deelname.is_trekker).join(Deelname, Deelname.gemeente_id == Gemeente.id)
        .where(Deelname.verband_id == verband_id, Deelname.van <= on, (Deelname.tot.is_(None)) | (Deelname.tot > on))
        .order_by(Gemeente.naam)
    )
    return [(row[0], row[1]) for row in rows]


def _sharing(inkoop: Inkoop):
    return select(DossierDeelnemer.party_id).where(DossierDeelnemer.dossier_id == inkoop.id, DossierDeelnemer.tot.is_(None))


def asked(session, inkoop: Inkoop) -> list[Gemeente]:
    """The gemeenten that were asked to decide: the lead first, then by name."""
    shared = _sharing(inkoop)
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

    @property
    def plaatsen_mee(self) -> int:
        """The places for which it takes part: those of the percelen without a no."""
        return sum(n for p, n in self.plaatsen.items() if self.antwoorden.get(p, Antwoord.NEE) != Antwoord.NEE)


def matrix(session, inkoop: Inkoop) -> list[Deelnemer]:
    """Members by percelen, as everybody who is asked may see it: recorded decisions only."""
    gemeenten: dict[uuid.UUID, Gemeente] = {}
    besluiten: dict[uuid.UUID, Deelnamebesluit] = {}
    antwoorden: dict[uuid.UUID, dict] = {}
    cijfers: dict[uuid.UUID, dict] = {}
    # One statement: per gemeente every figure beside every answer, a few dozen rows at most.
    for gemeente, cijfer, besluit, antwoord in session.execute(
            select(Gemeente, DeelnameCijfer, Deelnamebesluit, DeelnameAntwoord)
            .outerjoin(DeelnameCijfer, and_(DeelnameCijfer.gemeente_id == Gemeente.id, DeelnameCijfer.dossier_id == inkoop.id))
            .outerjoin(Deelnamebesluit, and_(Deelnamebesluit.party_id == Gemeente.id, Deelnamebesluit.dossier_id == inkoop.id,
                                             Deelnamebesluit.vastgelegd_at.is_not(None)))
            .outerjoin(DeelnameAntwoord, DeelnameAntwoord.besluit_id == Deelnamebesluit.id)
            .where(or_(Gemeente.id == inkoop.eigenaar_id, Gemeente.id.in_(_sharing(inkoop)))).order_by(Gemeente.naam)):
        gemeenten[gemeente.id] = gemeente
        cijfers.setdefault(gemeente.id, {}).update({cijfer.perceel_id: cijfer} if cijfer else {})
        if besluit:
            besluiten[gemeente.id] = besluit
        if antwoord:
            antwoorden.setdefault(gemeente.id, {})[antwoord.perceel_id] = antwoord.antwoord
    return [
        Deelnemer(
            gemeente=g, besluit=besluiten.get(g.id), antwoorden=antwoorden.get(g.id, {}),
            plaatsen={p: c.plaatsen for p, c in cijfers[g.id].items()},
            bedragen={p: c.bedrag_per_jaar for p, c in cijfers[g.id].items()},
            pgb=sum(c.pgb_inwoners for c in cijfers[g.id].values()),
        )
        for g in sorted(gemeenten.values(), key=lambda g: (g.id != inkoop.eigenaar_id, g.naam))
    ]


def buyers(rows: Iterable[Deelnemer], perceel_id: uuid.UUID) -> list[Deelnemer]:
    """Who buys this perceel: a recorded yes, with or without a reservation."""
    return [d for d in rows if d.antwoorden.get(perceel_id, Antwoord.NEE) != Antwoord.NEE]


def percelen(session, inkoop_id: uuid.UUID) -> list[Perceel]:
    """The percelen by number, without those that were taken out of the plan."""
    return list(session.scalars(select(Perceel).where(Perceel.inkoop_id == inkoop_id, Perceel.state != PerceelState.WEGGEHAALD)
                                .order_by(Perceel.nummer)))


def aankondiging(session, inkoop_id: uuid.UUID) -> Publicatie | None:
    """The frozen announcement, readable by everybody once published."""
    return session.scalar(select(Publicatie).where(
        Publicatie.inkoop_id == inkoop_id, Publicatie.soort == PublicatieSoort.AANKONDIGING))


def regelset(session, inkoop_id: uuid.UUID) -> dict:
    """The rules of a procurement: from its publication on the copy that was frozen then, before that those of today."""
    publicatie = aankondiging(session, inkoop_id)
    return publicatie.regelset if publicatie else load_config("inkoop")


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
    return {row.perceel_id: row for row in session.scalars(_latest_sendings(inschrijving_id))}


def _latest_sendings(inschrijving_id) -> Select:
    return (select(Verzending).where(Verzending.dossier_id == inschrijving_id)
            .ext(distinct_on(Verzending.perceel_id)).order_by(Verzending.perceel_id, Verzending.versie.desc()))


def opened_bids(session, perceel: Perceel) -> list[Bid]:
    """The bids on a perceel that were sent in time and opened, in order of sending. Empty before the opening: the wall
    hides them."""
    return as_bids(session.execute(opened(perceel.id)))


def as_bids(rows: Iterable[tuple[Inschrijving, Verzending]]) -> list[Bid]:
    """What `opened` found."""
    return [Bid(i.id, i.aanbieder_id, i.reference, v) for i, v in rows]


def opened(perceel_id) -> Select:
    """The opened bids on a perceel as part of a query: each inschrijving with what it sent."""
    last = (
        select(Verzending.id).where(Verzending.perceel_id == perceel_id)
        .ext(distinct_on(Verzending.dossier_id)).order_by(Verzending.dossier_id, Verzending.versie.desc())
    )
    return (select(Inschrijving, Verzending).join(Verzending, Verzending.dossier_id == Inschrijving.id)
            .where(Verzending.id.in_(last), Verzending.soort == VerzendingSoort.VERZENDING)
            .order_by(Verzending.verzonden_at, Verzending.id))


def first_perceel(session, inschrijvingen: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Per bid the first perceel on which the reader may see it: through the wall nothing before the opening."""
    return dict(session.execute(
        select(Verzending.dossier_id, Perceel.id).join(Perceel, Perceel.id == Verzending.perceel_id)
        .where(Verzending.dossier_id.in_(list(inschrijvingen)), Verzending.soort == VerzendingSoort.VERZENDING)
        .order_by(Verzending.dossier_id, Perceel.nummer.desc())).all())


@dataclass(frozen=True)
class Received:
    """That a bid came in, before the opening: for which perceel and when. Not from whom."""

    perceel_id: uuid.UUID
    verzonden_at: datetime


def received(session, inkoop_id: uuid.UUID) -> list[Received]:
    """How many and when; the reviewed database function tells members no more."""
    rows = session.execute(text("SELECT perceel_id, verzonden_at FROM portal.ontvangen_inschrijvingen(:id)"), {"id": inkoop_id})
    return [Received(row.perceel_id, row.verzonden_at) for row in rows]


def proofs(perceel: Mapping) -> list[dict]:
    """The proof that a requirement names. It may come as a file of its own or stand in another file of the bid, so no file
    is missing without it."""
    return [{"code": f"bewijs-{eis['code']}", "titel": f"Bewijs bij eis {eis['code']}", "toelichting": eis["bewijs"],
             "herbruikbaar": True, "optioneel": True} for eis in perceel["eisen"] if eis["bewijs"]]


def refusals(perceel: Mapping, antwoorden: Mapping) -> list[str]:
    """The codes of the requirements that this bid says it does not meet: each of them rules it out."""
    return [eis["code"] for eis in perceel["eisen"] if (given := antwoorden.get(eis["id"])) and not given["voldoet"]]


@dataclass(frozen=True)
class Part:
    """One thing an inschrijving needs: for all percelen (perceel_id None) or for one."""

    perceel_id: str | None
    kind: str
    code: str
    title: str
    done: bool
    note: str


@dataclass(frozen=True)
class Concept:
    """What an inschrijving holds now: its percelen by id, and its documents by (perceel or None for all, code)."""

    gekozen: dict[uuid.UUID, InschrijvingPerceel]
    gegeven: dict[tuple[uuid.UUID | None, str], Document]


def concept(session, inschrijving_id: uuid.UUID) -> Concept:
    """The draft as it stands."""
    return _concept(session.scalars(_gekozen(inschrijving_id)), session.execute(_gegeven(inschrijving_id)))


def _gekozen(inschrijving_id) -> Select:
    return select(InschrijvingPerceel).where(InschrijvingPerceel.dossier_id == inschrijving_id)


def _gegeven(inschrijving_id) -> Select:
    return (select(InschrijvingDocument, Document).join(Document, Document.id == InschrijvingDocument.document_id)
            .where(InschrijvingDocument.dossier_id == inschrijving_id).order_by(Document.ontvangen_at))


def _concept(gekozen: Iterable[InschrijvingPerceel], gegeven: Iterable[tuple[InschrijvingDocument, Document]]) -> Concept:
    return Concept({p.perceel_id: p for p in gekozen}, {(d.perceel_id, d.code): doc for d, doc in gegeven})


def gestopt(inkoop_id):
    """Did the gemeenten stop this procurement after they published it? As part of a query."""
    return exists().where(Publicatie.inkoop_id == inkoop_id, Publicatie.soort == PublicatieSoort.GESTOPT)


def gesloten(inkoop_id, sluit_at):
    """Can no bid be sent any more: was it stopped, or is its moment past by the clock of the database? As part of a query."""
    return or_(gestopt(inkoop_id), has_passed_sql(sluit_at)).label("gesloten")


def profiel(aanbieder_id) -> Select:
    """An aanbieder with its contact data (None when they were never given), as part of a query."""
    return (select(Aanbieder, AanbiederContact).outerjoin(AanbiederContact, AanbiederContact.id == Aanbieder.id)
            .where(Aanbieder.id == aanbieder_id))


@dataclass(frozen=True)
class Rondom:
    """What hangs on an inschrijving: its draft, the last act of sending per perceel, its organisation with the contact data of
    that, and whether anything can still be sent."""

    concept: Concept
    verzendingen: dict[uuid.UUID, Verzending]
    profiel: tuple[Aanbieder, AanbiederContact | None]
    open: bool


_BOD = bindparam("bod", type_=Uuid)
_RONDOM = Together(
    gekozen=_gekozen(_BOD), gegeven=_gegeven(_BOD), verzendingen=_latest_sendings(_BOD),
    profiel=profiel(bindparam("aanbieder", type_=Uuid)),
    gesloten=select(gesloten(bindparam("inkoop", type_=Uuid), bindparam("sluit_at", type_=DateTime(timezone=True)))))


def rondom(session, inschrijving: Inschrijving, publicatie: Publicatie) -> Rondom:
    """What hangs on an inschrijving, for its own people, in one statement."""
    found = _RONDOM.read(session, bod=inschrijving.id, aanbieder=inschrijving.aanbieder_id, inkoop=publicatie.inkoop_id,
                         sluit_at=publicatie.sluit_at)
    return Rondom(_concept(found.gekozen, found.gegeven), {one.perceel_id: one for one in found.verzendingen},
                  found.profiel[0], not found.gesloten[0])


def parts(session, inschrijving: Inschrijving, publicatie: Publicatie) -> list[Part]:
    """What this inschrijving needs and what it has: "n van m compleet". Requirements are one part per perceel."""
    return parts_of(concept(session, inschrijving.id), publicatie)


def parts_of(draft: Concept, publicatie: Publicatie) -> list[Part]:
    """The same, of a draft that was read before."""
    return list(_parts(draft.gekozen, draft.gegeven, publicatie))


def _document_part(perceel_id: str | None, asked_for: dict, doc: Document | None) -> Part:
    # A file that the scanner refused later counts for nothing: nobody can open it.
    refused = doc is not None and doc.vervallen_at is not None
    return Part(perceel_id, "document", asked_for["code"], asked_for["titel"], doc is not None and not refused,
                doc.naam if doc else "")


def _parts(chosen, given, publicatie) -> Iterable[Part]:
    for asked_for in publicatie.inhoud["gevraagd"]:
        yield _document_part(None, asked_for, given.get((None, asked_for["code"])))
    for perceel in publicatie.inhoud["percelen"]:
        row = chosen.get(uuid.UUID(perceel["id"]))
        if row is None:
            continue
        answered = sum(1 for eis in perceel["eisen"] if eis["id"] in row.antwoorden)
        total = len(perceel["eisen"])
        yield Part(perceel["id"], "eisen", "eisen", "Minimumeisen", answered == total,
                   f"{answered} van {total} vragen beantwoord")
        for asked_for in perceel["gevraagd"]:
            yield _document_part(perceel["id"], asked_for, given.get((row.perceel_id, asked_for["code"])))


def missing_for(all_parts: Iterable[Part], perceel_id: str) -> list[Part]:
    """What still lacks before this perceel can be sent; a gap on another perceel does not count."""
    return [p for p in all_parts if not p.done and p.perceel_id in (None, perceel_id)]


INSCHRIJVING_ORDER = Order(Inschrijving.gemaakt_at, Inschrijving.id, datetime.fromisoformat, descending=True)


def inschrijvingen(session, aanbieder_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """The own inschrijvingen, newest first. Rows: id, reference, titel, state, gemaakt_at, sluit_at."""
    query = (
        select(Inschrijving.id, Inschrijving.reference, Inschrijving.titel, Inschrijving.state, Inschrijving.gemaakt_at,
               Publicatie.sluit_at)
        .join(Publicatie, (Publicatie.inkoop_id == Inschrijving.inkoop_id) & (Publicatie.soort == PublicatieSoort.AANKONDIGING))
        .where(Inschrijving.aanbieder_id == aanbieder_id)
    )
    return page_of(session, query, INSCHRIJVING_ORDER, after=after, before=before)


def joinable(session, aanbieder_id: uuid.UUID, most: int = 25) -> list[Publicatie]:
    """Announcements that are open and that this aanbieder has no inschrijving for yet; the first to close comes first."""
    own = select(Inschrijving.inkoop_id).where(Inschrijving.aanbieder_id == aanbieder_id)
    stopped = select(Publicatie.inkoop_id).where(Publicatie.soort == PublicatieSoort.GESTOPT)
    return list(session.scalars(
        select(Publicatie).where(Publicatie.soort == PublicatieSoort.AANKONDIGING, Publicatie.inkoop_id.not_in(own),
                                 Publicatie.inkoop_id.not_in(stopped), Publicatie.gepubliceerd_at <= func.portal.now(),
                                 Publicatie.sluit_at > func.portal.now())
        .order_by(Publicatie.sluit_at, Publicatie.id).limit(most)))


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


# Pages ---------------------------------------------------------------------------------------------------------------------

LIJST_ORDER = Order(Dossier.gemaakt_at, Dossier.id, datetime.fromisoformat, descending=True)
EVENT_ORDER = Order(CaseEvent.volgnr, CaseEvent.id, int, descending=True)

_LIJST = Listing(
    select(Dossier.id, Dossier.gemaakt_at).where(Dossier.soort == "inkoop"), LIJST_ORDER,
    select(Inkoop.id, Inkoop.gemaakt_at, Inkoop.reference, Inkoop.titel, Inkoop.state, Inkoop.begint_on,
           Inkoop.deelname_uiterlijk_at, Inkoop.sluit_at, Gemeente.naam.label("trekker"),
           Samenwerkingsverband.naam.label("verband"))
    .join(Gemeente, Gemeente.id == Inkoop.eigenaar_id)
    .join(Samenwerkingsverband, Samenwerkingsverband.id == Inkoop.verband_id),
    Inkoop.id)
_LEADS = (
    select(Samenwerkingsverband).join(Deelname, Deelname.verband_id == Samenwerkingsverband.id)
    .where(Deelname.gemeente_id == bindparam("party"), Deelname.is_trekker, Deelname.van <= bindparam("on"),
           or_(Deelname.tot.is_(None), Deelname.tot > bindparam("on"))).order_by(Samenwerkingsverband.naam)
)


def lijst(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """Own and shared procurements, newest first. Rows: id, gemaakt_at, reference, titel, state, methode, begint_on,
    deelname_uiterlijk_at, sluit_at, trekker (name), verband (name)."""
    return _LIJST.page(session, after=after, before=before)


def leads(session, party_id: uuid.UUID, on) -> list[Samenwerkingsverband]:
    """The samenwerkingsverbanden of which this gemeente is the lead (trekker) on a day, by name."""
    return list(session.scalars(_LEADS, {"party": party_id, "on": on}))


@dataclass(frozen=True)
class Kop:
    """A procurement with the names that its pages show: of the samenwerkingsverband and of who handles it."""

    inkoop: Inkoop
    verband: str
    behandelaar: str | None
    trekker: str


_KOP = (
    select(Inkoop, Samenwerkingsverband.naam, Account.naam, Gemeente.naam)
    .join(Samenwerkingsverband, Samenwerkingsverband.id == Inkoop.verband_id)
    .join(Gemeente, Gemeente.id == Inkoop.eigenaar_id).outerjoin(Account, Account.id == Inkoop.behandelaar_id)
    .where(Inkoop.id == bindparam("inkoop_id"))
)
_KOP_EN_MIJLPALEN = (
    _KOP.add_columns(Mijlpaal).outerjoin(Mijlpaal, Mijlpaal.dossier_id == Inkoop.id).order_by(Mijlpaal.volgnummer)
)


def kop(session, inkoop_id: uuid.UUID) -> Kop:
    """The procurement and its names; NotFound when the wall hides it."""
    row = session.execute(_KOP, {"inkoop_id": inkoop_id}).first()
    if row is None:
        raise NotFound()
    return Kop(*row)


def kop_en_mijlpalen(session, inkoop_id: uuid.UUID) -> tuple[Kop, list[Mijlpaal]]:
    """The same with its milestones, in the order in which they were planned."""
    rows = session.execute(_KOP_EN_MIJLPALEN, {"inkoop_id": inkoop_id}).all()
    if not rows:
        raise NotFound()
    return Kop(*rows[0][:-1]), [row[-1] for row in rows if row[-1]]


@dataclass(frozen=True)
class PerceelPlan:
    """A perceel with what its plan holds: how many requirements, criteria with the sum of their weights, asked documents."""

    perceel: Perceel
    eisen: int
    criteria: int
    weging: int
    gevraagd: int


def perceel_plannen(session, inkoop_id: uuid.UUID) -> list[PerceelPlan]:
    """The percelen by number, each with its counts."""
    def count(kind, value=None):
        return select(func.count() if value is None else func.coalesce(func.sum(value), 0)).where(
            kind.dossier_id == Perceel.id).correlate(Perceel).scalar_subquery()

    rows = session.execute(
        select(Perceel, count(Eis), count(Criterium), count(Criterium, Criterium.weging), count(GevraagdDocument))
        .where(Perceel.inkoop_id == inkoop_id, Perceel.state != PerceelState.WEGGEHAALD).order_by(Perceel.nummer))
    return [PerceelPlan(*row) for row in rows]


def of_dossier(session, kind, dossier_id: uuid.UUID) -> list:
    """Requirements, criteria or asked documents of an inkoop or a perceel, by code."""
    return list(session.scalars(select(kind).where(kind.dossier_id == dossier_id).order_by(kind.code)))


def cijfers(session, inkoop_id: uuid.UUID) -> dict[tuple[uuid.UUID, uuid.UUID], DeelnameCijfer]:
    """The figures by (perceel, gemeente)."""
    return {(c.perceel_id, c.gemeente_id): c
            for c in session.scalars(select(DeelnameCijfer).where(DeelnameCijfer.dossier_id == inkoop_id))}


def eigen_besluit(session, inkoop_id: uuid.UUID, party_id: uuid.UUID) -> tuple[Deelnamebesluit | None, dict[uuid.UUID, str]]:
    """The own decision, recorded or not, and its answers per perceel."""
    rows = session.execute(
        select(Deelnamebesluit, DeelnameAntwoord)
        .outerjoin(DeelnameAntwoord, DeelnameAntwoord.besluit_id == Deelnamebesluit.id)
        .where(Deelnamebesluit.dossier_id == inkoop_id, Deelnamebesluit.party_id == party_id)).all()
    return rows[0][0] if rows else None, {a.perceel_id: a.antwoord for _besluit, a in rows if a}


def mijlpalen(session, inkoop_id: uuid.UUID) -> list[Mijlpaal]:
    """The milestones in the order in which they were planned."""
    return list(session.scalars(select(Mijlpaal).where(Mijlpaal.dossier_id == inkoop_id).order_by(Mijlpaal.volgnummer)))


def stukken(session, inkoop_id: uuid.UUID) -> list[Document]:
    """The current version of every tender document and record that the wall shows, by title."""
    return list(session.scalars(select(Document).where(
        Document.dossier_id == inkoop_id, Document.soort.in_(("inkoopstuk", "proces-verbaal")),
        Document.vervallen_at.is_(None)).order_by(Document.titel, Document.id)))


def inkoopstukken(session, inkoop_id: uuid.UUID) -> list[Document]:
    """The tender documents in force, by title: what a publication freezes."""
    return [d for d in stukken(session, inkoop_id) if d.soort == "inkoopstuk"]


def termijnen(session, inkoop_id: uuid.UUID, percelen: Iterable[uuid.UUID], party_id: uuid.UUID
              ) -> tuple[list[tuple[Termijn, list[Opschorting]]], list[Termijn]]:
    """The terms of a procurement with their suspensions, one per kind: the own one where members each have theirs, and of
    the working terms (work.py) only what waits for this party now; then all work that waits for it, also on the percelen.
    Earliest first."""
    is_work = Termijn.kind.like("werk\\_%")
    waits = and_(is_work, Termijn.party_id == party_id, Termijn.met_on.is_(None),
                 Termijn.dossier_id.in_([inkoop_id, *percelen]))
    rows = session.execute(
        select(Termijn, Opschorting).outerjoin(Opschorting, Opschorting.termijn_id == Termijn.id)
        .where(or_(and_(Termijn.dossier_id == inkoop_id, ~is_work), waits))
        .order_by(Termijn.due_on, Termijn.party_id != party_id, Termijn.id, Opschorting.invited_on))
    terms: dict[str, tuple[Termijn, list[Opschorting]]] = {}
    work: dict[uuid.UUID, Termijn] = {}
    for termijn, opschorting in rows:
        if termijn.kind.startswith("werk_"):
            work[termijn.id] = termijn
            if termijn.dossier_id != inkoop_id:
                continue
        shown, suspensions = terms.setdefault(termijn.kind, (termijn, []))
        if opschorting and shown is termijn:
            suspensions.append(opschorting)
    return list(terms.values()), list(work.values())


def berichten(session, dossier_id: uuid.UUID, party_id: uuid.UUID, most: int = 3) -> list:
    """The newest messages about a dossier from or to this party. Rows: Bericht, ander (the other gemeente), aantal (all)."""
    other = func.nullif(Bericht.afzender_id, party_id)
    return session.execute(
        select(Bericht, Gemeente.naam.label("ander"), func.count().over().label("aantal"))
        .outerjoin(Gemeente, Gemeente.id == func.coalesce(other, Bericht.party_id))
        .where(Bericht.dossier_id == dossier_id).order_by(Bericht.verzonden_at.desc(), Bericht.id).limit(most)).all()


def _events(inkoop_id: uuid.UUID):
    """Events of a procurement and its percelen, with who did it and for which gemeente."""
    own = select(Perceel.id).where(Perceel.inkoop_id == inkoop_id)
    return (
        select(CaseEvent.id, CaseEvent.volgnr, CaseEvent.dossier_id, CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on,
               CaseEvent.recorded_at, Account.naam.label("wie"), Gemeente.naam.label("gemeente"),
               Perceel.nummer.label("perceel"))
        .outerjoin(Perceel, Perceel.id == CaseEvent.dossier_id)
        .outerjoin(Account, Account.id == CaseEvent.actor_id).outerjoin(Gemeente, Gemeente.id == CaseEvent.party_id)
        .where(or_(CaseEvent.dossier_id == inkoop_id, CaseEvent.dossier_id.in_(own)))
    )


def events(session, inkoop_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of all events, newest first. Rows: id, volgnr, dossier_id, kind, facts, occurred_on, recorded_at, wie (name),
    gemeente (name), perceel (number, None for what happened to the whole)."""
    return page_of(session, _events(inkoop_id), EVENT_ORDER, after=after, before=before)


def bidder_names(session, inschrijving_ids: Iterable) -> dict[str, str]:
    """The names behind these bids, by the id as history writes it. Whose bid the wall hides has no name here."""
    rows = session.execute(select(Inschrijving.id, Aanbieder.naam).join(Aanbieder, Aanbieder.id == Inschrijving.aanbieder_id)
                           .where(Inschrijving.id.in_([uuid.UUID(str(one)) for one in inschrijving_ids])))
    return {str(id_): naam for id_, naam in rows}


def newest_events(session, inkoop_id: uuid.UUID, most: int, also: Iterable[str] = ()) -> list:
    """The newest events as `events` gives them, and those of the kinds `also` however old. `plaats`: 1 for the newest;
    `aantal`: how many there are in all."""
    place = func.row_number().over(order_by=CaseEvent.volgnr.desc()).label("plaats")
    found = _events(inkoop_id).add_columns(func.count().over().label("aantal"), place).subquery()
    return session.execute(select(found).where(or_(found.c.plaats <= most, found.c.kind.in_(list(also))))
                           .order_by(found.c.plaats)).all()
