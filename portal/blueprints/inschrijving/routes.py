"""Bidding, for providers: begin, answer, add documents, check, send, withdraw. The buying side sees none of these pages."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask import Response, g, render_template, request, url_for
from sqlalchemy import func, select

from portal.adapters import inkoopbrieven, letters
from portal.domains.inkoop import afloop, inschrijven, queries
from portal.domains.inkoop.model import Inschrijving, InschrijvingState, Publicatie, Verzending, VerzendingSoort
from portal.identity.permissions import Permission as P
from portal.identity.permissions import Role
from portal.identity.queries import colleagues
from portal.kernel import clock
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.filetypes import FileRefused
from portal.kernel.outbox import send_message
from portal.tenants.model import Gemeente
from portal.web import uploads
from portal.web.blueprint import PortalBlueprint, refused, viewed
from portal.web.errors import reference
from portal.web.filters import grootte, local, op_seconde
from portal.web.forms import Form
from portal.web.htmx import go, page_or_part
from portal.web.links import around, outcome_badge, state_badge
from portal.web.security import csrf_token
from portal.web.stukken import max_mb, ontvang, scan_words
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("inschrijving", __name__)
bp.add_app_template_filter(scan_words)

SCHRIJVEN, VERSTUREN = P.INSCHRIJVING_SCHRIJVEN, P.INSCHRIJVING_VERSTUREN
TOELICHTING = 4000


@dataclass(frozen=True)
class Blad:
    """An inschrijving with everything its pages show."""

    inschrijving: Inschrijving
    publicatie: Publicatie
    rondom: queries.Rondom

    @property
    def concept(self) -> queries.Concept:
        """The draft as it stands."""
        return self.rondom.concept

    @property
    def verzendingen(self) -> dict[uuid.UUID, Verzending]:
        """The last act per perceel."""
        return self.rondom.verzendingen

    @property
    def open(self) -> bool:
        """Can anything still change?"""
        return self.rondom.open

    @cached_property
    def parts(self) -> list[queries.Part]:
        """What is needed and what is there."""
        return queries.parts_of(self.concept, self.publicatie)

    @cached_property
    def outcomes(self) -> list[afloop.Afloop]:
        """What was decided. While bids come in nothing can be."""
        return [] if self.open else afloop.van_aanbieder(g.db, g.actor.party_id, inschrijving_id=self.inschrijving.id)

    @property
    def gestopt(self) -> afloop.Afloop | None:
        """That the gemeenten stopped the whole procurement, if they did."""
        return next((one for one in self.outcomes if one.perceel_id is None), None)

    @property
    def afloop(self) -> dict[str, afloop.Afloop]:
        """What was decided, by the id of the perceel."""
        found = [one for one in self.outcomes if one.perceel_id is not None]
        return {str(one.perceel_id): one for one in sorted(found, key=lambda one: one.nummer)}

    @property
    def profiel(self):
        """The own organisation with its contact data."""
        return self.rondom.profiel

    @cached_property
    def percelen(self) -> list[dict]:
        """Every published perceel with how it stands: gekozen, missing parts, the act of sending that counts, and whether
        the draft differs from what was sent."""
        parts, found = self.parts, []
        for perceel in self.publicatie.inhoud["percelen"]:
            id_ = uuid.UUID(perceel["id"])
            gekozen, last = id_ in self.concept.gekozen, self.verzendingen.get(id_)
            sent = last if last is not None and last.soort == VerzendingSoort.VERZENDING else None
            missing = queries.missing_for(parts, perceel["id"]) if gekozen else []
            changed = sent is not None and gekozen and (
                bool(missing) or inschrijven.differs(sent, inschrijven.bid_content(self.concept, perceel, self.profiel)))
            nee = queries.refusals(perceel, self.concept.gekozen[id_].antwoorden) if gekozen else []
            found.append(perceel | {"gekozen": gekozen, "missing": missing, "sent": sent, "changed": changed, "nee": nee,
                                    "withdrawn": last if sent is None else None})
        return found

    @property
    def badge(self) -> tuple[str, str]:
        """How the whole stands; what is not sent yet asks for attention while it can be sent."""
        if outcome := outcome_badge(self.outcomes):
            return outcome
        kind, words = state_badge("inschrijving", self.inschrijving.state)
        unsent = [perceel for perceel in self.percelen if perceel["gekozen"] and not perceel["sent"]]
        if self.inschrijving.state == InschrijvingState.INGEDIEND and unsent:
            kind, words = "info", _("Deels verstuurd")
        return ("warn" if self.open and (unsent or self.inschrijving.state == InschrijvingState.BEGONNEN) else kind), words

    def url(self, endpoint: str, **more) -> str:
        """The address of a page of this inschrijving."""
        return _address(endpoint, self.inschrijving.id, **more)

    def documents(self, perceel: dict | None = None) -> list[tuple[dict, Document | None, str]]:
        """What is asked (for all percelen, or for one), what answers it, and the page where that is done."""
        perceel_id = uuid.UUID(perceel["id"]) if perceel else None
        return [(asked, self.concept.gegeven.get((perceel_id, asked["code"])),
                 self.url("document", code=asked["code"], perceel=perceel_id))
                for asked in _asked(self.publicatie, perceel)]

    def answers(self, perceel: dict) -> list[tuple[dict, dict | None]]:
        """Every requirement of a perceel with the answer that was kept."""
        given = self.concept.gekozen[uuid.UUID(perceel["id"])].antwoorden
        return [(eis, given.get(eis["id"])) for eis in perceel["eisen"]]

    def tasks(self, perceel: dict | None = None) -> list[dict]:
        """The task list for all percelen, or for one."""
        found = [_organisation_task(*self.profiel)] if perceel is None else [_requirements_task(self, perceel)]
        return found + [_document_task(*row) for row in self.documents(perceel)]

    @cached_property
    def progress(self) -> tuple[int, int]:
        """(complete, all) of the tasks that the page shows, without those that nobody has to do."""
        shown = [task for perceel in (None, *(p for p in self.percelen if p["gekozen"])) for task in self.tasks(perceel)]
        return sum(task["complete"] for task in shown), sum(not task.get("optioneel") or task["complete"] for task in shown)


def _asked(publicatie: Publicatie, perceel: dict | None) -> list[dict]:
    """The documents that go with a perceel, or with all; last the proof that its requirements name."""
    return [*perceel["gevraagd"], *queries.proofs(perceel)] if perceel else publicatie.inhoud["gevraagd"]


def _organisation_task(aanbieder, contact) -> dict:
    done = aanbieder.grootteklasse is not None and contact is not None
    return {"title": _("Gegevens van uw organisatie"), "url": url_for("organisatie.overzicht"), "done": done, "complete": done,
            "note": _("Overgenomen uit Mijn organisatie") if done else _("Vul aan bij Mijn organisatie"),
            "status": ("warn", _("Vul aan"))}


def _requirements_task(blad: Blad, perceel: dict) -> dict:
    answers = blad.answers(perceel)
    count = sum(answer is not None for _eis, answer in answers)
    is_complete = count == len(answers)
    task = {"title": _("Minimumeisen"), "url": blad.url("eisen", perceel_id=perceel["id"]), "complete": is_complete,
            "note": _("%(n)s van %(total)s vragen beantwoord", n=count, total=len(answers))}
    if perceel["nee"]:
        fault = _("Valt af door uw antwoord op %(eisen)s", eisen=", ".join(perceel["nee"]))
        return task | {"done": False, "status": ("err", fault)}
    return task | {"done": is_complete, "status": ("warn", _("Nog niet klaar"))}


def _document_task(asked: dict, document: Document | None, url: str) -> dict:
    if document is None:
        status = ("neutral", _("Mag ook in een ander document")) if asked.get("optioneel") else ("warn", _("Ontbreekt"))
        return {"title": asked["titel"], "url": url, "note": asked["toelichting"], "status": status, "complete": False,
                "optioneel": asked.get("optioneel")}
    lang = current_lang()
    note = f"{document.naam} · {grootte(document.grootte, lang)} · {op_seconde(document.ontvangen_at, lang)}"
    bad = document.scan == Scan.BESMET or document.vervallen_at is not None
    return {"title": asked["titel"], "url": url, "note": note, "done": not bad, "complete": not bad,
            "status": ("err", _("Niet aangenomen"))}


def _blad(inschrijving_id: uuid.UUID) -> Blad:
    """The own inschrijving; NotFound for anyone else's, also after the opening: buyers have pages of their own."""
    inschrijving = _own(inschrijving_id)
    publicatie = inschrijven.published(g.db, inschrijving.inkoop_id)
    return Blad(inschrijving, publicatie, queries.rondom(g.db, inschrijving, publicatie))


