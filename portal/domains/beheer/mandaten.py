"""What a gemeente arranges for itself: mandaat and volmacht with their consents, dated vervanging, its colour."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Date, bindparam, case, func, or_, select, text
from sqlalchemy.orm import aliased

from config import load
from portal.identity.model import Account, Membership
from portal.identity.permissions import Permission
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import say
from portal.tenants.model import (
    Gemeente,
    InstemmingVan,
    Mandaat,
    MandaatInstemming,
    MandaatSoort,
    Vervanging,
    instemming_nodig,
)

PAGE = 50
ORGANEN = ("college van burgemeester en wethouders", "burgemeester", "gemeenteraad")
# The letter names the replacement, so the reason says nothing about anybody's health.
REDENEN = ("verlof", "afwezig", "functie is vacant")

say("pk_mandaat_instemming", "Deze instemming is al gegeven.")
say("mandaat_vast", "Een mandaat verandert niet. Trek het in en geef een nieuw mandaat.")
say("mandaat_ingetrokken", "Dit mandaat is al ingetrokken.")
say("ck_mandaat_tot_na_van", "De laatste dag ligt voor de eerste dag.", 422)
say("ck_mandaat_bedrag_boven_nul", "Vul een bedrag in dat hoger is dan nul.", 422)
say("ck_vervanging_tot_na_van", "De laatste dag ligt voor de eerste dag.", 422)
say("ck_vervanging_niet_zichzelf", "Kies twee verschillende mensen.", 422)
say("vervanging_vast", "Een vervanging wordt niet langer. Leg een nieuwe vast.")


def besluitsoorten() -> dict[str, dict]:
    """The types of decision that a mandate can be for, by name (config/besluitsoorten.toml)."""
    return {row["naam"]: row for row in load("besluitsoorten")["besluitsoort"]}


def te_geven() -> dict[str, dict]:
    """Those for which a mandate can be given: every one of them is checked where somebody signs."""
    return {naam: row for naam, row in besluitsoorten().items() if row.get("te_geven", True)}


# Mandaat and volmacht --------------------------------------------------------------------------------------------------

def medewerkers(session, gemeente_id: uuid.UUID) -> list:
    """(account_id, naam) of everybody who works for a gemeente now; only a gemeente gets an answer."""
    return session.execute(text("SELECT account_id, naam FROM portal.medewerkers(:party)"), {"party": gemeente_id}).all()


def mandaten(session, actor, *, after: tuple[date, uuid.UUID] | None = None) -> list:
    """(Mandaat, name, giving gemeente, employer) of all that concern the own gemeente, newest first: at most PAGE + 1."""
    gever, werkgever = aliased(Gemeente), aliased(Gemeente)
    query = (select(Mandaat, Account.naam, gever.naam, werkgever.naam)
             .join(Account, Account.id == Mandaat.gemachtigde_id).join(gever, gever.id == Mandaat.party_id)
             .join(werkgever, werkgever.id == Mandaat.werkgever_id)
             .where(or_(Mandaat.party_id == actor.party_id, Mandaat.werkgever_id == actor.party_id))
             .order_by(Mandaat.van.desc(), Mandaat.id.desc()).limit(PAGE + 1))
    if after:
        van, id_ = after
        query = query.where(or_(Mandaat.van < van, (Mandaat.van == van) & (Mandaat.id < id_)))
    return session.execute(query).all()


def instemmingen(session, mandaat_ids) -> dict[uuid.UUID, list]:
    """(consent, name of who gave it) per mandate, in one query."""
    found: dict[uuid.UUID, list] = {id_: [] for id_ in mandaat_ids}
    for row, naam in session.execute(
            select(MandaatInstemming, Account.naam).join(Account, Account.id == MandaatInstemming.account_id)
            .where(MandaatInstemming.mandaat_id.in_(found))):
        found[row.mandaat_id].append((row, naam))
    return found


def mandaat(session, actor, mandaat_id: uuid.UUID):
    """(Mandaat, name, giving gemeente, employer); NotFound for mandates between others."""
    gever, werkgever = aliased(Gemeente), aliased(Gemeente)
    row = session.execute(
        select(Mandaat, Account.naam, gever.naam, werkgever.naam)
        .join(Account, Account.id == Mandaat.gemachtigde_id).join(gever, gever.id == Mandaat.party_id)
        .join(werkgever, werkgever.id == Mandaat.werkgever_id).where(Mandaat.id == mandaat_id)).first()
    if row is None:
        raise NotFound("Wij kunnen dit mandaat niet vinden.")
    return row


def stand(mandaat: Mandaat, gegeven, on: date) -> tuple[str, str]:
    """(kind, words) of a mandate on a day, given the consents that there are."""
    if mandaat.ingetrokken_at:
        return "neutral", "Ingetrokken"
    if mandaat.tot and mandaat.tot <= on:
        return "neutral", "Voorbij"
    if missing := [van for van in instemming_nodig(mandaat) if van not in gegeven]:
        return "warn", f"Wacht op {' en '.join(missing)}"
    return ("info", "Begint later") if mandaat.van > on else ("ok", "Geldt")


def namens_wie(session, actor, *, on: date) -> list[tuple[Mandaat, str]]:
    """The mandates under which this person may act for another gemeente on a day, with its name."""
    if actor.namens:
        return []
    rows = session.execute(
        select(Mandaat, Gemeente.naam).join(Gemeente, Gemeente.id == Mandaat.party_id)
        .where(Mandaat.gemachtigde_id == actor.user_id, Mandaat.werkgever_id == actor.party_id,
               Mandaat.party_id != actor.party_id, Mandaat.ingetrokken_at.is_(None))
        .order_by(Gemeente.naam, Mandaat.van, Mandaat.id).limit(PAGE)).all()
    given = instemmingen(session, [row.id for row, _naam in rows]) if rows else {}
    return [(row, naam) for row, naam in rows if stand(row, {one.van for one, _wie in given[row.id]}, on)[0] == "ok"]


def mandaat_geven(session, actor, *, soort: str, orgaan: str, gemachtigde_id: uuid.UUID, werkgever_id: uuid.UUID,
                  besluit_soort: str, tot_bedrag: Decimal | None, van: date, tot: date | None, vindplaats: str) -> Mandaat:
    """Register a written mandate, [van, tot). It counts when every consent is there; another employer gets a message."""
    kind = te_geven().get(besluit_soort)
    if kind is None or soort not in list(MandaatSoort):
        raise Refused("Kies waarvoor het mandaat geldt.")
    if kind["soort"] != soort:
        raise Refused(f"Voor “{kind['label']}” is een {kind['soort']} nodig ({kind['artikel']}).")
    if tot is not None and tot <= van:
        raise Refused("De laatste dag ligt voor de eerste dag.")
    if gemachtigde_id not in {row.account_id for row in medewerkers(session, werkgever_id)}:
        raise Refused("Deze persoon werkt niet bij de gemeente die u koos.")
    row = Mandaat(id=uuid.uuid4(), soort=soort, party_id=actor.party_id, orgaan=orgaan, gemachtigde_id=gemachtigde_id,
                  werkgever_id=werkgever_id, besluit_soort=besluit_soort, tot_bedrag=tot_bedrag, van=van, tot=tot,
                  vindplaats=vindplaats, vastgelegd_by=actor.user_id)
    session.add(row)
    session.flush()
    if werkgever_id != actor.party_id:
        send_message(session, actor, to=werkgever_id, onderwerp=f"Wij vragen uw instemming met een {soort}",
                     tekst=f"Gemeente {actor.party_naam} wil een medewerker van uw gemeente een {soort} geven. Het gaat om: "
                           f"{kind['label'].lower()}. Daarvoor is uw instemming nodig, en die van de medewerker (Awb 10:4). "
                           "Wie mag instemmen, vindt het verzoek op de eerste pagina na het inloggen, bij “Wacht op uw "
                           "instemming”.")
    return row


_GIVEN = (select(func.array_agg(MandaatInstemming.van)).where(MandaatInstemming.mandaat_id == Mandaat.id)
          .correlate(Mandaat).scalar_subquery())
# Built once: the first page of everybody who may see a mandate asks it.
_WAITS = (
    select(Mandaat, Account.naam, Gemeente.naam, _GIVEN)
    .join(Account, Account.id == Mandaat.gemachtigde_id).join(Gemeente, Gemeente.id == Mandaat.party_id)
    .where(Mandaat.ingetrokken_at.is_(None), or_(Mandaat.tot.is_(None), Mandaat.tot > bindparam("on", type_=Date)),
           or_(Mandaat.party_id == bindparam("party"), Mandaat.werkgever_id == bindparam("party")),
           func.coalesce(func.cardinality(_GIVEN), 0) < case((Mandaat.werkgever_id == Mandaat.party_id, 2), else_=3))
    .order_by(Mandaat.van, Mandaat.id).limit(PAGE)
)


def wacht_op_instemming(session, actor, *, on: date) -> list:
    """(Mandaat, name, giving gemeente) that count only when this person consents too, oldest first."""
    rows = session.execute(_WAITS, {"on": on, "party": actor.party_id})
    return [(row, naam, gever) for row, naam, gever, given in rows
            if any(van not in (given or ()) and waarom_niet(row, van, actor) is None for van in instemming_nodig(row))]


def instemmen(session, actor, mandaat_id: uuid.UUID, van: str) -> MandaatInstemming:
    """Give one consent, for one's own side only. The row policy refuses the same, whatever this checks."""
    row, *_names = mandaat(session, actor, mandaat_id)
    if row.ingetrokken_at:
        raise Refused("Dit mandaat is ingetrokken.", status=409)
    if van not in instemming_nodig(row):
        raise Refused("Deze instemming is hier niet nodig.")
    if obstacle := waarom_niet(row, van, actor):
        raise Refused(obstacle, status=403)
    given = MandaatInstemming(mandaat_id=row.id, van=van, party_id=actor.party_id, account_id=actor.user_id)
    session.add(given)
    session.flush()
    return given


