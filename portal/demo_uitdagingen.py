"""The Right to Challenge in the demo region: tasks of a few gemeenten, and eleven plans of residents in different states, so
that everybody who has a part in it finds something to do. Everybody in them is invented."""

from datetime import date, timedelta
from decimal import Decimal

from portal.adapters.uitdagingbrieven import UitdagingBrieven
from portal.db import Session
from portal.domains.beheer import mandaten
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, taken, uitvoering, usecases
from portal.domains.uitdaagrecht.innemen import innemen
from portal.kernel import clock
from portal.kernel.holidays import official_calendar
from portal.tenants.region import party_id
from portal.tenants.scope import acting_for

# Per gemeente: who coordinates, who knows the task, who advises, who sees to the law, who signs.
WIE = {
    "dalfsen": ("annemiek", "bart", "paula", "yvonne", "thea"),
    "zwolle": ("linda", "mats", "piet", "anton", "karel"),
    "hardenberg": ("wilma", None, None, None, None),
    "staphorst": ("jelle", None, None, None, None),
}
# key: gemeente, name, what, product, cost per year, quality, days until the contract ends, why it cannot be taken over.
TAKEN = {
    "dagbesteding": ("dalfsen", "Dagbesteding in het dorp", "Overdag samen eten, bewegen en iets doen in het dorpshuis.",
                     "dagbesteding", "31200.00", "Vier dagen per week open, veilig, en met aandacht.", 400, ""),
    "vervoer": ("dalfsen", "Vervoer naar de dagbesteding", "Mensen ophalen en thuisbrengen die zelf niet kunnen komen.",
                "vervoer", "31200.00", "Op tijd, veilig, en iemand die helpt bij het instappen.", 300, ""),
    "hulpmiddelen": ("zwolle", "Uitlenen van hulpmiddelen", "Krukken, drempelhulpen en beugels uitlenen en repareren.",
                     "hulpmiddelen", "54000.00", "Binnen drie werkdagen, schoon en heel.", 420, ""),
    "schoonmaak": ("zwolle", "Schoonmaak van buurthuizen", "Buurthuizen elke dag schoonmaken.", "schoonmaak", "88000.00",
                   "Elke dag schoon, met groene middelen.", 60, ""),
    "groen": ("hardenberg", "Onderhoud van plantsoenen", "Gras maaien, snoeien en afval opruimen.", "groen", "41000.00",
              "Netjes, veilig en goed voor insecten.", 500, ""),
    "huiswerk": ("zwolle", "Hulp bij huiswerk", "Kinderen helpen bij huiswerk in de wijk.", "jeugd", "26000.00",
                 "Twee middagen per week, met een verklaring over gedrag voor elke begeleider.", None, ""),
    "respijt": ("zwolle", "Een weekend vrij voor mantelzorgers",
                "Iemand anders zorgt een weekend, zodat de mantelzorger kan rusten.", "respijtzorg", "39000.00",
                "Vaste gezichten, en dag en nacht iemand bereikbaar.", None, ""),
    "ontmoeting": ("staphorst", "Ontmoeten in de wijk", "Een plek waar iedereen kan binnenlopen.", "ontmoeting", "18500.00",
                   "Open op dagen dat andere plekken dicht zijn.", None, ""),
    "speeltuin": ("zwolle", "Speeltuinen schoon en heel houden", "Opruimen, nakijken en kleine dingen maken.", "groen",
                  "22000.00", "Elke week nagekeken, en veilig voor kinderen.", None, ""),
    "maaltijden": ("dalfsen", "Warme maaltijden aan huis", "Eten brengen bij mensen die zelf niet kunnen koken.", "maaltijden",
                   "28000.00", "Elke dag op tijd, warm, en met een praatje.", 380, ""),
    "formulieren": ("dalfsen", "Hulp bij brieven en formulieren", "Samen een brief lezen of een formulier invullen.",
                    "ondersteuning", "19500.00", "Drie ochtenden per week, en wat u vertelt blijft geheim.", None, ""),
    **{f"regiotaxi-{slug}": (slug, "De regiotaxi", "Met een taxi of busje op pad, voor wie niet met de bus kan.",
                             "vervoer", None, "Op tijd, en met hulp bij het instappen.", 600, "")
       for slug in ("dalfsen", "zwolle")},
    "paspoort": ("zwolle", "Paspoorten en rijbewijzen", "Paspoorten en rijbewijzen aanvragen en ophalen.", "", None, "", None,
                 "Alleen de gemeente mag dit doen: dat staat in de Paspoortwet."),
}
# Bought together: the gemeente whose college decides for all.
SAMEN = {"De regiotaxi": "zwolle"}
# Who has the idea, about which task, what they call it, their three sentences, and what it costs in their plan.
PLANNEN = (
    ("inwoner-riet", "dagbesteding", "Samen eten en samen doen in het dorpshuis",
     "Wij willen de dagbesteding in het dorpshuis zelf doen, met een warme maaltijd.",
     "Wij kennen iedereen, en het dorpshuis staat toch al klaar. Dat scheelt geld.", "Twaalf bewoners en de dorpsvereniging.",
     "24500.00"),
    ("inwoner-hans", "vervoer", "Met de buurtauto naar de dagbesteding",
     "Wij willen het vervoer naar de dagbesteding overnemen, met vrijwilligers en twee elektrische auto's.",
     "Nu zitten mensen soms een uur in de bus. Buren kunnen dat rustiger, met vaste gezichten.",
     "Tweeëntwintig vrijwilligers met een rijbewijs.", "24500.00"),
    ("inwoner-jo", "hulpmiddelen", "De leenkast voor hulpmiddelen",
     "Wij willen eenvoudige hulpmiddelen repareren en uitlenen vanuit het buurthuis.",
     "Veel ligt nu ongebruikt op zolder. Wij maken het heel, dat is goedkoper dan nieuw.",
     "Acht klussers en een oud-verpleegkundige.", "38000.00"),
    ("inwoner-sam", "schoonmaak", "Schoonmaakcoöperatie De Bezem (fictief)",
     "Wij willen met een coöperatie de buurthuizen schoonmaken.",
     "Wij werken in onze eigen wijk en geven mensen een vaste baan.", "Negen mensen die nu los werk hebben.", "91000.00"),
    ("inwoner-riet", "groen", "Bewoners onderhouden hun eigen plantsoen",
     "Wij willen de plantsoenen in onze straten zelf onderhouden, met meer bloemen.",
     "Wij zijn er elke dag, en het kost de gemeente minder ritten.", "Dertig bewoners uit vier straten.", "29000.00"),
    ("inwoner-hans", "huiswerk", "Huiswerk maken met de buren",
     "Wij willen kinderen helpen met huiswerk, bij ons in de flat.",
     "Wij spreken de talen van de ouders.", "Zes bewoners, van wie twee leraren.", "9000.00"),
    ("inwoner-jo", "respijt", "Een weekend vrij, met mensen die je kent",
     "Wij willen als mantelzorgers om de beurt een weekend voor elkaars naaste zorgen.",
     "Onze naasten kennen ons al. Dat geeft rust, en het kost minder.", "Vijftien gezinnen.", "27500.00"),
    ("inwoner-sam", "ontmoeting", "De huiskamer van de wijk",
     "Wij willen de oude winkel openhouden als huiskamer, ook op zondag.",
     "Juist op zondag is er nergens iets open.", "Tien bewoners en de kerk.", "15000.00"),
    ("inwoner-hans", "speeltuin", "Onze speeltuin houden wij zelf netjes",
     "Wij willen de speeltuin in onze wijk zelf schoon en heel houden.",
     "Wij zien het meteen als er glas ligt. De gemeente komt een keer per week.", "Veertien ouders en de buurtvereniging.",
     "12500.00"),
    ("inwoner-riet", "maaltijden", "De soeppan rijdt door het dorp",
     "Wij willen de warme maaltijden zelf koken en brengen.",
     "Wij koken vers in het dorpshuis, en wij drinken er een kop koffie bij.", "Achttien bewoners, van wie twee koks.",
     "23000.00"),
    ("inwoner-sam", "formulieren", "Samen de post openmaken",
     "Wij willen buren helpen met brieven en formulieren, aan onze eigen keukentafel.",
     "Mensen komen eerder bij een buur dan bij een loket.", "Zeven bewoners, met een cursus achter de rug.", "14000.00"),
)
# What the department wrote of each criterion, where the plan meets it; and where it does not.
VOLDOET = {
    "kosten": "Het plan kost minder dan de gemeente nu betaalt.",
    "kwaliteit": "Het wordt ten minste zo goed als nu, met vaste gezichten.",
    "continuiteit": "Twee mensen kunnen het overnemen als iemand stopt.",
    "vorm": "De vereniging van de bewoners kan de afspraak tekenen, en is verzekerd.",
    "risico": "Wie helpt, heeft een verklaring over het gedrag. Er is altijd iemand te bellen.",
}
VOLDOET_NIET = VOLDOET | {"kosten": "Het plan kost € 91.000 per jaar. De gemeente betaalt nu € 88.000."}
# How the letter says why.
JA = ("Uw plan kost minder dan de gemeente nu betaalt, en het wordt ten minste zo goed als nu. De buurt staat erachter.\n\n"
      "Wij beginnen met een proef van een jaar. Daarna kijken wij samen hoe het ging.")