def _own(inschrijving_id: uuid.UUID) -> Inschrijving:
    inschrijving = load(g.db, Inschrijving, inschrijving_id)
    if inschrijving.eigenaar_id != g.actor.party_id:
        raise NotFound()
    return inschrijving


def _address(endpoint: str, inschrijving_id: uuid.UUID, **more) -> str:
    return url_for(f"inschrijving.{endpoint}", inschrijving_id=inschrijving_id, **more)


# The list, and the beginning -----------------------------------------------------------------------------------------------

@bp.route("/inschrijving", needs=P.INSCHRIJVING_LEZEN)
def lijst():
    """The own inschrijvingen, and the procurements that one can join."""
    part = queries.inschrijvingen(g.db, g.actor.party_id, after=request.args.get("na"), before=request.args.get("voor"))
    return render_template("inschrijving/lijst.html", rows=part.rows, paging=around(part), now=clock.now(),
                           outcomes=outcomes_by_bid(),
                           open_inkopen=queries.joinable(g.db, g.actor.party_id), state_badge=state_badge,
                           mag_schrijven=g.actor.may(SCHRIJVEN))


def outcomes_by_bid(contracts=None) -> dict[uuid.UUID, tuple[str, str]]:
    """The badge of every own inschrijving about which something was decided. `contracts`: the own ones, if already read."""
    found: dict[uuid.UUID, list[afloop.Afloop]] = {}
    for one in afloop.van_aanbieder(g.db, g.actor.party_id, contracts=contracts):
        found.setdefault(one.inschrijving_id, []).append(one)
    return {id_: outcome_badge(outcomes) for id_, outcomes in found.items()}


