"""A statement about conflicts of interest: made by the person, in the own name, before anything is judged or decided."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, select, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, text_column
from portal.kernel.dossier import OfDossier

CLOCK_NOW = text("portal.clock_now()")


class Belangverklaring(OfDossier, Base):
    """Somebody's own statement about conflicts of interest in a dossier, and again when one is found later. Of each person the
    last one counts."""

    __tablename__ = "belangverklaring"
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    heeft_belang: Mapped[bool]
    toelichting: Mapped[str | None] = text_column()
    verklaard_at: Mapped[datetime] = mapped_column(server_default=CLOCK_NOW)

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("belangverklaring"),
            Index("ix_belangverklaring_wie", "dossier_id", "account_id", "verklaard_at"),
            CheckConstraint("NOT heeft_belang OR toelichting IS NOT NULL", name="belang_met_toelichting"),
        )


# The last one of a person first.
LAST = Belangverklaring.verklaard_at.desc(), Belangverklaring.id.desc()


def statement(session, dossier_id: uuid.UUID, account_id: uuid.UUID) -> Belangverklaring | None:
    """What this person declared last about conflicts of interest in this dossier."""
    return session.scalar(select(Belangverklaring).where(
        Belangverklaring.dossier_id == dossier_id, Belangverklaring.account_id == account_id).order_by(*LAST).limit(1))
