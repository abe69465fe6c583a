"""One plan: where it stands and until when, what the gemeente asks now with its form right there, what was said and sent."""

from datetime import date

from flask import Response, g, url_for

from portal.blueprints.berichten import message_item
from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, blad_van, eigen_blad, te_doen
from portal.blueprints.initiatief.handelingen import handelingen
from portal.blueprints.initiatief.schrijven import MOST, antwoorden, bewijs_van, getypt, velden_gelezen, vragen
from portal.blueprints.termijnen import as_lines
from portal.domains.uitdaagrecht import initiatieven, queries, rules, words
from portal.domains.uitdaagrecht.model import FASE, VRAAG, Afspraak, InitiatiefState, Inzending, State
from portal.kernel import clock, terms
from portal.kernel.dossier import count_with, running
from portal.kernel.events import sentence
from portal.processes.uitdaging import subsidie_gebrek
from portal.web.blueprint import attempt, viewed
from portal.web.filters import feiten, in_taal, op_seconde
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import document_item, dossier_url, state_badge
from portal.web.shown import day, day_narrow, day_short, euro
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

# Not told to the residents as an event of its own: what the gemeente does among itself, and what another line says already.
_UNTOLD = {"uitdaging:voorstellen", "uitdaging:belang", "uitdaging:adviseren", "uitdaging:beoordelen", "uitdaging:toetsen",
           "initiatief:sturen-uitdaging", "initiatief:sturen-vraag", "initiatief:sturen-intrekking"}


@bp.route("/mijn-plannen/<uuid:initiatief_id>", needs=EIGEN)
def dossier(initiatief_id):
    """One plan: where it stands, what to do now, what was sent."""
    blad = blad_van(initiatief_id)
    response = _dossier(blad)
    viewed(blad)
    return response


def _dossier(blad: Blad, status: int = 200, reasons=(), errors=None, values=None) -> Response:
    besluit, criteria, gronden = blad.besluit, queries.criteria(), queries.gronden()
    return page_or_part(
        "initiatief/dossier.html", status=status, blad=blad, reasons=list(reasons), errors=errors or {},
        values=getypt(blad.gegevens) | (values or {}), fasen=_phases(blad), termijn=_term(blad), nu=_now(blad), vragen=vragen(),
        mogelijk=_possible(blad), antwoorden=antwoorden(blad, vast=True), tijdlijn=_timeline(blad), most=MOST,
        brieven=_letters(blad), berichten=[message_item(one, _gemeente(blad)) for one in blad.idee.berichten[:5]],
        stukken=[document_item(one) for one in blad.idee.stukken],
        ontbreekt=[rules.UITDAGING[code] for code in rules.ontbreekt(blad.gegevens)],
        uitkomst=words.UITKOMST_WORDS.get(besluit.inhoud["uitkomst"]) if besluit else None,
        gronden=[gronden.get(code, code) for code in besluit.inhoud["gronden"]] if besluit else [],
        oordelen=[(criteria.get(code, code), words.OORDEEL_WORDS[one["oordeel"]], one["motivering"])
                  for code, one in besluit.inhoud.get("oordelen", {}).items()] if besluit else [],
        afspraak=_agreement(blad.afspraak),
        verlenging=_agreement(blad.voorstel) if blad.verlengt else None, taak=_task(blad), venster=_window(blad),
        aanvullen=blad.termijn("aanvulling") if "aanvullen" in blad.vraagt else None,
        aanvragen=[_application(one) for one in blad.idee.aanvragen],
        inzendingen=[_sending(blad, one) for one in blad.idee.inzendingen],
        doorgeleid=words.DOORGELEID_WORDS.get(blad.uitdaging.doorgeleid) if blad.uitdaging else None)


def _gemeente(blad: Blad) -> str:
    return _("Gemeente %(naam)s", naam=blad.gemeente.naam) if blad.gemeente else ""


def _now(blad: Blad) -> str:
    """What there is to do, in one sentence."""
    if not blad.eigen:
        return _("U leest mee. Wie het plan schreef, stuurt het naar de gemeente.")
    if blad.onderweg:
        return _("De gemeente neemt in wat u stuurde. Dat duurt meestal een paar minuten.")
    return te_doen(blad.state, blad.stand, doorgeleid="doorgeleiden" in blad.vraagt, aanpassing="aanpassing" in blad.vraagt)


