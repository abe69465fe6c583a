"""The front door: which way is mine, what is open now."""

from flask import g, render_template, url_for

from portal.domains.inkoop import public
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.register import queries as register
from portal.web import navigation
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.taal import gettext as _

bp = PortalBlueprint("start", __name__)

SHOWN = 3


@bp.route("/", needs=PUBLIC)
def home():
    """The home of the region."""
    return _home()


@bp.route("/gemeente/<slug>", needs=PUBLIC)
def gemeente(slug):
    """The home in the colours of one gemeente, with what it takes part in."""
    found = navigation.gemeenten().get(slug)
    if found is None:
        raise NotFound(_("Deze gemeente doet niet mee aan dit portaal."))
    g.gemeente_slug = slug
    return _home(found)


def _home(gemeente=None):
    inkopen = public.announcements(g.db, size=SHOWN, gemeente=gemeente.slug if gemeente else "")
    bought = public.percelen_van(g.db, gemeente) if gemeente else []
    contracten = register.latest(g.db, SHOWN, eigenaar_id=gemeente.id if gemeente else None, dossiers=bought)
    towns = [(row.naam, url_for("start.gemeente", slug=row.slug)) for row in navigation.gemeenten().values()]
    return render_template(
        "start/home.html", gemeente=gemeente, inkopen=inkopen.rows, more=inkopen.last is not None,
        towns=towns, contracten=contracten, stand=public.stand, now=clock.now())
