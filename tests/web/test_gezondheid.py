"""/gezondheid: each part, 200 or 503, no secrets."""

import shutil
import socketserver
import threading
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, text

import migrations
from portal.adapters.files import StoreError
from portal.app import create_app
from portal.blueprints import gezondheid
from portal.jobs import seal_all
from portal.kernel import clock, history
from portal.kernel.dossier import Dossier

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


class Greets(socketserver.StreamRequestHandler):
    """A mail server that says hello and goodbye."""

    def handle(self):
        self.wfile.write(b"220 proef\r\n")
        for line in self.rfile:
            self.wfile.write(b"221 dag\r\n" if line.upper().startswith(b"QUIT") else b"250 goed\r\n")


@pytest.fixture(scope="module")
def mail_port():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greets) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def well(app, world, mail_port, monkeypatch):
    """Everything works: a worker gave a sign, a mail server answers."""
    world.behind("DELETE FROM jobs.procrastinate_workers")
    world.behind("INSERT INTO jobs.procrastinate_workers DEFAULT VALUES")
    monkeypatch.setattr(app, "settings", replace(app.settings, smtp_url=f"smtp://127.0.0.1:{mail_port}"))
    app.extensions.pop("gezondheid", None)
    yield app
    world.behind("DELETE FROM jobs.procrastinate_workers")
    app.extensions.pop("gezondheid", None)


TOKEN = "een lang geheim voor wie het portaal bewaakt"


def ask(app, token=TOKEN):
    """As the operator, unless told otherwise."""
    before, app.settings = app.settings, replace(app.settings, gezondheid_token=TOKEN)
    try:
        answer = app.test_client().get("/gezondheid", headers={"Authorization": f"Bearer {token}"} if token else {})
    finally:
        app.settings = before
    return answer.status_code, answer.get_json(), answer


