"""What an applicant can do against a decision, or against waiting too long for one: for the page of the case and for the pages
of objections. `zaak` is the case of portal.blueprints.aanvraag."""

import uuid
from datetime import date

from flask import url_for

from portal.domains.subsidies import bezwaar as objecting
from portal.domains.subsidies import ingebreke
from portal.domains.subsidies.model import BezwaarState, Indiensoort
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit, Rechtsmiddel
from portal.kernel.dossier import Termijn
from portal.web.filters import bedrag
from portal.web.shown import day_long
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

# What is sent about an objection or a late decision.
SOORTEN = (Indiensoort.BEZWAAR, Indiensoort.BEZWAARGRONDEN, Indiensoort.BEZWAARINTREKKING, Indiensoort.INGEBREKESTELLING)


def te_bestrijden(zaak) -> list[tuple[Besluit, date]]:
    """Decisions that this applicant can object to, newest first, each with the last day; also when that day is past."""
    taken = {one.besluit_id for one in zaak.bezwaren if one.state != BezwaarState.INGETROKKEN}
    known = {one.indiening_id for one in zaak.bezwaren}
    taken |= {uuid.UUID(one.inhoud["besluit_id"]) for one in zaak.indieningen
              if one.soort == Indiensoort.BEZWAAR and one.id not in known}
    return [(b, objecting.laatste_dag(b)) for b, _regels in zaak.besluiten
            if b.state == besluiten.State.VERZONDEN and b.rechtsmiddel == Rechtsmiddel.BEZWAAR and b.id not in taken]


def to_object(zaak) -> list[dict]:
    """Objecting as something to do, while there is a decision of which the term runs."""
    open_ = [(b, last) for b, last in te_bestrijden(zaak) if last >= clock.today()]
    if not open_:
        return []
    about = f"?besluit={open_[0][0].id}" if len(open_) == 1 else ""
    return [{"title": _("Maak bezwaar"), "icon": "pen", "button": _("Maak bezwaar"), "kind": "secondary",
             "url": url_for("ontvanger.bezwaar_maken", subsidie_id=zaak.subsidie.id) + about,
             "text": _("Niet eens met het besluit? Dat kan tot en met %(dag)s.", dag=day_long(open_[0][1])) if len(open_) == 1
             else _("Niet eens met een besluit? Kijk tot wanneer dat kan.")}]


# A notice that still counts for the decision that waits.
GIVEN = ("ingebrekestelling", "dwangsom", "dwangsombeschikking")


def overdue(pairs: list[tuple[Termijn, list]]) -> Termijn | None:
    """The term to decide that is over without a decision, and that does not stand still; of one dossier."""
    found = [(t, p) for t, p in pairs if t.kind in ingebreke.BESLISTERMIJNEN and t.met_on is None]
    if not found:
        return None
    term, pauses = max(found, key=lambda pair: pair[0].due_on)
    halted = any(one.completed_on is None for one in pauses)
    return term if term.due_on < clock.today() and not halted else None


def notice(zaak, dossier_id: uuid.UUID, pairs: list[tuple[Termijn, list]]) -> list[dict]:
    """Giving notice as something to do, where a decision is late and nobody gave notice yet."""
    own = [(t, p) for t, p in pairs if t.dossier_id == dossier_id]
    late = overdue(own)
    if late is None or any(t.kind in GIVEN and t.met_on is None for t, _p in own) or underway(zaak, dossier_id, late):
        return []
    title = _("Stel de gemeente in gebreke")
    return [{"title": title, "icon": "alert", "button": title, "kind": "secondary",
             "url": url_for("ontvanger.ingebreke_stellen", dossier_id=dossier_id),
             "text": _("De gemeente moest uiterlijk %(dag)s beslissen. Na twee weken betaalt zij u voor elke dag.",
                       dag=day_long(late.due_on))}]


def underway(zaak, dossier_id: uuid.UUID, late: Termijn) -> bool:
    """Was notice sent that the gemeente did not take in yet?"""
    return any(one.soort == Indiensoort.INGEBREKESTELLING and one.dossier_id == dossier_id
               and one.inhoud["uiterlijk_on"] == late.due_on.isoformat() for one in zaak.indieningen)


def meter(pairs: list[tuple[Termijn, list]]) -> dict | None:
    """What the gemeente owes for being late, from the terms of one dossier; None where nobody gave notice."""
    rows = [t for t, _p in pairs]
    found = ingebreke.meter_van(rows, clock.today())
    if found is None:
        return None
    waits = next((t for t in rows if t.kind == "ingebrekestelling" and t.met_on is None), None)
    given = _("U stelde de gemeente in gebreke op %(dag)s.", dag=day_long(found.gesteld_on))
    amount = bedrag(found.bedrag, current_lang())
    if waits:
        return {"kind": "info", "title": _("De gemeente is in gebreke gesteld"), "text": given + " " + _(
            "Beslist zij niet uiterlijk %(dag)s? Dan betaalt zij u daarna voor elke dag (Awb 4:17).",
            dag=day_long(waits.due_on))}
    if found.loopt:
        title = ngettext("De dwangsom loopt: %(num)s dag, %(bedrag)s", "De dwangsom loopt: %(num)s dagen, %(bedrag)s",
                         found.dagen, bedrag=amount)
        return {"kind": "warn", "title": title, "text": given + " " + _(
            "Het bedrag wordt elke dag hoger, tot er een besluit is, of 42 dagen lang.")}
    if found.dagen and any(t.kind == "dwangsombeschikking" and t.met_on is None for t in rows):
        title = ngettext("De gemeente was %(num)s dag te laat: %(bedrag)s", "De gemeente was %(num)s dagen te laat: %(bedrag)s",
                         found.dagen, bedrag=amount)
        return {"kind": "info", "title": title, "text": given + " " + _(
            "Zij neemt een apart besluit over dit bedrag. Moet zij het betalen, dan krijgt u het daarna (Awb 4:18).")}
    return None


def case_meter(zaak) -> dict | None:
    """The same for the case itself."""
    return meter([(t, p) for t, p in zaak.termijnen if t.dossier_id == zaak.subsidie.id])
