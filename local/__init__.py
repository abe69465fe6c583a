"""What plays the outside world on one's own machine: database, mail, login and virus scan, for demo and tests.

Nothing in `portal/` imports this package. This file holds what its parts share, and needs the standard library only.
"""

import ctypes
import os
import socket
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int) -> Callable[[], None]:
    """A `preexec_fn` that lets the kernel send `signal_number` to the child when its parent dies, however it dies.

    The kernel looks at the *thread* that forked: start such children from the main thread.
    """
    parent = os.getpid()

    def in_child() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent:  # it died before the kernel knew of our wish
            os._exit(1)

    return in_child


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read (0600), whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def last_lines(log: Path, count: int = 8, start: int = 0) -> str:
    """The last lines of a log from byte `start` on; empty when there is no log."""
    try:
        with log.open("rb") as file:
            file.seek(max(start, log.stat().st_size - 20_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""
