"""The colour of a gemeente, as its own administrator chooses it."""

from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.tenants import theme
from portal.tenants.model import Gemeente


def eigen_gemeente(session, actor) -> Gemeente:
    """The own gemeente; NotFound for other parties."""
    row = session.get(Gemeente, actor.party_id)
    if row is None:
        raise NotFound("Alleen een gemeente heeft een eigen kleur.")
    return row


def kleur_wijzigen(session, actor, kleur: str) -> Gemeente:
    """A new brand colour (#rrggbb); ValueError for any other form. The scale keeps text readable whatever is chosen."""
    theme.scale(kleur)
    gemeente = eigen_gemeente(session, actor)
    gemeente.merkkleur, gemeente.kleur_gekozen_at = kleur.lower(), clock.now()
    session.flush()
    return gemeente


