"""Reading for the pages of a placement: the list of a gemeente, and everything that stands around one placement."""

import uuid
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace

from sqlalchemy import Date, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from portal.domains.plaatsingen.model import (
    Locatie,
    LocatieAdres,
    Momentopname,
    Onderzoek,
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    PlaatsingState,
    Plaatsvraag,
    Randvoorwaarde,
    Terugkeertoets,
    Toegang,
    Verantwoordelijkheid,
    Verblijf,
    Wachtregel,
)
from portal.domains.plaatsingen.queries import MINE, PLAATSING_OVER, verlengd_door
from portal.domains.plaatsingen.verrekenqueries import BETAALD_TOT
from portal.identity.model import Account
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.dossier import Dossier
from portal.kernel.history import CaseEvent
from portal.kernel.queries import Listing, Order, Slice, Together, at_most, finds, too_late

# Who waits for a place, for the answer to one, or for the first day on it.
WACHT = (PlaatsingState.WACHTEND, PlaatsingState.AANGEBODEN, PlaatsingState.GERESERVEERD)

_LATE = Plaatsing.id.in_(too_late(MINE))
_LIST = (select(Plaatsing.id, Plaatsing.reference, Plaatsing.state, Plaatsing.gemeld_on, Plaatsing.product,
                Plaatsing.herkomst_id, Plaatsing.tot, Persoon.naam, _LATE.label("te_laat"))
         .join(Persoon, Persoon.id == Plaatsing.persoon_id).where(Plaatsing.eigenaar_id == MINE))
_ORDER = Order(Plaatsing.gemeld_on, Plaatsing.id, date.fromisoformat, descending=True)
# Who waits longest stands first.
_WAITING = Order(Plaatsing.gemeld_on, Plaatsing.id, date.fromisoformat)
STANDEN = {
    # Also what is late: nobody has to look for it.
    "loopt": (_LIST.where(or_(Plaatsing.state.not_in((*PLAATSING_OVER, *WACHT)), _LATE)), _ORDER),
    "wacht": (_LIST.where(Plaatsing.state.in_(WACHT)), _WAITING),
    "alle": (_LIST, _ORDER),
}
_LISTS = {(stand, asked): Listing(query.where(finds(Persoon.naam, Plaatsing.reference)) if asked else query, order)
          for stand, (query, order) in STANDEN.items() for asked in (True, False)}


def lijst(session, party_id: uuid.UUID, stand: str = "loopt", *, words: Sequence[str] = (), after: str | None = None,
          before: str | None = None) -> Slice:
    """One page of the placements of a gemeente: what runs or is late, who waits (the longest first), or everything; `words`:
    only with these words in the name or the reference."""
    return _LISTS[stand, bool(words)].page(
        session, {"mine": party_id, "today": clock.today(), "words": list(words)}, after=after, before=before)


def plaatsing_van(session, toegang_id: uuid.UUID) -> uuid.UUID | None:
    """The placement that a report led to: begun with it, or gone on with it."""
    return session.scalar(_led_to(toegang_id))


def _led_to(toegang_id):
    return select(Plaatsing.id).where(or_(Plaatsing.toegang_id == toegang_id, Plaatsing.id.in_(verlengd_door(toegang_id))))


_MELDING = Toegang.__table__
_BIJ_TOEGANG = Together(
    onderzoek=select(Onderzoek).where(Onderzoek.dossier_id == bindparam("toegang", type_=Uuid)),
    randvoorwaarden=select(Randvoorwaarde).where(Randvoorwaarde.dossier_id == bindparam("toegang", type_=Uuid))
    .order_by(Randvoorwaarde.sinds_on, Randvoorwaarde.soort),
    plaatsing=_led_to(bindparam("toegang", type_=Uuid)),
    aanbod=select(Overdracht).where(Overdracht.toegang_id == bindparam("toegang", type_=Uuid))
    .order_by(Overdracht.gemaakt_at.desc(), Overdracht.id),
    # What the gemeente that had it first showed: as long as the wall lets this one see that offer.
    herkomst=select(Overdracht.id, Overdracht.reference, Momentopname.inhoud)
    .join(Momentopname, Momentopname.dossier_id == Overdracht.id).join(_MELDING, _MELDING.c.traject_id == Overdracht.traject_id)
    .where(_MELDING.c.id == bindparam("toegang", type_=Uuid), Overdracht.ontvanger_id == _MELDING.c.gemeente_id)
    .order_by(Overdracht.gemaakt_at.desc(), Overdracht.id).limit(1))


