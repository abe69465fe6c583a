"""The Right to Challenge for everybody: what it is, the tasks of a gemeente, what residents do and what came of it."""

from flask import g, request

from portal.domains.uitdaagrecht import queries
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.htmx import page_or_part
from portal.web.links import around

bp = PortalBlueprint("uitdagen", __name__)


@bp.route("/initiatieven", needs=PUBLIC)
def lijst():
    """What residents want to take over, everywhere or in one gemeente."""
    part = queries.openbaar(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("uitdagen/lijst.html", rows=part.rows, paging=around(part))


@bp.route("/initiatieven/<reference>", needs=PUBLIC)
def initiatief(reference):
    """One plan: where it stands, what residents want, and what the gemeente answered."""
    page = queries.openbare_pagina(g.db, reference)
    return page_or_part("uitdagen/initiatief.html", p=page, telling=queries.telling(g.db, page.id))
