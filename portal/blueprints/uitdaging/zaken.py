"""The list of plans of residents, and one plan: until when, what can be done now, and everything that was said and decided."""

from datetime import date

from flask import Response, g, request, url_for

from portal.blueprints.taakwoorden import beslist_elders
from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import STAPPEN
from portal.blueprints.uitdaging.woorden import (
    advies_rijen,
    delen_van,
    gebeurd,
    kosten_naast,
    oordeel_rijen,
    plan_delen,
    termijn_item,
)
from portal.domains.plaatsingen.queries import gebeurtenissen
from portal.domains.uitdaagrecht import overzicht, posten, queries, uitvoering, usecases
from portal.domains.uitdaagrecht.besluiten import tegenspraak_papier_gebrek
from portal.domains.uitdaagrecht.model import OPEN, VRAAG, Soort, State, Uitdaging
from portal.domains.uitdaagrecht.words import DOORGELEID_WORDS, ROUTE_WORDS, SOORT_WORDS, UITKOMST_WORDS
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.processes import uitdaging as van_plan
from portal.web.blueprint import viewed
from portal.web.filters import bedrag, datum, datum_kort, in_taal, nog_dagen
from portal.web.htmx import page_or_part
from portal.web.links import PAGES, around, document_item, page_url, soort_label, state_badge
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

EVENTS_SHOWN = 50


