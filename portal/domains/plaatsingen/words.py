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


def _gemeld(facts: Mapping) -> str:
    return "Melding ontvangen. Het is spoed" if facts.get("spoed") else "Melding ontvangen"


def _geantwoord(facts: Mapping) -> str:
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
    "toegang:posten": "De brief ging op de post",
    "verrekening:opstellen": "Verrekening opgesteld",
    "verrekening:versturen": "Verrekening verstuurd naar de andere gemeente",
    "verrekening:antwoorden": _geantwoord,
    "verrekening:laten_vervallen": "Een regel is vervallen",
    "verrekening:vaststellen": "Verrekening vastgesteld",
    "verrekening:intrekken": "Verrekening ingetrokken",
    "intern:teruggestuurd": "Het voorstel is teruggestuurd",
    "intern:dagprijs": "De dagprijs van een verblijf is vastgelegd",
    "intern:bsn-ingezien": "Het burgerservicenummer is ingezien",
}
