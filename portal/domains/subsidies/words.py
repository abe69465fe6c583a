"""What happened in a subsidy, in words: one sentence per kind of event. A sentence may use the facts of its event."""

from collections.abc import Callable, Mapping
from functools import partial

from portal.domains.subsidies.rules import Basis, Beslissing, Financiering, Grondslag, Regelsoort, Staatssteun, Verdeling
from portal.kernel import events

GRONDSLAG_WORDS = {
    Grondslag.WETTELIJK: "Een verordening van de raad (Awb 4:23, lid 1)",
    Grondslag.SPOED: "Vooruitlopend op een verordening, ten hoogste een jaar (Awb 4:23, lid 3, onder a)",
    Grondslag.EUROPEES: "Een programma van de Europese Unie (Awb 4:23, lid 3, onder b)",
    Grondslag.BEGROTING: "De begroting noemt de ontvanger en het hoogste bedrag (Awb 4:23, lid 3, onder c)",
    Grondslag.INCIDENTEEL: "Incidenteel, voor ten hoogste vier jaar (Awb 4:23, lid 3, onder d)",
}
VERDELING_WORDS = {
    Verdeling.VOLGORDE: "Op volgorde van ontvangst", Verdeling.TENDER: "De beste aanvragen eerst (tender)",
    Verdeling.LOTING: "Door loting",
}
STAATSSTEUN_WORDS = {
    Staatssteun.GEEN: "Geen staatssteun", Staatssteun.DE_MINIMIS: "Kleine steun (de-minimis)",
    Staatssteun.DAEB: "Kleine steun voor een dienst van algemeen belang (DAEB)",
}
FINANCIERING_WORDS = {
    Financiering.BESCHIKBAARHEID: "Beschikbaarheid: er wordt betaald om klaar te staan",
    Financiering.POPULATIE: "Populatie: er wordt betaald voor een groep inwoners",
    Financiering.BUDGET: "Budget: een vast bedrag voor afgesproken werk",
    Financiering.RESULTAAT: "Resultaat: er wordt betaald voor wat er is bereikt",
}
BASIS_WORDS = {
    Basis.GEHEEL: "Het hele verschil", Basis.MEERDERE: "Alleen wat boven de grens komt",
}
BESLISSING_WORDS = {
    Beslissing.VERLENEN: "Subsidie verlenen", Beslissing.WEIGEREN: "De aanvraag weigeren",
    Beslissing.NIET_BEHANDELEN: "De aanvraag niet behandelen",
}
REGEL_WORDS = {
    Regelsoort.RESULTAAT: "Resultaat", Regelsoort.VERPLICHTING: "Verplichting", Regelsoort.VOORWAARDE: "Voorwaarde",
}


def _ontvangen(facts: Mapping) -> str:
    return ("Aanvraag op papier ontvangen, nummer %(nummer)s" if facts.get("papier")
            else "Aanvraag ontvangen, nummer %(nummer)s")


EVENT_WORDS: dict[str, str | Callable[[Mapping], str]] = {
    "regeling:maken": "Regeling begonnen",
    "regeling:wijzigen": "Regeling aangepast",
    "regeling:plafond": "Subsidieplafond vastgelegd",
    "regeling:maximum": "Maximum van het college vastgelegd",
    "regeling:financiering": "Manier van betalen vastgelegd",
    "regeling:bekendmaken": "Regeling bekendgemaakt",
    "regeling:sluiten": "Regeling gesloten",
    "regeling:rangschikken": "Rangorde vastgesteld. Aantal aanvragen: %(aantal)s",
    "aanvraag:begin": "Aanvraag begonnen",
    "aanvraag:document": "Document toegevoegd",
    "aanvraag:document-weg": "Document weggehaald",
    "aanvraag:ondertekenen": "Ondertekend door een eerste persoon",
    "aanvraag:versturen": "Aanvraag verstuurd. Ontvangstbewijs: %(nummer)s",
    "aanvraag:aanvullen": "Aanvulling verstuurd. Ontvangstbewijs: %(nummer)s",
    "aanvraag:intrekken": "Aanvraag ingetrokken",
    "subsidie:ontvangen": _ontvangen,
    "subsidie:compleet": "De aanvraag is compleet sinds %(compleet_on)s",
    "subsidie:aanvulling_vragen": "Om een aanvulling gevraagd. De beslistermijn staat stil",
    "subsidie:aangevuld": "Aanvulling ontvangen. De beslistermijn loopt weer",
    "subsidie:niet_aangevuld": "De tijd om aan te vullen is voorbij. De beslistermijn loopt weer",
    "subsidie:toch_behandelen": "De aanvraag wordt toch behandeld",
    "subsidie:uitstellen": "Bericht van uitstel gestuurd. Het besluit komt uiterlijk %(tot_en_met_on)s",
    "subsidie:beoordelen": "Beoordeling afgerond",
    "subsidie:heropenen": "Beoordeling opnieuw geopend",
    "subsidie:zienswijze_vragen": "De aanvrager is om een zienswijze gevraagd",
    "subsidie:zienswijze": "Zienswijze ontvangen",
    "subsidie:geen-zienswijze": "Er kwam geen zienswijze",
    "subsidie:intrekken": "De aanvrager trok de aanvraag in",
    "subsidie:verlenen": "Subsidie verleend. De brief is verstuurd",
    "subsidie:weigeren": "Subsidie geweigerd. De brief is verstuurd",
    "subsidie:niet_behandelen": "Besloten om de aanvraag niet te behandelen. De brief is verstuurd",
    "intern:belang": "Een medewerker verklaarde of hij een belang heeft",
    "intern:beoordelen": "Punten gegeven voor criterium %(criterium)s",
    "intern:antwoord": "Argument %(nummer)s beantwoord",
    "intern:voorleggen": "Voorstel voorgelegd",
    "intern:meelezen": "Voorstel gelezen door een tweede persoon",
    "intern:terugsturen": "Voorstel teruggestuurd",
}

sentence = partial(events.sentence, EVENT_WORDS)
