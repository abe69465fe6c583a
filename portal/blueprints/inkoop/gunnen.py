"""The award: draft, second reader, signature under volmacht, letters, standstill, contracts."""

import uuid
from datetime import timedelta

from flask import current_app, g, render_template, request, url_for
from markupsafe import Markup

from portal.adapters import inkoopbrieven
from portal.blueprints.inkoop import bp
from portal.blueprints.inkoop.beoordelen import perceel_of, show_perceel
from portal.domains.inkoop import assessment, queries, rules, usecases
from portal.domains.inkoop.model import PerceelState
from portal.domains.inkoop.words import ZAAK_EINDE
from portal.domains.inkoop.workflow import PERCEEL, contractvolmacht
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import State
from portal.kernel.errors import NotFound, Refused
from portal.kernel.terms import compute
from portal.web import uploads
from portal.web.blueprint import refused, viewed
from portal.web.errors import Forbidden
from portal.web.filters import bedrag, datum_kort
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.links import around
from portal.web.navigation import signing_tabs
from portal.web.taal import gettext as _

AWARDING = (P.INKOOP_GUNNEN, P.INKOOP_MEELEZEN, P.INKOOP_TEKENEN)


# The draft ----------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>/gunning", needs=P.INKOOP_GUNNEN)
def gunning_opstellen(perceel_id):
    """What the published rules propose per bid, and room to deviate with a reason."""
    return _draft(perceel_id)


def _draft(perceel_id, status=200, form=None, reasons=()):
    perceel, inkoop, declared = assessment.perceel(g.db, perceel_id, g.actor)
    if perceel.eigenaar_id != g.actor.party_id:
        raise NotFound(_("De trekker van deze inkoop stelt de gunning op."))
    if perceel.state != PerceelState.VASTGESTELD:
        raise Refused(_("Gunnen kan als de beoordeling van dit perceel is vastgesteld."), status=409)
    if closed := assessment.closed_for(g.actor, declared):
        raise Refused(closed, status=403)
    if open_one := usecases.open_gunning(g.db, perceel):
        return go(url_for("inkoop.gunning", besluit_id=open_one.id))
    blad, regelset = assessment.sheet(g.db, perceel), queries.regelset(g.db, inkoop.id)
    return render_template(
        "inkoop/gunning_opstellen.html", perceel=perceel, inkoop=inkoop, blad=blad, rows=_proposed(blad, regelset),
        tie=blad.tie(regelset), regel=regelset.get("gelijke_score", {}).get("tekst", ""), reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else {}), status


def _proposed(blad, regelset) -> list[dict]:
    """Per bid what the rules say; the key names its fields in the form."""
    bids = {str(b.inschrijving_id): b for b in blad.bids}
    return [{"bid": bids[u.inschrijving_id], "uitkomst": u, "key": bids[u.inschrijving_id].inschrijving_id.hex[:8],
             "failed": blad.failed(bids[u.inschrijving_id].inschrijving_id),
             "score": blad.judged[bids[u.inschrijving_id].inschrijving_id].score} for u in blad.proposal(regelset)]


def _lot(form: Form, drawn: set[str]) -> rules.Loting | None:
    """How the lot was drawn, as the form tells it; None with the faults in the form."""
    who = form.text("toezicht", _("Schrijf wie toezicht hield op de loting."), most=200)
    on = form.date("geloot", _("Vul de dag in waarop is geloot."))
    return rules.Loting(frozenset(drawn), who, on) if who and on else None


