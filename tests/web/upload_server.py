"""A small application with nothing but uploads, to run under a real server where memory and connections matter.

Environment: `UPLOADS_STORE` (URL), `UPLOADS_CLAMD` (socket or empty), `UPLOADS_LIMIT` (bytes).
"""

import os
import sys
from pathlib import Path

import flask

from portal.adapters.files import FileStore
from portal.adapters.scan import Clamd, NoScanner
from portal.kernel.filetypes import FileRefused
from portal.web import uploads


def peak() -> int:
    """The most memory this process ever held, in bytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def create_app(store_url: str, clamd: str, limit: int) -> flask.Flask:
    app = flask.Flask(__name__)
    # As in the portal: other requests are small. `incoming` lifts it for files.
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    store = FileStore(store_url)
    scanner = Clamd(clamd) if clamd else NoScanner()

    @app.route("/", methods=["PUT", "POST"])
    def upload():
        try:
            file = uploads.incoming(flask.request)
            kept = uploads.receive(
                file.chunks, name=file.name, declared_size=file.size, limit=limit, store=store, scanner=scanner
            )
        except FileRefused as refused:
            return {"sentence": refused.sentence, "signature": refused.signature}, refused.status
        answer = {name: getattr(kept, name) for name in ("key", "name", "size", "sha256", "verdict")}
        return answer | {"type": kept.filetype.code, "field": file.field, "fields": file.fields}, 201

    @app.get("/download/<path:key>")
    def download(key: str):
        return uploads.send("verslag.pdf", "application/pdf", int(flask.request.args["size"]), store.open(key))

    @app.post("/whole")
    def whole():
        """The control: the habit that these tests guard against."""
        flask.request.max_content_length = sys.maxsize
        return {"size": len(flask.request.get_data())}

    @app.get("/peak")
    def peak_memory():
        return {"peak": peak()}

    return app


def from_environment() -> flask.Flask:
    return create_app(
        os.environ["UPLOADS_STORE"], os.environ["UPLOADS_CLAMD"], int(os.environ["UPLOADS_LIMIT"])
    )