def bij_toegang(session, toegang_id: uuid.UUID) -> SimpleNamespace:
    """What hangs on a report, in one statement: `onderzoek`, `randvoorwaarden`, the id of the `plaatsing` it led to, what was
    offered to other gemeenten, the newest first (`aanbod`), and the offer by which it came here (`herkomst`: its id, reference
    and what it showed)."""
    found = _BIJ_TOEGANG.read(session, toegang=toegang_id)
    return SimpleNamespace(onderzoek=next(iter(found.onderzoek), None), randvoorwaarden=found.randvoorwaarden,
                           plaatsing=next(iter(found.plaatsing), None), aanbod=found.aanbod,
                           herkomst=next(iter(found.herkomst), None))


# Everything around one placement --------------------------------------------------------------------------------------------

_ID, _TRAJECT, _PERSOON = (bindparam(name, type_=Uuid) for name in ("plaatsing", "traject", "persoon"))
_ANDERE = aliased(Plaatsing, flat=True)


def _moves(persoon, traject):
    """The places where somebody came to live, in every placement of theirs that the own gemeente knows."""
    return (select(func.count().label("aantal")).select_from(Verblijf).join(_ANDERE, _ANDERE.id == Verblijf.plaatsing_id)
            .where(Verblijf.begonnen_on.is_not(None), or_(_ANDERE.persoon_id == persoon, _ANDERE.traject_id == traject)))


def _newer(persoon, plaatsing, overgang_on, na):
    """The first day of a later grant to the same person: from then on a right of before is over."""
    return select(func.min(_ANDERE.van).label("van")).where(
        _ANDERE.persoon_id == persoon, _ANDERE.id != plaatsing, _ANDERE.toegang_id.is_not(None), _ANDERE.van > overgang_on,
        _ANDERE.van >= na, _ANDERE.state != PlaatsingState.VERVALLEN)


_ROND = Together(
    tijdlijn=select(Verantwoordelijkheid).where(Verantwoordelijkheid.traject_id == _TRAJECT)
    .order_by(Verantwoordelijkheid.van),
    aanbod=select(Overdracht.id, Overdracht.state, Overdracht.richting, Overdracht.ontvanger_id, Overdracht.ingaand_on,
                  Overdracht.verloopt_on)
    .where(Overdracht.plaatsing_id == _ID, Overdracht.state.in_((OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL))),
    verblijven=select(Verblijf.id, Verblijf.state, Verblijf.van, Verblijf.begonnen_on, Verblijf.geeindigd_on,
                      BETAALD_TOT.label("betaald_tot"), Verblijf.eigenaar_id, Verblijf.verloopt_at,
                      Locatie.naam.label("locatie"), Locatie.geheim,
                      Locatie.gemeente_id.label("gemeente_id"), func.coalesce(LocatieAdres.adres, "").label("adres"))
    .join(Locatie, Locatie.id == Verblijf.locatie_id)
    .outerjoin(LocatieAdres, (LocatieAdres.locatie_id == Locatie.id) & ~Locatie.geheim)
    .where(Verblijf.plaatsing_id == _ID).order_by(Verblijf.gemaakt_at.desc(), Verblijf.id),
    vraag=select(Plaatsvraag).where(Plaatsvraag.dossier_id == _ID),
    regel=select(Wachtregel).where(Wachtregel.dossier_id == _ID, Wachtregel.tot_on.is_(None)),
    toetsen=select(Terugkeertoets).where(Terugkeertoets.dossier_id == _ID)
    .order_by(Terugkeertoets.gemaakt_at.desc(), Terugkeertoets.id),
    noten=select(Aantekening.stap, Aantekening.tekst, Aantekening.geschreven_at).where(Aantekening.dossier_id == _ID)
    .order_by(Aantekening.geschreven_at.desc(), Aantekening.id),
    uitstroom=select(CaseEvent.facts).where(CaseEvent.dossier_id == _ID, CaseEvent.kind.in_(("plaatsing:uitstromen",
                                                                                                "plaatsing:plan_bijstellen")))
    .order_by(CaseEvent.volgnr.desc()),
    verhuisd=_moves(_PERSOON, _TRAJECT),
    nieuwer=_newer(_PERSOON, _ID, bindparam("overgang", type_=Date), bindparam("van", type_=Date)),
)


