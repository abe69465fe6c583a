"""Reading what challenges are: one case, its parts, lists, the register of tasks and what everybody reads."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from types import SimpleNamespace

from sqlalchemy import Text, Uuid, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from config import load as load_config
from portal.domains.uitdaagrecht import rules
from portal.domains.uitdaagrecht.model import (
    OPEN,
    Afspraak,
    Afspraakteken,
    Criteriumoordeel,
    Evaluatie,
    Gemeentetaak,
    Gesprek,
    Informatie,
    Initiatief,
    Initiatiefpagina,
    Inzending,
    Medeindiener,
    Paneladvies,
    Routetoets,
    Soort,
    State,
    Steunbetuiging,
    Steunlijst,
    Tegenspraak,
    Uitdaging,
    Verslagakkoord,
    Vervolg,
    Volger,
)
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.besluit import Besluit
from portal.kernel.brief import postdagen, posten_in_historie
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Opschorting, Termijn, load
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.lezers import lezers
from portal.kernel.outbox import Bericht
from portal.kernel.queries import PAGE, STANDS_STILL, Listing, Order, Slice, Together, once
from portal.tenants.model import Gemeente, Partij

# What residents write about their street and themselves is for who answers it, and decides.
lezers("uitdaging", "initiatief", readers=(P.UITDAGING_LEZEN, P.UITDAGING_EIGEN))

# How the letter with the answer is kept.
BRIEF = "uitdagingsbrief"
# How the history calls it that the letter was posted.
GEPOST = "uitdaging:posten"
NO_ID = uuid.UUID(int=0)
NIET_VAN_U = "Dit plan is er niet, of het is niet van u."


def criteria() -> dict[str, str]:
    """On what a plan is judged: code -> name."""
    return {one["code"]: one["naam"] for one in load_config("uitdaagrecht")["criterium"]}


def gronden(*, toets: bool = False) -> dict[str, str]:
    """Why a plan does not go on: code -> name. `toets`: only those that can show before anybody looks at the content."""
    return {one["code"]: one["naam"] for one in load_config("uitdaagrecht")["grond"] if one.get("toets") or not toets}


def regels_van_gemeente(slug: str) -> rules.Regels:
    """What this gemeente laid down today."""
    config = load_config("uitdaagrecht")
    return rules.regels_van(config["standaard"] | config["gemeente"].get(slug, {}))


def regels(uitdaging: Uitdaging) -> rules.Regels:
    """The rules that hold for this challenge: those of the day it came in."""
    return rules.regels_van(uitdaging.regels)


# One case -------------------------------------------------------------------------------------------------------------------

def eigen(session, actor, uitdaging_id: uuid.UUID, *, lock: bool = False) -> Uitdaging:
    """A challenge at the own gemeente; NotFound for another's."""
    found = load(session, Uitdaging, uitdaging_id, lock=lock)
    if found.eigenaar_id != actor.party_id:
        raise NotFound("Dit plan is er niet, of het is niet van uw gemeente.")
    return found


def mijn(session, actor, initiatief_id: uuid.UUID, *, lock: bool = False) -> Initiatief:
    """An idea of one's own; NotFound for another's."""
    found = load(session, Initiatief, initiatief_id, lock=lock)
    if found.eigenaar_id != actor.party_id:
        raise NotFound(NIET_VAN_U)
    return found


def van_initiatief(session, initiatief_id: uuid.UUID) -> Uitdaging | None:
    """What an idea became at the gemeente that has it now; None while none has."""
    return session.scalar(select(Uitdaging).where(Uitdaging.initiatief_id == initiatief_id)
                          .order_by(Uitdaging.doorgeleid_id.is_not(None), Uitdaging.ontvangen_on.desc(), Uitdaging.id).limit(1))


def inzendingen(session, dossier_id: uuid.UUID) -> list[Inzending]:
    """What was sent under this dossier, the newest first."""
    return list(session.scalars(select(Inzending).where(Inzending.dossier_id == dossier_id)
                                .order_by(Inzending.verzonden_at.desc(), Inzending.id)))


def laatste(session, dossier_id: uuid.UUID, soort: Soort) -> Inzending | None:
    """The last sending of this kind under this dossier."""
    return session.scalar(select(Inzending).where(Inzending.dossier_id == dossier_id, Inzending.soort == soort)
                          .order_by(Inzending.verzonden_at.desc(), Inzending.id).limit(1))


