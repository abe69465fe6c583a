"""One offered place and the stay there, at the gemeente: who answered what, until when it is held, and its steps."""

from functools import partial

from flask import Response, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import gemeentenaam, in_woorden, namen, tijdlijn
from portal.blueprints.plaatsing.tabbladen import tabbladen
from portal.domains.plaatsingen import aanbieden as offering
from portal.domains.plaatsingen import plan_queries, queries
from portal.domains.plaatsingen.model import Verblijf, VerblijfState
from portal.domains.plaatsingen.workflow import VERBLIJF
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import bedrag, datum, hoofdletter, in_taal, moment
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50
TEKST = 4000
_try = partial(attempt, "verblijf")


def _own(verblijf_id):
    """A stay of the own gemeente with its placement and its person."""
    verblijf = load(g.db, Verblijf, verblijf_id)
    if verblijf.eigenaar_id != g.actor.party_id:
        raise NotFound("Dit verblijf is er niet, of het is niet van uw gemeente.")
    viewed(verblijf)
    return verblijf, *queries.plaatsing_en_persoon(g.db, verblijf.plaatsing_id)


@bp.route("/verblijf/<uuid:verblijf_id>", needs=P.TOEGANG_LEZEN)
def verblijf(verblijf_id):
    """The offer and the stay: until when held, who said what, what can be done, what happened."""
    return _page(verblijf_id)


def _page(verblijf_id, status: int = 200, reasons=()) -> Response:
    found, plaatsing, persoon = _own(verblijf_id)
    kaart, _client, answer, where = queries.verblijf_delen(g.db, found.id)
    possible, blocked = _todo(found, answer)
    refusals = load_config("plaatsingen")["weigering"]
    return page_or_part(
        "plaatsing/verblijf.html", status=status, verblijf=found, plaatsing=plaatsing, persoon=persoon, kaart=kaart,
        antwoord=answer, locatie=where, reasons=reasons, possible=possible, blocked=blocked, tabs=tabbladen(plaatsing),
        stand=_stand(found), vastgehouden=_held(found), facts=_facts(found, where),
        aanbieder_nee=in_taal(refusals["aanbieder"][answer.reden]["naam"]) if answer and answer.reden else "",
        inwoner_nee=in_taal(refusals["inwoner"][found.inwoner_reden]["naam"]) if found.inwoner_reden else "",
        overgeslagen=queries.overgeslagen_bij(g.db, found.id),
        stil=queries.termijn(g.db, found.id, "werk_stil", open_only=True),
        timeline=tijdlijn(queries.gebeurtenissen(g.db, found.id, EVENTS_SHOWN)))


def _held(found: Verblijf) -> bool:
    return found.state == VerblijfState.AANGEBODEN and found.verloopt_at > clock.now()


def _stand(found: Verblijf) -> tuple[str, str]:
    if found.state == VerblijfState.AANGEBODEN and not _held(found):
        return "neutral", _("Niet op tijd beantwoord")
    return state_badge("verblijf", found.state)


def _facts(found: Verblijf, where) -> list[tuple]:
    lang = current_lang()
    facts = [(_("Locatie"), where.naam), (_("Gemeente"), gemeentenaam(where.gemeente_id)),
             (_("Ondersteuning"), hoofdletter(in_woorden("product", where.product))), (_("Vanaf"), datum(found.van, lang)),
             (_("Tot en met"), datum(found.tot, lang) if found.tot else _("geen einde bekend")),
             (_("Prijs per dag"), bedrag(found.dagprijs, lang=lang) if found.dagprijs is not None else _("niet ingevuld"))]
    if found.begonnen_on:
        facts.append((_("Begonnen"), datum(found.begonnen_on, lang)))
    if found.geeindigd_on:
        facts.append((_("Geëindigd"), datum(found.geeindigd_on, lang)))
    return facts


# Step -> what it is for.
TEXTS = {
    "inwoner_antwoordt": "De inwoner zegt zelf of de plek goed is. Een nee verandert niets aan de wachtlijst.",
    "beginnen": "De inwoner woont er. Vanaf nu kijkt u of terugkeer naar huis kan.",
    "stilleggen": "De inwoner is een tijd weg, bijvoorbeeld in een ziekenhuis. De plek blijft.",
    "hervatten": "De inwoner is terug.",
    "beeindigen": "De plek is vanaf de dag daarna vrij.",
    "intrekken": "De plek is meteen weer vrij. De inwoner wacht verder met de oude dag.",
}
# Step -> (use case, what is said after it).
STAPPEN = {
    "inwoner_antwoordt": (offering.inwoner_antwoordt, "Het antwoord van de inwoner staat erin."),
    "beginnen": (offering.beginnen, "Het verblijf is begonnen."),
    "stilleggen": (offering.stilleggen, "Het verblijf ligt tijdelijk stil."),
    "hervatten": (offering.hervatten, "Het verblijf loopt weer."),
    "beeindigen": (offering.beeindigen, "Het verblijf is geëindigd."),
    "intrekken": (offering.intrekken, "Het aanbod is ingetrokken. De inwoner wacht verder."),
}
_ANY = f"any({', '.join(STAPPEN)})"
# For a page that asks whether a step can be taken at all: what its form asks, is not missing yet.
FILLED = {"ja": True, "reden": "-", "einde": "eigen_keuze"}


