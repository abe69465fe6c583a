"""Places and the waiting list, for the gemeenten: where there is room, who is next and why, and a place for one person."""

from datetime import date
from functools import partial
from uuid import UUID

from flask import Response, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import balk, dag_gevraagd, gemeentenaam, in_woorden, leeftijden, namen
from portal.blueprints.plaatsing.tabbladen import tabbladen
from portal.domains.plaatsingen import aanbieden as offering
from portal.domains.plaatsingen import overzicht, queries, rules
from portal.domains.plaatsingen import woonafspraken as homes
from portal.domains.plaatsingen.model import Persoon, Plaatsing, VerblijfState
from portal.domains.plaatsingen.words import WOONSOORT_WORDS
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum_kort, datum_tabel, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, dossier_url, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TEKST = 4000
OP_EEN_PAGINA = 25
REDEN = "reden-"
_try = partial(attempt, "plaatsing")


def _tabs() -> list[tuple]:
    pages = [(_("Plekken"), url_for("plaatsing.plekken")), (_("Wachtlijst"), url_for("plaatsing.wachtlijst")),
             (_("Woningen"), url_for("plaatsing.woonafspraken"))]
    return [(label, url, None, request.path == url) for label, url in pages]


def _product_asked(otherwise: str) -> str:
    asked = request.args.get("product", "")
    return asked if asked in load_config("plaatsingen")["product"] else otherwise


# The board of the region ----------------------------------------------------------------------------------------------------

