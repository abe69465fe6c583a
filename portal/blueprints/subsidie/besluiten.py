"""The proposal and the decision: lines, money, checks, reading, signing, the letter."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from flask import current_app, g, render_template, request, url_for
from sqlalchemy import select

from config import load as load_config
from portal.adapters import subsidiebrieven
from portal.adapters.subsidiebrieven import SubsidieBrieven
from portal.blueprints.subsidie import bp
from portal.domains.subsidies import queries, voorstellen
from portal.domains.subsidies.model import Subsidie
from portal.domains.subsidies.rules import Beslissing, Regelsoort
from portal.domains.subsidies.words import BESLISSING_WORDS, REGEL_WORDS
from portal.domains.subsidies.workflow import STAP, SUBSIDIE, argumenten_beantwoord, mogelijk, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, State
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.terms import compute
from portal.web import uploads
from portal.web.blueprint import refused, viewed
from portal.web.filters import bedrag, datum, datum_kort, in_taal
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.links import around
from portal.web.said import tell
from portal.web.taal import gettext as _

DAY = timedelta(days=1)
DECIDING = (P.SUBSIDIE_LEZEN, P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN)
# How a line is drawn: an own edge per kind.
DRAWN = {Regelsoort.RESULTAAT: "res", Regelsoort.VERPLICHTING: "duty", Regelsoort.VOORWAARDE: "cond"}
DECIDE = ("beslistermijn", "nieuwe_beslistermijn", "buiten_behandeling")
# Rows for payments on the page: those that are there, and some empty ones.
TERMIJN_ROWS, MOST_TERMIJNEN = 2, 24


# The proposal ---------------------------------------------------------------------------------------------------------------

def _case(subsidie_id) -> queries.Kop:
    """A case of the own gemeente with what stands around it."""
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    return kop


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel", needs=P.SUBSIDIE_BEHANDELEN)
def voorstel(subsidie_id):
    """What will be decided: lines by kind, money, reasons, and the checks before it goes on."""
    return _proposal(subsidie_id)


def _proposal(subsidie_id, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    zaak = kop.subsidie
    viewed(zaak)
    proposal, earlier = queries.voorstel(g.db, zaak.id), queries.besluiten_van(g.db, zaak.id)
    waiting = next((b for b in earlier if b.state in besluiten.OPEN), None)
    decided = waiting or next((b for b in earlier if b.state == State.VERZONDEN), None)
    closed = _why_closed(zaak, decided)
    errors = form.errors if form else {}
    shared = {"kop": kop, "subsidie": zaak, "voorstel": proposal, "decided": decided, "closed": closed, "reasons": reasons,
              "errors": errors, "words": BESLISSING_WORDS, "term": _decide_before(zaak),
              "sent_back": next((b for b in earlier[:1] if b.state == State.TERUGGESTUURD), None)}
    if proposal is None:
        return render_template("subsidie/voorstel_begin.html", **shared), status
    lines, ceiling = queries.regels(g.db, zaak.id), queries.plafond_voor(g.db, zaak)
    # Once it lies before somebody its money is reserved: to check that it fits would count it twice.
    checks = [] if waiting else voorstellen.controles(g.db, zaak, proposal, lines, kop.publicatie, ceiling)
    is_grant = proposal.uitkomst == Beslissing.VERLENEN
    needs_reader = is_grant and _most(proposal) >= Decimal(kop.publicatie.inhoud["tweede_lezer_vanaf"])
    values = _values(proposal) | (form.values if form else {})
    return render_template(
        "subsidie/voorstel.html", **shared, values=values, groups=_groups(lines), checks=checks,
        faults=[fault for one in checks for fault in one.gebreken], is_grant=is_grant, needs_reader=needs_reader,
        choices=mogelijk(zaak), ceiling=ceiling, left=_left(ceiling, proposal, waiting) if is_grant else None,
        cap=queries.hoogste(g.db, zaak, clock.today()) if is_grant else None, product=_product(kop),
        people=_people(kop, proposal, needs_reader), grounds=_grounds(), rows=_termijn_rows(values, proposal),
        can_preview=_is_readable(proposal)), status


def _why_closed(zaak: Subsidie, decided: Besluit | None) -> list[str]:
    """Why nobody, or not this person, writes the proposal now."""
    found = []
    if decided:
        found.append("Er ligt al een voorstel bij de lezer of de tekenaar." if decided.state in besluiten.OPEN
                     else "Over deze aanvraag is al besloten.")
    elif not mogelijk(zaak):
        found.append("Een voorstel kan pas als de aanvraag is beoordeeld, of niet is aangevuld.")
    if reason := zelf_geen_belang(zaak, actor=g.actor):
        found.append(reason)
    return found


def _decide_before(zaak: Subsidie) -> Termijn | None:
    """The day before which there must be a decision; None when no such term runs."""
    return g.db.scalar(select(Termijn).where(Termijn.dossier_id == zaak.id, Termijn.kind.in_(DECIDE), Termijn.met_on.is_(None))
                       .order_by(Termijn.due_on, Termijn.id).limit(1))


def _most(proposal) -> Decimal:
    """What this grant may cost at most: that is what the ceiling keeps free."""
    return proposal.maximum if proposal.maximum is not None else proposal.bedrag or Decimal(0)


def _left(ceiling, proposal, waiting) -> Decimal | None:
    """What this decision leaves in the ceiling; what lies before somebody is reserved already."""
    return None if ceiling is None else ceiling.over if waiting else ceiling.over - _most(proposal)


def _product(kop: queries.Kop) -> dict:
    """What it is for, in words and with its unit."""
    known = {p["code"]: p for p in kop.publicatie.inhoud["inrichting"].get("producten", [])}
    return known.get(kop.subsidie.product, {"code": kop.subsidie.product, "naam": kop.subsidie.product, "eenheid": ""})


def _groups(lines) -> list[dict]:
    """The lines by kind: what they are called, and how each is shown."""
    config = load_config("subsidies")
    grounds, needs = config["grondslag"], config["koppeling"]
    found = []
    for soort in Regelsoort:
        own = [r for r in lines if r.soort == soort]
        found.append({"soort": soort.value, "kind": DRAWN[soort], "lines": [_shown(r, lines, grounds, needs) for r in own]})
    return found


def _shown(regel, lines, grounds, needs) -> dict:
    ground, need = grounds.get(regel.grondslag), needs.get(regel.koppeling)
    article = ground["artikel"] if ground else _("Geen artikel gekozen")
    if regel.verordening_artikel:
        article = _("%(awb)s, verordening artikel %(nummer)s", awb=article, nummer=regel.verordening_artikel)
    meta = [_("Uiterlijk %(dag)s", dag=datum_kort(regel.uiterlijk_on)) if regel.uiterlijk_on else _("Hele periode"),
            _("Bewijs: %(wat)s", wat=regel.bewijs), in_taal(need["naam"]) if need else _("Geen eis gekozen")]
    return {"id": regel.id, "nummer": voorstellen.kenmerk(regel, lines), "tekst": regel.tekst, "artikel": article, "meta": meta}


def _people(kop, proposal, needs_reader: bool) -> list[tuple[str, str]]:
    """Who writes, reads and signs: three people."""
    who = names(g.db, proposal.geschreven_by)
    you = _("%(naam)s (u)", naam=who.get(g.actor.user_id, g.actor.naam))
    writers = [you if id_ == g.actor.user_id else who.get(id_, _("Een collega")) for id_ in proposal.geschreven_by]
    threshold = bedrag(Decimal(kop.publicatie.inhoud["tweede_lezer_vanaf"]))
    reader = (_("Een collega die meeleest. Dat moet vanaf %(bedrag)s.", bedrag=threshold) if needs_reader
              else _("Niet nodig. Dat hoeft pas vanaf %(bedrag)s.", bedrag=threshold))
    signers = [_("%(naam)s, mandaat tot %(bedrag)s", naam=naam, bedrag=bedrag(most)) if most is not None
               else _("%(naam)s, mandaat zonder hoogste bedrag", naam=naam)
               for naam, most in queries.mandaathouders(g.db, g.actor.party_id, clock.today())]
    return [(_("Schrijft"), ", ".join(writers) or you), (_("Leest"), reader),
            (_("Tekent"), "; ".join(signers) or _("Nog niemand heeft een mandaat voor subsidies. Vraag de beheerder."))]


def _grounds() -> list[tuple[str, str]]:
    return [(code, f"{in_taal(row['naam'])} ({row['artikel']})") for code, row in load_config("subsidies")["weigering"].items()]


def _values(proposal) -> dict[str, str]:
    """The proposal as a person would type it."""
    def euro(value):
        return bedrag_text(value) if value is not None else ""

    def day(value):
        return f"{value:%d-%m-%Y}" if value else ""

    values = {"bedrag": euro(proposal.bedrag), "methode": proposal.methode, "maximum": euro(proposal.maximum),
              "aantal": euro(proposal.aantal).removesuffix(",00"), "tarief": euro(proposal.tarief), "van": day(proposal.van),
              "tot_en_met": day(proposal.tot - DAY if proposal.tot else None), "motivering": proposal.motivering,
              "grond": proposal.grond, "horen": proposal.horen, "staatssteun": proposal.staatssteun,
              "eigen_feiten": {None: "", True: "ja", False: "nee"}[proposal.eigen_feiten]}
    for number, termijn in enumerate(proposal.termijnen, start=1):
        values[f"termijn-{number}-op"] = day(date.fromisoformat(termijn["op"]))
        values[f"termijn-{number}-bedrag"] = euro(Decimal(termijn["bedrag"]))
    return values


def _termijn_rows(values, proposal) -> range:
    typed = [n for n in range(1, MOST_TERMIJNEN + 1) if values.get(f"termijn-{n}-op") or values.get(f"termijn-{n}-bedrag")]
    return range(1, min(max([len(proposal.termijnen), *typed]) + TERMIJN_ROWS, MOST_TERMIJNEN) + 1)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/beginnen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstel_beginnen(subsidie_id):
    """Begin the proposal with what was asked and the lines of the scheme."""
    try:
        voorstellen.beginnen(g.db, g.actor, subsidie_id)
    except Refused as error:
        refused(error, "subsidie:voorstel", subsidie_id)
        return _proposal(subsidie_id, error.status, reasons=error.reasons)
    return go(url_for("subsidie.voorstel", subsidie_id=subsidie_id))


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/uitkomst", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"])
def voorstel_uitkomst(subsidie_id):
    """Another outcome: to grant, or to refuse."""
    form = Form()
    uitkomst = form.choice("uitkomst", list(Beslissing), _("Kies wat het besluit wordt."))
    if form.errors:
        return _proposal(subsidie_id, 422, form)
    try:
        voorstellen.bewaren(g.db, g.actor, subsidie_id, uitkomst=uitkomst)
    except Refused as error:
        refused(error, "subsidie:voorstel", subsidie_id)
        return _proposal(subsidie_id, error.status, reasons=error.reasons)
    return go(url_for("subsidie.voorstel", subsidie_id=subsidie_id))


def _typed(form: Form, is_grant: bool, is_refusal: bool) -> dict:
    """The facts of the proposal as they were typed; what is wrong stands in the form. Empty is kept as empty: the checks say
    what still lacks."""
    facts = {"motivering": form.text("motivering") or ""}
    if is_grant:
        last = form.date("tot_en_met")
        facts |= {"bedrag": form.bedrag("bedrag"), "methode": form.text("methode", most=2000) or "",
                  "maximum": form.bedrag("maximum"), "aantal": form.bedrag("aantal"), "tarief": form.bedrag("tarief"),
                  "van": form.date("van"), "tot": last + DAY if last else None, "termijnen": _typed_termijnen(form),
                  "staatssteun": form.text("staatssteun", most=4000) or ""}
    if is_refusal:
        answer = form.choice("eigen_feiten", ["ja", "nee"])
        facts |= {"grond": form.choice("grond", list(load_config("subsidies")["weigering"])) or "",
                  "eigen_feiten": {"ja": True, "nee": False}.get(answer), "horen": form.text("horen", most=4000) or ""}
    return facts


def _typed_termijnen(form: Form) -> list[dict]:
    """The payments by day; a row with only a day or only an amount is a fault of that row."""
    found = []
    for number in range(1, MOST_TERMIJNEN + 1):
        on_name, amount_name = f"termijn-{number}-op", f"termijn-{number}-bedrag"
        if not form.raw(on_name) and not form.raw(amount_name):
            continue
        on = form.date(on_name, _("Vul bij voorschot %(n)s de dag in.", n=number))
        amount = form.bedrag(amount_name, _("Vul bij voorschot %(n)s het bedrag in.", n=number))
        if amount is not None and amount <= 0:
            form.errors[amount_name] = _("Een voorschot is hoger dan nul.")
        elif on and amount:
            found.append({"op": on.isoformat(), "bedrag": str(amount)})
    return sorted(found, key=lambda row: row["op"])


def _save(subsidie_id, form: Form) -> None:
    """Keep what was typed. Raises Refused; a fault in a field stands in the form and nothing is kept."""
    kop = _case(subsidie_id)
    proposal = queries.voorstel(g.db, kop.subsidie.id)
    if proposal is None:
        raise Refused(_("Er is nog geen voorstel. Begin het eerst."), status=409)
    facts = _typed(form, proposal.uitkomst == Beslissing.VERLENEN, proposal.uitkomst == Beslissing.WEIGEREN)
    if not form.errors:
        voorstellen.bewaren(g.db, g.actor, subsidie_id, **facts)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstel_bewaren(subsidie_id):
    """Keep the facts as far as they are."""
    form = Form()
    try:
        _save(subsidie_id, form)
    except Refused as error:
        refused(error, "subsidie:voorstel", subsidie_id)
        return _proposal(subsidie_id, error.status, form, error.reasons)
    if form.errors:
        return _proposal(subsidie_id, 422, form)
    return tell(go(url_for("subsidie.voorstel", subsidie_id=subsidie_id)), _("Uw voorstel is bewaard."))


@bp.route("/subsidies/<uuid:subsidie_id>/voorleggen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorleggen(subsidie_id):
    """Keep what stands in the form, freeze it, and lay it before the reader or the signer."""
    form = Form()
    try:
        _save(subsidie_id, form)
        if form.errors:
            return _proposal(subsidie_id, 422, form)
        besluit = voorstellen.voorleggen(g.db, g.actor, subsidie_id)
    except Refused as error:
        refused(error, "subsidie:voorleggen", subsidie_id)
        _as_typed(subsidie_id, form)
        return _proposal(subsidie_id, error.status, form, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit.id))


def _as_typed(subsidie_id, form: Form) -> None:
    """The page that follows a refusal shows the checks of what was typed; the answer is a refusal, so nothing of it is kept."""
    try:
        with g.db.begin_nested():
            _save(subsidie_id, form)
    except Refused:
        return  # what was typed cannot stand at all: the page shows what was kept, with what was typed in the fields


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/brief.pdf", needs=P.SUBSIDIE_BEHANDELEN)
def voorstel_brief(subsidie_id):
    """The letter as it would be now, as a concept."""
    kop = _case(subsidie_id)
    proposal = queries.voorstel(g.db, kop.subsidie.id)
    if proposal is None:
        raise NotFound(_("Er is nog geen voorstel."))
    if not _is_readable(proposal):
        raise Refused(_("Vul eerst het bedrag en de periode in, of de grond. Dan kunt u de brief bekijken."), status=409)
    return _concept(_frozen_now(kop, proposal), kop.subsidie)


def _is_readable(proposal) -> bool:
    """Is there enough to write the letter?"""
    if proposal.uitkomst == Beslissing.VERLENEN:
        return None not in (proposal.bedrag, proposal.van, proposal.tot)
    return proposal.uitkomst != Beslissing.WEIGEREN or bool(proposal.grond)


def _frozen_now(kop, proposal) -> Besluit:
    """The decision as it would be drafted now; it belongs to no session and is not kept."""
    zaak, ceiling = kop.subsidie, queries.plafond_voor(g.db, kop.subsidie)
    content = voorstellen.inhoud_van(g.db, zaak, proposal, queries.regels(g.db, zaak.id), kop.publicatie)
    stand = {"bedrag": str(ceiling.bedrag), "gereserveerd": str(ceiling.gereserveerd), "vastgelegd": str(ceiling.vastgelegd),
             "op": clock.today().isoformat()} if ceiling else None
    return Besluit(orgaan=f"het college van burgemeester en wethouders van {kop.gemeente.naam}",
                   onderwerp=f"{voorstellen.ONDERWERP[proposal.uitkomst]}: {zaak.titel}", inhoud=content | {"plafond": stand})


def _concept(besluit: Besluit, zaak: Subsidie):
    pdf = subsidiebrieven.concept(voorstellen.brief_van(g.db, besluit, zaak, on=clock.today(), ondertekenaar=""))
    return uploads.send(f"Concept {zaak.reference}.pdf", "application/pdf", len(pdf), [pdf])


# One line -------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<any(resultaat, verplichting, voorwaarde):soort>",
          needs=P.SUBSIDIE_BEHANDELEN)
def regel_nieuw(subsidie_id, soort):
    """The form for one more line of this kind."""
    return _line(subsidie_id, soort)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<uuid:regel_id>", needs=P.SUBSIDIE_BEHANDELEN)
def regel(subsidie_id, regel_id):
    """The form to change one line."""
    return _line(subsidie_id, None, regel_id)


def _draft_line(subsidie_id, regel_id):
    """One line of the proposal, with its number among the others."""
    lines = queries.regels(g.db, subsidie_id)
    found = next((r for r in lines if r.id == regel_id), None)
    if found is None:
        raise NotFound(_("Deze regel is er niet (meer)."))
    return found, voorstellen.kenmerk(found, lines)


def _line(subsidie_id, soort, regel_id=None, status=200, form=None, reasons=()):
    kop = _case(subsidie_id)
    viewed(kop.subsidie)
    found, nummer = _draft_line(subsidie_id, regel_id) if regel_id else (None, "")
    soort = Regelsoort(found.soort if found else soort)
    config = load_config("subsidies")
    values = {"grondslag": "4-30"} if soort == Regelsoort.RESULTAAT else {}
    if found:
        values = {name: getattr(found, name) for name in ("tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling")}
        values["uiterlijk_on"] = f"{found.uiterlijk_on:%d-%m-%Y}" if found.uiterlijk_on else ""
    closed = _why_closed(kop.subsidie, queries.open_besluit(g.db, kop.subsidie.id))
    return render_template(
        "subsidie/voorstel_regel.html", kop=kop, subsidie=kop.subsidie, soort=soort.value, word=REGEL_WORDS[soort], regel=found,
        nummer=nummer, reasons=reasons, closed=closed, errors=form.errors if form else {},
        values=values | (form.values if form else {}),
        grounds=[(code, f"{row['artikel']}: {in_taal(row['naam'])}") for code, row in config["grondslag"].items()
                 if row["soort"] == soort],
        needs=[(code, in_taal(row["naam"])) for code, row in config["koppeling"].items()]), status


def _typed_line(form: Form) -> dict:
    """What was typed of one line; what lacks is a fault of its field, as the use case says it too."""
    facts = {"tekst": form.text("tekst", _("Schrijf de regel."), most=2000) or "",
             "grondslag": form.choice("grondslag", list(load_config("subsidies")["grondslag"]),
                                      _("Kies het artikel waarop deze regel rust.")) or "",
             "verordening_artikel": form.text("verordening_artikel", most=100) or "",
             "bewijs": form.text("bewijs", _("Schrijf waaruit blijkt dat het is gedaan."), most=1000) or "",
             "koppeling": form.choice("koppeling", list(load_config("subsidies")["koppeling"]),
                                      _("Kies de eis of het criterium waar deze regel voor dient.")) or "",
             "uiterlijk_on": form.date("uiterlijk_on")}
    ground = load_config("subsidies")["grondslag"].get(facts["grondslag"])
    if ground and ground["verordening"] and not facts["verordening_artikel"]:
        form.errors["verordening_artikel"] = _("Dit kan alleen als de verordening dat bepaalt. Noem het artikel.")
    return facts


def _keep_line(subsidie_id, soort: str, regel_id=None):
    form = Form()
    facts = _typed_line(form)
    if form.errors:
        return _line(subsidie_id, soort, regel_id, 422, form)
    try:
        voorstellen.regel_bewaren(g.db, g.actor, subsidie_id, soort=Regelsoort(soort), regel_id=regel_id, **facts)
    except Refused as error:
        refused(error, "subsidie:regel", subsidie_id)
        return _line(subsidie_id, soort, regel_id, error.status, form, error.reasons)
    return go(url_for("subsidie.voorstel", subsidie_id=subsidie_id, _anchor=soort))


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<any(resultaat, verplichting, voorwaarde):soort>",
          needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def regel_toevoegen(subsidie_id, soort):
    """One more line, with its article."""
    return _keep_line(subsidie_id, soort)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<uuid:regel_id>", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def regel_bewaren(subsidie_id, regel_id):
    """Another text, article, day, evidence or requirement for one line; its kind stays."""
    _case(subsidie_id)
    return _keep_line(subsidie_id, _draft_line(subsidie_id, regel_id)[0].soort, regel_id)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<uuid:regel_id>/weghalen", needs=P.SUBSIDIE_BEHANDELEN)
def regel_weg(subsidie_id, regel_id):
    """Take this line out of the proposal?"""
    return _remove_line(subsidie_id, regel_id)


def _remove_line(subsidie_id, regel_id, status=200, reasons=()):
    kop = _case(subsidie_id)
    found, nummer = _draft_line(subsidie_id, regel_id)
    return render_template("subsidie/voorstel_regel_weg.html", kop=kop, subsidie=kop.subsidie, regel=found, nummer=nummer,
                           reasons=reasons), status


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/regels/<uuid:regel_id>/weghalen", needs=P.SUBSIDIE_BEHANDELEN,
          methods=["POST"], idempotent=True)
def regel_weghalen(subsidie_id, regel_id):
    """Take a line out of the proposal."""
    try:
        voorstellen.regel_weghalen(g.db, g.actor, subsidie_id, regel_id)
    except Refused as error:
        refused(error, "subsidie:regel", subsidie_id)
        return _remove_line(subsidie_id, regel_id, error.status, error.reasons)
    return tell(go(url_for("subsidie.voorstel", subsidie_id=subsidie_id)), _("De regel is weggehaald."))


# The decision ---------------------------------------------------------------------------------------------------------------

def _decision(besluit_id) -> tuple[Besluit, queries.Kop]:
    """A decision of the own gemeente with its case. Who acts for another gemeente finds what waits, and what they did with
    it."""
    besluit = load(g.db, Besluit, besluit_id)
    if besluit.party_id != g.actor.party_id or besluit.soort != voorstellen.SOORT:
        raise NotFound(_("Dit besluit is er niet, of het is niet van uw gemeente."))
    mine = g.actor.user_id in (besluit.getekend_by, besluit.teruggestuurd_by)
    if g.actor.namens and not (mine or besluit.state in besluiten.OPEN):
        raise NotFound(_("Dit besluit is er niet, of het wacht niet op u."))
    return besluit, queries.kop(g.db, besluit.dossier_id)


@bp.route("/subsidies/besluit/<uuid:besluit_id>", needs=DECIDING)
def besluit(besluit_id):
    """The frozen decision: what it says, who drafted, read and signed, the letter, and what can be done now."""
    return _shown_decision(besluit_id)


def _shown_decision(besluit_id, status=200, reasons=()):
    decided, kop = _decision(besluit_id)
    viewed(kop.subsidie)
    who = names(g.db, [decided.opgesteld_by, decided.gelezen_by, decided.getekend_by, decided.teruggestuurd_by])
    possible, blocked = _todo(decided, kop.subsidie)
    return render_template(
        "subsidie/besluit.html", besluit=decided, kop=kop, subsidie=kop.subsidie, inhoud=decided.inhoud, who=who,
        possible=possible, blocked=blocked, reasons=reasons, is_open=decided.state in besluiten.OPEN,
        labels=besluiten.STATE_LABELS, words=BESLISSING_WORDS, groups=_frozen_groups(decided.inhoud), product=_product(kop),
        ground=load_config("subsidies")["weigering"].get(decided.inhoud["grond"]), metrics=_metrics(decided.inhoud),
        termijnen=_frozen_termijnen(decided.inhoud),
        bezwaar=queries.termijn(g.db, kop.subsidie.id, "bezwaartermijn") if decided.verzonden_at else None), status


def _frozen_groups(inhoud) -> list[dict]:
    """The lines of a decision as they were frozen, by kind."""
    config = load_config("subsidies")
    found = []
    for soort in Regelsoort:
        own = [r for r in inhoud.get("regels", []) if r["soort"] == soort]
        found.append({"soort": soort.value, "kind": DRAWN[soort], "lines": [_frozen(r, config) for r in own]})
    return found


def _frozen(regel, config) -> dict:
    article = config["grondslag"][regel["grondslag"]]["artikel"]
    if regel["verordening_artikel"]:
        article = _("%(awb)s, verordening artikel %(nummer)s", awb=article, nummer=regel["verordening_artikel"])
    until = (_("Uiterlijk %(dag)s", dag=datum_kort(date.fromisoformat(regel["uiterlijk_on"]))) if regel["uiterlijk_on"]
             else _("Hele periode"))
    meta = [until, _("Bewijs: %(wat)s", wat=regel["bewijs"]), in_taal(config["koppeling"][regel["koppeling"]]["naam"])]
    return {"nummer": regel["nummer"], "tekst": regel["tekst"], "artikel": article, "meta": meta}


def _metrics(inhoud) -> list[tuple]:
    """Three figures: what was asked, what is granted, for which period."""
    asked = (_("Gevraagd"), bedrag(Decimal(inhoud["gevraagd"])))
    if inhoud["uitkomst"] != Beslissing.VERLENEN:
        return [asked]
    note = (_("ten hoogste %(bedrag)s", bedrag=bedrag(Decimal(inhoud["maximum"]))) if inhoud["maximum"]
            else _("vast bedrag"))
    van, tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"]) - DAY
    year = str(van.year) if van.year == tot.year else f"{van.year}–{tot.year}"
    return [(_("Bedrag"), bedrag(Decimal(inhoud["bedrag"])), note),
            (_("Periode"), year, _("%(van)s tot en met %(tot)s", van=datum_kort(van), tot=datum_kort(tot))), asked]


def _frozen_termijnen(inhoud) -> list[tuple]:
    return [(date.fromisoformat(t["op"]), Decimal(t["bedrag"])) for t in inhoud.get("termijnen", [])]


def _todo(besluit, zaak) -> tuple[list[dict], list[dict]]:
    """What this person can do with a decision, and what not yet with the reason."""
    possible, blocked = [], []
    interest = zelf_geen_belang(zaak, actor=g.actor) if besluit.state in besluiten.OPEN else None
    back = {"title": _("Stuur terug met reden"), "icon": "arrow", "button": _("Stuur terug"), "kind": "secondary",
            "url": url_for("subsidie.terug", besluit_id=besluit.id),
            "text": _("Het gereserveerde geld komt vrij. De opsteller past het voorstel aan.")}
    if besluit.state == State.OPGESTELD and besluit.tweede_lezer_nodig and g.actor.may(P.SUBSIDIE_MEELEZEN):
        title = _("Akkoord als tweede lezer")
        if reasons := [*besluiten.read_obstacles(besluit, g.actor), *([interest] if interest else [])]:
            blocked.append({"title": title, "reasons": reasons})
        else:
            possible.append({"title": title, "text": _("U las het besluit en de brief. Daarna kan een derde tekenen."),
                             "icon": "check", "button": _("Ik ben akkoord"), "post": True,
                             "url": url_for("subsidie.meelezen", besluit_id=besluit.id)})
            possible.append(back)
    if besluit.state in besluiten.OPEN and g.actor.may(P.SUBSIDIE_TEKENEN):
        if reasons := _sign_reasons(besluit, zaak):
            blocked.append({"title": _("Teken dit besluit"), "reasons": reasons})
        else:
            possible.append({"title": _("Teken dit besluit"), "text": _("Bekijk eerst de controles."), "icon": "pen",
                             "button": _("Naar het tekenen"), "url": url_for("subsidie.tekenen", besluit_id=besluit.id)})
        if back not in possible and besluit.opgesteld_by != g.actor.user_id and not interest:
            possible.append(back)
    if besluit.state == State.TERUGGESTUURD and mogelijk(zaak) and g.actor.may(P.SUBSIDIE_BEHANDELEN):
        possible.append({"title": _("Pas het voorstel aan"), "icon": "pen", "button": _("Naar het voorstel"),
                         "url": url_for("subsidie.voorstel", subsidie_id=zaak.id)})
    return possible, blocked


def _sign_reasons(besluit, zaak) -> list[str]:
    """Everything that keeps this person from signing now: the person, the case, the mandate."""
    found = besluiten.sign_obstacles(besluit, g.actor)
    if besluit.state not in besluiten.OPEN:
        return found
    found = [*found, *SUBSIDIE.obstacles(zaak, STAP[besluit.inhoud["uitkomst"]], g.actor)]
    refusal = besluiten.power(g.db, besluit, g.actor, on=clock.today()).refusal
    return [*found, *([refusal] if refusal else []), *_too_late(besluit, zaak)]


def _too_late(besluit, zaak) -> list[str]:
    """Not handling is only possible within four weeks (Awb 4:5, lid 4)."""
    if besluit.inhoud["uitkomst"] != Beslissing.NIET_BEHANDELEN:
        return []
    term = queries.termijn(g.db, zaak.id, "buiten_behandeling", open_only=True)
    if term is None or term.due_on < clock.today():
        return [_("De vier weken van Awb 4:5, lid 4 zijn voorbij. De aanvraag niet behandelen kan niet meer. Behandel haar "
                  "toch.")]
    return []


@bp.route("/subsidies/besluit/<uuid:besluit_id>/brief.pdf", needs=DECIDING)
def brief(besluit_id):
    """The letter: as it was sent, or as a concept while the decision is not signed."""
    decided, kop = _decision(besluit_id)
    if not decided.verzonden_at:
        return _concept(decided, kop.subsidie)
    sent = g.db.scalar(select(Document).where(
        Document.dossier_id == decided.dossier_id, Document.soort == voorstellen.SOORT_BRIEF,
        Document.gedeeld_at == decided.verzonden_at))
    if sent is None:
        raise NotFound(_("Deze brief is er niet."))
    try:
        chunks = current_app.files.open(sent.opslag_key)
    except OSError as error:
        raise Refused(_("Deze brief is nu niet te openen. Probeer het over een minuut opnieuw."), status=503) from error
    return uploads.send(f"{kop.subsidie.reference}.pdf", "application/pdf", sent.grootte, chunks)


@bp.route("/subsidies/besluit/<uuid:besluit_id>/meelezen", needs=P.SUBSIDIE_MEELEZEN, methods=["POST"])
def meelezen(besluit_id):
    """The second reader agrees; the drafter is refused by person."""
    try:
        voorstellen.meelezen(g.db, g.actor, besluit_id)
    except Refused as error:
        refused(error, "subsidie:meelezen", besluit_id)
        return _shown_decision(besluit_id, error.status, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit_id))


@bp.route("/subsidies/besluit/<uuid:besluit_id>/terugsturen", needs=(P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN))
def terug(besluit_id):
    """The form to send a decision back."""
    return _back(besluit_id)


def _back(besluit_id, status=200, form=None, reasons=()):
    decided, kop = _decision(besluit_id)
    return render_template("subsidie/terug.html", besluit=decided, subsidie=kop.subsidie, reasons=reasons,
                           opsteller=names(g.db, [decided.opgesteld_by]).get(decided.opgesteld_by, _("De opsteller")),
                           is_open=decided.state in besluiten.OPEN, errors=form.errors if form else {},
                           values=form.values if form else {}), status


@bp.route("/subsidies/besluit/<uuid:besluit_id>/terugsturen", needs=(P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN),
          methods=["POST"], idempotent=True)
def terugsturen(besluit_id):
    """Back to the drafter with a reason; what was returned stays readable."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het besluit terugstuurt."), most=4000)
    if form.errors:
        return _back(besluit_id, 422, form)
    try:
        voorstellen.terugsturen(g.db, g.actor, besluit_id, reden=reden)
    except Refused as error:
        refused(error, "subsidie:terugsturen", besluit_id)
        return _back(besluit_id, error.status, form, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit_id))


