"""Who writes to an applicant about its case, and who reads the letters of a decision."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, false, select

from portal.domains.subsidies.model import Subsidie
from portal.identity.permissions import Permission as P
from portal.kernel.dossier import Dossier, load
from portal.kernel.outbox import Bericht


def obstacles(session, actor, dossier: Dossier, parties: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """To which of these parties this person may not write about this dossier, and why: to an applicant only who handles or
    reads its case."""
    if dossier.soort != "subsidie" or actor.party_id != dossier.eigenaar_id:
        return {}
    if actor.may(P.SUBSIDIE_BEHANDELEN) or actor.may(P.SUBSIDIE_MEELEZEN):
        return {}
    aanvrager = load(session, Subsidie, dossier.id).aanvrager_id
    return {aanvrager: "Aan een aanvrager schrijft wie de aanvraag behandelt. Vraag de subsidieadviseur."} \
        if aanvrager in parties else {}


def reads(actor) -> ColumnElement[bool]:
    """Which letters of decisions that the own party sent this person reads: those of the cases it may read."""
    if actor.namens or not actor.may(P.SUBSIDIE_LEZEN):
        return false()
    case = Subsidie.__table__
    return select(case.c.id).where(case.c.id == Bericht.dossier_id).exists()
