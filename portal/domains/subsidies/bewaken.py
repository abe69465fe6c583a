"""The monitoring calendar (requirements E7): what a gemeente looks at every month, quarter or year.

Every period gets one task, two weeks before its last day. Who does it writes what came out, in a few words, and later
periods stand beside it. The last day is counted from the first one, so that the 31st stays the 31st where a month has one.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from portal.domains.subsidies.model import Bewaking, Bewakingsperiode, BewakingState, Regeling, RegelingState, Ritme
from portal.domains.subsidies.tijd import per_dossier
from portal.domains.subsidies.workflow import BEWAKING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Dossier, load, meet_term, next_reference, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.queries import Listing, Order, Slice
from portal.kernel.sentences import say, settle
from portal.kernel.terms import Length, TermRule
from portal.kernel.workflow import require

say("periode_afgerond", "Deze keer is al afgerond. Een uitkomst verandert niet meer.", 409)

VOORAF = timedelta(days=14)
# After a standstill of years every period still gets its task, a part of them in each round of the worker.
PER_KEER = 24
MAANDEN = {Ritme.MAAND: 1, Ritme.KWARTAAL: 3, Ritme.JAAR: 12}


def dag_na(ritme: Ritme, begint_on: date, dag: date) -> date:
    """The last day of the period after the one that ends on `dag`: counted from the first one, never from the one before."""
    past = (dag.year - begint_on.year) * 12 + dag.month - begint_on.month
    return begint_on + relativedelta(months=past + MAANDEN[ritme])


def _own(session, actor, bewaking_id) -> Bewaking:
    bewaking = load(session, Bewaking, bewaking_id, lock=True)
    if bewaking.eigenaar_id != actor.party_id:
        raise NotFound()
    return bewaking


# What people do -------------------------------------------------------------------------------------------------------------

def maken(session, actor, *, titel: str, ritme: Ritme, begint_on: date, toelichting: str = "", bron: str = "",
          regeling_id: uuid.UUID | None = None) -> Bewaking:
    """Watch something from now on. `begint_on` is the last day of the first period."""
    require(actor, P.SUBSIDIE_BEHANDELEN)
    if not titel.strip():
        raise Refused("Schrijf waar u op let.")
    if begint_on < clock.today():
        raise Refused("De eerste dag is al voorbij. Kies vandaag of een latere dag.")
    if regeling_id is not None:
        regeling = load(session, Regeling, regeling_id)
        if regeling.eigenaar_id != actor.party_id:
            raise NotFound()
        if regeling.state == RegelingState.CONCEPT:
            raise Refused("Deze regeling is nog niet bekendgemaakt. Kies een andere.", status=409)
    bewaking = Bewaking(
        reference=next_reference(session, "BEW"), titel=titel.strip(), state=BewakingState.LOOPT, eigenaar_id=actor.party_id,
        regeling_id=regeling_id, ritme=Ritme(ritme), begint_on=begint_on, volgende_on=begint_on,
        toelichting=toelichting.strip(), bron=bron.strip())
    session.add(bewaking)
    settle(session)
    bewaking.record("bewaking:maken", actor=actor, state_to=BewakingState.LOOPT, begint_on=begint_on, ritme=bewaking.ritme)
    _prepare(session, actor, bewaking, clock.today(), PER_KEER)
    settle(session)
    return bewaking


def wijzigen(session, actor, bewaking_id, *, titel: str, toelichting: str = "") -> Bewaking:
    """Say better what to look at. How often, and from when, stays: for another rhythm there is another bewaking."""
    bewaking = _own(session, actor, bewaking_id)
    if not titel.strip():
        raise Refused("Schrijf waar u op let.")
    BEWAKING.perform(bewaking, "wijzigen", actor)
    bewaking.titel, bewaking.toelichting = titel.strip(), toelichting.strip()
    settle(session)
    return bewaking


def afronden(session, actor, bewaking_id, *, periode: date, uitkomst: str) -> Bewaking:
    """One period is done: what came out. `periode` is its last day."""
    bewaking = _own(session, actor, bewaking_id)
    found = session.scalar(select(Bewakingsperiode).where(
        Bewakingsperiode.dossier_id == bewaking.id, Bewakingsperiode.uiterlijk_on == periode).with_for_update())
    if found is None:
        raise NotFound()
    if found.afgerond_on is not None:
        raise Refused("Deze keer is al afgerond. Een uitkomst verandert niet meer.", status=409)
    BEWAKING.perform(bewaking, "afronden", actor, uitkomst=uitkomst, record={"uiterlijk_on": periode})
    found.uitkomst, found.afgerond_on, found.afgerond_by = uitkomst.strip(), clock.today(), actor.user_id
    meet_term(session, bewaking, soort_termijn(periode), on=clock.today())
    settle(session)
    return bewaking


def stoppen(session, actor, bewaking_id, *, reden: str) -> Bewaking:
    """Watch it no longer. What was not done yet lapses; what came out stays."""
    bewaking = _own(session, actor, bewaking_id)
    still = list(session.scalars(select(Bewakingsperiode.uiterlijk_on).where(
        Bewakingsperiode.dossier_id == bewaking.id, Bewakingsperiode.afgerond_on.is_(None))))
    BEWAKING.perform(bewaking, "stoppen", actor, reden=reden, record={"vervallen": len(still)})
    bewaking.gestopt_reden = reden.strip()
    for periode in still:
        meet_term(session, bewaking, soort_termijn(periode), on=clock.today())
    settle(session)
    return bewaking


# What time does -------------------------------------------------------------------------------------------------------------

def klaarzetten(session, actor, on: date) -> int:
    """Make the tasks of every period that ends within two weeks, the oldest first; each once, however often this runs.
    Returns how many."""
    waiting = session.scalars(
        select(Bewaking.id).where(Bewaking.eigenaar_id == actor.party_id, Bewaking.state == BewakingState.LOOPT,
                                  Bewaking.volgende_on <= on + VOORAF)
        .order_by(Bewaking.volgende_on, Bewaking.id).limit(PER_KEER)).all()
    left = PER_KEER

    def prepare(bewaking_id) -> int:
        nonlocal left
        if not left:
            return 0
        made = _prepare(session, actor, _own(session, actor, bewaking_id), on, left)
        settle(session)
        left -= made
        return made

    return per_dossier(session, waiting, prepare)


def _prepare(session, actor, bewaking: Bewaking, on: date, most: int) -> int:
    """The tasks of one bewaking, which is locked: another worker may have made them while we waited."""
    made = 0
    while bewaking.state == BewakingState.LOOPT and bewaking.volgende_on <= on + VOORAF and made < most:
        periode = bewaking.volgende_on
        session.add(Bewakingsperiode(**under(bewaking, actor.party_id), uiterlijk_on=periode))
        start_term(session, bewaking, _own_day(periode), on=on, due_on=periode, party_id=bewaking.eigenaar_id,
                   taak="Kijk na wat u bewaakt en leg de uitkomst vast", gevolg="Niemand ziet op tijd dat er iets misgaat.",
                   endpoint="subsidie.bewaking", permissions=[P.SUBSIDIE_BEHANDELEN])
        bewaking.record("bewaking:klaarzetten", actor=actor, on=on, uiterlijk_on=periode)
        bewaking.volgende_on = dag_na(bewaking.ritme, bewaking.begint_on, periode)
        made += 1
    return made


def soort_termijn(periode: date) -> str:
    """How the term of this period is called."""
    return f"bewaking_{periode:%Y%m%d}"


def _own_day(periode: date) -> TermRule:
    """A term whose last day the calendar names."""
    return TermRule(kind=soort_termijn(periode), article="Afspraak in de gemeente", length=Length(days=1), statutory=False,
                    source="De dag staat in de bewaking", label="Uitkomst vastleggen", event="Taak klaargezet")


# What pages show ------------------------------------------------------------------------------------------------------------

_TURN = (
    select(Bewaking.id, Bewaking.reference, Bewaking.titel, Bewaking.state, Bewaking.ritme, Bewaking.volgende_on,
           Bewaking.gemaakt_at, Bewaking.regeling_id, Bewaking.eigenaar_id,
           func.coalesce(
               select(func.min(Bewakingsperiode.uiterlijk_on)).where(
                   Bewakingsperiode.dossier_id == Bewaking.id, Bewakingsperiode.afgerond_on.is_(None)).correlate(Bewaking)
               .scalar_subquery(), Bewaking.volgende_on).label("aan_de_beurt_on"))
).subquery("beurt")
_OPEN = (select(func.count()).select_from(Bewakingsperiode).where(
    Bewakingsperiode.dossier_id == _TURN.c.id, Bewakingsperiode.afgerond_on.is_(None)).scalar_subquery().label("open"))
# A bewaking and its scheme are both a dossier.
_SCHEME = Dossier.__table__.alias("van_regeling")
_REGELING = select(_SCHEME.c.titel).where(_SCHEME.c.id == _TURN.c.regeling_id).scalar_subquery().label("regeling")


def _listing(state: BewakingState) -> Listing:
    return Listing(select(*_TURN.c, _OPEN, _REGELING).where(_TURN.c.state == state),
                   Order(_TURN.c.aan_de_beurt_on, _TURN.c.id, date.fromisoformat, descending=state == BewakingState.GESTOPT))


_LISTS = {state: _listing(state) for state in BewakingState}


def lijst(session, state: BewakingState = BewakingState.LOOPT, *, after: str | None = None, before: str | None = None) -> Slice:
    """What is watched, what waits longest first. Rows: id, reference, titel, state, ritme, volgende_on, aan_de_beurt_on (the
    last day of the oldest period that is not done), open (how many wait), regeling (title of the scheme, or None)."""
    return _LISTS[state].page(session, after=after, before=before)


@dataclass(frozen=True)
class Kop:
    """One bewaking with the title of its scheme, and the periods that wait, the oldest first."""

    bewaking: Bewaking
    regeling: str | None
    open: list[date]


def kop(session, actor, bewaking_id: uuid.UUID) -> Kop:
    """One bewaking of the own gemeente; NotFound for another."""
    found = session.execute(
        select(Bewaking, _SCHEME.c.titel).outerjoin(_SCHEME, _SCHEME.c.id == Bewaking.regeling_id)
        .where(Bewaking.id == bewaking_id, Bewaking.eigenaar_id == actor.party_id)).first()
    if found is None:
        raise NotFound("Deze bewaking is er niet, of zij is niet van uw gemeente.")
    waiting = session.scalars(select(Bewakingsperiode.uiterlijk_on).where(
        Bewakingsperiode.dossier_id == bewaking_id, Bewakingsperiode.afgerond_on.is_(None))
        .order_by(Bewakingsperiode.uiterlijk_on))
    return Kop(found[0], found[1], list(waiting))


_DONE = Order(Bewakingsperiode.uiterlijk_on, Bewakingsperiode.id, date.fromisoformat, descending=True)


def afgerond(session, bewaking_id: uuid.UUID, *, after: str | None = None, before: str | None = None) -> Slice:
    """The periods that were done, the newest first. Rows: id, uiterlijk_on, uitkomst, afgerond_on, afgerond_by."""
    query = (select(Bewakingsperiode.id, Bewakingsperiode.uiterlijk_on, Bewakingsperiode.uitkomst,
                    Bewakingsperiode.afgerond_on, Bewakingsperiode.afgerond_by)
             .where(Bewakingsperiode.dossier_id == bewaking_id, Bewakingsperiode.afgerond_on.is_not(None)))
    return Listing(query, _DONE).page(session, after=after, before=before)


def regelingen(session, party_id: uuid.UUID, most: int = 100) -> list[tuple[uuid.UUID, str]]:
    """The schemes that something can be about: those of the own gemeente that were made public, the newest first."""
    rows = session.execute(
        select(Regeling.id, Regeling.titel).where(Regeling.eigenaar_id == party_id, Regeling.state != RegelingState.CONCEPT)
        .order_by(Regeling.gemaakt_at.desc(), Regeling.id).limit(most))
    return [(row.id, row.titel) for row in rows]
