"""What is kept of people: whose term is over, what was asked to be destroyed, who decides; and the processing log."""

from functools import partial

from flask import Response, current_app, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.domains.plaatsingen import bewaren as kept
from portal.domains.plaatsingen import mensen
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.web import security
from portal.web.blueprint import attempt, viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

LINES = 1000
_try = partial(attempt, "bewaren")


@bp.route("/toegang/bewaren", needs=P.TOEGANG_BEHEREN)
def bewaren():
    """Whose term is over, and what waits for a second person."""
    return _list()


def _list(status: int = 200, reasons=(), errors=None) -> Response:
    config = load_config("plaatsingen")
    return page_or_part(
        "plaatsing/bewaren.html", status=status, reasons=reasons, errors=errors or {}, rijp=kept.rijp(g.db, g.actor),
        open=kept.voorstellen_open(g.db, g.actor.party_id), ik=g.actor.user_id, today=clock.today(),
        gronden=[(code, in_taal(row["naam"])) for code, row in config["weigergrond"].items()],
        jaren=config["bewaren"]["wmo"]["jaren"], jeugd=config["bewaren"]["jeugd"]["jaren"])


@bp.route("/toegang/bewaren/<uuid:persoon_id>", needs=P.TOEGANG_BEHEREN, methods=["POST"], idempotent=True)
def bewaren_voorstellen(persoon_id):
    """Propose to destroy what is kept of somebody whose term is over."""
    def act():
        kept.vernietigen_voorstellen(g.db, g.actor, persoon_id)
        return tell(go(url_for("plaatsing.bewaren")), _("Het voorstel staat klaar. Een collega beslist."))

    return _try(act, "voorstellen", persoon_id, _list)


@bp.route("/toegang/bewaren/<uuid:vernietiging_id>/beslissen", needs=P.TOEGANG_BEHEREN, methods=["POST"], step_up=True,
          idempotent=True)
def bewaren_beslissen(vernietiging_id):
    """Destroy it, or refuse the request."""
    form = Form()
    what = form.choice("besluit", ["vernietigen", *load_config("plaatsingen")["weigergrond"]], _("Kies wat u besluit."))

    def act():
        kept.vernietigen_beslissen(g.db, g.actor, vernietiging_id, weigering="" if what == "vernietigen" else what)
        said = _("De gegevens zijn vernietigd.") if what == "vernietigen" else _("Het verzoek is geweigerd. Laat het weten.")
        return tell(go(url_for("plaatsing.bewaren")), said)

    return _list(422, list(form.errors.values())) if form.errors else _try(act, "beslissen", vernietiging_id, _list)


@bp.route("/zaak/<uuid:zaak_id>/vernietigen", needs=P.TOEGANG_BEHEREN)
def vernietigen(zaak_id):
    """The form of a request to destroy."""
    return _request_page(zaak_id)


def _request_page(zaak_id, status: int = 200, form=None, reasons=()) -> Response:
    zaak = mensen.zaak(g.db, g.actor, zaak_id)
    viewed(zaak)
    page = "plaatsing.mensen" if zaak.soort == "plaatsing" else "plaatsing.toegang_mensen"
    return page_or_part(
        "plaatsing/vernietigen.html", status=status, zaak=zaak, reasons=reasons, errors=form.errors if form else {},
        values=form.values if form else {}, terug=url_for(page, **{f"{zaak.soort}_id": zaak.id}))


@bp.route("/zaak/<uuid:zaak_id>/vernietigen", needs=P.TOEGANG_BEHEREN, methods=["POST"], idempotent=True)
def vernietigen_vastleggen(zaak_id):
    """Keep that somebody asked it, and when."""
    form = Form()
    op_on = form.date("op_on", _("Vul in op welke dag het verzoek binnenkwam."))

    def again(status, reasons=()):
        return _request_page(zaak_id, status, form, reasons)

    def act():
        kept.vernietigen_gevraagd(g.db, g.actor, zaak_id, op_on=op_on)
        return tell(go(url_for("plaatsing.bewaren")), _("Het verzoek staat erin. Een collega beslist."))

    return again(422) if form.errors else _try(act, "verzoek", zaak_id, again)


@bp.route("/toegang/verwerkingen.json", needs=P.TOEGANGSLOG_LEZEN)
def verwerkingen():
    """The last lines of the processing log of the own gemeente, in the words of the standard Logboek Dataverwerkingen."""
    security.limit("export", str(g.actor.user_id))
    return current_app.json.response(kept.logboek(
        g.db, g.actor.party_id, current_app.kluis, current_app.settings.public_url.rstrip("/"), LINES))