# Signing --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/te-tekenen", needs=P.SUBSIDIE_TEKENEN)
def te_tekenen():
    """Decisions that wait for my signature, the oldest first; several can be signed in one act."""
    return _to_sign()


def _to_sign(status=200, errors=None):
    part = queries.te_tekenen(g.db, g.actor, after=request.args.get("na"), before=request.args.get("voor"))
    return render_template("subsidie/tekenen_lijst.html", rows=part.rows, paging=around(part), errors=errors or {},
                           words=BESLISSING_WORDS), status


@bp.route("/subsidies/te-tekenen", needs=P.SUBSIDIE_TEKENEN, methods=["POST"], step_up=True, idempotent=True)
def tekenen_samen():
    """Sign the chosen decisions in one act, each on its own: one that may not be signed holds up no other."""
    chosen = [uuid.UUID(one) for one in Form().many("besluit") if _is_uuid(one)][:100]
    if not chosen:
        return _to_sign(422, {"besluit": _("Kies ten minste één besluit.")})
    voorstellen.tekenen_samen(g.db, g.actor, chosen, brieven=SubsidieBrieven(current_app.files))
    return go(url_for("subsidie.getekend_samen", besluit=chosen))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


@bp.route("/subsidies/te-tekenen/uitslag", needs=P.SUBSIDIE_TEKENEN)
def getekend_samen():
    """What became of each decision that was signed in one act: sent, or why not."""
    asked = [uuid.UUID(one) for one in request.args.getlist("besluit") if _is_uuid(one)][:100]
    rows = {b.id: (b, zaak) for b, zaak in g.db.execute(
        select(Besluit, Subsidie).join(Subsidie, Subsidie.id == Besluit.dossier_id).where(
            Besluit.id.in_(asked), Besluit.party_id == g.actor.party_id, Besluit.soort == voorstellen.SOORT)).all()}
    found = [_outcome(*rows[id_]) for id_ in dict.fromkeys(asked) if id_ in rows]
    return render_template("subsidie/tekenen_uitslag.html", sent=[o for o in found if not o["reasons"]],
                           left=[o for o in found if o["reasons"]], gone=len(set(asked)) - len(found))


