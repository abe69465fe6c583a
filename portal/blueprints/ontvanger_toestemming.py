"""Consent to what a recipient wants to do (Awb 4:71): asked, supplemented, taken back, and what became of it."""

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.aanvraag import Zaak, eigen_zaak, receipt_url
from portal.blueprints.berichten import message_item
from portal.blueprints.ontvanger import LEZEN, TEKST, VERSTUREN, bp, case_page, send
from portal.blueprints.rechtsbescherming import meter
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import queries, toestemming
from portal.domains.subsidies.model import Indiensoort, Toestemming, ToestemmingState
from portal.kernel import clock
from portal.kernel.dossier import count_with, load
from portal.web.blueprint import viewed
from portal.web.filters import datum_kort, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.links import state_badge
from portal.web.taal import current_lang
from portal.web.taal import gettext as _


def _acts() -> list[tuple[str, str]]:
    """What consent can be asked for, with its article."""
    return [(code, f"{hoofdletter(in_taal(row['naam']))} ({row['artikel']})")
            for code, row in load_config("subsidies")["handeling"].items()]


# Asked ----------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/toestemming", needs=LEZEN)
def toestemmingen(subsidie_id):
    """The requests of this case, and room for a new one."""
    return _ask_page(subsidie_id, {})


def _ask_page(subsidie_id, values, errors=None, status: int = 200) -> Response:
    zaak = eigen_zaak(subsidie_id)
    why_not = toestemming.waarom_niet(zaak.subsidie, zaak.kop.publicatie, zaak.regels.values())
    rules = [r.tekst for r in zaak.regels.values() if r.grondslag == toestemming.GRONDSLAG]
    taken = {one.indiening_id for one in zaak.toestemmingen}
    waits = [one for one in zaak.indieningen if one.soort == Indiensoort.TOESTEMMING and one.id not in taken]
    return case_page("toestemming_vragen", zaak, status=status, errors=errors, values=values, acts=_acts(), rules=rules,
                     why_not=in_taal(why_not) if why_not else "", sent=None, receipt=None, most=TEKST,
                     items=[*map(_waiting(zaak), waits), *map(_item, zaak.toestemmingen)])


def _waiting(zaak: Zaak):
    def item(one) -> dict:
        act = load_config("subsidies")["handeling"][one.inhoud["handeling"]]
        return {"title": hoofdletter(in_taal(act["naam"])), "url": receipt_url(zaak, one), "status": ("info", _("Verstuurd")),
                "meta": one.ontvangst_nummer}
    return item


def _item(one: Toestemming) -> dict:
    act = load_config("subsidies")["handeling"][one.handeling]
    return {"title": hoofdletter(in_taal(act["naam"])), "url": url_for("ontvanger.toestemming", toestemming_id=one.id),
            "status": state_badge("toestemming", one.state),
            "meta": f"{one.reference} · {_('gevraagd op %(dag)s', dag=datum_kort(one.ontvangen_on, current_lang()))}"}


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/toestemming", needs=VERSTUREN, methods=["POST"], idempotent=True)
def toestemming_vragen(subsidie_id):
    """Send the request."""
    form = Form()
    choose = _("Kies waarvoor u toestemming vraagt.")
    handeling = form.choice("handeling", [code for code, _name in _acts()], choose)
    omschrijving = form.text("omschrijving", _("Schrijf wat u wilt doen."), most=TEKST)
    reden = form.text("reden", _("Schrijf waarom dit nodig is."), most=TEKST)

    def page(errors, status):
        return _ask_page(subsidie_id, form.values, errors, status)

    if form.errors:
        return page(form.errors, 422)
    return send(lambda: toestemming.vragen(g.db, g.actor, subsidie_id, handeling=handeling, omschrijving=omschrijving,
                                            reden=reden), "toestemming", subsidie_id, page, subsidie_id, "omschrijving")


# One request ----------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/toestemming/<uuid:toestemming_id>", needs=LEZEN, endpoint="toestemming")
def one_request(toestemming_id):
    """Where one request stands: what was asked, until when the gemeente decides, and what it decided."""
    response = _request_page(toestemming_id, {})
    viewed(load(g.db, Toestemming, toestemming_id))
    return response