def _phases(blad: Blad) -> list[tuple[str, str, str]]:
    """The steps from an idea to the start, with where it is now; none where it goes no further."""
    if blad.state == InitiatiefState.INGETROKKEN or blad.stand in (State.INGETROKKEN, State.DOORGELEID):
        return []
    at, term, talks = FASE.get(blad.stand, 0), blad.termijn("beslissing"), len(blad.zaak.gesprekken) if blad.zaak else 0
    sent = blad.uitdaging and blad.stand not in VRAAG
    begun = next((one.occurred_on for one in blad.idee.events if one.kind == "uitdaging:beginnen"), None)
    notes = [day_narrow(blad.uitdaging.ontvangen_on, year=False) if sent else _("nog niet verstuurd"),
             ngettext("%(num)s gesprek", "%(num)s gesprekken", talks) if talks else _("samen praten") if at < 2 else "",
             _("de gemeente kijkt") if at < 3 else "",
             day_narrow(clock.day_of(blad.besluit.verzonden_at), year=False) if blad.besluit
             else _("na uw aanvulling") if blad.stand == State.WACHT_OP_AANVULLING
             else "" if term is None
             else _("beloofd voor %(dag)s", dag=day_narrow(term.due_on, year=False)) if term.due_on < clock.today()
             else _("uiterlijk %(dag)s", dag=day_narrow(term.due_on, year=False)),
             day_narrow(begun, year=False) if begun else _("u maakt een afspraak") if at == 4 else _("na een ja")]
    names = [_("Ingediend") if sent else _("Indienen"), _("Gesprekken"), _("Beoordeling"), _("Antwoord"), _("Start")]
    if blad.stand == State.AFGEWEZEN:
        # Where the answer is no, nothing starts; what was skipped on the way is not said to be done.
        return [(("done" if n in (0, 3) or talks else "todo"), names[n], notes[n]) for n in range(4)]
    return [("done" if n < at else "now" if n == at else "todo", names[n], notes[n]) for n in range(5)]


def _term(blad: Blad) -> dict | None:
    """Until when the gemeente answers, how that was counted, and how late it is."""
    if blad.zaak is None:
        return None
    termijn = blad.termijn("beslissing") or blad.termijn("informatie")
    if termijn is None:
        return None
    pauses = [one for one in blad.zaak.opschortingen if one.termijn_id == termijn.id]
    still, decides = running(pauses) is not None, termijn.kind == "beslissing"
    return {"title": _("Antwoord op uw plan uiterlijk op") if decides else _("Antwoord op uw vraag uiterlijk op"),
            "due": termijn.due_on, "late": 0 if still else terms.dagen_te_laat(termijn.due_on, None, clock.today()),
            "still": still, "lines": as_lines(count_with(termijn, pauses).count), "gevolg": termijn.gevolg}


def _possible(blad: Blad) -> list[dict]:
    """What the residents may do now, beside what the gemeente asks."""
    if not blad.eigen:
        return []
    found = []
    if blad.state in (InitiatiefState.BEGONNEN, InitiatiefState.GEVRAAGD):
        found += [
            {"title": _("Schrijf verder"), "text": _("Drie zinnen zijn genoeg om te versturen."), "icon": "pen",
             "button": _("Schrijf verder"), "url": blad.url("stap", deel="idee")},
            {"title": _("Verstuur uw plan"), "text": _("U ziet eerst alles wat de gemeente krijgt."), "icon": "mail",
             "button": _("Controleer en verstuur"), "url": blad.url("controle"), "kind": "secondary"}]
    elif blad.schrijft:
        found.append({"title": _("Werk uw plan bij"), "text": _("De gemeente leest het als u het verstuurt."), "icon": "pen",
                      "button": _("Werk het plan bij"), "url": blad.url("stap", deel="steun"), "kind": "secondary"})
    if subsidie_gebrek(blad.uitdaging) is None:
        found.append({"title": _("Vraag subsidie aan"), "text": _("Met wat al in uw plan staat."), "icon": "euro",
                      "button": _("Vraag subsidie aan"), "url": blad.url("subsidie"),
                      "kind": "secondary" if blad.idee.aanvragen else "primary"})
    found += [{"title": one.titel, "text": one.kort, "icon": one.icoon, "button": one.knop, "kind": "secondary",
               "url": blad.url("handeling", wat=code)} for code, one in handelingen(blad).items() if one.kan]
    return found