NEE = ("Uw plan kost € 91.000 per jaar. Wij betalen nu € 88.000. Ook loopt het contract met de schoonmaker nog, en de nieuwe "
       "inkoop is al begonnen.\n\nMensen uit de wijk een vaste baan geven: dat vinden wij een goed idee. Wij vragen het aan "
       "wie straks de buurthuizen schoonmaakt.")


def uitdagingen(region) -> None:
    """The register of tasks, the mandates, and the plans, each as far as it came."""
    region.at(region.today - timedelta(days=320))
    for slug in ("zwolle", "dalfsen"):
        beheerder, tweede = f"beheer-{slug}", f"beheer2-{slug}"
        for tekenaar in (WIE[slug][4], *(("wietske",) if slug == "zwolle" else ())):
            _mandate(region, slug, beheerder, tweede, tekenaar)
    tasks = {key: _task(region, *row) for key, row in TAKEN.items()}
    for number, days in ((0, 3), (1, 40), (2, 75), (3, 150), (4, 45), (5, 14), (6, 300), (7, 20),
                         (8, 75), (9, 47), (10, 53)):
        _plan(region, number, tasks, days)


def _mandate(region, slug: str, beheerder: str, tweede: str, tekenaar: str) -> None:
    """A mandate to sign answers to plans of residents, with the consents of the body and of who gets it."""
    given = region.do(beheerder, mandaten.mandaat_geven, soort="mandaat", orgaan="college",
                      gemachtigde_id=region.actors[tekenaar].user_id, werkgever_id=party_id(slug),
                      besluit_soort=besluiten.SOORT, tot_bedrag=None, van=clock.today(), tot=None,
                      vindplaats=f"nummer 31 van het mandaatregister van {slug.capitalize()}")
    region.do(tweede, mandaten.instemmen, given.id, "mandaatgever")
    region.do(tekenaar, mandaten.instemmen, given.id, "gemachtigde")


