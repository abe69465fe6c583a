"""One act of sending, kept as it was: by somebody in the portal, or by the gemeente for what came on paper.

It is frozen, with its fingerprint and receipt; the database sets the time. What it changes at the gemeente stands in `innemen`.
"""

import uuid
from datetime import date

from portal.domains.subsidies.model import Indiening, Indiensoort, Subsidie
from portal.kernel.documents import receipt_number
from portal.kernel.dossier import under
from portal.kernel.fingerprint import fingerprint
from portal.kernel.outbox import enqueue
from portal.kernel.sentences import refusing


def sturen(session, actor, dossier, subsidie: Subsidie, soort: Indiensoort, inhoud: dict) -> Indiening:
    """Keep what somebody sends in this case; a job takes it in at the gemeente."""
    return aan_gemeente(session, actor, dossier, soort, inhoud, regeling_id=subsidie.regeling_id, naar=subsidie.eigenaar_id)


def aan_gemeente(session, actor, dossier, soort: Indiensoort, inhoud: dict, *, regeling_id: uuid.UUID, naar: uuid.UUID
                 ) -> Indiening:
    """The same for what is no case yet: of this scheme, to this gemeente."""
    indiening = _bewaar(session, actor, dossier, soort, inhoud, regeling_id, verzonden_by=actor.user_id)
    enqueue(session, "indiening_innemen", indiening_id=indiening.id, party_id=naar)
    return indiening


def op_papier(session, actor, dossier, soort: Indiensoort, inhoud: dict, *, regeling_id: uuid.UUID, on: date) -> Indiening:
    """Keep what came by letter, with the day it came in and who entered it. Who entered it takes it in at once."""
    return _bewaar(session, actor, dossier, soort, inhoud | {"ingevoerd_door": actor.naam}, regeling_id, papier_on=on)


def _bewaar(session, actor, dossier, soort: Indiensoort, inhoud: dict, regeling_id: uuid.UUID, **how) -> Indiening:
    indiening = Indiening(**under(dossier, actor.party_id), soort=soort, regeling_id=regeling_id, inhoud=inhoud,
                          vingerafdruk=fingerprint(inhoud), ontvangst_nummer=receipt_number(), **how)
    with refusing(session):
        session.add(indiening)
    session.refresh(indiening)
    return indiening
