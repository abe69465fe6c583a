"""The list of plans of residents, and one plan."""

from flask import g, request

from portal.blueprints.uitdaging import bp
from portal.domains.uitdaagrecht import queries
from portal.identity.permissions import Permission as P
from portal.web.blueprint import viewed
from portal.web.htmx import page_or_part
from portal.web.links import around


@bp.route("/uitdaging", needs=P.UITDAGING_LEZEN)
def lijst():
    """The plans at the own gemeente."""
    welke = request.args.get("welke", "open")
    part = queries.lijst(g.db, g.actor, welke=welke, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("uitdaging/lijst.html", rows=part.rows, paging=around(part), welke=welke)


@bp.route("/uitdaging/<uuid:uitdaging_id>", needs=P.UITDAGING_LEZEN)
def zaak(uitdaging_id):
    """One plan."""
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    return page_or_part("uitdaging/zaak.html", u=uitdaging)
