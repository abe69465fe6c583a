"""Messages with providers (iWmo): allocations of a placement, a message to make and to take out, a file to read in, its report.

A file holds a citizen service number. It goes in and out as a file, by who works on it; that it was opened is kept. No number
stands in an address, a file name or a log.
"""

import uuid
from decimal import Decimal
from functools import partial

from flask import Response, current_app, g, request, url_for

from config import load as load_config
from portal.adapters import istandaarden
from portal.blueprints.plaatsing import bp
from portal.blueprints.plaatsing.tabbladen import kruimels, tabbladen
from portal.domains.plaatsingen import berichtenqueries as lezen
from portal.domains.plaatsingen import berichtenverkeer, berichtregels, queries
from portal.domains.plaatsingen.berichtenmodel import Richting, Toewijzing, Verkeersbericht, Zorgverzoek
from portal.domains.plaatsingen.berichtenstand import AFGEWEZEN, Post
from portal.domains.plaatsingen.model import Persoon
from portal.domains.plaatsingen.words import GEVOLG_WORDS
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.dossier import Dossier, Termijn, load
from portal.kernel.errors import NotFound
from portal.kernel.workflow import ROL_MAG_NIET
from portal.web import uploads
from portal.web.blueprint import attempt, viewed
from portal.web.filters import bedrag, datum, datum_kort, datum_tabel, in_taal
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, dossier_url
from portal.web.said import tell
from portal.web.security import csrf_token
from portal.web.stukken import read_once
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

NAAM, TEKST = 200, 4000
XML = "application/xml"
_try = partial(attempt, "berichtenverkeer")


SOORT_WORDS = {
    "301": "Toewijzing", "305": "Start van de ondersteuning", "307": "Stop van de ondersteuning",
    "315": "Verzoek om toewijzing", "317": "Verzoek om wijziging", "319": "Antwoord op een verzoek", "323": "Declaratie",
    "325": "Antwoord op een declaratie",
}


def _post() -> Post:
    return Post(current_app.kluis, istandaarden)


def _dag(day) -> str:
    return datum_kort(day, current_lang())


def _soort(code: str) -> str:
    """What a kind of message is called; an answer after what it answers."""
    wat = istandaarden.Bericht(code, {}).wat
    words = in_taal(SOORT_WORDS[(wat.heen or code)[-3:]])
    return _("Antwoord op: %(soort)s", soort=words) if wat.heen else words


def _stand(row) -> tuple[str, str]:
    if row.richting == Richting.IN:
        if row.bevindingen:
            return "err", _("Niet goed")
        return "ok", _("Goed")
    if row.vervallen_at is not None:
        return "neutral", _("Vervangen")
    if row.verzonden_at is None:
        return "warn", _("Nog niet verstuurd")
    if row.antwoord_op_id is None and row.beantwoord_at is None:
        return "info", _("Wacht op antwoord")
    return "ok", _("Verstuurd")


def _item(row) -> dict:
    way = _("van %(aanbieder)s", aanbieder=row.aanbieder) if row.richting == Richting.IN else _(
        "aan %(aanbieder)s", aanbieder=row.aanbieder)
    return {"title": f"{_soort(row.code)} ({row.code})", "url": url_for("plaatsing.verkeersbericht", bericht_id=row.id),
            "status": _stand(row), "meta": f"{way} · {_dag(row.gemaakt_at)}"}


