"""Insight for the gemeente: budget against what was granted, flow per period, what is overdue, items of the budget, and whether
the public register shows its subsidies. Every table can be had as a file."""

from decimal import Decimal
from functools import partial

from flask import current_app, g, request, url_for

from portal.blueprints.register import csv_file
from portal.blueprints.subsidie import bp
from portal.domains.subsidies import inzicht
from portal.domains.subsidies.model import Postsoort
from portal.domains.subsidies.words import REGEL_WORDS
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.tenants.model import Gemeente
from portal.web.blueprint import attempt
from portal.web.filters import bedrag_kort, datum_tabel, in_taal, laatste_dag
from portal.web.forms import YEARS, Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around
from portal.web.said import tell
from portal.web.shown import euro
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

POST_WORDS = {Postsoort.KREDIET: "Krediet: geld dat mag worden uitgegeven", Postsoort.BEZUINIGING: "Geplande bezuiniging"}
BOOKS = (P.SUBSIDIE_REGELEN, P.SUBSIDIE_BETALEN)


def _short(value: Decimal) -> str:
    return bedrag_kort(value, current_lang())


def cents(value: Decimal | None) -> str:
    """An amount in a file for a Dutch spreadsheet: no signs, a comma."""
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def _jaar() -> int:
    """The year that is asked, this year otherwise; a year of which there is nothing is a year too."""
    asked = request.args.get("jaar", "")
    return int(asked) if asked.isdecimal() and int(asked) in YEARS else clock.today().year


def _years(years: list[int], jaar: int) -> list[tuple[str, str]]:
    """The years to choose from, the newest first."""
    return [(str(one), str(one)) for one in sorted({*years, jaar}, reverse=True)]


def _tabs() -> list[tuple]:
    here = request.endpoint
    kept = {"jaar": request.args["jaar"]} if request.args.get("jaar") else {}
    return [(_("Geld"), url_for("subsidie.inzicht_geld", **kept), None, here == "subsidie.inzicht_geld"),
            (_("In-, door- en uitstroom"), url_for("subsidie.inzicht_stroom", **kept), None, here == "subsidie.inzicht_stroom"),
            (_("Te laat"), url_for("subsidie.inzicht_te_laat"), None, here == "subsidie.inzicht_te_laat"),
            (_("Begroting"), url_for("subsidie.begroting", **kept), None, here == "subsidie.begroting"),
            (_("Register"), url_for("subsidie.inzicht_register"), None, "register" in (here or ""))]


_try = partial(attempt, "subsidie")


# Money ----------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/inzicht", needs=P.SUBSIDIE_LEZEN)
def inzicht_geld():
    """Per scheme of a year: what there is, what was granted, paid and determined, and what is left."""
    years = inzicht.jaren(g.db, g.actor.party_id)
    jaar = _jaar()
    part = inzicht.per_regeling(g.db, g.actor.party_id, jaar, after=request.args.get("na"), before=request.args.get("voor"))
    whole = inzicht.samen(g.db, g.actor.party_id, jaar)
    return page_or_part("subsidie/inzicht.html", tabs=_tabs(), jaar=jaar, jaren=_years(years, jaar), rows=part.rows,
                        paging=around(part), samen=whole, verbanden=_verbanden(jaar), cijfers=[
                            (_("Plafonds"), _short(whole.plafond)),
                            (_("Verleend"), _short(whole.verleend),
                             ngettext("%(num)s subsidie", "%(num)s subsidies", whole.subsidies)),
                            (_("Betaald"), _short(whole.betaald)),
                            (_("Nog te verlenen"), _short(whole.vrij),
                             _("gereserveerd: %(bedrag)s", bedrag=_short(whole.gereserveerd)) if whole.gereserveerd else "")])


def _verbanden(jaar: int) -> list[tuple[str, list]]:
    """By samenwerkingsverband, the gemeenten in it."""
    found: dict[str, list] = {}
    for row in inzicht.per_gemeente(g.db, g.actor.party_id, jaar):
        found.setdefault(row.verband, []).append(row)
    return list(found.items())


