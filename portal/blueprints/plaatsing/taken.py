"""Who handles which task at this gemeente, and how a task goes over: proposed by one, confirmed by a person of each side."""

from functools import partial

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.domains.plaatsingen import queries, rules, taken
from portal.domains.plaatsingen.model import Taakeinde, Taakoverdracht
from portal.domains.plaatsingen.rules import Behandelt
from portal.domains.plaatsingen.words import BEHANDELT_WORDS
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt
from portal.web.filters import datum, datum_tabel, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TEKST = 4000
_try = partial(attempt, "taakoverdracht")
EINDE_WORDS = {Taakeinde.INGETROKKEN: "Ingetrokken", Taakeinde.GEWEIGERD: "Geweigerd"}
# How a proposal ends without going through: (use case, what is said after it).
STAPPEN = {"intrekken": (taken.intrekken, "Het voorstel is ingetrokken. De taak blijft waar die is."),
          "weigeren": (taken.weigeren, "Het voorstel is geweigerd. De taak blijft waar die is.")}


def _task(code: str) -> str:
    return in_taal(load_config("plaatsingen")["taak"][code]["naam"])


@bp.route("/toegang/taken", needs=taken.MAG, endpoint="taken")
def overview():
    """Per task who handles it today and why, and the transfers."""
    today = clock.today()
    slug, verbanden, transfers = queries.routes(g.db, g.actor.party_id, today)
    now = [(_task(code), rules.route(code, today, gemeente=slug, verbanden=verbanden, overdrachten=transfers))
           for code in load_config("plaatsingen")["taak"]]
    return page_or_part(
        "plaatsing/taken.html", kan=bool(taken.kanten(g.actor)),
        nu=[{"taak": task, "wie": in_taal(BEHANDELT_WORDS[route.wie]), "sinds": datum_tabel(route.valid_from),
             "waarom": in_taal(route.waarom)} for task, route in now],
        overdrachten=[_transfer(*pair) for pair in queries.overdrachten(g.db, g.actor.party_id)])


def _transfer(transfer: Taakoverdracht, said: list) -> dict:
    """One transfer as a page shows it: how it stands, who said what, and who still has to."""
    lang, today = current_lang(), clock.today()
    missing = [one for one in Behandelt if str(one) not in {row.kant for row, _naam in said}]
    over = transfer.ingaand_on <= today
    if transfer.einde:
        status = ("neutral", in_taal(EINDE_WORDS[transfer.einde]))
    elif missing:
        status = ("err", _("Verlopen: niet van beide kanten bevestigd")) if over else ("warn", _("Wacht op bevestiging"))
    else:
        status = ("ok", _("Ingegaan") if over else _("Bevestigd"))
    waits = bool(missing) and not over and not transfer.einde
    can = set(missing) & set(taken.kanten(g.actor)) and not any(row.account_id == g.actor.user_id for row, _naam in said)
    mine, here = transfer.gemaakt_by == g.actor.user_id, url_for("plaatsing.taak_bevestiging", overdracht_id=transfer.id)
    return {
        "taak": _task(transfer.taak), "van": in_taal(BEHANDELT_WORDS[transfer.van_wie]), "status": status,
        "naar": in_taal(BEHANDELT_WORDS[transfer.naar_wie]), "ingaand": datum(transfer.ingaand_on, lang),
        "gezegd": [{"kant": in_taal(BEHANDELT_WORDS[row.kant]), "naam": naam, "on": datum(row.bevestigd_at, lang),
                    "verklaring": row.verklaring} for row, naam in said],
        "wacht": [in_taal(BEHANDELT_WORDS[one]) for one in missing] if waits else [],
        "einde": transfer.einde_reden, "einde_on": datum(transfer.einde_at, lang) if transfer.einde else "",
        "url": here if waits and can else None, "einde_url": here if waits and mine else None,
        "stap": "intrekken" if waits and mine else "weigeren" if waits and can else None}


def _sides() -> list[tuple[str, str]]:
    """For whom this person can confirm."""
    return [(str(one), hoofdletter(in_taal(BEHANDELT_WORDS[one]))) for one in taken.kanten(g.actor)]