# The page of one placement --------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/berichten", needs=P.TOEGANG_LEZEN)
def berichten(plaatsing_id):
    """The allocations of a placement and the messages about them."""
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    persoon = load(g.db, Persoon, plaatsing.persoon_id)
    found = berichtenverkeer.versies(g.db, Toewijzing.dossier_id == plaatsing.id)
    names = lezen.namen(g.db, [one.aanbieder_id for one, _version, _found in found])
    asked = lezen.open_verzoeken(g.db, g.actor.party_id, plaatsing.id)
    possible, blocked = _todo(plaatsing, persoon, found, names)
    return page_or_part(
        "plaatsing/berichten.html", plaatsing=plaatsing, persoon=persoon, tabs=tabbladen(plaatsing),
        crumbs=kruimels(plaatsing), possible=possible, blocked=blocked,
        allocations=[_toewijzing_item(*one, names) for one in found],
        asked=[_verzoek_item(one, name) for one, name in asked],
        messages=[_item(row) for row in lezen.berichten_van(g.db, plaatsing.id)])


def _periode(van, tot) -> str:
    return (_("van %(van)s tot en met %(tot)s", van=_dag(van), tot=_dag(tot)) if tot
            else _("vanaf %(van)s", van=_dag(van)))


def _toewijzing_item(one: Toewijzing, version, found: berichtregels.Versie, names) -> dict:
    if found.verwijderd:
        status = ("neutral", _("Verwijderd"))
    elif not found.bekend:
        status = ("warn", _("Nog niet verstuurd"))
    else:
        status = ("ok", _("Loopt")) if found.loopt(clock.today()) else ("neutral", _("Afgelopen"))
    item = {"title": _("Toewijzing %(nummer)s", nummer=one.nummer), "status": status,
            "text": f"{names.get(one.aanbieder_id, '')}, {_periode(one.van, version.tot)}",
            "meta": _("product %(code)s", code=one.code)}
    return item | {"url": url_for("plaatsing.toewijzing", toewijzing_id=one.id)}


def _verzoek_item(asked: Zorgverzoek, name: str) -> dict:
    in_onderzoek = bool(asked.antwoorden)
    return {"title": _("Verzoek van %(aanbieder)s", aanbieder=name), "url": url_for("plaatsing.verzoek", verzoek_id=asked.id),
            "status": ("info", _("In onderzoek")) if in_onderzoek else ("warn", _("Wacht op antwoord")),
            "meta": _("ontvangen op %(dag)s", dag=_dag(asked.ontvangen_on))}


def _todo(plaatsing, persoon: Persoon, found, names) -> tuple[list[dict], list[dict]]:
    """What can be done, and what not with the reason."""
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return [], []
    if persoon.afgeschermd:
        return [], [{"title": _("Stuur een bericht"), "reasons": [
            "Waar deze persoon is, mag niemand weten. Er gaat geen bericht weg (OP003). Regel het met de aanbieder in een "
            "gesprek."]}]
    possible = []
    told = {one.nummer for one in berichtregels.in_bericht([one for _one, _version, one in found], clock.today())}
    changed = {one.aanbieder_id for one, _version, version in found if one.nummer in told and not version.bekend}
    for aanbieder_id in dict.fromkeys(one.aanbieder_id for one, _version, version in found if one.nummer in told):
        new = aanbieder_id in changed
        possible.append({
            "title": _("Maak het bericht voor %(aanbieder)s", aanbieder=names.get(aanbieder_id, "")), "icon": "mail",
            "text": (_("Er is iets veranderd dat de aanbieder nog niet weet.") if new
                     else _("De aanbieder weet al wat er loopt.")),
            "button": _("Maak het bericht"), "kind": "primary" if new else "secondary",
            "url": url_for("plaatsing.toewijzingsbericht", plaatsing_id=plaatsing.id, aanbieder_id=aanbieder_id)})
    possible.append({"title": _("Wijs de ondersteuning toe"), "icon": "plus", "button": _("Wijs toe"),
                     "kind": "secondary" if possible else "primary",
                     "text": _("Aan de aanbieder van een plek. Daarna maakt u het bericht."),
                     "url": url_for("plaatsing.toewijzing_nieuw", plaatsing_id=plaatsing.id)})
    return possible, []