@bp.route("/subsidies/inzicht.csv", needs=P.SUBSIDIE_LEZEN, step_up=True)
def inzicht_geld_csv():
    """The money of a year as a file."""
    jaar = _jaar()
    part = inzicht.per_regeling(g.db, g.actor.party_id, jaar, size=10_000)
    return csv_file(f"subsidies-{jaar}", [
        _("Nummer"), _("Regeling"), _("Begint op"), _("Eindigt op (laatste dag)"), _("Plafond"), _("Gereserveerd"),
        _("Vastgelegd"), _("Vrij"), _("Verleend"), _("Betaald"), _("Vastgesteld"), _("Aantal subsidies")], (
        [row.reference, row.titel, datum_tabel(row.van), datum_tabel(laatste_dag(row.tot)),
         *map(cents, (row.geld.plafond, row.geld.gereserveerd, row.geld.vastgelegd, row.geld.vrij, row.geld.verleend,
                      row.geld.betaald, row.geld.vastgesteld)), row.geld.subsidies] for row in part.rows))


# Flow -----------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/inzicht/stroom", needs=P.SUBSIDIE_LEZEN)
def inzicht_stroom():
    """Who came, moved on and left, per scheme and period, as recipients reported it."""
    years = inzicht.jaren(g.db, g.actor.party_id)
    jaar = _jaar()
    part = inzicht.stroom(g.db, g.actor.party_id, jaar, after=request.args.get("na"), before=request.args.get("voor"))
    whole = inzicht.stroom_samen(g.db, g.actor.party_id, jaar)
    return page_or_part("subsidie/inzicht_stroom.html", tabs=_tabs(), jaar=jaar, jaren=_years(years, jaar), rows=part.rows,
                        paging=around(part), cijfers=[
                            (_("Instroom"), whole.instroom), (_("Doorstroom"), whole.doorstroom),
                            (_("Uitstroom"), whole.uitstroom),
                            (_("Berichten"), _("%(n)s van %(van)s", n=whole.ontvangen, van=whole.gevraagd))])


@bp.route("/subsidies/inzicht/stroom.csv", needs=P.SUBSIDIE_LEZEN, step_up=True)
def inzicht_stroom_csv():
    """The flow of a year as a file."""
    jaar = _jaar()
    part = inzicht.stroom(g.db, g.actor.party_id, jaar, size=10_000)
    return csv_file(f"stroom-{jaar}", [
        _("Gemeente"), _("Regeling"), _("Van"), _("Tot en met"), _("Gevraagde berichten"), _("Ontvangen berichten"),
        _("Instroom"), _("Doorstroom"), _("Uitstroom")], (
        [g.actor.party_naam, row.titel, datum_tabel(row.van), datum_tabel(laatste_dag(row.tot)), row.gevraagd, row.ontvangen,
         *("" if n is None else n for n in (row.instroom, row.doorstroom, row.uitstroom))] for row in part.rows))


