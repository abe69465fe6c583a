"""A real clamd on one's own machine, for demo and tests: a unix socket in a folder, and a few signatures of our own.

It knows no real virus: only the EICAR test file and a probe string. That makes every path of the portal testable with
the real daemon, without downloading signatures. Production has its own ClamAV with freshclam.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PROBE = b"PORTAL-MALWARE-" + b"PROBE-7731"
"""Harmless text that this clamd calls a virus."""
# In two halves, so that a scanner on this machine leaves the source alone.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

_PLACES = ("/usr/sbin/clamd", "/usr/local/sbin/clamd", "/opt/homebrew/sbin/clamd")
_PR_SET_PDEATHSIG = 1
_LONGEST_SOCKET = 100
"""Characters; a unix socket address holds 107 bytes."""


def available() -> str | None:
    """The clamd of this machine, or None."""
    found = shutil.which("clamd") or next((place for place in _PLACES if os.access(place, os.X_OK)), None)
    return str(found) if found else None


class Clamav:
    """A clamd with its own folder; `socket` is its address. Use in a `with`, or `start` and `stop`.

    Raises `RuntimeError` when clamd is missing or does not answer within `wait` seconds. `stream_max`: most MB of one
    file. clamd dies with this process; start it from the main thread, whose end is what the kernel watches.
    """

    def __init__(self, folder: Path, *, stream_max: int = 512, wait: float = 30):
        self.folder = Path(folder).resolve()
        self.socket = str(self.folder / "clamd.sock")
        self._stream_max, self._wait = stream_max, wait
        self._process: subprocess.Popen | None = None

    def start(self) -> "Clamav":
        program = available()
        if program is None:
            raise RuntimeError("clamd is niet geïnstalleerd (Debian: clamav-daemon).")
        if len(self.socket) > _LONGEST_SOCKET:
            raise RuntimeError(f"Het pad van de socket is te lang: {self.socket}")
        self._write()
        # Loaded before the fork: between fork and exec a child should not import or allocate more than it must.
        libc = ctypes.CDLL(None, use_errno=True)

        def die_with_parent() -> None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

        with (self.folder / "clamd.out").open("wb") as out:
            self._process = subprocess.Popen(
                [program, "--config-file", str(self.folder / "clamd.conf")],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent if os.uname().sysname == "Linux" else None,
            )
        self._await_answer()
        return self

    def stop(self) -> None:
        """Ends our own clamd and waits for it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        Path(self.socket).unlink(missing_ok=True)

    def __enter__(self) -> "Clamav":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _write(self) -> None:
        database, temporary = self.folder / "db", self.folder / "tmp"
        for folder in (self.folder, database, temporary):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Name : any kind of file : any place : bytes in hexadecimal.
        signatures = {"Portal.Test.Eicar": EICAR, "Portal.Test.Probe": PROBE}
        lines = [f"{name}:0:*:{content.hex()}\n" for name, content in signatures.items()]
        (database / "portal.ndb").write_text("".join(lines))
        Path(self.socket).unlink(missing_ok=True)
        (self.folder / "clamd.conf").write_text(
            f"Foreground yes\nLogFile {self.folder}/clamd.log\nLogFileMaxSize 10M\nPidFile {self.folder}/clamd.pid\n"
            f"LocalSocket {self.socket}\nLocalSocketMode 600\nFixStaleSocket yes\n"
            f"DatabaseDirectory {database}\nTemporaryDirectory {temporary}\nOfficialDatabaseOnly no\nSelfCheck 0\n"
            f"StreamMaxLength {self._stream_max}M\nMaxFileSize {self._stream_max}M\n"
            f"MaxScanSize {2 * self._stream_max}M\nMaxScanTime 120000\nMaxThreads 4\n"
            "AlertExceedsMax yes\nAlertEncrypted yes\n"
        )

    def _await_answer(self) -> None:
        deadline = time.monotonic() + self._wait
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.05)
        self.stop()
        words = (self.folder / "clamd.out").read_text(errors="replace").strip()
        raise RuntimeError(f"clamd start niet. {words[-500:]}")

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(self.socket)
                connection.sendall(b"zPING\0")
                return connection.recv(16).startswith(b"PONG")
        except OSError:
            return False
