"""Tables of subsidies.

Three kinds of dossier and who sees them: a regeling belongs to the gemeente that grants (its public copy is
`regeling_publicatie`); an aanvraag belongs to the applicant and opens to that gemeente by sending; a subsidie belongs to the
gemeente and is shared with the applicant. What the gemeente still thinks about (points, advice, a proposal) stands in tables of
its own, which the applicant never reads. What anybody sends is an `indiening`: frozen, with its hash and receipt.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.domains.subsidies.rules import Grondslag, Regelsoort, Staatssteun, Verdeling
from portal.kernel.dossier import Dossier, OfDossier

NOW = text("portal.now()")
CLOCK_NOW = text("portal.clock_now()")
EURO = Numeric(14, 2)


class RegelingState(StrEnum):
    """Where a scheme stands."""

    CONCEPT = "concept"
    BEKENDGEMAAKT = "bekendgemaakt"
    GESLOTEN = "gesloten"


class AanvraagState(StrEnum):
    """Where an application stands for whoever writes it."""

    BEGONNEN = "begonnen"
    INGEDIEND = "ingediend"
    INGETROKKEN = "ingetrokken"


class State(StrEnum):
    """Where a subsidie stands. Whether a proposal waits for a reader or a signature, its besluit says."""

    ONTVANGEN = "ontvangen"
    WACHT_OP_AANVULLING = "wacht_op_aanvulling"
    NIET_AANGEVULD = "niet_aangevuld"
    IN_BEHANDELING = "in_behandeling"
    BEOORDEELD = "beoordeeld"
    VERLEEND = "verleend"
    GEWEIGERD = "geweigerd"
    BUITEN_BEHANDELING = "buiten_behandeling"
    INGETROKKEN = "ingetrokken"
    VERANTWOORDEN = "verantwoorden"
    IN_VASTSTELLING = "in_vaststelling"
    VASTGESTELD = "vastgesteld"
    VERLENING_INGETROKKEN = "verlening_ingetrokken"


# Nothing was decided yet: the applicant may still withdraw, and the term to decide runs.
OPEN = (State.ONTVANGEN, State.WACHT_OP_AANVULLING, State.NIET_AANGEVULD, State.IN_BEHANDELING, State.BEOORDEELD)


class Regeling(Dossier):
    """A scheme: on which regulation, for whom, when, how the money is divided and settled. `van`..`tot` is half-open.

    `inrichting` holds the lists that a person fills in (rules.Inrichting): questions before login, documents, criteria,
    products, template lines. Once made public nothing of it changes; what holds from then on is a new publication.
    """

    __tablename__ = "regeling"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    verband_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.samenwerkingsverband.id"))
    omschrijving: Mapped[str] = text_column()
    doelgroep: Mapped[str] = text_column()
    # The regulation of the council, its article, and where it was made public; empty only where Awb 4:23, lid 3 allows that.
    verordening: Mapped[str] = text_column(default="")
    artikel: Mapped[str] = text_column(default="")
    grondslag: Mapped[str] = text_column()
    motivering: Mapped[str] = text_column(default="")
    van: Mapped[date]
    tot: Mapped[date]
    opent_at: Mapped[datetime]
    sluit_at: Mapped[datetime]
    verdeling: Mapped[str] = text_column()
    # In order of receipt: of the application itself, or of the day on which it was complete.
    volgorde_compleet: Mapped[bool] = mapped_column(default=True)
    afdeling_4_2_8: Mapped[bool] = mapped_column(default=False)
    staatssteun: Mapped[str] = text_column(default=Staatssteun.GEEN)
    # Weeks to decide when the regulation says so, with its article; else Awb 4:13.
    beslistermijn_weken: Mapped[int | None]
    beslistermijn_artikel: Mapped[str] = text_column(default="")
    nadere_regel: Mapped[bool] = mapped_column(default=False)
    hersteltermijn_dagen: Mapped[int] = mapped_column(default=14)
    medeondertekenen: Mapped[bool] = mapped_column(default=False)
    tweede_lezer_vanaf: Mapped[Decimal] = mapped_column(EURO)
    # How it is paid for, from which day on: [{"van": "jjjj-mm-dd", "vormen": [...]}], the last one that began counts.
    financiering: Mapped[list] = mapped_column(JSONB, default=list)
    # None: what is delivered is not settled by count. Else the fields of rules.Verrekenregel without the price.
    verrekening: Mapped[dict | None] = mapped_column(JSONB)
    inrichting: Mapped[dict] = mapped_column(JSONB, default=dict)
    __table_args__ = (
        one_of("grondslag", Grondslag),
        one_of("verdeling", Verdeling),
        one_of("staatssteun", Staatssteun),
        CheckConstraint("van < tot", name="van_voor_tot"),
        CheckConstraint("opent_at < sluit_at", name="opent_voor_sluiting"),
        CheckConstraint("beslistermijn_weken IS NULL OR beslistermijn_weken BETWEEN 1 AND 52", name="weken_bekend"),
        CheckConstraint("(beslistermijn_weken IS NULL) OR beslistermijn_artikel <> ''", name="termijn_met_artikel"),
        CheckConstraint("hersteltermijn_dagen BETWEEN 1 AND 90", name="herstel_bekend"),
        CheckConstraint("grondslag <> 'wettelijk' OR (verordening <> '' AND artikel <> '')", name="met_verordening"),
        CheckConstraint("grondslag = 'wettelijk' OR motivering <> ''", name="zonder_verordening_met_reden"),
        # A subsidy that is given now and then, lasts at most four years (Awb 4:23, lid 3, onder d).
        CheckConstraint("grondslag <> 'incidenteel' OR tot <= van + interval '4 years'", name="incidenteel_vier_jaar"),
        CheckConstraint("tweede_lezer_vanaf >= 0", name="grens_niet_negatief"),
    )
    __mapper_args__ = {"polymorphic_identity": "regeling"}


class RegelingPublicatie(OfDossier, Base):
    """The frozen copy of a scheme for everybody: what applicants fill in is what stands here."""

    __tablename__ = "regeling_publicatie"
    versie: Mapped[int]
    reference: Mapped[str] = text_column()
    titel: Mapped[str] = text_column()
    inhoud: Mapped[dict] = mapped_column(JSONB)
    opent_at: Mapped[datetime]
    sluit_at: Mapped[datetime]
    gepubliceerd_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("regeling_publicatie"),
            UniqueConstraint("dossier_id", "versie"),
            Index("ix_regeling_publicatie_gepubliceerd", "gepubliceerd_at", "id"),
        )


class Geschiktheidscheck(Base):
    """The answers of somebody who checked beforehand whether a scheme is for them: which version was asked, what was answered,
    when. Nobody's name; the code lets whoever did it show it later."""

    __tablename__ = "geschiktheidscheck"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    publicatie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling_publicatie.id"))
    code: Mapped[str] = text_column(unique=True)
    antwoorden: Mapped[dict] = mapped_column(JSONB)
    geschikt: Mapped[bool]
    gedaan_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (Index("ix_geschiktheidscheck_publicatie", "publicatie_id"),)


