"""Consent to what a recipient wants to do (Awb 4:71), at the gemeente: read, supplemented, put off, decided, made public."""

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import event_items, receipt_facts
from portal.blueprints.subsidie.meter import case_meter
from portal.blueprints.subsidie.opschorten import reasons_given, waits_on
from portal.blueprints.subsidie.soorten import what
from portal.blueprints.termijnen import as_lines, still_until
from portal.domains.subsidies import queries
from portal.domains.subsidies import toestemming as consent
from portal.domains.subsidies.model import Indiensoort, Toestemming, ToestemmingState
from portal.domains.subsidies.workflow import TOESTEMMING, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.dossier import count_with, load
from portal.kernel.errors import NotFound, Refused
from portal.web.blueprint import refused, viewed
from portal.web.filters import datum, datum_kort, in_taal, nog_dagen
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50
REDEN = 4000
ANSWERS = {"ja": True, "nee": False}
# What can be done while a proposal waits for its signature.
WITH_PROPOSAL = ("verdagen", "opschorten", "opschorting_eindigen")
# Steps that a person takes on a page of their own.
STEPS = {"aanvulling_vragen": "subsidie.toestemming_aanvulling", "verdagen": "subsidie.toestemming_verdaging",
         "opschorten": "subsidie.toestemming_opschorting", "opschorting_eindigen": "subsidie.toestemming_opschorting_einde",
         "voorstellen": "subsidie.toestemming_voorstel", "voorschriften_voorstellen": "subsidie.toestemming_voorschriften"}


def _own(toestemming_id) -> tuple[Toestemming, queries.Kop]:
    """A request at the own gemeente with its case."""
    found = load(g.db, Toestemming, toestemming_id)
    if found.eigenaar_id != g.actor.party_id:
        raise NotFound("Dit verzoek is er niet, of het is niet van uw gemeente.")
    return found, queries.kop(g.db, found.subsidie_id)


def _act(one: Toestemming) -> str:
    row = load_config("subsidies")["handeling"][one.handeling]
    name = in_taal(row["naam"])
    return f"{name[:1].upper()}{name[1:]} ({row['artikel']})"


# Every request of a case ----------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/toestemmingen", needs=P.SUBSIDIE_LEZEN)
def toestemmingen(subsidie_id):
    """The requests for consent of one case, the newest first."""
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    viewed(kop.subsidie)
    items = [{"title": _act(one), "url": url_for("subsidie.toestemming", toestemming_id=one.id),
              "status": state_badge("toestemming", one.state),
              "meta": f"{one.reference} · {_('gevraagd op %(dag)s', dag=datum_kort(one.ontvangen_on, current_lang()))}"}
             for one in queries.toestemmingen(g.db, subsidie_id)]
    return page_or_part("subsidie/toestemmingen.html", subsidie=kop.subsidie, items=items,
                        may_enter=g.actor.may(P.SUBSIDIE_BEHANDELEN))