def _task(region, slug, naam, omschrijving, product, kosten, kwaliteit, dagen, reden):
    """One task in the register, for everybody to read."""
    wie = WIE[slug][0]
    made = region.do(wie, taken.bewaren, naam=naam, omschrijving=omschrijving, product=product, kwaliteit=kwaliteit,
                     kosten=Decimal(kosten) if kosten else None, kosten_jaar=region.today.year - 1 if kosten else None,
                     bron="jaarrekening van de gemeente" if kosten else "", uitdaagbaar=not reden, reden=reden,
                     bevoegd_id=party_id(SAMEN[naam]) if naam in SAMEN else None,
                     contract_tot=region.today + timedelta(days=dagen) if dagen else None)
    region.do(wie, taken.openbaar, made.id)
    return made.id


class _Plan:
    """One plan while it is being seeded."""

    def __init__(self, region, number: int, tasks: dict):
        self.region, (self.wie, self.taak, titel, wat, waarom, met, kosten) = region, PLANNEN[number]
        self.slug = TAKEN[self.taak][0]
        self.coordinator, self.vak, self.panel, self.jurist, self.tekenaar = WIE[self.slug]
        self.gegevens = {"titel": titel, "wat": wat, "waarom": waarom, "wie": met}
        self.plan = self.gegevens | {
            "kosten_bedrag": kosten, "kosten": "De begroting staat in de bijlage, per maand uitgewerkt.",
            "draagvlak": "Op de avond in het buurthuis kwamen zestig mensen.",
            "samenwerking": "Met het wijkteam en de huisarts.",
            "continuiteit": "Twee mensen kunnen het overnemen als iemand stopt.",
            "afspraak": "Een jaar doen, en dan samen kijken."}
        self.taak_id = tasks[self.taak]
        self.initiatief_id = region.do(self.wie, initiatieven.begin, party_id(self.slug), gegevens=self.gegevens,
                                       taak_id=self.taak_id).id

    def send(self, step, **said) -> None:
        """The residents send something, and the gemeente takes it in."""
        inzending = self.region.do(self.wie, step, self.initiatief_id, **said)
        gemeente = party_id(self.slug)
        with acting_for(gemeente), Session(bind=self.region.app.engine) as session, session.begin():
            innemen(session, portaal(gemeente), inzending.id)
            found = queries.van_initiatief(session, self.initiatief_id)
            self.id, self.reference = found.id, found.reference

    def do(self, step, **facts):
        """The coordinator takes a step."""
        return self.region.do(self.coordinator, step, self.id, **facts)

    def talks(self) -> None:
        """It meets the conditions, everybody may read of it, and the talks begin."""
        self.do(usecases.in_behandeling)
        self.do(usecases.ontvankelijk)
        self.region.do(self.wie, initiatieven.bewaren, self.initiatief_id, gegevens=self.plan, taak_id=self.taak_id)
        self.send(initiatieven.pagina, titel=self.plan["titel"], samenvatting=self.plan["wat"], velden=["waarom", "wie"])
        self.do(openbaar.publiceren)

    def talk(self, day, verslag: str) -> None:
        """One talk, with a report that both confirm."""
        made = self.do(usecases.gesprek, op_on=day, wie="drie bewoners en de vakafdeling", verslag=verslag)
        self.region.do(self.wie, initiatieven.verslag, made.id, akkoord=True)

    def judged(self, reasons: dict) -> None:
        """The department looked at every criterion."""
        for criterium in queries.criteria():
            self.region.do(self.vak, usecases.beoordelen, self.id, criterium=criterium, motivering=reasons[criterium],
                           oordeel="voldoet" if reasons[criterium] == VOLDOET[criterium] else "voldoet_niet")
        self.region.do(self.vak, usecases.beoordeeld, self.id)

    def weighed(self, route: str, toelichting: str) -> None:
        """The lawyer found the way along which it can be, and the panel was asked."""
        self.region.do(self.jurist, usecases.toetsen, self.id, route=route, toelichting=toelichting)
        self.do(usecases.naar_panel)

    def advised(self, advies: str, motivering: str) -> None:
        """The panel advised, and the answer can be written."""
        self.region.do(self.panel, usecases.verklaren, self.id, heeft_belang=False)
        self.region.do(self.panel, usecases.adviseren, self.id, advies=advies, motivering=motivering)
        self.do(usecases.naar_besluit)

    def supported(self, *personas: str) -> None:
        """Neighbours support it, on the page that everybody reads."""
        for one in personas:
            self.region.do(one, openbaar.steunen, self.reference)