@bp.route("/plekken", needs=P.TOEGANG_LEZEN)
def plekken():
    """Every location of the region with its places on a day (`?op=`), of one kind of support if asked (`?product=`)."""
    op, product = dag_gevraagd("op", clock.today()), _product_asked("")
    part, total = queries.plekkenbord(g.db, op, product=product, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part(
        "plaatsing/plekken.html", tabs=_tabs(), op=op, product=product, producten=namen("product"), total=total,
        vrij=total.aantal - total.bezet - total.vast, paging=around(part),
        rows=[balk(row, op, None, row.aanbieder, *([row.adres] if row.adres else [])) for row in part.rows])


# The waiting list -----------------------------------------------------------------------------------------------------------

@bp.route("/wachtlijst", needs=P.TOEGANG_LEZEN)
def wachtlijst():
    """Who waits for one kind of support, who is next and why; how that is decided, and how it goes by month."""
    today, product = clock.today(), _product_asked(next(iter(load_config("plaatsingen")["product"])))
    everybody = queries.wachtlijst(g.db, product)
    first = _from_rank(len(everybody))
    versie = rules.voorrangversie(today)
    shown = everybody[first - 1:first - 1 + OP_EEN_PAGINA]
    numbers = queries.nummers(g.db, g.actor.party_id, shown)
    return page_or_part(
        "plaatsing/wachtlijst.html", tabs=_tabs(), product=product, producten=namen("product"), versie=versie,
        regel=rules.voorrangregel(versie), omstandigheden=_points(versie), begin=first,
        rows=[_waiting(one, n, versie, today, numbers[one.id]) for n, one in enumerate(shown, first)],
        wachten=rules.telbaar(len(everybody)), gemiddeld=rules.gemiddeld_wachten([one.gemeld_on for one in everybody], today),
        minstens=load_config("plaatsingen")["kleine_groep"]["minstens"],
        maanden=[_month(one) for one in queries.trend(g.db)],
        vorige=_page_from(product, first - OP_EEN_PAGINA) if first > 1 else None,
        volgende=_page_from(product, first + OP_EEN_PAGINA) if first + OP_EEN_PAGINA <= len(everybody) else None)


def _from_rank(most: int) -> int:
    """From which place on the list the page begins (`?vanaf=`)."""
    asked = request.args.get("vanaf", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 and 1 <= int(asked) <= most else 1


def _page_from(product: str, place: int) -> str:
    return url_for("plaatsing.wachtlijst", product=product, vanaf=max(place, 1))


def _waiting(regel, place: int, versie: str, today: date, number: str) -> dict:
    """One line for ui.queue: what is ours is a link, of others only what the list needs."""
    ours = regel.eigenaar_id == g.actor.party_id
    who = queries.als_wachtende(regel)
    hidden = regel.afgeschermd and not ours
    return {
        "url": dossier_url("plaatsing", regel.dossier_id) if ours else None, "title": number or _("Afgeschermd"),
        "after": "" if hidden else _("uit %(gemeente)s", gemeente=gemeentenaam(regel.eigenaar_id)),
        "text": " ".join(in_taal(one) for one in rules.waarom_hier(who, versie, today, bovenaan=place == 1)),
        "note": _("%(punten)s punten. Zoekt een plek voor %(groep)s.", punten=rules.punten(who, versie, today),
                  groep=in_woorden("doelgroep", regel.doelgroep)),
        "status": ("info", _("Uw gemeente")) if ours else ("neutral", _("Afgeschermd") if hidden else _("Wacht"))}


def _points(versie: str) -> list[list]:
    """What counts for the order, for a table."""
    points = rules.voorrangregel(versie)["punten"]
    return [[hoofdletter(in_woorden("omstandigheid", code)), points[code]]
            for code in sorted(points, key=lambda code: -points[code])]


def _month(one: rules.Maandstand) -> list:
    """One month for a table; a group that is too small is not counted out."""
    def shown(number: int) -> object:
        found = rules.telbaar(number)
        return _("minder dan %(n)s", n=load_config("plaatsingen")["kleine_groep"]["minstens"]) if found is None else found

    return [datum_tabel(one.op_on), shown(one.wachten), shown(one.pgb), shown(one.pgb_wachtlijst)]


# Homes for who goes on -----------------------------------------------------------------------------------------------------

@bp.route("/woonafspraken", needs=P.TOEGANG_LEZEN)
def woonafspraken():
    """How many homes are expected to be needed, and how many were agreed on: of the own gemeente, and of the region."""
    return _homes_page()


def _homes_page(status: int = 200, form=None, reasons=()) -> Response:
    return page_or_part(
        "plaatsing/woonafspraken.html", status=status, tabs=_tabs(), reasons=reasons, errors=form.errors if form else {},
        values=form.values if form else {}, mag=g.actor.may(P.TOEGANG_BEHANDELEN), dit_jaar=clock.today().year,
        soorten=[(str(one), in_taal(words)) for one, words in WOONSOORT_WORDS.items()],
        eigen=[[*_home(one), one.bron] for one in queries.woonafspraken(g.db, g.actor.party_id)],
        samen=[[*_home(one), one.gemeenten] for one in queries.woonafspraken_regio(g.db)])


def _home(one) -> list:
    short = one.prognose - one.afgesproken
    return [f"{one.jaar}, {in_taal(WOONSOORT_WORDS[one.soort]).lower()}", one.prognose, one.afgesproken,
            _("%(n)s te weinig", n=short) if short > 0 else _("genoeg")]


@bp.route("/woonafspraken", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def woonafspraak_bewaren():
    """Keep one year."""
    form = Form()
    given = {"jaar": form.number("jaar", _("Vul het jaar in."), low=2000, high=2100),
             "soort": form.choice("soort", list(WOONSOORT_WORDS), _("Kies of het om woningen of om tussenvoorzieningen gaat.")),
             "prognose": form.number("prognose", _("Vul in hoeveel er nodig zijn."), high=homes.MEESTE),
             "afgesproken": form.number("afgesproken", _("Vul in hoeveel er zijn afgesproken."), high=homes.MEESTE),
             "bron": form.text("bron", _("Schrijf waar de afspraak staat."), most=TEKST)}

    def again(status, reasons=()):
        return _homes_page(status, form, reasons)

    def act():
        homes.vastleggen(g.db, g.actor, **given)
        return tell(go(url_for("plaatsing.woonafspraken")), _("Dat staat erin."))

    return again(422) if form.errors else _try(act, "woonafspraak", None, again)


# A place for one person -----------------------------------------------------------------------------------------------------

# What stands in the way of another offer.
BEZIG = (VerblijfState.AANGEBODEN, VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)


def _running(verblijven):
    """The offer or stay that counts now; one that nobody answered in time does not."""
    return next((one for one in verblijven if one.state in BEZIG
                 and not (one.state == VerblijfState.AANGEBODEN and one.verloopt_at <= clock.now())), None)


def _looks(plaatsing_id) -> tuple[Plaatsing, Persoon, int, object, date]:
    """A placement of the own gemeente, its person, on how many places they lived where a next move asks for a warning (or 0),
    its line on the waiting list (None: does not wait), the first day asked."""
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    first = dag_gevraagd("van", max(plaatsing.van, clock.today()))
    persoon, moved = overzicht.wie(g.db, plaatsing)
    return (plaatsing, persoon, moved if rules.verhuist_opnieuw(moved) else 0, queries.wachtregel(g.db, plaatsing.id), first)


@bp.route("/plaatsing/<uuid:plaatsing_id>/plek", needs=P.TOEGANG_LEZEN)
def zoeken(plaatsing_id):
    """Every location, with whether it fits and why not; and what was offered before."""
    plaatsing, persoon, eerder, regel, van = _looks(plaatsing_id)
    offered = queries.verblijven(g.db, plaatsing.id)
    running = _running(offered)
    fits, not_this = [], []
    if regel is not None and running is None:
        vraag = queries.vraag_van(g.db, plaatsing, regel)
        days = rules.eerste_dag_gebreken(van, plaatsing.van, plaatsing.tot)
        for one in queries.mogelijkheden(g.db, plaatsing.product, van, plaatsing.tot):
            reasons = days + _reasons(vraag, one)
            (not_this if reasons else fits).append(_possibility(plaatsing, van, one, reasons))
    return page_or_part(
        "plaatsing/zoeken.html", eerder=eerder, plaatsing=plaatsing, persoon=persoon, tabs=tabbladen(plaatsing), van=van,
        fits=fits, not_this=not_this, running=running, wacht=regel is not None, stand=state_badge("plaatsing", plaatsing.state),
        regel=regel, nodig=in_woorden("kenmerk", *regel.nodig) if regel else "",
        positie=queries.positie(g.db, plaatsing.id), offered=[
            {"title": one.reference, "url": url_for("plaatsing.verblijf", verblijf_id=one.id),
             "status": state_badge("verblijf", one.state),
             "meta": _("vanaf %(dag)s", dag=datum_kort(one.van, current_lang()))} for one in offered])


def _reasons(vraag: rules.Vraag, one: queries.Mogelijkheid) -> list[str]:
    """Why not here: what the place lacks, and whether the gemeente may place here at all."""
    return rules.waarom_niet(vraag, one.plek) + (
        [one.geen_contract, offering.ZONDER_CONTRACT] if one.geen_contract else [])


def _possibility(plaatsing: Plaatsing, van: date, one: queries.Mogelijkheid, reasons: list[str]) -> dict:
    where = one.locatie
    return {"naam": where.naam, "reasons": [in_taal(reason) for reason in reasons], "vrij": one.plek.vrij,
            "meta": " · ".join([one.aanbieder, gemeentenaam(where.gemeente_id), leeftijden(where)]),
            "begeleiding": where.begeleiding,
            "url": url_for("plaatsing.plek", plaatsing_id=plaatsing.id, locatie_id=where.id, van=f"{van:%d-%m-%Y}")}


@bp.route("/plaatsing/<uuid:plaatsing_id>/plek/<uuid:locatie_id>", needs=P.TOEGANG_BEHANDELEN)
def plek(plaatsing_id, locatie_id):
    """The form to offer one place."""
    return _offer_page(plaatsing_id, locatie_id)


def _offer_page(plaatsing_id, locatie_id, status: int = 200, form=None, reasons=(), van: date | None = None) -> Response:
    plaatsing, persoon, eerder, regel, asked = _looks(plaatsing_id)
    van = van or asked
    found = next(iter(queries.mogelijkheden(
        g.db, plaatsing.product, van, plaatsing.tot, locatie_id, voor=plaatsing.id)), None)
    if found is None:
        raise NotFound("Deze locatie is er niet, of is op die dag gesloten.")
    before, obstacles = [], PLAATSING.obstacles(plaatsing, "aanbieden", g.actor)
    if regel is not None:
        why_not = _reasons(queries.vraag_van(g.db, plaatsing, regel), found)
        before = [] if why_not else queries.voor_op_de_lijst(g.db, regel, found.plek)
        obstacles = rules.eerste_dag_gebreken(van, plaatsing.van, plaatsing.tot) + why_not
        # An offer that ended is followed by the act itself.
        if running := _running(queries.verblijven(g.db, plaatsing.id)):
            obstacles = [f"Er loopt al een aanbod: {running.reference}. Wacht op het antwoord, of trek het in."]
    config, numbers = load_config("plaatsingen")["vasthouden"], queries.nummers(g.db, g.actor.party_id, before)
    return page_or_part(
        "plaatsing/aanbieden.html", status=status, eerder=eerder, plaatsing=plaatsing, persoon=persoon, locatie=found.locatie,
        van=van, aanbieder=found.aanbieder, gemeente=gemeentenaam(found.locatie.gemeente_id), vrij=found.plek.vrij,
        voor=[(f"{REDEN}{one.id}", numbers[one.id] or _("iemand die is afgeschermd")) for one in before],
        obstacles=obstacles if not reasons else [],
        kan=not obstacles, elders=in_taal(offering.ELDERS) if found.elders else "", dagen=config["dagen"],
        reasons=reasons, errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/plaatsing/<uuid:plaatsing_id>/plek/<uuid:locatie_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def aanbieden(plaatsing_id, locatie_id):
    """Offer it: the place is held from this moment."""
    form = Form()
    van = form.date("van", _("Vul in vanaf welke dag."))
    given = {"dagprijs": form.bedrag("dagprijs"), "toelichting": form.text("toelichting", most=TEKST) or "",
             "elders": form.text("elders", most=TEKST) or ""}
    passed = _passed(form)

    def again(status, reasons=()):
        return _offer_page(plaatsing_id, locatie_id, status, form, reasons, van)

    def act():
        made = offering.aanbieden(g.db, g.actor, plaatsing_id, locatie_id=locatie_id, van=van, overslaan=passed, **given)
        return tell(go(url_for("plaatsing.verblijf", verblijf_id=made.id)), _("De plek is aangeboden en wordt vastgehouden."))

    return again(422) if form.errors else _try(act, "aanbieden", plaatsing_id, again)


def _passed(form: Form) -> dict:
    """Why somebody was passed over, by the id of their line; a field of nobody is no reason."""
    found = {}
    for name in form.values:
        if name.startswith(REDEN) and (line := _uuid(name.removeprefix(REDEN))) and (why := form.text(name, most=TEKST)):
            found[line] = why
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