@bp.route("/subsidies/<uuid:subsidie_id>/toestemming-op-papier", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_papier(subsidie_id):
    """A request that came by letter."""
    return _paper_page(subsidie_id)


def _paper_page(subsidie_id, status: int = 200, form=None, reasons=()) -> Response:
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze subsidie is er niet, of zij is niet van u.")
    viewed(kop.subsidie)
    acts = [(code, f"{in_taal(row['naam'])} ({row['artikel']})")
            for code, row in load_config("subsidies")["handeling"].items()]
    return page_or_part(
        "subsidie/toestemming_papier.html", status=status, subsidie=kop.subsidie, acts=acts, reasons=reasons,
        obstacles=consent.papier_gebreken(g.db, g.actor, kop.subsidie), errors=form.errors if form else {},
        values=form.values if form else {})


@bp.route("/subsidies/<uuid:subsidie_id>/toestemming-op-papier", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_papier_vastleggen(subsidie_id):
    """Record the letter: the term to decide runs from the day it came in."""
    form = Form()
    handeling = form.choice("handeling", list(load_config("subsidies")["handeling"]),
                            _("Kies waarvoor de ontvanger toestemming vraagt."))
    omschrijving = form.text("omschrijving", _("Schrijf wat de ontvanger wil doen."), most=REDEN)
    reden = form.text("reden", _("Schrijf waarom de ontvanger dit wil."), most=REDEN)
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    if form.errors:
        return _paper_page(subsidie_id, 422, form)
    try:
        one = consent.papier(g.db, g.actor, subsidie_id, handeling=handeling, omschrijving=omschrijving, reden=reden, on=on)
    except Refused as error:
        refused(error, "toestemming:papier", subsidie_id)
        return _paper_page(subsidie_id, error.status, form, error.reasons)
    due = queries.termijn(g.db, one.id, "toestemming")
    return tell(go(url_for("subsidie.toestemming", toestemming_id=one.id)),
                _("Het verzoek is vastgelegd. Beslissen kan tot en met %(dag)s.", dag=datum_kort(due.due_on, current_lang())))


# One request ----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/toestemming/<uuid:toestemming_id>", needs=P.SUBSIDIE_LEZEN, endpoint="toestemming")
def one_request(toestemming_id):
    """One request: what was asked, until when to decide, what can be done now, what was decided."""
    return _request_page(toestemming_id)


def _request_page(toestemming_id, status: int = 200, reasons=()) -> Response:
    one, kop = _own(toestemming_id)
    viewed(one)
    terms = {t.kind: (t, pauses) for t, pauses in queries.termijnen(g.db, one.id)}
    proposals = queries.besluiten_over(g.db, one)
    decide, pauses = terms["toestemming"]
    published = terms.get("toestemming_voorschriften", (None,))[0]
    possible, blocked = _todo(one, kop, decide, pauses, proposals, published)
    sent = queries.gestuurd_over(g.db, one)
    return page_or_part(
        "subsidie/toestemming.html", status=status, toestemming=one, kop=kop, subsidie=kop.subsidie, reasons=reasons,
        stand=state_badge("toestemming", one.state), act=_act(one), asked=sent[0].inhoud, proof=receipt_facts(sent[0]),
        supplements=[row for row in sent if row.soort == Indiensoort.TOESTEMMINGAANVULLING],
        terms=[_term(*pair, [t for t, _pauses in terms.values()]) for kind, pair in terms.items()
               if not kind.startswith("werk_")],
        meter=case_meter(list(terms.values()), one.id),
        notes=reasons_given(one, pauses), letter=_letter_url(one, kop),
        figures=_figures(one, decide, pauses), possible=possible, blocked=blocked, outcome=_outcome(one),
        proposals=[_proposal(row) for row in proposals], is_open=one.state in consent.OPEN,
        timeline=event_items(queries.nieuwste(g.db, one.id, EVENTS_SHOWN)))


def _letter_url(one: Toestemming, kop: queries.Kop) -> str | None:
    """Where a supplement on paper is entered, for who may, while one is waited for or did not come in time."""
    waits = one.state == ToestemmingState.WACHT_OP_AANVULLING or (one.state in consent.OPEN and one.niet_aangevuld)
    if not waits or not g.actor.may(P.SUBSIDIE_BEHANDELEN) or zelf_geen_belang(kop.subsidie, actor=g.actor):
        return None
    return url_for("subsidie.toestemming_aanvulling_papier", toestemming_id=one.id)


def _outcome(one: Toestemming) -> str:
    return what({"uitkomst": one.uitkomst}) if one.uitkomst else ""


def _figures(one: Toestemming, decide, pauses) -> list[tuple]:
    """When it was asked, until when to decide, or from when it holds."""
    lang = current_lang()
    found = [(_("Ontvangen"), datum_kort(one.ontvangen_on, lang))]
    if one.state in consent.OPEN:
        halted = waits_on(pauses, consent.AANVULLING, _("wij wachten op de ontvanger"))
        found.append((_("Beslissen uiterlijk"), _("staat stil") if halted else datum_kort(decide.due_on, lang),
                      halted if halted else nog_dagen(decide.due_on, clock.today(), lang)))
    if one.geldt_vanaf:
        found.append((_("Geldt vanaf"), datum_kort(one.geldt_vanaf, lang)))
    return found


def _term(termijn, pauses, everything) -> dict:
    """One term with its count."""
    lang = current_lang()
    halted = still_until(termijn, pauses, everything)
    over = termijn.met_on is None and not halted and termijn.due_on < clock.today()
    day = datum(termijn.due_on, lang)
    return {"title": in_taal(termijn.label), "lines": as_lines(count_with(termijn, pauses).count),
            "due": halted if halted else _("liep tot en met %(dag)s", dag=day) if over
                   else _("uiterlijk %(dag)s", dag=day),
            "status": ("ok", _("Gedaan")) if termijn.met_on else ("info", _("Staat stil")) if halted
                      else ("err", _("Voorbij")) if over else None,
            "nothing": "" if termijn.met_on or over else termijn.gevolg}


def _proposal(besluit) -> dict:
    kind = {besluiten.State.VERZONDEN: "ok", besluiten.State.TERUGGESTUURD: "warn",
            besluiten.State.VERVALLEN: "neutral"}.get(besluit.state, "info")
    return {"title": what(besluit.inhoud), "url": url_for("subsidie.besluit", besluit_id=besluit.id),
            "status": (kind, in_taal(besluiten.STATE_LABELS[besluit.state])),
            "meta": _("opgesteld op %(dag)s", dag=datum_kort(besluit.opgesteld_at, current_lang()))}


def _todo(one: Toestemming, kop: queries.Kop, decide, pauses, proposals, published) -> tuple[list[dict], list[dict]]:
    """What this person can do with the request now, and what not with the reason."""
    possible, blocked = [], []
    waiting = next((row for row in proposals if row.state in besluiten.OPEN), None)
    if waiting:
        possible.append({"title": _("Er ligt een voorstel"), "text": what(waiting.inhoud), "icon": "eye",
                         "button": _("Bekijk het voorstel"), "url": url_for("subsidie.besluit", besluit_id=waiting.id)})
    handles = g.actor.may(P.SUBSIDIE_BEHANDELEN)
    keeps_out = list(filter(None, [zelf_geen_belang(kop.subsidie, actor=g.actor)])) if handles else []
    texts = {
        "voorstellen": (_("Toestemmen, weigeren of voorwaarden stellen. Een mandaathouder tekent."),
                        _("Schrijf het voorstel"), "pen"),
        "aanvulling_vragen": (_("De beslistermijn staat stil zolang de ontvanger aanvult (Awb 4:15)."),
                              _("Vraag aanvulling"), "mail"),
        "verdagen": (_("Vier weken erbij, één keer (Awb 4:71, lid 3)."), _("Verdaag"), "clock"),
        "opschorten": (_("Kan bij informatie uit het buitenland, met instemming, door de ontvanger of bij overmacht (Awb "
                         "4:15)."), _("Naar het stilstaan"), "hourglass"),
        "opschorting_eindigen": (_("De ontvanger hoort meteen wat de nieuwe dag is (Awb 4:15, lid 4)."), _("Naar het einde"),
                                 "calendar"),
        "voorleggen": (_("De toestemming is er al. U maakt de brief die dat zegt (Awb 4:20c). Een mandaathouder tekent."),
                       _("Maak de brief"), "mail"),
        "voorschriften_voorstellen": (_("Alleen als dat nodig is om ernstige gevolgen voor het algemeen belang te voorkomen "
                                        "(Awb 4:20f)."), _("Schrijf de voorschriften"), "pen")}
    runs = decide.met_on is None
    halted = runs and any(row.completed_on is None for row in pauses)
    found = {step.name: (step, reasons) for step, reasons in TOESTEMMING.possible(
        one, g.actor, reden="-", termijn=decide, besluiten=proposals, bekendgemaakt=published,
        beslissen=(decide, halted) if runs else None)}
    found.pop("opschorten" if halted else "opschorting_eindigen", None)
    for name, (text, button, icon) in texts.items():
        if name not in found or (waiting and name not in WITH_PROPOSAL):
            continue
        step, reasons = found[name]
        if reasons or keeps_out:
            blocked.append({"title": in_taal(step.label), "reasons": [*keeps_out, *reasons]})
            continue
        url = (url_for(STEPS[name], toestemming_id=one.id) if name in STEPS else
               url_for("subsidie.toestemming_bekendmaken", toestemming_id=one.id))
        possible.append({"title": in_taal(step.label), "text": text, "icon": icon, "button": button, "url": url,
                         "post": name not in STEPS})
    return possible, blocked


# Steps ----------------------------------------------------------------------------------------------------------------------

def _step_page(template: str, toestemming_id, step: str, status: int = 200, form: Form | None = None, reasons=(),
               **context) -> Response:
    """The page of one step, with why it cannot be taken now."""
    one, kop = _own(toestemming_id)
    viewed(one)
    decide = queries.termijn(g.db, one.id, "toestemming")
    obstacles = list(filter(None, [zelf_geen_belang(kop.subsidie, actor=g.actor)])) + TOESTEMMING.obstacles(
        one, step, g.actor, reden="-", termijn=decide if decide.met_on is None else None)
    return page_or_part(f"subsidie/{template}.html", status=status, toestemming=one, kop=kop, subsidie=kop.subsidie,
                        decide=decide, act=_act(one), obstacles=obstacles, reasons=reasons,
                        errors=form.errors if form else {}, values=form.values if form else {}, **context)


def _take(act, action: str, toestemming_id, page, said: str) -> Response:
    """Take the step and say so; what is refused is shown with everything that was typed."""
    try:
        act()
    except Refused as error:
        refused(error, f"toestemming:{action}", toestemming_id)
        return page(error.status, error.reasons)
    return tell(go(url_for("subsidie.toestemming", toestemming_id=toestemming_id)), said)


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_aanvulling(toestemming_id):
    """Ask for what is missing."""
    return _supplement_page(toestemming_id)


def _supplement_page(toestemming_id, status: int = 200, form=None, reasons=()) -> Response:
    return _step_page("toestemming_aanvulling", toestemming_id, "aanvulling_vragen", status, form, reasons,
                      dagen=load_config("subsidies")["toestemming"]["aanvullen_dagen"])


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/aanvulling", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_aanvulling_vragen(toestemming_id):
    """Ask, and let the term stand still."""
    form = Form()
    wat = form.text("wat", _("Schrijf wat er ontbreekt."), most=REDEN)
    if form.errors:
        return _supplement_page(toestemming_id, 422, form)
    return _take(lambda: consent.aanvulling_vragen(g.db, g.actor, toestemming_id, wat=wat), "aanvulling_vragen", toestemming_id,
                 lambda status, reasons: _supplement_page(toestemming_id, status, form, reasons),
                 _("De ontvanger is gevraagd om aan te vullen. De termijn staat stil."))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/aanvulling-op-papier", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_aanvulling_papier(toestemming_id):
    """A supplement that came by letter."""
    return _letter_page(toestemming_id)


def _letter_page(toestemming_id, status: int = 200, form=None, reasons=()) -> Response:
    one, kop = _own(toestemming_id)
    viewed(one)
    return page_or_part(
        "subsidie/toestemming_aanvulling_papier.html", status=status, toestemming=one, subsidie=kop.subsidie, reasons=reasons,
        asked=queries.termijn(g.db, one.id, consent.AANVULLEN),
        obstacles=consent.aanvulling_gebreken(g.db, g.actor, one, kop.subsidie), errors=form.errors if form else {},
        values=form.values if form else {})


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/aanvulling-op-papier", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_aanvulling_vastleggen(toestemming_id):
    """Record the letter: the term to decide runs again from the day it came in."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag de brief binnenkwam."))
    tekst = form.text("tekst", _("Schrijf wat er in de brief staat."), most=REDEN)
    if form.errors:
        return _letter_page(toestemming_id, 422, form)
    return _take(lambda: consent.papieren_aanvulling(g.db, g.actor, toestemming_id, tekst=tekst, on=on), "papieren_aanvulling",
                 toestemming_id, lambda status, reasons: _letter_page(toestemming_id, status, form, reasons),
                 _("De aanvulling is vastgelegd. De beslistermijn loopt weer."))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/verdagen", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_verdaging(toestemming_id):
    """Decide four weeks later, and why."""
    return _step_page("toestemming_verdagen", toestemming_id, "verdagen")


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/verdagen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_verdagen(toestemming_id):
    """Put it off, and tell the recipient."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom de beslissing later komt."), most=REDEN)

    def page(status, reasons=()):
        return _step_page("toestemming_verdagen", toestemming_id, "verdagen", status, form, reasons)

    if form.errors:
        return page(422)
    return _take(lambda: consent.verdagen(g.db, g.actor, toestemming_id, reden=reden), "verdagen", toestemming_id, page,
                 _("De beslissing is vier weken verdaagd. De ontvanger kreeg een bericht."))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/voorstel", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_voorstel(toestemming_id):
    """Write the proposal: consent, with conditions, refuse, or do not handle."""
    return _proposal_page(toestemming_id)


