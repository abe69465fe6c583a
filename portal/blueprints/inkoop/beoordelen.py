"""Opening and assessment: two officers open, beoordelaars test and score, a second person finalises."""

import uuid
from decimal import Decimal, InvalidOperation

from flask import current_app, g, redirect, render_template, request, url_for

from portal.adapters import letters
from portal.blueprints.inkoop import bp
from portal.domains.inkoop import assessment, queries, rules, usecases
from portal.domains.inkoop.assessment import INTERESTED, JUDGING, NO_PART, SILENT
from portal.domains.inkoop.model import MOTIVERING_TEKENS, Criterium, Eis, Inkoop, Perceel, PerceelState, State
from portal.domains.inkoop.words import ZAAK_EINDE
from portal.domains.inkoop.workflow import PERCEEL
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel import dossier as dossiers
from portal.kernel.belang import statement
from portal.kernel.besluit import State as BesluitState
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.tenants.model import Gemeente
from portal.web.blueprint import refused, viewed
from portal.web.errors import Forbidden
from portal.web.filters import moment
from portal.web.filters import schaal as schaal_text
from portal.web.forms import Form, Invalid
from portal.web.htmx import go
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.security import is_local_path
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TOO_EARLY = 425
WHY_REFUSED = {TOO_EARLY: "De inschrijving was nog niet gesloten.", 403: "De gemeente doet niet mee.",
               409: "Al geopend, of niet in deze fase."}


def perceel_of(perceel_id) -> tuple[Perceel, Inkoop]:
    """A perceel with its procurement; NotFound when the wall hides it."""
    found, inkoop, _declared = assessment.perceel(g.db, perceel_id, g.actor)
    return found, inkoop


# The opening --------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/opening", needs=P.INKOOP_LEZEN)
def opening(inkoop_id):
    """Before the deadline: how many bids and when. After it: who opened, and who must follow."""
    return _opening(inkoop_id)


def _opening(inkoop_id, status=200, reasons=()):
    inkoop = load(g.db, Inkoop, inkoop_id)
    viewed(inkoop)
    publicatie = queries.aankondiging(g.db, inkoop.id)
    if publicatie is None:
        raise Refused(_("Deze inkoop is nog niet gepubliceerd. Er is niets om te openen."), status=409)
    came_in: dict[uuid.UUID, list] = {}
    for one in queries.received(g.db, inkoop.id):
        came_in.setdefault(one.perceel_id, []).append(one.verzonden_at)
    acts = assessment.acts(g.db, inkoop.id)
    is_open = inkoop.state in (State.GEOPEND, State.AFGEROND)
    page = render_template(
        "inkoop/opening.html", inkoop=inkoop, sluit_at=publicatie.sluit_at, came_in=came_in, acts=acts, is_open=is_open,
        controle="controle" in request.args,
        percelen=queries.percelen(g.db, inkoop.id), total=sum(map(len, came_in.values())), reasons=reasons,
        record=assessment.record_of_opening(g.db, inkoop.id) if is_open else None,
        obstacles=[] if is_open else _opening_obstacles(inkoop, publicatie, acts), is_early=status == TOO_EARLY)
    return page, status


def _opening_obstacles(inkoop, publicatie, acts) -> list[str]:
    """Why this person cannot open now; the database decides again at the act itself."""
    if not g.actor.may(P.INKOOP_OPENEN):
        return [_("Uw rol mag niet openen. Een contractmanager of inkoopjurist doet dit.")]
    found = []
    if clock.now() < publicatie.sluit_at:
        found.append(_("De inschrijving sluit op %(wanneer)s. Openen kan pas daarna.",
                       wanneer=moment(publicatie.sluit_at, current_lang())))
    if any(act.party_id == g.actor.party_id for act in acts):
        found.append(_("Uw gemeente heeft al geopend. Nu is een collega van een andere gemeente aan zet."))
    elif not assessment.takes_part(g.db, inkoop.id, g.actor.party_id):
        found.append(_("Uw gemeente doet niet mee aan deze inkoop. Alleen deelnemers openen."))
    return found