class Plafond(OfDossier, Base):
    """The subsidy ceiling of a scheme for a period (Awb 4:22), with where it stands now. Only its ledger changes the three
    amounts; the database keeps them together."""

    __tablename__ = "plafond"
    van: Mapped[date]
    tot: Mapped[date]
    orgaan: Mapped[str] = text_column()
    vastgesteld_on: Mapped[date]
    bekendgemaakt_on: Mapped[date]
    vindplaats: Mapped[str] = text_column()
    # Made public before the budget was adopted, with the word that it may become lower (Awb 4:28).
    met_voorbehoud: Mapped[bool] = mapped_column(default=False)
    bedrag: Mapped[Decimal] = mapped_column(EURO, server_default=text("0"))
    gereserveerd: Mapped[Decimal] = mapped_column(EURO, server_default=text("0"))
    vastgelegd: Mapped[Decimal] = mapped_column(EURO, server_default=text("0"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("plafond"),
            UniqueConstraint("dossier_id", "van"),
            UniqueConstraint("dossier_id", "id"),
            CheckConstraint("van < tot", name="van_voor_tot"),
            CheckConstraint("bedrag >= 0 AND gereserveerd >= 0 AND vastgelegd >= 0", name="niet_negatief"),
        )

    @property
    def over(self) -> Decimal:
        """What may still be granted; below nothing where the ceiling was lowered afterwards."""
        return self.bedrag - self.gereserveerd - self.vastgelegd


class Boeking(StrEnum):
    """What happens to a ceiling: it is set, raised or lowered; an amount is reserved, comes free, or is granted."""

    VASTSTELLEN = "vaststellen"
    VERHOGEN = "verhogen"
    VERLAGEN = "verlagen"
    RESERVEREN = "reserveren"
    VRIJGEVEN = "vrijgeven"
    VASTLEGGEN = "vastleggen"
    VERMINDEREN = "verminderen"


class PlafondBoeking(OfDossier, Base):
    """One line of the ledger, append-only. The database locks the ceiling, refuses what does not fit, and writes down how the
    ceiling stood after it: what was known when."""

    __tablename__ = "plafond_boeking"
    plafond_id: Mapped[uuid.UUID]
    volgnr: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    soort: Mapped[str] = text_column()
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    subsidie_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.subsidie.id"))
    besluit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    # Of a change of the ceiling itself: when it was made public. A lowering does not touch who applied before (Awb 4:27).
    bekendgemaakt_on: Mapped[date | None]
    vindplaats: Mapped[str] = text_column(default="")
    # The day the application was received: the ceiling as it was made public until then counts (Awb 4:25, lid 3, and 4:27).
    peildag: Mapped[date | None]
    geboekt_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    na_bedrag: Mapped[Decimal] = mapped_column(EURO, FetchedValue())
    na_gereserveerd: Mapped[Decimal] = mapped_column(EURO, FetchedValue())
    na_vastgelegd: Mapped[Decimal] = mapped_column(EURO, FetchedValue())

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("plafond_boeking"),
            ForeignKeyConstraint(["dossier_id", "plafond_id"], ["portal.plafond.dossier_id", "portal.plafond.id"]),
            one_of("soort", Boeking),
            CheckConstraint("bedrag > 0", name="boven_nul"),
            CheckConstraint("(soort IN ('vaststellen', 'verhogen', 'verlagen')) = (subsidie_id IS NULL)", name="voor_wie"),
            CheckConstraint("(subsidie_id IS NULL) = (bekendgemaakt_on IS NOT NULL)", name="met_bekendmaking"),
            Index("ix_plafond_boeking_plafond", "plafond_id", "volgnr"),
            Index("ix_plafond_boeking_subsidie", "subsidie_id"),
        )


