"""What happened in access, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import Bron, Contactvorm, Geregeld, Grondsoort, Hoedanigheid, Melder, Vraagsoort

MELDER_WORDS = {
    Melder.INWONER: "De inwoner zelf", Melder.NAASTE: "Een naaste of vertegenwoordiger", Melder.AANBIEDER: "Een zorgaanbieder",
    Melder.ANDER: "Iemand anders",
}
GEREGELD_WORDS = {
    Geregeld.OPEN: "Nog niet geregeld", Geregeld.GEREGELD: "Geregeld", Geregeld.NIET_NODIG: "Niet nodig",
}
BRON_WORDS = {
    Bron.BRP: "In de Basisregistratie Personen", Bron.DOCUMENT: "Op een paspoort, identiteitskaart of rijbewijs",
}

HOEDANIGHEID_WORDS = {
    Hoedanigheid.ZELF: "De cliënt zelf", Hoedanigheid.OUDER: "Ouder met gezag", Hoedanigheid.CURATOR: "Curator",
    Hoedanigheid.MENTOR: "Mentor", Hoedanigheid.MANTELZORGER: "Mantelzorger",
}
GRONDSOORT_WORDS = {
    Grondsoort.MANDAAT: "Een mandaat", Grondsoort.TOESTEMMING: "Toestemming van de cliënt",
    Grondsoort.CONTRACT: "Een contract met de aanbieder",
}
CONTACTVORM_WORDS = {
    Contactvorm.TELEFOON: "Telefoon", Contactvorm.GESPREK: "Gesprek", Contactvorm.HUISBEZOEK: "Huisbezoek",
    Contactvorm.BERICHT: "Brief of bericht",
}
VRAAGSOORT_WORDS = {
    Vraagsoort.VRAAG: "Vraag", Vraagsoort.KLACHT: "Klacht", Vraagsoort.BEZWAAR: "Bezwaar",
}


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
    "toegang:posten": "De brief ging op de post",
    "toegang:behandelaar": "Een medewerker neemt de zaak op zich",
    "plaatsing:behandelaar": "Een medewerker neemt de zaak op zich",
    "intern:contact": "Contact vastgelegd",
    "intern:contact-klaar": "Een afspraak is nagekomen",
    "intern:koppeling": "Iemand kreeg een code om mee te kijken",
    "intern:koppeling-beeindigd": "Iemand kijkt niet meer mee",
    "intern:vraag-beantwoord": "Een vraag van de inwoner is beantwoord",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
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
    "plaatsing:pgb": "U koos een pgb",
    "plaatsing:vervallen": "Een plek is niet meer nodig",
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
