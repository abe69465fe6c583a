"""The public register of subsidies: who got what, for everybody, as a page, a file and data for other programs; and the yearly
report on what was granted without a regulation (Awb 4:23, lid 4)."""

from flask import Response, g, request

from portal.blueprints.opendata import AMOUNT, DATE, PAGE, TEXT, Veld, address, csv_file, json_page, json_schema, kinds
from portal.domains.subsidies import inzicht
from portal.domains.subsidies.model import Ontvangersoort
from portal.domains.subsidies.rules import Grondslag
from portal.domains.subsidies.words import GRONDSLAG_WORDS
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web import navigation
from portal.web.blueprint import PUBLIC, PortalBlueprint
from portal.web.filters import bedrag, in_taal, laatste_dag
from portal.web.forms import YEARS
from portal.web.htmx import page_or_part
from portal.web.links import around
from portal.web.security import limit
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

bp = PortalBlueprint("subsidieregister", __name__)

PERSON = "natuurlijk persoon"

# The fields of the file and of the data, in order. A name never changes or goes.
FIELDS: tuple[Veld, ...] = (
    Veld("nummer", TEXT, False, "Het nummer van de subsidie. Het verandert niet."),
    Veld("gemeente", TEXT, False, "De gemeente die de subsidie gaf."),
    Veld("gemeente_code", TEXT, False, "De code van de gemeente bij het CBS."),
    Veld("regeling_nummer", TEXT, False, "Het nummer van de regeling in dit portaal."),
    Veld("regeling", TEXT, False, "De naam van de regeling."),
    Veld("grondslag", TEXT, False, "Waarop de subsidie rust (Awb 4:23): wettelijk, spoed, europees, begroting of incidenteel."),
    Veld("ontvanger_soort", TEXT, False, "Wie de subsidie kreeg: organisatie of natuurlijk_persoon."),
    Veld("ontvanger", TEXT, False, "De naam van de organisatie. Van een natuurlijk persoon staat de naam hier niet."),
    Veld("kvk_nummer", TEXT, True, "Het nummer van de organisatie bij de Kamer van Koophandel, als dat bekend is."),
    Veld("doel", TEXT, False, "Waarvoor de subsidie is."),
    Veld("van", DATE, False, "De eerste dag van de periode."),
    Veld("tot_en_met", DATE, False, "De laatste dag van de periode."),
    Veld("verleend_op", DATE, False, "De dag waarop het eerste besluit is verstuurd."),
    Veld("eerst_verleend", AMOUNT, False, "Het bedrag in het eerste besluit, in euro."),
    Veld("besluit_op", DATE, False, "De dag waarop het laatste besluit over de verlening is verstuurd."),
    Veld("verleend", AMOUNT, False, "Het bedrag dat nu is verleend, in euro. Na een wijziging is dit het nieuwe bedrag."),
    Veld("hoogste_bedrag", AMOUNT, True, "Het maximum, als het bedrag nog wordt berekend."),
    Veld("vastgesteld", AMOUNT, True, "Het bedrag dat na afloop is vastgesteld, in euro."),
    Veld("vastgesteld_op", DATE, True, "De dag waarop de vaststelling is verstuurd."),
    Veld("ingetrokken_op", DATE, True, "De dag waarop de intrekking is verstuurd."),
)


def values(row) -> dict:
    """One line of the register under its public names, in the order of FIELDS."""
    person = row.ontvanger_soort == Ontvangersoort.NATUURLIJK_PERSOON
    return {
        "nummer": row.nummer, "gemeente": row.gemeente, "gemeente_code": row.gemeente_code,
        "regeling_nummer": row.regeling_nummer, "regeling": row.regeling, "grondslag": row.grondslag,
        "ontvanger_soort": row.ontvanger_soort, "ontvanger": PERSON if person else row.ontvanger,
        "kvk_nummer": row.kvk_nummer or None, "doel": row.doel, "van": row.van, "tot_en_met": laatste_dag(row.tot),
        "verleend_op": row.verleend_on, "eerst_verleend": row.eerst_verleend, "besluit_op": row.besluit_on,
        "verleend": row.verleend, "hoogste_bedrag": row.hoogste, "vastgesteld": row.vastgesteld,
        "vastgesteld_op": row.vastgesteld_on, "ingetrokken_op": row.ingetrokken_on,
    }


def _filter() -> inzicht.Filter:
    """What the address asks; what is no year or no gemeente asks nothing."""
    jaar, gemeente = request.args.get("jaar", ""), request.args.get("gemeente", "")
    return inzicht.Filter(request.args.get("q", "").strip()[:100], int(jaar) if _is_year(jaar) else None,
                          gemeente if gemeente in navigation.gemeenten() else "")


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) == 4 and int(text) in YEARS


def _asked(filter_: inzicht.Filter) -> dict:
    """The filter as an address has it."""
    return {"q": filter_.q or None, "jaar": filter_.jaar, "gemeente": filter_.gemeente or None}


