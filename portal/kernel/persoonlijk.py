"""Dossiers about a person: that one exists is known only to who helps that person, or decides (AVG, artikel 5 and 9). The wall
keeps out other parties; this keeps out other roles of the same party, wherever all kinds of dossiers come together: search,
*Mijn werk*, files, messages."""

from portal.identity.permissions import Permission

_READERS: dict[str, frozenset[Permission]] = {}


def persoonlijk(soort: str, *readers: Permission) -> None:
    """Dossiers of this kind are about a person: only who has one of these permissions sees them. A domain says it once, when
    it is imported."""
    _READERS[soort] = frozenset(readers)


def ziet(actor, soort: str) -> bool:
    """May this person see a dossier of this kind, as far as the wall lets them?"""
    return soort not in _READERS or bool(_READERS[soort] & actor.permissions)


def verborgen(actor) -> list[str]:
    """The kinds of dossiers that this person does not see."""
    return sorted(soort for soort in _READERS if not ziet(actor, soort))