@bp.route("/inschrijving/begin/<uuid:inkoop_id>", needs=SCHRIJVEN, methods=["POST"], idempotent=True)
def begin(inkoop_id):
    """Start, or go on with what is there."""
    try:
        inschrijving = inschrijven.begin(g.db, g.actor, inkoop_id)
    except Refused as error:
        refused(error, "inschrijving:begin", inkoop_id)
        raise
    return go(_address("dossier", inschrijving.id))


@bp.route("/inschrijving/<uuid:inschrijving_id>", needs=P.INSCHRIJVING_LEZEN)
def dossier(inschrijving_id):
    """What lacks, when it closes, who does what, what was received and what was sent."""
    blad = _blad(inschrijving_id)
    response = _dossier_page(blad)
    viewed(blad.inschrijving)
    return response


def _dossier_page(blad: Blad, status: int = 200, errors: Iterable[str] = ()) -> Response:
    team = colleagues(g.db, g.actor.party_id)
    names = {row.id: row.naam for row in team}
    return page_or_part(
        "inschrijving/dossier.html", status=status, blad=blad, dossier=blad.inschrijving, p=blad.publicatie,
        percelen=blad.percelen, missing=_missing(blad), names=names, alleen=len(team) < 2,
        verzenders=[row.naam for row in team if Role.VERZENDER in row.rollen],
        meelezers=[row.naam for row in team if Role.MEELEZER in row.rollen],
        documenten=_received(blad), open=blad.open, errors=[("", text) for text in errors],
        numbers={perceel["id"]: perceel["nummer"] for perceel in blad.percelen},
        mag=g.actor.may, P=P)