def _choices(one: Toestemming) -> list[tuple[str, str]]:
    """What can be decided; not handling only where a supplement did not come."""
    names = load_config("subsidies")["toestemming_uitkomst"]
    return [(code, in_taal(names[code])) for code in consent.KEUZES
            if code != "toestemming_niet_behandelen" or one.niet_aangevuld]


def _proposal_page(toestemming_id, status: int = 200, form=None, reasons=()) -> Response:
    one = load(g.db, Toestemming, toestemming_id)
    asked = queries.gestuurd_over(g.db, one)
    return _step_page("toestemming_voorstel", toestemming_id, "voorstellen", status, form, reasons, choices=_choices(one),
                      asked=asked[0].inhoud if asked else {}, supplements=[row for row in asked if "tekst" in row.inhoud])


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/voorstel", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_voorleggen(toestemming_id):
    """Freeze the proposal and lay it before who signs."""
    form = Form()
    uitkomst = form.choice("uitkomst", list(consent.KEUZES), _("Kies wat u beslist."))
    facts = {"voorwaarden": (form.text("voorwaarden", most=REDEN) or "").splitlines(),
             "motivering": form.text("motivering") or "", "horen": form.text("horen", most=REDEN) or "",
             "eigen_feiten": ANSWERS.get(form.choice("eigen_feiten", list(ANSWERS)))}
    if form.errors:
        return _proposal_page(toestemming_id, 422, form)
    try:
        besluit = consent.voorstellen(g.db, g.actor, toestemming_id, uitkomst=uitkomst, **facts)
    except Refused as error:
        refused(error, "toestemming:voorstellen", toestemming_id)
        return _proposal_page(toestemming_id, error.status, form, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit.id))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/bekendmaken", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_bekendmaken(toestemming_id):
    """Make the letter that says that the consent is there by law."""
    try:
        besluit = consent.voorleggen(g.db, g.actor, toestemming_id)
    except Refused as error:
        refused(error, "toestemming:bekendmaken", toestemming_id)
        return _request_page(toestemming_id, error.status, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit.id))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/voorschriften", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_voorschriften(toestemming_id):
    """Write conditions for a consent that is there by law."""
    return _conditions_page(toestemming_id)


