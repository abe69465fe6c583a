"""For who applied: objecting to a decision, adding grounds, taking it back, following it; and the notice that the gemeente is
late, with what that costs it."""

from datetime import date

from flask import Response, g, render_template, request, url_for

from config import load as load_config
from portal.blueprints.aanvraag import Zaak, eigen_zaak, event_item
from portal.blueprints.berichten import message_item
from portal.blueprints.ontvanger import LEZEN, VERSTUREN, bp, case_page, send
from portal.blueprints.rechtsbescherming import GIVEN, SOORTEN, meter, notice, overdue, te_bestrijden, underway
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import bezwaar as objecting
from portal.domains.subsidies import ingebreke, queries
from portal.domains.subsidies.model import Bezwaar, Indiening, Indiensoort, Toestemming
from portal.domains.subsidies.words import INDIENSOORT_WORDS
from portal.identity.permissions import Permission as P
from portal.kernel import clock, terms
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier, count_with, load
from portal.kernel.errors import NotFound
from portal.kernel.terms import compute
from portal.web.blueprint import viewed
from portal.web.filters import datum_kort, in_taal
from portal.web.forms import Form
from portal.web.links import document_item, state_badge
from portal.web.shown import day_long
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TEKST, KORT = 6000, 2000
GRONDEN, MEEST = 3, 20
RECEIPT = "ontvanger.bezwaar_ontvangst"
OUTCOME_KINDS = {"gegrond": "ok", "deels_gegrond": "warn", "ongegrond": "err", "niet_ontvankelijk": "neutral"}


def _fields(form: Form) -> list[str]:
    """The names of the grounds on the form that was sent."""
    return [name for n in range(1, MEEST + 1) if (name := f"grond-{n}") in form.values]


def _room(fields: int) -> int:
    return min(max(fields, GRONDEN), MEEST)


# Objecting -------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/bezwaar", needs=LEZEN)
def bezwaar_maken(subsidie_id):
    """Object to a decision: which one, why, and whether you want to be heard. `besluit` in the address chooses."""
    return _object_page(eigen_zaak(subsidie_id), {"besluit": request.args.get("besluit", "")}, GRONDEN)


def _object_page(zaak: Zaak, values, fields: int, errors=None, status: int = 200) -> Response:
    found = te_bestrijden(zaak)
    today = clock.today()
    options = [(str(b.id), b.onderwerp, _("Bezwaar maken kan tot en met %(dag)s.", dag=day_long(last)) if last >= today else
                _("De laatste dag was %(dag)s. Leg uit waarom u later bent.", dag=day_long(last))) for b, last in found]
    if len(options) == 1:
        values = values | {"besluit": options[0][0]}
    chosen = next(((b, last) for b, last in found if str(b.id) == values.get("besluit")), None)
    return case_page("bezwaar_maken", zaak, status=status, errors=errors, values=values, options=options, chosen=chosen,
                     late=bool(chosen and chosen[1] < today), any_late=any(last < today for _b, last in found),
                     fields=_room(fields), meest=MEEST, bezwaren=zaak.bezwaren)


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/bezwaar", needs=VERSTUREN, methods=["POST"], idempotent=True)
def bezwaar_indienen(subsidie_id):
    """Send the objection. `meer` only asks for more room."""
    form, zaak = Form(), eigen_zaak(subsidie_id)
    names = _fields(form)
    if form.raw("meer"):
        return _object_page(zaak, form.values, len(names) + GRONDEN)
    known = [str(b.id) for b, _regels in zaak.besluiten]
    besluit_id = form.choice("besluit", known, _("Kies tegen welk besluit u bezwaar maakt."))
    gronden = [one for name in names if (one := form.text(name, most=TEKST))]
    horen = form.choice("horen", ["ja", "nee"], _("Kies of u wilt worden gehoord."))
    te_laat = form.text("te_laat", most=KORT) or ""
    if form.errors:
        return _object_page(zaak, form.values, len(names), form.errors, 422)

    def page(errors, status):
        return _object_page(eigen_zaak(subsidie_id), form.values, len(names), errors, status)

    return send(lambda: objecting.indienen(g.db, g.actor, besluit_id, gronden=gronden, horen=horen, te_laat=te_laat),
                "bezwaar", subsidie_id, page, subsidie_id, "grond-1", RECEIPT)


# One objection ---------------------------------------------------------------------------------------------------------------

def _own(bezwaar_id) -> tuple[Bezwaar, Zaak]:
    """The own objection with its case; NotFound for anyone else's."""
    found = load(g.db, Bezwaar, bezwaar_id)
    zaak = eigen_zaak(found.subsidie_id)
    return found, zaak


