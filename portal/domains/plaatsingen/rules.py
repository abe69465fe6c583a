"""The rules of access and placement: which gemeente is responsible, what is asked before a grant, who is next for a place, what
a place costs whom.

Pure: no database, no clock. Days are legal days in Amsterdam, a period is from its first day up to and with its last, amounts
are Decimal euros. Numbers and lists come from config/plaatsingen.toml, with article and source.
"""

import uuid
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel.errors import Refused
from portal.kernel.money import euro

DAY = timedelta(days=1)


def _config(name: str):
    return load("plaatsingen")[name]


# From the first report to a decision -----------------------------------------------------------------------------------------

def acht_weken(gemeld_on: date) -> date:
    """The last day on which a decision is still within eight weeks of the report: a figure to follow, not a term of its own
    (the terms are W1 and W2). Day 56 is in time."""
    return gemeld_on + _config("acht_weken")["dagen"] * DAY


def binnen_acht_weken(gemeld_on: date, besloten_on: date) -> bool:
    """Was it decided within the eight weeks?"""
    return besloten_on <= acht_weken(gemeld_on)


def afweging_gebreken(antwoorden: Mapping[str, str]) -> list[str]:
    """Why an individual provision cannot be granted yet: what helps somebody is answered in the order of the law, each in words
    (Wmo 2015, 2.3.2, lid 4). `antwoorden`: text by code."""
    steps = _config("afweging")
    return [f"Schrijf eerst op: {step['naam']} ({step['artikel']})." for step in steps
            if not antwoorden.get(step["code"], "").strip()]


def onderzoek_gebreken(antwoorden: Mapping[str, str]) -> list[str]:
    """Why the investigation is not complete: every subject of the law is answered, then what helps somebody, in its order."""
    subjects = [f"Schrijf eerst op: {one['naam']} ({one['artikel']})." for one in _config("onderwerp")
                if not antwoorden.get(one["code"], "").strip()]
    return subjects + afweging_gebreken(antwoorden)


def pgb_gebreken(aangeboden: bool | None, *, gekozen: bool = False, motief: str = "") -> list[str]:
    """Why there is no decision yet: whether a pgb was offered is answered, and who chose one said why (Wmo 2015, 2.3.6)."""
    if aangeboden is None:
        return ["Beantwoord eerst: is uitgelegd dat iemand ook een pgb kan kiezen? (Wmo 2015, 2.3.2, lid 6)"]
    if gekozen and not aangeboden:
        return ["Er is een pgb gekozen, maar niet aangeboden. Kijk dit na."]
    if gekozen and motief not in _config("pgb_motief"):
        return ["Kies waarom iemand een pgb wil."]
    return []


@dataclass(frozen=True)
class Voorziening:
    """One provision in time. `vorm`: "zin" (in kind) or "pgb"; `tot` None: no end yet."""

    product: str
    vorm: str
    van: date
    tot: date | None = None


def samenloop(bestaand: Iterable[Voorziening], nieuw: Voorziening) -> Voorziening | None:
    """What of the same product already runs in the other form on a day of `nieuw`; None when nothing does (invariant I3)."""
    return next((one for one in bestaand if one.product == nieuw.product and one.vorm != nieuw.vorm and overlapt(one, nieuw)),
                None)


def overlapt(een, ander) -> bool:
    """Do two periods (`van`, `tot`, both days included, `tot` may be None) share a day?"""
    return een.van <= (ander.tot or date.max) and ander.van <= (een.tot or date.max)


def beschermd_tot(indicatie_tot: date, overgang_on: date) -> date:
    """Until when a right of before a transition is kept: the end of the indication, at most five years on (Wmo 2015, 8.4)."""
    return min(indicatie_tot, overgang_on + relativedelta(years=_config("overgangsrecht")["jaren"]))


class Beslist(StrEnum):
    """Who decides about the data and the help of a young person."""

    OUDERS = "ouders"
    SAMEN = "samen"
    ZELF = "zelf"


def wie_beslist(geboren_on: date, on: date) -> Beslist:
    """Under twelve the parents, from twelve together, from sixteen the young person (Wmo 2015, 5.3.2; Jeugdwet, 7.3.4 and
    7.3.5). ValueError for a day before the birth."""
    if on < geboren_on:
        raise ValueError("Deze dag ligt voor de geboorte.")
    years, limits = relativedelta(on, geboren_on).years, _config("leeftijd")
    if years < limits["samen"]:
        return Beslist.OUDERS
    return Beslist.SAMEN if years < limits["zelf"] else Beslist.ZELF