@bp.route("/inkoop/perceel/<uuid:perceel_id>/gunnen", needs=P.INKOOP_GUNNEN, methods=["POST"], idempotent=True)
def gunnen(perceel_id):
    """Draft the award; every deviation from the rules carries its reason."""
    perceel, inkoop = perceel_of(perceel_id)
    form, chosen, drawn, tied = Form(), {}, set(), False
    for row in _proposed(assessment.sheet(g.db, perceel), queries.regelset(g.db, inkoop.id)):
        if row["uitkomst"].gegund is None:
            tied = True
            asked = _("Kies of het lot %(naam)s aanwees.", naam=row["bid"].naam)
            if form.choice(f"lot-{row['key']}", ["ja", "nee"], asked) == "ja":
                drawn.add(row["uitkomst"].inschrijving_id)
            continue
        proposed = "ja" if row["uitkomst"].gegund else "nee"
        answer = form.choice(f"gunnen-{row['key']}", ["ja", "nee"]) or proposed
        reden = form.text(f"reden-{row['key']}", most=2000) or ""
        if answer != proposed and not reden:
            form.errors[f"reden-{row['key']}"] = _("Schrijf waarom u bij %(naam)s afwijkt.", naam=row["bid"].naam)
        chosen[row["bid"].inschrijving_id] = (answer == "ja", reden)
    loting = _lot(form, drawn) if tied else None
    if form.errors:
        return _draft(perceel_id, 422, form)
    try:
        besluit = usecases.gunnen(g.db, g.actor, perceel_id, afwijkingen=chosen, loting=loting)
    except Refused as error:
        refused(error, "perceel:gunnen", perceel_id)
        return _draft(perceel_id, error.status, form, error.reasons)
    return go(url_for("inkoop.gunning", besluit_id=besluit.id))


def _award(besluit_id):
    """The decision with its perceel and inkoop. Who acts for another gemeente finds what waits, and what they did with it."""
    besluit, perceel, inkoop, has_interest = assessment.gunning(g.db, besluit_id, g.actor)
    mine = g.actor.user_id in (besluit.getekend_by, besluit.teruggestuurd_by, besluit.ingetrokken_by)
    waits = besluit.state in besluiten.OPEN and besluit.party_id == g.actor.party_id
    if g.actor.namens and not (mine or waits):
        raise NotFound(_("Dit gunningsbesluit is er niet, of het wacht niet op u."))
    if has_interest:
        raise Refused(assessment.INTERESTED, status=403)
    return besluit, perceel, inkoop


# The decision -------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/gunning/<uuid:besluit_id>", needs=AWARDING)
def gunning(besluit_id):
    """The award with the outcome per bidder, every letter, who drafted, read and signed, and what can be done now."""
    return _gunning(besluit_id)


def _gunning(besluit_id, status=200, reasons=()):
    besluit, perceel, inkoop = _award(besluit_id)
    viewed(perceel)
    who = names(g.db, [besluit.opgesteld_by, besluit.gelezen_by, besluit.getekend_by, besluit.teruggestuurd_by,
                       besluit.ingetrokken_by])
    is_own = besluit.party_id == g.actor.party_id
    possible, blocked = _todo(besluit, perceel) if is_own else ([], [])
    return render_template(
        "inkoop/gunning.html", besluit=besluit, perceel=perceel, inkoop=inkoop, who=who, possible=possible, blocked=blocked,
        reasons=reasons, is_own=is_own, is_open=besluit.state in besluiten.OPEN,
        standstill=assessment.standstill(g.db, perceel.id) if besluit.state == State.VERZONDEN else None,
        labels=besluiten.STATE_LABELS), status


def _may_withdraw(perceel) -> bool:
    return not PERCEEL.obstacles(perceel, "gunning_intrekken", g.actor, reden="volgt")


