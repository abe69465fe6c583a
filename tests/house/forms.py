"""Forms as the pages carry them: where they go, what they hold, and what a person would type in them."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from portal.kernel import clock

# What a person types, by name of the field, where its own value is empty and just any sentence would not do.
TYPED = {
    **dict.fromkeys(("instroom", "doorstroom", "uitstroom"), "1"),
    "afgesproken": "2",
    "agb": "90000001",
    "at": "01-03-2029 10.00",
    "eenheid": "uren",
    "geboren_on": "02-04-1988",
    "geleverd": "500",
    "gepost_on": "",
    "iban": "NL02ABNA0123456789",
    "jaar": "2029",
    "kosten_jaar": "2025",
    "kvk_nummer": "90001234",
    "let_op": "",
    "leeftijd_tot": "65",
    "leeftijd_van": "18",
    "levert_op": "",
    "looptijd": "3+2+2",
    "max": "2",
    "moment": "juni 2029",
    "prognose": "3",
    "telefoon": "038 000 00 00",
    "tevredenheid": "8",
}
# What nobody has to fill in, and what asks for more once it is filled in.
OPTIONAL = frozenset(
    {"bsn", "weken", "weken_artikel", "methode", "maximum", "tarief", "indicatie_tot", "overgang_on", "mijden",
     "tevredenheid_niet"}
    | {f"termijn-{n}-{what}" for n in range(1, 5) for what in ("op", "bedrag")}
    | {f"bericht-{n}-{what}" for n in range(1, 5) for what in ("van", "tot", "uiterlijk")}
    | {f"grond-{n}" for n in range(2, 9)} | {f"punt-{n}" for n in range(2, 9)} | {f"reden-{n}" for n in range(1, 9)})
# What a person types whatever stood there: a canary is no address, and the colour that there is needs no keeping.
INSTEAD = {"email": "kruip@voorbeeld.example", "kleur": "#123456"}
# A day that was: a letter came in, a body decided.
PAST = re.compile(r"^(on|op_on|gemeld_on|besproken_on|instemming_on|papier_on|bekendgemaakt|vastgesteld)$")
# By what the field is, or looks like; {} is next year.
SHAPES = (
    (r"^opent$", "01-03-{} 12.00"),
    (r"^sluit$", "02-03-{} 12.00"),
    (r"weken|drempel", "8"),
    (r"bedrag|waarde|prijs|uren|tweede_lezer|kosten", "1000,00"),
    (r"datum|_on$|^begin$|^van$|^tot|_tot$|dag$", "01-03-{}"),
    (r"_at$", "01-03-{} 12.00"),
    (r"punten|weging|score|nummer|jaren|aantal", "1"),
)
SENTENCE = "De kruip typte dit, en het is lang genoeg."
PDF = b"%PDF-1.7\nkruip\n%%EOF\n"


@dataclass(frozen=True)
class Form:
    """A form that posts. `fields` is what the browser would send after somebody filled in what was empty."""

    action: str
    fields: dict[str, list[str]] = field(hash=False)
    files: tuple[str, ...] = ()
    method: str = "POST"

    def data(self, csrf: str) -> dict:
        """Ready to send by whoever has this token, with a key of its own."""
        data: dict = {name: list(values) for name, values in self.fields.items()}
        if "sleutel" in data:  # fresh on every page
            data["sleutel"] = [str(uuid.uuid4())]
        data |= {name: (BytesIO(PDF), "kruip.pdf", "application/pdf") for name in self.files}
        return data | {"csrf_token": csrf}


def typed(name: str, kind: str) -> str:
    """What a person would type in an empty field."""
    if name in TYPED:
        return TYPED[name]
    if PAST.search(name):
        return f"{clock.today():%d-%m-%Y}"
    if kind == "number":
        return "1"
    found = next((value for shape, value in SHAPES if re.search(shape, name)), SENTENCE)
    return found.format(clock.today().year + 1)


# Only the forms are parsed: a page is long, and the crawl sees thousands.
_FORM = re.compile(r"<form\b[^>]*method=.post.*?</form>", re.DOTALL)
_OUTSIDE = re.compile(r"<(?:input|select|textarea|button)\b[^>]*\sform=[^>]*>")


def forms_on(page: str) -> Iterator[Form]:
    """Every form on a page that posts, also where one of its buttons sends it elsewhere."""
    outside = BeautifulSoup("".join(_OUTSIDE.findall(page)), "html.parser")
    for found in _FORM.findall(page):
        tag = BeautifulSoup(found, "html.parser").form
        inside = tag.select("input[name], select[name], textarea[name], button")
        if tag.get("id"):
            inside += outside.select(f'[form="{tag["id"]}"]')
        fields, files, buttons = _filled(inside)
        action = tag["action"].partition("?csrf_token=")[0]
        if upload := tag.get("data-upload-url"):  # with script the file goes as it is
            yield Form(upload.partition("?csrf_token=")[0], {}, method="PUT")
        sends = [b for b in buttons if b.get("name")]
        if sends and not any(b.get("formaction") for b in buttons):
            for button in sends:
                yield Form(action, fields | {button["name"]: [button.get("value", "")]}, files)
            continue
        yield Form(action, fields, files)
        for button in buttons:
            if button.get("formaction"):
                own = {button["name"]: [button.get("value", "")]} if button.get("name") else {}
                yield Form(button["formaction"], fields | own, files)


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Below an id, and then one part of it: a document, a list.
_PART_OF = re.compile(rf"{_ID.pattern}/[^/?#]+/[^/?#]+")
_PUBLISHED = re.compile(rf"/aanbestedingen/[^/]+/stukken/{_ID.pattern}")
_ASKS = re.compile(r"<form\b[^>]*method=.get.*?</form>", re.DOTALL)


def question(address: str) -> str:
    """An address without what it asks about."""
    return re.sub(r"=[^&]*", "", _ID.sub("", address))


def onward(page: str) -> Iterator[str]:
    """Where a page asks one thing more before its form comes: links with a question, and forms that ask instead of post. And
    links with two ids, a part of what an id names, or an id under the number of a publication: only a page knows which belong
    together."""
    for address in re.findall(r'href="(/[^"]*)"', page):
        if "?" in address or len(_ID.findall(address)) > 1 or _PART_OF.search(address) or _PUBLISHED.match(address):
            yield unescape(address).partition("#")[0]
    for found in _ASKS.findall(page):
        tag = BeautifulSoup(found, "html.parser").form
        fields, _files, _buttons = _filled(tag.select("input[name], select[name], textarea[name], button"))
        yield f"{tag['action']}?{urlencode(fields, doseq=True)}"


def _filled(inside) -> tuple[dict[str, list[str]], tuple[str, ...], list]:
    fields: dict[str, list[str]] = {}
    files, buttons, boxes = [], [], {}
    for one in inside:
        name, kind = one.get("name"), one.get("type", "text")
        if one.name == "button":
            buttons.append(one)
        elif one.has_attr("disabled") or name == "csrf_token":  # whoever sends it has a token of their own
            continue
        elif name == "sleutel":
            fields[name] = [""]
        elif kind == "file":
            files.append(name)
        elif name in INSTEAD:
            fields[name] = [INSTEAD[name]]
        elif one.name == "select":
            options = [o.get("value", o.text) for o in one.select("option")]
            chosen = [o.get("value", o.text) for o in one.select("option[selected]")]
            fields.setdefault(name, []).append((chosen or [o for o in options if o] or [""])[0])
        elif kind in ("radio", "checkbox"):
            group = boxes.setdefault(name, [])
            group.append((one.has_attr("checked"), one.get("value", "on")))
        else:
            value = one.text.lstrip("\n") if one.name == "textarea" else one.get("value", "")
            left = kind == "hidden" or name in OPTIONAL
            fields.setdefault(name, []).append(value or ("" if left else typed(name, kind)))
    for name, group in boxes.items():
        # Nothing ticked: a person ticks the first one, of what has to be answered. How a subsidy is calculated may stay open,
        # how is bought may not.
        left = name in OPTIONAL and name != "methode"
        fields[name] = [value for checked, value in group if checked] or ([] if left else [group[0][1]])
    return fields, tuple(files), buttons
