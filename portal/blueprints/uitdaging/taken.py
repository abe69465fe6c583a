"""The register of tasks of the own gemeente: written, changed, shown to everybody or taken off."""

import uuid

from flask import Response, g, request, url_for

from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import REGEL, TEKST, proberen
from portal.blueprints.uitdaging.woorden import typ
from portal.domains.uitdaagrecht import queries, taken
from portal.domains.uitdaagrecht.model import Gemeentetaak
from portal.identity.permissions import Permission as P
from portal.kernel.money import bedrag_text
from portal.processes import uitdaging as van_plan
from portal.web.filters import bedrag, datum_kort
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.navigation import gemeenten
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _


@bp.route("/uitdaging/taken", needs=P.UITDAGING_LEZEN, endpoint="taken")
def register():
    """The tasks of the own gemeente, by name."""
    return page_or_part("uitdaging/taken.html", mag=g.actor.may(P.UITDAGING_BEHANDELEN),
                        taken=[_rij(one) for one in queries.taken(g.db, g.actor.party_id, open_only=False)])


def _rij(one: Gemeentetaak) -> dict:
    lang, meta = current_lang(), []
    if one.kosten is not None:
        meta.append(_("%(bedrag)s in %(jaar)s", bedrag=bedrag(one.kosten, lang), jaar=one.kosten_jaar))
    if one.contract_tot:
        meta.append(_("iemand heeft de taak tot en met %(dag)s", dag=datum_kort(one.contract_tot, lang)))
    if not one.uitdaagbaar:
        meta.append(_("bewoners kunnen deze taak niet overnemen"))
    return {"title": one.naam, "url": url_for("uitdaging.taak", taak_id=one.id), "text": one.omschrijving,
            "status": ("ok", _("Openbaar")) if one.openbaar_at else ("neutral", _("Niet openbaar")), "meta": " · ".join(meta)}


@bp.route("/uitdaging/taken/nieuw", needs=P.UITDAGING_BEHANDELEN)
def taak_nieuw():
    """The form of a new task."""
    return _page()


@bp.route("/uitdaging/taken/<uuid:taak_id>", needs=P.UITDAGING_LEZEN)
def taak(taak_id):
    """One task: to read, or to change."""
    return _page(taak_id)


def _page(taak_id: uuid.UUID | None = None, status: int = 200, form=None, reasons=()) -> Response:
    task = taken.eigen(g.db, g.actor, taak_id) if taak_id else None
    return page_or_part(
        "uitdaging/taak.html", status=status, taak=task, mag=g.actor.may(P.UITDAGING_BEHANDELEN), reasons=reasons,
        contracten=[(str(one.id), f"{one.nummer}: {one.perceel}, {one.aanbieder}") for one in taken.contracten(g.db, g.actor)],
        subsidies=[(str(one.id), f"{one.reference}: {one.aanvrager_naam}, {one.product}")
                   for one in van_plan.verleend(g.db, g.actor)],
        gemeenten=[(str(g.actor.party_id), _("Ja, en wij beslissen voor alle gemeenten"))] + [
            (str(one.id), one.naam) for one in gemeenten().values() if one.id != g.actor.party_id],
        errors=form.errors if form else {}, values=form.values if form else _values(task) if task else {"uitdaagbaar": "ja"})


def _values(one: Gemeentetaak) -> dict:
    """The task as somebody would type it."""
    kept = {name: getattr(one, name) for name in ("naam", "omschrijving", "product", "bron", "kwaliteit", "reden")}
    ids = {name: str(getattr(one, name) or "") for name in ("overeenkomst_id", "subsidie_id", "bevoegd_id", "kosten_jaar")}
    return kept | ids | {"kosten": bedrag_text(one.kosten) if one.kosten is not None else "",
                         "contract_tot": typ(one.contract_tot), "uitdaagbaar": "ja" if one.uitdaagbaar else "nee"}


def _given(form: Form) -> dict:
    def chosen(name):
        try:
            return uuid.UUID(form.raw(name)) if form.raw(name) else None
        except ValueError:
            form.errors[name] = _("Kies een van de mogelijkheden.")
            return None

    given = {"naam": form.text("naam", _("Schrijf hoe de taak heet."), most=REGEL),
             "omschrijving": form.text("omschrijving", _("Schrijf in gewone woorden wat de gemeente doet."), most=TEKST),
             "product": form.text("product", most=REGEL) or "", "kosten": form.bedrag("kosten"),
             "kosten_jaar": form.number("kosten_jaar", low=2000, high=2100), "bron": form.text("bron", most=REGEL) or "",
             "kwaliteit": form.text("kwaliteit", most=TEKST) or "", "contract_tot": form.date("contract_tot"),
             "uitdaagbaar": form.choice("uitdaagbaar", ["ja", "nee"], _("Kies of bewoners dit kunnen overnemen.")) == "ja",
             "reden": form.text("reden", most=TEKST) or ""}
    return given | {name: chosen(name) for name in ("overeenkomst_id", "subsidie_id", "bevoegd_id")}


def _keep(taak_id: uuid.UUID | None) -> Response:
    form = Form()
    given = _given(form)

    def again(status, reasons=()):
        return _page(taak_id, status, form, reasons)

    def act():
        made = taken.bewaren(g.db, g.actor, taak_id, **given)
        said = _("De taak is bewaard. Zij is openbaar zodra u dat kiest.") if not made.openbaar_at else _("De taak is bewaard.")
        return tell(go(url_for("uitdaging.taak", taak_id=made.id)), said)

    return again(422) if form.errors else proberen(act, "taak_bewaren", taak_id, again)


@bp.route("/uitdaging/taken/nieuw", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def taak_maken():
    """Write a task down."""
    return _keep(None)


@bp.route("/uitdaging/taken/<uuid:taak_id>", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def taak_bewaren(taak_id):
    """Change a task."""
    return _keep(taak_id)


@bp.route("/uitdaging/taken/<uuid:taak_id>/openbaar", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def taak_openbaar(taak_id):
    """Show a task to everybody, or take it off."""
    show = request.form.get("ja") == "ja"

    def act():
        taken.openbaar(g.db, g.actor, taak_id, ja=show)
        return tell(go(url_for("uitdaging.taak", taak_id=taak_id)),
                    _("Iedereen kan de taak nu lezen.") if show else _("De taak is niet meer openbaar."))

    return proberen(act, "taak_openbaar", taak_id, lambda status, reasons: _page(taak_id, status, None, reasons))
