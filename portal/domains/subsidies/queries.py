"""Read models of subsidies: plain rows, a constant number of queries."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, or_, select

from portal.domains.subsidies import rules
from portal.domains.subsidies.model import (
    OPEN,
    Aantekening,
    Aanvraag,
    AanvraagDocument,
    Argument,
    Beoordeling,
    Boeking,
    Indiening,
    Indiensoort,
    MaximumRij,
    Per,
    Plafond,
    PlafondBoeking,
    Regeling,
    RegelingPublicatie,
    Subsidie,
    Subsidieregel,
    Voorstel,
)
from portal.identity.model import Account
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.belang import Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Opschorting, Termijn
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import Bericht
from portal.kernel.queries import Listing, Order, Slice, page_of
from portal.tenants.model import (
    Deelname,
    Gemeente,
    Mandaat,
    MandaatInstemming,
    MandaatSoort,
    Partij,
    Samenwerkingsverband,
    instemming_nodig,
)

# Schemes -----------------------------------------------------------------------------------------------------------------

_PUBLIC = RegelingPublicatie.gepubliceerd_at <= func.portal.now()
PUBLIC_ORDER = Order(RegelingPublicatie.gepubliceerd_at, RegelingPublicatie.id, datetime.fromisoformat, descending=True)
DOSSIER_ORDER = Order(Dossier.gemaakt_at, Dossier.id, datetime.fromisoformat, descending=True)


def _last_version():
    """Of every scheme only its newest public copy."""
    newer = RegelingPublicatie.__table__.alias()
    return ~select(newer.c.id).where(newer.c.dossier_id == RegelingPublicatie.dossier_id,
                                     newer.c.versie > RegelingPublicatie.versie).exists()


def bekendgemaakt(session, *, after: str | None = None, before: str | None = None, open_only: bool = False,
                  gemeente_id: uuid.UUID | None = None) -> Slice:
    """Schemes that were made public, the newest first. Rows: id, dossier_id, reference, titel, opent_at, sluit_at,
    gepubliceerd_at, inhoud."""
    query = select(RegelingPublicatie.id, RegelingPublicatie.dossier_id, RegelingPublicatie.reference,
                   RegelingPublicatie.titel, RegelingPublicatie.opent_at, RegelingPublicatie.sluit_at,
                   RegelingPublicatie.gepubliceerd_at, RegelingPublicatie.inhoud).where(_PUBLIC, _last_version())
    if open_only:
        query = query.where(RegelingPublicatie.opent_at <= func.portal.now(), RegelingPublicatie.sluit_at > func.portal.now())
    if gemeente_id:
        query = query.where(RegelingPublicatie.eigenaar_id == gemeente_id)
    return page_of(session, query, PUBLIC_ORDER, after=after, before=before)


def publicatie(session, reference: str) -> RegelingPublicatie | None:
    """The newest public copy of the scheme with this reference."""
    return session.scalar(select(RegelingPublicatie).where(RegelingPublicatie.reference == reference, _PUBLIC)
                          .order_by(RegelingPublicatie.versie.desc()).limit(1))


def publicatie_van(session, regeling_id: uuid.UUID) -> RegelingPublicatie | None:
    """The newest public copy of a scheme."""
    return session.scalar(select(RegelingPublicatie).where(RegelingPublicatie.dossier_id == regeling_id)
                          .order_by(RegelingPublicatie.versie.desc()).limit(1))


_REGELINGEN = Listing(
    select(Regeling.id, Regeling.gemaakt_at, Regeling.reference, Regeling.titel, Regeling.state, Regeling.van, Regeling.tot),
    DOSSIER_ORDER)


def regelingen(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """The schemes of the own gemeente, the newest first. Rows: id, reference, titel, state, van, tot."""
    return _REGELINGEN.page(session, after=after, before=before)


def plafonds(session, regeling_id: uuid.UUID) -> list[Plafond]:
    """The ceilings of a scheme by period."""
    return list(session.scalars(select(Plafond).where(Plafond.dossier_id == regeling_id).order_by(Plafond.van)))


def plafond_voor(session, subsidie: Subsidie) -> Plafond | None:
    """The ceiling under which a case falls: that of the period in which it begins."""
    return session.scalar(select(Plafond).where(Plafond.dossier_id == subsidie.regeling_id, Plafond.van <= subsidie.van,
                                                Plafond.tot > subsidie.van))


def boekingen(session, plafond_id: uuid.UUID) -> list:
    """The ledger of a ceiling, in order. Rows: PlafondBoeking and the reference of its case (None for the ceiling itself)."""
    return list(session.execute(
        select(PlafondBoeking, Dossier.reference).outerjoin(Dossier, Dossier.id == PlafondBoeking.subsidie_id)
        .where(PlafondBoeking.plafond_id == plafond_id).order_by(PlafondBoeking.volgnr)))


def plafond_op(session, plafond_id: uuid.UUID, at: datetime) -> PlafondBoeking | None:
    """How a ceiling stood at a moment: the last line of its ledger until then (Awb 4:25, lid 3)."""
    return session.scalar(select(PlafondBoeking).where(PlafondBoeking.plafond_id == plafond_id, PlafondBoeking.geboekt_at <= at)
                          .order_by(PlafondBoeking.volgnr.desc()).limit(1))


def gereserveerd(session, subsidie_id: uuid.UUID) -> Decimal:
    """What is reserved for a case now."""
    signs = {Boeking.RESERVEREN: 1, Boeking.VRIJGEVEN: -1, Boeking.VASTLEGGEN: -1}
    rows = session.execute(select(PlafondBoeking.soort, func.sum(PlafondBoeking.bedrag))
                           .where(PlafondBoeking.subsidie_id == subsidie_id).group_by(PlafondBoeking.soort))
    return sum((signs.get(soort, 0) * bedrag for soort, bedrag in rows), Decimal(0))


def maxima(session, regeling_id: uuid.UUID) -> list[MaximumRij]:
    """The caps of a scheme, by product, year and day."""
    return list(session.scalars(select(MaximumRij).where(MaximumRij.dossier_id == regeling_id)
                                .order_by(MaximumRij.product, MaximumRij.jaar, MaximumRij.van)))


def hoogste(session, subsidie: Subsidie, on: date) -> rules.Maximum | None:
    """The cap that holds on a day for the product and the year of this case."""
    found = [rules.Maximum(m.product, m.jaar, m.bedrag, m.besluit, m.van, m.tot, m.per == Per.EENHEID)
             for m in maxima(session, subsidie.regeling_id)]
    return rules.hoogste(found, subsidie.product, subsidie.van.year, on)


def wachtenden(session, subsidie: Subsidie, volgorde_compleet: bool) -> list[rules.Wachtende]:
    """The other cases of this scheme and period that have no answer yet, as the order of dividing sees them."""
    reserved = (select(PlafondBoeking.subsidie_id).where(PlafondBoeking.soort == Boeking.RESERVEREN)
                .group_by(PlafondBoeking.subsidie_id))
    plafond = plafond_voor(session, subsidie)
    query = (select(Subsidie.volgnummer, Subsidie.gevraagd, Subsidie.compleet_on, Subsidie.ontvangen_on, Subsidie.rang,
                    Subsidie.id.in_(reserved).label("gereserveerd"))
             .where(Subsidie.regeling_id == subsidie.regeling_id, Subsidie.id != subsidie.id, Subsidie.state.in_(OPEN)))
    if plafond:
        query = query.where(Subsidie.van >= plafond.van, Subsidie.van < plafond.tot)
    return [rules.Wachtende(row.volgnummer, row.gevraagd, row.compleet_on if volgorde_compleet else row.ontvangen_on, row.rang,
                            row.gereserveerd) for row in session.execute(query)]


def steun_bekend(session, subsidie: Subsidie) -> list[tuple[date, Decimal]]:
    """Small aid that this gemeente gave the same applicant before, as far as the portal knows: (day of the grant, amount)."""
    if subsidie.aanvrager_id is None:
        return []
    rows = session.execute(
        select(Besluit.verzonden_at, Besluit.bedrag).join(Subsidie, Subsidie.id == Besluit.dossier_id)
        .join(RegelingPublicatie, RegelingPublicatie.id == Subsidie.publicatie_id)
        .where(Subsidie.aanvrager_id == subsidie.aanvrager_id, Subsidie.id != subsidie.id, Subsidie.verleend.is_not(None),
               Besluit.soort == "subsidie", Besluit.verzonden_at.is_not(None), Besluit.bedrag.is_not(None),
               RegelingPublicatie.inhoud["staatssteun"].astext != rules.Staatssteun.GEEN))
    return [(clock.day_of(row.verzonden_at), row.bedrag) for row in rows]


# Cases -------------------------------------------------------------------------------------------------------------------

_SUBSIDIES = select(Subsidie.id, Subsidie.gemaakt_at, Subsidie.reference, Subsidie.titel, Subsidie.state,
                    Subsidie.aanvrager_naam, Subsidie.gevraagd, Subsidie.verleend, Subsidie.van, Subsidie.tot)
_ALL = Listing(_SUBSIDIES, DOSSIER_ORDER)


def subsidies(session, *, regeling_id: uuid.UUID | None = None, state: str = "", after: str | None = None,
              before: str | None = None) -> Slice:
    """Cases that this party sees, the newest first. Rows: id, reference, titel, state, aanvrager_naam, gevraagd, verleend,
    van, tot."""
    listed, query = _ALL, _SUBSIDIES
    if regeling_id:
        query = query.where(Subsidie.regeling_id == regeling_id)
    if state:
        query = query.where(Subsidie.state == state)
    if query is not _SUBSIDIES:
        listed = Listing(query, DOSSIER_ORDER)
    return listed.page(session, after=after, before=before)


@dataclass(frozen=True)
class Kop:
    """A case with what stands around it: its gemeente, the public copy of its scheme, what was sent first."""

    subsidie: Subsidie
    gemeente: Gemeente
    publicatie: RegelingPublicatie
    indiening: Indiening | None


def kop(session, subsidie_id: uuid.UUID) -> Kop:
    """One case; NotFound when the wall hides it. What came on paper is not shown to the applicant."""
    row = session.execute(
        select(Subsidie, Gemeente, RegelingPublicatie, Indiening)
        .join(Gemeente, Gemeente.id == Subsidie.eigenaar_id)
        .join(RegelingPublicatie, RegelingPublicatie.id == Subsidie.publicatie_id)
        .outerjoin(Indiening, Indiening.id == Subsidie.indiening_id).where(Subsidie.id == subsidie_id)).first()
    if row is None:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    return Kop(*row)


def van_aanvraag(session, aanvraag_id: uuid.UUID) -> Subsidie | None:
    """The case that an application became; None until the gemeente took it in."""
    return session.scalar(select(Subsidie).where(Subsidie.aanvraag_id == aanvraag_id))


def indieningen(session, *dossier_ids: uuid.UUID) -> list[Indiening]:
    """What was sent in these dossiers, oldest first."""
    return list(session.scalars(select(Indiening).where(Indiening.dossier_id.in_(dossier_ids))
                                .order_by(Indiening.ontvangen_at, Indiening.id)))


def inhoud(session, subsidie: Subsidie) -> Indiening:
    """What the application says now: the last supplement, else what was sent first."""
    ids = [subsidie.aanvraag_id] if subsidie.aanvraag_id else []
    found = session.scalar(
        select(Indiening).where(or_(Indiening.id == subsidie.indiening_id, Indiening.dossier_id.in_(ids)),
                                Indiening.soort.in_([Indiensoort.AANVRAAG, Indiensoort.AANVULLING]))
        .order_by(Indiening.ontvangen_at.desc()).limit(1))
    if found is None:
        raise NotFound()
    return found


def documenten(session, indiening: Indiening) -> list[Document]:
    """The files that a sending names, in its order."""
    ids = [uuid.UUID(d["id"]) for d in indiening.inhoud.get("documenten", [])]
    found = {d.id: d for d in session.scalars(select(Document).where(Document.id.in_(ids)))} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def termijnen(session, *dossier_ids: uuid.UUID) -> list[tuple[Termijn, list[Opschorting]]]:
    """The terms of these dossiers with their suspensions, in two queries, by day."""
    found = list(session.scalars(select(Termijn).where(Termijn.dossier_id.in_(dossier_ids))
                                 .order_by(Termijn.due_on, Termijn.id)))
    by_term: dict[uuid.UUID, list[Opschorting]] = {}
    for row in session.scalars(select(Opschorting).where(Opschorting.dossier_id.in_(dossier_ids))):
        by_term.setdefault(row.termijn_id, []).append(row)
    return [(one, by_term.get(one.id, [])) for one in found]


def termijn(session, dossier_id: uuid.UUID, kind: str, *, open_only: bool = False) -> Termijn | None:
    """The newest term of this kind."""
    query = select(Termijn).where(Termijn.dossier_id == dossier_id, Termijn.kind == kind)
    if open_only:
        query = query.where(Termijn.met_on.is_(None))
    return session.scalar(query.order_by(Termijn.started_on.desc(), Termijn.id).limit(1))


def events(session, dossier_id: uuid.UUID, most: int = 200) -> list[CaseEvent]:
    """The history of a dossier, newest first."""
    return list(session.scalars(select(CaseEvent).where(CaseEvent.dossier_id == dossier_id)
                                .order_by(CaseEvent.volgnr.desc()).limit(most)))


def berichten(session, dossier_id: uuid.UUID, most: int = 5) -> list[Bericht]:
    """The newest messages about a dossier that this party may read."""
    return list(session.scalars(select(Bericht).where(Bericht.dossier_id == dossier_id)
                                .order_by(Bericht.verzonden_at.desc()).limit(most)))


# Assessment and proposal -------------------------------------------------------------------------------------------------

def beoordelingen(session, subsidie_id: uuid.UUID) -> dict[str, Beoordeling]:
    """The points per criterion."""
    return {b.criterium: b for b in session.scalars(select(Beoordeling).where(Beoordeling.dossier_id == subsidie_id))}


def score(session, subsidie: Subsidie) -> rules.Score:
    """What the points of this case come to."""
    criteria = session.scalar(select(RegelingPublicatie.inhoud["inrichting"]["criteria"]).where(
        RegelingPublicatie.id == subsidie.publicatie_id)) or []
    return rules.score(criteria, {code: b.punten for code, b in beoordelingen(session, subsidie.id).items()})


def aantekeningen(session, dossier_id: uuid.UUID) -> list[Aantekening]:
    """Why steps were taken, newest first; of the gemeente alone."""
    return list(session.scalars(select(Aantekening).where(Aantekening.dossier_id == dossier_id)
                                .order_by(Aantekening.geschreven_at.desc())))


def beoordeeld_met_belang(session, subsidie_id: uuid.UUID) -> int:
    """How many criteria carry the points of somebody who declared an interest later."""
    return session.scalar(select(func.count()).select_from(Beoordeling).where(
        Beoordeling.dossier_id == subsidie_id,
        select(Belangverklaring.id).where(Belangverklaring.dossier_id == Beoordeling.dossier_id, Belangverklaring.heeft_belang,
                                          Belangverklaring.account_id == Beoordeling.beoordelaar_id).exists()))


def argumenten(session, subsidie_id: uuid.UUID) -> list[Argument]:
    """What the applicant argued, in order."""
    return list(session.scalars(select(Argument).where(Argument.dossier_id == subsidie_id).order_by(Argument.nummer)))


def open_argumenten(session, subsidie_id: uuid.UUID) -> int:
    """How many arguments have no answer yet."""
    return session.scalar(select(func.count()).select_from(Argument).where(
        Argument.dossier_id == subsidie_id, Argument.antwoord == ""))


def voorstel(session, subsidie_id: uuid.UUID, *, lock: bool = False) -> Voorstel | None:
    """The working copy of what is about to be decided."""
    query = select(Voorstel).where(Voorstel.dossier_id == subsidie_id)
    return session.scalar(query.with_for_update() if lock else query)


def regels(session, subsidie_id: uuid.UUID, besluit_id: uuid.UUID | None = None) -> list[Subsidieregel]:
    """The typed lines of a decision, or of the proposal."""
    return list(session.scalars(select(Subsidieregel).where(
        Subsidieregel.dossier_id == subsidie_id, Subsidieregel.besluit_id.is_not_distinct_from(besluit_id))
        .order_by(Subsidieregel.volgnummer)))


def besluiten_van(session, dossier_id: uuid.UUID) -> list[Besluit]:
    """The decisions of a case that this party may read, newest first."""
    return list(session.scalars(select(Besluit).where(Besluit.dossier_id == dossier_id).order_by(Besluit.opgesteld_at.desc())))


def open_besluit(session, dossier_id: uuid.UUID) -> Besluit | None:
    """The proposal that waits for its reader or its signature."""
    return session.scalar(select(Besluit).where(Besluit.dossier_id == dossier_id, Besluit.state.in_(besluiten.OPEN)))


def _waits(actor):
    """Proposals of the own party that wait for a signature, and that this person did not draft or read."""
    ready = or_(Besluit.state == besluiten.State.GELEZEN,
                (Besluit.state == besluiten.State.OPGESTELD) & Besluit.tweede_lezer_nodig.is_(False))
    return (Besluit.party_id == actor.party_id, Besluit.soort == "subsidie", ready, Besluit.opgesteld_by != actor.user_id,
            or_(Besluit.gelezen_by.is_(None), Besluit.gelezen_by != actor.user_id))


TEKENEN_ORDER = Order(Besluit.opgesteld_at, Besluit.id, datetime.fromisoformat)


def te_tekenen(session, actor, *, after: str | None = None, before: str | None = None) -> Slice:
    """Proposals that wait for this person's signature, the oldest first. Rows: id, dossier_id, opgesteld_at, onderwerp,
    bedrag, inhoud, reference, aanvrager_naam."""
    query = (select(Besluit.id, Besluit.dossier_id, Besluit.opgesteld_at, Besluit.onderwerp, Besluit.bedrag, Besluit.inhoud,
                    Subsidie.aanvrager_naam, Subsidie.reference)
             .join(Subsidie, Subsidie.id == Besluit.dossier_id).where(*_waits(actor)))
    return page_of(session, query, TEKENEN_ORDER, after=after, before=before)


# Applications ------------------------------------------------------------------------------------------------------------

_AANVRAGEN = Listing(
    select(Aanvraag.id, Aanvraag.gemaakt_at, Aanvraag.reference, Aanvraag.titel, Aanvraag.state,
           Subsidie.__table__.c.id.label("subsidie_id"))
    .outerjoin(Subsidie.__table__, Subsidie.__table__.c.aanvraag_id == Aanvraag.id), DOSSIER_ORDER)


def aanvragen(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """The own applications, the newest first. Rows: id, reference, titel, state, subsidie_id (None until it was taken in)."""
    return _AANVRAGEN.page(session, after=after, before=before)


def gegeven(session, aanvraag_id: uuid.UUID) -> dict[str, Document]:
    """The documents of a draft, by the code of the request."""
    rows = session.execute(select(AanvraagDocument.code, Document).join(Document, Document.id == AanvraagDocument.document_id)
                           .where(AanvraagDocument.dossier_id == aanvraag_id))
    return {row.code: row.Document for row in rows}


@dataclass(frozen=True)
class Deel:
    """One part of an application on its task list: name of its page, what it is called, and what is still missing."""

    naam: str
    titel: str
    ontbreekt: tuple[str, ...]

    @property
    def klaar(self) -> bool:
        """Is nothing missing here?"""
        return not self.ontbreekt


def delen(gegevens: Mapping, inhoud: Mapping, gegeven: Iterable[str]) -> list[Deel]:
    """What an application consists of, and what each part still lacks."""
    def missing(*fields):
        return tuple(words for name, words in fields if gegevens.get(name) in (None, "", []))

    have = set(gegeven)
    steun = inhoud["staatssteun"] != rules.Staatssteun.GEEN
    return [
        Deel("activiteit", "Wat u gaat doen", missing(
            ("titel", "een naam"), ("product", "een product"), ("omschrijving", "wat u gaat doen"),
            ("resultaat", "het resultaat"), ("van", "de eerste dag"), ("tot", "de laatste dag"))),
        Deel("geld", "Geld", missing(
            ("bedrag", "het bedrag"), ("begroting", "de begroting"), ("iban", "uw rekeningnummer"),
            ("tenaamstelling", "de naam bij de rekening"), *([("steun_eerder", "eerdere steun")] if steun else []))),
        Deel("documenten", "Documenten", tuple(
            d["titel"] for d in inhoud["inrichting"].get("documenten", []) if d["verplicht"] and d["code"] not in have)),
    ]



def vorige_indiening(session, party_id: uuid.UUID, aanvraag_id: uuid.UUID) -> Indiening | None:
    """What this party sent last for another application: what it told then, it need not type again."""
    return session.scalar(
        select(Indiening).where(Indiening.party_id == party_id, Indiening.dossier_id != aanvraag_id,
                                Indiening.soort.in_([Indiensoort.AANVRAAG, Indiensoort.AANVULLING]))
        .order_by(Indiening.ontvangen_at.desc(), Indiening.id).limit(1))


def standen(session, subsidie_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Where these cases stand, by id."""
    ids = list(subsidie_ids)
    return dict(session.execute(select(Dossier.id, Dossier.state).where(Dossier.id.in_(ids))).all()) if ids else {}


