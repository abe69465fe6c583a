"""What can be reckoned of papers of the council: the numbers and letters of decision points, and where a promise stands.

Pure: no database, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import ascii_lowercase

from portal.kernel.terms import dagen_te_laat


class Stuksoort(StrEnum):
    """What kind of paper it is (RAD-01)."""

    BESLISNOTA = "beslisnota"
    INFORMATIENOTA = "informatienota"
    OPINIENOTA = "opinienota"
    KADERNOTA = "kadernota"
    UITVOERINGSPROGRAMMA = "uitvoeringsprogramma"
    BELEIDSPLAN = "beleidsplan"
    INSPRAAKVERSIE = "inspraakversie"
    RAADSVOORSTEL = "raadsvoorstel"
    BESLUIT = "besluit"
    ADVIES = "advies"
    VERORDENING = "verordening"
    PERSPECTIEFNOTA = "perspectiefnota"
    BEGROTING = "begroting"
    JAARREKENING = "jaarrekening"
    NOTULEN = "notulen"


class Deel(StrEnum):
    """The parts that a nota has, in their order (RAD-03)."""

    INLEIDING = "inleiding"
    EFFECT = "effect"
    ARGUMENTEN = "argumenten"
    RISICOS = "risicos"
    FINANCIEN = "financien"
    COMMUNICATIE = "communicatie"
    VERVOLG = "vervolg"
    OPENBAARHEID = "openbaarheid"


class Vorm(StrEnum):
    """What kind of meeting it was."""

    INFORMATIERONDE = "informatieronde"
    MENINGSVORMEND = "meningsvormend"
    BESLUITVORMEND = "besluitvormend"
    BIJEENKOMST = "bijeenkomst"


class Uitkomst(StrEnum):
    """How a meeting ended (RAD-06)."""

    KENNISGEVING = "kennisgeving"
    BESPROKEN = "besproken"
    VERDER = "verder"
    AANGENOMEN = "aangenomen"
    VERWORPEN = "verworpen"
    AANGEHOUDEN = "aangehouden"


class Antwoord(StrEnum):
    """What the college said of one point of an advice."""

    OVERGENOMEN = "overgenomen"
    DEELS = "deels"
    EENS = "eens"
    TOEGELICHT = "toegelicht"
    AL_GEDAAN = "al_gedaan"
    LATER = "later"
    NIET = "niet"


# A line of a list that hangs under the point before it begins with one of these.
ONDER = ("-", "*", "•", "–")


@dataclass(frozen=True)
class Punt:
    """One decision point: `2`, or `2b` under it."""

    nummer: int
    letter: str
    tekst: str


def punten(tekst: str) -> list[Punt]:
    """Decision points out of a text: one per line, and what begins with a dash hangs under the one before it. ValueError with
    a sentence where that cannot be."""
    found: list[Punt] = []
    for line in filter(None, map(str.strip, tekst.splitlines())):
        under, bare = line.startswith(ONDER), line.lstrip("".join(ONDER)).strip()
        if not bare:
            continue
        if not under:
            found.append(Punt(found[-1].nummer + 1 if found else 1, "", bare))
        elif not found:
            raise ValueError("Begin met een beslispunt. Een onderdeel hoort onder een punt.")
        elif found[-1].letter == ascii_lowercase[-1]:
            raise ValueError("Een beslispunt heeft hoogstens 26 onderdelen.")
        else:
            last = found[-1]
            letter = ascii_lowercase[ascii_lowercase.index(last.letter) + 1] if last.letter else "a"
            found.append(Punt(last.nummer, letter, bare))
    return found


def als_tekst(found: Sequence) -> str:
    """The text that `punten` reads back."""
    return "\n".join(f"- {one.tekst}" if one.letter else one.tekst for one in found)


@dataclass(frozen=True)
class Stand:
    """Where a promise stands: open or settled, and how many days too late."""

    afgedaan: bool
    te_laat: int


def stand(uiterlijk: date | None, afgedaan: date | None, today: date) -> Stand:
    """A promise without a last day is never late."""
    return Stand(afgedaan is not None, dagen_te_laat(uiterlijk, afgedaan, today) if uiterlijk else 0)
