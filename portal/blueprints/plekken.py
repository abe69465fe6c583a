"""Pages of places for who works at a provider: the own locations, offers that wait for an answer, and who lives there."""

from functools import partial

from flask import Response, g, request, url_for

from config import load as load_config
from portal.blueprints.plaatsing.in_woorden import (
    balk,
    dag_gevraagd,
    gemeentenaam,
    in_woorden,
    leeftijden,
    namen,
    tijdlijn,
    voorbij,
)
from portal.domains.plaatsingen import aanbieden, plekken, queries
from portal.domains.plaatsingen.model import LocatieAdres, Verblijf, VerblijfState
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound
from portal.web.blueprint import PortalBlueprint, attempt, viewed
from portal.web.filters import bedrag, datum, datum_kort, hoofdletter, in_taal, moment
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, state_badge
from portal.web.navigation import gemeenten
from portal.web.said import tell
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("plekken", __name__)

EVENTS_SHOWN = 50
NAAM, TEKST = 200, 4000
MEESTE = 1000
_try = partial(attempt, "plekken")


# The list -------------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-plekken", needs=P.PLEK_LEZEN)
def lijst():
    """Offers that wait, the own locations with their places on a day (`?op=`), and who lives there."""
    op = dag_gevraagd("op", clock.today())
    part = queries.mijn_locaties(g.db, g.actor.party_id, op, after=request.args.get("na"), before=request.args.get("voor"))
    return page_or_part(
        "plekken/lijst.html", op=op, paging=around(part),
        locaties=[balk(row, op, url_for("plekken.locatie", locatie_id=row.id)) for row in part.rows],
        gevraagd=[_asked(row) for row in queries.gevraagd(g.db, g.actor.party_id)], mag=g.actor.may(P.PLEK_BEHEREN),
        voorbij=voorbij("verblijf"))


def _asked(row) -> dict:
    """One offer that waits, for ui.listing."""
    group = in_woorden("doelgroep", row.doelgroep) if row.doelgroep else ""
    return {"title": _("Plek gevraagd op %(locatie)s", locatie=row.locatie),
            "url": url_for("plekken.verblijf", verblijf_id=row.id),
            "text": _("%(leeftijd)s jaar, %(groep)s. Vanaf %(dag)s.", leeftijd=row.leeftijd, groep=group,
                      dag=datum_kort(row.van, current_lang())),
            "status": ("info", _("U zei ja")) if row.ja else ("warn", _("Wacht op uw antwoord")),
            "meta": f"{row.reference} · {_('vastgehouden tot %(moment)s', moment=moment(row.verloopt_at, current_lang()))}"}


