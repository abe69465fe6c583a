"""The council of the demo region: what the council of Zwolle really read, asked and was advised, out of its public papers of
2014 to 2022. Functions and parties, no names. What is made up, says so.
"""

from datetime import date, timedelta

from portal.domains.raad import queries, usecases

WIE = "griffie"
NOTA_2014 = {
    "soort": "beslisnota", "op_on": date(2014, 5, 28), "onderwerp": "Programma's sociaal domein vanaf 2015",
    "portefeuille": "wethouder sociaal domein", "gevraagd": "De raad stelt de programma's en de financiële kaders vast.",
    "punten": """Stel het programma sociaal wijkteam vast
- de inwoner staat centraal
- van 0 tot 100 jaar; één huishouden, één plan
- sturen op resultaat
- de samenstelling van het team
- toegang tot individuele begeleiding, hulp bij het huishouden, dagbesteding en zwaardere jeugdhulp
Stel het programma diensten in en aan huis vast
- individuele begeleiding en hulp bij het huishouden
- resultaten
- individuele voorziening
- schoonmaakondersteuning als algemene voorziening
- bestuurlijk aanbesteden
- keuzevrijheid
Stel het programma dagbesteding vast
- een veranderopdracht
- effecten
- laagdrempelig
- een nieuwe infrastructuur
- contracten met de huidige aanbieders
Stel het programma participatie vast
- een budget om mensen aan het werk te helpen
- een integrale blik
- een persoonlijk actieplan voor iedereen
- lokaal en (sub)regionaal samenwerken met werkgevers
- partners met subsidie helpen de laagste treden van de participatieladder
Stel de nota beschermd wonen GGZ vast
- contracten per 1 januari 2015
- een krediet van € 70.000
Stel het financiële kader vast
- structurele bezuinigingen: € 4,3 miljoen in 2015, oplopend tot € 11,2 miljoen in 2018
- zoekrichtingen van € 5,3 miljoen
Draag het college op het wijkteam in te richten, diensten te contracteren en verordeningen te maken
Doe de moties en toezeggingen af""",
}
NOTA_2017 = {
    "soort": "informatienota", "op_on": date(2017, 5, 23), "versie": "V1.1", "onderwerp": "Contractering sociaal domein",
    "portefeuille": "wethouders Wmo en jeugdhulp", "bijlagen": "Drie bijlagen",
    "gevraagd": "De raad neemt kennis van de contractering, en van het antwoord op een motie en twee toezeggingen.",
    "delen": {"openbaarheid": "Deze nota is openbaar."},
}
BESLUIT_2017 = {
    "soort": "besluit", "kenmerk": "35386", "op_on": date(2017, 7, 11), "onderwerp": "Besluit contractering sociaal domein",
    "portefeuille": "de raad", "gevraagd": "De informatienota voor kennisgeving aan te nemen (voorstel van 30-05-2017).",
}
BELOFTEN = (
    {"soort": "motie", "nummer": "455", "op_on": date(2016, 12, 19), "titel": "Insteken op resultaatgerichte inkoop",
     "tekst": "Ga bij het inkopen van zorg en ondersteuning uit van resultaatgerichte trajecten, en neem daarin outcome mee.",
     "van": "de raad"},
    {"soort": "toezegging", "nummer": "121", "op_on": date(2016, 12, 12), "uiterlijk_on": date(2017, 3, 31),
     "titel": "Gehanteerde outcome-criteria ten behoeve van sturingsinformatie", "van": "wethouder jeugdhulp",
     "tekst": "De raad hoort in het eerste kwartaal van 2017 welke outcome-criteria zijn ontwikkeld en gebruikt."},
    {"soort": "toezegging", "nummer": "119", "op_on": date(2016, 12, 12), "titel": "Invulling declaraties",
     "van": "wethouder jeugdhulp", "tekst": "De raad hoort of en hoe declaraties voor cliënten goed te lezen kunnen zijn."},
)
AGENDA = {
    "soort": "agenderingsverzoek", "nummer": "5.A.7", "op_on": date(2017, 6, 12), "titel": "Contractering sociaal domein",
    "van": "fractie GroenLinks",
    "tekst": "Graag een informatieronde met twee vragen. Hoe komen we tot keuzevrijheid en tot integrale inkoop? En hoe is "
             "voor inwoners hun Right to Challenge geborgd, volgens de verordening Wmo?",
}
RTC = "Uitdaagrecht en contractering"
# (what was advised, kind of answer, the answer, what follows)
ADVIES = (
    ("Oog voor kleine instellingen", "overgenomen", "Dit gaat mee in de gesprekken met aanbieders.",
     "Contractering vanaf 2023"),
    ("Beschrijf de grenzen van lokaal, andere gemeenten en regio; voorkom dat mensen steeds verhuizen", "deels",
     "Verhuizen is niet altijd te vermijden.", "Uitgangspunten in de regiovisie: terug zodra het kan"),
    ("Stuur op acht weken", "al_gedaan", "Die termijn wordt gehaald. Er is aandacht voor wat meer tijd kost.",
     "Afspraken per traject"),
    ("Betrek naasten bij een overgang", "overgenomen", "Dit brengen wij opnieuw onder de aandacht.",
     "Onderdeel van de overdracht"),
    ("Leg uit wat een resultaat is", "toegelicht", "Er zijn twee niveaus: het contract en de persoon.", ""),
    ("Maak passende financiering concreet", "toegelicht", "Er is een AMvB, en een bureau rekende reële tarieven uit.", ""),
    ("Maak de dialoog concreet, en betrek cliënten", "deels",
     "Er waren dialoogsessies over vijf thema's. De rol van inwoners is nog open.", "Besluit over de rol van inwoners"),
    ("Een pgb moet altijd kunnen", "eens", "Wij herkennen dat mensen een pgb kiezen door de wachtlijst.", "Pgb's bijhouden"),
    ("Over jaren en monitoring van het contract", "toegelicht", "Het contract loopt van 1-1-2023 tot 1-1-2026, met twee keer "
     "twee jaar erbij.", "Plan voor monitoring"),
    ("Betrek bewoners in twee wijken", "overgenomen", "Dat doen wij.", "Eerste bijeenkomst in het najaar van 2022"),
    ("Maak vrijwilligers zichtbaar, en overvraag hen niet", "eens", "Dit werken wij uit in spoor 1.", "Uitwerking spoor 1"),
    ("Praat met bouwers, architecten, grondeigenaren en ontwikkelaars", "deels",
     "Waar dat nodig is. Met corporaties gebeurt het al.", ""),
    ("Verspreid het idee van wonen in een gemeenschap", "deels", "De kennis gebruiken wij. De vorm kan anders zijn.", ""),
    ("Let op overbelasting van begeleiders, en op wie samen woont", "overgenomen", "Dit krijgt aandacht in de afspraken.",
     "Regel in het contract"),
    ("Geef inzicht in de monitor", "overgenomen", "Dat staat in de gewone voortgangsrapportages.", "Rapportage delen"),
    ("Beschrijf lichte en zware vormen", "later", "Beschermd wonen is beschreven. Lichtere vormen volgen.", "Lichtere vormen "
     "beschrijven"),
    ("Organiseer met bestaande partijen, zonder wisseling", "deels", "Waar het kan. Er is geen garantie.", ""),
    ("Stuur organisaties op de visie", "al_gedaan", "Dat is begonnen, en hoort bij de afspraken.", ""),
    ("Evalueer over twee tot drie jaar", "overgenomen", "Dat begint al in 2022.", "Evaluatie"),
    ("Beschrijf de ondersteuning van het wijkteam bij een centrale toegang", "later",
     "Dit is belangrijk, en hangt af van keuzes. De kwaliteit blijft geborgd.", "Uitwerking per taak"),
)


