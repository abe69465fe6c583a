"""Tables of the messages between a gemeente and a provider (iWmo): allocations, the messages themselves, and what they said.

All of it is the gemeente's that sends or receives them. A message holds a citizen service number in every part, so its text is
kept in the vault (portal.kernel.kluis) and not as a file: then the wall guards it, a copy of the database or of the file store
shows nothing of it, and it goes when its dossier goes. Beside it stands only what is no personal data: kind, sender, moments,
the rules that it broke.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import NOW, Dossier, OfDossier


class Postbus(Dossier):
    """The dossier of one gemeente for messages about somebody of whom it has no placement."""

    __mapper_args__ = {"polymorphic_identity": "postbus"}


class PostbusState(StrEnum):
    """A postbus is there, and stays."""

    ACTIEF = "actief"


class Berichtpartner(Base):
    """The AGB code under which a provider sends and gets messages, as one gemeente wrote it down."""

    __tablename__ = "berichtpartner"
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"), primary_key=True)
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"), primary_key=True)
    agb: Mapped[str] = text_column()
    __table_args__ = (UniqueConstraint("party_id", "agb"), CheckConstraint("agb ~ '^[0-9]{8}$'", name="agb_vorm"))


class Richting(StrEnum):
    """Which way a message goes."""

    IN = "in"
    UIT = "uit"


class Verkeersbericht(OfDossier, Base):
    """One message that came in or goes out. `bevindingen`: which rules it broke, at which place, with which return code; never
    a value. `feiten`: numbers of a declaration, what it changed, what could not be followed. An answer names what it
    answers."""

    __tablename__ = "berichtenverkeer"
    richting: Mapped[str] = text_column()
    standaard: Mapped[str] = text_column()
    code: Mapped[str] = text_column()
    agb: Mapped[str] = text_column()
    aanbieder_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.aanbieder.id"))
    identificatie: Mapped[str] = text_column()
    dagtekening: Mapped[date]
    inhoud_gesloten: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    geldig: Mapped[bool]
    bevindingen: Mapped[list] = mapped_column(JSONB, default=list)
    feiten: Mapped[dict] = mapped_column(JSONB, default=dict)
    antwoord_op_id: Mapped[uuid.UUID | None]
    # The term that waits: for our answer to go out, or for theirs to come in.
    termijn_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.termijn.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    # Empty: a file that the command line took in.
    gemaakt_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    verzonden_at: Mapped[datetime | None]
    beantwoord_at: Mapped[datetime | None]
    # Replaced by a newer one before anybody took it out.
    vervallen_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("berichtenverkeer"),
            one_of("richting", Richting),
            one_of("standaard", ["iwmo", "ijw"]),
            UniqueConstraint("party_id", "id"),
            ForeignKeyConstraint(["party_id", "antwoord_op_id"], ["portal.berichtenverkeer.party_id",
                                                                  "portal.berichtenverkeer.id"]),
            Index("ix_berichtenverkeer_party", "party_id", "gemaakt_at", "id"),
            Index("ix_berichtenverkeer_kenmerk", "party_id", "agb", "identificatie"),
            CheckConstraint("verzonden_at IS NULL OR richting = 'uit'", name="alleen_uit_verzonden"),
            CheckConstraint("vervallen_at IS NULL OR verzonden_at IS NULL", name="vervallen_of_verzonden"),
        )


def _bij_bericht() -> ForeignKeyConstraint:
    """The message of the same gemeente that a row came from, or went with."""
    return ForeignKeyConstraint(["party_id", "bericht_id"], ["portal.berichtenverkeer.party_id", "portal.berichtenverkeer.id"])


class Toewijzing(OfDossier, Base):
    """An allocation: what never changes under its number (OP033). What may change stands in its versions. The number is unique
    per gemeente and standard."""

    __tablename__ = "toewijzing"
    nummer: Mapped[int]
    standaard: Mapped[str] = text_column()
    persoon_id: Mapped[uuid.UUID]
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    verblijf_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.verblijf.id"))
    categorie: Mapped[str] = text_column()
    code: Mapped[str] = text_column()
    volume: Mapped[int]
    eenheid: Mapped[str] = text_column()
    frequentie: Mapped[str] = text_column()
    van: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("toewijzing"),
            UniqueConstraint("eigenaar_id", "standaard", "nummer"),
            UniqueConstraint("eigenaar_id", "id"),
            ForeignKeyConstraint(["eigenaar_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
            Index("ix_toewijzing_persoon", "persoon_id", "aanbieder_id"),
            one_of("standaard", ["iwmo", "ijw"]),
            CheckConstraint("nummer > 0 AND volume > 0", name="getallen"),
        )


class _OfToewijzing(OfDossier):
    """Columns of what stands under an allocation of the same gemeente."""

    toewijzing_id: Mapped[uuid.UUID]

    @staticmethod
    def under_toewijzing(table: str):
        """The keys that keep a row inside the wall of its dossier and its allocation."""
        return (*OfDossier.under_dossier(table), ForeignKeyConstraint(
            ["eigenaar_id", "toewijzing_id"], ["portal.toewijzing.eigenaar_id", "portal.toewijzing.id"]))


class Toewijzingversie(_OfToewijzing, Base):
    """One version of an allocation: its end, why it changed (code list WMO002), and the 301 that it went with. `bericht_id`
    empty: the provider does not know it yet."""

    __tablename__ = "toewijzingversie"
    moment: Mapped[datetime]
    tot: Mapped[date | None]
    reden: Mapped[str] = text_column(default="")
    referentie: Mapped[str] = text_column(default="")
    bericht_id: Mapped[uuid.UUID | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *_OfToewijzing.under_toewijzing("toewijzingversie"),
            UniqueConstraint("toewijzing_id", "moment"),
            _bij_bericht(),
            CheckConstraint("reden <> '13' OR tot IS NOT NULL", name="verwijderd_met_einde"),
        )


class Levering(_OfToewijzing, Base):
    """A start that a provider reported (305), with its newest stop (307). `reden`: code list WMO588, 20 is temporary."""

    __tablename__ = "levering"
    begin_on: Mapped[date]
    einde_on: Mapped[date | None]
    reden: Mapped[str | None] = text_column()
    verwijderd_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *_OfToewijzing.under_toewijzing("levering"),
            Index("uq_levering_begin", "toewijzing_id", "begin_on", unique=True,
                  postgresql_where=text("verwijderd_at IS NULL")),
            CheckConstraint("einde_on >= begin_on AND (einde_on IS NULL) = (reden IS NULL)", name="einde_met_reden"),
        )


class Zorgverzoek(OfDossier, Base):
    """What a provider asked: an allocation (315) or a change (317), under its own reference. `antwoorden`: the 319s so far
    (code list WJ760)."""

    __tablename__ = "zorgverzoek"
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    standaard: Mapped[str] = text_column()
    referentie: Mapped[str] = text_column()
    bericht_id: Mapped[uuid.UUID]
    # Who it is about, as portal.kernel.kluis finds a number back.
    bsn_kenmerk: Mapped[bytes] = mapped_column(LargeBinary)
    antwoorden: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    toegewezen: Mapped[bool] = mapped_column(default=False)
    termijn_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.termijn.id"))
    ontvangen_on: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("zorgverzoek"),
            UniqueConstraint("party_id", "aanbieder_id", "standaard", "referentie"),
            _bij_bericht(),
        )


class Prestatie(_OfToewijzing, Base):
    """A line of a declaration (323) that was approved, for the payment and the settlement between gemeenten. `bedrag` in cents,
    below zero for a line that takes back."""

    __tablename__ = "prestatie"
    bericht_id: Mapped[uuid.UUID]
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    standaard: Mapped[str] = text_column()
    referentie: Mapped[str] = text_column()
    vorige: Mapped[str | None] = text_column()
    categorie: Mapped[str] = text_column()
    code: Mapped[str] = text_column()
    van: Mapped[date]
    tot: Mapped[date]
    volume: Mapped[int]
    eenheid: Mapped[str] = text_column()
    bedrag: Mapped[int] = mapped_column(BigInteger)
    debet: Mapped[bool]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *_OfToewijzing.under_toewijzing("prestatie"),
            UniqueConstraint("party_id", "aanbieder_id", "standaard", "referentie"),
            _bij_bericht(),
            Index("ix_prestatie_toewijzing", "toewijzing_id"),
            CheckConstraint("tot >= van AND debet = (bedrag >= 0)", name="heel"),
        )
