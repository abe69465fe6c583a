"""The lead's side: plan a procurement, ask the members, go or no-go, publish. Every step shows first what it will do."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from flask import current_app, g, request, url_for

from portal.blueprints.inkoop import bp
from portal.blueprints.inkoop.overzicht import (
    PLANNING,
    POORT_WORDS,
    answer_counts,
    in_words,
    names_of,
    show_dossier,
)
from portal.blueprints.termijnen import as_lines
from portal.domains.inkoop import assessment, queries, rules, usecases
from portal.domains.inkoop.model import (
    Criterium,
    DeelnameCijfer,
    Eis,
    Fase,
    GevraagdDocument,
    Mijlpaal,
    Perceel,
    PerceelState,
    Poort,
    State,
)
from portal.domains.inkoop.workflow import INKOOP
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.planning import Moment, parse
from portal.kernel.terms import compute
from portal.web.blueprint import attempt
from portal.web.errors import error_page
from portal.web.filters import bedrag, datum_tabel, punten
from portal.web.filters import schaal as schaal_text
from portal.web.forms import Form, Invalid, email_address
from portal.web.htmx import go, page_or_part
from portal.web.links import document_item
from portal.web.said import tell
from portal.web.stukken import ontvang
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

POORTEN = {
    Poort.DEELNAME: "Ja: hier besluiten de gemeenten of de inkoop doorgaat",
    Poort.PUBLICEREN: "Ja: eerst besluiten, dan publiceren",
    Poort.GUNNEN: "Ja: eerst besluiten, dan een gunning tekenen",
    Poort.CONTRACTEREN: "Ja: eerst besluiten, dan contracten sluiten",
}
FASEN = {
    Fase.PUBLICATIE: "De publicatie",
    Fase.INSCHRIJVING: "Het inschrijven door aanbieders",
    Fase.BEOORDELING: "De beoordeling",
    Fase.GUNNING: "De gunning",
}
PARTS = {"eis": Eis, "criterium": Criterium, "gevraagd": GevraagdDocument, "mijlpaal": Mijlpaal}


def try_or(action: Callable, name: str, dossier_id, again: Callable):
    """As `attempt`; a refusal stands above the form."""
    return attempt("inkoop", action, name, dossier_id,
                   lambda status, reasons: again(status, {"": " ".join(_(reason) for reason in reasons)}))


# A new procurement ----------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/nieuw", needs=P.INKOOP_PLANNEN)
def nieuw():
    """The form of a new procurement, for the lead of a samenwerkingsverband."""
    return _nieuw()


def _nieuw(status=200, errors=None, values=None):
    verbanden = queries.leads(g.db, g.actor.party_id, clock.today())
    if not verbanden:
        return error_page(403, title=_("Uw gemeente is geen trekker"), lead=_(
            "Alleen de trekker van een samenwerkingsverband plant een inkoop. "
            "%(naam)s is nu van geen enkel verband de trekker.", naam=g.actor.party_naam),
            can_do=[(_("Bekijk de inkopen"), url_for("inkoop.lijst"))])
    values = values if values is not None else {"verband": str(verbanden[0].id) if len(verbanden) == 1 else ""}
    return page_or_part("inkoop/nieuw.html", status=status, errors=errors or {}, values=values, methoden=usecases.methoden(),
                        verbanden=[(v.id, v.naam) for v in verbanden])


@bp.route("/inkoop/nieuw", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def plannen():
    """Make the plan. The dossier is the lead's own until the members are asked."""
    form = Form()
    values = {
        "verband_id": form.read("verband", _uuid, _("Kies voor welk samenwerkingsverband u inkoopt.")),
        "methode": form.choice("methode", [m["code"] for m in usecases.methoden()], _("Kies een methode.")),
        **_gegevens(form),
    }
    if form.errors:
        return _nieuw(422, form.errors, form.values)

    def plan():
        return go(url_for("inkoop.plan", inkoop_id=usecases.plannen(g.db, g.actor, **values).id))

    return try_or(plan, "plannen", None, lambda status, errors: _nieuw(status, errors, form.values))


def _gegevens(form: Form) -> dict:
    """The basic facts of a procurement, of the form of a new one and of the one that changes them."""
    values = {
        "titel": form.text("titel", _("Geef de inkoop een naam."), most=200),
        "omschrijving": form.text("omschrijving", _("Schrijf wat u inkoopt."), most=4000),
        "geraamde_waarde": form.bedrag("waarde", _("Vul de geraamde waarde in.")),
        "begint_on": form.date("begin", _("Vul in op welke dag de contracten beginnen.")),
        "looptijd_jaren": form.read("looptijd", parse_looptijd, _("Vul de looptijd in.")),
        "terugval": form.text("terugval", _("Schrijf wat er gebeurt als de inkoop niet doorgaat."), most=2000),
    }
    points = [(soort, form.read(name, parse_points, None) or [])
              for soort, name in (("warn", "let_op"), ("ok", "levert_op"))]
    if values["geraamde_waarde"] is not None and values["geraamde_waarde"] <= 0:
        form.errors["waarde"] = _("De waarde moet hoger zijn dan nul.")
    if values["begint_on"] and values["begint_on"] <= clock.today():
        form.errors["begin"] = _("De contracten beginnen in de toekomst. Kies een latere dag.")
    values["aandachtspunten"] = [{"soort": soort, "titel": titel, "tekst": tekst}
                                 for soort, found in points for titel, tekst in found]
    return values


@bp.route("/inkoop/<uuid:inkoop_id>/plan/gegevens", needs=P.INKOOP_PLANNEN)
def plan_gegevens(inkoop_id):
    """The basic facts, to change while nobody was asked."""
    return _plan_gegevens(inkoop_id)


def _plan_gegevens(inkoop_id, status=200, errors=None, values=None):
    def fill(kop):
        inkoop = kop.inkoop
        return {"values": values if values is not None else {
            "titel": inkoop.titel, "omschrijving": inkoop.omschrijving, "waarde": bedrag(inkoop.geraamde_waarde)[2:],
            "begin": datum_tabel(inkoop.begint_on), "looptijd": "+".join(map(str, inkoop.looptijd_jaren)),
            "terugval": inkoop.terugval, "let_op": _points_text(inkoop, "warn"), "levert_op": _points_text(inkoop, "ok")}}

    return _plan_page("inkoop/plan_gegevens.html", inkoop_id, fill, status=status, errors=errors)


