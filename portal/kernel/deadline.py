"""Has a deadline passed? The clock of the database says so, never that of a worker.

Whoever is in time by that clock is refused by nobody, and whoever is late by it is late everywhere.
"""

from datetime import datetime

from sqlalchemy import func, select


def has_passed(session, moment: datetime) -> bool:
    """Is this moment here?"""
    return session.scalar(select(has_passed_sql(moment)))


def has_passed_sql(moment: datetime):
    """The same as part of a query."""
    return (func.portal.clock_now() >= moment).label("voorbij")
