"""Subsidy schemes, for everybody: what one can apply for, and the check beforehand that binds nobody."""

from datetime import date
from decimal import Decimal

from flask import Response, g, redirect, request, url_for

from portal.domains.subsidies import aanvragen, queries, regelingen, words
from portal.domains.subsidies.model import Per, RegelingPublicatie
from portal.domains.subsidies.rules import Gevonden, Staatssteun, geschikt
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.filters import datum_kort, laatste_dag, punten
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around
from portal.web.security import limit
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

bp = PortalBlueprint("regelingen", __name__)


def stand(publicatie, now) -> tuple[str, str]:
    """Colour and words for whether one can apply."""
    if regelingen.is_open(publicatie, now):
        return "ok", _("Open")
    return ("info", _("Nog niet open")) if now < publicatie.opent_at else ("neutral", _("Gesloten"))


@bp.route("/regelingen", needs=PUBLIC)
def lijst():
    """Every scheme that was made public, the newest first."""
    open_only = request.args.get("stand") == "open"
    part = queries.bekendgemaakt(g.db, after=request.args.get("na"), before=request.args.get("voor"), open_only=open_only)
    now = clock.now()
    return page_or_part("regelingen/lijst.html", rows=part.rows, paging=around(part), open_only=open_only, stand=stand, now=now,
                        geld=Decimal)


@bp.route("/regelingen/<reference>", needs=PUBLIC)
def regeling(reference):
    """Everything that somebody wants to know before applying."""
    return regeling_page(reference)


def regeling_page(reference: str, status: int = 200, reasons=()) -> Response:
    """The page of one scheme; with `reasons` why applying did not work."""
    p = _found(reference)
    maxima, now = queries.maxima(g.db, p.dossier_id), clock.now()
    return page_or_part(
        "regelingen/regeling.html", status=status, p=p, inhoud=p.inhoud, stand=stand(p, now),
        is_open=regelingen.is_open(p, now), nog_niet=now < p.opent_at, reasons=reasons, words=words,
        plafonds=queries.plafonds(g.db, p.dossier_id), maxima=_maxima(p, maxima), dag=date.fromisoformat,
        term=aanvragen.beslistermijn(p), betaling=_funding(p.inhoud),
        verrekening=_settlement(p.inhoud["verrekening"]), verdeling=_division(p.inhoud),
        steun=Staatssteun(p.inhoud["staatssteun"]), mag_schrijven=P.AANVRAAG_SCHRIJVEN)


def _found(reference: str) -> RegelingPublicatie:
    found = queries.publicatie(g.db, reference)
    if found is None:
        raise NotFound(_("Deze regeling is niet bekendgemaakt, of het nummer klopt niet."))
    return found


def _division(inhoud) -> str:
    """What a reader must know about how the money is divided, beside its name."""
    if inhoud["verdeling"] != "volgorde":
        return {"tender": _("Alle aanvragen worden met elkaar vergeleken, na de sluiting. De beste komen eerst aan de beurt."),
                "loting": _("Na de sluiting bepaalt een loting de volgorde. Iemand van buiten kijkt toe.")}[inhoud["verdeling"]]
    if inhoud["volgorde_compleet"]:
        return _("Wie eerst komt, gaat voor. De dag telt waarop uw aanvraag compleet was.")
    return _("Wie eerst komt, gaat voor. De dag telt waarop uw aanvraag binnenkwam.")


def _funding(inhoud) -> list[tuple[str, list[str]]]:
    """From which day on the money is paid in which way."""
    return [(_("Vanaf %(dag)s", dag=datum_kort(date.fromisoformat(row["van"]), current_lang())),
             [_(words.FINANCIERING_WORDS[vorm]) for vorm in row["vormen"]])
            for row in sorted(inhoud["financiering"], key=lambda row: row["van"])]


def _settlement(regel) -> list[str]:
    """The rule of settlement, as sentences; empty where what is delivered is not settled by number."""
    if not regel:
        return []
    grens = punten(Decimal(regel["drempel"]) * 100, current_lang())
    if regel["basis"] is None:
        said = [_("Levert u meer of minder dan afgesproken? De gemeente heeft nog niet vastgelegd wat zij dan verrekent.")]
    elif regel["basis"] == "geheel":
        said = [_("Levert u meer dan %(grens)s %% minder of meer %(eenheid)s dan afgesproken? Dan verrekent de gemeente het "
                  "hele verschil.", grens=grens, eenheid=regel["eenheid"])]
    else:
        said = [_("Levert u meer dan %(grens)s %% minder of meer %(eenheid)s dan afgesproken? Dan verrekent de gemeente alleen "
                  "wat boven die grens komt.", grens=grens, eenheid=regel["eenheid"])]
    said.append(_("Is het verschil niet groter dan die grens? Dan verandert er niets aan het bedrag."))
    said.append(_("Levert u meer, dan kan de gemeente meer betalen. Nooit meer dan het maximum in het besluit.")
                if regel.get("met_methode") else _("Meer betalen dan het verleende bedrag kan alleen met een nieuw besluit."))
    return said


