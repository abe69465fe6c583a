"""Files in and out: one pass over the stream, whole or not at all.

While a file comes in it is counted, hashed (SHA-256), inspected, scanned and stored. All judgements fall before the
store gets its last byte, so that a refused file never becomes an object that anybody could open.

Two ways in, one pass. With JavaScript: the bare bytes, with the name in `X-File-Name` (percent-encoded UTF-8).
Without: an ordinary form with one file. Neither touches `request.form` or `request.files`, which would keep the file in
memory or on disk first; the ticket and the CSRF token of such a form are therefore in the address of its action.
"""

import hashlib
import re
import sys
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import quote, unquote

import flask
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from werkzeug.exceptions import ClientDisconnected

from portal.kernel import filetypes
from portal.kernel.filetypes import FileRefused, FileType

CHUNK = 256 * 1024
FIELD_BYTES = 64 * 1024
"""Most bytes of all text fields beside a file together."""
MAX_FIELDS = 50

BROKEN = "De verbinding is verbroken voordat het bestand compleet was. Stuur het opnieuw."
CHOOSE = "Kies eerst een bestand en stuur het dan."


class Verdict(Protocol):
    """What the scanner says: `schoon`, `besmet`, `fout` (too large to scan) or `wacht` (nobody looked)."""

    state: str
    signature: str | None


class Scan(Protocol):
    """One file under scan: fed as it streams by."""

    def feed(self, chunk: bytes) -> None: ...

    def result(self) -> Verdict: ...


class Scanner(Protocol):
    """What can scan a file."""

    def begin(self) -> AbstractContextManager[Scan]: ...


class Store(Protocol):
    """Where the bytes go; its own failures are `OSError`s."""

    def put(self, chunks: Iterable[bytes]) -> str: ...

    def delete(self, key: str) -> None: ...

    def keys_older_than(self, moment: datetime) -> Iterator[tuple[str, datetime]]: ...

    def remove_unfinished(self, moment: datetime) -> int: ...


@dataclass(frozen=True)
class Received:
    """A file that was kept. `size` in bytes, `sha256` in hexadecimal.

    `verdict` is `schoon` or `wacht`: a file that waits is shown to nobody but its sender until a later scan.
    """

    key: str
    name: str
    filetype: FileType
    size: int
    sha256: str
    verdict: str


class Incoming(NamedTuple):
    """A file on its way in. `size`: bytes as announced, None when only the end will tell. `fields`: the text fields of
    the form, complete once `chunks` is exhausted."""

    field: str
    name: str
    size: int | None
    chunks: Iterator[bytes]
    fields: dict[str, str]


def receive(
    chunks: Iterable[bytes],
    *,
    name: str,
    declared_size: int | None,
    limit: int,
    store: Store,
    scanner: Scanner,
    sniffer: Callable[[bytes, str], FileType] = filetypes.sniff,
    spool_memory: int = 8 * 2**20,
) -> Received:
    """Takes one file in, or refuses it and keeps nothing.

    `limit`: most bytes of a file. `declared_size`: what the sender announced; another size is a broken connection.
    `spool_memory`: see `filetypes.inspector`. Raises `FileRefused` with a sentence that names the file: 413 too large,
    400 broken off, 422 not taken or infected, 503 when the store fails.
    """
    source = iter(chunks)
    try:
        if declared_size is not None and declared_size > limit:
            raise _too_large(limit)
        head = _head(source)
        filetype = sniffer(head, name)
        digest = hashlib.sha256()
        size = 0
        with filetypes.inspector(filetype, spool_memory) as inspector, scanner.begin() as scan:

            def passing() -> Iterator[bytes]:
                nonlocal size
                for chunk in chain((head,), source):
                    size += len(chunk)
                    if size > limit:
                        raise _too_large(limit)
                    digest.update(chunk)
                    inspector.feed(chunk)
                    scan.feed(chunk)
                    yield chunk
                if declared_size not in (None, size):
                    raise FileRefused(BROKEN, 400)
                inspector.finish()
                _judge(scan.result())

            key = store.put(passing())
            verdict = scan.result().state
    except FileRefused as refused:
        _drain(source, 2 * limit)
        raise FileRefused(_not_kept(name, refused.sentence), refused.status, refused.signature) from refused
    except OSError as error:
        sentence = "De opslag van het portaal werkt nu niet. Probeer het later opnieuw."
        raise FileRefused(_not_kept(name, sentence), 503) from error
    return Received(key, filetypes.clean_name(name), filetype, size, digest.hexdigest(), verdict)