def _werkdag(day: date) -> date:
    """This day, or the first working day after it: an office does nothing on a Sunday."""
    calendar = official_calendar()
    return day if calendar.is_working_day(day) else calendar.add_working_days(day, 1)


def _plan(region, number: int, tasks: dict, days: int) -> None:
    """One plan, from the day it was written to where it stands today."""
    begin = region.today - timedelta(days=days)

    def after(count: int) -> date:
        """The working day so many days after it was written; the portal stands at it."""
        found = _werkdag(begin + timedelta(days=count))
        region.at(found)
        return found

    region.at(begin)
    p = _Plan(region, number, tasks)
    if number == 5:
        p.send(initiatieven.vragen, vraag="Wat kost de huiswerkhulp nu, en wie doet het?")
        after(6)
        p.do(usecases.informeren, antwoord="De huiswerkhulp is nu van een stichting, twee middagen per week.",
             kosten="€ 26.000 per jaar", kwaliteit="Elke begeleider heeft een verklaring over het gedrag.",
             contract="Er loopt geen contract; het is een subsidie per jaar.",
             achtergehouden="De salarissen van de begeleiders.", reden="Dat zijn gegevens van personen (Woo 5.1).")
        return
    p.send(initiatieven.indienen)
    if number == 0:
        return
    after(4)
    if number == 7:
        p.do(usecases.in_behandeling)
        p.do(usecases.aanvulling_vragen, velden=["kosten", "continuiteit"],
             uitleg="Wij willen weten wat de huur is, en wie het overneemt als iemand stopt.")
        return
    p.talks()
    p.supported(*({1: ("inwoner-riet", "inwoner-jo"), 4: ("inwoner-hans", "inwoner-jo", "inwoner-sam"), 9: ("inwoner-hans",)}
                  .get(number, ())))
    if number == 4:
        made = p.do(usecases.steun_tellen, aantal=31, omschrijving="Vier vellen uit de straten")
        region.do("wouter", usecases.steun_controleren, made.id)
        return
    p.talk(after(8), "Besproken wat het nu kost, en wat goed moet zijn.")
    p.talk(after(20), "Besproken wie het overneemt als iemand stopt, en wanneer het begint.")
    if p.slug == "zwolle":
        made = p.do(usecases.steun_tellen, aantal=44, omschrijving="Lijsten van de avond in het buurthuis")
        region.do("marja", usecases.steun_controleren, made.id)
    p.send(initiatieven.plan)
    if number == 1:
        region.do(p.vak, usecases.beoordelen, p.id, criterium="kosten", oordeel="voldoet",
                  motivering="Het plan kost € 6.700 per jaar minder dan nu.")
        return
    after(34)
    p.judged(VOLDOET if number != 3 else VOLDOET_NIET)
    if number == 8:
        return
    after(40)
    p.weighed(*(("overeenkomst", "Dit past binnen de regels, met een afspraak voor een jaar.") if number != 3 else
                ("opdracht", "Schoonmaken kan alleen met een opdracht. De inkoop daarvan is al begonnen.")))
    if number == 9:
        return
    after(45)
    p.advised(*(("proef", "De bewoners kennen de buurt, en het kost minder. Begin met een jaar op proef.") if number != 3 else
                ("afwijzen", "Het is een mooi idee. Maar het is duurder dan nu, en het contract loopt nog.")))
    after(50)
    made = p.do(besluiten.voorstellen, uitkomst="afwijzen" if number == 3 else "proef", motivering=NEE if number == 3 else JA,
                gronden=["duurder", "contract_loopt"] if number == 3 else [])
    if number == 10:
        return
    region.do(p.tekenaar, besluiten.tekenen, made.id, brieven=UitdagingBrieven(region.app.files))
    if number == 6:
        _agreed(region, p, after(70))


