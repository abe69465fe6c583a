"""Every refusal is a page in plain words: what happened, what is safe, what you can do, and a reference."""

import re
import secrets
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal.kernel.errors import Refused
from portal.web import security
from portal.web.filters import in_taal
from portal.web.labels import labels
from portal.web.log import facts_of
from portal.web.taal import gettext as _


class NotLoggedIn(Exception):
    """Nobody is logged in (any more) and the page is not public. Its text, where it has one, says what happened."""


class Forbidden(Exception):
    """Logged in, but the role may not do this."""


TITLES = {
    400: ("Wij begrijpen dit verzoek niet", "De gegevens die wij kregen, kloppen niet."),
    401: ("Log eerst in", "Deze pagina is alleen voor wie is ingelogd."),
    403: ("U mag dit niet", "Uw rol geeft geen toegang tot deze pagina."),
    404: ("Deze pagina is er niet", "Misschien is het adres verkeerd, of hoort de pagina bij een andere organisatie."),
    405: ("Dit kan hier niet", "Deze handeling hoort niet bij dit adres."),
    409: ("Iemand was u voor", "Dit is intussen veranderd."),
    410: ("Het is te laat", "De termijn is voorbij."),
    413: ("Het bestand is te groot", "Kies een kleiner bestand."),
    415: ("Dit soort bestand nemen wij niet aan", "Kies een PDF, Word- of Excel-bestand."),
    422: ("Dit is niet gelukt", "Er is niets veranderd."),
    425: ("Het is nog te vroeg", "Dit kan pas later."),
    429: ("Te vaak geprobeerd", "Wacht een paar minuten en probeer het dan opnieuw."),
    500: ("Er ging iets mis bij ons", "Dit ligt niet aan u. Wij hebben een melding gekregen."),
    503: ("Het portaal is even niet bereikbaar", "Probeer het over een minuut opnieuw."),
}


def reference() -> str:
    """A short code people can read out on the telephone; it stands in the log too."""
    alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    code = "".join(secrets.choice(alphabet) for _i in range(8))
    return f"MELD-{code[:4]}-{code[4:]}"


def error_page(code: int, *, title=None, lead=None, reasons=(), safe=None, can_do=()) -> Response:
    """The page for one refusal."""
    standard = TITLES.get(code, TITLES[500])
    ref = g.error_reference = g.get("error_reference") or reference()
    title = title or _(standard[0])
    lead = lead or (" ".join(map(in_taal, reasons)) if reasons else _(standard[1]))
    if request.headers.get("X-File-Name"):
        return Response(lead, code, content_type="text/plain; charset=utf-8")
    can_do = list(can_do) or [(_("Ga naar de startpagina"), "/")]
    safe = safe or (_("Wat u eerder bewaarde, staat er nog.") if g.get("actor") else None)
    body = render_template("errors/fout.html", code=code, title=title, lead=lead, safe=safe, can_do=can_do, reference=ref)
    return Response(body, code, headers={"Retry-After": "5"} if code == 503 else {})


def _login_url(verder: str) -> str:
    """To the login of the gemeente where this browser was last, and then on to `verder`."""
    gemeente = request.cookies.get(security.cookie_name("gemeente"))
    return url_for("account.inloggen", gemeente=gemeente or None, verder=verder or None)


def _came_from() -> str:
    """The page on which the refused form stood; empty when we cannot know that or it cannot be opened."""
    page = urlsplit(request.referrer or "")
    if f"{page.scheme}://{page.netloc}" != request.host_url.rstrip("/"):
        return ""
    try:
        current_app.url_map.bind("").match(page.path, method="GET")
    except HTTPException:
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path


# Fields that people never typed in themselves, beside those that a form hides.
_NOT_TYPED = frozenset({"csrf_token", "sleutel", "terug", "verder"})
# What a choice of a person or a dossier sends: nobody reads it.
_IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _is_ours() -> bool:
    """Did this form stand on a page of this portal? Another site can make a browser send anything, but not in our name: its
    words must not stand on a page of ours."""
    page = urlsplit(request.headers.get("Origin") or request.referrer or "")
    return f"{page.scheme}://{page.netloc}" in (request.host_url.rstrip("/"), current_app.settings.public_url)


def _typed() -> list[tuple[str, str]]:
    """What somebody filled in on a form of ours that could not be kept: (label of the field, text). A file is never read
    here."""
    if request.mimetype != "application/x-www-form-urlencoded" or not _is_ours():
        return []
    known = labels(current_app._get_current_object())
    return [(_(label) if (label := known.of(request.endpoint, name)) else _plain(name), value.strip())
            for name, value in request.form.items(multi=True)
            if value.strip() and name not in _NOT_TYPED and not _IDS.fullmatch(value.strip().lower())
            and (request.endpoint, name) not in known.hidden]


def _plain(name: str) -> str:
    """The name of a field that no template tells the label of, without what tells its row from others."""
    return re.split(r"[-_][0-9a-f]{8}", name)[0].replace("_", " ").replace("-", " ").strip().capitalize()


def init_errors(app) -> None:
    """Handlers for everything that can be refused."""

    @app.errorhandler(NotLoggedIn)
    def _login(error):
        if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
            return redirect(_login_url(request.full_path.rstrip("?")), 303)
        if request.headers.get("HX-Request") or request.headers.get("X-File-Name"):
            return error_page(401, lead=str(error) or None, can_do=[(_("Inloggen"), _login_url(""))])
        body = render_template("errors/weg.html", login_url=_login_url(_came_from()), typed=_typed(), was_in=security.was_in())
        return Response(body, 401)

    @app.errorhandler(Forbidden)
    def _forbidden(_error):
        return error_page(403, can_do=[(_("Bekijk uw rollen"), url_for("account.mijn")), (_("Ga naar de startpagina"), "/")])

    @app.errorhandler(Refused)
    def _refused(error):
        return error_page(error.status, reasons=error.reasons)

    @app.errorhandler(NoResultFound)
    def _missing(_error):
        return error_page(404)

    @app.errorhandler(OperationalError)
    def _database(error):
        g.error_reference = reference()
        current_app.logger.error("database", extra={"fields": facts_of(error)})
        return error_page(503)

    @app.errorhandler(RequestEntityTooLarge)
    def _too_much(_error):
        return error_page(413, title=_("U stuurt te veel tegelijk"),
                          lead=_("Dit formulier is te groot. Er is niets bewaard. Maak uw tekst korter en stuur het opnieuw."))

    @app.errorhandler(HTTPException)
    def _http(error):
        if error.code is None or error.code < 400:
            return error
        return error_page(error.code)

    @app.errorhandler(Exception)
    def _unexpected(error):
        if current_app.config.get("PROPAGATE"):
            raise error
        g.error_reference = reference()
        current_app.logger.exception("onverwachte fout")
        return error_page(500)
