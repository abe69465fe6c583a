"""The monitoring calendar of a gemeente: what must be looked at when, what came out, and when it ends."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Response, g, request, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.items import event_items
from portal.domains.subsidies import bewaken, queries
from portal.domains.subsidies.model import BewakingState, Ritme
from portal.domains.subsidies.words import RITME_WORDS
from portal.domains.subsidies.workflow import BEWAKING
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, in_taal, nog_dagen
from portal.web.forms import Form, Invalid, parse_date
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

EVENTS_SHOWN = 30
TITEL, BRON, TEKST = 200, 300, 4000
OTHERS_DO = "Dit doet een subsidieadviseur."
_try = partial(attempt, "bewaking")


# The calendar ---------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/bewaking", needs=P.SUBSIDIE_LEZEN)
def bewakingen():
    """What is watched, what waits longest first; with `?stand=gestopt` what was stopped."""
    state = BewakingState.GESTOPT if request.args.get("stand") == "gestopt" else BewakingState.LOOPT
    part = bewaken.lijst(g.db, state, after=request.args.get("na"), before=request.args.get("voor"))
    here = url_for("subsidie.bewakingen")
    return page_or_part(
        "subsidie/bewakingen.html", rows=part.rows, groups=_groups(part.rows), paging=around(part), stand=_stand,
        loopt=state == BewakingState.LOOPT, ritmes=RITME_WORDS, mag=g.actor.may(P.SUBSIDIE_BEHANDELEN), tabs=[
            (_("Loopt"), here, None, state == BewakingState.LOOPT),
            (_("Gestopt"), url_for("subsidie.bewakingen", stand="gestopt"), None, state == BewakingState.GESTOPT)])


def _groups(rows) -> list[tuple]:
    """Rows keep their order; a group without rows is not shown."""
    today = clock.today()
    groups = (("laat", _("Te laat"), [row for row in rows if row.open and row.aan_de_beurt_on < today]),
              ("nu", _("Nu aan de beurt"), [row for row in rows if row.open and row.aan_de_beurt_on >= today]),
              ("later", _("Later"), [row for row in rows if not row.open]))
    return [group for group in groups if group[2]]


def _stand(row) -> tuple[str, str]:
    """Colour and words for what waits in one line of the calendar."""
    if row.state == BewakingState.GESTOPT:
        return state_badge("bewaking", row.state)
    if not row.open:
        return "neutral", _("Nog niet aan de beurt")
    if row.aan_de_beurt_on < clock.today():
        return "err", ngettext("Er wacht %(num)s keer", "Er wachten %(num)s keren", row.open) if row.open > 1 else _("Te laat")
    return "warn", _("Aan de beurt")


@bp.route("/subsidies/bewaking/nieuw", needs=P.SUBSIDIE_BEHANDELEN)
def bewaking_nieuw():
    """The form of something new to watch."""
    return _new_page()


def _new_page(status: int = 200, errors=None, reasons=(), values=None) -> Response:
    return page_or_part(
        "subsidie/bewaking_nieuw.html", status=status, errors=errors or {}, reasons=reasons, values=values or {},
        ritmes=[(str(ritme), in_taal(words)) for ritme, words in RITME_WORDS.items()],
        regelingen=[(str(id_), titel) for id_, titel in bewaken.regelingen(g.db, g.actor.party_id)])


@bp.route("/subsidies/bewaking/nieuw", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def bewaking_maken():
    """Watch it from now on."""
    form = Form()
    given = {"titel": form.text("titel", _("Schrijf waar u op let."), most=TITEL),
             "ritme": form.choice("ritme", list(Ritme), _("Kies hoe vaak u dit nakijkt.")),
             "begint_on": form.date("begint_on", _("Vul in wanneer de eerste keer klaar moet zijn.")),
             "regeling_id": form.read("regeling_id", _scheme, None),
             "toelichting": form.text("toelichting", most=TEKST) or "", "bron": form.text("bron", most=BRON) or ""}

    def again(status, reasons=()):
        return _new_page(status, form.errors, reasons, form.values)

    def act():
        made = bewaken.maken(g.db, g.actor, **given)
        return tell(go(url_for("subsidie.bewaking", bewaking_id=made.id)), _("De bewaking loopt."))

    return again(422) if form.errors else _try(act, "maken", None, again)


def _scheme(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Kies een regeling uit de lijst.") from None


# One thing that is watched --------------------------------------------------------------------------------------------------

@bp.route("/subsidies/bewaking/<uuid:bewaking_id>", needs=P.SUBSIDIE_LEZEN)
def bewaking(bewaking_id):
    """One bewaking: what waits now, what came out before, and what can be done with it."""
    return _page(bewaking_id)


def _page(bewaking_id, status: int = 200, errors=None, reasons=(), values=None) -> Response:
    kop = bewaken.kop(g.db, g.actor, bewaking_id)
    one, today, lang = kop.bewaking, clock.today(), current_lang()
    viewed(one)
    part = bewaken.afgerond(g.db, one.id, after=request.args.get("na"), before=request.args.get("voor"))
    possible, blocked = _todo(kop)
    return page_or_part(
        "subsidie/bewaking.html", status=status, bewaking=one, kop=kop, stand=state_badge("bewaking", one.state),
        ritme=in_taal(RITME_WORDS[one.ritme]), figures=_figures(kop), possible=possible, blocked=blocked, rows=part.rows,
        paging=around(part), who=names(g.db, [row.afgerond_by for row in part.rows]), reasons=reasons, errors=errors or {},
        values=values or {}, kan_afronden=_can_finish(kop), loopt=one.state == BewakingState.LOOPT,
        wacht=[(day.isoformat(), f"{datum(day, lang)} ({nog_dagen(day, today, lang)})") for day in kop.open],
        timeline=event_items(queries.nieuwste(g.db, one.id, EVENTS_SHOWN)))


def _can_finish(kop: bewaken.Kop) -> bool:
    return bool(kop.open) and not BEWAKING.obstacles(kop.bewaking, "afronden", g.actor, uitkomst="-")


def _figures(kop: bewaken.Kop) -> list[tuple]:
    """When it is next, how often, since when."""
    one, lang = kop.bewaking, current_lang()
    found = [(_("Hoe vaak"), in_taal(RITME_WORDS[one.ritme])), (_("Eerste keer"), datum_kort(one.begint_on, lang))]
    if one.state == BewakingState.LOOPT:
        due = kop.open[0] if kop.open else one.volgende_on
        found.insert(0, (_("Aan de beurt") if kop.open else _("Volgende keer"), datum_kort(due, lang),
                         nog_dagen(due, clock.today(), lang)))
    return found


def _todo(kop: bewaken.Kop) -> tuple[list[dict], list[dict]]:
    """What this person can do with it now, and what not with the reason."""
    one, possible, blocked = kop.bewaking, [], []
    if one.state != BewakingState.LOOPT:
        return possible, blocked
    finish = in_taal(BEWAKING.steps["afronden"].label)
    if _can_finish(kop):
        possible.append({"title": finish, "text": _("U schrijft kort op wat u zag. De taak is daarna klaar."), "icon": "pen",
                         "button": _("Ga naar het formulier"), "url": "#afronden"})
    elif not g.actor.may(P.SUBSIDIE_BEHANDELEN):
        blocked.append({"title": finish, "reasons": [OTHERS_DO]})
    else:
        blocked.append({"title": finish, "reasons": [_("De volgende taak staat klaar vanaf %(dag)s.", dag=datum(
            one.volgende_on - bewaken.VOORAF, current_lang()))]})
    texts = {"wijzigen": (_("Maak duidelijker waar u op let."), _("Wijzig"), "pen", "subsidie.bewaking_wijziging"),
             "stoppen": (_("Hoeft dit niet meer? Dan komen er geen nieuwe taken."), _("Stop"), "cross",
                         "subsidie.bewaking_stop")}
    for name, (text, button, icon, endpoint) in texts.items():
        if not BEWAKING.obstacles(one, name, g.actor, reden="-"):
            possible.append({"title": in_taal(BEWAKING.steps[name].label), "text": text, "icon": icon, "button": button,
                             "url": url_for(endpoint, bewaking_id=one.id), "kind": "secondary"})
    return possible, blocked


@bp.route("/subsidies/bewaking/<uuid:bewaking_id>/afronden", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def bewaking_afronden(bewaking_id):
    """Keep what came out of one period; its task is done."""
    form = Form()
    periode = form.read("periode", parse_date, _("Kies welke keer u afrondt."))
    uitkomst = form.text("uitkomst", _("Schrijf wat eruit kwam."), most=TEKST)

    def again(status, reasons=()):
        return _page(bewaking_id, status, form.errors, reasons, form.values)

    def act():
        bewaken.afronden(g.db, g.actor, bewaking_id, periode=periode, uitkomst=uitkomst)
        return tell(go(url_for("subsidie.bewaking", bewaking_id=bewaking_id)), _("De uitkomst staat erin. De taak is klaar."))

    return again(422) if form.errors else _try(act, "afronden", bewaking_id, again)


@bp.route("/subsidies/bewaking/<uuid:bewaking_id>/wijzigen", needs=P.SUBSIDIE_BEHANDELEN)
def bewaking_wijziging(bewaking_id):
    """Say better what to look at."""
    return _step_page("bewaking_wijzigen", "wijzigen", bewaking_id)


@bp.route("/subsidies/bewaking/<uuid:bewaking_id>/wijzigen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def bewaking_wijzigen(bewaking_id):
    """Keep the better words."""
    form = Form()
    given = {"titel": form.text("titel", _("Schrijf waar u op let."), most=TITEL),
             "toelichting": form.text("toelichting", most=TEKST) or ""}
    return _step(form, "wijzigen", bewaking_id, lambda: bewaken.wijzigen(g.db, g.actor, bewaking_id, **given),
                 _("De bewaking is aangepast."))


@bp.route("/subsidies/bewaking/<uuid:bewaking_id>/stoppen", needs=P.SUBSIDIE_BEHANDELEN)
def bewaking_stop(bewaking_id):
    """Watch it no longer?"""
    return _step_page("bewaking_stoppen", "stoppen", bewaking_id)


@bp.route("/subsidies/bewaking/<uuid:bewaking_id>/stoppen", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def bewaking_stoppen(bewaking_id):
    """Stop it, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u stopt."), most=TEKST)
    return _step(form, "stoppen", bewaking_id, lambda: bewaken.stoppen(g.db, g.actor, bewaking_id, reden=reden),
                 _("De bewaking is gestopt."))


def _step_page(template: str, step: str, bewaking_id, status: int = 200, errors=None, reasons=(), values=None) -> Response:
    """The page of one step, with why it cannot be taken now."""
    kop = bewaken.kop(g.db, g.actor, bewaking_id)
    return page_or_part(f"subsidie/{template}.html", status=status, bewaking=kop.bewaking, kop=kop, errors=errors or {},
                        reasons=reasons, obstacles=BEWAKING.obstacles(kop.bewaking, step, g.actor, reden="-"),
                        values=values or {"titel": kop.bewaking.titel, "toelichting": kop.bewaking.toelichting})


def _step(form: Form, step: str, bewaking_id, take: Callable, said: str) -> Response:
    """Take the step and say so; what is wrong or refused is shown with everything that was typed."""
    def again(status, reasons=()):
        return _step_page(f"bewaking_{step}", step, bewaking_id, status, form.errors, reasons, form.values)

    def act():
        take()
        return tell(go(url_for("subsidie.bewaking", bewaking_id=bewaking_id)), said)

    return again(422) if form.errors else _try(act, step, bewaking_id, again)
