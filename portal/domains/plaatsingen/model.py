"""Tables of access and placement.

A person is known to one gemeente: the row, and the number in it, are that gemeente's alone. A toegang is the procedure from the
report to the decision, owned by the gemeente where the person reported. What was looked into, and what else has to be arranged,
stands in tables of its own: a dossier that is shared one day does not share them.

A plaatsing is what follows a grant, at the gemeente that is responsible, and is never shared. What another may see lives in a
child dossier with a ground and an end: a verblijf (one place offered at one provider, and the stay there) or an overdracht (an
offer of the responsibility to another gemeente). One person keeps one `traject_id` at every gemeente; who is responsible is a
list of beginnings per traject.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, JSONB, ExcludeConstraint, Range
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
    OVERGEDRAGEN = "overgedragen"


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
    # Of a report that another gemeente had first: its timeline, and that gemeente.
    traject_id: Mapped[uuid.UUID | None]
    herkomst_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeente.id"))
    __table_args__ = (
        ForeignKeyConstraint(["gemeente_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        UniqueConstraint("gemeente_id", "traject_id"),
        CheckConstraint("(traject_id IS NULL) = (herkomst_id IS NULL)", name="kwam_mee"),
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

class Taakeinde(StrEnum):
    """How the proposal to hand over a task ended without going through."""

    INGETROKKEN = "ingetrokken"
    GEWEIGERD = "geweigerd"


class Taakoverdracht(Base):
    """That a task of one gemeente goes from the one to the other, from a day on. It only counts when a person of each side
    confirmed it; until then who proposed it can take it back, or somebody else refuse it (portal.taakoverdracht_eindigt)."""

    __tablename__ = "taakoverdracht"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    taak: Mapped[str] = text_column()
    van_wie: Mapped[str] = text_column()
    naar_wie: Mapped[str] = text_column()
    ingaand_on: Mapped[date]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gemaakt_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    einde: Mapped[str | None] = text_column()
    einde_at: Mapped[datetime | None]
    einde_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    einde_reden: Mapped[str] = text_column(default="")
    __table_args__ = (
        one_of("van_wie", Behandelt),
        one_of("naar_wie", Behandelt),
        one_of("einde", Taakeinde),
        CheckConstraint("van_wie <> naar_wie", name="naar_ander"),
        CheckConstraint("(einde IS NULL) = (einde_at IS NULL) AND (einde IS NULL) = (einde_by IS NULL) "
                        "AND (einde IS NULL) = (einde_reden = '')", name="einde_heel"),
        # Who proposed it takes it back; refusing is for somebody else.
        CheckConstraint("(einde = 'ingetrokken') = (einde_by = gemaakt_by)", name="einde_door"),
        Index("uq_taakoverdracht_party_id_taak_ingaand_on", "party_id", "taak", "ingaand_on", unique=True,
              postgresql_where=text("einde IS NULL")),
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


# The placement at the gemeente that is responsible --------------------------------------------------------------------------

class PlaatsingState(StrEnum):
    """Where a placement stands."""

    WACHTEND = "wachtend"
    AANGEBODEN = "aangeboden"
    GERESERVEERD = "gereserveerd"
    VERBLIJF = "verblijf"
    GESTOPT = "gestopt"
    UITSTROOM = "uitstroom"
    PGB = "pgb"
    BEEINDIGD = "beeindigd"
    OVERGEDRAGEN = "overgedragen"
    VERVALLEN = "vervallen"
    AFGESLOTEN = "afgesloten"


class Plaatsing(Dossier):
    """What a grant leads to, at one gemeente: a place or a pgb, until the way home. `herkomst_id`: the gemeente somebody comes
    from; it stays what it is, whoever is responsible. `indicatie_tot` and `overgang_on`: a right of before a transition."""

    __tablename__ = "plaatsing"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    gemeente_id: Mapped[uuid.UUID]
    persoon_id: Mapped[uuid.UUID]
    traject_id: Mapped[uuid.UUID]
    toegang_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.toegang.id"))
    herkomst_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    product: Mapped[str] = text_column()
    doelgroep: Mapped[str] = text_column()
    gemeld_on: Mapped[date]
    van: Mapped[date]
    tot: Mapped[date | None]
    pgb_motief: Mapped[str] = text_column(default="")
    indicatie_tot: Mapped[date | None]
    overgang_on: Mapped[date | None]
    __table_args__ = (
        ForeignKeyConstraint(["gemeente_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        # A gemeente has one dossier of one traject: who comes home finds the old one.
        UniqueConstraint("gemeente_id", "traject_id"),
        UniqueConstraint("toegang_id"),
        Index("ix_plaatsing_persoon", "persoon_id"),
        Index("ix_plaatsing_traject", "traject_id"),
        CheckConstraint("van >= gemeld_on AND tot >= van", name="na_melding"),
        CheckConstraint("(indicatie_tot IS NULL) = (overgang_on IS NULL)", name="overgang_heel"),
    )
    __mapper_args__ = {"polymorphic_identity": "plaatsing"}


class Verantwoordelijkheid(Base):
    """From this day on this gemeente is responsible for a traject; the end is the next beginning, so there is never a gap or an
    overlap (docs/decisions.md 10). `overdracht_id`: the offer that was accepted; none for the first."""

    __tablename__ = "verantwoordelijkheid"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    traject_id: Mapped[uuid.UUID]
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    van: Mapped[date]
    grondslag: Mapped[str] = text_column()
    overdracht_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.overdracht.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (UniqueConstraint("traject_id", "van"),)


class Plaatsvraag(OfDossier, Base):
    """What somebody needs of a place, and where they want or cannot live: of the own gemeente alone."""

    __tablename__ = "plaatsvraag"
    nodig: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    gemeenten: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    mijden: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list)
    # What bridges the time until there is a place.
    overbrugging: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("plaatsvraag"), UniqueConstraint("dossier_id"))


class Wachtregel(OfDossier, Base):
    """One person on the waiting list, without a name: what decides the order, stored, with the version of the rule. The
    gemeenten of the samenwerkingsverband read it. `lot` breaks a tie and is drawn once."""

    __tablename__ = "wachtregel"
    kenmerk: Mapped[str] = text_column()
    product: Mapped[str] = text_column()
    doelgroep: Mapped[str] = text_column()
    leeftijd: Mapped[int]
    nodig: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    gemeld_on: Mapped[date]
    omstandigheden: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    versie: Mapped[str] = text_column()
    lot: Mapped[int]
    # Where this person is, may not be known: no gemeente in a list of others.
    afgeschermd: Mapped[bool] = mapped_column(default=False)
    sinds_on: Mapped[date]
    tot_on: Mapped[date | None]
    einde: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("wachtregel"),
            Index("uq_wachtregel_open", "dossier_id", unique=True, postgresql_where=text("tot_on IS NULL")),
            Index("ix_wachtregel_open", "product", postgresql_where=text("tot_on IS NULL")),
            CheckConstraint("tot_on >= sinds_on", name="tot_na_sinds"),
            CheckConstraint("(tot_on IS NULL) = (einde = '')", name="einde_met_reden"),
        )


class Overgeslagen(OfDossier, Base):
    """Somebody was passed over for a place, with the reason: under the placement that got it, for whom stood before it."""

    __tablename__ = "overgeslagen"
    wachtregel_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.wachtregel.id"))
    verblijf_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.verblijf.id"))
    reden: Mapped[str] = text_column()
    op_on: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("overgeslagen"), UniqueConstraint("wachtregel_id", "verblijf_id"),
                CheckConstraint("reden <> ''", name="met_reden"))


class Terugkeertoets(OfDossier, Base):
    """A review of the return: is it possible, and does it help recovery? A no has a reason and a next day."""

    __tablename__ = "terugkeertoets"
    op_on: Mapped[date]
    besproken_on: Mapped[date]
    mogelijk: Mapped[bool]
    helpt_herstel: Mapped[bool]
    reden: Mapped[str] = text_column(default="")
    opnieuw_on: Mapped[date | None]
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("terugkeertoets"),
                CheckConstraint("(mogelijk AND helpt_herstel) OR (reden <> '' AND opnieuw_on > op_on)", name="nee_met_reden"))


# Places ---------------------------------------------------------------------------------------------------------------------

class Locatie(Base):
    """Where a provider has places, of one product; what it offers decides whom it fits. Its address stands apart."""

    __tablename__ = "locatie"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    naam: Mapped[str] = text_column()
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    geheim: Mapped[bool] = mapped_column(default=False)
    product: Mapped[str] = text_column()
    doelgroepen: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kenmerken: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    leeftijd_van: Mapped[int | None]
    leeftijd_tot: Mapped[int | None]
    # How guidance works here, and whom it suits: for who looks for a place.
    begeleiding: Mapped[str] = text_column(default="")
    gesloten_on: Mapped[date | None]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        UniqueConstraint("party_id", "naam"),
        UniqueConstraint("party_id", "id"),
        CheckConstraint("naam <> ''", name="met_naam"),
        CheckConstraint("leeftijd_tot >= leeftijd_van", name="leeftijd_volgorde"),
    )


class LocatieAdres(Base):
    """The address of a location: a row of its own, because it can be secret."""

    __tablename__ = "locatie_adres"
    locatie_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    party_id: Mapped[uuid.UUID]
    adres: Mapped[str] = text_column()
    __table_args__ = (ForeignKeyConstraint(["party_id", "locatie_id"], ["portal.locatie.party_id", "portal.locatie.id"]),)


class Capaciteit(Base):
    """How many places a location has from a day on; the end is the next row."""

    __tablename__ = "capaciteit"
    locatie_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    van: Mapped[date] = mapped_column(primary_key=True)
    party_id: Mapped[uuid.UUID]
    aantal: Mapped[int]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "locatie_id"], ["portal.locatie.party_id", "portal.locatie.id"]),
        CheckConstraint("aantal BETWEEN 0 AND 1000", name="aantal_kan"),
    )


class Woonsoort(StrEnum):
    """What a gemeente has built or set aside for who goes on: a home, or a place in between."""

    WONING = "woning"
    TUSSENVOORZIENING = "tussenvoorziening"


class Woonafspraak(Base):
    """How many homes a gemeente expects to need in a year for who can live on their own again, and how many it agreed on with
    housing corporations. It names nobody."""

    __tablename__ = "woonafspraak"
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"), primary_key=True)
    jaar: Mapped[int] = mapped_column(primary_key=True)
    soort: Mapped[str] = text_column(primary_key=True)
    prognose: Mapped[int]
    afgesproken: Mapped[int]
    bron: Mapped[str] = text_column()
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        one_of("soort", Woonsoort),
        CheckConstraint("jaar BETWEEN 2000 AND 2100", name="jaar_kan"),
        CheckConstraint("prognose BETWEEN 0 AND 10000 AND afgesproken BETWEEN 0 AND 10000", name="aantal_kan"),
        CheckConstraint("bron <> ''", name="met_bron"),
    )


class Bezet(StrEnum):
    """How a place is used: held until an answer, or lived in."""

    VASTGEHOUDEN = "vastgehouden"
    BEZET = "bezet"


class Bezetting(Base):
    """One numbered place in use for a while, [from, to): two uses of one place never overlap. portal.bezetting_plek gives the
    number, up to the capacity of each day, under a lock; an expired hold is free again. It names nobody."""

    __tablename__ = "bezetting"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    locatie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.locatie.id"))
    plek: Mapped[int | None]
    periode: Mapped[Range[date]] = mapped_column(DATERANGE)
    soort: Mapped[str] = text_column()
    verblijf_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.verblijf.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    verloopt_at: Mapped[datetime | None]
    vrij_at: Mapped[datetime | None]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        one_of("soort", Bezet),
        CheckConstraint("(soort = 'vastgehouden') = (verloopt_at IS NOT NULL)", name="vastgehouden_verloopt"),
        CheckConstraint("NOT isempty(periode)", name="periode_heel"),
        ExcludeConstraint(("locatie_id", "="), ("plek", "="), ("periode", "&&"), where=text("vrij_at IS NULL"),
                          name="ex_bezetting_een_per_plek"),
        Index("uq_bezetting_verblijf", "verblijf_id", unique=True, postgresql_where=text("vrij_at IS NULL")),
    )


class VerblijfState(StrEnum):
    """Where one offered place, or the stay there, stands."""

    AANGEBODEN = "aangeboden"
    GERESERVEERD = "gereserveerd"
    LOOPT = "loopt"
    STIL = "stil"
    BEEINDIGD = "beeindigd"
    GEWEIGERD = "geweigerd"
    VERLOPEN = "verlopen"
    INGETROKKEN = "ingetrokken"


class Verblijf(Dossier):
    """One place offered at one provider, and the stay there: shared with the provider, which answers for itself
    (plaatsing_antwoord). `inwoner_ja`: what the resident said. `dagprijs` in euro per day. `betaald_tot`: up to and with which
    day the gemeente went on paying after the stay ended with it by a handover; portal.verblijf_betaald guards both."""

    __tablename__ = "verblijf"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    plaatsing_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.plaatsing.id"))
    locatie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.locatie.id"))
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    van: Mapped[date]
    tot: Mapped[date | None]
    verloopt_at: Mapped[datetime | None]
    inwoner_ja: Mapped[bool | None]
    inwoner_reden: Mapped[str] = text_column(default="")
    dagprijs: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    begonnen_on: Mapped[date | None]
    geeindigd_on: Mapped[date | None]
    betaald_tot: Mapped[date | None]
    __table_args__ = (
        Index("ix_verblijf_plaatsing", "plaatsing_id"),
        Index("ix_verblijf_aanbieder", "aanbieder_id"),
        CheckConstraint("tot >= van AND geeindigd_on >= begonnen_on", name="volgorde"),
        CheckConstraint("dagprijs >= 0", name="dagprijs_niet_negatief"),
        CheckConstraint("betaald_tot IS NULL OR (geeindigd_on IS NOT NULL AND betaald_tot >= geeindigd_on)",
                        name="betaald_na_einde"),
    )
    __mapper_args__ = {"polymorphic_identity": "verblijf"}


class Kandidaatkaart(OfDossier, Base):
    """What a provider reads to answer an offer: no name, no date of birth."""

    __tablename__ = "kandidaatkaart"
    doelgroep: Mapped[str] = text_column()
    leeftijd: Mapped[int]
    nodig: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    toelichting: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("kandidaatkaart"), UniqueConstraint("dossier_id"))


class Clientgegevens(OfDossier, Base):
    """Who comes to live there: the provider reads it from the moment both said yes (Wmo 2015, 5.2.1, lid 2)."""

    __tablename__ = "clientgegevens"
    naam: Mapped[str] = text_column()
    geboren_on: Mapped[date]
    contact: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("clientgegevens"), UniqueConstraint("dossier_id"))


# Between gemeenten ----------------------------------------------------------------------------------------------------------

class OverdrachtState(StrEnum):
    """Where an offer of the responsibility stands. Nothing is ever accepted by itself."""

    AANGEBODEN = "aangeboden"
    AANVAARD = "aanvaard"
    GEWEIGERD = "geweigerd"
    VERLOPEN = "verlopen"
    INGETROKKEN = "ingetrokken"
    GESCHIL = "geschil"
    GESTAAKT = "gestaakt"
    AFGEROND = "afgerond"


class Richting(StrEnum):
    """Which way an offer goes: to where the care is, or home."""

    HEEN = "heen"
    TERUG = "terug"


class Overdracht(Dossier):
    """An offer of the responsibility by one gemeente to another: the sender stays responsible until it was accepted and the day
    came. It is of a placement, or of a report that is not decided yet (`toegang_id`). `verblijf_id`: the stay that goes along,
    where somebody keeps their place."""

    __tablename__ = "overdracht"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    plaatsing_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.plaatsing.id"))
    toegang_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.toegang.id"))
    traject_id: Mapped[uuid.UUID]
    richting: Mapped[str] = text_column()
    ontvanger_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    verzender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    ingaand_on: Mapped[date]
    verloopt_on: Mapped[date]
    verblijf_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.verblijf.id"))
    geschil_on: Mapped[date | None]
    # What the disputes committee advised, and when.
    advies: Mapped[str] = text_column(default="")
    advies_on: Mapped[date | None]
    # Is who it is about shielded now? The snapshot says how it was. Kept by portal.overdracht_begint and
    # portal.persoon_afgeschermd alone.
    afgeschermd: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        one_of("richting", Richting),
        Index("ix_overdracht_plaatsing", "plaatsing_id"),
        Index("ix_overdracht_toegang", "toegang_id"),
        CheckConstraint("num_nonnulls(plaatsing_id, toegang_id) = 1 AND (toegang_id IS NULL OR (verblijf_id IS NULL AND "
                        "richting = 'heen'))", name="van_plaatsing_of_melding"),
        Index("ix_overdracht_traject", "traject_id"),
        CheckConstraint("ontvanger_id <> verzender_id", name="niet_aan_zichzelf"),
        CheckConstraint("(advies = '') = (advies_on IS NULL) AND (advies_on IS NULL OR geschil_on <= advies_on)",
                        name="advies_heel"),
    )
    __mapper_args__ = {"polymorphic_identity": "overdracht"}


class Momentopname(OfDossier, Base):
    """What the receiving gemeente was shown with an offer, as it stood: it never changes. `sha256` of `inhoud` as canonical
    JSON."""

    __tablename__ = "momentopname"
    inhoud: Mapped[dict] = mapped_column(JSONB)
    sha256: Mapped[str] = text_column()
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("momentopname"), UniqueConstraint("dossier_id"))


class Grondsoort(StrEnum):
    """Why another party may see something of a person."""

    MANDAAT = "mandaat"
    TOESTEMMING = "toestemming"
    CONTRACT = "contract"


class Grond(OfDossier, Base):
    """The ground on which one other party sees one dossier, until a day (Wmo 2015, 5.2.1, lid 2, and 5.3.3). Without a ground
    that holds nobody takes part in a verblijf or an overdracht (portal.deelnemer_met_grond)."""

    __tablename__ = "grond"
    voor_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    soort: Mapped[str] = text_column()
    # Where the mandate is written down, or how and by whom consent was given.
    vindplaats: Mapped[str] = text_column()
    van_on: Mapped[date]
    tot_on: Mapped[date]
    ingetrokken_at: Mapped[datetime | None]
    vastgelegd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("grond"), one_of("soort", Grondsoort),
                CheckConstraint("tot_on >= van_on", name="tot_na_van"),
                CheckConstraint("vindplaats <> ''", name="met_vindplaats"))


class PlaatsingAntwoord(OfDossier, Base):
    """What a provider answers to an offered place, or a gemeente to an offered responsibility. portal.antwoord_telt carries it
    out in the same act. `ingaand_on`: from when the receiver takes over; `aansluitend`: what somebody gets there next."""

    __tablename__ = "plaatsing_antwoord"
    ja: Mapped[bool]
    reden: Mapped[str] = text_column(default="")
    toelichting: Mapped[str] = text_column(default="")
    ingaand_on: Mapped[date | None]
    aansluitend: Mapped[str] = text_column(default="")
    gegeven_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gegeven_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("plaatsing_antwoord"), CheckConstraint("ja OR reden <> ''", name="nee_met_reden"))


class Overdrachtspunt(OfDossier, Base):
    """One point of a warm handover, ticked by either side. Of the point `naasten` the answer counts: yes, no with a reason, or
    the client does not want it."""

    __tablename__ = "overdrachtspunt"
    code: Mapped[str] = text_column()
    antwoord: Mapped[str] = text_column(default="ja")
    toelichting: Mapped[str] = text_column(default="")
    klaar_on: Mapped[date]
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("overdrachtspunt"), UniqueConstraint("dossier_id", "code"),
                one_of("antwoord", ["ja", "nee", "geweigerd"]),
                CheckConstraint("antwoord <> 'nee' OR toelichting <> ''", name="nee_met_reden"))


class Overdrachtsteken(OfDossier, Base):
    """A gemeente signed that a warm handover was done."""

    __tablename__ = "overdrachtsteken"
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    getekend_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("overdrachtsteken"), UniqueConstraint("dossier_id", "party_id"),
                UniqueConstraint("dossier_id", "door"))


# Support plan and outcome ----------------------------------------------------------------------------------------------------
# Results at the level of a person. What a purchase has to bring about stands with the purchase (inkoop), never here.

class Clientresultaat(OfDossier, Base):
    """What somebody wants to reach during a stay, per domain ([domein] in config/plaatsingen.toml): set by the gemeente alone.
    It never changes; what no longer holds lapses."""

    __tablename__ = "clientresultaat"
    domein: Mapped[str] = text_column()
    wat: Mapped[str] = text_column()
    sinds_on: Mapped[date]
    vervallen_on: Mapped[date | None]
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("clientresultaat"), CheckConstraint("wat <> ''", name="met_wat"),
                CheckConstraint("vervallen_on >= sinds_on", name="vervallen_na_sinds"))


class Uitwerking(OfDossier, Base):
    """How a provider works on a result, and with whom it was agreed: written by the provider alone. Each version stays."""

    __tablename__ = "uitwerking"
    resultaat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.clientresultaat.id"))
    versie: Mapped[int]
    hoe: Mapped[str] = text_column()
    met_wie: Mapped[str] = text_column()
    op_on: Mapped[date]
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("uitwerking"), UniqueConstraint("resultaat_id", "versie"),
                CheckConstraint("hoe <> '' AND met_wie <> '' AND versie > 0", name="heel"))


class Moment(StrEnum):
    """At which moment it is said how far somebody is."""

    VOORTGANG = "voortgang"
    TUSSENEVALUATIE = "tussenevaluatie"
    EINDEVALUATIE = "eindevaluatie"


class Voortgang(OfDossier, Base):
    """A moment at which a gemeente or a provider said how far somebody is. What a provider says, the gemeente confirms; what
    the gemeente says is confirmed at once."""

    __tablename__ = "voortgang"
    soort: Mapped[str] = text_column()
    op_on: Mapped[date]
    besproken: Mapped[str] = text_column()
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    bevestigd_on: Mapped[date | None]
    bevestigd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("voortgang"), one_of("soort", Moment),
                CheckConstraint("besproken <> ''", name="met_besproken"),
                CheckConstraint("(bevestigd_on IS NULL) = (bevestigd_by IS NULL)", name="bevestigd_heel"))


class Voortgangscore(OfDossier, Base):
    """How far somebody is with one result at one moment: a step of [voortgangscore] and words."""

    __tablename__ = "voortgangscore"
    voortgang_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.voortgang.id"))
    resultaat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.clientresultaat.id"))
    score: Mapped[str] = text_column()
    woorden: Mapped[str] = text_column()

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("voortgangscore"), UniqueConstraint("voortgang_id", "resultaat_id"),
                CheckConstraint("woorden <> ''", name="met_woorden"))


class Uitkomst(OfDossier, Base):
    """What came of a placement that ended: of its gemeente alone. `doelrealisatie`: answers by code of [[deelindicator]], but
    for the one that is only known later: `nieuwe_start`, answered on `opvolgen_on` or after it."""

    __tablename__ = "uitkomst"
    doelrealisatie: Mapped[dict] = mapped_column(JSONB)
    uitval: Mapped[bool]
    uitval_reden: Mapped[str] = text_column(default="")
    tevredenheid: Mapped[int | None]
    tevredenheid_niet: Mapped[str] = text_column(default="")
    op_on: Mapped[date]
    opvolgen_on: Mapped[date]
    nieuwe_start: Mapped[str | None] = text_column()
    nieuwe_start_on: Mapped[date | None]
    nieuwe_start_reden: Mapped[str] = text_column(default="")
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("uitkomst"), UniqueConstraint("dossier_id"),
            one_of("nieuwe_start", ["ja", "nee", "onbekend"]),
            CheckConstraint("uitval = (uitval_reden <> '')", name="uitval_met_reden"),
            CheckConstraint("tevredenheid BETWEEN 1 AND 10", name="tevredenheid_kan"),
            CheckConstraint("(tevredenheid IS NULL) = (tevredenheid_niet <> '')", name="tevredenheid_of_reden"),
            CheckConstraint("(nieuwe_start IS NULL) = (nieuwe_start_on IS NULL) AND (nieuwe_start_on IS NULL "
                            "OR nieuwe_start_on >= opvolgen_on)", name="opvolgen_op_tijd"),
            CheckConstraint("nieuwe_start IS DISTINCT FROM 'onbekend' OR nieuwe_start_reden <> ''", name="onbekend_met_reden"),
        )


# Settlement between gemeenten -------------------------------------------------------------------------------------------------

class VerrekeningState(StrEnum):
    """Where a settlement stands. Agreed is only what the other gemeente answered itself."""

    OPGESTELD = "opgesteld"
    VERSTUURD = "verstuurd"
    AKKOORD = "akkoord"
    BETWIST = "betwist"
    VASTGESTELD = "vastgesteld"
    INGETROKKEN = "ingetrokken"


class Verrekening(Dossier):
    """What one gemeente paid for people for whom another was responsible, over a period of whole days, `van` and `tot` both
    counted. It names nobody: its lines hold the reference of a placement and nothing else of a person."""

    __tablename__ = "verrekening"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    betaler_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    verantwoordelijk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    van: Mapped[date]
    tot: Mapped[date]
    ingetrokken_on: Mapped[date | None]
    __table_args__ = (
        # Two gemeenten never settle one day twice.
        ExcludeConstraint(("betaler_id", "="), ("verantwoordelijk_id", "="), (text("daterange(van, tot, '[]')"), "&&"),
                          where=text("ingetrokken_on IS NULL"), name="ex_verrekening_periode"),
        Index("ix_verrekening_verantwoordelijk", "verantwoordelijk_id"),
        CheckConstraint("betaler_id <> verantwoordelijk_id", name="niet_met_zichzelf"),
        CheckConstraint("tot >= van", name="periode_heel"),
    )
    __mapper_args__ = {"polymorphic_identity": "verrekening"}


class Verrekenregel(OfDossier, Base):
    """Days times price of one stay, for the days on which the other gemeente was responsible. `kenmerk`: the placement as who
    paid calls it; the other finds its own by `traject_id`. portal.verrekenregel_klopt holds every line against the timeline."""

    __tablename__ = "verrekenregel"
    volgnummer: Mapped[int]
    verblijf_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.verblijf.id"))
    traject_id: Mapped[uuid.UUID]
    kenmerk: Mapped[str] = text_column()
    # Where this person is, may not be known: no reference leaves the portal in a file.
    afgeschermd: Mapped[bool] = mapped_column(default=False)
    van: Mapped[date]
    tot: Mapped[date]
    dagen: Mapped[int]
    dagprijs: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    bedrag: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    vervallen_on: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("verrekenregel"),
            UniqueConstraint("dossier_id", "volgnummer"),
            ExcludeConstraint(("dossier_id", "="), ("verblijf_id", "="), (text("daterange(van, tot, '[]')"), "&&"),
                              where=text("vervallen_on IS NULL"), name="ex_verrekenregel_dagen"),
            CheckConstraint("dagen > 0 AND dagen = tot - van + 1", name="dagen_kloppen"),
            CheckConstraint("dagprijs >= 0 AND bedrag = dagen * dagprijs", name="bedrag_klopt"),
        )


class VerrekeningAntwoord(OfDossier, Base):
    """What the gemeente that was responsible answers to a settlement: agreed, or why not, by the number of the line.
    portal.verrekening_telt carries it out in the same act."""

    __tablename__ = "verrekening_antwoord"
    ja: Mapped[bool]
    redenen: Mapped[dict] = mapped_column(JSONB, default=dict)
    gegeven_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gegeven_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("verrekening_antwoord"),
                CheckConstraint("ja = (redenen = '{}'::jsonb)", name="nee_met_reden"))


# The people around it -------------------------------------------------------------------------------------------------------

class Hoedanigheid(StrEnum):
    """As what somebody looks along with a person's support."""

    ZELF = "zelf"
    OUDER = "ouder"
    CURATOR = "curator"
    MENTOR = "mentor"
    MANTELZORGER = "mantelzorger"


