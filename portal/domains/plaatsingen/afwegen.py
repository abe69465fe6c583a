"""A report that is not decided yet, offered to a gemeente where somebody has a better chance (Wmo 2015, 1.2.1: every gemeente
is open to everybody; convenant landelijke toegankelijkheid).

The terms of the report run on at the gemeente where somebody first reported, until the other said yes and the day came. Then
they run on there: who moves between desks does not wait longer for it. Answer, dispute and warm handover: overdragen.py.
"""

import uuid
from datetime import date

from portal.domains.plaatsingen import overdragen, queries, usecases
from portal.domains.plaatsingen.model import Bron, Melder, Overdracht, OverdrachtState, Persoon, Richting, Toegang
from portal.domains.plaatsingen.workflow import OVERDRAAGBARE_MELDING, TOEGANG, geen_aanbod_open, geen_voorstel_onderweg
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import Refused
from portal.kernel.kluis import Kluis
from portal.kernel.sentences import settle
from portal.kernel.workflow import require


def aanbieden(session, actor, toegang_id, *, ontvanger_id: uuid.UUID, ingaand_on: date, grondsoort: str, vindplaats: str,
              grond_tot: date, toelichting: str, verloopt_on: date | None = None) -> Overdracht:
    """Offer a report to another gemeente, from a day on: with what it needs to decide, and why somebody has a better chance
    there. Refused while a proposal or another offer waits."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    verloopt_on = verloopt_on or overdragen.verloopdag()
    faults = overdragen.aanbod_gebreken(actor, ontvanger_id, ingaand_on, verloopt_on, grondsoort, vindplaats, grond_tot)
    if ingaand_on <= toegang.gemeld_on:
        faults.append("Kies een dag na de melding.")
    if not toelichting.strip():
        faults.append("Schrijf waarom de kans op herstel in die gemeente groter is.")
    if faults:
        raise Refused(*faults)
    if toegang.state not in OVERDRAAGBARE_MELDING:
        raise Refused("Een melding gaat naar een andere gemeente tijdens of na het onderzoek, en voor het besluit.", status=409)
    if fault := geen_voorstel_onderweg(toegang) or geen_aanbod_open(toegang):
        raise Refused(fault, status=409)
    overdracht = Overdracht(toegang_id=toegang.id, traject_id=toegang.traject_id or uuid.uuid4(), richting=Richting.HEEN,
                            ontvanger_id=ontvanger_id, ingaand_on=ingaand_on, verloopt_on=verloopt_on)
    return overdragen.aanbod_doen(session, actor, toegang, overdracht, _momentopname(session, toegang, toelichting),
                                 grondsoort=grondsoort, vindplaats=vindplaats, grond_tot=grond_tot)


def _momentopname(session, toegang: Toegang, toelichting: str) -> dict:
    """What the receiver needs to decide, and no more: no number, no address, nothing of what was found out."""
    persoon = load(session, Persoon, toegang.persoon_id)
    return {
        "naam": persoon.naam, "geboren_on": persoon.geboren_on.isoformat(), "afgeschermd": persoon.afgeschermd,
        "taak": toegang.taak, "hulpvraag": queries.onderzoek(session, toegang.id).hulpvraag, "spoed": toegang.spoed,
        "gemeld_on": toegang.gemeld_on.isoformat(), "herkomst": str(toegang.eigenaar_id), "tijdlijn": [],
        "toelichting": toelichting.strip(),
    }


def overnemen(session, actor, overdracht_id, *, adres: str = "", contact: str = "", bsn: str = "", bron: Bron | None = None,
              kluis: Kluis | None = None) -> Toegang:
    """The receiver begins its own report with what it was shown. It keeps the day on which somebody first reported: the terms
    do not begin again."""
    overdracht = overdragen.ontvangen(session, actor, overdracht_id)
    require(actor, P.TOEGANG_BEHANDELEN)
    if overdracht.state not in (OverdrachtState.AANVAARD, OverdrachtState.AFGEROND):
        raise Refused("U neemt de melding over als uw gemeente het aanbod heeft aanvaard.", status=409)
    if queries.melding_van(session, actor.party_id, overdracht.traject_id):
        raise Refused("Uw gemeente heeft deze melding al overgenomen.", status=409)
    if reasons := overdragen.te_vroeg(queries.antwoord(session, overdracht.id).ingaand_on):
        raise Refused(*reasons, status=409)
    inhoud = queries.momentopname(session, overdracht.id).inhoud
    persoon = usecases.bekende_of_nieuwe(
        session, actor, naam=inhoud["naam"], geboren_on=date.fromisoformat(inhoud["geboren_on"]), adres=adres, contact=contact,
        bsn=bsn, bron=bron, kluis=kluis, afgeschermd=overdracht.afgeschermd)
    if overdracht.afgeschermd:
        usecases.afschermen(session, actor, persoon.id)
    toegang = usecases.melden(
        session, actor, persoon_id=persoon.id, melder=Melder.ANDER, gemeld_on=date.fromisoformat(inhoud["gemeld_on"]),
        hulpvraag=inhoud["hulpvraag"], spoed=inhoud["spoed"], taak=inhoud["taak"],
        traject_id=overdracht.traject_id, herkomst_id=overdracht.verzender_id)
    toegang.record("toegang:overnemen", actor=actor, overdracht=overdracht.id)
    overdragen.overgenomen(session, actor, overdracht)
    settle(session)
    return toegang


def overgaan(session, actor, toegang_id) -> Toegang:
    """The day of an accepted offer came: the report is over here."""
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    if toegang.id not in queries.overgedragen_meldingen(session, actor.party_id, clock.today()):
        raise Refused("Er is geen aanvaard aanbod waarvan de dag kwam.", status=409)
    TOEGANG.perform(toegang, "overdragen", actor)
    settle(session)
    return toegang
