"""What several domains know: contracts in force, with their half-open periods and extension options."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import Dossier, OfDossier


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
    maximale_waarde: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    begint_on: Mapped[date]
    gesloten_at: Mapped[datetime] = mapped_column(server_default=text("portal.now()"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("overeenkomst"),
            UniqueConstraint("dossier_id", "aanbieder_id"),
            UniqueConstraint("eigenaar_id", "id"),
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
