"""The way home: what was found each time, the review with its two questions, and the plan."""

from functools import partial

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.besluiten import ANSWERS
from portal.blueprints.plaatsing.plaatsingen import keuzes, namen, plan_van, thuis
from portal.blueprints.plaatsing.tabbladen import tabbladen
from portal.blueprints.plaatsing.toegang import NAAM, TEKST
from portal.domains.plaatsingen import overzicht, queries, rules
from portal.domains.plaatsingen import terugkeer as returning
from portal.domains.plaatsingen.model import PlaatsingState
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.identity.permissions import Permission as P
from portal.web.blueprint import attempt, viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import gettext as _

_try = partial(attempt, "plaatsing")


@bp.route("/plaatsing/<uuid:plaatsing_id>/terugkeer", needs=P.TOEGANG_LEZEN)
def terugkeer(plaatsing_id):
    """The reviews of the return so far, the next one, and the plan for the way home."""
    return _page(plaatsing_id)


def _page(plaatsing_id, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    rond = overzicht.rond(g.db, plaatsing)
    last = returning.toets_die_telt(rond)
    mag = g.actor.may(P.TOEGANG_BEHANDELEN)
    return page_or_part(
        "plaatsing/terugkeer.html", status=status, plaatsing=plaatsing, tabs=tabbladen(plaatsing), toetsen=rond.toetsen,
        stand=state_badge("plaatsing", plaatsing.state), herkomst=namen()[plaatsing.herkomst_id],
        toetsbaar=mag and plaatsing.state in returning.TOETSBAAR,
        voorstel=last is not None and rules.terugkeer_voorstellen(last.mogelijk, last.helpt_herstel),
        kan_weg=mag and not PLAATSING.obstacles(plaatsing, "uitstromen", g.actor, toets=last),
        kan_bij=mag and not PLAATSING.obstacles(plaatsing, "plan_bijstellen", g.actor), plan=plan_van(plaatsing, rond),
        thuis=thuis(rond, plaatsing, namen()), aansluitend=keuzes("aansluitend"),
        reasons=reasons, errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/plaatsing/<uuid:plaatsing_id>/terugkeer", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def toetsen(plaatsing_id):
    """Keep what came out of the review."""
    form = Form()
    given = {
        "besproken_on": form.date("besproken_on", _("Vul in wanneer u dit met de inwoner besprak.")),
        "mogelijk": ANSWERS.get(form.choice("mogelijk", list(ANSWERS), _("Beantwoord de vraag: kan iemand terug?"))),
        "helpt_herstel": ANSWERS.get(form.choice("helpt_herstel", list(ANSWERS),
                                                 _("Beantwoord de vraag: helpt terugkeer het herstel?"))),
        "reden": form.text("reden", most=TEKST) or "", "opnieuw_on": form.date("opnieuw_on")}

    def again(status, reasons=()):
        return _page(plaatsing_id, status, form, reasons)

    def act():
        found = returning.toetsen(g.db, g.actor, plaatsing_id, **given)
        yes = rules.terugkeer_voorstellen(found.mogelijk, found.helpt_herstel)
        return tell(go(url_for("plaatsing.terugkeer", plaatsing_id=plaatsing_id)),
                    _("Terugkeer kan en helpt. U kunt nu het plan maken.") if yes else _("De uitkomst staat erin."))

    return again(422) if form.errors else _try(act, "toetsen", plaatsing_id, again)


@bp.route("/plaatsing/<uuid:plaatsing_id>/terugkeer/plan", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def naar_huis(plaatsing_id):
    """Begin the way home, with the plan; or, on the way, change the plan."""
    form = Form()
    given = {"plan_on": form.date("plan_on", _("Vul in vanaf welke dag iemand thuis woont.")),
             "waarheen": form.text("waarheen", _("Schrijf waar de inwoner gaat wonen."), most=NAAM),
             "aansluitend": form.choice("aansluitend", list(load_config("plaatsingen")["aansluitend"]),
                                        _("Kies welke ondersteuning daar volgt.")),
             "plan": form.text("plan", _("Schrijf wat u met de inwoner afsprak."), most=TEKST)}

    def again(status, reasons=()):
        return _page(plaatsing_id, status, form, reasons)

    def act():
        begun = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id).state == PlaatsingState.UITSTROOM
        (returning.plan_bijstellen if begun else returning.naar_huis)(g.db, g.actor, plaatsing_id, **given)
        return tell(go(url_for("plaatsing.plaatsing", plaatsing_id=plaatsing_id)),
                    _("Het plan is bijgesteld.") if begun else _("De weg naar huis is begonnen."))

    return again(422) if form.errors else _try(act, "naar_huis", plaatsing_id, again)
