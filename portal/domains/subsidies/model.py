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
from portal.kernel import clock
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
    # The article of the ordinance that excludes the Algemene termijnenwet for this term; empty: it applies.
    termijnenwet_artikel: Mapped[str] = text_column(default="")
    # The article of the ordinance that asks consent for certain acts (Awb 4:71, lid 1); empty: it asks none.
    toestemming_artikel: Mapped[str] = text_column(default="")
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
        # Awaiting a regulation, a year at most (Awb 4:23, lid 3, onder a).
        CheckConstraint("grondslag <> 'spoed' OR tot <= van + interval '1 year'", name="spoed_een_jaar"),
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
    RAPPORTAGE = "rapportage"
    BEWIJS = "bewijs"
    MELDING = "melding"
    VASTSTELLING = "vaststelling"
    BEZWAAR = "bezwaar"
    BEZWAARGRONDEN = "bezwaargronden"
    BEZWAARINTREKKING = "bezwaarintrekking"
    INGEBREKESTELLING = "ingebrekestelling"
    TOESTEMMING = "toestemming"
    TOESTEMMINGAANVULLING = "toestemmingaanvulling"
    TOESTEMMINGINTREKKING = "toestemmingintrekking"
    REKENING = "rekening"


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

    @property
    def ontvangen_on(self) -> date:
        """The day it counts from: of a letter the day it came in, else the day it was sent."""
        return self.papier_on or clock.day_of(self.ontvangen_at)


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
    # The number under which small aid stands in the central register (Regulation (EU) 2023/2831, article 6); empty: not yet.
    steunregister: Mapped[str] = text_column(default="")
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
    # When the budget was adopted that a condition of the grant waited for (Awb 4:34).
    begroting_on: Mapped[date | None]
    # Which damage of the recipient is compensated, or why there is none (Awb 4:50, lid 2).
    schade: Mapped[str] = text_column(default="", server_default="")
    # Short interim reports: [{"van": "jjjj-mm-dd", "tot": ..., "uiterlijk": ...}], van..tot half-open.
    rapportages: Mapped[list] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    # Does it rest on facts that the applicant did not supply (Awb 4:7, 4:8)? None: not answered yet.
    eigen_feiten: Mapped[bool | None]
    horen: Mapped[str] = text_column(default="")
    # What was found about state aid ([steun] in config/subsidies.toml), and why (Awb 4:35, lid 3); empty: nobody looked.
    steun: Mapped[str] = text_column(default="")
    staatssteun: Mapped[str] = text_column(default="")
    # From which day a lower amount counts (Awb 4:50), and when it was made known that the subsidy would end (Awb 4:51).
    lager_vanaf: Mapped[date | None]
    voornemen_on: Mapped[date | None]
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
    # Of a line that stayed in a changed grant: the first one, to which its evidence was sent.
    vervolg_op: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.subsidieregel.id"))

    @property
    def eerste_id(self) -> uuid.UUID:
        """By what evidence names this line, whatever changed around it since."""
        return self.vervolg_op or self.id

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
            Index("ix_subsidieregel_open", "eigenaar_id", "uiterlijk_on", "id",
                  postgresql_where=text("stand = 'open' AND besluit_id IS NOT NULL")),
        )


# After the grant ---------------------------------------------------------------------------------------------------------

class Betaalsoort(StrEnum):
    """What is paid: an advance (Awb 4:95), or what is left after the final determination."""

    VOORSCHOT = "voorschot"
    NABETALING = "nabetaling"


class Betaalstand(StrEnum):
    """How far a payment is. `aangeboden`: it stands in a file for the finance system, once."""

    GEPLAND = "gepland"
    KLAARGEZET = "klaargezet"
    GOEDGEKEURD = "goedgekeurd"
    AANGEBODEN = "aangeboden"
    BETAALD = "betaald"
    MISLUKT = "mislukt"
    VERVALLEN = "vervallen"


