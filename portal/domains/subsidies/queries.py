"""Read models of subsidies: plain rows, a constant number of queries."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, Select, String, Text, Uuid, and_, any_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, with_polymorphic

from config import load as load_config
from portal.domains.subsidies import rules
from portal.domains.subsidies.model import (
    OPEN,
    Aanvraag,
    AanvraagDocument,
    Argument,
    Beoordeling,
    Betaalbestand,
    Betaalstand,
    Betaling,
    Betalingsstop,
    Bezwaar,
    BezwaarState,
    Boeking,
    Indiening,
    Indiensoort,
    MaximumRij,
    Per,
    Plafond,
    PlafondBoeking,
    Rapportage,
    Regeling,
    RegelingPublicatie,
    State,
    StopState,
    Subsidie,
    Subsidieregel,
    Toestemming,
    Voorstel,
    Vordering,
    VorderingState,
)
from portal.identity.model import Account
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.belang import LAST, Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.brief import postdagen, posten_in_historie
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Opschorting, Termijn
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.lezers import lezers
from portal.kernel.outbox import Bericht
from portal.kernel.queries import (
    PAGE,
    PERMISSIONS,
    PERSON,
    Listing,
    Order,
    Slice,
    Together,
    asks_person,
    at_most,
    may_sign,
    once,
    page_of,
)
from portal.tenants.model import (
    Aanbieder,
    AanbiederContact,
    Deelname,
    Gemeente,
    Mandaat,
    MandaatInstemming,
    MandaatSoort,
    Partij,
    Samenwerkingsverband,
    instemming_nodig,
)

# Who works on subsidies, and who signs them; what runs between the gemeente and a recipient is also of the recipient.
_GEMEENTE = (P.SUBSIDIE_LEZEN, P.SUBSIDIE_TEKENEN)
lezers("regeling", "bewaking", readers=_GEMEENTE)
lezers("aanvraag", "subsidie", "rapportage", "vordering", "bezwaar", "toestemming", readers=(*_GEMEENTE, P.AANVRAAG_LEZEN))
lezers("betalingsstop", readers=(P.SUBSIDIE_BEHANDELEN, P.AANVRAAG_LEZEN))

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
                  gemeente_id: uuid.UUID | None = None, size: int = PAGE) -> Slice:
    """Schemes that were made public, the newest first. Rows: id, dossier_id, reference, titel, opent_at, sluit_at,
    gepubliceerd_at, inhoud."""
    query = select(RegelingPublicatie.id, RegelingPublicatie.dossier_id, RegelingPublicatie.reference,
                   RegelingPublicatie.titel, RegelingPublicatie.opent_at, RegelingPublicatie.sluit_at,
                   RegelingPublicatie.gepubliceerd_at, RegelingPublicatie.inhoud).where(_PUBLIC, _last_version())
    if open_only:
        query = query.where(RegelingPublicatie.opent_at <= func.portal.now(), RegelingPublicatie.sluit_at > func.portal.now())
    if gemeente_id:
        query = query.where(RegelingPublicatie.eigenaar_id == gemeente_id)
    return page_of(session, query, PUBLIC_ORDER, after=after, before=before, size=size)


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
    return session.scalar(_plafond(subsidie.regeling_id, subsidie.van))


def _plafond(regeling_id, van) -> Select:
    return select(Plafond).where(Plafond.dossier_id == regeling_id, Plafond.van <= van, Plafond.tot > van)


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
    return list(session.scalars(_maxima(regeling_id)))


def _maxima(regeling_id) -> Select:
    return (select(MaximumRij).where(MaximumRij.dossier_id == regeling_id)
            .order_by(MaximumRij.product, MaximumRij.jaar, MaximumRij.van))


def hoogste(maxima: Iterable[MaximumRij], subsidie: Subsidie, on: date) -> rules.Maximum | None:
    """Of the caps of its scheme the one that holds on a day for the product and the year of this case."""
    found = [rules.Maximum(m.product, m.jaar, m.bedrag, m.besluit, m.van, m.tot, m.per == Per.EENHEID) for m in maxima]
    return rules.hoogste(found, subsidie.product, subsidie.van.year, on)


def wachtenden(session, subsidie: Subsidie, plafond: Plafond, volgorde_compleet: bool) -> list[rules.Wachtende]:
    """The other cases of this scheme and of the period of this ceiling that have no answer yet, as the order of dividing sees
    them."""
    return once(session, ("wachtenden", subsidie.id, plafond.id, volgorde_compleet),
                lambda: _wachtenden(session, subsidie, plafond, volgorde_compleet))


def _wachtenden(session, subsidie: Subsidie, plafond: Plafond, volgorde_compleet: bool) -> list[rules.Wachtende]:
    reserved = (select(PlafondBoeking.subsidie_id).where(PlafondBoeking.soort == Boeking.RESERVEREN)
                .group_by(PlafondBoeking.subsidie_id))
    query = (select(Subsidie.volgnummer, Subsidie.gevraagd, Subsidie.compleet_on, Subsidie.ontvangen_on, Subsidie.rang,
                    Subsidie.id.in_(reserved).label("gereserveerd"))
             .where(Subsidie.regeling_id == subsidie.regeling_id, Subsidie.id != subsidie.id, Subsidie.state.in_(OPEN),
                    Subsidie.van >= plafond.van, Subsidie.van < plafond.tot))
    return [rules.Wachtende(row.volgnummer, row.gevraagd, row.compleet_on if volgorde_compleet else row.ontvangen_on, row.rang,
                            row.gereserveerd) for row in session.execute(query)]


def steun_bekend(session, subsidie: Subsidie) -> list[tuple[date, Decimal]]:
    """Small aid that this gemeente gave the same applicant before, as far as the portal knows: (day of the grant, amount)."""
    if subsidie.aanvrager_id is None:
        return []
    rows = session.execute(
        select(Besluit.verzonden_at, func.coalesce(Subsidie.maximum, Subsidie.verleend).label("bedrag"))
        .join(Subsidie, Subsidie.id == Besluit.dossier_id)
        .join(RegelingPublicatie, RegelingPublicatie.id == Subsidie.publicatie_id)
        .where(Subsidie.aanvrager_id == subsidie.aanvrager_id, Subsidie.id != subsidie.id, Subsidie.verleend.is_not(None),
               Besluit.soort == "subsidie", Besluit.verzonden_at.is_not(None),
               Besluit.inhoud["uitkomst"].astext == rules.Beslissing.VERLENEN,
               or_(Besluit.inhoud["steun"].astext.in_(("de_minimis", "daeb")), and_(
                   Besluit.inhoud["steun"].astext.is_(None),  # granted before this was asked: the scheme says it
                   RegelingPublicatie.inhoud["staatssteun"].astext != rules.Staatssteun.GEEN))))
    return [(clock.day_of(row.verzonden_at), row.bedrag) for row in rows]


def vorig_jaar(session, subsidie: Subsidie) -> str | None:
    """The number of a grant to this recipient for the same in the budget year before, as far as the portal knows (Awb 4:34, lid
    4)."""
    if subsidie.aanvrager_id is None:
        return None
    return session.scalar(
        select(Subsidie.reference).where(
            Subsidie.aanvrager_id == subsidie.aanvrager_id, Subsidie.eigenaar_id == subsidie.eigenaar_id,
            Subsidie.id != subsidie.id, Subsidie.product == subsidie.product, Subsidie.verleend > 0,
            Subsidie.van < date(subsidie.van.year, 1, 1), Subsidie.tot > date(subsidie.van.year - 1, 1, 1))
        .order_by(Subsidie.van.desc(), Subsidie.id).limit(1))


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


_KOP = (select(Subsidie, Gemeente, RegelingPublicatie, Indiening)
        .join(Gemeente, Gemeente.id == Subsidie.eigenaar_id)
        .join(RegelingPublicatie, RegelingPublicatie.id == Subsidie.publicatie_id)
        .outerjoin(Indiening, Indiening.id == Subsidie.indiening_id))


def kop(session, subsidie_id: uuid.UUID) -> Kop:
    """One case; NotFound when the wall hides it. What came on paper is not shown to the applicant."""
    row = session.execute(_KOP.where(Subsidie.id == subsidie_id)).first()
    if row is None:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    return Kop(*row)


def besluit_en_kop(session, besluit_id: uuid.UUID) -> tuple[Besluit, Kop]:
    """One decision with the case that it is about; NotFound when the wall hides it."""
    row = session.execute(_KOP.add_columns(Besluit).join(Besluit, Besluit.dossier_id == Subsidie.id)
                          .where(Besluit.id == besluit_id)).first()
    if row is None:
        raise NotFound("Dit besluit is er niet, of het is niet van uw gemeente.")
    return row[-1], Kop(*row[:-1])


def van_aanvraag(session, aanvraag_id: uuid.UUID) -> Subsidie | None:
    """The case that an application became; None until the gemeente took it in."""
    return session.scalar(select(Subsidie).where(Subsidie.aanvraag_id == aanvraag_id))


def indieningen(session, *dossier_ids: uuid.UUID) -> list[Indiening]:
    """What was sent in these dossiers, oldest first."""
    return list(session.scalars(_INDIENINGEN.where(Indiening.dossier_id.in_(dossier_ids))))


_INDIENINGEN = select(Indiening).order_by(Indiening.ontvangen_at, Indiening.id)


# Of what came on paper there is no application: then nothing stands in that dossier.
_INHOUD = (select(Indiening).where(or_(Indiening.id == bindparam("indiening", type_=Uuid),
                                       Indiening.dossier_id == bindparam("aanvraag", type_=Uuid)),
                                   Indiening.soort.in_([Indiensoort.AANVRAAG, Indiensoort.AANVULLING]))
           .order_by(Indiening.ontvangen_at.desc()).limit(at_most("een", 1)))


def inhoud(session, subsidie: Subsidie) -> Indiening:
    """What the application says now: the last supplement, else what was sent first."""
    found = session.scalar(_INHOUD, {"indiening": subsidie.indiening_id, "aanvraag": subsidie.aanvraag_id})
    if found is None:
        raise NotFound()
    return found


def _decided(*kinds: str):
    """Of a sending: the gemeente decided about it, in one of these ways."""
    return select(CaseEvent.id).where(
        CaseEvent.dossier_id == Indiening.dossier_id, CaseEvent.kind.in_(kinds),
        CaseEvent.facts["nummer"].astext == Indiening.ontvangst_nummer).correlate(Indiening).exists()


def nieuwe_rekening(session, subsidie_id: uuid.UUID) -> Indiening | None:
    """The account number that the recipient gave and that nobody approved or refused yet."""
    return session.scalar(
        select(Indiening).where(Indiening.dossier_id == subsidie_id, Indiening.soort == Indiensoort.REKENING,
                                ~_decided("subsidie:rekening_goedgekeurd", "subsidie:rekening_afgewezen"))
        .order_by(Indiening.ontvangen_at.desc(), Indiening.id).limit(1))


def met_nieuwe_rekening() -> Select:
    """The cases with such a number: nothing is paid to the old one meanwhile."""
    return select(Indiening.dossier_id).where(
        Indiening.soort == Indiensoort.REKENING, ~_decided("subsidie:rekening_goedgekeurd", "subsidie:rekening_afgewezen"))


def met_belang(session, actor, subsidie_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these cases, those in which this person decides nothing (Awb 2:4), as zelf_geen_belang says of one."""
    last = (select(Belangverklaring.heeft_belang).where(
        Belangverklaring.dossier_id == Subsidie.id, Belangverklaring.account_id == actor.user_id)
        .order_by(*LAST).limit(1).correlate(Subsidie).scalar_subquery())
    return set(session.scalars(select(Subsidie.id).where(
        Subsidie.id.in_(list(subsidie_ids)), or_(last, func.portal.eigen_organisatie(Subsidie.id, actor.user_id)))))


