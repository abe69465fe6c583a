"""Not every thread of a process waits for what somebody is sending: some are left for those who only read.

Reading a body blocks its thread in the web server for as long as the sender likes; nothing here can break in. So few threads
may wait at the same time, and whoever comes after them is told so at once, with the body unread. A proxy that takes in whole
requests first (docs/draaien.md) makes this rare; without one it keeps the portal readable.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from config import load
from portal.kernel.errors import Refused

_RULE = load("limieten")["wachten-op-gegevens"]
# Seconds: a body that came with its headers is read in less.
PATIENCE = _RULE["seconden"]
_PLACES = BoundedSemaphore(_RULE["keer"])


@contextmanager
def waiting_for_body() -> Iterator[None]:
    """One of the few places from which a body is read. Refused (503) when none comes free."""
    if not _PLACES.acquire(timeout=PATIENCE):
        raise Refused("Het is nu te druk om iets te versturen. Wat u typte, staat nog in uw browser: ga terug en stuur het "
                      "over een minuut opnieuw.", status=503)
    try:
        yield
    finally:
        _PLACES.release()