class Per(StrEnum):
    """What a cap counts: one unit (a place, a part of a day), or everything that one recipient gets."""

    EENHEID = "eenheid"
    SUBSIDIE = "subsidie"


class MaximumRij(OfDossier, Base):
    """The highest subsidisable cost of a product in a year, by a dated decision of the college (requirements B6)."""

    __tablename__ = "maximum"
    product: Mapped[str] = text_column()
    jaar: Mapped[int]
    per: Mapped[str] = text_column()
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    besluit: Mapped[str] = text_column()
    van: Mapped[date]
    tot: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("maximum"),
            UniqueConstraint("dossier_id", "product", "jaar", "van"),
            one_of("per", Per),
            CheckConstraint("bedrag > 0", name="boven_nul"),
            CheckConstraint("tot IS NULL OR tot > van", name="tot_na_van"),
        )


class Aanvraag(Dossier):
    """The application of one party for one scheme, as its people write it. What counts is what was sent: an indiening."""

    __tablename__ = "aanvraag"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    regeling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling.id"))
    publicatie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling_publicatie.id"))
    gegevens: Mapped[dict] = mapped_column(JSONB, default=dict)
    gewijzigd_by: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    # Where the scheme asks two people: who signed first. Any change takes the signature away.
    ondertekend_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ondertekend_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("regeling_id", "id"),
        CheckConstraint("(ondertekend_by IS NULL) = (ondertekend_at IS NULL)", name="ondertekend_heeft_wie"),
    )
    __mapper_args__ = {"polymorphic_identity": "aanvraag"}


class AanvraagDocument(OfDossier, Base):
    """Which document answers which request (a draft; the indiening freezes it)."""

    __tablename__ = "aanvraag_document"
    code: Mapped[str] = text_column()
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.document.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("aanvraag_document"), UniqueConstraint("dossier_id", "code"))


