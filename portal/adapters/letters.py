"""Letters as PDF: archival (PDF/A-2a), accessible (PDF/UA-1), and the same bytes for the same letter.

`render("gunning", letter)` is the whole interface. What a letter must state is checked when it is built, so a letter
without its reasons, its article or its remedy does not exist. The texts of the remedies stand in
`config/rechtsmiddelen.toml`, the layout in `portal/templates/letters`.
"""

import dataclasses
import json
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import Formatter
from threading import Lock
from typing import Any

import typst
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

import config
from portal.kernel.clock import AMSTERDAM

TEMPLATES = Path(__file__).parent.parent / "templates" / "letters"
STANDARDS = ["a-2a", "ua-1"]
FONT_FILES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf", "SourceSansPro-Bold.ttf")


class LetterError(ValueError):
    """This letter may not be made: something that it must state is missing or contradicts itself."""


class Bevoegdheid(StrEnum):
    """On what the signer's power rests."""

    EIGEN = "eigen"  # the body signs itself
    MANDAAT = "mandaat"  # Awb 10:10
    ONDERTEKENINGSMANDAAT = "ondertekeningsmandaat"  # Awb 10:11: the body decided, another signs
    VOLMACHT = "volmacht"  # acts of private law


class Uitslag(StrEnum):
    """What the award means for the reader, per perceel."""

    GEGUND = "gegund"
    AFGEWEZEN = "afgewezen"


def datum(day: date) -> str:
    """The long form of a date: '22 november 2026'."""
    return format_date(day, "d MMMM y", locale="nl")


def dag(day: date) -> str:
    """A last day, with its weekday: 'maandag 4 januari 2027'."""
    return format_date(day, "EEEE d MMMM y", locale="nl")


def moment(instant: datetime) -> str:
    """An aware datetime as the clock in Amsterdam showed it, to the second."""
    if instant.tzinfo is None:
        raise LetterError("Een tijdstip in een brief heeft een tijdzone nodig.")
    local = instant.astimezone(AMSTERDAM)
    return format_datetime(local, "EEEE d MMMM y 'om'\u00a0HH:mm:ss\u00a0'uur'", locale="nl")


def euro(amount: Decimal) -> str:
    """'€ 12.500,00'."""
    return format_currency(amount, "EUR", locale="nl_NL")


def getal(number: Decimal) -> str:
    """'7,5': a score with its comma, without zeros that say nothing."""
    return format_decimal(number, locale="nl")


def opsomming(names: Sequence[str]) -> str:
    """'A', 'A en B', 'A, B en C'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"


def omvang(size: int) -> str:
    """A file size in bytes for people: '1,2 MB' (decimal units)."""
    if size < 1000:
        return f"{size} bytes"
    exponent, unit = next((e, u) for e, u in ((9, "GB"), (6, "MB"), (3, "kB")) if size >= 10**e)
    return f"{format_decimal(Decimal(size) / 10**exponent, '#,##0.0', locale='nl')} {unit}"


@dataclass(frozen=True, kw_only=True)
class Afzender:
    """The gemeente (or shared desk) on whose paper the letter stands. `kleur`: its brand colour, `#rrggbb`."""

    naam: str
    adres: tuple[str, ...]
    kleur: str = "#1d3c6a"

    def __post_init__(self):
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.kleur):
            raise LetterError(f"De kleur {self.kleur} is geen kleur van de vorm #rrggbb.")


@dataclass(frozen=True, kw_only=True)
class Vervanging:
    """A dated replacement: the signer acts in the absence of somebody else, and the letter says so."""

    van: str  # the function that is replaced
    van_on: date
    tot_on: date


@dataclass(frozen=True, kw_only=True)
class Ondertekening:
    """Which body decides, who signs, and why that person may.

    `orgaan` with its article: 'de burgemeester van Zwolle'. `register`: where the mandaat or volmacht is published,
    'nummer 12 van het volmachtregister van 1 maart 2026'. `besloten_on`: the day the body itself decided (Awb 10:11).
    """

    orgaan: str
    naam: str
    functie: str
    bevoegdheid: Bevoegdheid = Bevoegdheid.EIGEN
    register: str = ""
    besloten_on: date | None = None
    vervanging: Vervanging | None = None

    def __post_init__(self):
        if self.bevoegdheid is not Bevoegdheid.EIGEN and not self.register.strip():
            raise LetterError(f"Bij {self.bevoegdheid} staat in de brief waar die is vastgelegd.")
        if self.bevoegdheid is Bevoegdheid.ONDERTEKENINGSMANDAAT and self.besloten_on is None:
            raise LetterError("Bij een ondertekeningsmandaat staat in de brief wanneer het orgaan besloot.")

    @property
    def formule(self) -> str:
        """The line above the name."""
        match self.bevoegdheid:
            case Bevoegdheid.MANDAAT:
                return f"Namens {self.orgaan}, krachtens mandaat ({self.register}),"
            case Bevoegdheid.VOLMACHT:
                return f"Namens {self.orgaan}, krachtens volmacht ({self.register}),"
            case Bevoegdheid.ONDERTEKENINGSMANDAAT:
                decided = datum(self.besloten_on)
                return f"Overeenkomstig het besluit van {self.orgaan} van {decided} ({self.register}),"
            case _:
                return f"{self.orgaan[:1].upper()}{self.orgaan[1:]},"

    @property
    def vervangt(self) -> str:
        """The line under the function when the signer replaces somebody; empty otherwise."""
        if (v := self.vervanging) is None:
            return ""
        return f"bij afwezigheid van {v.van} (vervanging van {datum(v.van_on)} tot en met {datum(v.tot_on)})"


@dataclass(frozen=True)
class Sectie:
    """A heading and its paragraphs."""

    kop: str
    alineas: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Criterium:
    """One published criterion: the reader's own score, the winner's, why, and what the reader may know of the winner's bid."""

    naam: str
    maximaal: Decimal | str
    score: Decimal | str
    score_winnaar: Decimal | str
    motivering: str
    voordelen_winnaar: str = ""