class Betaalbestand(Base):
    """One file of payment orders for the finance system, exactly as it was made."""

    __tablename__ = "betaalbestand"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    nummer: Mapped[str] = text_column(unique=True)
    aantal: Mapped[int]
    totaal: Mapped[Decimal] = mapped_column(EURO)
    inhoud: Mapped[str] = text_column()
    sha256: Mapped[str] = text_column()
    gemaakt_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (Index("ix_betaalbestand_party", "party_id", "gemaakt_at"),)


class Betaling(OfDossier, Base):
    """One payment of a subsidie, from plan to paid. Who prepares and who approves are two people; the database keeps the sum
    of what was approved within what was granted."""

    __tablename__ = "betaling"
    besluit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.besluit.id"))
    soort: Mapped[str] = text_column()
    volgnummer: Mapped[int]
    # What the finance system knows it by.
    kenmerk: Mapped[str] = text_column(unique=True)
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    gepland_on: Mapped[date]
    iban: Mapped[str] = text_column()
    tenaamstelling: Mapped[str] = text_column()
    stand: Mapped[str] = text_column(default=Betaalstand.GEPLAND)
    klaargezet_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    goedgekeurd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    goedgekeurd_at: Mapped[datetime | None]
    bestand_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.betaalbestand.id"))
    betaald_on: Mapped[date | None]
    melding: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("betaling"),
            UniqueConstraint("dossier_id", "volgnummer"),
            one_of("soort", Betaalsoort),
            one_of("stand", Betaalstand),
            CheckConstraint("bedrag > 0", name="boven_nul"),
            CheckConstraint("goedgekeurd_by IS NULL OR goedgekeurd_by <> klaargezet_by", name="goedkeurder_is_ander"),
            CheckConstraint("stand NOT IN ('klaargezet', 'goedgekeurd', 'aangeboden', 'betaald') OR klaargezet_by IS NOT NULL",
                            name="klaargezet_door"),
            CheckConstraint("stand NOT IN ('goedgekeurd', 'aangeboden', 'betaald') OR goedgekeurd_by IS NOT NULL",
                            name="goedgekeurd_door"),
            CheckConstraint("stand NOT IN ('aangeboden', 'betaald', 'mislukt') OR bestand_id IS NOT NULL",
                            name="in_een_bestand"),
            CheckConstraint("(stand = 'betaald') = (betaald_on IS NOT NULL)", name="betaald_op"),
            Index("ix_betaling_stand", "eigenaar_id", "stand", "gepland_on"),
        )


class RapportageState(StrEnum):
    """Where a short interim report stands."""

    GEVRAAGD = "gevraagd"
    INGELEVERD = "ingeleverd"
    AKKOORD = "akkoord"


class Rapportage(Dossier):
    """A short interim report that the grant asks: what was delivered in a period. Of the gemeente, shared with the
    recipient."""

    __tablename__ = "rapportage"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    subsidie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"))
    volgnummer: Mapped[int]
    van: Mapped[date]
    tot: Mapped[date]
    uiterlijk_on: Mapped[date]
    geleverd: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    __table_args__ = (
        UniqueConstraint("subsidie_id", "volgnummer"),
        CheckConstraint("van < tot", name="van_voor_tot"),
    )
    __mapper_args__ = {"polymorphic_identity": "rapportage"}


class StopState(StrEnum):
    """Whether payments are stopped (Awb 4:56)."""

    LOOPT = "loopt"
    BEEINDIGD = "beeindigd"


class Betalingsstop(Dossier):
    """Payments stand still because of a serious suspicion, from the notice on and for thirteen weeks at most (Awb 4:56)."""

    __tablename__ = "betalingsstop"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    subsidie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"))
    reden: Mapped[str] = text_column()
    begonnen_on: Mapped[date]
    geeindigd_on: Mapped[date | None]
    __mapper_args__ = {"polymorphic_identity": "betalingsstop"}


class VorderingState(StrEnum):
    """Where a claim stands: what was paid too much is paid back, or remitted."""

    OPEN = "open"
    AANGEMAAND = "aangemaand"
    VOLDAAN = "voldaan"
    KWIJTGESCHOLDEN = "kwijtgescholden"
    VERVALLEN = "vervallen"


