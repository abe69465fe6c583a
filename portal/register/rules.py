"""Pure rules of a running contract: until when to decide on an extension, and from when to ask. No database, no clock."""

from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.kernel.terms import Length, TermRule, compute

DECIDE = "verlengen"


def decide_rule(agreed: Mapping) -> TermRule:
    """The notice period of an extension, counted back from the last day of the contract. `agreed`: config/register.toml."""
    rule = agreed["verlengen"]
    return TermRule(kind=DECIDE, article=rule["artikel"], length=Length(months=rule["maanden"]), statutory=False,
                    source=rule["bron"], direction="backward", label="Verlengen of laten eindigen",
                    event="Laatste dag van het contract")


def decide_by(agreed: Mapping, tot: date) -> date:
    """The last day on which the decision keeps the notice period. `tot`: the first day without contract."""
    return compute(decide_rule(agreed), tot - timedelta(days=1)).last_day


def asked_from(agreed: Mapping, tot: date) -> date:
    """The day on which the portal begins to ask for the decision. `tot`: the first day without contract."""
    return tot - relativedelta(months=agreed["verlengen"]["vragen_maanden"])
