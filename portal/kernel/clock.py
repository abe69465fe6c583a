"""The only place in Python that reads the time; the database has `portal.now()`.

The clock of a worker shows and plans. Whether a deadline has passed is for the clock of the database (deadline.py).
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal import clock_offset

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment in UTC, with the offset that the owner may have set for demo and tests."""
    return datetime.now(UTC) + timedelta(seconds=clock_offset.seconds)


def today() -> date:
    """The legal day: the calendar date in Europe/Amsterdam."""
    return now().astimezone(AMSTERDAM).date()


def end_of(day: date) -> datetime:
    """The moment at which a legal day is over."""
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=AMSTERDAM)


def day_of(moment: datetime) -> date:
    """The legal day of a moment."""
    return moment.astimezone(AMSTERDAM).date()