def _conditions_page(toestemming_id, status: int = 200, form=None, reasons=()) -> Response:
    one = load(g.db, Toestemming, toestemming_id)
    asked = queries.gestuurd_over(g.db, one)
    return _step_page("toestemming_voorschriften", toestemming_id, "voorschriften_voorstellen", status, form, reasons,
                      asked=asked[0].inhoud if asked else {},
                      until=queries.termijn(g.db, one.id, "toestemming_voorschriften", open_only=True))


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/voorschriften", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_voorschriften_voorleggen(toestemming_id):
    """Freeze the conditions and lay them before who signs."""
    form = Form()
    voorschriften = (form.text("voorschriften", _("Schrijf ten minste één voorschrift."), most=REDEN) or "").splitlines()
    facts = {"motivering": form.text("motivering", _("Schrijf welke ernstige gevolgen u voorkomt.")) or "",
             "horen": form.text("horen", most=REDEN) or "",
             "eigen_feiten": ANSWERS.get(form.choice("eigen_feiten", list(ANSWERS)))}
    if form.errors:
        return _conditions_page(toestemming_id, 422, form)
    try:
        besluit = consent.voorschriften_voorstellen(g.db, g.actor, toestemming_id, voorschriften=voorschriften, **facts)
    except Refused as error:
        refused(error, "toestemming:voorschriften", toestemming_id)
        return _conditions_page(toestemming_id, error.status, form, error.reasons)
    return go(url_for("subsidie.besluit", besluit_id=besluit.id))
