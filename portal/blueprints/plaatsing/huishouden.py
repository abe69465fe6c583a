"""The household of who reported: who belongs to it, who directs the help, and its one plan."""

import uuid
from functools import partial

from flask import Response, current_app, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import geboortedag
from portal.domains.plaatsingen import huishoudens, queries
from portal.domains.plaatsingen.model import Persoon
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.web.blueprint import attempt, viewed
from portal.web.filters import hoofdletter, in_taal
from portal.web.forms import Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

NAAM, TEKST, NUMMER = 200, 1000, 20
_try = partial(attempt, "huishouden")


@bp.route("/toegang/<uuid:toegang_id>/huishouden", needs=P.TOEGANG_LEZEN)
def huishouden(toegang_id):
    """The household of the person of this report."""
    return _page(toegang_id)


def _page(toegang_id, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    persoon = load(g.db, Persoon, toegang.persoon_id)
    found, mag = queries.thuis(g.db, persoon.id), g.actor.may(P.TOEGANG_BEHANDELEN)
    shown = {"leden": [], "plan": None, "regels": [], "collegas": []}
    if found:
        shown |= {"leden": queries.huishoudleden(g.db, found.id), "plan": found.plan,
                  "regels": queries.planregels(g.db, found.plan.id) if found.plan else []}
        _seen(wie.id for _lid, wie in shown["leden"] if wie.id != persoon.id)
    if found and mag:
        shown["collegas"] = [(str(row.id), row.naam) for row in queries.consulenten(g.db, g.actor.party_id)
                             if found.regie is None or found.regie.account_id != row.id]
    kinds = load_config("plaatsingen")["planregel"]
    return page_or_part(
        "plaatsing/huishouden.html", status=status, toegang=toegang, persoon=persoon,
        huishouden=found is not None, regisseur=found, mag=mag,
        soorten=[(code, hoofdletter(in_taal(row["naam"]))) for code, row in kinds.items()],
        soort_namen={code: (hoofdletter(in_taal(row["naam"])), row.get("artikel", "")) for code, row in kinds.items()},
        vandaag=f"{clock.today():%d-%m-%Y}", met_nummer=current_app.kluis is not None, reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else {}, **shown)


def _seen(persoon_ids) -> None:
    """Leave a trail for each of these people too: this page tells with whom they live."""
    for zaak in queries.zaak_van(g.db, list(persoon_ids)).values():
        access_log.viewed(current_app.engine, g.actor, zaak, request.endpoint)


def _act(toegang_id, name: str, act, said: str, form=None) -> Response:
    """Take one step on the household, and back to its page."""
    def again(status, reasons=()):
        return _page(toegang_id, status, form, reasons)

    def take():
        act()
        return tell(go(url_for("plaatsing.huishouden", toegang_id=toegang_id)), said)

    return again(422) if form and form.errors else _try(take, name, toegang_id, again)


def _id(form: Form, name: str, missing: str) -> uuid.UUID | None:
    def parse(text):
        try:
            return uuid.UUID(text)
        except ValueError:
            raise Invalid(missing) from None
    return form.read(name, parse, missing)


@bp.route("/toegang/<uuid:toegang_id>/huishouden", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def huishouden_maken(toegang_id):
    """Make a household, with a plan."""
    return _act(toegang_id, "maken", lambda: huishoudens.maken(g.db, g.actor, toegang_id),
                _("Het huishouden en het plan staan erin."))


@bp.route("/toegang/<uuid:toegang_id>/huishouden/lid", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def huishoudlid(toegang_id):
    """Add somebody whom the gemeente knows, found by what is exactly so: nobody is chosen from a list of names."""
    form = Form()
    given = {"kenmerk": form.text("zaaknummer", most=NUMMER) or "", "bsn": form.text("bsn", most=NUMMER) or "",
             "naam": form.text("naam", most=NAAM) or "", "geboren_on": form.read("geboren_on", geboortedag, None),
             "kluis": current_app.kluis}
    # What was typed comes back, but never a citizen service number.
    form.values.pop("bsn", None)

    def add():
        found = huishoudens.vinden(g.db, g.actor, **given)
        huishoudens.toevoegen(g.db, g.actor, toegang_id, persoon_id=found.id)

    return _act(toegang_id, "lid", add, _("Deze persoon hoort nu bij het huishouden."), form)


@bp.route("/toegang/<uuid:toegang_id>/huishouden/lid-weg", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def huishoudlid_weg(toegang_id):
    """Somebody left."""
    form = Form()
    lid_id = _id(form, "lid_id", _("Kies wie er niet meer bij hoort."))
    return _act(toegang_id, "lid-weg", lambda: huishoudens.weghalen(g.db, g.actor, toegang_id, lid_id=lid_id),
                _("Deze persoon hoort niet meer bij het huishouden."), form)


@bp.route("/toegang/<uuid:toegang_id>/huishouden/regisseur", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def huishouden_regisseur(toegang_id):
    """Name the director."""
    form = Form()
    who = _id(form, "account_id", _("Kies wie de regisseur is."))
    return _act(toegang_id, "regisseur", lambda: huishoudens.regisseur_benoemen(g.db, g.actor, toegang_id, account_id=who),
                _("De regisseur staat erin."), form)


@bp.route("/toegang/<uuid:toegang_id>/huishouden/regel", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def planregel(toegang_id):
    """Add a line to the plan."""
    form = Form()
    given = {"soort": form.choice("soort", list(load_config("plaatsingen")["planregel"]), _("Kies wat u toevoegt.")),
             "tekst": form.text("tekst", _("Schrijf op wat er is afgesproken."), most=TEKST),
             "wie": form.text("wie", most=NAAM) or "", "sinds_on": form.date("sinds_on", _("Vul in vanaf welke dag."))}
    return _act(toegang_id, "regel", lambda: huishoudens.regel_toevoegen(g.db, g.actor, toegang_id, **given),
                _("De regel staat in het plan."), form)


@bp.route("/toegang/<uuid:toegang_id>/huishouden/regel-weg", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def planregel_weg(toegang_id):
    """A line no longer holds."""
    form = Form()
    regel_id = _id(form, "regel_id", _("Kies welke regel niet meer geldt."))
    return _act(toegang_id, "regel-weg", lambda: huishoudens.regel_beeindigen(g.db, g.actor, toegang_id, regel_id=regel_id),
                _("De regel geldt niet meer."), form)


@bp.route("/toegang/<uuid:toegang_id>/huishouden/plan", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def huishoudplan(toegang_id):
    """End the plan and begin a new one."""
    return _act(toegang_id, "plan", lambda: huishoudens.plan_vernieuwen(g.db, g.actor, toegang_id),
                _("Het oude plan is klaar. Een nieuw plan is begonnen."))
