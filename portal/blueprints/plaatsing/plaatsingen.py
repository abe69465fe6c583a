"""Placements at the gemeente: the list, a new one after a grant, one placement with who is responsible when, what somebody
needs, and the steps that ask a reason or a day."""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from flask import Response, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import te_doen
from portal.blueprints.plaatsing.tabbladen import tabbladen
from portal.blueprints.plaatsing.tijdbalk import Stuk, balk
from portal.blueprints.plaatsing.toegang import EVENTS_SHOWN, TEKST, te_laat, term_item, timeline_items
from portal.domains.plaatsingen import overzicht, plaatsen, queries, rules
from portal.domains.plaatsingen import verlengen as extending
from portal.domains.plaatsingen.model import OverdrachtState, Persoon, Plaatsing, PlaatsingState, Richting, VerblijfState
from portal.domains.plaatsingen.terugkeer import NOOT, TOETSBAAR, terug_naar_verblijf, toets_die_telt
from portal.domains.plaatsingen.workflow import OVERDRAAGBAAR, PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.queries import words_of
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, datum_kort, in_taal, maand_kort
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, page_url, state_badge
from portal.web.navigation import gemeenten
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

_try = partial(attempt, "plaatsing")
WOONT = (VerblijfState.LOOPT, VerblijfState.STIL)
DAY = timedelta(days=1)
KORT = 300


def namen() -> dict:
    """The name of every gemeente, by id."""
    return {row.id: row.naam for row in gemeenten().values()}


def keuzes(section: str) -> list[tuple[str, str]]:
    """The codes of a section of config/plaatsingen.toml with their words, for a form."""
    return [(code, in_taal(row["naam"])) for code, row in load_config("plaatsingen")[section].items()]


# The list -------------------------------------------------------------------------------------------------------------------

@bp.route("/plaatsingen", needs=P.TOEGANG_LEZEN)
def plaatsingen():
    """The placements of the own gemeente: what runs or is late, who waits, or all of them; with `?q=` those of this name or
    number."""
    stand = request.args.get("stand") if request.args.get("stand") in overzicht.STANDEN else "loopt"
    q = words_of(request.args.get("q"))
    part = overzicht.lijst(g.db, g.actor.party_id, stand, words=q, after=request.args.get("na"),
                           before=request.args.get("voor"))
    lang, names, products = current_lang(), namen(), load_config("plaatsingen")["product"]
    rows = [{"title": row.naam, "url": url_for("plaatsing.plaatsing", plaatsing_id=row.id),
             "status": state_badge("plaatsing", row.state), "also": te_laat(row),
             "text": in_taal(products[row.product]["naam"]),
             "meta": " · ".join((row.reference, _("komt uit %(gemeente)s", gemeente=names[row.herkomst_id]),
                                 _("gemeld op %(dag)s", dag=datum_kort(row.gemeld_on, lang)), *_ends_soon(row)))}
            for row in part.rows]
    tabs = [(label, url_for("plaatsing.plaatsingen", stand=code, q=" ".join(q) or None), None, code == stand)
            for code, label in (("loopt", _("Loopt")), ("wacht", _("Wacht op een plek")), ("alle", _("Alle plaatsingen")))]
    return page_or_part("plaatsing/plaatsingen.html", "lijst", rows=rows, paging=around(part), tabs=tabs, stand=stand,
                        q=" ".join(q), verrekenen=g.actor.may(P.VERREKENING_LEZEN))


def _ends_soon(row) -> list[str]:
    """That the support ends, or has ended: for a list."""
    if not (einde := _einde(row)):
        return []
    day = datum_kort(einde["tot"], current_lang())
    return [_("de laatste dag was %(dag)s", dag=day) if einde["voorbij"] else _("eindigt op %(dag)s", dag=day)]


# A new placement ------------------------------------------------------------------------------------------------------------

@bp.route("/toegang/<uuid:toegang_id>/plaatsing", needs=P.TOEGANG_BEHANDELEN)
def begin(toegang_id):
    """The form that begins a placement after a grant."""
    return _begin_page(toegang_id)


