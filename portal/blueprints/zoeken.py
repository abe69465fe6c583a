"""Search: a reference, or words of a title; the last word may be half."""

from flask import g, request, url_for

from portal.domains.inkoop.assessment import JUDGING
from portal.domains.inkoop.queries import first_perceel
from portal.identity.permissions import Permission as P
from portal.kernel import queries
from portal.web.blueprint import PortalBlueprint
from portal.web.htmx import page_or_part
from portal.web.links import dossier_title, dossier_url, soort_label, state_badge

bp = PortalBlueprint("zoeken", __name__)

MOST = 50
# What is found is more than what is shown: a hit that has no page for this reader is not one.
FOUND = 100
LONGEST = 200  # characters of a question


@bp.route("/zoeken", needs=P.DOSSIER_ZOEKEN)
def zoeken():
    """What this party may find, as far as this person may open it."""
    q = request.args.get("q", "").replace("\0", "").strip()[:LONGEST]
    rows = queries.search(g.db, g.actor, q, FOUND) if q else []
    pages = _pages(rows)
    rows = [row for row in rows if pages[row.id]]
    results = [{"url": pages[row.id], "title": dossier_title(row.soort, row.titel),
                "status": state_badge(row.soort, row.state), "meta": f"{soort_label(row.soort)} · {row.reference}"}
               for row in rows[:MOST]]
    return page_or_part("zoeken/zoeken.html", "resultaten", q=q, results=results, more=len(rows) > MOST)


def _pages(rows) -> dict:
    """The page of each dossier. A bid has one of its own for the bidder; who judges reads it on its perceel."""
    pages = {row.id: dossier_url(row.soort, row.id) for row in rows}
    bids = [row.id for row in rows if row.soort == "inschrijving"]
    if not bids or g.actor.may(P.INSCHRIJVING_LEZEN):
        return pages
    percelen = first_perceel(g.db, bids) if any(g.actor.may(one) for one in JUDGING) else {}
    return pages | {bid: url_for("inkoop.beoordeling", perceel_id=percelen[bid], inschrijving_id=bid) if bid in percelen
                    else None for bid in bids}
