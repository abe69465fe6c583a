"""Clients: a bounded number of threads, each with one connection that stays open, for a bounded time, to 127.0.0.1."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

MOST_CLIENTS = 16
MOST_SECONDS = 60
PATIENCE = 20  # seconds for one answer


@dataclass(frozen=True)
class Call:
    """One request and the status that its answer must have."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    status: int = 200


@dataclass
class Sample:
    """What a round gave. `times` in seconds, one per answer; `wrong` says which answers were not as they had to be."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    # Seconds of processor that server and database used meanwhile; whoever presses fills it in.
    cpu: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """Median time of an answer in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        """Time in milliseconds that 95 of 100 answers stay below."""
        return sorted(self.times)[int(len(self.times) * 0.95)] * 1000

    @property
    def cpu_each(self) -> float:
        """Milliseconds of processor per answer: what is left to compare when others keep the machine busy."""
        return self.cpu / len(self.times) * 1000

    @property
    def per_second(self) -> float:
        """Answers per second of all clients together."""
        return len(self.times) / self.seconds


class Wrong(Exception):
    """An answer was not what was asked for: then its speed means nothing."""


def press(port: int, calls: list[Callable[[], Call]], seconds: float) -> Sample:
    """One client per entry of `calls`, each asking again as soon as it has its answer. Raises Wrong."""
    if len(calls) > MOST_CLIENTS or seconds > MOST_SECONDS:
        raise ValueError("Zoveel clients of zo lang meten wij niet.")
    sample, start = Sample(), threading.Barrier(len(calls) + 1)
    threads = [threading.Thread(target=_client, args=(port, call, seconds, start, sample), daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    start.wait(PATIENCE)
    began = time.perf_counter()
    for thread in threads:
        thread.join(seconds + 2 * PATIENCE)
    sample.seconds = time.perf_counter() - began
    if sample.wrong or not sample.times:
        raise Wrong(sample.wrong[0] if sample.wrong else "geen enkel antwoord")
    return sample


def _client(port: int, make: Callable[[], Call], seconds: float, start: threading.Barrier, sample: Sample) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.connect()
        start.wait(PATIENCE)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until and not sample.wrong:
            call = make()
            began = time.perf_counter()
            status, body = ask(connection, call)
            sample.times.append(time.perf_counter() - began)
            if status != call.status:
                sample.wrong.append(f"{call.method} {call.path}: {status} in plaats van {call.status}: {body[-300:]!r}")
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
        sample.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        connection.close()


def ask(connection: http.client.HTTPConnection, call: Call) -> tuple[int, bytes]:
    """One request on an open connection: status and body."""
    connection.request(call.method, call.path, call.body, dict(call.headers))
    response = connection.getresponse()
    return response.status, response.read()


def ask_once(port: int, call: Call) -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        return ask(connection, call)
    finally:
        connection.close()
