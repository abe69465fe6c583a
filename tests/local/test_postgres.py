"""The embedded PostgreSQL: starts, stops, survives a kill, dies with its parent, keeps to its folder."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from local import PROJECT, free_port, postgres
from local.postgres import PostgresError, Server

ENGINES = sorted(
    {version: folder for folder in postgres.binaries() if (version := postgres.major_version(folder))}.items()
)
pytestmark = pytest.mark.skipif(not ENGINES, reason="geen PostgreSQL op deze machine: draai make setup")


@pytest.fixture
def server(tmp_path):
    with Server(tmp_path / "pg", durable=False) as running:
        yield running


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.parametrize("version, folder", ENGINES)
def test_each_engine_makes_roles_and_databases(tmp_path, version, folder):
    with Server(tmp_path / "pg", durable=False, bin=folder) as server:
        assert server.version == version
        assert server.create_roles() == server.create_roles()
        server.create_database("moeder")
        with server.connect("moeder"):  # somebody forgot to hang up
            server.create_database("dochter", template="moeder", force=True)
        for role in postgres.ROLES:
            engine = sqlalchemy.create_engine(server.dsn(role, dbname="dochter"), poolclass=sqlalchemy.NullPool)
            with engine.connect() as connection:
                facts = connection.exec_driver_sql(
                    "SELECT current_user, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole,"
                    " has_schema_privilege('public', 'CREATE'), pg_get_userbyid(datdba)"
                    " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
                ).one()
            assert tuple(facts) == (role, False, role == postgres.OWNER, postgres.OWNER)
        with server.connect("dochter") as connection:
            installed = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
            checksums, method = connection.execute(
                "SELECT current_setting('data_checksums'), current_setting('password_encryption')"
            ).fetchone()
        assert set(postgres.EXTENSIONS) <= installed
        assert (checksums, method) == ("on", "scram-sha-256")
        server.drop_database("dochter")
        assert server.has_database("moeder") and not server.has_database("dochter")


def test_nobody_gets_in_with_a_wrong_password(server):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(server.socket_folder), user="postgres", password="fout", dbname="postgres")


def test_secrets_are_for_the_owner_only(server):
    server.create_roles()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (server.root / "secrets").iterdir()} == {0o600}
    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    log = server.log.read_text()
    assert not any(server.password(role) in log for role in (postgres.SUPERUSER, *postgres.ROLES))


def test_keeps_its_data_when_started_again(tmp_path):
    with Server(tmp_path / "pg") as server:
        server.connect().execute("CREATE TABLE t AS SELECT 42 AS answer")
        pid = server.process.pid
    assert not Path(f"/proc/{pid}").exists()
    with Server(tmp_path / "pg") as server:
        assert server.connect().execute("SELECT answer FROM t").fetchone() == (42,)


def test_recovers_from_kill_9_with_sessions_open(tmp_path):
    first = Server(tmp_path / "pg").start()
    session = first.connect()
    session.execute("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i")
    first.process.kill()
    first.process.wait()
    with Server(tmp_path / "pg") as second:
        assert second.connect().execute("SELECT count(*) FROM t").fetchone() == (100_000,)


def test_a_pid_file_that_names_another_process_is_stale(tmp_path):
    server = Server(tmp_path / "pg").start()
    server.process.kill()
    server.process.wait()
    pid_file = server.data / "postmaster.pid"
    rest = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{os.getpid()}\n{rest}")
    with Server(tmp_path / "pg") as again:
        assert again.connect().execute("SELECT 1").fetchone() == (1,)


def test_dies_when_its_parent_is_killed(tmp_path):
    script = (
        "import sys, time, local.postgres as p\n"
        f"s = p.Server({str(tmp_path / 'pg')!r}, durable=False).start()\n"
        "print(s.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    data = (tmp_path / "pg" / "data").resolve()
    assert wait_until(lambda: postgres.postmaster(data) is None), f"proces {pid} draait nog"
    with Server(tmp_path / "pg", durable=False) as again:
        assert again.version


def test_a_second_start_in_the_same_folder_is_refused(server, monkeypatch):
    monkeypatch.setattr(postgres.time, "monotonic", iter(range(0, 10_000, 100)).__next__)
    with pytest.raises(PostgresError, match="draait al"):
        Server(server.root, durable=False).start()


def test_two_side_by_side_and_attach(server, tmp_path):
    with Server(tmp_path / "other", port=free_port(), durable=False) as other:
        other.connect().execute("CREATE TABLE only_here ()")
        assert server.connect().execute("SELECT to_regclass('only_here')").fetchone() == (None,)
        guest = Server.attach(other.root)
        assert guest.connect().execute("SELECT to_regclass('only_here')").fetchone() == ("only_here",)
        guest.stop()
        assert other.process.poll() is None
        where = {"host": "127.0.0.1", "port": other.port, "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**where, password=other.password()) as tcp:
            assert tcp.execute("SELECT inet_server_port()").fetchone() == (other.port,)
    with pytest.raises(PostgresError, match="draait geen"):
        Server.attach(other.root)


def test_a_project_path_too_long_for_a_socket(tmp_path):
    with Server(tmp_path / ("l" * 120), durable=False) as server:
        folder = server.socket_folder
        assert folder.parent != server.root and stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert Server.attach(server.root).version == server.version
    assert not folder.exists()


def test_data_of_another_version_is_refused_or_served_by_that_version(tmp_path, monkeypatch):
    if len(ENGINES) < 2:
        pytest.skip("maar één versie van PostgreSQL op deze machine")
    (older, old_bin), (_, new_bin) = ENGINES[0], ENGINES[-1]
    with Server(tmp_path / "pg", durable=False, bin=old_bin):
        pass
    with pytest.raises(PostgresError, match=f"van PostgreSQL {older}"):
        Server(tmp_path / "pg", durable=False, bin=new_bin).start()
    with Server(tmp_path / "pg", durable=False) as server:
        assert server.version == older


def test_without_programs_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="make setup"):
        Server(tmp_path / "pg").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="alleen als root te toetsen")
def test_root_without_user_namespaces_runs_it_as_nobody(monkeypatch):
    debian = [folder for _, folder in ENGINES if folder.is_relative_to("/usr")]
    if not debian:
        pytest.skip("geen PostgreSQL waar ook nobody bij kan")
    monkeypatch.setattr(postgres.shutil, "which", lambda _: None)
    # Folders of pytest are closed to others; nobody must be able to walk to the data.
    with tempfile.TemporaryDirectory(prefix="samenportaal-test-") as folder:
        Path(folder).chmod(0o755)
        with Server(Path(folder) / "pg", durable=False, bin=debian[0]) as server:
            assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
            assert server.version


def test_an_interrupted_initdb_leaves_no_half_cluster(tmp_path):
    (tmp_path / "pg" / "data.new").mkdir(parents=True)
    (tmp_path / "pg" / "data.new" / "PG_VERSION").write_text("18\n")
    with Server(tmp_path / "pg", durable=False) as server:
        assert server.version


def test_ctrl_c_in_the_terminal_reaches_the_owner_only(server):
    assert os.getpgid(server.process.pid) != os.getpgid(0)
    assert server.process.poll() is None
    os.kill(server.process.pid, signal.SIGHUP)  # reload, as an operator would
    assert server.version
