"""The support plan of one stay, at the gemeente: what somebody wants to reach, how far it is. The provider's page of the same
plan stands in plekken_plan.py and shares its parts."""

from functools import partial

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import voortgangstand
from portal.domains.plaatsingen import plan as planning
from portal.domains.plaatsingen import plan_queries
from portal.domains.plaatsingen.model import Clientresultaat, Moment, Verblijf, VerblijfState, Voortgang
from portal.domains.plaatsingen.words import MOMENT_WORDS
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TEKST, KORT = 4000, 200
_try = partial(attempt, "verblijf")


# What both sides show -------------------------------------------------------------------------------------------------------

def plan_van(verblijf: Verblijf, here, *, gemeente: bool) -> dict:
    """The parts of the page of a plan for one side: the results, each with how and how far, and the moments. `here`: gives the
    address of an act on one row (its name, its id), or None."""
    goals = plan_queries.resultaten(g.db, verblijf.id)
    how = plan_queries.uitwerkingen(g.db, verblijf.id)
    moments = plan_queries.momenten(g.db, verblijf.id)
    words = {one.id: one.wat for one in goals}
    return {"verblijf": verblijf, "stand": state_badge("verblijf", verblijf.state), "gemeente": gemeente,
            "doelen": [_goal(one, how.get(one.id), moments, here) for one in goals if not one.vervallen_on],
            "oud": [(one.wat, datum_kort(one.vervallen_on, current_lang())) for one in goals if one.vervallen_on],
            "momenten": [_moment(one, scores, words, here, verblijf) for one, scores in moments],
            "loopt": verblijf.state in plan_queries.WOONT}


def _goal(one: Clientresultaat, how, moments, here) -> dict:
    """One result: what, how, and what each side said last."""
    config, lang = load_config("plaatsingen"), current_lang()
    last = [(moment, scores[one.id]) for moment, scores in moments if one.id in scores][:1]
    return {"id": one.id, "wat": one.wat, "domein": in_taal(config["domein"][one.domein]["naam"]), "hoe": how,
            "hoe_on": datum_kort(how.op_on, lang) if how else "", "act": here("resultaat", one.id),
            "score": [(voortgangstand(row.score), _("volgens de gemeente") if moment.party_id == one.eigenaar_id else
                       _("volgens de aanbieder"), datum_kort(moment.op_on, lang)) for moment, row in last]}


def _moment(moment: Voortgang, scores, words, here, verblijf: Verblijf) -> dict:
    lang, by_owner = current_lang(), moment.party_id == verblijf.eigenaar_id
    status = ("ok", _("Bevestigd")) if moment.bevestigd_on else ("warn", _("Nog niet bevestigd"))
    return {"titel": in_taal(MOMENT_WORDS[moment.soort]), "on": datum(moment.op_on, lang), "id": moment.id,
            "wie": _("door de gemeente") if by_owner else _("door de aanbieder"), "besproken": moment.besproken,
            "status": None if by_owner else status,
            "scores": [(what, voortgangstand(scores[id_].score), scores[id_].woorden) for id_, what in words.items()
                       if id_ in scores],
            "act": None if moment.bevestigd_on else here("voortgang", moment.id)}


def momenten_nu(verblijf: Verblijf) -> list[tuple[str, str]]:
    """Which moments can be written now: after the stay only its final evaluation."""
    kinds = [Moment.EINDEVALUATIE] if verblijf.state == VerblijfState.BEEINDIGD else list(Moment)
    return [(str(one), in_taal(MOMENT_WORDS[one])) for one in kinds]


def voortgang_vragen(verblijf: Verblijf, form=None) -> dict:
    """The parts of the page on which one side says how far somebody is."""
    how = plan_queries.uitwerkingen(g.db, verblijf.id)
    stands = load_config("plaatsingen")["voortgangscore"]["stand"]
    return {"verblijf": verblijf, "soorten": momenten_nu(verblijf),
            "doelen": [(one, how.get(one.id)) for one in plan_queries.resultaten(g.db, verblijf.id, also_lapsed=False)],
            "standen": [(code, hoofdletter(in_taal(row["naam"]))) for code, row in stands.items()],
            "kan": verblijf.state in (VerblijfState.LOOPT, VerblijfState.STIL, VerblijfState.BEEINDIGD),
            "vandaag": f"{clock.today():%d-%m-%Y}", "errors": form.errors if form else {},
            "values": form.values if form else {}}


