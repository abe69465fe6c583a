"""After a yes: the agreement that both sides sign, how it goes, what came of it, and how it ends."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from portal.domains.uitdaagrecht import openbaar, queries, work
from portal.domains.uitdaagrecht.model import Afspraak, Afspraakteken, Evaluatie, State, Uitdaging
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Handeling
from portal.kernel.dossier import load, under
from portal.kernel.errors import Refused
from portal.kernel.money import euro
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require

VERVOLG = {"doorgaan": "gaat door zoals het is", "bijsturen": "gaat door, met een verandering",
           "verlengen": "wordt verlengd", "stoppen": "stopt op de afgesproken dag", "terugnemen": "gaat terug naar de gemeente"}


def afspreken(session, actor, uitdaging_id, *, taak: str, resultaat: str, budget: Decimal, van: date, tot: date,
              evaluatie_on: date, terug: str) -> Afspraak:
    """Put an agreement before the residents: task, result, money, days, when both look at it, and how the task goes back."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = [sentence for text, sentence in ((taak, "Schrijf welke taak de bewoners overnemen."),
                                              (resultaat, "Schrijf wat er bereikt moet worden."),
                                              (terug, "Schrijf hoe de taak teruggaat als het stopt.")) if not text.strip()]
    if tot < van:
        faults.append("De laatste dag ligt voor de eerste.")
    elif not van <= evaluatie_on <= tot:
        faults.append("De dag van de evaluatie ligt binnen de afspraak.")
    if budget < 0 or euro(budget) != budget:
        faults.append("Het budget is een bedrag in hele centen, en niet lager dan nul.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "afspreken", actor)
    made = Afspraak(**under(uitdaging, actor.party_id), taak=taak.strip(), resultaat=resultaat.strip(), budget=budget, van=van,
                    tot=tot, evaluatie_on=evaluatie_on, terug=terug.strip(), opgesteld_by=actor.user_id)
    with refusing(session):
        session.add(made)
    work.wait_for(session, uitdaging, "werk_ondertekenen")
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De afspraak over uw plan ligt klaar",
                     tekst="Lees de afspraak bij uw plan. Bent u het ermee eens? Dan tekent u die daar.")
    settle(session)
    return made


def afspraak_intrekken(session, actor, uitdaging_id) -> Afspraak:
    """Take an agreement back that was not signed by both, to make another."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    made = queries.afspraak(session, uitdaging.id)
    if made is None or uitdaging.state != State.TOEGEWEZEN:
        raise Refused("Er is geen afspraak die u kunt intrekken.", status=409)
    made.vervallen_at = clock.now()
    work.done(session, uitdaging, "werk_ondertekenen")
    uitdaging.record("uitdaging:afspraak-intrekken", actor=actor, afspraak=made.id)
    settle(session)
    return made


def ondertekenen(session, actor, afspraak_id) -> Afspraakteken:
    """Say yes for the gemeente, under mandate, by another than who wrote it."""
    made = load(session, Afspraak, afspraak_id)
    uitdaging = queries.eigen(session, actor, made.dossier_id, lock=True)
    require(actor, P.UITDAGING_TEKENEN)
    mandaat, _vervanging = besluiten.bevoegdheid(session, Handeling(actor.party_id, "uitdaging", made.budget), actor,
                                                 on=clock.today())
    teken = Afspraakteken(**under(uitdaging, actor.party_id), afspraak_id=made.id, door=actor.user_id, mandaat_id=mandaat.id)
    with refusing(session):
        session.add(teken)
    work.done(session, uitdaging, "werk_ondertekenen")
    uitdaging.record("uitdaging:ondertekenen", actor=actor, afspraak=made.id)
    settle(session)
    return teken


def beginnen(session, actor, uitdaging_id) -> Uitdaging:
    """Both signed: the residents do the task, and both look at it on the day that was agreed."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    made = queries.afspraak(session, uitdaging.id)
    if faults := begin_gebreken(uitdaging, made, queries.tekens(session, made.id) if made else {}):
        raise Refused(*faults, status=409)
    UITDAGING.perform(uitdaging, "beginnen", actor)
    work.wait_for(session, uitdaging, "werk_evaluatie", due_on=made.evaluatie_on)
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging


def begin_gebreken(uitdaging: Uitdaging, made: Afspraak | None, tekens: Collection) -> list[str]:
    """Why the residents cannot begin yet: no agreement, or one that a side did not sign."""
    if made is None:
        return ["Er is nog geen afspraak. Leg die eerst voor."]
    sides = ((uitdaging.eigenaar_id, "De gemeente tekende de afspraak nog niet."),
             (uitdaging.indiener_id, "De bewoners tekenden de afspraak nog niet."))
    return [sentence for party, sentence in sides if party and party not in tekens]


def voortgang_ontvangen(session, actor, uitdaging: Uitdaging) -> None:
    """The residents told how it goes."""
    uitdaging.record("uitdaging:voortgang", actor=actor)


def evalueren(session, actor, uitdaging_id, *, op_on: date, tekst: str, vervolg: str) -> Evaluatie:
    """Write down what came of it, and what happens next."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    faults = [] if vervolg in VERVOLG else ["Kies hoe het verdergaat."]
    if len(tekst.strip()) < 20:
        faults.append("Schrijf wat het opleverde, ook wat de bewoners ervan vinden.")
    if op_on > clock.today():
        faults.append("Deze dag is nog niet geweest.")
    if faults:
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "evalueren", actor, on=op_on, record={"vervolg": vervolg})
    made = Evaluatie(**under(uitdaging, actor.party_id), op_on=op_on, tekst=tekst.strip(), vervolg=vervolg, door=actor.user_id)
    session.add(made)
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return made


def beeindigen(session, actor, uitdaging_id, *, reden: str) -> Uitdaging:
    """The agreement ends."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "beeindigen", actor, reden=reden)
    return _ended(session, actor, uitdaging, reden)


def terugnemen(session, actor, uitdaging_id, *, reden: str) -> Uitdaging:
    """The task goes back to the gemeente, as was agreed."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "terugnemen", actor, reden=reden)
    return _ended(session, actor, uitdaging, reden)


def _ended(session, actor, uitdaging: Uitdaging, reden: str) -> Uitdaging:
    """Who does the task hears that it ends, and why; so does who follows it."""
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De afspraak over uw plan eindigt", tekst=f"De reden: {reden.strip()}")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging
