"""Tables of a joint procurement.

Three kinds of dossier: the inkoop and its percelen belong to the lead gemeente (trekker) and are shared with the other
members; an inschrijving belongs to its aanbieder and opens to the buyers by time and act. What everybody may read is in
`publicatie`, a frozen copy; nobody outside the members reads the working tables.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import Integer

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import Dossier, OfDossier

NOW = text("portal.now()")
CLOCK_NOW = text("portal.clock_now()")


class State(StrEnum):
    """Where a procurement stands."""

    GEPLAND = "gepland"
    UITGEVRAAGD = "uitgevraagd"
    DOORGEZET = "doorgezet"
    GESTOPT = "gestopt"
    GEPUBLICEERD = "gepubliceerd"
    GEOPEND = "geopend"
    AFGEROND = "afgerond"


class PerceelState(StrEnum):
    """Where a perceel stands; one perceel never blocks another."""

    GEPLAND = "gepland"
    GEOPEND = "geopend"
    VASTGESTELD = "vastgesteld"
    GEGUND = "gegund"
    GECONTRACTEERD = "gecontracteerd"
    VERVALLEN = "vervallen"
    # Taken out of the plan before anybody was asked.
    WEGGEHAALD = "weggehaald"


class InschrijvingState(StrEnum):
    """Where an inschrijving stands as a whole; what counts per perceel is the last verzending."""

    BEGONNEN = "begonnen"
    INGEDIEND = "ingediend"
    INGETROKKEN = "ingetrokken"


class Antwoord(StrEnum):
    """What a gemeente decided about one perceel."""

    JA = "ja"
    VOORBEHOUD = "voorbehoud"
    NEE = "nee"


class Inkoop(Dossier):
    """One joint procurement, owned by the lead gemeente of a samenwerkingsverband."""

    __tablename__ = "inkoop"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    verband_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.samenwerkingsverband.id"))
    methode: Mapped[str] = text_column()
    # Who may bid, as the method says (requirements A2): published with it.
    toegang: Mapped[str] = text_column()
    omschrijving: Mapped[str] = text_column()
    geraamde_waarde: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    begint_on: Mapped[date]
    looptijd_jaren: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    deelname_uiterlijk_at: Mapped[datetime | None]
    sluit_at: Mapped[datetime | None]
    terugval: Mapped[str] = text_column()
    aandachtspunten: Mapped[list] = mapped_column(JSONB, default=list)
    uitgevraagd_at: Mapped[datetime | None]
    gestopt_reden: Mapped[str | None] = text_column()
    __table_args__ = (
        CheckConstraint("geraamde_waarde > 0", name="waarde_boven_nul"),
        CheckConstraint("cardinality(looptijd_jaren) BETWEEN 1 AND 3", name="looptijd_vorm"),
    )
    __mapper_args__ = {"polymorphic_identity": "inkoop"}


class Perceel(Dossier):
    """A lot: a child dossier with its own life after the opening."""

    __tablename__ = "perceel"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    inkoop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inkoop.id"))
    nummer: Mapped[int]
    naam: Mapped[str] = text_column()
    product: Mapped[str] = text_column()
    omschrijving: Mapped[str] = text_column()
    waarde: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    max_contracten: Mapped[int | None]
    minimale_score: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal("0"))
    vastgesteld_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    dagvaarding_on: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("inkoop_id", "nummer"),
        UniqueConstraint("inkoop_id", "id"),
        CheckConstraint("waarde > 0", name="waarde_boven_nul"),
        CheckConstraint("max_contracten IS NULL OR max_contracten > 0", name="max_boven_nul"),
    )
    __mapper_args__ = {"polymorphic_identity": "perceel"}


class Eis(OfDossier, Base):
    """A minimum requirement of a perceel: pass or fail. Its key never changes once published."""

    __tablename__ = "eis"
    code: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    bewijs: Mapped[str | None] = text_column()

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("eis"), UniqueConstraint("dossier_id", "code"))


class Criterium(OfDossier, Base):
    """An award criterion of a perceel with its weight in percent; the weights of a perceel add up to 100."""

    __tablename__ = "criterium"
    code: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    weging: Mapped[int]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("criterium"),
            UniqueConstraint("dossier_id", "code"),
            CheckConstraint("weging BETWEEN 1 AND 100", name="weging_procent"),
        )


class GevraagdDocument(OfDossier, Base):
    """A document that a bidder must add, for the whole inkoop (dossier = inkoop) or for one perceel. `herbruikbaar`
    documents are kept in Mijn organisatie and offered again."""

    __tablename__ = "gevraagd_document"
    code: Mapped[str] = text_column()
    titel: Mapped[str] = text_column()
    toelichting: Mapped[str] = text_column()
    herbruikbaar: Mapped[bool] = mapped_column(default=False)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("gevraagd_document"), UniqueConstraint("dossier_id", "code"))


class Poort(StrEnum):
    """Which step a gate blocks until it is decided. That of the deelname is decided by go or no-go itself, the others by
    the lead."""

    DEELNAME = "deelname"
    PUBLICEREN = "publiceren"
    GUNNEN = "gunnen"
    CONTRACTEREN = "contracteren"


class Fase(StrEnum):
    """Which phase of the procurement a milestone plans, whatever its title says."""

    PUBLICATIE = "publicatie"
    INSCHRIJVING = "inschrijving"
    BEOORDELING = "beoordeling"
    GUNNING = "gunning"


class Mijlpaal(OfDossier, Base):
    """A milestone; its moment may be a date, a month, a quarter, a season or two alternatives (kernel/planning.py).
    A gate (`poort`) blocks its step until it is decided, with the reason; what is decided stays."""

    __tablename__ = "mijlpaal"
    volgnummer: Mapped[int]
    titel: Mapped[str] = text_column()
    moment: Mapped[dict] = mapped_column(JSONB)
    fase: Mapped[str | None] = text_column()
    poort: Mapped[str | None] = text_column()
    besloten_on: Mapped[date | None]
    uitkomst: Mapped[str | None] = text_column()
    reden: Mapped[str | None] = text_column()

    @property
    def is_poort(self) -> bool:
        """Does something wait for a decision here?"""
        return self.poort is not None

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("mijlpaal"),
            UniqueConstraint("dossier_id", "volgnummer"),
            one_of("poort", Poort),
            one_of("fase", Fase),
            CheckConstraint("uitkomst IS NULL OR poort IS NOT NULL", name="uitkomst_van_poort"),
            CheckConstraint("uitkomst IS NULL OR uitkomst IN ('go','no_go')", name="uitkomst_bekend"),
            CheckConstraint("(uitkomst IS NULL) = (besloten_on IS NULL)", name="uitkomst_heeft_datum"),
        )


class DeelnameCijfer(OfDossier, Base):
    """What a perceel means for one gemeente: places, cost per year, residents with a pgb. All members see these."""

    __tablename__ = "deelname_cijfer"
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    perceel_id: Mapped[uuid.UUID]
    plaatsen: Mapped[int]
    bedrag_per_jaar: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    pgb_inwoners: Mapped[int] = mapped_column(default=0)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("deelname_cijfer"),
            ForeignKeyConstraint(["dossier_id", "perceel_id"], ["portal.perceel.inkoop_id", "portal.perceel.id"]),
            UniqueConstraint("perceel_id", "gemeente_id"),
            CheckConstraint("plaatsen >= 0 AND bedrag_per_jaar >= 0 AND pgb_inwoners >= 0", name="niet_negatief"),
        )


class Deelnamebesluit(OfDossier, Base):
    """Whether a gemeente takes part, decided by its own body. `party_id` is that gemeente: members see each other's
    decisions, never each other's drafts. A silent gemeente has no row: it counts as *niet besloten*."""

    __tablename__ = "deelnamebesluit"
    orgaan: Mapped[str | None] = text_column()
    besloten_on: Mapped[date | None]
    voorbehoud: Mapped[str | None] = text_column()
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.document.id"))
    opgesteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    vastgelegd_at: Mapped[datetime | None]
    vastgelegd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("deelnamebesluit"),
            UniqueConstraint("dossier_id", "party_id"),
            UniqueConstraint("dossier_id", "party_id", "id"),
            CheckConstraint("(vastgelegd_at IS NULL) = (vastgelegd_by IS NULL)", name="vastgelegd_heeft_wie"),
            CheckConstraint(
                "vastgelegd_at IS NULL OR (orgaan IS NOT NULL AND besloten_on IS NOT NULL AND document_id IS NOT NULL)",
                name="vastgelegd_is_compleet",
            ),
        )