def voortgang_lezen(verblijf_id) -> tuple[Form, dict]:
    """What was written about how far somebody is, per result of the plan."""
    form = Form()
    stands = list(load_config("plaatsingen")["voortgangscore"]["stand"])
    given = {"soort": form.choice("soort", list(Moment), _("Kies wat u vastlegt.")),
             "op_on": form.date("op_on", _("Vul in op welke dag u dit besprak.")),
             "besproken": form.text("besproken", _("Schrijf met wie dit is besproken."), most=KORT)}
    scores = {}
    for one in plan_queries.resultaten(g.db, verblijf_id, also_lapsed=False):
        score = form.choice(f"score-{one.id}", stands, _("Kies hoe het gaat met: %(wat)s", wat=one.wat))
        words = form.text(f"woorden-{one.id}", _("Schrijf op wat u ziet bij: %(wat)s", wat=one.wat), most=TEKST)
        scores[one.id] = (score or "", words or "")
    return form, given | {"scores": scores}


def bewaren(form: Form, given: dict, verblijf_id, page, again) -> Response:
    """Keep how far somebody is, and go back to the plan."""
    def act():
        planning.voortgang(g.db, g.actor, verblijf_id, **given)
        return tell(go(page), _("Dat staat erin."))

    return again(422) if form.errors else _try(act, "voortgang", verblijf_id, again)


# The page -------------------------------------------------------------------------------------------------------------------

def _own(verblijf_id) -> Verblijf:
    verblijf = load(g.db, Verblijf, verblijf_id)
    if verblijf.eigenaar_id != g.actor.party_id:
        raise NotFound()
    viewed(verblijf)
    return verblijf


def _trail(verblijf: Verblijf, *more) -> list[tuple]:
    """From the list down to this plan."""
    return [(_("Plaatsingen"), url_for("plaatsing.plaatsingen")),
            (_("Resultaten"), url_for("plaatsing.uitkomst", plaatsing_id=verblijf.plaatsing_id)),
            (verblijf.reference, url_for("plaatsing.verblijf", verblijf_id=verblijf.id)), *more]


@bp.route("/verblijf/<uuid:verblijf_id>/plan", needs=P.TOEGANG_LEZEN, endpoint="plan")
def one_plan(verblijf_id):
    """What somebody wants to reach, how the provider works on it, and how far it is."""
    return _page(verblijf_id)


def _page(verblijf_id, status: int = 200, reasons=(), form=None) -> Response:
    verblijf = _own(verblijf_id)
    mag = g.actor.may(P.TOEGANG_BEHANDELEN)

    def here(kind, id_):
        if not mag:
            return None
        return (url_for("plaatsing.resultaat_weg", resultaat_id=id_) if kind == "resultaat" else
                url_for("plaatsing.voortgang_bevestigen", voortgang_id=id_))

    parts = plan_van(verblijf, here, gemeente=True)
    name = plan_queries.naam(g.db, verblijf.id)
    return page_or_part(
        "plaatsing/plan.html", status=status, reasons=reasons, naam=name, crumbs=_trail(verblijf), mag=mag, **parts,
        domeinen=[(code, hoofdletter(in_taal(row["naam"]))) for code, row in load_config("plaatsingen")["domein"].items()],
        todo=_todo(verblijf, parts) if mag else [], vorige=_before(verblijf, parts) if mag else [],
        errors=form.errors if form else {}, values=form.values if form else {})


def _before(verblijf: Verblijf, parts: dict) -> list[str]:
    """What a plan that is still empty can begin with: the results of the stay before."""
    empty = parts["loopt"] and not parts["doelen"]
    return [one.wat for one in plan_queries.vorige_resultaten(g.db, verblijf)] if empty else []


def _todo(verblijf: Verblijf, parts: dict) -> list[dict]:
    """What the gemeente can do now."""
    found = []
    if any(one["act"] for one in parts["momenten"]):
        found.append({"title": _("Bevestig wat de aanbieder schreef"), "icon": "check", "button": _("Lees het verslag"),
                      "url": "#momenten"})
    if parts["loopt"] and not parts["doelen"]:
        found.append({"title": _("Leg vast wat de inwoner wil bereiken"), "icon": "pen", "button": _("Schrijf het op"),
                      "text": _("De aanbieder beschrijft daarna hoe."), "url": "#nieuw"})
    if parts["doelen"] and verblijf.state != VerblijfState.GERESERVEERD:
        found.append({"title": _("Evalueer met de inwoner"), "icon": "clock", "button": _("Schrijf op hoe het gaat"),
                      "kind": "secondary", "url": url_for("plaatsing.voortgang", verblijf_id=verblijf.id)})
    return found


