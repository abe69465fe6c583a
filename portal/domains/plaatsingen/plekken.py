"""Places, by the provider: locations, what they offer, and how many places they have from which day."""

import uuid
from collections.abc import Iterable
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import queries
from portal.domains.plaatsingen.model import Capaciteit, Locatie, LocatieAdres
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import require


def _gebreken(*, naam: str, adres: str, groups, features, leeftijd_van: int | None, leeftijd_tot: int | None) -> list[str]:
    config, faults = load_config("plaatsingen"), []
    if not naam.strip():
        faults.append("Vul de naam van de locatie in.")
    if not adres.strip():
        faults.append("Vul het adres in. U kunt het afschermen.")
    if not groups or set(groups) - set(config["doelgroep"]):
        faults.append("Kies voor welke groepen deze locatie is.")
    if set(features) - set(config["kenmerk"]):
        faults.append("Kies alleen kenmerken uit de lijst.")
    if leeftijd_van is not None and leeftijd_tot is not None and leeftijd_tot < leeftijd_van:
        faults.append("De hoogste leeftijd ligt onder de laagste.")
    return faults


def locatie_maken(session, actor, *, naam: str, gemeente_id: uuid.UUID, adres: str, product: str, doelgroepen: Iterable[str],
                  kenmerken: Iterable[str] = (), leeftijd_van: int | None = None, leeftijd_tot: int | None = None,
                  geheim: bool = False, begeleiding: str = "", aantal: int, van: date | None = None) -> Locatie:
    """A new location with its places from a day on (today)."""
    require(actor, P.PLEK_BEHEREN)
    groups, features = sorted(set(doelgroepen)), sorted(set(kenmerken))
    faults = _gebreken(naam=naam, adres=adres, groups=groups, features=features, leeftijd_van=leeftijd_van,
                       leeftijd_tot=leeftijd_tot)
    if product not in load_config("plaatsingen")["product"]:
        faults.append("Kies welke ondersteuning hier is.")
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


def wijzigen(session, actor, locatie_id, *, naam: str, adres: str, doelgroepen: Iterable[str], kenmerken: Iterable[str] = (),
             leeftijd_van: int | None = None, leeftijd_tot: int | None = None, geheim: bool = False, begeleiding: str = ""
             ) -> Locatie:
    """Change what a location offers. Where it is and what support it gives stay: that would be another location."""
    require(actor, P.PLEK_BEHEREN)
    locatie = eigen(session, actor, locatie_id, lock=True)
    groups, features = sorted(set(doelgroepen)), sorted(set(kenmerken))
    if faults := _gebreken(naam=naam, adres=adres, groups=groups, features=features, leeftijd_van=leeftijd_van,
                           leeftijd_tot=leeftijd_tot):
        raise Refused(*faults)
    locatie.naam, locatie.geheim, locatie.begeleiding = naam.strip(), geheim, begeleiding.strip()
    locatie.doelgroepen, locatie.kenmerken = groups, features
    locatie.leeftijd_van, locatie.leeftijd_tot = leeftijd_van, leeftijd_tot
    load(session, LocatieAdres, locatie.id).adres = adres.strip()
    settle(session)
    return locatie


def capaciteit(session, actor, locatie_id, *, aantal: int, van: date) -> Capaciteit:
    """How many places a location has from this day on. Refused when more are in use."""
    require(actor, P.PLEK_BEHEREN)
    locatie = eigen(session, actor, locatie_id, lock=True)
    if locatie.gesloten_on is not None and van >= locatie.gesloten_on:
        raise Refused(f"Deze locatie sluit op {locatie.gesloten_on:%d-%m-%Y}. Daarna zijn er geen plekken.", status=409)
    row = Capaciteit(locatie_id=locatie.id, van=van, party_id=actor.party_id, aantal=aantal)
    session.add(row)
    settle(session)
    return row


def sluiten(session, actor, locatie_id, *, van: date) -> Locatie:
    """From this day a location has no places any more. Refused while a place is in use on that day or later: nobody loses a
    home by a form."""
    require(actor, P.PLEK_BEHEREN)
    locatie = eigen(session, actor, locatie_id, lock=True)
    if locatie.gesloten_on is not None:
        raise Refused(f"Deze locatie sluit al op {locatie.gesloten_on:%d-%m-%Y}.", status=409)
    if later := queries.aantal_vanaf(session, locatie.id, van):
        raise Refused(f"Vanaf {later:%d-%m-%Y} staat er al een ander aantal plekken. Kies een latere dag.", status=409)
    capaciteit(session, actor, locatie.id, aantal=0, van=van)
    locatie.gesloten_on = van
    settle(session)
    return locatie


def eigen(session, actor, locatie_id, *, lock: bool = False) -> Locatie:
    """A location of the own organisation; NotFound for another's."""
    locatie = load(session, Locatie, locatie_id, lock=lock)
    if locatie.party_id != actor.party_id:
        raise NotFound("Deze locatie is er niet, of is niet van uw organisatie.")
    return locatie
