"""People of a party: invite, change roles, remove, map claims to roles; and one's own sessions.

Every function acts for the party of the actor; the wall hides the people of others, so theirs are "not found". The page
layer checks the permission and writes the security journal, also of what was refused.
"""

import re
import uuid

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import bindparam

from portal.identity import sessions
from portal.identity.model import (
    Account,
    Beveiligingslog,
    ClaimRol,
    Inlogdienst,
    Membership,
    Sessie,
    Toegangslog,
    Uitnodiging,
)
from portal.identity.permissions import ROLES, SHORT_IDLE_ROLES, Permission, Role, permissions_of, roles_for
from portal.kernel import clock
from portal.kernel.dossier import Dossier
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import post
from portal.kernel.sentences import say
from portal.tenants.model import Gemeente, Mandaat

PAGE = 50

say("uq_uitnodiging_token_hash", "Deze uitnodiging bestaat al.")

# What a role allows, in one sentence for the person who holds it or gives it.
ALLOWS: dict[Role, str] = {
    Role.REGIOBEHEERDER: "Richt de regio in en bereidt inkopen voor.",
    Role.CONTRACTMANAGER: "Bereidt inkopen voor, publiceert, opent, gunt en legt contracten vast.",
    Role.BELEIDSADVISEUR: "Legt vast of de gemeente meedoet aan een inkoop.",
    Role.BEOORDELAAR: "Toetst en scoort inschrijvingen, na een verklaring over belangen.",
    Role.INKOOPJURIST: "Opent inschrijvingen, leest mee als tweede lezer, stelt de uitkomst vast en controleert de historie.",
    Role.MANDAATHOUDER: "Tekent besluiten en gunningen onder mandaat of volmacht.",
    Role.GEMACHTIGDE: "Tekent namens een andere gemeente, zolang het mandaat of de volmacht geldt.",
    Role.RAADSLID: "Leest mee met inkopen. Verandert niets.",
    Role.AUDITOR: "Leest mee, controleert de historie en ziet wie wat heeft bekeken.",
    Role.BEHEERDER: "Nodigt mensen uit, geeft rollen, beheert mandaten en de kleur van de gemeente. Ziet geen inkopen.",
    Role.AUTEUR: "Schrijft inschrijvingen.",
    Role.MEELEZER: "Leest inschrijvingen na voordat ze weggaan.",
    Role.VERZENDER: "Schrijft inschrijvingen en mag ze versturen.",
    Role.AANBIEDERBEHEERDER: "Beheert de gegevens en de mensen van de organisatie.",
    Role.INWONER: "Leest en schrijft eigen berichten.",
}

# Technical claims of the token itself: they say nothing about the person.
_PLUMBING = frozenset({"iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "s_hash", "sid", "jti", "azp",
                       "auth_time"})

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def email_address(value: str) -> str:
    """A mail address as typed; ValueError with a sentence when no mail can go there."""
    if len(value) > 254 or not _ADDRESS.fullmatch(value):
        raise ValueError("Vul een mailadres in zoals naam@voorbeeld.nl.")
    return value


# Roles ---------------------------------------------------------------------------------------------------------------

def assignable_roles(actor) -> list[Role]:
    """The roles this administrator may give. A role that works for the whole region is given by who holds it (E1)."""
    return [role for role in roles_for(actor.party_soort)
            if Permission.REGIO_BEHEREN not in ROLES[role][2] or actor.may(Permission.REGIO_BEHEREN)]


def _chosen(actor, rollen) -> list[str]:
    if not rollen:
        raise Refused("Kies ten minste een rol.")
    if unknown := set(rollen) - {str(role) for role in assignable_roles(actor)}:
        raise Refused(f"U mag deze rol niet geven: {', '.join(sorted(unknown))}.", status=403)
    return sorted(set(rollen))


def is_admin(rollen) -> bool:
    """True when these roles may manage people."""
    return Permission.LEDEN_BEHEREN in permissions_of(rollen)


# Members -------------------------------------------------------------------------------------------------------------

def leden(session, actor, *, after: tuple[str, uuid.UUID] | None = None) -> list:
    """Current members with their names, by name: at most PAGE + 1, so that the page knows whether there are more."""
    query = (select(Membership, Account.naam).join(Account, Account.id == Membership.account_id)
             .where(Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None))
             .order_by(Account.naam, Membership.id).limit(PAGE + 1))
    if after:
        query = query.where(tuple_(Account.naam, Membership.id) > tuple_(*after))
    return session.execute(query).all()


def lid(session, actor, membership_id: uuid.UUID, *, lock: bool = False):
    """One current member with the name; NotFound for people of others and for who left."""
    query = (select(Membership, Account.naam).join(Account, Account.id == Membership.account_id)
             .where(Membership.id == membership_id, Membership.party_id == actor.party_id,
                    Membership.beeindigd_at.is_(None)))
    row = session.execute(query.with_for_update(of=Membership) if lock else query).first()
    if row is None:
        raise NotFound("Wij kunnen dit lid niet vinden.")
    return row


