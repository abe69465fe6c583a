"""Settlement between gemeenten: the list, a new one, one with its lines and what can be done with it, the answer, the file."""

from datetime import date, timedelta
from functools import partial

from flask import Response, g, request, url_for

from portal.blueprints.plaatsing import bp
from portal.blueprints.register import csv_file
from portal.domains.plaatsingen import berichtenqueries, queries, rules, verrekenqueries
from portal.domains.plaatsingen import verrekenen as settling
from portal.domains.plaatsingen.model import Verblijf, Verrekening, VerrekeningState
from portal.domains.plaatsingen.words import EVENT_WORDS
from portal.domains.plaatsingen.workflow import VERREKENING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.events import sentence
from portal.kernel.money import bedrag_text
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum_kort, datum_tabel
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, page_url, state_badge
from portal.web.navigation import gemeenten
from portal.web.said import tell
from portal.web.shown import euro
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

EVENTS_SHOWN, PRICES_SHOWN, TEKST = 30, 25, 1000
AGREED = (VerrekeningState.AKKOORD, VerrekeningState.VASTGESTELD)
_try = partial(attempt, "verrekening")


def _names() -> dict:
    return {one.id: one.naam for one in gemeenten().values()}


def _period(van: date, tot: date) -> str:
    return _("%(van)s tot en met %(tot)s", van=datum_tabel(van), tot=datum_tabel(tot))


# The list -------------------------------------------------------------------------------------------------------------------

@bp.route("/verrekeningen", needs=P.VERREKENING_LEZEN)
def verrekeningen():
    """What the own gemeente settles with others, and others with it."""
    part, names = verrekenqueries.verrekeningen(g.db, after=request.args.get("na"), before=request.args.get("voor")), _names()
    rows = [{"title": _("%(naam)s betaalt aan ons", naam=names[row.verantwoordelijk_id])
             if row.betaler_id == g.actor.party_id else _("Wij betalen aan %(naam)s", naam=names[row.betaler_id]),
             "url": url_for("plaatsing.verrekening", verrekening_id=row.id), "text": euro(row.bedrag),
             "status": state_badge("verrekening", row.state), "meta": f"{row.reference} · {_period(row.van, row.tot)}"}
            for row in part.rows]
    return page_or_part("plaatsing/verrekeningen.html", rows=rows, paging=around(part),
                        mag=g.actor.may(P.VERREKENING_AFSPREKEN))


# A new one ------------------------------------------------------------------------------------------------------------------