def _todo(besluit, perceel) -> tuple[list[dict], list[dict]]:
    """What this person can do with a decision of the own party, and what not yet with the reason."""
    possible, blocked = [], []
    back = {"title": _("Stuur terug met reden"), "icon": "arrow", "button": _("Stuur terug"),
            "url": url_for("inkoop.terug", besluit_id=besluit.id), "text": _("De opsteller maakt dan een nieuw voorstel."),
            "kind": "secondary"}
    if besluit.state == State.OPGESTELD and g.actor.may(P.INKOOP_MEELEZEN):
        title = _("Akkoord als tweede lezer")
        if reasons := besluiten.read_obstacles(besluit, g.actor):
            blocked.append({"title": title, "reasons": reasons})
        else:
            possible.append({"title": title, "text": _("U las het besluit en de brieven. Daarna kan een derde tekenen."),
                             "icon": "check", "button": _("Ik ben akkoord"), "post": True,
                             "url": url_for("inkoop.meelezen", besluit_id=besluit.id)})
            possible.append(back)
    if besluit.state in besluiten.OPEN and g.actor.may(P.INKOOP_TEKENEN):
        if reasons := besluiten.sign_obstacles(besluit, g.actor):
            blocked.append({"title": _("Teken dit besluit"), "reasons": reasons})
        else:
            possible.append({"title": _("Teken dit besluit"), "text": _("Bekijk eerst de controles."), "icon": "pen",
                             "button": _("Naar het tekenen"), "url": url_for("inkoop.tekenen", besluit_id=besluit.id)})
        if back not in possible and besluit.opgesteld_by != g.actor.user_id:
            possible.append(back)
    if besluit.state == State.VERZONDEN and _may_withdraw(perceel):
        possible.append({"title": _("Trek deze gunning in"), "icon": "cross", "kind": "secondary",
                         "text": _("Bijvoorbeeld na een uitspraak van de rechter. Alle inschrijvers krijgen uw reden."),
                         "button": _("Naar het intrekken"), "url": url_for("inkoop.intrekken", besluit_id=besluit.id)})
    if besluit.state in (State.TERUGGESTUURD, State.INGETROKKEN) and perceel.state == PerceelState.VASTGESTELD \
            and g.actor.may(P.INKOOP_GUNNEN):
        possible.append({"title": _("Maak een nieuw voorstel"), "icon": "pen", "button": _("Nieuw voorstel"),
                         "url": url_for("inkoop.gunning_opstellen", perceel_id=besluit.dossier_id)})
    return possible, blocked


@bp.route("/inkoop/gunning/<uuid:besluit_id>/brief/<uuid:inschrijving_id>.pdf", needs=AWARDING)
def brief(besluit_id, inschrijving_id):
    """The letter to one bidder: as it was sent, or as a concept while the decision is not signed."""
    besluit, perceel, _inkoop = _award(besluit_id)
    regel = next((r for r in besluit.inhoud["regels"] if r["inschrijving_id"] == str(inschrijving_id)), None)
    if regel is None or besluit.party_id != g.actor.party_id:
        raise NotFound(_("Deze brief is er niet, of hij is niet van uw gemeente."))
    name = f"{perceel.reference} {regel['naam']}.pdf"
    if besluit.verzonden_at:
        sent = assessment.letters(g.db, besluit.id).get(uuid.UUID(regel["aanbieder_id"]))
        if sent is None:
            raise NotFound(_("Deze brief is er niet."))
        return uploads.send(name, "application/pdf", sent.brief_grootte, _stored(sent.brief_key))
    facts = next(f for r, f in usecases.brieven_for(g.db, besluit, perceel, on=clock.today(), ondertekenaar="", volmacht=None)
                 if r["inschrijving_id"] == str(inschrijving_id))
    pdf = inkoopbrieven.concept(facts)
    return uploads.send(f"Concept {name}", "application/pdf", len(pdf), [pdf])


def _stored(key: str):
    try:
        return current_app.files.open(key)
    except OSError as error:
        raise Refused(_("Deze brief is nu niet te openen. Probeer het over een minuut opnieuw."), status=503) from error


@bp.route("/inkoop/gunning/<uuid:besluit_id>/meelezen", needs=P.INKOOP_MEELEZEN, methods=["POST"])
def meelezen(besluit_id):
    """The second reader agrees; the drafter is refused by person."""
    try:
        usecases.meelezen(g.db, g.actor, besluit_id)
    except Refused as error:
        refused(error, "perceel:meelezen", besluit_id)
        return _gunning(besluit_id, error.status, error.reasons)
    return go(url_for("inkoop.gunning", besluit_id=besluit_id))


