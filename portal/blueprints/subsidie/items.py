"""What several pages of subsidies list in the same way: a claim, a line of a decision, a proof of receipt, the history."""

from collections.abc import Sequence

from flask import url_for

from config import load as load_config
from portal.domains.subsidies import vorderen
from portal.domains.subsidies.model import Indiening, Subsidieregel, Vordering
from portal.domains.subsidies.rules import Regelsoort
from portal.domains.subsidies.voorstellen import kenmerk
from portal.domains.subsidies.words import sentence
from portal.kernel import clock
from portal.web.filters import feiten, local
from portal.web.links import state_badge
from portal.web.shown import day_narrow, day_short, euro_short
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

KINDS = {Regelsoort.RESULTAAT: "res", Regelsoort.VERPLICHTING: "duty", Regelsoort.VOORWAARDE: "cond"}


def claim_item(vordering: Vordering) -> dict:
    """One claim in a list."""
    left = vordering.nog_open
    is_open = vordering.state in vorderen.OPEN_VORDERING
    return {"title": vordering.reference, "url": url_for("subsidie.vordering", vordering_id=vordering.id),
            "status": state_badge("vordering", vordering.state),
            "text": _("%(bedrag)s teruggevraagd, nog open: %(open)s", bedrag=euro_short(vordering.bedrag),
                      open=euro_short(left)) if is_open
            else _("%(bedrag)s teruggevraagd, ontvangen: %(binnen)s", bedrag=euro_short(vordering.bedrag),
                   binnen=euro_short(vordering.ontvangen))}


def line_shown(regel: Subsidieregel, regels: Sequence[Subsidieregel]) -> dict:
    """One typed line of a decision as `ui.line` draws it, numbered among the others."""
    config = load_config("subsidies")
    artikel = config["grondslag"][regel.grondslag]["artikel"]
    if regel.verordening_artikel:
        artikel = _("%(awb)s, verordening artikel %(nummer)s", awb=artikel, nummer=regel.verordening_artikel)
    meta = [_("Bewijs: %(wat)s", wat=regel.bewijs)]
    if regel.uiterlijk_on:
        meta.append(_("uiterlijk %(dag)s", dag=day_short(regel.uiterlijk_on)))
    meta.append(config["koppeling"].get(regel.koppeling, {}).get("naam", ""))
    return {"no": kenmerk(regel, regels), "text": regel.tekst, "kind": KINDS[regel.soort], "article": artikel,
            "meta": [one for one in meta if one]}


def receipt_facts(indiening: Indiening) -> list[tuple]:
    """The proof of receipt of one sending."""
    received = (_("%(dag)s, op papier", dag=day_short(indiening.papier_on)) if indiening.papier_on
                else day_short(indiening.ontvangen_at))
    items = [(_("Ontvangen"), received), (_("Ontvangstbewijs"), indiening.ontvangst_nummer)]
    if indiening.volgnummer:
        items.append((_("Nummer in volgorde van ontvangst"), indiening.volgnummer))
    return [*items, (_("Vingerafdruk (SHA-256)"), indiening.vingerafdruk)]


def event_items(events) -> list[dict]:
    """Lines of history: what, by whom, and the hour of writing where the law counts the same day."""
    items = []
    for event in events:
        hour = _("%(tijd)s uur", tijd=f"{local(event.recorded_at):%H.%M}") if event.occurred_on == clock.day_of(
            event.recorded_at) else ""
        who = event.wie or (_("het portaal") if event.actor_id is None else _("een collega"))
        items.append({"when": day_narrow(event.occurred_on), "on": event.occurred_on, "who": " · ".join(filter(None, (
            ", ".join(filter(None, (who, event.partij))), hour))),
            "what": sentence(event.kind, feiten(event.facts, current_lang()), event.partij or "", _)})
    return items
