"""Is the portal well? Each part by itself. Anybody hears per part that it works or not; how it stands is for the operator,
who shows the token of the settings or asks at the command line."""

import hmac
import shutil
import smtplib
import time
from collections.abc import Callable
from functools import cache
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, g, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import migrations
from config import load
from portal.web.blueprint import PUBLIC, PortalBlueprint

bp = PortalBlueprint("gezondheid", __name__)

WORKER_SILENT = 60  # seconds; a worker gives a sign every ten
MAIL_WAITS = 15 * 60  # seconds that mail may wait before somebody should look
DISK_FREE = 2**30  # bytes
# Outside parts, and what looks at every party, are asked at most once per ten seconds: whoever asks often does no harm.
FRESH = 10
CONNECT = 3  # seconds


class Unwell(Exception):
    """This part does not work; the sentence is for the operator."""


@bp.route("/gezondheid", needs=PUBLIC)
def gezondheid() -> Response:
    """200 when every part is well, else 503."""
    delen = parts()
    well = is_well(delen)
    if not _asks_operator():
        delen = {name: {"status": part["status"]} for name, part in delen.items()}
    answer = jsonify(status="goed" if well else "fout", delen=delen)
    answer.status_code = 200 if well else 503
    return answer


def _asks_operator() -> bool:
    token, given = current_app.settings.gezondheid_token, request.authorization
    return bool(token and given and given.type == "bearer"
                and hmac.compare_digest((given.token or "").encode(errors="replace"), token.encode()))


def parts() -> dict[str, dict[str, str]]:
    """Every part with its `status`, goed or fout, and its `uitleg`; reads through `g.db`."""
    # Without a database the parts that live in it tell nothing: then only the rest is asked.
    inside = {"database": _database, "schema": _schema, "werker": _worker, "post": _post}
    outside = {"historie": _history, "opslag": _store, "mail": _mail, "virusscanner": _scanner, "schijf": _disk}
    return {name: _ask(part) for name, part in inside.items()} | _remembered(outside)


def is_well(parts: dict[str, dict[str, str]]) -> bool:
    """Does everything work?"""
    return all(part["status"] == "goed" for part in parts.values())


def _ask(part: Callable[[], str]) -> dict[str, str]:
    try:
        return {"status": "goed", "uitleg": part()}
    except Unwell as problem:
        return {"status": "fout", "uitleg": str(problem)}
    except SQLAlchemyError:
        g.db.rollback()
        return {"status": "fout", "uitleg": "De database antwoordt niet."}


def _remembered(parts: dict[str, Callable[[], str]]) -> dict[str, dict[str, str]]:
    memory = current_app.extensions.setdefault("gezondheid", {"at": float("-inf"), "parts": {}})
    if time.monotonic() - memory["at"] > FRESH:
        memory.update(parts={name: _ask(part) for name, part in parts.items()}, at=time.monotonic())
    return memory["parts"]


def _database() -> str:
    role = g.db.execute(text("SELECT rolname, rolsuper OR rolbypassrls AS machtig FROM pg_roles "
                             "WHERE rolname = current_user")).one()
    if role.machtig:
        raise Unwell("De databaserol kan de muur tussen partijen omzeilen.")
    return f"bereikbaar als rol {role.rolname}"


def _schema() -> str:
    found, newest = _numbers().revisie, _newest()
    if found != newest:
        raise Unwell(f"Het schema staat op {found}; dit programma hoort bij {newest}.")
    return f"op {found}"


def _post() -> str:
    oldest = _numbers().oudste_post
    seconds = int(oldest.total_seconds()) if oldest else 0
    if seconds > MAIL_WAITS:
        raise Unwell(f"De oudste mail wacht {seconds // 60} minuten.")
    return f"de oudste mail wacht {seconds} seconden" if oldest else "er wacht geen mail"


def _worker() -> str:
    # The heartbeat is written on the real clock, so it is read on that clock: the demo may move ours.
    silent = g.db.execute(text("SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat)) "
                               "FROM jobs.procrastinate_workers")).scalar()
    if silent is None or silent > WORKER_SILENT:
        raise Unwell("De werker geeft geen teken van leven.")
    return f"{int(silent)} seconden geleden gezien"


def _history() -> str:
    """Is the oldest line without a seal not older than config/historie.toml allows?"""
    if not current_app.settings.zegel_key:
        return "wordt niet verzegeld (geen ZEGEL_KEY)"
    oldest = g.db.execute(text("SELECT portal.oudste_onverzegeld()")).scalar()
    seconds = int(oldest.total_seconds()) if oldest else 0
    if seconds > load("historie")["onverzegeld"]["minuten"] * 60:
        raise Unwell(f"De oudste regel zonder zegel wacht {seconds // 60} minuten.")
    return f"de oudste regel zonder zegel wacht {seconds} seconden" if oldest else "alles is verzegeld"


def _store() -> str:
    try:
        current_app.files.check()
    except OSError as error:
        raise Unwell(str(error)) from error
    return "schrijft en leest"


def _mail() -> str:
    url = urlsplit(current_app.settings.smtp_url)
    secure = url.scheme == "smtps"
    try:
        port = url.port or (465 if secure else 587 if "starttls" in url.query else 25)
        with (smtplib.SMTP_SSL if secure else smtplib.SMTP)(url.hostname, port, timeout=CONNECT) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Unwell("De mailserver antwoordt niet.") from error
    return "antwoordt"


def _scanner() -> str:
    settings = current_app.settings
    if not settings.clamd and settings.scan_optional:
        return "staat uit (SCAN_OPTIONAL)"
    if not current_app.scanner.ping():
        raise Unwell("De virusscanner antwoordt niet. Nieuwe bestanden wachten.")
    return "antwoordt"


def _disk() -> str:
    url = urlsplit(current_app.settings.file_store_url)
    free = shutil.disk_usage(unquote(url.path) if url.scheme == "file" else ".").free
    if free < DISK_FREE:
        raise Unwell(f"Er is nog {free // 2**20} MB vrij op de schijf.")
    return f"{free // 2**30} GB vrij"


def _numbers():
    return g.db.execute(text("SELECT revisie, oudste_post FROM portal.gezondheid()")).one()


@cache
def _newest() -> str:
    return migrations.newest()
