"""The letters of a subsidy: grant, refusal, not handled. From what was decided to a letter, to a file in the store.

A grant says apart what is reached, what must be done and what must happen first: never mixed (Awb 4:30, 4:33, 4:34, 4:37 to
4:39), for each has another consequence. When the transaction that asked for a letter fails afterwards, the sweep of orphans
removes the file.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from config import load as load_config
from portal.adapters.letters import (
    Afzender,
    Bedrag,
    Bevoegdheid,
    Letter,
    Ondertekening,
    Rechtsmiddel,
    Sectie,
    Telling,
    Vervanging,
    datum,
    euro,
    getal,
    render,
)
from portal.domains.subsidies.rules import Beslissing, Regelsoort
from portal.domains.subsidies.voorstellen import BesluitBrief
from portal.kernel.documents import Scan, Stuk
from portal.tenants.region import regio

DAY = timedelta(days=1)
# Grounds that rest on the ceiling: the letter shows how it stood.
OM_PLAFOND = ("plafond", "rangorde")
# Per kind of line: the heading, what comes under it first, and what it means for the money.
KOPPEN = {
    Regelsoort.RESULTAAT: (
        "Wat u bereikt", "Dit zijn de resultaten waarvoor u de subsidie krijgt.",
        "Bereikt u een resultaat niet of niet helemaal? Dan kunnen wij de subsidie lager vaststellen (Awb 4:46, lid 2, onder "
        "a)."),
    Regelsoort.VERPLICHTING: (
        "Wat u moet doen", "Dit zijn uw verplichtingen.",
        "Komt u een verplichting niet na? Dan kunnen wij de subsidie lager vaststellen (Awb 4:46, lid 2, onder b), of de "
        "verlening intrekken of wijzigen (Awb 4:48)."),
    Regelsoort.VOORWAARDE: (
        "Wanneer u recht heeft op het geld",
        "Dit zijn de voorwaarden. Pas als zij zijn vervuld, heeft u recht op het geld.", ""),
}


class Store(Protocol):
    """Where the bytes of a letter go."""

    def put(self, chunks: Iterable[bytes]) -> str: ...


class SubsidieBrieven:
    """Makes the letters and puts them in the file store. Raises LetterError when a letter lacks what it must state."""

    def __init__(self, store: Store):
        self._store = store

    def besluit(self, brief: BesluitBrief) -> Stuk:
        """The letter about a decision, as a stored PDF."""
        pdf = render("besluit", besluitbrief(brief))
        return Stuk(self._store.put([pdf]), f"besluit-{brief.kenmerk}.pdf", "application/pdf", len(pdf),
                    hashlib.sha256(pdf).hexdigest(), Scan.SCHOON)


def concept(brief: BesluitBrief) -> bytes:
    """The same letter before it is signed, marked as a concept, as a PDF that is not kept."""
    letter = besluitbrief(replace(brief, ondertekenaar="(nog niet getekend)", mandaat="volgt bij het tekenen", vervangt=None))
    return render("besluit", replace(
        letter, onderwerp=f"CONCEPT: {letter.onderwerp}", kenmerk=f"{letter.kenmerk}-CONCEPT",
        inleiding=("Dit is een concept. Het is niet getekend en niet verzonden. Niemand kan hieraan rechten ontlenen.",
                   *letter.inleiding)))


def besluitbrief(brief: BesluitBrief) -> Letter:
    """What was decided as a letter, from the frozen content alone."""
    write = {Beslissing.VERLENEN: _verlening, Beslissing.WEIGEREN: _weigering, Beslissing.NIET_BEHANDELEN: _niet_behandeld}
    secties, artikelen = write[brief.inhoud["uitkomst"]](brief)
    return Letter(
        afzender=Afzender(naam=f"Gemeente {brief.gemeente.naam}", adres=_lines(brief.gemeente.postadres),
                          kleur=brief.gemeente.merkkleur),
        ondertekening=Ondertekening(orgaan=brief.orgaan, naam=brief.ondertekenaar, functie="mandaathouder",
                                    bevoegdheid=Bevoegdheid.MANDAAT, register=brief.mandaat, vervanging=_vervanging(brief)),
        geadresseerde=(brief.aanvrager, *_lines(brief.adres)), verzonden_on=brief.verzonden_on, kenmerk=brief.kenmerk,
        onderwerp=brief.onderwerp,
        inleiding=(f"Op {datum(brief.ontvangen_on)} ontvingen wij uw aanvraag voor subsidie uit de regeling "
                   f"'{brief.inhoud['regeling']['titel']}'. In deze brief leest u wat wij besluiten, waarom, "
                   "en wat u kunt doen.",),
        secties=tuple(secties), bedragen=tuple(_bedragen(brief.inhoud)),
        grondslag=tuple(_grondslag(brief.inhoud["regeling"], artikelen)), rechtsmiddel=_bezwaar(brief))


# A grant ------------------------------------------------------------------------------------------------------------------

def _verlening(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    inhoud = brief.inhoud
    groups = [(soort, [r for r in inhoud["regels"] if r["soort"] == soort]) for soort in Regelsoort]
    secties = [Sectie("Wat wij besluiten", tuple(_toekenning(inhoud))),
               *(_group(soort, rows, inhoud["regeling"]) for soort, rows in groups if rows),
               Sectie("Betaling", tuple(_betaling(inhoud))), *_waarom(inhoud), *_argumenten(inhoud),
               Sectie("Wat daarna komt", tuple(_daarna(inhoud)))]
    artikelen = ["Awb 4:29", "Awb 4:30", "Awb 4:31, lid 2" if inhoud["maximum"] else "Awb 4:31, lid 1", "Awb 4:32"]
    artikelen += [_artikel(r) for _soort, rows in groups for r in rows]
    return secties, [*artikelen, *(["Awb 4:95, lid 1"] if inhoud["termijnen"] else [])]


def _toekenning(inhoud: Mapping) -> Iterable[str]:
    """The amount, or how it is calculated with the most it can be (Awb 4:31); for what, and in which period (Awb 4:32)."""
    bedrag = euro(Decimal(inhoud["bedrag"]))
    if inhoud["maximum"]:
        yield f"Wij verlenen u een subsidie van ten hoogste {euro(Decimal(inhoud['maximum']))}."
        yield f"Zo berekenen wij het bedrag: {_zin(inhoud['methode'])} Wij gaan nu uit van {bedrag}."
    else:
        yield f"Wij verlenen u een subsidie van {bedrag}."
    van, tot = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"])
    yield f"De subsidie geldt van {datum(van)} tot en met {datum(tot - DAY)}."
    product = inhoud.get("product_naam") or inhoud["product"]
    eenheid = inhoud.get("eenheid", "")
    if inhoud["aantal"]:
        count = getal(Decimal(inhoud["aantal"]))
        per = f", voor {euro(Decimal(inhoud['tarief']))} per stuk" if inhoud["tarief"] else ""
        yield f"U krijgt de subsidie voor: {product}. Aantal: {f'{count} {eenheid}'.strip()}{per}."
    else:
        yield f"U krijgt de subsidie voor: {product}."


def _group(soort: Regelsoort, rows: Sequence[Mapping], regeling: Mapping) -> Sectie:
    kop, lead, consequence = KOPPEN[soort]
    return Sectie(kop, (lead, *(_line(r, regeling) for r in rows), *([consequence] if consequence else [])))


def _line(regel: Mapping, regeling: Mapping) -> str:
    """One line on paper: what, and under it until when, what shows it, and on which article it rests."""
    until = f"Uiterlijk {datum(date.fromisoformat(regel['uiterlijk_on']))}. " if regel["uiterlijk_on"] else ""
    by_council = (f", en {regeling['verordening']}, artikel {regel['verordening_artikel']}"
                  if regel["verordening_artikel"] else "")
    return (f"{regel['nummer']}. {_zin(regel['tekst'])}\n"
            f"{until}Dit blijkt uit: {_zin(_klein(regel['bewijs']))} Artikel: {_artikel(regel)}{by_council}.")


def _artikel(regel: Mapping) -> str:
    return load_config("subsidies")["grondslag"][regel["grondslag"]]["artikel"]


def _betaling(inhoud: Mapping) -> Iterable[str]:
    if inhoud["termijnen"]:
        many = len(inhoud["termijnen"])
        yield (f"U krijgt vooraf {'één voorschot' if many == 1 else f'{many} voorschotten'}. De dagen en bedragen staan in de "
               "tabel onder 'Bedragen en betaling' in deze brief.")
    else:
        yield "U krijgt geen voorschot."
    yield "Wat u nog krijgt, betalen wij nadat wij de subsidie hebben vastgesteld. Voorschotten trekken wij daarvan af."


def _bedragen(inhoud: Mapping) -> Iterable[Bedrag]:
    """The payments as a table: each with its last day, what remains, and together."""
    if not inhoud.get("termijnen"):
        return
    whole, paid = Decimal(inhoud["bedrag"]), Decimal(0)
    for number, termijn in enumerate(inhoud["termijnen"], start=1):
        bedrag = Decimal(termijn["bedrag"])
        paid += bedrag
        yield Bedrag(omschrijving=f"Voorschot {number}", bedrag=bedrag,
                     betaling=f"uiterlijk {datum(date.fromisoformat(termijn['op']))}")
    if paid < whole:
        yield Bedrag(omschrijving="Rest", bedrag=whole - paid, betaling="na de vaststelling")
    yield Bedrag(omschrijving="Samen", bedrag=whole, betaling="")


def _daarna(inhoud: Mapping) -> Iterable[str]:
    tot = date.fromisoformat(inhoud["tot"])
    yield (f"Na {datum(tot - DAY)} legt u verantwoording af en vraagt u ons om de subsidie vast te stellen (Awb 4:44). U "
           "krijgt daarover bericht in het portaal. Dan stellen wij vast hoeveel subsidie u krijgt.")
    yield "Verandert er iets in uw plannen of in uw kosten? Laat het ons meteen weten, met een bericht in het portaal."


# A refusal ------------------------------------------------------------------------------------------------------------------

def _weigering(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    inhoud = brief.inhoud
    ground = load_config("subsidies")["weigering"][inhoud["grond"]]
    artikel, regeling = ground["artikel"], inhoud["regeling"]
    shown = _verordening(regeling) if artikel == "de verordening" else artikel
    secties = [
        Sectie("Wat wij besluiten", (f"Wij weigeren de subsidie. U vroeg om {euro(Decimal(inhoud['gevraagd']))}.",)),
        Sectie("Op welke grond", (f"De grond is: {ground['naam']} ({shown})."
                                  + (" Wij mogen dan niet anders besluiten." if ground["verplicht"] else ""),)),
        *_plafond(inhoud), *_waarom(inhoud), *_punten(inhoud),
        Sectie("Uw mening vooraf", (_gehoord(inhoud),)), *_argumenten(inhoud)]
    return secties, ["Awb 4:29", *([] if artikel == "de verordening" else [artikel]), "Awb 4:7"]


def _plafond(inhoud: Mapping) -> Iterable[Sectie]:
    """The ceiling as it stood when this was proposed (Awb 4:25, lid 2 and 3)."""
    stand = inhoud["plafond"]
    if inhoud["grond"] not in OM_PLAFOND or stand is None:
        return
    whole, reserved, granted = (Decimal(stand[name]) for name in ("bedrag", "gereserveerd", "vastgelegd"))
    yield Sectie(f"Hoe het subsidieplafond stond op {datum(date.fromisoformat(stand['op']))}", (
        f"Subsidieplafond: {euro(whole)}.\nVerleend aan anderen: {euro(granted)}.\n"
        f"Gereserveerd voor aanvragen die voorgaan: {euro(reserved)}.\n"
        f"Nog over: {euro(max(whole - reserved - granted, Decimal(0)))}.",))


def _punten(inhoud: Mapping) -> Iterable[Sectie]:
    if inhoud["grond"] == "rangorde" and inhoud["beoordeling"]:
        yield Sectie("Uw punten", tuple(
            f"{_groot(b['criterium'])}: {getal(Decimal(b['punten']))} punten. {_zin(b['motivering'])}"
            for b in inhoud["beoordeling"]))


def _gehoord(inhoud: Mapping) -> str:
    """Whether the applicant was heard first, or why not (Awb 4:7)."""
    if inhoud["eigen_feiten"]:
        return ("Dit besluit rust ook op gegevens die niet van u kwamen. Daarom kon u eerst uw mening geven (Awb 4:7). "
                + ("Wat u schreef, staat hieronder met ons antwoord." if inhoud["argumenten"] else "U schreef ons niets."))
    return ("Dit besluit rust niet op andere gegevens over u dan die u zelf gaf. Daarom vroegen wij u niet eerst om uw mening "
            f"(Awb 4:7). {_zin(inhoud['horen'])}")


# Not handled ----------------------------------------------------------------------------------------------------------------

def _niet_behandeld(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    inhoud = brief.inhoud
    secties = [
        Sectie("Wat wij besluiten", ("Wij behandelen uw aanvraag niet (Awb 4:5, lid 1). U krijgt dus geen subsidie op deze "
                                     "aanvraag.",)),
        Sectie("Waarom", ("Uw aanvraag was niet compleet. U kreeg de tijd om haar aan te vullen. Dat is niet of niet helemaal "
                          "gebeurd.", inhoud["motivering"])),
        *_argumenten(inhoud),
        Sectie("Wat u kunt doen", ("Wij hebben uw plannen niet beoordeeld. U kunt een nieuwe aanvraag doen zolang de regeling "
                                   "open is. In het portaal ziet u tot wanneer dat kan.",))]
    return secties, ["Awb 4:5, lid 1", "Awb 4:5, lid 4"]


# What they share --------------------------------------------------------------------------------------------------------------

def _waarom(inhoud: Mapping) -> Iterable[Sectie]:
    """The reasons, a paragraph per line that was typed; a grant may go without (Awb 3:48)."""
    if alineas := tuple(line.strip() for line in inhoud["motivering"].splitlines() if line.strip()):
        yield Sectie("Waarom", alineas)


def _argumenten(inhoud: Mapping) -> Iterable[Sectie]:
    if inhoud["argumenten"]:
        yield Sectie("Wat u naar voren bracht", tuple(
            f"U schreef: {_zin(a['tekst'])}\nOns antwoord: {_zin(a['antwoord'])}" for a in inhoud["argumenten"]))


def _grondslag(regeling: Mapping, artikelen: Iterable[str]) -> Iterable[str]:
    """The regulation with its article, and every article of the Awb that this letter uses, each once."""
    yield _verordening(regeling) if regeling["verordening"] else "Algemene wet bestuursrecht, artikel 4:23, lid 3"
    yield f"Regeling {regeling['titel']} ({regeling['reference']})"
    for artikel in dict.fromkeys(artikelen):
        yield artikel.replace("Awb ", "Algemene wet bestuursrecht, artikel ")


def _verordening(regeling: Mapping) -> str:
    return f"{regeling['verordening']}, artikel {regeling['artikel']}"


def _vervanging(brief: BesluitBrief) -> Vervanging | None:
    if brief.vervangt is None:
        return None
    # The portal counts half-open periods; a letter names the last day.
    return Vervanging(van=brief.vervangt, van_on=brief.vervanging_van, tot_on=brief.vervanging_tot - DAY)


def _bezwaar(brief: BesluitBrief) -> Rechtsmiddel:
    return Rechtsmiddel(
        soort="bezwaar", termijn="6 weken", uiterlijk_on=brief.bezwaar_tot, rechtbank=regio().rechtbank,
        waar=f"met een bericht in het portaal, of per post aan {brief.gemeente.postadres}",
        telling=tuple(Telling(line.text, line.date, line.source) for line in brief.bezwaar_telling))


def _lines(adres: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in adres.split(",") if part.strip())


def _zin(text: str) -> str:
    """What somebody typed, ended as a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _klein(text: str) -> str:
    """In the middle of a sentence; an abbreviation keeps its capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _groot(text: str) -> str:
    return text[:1].upper() + text[1:]
