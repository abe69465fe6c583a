"""After a yes: the agreement that both sides sign, the beginning, how it goes, and how it ends."""

from dateutil.relativedelta import relativedelta
from flask import Response, g, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import TEKST, Stap, Veld, proberen, stap
from portal.blueprints.uitdaging.woorden import typ
from portal.domains.uitdaagrecht import overzicht, queries, rules, uitvoering
from portal.domains.uitdaagrecht.model import Afspraak, Uitdaging
from portal.domains.uitdaagrecht.workflow import AFSPRAAK_VOORBIJ, UITDAGING, ZELF_OPGESTELD
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import Handeling, power
from portal.kernel.dossier import load
from portal.kernel.money import bedrag_text
from portal.processes import uitdaging as van_plan
from portal.web.blueprint import viewed
from portal.web.filters import hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _

# The agreement --------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>/afspraak", needs=P.UITDAGING_LEZEN)
def afspraak(uitdaging_id):
    """The agreement with who signed it; or the form to put one before the residents."""
    return _page(uitdaging_id)


def _page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    rond = overzicht.rondom(g.db, uitdaging, g.actor.user_id)
    made, counts = rond.voorstel or rond.afspraak, rond.afspraak if rond.afspraak is not rond.voorstel else None
    signs = bool(rond.voorstel and g.actor.may(P.UITDAGING_TEKENEN) and uitdaging.eigenaar_id not in rond.tekens)
    obstacles = []
    if signs:
        refusal = power(g.db, Handeling(g.actor.party_id, "uitdaging", made.budget), g.actor, on=clock.today()).refusal
        if counts and counts.tot < clock.today():
            refusal = AFSPRAAK_VOORBIJ
        obstacles = [ZELF_OPGESTELD] if made.opgesteld_by == g.actor.user_id else [refusal] if refusal else []
    elif made is None and g.actor.may(P.UITDAGING_BEHANDELEN):
        obstacles = UITDAGING.obstacles(uitdaging, "afspreken", g.actor)
    return page_or_part(
        "uitdaging/afspraak.html", status=status, u=uitdaging, a=made, tekens=rond.tekens, signs=signs, reasons=reasons,
        obstacles=obstacles, mag=g.actor.may(P.UITDAGING_BEHANDELEN), ligt=rond.voorstel is not None,
        geldt=counts if rond.voorstel else None,
        errors=form.errors if form else {}, values=form.values if form else _uit_plan(uitdaging))


def _uit_plan(uitdaging: Uitdaging) -> dict:
    """What the plan says already, to begin with."""
    given = uitdaging.plan.get("gegevens", {})
    cost = rules.bedrag(given.get("kosten_bedrag"))
    return {"taak": given.get("wat", ""), "budget": bedrag_text(cost) if cost is not None else ""}