def waarom_niet(mandaat: Mandaat, van: str, actor) -> str | None:
    """Why this actor may not give this consent; None when they may."""
    mine = mandaat.gemachtigde_id == actor.user_id
    if van == InstemmingVan.GEMACHTIGDE:
        if not actor.may(Permission.MANDAAT_AANVAARDEN):
            return "Uw rol mag geen mandaat aanvaarden."
        return None if mine else "Alleen de gemachtigde zelf kan hiermee instemmen."
    if (mandaat.party_id if van == InstemmingVan.MANDAATGEVER else mandaat.werkgever_id) != actor.party_id:
        return f"Alleen de {van} kan hiermee instemmen."
    if mine:
        return f"U krijgt dit mandaat zelf. Een ander moet instemmen namens de {van}."
    if van == InstemmingVan.MANDAATGEVER and mandaat.vastgelegd_by == actor.user_id:
        return "U legde dit mandaat zelf vast. Een ander moet instemmen namens de mandaatgever (Awb 10:3)."
    return None if actor.may(Permission.MANDAAT_INSTEMMEN) else f"Uw rol mag niet instemmen namens de {van}."


def mandaat_intrekken(session, actor, mandaat_id: uuid.UUID) -> Mandaat:
    """Withdraw: nobody signs under it any more. Only the gemeente that gave it can."""
    row = session.scalar(select(Mandaat).where(Mandaat.id == mandaat_id, Mandaat.party_id == actor.party_id)
                         .with_for_update())
    if row is None:
        raise NotFound("Wij kunnen dit mandaat niet vinden.")
    if row.ingetrokken_at:
        raise Refused("Dit mandaat is al ingetrokken.", status=409)
    row.ingetrokken_at = clock.now()
    session.flush()
    return row