@bp.route("/inkoop/<uuid:inkoop_id>/openen", needs=P.INKOOP_OPENEN, methods=["POST"], step_up=True, idempotent=True)
def openen(inkoop_id):
    """One opening act. The second one, by another gemeente, opens the bids and makes the proces-verbaal."""
    try:
        if usecases.openen(g.db, g.actor, inkoop_id):
            _keep_record(inkoop_id)
    except Refused as error:
        refused(error, "inkoop:openen", inkoop_id)
        return _opening(inkoop_id, error.status, error.reasons)
    return go(url_for("inkoop.opening", inkoop_id=inkoop_id))


def _keep_record(inkoop_id):
    """The proces-verbaal: who opened, which bids came when, which attempts were refused. Kept with the opening, or neither."""
    inkoop = load(g.db, Inkoop, inkoop_id)
    percelen = {p.id: p for p in queries.percelen(g.db, inkoop.id)}
    acts = assessment.acts(g.db, inkoop.id)
    bids = sorted(((bid, percelen[bid.perceel_id]) for bid in assessment.read_aloud(g.db, inkoop.id)),
                  key=lambda pair: (pair[0].verzonden_at, pair[1].nummer))
    facts = letters.Opening(
        inkoop=f"{inkoop.titel} ({inkoop.reference})", sluiting_at=inkoop.sluit_at, geopend_at=acts[-1].at,
        openers=tuple(letters.Opener(naam=act.naam, functie="opende " + ("als eerste" if act is acts[0] else "als tweede"),
                                     gemeente=act.gemeente) for act in acts),
        inschrijvingen=tuple(letters.OntvangenInschrijving(
            nummer=number, inschrijver=bid.naam, perceel=f"{perceel.nummer}. {perceel.naam}",
            ontvangen_at=bid.verzonden_at, sha256=bid.vingerafdruk)
            for number, (bid, perceel) in enumerate(bids, start=1)),
        pogingen=tuple(letters.GeweigerdePoging(
            at=row.at, wie=row.naam or g.actor.party_naam, reden=WHY_REFUSED.get(row.details.get("status"), "Geweigerd."))
            for row in assessment.attempts(g.db, inkoop.id)),
        bijzonderheden=(f"Dit verslag noemt de geweigerde pogingen van de gemeente {g.actor.party_naam}. Die van andere "
                        "gemeenten staan in hun eigen logboek.",))
    stuk = current_app.brieven.proces_verbaal(
        facts, gemeente=load(g.db, Gemeente, inkoop.eigenaar_id), kenmerk=inkoop.reference, door=g.actor.naam,
        on=clock.today())
    usecases.proces_verbaal(g.db, g.actor, inkoop.id, stuk)


# A perceel ----------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>", needs=P.INKOOP_LEZEN)
def perceel(perceel_id):
    """Where a perceel stands: bids, assessment, award, standstill, contracts, and what can be done now."""
    return show_perceel(perceel_id)


def show_perceel(perceel_id, status=200, errors=None, values=None, reasons=()):
    """The page of a perceel, also after a refusal: `errors` per field, `reasons` for the whole step."""
    perceel, inkoop = perceel_of(perceel_id)
    viewed(perceel)
    judging = perceel.state in (PerceelState.GEOPEND, PerceelState.VASTGESTELD, PerceelState.VERVALLEN)
    may_read = perceel.state == PerceelState.GEPLAND or assessment.takes_part_in(g.db, perceel, g.actor)
    blad = assessment.sheet(g.db, perceel) if judging and may_read else None
    is_judged = perceel.state not in (PerceelState.GEPLAND, PerceelState.GEOPEND)
    last = usecases.last_gunning(g.db, perceel) if is_judged else None
    besluit = None if last is None or last.state in usecases.ENDED else last
    standstill = assessment.standstill(g.db, perceel.id) if perceel.state == PerceelState.GEGUND else None
    # Who may finalise sees who declared an interest later, and what of them still counts.
    running = blad and perceel.state in (PerceelState.GEOPEND, PerceelState.VASTGESTELD) and _is_lead(perceel)
    solves = running and g.actor.may(P.INKOOP_VASTSTELLEN)
    belangen = assessment.statements(g.db, inkoop.id) if running else {}
    interested = [who for who in blad.assessors if belangen.get(who)] if solves else []
    aside = blad.aside if blad else []
    about = {*interested, *(x for row in aside for x in (row.beoordelaar_id, row.terzijde_by))}
    who = names(g.db, about) if about else {}
    possible, blocked = _todo(perceel, inkoop, blad, besluit, belangen)
    return render_template(
        "inkoop/perceel.html", interested=interested, aside=assessment.set_aside(aside), who=who, perceel=perceel,
        inkoop=inkoop, badge=state_badge("perceel", perceel.state), blad=blad, besluit=besluit, may_read=may_read,
        withdrawn=last if last and last.state == BesluitState.INGETROKKEN else None,
        may_withdraw=besluit is not None and _may(perceel, "gunning_intrekken", reden="volgt"),
        possible=possible, blocked=blocked, errors=errors or {}, values=values or {}, reasons=reasons,
        standstill=standstill, count=dossiers.count_of(g.db, standstill) if standstill else None,
        contracts=assessment.contracts(g.db, perceel.id) if perceel.state == PerceelState.GECONTRACTEERD else [],
        may_judge=any(g.actor.may(p) for p in JUDGING),
        may_drop=_may(perceel, "vervallen", reden="volgt", belangen=belangen if running else None),
        zaak_einde=ZAAK_EINDE,
        may_report_writ=perceel.state == PerceelState.GEGUND and _is_lead(perceel) and g.actor.may(P.INKOOP_CONTRACTEREN),
    ), status


