"""What residents may do with their plan of their own accord: ask about the task, tell how it goes, disagree, take it back. Each
has one page that says what happens then, and one text."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, eigen_blad
from portal.blueprints.initiatief.schrijven import MOST, bewijs_van
from portal.domains.uitdaagrecht import initiatieven
from portal.domains.uitdaagrecht.model import InitiatiefState, State
from portal.domains.uitdaagrecht.rules import Rechtskarakter
from portal.kernel import bezwaar, clock
from portal.kernel.errors import NotFound
from portal.kernel.terms import compute
from portal.web.blueprint import attempt
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.security import limit
from portal.web.shown import day
from portal.web.taal import gettext as _


@dataclass(frozen=True)
class Handeling:
    """One thing to do: what it is called, what happens then, what is asked, and whether it can be done now."""

    titel: str
    kort: str
    icoon: str
    knop: str
    kan: bool
    uitleg: tuple[str, ...]
    vraag: str
    hint: str
    # The sentence when nothing was written; None: nothing has to be.
    leeg: str | None
    doen: Callable


def handelingen(blad: Blad) -> dict[str, Handeling]:
    """Everything residents may do of their own accord, by its name in the address."""
    def sent(use_case, field):
        return lambda tekst: use_case(g.db, g.actor, blad.id, **{field: tekst})

    decided = blad.stand == State.AFGEWEZEN or bool(blad.uitdaging and blad.uitdaging.uitkomst)
    page = blad.pagina
    return {
        "vragen": Handeling(
            _("Vraag informatie over de taak"),
            _("Wat kost het nu, hoe goed moet het zijn, tot wanneer doet iemand anders het?"),
            "search", _("Stel een vraag"), blad.state == InitiatiefState.BEGONNEN, (
                _("De gemeente geeft u wat zij over de taak weet. Wat zij niet mag geven, legt zij uit."),
                _("U hoeft daarna niet verder te gaan met uw plan.")),
            _("Wat wilt u weten?"), _("Bijvoorbeeld: wat kost dit nu per jaar, en tot wanneer loopt het contract?"),
            _("Schrijf wat u over de taak wilt weten."), sent(initiatieven.vragen, "vraag")),
        "voortgang": Handeling(
            _("Vertel hoe het gaat"), _("De gemeente leest mee, en helpt als het moet."), "pen", _("Vertel hoe het gaat"),
            blad.stand == State.UITVOERING, (_("Ook als het tegenzit. Dan kan de gemeente op tijd helpen."),),
            _("Hoe gaat het?"), _("Wat gaat goed, wat is lastig, en wat heeft u nodig?"), _("Schrijf hoe het gaat."),
            sent(initiatieven.voortgang, "tekst")),
        "tegenspreken": _disagree(blad, decided, sent(initiatieven.tegenspreken, "tekst")),
        "tegen-verbergen": Handeling(
            _("Vraag of de pagina terug kan"), _("De gemeente verborg de pagina over uw plan."), "eye",
            _("Maak bezwaar tegen het verbergen"), page is not None and page.verborgen_at is not None and not page.beroep, (
                _("Een ander bij de gemeente kijkt ernaar en geeft u antwoord."),),
            _("Waarom moet de pagina terug?"), "", _("Schrijf waarom de pagina terug moet."),
            sent(initiatieven.tegen_verbergen, "tekst")),
        "intrekken": Handeling(
            _("Trek uw plan in"), _("Dat kan tot de gemeente heeft beslist."), "cross", _("Trek in"), blad.open, (
                _("De gemeente behandelt uw plan dan niet meer. U kunt dit niet terugdraaien.")
                if blad.state != InitiatiefState.BEGONNEN else _("U verstuurde dit plan niet. Niemand anders las het."),
                _("U kunt later altijd een nieuw plan maken.")),
            _("Waarom stopt u ermee?"), _("Dit hoeft niet. Het helpt de gemeente wel."), None,
            sent(initiatieven.intrekken, "reden")),
    }


def _disagree(blad: Blad, decided: bool, doen: Callable) -> Handeling:
    """To object, or to complain: what fits the legal character of the answer."""
    if blad.regels and blad.regels.rechtskarakter != Rechtskarakter.BESLUIT:
        return Handeling(
            _("Dien een klacht in"), _("Bent u het niet eens met hoe het ging, of met het antwoord?"), "alert",
            _("Dien een klacht in"), decided, (
                _("Het antwoord van deze gemeente is geen besluit. Bezwaar maken kan dus niet, een klacht indienen wel."),
                _("Iemand die niet meebesliste, kijkt ernaar. U krijgt binnen zes weken antwoord (Awb 9:11).")),
            _("Waar bent u het niet mee eens?"), "", _("Schrijf waarom u het er niet mee eens bent."), doen)
    until, late = blad.bezwaar_tot, blad.bezwaar_tot is not None and clock.today() > blad.bezwaar_tot
    when = (_("Bezwaar maken kon tot en met %(dag)s. Bent u later? Schrijf dan ook waarom.", dag=day(until)) if late
            else _("Dat kan tot en met %(dag)s.", dag=day(until)) if until else "")
    answered = until and compute(bezwaar.beslisregel(commissie=False), max(until, clock.today())).last_day
    return Handeling(
        _("Maak bezwaar"), when, "alert", _("Maak bezwaar"), decided, tuple(filter(None, (
            when, _("Iemand die niet meebesliste, kijkt opnieuw naar uw plan. U mag uw verhaal vertellen."),
            _("Verstuurt u het vandaag? Dan heeft u uiterlijk op %(dag)s antwoord.", dag=day(answered)) if answered else "",
            _("Bezwaar maken kost niets. Het mag ook met een brief.")))),
        _("Waarom bent u het niet eens met het antwoord?"), "", _("Schrijf waarom u het er niet mee eens bent."), doen)


def _page(blad: Blad, wat: str, status: int = 200, reasons=(), values=None, errors=None) -> Response:
    one = handelingen(blad).get(wat)
    if one is None:
        raise NotFound()
    return page_or_part("initiatief/handeling.html", status=status, blad=blad, wat=wat, h=one, reasons=list(reasons),
                        values=values or {}, errors=errors or {}, most=MOST)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/doen/<wat>", needs=EIGEN)
def handeling(initiatief_id, wat):
    """What it means, before it happens."""
    return _page(eigen_blad(initiatief_id), wat)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/doen/<wat>", needs=EIGEN, methods=["POST"], idempotent=True)
def handeling_doen(initiatief_id, wat):
    """Do it, and show the receipt."""
    blad = eigen_blad(initiatief_id)
    one = handelingen(blad).get(wat)
    if one is None:
        raise NotFound()
    form = Form()
    tekst = form.text("tekst", one.leeg, most=MOST) or ""
    if form.errors:
        return _page(blad, wat, 422, values=form.values, errors=form.errors)

    def act():
        if wat == "vragen":
            limit("plan", str(g.actor.party_id))
        sent = one.doen(tekst)
        return go(bewijs_van(sent) if sent else blad.url())

    return attempt("initiatief", act, wat, initiatief_id,
                   lambda status, reasons: _page(eigen_blad(initiatief_id), wat, status, reasons, form.values))