def _points_text(inkoop, soort: str) -> str:
    """The points of attention as `parse_points` reads them."""
    return "\n".join(f"{p['titel']}: {p['tekst']}" for p in inkoop.aandachtspunten if p.get("soort", "warn") == soort)


@bp.route("/inkoop/<uuid:inkoop_id>/plan/gegevens", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def gegevens_wijzigen(inkoop_id):
    """Change the basic facts."""
    form = Form()
    values = _gegevens(form)

    def again(status, errors):
        return _plan_gegevens(inkoop_id, status, errors, form.values)

    def act():
        usecases.gegevens_wijzigen(g.db, g.actor, inkoop_id, **values)
        return go(url_for("inkoop.plan", inkoop_id=inkoop_id))

    return again(422, form.errors) if form.errors else try_or(act, "gegevens-wijzigen", inkoop_id, again)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid(_("Kies een van de mogelijkheden.")) from None


def parse_looptijd(text: str) -> list[int]:
    """`3+2+2`: the base and at most two extensions, in years."""
    found = re.fullmatch(r"([1-9][0-9]?)(?:\s*\+\s*([1-9][0-9]?))?(?:\s*\+\s*([1-9][0-9]?))?(?: jaar)?", text)
    if found is None:
        raise Invalid(_("Schrijf de jaren met een plus ertussen, bijvoorbeeld 3+2+2. Hoogstens twee verlengingen."))
    years = [int(part) for part in found.groups() if part]
    if sum(years) > 50:
        raise Invalid(_("De looptijd is samen meer dan 50 jaar. Kies een kortere looptijd."))
    return years


def parse_points(text: str) -> list[tuple[str, str]]:
    """A point per line: `Begroting: de kosten staan nog niet in de raming.`"""
    points = []
    for line in filter(None, map(str.strip, text.splitlines())):
        titel, colon, tekst = line.partition(":")
        if not colon or not tekst.strip():
            raise Invalid(_("Schrijf op elke regel een kort woord, een dubbele punt en een zin. "
                            "Bijvoorbeeld: Begroting: de kosten staan nog niet in de raming."))
        points.append((titel.strip(), tekst.strip()))
    return points


# The plan -------------------------------------------------------------------------------------------------------------------

def _plan_kop(inkoop_id) -> queries.Kop:
    """The procurement for pages of its plan: the lead's own. Others get: not found."""
    kop = queries.kop(g.db, inkoop_id)
    if kop.inkoop.eigenaar_id != g.actor.party_id:
        raise NotFound()
    return kop


def _fixed(kop):
    """The page of a plan that cannot change any more."""
    return error_page(409, title=_("Het plan staat vast"), lead=_(
        "Deze inkoop is gepubliceerd of gestopt. Het plan verandert niet meer."),
        can_do=[(_("Bekijk de inkoop"), url_for("inkoop.dossier", inkoop_id=kop.inkoop.id))])


def _plan_page(template, inkoop_id, fill, *, part=None, status=200, errors=None, values=None, **more):
    kop = _plan_kop(inkoop_id)
    if kop.inkoop.state not in PLANNING:
        return _fixed(kop)
    return page_or_part(template, part, status=status, **{
        "kop": kop, "inkoop": kop.inkoop, "errors": errors or {}, "values": values or {}, "vast": usecases.PLAN_VAST,
        "can_edit": kop.inkoop.state == State.GEPLAND} | fill(kop) | more)


@bp.route("/inkoop/<uuid:inkoop_id>/plan", needs=P.INKOOP_PLANNEN)
def plan(inkoop_id):
    """Everything the plan needs, and what still lacks."""
    return _plan(inkoop_id)


def _plan(inkoop_id, status=200, errors=None, values=None):
    return _plan_page("inkoop/plan.html", inkoop_id, _plan_parts, status=status, errors=errors, values=values)


def _plan_parts(kop) -> dict:
    inkoop = kop.inkoop
    plannen_ = queries.perceel_plannen(g.db, inkoop.id)
    mijlpalen = queries.mijlpalen(g.db, inkoop.id)
    stukken = [d for d in queries.stukken(g.db, inkoop.id) if d.soort == "inkoopstuk"]
    gevraagd = queries.of_dossier(g.db, GevraagdDocument, inkoop.id)
    members = queries.members(g.db, inkoop.verband_id, clock.today())
    figures = len(queries.cijfers(g.db, inkoop.id))
    wanted = len(plannen_) * len(members)
    drafts = sum(d.gedeeld_at is None for d in stukken)
    return {
        "percelen": [_perceel_task(p) for p in plannen_],
        "onderdelen": [
            _task(_("Gegevens van de inkoop"), "plan_gegevens", inkoop, True,
                  _("%(naam)s, %(waarde)s, vanaf %(dag)s", naam=inkoop.titel, waarde=bedrag(inkoop.geraamde_waarde),
                    dag=datum_tabel(inkoop.begint_on))),
            _task(_("Mijlpalen"), "plan_mijlpalen", inkoop, bool(mijlpalen),
                  _("%(n)s gepland", n=len(mijlpalen)) if mijlpalen
                  else _("Nog geen. Bijvoorbeeld: publicatie, voor de zomer 2027")),
            _task(_("Cijfers per gemeente"), "plan_cijfers", inkoop, wanted > 0 and figures >= wanted,
                  _("%(n)s van %(total)s regels ingevuld", n=figures, total=wanted) if wanted
                  else _("Voeg eerst een perceel toe")),
            _task(_("Stukken"), "plan_stukken", inkoop, bool(stukken) and not drafts,
                  ngettext("%(num)s stuk", "%(num)s stukken", len(stukken)) + (
                      ", " + _("waarvan %(n)s concept", n=drafts) if drafts else "") if stukken else _("Nog geen")),
            _task(_("Documenten die elke inschrijver meestuurt"), "plan_gevraagd", inkoop, bool(gevraagd),
                  _("%(n)s gevraagd", n=len(gevraagd)) if gevraagd else _("Nog geen")),
        ],
        "schaal": rules.schaal(usecases.regelset()), "can_add": inkoop.state == State.GEPLAND,
        "te_veel": rules.value_fault(sum((p.perceel.waarde for p in plannen_ if p.perceel.state != PerceelState.VERVALLEN),
                                         Decimal(0)), inkoop.geraamde_waarde),
        "can_stop": g.actor.may(P.INKOOP_BESLISSEN), "step": _next_step(
            inkoop, mijlpalen=mijlpalen, documenten=stukken, percelen=len(plannen_)),
    }


def _next_step(inkoop, **facts):
    """The step that the plan leads to, for who may take it, with its obstacles; None while the members decide."""
    step = INKOOP.steps.get({State.GEPLAND: "uitvragen", State.DOORGEZET: "publiceren"}.get(inkoop.state))
    if step is None or not g.actor.may(step.needs):
        return None
    return step, INKOOP.obstacles(inkoop, step.name, g.actor, **facts)


def _task(title, endpoint, inkoop, done, note) -> dict:
    return {"title": title, "url": url_for(f"inkoop.{endpoint}", inkoop_id=inkoop.id), "note": note, "done": done,
            "status": ("warn", _("Nog te doen"))}


def plan_counts(p: queries.PerceelPlan) -> str:
    """What the plan of one perceel holds, in one line."""
    return ", ".join([
        ngettext("%(num)s minimumeis", "%(num)s minimumeisen", p.eisen),
        ngettext("%(num)s criterium", "%(num)s criteria", p.criteria) + " " + _("(samen %(weging)s van 100)", weging=p.weging),
        ngettext("%(num)s gevraagd document", "%(num)s gevraagde documenten", p.gevraagd)])


def _perceel_task(p: queries.PerceelPlan) -> dict:
    return {"title": _("Perceel %(nummer)s: %(naam)s", nummer=p.perceel.nummer, naam=p.perceel.naam),
            "note": plan_counts(p),
            "url": url_for("inkoop.plan_perceel", perceel_id=p.perceel.id),
            "done": p.eisen > 0 and p.weging == 100, "status": ("warn", _("Nog te doen"))}


@bp.route("/inkoop/<uuid:inkoop_id>/perceel-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def perceel_toevoegen(inkoop_id):
    """Add a perceel, until the members are asked."""
    form, values = _perceel_form()
    if form.errors:
        return _plan(inkoop_id, 422, form.errors, form.values)

    def add():
        perceel = usecases.perceel_toevoegen(g.db, g.actor, inkoop_id, **values)
        return go(url_for("inkoop.plan_perceel", perceel_id=perceel.id))

    return try_or(add, "perceel-toevoegen", inkoop_id, lambda status, errors: _plan(inkoop_id, status, errors, form.values))


def _perceel_form() -> tuple[Form, dict]:
    """What a perceel is, of the form of a new one and of the one that changes it."""
    form = Form()
    values = {
        "naam": form.text("naam", _("Geef het perceel een naam."), most=120),
        "product": form.text("product", _("Vul het product in."), most=120),
        "omschrijving": form.text("omschrijving", _("Schrijf wat dit perceel is."), most=2000),
        "waarde": form.bedrag("waarde", _("Vul de geraamde waarde in.")),
        "max_contracten": form.number("max", low=1, high=999),
        "minimale_score": form.read("score", parse_score, None) or Decimal(0),
    }
    if values["waarde"] is not None and values["waarde"] <= 0:
        form.errors["waarde"] = _("De waarde moet hoger zijn dan nul.")
    return form, values


def parse_score(text: str):
    """A score on the scale of the points, with at most two decimals."""
    schaal = rules.schaal(usecases.regelset())
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,2})?", text) or (score := Decimal(text.replace(",", "."))) not in schaal:
        raise Invalid(_("Vul een cijfer in van %(schaal)s, bijvoorbeeld 5,5.", schaal=schaal_text(schaal, current_lang())))
    return score


