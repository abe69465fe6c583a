"""An application that came in: does its handler have an interest, is it complete, what lacks, does the decision come later."""

from collections.abc import Callable

from flask import g, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.steps import (
    POINTS_ASKED,
    REDEN,
    TOO_LATE_TO_ASK,
    TOO_LATE_TO_DELAY,
    done,
    step_page,
    try_,
    with_reason,
)
from portal.blueprints.subsidie.zaken import HANDLING, dossier_page
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import queries, usecases
from portal.domains.subsidies.model import OPEN, Subsidie
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.belang import statement
from portal.kernel.dossier import Termijn
from portal.kernel.terms import Length
from portal.web.blueprint import viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import page_url
from portal.web.said import tell
from portal.web.shown import day_short
from portal.web.taal import gettext as _


def _lopend(subsidie: Subsidie) -> Termijn | None:
    """The term to decide that runs now."""
    for kind in reversed(queries.BESLISTERMIJNEN):
        if found := queries.termijn(g.db, subsidie.id, kind, open_only=True):
            return found
    return None


def _past_deciding(words: str) -> Callable:
    def check(subsidie: Subsidie) -> str | None:
        lopend = _lopend(subsidie)
        return words if lopend is None or lopend.due_on < clock.today() else None
    return check


@bp.route("/subsidies/<uuid:subsidie_id>/belang", needs=HANDLING)
def belang(subsidie_id):
    """The statement of whoever handles, reads or signs: do you have an interest in this application (Awb 2:4)?"""
    return _belang(subsidie_id)