def _missing(blad: Blad) -> list[queries.Part]:
    """What lacks, by name: also the data of the organisation, that hold no sending back."""
    organisation = _organisation_task(*blad.profiel)
    own = [] if organisation["done"] else [queries.Part(None, "organisatie", "", organisation["title"], False, "")]
    return own + [part for part in blad.parts if not part.done]


def _received(blad: Blad) -> list[tuple[Document, str | None, str]]:
    """Every document of the draft with its perceel (None: all) and the address of its page, newest first."""
    rows = [(document, str(perceel_id) if perceel_id else None, blad.url("document", code=code, perceel=perceel_id))
            for (perceel_id, code), document in blad.concept.gegeven.items()]
    return sorted(rows, key=lambda row: row[0].ontvangen_at, reverse=True)


# Percelen and requirements -------------------------------------------------------------------------------------------------

@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/kiezen", needs=SCHRIJVEN, methods=["POST"])
def perceel_kiezen(inschrijving_id, perceel_id):
    """Bid on this perceel too."""
    return _change(inschrijving_id, lambda: inschrijven.perceel_kiezen(g.db, g.actor, inschrijving_id, perceel_id))


@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/laten", needs=SCHRIJVEN, methods=["POST"])
def perceel_laten(inschrijving_id, perceel_id):
    """Do not bid on this perceel after all."""
    return _change(inschrijving_id, lambda: inschrijven.perceel_laten(g.db, g.actor, inschrijving_id, perceel_id))


def _change(inschrijving_id, act, back: str | None = None) -> Response:
    """Change the draft and go back to it; a refusal is shown there, in its own words."""
    try:
        act()
    except Refused as error:
        return _not_done(error, inschrijving_id)
    return go(back or _address("dossier", inschrijving_id))


def _not_done(error: Refused, inschrijving_id, action: str = "inschrijving:wijzigen") -> Response:
    if error.status == 410:
        return _closed(error, inschrijving_id, action)
    refused(error, action, inschrijving_id)
    return _dossier_page(_blad(inschrijving_id), error.status, error.reasons)


@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/eisen", needs=P.INSCHRIJVING_LEZEN)
def eisen(inschrijving_id, perceel_id):
    """The minimum requirements of one perceel."""
    blad = _blad(inschrijving_id)
    given = _chosen(blad, perceel_id).antwoorden
    values = {f"eis-{eis}": "ja" if a["voldoet"] else "nee" for eis, a in given.items()}
    values |= {f"toelichting-{eis}": a["toelichting"] for eis, a in given.items()}
    return _eisen_page(blad, perceel_id, values)


@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/eisen", needs=SCHRIJVEN, methods=["POST"])
def eisen_bewaren(inschrijving_id, perceel_id):
    """Keep the answers; some of them is fine, the rest comes later."""
    form, answers = Form(), {}
    perceel = inschrijven.published_perceel(inschrijven.published(g.db, _own(inschrijving_id).inkoop_id), perceel_id)
    for eis in perceel["eisen"]:
        met = form.choice(f"eis-{eis['id']}", ("ja", "nee"))
        why = form.text(f"toelichting-{eis['id']}", most=TOELICHTING)
        if met:
            answers[eis["id"]] = {"voldoet": met == "ja", "toelichting": why or ""}
        elif why:
            form.errors[f"eis-{eis['id']}"] = _("Kies ja of nee bij eis %(code)s. U schreef al een toelichting.",
                                                code=eis["code"])
    if form.errors:
        return _eisen_page(_blad(inschrijving_id), perceel_id, form.values, form.errors, 422)
    try:
        inschrijven.antwoorden_bewaren(g.db, g.actor, inschrijving_id, perceel_id, answers)
    except Refused as error:
        refused(error, "inschrijving:eisen", inschrijving_id)
        return _eisen_page(_blad(inschrijving_id), perceel_id, form.values, {"": " ".join(error.reasons)}, error.status)
    if any(not answer["voldoet"] for answer in answers.values()):
        return go(_address("eisen", inschrijving_id, perceel_id=perceel_id, bewaard="ja"))
    return go(_address("dossier", inschrijving_id))


