"""One household, one plan, one director (requirements C12): who lives together, who directs the help, what was agreed. It is
seen and changed from the report of one of its people, and what happens stands in the history of that report."""

import uuid
from datetime import date

from config import load as load_config
from portal.domains.plaatsingen import queries
from portal.domains.plaatsingen.model import Huishouden, Huishoudlid, Huishoudplan, Persoon, Planregel, Regie, Toegang
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.kluis import Kluis
from portal.kernel.sentences import settle
from portal.kernel.workflow import require

GEEN = "Deze persoon hoort nog niet bij een huishouden."


def maken(session, actor, toegang_id) -> Huishouden:
    """A household for the person of this report, with a plan that begins today."""
    toegang = _toegang(session, actor, toegang_id)
    if queries.huishouden_van(session, toegang.persoon_id):
        raise Refused("Deze persoon hoort al bij een huishouden.", status=409)
    mine = {"party_id": actor.party_id, "gemaakt_by": actor.user_id}
    found = Huishouden(id=uuid.uuid4(), **mine)
    session.add(found)
    settle(session)
    session.add(Huishoudlid(id=uuid.uuid4(), huishouden_id=found.id, persoon_id=toegang.persoon_id, van=clock.today(), **mine))
    session.add(Huishoudplan(id=uuid.uuid4(), huishouden_id=found.id, begonnen_on=clock.today(), **mine))
    toegang.record("toegang:huishouden", actor=actor, huishouden=found.id)
    settle(session)
    return found


def toevoegen(session, actor, toegang_id, *, persoon_id: uuid.UUID) -> Huishoudlid:
    """Somebody else whom the gemeente knows belongs to this household too."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    persoon = load(session, Persoon, persoon_id)
    if persoon.party_id != actor.party_id:
        raise NotFound()
    lid = Huishoudlid(id=uuid.uuid4(), party_id=actor.party_id, gemaakt_by=actor.user_id, huishouden_id=huishouden.id,
                      persoon_id=persoon.id, van=clock.today())
    session.add(lid)
    toegang.record("toegang:huishoudlid", actor=actor, huishouden=huishouden.id, lid=lid.id)
    settle(session)
    return lid


def vinden(session, actor, *, kenmerk: str = "", bsn: str = "", naam: str = "", geboren_on: date | None = None,
           kluis: Kluis | None = None) -> Persoon:
    """The one person of this gemeente whom a colleague means. Nobody is found by looking around: only by what is exactly so."""
    require(actor, P.TOEGANG_BEHANDELEN)
    kenmerk, bsn, naam = kenmerk.strip().upper(), "".join(bsn.split()), naam.strip()
    if not (kenmerk or (bsn and kluis) or (naam and geboren_on)):
        raise Refused("Vul het nummer van een melding of plaatsing in, of een burgerservicenummer, of een naam met de "
                      "geboortedag.")
    found = queries.personen_gezocht(session, actor.party_id, kenmerk=kenmerk, bsn=bsn, naam=naam, geboren_on=geboren_on,
                                     kluis=kluis)
    if not found:
        raise Refused("Uw gemeente kent niemand met precies deze gegevens. Kijk ze na, of maak eerst een melding.")
    if len(found) > 1:
        raise Refused("Er zijn meer mensen met deze naam en geboortedag. Zoek op het nummer van de melding.")
    return found[0]


def weghalen(session, actor, toegang_id, *, lid_id: uuid.UUID) -> Huishoudlid:
    """Somebody no longer lives with the others. When nobody is left, the plan and the direction end too."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    lid = load(session, Huishoudlid, lid_id, lock=True)
    if lid.huishouden_id != huishouden.id or lid.tot is not None:
        raise NotFound()
    lid.tot = clock.today()
    settle(session)
    if not queries.huishoudleden(session, huishouden.id):
        if plan := queries.lopend_plan(session, huishouden.id):
            plan.beeindigd_on = clock.today()
        if now := queries.regie(session, huishouden.id):
            now.tot = clock.today()
    toegang.record("toegang:huishoudlid_weg", actor=actor, huishouden=huishouden.id, lid=lid.id)
    settle(session)
    return lid


