"""The contract calendar: what runs until when, what ends together, and where a decision is asked. One contract, and the
card on which its extension is signed."""

import csv
import io
import uuid
from datetime import date, timedelta
from functools import partial

from flask import Response, current_app, g, render_template, request, stream_with_context, url_for

from config import load
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.besluit import Power
from portal.kernel.errors import NotFound, Refused
from portal.kernel.terms import compute
from portal.register import queries, rules, usecases
from portal.register.model import Uitkomst
from portal.register.queries import Contract
from portal.web.blueprint import PortalBlueprint, refused
from portal.web.filters import bedrag, datum_kort, datum_tabel
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around
from portal.web.said import tell
from portal.web.security import limit
from portal.web.shown import day_long
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

bp = PortalBlueprint("register", __name__)

# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.route("/contracten", needs=P.REGISTER_LEZEN)
def contracten():
    """Every contract with its base and option periods."""
    product = request.args.get("product", "")
    rows, part = queries.contracts(g.db, product=product, after=request.args.get("na"), before=request.args.get("voor"))
    ends = queries.ends_per_quarter(g.db)
    today, ours = clock.today(), _ours(rows)
    return page_or_part("register/contracten.html", "lijst", rows=rows, ends=ends, tijdlijn=_timeline(ends, today),
                        paging=around(part), product=product, products=queries.products(g.db), ours=ours,
                        buys=g.actor.may(P.INKOOP_LEZEN), besluiten={row.id: decide_by(row, today) for row in rows})


def _ours(rows) -> set[uuid.UUID]:
    """Which of these contracts this reader manages: of the own side, for who reads or decides there. That there is a contract,
    with whom and until when, is public; until when somebody must decide is not everybody's business."""
    buys = g.actor.may(P.INKOOP_LEZEN) or g.actor.may(P.OVEREENKOMST_VERLENGEN)
    sells = g.actor.may(P.ORGANISATIE_LEZEN)
    if not (buys or sells):
        return set()
    shared = queries.shared_dossiers(g.db, [row.dossier_id for row in rows]) if g.actor.may(P.INKOOP_LEZEN) else set()
    return {row.id for row in rows if (sells and row.aanbieder_id == g.actor.party_id) or (
        buys and (row.eigenaar_id == g.actor.party_id or row.dossier_id in shared))}


def decide_by(contract: Contract, today: date) -> date | None:
    """Until when to decide whether this contract runs on; None when nothing is left to decide."""
    if contract.open_option is None or contract.ended(today):
        return None
    return rules.decide_by(load("register"), contract.tot)


