"""The results of one placement: the plans of its stays, what came of it, what is asked later, and the end of the dossier."""

from functools import partial

from flask import Response, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.besluiten import ANSWERS
from portal.blueprints.plaatsing.tabbladen import kruimels, tabbladen
from portal.domains.plaatsingen import plan_queries, queries
from portal.domains.plaatsingen import uitkomst as outcome
from portal.domains.plaatsingen.model import Persoon, Plaatsing, PlaatsingState, Uitkomst
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang, ngettext
from portal.web.taal import gettext as _

TEKST = 4000
_try = partial(attempt, "plaatsing")


@bp.route("/plaatsing/<uuid:plaatsing_id>/uitkomst", needs=P.TOEGANG_LEZEN, endpoint="uitkomst")
def one_outcome(plaatsing_id):
    """The plans of a placement, and what came of it."""
    return _page(plaatsing_id)


def _page(plaatsing_id, status: int = 200, reasons=(), form=None, *, correct: bool = False) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    found = plan_queries.uitkomst(g.db, plaatsing.id)
    config, mag = load_config("plaatsingen"), g.actor.may(P.TOEGANG_BEHANDELEN)
    open_ = plaatsing.state == PlaatsingState.BEEINDIGD
    possible, blocked = _todo(plaatsing, found) if mag else ([], [])
    return page_or_part(
        "plaatsing/uitkomst.html", status=status, reasons=reasons, plaatsing=plaatsing, tabs=tabbladen(plaatsing),
        crumbs=kruimels(plaatsing),
        persoon=load(g.db, Persoon, plaatsing.persoon_id), stand=state_badge("plaatsing", plaatsing.state),
        plannen=[_plan(one) for one in plan_queries.plannen(g.db, plaatsing.id)], feiten=_facts(found) if found else [],
        open=open_ and mag, formulier=open_ and mag and (found is None or correct or request.args.get("verbeter") == "ja"),
        later=_later(found) if found and open_ else "", possible=possible, blocked=blocked,
        sluiten=any(one["url"] == "#sluiten" for one in possible),
        opvolgen=bool(open_ and mag and found and not found.nieuwe_start and found.opvolgen_on <= clock.today()),
        errors=form.errors if form else {}, values=form.values if form else _given(found) if found else {},
        vragen=[(one["code"], in_taal(one["naam"])) for one in config["deelindicator"] if not one["later"]],
        antwoorden=[(code, in_taal(row["naam"])) for code, row in config["uitkomstantwoord"].items()],
        redenen=[(code, hoofdletter(in_taal(row["naam"]))) for code, row in config["uitval"]["reden"].items()])


def _plan(row) -> dict:
    """The plan of one stay, in a list."""
    goals = ngettext("%(num)s resultaat", "%(num)s resultaten", row.resultaten)
    last = (_("laatste verslag %(dag)s", dag=datum_kort(row.laatste_on, current_lang())) if row.laatste_on
            else _("nog geen verslag"))
    return {"title": _("Plan bij %(locatie)s", locatie=row.locatie),
            "url": url_for("plaatsing.plan", verblijf_id=row.verblijf.id), "text": f"{goals} · {last}",
            "status": ("warn", _("Bevestig het verslag")) if row.te_bevestigen else state_badge("verblijf", row.verblijf.state),
            "meta": row.verblijf.reference}


def _facts(found: Uitkomst) -> list[tuple]:
    """What was written down, in words."""
    config = load_config("plaatsingen")
    words = {code: in_taal(row["naam"]) for code, row in config["uitkomstantwoord"].items()}
    facts = []
    for one in config["deelindicator"]:
        answer = found.nieuwe_start if one["later"] else found.doelrealisatie.get(one["code"])
        facts.append((in_taal(one["naam"]), words.get(answer, _("nog niet bekend"))))
        if one["later"] and found.nieuwe_start_reden:
            facts.append((_("Waarom niet vast te stellen"), found.nieuwe_start_reden))
    reason = config["uitval"]["reden"].get(found.uitval_reden)
    facts += [(_("Eerder gestopt"), _("Ja: %(reden)s", reden=in_taal(reason["naam"])) if reason else _("Nee")),
              (_("Tevredenheid"), _("een %(cijfer)s", cijfer=found.tevredenheid) if found.tevredenheid else
               _("niet gevraagd: %(reden)s", reden=found.tevredenheid_niet))]
    return facts


def _given(found: Uitkomst) -> dict:
    """What was written down, as the form that corrects it holds it."""
    return {**found.doelrealisatie, "uitval": "ja" if found.uitval else "nee", "uitval_reden": found.uitval_reden,
            "tevredenheid": found.tevredenheid or "", "tevredenheid_niet": found.tevredenheid_niet}


