"""What is kept of people and for how long: destroyed after the term or on request, by two people; and the processing log."""

import uuid
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from config import load as load_config
from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.mensen import zaak
from portal.domains.plaatsingen.model import (
    Persoon,
    Plaatsing,
    PlaatsingState,
    Toegang,
    ToegangState,
    Vernietiging,
    VernietigingStand,
    Verwerking,
)
from portal.identity.model import Account
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Dossier
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.sentences import refusing, say, settle
from portal.kernel.workflow import require

say("vernietiging_besloten", "Hierover is al besloten. Laad de pagina opnieuw.")
say("vernietiging_twee_mensen", "U stelde dit zelf voor. Een collega beslist.", 403)
say("vernietiging_geen_verzoek", "De termijn is voorbij en niemand vroeg erom: weigeren kan niet.", 422)
say("vernietiging_overdracht_loopt",
    "Deze persoon gaat over naar een andere gemeente. Vernietigen kan als die overdracht klaar is.")
say("vernietiging_zaak_loopt", "Er loopt nog een zaak van deze persoon. Vernietigen kan daarna.")
say("vernietiging_te_vroeg", "De bewaartermijn is nog niet voorbij.")
say("uq_vernietiging_open", "Er ligt al een voorstel om de gegevens van deze persoon te vernietigen.")

# Nothing of it runs any more.
OVER = (ToegangState.TOEGEKEND, ToegangState.AFGEWEZEN, ToegangState.GEEN_AANVRAAG, ToegangState.INGETROKKEN,
        PlaatsingState.VERVALLEN, PlaatsingState.BEEINDIGD, PlaatsingState.OVERGEDRAGEN, PlaatsingState.AFGESLOTEN)
SHOWN = 50


@dataclass(frozen=True)
class Rijp:
    """Somebody whose term is over: the last change, and until when it had to be kept."""

    persoon_id: uuid.UUID
    naam: str
    laatste_on: date
    tot_on: date


def rijp(session, actor) -> list[Rijp]:
    """Of whom everything may be destroyed today: nothing runs, and the term from the last change is over."""
    require(actor, P.TOEGANG_BEHEREN)
    case = select(Toegang.__table__.c.id, Toegang.__table__.c.persoon_id).union_all(
        select(Plaatsing.__table__.c.id, Plaatsing.__table__.c.persoon_id)).subquery()
    last = func.max(CaseEvent.occurred_on)
    open_ones = select(Vernietiging.persoon_id).where(Vernietiging.stand != VernietigingStand.GEWEIGERD)
    root = Dossier.__table__
    rows = session.execute(
        select(Persoon.id, Persoon.naam, Persoon.geboren_on, last.label("laatste_on"))
        .join(case, case.c.persoon_id == Persoon.id).join(root, root.c.id == case.c.id)
        .join(CaseEvent, CaseEvent.dossier_id == case.c.id)
        .where(Persoon.party_id == actor.party_id, Persoon.id.not_in(open_ones))
        .group_by(Persoon.id, Persoon.naam, Persoon.geboren_on)
        .having(func.bool_and(root.c.state.in_(OVER)), last <= clock.today() - relativedelta(years=15))
        .order_by(last, Persoon.id).limit(SHOWN))
    found = [Rijp(row.id, row.naam, row.laatste_on, rules.bewaren_tot(row.laatste_on, row.geboren_on)) for row in rows]
    return [one for one in found if one.tot_on < clock.today()]


def voorstellen_open(session, party_id: uuid.UUID) -> list:
    """What was proposed and not decided. Rows: the proposal, the name of the person, and who proposed it."""
    return list(session.execute(
        select(Vernietiging, Persoon.naam, Account.naam.label("wie")).join(Persoon, Persoon.id == Vernietiging.persoon_id)
        .outerjoin(Account, Account.id == Vernietiging.voorgesteld_by)
        .where(Vernietiging.party_id == party_id, Vernietiging.stand == VernietigingStand.VOORGESTELD)
        .order_by(Vernietiging.uiterlijk_on, Vernietiging.id).limit(SHOWN)))


def vernietigen_voorstellen(session, actor, persoon_id: uuid.UUID) -> Vernietiging:
    """Propose to destroy what is kept of somebody whose term is over."""
    if persoon_id not in {one.persoon_id for one in rijp(session, actor)}:
        raise Refused("De bewaartermijn van deze persoon is niet voorbij, of er ligt al een voorstel.", status=409)
    return _propose(session, actor, persoon_id, None, clock.today() + relativedelta(months=_config()["maanden"]))


def vernietigen_gevraagd(session, actor, dossier_id: uuid.UUID, *, op_on: date) -> Vernietiging:
    """Somebody asked to destroy what is kept of them: within three months it is done or refused (Wmo 2015, 5.3.5)."""
    found = zaak(session, actor, dossier_id)
    if op_on > clock.today():
        raise Refused("Het verzoek ligt in de toekomst. Vul de dag in waarop het binnenkwam.")
    if op_on < found.gemeld_on:
        raise Refused(f"De melding is van {found.gemeld_on:%d-%m-%Y}. Het verzoek kan niet eerder zijn.")
    return _propose(session, actor, found.persoon_id, op_on, op_on + relativedelta(months=_config()["maanden"]))


def vernietigen_beslissen(session, actor, vernietiging_id: uuid.UUID, *, weigering: str = "") -> str:
    """Destroy it, or refuse a request on a ground of the law; always another than who proposed it."""
    require(actor, P.TOEGANG_BEHEREN)
    if weigering and weigering not in load_config("plaatsingen")["weigergrond"]:
        raise Refused("Kies waarom u het verzoek weigert.")
    with refusing(session):
        done = session.scalar(select(func.portal.vernietiging_beslissen(vernietiging_id, weigering)))
    if done is None:
        raise NotFound("Dit voorstel is er niet, of het is niet van uw gemeente.")
    session.expire_all()
    return done


def _config() -> dict:
    return load_config("plaatsingen")["vernietigen"]


def _propose(session, actor, persoon_id, verzoek_on, uiterlijk_on) -> Vernietiging:
    made = Vernietiging(party_id=actor.party_id, persoon_id=persoon_id, verzoek_on=verzoek_on, uiterlijk_on=uiterlijk_on,
                        voorgesteld_by=actor.user_id)
    session.add(made)
    settle(session)
    return made


# The processing log ---------------------------------------------------------------------------------------------------------

def logboek(session, party_id: uuid.UUID, kluis, basis: str, most: int) -> list[dict]:
    """The processing log of a gemeente, the newest first, with the names of the standard (Logboek Dataverwerkingen). Of whom it
    is stands there encrypted; who did it stands in the access log alone."""
    rows = session.scalars(select(Verwerking).where(Verwerking.party_id == party_id)
                           .order_by(Verwerking.begin_at.desc(), Verwerking.id).limit(most))
    config = load_config("plaatsingen")["activiteit"]
    return [{
        "trace_id": row.trace_id.hex(), "operation_id": row.operation_id.hex(), "status_code": row.status_code,
        "name": row.naam,
        "start_time": row.begin_at.isoformat(), "end_time": row.einde_at.isoformat(), "parent_operation_id": None,
        "foreign_operation": None, "resource": {"name": "samenportaal"}, "attributes": {
            "dpl.core.processing_activity_id": f"{basis}/{config[row.activiteit]['uri']}",
            "dpl.core.data_subject_id": kluis.sluit(str(row.betrokkene_id), row.id).hex() if kluis else None},
        "access_log_id": row.toegangslog_id} for row in rows]
