"""Taking in what somebody sent, acting for the gemeente: a job does it after the sending. Twice changes nothing."""

import uuid

from sqlalchemy import select

from portal.domains.uitdaagrecht import besluiten, openbaar, queries, uitvoering, usecases
from portal.domains.uitdaagrecht.model import VRAAG, Informatie, Inzending, Soort, State, Uitdaging
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.kernel.dossier import load
from portal.kernel.history import CaseEvent

TAKEN_IN = "intern:ingenomen"


def innemen(session, actor, inzending_id) -> None:
    """A question or a plan becomes a challenge here; whatever follows goes to it."""
    inzending = load(session, Inzending, inzending_id)
    uitdaging = _hier(session, actor, inzending)
    if uitdaging is not None and _was_taken_in(session, uitdaging, inzending):
        return
    match inzending.soort:
        case Soort.VRAAG:
            uitdaging = uitdaging or _nieuw(session, actor, inzending, State.INFOVERZOEK)
            _vraag(session, actor, uitdaging, inzending)
        case Soort.UITDAGING if uitdaging is None:
            uitdaging = _nieuw(session, actor, inzending, State.ONTVANGEN)
        case Soort.UITDAGING:
            _van_vraag_naar_plan(session, actor, uitdaging, inzending)
        case _ if uitdaging is None:
            # What came before it was not taken in yet: the job comes back.
            raise LookupError(f"inzending {inzending.id} hoort bij een plan dat hier nog niet is")
        case Soort.AANVULLING:
            usecases.aangevuld(session, actor, uitdaging, inzending)
        case Soort.PLAN:
            usecases.plan_ontvangen(session, actor, uitdaging, inzending)
        case Soort.INSTEMMING:
            usecases.ingestemd(session, actor, uitdaging, inzending)
        case Soort.INTREKKING:
            usecases.ingetrokken(session, actor, uitdaging)
        case Soort.BEZWAAR | Soort.KLACHT:
            besluiten.tegenspraak_ontvangen(session, actor, uitdaging, inzending)
        case Soort.VOORTGANG:
            uitvoering.voortgang_ontvangen(session, actor, uitdaging)
        case Soort.TEGEN_VERBERGEN:
            openbaar.beroep_ontvangen(session, actor, uitdaging, inzending)
    uitdaging.record(TAKEN_IN, actor=actor, inzending=inzending.id)
    openbaar.bijwerken(session, uitdaging)


def _hier(session, actor, inzending: Inzending) -> Uitdaging | None:
    """What this idea is at the gemeente that takes in, locked."""
    found = session.scalar(select(Uitdaging.id).where(Uitdaging.initiatief_id == inzending.dossier_id,
                                                      Uitdaging.eigenaar_id == actor.party_id))
    return load(session, Uitdaging, found, lock=True) if found else None


def _was_taken_in(session, uitdaging: Uitdaging, inzending: Inzending) -> bool:
    return session.scalar(select(CaseEvent.id).where(
        CaseEvent.dossier_id == uitdaging.id, CaseEvent.kind == TAKEN_IN,
        CaseEvent.facts["inzending"].astext == str(inzending.id)).limit(1)) is not None


def _nieuw(session, actor, inzending: Inzending, state: State) -> Uitdaging:
    """It stands here from today. Passed on by another gemeente, the first day is that of the sending."""
    inhoud = inzending.inhoud
    day = queries.dag_van(inzending)
    passed_on = inzending.gemeente_id != actor.party_id
    # A task of the register is one of the gemeente that was asked first.
    taak_id = None if passed_on or not inhoud["taak_id"] else uuid.UUID(inhoud["taak_id"])
    made = usecases.ontvangen(
        session, actor, gemeente_id=actor.party_id, titel=inhoud["titel"], state=state, plan=inhoud, taak_id=taak_id,
        initiatief_id=inzending.dossier_id, indiener_id=inzending.eigenaar_id, on=None if passed_on else day, eerste_on=day)
    # What was added where it was first sent belongs to it here too.
    if passed_on and (more := queries.laatste(session, inzending.dossier_id, Soort.AANVULLING)):
        made.plan = more.inhoud
    return made


def _vraag(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    session.add(Informatie(dossier_id=uitdaging.id, eigenaar_id=uitdaging.eigenaar_id, party_id=uitdaging.eigenaar_id,
                           vraag=inzending.inhoud["vraag"]))


def _van_vraag_naar_plan(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    """The question became a plan: the same case, and the terms of a plan from the day that it was sent."""
    if uitdaging.state not in VRAAG:
        return
    UITDAGING.perform(uitdaging, "ontvangen", actor)
    uitdaging.titel, uitdaging.plan = inzending.inhoud["titel"], inzending.inhoud
    # A plan was received on the day it was sent, about the task that it names: the question may have been about another.
    uitdaging.ontvangen_on = uitdaging.eerste_on = queries.dag_van(inzending)
    task = inzending.inhoud["taak_id"]
    uitdaging.taak_id = uuid.UUID(task) if task else None
    usecases.plan_begint(session, uitdaging, queries.dag_van(inzending))


