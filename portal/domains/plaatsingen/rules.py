"""The rules of access and placement: which gemeente is responsible, what is asked before a grant, who is next for a place, what
a place costs whom.

Pure: no database, no clock. Days are legal days in Amsterdam, a period is from its first day up to and with its last, amounts
are Decimal euros. Numbers and lists come from config/plaatsingen.toml, with article and source.
"""

import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import pairwise
from operator import attrgetter

from dateutil.relativedelta import relativedelta

from config import load
from portal.kernel import bezwaar, terms
from portal.kernel.errors import Refused
from portal.kernel.money import euro
from portal.kernel.terms import Length, TermRule, compute

DAY = timedelta(days=1)
# A statement on quality says something.
VERKLARING = 20


def _config(name: str):
    return load("plaatsingen")[name]


# What a resident sends --------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Antwoordtermijn:
    """Within which term the gemeente answers, from when it counts, and the last day. `bezwaar_tot`: of an objection, the last
    day on which it could be made."""

    regel: TermRule
    vanaf: date
    uiterlijk: date
    verdaagd: bool = False
    bezwaar_tot: date | None = None

    def te_laat(self, on: date) -> bool:
        """Did an objection that came on this day come too late (Awb 6:11)?"""
        return self.bezwaar_tot is not None and not bezwaar.is_tijdig(on, self.bezwaar_tot)


def antwoordtermijn(soort: str, gesteld_on: date, *, bekend_on: date | None = None, commissie: bool = False,
                    verdaagd: bool = False) -> Antwoordtermijn:
    """Until when what a resident sent is answered: an objection by Awb 7:10, counted from the last day to object to a decision
    that was posted on `bekend_on` (on a letter that still waits for the post: as if it went that day), a complaint by 9:11, and
    anything else as agreed."""
    vanaf, tot = gesteld_on, None
    if soort == "bezwaar":
        tot = bezwaar.uiterlijk(bekend_on or gesteld_on)
        # Too late, it can only be decided from the day it came in.
        regel, vanaf = bezwaar.beslisregel(commissie=commissie), max(tot, gesteld_on)
    elif soort == "klacht":
        regel = terms.rule("klacht_commissie" if commissie else "klacht")
    else:
        agreed = _config("vraagsoort")[soort]
        regel = TermRule(kind=soort, article=agreed["bron"], length=Length(days=agreed["dagen"]), statutory=False,
                         source=agreed["bron"], label="Antwoord op een vraag", event="Vraag ontvangen")
    return Antwoordtermijn(regel, vanaf, compute(regel, vanaf, extensions=int(verdaagd)).last_day, verdaagd, tot)


# Who handles a report ---------------------------------------------------------------------------------------------------------

class Behandelt(StrEnum):
    """Who handles reports of a task: the desk that works for several gemeenten under mandate, or the own team."""

    CENTRALE_TOEGANG = "centrale_toegang"
    WIJKTEAM = "wijkteam"


@dataclass(frozen=True)
class Route:
    """From this day on these reports go there. `verband`: for its members; `gemeente`: for this one (a transfer is always of
    one gemeente); neither: everywhere."""

    taak: str
    valid_from: date
    wie: Behandelt
    waarom: str
    bron: str
    verband: str | None = None
    gemeente: str | None = None


def route(taak: str, on: date, *, gemeente: str, verbanden: Collection[str], overdrachten: Iterable[Route] = ()) -> Route:
    """Who handles a report of this task that came in on this day at this gemeente, and since when and why. `verbanden`: of
    which it was a member then. What holds for the gemeente goes before what holds for a verband, and that before the rest; then
    the latest. LookupError for a task that nobody has: nobody guesses."""
    rows = [Route(**row | {"wie": Behandelt(row["wie"])}) for row in _config("route")]
    found = [row for row in [*rows, *overdrachten] if row.taak == taak and row.valid_from <= on
             and row.gemeente in (None, gemeente) and (row.verband is None or row.verband in verbanden)]
    if not found:
        raise LookupError(f"Voor {taak} is op {on:%d-%m-%Y} niet vastgelegd wie de melding behandelt.")
    return max(found, key=lambda row: (row.gemeente is not None, row.verband is not None, row.valid_from))


