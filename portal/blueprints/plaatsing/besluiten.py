"""The decision on support: written, read before signing, signed, sent back, and the day of the post."""

from datetime import date
from functools import partial

from flask import Response, current_app, g, make_response, url_for

from config import load as load_config
from portal.adapters import plaatsingbrieven
from portal.adapters.plaatsingbrieven import PlaatsingBrieven
from portal.blueprints.plaatsing import bp
from portal.blueprints.publiek import stored
from portal.domains.plaatsingen import besluiten as deciding
from portal.domains.plaatsingen import queries
from portal.domains.plaatsingen.model import Persoon
from portal.domains.plaatsingen.workflow import TOEGANG
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit, power, sign_obstacles
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web import uploads
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

TEKST = 4000
_try = partial(attempt, "toegang")
ANSWERS = {"ja": True, "nee": False}


# The proposal ---------------------------------------------------------------------------------------------------------------

@bp.route("/toegang/<uuid:toegang_id>/voorstel", needs=P.TOEGANG_BEHANDELEN)
def voorstel(toegang_id):
    """The form of a proposal."""
    return _proposal_page(toegang_id)


def _proposal_page(toegang_id, status: int = 200, form=None, reasons=()) -> Response:
    toegang = queries.eigen(g.db, g.actor, toegang_id)
    viewed(toegang)
    return page_or_part(
        "plaatsing/voorstel.html", status=status, toegang=toegang, reasons=reasons, errors=form.errors if form else {},
        values=form.values if form else {}, obstacles=TOEGANG.obstacles(toegang, "voorstellen", g.actor),
        motieven=[(code, in_taal(row["naam"])) for code, row in load_config("plaatsingen")["pgb_motief"].items()])


@bp.route("/toegang/<uuid:toegang_id>/voorstel", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstellen(toegang_id):
    """Keep the proposal: it waits for who may sign."""
    form = Form()
    outcome = form.choice("uitkomst", list(deciding.STAP), _("Kies: toekennen of afwijzen."))

    def needed(words: str) -> str | None:
        """What a field says that stays empty; only who grants has to fill it in."""
        return words if outcome == "toekennen" else None

    how = form.choice("vorm", ["zin", "pgb"], needed(_("Kies hoe de ondersteuning komt: in natura of met een pgb."))) or ""
    given = {"uitkomst": outcome, "vorm": how,
             "pgb_aangeboden": ANSWERS.get(form.choice("pgb_aangeboden", list(ANSWERS),
                                                       _("Beantwoord eerst: is uitgelegd dat iemand ook een pgb kan kiezen?"))),
             "motief": form.choice("motief", list(load_config("plaatsingen")["pgb_motief"]),
                                   _("Kies waarom iemand een pgb wil.") if how == "pgb" else None) or "",
             "product": form.text("product", needed(_("Schrijf welke ondersteuning iemand krijgt.")), most=200) or "",
             "van": form.date("van", needed(_("Vul in vanaf welke dag de ondersteuning begint."))), "tot": form.date("tot"),
             "motivering": form.text("motivering", _("Schrijf de motivering."), most=TEKST) or ""}

    def again(status, reasons=()):
        return _proposal_page(toegang_id, status, form, reasons)

    def act():
        made = deciding.voorstellen(g.db, g.actor, toegang_id, **given)
        return tell(go(url_for("plaatsing.besluit", besluit_id=made.id)), _("Het voorstel ligt bij de tekenaar."))

    return again(422) if form.errors else _try(act, "voorstellen", toegang_id, again)


# The decision ---------------------------------------------------------------------------------------------------------------

def _own(besluit_id) -> tuple[Besluit, object]:
    besluit = load(g.db, Besluit, besluit_id)
    if besluit.soort != deciding.SOORT:
        raise NotFound("Dit besluit is er niet, of het is niet van uw gemeente.")
    return besluit, queries.eigen(g.db, g.actor, besluit.dossier_id)


@bp.route("/toegang/besluit/<uuid:besluit_id>", needs=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN), endpoint="besluit")
def one_decision(besluit_id):
    """One proposal or decision: what it says, who may sign, until when to object."""
    return _page(besluit_id)


def _page(besluit_id, status: int = 200, reasons=(), form=None) -> Response:
    besluit, toegang = _own(besluit_id)
    viewed(toegang)
    lang = current_lang()
    is_open = besluit.state in besluiten.OPEN
    obstacles = []
    if is_open and g.actor.may(P.TOEGANG_TEKENEN):
        refusal = power(g.db, besluit, g.actor, on=clock.today()).refusal
        obstacles = sign_obstacles(besluit, g.actor) or ([refusal] if refusal else [])
    term = queries.termijn(g.db, toegang.id, "bezwaartermijn")
    return page_or_part(
        "plaatsing/besluit.html", status=status, besluit=besluit, toegang=toegang, reasons=reasons, obstacles=obstacles,
        persoon=load(g.db, Persoon, toegang.persoon_id), facts=_facts(besluit.inhoud, lang), is_open=is_open,
        mag_tekenen=is_open and g.actor.may(P.TOEGANG_TEKENEN), bezwaar=term,
        stand=("ok" if besluit.state == besluiten.State.VERZONDEN else "info", in_taal(besluiten.STATE_LABELS[besluit.state])),
        dossier_stand=state_badge("toegang", toegang.state), errors=form.errors if form else {},
        values=form.values if form else {})


