"""Photos and documents with a plan: streamed in, scanned, and read by the gemeente from the moment the plan is sent."""

from flask import Response, g, request

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, eigen_blad
from portal.domains.uitdaagrecht import initiatieven, stukken
from portal.kernel.errors import Refused
from portal.kernel.filetypes import FileRefused
from portal.web.blueprint import attempt, refused
from portal.web.htmx import go, page_or_part
from portal.web.security import csrf_token
from portal.web.stukken import max_mb, ontvang


@bp.route("/mijn-plannen/<uuid:initiatief_id>/bestanden", needs=EIGEN)
def bestanden(initiatief_id):
    """The files, and room for one more."""
    return _page(eigen_blad(initiatief_id))


@bp.route("/mijn-plannen/<uuid:initiatief_id>/bestanden", needs=EIGEN, methods=["PUT"])
def bestand_ontvangen(initiatief_id):
    """The file as a stream, with progress in the browser; the answer is its receipt."""
    try:
        _take_in(initiatief_id)
    except FileRefused:
        raise
    except Refused as error:
        refused(error, "initiatief:bestand", initiatief_id)
        raise
    return _page(eigen_blad(initiatief_id), focus=True)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/bestanden", needs=EIGEN, methods=["POST"])
def bestand_toevoegen(initiatief_id):
    """The same file from a form, without script."""
    try:
        _take_in(initiatief_id)
    except FileRefused as error:
        return _page(eigen_blad(initiatief_id), error.status, errors={"bestand": error.sentence})
    except Refused as error:
        refused(error, "initiatief:bestand", initiatief_id)
        return _page(eigen_blad(initiatief_id), error.status, error.reasons)
    return go(eigen_blad(initiatief_id).url("bestanden"))


def _take_in(initiatief_id) -> None:
    eigen_blad(initiatief_id)
    initiatieven.stuk_toevoegen(g.db, g.actor, initiatief_id, ontvang(request))
    # The receipt tells the moment that the database gave.
    g.db.flush()
    g.db.expire_all()


@bp.route("/mijn-plannen/<uuid:initiatief_id>/bestanden/<uuid:document_id>/weghalen", needs=EIGEN, methods=["POST"],
          idempotent=True)
def bestand_weghalen(initiatief_id, document_id):
    """Take out a file that was not sent."""
    def act():
        initiatieven.stuk_weghalen(g.db, g.actor, initiatief_id, document_id)
        return go(eigen_blad(initiatief_id).url("bestanden"))

    return attempt("initiatief", act, "bestand-weg", document_id,
                   lambda status, reasons: _page(eigen_blad(initiatief_id), status, reasons))


def _page(blad: Blad, status: int = 200, reasons=(), errors=None, focus: bool = False) -> Response:
    here = blad.url("bestanden")
    return page_or_part("initiatief/bestanden.html", "stukken", status=status, blad=blad, reasons=list(reasons),
                        errors=errors or {}, put_url=here, post_url=f"{here}?csrf_token={csrf_token()}", max_mb=max_mb(),
                        focus=focus, stukken=blad.idee.stukken, vol=len(blad.idee.stukken) >= stukken.MEEST)