def overdracht_van_taak_gebreken(ingaand_on: date, verklaring: str, *, on: date) -> list[str]:
    """Why the transfer of a task cannot be proposed or confirmed: it begins later, and each side says how the quality stays."""
    faults = []
    if ingaand_on <= on:
        faults.append("Kies een dag na vandaag. Wat al gemeld is, verandert niet.")
    if len(verklaring.strip()) < VERKLARING:
        faults.append("Schrijf waarom de kwaliteit goed blijft: wie het doet, wat die kan en wat er is geregeld.")
    return faults


def overdrachtspunten(*, melding: bool) -> list[str]:
    """The points of a warm handover, in their order: of a report that is not decided yet, or of a placement."""
    return [code for code, row in _config("overdrachtspunt").items() if ("melding" if melding else "plaatsing") in row["bij"]]


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


def tijdelijk_gebreken(wat: str, door: str, van: date, tot: date, *, gemeld_on: date) -> list[str]:
    """Why this temporary provision cannot be kept: what, from when, until when and by whom, and not before the report (Wmo
    2015, 2.3.3)."""
    faults = []
    if not wat.strip():
        faults.append("Schrijf op wat er is geregeld.")
    if not door.strip():
        faults.append("Schrijf op wie de tijdelijke ondersteuning geeft.")
    if van < gemeld_on:
        faults.append(f"De melding is van {gemeld_on:%d-%m-%Y}. De tijdelijke ondersteuning begint niet eerder.")
    if tot < van:
        faults.append("De laatste dag ligt voor de eerste.")
    return faults


def verlengen_vanaf(tot: date) -> date:
    """From which day on somebody looks whether support goes on after its last day."""
    return tot - timedelta(**_config("werk")["verlengen"])


def verlenging_gebreken(tot: date, nieuw: date, *, on: date, weg_op: date | None = None) -> list[str]:
    """Why support cannot go on until this day: it is later than before and not over yet. `weg_op`: from when another gemeente
    is responsible."""
    faults = []
    if nieuw <= tot:
        faults.append(f"De ondersteuning loopt al tot en met {tot:%d-%m-%Y}. Kies een latere dag.")
    if nieuw < on:
        faults.append("De nieuwe laatste dag ligt in het verleden.")
    if weg_op is not None and nieuw >= weg_op:
        faults.append(f"Vanaf {weg_op:%d-%m-%Y} is een andere gemeente verantwoordelijk. Kies een dag daarvoor.")
    return faults


def besluit_genoemd_gebreken(vindplaats: str, besloten_on: date | None, *, on: date) -> list[str]:
    """Why a decision that the portal does not hold is not named well enough: which it is, and of which day."""
    faults = []
    if not vindplaats.strip():
        faults.append("Schrijf welk besluit dit is: het kenmerk, of waar het staat.")
    if besloten_on is None:
        faults.append("Vul in op welke dag het besluit is genomen.")
    elif besloten_on > on:
        faults.append("De dag van het besluit ligt in de toekomst.")
    return faults


def verlengbesluit_gebreken(van: date, tot: date | None, *, oud: date, nieuw: date) -> list[str]:
    """Why this decision does not carry support until the new day: it ends before, or leaves days without a decision. `van` and
    `tot` of the decision; `oud`: the last day so far."""
    faults = []
    if van > oud + DAY:
        faults.append(f"Dit besluit gaat in op {van:%d-%m-%Y}. Voor de dagen na {oud:%d-%m-%Y} is er dan geen besluit.")
    if tot is not None and nieuw > tot:
        faults.append(f"Dit besluit loopt tot en met {tot:%d-%m-%Y}. Kies die dag of een eerdere.")
    return faults