def _not_kept(name: str, sentence: str) -> str:
    return f"Het bestand “{filetypes.clean_name(name)}” is niet bewaard. {sentence}"


def _too_large(limit: int) -> FileRefused:
    size = f"{limit // 2**20} MB" if limit >= 2**20 else f"{limit // 1024} kB"
    return FileRefused(f"Het is groter dan {size}. Maak het kleiner of verdeel het over meer bestanden.", 413)


def _head(source: Iterator[bytes]) -> bytes:
    head = bytearray()
    while len(head) < filetypes.HEAD and (chunk := next(source, b"")):
        head += chunk
    return bytes(head)


def _judge(verdict: Verdict) -> None:
    """Lets `schoon` and `wacht` pass."""
    found = verdict.signature or ""
    if verdict.state == "fout" or found.startswith("Heuristics.Limits.Exceeded"):
        raise FileRefused("De virusscanner kan dit bestand niet helemaal bekijken. Verdeel het of maak er een pdf van.")
    if found.startswith("Heuristics.Encrypted"):
        raise FileRefused("Het bestand is beveiligd met een wachtwoord. Haal het wachtwoord eraf en stuur het opnieuw.")
    if verdict.state == "besmet":
        raise FileRefused(
            f"De virusscanner vond er iets gevaarlijks in ({found}). Vraag uw ICT-afdeling om hulp. "
            "Stuur daarna een schone versie.",
            signature=found,
        )


def _drain(source: Iterator[bytes], most: int) -> None:
    """Reads on after a refusal, up to `most` bytes: a browser that is still sending does not see an early answer."""
    left = most
    try:
        for chunk in source:
            left -= len(chunk)
            if left <= 0:
                return
    except FileRefused:
        return


# --- The two ways in ------------------------------------------------------------------------------------------------


def incoming(request: flask.Request) -> Incoming:
    """The one file of this request: raw, or in a form.

    The limit of `receive` counts, so the general limit on request bodies is lifted here.
    Raises `FileRefused`: 400 no name or no form, 411 a raw file without Content-Length, 422 no file chosen.
    """
    # None would mean the general limit of the configuration.
    request.max_content_length = sys.maxsize
    if request.mimetype == "multipart/form-data":
        return multipart_file(request.stream, request.content_type)
    if "Transfer-Encoding" in request.headers:
        # Such a stream has no announced end: one that breaks off would look whole.
        raise FileRefused("Uw browser vertelt niet hoe groot het bestand is. Gebruik een andere browser.", 411)
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    if not name:
        raise FileRefused(CHOOSE, 400)
    return Incoming("", name, request.content_length or 0, _read(request.stream), {})


def multipart_file(stream: BinaryIO, content_type: str) -> Incoming:
    """The file of a form (RFC 7578), read while it comes in; stops as soon as the file begins.

    One file per form. Text fields before it are in `fields` at once, those after it when `chunks` is exhausted;
    together at most 64 kB. `chunks` raises `FileRefused` (400) when the body stops before the end of the form.
    """
    kind, options = parse_options_header(content_type)
    try:
        form = _Form(stream, options[b"boundary"])
    except (KeyError, FormParserError) as error:
        raise FileRefused(CHOOSE, 400) from error
    if kind != b"multipart/form-data":
        raise FileRefused(CHOOSE, 400)
    while form.file is None:
        if not form.pull():
            raise FileRefused(CHOOSE)
    field, name = form.file
    if not name:
        raise FileRefused(CHOOSE)
    return Incoming(field, name, None, form.chunks(), form.fields)