def _outcome(besluit, zaak) -> dict:
    mine = besluit.state == State.VERZONDEN and besluit.getekend_by == g.actor.user_id
    return {"besluit": besluit, "subsidie": zaak, "reasons": [] if mine else _sign_reasons(besluit, zaak) or [
        _("Dit besluit is nog niet getekend. Probeer het opnieuw.")]}


@bp.route("/subsidies/besluit/<uuid:besluit_id>/tekenen", needs=P.SUBSIDIE_TEKENEN)
def tekenen(besluit_id):
    """The card to sign: what, for whom, how much, what happens next, and the checks as they are now."""
    return _card(besluit_id)


def _card(besluit_id, status=200, reasons=()):
    decided, kop = _decision(besluit_id)
    if not reasons and decided.state not in besluiten.OPEN:
        mine = decided.state == State.VERZONDEN and decided.getekend_by == g.actor.user_id
        return go(url_for("subsidie.getekend" if mine else "subsidie.besluit", besluit_id=decided.id))
    viewed(kop.subsidie)
    power = besluiten.power(g.db, decided, g.actor, on=clock.today())
    is_waiting = decided.state in besluiten.OPEN
    obstacles = [*besluiten.sign_obstacles(decided, g.actor),
                 *(SUBSIDIE.obstacles(kop.subsidie, STAP[decided.inhoud["uitkomst"]], g.actor) if is_waiting else []),
                 *([power.refusal] if power.refusal else []), *_too_late(decided, kop.subsidie)]
    return render_template(
        "subsidie/tekenen.html", besluit=decided, subsidie=kop.subsidie, inhoud=decided.inhoud, reasons=reasons,
        obstacles=obstacles, is_waiting=is_waiting, amount=_amount(decided), amount_note=_power_words(power),
        facts=_facts(decided, kop, power), checks=_checks(decided, kop.subsidie, power),
        queue=_queue(decided.id), if_nothing=_if_nothing(decided.inhoud, kop.subsidie)), status


