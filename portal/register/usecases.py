"""Contracts after they were closed: the decision about each extension option, and who is asked for it when.

An extension needs only the decision of the gemeenten, signed under volmacht (requirements A9); the provider is told. Without
a decision the contract ends by itself.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from config import load as load_config
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import Aard, Power, power
from portal.kernel.dossier import Dossier, Termijn, load, meet_term, start_term
from portal.kernel.errors import NotFound, Refused
from portal.kernel.holidays import day_text
from portal.kernel.outbox import send_message
from portal.kernel.sentences import settle
from portal.register import queries, rules
from portal.register.model import Overeenkomst, OvereenkomstPeriode, Uitkomst, Verlengingsbesluit
from portal.register.queries import Contract

TAAK_VERLENGEN = "Verlengen of laten eindigen: contracten voor {perceel}"
GEVOLG_VERLENGEN = "De contracten eindigen op {on:%d-%m-%Y}. De aanbieders moeten dan stoppen."


@dataclass(frozen=True)
class Handeling:
    """What somebody is about to sign, as `besluit.power` asks it: an act of private law about a contract of this party."""

    party_id: uuid.UUID
    bedrag: Decimal
    soort: str = "overeenkomst"
    aard: Aard = Aard.PRIVAATRECHTELIJK


def volmacht(session, actor, contract: Contract) -> Power:
    """Under which volmacht this person may decide about this contract today, own or as replacement, or why not."""
    return power(session, Handeling(contract.eigenaar_id, contract.maximale_waarde), actor, on=clock.today())


def why_closed(contract: Contract, volgnummer: int, today: date) -> list[str]:
    """Why nobody can decide about this option now, whoever it is; an empty list means it is open."""
    option = contract.option(volgnummer)
    if option is None:
        return ["Dit contract heeft geen verlenging meer. Voor daarna is een nieuwe inkoop nodig."]
    if contract.decision(volgnummer) or option.verlengd_on:
        return ["Over deze verlenging is al besloten."]
    if contract.stopped:
        return [f"Besloten is om dit contract te laten eindigen op {contract.last_day:%d-%m-%Y}."]
    if contract.ended(today):
        return ["Dit contract is al geëindigd. Verlengen kan alleen voor het einde."]
    if contract.open_option is not option:
        return ["Besluit eerst over de verlenging hiervoor."]
    return []


def verlengen(session, actor, overeenkomst_id: uuid.UUID, volgnummer: int) -> Verlengingsbesluit:
    """Decide to use extension option `volgnummer`. Refused (409) when it was decided upon, when the contract ended, or when
    an earlier option is still open; Refused (422) without a volmacht for contracts that is high enough."""
    _before, overeenkomst, besluit = _decide(session, actor, overeenkomst_id, volgnummer, Uitkomst.VERLENGD)
    period = session.scalar(select(OvereenkomstPeriode).where(
        OvereenkomstPeriode.overeenkomst_id == overeenkomst.id, OvereenkomstPeriode.volgnummer == volgnummer))
    period.verlengd_on = besluit.besloten_on
    until = day_text(period.tot - timedelta(days=1))
    _tell(session, actor, overeenkomst, besluit, f"Contract {overeenkomst.nummer} is verlengd",
          f"De gemeenten verlengen het contract voor {overeenkomst.perceel_naam}. Het loopt nu tot en met {until}. "
          "U hoeft niets te doen.", tot=period.tot)
    return besluit


def laten_eindigen(session, actor, overeenkomst_id: uuid.UUID, volgnummer: int, *, reden: str) -> Verlengingsbesluit:
    """Decide not to use extension option `volgnummer`, with the reason that the provider reads. Refused as `verlengen`."""
    if not reden.strip():
        raise Refused("Schrijf waarom u het contract laat eindigen. De aanbieder leest dit.")
    contract, overeenkomst, besluit = _decide(session, actor, overeenkomst_id, volgnummer, Uitkomst.NIET_VERLENGD,
                                              reden.strip())
    _tell(session, actor, overeenkomst, besluit, f"Contract {overeenkomst.nummer} wordt niet verlengd",
          f"De gemeenten verlengen het contract voor {overeenkomst.perceel_naam} niet. Het eindigt op "
          f"{day_text(contract.last_day)}. De reden is: {reden.strip()}", tot=contract.tot)
    return besluit


def _decide(session, actor, overeenkomst_id, volgnummer, uitkomst, reden=None):
    overeenkomst = load(session, Overeenkomst, overeenkomst_id)
    if overeenkomst.eigenaar_id != actor.party_id:
        raise NotFound()
    contract, today = queries.contract(session, overeenkomst_id), clock.today()
    if reasons := why_closed(contract, volgnummer, today):
        raise Refused(*reasons, status=409)
    under = volmacht(session, actor, contract)
    if under.refusal:
        raise Refused(under.refusal)
    besluit = Verlengingsbesluit(
        dossier_id=overeenkomst.dossier_id, eigenaar_id=overeenkomst.eigenaar_id, party_id=actor.party_id,
        overeenkomst_id=overeenkomst.id, volgnummer=volgnummer, uitkomst=uitkomst, reden=reden, besloten_on=today,
        getekend_by=actor.user_id, mandaat_id=under.mandaat.id,
        vervanging_id=under.vervanging.id if under.vervanging else None)
    session.add(besluit)
    # Who decides at the same moment waits here for the unique key, and is refused.
    settle(session)
    return contract, overeenkomst, besluit


def _tell(session, actor, overeenkomst: Overeenkomst, besluit: Verlengingsbesluit, onderwerp: str, tekst: str, *,
          tot: date) -> None:
    """The provider reads it, history keeps it, and nobody is asked for it any more."""
    send_message(session, actor, to=overeenkomst.aanbieder_id, onderwerp=onderwerp, tekst=tekst)
    dossier = load(session, Dossier, overeenkomst.dossier_id)
    step = "verlengen" if besluit.uitkomst == Uitkomst.VERLENGD else "laten-eindigen"
    dossier.record(f"overeenkomst:{step}", actor=actor, overeenkomst=overeenkomst.id, nummer=overeenkomst.nummer,
                   volgnummer=besluit.volgnummer, tot_on=tot, besluit=besluit.id, volmacht=besluit.mandaat_id)
    settle(session)
    if not any(_asks(c, clock.today()) for c in queries.of_dossier(session, dossier.id)):
        meet_term(session, dossier, rules.DECIDE, on=clock.today())
        settle(session)


# Who is asked, and when ----------------------------------------------------------------------------------------------------

def _asks(contract: Contract, today: date) -> bool:
    """An option is open and the time to think about it has come."""
    return (contract.open_option is not None and not contract.ended(today)
            and rules.asked_from(load_config("register"), contract.tot) <= today)


def vragen(session, party_id: uuid.UUID) -> int:
    """Put the decisions that have come near into Mijn werk of this owner, once per perceel, and take out those of contracts
    that ended without one. Returns how many were put in."""
    agreed, today = load_config("register"), clock.today()
    rule = rules.decide_rule(agreed)
    waiting = {t.dossier_id: t for t in session.scalars(select(Termijn).where(
        Termijn.party_id == party_id, Termijn.kind == rules.DECIDE, Termijn.met_on.is_(None)))}
    near = defaultdict(list)
    for contract in queries.undecided(session, party_id):
        if _asks(contract, today):
            near[contract.dossier_id].append(contract)
    for dossier_id, term in waiting.items():
        if dossier_id not in near:
            term.met_on = today
    new = near.keys() - waiting.keys()
    for dossier_id in new:
        first = min(near[dossier_id], key=lambda c: c.tot)
        start_term(session, load(session, Dossier, dossier_id), rule, on=first.last_day, party_id=party_id,
                   taak=TAAK_VERLENGEN.format(perceel=first.perceel), gevolg=GEVOLG_VERLENGEN.format(on=first.last_day),
                   endpoint="register.perceel", permissions=(P.OVEREENKOMST_VERLENGEN,))
    settle(session)
    return len(new)
