"""The support plan of a stay: the gemeente says what somebody wants to reach, the provider how; both say how far it is.

Each side writes rows of its own, and the wall keeps it so. The gemeente keeps the direction: it confirms what a provider says.
"""

import uuid
from collections.abc import Mapping
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import plaatsen, plan_queries, queries, work
from portal.domains.plaatsingen.model import (
    Clientresultaat,
    Moment,
    Plaatsing,
    Uitwerking,
    Verblijf,
    VerblijfState,
    Voortgang,
    Voortgangscore,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import noteer
from portal.kernel.dossier import load, meet_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import settle
from portal.kernel.workflow import require

# The work of each side that a moment ends.
KLAAR = {Moment.VOORTGANG: "werk_voortgang", Moment.TUSSENEVALUATIE: "werk_evaluatie",
         Moment.EINDEVALUATIE: "werk_eindevaluatie"}


def beginnen(session, verblijf: Verblijf, *, on: date) -> None:
    """Somebody lives there: a plan is written, if there is none yet, and followed."""
    if plan_queries.resultaten(session, verblijf.id, also_lapsed=False):
        _follow(session, verblijf, on)
    else:
        work.wait_for(session, verblijf, "werk_resultaten", on=on)


def eindigen(session, verblijf: Verblijf, plaatsing: Plaatsing, *, on: date) -> None:
    """The stay ended: the provider evaluates what was agreed, and the gemeente says what came of it."""
    if plan_queries.resultaten(session, verblijf.id, also_lapsed=False):
        work.wait_for(session, verblijf, "werk_eindevaluatie", on=on, parties=[verblijf.aanbieder_id])
    work.wait_for(session, plaatsing, "werk_uitkomst", on=on)


def _follow(session, verblijf: Verblijf, on: date) -> None:
    """The next time that it is said how far somebody is: by the provider, looked at by the gemeente."""
    work.wait_for(session, verblijf, "werk_voortgang", on=on, parties=[verblijf.aanbieder_id])
    work.wait_for(session, verblijf, "werk_bevestigen", on=on)
    work.wait_for(session, verblijf, "werk_evaluatie", on=on)


# What: the gemeente --------------------------------------------------------------------------------------------------------

def resultaat(session, actor, verblijf_id, *, domein: str, wat: str) -> Clientresultaat:
    """One thing that somebody wants to reach. The provider then writes how."""
    verblijf = _own(session, actor, verblijf_id)
    _lives(verblijf)
    plaatsen.known("domein", domein, "Kies waar het resultaat over gaat.")
    if not wat.strip():
        raise Refused("Schrijf wat de inwoner wil bereiken.")
    most = load_config("plaatsingen")["plan"]["meeste"]
    if len(plan_queries.resultaten(session, verblijf.id, also_lapsed=False)) >= most:
        raise Refused(f"Een plan heeft hoogstens {most} resultaten. Laat er eerst een vervallen.", status=409)
    found = Clientresultaat(**under(verblijf, actor.party_id), id=uuid.uuid4(), domein=domein, wat=wat.strip(),
                            sinds_on=clock.today(), door=actor.user_id)
    session.add(found)
    verblijf.record("verblijf:resultaat", actor=actor, resultaat=found.id, domein=domein)
    work.done(session, verblijf, "werk_resultaten")
    work.wait_for(session, verblijf, "werk_uitwerken", parties=[verblijf.aanbieder_id])
    if verblijf.state != VerblijfState.GERESERVEERD:
        _follow(session, verblijf, clock.today())
    settle(session)
    return found


def overnemen(session, actor, verblijf_id) -> list[Clientresultaat]:
    """Begin the plan of a new place with what held at the last one: what somebody wants to reach does not change with the
    place, and nobody has to tell it again."""
    verblijf = _own(session, actor, verblijf_id)
    if plan_queries.resultaten(session, verblijf.id, also_lapsed=False):
        raise Refused("Er staan al resultaten in dit plan.", status=409)
    before = plan_queries.vorige_resultaten(session, verblijf)
    if not before:
        raise Refused("Er is geen eerder plan om over te nemen.", status=409)
    return [resultaat(session, actor, verblijf.id, domein=one.domein, wat=one.wat) for one in before]


def resultaat_vervalt(session, actor, resultaat_id, *, reden: str) -> Clientresultaat:
    """A result no longer holds, with the reason; what was said about it stays."""
    found = load(session, Clientresultaat, resultaat_id)
    verblijf = _own(session, actor, found.dossier_id)
    if found.vervallen_on:
        raise Refused("Dit resultaat telde al niet meer mee.", status=409)
    if not reden.strip():
        raise Refused("Schrijf waarom dit resultaat vervalt.")
    found.vervallen_on = clock.today()
    verblijf.record("verblijf:resultaat_vervalt", actor=actor, resultaat=found.id)
    noteer(session, actor, verblijf, "resultaat_vervalt", reden)
    settle(session)
    if not _not_worked_out(session, verblijf):
        work.done(session, verblijf, "werk_uitwerken")
    return found


# How: the provider ---------------------------------------------------------------------------------------------------------

def uitwerken(session, actor, resultaat_id, *, hoe: str, met_wie: str) -> Uitwerking:
    """How the provider works on a result, agreed with the resident. A change is a new version."""
    found = load(session, Clientresultaat, resultaat_id)
    verblijf = _at(session, actor, found.dossier_id)
    _lives(verblijf)
    if found.vervallen_on:
        raise Refused("Dit resultaat telt niet meer mee. De gemeente haalde het uit het plan.", status=409)
    faults = [] if hoe.strip() else ["Schrijf hoe u aan dit resultaat werkt."]
    if not met_wie.strip():
        faults.append("Schrijf met wie u dit besprak.")
    if faults:
        raise Refused(*faults)
    before = plan_queries.uitwerkingen(session, verblijf.id).get(found.id)
    version = Uitwerking(**under(verblijf, actor.party_id), resultaat_id=found.id, versie=before.versie + 1 if before else 1,
                         hoe=hoe.strip(), met_wie=met_wie.strip(), op_on=clock.today(), door=actor.user_id)
    session.add(version)
    verblijf.record("verblijf:uitwerken", actor=actor, resultaat=found.id, versie=version.versie)
    settle(session)
    if not _not_worked_out(session, verblijf):
        meet_term(session, verblijf, "werk_uitwerken", on=clock.today(), party_id=actor.party_id)
        settle(session)
    return version


def _not_worked_out(session, verblijf: Verblijf) -> list[Clientresultaat]:
    """The results that hold and of which nobody wrote how."""
    written = plan_queries.uitwerkingen(session, verblijf.id)
    return [one for one in plan_queries.resultaten(session, verblijf.id, also_lapsed=False) if one.id not in written]


# How far -------------------------------------------------------------------------------------------------------------------

def voortgang(session, actor, verblijf_id, *, soort: Moment, op_on: date, besproken: str,
              scores: Mapping[uuid.UUID, tuple[str, str]]) -> Voortgang:
    """How far somebody is with each result (by its id: a step and words), by the provider or by the gemeente. What a provider
    says waits for the gemeente."""
    verblijf = load(session, Verblijf, verblijf_id)
    own = verblijf.eigenaar_id == actor.party_id
    verblijf = _own(session, actor, verblijf_id) if own else _at(session, actor, verblijf_id)
    goals = {one.id: one for one in plan_queries.resultaten(session, verblijf.id, also_lapsed=False)}
    if faults := _faults(verblijf, soort, op_on, besproken, scores, goals):
        raise Refused(*faults)
    today = clock.today()
    moment = Voortgang(
        **under(verblijf, actor.party_id), id=uuid.uuid4(), soort=soort, op_on=op_on, besproken=besproken.strip(),
        door=actor.user_id, bevestigd_on=today if own else None, bevestigd_by=actor.user_id if own else None)
    session.add(moment)
    settle(session)
    session.add_all(Voortgangscore(**under(verblijf, actor.party_id), voortgang_id=moment.id, resultaat_id=goal, score=score,
                                   woorden=words.strip()) for goal, (score, words) in scores.items())
    verblijf.record("verblijf:voortgang" if soort == Moment.VOORTGANG else "verblijf:evalueren", actor=actor, moment=moment.id,
                    soort=soort)
    meet_term(session, verblijf, KLAAR[soort], on=today, party_id=actor.party_id)
    if own and soort == Moment.TUSSENEVALUATIE and verblijf.state in plan_queries.WOONT:
        settle(session)
        work.wait_for(session, verblijf, "werk_evaluatie")
    settle(session)
    return moment


def _faults(verblijf: Verblijf, soort: Moment, op_on: date, besproken: str, scores, goals) -> list[str]:
    """Why this cannot be kept: a day on which somebody did not live there, a result without its step, no words."""
    known, faults = load_config("plaatsingen")["voortgangscore"]["stand"], []
    if not goals:
        return ["Er zijn nog geen resultaten in het plan."]
    if verblijf.state not in (VerblijfState.LOOPT, VerblijfState.STIL, VerblijfState.BEEINDIGD):
        return ["Dit kan als de inwoner er woont."]
    if verblijf.state == VerblijfState.BEEINDIGD and soort != Moment.EINDEVALUATIE:
        return ["Het verblijf is voorbij. U kunt nog een eindevaluatie schrijven."]
    if op_on > clock.today():
        faults.append("Deze dag ligt in de toekomst.")
    elif op_on < verblijf.begonnen_on:
        faults.append(f"Het verblijf begon op {verblijf.begonnen_on:%d-%m-%Y}. Kies die dag of een latere.")
    if not besproken.strip():
        faults.append("Schrijf met wie dit is besproken.")
    if set(scores) - set(goals):
        faults.append("Dit resultaat staat niet in het plan.")
    for goal_id, goal in goals.items():
        score, words = scores.get(goal_id, ("", ""))
        if score not in known or not words.strip():
            faults.append(f"Kies hoe het gaat en schrijf dat op: {goal.wat}")
    return faults


def bevestigen(session, actor, voortgang_id) -> Voortgang:
    """The gemeente looked at what the provider said, and confirms it; the next moment is planned."""
    moment = load(session, Voortgang, voortgang_id)
    verblijf = _own(session, actor, moment.dossier_id)
    if moment.bevestigd_on:
        raise Refused("Dit is al bevestigd.", status=409)
    moment.bevestigd_on, moment.bevestigd_by = clock.today(), actor.user_id
    verblijf.record("verblijf:bevestigen", actor=actor, moment=moment.id)
    work.done(session, verblijf, "werk_bevestigen")
    if verblijf.state in plan_queries.WOONT:
        _follow(session, verblijf, clock.today())
    settle(session)
    return moment


# Who ------------------------------------------------------------------------------------------------------------------------

def _own(session, actor, verblijf_id) -> Verblijf:
    """A stay of the own gemeente, by who may work on it, locked."""
    verblijf = load(session, Verblijf, verblijf_id)
    if verblijf.eigenaar_id != actor.party_id:
        raise Refused("De gemeente bepaalt dit. U beschrijft hoe u aan een resultaat werkt.", status=403)
    queries.eigen_plaatsing(session, actor, verblijf.plaatsing_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    return load(session, Verblijf, verblijf_id, lock=True)


def _at(session, actor, verblijf_id) -> Verblijf:
    """A stay at the own provider, by who may work on it."""
    verblijf = load(session, Verblijf, verblijf_id)
    if verblijf.aanbieder_id != actor.party_id:
        raise NotFound()
    require(actor, P.PLEK_BEHEREN)
    return verblijf


def _lives(verblijf: Verblijf) -> None:
    if verblijf.state not in plan_queries.WOONT:
        raise Refused("Een plan hoort bij iemand die op de plek woont, of daar een plek heeft.", status=409)