def _eisen_page(blad, perceel_id, values, errors=None, status=200) -> Response:
    given = _chosen(blad, perceel_id).antwoorden
    perceel = inschrijven.published_perceel(blad.publicatie, perceel_id)
    return page_or_part("inschrijving/eisen.html", status=status, dossier=blad.inschrijving, p=blad.publicatie,
                        perceel=perceel, values=values, errors=errors or {}, nee=queries.refusals(perceel, given),
                        proofs={asked["titel"]: (document, url) for asked, document, url in blad.documents(perceel)
                                if asked.get("optioneel")},
                        # What was typed is shown again, also when the moment has passed.
                        schrijft=g.actor.may(SCHRIJVEN) and (blad.open or bool(errors)), open=blad.open)


def _chosen(blad: Blad, perceel_id):
    if perceel_id not in blad.concept.gekozen:
        raise NotFound(_("U schrijft niet in op dit perceel."))
    return blad.concept.gekozen[perceel_id]


# Documents -----------------------------------------------------------------------------------------------------------------

def _for_perceel() -> uuid.UUID | None:
    """For which perceel, from the address; None: for all."""
    try:
        return uuid.UUID(request.args["perceel"]) if "perceel" in request.args else None
    except ValueError as error:
        raise NotFound() from error


@bp.route("/inschrijving/<uuid:inschrijving_id>/document/<code>", needs=P.INSCHRIJVING_LEZEN)
def document(inschrijving_id, code):
    """One asked document: what is asked, what we received of you, and room to add or replace it."""
    return _document_page(_blad(inschrijving_id), code)


@bp.route("/inschrijving/<uuid:inschrijving_id>/document/<code>", needs=SCHRIJVEN, methods=["PUT"])
def document_ontvangen(inschrijving_id, code):
    """The file as a stream, with progress in the browser; the answer is its receipt."""
    try:
        _take_in(inschrijving_id, code)
    except FileRefused:
        raise
    except Refused as error:
        refused(error, "inschrijving:document", inschrijving_id)
        raise
    return _document_page(_blad(inschrijving_id), code, focus=True)


@bp.route("/inschrijving/<uuid:inschrijving_id>/document/<code>", needs=SCHRIJVEN, methods=["POST"])
def document_toevoegen(inschrijving_id, code):
    """The same file from a form, without script."""
    try:
        _take_in(inschrijving_id, code)
    except FileRefused as error:
        return _document_page(_blad(inschrijving_id), code, error.status, {"bestand": error.sentence})
    except Refused as error:
        return _not_done(error, inschrijving_id, "inschrijving:document")
    return go(_address("document", inschrijving_id, code=code, perceel=_for_perceel()))


def _take_in(inschrijving_id, code) -> None:
    perceel_id = _for_perceel()
    _own(inschrijving_id)
    inschrijven.document_toevoegen(g.db, g.actor, inschrijving_id, ontvang(request), perceel_id=perceel_id, code=code)
    # The receipt tells the moment that the database gave.
    g.db.expire_all()


@bp.route("/inschrijving/<uuid:inschrijving_id>/document/<code>/hergebruiken", needs=SCHRIJVEN, methods=["POST"])
def document_hergebruiken(inschrijving_id, code):
    """Answer with a document of Mijn organisatie."""
    perceel_id, form = _for_perceel(), Form()
    try:
        chosen = uuid.UUID(form.raw("document"))
    except ValueError:
        return _document_page(_blad(inschrijving_id), code, 422, {"document": _("Kies een document uit de lijst.")})
    return _change(inschrijving_id, lambda: inschrijven.document_hergebruiken(
        g.db, g.actor, inschrijving_id, chosen, perceel_id=perceel_id, code=code),
        back=_address("document", inschrijving_id, code=code, perceel=perceel_id))


@bp.route("/inschrijving/<uuid:inschrijving_id>/document/<code>/weghalen", needs=SCHRIJVEN, methods=["POST"])
def document_weghalen(inschrijving_id, code):
    """Take a document out of the draft. What was sent keeps it."""
    perceel_id = _for_perceel()
    return _change(inschrijving_id, lambda: inschrijven.document_weghalen(
        g.db, g.actor, inschrijving_id, perceel_id=perceel_id, code=code),
        back=_address("document", inschrijving_id, code=code, perceel=perceel_id))


