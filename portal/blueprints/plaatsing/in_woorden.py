"""What pages of places say in words, for the gemeente and for the provider."""

from datetime import date

from flask import g, request, url_for

from config import load as load_config
from portal.domains.plaatsingen import queries
from portal.domains.plaatsingen.model import OverdrachtState
from portal.domains.plaatsingen.words import EVENT_WORDS, RICHTING_WORDS
from portal.kernel.events import sentence
from portal.web.filters import datum_kort, hoofdletter, in_taal
from portal.web.forms import YEARS, Form, Invalid, parse_date
from portal.web.links import state_badge
from portal.web.navigation import gemeenten
from portal.web.taal import current_lang
from portal.web.taal import gettext as _


def dag_gevraagd(name: str, otherwise: date) -> date:
    """The day in this part of the address; `otherwise` for none, or for one that is no day."""
    try:
        return parse_date(request.args[name].strip()) if request.args.get(name) else otherwise
    except Invalid:
        return otherwise


def geboortedag(text: str) -> date:
    """A day as people write it, from 1900 on."""
    return parse_date(text, range(1900, YEARS.stop))


def te_doen(items: list[dict]) -> tuple[list[dict], list[dict]]:
    """What can be done now, and what cannot with its `reasons`, both in the order given."""
    return [one for one in items if "reasons" not in one], [one for one in items if "reasons" in one]


def namen(section: str) -> list[tuple[str, str]]:
    """Code and words of what config/plaatsingen.toml lists in a section."""
    return [(code, hoofdletter(in_woorden(section, code))) for code in load_config("plaatsingen")[section]]


def in_woorden(section: str, *codes: str) -> str:
    """These codes of config/plaatsingen.toml in words, in one line."""
    found = load_config("plaatsingen")[section]
    rows = (found[code] for code in codes)
    return ", ".join(in_taal(row if isinstance(row, str) else row["naam"]) for row in rows)


def voortgangstand(code: str) -> tuple[str, str]:
    """How far somebody is with a result, for ui.badge."""
    step = load_config("plaatsingen")["voortgangscore"]["stand"][code]
    return step["soort"], in_taal(step["naam"])


def nummer_opnieuw(form: Form) -> None:
    """What was typed comes back, but never a citizen service number: the form says so, or it would go on without one."""
    if form.values.pop("bsn", None):
        form.errors.setdefault("bsn", _("Vul het burgerservicenummer opnieuw in. Het blijft na een fout niet staan."))


def aanbod_regel(row, other, number: str = "") -> dict:
    """One offer between gemeenten, for `ui.listing`; `other`: the gemeente at the other side, `number`: what stands in the
    place of its number."""
    lang = current_lang()
    until = _("antwoord uiterlijk %(dag)s", dag=datum_kort(row.verloopt_on, lang))
    from_on = _("vanaf %(dag)s", dag=datum_kort(row.ingaand_on, lang))
    # Two offers to one gemeente differ in their name.
    return {"title": f"{gemeentenaam(other) or _('een andere gemeente')} · {number or row.reference}",
            "url": url_for("plaatsing.overdracht", overdracht_id=row.id), "status": state_badge("overdracht", row.state),
            "text": in_taal(RICHTING_WORDS[row.richting]),
            "meta": until if row.state == OverdrachtState.AANGEBODEN else from_on}


def gemeentenaam(gemeente_id) -> str:
    """The name of a gemeente of this region."""
    return next((row.naam for row in gemeenten().values() if row.id == gemeente_id), "")


def leeftijden(locatie) -> str:
    """For which ages a location is, in words."""
    low, high = locatie.leeftijd_van, locatie.leeftijd_tot
    if low is None and high is None:
        return _("alle leeftijden")
    if high is None:
        return _("vanaf %(jaar)s jaar", jaar=low)
    if low is None:
        return _("tot en met %(jaar)s jaar", jaar=high)
    return _("%(van)s tot en met %(tot)s jaar", van=low, tot=high)


def balk(row, op: date, url: str | None, *also: str) -> dict:
    """One location with its places on a day, for ui.location."""
    note = [*also, in_woorden("product", row.product), gemeentenaam(row.gemeente_id)]
    if row.geheim:
        note.append(_("adres afgeschermd"))
    if row.gesloten_on:
        day = datum_kort(row.gesloten_on, current_lang())
        note.append(_("gesloten sinds %(dag)s", dag=day) if row.gesloten_on <= op else _("sluit op %(dag)s", dag=day))
    return {"naam": row.naam, "aantal": row.aantal, "bezet": row.bezet, "vast": row.vast, "later": row.later,
            "note": " · ".join(note), "url": url}


def voorbij(soort: str) -> list[list[str]]:
    """What was asked of this organisation and is over, for ui.table: the number, from whom, when, what became of it, and
    the own answer."""
    side, lang = {"verblijf": "aanbieder", "overdracht": "gemeente"}[soort], current_lang()
    reasons = load_config("plaatsingen")["weigering"][side]

    def said(one) -> str:
        if one.ja is None:
            return _("geen")
        return _("ja") if one.ja else _("nee: %(waarom)s", waarom=in_taal(reasons[one.reden]["naam"])
                                        if one.reden in reasons else one.reden)

    return [[one.reference or _("Afgeschermd"), gemeentenaam(one.van_wie), datum_kort(one.gevraagd_at, lang),
             _("Niet op tijd beantwoord") if one.state == "aangeboden" else state_badge(soort, one.state)[1], said(one)]
            for one in queries.voorbij(g.db) if one.soort == soort]


def tijdlijn(events) -> list[dict]:
    """What happened, for ui.timeline."""
    return [{"when": datum_kort(one.occurred_on, current_lang()), "on": one.occurred_on,
             "who": one.wie or (_("een collega") if one.actor_id else _("het portaal")),
             "what": sentence(EVENT_WORDS, one.kind, one.facts, "", _)} for one in events]