@bp.route("/aanvragen/bezwaar/<uuid:bezwaar_id>", needs=LEZEN)
def bezwaar(bezwaar_id):
    """Where the objection stands: until when, the hearing, the grounds with their answers once decided, the decision."""
    found, zaak = _own(bezwaar_id)
    response = _objection_page(found, zaak)
    viewed(found)
    return response


def _objection_page(found: Bezwaar, zaak: Zaak) -> Response:
    first = next((b for b, _regels in zaak.besluiten if b.id == found.besluit_id), None)
    decision = next((b for b, _regels in zaak.besluiten if b.id == found.beslissing_id), None)
    own = [(t, pauses) for t, pauses in zaak.termijnen if t.dossier_id == found.id]
    decide = next((pair for pair in own if pair[0].kind in objecting.TERMIJNEN and pair[0].met_on is None), None)
    possible, blocked = _to_do(found, zaak, own)
    by = _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
    grounds = load_config("subsidies")["niet_horen"]
    return case_page(
        "bezwaar", zaak, b=found, badge=state_badge("bezwaar", found.state), first=first, decision=decision,
        is_open=found.state in queries.BEZWAAR_OPEN, possible=possible, blocked=blocked,
        decide=decide[0] if decide else None, halted=bool(decide and any(p.completed_on is None for p in decide[1])),
        lines=as_lines(count_with(*decide).count) if decide else [],
        heals=next((t for t, _p in own if t.kind == "verzuim" and t.met_on is None), None),
        planned=next((t for t, _p in own if t.kind == "hoorzitting" and t.met_on is None), None),
        no_hearing=in_taal(grounds[found.niet_horen]["naam"]) if found.niet_horen else "",
        outcome=(OUTCOME_KINDS.get(found.uitkomst, "info"), outcome(found.uitkomst)) if found.uitkomst else None,
        grounds=_grounds(found, zaak, decision), meter=meter(own), appeal=_appeal(decision),
        letters=[document_item(one) for one in queries.brieven(g.db, zaak.subsidie.id)
                 if one.titel == decision.onderwerp] if decision else [],
        sent=[_sending(zaak, one) for one in reversed(zaak.indieningen) if one.verzonden_by
              and (one.dossier_id == found.id or one.id == found.indiening_id)],
        on_paper=any(one.papier_on for one in zaak.indieningen if one.id == found.indiening_id),
        messages=_messages(found, zaak), may_write=g.actor.may(P.BERICHT_SCHRIJVEN),
        timeline=[event_item(zaak, row.kind, row.facts, row.occurred_on, by if row.party_id == zaak.gemeente.id else "")
                  for row in queries.events(g.db, found.id, most=50)])


def outcome(code: str) -> str:
    """The outcome of an objection in words."""
    return in_taal(load_config("subsidies")["bezwaar_uitkomst"].get(code, code))


def _appeal(decision: Besluit | None) -> date | None:
    """The last day to go to court against the decision on the objection."""
    if decision is None:
        return None
    return compute(terms.rule("beroepstermijn"), clock.day_of(decision.verzonden_at)).last_day


def _grounds(found: Bezwaar, zaak: Zaak, decision: Besluit | None) -> list[dict]:
    """The grounds; with the answers of the decision. What the gemeente writes until then is its own."""
    if decision is not None:
        return decision.inhoud["argumenten"]
    sent = [one for one in zaak.indieningen if one.id == found.indiening_id
            or (one.dossier_id == found.id and one.soort == Indiensoort.BEZWAARGRONDEN)]
    said = [grond for one in sent for grond in one.inhoud["gronden"]]
    return [{"nummer": n, "tekst": tekst, "antwoord": ""} for n, tekst in enumerate(said, start=1)]


def _to_do(found: Bezwaar, zaak: Zaak, own) -> tuple[list[dict], list[dict]]:
    """What this person can do with the objection now, and what not and why."""
    if found.state not in queries.BEZWAAR_OPEN:
        return [], []
    heals = next((t for t, _p in own if t.kind == "verzuim" and t.met_on is None), None)
    items = [{"title": _("Vul uw bezwaar aan"), "icon": "pen", "button": _("Vul aan"),
              "url": url_for("ontvanger.bezwaar_aanvullen", bezwaar_id=found.id), "kind": None if heals else "secondary",
              "text": _("Dat kan tot en met %(dag)s.", dag=day_long(heals.due_on)) if heals
              else _("Stuur argumenten, of meer argumenten.")}]
    items += notice(zaak, found.id, own)
    items.append({"title": _("Trek het bezwaar in"), "icon": "cross", "button": _("Trek in"), "kind": "secondary",
                  "url": url_for("ontvanger.bezwaar_intrekken", bezwaar_id=found.id),
                  "text": _("Dat kan tot de gemeente heeft beslist.")})
    if g.actor.may(VERSTUREN):
        return items, []
    reason = _("Uw rol mag dit niet. Vraag een collega die mag versturen.")
    return [], [{"title": item["title"], "reasons": [reason]} for item in items]


