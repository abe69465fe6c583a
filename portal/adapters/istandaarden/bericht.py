"""A message as the portal holds it, and what may be wrong with one. Neither shows a value: a message is full of personal data,
and what is wrong is told by a place and a fixed sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from config import load
from portal.adapters.istandaarden.definities import RELEASE, Soort, soorten

Plek = tuple[str | int, ...]
REGELS = "istandaarden/regels"


class Geweigerd(Exception):
    """A file that is not looked into any further, with the sentence that says why. Nothing of the file is in it."""

    def __init__(self, zin: str, bevindingen: tuple["Bevinding", ...] = (), bericht: "Bericht | None" = None):
        super().__init__(zin)
        self.zin, self.bevindingen, self.bericht = zin, bevindingen, bericht


@dataclass(frozen=True)
class Bericht:
    """One message. `inhoud` holds its elements by name: texts, whole numbers, dates and times; a group is a mapping and a list
    is a list. Its printed form names the kind only."""

    soort: str
    inhoud: Mapping[str, Any] = field(repr=False)

    @property
    def wat(self) -> Soort:
        """The definition of this kind of message."""
        return soorten()[self.soort]

    @property
    def kop(self) -> Mapping[str, Any]:
        """The header."""
        return self.inhoud["Header"]

    @property
    def romp(self) -> Mapping[str, Any] | None:
        """The element beside the header; a return message may lack it."""
        return self.inhoud.get(self.wat.inhoud)

    @property
    def standaard(self) -> str:
        """iwmo or ijw."""
        return self.wat.standaard

    @property
    def gemeente(self) -> str:
        """The gemeente that sends or receives it (CBS, four digits). A return message keeps the parties of what it answers."""
        return self.kop["Afzender" if self.wat.van_gemeente else "Ontvanger"]

    @property
    def aanbieder(self) -> str:
        """The provider that sends or receives it (AGB, eight digits)."""
        return self.kop["Ontvanger" if self.wat.van_gemeente else "Afzender"]

    @property
    def identificatie(self) -> str:
        """Unique per kind of message for who sends it (TR056)."""
        return self.kop["BerichtIdentificatie"]["Identificatie"]

    @property
    def dagtekening(self) -> date:
        """The day it was sent."""
        return self.kop["BerichtIdentificatie"]["Dagtekening"]


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule of the standard."""

    code: str
    zin: str
    retour: str | None
    niveau: str  # "bericht" (one message), "tussen" (between messages) or "omgeving" (what is known outside messages)
    berichten: tuple[str, ...]

    def bron(self, standaard: str) -> str:
        """Where the rule stands."""
        soort = next(naam for begin, naam in _SOORTEN.items() if self.code.startswith(begin))
        return f"https://informatiemodel.istandaarden.nl/informatiemodel/{standaard}/{RELEASE}/regels/{soort}/{self.code.lower()}/"


_SOORTEN = {"CD": "conditie", "CS": "constraint", "TR": "technische-regel", "OP": "bedrijfsregel"}


@cache
def regels() -> dict[str, Regel]:
    """Every rule that the portal checks, by its code."""
    return {code: Regel(code, rij["zin"], rij.get("retour"), niveau, tuple(rij["berichten"].split()))
            for niveau, rijen in load(REGELS).items() for code, rij in rijen.items()}


@dataclass(frozen=True, slots=True)
class Bevinding:
    """One thing that is wrong: which rule (or restriction), where, in words, and the return code if the standard has one."""

    regel: str
    plek: Plek
    zin: str
    retour: str | None

    @property
    def waar(self) -> str:
        """The place for a person: Client / ToegewezenProducten 2 / Omvang."""
        delen: list[str] = []
        for stap in self.plek:
            if isinstance(stap, int):
                delen[-1] += f" {stap + 1}"
            else:
                delen.append(stap)
        return " / ".join(delen)


def bevinding(code: str, *plek: str | int) -> Bevinding:
    """A rule that a message breaks, at a place."""
    regel = regels()[code]
    return Bevinding(code, plek, regel.zin, regel.retour)