def _is_lead(perceel) -> bool:
    return perceel.eigenaar_id == g.actor.party_id


def _may(perceel, step, **facts) -> bool:
    return not PERCEEL.obstacles(perceel, step, g.actor, **facts)


def _todo(perceel, inkoop, blad, besluit, belangen) -> tuple[list[dict], list[dict]]:
    """What this person can do now on a perceel, and what not yet with the reason."""
    match perceel.state:
        case PerceelState.GEPLAND:
            return [], [{"title": _("Beoordelen"), "reasons": [_("De inschrijvingen zijn nog niet geopend.")]}]
        case PerceelState.GEOPEND:
            return _todo_assessment(perceel, inkoop, blad, belangen)
        case PerceelState.VASTGESTELD:
            return _todo_award(perceel, besluit, blad, belangen)
        case PerceelState.GEGUND if _is_lead(perceel) and g.actor.may(P.INKOOP_CONTRACTEREN):
            title = _("Sluit de contracten")
            if reasons := PERCEEL.obstacles(perceel, "contracteren", g.actor):
                return [], [{"title": title, "reasons": reasons}]
            return [{"title": title, "text": _("De standstill is voorbij en er is geen dagvaarding."), "icon": "pen",
                     "button": _("Controleer en sluit"), "url": url_for("inkoop.contract", perceel_id=perceel.id)}], []
    return [], []


def _todo_assessment(perceel, inkoop, blad, belangen):
    possible, blocked = [], []
    if blad is None:
        return possible, [{"title": _("Beoordelen"), "reasons": [_("Uw gemeente doet niet mee aan dit perceel.")]}]
    if g.actor.may(P.INKOOP_BEOORDELEN):
        declared = statement(g.db, inkoop.id, g.actor.user_id)
        left = [b for b in blad.bids if (p := blad.progress(b.inschrijving_id))[0] < p[1]]
        if declared and declared.heeft_belang:
            blocked.append({"title": _("Beoordelen"), "reasons": [_("U meldde een belang. Een ander beoordeelt.")]})
        elif declared is None:
            possible.append({"title": _("Verklaar eerst of u een belang heeft"), "icon": "pen",
                             "button": _("Naar de verklaring"), "text": _("Pas daarna leest u de inschrijvingen."),
                             "url": url_for("inkoop.belang", inkoop_id=inkoop.id, verder=request.path)})
        elif left:
            possible.append({"title": _("Beoordeel de inschrijvingen"), "button": _("Ga verder met beoordelen"),
                             "text": _("Nog te doen: %(n)s van %(total)s inschrijvingen.", n=len(left), total=len(blad.bids)),
                             "icon": "pen", "url": url_for("inkoop.beoordeling", perceel_id=perceel.id,
                                                           inschrijving_id=left[0].inschrijving_id)})
    if _is_lead(perceel) and g.actor.may(P.INKOOP_VASTSTELLEN):
        if reasons := PERCEEL.obstacles(perceel, "vaststellen", g.actor, blad=blad, belangen=belangen):
            blocked.append({"title": _("Stel de beoordeling vast"), "reasons": reasons})
        else:
            possible.append({"title": _("Stel de beoordeling vast"), "text": _("Alles is beoordeeld. Bekijk eerst de scores."),
                             "icon": "check", "button": _("Bekijk de scores"),
                             "url": url_for("inkoop.scores", perceel_id=perceel.id)})
    return possible, blocked