def _document_page(blad: Blad, code: str, status: int = 200, errors: dict | None = None, focus: bool = False) -> Response:
    perceel_id = _for_perceel()
    perceel = inschrijven.published_perceel(blad.publicatie, perceel_id) if perceel_id else None
    if perceel is not None:
        _chosen(blad, perceel_id)
    asked = next((a for a in _asked(blad.publicatie, perceel) if a["code"] == code), None)
    if asked is None:
        raise NotFound()
    here = blad.url("document", code=code, perceel=perceel_id)
    own = g.db.scalars(
        select(Document).where(Document.party_id == g.actor.party_id, Document.soort == "organisatiestuk",
                               Document.vervallen_at.is_(None)).order_by(Document.titel, Document.id).limit(50)
    ).all() if asked["herbruikbaar"] else []
    return page_or_part(
        "inschrijving/document.html", "stukken", status=status, dossier=blad.inschrijving, p=blad.publicatie, perceel=perceel,
        asked=asked, current=blad.concept.gegeven.get((perceel_id, code)), reusable=own, here=here, open=blad.open,
        put_url=here, post_url=f"{here}{'&' if '?' in here else '?'}csrf_token={csrf_token()}",
        reuse_url=blad.url("document_hergebruiken", code=code, perceel=perceel_id),
        remove_url=blad.url("document_weghalen", code=code, perceel=perceel_id),
        schrijft=blad.open and g.actor.may(SCHRIJVEN), errors=errors or {}, max_mb=max_mb(), focus=focus)


# Reading along -------------------------------------------------------------------------------------------------------------

@bp.route("/inschrijving/<uuid:inschrijving_id>/meelezen", needs=P.INSCHRIJVING_MEELEZEN, methods=["POST"])
def meelezen(inschrijving_id):
    """A colleague has read the draft as it stands."""
    return _change(inschrijving_id, lambda: inschrijven.meelezen(g.db, g.actor, inschrijving_id))


@bp.route("/inschrijving/<uuid:inschrijving_id>/meelezen-vragen", needs=SCHRIJVEN, methods=["POST"], idempotent=True)
def meelezen_vragen(inschrijving_id):
    """Ask colleagues to read: a message within the own organisation, with the mail that says it waits."""
    inschrijving = _own(inschrijving_id)
    if len(colleagues(g.db, g.actor.party_id)) < 2:
        return _not_done(Refused(_("U bent de enige van uw organisatie in dit portaal. Nodig eerst een collega uit."),
                                 status=409), inschrijving_id, "inschrijving:meelezen-vragen")
    send_message(g.db, g.actor, to=g.actor.party_id, dossier_id=inschrijving.id,
                 onderwerp=_("Wilt u meelezen met %(titel)s?", titel=inschrijving.titel),
                 tekst=_("%(naam)s vraagt een collega om deze inschrijving na te lezen. In het dossier staat wat klaar is en "
                         "wanneer de inschrijving sluit.", naam=g.actor.naam))
    return go(_address("dossier", inschrijving_id, gevraagd="ja"))


@bp.route("/inschrijving/<uuid:inschrijving_id>/klaar-melden", needs=SCHRIJVEN, methods=["POST"], idempotent=True)
def klaar_melden(inschrijving_id):
    """Tell who may send that the inschrijving waits: a message within the own organisation, with the mail that says so."""
    inschrijving = _own(inschrijving_id)
    senders = [row.naam for row in colleagues(g.db, g.actor.party_id) if Role.VERZENDER in row.rollen]
    if not senders:
        why = _("Niemand van uw organisatie mag versturen. Vraag de beheerder om een gemachtigde verzender.")
        return _not_done(Refused(why, status=409), inschrijving_id, "inschrijving:klaar-melden")
    send_message(g.db, g.actor, to=g.actor.party_id, dossier_id=inschrijving.id,
                 onderwerp=_("Klaar om te versturen: %(titel)s", titel=inschrijving.titel),
                 tekst=_("%(naam)s vraagt %(wie)s om deze inschrijving te controleren en te versturen.", naam=g.actor.naam,
                         wie=", ".join(senders)))
    return go(_address("controle", inschrijving_id, gemeld="ja"))


