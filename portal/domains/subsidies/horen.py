"""Was it heard, before a decision against it? One rule for every kind of decision.

The gemeente asks for a view where what it will decide rests on facts that the applicant did not supply itself (Awb 4:7 and
4:8); Awb 4:12, lid 2 takes the exception for money away.
"""

from datetime import date

from portal.kernel import clock
from portal.kernel.dossier import Termijn

# Per kind of decision: the question that comes first, and what to do when nobody was asked.
VRAAG_HOREN = {
    "weigering": "Beantwoord eerst: rust de weigering op gegevens die de aanvrager niet zelf aanleverde?",
    "verlaging": "Beantwoord eerst: rust de verlaging op gegevens die de ontvanger niet zelf aanleverde?",
    "wijziging": "Beantwoord eerst: rust dit op gegevens die de ontvanger niet zelf aanleverde?",
    "toestemming": "Beantwoord eerst: rust het besluit op gegevens die de ontvanger niet zelf aanleverde?",
}
EERST_HOREN = {
    "weigering": "De weigering rust op gegevens van een ander. Vraag de aanvrager eerst om een zienswijze (Awb 4:7).",
    "verlaging": "De verlaging rust op gegevens van een ander. Vraag de ontvanger eerst om een zienswijze (Awb {}).",
    "wijziging": "Dit rust op gegevens van een ander. Vraag de ontvanger eerst om een zienswijze (Awb 4:8).",
    "toestemming": "Het besluit rust op gegevens van een ander. Vraag de ontvanger eerst om een zienswijze (Awb 4:7).",
}


def gebreken(over: str, gevraagd: Termijn | None, *, eigen_feiten: bool | None, horen: str, sinds: date | None = None,
             artikel: str = "") -> list[str]:
    """Why this cannot be decided yet. `over`: which kind of decision; `gevraagd`: the newest term for a view, which counts when
    it began on `sinds` or later; `eigen_feiten`: does it rest on facts that others supplied (None: not answered), `horen`: why
    no view is needed."""
    if eigen_feiten is None:
        return [VRAAG_HOREN[over]]
    applicant = over == "weigering"
    if not eigen_feiten:
        if horen.strip():
            return []
        return ["Schrijf waarom de aanvrager niet hoeft te worden gehoord." if applicant else
                "Schrijf waarom de ontvanger niet hoeft te worden gehoord."]
    if gevraagd is None or (sinds is not None and gevraagd.started_on < sinds):
        return [EERST_HOREN[over].format(artikel)]
    if gevraagd.met_on is None and gevraagd.due_on >= clock.today():
        return [f"De aanvrager kan nog tot en met {gevraagd.due_on:%d-%m-%Y} een zienswijze geven." if applicant else
                f"De ontvanger kan nog tot en met {gevraagd.due_on:%d-%m-%Y} een zienswijze geven."]
    return []
