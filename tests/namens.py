"""Somebody of one gemeente who may sign for another: the volmacht with its consents, and the session under it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal.domains.beheer import mandaten
from portal.identity import sessions
from portal.kernel import clock
from tests.world import Person, World

ALL = ("mandaatgever", "gemachtigde", "werkgever")


@dataclass(frozen=True)
class Mensen:
    """A director of Hardenberg who signs for Zwolle, and who consents."""

    directeur: Person
    gever: Person
    bestuur: Person
    werkgever: Person


def mensen(world: World) -> Mensen:
    """The director, the administrator of Zwolle, who consents for Zwolle, and the administrator of Hardenberg."""
    return Mensen(world.medewerker("hardenberg", "mandaathouder", naam="Directeur Hardenberg"),
                  world.medewerker("zwolle", "beheerder", naam="Gever Zwolle"),
                  world.medewerker("zwolle", "mandaathouder", naam="Secretaris Zwolle"),
                  world.medewerker("hardenberg", "beheerder", naam="Werkgever Hardenberg"))


def volmacht(world: World, wie: Mensen, *, instemming: Sequence[str] = ALL, besluit_soort: str = "gunning",
             soort: str = "volmacht", tot_bedrag: Decimal | None = None, van: date | None = None,
             tot: date | None = None) -> uuid.UUID:
    """A volmacht of Zwolle for the director, with these consents."""
    id_ = world.as_(wie.gever, mandaten.mandaat_geven, soort=soort, orgaan="burgemeester",
                    gemachtigde_id=wie.directeur.user_id, werkgever_id=wie.directeur.party_id, besluit_soort=besluit_soort,
                    tot_bedrag=tot_bedrag, van=van or clock.today() - timedelta(days=1), tot=tot,
                    vindplaats="Volmachtregister Zwolle, nummer 40").id
    who = {"mandaatgever": wie.bestuur, "gemachtigde": wie.directeur, "werkgever": wie.werkgever}
    for van_wie in instemming:
        world.as_(who[van_wie], mandaten.instemmen, id_, van_wie)
    return id_


def handelend(world: World, person: Person, mandaat_id: uuid.UUID) -> Person | None:
    """This person in a session under the mandate; None when the database does not let them."""
    token = world.token(person)
    if not sessions.act_for(world.app.engine, token, mandaat_id):
        return None
    return Person(sessions.open_session(world.app.engine, token)[0], person.issuer, person.subject)
