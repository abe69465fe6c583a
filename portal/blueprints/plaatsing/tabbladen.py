"""The pages of one placement, as tabs: each subject has its own page, so that none asks for everything; and the way to them."""

from flask import current_app, g, request, url_for

from portal.blueprints.plaatsing import bp
from portal.domains.plaatsingen.model import Plaatsing
from portal.web.links import page_url
from portal.web.taal import gettext as _


def kruimels(plaatsing: Plaatsing, *more: tuple) -> list[tuple]:
    """The way to a page of a placement, for `ui.crumbs`. Who may sign and nothing else sees no page that does not open."""
    steps = [(_("Plaatsingen"), page_url("plaatsing.plaatsingen")),
             (plaatsing.reference, page_url("plaatsing.plaatsing", plaatsing.id))]
    return [*(step for step in steps if step[1]), *more]


bp.context_processor(lambda: {"kruimels": kruimels})


def tabbladen(plaatsing: Plaatsing) -> list[tuple]:
    """The tabs of a placement for `ui.tabs`, the page that is shown marked; of each page that this person may open."""
    pages = [(_("Overzicht"), "plaatsing.plaatsing"), (_("Plek"), "plaatsing.zoeken"), (_("Resultaten"), "plaatsing.uitkomst"),
             (_("Overdracht"), "plaatsing.overdrachten"), (_("Mensen"), "plaatsing.mensen"),
             (_("Berichtenverkeer"), "plaatsing.berichten")]
    return [(label, url_for(endpoint, plaatsing_id=plaatsing.id), None, request.endpoint == endpoint)
            for label, endpoint in pages if endpoint in current_app.view_functions
            and any(g.actor.may(one) for one in current_app.view_functions[endpoint].needs)]
