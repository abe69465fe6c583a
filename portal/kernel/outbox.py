"""Messages to people, and the outbox: written in the same transaction as the decision, sent after it, each once.

A person finds the message in *Berichten*; mail only says that one waits. The job carries the id, nothing else.
"""

import json
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, text_column

NOW = text("portal.now()")


class Bericht(Base):
    """A message from one party to another. The recipient sees it once sent; the sender sees whether it was opened
    (Awb 2:19b, 2:25: sent is when it is accessible, and the burden of proof lies with the body)."""

    __tablename__ = "bericht"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    afzender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    geschreven_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    dossier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.dossier.id"))
    besluit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.besluit.id"))
    onderwerp: Mapped[str] = text_column()
    tekst: Mapped[str] = text_column()
    # The letter (PDF) as it was sent; in the file store, readable by sender and recipient only.
    brief_key: Mapped[str | None] = text_column()
    brief_sha256: Mapped[str | None] = text_column()
    brief_grootte: Mapped[int | None]
    verzonden_at: Mapped[datetime] = mapped_column(server_default=NOW)
    geopend_at: Mapped[datetime | None]
    geopend_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        Index("ix_bericht_party_verzonden", "party_id", "verzonden_at", "id"),
        Index("ix_bericht_afzender_verzonden", "afzender_id", "verzonden_at", "id"),
        Index("ix_bericht_dossier", "dossier_id"),
        Index("ix_bericht_ongelezen", "party_id", postgresql_where=text("geopend_at IS NULL")),
    )


class Outbox(Base):
    """One thing that must leave the house. `sleutel` is unique: writing it twice is an error, not two mails."""

    __tablename__ = "outbox"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    sleutel: Mapped[str] = text_column(unique=True)
    soort: Mapped[str] = text_column()
    # The party that receives: the worker acts for it, so it can read that party's addresses and no others.
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    gegevens: Mapped[dict] = mapped_column(JSONB)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    verzonden_at: Mapped[datetime | None]
    pogingen: Mapped[int] = mapped_column(default=0)
    fout: Mapped[str | None] = text_column()
    __table_args__ = (Index("ix_outbox_open", "gemaakt_at", postgresql_where=text("verzonden_at IS NULL")),)


_DEFER = text(
    "SELECT jobs.procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), "
    "NULL)::jobs.procrastinate_job_to_defer_v1])"
)


def enqueue(session, task: str, *, queue: str = "portaal", **args) -> None:
    """Put a job on the queue inside this transaction: a rollback takes the job with it."""
    session.execute(_DEFER, {"queue": queue, "task": task, "args": json.dumps({k: str(v) for k, v in args.items()})})


def post(session, *, sleutel: str, soort: str, party_id: uuid.UUID, **gegevens) -> Outbox:
    """Write one outbox row and the job that sends it."""
    row = Outbox(sleutel=sleutel, soort=soort, party_id=party_id, gegevens={k: str(v) for k, v in gegevens.items()})
    session.add(row)
    session.flush()
    enqueue(session, "post_versturen", outbox_id=row.id)
    return row


def send_message(session, actor, *, to: uuid.UUID, onderwerp: str, tekst: str, dossier_id: uuid.UUID | None = None,
                 besluit_id: uuid.UUID | None = None, brief: tuple[str, str, int] | None = None) -> Bericht:
    """A message to another party, with the mail that says it waits. `brief` = (store key, SHA-256, size)."""
    key, digest, size = brief or (None, None, None)
    bericht = Bericht(
        party_id=to, afzender_id=actor.party_id, geschreven_by=actor.user_id, dossier_id=dossier_id,
        besluit_id=besluit_id, onderwerp=onderwerp, tekst=tekst, brief_key=key, brief_sha256=digest, brief_grootte=size,
    )
    session.add(bericht)
    session.flush()
    post(session, sleutel=f"bericht:{bericht.id}", soort="bericht", party_id=to, bericht_id=bericht.id)
    return bericht
