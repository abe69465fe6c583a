"""One OpenID Connect client for every identity provider of the portal.

`start` sends a person to the provider, `finish` reads who came back, `logout_url` logs out at the provider too, and
`read_logout` reads the provider's own message that a session ended. Every check stands here in the open: OpenID
Connect Core 1.0 (3.1.3.7), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RP-Initiated and
Back-Channel Logout 1.0. Whatever fails raises `OidcError`; nothing is returned half-checked.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from portal.web.security import is_local_path

Kind = Literal["gemeente", "eherkenning", "digid"]

# Signatures with a private key of the provider only: `none` and HS* would let anyone with the client secret sign.
ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})

# Levels from weak to strong.
ASSURANCE: dict[str, tuple[str, ...]] = {
    "eherkenning": ("EH1", "EH2", "EH2+", "EH3", "EH4"),
    "digid": ("DigiD-Basis", "DigiD-Midden", "DigiD-Substantieel", "DigiD-Hoog"),
}
LOWEST = {"eherkenning": "EH3", "digid": "DigiD-Midden"}
TOO_LOW = {
    "eherkenning": "U bent ingelogd met een te laag niveau van eHerkenning. U heeft niveau EH3 nodig. "
    "Vraag niveau EH3 aan bij uw leverancier van eHerkenning.",
    "digid": "U bent ingelogd met een te laag niveau van DigiD. Log opnieuw in met de DigiD-app of met een sms-code.",
}

TIMEOUT = 5  # seconds for one request to a provider
CACHE_FOR = 600  # seconds that metadata and keys of a provider are kept
CALM = 60  # seconds between two searches for an unknown key that anybody can ask for
TRANSACTION_FOR = 600  # seconds that a person may take to log in
LEEWAY = 30  # seconds that the clock of a provider may differ from ours
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

TRY_AGAIN = "Begin opnieuw met inloggen."


class OidcError(Exception):
    """A login that is refused: `sentence` for the person (Dutch, B1), `status` for HTTP, `reason` for the journal.

    `reason` is a fixed English phrase without personal data, codes or tokens.
    """

    def __init__(self, sentence: str, status: int = 400, *, reason: str):
        super().__init__(reason)
        self.sentence = sentence
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Provider:
    """One identity provider as the portal knows it; a higher `version` after a change drops what was cached."""

    slug: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    kind: Kind
    party_id: UUID | None = None
    scope: str = "openid profile"
    version: int = 1


@dataclass(frozen=True)
class Claims:
    """Who logged in, after all checks. A person is (issuer, subject); never an e-mail address."""

    issuer: str
    subject: str
    sid: str | None
    name: str | None
    auth_time: datetime | None
    acr: str | None
    claims: dict[str, Any] = field(repr=False)
    id_token: str = field(repr=False)


@dataclass(frozen=True)
class Logout:
    """A checked back-channel message: end the sessions of (issuer, sid), or of (issuer, subject) when sid is absent.

    Refuse a `jti` that was seen before; it may be forgotten after `expires_at`.
    """

    issuer: str
    subject: str | None
    sid: str | None
    jti: str
    expires_at: datetime


@dataclass(frozen=True)
class _Peer:
    """Metadata and keys of a provider, with the moment on the monotonic clock when they were fetched."""

    provider: Provider
    metadata: dict[str, Any]
    keys: KeySet
    fetched: float


_peers: dict[str, _Peer] = {}  # by slug; a changed provider replaces what was known


def start(
    provider: Provider, redirect_uri: str, *, step_up: bool = False, next_url: str = "/"
) -> tuple[str, dict[str, Any]]:
    """Where to send the browser, and the transaction to keep for `finish`.

    The transaction is small JSON. Keep it signed, http-only, bound to this browser, for `TRANSACTION_FOR` seconds,
    and drop it at the first `finish`. `step_up` asks for a fresh login whatever session the provider still has.
    Raises OidcError 400 for a `next_url` outside the portal, 502 or 503 for a provider that is wrong or silent.
    """
    if not is_local_path(next_url):
        raise OidcError(
            "Na het inloggen kunt u alleen naar een pagina van dit portaal. " + TRY_AGAIN, reason="next_url not local"
        )
    metadata = _peer(provider).metadata
    transaction = {
        "provider": provider.slug,
        "issuer": provider.issuer,
        "version": provider.version,
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "started": _now(),
        "step_up": step_up,
        "next": next_url,
    }
    asked: dict[str, str] = {"nonce": transaction["nonce"]}
    if step_up:
        asked |= {"prompt": "login", "max_age": "0"}
    if provider.kind in LOWEST:
        asked["acr_values"] = " ".join(_high_enough(provider.kind))
    with _session(provider, metadata) as session:
        location, _state = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=transaction["state"],
            code_verifier=transaction["verifier"],
            redirect_uri=redirect_uri,
            **asked,
        )
    return location, transaction


def finish(
    provider: Provider, redirect_uri: str, transaction: Mapping[str, Any] | None, args: Mapping[str, str]
) -> Claims:
    """Who came back from the provider with `args` (the query of the callback). Raises OidcError, or all is checked.

    `transaction` is what `start` gave to this browser; None when the browser brought nothing.
    For a step-up the caller still compares issuer and subject with the session that asked for it.
    """
    transaction = _begun(provider, transaction, args)
    peer = _peer(provider)
    _check_answer(provider, peer.metadata, args)
    token = _exchange(provider, peer.metadata, redirect_uri, transaction["verifier"], args["code"])
    raw = token.get("id_token")
    if not isinstance(raw, str) or not raw:
        raise _unproven("id_token missing")
    claims = _id_token(provider, raw, nonce=transaction["nonce"], access_token=token.get("access_token"))
    auth_time = _auth_time(claims)
    if transaction["step_up"]:
        _check_fresh(auth_time, transaction["started"])
    acr = claims.get("acr")
    _check_assurance(provider, acr)
    return Claims(
        issuer=claims["iss"],
        subject=claims["sub"],
        sid=_text(claims, "sid"),
        name=_text(claims, "name"),
        auth_time=auth_time,
        acr=acr,
        claims=dict(claims),
        id_token=raw,
    )


def logout_url(provider: Provider, id_token: str, post_logout_redirect_uri: str, state: str) -> str | None:
    """Where to send the browser to log out at the provider too; None when the provider cannot or does not answer.

    The own session is ended first, whatever this gives.
    """
    try:
        endpoint = _peer(provider).metadata.get("end_session_endpoint")
    except OidcError:
        return None
    if not endpoint:
        return None
    query = urlencode(
        {
            "id_token_hint": id_token,
            "client_id": provider.client_id,
            "post_logout_redirect_uri": post_logout_redirect_uri,
            "state": state,
        }
    )
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"


def read_logout(provider: Provider, logout_token: str) -> Logout:
    """The provider's message that a session ended (Back-Channel Logout 1.0, 2.6). Raises OidcError 400."""
    claims = _signed(provider, logout_token, look_again_after=CALM).claims
    must = {name: {"essential": True} for name in ("aud", "iat", "exp", "jti", "events")}
    must["iss"] = {"essential": True, "value": provider.issuer}
    try:
        jwt.JWTClaimsRegistry(now=_now(), leeway=LEEWAY, **must).validate(claims)
    except ClaimError as error:
        raise _unproven(f"{error.error}: {error.claim}") from None
    _check_audience(provider, claims)
    if not isinstance(claims["events"], dict) or LOGOUT_EVENT not in claims["events"] or "nonce" in claims:
        raise _unproven("not a logout token")
    sid, subject = _text(claims, "sid"), _text(claims, "sub")
    if not sid and not subject:
        raise _unproven("logout token names no session")
    return Logout(claims["iss"], subject, sid, claims["jti"], _moment(claims["exp"] + LEEWAY, "exp"))