# One perceel ----------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>/plan", needs=P.INKOOP_PLANNEN)
def plan_perceel(perceel_id):
    """Requirements, criteria with the sum of their weights, and asked documents of one perceel."""
    return _plan_perceel(perceel_id)


def _perceel(perceel_id) -> Perceel:
    """A perceel that is in the plan; what was taken out has no page there any more."""
    perceel = load(g.db, Perceel, perceel_id)
    if perceel.state == PerceelState.WEGGEHAALD:
        raise NotFound(_("Dit perceel is weggehaald uit het plan."))
    return perceel


def _plan_perceel(perceel_id, status=200, errors=None, values=None):
    perceel = _perceel(perceel_id)

    def fill(_kop):
        criteria = queries.of_dossier(g.db, Criterium, perceel.id)
        running, total = [], 0
        for criterium in criteria:
            total += criterium.weging
            running.append((criterium, total))
        return {"perceel": perceel, "eisen": queries.of_dossier(g.db, Eis, perceel.id), "criteria": running, "totaal": total,
                "gevraagd": queries.of_dossier(g.db, GevraagdDocument, perceel.id)}

    return _plan_page("inkoop/plan_perceel.html", perceel.inkoop_id, fill, status=status, errors=errors, values=values)


@bp.route("/inkoop/perceel/<uuid:perceel_id>/plan/gegevens", needs=P.INKOOP_PLANNEN)
def perceel_gegevens(perceel_id):
    """What the perceel is, to change while nobody was asked."""
    return _perceel_gegevens(perceel_id)


def _perceel_gegevens(perceel_id, status=200, errors=None, values=None):
    perceel = _perceel(perceel_id)
    if values is None:
        values = {"naam": perceel.naam, "product": perceel.product, "omschrijving": perceel.omschrijving,
                  "waarde": bedrag_text(perceel.waarde), "max": perceel.max_contracten or "",
                  "score": punten(perceel.minimale_score, current_lang()) if perceel.minimale_score else ""}
    return _plan_page("inkoop/plan_perceel_gegevens.html", perceel.inkoop_id,
                      lambda _kop: {"perceel": perceel, "schaal": rules.schaal(usecases.regelset())},
                      status=status, errors=errors, values=values)