def _options(years) -> list[tuple[str, str]]:
    """Years to choose from, the newest first."""
    return [(str(year), str(year)) for year in sorted(years, reverse=True)]


def _towns() -> list[tuple[str, str]]:
    return [(slug, row.naam) for slug, row in navigation.gemeenten().items()]


def stand(row) -> tuple[str, str] | None:
    """Colour and words for what became of a subsidy; None while it is as it was granted."""
    if row.ingetrokken_on:
        return "err", _("Ingetrokken")
    if row.vastgesteld is not None:
        return "ok", _("Vastgesteld")
    return ("info", _("Gewijzigd")) if row.besluit_on > row.verleend_on or row.verleend != row.eerst_verleend else None


# The register -----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidieregister", needs=PUBLIC)
def lijst():
    """Who got which subsidy, the newest first."""
    asked = _filter()
    part = inzicht.register(g.db, asked, after=request.args.get("na"), before=request.args.get("voor"))
    whole = inzicht.register_samen(g.db, asked)
    years = {*inzicht.register_jaren(g.db), *([asked.jaar] if asked.jaar else [])}
    return page_or_part(
        "subsidieregister/lijst.html", "lijst", rows=part.rows, paging=around(part), asked=asked, kept=_asked(asked),
        filtered=any(_asked(asked).values()), jaren=_options(years),
        gemeenten=_towns(), stand=stand, aantal=whole.aantal, samen=_sum(whole))


def _sum(whole) -> str:
    return ngettext("%(num)s subsidie. Verleend: %(bedrag)s.", "%(num)s subsidies. Samen verleend: %(bedrag)s.", whole.aantal,
                    bedrag=bedrag(whole.verleend, current_lang()))


@bp.route("/subsidieregister.csv", needs=PUBLIC)
def lijst_csv():
    """The register as a file for a spreadsheet, with the same filter as the page."""
    return _file("subsidieregister", inzicht.register_alles(g.db, _filter()))


def _file(name: str, rows) -> Response:
    return csv_file(name, FIELDS, map(values, rows))


@bp.route("/subsidieregister.json", needs=PUBLIC)
def data():
    """The register as data for other programs, a hundred at a time; `volgende` is the address of what comes after."""
    limit("register", str(request.remote_addr))
    asked = _filter()
    part = inzicht.register(g.db, asked, after=request.args.get("na"), size=PAGE)
    return json_page("subsidies", map(values, part.rows), address("subsidieregister.schema"),
                     address("subsidieregister.data", **_asked(asked), na=part.last) if part.last else None)


@bp.route("/subsidieregister/schema.json", needs=PUBLIC)
def schema():
    """What the data looks like, as a JSON Schema."""
    return json_schema("Subsidieregister", "subsidies", FIELDS, address("subsidieregister.schema"), {
        "ontvanger_soort": [str(one) for one in Ontvangersoort], "grondslag": [str(one) for one in Grondslag]})


@bp.route("/subsidieregister/uitleg", needs=PUBLIC)
def uitleg():
    """What is in the register, what is not, and how to use it as data."""
    called = kinds()
    return page_or_part("subsidieregister/uitleg.html", rows=[
        [name, called[kind], _("kan leeg zijn") if empty else _("altijd gevuld"), in_taal(words)]
        for name, kind, empty, words in FIELDS], adres=address("subsidieregister.data"))


# The yearly report ------------------------------------------------------------------------------------------------------------

@bp.route("/subsidieregister/verslag", needs=PUBLIC)
def verslag():
    """What was granted in a year without a regulation, per gemeente, and one by one (Awb 4:23, lid 4)."""
    asked = _filter()
    jaar = asked.jaar or clock.today().year
    part = inzicht.verslag(g.db, jaar, asked.gemeente, after=request.args.get("na"), before=request.args.get("voor"))
    years = {*inzicht.register_jaren(g.db), jaar, clock.today().year}
    return page_or_part(
        "subsidieregister/verslag.html", "lijst", jaar=jaar, jaren=_options(years),
        gemeente=asked.gemeente, gemeenten=_towns(), rows=part.rows, paging=around(part), stand=stand, gronden=GRONDSLAG_WORDS,
        regels=inzicht.verslag_per_gemeente(g.db, jaar, asked.gemeente), loopt=jaar >= clock.today().year)


@bp.route("/subsidieregister/verslag.csv", needs=PUBLIC)
def verslag_csv():
    """The report of a year as a file, with the fields of the register."""
    asked = _filter()
    if asked.jaar is None:
        raise NotFound(_("Kies van welk jaar u het verslag wilt."))
    name = f"verslag-{asked.gemeente or 'alle-gemeenten'}-{asked.jaar}"
    return _file(name, inzicht.verslag_alles(g.db, asked.jaar, asked.gemeente))
