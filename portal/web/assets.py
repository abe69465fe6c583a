"""Style and scripts: from their plain name to the built file that carries a hash.

`npm run build` writes `portal/static/dist` with `manifest.json`. The names hold a hash of the content, so a browser may
keep the files for ever; `integrity` lets it check that a file is really ours (subresource integrity).
"""

import json
import re
from pathlib import Path

from flask import Flask

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
NOT_BUILT = "De stijl en scripts zijn nog niet gebouwd. Draai eerst: make setup"

_HASHED = re.compile(r"/static/dist/[\w.-]+-[0-9A-Za-z]{8,}\.(?:css|js|svg|woff2)")


class NotBuilt(RuntimeError):
    """The built files are missing or incomplete; the text says what to do."""


def init_assets(app: Flask, dist: Path = DIST) -> None:
    """Gives templates `asset(name)` and `integrity(name)`; raises NotBuilt when nothing has been built."""
    manifest = read_manifest(dist)

    def asset(name: str) -> str:
        return f"/static/dist/{manifest[name]['file']}"

    def integrity(name: str) -> str:
        return manifest[name]["integrity"]

    app.jinja_env.globals.update(asset=asset, integrity=integrity)


def read_manifest(dist: Path = DIST) -> dict[str, dict[str, str]]:
    """The manifest, and the certainty that every file in it exists; raises NotBuilt otherwise."""
    try:
        manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError) as problem:
        raise NotBuilt(NOT_BUILT) from problem
    if not all((dist / entry["file"]).is_file() for entry in manifest.values()):
        raise NotBuilt(NOT_BUILT)
    return manifest


def is_immutable(path: str) -> bool:
    """Does this path carry a hash in its name? Then a browser may keep the answer for ever."""
    return _HASHED.fullmatch(path) is not None
