"""Figures of access and placement: what was in time, who came and went, who waits, who lives across a border. Counts only, the
same for everybody who may read them; the file has nothing that the page hides."""

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import relativedelta
from flask import g

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.register import csv_file
from portal.domains.plaatsingen import cijfers as figures
from portal.domains.plaatsingen import plan_queries
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.web.filters import datum_tabel, in_taal, maand_kort, punten
from portal.web.grafiek import teken
from portal.web.htmx import page_or_part
from portal.web.navigation import gemeenten
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

NOT_TOLD = "–"


def _small(number: int | None) -> str:
    """A count as people read it: of a small group only that it is small."""
    return _("minder dan %(n)s", n=load_config("plaatsingen")["kleine_groep"]["minstens"]) if number is None else str(number)


def _narrow(number: int | None) -> str:
    """The same in a table, where there is little room."""
    return f"< {load_config('plaatsingen')['kleine_groep']['minstens']}" if number is None else str(number)


def _told(number: int | None) -> str:
    """A sum or a part: a dash where it would give a small group away."""
    return NOT_TOLD if number is None else str(number)


def _month(on: date) -> str:
    return f"{maand_kort(on, current_lang())} {on.year}"


def _labels() -> dict[str, str]:
    return {"onderzoek": _("Onderzoek binnen zes weken"), "toegangsbesluit": _("Besluit binnen twee weken na de aanvraag"),
            "acht_weken": _("Van melding tot besluit binnen acht weken")}


@bp.route("/cijfers/plaatsingen", needs=P.CIJFERS_LEZEN)
def cijfers():
    """The page of figures of the own gemeente, and of the region as far as nobody can be found in them."""
    found = figures.overzicht(g.db, g.actor.party_id, clock.today())
    names = {one.id: one.naam for one in gemeenten().values()}
    eight = found.termijnen[-1]
    metrics = [
        (_("Besluit binnen acht weken"), _("%(n)s van %(van)s", n=_told(eight.op_tijd), van=_small(eight.totaal))
         if eight.totaal != 0 else _("nog geen"), _("in twaalf maanden")),
        (_("Wacht op een plek"), _small(found.wacht), _forecast(found.vooruit)),
        (_("Wachttijd"), ngettext("%(num)s dag", "%(num)s dagen", found.wachttijd) if found.wachttijd is not None
         else NOT_TOLD, _("de helft wachtte korter")),
        (_("Woont in een andere gemeente"), _told(found.daar), _("van elders hier: %(n)s", n=_told(found.hier)))]
    region = sorted(found.gemeenten, key=lambda one: names[one.gemeente_id])
    return page_or_part(
        "plaatsing/cijfers.html", metrics=metrics, names=names, small=_narrow, getal=_told, month=_month, labels=_labels(),
        found=found, trends=[_trend(*one) for one in ((_("Uw gemeente"), found.eigen), (_("De regio"), found.regio)) if one[1]],
        minstens=load_config("plaatsingen")["kleine_groep"]["minstens"], gemeenten=region,
        ours=[n for n, one in enumerate(region) if one.gemeente_id == g.actor.party_id], uitkomst=_uitkomst())


def _uitkomst() -> dict:
    """What the help of a year brought: the answers per question, and the average mark; nothing of a small group."""
    found = plan_queries.uitkomstcijfers(g.db, g.actor.party_id, van=clock.today() - relativedelta(months=figures.MAANDEN),
                                         tot=clock.today())
    config = load_config("plaatsingen")
    rows = [[in_taal(one["naam"]), *(_told(found.onderdelen[one["code"]][code]) for code in ("ja", "nee", "onbekend", "open"))]
            for one in config["deelindicator"]] if found.aantal else []
    if rows:
        rows.append([_("Stopte de hulp voordat die klaar was?"), _told(found.uitval["ja"]), _told(found.uitval["nee"]),
                     "0", "0"])
    return {"aantal": found.aantal, "rijen": rows,
            "cijfer": NOT_TOLD if found.gemiddeld is None else punten(found.gemiddeld, current_lang())}


def _forecast(number: int | None) -> str:
    return "" if number is None else ngettext(
        "gaat het zo door, dan over drie maanden %(num)s", "gaat het zo door, dan over drie maanden %(num)s", number)