class _Form:
    """Pulls the parts of a multipart body out of a stream, holding no more than one piece of it."""

    def __init__(self, stream: BinaryIO, boundary: bytes):
        self.file: tuple[str, str] | None = None
        self.fields: dict[str, str] = {}
        self._source = _read(stream)
        self._ready: deque[bytes] = deque()
        self._ended = False
        self._headers: dict[str, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._field: str | None = None
        self._text = bytearray()
        self._left = FIELD_BYTES
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_begin": self._begin_header,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_part,
                "on_part_data": self._data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def pull(self) -> bool:
        """Reads the next piece of the body; False after the end of the form."""
        if self._ended:
            return False
        piece = next(self._source, b"")
        if not piece:
            raise FileRefused(BROKEN, 400)
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise FileRefused(BROKEN, 400) from error
        return True

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the file, up to the end of the form."""
        while self._ready or self.pull():
            while self._ready:
                yield self._ready.popleft()

    def _begin_header(self) -> None:
        self._header = (bytearray(), bytearray())

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = bytes(value)

    def _begin_part(self) -> None:
        _kind, options = parse_options_header(self._headers.get("content-disposition", b""))
        field = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._field, self._text = field, bytearray()
            return
        if self.file:
            raise FileRefused("Stuur één bestand tegelijk.")
        self._field = None
        # Browsers write a quotation mark in a name as %22 (HTML, multipart/form-data encoding).
        self.file = field, options[b"filename"].decode("utf-8", "replace").replace("%22", '"')

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._ready.append(data[start:end])
            return
        self._left -= end - start
        if self._left < 0:
            raise FileRefused("De tekst in het formulier is te lang. Maak de tekst korter.", 413)
        self._text += data[start:end]

    def _end_part(self) -> None:
        if self._field is None:
            return
        if len(self.fields) >= MAX_FIELDS:
            raise FileRefused("Het formulier heeft te veel velden.", 413)
        self.fields[self._field] = self._text.decode("utf-8", "replace")

    def _end(self) -> None:
        self._ended = True


def _read(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in pieces; a connection that breaks is a refusal, not an error of ours."""
    try:
        while chunk := stream.read(CHUNK):
            yield chunk
    except (ClientDisconnected, OSError) as error:
        raise FileRefused(BROKEN, 400) from error


# --- Out, and away --------------------------------------------------------------------------------------------------


def send(document_name: str, media_type: str, size: int, chunks: Iterable[bytes]) -> flask.Response:
    """A document to save, never to show: the browser runs nothing of it, whatever it holds.

    The caller checked who asks and that the scan is `schoon`. `size` in bytes; the name is given twice (RFC 6266):
    plain for old programs, in UTF-8 for all others.
    """
    response = flask.Response(chunks, content_type=media_type, direct_passthrough=True)
    name = filetypes.clean_name(document_name)
    plain = re.sub(r"[^\w .,()+-]", "_", unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers.update(
        {
            "Content-Length": str(size),
            "Content-Disposition": disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        }
    )
    return response


def sweep_orphans(store: Store, known_keys: Callable[[Sequence[str]], Collection[str]], older_than: datetime) -> int:
    """Removes objects written before `older_than` that no document knows; gives how many.

    `known_keys` gets some keys and answers which of them a document holds, **of every party**: asked for one party
    behind the wall it would call the files of all others orphans. `older_than` is on the clock of the store (real
    time) and leaves room for a request under way: take at least a day.
    """
    count = store.remove_unfinished(older_than)
    keys = (key for key, _modified in store.keys_older_than(older_than))
    while batch := list(islice(keys, 500)):
        for key in set(batch).difference(known_keys(batch)):
            store.delete(key)
            count += 1
    return count
