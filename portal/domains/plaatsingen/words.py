"""What happened in access and placement, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import (
    Bron,
    Contactvorm,
    Geregeld,
    Grondsoort,
    Hoedanigheid,
    Melder,
    Moment,
    PlaatsingState,
    Richting,
    Vraagsoort,
    Woonsoort,
)
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

HOEDANIGHEID_WORDS = {
    Hoedanigheid.ZELF: "De inwoner zelf", Hoedanigheid.OUDER: "Ouder met gezag", Hoedanigheid.CURATOR: "Curator",
    Hoedanigheid.MENTOR: "Mentor", Hoedanigheid.MANTELZORGER: "Mantelzorger",
}
CONTACTVORM_WORDS = {
    Contactvorm.TELEFOON: "Telefoon", Contactvorm.GESPREK: "Gesprek", Contactvorm.HUISBEZOEK: "Huisbezoek",
    Contactvorm.BERICHT: "Brief of bericht",
}
VRAAGSOORT_WORDS = {
    Vraagsoort.VRAAG: "Vraag", Vraagsoort.KLACHT: "Klacht", Vraagsoort.BEZWAAR: "Bezwaar",
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
# Why what was asked is over.
VOORBIJ_WORDS = {"ingetrokken": "Dit aanbod is ingetrokken. Het is voorbij: u ziet er niets meer van.",
                 "geweigerd": "Op dit aanbod is al geantwoord. Het is voorbij: u ziet er niets meer van.",
                 "verlopen": "De dag om te antwoorden is voorbij. U ziet niets meer van dit aanbod."}
MOMENT_WORDS = {
    Moment.VOORTGANG: "Voortgang", Moment.TUSSENEVALUATIE: "Tussenevaluatie", Moment.EINDEVALUATIE: "Eindevaluatie",
}
# What a message of a provider did to the stay.
GEVOLG_WORDS = {
    "begonnen": "Het verblijf is begonnen.", "hervat": "Het verblijf loopt weer.", "liep_al": "Het verblijf liep al.",
    "stilgelegd": "Het verblijf ligt tijdelijk stil.", "beeindigd": "Het verblijf is beëindigd.",
    "start_verwijderd": "De start is ingetrokken. Kijk na of het verblijf klopt.",
    "stop_verwijderd": "De stop is ingetrokken. Kijk na of het verblijf klopt.",
    "zelf_vastleggen": "Het bericht zegt te weinig over het verblijf. Leg zelf vast wat er is gebeurd.",
}


def _inwoner_zei(facts: Mapping) -> str:
    return "De inwoner zei ja" if facts.get("ja") else "De inwoner zei nee"


def _aanbieder_zei(facts: Mapping) -> str:
    return "De aanbieder zei ja" if facts.get("ja") else "De aanbieder zei nee"


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


def _dagprijs(facts: Mapping) -> str:
    return "De dagprijs van een verblijf is veranderd" if facts.get("was") else "De dagprijs van een verblijf is vastgelegd"


def _doorbetaald(facts: Mapping) -> str:
    if facts.get("betaald_on"):
        return "Vastgelegd: uw gemeente betaalde tot en met %(betaald_on)s"
    return "Tot wanneer uw gemeente betaalde, is weer weggehaald"


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
    "toegang:overdracht-aangeboden": "Aangeboden aan een andere gemeente",
    "toegang:overdragen": "Overgedragen aan een andere gemeente",
    "toegang:overnemen": "Overgenomen van een andere gemeente",
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
    "plaatsing:plan_bijstellen": "Het plan voor de weg naar huis is bijgesteld. De dag in het plan is %(plan_on)s",
    "plaatsing:terug_naar_verblijf": "De inwoner blijft toch op de plek wonen",
    "plaatsing:pgb": "De inwoner koos een pgb",
    "plaatsing:vervallen": "Een plek is niet meer nodig",
    "plaatsing:verlengen": "Verlengd tot en met %(laatste_on)s, op grond van het besluit van %(besloten_on)s",
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
    "verblijf:verlengen": "Verblijf verlengd tot en met %(laatste_on)s",
    "verrekening:opstellen": "Verrekening opgesteld",
    "verrekening:versturen": "Verrekening verstuurd naar de andere gemeente",
    "verrekening:antwoorden": _verrekend,
    "verrekening:laten_vervallen": "Een regel is vervallen",
    "verrekening:opnieuw": "Een regel is opnieuw gemaakt",
    "verrekening:vaststellen": "Verrekening vastgesteld",
    "verrekening:intrekken": "Verrekening ingetrokken",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "intern:dagprijs": _dagprijs,
    "intern:doorbetaald": _doorbetaald,
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
    "overdracht:overnemen": "Overgenomen: deze gemeente heeft nu een eigen dossier",
    "overdracht:intrekken": "Aanbod ingetrokken",
    "overdracht:verlopen": "Er kwam op tijd geen antwoord",
    "overdracht:behouden": "De inwoner blijft bij de gemeente die het aanbod deed",
    "overdracht:staken": "De overdracht is gestaakt en gaat niet door",
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
    "toegang:gegevens": "Gegevens van de inwoner aangepast",
    "plaatsing:gegevens": "Gegevens van de inwoner aangepast",
    "toegang:behandelaar": "Een medewerker neemt de zaak op zich",
    "plaatsing:behandelaar": "Een medewerker neemt de zaak op zich",
    "intern:contact": "Contact vastgelegd",
    "intern:contact-klaar": "Een afspraak is nagekomen",
    "intern:koppeling": "Iemand kreeg een code om mee te kijken",
    "intern:koppeling-beeindigd": "Iemand kijkt niet meer mee",
    "intern:vraag-beantwoord": "Een vraag van de inwoner is beantwoord",
}

# What of the history a client reads, in words for who it is about. What is not named here, the own page leaves out.
CLIENT_WORDS: dict[str, str] = {
    "toegang:melden": "De gemeente kreeg uw melding",
    "toegang:ondersteuning": "De gemeente wees u op gratis cliëntondersteuning",
    "toegang:plan": "De gemeente kreeg uw persoonlijk plan",
    "toegang:tijdelijk": "De gemeente regelde tijdelijke ondersteuning",
    "toegang:onderzoeken": "Het onderzoek begon",
    "toegang:verslag": "U kreeg het verslag van het onderzoek",
    "toegang:aanvragen": "De gemeente kreeg uw aanvraag",
    "toegang:geen_aanvraag": "Er komt geen aanvraag",
    "toegang:heropenen": "De gemeente onderzoekt verder",
    "toegang:overdracht-aangeboden": "De gemeente vroeg een andere gemeente om uw melding over te nemen",
    "toegang:overdragen": "Een andere gemeente behandelt uw melding verder",
    "toegang:overnemen": "Deze gemeente nam uw melding over van een andere gemeente",
    "toegang:intrekken": "U trok de melding of aanvraag in",
    "toegang:toekennen": "De gemeente kende ondersteuning toe",
    "toegang:afwijzen": "De gemeente wees de aanvraag af",
    "toegang:posten": "De brief met het besluit ging op de post",
    "toegang:behandelaar": "U kreeg een contactpersoon",
    "plaatsing:behandelaar": "U kreeg een contactpersoon",
    "plaatsing:openen": "Uw ondersteuning werd voorbereid",
    "plaatsing:wachten": "U kwam op de wachtlijst",
    "plaatsing:aanbieden": "De gemeente vroeg een plek voor u",
    "plaatsing:reserveren": "Er is een plek voor u gereserveerd",
    "plaatsing:terug_op_lijst": "U staat weer op de wachtlijst",
    "plaatsing:beginnen": "U ging op de plek wonen",
    "plaatsing:stilleggen": "De ondersteuning stopte tijdelijk",
    "plaatsing:hervatten": "De ondersteuning ging weer verder",
    "plaatsing:uitstromen": "De weg naar huis begon",
    "plaatsing:plan_bijstellen": "Het plan voor de weg naar huis is aangepast",
    "plaatsing:terug_naar_verblijf": "U blijft op de plek wonen",
    "plaatsing:pgb": "U koos een pgb",
    "plaatsing:vervallen": "Een plek is niet meer nodig",
    "plaatsing:verlengen": "De ondersteuning is verlengd",
    "plaatsing:beeindigen": "De ondersteuning eindigde",
    "plaatsing:overdragen": "Een andere gemeente werd verantwoordelijk",
    "plaatsing:hernemen": "Deze gemeente werd weer verantwoordelijk",
    "plaatsing:afsluiten": "Het dossier werd gesloten",
}
# Where a case stands and what comes next, for who it is about.
CLIENT_STATES: dict[str, tuple[str, str]] = {
    "gemeld": ("De gemeente kreeg uw melding.", "De gemeente maakt een afspraak met u voor het onderzoek."),
    "onderzoek": ("De gemeente onderzoekt met u wat nodig is.", "Daarna krijgt u een verslag."),
    "verslag": ("U heeft het verslag van het onderzoek.", "Wilt u ondersteuning? Teken het verslag en stuur het terug."),
    "aangevraagd": ("De gemeente heeft uw aanvraag.", "U krijgt een brief met het besluit."),
    "toegekend": ("De gemeente kende de ondersteuning toe.", "De gemeente regelt nu de ondersteuning met u."),
    "afgewezen": ("De gemeente wees de aanvraag af.", "In de brief staat waarom, en wat u kunt doen."),
    "geen_aanvraag": ("Er is geen aanvraag.", "Verandert er iets? Meld u dan opnieuw."),
    "ingetrokken": ("De melding of aanvraag is ingetrokken.", "Verandert er iets? Meld u dan opnieuw."),
    "wachtend": ("U wacht op een plek.", "De gemeente zoekt een plek die past en vraagt u of u die wilt."),
    "aangeboden": ("Er is een plek gevonden die kan passen.", "U en de aanbieder zeggen allebei of het goed is."),
    "gereserveerd": ("Er is een plek voor u gereserveerd.", "De gemeente spreekt met u af wanneer u kunt komen wonen."),
    "verblijf": ("U woont op een plek met ondersteuning.", "De gemeente kijkt met u wanneer u terug kunt naar huis."),
    "gestopt": ("De ondersteuning staat tijdelijk stil.", "De gemeente bespreekt met u hoe het verder gaat."),
    "uitstroom": ("U bent op weg naar huis.", "U maakt met uw begeleider een plan voor thuis."),
    "pgb": ("U heeft een pgb.", "U regelt zelf wie u helpt. De gemeente kijkt met u hoe het gaat."),
    "beeindigd": ("De ondersteuning is voorbij.", "Verandert er iets? Meld u dan opnieuw."),
    "overgedragen": ("Een andere gemeente is nu verantwoordelijk.", "Die gemeente neemt contact met u op."),
    "vervallen": ("Een plek is niet meer nodig.", "Verandert er iets? Meld u dan opnieuw."),
    "afgesloten": ("Het dossier is gesloten.", "Verandert er iets? Meld u dan opnieuw."),
}
# What a term means for who it is about.
CLIENT_TERMS: dict[str, str] = {
    "onderzoek": "Het onderzoek is klaar",
    "toegangsbesluit": "U heeft het besluit",
    "persoonlijk_plan": "Tot deze dag kunt u een persoonlijk plan geven",
    "bezwaartermijn": "Tot en met deze dag kunt u bezwaar maken",
}
# The same for what a client sent, by its kind.
ANTWOORD_TERMS: dict[str, str] = {
    Vraagsoort.VRAAG: "U heeft antwoord op uw vraag", Vraagsoort.KLACHT: "U heeft antwoord op uw klacht",
    Vraagsoort.BEZWAAR: "U heeft de beslissing op uw bezwaar",
}
