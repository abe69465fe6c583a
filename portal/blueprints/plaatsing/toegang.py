"""Access at the gemeente: the list of reports, a new one, one dossier with its steps, the investigation."""

from functools import partial

from flask import Response, current_app, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import aanbod_regel, geboortedag, gemeentenaam, nummer_opnieuw, te_doen
from portal.blueprints.termijnen import as_lines
from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import overzicht, queries, rules, usecases
from portal.domains.plaatsingen.model import Bron, Geregeld, Melder, Persoon, Toegang, ToegangState
from portal.domains.plaatsingen.rules import Behandelt
from portal.domains.plaatsingen.words import BEHANDELT_WORDS, BRON_WORDS, EVENT_WORDS, GEREGELD_WORDS, MELDER_WORDS
from portal.domains.plaatsingen.workflow import OVERDRAAGBARE_MELDING, TOEGANG, geen_aanbod_open, geen_voorstel_onderweg
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.dossier import count_with, load
from portal.kernel.events import sentence
from portal.kernel.queries import words_of
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, datum_tabel, hoofdletter, in_taal, nog_dagen
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, page_url, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50
NAAM, TEKST = 200, 4000
_try = partial(attempt, "toegang")


# The list -------------------------------------------------------------------------------------------------------------------

@bp.route("/toegang", needs=P.TOEGANG_LEZEN)
def lijst():
    """The reports of the own gemeente that still run or are late; with `?stand=alle` all of them, with `?wie=` what they
    handle, with `?q=` those of this name or number."""
    everything, asked, q = request.args.get("stand") == "alle", request.args.get("wie"), words_of(request.args.get("q"))
    wie = Behandelt(asked) if asked in list(Behandelt) else None
    if guest := queries.is_centrale_toegang(g.actor):
        wie = Behandelt.CENTRALE_TOEGANG
    part = queries.lijst(g.db, g.actor.party_id, open_only=not everything, wie=wie, words=q, after=request.args.get("na"),
                         before=request.args.get("voor"))
    lang, kept = current_lang(), {"wie": wie, "q": " ".join(q) or None}
    rows = [{"title": row.naam, "url": url_for("plaatsing.toegang", toegang_id=row.id),
             "status": state_badge("toegang", row.state), "text": _("Spoed") if row.spoed else "", "also": te_laat(row),
             "meta": f"{row.reference} · {_('gemeld op %(dag)s', dag=datum_kort(row.gemeld_on, lang))} · "
                     f"{in_taal(BEHANDELT_WORDS[row.behandelt])}"} for row in part.rows]
    return page_or_part(
        "plaatsing/lijst.html", "lijst", rows=rows, paging=around(part), mag=g.actor.may(P.TOEGANG_BEHANDELEN), wie=wie,
        q=" ".join(q), everything=everything, meldt=not guest or bool(queries.taken_om_te_melden(g.db, g.actor)),
        ook_namens=_also_for(), behandelaars=[] if guest else [
            (str(one), hoofdletter(in_taal(words))) for one, words in BEHANDELT_WORDS.items()],
        tabs=[
            (_("Loopt"), url_for("plaatsing.lijst", **kept), None, not everything),
            (_("Alle meldingen"), url_for("plaatsing.lijst", stand="alle", **kept), None, everything)])


def _also_for() -> list[str]:
    """The gemeenten for which this person may handle reports too, under a mandate."""
    return [naam for mandaat, naam in mandaten.namens_wie(g.db, g.actor, on=clock.today())
            if mandaten.besluitsoorten()[mandaat.besluit_soort].get("behandelt")]


def te_laat(row) -> tuple[str, str] | None:
    """Of a case in a list: somebody should have done something before today."""
    return ("err", _("Te laat")) if row.te_laat else None


# A new report ---------------------------------------------------------------------------------------------------------------

@bp.route("/toegang/nieuw", needs=P.TOEGANG_BEHANDELEN)
def nieuw():
    """The form of a report: who, since when, what about."""
    return _new_page()


