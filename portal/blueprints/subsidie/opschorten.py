"""The term to decide stands still, and runs again: two pages, for a case, an objection and a request for consent alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from flask import Response, g, url_for

from portal.blueprints.subsidie import bp
from portal.blueprints.termijnen import as_lines
from portal.domains.subsidies import opschorten, queries
from portal.domains.subsidies.model import Bezwaar, Subsidie, Toestemming
from portal.domains.subsidies.workflow import BEZWAAR, SUBSIDIE, TOESTEMMING, zelf_geen_belang
from portal.identity.permissions import Permission as P
from portal.kernel.dossier import Dossier, count_of, load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.shown import day_long
from portal.web.taal import gettext as _

REDEN = 2000
WET = {"subsidie": SUBSIDIE, "bezwaar": BEZWAAR, "toestemming": TOESTEMMING}
# Where each kind of dossier is read.
THUIS = {"subsidie": "subsidie.dossier", "bezwaar": "subsidie.bezwaar", "toestemming": "subsidie.toestemming"}
# When each ground begins and ends.
UITLEG = {
    "buitenland": "De termijn staat stil vanaf morgen: de dag na uw bericht. Tot de informatie er is, of langer wachten niet "
                  "redelijk is.",
    "instemming": "De aanvrager schreef dat hij instemt. De termijn staat stil zo lang als hij schreef.",
    "aanvrager": "Zo lang als het aan de aanvrager ligt. Schrijf wat hij deed of naliet.",
    "overmacht": "Zo lang als u door overmacht niet kunt besluiten. Schrijf wat er is gebeurd.",
    "bezwaar-instemming": "Alle belanghebbenden stemmen in. Of de indiener stemt in, en het schaadt geen ander. De termijn "
                          "staat stil zo lang als zij schreven.",
    "bezwaar-procedure": "De wet schrijft iets voor wat eerst moet gebeuren. Schrijf welke regel dat is.",
}


@dataclass(frozen=True)
class Plaats:
    """The dossier in which the term stands still, with its case."""

    dossier: Dossier
    subsidie: Subsidie

    @property
    def soort(self) -> str:
        """The kind of dossier: subsidie, bezwaar or toestemming."""
        return self.dossier.soort

    @property
    def terug(self) -> str:
        """The page of the dossier."""
        return url_for(THUIS[self.soort], **self._id)

    def to(self, name: str) -> str:
        """The address of one of the two pages; `name`: opschorting or opschorting_einde."""
        return url_for(f"subsidie.{'' if self.soort == 'subsidie' else self.soort + '_'}{name}", **self._id)

    @property
    def _id(self) -> dict:
        return {f"{self.soort}_id": self.dossier.id}

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The way to this dossier."""
        found = [(_("Subsidies"), url_for("subsidie.lijst")),
                 (self.subsidie.titel, url_for("subsidie.dossier", subsidie_id=self.subsidie.id))]
        return found if self.soort == "subsidie" else [*found, (self.dossier.reference, self.terug)]

    @cached_property
    def words(self) -> dict[str, str]:
        """What is said to whom, by the kind of dossier."""
        on_paper = self.subsidie.aanvrager_id is None
        match self.soort:
            case "bezwaar":
                return {
                    "lead": _("Sommige dagen tellen niet mee voor de termijn om te beslissen (Awb 7:10 en 7:14). U legt vast "
                              "waarom, en vanaf welke dag."),
                    "told": _("Deze indiener werkt niet in het portaal. Stuur vandaag zelf een brief met de grond, uw reden en "
                              "de dag.") if on_paper
                    else _("De indiener krijgt meteen een bericht met de grond en uw reden."),
                    "told_end": _("Deze indiener werkt niet in het portaal. Stuur vandaag zelf een brief met de nieuwe dag en "
                                  "uw reden.") if on_paper
                    else _("De indiener krijgt meteen een bericht met de nieuwe dag en uw reden."),
                    "missing": _("Ontbreekt er iets aan het bezwaar? Vraag dan om een aanvulling: dan staat de termijn vanzelf "
                                 "stil."),
                    "reads": _("De indiener leest dit. Stemde iemand in? Schrijf in welke brief, en van welke dag die is."),
                    "reads_end": _("De indiener leest dit."), "back": _("Terug naar het bezwaar")}
            case "toestemming":
                return {
                    "lead": _("Sommige dagen tellen niet mee voor de termijn om te beslissen (Awb 4:15). Zo lang is er ook "
                              "geen toestemming van rechtswege (Awb 4:20b)."),
                    "told": _("Deze ontvanger werkt niet in het portaal. Stuur vandaag zelf een brief met de grond, uw reden "
                              "en de dag.") if on_paper
                    else _("De ontvanger krijgt meteen een bericht met de grond en uw reden."),
                    "told_end": _("Deze ontvanger werkt niet in het portaal. Stuur vandaag zelf een brief met de nieuwe dag en "
                                  "uw reden.") if on_paper
                    else _("De ontvanger krijgt meteen een bericht met de nieuwe dag en uw reden."),
                    "missing": _("Ontbreekt er iets aan het verzoek? Vraag dan om een aanvulling: dan staat de termijn vanzelf "
                                 "stil."),
                    "reads": _("De ontvanger leest dit. Stemde hij in? Schrijf in welke brief, en van welke dag die is."),
                    "reads_end": _("De ontvanger leest dit."), "back": _("Terug naar het verzoek")}
        return {
            "lead": _("Sommige dagen tellen niet mee voor de termijn om te beslissen (Awb 4:15). U legt vast waarom, en vanaf "
                      "welke dag."),
            "told": _("Deze aanvrager werkt niet in het portaal. Stuur vandaag zelf een brief met de grond, uw reden en de "
                      "dag.") if on_paper else _("De aanvrager krijgt meteen een bericht met de grond en uw reden."),
            "told_end": _("Deze aanvrager werkt niet in het portaal. Stuur vandaag zelf een brief met de nieuwe dag en uw "
                          "reden.") if on_paper else _("De aanvrager krijgt meteen een bericht met de nieuwe dag en uw reden."),
            "missing": _("Ontbreekt er iets aan de aanvraag? Vraag dan om een aanvulling: dan staat de termijn vanzelf stil."),
            "reads": _("De aanvrager leest dit. Stemde hij in? Schrijf in welke brief, en van welke dag die is."),
            "reads_end": _("De aanvrager leest dit."), "back": _("Terug naar het dossier")}

    def obstakels(self, step: str) -> list[str]:
        """Why this person cannot take this step now."""
        reasons = WET[self.soort].obstacles(self.dossier, step, g.actor, reden="-")
        if not reasons and (interest := zelf_geen_belang(self.subsidie, actor=g.actor)):
            reasons = [interest]
        return reasons