def _amount(besluit) -> tuple[str, str]:
    """What is granted, or what was asked, with its name."""
    inhoud = besluit.inhoud
    if inhoud["uitkomst"] != Beslissing.VERLENEN:
        return _("Gevraagd, er wordt niets verleend"), bedrag(Decimal(inhoud["gevraagd"]))
    return (_("Ten hoogste te verlenen") if inhoud["maximum"] else _("Te verlenen")), bedrag(besluit.bedrag)


def _power_words(power) -> str:
    if power.mandaat is None:
        return ""
    if power.mandaat.tot_bedrag is None:
        return _("Uw mandaat heeft geen hoogste bedrag")
    return _("Uw mandaat gaat tot %(bedrag)s", bedrag=bedrag(power.mandaat.tot_bedrag))


def _facts(besluit, kop, power) -> list[tuple[str, str]]:
    """For whom, for what, as whom, and what happens after signing: counted as if signed today."""
    inhoud, zaak = besluit.inhoud, kop.subsidie
    signer = _("mandaathouder van %(orgaan)s", orgaan=besluit.orgaan)
    if power.vervanging:
        absent = names(g.db, [power.vervanging.afwezige_id]).get(power.vervanging.afwezige_id, "")
        signer = _("%(wie)s, bij afwezigheid van %(afwezige)s", wie=signer, afwezige=absent)
    last = compute(terms.rule("bezwaartermijn"), clock.today()).last_day
    how = (_("De brief gaat meteen naar de aanvrager.") if zaak.aanvrager_id
           else _("De aanvrager heeft geen account. Print de brief en stuur hem met de post."))
    found = [(_("Aan wie"), zaak.aanvrager_naam), (_("Regeling"), kop.publicatie.titel)]
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        van, tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"]) - DAY
        found.append((_("Periode"), _("%(van)s tot en met %(tot)s", van=datum(van), tot=datum(tot))))
    return [*found, (_("U tekent als"), signer),
            (_("Na het tekenen"), _("%(hoe)s Bezwaar maken kan tot en met %(dag)s.", hoe=how, dag=datum_kort(last)))]