def raad(region) -> None:
    """Everything in this file, as the griffie of Zwolle."""
    region.at(region.today - timedelta(days=40), 10)
    region.do(WIE, _public, queries.stuk, region.do(WIE, usecases.stuk_bewaren, **NOTA_2014).id)
    nota = region.do(WIE, usecases.stuk_bewaren, **NOTA_2017).id
    besluit = region.do(WIE, usecases.stuk_bewaren, **BESLUIT_2017, bij_id=nota).id
    for paper in (nota, besluit):
        region.do(WIE, _public, queries.stuk, paper)
    for belofte in BELOFTEN:
        _settled(region, belofte, nota, NOTA_2017["op_on"])
    _settled(region, AGENDA | {"over_id": nota}, besluit, BESLUIT_2017["op_on"])
    region.do(WIE, usecases.toezegging_bewaren, soort="toezegging", nummer="2026-1 (fictief)",
              op_on=region.today - timedelta(days=120), uiterlijk_on=region.today - timedelta(days=12),
              titel="Hoe bewoners horen wat er met hun plan gebeurt", van="wethouder sociaal domein",
              tekst="De raad hoort hoe lang bewoners wachten op antwoord.")
    region.do(WIE, usecases.sessie_bewaren, op_on=date(2017, 7, 11), onderwerp=RTC, vorm="informatieronde",
              uitkomst="kennisgeving", stuk_id=nota,
              conclusie="De kwaliteit is leidend, er is minder bureaucratie en Right to Challenge is goed geborgd. Over een "
                        "jaar een soortgelijke sessie.")
    region.do(WIE, usecases.sessie_bewaren, op_on=region.today - timedelta(days=300), onderwerp=RTC, vorm="informatieronde",
              uitkomst="besproken", conclusie="De raad besprak de plannen van bewoners (fictief).")
    _advice(region)


def _public(session, actor, find, id_) -> None:
    usecases.openbaar(session, actor, find(session, actor, id_), ja=True)


def _settled(region, belofte: dict, stuk_id, op_on: date) -> None:
    made = region.do(WIE, usecases.toezegging_bewaren, **belofte).id
    region.do(WIE, usecases.afdoen, made, stuk_id=stuk_id, op_on=op_on)
    region.do(WIE, _public, queries.toezegging, made)


def _advice(region) -> None:
    given = region.do(
        WIE, usecases.advies_bewaren, titel="Advies over de regiovisie beschermd wonen en het lokale plan",
        van="Participatieraad", op_on=date(2022, 3, 1), punten=[row[0] for row in ADVIES],
        bron="Antwoord van het college van Zwolle, 2022. De dag van het advies is een voorbeeld.").id
    for nummer, (_tekst, antwoord, toelichting, vervolg) in enumerate(ADVIES, 1):
        # A day per follow-up, made up: the answer named seasons and years.
        region.do(WIE, usecases.beantwoorden, given, nummer, antwoord=antwoord, toelichting=toelichting, vervolg=vervolg,
                  vervolg_on=date(2022, 10, 1) + timedelta(days=91 * nummer) if vervolg else None)
    region.do(WIE, _public, queries.advies, given)
