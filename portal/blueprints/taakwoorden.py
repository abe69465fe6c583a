"""What is said of a task wherever residents or the gemeente meet it: who decides, where gemeenten bought it together."""

from collections.abc import Iterable

from portal.domains.uitdaagrecht.model import Gemeentetaak
from portal.web import navigation
from portal.web.taal import gettext as _


def beslist_elders(taak: Gemeentetaak | None) -> str | None:
    """The name of the gemeente that decides for all; None where the gemeente of the task does."""
    if taak is None or taak.bevoegd_id in (None, taak.party_id):
        return None
    return next(row.naam for row in navigation.gemeenten().values() if row.id == taak.bevoegd_id)


def taak_keuzes(taken: Iterable[Gemeentetaak]) -> list[tuple[str, str]]:
    """The tasks that residents may take over, to choose from: each says who decides, where that is another gemeente."""
    return [(str(one.id), _("%(taak)s (gemeente %(naam)s beslist)", taak=one.naam, naam=elders)
             if (elders := beslist_elders(one)) else one.naam) for one in taken if one.uitdaagbaar]