def _sending(zaak: Zaak, one: Indiening) -> dict:
    """One sending in a list, with the way to its receipt."""
    when = datum_kort(one.ontvangen_at, current_lang())
    return {"title": in_taal(INDIENSOORT_WORDS[one.soort]), "meta": f"{one.ontvangst_nummer} · {when}",
            "url": url_for("ontvanger.bezwaar_ontvangst", subsidie_id=zaak.subsidie.id, indiening_id=one.id)}


def _messages(found: Bezwaar, zaak: Zaak) -> list[dict]:
    """The newest messages about the objection; what was not opened yet stays closed."""
    who = _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
    return [message_item(b, who) for b in (queries.berichten(g.db, found.id) if g.actor.may(P.BERICHT_LEZEN) else [])]


@bp.route("/aanvragen/bezwaar/<uuid:bezwaar_id>/aanvullen", needs=LEZEN)
def bezwaar_aanvullen(bezwaar_id):
    """Room for grounds, one field each."""
    return _grounds_page(bezwaar_id, {}, GRONDEN)


def _grounds_page(bezwaar_id, values, fields: int, errors=None, status: int = 200) -> Response:
    found, zaak = _own(bezwaar_id)
    own = [t for t, _p in zaak.termijnen if t.dossier_id == found.id and t.met_on is None]
    asked = next((b for b in queries.berichten(g.db, found.id) if b.party_id == g.actor.party_id
                  and b.onderwerp.startswith("Vul uw bezwaar aan")), None) if g.actor.may(P.BERICHT_LEZEN) else None
    return case_page("bezwaar_aanvullen", zaak, status=status, errors=errors, values=values, b=found, fields=_room(fields),
                     meest=MEEST, heals=next((t for t in own if t.kind == "verzuim"), None), asked=asked,
                     why_not="" if found.state in queries.BEZWAAR_OPEN else _("Dit bezwaar is al afgerond."))


@bp.route("/aanvragen/bezwaar/<uuid:bezwaar_id>/aanvullen", needs=VERSTUREN, methods=["POST"], idempotent=True)
def bezwaar_gronden(bezwaar_id):
    """Send the grounds. `meer` only asks for more room."""
    form, (_found, zaak) = Form(), _own(bezwaar_id)
    names, subsidie_id = _fields(form), zaak.subsidie.id
    if form.raw("meer"):
        return _grounds_page(bezwaar_id, form.values, len(names) + GRONDEN)
    gronden = [one for name in names if (one := form.text(name, most=TEKST))]

    def page(errors, status):
        return _grounds_page(bezwaar_id, form.values, len(names), errors, status)

    if form.errors:
        return page(form.errors, 422)
    return send(lambda: objecting.aanvullen(g.db, g.actor, bezwaar_id, gronden=gronden), "bezwaar_aanvullen", bezwaar_id,
                page, subsidie_id, "grond-1", RECEIPT)


@bp.route("/aanvragen/bezwaar/<uuid:bezwaar_id>/intrekken", needs=LEZEN)
def bezwaar_intrekken(bezwaar_id):
    """What taking the objection back means, before it happens."""
    return _withdraw_page(bezwaar_id)


def _withdraw_page(bezwaar_id, errors=None, status: int = 200) -> Response:
    found, zaak = _own(bezwaar_id)
    return case_page("bezwaar_intrekken", zaak, status=status, errors=errors, b=found,
                     last=next((objecting.laatste_dag(b) for b, _r in zaak.besluiten if b.id == found.besluit_id), None),
                     why_not="" if found.state in queries.BEZWAAR_OPEN else _("Dit bezwaar is al afgerond."))


@bp.route("/aanvragen/bezwaar/<uuid:bezwaar_id>/intrekken", needs=VERSTUREN, methods=["POST"], idempotent=True)
def bezwaar_terugnemen(bezwaar_id):
    """Take the objection back."""
    subsidie_id = _own(bezwaar_id)[1].subsidie.id
    return send(lambda: objecting.intrekken(g.db, g.actor, bezwaar_id), "bezwaar_intrekken", bezwaar_id,
                lambda errors, status: _withdraw_page(bezwaar_id, errors, status), subsidie_id, receipt=RECEIPT)


# Too late ---------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/ingebreke/<uuid:dossier_id>", needs=LEZEN)
def ingebreke_stellen(dossier_id):
    """What a notice of default is, and whether it can be given now."""
    return _notice_page(dossier_id)