# Allocating -----------------------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/toewijzing", needs=P.TOEGANG_BEHANDELEN)
def toewijzing_nieuw(plaatsing_id):
    """Allocate the support to the provider of a place."""
    return _nieuw_page(plaatsing_id)


def _nieuw_page(plaatsing_id, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    stays = lezen.verblijven(g.db, plaatsing.id)
    partners = {row.id: row.agb for row in lezen.aanbieders(g.db, g.actor.party_id)}
    first = stays[0] if stays else None
    values = form.values if form else {} if first is None else {
        "verblijf": str(first.id), "van": datum_tabel(first.van), "tot": datum_tabel(first.tot) if first.tot else "",
        "agb": partners.get(first.aanbieder_id) or ""}
    return page_or_part(
        "plaatsing/toewijzing_nieuw.html", status=status, plaatsing=plaatsing, crumbs=kruimels(
            plaatsing, (_("Berichtenverkeer"), url_for("plaatsing.berichten", plaatsing_id=plaatsing.id))),
        stays=[(str(one.id), f"{one.aanbieder}, {_periode(one.van, one.tot)}") for one in stays], reasons=reasons,
        asked=_verzoeken(plaatsing.id), errors=form.errors if form else {}, values=values,
        geen_nummer=load(g.db, Persoon, plaatsing.persoon_id).bsn_gesloten is None)


def _verzoeken(dossier_id) -> list[tuple]:
    return [(str(one.id), _("%(aanbieder)s, ontvangen op %(dag)s", aanbieder=name, dag=_dag(one.ontvangen_on)))
            for one, name in lezen.open_verzoeken(g.db, g.actor.party_id, dossier_id)]


@bp.route("/plaatsing/<uuid:plaatsing_id>/toewijzing", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def toewijzing_maken(plaatsing_id):
    """Keep the allocation; it goes out with the next message."""
    form = Form()
    stays = {str(one.id): one for one in lezen.verblijven(g.db, plaatsing_id)}
    stay = form.choice("verblijf", list(stays), _("Kies voor welke plek dit is."))
    agb = form.text("agb", _("Vul de AGB-code van de aanbieder in."), most=20)
    van = form.date("van", _("Vul de eerste dag in."))
    tot = form.date("tot")
    asked = form.choice("verzoek", [key for key, _words in _verzoeken(plaatsing_id)])

    def again(status, reasons=()):
        return _nieuw_page(plaatsing_id, status, form, reasons)

    def act():
        aanbieder_id = stays[stay].aanbieder_id
        berichtenverkeer.partner_bewaren(g.db, g.actor, aanbieder_id=aanbieder_id, agb=agb)
        made = berichtenverkeer.toewijzen(
            g.db, g.actor, plaatsing_id, aanbieder_id=aanbieder_id, van=van, tot=tot, verblijf_id=stays[stay].id,
            verzoek_id=uuid.UUID(asked) if asked else None)
        return tell(go(url_for("plaatsing.berichten", plaatsing_id=plaatsing_id)),
                    _("Toewijzing %(nummer)s staat erin. Maak nu het bericht voor de aanbieder.", nummer=made.nummer))

    return again(422) if form.errors else _try(act, "toewijzen", plaatsing_id, again)


@bp.route("/plaatsing/toewijzing/<uuid:toewijzing_id>", needs=P.TOEGANG_LEZEN)
def toewijzing(toewijzing_id):
    """One allocation, to change its end."""
    return _wijzig_page(toewijzing_id)


def _wijzig_page(toewijzing_id, status: int = 200, form=None, reasons=()) -> Response:
    one = load(g.db, Toewijzing, toewijzing_id)
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, one.dossier_id)
    viewed(plaatsing)
    [(_one, version, found)] = berichtenverkeer.versies(g.db, Toewijzing.id == one.id)
    names = lezen.namen(g.db, [one.aanbieder_id])
    return page_or_part(
        "plaatsing/toewijzing.html", status=status, plaatsing=plaatsing, toewijzing=one, crumbs=kruimels(
            plaatsing, (_("Berichtenverkeer"), url_for("plaatsing.berichten", plaatsing_id=plaatsing.id))),
        item=_toewijzing_item(one, version, found, names), obstacles=_mag_niet(
            "Deze toewijzing is verwijderd. Maak een nieuwe." if found.verwijderd else ""), reasons=reasons,
        changes=[(code, in_taal(rule["naam"])) for code, rule in load_config("berichtenverkeer")["wijziging"].items()],
        asked=_verzoeken(plaatsing.id), errors=form.errors if form else {}, values=form.values if form else {})


def _mag_niet(why: str) -> list[str]:
    """Why there is no form: the role of who looks, or this reason."""
    if not g.actor.may(P.TOEGANG_BEHANDELEN):
        return [ROL_MAG_NIET]
    return [why] if why else []


@bp.route("/plaatsing/toewijzing/<uuid:toewijzing_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def toewijzing_wijzigen(toewijzing_id):
    """Keep another end, under the same number."""
    form = Form()
    dossier_id = load(g.db, Toewijzing, toewijzing_id).dossier_id
    wijziging = form.choice("wijziging", list(load_config("berichtenverkeer")["wijziging"]),
                            _("Kies waarom de toewijzing verandert."))
    tot = form.date("tot")
    asked = form.choice("verzoek", [key for key, _words in _verzoeken(dossier_id)])

    def again(status, reasons=()):
        return _wijzig_page(toewijzing_id, status, form, reasons)

    def act():
        berichtenverkeer.wijzigen(g.db, g.actor, toewijzing_id, wijziging=wijziging, tot=tot,
                                  verzoek_id=uuid.UUID(asked) if asked else None)
        return tell(go(url_for("plaatsing.berichten", plaatsing_id=dossier_id)),
                    _("Dat staat erin. Maak nu het bericht voor de aanbieder."))

    return again(422) if form.errors else _try(act, "wijzigen", toewijzing_id, again)


# A message to a provider ----------------------------------------------------------------------------------------------------

@bp.route("/plaatsing/<uuid:plaatsing_id>/berichten/<uuid:aanbieder_id>", needs=P.TOEGANG_BEHANDELEN)
def toewijzingsbericht(plaatsing_id, aanbieder_id):
    """What goes into the message to one provider."""
    return _bericht_page(plaatsing_id, aanbieder_id)


def _bericht_page(plaatsing_id, aanbieder_id, status: int = 200, form=None, reasons=()) -> Response:
    plaatsing = queries.eigen_plaatsing(g.db, g.actor, plaatsing_id)
    viewed(plaatsing)
    persoon = load(g.db, Persoon, plaatsing.persoon_id)
    found = berichtenverkeer.versies(g.db, Toewijzing.persoon_id == persoon.id, Toewijzing.aanbieder_id == aanbieder_id)
    if not found:
        raise NotFound()
    told = {one.nummer for one in berichtregels.in_bericht([one for _one, _version, one in found], clock.today())}
    names = lezen.namen(g.db, [aanbieder_id])
    return page_or_part(
        "plaatsing/toewijzingsbericht.html", status=status, plaatsing=plaatsing, aanbieder_id=aanbieder_id, persoon=persoon,
        aanbieder=names[aanbieder_id], crumbs=kruimels(
            plaatsing, (_("Berichtenverkeer"), url_for("plaatsing.berichten", plaatsing_id=plaatsing.id))),
        lines=[_toewijzing_item(*one, names) for one in found if one[0].nummer in told], reasons=reasons,
        errors=form.errors if form else {}, values=form.values if form else berichtregels.naam_delen(persoon.naam))


@bp.route("/plaatsing/<uuid:plaatsing_id>/berichten/<uuid:aanbieder_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"],
          idempotent=True)
def toewijzingsbericht_maken(plaatsing_id, aanbieder_id):
    """Make it, from everything that runs and everything that changed."""
    form = Form()
    naam = {"voornamen": form.text("voornamen", most=NAAM) or "", "voorvoegsel": form.text("voorvoegsel", most=10) or "",
            "achternaam": form.text("achternaam", _("Vul de achternaam in."), most=NAAM)}

    def again(status, reasons=()):
        return _bericht_page(plaatsing_id, aanbieder_id, status, form, reasons)

    def act():
        made = berichtenverkeer.toewijzingsbericht(g.db, g.actor, plaatsing_id, aanbieder_id=aanbieder_id, post=_post(),
                                                   naam=naam)
        return tell(go(url_for("plaatsing.verkeersbericht", bericht_id=made.id)),
                    _("Het bericht is gemaakt. Haal het bestand op en verstuur het."))

    return again(422) if form.errors else _try(act, "toewijzingsbericht", plaatsing_id, again)


# The messages of the gemeente -----------------------------------------------------------------------------------------------

@bp.route("/berichtenverkeer", needs=P.TOEGANG_LEZEN)
def verkeer():
    """Every message of the own gemeente, what providers asked, and a file to read in."""
    return _verkeer_page()


def _verkeer_page(status: int = 200, errors=None, reasons=(), values=None) -> Response:
    part = lezen.verkeer(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    partners = lezen.aanbieders(g.db, g.actor.party_id)
    return page_or_part(
        "plaatsing/verkeer.html", status=status, rows=[_item(row) for row in part.rows], paging=around(part),
        asked=[_verzoek_item(one, name) for one, name in lezen.open_verzoeken(g.db, g.actor.party_id)],
        partners=[(row.naam, row.agb or _("niet bekend")) for row in partners],
        providers=[(str(row.id), row.naam) for row in partners], mag=g.actor.may(P.TOEGANG_BEHANDELEN), errors=errors or {},
        reasons=reasons, values=values or {}, met_sleutels=current_app.kluis is not None,
        post_url=url_for("plaatsing.inlezen", csrf_token=csrf_token()))


@bp.route("/berichtenverkeer", needs=P.TOEGANG_BEHANDELEN, methods=["POST"])
def inlezen():
    """Take in one file; the page after it says what came of it."""
    def act():
        made = berichtenverkeer.inlezen(g.db, g.actor, read_once(
            istandaarden.MAX_BYTES, _("Dit bestand is groter dan 25 MB. Zo groot is geen bericht.")), post=_post())
        return tell(go(url_for("plaatsing.verkeersbericht", bericht_id=made.id)), _("Het bericht is ingelezen."))

    def again(status, reasons=()):
        return _verkeer_page(status, {"bestand": " ".join(in_taal(one) for one in reasons)})

    return _try(act, "inlezen", None, again)


@bp.route("/berichtenverkeer/agb", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def agb_bewaren():
    """Keep under which code a provider sends and gets messages."""
    form = Form()
    aanbieder_id = form.choice("aanbieder", [str(row.id) for row in lezen.aanbieders(g.db, g.actor.party_id)],
                               _("Kies een aanbieder."))
    agb = form.text("agb", _("Vul de AGB-code in."), most=20)

    def again(status, reasons=()):
        return _verkeer_page(status, form.errors, reasons, form.values)

    def act():
        berichtenverkeer.partner_bewaren(g.db, g.actor, aanbieder_id=uuid.UUID(aanbieder_id), agb=agb)
        return tell(go(url_for("plaatsing.verkeer")), _("De AGB-code staat erin."))

    return again(422) if form.errors else _try(act, "agb", None, again)


@bp.route("/berichtenverkeer/<uuid:bericht_id>", needs=P.TOEGANG_LEZEN)
def verkeersbericht(bericht_id):
    """The report of one message: right or not, which rules, what it did, what was answered."""
    return _verkeersbericht_page(bericht_id)


def _verkeersbericht_page(bericht_id, status: int = 200, reasons=()) -> Response:
    row = berichtenverkeer.eigen(g.db, g.actor, bericht_id)
    dossier = load(g.db, Dossier, row.dossier_id)
    viewed(dossier)
    term = g.db.get(Termijn, row.termijn_id) if row.termijn_id else None
    return page_or_part(
        "plaatsing/verkeersbericht.html", status=status, row=row, title=_soort(row.code), stand=_stand(row),
        dossier=dossier, dossier_page=dossier_url(dossier.soort, dossier.id) if dossier.soort == "plaatsing" else None,
        facts=_feiten(row, term), lines=_regels(row), reasons=reasons, errors={}, mag=g.actor.may(P.TOEGANG_BEHANDELEN),
        gevolg=[in_taal(GEVOLG_WORDS[code]) for code in dict.fromkeys(row.feiten.get("gevolg", ()))],
        related=[{"title": f"{_soort(one.code)} ({one.code})",
                  "url": url_for("plaatsing.verkeersbericht", bericht_id=one.id), "status": _stand(one),
                  "meta": _dag(one.gemaakt_at)} for one in lezen.bij(g.db, row)])


def _regels(row) -> list[dict]:
    """What stands in a message, without who it is about: each line with its allocation or product, days and reason."""
    try:
        bericht = istandaarden.lees(berichtenverkeer.lees_gesloten(row, _post())) if current_app.kluis else None
    except istandaarden.Geweigerd:
        return []
    if bericht is None or bericht.romp is None:
        return []
    asked = bericht.romp.get("Verzoek", {})
    found = [line for part in (bericht.romp, asked) for name in REGELLIJSTEN for line in part.get(name, ())]
    return [_regel(line) for line in found] + [
        {"title": in_taal(istandaarden.codewoord("VerzoekAntwoord", bericht.romp["VerzoekAntwoord"])), "lines": [
            in_taal(istandaarden.codewoord("RedenAfwijzingVerzoek", bericht.romp["RedenAfwijzingVerzoek"]))]
            if "RedenAfwijzingVerzoek" in bericht.romp else []}
        for _once in "1" if "VerzoekAntwoord" in bericht.romp]


# Lists of a message that a page shows; the first day and the last have a name of their own in each.
REGELLIJSTEN = ("ToegewezenProducten", "StartProducten", "StopProducten", "AangevraagdeProducten", "TeWijzigenProducten",
                "NieuweProducten")
EERSTE = ("Begindatum", "Ingangsdatum", "ToewijzingIngangsdatum", "GewensteIngangsdatum")
LAATSTE = ("Einddatum", "ToewijzingEinddatum")


def _regel(line) -> dict:
    def first(names):
        return next((line[name] for name in names if name in line), None)

    product, words = line.get("Product", {}).get("Code", ""), []
    van, tot = first(EERSTE), first(LAATSTE)
    if van:
        words.append(_periode(van, tot))
    for name in ("RedenBeeindiging", "RedenWijziging"):
        if name in line:
            words.append(in_taal(istandaarden.codewoord(name, line[name])))
    if line.get("StatusAanlevering") == berichtenverkeer.VERWIJDEREN:
        words.append(_("De aanbieder trekt dit in."))
    if "Commentaar" in line:
        words.append(line["Commentaar"])
    number = line.get("ToewijzingNummer")
    title = _("Toewijzing %(nummer)s", nummer=number) if number else _("Nieuwe ondersteuning")
    return {"title": f"{title}, {_('product %(code)s', code=product)}" if product else title, "lines": words}


def _feiten(row, term) -> list[tuple]:
    lang = current_lang()
    found = [(_("Kenmerk"), row.identificatie), (_("AGB-code van de aanbieder"), row.agb),
             (_("Ingelezen op") if row.richting == Richting.IN else _("Gemaakt op"), datum(row.gemaakt_at, lang))]
    if row.verzonden_at:
        found.append((_("Verstuurd op"), datum(row.verzonden_at, lang)))
    if row.beantwoord_at:
        found.append((_("Beantwoord op"), datum(row.beantwoord_at, lang)))
    if term is not None and term.met_on is None:
        found.append((in_taal(term.label), _("uiterlijk %(dag)s", dag=datum(term.due_on, lang))))
    for name, label in (("ingediend", _("Gevraagd bedrag")), ("toegekend", _("Goedgekeurd bedrag"))):
        if name in row.feiten:
            found.append((label, bedrag(Decimal(row.feiten[name]) / 100, lang)))
    if "regels" in row.feiten:
        found.append((_("Regels goedgekeurd"), _("%(n)s van %(alle)s", n=row.feiten["goedgekeurd"], alle=row.feiten["regels"])))
    return found


@bp.route("/berichtenverkeer/<uuid:bericht_id>/bestand", needs=P.TOEGANG_BEHANDELEN, methods=["POST"])
def berichtbestand(bericht_id):
    """The file itself. A message that goes out counts as sent from the first time on."""
    def act():
        name, data = berichtenverkeer.bestand(g.db, g.actor, bericht_id, post=_post())
        return uploads.send(name, XML, len(data), [data])

    return _try(act, "bestand", bericht_id, partial(_verkeersbericht_page, bericht_id))


# Answering a request --------------------------------------------------------------------------------------------------------

@bp.route("/berichtenverkeer/verzoek/<uuid:verzoek_id>", needs=P.TOEGANG_LEZEN)
def verzoek(verzoek_id):
    """What a provider asked, to answer it."""
    return _verzoek_page(verzoek_id)


def _verzoek_page(verzoek_id, status: int = 200, form=None, reasons=()) -> Response:
    asked = load(g.db, Zorgverzoek, verzoek_id)
    dossier = load(g.db, Dossier, asked.dossier_id)
    viewed(dossier)
    closed = asked.toegewezen or AFGEWEZEN in asked.antwoorden
    return page_or_part(
        "plaatsing/verzoek.html", status=status, asked=asked, dossier=dossier, reasons=reasons,
        aanbieder=lezen.namen(g.db, [asked.aanbieder_id]).get(asked.aanbieder_id, ""),
        lines=_regels(load(g.db, Verkeersbericht, asked.bericht_id)),
        obstacles=_mag_niet("Dit verzoek is al beantwoord." if closed else ""), in_onderzoek=bool(asked.antwoorden),
        declines=[(code, in_taal(one["naam"])) for code, one in load_config("berichtenverkeer")["afwijzing"].items()],
        errors=form.errors if form else {}, values=form.values if form else {})


@bp.route("/berichtenverkeer/verzoek/<uuid:verzoek_id>", needs=P.TOEGANG_BEHANDELEN, methods=["POST"], idempotent=True)
def verzoek_beantwoorden(verzoek_id):
    """Make the answer."""
    form = Form()
    antwoord = form.choice("antwoord", [AFGEWEZEN, berichtenverkeer.ONDERZOEK], _("Kies wat u de aanbieder antwoordt."))
    reden = form.choice("reden", list(load_config("berichtenverkeer")["afwijzing"])) or ""
    toelichting = form.text("toelichting", most=TEKST) or ""

    def again(status, reasons=()):
        return _verzoek_page(verzoek_id, status, form, reasons)

    def act():
        made = berichtenverkeer.beantwoorden(g.db, g.actor, verzoek_id, antwoord=antwoord, reden=reden, toelichting=toelichting,
                                             post=_post())
        return tell(go(url_for("plaatsing.verkeersbericht", bericht_id=made.id)),
                    _("Het antwoord is gemaakt. Haal het bestand op en verstuur het."))

    return again(422) if form.errors else _try(act, "beantwoorden", verzoek_id, again)
