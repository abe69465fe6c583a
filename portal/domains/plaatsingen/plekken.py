"""Places, by the provider: locations, what they offer, and how many places they have from which day."""

import uuid
from collections.abc import Iterable
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen.model import Capaciteit, Locatie, LocatieAdres
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle


def _may(actor) -> None:
    if P.PLEK_BEHEREN not in actor.permissions:
        raise Refused("Uw rol mag dit niet. Vraag de beheerder van uw organisatie.", status=403)


def locatie_maken(session, actor, *, naam: str, gemeente_id: uuid.UUID, adres: str, product: str, doelgroepen: Iterable[str],
                  kenmerken: Iterable[str] = (), leeftijd_van: int | None = None, leeftijd_tot: int | None = None,
                  geheim: bool = False, begeleiding: str = "", aantal: int, van: date | None = None) -> Locatie:
    """A new location with its places from a day on (today)."""
    _may(actor)
    config, faults = load_config("plaatsingen"), []
    groups, features = sorted(set(doelgroepen)), sorted(set(kenmerken))
    if not naam.strip():
        faults.append("Vul de naam van de locatie in.")
    if not adres.strip():
        faults.append("Vul het adres in. U kunt het afschermen.")
    if product not in config["product"]:
        faults.append("Kies welke ondersteuning hier is.")
    if not groups or set(groups) - set(config["doelgroep"]):
        faults.append("Kies voor welke groepen deze locatie is.")
    if set(features) - set(config["kenmerk"]):
        faults.append("Kies alleen kenmerken uit de lijst.")
    if leeftijd_van is not None and leeftijd_tot is not None and leeftijd_tot < leeftijd_van:
        faults.append("De hoogste leeftijd ligt onder de laagste.")
    if aantal < 1:
        faults.append("Een locatie heeft ten minste één plek.")
    if faults:
        raise Refused(*faults)
    locatie = Locatie(id=uuid.uuid4(), party_id=actor.party_id, naam=naam.strip(), gemeente_id=gemeente_id, geheim=geheim,
                      product=product, doelgroepen=groups, kenmerken=features, leeftijd_van=leeftijd_van,
                      leeftijd_tot=leeftijd_tot, begeleiding=begeleiding.strip())
    session.add(locatie)
    settle(session)
    session.add(LocatieAdres(locatie_id=locatie.id, party_id=actor.party_id, adres=adres.strip()))
    settle(session)
    capaciteit(session, actor, locatie.id, aantal=aantal, van=van or clock.today())
    return locatie


def capaciteit(session, actor, locatie_id, *, aantal: int, van: date) -> Capaciteit:
    """How many places a location has from this day on. Refused when more are in use."""
    _may(actor)
    locatie = load(session, Locatie, locatie_id)
    if locatie.party_id != actor.party_id:
        raise NotFound()
    row = Capaciteit(locatie_id=locatie.id, van=van, party_id=actor.party_id, aantal=aantal)
    session.add(row)
    settle(session)
    return row