def regisseur_benoemen(session, actor, toegang_id, *, account_id: uuid.UUID) -> Regie:
    """Who directs the help from today on; who did before, no longer does."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    if account_id not in {row.id for row in queries.consulenten(session, actor.party_id)}:
        raise Refused("Kies een consulent van uw gemeente.")
    now = queries.regie(session, huishouden.id)
    if now and now.account_id == account_id:
        raise Refused("Deze collega is al de regisseur.", status=409)
    if now:
        now.tot = clock.today()
        settle(session)
    regie = Regie(id=uuid.uuid4(), party_id=actor.party_id, gemaakt_by=actor.user_id, huishouden_id=huishouden.id,
                  account_id=account_id, van=clock.today())
    session.add(regie)
    toegang.record("toegang:regie", actor=actor, huishouden=huishouden.id, regisseur=account_id)
    settle(session)
    return regie


def regel_toevoegen(session, actor, toegang_id, *, soort: str, tekst: str, sinds_on: date, wie: str = "") -> Planregel:
    """An agreement, or a plan under another law that goes with this one, such as the personal action plan of the
    Participatiewet (requirements C15)."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    faults = [] if soort in load_config("plaatsingen")["planregel"] else ["Kies wat u toevoegt."]
    if not tekst.strip():
        faults.append("Schrijf op wat er is afgesproken.")
    if sinds_on > clock.today():
        faults.append("Deze dag ligt in de toekomst.")
    if faults:
        raise Refused(*faults)
    plan = _plan(session, huishouden)
    regel = Planregel(id=uuid.uuid4(), party_id=actor.party_id, gemaakt_by=actor.user_id, plan_id=plan.id, soort=soort,
                      tekst=tekst.strip(), wie=wie.strip(), sinds_on=sinds_on)
    session.add(regel)
    toegang.record("toegang:planregel", actor=actor, plan=plan.id, regel=regel.id, soort=soort)
    settle(session)
    return regel


def regel_beeindigen(session, actor, toegang_id, *, regel_id: uuid.UUID) -> Planregel:
    """This line no longer holds; it stays readable in what was."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    regel = load(session, Planregel, regel_id, lock=True)
    if regel.plan_id != _plan(session, huishouden).id or regel.tot_on is not None:
        raise NotFound()
    regel.tot_on = clock.today()
    toegang.record("toegang:planregel_weg", actor=actor, plan=regel.plan_id, regel=regel.id)
    settle(session)
    return regel


def plan_vernieuwen(session, actor, toegang_id) -> Huishoudplan:
    """The plan that runs ends, and an empty one begins: there is one at a time."""
    toegang, huishouden = _huishouden(session, actor, toegang_id)
    plan = _plan(session, huishouden)
    plan.beeindigd_on = clock.today()
    settle(session)
    new = Huishoudplan(id=uuid.uuid4(), party_id=actor.party_id, gemaakt_by=actor.user_id, huishouden_id=huishouden.id,
                       begonnen_on=clock.today())
    session.add(new)
    toegang.record("toegang:huishoudplan", actor=actor, huishouden=huishouden.id, plan=new.id)
    settle(session)
    return new


def _toegang(session, actor, toegang_id) -> Toegang:
    toegang = queries.eigen(session, actor, toegang_id, lock=True)
    require(actor, P.TOEGANG_BEHANDELEN)
    return toegang


def _huishouden(session, actor, toegang_id) -> tuple[Toegang, Huishouden]:
    toegang = _toegang(session, actor, toegang_id)
    found = queries.huishouden_van(session, toegang.persoon_id)
    if found is None:
        raise Refused(GEEN, status=409)
    return toegang, found


def _plan(session, huishouden: Huishouden) -> Huishoudplan:
    found = queries.lopend_plan(session, huishouden.id)
    if found is None:
        raise Refused("Dit huishouden heeft geen plan dat loopt.", status=409)
    return found
