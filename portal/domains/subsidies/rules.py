"""The arithmetic of a subsidy: settlement, penalty for lateness, small state aid, caps, and what a line of a decision names.

Pure: no database, no clock. Amounts are Decimal euros, days are legal days in Amsterdam. Numbers of the law come from
config/subsidies.toml, dated and with their source; those of a scheme from the scheme.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel.errors import Refused
from portal.kernel.money import bedrag_text

CENT = Decimal("0.01")


# Settlement of what was delivered (A6 of the rules) --------------------------------------------------------------------------

class Basis(StrEnum):
    """What is settled once the deviation is more than the threshold: the whole difference, or only what lies beyond it."""

    GEHEEL = "geheel"
    MEERDERE = "meerdere"


class Uitkomst(StrEnum):
    """What a settlement proposes; a person decides."""

    GEEN = "geen"
    LAGER = "lager"
    HOGER = "hoger"
    MET_DE_HAND = "met_de_hand"


@dataclass(frozen=True)
class Verrekenregel:
    """How a scheme settles: unit, threshold as a part of what was agreed, basis, price of one unit.

    `basis` None: nobody decided it yet, and nothing is computed. `met_methode`: the grant named a way to calculate the amount
    and a maximum (Awb 4:31, lid 1 and 2); without it nothing is ever paid on top.
    """

    eenheid: str
    tarief: Decimal
    basis: Basis | None
    drempel: Decimal
    met_methode: bool = False
    maximum: Decimal | None = None


@dataclass(frozen=True)
class Verrekening:
    """A proposal: by how much the subsidy would be determined lower or paid on top, and why, line by line.

    `aantal` is in the unit of the scheme, signed; `bedrag` is never negative. `boven_maximum` is what a new decision would
    have to grant, against the ceiling.
    """

    uitkomst: Uitkomst
    aantal: Decimal
    bedrag: Decimal
    boven_maximum: Decimal
    uitleg: tuple[str, ...]


def verrekenen(regel: Verrekenregel, *, afgesproken: Decimal, geleverd: Decimal, verleend: Decimal) -> Verrekening:
    """Settle what was delivered against what was agreed; only a deviation of strictly more than the threshold counts.

    Down is a lower determination (Awb 4:46, lid 2, onder a); up exists only where the grant gave a method, within its maximum.
    Agreed on nothing: a person decides. Refused while the scheme does not say what is settled.
    """
    if regel.basis is None:
        raise Refused("De regeling zegt niet wat er wordt verrekend: het hele verschil, of alleen wat boven de grens komt. "
                      "Leg dat eerst vast.", status=409)
    if min(afgesproken, geleverd, verleend, regel.tarief) < 0:
        raise Refused("Een aantal of bedrag is niet lager dan nul.")
    uitleg: list[str] = []
    zeg = uitleg.append
    if afgesproken == 0:
        zeg(f"Er was niets afgesproken. {_getal(geleverd)} {regel.eenheid} beoordeelt een mens.")
        return Verrekening(Uitkomst.MET_DE_HAND, Decimal(0), Decimal(0), Decimal(0), tuple(uitleg))
    verschil, grens = geleverd - afgesproken, regel.drempel * afgesproken
    procent = (verschil * 100 / afgesproken).quantize(CENT, ROUND_HALF_UP)
    zeg(f"Afgesproken: {_getal(afgesproken)} {regel.eenheid}. Geleverd: {_getal(geleverd)}. "
        f"Verschil: {_getal(verschil)}, dat is {_getal(procent)} %.")
    zeg(f"De grens is {_getal(regel.drempel * 100)} %: {_getal(grens)} {regel.eenheid}.")
    if abs(verschil) <= grens:
        zeg("Het verschil is niet groter dan de grens. Er wordt niets verrekend.")
        return Verrekening(Uitkomst.GEEN, Decimal(0), Decimal(0), Decimal(0), tuple(uitleg))
    aantal = abs(verschil) - (grens if regel.basis == Basis.MEERDERE else 0)
    bedrag = (aantal * regel.tarief).quantize(CENT, ROUND_HALF_UP)
    zeg(f"Verrekend wordt {_getal(aantal)} x € {bedrag_text(regel.tarief)} = € {bedrag_text(bedrag)}.")
    if verschil < 0:
        lager = min(bedrag, verleend)
        if lager < bedrag:
            zeg(f"Lager dan nul kan niet: het verleende bedrag is € {bedrag_text(verleend)}.")
        return Verrekening(Uitkomst.LAGER, -aantal, lager, Decimal(0), tuple(uitleg))
    ruimte = max(regel.maximum - verleend, Decimal(0)) if regel.met_methode and regel.maximum is not None else Decimal(0)
    hoger = min(bedrag, ruimte)
    if not regel.met_methode or regel.maximum is None:
        zeg("De beschikking geeft geen manier om het bedrag te berekenen, met een maximum. Meer betalen kan alleen met een "
            "nieuw besluit.")
    elif hoger < bedrag:
        zeg(f"Het maximum is € {bedrag_text(regel.maximum)}. Voor de rest is een nieuw besluit nodig.")
    return Verrekening(Uitkomst.HOGER if hoger else Uitkomst.GEEN, aantal, hoger, bedrag - hoger, tuple(uitleg))


def _getal(value: Decimal) -> str:
    """A number as people write it: no zeros behind the comma that say nothing."""
    whole = value.normalize() if value == value.to_integral_value() else value
    return f"{whole:f}".replace(".", ",")


# Penalty for deciding late (Awb 4:17) ----------------------------------------------------------------------------------------

def dwangsom(days: int, on: date) -> Decimal:
    """Euros after so many days of lateness, by the amounts in force on `on` (Awb 4:17, lid 2). `days` counts from two weeks
    after the term passed and the notice of default came in; after the last band nothing is added."""
    total, left = Decimal(0), max(days, 0)
    for band in _in_force(load("subsidies")["dwangsom"], on)["per_dag"]:
        counted = min(left, band["dagen"])
        total, left = total + counted * Decimal(str(band["bedrag"])), left - counted
    return total


def _in_force(rows: Sequence[Mapping], on: date) -> Mapping:
    """The last row that was in force on this day; Refused when the table does not reach so far back."""
    found = [row for row in rows if row["van"] <= on]
    if not found:
        raise Refused(f"Er is geen bedrag bekend voor {on:%d-%m-%Y}.")
    return max(found, key=lambda row: row["van"])


# Small state aid --------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Ruimte:
    """How much small aid a recipient may still get: earlier aid in the period, what is left of the ceiling, and whether this
    amount fits. `van` is the first day that counts."""

    van: date
    eerder: Decimal
    plafond: Decimal

    @property
    def over(self) -> Decimal:
        """What may still be granted; never below nothing."""
        return max(self.plafond - self.eerder, Decimal(0))

    def past(self, bedrag: Decimal) -> bool:
        """Does this amount stay within the ceiling?"""
        return self.eerder + bedrag <= self.plafond


def de_minimis(eerder: Iterable[tuple[date, Decimal]], on: date, *, daeb: bool = False) -> Ruimte:
    """Room for small aid on a day, over the three years that end on it: Regulation (EU) 2023/2831, article 3(2), or for a
    service of general economic interest 2023/2832. `eerder`: (day of the grant, amount) of one and the same undertaking."""
    regel = load("subsidies")["de_minimis"]["daeb" if daeb else "algemeen"]
    van = on - relativedelta(years=regel["jaren"]) + relativedelta(days=1)
    return Ruimte(van, sum((amount for day, amount in eerder if van <= day <= on), Decimal(0)),
                  Decimal(str(regel["plafond"])))


# Caps per product -------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Maximum:
    """The highest subsidisable cost of a product in a year, by a dated decision of the college; [van, tot)."""

    product: str
    jaar: int
    bedrag: Decimal
    besluit: str
    van: date
    tot: date | None = None


def hoogste(maxima: Iterable[Maximum], product: str, jaar: int, on: date) -> Maximum | None:
    """The cap that holds on this day; None where the college set none. Of two that hold, the later decision."""
    found = [m for m in maxima if m.product == product and m.jaar == jaar and m.van <= on and (m.tot is None or on < m.tot)]
    return max(found, key=lambda m: m.van, default=None)


# Lines of a decision ----------------------------------------------------------------------------------------------------------

class Regelsoort(StrEnum):
    """A result is what must come of it, an obligation what the recipient must do (unmet: lower determination or withdrawal,
    Awb 4:46, 4:48), a condition what must happen before there is any claim (Awb 4:33, 4:34)."""

    RESULTAAT = "resultaat"
    VERPLICHTING = "verplichting"
    VOORWAARDE = "voorwaarde"


def regel_gebreken(soort: str, grondslag: str, verordening_artikel: str) -> list[str]:
    """Why a line may not stand in a decision with this ground; empty when it may.

    A ground is a key of [grondslag] in config/subsidies.toml. Not purpose-bound (Awb 4:39) needs the article of the ordinance.
    """
    if soort == Regelsoort.RESULTAAT:
        return []
    grounds = load("subsidies")["grondslag"]
    ground = grounds.get(grondslag)
    if ground is None or ground["soort"] != soort:
        return [f"Kies het artikel van de Awb waarop deze {soort} rust."]
    if ground["verordening"] and not verordening_artikel.strip():
        return [f"Een {soort} op grond van {ground['artikel']} kan alleen als de verordening dat bepaalt. Noem het artikel van "
                "de verordening."]
    return []