def _new_page(status: int = 200, form=None, reasons=()) -> Response:
    return page_or_part(
        "plaatsing/nieuw.html", status=status, errors=form.errors if form else {}, values=form.values if form else {},
        reasons=reasons, met_nummer=current_app.kluis is not None, gast=queries.is_centrale_toegang(g.actor),
        taken=task_options(queries.taken_om_te_melden(g.db, g.actor)),
        melders=[(str(one), in_taal(words)) for one, words in MELDER_WORDS.items()],
        bronnen=[(str(one), in_taal(words)) for one, words in BRON_WORDS.items()])


@bp.route("/toegang/nieuw", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def melden():
    """Keep who it is and what was reported, in one act."""
    form = Form()
    who = {"naam": form.text("naam", _("Vul de naam in."), most=NAAM),
           "geboren_on": form.read("geboren_on", geboortedag, _("Vul de geboortedag in.")),
           "adres": form.text("adres", most=NAAM) or "", "contact": form.text("contact", most=NAAM) or "",
           "bsn": form.text("bsn", most=20) or "", "bron": form.choice("bron", list(Bron)),
           "afgeschermd": bool(form.raw("afgeschermd"))}
    what = {"melder": form.choice("melder", list(Melder), _("Kies wie de melding deed.")),
            "gemeld_on": form.date("gemeld_on", _("Vul in op welke dag iemand zich meldde.")),
            "hulpvraag": form.text("hulpvraag", _("Schrijf op waar iemand hulp bij vraagt."), most=TEKST),
            "taak": form.choice("taak", list(load_config("plaatsingen")["taak"]), _("Kies waar de melding over gaat.")),
            "spoed": bool(form.raw("spoed"))}

    def again(status, reasons=()):
        nummer_opnieuw(form)
        return _new_page(status, form, reasons)

    def act():
        person = usecases.bekende_of_nieuwe(g.db, g.actor, kluis=current_app.kluis, **who)
        if who["afgeschermd"]:
            usecases.afschermen(g.db, g.actor, person.id)
        made = usecases.melden(g.db, g.actor, persoon_id=person.id, **what)
        return tell(go(url_for("plaatsing.toegang", toegang_id=made.id)), _("De melding staat erin. De zes weken lopen."))

    return again(422) if form.errors else _try(act, "melden", None, again)


def task_options(codes) -> list[tuple[str, str]]:
    """Tasks that a report can be about, with their words."""
    return [(code, hoofdletter(in_taal(load_config("plaatsingen")["taak"][code]["naam"]))) for code in codes]


# One dossier ----------------------------------------------------------------------------------------------------------------

# Who signs reads what it rests on, also under a mandate of another gemeente.
@bp.route("/toegang/<uuid:toegang_id>", needs=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN), endpoint="toegang")
def one_report(toegang_id):
    """One report: until when, what can be done now, what was looked into, what was decided."""
    return _page(toegang_id)