def _trend(wie: str, standen: list[figures.Stand]) -> dict:
    """Waiting list and pgb over a year: the drawing, its conclusion, and its story in words."""
    wacht, pgb = [one.wacht for one in standen], [one.pgb for one in standen]
    said = {"stijgt": _("de wachtlijst steeg in een jaar"), "daalt": _("de wachtlijst daalde in een jaar"),
            "gelijk": _("de wachtlijst bleef in een jaar gelijk"),
            "": _("van de wachtlijst is niet te zeggen of die steeg of daalde: kleine aantallen staan er niet in")}
    more = {"stijgt": _("het aantal pgb’s steeg"), "daalt": _("het aantal pgb’s daalde"),
            "gelijk": _("het aantal pgb’s bleef gelijk"),
            "": _("van de pgb’s is niet te zeggen of het er meer of minder werden: kleine aantallen staan er niet in")}
    first, second = figures.richting(wacht), figures.richting(pgb)
    message = f"{said[first]}, {more[second]}" if first or second else _(
        "of de wachtlijst en de pgb’s stegen of daalden, is niet te zeggen: kleine aantallen staan er niet in")
    return {"wie": wie, "message": f"{wie}: {message}", "standen": standen,
            "drawn": teken([wacht, pgb], [maand_kort(one.dag, current_lang()) for one in standen]),
            "title": _("Wachtlijst en pgb per maand, van %(van)s tot en met %(tot)s", van=_month(standen[0].dag),
                       tot=_month(standen[-1].dag))}


@bp.route("/cijfers/plaatsingen/bestand.csv", needs=P.CIJFERS_LEZEN, step_up=True)
def cijfers_bestand():
    """Every number of the page as a file, with the same groups hidden."""
    found = figures.overzicht(g.db, g.actor.party_id, clock.today())
    return csv_file(f"cijfers-beschermd-wonen-{clock.today().isoformat()}",
                    [_("Onderwerp"), _("Gebied"), _("Dag of maand"), _("Wat"), _("Aantal")], _rows(found))


def _rows(found: figures.Cijfers) -> Iterator[list]:
    names = {one.id: one.naam for one in gemeenten().values()}
    own, today, labels = g.actor.party_naam, datum_tabel(clock.today()), _labels()
    for one in found.termijnen:
        yield [labels[one.code], own, today, _("op tijd"), _told(one.op_tijd)]
        yield [labels[one.code], own, today, _("samen"), _small(one.totaal)]
    for one in found.stroom:
        for what, number in ((_("instroom"), one.instroom), (_("doorstroom"), one.doorstroom), (_("uitstroom"), one.uitstroom)):
            yield [_("In-, door- en uitstroom"), own, _month(one.maand), what, _small(number)]
    for area, standen, shown in ((own, found.eigen, _small), (_("De regio"), found.regio, _told)):
        for one in standen:
            yield [_("Wachtlijst en pgb"), area, datum_tabel(one.dag), _("wacht op een plek"), shown(one.wacht)]
            yield [_("Wachtlijst en pgb"), area, datum_tabel(one.dag), _("pgb"), shown(one.pgb)]
            yield [_("Wachtlijst en pgb"), area, datum_tabel(one.dag), _("pgb om de wachtlijst"), _told(one.pgb_wachtlijst)]
    for one in found.grens:
        yield [_("Over de grens"), names[one.gemeente_id], today, _("van ons daar"), _small(one.daar)]
        yield [_("Over de grens"), names[one.gemeente_id], today, _("van daar bij ons"), _small(one.hier)]
    answers = [_("ja"), _("nee"), _("niet vast te stellen"), _("nog niet bekend")]
    for question, *counts in _uitkomst()["rijen"]:
        for what, number in zip(answers, counts, strict=True):
            yield [question, own, today, what, number]
    for one in found.gemeenten:
        for what, number in ((_("wacht op een plek"), one.wacht), (_("woont op een plek"), one.woont), (_("pgb"), one.pgb)):
            yield [_("De regio per gemeente"), names[one.gemeente_id], today, what, _small(number)]
