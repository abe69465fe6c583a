"""The final determination and the claim: what was sent and counted, the proposal, claiming back, what is paid back."""

from datetime import timedelta
from decimal import Decimal

from flask import g, render_template, request, url_for

from config import load as load_config
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import receipt_facts
from portal.blueprints.subsidie.steps import laid_before
from portal.domains.subsidies import herzien as revising
from portal.domains.subsidies import queries
from portal.domains.subsidies import vaststellen as determining
from portal.domains.subsidies.model import State, Subsidie
from portal.domains.subsidies.workflow import SUBSIDIE, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.kernel.money import bedrag_text, parse_bedrag
from portal.web.blueprint import attempt, viewed
from portal.web.filters import aantal, datum, in_taal
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.said import tell
from portal.web.shown import euro
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50
REDEN = 4000
ANSWERS = {"ja": True, "nee": False}


def own_case(subsidie_id) -> queries.Kop:
    """A case of the own gemeente with what stands around it."""
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    return kop


# The determination -----------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/vaststellen", needs=P.SUBSIDIE_BEHANDELEN)
def vaststellen(subsidie_id):
    """What the recipient sent, what the count says, what was paid, and the proposal for the determination. `geleverd` in the
    address: count with another number."""
    return _determine(subsidie_id)


def _determine(subsidie_id, status=200, form=None, reasons=()):
    kop = own_case(subsidie_id)
    zaak = kop.subsidie
    viewed(zaak)
    known = determining.stand(g.db, zaak) if zaak.verleend is not None else None
    without, closed = _without_application(zaak), _why_closed(zaak, known)
    shared = {"kop": kop, "subsidie": zaak, "reasons": reasons, "errors": form.errors if form else {}, "known": known,
              "closed": [*closed, *filter(None, [without])], "can_without": without == "",
              "decided": _latest(known) if known else None}
    if known is None:
        return render_template("subsidie/vaststellen.html", **shared), status
    geleverd, fault = _asked_count(form)
    if geleverd is not None and geleverd == _sent_count(known):
        geleverd = None  # the number of the recipient is no other number
    count = determining.berekenen(g.db, zaak, geleverd, known)
    values = _prefilled(zaak, count, known) | (form.values if form else {})
    typed = form.raw("geleverd") if form else request.args.get("geleverd", "").strip()
    return render_template(
        "subsidie/vaststellen.html", **shared, values=values, count=count, count_error=fault,
        missing=[] if form or shared["closed"] else _missing(zaak, known, count, geleverd), sent=_sent(known, kop),
        receipt=receipt_facts(known.ingestuurd) if known.ingestuurd else [], revised=_revised(known),
        figures=_figures(zaak, count, known), unit=known.verlening.inhoud.get("eenheid", ""), grounds=_grounds(),
        geleverd=typed if fault else _shown_count(count.geleverd), other_count="" if fault else _shown_count(geleverd),
        is_other=geleverd is not None and known.ingestuurd is not None), status


def _latest(known: determining.Stand):
    """The newest proposal or decision about the determination."""
    return next((b for b in known.besluiten if b.soort == determining.SOORT), None)


def _why_closed(zaak: Subsidie, known: determining.Stand | None) -> list[str]:
    """Why nobody, or not this person, proposes a determination now."""
    if known is None:
        return ["Deze subsidie is niet verleend. Er is niets vast te stellen."]
    found = []
    if zaak.state == State.VERLEEND:
        found.append(f"De periode loopt tot en met {zaak.tot - timedelta(days=1):%d-%m-%Y}. Daarna vraagt de ontvanger de "
                     "vaststelling aan.")
    elif zaak.state == State.VERANTWOORDEN:
        found.append("De ontvanger vroeg de vaststelling nog niet aan.")
    elif zaak.state == State.VASTGESTELD:
        found.append("Deze subsidie is al vastgesteld.")
    elif zaak.state != State.IN_VASTSTELLING:
        found.append("Deze subsidie kan nu niet worden vastgesteld.")
    elif known.open_besluit:
        found.append("Er ligt al een voorstel bij de lezer of de tekenaar.")
    if reason := zelf_geen_belang(zaak, actor=g.actor):
        found.append(reason)
    return found


def _without_application(zaak: Subsidie) -> str | None:
    """Why the gemeente cannot determine without an application yet; empty when it can, None when it does not apply."""
    if zaak.state != State.VERANTWOORDEN or zelf_geen_belang(zaak, actor=g.actor):
        return None
    term = queries.termijn(g.db, zaak.id, "vaststellingsaanvraag", open_only=True)
    return determining.nog_aan_te_vragen(term) or ""


def _sent_count(known: determining.Stand) -> Decimal | None:
    """The number of units that the recipient accounted for."""
    told = known.ingestuurd.inhoud["geleverd"] if known.ingestuurd else None
    return Decimal(told) if told is not None else None


