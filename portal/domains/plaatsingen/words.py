"""What happened in access and placement, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import Bron, Geregeld, Grondsoort, Melder, Moment, PlaatsingState, Richting
from portal.domains.plaatsingen.rules import Behandelt, Naasten

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

RICHTING_WORDS = {
    Richting.HEEN: "Naar een andere gemeente, waar de ondersteuning beter past", Richting.TERUG: "Terug naar huis",
}
GROND_WORDS = {
    Grondsoort.MANDAAT: "Een mandaat tussen de gemeenten", Grondsoort.TOESTEMMING: "Toestemming van de inwoner",
    Grondsoort.CONTRACT: "Een contract met de aanbieder",
}
NAASTEN_WORDS = {
    Naasten.JA: "Ja", Naasten.NEE: "Nee", Naasten.GEWEIGERD: "De inwoner wil het niet",
}

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

MOMENT_WORDS = {
    Moment.VOORTGANG: "Voortgang", Moment.TUSSENEVALUATIE: "Tussenevaluatie", Moment.EINDEVALUATIE: "Eindevaluatie",
# What a message of a provider did to the stay.
GEVOLG_WORDS = {
    "begonnen": "Het verblijf is begonnen.", "hervat": "Het verblijf loopt weer.", "liep_al": "Het verblijf liep al.",
    "stilgelegd": "Het verblijf ligt tijdelijk stil.", "beeindigd": "Het verblijf is beëindigd.",
    "start_verwijderd": "De start is ingetrokken. Kijk na of het verblijf klopt.",
    "stop_verwijderd": "De stop is ingetrokken. Kijk na of het verblijf klopt.",
    "zelf_vastleggen": "Het bericht zegt te weinig over het verblijf. Leg zelf vast wat er is gebeurd.",
}


def _gemeld(facts: Mapping) -> str:
    return "Melding ontvangen. Het is spoed" if facts.get("spoed") else "Melding ontvangen"


def _getoetst(facts: Mapping) -> str:
    if facts.get("mogelijk") and facts.get("helpt_herstel"):
        return "Gekeken of terugkeer kan: het kan en het helpt het herstel"
    return "Gekeken of terugkeer kan: nu niet. Opnieuw op %(opnieuw_on)s"


def _geantwoord(facts: Mapping) -> str:
    return "Aanvaard, vanaf %(ingaand_on)s" if facts.get("ja") else "Geweigerd"


def _verrekend(facts: Mapping) -> str:
    return "De andere gemeente is akkoord" if facts.get("ja") else "De andere gemeente betwist regels"


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
    "intern:plaatsvraag": "Bijgewerkt wat iemand nodig heeft van een plek",
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
    "verrekening:opstellen": "Verrekening opgesteld",
    "verrekening:versturen": "Verrekening verstuurd naar de andere gemeente",
    "verrekening:antwoorden": _verrekend,
    "verrekening:laten_vervallen": "Een regel is vervallen",
    "verrekening:vaststellen": "Verrekening vastgesteld",
    "verrekening:intrekken": "Verrekening ingetrokken",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "intern:dagprijs": "De dagprijs van een verblijf is vastgelegd",
    "plaatsing:toewijzen": "Ondersteuning toegewezen aan een aanbieder",
    "plaatsing:toewijzing-wijzigen": "Een toewijzing is veranderd",
    "plaatsing:toewijzingsbericht": "Bericht over de toewijzing gemaakt",
    "intern:bericht-ontvangen": "Bericht van een aanbieder ingelezen",
    "intern:bericht-beantwoord": "De aanbieder beantwoordde een bericht",
    "intern:bericht-geopend": "Het bestand van een bericht is geopend",
    "intern:verzoek-beantwoord": "Een verzoek van een aanbieder is beantwoord",
    "postbus:openen": "De postbus voor berichten is gemaakt",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
    "plaatsing:overdracht-aangeboden": "Aangeboden aan een andere gemeente",
    "plaatsing:overdragen": "Een andere gemeente is verantwoordelijk",
    "plaatsing:overnemen": "Dossier overgenomen van een andere gemeente",
    "plaatsing:hernemen": "Dossier weer overgenomen",
    "plaatsing:meenemen": "Dossier weer overgenomen, met de plek",
    "plaatsing:opnieuw_zoeken": "Er wordt weer een plek gezocht",
    "verblijf:overdragen": "Het verblijf ging naar een andere gemeente, of eindigde daardoor",
    "verblijf:overnemen": "Het verblijf loopt door bij een andere gemeente",
    "overdracht:aanbieden": "Aanbod gedaan",
    "overdracht:antwoorden": _geantwoord,
    "overdracht:intrekken": "Aanbod ingetrokken",
    "overdracht:verlopen": "Er kwam op tijd geen antwoord",
    "overdracht:geschil": "Voorgelegd als geschil",
    "overdracht:advies": "Advies over het geschil vastgelegd",
    "overdracht:grond": "Nieuwe grond vastgelegd, tot en met %(geldig_on)s",
    "overdracht:grond-ingetrokken": "De grond is ingetrokken: de andere gemeente ziet niets meer",
    "overdracht:punt": "Een punt van de warme overdracht beantwoord",
    "overdracht:tekenen": "Getekend voor de warme overdracht",
    "overdracht:afronden": "De warme overdracht is afgerond",
    "verblijf:resultaat": "Resultaat in het plan gezet",
    "verblijf:resultaat_vervalt": "Een resultaat telt niet meer mee",
    "verblijf:uitwerken": "De aanbieder schreef op hoe aan een resultaat wordt gewerkt",
    "verblijf:voortgang": "Voortgang vastgelegd",
    "verblijf:evalueren": "Evaluatie vastgelegd",
    "verblijf:bevestigen": "De gemeente bevestigde de voortgang",
    "plaatsing:uitkomst": "Vastgelegd wat de hulp opleverde",
    "plaatsing:opvolgen": "Nagegaan of de inwoner opnieuw hulp kreeg",
    "plaatsing:afsluiten": "Het dossier is gesloten",
}
