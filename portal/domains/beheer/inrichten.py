"""What the operator arranges before anybody can come in: login services, and the first administrator of a gemeente.

Run as the owner role: nobody who could do this in the portal is there yet.
"""

import uuid
from urllib.parse import urlsplit

from sqlalchemy import func, select

from portal.domains.beheer.leden import link_token
from portal.identity import sessions
from portal.identity.model import ClaimRol, Inlogdienst, Uitnodiging
from portal.identity.permissions import Role, roles_for
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.model import Gemeente

# Login services that are for everybody, by the name in their address.
SHARED = ("eherkenning", "digid")


def _gemeente(session, slug: str) -> uuid.UUID:
    found = session.scalar(select(Gemeente.id).where(Gemeente.slug == slug))
    if found is None:
        raise NotFound(f"Wij kennen geen gemeente {slug}. Richt eerst de regio in (config/region.toml).")
    return found


def inlogdienst(session, slug: str, *, issuer: str, client_id: str, https: bool = True) -> Inlogdienst:
    """Log in through this OpenID provider: the one of a gemeente, or the shared one for eherkenning or digid. A second time
    changes it. `https` False admits plain http, for one's own machine."""
    url = urlsplit(issuer)
    if url.scheme not in (("https",) if https else ("https", "http")) or not url.netloc:
        raise Refused("De issuer is een adres dat begint met https://.")
    if not client_id.strip():
        raise Refused("Geef de client id die de inlogdienst aan het portaal gaf.")
    party = None if slug in SHARED else _gemeente(session, slug)
    if session.scalar(select(Inlogdienst.slug).where(Inlogdienst.issuer == issuer, Inlogdienst.slug != slug)):
        raise Refused("Deze issuer hoort al bij een andere inlogdienst.", status=409)
    row = session.get(Inlogdienst, slug)
    if row is None:
        row = Inlogdienst(slug=slug, soort=slug if slug in SHARED else "gemeente", issuer=issuer, client_id=client_id,
                          party_id=party, versie=1)
        session.add(row)
    elif (row.issuer, row.client_id) != (issuer, client_id):
        row.issuer, row.client_id, row.versie = issuer, client_id, row.versie + 1
    session.flush()
    return row


def groep_een_rol(session, slug: str, *, claim: str, waarde: str, rol: str) -> None:
    """Whoever comes with this claim gets this role at the gemeente; nothing new when that is so already. A rule of the
    operator counts at once: nobody of the gemeente gives it to oneself."""
    if rol not in roles_for("gemeente"):
        raise Refused(f"Bij een gemeente bestaat de rol {rol} niet.")
    values = {"party_id": _gemeente(session, slug), "claim": claim, "waarde": waarde, "rol": rol}
    row = session.scalar(select(ClaimRol).filter_by(**values))
    if row is None:
        row = ClaimRol(**values)
        session.add(row)
    row.bevestigd_at = row.bevestigd_at or clock.now()
    session.flush()


def eerste_beheerder(session, slug: str, *, email: str, naam: str, secret: bytes) -> str:
    """Invite somebody to administer a gemeente; returns the token for the link. An earlier one to this address ends."""
    party = _gemeente(session, slug)
    for earlier in session.scalars(select(Uitnodiging).where(
            Uitnodiging.party_id == party, func.lower(Uitnodiging.email) == email.lower(),
            Uitnodiging.aanvaard_at.is_(None), Uitnodiging.ingetrokken_at.is_(None))):
        earlier.ingetrokken_at = clock.now()
    session.flush()
    row = Uitnodiging(id=uuid.uuid4(), party_id=party, naam=naam, email=email, rollen=[str(Role.BEHEERDER)],
                      uitgenodigd_by=None, verloopt_at=clock.now() + sessions.INVITATION)
    token = link_token(row, secret)
    session.add(row)
    session.flush()
    return token
