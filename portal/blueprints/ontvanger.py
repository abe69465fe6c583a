"""After the grant, for the recipient: evidence, deviations, short reports, the final determination, and what is paid back.
The page of the case itself stands in aanvraag.py."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from importlib import import_module

from flask import Response, g, render_template, request, url_for

from config import load as load_config
from portal.blueprints.aanvraag import Zaak, eigen_zaak, event_item, receipt_url
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import queries, uitvoering, vaststellen
from portal.domains.subsidies import rekening as account_number
from portal.domains.subsidies.model import (
    Betaalstand,
    Indiening,
    Indiensoort,
    Rapportage,
    RapportageState,
    Stand,
    State,
    Subsidieregel,
    Vordering,
)
from portal.identity.permissions import Permission as P
from portal.identity.queries import colleagues
from portal.kernel import clock
from portal.kernel.dossier import count_with, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.iban import in_fours
from portal.kernel.money import parse_bedrag
from portal.web.blueprint import PortalBlueprint, refused, viewed
from portal.web.filters import bedrag, datum, in_taal
from portal.web.forms import Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("ontvanger", __name__)

LEZEN, VERSTUREN = P.AANVRAAG_LEZEN, P.AANVRAAG_VERSTUREN
TEKST = 6000
KORT = 2000
DAY = timedelta(days=1)
MOST = Decimal(10**9)  # of a number of units, or of euros: more is a slip of the keyboard
NA_DE_VERLENING = (Indiensoort.RAPPORTAGE, Indiensoort.BEWIJS, Indiensoort.MELDING, Indiensoort.VASTSTELLING,
                   Indiensoort.ZIENSWIJZE, Indiensoort.TOESTEMMING, Indiensoort.TOESTEMMINGAANVULLING,
                   Indiensoort.TOESTEMMINGINTREKKING, Indiensoort.REKENING)


def case_page(template: str, zaak: Zaak, *, status: int = 200, errors=None, **context) -> Response:
    """A page about a case; who may not send sees who may."""
    verstuurt = g.actor.may(VERSTUREN)
    verzenders = [] if verstuurt else [row.naam for row in colleagues(g.db, g.actor.party_id) if "verzender" in row.rollen]
    return page_or_part(f"ontvanger/{template}.html", status=status, zaak=zaak, s=zaak.subsidie, gemeente=zaak.gemeente,
                        errors=errors or {}, verstuurt=verstuurt, verzenders=verzenders, **context)


def send(act: Callable[[], Indiening], action: str, about: uuid.UUID, page: Callable[[dict, int], Response],
         subsidie_id: uuid.UUID, field: str = "", receipt: str = "ontvanger.ontvangst") -> Response:
    """Send it and show its receipt, on the page `receipt`. What is refused is shown on the same page, with everything that was
    typed; what is about the text itself stands at its `field`."""
    try:
        indiening = act()
    except Refused as error:
        refused(error, f"ontvanger:{action}", about)
        key = field if error.status == 422 else ""
        return page({key: " ".join(error.reasons)}, error.status)
    return go(url_for(receipt, subsidie_id=subsidie_id, indiening_id=indiening.id))


def parse_geleverd(text: str) -> Decimal:
    """A number of units that was delivered: 1.000 or 12,5; zero is an answer too."""
    try:
        value = parse_bedrag(text)
    except ValueError:
        raise Invalid("Schrijf het aantal in cijfers, bijvoorbeeld 1.000.") from None
    if "€" in text or not 0 <= value < MOST:
        raise Invalid("Schrijf het aantal in cijfers, bijvoorbeeld 1.000. Leverde u niets? Vul dan 0 in.")
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _parse_kosten(text: str) -> Decimal:
    value = parse_bedrag(text)
    if value < 0:
        raise Invalid("Een bedrag is niet lager dan nul.")
    return value


def _typed(value: Decimal | str | None) -> str:
    """A number as people type it: 480 or 12,5."""
    if value in (None, ""):
        return ""
    number = Decimal(value)
    whole = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    return f"{whole:f}".replace(".", ",")


# Evidence -------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/afspraak/<uuid:regel_id>/bewijs", needs=LEZEN)
def bewijs(regel_id):
    """What was agreed, what the gemeente wants to see, and room to show that it was done."""
    return _evidence_page(regel_id, {})


def _evidence_page(regel_id, values, errors=None, status: int = 200) -> Response:
    regel = load(g.db, Subsidieregel, regel_id)
    zaak = eigen_zaak(regel.dossier_id)
    sent = zaak.laatst(Indiensoort.BEWIJS, regel_id=regel.eerste_id)
    if regel.stand in (Stand.VOLDAAN, Stand.VERVALLEN):
        why_not = _("Deze afspraak is afgerond. U hoeft niets meer te laten zien.")
    elif not zaak.loopt:
        why_not = _("Deze subsidie loopt niet meer. Bewijs sturen kan niet meer.")
    else:
        holds = str(regel.id) in zaak.regels
        why_not = "" if holds else _("Deze afspraak geldt niet meer. Kijk wat er in het nieuwe besluit staat.")
    return case_page("bewijs", zaak, status=status, errors=errors, regel=regel, values=values, sent=sent, why_not=why_not,
                     receipt=receipt_url(zaak, sent) if sent else None, most=TEKST)


@bp.route("/aanvragen/afspraak/<uuid:regel_id>/bewijs", needs=VERSTUREN, methods=["POST"], idempotent=True)
def bewijs_sturen(regel_id):
    """Send the evidence for one line of the grant."""
    form, regel = Form(), load(g.db, Subsidieregel, regel_id)
    tekst, subsidie_id = form.text("tekst", _("Schrijf waaruit blijkt dat het is gedaan."), most=TEKST), regel.dossier_id

    def page(errors, status):
        return _evidence_page(regel_id, form.values, errors, status)

    eigen_zaak(subsidie_id)
    if form.errors:
        return page(form.errors, 422)
    return send(lambda: uitvoering.bewijs_sturen(g.db, g.actor, regel_id, tekst=tekst), "bewijs", regel_id, page,
                subsidie_id, "tekst")


# A deviation ----------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/melding", needs=LEZEN)
def melding(subsidie_id):
    """Tell that something goes otherwise than agreed."""
    return _deviation_page(subsidie_id, {})


def _deviation_page(subsidie_id, values, errors=None, status: int = 200) -> Response:
    zaak = eigen_zaak(subsidie_id)
    why_not = "" if zaak.loopt else _("Melden hoort bij een subsidie die loopt. Deze subsidie loopt niet.")
    earlier = zaak.laatst(Indiensoort.MELDING)
    return case_page("melding", zaak, status=status, errors=errors, values=values, why_not=why_not, sent=earlier,
                     receipt=receipt_url(zaak, earlier) if earlier else None, most=TEKST)


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/melding", needs=VERSTUREN, methods=["POST"], idempotent=True)
def melding_sturen(subsidie_id):
    """Send the deviation to the gemeente."""
    form = Form()
    tekst = form.text("tekst", _("Schrijf wat er anders loopt dan afgesproken."), most=TEKST)

    def page(errors, status):
        return _deviation_page(subsidie_id, form.values, errors, status)

    if form.errors:
        return page(form.errors, 422)
    return send(lambda: uitvoering.melding_sturen(g.db, g.actor, subsidie_id, tekst=tekst), "melding", subsidie_id, page,
                subsidie_id, "tekst")


# Another account number ----------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/rekening", needs=LEZEN)
def rekening(subsidie_id):
    """Give another account number, when a payment failed."""
    return _account_number_page(subsidie_id, {})


def _account_number_page(subsidie_id, values, errors=None, status: int = 200) -> Response:
    zaak, sent = eigen_zaak(subsidie_id), queries.nieuwe_rekening(g.db, subsidie_id)
    reasons = account_number.obstakels(zaak.betalingen, sent)
    failed = [one for one in zaak.betalingen if one.stand == Betaalstand.MISLUKT]
    return case_page("rekening", zaak, status=status, errors=errors, values=values, sent=sent, failed=failed, most=200,
                     why_not=" ".join(in_taal(one) for one in reasons),
                     receipt=receipt_url(zaak, sent) if sent else None)


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/rekening", needs=VERSTUREN, methods=["POST"], step_up=True, idempotent=True)
def rekening_geven(subsidie_id):
    """Send the new number; the gemeente looks at it before it pays."""
    form = Form()
    number = form.iban("iban", _("Vul uw rekeningnummer in."))
    name = form.rekeningnaam("tenaamstelling", _("Vul in op welke naam de rekening staat."))

    def page(errors, status):
        return _account_number_page(subsidie_id, form.values, errors, status)

    eigen_zaak(subsidie_id)
    if form.errors:
        return page(form.errors, 422)
    return send(lambda: account_number.geven(g.db, g.actor, subsidie_id, iban=number, tenaamstelling=name), "rekening",
                subsidie_id, page, subsidie_id, "iban")


# The short report -----------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/rapportage/<uuid:rapportage_id>", needs=LEZEN)
def rapportage(rapportage_id):
    """A few short questions; what is known stands there already."""
    response = _report_page(rapportage_id)
    viewed(load(g.db, Rapportage, rapportage_id))
    return response


def _report_page(rapportage_id, values=None, errors=None, status: int = 200) -> Response:
    """`values`: as typed; else what was sent before for this report."""
    row = load(g.db, Rapportage, rapportage_id)
    zaak = eigen_zaak(row.subsidie_id)
    sent, from_ = zaak.laatst(Indiensoort.RAPPORTAGE, row.id), uitvoering.rapporteren_vanaf(row)
    if row.state == RapportageState.AKKOORD:
        why_not = _("De gemeente is akkoord met dit bericht. Het verandert niet meer.")
    elif not zaak.loopt:
        why_not = _("Deze subsidie loopt niet meer. U hoeft dit bericht niet te sturen.")
    else:
        why_not = _("Dat kan vanaf %(dag)s.", dag=datum(from_, current_lang())) if clock.today() < from_ else ""
    return case_page("rapportage", zaak, status=status, errors=errors, rapportage=row, sent=sent, why_not=why_not,
                     values=values if values is not None else _said_before(sent), vorige=_previous(zaak, row), most=KORT,
                     akkoord=row.state == RapportageState.AKKOORD, receipt=receipt_url(zaak, sent) if sent else None,
                     answers=_answers(zaak, sent) if sent else [])


def _said_before(sent: Indiening | None) -> dict[str, str]:
    """What a report said, as people type it."""
    if sent is None:
        return {}
    return {name: _typed(value) if name == "geleverd" else str(value) if value is not None else ""
            for name in uitvoering.VELDEN_RAPPORTAGE for value in [sent.inhoud.get(name)]}


def _previous(zaak: Zaak, row: Rapportage) -> tuple[Rapportage, Decimal] | None:
    """The last report before this one that told what was delivered, with that number."""
    for one in reversed(zaak.rapportages):
        if one.volgnummer < row.volgnummer:
            sent = zaak.laatst(Indiensoort.RAPPORTAGE, one.id)
            if sent is not None:
                return one, Decimal(sent.inhoud["geleverd"])
    return None


@bp.route("/aanvragen/rapportage/<uuid:rapportage_id>", needs=VERSTUREN, methods=["POST"], idempotent=True)
def rapporteren(rapportage_id):
    """Send the short report."""
    form, row = Form(), load(g.db, Rapportage, rapportage_id)
    subsidie_id = row.subsidie_id
    eigen_zaak(subsidie_id)
    found = {"geleverd": form.read("geleverd", parse_geleverd, _("Vul in hoeveel u leverde. Leverde u niets? Vul dan 0 in.")),
             **{name: form.number(name, high=100_000) for name in ("instroom", "doorstroom", "uitstroom")},
             "toelichting": form.text("toelichting", most=KORT) or ""}

    def page(errors, status):
        return _report_page(rapportage_id, form.values, errors, status)

    if form.errors:
        return page(form.errors, 422)
    return send(lambda: uitvoering.rapporteren(g.db, g.actor, rapportage_id, **found), "rapporteren", rapportage_id, page,
                subsidie_id, "geleverd")


# The final determination ------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/vaststelling", needs=LEZEN)
def vaststelling(subsidie_id):
    """Account for the grant: what was delivered and what it cost, with what the count would come to."""
    zaak = eigen_zaak(subsidie_id)
    delivered = _delivered(zaak)
    return _account_page(zaak, {"geleverd": _typed(sum(delivered)) if delivered else ""},
                         count=_count(zaak, sum(delivered) if delivered else None))


def _delivered(zaak: Zaak) -> list[Decimal]:
    """What the reports said, one number each."""
    sent = [zaak.laatst(Indiensoort.RAPPORTAGE, one.id) for one in zaak.rapportages]
    return [Decimal(one.inhoud["geleverd"]) for one in sent if one is not None]


def _count(zaak: Zaak, geleverd: Decimal | None) -> vaststellen.Berekening | None:
    """What the rule of the scheme would come to; None when it cannot be said."""
    if geleverd is None:
        return None
    try:
        return vaststellen.berekenen(g.db, zaak.subsidie, geleverd)
    except Refused:
        # The scheme does not say what is settled: the page says so.
        return None


def _account_page(zaak: Zaak, values, errors=None, status: int = 200, count=None) -> Response:
    s, sent = zaak.subsidie, zaak.laatst(Indiensoort.VASTSTELLING)
    if sent is not None:
        why_not = _("U heeft de vaststelling al aangevraagd.")
    elif s.state not in (State.VERLEEND, State.VERANTWOORDEN):
        why_not = _("De vaststelling aanvragen kan als de subsidie is verleend en nog niet wordt vastgesteld.")
    else:
        why_not = (_("De periode loopt tot en met %(dag)s. U vraagt de vaststelling daarna aan.",
                     dag=datum(s.tot - DAY, current_lang())) if clock.today() < s.tot else "")
    rule = zaak.kop.publicatie.inhoud["verrekening"]
    return case_page(
        "vaststelling", zaak, status=status, errors=errors, values=values, why_not=why_not, sent=sent, most=TEKST,
        receipt=receipt_url(zaak, sent) if sent else None, answers=_answers(zaak, sent) if sent else [], count=count,
        rule=rule, procent=_typed(Decimal(rule["drempel"]) * 100) if rule else "", delivered=_delivered(zaak),
        gemist=[one for one in zaak.rapportages if not zaak.laatst(Indiensoort.RAPPORTAGE, one.id)],
        termijn=zaak.lopend("vaststellingsaanvraag"),
        per_boekjaar=zaak.kop.publicatie.inhoud["afdeling_4_2_8"])


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/vaststelling", needs=VERSTUREN, methods=["POST"], idempotent=True)
def aanvragen_vaststelling(subsidie_id):
    """Apply for the final determination. `reken` only counts again."""
    form, zaak = Form(), eigen_zaak(subsidie_id)
    counts = zaak.subsidie.aantal is not None
    missing = _("Vul in hoeveel u heeft geleverd. Leverde u niets? Vul dan 0 in.")
    geleverd = form.read("geleverd", parse_geleverd, missing if counts else None)
    if form.raw("reken"):
        return _account_page(zaak, form.values, form.errors, 422 if form.errors else 200, _count(zaak, geleverd))
    kosten = form.read("kosten", _parse_kosten, _("Vul in wat het heeft gekost."))
    toelichting = form.text("toelichting", most=TEKST) or ""
    if form.errors:
        return _account_page(zaak, form.values, form.errors, 422, _count(zaak, geleverd))

    def page(errors, status):
        again = eigen_zaak(subsidie_id)
        return _account_page(again, form.values, errors, status, _count(again, geleverd))

    return send(lambda: vaststellen.aanvragen_vaststelling(
        g.db, g.actor, subsidie_id, geleverd=geleverd, kosten=kosten, toelichting=toelichting), "vaststelling", subsidie_id,
        page, subsidie_id, "geleverd" if counts else "kosten")


# What was sent, what is owed, what happened -----------------------------------------------------------------------------------

def _answers(zaak: Zaak, sent: Indiening) -> list[tuple[str, str]]:
    """What was sent after the grant, in words: question and answer."""
    said = sent.inhoud
    if sent.soort == Indiensoort.BEWIJS:
        agreed = next((r.tekst for _b, rows in zaak.besluiten for r in rows if str(r.id) == said["regel_id"]), "")
        return [(_("Afspraak"), agreed), (_("Bewijs"), said["tekst"])]
    if sent.soort == Indiensoort.REKENING:
        return [(_("Rekeningnummer (IBAN)"), in_fours(said["iban"])), (_("Op naam van"), said["tenaamstelling"])]
    if sent.soort == Indiensoort.MELDING:
        return [(_("Wat er anders loopt"), said["tekst"])]
    if sent.soort == Indiensoort.TOESTEMMING:
        act = load_config("subsidies")["handeling"][said["handeling"]]
        return [(_("Toestemming voor"), f"{in_taal(act['naam'])} ({act['artikel']})"),
                (_("Wat u wilt doen"), said["omschrijving"]), (_("Waarom"), said["reden"])]
    if sent.soort in (Indiensoort.TOESTEMMINGAANVULLING, Indiensoort.TOESTEMMINGINTREKKING):
        about = next((one.titel for one in zaak.toestemmingen if one.id == sent.dossier_id), "")
        return [(_("Verzoek"), about), *([(_("Aanvulling"), said["tekst"])] if "tekst" in said else [])]
    if sent.soort == Indiensoort.ZIENSWIJZE:
        return [(_("Argument %(n)s", n=n), punt) for n, punt in enumerate(said["punten"], start=1)]
    number = zaak.aantal(Decimal(said["geleverd"])) if said["geleverd"] is not None else ""
    if sent.soort == Indiensoort.VASTSTELLING:
        return [(_("Geleverd"), number), (_("Kosten"), bedrag(Decimal(said["kosten"]), current_lang())),
                (_("Toelichting"), said["toelichting"])]
    report = next(one for one in zaak.rapportages if one.id == sent.dossier_id)
    flow = [(name, str(said[key]) if said[key] is not None else "") for key, name in (
        ("instroom", _("Nieuw binnengekomen")), ("doorstroom", _("Naar een andere plek bij u")),
        ("uitstroom", _("Vertrokken")))]
    return [(_("Voortgangsbericht"), str(report.volgnummer)), (_("Geleverd"), number), *flow,
            (_("Toelichting"), said["toelichting"])]


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/ontvangst/<uuid:indiening_id>", needs=LEZEN)
def ontvangst(subsidie_id, indiening_id):
    """The receipt of what was sent after the grant: number, moment to the second, fingerprint, and what comes next."""
    zaak = eigen_zaak(subsidie_id)
    sent = next((one for one in zaak.indieningen if one.id == indiening_id), None)
    if sent is None or sent.soort not in NA_DE_VERLENING or sent.verzonden_by is None:
        raise NotFound()
    return render_template("ontvanger/ontvangst.html", zaak=zaak, s=zaak.subsidie, gemeente=zaak.gemeente, indiening=sent,
                           answers=_answers(zaak, sent), door=sent.inhoud.get("verstuurd_door"))


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/gebeurtenissen", needs=LEZEN)
def gebeurtenissen(subsidie_id):
    """Everything that happened in the case, newest first."""
    zaak = eigen_zaak(subsidie_id)
    part = queries.gebeurtenissen(g.db, zaak.subsidie.id, after=request.args.get("na"), before=request.args.get("voor"))
    by = _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
    items = [event_item(zaak, row.kind, row.facts, row.occurred_on, by if row.partij == zaak.gemeente.naam else "")
             for row in part.rows]
    return page_or_part("ontvanger/gebeurtenissen.html", "lijst", zaak=zaak, s=zaak.subsidie, items=items, paging=around(part))


@bp.route("/aanvragen/vordering/<uuid:vordering_id>", needs=LEZEN)
def vordering(vordering_id):
    """What must be paid back, until when, and what came in."""
    row = load(g.db, Vordering, vordering_id)
    zaak = eigen_zaak(row.subsidie_id)
    tot, pauses = next(((t, pauses) for t, pauses in zaak.termijnen if t.dossier_id == row.id and t.met_on is None),
                       (None, []))
    response = page_or_part(
        "ontvanger/vordering.html", zaak=zaak, s=zaak.subsidie, gemeente=zaak.gemeente, vordering=row, tot=tot,
        stand=state_badge("vordering", row.state), lines=as_lines(count_with(tot, pauses).count) if tot else [],
        may_write=g.actor.may(P.BERICHT_SCHRIJVEN))
    viewed(row)
    return response


# Consent and objection have pages of their own, on this blueprint.
import_module("portal.blueprints.ontvanger_toestemming")
import_module("portal.blueprints.ontvanger_bezwaar")
