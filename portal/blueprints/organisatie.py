"""Mijn organisatie: facts, documents that are used again, inschrijvingen and contracts of a provider."""

import re
from datetime import timedelta

from flask import g, render_template, request, url_for
from sqlalchemy import select

from portal.blueprints.inschrijving.routes import outcomes_by_bid
from portal.blueprints.publiek import GROOTTE_WORDS, IDENTITEIT_WORDS
from portal.domains.inkoop import inschrijven, public, queries
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.documents import Document
from portal.kernel.errors import NotFound
from portal.kernel.filetypes import FileRefused
from portal.register import queries as register
from portal.tenants.model import Grootteklasse, Identiteit
from portal.web.blueprint import PortalBlueprint
from portal.web.forms import Form, Invalid, email_address
from portal.web.htmx import go, page_or_part
from portal.web.links import state_badge
from portal.web.security import csrf_token
from portal.web.stukken import max_mb, ontvang
from portal.web.taal import gettext as _

bp = PortalBlueprint("organisatie", __name__)

# Writers keep documents ready too; only the administrator changes who the organisation is.
BEWAREN = (P.ORGANISATIE_BEHEREN, P.INSCHRIJVING_SCHRIJVEN)
TITEL = 120
VELDEN = ("contactpersoon", "email", "telefoon", "postadres")


@bp.route("/organisatie", needs=P.ORGANISATIE_LEZEN)
def overzicht():
    """Everything of the own organisation on one page."""
    aanbieder, contact = inschrijven.profile(g.db, g.actor.party_id)
    contracten, _part = register.contracts(g.db, aanbieder_id=aanbieder.id, size=None)
    return render_template(
        "organisatie/overzicht.html", aanbieder=aanbieder, contact=contact, sizes=GROOTTE_WORDS,
        identities=IDENTITEIT_WORDS, documenten=_documents(),
        inschrijvingen=queries.inschrijvingen(g.db, aanbieder.id).rows, state_badge=state_badge, now=clock.now(),
        outcomes=outcomes_by_bid(contracten), kopers=public.kopers(g.db, [c.dossier_id for c in contracten]),
        contracten=contracten, day=timedelta(days=1), mag=g.actor.may, P=P, bewaart=_may_keep())


def _may_keep() -> bool:
    return any(g.actor.may(one) for one in BEWAREN)


def _documents() -> list[Document]:
    """The documents that count now, by title."""
    return [d for d in _every_version() if d.vervallen_at is None]


def _every_version() -> list[Document]:
    return list(g.db.scalars(
        select(Document).where(Document.party_id == g.actor.party_id, Document.soort == "organisatiestuk")
        .order_by(Document.titel, Document.versie.desc(), Document.id)))


# Facts -----------------------------------------------------------------------------------------------------------------------

@bp.route("/organisatie/wijzigen", needs=P.ORGANISATIE_BEHEREN)
def wijzigen():
    """The form with the facts."""
    aanbieder, contact = inschrijven.profile(g.db, g.actor.party_id)
    values = {"grootteklasse": aanbieder.grootteklasse, "omschrijving": aanbieder.omschrijving,
              "identiteit": aanbieder.identiteit}
    return _form(values | {name: getattr(contact, name, "") for name in VELDEN})


@bp.route("/organisatie/wijzigen", needs=P.ORGANISATIE_BEHEREN, methods=["POST"])
def bewaren():
    """Keep the facts; what is public and what is not stands in the form."""
    form = Form()
    facts = {
        "grootteklasse": form.choice("grootteklasse", Grootteklasse, _("Kies hoe groot uw organisatie is.")),
        "omschrijving": form.text("omschrijving", most=1000),
        "identiteit": form.choice("identiteit", Identiteit) if form.raw("identiteit") else None,
        "contactpersoon": form.text("contactpersoon", _("Vul in wie de gemeenten kunnen bellen."), most=200),
        "email": form.read("email", email_address, _("Vul een mailadres in.")),
        "telefoon": form.read("telefoon", phone_number, _("Vul een telefoonnummer in.")),
        "postadres": form.text("postadres", _("Vul het postadres in."), most=300),
    }
    if form.errors:
        return _form(form.values, form.errors, 422)
    inschrijven.organisatie_bewaren(g.db, g.actor, **facts)
    return go(url_for("organisatie.overzicht"))


def phone_number(text: str) -> str:
    """A number that can be called, as typed: 10 to 15 digits, with spaces, brackets, hyphens or a leading plus."""
    if not re.fullmatch(r"\+?[0-9 ()-]{10,25}", text) or not 10 <= sum(map(str.isdecimal, text)) <= 15:
        raise Invalid(_("Vul een telefoonnummer in van ten minste 10 cijfers, bijvoorbeeld 038 123 45 67."))
    return text


