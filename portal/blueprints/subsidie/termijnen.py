"""Payments by day as rows of a form: in a proposal, and in a decision on advances."""

from collections.abc import Mapping

from portal.web.forms import Form
from portal.web.taal import gettext as _

MOST_TERMIJNEN = 24


def used_rows(values: Mapping[str, str]) -> list[int]:
    """The numbers of the rows in which something was typed."""
    return [n for n in range(1, MOST_TERMIJNEN + 1) if values.get(f"termijn-{n}-op") or values.get(f"termijn-{n}-bedrag")]


def typed_termijnen(form: Form) -> list[dict]:
    """What was typed, by day: [{"op": date, "bedrag": Decimal}]; a row with only a day or only an amount is a fault of that
    row."""
    found = []
    for n in range(1, MOST_TERMIJNEN + 1):
        on_name, amount_name = f"termijn-{n}-op", f"termijn-{n}-bedrag"
        if not form.raw(on_name) and not form.raw(amount_name):
            continue
        on = form.date(on_name, _("Vul bij voorschot %(n)s de dag in.", n=n))
        amount = form.bedrag(amount_name, _("Vul bij voorschot %(n)s het bedrag in.", n=n))
        if amount is not None and amount <= 0:
            form.errors[amount_name] = _("Een voorschot is hoger dan nul.")
        elif on and amount:
            found.append({"op": on, "bedrag": amount})
    return sorted(found, key=lambda row: row["op"])
