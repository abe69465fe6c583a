"""Reading what the council has: registers, what comes, and what everybody may read."""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Uuid, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from portal.domains.raad.model import Advies, Adviespunt, Beslispunt, Raad, Raadssessie, Raadsstuk, Toezegging
from portal.identity.model import Account
from portal.kernel import clock
from portal.kernel.dossier import Termijn
from portal.kernel.errors import NotFound
from portal.kernel.history import CaseEvent
from portal.kernel.queries import Listing, Order, Slice
from portal.tenants.model import Partij

WEG = "Dit staat er niet, of het is niet van uw gemeente."
NIET_OPENBAAR = "Dit staat niet op deze website."
MEEST = 12
_MINE, _TODAY = bindparam("mine", type_=Uuid), bindparam("today", type_=Date)


def _own(session, kind: type, actor, id_: uuid.UUID, *, lock: bool = False):
    found = session.get(kind, id_, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.party_id != actor.party_id:
        raise NotFound(WEG)
    return found


def stuk(session, actor, stuk_id: uuid.UUID, *, lock: bool = False) -> Raadsstuk:
    """A paper of the own gemeente; NotFound for another's."""
    return _own(session, Raadsstuk, actor, stuk_id, lock=lock)


def toezegging(session, actor, toezegging_id: uuid.UUID, *, lock: bool = False) -> Toezegging:
    """A promise of the own gemeente; NotFound for another's."""
    return _own(session, Toezegging, actor, toezegging_id, lock=lock)


def advies(session, actor, advies_id: uuid.UUID, *, lock: bool = False) -> Advies:
    """An advice to the own gemeente; NotFound for another's."""
    return _own(session, Advies, actor, advies_id, lock=lock)


def adviespunt(session, actor, advies_id: uuid.UUID, nummer: int, *, lock: bool = False) -> Adviespunt:
    """One point of an advice to the own gemeente; NotFound for another's."""
    query = select(Adviespunt).where(Adviespunt.advies_id == advies_id, Adviespunt.nummer == nummer,
                                     Adviespunt.party_id == actor.party_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(WEG)
    return found


# Registers ------------------------------------------------------------------------------------------------------------------

def _newest(kind) -> Order:
    return Order(kind.op_on, kind.id, date.fromisoformat, descending=True)


_STUK = select(Raadsstuk.id, Raadsstuk.soort, Raadsstuk.kenmerk, Raadsstuk.op_on, Raadsstuk.versie, Raadsstuk.onderwerp,
               Raadsstuk.portefeuille, Raadsstuk.openbaar_at)
_MET = aliased(Raadsstuk)
# The paper that settled it, as far as the reader may see that.
_BELOFTE = (select(Toezegging.id, Toezegging.soort, Toezegging.nummer, Toezegging.op_on, Toezegging.titel, Toezegging.van,
                   Toezegging.uiterlijk_on, Toezegging.afgedaan_on, Toezegging.afgedaan_id, Toezegging.openbaar_at,
                   _MET.onderwerp.label("met_stuk"), _MET.openbaar_at.label("met_openbaar_at"))
            .outerjoin(_MET, _MET.id == Toezegging.afgedaan_id))
_OPEN = Toezegging.afgedaan_on.is_(None)
_LATE = func.coalesce(Toezegging.afgedaan_on, _TODAY) > Toezegging.uiterlijk_on
_STUKKEN = Listing(_STUK.where(Raadsstuk.party_id == _MINE), _newest(Raadsstuk))
_BELOFTEN = {welke: Listing(_BELOFTE.where(Toezegging.party_id == _MINE, *asked), _newest(Toezegging))
             for welke, asked in {"open": (_OPEN,), "te_laat": (_LATE,), "alles": ()}.items()}
_TELLEN = select(func.count().filter(_OPEN).label("open"), func.count().filter(_OPEN, _LATE).label("open_te_laat"),
                 func.count().filter(_LATE).label("te_laat"), func.count().label("alles")).where(Toezegging.party_id == _MINE)


def stukken(session, actor, *, after: str | None = None, before: str | None = None) -> Slice:
    """The papers of the own gemeente, the newest first."""
    return _STUKKEN.page(session, {"mine": actor.party_id}, after=after, before=before)


def kiesbaar(session, actor) -> list[Raadsstuk]:
    """Papers to choose from: the newest two hundred."""
    return list(session.scalars(select(Raadsstuk).where(Raadsstuk.party_id == actor.party_id)
                                .order_by(Raadsstuk.op_on.desc(), Raadsstuk.id).limit(200)))


def punten(session, stuk_id: uuid.UUID) -> list[Beslispunt]:
    """The decision points of a paper, by number."""
    return list(session.scalars(select(Beslispunt).where(Beslispunt.stuk_id == stuk_id)
                                .order_by(Beslispunt.nummer, Beslispunt.letter)))


def van_stuk(session, stuk_id: uuid.UUID) -> list:
    """What was settled with a paper, or is about it."""
    return session.execute(_BELOFTE.where((Toezegging.afgedaan_id == stuk_id) | (Toezegging.over_id == stuk_id))
                           .order_by(Toezegging.op_on, Toezegging.id)).all()


def toezeggingen(session, actor, *, welke: str = "open", after: str | None = None, before: str | None = None) -> Slice:
    """What the council asked or was promised, the newest first: `open`, `te_laat` (settled too late as well) or `alles`."""
    values = {"mine": actor.party_id} | ({"today": clock.today()} if welke == "te_laat" else {})
    return _BELOFTEN[welke].page(session, values, after=after, before=before)


def telling(session, actor):
    """How many are open, how many of those are late, how many were ever late, and how many there are."""
    return session.execute(_TELLEN, {"mine": actor.party_id, "today": clock.today()}).one()


def sessies(session, actor) -> list[tuple[Raadssessie, date | None]]:
    """The meetings of the own gemeente, the newest first, each with the day of the open task that it started."""
    return [(one, due) for one, due in session.execute(
        select(Raadssessie, Termijn.due_on)
        .outerjoin(Termijn, (Termijn.id == Raadssessie.termijn_id) & Termijn.met_on.is_(None))
        .where(Raadssessie.party_id == actor.party_id).order_by(Raadssessie.op_on.desc(), Raadssessie.id).limit(200))]


_GEANTWOORD = func.count(Adviespunt.antwoord).label("beantwoord")


def adviezen(session, actor) -> list:
    """The advices to the own gemeente, the newest first, with how many points they have and how many got an answer."""
    return session.execute(
        select(Advies.id, Advies.titel, Advies.van, Advies.op_on, Advies.openbaar_at, func.count(Adviespunt.id).label("punten"),
               _GEANTWOORD)
        .outerjoin(Adviespunt, Adviespunt.advies_id == Advies.id).where(Advies.party_id == actor.party_id)
        .group_by(Advies.id).order_by(Advies.op_on.desc(), Advies.id).limit(200)).all()


def adviespunten(session, advies_id: uuid.UUID) -> list[Adviespunt]:
    """The points of an advice, by number."""
    return list(session.scalars(select(Adviespunt).where(Adviespunt.advies_id == advies_id).order_by(Adviespunt.nummer)))


# What comes -----------------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Afspraak:
    """One thing with a day: what it is (`belofte`, `stuk`, `sessie` or `advies`), its words, and the row that it comes from."""

    wat: str
    op_on: date
    titel: str
    id: uuid.UUID


def _thing(wat: str, day, title, id_):
    return select(literal(wat).label("wat"), day.label("op_on"), title.label("titel"), id_.label("id"))


_AGENDA = (
    _thing("belofte", Toezegging.uiterlijk_on, Toezegging.titel, Toezegging.id)
    .where(Toezegging.party_id == _MINE, _OPEN, Toezegging.uiterlijk_on.is_not(None))
    .union_all(
        _thing("stuk", Raadsstuk.op_on, Raadsstuk.onderwerp, Raadsstuk.id)
        .where(Raadsstuk.party_id == _MINE, Raadsstuk.op_on > _TODAY),
        _thing("sessie", Termijn.due_on, Raadssessie.onderwerp, Raadssessie.id)
        .join_from(Raadssessie, Termijn, Termijn.id == Raadssessie.termijn_id)
        .where(Raadssessie.party_id == _MINE, Termijn.met_on.is_(None)),
        _thing("advies", Adviespunt.vervolg_on, Adviespunt.vervolg, Adviespunt.advies_id)
        .where(Adviespunt.party_id == _MINE, Adviespunt.vervolg_on >= _TODAY))
    .order_by("op_on", "id").limit(MEEST))


def agenda(session, actor) -> list[Afspraak]:
    """What the council is still to get, the first day first: what is late comes first of all."""
    return [Afspraak(*row) for row in session.execute(_AGENDA, {"mine": actor.party_id, "today": clock.today()})]


def gebeurtenissen(session, actor) -> list:
    """What was kept last, by whom."""
    return session.execute(
        select(CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on, Account.naam.label("wie"))
        .join(Raad, Raad.id == CaseEvent.dossier_id).outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.eigenaar_id == actor.party_id, Raad.eigenaar_id == actor.party_id)
        .order_by(CaseEvent.volgnr.desc()).limit(MEEST)).all()


# What everybody reads -------------------------------------------------------------------------------------------------------

def _public(kind):
    return kind.openbaar_at <= func.portal.now()


def _shown(query, kind) -> dict[bool, Listing]:
    """The public rows of a kind with their gemeente: of every gemeente, or (True) of one."""
    shown = query.add_columns(Partij.naam.label("gemeente")).join(Partij, Partij.id == kind.party_id).where(_public(kind))
    return {False: Listing(shown, _newest(kind)), True: Listing(shown.where(Partij.slug == bindparam("slug")), _newest(kind))}


_OPENBAAR = {
    "stukken": _shown(_STUK, Raadsstuk), "toezeggingen": _shown(_BELOFTE, Toezegging),
    "adviezen": _shown(select(Advies.id, Advies.titel, Advies.van, Advies.op_on), Advies),
}


def openbaar(session, wat: str, slug: str = "", *, after: str | None = None, before: str | None = None) -> Slice:
    """The public `stukken`, `toezeggingen` or `adviezen`, of one gemeente or all, the newest first."""
    return _OPENBAAR[wat][bool(slug)].page(session, {"slug": slug} if slug else {}, after=after, before=before)


def openbare(session, kind: type[Raadsstuk] | type[Toezegging] | type[Advies], id_: uuid.UUID) -> tuple:
    """A public row and the name of its gemeente; NotFound otherwise."""
    found = session.execute(select(kind, Partij.naam).join(Partij, Partij.id == kind.party_id)
                            .where(kind.id == id_, _public(kind))).first()
    if found is None:
        raise NotFound(NIET_OPENBAAR)
    return tuple(found)


def zichtbaar(session, stuk_id: uuid.UUID | None) -> Raadsstuk | None:
    """A paper as far as the reader may see it."""
    return session.get(Raadsstuk, stuk_id) if stuk_id else None