def rekening(session, subsidie: Subsidie) -> Mapping:
    """The account that holds (iban, tenaamstelling): the last one that the gemeente approved, else that of the application."""
    found = session.scalar(
        select(Indiening).where(Indiening.dossier_id == subsidie.id, Indiening.soort == Indiensoort.REKENING,
                                _decided("subsidie:rekening_goedgekeurd"))
        .order_by(Indiening.ontvangen_at.desc(), Indiening.id).limit(1))
    return found.inhoud if found is not None else inhoud(session, subsidie).inhoud["gegevens"]


def documenten(session, indiening: Indiening) -> list[Document]:
    """The files that a sending names, in its order."""
    ids = [uuid.UUID(d["id"]) for d in indiening.inhoud.get("documenten", [])]
    found = {d.id: d for d in session.scalars(select(Document).where(Document.id.in_(ids)))} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def termijnen(session, *dossier_ids: uuid.UUID) -> list[tuple[Termijn, list[Opschorting]]]:
    """The terms of these dossiers with their suspensions, by day."""
    return _paired(session.execute(_TERMIJNEN.where(Termijn.dossier_id.in_(dossier_ids))))


_TERMIJNEN = (select(Termijn, Opschorting).outerjoin(Opschorting, Opschorting.termijn_id == Termijn.id)
              .order_by(Termijn.due_on, Termijn.id, Opschorting.invited_on, Opschorting.id))


def _paired(rows: Iterable[tuple]) -> list[tuple]:
    """Each of what comes first with everything that hangs on it."""
    found: dict = {}
    for one, part in rows:
        found.setdefault(one, []).extend([part] if part else [])
    return list(found.items())


def termijn(session, dossier_id: uuid.UUID, kind: str, *, open_only: bool = False) -> Termijn | None:
    """The newest term of this kind."""
    query = select(Termijn).where(Termijn.dossier_id == dossier_id, Termijn.kind == kind)
    if open_only:
        query = query.where(Termijn.met_on.is_(None))
    return session.scalar(query.order_by(Termijn.started_on.desc(), Termijn.id).limit(1))


# What a notice of delay starts.
UITGESTELD = ("nieuwe_beslistermijn", "besluit_verwacht")


def te_beslissen(session, dossier_id: uuid.UUID) -> tuple[Termijn, bool] | None:
    """The term to decide that runs in this dossier (on the application or its determination, an objection, a request for
    consent), and whether it stands still; None when none runs."""
    halted = select(Opschorting.id).where(Opschorting.termijn_id == Termijn.id, Opschorting.completed_on.is_(None)).exists()
    row = session.execute(select(Termijn, halted).where(
        Termijn.dossier_id == dossier_id, Termijn.kind.in_(TE_BESLISSEN), Termijn.met_on.is_(None))
        .order_by(Termijn.started_on.desc(), Termijn.id).limit(1)).one_or_none()
    return tuple(row) if row else None


# How the history calls it that a letter was posted.
_GEPOST = "subsidie:posten"


def gepost(session, dossier_id: uuid.UUID) -> dict[uuid.UUID, date]:
    """On which day the paper letter of each decision of this case was posted, as it was recorded last."""
    return postdagen(session.scalars(posten_in_historie(_GEPOST, dossier_id)))


def uitgesteld(session, dossier_id: uuid.UUID) -> bool:
    """Was a notice of delay sent in this case?"""
    return session.scalar(select(Termijn.id).where(
        Termijn.dossier_id == dossier_id, Termijn.kind.in_(UITGESTELD)).limit(1)) is not None


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
    return {b.criterium: b for b in session.scalars(_beoordelingen(subsidie_id))}


def _beoordelingen(subsidie_id) -> Select:
    return select(Beoordeling).where(Beoordeling.dossier_id == subsidie_id)


def score(session, subsidie: Subsidie) -> rules.Score:
    """What the points of this case come to."""
    criteria = session.scalar(select(RegelingPublicatie.inhoud["inrichting"]["criteria"]).where(
        RegelingPublicatie.id == subsidie.publicatie_id)) or []
    return rules.score(criteria, {code: b.punten for code, b in beoordelingen(session, subsidie.id).items()})


def aantekeningen(session, dossier_id: uuid.UUID) -> list[Aantekening]:
    """Why steps were taken, newest first; of the gemeente alone."""
    return list(session.scalars(_aantekeningen(dossier_id)))


def _aantekeningen(dossier_id) -> Select:
    return select(Aantekening).where(Aantekening.dossier_id == dossier_id).order_by(Aantekening.geschreven_at.desc())


@dataclass(frozen=True)
class Belang:
    """What keeps somebody out of a case: belongs to the applicant, or what was declared last; and of how many criteria the
    points are of somebody who declared an interest later (Awb 2:4)."""

    eigen: bool
    verklaring: Belangverklaring | None
    beoordeeld: int


_ZAAK, _WIE = bindparam("zaak", type_=Uuid), bindparam("wie", type_=Uuid)
_BELANG = {
    "eigen": select(func.portal.eigen_organisatie(_ZAAK, _WIE).label("eigen")),
    "verklaring": select(Belangverklaring).where(Belangverklaring.dossier_id == _ZAAK, Belangverklaring.account_id == _WIE)
    .order_by(*LAST).limit(at_most("een", 1)),
    "beoordeeld": select(func.count().label("aantal")).select_from(Beoordeling).where(
        Beoordeling.dossier_id == _ZAAK,
        select(Belangverklaring.id).where(Belangverklaring.dossier_id == Beoordeling.dossier_id, Belangverklaring.heeft_belang,
                                          Belangverklaring.account_id == Beoordeling.beoordelaar_id).exists())}