@bp.route("/inkoop/gunning/<uuid:besluit_id>/terugsturen", needs=(P.INKOOP_MEELEZEN, P.INKOOP_TEKENEN))
def terug(besluit_id):
    """The form to send a decision back."""
    return _back(besluit_id)


def _back(besluit_id, status=200, form=None, reasons=()):
    besluit, perceel, inkoop = _award(besluit_id)
    if besluit.party_id != g.actor.party_id:
        raise NotFound(_("Dit gunningsbesluit is er niet, of het is niet van uw gemeente."))
    return render_template("inkoop/tekenen_terug.html", besluit=besluit, perceel=perceel, inkoop=inkoop, reasons=reasons,
                           opsteller=names(g.db, [besluit.opgesteld_by]).get(besluit.opgesteld_by, ""),
                           is_open=besluit.state in besluiten.OPEN,
                           errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/inkoop/gunning/<uuid:besluit_id>/terugsturen", needs=(P.INKOOP_MEELEZEN, P.INKOOP_TEKENEN), methods=["POST"],
          idempotent=True)
def terugsturen(besluit_id):
    """Back to the drafter with a reason; what was returned stays readable."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het besluit terugstuurt."), most=4000)
    if form.errors:
        return _back(besluit_id, 422, form)
    try:
        usecases.terugsturen(g.db, g.actor, besluit_id, reden=reden)
    except Refused as error:
        refused(error, "perceel:terugsturen", besluit_id)
        return _back(besluit_id, error.status, form, error.reasons)
    return go(url_for("inkoop.gunning", besluit_id=besluit_id))


# Signing ------------------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/te-tekenen", needs=P.INKOOP_TEKENEN)
def te_tekenen():
    """Awards that wait for my signature, the oldest first."""
    part = assessment.to_sign(g.db, g.actor, after=request.args.get("na"), before=request.args.get("voor"))
    return render_template("inkoop/tekenen_lijst.html", rows=part.rows, paging=around(part), tabs=signing_tabs(g.actor))


@bp.route("/inkoop/gunning/<uuid:besluit_id>/tekenen", needs=P.INKOOP_TEKENEN)
def tekenen(besluit_id):
    """The card to sign: what, how much, for whom, what happens next, and the checks as they are now."""
    return _card(besluit_id)


def _card(besluit_id, status=200, reasons=()):
    besluit, perceel, inkoop = _award(besluit_id)
    if besluit.party_id != g.actor.party_id:
        raise NotFound(_("Dit gunningsbesluit is er niet, of het is niet van uw gemeente."))
    if besluit.state in (State.GETEKEND, State.VERZONDEN) and not reasons:
        return go(url_for("inkoop.getekend", besluit_id=besluit.id))
    if besluit.state in usecases.ENDED and not reasons:
        return go(url_for("inkoop.gunning", besluit_id=besluit.id))
    viewed(perceel)
    publicatie = queries.aankondiging(g.db, inkoop.id)
    power, refusal = None, None
    try:
        power = besluiten.bevoegdheid(g.db, besluit, g.actor, on=clock.today())
    except Refused as error:
        refusal = error.reasons[0]
    is_waiting = besluit.state in besluiten.OPEN
    people = assessment.part_of_each(g.db, perceel)
    obstacles = [*besluiten.sign_obstacles(besluit, g.actor), *usecases.interests(perceel, g.actor, mensen=people),
                 *([refusal] if refusal else [])]
    return render_template(
        "inkoop/tekenen.html", besluit=besluit, perceel=perceel, inkoop=inkoop, obstacles=obstacles, reasons=reasons,
        amount_note=_power_words(power), facts=_facts(besluit, perceel, publicatie, power),
        checks=_checks(besluit, people, power, refusal), queue=assessment.queue(g.db, g.actor, besluit.id),
        letters=len(besluit.inhoud["regels"]), years=sum(besluit.inhoud["looptijd_jaren"]), is_waiting=is_waiting), status


def _power_words(power) -> str:
    if power is None:
        return ""
    volmacht, _vervanging = power
    if volmacht.tot_bedrag is None:
        return _("Uw volmacht heeft geen hoogste bedrag")
    return _("Uw volmacht gaat tot %(bedrag)s", bedrag=bedrag(volmacht.tot_bedrag))


def _facts(besluit, perceel, publicatie, power) -> list[tuple[str, str]]:
    """For whom, to whom, as what, and what happens after signing: counted from the published rules as if signed today."""
    lot = next(p for p in publicatie.inhoud["percelen"] if p["id"] == str(perceel.id))
    rule = rules.standstill_rule(publicatie.regelset)
    first = compute(rule, clock.today()).last_day + timedelta(days=1)
    whom = _("%(gemeenten)s gemeenten, %(plaatsen)s plaatsen", gemeenten=len(lot["gemeenten"]), plaatsen=lot["plaatsen"])
    signer = _("gevolmachtigde van %(orgaan)s", orgaan=besluit.orgaan)
    if power and power[1]:
        absent = names(g.db, [power[1].afwezige_id]).get(power[1].afwezige_id, "")
        signer = _("%(wie)s, bij afwezigheid van %(afwezige)s", wie=signer, afwezige=absent)
    after = _("Brieven gaan naar %(n)s inschrijvers. Zij hebben %(dagen)s dagen voor de rechter. Contract sluiten kan vanaf "
              "%(dag)s.", n=len(besluit.inhoud["regels"]), dagen=rule.length.amount, dag=datum_kort(first))
    return [(_("Voor wie"), whom), (_("Aan wie"), _listed(besluit.inhoud["gegund_aan"])), (_("U tekent als"), signer),
            (_("Na het tekenen"), after)]


def _listed(parts) -> str:
    *most, last = parts
    return _("%(most)s en %(last)s", most=", ".join(most), last=last) if most else last


def _checks(besluit, people, power, refusal) -> list[tuple]:
    """What the reader should know before signing, each as it stands in the database now."""
    who = names(g.db, [besluit.opgesteld_by, besluit.gelezen_by])
    drafter = who.get(besluit.opgesteld_by, "?")
    found = []
    if besluit.gelezen_by:
        found.append(("ok", _("Opgesteld door %(opsteller)s, gelezen door %(lezer)s", opsteller=drafter,
                              lezer=who.get(besluit.gelezen_by, "?"))))
    elif besluit.tweede_lezer_nodig:
        found.append(("warn", _("Nog niet gelezen:"),
                      _("opgesteld door %(wie)s. Een tweede persoon moet het lezen.", wie=drafter)))
    else:
        found.append(("ok", _("Opgesteld door %(wie)s. Een tweede lezer is niet nodig.", wie=drafter)))
    found += _assessor_checks(people)
    found += _deviation_checks(besluit)
    found.append(("warn", _("Geen volmacht:"), refusal) if power is None else ("ok", _("Uw volmacht geldt: %(bron)s",
                                                                                      bron=power[0].vindplaats)))
    return found


def _assessor_checks(people) -> list[tuple]:
    judged, interested = [p for p in people if p.given], [p for p in people if p.has_interest]
    silent, found = [p for p in judged if p.has_interest is None], []
    if bare := sum(p.bare for p in judged):
        found.append(("warn", _("Niet alle scores hebben een motivering:"), _("er ontbreken er %(n)s.", n=bare)))
    else:
        found.append(("ok", _("Alle scores hebben een motivering")))
    if silent:
        found.append(("warn", _("Geen verklaring:"), _("%(n)s beoordelaars verklaarden niets over hun belang.", n=len(silent))))
    if interested:
        found.append(("warn", _("%(n)s beoordelaar meldde een belang:", n=len(interested)),
                      _("deze persoon beoordeelde wel mee.") if any(p.given for p in interested)
                      else _("deze persoon beoordeelde niet mee.")))
    elif not silent:
        found.append(("ok", _("Niemand meldde een belang")))
    return found


def _deviation_checks(besluit) -> list[tuple]:
    url = url_for("inkoop.gunning", besluit_id=besluit.id, _anchor="uitkomst")
    link = Markup('<a class="utrecht-link utrecht-link--html-a" href="{}">{}</a>').format(url, _("Waarom mag dit?"))
    changed = [r for r in besluit.inhoud["regels"] if r["afwijking"]]
    if not changed:
        return [("ok", _("De uitkomst volgt de regels van de inkoop"))]
    return [("warn", _("Afwijking:"), Markup("{} {} {}").format(
        _("%(naam)s krijgt wel een contract.", naam=r["naam"]) if r["gegund"]
        else _("%(naam)s krijgt geen contract.", naam=r["naam"]), usecases.deviation(r), link))
        for r in changed]


@bp.route("/inkoop/gunning/<uuid:besluit_id>/tekenen", needs=P.INKOOP_TEKENEN, methods=["POST"], step_up=True, idempotent=True)
def ondertekenen(besluit_id):
    """Sign and send all letters in one act. Pressing twice gives the same answer, once."""
    try:
        usecases.tekenen(g.db, g.actor, besluit_id, brieven=current_app.brieven)
    except Refused as error:
        refused(error, "perceel:tekenen", besluit_id)
        return _card(besluit_id, error.status, error.reasons)
    return go(url_for("inkoop.getekend", besluit_id=besluit_id))


@bp.route("/inkoop/gunning/<uuid:besluit_id>/getekend", needs=P.INKOOP_TEKENEN)
def getekend(besluit_id):
    """After signing: how many letters went, until when the standstill runs, what to sign next."""
    besluit, perceel, inkoop = _award(besluit_id)
    if besluit.party_id != g.actor.party_id or besluit.state != State.VERZONDEN:
        raise NotFound(_("Dit besluit is nog niet getekend, of het is niet van uw gemeente."))
    return render_template(
        "inkoop/tekenen_klaar.html", besluit=besluit, perceel=perceel, inkoop=inkoop,
        letters=len(assessment.letters(g.db, besluit.id)), standstill=assessment.standstill(g.db, perceel.id),
        queue=assessment.queue(g.db, g.actor, besluit.id))


# After the standstill -------------------------------------------------------------------------------------------------------

@bp.route("/inkoop/perceel/<uuid:perceel_id>/dagvaarding", needs=P.INKOOP_CONTRACTEREN, methods=["POST"], idempotent=True)
def dagvaarding(perceel_id):
    """A writ was received on a day: as long as the case runs no contract is made. For the gemeente itself."""
    if g.actor.namens:
        raise Forbidden
    form = Form()
    on = form.date("ontvangen", _("Vul de dag in waarop de dagvaarding kwam."))
    if form.errors:
        return show_perceel(perceel_id, 422, form.errors, form.values)
    try:
        usecases.dagvaarding_melden(g.db, g.actor, perceel_id, ontvangen_on=on)
    except Refused as error:
        refused(error, "perceel:dagvaarding", perceel_id)
        return show_perceel(perceel_id, error.status, {"ontvangen": error.reasons[0]}, form.values)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))


@bp.route("/inkoop/perceel/<uuid:perceel_id>/zaak-voorbij", needs=P.INKOOP_CONTRACTEREN, methods=["POST"], step_up=True,
          idempotent=True)
def zaak_voorbij(perceel_id):
    """The case is over, and how it ended. Another person then concludes the contracts."""
    if g.actor.namens:
        raise Forbidden
    form = Form()
    einde = form.choice("einde", list(ZAAK_EINDE), _("Kies hoe de zaak eindigde."))
    if form.errors:
        return show_perceel(perceel_id, 422, form.errors, form.values)
    try:
        usecases.zaak_sluiten(g.db, g.actor, perceel_id, einde=einde)
    except Refused as error:
        refused(error, "perceel:dagvaarding", perceel_id)
        return show_perceel(perceel_id, error.status, {}, form.values, error.reasons)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))


@bp.route("/inkoop/gunning/<uuid:besluit_id>/intrekken", needs=P.INKOOP_TEKENEN)
def intrekken(besluit_id):
    """What taking back an award means, why, and what comes after it: a new award, or nobody."""
    return _withdrawal(besluit_id)


def _withdrawal(besluit_id, status=200, form=None, reasons=()):
    besluit, perceel, inkoop = _award(besluit_id)
    if besluit.party_id != g.actor.party_id:
        raise NotFound(_("Dit gunningsbesluit is er niet, of het is niet van uw gemeente."))
    obstacles = PERCEEL.obstacles(perceel, "gunning_intrekken", g.actor, reden="volgt") if besluit.state == State.VERZONDEN \
        else [_("Intrekken kan als de gunning is getekend en verzonden, en nog niet is ingetrokken.")]
    refusal = None if obstacles else besluiten.power(g.db, besluit, g.actor, on=clock.today()).refusal
    return render_template(
        "inkoop/gunning_intrekken.html", besluit=besluit, perceel=perceel, inkoop=inkoop, reasons=reasons,
        obstacles=[*obstacles, *([refusal] if refusal else [])], errors=form.errors if form else {},
        values=form.values if form else {}), status


@bp.route("/inkoop/gunning/<uuid:besluit_id>/intrekken", needs=P.INKOOP_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def gunning_intrekken(besluit_id):
    """Take back an award that was sent, with the reason; every bidder gets a message."""
    form = Form()
    then = form.choice("verder", ["opnieuw", "niemand"], _("Kies wat er daarna met het perceel gebeurt."))
    reden = form.text("reden", _("Schrijf waarom u de gunning intrekt."), most=2000)
    if form.errors:
        return _withdrawal(besluit_id, 422, form)
    take_back = usecases.niet_gunnen if then == "niemand" else usecases.gunning_intrekken
    try:
        take_back(g.db, g.actor, besluit_id, reden=reden)
    except Refused as error:
        refused(error, f"perceel:{take_back.__name__}", besluit_id)
        return _withdrawal(besluit_id, error.status, form, error.reasons)
    return go(url_for("inkoop.gunning", besluit_id=besluit_id))


@bp.route("/inkoop/perceel/<uuid:perceel_id>/contracteren", needs=P.INKOOP_CONTRACTEREN)
def contract(perceel_id):
    """What will be concluded with whom, and whether it may: standstill, writ, periods."""
    return _contract(perceel_id)


def _contract(perceel_id, status=200, reasons=()):
    perceel, inkoop = perceel_of(perceel_id)
    if perceel.eigenaar_id != g.actor.party_id or (g.actor.namens and perceel.state != PerceelState.GEGUND):
        raise NotFound(_("De trekker van deze inkoop sluit de contracten."))
    if perceel.state == PerceelState.GECONTRACTEERD and not reasons:
        return go(url_for("inkoop.perceel", perceel_id=perceel.id))
    viewed(perceel)
    besluit, power = usecases.open_gunning(g.db, perceel), contractvolmacht(perceel, g.actor)
    return render_template(
        "inkoop/contract.html", power=power, maximum=usecases.shared_maximum(perceel.waarde), perceel=perceel,
        inkoop=inkoop, besluit=besluit, reasons=reasons,
        standstill=assessment.standstill(g.db, perceel.id),
        obstacles=PERCEEL.obstacles(perceel, "contracteren", g.actor, volmacht=power),
        periods=rules.contract_periods(inkoop.begint_on, inkoop.looptijd_jaren)), status


@bp.route("/inkoop/perceel/<uuid:perceel_id>/contracteren", needs=P.INKOOP_CONTRACTEREN, methods=["POST"], step_up=True,
          idempotent=True)
def contracteren(perceel_id):
    """Conclude the contracts of a perceel; refused within the standstill or while a case runs."""
    try:
        usecases.contracteren(g.db, g.actor, perceel_id)
    except Refused as error:
        refused(error, "perceel:contracteren", perceel_id)
        return _contract(perceel_id, error.status, error.reasons)
    return go(url_for("inkoop.perceel", perceel_id=perceel_id))