def _belang(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    return page_or_part("subsidie/belang.html", status=status, kop=kop, subsidie=kop.subsidie, errors=errors or {},
                        values=values or {}, reasons=reasons, is_open=kop.subsidie.state in OPEN, back=_around(subsidie_id),
                        verklaring=statement(g.db, kop.subsidie.id, g.actor.user_id))


def _around(subsidie_id) -> str:
    """The dossier; for who comes from another gemeente to sign, what waits for a signature."""
    return page_url("subsidie.dossier", subsidie_id) or page_url("subsidie.te_tekenen") or url_for("start.home")


@bp.route("/subsidies/<uuid:subsidie_id>/belang", needs=HANDLING, methods=["POST"], idempotent=True)
def belang_verklaren(subsidie_id):
    """Record the own statement; an interest that is found later is declared here too."""
    form = Form()
    heeft = form.choice("belang", ["nee", "ja"], _("Kies of u een belang heeft."))
    toelichting = form.text("toelichting", most=REDEN)
    if heeft == "ja" and not toelichting:
        form.errors.setdefault("toelichting", _("Schrijf welk belang u heeft."))
    if form.errors:
        return _belang(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.belang_verklaren(g.db, g.actor, subsidie_id, heeft_belang=heeft == "ja",
                                  toelichting=(toelichting or "") if heeft == "ja" else "")
        return tell(go(_around(subsidie_id)), _("Uw verklaring is vastgelegd."))

    return try_(act, "belang", subsidie_id, lambda status, reasons: _belang(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/compleet", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def compleet(subsidie_id):
    """Nothing is missing: from now on the application is handled."""
    def act():
        usecases.compleet(g.db, g.actor, subsidie_id)
        return done(subsidie_id, _("De aanvraag is compleet. U kunt haar nu beoordelen."))

    return try_(act, "compleet", subsidie_id, lambda status, reasons: dossier_page(subsidie_id, status, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN)
def aanvulling(subsidie_id):
    """Ask for what is missing, point by point."""
    return _aanvulling(subsidie_id)


def _aanvulling(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        dagen, today = kop.publicatie.inhoud["hersteltermijn_dagen"], clock.today()
        count = terms.compute(terms.rule("hersteltermijn", length=Length(days=dagen)), today)
        return {"tot_on": count.last_day, "lopend": _lopend(kop.subsidie), "points": range(1, POINTS_ASKED + 1),
                "lines": as_lines(count.count)}

    return step_page("aanvulling", subsidie_id, "aanvulling_vragen", status=status, errors=errors, values=values,
                     reasons=reasons, in_the_way=_past_deciding(TOO_LATE_TO_ASK), fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def aanvulling_vragen(subsidie_id):
    """Send the request: the applicant gets a message, and the term to decide stands still."""
    form = Form()
    asked = [form.text(f"punt-{n}", most=500) for n in range(1, POINTS_ASKED + 1)]
    if not form.errors and not any(asked):
        form.errors["punt-1"] = _("Schrijf wat er ontbreekt.")
    if form.errors:
        return _aanvulling(subsidie_id, 422, form.errors, form.values)

    def act():
        termijn = usecases.aanvulling_vragen(g.db, g.actor, subsidie_id, punten=[one for one in asked if one])
        return done(subsidie_id, _("U vroeg om een aanvulling. Dat kan tot en met %(dag)s.", dag=day_short(termijn.due_on)))

    return try_(act, "aanvulling_vragen", subsidie_id,
                lambda status, reasons: _aanvulling(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-aanvulling", needs=P.SUBSIDIE_BEHANDELEN)
def aanvulling_papier(subsidie_id):
    """When a supplement came in on paper."""
    return _aanvulling_papier(subsidie_id)


def _aanvulling_papier(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def elsewhere(subsidie):
        return "Deze aanvrager vult aan in het portaal." if subsidie.aanvrager_id else None

    return step_page("aanvulling_papier", subsidie_id, "aangevuld", status=status, errors=errors, values=values,
                     reasons=reasons, in_the_way=elsewhere,
                     fill=lambda kop: {"herstel": queries.termijn(g.db, kop.subsidie.id, "hersteltermijn", open_only=True)})


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-aanvulling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def papieren_aanvulling(subsidie_id):
    """Record the supplement: the term to decide runs again from its day."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de aanvulling binnenkwam."))
    if form.errors:
        return _aanvulling_papier(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.papieren_aanvulling(g.db, g.actor, subsidie_id, on=on)
        return done(subsidie_id, _("De aanvulling is vastgelegd. De beslistermijn loopt weer."))

    return try_(act, "papieren_aanvulling", subsidie_id,
                lambda status, reasons: _aanvulling_papier(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/toch-behandelen", needs=P.SUBSIDIE_BEHANDELEN)
def toch(subsidie_id):
    """Why an application that was not supplemented is handled after all."""
    return _toch(subsidie_id)


def _toch(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return step_page("toch", subsidie_id, "toch_behandelen", status=status, errors=errors, values=values, reasons=reasons)


@bp.route("/subsidies/<uuid:subsidie_id>/toch-behandelen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def toch_behandelen(subsidie_id):
    """Handle it after all."""
    form, reden = with_reason(_("Schrijf waarom u de aanvraag toch behandelt."))
    if form.errors:
        return _toch(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.toch_behandelen(g.db, g.actor, subsidie_id, reden=reden)
        return done(subsidie_id, _("De aanvraag wordt toch behandeld. U kunt haar nu beoordelen."))

    return try_(act, "toch_behandelen", subsidie_id,
                lambda status, reasons: _toch(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/uitstel", needs=P.SUBSIDIE_BEHANDELEN)
def uitstel(subsidie_id):
    """Tell the applicant that the decision comes later."""
    return _uitstel(subsidie_id)


def _uitstel(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return step_page("uitstel", subsidie_id, "uitstellen", status=status, errors=errors, values=values, reasons=reasons,
                     in_the_way=_past_deciding(TOO_LATE_TO_DELAY), fill=lambda kop: {
                          "lopend": _lopend(kop.subsidie), "in_scheme": usecases.in_de_regeling(kop.publicatie)})


@bp.route("/subsidies/<uuid:subsidie_id>/uitstel", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def uitstellen(subsidie_id):
    """Send the notice of delay: once, before the term is over (Awb 4:14)."""
    form, reden = with_reason(_("Schrijf waarom het besluit later komt."))
    tot = form.date("tot", _("Vul in wanneer het besluit er uiterlijk is."))
    if form.errors:
        return _uitstel(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.uitstellen(g.db, g.actor, subsidie_id, tot=tot, reden=reden)
        return done(subsidie_id, _("Het besluit komt uiterlijk %(dag)s.", dag=day_short(tot)))

    return try_(act, "uitstellen", subsidie_id,
                lambda status, reasons: _uitstel(subsidie_id, status, None, form.values, reasons))