def _checks(besluit, zaak, power) -> list[tuple]:
    """What the signer should know, each as it stands in the database now."""
    who = names(g.db, [besluit.opgesteld_by, besluit.gelezen_by])
    drafter, found = who.get(besluit.opgesteld_by, _("een collega")), []
    if besluit.gelezen_by:
        found.append(("ok", _("Opgesteld door %(opsteller)s, gelezen door %(lezer)s", opsteller=drafter,
                              lezer=who.get(besluit.gelezen_by, _("een collega")))))
    elif besluit.tweede_lezer_nodig:
        found.append(("warn", _("Nog niet gelezen:"),
                      _("opgesteld door %(wie)s. Een tweede persoon moet het lezen.", wie=drafter)))
    else:
        found.append(("ok", _("Opgesteld door %(wie)s. Een tweede lezer is niet nodig.", wie=drafter)))
    if fault := argumenten_beantwoord(zaak):
        found.append(("warn", _("Argumenten:"), in_taal(fault)))
    else:
        found.append(("ok", _("De argumenten van de aanvrager zijn beantwoord")))
    if besluit.inhoud["uitkomst"] == Beslissing.VERLENEN:
        found.append(("ok", _("Het bedrag is gereserveerd in het subsidieplafond")))
        found.append(("ok", _("Er is gekeken naar staatssteun: %(wat)s", wat=besluit.inhoud["staatssteun"])))
    found.append(("warn", _("Geen mandaat:"), in_taal(power.refusal)) if power.mandaat is None
                 else ("ok", _("Uw mandaat geldt: %(bron)s", bron=power.mandaat.vindplaats)))
    return found