def dag_van(inzending: Inzending) -> date:
    """The day on which somebody sent it: received then by the gemeente that it was sent to."""
    return clock.day_of(inzending.verzonden_at)


def informatie(session, uitdaging_id: uuid.UUID) -> list[Informatie]:
    """What was asked and answered about the task."""
    return list(session.scalars(select(Informatie).where(Informatie.dossier_id == uitdaging_id).order_by(Informatie.id)))


def gesprekken(session, uitdaging_id: uuid.UUID) -> list[tuple[Gesprek, dict[uuid.UUID, Verslagakkoord]]]:
    """The talks, the first first, each with what either side said of the report."""
    talks = list(session.scalars(select(Gesprek).where(Gesprek.dossier_id == uitdaging_id)
                                 .order_by(Gesprek.op_on, Gesprek.geschreven_at, Gesprek.id)))
    said: dict[uuid.UUID, dict[uuid.UUID, Verslagakkoord]] = {talk.id: {} for talk in talks}
    for one in session.scalars(select(Verslagakkoord).where(Verslagakkoord.dossier_id == uitdaging_id)):
        said[one.gesprek_id][one.party_id] = one
    return [(talk, said[talk.id]) for talk in talks]


def oordelen(session, uitdaging_id: uuid.UUID) -> dict[str, Criteriumoordeel]:
    """What the department thinks, by criterion."""
    return once(session, ("oordelen", uitdaging_id), lambda: {one.criterium: one for one in session.scalars(
        select(Criteriumoordeel).where(Criteriumoordeel.dossier_id == uitdaging_id))})


def routetoets(session, uitdaging_id: uuid.UUID) -> Routetoets | None:
    """By which way the lawyer thinks that it can be done."""
    return session.scalar(select(Routetoets).where(Routetoets.dossier_id == uitdaging_id))


def adviezen(session, uitdaging_id: uuid.UUID) -> list[tuple[Paneladvies, str]]:
    """What the panel advised, with who did."""
    return [(one, naam) for one, naam in session.execute(
        select(Paneladvies, Account.naam).join(Account, Account.id == Paneladvies.account_id)
        .where(Paneladvies.dossier_id == uitdaging_id).order_by(Paneladvies.gegeven_at, Paneladvies.id))]


def besluiten(session, uitdaging_id: uuid.UUID) -> list[Besluit]:
    """Every proposal and answer, the newest first."""
    return once(session, ("besluiten", uitdaging_id), lambda: list(session.scalars(
        select(Besluit).where(Besluit.dossier_id == uitdaging_id).order_by(Besluit.opgesteld_at.desc(), Besluit.id))))


def gepost(session, uitdaging_id: uuid.UUID) -> dict[uuid.UUID, date]:
    """On which day the letter of each answer on paper was posted, as it was recorded last."""
    return postdagen(session.scalars(posten_in_historie(GEPOST, uitdaging_id)))


def brief(session, besluit: Besluit) -> Document:
    """The letter of a signed answer; NotFound while there is none."""
    found = session.scalar(select(Document).where(
        Document.dossier_id == besluit.dossier_id, Document.soort == BRIEF, Document.titel == besluit.onderwerp)
        .order_by(Document.ontvangen_at.desc()).limit(1))
    if found is None:
        raise NotFound("Deze brief is er niet.")
    return found


def termijn(session, dossier_id: uuid.UUID, kind: str) -> Termijn | None:
    """The open term of this kind; None where none runs."""
    return session.scalar(select(Termijn).where(Termijn.dossier_id == dossier_id, Termijn.kind == kind,
                                                Termijn.met_on.is_(None)).order_by(Termijn.started_on.desc()).limit(1))


def tegenspraak(session, uitdaging_id: uuid.UUID) -> list[Tegenspraak]:
    """Objections and complaints about the answer."""
    return list(session.scalars(select(Tegenspraak).where(Tegenspraak.dossier_id == uitdaging_id)
                                .order_by(Tegenspraak.ontvangen_on, Tegenspraak.id)))