_BELANG_ALLEEN = Together(**_BELANG)


def belang(session, subsidie_id: uuid.UUID, user_id: uuid.UUID | None) -> Belang:
    """What keeps this person out of a case."""
    return once(session, ("belang", subsidie_id, user_id),
                lambda: _belang(_BELANG_ALLEEN.read(session, zaak=subsidie_id, wie=user_id)))


def _belang(found) -> Belang:
    return Belang(bool(found.eigen[0]), next(iter(found.verklaring), None), found.beoordeeld[0])


def argumenten(session, subsidie_id: uuid.UUID) -> list[Argument]:
    """What the applicant argued, in order."""
    return list(session.scalars(_argumenten(subsidie_id)))


def _argumenten(subsidie_id) -> Select:
    return select(Argument).where(Argument.dossier_id == subsidie_id).order_by(Argument.nummer)


def open_argumenten(session, subsidie_id: uuid.UUID) -> int:
    """How many arguments have no answer yet."""
    return once(session, ("open_argumenten", subsidie_id), lambda: session.scalar(_open_argumenten(subsidie_id)))


def _open_argumenten(subsidie_id) -> Select:
    return select(func.count().label("aantal")).select_from(Argument).where(
        Argument.dossier_id == subsidie_id, Argument.antwoord == "")


_BELANG_EN_ARGUMENTEN = Together(open_argumenten=_open_argumenten(_ZAAK), **_BELANG)


def belang_en_argumenten(session, subsidie_id: uuid.UUID, user_id: uuid.UUID | None) -> None:
    """For a page that only reads and will ask both `belang` and `open_argumenten` of a case: one statement for the two."""
    found = _BELANG_EN_ARGUMENTEN.read(session, zaak=subsidie_id, wie=user_id)
    once(session, ("belang", subsidie_id, user_id), lambda: _belang(found))
    once(session, ("open_argumenten", subsidie_id), lambda: found.open_argumenten[0])


def voorstel(session, subsidie_id: uuid.UUID, *, lock: bool = False) -> Voorstel | None:
    """The working copy of what is about to be decided."""
    query = _voorstel(subsidie_id)
    return session.scalar(query.with_for_update() if lock else query)


def _voorstel(subsidie_id) -> Select:
    return select(Voorstel).where(Voorstel.dossier_id == subsidie_id)


def regels(session, subsidie_id: uuid.UUID, besluit_id: uuid.UUID | None = None) -> list[Subsidieregel]:
    """The typed lines of a decision, or of the proposal."""
    return list(session.scalars(_regels(subsidie_id, besluit_id)))


def _regels(subsidie_id, besluit_id: uuid.UUID | None = None) -> Select:
    return (select(Subsidieregel).where(Subsidieregel.dossier_id == subsidie_id,
                                        Subsidieregel.besluit_id.is_not_distinct_from(besluit_id))
            .order_by(Subsidieregel.volgnummer))


def besluiten_van(session, dossier_id: uuid.UUID) -> list[Besluit]:
    """The decisions of a case that this party may read, newest first."""
    return list(session.scalars(_besluiten(dossier_id)))


def _besluiten(dossier_id) -> Select:
    return select(Besluit).where(Besluit.dossier_id == dossier_id).order_by(Besluit.opgesteld_at.desc())


def open_besluit(session, dossier_id: uuid.UUID, soort: str = "subsidie") -> Besluit | None:
    """The proposal of this kind that waits for its reader or its signature."""
    return session.scalar(select(Besluit).where(Besluit.dossier_id == dossier_id, Besluit.soort == soort,
                                                Besluit.state.in_(besluiten.OPEN)))


def lopend_besluit(session, dossier_id: uuid.UUID) -> Besluit | None:
    """A proposal of any kind that waits for its reader or its signature."""
    return session.scalar(select(Besluit).where(Besluit.dossier_id == dossier_id, Besluit.state.in_(besluiten.OPEN)).limit(1))


def wachtende_besluiten(session, dossier_id: uuid.UUID) -> list[Besluit]:
    """Every proposal that waits for its reader or its signature."""
    return list(session.scalars(select(Besluit).where(Besluit.dossier_id == dossier_id, Besluit.state.in_(besluiten.OPEN))))


def besloten_na(session, argument: Argument) -> bool:
    """Was a decision sent after this argument came in? Then its answer stands in that letter."""
    return session.scalar(select(Besluit.id).join(Indiening, Indiening.id == argument.indiening_id).where(
        Besluit.dossier_id == argument.dossier_id, Besluit.verzonden_at >= Indiening.ontvangen_at).limit(1)) is not None


# What a mandate can be for in this domain; the kinds of decisions on the list to sign.
SOORTEN = ("subsidie", "voorschot", "vaststelling", "terugvordering", "bezwaar", "dwangsom", "rente", "toestemming",
           "kwijtschelding", "rentevergoeding")


def _waits(actor):
    """Proposals of the own party that wait for a signature, and that this person did not draft or read."""
    ready = or_(Besluit.state == besluiten.State.GELEZEN,
                (Besluit.state == besluiten.State.OPGESTELD) & Besluit.tweede_lezer_nodig.is_(False))
    # Who acts for another gemeente finds what their mandate is for.
    kinds = (actor.namens.besluit_soort,) if actor.namens else SOORTEN
    return (Besluit.party_id == actor.party_id, Besluit.soort.in_(kinds), ready, Besluit.opgesteld_by != actor.user_id,
            or_(Besluit.gelezen_by.is_(None), Besluit.gelezen_by != actor.user_id), ~_schreef_mee(actor.user_id))


def _schreef_mee(person):
    """Of a decision: did this person write in the proposal (beschikking.schreef_mee)?"""
    return func.coalesce(Besluit.inhoud["schrijvers"].has_key(cast(person, String)), False)


TEKENEN_ORDER = Order(Besluit.opgesteld_at, Besluit.id, datetime.fromisoformat)


def te_tekenen(session, actor, *, after: str | None = None, before: str | None = None) -> Slice:
    """Proposals that wait for this person's signature, the oldest first. Rows: id, dossier_id, opgesteld_at, soort, onderwerp,
    bedrag, inhoud, reference, aanvrager_naam."""
    query = (select(Besluit.id, Besluit.dossier_id, Besluit.opgesteld_at, Besluit.soort, Besluit.onderwerp, Besluit.bedrag,
                    Besluit.inhoud,
                    Subsidie.aanvrager_naam, Subsidie.reference)
             .join(Subsidie, Subsidie.id == Besluit.dossier_id).where(*_waits(actor)))
    return page_of(session, query, TEKENEN_ORDER, after=after, before=before)


# Applications ------------------------------------------------------------------------------------------------------------

_SLUIT = (select(RegelingPublicatie.sluit_at).where(RegelingPublicatie.dossier_id == Aanvraag.regeling_id)
          .order_by(RegelingPublicatie.versie.desc()).limit(1).correlate(Aanvraag).scalar_subquery())
_AANVRAGEN = Listing(
    select(Aanvraag.id, Aanvraag.gemaakt_at, Aanvraag.reference, Aanvraag.titel, Aanvraag.state, _SLUIT.label("sluit_at"),
           Aanvraag.gegevens, RegelingPublicatie.titel.label("regeling"),
           RegelingPublicatie.inhoud["gemeente"]["naam"].astext.label("gemeente"),
           RegelingPublicatie.inhoud["inrichting"]["producten"].label("producten"),
           Subsidie.__table__.c.id.label("subsidie_id"))
    .join(RegelingPublicatie, RegelingPublicatie.id == Aanvraag.publicatie_id)
    .outerjoin(Subsidie.__table__, Subsidie.__table__.c.aanvraag_id == Aanvraag.id), DOSSIER_ORDER)


