"""The dossier: what every case in every domain has. Reference, state, owner, sharing, terms, history.

A domain's own root (inkoop, inschrijving, subsidieaanvraag ...) is a joined subclass, so that search, Mijn werk, terms,
documents and messages are written once. Rows under a dossier carry `dossier_id`, `eigenaar_id` (owner of the dossier,
for the wall) and `party_id` (the party that wrote the row: in a shared dossier each side writes its own rows).
"""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, object_session

from portal.db import Base, text_column
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import record
from portal.kernel.terms import CountLine, Due, Length, Suspension, TermRule, compute

NOW = text("portal.now()")


class Dossier(Base):
    """Root of every case. `state` is the only truth about where it stands; history explains it."""

    __tablename__ = "dossier"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    soort: Mapped[str] = text_column()
    reference: Mapped[str] = text_column()
    titel: Mapped[str] = text_column()
    state: Mapped[str] = text_column()
    eigenaar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    behandelaar_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ouder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.dossier.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    zoek: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("to_tsvector('portal.nl', titel) || to_tsvector('simple', lower(reference))", persisted=True),
        deferred=True,
    )
    __table_args__ = (
        UniqueConstraint("eigenaar_id", "id"),
        UniqueConstraint("reference"),
        Index("ix_dossier_eigenaar_gemaakt", "eigenaar_id", "gemaakt_at", "id"),
        Index("ix_dossier_ouder", "ouder_id"),
        Index("ix_dossier_zoek", "zoek", postgresql_using="gin"),
        # An aanbieder has one dossier of its own organisation, also when two colleagues open it at once.
        Index("uq_dossier_organisatie", "eigenaar_id", unique=True,
              postgresql_where=text("soort = 'organisatie' AND state = 'actief'")),
        # A gemeente has one dossier of its council.
        Index("uq_dossier_raad", "eigenaar_id", unique=True, postgresql_where=text("soort = 'raad'")),
    )
    __mapper_args__ = {"polymorphic_on": "soort", "polymorphic_identity": "dossier", "eager_defaults": False}

    def __init__(self, **values):
        # Known before the row is written: history and rows under a dossier name it in the same flush.
        super().__init__(**{"id": uuid.uuid4()} | values)

    def record(self, kind: str, *, actor, on: date | None = None, **facts) -> None:
        """Write one line of history: ids, codes, dates and amounts; never personal data or content."""
        record(object_session(self), self, kind, actor=actor, on=on or clock.today(), facts=facts)


class OfDossier:
    """Columns of every row that stands under a dossier."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    dossier_id: Mapped[uuid.UUID]
    eigenaar_id: Mapped[uuid.UUID]
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return OfDossier.under_dossier(cls.__tablename__)

    @staticmethod
    def under_dossier(table: str):
        """The composite key keeps a row inside its dossier's wall; policies do not guard foreign keys."""
        return (
            ForeignKeyConstraint(["eigenaar_id", "dossier_id"], ["portal.dossier.eigenaar_id", "portal.dossier.id"]),
            Index(f"ix_{table}_dossier", "dossier_id"),
        )


def under(dossier: Dossier, party_id: uuid.UUID) -> dict:
    """The three columns for a new row that `party_id` writes under this dossier."""
    return {"dossier_id": dossier.id, "eigenaar_id": dossier.eigenaar_id, "party_id": party_id}


class DossierDeelnemer(Base):
    """Who else sees a dossier, from when to when. The owner needs no row. Sharing is written by the owner or by a
    reviewed database function (the opening of bids)."""

    __tablename__ = "dossier_deelnemer"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    dossier_id: Mapped[uuid.UUID]
    eigenaar_id: Mapped[uuid.UUID]
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    hoedanigheid: Mapped[str] = text_column()
    van: Mapped[datetime] = mapped_column(server_default=NOW)
    tot: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["eigenaar_id", "dossier_id"], ["portal.dossier.eigenaar_id", "portal.dossier.id"]),
        UniqueConstraint("dossier_id", "party_id"),
        CheckConstraint("tot IS NULL OR tot >= van", name="tot_na_van"),
        Index("ix_dossier_deelnemer_party", "party_id", postgresql_include=["dossier_id", "van", "tot"]),
    )


