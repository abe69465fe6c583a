"""Dates, amounts and sizes as people read them: pure functions first, their names in templates at the end.

Times in the portal are UTC with a zone; here they become Europe/Amsterdam. The language is `nl` or `en`; in a template
flask-babel chooses it. The names of days and months stand here: the result is the same everywhere, in a letter too.
Filters have Dutch names because templates are written in Dutch words: `{{ due_on|datum }}`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.mofile import read_mo
from flask import Flask
from markupsafe import Markup

from portal.kernel.iban import in_fours
from portal.kernel.planning import Moment
from portal.web.taal import current_lang, gettext, language

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SOON_DAYS = 7

_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_MONTHS_SHORT = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
# The words of a plan that is no exact date (kernel/planning.py); its Dutch is there.
_QUARTERS = {"Q1": "first", "Q2": "second", "Q3": "third", "Q4": "fourth"}
_SEASONS = {"voorjaar": "spring", "zomer": "summer", "najaar": "autumn", "winter": "winter"}
_SIDES = {"voor": "before", "na": "after"}
_LARGE = {
    "nl": (("\N{NO-BREAK SPACE}mld", Decimal(10**9)), ("\N{NO-BREAK SPACE}mln", Decimal(10**6))),
    "en": (("bn", Decimal(10**9)), ("m", Decimal(10**6))),
}
VALUE = re.compile(r"\{[^}]*\}")
_SIZES = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def local(value: date | datetime) -> date | datetime:
    """A moment in Dutch time; a date stays itself. ValueError for a moment without a zone."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError("Een moment zonder tijdzone kan niet worden getoond.")
    return value.astimezone(AMSTERDAM)


def weekdag_kort(value: date, lang: str = "nl") -> str:
    """`di`, `Tue`."""
    return _DAYS[lang][local(value).weekday()][: 2 if lang == "nl" else 3]


def maand_kort(value: date, lang: str = "nl") -> str:
    """`dec`, `Dec`."""
    return _MONTHS_SHORT[lang][local(value).month - 1]


def datum(value: date, lang: str = "nl") -> str:
    """`dinsdag 15 december 2026`."""
    day = local(value)
    return f"{_DAYS[lang][day.weekday()]} {day.day} {_MONTHS[lang][day.month - 1]} {day.year}"


def datum_kort(value: date, lang: str = "nl") -> str:
    """`di 15 december 2026`; a moment gets its hour too: `di 15 december 2026, 17.00 uur`."""
    day = local(value)
    text = f"{weekdag_kort(day, lang)} {day.day} {_MONTHS[lang][day.month - 1]} {day.year}"
    return f"{text}, {_clock(day, lang)}" if isinstance(day, datetime) else text


def datum_tabel(value: date, lang: str = "nl") -> str:
    """`15-12-2026`, the same in every language so that a column stays readable."""
    return local(value).strftime("%d-%m-%Y")


def gepland(value: Moment, lang: str = "nl") -> str:
    """When something is planned: `derde kwartaal 2027`, `voor de zomer 2027` or `before the summer of 2027`."""
    if lang == "nl":
        return value.text()
    if value.kind == "keuze":
        return " or ".join(gepland(one, lang) for one in value.value)
    year, *rest = value.value.split("-")
    if value.kind in ("datum", "maand"):
        day = f"{value.latest().day} " if value.kind == "datum" else ""
        return f"{day}{_MONTHS[lang][int(rest[0]) - 1]} {year}"
    if value.kind == "kwartaal":
        return f"{_QUARTERS[rest[0]]} quarter of {year}"
    *side, season = rest
    return f"{_SIDES[side[0]]} the {_SEASONS[season]} of {year}" if side else f"{_SEASONS[season]} {year}"


def moment(value: datetime, lang: str = "nl") -> str:
    """`dinsdag 15 december 2026, 17.00 uur`; in English `Tuesday 15 December 2026, 17:00`."""
    return f"{datum(value, lang)}, {_clock(local(value), lang)}"


def tijdstip(value: datetime, lang: str = "nl") -> str:
    """`om 09.41.07 uur`; in English `at 09:41:07`."""
    at = local(value)
    return f"om {at:%H.%M.%S} uur" if lang == "nl" else f"at {at:%H:%M:%S}"


def op_seconde(value: datetime, lang: str = "nl") -> str:
    """`do 8 april 2027 om 09.41.07 uur`: for receipts, where the second counts."""
    return f"{datum_kort(_day(value), lang)} {tijdstip(value, lang)}"


