"""Mijn werk: what waits for me, by its legal date, and what happens if nobody does anything."""

from datetime import timedelta

from flask import g, request

from portal.identity.permissions import Permission as P
from portal.kernel import clock, queries
from portal.web.blueprint import PortalBlueprint
from portal.web.filters import SOON_DAYS
from portal.web.htmx import page_or_part
from portal.web.links import PAGES, around, dossier_url, soort_label, state_badge, task_url
from portal.web.taal import gettext as _

bp = PortalBlueprint("werkvoorraad", __name__)


@bp.route("/mijn-werk", needs=P.WERK_LEZEN)
def mijn_werk():
    """Open terms for this person, or with `?wacht=anderen` those that this party waits for."""
    others = request.args.get("wacht") == "anderen"
    q = request.args.get("q", "").replace("\0", "").strip()[:200]
    soort = request.args.get("onderwerp", "")
    soort = soort if soort in PAGES else ""
    today = clock.today()
    week = today + timedelta(days=SOON_DAYS)
    counts = queries.work_counts(g.db, g.actor, today=today, week=week, others=others, q=q, soort=soort)
    part = queries.work(g.db, g.actor, others=others, q=q, soort=soort, after=request.args.get("na"),
                        before=request.args.get("voor"))
    following = queries.next_date(g.db) if not part.rows and not q and not soort else None
    return page_or_part(
        "werkvoorraad/mijn_werk.html", "lijst", groups=_groups(part.rows, today, week), counts=counts, others=others, q=q,
        onderwerp=soort, onderwerpen=[(name, soort_label(name)) for name in PAGES], paging=around(part),
        shown=len(part.rows), following=following, dossier_url=dossier_url, task_url=task_url, state_badge=state_badge)


def _groups(rows, today, week):
    """Rows keep their order; a group without rows is not shown."""
    groups = (
        ("laat", _("Te laat"), [row for row in rows if row.due_on < today]),
        ("week", _("Deze week"), [row for row in rows if today <= row.due_on <= week]),
        ("later", _("Later"), [row for row in rows if row.due_on > week]),
    )
    return [group for group in groups if group[2]]