@dataclass(frozen=True, kw_only=True)
class Redenen:
    """The reasons for one perceel. Scores alone are no reasons: every criterion carries its own text.

    Whoever is rejected also reads who all the winners are, and the relative advantages of one of them (`winnaar`) on at
    least one criterion.
    """

    perceel: str
    uitslag: Uitslag
    winnaar: str
    criteria: tuple[Criterium, ...]
    winnaars: tuple[str, ...] = ()
    totaal: Decimal | str = ""
    totaal_winnaar: Decimal | str = ""

    def __post_init__(self):
        if not self.criteria or any(not c.motivering.strip() for c in self.criteria):
            raise LetterError(f"Bij {self.perceel} heeft ieder criterium een motivering nodig.")
        rejected = self.uitslag is Uitslag.AFGEWEZEN
        if rejected and not (self.winnaar.strip() and any(c.voordelen_winnaar.strip() for c in self.criteria)):
            raise LetterError(f"Bij {self.perceel} ontbreken de winnaar en wat die beter deed.")
        if self.winnaars and self.winnaar not in self.winnaars:
            raise LetterError(f"Bij {self.perceel} is {self.winnaar} geen winnaar.")


@dataclass(frozen=True, kw_only=True)
class Bedrag:
    """An amount in euro, what it is for, and when it is paid."""

    omschrijving: str
    bedrag: Decimal
    betaling: str


@dataclass(frozen=True, kw_only=True)
class Bestand:
    """A received file: size in bytes, SHA-256 in hexadecimal, and the moment of its last byte."""

    naam: str
    grootte: int
    sha256: str
    ontvangen_at: datetime

    def __post_init__(self):
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise LetterError("Een SHA-256 heeft 64 tekens 0-9 en a-f.")


@dataclass(frozen=True, kw_only=True)
class Opener:
    """Somebody who was there at the opening and took part in it."""

    naam: str
    functie: str
    gemeente: str


@dataclass(frozen=True, kw_only=True)
class OntvangenInschrijving:
    """A bid that came in time."""

    nummer: int
    inschrijver: str
    perceel: str
    ontvangen_at: datetime
    sha256: str


