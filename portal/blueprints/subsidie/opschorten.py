"""The term to decide stands still for another reason than a supplement (Awb 4:15), and runs again."""

from collections.abc import Mapping

from flask import g

from portal.blueprints.subsidie import bp
from portal.blueprints.subsidie.steps import done, step_page, try_, with_reason
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import opschorten, queries
from portal.identity.permissions import Permission as P
from portal.kernel.dossier import count_with, running
from portal.web.filters import in_taal
from portal.web.shown import day_short
from portal.web.taal import gettext as _

# When each ground to stand still begins and ends.
GROND_UITLEG = {
    "buitenland": "De termijn staat stil vanaf morgen: de dag na uw bericht. Tot de informatie er is, of langer wachten niet "
                  "redelijk is.",
    "instemming": "De aanvrager schreef dat hij instemt. De termijn staat stil zo lang als hij schreef.",
    "aanvrager": "Zo lang als het aan de aanvrager ligt. Schrijf wat hij deed of naliet.",
    "overmacht": "Zo lang als u door overmacht niet kunt besluiten. Schrijf wat er is gebeurd.",
}


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting(subsidie_id):
    """Let the term to decide stand still for another reason than a supplement."""
    return _opschorting(subsidie_id)


def _opschorting(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        return {"lopend": queries.te_beslissen(g.db, kop.subsidie.id), "gronden": [
            (code, _ground_words(row), f"{opschorten.artikel(row)}. {in_taal(GROND_UITLEG[code])}")
            for code, row in opschorten.GRONDEN.items()]}

    return step_page("opschorten", subsidie_id, "opschorten", status=status, errors=errors, values=values, reasons=reasons,
                     fill=fill)


def _ground_words(row: Mapping) -> str:
    ground = in_taal(row["ground"])
    return ground[:1].upper() + ground[1:]


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorten_vastleggen(subsidie_id):
    """Write down the days that do not count: the applicant gets a message (Awb 4:15)."""
    form, reden = with_reason(_("Schrijf waarom de termijn stilstaat."))
    grond = form.choice("grond", list(opschorten.GRONDEN), _("Kies waarom de beslistermijn stilstaat."))
    van, tot = form.date("van"), form.date("tot")
    if grond and van is None and not opschorten.GRONDEN[grond]["na_bericht"]:
        form.errors.setdefault("van", _("Vul in vanaf welke dag de beslistermijn stilstaat."))
    if form.errors:
        return _opschorting(subsidie_id, 422, form.errors, form.values)

    def act():
        due = opschorten.opschorten(g.db, g.actor, subsidie_id, grond=grond, reden=reden, van=van, tot_en_met=tot)
        return done(subsidie_id, _("De beslistermijn staat stil. U laat haar later weer lopen.") if due.provisional
                    else _("De dagen tellen niet mee. Het besluit komt uiterlijk %(dag)s.", dag=day_short(due.last_day)))

    return try_(act, "opschorten", subsidie_id,
                lambda status, reasons: _opschorting(subsidie_id, status, None, form.values, reasons))


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting_einde(subsidie_id):
    """Let the term to decide run again."""
    return _opschorting_einde(subsidie_id)


def _opschorting_einde(subsidie_id, status=200, errors=None, values=None, reasons=()):
    def fill(kop):
        pairs = [pair for pair in queries.termijnen(g.db, kop.subsidie.id)
                 if pair[0].kind in queries.OP_AANVRAAG and pair[0].met_on is None and running(pair[1])]
        if not pairs:
            return {"loopt": None, "lines": []}
        termijn, rows = pairs[-1]
        return {"loopt": running(rows), "lines": as_lines(count_with(termijn, rows).count)}

    return step_page("opschorting_einde", subsidie_id, "opschorting_eindigen", status=status, errors=errors, values=values,
                     reasons=reasons, fill=fill)


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorting_eindigen(subsidie_id):
    """From this day on the days count again: the applicant hears the new day (Awb 4:15, lid 4)."""
    form, reden = with_reason(_("Schrijf waarom de termijn weer loopt."))
    vanaf = form.date("vanaf", _("Vul in vanaf welke dag de dagen weer meetellen."))
    if form.errors:
        return _opschorting_einde(subsidie_id, 422, form.errors, form.values)

    def act():
        due = opschorten.opschorting_eindigen(g.db, g.actor, subsidie_id, vanaf=vanaf, reden=reden)
        return done(subsidie_id, _("De beslistermijn loopt weer. Het besluit komt uiterlijk %(dag)s.",
                                   dag=day_short(due.last_day)))

    return try_(act, "opschorting_eindigen", subsidie_id,
                lambda status, reasons: _opschorting_einde(subsidie_id, status, None, form.values, reasons))
