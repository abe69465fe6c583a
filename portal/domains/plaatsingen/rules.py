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


def koppeling_gebreken(hoedanigheid: str, geboren_on: date, *, on: date, bewijs: str, instemming_on: date | None) -> list[str]:
    """Why this account cannot be connected to this person: a carer looks along with consent, a parent of somebody of twelve or
    older too, and nobody is a parent with authority over an adult (BW 1:233 and 1:245; Wmo 2015, 5.3.2)."""
    faults, decides = [], wie_beslist(geboren_on, on)
    if not bewijs.strip():
        faults.append("Schrijf waaruit dit blijkt: welk stuk u zag, of hoe u het nakeek.")
    if instemming_on is not None and instemming_on > on:
        faults.append("De dag van de toestemming ligt in de toekomst.")
    if hoedanigheid == "zelf" and decides is Beslist.OUDERS:
        faults.append("Voor een kind onder de 12 jaar kijken de ouders mee. Kies ouder.")
    if hoedanigheid == "ouder":
        if relativedelta(on, geboren_on).years >= _config("leeftijd")["meerderjarig"]:
            faults.append("De cliënt is meerderjarig. Een ouder kijkt dan mee als mantelzorger, curator of mentor.")
        elif decides is not Beslist.OUDERS and instemming_on is None:
            faults.append("De cliënt is 12 jaar of ouder. Vul in op welke dag de cliënt toestemming gaf.")
    if hoedanigheid == "mantelzorger" and instemming_on is None:
        faults.append("Een mantelzorger kijkt alleen mee met toestemming. Vul in op welke dag de cliënt die gaf.")
    return faults


def koppeling_tot(hoedanigheid: str, geboren_on: date, *, on: date, instemming_on: date | None,
                  wens: date | None = None) -> date:
    """The last day of a connection: as long as asked, at most some years, and for a parent never past the birthday on which the
    client decides anew."""
    limits = _config("leeftijd")
    last = on + relativedelta(years=_config("koppeling")["jaren"])
    if hoedanigheid == "ouder":
        given = relativedelta(instemming_on, geboren_on).years if instemming_on else -1
        turns = (limits["samen"] if given < limits["samen"] else
                 limits["zelf"] if given < limits["zelf"] else limits["meerderjarig"])
        last = min(last, geboren_on + relativedelta(years=turns) - DAY)
    return min(last, wens) if wens else last


def notitie_gebreken(op_on: date, met: str, tekst: str, afspraak: str, afspraak_on: date | None, *, on: date) -> list[str]:
    """Why this note of a contact cannot be kept: it was, it says with whom and what, and an agreement has a day ahead."""
    faults = []
    if op_on > on:
        faults.append("Het contact ligt in de toekomst. Vul de dag in waarop het was.")
    if not met.strip():
        faults.append("Vul in met wie het contact was.")
    if not tekst.strip():
        faults.append("Schrijf kort wat er is besproken.")
    if bool(afspraak.strip()) != (afspraak_on is not None):
        faults.append("Vul bij een afspraak allebei in: wat er gebeurt, en uiterlijk wanneer.")
    elif afspraak_on is not None and afspraak_on < on:
        faults.append("De dag van de afspraak ligt in het verleden.")
    return faults


def bewaren_tot(laatste_on: date, geboren_on: date) -> date:
    """Until when what is kept of somebody must be kept, from the last change: of who was a minor then, as youth (Wmo 2015,
    5.3.4; Jeugdwet, 7.3.8)."""
    minor = relativedelta(laatste_on, geboren_on).years < _config("leeftijd")["meerderjarig"]
    return laatste_on + relativedelta(years=_config("bewaren")["jeugd" if minor else "wmo"]["jaren"])


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