class Termijn(OfDossier, Base):
    """One term of a dossier. The due date is computed by terms.compute from what stands here; `due_on` keeps the
    outcome for lists. `party_id` is the party that must act. `gevolg` answers "Als niemand iets doet"."""

    __tablename__ = "termijn"
    kind: Mapped[str] = text_column()
    label: Mapped[str] = text_column()
    article: Mapped[str] = text_column()
    # The whole rule as it stood when the term began: a law change never moves a running term.
    regel: Mapped[dict] = mapped_column(JSONB)
    started_on: Mapped[date]
    due_on: Mapped[date]
    # Set where the hour counts; then it is the legal end and due_on its day.
    due_at: Mapped[datetime | None]
    extended: Mapped[int] = mapped_column(default=0)
    met_on: Mapped[date | None]
    gevolg: Mapped[str] = text_column()
    taak: Mapped[str] = text_column()
    endpoint: Mapped[str | None] = text_column()
    wacht_op_permissions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("termijn"),
            Index("ix_termijn_open", "party_id", "due_on", "id", postgresql_where=text("met_on IS NULL")),
            Index("ix_termijn_open_eigenaar", "eigenaar_id", "due_on", "id", postgresql_where=text("met_on IS NULL")),
        )

    @property
    def rule(self) -> TermRule:
        """The rule under which this term runs."""
        return rule_from_json(self.regel)


def rule_to_json(rule: TermRule) -> dict:
    """A rule as data; `rule_from_json` reads it back."""
    data = asdict(rule)
    for name in ("length", "extension"):
        length = getattr(rule, name)
        data[name] = {length.unit: length.amount} if length else None
    return data


def rule_from_json(data: dict) -> TermRule:
    """The rule that `rule_to_json` wrote."""
    lengths = {name: Length(**data[name]) if data[name] else None for name in ("length", "extension")}
    return TermRule(**(data | lengths))


class Opschorting(OfDossier, Base):
    """A suspension of a term, as an interval with ground and letter; never a new deadline (Awb 4:15)."""

    __tablename__ = "opschorting"
    termijn_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.termijn.id"))
    invited_on: Mapped[date]
    completed_on: Mapped[date | None]
    ground: Mapped[str] = text_column()
    article: Mapped[str] = text_column()
    letter_id: Mapped[uuid.UUID | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("opschorting"),
            CheckConstraint("completed_on >= invited_on", name="eindigt_na_begin"),
            # One at a time: a second one while the first still runs would count the same days twice.
            Index("uq_opschorting_loopt", "termijn_id", unique=True, postgresql_where=text("completed_on IS NULL")),
        )


def start_term(
    session, dossier: Dossier, rule: TermRule, *, on: date, party_id: uuid.UUID, taak: str, gevolg: str,
    endpoint: str | None = None, permissions=(), due_at: datetime | None = None, due_on: date | None = None,
) -> Termijn:
    """Begin a term. `due_at` fixes an hour on the computed day; `due_on` only for terms that a decision sets itself."""
    termijn = Termijn(
        **under(dossier, dossier.eigenaar_id), kind=rule.kind, label=rule.label or rule.kind, article=rule.article,
        regel=rule_to_json(rule), started_on=on, due_on=due_on or compute(rule, on).last_day, due_at=due_at,
        gevolg=gevolg, taak=taak, endpoint=endpoint, wacht_op_permissions=[str(p) for p in permissions],
    )
    termijn.party_id = party_id
    session.add(termijn)
    return termijn


def meet_term(session, dossier: Dossier, kind: str, *, on: date, party_id: uuid.UUID | None = None) -> None:
    """The thing that was waited for has happened."""
    query = select(Termijn).where(
        Termijn.dossier_id == dossier.id, Termijn.kind == kind, Termijn.met_on.is_(None)
    )
    if party_id is not None:
        query = query.where(Termijn.party_id == party_id)
    for termijn in session.scalars(query):
        termijn.met_on = on


def count_of(session, termijn: Termijn) -> Due:
    """The count of a term, line by line with its articles ("Waarom deze datum?"). While a suspension runs the date is
    provisional: it holds if the suspension ends today. A day that a decision set itself is told as such."""
    return count_with(termijn, session.scalars(select(Opschorting).where(Opschorting.termijn_id == termijn.id)))


def running(opschortingen: Iterable[Opschorting]) -> Opschorting | None:
    """The suspension that runs now; None when the term counts."""
    return next((row for row in opschortingen if row.completed_on is None), None)


def count_with(termijn: Termijn, opschortingen: Iterable[Opschorting]) -> Due:
    """The count of a term of which the suspensions were read already."""
    suspensions = [Suspension(row.invited_on, row.completed_on, row.ground, row.article) for row in opschortingen]
    rule = termijn.rule
    # A term that was met while it stood still, stands where it stood then.
    due = compute(rule, termijn.started_on, suspensions, extensions=termijn.extended,
                  as_of=termijn.met_on or clock.today())
    if suspensions or termijn.extended or due.last_day == termijn.due_on:
        return due
    lines = (CountLine(rule.event, termijn.started_on, rule.source),
             CountLine("Deze laatste dag is zo vastgesteld", termijn.due_on, rule.article))
    return Due(termijn.due_on, termijn.due_on, lines)


