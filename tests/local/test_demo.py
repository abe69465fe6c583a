"""The supervisor of `make demo`, with real parts; only the portal is a small stand-in that uses its database."""

import json
import os
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from local import PROJECT, demo, free_port, postgres
from local.demo import Demo, DemoError
from local.mail import read_all
from local.setup import which

NEEDED = [which("node"), (PROJECT / "node_modules" / "oidc-provider").exists(), next(postgres.binaries(), None)]
pytestmark = pytest.mark.skipif(not all(NEEDED), reason="Node of PostgreSQL ontbreekt: draai make setup")

PORTAL = """
import json, os, sys, time
import click, psycopg
from flask import Flask

def database(name="DATABASE_URL"):
    return psycopg.connect(os.environ[name].replace("+psycopg", ""), autocommit=True)

def create_app():
    app = Flask(__name__)

    @app.get("/gezondheid")
    def gezondheid():
        with database() as connection:
            seeds = connection.execute("SELECT count(*) FROM dossier").fetchone()[0]
        return {"seeds": seeds, "owner": "DATABASE_OWNER_URL" in os.environ, "pid": os.getpid()}

    @app.cli.command("db-upgrade")
    def upgrade():
        with database("DATABASE_OWNER_URL") as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS dossier (id int)")
            connection.execute("GRANT SELECT ON dossier TO portal_app")

    @app.cli.command("seed")
    def seed():
        with database("DATABASE_OWNER_URL") as connection:
            connection.execute("INSERT INTO dossier VALUES (1)")
        if os.environ.get("BREAK_SEED"):
            sys.exit("de demoregio past niet")

    @app.cli.command("personas")
    @click.option("--json", "as_json", is_flag=True)
    def personas(as_json):
        print("een regel log", file=sys.stderr)
        person = {"sub": "kampen-inkoper", "name": "Noor Voorbeeld (fictief)", "note": "Inkoper.", "claims": {}}
        kampen = {"slug": "kampen", "name": "Gemeente Kampen", "kind": "gemeente", "personas": [person]}
        print(json.dumps({"issuers": [kampen]}))

    @app.cli.command("worker")
    def worker():
        print(os.getpid(), flush=True)
        while True:
            time.sleep(60)

    return app
"""


@pytest.fixture
def portal(tmp_path):
    (tmp_path / "project" / "portal").mkdir(parents=True)
    (tmp_path / "project" / "portal" / "app.py").write_text(PORTAL)
    return tmp_path / "project"


@pytest.fixture
def make(portal, tmp_path):
    def build(name="demo", **options):
        return Demo(tmp_path / name, project=portal, durable=False, **options)

    return build


def health(port):
    return json.loads(demo.answer(port, "/gezondheid", "localhost")[1])


