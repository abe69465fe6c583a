"""The life of one report and one placement, as builders: each goes one phase further, through the use cases.

    loop = aangevraagd(world)
    loop = toegekend(world, vorm="pgb", motief="eigen_regie")
    stay = verblijvend(world)              # a placement of Kampen on a place in Zwolle, at a provider with a contract

Each builder gives a `Toegangsloop` with ids and people; a later phase is a copy with more in it.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select

from config import load
from portal.domains.plaatsingen import (
    aanbieden,
    besluiten,
    huishoudens,
    overdragen,
    plaatsen,
    plekken,
    queries,
    taken,
    usecases,
)
from portal.domains.plaatsingen.model import Bron, Locatie, Melder, Overdracht
from portal.domains.plaatsingen.rules import Behandelt
from portal.kernel import clock
from portal.kernel.documents import Stuk
from portal.kernel.dossier import load as load_dossier
from portal.kernel.kluis import Kluis
from portal.register.model import OvereenkomstPeriode
from tests.inkoop_world import gecontracteerd, stuk
from tests.kept import kept
from tests.subsidies_world import mandaat
from tests.world import Person, World

KLUIS = Kluis({"proef": b"k" * 32}, "proef", b"z" * 32)
# An invented number that passes the check of eleven.
BSN = "999990019"
HULPVRAAG = "Alleen wonen lukt niet meer. Er is iemand nodig die elke dag meekijkt."
ANTWOORDEN = {one["code"]: f"Wij spraken over {one['naam']}." for name in ("onderwerp", "afweging")
              for one in load("plaatsingen")[name]}
MOTIVERING = "Eigen kracht en netwerk zijn niet genoeg om veilig te wonen."


class NepBrieven:
    """Letters without typst: keeps what it was asked for, and puts a file in the store for each."""

    def __init__(self, world: World):
        self.world, self.brieven = world, []

    def toegang(self, brief: besluiten.Toegangsbrief) -> Stuk:
        """The letter about one decision."""
        self.brieven.append(brief)
        return stuk(self.world, f"besluit-{brief.kenmerk}.pdf", f"%PDF {brief.kenmerk} {len(self.brieven)}".encode())


@dataclass(frozen=True)
class Personen:
    """Everybody at one gemeente that access needs; the mandate of the signer is in force. The consulent speaks for the wijkteam
    when a task goes over, the colleague for the Centrale Toegang."""

    consulent: Person
    collega: Person
    tekenaar: Person
    beheerder: Person
    mandaat_id: uuid.UUID


@kept
def personen(world: World, slug: str = "kampen") -> Personen:
    """Staff of one gemeente."""
    beheerder = world.medewerker(slug, "beheerder", naam=f"Beheerder {slug}")
    tekenaar = world.medewerker(slug, "toegangsmandaat", naam="Ineke Brand")
    return Personen(
        consulent=world.medewerker(slug, "consulent", "kwaliteit_wijkteam", naam="Fatima Aksoy"),
        collega=world.medewerker(slug, "consulent", "kwaliteit_centrale_toegang", naam="Jan Vos"),
        tekenaar=tekenaar, beheerder=beheerder,
        mandaat_id=mandaat(world, beheerder, tekenaar, besluit_soort="toegang"))


@dataclass(frozen=True)
class Toegangsloop:
    """One report somewhere in its life."""

    wie: Personen
    persoon_id: uuid.UUID
    toegang_id: uuid.UUID
    besluit_id: uuid.UUID | None = None
    brieven: NepBrieven | None = None


def persoon(world: World, wie: Personen, **anders) -> uuid.UUID:
    """Somebody with a citizen service number that was verified."""
    return world.as_(wie.consulent, usecases.persoon_maken, **{
        "naam": "Sanne Voorbeeld", "geboren_on": date(1988, 4, 2), "adres": "Dorpsweg 1, 8260 AA Kampen", "bsn": BSN,
        "bron": Bron.BRP, "kluis": KLUIS, **anders}).id


def gemeld(world: World, wie: Personen | None = None, *, dagen_geleden: int = 0, spoed: bool = False, persoon_id=None
           ) -> Toegangsloop:
    """A report that came in."""
    wie = wie or personen(world)
    persoon_id = persoon_id or persoon(world, wie)
    found = world.as_(wie.consulent, usecases.melden, persoon_id=persoon_id, melder=Melder.INWONER, spoed=spoed,
                      gemeld_on=clock.today() - timedelta(days=dagen_geleden), hulpvraag=HULPVRAAG)
    return Toegangsloop(wie, persoon_id, found.id)


def in_onderzoek(world: World, loop: Toegangsloop | None = None, **anders) -> Toegangsloop:
    """The investigation began."""
    loop = loop or gemeld(world, **anders)
    world.as_(loop.wie.consulent, usecases.ondersteuning_wijzen, loop.toegang_id, on=clock.today())
    world.as_(loop.wie.consulent, usecases.onderzoeken, loop.toegang_id)
    return loop


def met_verslag(world: World, loop: Toegangsloop | None = None, **anders) -> Toegangsloop:
    """Everything was looked into, and the account was given."""
    loop = in_onderzoek(world, loop, **anders)
    world.as_(loop.wie.consulent, usecases.onderzoek_bewaren, loop.toegang_id, ANTWOORDEN)
    world.as_(loop.wie.consulent, usecases.verslag, loop.toegang_id)
    return loop


def aangevraagd(world: World, loop: Toegangsloop | None = None, **anders) -> Toegangsloop:
    """The person applied."""
    loop = met_verslag(world, loop, **anders)
    world.as_(loop.wie.consulent, usecases.aanvragen, loop.toegang_id, on=clock.today())
    return loop


def huishouden(world: World, loop: Toegangsloop) -> None:
    """A household of two with a director, and a plan with one agreement."""
    who, it = loop.wie.consulent, loop.toegang_id
    world.as_(who, huishoudens.maken, it)
    world.as_(who, huishoudens.toevoegen, it, persoon_id=persoon(world, loop.wie, naam="Broer Voorbeeld", bsn="", bron=None))
    world.as_(who, huishoudens.regisseur_benoemen, it, account_id=loop.wie.collega.user_id)
    world.as_(who, huishoudens.regel_toevoegen, it, soort="afspraak", tekst="Elke maandag samen koken.",
              sinds_on=clock.today())


def taakoverdracht(world: World, wie: Personen, taak: str = "opvang") -> uuid.UUID:
    """A colleague proposed for the desk that a task goes to the wijkteam; nobody confirmed it for the wijkteam yet."""
    return world.as_(wie.collega, taken.voorstellen, taak=taak, ingaand_on=clock.today() + timedelta(days=30),
                     kant=Behandelt.CENTRALE_TOEGANG, verklaring="Twee consulenten volgden de opleiding hiervoor.").id


def tijdelijk(**anders) -> dict:
    """A bed for a week, from today."""
    return {"wat": "Een bed in de opvang.", "door": "Opvang De Haven (fictief)", "van": clock.today(),
            "tot": clock.today() + timedelta(days=7), **anders}


def voorstel(**anders) -> dict:
    """A grant in kind."""
    return {"uitkomst": "toekennen", "motivering": MOTIVERING, "vorm": "zin", "product": "Beschermd wonen",
            "van": clock.today() + timedelta(days=14), "pgb_aangeboden": True, **anders}


def voorgesteld(world: World, loop: Toegangsloop | None = None, **anders) -> Toegangsloop:
    """A decision waits for its signature."""
    loop = loop or aangevraagd(world)
    found = world.as_(loop.wie.consulent, besluiten.voorstellen, loop.toegang_id, **voorstel(**anders))
    return replace(loop, besluit_id=found.id)


def toegekend(world: World, loop: Toegangsloop | None = None, **anders) -> Toegangsloop:
    """The decision was signed; its letter waits for the post."""
    loop = replace(voorgesteld(world, loop, **anders), brieven=NepBrieven(world))
    world.as_(loop.wie.tekenaar, besluiten.tekenen, loop.besluit_id, brieven=loop.brieven)
    return loop


# The placement -------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Huis:
    """A provider with a contract, its worker, and one location with places."""

    aanbieder_id: uuid.UUID
    begeleider: Person
    locatie_id: uuid.UUID


@kept
def huis(world: World, *, aantal: int = 3, gemeente: str = "zwolle", naam: str = "De Brink, Assendorp (fictief)",
         contract: bool = True, aanbieder_id: uuid.UUID | None = None, **anders) -> Huis:
    """A location of a provider with a contract (or, to be refused, without one); the clock stands in the contract."""
    if aanbieder_id:
        aanbieder = aanbieder_id
    elif contract:
        loop = gecontracteerd(world)
        aanbieder = loop.wie.aanbieders[0].id
        begins = world.see(loop.wie.manager, lambda s: s.scalar(select(func.min(OvereenkomstPeriode.van))))
        if begins > clock.today():
            world.clock(begins)
    else:
        aanbieder = world.aanbieder("Zonder Contract (fictief)")
    worker = world.aanbieder_persoon(aanbieder, "begeleider", naam="Tess Mulder")
    found = world.as_(worker, plekken.locatie_maken, **{
        "naam": naam, "gemeente_id": world.gemeente(gemeente), "adres": "Voorbeeldplein 1, 8011 AA Zwolle",
        "product": "beschermd_wonen", "doelgroepen": ["psychisch"], "aantal": aantal, **anders})
    return Huis(aanbieder, worker, found.id)


@dataclass(frozen=True)
class Plaatsingsloop:
    """One placement somewhere in its life."""

    wie: Personen
    toegang: Toegangsloop
    plaatsing_id: uuid.UUID
    huis: Huis | None = None
    verblijf_id: uuid.UUID | None = None


def geplaatst(world: World, loop: Toegangsloop | None = None, *, vorm: str = "zin", doelgroep: str = "psychisch",
              product: str = "beschermd_wonen", **anders) -> Plaatsingsloop:
    """A placement that began: somebody waits for a place, or has a pgb."""
    if loop is None:
        loop = toegekend(world, vorm=vorm, **({"motief": "eigen_regie"} if vorm == "pgb" else {}))
    found = world.as_(loop.wie.consulent, plaatsen.openen, loop.toegang_id, product=product, doelgroep=doelgroep, **anders)
    return Plaatsingsloop(loop.wie, loop, found.id)


def aangeboden(world: World, loop: Plaatsingsloop | None = None, waar: Huis | None = None, *, over: int = 14,
               overslaan: dict | None = None, **anders) -> Plaatsingsloop:
    """A place was offered from `over` days on, and is held. Whoever must be passed over, is, with a reason (or with
    `overslaan`)."""
    waar = waar or huis(world)
    loop = loop or geplaatst(world)
    van = clock.today() + timedelta(days=over)

    def offer(session, actor):
        before = () if overslaan is not None else queries.voor_op_de_lijst(
            session, queries.wachtregel(session, loop.plaatsing_id),
            queries.plek_van(session, session.get(Locatie, waar.locatie_id), van))
        past = {one.id: "Wacht liever op een plek dichter bij huis." for one in before} | (overslaan or {})
        return aanbieden.aanbieden(session, actor, loop.plaatsing_id, locatie_id=waar.locatie_id, van=van, overslaan=past,
                                   **{"elders": "Dit is dicht bij het werk.", **anders})

    return replace(loop, huis=waar, verblijf_id=world.as_(loop.wie.consulent, offer).id)


def gereserveerd(world: World, loop: Plaatsingsloop | None = None, **anders) -> Plaatsingsloop:
    """The resident and the provider both said yes."""
    loop = loop or aangeboden(world, **anders)
    world.as_(loop.huis.begeleider, aanbieden.aanbieder_antwoordt, loop.verblijf_id, ja=True)
    world.as_(loop.wie.consulent, aanbieden.inwoner_antwoordt, loop.verblijf_id, ja=True)
    return loop


def verblijvend(world: World, loop: Plaatsingsloop | None = None, **anders) -> Plaatsingsloop:
    """Somebody lives on the place; the clock stands on the first day (`over` days on, when that is given)."""
    over = anders.get("over", 14)
    loop = loop or gereserveerd(world, **anders)
    if over:
        world.clock(timedelta(days=over))
    world.as_(loop.wie.consulent, aanbieden.beginnen, loop.verblijf_id, on=clock.today())
    return loop


# Between gemeenten ---------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Overdrachtsloop(Plaatsingsloop):
    """One offer of the responsibility somewhere in its life. `wie`: at the sender, `ontvanger`: at the receiver."""

    ontvanger: Personen | None = None
    overdracht_id: uuid.UUID | None = None


def overdracht_aangeboden(world: World, loop: Plaatsingsloop | None = None, *, aan: str = "zwolle", **anders
                          ) -> Overdrachtsloop:
    """The responsibility was offered to another gemeente, for two weeks from now, under a mandate."""
    loop = loop or geplaatst(world)
    today = clock.today()
    found = world.as_(loop.wie.consulent, overdragen.aanbieden, loop.plaatsing_id, **{
        "ontvanger_id": world.gemeente(aan), "richting": "heen", "ingaand_on": today + timedelta(days=14),
        "grondsoort": "mandaat", "vindplaats": "Mandaatbesluit beschermd wonen, nummer 7",
        "grond_tot": today + timedelta(days=90), "toelichting": "Het netwerk woont daar.", **anders})
    return Overdrachtsloop(loop.wie, loop.toegang, loop.plaatsing_id, loop.huis, loop.verblijf_id, personen(world, aan),
                           found.id)


def overdracht_aanvaard(world: World, loop: Overdrachtsloop | None = None, *, aansluitend: str = "", **anders
                        ) -> Overdrachtsloop:
    """The receiver said yes, for the day that was offered."""
    loop = loop or overdracht_aangeboden(world, **anders)
    on = world.see(loop.wie.consulent, lambda s: load_dossier(s, Overdracht, loop.overdracht_id)).ingaand_on
    world.as_(loop.ontvanger.consulent, overdragen.antwoorden, loop.overdracht_id, ja=True, ingaand_on=on,
              aansluitend=aansluitend)
    return loop
