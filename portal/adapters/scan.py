"""The virus scanner: ClamAV's daemon, spoken to over its INSTREAM command (clamd(8)) while a file is coming in.

A file that nobody looked at is never called clean: no scanner, or one that fails on the way, gives `wacht`, and the
file stays hidden from others until `scan` has looked at it.
"""

import contextlib
import select
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Verdict:
    """`schoon`: looked at, nothing found. `besmet`: found, `signature` says what. `fout`: the scanner refuses the file
    itself (too large for it), `signature` holds its words. `wacht`: nobody looked yet."""

    state: Literal["schoon", "besmet", "fout", "wacht"]
    signature: str | None = None


class Clamd:
    """A clamd at `address`: the path of its unix socket, or `host:port`. Safe to share between threads.

    `connect_timeout` and `timeout` (for one answer, large archives take long) are in seconds.
    """

    def __init__(self, address: str, *, connect_timeout: float = 3, timeout: float = 120):
        self._address, self._connect_timeout, self._timeout = address, connect_timeout, timeout

    def begin(self) -> "Scan":
        """Starts the scan of one stream; never raises, a scanner that is down shows in the verdict."""
        try:
            connection = self._connect()
        except OSError:
            return Scan(None)
        return Scan(connection)

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        """Scans a stream as a whole, for a file that was stored as `wacht`."""
        with self.begin() as scan:
            for chunk in chunks:
                scan.feed(chunk)
            return scan.result()

    def ping(self) -> bool:
        """Whether the scanner answers."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == "PONG"
        except OSError:
            return False

    def _connect(self) -> socket.socket:
        if "/" in self._address:
            connection = socket.socket(socket.AF_UNIX)
            target: str | tuple[str, int] = self._address
        else:
            connection = socket.socket(socket.AF_INET)
            host, _, port = self._address.rpartition(":")
            target = (host, int(port))
        try:
            connection.settimeout(self._connect_timeout)
            connection.connect(target)
        except OSError:
            connection.close()
            raise
        connection.settimeout(self._timeout)
        return connection


class Scan:
    """One stream under way to the scanner. `feed` never raises; use it in a `with`."""

    def __init__(self, connection: socket.socket | None):
        self._connection = connection
        self._verdict = None if connection else Verdict("wacht")
        try:
            if connection:
                connection.sendall(b"zINSTREAM\0")
        except OSError:
            self._stop()

    def feed(self, chunk: bytes) -> None:
        """Sends a piece. The scanner may answer before the end (too large): then the rest is not sent."""
        if self._verdict or not chunk:
            return
        try:
            # Reading its early answer before sending on: over TCP the answer is lost once we write to a closed end.
            if self._answered():
                self._stop()
                return
            self._connection.sendall(struct.pack(">I", len(chunk)))
            self._connection.sendall(chunk)
        except OSError:
            self._stop()

    def result(self) -> Verdict:
        """The verdict over what was fed; ends the stream."""
        if not self._verdict:
            # Where the scanner closed already, its answer may still wait to be read.
            with contextlib.suppress(OSError):
                self._connection.sendall(struct.pack(">I", 0))
            self._stop()
        return self._verdict

    def close(self) -> None:
        """Hangs up; the scanner forgets a stream without an end."""
        if self._connection:
            self._connection.close()
            self._connection = None
        self._verdict = self._verdict or Verdict("wacht")

    def _answered(self) -> bool:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(0))

    def _stop(self) -> None:
        try:
            self._verdict = _judge(_answer(self._connection))
        except OSError:
            self._verdict = Verdict("wacht")
        self.close()

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class NoScanner:
    """Stands where no scanner is configured: every file waits."""

    def begin(self) -> Scan:
        return Scan(None)

    def scan(self, chunks: Iterable[bytes]) -> Verdict:
        return Verdict("wacht")

    def ping(self) -> bool:
        return False


def _answer(connection: socket.socket) -> str:
    """The scanner's words up to its closing NUL."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        piece = connection.recv(4096)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _judge(answer: str) -> Verdict:
    """`stream: OK`, `stream: <signature> FOUND`, `<words> ERROR`; nothing when the scanner died."""
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return Verdict("schoon")
    if words.endswith(" FOUND"):
        return Verdict("besmet", words.removesuffix(" FOUND"))
    # Any other error is the scanner's own trouble (no disk, reloading): the file may be scanned again later.
    return Verdict("fout", words.removesuffix(" ERROR")) if "size limit exceeded" in words else Verdict("wacht")
