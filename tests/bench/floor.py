"""The floor: the smallest Flask + PostgreSQL application that does the same reads, or the same insert.

No policies, no layout, no SQLAlchemy: who is behind the cookie, the rows, a bare table. It stands on tables of its own
(schema `floor`, made by fill.py) with as many rows as the portal has, in the same PostgreSQL.
"""

import json
import os
import threading

import psycopg
from flask import Flask, redirect, render_template_string, request

PAGE = """<!doctype html><html lang="nl"><title>Lijst</title><h1>{{ naam }}</h1><p>{{ counts }}</p><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table></html>"""

WHO = "SELECT naam, party_id FROM floor.sessie WHERE token = %s"
LIST = """SELECT id, reference, titel, state, naam, gemaakt_at FROM floor.dossier
          WHERE party_id = %s ORDER BY gemaakt_at DESC, id DESC LIMIT %s"""
WORK = """SELECT id, due_on, taak, gevolg, label, reference, titel, state FROM floor.termijn
          WHERE party_id = %s ORDER BY due_on, id LIMIT %s"""
COUNTS = """SELECT count(*), count(*) FILTER (WHERE due_on < current_date),
            count(*) FILTER (WHERE due_on BETWEEN current_date AND current_date + 7) FROM floor.termijn WHERE party_id = %s"""
INSERT = "INSERT INTO floor.verzending (sleutel, party_id, inhoud) VALUES (%s, %s, %s::jsonb)"

_own = threading.local()


def database() -> psycopg.Connection:
    """One connection per thread, open as long as the thread lives."""
    if not hasattr(_own, "connection"):
        _own.connection = psycopg.connect(os.environ["FLOOR_DSN"], autocommit=True)
    return _own.connection


def create_app() -> Flask:
    """Three addresses: the list, the work list and the insert."""
    app = Flask(__name__)

    def who():
        return database().execute(WHO, [request.cookies["sessie"]]).fetchone()

    @app.get("/lijst")
    def lijst():
        naam, party = who()
        rows = database().execute(LIST, [party, int(request.args["n"])]).fetchall()
        return render_template_string(PAGE, naam=naam, rows=rows, counts="")

    @app.get("/werk")
    def werk():
        naam, party = who()
        counts = database().execute(COUNTS, [party]).fetchone()
        rows = database().execute(WORK, [party, int(request.args["n"])]).fetchall()
        return render_template_string(PAGE, naam=naam, rows=rows, counts=counts)

    @app.post("/verzenden")
    def verzenden():
        _naam, party = who()
        database().execute(INSERT, [request.form["sleutel"], party, json.dumps(request.form)])
        return redirect("/lijst", 303)

    return app