def afspraken(session, uitdaging_id: uuid.UUID) -> tuple[Afspraak | None, Afspraak | None]:
    """The agreement that counts, and the one on the table."""
    return uit_elkaar(session.scalars(select(Afspraak).where(Afspraak.dossier_id == uitdaging_id,
                                                             Afspraak.vervallen_at.is_(None))))


def uit_elkaar(found: Iterable[Afspraak]) -> tuple[Afspraak | None, Afspraak | None]:
    """Of the agreements that did not lapse: the one that counts, and the one on the table."""
    counts = {one.geldt_at is not None: one for one in found}
    return counts.get(True), counts.get(False)


def tekens(session, afspraak_id: uuid.UUID) -> dict[uuid.UUID, Afspraakteken]:
    """Who signed an agreement, by party."""
    return {one.party_id: one for one in session.scalars(select(Afspraakteken).where(Afspraakteken.afspraak_id == afspraak_id))}


def getekend(session, uitdaging: Uitdaging, made: Afspraak) -> bool:
    """Did every side that signs here, sign this agreement? On paper the gemeente keeps the signature of the residents."""
    return {uitdaging.eigenaar_id, uitdaging.indiener_id} - {None} <= set(tekens(session, made.id))


def vervolg(session, uitdaging_id: uuid.UUID) -> list[tuple[Vervolg, Dossier | None]]:
    """What it became, each with its dossier where the reader sees that."""
    return [(one, dossier) for one, dossier in session.execute(
        select(Vervolg, Dossier).outerjoin(Dossier, Dossier.id == Vervolg.vervolg_id).where(Vervolg.dossier_id == uitdaging_id)
        .order_by(Vervolg.sinds_on, Vervolg.id))]


def plan_van(session, vervolg_id: uuid.UUID):
    """The challenge that this dossier came from: id, reference and titel; None where it came from none."""
    root = Dossier.__table__
    return session.execute(select(root.c.id, root.c.reference, root.c.titel)
                           .join(Vervolg.__table__, Vervolg.__table__.c.dossier_id == root.c.id)
                           .where(Vervolg.__table__.c.vervolg_id == vervolg_id)).first()


def medeindieners(session, initiatief_id: uuid.UUID) -> list[Medeindiener]:
    """Who else has the idea, by name; not who was taken off."""
    return list(session.scalars(select(Medeindiener).where(
        Medeindiener.dossier_id == initiatief_id, Medeindiener.vervallen_at.is_(None))
        .order_by(Medeindiener.naam, Medeindiener.id)))


def steunlijsten(session, uitdaging_id: uuid.UUID) -> list[Steunlijst]:
    """Supporters on paper."""
    return list(session.scalars(select(Steunlijst).where(Steunlijst.dossier_id == uitdaging_id).order_by(Steunlijst.id)))


def pagina(session, uitdaging_id: uuid.UUID) -> Initiatiefpagina | None:
    """The page of a challenge for everybody; None while there is none."""
    return session.scalar(select(Initiatiefpagina).where(Initiatiefpagina.dossier_id == uitdaging_id))


def telling(session, pagina_id: uuid.UUID) -> SimpleNamespace:
    """How many support and follow it, and never who."""
    row = session.execute(select(func.portal.pagina_telling(pagina_id).table_valued(
        "mailboxen", "personen", "papier", "volgers"))).first()
    return SimpleNamespace(**row._mapping) if row else SimpleNamespace(mailboxen=0, personen=0, papier=0, volgers=0)


def steun(session, uitdaging: Uitdaging) -> int:
    """How much support counts under the ordinance of this gemeente: mailboxes too, or only persons and paper. For who has the
    plan and who decides on it, also while there is no page for everybody."""
    counts = func.portal.zaak_telling(uitdaging.id).table_valued("mailboxen", "personen", "papier")
    row = session.execute(select(counts)).first()
    if row is None:
        return 0
    return int(row.personen + row.papier + (row.mailboxen if regels(uitdaging).steun_telt == "mailbox" else 0))


def steun_gebrek(session, uitdaging: Uitdaging) -> str | None:
    """Why a plan cannot be judged yet: the ordinance asks more support than it has. None where it has enough."""
    asked = regels(uitdaging).steun
    if not asked or (has := steun(session, uitdaging)) >= asked:
        return None
    return f"De gemeente vraagt steun van {asked}. Uw plan heeft er {has} die meetellen."


# Lists ----------------------------------------------------------------------------------------------------------------------

