"""The claim: claiming back what was paid too much, what comes in, the reminder, remitting, and the interest."""

from datetime import timedelta
from decimal import Decimal

from flask import g, render_template, request, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import claim_item, event_items
from portal.blueprints.subsidie.soorten import interest_table
from portal.blueprints.subsidie.steps import laid_before
from portal.blueprints.subsidie.vaststellen import EVENTS_SHOWN, REDEN, own_case
from portal.blueprints.termijnen import replaced
from portal.domains.subsidies import kwijtschelden as remitting
from portal.domains.subsidies import queries, rente
from portal.domains.subsidies import vorderen as claiming
from portal.domains.subsidies.model import Subsidie, Vordering, VorderingState
from portal.domains.subsidies.workflow import VORDERING, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.kernel.money import bedrag_text
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, in_taal, nog_dagen
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.shown import euro
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

# Claiming back ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/terugvorderen", needs=P.SUBSIDIE_BEHANDELEN)
def terugvorderen(subsidie_id):
    """What was paid too much, and the proposal to claim it back: with the interests weighed (Awb 4:57)."""
    return _claim_back(subsidie_id)


def _claim_back(subsidie_id, status=200, form=None, reasons=()):
    kop = own_case(subsidie_id)
    zaak = kop.subsidie
    viewed(zaak)
    paid, claims = queries.betaald(g.db, zaak.id), queries.vorderingen(g.db, zaak.id)
    claimed = claiming.gevorderd(claims)
    too_much = claiming.te_veel(zaak, paid, claimed)
    newest = next((b for b in queries.besluiten_van(g.db, zaak.id) if b.soort == claiming.SOORT), None)
    closed = claiming.terugvordering_obstakels(g.db, g.actor, zaak)
    waiting = newest if newest is not None and newest.state in besluiten.OPEN else None
    if waiting:
        closed = ["Er ligt al een voorstel bij de lezer of de tekenaar.", *closed]
    elif not too_much and zaak.state in claiming.TERUG_STATES:
        closed = ["Er is niet meer te veel betaald dan wat u al terugvraagt."] if claimed else ["Er is niet te veel betaald."]
    figures = [(_("Betaald"), euro(paid)), (_("Vastgesteld"), euro(zaak.vastgesteld or Decimal(0))),
               (_("Al teruggevraagd"), euro(claimed)), (_("Nog te veel betaald"), euro(too_much))]
    return render_template(
        "subsidie/terugvorderen.html", kop=kop, subsidie=zaak, closed=closed, waiting=waiting, reasons=reasons,
        figures=figures if zaak.state in claiming.TERUG_STATES else [], too_much=too_much,
        claims=[claim_item(one) for one in claims],
        sent_back=newest if newest is not None and newest.state == besluiten.State.TERUGGESTUURD else None,
        errors=form.errors if form else {},
        values={"bedrag": bedrag_text(too_much)} | (form.values if form else {})), status


