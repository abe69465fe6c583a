"""The council: what it gets to read, what it was promised, when it meets, what it was advised, and the yearly report on plans
of residents. What has the flag everybody reads."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from flask import Response, g, request, url_for
from markupsafe import Markup

from portal.blueprints.register import csv_file
from portal.domains.raad import queries, rules, usecases
from portal.domains.raad.model import Advies, Raadsstuk, Toezegging, Toezegsoort
from portal.domains.raad.rules import Antwoord, Deel, Stuksoort, Uitkomst, Vorm
from portal.domains.raad.words import (
    ANTWOORD_WORDS,
    DEEL_WORDS,
    EVENT_WORDS,
    STUKSOORT_WORDS,
    TOEZEGSOORT_WORDS,
    UITKOMST_WORDS,
    VORM_WORDS,
)
from portal.domains.uitdaagrecht.jaarverslag import Regel, gemiddeld, jaarverslag
from portal.domains.uitdaagrecht.queries import gronden as alle_gronden
from portal.domains.uitdaagrecht.words import DOORGELEID_WORDS
from portal.domains.uitdaagrecht.words import UITKOMST_WORDS as ANTWOORD_OP_PLAN
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.kernel.events import sentence
from portal.web import navigation
from portal.web.blueprint import PUBLIC, PortalBlueprint, attempt
from portal.web.filters import bedrag, datum_tabel, in_taal
from portal.web.forms import YEARS, Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

bp = PortalBlueprint("raad", __name__)

KORT, LANG = 200, 10_000
# What can be made public: the kind in an address -> (how it is found, where it stands).
SOORTEN = {"stuk": (queries.stuk, "raad.stuk"), "toezegging": (queries.toezegging, "raad.toezegging"),
           "advies": (queries.advies, "raad.advies")}
BIJ = {"stuk": "stuk_id", "toezegging": "toezegging_id", "advies": "advies_id"}


def _tabs() -> list[tuple]:
    pages = [(_("Overzicht"), "raad.overzicht"), (_("Stukken"), "raad.stukken"),
             (_("Moties en toezeggingen"), "raad.toezeggingen"), (_("Bijeenkomsten"), "raad.sessies"),
             (_("Adviezen"), "raad.adviezen"), (_("Plannen van bewoners"), "raad.uitdagingen")]
    return [(label, url_for(page), None, request.endpoint == page) for label, page in pages]


def _options(words) -> list[tuple[str, str]]:
    return [(str(code), in_taal(text)) for code, text in words.items()]


def _mag() -> bool:
    return g.actor.may(P.RAAD_BEHEREN)


def _save(act: Callable, name: str, about, to: Callable, sentence: str, again: Callable) -> Response:
    """Do it, and go to the page of the row that it gave; refused, the form comes back with what was typed."""
    return attempt("raad", lambda: tell(go(to(act())), sentence), name, about, again)


def _papers(papers) -> list[tuple[str, str]]:
    """Papers to choose from."""
    return [(str(one.id), f"{one.onderwerp} ({datum_tabel(one.op_on)})") for one in papers]


def _known() -> dict:
    """The papers that a form may name, by their id as text."""
    return {str(one.id): one.id for one in queries.kiesbaar(g.db, g.actor)}


def badge_van(row) -> tuple[str, str]:
    """Colour and words for where a promise stands today."""
    stand = rules.stand(row.uiterlijk_on, row.afgedaan_on, clock.today())
    late = ngettext("%(num)s dag te laat", "%(num)s dagen te laat", stand.te_laat) if stand.te_laat else ""
    if stand.afgedaan:
        return ("warn", _("Afgedaan, %(laat)s", laat=late)) if late else ("ok", _("Afgedaan"))
    return ("err", _("Open, %(laat)s", laat=late)) if late else ("info", _("Open"))


def _promise(row, url: str | None, gemeente: str = "", inside: bool = True) -> dict:
    """One promise in a list; not `inside`: as everybody reads it, also who could read more."""
    meta = [gemeente, _("van %(dag)s", dag=datum_tabel(row.op_on))]
    if row.uiterlijk_on:
        meta.append(_("uiterlijk %(dag)s", dag=datum_tabel(row.uiterlijk_on)))
    if row.afgedaan_on:
        meta.append(_("afgedaan op %(dag)s", dag=datum_tabel(row.afgedaan_on)))
    named = row.met_stuk and (inside or row.met_openbaar_at)
    text = _("Afgedaan met: %(stuk)s", stuk=row.met_stuk) if named else ""
    return {"url": url, "title": f"{_name(row)}: {row.titel}", "text": text, "status": badge_van(row),
            "meta": " · ".join(filter(None, meta))}


def _name(row) -> str:
    """`Motie 455`."""
    return f"{in_taal(TOEZEGSOORT_WORDS[row.soort])} {row.nummer}"


def _paper(row, url: str, gemeente: str = "") -> dict:
    """One paper in a list."""
    meta = [gemeente, datum_tabel(row.op_on), row.kenmerk, row.versie, row.portefeuille]
    status = ("info", _("Verwacht")) if row.op_on > clock.today() else None
    return {"url": url, "title": row.onderwerp, "text": in_taal(STUKSOORT_WORDS[row.soort]), "status": status,
            "meta": " · ".join(filter(None, meta))}


# What there is ---------------------------------------------------------------------------------------------------------------

@bp.route("/raad", needs=P.RAAD_LEZEN)
def overzicht():
    """How many promises are open and late, and what comes."""
    places = {"belofte": lambda one: url_for("raad.toezegging", toezegging_id=one.id),
              "stuk": lambda one: url_for("raad.stuk", stuk_id=one.id), "sessie": lambda _one: url_for("raad.sessies"),
              "advies": lambda one: url_for("raad.advies", advies_id=one.id)}
    wat = {"belofte": _("Afdoen"), "stuk": _("Stuk verwacht"), "sessie": _("Opnieuw bespreken"),
           "advies": _("Vervolg op een advies")}
    return page_or_part(
        "raad/overzicht.html", tabs=_tabs(), telling=queries.telling(g.db, g.actor), mag=_mag(), vandaag=clock.today(),
        gebeurd=_gebeurd(queries.gebeurtenissen(g.db, g.actor)),
        agenda=[(one, wat[one.wat], places[one.wat](one)) for one in queries.agenda(g.db, g.actor)])


def _gebeurd(events) -> list[dict]:
    """What was kept last, for ui.timeline; the same thing by the same person on one day stands there once, with how often."""
    told = Counter((one.occurred_on, one.wie or _("een collega"), sentence(EVENT_WORDS, one.kind, one.facts, "", _))
                   for one in events)
    return [{"when": datum_tabel(on), "who": who,
             "what": what if often == 1 else _("%(wat)s (%(n)s keer)", wat=what, n=often)}
            for (on, who, what), often in told.items()]


# Papers ----------------------------------------------------------------------------------------------------------------------

@bp.route("/raad/stukken", needs=P.RAAD_LEZEN)
def stukken():
    """The papers, the newest first."""
    part = queries.stukken(g.db, g.actor, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part("raad/stukken.html", tabs=_tabs(), mag=_mag(), paging=around(part),
                        rows=[_paper(row, url_for("raad.stuk", stuk_id=row.id)) for row in part.rows])


@bp.route("/raad/stukken/<uuid:stuk_id>", needs=P.RAAD_LEZEN)
def stuk(stuk_id):
    """One paper: what it asks, its decision points, and what was settled with it."""
    row = queries.stuk(g.db, g.actor, stuk_id)
    return page_or_part("raad/stuk.html", mag=_mag(), **_stuk(row, "raad.stuk", "raad.toezegging"))


def _stuk(row: Raadsstuk, page: str, promise_page: str) -> dict:
    """What a page shows of one paper, inside or for everybody."""
    other = queries.zichtbaar(g.db, row.bij_id)
    inside = promise_page == "raad.toezegging"
    return {
        "s": row, "soort": in_taal(STUKSOORT_WORDS[row.soort]), "punten": queries.punten(g.db, row.id),
        "delen": [(in_taal(DEEL_WORDS[deel]), row.delen[deel]) for deel in Deel if deel in row.delen],
        "bij": (other.onderwerp, url_for(page, stuk_id=other.id)) if other and (inside or other.openbaar_at) else None,
        "beloften": [_promise(one, url_for(promise_page, toezegging_id=one.id), inside=inside)
                     for one in queries.van_stuk(g.db, row.id) if inside or one.openbaar_at]}


@bp.route("/raad/stukken/nieuw", needs=P.RAAD_BEHEREN)
def stuk_nieuw():
    """Write a paper down."""
    return _stuk_page(None)


@bp.route("/raad/stukken/<uuid:stuk_id>/wijzigen", needs=P.RAAD_BEHEREN)
def stuk_wijzigen(stuk_id):
    """Change a paper."""
    return _stuk_page(queries.stuk(g.db, g.actor, stuk_id))


def _stuk_page(row: Raadsstuk | None, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    values = form.values if form else _stuk_values(row) if row else {}
    papers = _papers(one for one in queries.kiesbaar(g.db, g.actor) if row is None or one.id != row.id)
    return page_or_part(
        "raad/stuk_formulier.html", status=status, values=values, errors=form.errors if form else {}, reasons=reasons,
        soorten=_options(STUKSOORT_WORDS), delen=_options(DEEL_WORDS), stukken=papers,
        action=url_for("raad.stuk_verbeteren", stuk_id=row.id) if row else url_for("raad.stuk_maken"),
        terug=url_for("raad.stuk", stuk_id=row.id) if row else url_for("raad.stukken"), nieuw=row is None)


def _stuk_values(row: Raadsstuk) -> dict:
    return {"soort": row.soort, "kenmerk": row.kenmerk, "op_on": datum_tabel(row.op_on), "versie": row.versie,
            "onderwerp": row.onderwerp, "portefeuille": row.portefeuille, "afdeling": row.afdeling, "gevraagd": row.gevraagd,
            "bijlagen": row.bijlagen, "bij": row.bij_id or "", "punten": rules.als_tekst(queries.punten(g.db, row.id)),
            **{f"deel-{code}": text for code, text in row.delen.items()}}


@bp.route("/raad/stukken/nieuw", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def stuk_maken():
    """Keep a new paper."""
    return _stuk_bewaren(None)


@bp.route("/raad/stukken/<uuid:stuk_id>/wijzigen", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def stuk_verbeteren(stuk_id):
    """Keep what changed of a paper."""
    return _stuk_bewaren(queries.stuk(g.db, g.actor, stuk_id))


def _stuk_bewaren(row: Raadsstuk | None) -> Response:
    form, known = Form(), _known()
    given = {
        "soort": form.choice("soort", list(Stuksoort), _("Kies wat voor stuk het is.")),
        "op_on": form.date("op_on", _("Vul de dag van het stuk in.")),
        "onderwerp": form.text("onderwerp", _("Schrijf waarover het stuk gaat."), most=KORT),
        "portefeuille": form.text("portefeuille", _("Schrijf wie erover gaat, als functie."), most=KORT),
        "gevraagd": form.text("gevraagd", _("Schrijf wat er van de raad wordt gevraagd."), most=LANG),
        "kenmerk": form.text("kenmerk", most=KORT) or "", "versie": form.text("versie", most=KORT) or "",
        "afdeling": form.text("afdeling", most=KORT) or "", "bijlagen": form.text("bijlagen", most=LANG) or "",
        "punten": form.text("punten", most=LANG) or "",
        "delen": {deel: form.text(f"deel-{deel}", most=LANG) or "" for deel in Deel},
        "bij_id": known.get(form.choice("bij", known) or "")}
    if form.errors:
        return _stuk_page(row, 422, form)
    stuk_id = row.id if row else None
    return _save(lambda: usecases.stuk_bewaren(g.db, g.actor, stuk_id, **given), "stuk", stuk_id,
                 lambda made: url_for("raad.stuk", stuk_id=made.id), _("Het stuk is bewaard."),
                 lambda status, reasons: _stuk_page(row, status, form, reasons))


# Promises --------------------------------------------------------------------------------------------------------------------

@bp.route("/raad/toezeggingen", needs=P.RAAD_LEZEN)
def toezeggingen():
    """What the council asked or was promised: open, late, or everything."""
    welke = request.args.get("welke", "open")
    welke = welke if welke in ("open", "te_laat", "alles") else "open"
    telling = queries.telling(g.db, g.actor)
    part = queries.toezeggingen(g.db, g.actor, welke=welke, after=request.args.get("na"), before=request.args.get("voor"))
    tabs = [(_("Open"), "open", telling.open), (_("Te laat"), "te_laat", telling.te_laat), (_("Alles"), "alles", telling.alles)]
    return page_or_part(
        "raad/toezeggingen.html", tabs=_tabs(), mag=_mag(), paging=around(part), welke=welke,
        keuze=[(label, url_for("raad.toezeggingen", welke=code), count, code == welke) for label, code, count in tabs],
        rows=[_promise(row, url_for("raad.toezegging", toezegging_id=row.id)) for row in part.rows])


@bp.route("/raad/toezeggingen/<uuid:toezegging_id>", needs=P.RAAD_LEZEN)
def toezegging(toezegging_id):
    """One promise, until when, and with what it was settled."""
    return _toezegging_page(queries.toezegging(g.db, g.actor, toezegging_id))


def _toezegging_page(row: Toezegging, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    """With the form to settle it, while it is open."""
    can = _mag() and row.afgedaan_on is None
    return page_or_part(
        "raad/toezegging.html", status=status, mag=_mag(), errors=form.errors if form else {}, reasons=reasons,
        values=form.values if form else {}, vandaag=clock.today(),
        stukken=_papers(one for one in queries.kiesbaar(g.db, g.actor) if one.op_on <= clock.today()) if can else [],
        **_toezegging(row, "raad.stuk"))


def _toezegging(row: Toezegging, page: str) -> dict:
    """What a page shows of one promise, inside or for everybody."""
    def paper(id_):
        found = queries.zichtbaar(g.db, id_)
        shown = found is not None and (page == "raad.stuk" or found.openbaar_at is not None)
        return (found.onderwerp, url_for(page, stuk_id=id_)) if shown else None

    return {"t": row, "naam": _name(row), "nu": badge_van(row), "over": paper(row.over_id), "met": paper(row.afgedaan_id)}


@bp.route("/raad/toezeggingen/nieuw", needs=P.RAAD_BEHEREN)
def toezegging_nieuw():
    """Write down what the council asked or was promised."""
    return _toezegging_formulier(None)


@bp.route("/raad/toezeggingen/<uuid:toezegging_id>/wijzigen", needs=P.RAAD_BEHEREN)
def toezegging_wijzigen(toezegging_id):
    """Change it while it is open."""
    row = queries.toezegging(g.db, g.actor, toezegging_id)
    if row.afgedaan_on:
        raise Refused("Dit is al afgedaan, en dat verandert niet meer.", status=409)
    return _toezegging_formulier(row)


def _toezegging_formulier(row: Toezegging | None, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    values = form.values if form else {} if row is None else {
        "soort": row.soort, "nummer": row.nummer, "op_on": datum_tabel(row.op_on), "titel": row.titel, "tekst": row.tekst,
        "van": row.van, "over": row.over_id or "", "uiterlijk_on": datum_tabel(row.uiterlijk_on) if row.uiterlijk_on else ""}
    return page_or_part(
        "raad/toezegging_formulier.html", status=status, values=values, errors=form.errors if form else {}, reasons=reasons,
        soorten=_options(TOEZEGSOORT_WORDS), nieuw=row is None,
        stukken=_papers(queries.kiesbaar(g.db, g.actor)),
        action=url_for("raad.toezegging_verbeteren", toezegging_id=row.id) if row else url_for("raad.toezegging_maken"),
        terug=url_for("raad.toezegging", toezegging_id=row.id) if row else url_for("raad.toezeggingen"))


@bp.route("/raad/toezeggingen/nieuw", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def toezegging_maken():
    """Keep a new one."""
    return _toezegging_bewaren(None)


@bp.route("/raad/toezeggingen/<uuid:toezegging_id>/wijzigen", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def toezegging_verbeteren(toezegging_id):
    """Keep what changed of one."""
    return _toezegging_bewaren(queries.toezegging(g.db, g.actor, toezegging_id))


def _toezegging_bewaren(row: Toezegging | None) -> Response:
    form, known = Form(), _known()
    given = {
        "soort": form.choice("soort", list(Toezegsoort), _("Kies wat het is.")),
        "nummer": form.text("nummer", _("Vul het nummer in."), most=KORT),
        "op_on": form.date("op_on", _("Vul de dag in waarop het is gevraagd of beloofd.")),
        "titel": form.text("titel", _("Schrijf in een paar woorden waar het over gaat."), most=KORT),
        "tekst": form.text("tekst", _("Schrijf wat er is gevraagd of beloofd."), most=LANG),
        "van": form.text("van", most=KORT) or "", "uiterlijk_on": form.date("uiterlijk_on"),
        "over_id": known.get(form.choice("over", known) or "")}
    if form.errors:
        return _toezegging_formulier(row, 422, form)
    toezegging_id = row.id if row else None
    return _save(lambda: usecases.toezegging_bewaren(g.db, g.actor, toezegging_id, **given), "toezegging", toezegging_id,
                 _promise_url, _("Bewaard."), lambda status, reasons: _toezegging_formulier(row, status, form, reasons))


def _promise_url(row: Toezegging) -> str:
    return url_for("raad.toezegging", toezegging_id=row.id)


@bp.route("/raad/toezeggingen/<uuid:toezegging_id>/afdoen", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def afdoen(toezegging_id):
    """Settle it, with the paper that did."""
    row, form, known = queries.toezegging(g.db, g.actor, toezegging_id), Form(), _known()
    stuk_id = known.get(form.choice("stuk", known, _("Kies met welk stuk dit is afgedaan.")) or "")
    op_on = form.date("op_on", _("Vul de dag in waarop het is afgedaan."))
    if form.errors:
        return _toezegging_page(row, 422, form)
    return _save(lambda: usecases.afdoen(g.db, g.actor, toezegging_id, stuk_id=stuk_id, op_on=op_on), "afdoen", toezegging_id,
                 _promise_url, _("Afgedaan."), lambda status, reasons: _toezegging_page(
                     queries.toezegging(g.db, g.actor, toezegging_id), status, form, reasons))


# Meetings --------------------------------------------------------------------------------------------------------------------

@bp.route("/raad/bijeenkomsten", needs=P.RAAD_LEZEN)
def sessies():
    """The meetings, and when a subject comes back."""
    return page_or_part(
        "raad/sessies.html", tabs=_tabs(), mag=_mag(), vandaag=clock.today(),
        rows=[(one, in_taal(VORM_WORDS[one.vorm]), in_taal(UITKOMST_WORDS[one.uitkomst]), due)
              for one, due in queries.sessies(g.db, g.actor)])


@bp.route("/raad/bijeenkomsten/nieuw", needs=P.RAAD_BEHEREN)
def sessie_nieuw():
    """Keep a meeting that was; `?onderwerp=` fills in the subject that came back."""
    return _sessie_page()


def _sessie_page(status: int = 200, form: Form | None = None, reasons=()) -> Response:
    asked = {"onderwerp": request.args.get("onderwerp", "").replace("\0", "").strip()[:KORT], "jaarlijks": "ja"}
    return page_or_part(
        "raad/sessie_formulier.html", status=status, values=form.values if form else asked,
        errors=form.errors if form else {}, reasons=reasons, vormen=_options(VORM_WORDS), uitkomsten=_options(UITKOMST_WORDS),
        stukken=_papers(queries.kiesbaar(g.db, g.actor)))


@bp.route("/raad/bijeenkomsten/nieuw", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def sessie_maken():
    """Keep it."""
    form, known = Form(), _known()
    given = {
        "op_on": form.date("op_on", _("Vul de dag van de bijeenkomst in.")),
        "onderwerp": form.text("onderwerp", _("Schrijf waarover de bijeenkomst ging."), most=KORT),
        "vorm": form.choice("vorm", list(Vorm), _("Kies wat voor bijeenkomst het was.")),
        "uitkomst": form.choice("uitkomst", list(Uitkomst), _("Kies hoe het afliep.")),
        "conclusie": form.text("conclusie", _("Schrijf wat er is afgesproken."), most=LANG),
        "stuk_id": known.get(form.choice("stuk", known) or ""), "jaarlijks": form.raw("jaarlijks") == "ja"}
    if form.errors:
        return _sessie_page(422, form)
    return _save(lambda: usecases.sessie_bewaren(g.db, g.actor, **given), "sessie", None,
                 lambda _made: url_for("raad.sessies"), _("De bijeenkomst is bewaard."),
                 lambda status, reasons: _sessie_page(status, form, reasons))


# Advice ----------------------------------------------------------------------------------------------------------------------

@bp.route("/raad/adviezen", needs=P.RAAD_LEZEN)
def adviezen():
    """What the council of residents advised, and how much of it was answered."""
    return page_or_part("raad/adviezen.html", tabs=_tabs(), mag=_mag(), rows=[
        {"url": url_for("raad.advies", advies_id=row.id), "title": row.titel, "text": row.van,
         "status": ("ok" if row.beantwoord == row.punten else "warn", _("%(klaar)s van %(punten)s punten beantwoord",
                    klaar=row.beantwoord, punten=row.punten)),
         "meta": datum_tabel(row.op_on)} for row in queries.adviezen(g.db, g.actor)])


@bp.route("/raad/adviezen/<uuid:advies_id>", needs=P.RAAD_LEZEN)
def advies(advies_id):
    """One advice: every point with its answer and what follows."""
    return page_or_part("raad/advies.html", mag=_mag(), **_advies(queries.advies(g.db, g.actor, advies_id)))


_KLEUR = {Antwoord.OVERGENOMEN: "ok", Antwoord.EENS: "ok", Antwoord.AL_GEDAAN: "ok", Antwoord.DEELS: "warn",
          Antwoord.LATER: "warn", Antwoord.NIET: "err"}


def _advies(row: Advies) -> dict:
    return {"a": row, "vandaag": clock.today(), "punten": [
        (one, (_KLEUR.get(one.antwoord, "info"), in_taal(ANTWOORD_WORDS[one.antwoord])) if one.antwoord
         else ("neutral", _("Nog geen antwoord"))) for one in queries.adviespunten(g.db, row.id)]}


@bp.route("/raad/adviezen/nieuw", needs=P.RAAD_BEHEREN)
def advies_nieuw():
    """Write an advice down."""
    return _advies_page()


def _advies_page(status: int = 200, form: Form | None = None, reasons=()) -> Response:
    return page_or_part("raad/advies_formulier.html", status=status, values=form.values if form else {},
                        errors=form.errors if form else {}, reasons=reasons)


@bp.route("/raad/adviezen/nieuw", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def advies_maken():
    """Keep it: one point per line."""
    form = Form()
    given = {
        "titel": form.text("titel", _("Schrijf waarover het advies gaat."), most=KORT),
        "van": form.text("van", _("Schrijf welke raad het advies gaf."), most=KORT),
        "op_on": form.date("op_on", _("Vul de dag van het advies in.")), "antwoord_on": form.date("antwoord_on"),
        "bron": form.text("bron", most=KORT) or "",
        "punten": (form.text("punten", _("Schrijf ten minste één punt van het advies."), most=2 * LANG) or "").splitlines()}
    if form.errors:
        return _advies_page(422, form)
    return _save(lambda: usecases.advies_bewaren(g.db, g.actor, **given), "advies", None,
                 lambda made: url_for("raad.advies", advies_id=made.id), _("Het advies is bewaard."),
                 lambda status, reasons: _advies_page(status, form, reasons))


@bp.route("/raad/adviezen/<uuid:advies_id>/<int:nummer>", needs=P.RAAD_BEHEREN)
def advies_punt(advies_id, nummer):
    """Answer one point."""
    return _punt_page(advies_id, nummer)


def _punt_page(advies_id, nummer: int, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    one, whole = queries.adviespunt(g.db, g.actor, advies_id, nummer), queries.advies(g.db, g.actor, advies_id)
    values = form.values if form else {
        "antwoord": one.antwoord or "", "toelichting": one.toelichting, "vervolg": one.vervolg,
        "vervolg_on": datum_tabel(one.vervolg_on) if one.vervolg_on else ""}
    return page_or_part("raad/punt_formulier.html", status=status, a=whole, punt=one, values=values,
                        errors=form.errors if form else {}, reasons=reasons, antwoorden=_options(ANTWOORD_WORDS))


@bp.route("/raad/adviezen/<uuid:advies_id>/<int:nummer>", needs=P.RAAD_BEHEREN, methods=["POST"], idempotent=True)
def advies_beantwoorden(advies_id, nummer):
    """Keep the answer to one point."""
    queries.adviespunt(g.db, g.actor, advies_id, nummer)
    form = Form()
    given = {
        "antwoord": form.choice("antwoord", list(Antwoord), _("Kies wat voor antwoord het is.")),
        "toelichting": form.text("toelichting", _("Schrijf wat het antwoord is, in gewone woorden."), most=LANG),
        "vervolg": form.text("vervolg", most=LANG) or "", "vervolg_on": form.date("vervolg_on")}
    if form.errors:
        return _punt_page(advies_id, nummer, 422, form)
    return _save(lambda: usecases.beantwoorden(g.db, g.actor, advies_id, nummer, **given), "antwoord", advies_id,
                 lambda _made: f"{url_for('raad.advies', advies_id=advies_id)}#punt-{nummer}",
                 _("Het antwoord is bewaard."), lambda status, reasons: _punt_page(advies_id, nummer, status, form, reasons))


# Public or not ---------------------------------------------------------------------------------------------------------------

@bp.route("/raad/<any(stuk, toezegging, advies):wat>/<uuid:id_>/openbaar", needs=P.RAAD_BEHEREN, methods=["POST"],
          idempotent=True)
def openbaar(wat, id_):
    """Show it to everybody, or take it off."""
    find, page = SOORTEN[wat]
    row, ja = find(g.db, g.actor, id_, lock=True), Form().raw("ja") == "ja"
    usecases.openbaar(g.db, g.actor, row, ja=ja)
    return tell(go(url_for(page, **{BIJ[wat]: id_})), _("Iedereen kan dit nu lezen.") if ja else
                _("Alleen uw gemeente leest dit nu."))


# The yearly report on plans of residents -----------------------------------------------------------------------------------

HOOFD = ("nummer", "taak", "product", "stand", "ontvangen_op", "antwoord_op", "dagen", "antwoord", "gronden", "kosten_nu",
         "kosten_plan")


def _year() -> int:
    """Which year the address asks; this year otherwise."""
    asked = request.args.get("jaar", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS
    return int(asked) if known else clock.today().year


def _answer(line: Regel) -> str:
    """What was answered, in words; empty while nothing was."""
    if line.doorgeleid:
        return _("Doorgestuurd: %(waarheen)s", waarheen=in_taal(DOORGELEID_WORDS[line.doorgeleid]))
    return in_taal(ANTWOORD_OP_PLAN[line.uitkomst]) if line.uitkomst else ""


@bp.route("/raad/plannen", needs=P.RAAD_LEZEN)
def uitdagingen():
    """Every plan of residents of a year: the task, the answer and why, in how many days, and what it costs."""
    jaar, lang, grounds = _year(), current_lang(), alle_gronden()
    lines = jaarverslag(g.db, g.actor, jaar)

    def money(value: Decimal | None) -> str:
        return _("niet bekend") if value is None else bedrag(value, lang)

    def row(line: Regel) -> list:
        why = "; ".join(in_taal(grounds.get(code, code)) for code in line.gronden)
        return [Markup('<span class="u-nowrap">{}</span>').format(line.nummer),
                line.taak or _("Nieuw: geen taak uit het register"),
                _answer(line) or state_badge("uitdaging", line.stand)[1], why or "-",
                _("nog geen antwoord") if line.dagen is None else line.dagen, money(line.kosten_nu), money(line.kosten_plan)]

    return page_or_part(
        "raad/uitdagingen.html", tabs=_tabs(), jaar=jaar, rows=[row(line) for line in lines], gemiddeld=gemiddeld(lines),
        ja=sum(line.uitkomst in ("toewijzen", "aanpassen", "proef") for line in lines), aantal=len(lines),
        nee=sum(line.uitkomst in ("afwijzen", "niet_ontvankelijk") for line in lines),
        jaren=[(str(one), str(one)) for one in range(clock.today().year, clock.today().year - 6, -1)])


def _data(line: Regel) -> dict:
    """One plan under the names of the file; these never change."""
    def plain(value):
        return f"{value:.2f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value

    return dict(zip(HOOFD, map(plain, (
        line.nummer, line.taak, line.product, line.stand, line.ontvangen_on, line.antwoord_on, line.dagen,
        f"doorgeleid:{line.doorgeleid}" if line.doorgeleid else line.uitkomst, list(line.gronden), line.kosten_nu,
        line.kosten_plan)), strict=True))


@bp.route("/raad/plannen.csv", needs=P.RAAD_LEZEN)
def uitdagingen_csv():
    """The report as a file for a spreadsheet."""
    jaar = _year()
    cells = ([" ".join(value) if isinstance(value, list) else "" if value is None else
              value.replace(".", ",") if name.startswith("kosten") else value for name, value in _data(line).items()]
             for line in jaarverslag(g.db, g.actor, jaar))
    return csv_file(f"plannen-van-bewoners-{jaar}", list(HOOFD), cells)


@bp.route("/raad/plannen.json", needs=P.RAAD_LEZEN)
def uitdagingen_json():
    """The report as data for other programs."""
    jaar = _year()
    lines = jaarverslag(g.db, g.actor, jaar)
    return Response(json.dumps({"gemeente": g.actor.party_slug, "jaar": jaar, "plannen": [_data(line) for line in lines]},
                               ensure_ascii=False), content_type="application/json; charset=utf-8")


# What everybody reads --------------------------------------------------------------------------------------------------------

@bp.route("/raadsinformatie", needs=PUBLIC)
def publiek():
    """The public papers, promises or advices of the councils."""
    towns = navigation.gemeenten()
    slug, wat = request.args.get("gemeente", ""), request.args.get("wat", "stukken")
    slug, wat = slug if slug in towns else "", wat if wat in ("stukken", "toezeggingen", "adviezen") else "stukken"
    part = queries.openbaar(g.db, wat, slug, after=request.args.get("na"), before=request.args.get("voor"))
    items = {
        "stukken": lambda row: _paper(row, url_for("raad.publiek_stuk", stuk_id=row.id), row.gemeente),
        "toezeggingen": lambda row: _promise(row, url_for("raad.publieke_toezegging", toezegging_id=row.id), row.gemeente,
                                             inside=False),
        "adviezen": lambda row: {"url": url_for("raad.publiek_advies", advies_id=row.id), "title": row.titel, "text": row.van,
                                 "meta": f"{row.gemeente} · {datum_tabel(row.op_on)}"}}
    names = [("stukken", _("Stukken")), ("toezeggingen", _("Moties en toezeggingen")), ("adviezen", _("Adviezen"))]
    return page_or_part(
        "raad/publiek.html", rows=[items[wat](row) for row in part.rows], paging=around(part), wat=wat, gemeente=slug,
        keuze=[(label, url_for("raad.publiek", wat=code, gemeente=slug or None), None, code == wat) for code, label in names],
        gemeenten=[(one, row.naam) for one, row in towns.items()])


@bp.route("/raadsinformatie/stukken/<uuid:stuk_id>", needs=PUBLIC)
def publiek_stuk(stuk_id):
    """A public paper."""
    row, gemeente = queries.openbare(g.db, Raadsstuk, stuk_id)
    return page_or_part("raad/stuk.html", gemeente=gemeente, **_stuk(row, "raad.publiek_stuk", "raad.publieke_toezegging"))


@bp.route("/raadsinformatie/toezeggingen/<uuid:toezegging_id>", needs=PUBLIC)
def publieke_toezegging(toezegging_id):
    """A public promise."""
    row, gemeente = queries.openbare(g.db, Toezegging, toezegging_id)
    return page_or_part("raad/toezegging.html", gemeente=gemeente, **_toezegging(row, "raad.publiek_stuk"))


@bp.route("/raadsinformatie/adviezen/<uuid:advies_id>", needs=PUBLIC)
def publiek_advies(advies_id):
    """A public advice."""
    row, gemeente = queries.openbare(g.db, Advies, advies_id)
    return page_or_part("raad/advies.html", gemeente=gemeente, **_advies(row))