_MINE = bindparam("mine", type_=Uuid)
_PROMISED = (Termijn.dossier_id == Uitdaging.id, Termijn.kind == "beslissing", Termijn.met_on.is_(None))
_WAITS_FOR_SIGNATURE = select(Besluit.id).where(Besluit.dossier_id == Uitdaging.id, Besluit.state.in_(OPEN_BESLUIT)).exists()
_OF_GEMEENTE = (select(Uitdaging.id, Uitdaging.reference, Uitdaging.titel, Uitdaging.state, Uitdaging.ontvangen_on,
                       Gemeentetaak.naam.label("taak"), Termijn.due_on, STANDS_STILL.label("stil"))
                .outerjoin(Gemeentetaak, Gemeentetaak.id == Uitdaging.taak_id)
                .outerjoin(Termijn, and_(*_PROMISED)).where(Uitdaging.eigenaar_id == _MINE))
_ORDER = Order(Uitdaging.ontvangen_on, Uitdaging.id, date.fromisoformat, descending=True)
_LISTS = {"open": Listing(_OF_GEMEENTE.where(Uitdaging.state.in_(OPEN)), _ORDER),
          "uitvoering": Listing(_OF_GEMEENTE.where(Uitdaging.state.in_((State.TOEGEWEZEN, State.UITVOERING))), _ORDER),
          "tekenen": Listing(_OF_GEMEENTE.where(_WAITS_FOR_SIGNATURE), _ORDER),
          "alles": Listing(_OF_GEMEENTE, _ORDER)}


def lijst(session, actor, *, welke: str = "open", after: str | None = None, before: str | None = None) -> Slice:
    """The challenges at the own gemeente, the newest first: what runs (open), what residents do (uitvoering), what waits for a
    signature (tekenen), or everything (alles). Rows: with the task, the promised day (due_on) and whether it stands still."""
    return _LISTS.get(welke, _LISTS["open"]).page(session, {"mine": actor.party_id}, after=after, before=before)


# What an idea became at the gemeente that has it now.
_BECAME = aliased(Uitdaging, flat=True)
# Until when the residents may add what is missing, while they are asked to; else until when they hear the answer.
_UNTIL = (select(Termijn.due_on).where(
    Termijn.dossier_id == _BECAME.id, Termijn.met_on.is_(None),
    Termijn.kind == case((_BECAME.state == State.WACHT_OP_AANVULLING, "aanvulling"), else_="beslissing"))
    .order_by(Termijn.due_on).limit(1).correlate(_BECAME).scalar_subquery())
_ASKED = (_BECAME.id.label("uitdaging_id"), _BECAME.reference.label("zaaknummer"), _BECAME.state.label("stand"),
          _BECAME.doorgeleid, _BECAME.aanpassing, _BECAME.aanpassing_ja, _UNTIL.label("due_on"))
_MY_IDEAS = Listing(
    select(Initiatief.id, Initiatief.reference, Initiatief.titel, Initiatief.state, Initiatief.gemaakt_at,
           Partij.naam.label("gemeente"), *_ASKED)
    .join(Partij, Partij.id == Initiatief.gemeente_id)
    .outerjoin(_BECAME, and_(_BECAME.initiatief_id == Initiatief.id, _BECAME.doorgeleid_id.is_(None)))
    .where(Initiatief.eigenaar_id == _MINE),
    Order(Initiatief.gemaakt_at, Initiatief.id, datetime.fromisoformat, descending=True))


def mijn_lijst(session, actor, *, after: str | None = None, before: str | None = None) -> Slice:
    """One's own ideas with what each became at the gemeente, the newest first."""
    return _MY_IDEAS.page(session, {"mine": actor.party_id}, after=after, before=before)


def _joined(actor):
    """The ideas of others in which this person joined, and was not taken off."""
    root = Dossier.__table__
    return (select(root.c.id, root.c.reference, root.c.titel, root.c.state)
            .join(Medeindiener, Medeindiener.dossier_id == root.c.id)
            .where(Medeindiener.inwoner_id == actor.party_id, Medeindiener.vervallen_at.is_(None)))


