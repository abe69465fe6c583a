"""Tables of access and placement.

A person is known to one gemeente: the row, and the number in it, are that gemeente's alone. A toegang is the procedure from the
report to the decision, owned by the gemeente where the person reported. What was looked into, and what else has to be arranged,
stands in tables of its own: a dossier that is shared one day does not share them.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import Dossier, OfDossier

NOW = text("portal.now()")


class ToegangState(StrEnum):
    """Where a report stands."""

    GEMELD = "gemeld"
    ONDERZOEK = "onderzoek"
    VERSLAG = "verslag"
    AANGEVRAAGD = "aangevraagd"
    TOEGEKEND = "toegekend"
    AFGEWEZEN = "afgewezen"
    GEEN_AANVRAAG = "geen_aanvraag"
    INGETROKKEN = "ingetrokken"


class Melder(StrEnum):
    """Who reported that somebody needs support."""

    INWONER = "inwoner"
    NAASTE = "naaste"
    AANBIEDER = "aanbieder"
    ANDER = "ander"


class Bron(StrEnum):
    """How a citizen service number was verified (Wmo 2015, 5.2.9)."""

    BRP = "brp"
    DOCUMENT = "document"


class Persoon(Base):
    """Somebody who asks for support, as one gemeente knows them. `bsn_gesloten`: the number in the vault, `bsn_kenmerk`: what
    it is found by. `afgeschermd`: where this person is, may not be known outside those who help."""

    __tablename__ = "persoon"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    naam: Mapped[str] = text_column()
    geboren_on: Mapped[date]
    adres: Mapped[str] = text_column(default="")
    contact: Mapped[str] = text_column(default="")
    bsn_gesloten: Mapped[bytes | None] = mapped_column(LargeBinary)
    bsn_kenmerk: Mapped[bytes | None] = mapped_column(LargeBinary)
    bsn_bron: Mapped[str | None] = text_column()
    bsn_gecontroleerd_on: Mapped[date | None]
    afgeschermd: Mapped[bool] = mapped_column(default=False)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        UniqueConstraint("party_id", "id"),
        UniqueConstraint("party_id", "bsn_kenmerk"),
        one_of("bsn_bron", Bron),
        CheckConstraint("(bsn_gesloten IS NULL) = (bsn_kenmerk IS NULL)", name="bsn_met_kenmerk"),
        CheckConstraint("(bsn_bron IS NULL) = (bsn_gecontroleerd_on IS NULL) AND (bsn_bron IS NULL) = (bsn_gesloten IS NULL)",
                        name="bsn_met_bron"),
        CheckConstraint("octet_length(bsn_kenmerk) = 32", name="kenmerk_lengte"),
        CheckConstraint("naam <> ''", name="met_naam"),
    )


class Toegang(Dossier):
    """From the report to the decision on support (Wmo 2015, 2.3.2 to 2.3.5), at the gemeente where the person reported. Its
    title names nobody."""

    __tablename__ = "toegang"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    gemeente_id: Mapped[uuid.UUID]
    persoon_id: Mapped[uuid.UUID]
    melder: Mapped[str] = text_column()
    gemeld_on: Mapped[date]
    spoed: Mapped[bool] = mapped_column(default=False)
    # When free client support was pointed out (Wmo 2015, 2.3.2, lid 3).
    ondersteuning_on: Mapped[date | None]
    # When a personal plan came in; empty: none came.
    plan_on: Mapped[date | None]
    verslag_on: Mapped[date | None]
    aanvraag_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["gemeente_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        one_of("melder", Melder),
        Index("ix_toegang_persoon", "persoon_id"),
        CheckConstraint("verslag_on >= gemeld_on AND aanvraag_on >= gemeld_on AND ondersteuning_on >= gemeld_on "
                        "AND plan_on >= gemeld_on", name="na_melding"),
    )
    __mapper_args__ = {"polymorphic_identity": "toegang"}


class Onderzoek(OfDossier, Base):
    """What was looked into, in words: by code of [[onderwerp]] and [[afweging]] in config/plaatsingen.toml. One row per
    dossier; it is the gemeente's alone."""

    __tablename__ = "onderzoek"
    hulpvraag: Mapped[str] = text_column()
    antwoorden: Mapped[dict] = mapped_column(JSONB, default=dict)
    # What was arranged at once, without waiting for the investigation (Wmo 2015, 2.3.3).
    tijdelijk: Mapped[str] = text_column(default="")
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("onderzoek"), UniqueConstraint("dossier_id"))


class Geregeld(StrEnum):
    """Whether something that has to be arranged is."""

    OPEN = "open"
    GEREGELD = "geregeld"
    NIET_NODIG = "niet_nodig"


class Randvoorwaarde(OfDossier, Base):
    """What else has to be arranged before support works: a home, an income, a day to fill. No clock waits for it."""

    __tablename__ = "randvoorwaarde"
    soort: Mapped[str] = text_column()
    stand: Mapped[str] = text_column(default=Geregeld.OPEN)
    toelichting: Mapped[str] = text_column(default="")
    sinds_on: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("randvoorwaarde"), UniqueConstraint("dossier_id", "soort"),
                one_of("stand", Geregeld))