def _last_quarter(today: date) -> tuple[date, date]:
    """The quarter that ended last: what is settled most."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = first - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


@bp.route("/verrekeningen/nieuw", needs=P.VERREKENING_AFSPREKEN)
def verrekening_nieuw():
    """The form of a new settlement: with whom, over which days."""
    return _new_page()


def _new_page(status: int = 200, form=None, reasons=()) -> Response:
    van, tot = _last_quarter(clock.today())
    others = [(str(one.id), one.naam) for one in gemeenten().values() if one.id != g.actor.party_id]
    unpriced = verrekenqueries.zonder_dagprijs(g.db, g.actor.party_id, PRICES_SHOWN)
    unpaid = verrekenqueries.zonder_betaald_tot(g.db, g.actor.party_id, PRICES_SHOWN)
    return page_or_part(
        "plaatsing/verrekening_nieuw.html", status=status, others=others, errors=form.errors if form else {}, reasons=reasons,
        values=form.values if form else {"van": datum_tabel(van), "tot": datum_tabel(tot)},
        unpriced=[_priced(row) for row in unpriced], unpaid=[_handed_over(row) for row in unpaid])


def _priced(row) -> dict:
    """A stay with what a day costs, in a list."""
    since = _("begonnen op %(dag)s", dag=datum_kort(row.begonnen_on, current_lang()))
    if row.verrekend:
        since += " · " + _("verrekend in %(kenmerk)s", kenmerk=row.verrekend)
    return {"title": row.kenmerk, "url": url_for("plaatsing.verrekening_dagprijs", verblijf_id=row.id), "meta": since,
            "text": _("%(prijs)s per dag", prijs=euro(row.dagprijs)) if row.dagprijs is not None else "",
            "status": None if row.dagprijs is not None else ("warn", _("Geen dagprijs"))}


def _handed_over(row) -> dict:
    """A stay that ended by a handover, in a list: until when the own gemeente paid."""
    if row.betaald_tot is None:
        status = "warn", _("Nog invullen")
    elif row.verrekend_tot:
        status = "ok", _("Verrekend tot en met %(dag)s", dag=datum_tabel(row.verrekend_tot))
    elif row.betaald_tot == row.geeindigd_on:
        status = "neutral", _("Niet doorbetaald")
    else:
        status = "info", _("Betaald tot en met %(dag)s", dag=datum_tabel(row.betaald_tot))
    return {"title": row.kenmerk, "url": url_for("plaatsing.verrekening_doorbetaald", verblijf_id=row.id), "status": status,
            "meta": _("bij ons geëindigd op %(dag)s, daarna %(naam)s", dag=datum_kort(row.geeindigd_on, current_lang()),
                      naam=_names()[row.naar_id])}


@bp.route("/verrekeningen/nieuw", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], idempotent=True)
def verrekening_opstellen():
    """Draw it up from the stays and who was responsible."""
    form = Form()
    known = {str(one.id): one.id for one in gemeenten().values() if one.id != g.actor.party_id}
    other = form.choice("ander", list(known), _("Kies een andere gemeente."))
    van, tot = form.date("van", _("Vul de eerste dag in.")), form.date("tot", _("Vul de laatste dag in."))

    def again(status, reasons=()):
        return _new_page(status, form, reasons)

    def act():
        made = settling.opstellen(g.db, g.actor, ander_id=known[other], van=van, tot=tot)
        return tell(go(url_for("plaatsing.verrekening", verrekening_id=made.id)),
                    _("De verrekening is opgesteld. Kijk de regels na voor u de verrekening verstuurt."))

    return again(422) if form.errors else _try(act, "opstellen", None, again)


# What a day costs, and until when was paid ----------------------------------------------------------------------------------

@bp.route("/verrekeningen/dagprijs", needs=P.VERREKENING_AFSPREKEN)
def verrekening_dagprijzen():
    """The stays of the own gemeente with what a day costs."""
    return _stays(verrekenqueries.dagprijzen, _priced, titel=_("Dagprijzen"), uitleg=_(
        "De prijs per dag staat in het contract met de aanbieder. U kunt de prijs verbeteren zolang er niet mee is verrekend."))


@bp.route("/verrekeningen/doorbetaald", needs=P.VERREKENING_AFSPREKEN)
def verrekening_doorbetalingen():
    """The stays that ended by a handover, with until when the own gemeente paid."""
    return _stays(verrekenqueries.overgedragen_verblijven, _handed_over, titel=_("Doorbetaald na een overdracht"), uitleg=_(
        "Een contract met een aanbieder loopt soms door als een andere gemeente al verantwoordelijk is. Vul in tot en met "
        "welke dag uw gemeente betaalde. Die dagen komen in de verrekening."))


def _stays(asked, shown, *, titel: str, uitleg: str) -> Response:
    part = asked(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("plaatsing/verrekening_verblijven.html", titel=titel, uitleg=uitleg, paging=around(part),
                        rows=[shown(row) for row in part.rows])


@bp.route("/verrekeningen/dagprijs/<uuid:verblijf_id>", needs=P.VERREKENING_AFSPREKEN)
def verrekening_dagprijs(verblijf_id):
    """What a day of a stay costs."""
    return _price_page(verblijf_id)


def _price_page(verblijf_id, status: int = 200, form=None, reasons=()) -> Response:
    row = verrekenqueries.dagprijs_van(g.db, g.actor.party_id, verblijf_id)
    if row is None:
        raise NotFound(_("Dit verblijf is er niet, of het begon nog niet."))
    return page_or_part(
        "plaatsing/dagprijs.html", status=status, rij=row, errors=form.errors if form else {}, reasons=reasons,
        values=form.values if form else {"dagprijs": bedrag_text(row.dagprijs) if row.dagprijs is not None else ""},
        eerder=verrekenqueries.aantekeningen(g.db, row.id, "dagprijs"),
        obstacles=[_("Deze dagprijs staat in %(kenmerk)s. De prijs verandert alleen nog als u die verrekening intrekt.",
                     kenmerk=row.verrekend)] if row.verrekend else [])


@bp.route("/verrekeningen/dagprijs/<uuid:verblijf_id>", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], idempotent=True)
def verrekening_dagprijs_vastleggen(verblijf_id):
    """Keep it."""
    form = Form()
    amount = form.bedrag("dagprijs", _("Vul in wat een dag kost."))
    reden = form.text("reden", most=TEKST) or ""

    def again(status, reasons=()):
        return _price_page(verblijf_id, status, form, reasons)

    def act():
        settling.dagprijs_vastleggen(g.db, g.actor, verblijf_id, dagprijs=amount, reden=reden)
        return tell(go(url_for("plaatsing.verrekening_dagprijzen")), _("De dagprijs staat erin."))

    return again(422) if form.errors else _try(act, "dagprijs", verblijf_id, again)


@bp.route("/verrekeningen/doorbetaald/<uuid:verblijf_id>", needs=P.VERREKENING_AFSPREKEN)
def verrekening_doorbetaald(verblijf_id):
    """Until and including which day the own gemeente went on paying."""
    return _paid_page(verblijf_id)


def _paid_page(verblijf_id, status: int = 200, form=None, reasons=()) -> Response:
    row = verrekenqueries.overgedragen_verblijf(g.db, verblijf_id)
    if row is None or load(g.db, Verblijf, verblijf_id).eigenaar_id != g.actor.party_id:
        raise NotFound(_("Dit verblijf is er niet, of het eindigde niet door een overdracht."))
    answered = row.betaald_tot is not None
    went_on = answered and row.betaald_tot > row.geeindigd_on
    known = {"door": ("ja" if went_on else "nee") if answered else "", "on": datum_tabel(row.betaald_tot) if went_on else ""}
    return page_or_part(
        "plaatsing/doorbetaald.html", status=status, rij=row, naar=_names()[row.naar_id], ingevuld=answered, reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else known)


@bp.route("/verrekeningen/doorbetaald/<uuid:verblijf_id>", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], idempotent=True)
def verrekening_doorbetaald_vastleggen(verblijf_id):
    """Keep it, or take it back."""
    form = Form()
    door = form.choice("door", ["ja", "nee", "weg"], _("Kies of uw gemeente doorbetaalde."))
    until = form.date("on", _("Vul de laatste dag in waarvoor uw gemeente betaalde.") if door == "ja" else None)

    def again(status, reasons=()):
        return _paid_page(verblijf_id, status, form, reasons)

    def act():
        if door == "nee":
            kept = settling.niet_doorbetaald(g.db, g.actor, verblijf_id)
        else:
            kept = settling.doorbetaald(g.db, g.actor, verblijf_id, tot=until if door == "ja" else None)
        said = _("Het antwoord is weggehaald.") if kept.betaald_tot is None else _("Het staat erin.")
        return tell(go(url_for("plaatsing.verrekening_doorbetalingen")), said)

    return again(422) if form.errors else _try(act, "doorbetaald", verblijf_id, again)


# One ------------------------------------------------------------------------------------------------------------------------

@bp.route("/verrekeningen/<uuid:verrekening_id>", needs=P.VERREKENING_LEZEN)
def verrekening(verrekening_id):
    """One settlement: its lines, what they come to, what was answered, and what can be done."""
    return _page(verrekening_id)


def _page(verrekening_id, status: int = 200, reasons=()) -> Response:
    zaak = load(g.db, Verrekening, verrekening_id)
    viewed(zaak)
    regels, names = verrekenqueries.verrekenregels(g.db, zaak.id), _names()
    answer = verrekenqueries.verrekening_antwoord(g.db, zaak.id)
    own = verrekenqueries.eigen_kenmerken(g.db, g.actor.party_id, [one.traject_id for one in regels])
    disputed = answer.redenen if answer and not answer.ja else {}
    live = [one for one in regels if one.vervallen_on is None]
    # The declarations are of who paid; the other gemeente sees nothing of them.
    claims = {}
    if zaak.betaler_id == g.actor.party_id:
        claims = berichtenqueries.goedgekeurd(g.db, [one.verblijf_id for one in regels])
    approved = {one.id: rules.goedgekeurd(claims.get(one.verblijf_id, ()), van=one.van, tot=one.tot) for one in live}
    return page_or_part(
        "plaatsing/verrekening.html", status=status, zaak=zaak, reasons=reasons, stand=state_badge("verrekening", zaak.state),
        titel=_title(zaak, names), periode=_period(zaak.van, zaak.tot), ander=names[zaak.betaler_id],
        rows=[_line(zaak, one, own.get(one.traject_id), disputed) | {"goedgekeurd": _approved(one, approved.get(one.id))}
              for one in regels], gedeclareerd=any(one.dagen for one in approved.values()),
        anders=sum(rules.anders_goedgekeurd(approved[one.id], one.dagen, one.bedrag) for one in live),
        totaal=settling.totaal(regels), dagen=sum(one.dagen for one in live), aantal=len(live),
        possible=_todo(zaak, regels), ontvanger=g.actor.party_id == zaak.verantwoordelijk_id, bestand=zaak.state in AGREED,
        timeline=[{"when": datum_kort(one.occurred_on, current_lang()), "who": one.wie or _("een collega"),
                   "what": sentence(EVENT_WORDS, one.kind, one.facts, "", _)}
                  for one in queries.gebeurtenissen(g.db, zaak.id, EVENTS_SHOWN)])


def _title(zaak: Verrekening, names: dict) -> str:
    if zaak.betaler_id == g.actor.party_id:
        return _("Verrekening: %(naam)s betaalt aan ons", naam=names[zaak.verantwoordelijk_id])
    return _("Verrekening: wij betalen aan %(naam)s", naam=names[zaak.betaler_id])


def _line(zaak: Verrekening, one, own, disputed: dict) -> dict:
    """One line for the page; the own placement only as a link for who may open it."""
    mends = (zaak.state == VerrekeningState.BETWIST and one.vervallen_on is None and zaak.eigenaar_id == g.actor.party_id
             and g.actor.may(P.VERREKENING_AFSPREKEN))
    paid = own[1] if own and zaak.betaler_id == g.actor.party_id else _("Afgeschermd")
    return {"nummer": one.volgnummer, "kenmerk": one.kenmerk or paid, "eigen": own[1] if own else "",
            "url": page_url("plaatsing.plaatsing", own[0]) if own else None, "periode": _period(one.van, one.tot),
            "dagen": one.dagen, "dagprijs": euro(one.dagprijs), "bedrag": euro(one.bedrag), "vervallen_on": one.vervallen_on,
            "reden": disputed.get(str(one.volgnummer), ""), "prijs_url": url_for(
                "plaatsing.verrekening_dagprijs", verblijf_id=one.verblijf_id)
            if (zaak.eigenaar_id == g.actor.party_id and zaak.state not in AGREED and g.actor.may(P.VERREKENING_AFSPREKEN))
            else None,
            **{name: url_for(f"plaatsing.{page}", verrekening_id=zaak.id, nummer=one.volgnummer) if mends else None
               for name, page in (("laat_vervallen", "verrekening_regel"), ("opnieuw", "verrekening_regel_opnieuw"))}}


def _approved(one, found: rules.Goedgekeurd | None) -> dict:
    """What was approved of the declarations beside a line: the amount, what it differs, and over how many days it is known."""
    if found is None or not found.dagen:
        return {"bedrag": _("niet bekend")}
    if found.dagen < one.dagen:
        return {"bedrag": euro(found.bedrag), "deel": _("over %(n)s van de %(alle)s dagen", n=found.dagen, alle=one.dagen)}
    less = found.bedrag - one.bedrag
    return {"bedrag": euro(found.bedrag), "anders": (
        _("%(bedrag)s meer", bedrag=euro(less)) if less > 0 else _("%(bedrag)s minder", bedrag=euro(-less))) if less else ""}


def _todo(zaak: Verrekening, regels) -> list[dict]:
    """What this person can do with it now."""
    if not g.actor.may(P.VERREKENING_AFSPREKEN):
        return []
    here, found = partial(url_for, verrekening_id=zaak.id), []
    if zaak.verantwoordelijk_id == g.actor.party_id and zaak.state == VerrekeningState.VERSTUURD:
        found.append({"title": _("Klopt deze verrekening?"), "icon": "eye", "button": _("Antwoord"),
                      "url": here("plaatsing.verrekening_antwoord"),
                      "text": _("U gaat akkoord, of u schrijft per regel wat niet klopt.")})
    known = {"regels": regels, "reden": "-"}
    if not VERREKENING.obstacles(zaak, "vaststellen", g.actor):
        found.append({"title": _("De andere gemeente is akkoord"), "icon": "check", "button": _("Stel vast"), "post": True,
                      "url": here("plaatsing.verrekening_vaststellen"),
                      "text": _("Daarna verandert de verrekening niet meer.")})
    if not VERREKENING.obstacles(zaak, "versturen", g.actor, **known):
        again = zaak.state == VerrekeningState.BETWIST
        found.append({"title": _("Verstuur opnieuw") if again else _("Verstuur naar de andere gemeente"), "icon": "mail",
                      "button": _("Verstuur"), "post": True, "url": here("plaatsing.verrekening_versturen"),
                      "text": _("De regels die u laat staan, vraagt u nog een keer.") if again
                      else _("De andere gemeente ziet dan de regels, en antwoordt zelf.")})
    if not VERREKENING.obstacles(zaak, "intrekken", g.actor, **known):
        found.append({"title": _("Klopt er iets niet?"), "icon": "cross", "button": _("Trek in"), "kind": "secondary",
                      "url": here("plaatsing.verrekening_intrekken_vraag"),
                      "text": _("De periode is dan weer vrij voor een nieuwe verrekening.")})
    return found


@bp.route("/verrekeningen/<uuid:verrekening_id>/versturen", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], idempotent=True)
def verrekening_versturen(verrekening_id):
    """Send it."""
    return _step(verrekening_id, settling.versturen, "versturen", _("De verrekening is verstuurd."))


@bp.route("/verrekeningen/<uuid:verrekening_id>/vaststellen", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], step_up=True,
          idempotent=True)
def verrekening_vaststellen(verrekening_id):
    """Make final what both agreed on."""
    return _step(verrekening_id, settling.vaststellen, "vaststellen",
                 _("De verrekening is vastgesteld. U kunt het bestand ophalen."))


def _step(verrekening_id, use_case, name: str, said: str) -> Response:
    def act():
        use_case(g.db, g.actor, verrekening_id)
        return tell(go(url_for("plaatsing.verrekening", verrekening_id=verrekening_id)), said)

    return _try(act, name, verrekening_id, partial(_page, verrekening_id))


@bp.route("/verrekeningen/<uuid:verrekening_id>/intrekken", needs=P.VERREKENING_AFSPREKEN)
def verrekening_intrekken_vraag(verrekening_id):
    """Why it is withdrawn."""
    return _reason_page(verrekening_id)


@bp.route("/verrekeningen/<uuid:verrekening_id>/regels/<int(max=99999):nummer>", needs=P.VERREKENING_AFSPREKEN)
def verrekening_regel(verrekening_id, nummer):
    """Why a line lapses."""
    return _reason_page(verrekening_id, nummer)


def _own_line(verrekening_id, nummer: int | None) -> tuple:
    """A settlement of the own gemeente with the line of this number (None without one)."""
    zaak, line = load(g.db, Verrekening, verrekening_id), None
    if zaak.eigenaar_id != g.actor.party_id:
        raise NotFound()
    if nummer is not None:
        line = next((one for one in verrekenqueries.verrekenregels(g.db, zaak.id) if one.volgnummer == nummer), None)
        if line is None:
            raise NotFound(_("Deze regel is er niet."))
    viewed(zaak)
    return zaak, line


def _reason_page(verrekening_id, nummer: int | None = None, status: int = 200, form=None, reasons=()) -> Response:
    zaak, line = _own_line(verrekening_id, nummer)
    step = "intrekken" if line is None else "laten_vervallen"
    return page_or_part(
        "plaatsing/verrekening_reden.html", status=status, zaak=zaak, regel=line, reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else {},
        obstacles=VERREKENING.obstacles(zaak, step, g.actor, reden="-"),
        action=url_for("plaatsing.verrekening_intrekken", verrekening_id=zaak.id) if line is None
        else url_for("plaatsing.verrekening_regel_vervallen", verrekening_id=zaak.id, nummer=nummer))


@bp.route("/verrekeningen/<uuid:verrekening_id>/intrekken", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], idempotent=True)
def verrekening_intrekken(verrekening_id):
    """Withdraw it."""
    return _with_reason(verrekening_id, None, partial(settling.intrekken, g.db, g.actor, verrekening_id), "intrekken",
                        _("De verrekening is ingetrokken."))


@bp.route("/verrekeningen/<uuid:verrekening_id>/regels/<int(max=99999):nummer>", needs=P.VERREKENING_AFSPREKEN,
          methods=["POST"], idempotent=True)
def verrekening_regel_vervallen(verrekening_id, nummer):
    """Let a line lapse."""
    act = partial(settling.laten_vervallen, g.db, g.actor, verrekening_id, volgnummer=nummer)
    return _with_reason(verrekening_id, nummer, act, "laten_vervallen", _("De regel telt niet meer mee."))


def _with_reason(verrekening_id, nummer, use_case, name: str, said: str) -> Response:
    form = Form()
    reden = form.text("reden", _("Schrijf waarom."), most=TEKST)

    def again(status, reasons=()):
        return _reason_page(verrekening_id, nummer, status, form, reasons)

    def act():
        use_case(reden=reden)
        return tell(go(url_for("plaatsing.verrekening", verrekening_id=verrekening_id)), said)

    return again(422) if form.errors else _try(act, name, verrekening_id, again)


@bp.route("/verrekeningen/<uuid:verrekening_id>/regels/<int(max=99999):nummer>/opnieuw", needs=P.VERREKENING_AFSPREKEN)
def verrekening_regel_opnieuw(verrekening_id, nummer):
    """The form to make a line anew: over fewer days, or at another price."""
    return _again_page(verrekening_id, nummer)


def _again_page(verrekening_id, nummer: int, status: int = 200, form=None, reasons=()) -> Response:
    zaak, line = _own_line(verrekening_id, nummer)
    obstacles = VERREKENING.obstacles(zaak, "laten_vervallen", g.actor, reden="-")
    if line.vervallen_on is not None:
        obstacles = [_("Deze regel is al vervallen.")]
    return page_or_part(
        "plaatsing/verrekening_opnieuw.html", status=status, zaak=zaak, regel=line, reasons=reasons,
        obstacles=[] if reasons else obstacles, periode=_period(line.van, line.tot), errors=form.errors if form else {},
        values=form.values if form else {"van": datum_tabel(line.van), "tot": datum_tabel(line.tot),
                                         "dagprijs": bedrag_text(line.dagprijs)})


@bp.route("/verrekeningen/<uuid:verrekening_id>/regels/<int(max=99999):nummer>/opnieuw", needs=P.VERREKENING_AFSPREKEN,
          methods=["POST"], idempotent=True)
def verrekening_regel_opnieuw_maken(verrekening_id, nummer):
    """Let it lapse, and make it anew."""
    form = Form()
    given = {"van": form.date("van", _("Vul de eerste dag in.")), "tot": form.date("tot", _("Vul de laatste dag in.")),
             "dagprijs": form.bedrag("dagprijs", _("Vul in wat een dag kost.")),
             "reden": form.text("reden", _("Schrijf waarom."), most=TEKST)}

    def again(status, reasons=()):
        return _again_page(verrekening_id, nummer, status, form, reasons)

    def act():
        settling.opnieuw(g.db, g.actor, verrekening_id, volgnummer=nummer, **given)
        return tell(go(url_for("plaatsing.verrekening", verrekening_id=verrekening_id)),
                    _("De regel is opnieuw gemaakt. Verstuur de verrekening opnieuw."))

    return again(422) if form.errors else _try(act, "opnieuw", verrekening_id, again)


# The answer -----------------------------------------------------------------------------------------------------------------

@bp.route("/verrekeningen/<uuid:verrekening_id>/antwoord", needs=P.VERREKENING_AFSPREKEN)
def verrekening_antwoord(verrekening_id):
    """Agree, or say per line why not."""
    return _answer_page(verrekening_id)


def _answer_page(verrekening_id, status: int = 200, form=None, reasons=()) -> Response:
    zaak = load(g.db, Verrekening, verrekening_id)
    if zaak.verantwoordelijk_id != g.actor.party_id:
        raise NotFound()
    viewed(zaak)
    regels = [one for one in verrekenqueries.verrekenregels(g.db, zaak.id) if one.vervallen_on is None]
    own = verrekenqueries.eigen_kenmerken(g.db, g.actor.party_id, [one.traject_id for one in regels])
    names = _names()
    return page_or_part(
        "plaatsing/verrekening_antwoord.html", status=status, zaak=zaak, titel=_title(zaak, names), reasons=reasons,
        regels=[_line(zaak, one, own.get(one.traject_id), {}) for one in regels], totaal=settling.totaal(regels),
        ander=names[zaak.betaler_id], errors=form.errors if form else {}, values=form.values if form else {},
        obstacles=[] if zaak.state == VerrekeningState.VERSTUURD
        else [_("Op deze verrekening is al geantwoord, of de verrekening is ingetrokken.")])


@bp.route("/verrekeningen/<uuid:verrekening_id>/antwoord", needs=P.VERREKENING_AFSPREKEN, methods=["POST"], step_up=True,
          idempotent=True)
def verrekening_antwoorden(verrekening_id):
    """Keep the answer; it counts at once."""
    form = Form()
    yes = form.choice("klopt", ["ja", "nee"], _("Kies: akkoord, of niet akkoord."))
    numbers = [name.removeprefix("reden-") for name in form.values if name.startswith("reden-")]
    redenen = {int(n): form.text(f"reden-{n}", most=TEKST) or "" for n in numbers
               if n.isascii() and n.isdecimal() and len(n) < 6}

    def again(status, reasons=()):
        return _answer_page(verrekening_id, status, form, reasons)

    def act():
        answer = settling.antwoorden(g.db, g.actor, verrekening_id, ja=yes == "ja", redenen=redenen)
        return tell(go(url_for("plaatsing.verrekening", verrekening_id=verrekening_id)),
                    _("U bent akkoord.") if answer.ja else ngettext(
                        "U betwist %(num)s regel. De andere gemeente ziet waarom.",
                        "U betwist %(num)s regels. De andere gemeente ziet waarom.", len(answer.redenen)))

    return again(422) if form.errors else _try(act, "antwoorden", verrekening_id, again)


# The file -------------------------------------------------------------------------------------------------------------------

@bp.route("/verrekeningen/<uuid:verrekening_id>/bestand.csv", needs=P.VERREKENING_LEZEN, step_up=True)
def verrekening_bestand(verrekening_id):
    """The lines for the finance system: amounts in whole cents, and a last line to check the total with."""
    zaak = load(g.db, Verrekening, verrekening_id)
    if zaak.state not in AGREED:
        raise Refused("Het bestand is er als beide gemeenten akkoord zijn.", status=409)
    viewed(zaak)
    names = _names()
    live = [one for one in verrekenqueries.verrekenregels(g.db, zaak.id) if one.vervallen_on is None]
    rows = [[zaak.reference, names[zaak.betaler_id], names[zaak.verantwoordelijk_id], one.volgnummer,
             _("afgeschermd") if one.afgeschermd else one.kenmerk, one.van.isoformat(), one.tot.isoformat(), one.dagen,
             settling.in_centen(one.dagprijs), settling.in_centen(one.bedrag)] for one in live]
    check = [zaak.reference, _("Controletotaal"), "", len(live), "", "", "", sum(one.dagen for one in live), "",
             settling.in_centen(settling.totaal(live))]
    return csv_file(f"verrekening-{zaak.reference}", [
        _("Verrekening"), _("Betaald door"), _("Verantwoordelijk"), _("Regel"), _("Kenmerk"), _("Van"), _("Tot en met"),
        _("Dagen"), _("Dagprijs in centen"), _("Bedrag in centen")], [*rows, check])
