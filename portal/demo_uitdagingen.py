"""The Right to Challenge in the demo region: tasks of a few gemeenten, and eight plans of residents in different states.
Everybody in them is invented."""

from datetime import timedelta
from decimal import Decimal

from portal.adapters.uitdagingbrieven import UitdagingBrieven
from portal.db import Session
from portal.domains.beheer import mandaten
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, taken, uitvoering, usecases
from portal.domains.uitdaagrecht.innemen import innemen
from portal.kernel import clock
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
)
WAAROM = "Wij keken naar de kosten, de kwaliteit en de zekerheid, en spraken daarover met de bewoners."


def uitdagingen(region) -> None:
    """The register of tasks, the mandates, and the eight plans, each as far as it came."""
    region.at(region.today - timedelta(days=320))
    for slug in ("zwolle", "dalfsen"):
        beheerder, tweede = f"beheer-{slug}", f"beheer2-{slug}"
        for tekenaar in (WIE[slug][4], *(("wietske",) if slug == "zwolle" else ())):
            _mandate(region, slug, beheerder, tweede, tekenaar)
    tasks = {key: _task(region, *row) for key, row in TAKEN.items()}
    for number, days in ((0, 3), (1, 40), (2, 200), (3, 150), (4, 45), (5, 14), (6, 300), (7, 20)):
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
                     bron="jaarrekening van de gemeente (voorbeeld)" if kosten else "", uitdaagbaar=not reden, reden=reden,
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
            self.id = queries.van_initiatief(session, self.initiatief_id).id

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
        self.region.at(day)
        made = self.do(usecases.gesprek, op_on=day, wie="drie bewoners en de vakafdeling", verslag=verslag)
        self.region.do(self.wie, initiatieven.verslag, made.id, akkoord=True)

    def judged(self, oordeel: str, route: str) -> None:
        """Everything that comes before the answer."""
        for criterium in queries.criteria():
            self.region.do(self.vak, usecases.beoordelen, self.id, criterium=criterium, oordeel=oordeel, motivering=WAAROM)
        self.region.do(self.vak, usecases.beoordeeld, self.id)
        self.region.do(self.jurist, usecases.toetsen, self.id, route=route,
                       toelichting="Dit past binnen de regels, met een afspraak.")
        self.do(usecases.naar_panel)
        self.region.do(self.panel, usecases.verklaren, self.id, heeft_belang=False)
        self.region.do(self.panel, usecases.adviseren, self.id, advies="proef" if oordeel == "voldoet" else "afwijzen",
                       motivering="Wij spraken met de bewoners en lazen het plan.")
        self.do(usecases.naar_besluit)

    def answered(self, uitkomst: str, gronden=()) -> None:
        """Proposed and signed."""
        made = self.do(besluiten.voorstellen, uitkomst=uitkomst, motivering=WAAROM, gronden=list(gronden))
        self.region.do(self.tekenaar, besluiten.tekenen, made.id, brieven=UitdagingBrieven(self.region.app.files))


def _plan(region, number: int, tasks: dict, days: int) -> None:
    """One plan, from the day it was written to where it stands today."""
    day = region.today - timedelta(days=days)
    region.at(day)
    p = _Plan(region, number, tasks)
    if number == 5:
        p.send(initiatieven.vragen, vraag="Wat kost de huiswerkhulp nu, en wie doet het?")
        region.at(day + timedelta(days=6))
        p.do(usecases.informeren, antwoord="De huiswerkhulp is nu van een stichting, twee middagen per week.",
             kosten="€ 26.000 per jaar", kwaliteit="Elke begeleider heeft een verklaring over het gedrag.",
             contract="Er loopt geen contract; het is een subsidie per jaar.",
             achtergehouden="de salarissen van de begeleiders", reden="dat zijn gegevens van personen (Woo 5.1)")
        return
    p.send(initiatieven.indienen)
    if number == 0:
        return
    region.at(day + timedelta(days=4))
    if number == 7:
        p.do(usecases.in_behandeling)
        p.do(usecases.aanvulling_vragen, velden=["kosten", "continuiteit"],
             uitleg="Wij willen weten wat de huur is, en wie het overneemt als iemand stopt.")
        return
    p.talks()
    if number == 4:
        made = p.do(usecases.steun_tellen, aantal=31, omschrijving="Vier vellen uit de straten")
        region.do("wouter", usecases.steun_controleren, made.id)
        return
    p.talk(day + timedelta(days=8), "Besproken wat het nu kost, en wat goed moet zijn.")
    p.talk(day + timedelta(days=20), "Besproken wie het overneemt als iemand stopt, en wanneer het begint.")
    if p.slug == "zwolle":
        made = p.do(usecases.steun_tellen, aantal=44, omschrijving="Lijsten van de avond in het buurthuis")
        region.do("marja", usecases.steun_controleren, made.id)
    p.send(initiatieven.plan)
    if number == 1:
        region.do(p.vak, usecases.beoordelen, p.id, criterium="kosten", oordeel="voldoet",
                  motivering="Het plan kost € 6.700 per jaar minder dan nu.")
        return
    region.at(day + timedelta(days=40))
    p.judged("voldoet" if number != 3 else "voldoet_niet", "overeenkomst" if number != 3 else "opdracht")
    region.at(day + timedelta(days=50))
    if number == 3:
        p.answered("afwijzen", ("duurder", "contract_loopt"))
        return
    p.answered("proef")
    if number == 6:
        _agreed(region, p, day + timedelta(days=70))


def _agreed(region, p: _Plan, day) -> None:
    """Both signed, and the residents began."""
    region.at(day)
    made = p.do(uitvoering.afspreken, taak="Een weekend per maand zorgen voor elkaars naaste",
                resultaat="Tien weekenden in een jaar", budget=Decimal("27500.00"), van=day,
                tot=day + timedelta(days=364), evaluatie_on=day + timedelta(days=180),
                terug="De gemeente vindt in drie maanden een andere oplossing voor de gezinnen.")
    region.do(p.wie, initiatieven.ondertekenen, made.id)
    region.do(p.tekenaar, uitvoering.ondertekenen, made.id)
    p.do(uitvoering.beginnen)
    region.at(day + timedelta(days=60))
    p.send(initiatieven.voortgang, tekst="Drie weekenden gedaan. Iedereen wil door.")
    region.at(day + timedelta(days=180))
    p.do(uitvoering.evalueren, op_on=day + timedelta(days=180), vervolg="verlengen",
         tekst="Acht van de tien weekenden gingen door. De gezinnen zijn blij, en willen nog een jaar.")
    # A second year lies on the table: the residents signed it, the gemeente not yet.
    region.at(day + timedelta(days=200))
    longer = p.do(uitvoering.verlenging, taak="Een weekend per maand zorgen voor elkaars naaste",
                  resultaat="Twintig weekenden in twee jaar", budget=Decimal("55000.00"), tot=day + timedelta(days=729),
                  evaluatie_on=day + timedelta(days=540),
                  terug="De gemeente vindt in drie maanden een andere oplossing voor de gezinnen.")
    region.do(p.wie, initiatieven.ondertekenen, longer.id)