def _asked_count(form: Form | None) -> tuple[Decimal | None, str]:
    """With which number to count: of the form that was sent, or of the address; and what is wrong with it."""
    text = form.raw("geleverd") if form else request.args.get("geleverd", "").strip()
    try:
        count = parse_bedrag(text) if text else None
    except ValueError:
        return None, _("Vul een aantal in, bijvoorbeeld 899 of 899,5.")
    return (count, "") if count is None or count >= 0 else (None, _("Een aantal is niet lager dan nul."))


def _shown_count(value: Decimal | None) -> str:
    return bedrag_text(value).removesuffix(",00") if value is not None else ""


def _revised(known: determining.Stand) -> dict | None:
    """The determination that is revised: since when it holds, and on which ground it was opened again; None when none is."""
    if known.herziening is None:
        return None
    ground = load_config("subsidies")["herziening"][known.herziening.facts["grond"]]
    return {"on": clock.day_of(known.geldt.verzonden_at), "ground": in_taal(ground["naam"]), "article": ground["artikel"]}


def _prefilled(zaak: Subsidie, count: determining.Berekening, known: determining.Stand) -> dict[str, str]:
    """The form as it begins: the amount of the count, and the ground that a count can give. No amount that holds already."""
    if known.herziening is not None:
        return {"bedrag": bedrag_text(count.bedrag) if count.bedrag != zaak.vastgesteld else "", "grond": ""}
    return {"bedrag": bedrag_text(count.bedrag), "grond": "niet-verricht" if count.bedrag < zaak.verleend else ""}


def _missing(zaak, known, count, geleverd) -> list[str]:
    """What the amount of the count still asks before it can be laid before anybody."""
    return determining.vaststelling_gebreken(
        g.db, zaak, bedrag=count.bedrag, grond="niet-verricht" if count.bedrag < zaak.verleend else "", motivering="",
        eigen_feiten=None, horen="", geleverd=geleverd, bekend=known)


def _sent(known: determining.Stand, kop) -> list[tuple]:
    """What the recipient accounted for; nothing when nothing was sent."""
    if (sent := known.ingestuurd) is None:
        return []
    told = sent.inhoud
    unit = known.verlening.inhoud.get("eenheid", "")
    return [
        *([(_("Geleverd"), f"{aantal(Decimal(told['geleverd']), current_lang())} {unit}".strip())]
          if told["geleverd"] is not None else []),
        (_("Kosten"), euro(Decimal(told["kosten"]))),
        *([(_("Toelichting"), told["toelichting"])] if told["toelichting"] else []),
        (_("Verstuurd door"), told.get("verstuurd_door") or kop.subsidie.aanvrager_naam)]


def _figures(zaak: Subsidie, count: determining.Berekening, known: determining.Stand) -> list[tuple]:
    """What was granted, what the count says, what was paid, and the balance of these."""
    left = count.bedrag - known.onderweg
    name = _("Nog te betalen") if left > 0 else _("Te veel betaald") if left < 0 else _("Saldo")
    waits = known.onderweg - known.betaald
    holds = ((_("Vastgesteld"), euro(zaak.vastgesteld)) if known.herziening is not None else
             (_("Verleend"), euro(zaak.verleend)))
    return [holds,
            (_("De berekening"), euro(count.bedrag) if count.verrekening else _("Geen")),
            (_("Betaald"), euro(known.onderweg),
             _("waarvan %(bedrag)s nog bij de financiële administratie", bedrag=euro(waits)) if waits else ""),
            (name, euro(abs(left)))]


def _grounds() -> list[tuple[str, str]]:
    found = ((code, in_taal(row["naam"]), row["artikel"]) for code, row in load_config("subsidies")["lager"].items())
    return [(code, f"{name[:1].upper()}{name[1:]} ({artikel})") for code, name, artikel in found]


