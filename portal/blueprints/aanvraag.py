"""Applying for a subsidy, for providers: write, check, sign, send, supplement, withdraw, and follow the case. What a recipient
sends after the grant stands in ontvanger.py. The gemeente has pages of its own."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from flask import Response, g, render_template, request, url_for

from config import load as load_config
from portal.blueprints import rechtsbescherming
from portal.blueprints.berichten import message_item
from portal.blueprints.regelingen import regeling_page
from portal.blueprints.subsidie.soorten import differences
from portal.blueprints.termijnen import as_lines, ended, not_needed, replaced, still_until
from portal.domains.subsidies import aanvragen, queries, toestemming, uitvoering, words
from portal.domains.subsidies.model import (
    OPEN,
    Aanvraag,
    AanvraagState,
    Betaalsoort,
    Betaalstand,
    Betaling,
    Betalingsstop,
    Bezwaar,
    Indiening,
    Indiensoort,
    Rapportage,
    RapportageState,
    RegelingPublicatie,
    Stand,
    State,
    StopState,
    Subsidie,
    Subsidieregel,
    Toestemming,
    Vordering,
    VorderingState,
)
from portal.domains.subsidies.rules import Regelsoort, Staatssteun
from portal.domains.subsidies.workflow import AANVRAAG
from portal.identity.permissions import Permission as P
from portal.identity.queries import colleagues
from portal.kernel import clock, iban
from portal.kernel.besluit import Besluit
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import Dossier, Opschorting, Termijn, count_with, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.filetypes import FileRefused
from portal.kernel.money import bedrag_text, parse_bedrag
from portal.kernel.outbox import Bericht
from portal.kernel.terms import compute
from portal.tenants.model import Gemeente
from portal.web.blueprint import PortalBlueprint, refused, viewed
from portal.web.filters import (
    bedrag,
    datum,
    datum_kort,
    datum_tabel,
    feiten,
    grootte,
    in_taal,
    laatste_dag,
    op_seconde,
)
from portal.web.forms import Form, Invalid
from portal.web.htmx import go, page_or_part
from portal.web.links import around, document_item, state_badge
from portal.web.security import csrf_token
from portal.web.shown import day_narrow
from portal.web.stukken import max_mb, ontvang
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("aanvraag", __name__)

LEZEN, SCHRIJVEN, VERSTUREN = P.AANVRAAG_LEZEN, P.AANVRAAG_SCHRIJVEN, P.AANVRAAG_VERSTUREN
TEKST, KORT = 6000, 200
DAY = timedelta(days=1)
MOST = Decimal(10**9)  # of a number of units: more is a slip of the keyboard
ARGUMENTEN, MEEST = 3, 20


@dataclass(frozen=True)
class Blad:
    """An application with everything its pages show."""

    aanvraag: Aanvraag
    publicatie: RegelingPublicatie
    # The case at the gemeente; None until it was taken in.
    subsidie: Subsidie | None

    @cached_property
    def gegeven(self) -> dict[str, Document]:
        """The documents of the draft, by the code of the request."""
        return queries.gegeven(g.db, self.aanvraag.id)

    @cached_property
    def open(self) -> bool:
        """Can anything still change?"""
        if self.aanvraag.state == AanvraagState.BEGONNEN:
            return aanvragen.kan_wijzigen(g.db, self.aanvraag)
        return self.vult_aan

    @property
    def plan(self) -> Dossier | None:
        """The plan of residents that this came from."""
        return g.db.get(Dossier, self.aanvraag.ouder_id) if self.aanvraag.ouder_id else None

    @property
    def vult_aan(self) -> bool:
        """Does the gemeente wait for a supplement?"""
        return self.subsidie is not None and self.subsidie.state == State.WACHT_OP_AANVULLING

    @cached_property
    def indieningen(self) -> list[Indiening]:
        """What was sent, oldest first."""
        return queries.indieningen(g.db, self.aanvraag.id) if self.aanvraag.state != AanvraagState.BEGONNEN else []

    @cached_property
    def vraag(self) -> tuple[Bericht | None, Termijn | None]:
        """What the gemeente asked to add, and until when."""
        if not self.vult_aan:
            return None, None
        found = queries.berichten(g.db, self.subsidie.id, most=20)
        return _asked(found), queries.termijn(g.db, self.subsidie.id, "hersteltermijn", open_only=True)

    @property
    def onderweg(self) -> Indiening | None:
        """The supplement that was sent after what was asked, while the gemeente did not take it in yet."""
        bericht, sent = self.vraag[0], [i for i in self.indieningen if i.soort == Indiensoort.AANVULLING]
        return sent[-1] if bericht and sent and sent[-1].ontvangen_at > bericht.verzonden_at else None

    @cached_property
    def delen(self) -> list[queries.Deel]:
        """The parts of the application with what each lacks."""
        return queries.delen(self.aanvraag.gegevens, self.publicatie.inhoud, self.gegeven)

    @property
    def documenten(self) -> list[dict]:
        """What is asked to send along."""
        return self.publicatie.inhoud["inrichting"]["documenten"]

    @property
    def producten(self) -> list[dict]:
        """What can be applied for."""
        return self.publicatie.inhoud["inrichting"]["producten"]

    @property
    def steun(self) -> bool:
        """Does this scheme ask for earlier small aid?"""
        return self.publicatie.inhoud["staatssteun"] != Staatssteun.GEEN

    @property
    def badge(self) -> tuple[str, str]:
        """How the whole stands; what is not sent yet asks for attention while it can be sent."""
        if self.vult_aan:
            return "warn", _("Vul aan")
        kind, text = state_badge("aanvraag", self.aanvraag.state)
        return ("warn" if self.open else kind), text

    def url(self, endpoint: str, **more) -> str:
        """The address of a page of this application."""
        return _address(endpoint, self.aanvraag.id, **more)

    def tasks(self) -> list[dict]:
        """The task list: one row per part."""
        found = []
        for deel in self.delen:
            if deel.naam == "documenten" and not self.documenten:
                continue
            note = _("Nog nodig: %(wat)s.", wat=", ".join(in_taal(text) for text in deel.ontbreekt)) if deel.ontbreekt else ""
            found.append({"title": _(deel.titel), "url": self.url(deel.naam), "done": deel.klaar, "note": note,
                          "status": ("warn", _("Nog niet klaar"))})
        return found

    def product(self, code: str | None) -> dict | None:
        """The product of the scheme with this code."""
        return next((one for one in self.producten if one["code"] == code), None)


def _asked(berichten: Iterable[Bericht]) -> Bericht | None:
    """The newest message of the gemeente that asks to add something; else its newest message."""
    received = [b for b in berichten if b.party_id == g.actor.party_id]
    return next((b for b in received if b.onderwerp.startswith("Vul uw aanvraag aan")), received[0] if received else None)


def _blad(aanvraag_id: uuid.UUID) -> Blad:
    """The own application; NotFound for anyone else's."""
    kop = queries.aanvraag_kop(g.db, aanvraag_id)
    if kop.aanvraag.eigenaar_id != g.actor.party_id:
        raise NotFound()
    return Blad(kop.aanvraag, kop.publicatie, kop.subsidie)


def _address(endpoint: str, aanvraag_id: uuid.UUID, **more) -> str:
    return url_for(f"aanvraag.{endpoint}", aanvraag_id=aanvraag_id, **more)