class Vordering(Dossier):
    """What a recipient pays back, by a decision of its own (Awb 4:57 and 4:86). A reminder adds its fee (Awb 4:113), and paying
    late its interest (Awb 4:98)."""

    __tablename__ = "vordering"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    subsidie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"))
    besluit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.besluit.id"))
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    kosten: Mapped[Decimal] = mapped_column(EURO, default=Decimal(0))
    # What a decision of its own asks for paying late (Awb 4:98 and 4:99).
    rente: Mapped[Decimal] = mapped_column(EURO, default=Decimal(0))
    ontvangen: Mapped[Decimal] = mapped_column(EURO, default=Decimal(0))
    # The last act that interrupted the limitation (Awb 4:105, 4:106).
    gestuit_on: Mapped[date | None]
    __table_args__ = (
        Index("ix_vordering_subsidie", "subsidie_id"),
        CheckConstraint("bedrag > 0 AND kosten >= 0 AND rente >= 0 AND ontvangen >= 0", name="geen_negatief"),
        CheckConstraint("ontvangen <= bedrag + kosten + rente", name="niet_meer_dan_verschuldigd"),
    )
    __mapper_args__ = {"polymorphic_identity": "vordering"}

    @property
    def verschuldigd(self) -> Decimal:
        """What is owed in all, in euros."""
        return self.bedrag + self.kosten + self.rente

    @property
    def nog_open(self) -> Decimal:
        """What is still to be paid, in euros."""
        return self.verschuldigd - self.ontvangen


class BezwaarState(StrEnum):
    """Where an objection stands."""

    ONTVANGEN = "ontvangen"
    IN_BEHANDELING = "in_behandeling"
    VERZUIM = "verzuim"
    BESLIST = "beslist"
    INGETROKKEN = "ingetrokken"


class Bezwaar(Dossier):
    """An objection to one decision about a subsidy (Awb 6:4), shared with who made it. `behandelaar_id` of its dossier had no
    part in that decision."""

    __tablename__ = "bezwaar"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    subsidie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"))
    besluit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.besluit.id"))
    indiening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.indiening.id"))
    ontvangen_on: Mapped[date]
    tijdig: Mapped[bool]
    commissie: Mapped[bool] = mapped_column(default=False)
    verzuim_verlopen: Mapped[bool] = mapped_column(default=False)
    gehoord_on: Mapped[date | None]
    verslag: Mapped[str] = text_column(default="")
    # Why nobody was heard (config/subsidies.toml, Awb 7:3).
    niet_horen: Mapped[str] = text_column(default="")
    # What the committee advises (a key of [bezwaar_uitkomst]), in its own words, and when (Awb 7:13).
    advies: Mapped[str] = text_column(default="")
    advies_uitkomst: Mapped[str] = text_column(default="")
    advies_on: Mapped[date | None]
    uitkomst: Mapped[str] = text_column(default="")
    beslissing_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    __table_args__ = (
        UniqueConstraint("indiening_id"),
        Index("ix_bezwaar_subsidie", "subsidie_id"),
        Index("ix_bezwaar_besluit", "besluit_id"),
        CheckConstraint("(uitkomst = '') = (beslissing_id IS NULL)", name="uitkomst_met_beslissing"),
        CheckConstraint("(advies = '') = (advies_on IS NULL) AND (advies = '') = (advies_uitkomst = '')", name="advies_heel"),
    )
    __mapper_args__ = {"polymorphic_identity": "bezwaar"}


class ToestemmingState(StrEnum):
    """Where a request for consent stands. `van_rechtswege`: nobody decided in time, so the consent is there (Awb 4:20b)."""

    ONTVANGEN = "ontvangen"
    WACHT_OP_AANVULLING = "wacht_op_aanvulling"
    GEGEVEN = "gegeven"
    VAN_RECHTSWEGE = "van_rechtswege"
    GEWEIGERD = "geweigerd"
    BUITEN_BEHANDELING = "buiten_behandeling"
    INGETROKKEN = "ingetrokken"


