"""The list of own plans; a new one; and the two links that lead to one: from a mail before the login, and from somebody who
has the idea too."""

from flask import g, request, url_for

from portal.blueprints.initiatief import bp
from portal.blueprints.initiatief.blad import EIGEN, badge, te_doen
from portal.blueprints.initiatief.schrijven import eerste_stap, gelezen, waarheen
from portal.domains.uitdaagrecht import initiatieven, queries
from portal.domains.uitdaagrecht.model import State
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.web import navigation
from portal.web.blueprint import attempt
from portal.web.htmx import go, page_or_part
from portal.web.links import around
from portal.web.shown import day
from portal.web.taal import gettext as _


@bp.route("/mijn-plannen", needs=EIGEN)
def lijst():
    """Every own plan with what there is to do now, and those in which this person joined."""
    part = queries.mijn_lijst(g.db, g.actor, after=request.args.get("na"), before=request.args.get("voor"))
    joined = queries.mee_lijst(g.db, g.actor)
    return page_or_part("initiatief/lijst.html", rows=[_row(row) for row in part.rows], paging=around(part),
                        mee=[_row(row, own=False) for row in joined])


def _row(row, own: bool = True) -> dict:
    meta = [_("Gemeente %(naam)s", naam=row.gemeente) if row.gemeente else "", row.zaaknummer or row.reference]
    late = row.due_on is not None and row.due_on < clock.today() and row.stand != State.WACHT_OP_AANVULLING
    if row.due_on is not None:
        meta.append(_("aanvullen tot en met %(dag)s", dag=day(row.due_on)) if row.stand == State.WACHT_OP_AANVULLING else
                    _("antwoord beloofd voor %(dag)s", dag=day(row.due_on)) if late else
                    _("antwoord uiterlijk %(dag)s", dag=day(row.due_on)))
    return {"title": row.titel, "url": url_for("initiatief.dossier", initiatief_id=row.id),
            "status": badge(row.state, row.stand), "also": ("err", _("Te laat")) if late else None,
            "meta": " · ".join(filter(None, meta)), "text": te_doen(
                row.state, row.stand, doorgeleid=row.doorgeleid is not None,
                aanpassing=bool(row.aanpassing) and row.aanpassing_ja is None) if own else ""}


@bp.route("/mijn-plannen/nieuw", needs=EIGEN)
def nieuw():
    """Choose the gemeente, and then write the three sentences."""
    slug = request.args.get("gemeente", "")
    if not slug:
        towns = [(row.naam, url_for("initiatief.nieuw", gemeente=row.slug, taak=request.args.get("taak") or None))
                 for row in navigation.gemeenten().values()]
        return page_or_part("initiatief/kies_gemeente.html", towns=towns)
    return eerste_stap(_gemeente(slug), {"taak": request.args.get("taak", "")})


@bp.route("/mijn-plannen/nieuw", needs=EIGEN, methods=["POST"], idempotent=True)
def beginnen():
    """Keep the idea, for now for who has it alone."""
    gemeente = _gemeente(request.form.get("gemeente", ""))
    form, gegevens, taak_id = gelezen("idee", queries.keuze_taken(g.db, gemeente.id))

    def again(status, reasons=(), errors=None):
        return eerste_stap(gemeente, form.values, errors, reasons, status)

    if form.errors:
        return again(422, errors=form.errors)
    return attempt("initiatief", lambda: go(waarheen(initiatieven.begin(
        g.db, g.actor, gemeente.id, gegevens=gegevens, taak_id=taak_id).id, "idee", form)), "begin", gemeente.id, again)


def _gemeente(slug: str):
    found = navigation.gemeenten().get(slug)
    if found is None:
        raise NotFound(_("Deze gemeente doet niet mee aan dit portaal."))
    return found


@bp.route("/mijn-plannen/ophalen/<code>", needs=EIGEN)
def ophalen(code):
    """What was typed before the login: one button away, so that a program that follows links takes nothing."""
    return page_or_part("initiatief/ophalen.html", code=code)


@bp.route("/mijn-plannen/ophalen/<code>", needs=EIGEN, methods=["POST"], idempotent=True)
def ophalen_bevestigen(code):
    """It becomes an idea of who holds the link."""
    return go(url_for("initiatief.stap", initiatief_id=initiatieven.concept_ophalen(g.db, g.actor, code).id, deel="idee"))


@bp.route("/mijn-plannen/meedoen/<code>", needs=EIGEN)
def meedoen(code):
    """Somebody asked this person to join: what that means, and a button."""
    return page_or_part("initiatief/meedoen.html", code=code)


@bp.route("/mijn-plannen/meedoen/<code>", needs=EIGEN, methods=["POST"], idempotent=True)
def meedoen_bevestigen(code):
    """Say that one has this idea too."""
    return go(url_for("initiatief.dossier", initiatief_id=initiatieven.meedoen(g.db, g.actor, code)))