def _senders(team) -> list[str]:
    """Who of the own organisation may sign and send."""
    return [row.naam for row in team if "verzender" in row.rollen]


# The list, and the beginning -----------------------------------------------------------------------------------------------

@bp.route("/aanvragen", needs=LEZEN)
def lijst():
    """The own applications with where each stands, and what one can apply for now."""
    part = queries.aanvragen(g.db, after=request.args.get("na"), before=request.args.get("voor"))
    standen = queries.standen(g.db, [row.subsidie_id for row in part.rows if row.subsidie_id])
    open_part = queries.bekendgemaakt(g.db, open_only=True)
    return render_template(
        "aanvraag/lijst.html", rows=[_row(row, standen.get(row.subsidie_id)) for row in part.rows], paging=around(part),
        regelingen=open_part.rows, meer=open_part.last is not None, mag_schrijven=g.actor.may(SCHRIJVEN))


def _row(row, case: tuple[str, str] | None) -> dict:
    """A row of the list: the case once there is one, but the draft where something is to be done in it. It says what tells it
    from the others of the same name: the scheme, the product and the period."""
    own = state_badge("aanvraag", row.state)
    if row.state == AanvraagState.BEGONNEN and row.sluit_at <= clock.now():
        own = "neutral", _("Te laat: de regeling is gesloten")
    filled = row.gegevens
    product = next((one["naam"] for one in row.producten if one["code"] == filled.get("product")), None)
    which = [row.regeling if row.regeling != row.titel else None, _("Gemeente %(naam)s", naam=row.gemeente), product,
             _period(filled.get("van"), filled.get("tot"))]
    return {"title": row.titel, "meta": [one for one in (row.reference, case and case[1]) if one],
            "which": " · ".join(one for one in which if one),
            "url": url_for("aanvraag.subsidie", subsidie_id=row.subsidie_id) if case else _address("dossier", row.id),
            "status": state_badge("subsidie", case[0]) if case else own}


def _period(van: str | None, tot: str | None) -> str | None:
    """The period that was filled in; None without both days."""
    if not (van and tot):
        return None
    return _("%(van)s tot en met %(tot)s", van=datum_tabel(date.fromisoformat(van)),
             tot=datum_tabel(laatste_dag(date.fromisoformat(tot))))


@bp.route("/regelingen/<reference>/aanvragen", needs=SCHRIJVEN, methods=["POST"], idempotent=True)
def begin(reference):
    """Start, or go on with what is there."""
    publicatie = queries.publicatie(g.db, reference)
    if publicatie is None:
        raise NotFound(_("Deze regeling is niet bekendgemaakt, of het nummer klopt niet."))
    try:
        aanvraag = aanvragen.begin(g.db, g.actor, publicatie.dossier_id)
    except Refused as error:
        refused(error, "aanvraag:begin", reference)
        return regeling_page(reference, error.status, error.reasons)
    return go(_address("dossier", aanvraag.id))


@bp.route("/aanvragen/<uuid:aanvraag_id>", needs=LEZEN)
def dossier(aanvraag_id):
    """What lacks, when it closes, who does what, and what was sent."""
    blad = _blad(aanvraag_id)
    response = _dossier_page(blad)
    viewed(blad.aanvraag)
    return response


def _dossier_page(blad: Blad, status: int = 200, reasons: Iterable[str] = ()) -> Response:
    team = colleagues(g.db, g.actor.party_id)
    return page_or_part("aanvraag/dossier.html", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie,
                        reasons=list(reasons), names={row.id: row.naam for row in team}, verzenders=_senders(team),
                        schrijft=g.actor.may(SCHRIJVEN), verstuurt=g.actor.may(VERSTUREN), mag_intrekken=_may_withdraw(blad))


def _may_withdraw(blad: Blad) -> bool:
    """May this person take the application back now?"""
    decided = blad.subsidie is not None and blad.subsidie.state not in OPEN
    return not decided and not AANVRAAG.obstacles(blad.aanvraag, "intrekken", g.actor)


def _not_done(error: Refused, aanvraag_id, action: str) -> Response:
    refused(error, action, aanvraag_id)
    return _dossier_page(_blad(aanvraag_id), error.status, error.reasons)


# What you are going to do, and the money --------------------------------------------------------------------------------------

@bp.route("/aanvragen/<uuid:aanvraag_id>/activiteit", needs=LEZEN)
def activiteit(aanvraag_id):
    """What they are going to do: from whatever is known already."""
    blad = _blad(aanvraag_id)
    return _activity_page(blad, _typed(blad.aanvraag.gegevens, "activiteit", _known_activity(blad)))


@bp.route("/aanvragen/<uuid:aanvraag_id>/activiteit", needs=SCHRIJVEN, methods=["POST"])
def activiteit_bewaren(aanvraag_id):
    """Keep it as far as it is; what lacks comes later."""
    form, blad = Form(), _blad(aanvraag_id)
    van, last = form.date("van"), form.date("tot")
    found = {
        "titel": form.text("titel", most=KORT),
        "product": form.choice("product", [one["code"] for one in blad.producten],
                               _("Kies een product uit de lijst.")) if form.raw("product") else None,
        "omschrijving": form.text("omschrijving", most=TEKST), "resultaat": form.text("resultaat", most=TEKST),
        "aantal": form.read("aantal", _parse_aantal, None), "van": van, "tot": last + DAY if last else None}
    if not form.errors:
        kept = {name: str(value) if value else "" for name, value in found.items()}
        too_early = van is not None and van < date.fromisoformat(blad.publicatie.inhoud["van"])
        if fault := " ".join(aanvragen.inhoud_gebreken(kept, blad.publicatie.inhoud)):
            form.errors["van" if too_early and van < found["tot"] else "tot"] = fault
    return _keep(blad, "activiteit", found, form, _activity_page)


def _parse_aantal(text: str) -> Decimal:
    """A number of units as people write it: 1.000 or 12,5."""
    try:
        value = parse_bedrag(text)
    except ValueError:
        raise Invalid("Schrijf het aantal in cijfers, bijvoorbeeld 1.000.") from None
    if "€" in text or not 0 < value < MOST:
        raise Invalid("Schrijf een aantal groter dan nul, in cijfers. Bijvoorbeeld 1.000.")
    return value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1))


def _known_activity(blad: Blad) -> dict:
    """What needs no choice: the product when there is only one."""
    return {"product": blad.producten[0]["code"]} if len(blad.producten) == 1 else {}


def _activity_page(blad: Blad, values, errors=None, status: int = 200) -> Response:
    return page_or_part(
        "aanvraag/activiteit.html", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie, values=values,
        errors=errors or {}, schrijft=_writes(blad, errors), most=KORT,
        rows=_said({"gegevens": blad.aanvraag.gegevens}, blad)[0],
        van=date.fromisoformat(blad.publicatie.inhoud["van"]), tot=date.fromisoformat(blad.publicatie.inhoud["tot"]))


@bp.route("/aanvragen/<uuid:aanvraag_id>/geld", needs=LEZEN)
def geld(aanvraag_id):
    """How much, for what, and to which account."""
    blad = _blad(aanvraag_id)
    known = _known_money(blad)
    values = _typed(blad.aanvraag.gegevens, "geld", known)
    return _money_page(blad, values, overgenomen="iban" in known and not blad.aanvraag.gegevens.get("iban"))


