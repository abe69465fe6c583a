"""Who reads which kind of dossier. The wall keeps out other parties; this keeps out other roles of the same party, wherever all
kinds of dossiers come together: search, *Mijn werk*, files, messages. That a dossier about a person exists is known only to who
helps that person, or decides (AVG, artikel 5 and 9); and who may not open a page is not sent to it."""

from portal.identity.permissions import Permission

_READERS: dict[str, frozenset[Permission]] = {}


def lezers(*soorten: str, readers: tuple[Permission, ...]) -> None:
    """Dossiers of these kinds are for who has one of these permissions. A domain says it once, when it is imported."""
    _READERS.update(dict.fromkeys(soorten, frozenset(readers)))


def ziet(actor, soort: str) -> bool:
    """May this person see a dossier of this kind, as far as the wall lets them?"""
    return soort not in _READERS or bool(_READERS[soort] & actor.permissions)


def verborgen(actor) -> list[str]:
    """The kinds of dossiers that this person does not see."""
    return sorted(soort for soort in _READERS if not ziet(actor, soort))
