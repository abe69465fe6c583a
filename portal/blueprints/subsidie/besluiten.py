"""The proposal and the decision: lines, money, checks, reading, signing, the letter."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from flask import current_app, g, render_template, request, url_for
from sqlalchemy import select

from config import load as load_config
from portal.adapters import subsidiebrieven
from portal.adapters.subsidiebrieven import SubsidieBrieven
from portal.blueprints.subsidie import bp, soorten
from portal.blueprints.subsidie.termijnen import MOST_TERMIJNEN, typed_termijnen, used_rows
from portal.domains.subsidies import beschikking, queries, voorstellen, wijzigen
from portal.domains.subsidies import posten as posting
from portal.domains.subsidies import tekenen as signing
from portal.domains.subsidies.model import Subsidie
from portal.domains.subsidies.rules import Beslissing, Regelsoort
from portal.domains.subsidies.words import BESLISSING_WORDS, REGEL_WORDS
from portal.domains.subsidies.workflow import argumenten_beantwoord, mogelijk, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit, State
from portal.kernel.brief import REMEDIE_TERMIJN, college
from portal.kernel.documents import Document
from portal.kernel.dossier import Termijn
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.terms import compute
from portal.web import uploads
from portal.web.blueprint import refused, viewed
from portal.web.filters import bedrag, datum, datum_kort, in_taal, laatste_dag
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.links import around
from portal.web.navigation import signing_tabs
from portal.web.said import tell
from portal.web.taal import gettext as _

DAY = timedelta(days=1)
# Outcomes that say what is granted, with lines and money; and in which part of the config the grounds of an outcome stand.
GRANTING = (Beslissing.VERLENEN, Beslissing.WIJZIGEN)
GROUNDS = {Beslissing.VERLENEN: "weigering", Beslissing.WEIGEREN: "weigering", Beslissing.WIJZIGEN: "intrekking",
           Beslissing.INTREKKEN: "intrekking"}
DECIDING = (P.SUBSIDIE_LEZEN, P.SUBSIDIE_MEELEZEN, P.SUBSIDIE_TEKENEN)
# How a line is drawn: an own edge per kind.
DRAWN = {Regelsoort.RESULTAAT: "res", Regelsoort.VERPLICHTING: "duty", Regelsoort.VOORWAARDE: "cond"}
# Rows for payments on the page: those that are there, and some empty ones.
TERMIJN_ROWS = 2
BERICHT_ROWS, MOST_BERICHTEN = 1, 12
BERICHT_FIELDS = ("van", "tot", "uiterlijk")


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
    bij = queries.bij_voorstel(g.db, zaak, g.actor.user_id)
    proposal, lines, ceiling = bij.voorstel, bij.regels, bij.plafond
    earlier = [b for b in bij.besluiten if b.soort == voorstellen.SOORT]
    waiting = next((b for b in earlier if b.state in besluiten.OPEN), None)
    decided = waiting or next((b for b in earlier if b.state == State.VERZONDEN), None)
    wanted = request.args.get("uitkomst", "")
    choices = mogelijk(zaak, niet_behandelen=bij.niet_behandelen is not None, herziening=bij.herziening)
    closed = _why_closed(zaak, decided, choices, bij.belang)
    errors = form.errors if form else {}
    # Of a grant that runs, a proposal changes it or takes it back.
    payments = bij.betalingen if zaak.verleend is not None else []
    shared = {"granted": zaak.verleend is not None, "choices": choices, "paid": bij.betaald,
              "wanted": wanted if wanted in choices else "", "kop": kop,
              "subsidie": zaak, "voorstel": proposal, "decided": decided, "closed": closed, "reasons": reasons,
              "errors": errors, "words": BESLISSING_WORDS, "term": bij.beslissen, "sent_back": next(
                  (b for b in earlier[:1] if b.state == State.TERUGGESTUURD), None)}
    if proposal is None:
        return render_template("subsidie/voorstel_begin.html", **shared), status
    holds = bij.verlening if shared["granted"] else None
    # Once it lies before somebody its money is reserved: to check that it fits would count it twice.
    checks = [] if waiting else voorstellen.controles(g.db, zaak, proposal, kop.publicatie, bij)
    is_grant, is_change = proposal.uitkomst in GRANTING, proposal.uitkomst == Beslissing.WIJZIGEN
    needs_reader = (voorstellen.gewicht(zaak, proposal) or Decimal(0)) >= Decimal(kop.publicatie.inhoud["tweede_lezer_vanaf"])
    new_amount = (proposal.bedrag or Decimal(0)) if is_change else Decimal(0)
    values = _values(proposal) | (form.values if form else {})
    return render_template(
        "subsidie/voorstel.html", **shared, values=values, groups=_groups(lines), checks=checks,
        faults=[fault for one in checks for fault in one.gebreken], is_grant=is_grant, needs_reader=needs_reader,
        is_change=is_change, is_gone=proposal.uitkomst == Beslissing.INTREKKEN, ceiling=ceiling,
        left=_left(ceiling, zaak, proposal, waiting) if is_grant else None,
        difference=soorten.differences(voorstellen.verandering(holds, proposal, lines)) if is_change else [],
        lapses=wijzigen.vervallend(payments, new_amount) if holds else [],
        budget=bool(holds) and soorten.has_budget_condition(holds.inhoud),
        cap=queries.hoogste(bij.maxima, zaak, clock.today()) if is_grant else None, product=_product(kop),
        people=_people(kop, proposal, needs_reader), grounds=_grounds(proposal, holds), aid=_aid_choices(),
        in_part=voorstellen.deels(zaak, proposal), rows=_termijn_rows(values, proposal),
        reports=_bericht_rows(values, proposal) if proposal.uitkomst == Beslissing.VERLENEN else (),
        can_preview=_is_readable(proposal), offered=_offered(kop, lines) if is_grant else []), status


def _offered(kop, lines) -> list[dict]:
    """What the law asks per year and does not stand in the proposal (afdeling 4.2.8), with where to add it."""
    grounds = load_config("subsidies")["grondslag"]
    return [{"title": row["tekst"], "text": in_taal(row["uitleg"]) if row.get("uitleg") else "",
             "meta": grounds[row["grondslag"]]["artikel"],
             "url": url_for("subsidie.regel_nieuw", subsidie_id=kop.subsidie.id, soort=Regelsoort.VERPLICHTING.value,
                            wet=row["grondslag"])} for row in voorstellen.boekjaar_aanbod(kop.publicatie, lines)]


def _why_closed(zaak: Subsidie, decided: Besluit | None, choices, belang: queries.Belang | None = None) -> list[str]:
    """Why nobody, or not this person, writes the proposal now."""
    found = []
    if decided and decided.state in besluiten.OPEN:
        found.append("Er ligt al een voorstel bij de lezer of de tekenaar.")
    elif not choices:
        found.append("Over deze aanvraag is al besloten." if decided else
                     "Een voorstel kan pas als de aanvraag is beoordeeld, of niet is aangevuld.")
    if reason := zelf_geen_belang(zaak, actor=g.actor, belang=belang):
        found.append(reason)
    return found


def _most(proposal) -> Decimal:
    """What this grant may cost at most: that is what the ceiling keeps free."""
    return proposal.maximum if proposal.maximum is not None else proposal.bedrag or Decimal(0)


def _left(ceiling, zaak: Subsidie, proposal, waiting) -> Decimal | None:
    """What this decision leaves in the ceiling; what lies before somebody is reserved already."""
    asks = wijzigen.erbij(zaak, _most(proposal)) if proposal.uitkomst == Beslissing.WIJZIGEN else _most(proposal)
    return None if ceiling is None else ceiling.over if waiting and asks > 0 else ceiling.over - asks


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


def _grounds(proposal, holds) -> list[tuple[str, str]]:
    """The grounds that fit what is proposed: taking back counts from the beginning, never forward (Awb 4:48 and 4:50)."""
    rows = load_config("subsidies")[GROUNDS.get(proposal.uitkomst, "weigering")]
    return [(code, f"{in_taal(row['naam'])} ({row['artikel']})") for code, row in rows.items()
            if not (proposal.uitkomst == Beslissing.INTREKKEN and row["werking"] != "terug")
            and not (holds and code in wijzigen.OM_BEGROTING and not soorten.has_budget_condition(holds.inhoud))]


def _aid_choices() -> list[tuple[str, str]]:
    """What can be found about state aid, each with its article."""
    return [(code, f"{in_taal(row['naam'])} ({row['artikel']})") for code, row in load_config("subsidies")["steun"].items()]


def _values(proposal) -> dict[str, str]:
    """The proposal as a person would type it."""
    def euro(value):
        return bedrag_text(value) if value is not None else ""

    def day(value):
        return f"{value:%d-%m-%Y}" if value else ""

    values = {"bedrag": euro(proposal.bedrag), "methode": proposal.methode, "maximum": euro(proposal.maximum),
              "aantal": euro(proposal.aantal).removesuffix(",00"), "tarief": euro(proposal.tarief), "van": day(proposal.van),
              "tot_en_met": day(proposal.tot - DAY if proposal.tot else None), "motivering": proposal.motivering,
              "grond": proposal.grond, "horen": proposal.horen, "steun": proposal.steun, "staatssteun": proposal.staatssteun,
              "lager_vanaf": day(proposal.lager_vanaf), "voornemen_on": day(proposal.voornemen_on),
              "begroting_on": day(proposal.begroting_on), "schade": proposal.schade,
              "eigen_feiten": {None: "", True: "ja", False: "nee"}[proposal.eigen_feiten]}
    for number, termijn in enumerate(proposal.termijnen, start=1):
        values[f"termijn-{number}-op"] = day(date.fromisoformat(termijn["op"]))
        values[f"termijn-{number}-bedrag"] = euro(Decimal(termijn["bedrag"]))
    for number, row in enumerate(proposal.rapportages, start=1):
        values[f"bericht-{number}-van"] = day(date.fromisoformat(row["van"]))
        values[f"bericht-{number}-tot"] = day(date.fromisoformat(row["tot"]) - DAY)
        values[f"bericht-{number}-uiterlijk"] = day(date.fromisoformat(row["uiterlijk"]))
    return values


def _termijn_rows(values, proposal) -> range:
    return range(1, min(max(len(proposal.termijnen), *used_rows(values), 0) + TERMIJN_ROWS, MOST_TERMIJNEN) + 1)


def _bericht_rows(values, proposal) -> range:
    typed = [n for n in range(1, MOST_BERICHTEN + 1) if any(values.get(f"bericht-{n}-{name}") for name in BERICHT_FIELDS)]
    return range(1, min(max([len(proposal.rapportages), *typed]) + BERICHT_ROWS, MOST_BERICHTEN) + 1)


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/beginnen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstel_beginnen(subsidie_id):
    """Begin the proposal with what was asked and the lines of the scheme; of a grant that runs, with what holds now."""
    form = Form()
    uitkomst = form.choice("uitkomst", list(Beslissing), _("Kies wat het besluit wordt."))
    if not uitkomst and _case(subsidie_id).subsidie.verleend is None:
        form.errors.clear()  # an application is decided on; only of a grant there is a choice
    if form.errors:
        return _proposal(subsidie_id, 422, form)
    try:
        voorstellen.beginnen(g.db, g.actor, subsidie_id, uitkomst=Beslissing(uitkomst) if uitkomst else None)
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


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/weggooien", needs=P.SUBSIDIE_BEHANDELEN)
def voorstel_weg(subsidie_id):
    """Stop this change or withdrawal?"""
    return _throw_away(subsidie_id)


def _throw_away(subsidie_id, status=200, reasons=()):
    kop = _case(subsidie_id)
    viewed(kop.subsidie)
    proposal = queries.voorstel(g.db, kop.subsidie.id)
    if proposal is None and not reasons:
        raise NotFound(_("Er is geen voorstel om weg te gooien."))
    return render_template("subsidie/voorstel_weg.html", kop=kop, subsidie=kop.subsidie, reasons=reasons,
                           what=in_taal(BESLISSING_WORDS[proposal.uitkomst]) if proposal else ""), status


@bp.route("/subsidies/<uuid:subsidie_id>/voorstel/weggooien", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstel_weggooien(subsidie_id):
    """Stop the change or the withdrawal; the grant stays as it is."""
    try:
        voorstellen.weggooien(g.db, g.actor, subsidie_id)
    except Refused as error:
        refused(error, "subsidie:voorstel", subsidie_id)
        return _throw_away(subsidie_id, error.status, error.reasons)
    return tell(go(url_for("subsidie.dossier", subsidie_id=subsidie_id)),
                _("Het voorstel is weggegooid. De subsidie blijft zoals zij was."))


def _typed(form: Form, uitkomst: str) -> dict:
    """The facts of the proposal as they were typed; what is wrong stands in the form. Empty is kept as empty: the checks say
    what still lacks."""
    is_grant, grounds = uitkomst in GRANTING, GROUNDS.get(uitkomst)
    facts = {"motivering": form.text("motivering") or ""}
    if is_grant:
        last = form.date("tot_en_met")
        facts |= {"bedrag": form.bedrag("bedrag"), "methode": form.text("methode", most=2000) or "",
                  "maximum": form.bedrag("maximum"), "aantal": form.bedrag("aantal"), "tarief": form.bedrag("tarief"),
                  "van": form.date("van"), "tot": last + DAY if last else None, "termijnen": [
                      {"op": row["op"].isoformat(), "bedrag": str(row["bedrag"])} for row in typed_termijnen(form)],
                  "steun": form.choice("steun", list(load_config("subsidies")["steun"])) or "",
                  "staatssteun": form.text("staatssteun", most=4000) or ""}
    if uitkomst == Beslissing.VERLENEN:
        facts["rapportages"] = _typed_berichten(form)
    if grounds:
        answer = form.choice("eigen_feiten", ["ja", "nee"])
        facts |= {"grond": form.choice("grond", list(load_config("subsidies")[grounds])) or "",
                  "eigen_feiten": {"ja": True, "nee": False}.get(answer), "horen": form.text("horen", most=4000) or ""}
    if grounds == "intrekking":
        facts |= {"begroting_on": form.date("begroting_on"), "schade": form.text("schade", most=4000) or ""}
        facts |= {"lager_vanaf": form.date("lager_vanaf")} if uitkomst == Beslissing.WIJZIGEN else {}
    elif grounds:
        facts["voornemen_on"] = form.date("voornemen_on")
    return facts


def _typed_berichten(form: Form) -> list[dict]:
    """The short reports that are asked, by period; the last day that was typed becomes the half-open end."""
    found = []
    for number in range(1, MOST_BERICHTEN + 1):
        fields = [f"bericht-{number}-{name}" for name in BERICHT_FIELDS]
        if not any(form.raw(name) for name in fields):
            continue
        van = form.date(fields[0], _("Vul bij bericht %(n)s de eerste dag in.", n=number))
        last = form.date(fields[1], _("Vul bij bericht %(n)s de laatste dag in.", n=number))
        before = form.date(fields[2], _("Vul bij bericht %(n)s in wanneer het er moet zijn.", n=number))
        if van and last and last < van:
            form.errors[fields[1]] = _("De laatste dag ligt vóór de eerste dag.")
        elif van and last and before and before <= last:
            form.errors[fields[2]] = _("Het bericht komt na de laatste dag. Kies een latere dag.")
        elif van and last and before:
            found.append({"van": van.isoformat(), "tot": (last + DAY).isoformat(), "uiterlijk": before.isoformat()})
    return sorted(found, key=lambda row: row["van"])


def _save(subsidie_id, form: Form) -> None:
    """Keep what was typed. Raises Refused; a fault in a field stands in the form and nothing is kept."""
    kop = _case(subsidie_id)
    proposal = queries.voorstel(g.db, kop.subsidie.id)
    if proposal is None:
        raise Refused(_("Er is nog geen voorstel. Begin het eerst."), status=409)
    facts = _typed(form, proposal.uitkomst)
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
    bij = queries.bij_voorstel(g.db, kop.subsidie, g.actor.user_id)
    if bij.voorstel is None:
        raise NotFound(_("Er is nog geen voorstel."))
    if not _is_readable(bij.voorstel):
        raise Refused(_("Vul eerst het bedrag en de periode in, of de grond. Dan kunt u de brief bekijken."), status=409)
    return _concept(_frozen_now(kop, bij), kop.subsidie)


def _is_readable(proposal) -> bool:
    """Is there enough to write the letter?"""
    if proposal.uitkomst in GRANTING:
        return None not in (proposal.bedrag, proposal.van, proposal.tot)
    return proposal.grond in load_config("subsidies")[GROUNDS[proposal.uitkomst]] if proposal.uitkomst in GROUNDS else True


def _frozen_now(kop, bij: queries.BijVoorstel) -> Besluit:
    """The decision as it would be drafted now; it belongs to no session and is not kept."""
    zaak, ceiling, proposal = kop.subsidie, bij.plafond, bij.voorstel
    content = voorstellen.inhoud_van(g.db, zaak, proposal, kop.publicatie, bij)
    stand = {"bedrag": str(ceiling.bedrag), "gereserveerd": str(ceiling.gereserveerd), "vastgelegd": str(ceiling.vastgelegd),
             "op": clock.today().isoformat()} if ceiling else None
    return Besluit(orgaan=college(kop.gemeente),
                   onderwerp=f"{voorstellen.ONDERWERP[proposal.uitkomst]}: {zaak.titel}", inhoud=content | {"plafond": stand})


def _concept(besluit: Besluit, zaak: Subsidie):
    pdf = subsidiebrieven.concept(beschikking.brief_van(g.db, besluit, zaak, on=clock.today(), ondertekenaar=""))
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
    # A line holds to the last day of the period, unless another day is typed.
    values = {"uiterlijk_on": f"{laatste_dag(kop.subsidie.tot):%d-%m-%Y}"} | (
        {"grondslag": "4-30"} if soort == Regelsoort.RESULTAAT else {})
    if found:
        values = {name: getattr(found, name) for name in ("tekst", "grondslag", "verordening_artikel", "bewijs", "koppeling")}
        values["uiterlijk_on"] = f"{found.uiterlijk_on:%d-%m-%Y}" if found.uiterlijk_on else ""
    elif law := next((row for row in voorstellen.boekjaar_regels(kop.publicatie)
                      if row["grondslag"] == request.args.get("wet")), None):
        ready = voorstellen.boekjaar_velden(law, kop.subsidie.tot)
        values = {name: ready[name] for name in ("tekst", "grondslag", "bewijs", "koppeling")}
        values["uiterlijk_on"] = f"{ready['uiterlijk_on']:%d-%m-%Y}"
    closed = _why_closed(kop.subsidie, queries.open_besluit(g.db, kop.subsidie.id), mogelijk(kop.subsidie))
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
             "uiterlijk_on": form.date("uiterlijk_on", in_taal(voorstellen.ZONDER_DAG))}
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
    """A decision of any kind of the own gemeente with its case. Who acts for another gemeente finds what waits and fits their
    mandate, and what they did with it."""
    besluit, kop = queries.besluit_en_kop(g.db, besluit_id)
    if besluit.party_id != g.actor.party_id or besluit.soort not in queries.SOORTEN:
        raise NotFound(_("Dit besluit is er niet, of het is niet van uw gemeente."))
    mine = g.actor.user_id in (besluit.getekend_by, besluit.teruggestuurd_by)
    waits = besluit.state in besluiten.OPEN and (not g.actor.namens or besluit.soort == g.actor.namens.besluit_soort)
    if g.actor.namens and not (mine or waits):
        raise NotFound(_("Dit besluit is er niet, of het wacht niet op u."))
    return besluit, kop


@bp.route("/subsidies/besluit/<uuid:besluit_id>", needs=DECIDING)
def besluit(besluit_id):
    """The frozen decision: what it says, who drafted, read and signed, the letter, and what can be done now."""
    return _shown_decision(besluit_id)


def _asked_and_refused(inhoud) -> list[Decimal]:
    """What was asked, and what of it is not given, as far as the decision holds it."""
    return [Decimal(inhoud[name]) for name in ("gevraagd", "geweigerd") if inhoud.get(name)]


def _shown_decision(besluit_id, status=200, reasons=()):
    decided, kop = _decision(besluit_id)
    viewed(kop.subsidie)
    who = names(g.db, [decided.opgesteld_by, decided.gelezen_by, decided.getekend_by, decided.teruggestuurd_by])
    possible, blocked = _todo(decided, kop.subsidie)
    inhoud, is_first = decided.inhoud, soorten.is_first(decided)
    posted, may_post = _posted(decided, kop.subsidie), g.actor.may(P.SUBSIDIE_BEHANDELEN) and decided.state == State.VERZONDEN
    unposted = _waits_for_the_post(decided, kop.subsidie, posted)
    if unposted and may_post:
        possible.append({"title": _("Doe de brief op de post"), "icon": "mail", "button": _("Vul de dag in"),
                         "text": _("Pas daarna loopt de termijn (Awb 3:41 en 6:8)."),
                         "url": url_for("subsidie.postdag", besluit_id=decided.id)})
    return render_template(
        "subsidie/besluit.html", besluit=decided, kop=kop, subsidie=kop.subsidie, inhoud=inhoud, who=who,
        aid=soorten.aid_words(inhoud), rest=_asked_and_refused(inhoud) if is_first else [],
        possible=possible, blocked=blocked, reasons=reasons, is_open=decided.state in besluiten.OPEN, is_first=is_first,
        labels=besluiten.STATE_LABELS, what=soorten.what(inhoud), groups=_frozen_groups(inhoud), product=_product(kop),
        ground=load_config("subsidies")["weigering"].get(inhoud["grond"]) if is_first else None,
        metrics=_metrics(inhoud) if is_first else soorten.metrics(decided), why_title=soorten.why_title(decided.soort),
        parts=[] if is_first else soorten.parts(decided), termijnen=_frozen_termijnen(inhoud),
        berichten=_frozen_berichten(inhoud), bezwaar=_objection(decided, posted), posted=posted,
        unposted=unposted, may_post=may_post), status


def _posted(besluit, zaak: Subsidie) -> date | None:
    """On which day the letter was posted; None for one in the portal, or that was not posted yet."""
    return None if zaak.aanvrager_id or besluit.verzonden_at is None else queries.gepost(g.db, zaak.id).get(besluit.id)


def _waits_for_the_post(besluit, zaak: Subsidie, posted: date | None) -> bool:
    """Does this letter go by post, and was it not posted yet? Then it was signed, but not sent (Awb 3:41)."""
    return besluit.state == State.VERZONDEN and zaak.aanvrager_id is None and posted is None


def _objection(besluit, posted: date | None = None) -> Termijn | None:
    """Until when somebody can object to this decision; None while it was not sent."""
    if besluit.verzonden_at is None:
        return None
    return g.db.scalar(select(Termijn).where(
        Termijn.dossier_id == besluit.dossier_id, Termijn.kind == REMEDIE_TERMIJN[besluit.rechtsmiddel],
        Termijn.started_on == (posted or clock.day_of(besluit.verzonden_at)))
        .order_by(Termijn.met_on.desc().nulls_first()).limit(1))


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


def _frozen_berichten(inhoud) -> list[tuple]:
    return [tuple(date.fromisoformat(row[name]) for name in BERICHT_FIELDS) for row in inhoud.get("rapportages", [])]


def _todo(besluit, zaak) -> tuple[list[dict], list[dict]]:
    """What this person can do with a decision, and what not yet with the reason."""
    possible, blocked = [], []
    if besluit.state in besluiten.OPEN:
        queries.belang_en_argumenten(g.db, zaak.id, g.actor.user_id)
    interest = zelf_geen_belang(zaak, actor=g.actor) if besluit.state in besluiten.OPEN else None
    back = {"title": _("Stuur terug met reden"), "icon": "arrow", "button": _("Stuur terug"), "kind": "secondary",
            "url": url_for("subsidie.terug", besluit_id=besluit.id), "text": soorten.sent_back_text(besluit)}
    if besluit.state == State.OPGESTELD and besluit.tweede_lezer_nodig and g.actor.may(P.SUBSIDIE_MEELEZEN):
        title = _("Akkoord als tweede lezer")
        if reasons := [*besluiten.read_obstacles(besluit, g.actor),
                       *filter(None, (beschikking.schreef_mee(besluit, g.actor), interest))]:
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
    if besluit.state == State.TERUGGESTUURD and g.actor.may(P.SUBSIDIE_BEHANDELEN) and (
            again := soorten.again_url(besluit, zaak)):
        possible.append({"title": _("Pas het voorstel aan"), "icon": "pen", "button": _("Naar het voorstel"), "url": again})
    return possible, blocked


def _sign_reasons(besluit, zaak) -> list[str]:
    """Everything that keeps this person from signing now: the person, the case, the mandate."""
    found = besluiten.sign_obstacles(besluit, g.actor)
    if besluit.state not in besluiten.OPEN:
        return found
    found = [*found, *signing.obstakels(g.db, g.actor, besluit, zaak)]
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
        Document.dossier_id == decided.dossier_id, Document.soort == beschikking.SOORT_BRIEF,
        Document.gedeeld_at == decided.verzonden_at, Document.titel == decided.onderwerp))
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
        signing.meelezen(g.db, g.actor, besluit_id)
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
                           does=soorten.sent_back_text(decided),
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
        signing.terugsturen(g.db, g.actor, besluit_id, reden=reden)
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
    amounts = {row.id: soorten.listed_amount(row.soort, row.inhoud) for row in part.rows}
    return render_template("subsidie/tekenen_lijst.html", rows=part.rows, paging=around(part), errors=errors or {},
                           amounts=amounts, tabs=signing_tabs(g.actor)), status


@bp.route("/subsidies/te-tekenen", needs=P.SUBSIDIE_TEKENEN, methods=["POST"], step_up=True, idempotent=True)
def tekenen_samen():
    """Sign the chosen decisions in one act, each on its own: one that may not be signed holds up no other."""
    chosen = [uuid.UUID(one) for one in Form().many("besluit") if _is_uuid(one)][:100]
    if not chosen:
        return _to_sign(422, {"besluit": _("Kies ten minste één besluit.")})
    signing.tekenen_samen(g.db, g.actor, chosen, brieven=SubsidieBrieven(current_app.files))
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
            Besluit.id.in_(asked), Besluit.party_id == g.actor.party_id, Besluit.soort.in_(queries.SOORTEN))).all()}
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
    queries.belang_en_argumenten(g.db, kop.subsidie.id, g.actor.user_id)
    absent = power.vervanging.afwezige_id if power.vervanging else None
    who = names(g.db, [decided.opgesteld_by, decided.gelezen_by, absent])
    obstacles = [*besluiten.sign_obstacles(decided, g.actor),
                 *(signing.obstakels(g.db, g.actor, decided, kop.subsidie) if is_waiting else []),
                 *([power.refusal] if power.refusal else []), *_too_late(decided, kop.subsidie)]
    return render_template(
        "subsidie/tekenen.html", besluit=decided, subsidie=kop.subsidie, inhoud=decided.inhoud, reasons=reasons,
        obstacles=obstacles, is_waiting=is_waiting, amount=_amount(decided), amount_note=_power_words(power),
        facts=_facts(decided, kop, power, who), checks=_checks(decided, kop.subsidie, power, who),
        queue=_queue(decided.id), if_nothing=_if_nothing(decided, kop.subsidie)), status


def _amount(besluit) -> tuple[str, str]:
    """What is granted, or what was asked, with its name."""
    inhoud = besluit.inhoud
    if not soorten.is_first(besluit):
        return soorten.amount(besluit)
    if inhoud["uitkomst"] != Beslissing.VERLENEN:
        return _("Gevraagd, er wordt niets verleend"), bedrag(Decimal(inhoud["gevraagd"]))
    return (_("Ten hoogste te verlenen") if inhoud["maximum"] else _("Te verlenen")), bedrag(
        Decimal(inhoud["maximum"] or inhoud["bedrag"]))


def _power_words(power) -> str:
    if power.mandaat is None:
        return ""
    if power.mandaat.tot_bedrag is None:
        return _("Uw mandaat heeft geen hoogste bedrag")
    return _("Uw mandaat gaat tot %(bedrag)s", bedrag=bedrag(power.mandaat.tot_bedrag))


def _facts(besluit, kop, power, who) -> list[tuple[str, str]]:
    """For whom, for what, as whom, and what happens after signing: counted as if signed today."""
    inhoud, zaak = besluit.inhoud, kop.subsidie
    signer = _("mandaathouder van %(orgaan)s", orgaan=besluit.orgaan)
    if power.vervanging:
        signer = _("%(wie)s, bij afwezigheid van %(afwezige)s", wie=signer,
                   afwezige=who.get(power.vervanging.afwezige_id, ""))
    last = compute(terms.rule(REMEDIE_TERMIJN[besluit.rechtsmiddel]), clock.today()).last_day
    until = (_("Naar de rechter gaan kan tot en met %(dag)s.", dag=datum_kort(last)) if besluit.rechtsmiddel == "beroep"
             else _("Bezwaar maken kan tot en met %(dag)s.", dag=datum_kort(last)))
    how = (_("De brief gaat meteen naar de aanvrager.") if zaak.aanvrager_id
           else _("De aanvrager heeft geen account. Een collega print de brief, doet hem op de post en vult de dag in. Vanaf "
                  "de dag daarna loopt de termijn. De dagen hieronder gelden als dat vandaag gebeurt."))
    found = [(_("Aan wie"), zaak.aanvrager_naam), (_("Regeling"), kop.publicatie.titel)]
    if inhoud["uitkomst"] == Beslissing.VERLENEN:
        van, tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"]) - DAY
        found.append((_("Periode"), _("%(van)s tot en met %(tot)s", van=datum(van), tot=datum(tot))))
    elif not soorten.is_first(besluit):
        found += soorten.facts(besluit)
    return [*found, (_("U tekent als"), signer), (_("Na het tekenen"), f"{how} {until}")]


def _checks(besluit, zaak, power, who) -> list[tuple]:
    """What the signer should know, each as it stands in the database now."""
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
        found.append(("ok", _("Er is gekeken naar staatssteun: %(wat)s", wat=soorten.aid_words(besluit.inhoud))))
        if besluit.inhoud.get("geweigerd"):
            ground = load_config("subsidies")["weigering"][besluit.inhoud["grond"]]
            found.append(("warn", _("Minder dan gevraagd:"), _(
                "%(bedrag)s wordt geweigerd (%(artikel)s)", bedrag=bedrag(Decimal(besluit.inhoud["geweigerd"])),
                artikel=ground["artikel"])))
    elif not soorten.is_first(besluit):
        found += soorten.checks(besluit)
    found.append(("warn", _("Geen mandaat:"), in_taal(power.refusal)) if power.mandaat is None
                 else ("ok", _("Uw mandaat geldt: %(bron)s", bron=power.mandaat.vindplaats)))
    return found


def _if_nothing(besluit, zaak) -> str:
    if not soorten.is_first(besluit):
        return soorten.if_nothing(besluit)
    if besluit.inhoud["uitkomst"] == Beslissing.VERLENEN:
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
        signing.tekenen(g.db, g.actor, besluit_id, brieven=SubsidieBrieven(current_app.files))
    except Refused as error:
        refused(error, "subsidie:tekenen", besluit_id)
        return _card(besluit_id, error.status, error.reasons)
    return go(url_for("subsidie.getekend", besluit_id=besluit_id))


@bp.route("/subsidies/besluit/<uuid:besluit_id>/post", needs=P.SUBSIDIE_BEHANDELEN, endpoint="postdag")
def op_de_post(besluit_id):
    """On which day a letter on paper was posted; that day can be corrected."""
    return _post(besluit_id)


def _post(besluit_id, status=200, form=None, reasons=()):
    decided, kop = _decision(besluit_id)
    viewed(kop.subsidie)
    posted = _posted(decided, kop.subsidie)
    return render_template(
        "subsidie/besluit_post.html", besluit=decided, subsidie=kop.subsidie, posted=posted, reasons=reasons,
        obstacles=posting.obstakels(decided, kop.subsidie), bezwaar=_objection(decided, posted) if posted else None,
        errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/besluit/<uuid:besluit_id>/post", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def posten(besluit_id):
    """Record the day: the term of the remedy runs from the day after (Awb 6:8)."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag u de brief op de post deed."))
    reden = form.text("reden", most=2000) or ""
    if form.errors:
        return _post(besluit_id, 422, form)
    try:
        termijn = posting.posten(g.db, g.actor, besluit_id, on=on, reden=reden)
    except Refused as error:
        refused(error, "subsidie:posten", besluit_id)
        return _post(besluit_id, error.status, form, error.reasons)
    until = termijn and datum_kort(termijn.due_on)
    return tell(go(url_for("subsidie.besluit", besluit_id=besluit_id)),
                _("De dag is vastgelegd. Reageren op het besluit kan tot en met %(dag)s.", dag=until) if until
                else _("De dag is vastgelegd."))


@bp.route("/subsidies/besluit/<uuid:besluit_id>/getekend", needs=P.SUBSIDIE_TEKENEN)
def getekend(besluit_id):
    """After signing: the letter went, until when objection is possible, what to sign next."""
    decided, kop = _decision(besluit_id)
    if decided.state != State.VERZONDEN:
        raise NotFound(_("Dit besluit is nog niet getekend, of het is niet van uw gemeente."))
    return render_template("subsidie/tekenen_klaar.html", besluit=decided, subsidie=kop.subsidie,
                           bezwaar=_objection(decided, _posted(decided, kop.subsidie)), queue=_queue(decided.id))
