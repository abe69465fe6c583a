"""Sessions and logins before a party is known: short transactions of their own through reviewed functions."""

import hashlib
import hmac
import secrets
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import bindparam

from config import load
from portal.identity.actor import Actor, Namens
from portal.identity.permissions import SHORT_IDLE_ROLES, permissions_of, under_mandate


def _time(name: str) -> timedelta:
    """A time of config/sessies.toml, which says where it comes from."""
    return timedelta(seconds=load("sessies")[name]["seconden"])


IDLE, IDLE_ADMIN, ABSOLUTE = _time("stil"), _time("stil-beheer"), _time("langst")
STEP_UP = _time("opnieuw-inloggen")
INVITATION, LOGIN_LINK = _time("uitnodiging"), _time("inloglink")
LAST_LOGIN = _time("laatste-gemeente")


def new_token() -> str:
    """A random token; only its hash is stored."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def invitation_token(secret: bytes, invitation_id: uuid.UUID) -> str:
    """The token in the link of an invitation: made of a secret of the portal, so the same one at every attempt to send it,
    and written down nowhere."""
    return urlsafe_b64encode(hmac.digest(secret, b"uitnodiging " + invitation_id.bytes, "sha256")).rstrip(b"=").decode()


@dataclass(frozen=True)
class Login:
    """The answer to "who is this": an account that may act for a party."""

    account_id: uuid.UUID
    party_id: uuid.UUID


def _login(connection: Connection, function: str, **values) -> Login | None:
    names = ", ".join(f":{name}" for name in values)
    statement = text(f"SELECT account_id, party_id FROM portal.{function}({names})")  # noqa: S608
    if "claims" in values:
        statement = statement.bindparams(bindparam("claims", type_=JSONB))
    row = connection.execute(statement, values).first()
    return Login(row.account_id, row.party_id) if row else None


def log_in_staff(engine: Engine, issuer: str, subject: str, naam: str, email: str | None, claims: dict,
                 invitation: str | None) -> Login | None:
    """A member of staff through the own gemeente's provider; None when no role follows from claim or invitation."""
    with engine.begin() as connection:
        return _login(connection, "inloggen_medewerker", issuer=issuer, subject=subject, naam=naam, email=email,
                      claims=claims, invitation=digest(invitation) if invitation else None)


def log_in_provider(engine: Engine, issuer: str, subject: str, naam: str, email: str | None, kvk: str, organisatie: str,
                    invitation: str | None) -> Login | None:
    """A provider's person through eHerkenning; None when the organisation exists and this person was not invited."""
    with engine.begin() as connection:
        return _login(connection, "inloggen_aanbieder", issuer=issuer, subject=subject, naam=naam, email=email, kvk=kvk,
                      organisatie=organisatie, invitation=digest(invitation) if invitation else None)


def log_in_resident(engine: Engine, issuer: str, subject: str, naam: str, email: str | None) -> Login | None:
    """A resident through DigiD or a mailed link."""
    with engine.begin() as connection:
        return _login(connection, "inloggen_inwoner", issuer=issuer, subject=subject, naam=naam, email=email)


def begin(engine: Engine, login: Login, *, issuer: str, sid: str | None, id_token: str | None, device: str,
          fresh: bool = True) -> str | None:
    """Start a session; returns the token for the cookie. `fresh`: the person proved just now who they are, and did not
    come in on a session that the provider still had."""
    token = new_token()
    with engine.begin() as connection:
        session_id = connection.execute(
            text("SELECT portal.sessie_begin(:hash, :account, :party, :issuer, :sid, :id_token, :device, :idle, :absolute, "
                 ":fresh)"),
            {"hash": digest(token), "account": login.account_id, "party": login.party_id, "issuer": issuer, "sid": sid,
             "id_token": id_token, "device": device, "idle": int(IDLE.total_seconds()),
             "absolute": int(ABSOLUTE.total_seconds()), "fresh": fresh},
        ).scalar()
        if session_id is None:
            return None
        row = connection.execute(_OPEN, {"hash": digest(token)}).one()
        if SHORT_IDLE_ROLES & set(row.rollen):
            connection.execute(text("SELECT portal.sessie_kort(:hash, :idle)"),
                               {"hash": digest(token), "idle": int(IDLE_ADMIN.total_seconds())})
    return token


_OPEN = text("SELECT * FROM portal.sessie_open(:hash)")
_UNREAD = text("SELECT portal.sessie_ongelezen(:hash, :hidden)")