def brieven(session, subsidie_id: uuid.UUID) -> list[Document]:
    """The letters of a case that were shared, newest first."""
    return list(session.scalars(
        select(Document).where(Document.dossier_id == subsidie_id, Document.soort == "besluitbrief",
                               Document.gedeeld_at.is_not(None)).order_by(Document.gedeeld_at.desc(), Document.id)))


# Scheme pages ------------------------------------------------------------------------------------------------------------

def verbanden(session, gemeente_id: uuid.UUID, on: date) -> list[tuple[uuid.UUID, str]]:
    """The samenwerkingsverbanden in which a gemeente takes part on a day, by name."""
    rows = session.execute(
        select(Samenwerkingsverband.id, Samenwerkingsverband.naam)
        .join(Deelname, Deelname.verband_id == Samenwerkingsverband.id)
        .where(Deelname.gemeente_id == gemeente_id, Deelname.van <= on, or_(Deelname.tot.is_(None), Deelname.tot > on))
        .order_by(Samenwerkingsverband.naam))
    return [(row.id, row.naam) for row in rows]


def aantal_zaken(session, regeling_id: uuid.UUID) -> int:
    """How many applications this scheme has had."""
    return session.scalar(select(func.count()).select_from(Subsidie.__table__).where(
        Subsidie.__table__.c.regeling_id == regeling_id))


