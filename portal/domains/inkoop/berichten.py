"""Who may write to a bidder about its bid: all bidders hear the same from one desk, and none of them talks to who assesses
(equal treatment: Aanbestedingswet 2012, articles 1.8 and 1.15)."""

import uuid

from portal.domains.inkoop import assessment
from portal.domains.inkoop.model import Inkoop, Inschrijving
from portal.identity.permissions import Role
from portal.kernel.dossier import Dossier, load
from portal.tenants.model import Partij

WRITERS = frozenset({Role.CONTRACTMANAGER, Role.INKOOPJURIST})


def obstacle(session, actor, dossier: Dossier, to: uuid.UUID) -> str | None:
    """Why this person may not write to this party about this dossier; None: nothing against it."""
    if dossier.soort != "inschrijving" or to != dossier.eigenaar_id or actor.party_id == to:
        return None
    inkoop = load(session, Inkoop, load(session, Inschrijving, dossier.id).inkoop_id)
    if actor.party_id != inkoop.eigenaar_id or not actor.roles & WRITERS:
        trekker = load(session, Partij, inkoop.eigenaar_id)
        return (f"Aan een inschrijver schrijft alleen de contractmanager of de inkoopjurist van {trekker.naam}. "
                "Vraag een van hen om het bericht te sturen.")
    # Nobody judges without a statement about interests first.
    if Role.BEOORDELAAR in actor.roles or assessment.statement(session, inkoop.id, actor.user_id):
        return "Wie beoordeelt, schrijft niet aan een inschrijver. Vraag een collega om het bericht te sturen."
    return None