class Toestemming(Dossier):
    """A request of a recipient to consent to one act (Awb 4:71), shared with who asked. What was asked stands in its
    indiening; `geldt_vanaf` is the day from which the consent holds."""

    __tablename__ = "toestemming"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    subsidie_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"))
    indiening_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.indiening.id"))
    # A key of [handeling] in config/subsidies.toml.
    handeling: Mapped[str] = text_column()
    ontvangen_on: Mapped[date]
    niet_aangevuld: Mapped[bool] = mapped_column(default=False)
    uitkomst: Mapped[str] = text_column(default="")
    geldt_vanaf: Mapped[date | None]
    beslissing_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    __table_args__ = (
        UniqueConstraint("indiening_id"),
        Index("ix_toestemming_subsidie", "subsidie_id"),
        CheckConstraint("beslissing_id IS NULL OR uitkomst <> ''", name="beslissing_met_uitkomst"),
        # By law it holds before anybody published it; a refusal never holds.
        CheckConstraint("(geldt_vanaf IS NOT NULL) = (uitkomst IN ('toestemming_geven', 'toestemming_voorwaarden', "
                        "'toestemming_van_rechtswege'))", name="geldt_als_gegeven"),
    )
    __mapper_args__ = {"polymorphic_identity": "toestemming"}


# The monitoring calendar ----------------------------------------------------------------------------------------------------

class BewakingState(StrEnum):
    """Whether something is still watched."""

    LOOPT = "loopt"
    GESTOPT = "gestopt"


class Ritme(StrEnum):
    """How often something is looked at."""

    MAAND = "maand"
    KWARTAAL = "kwartaal"
    JAAR = "jaar"


class Bewaking(Dossier):
    """Something that a gemeente looks at every month, quarter or year (requirements E7), about one scheme or about all.
    `volgende_on` is the last day of the first period that has no task yet; every period before it has one."""

    __tablename__ = "bewaking"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    regeling_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.regeling.id"))
    ritme: Mapped[str] = text_column()
    begint_on: Mapped[date]
    volgende_on: Mapped[date]
    toelichting: Mapped[str] = text_column(default="")
    # Where the duty stands: an ordinance, an agreement, a decision of the council.
    bron: Mapped[str] = text_column(default="")
    gestopt_reden: Mapped[str] = text_column(default="")
    __table_args__ = (
        one_of("ritme", Ritme),
        CheckConstraint("volgende_on >= begint_on", name="volgende_na_begin"),
        Index("ix_bewaking_volgende", "volgende_on"),
        Index("ix_bewaking_regeling", "regeling_id"),
    )
    __mapper_args__ = {"polymorphic_identity": "bewaking"}


class Bewakingsperiode(OfDossier, Base):
    """One period of a bewaking, named by its last day: made with its task, once; later what came out, once."""

    __tablename__ = "bewakingsperiode"
    uiterlijk_on: Mapped[date]
    uitkomst: Mapped[str] = text_column(default="")
    afgerond_on: Mapped[date | None]
    afgerond_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("bewakingsperiode"),
            UniqueConstraint("dossier_id", "uiterlijk_on"),
            CheckConstraint("(afgerond_on IS NOT NULL) = (uitkomst <> '') AND (afgerond_on IS NOT NULL) = "
                            "(afgerond_by IS NOT NULL)", name="afgerond_met_uitkomst"),
        )


# Insight and the public register ------------------------------------------------------------------------------------------

class Ontvangersoort(StrEnum):
    """Who gets a subsidy, as everybody may read it: of a natural person nothing but that it is one."""

    ORGANISATIE = "organisatie"
    NATUURLIJK_PERSOON = "natuurlijk_persoon"


