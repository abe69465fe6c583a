"""One step of a plan: a page that says what it does, asks what is needed, and says why it cannot be done now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Response, g, url_for

from portal.blueprints.taakwoorden import beslist_elders
from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.woorden import karakter, plan_delen
from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import Uitdaging
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.web.blueprint import attempt, viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell

REGEL, TEKST = 200, 4000
proberen = partial(attempt, "uitdaging")


@dataclass(frozen=True)
class Veld:
    """One thing that is asked. `mist`: the sentence when it is empty; None: nobody has to fill it in. `soort`: tekst, regel,
    dag, getal, keuze (one), lijst (one, in a list) or keuzes (more, of `keuzes`)."""

    naam: str
    label: str
    hint: str = ""
    mist: str | None = None
    soort: str = "tekst"
    keuzes: Callable[[], Sequence[tuple]] = tuple

    def lees(self, form: Form):
        """What was given, as its own kind; what is wrong stands in the form."""
        codes = [one[0] for one in self.keuzes()]
        match self.soort:
            case "dag":
                return form.date(self.naam, self.mist)
            case "getal":
                return form.number(self.naam, self.mist, low=1, high=999_999)
            case "keuze" | "lijst":
                return form.choice(self.naam, codes, self.mist) or ""
            case "keuzes":
                found = [one for one in form.many(self.naam) if one in codes]
                if self.mist and not found:
                    form.errors[self.naam] = self.mist
                return found
            case "regel":
                return form.text(self.naam, self.mist, most=REGEL) or ""
            case _:
                return form.text(self.naam, self.mist, most=TEKST) or ""


@dataclass(frozen=True)
class Stap:
    """A step with a page of its own. `naam` is its endpoint and the end of its address; `daarna`: what happens next."""

    naam: str
    titel: str
    lead: str
    daarna: str
    gezegd: str
    act: Callable
    velden: tuple[Veld, ...] = ()
    needs: P = P.UITDAGING_BEHANDELEN
    # The step of the workflow, where it has another name; "": none.
    stap: str | None = None
    # Why it cannot be done now, beside the workflow; what stands in the form at first; a part of a page above the form.
    gebrek: Callable[[Uitdaging], str | None] = lambda _uitdaging: None
    begin: Callable[[Uitdaging], dict] = lambda _uitdaging: {}
    toon: str = ""
    # What that part is fed with.
    toon_met: Callable[[Uitdaging], dict] = lambda _uitdaging: {}

    def beletsels(self, uitdaging: Uitdaging) -> list[str]:
        """Why this person cannot do it now."""
        name = self.naam if self.stap is None else self.stap
        if name and (found := UITDAGING.obstacles(uitdaging, name, g.actor, reden="-")):
            return found
        found = self.gebrek(uitdaging)
        return [found] if found else []


STAPPEN: dict[str, Stap] = {}
bp.context_processor(lambda: {"plan_delen": plan_delen, "karakter": karakter})


def stap(one: Stap) -> Stap:
    """Give a step its page and its form."""
    STAPPEN[one.naam] = one
    bp.route(f"/uitdaging/<uuid:uitdaging_id>/{one.naam.replace('_', '-')}", needs=one.needs, endpoint=one.naam)(
        lambda uitdaging_id: _page(one, uitdaging_id))
    bp.route(f"/uitdaging/<uuid:uitdaging_id>/{one.naam.replace('_', '-')}", needs=one.needs, methods=["POST"], idempotent=True,
             endpoint=f"{one.naam}_doen")(lambda uitdaging_id: _doen(one, uitdaging_id))
    return one


def _page(one: Stap, uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    return page_or_part(
        "uitdaging/stap.html", status=status, u=uitdaging, stap=one, obstacles=one.beletsels(uitdaging), reasons=reasons,
        beslist=_elders(one, uitdaging), **one.toon_met(uitdaging),
        errors=form.errors if form else {}, values=form.values if form else one.begin(uitdaging),
        gekozen=form.many if form else one.begin(uitdaging).get)


# What is done with a plan before anybody looked at its content.
_TRIAGE = ("in_behandeling", "doorgeleiden", "aanvulling_vragen", "ontvankelijk")


def _elders(one: Stap, uitdaging: Uitdaging) -> str | None:
    """Which gemeente decides for all about its task, where that is another: the triage says so."""
    return beslist_elders(queries.taak(g.db, uitdaging.taak_id)) if one.naam in _TRIAGE and uitdaging.taak_id else None


def _doen(one: Stap, uitdaging_id) -> Response:
    form = Form()
    given = {veld.naam: veld.lees(form) for veld in one.velden}

    def again(status, reasons=()):
        return _page(one, uitdaging_id, status, form, reasons)

    def act():
        one.act(g.db, g.actor, uitdaging_id, **given)
        return tell(naar_zaak(uitdaging_id), in_taal(one.gezegd))

    return again(422) if form.errors else proberen(act, one.naam, uitdaging_id, again)


def naar_zaak(uitdaging_id) -> Response:
    """To the page of the plan."""
    return go(url_for("uitdaging.zaak", uitdaging_id=uitdaging_id))