# Responsibility --------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Begin:
    """From this day on this gemeente is responsible; the end is the next beginning, so there is never a gap or an overlap."""

    van: date
    gemeente_id: uuid.UUID
    grondslag: str


@dataclass(frozen=True)
class Verantwoordelijkheidsregel:
    """A rule that says which gemeente owes a provision. `volgt`: "melding" or "woonplaats"."""

    domein: str
    valid_from: date
    volgt: str
    artikel: str
    bron: str


def verantwoordelijkheidsregel(domein: str, on: date) -> Verantwoordelijkheidsregel:
    """The rule of this domain on the day of the report. LookupError where none holds: nobody guesses."""
    rows = [row for row in _config("verantwoordelijk") if row["domein"] == domein and row["valid_from"] <= on]
    if not rows:
        raise LookupError(f"Voor {domein} is op {on:%d-%m-%Y} niet vastgelegd welke gemeente verantwoordelijk is.")
    return Verantwoordelijkheidsregel(**max(rows, key=lambda row: row["valid_from"]))


def wie_is_verantwoordelijk(regel: Verantwoordelijkheidsregel, *, melding: uuid.UUID, woonplaats: uuid.UUID | None
                            ) -> uuid.UUID:
    """The gemeente that this rule names. Refused where the rule follows an address that is not known."""
    if regel.volgt == "melding":
        return melding
    if woonplaats is None:
        raise Refused("Vul het adres van direct voor het verblijf in. Dat adres bepaalt welke gemeente verantwoordelijk is "
                      f"({regel.artikel}).")
    return woonplaats


def verantwoordelijk_op(tijdlijn: Sequence[Begin], on: date) -> Begin | None:
    """Who is responsible on this day; None before the first beginning. `tijdlijn` is in the order of its days."""
    place = bisect_right([one.van for one in tijdlijn], on)
    return tijdlijn[place - 1] if place else None


def tijdlijn_gebrek(tijdlijn: Sequence[Begin], nieuw: Begin) -> str | None:
    """Why this beginning cannot be added: responsibility only moves forward, and to somebody else."""
    last = tijdlijn[-1] if tijdlijn else None
    if last is not None and nieuw.van <= last.van:
        return f"De verantwoordelijkheid ging al over op {last.van:%d-%m-%Y}. Kies een latere dag."
    if last is not None and nieuw.gemeente_id == last.gemeente_id:
        return "Deze gemeente is al verantwoordelijk."
    return None


@dataclass(frozen=True)
class Deel:
    """The days of one period for which one gemeente is responsible, and what they cost."""

    gemeente_id: uuid.UUID
    van: date
    tot: date
    dagen: int
    bedrag: Decimal


def verrekenen(tijdlijn: Sequence[Begin], *, van: date, tot: date, dagprijs: Decimal) -> list[Deel]:
    """Days times price per responsible gemeente over a period of stay, both days included. Together the parts are the whole
    period: Refused when somebody stayed on a day for which nobody was responsible."""
    if tot < van:
        raise Refused("De laatste dag ligt voor de eerste.")
    if euro(dagprijs) != dagprijs or dagprijs < 0:
        raise Refused("Een dagprijs is een bedrag in hele centen, en niet lager dan nul.")
    if verantwoordelijk_op(tijdlijn, van) is None:
        raise Refused(f"Op {van:%d-%m-%Y} was nog geen gemeente verantwoordelijk. Kijk de dagen na.")
    parts = []
    for begin, after in pairwise([*tijdlijn, None]):
        first, last = max(begin.van, van), min(after.van - DAY if after else tot, tot)
        if first <= last:
            days = (last - first).days + 1
            parts.append(Deel(begin.gemeente_id, first, last, days, euro(days * dagprijs)))
    return parts


@dataclass(frozen=True)
class BetaaldVerblijf:
    """A stay that one gemeente pays for: days of living there (both counted, `tot` None: still there) and the price per day
    (None: not known)."""

    verblijf_id: uuid.UUID
    traject_id: uuid.UUID
    kenmerk: str
    van: date
    tot: date | None
    dagprijs: Decimal | None
    afgeschermd: bool = False


def verrekendelen(stay: BetaaldVerblijf, tijdlijn: Sequence[Begin], gemeente_id: uuid.UUID, *, van: date, tot: date
                  ) -> list[Deel]:
    """The days of a stay within a period for which this gemeente was responsible, and what they cost. A price that is not known
    is Refused, but only where there are such days."""
    first, last = max(stay.van, van), min(stay.tot or tot, tot)
    if last < first:
        return []
    parts = [one for one in verrekenen(tijdlijn, van=first, tot=last, dagprijs=stay.dagprijs or Decimal(0))
             if one.gemeente_id == gemeente_id]
    if parts and stay.dagprijs is None:
        raise Refused(f"Van {stay.kenmerk} is geen dagprijs bekend. Vul die eerst in.")
    return parts


