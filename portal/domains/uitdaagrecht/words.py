"""States, answers and events of challenges in words of people."""

from collections.abc import Callable, Mapping

from portal.domains.uitdaagrecht.model import Doorgeleid, Route, Soort, State
from portal.domains.uitdaagrecht.rules import Oordeel, Rechtskarakter, Uitkomst
from portal.kernel.brief import gepost_woorden

UITKOMST_WORDS = {
    Uitkomst.TOEWIJZEN: "Ja", Uitkomst.AANPASSEN: "Ja, met een aanpassing", Uitkomst.PROEF: "Ja, als proef",
    Uitkomst.AFWIJZEN: "Nee", Uitkomst.NIET_ONTVANKELIJK: "Niet in behandeling",
}
OORDEEL_WORDS = {Oordeel.VOLDOET: "voldoet", Oordeel.DEELS: "voldoet voor een deel", Oordeel.VOLDOET_NIET: "voldoet niet"}
ROUTE_WORDS = {
    Route.SUBSIDIE: "subsidie", Route.OPDRACHT: "opdracht (inkoop)", Route.OVEREENKOMST: "overeenkomst",
    Route.MANDAAT: "mandaat", Route.NIET_MOGELIJK: "niet mogelijk",
}
DOORGELEID_WORDS = {
    Doorgeleid.SUGGESTIE: "een tip of suggestie", Doorgeleid.SUBSIDIE: "een vraag om subsidie",
    Doorgeleid.BURGERINITIATIEF: "een burgerinitiatief voor de raad", Doorgeleid.KLACHT: "een klacht of melding",
    Doorgeleid.ANDERE_GEMEENTE: "een plan voor een andere gemeente", Doorgeleid.ANDER_ORGAAN: "iets voor een andere overheid",
}
RECHTSKARAKTER_WORDS = {
    Rechtskarakter.BESLUIT: "Het antwoord is een besluit. Bent u het er niet mee eens, dan kunt u bezwaar maken.",
    Rechtskarakter.GEEN_BESLUIT: "Het antwoord is geen besluit. Bent u het er niet mee eens, dan kunt u een klacht indienen.",
}
SOORT_WORDS = {
    Soort.VRAAG: "Vraag over de taak", Soort.UITDAGING: "Plan", Soort.AANVULLING: "Aanvulling", Soort.PLAN: "Definitief plan",
    Soort.INSTEMMING: "Antwoord op een vraag van de gemeente", Soort.INTREKKING: "Intrekking", Soort.BEZWAAR: "Bezwaar",
    Soort.KLACHT: "Klacht", Soort.VOORTGANG: "Hoe het gaat", Soort.PAGINA: "Tekst voor iedereen",
    Soort.TEGEN_VERBERGEN: "Bezwaar tegen verbergen",
}
# What a page for everybody says of a step (openbaar.ZICHTBAAR).
STAP_WORDS = {
    "ontvangen": "Plan ingediend", "in_behandeling": "De gemeente neemt het plan in behandeling",
    "gesprekken": "Bewoners en gemeente gaan met elkaar in gesprek", "gesprek": "Gesprek", "bemiddeling": "Iemand bemiddelt",
    "plan": "De bewoners maakten hun plan af", "beoordeeld": "De vakafdeling keek naar het plan",
    "panel": "Een panel kijkt naar het plan",
    "herzien": "De gemeente neemt een nieuw besluit",
    "ja": "De gemeente zegt ja", "nee": "De gemeente zegt nee", "doorgestuurd": "Doorgestuurd", "ingetrokken": "Ingetrokken",
    "begonnen": "De bewoners zijn begonnen", "evaluatie": "Bewoners en gemeente keken hoe het gaat",
    "verlengd": "Bewoners en gemeente verlengden de afspraak",
    "beeindigd": "De afspraak is voorbij", "teruggenomen": "De taak is terug bij de gemeente",
}
# What happens now, for everybody: on the page, and in the mail to who follows it.
NU_WORDS = {
    State.ONTVANGEN: "De gemeente heeft het plan ontvangen.",
    State.ONTVANKELIJKHEIDSTOETS: "De gemeente kijkt of het plan aan de voorwaarden voldoet.",
    State.WACHT_OP_AANVULLING: "De gemeente wacht tot de bewoners hun plan aanvullen.",
    State.DIALOOG: "Bewoners en gemeente praten samen over het plan.",
    State.BEMIDDELING: "Bewoners en gemeente zijn het niet eens. Iemand anders helpt hen.",
    State.BEOORDELING: "De vakafdeling van de gemeente beoordeelt het plan.",
    State.JURIDISCHE_TOETS: "Een jurist kijkt hoe het volgens de wet kan.",
    State.PANEL: "Een panel bekijkt het plan en geeft advies.",
    State.BESLISSEN: "De gemeente schrijft het antwoord.",
    State.TOEGEWEZEN: "De gemeente zei ja. Bewoners en gemeente maken een afspraak.",
    State.AFGEWEZEN: "De gemeente zei nee.",
    State.DOORGELEID: "De gemeente stuurde het plan door. Het gaat ergens anders verder.",
    State.UITVOERING: "De bewoners doen de taak nu.",
    State.BEEINDIGD: "De afspraak is voorbij.",
    State.TERUGGENOMEN: "De taak is terug bij de gemeente.",
    State.INGETROKKEN: "De bewoners trokken hun plan in.",
}
# A part of the plan that everybody may read (rules.UITDAGING), as the question above it.
VELD_WORDS = {
    "wat": "Wat willen zij doen?", "waarom": "Waarom kunnen zij dat beter of goedkoper?", "wie": "Met wie doen zij dit?",
    "draagvlak": "Hoe weten zij dat anderen dit ook willen?", "kosten": "Wat kost het?",
    "samenwerking": "Met wie werken zij samen?", "continuiteit": "Hoe blijft het goed gaan?",
    "afspraak": "Welke afspraak willen zij?",
}

