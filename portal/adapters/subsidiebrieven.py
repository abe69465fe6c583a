"""The letters of a subsidy: grant, change, withdrawal, refusal, not handled, advances, determination, recovery, the decision on
an objection, the penalty for a late decision. From what was decided to a letter, to a file in the store.

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
from portal.domains.subsidies.beschikking import BesluitBrief
from portal.domains.subsidies.queries import BEZWAARTERMIJNEN
from portal.domains.subsidies.rules import AF, Beslissing, Gevolg, Regelsoort
from portal.kernel.documents import Scan, Stuk
from portal.kernel.rente import Renteregel
from portal.kernel.terms import penalty_steps
from portal.tenants.region import regio

DAY = timedelta(days=1)
# Conditions for a consent that came by law: nobody asked for them.
ALSNOG = "toestemming_alsnog_voorschriften"
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
    secties, artikelen = SCHRIJVERS[brief.inhoud["uitkomst"]](brief)
    return Letter(
        afzender=Afzender(naam=f"Gemeente {brief.gemeente.naam}", adres=_lines(brief.gemeente.postadres),
                          kleur=brief.gemeente.merkkleur),
        ondertekening=Ondertekening(orgaan=brief.orgaan, naam=brief.ondertekenaar, functie="mandaathouder",
                                    bevoegdheid=Bevoegdheid.MANDAAT, register=brief.mandaat, vervanging=_vervanging(brief)),
        geadresseerde=(brief.aanvrager, *_lines(brief.adres)), verzonden_on=brief.verzonden_on, kenmerk=brief.kenmerk,
        onderwerp=brief.onderwerp,
        inleiding=(f"{_aanleiding(brief)}{_in_plaats_van(brief)} In deze brief leest u wat wij besluiten, waarom, en wat u "
                   "kunt doen.",),
        secties=tuple(secties), bedragen=tuple(_bedragen(brief)),
        grondslag=tuple(_grondslag(brief.inhoud["regeling"], artikelen)), rechtsmiddel=_bezwaar(brief))


def _in_plaats_van(brief: BesluitBrief) -> str:
    """Which decision this one takes the place of, after an objection (Awb 7:11, lid 2)."""
    if not (fallen := brief.inhoud.get("vervangt")):
        return ""
    on = datum(date.fromisoformat(fallen["verzonden_on"]))
    return f" Deze brief komt in de plaats van ons besluit van {on}, omdat uw bezwaar gegrond was (Awb 7:11, lid 2)."


def _aanleiding(brief: BesluitBrief) -> str:
    """What this letter answers, or what it follows from."""
    inhoud, regeling = brief.inhoud, f"de regeling '{brief.inhoud['regeling']['titel']}'"
    match inhoud["uitkomst"]:
        case "voorschot":
            return f"U kreeg subsidie uit {regeling}. Deze brief gaat over de voorschotten op die subsidie."
        case "vaststellen" if inhoud.get("herziet"):
            on = datum(date.fromisoformat(inhoud["herziet"]["verzonden_on"]))
            return f"Op {on} stelden wij uw subsidie uit {regeling} vast. Deze brief herziet dat besluit (Awb 4:49)."
        case "vaststellen" if inhoud["aangevraagd_on"]:
            on = datum(date.fromisoformat(inhoud["aangevraagd_on"]))
            return f"Op {on} vroeg u ons om uw subsidie uit {regeling} vast te stellen."
        case "vaststellen":
            return (f"U kreeg subsidie uit {regeling}. U vroeg ons niet op tijd om de subsidie vast te stellen. Daarom doen "
                    "wij het zelf (Awb 4:47).")
        case "terugvorderen":
            on = datum(date.fromisoformat(inhoud["vastgesteld_on"]))
            if inhoud["ingetrokken"]:
                return f"Op {on} trokken wij uw subsidie uit {regeling} in. U kreeg al voorschot."
            return f"Op {on} stelden wij uw subsidie uit {regeling} vast. U kreeg meer voorschot dan dat bedrag."
        case Beslissing.WIJZIGEN | Beslissing.INTREKKEN:
            on = datum(date.fromisoformat(inhoud["wijzigt"]["verzonden_on"]))
            return f"Op {on} besloten wij over uw subsidie uit {regeling}. Deze brief verandert dat besluit."
        case "dwangsom":
            on = datum(date.fromisoformat(inhoud["gesteld_on"]))
            return f"{_te_laat(inhoud, regeling)} Op {on} stelde u ons in gebreke."
        case "rente":
            return f"U betaalde een deel van uw subsidie uit {regeling} te laat aan ons terug."
        case "rentevergoeding":
            return f"Wij betaalden een deel van uw subsidie uit {regeling} te laat aan u."
        case "kwijtschelding":
            on = datum(date.fromisoformat(inhoud["gevorderd_on"]))
            return f"Op {on} vroegen wij een deel van uw subsidie uit {regeling} van u terug (nummer {inhoud['kenmerk']})."
        case uitkomst if uitkomst in TOESTEMMING:
            on = datum(date.fromisoformat(inhoud["gevraagd_on"]))
            return (f"U krijgt subsidie uit {regeling}. Op {on} vroeg u ons om toestemming (nummer {inhoud['verzoek']}).")
        case uitkomst if uitkomst in BEZWAAR:
            on, first = (datum(date.fromisoformat(inhoud[name])) for name in ("ontvangen_on", "besluit_on"))
            return (f"Op {on} ontvingen wij uw bezwaar (nummer {inhoud['bezwaar']}). Het gaat over ons besluit "
                    f"'{inhoud['besluit']}' van {first}.")
    return f"Op {datum(brief.ontvangen_on)} ontvingen wij uw aanvraag voor subsidie uit {regeling}."


# A grant ------------------------------------------------------------------------------------------------------------------

def _verlening(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    inhoud = brief.inhoud
    groups = [(soort, [r for r in inhoud["regels"] if r["soort"] == soort]) for soort in Regelsoort]
    refused, heard, ground = _rest_geweigerd(inhoud)
    secties = [Sectie("Wat wij besluiten", (*_toekenning(inhoud), *refused)),
               *(_group(soort, rows, inhoud["regeling"]) for soort, rows in groups if rows), *_berichten(inhoud),
               Sectie("Betaling", tuple(_betaling(inhoud))), *_waarom(inhoud), *heard, *_argumenten(inhoud),
               Sectie("Wat daarna komt", tuple(_daarna(inhoud)))]
    artikelen = ["Awb 4:29", "Awb 4:30", "Awb 4:31, lid 2" if inhoud["maximum"] else "Awb 4:31, lid 1", "Awb 4:32"]
    artikelen += [_artikel(r) for _soort, rows in groups for r in rows]
    artikelen += ["Awb 4:37, lid 1, onder c"] if inhoud.get("rapportages") else []
    artikelen += ground
    return secties, [*artikelen, *(["Awb 4:95, lid 1"] if inhoud["termijnen"] else [])]


def _rest_geweigerd(inhoud: Mapping) -> tuple[list[str], list[Sectie], list[str]]:
    """What of the application is refused, on which ground (Awb 4:25 and 4:35): the sentences, the sections that a refusal has
    too, and the articles. Nothing where all was granted that was asked."""
    if not inhoud.get("geweigerd"):
        return [], [], []
    ground = load_config("subsidies")["weigering"].get(inhoud["grond"])
    granted = euro(Decimal(inhoud["maximum"] or inhoud["bedrag"]))
    shown = "(nog niet gekozen)" if ground is None else _op_artikel(ground, inhoud["regeling"])
    most = "ten hoogste " if inhoud["maximum"] else ""
    lines = [f"U vroeg om {euro(Decimal(inhoud['gevraagd']))}. Wij verlenen {most}{granted}.",
             f"De rest is {euro(Decimal(inhoud['geweigerd']))}. Die weigeren wij op grond van {shown}"
             + (f": {ground['naam']}." if ground else "."), *_aangekondigd(inhoud)]
    return lines, [*_plafond(inhoud), *_punten(inhoud), Sectie("Uw mening vooraf", (_gehoord(inhoud),))], [
        *([ground["artikel"]] if ground and ground["artikel"] != "de verordening" else []), "Awb 4:7"]


def _op_artikel(ground: Mapping, regeling: Mapping) -> str:
    return _verordening(regeling) if ground["artikel"] == "de verordening" else ground["artikel"]


def _aangekondigd(inhoud: Mapping) -> Iterable[str]:
    """When it was made known that the subsidy would end or become less (Awb 4:51)."""
    if on := inhoud.get("voornemen_on"):
        yield (f"Op {datum(date.fromisoformat(on))} maakten wij bekend dat wij dit van plan waren. U kreeg dus tijd om u aan "
               "te passen (Awb 4:51).")


def _berichten(inhoud: Mapping) -> Iterable[Sectie]:
    """The short reports that are asked: each with its period and its last day."""
    if rows := inhoud.get("rapportages"):
        asked = [_bericht(number, row) for number, row in enumerate(rows, start=1)]
        yield Sectie("Welke berichten u stuurt", (
            "U stuurt tussendoor een kort bericht over wat u leverde. Dat doet u in het portaal.", *asked,
            "Ook dit is een verplichting (Awb 4:37, lid 1, onder c)."))


def _bericht(number: int, row: Mapping) -> str:
    van, last, before = (date.fromisoformat(row["van"]), date.fromisoformat(row["tot"]) - DAY,
                         date.fromisoformat(row["uiterlijk"]))
    return f"Bericht {number}: over {datum(van)} tot en met {datum(last)}. Stuur het uiterlijk {datum(before)}."


def _toekenning(inhoud: Mapping, lead: str = "Wij verlenen u") -> Iterable[str]:
    """The amount, or how it is calculated with the most it can be (Awb 4:31); for what, and in which period (Awb 4:32)."""
    bedrag = euro(Decimal(inhoud["bedrag"]))
    if inhoud["maximum"]:
        yield f"{lead} een subsidie van ten hoogste {euro(Decimal(inhoud['maximum']))}."
        yield f"Zo berekenen wij het bedrag: {_zin(inhoud['methode'])} Wij gaan nu uit van {bedrag}."
    else:
        yield f"{lead} een subsidie van {bedrag}."
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


REST = "Wat u nog krijgt, betalen wij nadat wij de subsidie hebben vastgesteld. Voorschotten trekken wij daarvan af."


def _betaling(inhoud: Mapping) -> Iterable[str]:
    if inhoud["termijnen"]:
        many = len(inhoud["termijnen"])
        yield (f"U krijgt vooraf {'één voorschot' if many == 1 else f'{many} voorschotten'}. De dagen en bedragen staan in de "
               "tabel onder 'Bedragen en betaling' in deze brief. Over de voorschotten nemen wij een apart besluit (Awb 4:95). "
               "Daarover krijgt u een brief. Ook tegen dat besluit kunt u bezwaar maken.")
    else:
        yield "U krijgt geen voorschot."
    yield REST


def _bedragen(brief: BesluitBrief) -> Iterable[Bedrag]:
    """What is paid, and when, as a table."""
    inhoud = brief.inhoud
    match inhoud["uitkomst"]:
        case "vaststellen":
            return _saldo_regels(inhoud, brief.betaling_tot)
        case "terugvorderen":
            return _terug_regels(inhoud, brief.betaling_tot)
        case "dwangsom" if Decimal(inhoud["bedrag"]):
            return [Bedrag(omschrijving="Dwangsom", bedrag=Decimal(inhoud["bedrag"]),
                           betaling=f"uiterlijk {datum(brief.betaling_tot)}")]
        case "rente" | "rentevergoeding":
            return [Bedrag(omschrijving="Rente", bedrag=Decimal(inhoud["bedrag"]),
                           betaling=f"uiterlijk {datum(brief.betaling_tot)}")]
    return _voorschotten(inhoud)


def _voorschotten(inhoud: Mapping) -> Iterable[Bedrag]:
    """The payments: each with its last day, what remains, and together."""
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


# A change, a withdrawal -----------------------------------------------------------------------------------------------------

def _wijziging(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """What changes, the ground when it becomes less (Awb 4:48 and 4:50), and everything that holds from now on."""
    inhoud = brief.inhoud
    ground = load_config("subsidies")["intrekking"].get(inhoud["grond"])
    groups = [(soort, [r for r in inhoud["regels"] if r["soort"] == soort]) for soort in Regelsoort]
    secties = [
        Sectie("Wat wij besluiten", ("Wij wijzigen uw subsidie.", *_toekenning(inhoud, "U krijgt nu"))),
        Sectie("Wat er verandert", (*(_verandert(row) for row in inhoud["verschil"]), "De rest blijft zoals het was.")),
        *_op_grond(inhoud, ground), *_waarom(inhoud), *_argumenten(inhoud),
        *(_group(soort, rows, inhoud["regeling"]) for soort, rows in groups if rows),
        Sectie("Betaling", (*_al_betaald(inhoud), *(_betaling(inhoud) if inhoud["termijnen"] else [REST]))),
        Sectie("Wat daarna komt", tuple(_daarna(inhoud)))]
    artikelen = [*([ground["artikel"], "Awb 4:8"] if ground else []), *(["Awb 4:50, lid 2"] if inhoud["schade"] else []),
                 "Awb 4:29", "Awb 4:30", "Awb 4:31, lid 2" if inhoud["maximum"] else "Awb 4:31, lid 1", "Awb 4:32"]
    artikelen += [_artikel(r) for _soort, rows in groups for r in rows]
    return secties, [*artikelen, *(["Awb 4:95, lid 1"] if inhoud["termijnen"] else [])]


def _verandert(row: Mapping) -> str:
    """One change: how it was, and how it becomes."""
    if row["wordt"] is None and row["soort"] == "regel":
        return f"{row['wat']} vervalt: {row['was']}"
    if row["was"] is None and row["soort"] == "regel":
        return f"{row['wat']} is nieuw: {row['wordt']}"
    if row["soort"] == "regel":
        return f"{row['wat']} was: {row['was']}\nDat wordt: {row['wordt']}"
    if not row["wordt"]:
        return f"{row['wat']} vervalt. Dat was {_waarde(row, row['was'])}."
    if not row["was"]:
        return f"{row['wat']} is nieuw: {_waarde(row, row['wordt'])}."
    return f"{row['wat']}: was {_waarde(row, row['was'])}, wordt {_waarde(row, row['wordt'])}."


def _waarde(row: Mapping, value: str) -> str:
    match row["soort"]:
        case "bedrag" | "maximum" | "tarief":
            return euro(Decimal(value))
        case "aantal":
            return getal(Decimal(value))
        case "van":
            return datum(date.fromisoformat(value))
        case "tot":
            return datum(date.fromisoformat(value) - DAY)
    return value.strip().removesuffix(".")


def _op_grond(inhoud: Mapping, ground: Mapping | None) -> Iterable[Sectie]:
    """The ground of a lower grant or of a withdrawal, how it counts, the damage, and whether the recipient was heard."""
    if ground is None:
        return
    when = ("Het besluit telt vanaf het begin van de subsidie (Awb 4:48, lid 2)." if ground["werking"] == "terug" else
            "Het besluit telt niet terug. U krijgt tijd om u aan te passen (Awb 4:50, lid 1).")
    if vanaf := inhoud.get("lager_vanaf"):
        when += (f" Het lagere bedrag telt vanaf {datum(date.fromisoformat(vanaf))}. Tot die dag rekenden wij met het bedrag "
                 "dat eerst gold.")
    on = inhoud.get("begroting_on")
    budget = [f"De begroting is vastgesteld of goedgekeurd op {datum(date.fromisoformat(on))}."] if on else []
    yield Sectie("Op welke grond", (f"De grond is: {ground['naam']} ({ground['artikel']}).", *budget, when))
    if inhoud["schade"]:
        yield Sectie("Uw schade", ("Wij keken ook of u hierdoor schade heeft die wij moeten vergoeden (Awb 4:50, lid 2).",
                                   *_alineas(inhoud["schade"])))
    yield Sectie("Uw mening vooraf", (_gehoord(inhoud),))


def _al_betaald(inhoud: Mapping) -> Iterable[str]:
    """What was paid until now, and what a lower amount does to it."""
    paid, bedrag, was = (Decimal(value) for value in (inhoud["wijzigt"]["betaald"], inhoud["bedrag"],
                                                      inhoud["wijzigt"]["verleend"]))
    yield f"U kreeg tot nu toe {euro(paid)}." if paid else "U kreeg tot nu toe nog geen geld."
    if bedrag < was:
        yield "Geplande betalingen die niet meer binnen het nieuwe bedrag passen, gaan niet door."
    if paid > bedrag:
        yield ("U kreeg al meer dan het nieuwe bedrag. Na de vaststelling besluiten wij of wij geld terugvragen (Awb 4:57). "
               "Daarover krijgt u dan een aparte brief.")


def _intrekking(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The grant is taken back (Awb 4:48): on which ground, with the interests weighed, and what happens to the money."""
    inhoud = brief.inhoud
    ground, holds = load_config("subsidies")["intrekking"][inhoud["grond"]], inhoud["wijzigt"]
    paid = Decimal(holds["betaald"])
    money = ["Betalingen die nog gepland waren, gaan niet door.", *(
        [f"U kreeg al {euro(paid)}. U hoeft nu nog niets terug te betalen. Wij besluiten apart of wij dit geld terugvragen, en "
         "hoeveel (Awb 4:57). Daarover krijgt u dan een brief. Ook tegen dat besluit kunt u bezwaar maken."] if paid else
        ["U kreeg nog geen geld. U hoeft dus niets terug te betalen."])]
    secties = [
        Sectie("Wat wij besluiten", (
            f"Wij trekken uw subsidie in. Wij verleenden u {euro(Decimal(holds['verleend']))}. Daar heeft u geen recht meer "
            "op, ook niet over de tijd die al voorbij is (Awb 4:48, lid 2).",)),
        *_op_grond(inhoud, ground),
        Sectie("Waarom wij dit redelijk vinden", (
            "Wij mogen een subsidie intrekken, maar het hoeft niet. Daarom hebben wij uw belang en het belang van de gemeente "
            "tegen elkaar afgewogen (Awb 3:4).", *_alineas(inhoud["motivering"]))),
        *_argumenten(inhoud), Sectie("Wat er met het geld gebeurt", tuple(money))]
    return secties, [ground["artikel"], "Awb 4:48, lid 2", "Awb 3:4", "Awb 4:8", *(["Awb 4:57"] if paid else [])]


