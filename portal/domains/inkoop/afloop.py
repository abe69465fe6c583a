"""What became of the bids of one aanbieder, as that aanbieder may read it: outcome, letter, last day for court, contract."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Uuid, and_, cast, select

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


def van_aanbieder(session, aanbieder_id: uuid.UUID, *, inschrijving_id: uuid.UUID | None = None,
                  contracts: list[register.Contract] | None = None) -> list[Afloop]:
    """Every outcome of this aanbieder, the newest first; of one inschrijving where that is asked. `contracts`: those of this
    aanbieder, by who has read them already. At most three queries, and one while nothing was awarded."""
    asked = (select(Publicatie, Inschrijving, Verzending, Bericht)
             .join(Inschrijving, Inschrijving.inkoop_id == Publicatie.inkoop_id)
             .join(Verzending, and_(Verzending.dossier_id == Inschrijving.id, Verzending.perceel_id == Publicatie.dossier_id))
             # A letter goes with the decision that the result names; one of before that is only in the messages.
             .outerjoin(Bericht, and_(Bericht.party_id == aanbieder_id, Bericht.brief_key.is_not(None),
                                      Bericht.besluit_id == cast(Publicatie.inhoud["besluit_id"].astext, Uuid)))
             .where(Publicatie.soort == PublicatieSoort.GUNNING, Inschrijving.aanbieder_id == aanbieder_id)
             .order_by(Publicatie.gepubliceerd_at.desc(), Publicatie.reference, Verzending.versie))
    if inschrijving_id:
        asked = asked.where(Inschrijving.id == inschrijving_id)
    # What was sent last counts.
    last = {result.id: (result, bid, sent, letter) for result, bid, sent, letter in session.execute(asked)}
    sent = [row for row in last.values() if row[2].soort == VerzendingSoort.VERZENDING]
    if not sent:
        return []
    if contracts is None:
        contracts, _part = register.contracts(session, aanbieder_id=aanbieder_id, size=None)
    held = {contract.dossier_id: contract for contract in contracts}
    return [_afloop(*row, held.get(row[0].dossier_id), aanbieder_id) for row in sent]


def _afloop(result: Publicatie, bid: Inschrijving, sent: Verzending, letter, contract, aanbieder_id) -> Afloop:
    found, perceel = result.inhoud, result.inhoud["perceel"]
    # A result from before it named the winners by id names them only.
    won = (str(aanbieder_id) in found["winnaars"] if "winnaars" in found
           else sent.inhoud["aanbieder"]["naam"] in found["gegund_aan"])
    return Afloop(
        bid.inkoop_id, bid.id, bid.reference, bid.titel, result.dossier_id, perceel["nummer"], perceel["naam"], won,
        date.fromisoformat(found["besloten_on"]), date.fromisoformat(found["standstill_tot"]), letter, contract)
