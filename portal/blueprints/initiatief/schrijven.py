"""Writing a plan: four short steps and the files, the check, sending, and the receipt of everything that was sent."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from flask import Response, g, url_for

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, PLANNEN, Blad, blad_van, eigen_blad
from portal.blueprints.taakwoorden import beslist_elders, taak_keuzes
from portal.blueprints.termijnen import as_lines
from portal.domains.uitdaagrecht import initiatieven, queries, rules, words
from portal.domains.uitdaagrecht.model import InitiatiefState, Inzending, Soort
from portal.kernel import bezwaar, terms
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.kernel.money import bedrag_text
from portal.kernel.terms import compute
from portal.web.blueprint import attempt
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.security import limit
from portal.web.shown import euro
from portal.web.taal import gettext as _

MOST = initiatieven.TEKST_LANG


@dataclass(frozen=True)
class Stap:
    """One page of the form: at most four things to fill in."""

    code: str
    titel: str
    lead: str
    velden: tuple[str, ...]


def stappen() -> list[Stap]:
    """The pages in order; after them come the files."""
    return [
        Stap("idee", _("Wat is uw idee?"),
             _("Schrijf zoals u praat. Drie zinnen zijn genoeg. De rest vragen wij later, en maar één keer."),
             ("wat", "waarom", "wie", "titel")),
        Stap("steun", _("Wie wil dit ook?"), _("U kunt dit ook later invullen, of na het eerste gesprek."),
             ("draagvlak", "samenwerking")),
        Stap("geld", _("Wat kost het?"), _("Een schatting is goed. De gemeente rekent met u mee."),
             ("kosten", "kosten_bedrag")),
        Stap("afspraak", _("Hoe blijft het goed gaan?"),
             _("Denk aan wie het overneemt, en aan wat u met de gemeente afspreekt."),
             ("continuiteit", "afspraak")),
    ]


def vragen() -> dict[str, tuple[str, str]]:
    """What is asked of each part, and one sentence of help."""
    return {
        "titel": (_("Hoe heet uw plan?"), _("Een paar woorden. Vult u niets in, dan nemen wij uw eerste zin.")),
        "wat": (_("Wat wilt u doen?"), _("Bijvoorbeeld: wij willen het plein zelf onderhouden.")),
        "waarom": (_("Waarom kunt u dat beter of goedkoper?"), _("Bijvoorbeeld: wij wonen ernaast en zien het meteen.")),
        "wie": (_("Met wie doet u dit?"), _("Bijvoorbeeld: vijf buren, of de dorpsvereniging. Noem geen namen.")),
        "draagvlak": (_("Hoe weet u dat anderen dit ook willen?"), _("Bijvoorbeeld: op de buurtavond kwamen dertig mensen.")),
        "samenwerking": (_("Met wie werkt u samen?"), _("Bijvoorbeeld: met de school, het wijkteam of een bedrijf.")),
        "kosten": (_("Waar is geld voor nodig?"), _("Bijvoorbeeld: gereedschap, huur en een verzekering.")),
        "kosten_bedrag": (_("Hoeveel kost het per jaar?"), _("Een schatting in euro's. Bijvoorbeeld 24.500.")),
        "continuiteit": (_("Hoe blijft het goed gaan?"), _("Bijvoorbeeld: twee mensen nemen het over als iemand stopt.")),
        "afspraak": (_("Welke afspraak wilt u met de gemeente?"), _("Bijvoorbeeld: een jaar proberen, en dan samen kijken.")),
    }


def gelezen(deel: str, taken: dict[str, str]) -> tuple[Form, dict[str, str], uuid.UUID | None]:
    """One step as it was posted: the form, its parts as they are kept, and the task."""
    form = Form()
    stap = next((one for one in stappen() if one.code == deel), None)
    if stap is None:
        raise NotFound()
    gegevens = velden_gelezen(form, stap.velden)
    taak = form.choice("taak", taken, _("Kies een taak uit de lijst.")) if form.raw("taak") else None
    return form, gegevens, uuid.UUID(taak) if taak else None


def velden_gelezen(form: Form, velden) -> dict[str, str]:
    """These parts of the plan as they are kept: texts, and the amount as exact text."""
    found = {}
    for code in velden:
        if code == "kosten_bedrag":
            amount = form.bedrag(code)
            found[code] = str(amount) if amount is not None else ""
        else:
            found[code] = form.text(code, most=rules.TITEL_LANG if code == "titel" else MOST) or ""
    return found


def getypt(gegevens) -> dict[str, str]:
    """The kept parts as people type them."""
    values = dict(gegevens)
    if amount := rules.bedrag(values.get("kosten_bedrag")):
        values["kosten_bedrag"] = bedrag_text(amount)
    return values


def waarheen(initiatief_id, deel: str, form: Form) -> str:
    """After a step: the next one, or the plan itself for who stops here."""
    if form.raw("daarna") == "stop":
        return url_for("initiatief.dossier", initiatief_id=initiatief_id)
    if form.raw("daarna") == "controle":
        return url_for("initiatief.controle", initiatief_id=initiatief_id)
    codes = [one.code for one in stappen()]
    place = codes.index(deel) + 1
    if place == len(codes):
        return url_for("initiatief.bestanden", initiatief_id=initiatief_id)
    return url_for("initiatief.stap", initiatief_id=initiatief_id, deel=codes[place])


def eerste_stap(gemeente, values, errors=None, reasons=(), status: int = 200) -> Response:
    """The three sentences of an idea that is not kept yet."""
    return _stap("idee", gemeente, values, errors, reasons, status)


def _stap(deel: str, gemeente, values, errors, reasons, status, blad: Blad | None = None) -> Response:
    every = stappen()
    number = next((n for n, one in enumerate(every, 1) if one.code == deel), None)
    if number is None:
        raise NotFound()
    keuzes = taak_keuzes(queries.taken(g.db, gemeente.id)) if deel == "idee" else []
    return page_or_part(
        "initiatief/stap.html", status=status, stap=every[number - 1], nummer=number, totaal=len(every) + 1, vragen=vragen(),
        values=values, errors=errors or {}, reasons=list(reasons), gemeente=gemeente, blad=blad, keuzes=keuzes,
        regels=queries.regels_van_gemeente(gemeente.slug), most=MOST, titel_lang=rules.TITEL_LANG,
        # A task is chosen before the plan is sent; what was sent is about that task.
        kiest=bool(keuzes) and (blad is None or blad.state != InitiatiefState.INGEDIEND))


@bp.route("/mijn-plannen/<uuid:initiatief_id>/plan/<deel>", needs=EIGEN)
def stap(initiatief_id, deel):
    """One step with what was kept."""
    blad = eigen_blad(initiatief_id)
    values = getypt(blad.gegevens) | {"taak": str(blad.initiatief.taak_id or "")}
    return _stap(deel, blad.gemeente, values, {}, (), 200, blad)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/plan/<deel>", needs=EIGEN, methods=["POST"], idempotent=True)
def stap_bewaren(initiatief_id, deel):
    """Keep one step as far as it is; what lacks comes later."""
    blad = eigen_blad(initiatief_id)
    form, gegevens, taak_id = gelezen(deel, queries.keuze_taken(g.db, blad.gemeente.id) if deel == "idee" else {})

    def again(status, reasons=(), errors=None):
        again_ = eigen_blad(initiatief_id)
        return _stap(deel, again_.gemeente, form.values, errors, reasons, status, again_)

    if form.errors:
        return again(422, errors=form.errors)
    # Only the first step asks for the task.
    taak_id = taak_id if deel == "idee" else blad.initiatief.taak_id

    def act():
        initiatieven.bewaren(g.db, g.actor, initiatief_id, gegevens=gegevens, taak_id=taak_id)
        return go(waarheen(initiatief_id, deel, form))

    return attempt("initiatief", act, "bewaren", initiatief_id, again)


# Check and send -------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-plannen/<uuid:initiatief_id>/controle", needs=EIGEN)
def controle(initiatief_id):
    """Everything as it will be sent, and what is missing."""
    return _controle(eigen_blad(initiatief_id))


def _controle(blad: Blad, status: int = 200, reasons=()) -> Response:
    return page_or_part("initiatief/controle.html", status=status, blad=blad, reasons=list(reasons),
                        antwoorden=antwoorden(blad), beslist=beslist_elders(blad.taak),
                        nodig=[rules.IDEE[code] for code in rules.ontbreekt(blad.gegevens, rules.IDEE)],
                        later=[rules.UITDAGING[code] for code in rules.ontbreekt(blad.gegevens) if code not in rules.IDEE],
                        kan=blad.state in (InitiatiefState.BEGONNEN, InitiatiefState.GEVRAAGD))


def antwoorden(blad: Blad, *, vast: bool = False) -> list[tuple[str, str, str | None]]:
    """Every question with its answer, and where to change it; `vast`: without changing."""
    asked, found = vragen(), []
    for one in stappen():
        url = blad.url("stap", deel=one.code) if blad.schrijft and not vast else None
        found += [(asked[code][0], _antwoord(code, blad.gegevens.get(code) or ""), url)
                  for code in one.velden if code != "titel"]
    return found


def _antwoord(code: str, text: str) -> str:
    amount = rules.bedrag(text) if code == "kosten_bedrag" else None
    return _("%(bedrag)s per jaar", bedrag=euro(Decimal(amount))) if amount is not None else text


@bp.route("/mijn-plannen/<uuid:initiatief_id>/indienen", needs=EIGEN, methods=["POST"], idempotent=True)
def indienen(initiatief_id):
    """Send the plan."""
    def act():
        limit("plan", str(g.actor.party_id))
        return go(bewijs_van(initiatieven.indienen(g.db, g.actor, initiatief_id)))

    return attempt("initiatief", act, "indienen", initiatief_id,
                   lambda status, reasons: _controle(eigen_blad(initiatief_id), status, reasons))


def bewijs_van(sent: Inzending) -> str:
    """The address of the receipt of a sending."""
    return url_for("initiatief.ontvangst", initiatief_id=sent.dossier_id, inzending_id=sent.id)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/ontvangst/<uuid:inzending_id>", needs=EIGEN)
def ontvangst(initiatief_id, inzending_id):
    """The receipt of one sending: number, fingerprint, day, what happens next and until when, and who to call."""
    blad, sent = blad_van(initiatief_id), load(g.db, Inzending, inzending_id)
    if sent.dossier_id != blad.id:
        raise NotFound()
    what, due = daarna(blad, sent)
    soort = words.SOORT_WORDS[sent.soort]
    return page_or_part("initiatief/ontvangst.html", blad=blad, sent=sent, soort=soort, wat=what, due=due,
                        lines=as_lines(due.count) if due else [], vragen=vragen(), plan=sent.soort in PLANNEN,
                        bedrag=_antwoord("kosten_bedrag", sent.inhoud.get("gegevens", {}).get("kosten_bedrag") or ""))


def daarna(blad: Blad, sent: Inzending) -> tuple[list[str], terms.Due | None]:
    """What happens after a sending, and until when."""
    on, regels = queries.dag_van(sent), blad.regels
    match sent.soort:
        case Soort.VRAAG:
            return ([_("De gemeente zoekt de informatie op en geeft u antwoord. Wat zij niet mag geven, legt zij uit.")],
                    compute(rules.termijn("informatie", regels), on))
        case Soort.UITDAGING:
            return ([_("Iemand van de gemeente belt of mailt u binnen %(n)s werkdagen.", n=regels.triage_werkdagen),
                     _("De gemeente kijkt of uw plan aan de voorwaarden voldoet. Ontbreekt iets, dan vraagt zij dat één keer."),
                     _("Daarna praat u samen over het plan, en krijgt u een antwoord met uitleg.")],
                    compute(rules.termijn("beslissing", regels), on))
        case Soort.AANVULLING:
            return [_("De gemeente leest wat u aanvulde. De tijd om te beslissen loopt weer verder.")], None
        case Soort.PLAN:
            return [_("De vakafdeling kijkt naar uw plan. U hoort het als er een antwoord is.")], None
        case Soort.INSTEMMING:
            return [_("De gemeente gaat verder met uw antwoord.")], None
        case Soort.INTREKKING:
            return [_("De gemeente behandelt uw plan niet meer. U kunt altijd een nieuw plan maken.")], None
        case Soort.BEZWAAR:
            begins = blad.bezwaar_tot or on
            return ([_("Iemand die niet meebesliste, kijkt opnieuw. U mag uw verhaal vertellen.")],
                    compute(bezwaar.beslisregel(commissie=False), max(begins, on)))
        case Soort.KLACHT:
            return ([_("Iemand die niet meebesliste, kijkt naar uw klacht en geeft u antwoord.")],
                    compute(terms.rule("klacht"), on))
        case Soort.PAGINA:
            return [_("De gemeente zet deze woorden op de website, en geen andere. U ziet het bij uw plan.")], None
        case Soort.TEGEN_VERBERGEN:
            return [_("Een ander bij de gemeente kijkt of de pagina terug kan.")], None
        case _:
            return [_("De gemeente leest het en bewaart het bij uw plan.")], None