def periode_gebreken(van: date, tot: date, *, on: date) -> list[str]:
    """Why these days cannot be settled today: a period has an order, is over, and is at most a year."""
    if tot < van:
        return ["De laatste dag ligt voor de eerste."]
    faults = []
    if tot >= van + relativedelta(years=1):
        faults.append("Een periode is ten hoogste een jaar.")
    if tot >= on:
        faults.append("Deze periode is nog niet voorbij. Verreken na de laatste dag.")
    return faults


# The way home and the handover -----------------------------------------------------------------------------------------------

def terugkeer_gebreken(mogelijk: bool | None, helpt_herstel: bool | None, *, reden: str = "", opnieuw_on: date | None = None,
                       on: date) -> list[str]:
    """Why this review of the return cannot be kept: both questions are answered, and a no has a reason and a next day."""
    if mogelijk is None or helpt_herstel is None:
        return ["Beantwoord beide vragen: kan iemand terug, en helpt dat het herstel?"]
    faults = []
    if not (mogelijk and helpt_herstel):
        if not reden.strip():
            faults.append("Schrijf waarom terugkeer nu niet kan of niet helpt.")
        if opnieuw_on is None or opnieuw_on <= on:
            faults.append("Kies een dag waarop u weer kijkt of terugkeer kan. Die dag ligt na vandaag.")
    return faults


def terugkeer_voorstellen(mogelijk: bool, helpt_herstel: bool) -> bool:
    """A return is proposed only when it is possible and helps recovery."""
    return mogelijk and helpt_herstel


class Naasten(StrEnum):
    """Were carers and close ones involved in the handover?"""

    JA = "ja"
    NEE = "nee"
    GEWEIGERD = "geweigerd"


def overdracht_gebreken(naasten: Naasten | None, *, reden: str = "", getekend: Iterable[uuid.UUID],
                        partijen: Iterable[uuid.UUID]) -> list[str]:
    """Why a warm handover cannot be closed: carers and close ones are answered for, and both gemeenten signed."""
    faults = []
    if naasten is None:
        faults.append("Beantwoord eerst: zijn mantelzorgers en naasten betrokken? Ja, nee met een reden, of de cliënt wil het "
                      "niet.")
    elif naasten is Naasten.NEE and not reden.strip():
        faults.append("Schrijf waarom mantelzorgers en naasten niet zijn betrokken.")
    if set(partijen) - set(getekend):
        faults.append("Beide gemeenten tekenen voor de overdracht. Er ontbreekt nog een handtekening.")
    return faults


# A place ---------------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Plek:
    """What a place offers. `kenmerken`: what it has that somebody can need, in words; ages are in whole years, None is no
    limit."""

    product: str
    gemeente_id: uuid.UUID
    doelgroepen: frozenset[str]
    kenmerken: frozenset[str] = frozenset()
    leeftijd_van: int | None = None
    leeftijd_tot: int | None = None
    vrij: int = 1


@dataclass(frozen=True)
class Vraag:
    """What somebody needs. `nodig`: what a place must have; `gemeenten`: where somebody wants to live, empty is anywhere;
    `mijden`: where somebody cannot live, because it is not safe or stands in the way of recovery."""

    product: str
    doelgroep: str
    leeftijd: int
    nodig: frozenset[str] = frozenset()
    gemeenten: frozenset[uuid.UUID] = frozenset()
    mijden: frozenset[uuid.UUID] = frozenset()


def waarom_niet(vraag: Vraag, plek: Plek) -> list[str]:
    """Why this place does not fit, in sentences; empty when it does. It says nothing of other people."""
    reasons = []
    if plek.product != vraag.product:
        reasons.append("Hier is een andere soort ondersteuning.")
    if vraag.doelgroep not in plek.doelgroepen:
        reasons.append("Deze plek is voor een andere groep.")
    if plek.leeftijd_van is not None and vraag.leeftijd < plek.leeftijd_van:
        reasons.append(f"Deze plek is vanaf {plek.leeftijd_van} jaar.")
    if plek.leeftijd_tot is not None and vraag.leeftijd > plek.leeftijd_tot:
        reasons.append(f"Deze plek is tot en met {plek.leeftijd_tot} jaar.")
    reasons += [f"Hier is niet: {need}." for need in sorted(vraag.nodig - plek.kenmerken)]
    if plek.gemeente_id in vraag.mijden:
        reasons.append("In deze gemeente kan de cliënt niet wonen.")
    elif vraag.gemeenten and plek.gemeente_id not in vraag.gemeenten:
        reasons.append("De cliënt wil in een andere gemeente wonen.")
    if plek.vrij < 1:
        reasons.append("Er is geen plek vrij.")
    return reasons