@bp.route("/aanvragen/<uuid:aanvraag_id>/geld", needs=SCHRIJVEN, methods=["POST"])
def geld_bewaren(aanvraag_id):
    """Keep it as far as it is; an account number that cannot be paid to is refused."""
    form, blad = Form(), _blad(aanvraag_id)
    found = {"bedrag": form.read("bedrag", _parse_gevraagd, None), "begroting": form.text("begroting", most=TEKST),
             "iban": form.iban("iban", None), "tenaamstelling": form.rekeningnaam("tenaamstelling", most=KORT)}
    if blad.steun:
        found["steun_eerder"] = form.read("steun_eerder", _parse_steun, None)
    return _keep(blad, "geld", found, form, _money_page)


def _parse_gevraagd(text: str) -> Decimal:
    value = parse_bedrag(text)
    if value <= 0:
        raise Invalid("Vraag een bedrag aan dat hoger is dan nul.")
    return value


def _parse_steun(text: str) -> Decimal:
    value = parse_bedrag(text)
    if value < 0:
        raise Invalid("Dit bedrag is niet lager dan nul. Kreeg u geen steun? Vul dan 0 in.")
    return value


def _known_money(blad: Blad) -> dict:
    """What this organisation told before: its name, and the account of its last application."""
    known = {"tenaamstelling": iban.naam(g.actor.party_naam)}
    if "iban" not in blad.aanvraag.gegevens and (last := queries.vorige_indiening(g.db, g.actor.party_id, blad.aanvraag.id)):
        then = last.inhoud["gegevens"]
        known |= {name: then[name] for name in ("iban", "tenaamstelling") if then.get(name)}
    return known


def _money_page(blad: Blad, values, errors=None, status: int = 200, overgenomen: bool = False) -> Response:
    return page_or_part("aanvraag/geld.html", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie, values=values,
                        errors=errors or {}, schrijft=_writes(blad, errors), most=KORT, overgenomen=overgenomen,
                        rows=_said({"gegevens": blad.aanvraag.gegevens}, blad)[1])


def _writes(blad: Blad, errors) -> bool:
    """Does this person see the form? What was typed is shown again, also when the moment has passed."""
    return g.actor.may(SCHRIJVEN) and (blad.open or bool(errors))


def _typed(gegevens: dict, deel: str, known: dict) -> dict[str, str]:
    """The kept facts of one part as people type them, over what was `known` already; the last day, not the day after."""
    kept = {name: gegevens[name] for name in aanvragen.VELDEN[deel] if name in gegevens}
    values = known | {name: value or "" for name, value in kept.items()}
    for name in ("van", "tot"):
        if values.get(name):
            day = date.fromisoformat(values[name]) - (DAY if name == "tot" else timedelta(0))
            values[name] = f"{day:%d-%m-%Y}"
    for name in ("bedrag", "steun_eerder"):
        if values.get(name):
            values[name] = bedrag_text(Decimal(values[name]))
    if values.get("aantal"):
        values["aantal"] = values["aantal"].replace(".", ",")
    if values.get("iban"):
        values["iban"] = iban.in_fours(values["iban"])
    return values


def _keep(blad: Blad, deel: str, found: dict, form: Form, page) -> Response:
    """Keep one part and go back to the task list; what is wrong is shown on its own page with everything as typed."""
    if form.errors:
        return page(blad, form.values, form.errors, 422)
    aanvraag_id = blad.aanvraag.id
    try:
        aanvragen.bewaren(g.db, g.actor, aanvraag_id, deel, {name: "" if v is None else v for name, v in found.items()})
    except Refused as error:
        refused(error, "aanvraag:bewaren", aanvraag_id)
        return page(_blad(aanvraag_id), form.values, {"": " ".join(error.reasons)}, error.status)
    return go(_address("dossier", aanvraag_id))


# Documents -----------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten", needs=LEZEN)
def documenten(aanvraag_id):
    """What is asked to send along, and what is there."""
    blad = _blad(aanvraag_id)
    return render_template("aanvraag/documenten.html", blad=blad, dossier=blad.aanvraag, p=blad.publicatie,
                           items=[_document_task(blad, asked) for asked in blad.documenten])


def _document_task(blad: Blad, asked: dict) -> dict:
    url, document = blad.url("document", code=asked["code"]), blad.gegeven.get(asked["code"])
    if document is None:
        status = ("warn", _("Ontbreekt")) if asked["verplicht"] else ("neutral", _("Niet verplicht"))
        return {"title": asked["titel"], "url": url, "note": asked["toelichting"], "status": status}
    lang = current_lang()
    note = f"{document.naam} · {grootte(document.grootte, lang)} · {op_seconde(document.ontvangen_at, lang)}"
    return {"title": asked["titel"], "url": url, "note": note, "done": not _bad(document),
            "status": ("err", _("Niet aangenomen"))}


def _bad(document: Document) -> bool:
    return document.scan == Scan.BESMET or document.vervallen_at is not None


@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten/<code>", needs=LEZEN)
def document(aanvraag_id, code):
    """One asked document: what is asked, what we received, and room to add or replace it."""
    return _document_page(_blad(aanvraag_id), code)


@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten/<code>", needs=SCHRIJVEN, methods=["PUT"])
def document_ontvangen(aanvraag_id, code):
    """The file as a stream, with progress in the browser; the answer is its receipt."""
    try:
        _take_in(aanvraag_id, code)
    except FileRefused:
        raise
    except Refused as error:
        refused(error, "aanvraag:document", aanvraag_id)
        raise
    return _document_page(_blad(aanvraag_id), code, focus=True)


@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten/<code>", needs=SCHRIJVEN, methods=["POST"])
def document_toevoegen(aanvraag_id, code):
    """The same file from a form, without script."""
    try:
        _take_in(aanvraag_id, code)
    except FileRefused as error:
        return _document_page(_blad(aanvraag_id), code, error.status, {"bestand": error.sentence})
    except Refused as error:
        return _not_done(error, aanvraag_id, "aanvraag:document")
    return go(_address("document", aanvraag_id, code=code))


def _take_in(aanvraag_id, code) -> None:
    _blad(aanvraag_id)
    aanvragen.document_toevoegen(g.db, g.actor, aanvraag_id, ontvang(request), code=code)
    # The receipt tells the moment that the database gave.
    g.db.flush()
    g.db.expire_all()


@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten/<code>/hergebruiken", needs=SCHRIJVEN, methods=["POST"])
def document_hergebruiken(aanvraag_id, code):
    """Answer with a document of Mijn organisatie."""
    try:
        chosen = uuid.UUID(Form().raw("document"))
    except ValueError:
        return _document_page(_blad(aanvraag_id), code, 422, {"document": _("Kies een document uit de lijst.")})
    return _change(aanvraag_id, code, lambda: aanvragen.document_hergebruiken(g.db, g.actor, aanvraag_id, chosen, code=code))


@bp.route("/aanvragen/<uuid:aanvraag_id>/documenten/<code>/weghalen", needs=SCHRIJVEN, methods=["POST"])
def document_weghalen(aanvraag_id, code):
    """Take a document out of the draft. What was sent keeps it."""
    return _change(aanvraag_id, code, lambda: aanvragen.document_weghalen(g.db, g.actor, aanvraag_id, code=code))


def _change(aanvraag_id, code, act) -> Response:
    try:
        act()
    except Refused as error:
        return _not_done(error, aanvraag_id, "aanvraag:document")
    return go(_address("document", aanvraag_id, code=code))