@pytest.mark.parametrize("token", [None, "", "fout", TOKEN[:-1], "\u00eb" * 40])
def test_a_stranger_hears_per_part_that_it_works_or_not(well, world, token):
    """The role of the database, the revision of the schema and the free space are no matter for everybody."""
    parts = {"database", "schema", "werker", "post", "historie", "opslag", "mail", "virusscanner", "schijf"}
    token = token.encode().decode("latin-1") if token else token
    status, body, answer = ask(well, token)
    assert (status, body) == (200, {"status": "goed", "delen": {name: {"status": "goed"} for name in parts}})
    assert answer.headers["Cache-Control"] == "no-store"
    world.behind("UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    status, body, _answer = ask(well, token)
    assert (status, body["status"], body["delen"]["werker"]) == (503, "fout", {"status": "fout"})


def test_without_a_token_in_the_settings_nobody_is_the_operator(well):
    for header in ("Bearer ", "Bearer None", "Basic Og==", "Bearer"):
        answer = well.test_client().get("/gezondheid", headers={"Authorization": header})
        assert "uitleg" not in answer.get_data(as_text=True)


def test_the_command_line_tells_all(well, world):
    done = well.test_cli_runner().invoke(args=["gezondheid"])
    assert done.exit_code == 0, done.output
    assert "database: goed, bereikbaar als rol portal_app\n" in done.output and len(done.output.splitlines()) == 9
    world.behind("DELETE FROM jobs.procrastinate_workers")
    done = well.test_cli_runner().invoke(args=["gezondheid"])
    assert done.exit_code == 1
    assert "werker: fout, De werker geeft geen teken van leven.\n" in done.output


def test_all_parts_are_well(well):
    status, body, answer = ask(well)
    assert (status, body["status"]) == (200, "goed"), body
    assert set(body["delen"]) == {"database", "schema", "werker", "post", "historie", "opslag", "mail", "virusscanner",
                                  "schijf"}
    assert all(part["status"] == "goed" for part in body["delen"].values())
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_it_tells_no_secrets(well, settings):
    words = ask(well)[2].get_data(as_text=True)
    for secret in (settings.database_url, settings.smtp_url, settings.file_store_url, settings.secret_key.decode()):
        assert secret not in words


def only_fault(app, part):
    status, body, _answer = ask(app)
    assert (status, body["status"]) == (503, "fout")
    assert [name for name, found in body["delen"].items() if found["status"] == "fout"] == [part], body
    return body["delen"][part]["uitleg"]


def test_a_silent_worker(well, world):
    world.behind("UPDATE jobs.procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'")
    assert "werker" in only_fault(well, "werker")


def test_mail_that_waits(well, world):
    party = world.gemeente("zwolle")
    world.behind("INSERT INTO portal.outbox (id, sleutel, soort, party_id, gegevens, gemaakt_at, pogingen) "
                 "VALUES (gen_random_uuid(), 'x', 'bericht', :p, '{}', portal.now() - interval '20 minutes', 3)", p=party)
    assert only_fault(well, "post") == "De oudste mail wacht 20 minuten."
    world.behind("UPDATE portal.outbox SET fout = 'Geweigerd.'")
    assert ask(well)[0] == 200, "wat nooit meer weggaat, wacht niet"


def a_line(session, actor, reference):
    dossier = Dossier(reference=reference, titel="Proef", state="open", eigenaar_id=actor.party_id)
    session.add(dossier)
    session.flush()
    history.record(session, dossier, "inkoop:begin", actor=actor, on=clock.today(), facts={})


def later(app):
    """What the next minute of asking would see."""
    app.extensions.pop("gezondheid", None)
    return app


def test_history_that_nobody_seals(well, world):
    """Also of a party that never had a seal, and of lines after a seal."""
    assert ask(well)[1]["delen"]["historie"]["uitleg"] == "alles is verzegeld"
    anna, karel = world.medewerker("zwolle", "contractmanager"), world.medewerker("kampen", "contractmanager")
    world.as_(anna, a_line, "INK-1")
    status, body, _answer = ask(later(well))
    assert status == 200 and "seconden" in body["delen"]["historie"]["uitleg"]
    sealer = create_engine(well.settings.zegel_url)
    deadline = monotonic() + 30
    while not seal_all(sealer, KEY, "1"):
        assert monotonic() < deadline
    assert ask(later(well))[1]["delen"]["historie"]["uitleg"] == "alles is verzegeld"
    for who, reference in ((karel, "INK-2"), (anna, "INK-3")):
        world.as_(who, a_line, reference)
        world.clock(timedelta(minutes=11))
        assert "minuten" in only_fault(later(well), "historie")
        deadline = monotonic() + 30
        while not seal_all(sealer, KEY, "1"):
            assert monotonic() < deadline
        assert ask(later(well))[0] == 200
    sealer.dispose()


def test_without_a_key_the_operator_reads_that_nothing_is_sealed(well, monkeypatch):
    monkeypatch.setattr(well, "settings", replace(well.settings, zegel_url=None, zegel_key=None))
    assert ask(later(well))[1]["delen"]["historie"] == {"status": "goed", "uitleg": "wordt niet verzegeld (geen ZEGEL_KEY)"}


def test_asking_often_looks_at_the_history_once(well, monkeypatch):
    asked = []
    monkeypatch.setattr(gezondheid, "_history", lambda: asked.append(1) or "goed")
    for _time in range(3):
        ask(well)
    assert len(asked) == 1


def test_a_schema_that_is_not_ours(well, owner):
    with owner.begin() as connection:
        before = connection.execute(text("UPDATE public.alembic_version SET version_num = 'anders' RETURNING 1")).all()
    try:
        assert before
        assert "anders" in only_fault(well, "schema")
    finally:
        with owner.begin() as connection:
            connection.execute(text("UPDATE public.alembic_version SET version_num = :v"), {"v": migrations.newest()})


def test_a_store_that_cannot_write(well, monkeypatch):
    def fails():
        raise StoreError("De opslag kon het bestand niet bewaren.")

    monkeypatch.setattr(well.files, "check", fails)
    assert only_fault(well, "opslag") == "De opslag kon het bestand niet bewaren."


def test_a_mail_server_that_is_gone(well, monkeypatch):
    monkeypatch.setattr(well, "settings", replace(well.settings, smtp_url="smtp://127.0.0.1:9"))
    only_fault(well, "mail")


def test_a_scanner_that_must_be_there(well, monkeypatch):
    monkeypatch.setattr(well, "settings", replace(well.settings, scan_optional=False))
    only_fault(well, "virusscanner")


def test_a_full_disk(well, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=5 * 2**20))
    assert "5 MB" in only_fault(well, "schijf")


def test_outside_parts_are_asked_once_in_a_while(well, monkeypatch):
    asked = []
    monkeypatch.setattr(well.files, "check", lambda: asked.append(1))
    for _time in range(3):
        ask(well)
    assert len(asked) == 1


def test_without_a_database_it_still_answers(settings):
    app = create_app(replace(settings, database_url="postgresql+psycopg://portal_app@127.0.0.1:9/niets"))
    status, body, _answer = ask(app)
    app.engine.dispose()
    assert status == 503
    assert body["delen"]["database"] == {"status": "fout", "uitleg": "De database antwoordt niet."}
    assert body["delen"]["opslag"]["status"] == "goed"