@bp.route("/inkoop/perceel/<uuid:perceel_id>/wijzigen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def perceel_wijzigen(perceel_id):
    """Change what the perceel is."""
    form, values = _perceel_form()

    def again(status, errors):
        return _perceel_gegevens(perceel_id, status, errors, form.values)

    def act():
        usecases.perceel_wijzigen(g.db, g.actor, perceel_id, **values)
        return tell(go(url_for("inkoop.plan_perceel", perceel_id=perceel_id)), _("Bewaard."))

    return again(422, form.errors) if form.errors else try_or(act, "perceel-wijzigen", perceel_id, again)


@bp.route("/inkoop/perceel/<uuid:perceel_id>/plan/weghalen", needs=P.INKOOP_PLANNEN)
def perceel_weghalen_vraag(perceel_id):
    """Take the perceel out of the plan? What goes with it."""
    return _perceel_weghalen(perceel_id)


def _perceel_weghalen(perceel_id, status=200, errors=None):
    perceel = _perceel(perceel_id)

    def fill(kop):
        plan = next(p for p in queries.perceel_plannen(g.db, kop.inkoop.id) if p.perceel.id == perceel.id)
        naam = _("Perceel %(nummer)s: %(naam)s", nummer=perceel.nummer, naam=perceel.naam)
        parts = [(plan.eisen, ngettext("%(num)s minimumeis", "%(num)s minimumeisen", plan.eisen)),
                 (plan.criteria, ngettext("%(num)s criterium", "%(num)s criteria", plan.criteria)),
                 (plan.gevraagd, ngettext("%(num)s gevraagd document", "%(num)s gevraagde documenten", plan.gevraagd)),
                 (1, _("de cijfers per gemeente"))]
        return {"wat": naam, "mee": [words for count, words in parts if count], "velden": {},
                "action": url_for("inkoop.perceel_weghalen", perceel_id=perceel.id),
                "terug": url_for("inkoop.plan_perceel", perceel_id=perceel.id)}

    return _plan_page("inkoop/plan_weghalen.html", perceel.inkoop_id, fill, status=status, errors=errors)


@bp.route("/inkoop/perceel/<uuid:perceel_id>/weghalen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def perceel_weghalen(perceel_id):
    """Take the perceel out of the plan, with everything that belongs to it."""
    def act():
        inkoop = usecases.perceel_weghalen(g.db, g.actor, perceel_id)
        return tell(go(url_for("inkoop.plan", inkoop_id=inkoop.id)), _("Het perceel is weggehaald."))

    return try_or(act, "perceel-weghalen", perceel_id, lambda status, errors: _perceel_weghalen(perceel_id, status, errors))


def _part_of_perceel(perceel_id, name, form, add):
    """Answer a small form on the page of a perceel."""
    if form.errors:
        return _plan_perceel(perceel_id, 422, form.errors, form.values)

    def act():
        add()
        return go(url_for("inkoop.plan_perceel", perceel_id=perceel_id) + f"#{name}")

    return try_or(act, f"{name}-toevoegen", perceel_id,
                  lambda status, errors: _plan_perceel(perceel_id, status, errors, form.values))


@bp.route("/inkoop/perceel/<uuid:perceel_id>/eis-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def eis_toevoegen(perceel_id):
    """A minimum requirement."""
    form, values = _eis_form()
    return _part_of_perceel(perceel_id, "eis", form, lambda: usecases.eis_toevoegen(g.db, g.actor, perceel_id, **values))


def _eis_form() -> tuple[Form, dict]:
    form = Form()
    return form, {
        "code": form.text("eis_code", _("Geef de eis een code, bijvoorbeeld E1."), most=20),
        "tekst": form.text("eis_tekst", _("Schrijf de eis."), most=2000),
        "bewijs": form.text("eis_bewijs", most=500),
    }


@bp.route("/inkoop/perceel/<uuid:perceel_id>/criterium-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def criterium_toevoegen(perceel_id):
    """An award criterion with its weight."""
    form, values = _criterium_form()
    return _part_of_perceel(perceel_id, "criterium", form,
                            lambda: usecases.criterium_toevoegen(g.db, g.actor, perceel_id, **values))


def _criterium_form() -> tuple[Form, dict]:
    form = Form()
    return form, {
        "code": form.text("criterium_code", _("Geef het criterium een code, bijvoorbeeld K1."), most=20),
        "tekst": form.text("criterium_tekst", _("Schrijf het criterium."), most=2000),
        "weging": form.number("criterium_weging", _("Vul de weging in."), low=1, high=100),
    }


def _gevraagd_form() -> tuple[Form, dict]:
    form = Form()
    return form, {
        "code": form.text("gevraagd_code", _("Geef het document een code, bijvoorbeeld D1."), most=20),
        "titel": form.text("gevraagd_titel", _("Schrijf welk document u vraagt."), most=200),
        "toelichting": form.text("gevraagd_toelichting", _("Schrijf waaraan het document moet voldoen."), most=1000),
        "herbruikbaar": form.raw("gevraagd_herbruikbaar") == "ja",
    }


@bp.route("/inkoop/perceel/<uuid:perceel_id>/gevraagd-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def gevraagd_toevoegen_perceel(perceel_id):
    """A document that bidders on this perceel add."""
    form, values = _gevraagd_form()
    return _part_of_perceel(perceel_id, "gevraagd", form,
                            lambda: usecases.gevraagd_toevoegen(g.db, g.actor, perceel_id, **values))


# Milestones, figures, asked documents ---------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/plan/gevraagd", needs=P.INKOOP_PLANNEN)
def plan_gevraagd(inkoop_id):
    """Documents that every bidder adds."""
    return _plan_gevraagd(inkoop_id)


def _plan_gevraagd(inkoop_id, status=200, errors=None, values=None):
    return _plan_page("inkoop/plan_gevraagd.html", inkoop_id,
                      lambda kop: {"gevraagd": queries.of_dossier(g.db, GevraagdDocument, kop.inkoop.id)},
                      status=status, errors=errors, values=values)


@bp.route("/inkoop/<uuid:inkoop_id>/gevraagd-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def gevraagd_toevoegen(inkoop_id):
    """A document that every bidder adds."""
    form, values = _gevraagd_form()

    def again(status, errors):
        return _plan_gevraagd(inkoop_id, status, errors, form.values)

    def add():
        usecases.gevraagd_toevoegen(g.db, g.actor, inkoop_id, **values)
        return go(url_for("inkoop.plan_gevraagd", inkoop_id=inkoop_id))

    return again(422, form.errors) if form.errors else try_or(add, "gevraagd-toevoegen", inkoop_id, again)


@bp.route("/inkoop/<uuid:inkoop_id>/plan/mijlpalen", needs=P.INKOOP_PLANNEN)
def plan_mijlpalen(inkoop_id):
    """The milestones; a moment may be a date, a month, a quarter, a season or a choice of two."""
    return _plan_mijlpalen(inkoop_id)


def _plan_mijlpalen(inkoop_id, status=200, errors=None, values=None):
    def fill(kop):
        return {"mijlpalen": [(m, Moment.from_json(m.moment)) for m in queries.mijlpalen(g.db, kop.inkoop.id)],
                "poort_words": {poort: _(words) for poort, words in POORT_WORDS.items()},
                "fasen": {fase: _(text) for fase, text in FASEN.items()},
                "poorten": [("nee", _("Nee, dit is alleen een planning")), *((p, _(text)) for p, text in POORTEN.items())]}

    return _plan_page("inkoop/plan_mijlpalen.html", inkoop_id, fill, status=status, errors=errors, values=values)


@bp.route("/inkoop/<uuid:inkoop_id>/mijlpaal-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def mijlpaal_toevoegen(inkoop_id):
    """A milestone, in the words of the planner: `voor de zomer 2027`."""
    form = Form()
    titel = form.text("mijlpaal", _("Geef de mijlpaal een naam."), most=200)
    moment = form.read("moment", parse, _("Vul in wanneer dit gepland is."))
    fase = form.choice("fase", list(Fase))
    poort = form.choice("poort", ("nee", *Poort))

    def again(status, errors):
        return _plan_mijlpalen(inkoop_id, status, errors, form.values)

    def add():
        usecases.mijlpaal_toevoegen(g.db, g.actor, inkoop_id, titel=titel, moment=moment, fase=fase,
                                    poort=None if poort == "nee" else poort)
        return go(url_for("inkoop.plan_mijlpalen", inkoop_id=inkoop_id))

    return again(422, form.errors) if form.errors else try_or(add, "mijlpaal-toevoegen", inkoop_id, again)


@bp.route("/inkoop/<uuid:inkoop_id>/onderdeel-weghalen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def onderdeel_weghalen(inkoop_id):
    """Take a requirement, criterium, asked document or milestone out of the plan; back to the page it stood on."""
    form = Form()
    part = _part(inkoop_id, form.raw("soort"), form.raw("onderdeel"))

    def again(status, errors):
        return (_plan_perceel(part.perceel.id, status, errors) if part.perceel else
                (_plan_mijlpalen if part.soort == "mijlpaal" else _plan_gevraagd)(inkoop_id, status, errors))

    def remove():
        usecases.onderdeel_weghalen(g.db, g.actor, PARTS[part.soort], part.row.id)
        return tell(go(part.page), _("%(wat)s is weggehaald.", wat=part.naam))

    return try_or(remove, "onderdeel-weghalen", inkoop_id, again)


@dataclass(frozen=True)
class Part:
    """One requirement, criterium, asked document or milestone: what it is called, and the page it stands on."""

    soort: str
    row: Eis | Criterium | GevraagdDocument | Mijlpaal
    perceel: Perceel | None
    naam: str
    page: str


def _part(inkoop_id, soort: str, onderdeel: str) -> Part:
    """A part of this plan; NotFound for any other."""
    try:
        row = load(g.db, PARTS[soort], uuid.UUID(onderdeel))
    except (KeyError, ValueError):
        raise NotFound() from None
    perceel = g.db.get(Perceel, row.dossier_id)
    if (perceel.inkoop_id if perceel else row.dossier_id) != inkoop_id:
        raise NotFound()
    naam = {"eis": lambda: _("Eis %(code)s", code=row.code), "criterium": lambda: _("Criterium %(code)s", code=row.code),
            "gevraagd": lambda: f"{row.code} {row.titel}", "mijlpaal": lambda: row.titel}[soort]()
    page = (url_for("inkoop.plan_perceel", perceel_id=perceel.id) + f"#{soort}" if perceel else
            url_for("inkoop.plan_mijlpalen" if soort == "mijlpaal" else "inkoop.plan_gevraagd", inkoop_id=inkoop_id))
    return Part(soort, row, perceel, naam, page)


@bp.route("/inkoop/<uuid:inkoop_id>/plan/weghalen", needs=P.INKOOP_PLANNEN)
def onderdeel_weghalen_vraag(inkoop_id):
    """Take this part out of the plan?"""
    part = _part(inkoop_id, request.args.get("soort", ""), request.args.get("onderdeel", ""))
    return _plan_page("inkoop/plan_weghalen.html", inkoop_id, lambda _kop: {
        "wat": part.naam, "mee": [], "tekst": getattr(part.row, "tekst", ""), "terug": part.page,
        "action": url_for("inkoop.onderdeel_weghalen", inkoop_id=inkoop_id),
        "velden": {"soort": part.soort, "onderdeel": part.row.id}})


FORMS = {"eis": _eis_form, "criterium": _criterium_form, "gevraagd": _gevraagd_form}


@bp.route("/inkoop/<uuid:inkoop_id>/plan/onderdeel", needs=P.INKOOP_PLANNEN)
def plan_onderdeel(inkoop_id):
    """One requirement, criterium or asked document, to change."""
    return _plan_onderdeel(inkoop_id, request.args.get("soort", ""), request.args.get("onderdeel", ""))


def _plan_onderdeel(inkoop_id, soort, onderdeel, status=200, errors=None, values=None):
    part = _part(inkoop_id, soort, onderdeel)
    if part.soort not in FORMS:
        raise NotFound()
    if values is None:
        values = {f"{soort}_{name}": getattr(part.row, name)
                  for name in ("code", "tekst", "bewijs", "weging", "titel", "toelichting") if hasattr(part.row, name)}
        values["gevraagd_herbruikbaar"] = "ja" if getattr(part.row, "herbruikbaar", False) else ""
    return _plan_page("inkoop/plan_onderdeel.html", inkoop_id, lambda kop: {
        "onderdeel": part, "can_edit": kop.inkoop.state == State.GEPLAND or soort == "gevraagd"},
        status=status, errors=errors, values=values)


@bp.route("/inkoop/<uuid:inkoop_id>/onderdeel-wijzigen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def onderdeel_wijzigen(inkoop_id):
    """Change a requirement, criterium or asked document."""
    soort, onderdeel = request.form.get("soort", ""), request.form.get("onderdeel", "")
    part = _part(inkoop_id, soort, onderdeel)
    if soort not in FORMS:
        raise NotFound()
    form, values = FORMS[soort]()

    def again(status, errors):
        return _plan_onderdeel(inkoop_id, soort, onderdeel, status, errors, form.values)

    def act():
        usecases.onderdeel_wijzigen(g.db, g.actor, PARTS[soort], part.row.id, **values)
        return tell(go(part.page), _("Bewaard."))

    return again(422, form.errors) if form.errors else try_or(act, "onderdeel-wijzigen", inkoop_id, again)


@bp.route("/inkoop/<uuid:inkoop_id>/plan/cijfers", needs=P.INKOOP_PLANNEN)
def plan_cijfers(inkoop_id):
    """What each perceel means for each gemeente."""
    return _plan_cijfers(inkoop_id)


def _plan_cijfers(inkoop_id, status=200, errors=None, values=None):
    def fill(kop):
        return {"percelen": queries.percelen(g.db, kop.inkoop.id), "cijfers": queries.cijfers(g.db, kop.inkoop.id),
                "gemeenten": [gem for gem, _lead in queries.members(g.db, kop.inkoop.verband_id, clock.today())]}

    return _plan_page("inkoop/plan_cijfers.html", inkoop_id, fill, status=status, errors=errors, values=values)


@bp.route("/inkoop/<uuid:inkoop_id>/cijfer-vastleggen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def cijfer_vastleggen(inkoop_id):
    """The figures of one perceel for all gemeenten; only what changed is written. An empty row stays empty."""
    form = Form()
    perceel_id = form.read("perceel", _uuid, _("Kies een perceel."))
    if form.errors:
        return _plan_cijfers(inkoop_id, 422, form.errors, form.values)
    kop = _plan_kop(inkoop_id)
    perceel = load(g.db, Perceel, perceel_id)
    if perceel.inkoop_id != inkoop_id:
        raise NotFound()
    before, changes = queries.cijfers(g.db, inkoop_id), []
    for gemeente, _lead in queries.members(g.db, kop.inkoop.verband_id, clock.today()):
        names = {field: f"{field}-{perceel.nummer}-{gemeente.slug}" for field in ("plaatsen", "bedrag", "pgb")}
        if not any(form.raw(name) for name in names.values()):
            continue
        plaatsen = form.number(names["plaatsen"], _("Vul het aantal plaatsen van %(naam)s in.", naam=gemeente.naam),
                               high=100_000)
        bedrag = form.bedrag(names["bedrag"], _("Vul de kosten per jaar van %(naam)s in.", naam=gemeente.naam))
        pgb = form.number(names["pgb"], high=100_000) or 0
        if bedrag is not None and bedrag < 0:
            form.errors[names["bedrag"]] = _("De kosten van %(naam)s kunnen niet lager zijn dan nul.", naam=gemeente.naam)
        old: DeelnameCijfer | None = before.get((perceel.id, gemeente.id))
        if old is None or (old.plaatsen, old.bedrag_per_jaar, old.pgb_inwoners) != (plaatsen, bedrag, pgb):
            changes.append({"perceel_id": perceel.id, "gemeente_id": gemeente.id, "plaatsen": plaatsen,
                            "bedrag_per_jaar": bedrag, "pgb_inwoners": pgb})

    def again(status, errors):
        return _plan_cijfers(inkoop_id, status, errors, form.values)

    def write():
        for change in changes:
            usecases.cijfer_vastleggen(g.db, g.actor, inkoop_id, **change)
        return go(url_for("inkoop.plan_cijfers", inkoop_id=inkoop_id, bewaard=perceel.nummer) + f"#p{perceel.nummer}")

    return again(422, form.errors) if form.errors else try_or(write, "cijfer-vastleggen", inkoop_id, again)


# Documents in versions ------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/plan/stukken", needs=P.INKOOP_PLANNEN)
def plan_stukken(inkoop_id):
    """The tender documents: add, replace by a new version, share with the members."""
    return _plan_stukken(inkoop_id)


def _plan_stukken(inkoop_id, status=200, errors=None):
    asked_for = request.args.get("vervangt", "")

    def fill(kop):
        rows = [d for d in queries.stukken(g.db, kop.inkoop.id) if d.soort == "inkoopstuk"]
        return {"stukken": [(d, document_item(d)) for d in rows],
                "vervangt": next((d for d in rows if str(d.id) == asked_for), None),
                "max_mb": current_app.settings.upload_limit // 2**20}

    return _plan_page("inkoop/plan_stukken.html", inkoop_id, fill, part="stukken", status=status, errors=errors)


def _take_in(inkoop_id):
    """Take the file of this request in as a new document, or as the next version of `?vervangt=`."""
    try:
        replaced = uuid.UUID(request.args["vervangt"]) if request.args.get("vervangt") else None
    except ValueError:
        raise NotFound() from None
    kop = _plan_kop(inkoop_id)
    if kop.inkoop.state not in PLANNING:
        raise Refused(_("Deze inkoop is gepubliceerd of gestopt. Het plan staat vast."), status=409)
    titel = load(g.db, Document, replaced).titel if replaced else None
    # A large file takes minutes to come in: no transaction and no connection waits for it.
    g.db.rollback()
    stuk = ontvang(request)
    return usecases.stuk_toevoegen(g.db, g.actor, inkoop_id, stuk, titel=titel or title_of(stuk.naam), vervangt_id=replaced)


def title_of(filename: str) -> str:
    """`programma-van-eisen.pdf` becomes `Programma van eisen`."""
    words = re.sub(r"[-_]+", " ", filename.rpartition(".")[0] or filename).strip()
    return words[:1].upper() + words[1:]


@bp.route("/inkoop/<uuid:inkoop_id>/stuk-toevoegen", needs=P.INKOOP_PLANNEN, methods=["PUT"])
def stuk_stroom(inkoop_id):
    """A document as a raw stream; answers the list."""
    _take_in(inkoop_id)
    return _plan_stukken(inkoop_id)


@bp.route("/inkoop/<uuid:inkoop_id>/stuk-toevoegen", needs=P.INKOOP_PLANNEN, methods=["POST"])
def stuk_toevoegen(inkoop_id):
    """A document from a form without script."""
    def act():
        _take_in(inkoop_id)
        return go(url_for("inkoop.plan_stukken", inkoop_id=inkoop_id))

    return try_or(act, "stuk-toevoegen", inkoop_id, lambda status, errors: _plan_stukken(inkoop_id, status, errors))


def _on_document(inkoop_id, name, use_case):
    form = Form()
    document_id = form.read("document", _uuid, _("Kies een document."))
    if form.errors:
        return _plan_stukken(inkoop_id, 422, form.errors)
    if load(g.db, Document, document_id).dossier_id != inkoop_id:
        raise NotFound()

    def act():
        use_case(g.db, g.actor, document_id)
        return go(url_for("inkoop.plan_stukken", inkoop_id=inkoop_id))

    return try_or(act, name, inkoop_id, lambda status, errors: _plan_stukken(inkoop_id, status, errors))


@bp.route("/inkoop/<uuid:inkoop_id>/stuk-delen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def stuk_delen(inkoop_id):
    """Share a draft with the members: this version does not change any more."""
    return _on_document(inkoop_id, "stuk-delen", usecases.stuk_delen)


@bp.route("/inkoop/<uuid:inkoop_id>/stuk-weghalen", needs=P.INKOOP_PLANNEN, methods=["POST"], idempotent=True)
def stuk_weghalen(inkoop_id):
    """Take a document out of the plan."""
    return _on_document(inkoop_id, "stuk-weghalen", usecases.stuk_weghalen)


# Ask the members, remind them, go or no-go ----------------------------------------------------------------------------------

def _check_page(template, inkoop_id, step, fill, *, status=200, errors=None, values=None, **facts):
    """A page that says what a step will do, before it is done; with its obstacles when it cannot be done."""
    kop = queries.kop(g.db, inkoop_id)
    if kop.inkoop.eigenaar_id != g.actor.party_id:
        raise NotFound()
    return page_or_part(template, status=status, kop=kop, inkoop=kop.inkoop, errors=errors or {}, values=values or {},
                        obstacles=[_(r) for r in INKOOP.obstacles(kop.inkoop, step, g.actor, **facts)], **fill(kop))


@bp.route("/inkoop/<uuid:inkoop_id>/uitvragen", needs=P.INKOOP_UITVRAGEN)
def uitvragen_controle(inkoop_id):
    """What asking the members will do: who gets a message, until when, and how that date is counted."""
    return _uitvragen(inkoop_id)


def _uitvragen(inkoop_id, status=200, errors=None):
    def fill(kop):
        today, regels = clock.today(), usecases.regelset()
        members = [gem for gem, _lead in queries.members(g.db, kop.inkoop.verband_id, today)]
        others = [gem for gem in members if gem.id != kop.inkoop.eigenaar_id]
        due = rules.deelname_uiterlijk(regels, today)
        lines = as_lines(compute(rules.deelname_rule(regels), today).count, due)
        missing = len(members) * len(percelen := queries.percelen(g.db, kop.inkoop.id)) - len(
            queries.cijfers(g.db, kop.inkoop.id))
        return {"anderen": others, "namen": names_of(others) if others else "", "uiterlijk": due, "lines": lines,
                "percelen": percelen, "missing": missing, "aantal": in_words(len(others)),
                "stukken": [d for d in queries.stukken(g.db, kop.inkoop.id) if d.soort == "inkoopstuk"]}

    return _check_page("inkoop/uitvragen.html", inkoop_id, "uitvragen", fill, status=status, errors=errors)


@bp.route("/inkoop/<uuid:inkoop_id>/uitvragen", needs=P.INKOOP_UITVRAGEN, methods=["POST"], idempotent=True)
def uitvragen(inkoop_id):
    """Ask all members to decide."""
    def act():
        usecases.uitvragen(g.db, g.actor, inkoop_id)
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return try_or(act, "uitvragen", inkoop_id, lambda status, errors: _uitvragen(inkoop_id, status, errors))


@bp.route("/inkoop/<uuid:inkoop_id>/terughalen", needs=P.INKOOP_UITVRAGEN)
def terughalen_vraag(inkoop_id):
    """Take the question back: what that does, and why."""
    return _terughalen(inkoop_id)


def _terughalen(inkoop_id, status=200, errors=None, values=None):
    return _check_page("inkoop/terughalen.html", inkoop_id, "terughalen", lambda kop: {
        "anderen": [gem for gem in queries.asked(g.db, kop.inkoop) if gem.id != kop.inkoop.eigenaar_id]},
        status=status, errors=errors, values=values, reden="-")


@bp.route("/inkoop/<uuid:inkoop_id>/terughalen", needs=P.INKOOP_UITVRAGEN, methods=["POST"], idempotent=True)
def terughalen(inkoop_id):
    """Take the question back, with the reason that every gemeente gets."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u de vraag terughaalt."), most=2000)

    def again(status, errors):
        return _terughalen(inkoop_id, status, errors, form.values)

    def act():
        usecases.terughalen(g.db, g.actor, inkoop_id, reden=reden)
        return go(url_for("inkoop.plan", inkoop_id=inkoop_id))

    return again(422, form.errors) if form.errors else try_or(act, "terughalen", inkoop_id, again)


# A gate of the lead ---------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/poort/<uuid:mijlpaal_id>", needs=P.INKOOP_BESLISSEN)
def poort(inkoop_id, mijlpaal_id):
    """What waits for this gate, and its decision."""
    return _poort(inkoop_id, mijlpaal_id)


def _poort(inkoop_id, mijlpaal_id, status=200, errors=None, values=None):
    mijlpaal = load(g.db, Mijlpaal, mijlpaal_id)
    if mijlpaal.dossier_id != inkoop_id or mijlpaal.poort in (None, Poort.DEELNAME):
        raise NotFound()
    return _check_page("inkoop/poort.html", inkoop_id, "poort_beslissen", lambda _kop: {
        "mijlpaal": mijlpaal, "moment": Moment.from_json(mijlpaal.moment), "waits": _(POORT_WORDS[mijlpaal.poort])},
        status=status, errors=errors, values=values, reden="-")


@bp.route("/inkoop/<uuid:inkoop_id>/poort/<uuid:mijlpaal_id>", needs=P.INKOOP_BESLISSEN, methods=["POST"], idempotent=True)
def poort_beslissen(inkoop_id, mijlpaal_id):
    """Go or no-go at a gate, with the reason."""
    form = Form()
    uitkomst = form.choice("uitkomst", ("go", "no_go"), _("Kies go of no-go."))
    reden = form.text("reden", _("Schrijf waarom u dit besluit."), most=2000)

    def again(status, errors):
        return _poort(inkoop_id, mijlpaal_id, status, errors, form.values)

    def act():
        usecases.poort_beslissen(g.db, g.actor, mijlpaal_id, uitkomst=uitkomst, reden=reden)
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return again(422, form.errors) if form.errors else try_or(act, "poort-beslissen", inkoop_id, again)


@bp.route("/inkoop/<uuid:inkoop_id>/herinneren", needs=P.INKOOP_UITVRAGEN, methods=["POST"], idempotent=True)
def herinneren(inkoop_id):
    """Remind every member that has not decided."""
    def act():
        usecases.herinneren(g.db, g.actor, inkoop_id)
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return try_or(act, "herinneren", inkoop_id, _dossier_again(inkoop_id))


def _dossier_again(inkoop_id):
    return lambda status, errors: show_dossier(inkoop_id, status, [errors[""]])


@bp.route("/inkoop/<uuid:inkoop_id>/doorzetten", needs=P.INKOOP_BESLISSEN)
def doorzetten_controle(inkoop_id):
    """What go will mean: who takes part, who does not, who did not decide."""
    return _doorzetten(inkoop_id)


def _doorzetten(inkoop_id, status=200, errors=None):
    def fill(kop):
        rows = queries.matrix(g.db, kop.inkoop)
        mee = [r for r in rows if r.doet_mee]
        return {"mee": mee, "geen_opener": assessment.without_opener(g.db, [r.gemeente for r in mee]),
                "niet": [r for r in rows if r.doet_mee is False],
                "open": [r for r in rows if r.besluit is None], "names_of": names_of,
                "onverkocht": [p for p in queries.percelen(g.db, kop.inkoop.id) if not queries.buyers(rows, p.id)],
                "counts": answer_counts(rows),
                "plaatsen": sum(r.plaatsen_mee for r in rows), "alle": sum(sum(r.plaatsen.values()) for r in rows)}

    return _check_page("inkoop/doorzetten.html", inkoop_id, "doorzetten", fill, status=status, errors=errors)


@bp.route("/inkoop/<uuid:inkoop_id>/doorzetten", needs=P.INKOOP_BESLISSEN, methods=["POST"], idempotent=True)
def doorzetten(inkoop_id):
    """Go."""
    def act():
        usecases.doorzetten(g.db, g.actor, inkoop_id)
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return try_or(act, "doorzetten", inkoop_id, lambda status, errors: _doorzetten(inkoop_id, status, errors))


@bp.route("/inkoop/<uuid:inkoop_id>/stoppen", needs=P.INKOOP_BESLISSEN)
def stoppen_vraag(inkoop_id):
    """No-go: why, and the recorded fallback."""
    return _stoppen(inkoop_id)


def _stoppen(inkoop_id, status=200, errors=None, values=None):
    return _check_page("inkoop/stoppen.html", inkoop_id, "stoppen", lambda kop: {
        "anderen": [gem for gem in queries.asked(g.db, kop.inkoop) if gem.id != kop.inkoop.eigenaar_id]},
        status=status, errors=errors, values=values, reden="-")


@bp.route("/inkoop/<uuid:inkoop_id>/stoppen", needs=P.INKOOP_BESLISSEN, methods=["POST"], idempotent=True)
def stoppen(inkoop_id):
    """No-go, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom de inkoop stopt."), most=4000)
    if form.errors:
        return _stoppen(inkoop_id, 422, form.errors, form.values)

    def act():
        usecases.stoppen(g.db, g.actor, inkoop_id, reden=reden)
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return try_or(act, "stoppen", inkoop_id, lambda status, errors: _stoppen(inkoop_id, status, errors, form.values))


# Publication ----------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/publiceren", needs=P.INKOOP_PUBLICEREN)
def publiceren_controle(inkoop_id):
    """Everything that will be frozen and public, and what stands in the way."""
    return _publiceren(inkoop_id)


def _publiceren(inkoop_id, status=200, errors=None, values=None, moment=None, term=None):
    """`moment` and `term`: the closing that was chosen, for a last look before it is public."""
    stukken, mijlpalen = queries.inkoopstukken(g.db, inkoop_id), queries.mijlpalen(g.db, inkoop_id)

    def fill(kop):
        mee = [r for r in queries.matrix(g.db, kop.inkoop) if r.doet_mee]
        return {
            "plannen": queries.perceel_plannen(g.db, kop.inkoop.id), "stukken": [(d, document_item(d)) for d in stukken],
            "mijlpalen": [(m, Moment.from_json(m.moment)) for m in mijlpalen],
            "mee": mee, "geen_opener": assessment.without_opener(g.db, [r.gemeente for r in mee]),
            "names_of": names_of, "methode": usecases.method_name(kop.inkoop.methode),
            "moment": moment, "term": term, "afspraak": usecases.regelset()["inschrijftermijn"],
            "counts": plan_counts, "regelset": usecases.regelset()["versie"],
            "vraagdagen": usecases.regelset()["vragen"]["dagen_voor_sluiting"],
            "per_perceel": lambda p: [r.gemeente for r in queries.buyers(mee, p.id)],
        }

    return _check_page("inkoop/publiceren.html", inkoop_id, "publiceren", fill, status=status, errors=errors, values=values,
                       documenten=stukken, mijlpalen=mijlpalen)


@bp.route("/inkoop/<uuid:inkoop_id>/publiceren", needs=P.INKOOP_PUBLICEREN, methods=["POST"], idempotent=True)
def publiceren(inkoop_id):
    """Publish, with the moment at which bidding closes."""
    form = Form()
    sluit_at = form.moment("sluit", _("Vul in wanneer de inschrijving sluit."))
    if sluit_at is not None and sluit_at <= clock.now():
        form.errors["sluit"] = _("De sluiting moet in de toekomst liggen.")
    elif sluit_at is not None and (term := rules.inschrijftermijn(usecases.regelset(), clock.now(), sluit_at)).te_kort:
        form.errors["sluit"] = ngettext(
            "Aanbieders krijgen zo %(num)s dag. De gemeenten spraken af: ten minste %(minimum)s dagen.",
            "Aanbieders krijgen zo %(num)s dagen. De gemeenten spraken af: ten minste %(minimum)s dagen.", term.dagen,
            minimum=term.minimum)
    naam = form.text("vragen_naam", _("Vul in bij wie aanbieders vragen kunnen stellen."), most=200)
    email = form.read("vragen_email", email_address, _("Vul een mailadres in voor vragen van aanbieders."))
    if form.raw("doe") == "ander":
        return _publiceren(inkoop_id, values=form.values)
    if form.errors:
        return _publiceren(inkoop_id, 422, form.errors, form.values)

    if form.raw("doe") != "publiceer":
        return _publiceren(inkoop_id, values=form.values, moment=sluit_at, term=term)

    def act():
        usecases.publiceren(g.db, g.actor, inkoop_id, sluit_at=sluit_at, vragen=usecases.Vragen(naam, email))
        return go(url_for("inkoop.dossier", inkoop_id=inkoop_id))

    return try_or(act, "publiceren", inkoop_id, lambda status, errors: _publiceren(inkoop_id, status, errors, form.values))
