"""The letter with the answer to a plan of residents: from what was decided to a letter, to a file in the store."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from portal.adapters.letters import (
    Afzender,
    Bevoegdheid,
    Letter,
    Ondertekening,
    Rechtsmiddel,
    Sectie,
    Vervanging,
    datum,
    render,
)
from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.besluiten import Uitdagingsbrief
from portal.domains.uitdaagrecht.rules import JA, Rechtskarakter, Uitkomst
from portal.domains.uitdaagrecht.words import OORDEEL_WORDS, ROUTE_WORDS
from portal.kernel.documents import Scan, Stuk
from portal.tenants.region import regio

DAY = timedelta(days=1)
_BESLUIT = {
    Uitkomst.TOEWIJZEN: "Wij zeggen ja tegen uw plan.",
    Uitkomst.AANPASSEN: "Wij zeggen ja tegen uw plan, met de aanpassing waarmee u instemde.",
    Uitkomst.PROEF: "Wij zeggen ja tegen uw plan, als proef.",
    Uitkomst.AFWIJZEN: "Wij zeggen nee tegen uw plan.",
    Uitkomst.NIET_ONTVANKELIJK: "Wij nemen uw plan niet in behandeling.",
}


# Nobody knows on the day of signing on which day the letter is posted.
OP_DE_POST = ("Wij sturen u deze brief per post. Doen wij hem later op de post dan de dag die boven deze brief staat? Dan kunt "
              "u ook later bezwaar maken: tot zes weken na de dag van de post.")


class UitdagingBrieven:
    """The letters about plans of residents, made and put in the file store."""

    def __init__(self, store):
        self._store = store

    def uitdaging(self, brief: Uitdagingsbrief) -> Stuk:
        """The letter with the answer, as a stored PDF."""
        pdf = render(_soort(brief), antwoordbrief(brief))
        return Stuk(self._store.put([pdf]), f"antwoord-{brief.kenmerk}.pdf", "application/pdf", len(pdf),
                    hashlib.sha256(pdf).hexdigest(), Scan.SCHOON)


def concept(brief: Uitdagingsbrief) -> bytes:
    """The same letter before it is signed, marked as a concept, as a PDF that is not kept."""
    letter = antwoordbrief(replace(brief, ondertekenaar="(nog niet getekend)", mandaat="volgt bij het tekenen"))
    return render(_soort(brief), replace(
        letter, onderwerp=f"CONCEPT: {letter.onderwerp}", kenmerk=f"{letter.kenmerk}-CONCEPT",
        inleiding=("Dit is een concept. Het is niet getekend en niet verzonden. Niemand kan hieraan rechten ontlenen.",
                   *letter.inleiding)))


def _soort(brief: Uitdagingsbrief) -> str:
    """Which letter it is: a decision, or an answer that is none."""
    return "besluit" if brief.regels.rechtskarakter == Rechtskarakter.BESLUIT else "antwoord"


def antwoordbrief(brief: Uitdagingsbrief) -> Letter:
    """What was decided as a letter, from the frozen content alone."""
    inhoud, gemeente = brief.inhoud, brief.gemeente
    uitkomst, gronden, criteria = Uitkomst(inhoud["uitkomst"]), queries.gronden(), queries.criteria()
    decides = [_BESLUIT[uitkomst]]
    if inhoud["aanpassing"]:
        decides.append(f"De aanpassing: {inhoud['aanpassing']}")
    if uitkomst in JA and inhoud["route"]:
        decides.append(f"De weg waarlangs het kan: {ROUTE_WORDS[inhoud['route']]}.")
    why = [line.strip() for line in inhoud["motivering"].splitlines() if line.strip()]
    why += [f"Reden: {gronden[code]}." for code in inhoud["gronden"]]
    judged = tuple(f"{naam.capitalize()}: {OORDEEL_WORDS[one['oordeel']]}. {one['motivering']}"
                   for code, naam in criteria.items() if (one := inhoud["oordelen"].get(code)))
    formal = brief.regels.rechtskarakter == Rechtskarakter.BESLUIT
    after = ("Uw contactpersoon maakt met u een afspraak: welke taak u overneemt, wat u bereikt, wat het kost en wanneer wij "
             "samen kijken hoe het gaat.") if uitkomst in JA else (
        "U kunt een nieuw plan indienen als er iets veranderd is. Uw contactpersoon denkt met u mee over wat wel kan.")
    where = f"{'' if brief.op_papier else 'in het portaal, of '}per post aan {gemeente.postadres}"
    return Letter(
        afzender=Afzender(naam=f"Gemeente {gemeente.naam}", adres=_lines(gemeente.postadres), kleur=gemeente.merkkleur),
        ondertekening=Ondertekening(orgaan=brief.orgaan, naam=brief.ondertekenaar, functie="mandaathouder",
                                    bevoegdheid=Bevoegdheid.MANDAAT, register=brief.mandaat, vervanging=_vervanging(brief)),
        geadresseerde=(brief.aan,), verzonden_on=brief.getekend_on, kenmerk=brief.kenmerk,
        onderwerp=f"Ons antwoord op uw plan: {brief.plan}",
        inleiding=(f"Op {datum(brief.ontvangen_on)} kregen wij uw plan om een taak van de gemeente over te nemen. In deze "
                   "brief leest u wat wij beslissen, waarom, en wat u kunt doen.",),
        secties=(Sectie("Wat wij beslissen", tuple(decides)), Sectie("Waarom", tuple(why)),
                 *((Sectie("Hoe wij naar uw plan keken", judged),) if judged else ()),
                 Sectie("Hoe het verdergaat", (after, *((OP_DE_POST,) if brief.op_papier and formal else ())))),
        grondslag=("Gemeentewet, artikel 150, lid 3", f"{brief.regels.verordening}, {brief.regels.artikel}"),
        rechtsmiddel=Rechtsmiddel(soort="bezwaar", termijn="6 weken", uiterlijk_on=brief.bezwaar_tot,
                                  rechtbank=regio().rechtbank, waar=where)
        if formal else Rechtsmiddel(soort="klacht_antwoord", waar=where))


def _vervanging(brief: Uitdagingsbrief) -> Vervanging | None:
    if brief.vervangt is None:
        return None
    return Vervanging(van=brief.vervangt, van_on=brief.vervanging_van, tot_on=brief.vervanging_tot - DAY)


def _lines(adres: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in adres.split(",") if part.strip())
