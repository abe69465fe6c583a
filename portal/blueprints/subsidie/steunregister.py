"""Small aid goes into the central register of state aid within its term, under a number of that register."""

from flask import g

from config import load as load_config
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.steps import done, try_
from portal.domains.subsidies import queries, steunregister
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web.blueprint import viewed
from portal.web.forms import Form
from portal.web.htmx import page_or_part
from portal.web.taal import gettext as _


@bp.route("/subsidies/<uuid:subsidie_id>/steunregister", needs=P.SUBSIDIE_BEHANDELEN, endpoint="steunregister")
def register_van_steun(subsidie_id):
    """Small aid goes into the central register: until when, and the number that it got there."""
    return _steunregister(subsidie_id)


def _steunregister(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound()
    viewed(kop.subsidie)
    grant = queries.verlening(g.db, subsidie_id)
    aid = load_config("subsidies")["steun"].get(grant.inhoud.get("steun", "") if grant else "", {})
    return page_or_part("subsidie/steunregister.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, term=steunregister.wacht(g.db, kop.subsidie), aid=aid,
                        decided_on=clock.day_of(grant.verzonden_at) if grant else None)


@bp.route("/subsidies/<uuid:subsidie_id>/steunregister", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def steunregister_melden(subsidie_id):
    """It stands in the register, under this number."""
    form = Form()
    nummer = form.text("nummer", _("Vul het nummer in dat het register gaf."), most=100)
    if form.errors:
        return _steunregister(subsidie_id, 422, form.errors, form.values)

    def act():
        steunregister.melden(g.db, g.actor, subsidie_id, nummer=nummer)
        return done(subsidie_id, _("Vastgelegd: de steun staat in het centrale register."))

    return try_(act, "steunregister", subsidie_id,
                lambda status, reasons: _steunregister(subsidie_id, status, None, form.values, reasons))
