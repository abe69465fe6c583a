"""Who writes to a bidder about its bid, and a bidder to whom: all bidders hear the same from one desk, and none of them talks
to who assesses (equal treatment: Aanbestedingswet 2012, articles 1.8 and 1.15). And who reads the letters of an award."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from portal.domains.inkoop import assessment, queries
from portal.domains.inkoop.model import Inkoop, Inschrijving
from portal.identity.permissions import Permission, Role
from portal.kernel.belang import statement
from portal.kernel.dossier import Dossier, load
from portal.kernel.outbox import Bericht
from portal.tenants.model import Partij

WRITERS = frozenset({Role.CONTRACTMANAGER, Role.INKOOPJURIST})


def obstacles(session, actor, dossier: Dossier, parties: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """To which of these parties this person may not write about this dossier, and why."""
    if dossier.soort != "inschrijving":
        return {}
    bid = load(session, Inschrijving, dossier.id)
    if actor.party_id == bid.eigenaar_id:
        # A bidder does not see the procurement itself; its announcement is public.
        trekker = load(session, Partij, queries.aankondiging(session, bid.inkoop_id).eigenaar_id)
        reason = (f"Over uw inschrijving schrijft u met {trekker.naam}. "
                  "Wie beoordeelt, krijgt geen berichten van inschrijvers.")
        return {id_: reason for id_ in parties if id_ not in (trekker.id, actor.party_id)}
    reason = _no_desk(session, actor, bid.inkoop_id) if bid.eigenaar_id in parties else None
    return {bid.eigenaar_id: reason} if reason else {}


def _no_desk(session, actor, inkoop_id: uuid.UUID) -> str | None:
    """Why this person does not speak for the gemeenten to a bidder; None: they do."""
    inkoop = load(session, Inkoop, inkoop_id)
    if actor.party_id != inkoop.eigenaar_id or not actor.roles & WRITERS:
        trekker = load(session, Partij, inkoop.eigenaar_id)
        return (f"Aan een inschrijver schrijft alleen de contractmanager of de inkoopjurist van {trekker.naam}. "
                "Vraag een van hen om het bericht te sturen.")
    # Nobody judges without a statement about interests first.
    if Role.BEOORDELAAR in actor.roles or statement(session, inkoop.id, actor.user_id):
        return "Wie beoordeelt, schrijft niet aan een inschrijver. Vraag een collega om het bericht te sturen."
    return None


def reads(actor) -> ColumnElement[bool]:
    """Which messages that the own party sent this person reads. A letter about an award tells the points and why: it asks what
    the bids themselves ask (`assessment.closed_for`, here for all procurements at once)."""
    if actor.namens or not any(actor.may(one) for one in assessment.JUDGING):
        return Bericht.besluit_id.is_(None)
    bid = Inschrijving.__table__
    declared = assessment.own_interest(bid.c.inkoop_id, actor.user_id)
    # None: nothing declared. Who judges declares first, others need not.
    is_free = declared.is_(False) if actor.may(Permission.INKOOP_BEOORDELEN) else declared.is_distinct_from(True)
    about = select(bid.c.id).where(bid.c.id == Bericht.dossier_id, is_free).exists()
    return Bericht.besluit_id.is_(None) | about
