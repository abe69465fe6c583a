"""Search: a reference, or words of a title; the last word may be half."""

from flask import g, request

from portal.identity.permissions import Permission as P
from portal.kernel import queries
from portal.web.blueprint import PortalBlueprint
from portal.web.htmx import page_or_part
from portal.web.links import dossier_url, soort_label, state_badge

bp = PortalBlueprint("zoeken", __name__)

MOST = 50
LONGEST = 200  # characters of a question


@bp.route("/zoeken", needs=P.DOSSIER_ZOEKEN)
def zoeken():
    """What this party may find."""
    q = request.args.get("q", "").replace("\0", "").strip()[:LONGEST]
    rows = queries.search(g.db, q, MOST + 1) if q else []
    results = [{"url": dossier_url(row.soort, row.id), "title": row.titel, "status": state_badge(row.soort, row.state),
                "meta": f"{soort_label(row.soort)} · {row.reference}"} for row in rows[:MOST]]
    return page_or_part("zoeken/zoeken.html", "resultaten", q=q, results=results, more=len(rows) > MOST)
