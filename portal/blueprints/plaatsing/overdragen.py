"""The responsibility between gemeenten: the offers of one placement, the offers to and by this gemeente, one offer for both
sides, and the warm handover after a yes."""

import uuid
from datetime import date
from decimal import Decimal
from functools import partial

from flask import Response, current_app, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import aanbod_regel, in_woorden, nummer_opnieuw, te_doen, voorbij
from portal.blueprints.plaatsing.plaatsingen import namen
from portal.blueprints.plaatsing.tabbladen import kruimels, tabbladen
from portal.domains.plaatsingen import afwegen, overdragen, queries, rules
from portal.domains.plaatsingen.model import (
    Bron,
    Grondsoort,
    Overdracht,
    OverdrachtState,
    Persoon,
    PlaatsingState,
    Richting,
)
from portal.domains.plaatsingen.words import BRON_WORDS, EVENT_WORDS, GROND_WORDS, NAASTEN_WORDS, RICHTING_WORDS
from portal.domains.plaatsingen.workflow import OVERDRAAGBAAR, OVERDRACHT, PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.events import sentence
from portal.web.blueprint import attempt, viewed
from portal.web.filters import bedrag, datum, datum_kort, hoofdletter, in_taal, nog_dagen
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, page_url, state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50
KORT, TEKST = 300, 4000
# Why something cannot be done now, as far as no step says it.
NIET_NU = {
    "ligt_er": "Er ligt al een aanbod bij een andere gemeente. Wacht op het antwoord, of trek het in.",
    "over": "Deze plaatsing loopt niet meer bij uw gemeente, of gaat al over.",
    "voorbij": "De dag om te antwoorden is voorbij. Vraag om een nieuw aanbod.",
    "advies": "Er is nog geen advies over het geschil.",
}
_try = partial(attempt, "overdracht")


# The lists ------------------------------------------------------------------------------------------------------------------

@bp.route("/overdrachten", needs=P.TOEGANG_LEZEN)
def ontvangen():
    """Offers that other gemeenten made to this one; with `?van=ons` those that this one made."""
    by_us = request.args.get("van") == "ons"
    part = queries.aanbiedingen(g.db, g.actor.party_id, by_us=by_us, after=request.args.get("na"),
                                before=request.args.get("voor"))
    here = url_for("plaatsing.ontvangen")
    # The number of an offer about who is shielded stands only on its own page.
    rows = [aanbod_regel(row, row.ontvanger_id if by_us else row.verzender_id,
                         _("Afgeschermd") if row.afgeschermd and not by_us else row.reference) for row in part.rows]
    return page_or_part("plaatsing/aanbiedingen.html", rows=rows, paging=around(part), by_us=by_us,
                        voorbij=[] if by_us else voorbij("overdracht"), tabs=[
        (_("Aan ons aangeboden"), here, None, not by_us),
        (_("Door ons aangeboden"), url_for("plaatsing.ontvangen", van="ons"), None, by_us)])


@bp.route("/plaatsing/<uuid:plaatsing_id>/overdracht", needs=P.TOEGANG_LEZEN)
def overdrachten(plaatsing_id):
    """Who was and is responsible for one placement, and every offer to another gemeente."""
    return _placement_page(plaatsing_id)


