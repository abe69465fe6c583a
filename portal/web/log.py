"""Logs as JSON lines of scalars, each with the request id; never content, never secrets."""

import json
import logging
import sys
import time
import uuid

from flask import Flask, g, has_request_context, request


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
        if record.exc_info:
            line["exception"] = record.exc_info[0].__name__
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def init_log(app: Flask) -> None:
    """One handler on stdout, and a line per request."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    app.logger.handlers = [handler]
    app.logger.propagate = False
    app.logger.setLevel(logging.INFO)

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