class DeelnameAntwoord(Base):
    """The answer per perceel of the inkoop that was asked about."""

    __tablename__ = "deelname_antwoord"
    besluit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    perceel_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    inkoop_id: Mapped[uuid.UUID]
    party_id: Mapped[uuid.UUID]
    antwoord: Mapped[str] = text_column()
    __table_args__ = (
        one_of("antwoord", Antwoord),
        Index("ix_deelname_antwoord_party", "party_id", "perceel_id"),
        ForeignKeyConstraint(["inkoop_id", "party_id", "besluit_id"], [
            "portal.deelnamebesluit.dossier_id", "portal.deelnamebesluit.party_id", "portal.deelnamebesluit.id"]),
        ForeignKeyConstraint(["inkoop_id", "perceel_id"], ["portal.perceel.inkoop_id", "portal.perceel.id"]),
    )


class PublicatieSoort(StrEnum):
    """What is made public: the announcement, per perceel its result (the newest counts), and that it all stopped."""

    AANKONDIGING = "aankondiging"
    GUNNING = "gunning"
    VERVALLEN = "vervallen"
    INGETROKKEN = "ingetrokken"
    GESTOPT = "gestopt"


class Publicatie(OfDossier, Base):
    """A frozen copy for everybody: text, percelen, requirements, criteria, and the rule set as it stood that day. It is
    never changed: a law change is a new rule version, never a date flag."""

    __tablename__ = "publicatie"
    soort: Mapped[str] = text_column()
    inkoop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inkoop.id"))
    reference: Mapped[str] = text_column()
    titel: Mapped[str] = text_column()
    regelset: Mapped[dict] = mapped_column(JSONB)
    inhoud: Mapped[dict] = mapped_column(JSONB)
    gepubliceerd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    sluit_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("publicatie"),
            one_of("soort", PublicatieSoort),
            # An award can be withdrawn and made again; the others happen once.
            Index("uq_publicatie_dossier_id_soort", "dossier_id", "soort", unique=True,
                  postgresql_where=text("soort IN ('aankondiging', 'vervallen', 'gestopt')")),
            CheckConstraint("(soort = 'aankondiging') = (sluit_at IS NOT NULL)", name="aankondiging_sluit"),
            # With the unique key: one announcement, so one deadline, per procurement.
            CheckConstraint("(soort IN ('aankondiging','gestopt')) = (dossier_id = inkoop_id)",
                            name="aankondiging_van_inkoop"),
            Index("ix_publicatie_gepubliceerd", "gepubliceerd_at", "id"),
            Index("ix_publicatie_inkoop", "inkoop_id"),
        )


