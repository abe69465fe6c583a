"""Logs as JSON lines of scalars, each with the request id; never content, never secrets.

The words of an exception stay out as well: a database names the row that it refused, and a parser what it was given. What is
kept is enough to find the fault: the classes, the lines of our code, the SQLSTATE and the constraint.
"""

import json
import logging
import sys
import time
import traceback
import uuid
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, g, has_request_context, request

ROOT = str(Path(__file__).parent.parent.parent)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it came from, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(error: BaseException) -> str:
    """Where it went wrong, the outermost call first: `file:line function`."""
    return "\n".join(f"{frame.filename.removeprefix(f'{ROOT}/')}:{frame.lineno} {frame.name}"
                     for frame in traceback.extract_tb(error.__traceback__))


def facts_of(error: BaseException) -> dict[str, str]:
    """What a log may tell of an exception: `exception`, `caused_by`, `sqlstate`, `constraint` and `trace`, each when there is
    one. Never its message."""
    chain = list(_chain(error))
    facts = {"exception": type(error).__name__, "caused_by": " < ".join(type(one).__name__ for one in chain[1:]),
             "trace": "\n---\n".join(filter(None, map(_frames, chain)))}
    for one in chain:
        if sqlstate := getattr(one, "sqlstate", None):
            facts |= {"sqlstate": sqlstate, "constraint": one.diag.constraint_name or ""}
            break
    return {name: value for name, value in facts.items() if value}


class JsonLines(logging.Formatter):
    """One line, one event."""

    def format(self, record: logging.LogRecord) -> str:
        """Only scalars pass; anything else is named by its type."""
        line = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname.lower(),
                "event": record.getMessage()}
        if has_request_context():
            line["request_id"] = g.get("request_id")
            if reference := g.get("error_reference"):
                line["reference"] = reference
        for key, value in getattr(record, "fields", {}).items():
            line[key] = value if value is None or isinstance(value, str | int | float | bool) else type(value).__name__
        if record.exc_info and record.exc_info[1]:
            line |= facts_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class OfLibrary(JsonLines):
    """The same for what libraries say by themselves. Their words may hold the words of an exception: then what passes is where
    they said it, and of the job library which job it was."""

    def format(self, record: logging.LogRecord) -> str:
        """Words of the level INFO without an exception pass as they are."""
        if not record.exc_info and record.levelno <= logging.INFO:
            return super().format(record)
        job = getattr(record, "job", None) or {}
        fields = {"action": getattr(record, "action", None), "job": job.get("call_string")}
        return super().format(logging.makeLogRecord(record.__dict__ | {
            "msg": f"{record.name} {record.funcName}:{record.lineno}", "args": (),
            "fields": {name: value for name, value in fields.items() if value}}))


def to_stdout(formatter: logging.Formatter) -> logging.Handler:
    """A handler that writes JSON lines on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    return handler


def init_log(app: Flask) -> None:
    """One handler on stdout, a line per request, and no other way out for what libraries say."""
    app.logger.handlers = [to_stdout(JsonLines())]
    app.logger.propagate = False
    app.logger.setLevel(logging.INFO)
    # Whoever has no handler of its own ends here; Flask would put the address in the line, and an address may hold a token.
    logging.lastResort = to_stdout(OfLibrary())
    logging.lastResort.setLevel(logging.WARNING)
    app.log_exception = lambda exc_info: app.logger.error("onverwachte fout", exc_info=exc_info)

    @app.before_request
    def begin():
        g.request_id = uuid.uuid4().hex[:16]
        g.began = time.perf_counter()

    @app.after_request
    def done(response):
        response.headers["X-Request-Id"] = g.get("request_id", "")
        if not request.path.startswith("/static/") and not app.testing:
            actor = g.get("actor")
            app.logger.info("request", extra={"fields": {
                "method": request.method, "endpoint": request.endpoint, "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
                "party": str(actor.party_id) if actor else None,
            }})
        return response
