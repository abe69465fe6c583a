"""Parties and how they work together: gemeente, samenwerkingsverband, aanbieder, inwoner, mandaat."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, one_of, text_column

NOW = text("portal.now()")


class PartijSoort(StrEnum):
    """The four kinds of party (docs/decisions.md, Who acts)."""

    GEMEENTE = "gemeente"
    AANBIEDER = "aanbieder"
    INWONER = "inwoner"
    SAMENWERKING = "samenwerking"


class Domein(StrEnum):
    """What gemeenten buy together; membership of a samenwerkingsverband is per domain."""

    BESCHERMD_WONEN = "beschermd_wonen"
    JEUGDHULP = "jeugdhulp"
    VERVOER = "vervoer"


class Partij(Base):
    """Whoever can act: every row in the portal belongs to a party. `slug` makes readable addresses."""

    __tablename__ = "partij"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    soort: Mapped[str] = text_column()
    naam: Mapped[str] = text_column()
    slug: Mapped[str | None] = text_column(unique=True)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (one_of("soort", PartijSoort), UniqueConstraint("id", "soort"), UniqueConstraint("id", "naam"))


class Gemeente(Base):
    """A tenant. `merkkleur` is one brand colour; theme.py makes the scale."""

    __tablename__ = "gemeente"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"), primary_key=True)
    naam: Mapped[str] = text_column(unique=True)
    slug: Mapped[str] = text_column(unique=True)
    cbs_code: Mapped[str] = text_column(unique=True)
    merkkleur: Mapped[str] = text_column()
    # Since when the colour is a choice of the gemeente itself: config/region.toml gives no other one any more.
    kleur_gekozen_at: Mapped[datetime | None]
    inwoners: Mapped[int]
    # Does it show its subsidies in the public register? The report on what was given without a regulation is always public.
    register_openbaar: Mapped[bool] = mapped_column(server_default=text("true"))
    telefoon: Mapped[str] = text_column()
    postadres: Mapped[str] = text_column()
    __table_args__ = (
        CheckConstraint("cbs_code ~ '^GM[0-9]{4}$'", name="cbs_code_vorm"),
        CheckConstraint("merkkleur ~ '^#[0-9a-f]{6}$'", name="merkkleur_vorm"),
        # One name: who renames the party renames the gemeente.
        ForeignKeyConstraint(["id", "naam"], ["portal.partij.id", "portal.partij.naam"], name="fk_gemeente_naam",
                             onupdate="CASCADE"),
    )


class Samenwerkingsverband(Base):
    """Gemeenten that buy in one domain together; a party of kind samenwerking."""

    __tablename__ = "samenwerkingsverband"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"), primary_key=True)
    naam: Mapped[str] = text_column()
    domein: Mapped[str] = text_column()
    grondslag: Mapped[str] = text_column()
    __table_args__ = (one_of("domein", Domein),)


class Deelname(Base):
    """Dated membership of a gemeente in a samenwerkingsverband, [van, tot). The lead is a dated fact too."""

    __tablename__ = "deelname"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    verband_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.samenwerkingsverband.id"))
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    van: Mapped[date]
    tot: Mapped[date | None]
    is_trekker: Mapped[bool] = mapped_column(default=False)
    # A scope that a gemeente may not leave (Veilig Thuis, gedwongen kader).
    is_verplicht: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        CheckConstraint("tot IS NULL OR tot > van", name="tot_na_van"),
        CheckConstraint("NOT is_verplicht OR tot IS NULL", name="verplicht_zonder_einde"),
        ExcludeConstraint(
            ("verband_id", "="), ("gemeente_id", "="), (text("daterange(van, tot)"), "&&"), name="ex_deelname_eenmaal"
        ),
        ExcludeConstraint(
            ("verband_id", "="), (text("daterange(van, tot)"), "&&"), where=text("is_trekker"),
            name="ex_deelname_een_trekker",
        ),
    )


class Grootteklasse(StrEnum):
    """Size class asked at registration: an award notice counts tenders by it (rule BR-BT-13713-0123)."""

    MICRO = "micro"
    KLEIN = "klein"
    MIDDELGROOT = "middelgroot"
    GROOT = "groot"


class Identiteit(StrEnum):
    """From which belief or view of life a provider works, as it says itself (Wmo 2015, artikel 2.3.5, vijfde lid: what is
    provided fits religion, view of life and cultural background). Of the organisation only: never kept about a client."""

    ALGEMEEN = "algemeen"
    PROTESTANTS = "protestants"
    KATHOLIEK = "katholiek"
    ISLAMITISCH = "islamitisch"
    JOODS = "joods"
    HINDOEISTISCH = "hindoeistisch"
    HUMANISTISCH = "humanistisch"
    ANTROPOSOFISCH = "antroposofisch"


class Aanbieder(Base):
    """The public part of a care provider; contact data stand apart because the wall works per row."""

    __tablename__ = "aanbieder"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"), primary_key=True)
    naam: Mapped[str] = text_column()
    kvk_nummer: Mapped[str] = text_column(unique=True)
    grootteklasse: Mapped[str | None] = text_column()
    omschrijving: Mapped[str | None] = text_column()
    identiteit: Mapped[str | None] = text_column()
    geregistreerd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        one_of("grootteklasse", Grootteklasse),
        one_of("identiteit", Identiteit),
        CheckConstraint("kvk_nummer ~ '^[0-9]{8}$'", name="kvk_nummer_vorm"),
    )


class AanbiederContact(Base):
    """The private part of a care provider: only its own people see it."""

    __tablename__ = "aanbieder_contact"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"), primary_key=True)
    contactpersoon: Mapped[str] = text_column()
    email: Mapped[str] = text_column()
    telefoon: Mapped[str] = text_column()
    postadres: Mapped[str] = text_column()


class MandaatSoort(StrEnum):
    """Mandaat: decide on behalf of a body (Awb 10:1). Volmacht: act in private law (Awb 10:12, Gemeentewet 171(2))."""

    MANDAAT = "mandaat"
    VOLMACHT = "volmacht"


class Mandaat(Base):
    """Who may decide or sign for whom: in writing, by type of decision, up to an amount, from-to (Awb 10:3-10:5)."""

    __tablename__ = "mandaat"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    soort: Mapped[str] = text_column()
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    orgaan: Mapped[str] = text_column()
    gemachtigde_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    werkgever_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    besluit_soort: Mapped[str] = text_column()
    tot_bedrag: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    van: Mapped[date]
    tot: Mapped[date | None]
    vindplaats: Mapped[str] = text_column()
    ingetrokken_at: Mapped[datetime | None]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    # Another person than this one consents for the body (Awb 10:3); unknown for mandates of before that was asked.
    vastgelegd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        one_of("soort", MandaatSoort),
        CheckConstraint("tot IS NULL OR tot > van", name="tot_na_van"),
        CheckConstraint("tot_bedrag IS NULL OR tot_bedrag > 0", name="bedrag_boven_nul"),
        Index("ix_mandaat_gemachtigde", "gemachtigde_id"),
        Index("ix_mandaat_party", "party_id"),
    )

    @property
    def laatste_dag(self) -> date | None:
        """The last day on which it holds; None without an end."""
        return self.tot - timedelta(days=1) if self.tot else None


class InstemmingVan(StrEnum):
    """Whose consent a mandate to someone of another employer needs (Awb 10:4)."""

    MANDAATGEVER = "mandaatgever"
    WERKGEVER = "werkgever"
    GEMACHTIGDE = "gemachtigde"


def instemming_nodig(mandaat: Mandaat) -> list[InstemmingVan]:
    """Whose consent a mandate needs: of the body that gives it and of who gets it always, of another employer too (Awb 10:4).
    `portal.mandaat_geldt` and `portal.bevoegd` ask the same in the database."""
    needed = [InstemmingVan.MANDAATGEVER, InstemmingVan.GEMACHTIGDE]
    return [*needed, InstemmingVan.WERKGEVER] if mandaat.werkgever_id != mandaat.party_id else needed


class MandaatInstemming(Base):
    """One consent, written by the party that gives it: nobody consents for another (Awb 10:4, 10:5)."""

    __tablename__ = "mandaat_instemming"
    mandaat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.mandaat.id"), primary_key=True)
    van: Mapped[str] = text_column(primary_key=True)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gegeven_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (one_of("van", InstemmingVan),)


class Vervanging(Base):
    """Dated replacement of an absent signer or worker; the letter names it. It counts when a second person consented:
    neither the replacement nor who recorded it."""

    __tablename__ = "vervanging"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    afwezige_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    vervanger_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    van: Mapped[date]
    tot: Mapped[date]
    reden: Mapped[str] = text_column()
    vastgelegd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ingestemd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ingestemd_at: Mapped[datetime | None]
    # One of the two left (portal.lid_vertrekt).
    ingetrokken_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("tot > van", name="tot_na_van"),
        CheckConstraint("afwezige_id <> vervanger_id", name="niet_zichzelf"),
        CheckConstraint("vervanger_id <> vastgelegd_by", name="niet_door_vervanger"),
        CheckConstraint("ingestemd_by NOT IN (vervanger_id, vastgelegd_by)", name="instemming_van_ander"),
        CheckConstraint("(ingestemd_by IS NULL) = (ingestemd_at IS NULL)", name="ingestemd_heeft_moment"),
        Index("ix_vervanging_party_vervanger", "party_id", "vervanger_id"),
    )
