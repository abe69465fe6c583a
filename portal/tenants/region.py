"""The region of config/region.toml: what it is called, and (run by the owner role) its gemeenten and samenwerkingsverbanden."""

import uuid
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from config import load
from portal.tenants.model import Deelname, Gemeente, Partij, Samenwerkingsverband

# The same region always gets the same ids, so that a second run changes what changed and adds nothing twice.
NAMESPACE = uuid.UUID("6f1c7f0e-93a5-4b43-9a55-5a6d3e1f0b11")


@dataclass(frozen=True)
class Regio:
    """What the pages and letters say about the region."""

    naam: str
    portaal: str
    rechtbank: str
    aantal: int


@cache
def regio() -> Regio:
    """The region that this portal serves; `aantal`: how many gemeenten."""
    region = load("region")
    return Regio(region["naam"], region["portaal"], region["rechtbank"], len(region["gemeente"]))


def party_id(slug: str) -> uuid.UUID:
    """The id of a gemeente or samenwerkingsverband by its slug."""
    return uuid.uuid5(NAMESPACE, slug)


def lay_out(session) -> None:
    """Add what is missing and update names, colours and numbers. Ended memberships stay as history."""
    region = load("region")
    for row in region["gemeente"]:
        id_ = party_id(row["slug"])
        session.merge(Partij(id=id_, soort="gemeente", naam=row["naam"], slug=row["slug"]))
        session.flush()
        if session.get(Gemeente, id_) is None:
            session.add(Gemeente(
                id=id_, naam=row["naam"], slug=row["slug"], cbs_code=row["cbs_code"], merkkleur=row["merkkleur"],
                inwoners=row["inwoners"], telefoon=row.get("telefoon", "14 0000"),
                postadres=row.get("postadres", f"Postbus 1, 8000 AA {row['naam']}"),
            ))
    for row in region["verband"]:
        id_ = party_id(row["slug"])
        session.merge(Partij(id=id_, soort="samenwerking", naam=row["naam"], slug=row["slug"]))
        session.flush()
        session.merge(Samenwerkingsverband(id=id_, naam=row["naam"], domein=row["domein"], grondslag=row["grondslag"]))
        session.flush()
        there = set(session.scalars(select(Deelname.gemeente_id).where(Deelname.verband_id == id_)))
        for slug in row["leden"]:
            if party_id(slug) not in there:
                session.add(Deelname(verband_id=id_, gemeente_id=party_id(slug), van=row["van"], tot=row.get("tot"),
                                     is_trekker=slug == row["trekker"], is_verplicht=row.get("verplicht", False)))
    session.flush()
