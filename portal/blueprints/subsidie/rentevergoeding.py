"""What the gemeente itself paid too late: the list for the finance department, the count of one case, the decision."""

from flask import g, render_template, request, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.soorten import interest_table
from portal.blueprints.subsidie.steps import laid_before
from portal.blueprints.subsidie.vaststellen import own_case
from portal.domains.subsidies import queries
from portal.domains.subsidies import rentevergoeding as owing
from portal.domains.subsidies.rentevergoeding import TeLaat, Terug
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel.money import bedrag_text
from portal.kernel.rente import ondergrens
from portal.web.blueprint import attempt, viewed
from portal.web.filters import bedrag, datum
from portal.web.htmx import go
from portal.web.links import around
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

OWING = (P.SUBSIDIE_BETALEN, P.SUBSIDIE_BEHANDELEN)


@bp.route("/subsidies/te-laat-betaald", needs=P.SUBSIDIE_BETALEN)
def te_laat_betaald():
    """Payments that came after their last day or are still not there, with the interest they cost, by day."""
    part, counted = owing.te_laat(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    items = [{"title": f"{one.betaling.kenmerk} · {bedrag(one.betaling.bedrag, current_lang())}", "text": one.betaling.titel,
              "url": url_for("subsidie.rente_betalen", subsidie_id=one.betaling.dossier_id), "status": _state(one),
              "meta": " · ".join([one.betaling.aanvrager_naam, *_days(one)])} for one in counted]
    return render_template("subsidie/te_laat_betaald.html", items=items, paging=around(part))


def _state(one: TeLaat) -> tuple[str, str]:
    """What there is to do with it, as a badge."""
    if not one.regels:
        return "neutral", _("Op tijd")
    if not one.is_betaald:
        return "err", _("Nog niet betaald")
    return ("warn", _("Rente verschuldigd")) if one.verschuldigd else ("neutral", _("Geen rente"))


def _days(one: TeLaat) -> list[str]:
    lang = current_lang()
    said = [_("moest uiterlijk %(dag)s", dag=datum(one.betaal_tot, lang))]
    if one.betaling.betaald_on:
        said.append(_("betaald op %(dag)s", dag=datum(one.betaling.betaald_on, lang)))
    if one.regels:
        said.append(_("rente: %(bedrag)s", bedrag=bedrag(one.bedrag, lang)) if one.verschuldigd or not one.is_betaald else
                    _("de rente zou %(bedrag)s zijn: te weinig om te betalen", bedrag=bedrag(one.bedrag, lang)))
    return said


@bp.route("/subsidies/<uuid:subsidie_id>/rente-betalen", needs=OWING)
def rente_betalen(subsidie_id):
    """The interest that the gemeente owes in one case: the count, the decision, and whether it was paid."""
    return _owed(subsidie_id)


def _owed(subsidie_id, status=200, reasons=()):
    kop = own_case(subsidie_id)
    zaak = kop.subsidie
    viewed(zaak)
    found = queries.besluiten_van(g.db, zaak.id)
    late = owing.van_de_zaak(g.db, zaak, found)
    waiting = next((one for one in found if one.soort == owing.SOORT and one.state in besluiten.OPEN), None)
    sent = any(one.soort == owing.SOORT and one.verzonden_at for one in found)
    term = queries.termijn(g.db, zaak.id, owing.BETALEN, open_only=True) if sent else None
    obstacles = owing.obstakels(g.db, g.actor, zaak, late)
    if waiting:
        obstacles = ["Er ligt al een voorstel voor rente."]
    return render_template(
        "subsidie/rente_betalen.html", subsidie=zaak, obstacles=obstacles, reasons=reasons, waiting=waiting, term=term,
        pays=term is not None and g.actor.may(P.SUBSIDIE_BETALEN), floor=bedrag_text(ondergrens(bestuursorgaan=True)),
        late=[_counted(one) for one in late]), status


def _counted(one: TeLaat) -> dict:
    """One sum with its days and the count of its interest."""
    lang, back = current_lang(), isinstance(one.betaling, Terug)
    paid = datum(one.betaling.betaald_on, lang) if one.betaling.betaald_on else _("nog niet")
    return {"title": one.betaling.kenmerk, "status": _state(one), "table": interest_table(one.regels),
            "whole": bedrag(one.bedrag, lang), "facts": [
                (_("Bedrag"), bedrag(one.betaling.bedrag, lang)),
                (_("Voor het eerst ontvangen op") if back else _("Betalen kon tot en met"), datum(one.betaal_tot, lang)),
                (_("Terugbetaald op") if back else _("Betaald op"), paid)]}



@bp.route("/subsidies/<uuid:subsidie_id>/rente-betalen", needs=OWING, methods=["POST"], idempotent=True)
def rente_betalen_voorleggen(subsidie_id):
    """Lay the interest before the reader or the signer: what was counted."""
    return attempt("subsidie", lambda: laid_before(owing.voorstellen(g.db, g.actor, subsidie_id)),
                   "rentevergoeding", subsidie_id, lambda status, reasons: _owed(subsidie_id, status, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/rente-betaald", needs=P.SUBSIDIE_BETALEN, methods=["POST"], step_up=True,
          idempotent=True)
def rente_betaald(subsidie_id):
    """The interest was paid."""
    def act():
        owing.betaald(g.db, g.actor, subsidie_id)
        return tell(go(url_for("subsidie.rente_betalen", subsidie_id=subsidie_id)), _("Vastgelegd: de rente is betaald."))

    return attempt("subsidie", act, "rente_betaald", subsidie_id, lambda status, reasons: _owed(subsidie_id, status, reasons))