def _later(found: Uitkomst) -> str:
    """Until when the dossier waits for what is only known later."""
    return "" if found.nieuwe_start else datum(found.opvolgen_on, current_lang())


def _todo(plaatsing: Plaatsing, found: Uitkomst | None) -> tuple[list[dict], list[dict]]:
    """What this person can do now, and what not with the reason."""
    if plaatsing.state != PlaatsingState.BEEINDIGD:
        return [], []
    step = PLAATSING.steps["afsluiten"]
    possible = []
    if found is None:
        possible.append({"title": _("Leg vast wat de hulp opleverde"), "icon": "pen", "button": _("Vul het in"),
                         "url": "#opbrengst"})
    elif not found.nieuwe_start and found.opvolgen_on <= clock.today():
        possible.append({"title": _("Kijk of de inwoner opnieuw hulp kreeg"), "icon": "clock", "button": _("Vul het in"),
                         "url": "#opvolgen"})
    if reasons := PLAATSING.obstacles(plaatsing, "afsluiten", g.actor, uitkomst=found):
        return possible, [{"title": in_taal(step.label), "reasons": reasons}]
    return [{"title": in_taal(step.label), "icon": "lock", "button": _("Ga naar deze stap"),
             "text": _("De uitkomst is compleet. Daarna verandert er niets meer."), "url": "#sluiten"}], []


@bp.route("/plaatsing/<uuid:plaatsing_id>/uitkomst", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def uitkomst_bewaren(plaatsing_id):
    """Keep what the help brought."""
    form = Form()
    config = load_config("plaatsingen")
    asked = [(one["code"], one["naam"]) for one in config["deelindicator"] if not one["later"]]
    answers = list(config["uitkomstantwoord"])
    given = {"doelrealisatie": {code: form.choice(code, answers, _("Beantwoord: %(vraag)s", vraag=in_taal(words))) or ""
                                for code, words in asked},
             "uitval": ANSWERS.get(form.choice("uitval", list(ANSWERS), _("Beantwoord of de hulp eerder stopte."))),
             "uitval_reden": form.choice("uitval_reden", list(config["uitval"]["reden"])) or "",
             "tevredenheid": form.number("tevredenheid", low=1, high=10),
             "tevredenheid_niet": form.text("tevredenheid_niet", most=TEKST) or ""}
    if given["uitval"] and not given["uitval_reden"] and "uitval_reden" not in form.errors:
        form.errors["uitval_reden"] = _("Kies waarom de hulp eerder stopte.")
    if not given["tevredenheid"] and not given["tevredenheid_niet"] and "tevredenheid" not in form.errors:
        form.errors["tevredenheid"] = _("Vul een cijfer in, of schrijf waarom het niet is gevraagd.")

    def again(status, reasons=()):
        return _page(plaatsing_id, status, reasons, form, correct=True)

    def act():
        outcome.vastleggen(g.db, g.actor, plaatsing_id, **given)
        return tell(go(url_for("plaatsing.uitkomst", plaatsing_id=plaatsing_id)), _("De uitkomst staat erin."))

    return again(422) if form.errors else _try(act, "uitkomst", plaatsing_id, again)


@bp.route("/plaatsing/<uuid:plaatsing_id>/opvolgen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def opvolgen(plaatsing_id):
    """Whether somebody began again with help."""
    form = Form()
    answer = form.choice("nieuwe_start", list(load_config("plaatsingen")["uitkomstantwoord"]), _("Kies een antwoord."))
    reden = form.text("reden", _("Schrijf waarom dit niet is vast te stellen.") if answer == "onbekend" else None, most=TEKST)

    def again(status, reasons=()):
        return _page(plaatsing_id, status, reasons, form)

    def act():
        outcome.opvolgen(g.db, g.actor, plaatsing_id, nieuwe_start=answer, reden=reden or "")
        return tell(go(url_for("plaatsing.uitkomst", plaatsing_id=plaatsing_id)),
                    _("Dat staat erin. U kunt het dossier sluiten."))

    return again(422) if form.errors else _try(act, "opvolgen", plaatsing_id, again)


@bp.route("/plaatsing/<uuid:plaatsing_id>/afsluiten", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def afsluiten(plaatsing_id):
    """Close the dossier."""
    def act():
        outcome.afsluiten(g.db, g.actor, plaatsing_id)
        return tell(go(url_for("plaatsing.uitkomst", plaatsing_id=plaatsing_id)), _("Het dossier is gesloten."))

    return _try(act, "afsluiten", plaatsing_id, lambda status, reasons: _page(plaatsing_id, status, reasons))