def _form(values, errors=None, status=200):
    return page_or_part("organisatie/wijzigen.html", status=status, values=values, errors=errors or {},
                        sizes=list(GROOTTE_WORDS.items()),
                        identities=[(str(value), _(words)) for value, words in IDENTITEIT_WORDS.items()])


# Documents that are used again -----------------------------------------------------------------------------------------------

def _title() -> str:
    return request.args.get("titel", "").strip()[:TITEL]


@bp.route("/organisatie/documenten/nieuw", needs=BEWAREN)
def document_nieuw():
    """First what it is, then the file: a file comes in on its own."""
    asked = "titel" in request.args
    errors = {"titel": _("Schrijf wat voor document het is.")} if asked and not _title() else {}
    return _new_page(errors, 422 if errors else 200)


@bp.route("/organisatie/documenten/nieuw", needs=BEWAREN, methods=["PUT"])
def document_ontvangen():
    """A new document as a stream; the answer is the list with its receipt."""
    return page_or_part("organisatie/document.html", "stukken", focus=True, **_one(_keep()))


@bp.route("/organisatie/documenten/nieuw", needs=BEWAREN, methods=["POST"])
def document_toevoegen():
    """The same from a form, without script."""
    try:
        document = _keep()
    except FileRefused as error:
        return _new_page({"bestand": error.sentence}, error.status)
    return go(url_for("organisatie.document", document_id=document.id))


def _keep(vervangt: Document | None = None) -> Document:
    """Take the file in under the title of the address, or as a new version of `vervangt`."""
    titel = vervangt.titel if vervangt else _title()
    if not titel:
        raise FileRefused(_("Schrijf eerst wat voor document het is."))
    vervangt_id = vervangt.id if vervangt else None
    # A large file takes minutes to come in: no transaction and no connection waits for it.
    g.db.rollback()
    document = inschrijven.organisatie_document(g.db, g.actor, ontvang(request), titel=titel, vervangt_id=vervangt_id)
    g.db.expire_all()
    return document


def _new_page(errors, status):
    titel = _title()
    here = url_for("organisatie.document_nieuw", titel=titel)
    return page_or_part("organisatie/nieuw.html", status=status, titel=titel, errors=errors, put_url=here,
                        post_url=f"{here}&csrf_token={csrf_token()}", max_mb=max_mb())


@bp.route("/organisatie/documenten/<uuid:document_id>", needs=P.ORGANISATIE_LEZEN)
def document(document_id):
    """One document with its receipt and its earlier versions."""
    return page_or_part("organisatie/document.html", "stukken", **_one(_own(document_id)))


@bp.route("/organisatie/documenten/<uuid:document_id>", needs=BEWAREN, methods=["PUT"])
def document_vervangen(document_id):
    """A new version as a stream."""
    new = _keep(_own(document_id))
    return page_or_part("organisatie/document.html", "stukken", focus=True, **_one(new))


@bp.route("/organisatie/documenten/<uuid:document_id>", needs=BEWAREN, methods=["POST"])
def document_vernieuwen(document_id):
    """A new version from a form, without script."""
    try:
        new = _keep(_own(document_id))
    except FileRefused as error:
        return page_or_part("organisatie/document.html", "stukken", error.status,
                            **_one(_own(document_id), {"bestand": error.sentence}))
    return go(url_for("organisatie.document", document_id=new.id))


def _own(document_id) -> Document:
    found = g.db.get(Document, document_id)
    if found is None or found.party_id != g.actor.party_id or found.soort != "organisatiestuk":
        raise NotFound(_("Dit document is er niet, of het hoort niet bij uw organisatie."))
    return found


def _one(shown: Document, errors=None) -> dict:
    """What the page of one document needs. Every version leads to the chain it belongs to; the newest can be replaced."""
    by_id = {d.id: d for d in _every_version()}
    after = {d.vervangt_id: d for d in by_id.values() if d.vervangt_id}
    newest = shown
    while newest.id in after:
        newest = after[newest.id]
    chain = [newest]
    while older := by_id.get(chain[-1].vervangt_id):
        chain.append(older)
    here = url_for("organisatie.document", document_id=newest.id)
    return {"document": newest, "versions": chain, "errors": errors or {}, "bewaart": _may_keep(), "put_url": here,
            "post_url": f"{here}?csrf_token={csrf_token()}", "max_mb": max_mb()}