def _document_page(blad: Blad, code: str, status: int = 200, errors: dict | None = None, focus: bool = False) -> Response:
    asked = next((one for one in blad.documenten if one["code"] == code), None)
    if asked is None:
        raise NotFound()
    here = blad.url("document", code=code)
    own = aanvragen.herbruikbaar(g.db, blad.aanvraag, asked)
    return page_or_part(
        "aanvraag/document.html", "stukken", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie, asked=asked,
        current=blad.gegeven.get(code), reusable=own, open=blad.open, put_url=here,
        post_url=f"{here}?csrf_token={csrf_token()}", reuse_url=blad.url("document_hergebruiken", code=code),
        remove_url=blad.url("document_weghalen", code=code), schrijft=blad.open and g.actor.may(SCHRIJVEN),
        errors=errors or {}, max_mb=max_mb(), focus=focus)


# Check, sign, send, withdraw ------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/<uuid:aanvraag_id>/controle", needs=LEZEN)
def controle(aanvraag_id):
    """Everything as it will be sent, and why it cannot be sent yet."""
    return _check_page(_blad(aanvraag_id))


def _check_page(blad: Blad, status: int = 200, reasons: Iterable[str] = ()) -> Response:
    tekent, verstuurt = _signature(blad), g.actor.may(VERSTUREN)
    team = colleagues(g.db, g.actor.party_id) if tekent or not verstuurt else []
    inhoud = aanvragen.inhoud_van(g.db, g.actor, blad.aanvraag, blad.gegeven)
    obstakels = aanvragen.verstuur_obstakels(g.db, g.actor, blad.aanvraag, blad.publicatie, blad.gegeven) if blad.open else []
    about, money = _said(inhoud, blad)
    return page_or_part(
        "aanvraag/controle.html", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie,
        aanvrager=inhoud["aanvrager"], activiteit=about, geld=money, obstakels=obstakels, reasons=list(reasons),
        names={row.id: row.naam for row in team}, verzenders=_senders(team), scan=Scan, tekent=tekent, verstuurt=verstuurt,
        schrijft=g.actor.may(SCHRIJVEN), late_since=aanvragen.te_laat_voor_boekjaar(
            blad.aanvraag.gegevens, blad.publicatie.inhoud, clock.today()))