@bp.route("/mijn-plekken/bewoners", needs=P.PLEK_LEZEN)
def bewoners():
    """Who lives at this provider, and who comes to."""
    part = queries.bewoners(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    rows = [{"title": row.naam or row.reference, "url": url_for("plekken.verblijf", verblijf_id=row.id),
             "status": state_badge("verblijf", row.state),
             "meta": f"{row.reference} · {row.locatie} · {_('vanaf %(dag)s', dag=datum_kort(row.van, current_lang()))}"}
            for row in part.rows]
    return page_or_part("plekken/bewoners.html", rows=rows, paging=around(part))


# A location -----------------------------------------------------------------------------------------------------------------

@bp.route("/mijn-plekken/nieuw", needs=P.PLEK_BEHEREN)
def nieuw():
    """The form of a new location."""
    return _form_page(None)


def _form_page(locatie, status: int = 200, form=None, reasons=(), values=None) -> Response:
    values = values if form is None else {**form.values, "doelgroepen": form.many("doelgroepen"),
                                          "kenmerken": form.many("kenmerken")}
    return page_or_part(
        "plekken/locatie_form.html", status=status, locatie=locatie, reasons=reasons, errors=form.errors if form else {},
        values=values or {}, producten=namen("product"), groepen=namen("doelgroep"), kenmerken=namen("kenmerk"),
        gemeenten=[(str(row.id), row.naam) for row in gemeenten().values()])


def _offers(form: Form) -> dict:
    """What a location offers, as typed."""
    groups, features = load_config("plaatsingen")["doelgroep"], load_config("plaatsingen")["kenmerk"]
    chosen = [one for one in form.many("doelgroepen") if one in groups]
    if not chosen:
        form.errors["doelgroepen"] = _("Kies voor welke groepen deze locatie is.")
    return {"naam": form.text("naam", _("Vul de naam van de locatie in."), most=NAAM),
            "adres": form.text("adres", _("Vul het adres in. U kunt het afschermen."), most=NAAM),
            "geheim": bool(form.raw("geheim")), "doelgroepen": chosen,
            "kenmerken": [one for one in form.many("kenmerken") if one in features],
            "leeftijd_van": form.number("leeftijd_van", high=120), "leeftijd_tot": form.number("leeftijd_tot", high=120),
            "begeleiding": form.text("begeleiding", most=TEKST) or ""}


@bp.route("/mijn-plekken/nieuw", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def maken():
    """Keep a new location with its places."""
    form, where = Form(), {str(row.id): row.id for row in gemeenten().values()}
    given = _offers(form) | {
        "gemeente_id": where.get(form.choice("gemeente_id", list(where), _("Kies in welke gemeente de locatie is."))),
        "product": form.choice("product", list(load_config("plaatsingen")["product"]), _("Kies welke ondersteuning hier is.")),
        "aantal": form.number("aantal", _("Vul in hoeveel plekken er zijn."), low=1, high=MEESTE)}

    def again(status, reasons=()):
        return _form_page(None, status, form, reasons)

    def act():
        made = plekken.locatie_maken(g.db, g.actor, **given)
        return tell(go(url_for("plekken.locatie", locatie_id=made.id)), _("De locatie staat erin. Gemeenten zien de plekken."))

    return again(422) if form.errors else _try(act, "maken", None, again)


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>", needs=P.PLEK_LEZEN)
def locatie(locatie_id):
    """One location: what it offers, its places on a day, and how many there were."""
    found, op = plekken.eigen(g.db, g.actor, locatie_id), dag_gevraagd("op", clock.today())
    lang = current_lang()
    stand = queries.stand_van(g.db, found.id, op)
    facts = [(_("Ondersteuning"), hoofdletter(in_woorden("product", found.product))),
             (_("Gemeente"), gemeentenaam(found.gemeente_id)),
             (_("Adres"), load(g.db, LocatieAdres, found.id).adres + (f" ({_('afgeschermd')})" if found.geheim else "")),
             (_("Voor wie"), in_woorden("doelgroep", *found.doelgroepen)), (_("Leeftijd"), leeftijden(found)),
             (_("Wat er is"), in_woorden("kenmerk", *found.kenmerken) or _("niets bijzonders"))]
    counts = [[datum(row.van, lang), row.aantal] for row in queries.aantallen(g.db, found.id)]
    return page_or_part("plekken/locatie.html", locatie=found, op=op, stand=stand, facts=facts, counts=counts,
                        mag=g.actor.may(P.PLEK_BEHEREN))


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/wijzigen", needs=P.PLEK_BEHEREN)
def wijzigen(locatie_id):
    """The form to change what a location offers."""
    found = plekken.eigen(g.db, g.actor, locatie_id)
    return _form_page(found, values={
        "naam": found.naam, "adres": load(g.db, LocatieAdres, found.id).adres, "geheim": found.geheim,
        "doelgroepen": found.doelgroepen, "kenmerken": found.kenmerken, "leeftijd_van": found.leeftijd_van,
        "leeftijd_tot": found.leeftijd_tot, "begeleiding": found.begeleiding})


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/wijzigen", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def bewaren(locatie_id):
    """Keep what changed."""
    form = Form()
    given = _offers(form)

    def again(status, reasons=()):
        return _form_page(plekken.eigen(g.db, g.actor, locatie_id), status, form, reasons)

    def act():
        plekken.wijzigen(g.db, g.actor, locatie_id, **given)
        return tell(go(url_for("plekken.locatie", locatie_id=locatie_id)), _("De locatie is bijgewerkt."))

    return again(422) if form.errors else _try(act, "bewaren", locatie_id, again)


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/aantal", needs=P.PLEK_BEHEREN)
def aantal(locatie_id):
    """The form for another number of places."""
    return _number_page(locatie_id)


def _number_page(locatie_id, status: int = 200, form=None, reasons=(), close: bool = False) -> Response:
    return page_or_part("plekken/sluiten.html" if close else "plekken/aantal.html", status=status, reasons=reasons,
                        locatie=plekken.eigen(g.db, g.actor, locatie_id),
                        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/aantal", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def tellen(locatie_id):
    """Keep how many places there are from a day on."""
    form = Form()
    given = {"aantal": form.number("aantal", _("Vul in hoeveel plekken er zijn."), high=MEESTE),
             "van": form.date("van", _("Vul in vanaf welke dag."))}

    def again(status, reasons=()):
        return _number_page(locatie_id, status, form, reasons)

    def act():
        plekken.capaciteit(g.db, g.actor, locatie_id, **given)
        return tell(go(url_for("plekken.locatie", locatie_id=locatie_id)), _("Het aantal plekken staat erin."))

    return again(422) if form.errors else _try(act, "tellen", locatie_id, again)


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/sluiten", needs=P.PLEK_BEHEREN)
def sluiten(locatie_id):
    """The form to close a location."""
    return _number_page(locatie_id, close=True)


@bp.route("/mijn-plekken/locatie/<uuid:locatie_id>/sluiten", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def dichtdoen(locatie_id):
    """Close it from a day on."""
    form = Form()
    van = form.date("van", _("Vul in vanaf welke dag."))

    def again(status, reasons=()):
        return _number_page(locatie_id, status, form, reasons, close=True)

    def act():
        plekken.sluiten(g.db, g.actor, locatie_id, van=van)
        return tell(go(url_for("plekken.locatie", locatie_id=locatie_id)), _("Vanaf die dag zijn hier geen plekken meer."))

    return again(422) if form.errors else _try(act, "dichtdoen", locatie_id, again)


# An offered place, and the stay ---------------------------------------------------------------------------------------------

@bp.route("/mijn-plekken/verblijf/<uuid:verblijf_id>", needs=P.PLEK_LEZEN)
def verblijf(verblijf_id):
    """What a provider reads of one person: a card without a name, and who it is once both said yes."""
    return _stay_page(verblijf_id)


def _stay_page(verblijf_id, status: int = 200, form=None, reasons=()) -> Response:
    found = queries.gevraagd_dossier(g.db, Verblijf, verblijf_id, status=status if reasons else 404)
    if found.aanbieder_id != g.actor.party_id:
        raise NotFound("Dit verblijf is er niet, of het is niet bij uw organisatie.")
    viewed(found)
    kaart, client, answer, where = queries.verblijf_delen(g.db, found.id)
    lang, refusals = current_lang(), load_config("plaatsingen")["weigering"]["aanbieder"]
    held = found.state == VerblijfState.AANGEBODEN
    facts = [(_("Locatie"), where.naam), (_("Vanaf"), datum(found.van, lang)),
             (_("Tot en met"), datum(found.tot, lang) if found.tot else _("geen einde bekend"))]
    if found.dagprijs is not None:
        facts.append((_("Prijs per dag"), bedrag(found.dagprijs, lang)))
    events = queries.gebeurtenissen(g.db, found.id, EVENTS_SHOWN)
    return page_or_part(
        "plekken/verblijf.html", status=status, verblijf=found, kaart=kaart, client=client, antwoord=answer, reasons=reasons,
        facts=facts, nodig=in_woorden("kenmerk", *kaart.nodig) if kaart else "", vastgehouden=held,
        groep=in_woorden("doelgroep", kaart.doelgroep) if kaart else "", stand=state_badge("verblijf", found.state),
        vraag=held and answer is None and g.actor.may(P.PLEK_BEHEREN),
        redenen=[(code, hoofdletter(in_taal(row["naam"])), in_taal(row["gevolg"])) for code, row in refusals.items()],
        waarom_nee=in_taal(refusals[answer.reden]["naam"]) if answer and answer.reden in refusals else "",
        errors=form.errors if form else {}, values=form.values if form else {},
        timeline=tijdlijn(events))


@bp.route("/mijn-plekken/verblijf/<uuid:verblijf_id>/antwoord", needs=P.PLEK_BEHEREN, methods=["POST"], idempotent=True)
def antwoorden(verblijf_id):
    """Yes or no; a no has a reason."""
    form = Form()
    ja = form.choice("ja", ["ja", "nee"], _("Kies ja of nee.")) == "ja"
    reden = form.choice("reden", list(load_config("plaatsingen")["weigering"]["aanbieder"])) or ""
    if not form.errors and not ja and not reden:
        form.errors["reden"] = _("Kies waarom de inwoner niet bij u kan wonen.")
    said = form.text("toelichting", most=TEKST) or ""

    def again(status, reasons=()):
        return _stay_page(verblijf_id, status, form, reasons)

    def act():
        aanbieden.aanbieder_antwoordt(g.db, g.actor, verblijf_id, ja=ja, reden=reden, toelichting=said)
        # Who said no sees nothing more of it: only that it was asked.
        return tell(go(url_for("plekken.verblijf", verblijf_id=verblijf_id) if ja else url_for("plekken.lijst")),
                    _("Uw antwoord is bij de gemeente.") if ja else _("Uw antwoord is bij de gemeente. De plek is weer vrij."))

    return again(422) if form.errors else _try(act, "antwoorden", verblijf_id, again)