# --- the answer of the browser ---------------------------------------------------------------------------------------


def _begun(provider: Provider, transaction: Mapping[str, Any] | None, args: Mapping[str, str]) -> Mapping[str, Any]:
    """The transaction, when the answer belongs to a login that this browser began with this provider not long ago."""
    if not transaction:
        raise OidcError("Deze inlogpoging is niet in dit venster begonnen. " + TRY_AGAIN, reason="no transaction")
    begun_with = (transaction.get("provider"), transaction.get("issuer"), transaction.get("version"))
    if begun_with != (provider.slug, provider.issuer, provider.version):
        raise OidcError(
            "Dit antwoord hoort bij een andere manier van inloggen. " + TRY_AGAIN, reason="other provider than begun"
        )
    if not hmac.compare_digest(args.get("state", "").encode(), transaction["state"].encode()):
        raise OidcError("Deze inlogpoging is niet in dit venster begonnen. " + TRY_AGAIN, reason="state differs")
    if not 0 <= _now() - transaction["started"] <= TRANSACTION_FOR:
        raise OidcError("Het inloggen duurde te lang. " + TRY_AGAIN, reason="transaction too old")
    return transaction


def _check_answer(provider: Provider, metadata: Mapping[str, Any], args: Mapping[str, str]) -> None:
    """RFC 9207 before anything else in the answer is believed, then the error of the provider, then the code."""
    issuer = args.get("iss")
    if issuer is None and metadata.get("authorization_response_iss_parameter_supported") is True:
        raise OidcError("Het antwoord zegt niet van welke inlogdienst het komt. " + TRY_AGAIN, reason="iss missing")
    if issuer is not None and issuer != provider.issuer:
        raise OidcError("Het antwoord komt van een andere inlogdienst dan u koos. " + TRY_AGAIN, reason="iss differs")
    error = args.get("error")
    if error == "access_denied":
        raise OidcError("U bent gestopt met inloggen. U kunt het opnieuw proberen.", 403, reason="access_denied")
    if error:
        raise OidcError("De inlogdienst heeft het inloggen geweigerd. " + TRY_AGAIN, reason="error from provider")
    if not args.get("code"):
        raise OidcError("Het antwoord van de inlogdienst is niet compleet. " + TRY_AGAIN, reason="code missing")


