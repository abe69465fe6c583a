"""Hoeveel vragen wij: how much people fill in, per scheme and per procurement, for everybody to hold the gemeenten to."""

from flask import Response, g, request, url_for

from portal.blueprints.register import csv_lines
from portal.domains.inkoop import invoer as inkopen_invoer
from portal.domains.subsidies import invoer
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.htmx import page_or_part
from portal.web.links import around
from portal.web.security import limit
from portal.web.taal import gettext as _
from portal.web.taal import ngettext

bp = PortalBlueprint("invoer", __name__)

FILE_ROWS = 10_000


def _names() -> dict[str, str]:
    return {"aanvraag": _("Aanvraag"), "rapportage": _("Voortgangsbericht"), "vaststelling": _("Verantwoording aan het eind")}


def _tabs() -> list[tuple]:
    here = request.endpoint
    return [(_("Subsidies"), url_for("invoer.subsidies"), None, here == "invoer.subsidies"),
            (_("Inkopen"), url_for("invoer.inkopen"), None, here == "invoer.inkopen")]


def _often(form: invoer.Formulier) -> str:
    """How often one grant asks this form."""
    if form.meest is None:
        return _("Staat in het besluit")
    if form.minst == form.meest:
        return ngettext("%(num)s keer", "%(num)s keer", form.meest) if form.meest else _("Niet gevraagd")
    return _("%(minst)s tot %(meest)s keer", minst=form.minst, meest=form.meest)


def _documents(form: invoer.Formulier) -> str:
    """How many documents, which must come, and which one sends once."""
    if not form.documenten:
        return _("Geen")
    said = [_("%(num)s, waarvan %(verplicht)s verplicht", num=form.documenten, verplicht=form.documenten_verplicht)]
    if form.herbruikbaar:
        said.append(ngettext("%(num)s gebruikt u later opnieuw", "%(num)s gebruikt u later opnieuw", form.herbruikbaar))
    return ". ".join(said)


def _known(form: invoer.Formulier) -> str:
    """How many answers stand there already."""
    if form.later > form.bekend:
        return _("%(num)s, en %(later)s als u vaker aanvraagt", num=form.bekend, later=form.later)
    return str(form.bekend)


def _row(form: invoer.Formulier) -> list:
    return [_names()[form.naam], form.vragen, form.verplicht, _known(form), _documents(form), _often(form)]


@bp.route("/hoeveel-vragen-wij", needs=PUBLIC)
def subsidies():
    """Per public scheme: what one fills in to apply, to report and to account."""
    part, forms = invoer.per_regeling(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("publiek/invoer.html", tabs=_tabs(), rows=part.rows, paging=around(part),
                        forms={id_: [_row(form) for form in found] for id_, found in forms.items()})


@bp.route("/hoeveel-vragen-wij/inkopen", needs=PUBLIC)
def inkopen():
    """Per announced procurement: what one fills in to bid on a perceel."""
    part = inkopen_invoer.aankondigingen(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("publiek/invoer_inkopen.html", tabs=_tabs(), rows=part.rows, paging=around(part),
                        percelen={row.id: inkopen_invoer.per_perceel(row.inhoud) for row in part.rows})


@bp.route("/hoeveel-vragen-wij.csv", needs=PUBLIC)
def subsidies_csv():
    """The counts of every public scheme as a file."""
    part, forms = invoer.per_regeling(g.db, size=FILE_ROWS)
    return _file("hoeveel-vragen-wij", [
        _("Nummer"), _("Regeling"), _("Gemeente"), _("Formulier"), _("Vragen"), _("Verplicht"), _("Al ingevuld"),
        _("Al ingevuld bij een volgende aanvraag"), _("Documenten"), _("Verplichte documenten"), _("Opnieuw te gebruiken"),
        _("Minste keren per subsidie"), _("Meeste keren per subsidie")], (
        [row.reference, row.titel, row.inhoud["gemeente"]["naam"], _names()[form.naam], form.vragen, form.verplicht,
         form.bekend, form.later, form.documenten, form.documenten_verplicht, form.herbruikbaar,
         *("" if number is None else number for number in (form.minst, form.meest))]
        for row in part.rows for form in forms[row.dossier_id]))


@bp.route("/hoeveel-vragen-wij/inkopen.csv", needs=PUBLIC)
def inkopen_csv():
    """The counts of every announced procurement as a file."""
    part = inkopen_invoer.aankondigingen(g.db, size=FILE_ROWS)
    return _file("hoeveel-vragen-wij-inkopen", [
        _("Nummer"), _("Inkoop"), _("Perceel"), _("Naam"), _("Vragen"), _("Verplicht"), _("Documenten"), _("Bewijsstukken"),
        _("Opnieuw te gebruiken")], (
        [row.reference, row.titel, one.nummer, one.naam, one.vragen, one.verplicht, one.documenten, one.bewijzen,
         one.herbruikbaar] for row in part.rows for one in inkopen_invoer.per_perceel(row.inhoud)))


def _file(name: str, head: list[str], lines) -> Response:
    limit("archief", f"invoer {request.remote_addr}")
    return Response("".join(csv_lines([head, *lines])), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})
