"""What the pages of a plan say in words: its parts, the judgement, the advice, the terms and what happened."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask import g

from config import load as load_config
from portal.blueprints.termijnen import as_lines
from portal.domains.uitdaagrecht import queries, rules
from portal.domains.uitdaagrecht.innemen import TAKEN_IN
from portal.domains.uitdaagrecht.model import Gemeentetaak, Uitdaging
from portal.domains.uitdaagrecht.rules import Oordeel
from portal.domains.uitdaagrecht.words import EVENT_WORDS, OORDEEL_WORDS, RECHTSKARAKTER_WORDS, UITKOMST_WORDS
from portal.kernel import clock, terms
from portal.kernel.dossier import Termijn, count_with, running
from portal.kernel.events import sentence
from portal.web.filters import bedrag, datum, datum_kort, hoofdletter, in_taal, nog_dagen
from portal.web.shown import day_narrow
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

# The parts of a plan, as who did not write it reads them.
PLAN_WORDS = {
    "wat": "Wat de bewoners willen doen", "waarom": "Waarom zij dat beter of goedkoper kunnen", "wie": "Met wie zij dit doen",
    "draagvlak": "Hoe zij weten dat anderen dit ook willen", "kosten": "Wat het kost",
    "samenwerking": "Met wie zij samenwerken", "continuiteit": "Hoe het goed blijft gaan",
    "afspraak": "Welke afspraak zij met de gemeente willen",
}
OORDEEL_KINDS = {Oordeel.VOLDOET: "ok", Oordeel.DEELS: "warn", Oordeel.VOLDOET_NIET: "err"}


def plan_delen(uitdaging: Uitdaging) -> list[tuple[str, str]]:
    """The plan part by part, in the order of the form; an empty text is a part that is not there yet."""
    return delen_van(uitdaging.plan.get("gegevens", {}))


def delen_van(given: Mapping) -> list[tuple[str, str]]:
    """The same of what was sent once."""
    return [(in_taal(PLAN_WORDS[code]), str(given.get(code) or "")) for code in rules.UITDAGING]


def karakter(uitdaging: Uitdaging) -> str:
    """What the answer is in law, and so what can be done against it."""
    return in_taal(RECHTSKARAKTER_WORDS[queries.regels(uitdaging).rechtskarakter])


def kosten_naast(uitdaging: Uitdaging, taak: Gemeentetaak | None) -> list[tuple[str, str]]:
    """What the plan costs beside what the gemeente pays now, as far as both are known."""
    lang, nu = current_lang(), taak.kosten if taak else None
    plan = rules.bedrag(uitdaging.plan.get("gegevens", {}).get("kosten_bedrag"))
    found = []
    if plan is not None:
        found.append((_("Het plan, per jaar"), bedrag(plan, lang)))
    if nu is not None:
        found.append((_("De gemeente nu, per jaar"), _("%(bedrag)s (%(jaar)s, %(bron)s)", bedrag=bedrag(nu, lang),
                                                       jaar=taak.kosten_jaar, bron=taak.bron)))
    less = rules.goedkoper(nu, plan)
    if less is not None:
        found.append((_("Verschil"), _("%(bedrag)s minder", bedrag=bedrag(less, lang)) if less >= Decimal(0)
                      else _("%(bedrag)s meer", bedrag=bedrag(-less, lang))))
    return found


def criteria() -> dict[str, str]:
    """The criteria, as a heading."""
    return {code: hoofdletter(in_taal(naam)) for code, naam in queries.criteria().items()}


def oordeel_rijen(oordelen: dict) -> list[tuple[str, str, str, str]]:
    """Per criterion: its name, a sign, the judgement in words, and why."""
    return [(naam, OORDEEL_KINDS[oordelen[code].oordeel], hoofdletter(in_taal(OORDEEL_WORDS[oordelen[code].oordeel])),
             oordelen[code].motivering) if code in oordelen else (naam, "open", _("Nog niet beoordeeld"), "")
            for code, naam in criteria().items()]


def advies_rijen(adviezen) -> list[tuple[str, str, str]]:
    """Who advises what, and why."""
    return [(wie, in_taal(UITKOMST_WORDS[one.advies]), one.motivering) for one, wie in adviezen]


def afloop(soort: str) -> list[tuple[str, str]]:
    """How an objection or a complaint can end: code and words, with the article."""
    return [(code, f"{hoofdletter(in_taal(row['naam']))} ({row['artikel']})")
            for code, row in load_config("uitdaagrecht")["afloop"][soort].items()]


def termijn_item(termijn: Termijn, pauzes) -> dict:
    """One term: until when, whether it is late or stands still, how it was counted, and what happens when nobody acts."""
    lang, today = current_lang(), clock.today()
    stil = termijn.met_on is None and running(pauzes)
    late = termijn.met_on is None and not stil and termijn.due_on < today
    count = count_with(termijn, pauzes)
    day = datum(count.last_day if stil else termijn.due_on, lang)
    if termijn.met_on:
        status, over = ("ok", _("Gedaan op %(dag)s", dag=datum_kort(termijn.met_on, lang))), ""
    elif stil:
        status = "info", _("Staat stil")
        over = _("Deze dag is voorlopig: hij schuift op zolang de bewoners aanvullen.")
    elif late:
        num = terms.dagen_te_laat(termijn.due_on, None, today)
        status, over = ("err", ngettext("%(num)s dag te laat", "%(num)s dagen te laat", num)), ""
    else:
        status, over = None, nog_dagen(termijn.due_on, today, lang)
    return {"title": in_taal(termijn.label), "dag": day, "due": _("uiterlijk %(dag)s", dag=day), "status": status, "over": over,
            "lines": as_lines(count.count), "late": late, "open": termijn.met_on is None,
            "nothing": "" if termijn.met_on else _("De bewoners krijgen bericht dat het later wordt. Het plan vervalt niet.")
            if termijn.kind == "beslissing" else in_taal(termijn.gevolg)}


def gebeurd(events, uitdaging: Uitdaging) -> list[dict]:
    """What happened, for `ui.timeline`."""
    return [{"when": day_narrow(one.occurred_on), "who": one.wie or _wie(one, uitdaging),
             "what": sentence(EVENT_WORDS, one.kind, one.facts, "", _)} for one in events if one.kind != TAKEN_IN]


def _wie(event, uitdaging: Uitdaging) -> str:
    if event.party_id == uitdaging.indiener_id:
        return _("de bewoners")
    return _("het portaal") if event.actor_id is None or event.party_id != g.actor.party_id else _("een collega")


def typ(on: date | None) -> str:
    """A day as somebody types it."""
    return f"{on:%d-%m-%Y}" if on else ""