def _todo(found: Verblijf, answer) -> tuple[list[dict], list[dict]]:
    """What can be done with it now, and what not yet with the reason."""
    possible, blocked = [], []
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return possible, blocked
    if found.state == VerblijfState.AANGEBODEN and not _held(found):
        url = url_for("plaatsing.zoeken", plaatsing_id=found.plaatsing_id)
        return [{"title": _("Zoek een andere plek"), "icon": "search", "button": _("Zoek een plek"), "url": url,
                 "text": _("De plek werd niet langer vastgehouden.")}], blocked
    if found.state in (*plan_queries.WOONT, VerblijfState.BEEINDIGD):
        possible.append({"title": _("Ondersteuningsplan"), "text": _("Wat de inwoner wil bereiken, en hoe ver dat is."),
                         "icon": "file", "kind": "secondary", "button": _("Bekijk het plan"),
                         "url": url_for("plaatsing.plan", verblijf_id=found.id)})
    for name, text in TEXTS.items():
        step = VERBLIJF.steps[name]
        if found.state not in step.source or (name == "inwoner_antwoordt" and found.inwoner_ja is not None):
            continue
        if reasons := VERBLIJF.obstacles(found, name, g.actor, **FILLED):
            blocked.append({"title": in_taal(step.label), "reasons": reasons})
        else:
            possible.append({"title": in_taal(step.label), "text": _(text), "icon": "arrow", "button": _("Ga naar deze stap"),
                             "url": url_for("plaatsing.verblijfstap", verblijf_id=found.id, stap=name)})
    if found.state == VerblijfState.AANGEBODEN:
        waits = [_("De aanbieder heeft nog niet geantwoord.")] if answer is None else []
        waits += [_("De inwoner heeft nog niet geantwoord.")] if found.inwoner_ja is None else []
        blocked.append({"title": in_taal(VERBLIJF.steps["beginnen"].label), "reasons": waits})
    return possible, blocked


# One step -------------------------------------------------------------------------------------------------------------------

@bp.route(f"/verblijf/<uuid:verblijf_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN)
def verblijfstap(verblijf_id, stap):
    """The page of one step."""
    return _step_page(verblijf_id, stap)


def _step_page(verblijf_id, name: str, status: int = 200, form=None, reasons=()) -> Response:
    found, plaatsing, persoon = _own(verblijf_id)
    refusals = load_config("plaatsingen")["weigering"]["inwoner"]
    until = moment(found.verloopt_at, current_lang()) if _held(found) else ""
    return page_or_part(
        "plaatsing/verblijfstap.html", status=status, verblijf=found, plaatsing=plaatsing, persoon=persoon, stap=name,
        title=in_taal(VERBLIJF.steps[name].label), lead=in_taal(TEXTS[name]), reasons=reasons, until=until,
        obstacles=[] if reasons else VERBLIJF.obstacles(found, name, g.actor, **FILLED),
        redenen=[(code, hoofdletter(in_taal(row["naam"])), in_taal(row["gevolg"])) for code, row in refusals.items()],
        eindes=namen("einde"), errors=form.errors if form else {}, values=form.values if form else {})


def _asked(form: Form, name: str) -> dict:
    """What a step asks, as typed."""
    refusals = load_config("plaatsingen")["weigering"]["inwoner"]
    if name == "inwoner_antwoordt":
        said = form.choice("ja", ["ja", "nee"], _("Vul in wat de inwoner zei: ja of nee."))
        why = form.choice("reden", list(refusals)) or ""
        if said == "nee" and not why and "reden" not in form.errors:
            form.errors["reden"] = _("Kies waarom de inwoner nee zei.")
        return {"ja": said == "ja", "reden": why}
    if name == "beginnen":
        return {"on": form.date("on", _("Vul de dag in."))}
    if name == "beeindigen":
        return {"on": form.date("on", _("Vul de dag in.")),
                "einde": form.choice("einde", list(load_config("plaatsingen")["einde"]), _("Kies waarom het eindigt."))}
    return {} if name == "hervatten" else {"reden": form.text("reden", _("Schrijf waarom."), most=TEKST)}


@bp.route(f"/verblijf/<uuid:verblijf_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def verblijf_zetten(verblijf_id, stap):
    """Take the step."""
    form = Form()
    given = _asked(form, stap)
    act_of, said = STAPPEN[stap]

    def again(status, reasons=()):
        return _step_page(verblijf_id, stap, status, form, reasons)

    def act():
        act_of(g.db, g.actor, verblijf_id, **given)
        return tell(go(url_for("plaatsing.verblijf", verblijf_id=verblijf_id)), in_taal(said))

    return again(422) if form.errors else _try(act, stap, verblijf_id, again)
