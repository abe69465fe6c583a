"""After a yes: the agreement that both sides sign, how it goes, what came of it, and how it ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domains.uitdaagrecht import openbaar, queries, work
from portal.domains.uitdaagrecht.model import Afspraak, Afspraakteken, Evaluatie, State, Uitdaging
from portal.domains.uitdaagrecht.workflow import AFSPRAAK_VOORBIJ, UITDAGING
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Handeling
from portal.kernel.dossier import load, under
from portal.kernel.errors import Refused
from portal.kernel.holidays import day_text
from portal.kernel.money import euro
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require

VERVOLG = {"doorgaan": "gaat door zoals het is", "bijsturen": "gaat door, met een verandering",
           "verlengen": "wordt verlengd", "stoppen": "stopt op de afgesproken dag", "terugnemen": "gaat terug naar de gemeente"}


@dataclass(frozen=True)
class Voorwaarden:
    """What an agreement says."""

    taak: str
    resultaat: str
    budget: Decimal
    van: date
    tot: date
    evaluatie_on: date
    terug: str

    def gebreken(self) -> list[str]:
        """Why this is no agreement yet."""
        faults = [sentence for text, sentence in ((self.taak, "Schrijf welke taak de bewoners overnemen."),
                                                  (self.resultaat, "Schrijf wat er bereikt moet worden."),
                                                  (self.terug, "Schrijf hoe de taak teruggaat als het stopt."))
                  if not text.strip()]
        if self.tot < self.van:
            faults.append("De laatste dag ligt voor de eerste.")
        elif not self.van <= self.evaluatie_on <= self.tot:
            faults.append("De dag van de evaluatie ligt binnen de afspraak.")
        if self.budget < 0 or euro(self.budget) != self.budget:
            faults.append("Het budget is een bedrag in hele centen, en niet lager dan nul.")
        return faults


def afspreken(session, actor, uitdaging_id, *, taak: str, resultaat: str, budget: Decimal, van: date, tot: date,
              evaluatie_on: date, terug: str) -> Afspraak:
    """Put an agreement before the residents: task, result, money, days, when both look at it, and how the task goes back."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    says = Voorwaarden(taak, resultaat, budget, van, tot, evaluatie_on, terug)
    if faults := says.gebreken():
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "afspreken", actor)
    return _voorleggen(session, actor, uitdaging, says,
                       "De afspraak over uw plan ligt klaar",
                       "Lees de afspraak bij uw plan. Bent u het ermee eens? Dan tekent u die daar.")


def verlenging(session, actor, uitdaging_id, *, taak: str, resultaat: str, budget: Decimal, tot: date, evaluatie_on: date,
               terug: str) -> Afspraak:
    """Put an agreement with a later last day before the residents, beside the one that counts. The money is that of the whole,
    from the first day on: so the mandate for it is that of the whole too."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    counts, proposed = queries.afspraken(session, uitdaging.id)
    if fault := verlenging_gebrek(counts, proposed):
        raise Refused(fault, status=409)
    says = Voorwaarden(taak, resultaat, budget, counts.van, tot, evaluatie_on, terug)
    if faults := _te_kort(says, counts):
        raise Refused(*faults)
    UITDAGING.perform(uitdaging, "verlenging", actor)
    return _voorleggen(session, actor, uitdaging, says,
                       "De gemeente wil de afspraak met u verlengen",
                       f"De nieuwe laatste dag is {day_text(tot)}. Lees de nieuwe afspraak bij uw plan. Bent u het ermee eens? "
                       f"Dan tekent u die daar, uiterlijk op {day_text(counts.tot)}. Tekent u niet? Dan verandert er niets.")


def _te_kort(says: Voorwaarden, counts: Afspraak) -> list[str]:
    """Why this does not extend what counts: it says too little, ends no later, or is looked at on a day that was."""
    faults = says.gebreken()
    if says.tot <= counts.tot:
        faults.append(f"Kies een laatste dag na {day_text(counts.tot)}. Dat is de laatste dag van nu.")
    if says.evaluatie_on <= clock.today():
        faults.append("De dag waarop u samen kijkt hoe het gaat, moet nog komen.")
    return faults


def verlenging_gebrek(counts: Afspraak | None, proposed: Afspraak | None) -> str | None:
    """Why no extension can be put before the residents now."""
    if counts is None:
        return "Er is geen afspraak die u kunt verlengen."
    if proposed is not None:
        return "Er ligt al een verlenging. Trek die eerst in."
    return AFSPRAAK_VOORBIJ if counts.tot < clock.today() else None


def _voorleggen(session, actor, uitdaging: Uitdaging, says: Voorwaarden, onderwerp: str, tekst: str) -> Afspraak:
    made = Afspraak(**under(uitdaging, actor.party_id), taak=says.taak.strip(), resultaat=says.resultaat.strip(),
                    budget=says.budget, van=says.van, tot=says.tot, evaluatie_on=says.evaluatie_on, terug=says.terug.strip(),
                    opgesteld_by=actor.user_id)
    with refusing(session):
        session.add(made)
    work.wait_for(session, uitdaging, "werk_ondertekenen")
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp=onderwerp, tekst=tekst)
    settle(session)
    return made


def afspraak_intrekken(session, actor, uitdaging_id) -> Afspraak:
    """Take an agreement back that was not signed by both, to make another. What counts goes on."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    _counts, made = queries.afspraken(session, uitdaging.id)
    if made is None or uitdaging.state not in (State.TOEGEWEZEN, State.UITVOERING):
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
    made = _getekend(session, uitdaging)
    UITDAGING.perform(uitdaging, "beginnen", actor)
    _laten_gelden(session, uitdaging, made)
    return uitdaging


