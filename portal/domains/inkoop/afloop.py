"""What became of the bids of one aanbieder, as that aanbieder may read it: outcome, letter, last day for court, contract; or
that nobody got the perceel, that the award was withdrawn, or that it all stopped.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Uuid, and_, cast, or_, select

from portal.domains.inkoop.model import Inschrijving, Publicatie, PublicatieSoort, Verzending, VerzendingSoort
from portal.kernel.outbox import Bericht
from portal.register import queries as register


@dataclass(frozen=True)
class Afloop:
    """The outcome on one perceel that was sent, or that the whole inkoop stopped (then without perceel). `soort`: as it was
    published. `uiterlijk_on`: the last day of the standstill, so of a kort geding; none where nothing was awarded."""

    inkoop_id: uuid.UUID
    inschrijving_id: uuid.UUID
    reference: str
    titel: str
    soort: PublicatieSoort
    perceel_id: uuid.UUID | None
    nummer: int | None
    naam: str | None
    gegund: bool
    reden: str
    besloten_on: date
    uiterlijk_on: date | None
    bericht: Bericht | None
    contract: register.Contract | None

    def runs(self, today: date) -> bool:
        """Can a kort geding still begin within the standstill, and did no contract end the waiting?"""
        return self.uiterlijk_on is not None and today <= self.uiterlijk_on and self.contract is None


def van_aanbieder(session, aanbieder_id: uuid.UUID, *, inschrijving_id: uuid.UUID | None = None,
                  contracts: list[register.Contract] | None = None) -> list[Afloop]:
    """Every outcome of this aanbieder, the newest first; of one inschrijving where that is asked. `contracts`: those of this
    aanbieder, by who has read them already. At most three queries, and one while nothing was awarded."""
    asked = (select(Publicatie, Inschrijving, Verzending, Bericht)
             .join(Inschrijving, Inschrijving.inkoop_id == Publicatie.inkoop_id)
             .outerjoin(Verzending, and_(Verzending.dossier_id == Inschrijving.id,
                                         Verzending.perceel_id == Publicatie.dossier_id))
             # A letter goes with the decision that the result names; one of before that is only in the messages.
             .outerjoin(Bericht, and_(Bericht.party_id == aanbieder_id, Bericht.brief_key.is_not(None),
                                      Bericht.besluit_id == cast(Publicatie.inhoud["besluit_id"].astext, Uuid)))
             .where(Publicatie.soort != PublicatieSoort.AANKONDIGING, Inschrijving.aanbieder_id == aanbieder_id,
                    or_(Verzending.id.is_not(None), Publicatie.soort == PublicatieSoort.GESTOPT))
             .order_by(Publicatie.gepubliceerd_at.desc(), Publicatie.reference, Verzending.versie))
    if inschrijving_id:
        asked = asked.where(Inschrijving.id == inschrijving_id)
    # Of each perceel the newest publication counts, and of the bid what was sent last.
    newest, last = {}, {}
    for result, bid, sent, letter in session.execute(asked):
        if newest.setdefault(result.dossier_id, result.id) == result.id:
            last[result.dossier_id] = (result, bid, sent, letter)
    sent = [row for row in last.values() if row[2] is None or row[2].soort == VerzendingSoort.VERZENDING]
    if not sent:
        return []
    if contracts is None:
        contracts, _part = register.contracts(session, aanbieder_id=aanbieder_id, size=None)
    held = {contract.dossier_id: contract for contract in contracts}
    return [_afloop(*row, held.get(row[0].dossier_id), aanbieder_id) for row in sent]


def _afloop(result: Publicatie, bid: Inschrijving, sent: Verzending | None, letter, contract, aanbieder_id) -> Afloop:
    found, soort = result.inhoud, PublicatieSoort(result.soort)
    perceel, tot = found.get("perceel", {}), found.get("standstill_tot")
    # A result from before it named the winners by id names them only.
    won = soort == PublicatieSoort.GUNNING and (
        str(aanbieder_id) in found["winnaars"] if "winnaars" in found
        else sent.inhoud["aanbieder"]["naam"] in found["gegund_aan"])
    return Afloop(
        bid.inkoop_id, bid.id, bid.reference, bid.titel, soort, result.dossier_id if perceel else None, perceel.get("nummer"),
        perceel.get("naam"), won, found.get("reden", ""), date.fromisoformat(found["besloten_on"]),
        date.fromisoformat(tot) if tot else None, letter, contract)