# The list -------------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging", needs=P.UITDAGING_LEZEN)
def lijst():
    """The plans at the own gemeente; those of which the promised day passed say so."""
    tabs = {"open": _("Loopt"), "uitvoering": _("In uitvoering"), "alles": _("Alles")}
    if g.actor.may(P.UITDAGING_TEKENEN):
        tabs["tekenen"] = _("Te tekenen")
    welke = request.args.get("welke", "open")
    welke = welke if welke in tabs else "open"
    part = queries.lijst(g.db, g.actor, welke=welke, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part(
        "uitdaging/lijst.html", rows=[_rij(row) for row in part.rows], paging=around(part), welke=welke,
        mag=g.actor.may(P.UITDAGING_BEHANDELEN),
        tabs=[(label, url_for("uitdaging.lijst", welke=code), None, code == welke) for code, label in tabs.items()])


def _rij(row) -> dict:
    lang, late = current_lang(), row.due_on is not None and not row.stil and row.due_on < clock.today()
    meta = [row.reference, _("ontvangen op %(dag)s", dag=datum_kort(row.ontvangen_on, lang))]
    if row.due_on and not late:
        meta.append(_("de termijn staat stil") if row.stil else _("beslissen uiterlijk %(dag)s",
                                                                  dag=datum_kort(row.due_on, lang)))
    return {"title": row.titel, "url": url_for("uitdaging.zaak", uitdaging_id=row.id), "text": row.taak or "",
            "status": state_badge("uitdaging", row.state), "meta": " · ".join(meta),
            "late": _("Te laat: het antwoord was beloofd voor %(dag)s", dag=datum_kort(row.due_on, lang)) if late else ""}


# One plan -------------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>", needs=P.UITDAGING_LEZEN, endpoint="zaak")
def one_plan(uitdaging_id):
    """One plan."""
    return zaak_pagina(uitdaging_id)


def zaak_pagina(uitdaging_id, status: int = 200, reasons=()) -> Response:
    """The page of one plan, also with what was refused on it."""
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    rond = overzicht.rondom(g.db, uitdaging, g.actor.user_id)
    possible, blocked = _te_doen(uitdaging, rond)
    terms = [(term.kind, termijn_item(term, pauses)) for term, pauses in rond.termijnen if not term.kind.startswith("werk_")]
    asked = next((one for one in rond.informatie if one.beantwoord_on is None), None)
    return page_or_part(
        "uitdaging/zaak.html", status=status, u=uitdaging, r=rond, reasons=reasons, possible=possible, blocked=blocked,
        stand=state_badge("uitdaging", uitdaging.state), beurt=_beurt(uitdaging), van_wie=_van_wie(uitdaging),
        aan_zet=_aan_zet(uitdaging, rond),
        belofte=_looptijd(uitdaging, rond) or _belofte(terms), terms=[item for _kind, item in terms], vraag=asked,
        delen=plan_delen(uitdaging) if uitdaging.plan.get("gegevens") else [], kosten=kosten_naast(uitdaging, rond.taak),
        oordelen=oordeel_rijen(rond.oordelen) if rond.oordelen or uitdaging.state == State.BEOORDELING else [],
        adviezen=advies_rijen(rond.adviezen), regels=queries.regels(uitdaging),
        route=in_taal(ROUTE_WORDS[rond.weg.route]) if rond.weg else "", weg=rond.weg, beslist=beslist_elders(rond.taak),
        doorgeleid=in_taal(DOORGELEID_WORDS[uitdaging.doorgeleid]) if uitdaging.doorgeleid else "",
        voorbij=bool(uitdaging.state == State.UITVOERING and rond.afspraak and rond.afspraak.tot < clock.today()),
        besluiten=[_voorstel(one, uitdaging, rond.gepost) for one in rond.besluiten],
        steun=_steun(rond), vervolg=uitvoering.VERVOLG,
        inzendingen=[_inzending(one, uitdaging.plan.get("gegevens", {})) for one in rond.inzendingen],
        documents=[document_item(one) for one in rond.documenten],
        naar=[_vervolg(*one) for one in rond.vervolg],
        tijdlijn=gebeurd(gebeurtenissen(g.db, uitdaging.id, EVENTS_SHOWN), uitdaging))


def _van_wie(uitdaging: Uitdaging) -> str:
    """Who sent it, by name as they gave it."""
    names = [uitdaging.plan.get("verstuurd_door"), *uitdaging.plan.get("medeindieners", [])]
    return uitdaging.papier_van or ", ".join(filter(None, names)) or _("een bewoner")


def _looptijd(uitdaging: Uitdaging, rond) -> dict | None:
    """While residents do the task, until when that was agreed; None otherwise."""
    if uitdaging.state != State.UITVOERING or rond.afspraak is None:
        return None
    lang, until = current_lang(), rond.afspraak.tot
    return {"kop": _("De afspraak loopt tot en met"), "dag": datum(until, lang),
            "over": nog_dagen(until, clock.today(), lang).capitalize()}


def _belofte(terms) -> dict | None:
    """The day that the residents were promised: of the answer, or of the information that they asked for."""
    found = next((item for kind, item in reversed(terms) if kind == "beslissing"),
                 next((item for kind, item in reversed(terms) if kind == "informatie"), None))
    if found is None:
        return None
    is_answer = any(kind == "beslissing" for kind, _item in terms)
    return found | {"kop": _("Beslissing uiterlijk op") if is_answer else _("Antwoord uiterlijk op")}


def _aan_zet(uitdaging: Uitdaging, rond) -> str:
    """Who does the next step, for everybody of the gemeente; empty where it is over."""
    signs = any(one.state in besluiten.OPEN for one in rond.besluiten)
    return {
        State.INFOVERZOEK: _("de coördinator"), State.BEANTWOORD: _("de bewoners"), State.ONTVANGEN: _("de coördinator"),
        State.ONTVANKELIJKHEIDSTOETS: _("wie tekent") if signs else _("de coördinator"),
        State.WACHT_OP_AANVULLING: _("de bewoners"), State.DIALOOG: _("de bewoners en de coördinator"),
        State.BEMIDDELING: _("de bewoners en de coördinator"), State.BEOORDELING: _("de vakafdeling"),
        State.JURIDISCHE_TOETS: _("de coördinator") if rond.weg else _("de jurist"), State.PANEL: _("het panel"),
        State.BESLISSEN: _("wie tekent") if signs else _("de coördinator"),
        State.TOEGEWEZEN: _("de bewoners en de coördinator"), State.UITVOERING: _("de bewoners"),
    }.get(uitdaging.state, "")


def _beurt(uitdaging: Uitdaging) -> str:
    """Whose turn it is, where nobody of the gemeente can do anything."""
    residents = {State.BEANTWOORD: _("De bewoners hebben hun antwoord. Dienen zij een plan in, dan gaat het hier verder."),
                 State.WACHT_OP_AANVULLING: _("De bewoners vullen hun plan aan. De termijn om te beslissen staat stil."),
                 State.TOEGEWEZEN: _("De gemeente zei ja. Nu maken bewoners en gemeente een afspraak.")}
    if uitdaging.indiener_id:
        residents[State.DIALOOG] = _("U praat met de bewoners. Zij sturen hun definitieve plan zelf.")
    return residents.get(uitdaging.state, _("U hoeft hier nu niets te doen."))


def _voorstel(one, uitdaging: Uitdaging, gepost) -> dict:
    lang, known = current_lang(), one.verzonden_at and posten.bekend_on(one, uitdaging, gepost)
    kind = {besluiten.State.VERZONDEN: "ok", besluiten.State.TERUGGESTUURD: "warn"}.get(one.state, "info")
    return {"title": _("Antwoord: %(wat)s", wat=in_taal(UITKOMST_WORDS[one.inhoud["uitkomst"]])),
            "url": url_for("uitdaging.besluit", besluit_id=one.id),
            "status": (kind, in_taal(besluiten.STATE_LABELS[one.state])) if known or not one.verzonden_at
            else ("warn", _("Nog niet op de post")), "text": one.teruggestuurd_reden or "",
            "meta": _("verstuurd op %(dag)s", dag=datum_kort(known, lang)) if known
            else _("opgesteld op %(dag)s", dag=datum_kort(one.opgesteld_at, lang))}


def _vervolg(soort: str, dossier_id, sinds: date, reference: str, titel: str) -> dict:
    """What a plan became; who does not work on that reads its number."""
    return {"title": titel, "url": page_url(PAGES[soort][0], dossier_id),
            "meta": " · ".join((soort_label(soort), reference, datum_kort(sinds, current_lang())))}


def _inzending(one, nu: dict) -> dict:
    """One thing that they sent; a plan that says something else than it says now (`nu`), part by part."""
    said = one.inhoud
    binnen = said.get("binnen_on")
    words = said.get("vraag") or said.get("tekst") or said.get("reden") or said.get("toelichting") or ""
    if one.soort == Soort.INSTEMMING:
        words = f"{_('Ja.') if said['ja'] else _('Nee.')} {words}".strip()
    if one.soort == Soort.PAGINA:
        words = said["samenvatting"]
    return {"title": in_taal(SOORT_WORDS[one.soort]), "text": words, "nummer": one.ontvangst_nummer,
            "vingerafdruk": one.vingerafdruk,
            "on": datum_kort(date.fromisoformat(binnen) if binnen else one.verzonden_at, current_lang()),
            "delen": delen_van(said["gegevens"]) if said.get("gegevens", nu) != nu else []}


def _steun(rond) -> list[tuple]:
    """How many support it: mailboxes, persons, and on paper; never who."""
    if rond.pagina is None and not rond.steunlijsten:
        return []
    counted = queries.telling(g.db, rond.pagina.id) if rond.pagina else None
    paper = sum(one.aantal for one in rond.steunlijsten if one.gecontroleerd_by)
    return [(_("Mailadressen"), counted.mailboxen if counted else 0), (_("Personen"), counted.personen if counted else 0),
            (_("Op papier"), paper), (_("Volgers"), counted.volgers if counted else 0)]


# What can be done -----------------------------------------------------------------------------------------------------------

# What a step is for, in the order in which a page offers them (niet: an answer before the content was looked at; wacht: the
# same while the residents may add something); with the page where it is done, where that has another name than the step.
TEXTS = {
    "informeren": "De bewoners vroegen wat de taak kost, hoe goed het moet, en tot wanneer iemand het doet.",
    "in_behandeling": "Het is een uitdaging. U bent dan de contactpersoon, met naam.",
    "ontvankelijk": "Het plan voldoet aan de voorwaarden.",
    "aanvulling_vragen": "Er ontbreekt iets dat de verordening vraagt. Dit kan één keer.",
    "papier_aanvullen": "Typ over wat de bewoners aanvulden. Wat zij eerst gaven, blijft staan.",
    "doorgeleiden": "Het is iets anders, of het hoort bij een ander. De bewoners horen waar het heen gaat.",
    "gesprek": "Schrijf op wat er is besproken. De bewoners zeggen of het klopt.",
    "plan": "Neem over wat de bewoners op papier gaven.",
    "bemiddelen": "Komt u er samen niet uit? Vraag iemand van buiten.",
    "hervatten": "De bemiddeling is klaar.",
    "beoordelen": "Geef per criterium uw oordeel, en waarom.",
    "beoordeeld": "Daarna kiest de jurist langs welke weg het kan.",
    "toetsen": "Subsidie, opdracht, overeenkomst of mandaat; of het kan niet.",
    "naar_panel": "Het panel leest het plan en het oordeel, en geeft advies.",
    "adviseren": "U verklaart eerst of u een belang heeft. Daarna adviseert u in uw eigen naam.",
    "naar_besluit": "Alles is bekend. Het antwoord kan worden geschreven.",
    "voorstellen": "U schrijft wat de gemeente antwoordt en waarom. Een ander tekent.",
    "aanpassing_vragen": "Het kan, maar anders. De bewoners moeten daar ja op zeggen.",
    "herzien": "Het bezwaar was gegrond. De gemeente beslist opnieuw.",
    "afspreken": "Welke taak, welk resultaat, welk geld, en hoe de taak teruggaat.",
    "beginnen": "Beide kanten tekenden de afspraak. De bewoners kunnen beginnen.",
    "evalueren": "Schrijf op wat het opleverde, ook wat de bewoners ervan vinden.",
    "verlenging": "Wilt u samen door na de laatste dag? Beide kanten tekenen dan opnieuw.",
    "verlengen": "Beide kanten tekenden de verlenging. De nieuwe laatste dag geldt dan.",
    "beeindigen": "De afspraak eindigt. De bewoners lezen waarom.",
    "terugnemen": "De gemeente doet de taak weer zelf. De bewoners lezen waarom.",
    "intrekken": "De bewoners willen niet verder, en schreven of belden u dat.",
    "niet": "Het plan voldoet niet aan de voorwaarden. Een ander tekent.",
    "wacht": "De bewoners mogen nog aanvullen. Schrijf alleen een nee als het om iets anders gaat.",
}
PAGINAS = {"plan": "papieren_plan", "beoordelen": "beoordelen", "adviseren": "panel", "voorstellen": "voorstel",
           "afspreken": "afspraak"}
# They do these themselves, or it comes with a signature.
_VANZELF = ("ontvangen", "aanvullen", "toewijzen", "afwijzen", "hertoetsen", "posten")
# Only of a plan on paper: who has a login does it there.
_PAPIER = ("plan", "papier_aanvullen", "intrekken")


def _te_doen(uitdaging: Uitdaging, rond) -> tuple[list[dict], list[dict]]:
    """What this person can do with it now, and what not with the reason."""
    possible, blocked, order = _te_tekenen(uitdaging, rond), [], list(TEXTS)
    for step, reasons in sorted((pair for pair in UITDAGING.possible(uitdaging, g.actor, reden="-")
                                 if pair[0].name not in _VANZELF), key=lambda pair: order.index(pair[0].name)):
        page, text = PAGINAS.get(step.name, step.name), TEXTS[step.name]
        if step.name == "voorstellen" and uitdaging.state != State.BESLISSEN:
            text = TEXTS["wacht" if uitdaging.state == State.WACHT_OP_AANVULLING else "niet"]
        if (step.name in _PAPIER and uitdaging.indiener_id) or (step.name == "afspreken" and rond.afspraak) or (
                step.name == "herzien" and reasons) or (step.name == "verlenging" and rond.voorstel) or (
                step.name == "verlengen" and rond.voorstel is None):
            continue
        if not reasons and page in STAPPEN and (fault := STAPPEN[page].gebrek(uitdaging)):
            reasons = [fault]
        if not reasons and step.name in ("beginnen", "verlengen"):
            reasons = uitvoering.begin_gebreken(uitdaging, rond.voorstel, rond.tekens)
        if not reasons and step.name == "verlenging" and (fault := uitvoering.verlenging_gebrek(rond.afspraak, None)):
            reasons = [fault]
        title = in_taal(step.label)
        if reasons:
            blocked.append({"title": title, "reasons": reasons})
        else:
            # While the residents may add something, a no is not the first thing to do.
            kind = {"kind": "secondary"} if text == TEXTS["wacht"] else {}
            possible.append({"title": title, "text": _(text), "icon": "arrow", "button": _("Ga naar deze stap"), **kind,
                             "url": url_for(f"uitdaging.{page}", uitdaging_id=uitdaging.id)})
    if elders := beslist_elders(rond.taak) if not STAPPEN["naar_bevoegde"].beletsels(uitdaging) else None:
        possible.insert(0, {"title": in_taal(STAPPEN["naar_bevoegde"].titel), "icon": "arrow", "button": _("Stuur het door"),
                            "text": _("Gemeente %(naam)s beslist over deze taak, voor alle gemeenten.", naam=elders),
                            "url": url_for("uitdaging.naar_bevoegde", uitdaging_id=uitdaging.id)})
    if g.actor.may(P.UITDAGING_BEHANDELEN) and not usecases.papier_aanpassing_gebrek(uitdaging):
        possible.insert(0, {"title": _("De bewoners antwoorden op papier"), "text": _("U vroeg of het anders mag."),
                            "icon": "mail", "button": _("Leg hun antwoord vast"),
                            "url": url_for("uitdaging.papier_aanpassing", uitdaging_id=uitdaging.id)})
    if g.actor.may(P.UITDAGING_BEHANDELEN):
        possible[:0] = [{"title": _("Deze brief moet nog op de post"), "text": one.onderwerp, "icon": "mail",
                         "button": _("Vul de dag in"), "url": url_for("uitdaging.postdag", besluit_id=one.id)}
                        for one in rond.besluiten if one.id not in rond.gepost and not posten.obstakels(one, uitdaging)]
        if not tegenspraak_papier_gebrek(uitdaging):
            possible.append({"title": _("Een bezwaar of klacht op papier"), "text": _("Typ over wat de bewoners schreven."),
                             "icon": "mail", "button": _("Leg het vast"), "kind": "secondary",
                             "url": url_for("uitdaging.tegenspraak_papier", uitdaging_id=uitdaging.id)})
    if g.actor.may(P.UITDAGING_BEHANDELEN) and not van_plan.inkoop_gebrek(uitdaging):
        possible.append({"title": in_taal(STAPPEN["naar_inkoop"].titel), "text": in_taal(van_plan.GEEN_VOORSPRONG),
                         "icon": "arrow", "button": _("Kies de inkoop"),
                         "url": url_for("uitdaging.naar_inkoop", uitdaging_id=uitdaging.id)})
    if rond.voorstel and g.actor.may(P.UITDAGING_BEHANDELEN):
        first = rond.voorstel is rond.afspraak
        possible.append({"title": _("De afspraak ligt klaar") if first else _("De verlenging ligt klaar"),
                         "text": _("Kijk wie al tekende, of begin opnieuw."), "icon": "file", "button": _("Bekijk de afspraak"),
                         "url": url_for("uitdaging.afspraak", uitdaging_id=uitdaging.id)})
    if g.actor.may(P.UITDAGING_BEHANDELEN) and uitdaging.state in OPEN and uitdaging.state not in VRAAG:
        possible.append({"title": _("Steun op papier"), "text": _("Tel een lijst met handtekeningen, of tel na."),
                         "icon": "people", "button": _("Naar de steun"), "kind": "secondary",
                         "url": url_for("uitdaging.steun", uitdaging_id=uitdaging.id)})
    return possible, blocked


def _te_tekenen(uitdaging: Uitdaging, rond) -> list[dict]:
    """What waits for a signature or a decision: the proposal, the agreement, an objection or a complaint."""
    found, signs = [], g.actor.may(P.UITDAGING_TEKENEN)
    if waiting := next((one for one in rond.besluiten if one.state in besluiten.OPEN), None):
        found.append({"title": _("Er ligt een voorstel voor het antwoord"), "icon": "pen" if signs else "eye",
                      "text": _("Lees het, en teken het of stuur het terug.") if signs else _("Het wacht op een handtekening."),
                      "button": _("Lees het voorstel"), "url": url_for("uitdaging.besluit", besluit_id=waiting.id)})
    if signs and rond.voorstel and uitdaging.eigenaar_id not in rond.tekens:
        found.append({"title": _("De afspraak wacht op een handtekening"), "icon": "pen", "button": _("Lees en teken"),
                      "text": _("Budget: %(bedrag)s", bedrag=bedrag(rond.voorstel.budget, current_lang())),
                      "url": url_for("uitdaging.afspraak", uitdaging_id=uitdaging.id)})
    for said in rond.tegenspraak if signs else ():
        if said.beantwoord_on is None:
            found.append({"title": _("Beslis over het bezwaar") if said.soort == Soort.BEZWAAR else _("Beslis over de klacht"),
                          "icon": "pen", "button": _("Lees en beslis"),
                          "url": url_for("uitdaging.tegenspraak", tegenspraak_id=said.id)})
    return found