def processes_in(folder):
    """Processes that have to do with this folder, by their command line or environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            facts = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in facts and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_up_serves_everything_and_a_restart_goes_on_with_the_same_data(make):
    first = make()
    with first:
        facts = health(first.port)
        assert (facts["seeds"], facts["owner"]) == (1, False)
        issuer = first.environment["OIDC_BASE"]
        status, body = demo.answer(int(issuer.rsplit(":", 1)[1]), "/kampen/.well-known/openid-configuration")
        assert status == 200 and json.loads(body)["issuer"] == f"{issuer}/kampen"
        with smtplib.SMTP(first.environment["SMTP_URL"].removeprefix("smtp://"), timeout=10) as client:
            letter = EmailMessage()
            letter["Subject"] = "Er staat een bericht klaar"
            client.send_message(letter, "portaal@regio.example", ["a@b.example"])
        assert stat.S_IMODE((first.root / "env").stat().st_mode) == 0o600
        shown = subprocess.run(
            ["sh", "-c", '. "$0/env" && printf %s "$DATABASE_OWNER_URL"', first.root], capture_output=True, text=True
        ).stdout
        assert shown == first.environment["DATABASE_OWNER_URL"]
        assert "Noor Voorbeeld (fictief)" in demo.welcome(first) and first.url in demo.welcome(first)
    assert wait_until(lambda: not processes_in(first.root))

    steps = []
    second = make(tell=steps.append)
    with second:
        assert not any("vullen" in step for step in steps)
        assert health(second.port)["seeds"] == 1
        assert second.environment["OIDC_BASE"] == issuer
        assert second.environment["SECRET_KEY"] == first.environment["SECRET_KEY"]
        assert [mail["Subject"] for mail in read_all(second.root / "mail")] == ["Er staat een bericht klaar"]


def test_two_side_by_side_but_not_in_one_folder(make, portal):
    with make("een") as one, make("twee") as two:
        assert health(one.port)["pid"] != health(two.port)["pid"]
        with pytest.raises(DemoError, match=r"draait al een demo .*stop die eerst"):
            make("een").up()
        with pytest.raises(DemoError, match="draait al"):
            demo.forget(one.root)
        assert health(one.port)["seeds"] == 1
    assert demo.forget(one.root) and not one.root.exists()
    assert not demo.forget(one.root)


def test_a_part_that_dies_is_said_and_stops_the_demo(make):
    running = make()
    with running:
        worker = int((running.root / "log" / "taken.out").read_text())
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(DemoError, match=r"Het onderdeel 'taken' is gestopt door signaal SIGKILL"):
            running.watch()
    assert wait_until(lambda: not processes_in(running.root))


def test_a_fill_that_breaks_off_says_why_and_starts_afresh_next_time(make):
    with pytest.raises(DemoError, match=r"(?s)flask seed is gestopt met code 1.*de demoregio past niet"):
        make(extra={"BREAK_SEED": "1"}).up()
    with make() as again:
        assert health(again.port)["seeds"] == 1
    assert wait_until(lambda: not processes_in(again.root))


def test_a_port_in_use_and_a_folder_of_something_else_are_refused(make, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(DemoError, match=f"Poort {port} is bezet"):
            make(port=port).up()
    (tmp_path / "huis").mkdir()
    (tmp_path / "huis" / "brief.txt").write_text("van mij")
    with pytest.raises(DemoError, match="niet van een demo"):
        demo.forget(tmp_path / "huis")
    assert (tmp_path / "huis" / "brief.txt").exists()


RUN = """
import sys
from pathlib import Path
from local.demo import Demo, run

run(Demo(Path(sys.argv[1]), int(sys.argv[2]), project=Path(sys.argv[3]), durable=False, tell=print))
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_supervisor(portal, tmp_path, ending):
    root, port = tmp_path / "demo", free_port()
    with (tmp_path / "said").open("w") as said:
        supervisor = subprocess.Popen(
            [sys.executable, "-c", RUN, root, str(port), portal], stdout=said, stderr=said, cwd=PROJECT
        )
    try:
        assert wait_until(lambda: "Stoppen: Ctrl-C" in (tmp_path / "said").read_text(), 60), (
            tmp_path / "said"
        ).read_text()
        assert health(port)["seeds"] == 1
        supervisor.send_signal(ending)
        code = supervisor.wait(30)
    finally:
        supervisor.kill()
        supervisor.wait()
    assert code == (-signal.SIGKILL if ending == signal.SIGKILL else 0)
    assert wait_until(lambda: not processes_in(root)), processes_in(root)
    if ending != signal.SIGKILL:
        assert "De demo is gestopt." in (tmp_path / "said").read_text()


def test_ctrl_c_while_it_starts_leaves_nothing(portal, tmp_path):
    root = tmp_path / "demo"
    command = [sys.executable, "-c", RUN, root, str(free_port()), portal]
    supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    try:
        assert wait_until(lambda: (root / "env").exists(), 30)
        supervisor.send_signal(signal.SIGINT)
        said, _ = supervisor.communicate(timeout=30)
    finally:
        supervisor.kill()
        supervisor.wait()
    assert supervisor.returncode == 0 and "De demo is gestopt." in said
    assert wait_until(lambda: not processes_in(root)), processes_in(root)


def test_a_child_that_ignores_sigterm_is_killed_with_all_it_started(tmp_path, monkeypatch):
    deaf = "trap '' TERM; sleep 61 & echo $!; wait; sleep 62"
    child = demo.Child("doof", ["sh", "-c", deaf], dict(os.environ), tmp_path / "doof.log", tmp_path)
    assert wait_until(lambda: child.output.read_text().strip())
    grandchild = Path(f"/proc/{child.output.read_text().strip()}/cmdline")
    assert b"61" in grandchild.read_bytes()
    child.process.terminate()
    child.finish(time.monotonic() + 1)
    assert child.process.returncode == -signal.SIGKILL
    assert wait_until(lambda: not (grandchild.exists() and grandchild.read_bytes()))
