"""The answer to a plan: written, read as a letter before signing, signed, sent back; and what is said against it."""

from flask import Response, current_app, g, make_response, url_for

from portal.adapters import uitdagingbrieven
from portal.adapters.uitdagingbrieven import UitdagingBrieven
from portal.blueprints.publiek import stored
from portal.blueprints.uitdaging import bp
from portal.blueprints.uitdaging.stappen import TEKST, Stap, Veld, naar_zaak, proberen, stap
from portal.blueprints.uitdaging.woorden import OORDEEL_KINDS, advies_rijen, afloop, criteria, karakter, oordeel_rijen
from portal.domains.uitdaagrecht import besluiten as answering
from portal.domains.uitdaagrecht import overzicht, queries, rules
from portal.domains.uitdaagrecht import posten as posting
from portal.domains.uitdaagrecht.model import State, Tegenspraak, Uitdaging
from portal.domains.uitdaagrecht.rules import Uitkomst
from portal.domains.uitdaagrecht.words import OORDEEL_WORDS, ROUTE_WORDS, UITKOMST_WORDS
from portal.domains.uitdaagrecht.workflow import UITDAGING
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Besluit, Handeling, betrokken_bij, power, sign_obstacles
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web import uploads
from portal.web.blueprint import viewed
from portal.web.filters import datum, hoofdletter, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

VROEG = (State.ONTVANKELIJKHEIDSTOETS, State.WACHT_OP_AANVULLING)


# The proposal ---------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/<uuid:uitdaging_id>/voorstel", needs=P.UITDAGING_BEHANDELEN)
def voorstel(uitdaging_id):
    """The form of the answer, beside what was judged and advised."""
    return _proposal_page(uitdaging_id)


def _proposal_page(uitdaging_id, status: int = 200, form=None, reasons=()) -> Response:
    uitdaging = queries.eigen(g.db, g.actor, uitdaging_id)
    viewed(uitdaging)
    rond, early = overzicht.rondom(g.db, uitdaging, g.actor.user_id), uitdaging.state in VROEG
    last = next(iter(rond.besluiten), None)
    back = last if last and last.state == besluiten.State.TERUGGESTUURD else None
    before = {"uitkomst": back.inhoud["uitkomst"], "motivering": back.inhoud["motivering"]} if back else {
        "uitkomst": Uitkomst.NIET_ONTVANKELIJK} if early else {}
    return page_or_part(
        "uitdaging/voorstel.html", status=status, u=uitdaging, early=early, reasons=reasons, terug=back,
        obstacles=UITDAGING.obstacles(uitdaging, "voorstellen", g.actor), oordelen=oordeel_rijen(rond.oordelen),
        adviezen=advies_rijen(rond.adviezen), route=in_taal(ROUTE_WORDS[rond.weg.route]) if rond.weg else "", weg=rond.weg,
        uitkomsten=[(str(one), in_taal(words)) for one, words in UITKOMST_WORDS.items()
                    if early == (one == Uitkomst.NIET_ONTVANKELIJK)],
        gronden=[(code, hoofdletter(in_taal(naam))) for code, naam in queries.gronden(toets=early).items()],
        gekozen=form.many("gronden") if form else back.inhoud["gronden"] if back else [],
        karakter=karakter(uitdaging),
        errors=form.errors if form else {}, values=form.values if form else before)


