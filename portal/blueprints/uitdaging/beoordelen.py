"""What is thought of a plan before it is decided: by the department per criterion, by the lawyer, by the panel."""

from flask import Response, g, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import TEKST, Stap, Veld, proberen, stap
from portal.blueprints.uitdaging.woorden import advies_rijen, criteria, kosten_naast, oordeel_rijen, plan_delen
from portal.domains.uitdaagrecht import overzicht, queries, rules, usecases
from portal.domains.uitdaagrecht.model import Route, Uitdaging
from portal.domains.uitdaagrecht.words import OORDEEL_WORDS, ROUTE_WORDS, UITKOMST_WORDS
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.web.blueprint import viewed
from portal.web.filters import hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

# The department -------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>/beoordelen", needs=P.UITDAGING_BEOORDELEN)
def beoordelen(uitdaging_id):
    """Every criterion on one page, beside the plan."""
    return _judge_page(uitdaging_id)


def _judge_page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    rond = overzicht.rondom(g.db, uitdaging, g.actor.user_id)
    typed = form.values if form else {}
    rows = [{"code": code, "naam": naam, "gegeven": code in rond.oordelen,
             "values": typed if typed.get("criterium") == code else
             {"oordeel": rond.oordelen[code].oordeel, "motivering": rond.oordelen[code].motivering} if code in rond.oordelen
             else {}, "errors": form.errors if form and typed.get("criterium") == code else {}}
            for code, naam in criteria().items()]
    return page_or_part(
        "uitdaging/beoordelen.html", status=status, u=uitdaging, rijen=rows, reasons=reasons, delen=plan_delen(uitdaging),
        kosten=kosten_naast(uitdaging, rond.taak), obstacles=UITDAGING.obstacles(uitdaging, "beoordelen", g.actor),
        oordelen=[(str(one), hoofdletter(in_taal(words))) for one, words in OORDEEL_WORDS.items()], errors={
            f"{name}-{typed['criterium']}": text for name, text in form.errors.items()} if form and typed.get("criterium")
        else form.errors if form else {}, klaar=len(rond.oordelen), totaal=len(rows))


@bp.route("/uitdaging/<uuid:uitdaging_id>/beoordelen", needs=P.UITDAGING_BEOORDELEN, methods=["POST"], idempotent=True)
def beoordelen_doen(uitdaging_id):
    """Keep what is thought on one criterion."""
    form = Form()
    given = {"criterium": form.choice("criterium", list(queries.criteria()), _("Kies een criterium.")),
             "oordeel": form.choice("oordeel", list(rules.Oordeel), _("Kies wat u ervan vindt.")),
             "motivering": form.text("motivering", _("Schrijf waarom."), most=TEKST)}

    def again(status, reasons=()):
        return _judge_page(uitdaging_id, status, form, reasons)

    def act():
        usecases.beoordelen(g.db, g.actor, uitdaging_id, **given)
        return tell(go(url_for("uitdaging.beoordelen", uitdaging_id=uitdaging_id)), _("Uw oordeel is bewaard."))

    return again(422) if form.errors else proberen(act, "beoordelen", uitdaging_id, again)


stap(Stap(
    "beoordeeld", "Rond de beoordeling af", "U gaf over elk criterium een oordeel. Daarna verandert het niet meer.",
    "De jurist kiest langs welke weg het kan.", "De beoordeling is klaar.", usecases.beoordeeld,
    needs=P.UITDAGING_BEOORDELEN))


# The lawyer -----------------------------------------------------------------------------------------------------------------

ROUTE_UITLEG = {
    Route.SUBSIDIE: "De bewoners krijgen geld, en doen zelf wat zij voorstellen.",
    Route.OPDRACHT: "De gemeente koopt het in. Let op de regels voor aanbesteden.",
    Route.OVEREENKOMST: "De gemeente en de bewoners spreken het samen af.",
    Route.MANDAAT: "De bewoners doen het uit naam van de gemeente.",
    Route.NIET_MOGELIJK: "Het mag niet van de wet.",
}


def _gekozen_weg(uitdaging: Uitdaging) -> dict:
    found = queries.routetoets(g.db, uitdaging.id)
    return {"route": found.route, "toelichting": found.toelichting} if found else {}


stap(Stap(
    "toetsen", "Kies de weg", "Langs welke weg mogen de bewoners de taak overnemen?",
    "Daarna gaat het plan naar het panel, of wordt het antwoord geschreven.", "De weg staat erin.", usecases.toetsen, (
        Veld("route", "Langs welke weg kan dit?", "", "Kies langs welke weg dit kan.", "keuze",
             lambda: [(str(one), hoofdletter(in_taal(words)), in_taal(ROUTE_UITLEG[one]))
                      for one, words in ROUTE_WORDS.items()]),
        Veld("toelichting", "Waarom, en waar moet de gemeente op letten?",
             "Bijvoorbeeld: staatssteun, een drempel, personeel, gegevens van mensen.",
             "Schrijf waarom, en waar de gemeente op moet letten.")),
    needs=P.UITDAGING_TOETSEN, begin=_gekozen_weg, toon="uitdaging/_plan.html"))

