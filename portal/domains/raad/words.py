"""Kinds of papers, answers and events of the council in words of people."""

from collections.abc import Callable, Mapping

from portal.domains.raad.model import Toezegsoort
from portal.domains.raad.rules import Antwoord, Deel, Stuksoort, Uitkomst, Vorm

STUKSOORT_WORDS = {
    Stuksoort.BESLISNOTA: "Beslisnota", Stuksoort.INFORMATIENOTA: "Informatienota", Stuksoort.OPINIENOTA: "Opinienota",
    Stuksoort.KADERNOTA: "Kadernota", Stuksoort.UITVOERINGSPROGRAMMA: "Uitvoeringsprogramma",
    Stuksoort.BELEIDSPLAN: "Beleidsplan", Stuksoort.INSPRAAKVERSIE: "Inspraakversie",
    Stuksoort.RAADSVOORSTEL: "Raadsvoorstel", Stuksoort.BESLUIT: "Raadsbesluit", Stuksoort.ADVIES: "Advies",
    Stuksoort.VERORDENING: "Verordening", Stuksoort.PERSPECTIEFNOTA: "Perspectiefnota", Stuksoort.BEGROTING: "Begroting",
    Stuksoort.JAARREKENING: "Jaarrekening", Stuksoort.NOTULEN: "Notulen",
}
DEEL_WORDS = {
    Deel.INLEIDING: "Inleiding", Deel.EFFECT: "Kernboodschap", Deel.ARGUMENTEN: "Argumenten en gevolgen",
    Deel.RISICOS: "Risico's", Deel.FINANCIEN: "Financiën", Deel.COMMUNICATIE: "Communicatie", Deel.VERVOLG: "Vervolg",
    Deel.OPENBAARHEID: "Openbaarheid",
}
TOEZEGSOORT_WORDS = {
    Toezegsoort.MOTIE: "Motie", Toezegsoort.TOEZEGGING: "Toezegging", Toezegsoort.AGENDERINGSVERZOEK: "Agenderingsverzoek",
}
VORM_WORDS = {
    Vorm.INFORMATIERONDE: "Informatieronde", Vorm.MENINGSVORMEND: "Meningsvormende ronde",
    Vorm.BESLUITVORMEND: "Besluitvormende vergadering", Vorm.BIJEENKOMST: "Bijeenkomst of werkbezoek",
}
UITKOMST_WORDS = {
    Uitkomst.KENNISGEVING: "Voor kennisgeving aangenomen", Uitkomst.BESPROKEN: "Besproken",
    Uitkomst.VERDER: "Gaat naar een volgende ronde", Uitkomst.AANGENOMEN: "Aangenomen", Uitkomst.VERWORPEN: "Verworpen",
    Uitkomst.AANGEHOUDEN: "Aangehouden",
}
ANTWOORD_WORDS = {
    Antwoord.OVERGENOMEN: "Overgenomen", Antwoord.DEELS: "Voor een deel overgenomen", Antwoord.EENS: "Mee eens",
    Antwoord.TOEGELICHT: "Uitgelegd", Antwoord.AL_GEDAAN: "Gebeurt al", Antwoord.LATER: "Nog uit te werken",
    Antwoord.NIET: "Niet overgenomen",
}

EVENT_WORDS: dict[str, str | Callable[[Mapping], str]] = {
    "raad:openen": "De registers van de raad zijn gemaakt",
    "raad:stuk": "Stuk bewaard",
    "raad:toezegging": "Motie, toezegging of verzoek bewaard",
    "raad:afdoen": "Motie, toezegging of verzoek afgedaan",
    "raad:sessie": "Bijeenkomst vastgelegd",
    "raad:advies": "Advies bewaard",
    "raad:antwoord": "Punt van een advies beantwoord",
    "raad:openbaar": lambda facts: "Openbaar gemaakt" if facts.get("ja") else "Niet meer openbaar",
}