class Inschrijving(Dossier):
    """The bid of one aanbieder on one inkoop, for one or more percelen."""

    __tablename__ = "inschrijving"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    inkoop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inkoop.id"))
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    # Everybody who changed the draft: nobody reviews their own text.
    gewijzigd_by: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    meegelezen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    meegelezen_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("inkoop_id", "aanbieder_id"), UniqueConstraint("inkoop_id", "id"))
    __mapper_args__ = {"polymorphic_identity": "inschrijving"}


class InschrijvingPerceel(OfDossier, Base):
    """That the aanbieder wants to bid on this perceel, and its answers to the minimum requirements (a draft)."""

    __tablename__ = "inschrijving_perceel"
    inkoop_id: Mapped[uuid.UUID]
    perceel_id: Mapped[uuid.UUID]
    antwoorden: Mapped[dict] = mapped_column(JSONB, default=dict)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("inschrijving_perceel"),
            UniqueConstraint("dossier_id", "perceel_id"),
            ForeignKeyConstraint(["inkoop_id", "dossier_id"], ["portal.inschrijving.inkoop_id", "portal.inschrijving.id"]),
            ForeignKeyConstraint(["inkoop_id", "perceel_id"], ["portal.perceel.inkoop_id", "portal.perceel.id"]),
        )


class InschrijvingDocument(OfDossier, Base):
    """Which document answers which request (a draft; the verzending freezes it). `perceel_id` empty: for all percelen."""

    __tablename__ = "inschrijving_document"
    perceel_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.perceel.id"))
    code: Mapped[str] = text_column()
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.document.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("inschrijving_document"),
            UniqueConstraint("dossier_id", "perceel_id", "code", postgresql_nulls_not_distinct=True),
        )


