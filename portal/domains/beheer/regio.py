"""How the region is laid out, to read: who works together since when, who leads, and where people log in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.identity.model import Inlogdienst
from portal.kernel.history import CaseEvent, Zegel, Zegelkop, verify
from portal.tenants.model import Deelname, Gemeente, Samenwerkingsverband


def gemeenten(session) -> list:
    """(naam, inwoners, login service or None) of every gemeente, by name."""
    return session.execute(select(Gemeente.naam, Gemeente.inwoners, Inlogdienst.issuer)
                           .outerjoin(Inlogdienst, Inlogdienst.party_id == Gemeente.id).order_by(Gemeente.naam)).all()


def verbanden(session) -> list[tuple[Samenwerkingsverband, list]]:
    """Each samenwerkingsverband with its membership of all times: (naam, van, tot, is_trekker), by name and day."""
    rows = session.execute(
        select(Samenwerkingsverband, Gemeente.naam, Deelname.van, Deelname.tot, Deelname.is_trekker)
        .join(Deelname, Deelname.verband_id == Samenwerkingsverband.id).join(Gemeente, Gemeente.id == Deelname.gemeente_id)
        .order_by(Samenwerkingsverband.naam, Gemeente.naam, Deelname.van))
    found: dict = {}
    for verband, *deelname in rows:
        found.setdefault(verband, []).append(deelname)
    return list(found.items())


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
