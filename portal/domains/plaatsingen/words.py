"""What happened in access, in words: one sentence per kind of event."""

from collections.abc import Callable, Mapping

from portal.domains.plaatsingen.model import Bron, Geregeld, Melder

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
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "plaatsing:toewijzen": "Ondersteuning toegewezen aan een aanbieder",
    "plaatsing:toewijzing-wijzigen": "Een toewijzing is veranderd",
    "plaatsing:toewijzingsbericht": "Bericht over de toewijzing gemaakt",
    "intern:bericht-ontvangen": "Bericht van een aanbieder ingelezen",
    "intern:bericht-beantwoord": "De aanbieder beantwoordde een bericht",
    "intern:bericht-geopend": "Het bestand van een bericht is geopend",
    "intern:verzoek-beantwoord": "Een verzoek van een aanbieder is beantwoord",
    "postbus:openen": "De postbus voor berichten is gemaakt",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
}
