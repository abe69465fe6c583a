"""People, how they log in, and what they may do for which party. Identity is (issuer, subject), never an e-mail address."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, one_of, text_column

NOW = text("portal.now()")


class Account(Base):
    """A person. Names of staff are known to every party that logs in; names of others only to their own party."""

    __tablename__ = "account"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    naam: Mapped[str] = text_column()
    is_medewerker: Mapped[bool] = mapped_column(default=False)
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Identiteit(Base):
    """How a person proves who they are. The app role cannot read this table."""

    __tablename__ = "identiteit"
    issuer: Mapped[str] = text_column(primary_key=True)
    subject: Mapped[str] = text_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Membership(Base):
    """A person's roles for one party. Ending it ends every session in the next request."""

    __tablename__ = "membership"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    rollen: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # Where "er staat een bericht klaar" goes; only the own party reads it. Never used to recognise a person.
    email: Mapped[str | None] = text_column()
    herkomst: Mapped[str] = text_column()
    van: Mapped[date] = mapped_column(server_default=text("(portal.now() AT TIME ZONE 'Europe/Amsterdam')::date"))
    beeindigd_at: Mapped[datetime | None]
    beeindigd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    __table_args__ = (
        one_of("herkomst", ["uitnodiging", "claim", "registratie", "inrichting"]),
        UniqueConstraint("account_id", "party_id"),
        CheckConstraint("(beeindigd_at IS NULL) = (beeindigd_by IS NULL)", name="einde_heeft_wie"),
        Index("ix_membership_party", "party_id"),
    )


class Uitnodiging(Base):
    """An invitation by a tenant administrator, or by the operator to the first one. The link holds a one-time token that is
    made when the link goes out (sessions.invitation_token); here stands only its hash, and nowhere the token."""

    __tablename__ = "uitnodiging"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    naam: Mapped[str] = text_column()
    email: Mapped[str] = text_column()
    rollen: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    uitgenodigd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    verloopt_at: Mapped[datetime]
    aanvaard_at: Mapped[datetime | None]
    aanvaard_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ingetrokken_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_uitnodiging_party", "party_id"),
        # One at a time: two links to one address would be two people.
        Index("uq_uitnodiging_open", "party_id", text("lower(email)"), unique=True,
              postgresql_where=text("aanvaard_at IS NULL AND ingetrokken_at IS NULL")),
    )


class ClaimRol(Base):
    """Which claim of the own OpenID provider gives which role; the tenant decides. It counts when a second person confirmed
    it: who proposes a rule may be in the group."""

    __tablename__ = "claim_rol"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    claim: Mapped[str] = text_column()
    waarde: Mapped[str] = text_column()
    rol: Mapped[str] = text_column()
    voorgesteld_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    bevestigd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    bevestigd_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("party_id", "claim", "waarde", "rol"),
        CheckConstraint("bevestigd_by <> voorgesteld_by", name="bevestigd_door_ander"),
        CheckConstraint("bevestigd_by IS NULL OR bevestigd_at IS NOT NULL", name="bevestigd_heeft_moment"),
    )


class Inlogdienst(Base):
    """An OpenID provider. The secret is not here: it comes from the environment, by slug."""

    __tablename__ = "inlogdienst"
    slug: Mapped[str] = text_column(primary_key=True)
    soort: Mapped[str] = text_column()
    issuer: Mapped[str] = text_column(unique=True)
    client_id: Mapped[str] = text_column()
    party_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.gemeente.id"))
    versie: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        one_of("soort", ["gemeente", "eherkenning", "digid"]),
        CheckConstraint("(soort = 'gemeente') = (party_id IS NOT NULL)", name="gemeente_heeft_partij"),
    )


class Sessie(Base):
    """A session: the cookie holds a random token, this row its hash. Revoked is dead in the next request."""

    __tablename__ = "sessie"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    party_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.partij.id"))
    # Set while the person acts for another gemeente; `party_id` stays the employer.
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    issuer: Mapped[str] = text_column()
    sid: Mapped[str | None] = text_column()
    id_token: Mapped[str | None] = text_column()
    apparaat: Mapped[str] = text_column()
    begonnen_at: Mapped[datetime] = mapped_column(server_default=NOW)
    laatst_at: Mapped[datetime] = mapped_column(server_default=NOW)
    idle_seconden: Mapped[int]
    eindigt_at: Mapped[datetime]
    stepped_up_at: Mapped[datetime | None]
    ingetrokken_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_sessie_account", "account_id"), Index("ix_sessie_issuer_sid", "issuer", "sid"))


class Inloglink(Base):
    """A mailed login link for citizens: an issuer of its own (`portal:maillink`, random subject)."""

    __tablename__ = "inloglink"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    email: Mapped[str] = text_column()
    gemaakt_at: Mapped[datetime] = mapped_column(server_default=NOW)
    verloopt_at: Mapped[datetime]
    gebruikt_at: Mapped[datetime | None]


class Mailadres(Base):
    """The random subject that an address has at the issuer `portal:maillink`; nothing else is recognised by it."""

    __tablename__ = "mailadres"
    adres: Mapped[str] = text_column(primary_key=True)
    subject: Mapped[uuid.UUID] = mapped_column(unique=True)
    gebruikt_at: Mapped[datetime] = mapped_column(server_default=NOW)


class Toegangslog(Base):
    """Who looked at which dossier, written in a short transaction of its own (docs/decisions.md)."""

    __tablename__ = "toegangslog"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=NOW)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    party_id: Mapped[uuid.UUID]
    dossier_id: Mapped[uuid.UUID]
    endpoint: Mapped[str] = text_column()
    __table_args__ = (Index("ix_toegangslog_party_at", "party_id", "at"),
                      Index("ix_toegangslog_at", "at", postgresql_using="brin"))


class Beveiligingslog(Base):
    """Refused attempts, limits, logins: action, object, result, origin, actor, time (BIO2); never content."""

    __tablename__ = "beveiligingslog"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=NOW)
    party_id: Mapped[uuid.UUID | None]
    account_id: Mapped[uuid.UUID | None]
    handeling: Mapped[str] = text_column()
    object: Mapped[str | None] = text_column()
    resultaat: Mapped[str] = text_column()
    herkomst: Mapped[str | None] = text_column()
    details: Mapped[dict] = mapped_column(JSONB, default=dict)
    __table_args__ = (Index("ix_beveiligingslog_party_at", "party_id", "at"),
                      Index("ix_beveiligingslog_at", "at", postgresql_using="brin"))


class Limiet(Base):
    """Shared counters for rate limits; they survive a restart and hold for all workers."""

    __tablename__ = "limiet"
    sleutel: Mapped[str] = text_column(primary_key=True)
    venster_at: Mapped[datetime]
    aantal: Mapped[int]