def _agreement(made: Afspraak | None) -> list[tuple[str, str]]:
    return made and [(_("Taak"), made.taak), (_("Resultaat"), made.resultaat), (_("Budget"), euro(made.budget)),
                     (_("Van"), day_short(made.van)), (_("Tot en met"), day_short(made.tot)),
                     (_("Samen kijken hoe het gaat"), day_short(made.evaluatie_on)), (_("Als het stopt"), made.terug)]


def _task(blad: Blad) -> list[tuple[str, str]]:
    """What the register says of the task, beside what the plan costs."""
    task, plan = blad.taak, rules.bedrag(blad.gegevens.get("kosten_bedrag"))
    return [(name, value) for name, value in (
        (_("Taak"), task.naam), (_("Kosten nu"), _("%(bedrag)s per jaar (%(jaar)s, %(bron)s)", bedrag=euro(task.kosten),
                                                   jaar=task.kosten_jaar, bron=task.bron) if task.kosten is not None else ""),
        (_("Kosten in het plan"), _("%(bedrag)s per jaar", bedrag=euro(plan)) if plan is not None else ""),
        (_("Contract loopt tot en met"), day_short(task.contract_tot) if task.contract_tot else ""),
        (_("Wat goed moet zijn"), task.kwaliteit)) if value] if task else []


def _window(blad: Blad) -> str:
    """Whether a contract of another stands in the way now, while nothing was decided."""
    found = rules.venster(blad.taak.contract_tot, blad.regels) if blad.taak and blad.regels and not blad.besluit else None
    if found is None:
        return ""
    said = {"te_vroeg": _("Iemand anders heeft nog lang een contract. Een plan heeft de meeste kans vanaf %(van)s."),
            "open": _("Uw plan komt op een goed moment: tot en met %(tot)s kan de gemeente de taak opnieuw verdelen."),
            "te_laat": _("De gemeente regelt het nieuwe contract al. Vraag of er nog ruimte is voor uw plan.")}
    return said[found.stand(clock.today())] % {"van": day(found.van), "tot": day(found.tot)}


def _letters(blad: Blad) -> list[dict]:
    """The letters of the gemeente: the file itself once the message with it was opened."""
    rows = []
    for one in blad.idee.berichten:
        if one.brief_key is not None:
            opened = one.geopend_at is not None
            rows.append({"title": one.onderwerp, "meta": f"PDF · {day_short(clock.day_of(one.verzonden_at))}" if opened else
                         _("Nieuw. Open eerst het bericht."),
                         "url": url_for("berichten.brief" if opened else "berichten.bericht", bericht_id=one.id)})
    return rows


def _sending(blad: Blad, one: Inzending) -> dict:
    return {"title": in_taal(words.SOORT_WORDS[one.soort]), "url": bewijs_van(one),
            "meta": f"{one.ontvangst_nummer} · {op_seconde(one.verzonden_at, current_lang())}"}


def _application(row) -> dict:
    """An application that came from the plan."""
    id_, reference, title, state = row
    return {"title": title, "url": dossier_url("aanvraag", id_), "status": state_badge("aanvraag", state), "meta": reference}


def _timeline(blad: Blad) -> list[dict]:
    """What happened, newest first, under what is still to come."""
    items, lang, seen = [], current_lang(), set()
    term = blad.termijn("beslissing")
    if term is not None and blad.stand != State.WACHT_OP_AANVULLING and term.due_on >= clock.today():
        items.append({"when": day_narrow(term.due_on), "what": _("Uiterlijk dan beslist de gemeente"), "kind": "plan"})
    name = blad.gemeente.naam if blad.gemeente else ""
    for event in blad.idee.events:
        what = sentence(words.EVENT_WORDS, event.kind, feiten(event.facts, lang), name, _)
        # One and the same act stands with both sides.
        if event.kind not in _UNTOLD and (event.occurred_on, what) not in seen:
            seen.add((event.occurred_on, what))
            own = blad.gemeente is None or event.party_id != blad.gemeente.id
            items.append({"when": _when(event.occurred_on), "what": what, "who": "" if own else _gemeente(blad),
                          "kind": "today" if event.occurred_on == clock.today() else ""})
    return items


