"""One door to every stored file of a dossier."""

from flask import current_app, g, request

from portal.blueprints.publiek import stored
from portal.domains.inkoop import assessment
from portal.identity import access_log
from portal.identity.permissions import Permission as P
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.lezers import ziet
from portal.kernel.queries import openable
from portal.web import uploads
from portal.web.blueprint import PortalBlueprint
from portal.web.errors import Forbidden
from portal.web.taal import gettext as _

bp = PortalBlueprint("documenten", __name__)


@bp.route("/documenten/<uuid:document_id>", needs=P.DOCUMENT_LEZEN)
def document(document_id):
    """The file, to save. The wall decides who finds it; the scan decides who may open it."""
    found = g.db.get(Document, document_id)
    if found is None:
        raise NotFound(_("Dit document is er niet, of het is niet met uw organisatie gedeeld."))
    _for_whom(found)
    if found.scan == Scan.BESMET:
        raise Refused(_("In dit bestand zit een virus. Niemand kan het openen. Vraag de afzender om een schoon bestand."),
                      status=409)
    if not openable(found, g.actor.user_id):
        raise Refused(_("Dit bestand wordt nog op virussen gecontroleerd. Probeer het over een paar minuten opnieuw."),
                      status=409)
    access_log.viewed(current_app.engine, g.actor, found.dossier_id, request.endpoint)
    return uploads.send(found.naam, found.media_type, found.grootte, stored(found))


def _for_whom(found: Document) -> None:
    """The same file asks the same as the page that shows it: an organisation sees it, not everybody who works there."""
    if found.gepubliceerd_at is not None:
        return
    if not ziet(g.actor, load(g.db, Dossier, found.dossier_id).soort):
        raise Forbidden
    match found.soort:
        case "inschrijvingsstuk" if found.party_id != g.actor.party_id:
            if reason := assessment.closed_for(g.actor, assessment.bid(g.db, found.dossier_id, g.actor)):
                raise Refused(reason, status=403)
        case "inkoopstuk" if found.gedeeld_at is None:
            if not g.actor.may(P.INKOOP_PLANNEN):
                raise Forbidden
        case "aanvraagstuk" | "besluitbrief":
            if not any(g.actor.may(one) for one in (P.SUBSIDIE_LEZEN, P.AANVRAAG_LEZEN)):
                raise Forbidden
        case "inkoopstuk" | "proces-verbaal" | "deelnamebesluit":
            if not g.actor.may(P.INKOOP_LEZEN):
                raise Forbidden
