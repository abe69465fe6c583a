"""A stored file: name, type, size, SHA-256, receipt, scan result. The bytes live in the file store under a random key."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.kernel.dossier import OfDossier, random_reference


class Scan(StrEnum):
    """Virus scan. Nobody but the sender opens a file before `schoon`; `overgeslagen` exists only where the operator
    set SCAN_OPTIONAL (the demo), and the page says so."""

    WACHT = "wacht"
    SCHOON = "schoon"
    BESMET = "besmet"
    OVERGESLAGEN = "overgeslagen"


@dataclass(frozen=True)
class Stuk:
    """A file that stands in the file store: where, what and how big. What an upload or a letter leaves behind."""

    key: str
    naam: str
    media_type: str
    grootte: int
    sha256: str
    scan: str


class Document(OfDossier, Base):
    """A file under a dossier, in one version. A new version is a new row that names the one it replaces."""

    __tablename__ = "document"
    soort: Mapped[str] = text_column()
    titel: Mapped[str] = text_column()
    naam: Mapped[str] = text_column()
    media_type: Mapped[str] = text_column()
    grootte: Mapped[int]
    sha256: Mapped[str] = text_column()
    opslag_key: Mapped[str] = text_column()
    scan: Mapped[str] = text_column()
    ontvangst_nummer: Mapped[str] = text_column(unique=True)
    ontvangen_at: Mapped[datetime] = mapped_column(server_default=text("portal.clock_now()"))
    ontvangen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    versie: Mapped[int] = mapped_column(default=1)
    vervangt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.document.id"), unique=True)
    # A draft is for its own party; sharing is an act. Publication is a second one.
    gedeeld_at: Mapped[datetime | None]
    gepubliceerd_at: Mapped[datetime | None]
    vervallen_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("document"),
            one_of("scan", Scan),
            CheckConstraint("grootte > 0", name="niet_leeg"),
            CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_vorm"),
            CheckConstraint("gepubliceerd_at IS NULL OR gedeeld_at IS NOT NULL", name="eerst_gedeeld"),
            Index("ix_document_party", "party_id"),
            Index("ix_document_opslag_key", "opslag_key"),
        )


def as_stuk(document: Document) -> Stuk:
    """The stored file of a document, to register it under another dossier: uploaded once, used again (requirements E8)."""
    return Stuk(document.opslag_key, document.naam, document.media_type, document.grootte, document.sha256, document.scan)


def receipt_number() -> str:
    """The number of a receipt."""
    return random_reference("OB")


def keep(session, dossier, actor, stuk: Stuk, *, soort: str, titel: str, vervangt: Document | None = None,
         gedeeld_at: datetime | None = None) -> Document:
    """Register a stored file under a dossier. What it replaces stays, marked as replaced."""
    document = Document(
        dossier_id=dossier.id, eigenaar_id=dossier.eigenaar_id, party_id=actor.party_id, soort=soort, titel=titel,
        naam=stuk.naam, media_type=stuk.media_type, grootte=stuk.grootte, sha256=stuk.sha256, opslag_key=stuk.key,
        scan=stuk.scan, ontvangst_nummer=receipt_number(), ontvangen_by=actor.user_id, gedeeld_at=gedeeld_at,
        versie=vervangt.versie + 1 if vervangt else 1, vervangt_id=vervangt.id if vervangt else None,
    )
    session.add(document)
    return document