def mee_lijst(session, actor) -> list:
    """The ideas of others in which this person joined, with what each became at the gemeente."""
    root = Dossier.__table__
    return list(session.execute(
        _joined(actor).add_columns(Partij.naam.label("gemeente"), *_ASKED)
        .outerjoin(_BECAME, and_(_BECAME.initiatief_id == root.c.id, _BECAME.doorgeleid_id.is_(None)))
        .outerjoin(Partij, Partij.id == _BECAME.eigenaar_id).order_by(root.c.titel, root.c.id).limit(50)))


def meelezen(session, actor, initiatief_id: uuid.UUID):
    """An idea of another in which this person joined: id, reference, titel and state. NotFound otherwise."""
    found = session.execute(_joined(actor).where(Medeindiener.dossier_id == initiatief_id)).first()
    if found is None:
        raise NotFound(NIET_VAN_U)
    return found


def alleen_plannen(session, actor) -> bool:
    """Does this resident have plans, own or joined, and no support that they look at?"""
    mine = or_(select(Initiatief.id).where(Initiatief.eigenaar_id == actor.party_id).exists(),
               select(Medeindiener.id).where(Medeindiener.inwoner_id == actor.party_id,
                                             Medeindiener.vervallen_at.is_(None)).exists())
    return bool(session.scalar(select(and_(mine, func.cardinality(func.portal.mijn_dossiers()) == 0))))


_ROOT = Dossier.__table__
_IDEA, _CASE, _TASK, _CONTACT = (bindparam(name, type_=Uuid) for name in ("idea", "case", "task", "contact"))
_ROND_IDEE = Together(
    inzendingen=select(Inzending).where(Inzending.dossier_id == _IDEA).order_by(Inzending.verzonden_at.desc(), Inzending.id),
    mee=select(Medeindiener.id, Medeindiener.naam, Medeindiener.bevestigd_at, Medeindiener.code_tot_at)
    .where(Medeindiener.dossier_id == _IDEA, Medeindiener.vervallen_at.is_(None)).order_by(Medeindiener.naam, Medeindiener.id),
    stukken=select(Document).where(Document.dossier_id == _IDEA, Document.vervallen_at.is_(None))
    .order_by(Document.ontvangen_at, Document.id),
    berichten=select(Bericht).where(Bericht.dossier_id == _IDEA).order_by(Bericht.verzonden_at.desc(), Bericht.id).limit(20),
    taken=select(Gemeentetaak).where(Gemeentetaak.id == _TASK),
    contact=select(Account.naam).where(Account.id == _CONTACT),
    aanvragen=select(_ROOT.c.id, _ROOT.c.reference, _ROOT.c.titel, _ROOT.c.state)
    .where(_ROOT.c.ouder_id == _IDEA, _ROOT.c.soort == "aanvraag").order_by(_ROOT.c.gemaakt_at.desc(), _ROOT.c.id),
    events=select(CaseEvent).where(CaseEvent.dossier_id.in_([_IDEA, _CASE]), CaseEvent.kind.not_like("intern:%"))
    .order_by(CaseEvent.volgnr.desc()).limit(100))
_ROND_ZAAK = Together(
    informatie=select(Informatie).where(Informatie.dossier_id == _CASE).order_by(Informatie.id),
    gesprekken=select(Gesprek).where(Gesprek.dossier_id == _CASE).order_by(Gesprek.op_on, Gesprek.geschreven_at, Gesprek.id),
    akkoorden=select(Verslagakkoord).where(Verslagakkoord.dossier_id == _CASE).order_by(Verslagakkoord.id),
    termijnen=select(Termijn).where(Termijn.dossier_id == _CASE, Termijn.kind.not_like("werk%"))
    .order_by(Termijn.met_on.is_not(None), Termijn.due_on, Termijn.id),
    opschortingen=select(Opschorting).where(Opschorting.dossier_id == _CASE).order_by(Opschorting.invited_on, Opschorting.id),
    besluiten=select(Besluit).where(Besluit.dossier_id == _CASE, Besluit.verzonden_at.is_not(None))
    .order_by(Besluit.verzonden_at.desc(), Besluit.id),
    tegenspraak=select(Tegenspraak).where(Tegenspraak.dossier_id == _CASE).order_by(Tegenspraak.ontvangen_on, Tegenspraak.id),
    afspraken=select(Afspraak).where(Afspraak.dossier_id == _CASE, Afspraak.vervallen_at.is_(None)).order_by(Afspraak.id),
    tekens=select(Afspraakteken).where(Afspraakteken.dossier_id == _CASE).order_by(Afspraakteken.id),
    evaluaties=select(Evaluatie).where(Evaluatie.dossier_id == _CASE).order_by(Evaluatie.op_on, Evaluatie.id),
    paginas=select(Initiatiefpagina).where(Initiatiefpagina.dossier_id == _CASE).order_by(Initiatiefpagina.id))


