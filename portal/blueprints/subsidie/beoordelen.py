"""The assessment of an application: points and reasons per criterion, finished and opened again."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from flask import g, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.steps import done, step_page, try_, with_reason
from portal.blueprints.subsidie.zaken import dossier_page
from portal.domains.subsidies import queries, rules, usecases
from portal.domains.subsidies.model import State, Subsidie
from portal.domains.subsidies.workflow import SUBSIDIE, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.web.blueprint import viewed
from portal.web.filters import punten
from portal.web.forms import Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _


@bp.route("/subsidies/<uuid:subsidie_id>/beoordeling", needs=P.SUBSIDIE_LEZEN)
def beoordeling(subsidie_id):
    """Points and reasons per criterion; who handles the case gives them here."""
    return _beoordeling(subsidie_id)


def _beoordeling(subsidie_id, status=200, errors=None, values=None, reasons=()):
    kop = queries.kop(g.db, subsidie_id)
    subsidie, criteria = kop.subsidie, kop.publicatie.inhoud["inrichting"]["criteria"]
    viewed(subsidie)
    found = queries.beoordelingen(g.db, subsidie.id)
    wie = names(g.db, [one.beoordelaar_id for one in found.values()])
    handles = g.actor.may(P.SUBSIDIE_BEHANDELEN) and subsidie.eigenaar_id == g.actor.party_id
    obstacles = _judging_obstacles(subsidie) if handles else []
    score = rules.score(criteria, {code: one.punten for code, one in found.items()})
    finish = SUBSIDIE.obstacles(subsidie, "beoordelen", g.actor, score=score) if handles else []
    items = [{"n": n, "row": row, "done": found.get(row["code"]), "hoogste": Decimal(row["punten"]),
              "wie": wie.get(found[row["code"]].beoordelaar_id, _("Een collega")) if row["code"] in found else ""}
             for n, row in enumerate(criteria, start=1)]
    return page_or_part(
        "subsidie/beoordelen.html", status=status, kop=kop, subsidie=subsidie, items=items, score=score, errors=errors or {},
        values=values or {}, reasons=reasons, handles=handles, obstacles=obstacles, finish=finish,
        inhoud=queries.inhoud(g.db, subsidie).inhoud, is_open=subsidie.state == State.IN_BEHANDELING)


def _judging_obstacles(subsidie: Subsidie) -> list[str]:
    """Why this person cannot give points now; the database decides again."""
    if subsidie.state != State.IN_BEHANDELING:
        return ["Deze aanvraag wordt nu niet beoordeeld."]
    if reason := zelf_geen_belang(subsidie, actor=g.actor):
        return [reason]
    if queries.belang(g.db, subsidie.id, g.actor.user_id).verklaring is None:
        return ["Verklaar eerst dat u geen belang heeft bij deze aanvraag."]
    return []


def _points(most: Decimal) -> Callable[[str], Decimal]:
    def parse(text: str) -> Decimal:
        try:
            value = Decimal(text.replace(",", "."))
        except InvalidOperation:
            value = Decimal(-1)
        if not value.is_finite() or not 0 <= value <= most or value != value.quantize(Decimal("0.01")):
            raise Invalid(_("Geef 0 tot en met %(max)s punten, bijvoorbeeld 7 of 7,5.", max=punten(most, current_lang())))
        return value
    return parse


@bp.route("/subsidies/<uuid:subsidie_id>/beoordeling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def beoordelen(subsidie_id):
    """Keep the points that were filled in or changed; what is empty stays to be done."""
    form = Form()
    todo, status = _given(form, subsidie_id)
    if form.errors:
        return _beoordeling(subsidie_id, status, form.errors, form.values)

    def act():
        for criterium, gegeven, waarom in todo:
            usecases.beoordelen(g.db, g.actor, subsidie_id, criterium=criterium, punten=gegeven, motivering=waarom)
        words = _("Uw beoordeling is bewaard.") if todo else _("Er is niets veranderd.")
        return tell(go(url_for("subsidie.beoordeling", subsidie_id=subsidie_id)), words)

    return try_(act, "beoordelen", subsidie_id,
                lambda status, reasons: _beoordeling(subsidie_id, status, None, form.values, reasons))


def _given(form: Form, subsidie_id) -> tuple[list[tuple], int]:
    """What was filled in and is new: (criterion, points, reason); and the status when the form has errors."""
    kop = queries.kop(g.db, subsidie_id)
    found, todo, status = queries.beoordelingen(g.db, kop.subsidie.id), [], 422
    for n, row in enumerate(kop.publicatie.inhoud["inrichting"]["criteria"], start=1):
        done, points, why = found.get(row["code"]), f"punten-{n}", f"motivering-{n}"
        if not (done or form.raw(points) or form.raw(why)):
            continue
        gegeven = form.read(points, _points(Decimal(row["punten"])), _("Vul de punten in."))
        waarom = form.text(why, _("Schrijf waarom u deze punten geeft, in ten minste één zin."), most=4000)
        if waarom is not None and len(waarom) < 10:
            form.errors[why] = _("Schrijf waarom u deze punten geeft, in ten minste één zin.")
        if done and (gegeven, waarom) == (done.punten, done.motivering):
            continue
        if form.raw(f"vorige-{n}") != (str(done.id) if done else ""):
            status = 409
            form.errors[points] = _("Een collega gaf intussen ook punten. Kijk of de uwe nog kloppen, en bewaar opnieuw.")
        todo.append((row["code"], gegeven, waarom))
    return todo, status


@bp.route("/subsidies/<uuid:subsidie_id>/afronden", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def afronden(subsidie_id):
    """The assessment is done: a proposal can be written."""
    def act():
        usecases.afronden(g.db, g.actor, subsidie_id)
        return done(subsidie_id, _("De beoordeling is afgerond. Schrijf nu het voorstel."))

    return try_(act, "afronden", subsidie_id, lambda status, reasons: dossier_page(subsidie_id, status, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/heropenen", needs=P.SUBSIDIE_BEHANDELEN)
def heropening(subsidie_id):
    """Why the assessment is opened again."""
    return _heropening(subsidie_id)


def _heropening(subsidie_id, status=200, errors=None, values=None, reasons=()):
    return step_page("heropenen", subsidie_id, "heropenen", status=status, errors=errors, values=values, reasons=reasons)


@bp.route("/subsidies/<uuid:subsidie_id>/heropenen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def heropenen(subsidie_id):
    """Open the assessment again."""
    form, reden = with_reason(_("Schrijf waarom u de beoordeling opnieuw opent."))
    if form.errors:
        return _heropening(subsidie_id, 422, form.errors, form.values)

    def act():
        usecases.heropenen(g.db, g.actor, subsidie_id, reden=reden)
        return done(subsidie_id, _("De beoordeling is weer open."))

    return try_(act, "heropenen", subsidie_id,
                lambda status, reasons: _heropening(subsidie_id, status, None, form.values, reasons))
