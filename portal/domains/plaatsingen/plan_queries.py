"""Reading the support plan of a stay, the outcome of a placement, and what outcomes add up to."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from config import load as load_config
from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.model import (
    Clientgegevens,
    Clientresultaat,
    Locatie,
    Plaatsing,
    Uitkomst,
    Uitwerking,
    Verblijf,
    VerblijfState,
    Voortgang,
    Voortgangscore,
)
from portal.kernel.history import CaseEvent

# How many moments a page shows: the last years.
MOMENTEN = 12
# In which states somebody lives there, or is about to.
WOONT = (VerblijfState.GERESERVEERD, VerblijfState.LOOPT, VerblijfState.STIL)


def resultaten(session, verblijf_id: uuid.UUID, *, also_lapsed: bool = True) -> list[Clientresultaat]:
    """The results of a stay in the order in which they were set, those that hold first."""
    query = select(Clientresultaat).where(Clientresultaat.dossier_id == verblijf_id)
    if not also_lapsed:
        query = query.where(Clientresultaat.vervallen_on.is_(None))
    return list(session.scalars(query.order_by(Clientresultaat.vervallen_on.desc().nulls_first(),
                                               Clientresultaat.gemaakt_at, Clientresultaat.id)))


def vorige_resultaten(session, verblijf: Verblijf) -> list[Clientresultaat]:
    """What held in the plan of the last other stay of the same placement, in its order."""
    before = (select(Clientresultaat.dossier_id).join(Verblijf, Verblijf.id == Clientresultaat.dossier_id).where(
        Verblijf.plaatsing_id == verblijf.plaatsing_id, Verblijf.id != verblijf.id, Clientresultaat.vervallen_on.is_(None))
        .order_by(Clientresultaat.gemaakt_at.desc()).limit(1).scalar_subquery())
    return list(session.scalars(select(Clientresultaat).where(
        Clientresultaat.dossier_id == before, Clientresultaat.vervallen_on.is_(None))
        .order_by(Clientresultaat.gemaakt_at, Clientresultaat.id)))


def naam(session, verblijf_id: uuid.UUID) -> str:
    """Who lives there, for who may know it; empty otherwise."""
    return session.scalar(select(Clientgegevens.naam).where(Clientgegevens.dossier_id == verblijf_id)) or ""


def uitwerkingen(session, verblijf_id: uuid.UUID) -> dict[uuid.UUID, Uitwerking]:
    """How the provider works on each result: the newest version, by result."""
    rows = session.scalars(select(Uitwerking).where(Uitwerking.dossier_id == verblijf_id)
                           .ext(distinct_on(Uitwerking.resultaat_id))
                           .order_by(Uitwerking.resultaat_id, Uitwerking.versie.desc()))
    return {one.resultaat_id: one for one in rows}


def momenten(session, verblijf_id: uuid.UUID) -> list[tuple[Voortgang, dict[uuid.UUID, Voortgangscore]]]:
    """The last moments at which it was said how far somebody is, the newest first, each with its scores by result."""
    moments = list(session.scalars(select(Voortgang).where(Voortgang.dossier_id == verblijf_id).order_by(
        Voortgang.op_on.desc(), Voortgang.gemaakt_at.desc(), Voortgang.id).limit(MOMENTEN)))
    scores: dict[uuid.UUID, dict[uuid.UUID, Voortgangscore]] = {one.id: {} for one in moments}
    for row in session.scalars(select(Voortgangscore).where(Voortgangscore.voortgang_id.in_(list(scores)))):
        scores[row.voortgang_id][row.resultaat_id] = row
    return [(one, scores[one.id]) for one in moments]


@dataclass(frozen=True)
class Planstand:
    """How the plan of one stay stands, for a list."""

    verblijf: Verblijf
    locatie: str
    resultaten: int
    laatste_on: date | None
    te_bevestigen: int


def plannen(session, plaatsing_id: uuid.UUID) -> list[Planstand]:
    """The stays of a placement that began or have a plan, the newest first, each with how its plan stands."""
    goals = select(func.count()).where(Clientresultaat.dossier_id == Verblijf.id,
                                       Clientresultaat.vervallen_on.is_(None)).scalar_subquery()
    last = select(func.max(Voortgang.op_on)).where(Voortgang.dossier_id == Verblijf.id).scalar_subquery()
    waits = select(func.count()).where(Voortgang.dossier_id == Verblijf.id,
                                       Voortgang.bevestigd_on.is_(None)).scalar_subquery()
    rows = session.execute(select(Verblijf, Locatie.naam, goals, last, waits).join(
        Locatie, Locatie.id == Verblijf.locatie_id).where(
        Verblijf.plaatsing_id == plaatsing_id, Verblijf.state.in_((*WOONT, VerblijfState.BEEINDIGD)))
        .order_by(Verblijf.gemaakt_at.desc(), Verblijf.id))
    return [Planstand(*row) for row in rows]


def uitkomst(session, plaatsing_id: uuid.UUID) -> Uitkomst | None:
    """What came of a placement, as far as it was written down."""
    return session.scalar(select(Uitkomst).where(Uitkomst.dossier_id == plaatsing_id))


def geeindigd(session, plaatsing_id: uuid.UUID) -> tuple[date, str]:
    """On which day a placement ended last, and why (a code of [einde])."""
    row = session.execute(select(CaseEvent.occurred_on, CaseEvent.facts).where(
        CaseEvent.dossier_id == plaatsing_id, CaseEvent.kind == "plaatsing:beeindigen")
        .order_by(CaseEvent.volgnr.desc()).limit(1)).one()
    return row.occurred_on, row.facts.get("einde", "")


@dataclass(frozen=True)
class Uitkomstcijfers:
    """What outcomes add up to. None: a group so small that somebody could be recognised. `onderdelen`: per sub-indicator how
    many gave which answer; `uitval`: how many dropped out and how many did not; `tevreden`: how many gave a mark."""

    aantal: int | None
    onderdelen: dict[str, dict[str, int | None]] = field(default_factory=dict)
    uitval: dict[str, int | None] = field(default_factory=dict)
    uitval_redenen: dict[str, int | None] = field(default_factory=dict)
    tevreden: int | None = None
    gemiddeld: Decimal | None = None


def uitkomstcijfers(session, party_id: uuid.UUID, *, van: date, tot: date, product: str | None = None) -> Uitkomstcijfers:
    """The outcomes of the placements of one gemeente that were recorded in a period, both days included. No count of a small
    group comes out, also not by subtracting: nothing at all of a whole that is small itself."""
    query = select(Uitkomst).where(Uitkomst.eigenaar_id == party_id, Uitkomst.op_on.between(van, tot))
    if product is not None:
        query = query.join(Plaatsing, Plaatsing.id == Uitkomst.dossier_id).where(Plaatsing.product == product)
    rows = list(session.scalars(query))
    if rules.telbaar(len(rows)) is None:
        return Uitkomstcijfers(None)
    config = load_config("plaatsingen")

    def parts(values, known) -> dict[str, int | None]:
        counts = Counter(values)
        return rules.telbare_verdeling({one: counts[one] for one in known})

    answers = [*config["uitkomstantwoord"], "open"]
    marks = [one.tevredenheid for one in rows if one.tevredenheid is not None]
    gave = parts(("ja" if one.tevredenheid is not None else "nee" for one in rows), ("ja", "nee"))["ja"]
    return Uitkomstcijfers(
        aantal=len(rows),
        onderdelen={one["code"]: parts(((row.nieuwe_start or "open") if one["later"] else
                                        row.doelrealisatie.get(one["code"], "open") for row in rows), answers)
                    for one in config["deelindicator"]},
        uitval=(stopped := parts(("ja" if one.uitval else "nee" for one in rows), ("ja", "nee"))),
        uitval_redenen=parts((one.uitval_reden for one in rows if one.uitval), config["uitval"]["reden"])
        if stopped["ja"] is not None else {},
        tevreden=gave, gemiddeld=round(Decimal(sum(marks)) / len(marks), 1) if gave else None)