class Koppeling(Base):
    """An account of a resident that belongs to one person of one gemeente, until a day. The gemeente makes a code and gives it
    by hand or by letter; who enters it is connected (portal.koppeling_gebruiken). Nobody is ever found by name or mail
    address. `bewijs`: what it rests on; `instemming_on`: when the client agreed."""

    __tablename__ = "koppeling"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    persoon_id: Mapped[uuid.UUID]
    hoedanigheid: Mapped[str] = text_column()
    naam: Mapped[str] = text_column()
    bewijs: Mapped[str] = text_column()
    instemming_on: Mapped[date | None]
    code_kenmerk: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_tot_at: Mapped[datetime]
    tot_on: Mapped[date]
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    vastgelegd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    inwoner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.partij.id"))
    gekoppeld_at: Mapped[datetime | None]
    ingetrokken_at: Mapped[datetime | None]
    ingetrokken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        one_of("hoedanigheid", Hoedanigheid),
        Index("ix_koppeling_persoon", "persoon_id"),
        Index("ix_koppeling_inwoner", "inwoner_id"),
        CheckConstraint("naam <> '' AND bewijs <> ''", name="met_bewijs"),
        CheckConstraint("hoedanigheid <> 'mantelzorger' OR instemming_on IS NOT NULL", name="mantelzorger_mag"),
        CheckConstraint("(inwoner_id IS NULL) = (gekoppeld_at IS NULL)", name="gekoppeld_heel"),
        CheckConstraint("(ingetrokken_at IS NULL) = (ingetrokken_by IS NULL)", name="ingetrokken_heel"),
        CheckConstraint("octet_length(code_kenmerk) = 32", name="kenmerk_lengte"),
    )