def _said(inhoud: dict, blad: Blad) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What an application says, in words: about the activity, and about the money."""
    facts, lang = inhoud["gegevens"], current_lang()
    product = blad.product(facts.get("product"))

    def day(name: str) -> str:
        if not facts.get(name):
            return ""
        return datum(date.fromisoformat(facts[name]) - (DAY if name == "tot" else timedelta(0)), lang)

    def money(name: str) -> str:
        return bedrag(Decimal(facts[name]), lang) if facts.get(name) else ""

    number = _number(Decimal(facts["aantal"]), lang) if facts.get("aantal") else ""
    return ([(_("Naam"), facts.get("titel")), (_("Product"), product["naam"] if product else ""),
             (_("Wat u gaat doen"), facts.get("omschrijving")), (_("Het resultaat"), facts.get("resultaat")),
             (_("Aantal"), f"{number} {product['eenheid']}" if number and product else number),
             (_("Eerste dag"), day("van")), (_("Laatste dag"), day("tot"))],
            [(_("Bedrag"), money("bedrag")), (_("Begroting"), facts.get("begroting")),
             (_("Rekeningnummer (IBAN)"), iban.in_fours(facts.get("iban") or "")),
             (_("Op naam van"), facts.get("tenaamstelling"))]
            + ([(_("Eerdere kleine steun"), money("steun_eerder"))] if blad.steun else []))


def _number(value: Decimal, lang: str) -> str:
    """A number of units as people write it: 1.250,5; in English 1,250.5."""
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def _signature(blad: Blad) -> str:
    """Where the first signature stands: nothing when none is asked, else `nodig`, `zelf` (this person signed) or `klaar`."""
    if not blad.publicatie.inhoud["medeondertekenen"]:
        return ""
    if blad.aanvraag.ondertekend_by is None:
        return "nodig"
    return "zelf" if blad.aanvraag.ondertekend_by == g.actor.user_id else "klaar"


@bp.route("/aanvragen/<uuid:aanvraag_id>/ondertekenen", needs=VERSTUREN, methods=["POST"], step_up=True, idempotent=True)
def ondertekenen(aanvraag_id):
    """The first of two signatures; a colleague sends."""
    try:
        aanvragen.ondertekenen(g.db, g.actor, aanvraag_id)
    except Refused as error:
        refused(error, "aanvraag:ondertekenen", aanvraag_id)
        return _check_page(_blad(aanvraag_id), error.status, error.reasons)
    return go(_address("controle", aanvraag_id))


@bp.route("/aanvragen/<uuid:aanvraag_id>/versturen", needs=VERSTUREN, methods=["POST"], idempotent=True)
def versturen(aanvraag_id):
    """Send the application, or the supplement that was asked."""
    try:
        indiening = aanvragen.versturen(g.db, g.actor, aanvraag_id)
    except Refused as error:
        refused(error, "aanvraag:versturen", aanvraag_id)
        return _check_page(_blad(aanvraag_id), error.status, error.reasons)
    return go(_address("ontvangst", aanvraag_id, indiening_id=indiening.id))


@bp.route("/aanvragen/<uuid:aanvraag_id>/ontvangst/<uuid:indiening_id>", needs=LEZEN)
def ontvangst(aanvraag_id, indiening_id):
    """The receipt of one sending: number, fingerprint, the moment to the second, its place, its files, and what comes next."""
    blad = _blad(aanvraag_id)
    indiening = load(g.db, Indiening, indiening_id)
    if indiening.dossier_id not in (blad.aanvraag.id, blad.subsidie.id if blad.subsidie else None) \
            or indiening.soort not in TOT_HET_BESLUIT:
        raise NotFound()
    due = None
    if indiening.soort == Indiensoort.AANVRAAG:
        due = compute(aanvragen.beslistermijn(blad.publicatie), clock.day_of(indiening.ontvangen_at))
    inhoud = indiening.inhoud
    return render_template(
        "aanvraag/ontvangst.html", blad=blad, dossier=blad.aanvraag, p=blad.publicatie, indiening=indiening, inhoud=inhoud,
        parts=_said(inhoud, blad) if "gegevens" in inhoud else None, due=due, lines=as_lines(due.count) if due else [],
        door=inhoud.get("verstuurd_door") or inhoud.get("ingetrokken_door"))


@bp.route("/aanvragen/<uuid:aanvraag_id>/intrekken", needs=VERSTUREN)
def intrekken(aanvraag_id):
    """What withdrawing means, before it happens."""
    return _withdraw_page(_blad(aanvraag_id))


def _withdraw_page(blad: Blad, status: int = 200, reasons=(), values=None, errors=None) -> Response:
    return page_or_part("aanvraag/intrekken.html", status=status, blad=blad, dossier=blad.aanvraag, p=blad.publicatie,
                        mag=_may_withdraw(blad), reasons=reasons, values=values or {}, errors=errors or {}, most=TEKST)


@bp.route("/aanvragen/<uuid:aanvraag_id>/intrekken", needs=VERSTUREN, methods=["POST"], idempotent=True)
def intrekken_bevestigen(aanvraag_id):
    """Take the application back, with the reason."""
    form = Form()
    reden = form.text("reden", _("Schrijf waarom u de aanvraag intrekt."), most=TEKST)
    if form.errors:
        return _withdraw_page(_blad(aanvraag_id), 422, values=form.values, errors=form.errors)
    try:
        indiening = aanvragen.intrekken(g.db, g.actor, aanvraag_id, reden=reden)
    except Refused as error:
        refused(error, "aanvraag:intrekken", aanvraag_id)
        return _withdraw_page(_blad(aanvraag_id), error.status, error.reasons, form.values)
    return go(_address("ontvangst", aanvraag_id, indiening_id=indiening.id))


# The case at the gemeente -----------------------------------------------------------------------------------------------------

# What is sent until the decision; the rest comes after the grant.
TOT_HET_BESLUIT = (Indiensoort.AANVRAAG, Indiensoort.AANVULLING, Indiensoort.INTREKKING, Indiensoort.ZIENSWIJZE)
# Where a gemeente can ask for a view: before the decision, and before it lowers or takes back what it decided.
VRAAGT_ZIENSWIJZE = (State.BEOORDEELD, State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING, State.VASTGESTELD)


@dataclass(frozen=True)
class Zaak:
    """A case with everything its page shows to the applicant."""

    kop: queries.Kop

    @property
    def subsidie(self) -> Subsidie:
        """The case."""
        return self.kop.subsidie

    @property
    def gemeente(self) -> Gemeente:
        """Who decides."""
        return self.kop.gemeente

    @cached_property
    def rondom(self) -> queries.RondomOntvanger:
        """What hangs on the case and its parts, read together."""
        return queries.rondom_ontvanger(g.db, self.subsidie, self.onderdelen)

    @property
    def termijnen(self) -> list[tuple[Termijn, list]]:
        """The terms of the law in this case; what the gemeente agreed for itself is not among them."""
        return [(t, pauses) for t, pauses in self.rondom.termijnen if not t.kind.startswith("werk_")]

    @property
    def besluiten(self) -> list[tuple[Besluit, list[Subsidieregel]]]:
        """The decisions that were sent, newest first, with their lines."""
        return self.rondom.besluiten

    @property
    def besluit(self) -> Besluit | None:
        """The decision on the application that holds now; None while there is none."""
        return next((b for b, _regels in self.besluiten if b.soort == "subsidie" and b.inhoud.get("uitkomst")), None)

    @property
    def vaststelling(self) -> Besluit | None:
        """The final determination; None while there is none."""
        return next((b for b, _regels in self.besluiten if b.soort == "vaststelling"), None)

    @property
    def regels(self) -> dict[str, Subsidieregel]:
        """The lines of the decision as they stand now, by id as the decision names them."""
        return {str(regel.id): regel for besluit, regels in self.besluiten if besluit is self.besluit for regel in regels}

    @property
    def indieningen(self) -> list[Indiening]:
        """What the applicant sent: the application with its supplements, withdrawal and views, and what follows the grant."""
        return self.rondom.indieningen

    @property
    def verleend(self) -> bool:
        """Was there ever a grant?"""
        return self.subsidie.verleend is not None

    @property
    def loopt(self) -> bool:
        """Does the grant run: can the recipient report, show and tell?"""
        return self.subsidie.state in uitvoering.RUNNING

    @cached_property
    def onderdelen(self) -> list[Rapportage | Betalingsstop | Vordering | Bezwaar | Toestemming]:
        """What has a life of its own within the case."""
        return queries.onder_de_zaak(g.db, self.subsidie.id)

    @property
    def bezwaren(self) -> list[Bezwaar]:
        """The objections, oldest first."""
        return [one for one in self.onderdelen if isinstance(one, Bezwaar)]

    @property
    def toestemmingen(self) -> list[Toestemming]:
        """The requests for consent, newest first."""
        return [one for one in reversed(self.onderdelen) if isinstance(one, Toestemming)]

    @property
    def rapportages(self) -> list[Rapportage]:
        """The short reports, in order."""
        return sorted((one for one in self.onderdelen if isinstance(one, Rapportage)), key=lambda one: one.volgnummer)

    @property
    def stop(self) -> tuple[Betalingsstop, Termijn | None] | None:
        """The stop of payments that runs now, with its last day."""
        found = next((one for one in self.onderdelen if isinstance(one, Betalingsstop) and one.state == StopState.LOOPT), None)
        return (found, self.lopend("betalingsopschorting", van=found.id)) if found else None

    @property
    def vorderingen(self) -> list[tuple[Vordering, Termijn | None]]:
        """What is claimed back, each with the day for payment that runs."""
        return [(one, self.lopend("betaling", "aanmaning", van=one.id)) for one in self.onderdelen
                if isinstance(one, Vordering)]

    @property
    def betalingen(self) -> list[Betaling]:
        """What was paid and what is planned, in order."""
        return self.rondom.betalingen if self.verleend else []

    @property
    def betaald(self) -> Decimal:
        """What was paid until now."""
        return sum((one.bedrag for one in self.betalingen if one.stand == Betaalstand.BETAALD), Decimal(0))

    @property
    def product(self) -> dict:
        """What is subsidised, as the scheme calls it and counts it."""
        code = self.subsidie.product
        return next((one for one in self.kop.publicatie.inhoud["inrichting"]["producten"] if one["code"] == code),
                    {"code": code, "naam": code, "eenheid": ""})

    def aantal(self, value: Decimal) -> str:
        """A number with its unit: 1.000 dagdelen."""
        whole = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        return f"{_number(whole, current_lang())} {self.product['eenheid']}".strip()

    def laatst(self, soort: Indiensoort, dossier_id: uuid.UUID | None = None, regel_id: uuid.UUID | None = None):
        """What was sent last of this kind: about the case, one of its reports, or one line."""
        return next((one for one in reversed(self.indieningen)
                     if one.soort == soort and one.dossier_id == (dossier_id or self.subsidie.id)
                     and (regel_id is None or one.inhoud.get("regel_id") == str(regel_id))), None)

    @cached_property
    def berichten(self) -> list[Bericht]:
        """The newest messages about this case."""
        return queries.berichten(g.db, self.subsidie.id, most=20)

    def lopend(self, *kinds: str, van: uuid.UUID | None = None) -> Termijn | None:
        """The term of one of these kinds that runs now; `van`: of this part of the case."""
        return next((t for t, _pauses in self.termijnen
                     if t.kind in kinds and t.met_on is None and van in (None, t.dossier_id)), None)

    def bezwaar(self, besluit: Besluit | None) -> Termijn | None:
        """Until when one can object to this decision."""
        if besluit is None:
            return None
        sent = clock.day_of(besluit.verzonden_at)
        return next((t for t, _pauses in self.termijnen if t.kind == "bezwaartermijn" and t.started_on == sent), None)

    @property
    def beslist(self) -> Termijn | None:
        """The term to decide that runs: that of a notice of delay, else the first one."""
        return self.lopend("nieuwe_beslistermijn") or self.lopend("beslistermijn")

    def opgeschort(self, termijn: Termijn | None) -> Opschorting | None:
        """Why this term stands still now; None when it runs."""
        return next((pause for t, pauses in self.termijnen if t is termijn for pause in pauses if pause.completed_on is None),
                    None)

    @property
    def gevraagd(self) -> tuple[Termijn, Indiening | None] | None:
        """The view that is asked, with the one that was sent since; None when none is asked."""
        termijn = self.lopend("zienswijze")
        if termijn is None or self.subsidie.state not in VRAAGT_ZIENSWIJZE:
            return None
        sent = [i for i in self.indieningen if i.soort == Indiensoort.ZIENSWIJZE
                and clock.day_of(i.ontvangen_at) >= termijn.started_on]
        return termijn, sent[-1] if sent else None


def eigen_zaak(subsidie_id: uuid.UUID) -> Zaak:
    """The own case; NotFound for anyone else's."""
    kop = queries.kop(g.db, subsidie_id)
    if kop.subsidie.aanvrager_id != g.actor.party_id:
        raise NotFound()
    return Zaak(kop)


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>", needs=LEZEN)
def subsidie(subsidie_id):
    """Where the case stands, who decides until when, what is asked now, and what was decided."""
    zaak = eigen_zaak(subsidie_id)
    response = _case_page(zaak)
    viewed(zaak.subsidie)
    return response


