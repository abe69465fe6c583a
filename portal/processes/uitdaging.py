"""Where a challenge meets subsidies and procurement: who does a task now, and what a granted plan becomes, with its history
(requirements D4)."""

import uuid

from sqlalchemy import select

from portal.domains.inkoop.model import Inkoop
from portal.domains.inkoop.model import State as InkoopState
from portal.domains.subsidies import aanvragen
from portal.domains.subsidies import queries as subsidiequeries
from portal.domains.subsidies.model import Aanvraag, Registerregel, Subsidie
from portal.domains.subsidies.model import State as SubsidieState
from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import Gemeentetaak, Route, State, Uitdaging, Vervolg
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing
from portal.kernel.workflow import require
from portal.register.model import Overeenkomst
from portal.tenants.model import Aanbieder

# A procurement is open to all: who had the idea gets no advantage in it (Aanbestedingswet 2012, artikel 1.8).
GEEN_VOORSPRONG = "Bij een inkoop mag iedereen meedoen. Wie het idee had, krijgt geen voorsprong."


def subsidie_gebrek(uitdaging: Uitdaging | None) -> str | None:
    """Why a plan cannot lead to a subsidy now; None where it can."""
    if uitdaging is None or uitdaging.state not in (State.TOEGEWEZEN, State.UITVOERING) or uitdaging.route != Route.SUBSIDIE:
        return "Subsidie aanvragen kan als de gemeente ja zei, en voor subsidie koos."
    return None


def regelingen(session, uitdaging: Uitdaging) -> list:
    """The schemes of the gemeente that said yes, which can be applied for now (rows of subsidies.queries.bekendgemaakt)."""
    return subsidiequeries.bekendgemaakt(session, open_only=True, gemeente_id=uitdaging.eigenaar_id).rows


def naar_subsidie(session, actor, initiatief_id, regeling_id: uuid.UUID | None) -> Aanvraag:
    """Who has the idea applies for a subsidy with what the plan already says; or goes on with what was begun. Refused unless
    the gemeente said yes and chose that way, and for a scheme of another gemeente."""
    initiatief = queries.mijn(session, actor, initiatief_id, lock=True)
    require(actor, P.AANVRAAG_SCHRIJVEN)
    uitdaging = queries.van_initiatief(session, initiatief.id)
    if fault := subsidie_gebrek(uitdaging):
        raise Refused(fault, status=409)
    publicatie = subsidiequeries.publicatie_van(session, regeling_id) if regeling_id else None
    if publicatie is None or publicatie.eigenaar_id != uitdaging.eigenaar_id:
        raise Refused("Kies een regeling van de gemeente die ja zei.")
    if (begun := aanvragen.concept(session, actor, regeling_id, ouder=initiatief)) is not None:
        return begun
    plan = initiatief.gegevens
    aanvraag = aanvragen.begin(session, actor, regeling_id, ouder=initiatief, gegevens={
        "titel": initiatief.titel, "omschrijving": plan.get("wat", ""), "bedrag": plan.get("kosten_bedrag", "")})
    initiatief.record("initiatief:naar_subsidie", actor=actor, aanvraag=aanvraag.id)
    return aanvraag


def verleend(session, actor) -> list:
    """The subsidies that the own gemeente granted, by number, for the register of tasks. Rows: id, reference, aanvrager_naam,
    product."""
    return list(session.execute(
        select(Subsidie.id, Subsidie.reference, Subsidie.aanvrager_naam, Subsidie.product)
        .where(Subsidie.eigenaar_id == actor.party_id, Subsidie.state == SubsidieState.VERLEEND)
        .order_by(Subsidie.reference)))


def wie_doet_het(session, taak: Gemeentetaak) -> tuple[str, str] | None:
    """Who does a task now and on what ground, as the public registers have it: ("contract", provider) or ("subsidie", who
    gets it; empty for a natural person). None where the task names none."""
    if taak.overeenkomst_id:
        return "contract", session.scalar(select(Aanbieder.naam).join(Overeenkomst, Overeenkomst.aanbieder_id == Aanbieder.id)
                                          .where(Overeenkomst.id == taak.overeenkomst_id)) or ""
    if taak.subsidie_id:
        return "subsidie", session.scalar(select(Registerregel.ontvanger).where(Registerregel.id == taak.subsidie_id)) or ""
    return None


def volgt(session, actor, subsidie: Subsidie, ouder: str | None) -> Vervolg | None:
    """The gemeente took in an application that comes from a plan: both dossiers name each other."""
    uitdaging = ouder and session.scalar(select(Uitdaging).where(
        Uitdaging.initiatief_id == uuid.UUID(ouder), Uitdaging.eigenaar_id == actor.party_id,
        Uitdaging.indiener_id == subsidie.aanvrager_id))
    if not uitdaging:
        return None
    return _verbinden(session, actor, uitdaging, subsidie.id, "subsidie")


def inkoop_gebrek(uitdaging: Uitdaging) -> str | None:
    """Why a plan cannot lead to a procurement now; None where it can."""
    if uitdaging.state not in (State.TOEGEWEZEN, State.UITVOERING) or uitdaging.route != Route.OPDRACHT:
        return "Dit kan als de gemeente ja zei, en voor een opdracht koos."
    return None


def inkopen(session, actor) -> list:
    """The procurements of the own gemeente that are not over, the newest first. Rows: id, reference, titel."""
    return session.execute(select(Inkoop.id, Inkoop.reference, Inkoop.titel).where(
        Inkoop.eigenaar_id == actor.party_id, Inkoop.state.not_in((InkoopState.GESTOPT, InkoopState.AFGEROND)))
        .order_by(Inkoop.gemaakt_at.desc(), Inkoop.id).limit(50)).all()


def naar_inkoop(session, actor, uitdaging_id, inkoop_id: uuid.UUID) -> Vervolg:
    """The task is bought: the plan is one reason for a procurement that is open to all, and who had the idea hears so."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    if fault := inkoop_gebrek(uitdaging):
        raise Refused(fault, status=409)
    inkoop = load(session, Inkoop, inkoop_id)
    if inkoop.eigenaar_id != actor.party_id:
        raise NotFound("Deze inkoop is niet van uw gemeente.")
    made = _verbinden(session, actor, uitdaging, inkoop.id, "inkoop")
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De gemeente koopt de taak in",
                     tekst=f"Uw plan was een reden om dit in te kopen. {GEEN_VOORSPRONG}")
    return made


def _verbinden(session, actor, uitdaging: Uitdaging, vervolg_id: uuid.UUID, soort: str) -> Vervolg:
    known = session.scalar(select(Vervolg).where(Vervolg.dossier_id == uitdaging.id, Vervolg.vervolg_id == vervolg_id))
    if known:
        return known
    made = Vervolg(**under(uitdaging, actor.party_id), vervolg_id=vervolg_id, soort=soort, sinds_on=clock.today())
    with refusing(session):
        session.add(made)
    uitdaging.record(f"uitdaging:naar_{soort}", actor=actor, dossier=vervolg_id)
    return made