# A refusal ------------------------------------------------------------------------------------------------------------------

def _weigering(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    inhoud = brief.inhoud
    ground = load_config("subsidies")["weigering"][inhoud["grond"]]
    artikel, shown = ground["artikel"], _op_artikel(ground, inhoud["regeling"])
    secties = [
        Sectie("Wat wij besluiten", (f"Wij weigeren de subsidie. U vroeg om {euro(Decimal(inhoud['gevraagd']))}.",)),
        Sectie("Op welke grond", (f"De grond is: {ground['naam']} ({shown})."
                                  + (" Wij mogen dan niet anders besluiten." if ground["verplicht"] else ""),
                                  *_aangekondigd(inhoud))),
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
    """Whether the applicant was heard first, or why not (Awb 4:7 and 4:8)."""
    article = _hoorartikel(inhoud)
    if inhoud["eigen_feiten"]:
        return (f"Dit besluit rust ook op gegevens die niet van u kwamen. Daarom kon u eerst uw mening geven ({article}). "
                + ("Wat u schreef, staat hieronder met ons antwoord." if inhoud["argumenten"] else "U schreef ons niets."))
    return ("Dit besluit rust niet op andere gegevens over u dan die u zelf gaf. Daarom vroegen wij u niet eerst om uw mening "
            f"({article}). {_zin(inhoud['horen'])}")


def _hoorartikel(inhoud: Mapping) -> str:
    """Heard before an application is refused, in whole or in part (Awb 4:7), or before a decision that nobody
    asked for: a change, a withdrawal, a determination without an application or revised (Awb 4:8)."""
    asked = (inhoud["uitkomst"] not in (Beslissing.WIJZIGEN, Beslissing.INTREKKEN, ALSNOG) and not inhoud.get("herziet")
             and inhoud.get("aangevraagd_on", "-"))
    return "Awb 4:7" if asked else "Awb 4:8"


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


# Advances -------------------------------------------------------------------------------------------------------------------

def _voorschot(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """When which advance is paid (Awb 4:95); it is counted when the subsidy is determined."""
    inhoud = brief.inhoud
    many, eerder = len(inhoud["termijnen"]), Decimal(inhoud["eerder"])
    secties = [
        Sectie("Wat wij besluiten", (
            f"Wij betalen u {'één voorschot' if many == 1 else f'{many} voorschotten'}, samen "
            f"{euro(Decimal(inhoud['bedrag']))} (Awb 4:95, lid 1). De dagen en bedragen staan in de tabel onder "
            "'Bedragen en betaling' in deze brief.",
            f"Uw subsidie is {euro(Decimal(inhoud['verleend']))}."
            + (f" Eerder besloten wij al over {euro(eerder)} aan voorschotten." if eerder else ""))),
        *_waarom(inhoud), *_argumenten(inhoud),
        Sectie("Wat u moet weten", (
            "Wij betalen op de rekening die u bij uw aanvraag opgaf. Is die veranderd? Laat het ons meteen weten, met een "
            "bericht in het portaal.",
            "Een voorschot is nog geen vastgestelde subsidie. Na de periode stellen wij vast hoeveel subsidie u krijgt. De "
            "voorschotten trekken wij daarvan af. Kreeg u te veel? Dan kunnen wij dat terugvragen (Awb 4:95, lid 4).",
            "Staan er voorwaarden in uw beschikking? Dan betalen wij pas als u daaraan voldoet."))]
    return secties, ["Awb 4:95, lid 1", "Awb 4:95, lid 4"]


# The determination ------------------------------------------------------------------------------------------------------------

def _vaststelling(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The amount, how it was counted, on which ground when it is lower (Awb 4:46) or revised (Awb 4:49), and what happens to
    the balance."""
    inhoud = brief.inhoud
    bedrag, verleend, saldo = (Decimal(inhoud["bedrag"]), Decimal(inhoud["verleend"]), saldo_van(inhoud))
    ground = load_config("subsidies")["lager"].get(inhoud["grond"])
    secties = [
        Sectie("Wat wij besluiten", tuple(_vastgesteld(inhoud, bedrag, verleend))),
        Sectie("Hoe wij het bedrag berekenden", tuple(_geteld(inhoud)))]
    if inhoud.get("herziet"):
        return _herziening(brief, secties)
    if ground:
        secties += [Sectie("Op welke grond", (f"Wij stellen de subsidie lager vast, want {ground['naam']} "
                                              f"({ground['artikel']}).",))]
    secties += [*_waarom(inhoud)]
    if ground:
        secties += [Sectie("Uw mening vooraf", (_gehoord(inhoud),))]
    secties += [*_argumenten(inhoud), Sectie("Wat er met het geld gebeurt", (_saldo(inhoud, brief.betaling_tot),))]
    artikelen = ["Awb 4:42", "Awb 4:44" if inhoud["aangevraagd_on"] else "Awb 4:47", "Awb 4:46, lid 1"]
    if ground:
        artikelen += [ground["artikel"], _hoorartikel(inhoud)]
    elif bedrag > verleend:
        artikelen += ["Awb 4:31, lid 2"]
    return secties, [*artikelen, "Awb 4:52", *(["Awb 4:87, lid 1"] if saldo > 0 else [])]


def _herziening(brief: BesluitBrief, secties: list[Sectie]) -> tuple[list[Sectie], list[str]]:
    """What an earlier determination makes different: the ground, the reasons, the hearing where it is lower (Awb 4:8)."""
    inhoud, lower = brief.inhoud, brief.inhoud["eigen_feiten"] is not None
    ground = load_config("subsidies")["herziening"][inhoud["herziet"]["grond"]]
    return [
        *secties,
        Sectie("Op welke grond", (f"Wij herzien de vaststelling, want {ground['naam']} ({ground['artikel']}).",
                                  "Het besluit telt vanaf de dag van de eerste vaststelling (Awb 4:49, lid 2).")),
        *_waarom(inhoud), *([Sectie("Uw mening vooraf", (_gehoord(inhoud),))] if lower else []), *_argumenten(inhoud),
        Sectie("Wat er met het geld gebeurt", (_saldo(inhoud, brief.betaling_tot),))], [
        "Awb 4:42", ground["artikel"], "Awb 4:49, lid 2", *(["Awb 4:8"] if lower else []), "Awb 4:52",
        *(["Awb 4:87, lid 1"] if saldo_van(inhoud) > 0 else [])]


def saldo_van(inhoud: Mapping) -> Decimal:
    """What is still to be paid after a determination; below nothing when too much was paid."""
    return Decimal(inhoud["bedrag"]) - Decimal(inhoud["onderweg"])


def _vastgesteld(inhoud: Mapping, bedrag: Decimal, verleend: Decimal) -> Iterable[str]:
    if again := inhoud.get("herziet"):
        was = Decimal(again["bedrag"])
        yield f"Wij herzien de vaststelling van uw subsidie. Wij stellen haar nu vast op {euro(bedrag)}."
        yield (f"Op {datum(date.fromisoformat(again['verzonden_on']))} stelden wij haar vast op {euro(was)}. Het bedrag is nu "
               f"{euro(abs(was - bedrag))} {'lager' if bedrag < was else 'hoger'}.")
        return
    yield f"Wij stellen uw subsidie vast op {euro(bedrag)}."
    granted = f"Op {datum(date.fromisoformat(inhoud['verleend_on']))} verleenden wij {euro(verleend)}."
    if bedrag == verleend:
        yield f"{granted} Dat is hetzelfde bedrag."
    elif bedrag < verleend:
        yield f"{granted} Het bedrag is nu {euro(verleend - bedrag)} lager."
    else:
        yield (f"{granted} Het bedrag is nu {euro(bedrag - verleend)} hoger. Dat kan, omdat de beschikking zegt hoe het bedrag "
               "wordt berekend (Awb 4:31, lid 2).")


def _geteld(inhoud: Mapping) -> Iterable[str]:
    """The count line by line, and what was made of it."""
    yield from inhoud["uitleg"] or ["Wij rekenden hier niet met aantallen."]
    if inhoud["kosten"]:
        yield f"U schreef dat uw kosten {euro(Decimal(inhoud['kosten']))} waren."
    counted, bedrag = Decimal(inhoud["berekend"]), Decimal(inhoud["bedrag"])
    if counted == bedrag:
        yield f"Zo komen wij op {euro(bedrag)}."
    else:
        yield f"De berekening komt op {euro(counted)}. Wij stellen de subsidie vast op {euro(bedrag)}. Hieronder staat waarom."


def _saldo(inhoud: Mapping, until: date) -> str:
    saldo, paid = saldo_van(inhoud), euro(Decimal(inhoud["onderweg"]))
    if saldo > 0:
        return (f"U kreeg al {paid}. U krijgt nog {euro(saldo)}. Wij betalen dat uiterlijk {datum(until)} (Awb 4:52 en 4:87). "
                "U hoeft daar niets voor te doen.")
    if saldo < 0:
        return (f"U kreeg al {paid}. Dat is {euro(-saldo)} te veel. U hoeft nu nog niets terug te betalen. Wij besluiten apart "
                "of wij dit geld terugvragen, en hoeveel (Awb 4:57). Daarover krijgt u dan een brief. Ook tegen dat besluit "
                "kunt u bezwaar maken.")
    return f"U kreeg al {paid}. Dat is precies het vastgestelde bedrag. U krijgt niets meer en u betaalt niets terug."


def _saldo_regels(inhoud: Mapping, until: date) -> Iterable[Bedrag]:
    saldo = saldo_van(inhoud)
    yield Bedrag(omschrijving="Subsidie vastgesteld op", bedrag=Decimal(inhoud["bedrag"]), betaling="")
    yield Bedrag(omschrijving="Al betaald", bedrag=Decimal(inhoud["onderweg"]), betaling="")
    if saldo > 0:
        yield Bedrag(omschrijving="U krijgt nog", bedrag=saldo, betaling=f"uiterlijk {datum(until)}")
    elif saldo < 0:
        yield Bedrag(omschrijving="Te veel betaald", bedrag=-saldo, betaling="daarover besluiten wij apart")


# Claiming back ----------------------------------------------------------------------------------------------------------------

def _terugvordering(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """What is claimed back, with the interests weighed (Awb 4:57), and how to pay: the sum and its term (Awb 4:86, 4:87)."""
    inhoud = brief.inhoud
    bedrag, te_veel = Decimal(inhoud["bedrag"]), Decimal(inhoud["te_veel"])
    rest = (f" Wij vragen niet alles terug: van {euro(te_veel - bedrag)} zien wij af." if bedrag < te_veel else "")
    due = ("De subsidie is ingetrokken. U heeft er geen recht meer op." if inhoud["ingetrokken"]
           else f"De subsidie is vastgesteld op {euro(Decimal(inhoud['vastgesteld']))}.")
    gemeente, until = brief.gemeente.naam, datum(brief.betaling_tot)
    secties = [
        Sectie("Wat wij besluiten", (f"Wij vragen {euro(bedrag)} van u terug (Awb 4:57, lid 1). Betaal dit bedrag uiterlijk "
                                     f"{until}.",)),
        Sectie("Hoe wij aan dit bedrag komen", (
            f"U kreeg {euro(Decimal(inhoud['betaald']))} aan voorschotten. {due} U kreeg dus {euro(te_veel)} te veel.{rest}",)),
        Sectie("Waarom wij dit redelijk vinden", (
            "Wij hoeven geld niet altijd terug te vragen. Daarom hebben wij uw belang en het belang van de gemeente tegen "
            "elkaar afgewogen (Awb 3:4).", *_alineas(inhoud["motivering"]))),
        *_argumenten(inhoud),
        Sectie("Hoe u betaalt", (
            f"Maak {euro(bedrag)} over aan de gemeente {gemeente}. Zet erbij: {inhoud['kenmerk']}. Het geld moet uiterlijk "
            f"{until} op onze rekening staan. U heeft dus zes weken (Awb 4:87).",
            "Weet u ons rekeningnummer niet? Vraag het met een bericht in het portaal. Gebruik geen rekeningnummer uit een "
            "e-mail.",
            "Kunt u niet in één keer betalen? Vraag dan voor die dag om uitstel of om een betaling in delen (Awb 4:94). Doe "
            "dat met een bericht in het portaal.",
            "Betaalt u niet op tijd? Dan krijgt u een aanmaning. Die kost geld, en er kan rente bij komen (Awb 4:97, 4:98 en "
            "4:112).",
            "Maakt u bezwaar? Dan moet u toch op tijd betalen (Awb 6:16). Krijgt u gelijk, dan krijgt u uw geld terug."))]
    return secties, ["Awb 4:57", "Awb 3:4", "Awb 4:86", "Awb 4:87, lid 1"]


def _terug_regels(inhoud: Mapping, until: date) -> Iterable[Bedrag]:
    yield Bedrag(omschrijving="U kreeg", bedrag=Decimal(inhoud["betaald"]), betaling="")
    name = "Subsidie na de intrekking" if inhoud["ingetrokken"] else "Subsidie vastgesteld op"
    yield Bedrag(omschrijving=name, bedrag=Decimal(inhoud["vastgesteld"]), betaling="")
    yield Bedrag(omschrijving="U betaalt terug", bedrag=Decimal(inhoud["bedrag"]), betaling=f"uiterlijk {datum(until)}")


# Interest ---------------------------------------------------------------------------------------------------------------------

def _rente(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The interest on what was paid back too late: stretch by stretch, why it is asked, and how to pay (Awb 4:97 to 4:99)."""
    inhoud, gemeente, until = brief.inhoud, brief.gemeente.naam, datum(brief.betaling_tot)
    bedrag = euro(Decimal(inhoud["bedrag"]))
    due, paid = (datum(date.fromisoformat(inhoud[day])) for day in ("betaal_tot", "betaald_on"))
    regels = [Renteregel.from_json(row) for row in inhoud["rente"]]
    secties = [
        Sectie("Wat wij besluiten", (f"U betaalt {bedrag} aan wettelijke rente (Awb 4:98 en 4:99). Betaal dit bedrag uiterlijk "
                                     f"{until}.",)),
        Sectie("Hoe wij dit bedrag berekenden", (
            f"U moest {euro(Decimal(inhoud['hoofdsom']))} terugbetalen, uiterlijk {due}. Op {paid} was alles binnen. Over elke "
            "dag daartussen rekenen wij rente. De wet zegt hoeveel procent dat per jaar is (Burgerlijk Wetboek, boek 6, "
            "artikel 119 en 120).",
            *map(_per_periode, regels),
            *([f"Samen is dat {bedrag}."] if len(regels) > 1 else []))),
        Sectie("Waarom wij rente vragen", (
            "Wij hoeven geen rente te vragen. Daarom hebben wij uw belang en het belang van de gemeente tegen elkaar "
            "afgewogen (Awb 3:4).", *_alineas(inhoud["motivering"]))),
        *_argumenten(inhoud),
        Sectie("Hoe u betaalt", (
            f"Maak {bedrag} over aan de gemeente {gemeente}. Zet erbij: {inhoud['kenmerk']}. Het geld moet uiterlijk {until} "
            "op onze rekening staan. U heeft dus zes weken (Awb 4:87).",
            "Kunt u niet in één keer betalen? Vraag dan voor die dag om uitstel (Awb 4:94). Doe dat met een bericht in het "
            "portaal.", "Maakt u bezwaar? Dan moet u toch op tijd betalen (Awb 6:16). Krijgt u gelijk, dan krijgt u uw geld "
            "terug."))]
    return secties, ["Awb 4:97", "Awb 4:98", "Awb 4:99", "Awb 3:4", "Awb 4:87, lid 1"]


def _per_periode(regel: Renteregel) -> str:
    return (f"Van {datum(regel.van)} tot en met {datum(regel.tot_en_met)} stond {euro(regel.hoofdsom)} open. Dat is "
            f"{_dagen(regel.dagen)} tegen {getal(regel.percentage)} procent per jaar: {euro(regel.bedrag)}.")


def _rentevergoeding(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The interest that we owe for paying too late: payment by payment, stretch by stretch, and when it comes (Awb 4:99)."""
    inhoud, bedrag, until = brief.inhoud, euro(Decimal(brief.inhoud["bedrag"])), datum(brief.betaling_tot)
    lines = []
    for row in inhoud["betalingen"]:
        due, paid = (datum(date.fromisoformat(row[day])) for day in ("betaal_tot", "betaald_on"))
        if row["terug"]:
            lines.append(f"Vordering {row['kenmerk']}: u betaalde ons {euro(Decimal(row['hoofdsom']))}, de eerste keer op "
                         f"{due}. Dat hoefde niet. Op {paid} had u alles terug (Awb 4:102, lid 1).")
            lines += [_per_periode(Renteregel.from_json(one)) for one in row["rente"]]
            continue
        lines.append(f"Betaling {row['kenmerk']}: wij moesten {euro(Decimal(row['hoofdsom']))} betalen, uiterlijk {due}. Wij "
                     f"betaalden op {paid}.")
        lines += [_per_periode(Renteregel.from_json(one)) for one in row["rente"]]
    return [
        Sectie("Wat wij besluiten", (
            f"U krijgt van ons {bedrag} aan wettelijke rente, omdat wij te laat betaalden (Awb 4:98 en 4:99).",)),
        Sectie("Hoe wij dit bedrag berekenden", (
            "Over elke dag na de laatste dag om te betalen krijgt u rente. De wet zegt hoeveel procent dat per jaar is "
            "(Burgerlijk Wetboek, boek 6, artikel 119 en 120).", *lines, f"Samen is dat {bedrag}.")),
        *_argumenten(inhoud),
        Sectie("Wanneer wij betalen", (
            f"Wij betalen uiterlijk {until} (Awb 4:87, lid 1). Het geld komt op de rekening die u bij uw aanvraag opgaf. U "
            "hoeft daar niets voor te doen.",))], ["Awb 4:97", "Awb 4:98", "Awb 4:99", "Awb 4:87, lid 1"]


# Remitting --------------------------------------------------------------------------------------------------------------------

def _kwijtschelding(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """What need not be paid back any more, how much that is, and why (Awb 4:94a)."""
    inhoud = brief.inhoud
    bedrag, received = Decimal(inhoud["bedrag"]), Decimal(inhoud["ontvangen"])
    came = f"Wij kregen daarvan {euro(received)}. " if received else ""
    return [
        Sectie("Wat wij besluiten", (
            f"Wij schelden u {euro(bedrag)} kwijt (Awb 4:94a). Dat betekent: u hoeft dit bedrag niet meer te betalen.",)),
        Sectie("Om welk bedrag het gaat", (
            f"U moest ons {euro(Decimal(inhoud['verschuldigd']))} betalen, met de kosten van een aanmaning en rente als die er "
            f"waren. {came}De rest is {euro(bedrag)}. Die schelden wij kwijt.",)),
        *_waarom(inhoud), *_argumenten(inhoud),
        Sectie("Wat daarna komt", ("U krijgt over dit bedrag geen aanmaning meer. Wat u al betaalde, krijgt u niet terug.",)),
    ], ["Awb 4:94a", "Awb 3:4"]


# The decision on an objection -----------------------------------------------------------------------------------------------

BEZWAAR = {
    "gegrond": "Uw bezwaar is gegrond. U krijgt gelijk.",
    "deels_gegrond": "Uw bezwaar is voor een deel gegrond. U krijgt voor een deel gelijk.",
    "ongegrond": "Uw bezwaar is ongegrond. U krijgt geen gelijk.",
    "niet_ontvankelijk": "Uw bezwaar is niet-ontvankelijk. Dat betekent: wij kijken niet of u gelijk heeft.",
}
def _op_bezwaar(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The outcome, what changes, the hearing, every ground with its answer (Awb 7:12), and the costs (Awb 7:15)."""
    inhoud, config = brief.inhoud, load_config("subsidies")
    uitkomst = inhoud["uitkomst"]
    ground = config["niet_ontvankelijk"].get(inhoud["grond"])
    decided = [BEZWAAR[uitkomst], *([f"De reden is: {ground['naam']} ({ground['artikel']})."] if ground else [])]
    what = Gevolg(inhoud["gevolg"])
    changes = [config["gevolg"][what]["brief"]]
    if what not in AF:
        changes.append(f"Dat besluit krijgt u in een aparte brief, uiterlijk {datum(date.fromisoformat(inhoud['nieuw_tot']))} "
                       "(Awb 7:11, lid 2). Bent u het daar niet mee eens? Dan kunt u naar de rechtbank.")
    heard, article = _gehoord_in_bezwaar(inhoud, config["niet_horen"])
    answered = [a for a in inhoud["argumenten"] if a["antwoord"].strip()]
    secties = [
        Sectie("Wat wij beslissen", tuple(decided)), Sectie("Wat er verandert", tuple(changes)),
        Sectie("Waarom", _alineas(inhoud["motivering"])),
        *([Sectie("Uw gronden en ons antwoord", tuple(
            f"{a['nummer']}. U schreef: {_zin(a['tekst'])}\nOns antwoord: {_zin(a['antwoord'])}" for a in answered))]
          if answered else []),
        Sectie("Hoe wij uw bezwaar behandelden", tuple(heard)),
        *_advies(inhoud, config["bezwaar_uitkomst"]),
        Sectie("Kosten", (
            "Bezwaar maken is gratis. Betaalde u iemand om u te helpen? Dan vergoeden wij een vast bedrag, maar alleen als "
            "ons besluit door onze fout niet klopte en u ons voor deze beslissing om een vergoeding vroeg (Awb 7:15, lid 2 en "
            "3).",))]
    return secties, ["Awb 7:11", "Awb 7:12", article, *([ground["artikel"]] if ground else []), "Awb 10:3, lid 3", "Awb 7:15"]


def _advies(inhoud: Mapping, outcomes: Mapping) -> Iterable[Sectie]:
    """What the committee advised, in its own words, and whether it is followed (Awb 7:13, lid 7)."""
    if not inhoud["advies"]:
        return
    on = datum(date.fromisoformat(inhoud["advies_on"]))
    followed = ("Wij volgen dat advies." if inhoud["advies_uitkomst"] == inhoud["uitkomst"] else
                f"Wij wijken daarvan af (Awb 7:13, lid 7). {inhoud['afwijking']}")
    yield Sectie("Het advies van de commissie", (
        f"Een commissie die niet bij de gemeente hoort, gaf ons advies op {on} (Awb 7:13). Zij adviseert: "
        f"{outcomes[inhoud['advies_uitkomst']].lower()}. {followed}", *_alineas(inhoud["advies"])))


def _gehoord_in_bezwaar(inhoud: Mapping, grounds: Mapping) -> tuple[list[str], str]:
    """How the objection was handled: the sentences, and the article about the hearing."""
    by_others = "Aan deze beslissing werkte niemand mee die het eerste besluit nam (Awb 10:3, lid 3)."
    if inhoud["gehoord_on"]:
        on = datum(date.fromisoformat(inhoud["gehoord_on"]))
        heard = f"Op {on} kon u uw bezwaar toelichten (Awb 7:2). Daarvan is een verslag gemaakt (Awb 7:7)."
        return [heard, by_others], "Awb 7:2"
    if ground := grounds.get(inhoud["niet_horen"]):
        return [f"Er was geen hoorzitting, want {ground['naam']} ({ground['artikel']}).", by_others], ground["artikel"]
    unheard = "Er was geen hoorzitting, want het was meteen duidelijk dat uw bezwaar niet-ontvankelijk is (Awb 7:3, onder a)."
    return [unheard, by_others], "Awb 7:3, onder a"


# The penalty for a late decision ----------------------------------------------------------------------------------------------

def _dwangsom(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """The penalty: how many days, how it was counted, and when it is paid (Awb 4:17, 4:18 and 4:87)."""
    inhoud, bedrag, until = brief.inhoud, Decimal(brief.inhoud["bedrag"]), datum(brief.betaling_tot)
    by_law = inhoud["te_laat"] == "toestemming_bekendmaken"
    objected = inhoud["te_laat"] in (*BEZWAARTERMIJNEN, "herziening")
    articles = ["Awb 4:20d" if by_law else "Awb 4:17", *(["Awb 7:14"] if objected else []), "Awb 4:18"]
    ground = load_config("subsidies")["geen_dwangsom"].get(inhoud["grond"])
    from_day = VANAF.format("4:20d, lid 1" if by_law else "4:17, lid 3")
    if ground:
        return [Sectie("Wat wij besluiten", ("Wij betalen u geen dwangsom (Awb 4:18).",)),
                Sectie("Waarom", (f"De reden is: {ground['naam']} ({ground['artikel']}).", *_alineas(inhoud["motivering"]))),
                AL_BEZWAAR], [*articles, ground["artikel"]]
    if not bedrag:
        return [Sectie("Wat wij besluiten", ("Wij betalen u geen dwangsom (Awb 4:18).",)),
                Sectie("Waarom", (f"{from_day} Wij waren op tijd daarvoor.",))], articles
    days, gesteld = inhoud["dagen"], date.fromisoformat(inhoud["gesteld_on"])
    secties = [
        Sectie("Wat wij besluiten", (f"Wij betalen u een dwangsom van {euro(bedrag)} (Awb 4:18). U krijgt dit geld omdat wij "
                                     f"{_dagen(days)} te laat waren.",)),
        Sectie("Hoe wij dit bedrag berekenden", (
            f"{from_day} De dag waarop wij ons besluit verzonden, telt niet mee.",
            *_per_dag(days, gesteld), f"Samen is dat {euro(bedrag)}. De wet noemt deze bedragen, en een hoogste aantal van 42 "
            "dagen (Awb 4:17, lid 1 en 2).")),
        Sectie("Wanneer wij betalen", (
            f"Wij betalen uiterlijk {until} (Awb 4:87, lid 1). Het geld komt op de rekening die u bij uw aanvraag opgaf. U "
            "hoeft daar niets voor te doen.", "Betalen wij later? Dan krijgt u ook wettelijke rente (Awb 4:97 en 4:98).")),
        AL_BEZWAAR]
    return secties, [*articles, "Awb 4:87, lid 1"]


VANAF = "Een dwangsom begint te lopen als er twee weken voorbij zijn na de dag waarop wij uw ingebrekestelling kregen (Awb {})."
AL_BEZWAAR = Sectie("Als u al bezwaar maakte", (
    "Maakte u bezwaar of beroep tegen het besluit dat te laat kwam? Dan gaat dat ook over deze dwangsom, als u het daarmee "
    "niet eens bent (Awb 4:19, lid 1).",))


def _te_laat(inhoud: Mapping, regeling: str) -> str:
    """What we were late with: an application, its determination, an objection, or making public a consent by law."""
    match inhoud["te_laat"]:
        case "vaststellingstermijn":
            return f"Wij waren te laat met ons besluit om uw subsidie uit {regeling} vast te stellen."
        case "toestemming_bekendmaken":
            return (f"U heeft toestemming van rechtswege (nummer {inhoud['over']}). Wij waren te laat met het bekendmaken "
                    f"daarvan. Het gaat over uw subsidie uit {regeling}.")
        case "herziening":
            return f"Wij waren te laat met ons nieuwe besluit na uw bezwaar. Het gaat over subsidie uit {regeling}."
        case kind if kind in BEZWAARTERMIJNEN:
            return (f"Wij waren te laat met onze beslissing op uw bezwaar (nummer {inhoud['over']}). Het gaat over subsidie "
                    f"uit {regeling}.")
    return f"Wij waren te laat met ons besluit op uw aanvraag voor subsidie uit {regeling}."


def _dagen(number: int) -> str:
    return "1 dag" if number == 1 else f"{number} dagen"


def _per_dag(days: int, on: date) -> Iterable[str]:
    """The count step by step, as the law raises the amount per day."""
    done = 0
    for number, per_day in penalty_steps(days, on):
        yield (f"Dag {done + 1}: {euro(per_day)}." if number == 1 else
               f"Dag {done + 1} tot en met {done + number}: {number} keer {euro(per_day)} is {euro(number * per_day)}.")
        done += number


# Consent --------------------------------------------------------------------------------------------------------------------

TOESTEMMING = tuple(load_config("subsidies")["toestemming_uitkomst"])


def _toestemming(brief: BesluitBrief) -> tuple[list[Sectie], list[str]]:
    """What was asked, what we decide about it, and on which conditions (Awb 4:71); or that it is there by law (Awb 4:20b)."""
    inhoud, uitkomst = brief.inhoud, brief.inhoud["uitkomst"]
    asked = Sectie("Wat u vroeg", (f"U vroeg toestemming om: {inhoud['handeling']} ({inhoud['artikel']}).",
                                   f"U schreef: {_zin(inhoud['gevraagd'])}", f"Uw reden: {_zin(inhoud['reden'])}"))
    if uitkomst == "toestemming_van_rechtswege":
        return _van_rechtswege(inhoud, asked), ["Awb 4:71, lid 2 en 4", "Awb 4:20b", "Awb 4:20c", "Awb 4:20f"]
    if uitkomst == ALSNOG:
        return _alsnog_voorschriften(inhoud, asked), ["Awb 4:71, lid 2 en 4", "Awb 4:20f", "Awb 4:8"]
    decides = {
        "toestemming_geven": ("Wij geven u toestemming. U mag doen wat u vroeg.",),
        "toestemming_voorwaarden": ("Wij geven u toestemming onder voorwaarden. U mag doen wat u vroeg, als u doet wat "
                                    "hieronder staat.",),
        "toestemming_weigeren": ("Wij geven u geen toestemming. U mag niet doen wat u vroeg.",
                                 "Doet u het toch? Dan kunnen wij de subsidie lager vaststellen of intrekken (Awb 4:46 en "
                                 "4:48)."),
        "toestemming_niet_behandelen": ("Wij behandelen uw verzoek niet. Het was niet compleet, en u vulde het niet op tijd "
                                        "aan (Awb 4:5).", "U mag een nieuw verzoek sturen.")}[uitkomst]
    conditions = [Sectie("De voorwaarden", tuple(f"{n}. {_zin(text)}" for n, text in enumerate(inhoud["voorwaarden"], start=1)))
                  ] if inhoud["voorwaarden"] else []
    heard = [Sectie("Uw mening vooraf", (_gehoord(inhoud),))] if inhoud["eigen_feiten"] is not None else []
    artikelen = ["Awb 4:5" if uitkomst == "toestemming_niet_behandelen" else inhoud["artikel"], "Awb 4:71, lid 2"]
    return ([Sectie("Wat wij besluiten", decides), *conditions, asked, *_waarom(inhoud), *heard, *_argumenten(inhoud)],
            [*artikelen, *(["Awb 4:7"] if heard else [])])


def _alsnog_voorschriften(inhoud: Mapping, asked: Sectie) -> list[Sectie]:
    holds = datum(date.fromisoformat(inhoud["geldt_vanaf"]))
    return [
        Sectie("Wat wij besluiten", (
            f"U heeft sinds {holds} toestemming van rechtswege. Wij geven daar alsnog voorschriften bij (Awb 4:20f).",
            "U mag doen wat u vroeg, als u doet wat hieronder staat.")),
        Sectie("De voorschriften", tuple(f"{n}. {_zin(text)}" for n, text in enumerate(inhoud["voorwaarden"], start=1))), asked,
        Sectie("Waarom", ("Dit mag alleen als het nodig is om ernstige gevolgen voor het algemeen belang te voorkomen (Awb "
                          "4:20f).", *_alineas(inhoud["motivering"]))),
        Sectie("Uw mening vooraf", (_gehoord(inhoud),)), *_argumenten(inhoud)]


def _van_rechtswege(inhoud: Mapping, asked: Sectie) -> list[Sectie]:
    last, holds = (datum(date.fromisoformat(inhoud[name])) for name in ("uiterlijk_on", "geldt_vanaf"))
    return [
        Sectie("Wat er is gebeurd", (
            f"Wij moesten uiterlijk {last} beslissen. Dat hebben wij niet gedaan. Daarom heeft u de toestemming van rechtswege "
            "(Awb 4:20b). Dat betekent: u heeft haar gekregen doordat wij niet op tijd beslisten.",
            f"De toestemming geldt vanaf {holds}. U mag doen wat u vroeg.")),
        asked, *_argumenten(inhoud),
        Sectie("Wat daarna nog kan", (
            "Binnen zes weken na deze brief kunnen wij nog voorschriften geven of de toestemming intrekken. Dat mag alleen als "
            "het nodig is om ernstige gevolgen voor het algemeen belang te voorkomen (Awb 4:20f).",))]


# What is decided -> what writes its letter: the sections, and the articles that they rest on.
SCHRIJVERS = {
    Beslissing.VERLENEN: _verlening, Beslissing.WEIGEREN: _weigering, Beslissing.NIET_BEHANDELEN: _niet_behandeld,
    Beslissing.WIJZIGEN: _wijziging, Beslissing.INTREKKEN: _intrekking,
    "voorschot": _voorschot, "vaststellen": _vaststelling, "terugvorderen": _terugvordering, "dwangsom": _dwangsom,
    "rente": _rente, "kwijtschelding": _kwijtschelding, "rentevergoeding": _rentevergoeding,
    **dict.fromkeys(BEZWAAR, _op_bezwaar), **dict.fromkeys(TOESTEMMING, _toestemming),
}


# What they share --------------------------------------------------------------------------------------------------------------

def _waarom(inhoud: Mapping) -> Iterable[Sectie]:
    """The reasons, a paragraph per line that was typed; a grant may go without (Awb 3:48)."""
    if alineas := _alineas(inhoud["motivering"]):
        yield Sectie("Waarom", alineas)


def _alineas(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


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
        soort=str(brief.rechtsmiddel), termijn="6 weken", uiterlijk_on=brief.bezwaar_tot, rechtbank=regio().rechtbank,
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