@dataclass(frozen=True, kw_only=True)
class GeweigerdePoging:
    """An attempt the portal refused, with the reason it gave."""

    at: datetime
    wie: str
    reden: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The opening of the bids of one procurement: the facts of the proces-verbaal."""

    inkoop: str
    sluiting_at: datetime
    geopend_at: datetime
    openers: tuple[Opener, ...]
    inschrijvingen: tuple[OntvangenInschrijving, ...] = ()
    pogingen: tuple[GeweigerdePoging, ...] = ()
    bijzonderheden: tuple[str, ...] = ()

    def __post_init__(self):
        if self.geopend_at < self.sluiting_at:
            raise LetterError("De inschrijvingen zijn geopend vóór de sluiting. Daarvan komt geen proces-verbaal.")
        if len({(o.naam, o.gemeente) for o in self.openers}) < 2:
            raise LetterError("Een opening gebeurt door ten minste twee personen.")


@dataclass(frozen=True)
class Telling:
    """One line of the count of a term, as the terms of the kernel give it."""

    tekst: str
    dag: date
    artikel: str


@dataclass(frozen=True, kw_only=True)
class Rechtsmiddel:
    """What the reader can do, of one soort in `config/rechtsmiddelen.toml`; the text there says which fields it needs.

    `termijn` in words ('6 weken', '20 kalenderdagen'); `uiterlijk_on` its last day, computed by the kernel.
    """

    soort: str
    termijn: str = ""
    uiterlijk_on: date | None = None
    waar: str = ""
    rechtbank: str = ""
    klachtenmeldpunt: str = ""
    grondslag: str = ""
    telling: tuple[Telling, ...] = ()

    def in_words(self, orgaan: str) -> dict:
        """Heading, paragraphs and count; LetterError names what the text needs and the letter lacks."""
        text = config.load("rechtsmiddelen")[self.soort]
        facts = {
            "termijn": self.termijn,
            "uiterlijk": dag(self.uiterlijk_on) if self.uiterlijk_on else "",
            "waar": self.waar,
            "rechtbank": self.rechtbank,
            "klachtenmeldpunt": self.klachtenmeldpunt,
            "grondslag": self.grondslag,
            "orgaan": orgaan,
        }
        wanted = {field for alinea in text["alineas"] for _, field, _, _ in Formatter().parse(alinea) if field}
        if missing := sorted(field for field in wanted if not facts[field].strip()):
            raise LetterError(f"Voor het rechtsmiddel {self.soort} ontbreekt: {', '.join(missing)}.")
        return {
            "kop": text["kop"],
            "uiterlijk": facts["uiterlijk"],
            "alineas": [alinea.format_map(facts) for alinea in text["alineas"]],
            "telling": [{"tekst": t.tekst, "dag": dag(t.dag), "artikel": t.artikel} for t in self.telling],
        }


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Everything a letter of any kind states. All texts are printed literally: markup in them means nothing.

    `verzonden_on` is the date of sending (with the portal: the day it is accessible, Awb 2:19b), never of signing.
    """

    afzender: Afzender
    ondertekening: Ondertekening
    geadresseerde: tuple[str, ...]
    verzonden_on: date
    kenmerk: str
    onderwerp: str
    rechtsmiddel: Rechtsmiddel
    aanhef: str = "Geachte heer of mevrouw"
    uw_kenmerk: str = ""
    inleiding: tuple[str, ...] = ()
    grondslag: tuple[str, ...] = ()
    redenen: tuple[Redenen, ...] = ()
    bedragen: tuple[Bedrag, ...] = ()
    secties: tuple[Sectie, ...] = ()
    bestanden: tuple[Bestand, ...] = ()
    opening: Opening | None = None
    bijlagen: tuple[str, ...] = ()

    def __post_init__(self):
        for name in ("kenmerk", "onderwerp"):
            if not getattr(self, name).strip():
                raise LetterError(f"Een brief heeft een {name}.")
        last_day = self.rechtsmiddel.uiterlijk_on
        if last_day is not None and last_day <= self.verzonden_on:
            raise LetterError("De laatste dag van het rechtsmiddel ligt na de dag van verzending.")
        absent = self.ondertekening.vervanging
        if absent is not None and not absent.van_on <= self.verzonden_on <= absent.tot_on:
            raise LetterError("De vervanging van de ondertekenaar geldt niet op de dag van verzending.")


@dataclass(frozen=True)
class _Kind:
    """What the law makes of a kind of letter: remedies and powers that fit it, and the fields it cannot do without."""

    rechtsmiddelen: frozenset[str]
    bevoegdheden: frozenset[Bevoegdheid]
    needs: tuple[str, ...]


_BESTUUR = frozenset({Bevoegdheid.EIGEN, Bevoegdheid.MANDAAT, Bevoegdheid.ONDERTEKENINGSMANDAAT})
_PRIVAAT = frozenset({Bevoegdheid.EIGEN, Bevoegdheid.VOLMACHT})
_BERICHT = frozenset({"klacht", "geen"})
KINDS = {
    "gunning": _Kind(frozenset({"civiele_rechter"}), _PRIVAAT, ("redenen",)),
    "besluit": _Kind(frozenset({"bezwaar", "beroep"}), _BESTUUR, ("secties", "grondslag")),
    "antwoord": _Kind(frozenset({"klacht_antwoord"}), _BESTUUR, ("secties", "grondslag")),
    "proces-verbaal": _Kind(_BERICHT, frozenset(Bevoegdheid), ("opening",)),
    "ontvangstbevestiging": _Kind(_BERICHT, frozenset(Bevoegdheid), ("bestanden",)),
}