class Contactvorm(StrEnum):
    """How somebody was spoken with."""

    TELEFOON = "telefoon"
    GESPREK = "gesprek"
    HUISBEZOEK = "huisbezoek"
    BERICHT = "bericht"


class Contactnotitie(OfDossier, Base):
    """When and with whom somebody spoke about a case, and what was agreed next: of the own gemeente alone."""

    __tablename__ = "contactnotitie"
    op_on: Mapped[date]
    vorm: Mapped[str] = text_column()
    met: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    afspraak: Mapped[str] = text_column(default="")
    afspraak_on: Mapped[date | None]
    klaar_on: Mapped[date | None]
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("contactnotitie"), one_of("vorm", Contactvorm),
                CheckConstraint("met <> '' AND tekst <> ''", name="met_inhoud"),
                CheckConstraint("(afspraak = '') = (afspraak_on IS NULL)", name="afspraak_met_dag"),
                CheckConstraint("klaar_on IS NULL OR afspraak_on IS NOT NULL", name="klaar_met_afspraak"))


class Vraagsoort(StrEnum):
    """What a resident sends from the own page."""

    VRAAG = "vraag"
    KLACHT = "klacht"
    BEZWAAR = "bezwaar"


class Inwonervraag(OfDossier, Base):
    """What a resident, or who represents one, asked about a case from the own page, and the answer. `party_id`: who asked.

    An objection is against one decision of this case (Awb 6:5); who decides on it does so under a mandate, and had no part in
    that decision (10:3, lid 3). Of an objection and of a complaint it says that receipt was confirmed (6:14, 9:6), whether the
    answer was put off, and how it ended."""

    __tablename__ = "inwonervraag"
    koppeling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.koppeling.id"))
    soort: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    gesteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gesteld_at: Mapped[datetime] = mapped_column(server_default=NOW)
    besluit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    te_laat_reden: Mapped[str] = text_column(default="")
    bevestigd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    bevestigd_at: Mapped[datetime | None]
    commissie: Mapped[bool] = mapped_column(default=False)
    verdaagd_reden: Mapped[str] = text_column(default="")
    uitkomst: Mapped[str] = text_column(default="")
    antwoord: Mapped[str] = text_column(default="")
    beantwoord_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    beantwoord_at: Mapped[datetime | None]
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("inwonervraag"), one_of("soort", Vraagsoort),
                CheckConstraint("tekst <> ''", name="met_tekst"),
                CheckConstraint("(soort = 'bezwaar') = (besluit_id IS NOT NULL)", name="bezwaar_tegen_besluit"),
                CheckConstraint("te_laat_reden = '' OR soort = 'bezwaar'", name="te_laat_bij_bezwaar"),
                CheckConstraint("soort <> 'vraag' OR (bevestigd_at IS NULL AND NOT commissie AND verdaagd_reden = '')",
                                name="wet_bij_klacht_en_bezwaar"),
                CheckConstraint("(bevestigd_at IS NULL) = (bevestigd_by IS NULL)", name="bevestigd_heel"),
                CheckConstraint("(uitkomst <> '') = (soort <> 'vraag' AND beantwoord_at IS NOT NULL)", name="met_uitkomst"),
                CheckConstraint("(mandaat_id IS NOT NULL) = (soort = 'bezwaar' AND beantwoord_at IS NOT NULL)",
                                name="bezwaar_onder_mandaat"),
                UniqueConstraint("besluit_id", "party_id", name="uq_inwonervraag_bezwaar"),
                CheckConstraint("(antwoord = '') = (beantwoord_at IS NULL) AND (beantwoord_at IS NULL) = "
                                "(beantwoord_by IS NULL)", name="antwoord_heel"))