def waits_on(pauses, own: str, words: str) -> str:
    """Why a term stands still, under its date: `words` where the gemeente waits for somebody (`own` is that ground), else the
    ground that was written down; empty when it runs."""
    running = next((row for row in pauses if row.completed_on is None), None)
    return "" if running is None else words if running.ground == own else in_taal(running.ground)


def reasons_given(dossier: Dossier, pauses) -> list[dict]:
    """Why the term to decide stood still or ran again, newest first; asked only where it did."""
    if not pauses:
        return []
    return [{"title": in_taal(WET[dossier.soort].steps[one.stap].label), "text": one.tekst, "meta": day_long(one.geschreven_at)}
            for one in queries.aantekeningen(g.db, dossier.id)]


def ground_words(ground: str) -> str:
    """A ground as a sentence begins."""
    found = in_taal(ground)
    return found[:1].upper() + found[1:]


def _plaats(kind: type, dossier_id) -> Plaats:
    found = load(g.db, kind, dossier_id)
    if found.eigenaar_id != g.actor.party_id:
        raise NotFound("Dit dossier is er niet, of het is niet van uw gemeente.")
    viewed(found)
    return Plaats(found, found if isinstance(found, Subsidie) else load(g.db, Subsidie, found.subsidie_id))


def _begin(kind: type, dossier_id, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    where = _plaats(kind, dossier_id)
    grounds: Mapping[str, dict] = opschorten.gronden(where.soort)
    return page_or_part(
        "subsidie/opschorten.html", status=status, plaats=where, subsidie=where.subsidie, reasons=reasons,
        lopend=queries.te_beslissen(g.db, where.dossier.id), obstacles=where.obstakels("opschorten"),
        gronden=[(code, ground_words(row["ground"]), f"{opschorten.artikel(row)}. {in_taal(UITLEG[code])}")
                 for code, row in grounds.items()],
        errors=form.errors if form else {}, values=form.values if form else {})


def _vastleggen(kind: type, dossier_id) -> Response:
    """Write down the days that do not count."""
    soort, form = _plaats(kind, dossier_id).soort, Form()
    reden = form.text("reden", _("Schrijf waarom de termijn stilstaat."), most=REDEN)
    grond = form.choice("grond", list(opschorten.gronden(soort)), _("Kies waarom de beslistermijn stilstaat."))
    van, tot = form.date("van"), form.date("tot")
    if grond and van is None and not opschorten.GRONDEN[grond]["na_bericht"]:
        form.errors.setdefault("van", _("Vul in vanaf welke dag de beslistermijn stilstaat."))
    if form.errors:
        return _begin(kind, dossier_id, 422, form)

    def act():
        due = opschorten.opschorten(g.db, g.actor, dossier_id, grond=grond, reden=reden, van=van, tot_en_met=tot)
        return tell(go(_plaats(kind, dossier_id).terug), _("De beslistermijn staat stil. U laat haar later weer lopen.")
                    if due.provisional else _("De dagen tellen niet mee. Het besluit komt uiterlijk %(dag)s.",
                                              dag=day_long(due.last_day)))

    return attempt(soort, act, "opschorten", dossier_id, partial(_again, _begin, kind, dossier_id, form))


def _end(kind: type, dossier_id, status: int = 200, form: Form | None = None, reasons=()) -> Response:
    where = _plaats(kind, dossier_id)
    found = queries.te_beslissen(g.db, where.dossier.id)
    loopt = queries.lopende_opschorting(g.db, found[0].id) if found else None
    return page_or_part(
        "subsidie/opschorting_einde.html", status=status, plaats=where, subsidie=where.subsidie, reasons=reasons, loopt=loopt,
        lines=as_lines(count_of(g.db, found[0]).count) if loopt else [], obstacles=where.obstakels("opschorting_eindigen"),
        errors=form.errors if form else {}, values=form.values if form else {})


def _beeindigen(kind: type, dossier_id) -> Response:
    """From this day on the days count again."""
    soort, form = _plaats(kind, dossier_id).soort, Form()
    reden = form.text("reden", _("Schrijf waarom de termijn weer loopt."), most=REDEN)
    vanaf = form.date("vanaf", _("Vul in vanaf welke dag de dagen weer meetellen."))
    if form.errors:
        return _end(kind, dossier_id, 422, form)

    def act():
        due = opschorten.opschorting_eindigen(g.db, g.actor, dossier_id, vanaf=vanaf, reden=reden)
        return tell(go(_plaats(kind, dossier_id).terug), _("De beslistermijn loopt weer. Het besluit komt uiterlijk %(dag)s.",
                                                     dag=day_long(due.last_day)))

    return attempt(soort, act, "opschorting_eindigen", dossier_id, partial(_again, _end, kind, dossier_id, form))


def _again(page, kind: type, dossier_id, form: Form, status: int, reasons) -> Response:
    return page(kind, dossier_id, status, form, reasons)


# A case ----------------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting(subsidie_id):
    """Let the term to decide stand still for another reason than a supplement."""
    return _begin(Subsidie, subsidie_id)


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorten_vastleggen(subsidie_id):
    """Write down the days that do not count: the applicant gets a message (Awb 4:15)."""
    return _vastleggen(Subsidie, subsidie_id)


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN)
def opschorting_einde(subsidie_id):
    """Let the term to decide run again."""
    return _end(Subsidie, subsidie_id)