def open_zaken(session, regeling_id: uuid.UUID) -> list[tuple[Subsidie, Decimal]]:
    """The cases of a scheme that have no decision yet, in order of receipt, with the sum of their points: two statements."""
    zaken = list(session.scalars(select(Subsidie).where(Subsidie.regeling_id == regeling_id, Subsidie.state.in_(OPEN))
                                 .order_by(Subsidie.volgnummer)))
    punten = dict(session.execute(
        select(Beoordeling.dossier_id, func.sum(Beoordeling.punten))
        .where(Beoordeling.dossier_id.in_([zaak.id for zaak in zaken])).group_by(Beoordeling.dossier_id)).all())
    return [(zaak, punten.get(zaak.id, Decimal(0))) for zaak in zaken]


# Pages of the gemeente -----------------------------------------------------------------------------------------------------

EVENT_ORDER = Order(CaseEvent.volgnr, CaseEvent.id, int, descending=True)
BESLISTERMIJNEN = ("beslistermijn", "nieuwe_beslistermijn")


def _events(dossier_id: uuid.UUID):
    """Events of a dossier, with who did it and for which party. Who the wall hides has no name."""
    return (select(CaseEvent.id, CaseEvent.volgnr, CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on,
                   CaseEvent.recorded_at, CaseEvent.actor_id, Account.naam.label("wie"), Partij.naam.label("partij"))
            .outerjoin(Account, Account.id == CaseEvent.actor_id).outerjoin(Partij, Partij.id == CaseEvent.party_id)
            .where(CaseEvent.dossier_id == dossier_id))