def iso(value: date | datetime) -> str:
    """For the attribute `datetime` of `<time>`: `2026-12-15` or `2026-12-15T17:00`."""
    day = local(value)
    return day.strftime("%Y-%m-%dT%H:%M") if isinstance(day, datetime) else day.isoformat()


def nog_dagen(value: date, today: date, lang: str = "nl") -> str:
    """`nog 21 dagen`, `nog 1 dag`, `vandaag`, `4 dagen te laat`: calendar days in Dutch time."""
    days = days_left(value, today)
    if days == 0:
        return "vandaag" if lang == "nl" else "today"
    if lang == "nl":
        unit = "dag" if abs(days) == 1 else "dagen"
        return f"nog {days} {unit}" if days > 0 else f"{-days} {unit} te laat"
    unit = "day" if abs(days) == 1 else "days"
    return f"{days} {unit} left" if days > 0 else f"{-days} {unit} late"


def dringend(value: date, today: date) -> str:
    """`err` when the day has passed, `warn` within seven days, else empty."""
    days = days_left(value, today)
    return "err" if days < 0 else "warn" if days <= SOON_DAYS else ""


def days_left(value: date, today: date) -> int:
    """Calendar days from today to the day; negative when it has passed."""
    return (_day(value) - _day(today)).days


def bedrag(value: Decimal | int, lang: str = "nl") -> str:
    """`€ 12.500,00`; in English `€12,500.00`. Money is Decimal, never float (TypeError)."""
    amount = _decimal(value)
    sign = "-" if amount < 0 else ""
    return _euro(sign, _grouped(abs(amount).quantize(Decimal("0.01"), ROUND_HALF_UP), lang), lang)


