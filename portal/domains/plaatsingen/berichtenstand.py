"""What is known when a message of iWmo comes in or goes out: the questions of the standard (portal.adapters.istandaarden,
Stand), answered from the rows of one gemeente. Of another gemeente nothing is known here, and of another provider nothing is
told.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from config import load as load_config
from portal.domains.plaatsingen.berichtenmodel import (
    Berichtpartner,
    Levering,
    Prestatie,
    Richting,
    Toewijzing,
    Toewijzingversie,
    Verkeersbericht,
    Zorgverzoek,
)
from portal.domains.plaatsingen.berichtregels import VERWIJDERD
from portal.domains.plaatsingen.model import Persoon, Verblijf
from portal.kernel import clock
from portal.kernel.kluis import Kluis
from portal.tenants.model import Gemeente

ETMAAL = "14"
AFGEWEZEN = "1"


@dataclass(frozen=True)
class Post:
    """What messages are made and read with. `kluis`: where their text is kept; `taal`: portal.adapters.istandaarden."""

    kluis: Kluis
    taal: Any


@dataclass(frozen=True)
class Bekend:
    """An allocation as the provider knows it: the newest version that was sent."""

    id: uuid.UUID
    dossier_id: uuid.UUID
    verblijf_id: uuid.UUID | None
    nummer: int
    bsn: str
    aanbieder: str
    categorie: str
    code: str
    ingangsdatum: date
    einddatum: date | None
    volume: int
    eenheid: str
    frequentie: str
    verwijderd: bool
    budget: int | None = None


@dataclass(frozen=True)
class Gemeld:
    """A start with its newest stop."""

    begindatum: date
    einddatum: date | None
    reden: str | None


@dataclass(frozen=True)
class Regel:
    """A line of a declaration that was approved."""

    referentie: str
    vorige: str | None
    nummer: int
    categorie: str
    code: str
    begindatum: date
    einddatum: date
    volume: int
    eenheid: str
    debet: bool


@dataclass(frozen=True)
class Gevraagd:
    """A request of a provider. `bsn` is the number where the gemeente knows it to be the same person, and else none."""

    bsn: str
    antwoorden: tuple[str, ...]
    toegewezen: bool


class Verkeersstand:
    """The answers for one gemeente."""

    def __init__(self, session, party_id: uuid.UUID, post: Post):
        self.session, self.party_id, self.post = session, party_id, post
        self.cbs = session.scalar(select(Gemeente.cbs_code).where(Gemeente.id == party_id)).removeprefix("GM")
        self._partners: dict[str, uuid.UUID | None] = {}
        self._known: dict[tuple[str, int], Bekend | None] = {}

    def partner(self, agb: str) -> uuid.UUID | None:
        """The provider with this AGB code, as this gemeente wrote it down."""
        if agb not in self._partners:
            self._partners[agb] = self.session.scalar(select(Berichtpartner.aanbieder_id).where(
                Berichtpartner.party_id == self.party_id, Berichtpartner.agb == agb))
        return self._partners[agb]

    def vandaag(self) -> date:
        """The day by the clock of the portal."""
        return clock.today()

    def gemeente_bestaat(self, code: str, _op: date) -> bool:
        """The gemeenten of the region."""
        return code == self.cbs or self.session.scalar(select(Gemeente.id).where(Gemeente.cbs_code == f"GM{code}")) is not None

    def product_bestaat(self, standaard: str, _gemeente: str, categorie: str, code: str) -> bool:
        """The product codes of config/berichtenverkeer.toml."""
        return standaard == "iwmo" and any(one["categorie"] == categorie and one["code"] == code
                                           for one in load_config("berichtenverkeer")["product"].values())

    def tarief(self, bericht, prestatie) -> int | None:
        """The price per day of the stay, in cents."""
        known = self.toewijzing(bericht, prestatie["ToewijzingNummer"])
        if known is None or known.verblijf_id is None or prestatie["Eenheid"] != ETMAAL or known.aanbieder != bericht.aanbieder:
            return None
        price = self.session.scalar(select(Verblijf.dagprijs).where(Verblijf.id == known.verblijf_id))
        return None if price is None else int(price * 100)

    def _berichten(self, bericht, soort: str):
        return select(Verkeersbericht).where(
            Verkeersbericht.party_id == self.party_id, Verkeersbericht.agb == bericht.aanbieder,
            Verkeersbericht.standaard == bericht.standaard, Verkeersbericht.code == soort)

    def bericht_bekend(self, bericht) -> bool:
        """Whether a message of this kind and sender has this identification."""
        return self.session.scalar(self._berichten(bericht, bericht.soort).where(
            Verkeersbericht.identificatie == bericht.identificatie).limit(1)) is not None

    def _toewijzingen(self, bericht, *where) -> list[Bekend]:
        if bericht.gemeente != self.cbs:
            return []
        newest = (select(Toewijzing, Toewijzingversie, Persoon, Berichtpartner.agb)
                  .join(Toewijzingversie, Toewijzingversie.toewijzing_id == Toewijzing.id)
                  .join(Persoon, Persoon.id == Toewijzing.persoon_id)
                  .join(Berichtpartner, (Berichtpartner.aanbieder_id == Toewijzing.aanbieder_id)
                        & (Berichtpartner.party_id == Toewijzing.eigenaar_id))
                  .where(Toewijzing.eigenaar_id == self.party_id, Toewijzing.standaard == bericht.standaard,
                         Toewijzingversie.bericht_id.is_not(None), *where)
                  .ext(distinct_on(Toewijzing.nummer)).order_by(Toewijzing.nummer, Toewijzingversie.moment.desc()))
        return [Bekend(
            id=one.id, dossier_id=one.dossier_id, verblijf_id=one.verblijf_id, nummer=one.nummer,
            bsn=self.post.kluis.open(who.bsn_gesloten, who.id), aanbieder=agb, categorie=one.categorie, code=one.code,
            ingangsdatum=one.van, einddatum=version.tot, volume=one.volume, eenheid=one.eenheid, frequentie=one.frequentie,
            verwijderd=version.reden == VERWIJDERD) for one, version, who, agb in self.session.execute(newest)]

    def toewijzing(self, bericht, nummer: int) -> Bekend | None:
        """An allocation of this gemeente by its number."""
        key = (bericht.standaard, nummer)
        if key not in self._known:
            self._known[key] = next(iter(self._toewijzingen(bericht, Toewijzing.nummer == nummer)), None)
        return self._known[key]

    def toewijzingen(self, bericht, bsn: str) -> Iterable[Bekend]:
        """The allocations to this provider for one resident."""
        return self._toewijzingen(bericht, Berichtpartner.agb == bericht.aanbieder,
                                  Persoon.bsn_kenmerk == self.post.kluis.kenmerk(bsn, self.party_id))

    def leveringen(self, _bericht, toewijzing: Bekend) -> Iterable[Gemeld]:
        """What was reported on this allocation."""
        rows = self.session.scalars(select(Levering).where(
            Levering.toewijzing_id == toewijzing.id, Levering.verwijderd_at.is_(None)).order_by(Levering.begin_on))
        return [Gemeld(one.begin_on, one.einde_on, one.reden) for one in rows]

    def _verzoeken(self, bericht):
        return select(Zorgverzoek).where(
            Zorgverzoek.party_id == self.party_id, Zorgverzoek.standaard == bericht.standaard,
            Zorgverzoek.aanbieder_id == self.partner(bericht.aanbieder))

    def verzoek(self, bericht, referentie: str) -> Gevraagd | None:
        """A request of this provider by its own reference. The number stays in the vault: whether it is the same person is
        asked by its key."""
        found = self.session.scalar(self._verzoeken(bericht).where(Zorgverzoek.referentie == referentie))
        if found is None:
            return None
        bsn = (bericht.romp or {}).get("Bsn", "")
        same = bool(bsn) and self.post.kluis.kenmerk(bsn, self.party_id) == found.bsn_kenmerk
        return Gevraagd(bsn if same else "", tuple(found.antwoorden), found.toegewezen)

    def verzoek_loopt(self, bericht, bsn: str) -> bool:
        """Whether a request for this resident waits for its end."""
        found = self.session.scalars(self._verzoeken(bericht).where(
            Zorgverzoek.bsn_kenmerk == self.post.kluis.kenmerk(bsn, self.party_id), Zorgverzoek.toegewezen.is_(False)))
        return any(AFGEWEZEN not in one.antwoorden for one in found)

    def _prestaties(self, bericht, *where) -> list[Regel]:
        rows = self.session.execute(
            select(Prestatie, Toewijzing.nummer).join(Toewijzing, Toewijzing.id == Prestatie.toewijzing_id).where(
                Prestatie.party_id == self.party_id, Prestatie.standaard == bericht.standaard,
                Prestatie.aanbieder_id == self.partner(bericht.aanbieder), *where))
        return [Regel(one.referentie, one.vorige, number, one.categorie, one.code, one.van, one.tot, one.volume, one.eenheid,
                      one.debet) for one, number in rows]

    def prestatie(self, bericht, referentie: str) -> Regel | None:
        """A line of this provider by its reference number."""
        return next(iter(self._prestaties(bericht, Prestatie.referentie == referentie)), None)

    def prestaties(self, bericht, toewijzing: Bekend) -> Iterable[Regel]:
        """The lines on this allocation."""
        return self._prestaties(bericht, Prestatie.toewijzing_id == toewijzing.id)

    def _declaraties(self, bericht):
        # What was refused as a whole, was never declared.
        return self._berichten(bericht, bericht.soort).where(Verkeersbericht.feiten["telt"].as_boolean())

    def declaratie_bekend(self, bericht, nummer: str) -> bool:
        """Whether this provider already used this number for a declaration."""
        return self.session.scalar(self._declaraties(bericht).where(
            Verkeersbericht.feiten["declaratie"].as_string() == nummer).limit(1)) is not None

    def vorige_declaratieperiode(self, bericht) -> date | None:
        """The first day of the newest month that this provider declared."""
        months = [one.feiten["maand"] for one in self.session.scalars(self._declaraties(bericht))]
        return date.fromisoformat(max(months)) if months else None

    def zorg_geleverd(self, bericht, maand: date) -> bool:
        """Whether this provider reported care in this month."""
        after = maand + relativedelta(months=1)
        return self.session.scalar(select(Levering.id).join(Toewijzing, Toewijzing.id == Levering.toewijzing_id).where(
            Toewijzing.aanbieder_id == self.partner(bericht.aanbieder), Toewijzing.standaard == bericht.standaard,
            Toewijzing.eigenaar_id == self.party_id, Levering.verwijderd_at.is_(None), Levering.begin_on < after,
            (Levering.einde_on.is_(None)) | (Levering.einde_on >= maand)).limit(1)) is not None

    def declaratie(self, bericht, identificatie: str):
        """The declaration that an answer is about."""
        found = self.session.scalar(self._berichten(bericht, bericht.soort.replace("325", "323")).where(
            Verkeersbericht.identificatie == identificatie, Verkeersbericht.richting == Richting.IN).limit(1))
        return None if found is None else self.post.taal.lees(lees_gesloten(found, self.post))


def lees_gesloten(row: Verkeersbericht, post: Post) -> bytes:
    """The text of a message, out of the vault."""
    return post.kluis.open(row.inhoud_gesloten, row.id).encode()
