"""What a resident, or who represents one, reads and does from the own page.

A case of somebody is never shared: reading goes by reviewed functions of the database that start from the connection of this
account (portal.mijn_dossier). Who is not connected today finds nothing, whatever is asked.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.domains.plaatsingen import rules
from portal.domains.plaatsingen.mensen import kenmerk
from portal.domains.plaatsingen.model import Hoedanigheid, Inwonervraag, Vraagsoort
from portal.kernel import bezwaar, clock, terms
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.terms import compute

NIET_VAN_U = "Dit is er niet, of u kijkt er niet (meer) mee."
GEEN_BESLUIT = "Er is nog geen besluit waartegen u bezwaar kunt maken."
NIET_VOOR_EEN_ANDER = ("Een mantelzorger kan geen bezwaar maken voor de inwoner. De inwoner kan u daarvoor machtigen: neem "
                       "contact op met de gemeente.")
# Whoever represents somebody by law may do what the client may; a carer looks along.
VERTEGENWOORDIGT = (Hoedanigheid.ZELF, Hoedanigheid.OUDER, Hoedanigheid.CURATOR, Hoedanigheid.MENTOR)


@dataclass(frozen=True)
class Regel:
    """One case of a person to whom this account is connected; without a case all that follows the name is None."""

    koppeling_id: uuid.UUID
    hoedanigheid: str
    tot_on: date
    gemeente: str
    naam: str
    dossier_id: uuid.UUID | None
    soort: str | None
    reference: str | None
    state: str | None
    gemeld_on: date | None


def overzicht(session) -> list[Regel]:
    """Everybody with whom this account looks along, with their cases."""
    f = func.portal.mijn_ondersteuning().table_valued(*Regel.__dataclass_fields__)
    return [Regel(*row) for row in session.execute(select(f))]


def dossier(session, dossier_id: uuid.UUID) -> dict:
    """One case as this account may read it (portal.mijn_dossier); NotFound without a connection that holds today."""
    found = session.scalar(select(func.portal.mijn_dossier(dossier_id, type_=JSONB)))
    if found is None:
        raise NotFound(NIET_VAN_U)
    return found


@dataclass(frozen=True)
class Plaats:
    """Where somebody stands on the waiting list: the place, of how many, and since when the wait counts."""

    plaats: int
    van: int
    gemeld_on: date


def plaats(session, dossier_id: uuid.UUID) -> Plaats | None:
    """The own place on the waiting list, by the rule of today; None when nobody waits. It says nothing of others."""
    f = func.portal.mijn_wachtlijst(dossier_id).table_valued("id", "gemeld_on", "lot", "omstandigheden", "eigen")
    rows = session.execute(select(f)).all()
    mine = next((row for row in rows if row.eigen), None)
    if mine is None:
        return None
    today = clock.today()
    ranked = rules.rangorde([rules.Wachtende(row.id, row.gemeld_on, row.lot, frozenset(row.omstandigheden)) for row in rows],
                            rules.voorrangversie(today), today)
    place = next(n for n, one in enumerate(ranked, 1) if one.id == mine.id)
    return Plaats(place, len(ranked), mine.gemeld_on)


def koppelen(session, actor, code: str) -> uuid.UUID:
    """Connect this account with a code of a gemeente; the code works once."""
    with refusing(session):
        found = session.scalar(select(func.portal.koppeling_gebruiken(kenmerk(code))))
    if found is None:
        raise Refused("Deze code klopt niet, is al gebruikt of is verlopen. Vraag uw gemeente om een nieuwe.")
    return found


def koppeling_beeindigen(session, actor, koppeling_id: uuid.UUID) -> None:
    """Stop looking along, or end that somebody looks along with oneself; at once."""
    with refusing(session):
        gemeente = session.scalar(select(func.portal.koppeling_beeindigen(koppeling_id)))
    if gemeente is None:
        raise NotFound(NIET_VAN_U)
    send_message(session, actor, to=gemeente, onderwerp="Een inwoner beëindigde een koppeling",
                 tekst="Iemand kijkt niet meer mee met een dossier. U ziet dit bij Mensen in het dossier.")


def toestemming_intrekken(session, actor, dossier_id: uuid.UUID, grond_id: uuid.UUID) -> None:
    """Take back consent to share: the other party sees nothing from now on (Wmo 2015, 5.3.3; AVG, artikel 7, lid 3)."""
    found = dossier(session, dossier_id)
    if grond_id not in {uuid.UUID(one["id"]) for one in found["gedeeld"]}:
        raise NotFound(NIET_VAN_U)
    with refusing(session):
        gemeente = session.scalar(select(func.portal.toestemming_intrekken(grond_id)))
    if gemeente is None:
        raise Refused("Deze toestemming kunt u niet intrekken: die is al voorbij, of het delen rust niet op uw toestemming.",
                      status=409)
    send_message(session, actor, to=gemeente, dossier_id=dossier_id, onderwerp="Een inwoner trok toestemming in",
                 tekst=f"In dossier {found['reference']} is een toestemming ingetrokken. De andere partij ziet het dossier "
                       "niet meer. Neem contact op met de inwoner.")


def besluit_van(found: dict) -> dict | None:
    """The decision that one objects to: the last letter that was posted, or else the last one that was signed."""
    return next((one for one in found["besluiten"] if one["gepost_on"]), next(iter(found["besluiten"]), None))


def bezwaar_tot(found: dict) -> date | None:
    """The last day to object to it (Awb 6:7 and 6:8); None while the letter was not posted."""
    besluit = besluit_van(found)
    return bezwaar.uiterlijk(date.fromisoformat(besluit["gepost_on"])) if besluit and besluit["gepost_on"] else None


def beroep_tot(beslist_at: datetime) -> date:
    """The last day to appeal to the court against a decision on an objection (Awb 6:7 and 6:8)."""
    return compute(terms.rule("beroepstermijn"), clock.day_of(beslist_at)).last_day


def antwoordtermijn(found: dict, one: dict) -> rules.Antwoordtermijn:
    """Until when something that was sent is answered. `found`: the case, `one`: what was sent."""
    posted = next((b["gepost_on"] for b in found["besluiten"] if b["id"] == one["besluit_id"]), None)
    return rules.antwoordtermijn(
        one["soort"], clock.day_of(datetime.fromisoformat(one["at"])), bekend_on=date.fromisoformat(posted) if posted else None,
        commissie=one["commissie"], verdaagd=bool(one["verdaagd_reden"]))


def vragen(session, actor, dossier_id: uuid.UUID, *, soort: Vraagsoort, tekst: str, te_laat: str = "") -> Inwonervraag:
    """Ask, complain or object from the own page. What was written stands in the case alone; the gemeente gets a message that
    there is something. An objection that is late is not refused here: whether that is excused, the gemeente decides (Awb 6:11);
    `te_laat`: why it was."""
    found = dossier(session, dossier_id)
    if not tekst.strip():
        raise Refused("Schrijf wat u wilt vragen of zeggen.")
    if soort == Vraagsoort.BEZWAAR:
        if found["hoedanigheid"] not in VERTEGENWOORDIGT:
            raise Refused(NIET_VOOR_EEN_ANDER, status=403)
        if not found["besluiten"]:
            raise Refused(GEEN_BESLUIT, status=409)
    eigenaar = uuid.UUID(found["gemeente_id"])
    asked = Inwonervraag(
        id=uuid.uuid4(), dossier_id=dossier_id, eigenaar_id=eigenaar, party_id=actor.party_id, soort=soort, tekst=tekst.strip(),
        koppeling_id=uuid.UUID(found["koppeling_id"]), gesteld_by=actor.user_id,
        besluit_id=uuid.UUID(besluit_van(found)["id"]) if soort == Vraagsoort.BEZWAAR else None,
        te_laat_reden=te_laat.strip() if soort == Vraagsoort.BEZWAAR else "")
    session.add(asked)
    settle(session)
    send_message(session, actor, to=eigenaar, dossier_id=dossier_id, onderwerp="Een inwoner stuurde iets over een dossier",
                 tekst=f"Bij dossier {found['reference']} staat een vraag, klacht of bezwaar. U leest en beantwoordt die bij "
                       "Mensen in het dossier.")
    return asked
