"""A stay that one gemeente pays for while another is responsible, and the settlement of it, as builders."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import text

from portal.domains.plaatsingen import overdragen, verrekenen
from portal.domains.plaatsingen.model import (
    Grond,
    Grondsoort,
    Overdracht,
    OverdrachtState,
    Plaatsing,
    PlaatsingAntwoord,
    Verrekening,
)
from portal.kernel import clock
from portal.kernel.dossier import load, next_reference, share, under
from portal.kernel.sentences import settle
from tests.plaatsingen_world import (
    Plaatsingsloop,
    aangeboden,
    gereserveerd,
    overdracht_aangeboden,
    overdracht_aanvaard,
    personen,
    verblijvend,
)
from tests.world import Person, World

DAY = timedelta(days=1)
DAGPRIJS = Decimal("180.50")


@dataclass(frozen=True)
class Verrekenloop:
    """Kampen pays for a stay, Zwolle became responsible ten days after it began; forty days were lived there."""

    kampen: Person
    zwolle: Person
    verblijf: Plaatsingsloop
    begon: date
    over: date
    verrekening_id: object = None


def overgegaan(world: World, loop: Plaatsingsloop, naar: str, on: date) -> None:
    """The responsibility passed to another gemeente on this day: offered on a mandate, and accepted."""
    receiver = personen(world, naar).consulent

    def offer(session, actor):
        plaatsing = load(session, Plaatsing, loop.plaatsing_id)
        found = Overdracht(
            reference=next_reference(session, "OVD"), titel="Overdracht", state=OverdrachtState.AANGEBODEN,
            eigenaar_id=actor.party_id, ouder_id=plaatsing.id, plaatsing_id=plaatsing.id, traject_id=plaatsing.traject_id,
            richting="heen", ontvanger_id=receiver.party_id, verzender_id=actor.party_id, ingaand_on=on,
            verloopt_on=clock.today() + 14 * DAY)
        session.add(found)
        settle(session)
        session.add(Grond(**under(found, actor.party_id), voor_id=receiver.party_id, soort=Grondsoort.MANDAAT,
                          vindplaats="Mandaatregister, 12", van_on=clock.today(), tot_on=clock.today() + 400 * DAY,
                          vastgelegd_by=actor.user_id))
        settle(session)
        share(session, found, receiver.party_id, "ontvanger")
        settle(session)
        return found

    def accept(session, actor, overdracht_id):
        found = load(session, Overdracht, overdracht_id)
        session.add(PlaatsingAntwoord(**under(found, actor.party_id), ja=True, ingaand_on=on, gegeven_by=actor.user_id))
        settle(session)

    world.as_(receiver, accept, world.as_(loop.wie.consulent, offer).id)


def betaald(world: World, *, dagprijs: Decimal | None = DAGPRIJS) -> Verrekenloop:
    """Somebody of Kampen lives in Zwolle at the cost of Kampen; Zwolle is responsible from the tenth day."""
    loop = verblijvend(world, gereserveerd(world, aangeboden(world, dagprijs=dagprijs)))
    begon = clock.today()
    over = begon + 10 * DAY
    overgegaan(world, loop, "zwolle", over)
    world.clock(timedelta(days=40))
    return Verrekenloop(world.medewerker("kampen", "financieel", naam="Koos Kas"),
                        world.medewerker("zwolle", "financieel", naam="Zita Zilver"), loop, begon, over)


def overgedragen(world: World, *, dagprijs: Decimal | None = DAGPRIJS) -> Verrekenloop:
    """As it mostly goes: Zwolle said yes and Kampen let the dossier go on that day, after two weeks; twenty-six days later."""
    loop = verblijvend(world, gereserveerd(world, aangeboden(world, dagprijs=dagprijs)))
    begon, over = clock.today(), clock.today() + 14 * DAY
    overdracht_aanvaard(world, overdracht_aangeboden(world, loop))
    world.clock(14 * DAY)
    world.as_(loop.wie.consulent, overdragen.overgaan, loop.plaatsing_id)
    world.clock(26 * DAY)
    return Verrekenloop(world.medewerker("kampen", "financieel", naam="Koos Kas"),
                        world.medewerker("zwolle", "financieel", naam="Zita Zilver"), loop, begon, over)


def doorbetaald(world: World, loop: Verrekenloop | None = None, *, dagen: int = 20) -> Verrekenloop:
    """Kampen paid the provider for some days more."""
    loop = loop or overgedragen(world)
    world.as_(loop.kampen, verrekenen.doorbetaald, loop.verblijf.verblijf_id, tot=loop.over + (dagen - 1) * DAY)
    return loop


def opgesteld(world: World, loop: Verrekenloop | None = None, **anders) -> Verrekenloop:
    """The settlement of the forty days is drawn up."""
    loop = loop or betaald(world)
    found = world.as_(loop.kampen, verrekenen.opstellen, **{
        "ander_id": loop.zwolle.party_id, "van": loop.begon, "tot": clock.today() - DAY, **anders})
    return Verrekenloop(loop.kampen, loop.zwolle, loop.verblijf, loop.begon, loop.over, found.id)


def verstuurd(world: World, loop: Verrekenloop | None = None) -> Verrekenloop:
    """Zwolle reads it."""
    loop = loop or opgesteld(world)
    world.as_(loop.kampen, verrekenen.versturen, loop.verrekening_id)
    return loop


def akkoord(world: World, loop: Verrekenloop | None = None) -> Verrekenloop:
    """Zwolle agreed."""
    loop = loop or verstuurd(world)
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=True)
    return loop


def rijen(world: World, loop: Plaatsingsloop, met: str = "deventer"):
    """A settlement with a row in every table, of whatever stay: sent, and answered. Its line is put in past
    portal.verrekenregel_klopt, so that no clock has to move. Gives its id."""
    kampen, other = world.medewerker("kampen", "financieel"), world.medewerker(met, "financieel")
    today = clock.today()

    def draw_up(session, actor):
        zaak = Verrekening(reference=next_reference(session, "VRK"), titel="Verrekening", state="opgesteld",
                           eigenaar_id=actor.party_id, betaler_id=actor.party_id, verantwoordelijk_id=other.party_id,
                           van=today - 9 * DAY, tot=today)
        session.add(zaak)
        settle(session)
        return zaak.id

    made = world.as_(kampen, draw_up)
    with world.owner.begin() as c:
        c.execute(text("ALTER TABLE portal.verrekenregel DISABLE TRIGGER klopt"))
        c.execute(text(
            "INSERT INTO portal.verrekenregel (id, dossier_id, eigenaar_id, party_id, volgnummer, verblijf_id, traject_id, "
            "kenmerk, afgeschermd, van, tot, dagen, dagprijs, bedrag) SELECT gen_random_uuid(), :z, d.eigenaar_id, "
            "d.eigenaar_id, 1, v.id, p.traject_id, 'PLG-PROEF', false, CAST(:d AS date) - 9, :d, 10, 100, 1000 "
            "FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id JOIN portal.plaatsing p ON p.id = v.plaatsing_id "
            "WHERE v.id = :v"),
            {"z": made, "v": loop.verblijf_id, "d": today})
        c.execute(text("ALTER TABLE portal.verrekenregel ENABLE TRIGGER klopt"))
    world.as_(kampen, verrekenen.versturen, made)
    world.as_(other, verrekenen.antwoorden, made, ja=False, redenen={1: "Wij betalen zelf al."})
    return made