@bp.route("/verblijf/<uuid:verblijf_id>/plan", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def resultaat(verblijf_id):
    """Put a result in the plan."""
    form = Form()
    given = {"domein": form.choice("domein", list(load_config("plaatsingen")["domein"]),
                                   _("Kies waar het resultaat over gaat.")),
             "wat": form.text("wat", _("Schrijf wat de inwoner wil bereiken."), most=TEKST)}

    def again(status, reasons=()):
        return _page(verblijf_id, status, reasons, form)

    def act():
        planning.resultaat(g.db, g.actor, verblijf_id, **given)
        return tell(go(url_for("plaatsing.plan", verblijf_id=verblijf_id)), _("Het resultaat staat in het plan."))

    return again(422) if form.errors else _try(act, "resultaat", verblijf_id, again)


@bp.route("/verblijf/<uuid:verblijf_id>/plan/overnemen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def plan_overnemen(verblijf_id):
    """Begin with the results of the stay before."""
    def act():
        planning.overnemen(g.db, g.actor, verblijf_id)
        return tell(go(url_for("plaatsing.plan", verblijf_id=verblijf_id)), _("De resultaten staan in het plan."))

    return _try(act, "overnemen", verblijf_id, lambda status, reasons: _page(verblijf_id, status, reasons))


@bp.route("/verblijf/resultaat/<uuid:resultaat_id>/vervalt", needs=P.TOEGANG_BEHANDELEN)
def resultaat_weg(resultaat_id):
    """Ask why a result no longer holds."""
    return _lapse_page(resultaat_id)


def _lapse_page(resultaat_id, status: int = 200, reasons=(), form=None) -> Response:
    found = load(g.db, Clientresultaat, resultaat_id)
    verblijf = _own(found.dossier_id)
    here = url_for("plaatsing.plan", verblijf_id=verblijf.id)
    return page_or_part(
        "plaatsing/resultaat_weg.html", status=status, reasons=reasons, resultaat=found, verblijf=verblijf, hier=here,
        crumbs=_trail(verblijf, (_("Ondersteuningsplan"), here)), errors=form.errors if form else {},
        values=form.values if form else {})


@bp.route("/verblijf/resultaat/<uuid:resultaat_id>/vervalt", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def resultaat_vervalt(resultaat_id):
    """Let it lapse, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom dit resultaat vervalt."), most=TEKST)

    def again(status, reasons=()):
        return _lapse_page(resultaat_id, status, reasons, form)

    def act():
        found = planning.resultaat_vervalt(g.db, g.actor, resultaat_id, reden=reden)
        return tell(go(url_for("plaatsing.plan", verblijf_id=found.dossier_id)), _("Het resultaat telt niet meer mee."))

    return again(422) if form.errors else _try(act, "resultaat_vervalt", resultaat_id, again)


# How far --------------------------------------------------------------------------------------------------------------------

@bp.route("/verblijf/<uuid:verblijf_id>/plan/voortgang", needs=P.TOEGANG_BEHANDELEN)
def voortgang(verblijf_id):
    """The form on which the gemeente says how far somebody is."""
    return _progress_page(verblijf_id)


def _progress_page(verblijf_id, status: int = 200, reasons=(), form=None) -> Response:
    verblijf = _own(verblijf_id)
    here = url_for("plaatsing.plan", verblijf_id=verblijf.id)
    return page_or_part(
        "plaatsing/voortgang.html", status=status, reasons=reasons, hier=here, **voortgang_vragen(verblijf, form),
        crumbs=_trail(verblijf, (_("Ondersteuningsplan"), here)), naam=plan_queries.naam(g.db, verblijf.id),
        verstuur=url_for("plaatsing.voortgang_bewaren", verblijf_id=verblijf.id))


@bp.route("/verblijf/<uuid:verblijf_id>/plan/voortgang", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def voortgang_bewaren(verblijf_id):
    """Keep it; what the gemeente says is confirmed at once."""
    form, given = voortgang_lezen(verblijf_id)
    return bewaren(form, given, verblijf_id, url_for("plaatsing.plan", verblijf_id=verblijf_id),
                   lambda status, reasons=(): _progress_page(verblijf_id, status, reasons, form))


@bp.route("/verblijf/voortgang/<uuid:voortgang_id>/bevestigen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def voortgang_bevestigen(voortgang_id):
    """The gemeente looked at what the provider said, and confirms it."""
    verblijf_id = load(g.db, Voortgang, voortgang_id).dossier_id

    def act():
        planning.bevestigen(g.db, g.actor, voortgang_id)
        return tell(go(url_for("plaatsing.plan", verblijf_id=verblijf_id)), _("U bevestigde de voortgang."))

    return _try(act, "bevestigen", voortgang_id, lambda status, reasons: _page(verblijf_id, status, reasons))