def _placement_page(plaatsing_id, status: int = 200, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    persoon = load(g.db, Persoon, plaatsing.persoon_id)
    offers, line = queries.aanbod_aan_anderen(g.db, plaatsing.id), queries.tijdlijn(g.db, plaatsing.traject_id)
    names = namen()
    possible, blocked = _placement_todo(plaatsing, offers, line)
    return page_or_part(
        "plaatsing/overdrachten.html", status=status, plaatsing=plaatsing, persoon=persoon, reasons=reasons,
        stand=state_badge("plaatsing", plaatsing.state), tabs=tabbladen(plaatsing), possible=possible, blocked=blocked,
        rows=[aanbod_regel(one, one.ontvanger_id) for one in offers], crumbs=kruimels(plaatsing),
        line=_timeline_of([(one.gemeente_id, one.van, one.grondslag) for one in line], names))


def _placement_todo(plaatsing, offers, line) -> tuple[list[dict], list[dict]]:
    """What can be done here with a placement."""
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return [], []
    possible, blocked = [], []
    title = _("Doe een andere gemeente een aanbod")
    waits = next((one for one in offers if one.state in (OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL)), None)
    if waits:
        blocked.append({"title": title, "reasons": [NIET_NU["ligt_er"]]})
    elif plaatsing.state not in OVERDRAAGBAAR or (line and line[-1].gemeente_id != g.actor.party_id):
        blocked.append({"title": title, "reasons": [NIET_NU["over"]]})
    else:
        possible.append({"title": title, "icon": "arrow", "button": _("Schrijf het aanbod"),
                         "text": _("Zij zien alleen wat nodig is om te kiezen. Uw gemeente blijft verantwoordelijk tot zij ja "
                                   "zeggen en de dag er is."),
                         "url": url_for("plaatsing.overdracht_nieuw", plaatsing_id=plaatsing.id)})
    if plaatsing.state == PlaatsingState.UITSTROOM:
        possible.append({"title": in_taal(PLAATSING.steps["opnieuw_zoeken"].label), "icon": "search", "kind": "secondary",
                         "button": _("Zet op de wachtlijst"), "post": True,
                         "text": _("De inwoner is terug, en heeft toch een plek nodig."),
                         "url": url_for("plaatsing.opnieuw_zoeken", plaatsing_id=plaatsing.id)})
    return possible, blocked


def _timeline_of(rows, names) -> list[tuple]:
    """Who was responsible from when, in the order of the days: (gemeente, from, until, the ground)."""
    lang, found = current_lang(), []
    for n, (gemeente, van, ground) in enumerate(rows):
        until = rows[n + 1][1] - overdragen.DAY if n + 1 < len(rows) else None
        found.append((names.get(gemeente, _("een andere gemeente")), datum(van, lang), datum(until, lang) if until else "",
                      in_woorden("grondslag", ground)))
    return found


@bp.route("/plaatsing/<uuid:plaatsing_id>/overdracht/opnieuw-zoeken", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def opnieuw_zoeken(plaatsing_id):
    """Who came home needs a place after all."""
    def act():
        overdragen.opnieuw_zoeken(g.db, g.actor, plaatsing_id)
        return tell(go(url_for("plaatsing.overdrachten", plaatsing_id=plaatsing_id)), _("De inwoner staat op de wachtlijst."))

    return _try(act, "opnieuw_zoeken", plaatsing_id, lambda status, reasons: _placement_page(plaatsing_id, status, reasons))


# A new offer ----------------------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/overdracht/nieuw", needs=P.TOEGANG_BEHANDELEN)
def overdracht_nieuw(plaatsing_id):
    """The form of an offer to another gemeente."""
    return _offer_page(plaatsing_id)


def _offer_page(plaatsing_id, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    others = sorted(((id_, name) for id_, name in namen().items() if id_ != g.actor.party_id), key=lambda one: one[1])
    line = overdragen.begins(queries.tijdlijn(g.db, plaatsing.traject_id))
    # Which gemeente is not known yet: the warning is told for any but the one somebody comes from.
    warning = rules.weer_een_verhuizing(line, naar=uuid.UUID(int=0), herkomst=plaatsing.herkomst_id)
    stay = queries.lopend_verblijf(g.db, plaatsing.id)
    # Who is on the way home is offered to where they come from.
    home = {"ontvanger_id": str(plaatsing.herkomst_id), "richting": str(Richting.TERUG)} if (
        plaatsing.state == PlaatsingState.UITSTROOM and plaatsing.herkomst_id != g.actor.party_id) else {}
    # On the day of the plan for the way home, as far as that is to come.
    if home and (plan := queries.termijn(g.db, plaatsing.id, "werk_thuis", open_only=True)) and plan.due_on >= clock.today():
        home["ingaand_on"] = f"{plan.due_on:%d-%m-%Y}"
    return page_or_part(
        "plaatsing/overdracht_nieuw.html", status=status, plaatsing=plaatsing, reasons=reasons, others=others,
        errors=form.errors if form else {}, warning=None if home and not form else warning, woont=stay is not None,
        crumbs=kruimels(
            plaatsing, (_("Overdracht"), url_for("plaatsing.overdrachten", plaatsing_id=plaatsing.id))),
        values=form.values if form else {"verloopt_on": f"{overdragen.verloopdag():%d-%m-%Y}",
                                         "met_verblijf": "ja" if stay and not home else ""} | home,
        richtingen=[(str(one), in_taal(words)) for one, words in RICHTING_WORDS.items()], gronden=ground_options())


def ground_options() -> list[tuple]:
    """On which grounds another gemeente may see it, for a choice."""
    return [(str(one), in_taal(GROND_WORDS[one])) for one in overdragen.GRONDEN]


@bp.route("/plaatsing/<uuid:plaatsing_id>/overdracht/nieuw", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def overdracht_aanbieden(plaatsing_id):
    """Make the offer."""
    form = Form()
    given = {
        "ontvanger_id": form.choice("ontvanger_id", list(namen()), _("Kies een gemeente.")),
        "richting": form.choice("richting", list(Richting), _("Kies of de inwoner daarheen gaat, of terug.")),
        "ingaand_on": form.date("ingaand_on", _("Vul in vanaf welke dag.")),
        "verloopt_on": form.date("verloopt_on", _("Vul in tot en met welke dag zij kunnen antwoorden.")),
        **read_ground(form), "toelichting": form.text("toelichting", most=TEKST) or "",
        "met_verblijf": bool(form.raw("met_verblijf")), "weer_verhuizen": bool(form.raw("weer_verhuizen"))}

    def again(status, reasons=()):
        return _offer_page(plaatsing_id, status, form, reasons)

    def act():
        made = overdragen.aanbieden(g.db, g.actor, plaatsing_id, **given | {"ontvanger_id": uuid.UUID(given["ontvanger_id"])})
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=made.id)), _("Het aanbod is gedaan."))

    return again(422) if form.errors else _try(act, "aanbieden", plaatsing_id, again)


def read_ground(form: Form) -> dict:
    """Why the other gemeente may see it, and until when, from a form."""
    return {"grondsoort": form.choice("grondsoort", list(overdragen.GRONDEN), _("Kies waarom zij dit mogen zien.")),
            "vindplaats": form.text("vindplaats", _("Schrijf waar dat staat."), most=KORT),
            "grond_tot": form.date("grond_tot", _("Vul in tot en met welke dag zij dit mogen zien."))}


# One offer ------------------------------------------------------------------------------------------------------------------

@bp.route("/overdracht/<uuid:overdracht_id>", needs=P.TOEGANG_LEZEN, endpoint="overdracht")
def one_offer(overdracht_id):
    """One offer, for both gemeenten: what the receiver was shown, on which ground, the answer, and the warm handover."""
    return _page(overdracht_id)


def _page(overdracht_id, status: int = 200, reasons=(), form=None) -> Response:
    overdracht = overdragen.betrokken(g.db, g.actor, overdracht_id, status=status if reasons else 404)
    viewed(overdracht)
    around_it, names = queries.rond_overdracht(g.db, overdracht.id), namen()
    receives = overdracht.ontvanger_id == g.actor.party_id
    mine, own = _own_case(overdracht, receives=receives)
    took = own is not None
    possible, blocked = _todo(overdracht, around_it, receives=receives, took=took)
    open_points = overdracht.state == OverdrachtState.AANVAARD and g.actor.may(P.TOEGANG_BEHANDELEN)
    inhoud = around_it.momentopname[0].inhoud
    return page_or_part(
        "plaatsing/overdracht.html", status=status, overdracht=overdracht, reasons=reasons,
        stand=state_badge("overdracht", overdracht.state), names=names, receives=receives,
        richting=in_taal(RICHTING_WORDS[overdracht.richting]), possible=possible, blocked=blocked,
        figures=_figures(overdracht, around_it, receives=receives),
        voorbij=None if overdracht.toegang_id else overdragen.dan_voorbij(inhoud, _from_day(overdracht, around_it.antwoorden)),
        facts=_report_facts(inhoud, names) if overdracht.toegang_id else _facts(
            inhoud | ({"plek_afgeschermd": inhoud["woont"]} if overdracht.afgeschermd else {}), names,
            along=overdracht.verblijf_id is not None), toelichting=inhoud["toelichting"],
        afgeschermd=overdracht.afgeschermd, grounds=[_ground(one) for one in around_it.gronden],
        answers=[_answer(one, names) for one in around_it.antwoorden], crumbs=_offer_crumbs(overdracht, mine),
        line=_timeline_of([(uuid.UUID(one["gemeente"]), date.fromisoformat(one["van"]), one["grondslag"])
                           for one in inhoud["tijdlijn"]], names),
        route=[(in_taal(one["naam"]), one["bron"]) for one in load_config("plaatsingen")["geschilroute"]],
        points=_points(around_it, names, melding=overdracht.toegang_id is not None), open_points=open_points,
        naasten_words=NAASTEN_WORDS,
        signed=[(names.get(one.party_id), datum(one.getekend_at, current_lang())) for one in around_it.tekens],
        signs=open_points and g.actor.party_id not in {one.party_id for one in around_it.tekens},
        handover=overdracht.state in (OverdrachtState.AANVAARD, OverdrachtState.AFGEROND),
        own=own, errors=form.errors if form else {},
        values=form.values if form else {},
        timeline=_timeline(queries.gebeurtenissen(g.db, overdracht.id, EVENTS_SHOWN), names))


def _own_case(overdracht: Overdracht, *, receives: bool) -> tuple:
    """The placement or report of this gemeente that an offer is about, and the address of what it took over by it."""
    if overdracht.toegang_id:
        if not receives:
            return queries.eigen(g.db, g.actor, overdracht.toegang_id), None
        found = queries.melding_van(g.db, g.actor.party_id, overdracht.traject_id)
        return None, page_url("plaatsing.toegang", found) if found else None
    mine = queries.plaatsing_van_traject(g.db, g.actor.party_id, overdracht.traject_id)
    took = receives and mine and queries.nam_over(g.db, mine.id, overdracht.id)
    return None if receives else mine, page_url("plaatsing.plaatsing", mine.id) if took else None


def _offer_crumbs(overdracht: Overdracht, mine) -> list[tuple]:
    if mine is None:
        return [(_("Overdrachten"), url_for("plaatsing.ontvangen"))]
    if overdracht.toegang_id:
        return [(_("Toegang"), url_for("plaatsing.lijst")),
                (mine.reference, url_for("plaatsing.toegang", toegang_id=mine.id))]
    return kruimels(mine, (_("Overdracht"), url_for("plaatsing.overdrachten", plaatsing_id=mine.id)))


def _from_day(overdracht: Overdracht, answers) -> date:
    """From when the receiver is responsible: as agreed, or else as proposed."""
    return next((one.ingaand_on for one in answers if one.ja), overdracht.ingaand_on)


def _figures(overdracht: Overdracht, around_it, *, receives: bool) -> list[tuple]:
    lang, today = current_lang(), clock.today()
    goes = overdracht.state in (OverdrachtState.AANVAARD, OverdrachtState.AFGEROND)
    found = [(_("Gaat in op") if goes else _("Voorgestelde dag"),
              datum_kort(_from_day(overdracht, around_it.antwoorden), lang))]
    if overdragen.wacht_op_antwoord(overdracht):
        found.append((_("Antwoord uiterlijk"), datum_kort(overdracht.verloopt_on, lang),
                      nog_dagen(overdracht.verloopt_on, today, lang)))
    # The view ends at the end of a day.
    if (until := next((one.tot for one in around_it.zicht if one.tot and one.tot > clock.now()), None)) is not None:
        found.append((_("U ziet dit tot en met") if receives else _("De andere gemeente ziet dit tot en met"),
                      datum_kort(clock.day_of(until) - overdragen.DAY, lang)))
    return found


def _report_facts(inhoud: dict, names: dict) -> list[tuple]:
    """What the receiver of a report was shown, for a page."""
    lang = current_lang()
    return [(_("Naam"), inhoud["naam"]), (_("Geboren"), datum(date.fromisoformat(inhoud["geboren_on"]), lang)),
            (_("Meldde zich bij"), names.get(uuid.UUID(inhoud["herkomst"]), "")),
            (_("Gemeld op"), datum(date.fromisoformat(inhoud["gemeld_on"]), lang)),
            (_("Waar het over gaat"), in_woorden("taak", inhoud["taak"])),
            (_("Waar iemand hulp bij vraagt"), inhoud["hulpvraag"]),
            (_("Spoed"), _("ja: tijdelijke ondersteuning kan niet wachten") if inhoud["spoed"] else _("nee"))]


def _facts(inhoud: dict, names: dict, *, along: bool) -> list[tuple]:
    """What the receiver was shown, for a page."""
    lang = current_lang()

    def day(name):
        return datum(date.fromisoformat(inhoud[name]), lang) if inhoud[name] else ""

    if not inhoud["woont"]:
        lives = _("nog niet op een plek")
    elif inhoud["plek_afgeschermd"]:
        lives = _("op een plek. Waar, staat hier niet: dat is afgeschermd")
    else:
        lives = f"{inhoud['plek']['naam']}, {names.get(uuid.UUID(inhoud['plek']['gemeente']), '')}"
    found = [(_("Naam"), inhoud["naam"]), (_("Geboren"), day("geboren_on")),
             (_("Komt uit"), names.get(uuid.UUID(inhoud["herkomst"]), "")),
             (_("Ondersteuning"), in_woorden("product", inhoud["product"])),
             (_("Voor wie"), in_woorden("doelgroep", inhoud["doelgroep"])),
             (_("Nodig op een plek"), in_woorden("kenmerk", *inhoud["nodig"]) or _("niets bijzonders")),
             (_("Hoe"), _("Met een pgb") if inhoud["vorm"] == "pgb" else _("In natura")),
             (_("Waarom een pgb"), in_woorden("pgb_motief", inhoud["pgb_motief"]) if inhoud["pgb_motief"] else ""),
             (_("Telt voor de volgorde"), in_woorden("omstandigheid", *inhoud["omstandigheden"])), (_("Woont nu"), lives),
             (_("Woont daar sinds"), day("woont_sinds")),
             (_("Gaat deze plek mee?"), _("ja, de inwoner houdt de plek en de aanbieder") if along else ""),
             (_("Prijs per dag"), bedrag(Decimal(inhoud["dagprijs"]), lang) if inhoud["dagprijs"] else ""),
             (_("Gemeld op"), day("gemeld_on")),
             (_("Besluit van"), day("besloten_on")), (_("Recht vanaf"), day("van")),
             (_("Recht tot en met"), day("tot") or _("zonder einde"))]
    return [one for one in found if one[1]]


def _ground(ground) -> dict:
    lang, today = current_lang(), clock.today()
    holds = ground.ingetrokken_at is None and ground.van_on <= today <= ground.tot_on
    ended = _("Ingetrokken") if ground.ingetrokken_at else _("Voorbij")
    return {"title": in_taal(GROND_WORDS[Grondsoort(ground.soort)]), "where": ground.vindplaats,
            "until": datum(ground.tot_on, lang), "status": ("ok", _("Geldt")) if holds else ("neutral", ended)}


def _answer(answer, names) -> dict:
    lang = current_lang()
    row = load_config("plaatsingen")["weigering"]["gemeente"].get(answer.reden)
    return {"who": names.get(answer.party_id, ""), "on": datum(answer.gegeven_at, lang), "ja": answer.ja,
            "from": datum(answer.ingaand_on, lang) if answer.ingaand_on else "", "connects": answer.aansluitend,
            "why": in_taal(row["naam"]) if row else "", "so": in_taal(row["gevolg"]) if row else "",
            "text": answer.toelichting}


def _points(around_it, names, *, melding: bool) -> list[dict]:
    """The points of the warm handover, in the order of the list, each with what was answered."""
    found, lang = {one.code: one for one in around_it.punten}, current_lang()
    signed = bool(around_it.tekens)
    rows = []
    for code in rules.overdrachtspunten(melding=melding):
        row = found.get(code)
        rows.append({
            "code": code, "name": in_woorden("overdrachtspunt", code), "done": row is not None,
            "status": (("ok" if row.antwoord == "ja" else "neutral"), in_taal(NAASTEN_WORDS[row.antwoord])) if row else None,
            "by": _("%(gemeente)s, %(dag)s", gemeente=names.get(row.party_id, ""), dag=datum_kort(row.klaar_on, lang))
            if row else "", "why": row.toelichting if row else "",
            "may": row is None or (row.door == g.actor.user_id and not signed)})
    return rows


def _timeline(events, names) -> list[dict]:
    return [{"when": datum_kort(one.occurred_on, current_lang()), "on": one.occurred_on,
             "who": f"{one.wie}, {names.get(one.party_id, '')}" if one.wie else _("het portaal"),
             "what": sentence(EVENT_WORDS, one.kind, one.facts, "", _)} for one in events]


def _todo(overdracht: Overdracht, around_it, *, receives: bool, took: bool) -> tuple[list[dict], list[dict]]:
    """What this gemeente can do with the offer now, and what not with the reason."""
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return [], []
    if receives:
        return te_doen([*_to_answer(overdracht), *_to_take_over(overdracht, around_it, took=took),
                        *_warm(overdracht, around_it)])
    return te_doen([*_after_no(overdracht, around_it), *_to_close(overdracht, around_it), *_warm(overdracht, around_it),
                    *_to_show(overdracht, around_it), *_to_stop(overdracht, around_it)])


def _step_item(overdracht: Overdracht, name: str, title: str, button: str, text: str = "", icon: str = "arrow", **more) -> dict:
    return {"title": title, "button": button, "text": text, "icon": icon,
            "url": url_for("plaatsing.overdracht_stap", overdracht_id=overdracht.id, stap=name)} | more


def _to_answer(overdracht: Overdracht) -> list[dict]:
    """The answer of the receiver, as long as it waits for one."""
    if overdragen.wacht_op_antwoord(overdracht):
        title = _("Antwoord op dit aanbod")
        if clock.today() > overdracht.verloopt_on:
            return [{"title": title, "reasons": [NIET_NU["voorbij"]]}]
        return [_step_item(overdracht, "antwoord", title, _("Geef antwoord"),
                           _("Bij een ja kiest u de dag waarop uw gemeente verantwoordelijk wordt."), "pen")]
    if overdracht.state == OverdrachtState.GESCHIL:
        return [{"title": _("Antwoord opnieuw"), "reasons": [NIET_NU["advies"]]}]
    return []


def _to_take_over(overdracht: Overdracht, around_it, *, took: bool) -> list[dict]:
    """A dossier at the receiver, once it said yes."""
    if took or overdracht.state not in (OverdrachtState.AANVAARD, OverdrachtState.AFGEROND):
        return []
    title, _lead = _words(overdracht, "overnemen")
    agreed = next(one.ingaand_on for one in around_it.antwoorden if one.ja)
    if (overdracht.verblijf_id or overdracht.toegang_id) and (reasons := overdragen.te_vroeg(agreed)):
        return [{"title": title, "reasons": reasons}]
    return [_step_item(overdracht, "overnemen", title, _("Neem over"),
                       _("Uw gemeente krijgt een eigen dossier, met wat in dit aanbod staat."), "file")]


def _after_no(overdracht: Overdracht, around_it) -> list[dict]:
    """What the sender does when there was no yes: a dispute, another offer, stay responsible, or the advice."""
    state, found = overdracht.state, []
    if state in (OverdrachtState.GEWEIGERD, OverdrachtState.VERLOPEN):
        if overdracht.advies_on is None:
            found.append(_step_item(overdracht, "geschil", in_taal(OVERDRACHT.steps["geschil"].label), _("Leg voor"),
                                    _("Eerst overleggen de contactpersonen.")))
        again = {"title": _("Doe een nieuw aanbod")}
        if elsewhere := overdragen.ander_aanbod(g.db, overdracht):
            found.append(again | {"reasons": [elsewhere]})
        else:
            found.append(again | {"button": _("Schrijf het aanbod"), "icon": "arrow", "kind": "secondary",
                                  "url": _again_url(overdracht)})
    if state in OVERDRACHT.steps["behouden"].source and "werk_weigering" in around_it.werk:
        found.append(_step_item(overdracht, "behouden", in_taal(OVERDRACHT.steps["behouden"].label), _("Leg vast"),
                                _("Uw gemeente blijft verantwoordelijk, en zoekt zelf verder met de inwoner."), "house",
                                kind="secondary"))
    if state == OverdrachtState.GESCHIL and not overdragen.wacht_op_antwoord(overdracht):
        found.append(_step_item(overdracht, "advies", in_taal(OVERDRACHT.steps["advies"].label), _("Vul het advies in"),
                                _("De andere gemeente antwoordt daarna opnieuw."), "pen"))
    return found


def _to_close(overdracht: Overdracht, around_it) -> list[dict]:
    """The end of the warm handover."""
    if overdracht.state != OverdrachtState.AANVAARD:
        return []
    title = in_taal(OVERDRACHT.steps["afronden"].label)
    if reasons := OVERDRACHT.obstacles(overdracht, "afronden", g.actor, punten=around_it.punten,
                                       getekend=[one.party_id for one in around_it.tekens]):
        return [{"title": title, "reasons": reasons}]
    return [{"title": title, "button": _("Rond af"), "icon": "check", "post": True,
             "url": url_for("plaatsing.overdracht_afronden", overdracht_id=overdracht.id)}]


def _to_show(overdracht: Overdracht, around_it) -> list[dict]:
    """Taking back what waits for an answer, and how long the receiver sees it."""
    found = []
    if overdracht.state in (OverdrachtState.AANGEBODEN, OverdrachtState.GESCHIL):
        found.append(_step_item(overdracht, "intrekken", in_taal(OVERDRACHT.steps["intrekken"].label), _("Trek in"),
                                kind="secondary", icon="cross"))
    if overdragen.te_zien(g.db, overdracht, around_it.werk):
        found.append(_step_item(overdracht, "grond", _("Laat de andere gemeente dit langer zien"),
                                _("Leg een nieuwe grond vast"), kind="secondary", icon="eye"))
    if any(one.ingetrokken_at is None and one.tot_on >= clock.today() for one in around_it.gronden):
        found.append(_step_item(overdracht, "sluiten", _("De inwoner trekt toestemming in, of het mandaat eindigde"),
                                _("Sluit het zicht"), _("De andere gemeente ziet dan meteen niets meer."), kind="secondary",
                                icon="lock"))
    return found


def _to_stop(overdracht: Overdracht, around_it) -> list[dict]:
    """Stopping what was accepted, until its day."""
    if overdracht.state != OverdrachtState.AANVAARD or OVERDRACHT.obstacles(
            overdracht, "staken", g.actor, reden="-", ingaand_on=_from_day(overdracht, around_it.antwoorden)):
        return []
    return [_step_item(overdracht, "staken", in_taal(OVERDRACHT.steps["staken"].label), _("Staak"),
                       _("Het aanbod is aanvaard, maar gaat toch niet door. Dat kan tot de dag dat het ingaat."), "cross",
                       kind="secondary")]


def _again_url(overdracht: Overdracht) -> str:
    if overdracht.toegang_id:
        return url_for("plaatsing.afweging", toegang_id=overdracht.toegang_id)
    return url_for("plaatsing.overdracht_nieuw", plaatsing_id=overdracht.plaatsing_id)


def _warm(overdracht: Overdracht, around_it) -> list[dict]:
    """The warm handover further down the page, as long as this gemeente did not sign it."""
    if overdracht.state != OverdrachtState.AANVAARD or g.actor.party_id in {one.party_id for one in around_it.tekens}:
        return []
    return [{"title": _("Warme overdracht"), "text": _("Beantwoord de punten en teken voor uw gemeente."), "icon": "check",
             "button": _("Ga naar de punten"), "kind": "secondary", "url": "#warm"}]


# One step -------------------------------------------------------------------------------------------------------------------

# Step -> (title, what the page tells first, what is said after it).
STAPPEN = {
    "antwoord": ("Geef antwoord", "Er gaat nooit iets vanzelf over. Zonder ja blijft de andere gemeente verantwoordelijk.",
                 "Uw antwoord staat erin."),
    "intrekken": ("Trek het aanbod in", "Uw gemeente blijft verantwoordelijk.", "Het aanbod is ingetrokken."),
    "geschil": ("Leg het voor als geschil", "Tot er een ja is, blijft uw gemeente verantwoordelijk.",
                "Het geschil is begonnen."),
    "behouden": ("Houd de inwoner hier", "De andere gemeente neemt het niet over. Uw gemeente blijft verantwoordelijk. "
                 "Bespreek dit met de inwoner.", "Dat staat erin. De inwoner blijft bij uw gemeente."),
    "staken": ("Staak de overdracht", "De andere gemeente zei ja, maar de overdracht gaat niet door. Uw gemeente blijft "
               "verantwoordelijk. Bespreek dit met de inwoner en met de andere gemeente.", "De overdracht is gestaakt."),
    "advies": ("Leg het advies vast", "De andere gemeente leest het advies en antwoordt opnieuw.", "Het advies staat erin."),
    "grond": ("Leg een nieuwe grond vast", "Zonder grond ziet de andere gemeente niets.", "De grond staat erin."),
    "sluiten": ("Sluit het zicht", "De andere gemeente ziet meteen niets meer. Een aanbod dat nog niet is aanvaard, "
                        "eindigt. Een ja blijft staan.", "De andere gemeente ziet niets meer."),
    "overnemen": ("Neem het dossier over", "Uw gemeente krijgt een eigen dossier. Was de inwoner eerder bij u, dan gaat dat "
                  "dossier verder.", "Het dossier is overgenomen."),
}
# What the page of "overnemen" tells where the offer is of a report.
MELDING_OVERNEMEN = ("Neem de melding over", "Uw gemeente krijgt een eigen melding. De termijnen lopen door vanaf de dag "
                     "waarop de inwoner zich meldde.")
_ANY = f"any({', '.join(STAPPEN)})"


def _words(overdracht: Overdracht, name: str) -> tuple[str, str]:
    """What a step of this offer is called, and what its page tells first."""
    title, lead = MELDING_OVERNEMEN if name == "overnemen" and overdracht.toegang_id else STAPPEN[name][:2]
    return in_taal(title), in_taal(lead)


@bp.route(f"/overdracht/<uuid:overdracht_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN)
def overdracht_stap(overdracht_id, stap):
    """The page of one step."""
    return _step_page(overdracht_id, stap)


def _step_page(overdracht_id, name: str, status: int = 200, form=None, reasons=()) -> Response:
    overdracht = overdragen.betrokken(g.db, g.actor, overdracht_id, status=status if reasons else 404)
    viewed(overdracht)
    title, lead = _words(overdracht, name)
    return page_or_part(
        "plaatsing/overdracht_stap.html", status=status, overdracht=overdracht, stap=name, title=title,
        lead=lead, reasons=reasons, obstacles=_obstacles(overdracht, name), errors=form.errors if form else {},
        values=form.values if form else {"ingaand_on": f"{overdracht.ingaand_on:%d-%m-%Y}"}, gronden=ground_options(),
        met_nummer=current_app.kluis is not None, bronnen=[(str(one), in_taal(words)) for one, words in BRON_WORDS.items()],
        redenen=[(code, hoofdletter(in_taal(row["naam"])))
                 for code, row in load_config("plaatsingen")["weigering"]["gemeente"].items()],
        crumbs=[(_("Overdrachten"), url_for("plaatsing.ontvangen")),
                (overdracht.reference, url_for("plaatsing.overdracht", overdracht_id=overdracht.id))])


def _obstacles(overdracht: Overdracht, name: str) -> list[str]:
    """Why this page cannot do anything now, as far as that does not hang on what is typed."""
    receives = overdracht.ontvanger_id == g.actor.party_id
    if receives != (name in ("antwoord", "overnemen")):
        return ["Deze stap is voor de andere gemeente."]
    if name in OVERDRACHT.steps and overdracht.state not in OVERDRACHT.steps[name].source:
        return [f"Dit kan niet in deze fase: {OVERDRACHT.labels[overdracht.state].lower()}."]
    return []


@bp.route(f"/overdracht/<uuid:overdracht_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def overdracht_zetten(overdracht_id, stap):
    """Take the step."""
    form = Form()
    take, facts = _read_step(form, stap)
    if take is overdragen.overnemen and overdragen.betrokken(g.db, g.actor, overdracht_id).toegang_id:
        take = afwegen.overnemen

    def again(status, reasons=()):
        nummer_opnieuw(form)
        return _step_page(overdracht_id, stap, status, form, reasons)

    def act():
        take(g.db, g.actor, overdracht_id, **facts)
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=overdracht_id)), in_taal(STAPPEN[stap][2]))

    return again(422) if form.errors else _try(act, stap, overdracht_id, again)


