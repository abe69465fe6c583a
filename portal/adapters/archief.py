"""An archive (ZIP) that is made while it is sent: memory does not grow with its size."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from portal.kernel import clock


class _Outgoing(io.RawIOBase):
    """What the archive writes and nobody took yet. It cannot seek, so the archive never goes back."""

    def __init__(self):
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


class Archief:
    """One archive on its way out. Every file in it has the same time, so that the same files give the same bytes."""

    def __init__(self, at: datetime):
        self._out, self._at = _Outgoing(), at.astimezone(clock.AMSTERDAM).timetuple()[:6]
        self._zip = zipfile.ZipFile(self._out, "w")

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Put a file of this size in; gives the bytes of the archive that can go out by now."""
        entry = zipfile.ZipInfo(name, self._at)
        entry.file_size = size
        with self._zip.open(entry, "w") as file:
            for chunk in chunks:
                file.write(chunk)
                yield self._out.take()

    def add_text(self, name: str, text: str | bytes) -> None:
        """Put a small file in."""
        self._zip.writestr(zipfile.ZipInfo(name, self._at), text)

    def close(self) -> bytes:
        """The end of the archive."""
        self._zip.close()
        return self._out.take()

    def __enter__(self) -> "Archief":
        return self

    def __exit__(self, *_error) -> None:
        # Who stops reading halfway leaves nothing open.
        self._zip.close()