def bedrag_kort(value: Decimal | int, lang: str = "nl") -> str:
    """For an overview: `€ 56,4 mln`, `€ 1,2 mld`, and below a million whole euros: `€ 384.000`."""
    amount = _decimal(value)
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    for unit, size in _LARGE[lang]:
        tenths = (amount / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
        # What rounds up to a full unit is written in that unit: 999.960.000 is 1,0 mld, not 1.000,0 mln.
        if tenths >= 1 and amount >= size * Decimal("0.99995"):
            return _euro(sign, _grouped(tenths, lang) + unit, lang)
    return _euro(sign, _grouped(amount.quantize(Decimal("1"), ROUND_HALF_UP), lang), lang)


def grootte(size: int, lang: str = "nl") -> str:
    """A number of bytes for people: `12,4 MB`, `84 kB`, `512 bytes` (1 kB is 1000 bytes)."""
    for unit, factor in _SIZES:
        if size >= factor:
            value = Decimal(size) / factor
            digits = Decimal("0.1") if factor >= 10**6 and value < 100 else Decimal("1")
            return f"{_grouped(value.quantize(digits, ROUND_HALF_UP), lang)}\N{NO-BREAK SPACE}{unit}"
    return f"{size}\N{NO-BREAK SPACE}{'byte' if size == 1 else 'bytes'}"


def artikel(source: str, lang: str = "nl") -> str:
    """A ground in law: the law keeps its Dutch name, in English its `article` and `chapter` are said in English."""
    return source if lang == "nl" else source.replace("artikel", "article").replace("hoofdstuk", "chapter")


def laatste_dag(tot: date) -> date:
    """The last day of a half-open period that ends on `tot`."""
    return tot - timedelta(days=1)


def punten(value: Decimal | str | int, lang: str = "nl") -> str:
    """Points as people write them: `7` or `7,25`; in English `7.25`."""
    text = f"{Decimal(value).normalize():f}"
    return text.replace(".", ",") if lang == "nl" else text


def aantal(value: Decimal | str | int, lang: str = "nl") -> str:
    """A number of units as people write it: `1.000` or `899,5`; in English `1,000`."""
    text = f"{Decimal(value).normalize():,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def schaal(value: object, lang: str = "nl") -> str:
    """The points that may be given, both ends included: `0 tot en met 10`."""
    return f"{punten(value.laagste, lang)} {'tot en met' if lang == 'nl' else 'to'} {punten(value.hoogste, lang)}"


def _day(value: date) -> date:
    day = local(value)
    return day.date() if isinstance(day, datetime) else day


def _clock(at: datetime, lang: str) -> str:
    return f"{at:%H.%M} uur" if lang == "nl" else f"{at:%H:%M}"


def _decimal(value: Decimal | int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"Een bedrag is Decimal, niet {type(value).__name__}.")
    return Decimal(value)


def _grouped(value: Decimal, lang: str) -> str:
    text = f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def _euro(sign: str, number: str, lang: str) -> str:
    return f"€\N{NO-BREAK SPACE}{sign}{number}" if lang == "nl" else f"{sign}€{number}"


def feiten(facts: Mapping, lang: str = "nl") -> dict:
    """The facts of an event with its amount as people write it: `4.040,00`; the sentence itself holds the euro sign."""
    known = dict(facts)
    if known.get("bedrag") is not None:
        known["bedrag"] = bedrag(Decimal(known["bedrag"]), lang).lstrip("€\N{NO-BREAK SPACE}")
    return known


def in_taal(text: str | None) -> str | None:
    """A text that a rule, a role or a refusal wrote in Dutch, in the language of this request where we have it.

    For texts in variables: `_()` in a template also fills in values, and a text with a per cent sign would break it. A
    text that already carries its values ("Perceel 2 heeft nog geen minimumeis.") is found by its pattern.
    """
    if not text or current_lang() == "nl":
        return text
    if (found := gettext(text)) != text:
        return found
    for pattern, english in _patterns(language().locale):
        if match := pattern.fullmatch(text):
            return english.format(*map(_value_in_taal, match.groups()))
    return text


def _value_in_taal(value: str) -> str:
    """A value inside a text: a text itself, or a number of something ("8 weken")."""
    number, _space, unit = value.partition(" ")
    return f"{number} {gettext(unit)}" if number.isdecimal() and unit.isalpha() else in_taal(value) or ""


@cache
def _patterns(locale: str) -> list[tuple[re.Pattern, str]]:
    """The texts with values between braces, the most telling first: what such a text looks like, and what it becomes."""
    path = Path(__file__).parent.parent / "translations" / locale / "LC_MESSAGES" / "messages.mo"
    if not path.exists():
        return []
    with path.open("rb") as file:
        texts = {m.id: m.string for m in read_mo(file) if isinstance(m.id, str) and "{" in m.id}
    return [(re.compile("(.+?)".join(map(re.escape, VALUE.split(dutch))), re.DOTALL), texts[dutch])
            for dutch in sorted(texts, key=lambda text: -len(VALUE.sub("", text)))]


_SUMMARY = re.compile(r'(<ul class="p-errors__list">)(.*?)(</ul>)', re.DOTALL)
_ITEM = re.compile(r'<li>(?:<a [^>]*href="#([^"]+)")?.*?</li>', re.DOTALL)


def fouten_op_volgorde(html: Markup) -> Markup:
    """The page with the errors in its summary in the order of the fields, whatever found them first. What belongs to no
    field comes before them."""
    if _SUMMARY.search(html) is None:
        return html

    def in_order(found: re.Match) -> str:
        def place(item: re.Match) -> int:
            return html.find(f' id="{item[1]}"', found.end()) if item[1] else -1
        return found[1] + "".join(item[0] for item in sorted(_ITEM.finditer(found[2]), key=place)) + found[3]

    return Markup(_SUMMARY.sub(in_order, str(html)))  # noqa: S704 - our own page, in another order


def _in_language_of_request(function: Callable[..., str]) -> Callable[..., str]:
    def filtered(value: object, *args: object) -> str:
        # An empty date or amount is an empty cell, not an error in the page.
        return "" if value is None else function(value, *args, lang=current_lang())

    return filtered


def hoofdletter(text: str) -> str:
    """The same text with a capital in front. Unlike `capitalize` it leaves the names in it alone."""
    return text[:1].upper() + text[1:]


SPEAKING = (
    *(weekdag_kort, maand_kort, datum, datum_kort, datum_tabel, moment, tijdstip, op_seconde),
    *(nog_dagen, bedrag, bedrag_kort, grootte, gepland, punten, aantal, schaal, artikel),
)


def init_filters(app: Flask) -> None:
    """Gives templates these filters, each under the name of its function, and the components as `ui`."""
    for function in SPEAKING:
        app.jinja_env.filters[function.__name__] = _in_language_of_request(function)
    app.jinja_env.filters["moment_kort"] = app.jinja_env.filters["datum_kort"]
    app.jinja_env.filters["iso"] = iso
    app.jinja_env.filters["laatste_dag"] = laatste_dag
    app.jinja_env.filters["dringend"] = dringend
    app.jinja_env.filters["in_taal"] = in_taal
    app.jinja_env.filters["hoofdletter"] = hoofdletter
    app.jinja_env.filters["in_fours"] = in_fours
    app.jinja_env.filters["fouten_op_volgorde"] = fouten_op_volgorde

    # A part is one block rendered on its own: what its page imports at the top does not exist there. So `ui` is global.
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("components/ui.html").module
