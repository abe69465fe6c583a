"""Photos and documents with an idea: of who has it, until the plan is sent; from then on the gemeente reads them too."""

import uuid

from sqlalchemy import select

from portal.domains.uitdaagrecht.model import Initiatief
from portal.kernel import clock
from portal.kernel.documents import Document, Stuk, keep
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import refusing

SOORT, MEEST = "initiatiefstuk", 10


def van(session, initiatief_id: uuid.UUID) -> list[Document]:
    """The files of an idea, the first first; not what was taken out or refused by the scan."""
    return list(session.scalars(select(Document).where(
        Document.dossier_id == initiatief_id, Document.soort == SOORT, Document.vervallen_at.is_(None))
        .order_by(Document.ontvangen_at, Document.id)))


def toevoegen(session, actor, initiatief: Initiatief, stuk: Stuk) -> Document:
    """Keep a file with an idea that is locked and may still change. It has a receipt of its own."""
    if len(van(session, initiatief.id)) >= MEEST:
        raise Refused(f"Er zijn al {MEEST} bestanden bij uw plan. Haal er eerst een weg.", status=409)
    document = keep(session, initiatief, actor, stuk, soort=SOORT, titel=stuk.naam)
    with refusing(session):
        initiatief.record("initiatief:stuk", actor=actor)
    return document


def weghalen(session, actor, initiatief: Initiatief, document_id: uuid.UUID) -> Document:
    """Take out a file that the gemeente does not have."""
    document = load(session, Document, document_id)
    if document.dossier_id != initiatief.id or document.vervallen_at is not None:
        raise NotFound("Dit bestand hoort niet bij uw plan.")
    if document.gedeeld_at is not None:
        raise Refused("De gemeente heeft dit bestand al. U kunt het niet meer weghalen.", status=409)
    document.vervallen_at = clock.now()
    with refusing(session):
        initiatief.record("initiatief:stuk-weg", actor=actor)
    return document


def delen(session, initiatief: Initiatief) -> list[dict]:
    """Let the gemeente read the files from now on, each as soon as its scan is clean; what of them stands in the sending."""
    files = van(session, initiatief.id)
    for one in files:
        one.gedeeld_at = one.gedeeld_at or clock.now()
    return [{"id": str(one.id), "naam": one.naam, "sha256": one.sha256, "grootte": one.grootte} for one in files]
