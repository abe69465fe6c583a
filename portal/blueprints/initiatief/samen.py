"""Others who have the idea too: named, invited with a link that is handed to them, and taken off."""

from flask import Response, current_app, g, url_for

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, eigen_blad
from portal.domains.uitdaagrecht import initiatieven, rules
from portal.kernel import clock
from portal.web.blueprint import attempt
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.taal import gettext as _


@bp.route("/mijn-plannen/<uuid:initiatief_id>/samen", needs=EIGEN)
def samen(initiatief_id):
    """Who joins, and room to invite somebody."""
    return _page(eigen_blad(initiatief_id))


def _page(blad: Blad, status: int = 200, reasons=(), values=None, errors=None, link: str = "", naam: str = "") -> Response:
    now = clock.now()
    rows = [{"id": id_, "naam": name, "sinds": joined, "verlopen": joined is None and until <= now, "tot": until}
            for id_, name, joined, until in blad.idee.mee]
    return page_or_part("initiatief/samen.html", status=status, blad=blad, rows=rows, reasons=list(reasons),
                        values=values or {}, errors=errors or {}, link=link, naam=naam, most=rules.TITEL_LANG)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/samen", needs=EIGEN, methods=["POST"])
def uitnodigen(initiatief_id):
    """Name somebody; the link for them is shown once, on this answer."""
    form = Form()
    naam = form.text("naam", _("Schrijf wie er meedoet."), most=rules.TITEL_LANG)
    if form.errors:
        return _page(eigen_blad(initiatief_id), 422, values=form.values, errors=form.errors)

    def act():
        _mede, code = initiatieven.uitnodigen(g.db, g.actor, initiatief_id, naam=naam)
        link = current_app.settings.public_url + url_for("initiatief.meedoen", code=code)
        response = _page(eigen_blad(initiatief_id), link=link, naam=naam)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return attempt("initiatief", act, "uitnodigen", initiatief_id,
                   lambda status, reasons: _page(eigen_blad(initiatief_id), status, reasons, form.values))


@bp.route("/mijn-plannen/<uuid:initiatief_id>/samen/<uuid:medeindiener_id>/weg", needs=EIGEN, methods=["POST"], idempotent=True)
def niet_meer_mee(initiatief_id, medeindiener_id):
    """Take somebody off, or the invitation back."""
    def act():
        initiatieven.niet_meer_mee(g.db, g.actor, medeindiener_id)
        return go(url_for("initiatief.samen", initiatief_id=initiatief_id))

    return attempt("initiatief", act, "niet-meer-mee", medeindiener_id,
                   lambda status, reasons: _page(eigen_blad(initiatief_id), status, reasons))
