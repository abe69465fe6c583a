"""The life of one subsidie, as builders: each goes one phase further, through the use cases, as the parties.

    loop = beoordeeld(world)                  # everything before it is built too
    loop = verleend(world, bedrag="12500")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=NepBrieven(world))

Each builder gives a `Subsidieloop` with ids and people; a later phase is a copy with more in it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from portal.db import Session
from portal.domains.beheer import mandaten
from portal.domains.subsidies import aanvragen, beschikking, queries, regelingen, tekenen, usecases, voorstellen
from portal.domains.subsidies.innemen import innemen
from portal.domains.subsidies.model import Indiening
from portal.kernel import clock
from portal.kernel.documents import Stuk
from portal.tenants.scope import acting_for
from tests.inkoop_world import Zorgaanbieder, stuk, zorgaanbieder
from tests.kept import kept
from tests.world import Person, World

IBAN = "NL02ABNA0123456789"


class NepBrieven:
    """Letters without typst: keeps what it was asked for, and puts a file in the store for each."""

    def __init__(self, world: World):
        self.world, self.brieven = world, []

    def besluit(self, brief: beschikking.BesluitBrief) -> Stuk:
        """The letter about one decision."""
        self.brieven.append(brief)
        return stuk(self.world, f"besluit-{brief.kenmerk}.pdf", f"%PDF {brief.kenmerk} {len(self.brieven)}".encode())


@dataclass(frozen=True)
class Personen:
    """Everybody that a subsidie needs; the mandate of the signer is in force."""

    adviseur: Person
    collega: Person
    jurist: Person
    tekenaar: Person
    beheerder: Person
    aanvragers: tuple[Zorgaanbieder, ...]
    mandaat_id: uuid.UUID


def mandaat(world: World, beheerder: Person, gemachtigde: Person, *, besluit_soort: str = "subsidie",
            tot_bedrag: Decimal | None = None, van: date | None = None, tot: date | None = None) -> uuid.UUID:
    """A written mandate to sign subsidy decisions, with the consents it needs (Awb 10:3, 10:4)."""
    given = world.as_(beheerder, mandaten.mandaat_geven, soort="mandaat", orgaan="college",
                      gemachtigde_id=gemachtigde.user_id, werkgever_id=gemachtigde.party_id, besluit_soort=besluit_soort,
                      tot_bedrag=tot_bedrag, van=van or clock.today() - timedelta(days=1), tot=tot,
                      vindplaats="Mandaatregister Zwolle, nummer 44")
    bestuur = world.medewerker(beheerder.actor.party_slug, "mandaathouder", naam="Secretaris Zwolle")
    world.as_(bestuur, mandaten.instemmen, given.id, "mandaatgever")
    world.as_(gemachtigde, mandaten.instemmen, given.id, "gemachtigde")
    return given.id


@kept
def personen(world: World, aanvragers: int = 1) -> Personen:
    """Staff of Zwolle and some providers."""
    beheerder = world.medewerker("zwolle", "beheerder", naam="Beheerder Zwolle")
    tekenaar = world.medewerker("zwolle", "mandaathouder", naam="Karel ten Brinke")
    return Personen(
        adviseur=world.medewerker("zwolle", "subsidieadviseur", naam="Ria Smeets"),
        collega=world.medewerker("zwolle", "subsidieadviseur", naam="Joris Haan"),
        jurist=world.medewerker("zwolle", "subsidiejurist", naam="Jurist Zwolle"), tekenaar=tekenaar, beheerder=beheerder,
        aanvragers=tuple(zorgaanbieder(world, f"Dagpunt {n} (fictief)") for n in range(1, aanvragers + 1)),
        mandaat_id=mandaat(world, beheerder, tekenaar))


@dataclass(frozen=True)
class Subsidieloop:
    """One case somewhere in its life, with its scheme. `deel` are fields that a builder gave the application."""

    wie: Personen
    regeling_id: uuid.UUID
    aanvrager: Zorgaanbieder | None = None
    aanvraag_id: uuid.UUID | None = None
    subsidie_id: uuid.UUID | None = None
    besluit_id: uuid.UUID | None = None
    brieven: NepBrieven | None = None
    deel: Mapping = field(default_factory=dict)


def jaar() -> tuple[date, date]:
    """The year that the schemes of tests are for: the next one."""
    return date(clock.today().year + 1, 1, 1), date(clock.today().year + 2, 1, 1)


VERREKENING = {"eenheid": "dagdelen", "basis": "geheel", "drempel": "0.10", "met_methode": True}


def gegevens(**anders) -> dict:
    """The facts of a dagbesteding scheme, in order of receipt."""
    van, tot = jaar()
    now = clock.now()
    return {
        "titel": "Dagbesteding", "omschrijving": "Dagbesteding voor iedereen, dicht bij huis.",
        "doelgroep": "Organisaties met een plek in de gemeente", "verordening": "Subsidieverordening Zwolle", "artikel": "5",
        "grondslag": "wettelijk", "van": van, "tot": tot, "opent_at": now - timedelta(days=7),
        "sluit_at": now + timedelta(days=60), "verdeling": "volgorde", "tweede_lezer_vanaf": Decimal(500_000),
        "financiering": [{"van": van.isoformat(), "vormen": ["budget"]}], "verrekening": VERREKENING,
        "inrichting": {
            "vragen": [{"code": "plek", "vraag": "Heeft u een plek in de gemeente?", "goed": "ja",
                        "uitleg": "De regeling is voor activiteiten in de gemeente."}],
            "documenten": [{"code": "begroting", "titel": "Begroting", "toelichting": "Wat het kost.", "herbruikbaar": False,
                            "verplicht": True}],
            "criteria": [{"code": "bereik", "tekst": "Hoeveel inwoners doen mee?", "punten": "10"}],
            "producten": [{"code": "dagdeel", "naam": "Dagdelen dagbesteding", "eenheid": "dagdelen"},
                          {"code": "tussenvorm", "naam": "Tussenvorm beschermd wonen", "eenheid": "plaatsen"}],
            "sjabloon": [{"code": "r1", "soort": "resultaat", "tekst": "Inwoners hebben overdag een plek.", "grondslag": "4-30",
                          "verordening_artikel": "", "bewijs": "Aantal dagdelen", "koppeling": "wmo-algemeen"},
                         {"code": "v1", "soort": "verplichting", "tekst": "Meld een afwijking van meer dan 10 % meteen.",
                          "grondslag": "4-37-1-c", "verordening_artikel": "", "bewijs": "Melding", "koppeling":
                          "criterium-verantwoording"}],
        },
    } | anders


@kept
def concept_regeling(world: World, wie: Personen | None = None, *, plafond: str | None = "100000", **anders) -> Subsidieloop:
    """A scheme that is being written, with its ceiling."""
    wie = wie or personen(world)
    regeling = world.as_(wie.adviseur, regelingen.maken, **gegevens(**anders))
    if plafond:
        van, tot = jaar()
        world.as_(wie.adviseur, regelingen.plafond_vaststellen, regeling.id, van=van, tot=tot, bedrag=Decimal(plafond),
                  orgaan="college", vastgesteld_on=clock.today() - timedelta(days=20),
                  bekendgemaakt_on=clock.today() - timedelta(days=14), vindplaats="Gemeenteblad 2026, 1234")
    return Subsidieloop(wie, regeling.id)


@kept
def open_regeling(world: World, wie: Personen | None = None, **anders) -> Subsidieloop:
    """A scheme that can be applied for."""
    loop = concept_regeling(world, wie, **anders)
    world.as_(loop.wie.adviseur, regelingen.bekendmaken, loop.regeling_id)
    return loop


ACTIVITEIT = {"titel": "Samen de dag door", "product": "dagdeel", "omschrijving": "Elke werkdag een open huis.",
              "resultaat": "Inwoners komen buiten.", "aantal": Decimal(1000)}
GELD = {"bedrag": Decimal(40_000), "begroting": "Huur en begeleiding.", "iban": IBAN, "tenaamstelling": "Dagpunt"}


@kept
def geschreven(world: World, loop: Subsidieloop | None = None, *, wie: int = 0, bedrag: str = "40000",
               **anders) -> Subsidieloop:
    """An application that is complete, and not sent."""
    loop = loop or open_regeling(world)
    aanvrager = loop.wie.aanvragers[wie]
    aanvraag = world.as_(aanvrager.auteur, aanvragen.begin, loop.regeling_id)
    van, tot = jaar()
    own = {part: {k: v for k, v in anders.items() if k in fields} for part, fields in aanvragen.VELDEN.items()}
    activiteit = ACTIVITEIT | {"van": van, "tot": tot} | own["activiteit"]
    geld = GELD | {"bedrag": Decimal(bedrag)} | own["geld"]
    world.as_(aanvrager.auteur, aanvragen.bewaren, aanvraag.id, "activiteit", activiteit)
    world.as_(aanvrager.auteur, aanvragen.bewaren, aanvraag.id, "geld", geld)
    world.as_(aanvrager.auteur, aanvragen.document_toevoegen, aanvraag.id, stuk(world, "begroting.pdf"), code="begroting")
    return replace(loop, aanvrager=aanvrager, aanvraag_id=aanvraag.id)


def neem_in(world: World, indiening_id: uuid.UUID, party_id: uuid.UUID):
    """What the worker does with what was sent."""
    with acting_for(party_id), Session(bind=world.app.engine) as session, session.begin():
        return innemen(session, usecases.portaal(party_id), indiening_id)


@kept
def verstuurd(world: World, loop: Subsidieloop | None = None, **anders) -> Subsidieloop:
    """Sent, and taken in at the gemeente."""
    loop = loop if loop and loop.aanvraag_id else geschreven(world, loop, **anders)
    indiening = world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)
    subsidie = neem_in(world, indiening.id, loop.wie.adviseur.party_id)
    return replace(loop, subsidie_id=subsidie.id)


@kept
def in_behandeling(world: World, loop: Subsidieloop | None = None, **anders) -> Subsidieloop:
    """Complete, by somebody who declared to have no interest."""
    loop = loop if loop and loop.subsidie_id else verstuurd(world, loop, **anders)
    world.as_(loop.wie.adviseur, usecases.belang_verklaren, loop.subsidie_id, heeft_belang=False)
    world.as_(loop.wie.adviseur, usecases.compleet, loop.subsidie_id)
    return loop


@kept
def beoordeeld(world: World, loop: Subsidieloop | None = None, **anders) -> Subsidieloop:
    """All criteria have points and a reason."""
    loop = in_behandeling(world, loop, **anders)
    world.as_(loop.wie.adviseur, usecases.beoordelen, loop.subsidie_id, criterium="bereik", punten=Decimal(8),
              motivering="Er doen veel inwoners mee, ook uit de dorpen.")
    world.as_(loop.wie.adviseur, usecases.afronden, loop.subsidie_id)
    return loop


# What a grant of less than was asked says about the rest; a grant of everything drops it.
REST = {"grond": "verordening", "eigen_feiten": False, "horen": "Dit volgt uit de aanvraag zelf."}


@kept
def voorgesteld(world: World, loop: Subsidieloop | None = None, *, voorstel: Mapping | None = None, **anders) -> Subsidieloop:
    """A proposal to grant lies before its reader or signer."""
    loop = beoordeeld(world, loop, **anders)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, **(
        {"motivering": "De aanvraag past bij de regeling.", "steun": "geen",
         "staatssteun": "De activiteit is lokaal en niet economisch."} | REST
        | dict(voorstel or {})))
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    return replace(loop, besluit_id=besluit.id, brieven=NepBrieven(world))


@kept
def verleend(world: World, loop: Subsidieloop | None = None, **anders) -> Subsidieloop:
    """Signed and sent."""
    loop = voorgesteld(world, loop, **anders)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=loop.brieven)
    return loop


def subsidie(world: World, loop: Subsidieloop):
    """The case as its gemeente sees it now."""
    return world.as_(loop.wie.adviseur, lambda session, _actor: queries.kop(session, loop.subsidie_id).subsidie)


def laatste_indiening(world: World, loop: Subsidieloop) -> Indiening:
    """What was sent last for this application."""
    return world.as_(loop.aanvrager.verzender, lambda session, _actor: session.scalars(
        select(Indiening).where(Indiening.dossier_id == loop.aanvraag_id).order_by(Indiening.ontvangen_at.desc())).first())


def op(dag: date) -> datetime:
    """Nine o'clock in the morning of a day."""
    return datetime.combine(dag, datetime.min.time(), clock.AMSTERDAM).replace(hour=9)
