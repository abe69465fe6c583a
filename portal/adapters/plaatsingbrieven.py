"""The letter about a decision on support: from what was decided to a letter, to a file in the store. It names no number of a
person; the address stands on it because it goes by post."""

import hashlib
from dataclasses import replace
from datetime import date

from config import load as load_config
from portal.adapters.letters import Afzender, Bevoegdheid, Letter, Ondertekening, Rechtsmiddel, Sectie, datum, render
from portal.domains.plaatsingen.besluiten import Toegangsbrief
from portal.kernel.documents import Scan, Stuk
from portal.tenants.region import regio

VORM = {"zin": "De gemeente regelt de ondersteuning voor u (zorg in natura).",
        "pgb": "U krijgt een persoonsgebonden budget (pgb). Daarmee koopt u de ondersteuning zelf in (Wmo 2015, 2.3.6)."}


class PlaatsingBrieven:
    """The letters of access, made and put in the file store."""

    def __init__(self, store):
        self._store = store

    def toegang(self, brief: Toegangsbrief) -> Stuk:
        """The letter about a decision, as a stored PDF."""
        pdf = render("besluit", toegangsbrief(brief))
        return Stuk(self._store.put([pdf]), f"besluit-{brief.kenmerk}.pdf", "application/pdf", len(pdf),
                    hashlib.sha256(pdf).hexdigest(), Scan.SCHOON)


def concept(brief: Toegangsbrief) -> bytes:
    """The same letter before it is signed, marked as a concept, as a PDF that is not kept."""
    letter = toegangsbrief(replace(brief, ondertekenaar="(nog niet getekend)", mandaat="volgt bij het tekenen"))
    return render("besluit", replace(
        letter, onderwerp=f"CONCEPT: {letter.onderwerp}", kenmerk=f"{letter.kenmerk}-CONCEPT",
        inleiding=("Dit is een concept. Het is niet getekend en niet verzonden. Niemand kan hieraan rechten ontlenen.",
                   *letter.inleiding)))


def toegangsbrief(brief: Toegangsbrief) -> Letter:
    """What was decided as a letter, from the frozen content alone."""
    inhoud = brief.inhoud
    granted = inhoud["uitkomst"] == "toekennen"
    if granted:
        until = f" tot en met {datum(date.fromisoformat(inhoud['tot']))}" if inhoud["tot"] else ""
        decides = ("Wij kennen u ondersteuning toe.",
                   f"Wat u krijgt: {inhoud['product']}. Dit geldt vanaf {datum(date.fromisoformat(inhoud['van']))}{until}.",
                   VORM[inhoud["vorm"]])
    else:
        decides = ("Wij wijzen uw aanvraag af. U krijgt geen maatwerkvoorziening.",)
    names = [one["naam"] for one in load_config("plaatsingen")["afweging"]]
    looked = ("Wij onderzochten samen met u wat u nodig heeft. Wij keken in deze volgorde: " + ", ".join(names) + ".",
              "In het verslag van het onderzoek leest u wat wij met u bespraken.")
    why = tuple(line.strip() for line in inhoud["motivering"].splitlines() if line.strip())
    return Letter(
        afzender=Afzender(naam=f"Gemeente {brief.gemeente.naam}", adres=_lines(brief.gemeente.postadres),
                          kleur=brief.gemeente.merkkleur),
        ondertekening=Ondertekening(orgaan=brief.orgaan, naam=brief.ondertekenaar, functie="mandaathouder",
                                    bevoegdheid=Bevoegdheid.MANDAAT, register=brief.mandaat),
        geadresseerde=(brief.persoon, *_lines(brief.adres)), verzonden_on=brief.getekend_on, kenmerk=brief.kenmerk,
        onderwerp="Besluit over uw aanvraag om ondersteuning",
        inleiding=(f"Op {datum(brief.aanvraag_on)} vroeg u ons om ondersteuning. In deze brief leest u wat wij besluiten, "
                   "waarom, en wat u kunt doen.",),
        secties=(Sectie("Wat wij besluiten", decides), Sectie("Waarom", why), Sectie("Hoe wij keken", looked)),
        grondslag=("Wmo 2015, artikel 2.3.5", *(["Wmo 2015, artikel 2.3.6"] if inhoud["vorm"] == "pgb" else [])),
        rechtsmiddel=Rechtsmiddel(soort="bezwaar", termijn="6 weken", uiterlijk_on=brief.bezwaar_tot,
                                  rechtbank=regio().rechtbank, waar=f"per post aan {brief.gemeente.postadres}"))


def _lines(adres: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in adres.split(",") if part.strip())