@bp.route("/uitdaging/<uuid:uitdaging_id>/voorstel", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def voorstellen(uitdaging_id):
    """Keep the proposal: it waits for who may sign."""
    form = Form()
    uitkomst = form.choice("uitkomst", list(Uitkomst), _("Kies wat er wordt besloten."))
    motivering = form.text("motivering", _("Schrijf waarom, zo dat de bewoners het begrijpen."), most=TEKST)
    gronden = form.many("gronden")

    def again(status, reasons=()):
        return _proposal_page(uitdaging_id, status, form, reasons)

    def act():
        made = answering.voorstellen(g.db, g.actor, uitdaging_id, uitkomst=uitkomst, motivering=motivering, gronden=gronden)
        return tell(go(url_for("uitdaging.besluit", besluit_id=made.id)), _("Het voorstel ligt bij de tekenaar."))

    return again(422) if form.errors else proberen(act, "voorstellen", uitdaging_id, again)


# The answer -----------------------------------------------------------------------------------------------------------------

def _own(besluit_id) -> tuple[Besluit, Uitdaging]:
    besluit = load(g.db, Besluit, besluit_id)
    if besluit.soort != answering.SOORT:
        raise NotFound("Dit antwoord is er niet, of het is niet van uw gemeente.")
    return besluit, queries.eigen(g.db, g.actor, besluit.dossier_id)


@bp.route("/uitdaging/besluit/<uuid:besluit_id>", needs=P.UITDAGING_LEZEN, endpoint="besluit")
def one_answer(besluit_id):
    """One proposal or answer: what it says and why, who may sign, what can be done against it."""
    return _page(besluit_id)


def _page(besluit_id, status: int = 200, form=None, reasons=()) -> Response:
    besluit, uitdaging = _own(besluit_id)
    viewed(uitdaging)
    inhoud, is_open = besluit.inhoud, besluit.state in besluiten.OPEN
    signs, obstacles = is_open and g.actor.may(P.UITDAGING_TEKENEN), []
    if signs:
        refusal = power(g.db, besluit, g.actor, on=clock.today()).refusal
        step = "toewijzen" if inhoud["uitkomst"] in rules.JA else "afwijzen"
        obstacles = sign_obstacles(besluit, g.actor) or UITDAGING.obstacles(uitdaging, step, g.actor) or (
            [refusal] if refusal else [])
    grounds, names = queries.gronden(), criteria()
    objection = queries.termijn(g.db, uitdaging.id, "bezwaartermijn")
    by_post = not posting.obstakels(besluit, uitdaging)
    posted = queries.gepost(g.db, uitdaging.id).get(besluit.id) if by_post else None
    unposted = by_post and posted is None
    return page_or_part(
        "uitdaging/besluit.html", status=status, u=uitdaging, besluit=besluit, reasons=reasons, obstacles=obstacles,
        is_open=is_open, mag_tekenen=signs, gepost=posted, nog_posten=unposted,
        stand=("warn", _("Nog niet op de post")) if unposted else (
            "ok" if besluit.state == besluiten.State.VERZONDEN else "info", in_taal(besluiten.STATE_LABELS[besluit.state])),
        uitkomst=in_taal(UITKOMST_WORDS[inhoud["uitkomst"]]), gronden=[hoofdletter(in_taal(grounds[code]))
                                                                       for code in inhoud["gronden"] if code in grounds],
        route=in_taal(ROUTE_WORDS[inhoud["route"]]) if inhoud["route"] else "",
        oordelen=[(naam, OORDEEL_KINDS[one["oordeel"]], hoofdletter(in_taal(OORDEEL_WORDS[one["oordeel"]])), one["motivering"])
                  for code, naam in names.items() if (one := inhoud["oordelen"].get(code))],
        adviezen=advies_rijen(queries.adviezen(g.db, uitdaging.id)), gebeurt=_gebeurt(uitdaging, besluit),
        bezwaar=datum(objection.due_on, current_lang()) if objection else "",
        karakter=karakter(uitdaging),
        errors=form.errors if form else {}, values=form.values if form else {})


def _gebeurt(uitdaging: Uitdaging, besluit: Besluit) -> list[str]:
    """What happens the moment that it is signed."""
    found = [_("De bewoners krijgen de brief meteen in het portaal.") if uitdaging.indiener_id
             else _("De brief is klaar om op de post te doen: dit plan kwam op papier.")]
    found.append(_("Bewoners en gemeente maken daarna een afspraak. De taak gaat pas over als beide kanten die tekenen.")
                 if besluit.inhoud["uitkomst"] in rules.JA else _("Het plan is daarmee afgewezen. Een nieuw plan kan altijd."))
    return found


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/brief.pdf", needs=P.UITDAGING_LEZEN)
def brief(besluit_id):
    """The letter as it was signed and sent."""
    besluit, uitdaging = _own(besluit_id)
    found = queries.brief(g.db, besluit)
    viewed(uitdaging)
    return uploads.send(f"{uitdaging.reference}.pdf", found.media_type, found.grootte, stored(found))


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/concept.pdf", needs=P.UITDAGING_LEZEN)
def concept(besluit_id):
    """The letter as it would be, marked as a concept."""
    besluit, uitdaging = _own(besluit_id)
    if besluit.state not in besluiten.OPEN:
        raise NotFound("Van dit antwoord is er geen concept meer.")
    viewed(uitdaging)
    response = make_response(uitdagingbrieven.concept(answering.brief_van(g.db, besluit, uitdaging, ondertekenaar="")))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="concept-{uitdaging.reference}.pdf"'
    return response


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/tekenen", needs=P.UITDAGING_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def tekenen(besluit_id):
    """Sign; the letter is made and sent."""
    def act():
        answering.tekenen(g.db, g.actor, besluit_id, brieven=UitdagingBrieven(current_app.files))
        return tell(go(url_for("uitdaging.besluit", besluit_id=besluit_id)), _("Getekend. De brief is klaar."))

    return proberen(act, "tekenen", besluit_id, lambda status, reasons: _page(besluit_id, status, None, reasons))


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/post", needs=P.UITDAGING_BEHANDELEN)
def postdag(besluit_id):
    """On which day the letter on paper was posted."""
    return _post_page(besluit_id)


def _post_page(besluit_id, status: int = 200, form=None, reasons=()) -> Response:
    besluit, uitdaging = _own(besluit_id)
    viewed(uitdaging)
    objection = queries.termijn(g.db, uitdaging.id, "bezwaartermijn")
    return page_or_part(
        "uitdaging/post.html", status=status, u=uitdaging, besluit=besluit, reasons=reasons,
        obstacles=posting.obstakels(besluit, uitdaging), gepost=queries.gepost(g.db, uitdaging.id).get(besluit.id),
        bezwaar=objection, errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/post", needs=P.UITDAGING_BEHANDELEN, methods=["POST"], idempotent=True)
def posten(besluit_id):
    """Record the day: the term to object runs from the day after (Awb 6:8)."""
    form = Form()
    on = form.date("on", _("Vul in op welke dag u de brief op de post deed."))
    reden = form.text("reden", most=TEKST) or ""

    def again(status, reasons=()):
        return _post_page(besluit_id, status, form, reasons)

    def act():
        termijn = posting.posten(g.db, g.actor, besluit_id, on=on, reden=reden)
        return tell(naar_zaak(_own(besluit_id)[1].id), _("De dag staat erin. Bezwaar maken kan tot en met %(dag)s.", dag=datum(
            termijn.due_on, current_lang())) if termijn else _("De dag staat erin."))

    return again(422) if form.errors else proberen(act, "posten", besluit_id, again)


@bp.route("/uitdaging/besluit/<uuid:besluit_id>/terugsturen", needs=P.UITDAGING_TEKENEN, methods=["POST"], idempotent=True)
def terugsturen(besluit_id):
    """Back to who wrote it, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u het voorstel terugstuurt."), most=TEKST)

    def again(status, reasons=()):
        return _page(besluit_id, status, form, reasons)

    def act():
        besluit = answering.terugsturen(g.db, g.actor, besluit_id, reden=reden)
        return tell(naar_zaak(besluit.dossier_id), _("Het voorstel is teruggestuurd."))

    return again(422) if form.errors else proberen(act, "terugsturen", besluit_id, again)


# Not agreed with ------------------------------------------------------------------------------------------------------------

@bp.route("/uitdaging/tegenspraak/<uuid:tegenspraak_id>", needs=P.UITDAGING_LEZEN, endpoint="tegenspraak")
def one_objection(tegenspraak_id):
    """One objection or complaint about the answer, and what was decided on it."""
    return _objection_page(tegenspraak_id)


def _objection_page(tegenspraak_id, status: int = 200, form=None, reasons=()) -> Response:
    said = load(g.db, Tegenspraak, tegenspraak_id)
    uitdaging = queries.eigen(g.db, g.actor, said.dossier_id)
    viewed(uitdaging)
    answers = queries.besluiten(g.db, uitdaging.id)
    signs = g.actor.may(P.UITDAGING_TEKENEN) and said.beantwoord_on is None
    obstacles = []
    if signs and any(g.actor.user_id in betrokken_bij(one) for one in answers):
        obstacles = [answering.BETROKKEN]
    elif signs and said.besluit_id and (refusal := power(
            g.db, Handeling(g.actor.party_id, answering.SOORT, None), g.actor, on=clock.today()).refusal):
        obstacles = [refusal]
    ends = afloop(said.soort)
    return page_or_part(
        "uitdaging/tegenspraak.html", status=status, u=uitdaging, t=said, reasons=reasons, obstacles=obstacles,
        antwoord_id=said.besluit_id or next((one.id for one in answers if one.verzonden_at), None),
        mag=signs, keuzes=[one for one in ends if said.te_laat or one[0] != "niet_ontvankelijk"],
        uitkomst=dict(ends).get(said.uitkomst, ""), errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/uitdaging/tegenspraak/<uuid:tegenspraak_id>", needs=P.UITDAGING_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def tegenspraak_beslissen(tegenspraak_id):
    """Decide, by who had no part in the answer."""
    form = Form()
    uitkomst = form.raw("uitkomst")
    if not uitkomst:
        form.errors["uitkomst"] = _("Kies hoe het afloopt.")
    antwoord = form.text("antwoord", _("Schrijf wat u beslist en waarom."), most=TEKST)

    def again(status, reasons=()):
        return _objection_page(tegenspraak_id, status, form, reasons)

    def act():
        said = answering.tegenspraak_beslissen(g.db, g.actor, tegenspraak_id, uitkomst=uitkomst, antwoord=antwoord)
        return tell(naar_zaak(said.dossier_id), _("Uw beslissing is verstuurd."))

    return again(422) if form.errors else proberen(act, "tegenspraak_beslissen", tegenspraak_id, again)


stap(Stap(
    "tegenspraak_papier", "Neem een bezwaar of klacht op papier over",
    "De bewoners schreven dat zij het niet eens zijn met het antwoord. Typ over wat in hun brief staat.",
    "Iemand die niet bij het antwoord betrokken was, beslist erover. Stuur de bewoners een brief dat u die van hen kreeg (Awb "
    "6:14 en 9:6).", "Het staat erin. Stuur de bewoners een ontvangstbevestiging.", answering.tegenspraak_papier, (
        Veld("tekst", "Wat schreven de bewoners?", "In hun woorden.", "Typ over wat de bewoners schreven."),
        Veld("on", "Op welke dag kwam de brief binnen?", "", "Vul in op welke dag de brief binnenkwam.", "dag"),
        Veld("gepost_on", "Op welke dag is de brief op de post gedaan?", "Kijk naar het stempel. Op tijd gepost en binnen een "
             "week na de laatste dag binnen, is op tijd (Awb 6:9).", soort="dag")),
    stap="", gebrek=answering.tegenspraak_papier_gebrek, toon="uitdaging/_karakter.html"))

stap(Stap(
    "herzien", "Neem een nieuw besluit", "Het bezwaar was gegrond. Het antwoord geldt niet meer. De gemeente beslist opnieuw.",
    "De bewoners krijgen bericht. U schrijft een nieuw voorstel, en een ander tekent het.",
    "U kunt een nieuw voorstel schrijven.", answering.herzien))