class Registerregel(Base):
    """One granted subsidy as everybody reads it, with the amounts that hold now. Nobody writes here: the database makes the
    row when a decision is sent (portal.subsidieregister_bij), from what was frozen. Nothing that an applicant typed is in it
    but the name of an organisation."""

    __tablename__ = "subsidieregister"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.subsidie.id"), primary_key=True)
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    nummer: Mapped[str] = text_column(unique=True)
    regeling_nummer: Mapped[str] = text_column()
    regeling: Mapped[str] = text_column()
    ontvanger_soort: Mapped[str] = text_column()
    ontvanger: Mapped[str] = text_column()
    kvk_nummer: Mapped[str] = text_column()
    doel: Mapped[str] = text_column()
    grondslag: Mapped[str] = text_column()
    van: Mapped[date]
    tot: Mapped[date]
    # The first grant, and the newest decision about it (grant, change or withdrawal).
    verleend_on: Mapped[date]
    eerst_verleend: Mapped[Decimal] = mapped_column(EURO)
    besluit_on: Mapped[date]
    verleend: Mapped[Decimal] = mapped_column(EURO)
    hoogste: Mapped[Decimal | None] = mapped_column(EURO)
    vastgesteld: Mapped[Decimal | None] = mapped_column(EURO)
    vastgesteld_on: Mapped[date | None]
    ingetrokken_on: Mapped[date | None]
    __table_args__ = (
        one_of("ontvanger_soort", Ontvangersoort),
        CheckConstraint("ontvanger_soort = 'organisatie' OR (ontvanger = '' AND kvk_nummer = '')", name="persoon_zonder_naam"),
        CheckConstraint("(vastgesteld IS NULL) = (vastgesteld_on IS NULL)", name="vastgesteld_met_dag"),
        Index("ix_subsidieregister_verleend", "verleend_on", "id"),
        Index("ix_subsidieregister_gemeente", "gemeente_id", "verleend_on", "id"),
        Index("ix_subsidieregister_regeling", "regeling_nummer"),
    )


class Postsoort(StrEnum):
    """What stands in a budget: money that may be spent, or a cut that is planned (requirements B8)."""

    KREDIET = "krediet"
    BEZUINIGING = "bezuiniging"


class Begrotingspost(Base):
    """One item of the budget with where it comes from. `geboekt` is what was spent of it: only its bookings change that, and
    the database keeps it within `bedrag`."""

    __tablename__ = "begrotingspost"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    soort: Mapped[str] = text_column()
    naam: Mapped[str] = text_column()
    jaar: Mapped[int]
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    geboekt: Mapped[Decimal] = mapped_column(EURO, server_default=text("0"))
    omschrijving: Mapped[str] = text_column(default="")
    bron: Mapped[str] = text_column()
    vastgelegd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    vastgelegd_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        one_of("soort", Postsoort),
        UniqueConstraint("party_id", "naam", "jaar"),
        UniqueConstraint("party_id", "id"),
        CheckConstraint("bedrag > 0", name="boven_nul"),
        CheckConstraint("geboekt BETWEEN 0 AND bedrag", name="binnen_bedrag"),
        CheckConstraint("jaar BETWEEN 2000 AND 2100", name="jaar_bekend"),
        CheckConstraint("naam <> '' AND bron <> ''", name="met_bron"),
        Index("ix_begrotingspost_jaar", "party_id", "jaar", "naam", "id"),
    )

    @property
    def over(self) -> Decimal:
        """What may still be spent."""
        return self.bedrag - self.geboekt


class Postboeking(Base):
    """What was spent of a budget item, append-only; below zero it came back."""

    __tablename__ = "begrotingspost_boeking"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID]
    begrotingspost_id: Mapped[uuid.UUID]
    bedrag: Mapped[Decimal] = mapped_column(EURO)
    omschrijving: Mapped[str] = text_column()
    geboekt_on: Mapped[date]
    geboekt_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    geboekt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        ForeignKeyConstraint(["party_id", "begrotingspost_id"], ["portal.begrotingspost.party_id", "portal.begrotingspost.id"]),
        CheckConstraint("bedrag <> 0", name="niet_nul"),
        CheckConstraint("omschrijving <> ''", name="met_omschrijving"),
        Index("ix_begrotingspost_boeking_post", "begrotingspost_id", "geboekt_at", "id"),
    )