@bp.route("/subsidies/<uuid:subsidie_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"], idempotent=True)
def opschorting_eindigen(subsidie_id):
    """From this day on the days count again: the applicant hears the new day (Awb 4:15, lid 4)."""
    return _beeindigen(Subsidie, subsidie_id)


# An objection ----------------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/opschorting", needs=P.BEZWAAR_BEHANDELEN)
def bezwaar_opschorting(bezwaar_id):
    """Let the term to decide on an objection stand still (Awb 7:10, lid 4, and 7:14)."""
    return _begin(Bezwaar, bezwaar_id)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/opschorting", needs=P.BEZWAAR_BEHANDELEN, methods=["POST"], idempotent=True)
def bezwaar_opschorten(bezwaar_id):
    """Write down the days that do not count: who objected gets a message (Awb 7:10, lid 5)."""
    return _vastleggen(Bezwaar, bezwaar_id)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/opschorting-einde", needs=P.BEZWAAR_BEHANDELEN)
def bezwaar_opschorting_einde(bezwaar_id):
    """Let the term to decide on an objection run again."""
    return _end(Bezwaar, bezwaar_id)


@bp.route("/subsidies/bezwaar/<uuid:bezwaar_id>/opschorting-einde", needs=P.BEZWAAR_BEHANDELEN, methods=["POST"],
          idempotent=True)
def bezwaar_opschorting_eindigen(bezwaar_id):
    """From this day on the days count again: who objected hears the new day."""
    return _beeindigen(Bezwaar, bezwaar_id)


# A request for consent -------------------------------------------------------------------------------------------------------

@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_opschorting(toestemming_id):
    """Let the term to decide on a request for consent stand still: so long it does not come by law either (Awb 4:20b)."""
    return _begin(Toestemming, toestemming_id)


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/opschorting", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_opschorten(toestemming_id):
    """Write down the days that do not count: the recipient gets a message (Awb 4:15)."""
    return _vastleggen(Toestemming, toestemming_id)


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN)
def toestemming_opschorting_einde(toestemming_id):
    """Let the term to decide on a request for consent run again."""
    return _end(Toestemming, toestemming_id)


@bp.route("/subsidies/toestemming/<uuid:toestemming_id>/opschorting-einde", needs=P.SUBSIDIE_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toestemming_opschorting_eindigen(toestemming_id):
    """From this day on the days count again: the recipient hears the new day (Awb 4:15, lid 4)."""
    return _beeindigen(Toestemming, toestemming_id)
