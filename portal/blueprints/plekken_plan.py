"""The support plan of one stay, at the provider: it reads what the gemeente asks, and writes how it works on it and how far."""

from functools import partial

from flask import Response, g, url_for

from portal.blueprints.plaatsing.plan import KORT, TEKST, bewaren, plan_van, voortgang_lezen, voortgang_vragen
from portal.domains.plaatsingen import plan as planning
from portal.domains.plaatsingen import plan_queries
from portal.domains.plaatsingen.model import Clientresultaat, Verblijf, VerblijfState
from portal.identity.permissions import Permission as P
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web.blueprint import PortalBlueprint, attempt, viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

bp = PortalBlueprint("plekplan", __name__)
_try = partial(attempt, "verblijf")


def _here(verblijf_id) -> Verblijf:
    verblijf = load(g.db, Verblijf, verblijf_id)
    if verblijf.aanbieder_id != g.actor.party_id or verblijf.state not in (*plan_queries.WOONT, VerblijfState.BEEINDIGD):
        raise NotFound("Er is hier geen plan, of het is niet van uw organisatie.")
    viewed(verblijf)
    return verblijf


def _trail(verblijf: Verblijf, *more) -> list[tuple]:
    return [(_("Plekken"), url_for("plekken.lijst")),
            (verblijf.reference, url_for("plekken.verblijf", verblijf_id=verblijf.id)), *more]


@bp.route("/mijn-plekken/verblijf/<uuid:verblijf_id>/plan", needs=P.PLEK_LEZEN)
def plan(verblijf_id):
    """What the gemeente asks, how we work on it, how far somebody is."""
    return _page(verblijf_id)


def _page(verblijf_id, status: int = 200, reasons=()) -> Response:
    verblijf = _here(verblijf_id)
    mag = g.actor.may(P.PLEK_BEHEREN)
    runs = verblijf.state in plan_queries.WOONT

    def here(kind, id_):
        return url_for("plekplan.hoe", resultaat_id=id_) if kind == "resultaat" and mag and runs else None

    parts = plan_van(verblijf, here, gemeente=False)
    return page_or_part("plaatsing/plan.html", status=status, reasons=reasons, naam=plan_queries.naam(g.db, verblijf.id),
                        crumbs=_trail(verblijf), mag=mag, todo=_todo(verblijf, parts) if mag else [], vorige=[],
                        errors={}, values={}, domeinen=[], **parts)


def _todo(verblijf: Verblijf, parts: dict) -> list[dict]:
    """What the provider can do now."""
    found = []
    missing = [one for one in parts["doelen"] if not one["hoe"] and one["act"]]
    if missing:
        found.append({"title": _("Schrijf hoe u aan de resultaten werkt"), "icon": "pen", "button": _("Schrijf het op"),
                      "text": missing[0]["wat"], "url": missing[0]["act"]})
    if parts["doelen"] and verblijf.state != VerblijfState.GERESERVEERD:
        found.append({"title": _("Schrijf op hoe het gaat"), "icon": "clock", "button": _("Ga verder"),
                      "text": _("De gemeente bevestigt het."), "url": url_for("plekplan.voortgang", verblijf_id=verblijf.id)})
    return found


# How ------------------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-plekken/resultaat/<uuid:resultaat_id>/hoe", needs=P.PLEK_BEHEREN)
def hoe(resultaat_id):
    """The form on which the provider writes how."""
    return _how_page(resultaat_id)


def _how_page(resultaat_id, status: int = 200, reasons=(), form=None) -> Response:
    found = load(g.db, Clientresultaat, resultaat_id)
    verblijf = _here(found.dossier_id)
    now = plan_queries.uitwerkingen(g.db, verblijf.id).get(found.id)
    here = url_for("plekplan.plan", verblijf_id=verblijf.id)
    return page_or_part(
        "plaatsing/hoe.html", status=status, reasons=reasons, resultaat=found, verblijf=verblijf, hier=here,
        crumbs=_trail(verblijf, (_("Ondersteuningsplan"), here)), errors=form.errors if form else {},
        values=form.values if form else {"hoe": now.hoe, "met_wie": now.met_wie} if now else {})


@bp.route("/mijn-plekken/resultaat/<uuid:resultaat_id>/hoe", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def uitwerken(resultaat_id):
    """Keep it as a new version."""
    form = Form()
    given = {"hoe": form.text("hoe", _("Schrijf hoe u aan dit resultaat werkt."), most=TEKST),
             "met_wie": form.text("met_wie", _("Schrijf met wie u dit besprak."), most=KORT)}

    def again(status, reasons=()):
        return _how_page(resultaat_id, status, reasons, form)

    def act():
        kept = planning.uitwerken(g.db, g.actor, resultaat_id, **given)
        return tell(go(url_for("plekplan.plan", verblijf_id=kept.dossier_id)), _("Dat staat in het plan."))

    return again(422) if form.errors else _try(act, "uitwerken", resultaat_id, again)


# How far --------------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-plekken/verblijf/<uuid:verblijf_id>/plan/voortgang", needs=P.PLEK_BEHEREN)
def voortgang(verblijf_id):
    """The form on which the provider says how far somebody is."""
    return _progress_page(verblijf_id)


def _progress_page(verblijf_id, status: int = 200, reasons=(), form=None) -> Response:
    verblijf = _here(verblijf_id)
    here = url_for("plekplan.plan", verblijf_id=verblijf.id)
    return page_or_part(
        "plaatsing/voortgang.html", status=status, reasons=reasons, hier=here, **voortgang_vragen(verblijf, form),
        crumbs=_trail(verblijf, (_("Ondersteuningsplan"), here)), naam=plan_queries.naam(g.db, verblijf.id),
        verstuur=url_for("plekplan.voortgang_bewaren", verblijf_id=verblijf.id))


@bp.route("/mijn-plekken/verblijf/<uuid:verblijf_id>/plan/voortgang", needs=P.PLEK_BEHEREN, methods=["POST"],
          idempotent=True)
def voortgang_bewaren(verblijf_id):
    """Keep it; the gemeente confirms."""
    form, given = voortgang_lezen(verblijf_id)
    return bewaren(form, given, verblijf_id, url_for("plekplan.plan", verblijf_id=verblijf_id),
                   lambda status, reasons=(): _progress_page(verblijf_id, status, reasons, form))
