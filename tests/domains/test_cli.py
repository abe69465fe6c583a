"""The commands for operators and testers, as they type them."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from local import PROJECT
from portal import demo
from portal.identity import sessions
from portal.kernel import clock, history
from portal.kernel.dossier import Dossier


@pytest.fixture
def flask(app, server, database):
    """Run a command in this process: `flask("klok", "+35d")` gives exit code and words."""

    def run(*words: str, said: str | None = None, **env) -> tuple[int, str]:
        owner = {"DATABASE_OWNER_URL": server.dsn("portal_owner", dbname=database)}
        done = app.test_cli_runner().invoke(args=list(words), input=said, env=owner | env)
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        return done.exit_code, done.output

    return run


def shell(*words: str, **env: str) -> subprocess.CompletedProcess:
    """Run a command in a process of its own, with no settings but these."""
    return subprocess.run([sys.executable, "-m", "flask", "--app", "portal.app", *words], cwd=PROJECT, text=True,
                          env={"PATH": os.environ["PATH"], **env}, capture_output=True, timeout=60)


def settings_of(url: str, tmp_path) -> dict[str, str]:
    return {"DATABASE_URL": url, "PUBLIC_URL": "http://localhost", "SECRET_KEY": "s" * 32, "FILE_STORE_URL": tmp_path.as_uri(),
            "SMTP_URL": "smtp://127.0.0.1:9", "PORTAL_ENV": "test"}


# --- starting


def test_all_gaps_in_the_settings_are_told_at_once_without_a_trace():
    done = shell("routes", PORTAL_ENV="productie", PUBLIC_URL="http://x.example", UPLOAD_LIMIT_MB="veel")
    assert done.returncode == 1 and done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in ("Het portaal kan niet starten.", "DATABASE_URL ontbreekt", "SECRET_KEY ontbreekt", "FILE_STORE_URL ontbreekt",
                 "SMTP_URL ontbreekt", "CLAMD ontbreekt", "PUBLIC_URL begint in productie", "UPLOAD_LIMIT_MB is",
                 "ZEGEL_DATABASE_URL ontbreekt", "ZEGEL_KEY ontbreekt", "MAIL_SENDER ontbreekt"):
        assert word in done.stderr


@pytest.mark.parametrize("role", ["portal_owner", "postgres"])
def test_the_portal_does_not_start_as_a_role_that_passes_the_wall(server, database, tmp_path, role):
    done = shell("routes", **settings_of(server.dsn(role, dbname=database), tmp_path))
    assert done.returncode == 1 and done.stdout == ""
    assert f"Het portaal start niet als databaserol {role}" in done.stderr and "Gebruik de rol portal_app." in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_as_the_restricted_role_and_while_the_database_is_away(server, database, tmp_path):
    assert shell("routes", **settings_of(server.dsn("portal_app", dbname=database), tmp_path)).returncode == 0
    away = shell("routes", **settings_of("postgresql://portal_app@127.0.0.1:9/weg", tmp_path))
    assert away.returncode == 0, away.stderr


# --- the clock


def test_the_clock_moves_and_returns(flask, world):
    code, words = flask("klok", "+35d")
    assert code == 0
    later = clock.now() + timedelta(days=35)
    assert f"{later.astimezone(clock.AMSTERDAM):%d-%m-%Y %H:}" in words
    assert flask("klok", "-30m")[0] == flask("klok", "2h")[0] == flask("klok", "+10s")[0] == 0
    assert world.behind("SELECT verschil FROM portal.klok")[0].verschil == timedelta(days=35, minutes=90, seconds=10)
    assert flask("klok")[0] == 0
    assert flask("klok", "0")[0] == 0
    assert world.behind("SELECT verschil FROM portal.klok")[0].verschil == timedelta(0)


@pytest.mark.parametrize("shift", ["morgen", "35", "+d", "++3d", "+3y", "3.5d", "+99999999d", "+3d; DROP TABLE x"])
def test_a_shift_that_means_nothing_moves_nothing(flask, world, shift):
    code, words = flask("klok", shift)
    assert code == 1 and "+35d" in words
    assert world.behind("SELECT verschil FROM portal.klok")[0].verschil == timedelta(0)


def test_only_the_owner_and_never_in_production(flask, world, app, monkeypatch):
    code, words = flask("klok", "+1d", DATABASE_OWNER_URL="")
    assert code == 1 and "DATABASE_OWNER_URL ontbreekt" in words
    monkeypatch.setattr(app, "settings", dataclasses.replace(app.settings, environment="productie"))
    code, words = flask("klok", "+1d")
    assert code == 1 and "staat de klok vast" in words
    assert flask("klok")[0] == 0
    assert world.behind("SELECT verschil FROM portal.klok")[0].verschil == timedelta(0)


# --- terms: JSON lines in, JSON lines out

VECTORS = [
    ({"start": "2026-03-13", "weeks": 6, "statutory": True}, "2026-04-24", "2026-04-24"),
    ({"start": "2026-02-20", "weeks": 6, "statutory": True}, "2026-04-03", "2026-04-07"),
    ({"start": "2026-02-23", "weeks": 6, "statutory": True}, "2026-04-06", "2026-04-07"),
    ({"start": "2026-04-02", "weeks": 6, "statutory": True}, "2026-05-14", "2026-05-18"),
    ({"start": "2026-11-13", "weeks": 6, "statutory": True}, "2026-12-25", "2026-12-28"),
    ({"start": "2026-02-06", "weeks": 8, "statutory": True}, "2026-04-03", "2026-04-07"),
    ({"start": "2026-10-30", "weeks": 8, "statutory": True}, "2026-12-25", "2026-12-28"),
    ({"start": "2026-01-24", "weeks": 13, "statutory": True}, "2026-04-25", "2026-04-25"),
    ({"start": "2026-02-02", "weeks": 8, "statutory": True, "suspensions": [["2026-02-16", "2026-03-02"]]},
     "2026-04-12", "2026-04-13"),
    ({"start": "2026-04-30", "weeks": 2, "statutory": True}, "2026-05-14", "2026-05-18"),
    ({"start": "2026-11-06", "weeks": 7, "statutory": True}, "2026-12-25", "2026-12-28"),
    ({"start": "2026-02-20", "weeks": 6, "statutory": False}, "2026-04-03", "2026-04-03"),
]


def test_terms_of_the_helpdesk(flask):
    code, words = flask("termijn", "-", said="\n".join(json.dumps(line) for line, _, _ in VECTORS) + "\n\n")
    answers = [json.loads(line) for line in words.splitlines()]
    assert code == 0 and len(answers) == len(VECTORS)
    for (line, raw, last_day), answer in zip(VECTORS, answers, strict=True):
        assert (answer["raw"], answer["last_day"]) == (raw, last_day), line
        assert answer["count"] and all(isinstance(step, str) for step in answer["count"])


@pytest.mark.parametrize("unit", ["weeks", "days", "months", "working_days"])
def test_every_unit_of_the_contract_counts(flask, unit):
    answer = json.loads(flask("termijn", "-", said=json.dumps({"start": "2026-03-02", unit: 2, "statutory": False}))[1])
    assert answer["last_day"] == {"weeks": "2026-03-16", "days": "2026-03-04", "months": "2026-05-02",
                                  "working_days": "2026-03-04"}[unit]


def test_a_bad_line_is_answered_and_the_next_one_counts(flask):
    lines = ["geen json", "[]", '{"start": "2026-02-30", "weeks": 1, "statutory": true}',
             '{"start": "2026-03-13", "statutory": true}', json.dumps(VECTORS[0][0])]
    code, words = flask("termijn", "-", said="\n".join(lines))
    answers = [json.loads(line) for line in words.splitlines()]
    assert code == 0 and [("error" in answer) for answer in answers] == [True, True, True, True, False]
    assert all(answer["error"].endswith(".") for answer in answers[:4])


def test_terms_may_stand_in_a_file(flask, tmp_path):
    (tmp_path / "termijnen.jsonl").write_text(json.dumps(VECTORS[0][0]))
    assert json.loads(flask("termijn", str(tmp_path / "termijnen.jsonl"))[1])["last_day"] == "2026-04-24"


# --- what there is


@pytest.mark.parametrize("start", [("-m", "flask"), (str(Path(sys.executable).with_name("flask")),)], ids=["module", "program"])
def test_routes_is_ours_and_not_the_one_of_flask(server, database, tmp_path, start):
    """The contract with operators: JSON with method, rule, endpoint and permission, from the program `flask` itself."""
    env = {"PATH": os.environ["PATH"], **settings_of(server.dsn("portal_app", dbname=database), tmp_path)}
    done = subprocess.run([sys.executable, *start, "--app", "portal.app", "routes", "--json"], cwd=PROJECT, env=env, text=True,
                          capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = {(row["method"], row["rule"]): row for row in json.loads(done.stdout)}
    row = rows["POST", "/beheer/mandaten/<uuid:mandaat_id>/instemmen"]
    assert (row["endpoint"], row["permission"]) == ("beheer.mandaat_instemmen", "mandaat:instemmen")


def test_every_route_tells_its_permission(flask, app):
    code, words = flask("routes", "--json")
    rows = json.loads(words)
    assert code == 0
    there = {(method, str(rule)) for rule in app.url_map.iter_rules() if rule.endpoint != "static"
             for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert {(row["method"], row["rule"]) for row in rows} == there and rows
    assert all(row.keys() >= {"method", "rule", "endpoint", "permission"} and row["permission"] for row in rows)
    assert [row["permission"] for row in rows if row["rule"] == "/gezondheid"] == ["openbaar"]
    code, table = flask("routes")
    assert code == 0 and len(table.splitlines()) == len(rows)


def test_every_workflow_is_drawn(flask, tmp_path):
    from portal.domains import workflows

    code, words = flask("diagrams", str(tmp_path / "diagrammen"))
    assert code == 0 and words == f"{len(workflows())} diagrammen staan in {tmp_path / 'diagrammen'}.\n"
    assert len(list((tmp_path / "diagrammen").iterdir())) == len({w.name for w in workflows()}) == len(workflows())
    for workflow in workflows():
        drawn = (tmp_path / "diagrammen" / f"{workflow.name}.md").read_text(encoding="utf-8")
        assert "stateDiagram-v2" in drawn
        for step in workflow.steps.values():
            assert step.label in drawn and f"`{step.needs}`" in drawn


def test_the_drawings_of_the_docs_are_up_to_date(flask, tmp_path):
    there = PROJECT / "docs" / "diagrammen"
    assert there.is_dir(), "draai flask diagrams"
    flask("diagrams", str(tmp_path))
    for drawn in tmp_path.iterdir():
        assert (there / drawn.name).read_text(encoding="utf-8") == drawn.read_text(encoding="utf-8"), "draai flask diagrams"


# --- history and schema


def test_sealing_without_a_key_says_what_is_missing(flask, app, monkeypatch):
    monkeypatch.setattr(app, "settings", dataclasses.replace(app.settings, zegel_key=None))
    for command in ("verify-history", "verzegel"):
        code, words = flask(command)
        assert code == 1 and "ZEGEL_DATABASE_URL en ZEGEL_KEY zijn nodig" in words


def test_an_empty_history_is_right(flask, world):
    assert flask("verzegel") == (0, "0 gebeurtenissen verzegeld.\n")
    assert flask("verify-history") == (0, "De historie van 0 partijen klopt.\n")


def test_upgrading_twice_changes_nothing(flask, world):
    before = world.behind("SELECT count(*) AS n FROM portal.deelname")
    assert flask("db-upgrade") == (0, "De database is bijgewerkt.\n")
    assert flask("region") == (0, "De regio is ingericht.\n")
    assert world.behind("SELECT count(*) AS n FROM portal.deelname") == before


def test_no_invented_people_in_production(flask, world, app, monkeypatch):
    """A fresh production database is empty: exactly what seeding asks. It stays so, and so does the clock."""
    monkeypatch.setattr(app, "settings", dataclasses.replace(app.settings, environment="productie"))
    code, words = flask("seed")
    assert code == 1 and "In productie komen er geen verzonnen mensen bij." in words
    with pytest.raises(RuntimeError, match="verzonnen"):
        demo.seed_demo(app, None)
    assert world.behind("SELECT (SELECT count(*) FROM portal.inlogdienst), (SELECT count(*) FROM portal.account), verschil "
                        "FROM portal.klok") == [(0, 0, timedelta(0))]


def test_seeding_leaves_nothing_unsealed(flask, world, monkeypatch):
    """The years of the demo are over in a minute: without a seal `/gezondheid` would call them forgotten."""
    anna = world.medewerker("zwolle", "contractmanager")

    def years_ago(*_parts):
        if world.behind("SELECT 1 FROM portal.case_event"):
            return "Gevuld."

        def begin(session, actor):
            dossier = Dossier(reference="INK-1", titel="Proef", state="open", eigenaar_id=actor.party_id)
            session.add(dossier)
            session.flush()
            history.record(session, dossier, "inkoop:begin", actor=actor, on=clock.today(), facts={})

        world.as_(anna, begin)
        return "Gevuld."

    monkeypatch.setattr(demo, "seed_demo", years_ago)
    # A line waits for its seal while any older transaction runs, in whichever database of this server.
    for _attempt in range(20):
        assert flask("seed") == (0, "Gevuld.\n")
        sealed = world.behind("SELECT count(*), count(z.event_id) FROM portal.case_event e LEFT JOIN portal.zegel z "
                              "ON z.event_id = e.id")
        if sealed == [(1, 1)]:
            break
        time.sleep(0.5)
    assert sealed == [(1, 1)]


def test_the_link_for_the_first_administrator_tells_how_long_it_works(flask, world, monkeypatch):
    monkeypatch.setattr(sessions, "INVITATION", timedelta(days=9))
    code, words = flask("beheerder", "kampen", "ict@kampen.example")
    assert code == 0 and "9 dagen lang" in words
    [(days,)] = world.behind("SELECT (verloopt_at - gemaakt_at)::text FROM portal.uitnodiging")
    assert days.startswith(("9 days", "8 days 23:59"))


def test_people_that_do_not_exist_outside_the_demo(flask):
    code, words = flask("personas", "--json")
    assert code == 1 and "Alleen in de demo" in words
