"""How much people fill in for a subsidy (requirements E8): counted from the same lists that its forms are made of, so that the
number cannot say less than the form asks. A test renders the forms and counts them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from portal.domains.subsidies import queries
from portal.domains.subsidies.aanvragen import VELDEN
from portal.domains.subsidies.rules import Staatssteun
from portal.domains.subsidies.uitvoering import VELDEN_RAPPORTAGE
from portal.domains.subsidies.vaststellen import VELDEN_VASTSTELLING
from portal.kernel.queries import PAGE, Slice

# What a form cannot be sent without. Of an application the parts themselves say it (queries.delen).
MOET_RAPPORTAGE = ("geleverd",)
MOET_VASTSTELLING = ("geleverd", "kosten")


@dataclass(frozen=True)
class Formulier:
    """One form: how many questions, how many must be answered, how many are filled in already (`later`: when the same party
    comes back), and which documents. `minst`..`meest`: how often one grant of this scheme asks it; None while nothing was
    granted."""

    naam: str
    vragen: int
    verplicht: int
    bekend: int = 0
    later: int = 0
    documenten: int = 0
    documenten_verplicht: int = 0
    herbruikbaar: int = 0
    minst: int | None = 1
    meest: int | None = 1


def formulieren(inhoud: Mapping, berichten: tuple[int, int] | None) -> list[Formulier]:
    """The forms that one scheme asks, from the application to the account at the end. `inhoud`: of its public copy;
    `berichten`: how many reports its grants ask, the fewest and the most."""
    minst, meest = berichten or (None, None)
    return [
        _aanvraag(inhoud),
        Formulier("rapportage", len(VELDEN_RAPPORTAGE), len(MOET_RAPPORTAGE), minst=minst, meest=meest),
        # What was delivered is the sum of the reports.
        Formulier("vaststelling", len(VELDEN_VASTSTELLING), len(MOET_VASTSTELLING), bekend=1 if meest else 0,
                  later=1 if meest else 0),
    ]


def _aanvraag(inhoud: Mapping) -> Formulier:
    inrichting = inhoud["inrichting"]
    asked, documents = sum(map(len, VELDEN.values())), inrichting.get("documenten", [])
    if inhoud["staatssteun"] == Staatssteun.GEEN:
        asked -= 1  # nobody asks what small aid came before
    # Their own name at the account, and the product where there is only one; whoever comes back finds the account too.
    known = 1 + (len(inrichting["producten"]) == 1)
    return Formulier(
        "aanvraag", asked, sum(len(deel.ontbreekt) for deel in queries.delen({}, inhoud, ()) if deel.naam in VELDEN),
        bekend=known, later=known + 1, documenten=len(documents),
        documenten_verplicht=sum(one["verplicht"] for one in documents),
        herbruikbaar=sum(one["herbruikbaar"] for one in documents))


def per_regeling(session, *, after: str | None = None, before: str | None = None, size: int = PAGE) -> tuple[Slice, dict]:
    """The public schemes, the newest first (queries.bekendgemaakt), and of each its forms by the id of the scheme."""
    part = queries.bekendgemaakt(session, after=after, before=before, size=size)
    reports = gevraagde_berichten(session, [row.dossier_id for row in part.rows])
    return part, {row.dossier_id: formulieren(row.inhoud, reports.get(row.dossier_id)) for row in part.rows}


def gevraagde_berichten(session, regeling_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """How many reports the grants of these schemes ask: the fewest and the most. The reviewed function tells no more."""
    ids = list(regeling_ids)
    if not ids:
        return {}
    found = func.portal.gevraagde_berichten(ids).table_valued("regeling_id", "minst", "meest", name="gevraagd")
    return {row.regeling_id: (row.minst, row.meest) for row in session.execute(select(found))}