def _todo_award(perceel, besluit, blad, belangen):
    if not _is_lead(perceel):
        return [], []
    reasons = usecases.interests(perceel, g.actor, blad=blad, belangen=belangen)
    if besluit is None:
        if g.actor.may(P.INKOOP_GUNNEN):
            if reasons:
                return [], [{"title": _("Stel de gunning op"), "reasons": reasons}]
            return [{"title": _("Stel de gunning op"), "text": _("De regels van de inkoop doen een voorstel per inschrijving."),
                     "icon": "pen", "button": _("Naar het voorstel"),
                     "url": url_for("inkoop.gunning_opstellen", perceel_id=perceel.id)}], []
        return [], [{"title": _("Gunning"), "reasons": [_("De contractmanager stelt eerst een voorstel op.")]}]
    if reasons:
        return [], [{"title": _("Gunning"), "reasons": reasons}]
    url = url_for("inkoop.gunning", besluit_id=besluit.id)
    if besluit.state == BesluitState.OPGESTELD and g.actor.may(P.INKOOP_MEELEZEN) and besluit.opgesteld_by != g.actor.user_id:
        return [{"title": _("Lees de gunning als tweede persoon"), "icon": "eye", "button": _("Lees het voorstel"),
                 "url": url}], []
    if g.actor.may(P.INKOOP_TEKENEN):
        if besluit.state == BesluitState.OPGESTELD and besluit.tweede_lezer_nodig:
            return [], [{"title": _("Teken de gunning"), "reasons": [_("Een tweede persoon moet het voorstel eerst lezen.")]}]
        return [{"title": _("Teken de gunning"), "icon": "pen", "button": _("Naar het tekenen"),
                 "url": url_for("inkoop.tekenen", besluit_id=besluit.id)}], []
    return [], []


