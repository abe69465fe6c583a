"""What happened in access and placement, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import Bron, Geregeld, Melder
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


def _gemeld(facts: Mapping) -> str:
    return "Melding ontvangen. Het is spoed" if facts.get("spoed") else "Melding ontvangen"


def _getoetst(facts: Mapping) -> str:
    if facts.get("mogelijk") and facts.get("helpt_herstel"):
        return "Gekeken of terugkeer kan: het kan en het helpt het herstel"
    return "Gekeken of terugkeer kan: nu niet. Opnieuw op %(opnieuw_on)s"


def _inwoner(facts: Mapping) -> str:
    return "De inwoner wil de plek" if facts.get("ja") else "De inwoner wil de plek niet"


def _aanbieder(facts: Mapping) -> str:
    return "De aanbieder zei ja" if facts.get("ja") else "De aanbieder zei nee"


def _gemeente(facts: Mapping) -> str:
    return "De andere gemeente zei ja" if facts.get("ja") else "De andere gemeente zei nee"


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
    "plaatsing:openen": "De plaatsing is begonnen",
    "plaatsing:wachten": "Op de wachtlijst gezet",
    "plaatsing:aanbieden": "Een plek aangeboden aan de inwoner",
    "plaatsing:reserveren": "De plek is gereserveerd: de inwoner en de aanbieder zeiden beide ja",
    "plaatsing:terug_op_lijst": "Terug op de wachtlijst",
    "plaatsing:beginnen": "De inwoner woont op een plek",
    "plaatsing:stilleggen": "Het verblijf is tijdelijk gestopt",
    "plaatsing:hervatten": "De inwoner is terug op de plek",
    "plaatsing:toetsen": _getoetst,
    "plaatsing:uitstromen": "De weg naar huis is begonnen. De dag in het plan is %(plan_on)s",
    "plaatsing:pgb": "De inwoner koos een pgb",
    "plaatsing:vervallen": "Een plek is niet meer nodig",
    "plaatsing:beeindigen": "De plaatsing is beëindigd",
    "plaatsing:overdragen": "Het dossier is overgedragen aan een andere gemeente",
    "plaatsing:hernemen": "Het dossier is weer overgenomen",
    "plaatsing:afsluiten": "Het dossier is gesloten",
    "verblijf:aanbieden": "Een plek is voorgelegd aan de aanbieder",
    "verblijf:inwoner_antwoordt": _inwoner,
    "verblijf:antwoorden": _aanbieder,
    "verblijf:reserveren": "De inwoner en de aanbieder zeiden beide ja",
    "verblijf:weigeren": "Het aanbod van de plek is voorbij: de inwoner wil niet",
    "verblijf:verlopen": "Niemand antwoordde op tijd. De plek is weer vrij",
    "verblijf:intrekken": "Het aanbod van de plek is ingetrokken",
    "verblijf:beginnen": "Het verblijf begon",
    "verblijf:stilleggen": "Het verblijf is tijdelijk stilgelegd",
    "verblijf:hervatten": "Het verblijf is hervat",
    "verblijf:beeindigen": "Het verblijf is beëindigd",
    "overdracht:aanbieden": "De verantwoordelijkheid aangeboden aan een andere gemeente",
    "overdracht:antwoorden": _gemeente,
    "overdracht:intrekken": "Het aanbod aan de andere gemeente is ingetrokken",
    "overdracht:verlopen": "De andere gemeente antwoordde niet op tijd",
    "overdracht:geschil": "Voorgelegd als geschil tussen gemeenten",
    "overdracht:advies": "Het advies in het geschil is vastgelegd",
    "overdracht:afronden": "De warme overdracht is afgerond",
    "intern:plaatsvraag": "Bijgewerkt wat iemand nodig heeft van een plek",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
}
