"""How much a bidder fills in for one perceel (requirements E8): counted from the announcement that its forms are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.domains.inkoop import queries
from portal.domains.inkoop.model import Publicatie, PublicatieSoort
from portal.domains.inkoop.public import ORDER
from portal.kernel.queries import PAGE, Slice, page_of


@dataclass(frozen=True)
class Perceelvragen:
    """What a bid on one perceel takes: questions, documents that must come, and proof that may stand in another one."""

    nummer: int
    naam: str
    vragen: int
    verplicht: int
    documenten: int
    bewijzen: int
    herbruikbaar: int


def per_perceel(inhoud: Mapping) -> list[Perceelvragen]:
    """Per perceel of an announcement; the documents for the whole bid count at each. Every requirement asks a yes or no, and
    leaves room for an explanation."""
    return [_of(perceel, [*inhoud["gevraagd"], *perceel["gevraagd"]]) for perceel in inhoud["percelen"]]


def _of(perceel: Mapping, asked: list[Mapping]) -> Perceelvragen:
    proofs = queries.proofs(perceel)
    return Perceelvragen(perceel["nummer"], perceel["naam"], 2 * len(perceel["eisen"]), len(perceel["eisen"]), len(asked),
                         len(proofs), sum(one["herbruikbaar"] for one in [*asked, *proofs]))


def aankondigingen(session, *, after: str | None = None, before: str | None = None, size: int = PAGE) -> Slice:
    """The announcements that everybody reads, the newest first. Rows: id, reference, titel, gepubliceerd_at, inhoud."""
    query = select(Publicatie.id, Publicatie.reference, Publicatie.titel, Publicatie.gepubliceerd_at, Publicatie.inhoud).where(
        Publicatie.soort == PublicatieSoort.AANKONDIGING, Publicatie.gepubliceerd_at <= func.portal.now())
    return page_of(session, query, ORDER, after=after, before=before, size=size)
