"""Where the bytes of documents live: a folder, or object storage, chosen by one URL.

A key says nothing of the document: name, size, type and hash stand in the database, behind the wall. An object is whole
or absent; a receipt is given only after it rests on the disk.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from portal.kernel import clock

_KEY = re.compile(r"\d{4}/\d{2}/\d{2}/[0-9a-f]{32}")
_UNFINISHED = re.compile(r"[0-9a-f]{32}#\d+")
"""How the local store names a file that it is still writing; a killed process leaves it behind."""
PART = 8 * 2**20
"""Bytes of one part on its way to the store; at most three at once."""


_LOCAL = {"mkdir": True}
# A person waits for the answer: better a clear refusal soon than ten retries.
_REMOTE = {
    "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=20)},
    "client_options": {"connect_timeout": timedelta(seconds=5), "timeout": timedelta(seconds=120)},
}


class StoreError(OSError):
    """The store does not answer or cannot write (disk full, network, rights); nothing half-written is left."""


class FileStore:
    """Objects by key. `url`: `file:///folder`, `s3://bucket/prefix`, `az://account/container` or `gs://bucket`.

    Keys and endpoints of object storage come from their usual environment variables (`AWS_...`, `AZURE_...`,
    `GOOGLE_...`). All methods raise `StoreError`, and `ValueError` for a key that this store never gave.
    """

    def __init__(self, url: str):
        self._store = from_url(url, **(_LOCAL if url.startswith("file:") else _REMOTE))
        self._root = Path(self._store.prefix) if isinstance(self._store, LocalStore) else None

    def put(self, chunks: Iterable[bytes]) -> str:
        """Stores the stream and gives its new key. Memory does not grow with the size.

        What `chunks` raises comes out (an `OSError` as `StoreError`), and then no object exists.
        """
        key = f"{clock.now():%Y/%m/%d}/{secrets.token_hex(16)}"
        try:
            obstore.put(self._store, key, iter(chunks), use_multipart=True, chunk_size=PART, max_concurrency=3)
            self._rest(key)
        except (BaseError, OSError) as error:
            self._forget(key)
            raise StoreError("De opslag kon het bestand niet bewaren.") from error
        return key

    def open(self, key: str) -> Iterator[bytes]:
        """The bytes of an object, in pieces of about 1 MB. Raises `FileNotFoundError` at once when there is none."""
        try:
            stream = obstore.get(self._store, _known(key)).stream(min_chunk_size=2**20)
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise StoreError("De opslag kon het bestand niet lezen.") from error
        return _bytes(stream)

    def delete(self, key: str) -> None:
        """Removes an object; one that is gone already is fine."""
        try:
            obstore.delete(self._store, _known(key))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise StoreError("De opslag kon het bestand niet verwijderen.") from error

    def keys_older_than(self, moment: datetime) -> Iterator[tuple[str, datetime]]:
        """Every key last written before `moment`, with that moment.

        `moment` is on the clock of the store itself, which knows no offset for demo or tests.
        """
        try:
            for batch in obstore.list(self._store):
                for found in batch:
                    if found["last_modified"] < moment and _KEY.fullmatch(found["path"]):
                        yield found["path"], found["last_modified"]
        except (BaseError, OSError) as error:
            raise StoreError("De opslag kon de lijst van bestanden niet geven.") from error

    def remove_unfinished(self, moment: datetime) -> int:
        """Removes what a killed process left half-written before `moment` in a local folder; gives how many.

        Object storage never shows unfinished parts; a lifecycle rule of the bucket removes them.
        """
        count = 0
        for path in self._root.glob("*/*/*/*") if self._root else ():
            if _UNFINISHED.fullmatch(path.name) and datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                path.unlink(missing_ok=True)
                count += 1
        return count

    def check(self) -> None:
        """Writes, reads and removes a small object; raises `StoreError` when that does not work."""
        probe = secrets.token_bytes(32)
        key = self.put([probe])
        found = b"".join(self.open(key))
        self.delete(key)
        if found != probe:
            raise StoreError("De opslag gaf iets anders terug dan wij bewaarden.")

    def _rest(self, key: str) -> None:
        """Waits until a local file and its folder rest on the disk; object storage answers only then by itself."""
        if self._root is None:
            return
        for path in (self._root / key, (self._root / key).parent):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _forget(self, key: str) -> None:
        """After a failed put: best effort, the sweep of orphans does the rest."""
        try:
            self.delete(key)
            if self._root is not None:
                for path in (self._root / key).parent.glob(f"{Path(key).name}#*"):
                    path.unlink(missing_ok=True)
        except OSError:
            return


def _known(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("Dit is geen sleutel van de opslag.")
    return key


def _bytes(stream: Iterable) -> Iterator[bytes]:
    try:
        for chunk in stream:
            yield bytes(chunk)
    except (BaseError, OSError) as error:
        raise StoreError("De opslag kon het bestand niet lezen.") from error