def open_session(engine: Engine, token: str) -> tuple[Actor, int, str, str | None] | None:
    """The actor behind a cookie with the number of unread messages, the issuer and the id_token; None when the session
    is dead, in this very request."""
    row = _alone(engine, _OPEN, hash=digest(token))
    return (_actor(row), row.ongelezen, row.issuer, row.id_token) if row else None


def unread(engine: Engine, token: str, hidden: list[str]) -> int:
    """The number of unread messages behind a cookie, without those about dossiers of these kinds."""
    return _alone(engine, _UNREAD, hash=digest(token), hidden=hidden)[0]


def _alone(engine: Engine, statement, **values):
    """The first row of one statement that is a transaction by itself: no BEGIN and COMMIT to wait for on every page."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(statement, values).first()


def _actor(row) -> Actor:
    namens = Namens(row.mandaat_id, row.mandaat_soort, row.besluit_soort, row.tot_bedrag, row.werkgever_id,
                    row.werkgever) if row.mandaat_id else None
    return Actor(
        user_id=row.account_id, naam=row.naam, party_id=row.party_id, party_soort=row.party_soort,
        party_naam=row.party_naam, party_slug=row.party_slug, roles=frozenset(row.rollen),
        permissions=under_mandate(namens.besluit_soort) if namens else permissions_of(row.rollen),
        session_id=row.session_id, stepped_up_at=row.stepped_up_at,
        session_ends_at=row.eindigt_at, namens=namens,
    )


def step_up(engine: Engine, token: str, issuer: str, subject: str) -> str | None:
    """After a fresh login at the provider: the session gets a new token and a new moment. None when the session is dead
    or somebody else came back than the one whose session it is."""
    fresh = new_token()
    with engine.begin() as connection:
        done = connection.execute(text("SELECT portal.sessie_verhogen(:old, :new, :issuer, :subject)"),
                                  {"old": digest(token), "new": digest(fresh), "issuer": issuer, "subject": subject}).scalar()
    return fresh if done else None


def act_for(engine: Engine, token: str, mandaat_id: uuid.UUID | None) -> bool:
    """From the next request on this session acts for the gemeente that gave the mandate; None: for the own one again. False
    when the mandate is of somebody else or does not count today, or the session is dead."""
    with engine.begin() as connection:
        return bool(connection.execute(text("SELECT portal.sessie_namens(:hash, :mandaat)"),
                                       {"hash": digest(token), "mandaat": mandaat_id}).scalar())


def end(engine: Engine, token: str) -> None:
    """Log out: the session is dead in the next request."""
    with engine.begin() as connection:
        connection.execute(text("SELECT portal.sessie_uit(:hash)"), {"hash": digest(token)})


def is_stepped_up(actor: Actor, now: datetime) -> bool:
    """True when the person proved who they are a short while ago (STEP_UP)."""
    return actor.stepped_up_at is not None and now - actor.stepped_up_at <= STEP_UP


def make_login_link(engine: Engine, email: str) -> str:
    """A one-time login link for a resident; returns the token for the mail."""
    token = new_token()
    with engine.begin() as connection:
        connection.execute(text("SELECT portal.inloglink_maken(:hash, :email, :seconds)"),
                           {"hash": digest(token), "email": email, "seconds": int(LOGIN_LINK.total_seconds())})
    return token


def use_login_link(engine: Engine, token: str) -> str | None:
    """The address behind a link, once; None when it is used, too old or unknown."""
    with engine.begin() as connection:
        return connection.execute(text("SELECT portal.inloglink_gebruiken(:hash)"), {"hash": digest(token)}).scalar()


def mail_subject(engine: Engine, address: str) -> str:
    """The subject of this address at the issuer `portal:maillink`: random, and the same every time."""
    with engine.begin() as connection:
        return str(connection.execute(text("SELECT portal.maillink_onderwerp(:mail)"), {"mail": address}).scalar())


@dataclass(frozen=True)
class Invitation:
    """What the holder of an invitation may know before logging in. `stand`: open, gebruikt, verlopen or ingetrokken."""

    party_id: uuid.UUID
    soort: str
    naam: str
    slug: str | None
    kvk_nummer: str | None
    stand: str


def invitation(engine: Engine, token: str) -> Invitation | None:
    """The invitation behind a link; None when there is none."""
    with engine.begin() as connection:
        row = connection.execute(text("SELECT party_id, soort, naam, slug, kvk_nummer, stand "
                                      "FROM portal.uitnodiging_bekijken(:hash)"), {"hash": digest(token)}).first()
    return Invitation(*row) if row else None
