"""Every refusal is a page in plain words: what happened, what is safe, what you can do, and a reference."""

import secrets

from flask import Response, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from portal.kernel.errors import Refused
from portal.web.filters import in_taal
from portal.web.taal import gettext as _


class NotLoggedIn(Exception):
    """Nobody is logged in and the page is not public."""


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
    ref = reference()
    g.error_reference = ref
    title = title or _(standard[0])
    lead = lead or (" ".join(map(in_taal, reasons)) if reasons else _(standard[1]))
    if request.headers.get("X-File-Name"):
        return Response(lead, code, content_type="text/plain; charset=utf-8")
    can_do = list(can_do) or [(_("Ga naar de startpagina"), "/")]
    safe = safe or (_("Wat u eerder bewaarde, staat er nog.") if g.get("actor") else None)
    body = render_template("errors/fout.html", code=code, title=title, lead=lead, safe=safe, can_do=can_do, reference=ref)
    return Response(body, code, headers={"Retry-After": "5"} if code == 503 else {})


def init_errors(app) -> None:
    """Handlers for everything that can be refused."""

    @app.errorhandler(NotLoggedIn)
    def _login(_error):
        if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
            return redirect(url_for("account.inloggen", verder=request.full_path.rstrip("?")), 303)
        return error_page(401, can_do=[(_("Inloggen"), url_for("account.inloggen"))])

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
        current_app.logger.error("database", extra={"fields": {"error": type(error.orig).__name__}})
        return error_page(503)

    @app.errorhandler(HTTPException)
    def _http(error):
        if error.code is None or error.code < 400:
            return error
        return error_page(error.code)

    @app.errorhandler(Exception)
    def _unexpected(error):
        if current_app.config.get("PROPAGATE"):
            raise error
        current_app.logger.exception("onverwachte fout")
        return error_page(500)
