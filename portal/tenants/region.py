"""The region of config/region.toml: what it is called, and (run by the owner role) its gemeenten and samenwerkingsverbanden."""

import uuid
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import select, text

from config import load
from portal.tenants.model import Deelname, Gemeente, Partij, Samenwerkingsverband

_TODAY = text("SELECT (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date")
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


def lay_out(session, on: date | None = None) -> None:
    """Bring the database to what config/region.toml says: names, numbers, colours that the gemeente did not choose itself, and
    dated membership. A second run changes nothing. `on`: from when a lead counts that the file does not date (today).

    Nothing of the past is rewritten: a new lead ends a row and begins another. A member that is no longer in the file stays:
    leaving is a date (`tot`), not a silence.
    """
    region = load("region")
    for row in region["gemeente"]:
        _gemeente(session, row)
    for row in region["verband"]:
        id_ = party_id(row["slug"])
        session.merge(Partij(id=id_, soort="samenwerking", naam=row["naam"], slug=row["slug"]))
        session.flush()
        session.merge(Samenwerkingsverband(id=id_, naam=row["naam"], domein=row["domein"], grondslag=row["grondslag"]))
        session.flush()
        _members(session, id_, row, on or session.scalar(_TODAY))


def _gemeente(session, row: dict) -> None:
    id_ = party_id(row["slug"])
    # The name of the gemeente follows that of the party (fk_gemeente_naam).
    session.merge(Partij(id=id_, soort="gemeente", naam=row["naam"], slug=row["slug"]))
    session.flush()
    found = session.get(Gemeente, id_, populate_existing=True)
    if found is None:
        found = Gemeente(id=id_, naam=row["naam"], telefoon="14 0000", postadres=f"Postbus 1, 8000 AA {row['naam']}")
        session.add(found)
    if found.kleur_gekozen_at is None:
        found.merkkleur = row["merkkleur"]
    for name in ("slug", "cbs_code", "inwoners", "telefoon", "postadres"):
        if name in row:
            setattr(found, name, row[name])
    session.flush()


def _members(session, verband_id: uuid.UUID, row: dict, on: date) -> None:
    """A member is a slug, or a table with days of its own: {slug, van, tot}."""
    for member in row["leden"]:
        member = {"slug": member} if isinstance(member, str) else member
        id_, van, tot = party_id(member["slug"]), member.get("van", row["van"]), member.get("tot", row.get("tot"))
        rows = _rows(session, verband_id, id_)
        if rows:
            rows[0].van, rows[-1].tot = van, tot
        else:
            first = member["slug"] == row["trekker"] and not any(r.is_trekker for r in _rows(session, verband_id))
            session.add(Deelname(verband_id=verband_id, gemeente_id=id_, van=van, tot=tot, is_trekker=first,
                                 is_verplicht=row.get("verplicht", False)))
        session.flush()
    lead_from(session, verband_id, party_id(row["trekker"]), row.get("trekker_van", on))


def _rows(session, verband_id: uuid.UUID, gemeente_id: uuid.UUID | None = None) -> list[Deelname]:
    query = select(Deelname).where(Deelname.verband_id == verband_id).order_by(Deelname.van)
    return list(session.scalars(query.where(Deelname.gemeente_id == gemeente_id) if gemeente_id else query))


def lead_from(session, verband_id: uuid.UUID, gemeente_id: uuid.UUID, on: date) -> None:
    """This member leads from a day on; who led until then is a member as before. Nothing changes when it leads already."""
    running = [row for row in _rows(session, verband_id) if row.tot is None or row.tot > on]
    for row in sorted(running, key=lambda row: row.gemeente_id == gemeente_id):  # the old one ends before the new one begins
        leads = row.gemeente_id == gemeente_id
        if row.is_trekker == leads:
            continue
        if row.van >= on:
            row.is_trekker = leads
        else:
            rest = Deelname(verband_id=verband_id, gemeente_id=row.gemeente_id, van=on, tot=row.tot, is_trekker=leads,
                            is_verplicht=row.is_verplicht)
            # What is obligatory has no end: from here on it is the new row that says so.
            row.tot, row.is_verplicht = on, False
            session.flush()
            session.add(rest)
        session.flush()
