"""Talks with the residents, somebody who mediates, and supporters on paper."""

from flask import Response, g, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import REGEL, Stap, Veld, proberen, stap
from portal.domains.uitdaagrecht import queries, usecases
from portal.domains.uitdaagrecht.model import Steunlijst
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel.dossier import load
from portal.web.blueprint import viewed
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

stap(Stap(
    "gesprek", "Leg een gesprek vast", "Schrijf op wat u met de bewoners besprak en afsprak.",
    "De bewoners lezen het verslag, en zeggen of het klopt. Het telt als verslag van beide kanten als zij ja zeggen.",
    "Het verslag staat erin. De bewoners kunnen zeggen of het klopt.", usecases.gesprek, (
        Veld("op_on", "Op welke dag was het gesprek?", "", "Vul de dag in.", "dag"),
        Veld("wie", "Wie waren erbij?", "Schrijf geen namen. Bijvoorbeeld: drie bewoners en de vakafdeling.",
             "Schrijf wie erbij waren.", "regel"),
        Veld("verslag", "Wat is er besproken en afgesproken?", "Schrijf ook op waar u het niet over eens bent.",
             "Schrijf wat er is besproken en afgesproken.")), toon="uitdaging/_gesprekken.html",
    toon_met=lambda uitdaging: {"geweest": len(queries.gesprekken(g.db, uitdaging.id)),
                                "ten_hoogste": queries.regels(uitdaging).gesprekken}))

stap(Stap(
    "bemiddelen", "Vraag iemand te bemiddelen", "Komt u er samen niet uit? Iemand van buiten de gemeente helpt verder.",
    "De bewoners krijgen bericht. Daarna gaan de gesprekken verder, of sturen de bewoners hun plan. De termijn om te beslissen "
    "loopt door.", "De bemiddeling is begonnen. De bewoners kregen bericht.", usecases.bemiddelen, (
        Veld("wie", "Wie bemiddelt?", "Iemand die niet bij de gemeente werkt.", "Schrijf wie er bemiddelt.", "regel"),
        Veld("reden", "Waarom is dat nodig?", "De bewoners lezen dit.", "Schrijf waarom."))))

stap(Stap(
    "hervatten", "Ga verder met praten", "De bemiddeling is klaar. De gesprekken gaan verder.",
    "De bewoners kunnen hun plan definitief maken zodra zij dat willen.", "De gesprekken gaan verder.", usecases.hervatten))


# Support --------------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>/steun", needs=P.UITDAGING_BEHANDELEN)
def steun(uitdaging_id):
    """The lists on paper: counted by one, checked by another."""
    return _support_page(uitdaging_id)


def _support_page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    lists = queries.steunlijsten(g.db, uitdaging.id)
    return page_or_part(
        "uitdaging/steun.html", status=status, u=uitdaging, lijsten=lists, regels=queries.regels(uitdaging), reasons=reasons,
        wie=names(g.db, [one.geteld_by for one in lists] + [one.gecontroleerd_by for one in lists]),
        telt=queries.steun(g.db, uitdaging), errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/uitdaging/<uuid:uitdaging_id>/steun", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def steun_tellen(uitdaging_id):
    """Keep how many stand on a list."""
    form = Form()
    given = {"aantal": form.number("aantal", _("Schrijf hoeveel handtekeningen er op de lijst staan."), low=1, high=999_999),
             "omschrijving": form.text("omschrijving", _("Schrijf welke lijst het is."), most=REGEL)}

    def again(status, reasons=()):
        return _support_page(uitdaging_id, status, form, reasons)

    def act():
        usecases.steun_tellen(g.db, g.actor, uitdaging_id, **given)
        return tell(go(url_for("uitdaging.steun", uitdaging_id=uitdaging_id)),
                    _("De lijst is geteld. Zij telt mee zodra een collega natelt."))

    return again(422) if form.errors else proberen(act, "steun_tellen", uitdaging_id, again)


@bp.route("/uitdaging/steunlijst/<uuid:steunlijst_id>", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def steun_controleren(steunlijst_id):
    """Counted again, by another: from now on it counts."""
    uitdaging_id = load(g.db, Steunlijst, steunlijst_id).dossier_id

    def act():
        usecases.steun_controleren(g.db, g.actor, steunlijst_id)
        return tell(go(url_for("uitdaging.steun", uitdaging_id=uitdaging_id)), _("De lijst telt nu mee."))

    return proberen(act, "steun_controleren", steunlijst_id,
                    lambda status, reasons: _support_page(uitdaging_id, status, None, reasons))
