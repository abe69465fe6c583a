"""Tables of the Right to Challenge.

Two kinds of dossier and who sees them: an initiatief belongs to who has the idea; an uitdaging belongs to the gemeente whose
task it is and is shared with who sent it in. What anybody sends is an `inzending`: frozen, with its fingerprint and receipt; a
job takes it in at the gemeente. What the public reads is `initiatiefpagina`: a copy, shown with the consent of who it is from.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.domains.uitdaagrecht.rules import Oordeel, Uitkomst
from portal.kernel.dossier import Dossier, OfDossier

CLOCK_NOW = text("portal.clock_now()")
EURO = Numeric(14, 2)


class InitiatiefState(StrEnum):
    """Where an idea stands for who has it."""

    BEGONNEN = "begonnen"
    GEVRAAGD = "gevraagd"
    INGEDIEND = "ingediend"
    INGETROKKEN = "ingetrokken"


class State(StrEnum):
    """Where a challenge stands at the gemeente. Whether a proposal waits for a signature, its besluit says."""

    INFOVERZOEK = "infoverzoek"
    BEANTWOORD = "beantwoord"
    ONTVANGEN = "ontvangen"
    ONTVANKELIJKHEIDSTOETS = "ontvankelijkheidstoets"
    WACHT_OP_AANVULLING = "wacht_op_aanvulling"
    DIALOOG = "dialoog"
    BEMIDDELING = "bemiddeling"
    BEOORDELING = "beoordeling"
    JURIDISCHE_TOETS = "juridische_toets"
    PANEL = "panel"
    BESLISSEN = "beslissen"
    TOEGEWEZEN = "toegewezen"
    AFGEWEZEN = "afgewezen"
    DOORGELEID = "doorgeleid"
    UITVOERING = "uitvoering"
    BEEINDIGD = "beeindigd"
    TERUGGENOMEN = "teruggenomen"
    INGETROKKEN = "ingetrokken"


# A question about a task: no plan yet.
VRAAG = (State.INFOVERZOEK, State.BEANTWOORD)
# Nothing was decided yet: who sent it in may still take it back.
OPEN = (State.INFOVERZOEK, State.BEANTWOORD, State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS, State.WACHT_OP_AANVULLING,
        State.DIALOOG, State.BEMIDDELING, State.BEOORDELING, State.JURIDISCHE_TOETS, State.PANEL, State.BESLISSEN)
# Which of the five phases that a reader is shown it is in; past the last, residents do it or did.
FASE = {
    **dict.fromkeys((State.ONTVANGEN, State.ONTVANKELIJKHEIDSTOETS, State.WACHT_OP_AANVULLING), 0),
    **dict.fromkeys((State.DIALOOG, State.BEMIDDELING), 1),
    **dict.fromkeys((State.BEOORDELING, State.JURIDISCHE_TOETS, State.PANEL), 2),
    State.BESLISSEN: 3, State.TOEGEWEZEN: 4, State.AFGEWEZEN: 4,
    **dict.fromkeys((State.UITVOERING, State.BEEINDIGD, State.TERUGGENOMEN), 5),
}


class Soort(StrEnum):
    """What somebody sends to the gemeente."""

    VRAAG = "vraag"
    UITDAGING = "uitdaging"
    AANVULLING = "aanvulling"
    PLAN = "plan"
    INSTEMMING = "instemming"
    INTREKKING = "intrekking"
    BEZWAAR = "bezwaar"
    KLACHT = "klacht"
    VOORTGANG = "voortgang"
    # What everybody may read of it, in their own words; and against hiding that.
    PAGINA = "pagina"
    TEGEN_VERBERGEN = "tegen_verbergen"


class Doorgeleid(StrEnum):
    """What a challenge turned out to be, and so where it goes."""

    SUGGESTIE = "suggestie"
    SUBSIDIE = "subsidie"
    BURGERINITIATIEF = "burgerinitiatief"
    KLACHT = "klacht"
    ANDERE_GEMEENTE = "andere_gemeente"
    ANDER_ORGAAN = "ander_orgaan"


class Route(StrEnum):
    """How a task can lawfully be taken over."""

    SUBSIDIE = "subsidie"
    OPDRACHT = "opdracht"
    OVEREENKOMST = "overeenkomst"
    MANDAAT = "mandaat"
    NIET_MOGELIJK = "niet_mogelijk"


class Gemeentetaak(Base):
    """A task of a gemeente that residents may take over, or not and why. Public from `openbaar_at` on."""

    __tablename__ = "gemeentetaak"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    naam: Mapped[str] = text_column()
    omschrijving: Mapped[str] = text_column()
    product: Mapped[str] = text_column(default="")
    # What it costs the gemeente in one year, which year, and where that figure comes from.
    kosten: Mapped[Decimal | None] = mapped_column(EURO)
    kosten_jaar: Mapped[int | None]
    bron: Mapped[str] = text_column(default="")
    kwaliteit: Mapped[str] = text_column(default="")
    # Who does it now: a contract or a subsidy of the portal, and until when that binds the gemeente.
    overeenkomst_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.overeenkomst.id"))
    subsidie_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.subsidie.id"))
    contract_tot: Mapped[date | None]
    # Bought by gemeenten together: the college of this gemeente decides for all.
    bevoegd_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeente.id"))
    uitdaagbaar: Mapped[bool] = mapped_column(default=True)
    reden: Mapped[str] = text_column(default="")
    openbaar_at: Mapped[datetime | None]
    gewijzigd_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gewijzigd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (
        UniqueConstraint("party_id", "naam"),
        CheckConstraint("naam <> '' AND omschrijving <> ''", name="met_naam"),
        CheckConstraint("uitdaagbaar OR reden <> ''", name="uitgesloten_met_reden"),
        CheckConstraint("kosten IS NULL OR (kosten >= 0 AND kosten_jaar BETWEEN 2000 AND 2100 AND bron <> '')",
                        name="kosten_met_bron"),
    )


class Initiatief(Dossier):
    """An idea of residents, as they write it: theirs alone until they send it. Amounts are kept as exact text."""

    __tablename__ = "initiatief"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    taak_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeentetaak.id"))
    gegevens: Mapped[dict] = mapped_column(JSONB, default=dict)
    __mapper_args__ = {"polymorphic_identity": "initiatief"}


class Ideeconcept(Base):
    """What somebody typed before there was a login: kept under the hash of a token that only their mail holds, until used.
    Nobody reads this table: portal.idee_bewaren and portal.idee_ophalen do."""

    __tablename__ = "ideeconcept"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    gegevens: Mapped[dict] = mapped_column(JSONB)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=text("portal.now()"))


class Medeindiener(OfDossier, Base):
    """Somebody who has the idea too: named by who wrote it, and confirmed by themselves with a link that was handed to them."""

    __tablename__ = "medeindiener"
    naam: Mapped[str] = text_column()
    code_hash: Mapped[bytes] = mapped_column(deferred=True)
    code_tot_at: Mapped[datetime]
    inwoner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.partij.id"))
    bevestigd_at: Mapped[datetime | None]
    vervallen_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("medeindiener"),
            UniqueConstraint("code_hash"),
            CheckConstraint("(inwoner_id IS NULL) = (bevestigd_at IS NULL)", name="bevestigd_door"),
            Index("uq_medeindiener_wie", "dossier_id", "inwoner_id", unique=True,
                  postgresql_where=text("vervallen_at IS NULL")),
        )


class Inzending(OfDossier, Base):
    """One act of sending under an initiatief, as it was; the database sets the moment. Somebody in the portal, or the gemeente
    for what came on paper (then under the uitdaging)."""

    __tablename__ = "inzending"
    soort: Mapped[str] = text_column()
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    inhoud: Mapped[dict] = mapped_column(JSONB)
    vingerafdruk: Mapped[str] = text_column()
    ontvangst_nummer: Mapped[str] = text_column(unique=True)
    verzonden_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    verzonden_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("inzending"),
            one_of("soort", Soort),
        )


class Uitdaging(Dossier):
    """A challenge at the gemeente whose task it is. `regels` are those of the day it came in. Without an indiener it came on
    paper."""

    __tablename__ = "uitdaging"
    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"), primary_key=True)
    initiatief_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.initiatief.id"))
    indiener_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.partij.id"))
    taak_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeentetaak.id"))
    # The task that gemeenten bought together and about which this college decides for all, by name; the database states it.
    regiotaak: Mapped[str] = text_column(server_default=FetchedValue())
    regels: Mapped[dict] = mapped_column(JSONB)
    # What was sent last, as it counts now; on paper: what was typed over, with who sent it.
    plan: Mapped[dict] = mapped_column(JSONB, default=dict)
    papier_van: Mapped[str] = text_column(default="")
    # Received here; and received first, wherever that was (Awb 2:3).
    ontvangen_on: Mapped[date]
    eerste_on: Mapped[date]
    # Parts of the plan that the gemeente asked to add, by code.
    gevraagd: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    # What it turned out to be, to whom it went, and where that was another gemeente: which.
    doorgeleid: Mapped[str | None] = text_column()
    doorgeleid_naar: Mapped[str] = text_column(default="")
    doorgeleid_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeente.id"))
    # By which way it is done, once that was answered.
    route: Mapped[str | None] = text_column()
    # What the gemeente asks to change, and what the residents said: a change needs their yes.
    aanpassing: Mapped[str] = text_column(default="")
    aanpassing_ja: Mapped[bool | None]
    uitkomst: Mapped[str | None] = text_column()

    @declared_attr.directive
    def __table_args__(cls):
        return (
            one_of("doorgeleid", Doorgeleid),
            one_of("route", Route),
            one_of("uitkomst", Uitkomst),
            UniqueConstraint("initiatief_id", "id"),
            Index("uq_uitdaging_initiatief_open", "initiatief_id", unique=True, postgresql_where=text("doorgeleid_id IS NULL")),
            CheckConstraint("eerste_on <= ontvangen_on", name="eerste_niet_later"),
            CheckConstraint("(indiener_id IS NULL) = (initiatief_id IS NULL)", name="van_wie"),
            CheckConstraint("indiener_id IS NOT NULL OR papier_van <> ''", name="papier_van_wie"),
            CheckConstraint("(doorgeleid = 'andere_gemeente') IS NOT TRUE OR doorgeleid_id IS NOT NULL",
                            name="naar_welke_gemeente"),
            CheckConstraint("aanpassing_ja IS NULL OR aanpassing <> ''", name="ja_op_aanpassing"),
        )

    __mapper_args__ = {"polymorphic_identity": "uitdaging"}


class Informatie(OfDossier, Base):
    """What the gemeente answered about a task: what it costs, how good it must be, until when it is bound; and what it keeps
    back, and why."""

    __tablename__ = "informatie"
    vraag: Mapped[str] = text_column()
    antwoord: Mapped[str] = text_column(default="")
    kosten: Mapped[str] = text_column(default="")
    kwaliteit: Mapped[str] = text_column(default="")
    contract: Mapped[str] = text_column(default="")
    achtergehouden: Mapped[str] = text_column(default="")
    achtergehouden_reden: Mapped[str] = text_column(default="")
    beantwoord_on: Mapped[date | None]
    beantwoord_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("informatie"),
            CheckConstraint("achtergehouden = '' OR achtergehouden_reden <> ''", name="achtergehouden_met_reden"),
            CheckConstraint("(beantwoord_on IS NULL) = (beantwoord_by IS NULL)", name="beantwoord_door"),
            # Who asked reads this row: what is being written does not stand in it.
            CheckConstraint("(beantwoord_on IS NULL) = (antwoord = '') AND (beantwoord_on IS NOT NULL OR kosten || kwaliteit "
                            "|| contract || achtergehouden || achtergehouden_reden = '')", name="antwoord_in_een_keer"),
        )


class Gesprek(OfDossier, Base):
    """One talk between residents and gemeente, and what was said. It counts when both sides agree with the report."""

    __tablename__ = "gesprek"
    op_on: Mapped[date]
    wie: Mapped[str] = text_column()
    verslag: Mapped[str] = text_column()
    geschreven_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    geschreven_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("gesprek"),
            CheckConstraint("verslag <> '' AND wie <> ''", name="met_verslag"),
        )


class Verslagakkoord(OfDossier, Base):
    """What one side says of the report of a talk: right, or what is not right. Each side once per report."""

    __tablename__ = "verslagakkoord"
    gesprek_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gesprek.id"))
    akkoord: Mapped[bool]
    opmerking: Mapped[str] = text_column(default="")
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gezegd_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("verslagakkoord"),
            UniqueConstraint("gesprek_id", "party_id"),
            CheckConstraint("akkoord OR opmerking <> ''", name="oneens_met_opmerking"),
        )


class Criteriumoordeel(OfDossier, Base):
    """What the department thinks of a plan on one criterion, and why."""

    __tablename__ = "criteriumoordeel"
    criterium: Mapped[str] = text_column()
    oordeel: Mapped[str] = text_column()
    motivering: Mapped[str] = text_column()
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("criteriumoordeel"),
            one_of("oordeel", Oordeel),
            UniqueConstraint("dossier_id", "criterium"),
            CheckConstraint("motivering <> ''", name="met_motivering"),
        )


class Routetoets(OfDossier, Base):
    """By which way the lawyer thinks that it can lawfully be done, and what that asks. The answer says it to the residents."""

    __tablename__ = "routetoets"
    route: Mapped[str] = text_column()
    toelichting: Mapped[str] = text_column()
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    op_on: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("routetoets"),
            one_of("route", Route),
            UniqueConstraint("dossier_id"),
            CheckConstraint("toelichting <> ''", name="met_toelichting"),
        )


class Paneladvies(OfDossier, Base):
    """What one member of the panel advises, in the own name, after saying that they have no interest in it. Who judged the plan
    for the department informs the panel and advises nothing."""

    __tablename__ = "paneladvies"
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    advies: Mapped[str] = text_column()
    motivering: Mapped[str] = text_column()
    gegeven_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("paneladvies"),
            one_of("advies", Uitkomst),
            UniqueConstraint("dossier_id", "account_id"),
            CheckConstraint("motivering <> ''", name="met_motivering"),
        )


class Initiatiefpagina(OfDossier, Base):
    """What everybody reads of a challenge: a copy of a few facts, and the very words that the residents sent for it (the
    database takes them from that inzending). The gemeente hides it with a reason that they read, and they can object."""

    __tablename__ = "initiatiefpagina"
    reference: Mapped[str] = text_column()
    gemeente_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.gemeente.id"))
    taak_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeentetaak.id"))
    inzending_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inzending.id"))
    # Out of that inzending: title, summary, and the parts of the plan that may be read too (code -> text).
    titel: Mapped[str] = text_column(server_default=FetchedValue())
    samenvatting: Mapped[str] = text_column(server_default=FetchedValue())
    velden: Mapped[dict] = mapped_column(JSONB, server_default=FetchedValue())
    stand: Mapped[str] = text_column()
    # [{"op": "jjjj-mm-dd", "wat": code}], the decision and its grounds, until when the gemeente decides, and until when the
    # residents do the task.
    tijdlijn: Mapped[list] = mapped_column(JSONB, default=list)
    besluit: Mapped[dict] = mapped_column(JSONB, default=dict)
    uiterlijk_on: Mapped[date | None]
    tot_on: Mapped[date | None]
    # Who at the gemeente answers questions about it, by name.
    contactpersoon: Mapped[str] = text_column(default="")
    gepubliceerd_at: Mapped[datetime | None]
    verborgen_at: Mapped[datetime | None]
    verborgen_reden: Mapped[str] = text_column(default="")
    beroep: Mapped[str] = text_column(default="")
    beroep_antwoord: Mapped[str] = text_column(default="")

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("initiatiefpagina"),
            UniqueConstraint("dossier_id"),
            UniqueConstraint("reference"),
            CheckConstraint("verborgen_at IS NULL OR verborgen_reden <> ''", name="verborgen_met_reden"),
            Index("ix_initiatiefpagina_gemeente", "gemeente_id", "gepubliceerd_at", "id"),
        )


class Steunbetuiging(Base):
    """Somebody supports a challenge. A confirmed mailbox counts once, and is not a person; who came with DigiD is one. Nobody
    but they themselves reads this: the rest reads how many there are (portal.steun_telling)."""

    __tablename__ = "steunbetuiging"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    pagina_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.initiatiefpagina.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    # How they proved who they are: the database looks that up.
    persoon: Mapped[bool] = mapped_column(server_default=FetchedValue())
    gegeven_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (UniqueConstraint("pagina_id", "party_id"),)


class Steunlijst(OfDossier, Base):
    """Supporters on paper: how many, counted by one and checked by another. No name is kept."""

    __tablename__ = "steunlijst"
    aantal: Mapped[int]
    omschrijving: Mapped[str] = text_column()
    geteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gecontroleerd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    gecontroleerd_on: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("steunlijst"),
            CheckConstraint("aantal > 0 AND omschrijving <> ''", name="geteld"),
            CheckConstraint("gecontroleerd_by IS DISTINCT FROM geteld_by", name="controleur_is_ander"),
            CheckConstraint("(gecontroleerd_by IS NULL) = (gecontroleerd_on IS NULL)", name="gecontroleerd_door"),
        )


class Volger(Base):
    """Somebody wants to hear news of a challenge. Nobody but they themselves reads that."""

    __tablename__ = "volger"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    pagina_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.initiatiefpagina.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    sinds_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    __table_args__ = (UniqueConstraint("pagina_id", "party_id"),)


class Afspraak(OfDossier, Base):
    """What residents and gemeente agreed on after a yes: task, result, money, days, and how the task goes back. One counts, and
    beside it one can lie on the table: the first, or one with a later last day."""

    __tablename__ = "afspraak"
    taak: Mapped[str] = text_column()
    resultaat: Mapped[str] = text_column()
    budget: Mapped[Decimal] = mapped_column(EURO)
    van: Mapped[date]
    tot: Mapped[date]
    evaluatie_on: Mapped[date]
    terug: Mapped[str] = text_column()
    opgesteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    opgesteld_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)
    # From when it counts: when the residents begin, or instead of the one before it.
    geldt_at: Mapped[datetime | None]
    vervallen_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("afspraak"),
            CheckConstraint("van <= tot AND evaluatie_on BETWEEN van AND tot", name="dagen_kloppen"),
            CheckConstraint("budget >= 0", name="budget_niet_negatief"),
            CheckConstraint("taak <> '' AND resultaat <> '' AND terug <> ''", name="compleet"),
            Index("uq_afspraak_geldt", "dossier_id", unique=True,
                  postgresql_where=text("vervallen_at IS NULL AND geldt_at IS NOT NULL")),
            Index("uq_afspraak_voorstel", "dossier_id", unique=True,
                  postgresql_where=text("vervallen_at IS NULL AND geldt_at IS NULL")),
        )


class Afspraakteken(OfDossier, Base):
    """One side says yes to an agreement."""

    __tablename__ = "afspraakteken"
    afspraak_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.afspraak.id"))
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    getekend_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (*OfDossier.under_dossier("afspraakteken"), UniqueConstraint("afspraak_id", "party_id"))


class Evaluatie(OfDossier, Base):
    """What came of it, on the day that was agreed or another: written by the gemeente, with what the residents say of it."""

    __tablename__ = "evaluatie"
    op_on: Mapped[date]
    tekst: Mapped[str] = text_column()
    vervolg: Mapped[str] = text_column()
    door: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("evaluatie"),
            CheckConstraint("tekst <> ''", name="met_tekst"),
            CheckConstraint("vervolg IN ('doorgaan', 'bijsturen', 'verlengen', 'stoppen', 'terugnemen')",
                            name="vervolg_bekend"),
        )


class Tegenspraak(OfDossier, Base):
    """An objection or a complaint about the answer to a challenge, and what came of it: decided by somebody who had no part in
    that answer (Awb 9:7 and 10:3, lid 3)."""

    __tablename__ = "tegenspraak"
    inzending_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.inzending.id"), unique=True)
    soort: Mapped[str] = text_column()
    besluit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    tekst: Mapped[str] = text_column()
    ontvangen_on: Mapped[date]
    te_laat: Mapped[bool]
    uitkomst: Mapped[str | None] = text_column()
    antwoord: Mapped[str] = text_column(default="")
    beantwoord_on: Mapped[date | None]
    beantwoord_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("tegenspraak"),
            Index("uq_tegenspraak_besluit_id", "besluit_id", unique=True),
            CheckConstraint("soort IN ('bezwaar', 'klacht')", name="soort_bekend"),
            CheckConstraint("(soort = 'bezwaar') = (besluit_id IS NOT NULL)", name="bezwaar_tegen_besluit"),
            CheckConstraint("(beantwoord_on IS NULL) = (uitkomst IS NULL) AND (beantwoord_on IS NULL) = (beantwoord_by IS "
                            "NULL)", name="beantwoord_door"),
            CheckConstraint("beantwoord_on IS NULL OR antwoord <> ''", name="met_antwoord"),
        )


class Vervolg(OfDossier, Base):
    """What a challenge became after a yes, where that is a dossier of its own: a subsidy, or a procurement. The history stays
    in one line."""

    __tablename__ = "vervolg"
    vervolg_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.dossier.id"))
    soort: Mapped[str] = text_column()
    sinds_on: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("vervolg"),
            UniqueConstraint("dossier_id", "vervolg_id"),
            CheckConstraint("soort IN ('subsidie', 'inkoop')", name="soort_bekend"),
        )
