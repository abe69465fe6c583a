"""The real clamd for tests: one per process that asks, skipped with a reason only where it is not installed."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.clamav import Clamav, available


@contextmanager
def running(*, stream_max: int = 512) -> Iterator[Clamav]:
    """A clamd with our own signatures in a folder of its own. `stream_max`: most MB of one file.

    The folder is short and outside pytest's own: the address of a unix socket holds 107 bytes.
    """
    if available() is None:
        pytest.skip("clamd is niet geïnstalleerd (Debian: clamav-daemon)")
    with tempfile.TemporaryDirectory(prefix="clam") as folder, Clamav(Path(folder), stream_max=stream_max) as clamav:
        yield clamav
