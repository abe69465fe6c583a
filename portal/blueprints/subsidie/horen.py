"""Hearing the applicant before deciding (Awb 4:7, 4:8): the question, the view on paper, an answer to every argument."""

from datetime import timedelta

from flask import g, render_template, url_for

from config import load as load_config
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.steps import ALREADY_ASKED, POINTS_ASKED, done, step_page, try_, with_reason
from portal.blueprints.subsidie.zaken import GRANTED
from portal.domains.subsidies import queries, usecases
from portal.domains.subsidies.model import OPEN, Argument
from portal.domains.subsidies.workflow import zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web.blueprint import viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.shown import day_short
from portal.web.taal import gettext as _


@bp.route("/subsidies/<uuid:subsidie_id>/zienswijze", needs=P.SUBSIDIE_BEHANDELEN)
def zienswijze(subsidie_id):
    """Ask the applicant for its view before deciding against it."""
    return _zienswijze(subsidie_id)


def _zienswijze(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def asked(subsidie):
        return ALREADY_ASKED if queries.termijn(g.db, subsidie.id, "zienswijze", open_only=True) else None

    def fill(kop):
        lengte = load_config("subsidies")["zienswijze"]
        over, artikel = usecases.zienswijze_over(g.db, kop.subsidie)
        return {"tot_on": clock.today() + timedelta(days=lengte["dagen"]), "dagen": lengte["dagen"], "over": over,
                "artikel": f"Awb {artikel}"}

    return step_page("zienswijze", subsidie_id, "zienswijze_vragen", status=status, errors=errors, values=values,
                     reasons=reasons, in_the_way=asked, fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/zienswijze", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def zienswijze_vragen(subsidie_id):
    """Send the question (Awb 4:7, 4:8)."""
    form, reden = with_reason(_("Schrijf waarom u een zienswijze vraagt."))
    if form.errors:
        return _zienswijze(subsidie_id, 422, form.errors, form.values)

    def act():
        termijn = usecases.zienswijze_vragen(g.db, g.actor, subsidie_id, reden=reden)
        return done(subsidie_id, _("U vroeg om een zienswijze. Dat kan tot en met %(dag)s.", dag=day_short(termijn.due_on)))

    return try_(act, "zienswijze_vragen", subsidie_id,
                lambda status, reasons: _zienswijze(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-zienswijze", needs=P.SUBSIDIE_BEHANDELEN)
def zienswijze_papier(subsidie_id):
    """When the view of the applicant came in on paper."""
    return _zienswijze_papier(subsidie_id)


def _zienswijze_papier(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    viewed(kop.subsidie)
    return render_template("subsidie/zienswijze_papier.html", subsidie=kop.subsidie, points=range(1, POINTS_ASKED + 1),
                           errors=errors or {}, values=values or {}, reasons=reasons), status


@bp.route("/subsidies/<uuid:subsidie_id>/papieren-zienswijze", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def papieren_zienswijze(subsidie_id):
    """Record the view, argument by argument: each gets an answer in the letter."""
    form = Form()
    said = [form.text(f"punt-{n}", most=2000) for n in range(1, POINTS_ASKED + 1)]
    on = form.date("on", _("Vul in op welke dag de zienswijze binnenkwam."))
    if not any(said):
        form.errors.setdefault("punt-1", _("Schrijf wat de aanvrager naar voren brengt."))
    if form.errors:
        return _zienswijze_papier(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.papieren_zienswijze(g.db, g.actor, subsidie_id, punten=[one for one in said if one], on=on)
        return done(subsidie_id, _("De zienswijze is vastgelegd. Geef elk argument een antwoord."))

    return try_(act, "papieren_zienswijze", subsidie_id,
                lambda status, reasons: _zienswijze_papier(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/argumenten", needs=P.SUBSIDIE_LEZEN)
def argumenten(subsidie_id):
    """What the applicant argued, and what the gemeente answers: it stands in the letter."""
    return _argumenten(subsidie_id)


def _argumenten(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    subsidie = kop.subsidie
    viewed(subsidie)
    rows = queries.argumenten(g.db, subsidie.id)
    handles = g.actor.may(P.SUBSIDIE_BEHANDELEN) and subsidie.eigenaar_id == g.actor.party_id
    obstacles = []
    if handles and rows:
        # What has no answer was not decided on yet: nobody signs before. The database decides again.
        is_over = subsidie.state not in OPEN and (subsidie.state not in GRANTED or all(one.antwoord for one in rows))
        if is_over or queries.lopend_besluit(g.db, subsidie.id):
            obstacles = ["Over deze aanvraag is al besloten, of er ligt een voorstel."]
        elif reason := zelf_geen_belang(subsidie, actor=g.actor):
            obstacles = [reason]
    return page_or_part("subsidie/argumenten.html", status=status, kop=kop, subsidie=subsidie, rows=rows, handles=handles,
                        obstacles=obstacles, errors=errors or {}, values=values or {}, reasons=reasons,
                        is_open=subsidie.state in OPEN, wie=names(g.db, [one.beantwoord_by for one in rows]),
                        gevraagd=queries.termijn(g.db, subsidie.id, "zienswijze"))


@bp.route("/subsidies/argument/<uuid:argument_id>", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def argument_beantwoorden(argument_id):
    """Answer one argument."""
    argument = g.db.get(Argument, argument_id)
    if argument is None:
        raise NotFound()
    subsidie_id, field = argument.dossier_id, f"antwoord-{argument.nummer}"
    form = Form()
    antwoord = form.text(field, _("Schrijf een antwoord op dit argument."), most=4000)
    if form.errors:
        return _argumenten(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.argument_beantwoorden(g.db, g.actor, argument_id, antwoord=antwoord)
        return tell(go(url_for("subsidie.argumenten", subsidie_id=subsidie_id)), _("Uw antwoord is bewaard."))

    return try_(act, "argument_beantwoorden", subsidie_id,
                lambda status, reasons: _argumenten(subsidie_id, status, None, form.values, reasons))
