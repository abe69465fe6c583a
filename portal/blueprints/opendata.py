"""Open data, the same for every public register: a file for a spreadsheet, data for other programs, and the schema of that."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from flask import Response, current_app, request, url_for

from portal.blueprints.register import csv_lines
from portal.web.security import limit
from portal.web.taal import gettext as _

# How many rows an address gives at once.
PAGE = 100
DATE, AMOUNT, TEXT = "date", "amount", "text"
_FORMS = {TEXT: {"type": "string"}, DATE: {"type": "string", "format": "date"},
          AMOUNT: {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}}


class Veld(NamedTuple):
    """One field: its name, its kind, may it be empty, what it is. babel.cfg names this, so that the words are translated."""

    naam: str
    soort: str
    leeg: bool
    wat: str


def plain(value):
    """A value as a file and data write it: an amount with a point and two decimals, a day as jjjj-mm-dd."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def csv_file(name: str, fields: Sequence[Veld], rows: Iterable[Mapping]) -> Response:
    """Rows as a file. The first line has the public names: they never change, in no language."""
    limit("archief", f"register {request.remote_addr}")
    lines = ([_cell(field.soort, row[field.naam]) for field in fields] for row in rows)
    return Response("".join(csv_lines([[field.naam for field in fields], *lines])), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


def _cell(kind: str, value) -> str:
    """A spreadsheet in Dutch reads a comma; a day stays as every program reads it."""
    text = "" if value is None else plain(value)
    return text.replace(".", ",") if kind == AMOUNT else text


def address(endpoint: str, **values) -> str:
    """An absolute address as people outside reach it. Never from the request: a visitor chooses what its Host says."""
    return current_app.settings.public_url + url_for(endpoint, **values)


def json_answer(content: dict) -> Response:
    """Data as JSON."""
    return Response(json.dumps(content, ensure_ascii=False), content_type="application/json; charset=utf-8")


def json_page(name: str, rows: Iterable[Mapping], schema: str, following: str | None) -> Response:
    """A part of a register; `volgende` is the address of what comes after."""
    return json_answer({"schema": schema, "volgende": following,
                        name: [{field: plain(value) for field, value in row.items()} for row in rows]})


def json_schema(title: str, name: str, fields: Sequence[Veld], id_: str, closed: Mapping[str, list[str]]) -> Response:
    """What `json_page` looks like, as a JSON Schema. `closed`: the only values of a field."""

    def form(field: Veld) -> dict:
        found = dict(_FORMS[field.soort])
        if field.leeg:
            found["type"] = [found["type"], "null"]
        values = closed.get(field.naam)
        return found | ({"enum": values + [None] * field.leeg} if values else {}) | {"description": field.wat}

    return json_answer({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id_,
        "title": title, "type": "object", "required": ["schema", "volgende", name], "properties": {
            "schema": {"type": "string", "format": "uri"}, "volgende": {"type": ["string", "null"], "format": "uri"},
            name: {"type": "array", "items": {
                "type": "object", "required": [field.naam for field in fields], "additionalProperties": True,
                "properties": {field.naam: form(field) for field in fields}}}}})


def kinds() -> dict[str, str]:
    """The kinds of field in words."""
    return {TEXT: _("tekst"), DATE: _("dag (jjjj-mm-dd)"), AMOUNT: _("bedrag")}
