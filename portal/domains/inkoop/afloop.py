"""What became of the bids of one aanbieder, as that aanbieder may read it: outcome, letter, last day for court, contract."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.domains.inkoop.model import Inschrijving, Publicatie, PublicatieSoort, Verzending, VerzendingSoort
from portal.kernel.outbox import Bericht
from portal.register import queries as register


@dataclass(frozen=True)
class Afloop:
    """The outcome on one perceel that was sent. `uiterlijk_on`: the last day of the standstill, so of a kort geding."""

    inkoop_id: uuid.UUID
    inschrijving_id: uuid.UUID
    reference: str
    titel: str
    perceel_id: uuid.UUID
    nummer: int
    naam: str
    gegund: bool
    besloten_on: date
    uiterlijk_on: date
    bericht: Bericht | None
    contract: register.Contract | None

    def runs(self, today: date) -> bool:
        """Can a kort geding still begin, and did no contract end the waiting?"""
        return today <= self.uiterlijk_on and self.contract is None


def van_aanbieder(session, aanbieder_id: uuid.UUID, *, inschrijving_id: uuid.UUID | None = None) -> list[Afloop]:
    """Every outcome of this aanbieder, the newest first; of one inschrijving where that is asked. At most five queries, and
    one while nothing was awarded."""
    asked = (select(Publicatie, Inschrijving)
             .join(Inschrijving, Inschrijving.inkoop_id == Publicatie.inkoop_id)
             .where(Publicatie.soort == PublicatieSoort.GUNNING, Inschrijving.aanbieder_id == aanbieder_id)
             .order_by(Publicatie.gepubliceerd_at.desc(), Publicatie.reference))
    if inschrijving_id:
        asked = asked.where(Inschrijving.id == inschrijving_id)
    rows = session.execute(asked).all()
    if not rows:
        return []
    sent = _sent(session, [bid.id for _result, bid in rows])
    letters = {b.besluit_id: b for b in session.scalars(select(Bericht).where(
        Bericht.party_id == aanbieder_id, Bericht.brief_key.is_not(None)))}
    contracts, _part = register.contracts(session, aanbieder_id=aanbieder_id, size=None)
    held = {contract.dossier_id: contract for contract in contracts}
    return [_afloop(result, bid, sent[bid.id, result.dossier_id], letters, held.get(result.dossier_id), aanbieder_id)
            for result, bid in rows if (bid.id, result.dossier_id) in sent]


def _sent(session, bids: list[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """The name under which each perceel was sent, for those that were not withdrawn."""
    last = {}
    for row in session.scalars(select(Verzending).where(Verzending.dossier_id.in_(bids)).order_by(Verzending.versie)):
        last[row.dossier_id, row.perceel_id] = row
    return {key: row.inhoud["aanbieder"]["naam"] for key, row in last.items() if row.soort == VerzendingSoort.VERZENDING}


def _afloop(result: Publicatie, bid: Inschrijving, naam: str, letters, contract, aanbieder_id) -> Afloop:
    found, perceel = result.inhoud, result.inhoud["perceel"]
    # A result from before it named the winners by id names them only.
    won = str(aanbieder_id) in found["winnaars"] if "winnaars" in found else naam in found["gegund_aan"]
    letter = letters.get(uuid.UUID(found["besluit_id"])) if "besluit_id" in found else None
    return Afloop(
        bid.inkoop_id, bid.id, bid.reference, bid.titel, result.dossier_id, perceel["nummer"], perceel["naam"], won,
        date.fromisoformat(found["besloten_on"]), date.fromisoformat(found["standstill_tot"]), letter, contract)