# What is kept of people, and for how long -----------------------------------------------------------------------------------

class VernietigingStand(StrEnum):
    """Where the destruction of what is kept of one person stands."""

    VOORGESTELD = "voorgesteld"
    GEWEIGERD = "geweigerd"
    VERNIETIGD = "vernietigd"


class Vernietiging(Base):
    """What is kept of one person is destroyed: after the term, or on request (Wmo 2015, 5.3.4 and 5.3.5). One proposes it, and
    another decides (portal.vernietiging_beslissen); history stays, for it holds no content."""

    __tablename__ = "vernietiging"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    persoon_id: Mapped[uuid.UUID]
    # Empty: the term is over. Otherwise the day of the request.
    verzoek_on: Mapped[date | None]
    uiterlijk_on: Mapped[date]
    stand: Mapped[str] = text_column(default=VernietigingStand.VOORGESTELD)
    weigering: Mapped[str] = text_column(default="")
    voorgesteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    voorgesteld_at: Mapped[datetime] = mapped_column(server_default=NOW)
    beslist_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    beslist_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "persoon_id"], ["portal.persoon.party_id", "portal.persoon.id"]),
        one_of("stand", VernietigingStand),
        Index("uq_vernietiging_open", "persoon_id", unique=True, postgresql_where=text("stand = 'voorgesteld'")),
        CheckConstraint("beslist_by <> voorgesteld_by", name="twee_mensen"),
        CheckConstraint("(stand = 'voorgesteld') = (beslist_by IS NULL) AND (beslist_by IS NULL) = (beslist_at IS NULL)",
                        name="beslist_heel"),
        CheckConstraint("(stand = 'geweigerd') = (weigering <> '')", name="weigering_met_grond"),
    )


class Verwerking(Base):
    """One line of the processing log per data subject and processing (Logboek Dataverwerkingen). Who did it stands in the
    access log alone: `toegangslog_id` leads there. portal.verwerking_bij writes it, and nobody changes it."""

    __tablename__ = "verwerking"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    trace_id: Mapped[bytes] = mapped_column(LargeBinary)
    operation_id: Mapped[bytes] = mapped_column(LargeBinary)
    status_code: Mapped[int]
    naam: Mapped[str] = text_column()
    begin_at: Mapped[datetime]
    einde_at: Mapped[datetime]
    activiteit: Mapped[str] = text_column()
    betrokkene_id: Mapped[uuid.UUID]
    toegangslog_id: Mapped[int]
    __table_args__ = (
        CheckConstraint("octet_length(trace_id) = 16 AND octet_length(operation_id) = 8", name="lengte"),
        CheckConstraint("status_code IN (0, 1, 2)", name="status"),
        CheckConstraint("einde_at >= begin_at", name="einde_na_begin"),
        Index("ix_verwerking_party", "party_id", "begin_at", "id"),
    )