@bp.route("/uitdaging/<uuid:uitdaging_id>/afspraak", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def afspreken(uitdaging_id):
    """Put it before the residents."""
    form = Form()
    given = _gelezen(form) | {"van": form.date("van", _("Vul de eerste dag in."))}

    def again(status, reasons=()):
        return _page(uitdaging_id, status, form, reasons)

    def act():
        uitvoering.afspreken(g.db, g.actor, uitdaging_id, **given)
        return tell(_here(uitdaging_id), _("De afspraak ligt klaar. Beide kanten kunnen tekenen."))

    return again(422) if form.errors else proberen(act, "afspreken", uitdaging_id, again)


def _gelezen(form: Form) -> dict:
    """What every agreement says, as it was given."""
    return {"taak": form.text("taak", _("Schrijf welke taak de bewoners overnemen."), most=TEKST),
            "resultaat": form.text("resultaat", _("Schrijf wat er bereikt moet worden."), most=TEKST),
            "budget": form.bedrag("budget", _("Vul het budget in. Is het er niet, vul dan 0 in.")),
            "tot": form.date("tot", _("Vul de laatste dag in.")),
            "evaluatie_on": form.date("evaluatie_on", _("Vul in wanneer u samen kijkt hoe het gaat.")),
            "terug": form.text("terug", _("Schrijf hoe de taak teruggaat als het stopt."), most=TEKST)}


# The same, longer -----------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>/verlenging", needs=P.UITDAGING_BEHANDELEN)
def verlenging(uitdaging_id):
    """The form to put a later last day before the residents, with what counts now beside it."""
    return _longer(uitdaging_id)


def _longer(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    counts, proposed = queries.afspraken(g.db, uitdaging.id)
    fault = uitvoering.verlenging_gebrek(counts, proposed)
    # To begin with: the same for another year, and looked at on what is the last day now.
    now = {"taak": counts.taak, "resultaat": counts.resultaat, "terug": counts.terug, "budget": bedrag_text(counts.budget),
           "tot": typ(counts.tot + relativedelta(years=1)), "evaluatie_on": typ(counts.tot)} if counts else {}
    return page_or_part(
        "uitdaging/verlenging.html", status=status, u=uitdaging, geldt=counts, ligt=proposed is not None, reasons=reasons,
        obstacles=UITDAGING.obstacles(uitdaging, "verlenging", g.actor) or ([fault] if fault else []),
        errors=form.errors if form else {}, values=form.values if form else now)


@bp.route("/uitdaging/<uuid:uitdaging_id>/verlenging", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def verlenging_doen(uitdaging_id):
    """Put it before the residents."""
    form = Form()
    given = _gelezen(form)

    def again(status, reasons=()):
        return _longer(uitdaging_id, status, form, reasons)

    def act():
        uitvoering.verlenging(g.db, g.actor, uitdaging_id, **given)
        return tell(_here(uitdaging_id), _("De verlenging ligt klaar. Beide kanten kunnen tekenen."))

    return again(422) if form.errors else proberen(act, "verlenging", uitdaging_id, again)


@bp.route("/uitdaging/<uuid:uitdaging_id>/afspraak/intrekken", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def afspraak_intrekken(uitdaging_id):
    """Take it back, to make another."""
    def act():
        uitvoering.afspraak_intrekken(g.db, g.actor, uitdaging_id)
        return tell(_here(uitdaging_id), _("Dit is ingetrokken. U kunt een nieuwe afspraak maken."))

    return proberen(act, "afspraak_intrekken", uitdaging_id, lambda status, reasons: _page(uitdaging_id, status, None, reasons))


@bp.route("/uitdaging/afspraak/<uuid:afspraak_id>/tekenen", needs=P.UITDAGING_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def ondertekenen(afspraak_id):
    """Sign for the gemeente."""
    uitdaging_id = load(g.db, Afspraak, afspraak_id).dossier_id

    def act():
        uitvoering.ondertekenen(g.db, g.actor, afspraak_id)
        return tell(_here(uitdaging_id), _("De gemeente tekende de afspraak."))

    return proberen(act, "ondertekenen", afspraak_id, lambda status, reasons: _page(uitdaging_id, status, None, reasons))


def _here(uitdaging_id) -> Response:
    return go(url_for("uitdaging.afspraak", uitdaging_id=uitdaging_id))


# Doing it -------------------------------------------------------------------------------------------------------------------

def _nu(_uitdaging: Uitdaging) -> dict:
    return {"op_on": typ(clock.today())}


stap(Stap(
    "beginnen", "Begin met de uitvoering", "Beide kanten tekenden. De bewoners nemen de taak nu over.",
    "De bewoners vertellen hoe het gaat. Op de afgesproken dag kijkt u samen wat het oplevert.",
    "De bewoners zijn begonnen.", uitvoering.beginnen))

stap(Stap(
    "evalueren", "Leg vast hoe het gaat", "Bespreek met de bewoners wat het oplevert. Schrijf ook op wat zij ervan vinden.",
    "De bewoners lezen dit. Wilt u de afspraak beëindigen of de taak terugnemen? Doe dat daarna apart.",
    "De evaluatie staat erin.", uitvoering.evalueren, (
        Veld("op_on", "Op welke dag keek u samen?", "", "Vul de dag in.", "dag"),
        Veld("tekst", "Wat leverde het op?", "", "Schrijf wat het opleverde, ook wat de bewoners ervan vinden."),
        Veld("vervolg", "Hoe gaat het verder?", "", "Kies hoe het verdergaat.", "keuze",
             lambda: [(code, hoofdletter(in_taal(words))) for code, words in uitvoering.VERVOLG.items()])),
    begin=_nu))

stap(Stap(
    "verlengen", "Verleng de afspraak", "Beide kanten tekenden. De nieuwe afspraak komt in de plaats van de oude.",
    "De bewoners krijgen bericht. Op de nieuwe dag kijkt u samen hoe het gaat.", "De afspraak is verlengd.",
    uitvoering.verlengen))


def _te_kopen(uitdaging: Uitdaging) -> str | None:
    if fault := van_plan.inkoop_gebrek(uitdaging):
        return fault
    return None if van_plan.inkopen(g.db, g.actor) else "Uw gemeente heeft nu geen inkoop. Begin er eerst een bij Inkopen."


stap(Stap(
    "naar_inkoop", "Koop de taak in", van_plan.GEEN_VOORSPRONG,
    "De bewoners krijgen bericht. Het plan en de inkoop noemen elkaar.", "Het plan hoort nu bij de inkoop.",
    van_plan.naar_inkoop, (
        Veld("inkoop_id", "Bij welke inkoop hoort het plan?", "", "Kies een inkoop.", "lijst",
             lambda: [(str(one.id), f"{one.titel} ({one.reference})") for one in van_plan.inkopen(g.db, g.actor)]),),
    stap="", gebrek=_te_kopen))

_REDEN = (Veld("reden", "Waarom?", "De bewoners lezen dit.", "Schrijf waarom."),)

stap(Stap(
    "beeindigen", "Beëindig de afspraak", "De bewoners en de gemeente stoppen met deze afspraak.",
    "De bewoners krijgen bericht met uw reden. Dit is niet terug te draaien.", "De afspraak is beëindigd.",
    uitvoering.beeindigen, _REDEN))

stap(Stap(
    "terugnemen", "Neem de taak terug", "De gemeente doet de taak weer zelf, zoals in de afspraak staat.",
    "De bewoners krijgen bericht met uw reden, en met hoe de taak teruggaat. Dit is niet terug te draaien.",
    "De taak is terug bij de gemeente.", uitvoering.terugnemen, _REDEN, toon="uitdaging/_terug.html",
    toon_met=lambda uitdaging: {"geldt": queries.afspraken(g.db, uitdaging.id)[0]}))
