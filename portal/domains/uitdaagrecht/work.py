"""What waits for whom in a challenge, beside the terms of the ordinance: agreed in the region (config/uitdaagrecht.toml,
[werk])."""

from datetime import date

from config import load as load_config
from portal.identity.permissions import Permission as P
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "done", "wait_for"]

# `kind` -> what it is.
WORK = {
    "werk_toetsen": Work(
        "Kijk of het plan aan de voorwaarden voldoet",
        "De bewoners weten niet of hun plan meetelt. De termijn om te beslissen loopt door.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_beoordelen": Work(
        "Beoordeel het plan op elk criterium",
        "De bewoners krijgen geen antwoord.",
        (P.UITDAGING_BEOORDELEN,), "uitdaging.zaak"),
    "werk_juridisch": Work(
        "Kies langs welke weg dit kan: subsidie, opdracht, overeenkomst of mandaat",
        "Niemand weet of het mag, en de bewoners krijgen geen antwoord.",
        (P.UITDAGING_TOETSEN,), "uitdaging.zaak"),
    "werk_panel": Work(
        "Geef uw advies over het plan",
        "Het panel adviseert niet, en de bewoners krijgen geen antwoord.",
        (P.UITDAGING_ADVISEREN,), "uitdaging.zaak"),
    "werk_besluit": Work(
        "Schrijf het voorstel voor het antwoord",
        "Niemand kan beslissen. De termijn loopt door.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_tekenen": Work(
        "Teken het antwoord op het plan van bewoners",
        "De brief gaat niet weg. De bewoners weten niet waar zij aan toe zijn.",
        (P.UITDAGING_TEKENEN,), "uitdaging.zaak"),
    "werk_posten": Work(
        "Doe de brief met het antwoord op de post, en vul de dag in",
        "De bewoners krijgen geen antwoord. De termijn om bezwaar te maken begint niet.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_afspraak": Work(
        "Maak met de bewoners de afspraak waarmee zij beginnen",
        "De gemeente zei ja, en er gebeurt niets.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_ondertekenen": Work(
        "Teken de afspraak met de bewoners",
        "De afspraak geldt niet: de bewoners kunnen niet beginnen, of niet door.",
        (P.UITDAGING_TEKENEN,), "uitdaging.afspraak"),
    "werk_evaluatie": Work(
        "Kijk met de bewoners hoe het gaat, en schrijf dat op",
        "Niemand weet of het werkt. De afspraak loopt door of eindigt vanzelf.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_verlenging": Work(
        "Leg de bewoners een verlenging van de afspraak voor",
        "De afspraak stopt op de laatste dag, al wilden beide kanten door.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.verlenging"),
    "werk_afloop": Work(
        "De afspraak loopt af: verleng haar, beëindig haar of neem de taak terug",
        "Niemand weet wie de taak na de laatste dag doet.",
        (P.UITDAGING_BEHANDELEN,), "uitdaging.zaak"),
    "werk_tegenspraak": Work(
        "Behandel het bezwaar of de klacht over het antwoord",
        "Iemand die het er niet mee eens is, hoort niets.",
        (P.UITDAGING_TEKENEN,), "uitdaging.zaak"),
}


def wait_for(session, dossier, kind: str, *, on: date | None = None, **facts) -> None:
    """This work waits from today (`on`: another day) for the owner of the dossier, or for `parties`."""
    agreed = load_config("uitdaagrecht")["werk"]
    rule = TermRule(kind=kind, article=agreed["bron"], length=Length(**agreed[kind.removeprefix("werk_")]), statutory=False,
                    source=agreed["bron"], event="Begin van het werk")
    begin(session, dossier, rule, WORK[kind], on=on, **facts)