class Indiensoort(StrEnum):
    """What somebody sends, or takes back."""

    AANVRAAG = "aanvraag"
    AANVULLING = "aanvulling"
    INTREKKING = "intrekking"
    ZIENSWIJZE = "zienswijze"


class Indiening(OfDossier, Base):
    """One act of sending, append-only; what came on paper stands under the scheme. The database sets the time, asks whether the
    scheme is open, and gives the order of receipt under a lock; `inhoud` is what was sent, `vingerafdruk` its SHA-256
    (Awb 2:17)."""

    __tablename__ = "indiening"
    soort: Mapped[str] = text_column()
    regeling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling.id"))
    # Order of receipt within the scheme, of applications only.
    volgnummer: Mapped[int | None] = mapped_column(FetchedValue())
    inhoud: Mapped[dict] = mapped_column(JSONB)
    vingerafdruk: Mapped[str] = text_column()
    ontvangst_nummer: Mapped[str] = text_column(unique=True)
    # None: it came on paper, and `papier_on` is the day it came in.
    verzonden_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    papier_on: Mapped[date | None]
    ontvangen_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("indiening"),
            one_of("soort", Indiensoort),
            UniqueConstraint("regeling_id", "volgnummer"),
            CheckConstraint("(soort = 'aanvraag') = (volgnummer IS NOT NULL)", name="aanvraag_met_volgnummer"),
        )


class Subsidie(Dossier):
    """The case of one application at the gemeente, shared with the applicant: only what both may know stands here.

    `aanvrager_id` is empty when it came on paper from a party that the portal does not know. Amounts are those of the decision
    in force; `verleend` never goes beyond `maximum` (Awb 4:31).
    """

    __tablename__ = "subsidie"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    regeling_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling.id"))
    publicatie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.regeling_publicatie.id"))
    # What was sent or came on paper, and the application it belongs to; that is the applicant's own.
    indiening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.indiening.id"))
    aanvraag_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.aanvraag.id"))
    aanvrager_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.partij.id"))
    aanvrager_naam: Mapped[str] = text_column()
    volgnummer: Mapped[int]
    product: Mapped[str] = text_column()
    gevraagd: Mapped[Decimal] = mapped_column(EURO)
    aantal: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    van: Mapped[date]
    tot: Mapped[date]
    ontvangen_on: Mapped[date]
    # The day on which nothing was missing any more; the order of receipt may count it.
    compleet_on: Mapped[date | None]
    # The place in a tender or draw.
    rang: Mapped[int | None]
    verleend: Mapped[Decimal | None] = mapped_column(EURO)
    maximum: Mapped[Decimal | None] = mapped_column(EURO)
    vastgesteld: Mapped[Decimal | None] = mapped_column(EURO)
    __table_args__ = (
        UniqueConstraint("indiening_id"),
        UniqueConstraint("aanvraag_id"),
        UniqueConstraint("regeling_id", "volgnummer"),
        Index("ix_subsidie_aanvrager", "aanvrager_id"),
        CheckConstraint("van < tot", name="van_voor_tot"),
        CheckConstraint("gevraagd > 0", name="gevraagd_boven_nul"),
        CheckConstraint("verleend IS NULL OR verleend >= 0", name="verleend_niet_negatief"),
        CheckConstraint("maximum IS NULL OR verleend <= maximum", name="binnen_maximum"),
        CheckConstraint("vastgesteld IS NULL OR vastgesteld <= greatest(verleend, maximum)",
                        name="vaststelling_binnen_verlening"),
    )
    __mapper_args__ = {"polymorphic_identity": "subsidie"}


class Beoordeling(OfDossier, Base):
    """Points on one criterion with the reason, by one person of the gemeente. The last one per criterion counts."""

    __tablename__ = "beoordeling"
    criterium: Mapped[str] = text_column()
    punten: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    motivering: Mapped[str] = text_column()
    beoordelaar_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    beoordeeld_at: Mapped[datetime] = mapped_column(server_default=NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("beoordeling"),
            UniqueConstraint("dossier_id", "criterium"),
            CheckConstraint("punten >= 0", name="niet_negatief"),
            CheckConstraint("length(motivering) >= 10", name="met_motivering"),
        )


