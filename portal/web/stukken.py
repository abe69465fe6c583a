"""A file that somebody sends, from the request to a `Stuk` that a use case can register. Whole or not at all."""

from contextlib import suppress

import flask
from flask import current_app

from portal.kernel.documents import Scan, Stuk
from portal.kernel.filetypes import FileRefused
from portal.web import uploads
from portal.web.blueprint import refused
from portal.web.taal import gettext as _


def ontvang(request: flask.Request) -> Stuk:
    """Take in the one file of this request (raw or in a form) and keep its bytes. When the answer to this request turns
    out to be a refusal, whoever refused, the bytes are removed again.

    Raises FileRefused with a sentence: 413 too large, 422 infected or a type that we do not take, 400 broken off, 503.
    """
    try:
        coming = uploads.incoming(request)
        kept = uploads.receive(
            coming.chunks, name=coming.name, declared_size=coming.size, limit=current_app.settings.upload_limit,
            store=current_app.files, scanner=current_app.scanner)
    except FileRefused as error:
        if error.signature:
            refused(error, "bestand:besmet", error.signature)
        raise

    @flask.after_this_request
    def undo(response: flask.Response) -> flask.Response:
        if response.status_code >= 400:
            # A store that fails now leaves an object that no row knows: the sweep of orphans removes it.
            with suppress(OSError):
                current_app.files.delete(kept.key)
        return response

    return Stuk(kept.key, kept.name, kept.filetype.media_type, kept.size, kept.sha256, _scan(kept.verdict))


def _scan(verdict: str) -> Scan:
    if verdict == "schoon":
        return Scan.SCHOON
    return Scan.OVERGESLAGEN if current_app.settings.scan_optional else Scan.WACHT


def max_mb() -> int:
    """The most megabytes (of 1024 kB) that a file may have, for a page."""
    return current_app.settings.upload_limit // 2**20


def scan_words(scan: str) -> tuple[str, str]:
    """Kind of badge and words for how far the virus scan of a file is."""
    return {
        Scan.SCHOON: ("ok", _("Gecontroleerd op virussen")), Scan.WACHT: ("info", _("Wordt gecontroleerd op virussen")),
        Scan.BESMET: ("err", _("Virus gevonden. Stuur een schone versie.")),
        Scan.OVERGESLAGEN: ("neutral", _("Niet gecontroleerd op virussen (alleen in de demo)")),
    }[scan]