def rond(session, plaatsing: Plaatsing) -> SimpleNamespace:
    """What the page of a placement shows beside the placement itself, in one statement: `tijdlijn`, `aanbod` (the offer of the
    responsibility that waits, or None), `verblijven` (the newest first), `vraag`, `regel`, `toetsen` (the newest first),
    `noten`, `uitstroom` (the facts of the plans for the way home), `verhuisd` (a number), `nieuwer` (the first day of a later
    grant, or None)."""
    found = _ROND.read(session, plaatsing=plaatsing.id, traject=plaatsing.traject_id, persoon=plaatsing.persoon_id,
                       overgang=plaatsing.overgang_on, van=plaatsing.van)
    return SimpleNamespace(
        tijdlijn=found.tijdlijn, aanbod=next(_named(_AANBOD, found.aanbod), None),
        verblijven=list(_named(_VERBLIJF, found.verblijven)), vraag=next(iter(found.vraag), None),
        regel=next(iter(found.regel), None),
        toetsen=found.toetsen, noten=list(_named(_NOOT, found.noten)), uitstroom=found.uitstroom,
        verhuisd=next(iter(found.verhuisd), 0),
        nieuwer=next(iter(found.nieuwer), None))


_AANBOD = ("id", "state", "richting", "ontvanger_id", "ingaand_on", "verloopt_on")
_VERBLIJF = ("id", "state", "van", "begonnen_on", "geeindigd_on", "betaald_tot", "eigenaar_id", "verloopt_at", "locatie",
             "geheim", "gemeente_id", "adres")
_NOOT = ("stap", "tekst", "geschreven_at")


def _named(names, rows):
    return (SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows)


def verhuizingen(session, plaatsing: Plaatsing) -> int:
    """On how many places somebody came to live so far: a next move is asked about first (rules.verhuist_opnieuw)."""
    return session.scalar(_moves(plaatsing.persoon_id, plaatsing.traject_id))


def wie(session, plaatsing: Plaatsing) -> tuple[Persoon, int]:
    """Whose placement this is, and the same number, in one statement."""
    moves = _moves(plaatsing.persoon_id, plaatsing.traject_id).scalar_subquery()
    return tuple(session.execute(select(Persoon, moves).where(Persoon.id == plaatsing.persoon_id)).one())


def verhuizingen_van(session, persoon_id: uuid.UUID) -> int:
    """The same, before there is a placement."""
    return session.scalar(_moves(persoon_id, None))


# What a stay records in the same act as its placement: told once.
DUBBEL = tuple(f"verblijf:{step}" for step in ("aanbieden", "reserveren", "weigeren", "beginnen", "stilleggen", "hervatten",
                                               "beeindigen", "verlengen"))


def gebeurtenissen(session, plaatsing_id: uuid.UUID, most: int) -> list:
    """What happened in a placement, and in its stays and offers, the newest first. Rows as queries.gebeurtenissen."""
    return list(session.execute(
        select(CaseEvent.kind, CaseEvent.facts, CaseEvent.occurred_on, CaseEvent.actor_id, CaseEvent.party_id,
               Account.naam.label("wie"))
        .outerjoin(Account, Account.id == CaseEvent.actor_id)
        .where(CaseEvent.kind.not_in(DUBBEL), CaseEvent.dossier_id.in_(select(Dossier.id).where(or_(Dossier.id == plaatsing_id,
                                                                      Dossier.ouder_id == plaatsing_id))))
        .order_by(CaseEvent.volgnr.desc()).limit(at_most("rows", most))))
