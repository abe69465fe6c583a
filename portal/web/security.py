"""Cookies, CSRF, headers, limits."""

import hashlib
import hmac
import json
import re
import secrets
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import unquote, urlsplit

from flask import Flask, Request, Response, current_app, g, request
from flask_login import LoginManager, current_user
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from config import load
from portal.identity import access_log, sessions
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.kernel.lezers import verborgen
from portal.web.assets import is_immutable
from portal.web.bodies import waiting_for_body

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'{idp}; frame-ancestors 'none'; base-uri 'none'"
)


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(kind: str) -> str:
    """`__Host-` on https, a plain name on http for local use."""
    return f"__Host-portaal-{kind}" if current_app.settings.secure else f"portaal-{kind}"


def set_cookie(response: Response, kind: str, value: str, *, seconds: int | None = None) -> None:
    """An http-only cookie for this host only."""
    response.set_cookie(cookie_name(kind), value, max_age=seconds, secure=current_app.settings.secure, httponly=True,
                        samesite="Lax", path="/")


def drop_cookie(response: Response, kind: str) -> None:
    """Forget a cookie."""
    response.delete_cookie(cookie_name(kind), secure=current_app.settings.secure, httponly=True, samesite="Lax", path="/")


def was_in() -> bool:
    """This browser had a session that is over: its person was away too long, or was logged out elsewhere."""
    return g.get("actor") is None and cookie_name("sessie") in request.cookies


def _key(purpose: str, secret: bytes) -> bytes:
    return hmac.digest(secret, purpose.encode(), "sha256")


def sign(purpose: str, data: dict, *, seconds: int) -> str:
    """Data that only we can have made, valid for a while: for cookies and tickets in an address."""
    body = json.dumps(data | {"_tot": int(clock.now().timestamp()) + seconds}, separators=(",", ":")).encode()
    mac = hmac.digest(_key(purpose, current_app.settings.secret_key), body, "sha256")
    return f"{urlsafe_b64encode(body).decode()}.{urlsafe_b64encode(mac).decode()}"


def unsign(purpose: str, value: str | None) -> dict | None:
    """The data, or None when it is not ours, changed, or too old. Older keys still read."""
    try:
        body, mac = (urlsafe_b64decode(part) for part in (value or "").split("."))
    except ValueError:
        return None
    settings = current_app.settings
    for secret in (settings.secret_key, *settings.previous_secret_keys):
        if hmac.compare_digest(mac, hmac.digest(_key(purpose, secret), body, "sha256")):
            data = json.loads(body)
            return data if data.pop("_tot", 0) >= clock.now().timestamp() else None
    return None


def csrf_token() -> str:
    """The token of this session (or of this browser, when nobody is logged in)."""
    return hmac.new(_key("csrf", current_app.settings.secret_key), browser().encode(), hashlib.sha256).hexdigest()


def browser() -> str:
    """What tells this browser from others: its session, or a token that it got at its first page."""
    token = request.cookies.get(cookie_name("sessie")) or request.cookies.get(cookie_name("bezoek"))
    if token is None:
        token = g.setdefault("new_visit", secrets.token_urlsafe(18))
    return token


def csrf_field() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(csrf_token())


def idempotency_field() -> Markup:
    """A fresh key per shown form: pressing twice gives one row and the same answer."""
    return Markup('<input type="hidden" name="sleutel" value="{}">').format(uuid.uuid4())


def is_local_path(url: str) -> bool:
    """True for a path on this portal; false for whatever a browser could read as another site (open redirect)."""
    # `urlsplit` finds no host in ///elsewhere, a browser does.
    if (not url.startswith("/") or url.startswith("//") or "\\" in url
            or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url)):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and "//" not in parts.path


URLENCODED = "application/x-www-form-urlencoded"
# In no address and in no name. Typed text is cleaned (web/forms.py); only NUL, which no browser sends, is refused there.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _check_input(req: Request) -> None:
    """Before anything is read of it: a form of a size that we make ourselves, and text that is text."""
    form = {}
    if req.mimetype == URLENCODED and req.method not in SAFE_METHODS:
        with waiting_for_body():
            body = req.get_data()
        # Werkzeug counts the parts of a multipart form only; a million fields of two bytes cost seconds.
        if body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
            raise RequestEntityTooLarge
        form = req.form
    address = (req.path, *req.args, *(value for values in req.args.listvalues() for value in values),
               unquote(req.headers.get("X-File-Name", "")))
    if any(map(_CONTROL.search, address)) or any(
            "\0" in text for name in form for text in (name, *form.getlist(name))):
        raise Refused("In dit verzoek staat een teken dat geen tekst is. Haal het weg en probeer het nog een keer.", status=400)


