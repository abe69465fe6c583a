"""The letters of a procurement: award, record of the opening, receipt. From facts to a letter, to a file in the store.

When the transaction that asked for a letter fails afterwards, the sweep of orphans removes the file.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from portal.adapters.letters import (
    Afzender,
    Bestand,
    Bevoegdheid,
    Criterium,
    Letter,
    Ondertekening,
    Opening,
    Rechtsmiddel,
    Redenen,
    Sectie,
    Telling,
    Uitslag,
    Vervanging,
    dag,
    getal,
    moment,
    opsomming,
    render,
)
from portal.domains.inkoop.model import Inschrijving, Publicatie, Verzending
from portal.domains.inkoop.usecases import CriteriumUitslag, GunningsBrief, shared_maximum
from portal.kernel.documents import Document, Scan, Stuk
from portal.kernel.fingerprint import canonical
from portal.tenants.model import Gemeente
from portal.tenants.region import regio

DAY = timedelta(days=1)


class Store(Protocol):
    """Where the bytes of a letter go."""

    def put(self, chunks: Iterable[bytes]) -> str: ...


class InkoopBrieven:
    """Makes the letters and puts them in the file store. Raises LetterError when a letter lacks what it must state."""

    def __init__(self, store: Store):
        self._store = store

    def gunning(self, brief: GunningsBrief) -> Stuk:
        """The letter about an award to one bidder, as a stored PDF."""
        return self._keep(f"gunning-{brief.kenmerk}.pdf", render("gunning", gunningsbrief(brief)))

    def proces_verbaal(self, opening: Opening, *, gemeente: Gemeente, kenmerk: str, door: str, on: date) -> Stuk:
        """The record of an opening, as a stored PDF; `door` is the officer whose act opened."""
        letter = proces_verbaal(opening, gemeente=gemeente, kenmerk=kenmerk, door=door, on=on)
        return self._keep(f"proces-verbaal-{kenmerk}.pdf", render("proces-verbaal", letter))

    def ontvangst(self, *, gemeente: Gemeente, publicatie: Publicatie, inschrijving: Inschrijving, verzending: Verzending,
                  documenten: Sequence[Document], on: date) -> Stuk:
        """The receipt of one sending for one perceel, as a stored PDF."""
        letter = ontvangst(gemeente=gemeente, publicatie=publicatie, inschrijving=inschrijving, verzending=verzending,
                           documenten=documenten, on=on)
        return self._keep(f"ontvangst-{verzending.ontvangst_nummer}.pdf", render("ontvangstbevestiging", letter))

    def _keep(self, naam: str, pdf: bytes) -> Stuk:
        return Stuk(self._store.put([pdf]), naam, "application/pdf", len(pdf), hashlib.sha256(pdf).hexdigest(), Scan.SCHOON)


# The award ----------------------------------------------------------------------------------------------------------------

def gunningsbrief(brief: GunningsBrief) -> Letter:
    """The facts of an award as a letter: outcome, reasons per criterion, remedy with its count."""
    return Letter(
        afzender=_afzender(brief.gemeente),
        ondertekening=Ondertekening(orgaan=brief.orgaan, naam=brief.ondertekenaar, functie="gevolmachtigde",
                                    bevoegdheid=Bevoegdheid.VOLMACHT, register=brief.volmacht, vervanging=_vervanging(brief)),
        geadresseerde=(brief.aanbieder, *_lines(brief.adres)), verzonden_on=brief.verzonden_on, kenmerk=brief.kenmerk,
        onderwerp=f"Gunning {brief.inkoop}, {brief.perceel}",
        inleiding=(f"U schreef in op {brief.inkoop}. Wij hebben alle inschrijvingen beoordeeld. In deze brief leest u de "
                   "uitkomst, waarom dat zo is en wat u kunt doen.",),
        redenen=(_redenen(brief),), secties=tuple(_secties(brief)), rechtsmiddel=_kort_geding(brief))


def concept(brief: GunningsBrief) -> bytes:
    """The same letter before it is signed, marked as a concept, as a PDF that is not kept."""
    letter = gunningsbrief(replace(brief, ondertekenaar="(nog niet getekend)", volmacht="volgt bij het tekenen",
                                   vervangt=None))
    return render("gunning", replace(
        letter, onderwerp=f"CONCEPT: {letter.onderwerp}", kenmerk=f"{letter.kenmerk}-CONCEPT",
        inleiding=("Dit is een concept. Het is niet getekend en niet verzonden. Niemand kan hieraan rechten ontlenen.",
                   *letter.inleiding)))


def _redenen(brief: GunningsBrief) -> Redenen:
    return Redenen(
        perceel=brief.perceel, uitslag=Uitslag.GEGUND if brief.gegund else Uitslag.AFGEWEZEN, winnaar=brief.winnaar or "",
        winnaars=brief.gegund_aan,
        totaal=brief.totaal if brief.totaal is not None else "niet beoordeeld",
        totaal_winnaar=brief.totaal_winnaar if brief.totaal_winnaar is not None else "",
        criteria=tuple(Criterium(
            naam=f"{c.tekst} (telt voor {c.weging} van 100)", maximaal=brief.hoogste_score, score=_points(c.punten),
            score_winnaar=_points(c.punten_winnaar), motivering=c.motivering,
            voordelen_winnaar="" if brief.gegund else _beside(c)) for c in brief.criteria))


def _beside(criterium: CriteriumUitslag) -> str:
    """What the reader may know of the winner's bid: the points of both, and the text that was written for the others."""
    own = "geen punten" if criterium.punten is None else f"{getal(criterium.punten)} punten"
    points = f"{getal(criterium.punten_winnaar)} punten. Die van u: {own}." if criterium.punten_winnaar is not None else ""
    return f"{points} {criterium.kenmerken_winnaar}".strip()