@bp.route("/subsidies/<uuid:subsidie_id>/vaststellen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def vaststelling_voorleggen(subsidie_id):
    """Freeze the determination and lay it before the reader or the signer."""
    form = Form()
    amount = form.bedrag("bedrag", _("Vul het bedrag in waarop u vaststelt."))
    geleverd, fault = _asked_count(form)
    if fault:
        form.errors["geleverd"] = fault
    facts = {"grond": form.choice("grond", list(load_config("subsidies")["lager"])) or "",
             "motivering": form.text("motivering") or "", "horen": form.text("horen", most=REDEN) or "",
             "eigen_feiten": ANSWERS.get(form.choice("eigen_feiten", list(ANSWERS)))}
    if form.errors:
        return _determine(subsidie_id, 422, form)
    return attempt("subsidie", lambda: laid_before(determining.voorstellen(g.db, g.actor, subsidie_id, bedrag=amount,
                                                                           geleverd=geleverd, **facts)),
                   "vaststellen", subsidie_id, lambda status, reasons: _determine(subsidie_id, status, form, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/ambtshalve", needs=P.SUBSIDIE_BEHANDELEN)
def ambtshalve(subsidie_id):
    """Determine without an application: from when, and why (Awb 4:47)."""
    return _without(subsidie_id)


def _without(subsidie_id, status=200, form=None, reasons=()):
    kop = own_case(subsidie_id)
    viewed(kop.subsidie)
    obstacles = SUBSIDIE.obstacles(kop.subsidie, "ambtshalve", g.actor, reden="-")
    term = queries.termijn(g.db, subsidie_id, "vaststellingsaanvraag", open_only=True)
    if not obstacles and (fault := determining.nog_aan_te_vragen(term)):
        obstacles = [fault]
    return render_template("subsidie/vaststellen_ambtshalve.html", kop=kop, subsidie=kop.subsidie, obstacles=obstacles,
                           one_more=determining.eerst_een_termijn(term) and not SUBSIDIE.obstacles(
                               kop.subsidie, "termijn_stellen", g.actor),
                           reasons=reasons, errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/<uuid:subsidie_id>/ambtshalve", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def ambtshalve_vaststellen(subsidie_id):
    """Begin the determination without an application."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u vaststelt zonder aanvraag."), most=REDEN)
    if form.errors:
        return _without(subsidie_id, 422, form)

    def act():
        determining.ambtshalve(g.db, g.actor, subsidie_id, reden=reden)
        return tell(go(url_for("subsidie.vaststellen", subsidie_id=subsidie_id)),
                    _("U stelt de subsidie vast zonder aanvraag. Vul in wat u weet."))

    return attempt("subsidie", act, "ambtshalve", subsidie_id,
                   lambda status, reasons: _without(subsidie_id, status, form, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/ambtshalve/termijn", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def termijn_stellen(subsidie_id):
    """Give the recipient one more term to apply (Awb 4:44, lid 3)."""
    def act():
        term = determining.termijn_stellen(g.db, g.actor, subsidie_id)
        return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie_id)),
                    _("De ontvanger kan de vaststelling nog aanvragen tot en met %(dag)s.",
                      dag=datum(term.due_on, current_lang())))

    return attempt("subsidie", act, "termijn_stellen", subsidie_id,
                   lambda status, reasons: _without(subsidie_id, status, None, reasons))


# Determined, but wrong ------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/herzien", needs=P.SUBSIDIE_BEHANDELEN)
def herzien(subsidie_id):
    """Open a determination again: on which ground, and why (Awb 4:49)."""
    return _revise(subsidie_id)


def _revise(subsidie_id, status=200, form=None, reasons=()):
    kop = own_case(subsidie_id)
    viewed(kop.subsidie)
    term = queries.termijn(g.db, subsidie_id, "terugvordering", open_only=True)
    revised = queries.herziening(g.db, kop.subsidie)
    obstacles = SUBSIDIE.obstacles(kop.subsidie, "herzien", g.actor, reden="-") if revised is None else []
    if not obstacles and revised is None and (fault := revising.herzien_gebrek(term)):
        obstacles = [fault]
    grounds = [(code, in_taal(row["naam"]), row["artikel"]) for code, row in load_config("subsidies")["herziening"].items()]
    stop = SUBSIDIE.obstacles(kop.subsidie, "herzien_stoppen", g.actor, reden="-") if revised else []
    return render_template("subsidie/vaststelling_herzien.html", kop=kop, subsidie=kop.subsidie, obstacles=obstacles, term=term,
                           revised=revised is not None, stop=stop, grounds=grounds, reasons=reasons,
                           errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/<uuid:subsidie_id>/herzien", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def vaststelling_herzien(subsidie_id):
    """Open it: another determination follows."""
    form = Form()
    grounds = list(load_config("subsidies")["herziening"])
    grond = form.choice("grond", grounds, _("Kies op welke grond u de vaststelling herziet."))
    reden = form.text("reden", _("Schrijf waarom u de vaststelling herziet."), most=REDEN)
    if form.errors:
        return _revise(subsidie_id, 422, form)

    def act():
        revising.vaststelling_herzien(g.db, g.actor, subsidie_id, grond=grond, reden=reden)
        return tell(go(url_for("subsidie.vaststellen", subsidie_id=subsidie_id)),
                    _("U herziet de vaststelling. Tot het nieuwe besluit geldt de oude."))

    return attempt("subsidie", act, "herzien", subsidie_id, lambda status, reasons: _revise(subsidie_id, status, form, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/herzien/stoppen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def herzien_stoppen(subsidie_id):
    """Leave the determination as it was."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u stopt met herzien."), most=REDEN)
    if form.errors:
        return _revise(subsidie_id, 422, form)

    def act():
        revising.herzien_stoppen(g.db, g.actor, subsidie_id, reden=reden)
        return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie_id)),
                    _("U stopte met herzien. De vaststelling blijft zoals zij was."))

    return attempt("subsidie", act, "herzien_stoppen", subsidie_id,
                   lambda status, reasons: _revise(subsidie_id, status, form, reasons))
