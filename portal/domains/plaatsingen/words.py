"""What happened in access, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import Bron, Geregeld, Melder, PlaatsingState, Woonsoort
from portal.domains.plaatsingen.rules import Behandelt

MELDER_WORDS = {
    Melder.INWONER: "De inwoner zelf", Melder.NAASTE: "Een naaste of vertegenwoordiger", Melder.AANBIEDER: "Een zorgaanbieder",
    Melder.ANDER: "Iemand anders",
}
GEREGELD_WORDS = {
    Geregeld.OPEN: "Nog niet geregeld", Geregeld.GEREGELD: "Geregeld", Geregeld.NIET_NODIG: "Niet nodig",
}
BEHANDELT_WORDS = {
    Behandelt.CENTRALE_TOEGANG: "de Centrale Toegang", Behandelt.WIJKTEAM: "het wijkteam",
}
BRON_WORDS = {
    Bron.BRP: "In de Basisregistratie Personen", Bron.DOCUMENT: "Op een paspoort, identiteitskaart of rijbewijs",
}

WOONSOORT_WORDS = {Woonsoort.WONING: "Woningen", Woonsoort.TUSSENVOORZIENING: "Tussenvoorzieningen"}
# What happens next for a resident, by where the placement stands.
DAARNA_WORDS = {
    PlaatsingState.WACHTEND: "De consulent zoekt een plek die past. Komt die er, dan vraagt de consulent of de inwoner er wil "
                             "wonen.",
    PlaatsingState.AANGEBODEN: "Er is een plek aangeboden. De inwoner en de aanbieder zeggen of het goed is.",
    PlaatsingState.GERESERVEERD: "De plek is gereserveerd. Daarna begint het verblijf.",
    PlaatsingState.VERBLIJF: "De inwoner woont op een plek. De gemeente kijkt elk half jaar of terugkeer kan.",
    PlaatsingState.GESTOPT: "De inwoner is tijdelijk weg. De plek blijft.",
    PlaatsingState.UITSTROOM: "De inwoner is op weg naar huis.",
    PlaatsingState.PGB: "De inwoner regelt de ondersteuning zelf, met een pgb.",
    PlaatsingState.BEEINDIGD: "De ondersteuning is geëindigd.",
    PlaatsingState.OVERGEDRAGEN: "Een andere gemeente is nu verantwoordelijk.",
    PlaatsingState.VERVALLEN: "Een plek is niet meer nodig.",
    PlaatsingState.AFGESLOTEN: "Het dossier is gesloten.",
}


def _inwoner_zei(facts: Mapping) -> str:
    return "De inwoner zei ja" if facts.get("ja") else "De inwoner zei nee"


def _aanbieder_zei(facts: Mapping) -> str:
    return "De aanbieder zei ja" if facts.get("ja") else "De aanbieder zei nee"


def _gemeld(facts: Mapping) -> str:
    return "Melding ontvangen. Het is spoed" if facts.get("spoed") else "Melding ontvangen"


EVENT_WORDS: dict[str, str | Callable[[Mapping], str]] = {
    "toegang:melden": _gemeld,
    "toegang:ondersteuning": "Ontvangst bevestigd, en gewezen op gratis cliëntondersteuning",
    "toegang:plan": "Persoonlijk plan ontvangen",
    "toegang:tijdelijk": "Tijdelijke ondersteuning geregeld",
    "toegang:onderzoeken": "Onderzoek begonnen",
    "toegang:verslag": "Verslag gegeven aan de inwoner",
    "toegang:aanvragen": "Aanvraag ontvangen",
    "toegang:geen_aanvraag": "Er komt geen aanvraag",
    "toegang:heropenen": "Het onderzoek is heropend",
    "toegang:intrekken": "De inwoner trok het in",
    "toegang:randvoorwaarde": "Bijgewerkt wat er verder geregeld moet zijn",
    "toegang:voorstellen": "Besluit voorgesteld",
    "toegang:toekennen": "Ondersteuning toegekend",
    "toegang:afwijzen": "Aanvraag afgewezen",
    "toegang:huishouden": "Opgenomen in een huishouden",
    "toegang:huishoudlid": "Iemand toegevoegd aan het huishouden",
    "toegang:huishoudlid_weg": "Iemand hoort niet meer bij het huishouden",
    "toegang:regie": "Regisseur van het huishouden benoemd",
    "toegang:planregel": "Regel toegevoegd aan het plan van het huishouden",
    "toegang:planregel_weg": "Een regel van het plan van het huishouden geldt niet meer",
    "toegang:huishoudplan": "Nieuw plan voor het huishouden begonnen",
    "toegang:posten": "De brief ging op de post",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "verblijf:aanbieden": "Plek aangeboden en vastgehouden",
    "verblijf:inwoner_antwoordt": _inwoner_zei,
    "verblijf:antwoorden": _aanbieder_zei,
    "verblijf:reserveren": "Plek gereserveerd",
    "verblijf:weigeren": "De plek ging niet door",
    "verblijf:verlopen": "Niemand antwoordde op tijd. De plek is weer vrij",
    "verblijf:intrekken": "Aanbod ingetrokken",
    "verblijf:beginnen": "Verblijf begonnen",
    "verblijf:stilleggen": "Verblijf tijdelijk stil",
    "verblijf:hervatten": "Verblijf hervat",
    "verblijf:beeindigen": "Verblijf beëindigd",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
}
