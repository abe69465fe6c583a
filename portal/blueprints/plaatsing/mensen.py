"""The people around one case: who works on it, who looks along, what was spoken about; and cases that go to a colleague."""

import uuid
from functools import partial

from flask import Response, current_app, g, url_for

from config import load as load_config
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.in_woorden import nummer_opnieuw
from portal.blueprints.plaatsing.tabbladen import kruimels, tabbladen
from portal.domains.plaatsingen import klachten, mensen, queries
from portal.domains.plaatsingen.model import Bron, Contactvorm, Hoedanigheid, Inwonervraag, Koppeling, Persoon, Vraagsoort
from portal.domains.plaatsingen.words import BRON_WORDS, CONTACTVORM_WORDS, GROND_WORDS, HOEDANIGHEID_WORDS, VRAAGSOORT_WORDS
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import Besluit, betrokken_bij, name_of
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound
from portal.web.blueprint import attempt, viewed
from portal.web.filters import datum_kort, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

NAAM, TEKST, SHOWN = 200, 4000, 50
_try = partial(attempt, "zaak")


# One case -------------------------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/mensen", needs=P.TOEGANG_LEZEN, endpoint="mensen")
def placement_people(plaatsing_id):
    """Who is around a placement."""
    return _people(queries.eigen_plaatsing(g.db, g.actor, plaatsing_id))


@bp.route("/toegang/<uuid:toegang_id>/mensen", needs=P.TOEGANG_LEZEN, endpoint="toegang_mensen")
def access_people(toegang_id):
    """Who is around a report."""
    return _people(queries.eigen(g.db, g.actor, toegang_id))


def _people(zaak, status: int = 200, form=None, reasons=(), vraag_id=None) -> Response:
    viewed(zaak)
    today = clock.today()
    is_plaatsing = zaak.soort == "plaatsing"
    return page_or_part(
        "plaatsing/mensen.html", status=status, zaak=zaak, today=today, now=clock.now(), reasons=reasons,
        persoon=load(g.db, Persoon, zaak.persoon_id), tabs=tabbladen(zaak) if is_plaatsing else [], **_way(zaak),
        behandelaar=name_of(g.db, zaak.behandelaar_id) if zaak.behandelaar_id else "",
        mijn=zaak.behandelaar_id == g.actor.user_id, mag=g.actor.may(P.TOEGANG_BEHANDELEN),
        koppelingen=mensen.koppelingen(g.db, zaak.persoon_id), notities=mensen.notities(g.db, zaak.id, SHOWN),
        vragen=_asked(zaak), gedeeld=_shared(zaak.id) if is_plaatsing else [],
        als=HOEDANIGHEID_WORDS, vormen=CONTACTVORM_WORDS, soorten=VRAAGSOORT_WORDS, vraag_id=vraag_id,
        errors=form.errors if form else {}, values=form.values if form else {})


def _asked(zaak) -> list[dict]:
    """What the resident sent, each with until when it is answered, how that is counted and how it can end."""
    rows, posted = mensen.vragen(g.db, zaak.id, SHOWN), mensen.gepost_on(g.db, zaak.id)

    def ended(soort: str, code: str) -> str:
        return in_taal(load_config("plaatsingen")["afloop"][soort][code]["naam"])

    return [{"vraag": vraag, "naam": naam, "als": als, "term": term, "kan": _may_answer(vraag),
             "te_laat": term.te_laat(clock.day_of(vraag.gesteld_at)),
             "afloop": vraag.uitkomst and ended(vraag.soort, vraag.uitkomst),
             "aflopen": [(code, ended(vraag.soort, code)) for code in klachten.uitkomsten(g.actor, zaak, vraag, term)]}
            for vraag, naam, als in rows for term in [mensen.termijn_bij(vraag, posted)]]


def _may_answer(vraag: Inwonervraag) -> bool:
    """May this person answer it? On an objection decides who had no part in the decision (Awb 10:3, lid 3)."""
    if vraag.soort != Vraagsoort.BEZWAAR:
        return g.actor.may(P.TOEGANG_BEHANDELEN)
    return g.actor.may(P.TOEGANG_TEKENEN) and (
        vraag.beantwoord_at is not None or g.actor.user_id not in betrokken_bij(load(g.db, Besluit, vraag.besluit_id)))


def _shared(plaatsing_id) -> list[list]:
    """With whom what is shared, on which ground and until when, as rows of a table."""
    words = {"verblijf": _("De plek"), "overdracht": _("De overdracht")}
    return [[row.met, words[row.wat], in_taal(GROND_WORDS[row.Grond.soort]),
             _("ingetrokken") if row.Grond.ingetrokken_at else datum_kort(row.Grond.tot_on, current_lang())]
            for row in mensen.gronden(g.db, plaatsing_id)]


