"""Insight: money per scheme and gemeente, flow per period, what is overdue; the public register; the items of a budget.

Sums are made in the database; a page asks the same number of statements however much there is. What everybody may read comes
from `subsidieregister` and from public copies only, never from a case: the wall decides that, not this file.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from sqlalchemy import Integer, Text, and_, case, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import aliased

from portal.domains.subsidies.model import (
    Begrotingspost,
    Betaalstand,
    Betaling,
    Indiening,
    Indiensoort,
    Plafond,
    Postboeking,
    Postsoort,
    Rapportage,
    RapportageState,
    RegelingPublicatie,
    Registerregel,
    Stand,
    State,
    Subsidie,
    Subsidieregel,
)
from portal.domains.subsidies.rules import Grondslag, Regelsoort
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.queries import Order, Slice, page_of
from portal.kernel.sentences import say, settle
from portal.tenants.model import Deelname, Gemeente, Samenwerkingsverband

for _name, _sentence, _status in (
    ("begrotingspost_niet_bekend", "Deze begrotingspost is er niet, of hij is niet van u.", 404),
    ("post_zonder_boekingen", "Dit is een geplande bezuiniging. Daar wordt niets op geboekt.", 409),
    ("krediet_op", "Er is niet genoeg over op deze begrotingspost. Er is niets geboekt.", 409),
    ("meer_terug_dan_geboekt", "Er is nog niet zo veel geboekt. Er is niets veranderd.", 409),
    ("uq_begrotingspost_party_id_naam_jaar", "Er is al een begrotingspost met deze naam in dit jaar.", 409),
    ("fk_begrotingspost_boeking_party_id_begrotingspost_id", "Er is al op deze begrotingspost geboekt. Hij blijft staan.", 409),
):
    say(_name, _sentence, _status)

ZERO = Decimal(0)
# The grounds of Awb 4:23, lid 3 that lid 4 asks a report about, every year: onder a and onder d.
VERSLAG = (Grondslag.SPOED, Grondslag.INCIDENTEEL)
_RUNNING = (State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING)
_S, _D = Subsidie.__table__, Dossier.__table__


def _year(jaar: int) -> tuple[date, date]:
    return date(jaar, 1, 1), date(jaar + 1, 1, 1)


def _in_year(column, jaar: int):
    first, end = _year(jaar)
    return and_(column >= first, column < end)


# Money per scheme -----------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Geld:
    """What a ceiling is, and what became of it, in euros. `vrij` may be below zero where a ceiling was lowered afterwards."""

    plafond: Decimal = ZERO
    gereserveerd: Decimal = ZERO
    # What the ledger holds: what was granted at most, or what was determined.
    vastgelegd: Decimal = ZERO
    verleend: Decimal = ZERO
    betaald: Decimal = ZERO
    vastgesteld: Decimal = ZERO
    subsidies: int = 0

    @property
    def vrij(self) -> Decimal:
        """What may still be granted."""
        return self.plafond - self.gereserveerd - self.vastgelegd

    def __add__(self, other: "Geld") -> "Geld":
        return Geld(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True)
class PerRegeling:
    """One scheme in one period."""

    id: uuid.UUID
    regeling_id: uuid.UUID
    reference: str
    titel: str
    van: date
    tot: date
    geld: Geld


_PLAFONDS = select(Plafond.id, Plafond.dossier_id, Plafond.van, Plafond.tot, Plafond.bedrag, Plafond.gereserveerd,
                   Plafond.vastgelegd, _D.c.reference, _D.c.titel).join(_D, _D.c.id == Plafond.dossier_id)
_PLAFOND_ORDER = Order(_D.c.titel, Plafond.id, str)


def jaren(session, party_id: uuid.UUID) -> list[int]:
    """The years of which there is something to see, the newest first; this year always."""
    found = set(session.scalars(select(func.distinct(cast(func.extract("year", Plafond.van), Integer)))
                                .where(Plafond.eigenaar_id == party_id)))
    return sorted(found | {clock.today().year}, reverse=True)


def _cases(*where):
    """By ceiling, what became of the cases that fall under it: those that begin in its period."""
    paid = (select(func.coalesce(func.sum(Betaling.bedrag), 0)).where(
        Betaling.dossier_id == _S.c.id, Betaling.stand == Betaalstand.BETAALD).correlate(_S).scalar_subquery())
    return (select(Plafond.id, func.count(_S.c.id).label("subsidies"),
                   func.coalesce(func.sum(_S.c.verleend), 0).label("verleend"),
                   func.coalesce(func.sum(_S.c.vastgesteld), 0).label("vastgesteld"),
                   func.coalesce(func.sum(paid), 0).label("betaald"))
            .join(_S, and_(_S.c.regeling_id == Plafond.dossier_id, _S.c.van >= Plafond.van, _S.c.van < Plafond.tot))
            .where(_S.c.verleend.is_not(None), *where).group_by(Plafond.id))


def per_regeling(session, party_id: uuid.UUID, jaar: int, *, after: str | None = None, before: str | None = None,
                 size: int = 25) -> Slice:
    """The own schemes whose ceiling begins in this year, by title, with what became of the money. Rows: PerRegeling."""
    part = page_of(session, _PLAFONDS.where(Plafond.eigenaar_id == party_id, _in_year(Plafond.van, jaar)), _PLAFOND_ORDER,
                   after=after, before=before, size=size)
    found = {row.id: row for row in session.execute(_cases(Plafond.id.in_([row.id for row in part.rows])))}
    return Slice([_per_regeling(row, found.get(row.id)) for row in part.rows], part.first, part.last)


def _per_regeling(row, cases) -> PerRegeling:
    done = {name: getattr(cases, name) for name in ("verleend", "betaald", "vastgesteld", "subsidies")} if cases else {}
    return PerRegeling(row.id, row.dossier_id, row.reference, row.titel, row.van, row.tot,
                       Geld(row.bedrag, row.gereserveerd, row.vastgelegd, **done))


def samen(session, party_id: uuid.UUID, jaar: int) -> Geld:
    """Everything of the own gemeente in this year, added up."""
    mine = (Plafond.eigenaar_id == party_id, _in_year(Plafond.van, jaar))
    cases = _cases(*mine).subquery()
    row = session.execute(
        select(func.coalesce(func.sum(Plafond.bedrag), 0), func.coalesce(func.sum(Plafond.gereserveerd), 0),
               func.coalesce(func.sum(Plafond.vastgelegd), 0), func.coalesce(func.sum(cases.c.verleend), 0),
               func.coalesce(func.sum(cases.c.betaald), 0), func.coalesce(func.sum(cases.c.vastgesteld), 0),
               func.coalesce(func.sum(cases.c.subsidies), 0))
        .outerjoin(cases, cases.c.id == Plafond.id).where(*mine)).one()
    return Geld(*row[:6], int(row[6]))


@dataclass(frozen=True)
class PerGemeente:
    """What one gemeente does in a samenwerkingsverband, as everybody may know it: nothing of reservations or payments."""

    verband: str
    gemeente: str
    regelingen: int
    subsidies: int
    plafond: Decimal
    verleend: Decimal
    vastgesteld: Decimal


def per_gemeente(session, party_id: uuid.UUID, jaar: int) -> list[PerGemeente]:
    """Per samenwerkingsverband in which the own gemeente takes part, what each gemeente made available and granted in this
    year: from public ceilings and the public register."""
    today, newer = clock.today(), aliased(RegelingPublicatie)
    mine = (select(Samenwerkingsverband.naam).join(Deelname, Deelname.verband_id == Samenwerkingsverband.id)
            .where(Deelname.gemeente_id == party_id, Deelname.van <= today, or_(Deelname.tot.is_(None), Deelname.tot > today)))
    last = ~select(newer.id).where(newer.dossier_id == RegelingPublicatie.dossier_id,
                                   newer.versie > RegelingPublicatie.versie).exists()
    verband = RegelingPublicatie.inhoud["verband"].astext
    register = (select(Registerregel.regeling_nummer, func.count().label("subsidies"),
                       func.sum(Registerregel.verleend).label("verleend"),
                       func.sum(Registerregel.vastgesteld).label("vastgesteld"))
                .where(_in_year(Registerregel.van, jaar)).group_by(Registerregel.regeling_nummer).subquery())
    ceilings = (select(Plafond.dossier_id, func.sum(Plafond.bedrag).label("bedrag"))
                .where(_in_year(Plafond.van, jaar)).group_by(Plafond.dossier_id).subquery())
    rows = session.execute(
        select(verband, Gemeente.naam, func.count(), func.coalesce(func.sum(register.c.subsidies), 0),
               func.sum(ceilings.c.bedrag), func.coalesce(func.sum(register.c.verleend), 0),
               func.coalesce(func.sum(register.c.vastgesteld), 0))
        .join(Gemeente, Gemeente.id == RegelingPublicatie.eigenaar_id)
        .join(ceilings, ceilings.c.dossier_id == RegelingPublicatie.dossier_id)
        .outerjoin(register, register.c.regeling_nummer == RegelingPublicatie.reference)
        .where(last, verband.in_(mine)).group_by(verband, Gemeente.naam).order_by(verband, Gemeente.naam))
    return [PerGemeente(row[0], row[1], row[2], int(row[3]), row[4], row[5], row[6]) for row in rows]


# Flow: in, through, out -----------------------------------------------------------------------------------------------

def _flow(party_id: uuid.UUID, jaar: int):
    """Per scheme and period, the counts of the last report of every case. A count that nobody gave is None."""
    r, regeling = Rapportage.__table__, aliased(_D)
    last = (select(Indiening.inhoud).where(Indiening.dossier_id == r.c.id, Indiening.soort == Indiensoort.RAPPORTAGE)
            .order_by(Indiening.ontvangen_at.desc(), Indiening.id.desc()).limit(1).correlate(r).lateral("laatste"))

    def total(name):
        return func.sum(cast(last.c.inhoud[name].astext, Integer)).label(name)

    return (select(_S.c.regeling_id, regeling.c.titel, r.c.van, r.c.tot, func.count().label("gevraagd"),
                   func.count(last.c.inhoud).label("ontvangen"), total("instroom"), total("doorstroom"), total("uitstroom"),
                   # Every row has one place in the list.
                   func.array_agg(r.c.id).label("ids"))
            .select_from(r).join(_D, _D.c.id == r.c.id).join(_S, _S.c.id == r.c.subsidie_id)
            .join(regeling, regeling.c.id == _S.c.regeling_id).outerjoin(last, true())
            .where(_D.c.eigenaar_id == party_id, _in_year(r.c.van, jaar))
            .group_by(_S.c.regeling_id, regeling.c.titel, r.c.van, r.c.tot).subquery())


def stroom(session, party_id: uuid.UUID, jaar: int, *, after: str | None = None, before: str | None = None,
           size: int = 25) -> Slice:
    """Inflow, throughflow and outflow per period and scheme of the own gemeente, by first day (requirements B9). Rows: van,
    tot, titel, regeling_id, gevraagd and ontvangen (reports), instroom, doorstroom, uitstroom."""
    f = _flow(party_id, jaar)
    rows = select(f.c.van, f.c.ids[1].label("id"), f.c.tot, f.c.titel, f.c.regeling_id, f.c.gevraagd, f.c.ontvangen,
                  f.c.instroom, f.c.doorstroom, f.c.uitstroom).subquery()
    return page_of(session, select(rows), Order(rows.c.van, rows.c.id, date.fromisoformat), after=after, before=before,
                   size=size)


def stroom_samen(session, party_id: uuid.UUID, jaar: int):
    """The whole year added up: gevraagd, ontvangen, instroom, doorstroom, uitstroom."""
    f = _flow(party_id, jaar)
    return session.execute(select(
        *(func.coalesce(func.sum(f.c[name]), 0).label(name) for name in
          ("gevraagd", "ontvangen", "instroom", "doorstroom", "uitstroom")))).one()


# What is overdue ------------------------------------------------------------------------------------------------------

def _overdue(party_id: uuid.UUID, today: date):
    """Obligations and conditions of the decision in force that are open after their day, and reports that did not come."""
    later = aliased(Besluit)
    in_force = ~select(later.id).where(
        later.dossier_id == Subsidieregel.dossier_id, later.soort == "subsidie", later.state == besluiten.State.VERZONDEN,
        later.inhoud["regels"].is_not(None), later.verzonden_at > Besluit.verzonden_at).exists()
    proof = select(Indiening.id).where(
        Indiening.dossier_id == Subsidieregel.dossier_id, Indiening.soort == Indiensoort.BEWIJS,
        Indiening.inhoud["regel_id"].astext == cast(func.coalesce(Subsidieregel.vervolg_op, Subsidieregel.id), Text)).exists()
    about = (_S.c.id.label("subsidie_id"), _D.c.reference, _D.c.titel, _S.c.aanvrager_naam)
    lines = (select(Subsidieregel.uiterlijk_on, Subsidieregel.id, Subsidieregel.soort, Subsidieregel.tekst, *about,
                    proof.label("bewijs"))
             .join(Besluit, Besluit.id == Subsidieregel.besluit_id).join(_S, _S.c.id == Subsidieregel.dossier_id)
             .join(_D, _D.c.id == _S.c.id)
             .where(Subsidieregel.eigenaar_id == party_id, Subsidieregel.stand == Stand.OPEN,
                    Subsidieregel.besluit_id.is_not(None), Subsidieregel.uiterlijk_on < today,
                    Subsidieregel.soort != Regelsoort.RESULTAAT, _D.c.state.in_(_RUNNING), in_force))
    r, own = Rapportage.__table__, aliased(_D)
    reports = (select(r.c.uiterlijk_on, r.c.id, literal("rapportage").label("soort"), own.c.titel.label("tekst"), *about,
                      literal(False).label("bewijs"))
               .select_from(r).join(own, own.c.id == r.c.id).join(_S, _S.c.id == r.c.subsidie_id).join(_D, _D.c.id == _S.c.id)
               .where(own.c.eigenaar_id == party_id, own.c.state == RapportageState.GEVRAAGD, r.c.uiterlijk_on < today,
                      _D.c.state.in_(_RUNNING)))
    return union_all(lines, reports).subquery()


def te_laat(session, party_id: uuid.UUID, today: date, *, after: str | None = None, before: str | None = None,
            size: int = 25) -> Slice:
    """What should have been done before today, the oldest first. Rows: uiterlijk_on, soort (of line, or `rapportage`), tekst,
    subsidie_id, reference, titel, aanvrager_naam, bewijs (evidence came, nobody judged it)."""
    o = _overdue(party_id, today)
    return page_of(session, select(o), Order(o.c.uiterlijk_on, o.c.id, date.fromisoformat), after=after, before=before,
                   size=size)


def aantal_te_laat(session, party_id: uuid.UUID, today: date) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(_overdue(party_id, today)))


# The public register --------------------------------------------------------------------------------------------------

REGISTER_ORDER = Order(Registerregel.verleend_on, Registerregel.id, date.fromisoformat, descending=True)
_REGISTER = (
    select(Registerregel.id, Registerregel.verleend_on, Registerregel.nummer, Gemeente.naam.label("gemeente"),
           Gemeente.cbs_code.label("gemeente_code"), Registerregel.regeling_nummer, Registerregel.regeling,
           Registerregel.ontvanger_soort, Registerregel.ontvanger, Registerregel.kvk_nummer, Registerregel.doel,
           Registerregel.grondslag, Registerregel.van, Registerregel.tot, Registerregel.eerst_verleend,
           Registerregel.besluit_on, Registerregel.verleend, Registerregel.hoogste, Registerregel.vastgesteld,
           Registerregel.vastgesteld_on, Registerregel.ingetrokken_on)
    .join(Gemeente, Gemeente.id == Registerregel.gemeente_id))


@dataclass(frozen=True)
class Filter:
    """What a reader of the register asks: words in the name, the scheme or the number; the year of the grant; one gemeente."""

    q: str = ""
    jaar: int | None = None
    gemeente: str = ""

    def where(self) -> list:
        """The conditions."""
        found = []
        if self.q:
            found.append(or_(*(column.icontains(self.q, autoescape=True) for column in (
                Registerregel.ontvanger, Registerregel.regeling, Registerregel.nummer, Registerregel.doel))))
        if self.jaar:
            found.append(_in_year(Registerregel.verleend_on, self.jaar))
        if self.gemeente:
            found.append(Gemeente.slug == self.gemeente)
        return found


def register(session, filter_: Filter, *, after: str | None = None, before: str | None = None, size: int = 25) -> Slice:
    """The public register, the newest grant first. A gemeente that keeps its register closed is not in it."""
    query = _REGISTER.where(Gemeente.register_openbaar, *filter_.where())
    return page_of(session, query, REGISTER_ORDER, after=after, before=before, size=size)


def register_alles(session, filter_: Filter) -> Iterator:
    """The whole register for a file, read in pieces."""
    query = (_REGISTER.where(Gemeente.register_openbaar, *filter_.where())
             .order_by(Registerregel.verleend_on.desc(), Registerregel.id.desc()))
    return iter(session.execute(query.execution_options(yield_per=500)))


def register_samen(session, filter_: Filter):
    """How many there are, what was granted of it, and the first and last year: aantal, verleend, eerste, laatste."""
    return session.execute(
        select(func.count().label("aantal"), func.coalesce(func.sum(Registerregel.verleend), 0).label("verleend"))
        .join(Gemeente, Gemeente.id == Registerregel.gemeente_id)
        .where(Gemeente.register_openbaar, *filter_.where())).one()


def register_jaren(session) -> list[int]:
    """The years in which something was granted, the newest first."""
    year = cast(func.extract("year", Registerregel.verleend_on), Integer)
    return list(session.scalars(select(year).distinct().order_by(year.desc())))


def verslag(session, jaar: int, gemeente: str = "", *, after: str | None = None, before: str | None = None,
            size: int = 25) -> Slice:
    """What was granted in a year without a regulation: in anticipation of one (Awb 4:23, lid 3, onder a) and incidentally
    (onder d). The report of Awb 4:23, lid 4."""
    return page_of(session, _report(jaar, gemeente), REGISTER_ORDER, after=after, before=before, size=size)


def _report(jaar: int, gemeente: str):
    return _REGISTER.where(Registerregel.grondslag.in_(VERSLAG), *Filter(jaar=jaar, gemeente=gemeente).where())


def verslag_alles(session, jaar: int, gemeente: str = "") -> Iterator:
    """The whole report for a file, read in pieces."""
    query = _report(jaar, gemeente).order_by(Gemeente.naam, Registerregel.verleend_on, Registerregel.id)
    return iter(session.execute(query.execution_options(yield_per=500)))


@dataclass(frozen=True)
class Verslagregel:
    """What one gemeente granted in a year on the two grounds of the report, by number and in euros."""

    gemeente: str
    slug: str
    spoed: int
    spoed_bedrag: Decimal
    incidenteel: int
    incidenteel_bedrag: Decimal


def verslag_per_gemeente(session, jaar: int, gemeente: str = "") -> list[Verslagregel]:
    """The report in figures, for every gemeente (or one): who gave nothing says so too."""
    def total(ground):
        on = Registerregel.grondslag == ground
        return (func.count(Registerregel.id).filter(on),
                func.coalesce(func.sum(case((on, Registerregel.verleend), else_=0)), 0))

    own = and_(Registerregel.gemeente_id == Gemeente.id, _in_year(Registerregel.verleend_on, jaar))
    query = (select(Gemeente.naam, Gemeente.slug, *total(Grondslag.SPOED), *total(Grondslag.INCIDENTEEL))
             .outerjoin(Registerregel, own).group_by(Gemeente.naam, Gemeente.slug).order_by(Gemeente.naam))
    if gemeente:
        query = query.where(Gemeente.slug == gemeente)
    return [Verslagregel(*row) for row in session.execute(query)]


def register_zetten(session, actor, *, openbaar: bool) -> Gemeente:
    """Show the subsidies of the own gemeente in the public register, or no longer. It is a choice of the gemeente: the duty to
    publish (Woo, artikel 3.3, lid 2, onder k) is not in force. The report of Awb 4:23, lid 4 stays public."""
    gemeente = load(session, Gemeente, actor.party_id, lock=True)
    if gemeente.register_openbaar == openbaar:
        raise Refused("Het register staat al zo.", status=409)
    gemeente.register_openbaar = openbaar
    settle(session)
    return gemeente


# Budget items ---------------------------------------------------------------------------------------------------------

POST_ORDER = Order(Begrotingspost.naam, Begrotingspost.id, str)
BOEKING_ORDER = Order(Postboeking.geboekt_on, Postboeking.id, date.fromisoformat, descending=True)
_POSTEN = select(Begrotingspost.id, Begrotingspost.soort, Begrotingspost.naam, Begrotingspost.jaar, Begrotingspost.bedrag,
                 Begrotingspost.geboekt, Begrotingspost.omschrijving, Begrotingspost.bron)


def postjaren(session, party_id: uuid.UUID) -> list[int]:
    """The years of the own budget items, the newest first; this year always."""
    found = set(session.scalars(select(Begrotingspost.jaar).where(Begrotingspost.party_id == party_id).distinct()))
    return sorted(found | {clock.today().year}, reverse=True)


def posten(session, party_id: uuid.UUID, jaar: int, *, after: str | None = None, before: str | None = None,
           size: int = 25) -> Slice:
    """The own budget items of a year, by name. Rows: id, soort, naam, jaar, bedrag, geboekt, omschrijving, bron."""
    return page_of(session, _POSTEN.where(Begrotingspost.party_id == party_id, Begrotingspost.jaar == jaar), POST_ORDER,
                   after=after, before=before, size=size)


def bezuinigingen(session, party_id: uuid.UUID, most: int = 60) -> list:
    """The series of planned cuts: rows jaar, naam, bedrag, bron, by year."""
    return list(session.execute(
        select(Begrotingspost.jaar, Begrotingspost.naam, Begrotingspost.bedrag, Begrotingspost.bron)
        .where(Begrotingspost.party_id == party_id, Begrotingspost.soort == Postsoort.BEZUINIGING)
        .order_by(Begrotingspost.jaar, Begrotingspost.naam).limit(most)))


def post(session, party_id: uuid.UUID, post_id: uuid.UUID) -> Begrotingspost:
    """One budget item of the own gemeente. Nobody but the database changes it, and locks it to do so."""
    found = session.scalar(select(Begrotingspost).where(Begrotingspost.id == post_id, Begrotingspost.party_id == party_id))
    if found is None:
        raise NotFound("Deze begrotingspost is er niet, of hij is niet van u.")
    return found


def boekingen(session, post_id: uuid.UUID, *, after: str | None = None, before: str | None = None, size: int = 25) -> Slice:
    """What was spent of an item, the newest first. Rows: id, geboekt_on, bedrag, omschrijving, geboekt_by."""
    query = (select(Postboeking.id, Postboeking.geboekt_on, Postboeking.bedrag, Postboeking.omschrijving,
                    Postboeking.geboekt_by).where(Postboeking.begrotingspost_id == post_id))
    return page_of(session, query, BOEKING_ORDER, after=after, before=before, size=size)


def post_maken(session, actor, *, soort: str, naam: str, jaar: int, bedrag: Decimal, bron: str,
               omschrijving: str = "") -> Begrotingspost:
    """A new item of the budget, with the paper it comes from. Its amount does not change: more money is another item."""
    faults = _post_faults(soort, naam, jaar, bedrag, bron)
    if faults:
        raise Refused(*faults)
    made = Begrotingspost(id=uuid.uuid4(), party_id=actor.party_id, soort=soort, naam=naam.strip(), jaar=jaar, bedrag=bedrag,
                          omschrijving=omschrijving.strip(), bron=bron.strip(), vastgelegd_by=actor.user_id)
    session.add(made)
    settle(session)
    return made


def _post_faults(soort: str, naam: str, jaar: int, bedrag: Decimal, bron: str) -> Iterable[str]:
    return [fault for wrong, fault in (
        (soort not in set(Postsoort), "Kies wat voor post het is."), (not naam.strip(), "Geef de begrotingspost een naam."),
        (not 2000 <= jaar <= 2100, "Kies een jaar van 2000 tot en met 2100."), (bedrag <= 0, "Vul een bedrag boven nul in."),
        (not bron.strip(), "Schrijf waar dit bedrag staat.")) if wrong]


def boeken(session, actor, post_id, *, bedrag: Decimal, omschrijving: str, geboekt_on: date) -> Postboeking:
    """Spend from an item, or with an amount below zero take back what was booked; never more than there is (requirements
    B8)."""
    item = post(session, actor.party_id, post_id)
    if item.soort != Postsoort.KREDIET:
        raise Refused("Dit is een geplande bezuiniging. Daar wordt niets op geboekt.", status=409)
    if bedrag == 0 or not omschrijving.strip():
        raise Refused("Vul het bedrag in, en schrijf waarvoor het is.")
    if geboekt_on > clock.today():
        raise Refused("De dag van de boeking ligt in de toekomst.")
    if bedrag > item.over:
        raise Refused(f"Op deze post is nog € {bedrag_text(item.over)} over. Meer boeken kan niet.", status=409)
    if -bedrag > item.geboekt:
        raise Refused(f"Er is € {bedrag_text(item.geboekt)} geboekt. Meer terugboeken kan niet.", status=409)
    made = Postboeking(id=uuid.uuid4(), party_id=actor.party_id, begrotingspost_id=item.id, bedrag=bedrag,
                       omschrijving=omschrijving.strip(), geboekt_on=geboekt_on, geboekt_by=actor.user_id)
    session.add(made)
    settle(session)
    session.refresh(item)
    return made


def post_weghalen(session, actor, post_id) -> Begrotingspost:
    """Take away an item that was a mistake: only while nothing was ever booked on it."""
    item = post(session, actor.party_id, post_id)
    session.delete(item)
    settle(session)
    return item
