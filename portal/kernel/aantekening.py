"""Why somebody took a step, in words: history holds no content, and a judge asks for the reason."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, text_column
from portal.kernel.dossier import NOW, Dossier, OfDossier, under


class Aantekening(OfDossier, Base):
    """One note with a step of a dossier; only its owner reads it."""

    __tablename__ = "aantekening"
    stap: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    geschreven_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    geschreven_at: Mapped[datetime] = mapped_column(server_default=NOW)


def noteer(session, actor, dossier: Dossier, stap: str, tekst: str) -> None:
    """Keep the reason of a step, for the gemeente and whoever asks it later."""
    session.add(Aantekening(**under(dossier, actor.party_id), stap=stap, tekst=tekst.strip(), geschreven_by=actor.user_id))
