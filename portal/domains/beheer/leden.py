"""People of a party: invite, change roles, remove, map claims to roles; and one's own sessions.

Every function acts for the party of the actor; the wall hides the people of others, so theirs are "not found". The page
layer checks the permission and writes the security journal, also of what was refused.
"""

import uuid
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, or_, select, text, tuple_, union_all
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
from portal.kernel.besluit import Besluit
from portal.kernel.dossier import Dossier
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import post, send_message
from portal.kernel.queries import at_most
from portal.kernel.sentences import refusing, say
from portal.tenants.model import Gemeente, Mandaat, Vervanging

PAGE = 50

say("eigen_rollen", "U kunt uzelf geen rol geven. Vraag een andere beheerder.", 403)
say("lid_vertrokken", "Dit lid is al verwijderd. Nodig deze persoon opnieuw uit.")
say("eigen_regel", "U maakte deze regel zelf. Een andere beheerder moet haar bevestigen.", 403)
say("regel_bevestigd", "Deze regel is al bevestigd.")
ALREADY_INVITED = "Voor dit mailadres staat al een uitnodiging open. Trek die eerst in."
say("uq_uitnodiging_open", ALREADY_INVITED)

# What a role allows, in one sentence for the person who holds it or gives it.
ALLOWS: dict[Role, str] = {
    Role.REGIOBEHEERDER: "Ziet hoe de regio is ingericht, bevestigt regels van gemeenten en bereidt inkopen voor.",
    Role.CONTRACTMANAGER: "Bereidt inkopen voor, publiceert, opent, gunt en legt contracten vast.",
    Role.BELEIDSADVISEUR: "Legt vast of de gemeente meedoet aan een inkoop.",
    Role.BEOORDELAAR: "Toetst en scoort inschrijvingen, na een verklaring over belangen.",
    Role.INKOOPJURIST: "Opent inschrijvingen, leest mee als tweede lezer, stelt de uitkomst vast en controleert de historie.",
    Role.SUBSIDIEADVISEUR: "Maakt subsidieregelingen, behandelt aanvragen en stelt besluiten voor.",
    Role.SUBSIDIEJURIST: "Leest subsidiebesluiten als tweede lezer en controleert de historie.",
    Role.CONSULENT: "Neemt meldingen aan, onderzoekt wat iemand nodig heeft en stelt een besluit over ondersteuning voor.",
    Role.TOEGANGSMANDAAT: "Tekent besluiten over ondersteuning, en geen andere.",
    Role.KWALITEIT_WIJKTEAM: "Bevestigt voor het wijkteam dat de kwaliteit goed blijft als een taak overgaat.",
    Role.KWALITEIT_CENTRALE_TOEGANG: "Bevestigt voor de Centrale Toegang dat de kwaliteit goed blijft als een taak overgaat.",
    Role.BEZWAARBEHANDELAAR: "Behandelt bezwaren tegen subsidiebesluiten en stelt de beslissing voor.",
    Role.FINANCIEEL: "Keurt betalingen goed, maakt de bestanden voor de administratie en verrekent met andere gemeenten.",
    Role.MANDAATHOUDER: "Tekent besluiten en gunningen onder mandaat of volmacht.",
    Role.RTC_COORDINATOR: "Behandelt plannen van bewoners, is hun contactpersoon en stelt het antwoord voor.",
    Role.VAKADVISEUR: "Beoordeelt plannen van bewoners over de eigen taak.",
    Role.PANELLID: "Geeft in het panel advies over plannen van bewoners, na een verklaring over belangen.",
    Role.GEMACHTIGDE: "Tekent namens een andere gemeente, zolang het mandaat of de volmacht geldt.",
    Role.RAADSLID: "Leest de stukken van de raad, en mee met inkopen, subsidies en cijfers. Verandert niets.",
    Role.GRIFFIER: "Houdt bij wat de raad krijgt, wat er is beloofd en wat er is geadviseerd. Leest mee als een raadslid.",
    Role.AUDITOR: "Leest mee, controleert de historie en ziet wie wat heeft bekeken.",
    Role.BEHEERDER: "Nodigt mensen uit, geeft rollen, beheert mandaten en de kleur van de gemeente. Ziet geen inkopen.",
    Role.AUTEUR: "Schrijft inschrijvingen en subsidieaanvragen.",
    Role.MEELEZER: "Leest inschrijvingen na voordat ze weggaan.",
    Role.VERZENDER: "Schrijft inschrijvingen en subsidieaanvragen, en mag ze versturen.",
    Role.BEGELEIDER: "Houdt plekken bij, antwoordt of iemand er kan wonen en werkt met wie er woont.",
    Role.AANBIEDERBEHEERDER: "Beheert de gegevens en de mensen van de organisatie.",
    Role.INWONER: "Leest en schrijft eigen berichten, volgt de eigen ondersteuning en dient plannen in.",
}