def _if_nothing(inhoud, zaak) -> str:
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        return _("de brief gaat niet weg. De aanvrager krijgt geen antwoord en geen geld, en begint niet op %(dag)s.",
                 dag=datum(zaak.van))
    return _("de brief gaat niet weg. De aanvrager krijgt geen antwoord, en de tijd om te beslissen loopt door.")


def _queue(besluit_id) -> dict:
    """The place of a decision among the oldest that wait for me, and the one after it (round to the first)."""
    part = queries.te_tekenen(g.db, g.actor)
    ids = [row.id for row in part.rows]
    place = ids.index(besluit_id) + 1 if besluit_id in ids else None
    others = [row for row in (*part.rows[place or 0:], *part.rows[:place or 0]) if row.id != besluit_id]
    return {"place": place if not part.last else None, "total": len(ids), "next": others[0] if others else None}


@bp.route("/subsidies/besluit/<uuid:besluit_id>/tekenen", needs=P.SUBSIDIE_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def tekenen_doen(besluit_id):
    """Sign and send in one act. Pressing twice gives the same answer, once."""
    try:
        voorstellen.tekenen(g.db, g.actor, besluit_id, brieven=SubsidieBrieven(current_app.files))
    except Refused as error:
        refused(error, "subsidie:tekenen", besluit_id)
        return _card(besluit_id, error.status, error.reasons)
    return go(url_for("subsidie.getekend", besluit_id=besluit_id))


@bp.route("/subsidies/besluit/<uuid:besluit_id>/getekend", needs=P.SUBSIDIE_TEKENEN)
def getekend(besluit_id):
    """After signing: the letter went, until when objection is possible, what to sign next."""
    decided, kop = _decision(besluit_id)
    if decided.state != State.VERZONDEN:
        raise NotFound(_("Dit besluit is nog niet getekend, of het is niet van uw gemeente."))
    return render_template("subsidie/tekenen_klaar.html", besluit=decided, subsidie=kop.subsidie,
                           bezwaar=queries.termijn(g.db, kop.subsidie.id, "bezwaartermijn"), queue=_queue(decided.id))
