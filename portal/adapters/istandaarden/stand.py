"""What the rules between messages need to know. The placements answer it from their own rows; a test from a few lists.

Everything is asked for one standard (iWmo or iJw), one gemeente and one provider: a number means nothing outside those. What a
party may not see is not there: the answer is then the same as for what does not exist.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from portal.adapters.istandaarden.bericht import Bericht


class Toewijzing(Protocol):
    """An allocation as it stands: the newest version by date and time (OP033x1)."""

    nummer: int
    bsn: str
    aanbieder: str
    categorie: str | None
    code: str | None
    ingangsdatum: date
    einddatum: date | None
    volume: int | None
    eenheid: str | None
    frequentie: str | None
    budget: int | None
    verwijderd: bool


class Levering(Protocol):
    """A start that was reported and not removed, with its newest stop."""

    begindatum: date
    einddatum: date | None
    reden: str | None  # of the stop; 20 is temporary


class Prestatie(Protocol):
    """A line of a declaration that came in and was not refused."""

    referentie: str
    vorige: str | None  # of a credit line: what it takes back
    nummer: int  # of the allocation
    categorie: str
    code: str
    begindatum: date
    einddatum: date
    volume: int
    eenheid: str
    debet: bool


class Verzoek(Protocol):
    """A request for an allocation or a change."""

    bsn: str
    antwoorden: Iterable[str]  # of the answers so far (code list WJ760)
    toegewezen: bool


class Stand(Protocol):
    """What is known when a message comes in or is about to go out; the message itself is not part of it yet."""

    def vandaag(self) -> date:
        """The day by the clock of the portal."""

    def gemeente_bestaat(self, code: str, op: date) -> bool:
        """Whether this gemeente exists on that day (CBS)."""

    def product_bestaat(self, standaard: str, gemeente: str, categorie: str, code: str) -> bool:
        """Whether this product code belongs to this category in the list that the gemeente uses."""

    def tarief(self, bericht: Bericht, prestatie: Mapping[str, Any]) -> int | None:
        """Cents per unit by the contract; None when nothing is agreed to compare with."""

    def bericht_bekend(self, bericht: Bericht) -> bool:
        """Whether this sender already sent a message of this kind with this identification."""

    def toewijzing(self, bericht: Bericht, nummer: int) -> Toewijzing | None:
        """An allocation of the gemeente of this message by its number, to whichever provider."""

    def toewijzingen(self, bericht: Bericht, bsn: str) -> Iterable[Toewijzing]:
        """The allocations of this gemeente to this provider for one resident."""

    def leveringen(self, bericht: Bericht, toewijzing: Toewijzing) -> Iterable[Levering]:
        """What was reported on this allocation."""

    def verzoek(self, bericht: Bericht, referentie: str) -> Verzoek | None:
        """A request of this provider by its own reference."""

    def verzoek_loopt(self, bericht: Bericht, bsn: str) -> bool:
        """Whether a request of this provider for this resident waits for its end."""

    def prestatie(self, bericht: Bericht, referentie: str) -> Prestatie | None:
        """A line of this provider by its reference number."""

    def prestaties(self, bericht: Bericht, toewijzing: Toewijzing) -> Iterable[Prestatie]:
        """The lines on this allocation."""

    def declaratie_bekend(self, bericht: Bericht, nummer: str) -> bool:
        """Whether this provider already used this number for a declaration."""

    def vorige_declaratieperiode(self, bericht: Bericht) -> date | None:
        """The first day of the newest month that this provider declared."""

    def zorg_geleverd(self, bericht: Bericht, maand: date) -> bool:
        """Whether this provider delivered in this month (its first day)."""

    def declaratie(self, bericht: Bericht, identificatie: str) -> Bericht | None:
        """The declaration that an answer is about, by its identification."""