def _exchange(
    provider: Provider, metadata: Mapping[str, Any], redirect_uri: str, verifier: str, code: str
) -> Mapping[str, Any]:
    """The tokens for a code. The provider refuses a code that was used, is too old or lacks the PKCE verifier."""
    try:
        with _session(provider, metadata) as session:
            return session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
                allow_redirects=False,
            )
    except OAuthError as error:
        if error.error == "invalid_grant":
            raise OidcError("Deze inlogpoging is al gebruikt of te oud. " + TRY_AGAIN, reason="invalid_grant") from None
        raise _misconfigured("token endpoint refused") from None
    except requests.RequestException as error:
        raise _silent("token endpoint unreachable") from error
    except ValueError as error:
        raise _misconfigured("token endpoint answered no JSON object") from error


# --- the id_token ----------------------------------------------------------------------------------------------------


def _id_token(provider: Provider, raw: str, *, nonce: str, access_token: str | None) -> dict[str, Any]:
    """The claims of an id_token whose signature, sender, receiver, age and nonce are right."""
    token = _signed(provider, raw)
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"essential": True, "value": provider.issuer}, "sub": {"essential": True}},
        params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=_now(), leeway=LEEWAY)
    except ClaimError as error:
        raise _unproven(f"{error.error}: {error.claim}") from None
    except (TypeError, ValueError) as error:
        raise _unproven(f"malformed claim: {type(error).__name__}") from None
    _check_audience(provider, claims)
    return claims


def _signed(provider: Provider, raw: str, *, look_again_after: float = 0) -> jwt.Token:
    """The token under a good signature of this provider; an unknown key is looked up once more (key rotation)."""
    peer = _peer(provider)
    offered = peer.metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = [name for name in offered if name in ALGORITHMS]
    if not algorithms:  # joserfc reads an empty list as "its own defaults", and HS256 is among those
        raise _misconfigured("no algorithm in common")
    try:
        try:
            return jwt.decode(raw, peer.keys, algorithms=algorithms)
        except InvalidKeyIdError:
            return jwt.decode(raw, _peer(provider, max_age=look_again_after).keys, algorithms=algorithms)
    except (JoseError, ValueError) as error:
        raise _unproven(f"signature: {type(error).__name__}") from None


def _check_audience(provider: Provider, claims: Mapping[str, Any]) -> None:
    """For this portal and nobody else: another receiver could replay the token here (Core 3.1.3.7, 3)."""
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise _unproven("invalid_claim: aud")


def _auth_time(claims: Mapping[str, Any]) -> datetime | None:
    """When the person last showed who they are, by the clock of the provider."""
    value = claims.get("auth_time")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value <= _now() + LEEWAY:
        raise _unproven("invalid_claim: auth_time")
    return _moment(value, "auth_time")


