"""That a task goes from the Centrale Toegang to the wijkteam, or back: proposed for a day, and in force from that day on when a
person of each side wrote why the quality stays good (requirements C11)."""

import uuid
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import queries, rules
from portal.domains.plaatsingen.model import Taakbevestiging, Taakeinde, Taakoverdracht
from portal.domains.plaatsingen.rules import Behandelt
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import ROL_MAG_NIET

# For which side somebody speaks: whom the administrator of the gemeente named for it.
KANT = {Behandelt.WIJKTEAM: P.TAAK_WIJKTEAM, Behandelt.CENTRALE_TOEGANG: P.TAAK_CENTRALE_TOEGANG}
MAG = (P.TOEGANG_BEHANDELEN, P.TOEGANG_TEKENEN, *KANT.values())
NIET_AANGEWEZEN = "Hiervoor wijst de beheerder van uw gemeente iemand aan. Voor deze kant bent u dat niet."


def ander(wie: Behandelt) -> Behandelt:
    """The other one of the two."""
    return next(one for one in Behandelt if one != wie)


def voorstellen(session, actor, *, taak: str, ingaand_on: date, kant: Behandelt, verklaring: str) -> Taakoverdracht:
    """Propose that a task goes to the other from this day on, and confirm it for one's own side."""
    _mag(actor, kant)
    if taak not in load_config("plaatsingen")["taak"]:
        raise Refused("Kies welke taak overgaat.")
    if faults := rules.overdracht_van_taak_gebreken(ingaand_on, verklaring, on=clock.today()):
        raise Refused(*faults)
    later = [one for one, _said in queries.overdrachten(session, actor.party_id)
             if one.taak == taak and one.ingaand_on >= clock.today() and one.einde is None]
    if later:
        raise Refused(f"Voor deze taak ligt er al een overdracht, per {later[0].ingaand_on:%d-%m-%Y}.", status=409)
    van = queries.route(session, actor.party_id, taak, ingaand_on).wie
    found = Taakoverdracht(id=uuid.uuid4(), party_id=actor.party_id, taak=taak, van_wie=van, naar_wie=ander(van),
                           ingaand_on=ingaand_on, gemaakt_by=actor.user_id)
    session.add(found)
    settle(session)
    _confirm(session, actor, found, kant, verklaring)
    return found


def bevestigen(session, actor, overdracht_id, *, kant: Behandelt, verklaring: str) -> Taakoverdracht:
    """Confirm for the other side, before the day on which it begins."""
    _mag(actor, kant)
    found = _own(session, actor, overdracht_id)
    if found.ingaand_on <= clock.today():
        raise Refused("De dag van deze overdracht is voorbij. Stel een nieuwe dag voor.", status=409)
    if faults := rules.overdracht_van_taak_gebreken(found.ingaand_on, verklaring, on=clock.today()):
        raise Refused(*faults)
    _confirm(session, actor, found, kant, verklaring)
    return found


def intrekken(session, actor, overdracht_id, *, reden: str) -> Taakoverdracht:
    """Who proposed it takes it back, while the other side did not confirm. The task stays where it is."""
    _rol(actor)
    return _end(session, _own(session, actor, overdracht_id), actor, Taakeinde.INGETROKKEN, reden)


def weigeren(session, actor, overdracht_id, *, reden: str) -> Taakoverdracht:
    """The side that is asked does not want it to go over. The task stays where it is."""
    found = _own(session, actor, overdracht_id)
    said = queries.bevestigde_kanten(session, found.id)
    _mag(actor, next((one for one in Behandelt if one not in said), Behandelt.CENTRALE_TOEGANG))
    return _end(session, found, actor, Taakeinde.GEWEIGERD, reden)


def _end(session, found: Taakoverdracht, actor, einde: Taakeinde, reden: str) -> Taakoverdracht:
    if not reden.strip():
        raise Refused("Schrijf waarom.")
    # portal.taakoverdracht_eindigt says when and by whom, and whether it still can.
    found.einde, found.einde_by, found.einde_at, found.einde_reden = einde, actor.user_id, clock.now(), reden.strip()
    settle(session)
    return found


def _own(session, actor, overdracht_id) -> Taakoverdracht:
    found = load(session, Taakoverdracht, overdracht_id)
    if found.party_id != actor.party_id:
        raise NotFound()
    return found


def _confirm(session, actor, found: Taakoverdracht, kant: Behandelt, verklaring: str) -> None:
    session.add(Taakbevestiging(overdracht_id=found.id, kant=kant, party_id=found.party_id, account_id=actor.user_id,
                                verklaring=verklaring.strip()))
    settle(session)


def kanten(actor) -> list[Behandelt]:
    """For which sides this person may speak. Who comes from the desk of another gemeente, under a mandate of this one, speaks
    for the desk, and never for the team of this gemeente."""
    if actor.namens:
        return [Behandelt.CENTRALE_TOEGANG] if {P.TOEGANG_TEKENEN, P.TOEGANG_BEHANDELEN} & actor.permissions else []
    return [kant for kant, permission in KANT.items() if permission in actor.permissions]


def _rol(actor) -> None:
    if not any(one in actor.permissions for one in MAG):
        raise Refused(ROL_MAG_NIET, status=403)


def _mag(actor, kant: Behandelt) -> None:
    _rol(actor)
    if kant not in kanten(actor):
        raise Refused("U werkt bij een andere gemeente. Voor het wijkteam bevestigt iemand van deze gemeente." if actor.namens
                      else NIET_AANGEWEZEN, status=403)
