"""A report offered to another gemeente, before anything is decided: who has a better chance elsewhere, is helped there."""

import uuid
from functools import partial

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.overdragen import TEKST, ground_options, read_ground
from portal.blueprints.plaatsing.plaatsingen import namen
from portal.domains.plaatsingen import afwegen, overdragen, queries
from portal.identity.permissions import Permission as P
from portal.web.blueprint import attempt, viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

_try = partial(attempt, "melding aanbieden")


@bp.route("/toegang/<uuid:toegang_id>/aanbod", needs=P.TOEGANG_BEHANDELEN)
def afweging(toegang_id):
    """The form of the offer."""
    return _page(toegang_id)


def _page(toegang_id, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    others = sorted(((id_, name) for id_, name in namen().items() if id_ != g.actor.party_id), key=lambda one: one[1])
    return page_or_part(
        "plaatsing/afweging.html", status=status, toegang=toegang, others=others, reasons=reasons, gronden=ground_options(),
        factoren=[in_taal(one["naam"]) for one in load_config("plaatsingen")["kansfactor"]],
        errors=form.errors if form else {},
        values=form.values if form else {"verloopt_on": f"{overdragen.verloopdag():%d-%m-%Y}"})


@bp.route("/toegang/<uuid:toegang_id>/aanbod", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def melding_aanbieden(toegang_id):
    """Make the offer."""
    form = Form()
    given = {
        "ontvanger_id": form.choice("ontvanger_id", list(namen()), _("Kies een gemeente.")),
        "ingaand_on": form.date("ingaand_on", _("Vul in vanaf welke dag.")),
        "verloopt_on": form.date("verloopt_on", _("Vul in tot en met welke dag zij kunnen antwoorden.")),
        "toelichting": form.text("toelichting", _("Schrijf waarom de kans op herstel in die gemeente groter is."), most=TEKST),
        **read_ground(form)}

    def again(status, reasons=()):
        return _page(toegang_id, status, form, reasons)

    def act():
        made = afwegen.aanbieden(g.db, g.actor, toegang_id, **given | {"ontvanger_id": uuid.UUID(given["ontvanger_id"])})
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=made.id)), _("Het aanbod is gedaan."))

    return again(422) if form.errors else _try(act, "aanbieden", toegang_id, again)