def _facts(inhoud: dict, lang: str) -> list[tuple]:
    """What was decided, for a page."""
    motives = load_config("plaatsingen")["pgb_motief"]
    found = [(_("Uitkomst"), _("Toekennen") if inhoud["uitkomst"] == "toekennen" else _("Afwijzen"))]
    if inhoud["vorm"]:
        found += [(_("Ondersteuning"), inhoud["product"]),
                  (_("Hoe"), _("In natura") if inhoud["vorm"] == "zin" else _("Met een pgb")),
                  (_("Vanaf"), datum(date.fromisoformat(inhoud["van"]), lang))]
    if inhoud["tot"]:
        found.append((_("Tot en met"), datum(date.fromisoformat(inhoud["tot"]), lang)))
    found.append((_("Pgb aangeboden"), _("ja") if inhoud["pgb_aangeboden"] else _("nee")))
    if inhoud["motief"]:
        found.append((_("Waarom een pgb"), in_taal(motives[inhoud["motief"]]["naam"])))
    return found


@bp.route("/toegang/besluit/<uuid:besluit_id>/brief.pdf", needs=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN))
def brief(besluit_id):
    """The letter as it was signed: what goes by post."""
    besluit, toegang = _own(besluit_id)
    found = queries.brief(g.db, besluit)
    viewed(toegang)
    return uploads.send(f"{toegang.reference}.pdf", found.media_type, found.grootte, stored(found))


@bp.route("/toegang/besluit/<uuid:besluit_id>/concept.pdf", needs=(P.TOEGANG_LEZEN, P.TOEGANG_TEKENEN))
def concept(besluit_id):
    """The letter as it would be, marked as a concept."""
    besluit, toegang = _own(besluit_id)
    if besluit.state not in besluiten.OPEN:
        raise NotFound("Van dit besluit is er geen concept meer.")
    viewed(toegang)
    response = make_response(plaatsingbrieven.concept(deciding.brief_van(g.db, besluit, toegang, ondertekenaar="")))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="concept-{toegang.reference}.pdf"'
    return response


@bp.route("/toegang/besluit/<uuid:besluit_id>/tekenen", needs=P.TOEGANG_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def tekenen(besluit_id):
    """Sign; the letter is made and waits for the post."""
    def act():
        deciding.tekenen(g.db, g.actor, besluit_id, brieven=PlaatsingBrieven(current_app.files))
        return tell(go(url_for("plaatsing.besluit", besluit_id=besluit_id)), _("Getekend. De brief wacht op de post."))

    return _try(act, "tekenen", besluit_id, lambda status, reasons: _page(besluit_id, status, reasons))


@bp.route("/toegang/besluit/<uuid:besluit_id>/terugsturen", needs=P.TOEGANG_TEKENEN, methods=["POST"], idempotent=True)
def terugsturen(besluit_id):
    """Back to who wrote it, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het voorstel terugstuurt."), most=TEKST)

    def again(status, reasons=()):
        return _page(besluit_id, status, reasons, form)

    def act():
        besluit = deciding.terugsturen(g.db, g.actor, besluit_id, reden=reden)
        return tell(go(url_for("plaatsing.toegang", toegang_id=besluit.dossier_id)), _("Het voorstel is teruggestuurd."))

    return again(422) if form.errors else _try(act, "terugsturen", besluit_id, again)


@bp.route("/toegang/besluit/<uuid:besluit_id>/post", needs=P.TOEGANG_BEHANDELEN)
def post(besluit_id):
    """On which day the letter was posted."""
    return _post_page(besluit_id)


def _post_page(besluit_id, status: int = 200, form=None, reasons=()) -> Response:
    besluit, toegang = _own(besluit_id)
    viewed(toegang)
    return page_or_part("plaatsing/post.html", status=status, besluit=besluit, toegang=toegang, reasons=reasons,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/toegang/besluit/<uuid:besluit_id>/post", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def posten(besluit_id):
    """Record the day: the term to object runs from the day after (Awb 6:8)."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag u de brief op de post deed."))

    def again(status, reasons=()):
        return _post_page(besluit_id, status, form, reasons)

    def act():
        toegang = deciding.posten(g.db, g.actor, besluit_id, on=on)
        return tell(go(url_for("plaatsing.toegang", toegang_id=toegang.id)), _("De dag staat erin."))

    return again(422) if form.errors else _try(act, "posten", besluit_id, again)