def _read_step(form: Form, name: str) -> tuple:
    """The use case of a step, and what was filled in for it."""
    if name == "antwoord":
        said = form.choice("ja", ["ja", "nee"], _("Kies: ja of nee."))
        ja = said == "ja"
        return overdragen.antwoorden, {
            "ja": ja, "reden": "" if said != "nee" else form.choice(
                "reden", list(load_config("plaatsingen")["weigering"]["gemeente"]), _("Kies waarom uw gemeente nee zegt.")),
            "ingaand_on": form.date("ingaand_on", _("Vul in vanaf welke dag uw gemeente verantwoordelijk is."))
            if ja else None,
            "aansluitend": form.text("aansluitend", most=TEKST) or "",
            "toelichting": form.text("toelichting", most=TEKST) or ""}
    if name == "advies":
        return overdragen.advies, {"advies": form.text("advies", _("Schrijf wat het advies is."), most=TEKST),
                                   "on": form.date("on", _("Vul de dag van het advies in."))}
    if name == "grond":
        return overdragen.grond_geven, read_ground(form)
    if name == "overnemen":
        return overdragen.overnemen, {
            "adres": form.text("adres", most=KORT) or "", "contact": form.text("contact", most=KORT) or "",
            "bsn": form.text("bsn", most=20) or "", "bron": form.choice("bron", list(Bron)), "kluis": current_app.kluis}
    acts = {"intrekken": overdragen.intrekken, "geschil": overdragen.geschil, "behouden": overdragen.behouden,
            "staken": overdragen.staken, "sluiten": overdragen.grond_intrekken}
    return acts[name], {"reden": form.text("reden", _("Schrijf waarom."), most=TEKST)}