def aanvragen(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """The own applications, the newest first. Rows: id, reference, titel, state, gegevens (what was filled in), sluit_at,
    regeling (title), gemeente (name) and producten of the scheme, subsidie_id (None until it was taken in)."""
    return _AANVRAGEN.page(session, after=after, before=before)


@dataclass(frozen=True)
class AanvraagKop:
    """An application with what stands around it: the public copy of the scheme that it answers, and the case that it became;
    None until the gemeente took it in."""

    aanvraag: Aanvraag
    publicatie: RegelingPublicatie
    subsidie: Subsidie | None


def aanvraag_kop(session, aanvraag_id: uuid.UUID) -> AanvraagKop:
    """One application; NotFound when the wall hides it."""
    case = aliased(Subsidie, flat=True)
    row = session.execute(
        select(Aanvraag, RegelingPublicatie, case).join(RegelingPublicatie, RegelingPublicatie.id == Aanvraag.publicatie_id)
        .outerjoin(case, case.aanvraag_id == Aanvraag.id).where(Aanvraag.id == aanvraag_id)).first()
    if row is None:
        raise NotFound()
    return AanvraagKop(*row)


def organisatie(session, party_id: uuid.UUID) -> tuple[Aanbieder | None, AanbiederContact | None]:
    """The facts and the contact data of an applicant, as far as they were given."""
    row = session.execute(
        select(Aanbieder, AanbiederContact).outerjoin(AanbiederContact, AanbiederContact.id == Aanbieder.id)
        .where(Aanbieder.id == party_id)).first()
    return tuple(row) if row else (None, None)


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


def standen(session, subsidie_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Where these cases stand and what their number is, by id."""
    ids = list(subsidie_ids)
    rows = session.execute(select(Dossier.id, Dossier.state, Dossier.reference).where(Dossier.id.in_(ids))) if ids else ()
    return {row.id: (row.state, row.reference) for row in rows}


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
# Terms before which there is a decision on an application: on its content, or not to handle it (Awb 4:5, lid 4).
TE_BESLUITEN = (*BESLISTERMIJNEN, "buiten_behandeling")
# Terms to decide that an application began: what of Awb 4:15 suspends.
OP_AANVRAAG = (*BESLISTERMIJNEN, "vaststellingstermijn")
# The terms to decide on an objection (Awb 7:10).
BEZWAARTERMIJNEN = ("beslissing_op_bezwaar_commissie", "beslissing_op_bezwaar")
# Every term to decide that can stand still (Awb 4:15 and 7:14); a dossier has those of its own kind.
TE_BESLISSEN = (*OP_AANVRAAG, *BEZWAARTERMIJNEN, "toestemming")


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


def uiterlijk(session, subsidie_ids: Iterable[uuid.UUID], kinds: Iterable[str] = BESLISTERMIJNEN
              ) -> dict[uuid.UUID, tuple[date, bool]]:
    """Until when there must be a decision on each of these cases (`kinds`: of other dossiers), and whether that term stands
    still now."""
    halted = select(Opschorting.id).where(Opschorting.termijn_id == Termijn.id, Opschorting.completed_on.is_(None)).exists()
    rows = session.execute(select(Termijn.dossier_id, Termijn.due_on, halted).where(
        Termijn.dossier_id.in_(list(subsidie_ids)), Termijn.kind.in_(list(kinds)), Termijn.met_on.is_(None)))
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


# After the grant ---------------------------------------------------------------------------------------------------------

def verlening(session, subsidie_id: uuid.UUID, *, behalve: uuid.UUID | None = None) -> Besluit | None:
    """The decision that holds now: the last one that granted or changed the grant."""
    return session.scalar(select(Besluit).where(
        Besluit.dossier_id == subsidie_id, Besluit.id.is_distinct_from(behalve), Besluit.soort == "subsidie",
        Besluit.state == besluiten.State.VERZONDEN, Besluit.inhoud["regels"].is_not(None))
        .order_by(Besluit.verzonden_at.desc()).limit(1))


def verlening_uit(found: Iterable[Besluit]) -> Besluit | None:
    """As `verlening`, of decisions of one case that were read already."""
    return max((b for b in found if b.soort == "subsidie" and b.state == besluiten.State.VERZONDEN
                and b.inhoud.get("regels") is not None), key=lambda b: b.verzonden_at, default=None)


def geldende_regels(session, subsidie_id: uuid.UUID, *, behalve: uuid.UUID | None = None) -> list[Subsidieregel]:
    """The lines of the decision that holds now; `behalve`: as if this one was not taken."""
    besluit = verlening(session, subsidie_id, behalve=behalve)
    return regels(session, subsidie_id, besluit.id) if besluit else []


def betalingen(session, subsidie_id: uuid.UUID) -> list[Betaling]:
    """The payments of a case, in order."""
    return list(session.scalars(_betalingen(subsidie_id)))


def _betalingen(subsidie_id) -> Select:
    return select(Betaling).where(Betaling.dossier_id == subsidie_id).order_by(Betaling.volgnummer)


def betaald(session, subsidie_id: uuid.UUID) -> Decimal:
    """What was paid until now."""
    return session.scalar(_betaald(subsidie_id))


def _betaald(subsidie_id: uuid.UUID) -> Select:
    return select(func.coalesce(func.sum(Betaling.bedrag), 0)).where(
        Betaling.dossier_id == subsidie_id, Betaling.stand == Betaalstand.BETAALD)


def betaald_en_gevorderd(session, subsidie_id: uuid.UUID) -> tuple[Decimal, Decimal]:
    """What `betaald` and `gevorderd` count, in one statement."""
    return tuple(session.execute(select(_betaald(subsidie_id).scalar_subquery(), _gevorderd(subsidie_id).scalar_subquery()))
                 .one())


def voorschotten(session, subsidie_id: uuid.UUID) -> Decimal:
    """What was decided to pay in advance, without what lapsed."""
    return session.scalar(select(func.coalesce(func.sum(Betaling.bedrag), 0)).where(
        Betaling.dossier_id == subsidie_id, Betaling.stand != Betaalstand.VERVALLEN))


def onderweg(session, subsidie_id: uuid.UUID) -> Decimal:
    """What was paid, or stands in a file that the finance system has."""
    return session.scalar(select(func.coalesce(func.sum(Betaling.bedrag), 0)).where(
        Betaling.dossier_id == subsidie_id, Betaling.stand.in_([Betaalstand.AANGEBODEN, Betaalstand.BETAALD])))


def vorderingen(session, subsidie_id: uuid.UUID) -> list[Vordering]:
    """What is claimed back in this case, oldest first."""
    return list(session.scalars(_vorderingen(subsidie_id)))


def _vorderingen(subsidie_id) -> Select:
    return select(Vordering).where(Vordering.subsidie_id == subsidie_id).order_by(Vordering.gemaakt_at)


_VORDERINGEN = (
    select(Vordering.id, Vordering.gemaakt_at, Vordering.reference, Vordering.titel, Vordering.state, Vordering.bedrag,
           (Vordering.bedrag + Vordering.kosten + Vordering.rente - Vordering.ontvangen).label("nog_open"),
           Vordering.ontvangen, Subsidie.__table__.c.aanvrager_naam)
    .join(Subsidie.__table__, Subsidie.__table__.c.id == Vordering.subsidie_id)
    .where(Vordering.eigenaar_id == bindparam("party", type_=Uuid)))
_VORDERINGEN_ALLE = Listing(_VORDERINGEN, DOSSIER_ORDER)
_VORDERINGEN_OPEN = Listing(_VORDERINGEN.where(Vordering.state.in_((VorderingState.OPEN, VorderingState.AANGEMAAND))),
                            DOSSIER_ORDER)


def alle_vorderingen(session, party_id: uuid.UUID, *, open_only: bool = False, after: str | None = None,
                     before: str | None = None) -> Slice:
    """Claims of a gemeente, the newest first. Rows: id, reference, titel, state, bedrag, nog_open, ontvangen (in euros),
    aanvrager_naam."""
    listed = _VORDERINGEN_OPEN if open_only else _VORDERINGEN_ALLE
    return listed.page(session, {"party": party_id}, after=after, before=before)


def betaaldagen(session, vordering_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[date, date | None]]:
    """Of these claims the first day to pay back, from where interest runs (Awb 4:97), and the day that counts now: None when
    nobody has to pay any more."""
    rows = session.execute(
        select(Termijn.dossier_id, func.min(Termijn.due_on).filter(Termijn.kind == "betaling"),
               func.max(Termijn.due_on).filter(Termijn.met_on.is_(None)))
        .where(Termijn.dossier_id.in_(list(vordering_ids)), Termijn.kind.in_(("betaling", "aanmaning")))
        .group_by(Termijn.dossier_id))
    return {dossier_id: (first, now) for dossier_id, first, now in rows}


def gevorderd(session, subsidie_id: uuid.UUID) -> Decimal:
    """What is claimed back in all, without the fees; a claim that lapsed after an objection counts no more."""
    return session.scalar(_gevorderd(subsidie_id))


def _gevorderd(subsidie_id: uuid.UUID) -> Select:
    return select(func.coalesce(func.sum(Vordering.bedrag), 0)).where(
        Vordering.subsidie_id == subsidie_id, Vordering.state != VorderingState.VERVALLEN)


def laatste(session, subsidie_id: uuid.UUID, soort: Indiensoort) -> Indiening | None:
    """What was sent last of this kind about a case."""
    return session.scalar(_laatste(subsidie_id, soort))


def _laatste(subsidie_id, soort: Indiensoort) -> Select:
    return (select(Indiening).where(Indiening.dossier_id == subsidie_id, Indiening.soort == soort)
            .order_by(Indiening.ontvangen_at.desc()).limit(at_most("een", 1)))


def lopende_stop(session, subsidie_id: uuid.UUID) -> Betalingsstop | None:
    """The stop of payments that runs now."""
    return session.scalar(_lopende_stop(subsidie_id))


def _lopende_stop(subsidie_id) -> Select:
    return select(Betalingsstop).where(Betalingsstop.subsidie_id == subsidie_id, Betalingsstop.state == StopState.LOOPT)


def vorige_stop(session, subsidie_id: uuid.UUID) -> Betalingsstop | None:
    """The stop of payments that ended last."""
    return session.scalar(select(Betalingsstop).where(Betalingsstop.subsidie_id == subsidie_id,
                                                      Betalingsstop.state == StopState.BEEINDIGD)
                          .order_by(Betalingsstop.begonnen_on.desc(), Betalingsstop.reference.desc()).limit(1))


def betalingsstops(session, subsidie_ids: Iterable[uuid.UUID]) -> list[Betalingsstop]:
    """Every stop of payments in these cases."""
    return list(session.scalars(select(Betalingsstop).where(Betalingsstop.subsidie_id.in_(list(subsidie_ids)))
                                .order_by(Betalingsstop.begonnen_on)))


def aantal_stops(session, subsidie_id: uuid.UUID) -> int:
    """How many times payments were stopped."""
    return session.scalar(select(func.count()).select_from(Betalingsstop).where(Betalingsstop.subsidie_id == subsidie_id))


GELD = ("vordering:ontvangst", "vordering:voldoen", "vordering:aanmanen")


def geld_van(session, vordering_id: uuid.UUID) -> list:
    """What came in on a claim and what its reminders cost, in order, from its history. Rows: kind, occurred_on, facts."""
    return list(session.execute(select(CaseEvent.kind, CaseEvent.occurred_on, CaseEvent.facts).where(
        CaseEvent.dossier_id == vordering_id, CaseEvent.kind.in_(GELD)).order_by(CaseEvent.volgnr)))


# What opens a determination again, and what ends that: the newest of these tells which of both holds.
def geld_terug(session, subsidie_id: uuid.UUID) -> list:
    """What came in on the claims of a case that fell, and what went back, in order. Rows: vordering_id, reference, kind,
    occurred_on, facts."""
    return session.execute(
        select(Vordering.id, Vordering.reference, CaseEvent.kind, CaseEvent.occurred_on, CaseEvent.facts)
        .join(CaseEvent, CaseEvent.dossier_id == Vordering.id)
        .where(Vordering.subsidie_id == subsidie_id, Vordering.state == VorderingState.VERVALLEN,
               CaseEvent.kind.in_(("vordering:ontvangst", "vordering:voldoen", "vordering:terugbetaald")))
        .order_by(Vordering.id, CaseEvent.volgnr)).all()


HERZIENING = ("subsidie:herzien", "subsidie:herzien_stoppen", "subsidie:vaststellen", "subsidie:vaststelling_vervalt")


def herziening(session, subsidie: Subsidie) -> CaseEvent | None:
    """The line of the history that opened the determination again (facts: grond) when it is revised now, else None: what fell
    after an objection is determined anew, not revised."""
    if subsidie.state != State.IN_VASTSTELLING or subsidie.vastgesteld is None:
        return None
    return _begon_herziening(subsidie, session.scalar(_herziening(subsidie.id)))


def _herziening(subsidie_id) -> Select:
    return (select(CaseEvent).where(CaseEvent.dossier_id == subsidie_id, CaseEvent.kind.in_(HERZIENING))
            .order_by(CaseEvent.volgnr.desc()).limit(at_most("een", 1)))


def _begon_herziening(subsidie: Subsidie, last: CaseEvent | None) -> CaseEvent | None:
    revised = subsidie.state == State.IN_VASTSTELLING and subsidie.vastgesteld is not None
    return last if revised and last is not None and last.kind == "subsidie:herzien" else None


def betaaltermijnen(session, vordering_id: uuid.UUID) -> list[Termijn]:
    """The days for payment of a claim: of what is paid back, and later of the interest."""
    return list(session.scalars(select(Termijn).where(Termijn.dossier_id == vordering_id, Termijn.kind == "betaling")
                                .order_by(Termijn.started_on)))


def vordering_van(session, besluit_id: uuid.UUID) -> Vordering | None:
    """The claim that this decision began."""
    return session.scalar(select(Vordering).where(Vordering.besluit_id == besluit_id))


def onder_de_zaak(session, subsidie_id: uuid.UUID) -> list[Rapportage | Betalingsstop | Vordering | Bezwaar | Toestemming]:
    """What has a life of its own within a case: reports that are asked, stops of payments, claims, objections and requests for
    consent, oldest first."""
    kind = with_polymorphic(Dossier, [Rapportage, Betalingsstop, Vordering, Bezwaar, Toestemming])
    return list(session.scalars(select(kind).where(
        kind.ouder_id == subsidie_id, kind.soort.in_(["rapportage", "betalingsstop", "vordering", "bezwaar", "toestemming"]))
        .order_by(kind.gemaakt_at, kind.reference)))


def rapportages(session, subsidie_id: uuid.UUID) -> list[Rapportage]:
    """The short reports of a case, in order."""
    return list(session.scalars(_rapportages(subsidie_id)))


def _rapportages(subsidie_id) -> Select:
    return select(Rapportage).where(Rapportage.subsidie_id == subsidie_id).order_by(Rapportage.volgnummer)


def is_ingenomen(session, dossier_id: uuid.UUID, nummer: str) -> bool:
    """Does the history tell already that what has this receipt came in?"""
    return session.scalar(select(CaseEvent.id).where(
        CaseEvent.dossier_id == dossier_id, CaseEvent.facts["nummer"].astext == nummer).limit(1)) is not None


TE_BETALEN = Order(Betaling.gepland_on, Betaling.id, date.fromisoformat)


def te_betalen(session, party_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """Payments of a gemeente that were prepared or approved and are in no file yet, by day. Rows: id, dossier_id, kenmerk,
    bedrag, gepland_on, stand, iban, tenaamstelling, klaargezet_by, goedgekeurd_by, aanvrager_naam, titel."""
    query = (select(Betaling.id, Betaling.dossier_id, Betaling.kenmerk, Betaling.bedrag, Betaling.gepland_on, Betaling.stand,
                    Betaling.iban, Betaling.tenaamstelling, Betaling.klaargezet_by, Betaling.goedgekeurd_by,
                    Subsidie.aanvrager_naam, Subsidie.titel)
             .join(Subsidie, Subsidie.id == Betaling.dossier_id)
             .where(Betaling.eigenaar_id == party_id, Betaling.stand.in_([Betaalstand.KLAARGEZET, Betaalstand.GOEDGEKEURD])))
    return page_of(session, query, TE_BETALEN, after=after, before=before)


# Who prepared a payment does not approve it: the work waits for a colleague.
asks_person("werk_goedkeuren", condition=select(Betaling.id).where(
    Betaling.dossier_id == Termijn.dossier_id, Betaling.stand == Betaalstand.KLAARGEZET, Betaling.klaargezet_by != PERSON)
    .correlate(Termijn).exists())
# Who wrote in a proposal does not read or sign it.
asks_person("werk_meelezen", "werk_tekenen", condition=select(Besluit.id).where(
    Besluit.dossier_id == Termijn.dossier_id, Besluit.state.in_(besluiten.OPEN), ~_schreef_mee(PERSON))
    .correlate(Termijn).exists())
# To decide is the work of who handles the case; of a signer only when something waits for that signature.
asks_person(
    "beslistermijn", "nieuwe_beslistermijn", "vaststellingstermijn", "ambtshalve_vaststellen", "herziening",
    "ingebrekestelling", "dwangsom", "toestemming",
    condition=or_(Termijn.wacht_op_permissions.overlap(func.array_remove(PERMISSIONS, str(P.SUBSIDIE_TEKENEN))), may_sign()))
# Who has an interest in a case does nothing in it (Awb 2:4), as workflow.zelf_geen_belang says of one.
asks_person(
    "werk_ontvangen", "werk_behandelen", "werk_voorstellen", "werk_meelezen", "werk_voorschot", "werk_klaarzetten",
    "werk_goedkeuren", "werk_rekening", "werk_terugvorderen", "werk_tekenen",
    condition=~func.coalesce(select(Belangverklaring.heeft_belang).where(
        Belangverklaring.dossier_id == Termijn.dossier_id, Belangverklaring.account_id == PERSON).order_by(*LAST).limit(1)
        .correlate(Termijn).scalar_subquery(), False))
# Below this the interest cannot reach the floor, whatever the rate of a day is: such a payment is not in the list.
_HOOGSTE_RENTE = max(Decimal(row["percentage"]) for row in load_config("termijnen")["rente"])


def te_laat_betaald(session, party_id: uuid.UUID, on: date, floor: Decimal, *, after: str | None = None,
                    before: str | None = None) -> Slice:
    """Payments of a gemeente that came after their day, or are still not there, and that no decision about interest names, by
    day. `floor`: the interest in euros below which nothing is owed. Rows: id, dossier_id, gepland_on, bedrag, betaald_on,
    stand, kenmerk, verzonden_at (of the letter), aanvrager_naam, titel."""
    decision, about = aliased(Besluit), func.jsonb_build_array(func.jsonb_build_object("betaling_id", Betaling.id))
    days = func.coalesce(Betaling.betaald_on, on) - Betaling.gepland_on
    open_ = select(decision.id).where(
        decision.dossier_id == Betaling.dossier_id, decision.soort == "rentevergoeding",
        decision.state.not_in(("teruggestuurd", "vervallen", "ingetrokken")), decision.inhoud["betalingen"].contains(about))
    query = (select(Betaling.id, Betaling.dossier_id, Betaling.gepland_on, Betaling.bedrag, Betaling.betaald_on, Betaling.stand,
                    Betaling.kenmerk, Besluit.verzonden_at, Subsidie.aanvrager_naam, Subsidie.titel)
             .join(Subsidie, Subsidie.id == Betaling.dossier_id).join(Besluit, Besluit.id == Betaling.besluit_id)
             .where(Betaling.eigenaar_id == party_id, Betaling.stand != Betaalstand.VERVALLEN, days > 0,
                    cast(func.timezone(clock.AMSTERDAM.key, Besluit.verzonden_at), Date)
                    < func.coalesce(Betaling.betaald_on, on) - 42,
                    or_(Betaling.betaald_on.is_(None), Betaling.bedrag * days * _HOOGSTE_RENTE >= floor * 36500),
                    ~open_.exists()))
    return page_of(session, query, TE_BETALEN, after=after, before=before)


BESTANDEN = Order(Betaalbestand.gemaakt_at, Betaalbestand.id, datetime.fromisoformat, descending=True)


def betaalbestanden(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """The files for the finance system, the newest first. Rows: id, nummer, aantal, totaal, gemaakt_at, sha256, open (orders
    without an answer)."""
    waits = (select(func.count()).select_from(Betaling).where(Betaling.bestand_id == Betaalbestand.id,
                                                              Betaling.stand == Betaalstand.AANGEBODEN)
             .correlate(Betaalbestand).scalar_subquery().label("open"))
    query = select(Betaalbestand.id, Betaalbestand.nummer, Betaalbestand.aantal, Betaalbestand.totaal, Betaalbestand.gemaakt_at,
                   Betaalbestand.sha256, waits)
    return page_of(session, query, BESTANDEN, after=after, before=before)


# Objections ----------------------------------------------------------------------------------------------------------------

BEZWAAR_OPEN = (BezwaarState.ONTVANGEN, BezwaarState.IN_BEHANDELING, BezwaarState.VERZUIM)
# Outcomes after which a decision is taken again.
GEGROND = ("gegrond", "deels_gegrond")


def te_vervangen(session, subsidie_id: uuid.UUID, soort: str) -> tuple[Bezwaar, Besluit] | None:
    """The objection that was upheld and the decision of this kind that fell with it, as long as nothing took its place (Awb
    7:11, lid 2)."""
    return next(((bezwaar, first) for bezwaar, first in _gevallen(session, subsidie_id) if first.soort == soort), None)


def wacht_op_vervanging(session, subsidie_id: uuid.UUID) -> bool:
    """Does anything in this case still wait for what takes its place?"""
    return bool(_gevallen(session, subsidie_id))


def _gevallen(session, subsidie_id: uuid.UUID) -> list[tuple[Bezwaar, Besluit]]:
    """Objections that were upheld, each with the decision that fell, as long as nothing was sent in its place; newest first."""
    beslissing, later = aliased(Besluit), aliased(Besluit)
    replaced = select(later.id).where(
        later.dossier_id == subsidie_id, later.state == besluiten.State.VERZONDEN,
        later.inhoud["vervangt"]["besluit_id"].astext == cast(Besluit.id, String)).exists()
    return [(row[0], row[1]) for row in session.execute(
        select(Bezwaar, Besluit).join(Besluit, Besluit.id == Bezwaar.besluit_id)
        .join(beslissing, beslissing.id == Bezwaar.beslissing_id)
        .where(Bezwaar.subsidie_id == subsidie_id, Bezwaar.uitkomst.in_(GEGROND), ~replaced,
               beslissing.inhoud["gevolg"].astext.not_in([str(one) for one in rules.AF]))
        .order_by(Bezwaar.gemaakt_at.desc()))]


def bezwaar_voorstel(session, bezwaar: Bezwaar) -> Besluit | None:
    """The proposal about this objection that waits for its signature."""
    return session.scalar(select(Besluit).where(
        Besluit.dossier_id == bezwaar.subsidie_id, Besluit.soort == "bezwaar", Besluit.state.in_(besluiten.OPEN),
        Besluit.inhoud["bezwaar_id"].astext == str(bezwaar.id)))


def bezwaren(session, subsidie_id: uuid.UUID) -> list[Bezwaar]:
    """The objections in a case, oldest first."""
    return list(session.scalars(_bezwaren(subsidie_id)))


def _bezwaren(subsidie_id) -> Select:
    return select(Bezwaar).where(Bezwaar.subsidie_id == subsidie_id).order_by(Bezwaar.gemaakt_at)


def bezwaar_tegen(session, besluit_id: uuid.UUID) -> Bezwaar | None:
    """The objection to this decision that was not taken back."""
    return session.scalar(select(Bezwaar).where(Bezwaar.besluit_id == besluit_id,
                                                Bezwaar.state != BezwaarState.INGETROKKEN).limit(1))


def bezwaar_onderweg(session, besluit: Besluit) -> bool:
    """Was an objection to this decision sent that the gemeente did not take in yet?"""
    return session.scalar(select(Indiening.id).where(
        Indiening.dossier_id == besluit.dossier_id, Indiening.soort == Indiensoort.BEZWAAR,
        Indiening.inhoud["besluit_id"].astext == str(besluit.id),
        ~select(Bezwaar.__table__.c.id).where(Bezwaar.__table__.c.indiening_id == Indiening.id).exists(),
        # A second one was added to the first: that stands in its history.
        ~select(CaseEvent.id).where(CaseEvent.kind == "bezwaar:gronden", CaseEvent.eigenaar_id == besluit.eigenaar_id,
                                    CaseEvent.facts["nummer"].astext == Indiening.ontvangst_nummer).exists())
        .limit(1)) is not None


_BEZWAREN = (select(Bezwaar.id, Bezwaar.gemaakt_at, Bezwaar.reference, Bezwaar.titel, Bezwaar.state, Bezwaar.ontvangen_on,
                    Bezwaar.tijdig, Bezwaar.uitkomst, Bezwaar.commissie, Subsidie.__table__.c.aanvrager_naam)
             .join(Subsidie.__table__, Subsidie.__table__.c.id == Bezwaar.subsidie_id))
_BEZWAREN_ALLE = Listing(_BEZWAREN, DOSSIER_ORDER)
_BEZWAREN_OPEN = Listing(_BEZWAREN.where(Bezwaar.state.in_(BEZWAAR_OPEN)), DOSSIER_ORDER)


def alle_bezwaren(session, *, open_only: bool = False, after: str | None = None, before: str | None = None) -> Slice:
    """Objections that this party sees, the newest first. Rows: id, reference, titel, state, ontvangen_on, tijdig, uitkomst,
    commissie, aanvrager_naam."""
    return (_BEZWAREN_OPEN if open_only else _BEZWAREN_ALLE).page(session, after=after, before=before)


@dataclass(frozen=True)
class BezwaarKop:
    """An objection with what stands around it: its case, its gemeente, and what was sent first."""

    bezwaar: Bezwaar
    subsidie: Subsidie
    gemeente: Gemeente
    indiening: Indiening


def bezwaar_kop(session, bezwaar_id: uuid.UUID) -> BezwaarKop:
    """One objection; NotFound when the wall hides it."""
    case = aliased(Subsidie, flat=True)
    row = session.execute(
        select(Bezwaar, case, Gemeente, Indiening).join(case, case.id == Bezwaar.subsidie_id)
        .join(Gemeente, Gemeente.id == Bezwaar.eigenaar_id).join(Indiening, Indiening.id == Bezwaar.indiening_id)
        .where(Bezwaar.id == bezwaar_id)).first()
    if row is None:
        raise NotFound("Dit bezwaar is er niet, of het is niet van u.")
    return BezwaarKop(*row)


def betrokkenen(session, besluit_id: uuid.UUID) -> set[uuid.UUID]:
    """Who wrote, read or signed a decision."""
    row = session.execute(select(Besluit.opgesteld_by, Besluit.gelezen_by, Besluit.getekend_by)
                          .where(Besluit.id == besluit_id)).one()
    return {one for one in row if one}


def bezwaar_en_besluit(session, bezwaar_id: uuid.UUID) -> tuple[Bezwaar, Besluit]:
    """An objection with the decision that it is against; NotFound when the wall hides it."""
    row = session.execute(select(Bezwaar, Besluit).join(Besluit, Besluit.id == Bezwaar.besluit_id)
                          .where(Bezwaar.id == bezwaar_id)).first()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def staat_stil(session, termijn_id: uuid.UUID) -> bool:
    """Is this term suspended now?"""
    return lopende_opschorting(session, termijn_id) is not None


def lopende_opschorting(session, termijn_id: uuid.UUID) -> Opschorting | None:
    """The suspension of this term that runs now; there is one at most."""
    return session.scalar(select(Opschorting).where(Opschorting.termijn_id == termijn_id, Opschorting.completed_on.is_(None)))


def ruimte_na_bezwaar(session, subsidie_id: uuid.UUID, plafond_id: uuid.UUID) -> Decimal | None:
    """What was left of the ceiling at the first decision, less what other successful objections took of it since (Awb 4:25,
    lid 3); None where no objection succeeded."""
    return once(session, ("ruimte_na_bezwaar", subsidie_id, plafond_id),
                lambda: session.scalar(select(func.portal.ruimte_na_bezwaar(subsidie_id, plafond_id))))


# Consent -------------------------------------------------------------------------------------------------------------------

def toestemmingen(session, subsidie_id: uuid.UUID) -> list[Toestemming]:
    """The requests for consent in a case, newest first."""
    return list(session.scalars(select(Toestemming).where(Toestemming.subsidie_id == subsidie_id)
                                .order_by(Toestemming.gemaakt_at.desc(), Toestemming.reference.desc())))


def besluiten_over(session, toestemming: Toestemming) -> list[Besluit]:
    """The proposals and decisions about a request for consent, newest first."""
    return list(session.scalars(select(Besluit).where(
        Besluit.dossier_id == toestemming.subsidie_id, Besluit.soort == "toestemming",
        Besluit.inhoud["toestemming_id"].astext == str(toestemming.id)).order_by(Besluit.opgesteld_at.desc(), Besluit.id)))


def gestuurd_over(session, toestemming: Toestemming) -> list[Indiening]:
    """What was sent about a request for consent, oldest first: the request itself comes first."""
    return list(session.scalars(select(Indiening).where(
        or_(Indiening.id == toestemming.indiening_id, Indiening.dossier_id == toestemming.id))
        .order_by(Indiening.ontvangen_at, Indiening.id)))


def berichten_over(session, toestemming: Toestemming, most: int = 10) -> list[Bericht]:
    """The newest messages about a request for consent that this party may read, with the one that brought the decision."""
    about = [Bericht.dossier_id == toestemming.id]
    if toestemming.beslissing_id:
        about.append(Bericht.besluit_id == toestemming.beslissing_id)
    return list(session.scalars(select(Bericht).where(or_(*about))
        .order_by(Bericht.verzonden_at.desc()).limit(most)))


def toestemming_voorstel(session, toestemming: Toestemming) -> Besluit | None:
    """The proposal about this request that waits for its reader or its signature."""
    return session.scalar(select(Besluit).where(
        Besluit.dossier_id == toestemming.subsidie_id, Besluit.soort == "toestemming", Besluit.state.in_(besluiten.OPEN),
        Besluit.inhoud["toestemming_id"].astext == str(toestemming.id)).limit(1))


# The bundle ----------------------------------------------------------------------------------------------------------------

def gedeelde_gebeurtenissen(session, dossier_ids: Iterable[uuid.UUID], most: int = 1000) -> list:
    """What happened in these dossiers and both sides may know, oldest first. Rows: kind, facts, occurred_on, partij."""
    return list(session.execute(
        select(CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on, Partij.naam.label("partij"))
        .outerjoin(Partij, Partij.id == CaseEvent.party_id)
        .where(CaseEvent.dossier_id.in_(list(dossier_ids)), CaseEvent.kind.not_like("intern:%"))
        .order_by(CaseEvent.volgnr).limit(most)))


def wie_deed_iets(session, dossier_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """The accounts that stand in the history of these dossiers."""
    return list(session.scalars(select(CaseEvent.actor_id).distinct().where(
        CaseEvent.dossier_id.in_(list(dossier_ids)), CaseEvent.actor_id.is_not(None))))


# The page of a case --------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Rondom:
    """What hangs on a case, in the order of the functions above that read each of these alone."""

    inhoud: Indiening
    besluiten: list[Besluit]
    regels: list[Subsidieregel]
    punten_van: dict[str, Beoordeling]
    argumenten: list[Argument]
    termijnen: list[tuple[Termijn, list[Opschorting]]]
    aantekeningen: list[Aantekening]
    vorderingen: list[Vordering]
    bezwaren: list[Bezwaar]
    plafond: Plafond | None
    herziening: CaseEvent | None
    belang: Belang

    @property
    def feiten(self) -> dict:
        """The facts for the guards of a case: they ask nothing again."""
        return {"besluiten": self.besluiten, "belang": self.belang, "herziening": self.herziening,
                "open_argumenten": sum(not one.antwoord for one in self.argumenten),
                "uitgesteld": any(one.kind in UITGESTELD for one, _rows in self.termijnen)}


# The lines of every decision; those of one are picked out by who reads them.
_REGELS = (select(Subsidieregel).where(Subsidieregel.dossier_id == _ZAAK, Subsidieregel.besluit_id.is_not(None))
           .order_by(Subsidieregel.volgnummer))
_REGELING, _VAN = bindparam("regeling", type_=Uuid), bindparam("van", type_=Date)
_RONDOM = Together(
    inhoud=_INHOUD, besluiten=_besluiten(_ZAAK), regels=_REGELS, punten=_beoordelingen(_ZAAK), argumenten=_argumenten(_ZAAK),
    termijnen=_TERMIJNEN.where(Termijn.dossier_id == _ZAAK), aantekeningen=_aantekeningen(_ZAAK),
    vorderingen=_vorderingen(_ZAAK), bezwaren=_bezwaren(_ZAAK), herziening=_herziening(_ZAAK),
    plafond=_plafond(_REGELING, _VAN), **_BELANG)


def rondom(session, subsidie: Subsidie, user_id: uuid.UUID | None) -> Rondom:
    """What hangs on a case, for whoever looks, in one statement."""
    found = _RONDOM.read(session, zaak=subsidie.id, wie=user_id, regeling=subsidie.regeling_id, van=subsidie.van,
                         indiening=subsidie.indiening_id, aanvraag=subsidie.aanvraag_id)
    if not found.inhoud:
        raise NotFound()
    return Rondom(
        inhoud=found.inhoud[0], besluiten=found.besluiten, regels=found.regels,
        punten_van={b.criterium: b for b in found.punten}, argumenten=found.argumenten,
        termijnen=_paired(found.termijnen), aantekeningen=found.aantekeningen, vorderingen=found.vorderingen,
        bezwaren=found.bezwaren, plafond=next(iter(found.plafond), None),
        herziening=_begon_herziening(subsidie, next(iter(found.herziening), None)),
        belang=_belang(found))


@dataclass(frozen=True)
class Uitvoering:
    """What a grant led to, in the order of the functions above that read each of these alone; `regels` are of the decision that
    holds now."""

    besluiten: list[Besluit]
    regels: list[Subsidieregel]
    betalingen: list[Betaling]
    indieningen: list[Indiening]
    rapportages: list[Rapportage]
    vorderingen: list[Vordering]
    stop: Betalingsstop | None


_UITVOERING = Together(
    besluiten=_besluiten(_ZAAK), regels=_REGELS, betalingen=_betalingen(_ZAAK),
    indieningen=_INDIENINGEN.where(Indiening.dossier_id == _ZAAK), rapportages=_rapportages(_ZAAK),
    vorderingen=_vorderingen(_ZAAK), stop=_lopende_stop(_ZAAK))


def in_uitvoering(session, subsidie_id: uuid.UUID) -> Uitvoering:
    """What a grant led to, in one statement."""
    found = _UITVOERING.read(session, zaak=subsidie_id)
    grant = verlening_uit(found.besluiten)
    return Uitvoering(**(vars(found) | {"stop": next(iter(found.stop), None),
                                        "regels": [one for one in found.regels if grant and one.besluit_id == grant.id]}))


# The page of an objection --------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class RondomBezwaar:
    """What hangs on an objection, in the order of the functions above that read each of these alone: the decisions in its case
    and when those were posted, its own terms and arguments, and what keeps whoever looks out of the case."""

    besluiten: list[Besluit]
    gepost: dict[uuid.UUID, date]
    termijnen: list[tuple[Termijn, list[Opschorting]]]
    argumenten: list[Argument]
    belang: Belang


_BEZWAAR = bindparam("bezwaar", type_=Uuid)
_RONDOM_BEZWAAR = Together(
    besluiten=_besluiten(_ZAAK), gepost=posten_in_historie(_GEPOST, _ZAAK),
    termijnen=_TERMIJNEN.where(Termijn.dossier_id == _BEZWAAR),
    argumenten=_argumenten(_BEZWAAR), **_BELANG)


def rondom_bezwaar(session, bezwaar: Bezwaar, user_id: uuid.UUID | None) -> RondomBezwaar:
    """What hangs on an objection at the gemeente, in one statement."""
    found = _RONDOM_BEZWAAR.read(session, zaak=bezwaar.subsidie_id, bezwaar=bezwaar.id, wie=user_id)
    return RondomBezwaar(found.besluiten, postdagen(found.gepost), _paired(found.termijnen), found.argumenten, _belang(found))


# The pages of the recipient ------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class RondomOntvanger:
    """What a recipient sees of a case and of its parts: the decisions that were sent, newest first, each with its lines as they
    stand now; the rest in the order of the functions above that read each of these alone."""

    besluiten: list[tuple[Besluit, list[Subsidieregel]]]
    termijnen: list[tuple[Termijn, list[Opschorting]]]
    indieningen: list[Indiening]
    betalingen: list[Betaling]


_DOSSIERS, _MET_AANVRAAG = bindparam("dossiers", type_=ARRAY(Uuid)), bindparam("met_aanvraag", type_=ARRAY(Uuid))
_RONDOM_ONTVANGER = Together(
    besluiten=select(Besluit, Subsidieregel).outerjoin(Subsidieregel, Subsidieregel.besluit_id == Besluit.id)
    .where(Besluit.dossier_id == _ZAAK, Besluit.verzonden_at.is_not(None))
    .order_by(Besluit.verzonden_at.desc(), Besluit.id, Subsidieregel.volgnummer),
    termijnen=_TERMIJNEN.where(Termijn.dossier_id == any_(_DOSSIERS)),
    indieningen=_INDIENINGEN.where(Indiening.dossier_id == any_(_MET_AANVRAAG)), betalingen=_betalingen(_ZAAK))


def rondom_ontvanger(session, subsidie: Subsidie, onderdelen: Iterable[Dossier]) -> RondomOntvanger:
    """What its recipient sees of a case with these parts, in one statement."""
    dossiers = [subsidie.id, *(one.id for one in onderdelen)]
    aanvraag = [subsidie.aanvraag_id] if subsidie.aanvraag_id else []
    found = _RONDOM_ONTVANGER.read(session, zaak=subsidie.id, dossiers=dossiers, met_aanvraag=[*dossiers, *aanvraag])
    return RondomOntvanger(_paired(found.besluiten), _paired(found.termijnen), found.indieningen, found.betalingen)


# What a decision about a case rests on ---------------------------------------------------------------------------------------

def termijn_uit(found: Iterable[Termijn], kind: str, *, open_only: bool = False) -> Termijn | None:
    """As `termijn`, of terms of one case that were read already, the newest first."""
    return next((one for one in found if one.kind == kind and not (open_only and one.met_on is not None)), None)


_SOORTEN = bindparam("soorten", type_=ARRAY(Text))
_VAN_SOORT = (select(Termijn).where(Termijn.dossier_id == _ZAAK, Termijn.kind == any_(_SOORTEN))
              .order_by(Termijn.started_on.desc(), Termijn.id))


@dataclass(frozen=True)
class BijVaststelling:
    """What a determination rests on, in the order of the functions above that read each of these alone: `ingestuurd` is what
    the recipient sent in last for it, `termijnen` are those that count, the newest first."""

    besluiten: list[Besluit]
    betalingen: list[Betaling]
    termijnen: list[Termijn]
    ingestuurd: Indiening | None
    open_argumenten: int
    herziening: CaseEvent | None


_BIJ_VASTSTELLING = Together(
    besluiten=_besluiten(_ZAAK), betalingen=_betalingen(_ZAAK), termijnen=_VAN_SOORT,
    ingestuurd=_laatste(_ZAAK, Indiensoort.VASTSTELLING), open_argumenten=_open_argumenten(_ZAAK),
    herziening=_herziening(_ZAAK))


def bij_vaststelling(session, subsidie: Subsidie, termijnen: Iterable[str]) -> BijVaststelling:
    """What a determination of this case rests on, with its terms of these kinds, in one statement."""
    found = _BIJ_VASTSTELLING.read(session, zaak=subsidie.id, soorten=list(termijnen))
    return BijVaststelling(
        found.besluiten, found.betalingen, found.termijnen, next(iter(found.ingestuurd), None), found.open_argumenten[0],
        _begon_herziening(subsidie, next(iter(found.herziening), None)))


@dataclass(frozen=True)
class BijVoorstel:
    """What a proposal about a case and its checks rest on, in the order of the functions above that read each of these alone:
    the lines are those of the proposal, the terms those to decide in and for a view, the newest first."""

    voorstel: Voorstel | None
    regels: list[Subsidieregel]
    besluiten: list[Besluit]
    betalingen: list[Betaling]
    termijnen: list[Termijn]
    plafond: Plafond | None
    maxima: list[MaximumRij]
    inhoud: Indiening
    open_argumenten: int
    herziening: CaseEvent | None
    belang: Belang

    @property
    def verlening(self) -> Besluit | None:
        """The decision that holds now."""
        return verlening_uit(self.besluiten)

    @property
    def betaald(self) -> Decimal:
        """What was paid until now."""
        return sum((one.bedrag for one in self.betalingen if one.stand == Betaalstand.BETAALD), Decimal(0))

    @property
    def zienswijze(self) -> Termijn | None:
        """The newest term for a view."""
        return termijn_uit(self.termijnen, "zienswijze")

    @property
    def niet_behandelen(self) -> Termijn | None:
        """The four weeks not to handle what was not completed, while they run (Awb 4:5, lid 4)."""
        return termijn_uit(self.termijnen, "buiten_behandeling", open_only=True)

    @property
    def beslissen(self) -> Termijn | None:
        """The term to decide that ends first; None when none runs."""
        return min((one for one in self.termijnen if one.kind in TE_BESLUITEN and one.met_on is None),
                   key=lambda one: (one.due_on, one.id), default=None)


_BIJ_VOORSTEL = Together(
    voorstel=_voorstel(_ZAAK), regels=_regels(_ZAAK), besluiten=_besluiten(_ZAAK), betalingen=_betalingen(_ZAAK),
    termijnen=_VAN_SOORT, plafond=_plafond(_REGELING, _VAN), maxima=_maxima(_REGELING), inhoud=_INHOUD,
    open_argumenten=_open_argumenten(_ZAAK), herziening=_herziening(_ZAAK), **_BELANG)


def bij_voorstel(session, subsidie: Subsidie, user_id: uuid.UUID | None) -> BijVoorstel:
    """What a proposal about this case rests on, for whoever writes it, in one statement."""
    found = _BIJ_VOORSTEL.read(
        session, zaak=subsidie.id, wie=user_id, soorten=[*TE_BESLUITEN, "zienswijze"], regeling=subsidie.regeling_id,
        van=subsidie.van, indiening=subsidie.indiening_id, aanvraag=subsidie.aanvraag_id)
    if not found.inhoud:
        raise NotFound()
    return BijVoorstel(
        next(iter(found.voorstel), None), found.regels, found.besluiten, found.betalingen, found.termijnen,
        next(iter(found.plafond), None), found.maxima, found.inhoud[0], found.open_argumenten[0],
        _begon_herziening(subsidie, next(iter(found.herziening), None)), _belang(found))