def _request_page(toestemming_id, values, errors=None, status: int = 200) -> Response:
    one = load(g.db, Toestemming, toestemming_id)
    zaak = eigen_zaak(one.subsidie_id)
    act = load_config("subsidies")["handeling"][one.handeling]
    asked = next(row for row in zaak.indieningen if row.id == one.indiening_id)
    terms = {t.kind: (t, pauses) for t, pauses in zaak.termijnen if t.dossier_id == one.id}
    decide, pauses = terms.get("toestemming", (None, []))
    publish = terms.get("toestemming_bekendmaken", (None, []))[0]
    last = zaak.laatst(Indiensoort.TOESTEMMINGAANVULLING, one.id)
    supplemented = last is not None and one.state == ToestemmingState.WACHT_OP_AANVULLING
    late = publish is not None and publish.met_on is None and publish.due_on < clock.today()
    penalty = meter([(t, p) for t, p in zaak.termijnen if t.dossier_id == one.id])
    return case_page(
        "toestemming", zaak, status=status, errors=errors, values=values, toestemming=one, act=act, asked=asked,
        stand=state_badge("toestemming", one.state), decide=decide, lines=as_lines(count_with(decide, pauses).count),
        stands_still=any(row.completed_on is None for row in pauses), publish=publish,
        supplement=terms.get(toestemming.AANVULLEN, (None, []))[0], sent=last if supplemented else None,
        receipt=receipt_url(zaak, asked), sent_receipt=receipt_url(zaak, last) if supplemented else None,
        is_open=one.state in toestemming.OPEN, taken_back=zaak.laatst(Indiensoort.TOESTEMMINGINTREKKING, one.id) is not None,
        decision=next((b for b, _rules in zaak.besluiten if b.id == one.beslissing_id), None), messages=_messages(zaak, one),
        meter=penalty,
        default_url=url_for("ontvanger.ingebreke_stellen", dossier_id=one.id) if late and not penalty else None, most=TEKST)


def _messages(zaak: Zaak, one: Toestemming) -> list[dict]:
    """What was written about it; what was not opened yet stays closed."""
    who = _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
    return [message_item(row, who) for row in queries.berichten_over(g.db, one)]


@bp.route("/aanvragen/toestemming/<uuid:toestemming_id>/aanvullen", needs=VERSTUREN, methods=["POST"], idempotent=True)
def toestemming_aanvullen(toestemming_id):
    """Send what the gemeente asked to add."""
    form, one = Form(), load(g.db, Toestemming, toestemming_id)
    subsidie_id = one.subsidie_id
    tekst = form.text("tekst", _("Schrijf wat de gemeente vroeg."), most=TEKST)

    def page(errors, status):
        return _request_page(toestemming_id, form.values, errors, status)

    if form.errors:
        return page(form.errors, 422)
    return send(lambda: toestemming.aanvullen(g.db, g.actor, toestemming_id, tekst=tekst), "toestemming-aanvullen",
                toestemming_id, page, subsidie_id, "tekst")


@bp.route("/aanvragen/toestemming/<uuid:toestemming_id>/intrekken", needs=VERSTUREN)
def toestemming_intrekken(toestemming_id):
    """What taking the request back means, before it happens."""
    return _take_back_page(toestemming_id)


def _take_back_page(toestemming_id, errors=None, status: int = 200) -> Response:
    one = load(g.db, Toestemming, toestemming_id)
    zaak = eigen_zaak(one.subsidie_id)
    before = zaak.laatst(Indiensoort.TOESTEMMINGINTREKKING, one.id)
    why_not = (_("U trok dit verzoek al in.") if before else "" if one.state in toestemming.OPEN
               else _("Over dit verzoek is al beslist. Intrekken kan niet meer."))
    return case_page("toestemming_intrekken", zaak, status=status, errors=errors, toestemming=one, why_not=why_not, sent=before,
                     receipt=receipt_url(zaak, before) if before else None)


@bp.route("/aanvragen/toestemming/<uuid:toestemming_id>/intrekken", needs=VERSTUREN, methods=["POST"], idempotent=True)
def toestemming_terug(toestemming_id):
    """Take the request back."""
    subsidie_id = load(g.db, Toestemming, toestemming_id).subsidie_id
    return send(lambda: toestemming.intrekken(g.db, g.actor, toestemming_id), "toestemming-intrekken", toestemming_id,
                lambda errors, status: _take_back_page(toestemming_id, errors, status), subsidie_id)
