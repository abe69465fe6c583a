"""The life of one joint procurement, as builders: each goes one phase further, through the use cases, as the parties.

    loop = gegund(world)                      # everything before it is built too
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1), n=3)
    world.as_(loop.wie.mandaathouder, usecases.contracteren, loop.percelen[0])

Each builder gives an `Inkooploop` with ids and people; a later phase is a copy with more in it.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from portal.domains.beheer import mandaten as tenants
from portal.domains.inkoop import inschrijven, usecases
from portal.kernel import clock
from portal.kernel.documents import Stuk
from portal.kernel.planning import Moment
from tests.kept import kept
from tests.world import Person, World

LEDEN = ("zwolle", "hardenberg", "kampen", "steenwijkerland", "dalfsen", "zwartewaterland", "ommen", "staphorst")
NAMEN = ("Beschermd wonen", "Tussenvorm", "Maatschappelijke opvang")
MOTIVERING = "Het plan noemt wie het doet, wanneer het klaar is en hoe bewoners meepraten."
KENMERKEN = "De inschrijving beschrijft per bewoner wie de begeleiding geeft."


def stuk(world: World, naam: str = "leidraad.pdf", inhoud: bytes | None = None, scan: str = "schoon") -> Stuk:
    """A file that really stands in the file store."""
    inhoud = inhoud or f"%PDF-1.7 {naam}".encode()
    return Stuk(world.app.files.put([inhoud]), naam, "application/pdf", len(inhoud), hashlib.sha256(inhoud).hexdigest(), scan)


class NepBrieven:
    """Letters without typst: keeps what it was asked for, and puts a file in the store for each."""

    def __init__(self, world: World):
        self.world, self.brieven = world, []

    def gunning(self, brief: usecases.GunningsBrief) -> Stuk:
        """The letter to one bidder."""
        self.brieven.append(brief)
        return stuk(self.world, f"brief-{brief.kenmerk}.pdf", f"%PDF {brief.aanbieder} {brief.perceel}".encode())


@dataclass(frozen=True)
class Zorgaanbieder:
    """A registered provider and its people."""

    id: uuid.UUID
    naam: str
    auteur: Person
    meelezer: Person
    verzender: Person
    beheerder: Person


@dataclass(frozen=True)
class Personen:
    """Everybody that a procurement needs. `beleid` is by slug of the gemeente."""

    manager: Person
    jurist: Person
    mandaathouder: Person
    beheerder: Person
    opener: Person
    beoordelaar: Person
    beoordelaar_kampen: Person
    beleid: Mapping[str, Person]
    aanbieders: tuple[Zorgaanbieder, ...]
    volmacht_id: uuid.UUID
    contract_volmacht_id: uuid.UUID


def zorgaanbieder(world: World, naam: str) -> Zorgaanbieder:
    """A provider with an author, a reviewer, an authorised sender and an administrator, and its contact data."""
    id_ = world.aanbieder(naam)
    roles = ("auteur", "meelezer", "verzender", "aanbiederbeheerder")
    people = [world.aanbieder_persoon(id_, role, naam=f"{role.title()} {naam}") for role in roles]
    world.as_(people[3], inschrijven.organisatie_bewaren, grootteklasse="klein", omschrijving=f"{naam} biedt een thuis.",
              contactpersoon="M. Bakker", email="post@voorbeeld.example", telefoon="038 000 00 00",
              postadres="Dorpsstraat 1, 8000 AA Zwolle")
    return Zorgaanbieder(id_, naam, *people)


def volmacht(world: World, beheerder: Person, gemachtigde: Person, *, tot_bedrag: Decimal | None = None,
             van: date | None = None, tot: date | None = None, besluit_soort: str = "gunning") -> uuid.UUID:
    """A written volmacht to sign awards (or contracts: `overeenkomst`), with the consents it needs (Awb 10:12, 10:4)."""
    given = world.as_(beheerder, tenants.mandaat_geven, soort="volmacht", orgaan="burgemeester",
                      gemachtigde_id=gemachtigde.user_id, werkgever_id=gemachtigde.party_id, besluit_soort=besluit_soort,
                      tot_bedrag=tot_bedrag, van=van or clock.today() - timedelta(days=1), tot=tot,
                      vindplaats="Volmachtregister Zwolle, nummer 12")
    bestuur = world.medewerker(beheerder.actor.party_slug, "mandaathouder", naam="Secretaris")
    world.as_(bestuur, tenants.instemmen, given.id, "mandaatgever")
    world.as_(gemachtigde, tenants.instemmen, given.id, "gemachtigde")
    return given.id


@kept
def personen(world: World, aanbieders: int = 2) -> Personen:
    """The people of eight gemeenten and of some providers; the volmacht of the signer is in force."""
    beheerder = world.medewerker("zwolle", "beheerder", naam="Beheerder Zwolle")
    mandaathouder = world.medewerker("zwolle", "mandaathouder", naam="Karel ten Brinke")
    namen = ("Woonvorm De Lindehof (fictief)", "Stichting De Brink (fictief)", "GGZ Kompasgroep (fictief)",
             "Kleine Schakels (fictief)")
    return Personen(
        manager=world.medewerker("zwolle", "contractmanager", naam="Sanne de Vries"),
        jurist=world.medewerker("zwolle", "inkoopjurist", naam="Jurist Zwolle"),
        mandaathouder=mandaathouder, beheerder=beheerder,
        opener=world.medewerker("hardenberg", "contractmanager", naam="Opener Hardenberg"),
        beoordelaar=world.medewerker("zwolle", "beoordelaar", naam="Beoordelaar Zwolle"),
        beoordelaar_kampen=world.medewerker("kampen", "beoordelaar", naam="Beoordelaar Kampen"),
        beleid={slug: world.medewerker(slug, "beleidsadviseur", naam=f"Beleid {slug.title()}") for slug in LEDEN},
        aanbieders=tuple(zorgaanbieder(world, namen[n] if n < len(namen) else f"Aanbieder {n} (fictief)")
                         for n in range(aanbieders)),
        volmacht_id=volmacht(world, beheerder, mandaathouder),
        contract_volmacht_id=volmacht(world, beheerder, mandaathouder, besluit_soort="overeenkomst"),
    )


@dataclass(frozen=True)
class Inschrijver:
    """A bid and who made it."""

    inschrijving_id: uuid.UUID
    aanbieder: Zorgaanbieder


@dataclass(frozen=True)
class Inkooploop:
    """One procurement somewhere in its life. `eisen` and `criteria` are ids by perceel."""

    wie: Personen
    inkoop_id: uuid.UUID
    reference: str
    percelen: tuple[uuid.UUID, ...]
    eisen: Mapping[uuid.UUID, tuple[uuid.UUID, ...]]
    criteria: Mapping[uuid.UUID, tuple[uuid.UUID, ...]]
    stuk_id: uuid.UUID
    sluit_at: datetime | None = None
    inschrijvers: tuple[Inschrijver, ...] = ()
    besluiten: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    brieven: NepBrieven | None = None


@kept
def geplande_inkoop(world: World, percelen: int = 2, wie: Personen | None = None, *, aanbieders: int = 2,
                    max_contracten: int | None = None, minimale_score: Decimal = Decimal("5.5"),
                    titel: str = "Beschermd wonen 2028") -> Inkooploop:
    """Planned and complete: percelen with requirements and criteria, asked documents, milestones, figures, one document."""
    wie = wie or personen(world, aanbieders)

    def plan(session, actor):
        inkoop = usecases.plannen(
            session, actor, titel=titel, verband_id=world.gemeente("beschermd-wonen"), methode="sas",
            omschrijving="Wonen met begeleiding.", geraamde_waarde=Decimal("46800000.00"), begint_on=date(2028, 1, 1),
            looptijd_jaren=[3, 2, 2], terugval="Iedere gemeente verlengt de contracten van nu met een jaar.",
            aandachtspunten=[{"titel": "Wachtlijst", "tekst": "Het aantal plaatsen groeit langzamer dan de vraag."}])
        usecases.mijlpaal_toevoegen(session, actor, inkoop.id, titel="Besluit doorgaan of stoppen",
                                    moment=Moment("kwartaal", "2027-Q1"), poort="deelname")
        usecases.mijlpaal_toevoegen(session, actor, inkoop.id, titel="Publicatie", fase="publicatie",
                                    moment=Moment("seizoen", "2027-voor-zomer"))
        usecases.gevraagd_toevoegen(session, actor, inkoop.id, code="G1", titel="Verklaring van de aanbieder",
                                    toelichting="Ondertekend en niet ouder dan een jaar.", herbruikbaar=True)
        ids, eisen, criteria = [], {}, {}
        for number in range(percelen):
            naam = NAMEN[number % 3]
            perceel = usecases.perceel_toevoegen(
                session, actor, inkoop.id, naam=naam, product=naam.lower(), omschrijving=f"{naam} in de regio.",
                waarde=Decimal("12000000.00"), max_contracten=max_contracten, minimale_score=minimale_score)
            ids.append(perceel.id)
            eisen[perceel.id] = tuple(
                usecases.eis_toevoegen(session, actor, perceel.id, code=code, tekst=tekst).id
                for code, tekst in (("E1", "Er is dag en nacht iemand bereikbaar."),
                                    ("E2", "U heeft een kwaliteitsmanagementsysteem.")))
            criteria[perceel.id] = tuple(
                usecases.criterium_toevoegen(session, actor, perceel.id, code=code, tekst=tekst, weging=weging).id
                for code, tekst, weging in (("K1", "Plan van aanpak", 60), ("K2", "Samenwerking in de buurt", 40)))
            usecases.gevraagd_toevoegen(session, actor, perceel.id, code="P1", titel="Plan van aanpak",
                                        toelichting="Hoogstens tien bladzijden.")
            for place, slug in enumerate(LEDEN):
                usecases.cijfer_vastleggen(session, actor, inkoop.id, perceel_id=perceel.id, gemeente_id=world.gemeente(slug),
                                           plaatsen=10 + place, bedrag_per_jaar=Decimal(100000 * (place + 1)), pgb_inwoners=2)
        document = usecases.stuk_toevoegen(session, actor, inkoop.id, stuk(world), titel="Aanbestedingsleidraad")
        usecases.stuk_delen(session, actor, document.id)
        return inkoop.id, inkoop.reference, tuple(ids), eisen, criteria, document.id

    return Inkooploop(wie, *world.as_(wie.manager, plan))


@kept
def uitgevraagde_inkoop(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """All eight members are asked to decide."""
    loop = loop or geplande_inkoop(world, **how)
    world.as_(loop.wie.manager, usecases.uitvragen, loop.inkoop_id)
    return loop


def besluiten(world: World, loop: Inkooploop, slug: str, antwoord: str | Sequence[str] = "ja") -> None:
    """One gemeente records its decision: the same answer for every perceel, or one answer each."""
    each = [antwoord] * len(loop.percelen) if isinstance(antwoord, str) else list(antwoord)

    def decide(session, actor):
        usecases.deelname_bewaren(
            session, actor, loop.inkoop_id, antwoorden=dict(zip(loop.percelen, each, strict=True)), orgaan="college",
            besloten_on=clock.today(), voorbehoud="De raad moet het budget nog vaststellen." if "voorbehoud" in each else None)
        usecases.deelname_document(session, actor, loop.inkoop_id, stuk(world, f"besluit-{slug}.pdf"))
        usecases.deelname(session, actor, loop.inkoop_id)

    world.as_(loop.wie.beleid[slug], decide)


@kept
def met_deelname(world: World, loop: Inkooploop | None = None, *,
                 besloten: Mapping[str, str | Sequence[str]] | Sequence[str] = LEDEN, **how) -> Inkooploop:
    """These members have decided: slugs that say yes, or slug -> answer (or an answer per perceel). Others are silent."""
    loop = loop or uitgevraagde_inkoop(world, **how)
    answers = besloten if isinstance(besloten, Mapping) else dict.fromkeys(besloten, "ja")
    for slug, antwoord in answers.items():
        besluiten(world, loop, slug, antwoord)
    return loop


@kept
def doorgezette_inkoop(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """Go. When somebody is silent, the clock moves past the deadline first."""
    loop = loop or met_deelname(world, **how)
    silent = world.behind(
        "SELECT 1 FROM portal.dossier_deelnemer WHERE dossier_id = :i AND party_id NOT IN (SELECT party_id "
        "FROM portal.deelnamebesluit WHERE dossier_id = :i AND vastgelegd_at IS NOT NULL)", i=loop.inkoop_id)
    if silent:
        world.clock(world.behind("SELECT deelname_uiterlijk_at FROM portal.inkoop WHERE id = :i", i=loop.inkoop_id)[0][0])
    world.as_(loop.wie.manager, usecases.doorzetten, loop.inkoop_id)
    return loop


@kept
def gepubliceerde_inkoop(world: World, percelen: int = 2, sluit_in: timedelta = timedelta(days=30), *,
                         loop: Inkooploop | None = None, **how) -> Inkooploop:
    """Published and open for bids; it closes `sluit_in` from now."""
    loop = loop or doorgezette_inkoop(world, percelen=percelen, **how)
    sluit_at = clock.now() + sluit_in
    world.as_(loop.wie.manager, usecases.publiceren, loop.inkoop_id, sluit_at=sluit_at)
    return replace(loop, sluit_at=sluit_at)


def concept(world: World, loop: Inkooploop, aanbieder: Zorgaanbieder,
            percelen: Sequence[uuid.UUID] | None = None) -> Inschrijver:
    """A complete bid that is read by a colleague and not sent."""
    chosen = loop.percelen if percelen is None else percelen

    def write(session, actor):
        inschrijving = inschrijven.begin(session, actor, loop.inkoop_id)
        inschrijven.document_toevoegen(session, actor, inschrijving.id, stuk(world, "verklaring.pdf"), perceel_id=None,
                                       code="G1")
        for perceel_id in chosen:
            inschrijven.perceel_kiezen(session, actor, inschrijving.id, perceel_id)
            inschrijven.antwoorden_bewaren(session, actor, inschrijving.id, perceel_id, {
                str(eis): {"voldoet": True, "toelichting": "Ja, zie het plan."} for eis in loop.eisen[perceel_id]})
            inschrijven.document_toevoegen(session, actor, inschrijving.id, stuk(world, "plan.pdf"), perceel_id=perceel_id,
                                           code="P1")
        return inschrijving.id

    id_ = world.as_(aanbieder.auteur, write)
    world.as_(aanbieder.meelezer, inschrijven.meelezen, id_)
    return Inschrijver(id_, aanbieder)


def verstuurd(world: World, loop: Inkooploop, aanbieder: Zorgaanbieder,
              percelen: Sequence[uuid.UUID] | None = None) -> Inschrijver:
    """A bid that is sent for these percelen (all of them by default)."""
    chosen = loop.percelen if percelen is None else percelen
    bid = concept(world, loop, aanbieder, chosen)
    world.as_(aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, chosen)
    return bid


@kept
def met_inschrijvingen(world: World, loop: Inkooploop | None = None, n: int = 2, **how) -> Inkooploop:
    """The first `n` providers have sent a bid on every perceel."""
    loop = loop or gepubliceerde_inkoop(world, aanbieders=n, **how)
    return replace(loop, inschrijvers=tuple(verstuurd(world, loop, a) for a in loop.wie.aanbieders[:n]))


def na_sluiting(world: World, loop: Inkooploop, extra: timedelta = timedelta(0)) -> None:
    """The clock moves to the closing moment (or later)."""
    world.clock(loop.sluit_at + extra)


@kept
def geopend(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """Two officers of different gemeenten have opened after the deadline."""
    loop = loop or met_inschrijvingen(world, **how)
    na_sluiting(world, loop)
    world.as_(loop.wie.manager, usecases.openen, loop.inkoop_id)
    world.as_(loop.wie.opener, usecases.openen, loop.inkoop_id)
    return loop


def beoordelen(world: World, loop: Inkooploop, perceel_id: uuid.UUID, punten: Mapping[uuid.UUID, Decimal | None],
               door: Person | None = None) -> None:
    """Test and score every bid on one perceel: points on each criterion, or None for a bid that fails the first
    requirement. The assessor must have declared to have no interest."""
    def judge(session, actor):
        for inschrijving_id, points in punten.items():
            for number, eis_id in enumerate(loop.eisen[perceel_id]):
                fails = points is None and number == 0
                usecases.toetsen(session, actor, perceel_id, inschrijving_id, eis_id, voldoet=not fails,
                                 motivering="Er is alleen overdag iemand bereikbaar." if fails else None)
            for criterium_id in loop.criteria[perceel_id] if points is not None else ():
                usecases.scoren(session, actor, perceel_id, inschrijving_id, criterium_id, punten=Decimal(points),
                                motivering=MOTIVERING, kenmerken=KENMERKEN)

    world.as_(door or loop.wie.beoordelaar, judge)


@kept
def beoordeeld(world: World, loop: Inkooploop | None = None, *, punten: Sequence[Decimal | str | None] = ("8", "7"),
               **how) -> Inkooploop:
    """Both assessors declared to have no interest; every bid is tested and scored. `punten` per bid, in their order."""
    loop = loop or geopend(world, n=len(punten), **how)
    for person in (loop.wie.beoordelaar, loop.wie.beoordelaar_kampen):
        world.as_(person, usecases.belang_verklaren, loop.inkoop_id, heeft_belang=False)
    given = {bid.inschrijving_id: None if p is None else Decimal(p) for bid, p in zip(loop.inschrijvers, punten, strict=True)}
    for perceel_id in loop.percelen:
        beoordelen(world, loop, perceel_id, given)
    return loop


@kept
def vastgesteld(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """A second person has finalised the assessment of every perceel."""
    loop = loop or beoordeeld(world, **how)
    for perceel_id in loop.percelen:
        world.as_(loop.wie.jurist, usecases.vaststellen, perceel_id)
    return loop


@kept
def voorgesteld(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """The award of every perceel is drafted, and not yet read."""
    loop = loop or vastgesteld(world, **how)
    return replace(loop, besluiten={p: world.as_(loop.wie.manager, usecases.gunnen, p).id for p in loop.percelen})


def gelezen(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """The second reader agreed with every award."""
    loop = loop or voorgesteld(world, **how)
    for besluit_id in loop.besluiten.values():
        world.as_(loop.wie.jurist, usecases.meelezen, besluit_id)
    return loop


@kept
def gegund(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """Signed under volmacht; the letters are sent and the standstill runs."""
    loop = loop or gelezen(world, **how)
    brieven = NepBrieven(world)
    for besluit_id in loop.besluiten.values():
        world.as_(loop.wie.mandaathouder, usecases.tekenen, besluit_id, brieven=brieven)
    return replace(loop, brieven=brieven)


def na_standstill(world: World, loop: Inkooploop) -> None:
    """The clock moves to nine in the morning of the day after the standstill."""
    last = world.behind("SELECT max(due_on) FROM portal.termijn WHERE kind = 'standstill' AND dossier_id = ANY(:p)",
                        p=list(loop.percelen))[0][0]
    world.clock(last + timedelta(days=1))


@kept
def gecontracteerd(world: World, loop: Inkooploop | None = None, **how) -> Inkooploop:
    """The contracts of every perceel are made; the procurement is finished."""
    loop = loop or gegund(world, **how)
    na_standstill(world, loop)
    for perceel_id in loop.percelen:
        world.as_(loop.wie.mandaathouder, usecases.contracteren, perceel_id)
    return loop