def rondom_idee(session, initiatief_id: uuid.UUID, *, uitdaging: Uitdaging | None, taak_id: uuid.UUID | None
                ) -> SimpleNamespace:
    """What hangs on an idea itself, read together: for who has it, and who joined."""
    return _ROND_IDEE.read(session, idea=initiatief_id, case=uitdaging.id if uitdaging else NO_ID, task=taak_id or NO_ID,
                           contact=uitdaging.behandelaar_id if uitdaging and uitdaging.behandelaar_id else NO_ID)


def rondom_zaak(session, uitdaging_id: uuid.UUID) -> SimpleNamespace:
    """What hangs on a challenge, as far as the residents read it, read together."""
    return _ROND_ZAAK.read(session, case=uitdaging_id)


# Tasks ----------------------------------------------------------------------------------------------------------------------

def taken(session, gemeente_id: uuid.UUID, *, open_only: bool = True) -> list[Gemeentetaak]:
    """The tasks of a gemeente by name: those that everybody reads, or all of the own ones."""
    query = select(Gemeentetaak).where(Gemeentetaak.party_id == gemeente_id).order_by(Gemeentetaak.naam, Gemeentetaak.id)
    return list(session.scalars(query.where(Gemeentetaak.openbaar_at <= clock.now()) if open_only else query))


def keuze_taken(session, gemeente_id: uuid.UUID) -> dict[str, str]:
    """The tasks that residents of this gemeente may take over: id -> name."""
    return {str(one.id): one.naam for one in taken(session, gemeente_id) if one.uitdaagbaar}


def taak(session, taak_id: uuid.UUID) -> Gemeentetaak:
    """One task that the reader may see; NotFound otherwise."""
    found = session.get(Gemeentetaak, taak_id)
    if found is None:
        raise NotFound("Deze taak staat niet in het register.")
    return found


def bevoegd_elders(session, uitdaging: Uitdaging) -> uuid.UUID | None:
    """The gemeente that decides for all about the task of this plan; None where that is the own one."""
    decides = taak(session, uitdaging.taak_id).bevoegd_id if uitdaging.taak_id else None
    return decides if decides != uitdaging.eigenaar_id else None


def openbare_taak(session, taak_id: uuid.UUID) -> Gemeentetaak:
    """One task as everybody reads it; NotFound while the gemeente does not show it."""
    found = taak(session, taak_id)
    if found.openbaar_at is None or found.openbaar_at > clock.now():
        raise NotFound("Deze taak staat niet in het register.")
    return found


# What everybody reads -------------------------------------------------------------------------------------------------------

# How a reader divides plans: the gemeente still decides, residents do it, and all the rest.
STANDEN = {"open": OPEN, "loopt": (State.TOEGEWEZEN, State.UITVOERING),
           "beslist": (State.AFGEWEZEN, State.DOORGELEID, State.BEEINDIGD, State.TERUGGENOMEN, State.INGETROKKEN)}
_SLUG = bindparam("slug", type_=Text)
_SHOWN = (Initiatiefpagina.gepubliceerd_at <= func.portal.now(), Initiatiefpagina.verborgen_at.is_(None))
_PUBLIC = (
    select(Initiatiefpagina.id, Initiatiefpagina.reference, Initiatiefpagina.titel, Initiatiefpagina.samenvatting,
           Initiatiefpagina.stand, Initiatiefpagina.gepubliceerd_at, Initiatiefpagina.uiterlijk_on, Initiatiefpagina.besluit,
           Partij.naam.label("gemeente"), Partij.slug.label("slug"), Gemeente.cbs_code, Gemeentetaak.naam.label("taak"))
    .join(Partij, Partij.id == Initiatiefpagina.gemeente_id).join(Gemeente, Gemeente.id == Initiatiefpagina.gemeente_id)
    .outerjoin(Gemeentetaak, Gemeentetaak.id == Initiatiefpagina.taak_id)
    .where(*_SHOWN, or_(_SLUG == "", Partij.slug == _SLUG)))
