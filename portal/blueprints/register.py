"""The contract calendar: what runs until when, what ends together, and where a decision is asked."""

import csv
import io

from flask import Response, g, request, stream_with_context

from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.register import queries
from portal.web.blueprint import PortalBlueprint
from portal.web.filters import datum_tabel
from portal.web.htmx import page_or_part
from portal.web.links import around
from portal.web.taal import gettext as _
from portal.web.taal import ngettext

bp = PortalBlueprint("register", __name__)

# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.route("/contracten", needs=P.REGISTER_LEZEN)
def contracten():
    """Every contract with its base and option periods."""
    product = request.args.get("product", "")
    rows, part = queries.contracts(g.db, product=product, after=request.args.get("na"), before=request.args.get("voor"))
    ends = queries.ends_per_quarter(g.db)
    today = clock.today()
    return page_or_part("register/contracten.html", "lijst", rows=rows, ends=ends, tijdlijn=_timeline(ends, today),
                        paging=around(part), product=product, products=queries.products(g.db))


def _timeline(ends: dict, today) -> list[dict]:
    """When contracts end, per quarter, earliest first."""
    now = (today.year, (today.month - 1) // 3 + 1)
    return [{"when": quarter_words(quarter), "kind": "" if quarter < now else "today" if quarter == now else "plan",
             "what": ngettext("%(num)s contract eindigt", "%(num)s contracten eindigen samen", count)}
            for quarter, count in ends.items()]


@bp.route("/contracten.csv", needs=P.REGISTER_LEZEN)
def contracten_csv():
    """The whole calendar as a file for a spreadsheet: semicolons and a byte order mark, as Dutch Excel reads it."""
    rows, _part = queries.contracts(g.db, product=request.args.get("product", ""), size=None)
    ends, today = queries.ends_per_quarter(g.db), clock.today()
    head = [_("Nummer"), _("Aanbieder"), _("Perceel"), _("Product"), _("Eigenaar"), _("Maximale waarde"), _("Begint op"),
            _("Eindigt op (laatste dag)"), _("Kwartaal"), _("Eindigen in dit kwartaal"), _("Open optie tot"), _("Stand")]
    lines = [[row.nummer, row.aanbieder, row.perceel, row.product, row.eigenaar, str(row.maximale_waarde).replace(".", ","),
              datum_tabel(row.van), datum_tabel(row.last_day), quarter_words(row.quarter), ends[row.quarter],
              datum_tabel(row.open_option.tot) if row.open_option else "",
              _("Geëindigd") if row.ended(today) else _("Loopt") if row.van <= today else _("Begint nog")] for row in rows]
    return Response(stream_with_context(csv_lines([head, *lines])), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": 'attachment; filename="contracten.csv"'})


def quarter_words(quarter: tuple[int, int]) -> str:
    """`4e kwartaal 2030`."""
    year, number = quarter
    return _("%(number)se kwartaal %(year)s", number=number, year=year)


def csv_lines(rows):
    """A table as CSV, line by line; no cell is ever run as a formula."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow([harmless(cell) for cell in row])
        yield line.getvalue()


def harmless(cell) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
