"""Reading what challenges are: one case, its parts, lists, the register of tasks and what everybody reads."""

import uuid
from datetime import date, datetime
from types import SimpleNamespace

from sqlalchemy import Uuid, and_, bindparam, func, or_, select
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
    Soort,
    State,
    Steunlijst,
    Tegenspraak,
    Uitdaging,
    Verslagakkoord,
)
from portal.identity.model import Account
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document
from portal.kernel.dossier import Dossier, Opschorting, Termijn, load
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import Bericht
from portal.kernel.queries import Listing, Order, Slice, Together
from portal.register.model import Overeenkomst
from portal.tenants.model import Gemeente, Partij

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
    return {one.criterium: one for one in session.scalars(
        select(Criteriumoordeel).where(Criteriumoordeel.dossier_id == uitdaging_id))}


def adviezen(session, uitdaging_id: uuid.UUID) -> list[tuple[Paneladvies, str]]:
    """What the panel advised, with who did."""
    return [(one, naam) for one, naam in session.execute(
        select(Paneladvies, Account.naam).join(Account, Account.id == Paneladvies.account_id)
        .where(Paneladvies.dossier_id == uitdaging_id).order_by(Paneladvies.gegeven_at, Paneladvies.id))]


def besluiten(session, uitdaging_id: uuid.UUID) -> list[Besluit]:
    """Every proposal and answer, the newest first."""
    return list(session.scalars(select(Besluit).where(Besluit.dossier_id == uitdaging_id)
                                .order_by(Besluit.opgesteld_at.desc(), Besluit.id)))


def termijn(session, dossier_id: uuid.UUID, kind: str) -> Termijn | None:
    """The open term of this kind; None where none runs."""
    return session.scalar(select(Termijn).where(Termijn.dossier_id == dossier_id, Termijn.kind == kind,
                                                Termijn.met_on.is_(None)).order_by(Termijn.started_on.desc()).limit(1))


def tegenspraak(session, uitdaging_id: uuid.UUID) -> list[Tegenspraak]:
    """Objections and complaints about the answer."""
    return list(session.scalars(select(Tegenspraak).where(Tegenspraak.dossier_id == uitdaging_id)
                                .order_by(Tegenspraak.ontvangen_on, Tegenspraak.id)))


def afspraak(session, uitdaging_id: uuid.UUID) -> Afspraak | None:
    """The agreement that counts, or is on the table."""
    return session.scalar(select(Afspraak).where(Afspraak.dossier_id == uitdaging_id, Afspraak.vervallen_at.is_(None)))


def tekens(session, afspraak_id: uuid.UUID) -> dict[uuid.UUID, Afspraakteken]:
    """Who signed an agreement, by party."""
    return {one.party_id: one for one in session.scalars(select(Afspraakteken).where(Afspraakteken.afspraak_id == afspraak_id))}


def evaluaties(session, uitdaging_id: uuid.UUID) -> list[Evaluatie]:
    """What came of it, the first first."""
    return list(session.scalars(select(Evaluatie).where(Evaluatie.dossier_id == uitdaging_id)
                                .order_by(Evaluatie.op_on, Evaluatie.id)))


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
    """How much support counts under the ordinance of this gemeente: mailboxes too, or only persons and paper."""
    page = pagina(session, uitdaging.id)
    return meetellend(telling(session, page.id), regels(uitdaging)) if page else 0


def meetellend(counted: SimpleNamespace, laid_down: rules.Regels) -> int:
    """Of what was counted on a page, how much counts under these rules."""
    return counted.personen + counted.papier + (counted.mailboxen if laid_down.steun_telt == "mailbox" else 0)


def lijkt_op(session, uitdaging: Uitdaging) -> list[Uitdaging]:
    """Other challenges about the same task that are open at this gemeente: a hint, never a refusal."""
    if uitdaging.taak_id is None:
        return []
    return list(session.scalars(select(Uitdaging).where(
        Uitdaging.eigenaar_id == uitdaging.eigenaar_id, Uitdaging.taak_id == uitdaging.taak_id, Uitdaging.id != uitdaging.id,
        Uitdaging.state.in_(OPEN)).order_by(Uitdaging.ontvangen_on, Uitdaging.id).limit(5)))


# Lists ----------------------------------------------------------------------------------------------------------------------

_MINE = bindparam("mine", type_=Uuid)
_OF_GEMEENTE = (select(Uitdaging.id, Uitdaging.reference, Uitdaging.titel, Uitdaging.state, Uitdaging.ontvangen_on,
                       Gemeentetaak.naam.label("taak"))
                .outerjoin(Gemeentetaak, Gemeentetaak.id == Uitdaging.taak_id).where(Uitdaging.eigenaar_id == _MINE))
_ORDER = Order(Uitdaging.ontvangen_on, Uitdaging.id, date.fromisoformat, descending=True)
_LISTS = {"open": Listing(_OF_GEMEENTE.where(Uitdaging.state.in_(OPEN)), _ORDER),
          "uitvoering": Listing(_OF_GEMEENTE.where(Uitdaging.state.in_((State.TOEGEWEZEN, State.UITVOERING))), _ORDER),
          "alles": Listing(_OF_GEMEENTE, _ORDER)}


def lijst(session, actor, *, welke: str = "open", after: str | None = None, before: str | None = None) -> Slice:
    """The challenges at the own gemeente, the newest first."""
    return _LISTS.get(welke, _LISTS["open"]).page(session, {"mine": actor.party_id}, after=after, before=before)


# What an idea became at the gemeente that has it now.
_BECAME = aliased(Uitdaging, flat=True)
_ASKED = (_BECAME.id.label("uitdaging_id"), _BECAME.state.label("stand"), _BECAME.doorgeleid, _BECAME.aanpassing,
          _BECAME.aanpassing_ja)
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


def overeenkomst_van(session, one: Gemeentetaak) -> Overeenkomst | None:
    """The contract under which a task is done now."""
    return session.get(Overeenkomst, one.overeenkomst_id) if one.overeenkomst_id else None


# What everybody reads -------------------------------------------------------------------------------------------------------

_PUBLIC = Listing(
    select(Initiatiefpagina.id, Initiatiefpagina.reference, Initiatiefpagina.titel, Initiatiefpagina.samenvatting,
           Initiatiefpagina.stand, Initiatiefpagina.gepubliceerd_at, Partij.naam.label("gemeente"), Partij.slug.label("slug"),
           Gemeentetaak.naam.label("taak"))
    .join(Partij, Partij.id == Initiatiefpagina.gemeente_id)
    .outerjoin(Gemeentetaak, Gemeentetaak.id == Initiatiefpagina.taak_id)
    .where(Initiatiefpagina.gepubliceerd_at <= func.portal.now(), Initiatiefpagina.verborgen_at.is_(None)),
    Order(Initiatiefpagina.gepubliceerd_at, Initiatiefpagina.id, datetime.fromisoformat, descending=True))


def openbaar(session, *, after: str | None = None, before: str | None = None) -> Slice:
    """What everybody may read, the newest first."""
    return _PUBLIC.page(session, after=after, before=before)


def openbare_pagina(session, reference: str) -> Initiatiefpagina:
    """The page with this number, as everybody may read it; NotFound otherwise."""
    found = session.scalar(select(Initiatiefpagina).where(
        Initiatiefpagina.reference == reference, Initiatiefpagina.gepubliceerd_at <= func.portal.now(),
        Initiatiefpagina.verborgen_at.is_(None)))
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
