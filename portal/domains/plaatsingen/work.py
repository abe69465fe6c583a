"""What waits for whom in access and placement, beside the terms of the law: agreed in the region (config/plaatsingen.toml,
[werk])."""

from datetime import date, datetime

from config import load as load_config
from portal.identity.permissions import Permission as P
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "done", "wait_for"]

# `kind` -> what it is.
WORK = {
    "werk_melding": Work(
        "Bevestig de melding, wijs op cliëntondersteuning en begin het onderzoek",
        "De inwoner weet niet of de melding is gehoord. De zes weken lopen door.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_spoed": Work(
        "Regel tijdelijke ondersteuning: dit is spoed",
        "Iemand die niet kan wachten, wacht toch (Wmo 2015, 2.3.3).",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_verslag": Work(
        "Rond het onderzoek af en geef het verslag",
        "De inwoner kan niets aanvragen. Na zes weken mag dat ook zonder verslag.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_besluit": Work(
        "Schrijf het voorstel voor het besluit",
        "Niemand kan besluiten. De twee weken lopen door.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_tekenen": Work(
        "Teken het besluit over de ondersteuning",
        "De brief gaat niet weg. De inwoner weet niet waar hij aan toe is.",
        (P.TOEGANG_TEKENEN,), "plaatsing.toegang"),
    "werk_posten": Work(
        "Doe de brief op de post, en vul de dag in",
        "De inwoner krijgt geen brief. De termijn om bezwaar te maken begint niet.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_plaatsing": Work(
        "Begin de plaatsing: de ondersteuning is toegekend",
        "De inwoner heeft een besluit, en staat toch niet op de wachtlijst.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_plek": Work(
        "Zoek een plek voor wie wacht",
        "De inwoner wacht langer, en weet niet waarop.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plaatsing"),
    "werk_inwoner": Work(
        "Vraag de inwoner of de plek goed is",
        "De plek wordt niet langer vastgehouden, en gaat naar iemand anders.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.verblijf"),
    "werk_antwoorden": Work(
        "Antwoord of de inwoner bij u kan wonen",
        "De plek wordt niet langer vastgehouden. De gemeente zoekt verder.",
        (P.PLEK_BEHEREN,), "plekken.verblijf"),
    "werk_begin": Work(
        "Leg vast dat het verblijf begon",
        "De plek blijft gereserveerd, en niemand weet of de inwoner er woont.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.verblijf"),
    "werk_stil": Work(
        "Beslis over een verblijf dat tijdelijk stilligt",
        "Een plek blijft bezet door iemand die er niet woont.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.verblijf"),
    "werk_terugkeer": Work(
        "Kijk of de inwoner terug kan naar huis",
        "Iemand woont langer ver van huis dan nodig.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plaatsing"),
    "werk_uitstroom": Work(
        "Maak het plan voor de weg naar huis",
        "Terug kan, en helpt het herstel. Toch blijft iemand ver van huis wonen.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.terugkeer"),
    "werk_thuis": Work(
        "Volg het plan voor de weg naar huis",
        "De dag in het plan gaat voorbij. Niemand weet of de inwoner thuis woont en daar hulp krijgt.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.terugkeer"),
    "werk_overnemen": Work(
        "Neem het dossier over: uw gemeente wordt verantwoordelijk",
        "Uw gemeente is verantwoordelijk en heeft nog geen dossier.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.overdracht"),
    "werk_overdracht": Work(
        "Rond de warme overdracht af",
        "De inwoner moet het verhaal opnieuw vertellen. Naasten weten niet waar zij aan toe zijn.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.overdracht"),
    "werk_weigering": Work(
        "De andere gemeente neemt het niet over: kies wat u doet",
        "Uw gemeente blijft verantwoordelijk. De inwoner weet niet waar hij aan toe is.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.overdracht"),
    "werk_geschil": Work(
        "Volg het geschil: overleg, vraag advies, en leg het advies vast",
        "Het geschil blijft liggen. Uw gemeente blijft verantwoordelijk, en de inwoner weet niet waar hij aan toe is.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.overdracht"),
    "werk_resultaten": Work(
        "Leg vast wat de inwoner wil bereiken",
        "De aanbieder weet niet waaraan de inwoner werkt. Niemand kan zien of de hulp helpt.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plan"),
    "werk_uitwerken": Work(
        "Schrijf met de inwoner op hoe u aan de resultaten werkt",
        "De inwoner weet niet wat er van u te verwachten is.",
        (P.PLEK_BEHEREN,), "plekplan.plan"),
    "werk_voortgang": Work(
        "Schrijf op hoe het gaat met de resultaten",
        "De gemeente ziet niet of de hulp helpt.",
        (P.PLEK_BEHEREN,), "plekplan.plan"),
    "werk_bevestigen": Work(
        "Bekijk hoe het gaat met de resultaten, en bevestig dat",
        "De gemeente volgt niet of de hulp helpt.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plan"),
    "werk_evaluatie": Work(
        "Evalueer het plan tussendoor met de inwoner",
        "Hulp die niet helpt, gaat door. De inwoner verliest tijd.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plan"),
    "werk_eindevaluatie": Work(
        "Schrijf de eindevaluatie",
        "Niemand weet wat de hulp opleverde.",
        (P.PLEK_BEHEREN,), "plekplan.plan"),
    "werk_uitkomst": Work(
        "Leg vast wat de hulp opleverde",
        "Het dossier kan niet dicht, en de regio leert er niets van.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.uitkomst"),
    "werk_opvolgen": Work(
        "Kijk of de inwoner opnieuw hulp kreeg, en sluit het dossier",
        "Het dossier blijft open, en de uitkomst is niet compleet.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.uitkomst"),
    "werk_verlengen": Work(
        "De ondersteuning eindigt: verleng of beëindig de ondersteuning",
        "Na de laatste dag is er geen besluit meer waarop de ondersteuning rust.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.plaatsing"),
    "werk_verrekenen": Work(
        "Kijk de verrekening na, en antwoord of alles klopt",
        "De andere gemeente krijgt haar geld niet, en weet niet waarom.",
        (P.VERREKENING_AFSPREKEN,), "plaatsing.verrekening"),
    "werk_verrekening_afronden": Work(
        "Rond de verrekening af: volg het antwoord en stel het bedrag vast",
        "Uw gemeente krijgt het geld niet terug.",
        (P.VERREKENING_AFSPREKEN,), "plaatsing.verrekening"),
    "werk_doorbetaald": Work(
        "Leg vast tot wanneer uw gemeente na de overdracht doorbetaalde",
        "Betaalde uw gemeente voor een andere gemeente? Dan komt dat in geen verrekening.",
        (P.VERREKENING_AFSPREKEN,), "plaatsing.verrekening_doorbetaald"),
    "werk_contact": Work(
        "Doe wat u met de inwoner afsprak",
        "De inwoner rekent op wat is afgesproken, en hoort niets.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.mensen"),
    "werk_vraag": Work(
        "Beantwoord wat de inwoner stuurde",
        "De inwoner krijgt geen antwoord. Bij een klacht zegt de wet wanneer dat er moet zijn.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.mensen"),
    "werk_bezwaarschrift": Work(
        "Beslis op het bezwaar van de inwoner",
        "De inwoner kan de gemeente in gebreke stellen (Awb 4:17).",
        (P.TOEGANG_BEHANDELEN, P.TOEGANG_TEKENEN), "plaatsing.toegang_mensen"),
}


def wait_for(session, dossier, kind: str, *, on: date | None = None, parties=None, due_at: datetime | None = None,
             due_on: date | None = None) -> None:
    """This work waits from `on` (today) for these parties (the owner of the dossier), for the agreed time or until `due_on`."""
    agreed = load_config("plaatsingen")["werk"]
    begin(session, dossier, TermRule(
        kind=kind, article=agreed["bron"], length=Length(**agreed[kind.removeprefix("werk_")]), statutory=False,
        source=agreed["bron"], label=WORK[kind].taak, event="Begin van het werk"), WORK[kind],
        on=on, parties=parties, due_at=due_at, due_on=due_on)