# Overdue --------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/inzicht/te-laat", needs=P.SUBSIDIE_LEZEN)
def inzicht_te_laat():
    """What recipients should have done by now, the oldest first."""
    today = clock.today()
    part = inzicht.te_laat(g.db, g.actor.party_id, today, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("subsidie/inzicht_te_laat.html", tabs=_tabs(), rows=part.rows, paging=around(part), soort=_kind,
                        aantal=inzicht.aantal_te_laat(g.db, g.actor.party_id, today), dagen=lambda on: (today - on).days)


def _kind(soort: str) -> str:
    return _("Voortgangsbericht") if soort == "rapportage" else in_taal(REGEL_WORDS[soort])


@bp.route("/subsidies/inzicht/te-laat.csv", needs=P.SUBSIDIE_LEZEN, step_up=True)
def inzicht_te_laat_csv():
    """What is overdue as a file."""
    today = clock.today()
    part = inzicht.te_laat(g.db, g.actor.party_id, today, size=10_000)
    return csv_file("te-laat", [
        _("Uiterlijk op"), _("Dagen te laat"), _("Soort"), _("Afspraak"), _("Subsidie"), _("Naam"), _("Ontvanger"),
        _("Bewijs gestuurd")], (
        [datum_tabel(row.uiterlijk_on), (today - row.uiterlijk_on).days, _kind(row.soort), row.tekst, row.reference, row.titel,
         row.aanvrager_naam, _("ja") if row.bewijs else _("nee")] for row in part.rows))


# The register ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/inzicht/register", needs=P.SUBSIDIE_LEZEN)
def inzicht_register():
    """Does the public register show the subsidies of the own gemeente?"""
    return _register()


def _register(status=200, errors=None, reasons=()):
    gemeente = load(g.db, Gemeente, g.actor.party_id)
    return page_or_part("subsidie/inzicht_register.html", status=status, tabs=_tabs(), gemeente=gemeente, errors=errors or {},
                        reasons=reasons, mag=g.actor.may(P.SUBSIDIE_REGELEN))


@bp.route("/subsidies/inzicht/register", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def register_zetten():
    """Open or close the register of the own gemeente; the journal tells who did."""
    form = Form()
    keuze = form.choice("register", ("open", "dicht"), _("Kies of het register open of dicht is."))

    def act():
        gemeente = inzicht.register_zetten(g.db, g.actor, openbaar=keuze == "open")
        access_log.journal(current_app.engine, g.actor, "subsidieregister zetten", keuze, "gelukt", request.remote_addr)
        return tell(go(url_for("subsidie.inzicht_register")),
                    _("Uw subsidies staan nu in het openbare register.") if gemeente.register_openbaar
                    else _("Uw subsidies staan niet meer in het openbare register."))

    def again(status, reasons=()):
        return _register(status, form.errors, reasons)

    return again(422) if form.errors else _try(act, "register", None, again)


# The budget -----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/inzicht/begroting", needs=P.SUBSIDIE_LEZEN)
def begroting():
    """The items of the budget of a year, with what was spent; and the cuts that are planned."""
    years = inzicht.postjaren(g.db, g.actor.party_id)
    jaar = _jaar()
    part = inzicht.posten(g.db, g.actor.party_id, jaar, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("subsidie/begroting.html", tabs=_tabs(), jaar=jaar, jaren=_years(years, jaar), rows=part.rows,
                        paging=around(part), mag=g.actor.may(P.SUBSIDIE_REGELEN),
                        reeks=inzicht.bezuinigingen(g.db, g.actor.party_id))


@bp.route("/subsidies/inzicht/begroting.csv", needs=P.SUBSIDIE_LEZEN, step_up=True)
def begroting_csv():
    """The items of a year as a file."""
    jaar = _jaar()
    part = inzicht.posten(g.db, g.actor.party_id, jaar, size=10_000)
    return csv_file(f"begroting-{jaar}", [_("Naam"), _("Soort"), _("Jaar"), _("Bedrag"), _("Geboekt"), _("Over"), _("Bron"),
                                       _("Omschrijving")], (
        [row.naam, in_taal(POST_WORDS[row.soort]), row.jaar, cents(row.bedrag),
         *((cents(row.geboekt), cents(row.bedrag - row.geboekt)) if row.soort == Postsoort.KREDIET else ("", "")), row.bron,
         row.omschrijving] for row in part.rows))


@bp.route("/subsidies/inzicht/begroting/nieuw", needs=P.SUBSIDIE_REGELEN)
def post_nieuw():
    """The form of a new item."""
    return _post_nieuw(values={"jaar": str(clock.today().year), "soort": str(Postsoort.KREDIET)})


def _post_nieuw(status=200, errors=None, reasons=(), values=None):
    return page_or_part("subsidie/post_nieuw.html", status=status, errors=errors or {}, reasons=reasons, values=values or {},
                        soorten=[(str(soort), in_taal(words)) for soort, words in POST_WORDS.items()])


@bp.route("/subsidies/inzicht/begroting/nieuw", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def post_maken():
    """Keep a new item."""
    form = Form()
    given = {"soort": form.choice("soort", list(Postsoort), _("Kies wat voor post het is.")),
             "naam": form.text("naam", _("Geef de begrotingspost een naam."), most=200),
             "jaar": form.number("jaar", _("Vul het jaar in."), low=YEARS[0], high=YEARS[-1]),
             "bedrag": _amount(form, _("Vul het bedrag in.")),
             "bron": form.text("bron", _("Schrijf waar dit bedrag staat."), most=300),
             "omschrijving": form.text("omschrijving", most=2000) or ""}

    def again(status, reasons=()):
        return _post_nieuw(status, form.errors, reasons, form.values)

    def act():
        made = inzicht.post_maken(g.db, g.actor, **given)
        return tell(go(url_for("subsidie.post", post_id=made.id)), _("De begrotingspost staat erin."))

    return again(422) if form.errors else _try(act, "begrotingspost", None, again)


def _amount(form: Form, missing: str) -> Decimal | None:
    """An amount above zero."""
    found = form.bedrag("bedrag", missing)
    if found is not None and found <= 0:
        form.errors["bedrag"] = _("Het bedrag moet hoger zijn dan nul.")
    return found


@bp.route("/subsidies/inzicht/begroting/<uuid:post_id>", needs=P.SUBSIDIE_LEZEN)
def post(post_id):
    """One item: where it comes from, what was spent of it, and what is left."""
    return _post(post_id)


def _post(post_id, status=200, errors=None, reasons=(), values=None):
    item = inzicht.post(g.db, g.actor.party_id, post_id)
    part = inzicht.boekingen(g.db, item.id, after=request.args.get("na"), before=request.args.get("voor"))
    who = names(g.db, [item.vastgelegd_by, *(row.geboekt_by for row in part.rows)])
    may_book = any(g.actor.may(one) for one in BOOKS)
    return page_or_part(
        "subsidie/post.html", status=status, item=item, rows=part.rows, paging=around(part), who=who, errors=errors or {},
        reasons=reasons, values=values or {"geboekt": datum_tabel(clock.today()), "richting": "uit"},
        is_krediet=item.soort == Postsoort.KREDIET, soort=in_taal(POST_WORDS[item.soort]), mag_boeken=may_book,
        kan_weg=g.actor.may(P.SUBSIDIE_REGELEN) and not part.rows and not request.args.get("na"), cijfers=[
            (_("Bedrag"), euro(item.bedrag)), (_("Geboekt"), euro(item.geboekt)), (_("Over"), euro(item.over))])


@bp.route("/subsidies/inzicht/begroting/<uuid:post_id>", needs=BOOKS, methods=["POST"], idempotent=True)
def boeken(post_id):
    """Book an amount on an item, or take one back."""
    form = Form()
    richting = form.choice("richting", ("uit", "terug"), _("Kies of het geld eraf gaat of terugkomt."))
    amount = _amount(form, _("Vul het bedrag in."))
    given = {"omschrijving": form.text("omschrijving", _("Schrijf waarvoor dit is."), most=300),
             "geboekt_on": form.date("geboekt", _("Vul de dag van de boeking in."))}

    def again(status, reasons=()):
        return _post(post_id, status, form.errors, reasons, form.values)

    def act():
        inzicht.boeken(g.db, g.actor, post_id, bedrag=amount if richting == "uit" else -amount, **given)
        return tell(go(url_for("subsidie.post", post_id=post_id)), _("De boeking staat erin."))

    return again(422) if form.errors else _try(act, "begroting-boeken", post_id, again)


@bp.route("/subsidies/inzicht/begroting/<uuid:post_id>/weghalen", needs=P.SUBSIDIE_REGELEN)
def post_weghalen_vraag(post_id):
    """Take away an item that was a mistake?"""
    return _weghalen(post_id)


def _weghalen(post_id, status=200, reasons=()):
    return page_or_part("subsidie/post_weghalen.html", status=status, item=inzicht.post(g.db, g.actor.party_id, post_id),
                        reasons=reasons)


@bp.route("/subsidies/inzicht/begroting/<uuid:post_id>/weghalen", needs=P.SUBSIDIE_REGELEN, methods=["POST"], idempotent=True)
def post_weghalen(post_id):
    """Take it away; once something was booked it stays."""
    def act():
        item = inzicht.post_weghalen(g.db, g.actor, post_id)
        return tell(go(url_for("subsidie.begroting", jaar=item.jaar)), _("De begrotingspost is weggehaald."))

    return _try(act, "begrotingspost-weghalen", post_id, lambda *found: _weghalen(post_id, *found))
