"""Contracts after they were closed: extending them."""

import uuid

from sqlalchemy import select

from portal.kernel import clock
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort


def verlengen(session, actor, overeenkomst_id: uuid.UUID) -> OvereenkomstPeriode:
    """Decide to use the next extension option. Refused when none is left, or when the contract ended without a decision."""
    overeenkomst = load(session, Overeenkomst, overeenkomst_id)
    if overeenkomst.eigenaar_id != actor.party_id:
        raise NotFound()
    periodes = session.scalars(select(OvereenkomstPeriode).where(OvereenkomstPeriode.overeenkomst_id == overeenkomst.id)
                               .order_by(OvereenkomstPeriode.volgnummer).with_for_update()).all()
    optie = next((p for p in periodes if p.soort == PeriodeSoort.OPTIE and p.verlengd_on is None), None)
    if optie is None:
        raise Refused("Dit contract heeft geen verlenging meer. Voor daarna is een nieuwe inkoop nodig.", status=409)
    # Half-open: the option starts where the period before it ends.
    if clock.today() >= optie.van:
        raise Refused("Dit contract is al geëindigd. Verlengen kan alleen voor het einde.", status=409)
    optie.verlengd_on = clock.today()
    dossier = load(session, Dossier, overeenkomst.dossier_id)
    send_message(session, actor, to=overeenkomst.aanbieder_id, onderwerp=f"Contract {overeenkomst.nummer} is verlengd",
                 tekst="De gemeenten verlengen het contract. In de contractkalender ziet u tot wanneer.")
    with refusing(session):
        dossier.record("overeenkomst:verlengen", actor=actor, overeenkomst=overeenkomst.id, volgnummer=optie.volgnummer,
                       tot=optie.tot)
    return optie