def _alone_with(session, termijn: Termijn) -> None:
    """Nobody else changes this term until the commit: two suspensions, or two extensions, would count the same days."""
    session.flush()
    session.refresh(termijn, with_for_update=True)


def _running_suspension(session, termijn: Termijn) -> Opschorting | None:
    return session.scalar(select(Opschorting).where(Opschorting.termijn_id == termijn.id,
                                                    Opschorting.completed_on.is_(None)))


def _recount(session, termijn: Termijn) -> Due:
    session.flush()
    due = count_of(session, termijn)
    termijn.due_on = due.last_day
    return due


def suspend_term(session, termijn: Termijn, actor, *, on: date, ground: str, article: str,
                 letter_id: uuid.UUID | None = None) -> Due:
    """Suspend a term from the day after `on` (Awb 4:15), with the ground and the letter that said so."""
    _alone_with(session, termijn)
    if termijn.met_on is not None or termijn.rule.direction == "backward":
        raise Refused("Deze termijn kan niet worden opgeschort.")
    if not termijn.started_on <= on <= termijn.due_on:
        raise Refused("Opschorten kan alleen terwijl de termijn loopt.")
    if _running_suspension(session, termijn):
        raise Refused("Deze termijn is al opgeschort.", status=409)
    session.add(Opschorting(
        dossier_id=termijn.dossier_id, eigenaar_id=termijn.eigenaar_id, party_id=actor.party_id, termijn_id=termijn.id,
        invited_on=on, ground=ground, article=article, letter_id=letter_id,
    ))
    return _recount(session, termijn)


def resume_term(session, termijn: Termijn, *, on: date) -> Due:
    """End the running suspension on the day of completion: that day counts again."""
    _alone_with(session, termijn)
    opschorting = _running_suspension(session, termijn)
    if opschorting is None:
        raise Refused("Deze termijn is niet opgeschort.", status=409)
    if on < opschorting.invited_on:
        raise Refused("De opschorting eindigt niet eerder dan zij begon.")
    opschorting.completed_on = on
    return _recount(session, termijn)


def shorten_suspension(session, termijn: Termijn, *, on: date, ground: str) -> Due | None:
    """The last suspension on this ground ended earlier than was thought: what it waited for came in on `on`, and was entered
    later. Gives the new day; None where nothing changes."""
    _alone_with(session, termijn)
    last = session.scalar(select(Opschorting).where(
        Opschorting.termijn_id == termijn.id, Opschorting.ground == ground, Opschorting.completed_on.is_not(None))
        .order_by(Opschorting.completed_on.desc()).limit(1))
    if last is None or not last.invited_on <= on < last.completed_on:
        return None
    last.completed_on = on
    return _recount(session, termijn)


def extend_term(session, termijn: Termijn) -> Due:
    """Extend a term, once, where its rule allows it."""
    _alone_with(session, termijn)
    if termijn.extended or termijn.rule.extension is None or termijn.met_on is not None:
        raise Refused("Deze termijn mag niet (nog eens) worden verlengd.")
    termijn.extended = 1
    return _recount(session, termijn)


def next_reference(session, prefix: str) -> str:
    """The next number of a series, e.g. INK-2026-0010: without gaps, per prefix and year."""
    return session.scalar(select(func.portal.volgend_nummer(prefix)))


def random_reference(prefix: str) -> str:
    """A number that is short enough to read out, e.g. OB-7KQ2M-XW4TB, and random: it tells nothing about how many there are."""
    alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    code = "".join(secrets.choice(alphabet) for _ in range(10))
    return f"{prefix}-{code[:5]}-{code[5:]}"


class Idempotentie(Base):
    """One row per submitted form: the same key gives the same answer, however often the button was pressed. Another
    person, or another address (`path`), makes it another press."""

    __tablename__ = "idempotentie"
    sleutel: Mapped[str] = text_column(primary_key=True)
    party_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    path: Mapped[str] = text_column(primary_key=True, server_default="")
    resultaat: Mapped[dict] = mapped_column(JSONB)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)


def load(session, kind: type, id_: uuid.UUID, *, lock: bool = False):
    """One row by id, locked for a step. Hidden, not writable or not there: NotFound, the answer is the same."""
    found = session.get(kind, id_, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


def share(session, dossier: Dossier, party_id: uuid.UUID, hoedanigheid: str) -> None:
    """From now on this party sees the dossier."""
    session.add(DossierDeelnemer(dossier_id=dossier.id, eigenaar_id=dossier.eigenaar_id, party_id=party_id,
                                 hoedanigheid=hoedanigheid))