class Aantekening(OfDossier, Base):
    """Why somebody of the gemeente took a step, in words: history holds no content, and a judge asks for the reason."""

    __tablename__ = "aantekening"
    stap: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    geschreven_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    geschreven_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Argument(OfDossier, Base):
    """One argument of the applicant and the answer of the gemeente: nothing is signed while one has no answer."""

    __tablename__ = "argument"
    indiening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.indiening.id"))
    nummer: Mapped[int]
    tekst: Mapped[str] = text_column()
    antwoord: Mapped[str] = text_column(default="")
    beantwoord_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("argument"),
            UniqueConstraint("dossier_id", "nummer"),
            CheckConstraint("(antwoord = '') = (beantwoord_by IS NULL)", name="antwoord_van_wie"),
        )


class Voorstel(OfDossier, Base):
    """What the gemeente is about to decide: one working copy per case, of the gemeente alone. What is laid before the second
    reader is a besluit, and does not change with this."""

    __tablename__ = "voorstel"
    uitkomst: Mapped[str] = text_column()
    # The ground of a refusal (config/subsidies.toml), of what is not handled, or of a withdrawal.
    grond: Mapped[str] = text_column(default="")
    motivering: Mapped[str] = text_column(default="")
    bedrag: Mapped[Decimal | None] = mapped_column(EURO)
    # The way to calculate the amount, with its maximum (Awb 4:31, lid 1 and 2).
    methode: Mapped[str] = text_column(default="")
    maximum: Mapped[Decimal | None] = mapped_column(EURO)
    aantal: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    tarief: Mapped[Decimal | None] = mapped_column(EURO)
    van: Mapped[date | None]
    tot: Mapped[date | None]
    # Payments: [{"op": "jjjj-mm-dd", "bedrag": "0.00"}].
    termijnen: Mapped[list] = mapped_column(JSONB, default=list)
    # Does it rest on facts that the applicant did not supply (Awb 4:7, 4:8)? None: not answered yet.
    eigen_feiten: Mapped[bool | None]
    horen: Mapped[str] = text_column(default="")
    # Why this is no state aid that may not be given (Awb 4:35, lid 3); empty: nobody looked.
    staatssteun: Mapped[str] = text_column(default="")
    geschreven_by: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("voorstel"), UniqueConstraint("dossier_id"))


class Stand(StrEnum):
    """How it is with one line of a grant."""

    OPEN = "open"
    VOLDAAN = "voldaan"
    NIET_VOLDAAN = "niet_voldaan"
    VERVALLEN = "vervallen"


class Subsidieregel(OfDossier, Base):
    """One typed line of a grant: a result, an obligation or a condition, each with its article, day and evidence. Without
    `besluit_id` it belongs to the proposal, and the gemeente alone sees it."""

    __tablename__ = "subsidieregel"
    besluit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    volgnummer: Mapped[int]
    soort: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    # A key of [grondslag] in config/subsidies.toml; a result rests on Awb 4:30.
    grondslag: Mapped[str] = text_column()
    verordening_artikel: Mapped[str] = text_column(default="")
    uiterlijk_on: Mapped[date | None]
    bewijs: Mapped[str] = text_column()
    # The requirement of the Wmo or the quality criterion it serves, a key of [koppeling].
    koppeling: Mapped[str] = text_column()
    stand: Mapped[str] = text_column(default=Stand.OPEN)
    stand_reden: Mapped[str] = text_column(default="")
    stand_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    stand_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("subsidieregel"),
            one_of("soort", Regelsoort),
            one_of("stand", Stand),
            CheckConstraint("(soort = 'resultaat') = (grondslag = '4-30')", name="resultaat_uit_4_30"),
            # What is neither for the aim of the subsidy nor standard needs the ordinance (Awb 4:39, lid 1).
            CheckConstraint("grondslag <> '4-39' OR verordening_artikel <> ''", name="met_verordening"),
            CheckConstraint("stand IN ('open', 'vervallen') OR stand_by IS NOT NULL", name="stand_van_wie"),
            Index("uq_subsidieregel_volgnummer", "dossier_id", "besluit_id", "volgnummer", unique=True,
                  postgresql_nulls_not_distinct=True),
        )
