"""The bundle for committee or court: what goes in, what not and why, and one archive with everything."""

from flask import Response, current_app, g, url_for

from portal.adapters.bundel import archief
from portal.blueprints.register import csv_lines
from portal.blueprints.subsidie import bp
from portal.domains.subsidies import bundel as bundles
from portal.domains.subsidies.model import Bezwaar
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.web import uploads
from portal.web.blueprint import refused, viewed
from portal.web.filters import datum_tabel, grootte, in_taal
from portal.web.forms import Form
from portal.web.htmx import page_or_part
from portal.web.links import task_url
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

HANDLING = (P.SUBSIDIE_BEHANDELEN, P.BEZWAAR_BEHANDELEN)
ALLES, ZONDER = "alles", "zonder"
FROM = {bundles.AANVRAGER: "Aanvrager", bundles.GEMEENTE: "Gemeente", bundles.PORTAAL: "Overzicht van het portaal"}


@bp.route("/subsidies/<uuid:subsidie_id>/bundel", needs=HANDLING)
def bundel(subsidie_id):
    """What would be in the bundle of a case, and what not."""
    return _preview(subsidie_id, None)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/bundel", needs=HANDLING)
def bundel_bezwaar(bezwaar_id):
    """What would be in the bundle of one objection, and what not."""
    bezwaar = _own_objection(bezwaar_id)
    return _preview(bezwaar.subsidie_id, bezwaar)


def _own_objection(bezwaar_id) -> Bezwaar:
    found = load(g.db, Bezwaar, bezwaar_id)
    if found.eigenaar_id != g.actor.party_id:
        raise NotFound("Dit bezwaar is er niet, of het is niet van uw gemeente.")
    return found


def _preview(subsidie_id, bezwaar: Bezwaar | None, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    made = bundles.inventaris(g.db, g.actor, subsidie_id, bezwaar_id=bezwaar.id if bezwaar else None)
    viewed(bezwaar or made.subsidie)
    to = (url_for("subsidie.bundel_bezwaar_maken", bezwaar_id=bezwaar.id) if bezwaar
          else url_for("subsidie.bundel_maken", subsidie_id=subsidie_id))
    back = task_url("subsidie.bezwaar", bezwaar.id) if bezwaar else url_for("subsidie.dossier", subsidie_id=subsidie_id)
    without = sum(not one.geupload for one in made.stukken)
    return page_or_part(
        "subsidie/bundel.html", status=status, bundel=made, subsidie=made.subsidie, bezwaar=bezwaar, to=to, back=back,
        rows=[_row(n, one) for n, one in enumerate(made.stukken, start=1)], without=without, reasons=reasons,
        figures=[(_("Stukken"), len(made.stukken)), (_("Waarvan zonder namen"), without),
                 (_("Niet in de bundel"), sum(one.aantal for one in made.weggelaten))],
        choices=[(ALLES, _("Alles, zoals het is gewisseld"), _("Voor de rechter en voor de partijen zelf.")),
                 (ZONDER, _("Zonder persoonsgegevens"),
                  _("Namen en nummers worden weggestreept. Bijlagen van de aanvrager gaan niet mee."))],
        values=form.values if form else {}, errors=form.errors if form else {})


def _row(number: int, one: bundles.BundelStuk) -> dict:
    """One piece in the list: number, what, when and from whom, and whether it is in the version without personal data."""
    lang = current_lang()
    size = [grootte(one.document.grootte, lang)] if one.document else []
    return {"nummer": number, "titel": one.titel, "geupload": one.geupload,
            "meta": " · ".join([datum_tabel(one.on, lang), in_taal(FROM[one.van]), *size])}


@bp.route("/subsidies/<uuid:subsidie_id>/bundel", needs=HANDLING, methods=["POST"], idempotent=True)
def bundel_maken(subsidie_id):
    """Make the bundle of a case: that stands in the history, and the archive comes with the answer."""
    return _make(subsidie_id, None)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/bundel", needs=HANDLING, methods=["POST"], idempotent=True)
def bundel_bezwaar_maken(bezwaar_id):
    """Make the bundle of one objection."""
    bezwaar = _own_objection(bezwaar_id)
    return _make(bezwaar.subsidie_id, bezwaar)


def _make(subsidie_id, bezwaar: Bezwaar | None) -> Response:
    form = Form()
    choice = form.choice("soort", [ALLES, ZONDER], _("Kies of de bundel persoonsgegevens bevat."))
    if form.errors:
        return _preview(subsidie_id, bezwaar, 422, form)
    without = choice == ZONDER
    try:
        made = bundles.samenstellen(g.db, g.actor, subsidie_id, bezwaar_id=bezwaar.id if bezwaar else None,
                                    zonder_namen=without)
        chunks = _archive(made, without)
    except Refused as error:
        about = bezwaar.id if bezwaar else subsidie_id
        refused(error, "subsidie:bundel", about)
        return _preview(subsidie_id, load(g.db, Bezwaar, about) if bezwaar else None, error.status, form, error.reasons)
    name = f"{made.kenmerk}-bundel{'-zonder-persoonsgegevens' if without else ''}.zip"
    access_log.viewed(current_app.engine, g.actor, (bezwaar or made.subsidie).id, "subsidie.bundel_maken")
    response = uploads.send(name, "application/zip", 0, chunks)
    del response.headers["Content-Length"]  # known only at the end
    return response


def _archive(made: bundles.Bundel, without: bool):
    """The archive; a file that cannot be read refuses it before anything is sent."""
    try:
        return archief(made, current_app.files, zonder_namen=without, at=clock.now(), als_csv=csv_lines)
    except OSError as error:
        current_app.logger.error("opslag", extra={"fields": {"bundel": made.kenmerk, "error": type(error).__name__}})
        raise Refused("Een van de bestanden is nu niet te openen. Er is geen bundel gemaakt. Probeer het over een minuut "
                      "opnieuw.", status=503) from error
