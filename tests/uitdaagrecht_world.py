"""The life of one challenge, as builders: each goes one phase further, through the use cases, as the parties.

    loop = ingediend(world)                  # everything before it is built too
    loop = besloten(world, uitkomst="proef")

Each builder gives an `Uitdaagloop` with ids and people; a later phase is a copy with more in it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from portal.db import Session
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, taken, uitvoering, usecases
from portal.domains.uitdaagrecht.innemen import innemen
from portal.kernel import clock
from portal.kernel.documents import Stuk
from portal.tenants.scope import acting_for
from tests.inkoop_world import stuk
from tests.kept import kept
from tests.subsidies_world import mandaat
from tests.world import Person, World

IDEE = {"titel": "Samen koken in het dorpshuis", "wat": "Wij willen de dagbesteding in het dorpshuis zelf doen.",
        "waarom": "Wij kennen iedereen, en het kan met minder geld.", "wie": "Twaalf bewoners en de dorpsvereniging."}
PLAN = IDEE | {"draagvlak": "Op de avond in maart kwamen zestig mensen.", "kosten": "Huur, eten en een kok voor vier dagen.",
               "kosten_bedrag": "24500.00", "samenwerking": "Met het wijkteam en de huisarts.",
               "continuiteit": "Er zijn twee mensen die het overnemen als iemand stopt.",
               "afspraak": "Een jaar proberen, en dan samen kijken."}
LANG = "Dit is uitgelegd in gewone woorden, zodat iedereen begrijpt waarom het zo is besloten."


class NepBrieven:
    """Letters without typst: keeps what it was asked for, and puts a file in the store for each."""

    def __init__(self, world: World):
        self.world, self.brieven = world, []

    def uitdaging(self, brief: besluiten.Uitdagingsbrief) -> Stuk:
        """The letter with the answer."""
        self.brieven.append(brief)
        return stuk(self.world, f"antwoord-{brief.kenmerk}.pdf", f"%PDF {brief.kenmerk} {len(self.brieven)}".encode())


@dataclass(frozen=True)
class Personen:
    """Everybody that a challenge needs at one gemeente; the mandate of the signer is in force."""

    coordinator: Person
    collega: Person
    vakadviseur: Person
    jurist: Person
    panellid: Person
    tekenaar: Person
    tweede_tekenaar: Person
    beheerder: Person
    inwoner: Person
    buur: Person


@kept
def personen(world: World, gemeente: str = "dalfsen") -> Personen:
    """Staff of one gemeente, and two residents."""
    beheerder = world.medewerker(gemeente, "beheerder", naam="Beheerder uitdaagrecht")
    tekenaar = world.medewerker(gemeente, "mandaathouder", naam="Wethouder Tekent")
    tweede = world.medewerker(gemeente, "mandaathouder", naam="Wethouder Vervangt")
    for one in (tekenaar, tweede):
        mandaat(world, beheerder, one, besluit_soort="uitdaging")
    return Personen(
        coordinator=world.medewerker(gemeente, "rtc_coordinator", naam="Anneke Schut"),
        collega=world.medewerker(gemeente, "rtc_coordinator", naam="Bas Tel"),
        vakadviseur=world.medewerker(gemeente, "vakadviseur", naam="Vera Vak"),
        jurist=world.medewerker(gemeente, "subsidiejurist", naam="Jos Jurist"),
        panellid=world.medewerker(gemeente, "panellid", naam="Pia Panel"), tekenaar=tekenaar, tweede_tekenaar=tweede,
        beheerder=beheerder, inwoner=world.inwoner("Ina Wonen"), buur=world.inwoner("Bert Buur"))


@dataclass(frozen=True)
class Uitdaagloop:
    """One challenge somewhere in its life."""

    wie: Personen
    gemeente_id: uuid.UUID
    taak_id: uuid.UUID | None = None
    initiatief_id: uuid.UUID | None = None
    uitdaging_id: uuid.UUID | None = None
    besluit_id: uuid.UUID | None = None
    afspraak_id: uuid.UUID | None = None
    brieven: NepBrieven | None = None
    deel: Mapping = field(default_factory=dict)


def neem_in(world: World, party_id: uuid.UUID | None = None) -> None:
    """Take in at their gemeente all that was sent with a login, in order, as the worker does."""
    sent = world.behind("SELECT i.id, i.gemeente_id FROM portal.inzending i JOIN portal.dossier d ON d.id = i.dossier_id "
                        "WHERE d.soort = 'initiatief' ORDER BY i.verzonden_at, i.id")
    for inzending_id, gemeente_id in sent:
        with acting_for(party_id or gemeente_id), Session(bind=world.app.engine) as session, session.begin():
            innemen(session, portaal(party_id or gemeente_id), inzending_id)


@kept
def taak(world: World, wie: Personen | None = None, gemeente: str = "dalfsen", **anders) -> Uitdaagloop:
    """A task in the register that everybody reads."""
    wie = wie or personen(world, gemeente)
    made = world.as_(wie.coordinator, taken.bewaren, **({
        "naam": "Dagbesteding in het dorp", "omschrijving": "Overdag samen eten, bewegen en iets doen.",
        "product": "dagbesteding", "kosten": Decimal("31200.00"), "kosten_jaar": clock.today().year - 1,
        "bron": "jaarrekening", "kwaliteit": "Op tijd, veilig, en met aandacht.",
        "contract_tot": clock.today() + timedelta(days=400)} | anders))
    world.as_(wie.coordinator, taken.openbaar, made.id)
    return Uitdaagloop(wie, world.gemeente(gemeente), taak_id=made.id)


@kept
def begonnen(world: World, loop: Uitdaagloop | None = None, **anders) -> Uitdaagloop:
    """An idea of a resident."""
    loop = loop or taak(world)
    made = world.as_(loop.wie.inwoner, initiatieven.begin, loop.gemeente_id, gegevens=IDEE | anders, taak_id=loop.taak_id)
    return replace(loop, initiatief_id=made.id)


@kept
def ingediend(world: World, loop: Uitdaagloop | None = None, **anders) -> Uitdaagloop:
    """Sent, and taken in."""
    loop = loop or begonnen(world, **anders)
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    neem_in(world)
    return replace(loop, uitdaging_id=_uitdaging(world, loop))


def _uitdaging(world: World, loop: Uitdaagloop) -> uuid.UUID:
    (row,) = world.behind("SELECT u.id FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id WHERE u.initiatief_id = :i "
                          "AND d.eigenaar_id = :g", i=loop.initiatief_id, g=loop.gemeente_id)
    return row.id


@kept
def regionaal(world: World) -> tuple[Uitdaagloop, Uitdaagloop]:
    """A plan sent to Dalfsen about a task that gemeenten bought together and that Ommen decides about: as it stands at
    Dalfsen, passed on; and as it stands at Ommen, which has the task in its own register by the same name."""
    ommen = world.gemeente("ommen")
    there = taak(world, gemeente="ommen", wie=personen(world, "ommen"), naam="DAGBESTEDING in het dorp", bevoegd_id=ommen)
    here = ingediend(world, begonnen(world, taak(world, bevoegd_id=ommen)))
    world.as_(here.wie.coordinator, usecases.naar_bevoegde, here.uitdaging_id)
    neem_in(world, ommen)
    there = replace(there, initiatief_id=here.initiatief_id)
    return here, replace(there, uitdaging_id=_uitdaging(world, there), wie=replace(there.wie, inwoner=here.wie.inwoner))


@kept
def getoetst(world: World, loop: Uitdaagloop | None = None) -> Uitdaagloop:
    """In hand: the coordinator looks at the conditions."""
    loop = loop or ingediend(world)
    world.as_(loop.wie.coordinator, usecases.in_behandeling, loop.uitdaging_id)
    return loop


@kept
def op_papier(world: World, wie: Personen | None = None, **anders) -> Uitdaagloop:
    """A plan that came by letter, in hand: nobody of it has a login."""
    wie = wie or personen(world)
    made = world.as_(wie.coordinator, usecases.op_papier, van="Dorpsvereniging De Brink (fictief)", on=clock.today(),
                     gegevens=IDEE | anders)
    world.as_(wie.coordinator, usecases.in_behandeling, made.id)
    return Uitdaagloop(wie, world.gemeente("dalfsen"), uitdaging_id=made.id)


@kept
def papier_beslisbaar(world: World, wie: Personen | None = None) -> Uitdaagloop:
    """The same, when the answer can be written."""
    loop = op_papier(world, wie)
    world.as_(loop.wie.coordinator, usecases.ontvankelijk, loop.uitdaging_id)
    world.as_(loop.wie.coordinator, usecases.papieren_plan, loop.uitdaging_id, gegevens=PLAN)
    return beslisbaar(world, loop)


@kept
def papier_besloten(world: World, uitkomst: str = "proef", gronden: tuple = (), wie: Personen | None = None) -> Uitdaagloop:
    """The same, with the answer signed; its letter lies on the desk."""
    return besloten(world, voorgesteld(world, papier_beslisbaar(world, wie), uitkomst=uitkomst, gronden=gronden))


@kept
def in_gesprek(world: World, loop: Uitdaagloop | None = None) -> Uitdaagloop:
    """The talks began, and the page for everybody stands."""
    loop = loop or getoetst(world)
    world.as_(loop.wie.coordinator, usecases.ontvankelijk, loop.uitdaging_id)
    world.as_(loop.wie.inwoner, initiatieven.bewaren, loop.initiatief_id, gegevens=PLAN, taak_id=loop.taak_id)
    world.as_(loop.wie.inwoner, initiatieven.pagina, loop.initiatief_id, titel="Samen koken in het dorpshuis",
              samenvatting="Bewoners willen de dagbesteding in het dorpshuis zelf doen.", velden=["waarom"])
    neem_in(world)
    world.as_(loop.wie.coordinator, openbaar.publiceren, loop.uitdaging_id)
    return loop


@kept
def beoordeling(world: World, loop: Uitdaagloop | None = None) -> Uitdaagloop:
    """Talked, agreed on the report, and the plan is final."""
    loop = loop or in_gesprek(world)
    talk = world.as_(loop.wie.coordinator, usecases.gesprek, loop.uitdaging_id, op_on=clock.today(), wie="twee bewoners",
                     verslag="Besproken wat het kost en wie het doet.")
    world.as_(loop.wie.inwoner, initiatieven.verslag, talk.id, akkoord=True)
    world.as_(loop.wie.inwoner, initiatieven.plan, loop.initiatief_id)
    neem_in(world)
    return loop


@kept
def beslisbaar(world: World, loop: Uitdaagloop | None = None, oordeel: str = "voldoet", route: str = "subsidie") -> Uitdaagloop:
    """Judged, with a lawful way and the advice of the panel."""
    loop = loop or beoordeling(world)
    for criterium in queries.criteria():
        world.as_(loop.wie.vakadviseur, usecases.beoordelen, loop.uitdaging_id, criterium=criterium, oordeel=oordeel,
                  motivering="Dat blijkt uit het plan en het gesprek.")
    world.as_(loop.wie.vakadviseur, usecases.beoordeeld, loop.uitdaging_id)
    world.as_(loop.wie.jurist, usecases.toetsen, loop.uitdaging_id, route=route,
              toelichting="Past binnen de regels voor subsidie.")
    world.as_(loop.wie.coordinator, usecases.naar_panel, loop.uitdaging_id)
    world.as_(loop.wie.panellid, usecases.verklaren, loop.uitdaging_id, heeft_belang=False)
    world.as_(loop.wie.panellid, usecases.adviseren, loop.uitdaging_id, advies="proef",
              motivering="Een goed plan om te proberen.")
    world.as_(loop.wie.coordinator, usecases.naar_besluit, loop.uitdaging_id)
    return loop


@kept
def voorgesteld(world: World, loop: Uitdaagloop | None = None, uitkomst: str = "proef", gronden: tuple = ()) -> Uitdaagloop:
    """The answer waits for a signature."""
    loop = loop or beslisbaar(world)
    made = world.as_(loop.wie.coordinator, besluiten.voorstellen, loop.uitdaging_id, uitkomst=uitkomst, motivering=LANG,
                     gronden=list(gronden))
    return replace(loop, besluit_id=made.id)


@kept
def besloten(world: World, loop: Uitdaagloop | None = None, uitkomst: str = "proef", gronden: tuple = ()) -> Uitdaagloop:
    """Signed and sent."""
    loop = loop or voorgesteld(world, uitkomst=uitkomst, gronden=gronden)
    brieven = NepBrieven(world)
    world.as_(loop.wie.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=brieven)
    return replace(loop, brieven=brieven)


@kept
def subsidiabel(world: World, route: str = "subsidie", wie: Personen | None = None) -> Uitdaagloop:
    """A yes of Zwolle, whose schemes the builders of subsidies make. It asks support of 25, which came on paper."""
    loop = begonnen(world, taak(world, wie or personen(world, "zwolle"), "zwolle"))
    loop = in_gesprek(world, getoetst(world, ingediend(world, loop)))
    counted = world.as_(loop.wie.coordinator, usecases.steun_tellen, loop.uitdaging_id, aantal=30, omschrijving="Drie vellen")
    world.as_(loop.wie.collega, usecases.steun_controleren, counted.id)
    return besloten(world, voorgesteld(world, beslisbaar(world, beoordeling(world, loop), route=route), "toewijzen"))


@kept
def in_uitvoering(world: World, loop: Uitdaagloop | None = None) -> Uitdaagloop:
    """Both signed the agreement, and the residents began."""
    loop = loop or besloten(world)
    today = clock.today()
    made = world.as_(loop.wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, taak="Dagbesteding in het dorpshuis",
                     resultaat="Vier dagen per week open", budget=Decimal("24500.00"), van=today + timedelta(days=30),
                     tot=today + timedelta(days=395), evaluatie_on=today + timedelta(days=200),
                     terug="De gemeente neemt het in drie maanden over.")
    world.as_(loop.wie.inwoner, initiatieven.ondertekenen, made.id)
    world.as_(loop.wie.tekenaar, uitvoering.ondertekenen, made.id)
    world.as_(loop.wie.coordinator, uitvoering.beginnen, loop.uitdaging_id)
    return loop


@kept
def verlenging(world: World, loop: Uitdaagloop | None = None, getekend: bool = False) -> Uitdaagloop:
    """An agreement with a later last day lies beside the one that counts; signed by both where that is asked."""
    loop = loop or in_uitvoering(world)
    today = clock.today()
    made = world.as_(loop.wie.coordinator, uitvoering.verlenging, loop.uitdaging_id, taak="Dagbesteding in het dorpshuis",
                     resultaat="Vijf dagen per week open", budget=Decimal("49000.00"), tot=today + timedelta(days=760),
                     evaluatie_on=today + timedelta(days=600), terug="De gemeente neemt het in vier maanden over.")
    if getekend:
        world.as_(loop.wie.inwoner, initiatieven.ondertekenen, made.id)
        world.as_(loop.wie.tekenaar, uitvoering.ondertekenen, made.id)
    return replace(loop, afspraak_id=made.id)
