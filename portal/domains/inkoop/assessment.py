"""Read models of opening, assessment and award: what the gemeenten see after the deadline."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Uuid, bindparam, case, func, or_, select, text, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.domains.inkoop import rules
from portal.domains.inkoop.model import (
    Criterium,
    Eis,
    Inkoop,
    Inschrijving,
    Opening,
    Perceel,
    PerceelState,
    Score,
    Toets,
    Verzending,
    VerzendingSoort,
)
from portal.domains.inkoop.queries import Bid, as_bids, opened
from portal.identity.model import Account, Beveiligingslog
from portal.identity.permissions import ROLES
from portal.identity.permissions import Permission as P
from portal.kernel.belang import LAST, Belangverklaring
from portal.kernel.besluit import Besluit
from portal.kernel.besluit import State as BesluitState
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Termijn
from portal.kernel.errors import NotFound
from portal.kernel.outbox import Bericht
from portal.kernel.queries import Order, Slice, Together, page_of
from portal.register.model import Overeenkomst, OvereenkomstPeriode
from portal.tenants.model import Aanbieder, Gemeente, Mandaat


def perceel(session, perceel_id: uuid.UUID, actor) -> tuple[Perceel, Inkoop, bool | None]:
    """A perceel with its procurement and what this person declared about interests in it, in one query; NotFound when the
    wall hides it."""
    inkoop = aliased(Inkoop, flat=True)
    row = session.execute(select(Perceel, inkoop, own_interest(inkoop.id, actor.user_id))
                          .join(inkoop, inkoop.id == Perceel.inkoop_id)
                          .where(Perceel.id == perceel_id)).first()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


# The opening --------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Act:
    """One opening act: by whom, of which gemeente, when."""

    account_id: uuid.UUID
    party_id: uuid.UUID
    naam: str
    gemeente: str
    at: datetime


def takes_part(session, inkoop_id: uuid.UUID, party_id: uuid.UUID) -> bool:
    """Does this gemeente buy along: the lead, or a recorded yes to at least one perceel?"""
    return session.scalar(select(func.portal.neemt_deel(inkoop_id, party_id)))


# Roles whose people may open. Which people there are, only their own gemeente knows.
OPENERS = sorted(str(role) for role, (_label, _soort, permissions) in ROLES.items() if P.INKOOP_OPENEN in permissions)


def without_opener(session, gemeenten) -> list[Gemeente]:
    """Of these gemeenten those where nobody may open. Empty as soon as two others can: an opening needs two."""
    able = set(session.scalar(select(func.portal.hebben_rol([row.id for row in gemeenten], OPENERS))))
    return [] if len(able) >= 2 else [row for row in gemeenten if row.id not in able]


def takes_part_in(session, perceel: Perceel, actor) -> bool:
    """Does the gemeente of this person buy along in this perceel? Then it may read and judge its bids."""
    return actor.party_id == perceel.eigenaar_id or session.scalar(
        select(func.portal.neemt_deel_aan(perceel.id, actor.party_id)))


@dataclass(frozen=True)
class ReadAloud:
    """What an opening tells of a bid to who opened: from whom, when, and its fingerprint. Not what it says."""

    perceel_id: uuid.UUID
    naam: str
    verzonden_at: datetime
    vingerafdruk: str


def read_aloud(session, inkoop_id: uuid.UUID) -> list[ReadAloud]:
    """All opened bids in order of sending, also on percelen that the opener does not take part in."""
    rows = session.execute(text("SELECT * FROM portal.geopende_inschrijvingen(:id)"), {"id": inkoop_id})
    return [ReadAloud(*row) for row in rows]


def acts(session, inkoop_id: uuid.UUID) -> list[Act]:
    """The opening acts in their order: the second one, of another gemeente, opened."""
    rows = session.execute(
        select(Opening.account_id, Opening.party_id, Account.naam, Gemeente.naam.label("gemeente"), Opening.at)
        .join(Account, Account.id == Opening.account_id).join(Gemeente, Gemeente.id == Opening.party_id)
        .where(Opening.dossier_id == inkoop_id).order_by(Opening.at))
    return [Act(*row) for row in rows]


def attempts(session, inkoop_id: uuid.UUID) -> list:
    """Refused attempts to open, of the own party (the wall shows no other). Rows: at, naam, details."""
    return session.execute(
        select(Beveiligingslog.at, Account.naam, Beveiligingslog.details)
        .outerjoin(Account, Account.id == Beveiligingslog.account_id)
        .where(Beveiligingslog.handeling == "inkoop:openen", Beveiligingslog.object == str(inkoop_id),
               Beveiligingslog.resultaat == "geweigerd").order_by(Beveiligingslog.at)).all()


def record_of_opening(session, inkoop_id: uuid.UUID) -> Document | None:
    """The proces-verbaal of the opening."""
    return session.scalar(select(Document).where(Document.dossier_id == inkoop_id, Document.soort == "proces-verbaal"))


# Who reads ----------------------------------------------------------------------------------------------------------------

# Who may read what a bidder sent and what was said of it: everybody who has a part in the assessment or the award.
JUDGING = (P.INKOOP_BEOORDELEN, P.INKOOP_VASTSTELLEN, P.INKOOP_GUNNEN, P.INKOOP_MEELEZEN, P.INKOOP_TEKENEN)
# Why bids, scores and letters stay closed for somebody.
NO_PART = "Alleen wie deze inkoop beoordeelt of gunt, leest wat de inschrijvers stuurden."
SILENT = "Verklaar eerst of u een belang heeft bij een inschrijver. Pas daarna leest u wat zij stuurden."
INTERESTED = "U meldde een belang bij deze inkoop. Daarom leest u de inschrijvingen niet."


def closed_for(actor, declared: bool | None) -> str | None:
    """Why this person does not read the bids of a procurement, whichever page or file they stand in; None: nothing against
    it. `declared`: whether the own statement was an interest, None without one. Who signs for another gemeente reads the
    decision and its letters there, not the bids."""
    if actor.namens or not any(actor.may(one) for one in JUDGING):
        return NO_PART
    if declared is None:
        return SILENT if actor.may(P.INKOOP_BEOORDELEN) else None
    return INTERESTED if declared else None


def own_interest(inkoop_id, account_id: uuid.UUID):
    """What this person declared last, as a column: beside a procurement that is read anyhow it costs no query."""
    return (select(Belangverklaring.heeft_belang)
            .where(Belangverklaring.dossier_id == inkoop_id, Belangverklaring.account_id == account_id)
            .order_by(*LAST).limit(1).correlate_except(Belangverklaring).scalar_subquery())


def bid(session, inschrijving_id: uuid.UUID, actor) -> bool | None:
    """Whether this person declared an interest in the procurement of a bid (None: nothing declared); NotFound when the wall
    hides the bid."""
    row = session.execute(select(own_interest(Inschrijving.inkoop_id, actor.user_id))
                          .where(Inschrijving.id == inschrijving_id)).first()
    if row is None:
        raise NotFound()
    return row[0]


# Assessment ---------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Sheet:
    """Everything that was judged on one perceel: bids by requirements and criteria. `aside` counts no more."""

    perceel: Perceel
    bids: list[Bid]
    eisen: list[Eis]
    criteria: list[Criterium]
    toetsen: dict[tuple[uuid.UUID, uuid.UUID], Toets]
    scores: dict[tuple[uuid.UUID, uuid.UUID], Score]
    aside: list[Toets | Score] = field(default_factory=list)

    def failed(self, bid: uuid.UUID) -> tuple[str, ...]:
        """The codes of the requirements that this bid does not meet."""
        return tuple(e.code for e in self.eisen if (t := self.toetsen.get((bid, e.id))) and not t.voldoet)

    def progress(self, bid: uuid.UUID) -> tuple[int, int]:
        """(done, to do): a bid that fails a requirement needs no scores."""
        criteria = [] if self.failed(bid) else self.criteria
        done = sum((bid, e.id) in self.toetsen for e in self.eisen) + sum((bid, c.id) in self.scores for c in criteria)
        return done, len(self.eisen) + len(criteria)

    def total(self, bid: uuid.UUID) -> Decimal | None:
        """The weighted score, 0 to 10; None while a score is missing or a requirement fails."""
        points = {str(c.id): s.punten for c in self.criteria if (s := self.scores.get((bid, c.id)))}
        if self.failed(bid) or len(points) < len(self.criteria):
            return None
        return rules.weighted_score(points, {str(c.id): c.weging for c in self.criteria})

    @property
    def progress_of_all(self) -> tuple[int, int]:
        """(done, to do) over all bids."""
        each = [self.progress(b.inschrijving_id) for b in self.bids]
        return sum(done for done, _total in each), sum(total for _done, total in each)

    @property
    def missing(self) -> int:
        """How many tests and scores are still to be given."""
        done, total = self.progress_of_all
        return total - done

    @property
    def assessors(self) -> set[uuid.UUID]:
        """Everybody whose tests or scores count."""
        return {row.beoordelaar_id for row in (*self.toetsen.values(), *self.scores.values())}

    @property
    def everybody(self) -> set[uuid.UUID]:
        """Everybody who tested or scored, also what was set aside: none of them finalises."""
        return self.assessors | {row.beoordelaar_id for row in self.aside}

    def given_by(self, account_id: uuid.UUID) -> int:
        """How many judgments of this person count."""
        return sum(row.beoordelaar_id == account_id for row in (*self.toetsen.values(), *self.scores.values()))

    @property
    def judged(self) -> dict[uuid.UUID, rules.Beoordeeld]:
        """Every bid as the rules read it."""
        return {b.inschrijving_id: rules.Beoordeeld(str(b.inschrijving_id), tuple(sorted(self.failed(b.inschrijving_id))),
                                                    self.total(b.inschrijving_id), self._on_heaviest(b.inschrijving_id))
                for b in self.bids}

    def _on_heaviest(self, bid: uuid.UUID) -> Decimal:
        most = max((c.weging for c in self.criteria), default=0)
        return sum((s.punten for c in self.criteria if c.weging == most and (s := self.scores.get((bid, c.id)))), Decimal(0))

    def proposal(self, regelset: Mapping, loting: rules.Loting | None = None) -> list[rules.Uitkomst]:
        """What the published rules say about every bid."""
        return rules.propose(self.judged.values(), self.perceel.minimale_score, self.perceel.max_contracten,
                             rules.gelijk(regelset), loting)

    def tie(self, regelset: Mapping) -> rules.Grens | None:
        """The tie at the border that the published rules leave to the lot."""
        return rules.grens(self.judged.values(), self.perceel.minimale_score, self.perceel.max_contracten,
                           rules.gelijk(regelset))


_PERCEEL = bindparam("perceel", type_=Uuid)
_SHEET = Together(
    bids=opened(_PERCEEL), eisen=select(Eis).where(Eis.dossier_id == _PERCEEL),
    criteria=select(Criterium).where(Criterium.dossier_id == _PERCEEL),
    toetsen=select(Toets).where(Toets.dossier_id == _PERCEEL), scores=select(Score).where(Score.dossier_id == _PERCEEL))


def sheet(session, perceel: Perceel) -> Sheet:
    """The whole assessment of one perceel, in one statement whatever the number of bids."""
    found = _SHEET.read(session, perceel=perceel.id)
    return Sheet(
        perceel, as_bids(found.bids), sorted(found.eisen, key=lambda e: e.code), sorted(found.criteria, key=lambda c: c.code),
        {(t.inschrijving_id, t.eis_id): t for t in found.toetsen if t.terzijde_at is None},
        {(s.inschrijving_id, s.criterium_id): s for s in found.scores if s.terzijde_at is None},
        [row for row in (*found.toetsen, *found.scores) if row.terzijde_at is not None])


@dataclass(frozen=True)
class SetAside:
    """One time that judgments of somebody were set aside: whose, how many, by whom, when and why."""

    beoordelaar_id: uuid.UUID
    by: uuid.UUID
    at: datetime
    reden: str
    count: int


def set_aside(rows: Iterable[Toets | Score]) -> list[SetAside]:
    """The judgments that count no more, per act, oldest first."""
    acts: dict[tuple, int] = {}
    for row in sorted(rows, key=lambda row: row.terzijde_at):
        key = (row.beoordelaar_id, row.terzijde_by, row.terzijde_at, row.terzijde_reden)
        acts[key] = acts.get(key, 0) + 1
    return [SetAside(*key, count) for key, count in acts.items()]


def bidders(session, inkoop_id: uuid.UUID) -> list[str]:
    """The names of everybody whose bid was opened, in order of the alphabet."""
    last = (select(Verzending.id).where(Verzending.inkoop_id == inkoop_id)
            .ext(distinct_on(Verzending.dossier_id, Verzending.perceel_id))
            .order_by(Verzending.dossier_id, Verzending.perceel_id, Verzending.versie.desc()))
    found = session.scalars(select(Verzending.inhoud["aanbieder"]["naam"].astext).where(
        Verzending.id.in_(last), Verzending.soort == VerzendingSoort.VERZENDING))
    return sorted(set(found))


def _last_statements(inkoop_id: uuid.UUID):
    """Per person what counts: (account_id, heeft_belang)."""
    return (select(Belangverklaring.account_id, Belangverklaring.heeft_belang)
            .where(Belangverklaring.dossier_id == inkoop_id)
            .ext(distinct_on(Belangverklaring.account_id)).order_by(Belangverklaring.account_id, *LAST))


def statements(session, inkoop_id: uuid.UUID) -> dict[uuid.UUID, bool]:
    """Who declared, and whether it was an interest."""
    return dict(session.execute(_last_statements(inkoop_id)).all())


def busy_with(session, account_id: uuid.UUID) -> list[Inkoop]:
    """The inkopen this person assesses along: without an interest declared, and with a perceel that is assessed now."""
    return list(session.scalars(
        select(Inkoop).where(
               select(Belangverklaring.heeft_belang).where(
                   Belangverklaring.dossier_id == Inkoop.id, Belangverklaring.account_id == account_id)
               .order_by(*LAST).limit(1).correlate(Inkoop).scalar_subquery().is_(False),
               select(Perceel.id).where(Perceel.inkoop_id == Inkoop.id, Perceel.state == PerceelState.GEOPEND).exists())
        .order_by(Inkoop.reference)))


@dataclass(frozen=True)
class Assessor:
    """One person's part in an assessment: tests and scores given, how many lack their motivation, and what this person
    declared about an interest (None: nothing)."""

    account_id: uuid.UUID
    given: int
    bare: int
    has_interest: bool | None


def part_of_each(session, perceel: Perceel) -> list[Assessor]:
    """Everybody who assessed this perceel or declared something about its inkoop, in one query."""
    def judgments(kind, lacks):
        return select(kind.beoordelaar_id.label("who"), case((lacks, 1), else_=0).label("bare")).where(
            kind.dossier_id == perceel.id, kind.terzijde_at.is_(None))

    no_words = [func.coalesce(func.trim(kind.motivering), "") == "" for kind in (Toets, Score)]
    every = union_all(judgments(Toets, Toets.voldoet.is_(False) & no_words[0]), judgments(Score, no_words[1])).subquery()
    judged = (select(every.c.who, func.count().label("given"), func.sum(every.c.bare).label("bare"))
              .group_by(every.c.who).subquery())
    declared = _last_statements(perceel.inkoop_id).subquery()
    rows = session.execute(
        select(func.coalesce(judged.c.who, declared.c.account_id), func.coalesce(judged.c.given, 0),
               func.coalesce(judged.c.bare, 0), declared.c.heeft_belang)
        .select_from(judged.join(declared, declared.c.account_id == judged.c.who, full=True)))
    return [Assessor(*row) for row in rows]


# The award ----------------------------------------------------------------------------------------------------------------

def gunning(session, besluit_id: uuid.UUID, actor) -> tuple[Besluit, Perceel, Inkoop, bool | None]:
    """An award decision with its perceel, its procurement and the own statement about interests in it; NotFound when the
    wall hides it or it is no award."""
    inkoop = aliased(Inkoop, flat=True)
    row = session.execute(
        select(Besluit, Perceel, inkoop, own_interest(inkoop.id, actor.user_id)).join(Perceel, Perceel.id == Besluit.dossier_id)
        .join(inkoop, inkoop.id == Perceel.inkoop_id).where(Besluit.id == besluit_id, Besluit.soort == "gunning")).first()
    if row is None:
        raise NotFound("Dit gunningsbesluit is er niet, of het is niet van uw gemeente.")
    return row[0], row[1], row[2], row[3]


def standstill(session, perceel_id: uuid.UUID) -> Termijn | None:
    """The standstill of a perceel, that of its newest award; None while no letters are sent."""
    return session.scalar(select(Termijn).where(Termijn.dossier_id == perceel_id, Termijn.kind == "standstill")
                          .order_by(Termijn.started_on.desc(), Termijn.met_on.desc().nulls_first()).limit(1))


@dataclass(frozen=True)
class Contract:
    """A contract of a perceel with its bidder, its periods in order, who signed it, and where the volmacht of that person
    stands (both None for contracts of before that was kept)."""

    overeenkomst: Overeenkomst
    aanbieder: str
    ondertekenaar: str | None
    volmacht: str | None
    periods: list[OvereenkomstPeriode]


def contracts(session, perceel_id: uuid.UUID) -> list[Contract]:
    """The contracts of a perceel by number, in two queries."""
    rows = session.execute(
        select(Overeenkomst, Aanbieder.naam.label("aanbieder"), Account.naam.label("ondertekenaar"), Mandaat.vindplaats)
        .join(Aanbieder, Aanbieder.id == Overeenkomst.aanbieder_id)
        .outerjoin(Account, Account.id == Overeenkomst.getekend_by)
        .outerjoin(Mandaat, Mandaat.id == Overeenkomst.mandaat_id)
        .where(Overeenkomst.dossier_id == perceel_id).order_by(Overeenkomst.nummer)).all()
    periods: dict = {row.Overeenkomst.id: [] for row in rows}
    for period in session.scalars(select(OvereenkomstPeriode).where(OvereenkomstPeriode.overeenkomst_id.in_(periods))
                                  .order_by(OvereenkomstPeriode.volgnummer)):
        periods[period.overeenkomst_id].append(period)
    return [Contract(*row, periods[row.Overeenkomst.id]) for row in rows]


def letters(session, besluit_id: uuid.UUID) -> dict[uuid.UUID, Bericht]:
    """The letters that were sent with a decision, by addressee; only for the party that sent them."""
    return {b.party_id: b for b in session.scalars(select(Bericht).where(
        Bericht.besluit_id == besluit_id, Bericht.brief_key.is_not(None)))}


TEKENEN_ORDER = Order(Besluit.opgesteld_at, Besluit.id, datetime.fromisoformat)


def _signable(actor):
    """Awards of the own party that wait for a signature, and that this person did not draft or read. Where the perceel
    lapsed, nothing waits."""
    about = aliased(Dossier, flat=True)
    waits = select(about.id).where(about.id == Besluit.dossier_id, about.state == PerceelState.VASTGESTELD).exists()
    ready = or_(Besluit.state == BesluitState.GELEZEN,
                (Besluit.state == BesluitState.OPGESTELD) & Besluit.tweede_lezer_nodig.is_(False))
    return (Besluit.party_id == actor.party_id, Besluit.soort == "gunning", ready, waits, Besluit.opgesteld_by != actor.user_id,
            or_(Besluit.gelezen_by.is_(None), Besluit.gelezen_by != actor.user_id))


def to_sign(session, actor, *, after: str | None = None, before: str | None = None) -> Slice:
    """Awards that wait for this person's signature, the oldest first. Rows: id, opgesteld_at, onderwerp, bedrag, reference."""
    query = (select(Besluit.id, Besluit.opgesteld_at, Besluit.onderwerp, Besluit.bedrag, Perceel.reference)
             .join(Perceel, Perceel.id == Besluit.dossier_id).where(*_signable(actor)))
    return page_of(session, query, TEKENEN_ORDER, after=after, before=before)


@dataclass(frozen=True)
class Queue:
    """Where one decision stands among those that wait for a signature."""

    place: int | None
    total: int
    next_id: uuid.UUID | None
    next_onderwerp: str | None


def queue(session, actor, besluit_id: uuid.UUID, most: int = 100) -> Queue:
    """The place of a decision in the own queue, and the one that comes after it (round to the first)."""
    rows = session.execute(select(Besluit.id, Besluit.onderwerp).where(*_signable(actor))
                           .order_by(Besluit.opgesteld_at, Besluit.id).limit(most)).all()
    ids = [row.id for row in rows]
    place = ids.index(besluit_id) + 1 if besluit_id in ids else None
    others = [row for row in (*rows[place or 0:], *rows[: place or 0]) if row.id != besluit_id]
    first = others[0] if others else None
    return Queue(place, len(rows), first.id if first else None, first.onderwerp if first else None)
