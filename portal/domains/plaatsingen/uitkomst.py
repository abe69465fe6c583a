"""What came of a placement: goal attainment, drop-out, satisfaction, what is asked later, and the end of the dossier."""

from collections.abc import Mapping

from config import load as load_config
from portal.domains.plaatsingen import plaatsen, plan_queries, queries, rules, work
from portal.domains.plaatsingen.model import Plaatsing, PlaatsingState, Uitkomst
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.kernel import clock
from portal.kernel.dossier import under
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle


def vastleggen(session, actor, plaatsing_id, *, doelrealisatie: Mapping[str, str], uitval: bool | None, uitval_reden: str = "",
               tevredenheid: int | None = None, tevredenheid_niet: str = "") -> Uitkomst:
    """What the help brought, when it ended. Who writes it again corrects it, as long as the dossier is open. Whether somebody
    began again with help is asked later."""
    plaatsing = _ended(session, actor, plaatsing_id)
    answers = {one["code"]: doelrealisatie.get(one["code"], "") for one in load_config("plaatsingen")["deelindicator"]
               if not one["later"]}
    if faults := rules.uitkomst_gebreken(answers, uitval=uitval, uitval_reden=uitval_reden, tevredenheid=tevredenheid,
                                         tevredenheid_niet=tevredenheid_niet):
        raise Refused(*faults)
    ended_on, einde = plan_queries.geeindigd(session, plaatsing.id)
    nobody_to_ask = einde in load_config("plaatsingen")["opvolgen"]["niet_bij"]
    follow_on = ended_on if nobody_to_ask else rules.opvolgen_op(ended_on)
    found = plan_queries.uitkomst(session, plaatsing.id) or Uitkomst(**under(plaatsing, actor.party_id))
    if found.opvolgen_on != follow_on:
        # Somebody came back in between and left again: what was asked then counts no more.
        found.opvolgen_on, found.nieuwe_start, found.nieuwe_start_on, found.nieuwe_start_reden = follow_on, None, None, ""
    if nobody_to_ask:
        found.nieuwe_start, found.nieuwe_start_on = "onbekend", clock.today()
        found.nieuwe_start_reden = f"Einde van de hulp: {load_config('plaatsingen')['einde'][einde]}."
    found.doelrealisatie, found.uitval, found.uitval_reden = answers, uitval, uitval_reden if uitval else ""
    found.tevredenheid = tevredenheid
    found.tevredenheid_niet = "" if tevredenheid is not None else tevredenheid_niet.strip()
    found.op_on, found.door = clock.today(), actor.user_id
    session.add(found)
    settle(session)
    plaatsing.record("plaatsing:uitkomst", actor=actor, uitval=uitval, opvolgen_on=follow_on.isoformat())
    work.done(session, plaatsing, "werk_uitkomst")
    if found.nieuwe_start is None:
        work.wait_for(session, plaatsing, "werk_opvolgen", on=max(follow_on, clock.today()))
    settle(session)
    return found


def opvolgen(session, actor, plaatsing_id, *, nieuwe_start: str, reden: str = "") -> Uitkomst:
    """Whether somebody began again with the same help: on the day for it, or later."""
    plaatsing = _ended(session, actor, plaatsing_id)
    found = plan_queries.uitkomst(session, plaatsing.id)
    if found is None:
        raise Refused("Leg eerst vast wat de hulp opleverde: doelrealisatie, uitval en tevredenheid.", status=409)
    if faults := rules.opvolgen_gebreken(nieuwe_start, opvolgen_on=found.opvolgen_on, reden=reden, on=clock.today()):
        raise Refused(*faults)
    found.nieuwe_start, found.nieuwe_start_on = nieuwe_start, clock.today()
    found.nieuwe_start_reden, found.door = reden.strip() if nieuwe_start == "onbekend" else "", actor.user_id
    plaatsing.record("plaatsing:opvolgen", actor=actor, nieuwe_start=nieuwe_start)
    settle(session)
    return found


def afsluiten(session, actor, plaatsing_id) -> Plaatsing:
    """Close the dossier: its outcome is complete. A provider that still had to evaluate, need not any more."""
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    PLAATSING.perform(plaatsing, "afsluiten", actor)
    for verblijf in queries.verblijven(session, plaatsing.id):
        work.done(session, verblijf, "werk_eindevaluatie")
    settle(session)
    return plaatsing


def _ended(session, actor, plaatsing_id) -> Plaatsing:
    plaatsing = plaatsen.eigen_open(session, actor, plaatsing_id)
    if plaatsing.state != PlaatsingState.BEEINDIGD:
        raise Refused("Dit kan als de plaatsing is beëindigd, en zolang het dossier open is.", status=409)
    return plaatsing
