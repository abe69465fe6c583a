"""What everybody reads of a plan, for the gemeente: shown, hidden with a reason, put back, an objection answered."""

from flask import Response, g, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import TEKST, proberen
from portal.blueprints.uitdaging.woorden import PLAN_WORDS
from portal.domains.uitdaagrecht import openbaar as showing
from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import Soort
from portal.identity.permissions import Permission as P
from portal.web.blueprint import viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import gettext as _


@bp.route("/uitdaging/<uuid:uitdaging_id>/openbaar", needs=P.UITDAGING_BEHANDELEN)
def openbaar(uitdaging_id):
    """The words of the residents, and whether everybody reads them."""
    return _page(uitdaging_id)


def _page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    page = queries.pagina(g.db, uitdaging.id)
    said = queries.laatste(g.db, uitdaging.initiatief_id or uitdaging.id, Soort.PAGINA)
    hidden = page is not None and page.verborgen_at is not None
    fields = (said.inhoud.get("velden") or {}) if said else {}
    return page_or_part(
        "uitdaging/openbaar.html", status=status, u=uitdaging, pagina=page, reasons=reasons,
        tekst=said.inhoud if said else None, gelezen=said.id if said else "",
        velden=[(in_taal(PLAN_WORDS[code]), words) for code, words in fields.items() if code in PLAN_WORDS], verborgen=hidden,
        nieuw=said is not None and (page is None or page.inzending_id != said.id),
        zelf=hidden and showing.verborgen_by(g.db, uitdaging) == g.actor.user_id,
        telling=queries.telling(g.db, page.id) if page else None,
        errors=form.errors if form else {}, values=form.values if form else {})


def _try(uitdaging_id, name: str, said: str, act, form=None) -> Response:
    def again(status, reasons=()):
        return _page(uitdaging_id, status, form, reasons)

    def do():
        act()
        return tell(go(url_for("uitdaging.openbaar", uitdaging_id=uitdaging_id)), said)

    return again(422) if form and form.errors else proberen(do, name, uitdaging_id, again)


@bp.route("/uitdaging/<uuid:uitdaging_id>/openbaar", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def publiceren(uitdaging_id):
    """Show the words that the residents sent."""
    read = Form().raw("gelezen") or ""
    return _try(uitdaging_id, "publiceren", _("Iedereen kan dit nu lezen."),
                lambda: showing.publiceren(g.db, g.actor, uitdaging_id, gelezen=read))


@bp.route("/uitdaging/<uuid:uitdaging_id>/openbaar/verbergen", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def verbergen(uitdaging_id):
    """Hide the page, with a reason that the residents read."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom de pagina weg moet. De bewoners lezen dat."), most=TEKST)
    return _try(uitdaging_id, "verbergen", _("De pagina is verborgen. De bewoners kregen bericht."),
                lambda: showing.verbergen(g.db, g.actor, uitdaging_id, reden=reden), form)


@bp.route("/uitdaging/<uuid:uitdaging_id>/openbaar/terugzetten", needs=P.UITDAGING_BEHANDELEN, methods=["POST"],
          idempotent=True)
def terugzetten(uitdaging_id):
    """Show the page again, with an answer."""
    form = Form()
    antwoord = form.text("antwoord", most=TEKST) or ""
    return _try(uitdaging_id, "terugzetten", _("Iedereen kan de pagina weer lezen."),
                lambda: showing.terugzetten(g.db, g.actor, uitdaging_id, antwoord=antwoord), form)


@bp.route("/uitdaging/<uuid:uitdaging_id>/openbaar/afwijzen", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def beroep_afwijzen(uitdaging_id):
    """The page stays hidden, with an answer."""
    form = Form()
    antwoord = form.text("waarom", _("Schrijf waarom de pagina verborgen blijft. De bewoners lezen dat."), most=TEKST)
    return _try(uitdaging_id, "beroep_afwijzen", _("De pagina blijft verborgen. De bewoners kregen uw antwoord."),
                lambda: showing.beroep_afwijzen(g.db, g.actor, uitdaging_id, antwoord=antwoord), form)