def _points(punten: Decimal | None) -> Decimal | str:
    return "niet beoordeeld" if punten is None else punten


def _secties(brief: GunningsBrief) -> Iterable[Sectie]:
    yield Sectie("Waarom deze uitkomst?", tuple(_waarom(brief)))
    if brief.eisen:
        yield Sectie("Eisen waaraan uw inschrijving niet voldoet",
                     tuple(f"Eis {code}: {tekst} {waarom}" for code, tekst, waarom in brief.eisen))
    if brief.gegund:
        yield Sectie("Aan wie wij willen gunnen", (f"{opsomming(brief.gegund_aan)}.",))
        yield Sectie("Hoe gaat het verder?", (
            f"Tot en met {dag(brief.standstill_tot)} sluiten wij geen overeenkomst. Gaat niemand naar de rechter? Dan sluiten "
            "wij daarna de overeenkomst met u. U krijgt daarover bericht in het portaal.", shared_maximum(brief.maximum)))


def _waarom(brief: GunningsBrief) -> Iterable[str]:
    """The outcome in plain words for this reader: what the rules ask, where this bid stands, and any deviation."""
    if brief.eisen:
        yield ("Aan een minimumeis moet iedere inschrijving voldoen. Uw inschrijving voldoet niet aan "
               f"{'één eis' if len(brief.eisen) == 1 else f'{len(brief.eisen)} eisen'}. "
               "Daarom kunt u dit perceel niet krijgen. Hieronder leest u om welke eis het gaat en waarom.")
        return
    yield "Uw inschrijving voldoet aan alle eisen."
    if brief.totaal is not None and brief.minimale_score:
        enough = "Die is hoog genoeg." if brief.totaal >= brief.minimale_score else "Die is te laag voor een contract."
        yield f"Nodig is een score van ten minste {getal(brief.minimale_score)}. Uw score is {getal(brief.totaal)}. {enough}"
    if brief.plaats is not None and brief.max_contracten:
        one = "Er is 1 contract te vergeven. Dat gaat naar de hoogste score."
        more = f"Er zijn {brief.max_contracten} contracten te vergeven. Die gaan naar de hoogste scores."
        yield f"{one if brief.max_contracten == 1 else more} U staat op plaats {brief.plaats}."
    if brief.loting:
        yield brief.loting
    if brief.afwijking:
        yield ("Toch gunnen wij dit perceel wel aan u." if brief.gegund else "Toch gunnen wij dit perceel niet aan u.") + (
            f" Wij wijken hier af van de volgorde van de scores. De reden is: {brief.afwijking}")
    elif brief.gegund:
        yield "Daarom willen wij dit perceel aan u gunnen."
    else:
        yield "Daarom gunnen wij dit perceel niet aan u."


def _vervanging(brief: GunningsBrief) -> Vervanging | None:
    if brief.vervangt is None:
        return None
    # The portal counts half-open periods; a letter names the last day.
    return Vervanging(van=brief.vervangt, van_on=brief.vervanging_van, tot_on=brief.vervanging_tot - DAY)


