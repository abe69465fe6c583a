"""How the region is laid out, to read: who works together since when, who leads, and where people log in."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from portal.identity.model import Inlogdienst
from portal.kernel.history import CaseEvent, Zegel, Zegelkop, verify
from portal.tenants.model import Deelname, Gemeente, Samenwerkingsverband


def gemeenten(session) -> list:
    """(naam, login service or None) of every gemeente, by name."""
    return session.execute(select(Gemeente.naam, Inlogdienst.issuer)
                           .outerjoin(Inlogdienst, Inlogdienst.party_id == Gemeente.id).order_by(Gemeente.naam)).all()


@dataclass
class Verband:
    """Who works together on a day; `anders` are rows (naam, van, tot, is_trekker) that are over or have not begun."""

    naam: str
    grondslag: str
    trekkers: list[tuple[str, date]] = field(default_factory=list)
    deelnemers: list[str] = field(default_factory=list)
    anders: list[tuple[str, date, date | None, bool]] = field(default_factory=list)


def verbanden(session, on: date) -> list[Verband]:
    """Every samenwerkingsverband as it is on this day, by name, with its dated past and future."""
    found: dict[str, Verband] = {}
    for verband, grondslag, naam, van, tot, is_trekker in session.execute(
            select(Samenwerkingsverband.naam, Samenwerkingsverband.grondslag, Gemeente.naam, Deelname.van, Deelname.tot,
                   Deelname.is_trekker)
            .join(Deelname, Deelname.verband_id == Samenwerkingsverband.id).join(Gemeente, Gemeente.id == Deelname.gemeente_id)
            .order_by(Samenwerkingsverband.naam, Gemeente.naam, Deelname.van)):
        row = found.setdefault(verband, Verband(verband, grondslag))
        if van <= on and (tot is None or tot > on):
            row.deelnemers.append(naam)
            row.trekkers += [(naam, van)] if is_trekker else []
        else:
            row.anders.append((naam, van, tot, is_trekker))
    return list(found.values())


@dataclass(frozen=True)
class Controle:
    """What a check of the history of one party found. `laatste` is when the last seal was set, None before the first."""

    fouten: list[str]
    verzegeld: int
    wacht: int
    laatste: datetime | None


def historie_controleren(session, actor, keys) -> Controle:
    """Walk the sealed history of the own party again, with every key that ever signed by its id."""
    fouten = verify(session.connection(), actor.party_id, keys)
    verzegeld = session.scalar(select(func.count()).where(Zegel.eigenaar_id == actor.party_id))
    alle = session.scalar(select(func.count()).where(CaseEvent.eigenaar_id == actor.party_id))
    laatste = session.scalar(select(func.max(Zegelkop.gezet_at)).where(Zegelkop.eigenaar_id == actor.party_id))
    return Controle(fouten, verzegeld, max(0, alle - verzegeld), laatste)