def eerste_dag_gebreken(eerste: date, van: date, tot: date | None) -> list[str]:
    """Why a place cannot begin on this day: the support it is part of has not begun, or is over. `van` and `tot` of the
    support."""
    if eerste < van:
        return [f"De ondersteuning begint op {van:%d-%m-%Y}. Een plek kan niet eerder beginnen."]
    if tot is not None and eerste > tot:
        return [f"De ondersteuning loopt tot en met {tot:%d-%m-%Y}. Verleng de ondersteuning eerst, of kies een eerdere dag."]
    return []


def uren(van: datetime, tot: datetime) -> int:
    """How many whole hours somebody waits; never less than none."""
    return max(int((tot - van).total_seconds() // 3600), 0)


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


def recht_van_vroeger_tot(indicatie_tot: date, overgang_on: date, nieuw_van: date | None = None) -> date:
    """The last day of a right of before a transition: it stays what it is until it ends, or until a new grant begins (Wmo 2015,
    8.4). `nieuw_van`: the first day of that grant."""
    last = beschermd_tot(indicatie_tot, overgang_on)
    return last if nieuw_van is None else min(last, nieuw_van - DAY)


def verhuist_opnieuw(eerder: int) -> bool:
    """Has somebody moved so often that a next move asks for a second look? `eerder`: the places they lived on."""
    return eerder >= _config("verhuizing")["eerder"]


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
            faults.append("De inwoner is meerderjarig. Een ouder kijkt dan mee als mantelzorger, curator of mentor.")
        elif decides is not Beslist.OUDERS and instemming_on is None:
            faults.append("De inwoner is 12 jaar of ouder. Vul in op welke dag de inwoner toestemming gaf.")
    if hoedanigheid == "mantelzorger" and instemming_on is None:
        faults.append("Een mantelzorger kijkt alleen mee met toestemming. Vul in op welke dag de inwoner die gaf.")
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


def weer_een_verhuizing(tijdlijn: Sequence[Begin], *, naar: uuid.UUID, herkomst: uuid.UUID) -> str | None:
    """A warning when the responsibility moved before and does not go home: every move breaks up what somebody built."""
    if len(tijdlijn) < 2 or naar == herkomst:
        return None
    return (f"Deze inwoner is al {len(tijdlijn) - 1} keer naar een andere gemeente gegaan. Nog een verhuizing kan het herstel "
            "schaden. Bevestig dat u dit heeft afgewogen.")


def leeftijd(geboren_on: date, on: date) -> int:
    """Whole years on this day."""
    return relativedelta(on, geboren_on).years


def dagprijs_klopt(dagprijs: Decimal) -> None:
    """Refused unless it is an amount in whole cents, of zero or more."""
    if euro(dagprijs) != dagprijs or dagprijs < 0:
        raise Refused("Een dagprijs is een bedrag in hele centen, en niet lager dan nul.")


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
    dagprijs_klopt(dagprijs)
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
    """A stay that one gemeente pays for: the days it paid (both counted, `tot` None: it still pays; after a handover that is
    later than somebody lived there at its expense) and the price per day (None: not known)."""

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


@dataclass(frozen=True)
class Declaratieregel:
    """A line of a declaration that was approved and not taken back, in euro. `volume`: the days that were delivered; None where
    the line does not count days."""

    van: date
    tot: date
    bedrag: Decimal
    volume: int | None


@dataclass(frozen=True)
class Goedgekeurd:
    """What was approved over some days, and on how many of them that is known."""

    bedrag: Decimal
    dagen: int


def goedgekeurd(regels: Iterable[Declaratieregel], *, van: date, tot: date) -> Goedgekeurd:
    """What was approved for these days. A line that also is about other days counts for its part when every day of it was
    delivered; else nobody can say what was for which day, and those days are not known."""
    amount, known = Decimal(0), set()
    for one in regels:
        first, last = max(one.van, van), min(one.tot, tot)
        here, all_days = (last - first).days + 1, (one.tot - one.van).days + 1
        if here <= 0 or (here < all_days and one.volume != all_days):
            continue
        amount += one.bedrag * here / all_days
        known |= {first + n * DAY for n in range(here)}
    return Goedgekeurd(euro(amount), len(known))


def anders_goedgekeurd(found: Goedgekeurd, dagen: int, bedrag: Decimal) -> bool:
    """Was another amount approved than this one, over all these days?"""
    return found.dagen == dagen and found.bedrag != bedrag


def betaald_gebreken(betaald_tot: date, *, geeindigd_on: date, weer_on: date | None, on: date) -> list[str]:
    """Why a stay cannot be paid up to and with this day: not before it ended, not in the future, and not on days on which the
    own gemeente is responsible again (`weer_on`: from when; its own next stay counts then)."""
    if betaald_tot < geeindigd_on:
        return [f"Het verblijf eindigde bij uw gemeente op {geeindigd_on:%d-%m-%Y}. Kies die dag of een latere."]
    if betaald_tot > on:
        return ["Deze dag ligt in de toekomst. Vul in tot en met welke dag uw gemeente nu heeft betaald."]
    if weer_on is not None and betaald_tot >= weer_on:
        return [f"Uw gemeente is weer verantwoordelijk vanaf {weer_on:%d-%m-%Y}. Kies een eerdere dag."]
    return []


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
        faults.append("Beantwoord eerst: zijn mantelzorgers en naasten betrokken? Ja, nee met een reden, of de inwoner wil het "
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


class Contract(IntEnum):
    """How far the contract of a provider reaches for a gemeente and a product: each step lacks less."""

    GEEN = 0
    ANDER_PRODUCT = 1
    ZONDER_DEELNAME = 2
    GOED = 3


def contract_gebrek(contract: Contract, product: str) -> str | None:
    """What is missing before a gemeente may place under this contract; None when nothing is (C3)."""
    naam = _config("product")[product]["naam"]
    if contract == Contract.GEEN:
        return "Deze aanbieder heeft op die dag geen contract."
    if contract == Contract.ANDER_PRODUCT:
        return f"Het contract van deze aanbieder is op die dag niet voor {naam}."
    if contract == Contract.ZONDER_DEELNAME:
        return f"Uw gemeente doet niet mee aan het contract van deze aanbieder voor {naam}."
    return None


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
        reasons.append("In deze gemeente kan de inwoner niet wonen.")
    elif vraag.gemeenten and plek.gemeente_id not in vraag.gemeenten:
        reasons.append("De inwoner wil in een andere gemeente wonen.")
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


def vrij_in(aantallen: Sequence[tuple[date, int]], gebruikt: Iterable[int], van: date, tot: date | None) -> int:
    """How many numbered places are free in the whole of a period, both days included (invariant I2). `aantallen`: from which
    day there are how many, in the order of the days; `gebruikt`: the numbers in use on some day of the period."""
    if not aantallen or aantallen[0][0] > van:
        return 0
    least = min(number for (begin, number), after in pairwise([*aantallen, None])
                if begin <= (tot or date.max) and (after is None or after[0] > van))
    return least - sum(1 <= one <= least for one in set(gebruikt))


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


def waarom_hier(wachtende: Wachtende, versie: str, on: date, *, bovenaan: bool = False) -> list[str]:
    """Why somebody stands where they stand, in sentences: what counts first, then how long they wait."""
    rule, names = voorrangregel(versie), _config("omstandigheid")
    counted = [names[one]["naam"] for one in sorted(wachtende.omstandigheden, key=lambda one: (-rule["punten"][one], one))]
    reasons = []
    if bovenaan:
        reasons.append(f"Staat bovenaan: {counted[0]}." if counted else "Staat bovenaan.")
        counted = counted[1:]
    reasons += [f"Telt mee: {one}." for one in counted]
    days = max((on - wachtende.gemeld_on).days, 0)
    return [*reasons, "Meldde zich vandaag." if days == 0 else "Wacht 1 dag." if days == 1 else f"Wacht {days} dagen."]
# The outcome -----------------------------------------------------------------------------------------------------------------

def uitkomst_gebreken(doelrealisatie: Mapping[str, str], *, uitval: bool | None, uitval_reden: str = "",
                      tevredenheid: int | None = None, tevredenheid_niet: str = "") -> list[str]:
    """Why this outcome is not complete: each part of goal attainment that is known at the end, drop-out, and satisfaction or
    why it was not asked."""
    faults = []
    for one in _config("deelindicator"):
        if not one["later"] and doelrealisatie.get(one["code"]) not in _config("uitkomstantwoord"):
            faults.append(f"Beantwoord: {one['naam']}")
    if uitval is None:
        faults.append("Beantwoord: stopte de hulp voordat die klaar was?")
    elif uitval and uitval_reden not in _config("uitval")["reden"]:
        faults.append("Kies waarom de hulp eerder stopte.")
    if tevredenheid is None and not tevredenheid_niet.strip():
        faults.append("Vul een cijfer in, of schrijf waarom het niet is gevraagd.")
    elif tevredenheid is not None and not 1 <= tevredenheid <= 10:
        faults.append("Vul een cijfer in van 1 tot en met 10.")
    return faults


def opvolgen_op(einde: date) -> date:
    """The day from which it is asked whether somebody began again with the same help."""
    return einde + relativedelta(months=_config("opvolgen")["maanden"])


def opvolgen_gebreken(antwoord: str | None, *, opvolgen_on: date, reden: str = "", on: date) -> list[str]:
    """Why it cannot be said yet whether somebody began again: not before the day, and not known has a reason."""
    if on < opvolgen_on:
        return [f"Dit kan vanaf {opvolgen_on:%d-%m-%Y}. Eerder is niet te zeggen of iemand opnieuw hulp kreeg."]
    if antwoord not in _config("uitkomstantwoord"):
        return ["Beantwoord of de inwoner opnieuw deze hulp kreeg."]
    if antwoord == "onbekend" and not reden.strip():
        return ["Schrijf waarom dit niet is vast te stellen."]
    return []


# Figures ---------------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Maandstand:
    """How many people waited, had a pgb, and had one because the waiting list was too long, on the last day of a month."""

    maand: date
    op_on: date
    wachten: int
    pgb: int
    pgb_wachtlijst: int


def gemiddeld_wachten(gemeld: Iterable[date], on: date) -> int | None:
    """How many days people wait on average, rounded; None for a group so small that somebody could be recognised."""
    days = [max((on - one).days, 0) for one in gemeld]
    return round(sum(days) / len(days)) if days and telbaar(len(days)) else None


def telbaar(aantal: int) -> int | None:
    """A number of people as a report may show it: None for a group so small that somebody could be recognised. Nobody at all
    is no group."""
    return None if 0 < aantal < _config("kleine_groep")["minstens"] else aantal


def telbare_verdeling(aantallen: Mapping[str, int]) -> dict[str, int | None]:
    """The parts of one whole as a report may show them beside their sum: what is hidden cannot be found by subtracting what is
    shown. Small parts are hidden, and the next smallest with them as long as the hidden parts are only one, are together a
    small group, or are together so many that each must be as large as a small group can be."""
    least = _config("kleine_groep")["minstens"]
    shown = {name: telbaar(count) for name, count in aantallen.items()}
    for name in sorted(aantallen, key=lambda one: (aantallen[one], one)):
        hidden = [one for one, count in shown.items() if count is None]
        together = sum(aantallen[one] for one in hidden)
        if not hidden or (len(hidden) > 1 and together >= least and together != len(hidden) * (least - 1)):
            break
        if shown[name] is not None and aantallen[name]:
            shown[name] = None
    return shown
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