# Check, send, withdraw -----------------------------------------------------------------------------------------------------

@bp.route("/inschrijving/<uuid:inschrijving_id>/controle", needs=P.INSCHRIJVING_LEZEN)
def controle(inschrijving_id):
    """Everything that would be sent, per perceel, and what lacks."""
    blad = _blad(inschrijving_id)
    return _check_page(blad, [p["id"] for p in blad.percelen if _can_go(p)])


def _can_go(perceel: dict) -> bool:
    return perceel["gekozen"] and not perceel["missing"] and (perceel["sent"] is None or perceel["changed"])


def _check_page(blad: Blad, chosen: list[str], errors: dict | None = None, status: int = 200) -> Response:
    aanbieder, contact = blad.profiel
    team = colleagues(g.db, g.actor.party_id)
    return page_or_part(
        "inschrijving/controle.html", status=status, blad=blad, dossier=blad.inschrijving, p=blad.publicatie,
        percelen=[p for p in blad.percelen if p["gekozen"]], aanbieder=aanbieder, contact=contact,
        names={row.id: row.naam for row in team}, chosen=chosen, errors=errors or {},
        verzenders=[row.naam for row in team if Role.VERZENDER in row.rollen], open=blad.open,
        verstuurt=g.actor.may(VERSTUREN), schrijft=g.actor.may(SCHRIJVEN), toch=Form().many("toch"), can_go=_can_go)


@bp.route("/inschrijving/<uuid:inschrijving_id>/verzenden", needs=VERSTUREN, methods=["POST"], idempotent=True)
def verzenden(inschrijving_id):
    """Send the chosen percelen, each on its own; the page after it names what was sent and what was not."""
    form = Form()
    chosen = form.many("perceel")
    try:
        outcomes = inschrijven.verzenden(g.db, g.actor, inschrijving_id, _perceel_ids(chosen),
                                         toch=_perceel_ids(form.many("toch")))
    except Refused as error:
        return _not_sent(error, inschrijving_id, "inschrijving:verzenden", chosen)
    sent = [o.verzending for o in outcomes if o.verzending is not None]
    return go(_address("ontvangst", inschrijving_id, verzending_id=sent[0].id, ook=[v.id for v in sent[1:]],
                       niet=[o.perceel_id for o in outcomes if o.verzending is None]))