@bp.route("/subsidies/<uuid:subsidie_id>/terugvorderen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def terugvordering_voorleggen(subsidie_id):
    """Lay the claim before the reader or the signer."""
    form = Form()
    amount = form.bedrag("bedrag", _("Vul in hoeveel u terugvraagt."))
    belangen = form.text("belangen", _("Schrijf welke belangen u heeft gewogen."))
    if form.errors:
        return _claim_back(subsidie_id, 422, form)
    return attempt("subsidie", lambda: laid_before(claiming.terugvordering_voorstellen(g.db, g.actor, subsidie_id,
                                                                                       bedrag=amount, belangen=belangen)),
                   "terugvorderen", subsidie_id, lambda status, reasons: _claim_back(subsidie_id, status, form, reasons))


# The list ------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/vorderingen", needs=P.SUBSIDIE_LEZEN)
def vorderingen():
    """The claims of the own gemeente, the newest first: those that are open, or all."""
    everything = request.args.get("stand") == "alle"
    part = queries.alle_vorderingen(g.db, g.actor.party_id, open_only=not everything, after=request.args.get("na"),
                                    before=request.args.get("voor"))
    days = queries.betaaldagen(g.db, [row.id for row in part.rows]) if part.rows else {}
    return page_or_part("subsidie/vorderingen.html", "lijst", items=[_row(row, days.get(row.id)) for row in part.rows],
                        paging=around(part), everything=everything)


def _row(row, days) -> dict:
    """A claim in the list: what is open, until when, and whether interest runs (Awb 4:97)."""
    lang, today, meta = current_lang(), clock.today(), [row.reference]
    first, now = days or (None, None)
    is_open = row.state in claiming.OPEN_VORDERING
    if now is not None:
        day = datum_kort(now, lang)
        late = now < today
        meta.append(_("de dag om te betalen was %(dag)s", dag=day) if late else
                    _("betalen tot en met %(dag)s, %(over)s", dag=day, over=nog_dagen(now, today, lang)))
        if is_open and first < today:
            meta.append(_("er loopt rente sinds %(dag)s", dag=datum_kort(first + timedelta(days=1), lang)))
    overdue = is_open and now is not None and now < today
    left = _("nog open: %(bedrag)s", bedrag=euro(row.nog_open)) if is_open else _("ontvangen: %(bedrag)s",
                                                                                 bedrag=euro(row.ontvangen))
    return {"title": row.titel, "url": url_for("subsidie.vordering", vordering_id=row.id),
            "text": f"{row.aanvrager_naam} · {euro(row.bedrag)} · {left}",
            "status": ("err", _("Te laat")) if overdue else state_badge("vordering", row.state), "meta": " · ".join(meta)}


# The claim -------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/vordering/<uuid:vordering_id>", needs=P.SUBSIDIE_LEZEN)
def vordering(vordering_id):
    """One claim: what is owed, what came in, until when, and what can be done now."""
    return _claim_page(vordering_id)


def _own_claim(vordering_id) -> tuple[Vordering, queries.Kop]:
    """A claim of the own gemeente with its case."""
    found = load(g.db, Vordering, vordering_id)
    if found.eigenaar_id != g.actor.party_id:
        raise NotFound("Deze vordering is er niet, of zij is niet van uw gemeente.")
    if g.actor.namens and g.actor.namens.besluit_soort != claiming.SOORT:
        raise NotFound("Deze vordering is er niet, of zij wacht niet op u.")
    return found, queries.kop(g.db, found.subsidie_id)


def _claim_page(vordering_id, status=200, form=None, reasons=()):
    claim, kop = _own_claim(vordering_id)
    viewed(claim)
    terms = [t for t, _rows in queries.termijnen(g.db, claim.id)]
    is_open, lapses = claim.state in claiming.OPEN_VORDERING, claiming.verjaart_on(g.db, claim)
    own = list(filter(None, [zelf_geen_belang(kop.subsidie, actor=g.actor)]))
    possible, blocked = _todo(claim, kop.subsidie, terms, lapses, own)
    remitted = next((b for b in queries.besluiten_van(g.db, kop.subsidie.id) if b.soort == remitting.SOORT and b.verzonden_at
                     and b.inhoud["vordering_id"] == str(claim.id)),
                    None) if claim.state == VorderingState.KWIJTGESCHOLDEN else None
    return render_template(
        "subsidie/vordering.html", vordering=claim, kop=kop, subsidie=kop.subsidie, remitted=remitted,
        status=state_badge("vordering", claim.state), figures=_owed(claim), reasons=reasons,
        terms=[_term(t, terms) for t in terms if t.kind in ("betaling", "aanmaning")],
        lapses=lapses if is_open else None, possible=possible, blocked=blocked, is_open=is_open,
        may_book=is_open and g.actor.may(P.SUBSIDIE_BETALEN) and not own, errors=form.errors if form else {},
        values={"bedrag": bedrag_text(claim.nog_open)} | (form.values if form else {}),
        timeline=event_items(queries.nieuwste(g.db, claim.id, EVENTS_SHOWN))), status


def _owed(claim: Vordering) -> list[tuple]:
    """What is owed: the claim, the fee and the interest; what came in, what is left. Of a claim that fell: what goes back."""
    if claim.state == VorderingState.VERVALLEN:
        return [(_("Was teruggevraagd"), euro(claim.bedrag)), (_("Ontvangen"), euro(claim.ontvangen))]
    return [(_("Teruggevraagd"), euro(claim.bedrag)),
            *([(_("Kosten van de aanmaning"), euro(claim.kosten))] if claim.kosten else []),
            *([(_("Rente"), euro(claim.rente))] if claim.rente else []),
            (_("Ontvangen"), euro(claim.ontvangen)),
            (_("Kwijtgescholden") if claim.state == VorderingState.KWIJTGESCHOLDEN else _("Nog open"), euro(claim.nog_open))]


def _term(termijn, everything) -> tuple[str, str]:
    """One day of payment in words."""
    day = datum(termijn.due_on, current_lang())
    if other := replaced(termijn, everything):
        return in_taal(termijn.label), _("was %(dag)s, %(vervanging)s", dag=day, vervanging=other[1])
    if termijn.met_on is not None:
        return in_taal(termijn.label), (_("niet meer nodig") if termijn.met_on < termijn.due_on else _("was %(dag)s", dag=day))
    return in_taal(termijn.label), (_("%(dag)s: die dag is voorbij", dag=day) if termijn.due_on < clock.today()
                                    else _("uiterlijk %(dag)s", dag=day))


def _todo(claim: Vordering, zaak: Subsidie, terms, lapses, own: list[str]) -> tuple[list[dict], list[dict]]:
    """What this person can do with a claim, and what not yet with the reason. `own`: the interest that keeps them out."""
    possible, blocked = [], []
    runs = next((t for t in terms if t.kind == "betaling" and t.met_on is None), None)
    pays = g.actor.may(P.SUBSIDIE_BETALEN)
    if own and pays and claim.state in claiming.OPEN_VORDERING:
        blocked.append({"title": _("Boek de ontvangst"), "reasons": own})
    for step, found in VORDERING.possible(claim, g.actor, reden="-"):
        reasons = list(found)
        if step.name == "aanmanen":
            reasons += filter(None, [*own, claiming.nog_te_betalen(runs), claiming.verjaard(lapses)])
            item = {"icon": "mail", "post": True, "button": _("Stuur de aanmaning"),
                    "url": url_for("subsidie.aanmanen", vordering_id=claim.id),
                    "text": _("De ontvanger krijgt twee weken. Er komt %(bedrag)s aan kosten bij (Awb 4:112 en 4:113).",
                              bedrag=euro(claiming.aanmaningskosten(claim)))}
        else:
            continue
        title = in_taal(step.label)
        if reasons:
            blocked.append({"title": title, "reasons": reasons})
        else:
            possible.append({"title": title, **item})
    if claim.state in claiming.OPEN_VORDERING and g.actor.may(P.SUBSIDIE_BEHANDELEN):
        title = in_taal(VORDERING.steps["kwijtschelden"].label)
        waiting = queries.open_besluit(g.db, zaak.id, remitting.SOORT)
        if own:
            blocked.append({"title": title, "reasons": own})
        elif waiting is not None:
            possible.append({"title": _("Er ligt al een voorstel om kwijt te schelden."), "icon": "pen", "kind": "secondary",
                             "button": _("Bekijk het voorstel"), "url": url_for("subsidie.besluit", besluit_id=waiting.id)})
        else:
            possible.append({"title": title, "icon": "check", "kind": "secondary", "button": _("Naar kwijtschelden"),
                             "url": url_for("subsidie.kwijtschelding", vordering_id=claim.id),
                             "text": _("Kan als innen niet in verhouding staat tot wat het oplevert (Awb 4:94a). Een ander "
                                       "tekent.")})
    if claim.state == VorderingState.VERVALLEN and runs is not None and pays:
        title = _("Betaal %(bedrag)s terug aan de ontvanger", bedrag=euro(claim.ontvangen))
        if own:
            blocked.append({"title": title, "reasons": own})
        else:
            possible.append({"title": title, "icon": "euro", "post": True, "button": _("Ja, dit is terugbetaald"),
                             "url": url_for("subsidie.terugbetaald", vordering_id=claim.id),
                             "text": _("De terugvordering is vervallen. Betalen gaat buiten dit portaal.")})
    if claim.state == VorderingState.VOLDAAN and not claim.rente and (lines := rente.telling(g.db, claim)):
        title, reasons = _("Vraag rente: er is te laat betaald"), rente.obstakels(g.db, g.actor, zaak, claim)
        if not reasons and g.actor.may(P.SUBSIDIE_BEHANDELEN):
            possible.append({"title": title, "icon": "calendar", "kind": "secondary", "button": _("Naar de rente"),
                             "url": url_for("subsidie.rente", vordering_id=claim.id),
                             "text": _("Het gaat om %(bedrag)s (Awb 4:98). U hoeft geen rente te vragen.",
                                       bedrag=euro(rente.samen(lines)))})
        elif reasons:
            blocked.append({"title": title, "reasons": reasons})
    return possible, blocked


@bp.route("/subsidies/vordering/<uuid:vordering_id>/ontvangst", needs=P.SUBSIDIE_BETALEN, methods=["POST"], idempotent=True)
def ontvangst_boeken(vordering_id):
    """Money came in."""
    form = Form()
    amount = form.bedrag("bedrag", _("Vul in hoeveel er binnenkwam."))
    on = form.date("on", _("Vul in op welke dag het binnenkwam."))
    if form.errors:
        return _claim_page(vordering_id, 422, form)

    def act():
        claim = claiming.ontvangst_boeken(g.db, g.actor, vordering_id, bedrag=amount, on=on)
        left = claim.nog_open
        return tell(go(url_for("subsidie.vordering", vordering_id=vordering_id)),
                    _("De ontvangst is geboekt. Nog open: %(bedrag)s.", bedrag=euro(left)) if left
                    else _("De ontvangst is geboekt. Alles is terugbetaald."))

    return attempt("vordering", act, "ontvangst", vordering_id,
                   lambda status, reasons: _claim_page(vordering_id, status, form, reasons))


@bp.route("/subsidies/vordering/<uuid:vordering_id>/aanmanen", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True,
          idempotent=True)
def aanmanen(vordering_id):
    """Send the reminder, with its fee."""
    def act():
        claim = claiming.aanmanen(g.db, g.actor, vordering_id)
        until = datum_kort(queries.termijn(g.db, vordering_id, "aanmaning").due_on, current_lang())
        by_portal = load(g.db, Subsidie, claim.subsidie_id).aanvrager_id is not None
        return tell(go(url_for("subsidie.vordering", vordering_id=vordering_id)),
                    (_("De aanmaning is verstuurd. Betalen kan tot en met %(dag)s.", dag=until) if by_portal else
                     _("De aanmaning is vastgelegd. Stuur haar vandaag met de post. Betalen kan tot en met %(dag)s.",
                       dag=until)))

    return attempt("vordering", act, "aanmanen", vordering_id,
                   lambda status, reasons: _claim_page(vordering_id, status, None, reasons))


@bp.route("/subsidies/vordering/<uuid:vordering_id>/kwijtschelden", needs=P.SUBSIDIE_BEHANDELEN)
def kwijtschelding(vordering_id):
    """The proposal to remit the rest of a claim, with its reason."""
    return _remit(vordering_id)


def _remit(vordering_id, status=200, form=None, reasons=()):
    claim, kop = _own_claim(vordering_id)
    viewed(claim)
    waiting = queries.open_besluit(g.db, kop.subsidie.id, remitting.SOORT)
    obstacles = (["Er ligt al een voorstel om kwijt te schelden."] if waiting else
                 remitting.obstakels(g.db, g.actor, kop.subsidie, claim))
    return render_template("subsidie/vordering_kwijtschelden.html", vordering=claim, subsidie=kop.subsidie, reasons=reasons,
                           left=euro(claim.nog_open), obstacles=obstacles, waiting=waiting,
                           errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/subsidies/vordering/<uuid:vordering_id>/kwijtschelden", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def kwijtschelding_voorleggen(vordering_id):
    """Lay the remission before the reader or the signer."""
    form = Form()
    motivering = form.text("motivering", _("Schrijf waarom u de rest kwijtscheldt."), most=REDEN)
    if form.errors:
        return _remit(vordering_id, 422, form)
    return attempt("vordering", lambda: laid_before(remitting.voorstellen(g.db, g.actor, vordering_id, motivering=motivering)),
                   "kwijtschelden", vordering_id, lambda status, reasons: _remit(vordering_id, status, form, reasons))


@bp.route("/subsidies/vordering/<uuid:vordering_id>/terugbetaald", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True,
          idempotent=True)
def terugbetaald(vordering_id):
    """What came in on a claim that fell was paid back."""
    def act():
        claiming.terugbetaald(g.db, g.actor, vordering_id)
        return tell(go(url_for("subsidie.vordering", vordering_id=vordering_id)), _("Vastgelegd: het geld is terugbetaald."))

    return attempt("vordering", act, "terugbetaald", vordering_id,
                   lambda status, reasons: _claim_page(vordering_id, status, None, reasons))


# Interest --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/vordering/<uuid:vordering_id>/rente", needs=P.SUBSIDIE_BEHANDELEN, endpoint="rente")
def rente_tellen(vordering_id):
    """How much interest there is on what was paid back too late, and the proposal to ask it."""
    return _interest(vordering_id)


def _interest(vordering_id, status=200, form=None, reasons=()):
    claim, kop = _own_claim(vordering_id)
    viewed(claim)
    lines = rente.telling(g.db, claim)
    waiting = queries.open_besluit(g.db, kop.subsidie.id, rente.SOORT)
    obstacles = ["Er ligt al een voorstel voor rente."] if waiting else rente.obstakels(g.db, g.actor, kop.subsidie, claim)
    return render_template(
        "subsidie/vordering_rente.html", vordering=claim, subsidie=kop.subsidie, obstacles=obstacles, reasons=reasons,
        waiting=waiting, until=rente.betaal_tot(g.db, claim), whole=euro(rente.samen(lines)),
        table=interest_table(lines) if lines else None, errors=form.errors if form else {},
        values=form.values if form else {}), status


@bp.route("/subsidies/vordering/<uuid:vordering_id>/rente", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def rente_voorleggen(vordering_id):
    """Lay the interest before the reader or the signer."""
    form = Form()
    motivering = form.text("motivering", _("Schrijf waarom u rente vraagt."), most=REDEN)
    if form.errors:
        return _interest(vordering_id, 422, form)
    return attempt("vordering", lambda: laid_before(rente.voorstellen(g.db, g.actor, vordering_id, motivering=motivering)),
                   "rente", vordering_id, lambda status, reasons: _interest(vordering_id, status, form, reasons))