@dataclass(frozen=True)
class Gebruik:
    """A place that is used: held until an answer, or occupied. `tot` None: no end yet."""

    van: date
    tot: date | None = None


def vrij(capaciteit: int, gebruik: Iterable[Gebruik], on: date) -> int:
    """How many places are free on this day: never less than nothing. Held counts as occupied (invariant I2)."""
    return max(capaciteit - sum(one.van <= on <= (one.tot or date.max) for one in gebruik), 0)


# The waiting list ------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Wachtende:
    """What decides the place of one person on the waiting list, as it is stored. `lot` breaks a tie; it is drawn once."""

    id: uuid.UUID
    gemeld_on: date
    lot: int
    omstandigheden: frozenset[str] = field(default=frozenset())


def voorrangregel(versie: str) -> dict:
    """The rule of the waiting list with this name. LookupError for one that was never there."""
    for row in _config("voorrang"):
        if row["versie"] == versie:
            return row
    raise LookupError(f"De wachtlijst kent geen regel {versie}.")


def voorrangversie(on: date) -> str:
    """The name of the rule that holds on this day."""
    rows = [row for row in _config("voorrang") if row["valid_from"] <= on]
    if not rows:
        raise LookupError(f"Op {on:%d-%m-%Y} gold nog geen regel voor de wachtlijst.")
    return max(rows, key=lambda row: row["valid_from"])["versie"]


def punten(wachtende: Wachtende, versie: str, on: date) -> int:
    """The points of one person on this day, by this version of the rule. LookupError for a circumstance it does not know."""
    rule = voorrangregel(versie)
    if unknown := wachtende.omstandigheden - set(rule["punten"]):
        raise LookupError(f"De wachtlijst kent dit niet: {', '.join(sorted(unknown))}.")
    weeks = max((on - wachtende.gemeld_on).days, 0) // 7
    return weeks * rule["per_week"] + sum(rule["punten"][one] for one in wachtende.omstandigheden)


def rangorde(wachtenden: Iterable[Wachtende], versie: str, on: date) -> list[Wachtende]:
    """Who is next: most points first, then the earliest report, then the lot. The same answer for the same stored facts, in
    whatever order they come (invariant I5)."""
    return sorted(sorted(wachtenden, key=attrgetter("lot", "id")),
                  key=lambda one: (-punten(one, versie, on), one.gemeld_on))


def overgeslagen(rang: Sequence[Wachtende], gekozen: uuid.UUID, past: Iterable[uuid.UUID]) -> list[Wachtende]:
    """Who stands before the one that was chosen and fits the place as well: passing them over needs a reason. LookupError when
    the chosen one does not wait."""
    place = next((n for n, one in enumerate(rang) if one.id == gekozen), None)
    if place is None:
        raise LookupError("Deze persoon staat niet op de wachtlijst.")
    fits = set(past)
    return [one for one in rang[:place] if one.id in fits]


# Figures ---------------------------------------------------------------------------------------------------------------------

def telbaar(aantal: int) -> int | None:
    """A number of people as a report may show it: None for a group so small that somebody could be recognised. Nobody at all
    is no group."""
    return None if 0 < aantal < _config("kleine_groep")["minstens"] else aantal


def som_telbaar(delen: Iterable[int]) -> int | None:
    """The sum of counts of which each is shown as `telbaar` shows it; None where a hidden one could be computed from it. Safe
    is: nothing hidden, or at least two that can each still be more than one number."""
    counts = list(delen)
    small, most = [one for one in counts if telbaar(one) is None], _config("kleine_groep")["minstens"] - 1
    if small and not (len(small) >= 2 and len(small) < sum(small) < most * len(small)):
        return None
    return telbaar(sum(counts))


def deel_telbaar(totaal: int, deel: int) -> int | None:
    """A part of a total that is shown too: None where the part, or what is left, is a small group."""
    return None if telbaar(deel) is None or telbaar(totaal - deel) is None or telbaar(totaal) is None else deel


def vooruit(reeks: Sequence[int | None], stappen: int) -> int | None:
    """Where a series goes if it goes on as it did: the last number and the average change per step. None where a number is
    hidden or there are too few."""
    if len(reeks) < 2 or any(one is None for one in reeks):
        return None
    change = Decimal(reeks[-1] - reeks[0]) / (len(reeks) - 1)
    return telbaar(max(int((reeks[-1] + change * stappen).to_integral_value()), 0))
