"""A file that somebody sends, from the request to a `Stuk` that a use case can register. Whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import flask
from flask import current_app, g

from portal.identity import sessions
from portal.kernel.documents import Scan, Stuk
from portal.kernel.errors import Refused
from portal.kernel.filetypes import FileRefused
from portal.web import uploads
from portal.web.blueprint import refused
from portal.web.bodies import waiting_for_body
from portal.web.errors import NotLoggedIn
from portal.web.security import cookie_name, give_back, limit
from portal.web.taal import gettext as _


def ontvang(request: flask.Request) -> Stuk:
    """Take in the one file of this request (raw or in a form) and keep its bytes. When the answer to this request turns
    out to be a refusal, whoever refused, the bytes are removed again. What was read before is read anew after it.

    Raises FileRefused with a sentence: 413 too large, 422 infected or a type that we do not take, 400 broken off, 503;
    Refused 429 when this account or its organisation sends too much; NotLoggedIn when the access ended meanwhile.
    """
    limit("upload", str(flask.g.actor.user_id))
    # Without a length, the most that it can be; a refusal comes before the bytes.
    size = request.content_length or current_app.settings.upload_limit
    limit("upload-ruimte", str(flask.g.actor.party_id), amount=-(-size // 1024))
    # A large file takes minutes to come in: no transaction and no connection waits for it.
    g.db.rollback()
    try:
        with _one_of_few(), waiting_for_body():
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

    _still_in(request)
    return Stuk(kept.key, kept.name, kept.filetype.media_type, kept.size, kept.sha256, _scan(kept.verdict))


@contextmanager
def _one_of_few() -> Iterator[None]:
    """A slow file holds a thread: one account has few of them at the same time, over all workers. A worker that is killed
    gives nothing back; its count ends with the window."""
    who = str(g.actor.user_id)
    try:
        try:
            limit("upload-tegelijk", who)
        except Refused as error:
            raise Refused(_("U stuurt al twee bestanden tegelijk. Wacht tot er een klaar is en stuur dit bestand daarna."),
                          status=429) from error
        yield
    finally:
        give_back("upload-tegelijk", who)


def _still_in(request: flask.Request) -> None:
    """Bytes take minutes. Who was logged out or removed meanwhile, lost the role or acts for another party now, sends
    nothing any more: the same is asked as when the request began."""
    found = sessions.open_session(current_app.engine, request.cookies.get(cookie_name("sessie"), ""))
    now, then = found[0] if found else None, g.actor
    needed = current_app.view_functions[request.endpoint].needs
    if now and (now.user_id, now.party_id, now.mandaat_id) == (then.user_id, then.party_id, then.mandaat_id) and any(
            now.may(one) for one in needed):
        return
    # From here on this is a page for a stranger.
    g.actor = None
    raise NotLoggedIn(_("Uw toegang is veranderd terwijl het bestand binnenkwam. Het bestand is niet bewaard. Log opnieuw in "
                        "en stuur het nog een keer."))


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


def read_once(most: int, too_large: str) -> bytes:
    """The one file of this form, to be looked into at once and kept nowhere. Refused (413) with this sentence above `most`
    bytes."""
    limit("upload", str(g.actor.user_id))
    # A file may come in slowly: no transaction waits for it.
    g.db.rollback()
    body = bytearray()
    with waiting_for_body():
        for chunk in uploads.incoming(flask.request).chunks:
            body += chunk
            if len(body) > most:
                raise Refused(too_large, status=413)
    return bytes(body)