def _case_page(zaak: Zaak) -> Response:
    s, besluit, vaststelling = zaak.subsidie, zaak.besluit, zaak.vaststelling
    inhoud = besluit.inhoud if besluit else None
    possible, blocked, none_text = _to_do(zaak)
    beslist = zaak.beslist if s.state in OPEN else None
    return page_or_part(
        "aanvraag/subsidie.html", zaak=zaak, s=s, dossier=s, p=zaak.kop.publicatie, gemeente=zaak.gemeente, besluit=besluit,
        inhoud=inhoud, stand=state_badge("subsidie", s.state), phases=_phases(zaak), possible=possible, blocked=blocked,
        none_text=none_text, beslist=beslist, expected=zaak.lopend("besluit_verwacht"),
        staat_stil=s.state == State.WACHT_OP_AANVULLING, opgeschort=zaak.opgeschort(beslist), terms=_terms(zaak),
        brieven=[document_item(one) for one in queries.brieven(g.db, s.id)] if besluit else [],
        regels=_lines(zaak, inhoud) if inhoud else {}, words=words, geld=Decimal, dag=date.fromisoformat,
        verschil=differences(inhoud.get("verschil", ())) if inhoud else [],
        bezwaar=zaak.bezwaar(besluit), vaststelling=vaststelling, bezwaar_vaststelling=zaak.bezwaar(vaststelling),
        betalingen=_payments(zaak), rapportages=_reports(zaak), vorderingen=zaak.vorderingen,
        state_badge=state_badge, verstuurt=g.actor.may(VERSTUREN), meter=rechtsbescherming.case_meter(zaak),
        bestrijdbaar=[b.id for b, _last in rechtsbescherming.te_bestrijden(zaak)],
        sent=[_sending(zaak, one) for one in reversed(zaak.indieningen)],
        messages=_messages(zaak), timeline=[] if zaak.verleend else _timeline(zaak), may_write=g.actor.may(P.BERICHT_SCHRIJVEN))


# How far a case is among its phases: the one that runs now.
_NOW = {State.ONTVANGEN: 1, State.WACHT_OP_AANVULLING: 1, State.NIET_AANGEVULD: 1, State.IN_BEHANDELING: 2, State.BEOORDEELD: 3,
        State.GEWEIGERD: 4, State.BUITEN_BEHANDELING: 4, State.VERLEEND: 4, State.VERANTWOORDEN: 5, State.IN_VASTSTELLING: 6,
        State.VASTGESTELD: 7, State.VERLENING_INGETROKKEN: 4}


def _phases(zaak: Zaak) -> list[tuple[str, str, str]]:
    """The life of the case in words."""
    s = zaak.subsidie
    received = _("op %(dag)s", dag=day_narrow(s.ontvangen_on))
    if s.state == State.INGETROKKEN:
        return [("done", _("Aanvraag"), received), ("done", _("Ingetrokken"), _("door u"))]
    complete = _("compleet op %(dag)s", dag=day_narrow(s.compleet_on)) if s.compleet_on else ""
    if s.state == State.WACHT_OP_AANVULLING:
        complete = _("wacht op u")
    decided = _("op %(dag)s", dag=day_narrow(clock.day_of(zaak.besluit.verzonden_at))) if zaak.besluit else ""
    if not decided and zaak.beslist and s.state in OPEN and s.state != State.WACHT_OP_AANVULLING:
        decided = _("uiterlijk %(dag)s", dag=day_narrow(zaak.beslist.due_on))
    rows = [(_("Aanvraag"), received), (_("Controle"), complete), (_("Beoordeling"), ""), (_("Besluit"), decided)]
    if s.state not in (State.GEWEIGERD, State.BUITEN_BEHANDELING, State.VERLENING_INGETROKKEN):
        until = _("tot en met %(dag)s", dag=day_narrow(s.tot - DAY)) if s.verleend is not None else ""
        rows += [(_("Uitvoering"), until), (_("Verantwoording"), ""), (_("Vaststelling"), "")]
    elif s.state == State.VERLENING_INGETROKKEN:
        rows.append((_("Verlening ingetrokken"), ""))
    now = _NOW[s.state]
    return [("done" if at < now else "now" if at == now else "todo", name, note) for at, (name, note) in enumerate(rows)]


def _to_do(zaak: Zaak) -> tuple[list[dict], list[dict], str]:
    """What this person can do now, what not and why, and what to say when there is nothing."""
    s, lang, possible, blocked = zaak.subsidie, current_lang(), [], []

    def either(task: dict, needed: P, title: str) -> None:
        if g.actor.may(needed):
            possible.append(task)
        else:
            blocked.append({"title": title, "reasons": [_("Uw rol mag dit niet. Vraag een collega die mag versturen.")]})

    if s.state == State.WACHT_OP_AANVULLING:
        herstel = zaak.lopend("hersteltermijn")
        until = _("Dat kan tot en met %(dag)s.", dag=datum(herstel.due_on, lang)) if herstel else ""
        either({"title": _("Vul uw aanvraag aan"), "text": until, "icon": "pen", "button": _("Vul aan"),
                "url": _address("dossier", s.aanvraag_id)}, SCHRIJVEN, _("Vul uw aanvraag aan"))
    if asked := zaak.gevraagd:
        termijn, sent = asked
        text = (_("U stuurde op %(moment)s al een zienswijze. U kunt er nog een sturen tot en met %(dag)s.",
                  moment=datum_kort(sent.ontvangen_at, lang), dag=datum(termijn.due_on, lang)) if sent else
                _("Vertel wat de gemeente moet weten voordat zij besluit. Dat kan tot en met %(dag)s.",
                  dag=datum(termijn.due_on, lang)))
        either({"title": _("Geef uw zienswijze"), "text": text, "icon": "pen", "button": _("Geef uw zienswijze"),
                "url": url_for("aanvraag.zienswijze", subsidie_id=s.id)}, VERSTUREN, _("Geef uw zienswijze"))
    for vordering, termijn in zaak.vorderingen:
        if vordering.state in (VorderingState.OPEN, VorderingState.AANGEMAAND) and termijn:
            possible.append({
                "title": _("Betaal %(bedrag)s terug", bedrag=bedrag(vordering.nog_open, lang)),
                "text": _("Uiterlijk %(dag)s.", dag=datum(termijn.due_on, lang)), "icon": "alert",
                "button": _("Bekijk wat u moet betalen"),
                "url": url_for("ontvanger.vordering", vordering_id=vordering.id)})
    if any(one.stand == Betaalstand.MISLUKT for one in zaak.betalingen):
        title = _("Kijk uw rekeningnummer na")
        either({"title": title, "text": _("Een betaling is niet gelukt. Klopt het nummer niet? Geef dan een nieuw nummer."),
                "icon": "euro", "button": _("Naar uw rekeningnummer"),
                "url": url_for("ontvanger.rekening", subsidie_id=s.id)}, VERSTUREN, title)
    for task, title, reason in _after_the_grant(zaak) if zaak.loopt else ():
        if reason:
            blocked.append({"title": title, "reasons": [reason]})
        else:
            either(task, VERSTUREN, title)
    for task in [*rechtsbescherming.notice(zaak, s.id, zaak.termijnen), *rechtsbescherming.to_object(zaak)]:
        either(task, VERSTUREN, task["title"])
    if s.state in OPEN and s.aanvraag_id and g.actor.may(VERSTUREN) and not _withdrawn(zaak):
        possible.append({"title": _("Trek de aanvraag in"), "text": _("Dat kan tot de gemeente heeft besloten."),
                         "icon": "cross", "button": _("Trek in"), "kind": "secondary",
                         "url": _address("intrekken", s.aanvraag_id)})
    if s.state in OPEN and not possible:
        return possible, blocked, _("U hoeft nu niets te doen. De gemeente is aan zet.")
    return possible, blocked, _("Op dit moment hoeft u niets te doen.")