class VerzendingSoort(StrEnum):
    """Sent, or taken back. The last row per perceel counts."""

    VERZENDING = "verzending"
    INTREKKING = "intrekking"


class Verzending(OfDossier, Base):
    """One act of sending for one perceel, append-only. The database sets the time under a lock and refuses it after the
    deadline; `inhoud` is the frozen bid, `vingerafdruk` its SHA-256 for the receipt."""

    __tablename__ = "verzending"
    soort: Mapped[str] = text_column()
    inkoop_id: Mapped[uuid.UUID]
    perceel_id: Mapped[uuid.UUID]
    versie: Mapped[int]
    inhoud: Mapped[dict] = mapped_column(JSONB)
    vingerafdruk: Mapped[str] = text_column()
    ontvangst_nummer: Mapped[str] = text_column(unique=True)
    verzonden_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    verzonden_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("verzending"),
            one_of("soort", VerzendingSoort),
            # The deadline of one procurement never lets in a bid on another.
            ForeignKeyConstraint(["inkoop_id", "dossier_id"], ["portal.inschrijving.inkoop_id", "portal.inschrijving.id"]),
            ForeignKeyConstraint(["inkoop_id", "perceel_id"], ["portal.perceel.inkoop_id", "portal.perceel.id"]),
            UniqueConstraint("dossier_id", "perceel_id", "versie"),
            Index("ix_verzending_inkoop", "inkoop_id", "verzonden_at"),
        )


class Opening(OfDossier, Base):
    """One officer's opening act. The second one, of another gemeente, opens; the database checks deadline and persons."""

    __tablename__ = "opening"
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("opening"),
            UniqueConstraint("dossier_id", "party_id"),
            UniqueConstraint("dossier_id", "account_id"),
        )


class Terzijde:
    """A judgment that no longer counts, because whoever gave it turned out to have an interest: when it was set aside, by
    whom and why. The row stays; another one takes its place."""

    terzijde_at: Mapped[datetime | None]
    terzijde_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    terzijde_reden: Mapped[str | None] = text_column()

    @staticmethod
    def set_aside_with_reason(table: str, key: str) -> tuple:
        """Its constraints: all three or none, and of what counts one per bid and part."""
        columns = ("dossier_id", "inschrijving_id", key)
        return (
            CheckConstraint("(terzijde_at IS NULL) = (terzijde_by IS NULL) "
                            "AND (terzijde_at IS NULL) = (terzijde_reden IS NULL)", name="terzijde_met_reden"),
            Index(f"uq_{table}_{'_'.join(columns)}", *columns, unique=True, postgresql_where=text("terzijde_at IS NULL")),
        )


class Toets(Terzijde, OfDossier, Base):
    """Pass or fail on one minimum requirement by one beoordelaar (dossier = perceel)."""

    __tablename__ = "toets"
    inschrijving_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inschrijving.id"))
    eis_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.eis.id"))
    voldoet: Mapped[bool]
    motivering: Mapped[str | None] = text_column()
    beoordelaar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    getoetst_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("toets"),
            *Terzijde.set_aside_with_reason("toets", "eis_id"),
            CheckConstraint("voldoet OR motivering IS NOT NULL", name="afwijzing_met_reden"),
        )


# So short that it can be a sentence, so long that it cannot be "goed": what a bidder must be able to read as the reason.
MOTIVERING_TEKENS = 10


class Score(Terzijde, OfDossier, Base):
    """Points on one criterion with the motivation for its own bidder (dossier = perceel). The database keeps them
    within the scale of the published rule set."""

    __tablename__ = "score"
    inschrijving_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inschrijving.id"))
    criterium_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.criterium.id"))
    punten: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    motivering: Mapped[str] = text_column()
    # What the bidders who lose read of this bid when it wins; a score from before this was asked has none.
    kenmerken: Mapped[str | None] = text_column()
    beoordelaar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gescoord_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("score"),
            *Terzijde.set_aside_with_reason("score", "criterium_id"),
            CheckConstraint(f"length(motivering) >= {MOTIVERING_TEKENS}", name="met_motivering"),
        )