def verlengen(session, actor, uitdaging_id) -> Uitdaging:
    """Both signed the agreement with the later last day: it takes the place of the one before it, with its own day to look at
    how it goes."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    made, counted = _getekend(session, uitdaging), queries.afspraken(session, uitdaging.id)[0]
    UITDAGING.perform(uitdaging, "verlengen", actor)
    _laten_gelden(session, uitdaging, made)
    session.refresh(counted)
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De afspraak over uw plan is verlengd",
                     tekst=f"De nieuwe laatste dag is {day_text(made.tot)}. Op {day_text(made.evaluatie_on)} kijkt u samen "
                           "hoe het gaat.")
    settle(session)
    return uitdaging


def _getekend(session, uitdaging: Uitdaging) -> Afspraak:
    """What lies on the table, signed by both."""
    _counts, made = queries.afspraken(session, uitdaging.id)
    if faults := begin_gebreken(uitdaging, made, queries.tekens(session, made.id) if made else {}):
        raise Refused(*faults, status=409)
    return made


def _laten_gelden(session, uitdaging: Uitdaging, made: Afspraak) -> None:
    """It counts from now on, and what counted before it lapses (portal.afspraak_vast)."""
    made.geldt_at = clock.now()
    settle(session)
    work.wait_for(session, uitdaging, "werk_evaluatie", due_on=made.evaluatie_on)
    openbaar.bijwerken(session, uitdaging)
    settle(session)


def begin_gebreken(uitdaging: Uitdaging, made: Afspraak | None, tekens: Collection) -> list[str]:
    """Why what lies on the table cannot count yet: there is nothing, or a side did not sign it."""
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
    if vervolg == "verlengen":
        work.wait_for(session, uitdaging, "werk_verlenging")
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return made


def beeindigen(session, actor, uitdaging_id, *, reden: str) -> Uitdaging:
    """The agreement ends."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "beeindigen", actor, reden=reden)
    return _ended(session, actor, uitdaging, f"De reden: {reden.strip()}")


def terugnemen(session, actor, uitdaging_id, *, reden: str) -> Uitdaging:
    """The task goes back to the gemeente, as was agreed; who does it reads how."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    UITDAGING.perform(uitdaging, "terugnemen", actor, reden=reden)
    counts, _proposed = queries.afspraken(session, uitdaging.id)
    return _ended(session, actor, uitdaging,
                  f"De reden: {reden.strip()} Zo gaat de taak terug, volgens uw afspraak: {counts.terug}")


def _ended(session, actor, uitdaging: Uitdaging, tekst: str) -> Uitdaging:
    """Who does the task hears that it ends, and why; so does who follows it. What lay on the table is off it."""
    _counts, proposed = queries.afspraken(session, uitdaging.id)
    if proposed and begin_gebreken(uitdaging, proposed, queries.tekens(session, proposed.id)):
        proposed.vervallen_at = clock.now()
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De afspraak over uw plan eindigt", tekst=tekst)
    openbaar.bijwerken(session, uitdaging)
    settle(session)
    return uitdaging