def _after_the_grant(zaak: Zaak) -> Iterable[tuple[dict, str, str]]:
    """What a recipient does while the grant runs: (task, title, why it cannot be done now, or nothing)."""
    s, lang, today = zaak.subsidie, current_lang(), clock.today()
    asked = next((one for one in zaak.rapportages if one.state == RapportageState.GEVRAAGD
                  and not zaak.laatst(Indiensoort.RAPPORTAGE, one.id)), None)
    if asked:
        title, from_ = _("Stuur voortgangsbericht %(n)s", n=asked.volgnummer), uitvoering.rapporteren_vanaf(asked)
        early = _("Dat kan vanaf %(dag)s.", dag=datum(from_, lang)) if today < from_ else ""
        yield {"title": title, "text": _("Een paar korte vragen. Uiterlijk %(dag)s.", dag=datum(asked.uiterlijk_on, lang)),
               "icon": "pen", "button": _("Vul het bericht in"),
               "url": url_for("ontvanger.rapportage", rapportage_id=asked.id)}, title, early
    if s.state != State.IN_VASTSTELLING and not zaak.laatst(Indiensoort.VASTSTELLING):
        title, term = _("Vraag de vaststelling aan"), zaak.lopend("vaststellingsaanvraag")
        early = (_("De periode loopt tot en met %(dag)s. U vraagt de vaststelling daarna aan.", dag=datum(s.tot - DAY, lang))
                 if today < s.tot else "")
        until = _("Uiterlijk %(dag)s.", dag=datum(term.due_on, lang)) if term else ""
        yield {"title": title, "text": " ".join(filter(None, [_("Vertel wat u heeft gedaan en wat het kostte."), until])),
               "icon": "pen", "button": title, "url": url_for("ontvanger.vaststelling", subsidie_id=s.id)}, title, early
    if toestemming.nodig(zaak.kop.publicatie, zaak.regels.values()):
        title = _("Vraag toestemming")
        yield {"title": title, "text": _("Voor bijvoorbeeld een lening of nieuwe statuten (Awb 4:71)."), "icon": "pen",
               "button": title, "kind": "secondary", "url": url_for("ontvanger.toestemmingen", subsidie_id=s.id)}, title, ""
    title = _("Meld een afwijking")
    yield {"title": title, "text": _("Loopt het anders dan afgesproken? Vertel het meteen."), "icon": "alert",
           "button": title, "kind": "secondary", "url": url_for("ontvanger.melding", subsidie_id=s.id)}, title, ""


def _withdrawn(zaak: Zaak) -> bool:
    return any(one.soort == Indiensoort.INTREKKING for one in zaak.indieningen)


def _terms(zaak: Zaak) -> list[dict]:
    """Every term of the case with its count: what runs first."""
    lang, today, items = current_lang(), clock.today(), []
    everything, lines = [one for one, _pauses in zaak.termijnen], list(zaak.regels.values())
    for termijn, pauses in sorted(zaak.termijnen, key=lambda row: (row[0].met_on is not None, row[0].due_on)):
        stands, other = still_until(termijn, pauses, everything), replaced(termijn, everything)
        over = not (termijn.met_on or stands) and termijn.due_on < today
        day = datum(termijn.due_on, lang)
        items.append({
            "title": _term_title(zaak, termijn), "lines": as_lines(count_with(termijn, pauses).count, termijn.due_at),
            "due": other[1] if other else stands if stands else _("liep tot en met %(dag)s", dag=day) if over
                   else _("uiterlijk %(dag)s", dag=day),
            "status": other[0] if other else ended(termijn, zaak.subsidie, lines, zaak.rapportages) if termijn.met_on
                      else ("info", _("Staat stil")) if stands else ("neutral", _("Voorbij")) if over else None,
            "wie": _("u") if termijn.party_id == g.actor.party_id else _("Gemeente %(naam)s", naam=zaak.gemeente.naam),
            "gevolg": "" if termijn.met_on or over or stands else termijn.gevolg})
    return items


def _term_title(zaak: Zaak, termijn: Termijn) -> str:
    """What a term is called; of a part of the case with what tells it from the others."""
    part = next((one for one in zaak.onderdelen if one.id == termijn.dossier_id), None)
    if isinstance(part, Rapportage):
        return _("Voortgangsbericht %(n)s sturen", n=part.volgnummer)
    if isinstance(part, Toestemming):
        return f"{_(termijn.label)} ({part.reference})"
    return _(termijn.label)


def _paid(betaling: Betaling, halted: bool) -> tuple[str, str]:
    """Where a payment stands for who gets it: what the gemeente does inside before it pays, is its own."""
    found = {Betaalstand.AANGEBODEN: ("info", _("Onderweg")), Betaalstand.BETAALD: ("ok", _("Betaald")),
             Betaalstand.MISLUKT: ("warn", _("Niet gelukt")), Betaalstand.VERVALLEN: ("neutral", _("Vervallen"))}
    return found.get(betaling.stand, ("warn", _("Staat stil")) if halted else ("neutral", _("Gepland")))


def _payments(zaak: Zaak) -> list[dict]:
    """What was paid and what is planned. Of a failed payment the reason stays with the gemeente: it may be about its own
    administration."""
    halted = zaak.stop is not None
    return [{"on": one.betaald_on or one.gepland_on, "bedrag": one.bedrag, "stand": _paid(one, halted),
             "soort": _("Voorschot") if one.soort == Betaalsoort.VOORSCHOT else _("Rest na de vaststelling"),
             "mislukt": one.stand == Betaalstand.MISLUKT} for one in zaak.betalingen]


