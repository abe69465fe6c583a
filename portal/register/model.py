"""What several domains know: contracts in force, with their half-open periods and extension options."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import Dossier, OfDossier
from portal.kernel.sentences import say


class Organisatie(Dossier):
    """Mijn organisatie: the dossier in which a provider keeps the documents that it reuses (uploaded once)."""

    __mapper_args__ = {"polymorphic_identity": "organisatie"}


class Overeenkomst(OfDossier, Base):
    """A framework contract for one perceel with one aanbieder; it guarantees no volume (requirements A9)."""

    __tablename__ = "overeenkomst"
    nummer: Mapped[str] = text_column(unique=True)
    aanbieder_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.aanbieder.id"))
    perceel_naam: Mapped[str] = text_column()
    product: Mapped[str] = text_column()
    # The maximum of all contracts of this perceel together: it stands on each, and is not added up.
    maximale_waarde: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    begint_on: Mapped[date]
    gesloten_at: Mapped[datetime] = mapped_column(server_default=text("portal.now()"))
    # Who signed under which volmacht (Gemeentewet 160 and 171); empty for contracts of before this was kept.
    getekend_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("overeenkomst"),
            UniqueConstraint("dossier_id", "aanbieder_id"),
            UniqueConstraint("eigenaar_id", "id"),
            CheckConstraint("(getekend_by IS NULL) = (mandaat_id IS NULL)", name="getekend_onder_volmacht"),
            Index("ix_overeenkomst_aanbieder", "aanbieder_id"),
        )


class PeriodeSoort(StrEnum):
    """A base period, or an option that needs a decision to extend."""

    BASIS = "basis"
    OPTIE = "optie"


class OvereenkomstPeriode(Base):
    """A half-open period [van, tot). An option counts only once `verlengd_on` is set; without that decision the
    contract ends by itself."""

    __tablename__ = "overeenkomst_periode"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    overeenkomst_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.overeenkomst.id"))
    volgnummer: Mapped[int]
    soort: Mapped[str] = text_column()
    van: Mapped[date]
    tot: Mapped[date]
    verlengd_on: Mapped[date | None]
    __table_args__ = (
        one_of("soort", PeriodeSoort),
        CheckConstraint("tot > van", name="tot_na_van"),
        CheckConstraint("(volgnummer = 1) = (soort = 'basis')", name="eerste_is_basis"),
        CheckConstraint("soort = 'optie' OR verlengd_on IS NULL", name="alleen_optie_verlengt"),
        # 3 + 2 + 2: a third extension does not exist (requirements A9 AC3).
        CheckConstraint("volgnummer BETWEEN 1 AND 3", name="hoogstens_twee_verlengingen"),
        UniqueConstraint("overeenkomst_id", "volgnummer"),
        ExcludeConstraint(("overeenkomst_id", "="), (text("daterange(van, tot)"), "&&"), name="ex_periode_overlapt_niet"),
    )


class Uitkomst(StrEnum):
    """What was decided about an extension option."""

    VERLENGD = "verlengd"
    NIET_VERLENGD = "niet_verlengd"


class Verlengingsbesluit(OfDossier, Base):
    """The decision about one extension option: to use it or to let the contract end, signed under volmacht. One per
    option, and it stays. The signer and the reason are for those who share the dossier and for the provider; that a
    contract runs on stands with its period, for everybody."""

    __tablename__ = "verlengingsbesluit"
    overeenkomst_id: Mapped[uuid.UUID]
    volgnummer: Mapped[int]
    uitkomst: Mapped[str] = text_column()
    reden: Mapped[str | None] = text_column()
    besloten_on: Mapped[date]
    besloten_at: Mapped[datetime] = mapped_column(server_default=text("portal.now()"))
    getekend_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    mandaat_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.mandaat.id"))
    vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("verlengingsbesluit"),
            one_of("uitkomst", Uitkomst),
            # The owner decides about its own contracts only.
            ForeignKeyConstraint(["eigenaar_id", "overeenkomst_id"],
                                 ["portal.overeenkomst.eigenaar_id", "portal.overeenkomst.id"]),
            ForeignKeyConstraint(["overeenkomst_id", "volgnummer"], ["portal.overeenkomst_periode.overeenkomst_id",
                                                                     "portal.overeenkomst_periode.volgnummer"]),
            CheckConstraint("volgnummer > 1", name="alleen_een_optie"),
            CheckConstraint("(uitkomst = 'niet_verlengd') = (reden IS NOT NULL)", name="niet_verlengd_met_reden"),
            # However often and by whomever: one option is decided upon once.
            UniqueConstraint("overeenkomst_id", "volgnummer"),
        )


say("uq_verlengingsbesluit_overeenkomst_id_volgnummer", "Over deze verlenging is al besloten.")
say("contract_geeindigd", "Dit contract is al geëindigd. Besluiten over een verlenging kan alleen voor het einde.")
say("eerst_vorige_optie", "Over de verlenging hiervoor is niet besloten, of het contract eindigt al eerder.")