def _check_fresh(auth_time: datetime | None, started: int) -> None:
    """A step-up is a login that happened after it was asked for."""
    if auth_time is None or auth_time.timestamp() < started - LEEWAY:
        raise OidcError(
            "Voor deze stap moet u opnieuw inloggen. De inlogdienst heeft u niet opnieuw gevraagd wie u bent. "
            + TRY_AGAIN,
            403,
            reason="auth_time too old",
        )


def _high_enough(kind: str) -> tuple[str, ...]:
    levels = ASSURANCE[kind]
    return levels[levels.index(LOWEST[kind]) :]


def _check_assurance(provider: Provider, acr: object) -> None:
    """The level is judged by what the provider says it was, never by what was asked."""
    if provider.kind in LOWEST and acr not in _high_enough(provider.kind):
        raise OidcError(TOO_LOW[provider.kind], 403, reason="acr too low")


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def _moment(seconds: float, claim: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise _unproven(f"invalid_claim: {claim}") from None


# --- the provider ----------------------------------------------------------------------------------------------------


def _peer(provider: Provider, *, max_age: float = CACHE_FOR) -> _Peer:
    """Metadata and keys, at most `max_age` seconds old. Discovery 4.3: the issuer says of itself what we know it by."""
    kept = _peers.get(provider.slug)
    if kept and kept.provider == provider and time.monotonic() - kept.fetched < max_age:
        return kept
    if not _is_safe(provider.issuer, provider.issuer):
        raise _misconfigured("issuer without https")
    metadata = _get_json(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if metadata.get("issuer") != provider.issuer:
        raise _misconfigured("discovery names another issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not _is_safe(metadata.get(name), provider.issuer):
            raise _misconfigured(f"{name} missing or without https")
    logout = metadata.get("end_session_endpoint")
    if logout is not None and not _is_safe(logout, provider.issuer):
        raise _misconfigured("end_session_endpoint without https")
    try:
        keys = KeySet.import_key_set(_get_json(metadata["jwks_uri"]))
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise _misconfigured("keys unreadable") from error
    _peers[provider.slug] = _Peer(provider, metadata, keys, time.monotonic())
    return _peers[provider.slug]


def _is_safe(url: object, issuer: str) -> bool:
    """https; or plain http when the issuer itself plays on this very machine (demo and tests)."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    if parts.scheme == "http":
        return issuer.startswith("http://") and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return parts.scheme == "https" and bool(parts.hostname)


def _get_json(url: str) -> dict[str, Any]:
    """One JSON object, from exactly this address: a redirect is refused."""
    try:
        answer = requests.get(url, timeout=TIMEOUT, allow_redirects=False, headers={"Accept": "application/json"})
    except requests.RequestException as error:
        raise _silent("provider unreachable") from error
    if answer.status_code >= 500:
        raise _silent("provider answers with an error")
    try:
        found = answer.json() if answer.status_code == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _misconfigured("no JSON object")
    return found


def _session(provider: Provider, metadata: Mapping[str, Any]) -> OAuth2Session:
    offered = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    method = next((name for name in ("client_secret_basic", "client_secret_post") if name in offered), None)
    if method is None:
        raise _misconfigured("no way to authenticate in common")
    session = OAuth2Session(
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        scope=provider.scope,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        default_timeout=TIMEOUT,
    )
    session.register_compliance_hook("access_token_response", _not_elsewhere)
    return session


def _not_elsewhere(answer: requests.Response) -> requests.Response:
    """Authlib would read tokens from the body of a redirect as well."""
    if 300 <= answer.status_code < 400:
        raise ValueError("the token endpoint redirects")
    return answer


def _now() -> int:
    """Seconds of the machine's own clock: providers live in real time, also when the demo has moved its date."""
    return int(time.time())


def _unproven(reason: str) -> OidcError:
    return OidcError("Wij kunnen het bewijs van de inlogdienst niet vertrouwen. " + TRY_AGAIN, reason=reason)


def _misconfigured(reason: str) -> OidcError:
    return OidcError(
        "Deze inlogdienst is niet goed ingesteld. U kunt nu niet inloggen. Neem contact op met de beheerder.",
        502,
        reason=reason,
    )


def _silent(reason: str) -> OidcError:
    return OidcError(
        "De inlogdienst geeft geen antwoord. Probeer het over een paar minuten opnieuw.", 503, reason=reason
    )