# Technical claims of the token itself: they say nothing about the person.
_PLUMBING = frozenset({"iss", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "c_hash", "s_hash", "sid", "jti", "azp",
                       "auth_time"})


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
    for earlier in session.scalars(select(Uitnodiging).where(
            Uitnodiging.party_id == actor.party_id, func.lower(Uitnodiging.email) == email.lower(),
            Uitnodiging.aanvaard_at.is_(None), Uitnodiging.ingetrokken_at.is_(None)).with_for_update()):
        if earlier.verloopt_at > clock.now():
            raise Refused(ALREADY_INVITED, status=409)
        earlier.ingetrokken_at = clock.now()  # it is over; of what can still be used there is one
    session.flush()
    # Nobody knows what this is the hash of: the link works from the moment it is sent.
    row = Uitnodiging(id=uuid.uuid4(), party_id=actor.party_id, naam=naam, email=email, rollen=gekozen,
                      token_hash=sessions.digest(sessions.new_token()), uitgenodigd_by=actor.user_id,
                      verloopt_at=clock.now() + sessions.INVITATION)
    with refusing(session):
        session.add(row)
    post(session, sleutel=f"uitnodiging:{row.id}", soort="uitnodiging", party_id=actor.party_id, uitnodiging_id=row.id)
    return row


def link_token(uitnodiging: Uitnodiging, secret: bytes) -> str:
    """The token for the link of an invitation, as it goes out. Only its hash is kept."""
    token = sessions.invitation_token(secret, uitnodiging.id)
    uitnodiging.token_hash = sessions.digest(token)
    return token


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
    # Who is administrator through a group keeps that only as long as a rule says so.
    lasting = or_(Membership.herkomst != "claim", Membership.rollen.overlap(
        select(func.array_agg(ClaimRol.rol)).where(
            ClaimRol.party_id == actor.party_id, ClaimRol.rol.in_(admins), ClaimRol.bevestigd_at.is_not(None)
        ).scalar_subquery()))
    others = session.scalars(
        select(Membership.id).where(Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None), lasting,
                                    Membership.rollen.overlap(admins)).order_by(Membership.id).with_for_update()).all()
    if not set(others) - {without}:
        raise Refused("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")


def rollen_wijzigen(session, actor, membership_id: uuid.UUID, rollen) -> Membership:
    """Other roles, from the next request on. Roles from a claim follow the claim; nobody drops the own administration, or
    gets a role by the own hand (403)."""
    lidmaatschap, _naam = lid(session, actor, membership_id)
    if lidmaatschap.account_id == actor.user_id and not is_admin(rollen):
        raise Refused("U kunt uzelf het beheer niet afnemen. Vraag een andere beheerder.")
    if lidmaatschap.account_id == actor.user_id and set(_chosen(actor, rollen)) - set(lidmaatschap.rollen):
        raise Refused("U kunt uzelf geen rol geven. Vraag een andere beheerder.", status=403)
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


@dataclass(frozen=True)
class LidGevolg:
    """What stops, or stays behind, when somebody goes: mandates that hold now or later (with the gemeente that gave them),
    replacements by this person, and roles that nobody else here has."""

    mandaten: list[tuple[Mandaat, str]]
    vervangingen: list[tuple[Vervanging, str]]
    laatste_rollen: list[str]


def lid_gevolg(session, actor, lidmaatschap: Membership) -> LidGevolg:
    """What a removal leaves open; the assessments stand with the inkopen (assessment.busy_with)."""
    who, today = lidmaatschap.account_id, clock.today()
    mandates = session.execute(
        select(Mandaat, Gemeente.naam).join(Gemeente, Gemeente.id == Mandaat.party_id)
        .where(Mandaat.gemachtigde_id == who, Mandaat.ingetrokken_at.is_(None),
               or_(Mandaat.tot.is_(None), Mandaat.tot > today)).order_by(Gemeente.naam, Mandaat.van)).all()
    replaces = session.execute(
        select(Vervanging, Account.naam).join(Account, Account.id == Vervanging.afwezige_id)
        .where(Vervanging.party_id == actor.party_id, Vervanging.vervanger_id == who, Vervanging.tot > today,
               Vervanging.ingetrokken_at.is_(None))
        .order_by(Vervanging.van)).all()
    held = set(session.scalars(select(func.unnest(Membership.rollen)).where(
        Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None), Membership.id != lidmaatschap.id)))
    return LidGevolg([tuple(row) for row in mandates], [tuple(row) for row in replaces],
                     [rol for rol in lidmaatschap.rollen if rol not in held])


