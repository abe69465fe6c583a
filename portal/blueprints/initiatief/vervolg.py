"""What a plan becomes after a yes: an application for a subsidy, with what the plan already says."""

import uuid

from flask import Response, g, url_for

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, eigen_blad
from portal.processes import uitdaging as processes
from portal.web.blueprint import attempt
from portal.web.filters import datum_kort
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.taal import current_lang
from portal.web.taal import gettext as _


@bp.route("/mijn-plannen/<uuid:initiatief_id>/subsidie", needs=EIGEN)
def subsidie(initiatief_id):
    """Which scheme of the gemeente fits the plan."""
    return _page(eigen_blad(initiatief_id))


def _page(blad: Blad, status: int = 200, reasons=(), form: Form | None = None) -> Response:
    fault = processes.subsidie_gebrek(blad.uitdaging)
    return page_or_part("initiatief/subsidie.html", status=status, blad=blad, reasons=list(reasons), gebrek=fault,
                        keuzes=[] if fault else _keuzes(blad), values=form.values if form else {},
                        errors=form.errors if form else {})


def _keuzes(blad: Blad) -> list[tuple[str, str, str]]:
    """The schemes that are open, each with until when."""
    return [(str(row.dossier_id), row.titel, _("Sluit %(moment)s", moment=datum_kort(row.sluit_at, current_lang())))
            for row in processes.regelingen(g.db, blad.uitdaging)]


@bp.route("/mijn-plannen/<uuid:initiatief_id>/subsidie", needs=EIGEN, methods=["POST"], idempotent=True)
def subsidie_beginnen(initiatief_id):
    """Begin the application, or go on with the one that there is."""
    blad, form = eigen_blad(initiatief_id), Form()
    fault = processes.subsidie_gebrek(blad.uitdaging)
    regeling = form.choice("regeling", [] if fault else [one[0] for one in _keuzes(blad)],
                           _("Kies een regeling van de gemeente."))
    if form.errors and not fault:
        return _page(blad, 422, form=form)

    def act():
        made = processes.naar_subsidie(g.db, g.actor, initiatief_id, uuid.UUID(regeling) if regeling else None)
        return go(url_for("aanvraag.dossier", aanvraag_id=made.id))

    return attempt("initiatief", act, "naar-subsidie", initiatief_id,
                   lambda status, reasons: _page(eigen_blad(initiatief_id), status, reasons, form))
