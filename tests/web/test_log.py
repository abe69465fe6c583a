"""Logs: JSON lines of scalars with the request id, and never what somebody wrote, also when the database complains of it."""

import io
import json
import logging

import psycopg
import pytest
from flask import g
from sqlalchemy import text

from portal import jobs
from portal.db import make_engine
from portal.web.log import JsonLines, OfLibrary, facts_of

CANARY = "Jansen-woont-in-de-Kerkstraat"
# A parameter that the database quotes in its message, and a row that it prints in the detail. The tables of the job library
# have no row level security: of a table behind the wall PostgreSQL itself leaves the row out.
IN_MESSAGE = "SELECT CAST(:canary AS uuid)"
IN_ROW = "INSERT INTO jobs.procrastinate_jobs (task_name, queue_name, args) VALUES (:canary, NULL, '{}')"


@pytest.fixture
def lines(app, monkeypatch):
    """What the portal logs from here, as text; the way production does it: pages for errors, a line per request."""
    stream = io.StringIO()
    monkeypatch.setattr(app.logger.handlers[0], "stream", stream)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE", False)
    return stream


@pytest.fixture
def breaks(app, monkeypatch):
    """Let the page about privacy fail in this way."""

    view = app.view_functions["publiek.privacy"]

    def fails(fail):
        def broken():
            return fail()

        broken.needs, broken.step_up = view.needs, view.step_up
        monkeypatch.setitem(app.view_functions, "publiek.privacy", broken)

    return fails


def in_the_database(app, statement):
    def fail():
        with app.engine.begin() as connection:
            connection.execute(text(statement), {"canary": CANARY})

    return fail


def test_the_database_really_tells_the_canary(app):
    """The control: both words of the database hold what somebody wrote."""
    for statement in (IN_MESSAGE, IN_ROW):
        with pytest.raises(Exception) as refused:
            in_the_database(app, statement)()
        assert CANARY in str(refused.value.orig), statement
    assert CANARY in refused.value.orig.diag.message_detail


def test_an_engine_hides_parameters(settings):
    engine = make_engine(settings.database_url)
    with pytest.raises(Exception) as refused, engine.begin() as connection:
        connection.execute(text("SELECT 1 / :n, :canary"), {"n": 0, "canary": CANARY})
    engine.dispose()
    assert "hide_parameters" in str(refused.value) and CANARY not in str(refused.value)


@pytest.mark.parametrize(("statement", "sqlstate"), [(IN_MESSAGE, "22P02"), (IN_ROW, "23502")])
def test_a_database_error_in_a_request_tells_no_content(app, world, lines, breaks, statement, sqlstate):
    breaks(in_the_database(app, statement))
    answer = app.test_client().get("/privacy")
    assert answer.status_code == 500
    logged = lines.getvalue()
    assert CANARY not in logged and CANARY not in answer.get_data(as_text=True)
    [line] = [row for row in map(json.loads, logged.splitlines()) if row["level"] == "error"]
    assert line["sqlstate"] == sqlstate and "Error" in line["exception"] and line["reference"].startswith("MELD-")
    assert "tests/web/test_log.py:" in line["trace"] and " fail\n" in line["trace"]


def test_a_constraint_is_named(app, lines):
    try:
        with app.engine.begin() as connection:
            connection.execute(text("INSERT INTO jobs.procrastinate_events (job_id, type) VALUES (-1, 'deferred')"))
    except Exception as error:
        facts = facts_of(error)
    assert facts["sqlstate"] == "23503" and "procrastinate_events" in facts["constraint"]
    assert facts["exception"] == "IntegrityError" and facts["caused_by"] == "ForeignKeyViolation"


def test_no_exception_at_all_speaks(app, world, lines, breaks):
    """A parser names what it was given, and an error on an error too."""

    def fail():
        try:
            int(CANARY)
        except ValueError as error:
            raise KeyError(CANARY) from error

    breaks(fail)
    assert app.test_client().get("/privacy").status_code == 500
    [line] = [row for row in map(json.loads, lines.getvalue().splitlines()) if row["level"] == "error"]
    assert CANARY not in json.dumps(line) and (line["exception"], line["caused_by"]) == ("KeyError", "ValueError")