_PUBLIC_ORDER = Order(Initiatiefpagina.gepubliceerd_at, Initiatiefpagina.id, datetime.fromisoformat, descending=True)
_PUBLIC_LISTS = {"": Listing(_PUBLIC, _PUBLIC_ORDER)} | {
    name: Listing(_PUBLIC.where(Initiatiefpagina.stand.in_(states)), _PUBLIC_ORDER) for name, states in STANDEN.items()}


def openbaar(session, *, slug: str = "", stand: str = "", after: str | None = None, before: str | None = None,
             size: int = PAGE) -> Slice:
    """What everybody may read, the newest first: of one gemeente, or that stands so (STANDEN)."""
    return _PUBLIC_LISTS[stand].page(session, {"slug": slug}, after=after, before=before, size=size)


def alle_openbaar(session, *, slug: str = "", stand: str = "") -> list:
    """The same as one whole, for a file."""
    query = _PUBLIC.where(Initiatiefpagina.stand.in_(STANDEN[stand])) if stand else _PUBLIC
    return session.execute(query.order_by(Initiatiefpagina.gepubliceerd_at.desc(), Initiatiefpagina.id), {"slug": slug}).all()


def over_taak(session, taak_id: uuid.UUID, most: int = 5) -> list:
    """The newest plans about this task that everybody may read."""
    return session.execute(select(Initiatiefpagina.reference, Initiatiefpagina.titel, Initiatiefpagina.stand)
                           .where(Initiatiefpagina.taak_id == taak_id, *_SHOWN)
                           .order_by(Initiatiefpagina.gepubliceerd_at.desc(), Initiatiefpagina.id).limit(most)).all()


def voorbeelden(session, slug: str, most: int = 3) -> list:
    """What other plans came to: with an answer before without, of this gemeente before another, the newest first."""
    return session.execute(
        _PUBLIC.order_by(Initiatiefpagina.besluit["op"].astext.is_(None), Partij.slug != slug,
                         Initiatiefpagina.gepubliceerd_at.desc(), Initiatiefpagina.id).limit(most), {"slug": ""}).all()


def telling_per_gemeente(session) -> dict[str, Counter]:
    """How many plans everybody may read, by gemeente (slug) and by how they stand (STANDEN)."""
    counts: dict[str, Counter] = defaultdict(Counter)
    kinds = {state: name for name, states in STANDEN.items() for state in states}
    for slug, stand, number in session.execute(
            select(Partij.slug, Initiatiefpagina.stand, func.count()).join(Partij, Partij.id == Initiatiefpagina.gemeente_id)
            .where(*_SHOWN).group_by(Partij.slug, Initiatiefpagina.stand)):
        counts[slug][kinds[stand]] += number
    return counts


def volgt_of_steunt(session, actor, pagina_id: uuid.UUID) -> tuple[bool, bool]:
    """Does this reader follow this plan, and support it?"""
    return session.execute(select(*(
        select(table.id).where(table.pagina_id == pagina_id, table.party_id == actor.party_id).exists()
        for table in (Volger, Steunbetuiging)))).one()


def heeft_mail(session, actor) -> bool:
    """Is there an address to send news to? Who logs in with DigiD has none here."""
    return session.scalar(select(select(Membership.id).where(
        Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None), Membership.email.is_not(None)).exists()))


def openbare_pagina(session, reference: str) -> Initiatiefpagina:
    """The page with this number, as everybody may read it; NotFound otherwise."""
    found = session.scalar(select(Initiatiefpagina).where(Initiatiefpagina.reference == reference, *_SHOWN))
    if found is None:
        raise NotFound("Dit initiatief staat niet op deze website.")
    return found


def gemeente(session, gemeente_id: uuid.UUID) -> Gemeente:
    """One gemeente."""
    return load(session, Gemeente, gemeente_id)


def gemeente_met_slug(session, slug: str) -> Gemeente:
    """The gemeente with this name in an address; NotFound otherwise."""
    found = session.scalar(select(Gemeente).where(Gemeente.slug == slug))
    if found is None:
        raise NotFound("Deze gemeente doet niet mee aan dit portaal.")
    return found
