"""What can be reckoned of a challenge: what the gemeente laid down, when a challenge makes sense, what is still missing.

Pure: no database, no clock. The parameters per gemeente come from config/uitdaagrecht.toml, with their source.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from portal.kernel.terms import Length, TermRule


class Rechtskarakter(StrEnum):
    """What the answer to a challenge is in law; jurists disagree, and each gemeente has its own jurist decide."""

    BESLUIT = "besluit"
    GEEN_BESLUIT = "geen_besluit"


class Oordeel(StrEnum):
    """What is thought of one criterion."""

    VOLDOET = "voldoet"
    DEELS = "deels"
    VOLDOET_NIET = "voldoet_niet"


class Uitkomst(StrEnum):
    """What is decided on a challenge."""

    TOEWIJZEN = "toewijzen"
    AANPASSEN = "aanpassen"
    PROEF = "proef"
    AFWIJZEN = "afwijzen"
    NIET_ONTVANKELIJK = "niet_ontvankelijk"


JA = frozenset({Uitkomst.TOEWIJZEN, Uitkomst.AANPASSEN, Uitkomst.PROEF})
# What an idea needs to begin, and what a challenge needs to be judged: code -> what it is called in a sentence.
IDEE = {"wat": "wat u wilt doen", "waarom": "waarom u dat beter of goedkoper kunt", "wie": "met wie u dit doet"}
UITDAGING = IDEE | {
    "draagvlak": "hoe u weet dat anderen dit ook willen", "kosten": "wat het kost",
    "samenwerking": "met wie u samenwerkt", "continuiteit": "hoe het goed blijft gaan",
    "afspraak": "welke afspraak u met de gemeente wilt"}
# The name of a plan, in characters.
TITEL_LANG = 120


def titel(gegevens: Mapping[str, str]) -> str:
    """What a plan is called: what its people call it, or else the first line of what they want."""
    words = (gegevens.get("titel", "").strip() or gegevens.get("wat", "").strip()).splitlines()
    return words[0][:TITEL_LANG] if words else "Nieuw idee"


@dataclass(frozen=True)
class Regels:
    """What one gemeente laid down about challenges; a challenge keeps those of the day it came in."""

    verordening: str
    artikel: str
    wmo_artikel: str
    rechtskarakter: Rechtskarakter
    gerechtigden: tuple[str, ...]
    informatie_werkdagen: int
    triage_werkdagen: int
    aanvul_weken: int
    gesprekken: int
    dialoog_weken: int
    bemiddeling_weken: int
    beslis_weken: int
    # How many must support it; 0: the ordinance asks none. `steun_telt`: "mailbox" or "persoon".
    steun: int
    steun_telt: str
    panel: bool
    # How long before the end of a contract a challenge makes sense, in months: not later than, not earlier than.
    contract_minimaal: int
    contract_maximaal: int
    bron: str

    def to_json(self) -> dict:
        """As a case keeps it."""
        return asdict(self) | {"gerechtigden": list(self.gerechtigden)}


def regels_van(data: Mapping) -> Regels:
    """The rules as they stand in the configuration, or as a case kept them."""
    return Regels(**(dict(data) | {"rechtskarakter": Rechtskarakter(data["rechtskarakter"]),
                                   "gerechtigden": tuple(data["gerechtigden"])}))


# kind -> label, event, field of Regels, unit.
_TERMEN = {
    "informatie": ("Vraag om informatie beantwoorden", "Vraag ontvangen", "informatie_werkdagen", "working_days"),
    "triage": ("Laten weten wat er met het plan gebeurt", "Plan ontvangen", "triage_werkdagen", "working_days"),
    "aanvulling": ("Het plan aanvullen", "Gemeente vroeg om een aanvulling", "aanvul_weken", "weeks"),
    "dialoog": ("Gesprekken voeren", "Gesprekken begonnen", "dialoog_weken", "weeks"),
    "bemiddeling": ("Bemiddelen", "Bemiddeling begonnen", "bemiddeling_weken", "weeks"),
    "beslissing": ("Beslissen over het plan", "Plan ontvangen", "beslis_weken", "weeks"),
}


def termijn(kind: str, regels: Regels) -> TermRule:
    """One term of the ordinance. Its days shift as those of a law do (Gemeentewet 145)."""
    label, event, field, unit = _TERMEN[kind]
    article = f"{regels.verordening}, {regels.artikel}"
    return TermRule(kind=kind, label=label, event=event, article=article, length=Length(**{unit: getattr(regels, field)}),
                    statutory=True, source=regels.bron)


@dataclass(frozen=True)
class Venster:
    """When a challenge of a task that somebody has a contract for makes sense; both days included."""

    van: date
    tot: date

    def stand(self, on: date) -> str:
        """`te_vroeg`, `open` or `te_laat` on this day."""
        return "te_vroeg" if on < self.van else "te_laat" if on > self.tot else "open"


def venster(contract_tot: date | None, regels: Regels) -> Venster | None:
    """From so many months before the last day of the contract, until so many; None where no contract binds the gemeente."""
    if contract_tot is None:
        return None
    return Venster(contract_tot - relativedelta(months=regels.contract_maximaal),
                   contract_tot - relativedelta(months=regels.contract_minimaal))


def ontbreekt(gegevens: Mapping, onderdelen: Mapping[str, str] = UITDAGING) -> list[str]:
    """The parts that nobody filled in yet, by code."""
    return [code for code in onderdelen if not str(gegevens.get(code) or "").strip()]


def bedrag(text: str | None) -> Decimal | None:
    """An amount as it was typed and kept; None where there is none, or where it is no amount."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def goedkoper(nu: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """How much a plan costs less than the task costs now, per year; below zero: more. None where one is not known."""
    return None if nu is None or plan is None else nu - plan


def beslist_gebreken(uitkomst: str, *, oordelen: Mapping[str, str], criteria: Mapping[str, str], gronden: list[str],
                     motivering: str, ingestemd: bool, minimaal: int) -> list[str]:
    """Why this is no decision yet: reasons per criterion, coded grounds with a no, consent with a change."""
    faults = []
    if uitkomst not in set(Uitkomst):
        return ["Kies wat er wordt besloten."]
    if len(motivering.strip()) < minimaal:
        faults.append("Schrijf waarom, zo dat de bewoners het begrijpen.")
    if uitkomst in (Uitkomst.AFWIJZEN, Uitkomst.NIET_ONTVANKELIJK) and not gronden:
        faults.append("Kies waarom het plan niet doorgaat. Zonder grond is er geen besluit.")
    if uitkomst in JA and gronden:
        faults.append("Bij een ja hoort geen grond om af te wijzen.")
    if uitkomst != Uitkomst.NIET_ONTVANKELIJK:
        faults += [f"Er is nog geen oordeel over: {naam}." for code, naam in criteria.items() if code not in oordelen]
    if uitkomst == Uitkomst.AANPASSEN and not ingestemd:
        faults.append("De bewoners stemden niet in met de aanpassing. Zonder hun ja kan dit niet.")
    return faults
