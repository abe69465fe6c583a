"""Terms as every page shows them: the lines of a count, and what a list says of one that another took the place of, or that
stands still."""

from collections.abc import Iterable
from datetime import datetime

from portal.domains.subsidies.model import Rapportage, RapportageState, Stand, State, Subsidie, Subsidieregel
from portal.domains.subsidies.queries import BESLISTERMIJNEN
from portal.kernel import clock
from portal.kernel.dossier import Opschorting, Termijn
from portal.kernel.terms import CountLine
from portal.web.filters import datum, in_taal
from portal.web.shown import without_year
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

# Which kind takes the place of which (Awb 4:14, 4:44 lid 3, 4:112): it begins on the day that the other one ends.
TAKES_OVER = {"nieuwe_beslistermijn": "beslistermijn", "vaststellingsaanvraag": "vaststellingsaanvraag",
              "aanmaning": "betaling"}
# Within which term somebody may add what a suspension waits for (Awb 4:15, lid 1; 6:6; 4:5).
COMPLETING = ("hersteltermijn", "toestemming_aanvullen", "verzuim")

# What the applicant may send; it ends by itself after its last day.
COMING = ("hersteltermijn", "zienswijze")


def replaced(termijn: Termijn, terms: Iterable[Termijn]) -> tuple[tuple[str, str], str] | None:
    """Colour and word, and by what, when another term of this dossier took the place of this one; else None."""
    if termijn.met_on is None:
        return None
    follower = next((one for one in terms if one is not termijn and one.dossier_id == termijn.dossier_id
                     and TAKES_OVER.get(one.kind) == termijn.kind and one.started_on == termijn.met_on), None)
    if follower is None:
        return None
    return ("neutral", _("Vervangen")), _("vervangen door: %(termijn)s, uiterlijk %(dag)s", termijn=in_taal(follower.label),
                                          dag=datum(follower.due_on, current_lang()))


def not_needed(case: Subsidie) -> bool:
    """Is the grant determined or taken back, so that what was not sent can no longer be sent?"""
    return case.state in (State.VASTGESTELD, State.VERLENING_INGETROKKEN)


def ended(termijn: Termijn, case: Subsidie, lines: Iterable[Subsidieregel],
          reports: Iterable[Rapportage] = ()) -> tuple[str, str] | None:
    """Colour and word of a term that is over; None when it runs. What nobody did is not done: it was no longer needed when the
    application was withdrawn, or when the grant was determined (Awb 4:46) or taken back."""
    if termijn.met_on is None:
        return None
    lapsed = (case.state == State.INGETROKKEN and termijn.kind in BESLISTERMIJNEN) or (not_needed(case) and (
        any(termijn.kind == f"regel_{line.id.hex}" and line.stand == Stand.OPEN for line in lines)
        or any(termijn.dossier_id == one.id and one.state == RapportageState.GEVRAAGD for one in reports)))
    if lapsed:
        return "neutral", _("Niet meer nodig")
    # Ended on its last day: by itself when nothing came, so it is over rather than done.
    if termijn.kind in COMING and termijn.met_on == termijn.due_on < clock.today():
        return "neutral", _("Voorbij")
    return "ok", _("Gedaan")


def still_until(termijn: Termijn, pauses: Iterable[Opschorting], terms: Iterable[Termijn]) -> str | None:
    """Until when a term that runs stands still: for as long as somebody may add what is missing. None when it does not."""
    if termijn.met_on is not None or all(row.completed_on is not None for row in pauses):
        return None
    until = next((one.due_on for one in terms if one.dossier_id == termijn.dossier_id and one.kind in COMPLETING
                  and one.met_on is None), None)
    return _("staat stil") if until is None else _("staat stil, tot en met %(dag)s", dag=datum(until, current_lang()))


def as_lines(count: Iterable[CountLine], due_at: datetime | None = None) -> list[dict]:
    """Lines of a count as the pages show them."""
    lines = [{"text": line.text, "on": line.date, "source": line.source} for line in count]
    if due_at:
        lines[-1] |= {"text": _("Laatste moment"), "on": due_at, "shown": without_year(due_at)}
    return lines