def lid_verwijderen(session, actor, membership_id: uuid.UUID) -> Membership:
    """End a membership: no access from the next request on. What the person did stays in the history. Open invitations to
    this person, and the mandates and replacements held here, end with it (portal.lid_vertrekt)."""
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
    """Propose that a claim with this value gives this role. It counts from the first login after a second person confirmed
    it: the portal does not know in which groups the proposer is."""
    (gekozen,) = _chosen(actor, [rol])
    row = ClaimRol(id=uuid.uuid4(), party_id=actor.party_id, claim=claim, waarde=waarde, rol=gekozen,
                   voorgesteld_by=actor.user_id)
    session.add(row)
    session.flush()
    return row


NO_ADMIN_LEFT = ("Deze regel maakt mensen beheerder. Zonder de regel kan uw gemeente zonder beheerder komen te staan. Nodig "
                 "eerst iemand uit als beheerder: die rol hangt niet af van een groep.")
NO_REGION_LEFT = ("Deze regel maakt mensen regiobeheerder. Zonder de regel kan de regio zonder regiobeheerder komen te staan. "
                  "Nodig eerst iemand uit als regiobeheerder: die rol hangt niet af van een groep.")
FOR_THE_REGION = ("Deze regel geeft een rol die voor de hele regio werkt. Alleen een regiobeheerder geeft deze rol. Daarom "
                  "verwijdert ook alleen een regiobeheerder deze regel.")


def _claim_regel(session, actor, claim_id: uuid.UUID) -> ClaimRol:
    row = session.scalar(select(ClaimRol).where(ClaimRol.id == claim_id, ClaimRol.party_id == actor.party_id))
    if row is None:
        raise NotFound("Wij kunnen deze regel niet vinden.")
    return row


def _fixed(actor, permission: Permission):
    """Who holds this permission by hand: no rule about groups takes that from them."""
    roles = [str(role) for role in roles_for(actor.party_soort) if permission in ROLES[role][2]]
    return (select(Membership.id).where(Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None),
                                        Membership.herkomst != "claim", Membership.rollen.overlap(roles))
            .order_by(Membership.id))


def may_change(actor, regel: ClaimRol) -> bool:
    """Who may not give a role does not take it either; a name that is no role any more, everybody may remove."""
    return regel.rol not in set(Role) or Role(regel.rol) in assignable_roles(actor)


def _obstacle(session, actor, regel: ClaimRol, *, lock: bool = False) -> str | None:
    """Why this rule stays; None: it may go. `lock`: hold on to who remains, so that nobody removes them in the same moment."""
    if not may_change(actor, regel):
        return FOR_THE_REGION
    for permission, sentence in ((Permission.LEDEN_BEHEREN, NO_ADMIN_LEFT), (Permission.REGIO_BEHEREN, NO_REGION_LEFT)):
        if regel.bevestigd_at and permission in permissions_of([regel.rol]):
            who = _fixed(actor, permission)
            if not session.scalars(who.with_for_update() if lock else who.limit(1)).all():
                return sentence
    return None


@dataclass(frozen=True)
class ClaimGevolg:
    """What removing one rule changes: who has its role through a group now, whether another rule gives that role too, and
    why it cannot be removed (None: it can). `later`: it can, once somebody else is invited."""

    regel: ClaimRol
    leden: list[str]
    zelf: bool
    ook_door: list[ClaimRol]
    obstakel: str | None
    later: bool


def claim_gevolg(session, actor, claim_id: uuid.UUID) -> ClaimGevolg:
    """Before a rule is removed: for whom that changes what. NotFound for rules of others."""
    regel = _claim_regel(session, actor, claim_id)
    rows = session.execute(
        select(Membership.account_id, Account.naam).join(Account, Account.id == Membership.account_id)
        .where(Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None), Membership.herkomst == "claim",
               Membership.rollen.contains([regel.rol])).order_by(Account.naam)).all()
    others = [row for row in claim_regels(session, actor)
              if row.rol == regel.rol and row.id != regel.id and row.bevestigd_at]
    return ClaimGevolg(regel, [row.naam for row in rows], actor.user_id in {row.account_id for row in rows}, others,
                       _obstacle(session, actor, regel), may_change(actor, regel))


def claim_verwijderen(session, actor, claim_id: uuid.UUID) -> None:
    """The claim gives the role no longer, from the next login on. Refused when the gemeente, or the region, could be left
    without anybody who manages it; and (403) for who may not give that role."""
    row = _claim_regel(session, actor, claim_id)
    if reason := _obstacle(session, actor, row, lock=True):
        raise Refused(reason, status=422 if may_change(actor, row) else 403)
    session.delete(row)