def render(kind: str, letter: Letter) -> bytes:
    """The PDF of a letter; `kind` is a key of KINDS.

    Raises LetterError when the letter does not fit its kind. Safe to call from several threads.
    """
    rules = KINDS[kind]
    if letter.rechtsmiddel.soort not in rules.rechtsmiddelen:
        raise LetterError(f"Het rechtsmiddel {letter.rechtsmiddel.soort} past niet bij een {kind}.")
    if letter.ondertekening.bevoegdheid not in rules.bevoegdheden:
        raise LetterError(f"Een {kind} kan niet krachtens {letter.ondertekening.bevoegdheid}.")
    for name in rules.needs:
        if not getattr(letter, name):
            raise LetterError(f"In een {kind} ontbreekt: {name}.")
    sent_at = datetime.combine(letter.verzonden_on, time(), UTC)
    return _press(kind).print(json.dumps(_sheet(letter), ensure_ascii=False, sort_keys=True), sent_at)


def document(titel: str, afzender: str, on: date, secties: tuple[Sectie, ...]) -> bytes:
    """A plain document in the same standards: title, maker, date and sections, as a PDF."""
    sheet = _words({"titel": titel, "afzender": afzender, "datum": on, "secties": secties})
    return _press("stuk").print(json.dumps(sheet, ensure_ascii=False, sort_keys=True), datetime.combine(on, time(), UTC))


class _Press:
    """One reused compiler. It refuses to be called twice at once, hence the lock."""

    def __init__(self, template: Path):
        self._compiler = typst.Compiler(template, root=TEMPLATES, font_paths=_fonts())
        self._lock = Lock()

    def print(self, data: str, at: datetime) -> bytes:
        # PDF/A wants a glyph for every character. One that no font has is printed as its number, so that
        # a receipt never fails on the name of a file.
        for _ in range(8):
            try:
                return self._compile(data, at)
            except typst.TypstError as error:
                clusters = re.findall(r'the text `"(.+?)"` could not be displayed', error.diagnostic)
                if not clusters:
                    raise
                # Only characters outside ASCII: the others also build the JSON around the texts.
                for char in {c for cluster in clusters for c in _unescaped(cluster) if not c.isascii()}:
                    data = data.replace(char, _number(char))
        raise LetterError("Deze brief bevat te veel tekens die niet gedrukt kunnen worden.")

    def _compile(self, data: str, at: datetime) -> bytes:
        with self._lock:
            return self._compiler.compile(
                format="pdf", sys_inputs={"data": data}, pdf_standards=STANDARDS, timestamp=at
            )


@cache
def _press(kind: str) -> _Press:
    return _Press(TEMPLATES / f"{kind}.typ")


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts named here, so that a letter looks the same on every machine.

    The package holds each style twice (otf and ttf) and the engine reads folders in any order; a folder with links to
    one file per style makes the choice for it. The engine follows the links, so the folder may go again.
    """
    files = Path(find_spec("font_source_sans_pro").origin).parent / "files"
    with tempfile.TemporaryDirectory() as folder:
        for name in FONT_FILES:
            (Path(folder) / name).symlink_to(files / name)
        return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _sheet(letter: Letter) -> dict:
    """The letter in words: what the templates print, with every date and amount written out."""
    sheet = _words(letter)
    signed = letter.ondertekening
    sheet["redenen"] = [_words(r) | {"gegund_aan": _visible(opsomming(r.winnaars or (r.winnaar,)))} for r in letter.redenen]
    sheet["ondertekening"] |= {"formule": _visible(signed.formule), "vervangt": _visible(signed.vervangt)}
    sheet["rechtsmiddel"] = _words(letter.rechtsmiddel.in_words(signed.orgaan))
    sheet["bedragen"] = [_words(b) | {"bedrag": euro(b.bedrag)} for b in letter.bedragen]
    sheet["bestanden"] = [_words(b) | {"grootte": omvang(b.grootte)} for b in letter.bestanden]
    return sheet


def _words(value: Any) -> Any:
    match value:
        case str():
            return _visible(value)
        case datetime():
            return moment(value)
        case date():
            return datum(value)
        case Decimal():
            return format_decimal(value, locale="nl")
        case list() | tuple():
            return [_words(item) for item in value]
        case dict():
            return {key: _words(item) for key, item in value.items()}
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _words(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case _:
            return value


def _visible(text: str) -> str:
    """The same text, with characters that steer or mean nothing in print shown as their number.

    A name such as 'plan<U+202E>fdp.exe' must not read as another name in a receipt.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        _number(char) if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char != "\n" else char
        for char in composed
    )


def _number(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _unescaped(text: str) -> str:
    r"""A character as the engine writes it in its messages: itself or `\u{1f600}`."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), text)