# Vervanging --------------------------------------------------------------------------------------------------------------

_AFWEZIGE, _VERVANGER = aliased(Account), aliased(Account)
_VERVANGINGEN = (
    select(Vervanging, _AFWEZIGE.naam, _VERVANGER.naam)
    .join(_AFWEZIGE, _AFWEZIGE.id == Vervanging.afwezige_id).join(_VERVANGER, _VERVANGER.id == Vervanging.vervanger_id)
    .where(Vervanging.party_id == bindparam("party"), Vervanging.tot > bindparam("on", type_=Date),
           Vervanging.ingetrokken_at.is_(None))
    .order_by(Vervanging.van, Vervanging.id).limit(PAGE)
)


def vervangingen(session, actor, *, on: date) -> list:
    """(Vervanging, absent, replacement) of the own party that run or are coming, by start."""
    return session.execute(_VERVANGINGEN, {"on": on, "party": actor.party_id}).all()


def vervangen(session, actor, *, afwezige_id: uuid.UUID, vervanger_id: uuid.UUID, van: date, tot: date,
              reden: str) -> Vervanging:
    """Who stands in for whom, [van, tot). Both work for the own party; the letter names it. It counts once somebody else
    consents; nobody makes oneself the replacement (403)."""
    if afwezige_id == vervanger_id:
        raise Refused("Kies twee verschillende mensen.")
    if vervanger_id == actor.user_id:
        raise Refused("U kunt uzelf niet als vervanger vastleggen. Vraag een andere beheerder.", status=403)
    if tot <= van:
        raise Refused("De laatste dag ligt voor de eerste dag.")
    if reden not in REDENEN:
        raise Refused("Kies een van de redenen.")
    members = set(session.scalars(select(Membership.account_id).where(
        Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None),
        Membership.account_id.in_([afwezige_id, vervanger_id]))))
    if members != {afwezige_id, vervanger_id}:
        raise Refused("Een van de twee werkt niet bij uw gemeente.")
    row = Vervanging(id=uuid.uuid4(), party_id=actor.party_id, afwezige_id=afwezige_id, vervanger_id=vervanger_id, van=van,
                     tot=tot, reden=reden, vastgelegd_by=actor.user_id)
    session.add(row)
    session.flush()
    return row


