"""Mijn werk: what waits for me, by its legal date, and what happens if nobody does anything."""

import re
from datetime import timedelta

from flask import g, request

from portal.blueprints.beheer import waits_for_me
from portal.domains.beheer import mandaten
from portal.domains.inkoop import afloop, inschrijven
from portal.identity.permissions import Permission as P
from portal.kernel import clock, queries
from portal.kernel.lezers import ziet
from portal.web.blueprint import PortalBlueprint
from portal.web.filters import SOON_DAYS
from portal.web.htmx import page_or_part
from portal.web.links import PAGES, around, dossier_title, dossier_url, soort_label, state_badge, task_url
from portal.web.taal import gettext as _

bp = PortalBlueprint("werkvoorraad", __name__)


@bp.route("/mijn-werk", needs=P.WERK_LEZEN)
def mijn_werk():
    """Open terms for this person, or with `?wacht=anderen` those that this party waits for."""
    # Who acts for another gemeente sees what waits for the signature, and goes to the page where that is done.
    is_guest = g.actor.namens is not None
    others = request.args.get("wacht") == "anderen" and not is_guest
    q = request.args.get("q", "").replace("\0", "").strip()[:200]
    soort = request.args.get("onderwerp", "")
    soort = soort if soort in PAGES else ""
    today = clock.today()
    week = today + timedelta(days=SOON_DAYS)
    counts = queries.work_counts(g.db, g.actor, today=today, week=week, others=others, q=q, soort=soort)
    part = queries.work(g.db, g.actor, others=others, q=q, soort=soort, after=request.args.get("na"),
                        before=request.args.get("voor"))
    looks_ahead = not part.rows and not q and not soort and not is_guest
    following = queries.next_date(g.db, g.actor, today) if looks_ahead else None
    return page_or_part(
        "werkvoorraad/mijn_werk.html", "lijst", groups=_groups(_in_order(part.rows), today, week), counts=counts,
        others=others, q=q, onderwerp=soort, paging=around(part),
        onderwerpen=[(name, soort_label(name)) for name in PAGES if ziet(g.actor, name)],
        aflopen=_outcomes(others, q, soort), onvolledig=_lacks_data(), verstuurt=g.actor.may(P.INSCHRIJVING_VERSTUREN),
        beheert=g.actor.may(P.ORGANISATIE_BEHEREN), shown=len(part.rows), following=following, is_guest=is_guest,
        wacht=waits_for_me(), ook_namens=_also_for(), dossier_url=dossier_url, dossier_title=dossier_title,
        task_url=task_url, state_badge=state_badge)


def _outcomes(others: bool, q: str, soort: str) -> list[afloop.Afloop]:
    """What was decided about the own bids while something can be done about it: until the last day for the court."""
    if others or q or soort or g.actor.party_soort != "aanbieder":
        return []
    return [one for one in afloop.van_aanbieder(g.db, g.actor.party_id) if one.runs(clock.today())]


def _also_for() -> list[str]:
    """The other gemeenten for which this person may work too: what waits there stands in no list here."""
    if g.actor.party_soort != "gemeente":
        return []
    return list(dict.fromkeys(naam for _mandaat, naam in mandaten.namens_wie(g.db, g.actor, on=clock.today())))


def _lacks_data() -> bool:
    """Is this a provider of whom the gemeenten do not know yet whom to call?"""
    if g.actor.party_soort != "aanbieder":
        return False
    aanbieder, contact = inschrijven.profile(g.db, g.actor.party_id)
    return contact is None or aanbieder.grootteklasse is None


def _in_order(rows) -> list:
    """Of one day by reference, as people count: P2 before P10. The page itself is cut by day and id, so that its index serves;
    only what stands on it is put in order."""
    return sorted(rows, key=lambda row: (row.due_on, [int(part) if part.isdecimal() else part
                                                      for part in re.split(r"([0-9]+)", row.reference)]))


def _groups(rows, today, week):
    """Rows keep their order; a group without rows is not shown. A term that stands still has no last day, so it is not late."""
    runs = [row for row in rows if not row.stands_still]
    groups = (
        ("laat", _("Te laat"), [row for row in runs if row.due_on < today]),
        ("week", _("Deze week"), [row for row in runs if today <= row.due_on <= week]),
        ("later", _("Later"), [row for row in runs if row.due_on > week]),
        ("stil", _("Staat stil"), [row for row in rows if row.stands_still]),
    )
    return [group for group in groups if group[2]]