@bp.route("/inkoop/perceel/<uuid:perceel_id>/vervallen", needs=P.INKOOP_BESLISSEN, methods=["POST"], idempotent=True)
def vervallen(perceel_id):
    """End a perceel without award; every bidder gets the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom het perceel vervalt."), most=2000)
    if form.errors:
        return show_perceel(perceel_id, 422, form.errors, form.values)
    try:
        usecases.vervallen(g.db, g.actor, perceel_id, reden=reden)
    except Refused as error:
        refused(error, "perceel:vervallen", perceel_id)
        return show_perceel(perceel_id, error.status, values=form.values, reasons=error.reasons)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))


@bp.route("/inkoop/perceel/<uuid:perceel_id>/terzijde/<uuid:beoordelaar_id>", needs=P.INKOOP_VASTSTELLEN, methods=["POST"],
          idempotent=True)
def terzijde_leggen(perceel_id, beoordelaar_id):
    """Set aside what somebody judged who declared an interest later, with the reason; another judges it again."""
    form, field = Form(), f"waarom-{beoordelaar_id.hex[:8]}"
    reden = form.text(field, _("Schrijf waarom u deze beoordelingen terzijde legt."), most=2000)
    if form.errors:
        return show_perceel(perceel_id, 422, form.errors, form.values)
    try:
        usecases.terzijde_leggen(g.db, g.actor, perceel_id, beoordelaar_id, reden=reden)
    except Refused as error:
        refused(error, "perceel:terzijde_leggen", perceel_id)
        return show_perceel(perceel_id, error.status, values=form.values, reasons=error.reasons)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))


# Conflicts of interest ------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/<uuid:inkoop_id>/belang", needs=P.INKOOP_BEOORDELEN)
def belang(inkoop_id):
    """The statement of a beoordelaar, before reading anything: who bid, and whether that touches you."""
    return _belang(inkoop_id, verder=_inside(request.args.get("verder", "")))


def _inside(path: str) -> str:
    """A path of this part of the portal, or nothing."""
    return path if is_local_path(path) and path.startswith("/inkoop/") else ""


def _belang(inkoop_id, status=200, verder="", errors=None, values=None, reasons=()):
    inkoop = load(g.db, Inkoop, inkoop_id)
    return render_template(
        "inkoop/beoordeling_belang.html", inkoop=inkoop, verder=verder, errors=errors or {},
        bidders=assessment.bidders(g.db, inkoop.id),
        values=values or {}, reasons=reasons, is_open=inkoop.state == State.GEOPEND,
        statement=statement(g.db, inkoop.id, g.actor.user_id),
        takes_part=assessment.takes_part(g.db, inkoop.id, g.actor.party_id)), status


@bp.route("/inkoop/<uuid:inkoop_id>/belang", needs=P.INKOOP_BEOORDELEN, methods=["POST"], idempotent=True)
def belang_verklaren(inkoop_id):
    """Record the own statement; an interest that is found later is declared here too."""
    form, verder = Form(), _inside(request.form.get("verder", ""))
    heeft = form.choice("belang", ["nee", "ja"], _("Kies of u een belang heeft."))
    toelichting = form.text("toelichting", most=2000)
    if heeft == "ja" and not toelichting:
        form.errors.setdefault("toelichting", _("Schrijf welk belang u heeft."))
    if form.errors:
        return _belang(inkoop_id, 422, verder, form.errors, form.values)
    try:
        usecases.belang_verklaren(g.db, g.actor, inkoop_id, heeft_belang=heeft == "ja", toelichting=toelichting)
    except Refused as error:
        refused(error, "inkoop:belang", inkoop_id)
        return _belang(inkoop_id, error.status, verder, values=form.values, reasons=error.reasons)
    if heeft == "nee" and verder:
        return go(verder)
    return go(url_for("inkoop.belang", inkoop_id=inkoop_id))


# One bid ------------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>/inschrijving/<uuid:inschrijving_id>", needs=JUDGING)
def beoordeling(perceel_id, inschrijving_id):
    """What a bidder sent for one perceel, with the test per requirement and the score per criterium."""
    return _beoordeling(perceel_id, inschrijving_id)


def _is_silent(declared: bool | None) -> bool:
    """Must a statement about interests come first? Refused for whom the bids stay closed."""
    found = assessment.closed_for(g.actor, declared)
    if found == NO_PART:
        raise Forbidden
    if found == INTERESTED:
        raise Refused(found, status=403)
    return found == SILENT


def _beoordeling(perceel_id, inschrijving_id, status=200, errors=None, values=None, reasons=()):
    perceel, inkoop, declared = assessment.perceel(g.db, perceel_id, g.actor)
    if _is_silent(declared):
        if reasons:
            raise Refused(*reasons, status=status)
        return redirect(url_for("inkoop.belang", inkoop_id=inkoop.id, verder=url_for(
            "inkoop.beoordeling", perceel_id=perceel_id, inschrijving_id=inschrijving_id)), 303)
    blad = assessment.sheet(g.db, perceel)
    place = next((n for n, b in enumerate(blad.bids) if b.inschrijving_id == inschrijving_id), None)
    if place is None:
        raise NotFound(_("Deze inschrijving is er niet, of zij is niet voor uw gemeente geopend."))
    viewed(perceel)
    items = _items(perceel, blad, inschrijving_id, errors, values)
    return render_template(
        "inkoop/beoordeling.html", perceel=perceel, inkoop=inkoop, blad=blad, bid=blad.bids[place], items=items,
        schaal=_schaal(perceel), reasons=reasons, progress=blad.progress(inschrijving_id), failed=blad.failed(inschrijving_id),
        errors=errors or {},
        previous=blad.bids[place - 1] if place else None,
        following=blad.bids[place + 1] if place + 1 < len(blad.bids) else None), status


def _items(perceel, blad, inschrijving_id, errors=None, values=None) -> list[dict]:
    """One item per requirement and per criterium: what was asked, answered and judged, and whether you may judge it."""
    bid = next(b for b in blad.bids if b.inschrijving_id == inschrijving_id)
    answers = {a["eis_id"]: a for a in bid.verzending.inhoud["antwoorden"]}
    who = names(g.db, blad.assessors)
    found = []
    for kind, rows, given in (("eis", blad.eisen, blad.toetsen), ("criterium", blad.criteria, blad.scores)):
        for row in rows:
            done = given.get((inschrijving_id, row.id))
            mine = done is None or done.beoordelaar_id == g.actor.user_id
            found.append({
                "kind": kind, "row": row, "key": row.id.hex[:8], "answer": answers.get(str(row.id)), "done": done,
                "who": who.get(done.beoordelaar_id) if done else None,
                "at": (done.getoetst_at if kind == "eis" else done.gescoord_at) if done else None,
                "may_edit": mine and perceel.state == PerceelState.GEOPEND and g.actor.may(P.INKOOP_BEOORDELEN),
                "errors": errors or {}, "values": values})
    return found


def _filled(form, *fields: str) -> bool:
    return any(form.raw(field) for field in fields)


def _about(part: Eis | Criterium, sentence: str) -> str:
    """What is wrong, with the code of what it is about: the same sentence may be true of many."""
    return f"{part.code}: {sentence}"


def _tests(form, blad, inschrijving_id) -> list[tuple]:
    """What was filled in per requirement and differs from what stands: (eis, voldoet, motivering)."""
    found = []
    for eis in blad.eisen:
        voldoet, why = f"voldoet-{eis.id.hex[:8]}", f"motivering-{eis.id.hex[:8]}"
        if not _filled(form, voldoet, why):
            continue
        answer = form.choice(voldoet, ["ja", "nee"], _about(eis, _("Kies of de inschrijving aan deze eis voldoet.")))
        reason = form.text(why, most=4000)
        if answer == "nee" and not reason:
            form.errors.setdefault(why, _about(eis, _("Schrijf waarom de inschrijving niet voldoet.")))
        done = blad.toetsen.get((inschrijving_id, eis.id))
        if done is None or (done.voldoet, done.motivering or None) != (answer == "ja", reason):
            found.append((eis, answer == "ja", reason))
    return found


def _points_given(form, blad, inschrijving_id, schaal) -> list[tuple]:
    """What was filled in per criterium and differs from what stands: (criterium, punten, motivering, kenmerken)."""
    found = []
    for criterium in blad.criteria:
        points, why, public = (f"{name}-{criterium.id.hex[:8]}" for name in ("punten", "motivering", "kenmerken"))
        if not _filled(form, points, why, public):
            continue
        scale = schaal_text(schaal, current_lang())
        given = (form.read(points, lambda text, about=criterium: _points(text, schaal, about),
                           _about(criterium, _("Vul de punten in: %(schaal)s.", schaal=scale))),
                 form.text(why, _about(criterium, _("Schrijf waarom u deze punten geeft. Dit komt in de brief.")), most=4000),
                 form.text(public, _about(criterium, _(
                     "Schrijf wat de andere inschrijvers over deze inschrijving mogen lezen.")), most=2000))
        if given[1] and len(given[1]) < MOTIVERING_TEKENS:
            form.errors[why] = _about(criterium, _("Schrijf in ten minste %(n)s tekens waarom u deze punten geeft.",
                                                   n=MOTIVERING_TEKENS))
        done = blad.scores.get((inschrijving_id, criterium.id))
        if done is None or (done.punten, done.motivering, done.kenmerken) != given:
            found.append((criterium, *given))
    return found


@bp.route("/inkoop/perceel/<uuid:perceel_id>/inschrijving/<uuid:inschrijving_id>/beoordelen", needs=P.INKOOP_BEOORDELEN,
          methods=["POST"])
def beoordelen(perceel_id, inschrijving_id):
    """Everything that was filled in for one bid, in one go; then this bid again, or with `doe=vorige` or `doe=volgende` its
    neighbour. What is still empty waits; what did not change stays as it was."""
    perceel, _inkoop = perceel_of(perceel_id)
    form, blad = Form(), assessment.sheet(g.db, perceel)
    if inschrijving_id not in {bid.inschrijving_id for bid in blad.bids}:
        raise NotFound(_("Deze inschrijving is er niet, of zij is niet voor uw gemeente geopend."))
    tests = _tests(form, blad, inschrijving_id)
    fails, is_wrong = any(not voldoet for _eis, voldoet, _why in tests), bool(form.errors)
    # Who does not meet a requirement gets no points: the page then asks for none. What is wrong is said all at once.
    points = [] if fails and not is_wrong else _points_given(form, blad, inschrijving_id, _schaal(perceel))
    if form.errors:
        return _beoordeling(perceel_id, inschrijving_id, 422, form.errors, form.values)
    try:
        for eis, voldoet, motivering in tests:
            usecases.toetsen(g.db, g.actor, perceel_id, inschrijving_id, eis.id, voldoet=voldoet, motivering=motivering)
        for criterium, punten, motivering, kenmerken in points:
            usecases.scoren(g.db, g.actor, perceel_id, inschrijving_id, criterium.id, punten=punten, motivering=motivering,
                            kenmerken=kenmerken)
        g.db.flush()
    except Refused as error:
        refused(error, "perceel:beoordelen", perceel_id)
        return _beoordeling(perceel_id, inschrijving_id, error.status, values=form.values, reasons=error.reasons)
    following = _neighbour(blad, inschrijving_id, form.raw("doe"))
    if not (tests or points):
        said = "" if following != inschrijving_id else _("Er is niets veranderd.")
    else:
        done, total = assessment.sheet(g.db, perceel).progress(inschrijving_id)
        said = _("Bewaard. %(done)s van %(total)s gedaan.", done=done, total=total)
    response = go(url_for("inkoop.beoordeling", perceel_id=perceel_id, inschrijving_id=following))
    return tell(response, said) if said else response


def _neighbour(blad, inschrijving_id: uuid.UUID, which: str) -> uuid.UUID:
    """The bid before or after this one; this one itself where there is none, or none was asked."""
    ids = [bid.inschrijving_id for bid in blad.bids]
    place = ids.index(inschrijving_id) + {"vorige": -1, "volgende": 1}.get(which, 0)
    return ids[place] if 0 <= place < len(ids) else inschrijving_id


def _schaal(perceel: Perceel) -> rules.Schaal:
    """The points that may be given: as published."""
    return rules.schaal(queries.regelset(g.db, perceel.inkoop_id))


def _points(text: str, schaal: rules.Schaal, about: Criterium) -> Decimal:
    """'7', '7,5' or '7.25': within the scale, with at most two decimals."""
    try:
        points = Decimal(text.replace(",", "."))
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or points not in schaal or points != round(points, 2):
        raise Invalid(_about(about, _("Vul een getal in van %(schaal)s, bijvoorbeeld 7 of 7,5.",
                                      schaal=schaal_text(schaal, current_lang()))))
    return points


# Finalising ---------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>/scores", needs=JUDGING)
def scores(perceel_id):
    """All scores of a perceel in one table with weights, totals and what the rules make of them."""
    return _scores(perceel_id)


def _scores(perceel_id, status=200, reasons=()):
    perceel, inkoop, declared = assessment.perceel(g.db, perceel_id, g.actor)
    if perceel.state == PerceelState.GEPLAND:
        raise Refused(_("De inschrijvingen zijn nog niet geopend. Er zijn nog geen scores."), status=409)
    if not assessment.takes_part_in(g.db, perceel, g.actor):
        raise Refused(_("Uw gemeente doet niet mee aan dit perceel. Daarom leest u de scores niet."), status=403)
    if _is_silent(declared):
        if reasons:
            raise Refused(*reasons, status=status)
        return redirect(url_for("inkoop.belang", inkoop_id=inkoop.id), 303)
    viewed(perceel)
    blad = assessment.sheet(g.db, perceel)
    regelset = queries.regelset(g.db, inkoop.id)
    outcomes = {uuid.UUID(u.inschrijving_id): u for u in blad.proposal(regelset)}
    may_finalise = perceel.state == PerceelState.GEOPEND and _is_lead(perceel) and g.actor.may(P.INKOOP_VASTSTELLEN)
    return render_template(
        "inkoop/scores.html", perceel=perceel, inkoop=inkoop, blad=blad, outcomes=outcomes, who=names(g.db, blad.assessors),
        schaal=rules.schaal(regelset), may_finalise=may_finalise, controle="controle" in request.args,
        obstacles=PERCEEL.obstacles(perceel, "vaststellen", g.actor, blad=blad,
                                    mensen=assessment.part_of_each(g.db, perceel)) if may_finalise else [],
        reasons=reasons), status


@bp.route("/inkoop/perceel/<uuid:perceel_id>/vaststellen", needs=P.INKOOP_VASTSTELLEN, methods=["POST"], idempotent=True)
def vaststellen(perceel_id):
    """A second person finalises the assessment: whoever assessed is refused, by person."""
    try:
        usecases.vaststellen(g.db, g.actor, perceel_id)
    except Refused as error:
        refused(error, "perceel:vaststellen", perceel_id)
        return _scores(perceel_id, error.status, error.reasons)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))
