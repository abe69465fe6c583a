"""The penalty meter as the pages of the gemeente show it: in a case and in an objection."""

from flask import g, url_for

from portal.domains.subsidies import ingebreke
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.web.shown import day_long, euro_short
from portal.web.taal import gettext as _
from portal.web.taal import ngettext


def meter_shown(found: ingebreke.Meter | None, dossier_id, terms_of, *, can_determine: bool = True) -> dict | None:
    """The meter for `subsidie/_meter.html`: colour, words, and where the sum is determined; None where nobody gave notice, or
    nothing came of it. `terms_of`: terms of that dossier."""
    if found is None:
        return None
    determine = next((t for t in terms_of if t.kind == "dwangsombeschikking" and t.met_on is None), None)
    waits = next((t for t in terms_of if t.kind == "ingebrekestelling" and t.met_on is None), None)
    given, url = _("In gebreke gesteld op %(dag)s.", dag=day_long(found.gesteld_on)), url_for("subsidie.dwangsom",
                                                                                        dossier_id=dossier_id)
    amount = euro_short(found.bedrag)
    if found.loopt:
        title = ngettext("De dwangsom loopt: %(num)s dag, %(bedrag)s", "De dwangsom loopt: %(num)s dagen, %(bedrag)s",
                         found.dagen, bedrag=amount)
        return {"kind": "err", "title": title, "url": url, "button": "", "text": given + " " + _(
            "Elke dag kost de gemeente geld, tot er een besluit is, of 42 dagen lang (Awb 4:17).")}
    if determine:
        title = ngettext("De gemeente betaalt een dwangsom over %(num)s dag: %(bedrag)s",
                         "De gemeente betaalt een dwangsom over %(num)s dagen: %(bedrag)s", found.dagen, bedrag=amount)
        text = _("Stel de dwangsom vast uiterlijk %(dag)s (Awb 4:18).", dag=day_long(determine.due_on))
        return {"kind": "warn", "title": title, "url": url, "text": text,
                "button": _("Stel de dwangsom vast") if can_determine and g.actor.may(P.SUBSIDIE_BEHANDELEN) else ""}
    if waits:
        text = _("Beslis uiterlijk %(dag)s. Daarna kost elke dag de gemeente geld (Awb 4:17).", dag=day_long(waits.due_on))
        return {"kind": "warn", "title": _("De gemeente is in gebreke gesteld"), "text": f"{given} {text}", "url": url,
                "button": ""}
    return None


def case_meter(pairs, dossier_id) -> dict | None:
    """The same from terms with their suspensions, of which some are of this dossier."""
    rows = [t for t, _rows in pairs if t.dossier_id == dossier_id]
    return meter_shown(ingebreke.meter_van(rows, clock.today()), dossier_id, rows)