stap(Stap(
    "naar_panel", "Vraag het panel om advies", "Het panel leest het plan, het oordeel van de vakafdeling en de gekozen weg.",
    "Wie adviseert, zegt eerst of hij of zij een belang heeft. Eén advies is genoeg om verder te gaan.",
    "Het plan ligt bij het panel.", usecases.naar_panel))

stap(Stap(
    "naar_besluit", "Bereid het antwoord voor", "Alles is bekend: het oordeel, de weg en het advies.",
    "U schrijft daarna het voorstel voor het antwoord. Een ander tekent het.", "U kunt nu het voorstel schrijven.",
    usecases.naar_besluit))

stap(Stap(
    "aanpassing_vragen", "Vraag of het anders mag", "Kan het wel, maar anders? De bewoners moeten daar ja op zeggen.",
    "De bewoners krijgen bericht. Zonder hun ja kan de gemeente alleen ja of nee zeggen op het plan zoals het er ligt.",
    "De vraag is verstuurd.", usecases.aanpassing_vragen, (
        Veld("tekst", "Wat moet er anders, en waarom?", "De bewoners lezen dit, en het komt in de brief.",
             "Schrijf wat er anders moet, en waarom."),)))


stap(Stap(
    "papier_aanpassing", "Leg vast wat de bewoners zeiden", "U vroeg de bewoners of het anders mag. Zij antwoordden op papier.",
    "Zeiden zij ja, dan kan de gemeente ja zeggen met deze aanpassing.", "Het antwoord staat erin.",
    lambda session, actor, uitdaging_id, *, ja: usecases.papier_aanpassing(session, actor, uitdaging_id, ja=ja == "ja"), (
        Veld("ja", "Wat zeiden de bewoners?", "", "Kies wat de bewoners zeiden.", "keuze",
             lambda: [("ja", _("Ja")), ("nee", _("Nee"))]),),
    stap="", gebrek=usecases.papier_aanpassing_gebrek, toon="uitdaging/_aanpassing.html"))


# The panel ------------------------------------------------------------------------------------------------------------------

ADVIEZEN = [one for one in rules.Uitkomst if one != rules.Uitkomst.NIET_ONTVANKELIJK]


@bp.route("/uitdaging/<uuid:uitdaging_id>/panel", needs=P.UITDAGING_ADVISEREN)
def panel(uitdaging_id):
    """What a member of the panel reads, declares and advises."""
    return _panel_page(uitdaging_id)


def _panel_page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    rond = overzicht.rondom(g.db, uitdaging, g.actor.user_id)
    return page_or_part(
        "uitdaging/panel.html", status=status, u=uitdaging, reasons=reasons, belang=rond.belang, delen=plan_delen(uitdaging),
        kosten=kosten_naast(uitdaging, rond.taak), oordelen=oordeel_rijen(rond.oordelen), adviezen=advies_rijen(rond.adviezen),
        route=in_taal(ROUTE_WORDS[rond.weg.route]) if rond.weg else "", weg=rond.weg,
        gegeven=any(one.account_id == g.actor.user_id for one, _naam in rond.adviezen),
        obstacles=UITDAGING.obstacles(uitdaging, "adviseren", g.actor), keuzes=[
            (str(one), in_taal(UITKOMST_WORDS[one])) for one in ADVIEZEN],
        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/uitdaging/<uuid:uitdaging_id>/belang", needs=P.UITDAGING_ADVISEREN, methods=["POST"], idempotent=True)
def verklaren(uitdaging_id):
    """Keep whether this member has an interest in it."""
    form = Form()
    has = form.choice("heeft_belang", ["ja", "nee"], _("Kies: heeft u een belang bij dit plan?"))
    words = form.text("toelichting", _("Schrijf welk belang u heeft.") if has == "ja" else None, most=TEKST) or ""

    def again(status, reasons=()):
        return _panel_page(uitdaging_id, status, form, reasons)

    def act():
        usecases.verklaren(g.db, g.actor, uitdaging_id, heeft_belang=has == "ja", toelichting=words)
        return tell(go(url_for("uitdaging.panel", uitdaging_id=uitdaging_id)),
                    _("Dank u. U adviseert niet over dit plan.") if has == "ja" else _("Dank u. U kunt nu adviseren."))

    return again(422) if form.errors else proberen(act, "verklaren", uitdaging_id, again)


@bp.route("/uitdaging/<uuid:uitdaging_id>/advies", needs=P.UITDAGING_ADVISEREN, methods=["POST"], idempotent=True)
def adviseren(uitdaging_id):
    """Keep what this member advises."""
    form = Form()
    given = {"advies": form.choice("advies", ADVIEZEN, _("Kies wat u adviseert.")),
             "motivering": form.text("motivering", _("Schrijf waarom."), most=TEKST)}

    def again(status, reasons=()):
        return _panel_page(uitdaging_id, status, form, reasons)

    def act():
        usecases.adviseren(g.db, g.actor, uitdaging_id, **given)
        return tell(go(url_for("uitdaging.panel", uitdaging_id=uitdaging_id)), _("Uw advies staat erin."))

    return again(422) if form.errors else proberen(act, "adviseren", uitdaging_id, again)