def _reports(zaak: Zaak) -> list[dict]:
    """The short reports that are asked, each with where it stands."""
    lang, rows = current_lang(), []
    for one in zaak.rapportages:
        sent = zaak.laatst(Indiensoort.RAPPORTAGE, one.id)
        status = (("ok", _("Akkoord")) if one.state == RapportageState.AKKOORD else ("info", _("Verstuurd")) if sent
                  else ("neutral", _("Niet meer nodig")) if not_needed(zaak.subsidie)
                  else ("warn", _("Nog te sturen")) if clock.today() >= uitvoering.rapporteren_vanaf(one)
                  else ("neutral", _("Later")))
        meta = _("verstuurd op %(moment)s", moment=datum_kort(sent.ontvangen_at, lang)) if sent else _(
            "uiterlijk %(dag)s", dag=datum(one.uiterlijk_on, lang))
        rows.append({"title": _("Voortgangsbericht %(n)s", n=one.volgnummer), "status": status, "meta": meta,
                     "text": _("Over %(van)s tot en met %(tot)s", van=datum_kort(one.van, lang),
                               tot=datum_kort(one.tot - DAY, lang)),
                     "url": url_for("ontvanger.rapportage", rapportage_id=one.id)})
    return rows


def _lines(zaak: Zaak, inhoud: dict) -> dict[str, list[dict]]:
    """The typed lines of a grant per kind, each with its article and how it stands; one kind never stands among another."""
    grounds, lang = load_config("subsidies")["grondslag"], current_lang()
    found: dict[str, list[dict]] = {soort: [] for soort in Regelsoort}
    for row in inhoud.get("regels", ()):
        article = grounds[row["grondslag"]]["artikel"]
        if row["verordening_artikel"]:
            article = _("%(artikel)s, verordening artikel %(nummer)s", artikel=article, nummer=row["verordening_artikel"])
        meta = [_("Uiterlijk %(dag)s", dag=datum_kort(date.fromisoformat(row["uiterlijk_on"]), lang))] if row[
            "uiterlijk_on"] else []
        found[row["soort"]].append({"nummer": row["nummer"], "tekst": row["tekst"], "artikel": article,
                                    "meta": [*meta, _("Bewijs: %(bewijs)s", bewijs=row["bewijs"])]}
                                   | _line_state(zaak, zaak.regels.get(row["id"])))
    return {soort: rows for soort, rows in found.items() if rows}


def _line_state(zaak: Zaak, regel: Subsidieregel | None) -> dict:
    """How it is with one line of the grant, and where to show that it was done."""
    if regel is None or (regel.stand == Stand.OPEN and regel.soort == Regelsoort.RESULTAAT):
        return {}
    sent = zaak.laatst(Indiensoort.BEWIJS, regel_id=regel.eerste_id)
    stands = {Stand.OPEN: ("info", _("Bewijs verstuurd")) if sent else ("neutral", _("Nog open")),
              Stand.VOLDAAN: ("ok", _("Voldaan")), Stand.NIET_VOLDAAN: ("err", _("Niet voldaan")),
              Stand.VERVALLEN: ("neutral", _("Vervallen"))}
    asks = zaak.loopt and regel.soort != Regelsoort.RESULTAAT and regel.stand in (Stand.OPEN, Stand.NIET_VOLDAAN)
    return {"stand": stands[Stand(regel.stand)], "reden": regel.stand_reden,
            "vraagt": asks, "url": url_for("ontvanger.bewijs", regel_id=regel.id) if asks and g.actor.may(VERSTUREN) else None}


def _sending(zaak: Zaak, one: Indiening) -> dict:
    """One sending in a list, with the way to its receipt."""
    return {"title": in_taal(words.INDIENSOORT_WORDS[one.soort]),
            "meta": f"{one.ontvangst_nummer} · {op_seconde(one.ontvangen_at, current_lang())}",
            "url": receipt_url(zaak, one)}


def receipt_url(zaak: Zaak, one: Indiening) -> str | None:
    """Where the receipt of a sending stands; None of what came on paper."""
    s = zaak.subsidie
    if one.soort in TOT_HET_BESLUIT and s.aanvraag_id:
        return _address("ontvangst", s.aanvraag_id, indiening_id=one.id)
    if one.dossier_id == s.aanvraag_id or one.verzonden_by is None:
        return None
    page = "ontvanger.bezwaar_ontvangst" if one.soort in rechtsbescherming.SOORTEN else "ontvanger.ontvangst"
    return url_for(page, subsidie_id=s.id, indiening_id=one.id)


def _messages(zaak: Zaak) -> list[dict]:
    """The newest messages; what was not opened yet stays closed."""
    who = _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
    return [message_item(b, who) for b in (zaak.berichten[:5] if g.actor.may(P.BERICHT_LEZEN) else [])]


def _timeline(zaak: Zaak) -> list[dict]:
    """What happened, newest first. After the grant it has a page of its own: a subsidy goes on for years."""
    return [event_item(zaak, event.kind, event.facts, event.occurred_on, _("Gemeente %(naam)s", naam=zaak.gemeente.naam)
                       if event.party_id == zaak.gemeente.id else "")
            for event in queries.events(g.db, zaak.subsidie.id, most=50)]


def event_item(zaak: Zaak, kind: str, facts: dict, on: date, who: str) -> dict:
    """One event of the case, as an applicant reads it."""
    what = words.sentence(kind, feiten(facts, current_lang()), zaak.gemeente.naam, _)
    return {"when": day_narrow(on), "what": what, "who": who}


# The view -------------------------------------------------------------------------------------------------------------------

@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/zienswijze", needs=VERSTUREN)
def zienswijze(subsidie_id):
    """What the gemeente asks, and room for the arguments: one field each."""
    return _view_page(eigen_zaak(subsidie_id), {}, ARGUMENTEN)


@bp.route("/aanvragen/subsidie/<uuid:subsidie_id>/zienswijze", needs=VERSTUREN, methods=["POST"], idempotent=True)
def zienswijze_sturen(subsidie_id):
    """Send the arguments; every one gets an answer. `meer` only asks for more room."""
    form, zaak = Form(), eigen_zaak(subsidie_id)
    fields = [name for n in range(1, MEEST + 1) if (name := f"argument-{n}") in form.values]
    if form.raw("meer"):
        return _view_page(zaak, form.values, len(fields) + ARGUMENTEN)
    punten = [form.text(name, most=TEKST) for name in fields]
    if form.errors:
        return _view_page(zaak, form.values, len(fields), form.errors, 422)
    try:
        indiening = aanvragen.zienswijze(g.db, g.actor, subsidie_id, [punt for punt in punten if punt])
    except Refused as error:
        refused(error, "aanvraag:zienswijze", subsidie_id)
        key = "argument-1" if error.status == 422 else ""
        return _view_page(eigen_zaak(subsidie_id), form.values, len(fields), {key: " ".join(error.reasons)}, error.status)
    return go(receipt_url(zaak, indiening))


def _view_page(zaak: Zaak, values, fields: int, errors=None, status: int = 200) -> Response:
    received = [b for b in zaak.berichten if b.party_id == g.actor.party_id]
    bericht = next((b for b in received if b.onderwerp.startswith("Wij vragen uw zienswijze")), None)
    return page_or_part("aanvraag/zienswijze.html", status=status, zaak=zaak, s=zaak.subsidie, gevraagd=zaak.gevraagd,
                        bericht=bericht, values=values, fields=min(max(fields, ARGUMENTEN), MEEST), meest=MEEST,
                        errors=errors or {}, gemeente=zaak.gemeente)
