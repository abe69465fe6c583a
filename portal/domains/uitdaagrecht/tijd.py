"""What time does in challenges: an addition that did not come, an answer that comes later than was promised."""

from datetime import date, timedelta

from sqlalchemy import Text, cast, select

from config import load as load_config
from portal.domains.uitdaagrecht import queries, work
from portal.domains.uitdaagrecht.model import OPEN, Afspraak, State, Uitdaging
from portal.domains.uitdaagrecht.usecases import hervat
from portal.kernel.dossier import Termijn, load
from portal.kernel.history import CaseEvent
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle

LATER = "uitdaging:later"
LOOPT_AF = "uitdaging:loopt-af"


def aanvulling_verlopen(session, actor, today: date) -> int:
    """The term to add something is over and nothing came: the term to decide goes on, and the coordinator decides what with."""
    done = 0
    for uitdaging_id in session.scalars(
            select(Uitdaging.id).join(Termijn, Termijn.dossier_id == Uitdaging.id)
            .where(Uitdaging.eigenaar_id == actor.party_id, Uitdaging.state == State.WACHT_OP_AANVULLING,
                   Termijn.kind == "aanvulling", Termijn.met_on.is_(None), Termijn.due_on < today)).all():
        uitdaging = load(session, Uitdaging, uitdaging_id, lock=True)
        queries.termijn(session, uitdaging.id, "aanvulling").met_on = today
        hervat(session, uitdaging)
        uitdaging.record("uitdaging:niet-aangevuld", actor=actor)
        work.wait_for(session, uitdaging, "werk_besluit")
        settle(session)
        done += 1
    return done


def afspraak_loopt_af(session, actor, today: date) -> int:
    """The last day of an agreement comes near: what comes after it is work, which is late once that day passed; who does the
    task hears so, once per agreement."""
    day = today + timedelta(**load_config("uitdaagrecht")["werk"]["afloop"])
    told = select(CaseEvent.id).where(CaseEvent.dossier_id == Uitdaging.id, CaseEvent.kind == LOOPT_AF,
                                      CaseEvent.facts["afspraak"].astext == cast(Afspraak.id, Text)).exists()
    done = 0
    for uitdaging_id, tot in session.execute(
            select(Uitdaging.id, Afspraak.tot).join(Afspraak, Afspraak.dossier_id == Uitdaging.id)
            .where(Uitdaging.eigenaar_id == actor.party_id, Uitdaging.state == State.UITVOERING,
                   Afspraak.vervallen_at.is_(None), Afspraak.geldt_at.is_not(None), Afspraak.tot <= day, ~told)).all():
        uitdaging = load(session, Uitdaging, uitdaging_id, lock=True)
        counts, _proposed = queries.afspraken(session, uitdaging.id)
        work.wait_for(session, uitdaging, "werk_afloop", due_on=tot)
        uitdaging.record(LOOPT_AF, actor=actor, afspraak=counts.id)
        if uitdaging.indiener_id:
            send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                         onderwerp="De afspraak over uw plan loopt af",
                         tekst=f"De laatste dag is {day_text(tot)}. Wilt u door? Bel dan uw contactpersoon. Zonder nieuwe "
                               f"afspraak stopt het op die dag. Zo gaat de taak terug: {counts.terug}")
        settle(session)
        done += 1
    return done


def later_antwoord(session, actor, today: date) -> int:
    """The promised day passed without an answer: who sent the plan in hears so, once. The plan does not lapse."""
    told = select(CaseEvent.id).where(CaseEvent.dossier_id == Uitdaging.id, CaseEvent.kind == LATER).exists()
    done = 0
    for uitdaging_id in session.scalars(
            select(Uitdaging.id).join(Termijn, Termijn.dossier_id == Uitdaging.id)
            .where(Uitdaging.eigenaar_id == actor.party_id, Uitdaging.state.in_(OPEN), Termijn.kind == "beslissing",
                   Termijn.met_on.is_(None), Termijn.due_on < today, ~told)).all():
        uitdaging = load(session, Uitdaging, uitdaging_id, lock=True)
        term = queries.termijn(session, uitdaging.id, "beslissing")
        uitdaging.record(LATER, actor=actor)
        if uitdaging.indiener_id:
            send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                         onderwerp="Het antwoord op uw plan komt later",
                         tekst=f"U zou uiterlijk op {day_text(term.due_on)} antwoord krijgen. Dat is niet gelukt. Uw plan "
                               "vervalt niet. U kunt uw contactpersoon vragen wanneer het antwoord komt.")
        settle(session)
        done += 1
    return done