def has_second_admin(session, actor) -> bool:
    """Does somebody else of the own party manage people too? Else the region confirms."""
    admins = [str(role) for role in roles_for(actor.party_soort) if is_admin([role])]
    return session.scalar(select(Membership.id).where(
        Membership.party_id == actor.party_id, Membership.beeindigd_at.is_(None), Membership.account_id != actor.user_id,
        Membership.rollen.overlap(admins)).limit(1)) is not None


def claim_bevestigen(session, actor, claim_id: uuid.UUID) -> None:
    """The second person: from the next login on the rule counts. For another administrator of the gemeente, or for the region
    where there is none; Refused (403) for who proposed it."""
    with refusing(session):
        if not session.scalar(text("SELECT portal.claim_rol_bevestigen(:id)"), {"id": claim_id}):
            raise NotFound("Wij kunnen deze regel niet vinden. Misschien kan een beheerder van die gemeente haar bevestigen.")


def claim_regels_voor_regio(session) -> list:
    """Rules of gemeenten with one administrator, that wait for the administrator of the region: id, gemeente, claim, waarde,
    rol, door (name of the proposer)."""
    return session.execute(text("SELECT id, gemeente, claim, waarde, rol, door FROM portal.claim_regels_voor_regio()")).all()


def claim_regel_voor_regio(session, claim_id: uuid.UUID):
    """One of them; NotFound when it does not wait for the region, or no longer."""
    row = next((one for one in claim_regels_voor_regio(session) if one.id == claim_id), None)
    if row is None:
        raise NotFound("Deze regel wacht niet meer op u. Misschien is zij al bevestigd of verwijderd.")
    return row


def claim_afwijzen(session, actor, claim_id: uuid.UUID, *, reden: str) -> None:
    """The region does not want this rule: it goes, the journal of that gemeente keeps why, and the proposer reads it in a
    message. NotFound for a rule that does not wait for the region."""
    row = claim_regel_voor_regio(session, claim_id)
    to = session.scalar(text("SELECT portal.claim_rol_afwijzen(:id, :reden)"), {"id": claim_id, "reden": reden})
    if to is None:
        raise NotFound("Deze regel wacht niet meer op u. Misschien is zij al bevestigd of verwijderd.")
    naam = ROLES[Role(row.rol)][0] if row.rol in set(Role) else row.rol
    voor = f"Voor {row.door}. " if row.door else ""
    send_message(session, actor, to=to, onderwerp="Een regel voor een groep is afgewezen",
                 tekst=f"{voor}De regiobeheerder wees deze regel af: groep {row.waarde} ({row.claim}) geeft de rol {naam}. De "
                       f"regel is verwijderd. Niemand kreeg of verloor daardoor een rol.\nDe reden is: {reden}")


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
             .where(Beveiligingslog.party_id == actor.party_id).order_by(Beveiligingslog.id.desc())
             .limit(at_most("regels", PAGE + 1)))
    return session.execute(query.where(Beveiligingslog.id < before) if before else query).all()


def _ids(texts) -> list[uuid.UUID]:
    found = []
    for one in texts:
        with suppress(ValueError):
            found.append(uuid.UUID(one))
    return found


def object_names(session, objects) -> dict[str, str]:
    """What the ids in a journal stand for: references of dossiers, names of people. What is gone, or the wall hides, is not
    among them. One query."""
    ids = _ids(objects)
    if not ids:
        return {}
    named = (
        (Dossier.id, select(Dossier.id, Dossier.reference)),
        (Membership.id, select(Membership.id, Account.naam).join(Account, Account.id == Membership.account_id)),
        (Mandaat.id, select(Mandaat.id, Account.naam).join(Account, Account.id == Mandaat.gemachtigde_id)),
        (Vervanging.id, select(Vervanging.id, Account.naam).join(Account, Account.id == Vervanging.vervanger_id)),
        (Uitnodiging.id, select(Uitnodiging.id, Uitnodiging.naam)),
        (ClaimRol.id, select(ClaimRol.id, ClaimRol.waarde)),
        (Besluit.id, select(Besluit.id, Dossier.reference).join(Dossier, Dossier.id == Besluit.dossier_id)),
    )
    rows = session.execute(union_all(*(query.where(id_.in_(ids)) for id_, query in named)))
    return {str(id_): name for id_, name in rows}


def inzage(session, actor, *, before: int | None = None) -> list:
    """Who of the own party opened which dossier, newest first: at most PAGE + 1."""
    query = (select(Toegangslog, Account.naam, Dossier.reference)
             .outerjoin(Account, Account.id == Toegangslog.account_id)
             .outerjoin(Dossier, Dossier.id == Toegangslog.dossier_id)
             .where(Toegangslog.party_id == actor.party_id).order_by(Toegangslog.id.desc())
             .limit(at_most("regels", PAGE + 1)))
    return session.execute(query.where(Toegangslog.id < before) if before else query).all()