def _timeline(ends: dict, today) -> list[dict]:
    """When contracts end, per quarter, earliest first."""
    now = (today.year, (today.month - 1) // 3 + 1)
    return [{"when": quarter_words(quarter), "kind": "" if quarter < now else "today" if quarter == now else "plan",
             "what": ngettext("%(num)s contract eindigt", "%(num)s contracten eindigen samen", count)}
            for quarter, count in ends.items()]


@bp.route("/contracten.csv", needs=P.REGISTER_LEZEN, step_up=True)
def contracten_csv():
    """The whole calendar as a file for a spreadsheet: semicolons and a byte order mark, as Dutch Excel reads it. Everything
    at once leaves the house here: for who just showed who they are, some times an hour, and the journal tells of it."""
    limit("export", str(g.actor.user_id))
    access_log.journal(current_app.engine, g.actor, "contracten ophalen", None, "gelukt", request.remote_addr)
    rows, _part = queries.contracts(g.db, product=request.args.get("product", ""), size=None)
    ends, today, ours = queries.ends_per_quarter(g.db), clock.today(), _ours(rows)
    head = [_("Nummer"), _("Aanbieder"), _("Perceel"), _("Product"), _("Eigenaar"), _("Maximale waarde"), _("Begint op"),
            _("Eindigt op (laatste dag)"), _("Kwartaal"), _("Eindigen in dit kwartaal"), _("Open optie tot en met"),
            _("Besluit over verlengen uiterlijk"), _("Stand")]
    lines = [[row.nummer, row.aanbieder, row.perceel, row.product, row.eigenaar, str(row.maximale_waarde).replace(".", ","),
              datum_tabel(row.van), datum_tabel(row.last_day), quarter_words(row.quarter), ends[row.quarter],
              datum_tabel(row.open_option.tot - timedelta(days=1)) if row.open_option else "",
              datum_tabel(by) if row.id in ours and (by := decide_by(row, today)) else "",
              _("Geëindigd") if row.ended(today) else _("Loopt") if row.van <= today else _("Begint nog")] for row in rows]
    return Response(stream_with_context(csv_lines([head, *lines])), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": 'attachment; filename="contracten.csv"'})


def quarter_words(quarter: tuple[int, int]) -> str:
    """`4e kwartaal 2030`."""
    year, number = quarter
    return _("%(number)se kwartaal %(year)s", number=number, year=year)


def csv_lines(rows):
    """A table as CSV, line by line; no cell is ever run as a formula."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow([harmless(cell) for cell in row])
        yield line.getvalue()


def csv_file(name: str, head: list[str], lines) -> Response:
    """A table as a file. It leaves the house here: for who just showed who they are, some times an hour, and the journal tells
    of it."""
    limit("export", str(g.actor.user_id))
    access_log.journal(current_app.engine, g.actor, f"{name} ophalen", None, "gelukt", request.remote_addr)
    return Response("".join(csv_lines([head, *lines])), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


def harmless(cell) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


# One contract -------------------------------------------------------------------------------------------------------------

@bp.route("/contracten/perceel/<uuid:perceel_id>", needs=P.REGISTER_LEZEN)
def perceel(perceel_id):
    """The contracts of one perceel, and about which of them a decision is asked."""
    rows, today = queries.of_dossier(g.db, perceel_id), clock.today()
    if not rows:
        raise NotFound(_("Voor dit perceel is geen contract."))
    return render_template("register/perceel.html", rows=rows, besluiten={row.id: decide_by(row, today) for row in rows},
                           stand=_stand, decides=_decides(rows[0]), ours=_ours(rows))


@bp.route("/contracten/<uuid:overeenkomst_id>", needs=P.REGISTER_LEZEN)
def contract(overeenkomst_id):
    """One contract: with whom, until when, what it is worth at most, what was decided and what must be decided."""
    return _contract(overeenkomst_id)


def _contract(overeenkomst_id, status=200, reasons=()):
    found, today = _found(overeenkomst_id), clock.today()
    ours = bool(_ours([found]))
    by = decide_by(found, today) if ours else None
    due = compute(rules.decide_rule(load("register")), found.last_day) if by else None
    who = names(g.db, [found.getekend_by, *(b.getekend_by for b in found.besluiten)])
    return render_template(
        "register/contract.html", contract=found, stand=_stand(found, today), due=due, reasons=reasons, who=who,
        shared=len(queries.of_dossier(g.db, found.dossier_id)), option=partial(_option_words, ours=ours),
        history=_history(found, by, who, today),
        possible=_possible(found) if by and _decides(found) else []), status


def _found(overeenkomst_id) -> Contract:
    found = queries.contract(g.db, overeenkomst_id)
    if found is None:
        raise NotFound(_("Dit contract is er niet."))
    return found


def _decides(contract: Contract) -> bool:
    return contract.eigenaar_id == g.actor.party_id and g.actor.may(P.OVEREENKOMST_VERLENGEN)


def _stand(contract: Contract, today: date) -> tuple[str, str]:
    """Colour and words for where a contract stands."""
    if contract.ended(today):
        return "neutral", _("Geëindigd")
    if contract.stopped:
        return "warn", _("Eindigt")
    return ("ok", _("Loopt")) if contract.van <= today else ("info", _("Begint nog"))


def _option_words(contract: Contract, period, today: date, *, ours: bool) -> str:
    """What became of one period: fixed, extended, let go, to be decided, or out of reach."""
    if period.volgnummer == 1:
        return _("Vast")
    if period.verlengd_on:
        return _("Verlengd, besloten op %(dag)s", dag=datum_tabel(period.verlengd_on))
    if stopped := contract.decision(period.volgnummer):
        return _("Niet verlengd, besloten op %(dag)s", dag=datum_tabel(stopped.besloten_on))
    if contract.ended(today) or contract.stopped:
        return _("Vervallen")
    if period is contract.open_option and not ours:
        return _("Mogelijk")
    if period is contract.open_option:
        return _("Besluit uiterlijk op %(dag)s", dag=datum_tabel(decide_by(contract, today)))
    return _("Pas na de verlenging hiervoor")


def _possible(contract: Contract) -> list[dict]:
    """The two ways to decide, for who may."""
    option = contract.open_option
    where = {"overeenkomst_id": contract.id, "volgnummer": option.volgnummer}
    return [
        {"title": _("Verlengen tot en met %(dag)s", dag=day_long(option.tot - timedelta(days=1))), "icon": "pen",
         "text": _("Bekijk eerst de controles."), "button": _("Naar het tekenen"),
         "url": url_for("register.verlengen", **where)},
        {"title": _("Laten eindigen op %(dag)s", dag=day_long(contract.last_day)), "icon": "dash", "kind": "secondary",
         "text": _("U schrijft waarom. De aanbieder leest dit."), "button": _("Laten eindigen"),
         "url": url_for("register.eindigen", **where)},
    ]


def _history(contract: Contract, by: date | None, who: dict, today: date) -> list[dict]:
    """What happened and what comes, newest first."""
    def item(on, what, kind="", by_whom=""):
        return {"when": datum_kort(on, current_lang()), "what": what, "kind": kind, "who": by_whom}

    def signed(account_id):
        return _("Getekend door %(naam)s", naam=who[account_id]) if account_id in who else ""

    end = item(contract.last_day, _("Het contract eindigt") if not contract.ended(today) else _("Het contract is geëindigd"),
               "" if contract.ended(today) else "plan")
    items = [end]
    if by:
        items.append(item(by, _("Laatste dag om over verlengen te besluiten"), "plan" if by >= today else ""))
    known = {b.volgnummer: b for b in contract.besluiten}
    for period in reversed(contract.periodes[1:]):
        decision = known.get(period.volgnummer)
        signer = signed(decision.getekend_by if decision else None)
        last = day_long(period.tot - timedelta(days=1))
        if period.verlengd_on:
            items.append(item(period.verlengd_on, _("Verlengd tot en met %(dag)s", dag=last), by_whom=signer))
        elif decision and decision.uitkomst == Uitkomst.NIET_VERLENGD:
            items.append(item(decision.besloten_on, _("Besloten om niet te verlengen. De reden is: %(reden)s",
                                                      reden=decision.reden), by_whom=signer))
    items.append(item(contract.gesloten_at, _("Contract gesloten"), by_whom=signed(contract.getekend_by)))
    return items


# Extending ----------------------------------------------------------------------------------------------------------------

@bp.route("/contracten/<uuid:overeenkomst_id>/verlengen/<int:volgnummer>", needs=P.OVEREENKOMST_VERLENGEN)
def verlengen(overeenkomst_id, volgnummer):
    """The card to sign an extension: with whom, until when, how much, and the checks as they are now."""
    return _card(overeenkomst_id, volgnummer)


def _card(overeenkomst_id, volgnummer, status=200, reasons=()):
    found = _own(overeenkomst_id)
    obstacles = usecases.why_closed(found, volgnummer, clock.today())
    if obstacles and not reasons:
        return _contract(overeenkomst_id, reasons=obstacles)
    power, option = usecases.volmacht(g.db, g.actor, found), found.option(volgnummer)
    return render_template(
        "register/verlengen.html", contract=found, volgnummer=volgnummer, reasons=reasons,
        obstacles=[*obstacles, *([power.refusal] if power.refusal else [])], is_open=not obstacles,
        facts=_facts(found, option, power) if option else [], checks=_checks(found, power),
        amount_note=_power_words(power)), status


def _own(overeenkomst_id) -> Contract:
    found = _found(overeenkomst_id)
    if found.eigenaar_id != g.actor.party_id:
        raise NotFound(_("Alleen de gemeente die dit contract sloot, besluit over verlengen."))
    return found


def _power_words(power: Power) -> str:
    if power.mandaat is None:
        return ""
    if power.mandaat.tot_bedrag is None:
        return _("Uw volmacht heeft geen hoogste bedrag")
    return _("Uw volmacht gaat tot %(bedrag)s", bedrag=bedrag(power.mandaat.tot_bedrag, current_lang()))


def _facts(contract: Contract, option, power: Power) -> list[tuple[str, str]]:
    signer = _("gevolmachtigde van de burgemeester van %(gemeente)s", gemeente=contract.eigenaar)
    if power.vervanging:
        signer = _("%(wie)s, bij afwezigheid van %(afwezige)s", wie=signer,
                   afwezige=names(g.db, [power.vervanging.afwezige_id]).get(power.vervanging.afwezige_id, ""))
    return [(_("Met wie"), contract.aanbieder), (_("Loopt nu tot en met"), day_long(contract.last_day)),
            (_("Na het tekenen tot en met"), day_long(option.tot - timedelta(days=1))), (_("U tekent als"), signer),
            (_("Na het tekenen"), _("De aanbieder krijgt meteen bericht. Zijn akkoord is niet nodig. "
                                    "U kunt dit besluit niet terugdraaien."))]


def _checks(contract: Contract, power: Power) -> list[tuple]:
    by, today = rules.decide_by(load("register"), contract.tot), clock.today()
    return [
        ("ok", _("Op tijd: de aanbieder moet het weten op %(dag)s", dag=day_long(by))) if today <= by else
        ("warn", _("Later dan afgesproken:"),
         _("de aanbieder moest het weten op %(dag)s. Overleg eerst met de aanbieder.", dag=day_long(by))),
        ("ok", _("Het contract belooft geen aantal cliënten")),
        ("warn", _("Geen volmacht:"), power.refusal) if power.refusal else
        ("ok", _("Uw volmacht geldt: %(bron)s", bron=power.mandaat.vindplaats)),
    ]


@bp.route("/contracten/<uuid:overeenkomst_id>/verlengen/<int:volgnummer>", needs=P.OVEREENKOMST_VERLENGEN, methods=["POST"],
          step_up=True, idempotent=True)
def verlengen_tekenen(overeenkomst_id, volgnummer):
    """Sign one extension. The number of the option is in the address: pressing twice never uses two options."""
    try:
        usecases.verlengen(g.db, g.actor, overeenkomst_id, volgnummer)
    except Refused as error:
        refused(error, "overeenkomst:verlengen", overeenkomst_id)
        return _card(overeenkomst_id, volgnummer, error.status, error.reasons)
    found = _found(overeenkomst_id)
    return tell(go(url_for("register.contract", overeenkomst_id=overeenkomst_id)),
                _("Getekend. Het contract loopt nu tot en met %(dag)s. De aanbieder heeft bericht.",
                  dag=day_long(found.last_day)))


@bp.route("/contracten/<uuid:overeenkomst_id>/laten-eindigen/<int:volgnummer>", needs=P.OVEREENKOMST_VERLENGEN, step_up=True)
def eindigen(overeenkomst_id, volgnummer):
    """The form to let a contract end. The fresh login comes first, so that nothing typed is lost on the way."""
    return _ending(overeenkomst_id, volgnummer)


def _ending(overeenkomst_id, volgnummer, status=200, form=None, reasons=()):
    found = _own(overeenkomst_id)
    obstacles = usecases.why_closed(found, volgnummer, clock.today())
    if obstacles and not reasons:
        return _contract(overeenkomst_id, reasons=obstacles)
    return render_template(
        "register/eindigen.html", contract=found, volgnummer=volgnummer, reasons=reasons, is_open=not obstacles,
        errors=form.errors if form else {}, values=form.values if form else {}), status


@bp.route("/contracten/<uuid:overeenkomst_id>/laten-eindigen/<int:volgnummer>", needs=P.OVEREENKOMST_VERLENGEN,
          methods=["POST"], step_up=True, idempotent=True)
def laten_eindigen(overeenkomst_id, volgnummer):
    """Decide not to extend, with the reason that the provider reads."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het contract laat eindigen. De aanbieder leest dit."), most=4000)
    if form.errors:
        return _ending(overeenkomst_id, volgnummer, 422, form)
    try:
        usecases.laten_eindigen(g.db, g.actor, overeenkomst_id, volgnummer, reden=reden)
    except Refused as error:
        refused(error, "overeenkomst:laten-eindigen", overeenkomst_id)
        return _ending(overeenkomst_id, volgnummer, error.status, form, error.reasons)
    return tell(go(url_for("register.contract", overeenkomst_id=overeenkomst_id)),
                _("Getekend. Het contract wordt niet verlengd. De aanbieder heeft bericht."))
