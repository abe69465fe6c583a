"""What everybody may read of a plan: the residents choose it word for word, see it as others will, and send it."""

from flask import Response, g

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, Blad, eigen_blad
from portal.blueprints.initiatief.schrijven import MOST, bewijs_van, vragen
from portal.domains.uitdaagrecht import initiatieven, rules
from portal.domains.uitdaagrecht.model import Soort
from portal.web.blueprint import attempt
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.taal import gettext as _


@bp.route("/mijn-plannen/<uuid:initiatief_id>/iedereen", needs=EIGEN)
def iedereen(initiatief_id):
    """What everybody reads now, and room to choose other words."""
    blad = eigen_blad(initiatief_id)
    sent = blad.laatste(Soort.PAGINA)
    said = sent.inhoud if sent else {"titel": blad.titel, "samenvatting": "", "velden": {}}
    return _page(blad, {"titel": said["titel"], "samenvatting": said["samenvatting"]}, list(said["velden"]))


def _page(blad: Blad, values, chosen, *, status: int = 200, reasons=(), errors=None, toon: bool = False) -> Response:
    asked = vragen()
    parts = [(code, asked[code][0], blad.gegevens[code]) for code in rules.UITDAGING if blad.gegevens.get(code)]
    return page_or_part("initiatief/iedereen.html", status=status, blad=blad, values=values, chosen=chosen, parts=parts,
                        reasons=list(reasons), errors=errors or {}, toon=toon, sent=blad.laatste(Soort.PAGINA),
                        most=MOST, titel_lang=rules.TITEL_LANG)


@bp.route("/mijn-plannen/<uuid:initiatief_id>/iedereen", needs=EIGEN, methods=["POST"], idempotent=True)
def iedereen_sturen(initiatief_id):
    """Send these words; `bekijk` only shows how they will look."""
    form, blad = Form(), eigen_blad(initiatief_id)
    titel = form.text("titel", _("Geef uw plan een naam die iedereen mag lezen."), most=rules.TITEL_LANG)
    samenvatting = form.text("samenvatting", _("Schrijf in een paar zinnen wat iedereen mag lezen."), most=MOST)
    if samenvatting and len(samenvatting) < initiatieven.SAMENVATTING_KORT:
        form.errors["samenvatting"] = _("Schrijf in een paar zinnen wat iedereen mag lezen.")
    chosen = [code for code in form.many("velden") if code in rules.UITDAGING]
    if form.errors:
        return _page(blad, form.values, chosen, status=422, errors=form.errors)
    if form.raw("bekijk"):
        return _page(blad, form.values, chosen, toon=True)
    return attempt(
        "initiatief", lambda: go(bewijs_van(initiatieven.pagina(
            g.db, g.actor, initiatief_id, titel=titel, samenvatting=samenvatting, velden=chosen))), "pagina", initiatief_id,
        lambda status, reasons: _page(eigen_blad(initiatief_id), form.values, chosen, status=status, reasons=reasons))