def _check_csrf(req: Request) -> None:
    if req.method in SAFE_METHODS:
        return
    given = req.headers.get("X-CSRF-Token") or req.args.get("csrf_token")
    # A file must not be read before we know who sends it: its token stands in the address or the header.
    if given is None and req.mimetype == URLENCODED:
        given = req.form.get("csrf_token")
    # Bytes: what was sent may be anything, and text is only compared when it is ASCII.
    if not given or not hmac.compare_digest(given.encode(errors="replace"), csrf_token().encode()):
        raise Refused("Uw sessie is intussen vernieuwd. Ga terug, laad de pagina opnieuw en probeer het nog een keer.",
                      status=400)


def limit(name: str, key: str, *, amount: int = 1) -> None:
    """Refuse when this key was used too often: by the numbers of config/limieten.toml under this name.

    `amount`: how much this use takes, for what is not counted in times. What is refused takes nothing of it.
    """
    rule = load("limieten")[name]
    most, window_seconds = rule["keer"], rule["seconden"]
    engine, counter = current_app.engine, _limit_key(name, key)
    used = access_log.use(engine, counter, window_seconds, amount)
    if used <= most:
        return
    if amount > 1:
        access_log.use(engine, counter, window_seconds, -amount)
    # One line per window: whoever goes on trying does not fill the journal.
    if used - amount <= most:
        access_log.journal(engine, g.get("actor"), f"limiet:{name}", None, "geweigerd", request.remote_addr)
    raise Refused(_too_often(window_seconds), status=429)


def _too_often(window_seconds: int) -> str:
    if window_seconds < 3600:
        return "U heeft dit te vaak geprobeerd. Wacht een paar minuten."
    if window_seconds < 86400:
        return "U heeft dit het afgelopen uur te vaak gedaan. Probeer het over een uur opnieuw."
    return "Uw organisatie heeft dit vandaag te vaak gedaan. Probeer het morgen opnieuw of bel de beheerder van het portaal."


def give_back(name: str, key: str) -> None:
    """What succeeded does not count towards `limit`: only attempts that lead nowhere do."""
    access_log.give_back(current_app.engine, _limit_key(name, key))


def _limit_key(name: str, key: str) -> str:
    return f"{name}:{hashlib.sha256(f'{name}:{key}'.encode()).hexdigest()}"


def init_security(app: Flask) -> None:
    """Actor, CSRF and headers for every request."""
    manager = LoginManager(app)
    manager.session_protection = None
    app.config["SESSION_COOKIE_NAME"] = "portaal-flask"  # unused: the portal keeps its own session in the database

    @manager.request_loader
    def load_actor(req):
        token = req.cookies.get(cookie_name("sessie"))
        found = sessions.open_session(app.engine, token) if token else None
        if found is None:
            return None
        actor, g.unread, g.issuer, g.id_token = found
        # Not every message is for every role: the bell counts what the list shows.
        if g.unread and (hidden := verborgen(actor)):
            g.unread = sessions.unread(app.engine, token, hidden)
        return actor

    @app.before_request
    def who():
        g.actor = None
        nobody = request.path.startswith("/static/") or request.endpoint in ("gezondheid.gezondheid", "publiek.thema")
        if not nobody and current_user.is_authenticated:
            g.actor = current_user._get_current_object()
        _check_input(request)
        # Without a session the view itself says so, with what was typed: the token of a session that is over helps nobody.
        needs = getattr(app.view_functions.get(request.endpoint), "needs", ())
        if not nobody and (g.actor is not None or not needs or "openbaar" in needs):
            _check_csrf(request)

    @app.after_request
    def headers(response: Response):
        h = response.headers
        h.setdefault("Content-Security-Policy", CSP.format(idp=app.config.get("CSP_IDP", "")))
        h["X-Content-Type-Options"] = "nosniff"
        h["Referrer-Policy"] = "same-origin"
        h["Cross-Origin-Opener-Policy"] = "same-origin"
        h["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if app.settings.secure:
            h["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.path.startswith("/static/") and is_immutable(request.path):
            h["Cache-Control"] = "public, max-age=31536000, immutable"
        elif "Cache-Control" not in h or g.get("actor"):
            h["Cache-Control"] = "no-store"
        if "new_visit" in g and request.cookies.get(cookie_name("bezoek")) is None:
            set_cookie(response, "bezoek", g.new_visit)
        return response

    app.jinja_env.globals.update(csrf_field=csrf_field, idempotency_field=idempotency_field)