def uitnodigingen(session, actor) -> list[Uitnodiging]:
    """Invitations that can still be used."""
    return list(session.scalars(
        select(Uitnodiging).where(Uitnodiging.party_id == actor.party_id, Uitnodiging.aanvaard_at.is_(None),
                                  Uitnodiging.ingetrokken_at.is_(None), Uitnodiging.verloopt_at > clock.now())
        .order_by(Uitnodiging.gemaakt_at.desc()).limit(PAGE)))


def uitnodigen(session, actor, *, naam: str, email: str, rollen) -> Uitnodiging:
    """Invite somebody: one mail with one link that works once. Refused when an invitation to that address is open."""
    gekozen = _chosen(actor, rollen)
    open_already = session.scalar(select(Uitnodiging.id).where(
        Uitnodiging.party_id == actor.party_id, func.lower(Uitnodiging.email) == email.lower(),
        Uitnodiging.aanvaard_at.is_(None), Uitnodiging.ingetrokken_at.is_(None), Uitnodiging.verloopt_at > clock.now()))
    if open_already:
        raise Refused("Voor dit mailadres staat al een uitnodiging open. Trek die eerst in.", status=409)
    token = sessions.new_token()
    row = Uitnodiging(id=uuid.uuid4(), party_id=actor.party_id, naam=naam, email=email, rollen=gekozen,
                      token_hash=sessions.digest(token), uitgenodigd_by=actor.user_id,
                      verloopt_at=clock.now() + sessions.INVITATION)
    session.add(row)
    session.flush()
    post(session, sleutel=f"uitnodiging:{row.id}", soort="uitnodiging", party_id=actor.party_id, uitnodiging_id=row.id,
         token=token)
    return row


def uitnodiging_intrekken(session, actor, uitnodiging_id: uuid.UUID) -> Uitnodiging:
    """The link stops working. Refused when it was used."""
    row = session.scalar(select(Uitnodiging).where(Uitnodiging.id == uitnodiging_id,
                                                   Uitnodiging.party_id == actor.party_id).with_for_update())
    if row is None:
        raise NotFound("Wij kunnen deze uitnodiging niet vinden.")
    if row.aanvaard_at:
        raise Refused("Deze uitnodiging is al gebruikt. Verwijder het lid als dat niet de bedoeling was.", status=409)
    if row.ingetrokken_at is None:
        row.ingetrokken_at = clock.now()
    return row


def _keep_an_admin(session, actor, without: uuid.UUID) -> None:
    """Refuse when nobody else can manage people. Locks the administrators: two of them cannot remove each other at once."""
    admins = [str(role) for role in roles_for(actor.party_soort) if is_admin([role])]
    others = session.scalars(
        select(Membership.id).where(Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None),
                                    Membership.rollen.overlap(admins)).order_by(Membership.id).with_for_update()).all()
    if not set(others) - {without}:
        raise Refused("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")


def rollen_wijzigen(session, actor, membership_id: uuid.UUID, rollen) -> Membership:
    """Other roles, from the next request on. Roles from a claim follow the claim; nobody drops the own administration."""
    lidmaatschap, _naam = lid(session, actor, membership_id)
    if lidmaatschap.account_id == actor.user_id and not is_admin(rollen):
        raise Refused("U kunt uzelf het beheer niet afnemen. Vraag een andere beheerder.")
    if is_admin(lidmaatschap.rollen) and not is_admin(rollen):
        _keep_an_admin(session, actor, lidmaatschap.id)
    lidmaatschap, _naam = lid(session, actor, membership_id, lock=True)
    if lidmaatschap.herkomst == "claim":
        raise Refused("De rollen van dit lid komen uit uw inlogdienst. Pas ze daar aan, of bij de groepen.")
    given = {str(role) for role in assignable_roles(actor)}
    lidmaatschap.rollen = sorted({*_chosen(actor, rollen), *(r for r in lidmaatschap.rollen if r not in given)})
    if SHORT_IDLE_ROLES & set(lidmaatschap.rollen):
        session.execute(text("SELECT portal.lid_kort(:who, :idle)"),
                        {"who": lidmaatschap.account_id, "idle": int(sessions.IDLE_ADMIN.total_seconds())})
    return lidmaatschap


def lid_verwijderen(session, actor, membership_id: uuid.UUID) -> Membership:
    """End a membership: no access from the next request on. What the person did stays in the history."""
    lidmaatschap, _naam = lid(session, actor, membership_id)
    if lidmaatschap.account_id == actor.user_id:
        raise Refused("U kunt uzelf niet verwijderen. Vraag een andere beheerder.")
    if is_admin(lidmaatschap.rollen):
        _keep_an_admin(session, actor, lidmaatschap.id)
    lidmaatschap, _naam = lid(session, actor, membership_id, lock=True)
    lidmaatschap.beeindigd_at, lidmaatschap.beeindigd_by = clock.now(), actor.user_id
    lid_uitloggen(session, lidmaatschap)
    return lidmaatschap


