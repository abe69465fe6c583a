"""Objecting, for every domain: until when, in time or not, and until when the body decides (Awb 6:7 to 6:9 and 7:10). Pure."""

from datetime import date, timedelta

from portal.kernel import terms
from portal.kernel.terms import TermRule, compute


def uiterlijk(bekend_on: date) -> date:
    """The last day to object to a decision that was sent, or on paper posted, on this day (Awb 6:7 and 6:8)."""
    return compute(terms.rule("bezwaartermijn"), bekend_on).last_day


def is_tijdig(on: date, last_day: date, gepost_on: str | None = None) -> bool:
    """Received in time; by post also when it was posted in time and came within a week after the term (Awb 6:9)."""
    return on <= last_day or bool(
        gepost_on and date.fromisoformat(gepost_on) <= last_day and on <= last_day + timedelta(weeks=1))


def beslisregel(*, commissie: bool) -> TermRule:
    """Within which term the body decides on an objection, from the last day to object (Awb 7:10, lid 1)."""
    return terms.rule("beslissing_op_bezwaar_commissie" if commissie else "beslissing_op_bezwaar")
