"""What happened in a subsidy, in words: one sentence per kind of event. A sentence may use the facts of its event."""

from collections.abc import Callable, Mapping
from functools import partial

from portal.domains.subsidies.model import Betaalsoort, Betaalstand, Indiensoort, Ritme, Stand
from portal.domains.subsidies.rules import Basis, Beslissing, Financiering, Grondslag, Regelsoort, Staatssteun, Verdeling
from portal.kernel import events
from portal.kernel.brief import gepost_woorden

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
    Beslissing.NIET_BEHANDELEN: "De aanvraag niet behandelen", Beslissing.WIJZIGEN: "De subsidie wijzigen",
    Beslissing.INTREKKEN: "De subsidie intrekken",
}
REGEL_WORDS = {
    Regelsoort.RESULTAAT: "Resultaat", Regelsoort.VERPLICHTING: "Verplichting", Regelsoort.VOORWAARDE: "Voorwaarde",
}
INDIENSOORT_WORDS = {
    Indiensoort.AANVRAAG: "Aanvraag", Indiensoort.AANVULLING: "Aanvulling van de aanvraag",
    Indiensoort.INTREKKING: "Intrekking van de aanvraag", Indiensoort.ZIENSWIJZE: "Zienswijze",
    Indiensoort.RAPPORTAGE: "Voortgangsbericht", Indiensoort.BEWIJS: "Bewijs", Indiensoort.MELDING: "Melding van een afwijking",
    Indiensoort.VASTSTELLING: "Aanvraag om vaststelling", Indiensoort.BEZWAAR: "Bezwaarschrift",
    Indiensoort.BEZWAARGRONDEN: "Aanvulling op het bezwaar", Indiensoort.BEZWAARINTREKKING: "Intrekking van het bezwaar",
    Indiensoort.INGEBREKESTELLING: "Ingebrekestelling", Indiensoort.TOESTEMMING: "Verzoek om toestemming",
    Indiensoort.TOESTEMMINGAANVULLING: "Aanvulling van een verzoek om toestemming",
    Indiensoort.TOESTEMMINGINTREKKING: "Intrekking van een verzoek om toestemming",
    Indiensoort.REKENING: "Nieuw rekeningnummer",
}
STAND_WORDS = {
    Stand.OPEN: "Nog niet bekeken", Stand.VOLDAAN: "Voldaan", Stand.NIET_VOLDAAN: "Niet voldaan", Stand.VERVALLEN: "Vervallen",
}
RITME_WORDS = {Ritme.MAAND: "Elke maand", Ritme.KWARTAAL: "Elk kwartaal", Ritme.JAAR: "Elk jaar"}
BETAALSOORT_WORDS = {Betaalsoort.VOORSCHOT: "Voorschot", Betaalsoort.NABETALING: "Nabetaling"}
BETAALSTAND_WORDS = {
    Betaalstand.GEPLAND: "Gepland", Betaalstand.KLAARGEZET: "Wacht op goedkeuring", Betaalstand.GOEDGEKEURD: "Goedgekeurd",
    Betaalstand.AANGEBODEN: "Bij de financiële administratie", Betaalstand.BETAALD: "Betaald",
    Betaalstand.MISLUKT: "Mislukt", Betaalstand.VERVALLEN: "Vervallen",
}


def _ontvangen(facts: Mapping) -> str:
    return ("Aanvraag op papier ontvangen, nummer %(nummer)s" if facts.get("papier")
            else "Aanvraag ontvangen, nummer %(nummer)s")