def lid_uitloggen(session, lidmaatschap: Membership) -> int:
    """End every session that this member has for the own party; how many there were."""
    return session.scalar(text("SELECT portal.lid_uitloggen(:who)"), {"who": lidmaatschap.account_id})


# Claims --------------------------------------------------------------------------------------------------------------

def inlogdienst(session, actor) -> Inlogdienst | None:
    """The OpenID provider of the own gemeente."""
    return session.scalar(select(Inlogdienst).where(Inlogdienst.party_id == actor.party_id))


def claim_regels(session, actor) -> list[ClaimRol]:
    """Which claim gives which role, for the own party."""
    return list(session.scalars(select(ClaimRol).where(ClaimRol.party_id == actor.party_id)
                                .order_by(ClaimRol.claim, ClaimRol.waarde, ClaimRol.rol)))


def claim_toevoegen(session, actor, *, claim: str, waarde: str, rol: str) -> ClaimRol:
    """A claim with this value gives this role, from the next login on."""
    (gekozen,) = _chosen(actor, [rol])
    row = ClaimRol(id=uuid.uuid4(), party_id=actor.party_id, claim=claim, waarde=waarde, rol=gekozen)
    session.add(row)
    session.flush()
    return row


def claim_verwijderen(session, actor, claim_id: uuid.UUID) -> None:
    """The claim gives the role no longer, from the next login on."""
    row = session.scalar(select(ClaimRol).where(ClaimRol.id == claim_id, ClaimRol.party_id == actor.party_id))
    if row is None:
        raise NotFound("Wij kunnen deze regel niet vinden.")
    session.delete(row)


def personal_claims(claims: dict) -> list[tuple[str, str]]:
    """The claims about the person, as text, without those of the token itself."""
    shown = []
    for name, value in sorted(claims.items()):
        if name not in _PLUMBING:
            shown.append((name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    return shown


_FROM_CLAIMS = text("SELECT portal.rollen_uit_claims(:party, :claims)").bindparams(bindparam("claims", type_=JSONB))


def rollen_uit_claims(session, actor, claims: dict) -> list[str]:
    """The roles that these claims would give, by the rules of the own party."""
    return sorted(session.scalar(_FROM_CLAIMS, {"party": actor.party_id, "claims": claims}))


# Sessions ------------------------------------------------------------------------------------------------------------

def eigen_sessies(session, actor) -> list:
    """One's own live sessions, newest first; `namens`: the gemeente it acts for under `mandaat_id`, where the wall shows it."""
    now = clock.now()
    return session.execute(
        select(Sessie.id, Sessie.apparaat, Sessie.begonnen_at, Sessie.laatst_at, Sessie.eindigt_at, Sessie.mandaat_id,
               Gemeente.naam.label("namens"))
        .outerjoin(Mandaat, Mandaat.id == Sessie.mandaat_id).outerjoin(Gemeente, Gemeente.id == Mandaat.party_id)
        .where(Sessie.account_id == actor.user_id, Sessie.ingetrokken_at.is_(None), Sessie.eindigt_at > now)
        .order_by(Sessie.begonnen_at.desc(), Sessie.id).limit(PAGE)).all()


def sessie_intrekken(session, actor, session_id: uuid.UUID) -> None:
    """End one of one's own sessions; NotFound for those of others."""
    if not session.scalar(text("SELECT portal.sessie_intrekken(:id)"), {"id": session_id}):
        raise NotFound("Wij kunnen deze sessie niet vinden. Misschien was zij al voorbij.")


def andere_sessies_intrekken(session, actor) -> int:
    """End all of one's own sessions but this one; how many."""
    found = session.scalars(select(Sessie.id).where(Sessie.account_id == actor.user_id, Sessie.ingetrokken_at.is_(None),
                                                    Sessie.id != actor.session_id)).all()
    for session_id in found:
        session.execute(text("SELECT portal.sessie_intrekken(:id)"), {"id": session_id})
    return len(found)


# Journals ------------------------------------------------------------------------------------------------------------

def journaal(session, actor, *, before: int | None = None) -> list:
    """Lines of the security journal of the own party with the name of who did it, newest first: at most PAGE + 1."""
    query = (select(Beveiligingslog, Account.naam).outerjoin(Account, Account.id == Beveiligingslog.account_id)
             .where(Beveiligingslog.party_id == actor.party_id).order_by(Beveiligingslog.id.desc()).limit(PAGE + 1))
    return session.execute(query.where(Beveiligingslog.id < before) if before else query).all()


def inzage(session, actor, *, before: int | None = None) -> list:
    """Who of the own party opened which dossier, newest first: at most PAGE + 1."""
    query = (select(Toegangslog, Account.naam, Dossier.reference)
             .outerjoin(Account, Account.id == Toegangslog.account_id)
             .outerjoin(Dossier, Dossier.id == Toegangslog.dossier_id)
             .where(Toegangslog.party_id == actor.party_id).order_by(Toegangslog.id.desc()).limit(PAGE + 1))
    return session.execute(query.where(Toegangslog.id < before) if before else query).all()
