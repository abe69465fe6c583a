"""Messages between Kampen and a provider, as builders on top of plaatsingen_world: allocated, told, started, declared, asked.

    found = uitgegeven(world)                     # a reserved place, allocated and told in a 301
    row = binnen(world, found, start(begin_dag(world, found)))
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from portal.adapters import istandaarden
from portal.adapters.istandaarden import Bericht, lees, schrijf
from portal.domains.plaatsingen import berichtenverkeer
from portal.domains.plaatsingen.berichtenmodel import Toewijzing, Verkeersbericht
from portal.domains.plaatsingen.berichtenstand import Post, lees_gesloten
from portal.domains.plaatsingen.model import Grond, Overdracht, Plaatsing, PlaatsingAntwoord, Verblijf
from portal.kernel import clock
from portal.kernel.dossier import Termijn, load, next_reference, share, under
from tests.istandaarden_world import AANBIEDER, anders, maak, prestatie
from tests.plaatsingen_world import BSN, KLUIS, Plaatsingsloop, gereserveerd, personen
from tests.world import World

POST = Post(KLUIS, istandaarden)
KAMPEN = "0166"
OMVANG = {"Volume": 31, "Eenheid": "14", "Frequentie": "4"}


@dataclass(frozen=True)
class Verkeer:
    """A placement with a reserved place, of which the support was allocated; `bericht_id`: the 301 that told it."""

    loop: Plaatsingsloop
    toewijzing_id: uuid.UUID | None
    bericht_id: uuid.UUID | None = None


def partner(world: World, loop: Plaatsingsloop, agb: str = AANBIEDER) -> None:
    world.as_(loop.wie.consulent, berichtenverkeer.partner_bewaren, aanbieder_id=loop.huis.aanbieder_id, agb=agb)


def toegewezen(world: World, loop: Plaatsingsloop | None = None, **anders_) -> Verkeer:
    """Allocated, and not told yet."""
    loop = loop or gereserveerd(world)
    partner(world, loop)
    van = world.see(loop.wie.consulent, lambda s: load(s, Verblijf, loop.verblijf_id)).van
    made = world.as_(loop.wie.consulent, berichtenverkeer.toewijzen, loop.plaatsing_id, **{
        "aanbieder_id": loop.huis.aanbieder_id, "van": van, "tot": van + timedelta(days=364),
        "verblijf_id": loop.verblijf_id, **anders_})
    return Verkeer(loop, made.id)


def uitgegeven(world: World, found: Verkeer | None = None) -> Verkeer:
    """Told in a 301 that was taken out."""
    found = found or toegewezen(world)
    row = maak_301(world, found)
    world.as_(found.loop.wie.consulent, berichtenverkeer.bestand, row.id, post=POST)
    return Verkeer(found.loop, found.toewijzing_id, row.id)


def maak_301(world: World, found: Verkeer) -> Verkeersbericht:
    return world.as_(found.loop.wie.consulent, berichtenverkeer.toewijzingsbericht, found.loop.plaatsing_id,
                     aanbieder_id=found.loop.huis.aanbieder_id, post=POST)


def inhoud(world: World, wie, bericht_id) -> Bericht:
    """What stands in a message."""
    return lees(world.see(wie, lambda s: lees_gesloten(load(s, Verkeersbericht, bericht_id), POST)))


def wijzig(world: World, found: Verkeer, wijziging: str, tot: date | None = None):
    return world.as_(found.loop.wie.consulent, berichtenverkeer.wijzigen, found.toewijzing_id, wijziging=wijziging, tot=tot)


def binnen(world: World, found: Verkeer, bericht: Bericht | bytes) -> Verkeersbericht:
    data = bericht if isinstance(bericht, bytes) else schrijf(bericht)
    return world.as_(found.loop.wie.consulent, berichtenverkeer.inlezen, data, post=POST)


def antwoord(world: World, found: Verkeer, row: Verkeersbericht) -> Bericht:
    """What was answered to a message that came in."""
    answer = world.see(found.loop.wie.consulent, lambda s: s.scalar(
        select(Verkeersbericht.id).where(Verkeersbericht.antwoord_op_id == row.id)))
    return inhoud(world, found.loop.wie.consulent, answer)


def van_aanbieder(soort: str, *, identificatie: str = "B1", ontvanger: str = KAMPEN, **stappen) -> Bericht:
    """A message of the provider to Kampen, of today, about the person of the placement."""
    kop = {"Header__Ontvanger": ontvanger, "Header__BerichtIdentificatie__Identificatie": identificatie,
           "Header__BerichtIdentificatie__Dagtekening": clock.today()}
    wie = {} if soort == "WMO323" else {"Client__Bsn": BSN}
    return anders(maak(soort), **kop | wie | stappen)


def start(van: date, *, identificatie: str = "S1", begin: date | None = None, **stappen) -> Bericht:
    rij = "Client__StartProducten__0__"
    return van_aanbieder("WMO305", identificatie=identificatie, **{
        f"{rij}ToewijzingNummer": 1, f"{rij}ToewijzingIngangsdatum": van, f"{rij}Begindatum": begin or van, **stappen})


def stop(van: date, tot: date, reden: str, *, identificatie: str = "P1", **stappen) -> Bericht:
    rij = "Client__StopProducten__0__"
    return van_aanbieder("WMO307", identificatie=identificatie, **{
        f"{rij}ToewijzingNummer": 1, f"{rij}ToewijzingIngangsdatum": van, f"{rij}Begindatum": van, f"{rij}Einddatum": tot,
        f"{rij}RedenBeeindiging": reden, **stappen})


def begin_dag(world: World, found: Verkeer) -> date:
    """The first day of the allocation; the clock goes there."""
    van = world.see(found.loop.wie.consulent, lambda s: load(s, Toewijzing, found.toewijzing_id)).van
    if clock.today() < van:
        world.clock(van - clock.today())
    return van


def stand(world: World, found: Verkeer) -> tuple[str, str]:
    """State of the placement and of the stay."""
    return world.see(found.loop.wie.consulent, lambda s: (
        load(s, Plaatsing, found.loop.plaatsing_id).state, load(s, Verblijf, found.loop.verblijf_id).state))


def count(world: World, wie, kind) -> int:
    return world.see(wie, lambda s: s.scalar(select(func.count()).select_from(kind)))


def aanvaard(world: World, found: Verkeer, on: date) -> None:
    """Zwolle takes the responsibility over from this day."""
    zwolle, mine = personen(world, "zwolle").consulent, found.loop.wie.consulent

    def offer(session, actor):
        plaatsing = load(session, Plaatsing, found.loop.plaatsing_id)
        made = Overdracht(reference=next_reference(session, "OVD"), titel="Overdracht", state="aangeboden",
                          eigenaar_id=actor.party_id, ouder_id=plaatsing.id, plaatsing_id=plaatsing.id,
                          traject_id=plaatsing.traject_id, richting="heen", ontvanger_id=zwolle.party_id,
                          verzender_id=actor.party_id, ingaand_on=on, verloopt_on=on)
        session.add(made)
        session.flush()
        session.add(Grond(**under(made, actor.party_id), voor_id=zwolle.party_id, soort="toestemming", vindplaats="gesprek",
                          van_on=clock.today(), tot_on=on, vastgelegd_by=actor.user_id))
        session.flush()
        share(session, made, zwolle.party_id, "gemeente")
        return made.id

    offered = world.as_(mine, offer)
    world.as_(zwolle, lambda session, actor: session.add(PlaatsingAntwoord(
        **under(load(session, Overdracht, offered), actor.party_id), ja=True, ingaand_on=on, gegeven_by=actor.user_id)))


def verzoek(world: World, found: Verkeer, **stappen) -> Verkeersbericht:
    rij = "Client__AangevraagdeProducten__0__"
    return binnen(world, found, van_aanbieder("WMO315", identificatie="V1", **{
        f"{rij}ToewijzingIngangsdatum": clock.today(), f"{rij}ToewijzingEinddatum": clock.today() + timedelta(days=100),
        f"{rij}Omvang": OMVANG, **stappen}))


def open_terms(world: World, found: Verkeer, kind: str) -> int:
    return world.see(found.loop.wie.consulent, lambda s: s.scalar(select(func.count()).select_from(Termijn).where(
        Termijn.kind == kind, Termijn.met_on.is_(None))))


def declaratie(world: World, found: Verkeer, *, identificatie: str = "D1", **anders_) -> Verkeersbericht:
    """A declaration of the first month, with one line: every day at 150 euro."""
    van = world.see(found.loop.wie.consulent, lambda s: load(s, Toewijzing, found.toewijzing_id)).van
    last = (van.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if clock.today() <= last:
        world.clock(last - clock.today() + timedelta(days=1))
    days = (last - van).days + 1
    bedrag = days * 15000
    line = prestatie(ToewijzingNummer=1, ProductPeriode={"Begindatum": van, "Einddatum": last}, GeleverdVolume=days,
                     IngediendBedrag={"Bedrag": bedrag, "DebetCredit": "D"}) | anders_
    return binnen(world, found, van_aanbieder(
        "WMO323", identificatie=identificatie, Declaratie__DeclaratieNummer=identificatie,
        Declaratie__DeclaratiePeriode={"Begindatum": van.replace(day=1), "Einddatum": last},
        Declaratie__DeclaratieDagtekening=clock.today(),
        Declaratie__TotaalIngediendBedrag={"TotaalBedrag": line["IngediendBedrag"]["Bedrag"], "DebetCredit": "D"},
        Declaratie__Clienten=[{"Bsn": BSN, "Prestaties": [line]}]))


def gedeclareerd(world: World) -> Verkeer:
    found = uitgegeven(world)
    van = begin_dag(world, found)
    binnen(world, found, start(van))
    row = declaratie(world, found)
    assert row.geldig, row.bevindingen
    return found