def _perceel_ids(values: Iterable[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError as error:
        raise NotFound() from error


def _not_sent(error: Refused, inschrijving_id, action: str, chosen: list[str]) -> Response:
    if error.status == 410:
        return _closed(error, inschrijving_id, action)
    refused(error, action, inschrijving_id)
    return _check_page(_blad(inschrijving_id), chosen, dict.fromkeys(["perceel"], " ".join(error.reasons)), error.status)


@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/intrekken", needs=VERSTUREN)
def intrekken(inschrijving_id, perceel_id):
    """What withdrawing means, before it happens."""
    blad = _blad(inschrijving_id)
    perceel = next((p for p in blad.percelen if p["id"] == str(perceel_id) and p["sent"]), None)
    if perceel is None:
        raise NotFound(_("Dit perceel is niet verstuurd. Er valt niets in te trekken."))
    return render_template("inschrijving/intrekken.html", dossier=blad.inschrijving, p=blad.publicatie, perceel=perceel,
                           open=blad.open)


@bp.route("/inschrijving/<uuid:inschrijving_id>/perceel/<uuid:perceel_id>/intrekken", needs=VERSTUREN, methods=["POST"],
          idempotent=True)
def intrekken_bevestigen(inschrijving_id, perceel_id):
    """Take one perceel back."""
    try:
        act = inschrijven.intrekken(g.db, g.actor, inschrijving_id, perceel_id)
    except Refused as error:
        return _not_sent(error, inschrijving_id, "inschrijving:intrekken", [])
    return go(_address("ontvangst", inschrijving_id, verzending_id=act.id))


@bp.route("/inschrijving/<uuid:inschrijving_id>/ontvangst/<uuid:verzending_id>", needs=P.INSCHRIJVING_LEZEN)
def ontvangst(inschrijving_id, verzending_id):
    """The confirmation: number, fingerprint, time to the second, files. `ook`: sent in the same press; `niet`: refused."""
    blad = _blad(inschrijving_id)
    laatste, niet = blad.verzendingen, request.args.getlist("niet")
    acts = [_act(blad, id_) for id_ in (verzending_id, *_perceel_ids(request.args.getlist("ook")))]
    return render_template(
        "inschrijving/ontvangst.html", dossier=blad.inschrijving, p=blad.publicatie, acts=acts, laatste=laatste,
        percelen={p["id"]: p for p in blad.publicatie.inhoud["percelen"]}, open=blad.open,
        # Why a perceel was not sent is worked out only for who asks it: it takes the whole draft.
        niet=[p for p in blad.percelen if p["id"] in niet] if niet else [],
        names={row.id: row.naam for row in colleagues(g.db, g.actor.party_id)}, verstuurt=g.actor.may(VERSTUREN))


@bp.route("/inschrijving/<uuid:inschrijving_id>/ontvangst/<uuid:verzending_id>/bewijs.pdf", needs=P.INSCHRIJVING_LEZEN)
def bewijs(inschrijving_id, verzending_id):
    """The receipt as a letter; made on the spot from what was frozen at sending, the same every time."""
    blad = _blad(inschrijving_id)
    act = _act(blad, verzending_id)
    if act.soort != VerzendingSoort.VERZENDING:
        raise NotFound(_("Van een intrekking is er geen brief. Het bewijs staat op de pagina."))
    sent = [uuid.UUID(d["id"]) for d in act.inhoud["documenten"]]
    pdf = letters.render("ontvangstbevestiging", inkoopbrieven.ontvangst(
        gemeente=load(g.db, Gemeente, blad.publicatie.eigenaar_id), publicatie=blad.publicatie,
        inschrijving=blad.inschrijving, verzending=act, on=clock.day_of(act.verzonden_at),
        documenten=g.db.scalars(select(Document).where(Document.id.in_(sent))).all()))
    return uploads.send(f"Ontvangstbewijs-{act.ontvangst_nummer}.pdf", "application/pdf", len(pdf), [pdf])


def _act(blad: Blad, verzending_id) -> Verzending:
    act = load(g.db, Verzending, verzending_id)
    if act.dossier_id != blad.inschrijving.id:
        raise NotFound()
    return act


def _closed(error: Refused, inschrijving_id, action: str) -> Response:
    """Too late: when it closed, when this came in by the clock that decides, and that nothing is lost."""
    g.db.rollback()
    at = g.db.scalar(select(func.portal.clock_now()))
    blad = _blad(inschrijving_id)
    refused(error, action, inschrijving_id)
    g.error_reference = reference()
    verb = {"inschrijving:verzenden": _("Versturen is niet gelukt."), "inschrijving:intrekken": _("Intrekken is niet gelukt.")}
    return page_or_part(
        "inschrijving/gesloten.html", status=410, dossier=blad.inschrijving, p=blad.publicatie, action=action,
        what=verb.get(action, _("Aanpassen is niet gelukt.")), count=len(blad.concept.gegeven), reference=g.error_reference,
        closed_at=to_the_second(blad.publicatie.sluit_at), came_at=to_the_second(at, blad.publicatie.sluit_at))


def to_the_second(at: datetime, beside: datetime | None = None) -> str:
    """`12.00.03`; with the fraction (`12.00.00,000001`) when it falls in the same second as `beside`."""
    moment = local(at)
    text = f"{moment:%H.%M.%S}"
    same = beside is not None and local(beside).replace(microsecond=0) == moment.replace(microsecond=0)
    return f"{text},{moment.microsecond:06d}" if same else text