@bp.route("/toegang/taken/nieuw", needs=taken.MAG)
def taak_nieuw():
    """The form of a transfer."""
    return _new_page()


def _new_page(status: int = 200, form=None, reasons=()) -> Response:
    return page_or_part(
        "plaatsing/taak_nieuw.html", status=status, reasons=reasons, errors=form.errors if form else {},
        values=form.values if form else {}, kanten=_sides(),
        taken=[(code, hoofdletter(_task(code))) for code in load_config("plaatsingen")["taak"]])


@bp.route("/toegang/taken/nieuw", needs=taken.MAG, methods=["POST"], idempotent=True)
def taak_voorstellen():
    """Propose it, with the statement of one's own side."""
    form = Form()
    given = {"taak": form.choice("taak", list(load_config("plaatsingen")["taak"]), _("Kies welke taak overgaat.")),
             "ingaand_on": form.date("ingaand_on", _("Vul in vanaf welke dag.")),
             "kant": form.choice("kant", list(Behandelt), _("Kies voor wie u dit bevestigt.")),
             "verklaring": form.text("verklaring", _("Schrijf waarom de kwaliteit goed blijft."), most=TEKST)}

    def again(status, reasons=()):
        return _new_page(status, form, reasons)

    def act():
        taken.voorstellen(g.db, g.actor, **given | {"kant": Behandelt(given["kant"])})
        return tell(go(url_for("plaatsing.taken")), _("Het voorstel staat erin. Nu bevestigt iemand van de andere kant."))

    return again(422) if form.errors else _try(act, "voorstellen", None, again)


@bp.route("/toegang/taken/<uuid:overdracht_id>", needs=taken.MAG)
def taak_bevestiging(overdracht_id):
    """Confirm one transfer."""
    return _confirm_page(overdracht_id)


def _confirm_page(overdracht_id, status: int = 200, form=None, reasons=()) -> Response:
    found = load(g.db, Taakoverdracht, overdracht_id)
    pair = next((one for one in queries.overdrachten(g.db, g.actor.party_id) if one[0].id == found.id), None)
    if pair is None:
        raise NotFound("Deze overdracht is er niet, of is niet van uw gemeente.")
    o, done = _transfer(*pair), {row.kant for row, _naam in pair[1]}
    return page_or_part(
        "plaatsing/taak_bevestigen.html", status=status, reasons=reasons, o=o, overdracht_id=found.id,
        kanten=[one for one in _sides() if one[0] not in done], errors=form.errors if form else {},
        values=form.values if form else {})


@bp.route("/toegang/taken/<uuid:overdracht_id>", needs=taken.MAG, methods=["POST"], idempotent=True)
def taak_bevestigen(overdracht_id):
    """The other side confirms: from its day on the task is theirs."""
    form = Form()
    kant = form.choice("kant", list(Behandelt), _("Kies voor wie u dit bevestigt."))
    verklaring = form.text("verklaring", _("Schrijf waarom de kwaliteit goed blijft."), most=TEKST)

    def again(status, reasons=()):
        return _confirm_page(overdracht_id, status, form, reasons)

    def act():
        taken.bevestigen(g.db, g.actor, overdracht_id, kant=Behandelt(kant), verklaring=verklaring)
        return tell(go(url_for("plaatsing.taken")), _("Bevestigd. De taak gaat over op de dag die is afgesproken."))

    return again(422) if form.errors else _try(act, "bevestigen", overdracht_id, again)


@bp.route("/toegang/taken/<uuid:overdracht_id>/<any(intrekken, weigeren):stap>", needs=taken.MAG, methods=["POST"],
          idempotent=True)
def taak_eindigen(overdracht_id, stap):
    """It does not go through: taken back by who proposed it, or refused by somebody else, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom."), most=TEKST)

    def again(status, reasons=()):
        return _confirm_page(overdracht_id, status, form, reasons)

    def act():
        STAPPEN[stap][0](g.db, g.actor, overdracht_id, reden=reden)
        return tell(go(url_for("plaatsing.taken")), in_taal(STAPPEN[stap][1]))

    return again(422) if form.errors else _try(act, stap, overdracht_id, again)
