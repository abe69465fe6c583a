"""Where the measuring happens: one durable PostgreSQL, the portal and the floor as their own granian servers beside it."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine

import migrations
from config.settings import Settings
from local import PROJECT, die_with_parent, free_port, last_lines
from local.postgres import APP, ZEGEL, Server
from portal.app import create_app
from portal.db import Session
from portal.tenants.region import lay_out
from tests.bench.load import Call, ask_once
from tests.world import World

WORKERS, THREADS = 2, 4
READY = 60  # seconds
PORTAL, FLOOR = "portal.app:create_app", "tests.bench.floor:create_app"
DATABASE = "meting"


class Web:
    """One application behind granian, as the demo runs it; `first_answer` is the cold start in seconds, `first_cpu` what
    it took of the processors."""

    def __init__(self, factory: str, path: str, environment: dict[str, str], log: Path, *, status: int = 200):
        self.port = free_port()
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", self.port]
        command += ["--workers", WORKERS, "--blocking-threads", THREADS, "--workers-kill-timeout", 2, "--factory", factory]
        self._log = log
        began = time.perf_counter()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(map(str, command)), env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent(signal.SIGINT))
        self._wait(path, status)
        self.first_answer = time.perf_counter() - began
        self.first_cpu = sum(_cpu(pid) for pid in (self._process.pid, *_children(self._process.pid)))

    def _wait(self, path: str, status: int) -> None:
        deadline = time.monotonic() + READY
        while True:
            with contextlib.suppress(OSError):
                if ask_once(self.port, Call(path))[0] == status:
                    return
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"De server antwoordt niet op {path}: {last_lines(self._log)}")
            time.sleep(0.005)

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        deadline = time.monotonic() + READY
        while True:
            found = [pid for pid in _children(self._process.pid) if b"granian" in _read(pid, "cmdline")]
            if len(found) >= WORKERS or time.monotonic() > deadline:
                return found
            time.sleep(0.05)

    def cpu(self) -> float:
        """Seconds of processor that the workers used until now."""
        return sum(_cpu(pid) for pid in self.workers())

    def memory(self) -> dict[int, float]:
        """Resident memory of each worker in MB."""
        return {pid: _resident(pid) for pid in self.workers()}

    def stop(self) -> None:
        """End the server and its workers."""
        for ending in (signal.SIGINT, signal.SIGKILL):
            if self._process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(12)
                return


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _children(pid: int) -> list[int]:
    every = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal())
    # The name of a program may hold blanks and brackets; the parent stands second after the last one.
    return [child for child in every if (stat := _read(child, "stat")) and int(stat.rpartition(b")")[2].split()[1]) == pid]


def _cpu(pid: int, *, ended: bool = False) -> float:
    """Seconds of processor that a process used; with `ended` also its children that are gone."""
    used = _read(pid, "stat").rpartition(b")")[2].split()[11:15 if ended else 13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    lines = _read(pid, "status").decode().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


class Stage:
    """`with Stage(folder) as stage:` gives `stage.world`, `stage.owner`, `stage.app`, and servers through `serve`."""

    def __init__(self, root: Path):
        self.root = root
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Stage":
        with contextlib.ExitStack() as stack:
            server = Server(self.root / "postgres")
            stack.callback(server.remove)
            stack.enter_context(server)
            server.create_roles()
            owner_url = server.create_database(DATABASE)
            migrations.upgrade(owner_url)
            self.owner = create_engine(owner_url)
            stack.callback(self.owner.dispose)
            with Session(bind=self.owner, info={"owner": True}) as session, session.begin():
                lay_out(session)
            (self.root / "bestanden").mkdir()
            own = {
                "DATABASE_URL": server.dsn(APP, dbname=DATABASE), "ZEGEL_DATABASE_URL": server.dsn(ZEGEL, dbname=DATABASE),
                "ZEGEL_KEY": secrets.token_hex(32), "SECRET_KEY": secrets.token_hex(32), "PUBLIC_URL": "http://localhost",
                "FILE_STORE_URL": (self.root / "bestanden").as_uri(), "SMTP_URL": "smtp://127.0.0.1:9", "SCAN_OPTIONAL": "1",
                "PORTAL_ENV": "test", "OIDC_CLIENT_SECRET": secrets.token_hex(20),
                "FLOOR_DSN": owner_url.replace("+psycopg", "", 1),
            }
            self._environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", **own}
            self.app = create_app(Settings.from_environment(own))
            self.app.testing = self.app.logger.disabled = True  # lines of JSON are ours here
            stack.callback(self.app.engine.dispose)
            self.world = World(self.app, self.owner)
            self.version, self._postgres = server.version, server.process.pid
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def database_cpu(self) -> float:
        """Seconds of processor that PostgreSQL used until now, for everybody."""
        return _cpu(self._postgres, ended=True) + sum(_cpu(pid) for pid in _children(self._postgres))

    @contextlib.contextmanager
    def serve(self, factory: str, path: str, *, status: int = 200):
        """Run one application until the end of the block."""
        web = Web(factory, path, self._environment, self.root / "web.log", status=status)
        try:
            yield web
        finally:
            web.stop()