def gebeurtenissen(session, dossier_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """One page of all events, newest first. Rows: id, volgnr, kind, facts, occurred_on, recorded_at, actor_id, wie, partij."""
    return page_of(session, _events(dossier_id), EVENT_ORDER, after=after, before=before)


def nieuwste(session, dossier_id: uuid.UUID, most: int) -> list:
    """The newest events as `gebeurtenissen` gives them; `aantal`: how many there are in all."""
    query = _events(dossier_id).add_columns(func.count().over().label("aantal"))
    return list(session.execute(query.order_by(CaseEvent.volgnr.desc()).limit(most)))


def uiterlijk(session, subsidie_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[date, bool]]:
    """Until when there must be a decision on each of these cases, and whether that term stands still now."""
    halted = select(Opschorting.id).where(Opschorting.termijn_id == Termijn.id, Opschorting.completed_on.is_(None)).exists()
    rows = session.execute(select(Termijn.dossier_id, Termijn.due_on, halted).where(
        Termijn.dossier_id.in_(list(subsidie_ids)), Termijn.kind.in_(BESLISTERMIJNEN), Termijn.met_on.is_(None)))
    return {dossier_id: (due_on, stands_still) for dossier_id, due_on, stands_still in rows}


def met_aanvragen(session, most: int = 100) -> list:
    """Schemes of the own gemeente that somebody applied for, the newest first. Rows: id, titel."""
    asked = select(Subsidie.__table__.c.id).where(Subsidie.__table__.c.regeling_id == Regeling.id).exists()
    return list(session.execute(select(Regeling.id, Regeling.titel).where(asked)
                                .order_by(Regeling.gemaakt_at.desc(), Regeling.id).limit(most)))


def mandaathouders(session, party_id: uuid.UUID, on: date) -> list[tuple[str, Decimal | None]]:
    """Who may sign subsidies for this gemeente on a day, with every consent given: (name, highest amount or None)."""
    given = (select(func.array_agg(MandaatInstemming.van)).where(MandaatInstemming.mandaat_id == Mandaat.id)
             .correlate(Mandaat).scalar_subquery())
    rows = session.execute(
        select(Account.naam, Mandaat, given.label("gegeven")).join(Account, Account.id == Mandaat.gemachtigde_id)
        .where(Mandaat.party_id == party_id, Mandaat.soort == MandaatSoort.MANDAAT, Mandaat.besluit_soort == "subsidie",
               Mandaat.van <= on, or_(Mandaat.tot.is_(None), Mandaat.tot > on), Mandaat.ingetrokken_at.is_(None),
               func.portal.in_dienst(Mandaat.gemachtigde_id, Mandaat.werkgever_id)).order_by(Account.naam, Mandaat.id))
    return [(naam, mandaat.tot_bedrag) for naam, mandaat, gegeven in rows
            if set(instemming_nodig(mandaat)) <= set(gegeven or ())]