def test_an_error_page_that_fails_tells_no_address(app, world, lines, monkeypatch):
    """Flask itself would log the path, and a path may hold the token of an invitation."""
    monkeypatch.setattr("portal.web.errors.error_page", lambda *_a, **_o: 1 / 0)
    monkeypatch.setattr("portal.identity.sessions.invitation", lambda *_a: 1 / 0)
    client = app.test_client()
    with pytest.raises(ZeroDivisionError):
        client.get(f"/uitnodiging/{CANARY}")
    assert "ZeroDivisionError" in lines.getvalue() and CANARY not in lines.getvalue()


def test_a_job_that_fails_for_one_party_tells_no_content(app, world, lines):
    party = world.gemeente("kampen")
    for statement in (IN_MESSAGE, IN_ROW):
        with pytest.raises(jobs.PartlyDone):
            jobs.for_each_party(app, lambda app, _party, statement=statement: in_the_database(app, statement)(), [party])
    logged = lines.getvalue()
    assert CANARY not in logged
    assert [json.loads(line)["sqlstate"] for line in logged.splitlines()] == ["22P02", "23502"]
    assert {json.loads(line)["party"] for line in logged.splitlines()} == {str(party)}


def test_a_job_that_fails_in_the_worker_tells_no_content(app, world, lines, capsys, monkeypatch):
    """With the real queue: the job library logs the exception, and its own words name it again."""
    monkeypatch.setattr(jobs, "deliver", lambda *_ids: in_the_database(app, IN_ROW)())
    world.behind("INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args) VALUES ('portaal', 'post_versturen', "
                 "jsonb_build_object('outbox_id', gen_random_uuid()))")
    jobs.run_worker(app, wait=False)
    logged = capsys.readouterr().out + lines.getvalue()
    assert "23502" in logged and "post_versturen[" in logged and CANARY not in logged
    for line in filter(None, logged.splitlines()):
        json.loads(line)


def test_a_worker_that_cannot_go_on_tells_no_content(app, lines, monkeypatch):
    monkeypatch.setattr(jobs, "job_app", lambda _app: int(CANARY))
    with pytest.raises(SystemExit) as stopped:
        jobs.run_worker(app)
    assert stopped.value.code == 1 and stopped.value.__suppress_context__
    assert "ValueError" in lines.getvalue() and CANARY not in lines.getvalue()


def test_lines_are_json_of_scalars_with_the_request_id(app, world, lines):
    person = world.medewerker("kampen", "beleidsadviseur")
    answer = world.sign_in(person).client.get("/mijn-werk?zoek=" + CANARY)
    world.anonymous().client.get("/nergens/" + CANARY)
    first, second = [json.loads(line) for line in lines.getvalue().splitlines()]
    for line in (first, second):
        assert all(value is None or isinstance(value, str | int | float | bool) for value in line.values()), line
        assert line.keys() >= {"at", "level", "event", "request_id", "method", "endpoint", "status", "ms", "party"}
        assert len(line["request_id"]) == 16
    assert answer.headers["X-Request-Id"] == first["request_id"] != second["request_id"]
    assert (first["endpoint"], first["party"], second["status"]) == ("werkvoorraad.mijn_werk", str(person.party_id), 404)
    assert CANARY not in lines.getvalue()


def test_what_is_no_scalar_goes_by_its_type(app):
    record = logging.makeLogRecord({"msg": "proef", "fields": {"rij": {"naam": CANARY}, "n": 3, "leeg": None}})
    with app.test_request_context():
        g.request_id = "x"
        line = json.loads(JsonLines().format(record))
    assert (line["rij"], line["n"], line["leeg"], line["request_id"]) == ("dict", 3, None, "x")


def test_libraries_speak_without_the_words_of_an_exception(app):
    record = logging.makeLogRecord({"name": "psycopg.pool", "levelno": logging.WARNING, "msg": "error: %s",
                                    "args": (psycopg.Error(CANARY),), "funcName": "connect", "lineno": 7})
    assert json.loads(OfLibrary().format(record))["event"] == "psycopg.pool connect:7"
    assert isinstance(logging.lastResort.formatter, OfLibrary)
