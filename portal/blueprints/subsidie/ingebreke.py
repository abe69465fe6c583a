"""The gemeente is late in a case, an objection or a request for consent: notice of default, and the penalty (Awb 4:17)."""

from decimal import Decimal
from functools import partial

from flask import g, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.bezwaar import BEHANDELEN, REDEN, term_item
from portal.blueprints.subsidie.meter import meter_shown
from portal.domains.subsidies import ingebreke, queries
from portal.domains.subsidies.model import Bezwaar, Subsidie, Toestemming
from portal.domains.subsidies.workflow import zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.shown import euro
from portal.web.taal import gettext as _
from portal.web.taal import ngettext

_try = partial(attempt, "bezwaar")


@bp.route("/subsidies/dwangsom/<uuid:dossier_id>", needs=P.SUBSIDIE_LEZEN)
def dwangsom(dossier_id):
    """What being late costs in a case or an objection: the count, and what can be done now."""
    return _penalty(dossier_id)


def _penalty(dossier_id, status=200, form=None, reasons=()):
    found = load(g.db, Dossier, dossier_id)
    if found.eigenaar_id != g.actor.party_id or found.soort not in ("subsidie", "bezwaar", "toestemming"):
        raise NotFound("Dit dossier is er niet, of het is niet van uw gemeente.")
    subsidie = found if isinstance(found, Subsidie) else load(g.db, Subsidie, found.subsidie_id)
    viewed(found)
    pairs = queries.termijnen(g.db, *{found.id, subsidie.id})
    rows = [t for t, _rows in pairs if t.dossier_id == found.id]
    counted = ingebreke.meter_van(rows, clock.today())
    decide = next((pair for pair in reversed(pairs) if pair[0].dossier_id == found.id and pair[0].met_on is None
                   and pair[0].kind in ingebreke.BESLISTERMIJNEN), None)
    proposal = next((b for b in queries.besluiten_van(g.db, subsidie.id) if b.soort == ingebreke.SOORT
                     and b.inhoud["dossier_id"] == str(found.id)), None)
    pay = next((t for t in rows if t.kind == "betaling" and t.met_on is None), None)
    is_open = any(t.kind == "dwangsombeschikking" and t.met_on is None for t in rows)
    given = any(t.met_on is None and t.kind in ("ingebrekestelling", "dwangsom", "dwangsombeschikking") for t in rows)
    return page_or_part(
        "subsidie/dwangsom.html", status=status, dossier=found, subsidie=subsidie, reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else {}, count=counted,
        meter=meter_shown(counted, found.id, rows, can_determine=False), decide=decide[0] if decide else None,
        overdue=bool(decide and decide[0].due_on < clock.today() and all(p.completed_on for p in decide[1])),
        steps=_steps(counted), terms=[
            term_item(t, pauses, rows) for t, pauses in pairs if t.dossier_id == found.id and
            t.kind in ("ingebrekestelling", "dwangsom", "dwangsombeschikking", "betaling")],
        proposal=proposal, determined=euro(Decimal(proposal.inhoud["bedrag"])) if proposal else "",
        pay=pay if proposal and proposal.state == besluiten.State.VERZONDEN else None,
        closed=_why_not(subsidie, is_open, proposal), given=given,
        grounds=[(code, f"{in_taal(row['naam'])} ({row['artikel']})") for code, row in ingebreke.gronden(found).items()],
        may_record=g.actor.may(P.SUBSIDIE_BEHANDELEN) or g.actor.may(BEHANDELEN),
        back=url_for("subsidie.bezwaar", bezwaar_id=found.id) if found.soort == "bezwaar"
        else url_for("subsidie.toestemming", toestemming_id=found.id) if found.soort == "toestemming"
        else url_for("subsidie.dossier", subsidie_id=found.id))


def _steps(counted: ingebreke.Meter | None) -> list[list[str]]:
    """What each step of the tariff comes to: days, amount per day, sum."""
    if counted is None:
        return []
    return [[ngettext("%(num)s dag", "%(num)s dagen", days), euro(amount), euro(days * amount)]
            for days, amount in terms.penalty_steps(counted.dagen, counted.gesteld_on)]


def _why_not(subsidie: Subsidie, is_open: bool, proposal: Besluit | None) -> list[str]:
    """Why this person cannot propose the penalty now."""
    if not g.actor.may(P.SUBSIDIE_BEHANDELEN):
        return ["Uw rol mag dit niet. Een subsidieadviseur stelt de dwangsom vast."]
    if proposal and proposal.state in besluiten.OPEN:
        return ["Er ligt al een voorstel voor de dwangsom."]
    if not is_open:
        return ["Er is nu geen dwangsom om vast te stellen. Dat kan als er is beslist, of na de laatste dag."]
    reason = zelf_geen_belang(subsidie, actor=g.actor)
    return [reason] if reason else []


@bp.route("/subsidies/dwangsom/<uuid:dossier_id>", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def dwangsom_voorstellen(dossier_id):
    """Lay the penalty before who signs: it is counted, not chosen; or nothing, on a ground of the law."""
    found = load(g.db, Dossier, dossier_id)
    subsidie_id = found.subsidie_id if isinstance(found, Bezwaar | Toestemming) else found.id
    form = Form()
    grond = form.choice("grond", list(ingebreke.gronden(found))) or ""
    motivering = form.text("motivering", _("Schrijf waarom er geen dwangsom is.") if grond else None, most=REDEN) or ""
    if form.errors:
        return _penalty(dossier_id, 422, form)

    def act():
        besluit = ingebreke.voorstellen(g.db, g.actor, subsidie_id, dossier_id=dossier_id, grond=grond, motivering=motivering)
        return go(url_for("subsidie.besluit", besluit_id=besluit.id))

    return _try(act, "dwangsom", dossier_id, lambda status, reasons: _penalty(dossier_id, status, form, reasons))


@bp.route("/subsidies/dwangsom/<uuid:dossier_id>/papier", needs=(P.SUBSIDIE_BEHANDELEN, BEHANDELEN), methods=["POST"],
          idempotent=True)
def ingebreke_papier(dossier_id):
    """A notice of default that came by letter."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    if form.errors:
        return _penalty(dossier_id, 422, form)

    def act():
        ingebreke.papier(g.db, g.actor, dossier_id, on=on)
        return tell(go(url_for("subsidie.dwangsom", dossier_id=dossier_id)), _("De ingebrekestelling is vastgelegd."))

    return _try(act, "ingebreke", dossier_id, lambda status, reasons: _penalty(dossier_id, status, form, reasons))


@bp.route("/subsidies/dwangsom/<uuid:dossier_id>/betaald", needs=P.SUBSIDIE_BETALEN, methods=["POST"], idempotent=True)
def dwangsom_betaald(dossier_id):
    """The penalty was paid by the finance department."""
    def act():
        ingebreke.betaald(g.db, g.actor, dossier_id)
        return tell(go(url_for("subsidie.dwangsom", dossier_id=dossier_id)), _("Vastgelegd: de dwangsom is betaald."))

    return _try(act, "dwangsom_betaald", dossier_id, lambda status, reasons: _penalty(dossier_id, status, None, reasons))
