"""Tables of the council. Each row is of one gemeente, and only that gemeente writes it; everybody reads what has
`openbaar_at`."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, one_of, text_column
from portal.domains.raad.rules import Antwoord, Stuksoort, Uitkomst, Vorm
from portal.kernel.dossier import Dossier

CLOCK_NOW = text("portal.clock_now()")


class Toezegsoort(StrEnum):
    """What the council asked or was promised."""

    MOTIE = "motie"
    TOEZEGGING = "toezegging"
    AGENDERINGSVERZOEK = "agenderingsverzoek"


class Raad(Dossier):
    """The dossier of one gemeente that carries the tasks and the history of its council. There is one, and it stays."""

    __mapper_args__ = {"polymorphic_identity": "raad"}


class Raadsstuk(Base):
    """One paper: what it is, of which day and version, who is responsible (a function, never a name), and what it asks. A day
    to come is a paper that is expected."""

    __tablename__ = "raadsstuk"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    soort: Mapped[str] = text_column()
    kenmerk: Mapped[str] = text_column(default="")
    op_on: Mapped[date]
    versie: Mapped[str] = text_column(default="")
    onderwerp: Mapped[str] = text_column()
    portefeuille: Mapped[str] = text_column()
    afdeling: Mapped[str] = text_column(default="")
    gevraagd: Mapped[str] = text_column()
    bijlagen: Mapped[str] = text_column(default="")
    # Code of Deel -> text.
    delen: Mapped[dict] = mapped_column(JSONB, default=dict)
    # A besluit of the proposal that it answers.
    bij_id: Mapped[uuid.UUID | None]
    openbaar_at: Mapped[datetime | None]
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        # The composite key keeps what hangs on a row inside the wall of its gemeente; policies do not guard foreign keys.
        UniqueConstraint("party_id", "id"),
        ForeignKeyConstraint(["party_id", "bij_id"], ["portal.raadsstuk.party_id", "portal.raadsstuk.id"],
                             name="fk_raadsstuk_bij"),
        one_of("soort", Stuksoort),
        CheckConstraint("onderwerp <> '' AND portefeuille <> '' AND gevraagd <> ''", name="compleet"),
        CheckConstraint("bij_id <> id", name="niet_bij_zichzelf"),
        Index("ix_raadsstuk_op", "party_id", "op_on", "id"),
    )


class Beslispunt(Base):
    """One thing that a paper asks to decide: 2, or 2b under it."""

    __tablename__ = "beslispunt"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID]
    stuk_id: Mapped[uuid.UUID]
    nummer: Mapped[int]
    letter: Mapped[str] = text_column(default="")
    tekst: Mapped[str] = text_column()
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "stuk_id"], ["portal.raadsstuk.party_id", "portal.raadsstuk.id"]),
        UniqueConstraint("stuk_id", "nummer", "letter"),
        CheckConstraint("nummer > 0 AND letter ~ '^[a-z]?$' AND tekst <> ''", name="genummerd"),
    )


class Toezegging(Base):
    """What the council asked or was promised, until when, and with which paper it was settled."""

    __tablename__ = "toezegging"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    soort: Mapped[str] = text_column()
    nummer: Mapped[str] = text_column()
    op_on: Mapped[date]
    titel: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    # A party in the council or a function, never a name.
    van: Mapped[str] = text_column(default="")
    # The paper that it is about.
    over_id: Mapped[uuid.UUID | None]
    uiterlijk_on: Mapped[date | None]
    afgedaan_on: Mapped[date | None]
    afgedaan_id: Mapped[uuid.UUID | None]
    openbaar_at: Mapped[datetime | None]
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "over_id"], ["portal.raadsstuk.party_id", "portal.raadsstuk.id"],
                             name="fk_toezegging_over"),
        ForeignKeyConstraint(["party_id", "afgedaan_id"], ["portal.raadsstuk.party_id", "portal.raadsstuk.id"],
                             name="fk_toezegging_afgedaan"),
        UniqueConstraint("party_id", "soort", "nummer"),
        one_of("soort", Toezegsoort),
        CheckConstraint("nummer <> '' AND titel <> '' AND tekst <> ''", name="compleet"),
        CheckConstraint("(afgedaan_on IS NULL) = (afgedaan_id IS NULL)", name="afgedaan_met_stuk"),
        CheckConstraint("afgedaan_on >= op_on", name="afgedaan_na_begin"),
        CheckConstraint("uiterlijk_on >= op_on", name="uiterlijk_na_begin"),
        Index("ix_toezegging_op", "party_id", "op_on", "id"),
    )


class Raadssessie(Base):
    """One meeting about a subject, and how it ended. What comes back every year waits as a task."""

    __tablename__ = "raadssessie"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    op_on: Mapped[date]
    onderwerp: Mapped[str] = text_column()
    vorm: Mapped[str] = text_column()
    uitkomst: Mapped[str] = text_column()
    conclusie: Mapped[str] = text_column()
    stuk_id: Mapped[uuid.UUID | None]
    jaarlijks: Mapped[bool] = mapped_column(default=True)
    # The task that it started: to meet about this again.
    termijn_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.termijn.id"))
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "stuk_id"], ["portal.raadsstuk.party_id", "portal.raadsstuk.id"],
                             name="fk_raadssessie_stuk"),
        UniqueConstraint("party_id", "onderwerp", "op_on"),
        one_of("vorm", Vorm),
        one_of("uitkomst", Uitkomst),
        CheckConstraint("onderwerp <> '' AND conclusie <> ''", name="compleet"),
        Index("ix_raadssessie_op", "party_id", "op_on", "id"),
    )


class Advies(Base):
    """What a council of residents advised, in numbered points, and the day of the answer."""

    __tablename__ = "advies"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    titel: Mapped[str] = text_column()
    van: Mapped[str] = text_column()
    op_on: Mapped[date]
    antwoord_on: Mapped[date | None]
    bron: Mapped[str] = text_column(default="")
    openbaar_at: Mapped[datetime | None]
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        UniqueConstraint("party_id", "id"),
        CheckConstraint("titel <> '' AND van <> ''", name="compleet"),
        CheckConstraint("antwoord_on >= op_on", name="antwoord_na_advies"),
        Index("ix_advies_op", "party_id", "op_on", "id"),
    )


class Adviespunt(Base):
    """One point of an advice: what was advised, what the college said of it, and what follows when."""

    __tablename__ = "adviespunt"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID]
    advies_id: Mapped[uuid.UUID]
    nummer: Mapped[int]
    tekst: Mapped[str] = text_column()
    antwoord: Mapped[str | None] = text_column()
    toelichting: Mapped[str] = text_column(default="")
    vervolg: Mapped[str] = text_column(default="")
    vervolg_on: Mapped[date | None]
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "advies_id"], ["portal.advies.party_id", "portal.advies.id"]),
        UniqueConstraint("advies_id", "nummer"),
        one_of("antwoord", Antwoord),
        CheckConstraint("nummer > 0 AND tekst <> ''", name="genummerd"),
        CheckConstraint("antwoord IS NULL OR toelichting <> ''", name="antwoord_met_uitleg"),
        CheckConstraint("vervolg_on IS NULL OR vervolg <> ''", name="dag_met_vervolg"),
    )