def _begin_page(toegang_id, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    besluit = next((one for one in queries.besluiten(g.db, toegang.id) if one.inhoud["uitkomst"] == "toekennen"), None)
    granted = besluit.inhoud["product"].strip().lower() if besluit else ""
    products = keuzes("product")
    begun = overzicht.plaatsing_van(g.db, toegang.id)
    obstacles = [] if toegang.state == "toegekend" else [
        _("Een plaatsing begint na een toekenning. Er is nog geen getekend besluit.")]
    obstacles += [_("Met dit besluit is al een plaatsing begonnen of verlengd.")] if begun else []
    values = form.values if form else {
        "product": next((code for code, words in products if words.lower() == granted), ""), "herkomst": g.actor.party_slug}
    eerder = overzicht.verhuizingen_van(g.db, toegang.persoon_id)
    return page_or_part(
        "plaatsing/begin.html", status=status, toegang=toegang, besluit=besluit, products=products,
        doelgroepen=keuzes("doelgroep"), gemeenten=[(slug, row.naam) for slug, row in gemeenten().items()],
        eerder=eerder if rules.verhuist_opnieuw(eerder) else 0, obstacles=obstacles, reasons=reasons,
        errors=form.errors if form else {}, values=values)


@bp.route("/toegang/<uuid:toegang_id>/plaatsing", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def openen(toegang_id):
    """Begin it: somebody waits for a place, or has a pgb."""
    form = Form()
    product = form.choice("product", list(load_config("plaatsingen")["product"]), _("Kies welke ondersteuning het is."))
    doelgroep = form.choice("doelgroep", list(load_config("plaatsingen")["doelgroep"]),
                            _("Kies voor welke groep de plek moet zijn."))
    herkomst = form.choice("herkomst", list(gemeenten()), _("Kies uit welke gemeente iemand komt."))
    indicatie, overgang = form.date("indicatie_tot"), form.date("overgang_on")

    def again(status, reasons=()):
        return _begin_page(toegang_id, status, form, reasons)

    def act():
        made = plaatsen.openen(g.db, g.actor, toegang_id, product=product, doelgroep=doelgroep,
                               herkomst_id=gemeenten()[herkomst].id, indicatie_tot=indicatie, overgang_on=overgang)
        return tell(go(url_for("plaatsing.plaatsing", plaatsing_id=made.id)), _("De plaatsing is begonnen."))

    return again(422) if form.errors else _try(act, "openen", toegang_id, again)


# One placement --------------------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>", needs=P.TOEGANG_LEZEN, endpoint="plaatsing")
def one_placement(plaatsing_id):
    """One placement: who is responsible when, where somebody lives, what can be done now, what happened."""
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    persoon = load(g.db, Persoon, plaatsing.persoon_id)
    rond = overzicht.rond(g.db, plaatsing)
    names, today = namen(), clock.today()
    woont = next((one for one in rond.verblijven if one.state in WOONT), None)
    possible, blocked = _todo(plaatsing, rond)
    nu = rules.verantwoordelijk_op(rond.tijdlijn, today)
    terms = [term_item(*pair) for pair in queries.termijnen(g.db, plaatsing.id) if pair[0].met_on is None]
    toets = next(iter(rond.toetsen), None)
    seeks = plaatsing.state in overzicht.WACHT and rules.verhuist_opnieuw(rond.verhuisd)
    return page_or_part(
        "plaatsing/plaatsing.html", plaatsing=plaatsing, persoon=persoon, stand=state_badge("plaatsing", plaatsing.state),
        tabs=tabbladen(plaatsing), herkomst=names[plaatsing.herkomst_id],
        woont_in=names[woont.gemeente_id] if woont and not persoon.afgeschermd else "",
        nu=_("gemeente %(naam)s", naam=names[nu.gemeente_id]) if nu else "", sinds=nu.van if nu else None,
        lint=_lint(plaatsing, persoon, rond, names, today), perioden=_perioden(rond, names, nu), niets=_niets(rond, names, nu),
        verblijf=_verblijf(rond, persoon, names), vraag=_vraag(rond, names), open_wens=plaatsing.state in overzicht.WACHT,
        recht=_recht(plaatsing, rond), einde=_einde(plaatsing), eerder=rond.verhuisd if seeks else 0, verhuisd=rond.verhuisd,
        product=in_taal(load_config("plaatsingen")["product"][plaatsing.product]["naam"]),
        doelgroep=in_taal(load_config("plaatsingen")["doelgroep"][plaatsing.doelgroep]["naam"]),
        motief=in_taal(load_config("plaatsingen")["pgb_motief"][plaatsing.pgb_motief]["naam"]) if plaatsing.pgb_motief else "",
        toets=toets, toetsbaar=plaatsing.state in TOETSBAAR, mag=g.actor.may(P.TOEGANG_BEHANDELEN),
        plan=plan_van(plaatsing, rond), thuis=thuis(rond, plaatsing, names), possible=possible, blocked=blocked, terms=terms,
        timeline=timeline_items(overzicht.gebeurtenissen(g.db, plaatsing.id, EVENTS_SHOWN)))


def _lint(plaatsing: Plaatsing, persoon: Persoon, rond, names: dict, today: date) -> dict:
    """The bars: who is responsible, where somebody lives, who pays the provider or the pgb."""
    lines, offer = rond.tijdlijn, rond.aanbod
    ends = [one.van for one in lines[1:]] + [offer.ingaand_on if offer and offer.ingaand_on > lines[-1].van else None]
    who = [Stuk(one.van, end, names[one.gemeente_id]) for one, end in zip(lines, ends, strict=True)]
    stays = sorted((one for one in rond.verblijven if one.begonnen_on), key=lambda one: one.begonnen_on)
    first = lines[0].van
    home = [Stuk(first, stays[0].begonnen_on if stays else None, names[plaatsing.herkomst_id])]
    lives = home + [Stuk(one.begonnen_on, one.geeindigd_on + DAY if one.geeindigd_on else None, names[one.gemeente_id])
                    for one in stays]
    pays = [Stuk(one.begonnen_on, one.betaald_tot + DAY if one.betaald_tot else None, names[one.eigenaar_id])
            for one in stays]
    if plaatsing.state == PlaatsingState.PGB:
        pays = [Stuk(plaatsing.van, plaatsing.tot + DAY if plaatsing.tot else None, names[plaatsing.gemeente_id])]
    if offer:
        proposed = Stuk(offer.ingaand_on, None, _("%(naam)s (voorstel)", naam=names[offer.ontvanger_id]), plan=True)
        who.append(proposed)
    if persoon.afgeschermd:
        lives = []
    days = [one.van for one in (*who, *lives, *pays)]
    frame, lang = balk(days, today), current_lang()
    story = [_("Vanaf %(dag)s is %(naam)s verantwoordelijk.", dag=datum(one.van, lang), naam=names[one.gemeente_id])
             for one in lines]
    if offer:
        story.append(_("Voorstel: vanaf %(dag)s is %(naam)s verantwoordelijk.", dag=datum(offer.ingaand_on, lang),
                       naam=names[offer.ontvanger_id]))
    here = _ook(lives, pays, today)
    return {"title": " ".join([*story, *here]), "ook": " ".join(here),
            "months": frame.labels(lambda day: maand_kort(day, lang)), "today_at": frame.at(today),
            "rows": [{"label": label, "bars": frame.bars(parts, today)} for label, parts in (
                (_("Verantwoordelijk"), who), (_("Woont in"), lives), (_("Betaalt"), pays))]}


def _ook(lives, pays, today: date) -> list[str]:
    """Who lives where and who pays today, in sentences: a phone shows no bars."""
    def now(parts):
        return next((one.naam for one in parts if one.van <= today and (one.tot is None or today < one.tot)), None)

    where, who = now(lives), now(pays)
    return ([_("De inwoner woont in %(naam)s.", naam=where)] if where else []) + (
        [_("Gemeente %(naam)s betaalt de ondersteuning.", naam=who)] if who else [])


def _perioden(rond, names: dict, nu) -> dict:
    """The same as a table: which gemeente, from when, why; and which row is of today."""
    lang, rows, mine = current_lang(), [], []
    for n, one in enumerate(rond.tijdlijn):
        before = names[rond.tijdlijn[n - 1].gemeente_id] if n else ""
        rows.append([names[one.gemeente_id], datum(one.van, lang), _why(one.grondslag, names[one.gemeente_id], before)])
        mine += [n] if one is nu else []
    if offer := rond.aanbod:
        naam = names[offer.ontvanger_id]
        if offer.state == OverdrachtState.GESCHIL:
            why = _("Er is een geschil over dit aanbod. Er verandert niets zolang het loopt.")
        else:
            what = _("Aanbod tot terugkeer.") if offer.richting == Richting.TERUG else _("Aanbod aan een andere gemeente.")
            why = what + " " + _("%(naam)s antwoordt uiterlijk %(dag)s.", naam=naam, dag=datum_kort(offer.verloopt_on, lang))
        rows.append([_("%(naam)s (voorstel)", naam=naam), datum(offer.ingaand_on, lang), why])
    return {"rows": rows, "mine": mine}


def _why(grondslag: str, naam: str, before: str) -> str:
    if grondslag == "melding":
        return _("Melding bij gemeente %(naam)s", naam=naam)
    if grondslag == "advies":
        return _("Na advies in een geschil met %(naam)s", naam=before)
    return _("%(naam)s nam het aanbod van %(ander)s aan", naam=naam, ander=before)


def _niets(rond, names: dict, nu) -> dict:
    """What happens when nobody does anything: nothing ever passes to another gemeente without its yes."""
    lang = current_lang()
    if coming := next((one for one in rond.tijdlijn if one.van > clock.today()), None):
        return {"text": _("Gemeente %(naam)s zei ja, en is verantwoordelijk vanaf %(dag)s. Tot die dag blijft gemeente %(nu)s "
                          "dat.", naam=names[coming.gemeente_id], dag=datum(coming.van, lang), nu=names[nu.gemeente_id]),
                "when": None}
    text = _("Gemeente %(naam)s blijft verantwoordelijk. Er gaat nooit iets vanzelf over naar een andere gemeente.",
             naam=names[nu.gemeente_id]) if nu else ""
    held = next((one for one in rond.verblijven if one.state == VerblijfState.AANGEBODEN and one.verloopt_at), None)
    if held:
        text += " " + _("De plek is vastgehouden tot %(moment)s. Daarna is de plek vrij, en wacht de inwoner weer.",
                        moment=datum_kort(held.verloopt_at, lang))
        return {"text": text, "when": None}
    offer = rond.aanbod
    waits = offer and offer.state == OverdrachtState.AANGEBODEN
    return {"text": text, "when": _("na %(dag)s", dag=datum_kort(offer.verloopt_on, lang)) if waits else None}


def _verblijf(rond, persoon: Persoon, names: dict) -> dict | None:
    """The place where somebody lives now, or that was offered last; without the address when it is secret, or when nobody may
    know where this person is."""
    woont = next((one for one in rond.verblijven if one.state in WOONT), None)
    found = woont or next((one for one in rond.verblijven
                           if one.state in (VerblijfState.AANGEBODEN, VerblijfState.GERESERVEERD)), None)
    if found is None:
        return None
    lang = current_lang()
    facts = [(_("Locatie"), found.locatie), (_("Gemeente"), names[found.gemeente_id])]
    if persoon.afgeschermd:
        facts.append((_("Adres"), _("afgeschermd: het staat niet op deze pagina")))
    else:
        secret = _("geheim: het staat niet op deze pagina")
        facts.append((_("Adres"), secret if found.geheim else found.adres or _("niet bekend")))
    facts.append((_("Woont hier sinds") if found.begonnen_on else _("Plek vrij vanaf"),
                  datum(found.begonnen_on or found.van, lang)))
    return {"title": _("Waar iemand woont") if woont else _("De plek die is aangeboden"), "facts": facts,
            "stand": state_badge("verblijf", found.state), "url": page_url("plaatsing.verblijf", found.id)}


def _vraag(rond, names: dict) -> list[tuple]:
    """What somebody needs of a place, in words."""
    config, vraag, regel = load_config("plaatsingen"), rond.vraag, rond.regel
    if vraag is None:
        return []
    found = [(_("Nodig"), ", ".join(in_taal(config["kenmerk"][code]["naam"]) for code in vraag.nodig) or _("niets bijzonders")),
             (_("Wil wonen in"), ", ".join(names[one] for one in vraag.gemeenten) or _("geen voorkeur")),
             (_("Kan niet wonen in"), ", ".join(names[one] for one in vraag.mijden) or _("geen gemeente uitgesloten")),
             (_("Hulp tot er een plek is"), vraag.overbrugging or _("niet beschreven"))]
    if regel:
        counts = ", ".join(in_taal(config["omstandigheid"][code]["naam"]) for code in regel.omstandigheden)
        found.append((_("Telt voor de volgorde"), counts or _("alleen hoe lang iemand wacht")))
        found.append((_("Op de wachtlijst sinds"), datum(regel.gemeld_on, current_lang())))
    return found


def _recht(plaatsing: Plaatsing, rond) -> dict | None:
    """A right of before a transition: until when, and how that day was found."""
    if plaatsing.indicatie_tot is None:
        return None
    last = rules.recht_van_vroeger_tot(plaatsing.indicatie_tot, plaatsing.overgang_on, rond.nieuwer)
    config = load_config("plaatsingen")["overgangsrecht"]
    longest = rules.beschermd_tot(date.max, plaatsing.overgang_on)
    lines = [{"text": _("De indicatie van vroeger eindigt"), "on": plaatsing.indicatie_tot, "source": ""},
             {"text": _("Dag van de overgang"), "on": plaatsing.overgang_on, "source": ""},
             {"text": _("Niet langer dan %(n)s jaar na de overgang", n=config["jaren"]), "on": longest,
              "source": config["artikel"]}]
    if rond.nieuwer:
        lines.append({"text": _("Een nieuw besluit gaat in"), "on": rond.nieuwer, "source": ""})
    return {"tot": last, "voorbij": last < clock.today(), "nieuw": rond.nieuwer is not None and last == rond.nieuwer - DAY,
            "lines": [*lines, {"text": _("De vroegste dag telt"), "on": last, "source": ""}]}


def _einde(plaatsing) -> dict | None:
    """That the support of a placement (or a row of a list of them) ends within some weeks, or has ended; None while that is far
    away."""
    if plaatsing.state not in OVERDRAAGBAAR or plaatsing.tot is None or clock.today() < rules.verlengen_vanaf(plaatsing.tot):
        return None
    return {"tot": plaatsing.tot, "voorbij": plaatsing.tot < clock.today()}


def plan_van(plaatsing: Plaatsing, rond) -> dict | None:
    """The plan for the way home: its facts and its words. Who stayed on the place after all, has none."""
    note = next((one for one in rond.noten if one.stap == NOOT), None)
    if note is None or plaatsing.state in TOETSBAAR:
        return None
    facts, known = [], load_config("plaatsingen")["aansluitend"]
    if said := next(iter(rond.uitstroom), None):
        facts = [(_("Vanaf"), datum(date.fromisoformat(said["plan_on"]), current_lang())),
                 (_("Wat volgt"), in_taal(known[said["aansluitend"]]["naam"]))]
    return {"facts": facts, "tekst": note.tekst, "on": note.geschreven_at}


def thuis(rond, plaatsing: Plaatsing, names: dict) -> str:
    """The question of the return, with the gemeente somebody comes from where they live in another."""
    woont = next((one for one in rond.verblijven if one.state in WOONT), None)
    if woont and woont.gemeente_id == plaatsing.herkomst_id:
        return _("Terug naar huis?")
    return _("Terug naar %(gemeente)s?", gemeente=names[plaatsing.herkomst_id])


# What a person can do: step -> (text, button).
TEXTS = {
    "aanbieden": ("U ziet per plek waarom die past, of niet.", "Bekijk de plekken"),
    "pgb": ("De inwoner koopt de ondersteuning zelf in. U legt vast waarom.", "Leg de keuze vast"),
    "vervallen": ("De inwoner wacht dan niet meer.", "Ga naar deze stap"),
    "uitstromen": ("U maakt met de inwoner een plan: wanneer, waarheen, en welke hulp daar is.", "Maak het plan"),
    "plan_bijstellen": ("Het loopt anders dan in het plan staat, of er is nog geen plan.", "Stel bij"),
    "terug_naar_verblijf": ("Naar huis gaan lukt nu niet. De inwoner houdt de plek.", "Ga naar deze stap"),
    "verlengen": ("U kiest het besluit en de nieuwe laatste dag. De plek gaat mee.", "Verleng"),
    "beeindigen": ("U kiest de dag en de reden.", "Ga naar deze stap"),
    "overdragen": ("De andere gemeente antwoordt zelf. Tot die dag blijft uw gemeente verantwoordelijk.",
                   "Bekijk de overdracht"),
    "opnieuw_zoeken": ("De inwoner is terug, en heeft toch een plek nodig.", "Bekijk de overdracht"),
    "afsluiten": ("Daarna verandert er niets meer.", "Ga naar deze stap"),
}
ICONEN = {"aanbieden": "search", "pgb": "euro", "vervallen": "cross", "uitstromen": "house", "overdragen": "swap",
          "opnieuw_zoeken": "search", "afsluiten": "lock", "verlengen": "clock",
          "plan_bijstellen": "pen", "terug_naar_verblijf": "house"}
# A step that another page of the placement takes.
ELDERS = {"aanbieden": "plaatsing.zoeken", "uitstromen": "plaatsing.terugkeer",
          "plan_bijstellen": "plaatsing.terugkeer", "overdragen": "plaatsing.overdrachten",
          "opnieuw_zoeken": "plaatsing.overdrachten", "afsluiten": "plaatsing.uitkomst"}
# The kind of what comes first: the page makes it the primary button.
FIRST = ""
TITELS = {"overdragen": "Overdragen aan een andere gemeente", "aanbieden": "Zoek een plek"}


def _todo(plaatsing: Plaatsing, rond) -> tuple[list[dict], list[dict]]:
    """What this person can do with it now, and what not with the reason; what somebody waits for comes first."""
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return [], []
    stay = next((one for one in rond.verblijven if one.state in (*plaatsen.LOOPT, VerblijfState.AANGEBODEN)), None)
    steps = _steps(plaatsing, rond, stay)
    first = [one for one in steps if one.get("kind") == FIRST]
    return te_doen([*reversed(first), *_about_stay(stay), *_to_look_at(plaatsing),
                    *(one for one in steps if one not in first)])


def _about_stay(stay) -> list[dict]:
    """The page of the stay, or of the offer of a place."""
    if stay is None or not (url := page_url("plaatsing.verblijf", stay.id)):
        return []
    if stay.state == VerblijfState.AANGEBODEN:
        return [{"title": _("Het aanbod van een plek"), "icon": "house", "url": url, "button": _("Bekijk het aanbod"),
                 "text": _("Hier legt u vast wat de inwoner zei, en ziet u wat de aanbieder zei.")}]
    return [{"title": _("Het verblijf"), "icon": "house", "url": url, "button": _("Bekijk het verblijf"),
             "text": _("Hier legt u vast hoe het verblijf loopt.")}]


def _to_look_at(plaatsing: Plaatsing) -> list[dict]:
    """What is looked at with the resident, beside the steps."""
    if plaatsing.state in TOETSBAAR:
        return [{"title": _("Kijk of iemand terug kan naar huis"), "icon": "clock", "button": _("Doe de toets"),
                 "text": _("Twee vragen: kan het, en helpt het het herstel?"),
                 "url": url_for("plaatsing.terugkeer", plaatsing_id=plaatsing.id)}]
    if plaatsing.state == PlaatsingState.WACHTEND:
        return [{"title": _("Schrijf op wat iemand nodig heeft"), "icon": "pen", "button": _("Ga verder"),
                 "text": _("Zo past een plek. Dit bepaalt ook de volgorde op de wachtlijst."), "kind": "secondary",
                 "url": url_for("plaatsing.wens", plaatsing_id=plaatsing.id)}]
    return []


def _steps(plaatsing: Plaatsing, rond, stay) -> list[dict]:
    """The steps of the placement that fit where it stands."""
    facts = {"aanbod": rond.aanbod, "motief": "wachtlijst", "reden": "-", "einde": "eigen_keuze", "toets": toets_die_telt(rond),
             "woont": next((one for one in rond.verblijven if one.state in WOONT), None)}
    # A stay ends on its own page, and who lives somewhere looks for no other place.
    elsewhere = ("beeindigen", "opnieuw_zoeken") if stay else ()
    return [item for step, reasons in PLAATSING.possible(plaatsing, g.actor, **facts)
            if step.name in TEXTS and step.name not in elsewhere
            # Who lives nowhere does not stay there; what has no last day is not extended.
            and not (step.name == "terug_naar_verblijf" and reasons)
            and not (step.name == "verlengen" and plaatsing.tot is None)
            for item in _step_items(plaatsing, step, reasons)]


def _step_items(plaatsing: Plaatsing, step, reasons) -> list[dict]:
    """One step: what opens it, or why it cannot be taken yet, and then what can."""
    title = in_taal(TITELS.get(step.name, step.label))
    if reasons:
        outcome = [{"title": _("Wat de hulp opleverde"), "icon": "pen", "button": _("Bekijk de uitkomst"),
                    "text": _("Hier legt u de uitkomst vast, en later of iemand opnieuw hulp kreeg."),
                    "url": page_url(ELDERS[step.name], plaatsing.id)}] if step.name == "afsluiten" else []
        return [{"title": title, "reasons": reasons}, *outcome]
    url = (page_url(ELDERS[step.name], plaatsing.id) if step.name in ELDERS
           else url_for("plaatsing.plaatsing_stap", plaatsing_id=plaatsing.id, stap=step.name))
    if not url:
        return []
    text, button = TEXTS[step.name]
    waits = step.name == "aanbieden" or (step.name == "verlengen" and _einde(plaatsing))
    return [{"title": title, "text": _(text), "icon": ICONEN.get(step.name, "arrow"), "button": _(button), "url": url,
             "kind": FIRST if waits else "secondary"}]


# What somebody needs --------------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/wens", needs=P.TOEGANG_BEHANDELEN)
def wens(plaatsing_id):
    """What somebody needs of a place, to change."""
    return _wish_page(plaatsing_id)


def _wish_page(plaatsing_id, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    vraag, regel = queries.plaatsvraag(g.db, plaatsing.id), queries.wachtregel(g.db, plaatsing.id)
    slugs = {row.id: slug for slug, row in gemeenten().items()}
    if form:
        chosen = {name: form.many(name) for name in ("nodig", "gemeenten", "mijden", "omstandigheden")}
        overbrugging = form.raw("overbrugging")
    else:
        chosen = {"nodig": vraag.nodig if vraag else [], "gemeenten": [slugs[one] for one in vraag.gemeenten] if vraag else [],
                  "mijden": [slugs[one] for one in vraag.mijden] if vraag else [],
                  "omstandigheden": regel.omstandigheden if regel else []}
        overbrugging = vraag.overbrugging if vraag else ""
    return page_or_part(
        "plaatsing/wens.html", status=status, plaatsing=plaatsing, chosen=chosen, overbrugging=overbrugging, reasons=reasons,
        errors=form.errors if form else {}, kenmerken=keuzes("kenmerk"), omstandigheden=keuzes("omstandigheid"),
        wacht=regel is not None, gemeenten=[(slug, row.naam) for slug, row in gemeenten().items()])


@bp.route("/plaatsing/<uuid:plaatsing_id>/wens", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def wens_bewaren(plaatsing_id):
    """Keep it; what decides the order of the waiting list changes along."""
    form = Form()
    config, known = load_config("plaatsingen"), gemeenten()
    options = {"nodig": config["kenmerk"], "gemeenten": known, "mijden": known, "omstandigheden": config["omstandigheid"]}
    chosen = {name: form.many(name) for name in options}
    for name, codes in options.items():
        if set(chosen[name]) - set(codes):
            form.errors[name] = _("Kies alleen uit de lijst.")
    overbrugging = form.text("overbrugging", most=TEKST) or ""

    def again(status, reasons=()):
        return _wish_page(plaatsing_id, status, form, reasons)

    def act():
        plaatsen.vraag_bewaren(
            g.db, g.actor, plaatsing_id, nodig=chosen["nodig"], gemeenten=[known[slug].id for slug in chosen["gemeenten"]],
            mijden=[known[slug].id for slug in chosen["mijden"]], overbrugging=overbrugging,
            omstandigheden=chosen["omstandigheden"])
        return tell(go(url_for("plaatsing.plaatsing", plaatsing_id=plaatsing_id)), _("Dat staat erin."))

    return again(422) if form.errors else _try(act, "wens", plaatsing_id, again)


# One step -------------------------------------------------------------------------------------------------------------------

# Step -> (title, what the page tells first, what is said after it).
STAPPEN = {
    "pgb": ("De inwoner kiest een pgb", "De inwoner wacht dan niet meer op een plek. Een pgb en een plek tegelijk kan niet.",
            "De keuze staat erin. De inwoner wacht niet meer op een plek."),
    "vervallen": ("Een plek is niet meer nodig", "De inwoner gaat van de wachtlijst. Bespreek dit eerst met de inwoner.",
                  "De inwoner staat niet meer op de wachtlijst."),
    "terug_naar_verblijf": ("De inwoner blijft toch op de plek", "De weg naar huis stopt, en de plek blijft. Later kijkt u "
                            "opnieuw of terugkeer kan.", "De inwoner blijft op de plek wonen."),
    "verlengen": ("Verleng de ondersteuning", "De ondersteuning gaat door op grond van een besluit. De plek gaat mee, als die "
                  "dan nog vrij is. Een recht van vroeger verandert niet.",
                  "De ondersteuning is verlengd. Stuurde u een toewijzing, verander die dan ook."),
    "beeindigen": ("Beëindig", "De ondersteuning eindigt op de dag die u kiest. Het dossier sluit daarna apart.",
                   "De plaatsing is beëindigd."),
}
_ANY = f"any({', '.join(STAPPEN)})"


@bp.route(f"/plaatsing/<uuid:plaatsing_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN)
def plaatsing_stap(plaatsing_id, stap):
    """The page of one step."""
    return _step_page(plaatsing_id, stap)


def _step_page(plaatsing_id, name: str, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    title, lead, _said = STAPPEN[name]
    obstacles = PLAATSING.obstacles(plaatsing, name, g.actor, reden="-", motief="wachtlijst", einde="eigen_keuze")
    return page_or_part(
        "plaatsing/plaatsing_stap.html", status=status, plaatsing=plaatsing, stap=name, title=in_taal(title),
        lead=in_taal(lead), motieven=keuzes("pgb_motief"), besluiten=_decisions(plaatsing) if name == "verlengen" else [],
        obstacles=obstacles, reasons=reasons,
        einden=[(code, in_taal(words)) for code, words in load_config("plaatsingen")["einde"].items()],
        errors=form.errors if form else {}, values=form.values if form else {})


ANDER = "ander"


def _decisions(plaatsing: Plaatsing) -> list[tuple[str, str]]:
    """The decisions that a placement can go on with, for a form; another one last. Empty: there is none of the own gemeente."""
    lang, found = current_lang(), []
    for toegang, besluit in queries.verlengbesluiten(g.db, plaatsing):
        until = besluit.inhoud["tot"]
        found.append((str(toegang.id), _(
            "%(kenmerk)s: besluit van %(dag)s, %(tot)s", kenmerk=toegang.reference, dag=datum(besluit.getekend_at, lang),
            tot=_("tot en met %(dag)s", dag=datum(date.fromisoformat(until), lang)) if until else _("zonder einde"))))
    return [*found, (ANDER, _("Een ander besluit"))] if found else []


def _asked_decision(form: Form, plaatsing_id) -> dict:
    """On which decision it goes on: a later grant of the own gemeente, or one that is named."""
    known = _decisions(queries.eigen_plaatsing(g.db, g.actor, plaatsing_id))
    chosen = form.choice("besluit", [one[0] for one in known], _("Kies het besluit.")) if known else ANDER
    given = {"tot": form.date("tot", _("Vul de nieuwe laatste dag in."))}
    if chosen != ANDER:
        return given | {"toegang_id": UUID(chosen) if chosen else None}
    return given | {"vindplaats": form.text("vindplaats", _("Schrijf welk besluit dit is."), most=KORT),
                    "besloten_on": form.date("besloten_on", _("Vul in op welke dag het besluit is genomen."))}


@bp.route(f"/plaatsing/<uuid:plaatsing_id>/<{_ANY}:stap>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def plaatsing_zetten(plaatsing_id, stap):
    """Take the step."""
    form, config = Form(), load_config("plaatsingen")
    if stap == "pgb":
        take = partial(plaatsen.pgb_kiezen,
                       motief=form.choice("motief", list(config["pgb_motief"]), _("Kies waarom iemand een pgb wil.")))
    elif stap == "verlengen":
        take = partial(extending.verlengen, **_asked_decision(form, plaatsing_id))
    elif stap in ("vervallen", "terug_naar_verblijf"):
        act_of = plaatsen.vervallen if stap == "vervallen" else terug_naar_verblijf
        take = partial(act_of, reden=form.text("reden", _("Schrijf waarom."), most=TEKST))
    else:
        take = partial(plaatsen.beeindigen, on=form.date("on", _("Vul de dag in.")),
                       einde=form.choice("einde", list(config["einde"]), _("Kies waarom het eindigt.")))

    def again(status, reasons=()):
        return _step_page(plaatsing_id, stap, status, form, reasons)

    def act():
        take(g.db, g.actor, plaatsing_id)
        return tell(go(url_for("plaatsing.plaatsing", plaatsing_id=plaatsing_id)), in_taal(STAPPEN[stap][2]))

    return again(422) if form.errors else _try(act, stap, plaatsing_id, again)
