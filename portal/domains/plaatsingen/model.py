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
from portal.domains.plaatsingen.rules import Behandelt
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
    # About which task the report is ([taak] in config/plaatsingen.toml), and who handled such reports on its day.
    taak: Mapped[str] = text_column()
    behandelt: Mapped[str] = text_column()
    # When free client support was pointed out (Wmo 2015, 2.3.2, lid 3).
    ondersteuning_on: Mapped[date | None]
    # When a personal plan came in; empty: none came.
    plan_on: Mapped[date | None]
    verslag_on: Mapped[date | None]
    aanvraag_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["gemeente_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        one_of("melder", Melder),
        one_of("behandelt", Behandelt),
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
    tijdelijk_van: Mapped[date | None]
    tijdelijk_tot: Mapped[date | None]
    tijdelijk_door: Mapped[str] = text_column(default="")
    tijdelijk_at: Mapped[datetime | None]
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("onderzoek"), UniqueConstraint("dossier_id"),
                CheckConstraint("tijdelijk_tot >= tijdelijk_van", name="tijdelijk_periode"),
                CheckConstraint("(tijdelijk = '') = (tijdelijk_at IS NULL)", name="tijdelijk_moment"))


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


# Who handles reports of a task ------------------------------------------------------------------------------------------------

class Taakoverdracht(Base):
    """That a task of one gemeente goes from the one to the other, from a day on. It is never changed, and it only counts when a
    person of each side confirmed it."""

    __tablename__ = "taakoverdracht"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    taak: Mapped[str] = text_column()
    van_wie: Mapped[str] = text_column()
    naar_wie: Mapped[str] = text_column()
    ingaand_on: Mapped[date]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gemaakt_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        one_of("van_wie", Behandelt),
        one_of("naar_wie", Behandelt),
        CheckConstraint("van_wie <> naar_wie", name="naar_ander"),
        UniqueConstraint("party_id", "taak", "ingaand_on"),
        UniqueConstraint("party_id", "id"),
    )


class Taakbevestiging(Base):
    """What one person of one side says of the quality. Written in one's own name, and never changed."""

    __tablename__ = "taakbevestiging"
    overdracht_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kant: Mapped[str] = text_column(primary_key=True)
    party_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    bevestigd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    verklaring: Mapped[str] = text_column()
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "overdracht_id"], ["portal.taakoverdracht.party_id", "portal.taakoverdracht.id"]),
        one_of("kant", Behandelt),
        # Nobody confirms for both sides.
        UniqueConstraint("overdracht_id", "account_id"),
        CheckConstraint("verklaring <> ''", name="met_verklaring"),
    )


# One household, one plan, one director ----------------------------------------------------------------------------------------

class _VanGemeente:
    """A row of one gemeente alone, with who made it and when."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gemaakt_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))


class Huishouden(_VanGemeente, Base):
    """People who live together, as their gemeente knows them."""

    __tablename__ = "huishouden"
    __table_args__ = (UniqueConstraint("party_id", "id"),)


class Huishoudlid(_VanGemeente, Base):
    """Who belongs to a household, from a day on; somebody belongs to one at a time."""

    __tablename__ = "huishoudlid"
    huishouden_id: Mapped[uuid.UUID]
    persoon_id: Mapped[uuid.UUID]
    van: Mapped[date]
    tot: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "huishouden_id"], ["portal.huishouden.party_id", "portal.huishouden.id"]),
        ForeignKeyConstraint(["party_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        CheckConstraint("tot >= van", name="tot_na_van"),
        Index("uq_huishoudlid_persoon", "party_id", "persoon_id", unique=True, postgresql_where=text("tot IS NULL")),
        Index("ix_huishoudlid_huishouden", "huishouden_id"),
    )


class Huishoudplan(_VanGemeente, Base):
    """The plan of a household: one at a time."""

    __tablename__ = "huishoudplan"
    huishouden_id: Mapped[uuid.UUID]
    begonnen_on: Mapped[date]
    beeindigd_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "huishouden_id"], ["portal.huishouden.party_id", "portal.huishouden.id"]),
        UniqueConstraint("party_id", "id"),
        CheckConstraint("beeindigd_on >= begonnen_on", name="einde_na_begin"),
        Index("uq_huishoudplan_loopt", "party_id", "huishouden_id", unique=True,
              postgresql_where=text("beeindigd_on IS NULL")),
    )


class Planregel(_VanGemeente, Base):
    """One line of a plan: an agreement, or a plan under another law that goes with it ([planregel] in
    config/plaatsingen.toml). A line that is no longer true ends."""

    __tablename__ = "planregel"
    plan_id: Mapped[uuid.UUID]
    soort: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    wie: Mapped[str] = text_column(default="")
    sinds_on: Mapped[date]
    tot_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "plan_id"], ["portal.huishoudplan.party_id", "portal.huishoudplan.id"]),
        CheckConstraint("tekst <> ''", name="met_tekst"),
        Index("ix_planregel_plan", "plan_id"),
    )


class Regie(_VanGemeente, Base):
    """Who directs the help to a household, from a day on: one person at a time."""

    __tablename__ = "regie"
    huishouden_id: Mapped[uuid.UUID]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    van: Mapped[date]
    tot: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "huishouden_id"], ["portal.huishouden.party_id", "portal.huishouden.id"]),
        CheckConstraint("tot >= van", name="tot_na_van"),
        Index("uq_regie_loopt", "party_id", "huishouden_id", unique=True, postgresql_where=text("tot IS NULL")),
    )