def _page(toegang_id, status: int = 200, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    persoon = load(g.db, Persoon, toegang.persoon_id)
    proposals = queries.besluiten(g.db, toegang.id)
    terms = queries.termijnen(g.db, toegang.id)
    hangs = overzicht.bij_toegang(g.db, toegang.id)
    found, arranged = hangs.onderzoek, {one.soort: one for one in hangs.randvoorwaarden}
    possible, blocked = _todo(toegang, proposals, found, {term.kind: term for term, _pauses in terms}, hangs)
    events = queries.gebeurtenissen(g.db, toegang.id, EVENTS_SHOWN)
    return page_or_part(
        "plaatsing/toegang.html", status=status, toegang=toegang, persoon=persoon, reasons=reasons,
        stand=state_badge("toegang", toegang.state), melder=in_taal(MELDER_WORDS[toegang.melder]),
        figures=_figures(toegang, terms, found), wie=_handled_by(toegang), possible=possible, blocked=blocked, onderzoek=found,
        answers=_answers(found), terms=[_term(toegang, *pair) for pair in terms if not pair[0].kind.startswith("werk_")],
        arranged=[(code, in_taal(name), arranged.get(code))
                  for code, name in load_config("plaatsingen")["randvoorwaarde"].items()],
        stands=GEREGELD_WORDS, is_open=toegang.state in queries.OPEN, mag=g.actor.may(P.TOEGANG_BEHANDELEN),
        proposals=[_proposal(row) for row in proposals],
        offers=[aanbod_regel(one, one.ontvanger_id) for one in hangs.aanbod],
        kwam_uit=gemeentenaam(toegang.herkomst_id) if toegang.herkomst_id else "", gedeeld=_shown(hangs.herkomst),
        timeline=timeline_items(events))


def _shown(offer) -> tuple[str, str | None, str] | None:
    """What the gemeente that had this report first wrote about it: the words, the address of its offer, and its reference. None
    for a report of the own gemeente, and when the ground to see it is over. Reading it is a look at that offer too."""
    if offer is None:
        return None
    offer_id, reference, shown = offer
    access_log.viewed(current_app.engine, g.actor, offer_id, request.endpoint)
    return shown["toelichting"], page_url("plaatsing.overdracht", offer_id), reference


def _answers(found) -> list[tuple]:
    """What was looked into, in the order of the law: what, the article, the words."""
    said = found.antwoorden if found else {}
    return [(in_taal(one["naam"]), one["artikel"], said.get(one["code"], "")) for name in ("onderwerp", "afweging")
            for one in load_config("plaatsingen")[name]]


def _handled_by(toegang: Toegang) -> dict:
    """Who handles this report, of which task it is, and why: the route of the day of the report."""
    route = queries.route(g.db, toegang.eigenaar_id, toegang.taak, toegang.gemeld_on)
    task = load_config("plaatsingen")["taak"][toegang.taak]
    return {"naam": in_taal(BEHANDELT_WORDS[toegang.behandelt]), "taak": in_taal(task["naam"]),
            "sinds": datum_tabel(route.valid_from), "waarom": in_taal(route.waarom)}


def _figures(toegang: Toegang, terms, found_out) -> list[tuple]:
    """When it was reported, how long who cannot wait waits, until when what has to be done, and the eight weeks."""
    lang, today = current_lang(), clock.today()
    found = [(_("Gemeld"), datum_kort(toegang.gemeld_on, lang))]
    if toegang.spoed and found_out:
        hours = rules.uren(queries.spoed_sinds(toegang), found_out.tijdelijk_at or clock.now())
        said = ngettext("%(num)s uur", "%(num)s uur", hours)
        if found_out.tijdelijk_at:
            found.append((_("Tijdelijke ondersteuning na"), said))
        elif toegang.state in queries.OPEN:
            found.append((_("Wacht op tijdelijke ondersteuning"), said))
    for kind, label in (("onderzoek", _("Onderzoek uiterlijk")), ("toegangsbesluit", _("Besluit uiterlijk"))):
        running = [term for term, _pauses in terms if term.kind == kind and term.met_on is None]
        if running:
            found.append((label, datum_kort(running[0].due_on, lang), nog_dagen(running[0].due_on, today, lang)))
    if toegang.state in queries.OPEN:
        last = rules.acht_weken(toegang.gemeld_on)
        found.append((_("Acht weken voorbij na"), datum_kort(last, lang), nog_dagen(last, today, lang)))
    return found


def term_item(termijn, pauses) -> dict:
    """One term for `ui.term`: until when, how that was counted, and what happens when nobody acts."""
    day, over = datum(termijn.due_on, current_lang()), termijn.met_on is None and termijn.due_on < clock.today()
    return {"title": in_taal(termijn.label), "lines": as_lines(count_with(termijn, pauses).count),
            "due": _("liep tot en met %(dag)s", dag=day) if over else _("uiterlijk %(dag)s", dag=day),
            "status": ("ok", _("Gedaan")) if termijn.met_on else ("err", _("Voorbij")) if over else None,
            "nothing": "" if termijn.met_on or over else termijn.gevolg}


def _term(toegang: Toegang, termijn, pauses) -> dict:
    """One term of a report. Of the plan of one's own that never came nothing was done, and nothing is late."""
    if termijn.kind != "persoonlijk_plan" or toegang.plan_on or not termijn.met_on:
        return term_item(termijn, pauses)
    return {"title": in_taal(termijn.label), "status": ("neutral", _("Niet gekomen")),
            "due": _("er kwam geen plan; dat kon tot en met %(dag)s", dag=datum(termijn.due_on, current_lang()))}


def _proposal(besluit) -> dict:
    kind = {besluiten.State.VERZONDEN: "ok", besluiten.State.TERUGGESTUURD: "warn"}.get(besluit.state, "info")
    return {"title": _("Toekennen") if besluit.inhoud["uitkomst"] == "toekennen" else _("Afwijzen"),
            "url": url_for("plaatsing.besluit", besluit_id=besluit.id),
            "status": (kind, in_taal(besluiten.STATE_LABELS[besluit.state])),
            "meta": _("opgesteld op %(dag)s", dag=datum_kort(besluit.opgesteld_at, current_lang()))}


def timeline_items(events) -> list[dict]:
    """What happened, for `ui.timeline`."""
    return [{"when": datum_kort(one.occurred_on, current_lang()), "on": one.occurred_on,
             "who": one.wie or _nameless(one), "what": sentence(EVENT_WORDS, one.kind, one.facts, "", _)} for one in events]


def _nameless(event) -> str:
    """Who did it, where this gemeente cannot read a name."""
    if event.actor_id is None:
        return _("het portaal")
    return _("een collega") if event.party_id == g.actor.party_id else _("iemand van een andere organisatie")


# What a person can do: step -> (text, icon).
TEXTS = {
    "onderzoeken": "U bespreekt met de inwoner wat nodig is. Daarna geeft u het verslag.",
    "verslag": "De inwoner krijgt het verslag van het onderzoek. De zes weken zijn dan klaar.",
    "aanvragen": "De inwoner tekende het verslag, of stuurde een aanvraag. De twee weken beginnen.",
    "geen_aanvraag": "Eigen kracht, het netwerk of een algemene voorziening is genoeg.",
    "heropenen": "Er is nog iets uit te zoeken.",
    "intrekken": "De inwoner wil geen ondersteuning meer.",
}


def _todo(toegang: Toegang, proposals, found, terms, hangs) -> tuple[list[dict], list[dict]]:
    """What this person can do with it now, and what not with the reason; what cannot wait comes first."""
    waiting = next((row for row in proposals if row.state in besluiten.OPEN), None)
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return te_doen(_waiting(waiting))
    known = {"onderzoek": found, "zes_weken": terms.get("onderzoek"), "voorstel": waiting, "reden": "-",
             "aanbod": next((one for one in hangs.aanbod if one.state in queries.MELDING_WEG), None)}
    first, not_yet = te_doen(_to_propose(toegang, known))
    return te_doen([*first, *_urgent(toegang, found), *_waiting(waiting), *_after_decision(toegang, proposals, terms, hangs),
                    *_to_look_into(toegang, waiting), *_steps(toegang, known), *not_yet, *_elsewhere(toegang, known),
                    *_own_plan(toegang)])


def _waiting(waiting) -> list[dict]:
    """A proposal that nobody decided on yet."""
    return [{"title": _("Er ligt een voorstel"), "icon": "eye", "button": _("Bekijk het voorstel"),
             "url": url_for("plaatsing.besluit", besluit_id=waiting.id)}] if waiting else []


def _urgent(toegang: Toegang, found) -> list[dict]:
    """What is needed now (Wmo 2015, 2.3.3)."""
    if toegang.state not in queries.OPEN or not toegang.spoed or not found or found.tijdelijk_at:
        return []
    return [{"title": _("Regel tijdelijke ondersteuning"), "icon": "clock", "button": _("Leg vast"),
             "text": _("Dit is spoed. Het onderzoek loopt gewoon door."), "url": _here(toegang, "tijdelijk")}]


def _after_decision(toegang: Toegang, proposals, terms, hangs) -> list[dict]:
    """The letter, and the placement that a grant leads to."""
    items = []
    sent = next((row for row in proposals if row.state == besluiten.State.VERZONDEN), None)
    if sent and "bezwaartermijn" not in terms:
        items.append({"title": _("Doe de brief op de post"), "icon": "mail", "button": _("Vul de dag in"),
                      "text": _("De termijn om bezwaar te maken begint op de dag na de post."),
                      "url": url_for("plaatsing.post", besluit_id=sent.id)})
    if toegang.state == ToegangState.TOEGEKEND and hangs.plaatsing:
        items.append({"title": _("De plaatsing"), "icon": "house", "button": _("Bekijk de plaatsing"), "kind": "secondary",
                      "url": url_for("plaatsing.plaatsing", plaatsing_id=hangs.plaatsing)})
    elif toegang.state == ToegangState.TOEGEKEND:
        items.append({"title": _("Begin de plaatsing"), "icon": "house", "button": _("Begin de plaatsing"),
                      "text": _("De inwoner komt op de wachtlijst, of heeft een pgb."),
                      "url": url_for("plaatsing.begin", toegang_id=toegang.id)})
    return items


def _to_look_into(toegang: Toegang, waiting) -> list[dict]:
    """The confirmation of the report, and the investigation."""
    items = []
    if toegang.state in queries.OPEN and not toegang.ondersteuning_on:
        items.append({"title": _("Bevestig de melding en wijs op gratis cliëntondersteuning"), "icon": "mail",
                      "button": _("Leg vast"), "url": _here(toegang, "ondersteuning")})
    if toegang.state in (ToegangState.ONDERZOEK, ToegangState.AANGEVRAAGD) and not waiting:
        items.append({"title": _("Schrijf het onderzoek"), "icon": "pen", "button": _("Ga verder"),
                      "text": _("U kunt tussendoor bewaren."), "url": url_for("plaatsing.onderzoek", toegang_id=toegang.id)})
    return items


def _steps(toegang: Toegang, known: dict) -> list[dict]:
    """The steps of the procedure."""
    items = []
    for name, text in TEXTS.items():
        step = TOEGANG.steps[name]
        if toegang.state not in step.source:
            continue
        if reasons := TOEGANG.obstacles(toegang, name, g.actor, **known):
            items.append({"title": in_taal(step.label), "reasons": reasons})
        else:
            items.append({"title": in_taal(step.label), "text": _(text), "icon": "arrow", "kind": "secondary",
                          "button": _("Ga naar deze stap"), "url": _here(toegang, name)})
    return items


def _to_propose(toegang: Toegang, known: dict) -> list[dict]:
    """The proposal for the decision."""
    if toegang.state != ToegangState.AANGEVRAAGD or known["voorstel"]:
        return []
    title = in_taal(TOEGANG.steps["voorstellen"].label)
    if reasons := TOEGANG.obstacles(toegang, "voorstellen", g.actor, **known):
        return [{"title": title, "reasons": reasons}]
    return [{"title": title, "icon": "pen", "button": _("Schrijf het voorstel"),
             "text": _("Toekennen of afwijzen. Een mandaathouder tekent."),
             "url": url_for("plaatsing.voorstel", toegang_id=toegang.id)}]


def _elsewhere(toegang: Toegang, known: dict) -> list[dict]:
    """Another gemeente, where somebody has a better chance."""
    if toegang.state not in OVERDRAAGBARE_MELDING:
        return []
    title = _("Is de kans op herstel in een andere gemeente groter?")
    if fault := geen_voorstel_onderweg(toegang, **known) or geen_aanbod_open(toegang, **known):
        return [{"title": title, "reasons": [fault]}]
    return [{"title": title, "button": _("Vraag een andere gemeente"), "icon": "arrow", "kind": "secondary",
             "text": _("Uw gemeente blijft verantwoordelijk tot zij ja zegt. De termijnen lopen door."),
             "url": url_for("plaatsing.afweging", toegang_id=toegang.id)}]


def _own_plan(toegang: Toegang) -> list[dict]:
    """The plan of the resident."""
    if toegang.state not in queries.OPEN or toegang.plan_on:
        return []
    return [{"title": _("Er kwam een persoonlijk plan"), "icon": "file", "kind": "secondary", "button": _("Leg vast"),
             "url": _here(toegang, "plan")}]


def _here(toegang: Toegang, name: str) -> str:
    """The page of one step."""
    return url_for("plaatsing.stap", toegang_id=toegang.id, stap=name)


# One step -------------------------------------------------------------------------------------------------------------------

# Step -> (title, what the page tells first, the use case, what is said after it).
STAPPEN = {
    "ondersteuning": ("Bevestig de melding en wijs op gratis cliëntondersteuning",
                      "De inwoner hoort dat u de melding kreeg, en dat een cliëntondersteuner gratis kan meedenken.",
                      usecases.ondersteuning_wijzen, "Dat staat erin."),
    "plan": ("Persoonlijk plan ontvangen", "Het plan van de inwoner gaat mee in het onderzoek, ook als het later kwam.",
             usecases.plan_ontvangen, "Het plan staat erin."),
    "tijdelijk": ("Regel tijdelijke ondersteuning", "Wat iemand nu nodig heeft, wacht niet op het onderzoek.",
                  usecases.tijdelijk_regelen, "Dat staat erin. Het onderzoek loopt door."),
    "onderzoeken": ("Begin het onderzoek", TEXTS["onderzoeken"], usecases.onderzoeken, "Het onderzoek is begonnen."),
    "verslag": ("Geef het verslag", TEXTS["verslag"], usecases.verslag, "Het verslag is gegeven. De zes weken zijn klaar."),
    "aanvragen": ("Aanvraag ontvangen", TEXTS["aanvragen"], usecases.aanvragen, "De twee weken lopen."),
    "geen_aanvraag": ("Er komt geen aanvraag", TEXTS["geen_aanvraag"], usecases.geen_aanvraag,
                      "De melding is klaar, zonder aanvraag."),
    "heropenen": ("Onderzoek verder", TEXTS["heropenen"], usecases.heropenen, "Het onderzoek loopt weer."),
    "intrekken": ("De inwoner trekt het in", TEXTS["intrekken"], usecases.intrekken, "De melding is ingetrokken."),
}
# What a step asks: a day, a reason, words; the others ask nothing.
ASKS = {**dict.fromkeys(("ondersteuning", "plan", "aanvragen"), "on"), "tijdelijk": "wat",
        **dict.fromkeys(("geen_aanvraag", "heropenen", "intrekken"), "reden")}
_ANY = f"any({', '.join(STAPPEN)})"


@bp.route(f"/toegang/<uuid:toegang_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN)
def stap(toegang_id, stap):
    """The page of one step."""
    return _step_page(toegang_id, stap)


def _step_page(toegang_id, name: str, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    title, lead, _act, _said = STAPPEN[name]
    obstacles = TOEGANG.obstacles(toegang, name, g.actor, reden="-") if name in TOEGANG.steps else []
    values = form.values if form else _arranged_before(toegang) if name == "tijdelijk" else {}
    return page_or_part(
        "plaatsing/stap.html", status=status, toegang=toegang, stap=name, title=in_taal(title), lead=in_taal(lead),
        asks=ASKS.get(name, ""),
        obstacles=obstacles, reasons=reasons, errors=form.errors if form else {}, values=values)


def _arranged_before(toegang: Toegang) -> dict:
    """What was arranged for now, to change it."""
    found = queries.onderzoek(g.db, toegang.id)
    days = {name: f"{day:%d-%m-%Y}" for name, day in (("van", found.tijdelijk_van), ("tot", found.tijdelijk_tot)) if day}
    return {"wat": found.tijdelijk, "door": found.tijdelijk_door, **days}


@bp.route(f"/toegang/<uuid:toegang_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def zetten(toegang_id, stap):
    """Take the step."""
    form = Form()
    _title, _lead, act, said = STAPPEN[stap]
    asks = ASKS.get(stap)
    given = {"on": lambda: {"on": form.date("on", _("Vul de dag in."))},
             "reden": lambda: {"reden": form.text("reden", _("Schrijf waarom."), most=TEKST)},
             "wat": lambda: {"wat": form.text("wat", _("Schrijf op wat er is geregeld."), most=TEKST),
                             "door": form.text("door", _("Schrijf op wie de tijdelijke ondersteuning geeft."), most=NAAM),
                             "van": form.date("van", _("Vul de eerste dag in.")),
                             "tot": form.date("tot", _("Vul de laatste dag in."))}}
    facts = given[asks]() if asks else {}

    def again(status, reasons=()):
        return _step_page(toegang_id, stap, status, form, reasons)

    def take():
        act(g.db, g.actor, toegang_id, **facts)
        return tell(go(url_for("plaatsing.toegang", toegang_id=toegang_id)), in_taal(said))

    return again(422) if form.errors else _try(take, stap, toegang_id, again)


# The investigation ----------------------------------------------------------------------------------------------------------

@bp.route("/toegang/<uuid:toegang_id>/onderzoek", needs=P.TOEGANG_BEHANDELEN)
def onderzoek(toegang_id):
    """What was looked into so far, to write further."""
    return _investigation(toegang_id)


def _investigation(toegang_id, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    found = queries.onderzoek(g.db, toegang.id)
    parts = [(name, [(one["code"], in_taal(one["naam"]), one["artikel"]) for one in load_config("plaatsingen")[name]])
             for name in ("onderwerp", "afweging")]
    return page_or_part("plaatsing/onderzoek.html", status=status, toegang=toegang, parts=dict(parts), reasons=reasons,
                        hulpvraag=found.hulpvraag, errors=form.errors if form else {},
                        values=form.values if form else found.antwoorden)


@bp.route("/toegang/<uuid:toegang_id>/onderzoek", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def onderzoek_bewaren(toegang_id):
    """Keep it; nothing has to be complete."""
    form = Form()
    codes = [one["code"] for name in ("onderwerp", "afweging") for one in load_config("plaatsingen")[name]]
    said = {code: form.text(code, most=TEKST) or "" for code in codes}

    def again(status, reasons=()):
        return _investigation(toegang_id, status, form, reasons)

    def act():
        usecases.onderzoek_bewaren(g.db, g.actor, toegang_id, said)
        return tell(go(url_for("plaatsing.toegang", toegang_id=toegang_id)), _("Het onderzoek is bewaard."))

    return again(422) if form.errors else _try(act, "onderzoek", toegang_id, again)


@bp.route("/toegang/<uuid:toegang_id>/randvoorwaarde", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def randvoorwaarde(toegang_id):
    """Keep how something stands that has to be arranged."""
    form = Form()
    soort = form.choice("soort", list(load_config("plaatsingen")["randvoorwaarde"]), _("Kies wat er geregeld moet zijn."))
    stand = form.choice("stand", list(Geregeld), _("Kies hoe het staat."))

    def again(status, reasons=()):
        return _page(toegang_id, status, reasons or list(form.errors.values()))

    def act():
        usecases.randvoorwaarde(g.db, g.actor, toegang_id, soort=soort, stand=stand)
        return tell(go(url_for("plaatsing.toegang", toegang_id=toegang_id)), _("Dat staat erin."))

    return again(422) if form.errors else _try(act, "randvoorwaarde", toegang_id, again)


# The number -----------------------------------------------------------------------------------------------------------------

@bp.route("/toegang/<uuid:toegang_id>/nummer", needs=P.TOEGANG_BEHANDELEN)
def nummer(toegang_id):
    """Ask to see the citizen service number."""
    return _number_page(toegang_id)


def _number_page(toegang_id, status: int = 200, form=None, reasons=(), bsn: str = "") -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    return page_or_part("plaatsing/nummer.html", status=status, toegang=toegang, reasons=reasons, bsn=bsn,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/toegang/<uuid:toegang_id>/nummer", needs=P.TOEGANG_BEHANDELEN, methods=["POST"])
def inzien(toegang_id):
    """Show it once, on this page; that it was seen, and why, is kept."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het nummer nodig heeft."), most=TEKST)

    def again(status, reasons=()):
        return _number_page(toegang_id, status, form, reasons)

    def act():
        return _number_page(toegang_id, bsn=usecases.inzien(g.db, g.actor, toegang_id, reden=reden, kluis=current_app.kluis))

    return again(422) if form.errors else _try(act, "inzien", toegang_id, again)