def _when(on: date) -> str:
    return _("vandaag") if on == clock.today() else day_narrow(on)


# What the gemeente asks ------------------------------------------------------------------------------------------------------

def _answer(initiatief_id, name: str, form: Form, act) -> Response:
    """Do what one form of the page asks, and show its receipt; refused: the same page, with what was typed."""
    def again(status, reasons=()):
        # What a field lacks stands at the field.
        return _dossier(eigen_blad(initiatief_id), status, reasons, values=form.values)

    if form.errors:
        return _dossier(eigen_blad(initiatief_id), 422, errors=form.errors, values=form.values)
    return attempt("initiatief", lambda: go(act()), name, initiatief_id, again)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/aanvullen", needs=EIGEN, methods=["POST"], idempotent=True)
def aanvullen(initiatief_id):
    """Fill in what the gemeente asked and send it, in one go."""
    blad, form = eigen_blad(initiatief_id), Form()
    asked = list(blad.uitdaging.gevraagd) if blad.uitdaging else []
    gegevens = velden_gelezen(form, [code for code in (*asked, *(["kosten_bedrag"] if "kosten" in asked else [])) if code in
                                     form.values])

    def act():
        if gegevens:
            initiatieven.bewaren(g.db, g.actor, initiatief_id, gegevens=gegevens, taak_id=blad.initiatief.taak_id)
        return bewijs_van(initiatieven.aanvullen(g.db, g.actor, initiatief_id))

    return _answer(initiatief_id, "aanvullen", form, act)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/definitief", needs=EIGEN, methods=["POST"], idempotent=True)
def definitief(initiatief_id):
    """Send the plan as it will be judged."""
    return _answer(initiatief_id, "plan", Form(), lambda: bewijs_van(initiatieven.plan(g.db, g.actor, initiatief_id)))


@bp.route("/mijn-plannen/<uuid:initiatief_id>/instemmen/<over>", needs=EIGEN, methods=["POST"], idempotent=True)
def instemmen(initiatief_id, over):
    """Say yes or no to what the gemeente asks."""
    form = Form()
    ja = form.choice("ja", ("ja", "nee"), _("Kies ja of nee."))
    toelichting = form.text("toelichting", most=MOST) or ""
    return _answer(initiatief_id, "instemmen", form, lambda: bewijs_van(initiatieven.instemmen(
        g.db, g.actor, initiatief_id, over=over, ja=ja == "ja", toelichting=toelichting, vraag=form.raw("vraag") or "")))


@bp.route("/mijn-plannen/<uuid:initiatief_id>/verslag/<uuid:gesprek_id>", needs=EIGEN, methods=["POST"], idempotent=True)
def verslag(initiatief_id, gesprek_id):
    """Say whether the report of a talk is right."""
    form = Form()
    akkoord = form.choice(f"akkoord-{gesprek_id}", ("ja", "nee"), _("Kies of het verslag klopt."))
    opmerking = form.text(f"opmerking-{gesprek_id}", most=MOST) or ""
    if akkoord == "nee" and not opmerking:
        form.errors[f"opmerking-{gesprek_id}"] = _("Schrijf wat er niet klopt.")

    def act():
        initiatieven.verslag(g.db, g.actor, gesprek_id, akkoord=akkoord == "ja", opmerking=opmerking)
        return url_for("initiatief.dossier", initiatief_id=initiatief_id, _anchor="gesprekken")

    return _answer(initiatief_id, "verslag", form, act)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/tekenen/<uuid:afspraak_id>", needs=EIGEN, methods=["POST"], step_up=True,
          idempotent=True)
def tekenen(initiatief_id, afspraak_id):
    """Sign the agreement, for the residents."""
    form = Form()
    form.text("gelezen", _("Zet een vinkje als u de afspraak heeft gelezen."))

    def act():
        initiatieven.ondertekenen(g.db, g.actor, afspraak_id)
        return url_for("initiatief.dossier", initiatief_id=initiatief_id, _anchor="afspraak")

    return _answer(initiatief_id, "tekenen", form, act)
