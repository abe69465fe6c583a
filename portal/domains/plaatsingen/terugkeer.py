"""The way home: periodically somebody looks whether a return is possible and helps recovery; then it begins, with a plan."""

from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import overzicht, plaatsen, rules, work
from portal.domains.plaatsingen.model import Plaatsing, PlaatsingState, Terugkeertoets
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import under
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle

# Who lives on a place can go home.
TOETSBAAR = (PlaatsingState.VERBLIJF, PlaatsingState.GESTOPT)
NOOT = "terugkeerplan"
BLEEF = "terug_naar_verblijf"


def toetsen(session, actor, plaatsing_id, *, besproken_on: date, mogelijk: bool | None, helpt_herstel: bool | None,
            reden: str = "", opnieuw_on: date | None = None) -> Terugkeertoets:
    """Keep what came out of the review. Nothing changes by it: two yeses make the way home possible, a no plans the next
    review."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    today = clock.today()
    if plaatsing.state not in TOETSBAAR:
        raise Refused("Kijken of terugkeer kan, doet u zolang iemand op een plek woont.", status=409)
    if faults := (rules.terugkeer_gebreken(mogelijk, helpt_herstel, reden=reden, opnieuw_on=opnieuw_on, on=today)
                  + toets_gebreken(plaatsing, besproken_on, today)):
        raise Refused(*faults)
    beide = rules.terugkeer_voorstellen(mogelijk, helpt_herstel)
    toets = Terugkeertoets(
        **under(plaatsing, actor.party_id), op_on=today, besproken_on=besproken_on, mogelijk=mogelijk,
        helpt_herstel=helpt_herstel, reden="" if beide else reden.strip(), opnieuw_on=None if beide else opnieuw_on,
        door=actor.user_id)
    session.add(toets)
    plaatsing.record("plaatsing:toetsen", actor=actor, mogelijk=mogelijk, helpt_herstel=helpt_herstel,
                     opnieuw_on=toets.opnieuw_on)
    work.done(session, plaatsing, "werk_terugkeer", "werk_uitstroom")
    if beide:
        work.wait_for(session, plaatsing, "werk_uitstroom")
    else:
        work.wait_for(session, plaatsing, "werk_terugkeer", due_on=opnieuw_on)
    settle(session)
    return toets


def toets_gebreken(plaatsing: Plaatsing, besproken_on: date, on: date) -> list[str]:
    """Why the day of the talk cannot be right."""
    if besproken_on > on:
        return ["De dag van het gesprek ligt in de toekomst."]
    return ["De dag van het gesprek ligt voor de melding."] if besproken_on < plaatsing.gemeld_on else []


def plan_gebreken(plan_on: date, waarheen: str, aansluitend: str, plan: str) -> list[str]:
    """What a plan for the way home still lacks."""
    faults = []
    if plan_on < clock.today():
        faults.append("De dag in het plan ligt in het verleden.")
    if not waarheen.strip():
        faults.append("Schrijf waar de inwoner gaat wonen.")
    if aansluitend not in load_config("plaatsingen")["aansluitend"]:
        faults.append("Kies welke ondersteuning daar volgt.")
    if not plan.strip():
        faults.append("Schrijf wat u met de inwoner afsprak over de weg naar huis.")
    return faults


def naar_huis(session, actor, plaatsing_id, *, plan_on: date, waarheen: str, aansluitend: str, plan: str) -> Plaatsing:
    """Begin the way home with a plan: from which day, where to, and which support follows there. Refused unless the last review
    answered both questions with yes."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    if faults := plan_gebreken(plan_on, waarheen, aansluitend, plan):
        raise Refused(*faults)
    last = toets_die_telt(overzicht.rond(session, plaatsing))
    PLAATSING.perform(plaatsing, "uitstromen", actor, toets=last, record={"plan_on": plan_on, "aansluitend": aansluitend})
    return _planned(session, actor, plaatsing, plan_on, waarheen, plan)


def toets_die_telt(rond) -> Terugkeertoets | None:
    """The last review; none when the resident stayed on the place since: then somebody looks again. `rond`: overzicht.rond."""
    last = next(iter(rond.toetsen), None)
    stayed = next((one.geschreven_at for one in rond.noten if one.stap == BLEEF), None)
    return None if last is None or (stayed is not None and last.gemaakt_at < stayed) else last


def plan_bijstellen(session, actor, plaatsing_id, *, plan_on: date, waarheen: str, aansluitend: str, plan: str) -> Plaatsing:
    """On the way home it goes otherwise than was planned: a new plan. Who was taken over without one, gets the first."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    if faults := plan_gebreken(plan_on, waarheen, aansluitend, plan):
        raise Refused(*faults)
    PLAATSING.perform(plaatsing, "plan_bijstellen", actor, record={"plan_on": plan_on, "aansluitend": aansluitend})
    return _planned(session, actor, plaatsing, plan_on, waarheen, plan)


def _planned(session, actor, plaatsing: Plaatsing, plan_on: date, waarheen: str, plan: str) -> Plaatsing:
    """The words of the plan are kept, and it is followed until its day."""
    noteer(session, actor, plaatsing, NOOT, f"{waarheen.strip()}\n\n{plan.strip()}")
    work.wait_for(session, plaatsing, "werk_thuis", due_on=plan_on)
    settle(session)
    return plaatsing


def terug_naar_verblijf(session, actor, plaatsing_id, *, reden: str) -> Plaatsing:
    """It does not go well: the resident stays on the place, and later somebody looks again whether a return is possible."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    PLAATSING.perform(plaatsing, "terug_naar_verblijf", actor, reden=reden)
    noteer(session, actor, plaatsing, BLEEF, reden)
    work.wait_for(session, plaatsing, "werk_terugkeer")
    settle(session)
    return plaatsing