EVENT_WORDS: dict[str, str | Callable[[Mapping], str]] = {
    "initiatief:begin": "Idee bewaard",
    "initiatief:stuk": "Bestand toegevoegd",
    "initiatief:stuk-weg": "Bestand weggehaald",
    "initiatief:vragen": "Informatie over de taak gevraagd",
    "initiatief:indienen": "Plan ingediend",
    "initiatief:intrekken": "Plan ingetrokken",
    "initiatief:naar_subsidie": "Subsidie aangevraagd voor dit plan",
    **{f"initiatief:sturen-{soort}": f"Verstuurd: {words[0].lower()}{words[1:]}" for soort, words in SOORT_WORDS.items()},
    "uitdaging:ontvangen": "Ontvangen",
    "uitdaging:informeren": "Informatie over de taak gegeven",
    "uitdaging:in_behandeling": "In behandeling genomen",
    "uitdaging:vraag-doorgeleiden": "Gevraagd of het anders behandeld mag worden",
    "uitdaging:blijft": "De bewoners zeiden nee: het blijft een uitdaging",
    "uitdaging:doorgeleiden": "Doorgestuurd",
    "uitdaging:aanvulling_vragen": "Om een aanvulling gevraagd",
    "uitdaging:aanvullen": "Aangevuld",
    "uitdaging:papier_aanvullen": "Aangevuld op papier",
    "uitdaging:niet-aangevuld": "Niet aangevuld binnen de tijd",
    "uitdaging:ontvankelijk": "Voldoet aan de voorwaarden; de gesprekken beginnen",
    "uitdaging:gesprek": "Gesprek vastgelegd",
    "uitdaging:verslag": lambda facts: "Verslag bevestigd" if facts.get("akkoord") else
        "Het verslag klopt niet, zeggen de bewoners",
    "uitdaging:bemiddelen": "Iemand bemiddelt",
    "uitdaging:hervatten": "De gesprekken gaan verder",
    "uitdaging:plan": "Het plan is definitief",
    "uitdaging:steun-tellen": "Steun op papier geteld",
    "uitdaging:steun-controleren": "Steun op papier nageteld",
    "uitdaging:beoordelen": "Een criterium beoordeeld",
    "uitdaging:beoordeeld": "De beoordeling is klaar",
    "uitdaging:toetsen": "De weg gekozen waarlangs het kan",
    "uitdaging:naar_panel": "Aan het panel gevraagd",
    "uitdaging:belang": lambda facts: "Een panellid heeft een belang" if facts.get("heeft_belang") else
        "Een panellid verklaarde geen belang te hebben",
    "uitdaging:adviseren": "Een panellid gaf advies",
    "uitdaging:naar_besluit": "Het antwoord wordt voorbereid",
    "uitdaging:aanpassing_vragen": "Gevraagd of het plan anders mag",
    "uitdaging:aanpassing-antwoord": lambda facts: "De bewoners zijn het eens met de aanpassing" if facts.get("ja") else
        "De bewoners willen de aanpassing niet",
    "uitdaging:voorstellen": "Antwoord voorgesteld",
    "intern:teruggestuurd": "Voorstel teruggestuurd",
    "intern:vervallen": "Het voorstel verviel: het plan ging verder, of werd ingetrokken",
    "uitdaging:posten": gepost_woorden,
    "intern:ingenomen": "Ingenomen wat de bewoners stuurden",
    "uitdaging:toewijzen": "Ja: de gemeente wijst het plan toe",
    "uitdaging:afwijzen": "Nee: de gemeente wijst het plan af",
    "uitdaging:later": "Het antwoord komt later dan beloofd",
    "uitdaging:bezwaar": "Bezwaar ontvangen",
    "uitdaging:klacht": "Klacht ontvangen",
    "uitdaging:tegenspraak-beslist": "Beslist over het bezwaar of de klacht",
    "uitdaging:herzien": "Het antwoord wordt opnieuw voorbereid, na een gegrond bezwaar",
    "uitdaging:hertoetsen": "De voorwaarden worden opnieuw nagegaan, na een gegrond bezwaar",
    "uitdaging:intrekken": "De bewoners trokken hun plan in",
    "uitdaging:afspreken": "Afspraak voorgelegd",
    "uitdaging:afspraak-intrekken": "Afspraak ingetrokken",
    "uitdaging:ondertekenen": "Afspraak getekend",
    "uitdaging:beginnen": "De bewoners zijn begonnen",
    "uitdaging:voortgang": "De bewoners vertelden hoe het gaat",
    "uitdaging:evalueren": "Gekeken hoe het gaat",
    "uitdaging:verlenging": "Verlenging voorgelegd",
    "uitdaging:verlengen": "De afspraak is verlengd",
    "uitdaging:loopt-af": "De afspraak loopt af",
    "uitdaging:beeindigen": "De afspraak is beëindigd",
    "uitdaging:terugnemen": "De taak is terug bij de gemeente",
    "uitdaging:naar_subsidie": "Subsidie aangevraagd voor dit plan",
    "uitdaging:naar_inkoop": "De taak wordt ingekocht",
    "uitdaging:publiceren": "Pagina voor iedereen geplaatst",
    "uitdaging:verbergen": "Pagina verborgen",
    "uitdaging:terugzetten": "Pagina weer geplaatst",
    "uitdaging:beroep-verbergen": "De bewoners willen de pagina terug",
    "uitdaging:beroep-afgewezen": "De pagina blijft verborgen",
}
