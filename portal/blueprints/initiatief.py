"""The own plans of residents: write an idea, send it, follow it, answer what the gemeente asks."""

from flask import g, request

from portal.domains.uitdaagrecht import queries
from portal.identity.permissions import Permission as P
from portal.web.blueprint import PortalBlueprint, viewed
from portal.web.htmx import page_or_part
from portal.web.links import around

bp = PortalBlueprint("initiatief", __name__)

EIGEN = P.UITDAGING_EIGEN


@bp.route("/mijn-plannen", needs=EIGEN)
def lijst():
    """Every own plan."""
    part = queries.mijn_lijst(g.db, g.actor, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("initiatief/lijst.html", rows=part.rows, paging=around(part))


@bp.route("/mijn-plannen/<uuid:initiatief_id>", needs=EIGEN)
def dossier(initiatief_id):
    """One plan: where it stands, what to do now, what was sent."""
    initiatief = queries.mijn(g.db, g.actor, initiatief_id)
    viewed(initiatief)
    return page_or_part("initiatief/dossier.html", i=initiatief)