# The warm handover ----------------------------------------------------------------------------------------------------------

@bp.route("/overdracht/<uuid:overdracht_id>/punt", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def overdracht_punt(overdracht_id):
    """Answer one point of the warm handover."""
    form = Form()
    code = form.choice("code", list(load_config("plaatsingen")["overdrachtspunt"]), _("Dit punt staat niet op de lijst."))
    # Each point has its own form on the page: what was typed comes back to its own.
    antwoord = form.choice("antwoord", list(rules.Naasten), _("Kies een antwoord."))
    toelichting = form.text("toelichting", most=TEKST) or ""

    def again(status, reasons=()):
        return _page(overdracht_id, status, reasons or list(form.errors.values()), form)

    def act():
        overdragen.punt(g.db, g.actor, overdracht_id, code=code, antwoord=antwoord, toelichting=toelichting)
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=overdracht_id)), _("Dat staat erin."))

    return again(422) if form.errors else _try(act, "punt", overdracht_id, again)


@bp.route("/overdracht/<uuid:overdracht_id>/tekenen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], step_up=True,
          idempotent=True)
def overdracht_tekenen(overdracht_id):
    """Sign for the own gemeente that the handover was done."""
    def act():
        overdragen.tekenen(g.db, g.actor, overdracht_id)
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=overdracht_id)), _("Uw gemeente heeft getekend."))

    return _try(act, "tekenen", overdracht_id, lambda status, reasons: _page(overdracht_id, status, reasons))


@bp.route("/overdracht/<uuid:overdracht_id>/afronden", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def overdracht_afronden(overdracht_id):
    """Close the warm handover."""
    def act():
        overdragen.afronden(g.db, g.actor, overdracht_id)
        return tell(go(url_for("plaatsing.overdracht", overdracht_id=overdracht_id)), _("De warme overdracht is afgerond."))

    return _try(act, "afronden", overdracht_id, lambda status, reasons: _page(overdracht_id, status, reasons))