def _opgeschort(facts: Mapping) -> str:
    return ("De beslistermijn staat stil van %(vanaf_on)s tot en met %(laatste_on)s" if facts.get("laatste_on")
            else "De beslistermijn staat stil vanaf %(vanaf_on)s")


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
    "subsidie:opschorten": _opgeschort,
    "subsidie:opschorting_eindigen":
        "De beslistermijn loopt weer vanaf %(vanaf_on)s. Het besluit komt uiterlijk %(uiterlijk_on)s",
    "subsidie:posten": gepost_woorden,
    "subsidie:beoordelen": "Beoordeling afgerond",
    "subsidie:heropenen": "Beoordeling opnieuw geopend",
    "subsidie:zienswijze_vragen": "De aanvrager is om een zienswijze gevraagd",
    "subsidie:zienswijze": "Zienswijze ontvangen",
    "subsidie:geen-zienswijze": "Er kwam geen zienswijze",
    "subsidie:intrekken": "De aanvrager trok de aanvraag in",
    "subsidie:verlenen": "Subsidie verleend. De brief is verstuurd",
    "subsidie:weigeren": "Subsidie geweigerd. De brief is verstuurd",
    "subsidie:niet_behandelen": "Besloten om de aanvraag niet te behandelen. De brief is verstuurd",
    "subsidie:voorschot": "Voorschotten vastgesteld: € %(bedrag)s. De brief is verstuurd",
    "subsidie:betaling-betaald": "Betaling %(kenmerk)s is betaald",
    "subsidie:betaling-mislukt": "Betaling %(kenmerk)s is mislukt",
    "subsidie:rekening": "De ontvanger gaf een nieuw rekeningnummer. Ontvangstbewijs: %(nummer)s",
    "subsidie:rekening_goedgekeurd": "De gemeente keurde het nieuwe rekeningnummer goed. Ontvangstbewijs: %(nummer)s",
    "subsidie:rekening_afgewezen": "De gemeente gebruikt het nieuwe rekeningnummer niet. Ontvangstbewijs: %(nummer)s",
    "subsidie:bewijs": "De ontvanger stuurde bewijs",
    "subsidie:melding": "De ontvanger meldde een afwijking",
    "subsidie:regel": "Een afspraak uit het besluit is beoordeeld",
    "subsidie:verantwoorden": "De periode is voorbij. De ontvanger is gevraagd om verantwoording",
    "subsidie:vaststelling_ontvangen": "Aanvraag om vaststelling ontvangen",
    "subsidie:termijn_stellen": "De ontvanger kreeg nog een termijn om de vaststelling aan te vragen",
    "subsidie:ambtshalve": "De gemeente stelt vast zonder aanvraag",
    "subsidie:vaststellen": "Subsidie vastgesteld op € %(bedrag)s. De brief is verstuurd",
    "subsidie:terugvorderen": "Besloten om € %(bedrag)s terug te vorderen. De brief is verstuurd",
    "vordering:beginnen": "Terugvordering begonnen: € %(bedrag)s",
    "vordering:ontvangst": "Een deel is terugbetaald: € %(bedrag)s",
    "vordering:aanmanen": "Aanmaning gestuurd",
    "vordering:voldoen": "Alles is terugbetaald",
    "vordering:kwijtschelden": "De rest is kwijtgescholden",
    "subsidie:rentevergoeding": "Besloten om € %(bedrag)s rente te betalen. De brief is verstuurd",
    "subsidie:rente_betaald": "De rente is betaald aan de ontvanger",
    "subsidie:kwijtschelding": "Besloten om € %(bedrag)s kwijt te schelden. De brief is verstuurd",
    "vordering:terugbetaald": "De gemeente betaalde € %(bedrag)s terug",
    "subsidie:rente": "Rente gevraagd: € %(bedrag)s. De brief is verstuurd",
    "vordering:rente_vragen": "Rente gevraagd omdat er te laat is betaald: € %(bedrag)s",
    "vordering:rente_vervallen": "De rente is vervallen na een bezwaar",
    "subsidie:wijzigen": "Subsidie gewijzigd naar € %(bedrag)s. De brief is verstuurd",
    "subsidie:verlening_intrekken": "Subsidie ingetrokken. De brief is verstuurd",
    "subsidie:heroverwegen": "Het bezwaar was gegrond. Er komt een nieuw besluit",
    "subsidie:alsnog_behandelen": "Het bezwaar was gegrond. De aanvraag wordt behandeld",
    "subsidie:intrekking_vervalt": "Het bezwaar was gegrond. De subsidie loopt weer",
    "subsidie:vaststelling_vervalt": "Het bezwaar was gegrond. De subsidie wordt opnieuw vastgesteld",
    "subsidie:herzien": "De gemeente herziet de vaststelling",
    "subsidie:herzien_stoppen": "De gemeente stopte met herzien. De vaststelling blijft zoals zij was",
    "subsidie:bezwaar": "Beslist op bezwaar %(bezwaar)s",
    "vordering:vervallen": "De terugvordering is vervallen na een bezwaar",
    "bezwaar:ontvangen": "Bezwaar ontvangen, nummer %(nummer)s",
    "bezwaar:gronden": "Gronden ontvangen, nummer %(nummer)s",
    "bezwaar:behandelen": "In behandeling genomen",
    "bezwaar:verzuim_melden": "Gevraagd wat er ontbreekt. De termijn staat stil",
    "bezwaar:hersteld": "Aanvulling ontvangen. De termijn loopt weer",
    "bezwaar:niet_hersteld": "De tijd om aan te vullen is voorbij. De termijn loopt weer",
    "bezwaar:verdagen": "De beslissing is zes weken verdaagd",
    "bezwaar:opschorten": _opgeschort,
    "bezwaar:opschorting_eindigen":
        "De beslistermijn loopt weer vanaf %(vanaf_on)s. Het besluit komt uiterlijk %(uiterlijk_on)s",
    "bezwaar:uitnodigen": "Uitgenodigd voor een hoorzitting",
    "bezwaar:horen": "Hoorzitting vastgelegd, of besloten zonder hoorzitting",
    "bezwaar:advies_vastleggen": "Advies van de commissie ontvangen",
    "bezwaar:voorstellen": "Beslissing voorgesteld",
    "bezwaar:beslissen": "Beslist. De brief is verstuurd",
    "bezwaar:intrekken": "Bezwaar ingetrokken",
    "subsidie:ingebrekestelling": "De aanvrager stelde de gemeente in gebreke",
    "subsidie:dwangsom": "Dwangsom vastgesteld op € %(bedrag)s. De brief is verstuurd",
    "subsidie:dwangsom_betaald": "De dwangsom is betaald",
    "bezwaar:ingebrekestelling": "De indiener stelde de gemeente in gebreke",
    "subsidie:toestemming": "Beslist op het verzoek om toestemming %(verzoek)s",
    "toestemming:ontvangen": "Verzoek om toestemming ontvangen, nummer %(nummer)s",
    "toestemming:aanvulling_vragen": "Om een aanvulling gevraagd. De beslistermijn staat stil",
    "toestemming:aangevuld": "Aanvulling ontvangen. De beslistermijn loopt weer",
    "toestemming:niet_aangevuld": "De tijd om aan te vullen is voorbij. De beslistermijn loopt weer",
    "toestemming:verdagen": "De beslissing is vier weken verdaagd",
    "toestemming:opschorten": _opgeschort,
    "toestemming:opschorting_eindigen":
        "De beslistermijn loopt weer vanaf %(vanaf_on)s. Het besluit komt uiterlijk %(uiterlijk_on)s",
    "toestemming:voorstellen": "Besluit voorgesteld",
    "toestemming:voorleggen": "Bekendmaking voorgesteld",
    "toestemming:toestemmen": "Toestemming gegeven. De brief is verstuurd",
    "toestemming:weigeren": "Toestemming geweigerd. De brief is verstuurd",
    "toestemming:niet_behandelen": "Besloten om het verzoek niet te behandelen. De brief is verstuurd",
    "toestemming:van_rechtswege": "Niet op tijd beslist. De toestemming is er van rechtswege, en gaat in op %(geldt_on)s",
    "toestemming:bekendmaken": "Toestemming van rechtswege bekendgemaakt. De brief is verstuurd",
    "toestemming:voorschriften_voorstellen": "Voorschriften voorgesteld",
    "toestemming:voorschriften": "Alsnog voorschriften gegeven. De brief is verstuurd",
    "toestemming:intrekken": "Verzoek ingetrokken",
    "toestemming:heroverwegen": "Het bezwaar was gegrond. Er komt een nieuw besluit",
    "toestemming:ingebrekestelling": "De ontvanger stelde de gemeente in gebreke",
    "intern:toestemming": "Besluit over toestemming voorgesteld",
    "intern:bundel": "Bundel gemaakt voor commissie of rechter. Aantal stukken: %(stukken)s",
    "rapportage:vragen": "Voortgangsbericht %(nummer)s gevraagd",
    "rapportage:inleveren": "Voortgangsbericht ontvangen",
    "rapportage:akkoord": "Akkoord met het voortgangsbericht",
    "betalingsstop:beginnen": "Betalingen gestopt",
    "betalingsstop:hervatten": "Betalingen beginnen weer",
    "betalingsstop:besloten": "Besloten over de subsidie. De stop op de betalingen is voorbij",
    "betalingsstop:verlopen": "De stop is na dertien weken voorbij. Betalingen beginnen weer",
    "bewaking:maken": "Bewaking begonnen. De eerste keer: uiterlijk %(begint_on)s",
    "bewaking:klaarzetten": "Taak klaargezet voor %(uiterlijk_on)s",
    "bewaking:afronden": "Afgerond: de keer van %(uiterlijk_on)s",
    "bewaking:wijzigen": "Bewaking aangepast",
    "bewaking:stoppen": "Bewaking gestopt. Aantal taken dat verviel: %(vervallen)s",
    "intern:vaststellen": "Vaststelling voorgesteld",
    "intern:terugvorderen": "Terugvordering voorgesteld",
    "intern:dwangsom": "Dwangsom voorgesteld",
    "intern:rente": "Rente voorgesteld",
    "intern:rentevergoeding": "Rente voorgesteld over een late betaling",
    "intern:kwijtschelden": "Kwijtschelding voorgesteld",
    "intern:bezwaar": "Beslissing op bezwaar voorgesteld",
    "intern:voorschot": "Voorschotten voorgesteld",
    "intern:betaling-klaar": "Betaling %(kenmerk)s klaargezet",
    "intern:betaling-goedgekeurd": "Betaling %(kenmerk)s goedgekeurd door een tweede persoon",
    "intern:betaling-terug": "Betaling %(kenmerk)s teruggestuurd. Zij wordt opnieuw bekeken",
    "intern:belang": "Een medewerker verklaarde of hij een belang heeft",
    "intern:beoordelen": "Punten gegeven voor criterium %(criterium)s",
    "intern:antwoord": "Argument %(nummer)s beantwoord",
    "intern:melding": "De melding van de ontvanger is gelezen",
    "intern:voorleggen": "Voorstel voorgelegd",
    "intern:steunregister": "Kleine steun in het centrale register gezet",
    "intern:meelezen": "Voorstel gelezen door een tweede persoon",
    "intern:terugsturen": "Voorstel teruggestuurd",
}

sentence = partial(events.sentence, EVENT_WORDS)