def _vervanging(session, actor, vervanging_id: uuid.UUID) -> Vervanging:
    row = session.scalar(select(Vervanging).where(
        Vervanging.id == vervanging_id, Vervanging.party_id == actor.party_id, Vervanging.ingetrokken_at.is_(None)))
    if row is None:
        raise NotFound("Wij kunnen deze vervanging niet vinden.")
    return row


def waarom_niet_vervangen(row: Vervanging, actor) -> str | None:
    """Why this actor may not consent to this replacement; None when they may: the absent person, or a second one who consents
    for the gemeente."""
    if row.vervanger_id == actor.user_id:
        return "U bent zelf de vervanger. Een ander moet instemmen."
    if row.vastgelegd_by == actor.user_id:
        return "U legde deze vervanging zelf vast. Een ander moet instemmen."
    if row.afwezige_id == actor.user_id or actor.may(Permission.MANDAAT_INSTEMMEN):
        return None
    return "Alleen de afwezige, een andere beheerder of een mandaathouder kan hiermee instemmen."


def vervanging_instemmen(session, actor, vervanging_id: uuid.UUID) -> Vervanging:
    """The second person: from here on the replacement counts. The database refuses the same persons."""
    row = _vervanging(session, actor, vervanging_id)
    if obstacle := waarom_niet_vervangen(row, actor):
        raise Refused(obstacle, status=403)
    session.refresh(row, with_for_update=True)
    if row.ingestemd_at:
        raise Refused("Met deze vervanging is al ingestemd.", status=409)
    row.ingestemd_by, row.ingestemd_at = actor.user_id, clock.now()
    session.flush()
    return row


def vervanging_beeindigen(session, actor, vervanging_id: uuid.UUID, *, on: date) -> None:
    """End a replacement after today; one that has not begun disappears."""
    row = _vervanging(session, actor, vervanging_id)
    if row.vervanger_id == actor.user_id:
        raise Refused("U bent zelf de vervanger. Een andere beheerder kan de vervanging beëindigen.", status=403)
    session.refresh(row, with_for_update=True)
    if row.van > on:
        session.delete(row)
    elif row.tot > on:
        row.tot = on + timedelta(days=1)
    else:
        raise Refused("Deze vervanging is al voorbij.", status=409)
    session.flush()