def _way(zaak) -> dict:
    """Where this page stands: the page of the case, and the way to it."""
    if zaak.soort == "plaatsing":
        return {"terug": url_for("plaatsing.mensen", plaatsing_id=zaak.id),
                "crumbs": kruimels(zaak)}
    return {"terug": url_for("plaatsing.toegang_mensen", toegang_id=zaak.id), "crumbs": [
        (_("Toegang"), url_for("plaatsing.lijst")), (zaak.reference, url_for("plaatsing.toegang", toegang_id=zaak.id))]}


def _done(zaak, sentence: str) -> Response:
    return tell(go(_way(zaak)["terug"]), sentence)


@bp.route("/zaak/<uuid:zaak_id>/nemen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def zaak_nemen(zaak_id):
    """Work on this case from now on."""
    def again(status, reasons=()):
        return _people(mensen.zaak(g.db, g.actor, zaak_id), status, reasons=reasons)

    def act():
        return _done(mensen.nemen(g.db, g.actor, zaak_id), _("U behandelt deze zaak."))

    return _try(act, "nemen", zaak_id, again)


# Who it is about ------------------------------------------------------------------------------------------------------------

@bp.route("/zaak/<uuid:zaak_id>/gegevens", needs=P.TOEGANG_BEHANDELEN)
def gegevens(zaak_id):
    """The form of who somebody is and where to find them."""
    return _person_page(zaak_id)


def _person_page(zaak_id, status: int = 200, form=None, reasons=()) -> Response:
    zaak = mensen.zaak(g.db, g.actor, zaak_id)
    viewed(zaak)
    persoon = load(g.db, Persoon, zaak.persoon_id)
    known = {name: getattr(persoon, name) for name in ("naam", "adres", "contact", "afgeschermd")}
    return page_or_part("plaatsing/gegevens.html", status=status, zaak=zaak, reasons=reasons, **_way(zaak),
                        vraag_nummer=persoon.bsn_gesloten is None and current_app.kluis is not None,
                        bronnen=[(str(one), in_taal(words)) for one, words in BRON_WORDS.items()],
                        errors=form.errors if form else {}, values=form.values if form else known)


@bp.route("/zaak/<uuid:zaak_id>/gegevens", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def gegevens_bewaren(zaak_id):
    """Keep what changed."""
    form = Form()
    who = {"naam": form.text("naam", _("Vul de naam in."), most=NAAM), "adres": form.text("adres", most=NAAM) or "",
           "contact": form.text("contact", most=NAAM) or "", "afgeschermd": bool(form.raw("afgeschermd")),
           "bsn": form.text("bsn", most=20) or "" if current_app.kluis else "", "bron": form.choice("bron", list(Bron))}

    def again(status, reasons=()):
        nummer_opnieuw(form)
        return _person_page(zaak_id, status, form, reasons)

    def act():
        mensen.gegevens_wijzigen(g.db, g.actor, zaak_id, kluis=current_app.kluis, **who)
        return _done(mensen.zaak(g.db, g.actor, zaak_id), _("De gegevens zijn aangepast."))

    return again(422) if form.errors else _try(act, "gegevens", zaak_id, again)


# What was spoken about ------------------------------------------------------------------------------------------------------

@bp.route("/zaak/<uuid:zaak_id>/contact", needs=P.TOEGANG_BEHANDELEN)
def contact(zaak_id):
    """The form of one contact."""
    return _contact_page(zaak_id)


def _contact_page(zaak_id, status: int = 200, form=None, reasons=()) -> Response:
    zaak = mensen.zaak(g.db, g.actor, zaak_id)
    viewed(zaak)
    return page_or_part("plaatsing/contact.html", status=status, zaak=zaak, reasons=reasons, today=clock.today(), **_way(zaak),
                        vormen=[(str(one), in_taal(words)) for one, words in CONTACTVORM_WORDS.items()],
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/zaak/<uuid:zaak_id>/contact", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def contact_bewaren(zaak_id):
    """Keep it."""
    form = Form()
    said = {"op_on": form.date("op_on", _("Vul in op welke dag het contact was.")),
            "vorm": form.choice("vorm", list(Contactvorm), _("Kies hoe het contact was.")),
            "met": form.text("met", _("Vul in met wie het contact was."), most=NAAM),
            "tekst": form.text("tekst", _("Schrijf kort wat er is besproken."), most=TEKST),
            "afspraak": form.text("afspraak", most=NAAM) or "", "afspraak_on": form.date("afspraak_on")}

    def again(status, reasons=()):
        return _contact_page(zaak_id, status, form, reasons)

    def act():
        mensen.notitie_maken(g.db, g.actor, zaak_id, **said)
        return _done(mensen.zaak(g.db, g.actor, zaak_id), _("Het contact staat erin."))

    return again(422) if form.errors else _try(act, "contact", zaak_id, again)


@bp.route("/zaak/<uuid:zaak_id>/contact/<uuid:notitie_id>/klaar", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def afspraak_klaar(zaak_id, notitie_id):
    """What was agreed is done."""
    def again(status, reasons=()):
        return _people(mensen.zaak(g.db, g.actor, zaak_id), status, reasons=reasons)

    def act():
        mensen.afspraak_klaar(g.db, g.actor, zaak_id, notitie_id)
        return _done(mensen.zaak(g.db, g.actor, zaak_id), _("De afspraak is nagekomen."))

    return _try(act, "afspraak", zaak_id, again)


# Who looks along ------------------------------------------------------------------------------------------------------------

@bp.route("/zaak/<uuid:zaak_id>/koppeling", needs=P.TOEGANG_BEHEREN)
def koppeling(zaak_id):
    """The form to let somebody look along."""
    return _connection_page(zaak_id)


def _connection_page(zaak_id, status: int = 200, form=None, reasons=(), made=None, code: str = "") -> Response:
    zaak = mensen.zaak(g.db, g.actor, zaak_id)
    viewed(zaak)
    return page_or_part("plaatsing/koppeling.html", status=status, zaak=zaak, reasons=reasons, made=made, code=code,
                        **_way(zaak), als=[(str(one), in_taal(words)) for one, words in HOEDANIGHEID_WORDS.items()],
                        words=HOEDANIGHEID_WORDS,
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/zaak/<uuid:zaak_id>/koppeling", needs=P.TOEGANG_BEHEREN, methods=["POST"])
def koppeling_maken(zaak_id):
    """Make the code, and tell it once, on this page."""
    form = Form()
    said = {"hoedanigheid": form.choice("hoedanigheid", list(Hoedanigheid), _("Kies als wie deze persoon meekijkt.")),
            "naam": form.text("naam", _("Vul de naam in van wie meekijkt."), most=NAAM),
            "bewijs": form.text("bewijs", _("Schrijf waaruit dit blijkt: welk stuk u zag, of hoe u het nakeek."), most=TEKST),
            "instemming_on": form.date("instemming_on"), "tot_on": form.date("tot_on")}

    def again(status, reasons=()):
        return _connection_page(zaak_id, status, form, reasons)

    def act():
        made, code = mensen.koppeling_maken(g.db, g.actor, zaak_id, **said)
        return _connection_page(zaak_id, made=made, code=code)

    return again(422) if form.errors else _try(act, "koppeling", zaak_id, again)


@bp.route("/zaak/<uuid:zaak_id>/koppeling/<uuid:koppeling_id>/einde", needs=P.TOEGANG_BEHANDELEN)
def koppeling_einde(zaak_id, koppeling_id):
    """Ask why somebody no longer looks along."""
    return _end_page(zaak_id, koppeling_id)


def _end_page(zaak_id, koppeling_id, status: int = 200, form=None, reasons=()) -> Response:
    zaak, found = mensen.zaak(g.db, g.actor, zaak_id), load(g.db, Koppeling, koppeling_id)
    if found.persoon_id != zaak.persoon_id:
        raise NotFound(_("Deze koppeling hoort niet bij deze zaak."))
    viewed(zaak)
    return page_or_part("plaatsing/koppeling_einde.html", status=status, zaak=zaak, koppeling=found, reasons=reasons,
                        als=in_taal(HOEDANIGHEID_WORDS[found.hoedanigheid]), **_way(zaak),
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/zaak/<uuid:zaak_id>/koppeling/<uuid:koppeling_id>/einde", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def koppeling_intrekken(zaak_id, koppeling_id):
    """End it, at once."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom deze persoon niet meer meekijkt."), most=TEKST)

    def again(status, reasons=()):
        return _end_page(zaak_id, koppeling_id, status, form, reasons)

    def act():
        mensen.koppeling_intrekken(g.db, g.actor, zaak_id, koppeling_id, reden=reden)
        return _done(mensen.zaak(g.db, g.actor, zaak_id), _("Deze persoon ziet vanaf nu niets meer."))

    return again(422) if form.errors else _try(act, "koppeling-einde", zaak_id, again)


# What a resident asked ------------------------------------------------------------------------------------------------------

def _answer(zaak_id, vraag_id, form, act, way: str, sentence: str) -> Response:
    """Do one step with what a resident sent, or show the page again with the same words in the form."""
    def page(status, reasons=()):
        zaak = load(g.db, Dossier, zaak_id)
        found = queries.eigen_plaatsing if zaak.soort == "plaatsing" else queries.eigen
        return _people(found(g.db, g.actor, zaak_id), status, form, reasons, vraag_id=vraag_id)

    def done():
        act()
        return _done(load(g.db, Dossier, zaak_id), sentence)

    return page(422) if form.errors else _try(done, way, vraag_id, page)


@bp.route("/zaak/<uuid:zaak_id>/vraag/<uuid:vraag_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def vraag_beantwoorden(zaak_id, vraag_id):
    """Answer it; the resident reads it on the own page."""
    form = Form()
    antwoord = form.text("antwoord", _("Schrijf een antwoord."), most=TEKST)
    return _answer(zaak_id, vraag_id, form, lambda: mensen.beantwoorden(g.db, g.actor, zaak_id, vraag_id, antwoord=antwoord),
                   "antwoord", _("Het antwoord is verstuurd."))


@bp.route("/zaak/<uuid:zaak_id>/vraag/<uuid:vraag_id>/ontvangst", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def vraag_bevestigen(zaak_id, vraag_id):
    """Confirm that a complaint or objection was received, and choose whether a committee advises."""
    form = Form()
    commissie = bool(form.raw("commissie"))
    return _answer(zaak_id, vraag_id, form,
                   lambda: klachten.bevestigen(g.db, g.actor, zaak_id, vraag_id, commissie=commissie),
                   "ontvangst", _("De ontvangst is bevestigd."))


@bp.route("/zaak/<uuid:zaak_id>/vraag/<uuid:vraag_id>/verdagen", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def vraag_verdagen(zaak_id, vraag_id):
    """Answer later, once, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom het antwoord later komt."), most=TEKST)
    return _answer(zaak_id, vraag_id, form, lambda: klachten.verdagen(g.db, g.actor, zaak_id, vraag_id, reden=reden),
                   "verdagen", _("Het antwoord is uitgesteld. De inwoner leest tot wanneer."))


@bp.route("/zaak/<uuid:zaak_id>/klacht/<uuid:vraag_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def klacht_afhandelen(zaak_id, vraag_id):
    """Say what was found about a complaint."""
    return _ending(zaak_id, vraag_id, "klacht", klachten.afhandelen, _("De klacht is afgehandeld."))


@bp.route("/zaak/<uuid:zaak_id>/bezwaar/<uuid:vraag_id>", needs=P.TOEGANG_TEKENEN, methods=["POST"], step_up=True,
          idempotent=True)
def bezwaar_beslissen(zaak_id, vraag_id):
    """Decide on an objection, under mandate."""
    return _ending(zaak_id, vraag_id, "bezwaar", klachten.beslissen, _("U heeft op het bezwaar beslist."))


def _ending(zaak_id, vraag_id, soort: str, step, sentence: str) -> Response:
    form = Form()
    said = {"uitkomst": form.choice("uitkomst", list(load_config("plaatsingen")["afloop"][soort]),
                                    _("Kies hoe het afloopt.")),
            "antwoord": form.text("antwoord", _("Schrijf wat u besluit en waarom."), most=TEKST)}
    return _answer(zaak_id, vraag_id, form, lambda: step(g.db, g.actor, zaak_id, vraag_id, **said), soort, sentence)


# To a colleague -------------------------------------------------------------------------------------------------------------

@bp.route("/toegang/overdragen-collega", needs=P.TOEGANG_BEHEREN)
def collega():
    """Choose whose open cases go to whom."""
    return _colleague_page()


def _colleague_page(status: int = 200, form=None, reasons=()) -> Response:
    party = g.actor.party_id
    return page_or_part(
        "plaatsing/collega.html", status=status, reasons=reasons,
        naar=[(str(id_), naam) for id_, naam in mensen.collegas(g.db, party)],
        van=[(str(id_), f"{naam or _('Iemand die hier niet meer werkt')} ({n})")
             for id_, naam, n in mensen.behandelaars(g.db, party)],
        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/toegang/overdragen-collega", needs=P.TOEGANG_BEHEREN, methods=["POST"], idempotent=True)
def collega_overdragen():
    """All of them at once."""
    form, party = Form(), g.actor.party_id
    van = form.choice("van", [str(id_) for id_, _naam, _n in mensen.behandelaars(g.db, party)],
                      _("Kies van wie de zaken zijn."))
    naar = form.choice("naar", [str(id_) for id_, _naam in mensen.collegas(g.db, party)], _("Kies wie de zaken krijgt."))
    reden = form.text("reden", _("Schrijf waarom de zaken overgaan."), most=TEKST)

    def again(status, reasons=()):
        return _colleague_page(status, form, reasons)

    def act():
        count = mensen.collega_overdragen(g.db, g.actor, van_id=uuid.UUID(van), naar_id=uuid.UUID(naar), reden=reden)
        return tell(go(url_for("plaatsing.lijst")), _("Overgedragen: %(n)s.", n=count))

    return again(422) if form.errors else _try(act, "collega", None, again)