def _maxima(p: RegelingPublicatie, maxima) -> list[list]:
    """The caps that the college set, those that hold today or later."""
    names = {one["code"]: one for one in p.inhoud["inrichting"]["producten"]}
    today, lang = clock.today(), current_lang()

    def per(row) -> str:
        product = names.get(row.product)
        if row.per != Per.EENHEID:
            return _("voor een aanvrager samen")
        return _("per eenheid (%(eenheid)s)", eenheid=product["eenheid"]) if product else _("per eenheid")

    def holds(row) -> str:
        since = datum_kort(row.van, lang)
        return (_("%(van)s tot en met %(tot)s", van=since, tot=datum_kort(laatste_dag(row.tot), lang)) if row.tot
                else _("vanaf %(dag)s", dag=since))

    def what(row) -> str:
        return f"{names[row.product]['naam'] if row.product in names else row.product}, {row.jaar}"

    return [[what(m), m.bedrag, per(m), m.besluit, holds(m)]
            for m in maxima if m.tot is None or m.tot > today]


# The check beforehand ---------------------------------------------------------------------------------------------------------

@bp.route("/regelingen/check", needs=PUBLIC)
def check_zoeken():
    """Where somebody with a code finds the answers back."""
    code = request.args.get("code", "").strip()
    if not code:
        return page_or_part("regelingen/check_zoeken.html", code="", errors={})
    if regelingen.check(g.db, code) is None:
        errors = {"code": _("Deze code kennen wij niet. Kijk hem na, of doe de check opnieuw.")}
        return page_or_part("regelingen/check_zoeken.html", status=404, code=code, errors=errors)
    return redirect(url_for("regelingen.check_uitkomst", code=code.upper()), 303)


@bp.route("/regelingen/<reference>/check", needs=PUBLIC)
def check(reference):
    """The questions of a scheme, with yes and no."""
    return _check_page(_found(reference), {})


@bp.route("/regelingen/<reference>/check", needs=PUBLIC, methods=["POST"])
def check_bewaren(reference):
    """Keep the answers under a code, without a name, and tell what they mean."""
    p, form = _found(reference), Form()
    given = {vraag["code"]: form.choice(f"vraag-{vraag['code']}", ("ja", "nee"),
                                        _("Kies ja of nee: %(vraag)s", vraag=vraag["vraag"]))
             for vraag in p.inhoud["inrichting"]["vragen"]}
    if not given:
        raise NotFound(_("Bij deze regeling hoort geen check."))
    if form.errors:
        return _check_page(p, form.values, form.errors, 422)
    limit("archief", f"check {request.remote_addr}")
    kept = regelingen.check_bewaren(g.db, reference, given)
    return go(url_for("regelingen.check_uitkomst", code=kept.code))


def _check_page(p: RegelingPublicatie, values, errors=None, status: int = 200) -> Response:
    return page_or_part("regelingen/check.html", status=status, p=p, vragen=p.inhoud["inrichting"]["vragen"], values=values,
                        errors=errors or {}, is_open=regelingen.is_open(p, clock.now()))


@bp.route("/regelingen/check/<code>", needs=PUBLIC)
def check_uitkomst(code):
    """What the answers under this code mean: per question and as a whole."""
    found = regelingen.check(g.db, code)
    p = g.db.get(RegelingPublicatie, found.publicatie_id) if found else None
    if p is None:
        raise NotFound(_("Deze code kennen wij niet. Kijk hem na, of doe de check opnieuw."))
    rows = geschikt(p.inhoud["inrichting"]["vragen"], found.antwoorden)
    return page_or_part("regelingen/check_uitkomst.html", p=p, check=found, rows=rows, samen=_sum(rows),
                        is_open=regelingen.is_open(p, clock.now()), nog_niet=clock.now() < p.opent_at,
                        mag_schrijven=P.AANVRAAG_SCHRIJVEN)


def _sum(rows: list[Gevonden]) -> str:
    wrong = sum(not row.goed for row in rows)
    if not wrong:
        return _("Al uw antwoorden passen bij deze regeling.")
    return ngettext("%(num)s antwoord past niet bij deze regeling.", "%(num)s antwoorden passen niet bij deze regeling.", wrong)