def _notice_page(dossier_id, errors=None, status: int = 200) -> Response:
    zaak, part = _either(dossier_id)
    own = [(t, p) for t, p in zaak.termijnen if t.dossier_id == dossier_id]
    waits = [t for t, _p in own if t.kind in ingebreke.BESLISTERMIJNEN and t.met_on is None]
    late = overdue(own)
    if any(t.kind in GIVEN and t.met_on is None for t, _p in own) or (late and underway(zaak, dossier_id, late)):
        why_not = _("U stelde de gemeente al in gebreke.")
    elif not waits:
        why_not = _("Er wacht hier geen besluit van de gemeente.")
    elif late is None and max(t.due_on for t in waits) >= clock.today():
        why_not = _("De gemeente mag nog beslissen tot en met %(dag)s. Een ingebrekestelling telt pas daarna.",
                    dag=day_long(max(t.due_on for t in waits)))
    else:
        why_not = "" if late else _("De beslistermijn staat stil. Een ingebrekestelling telt nu niet.")
    return case_page("ingebreke", zaak, status=status, errors=errors, why_not=why_not, dossier_id=dossier_id, late=late,
                     meter=meter(own), steps=[(days, amount) for days, amount in terms.penalty_steps(ingebreke.MOST_DAYS)],
                     back=_back(zaak, part))


def _either(dossier_id) -> tuple[Zaak, Bezwaar | Toestemming | None]:
    """The own case, and the objection or the consent in it when the notice is about that."""
    found = load(g.db, Dossier, dossier_id)
    if isinstance(found, Bezwaar | Toestemming):
        return eigen_zaak(found.subsidie_id), found
    return eigen_zaak(dossier_id), None


def _back(zaak: Zaak, part: Bezwaar | Toestemming | None) -> str:
    if isinstance(part, Toestemming):
        return url_for("ontvanger.toestemming", toestemming_id=part.id)
    return (url_for("ontvanger.bezwaar", bezwaar_id=part.id) if part
            else url_for("aanvraag.subsidie", subsidie_id=zaak.subsidie.id))


@bp.route("/aanvragen/ingebreke/<uuid:dossier_id>", needs=VERSTUREN, methods=["POST"], idempotent=True)
def ingebreke_versturen(dossier_id):
    """Send the notice."""
    subsidie_id = _either(dossier_id)[0].subsidie.id
    return send(lambda: ingebreke.stellen(g.db, g.actor, dossier_id), "ingebreke", dossier_id,
                lambda errors, status: _notice_page(dossier_id, errors, status), subsidie_id, receipt=RECEIPT)


# The receipt ------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/bezwaar-ontvangst/<uuid:indiening_id>", needs=LEZEN)
def bezwaar_ontvangst(subsidie_id, indiening_id):
    """The receipt of an objection, what was added to it, its withdrawal, or a notice, and what comes next."""
    zaak = eigen_zaak(subsidie_id)
    sent = next((one for one in zaak.indieningen if one.id == indiening_id), None)
    if sent is None or sent.soort not in SOORTEN or sent.verzonden_by is None:
        raise NotFound()
    part = next((one for one in zaak.bezwaren if sent.id == one.indiening_id or sent.dossier_id == one.id), None)
    return render_template("ontvanger/bezwaar_ontvangst.html", zaak=zaak, s=zaak.subsidie, gemeente=zaak.gemeente,
                           indiening=sent, answers=_answers(zaak, sent), door=sent.inhoud.get("verstuurd_door"), part=part,
                           soort=in_taal(INDIENSOORT_WORDS[sent.soort]))


def _answers(zaak: Zaak, sent: Indiening) -> list[tuple[str, str]]:
    """What was sent, in words: question and answer."""
    said = sent.inhoud
    if sent.soort == Indiensoort.INGEBREKESTELLING:
        return [(_("Te laat met"), zaak.subsidie.titel),
                (_("De gemeente moest uiterlijk beslissen op"), day_long(date.fromisoformat(said["uiterlijk_on"])))]
    items = [(_("Argument %(n)s", n=n), grond) for n, grond in enumerate(said.get("gronden", []), start=1)]
    if sent.soort == Indiensoort.BEZWAAR:
        against = next((b.onderwerp for b, _r in zaak.besluiten if str(b.id) == said["besluit_id"]), "")
        wish = {"ja": _("Ja"), "nee": _("Nee")}.get(said.get("horen", ""), "")
        items = [(_("Tegen het besluit"), against), *(items or [(_("Argumenten"), _("Die stuurt u later."))]),
                 (_("Wilt u worden gehoord?"), wish)]
        if said.get("te_laat"):
            items.append((_("Waarom later"), said["te_laat"]))
    return items
