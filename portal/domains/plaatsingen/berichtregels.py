"""The rules of allocations and of what a message to a provider holds. Pure: no database, no clock.

An end is a day that still counts. Reasons are codes of the standard (WMO002), by config/berichtenverkeer.toml.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config import load
from portal.kernel.errors import Refused

VERWIJDERD = "13"
LAND = "NL"


@dataclass(frozen=True)
class Versie:
    """One allocation as its newest version says. `bekend`: did the provider get this version? `ooit`: or any?"""

    nummer: int
    van: date
    tot: date | None
    reden: str = ""
    bekend: bool = True
    ooit: bool = True

    @property
    def verwijderd(self) -> bool:
        """Taken back as if it was never there."""
        return self.reden == VERWIJDERD

    def loopt(self, on: date) -> bool:
        """Running on this day, or still to begin."""
        return not self.verwijderd and (self.tot is None or self.tot >= on)


def in_bericht(versies: Iterable[Versie], on: date) -> list[Versie]:
    """What goes into one 301: every allocation that runs or is to begin, and every one that changed (OP087; invariant I8). What
    was taken back before anybody heard of it, is not told."""
    return [one for one in versies if one.loopt(on) or (not one.bekend and (one.ooit or not one.verwijderd))]


def toewijzing_gebreken(van: date, tot: date | None, *, toegekend_van: date, toegekend_tot: date | None,
                        zelfde: Iterable[Versie], geen_contract: str | None = None, agb: bool) -> list[str]:
    """Why support cannot be allocated for this period. `zelfde`: what the same person already has of the same
    product; `geen_contract`: what is missing in the contract of the provider."""
    faults = []
    if tot is not None and tot < van:
        faults.append("De laatste dag ligt voor de eerste.")
    if van < toegekend_van:
        faults.append(f"De ondersteuning is toegekend vanaf {toegekend_van:%d-%m-%Y}. Kies die dag of een latere.")
    if toegekend_tot is not None and (tot is None or tot > toegekend_tot):
        faults.append(f"De ondersteuning is toegekend tot en met {toegekend_tot:%d-%m-%Y}. Kies die dag of een eerdere.")
    if geen_contract:
        faults.append(geen_contract)
    if not agb:
        faults.append("Leg eerst de AGB-code van deze aanbieder vast.")
    if any(not one.verwijderd and one.van <= (tot or date.max) and van <= (one.tot or date.max) for one in zelfde):
        faults.append("In deze periode is dezelfde ondersteuning al toegewezen. Verander of verkort die eerst.")
    return faults


def wijziging_gebreken(versie: Versie, wijziging: str, tot: date | None, *, on: date, goedgekeurd: bool = False,
                       overgang_on: date | None = None, toegekend_tot: date | None = None) -> list[str]:
    """Why an allocation cannot change so. `goedgekeurd`: a declaration on it was approved; `overgang_on`: from when another
    gemeente, that accepted it, is responsible; `toegekend_tot`: the end of the grant."""
    rule = load("berichtenverkeer")["wijziging"].get(wijziging)
    if rule is None:
        return ["Kies waarom de toewijzing verandert."]
    if versie.verwijderd:
        return ["Deze toewijzing is verwijderd. Maak een nieuwe."]
    if rule["soort"] == "verwijderen":
        return ["Op deze toewijzing is een declaratie goedgekeurd. De toewijzing kan niet meer worden verwijderd (TR385)."] if (
            goedgekeurd) else []
    if rule["soort"] == "verlengen":
        if not versie.loopt(on):
            return ["Deze toewijzing is afgelopen. Maak een nieuwe: die krijgt een eigen nummer."]
        if versie.tot is None or (tot is not None and tot <= versie.tot):
            return ["Verlengen is naar een latere dag dan nu."]
        if toegekend_tot is not None and (tot is None or tot > toegekend_tot):
            return [f"De ondersteuning is toegekend tot en met {toegekend_tot:%d-%m-%Y}. Kies die dag of een eerdere."]
        return []
    if tot is None:
        return ["Vul de laatste dag in."]
    if tot < versie.van:
        return ["De laatste dag ligt voor de eerste. Verwijder de toewijzing als die niet had gemoeten."]
    if versie.tot is not None and tot >= versie.tot:
        return ["Kies een eerdere dag dan het einde dat er nu staat."]
    if wijziging == "verhuizing":
        if overgang_on is None:
            return ["De andere gemeente heeft nog niet aanvaard. Tot die tijd blijft de toewijzing lopen."]
        if tot >= overgang_on:
            return [f"De andere gemeente is verantwoordelijk vanaf {overgang_on:%d-%m-%Y}. Kies een dag daarvoor."]
    return []


# What a message asks of a person --------------------------------------------------------------------------------------------

_ADRES = re.compile(r"(?P<straat>.+?)\s+(?P<nummer>[0-9]{1,5})\s?(?P<letter>[A-Za-z])?(?:[- ](?P<rest>[0-9A-Za-z]{1,4}))?,?\s+"
                    r"(?P<postcode>[1-9][0-9]{3}\s?[A-Za-z]{2})\s+(?P<plaats>.+)")


def adres_delen(adres: str) -> dict:
    """An address as a message holds it. Refused where it cannot be read."""
    found = _ADRES.fullmatch(" ".join(adres.split()))
    if found is None:
        raise Refused("Het adres is niet te lezen voor een bericht. Schrijf het als: Dorpsweg 1, 8260 AA Kampen.")
    house = {"Huisnummer": int(found["nummer"])}
    if found["letter"]:
        house["Huisletter"] = found["letter"]
    if found["rest"]:
        house["HuisnummerToevoeging"] = found["rest"]
    return {"Huis": house, "Postcode": found["postcode"].replace(" ", "").upper(), "Straatnaam": found["straat"][:24],
            "Plaatsnaam": found["plaats"], "LandCode": LAND}


def naam_delen(naam: str) -> dict[str, str]:
    """First names, prefix and family name of a name that is kept as one: a proposal, which a person corrects."""
    words = naam.split()
    if len(words) < 2:
        return {"voornamen": "", "voorvoegsel": "", "achternaam": naam.strip()}
    first, rest = words[0], words[1:]
    prefix = []
    while len(rest) > 1 and rest[0].islower():
        prefix.append(rest.pop(0))
    return {"voornamen": first, "voorvoegsel": " ".join(prefix)[:10], "achternaam": " ".join(rest)}
