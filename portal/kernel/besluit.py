"""The decision: drafted, read, signed under mandate or volmacht, sent, unchangeable after that.

`aard` says whether it is a besluit (Awb 1:3, objection) or an act of private law (award, contract: civil court).
Drafter, second reader and signer are different persons; the database checks that by person, not by role.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, and_, false, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Base, one_of, text_column
from portal.identity.model import Account
from portal.kernel.dossier import OfDossier
from portal.kernel.errors import Refused
from portal.kernel.money import bedrag_text
from portal.tenants.model import Mandaat, MandaatInstemming, Vervanging, instemming_nodig


class Aard(StrEnum):
    """What kind of act it is in law; it decides the remedy and whether a mandaat or a volmacht is needed."""

    BESLUIT = "besluit"
    PRIVAATRECHTELIJK = "privaatrechtelijk"
    # An answer of the body that changes nobody's rights: a complaint is the way on (Awb 9:1), and a machtiging works as a
    # mandate does (Awb 10:12).
    FEITELIJK = "feitelijk"


class Rechtsmiddel(StrEnum):
    """The remedy that the letter prints."""

    BEZWAAR = "bezwaar"
    BEROEP = "beroep"
    CIVIELE_RECHTER = "civiele_rechter"
    KLACHT = "klacht"
    GEEN = "geen"


class State(StrEnum):
    """Where a decision stands."""

    OPGESTELD = "opgesteld"
    GELEZEN = "gelezen"
    TERUGGESTUURD = "teruggestuurd"
    GETEKEND = "getekend"
    VERZONDEN = "verzonden"
    # Ends that are no signature: what it was about is over, or it was taken back after it was sent.
    VERVALLEN = "vervallen"
    INGETROKKEN = "ingetrokken"


OPEN = (State.OPGESTELD, State.GELEZEN)
STATE_LABELS = {
    State.OPGESTELD: "Opgesteld", State.GELEZEN: "Gelezen", State.TERUGGESTUURD: "Teruggestuurd",
    State.GETEKEND: "Getekend", State.VERZONDEN: "Verzonden", State.VERVALLEN: "Vervallen",
    State.INGETROKKEN: "Ingetrokken",
}


class Besluit(OfDossier, Base):
    """One decision under a dossier."""

    __tablename__ = "besluit"
    soort: Mapped[str] = text_column()
    aard: Mapped[str] = text_column()
    rechtsmiddel: Mapped[str] = text_column()
    orgaan: Mapped[str] = text_column()
    onderwerp: Mapped[str] = text_column()
    inhoud: Mapped[dict] = mapped_column(JSONB)
    bedrag: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    state: Mapped[str] = text_column(default=State.OPGESTELD)
    tweede_lezer_nodig: Mapped[bool]
    opgesteld_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("portal.account.id"))
    opgesteld_at: Mapped[datetime]
    gelezen_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    gelezen_at: Mapped[datetime | None]
    getekend_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    getekend_at: Mapped[datetime | None]
    mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))
    teruggestuurd_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    teruggestuurd_reden: Mapped[str | None] = text_column()
    verzonden_at: Mapped[datetime | None]
    # Who took it back after it was sent, why, and under which mandate or volmacht.
    ingetrokken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.account.id"))
    ingetrokken_at: Mapped[datetime | None]
    ingetrokken_reden: Mapped[str | None] = text_column()
    intrekking_mandaat_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.mandaat.id"))
    intrekking_vervanging_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("portal.vervanging.id"))

    @declared_attr.directive
    def __table_args__(cls):
        return (
            *OfDossier.under_dossier("besluit"),
            one_of("state", State),
            one_of("aard", Aard),
            one_of("rechtsmiddel", Rechtsmiddel),
            CheckConstraint("gelezen_by IS DISTINCT FROM opgesteld_by", name="lezer_is_ander"),
            CheckConstraint("getekend_by IS NULL OR getekend_by <> opgesteld_by", name="tekenaar_is_ander"),
            CheckConstraint("getekend_by IS NULL OR getekend_by IS DISTINCT FROM gelezen_by", name="tekenaar_las_niet"),
            CheckConstraint("(state IN ('getekend','verzonden','ingetrokken')) = (getekend_by IS NOT NULL AND getekend_at "
                            "IS NOT NULL AND mandaat_id IS NOT NULL)", name="getekend_heeft_wie"),
            CheckConstraint("state NOT IN ('getekend','verzonden','ingetrokken') OR NOT tweede_lezer_nodig "
                            "OR gelezen_by IS NOT NULL", name="eerst_gelezen"),
            CheckConstraint("(state IN ('verzonden','ingetrokken')) = (verzonden_at IS NOT NULL)",
                            name="verzonden_heeft_moment"),
            CheckConstraint("(state = 'ingetrokken') = (ingetrokken_by IS NOT NULL AND ingetrokken_at IS NOT NULL "
                            "AND ingetrokken_reden IS NOT NULL AND intrekking_mandaat_id IS NOT NULL)",
                            name="ingetrokken_met_reden"),
            CheckConstraint("state <> 'teruggestuurd' OR teruggestuurd_reden IS NOT NULL", name="terug_met_reden"),
            CheckConstraint("(aard = 'besluit') = (rechtsmiddel IN ('bezwaar','beroep')) OR rechtsmiddel IN ('geen','klacht')",
                            name="rechtsmiddel_past"),
            Index("ix_besluit_party_state", "party_id", "state"),
        )


def draft(session, dossier, actor, *, soort: str, aard: Aard, rechtsmiddel: Rechtsmiddel, orgaan: str, onderwerp: str,
          inhoud: dict, bedrag: Decimal | None, tweede_lezer_nodig: bool, at: datetime) -> Besluit:
    """Draft a decision; a returned one is replaced by a new draft, so that what was returned stays readable."""
    besluit = Besluit(
        dossier_id=dossier.id, eigenaar_id=dossier.eigenaar_id, party_id=actor.party_id, soort=soort, aard=aard,
        rechtsmiddel=rechtsmiddel, orgaan=orgaan, onderwerp=onderwerp, inhoud=inhoud, bedrag=bedrag,
        tweede_lezer_nodig=tweede_lezer_nodig, opgesteld_by=actor.user_id, opgesteld_at=at,
    )
    session.add(besluit)
    return besluit


def read_obstacles(besluit: Besluit, actor) -> list[str]:
    """Why this person is not the second reader of a decision that waits for one."""
    return ["U heeft dit besluit zelf opgesteld. Een ander moet het lezen."] if besluit.opgesteld_by == actor.user_id else []


def read(besluit: Besluit, actor, *, at: datetime) -> None:
    """The second reader agrees. Refused for the drafter, whatever the role."""
    if besluit.state != State.OPGESTELD:
        raise Refused("Dit besluit is al gelezen of teruggestuurd.", status=409)
    if reasons := read_obstacles(besluit, actor):
        raise Refused(*reasons)
    besluit.state, besluit.gelezen_by, besluit.gelezen_at = State.GELEZEN, actor.user_id, at


def send_back(besluit: Besluit, actor, *, reden: str) -> None:
    """Back to the drafter, with a reason."""
    if besluit.state not in OPEN:
        raise Refused("Dit besluit is al getekend. Terugsturen kan niet meer.", status=409)
    if not reden.strip():
        raise Refused("Schrijf waarom u het besluit terugstuurt.")
    besluit.state, besluit.teruggestuurd_by, besluit.teruggestuurd_reden = State.TERUGGESTUURD, actor.user_id, reden


def betrokken_bij(besluit: Besluit) -> set[uuid.UUID]:
    """Who had a part in a decision, and so decides nothing about an objection to it (Awb 7:5 and 10:3, lid 3)."""
    return {one for one in (besluit.opgesteld_by, besluit.gelezen_by, besluit.getekend_by) if one}


@dataclass(frozen=True)
class Handeling:
    """An act without a letter of its own that asks the mandate of a kind of decision: remitting what such a decision asked."""

    party_id: uuid.UUID
    soort: str
    bedrag: Decimal | None
    aard: Aard = Aard.BESLUIT


def bevoegdheid(session, besluit: Besluit | Handeling, actor, *, on: date) -> tuple[Mandaat, Vervanging | None]:
    """The mandaat or volmacht under which this person may sign this decision today, own or as replacement.

    Valid means: right kind for the `aard`, right type of decision, given by the deciding party, in force on `on`, not
    withdrawn, high enough, with every consent that Awb 10:4 asks, and held by somebody who still works there. A replacement
    counts with its own consent. Refused says what is missing. Who acts for another gemeente signs under the one mandate of
    the session, and replaces nobody. The database asks it again when the signature is written (portal.bevoegd).
    """
    soort = "volmacht" if besluit.aard == Aard.PRIVAATRECHTELIJK else "mandaat"
    # Somebody's own mandates, and those of whom they replace today.
    replaces = and_(
        Vervanging.afwezige_id == Mandaat.gemachtigde_id, Vervanging.vervanger_id == actor.user_id,
        Vervanging.party_id == besluit.party_id, Vervanging.van <= on, Vervanging.tot > on,
        Vervanging.ingestemd_at.is_not(None), Vervanging.ingetrokken_at.is_(None),
        func.portal.in_dienst(Vervanging.vervanger_id, Vervanging.party_id), false() if actor.mandaat_id else true())
    given = select(func.array_agg(MandaatInstemming.van)).where(MandaatInstemming.mandaat_id == Mandaat.id).correlate(Mandaat)
    candidates = session.execute(
        select(Mandaat, Vervanging, given.scalar_subquery()).outerjoin(Vervanging, replaces).where(
            Mandaat.party_id == besluit.party_id, Mandaat.soort == soort, Mandaat.besluit_soort == besluit.soort,
            or_(Mandaat.gemachtigde_id == actor.user_id, Vervanging.id.is_not(None)), Mandaat.van <= on,
            (Mandaat.tot.is_(None)) | (Mandaat.tot > on), Mandaat.ingetrokken_at.is_(None),
            func.portal.in_dienst(Mandaat.gemachtigde_id, Mandaat.werkgever_id),
            Mandaat.id == actor.mandaat_id if actor.mandaat_id else true(),
        ).order_by(Mandaat.tot_bedrag.desc().nulls_first(), Mandaat.id)
    ).all()
    if not candidates:
        if actor.mandaat_id:
            which = "Het mandaat" if actor.namens.soort == "mandaat" else "De volmacht"
            raise Refused(f"{which} waarmee u namens gemeente {actor.party_naam} handelt, is niet voor dit besluit of geldt "
                          "vandaag niet.")
        raise Refused(f"U heeft vandaag geen {soort} voor dit soort besluit. Vraag de beheerder van uw gemeente.")
    waits: list[str] = []
    for mandaat, vervanging, instemming in candidates:
        if besluit.bedrag is not None and mandaat.tot_bedrag is not None and besluit.bedrag > mandaat.tot_bedrag:
            continue
        if missing := [who for who in instemming_nodig(mandaat) if who not in (instemming or ())]:
            waits = waits or missing
            continue
        return mandaat, vervanging
    if waits:
        raise Refused(f"Uw {soort} geldt nog niet: de instemming van de {' en de '.join(waits)} ontbreekt.")
    raise Refused(f"Het bedrag is hoger dan uw {soort} toelaat: tot € {bedrag_text(candidates[0][0].tot_bedrag)}.")


@dataclass(frozen=True)
class Power:
    """Under which mandate somebody may sign something today, own or as replacement, or why not."""

    mandaat: Mandaat | None = None
    vervanging: Vervanging | None = None
    refusal: str | None = None


def power(session, what, actor, *, on: date) -> Power:
    """`bevoegdheid` as an answer, for a page that shows it and for a guard."""
    try:
        return Power(*bevoegdheid(session, what, actor, on=on))
    except Refused as refused:
        return Power(refusal=refused.reasons[0])


def sign_obstacles(besluit: Besluit, actor) -> list[str]:
    """Why this person may not sign, whatever mandate they have: the same for the page and for the signature."""
    if besluit.state in (State.GETEKEND, State.VERZONDEN):
        return ["Dit besluit is al getekend."]
    if besluit.state == State.TERUGGESTUURD:
        return ["Dit besluit is teruggestuurd. Er moet eerst een nieuw voorstel komen."]
    if besluit.state == State.INGETROKKEN:
        return ["Dit besluit is ingetrokken."]
    if besluit.state == State.VERVALLEN:
        return ["Dit voorstel is vervallen. Tekenen kan niet meer."]
    if besluit.opgesteld_by == actor.user_id:
        return ["U heeft dit besluit zelf opgesteld. Een ander moet tekenen."]
    if besluit.gelezen_by == actor.user_id:
        return ["U heeft dit besluit gelezen als tweede lezer. Een derde moet tekenen."]
    if besluit.tweede_lezer_nodig and besluit.gelezen_by is None:
        return ["Een tweede persoon moet dit besluit eerst lezen."]
    return []


def sign(session, besluit: Besluit, actor, *, at: datetime, on: date) -> Besluit:
    """Sign under mandate. Person, amount, date and consents are checked again here, whatever the page showed."""
    if reasons := sign_obstacles(besluit, actor):
        waits = besluit.state in OPEN
        raise Refused(*reasons, status=422 if waits else 409)
    mandaat, vervanging = bevoegdheid(session, besluit, actor, on=on)
    besluit.state, besluit.getekend_by, besluit.getekend_at = State.GETEKEND, actor.user_id, at
    besluit.mandaat_id = mandaat.id
    besluit.vervanging_id = vervanging.id if vervanging else None
    return besluit


def mark_sent(besluit: Besluit, *, at: datetime) -> None:
    """The letters are out: from here on the decision cannot change (the database refuses it too)."""
    if besluit.state != State.GETEKEND:
        raise Refused("Alleen een getekend besluit kan worden verzonden.", status=409)
    besluit.state, besluit.verzonden_at = State.VERZONDEN, at


def withdraw(besluit: Besluit, actor, mandaat: Mandaat, vervanging: Vervanging | None, *, reden: str, at: datetime) -> Besluit:
    """Take back a decision that was sent, with a reason, under what `bevoegdheid` gave; what was decided stays as it was."""
    if besluit.state != State.VERZONDEN:
        raise Refused("Alleen een besluit dat is verzonden, kan worden ingetrokken.", status=409)
    if not reden.strip():
        raise Refused("Schrijf waarom u het besluit intrekt.")
    besluit.state, besluit.ingetrokken_by, besluit.ingetrokken_at = State.INGETROKKEN, actor.user_id, at
    besluit.ingetrokken_reden, besluit.intrekking_mandaat_id = reden.strip(), mandaat.id
    besluit.intrekking_vervanging_id = vervanging.id if vervanging else None
    return besluit


def name_of(session, account_id: uuid.UUID) -> str:
    """The name of a person, for a letter."""
    return session.scalar(select(Account.naam).where(Account.id == account_id))