def _agreed(region, p: _Plan, day) -> None:
    """Both signed, and the residents began."""
    made = p.do(uitvoering.afspreken, taak="Een weekend per maand zorgen voor elkaars naaste",
                resultaat="Tien weekenden in een jaar", budget=Decimal("27500.00"), van=day,
                tot=day + timedelta(days=364), evaluatie_on=_werkdag(day + timedelta(days=180)),
                terug="De gemeente vindt in drie maanden een andere oplossing voor de gezinnen.")
    region.do(p.wie, initiatieven.ondertekenen, made.id)
    region.do(p.tekenaar, uitvoering.ondertekenen, made.id)
    p.do(uitvoering.beginnen)
    region.at(day + timedelta(days=60))
    p.send(initiatieven.voortgang, tekst="Drie weekenden gedaan. Iedereen wil door.")
    region.at(_werkdag(day + timedelta(days=180)))
    p.do(uitvoering.evalueren, op_on=clock.today(), vervolg="verlengen",
         tekst="Vijf van de zes weekenden gingen door. De gezinnen zijn blij, en willen nog een jaar.")
    # A second year lies on the table: the residents signed it, the gemeente not yet.
    region.at(_werkdag(day + timedelta(days=200)))
    longer = p.do(uitvoering.verlenging, taak="Een weekend per maand zorgen voor elkaars naaste",
                  resultaat="Twintig weekenden in twee jaar", budget=Decimal("55000.00"), tot=day + timedelta(days=729),
                  evaluatie_on=day + timedelta(days=540),
                  terug="De gemeente vindt in drie maanden een andere oplossing voor de gezinnen.")
    region.do(p.wie, initiatieven.ondertekenen, longer.id)