def _kort_geding(brief: GunningsBrief) -> Rechtsmiddel:
    artikel = brief.standstill_artikel
    return Rechtsmiddel(
        soort="civiele_rechter", termijn=f"{(brief.standstill_tot - brief.verzonden_on).days} kalenderdagen",
        uiterlijk_on=brief.standstill_tot, rechtbank=regio().rechtbank,
        waar=f"met een bericht in het portaal, of per post aan {brief.gemeente.postadres}",
        klachtenmeldpunt=f"Klachtenmeldpunt aanbesteden van de gemeente {brief.gemeente.naam}, {brief.gemeente.postadres}",
        grondslag=f"de {artikel[:1].lower()}{artikel[1:]}",
        telling=tuple(Telling(line.text, line.date, line.source) for line in brief.standstill_telling))


# The record of the opening, and the receipt ---------------------------------------------------------------------------------

def proces_verbaal(opening: Opening, *, gemeente: Gemeente, kenmerk: str, door: str, on: date) -> Letter:
    """The record of an opening as a letter to the file of the procurement."""
    return Letter(
        afzender=_afzender(gemeente),
        ondertekening=Ondertekening(orgaan=f"de gemeente {gemeente.naam}, als trekker", naam=door,
                                    functie="opende de inschrijvingen als laatste"),
        geadresseerde=("Aan de deelnemende gemeenten",), verzonden_on=on, kenmerk=kenmerk,
        onderwerp="Proces-verbaal van opening", opening=opening,
        inleiding=("Dit verslag is gemaakt op het moment van de opening. Het staat in het dossier van de inkoop.",),
        rechtsmiddel=_vragen(gemeente))


def ontvangst(*, gemeente: Gemeente, publicatie: Publicatie, inschrijving: Inschrijving, verzending: Verzending,
              documenten: Sequence[Document], on: date) -> Letter:
    """The receipt of one sending: what came in for which perceel, in which version, with every size and SHA-256.

    `documenten`: the documents that `verzending.inhoud` names. The answers themselves are the first line: their
    SHA-256 is the fingerprint of the sending.
    """
    inhoud = verzending.inhoud
    perceel = f"perceel {inhoud['perceel']['nummer']}: {inhoud['perceel']['naam']}"
    by_id = {str(d.id): d for d in documenten}
    return Letter(
        afzender=_afzender(gemeente),
        ondertekening=Ondertekening(orgaan=f"de gemeente {gemeente.naam}, als trekker", naam=regio().portaal,
                                    functie="automatisch gemaakt bij de ontvangst"),
        geadresseerde=(inhoud["aanbieder"]["naam"], *_lines(inhoud["aanbieder"].get("postadres", ""))), verzonden_on=on,
        kenmerk=verzending.ontvangst_nummer, uw_kenmerk=inschrijving.reference,
        onderwerp=f"Wij ontvingen uw inschrijving {inschrijving.reference}",
        inleiding=(
            f"Op {moment(verzending.verzonden_at)} ontvingen wij uw inschrijving op {publicatie.titel} "
            f"({publicatie.reference}), {perceel}. "
            f"Dit is versie {verzending.versie}, verstuurd door {inhoud['verzonden_door']}.",
            "Na de sluiting openen twee gemeenten samen alle inschrijvingen. Tot dat moment kan niemand van de gemeenten uw "
            f"inschrijving lezen. De inschrijving sluit op {moment(publicatie.sluit_at)}."),
        bestanden=(
            Bestand(naam="Uw antwoorden en de lijst van documenten", grootte=len(canonical(inhoud)),
                    sha256=verzending.vingerafdruk, ontvangen_at=verzending.verzonden_at),
            *(Bestand(naam=d["naam"], grootte=d["grootte"], sha256=d["sha256"],
                      ontvangen_at=by_id[d["id"]].ontvangen_at if d["id"] in by_id else verzending.verzonden_at)
              for d in inhoud["documenten"])),
        rechtsmiddel=_vragen(gemeente))


def _vragen(gemeente: Gemeente) -> Rechtsmiddel:
    return Rechtsmiddel(soort="geen", waar=f"met een bericht in het portaal, of per post aan {gemeente.postadres}")


def _afzender(gemeente: Gemeente) -> Afzender:
    return Afzender(naam=f"Gemeente {gemeente.naam}", adres=_lines(gemeente.postadres), kleur=gemeente.merkkleur)


def _lines(adres: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in adres.split(",") if part.strip())
