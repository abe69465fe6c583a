"""Berichten: letters and messages between parties. Mail only says that one waits here."""

import uuid

from flask import current_app, g, render_template, request, url_for

from portal.domains.inkoop import berichten as inkoop
from portal.domains.subsidies import berichten as subsidies
from portal.identity.permissions import Permission as P
from portal.kernel import outbox, queries
from portal.kernel.dossier import Dossier, load
from portal.kernel.errors import NotFound, Refused
from portal.kernel.lezers import ziet
from portal.kernel.outbox import Bericht
from portal.web import uploads
from portal.web.blueprint import PortalBlueprint, refused
from portal.web.filters import datum_kort
from portal.web.forms import Form
from portal.web.htmx import go
from portal.web.links import around, dossier_url
from portal.web.taal import current_lang
from portal.web.taal import gettext as _

bp = PortalBlueprint("berichten", __name__)


def message_item(one: Bericht, who: str) -> dict:
    """A message as ui.messages shows it in a dossier: from this other party, to it, or to the own organisation, as when the
    portal warns of a term. What was not opened yet stays closed."""
    is_mine = one.afzender_id == g.actor.party_id
    is_own = is_mine and one.party_id == g.actor.party_id
    return {"sender": _("Van uw eigen organisatie") if is_own else _("Aan %(naam)s", naam=who) if is_mine else who,
            "text": one.onderwerp, "when": datum_kort(one.verzonden_at, current_lang()),
            "new": not is_mine and one.geopend_at is None, "url": url_for("berichten.bericht", bericht_id=one.id)}


@bp.route("/berichten", needs=P.BERICHT_LEZEN)
def lijst():
    """Messages to this party, or with `?soort=verzonden` those it sent."""
    sent = request.args.get("soort") == "verzonden"
    part = queries.messages(g.db, g.actor, sent=sent, reads=_reads(), after=request.args.get("na"),
                            before=request.args.get("voor"))
    return render_template("berichten/lijst.html", rows=part.rows, paging=around(part), sent=sent)


@bp.route("/berichten/<uuid:bericht_id>", needs=P.BERICHT_LEZEN)
def bericht(bericht_id):
    """One message. What the addressee did not take in yet stays closed until the button is pressed."""
    return _bericht(bericht_id)


def _bericht(bericht_id, status=200):
    found = _found(bericht_id)
    is_sender = found.Bericht.afzender_id == g.actor.party_id
    is_new = found.Bericht.geopend_at is None and found.Bericht.party_id == g.actor.party_id
    dossier = found.Dossier
    return render_template(
        "berichten/bericht.html", b=found.Bericht, afzender=found.afzender, ontvanger=found.ontvanger, opener=found.opener,
        dossier=dossier, dossier_url=_page_of(dossier) if dossier else None, is_new=is_new,
        # What an organisation tells itself proves nothing to anybody: it is never closed.
        is_closed=is_new and not is_sender, is_sender=is_sender, may_write=g.actor.may(P.BERICHT_SCHRIJVEN),
        may_answer=not is_sender and dossier is not None and g.actor.may(P.BERICHT_SCHRIJVEN)
        and _may_answer(dossier, found.Bericht.afzender_id)), status


def _reads():
    """Which letters that the own party sent this person reads: what each domain says of its own."""
    return inkoop.reads(g.actor) | subsidies.reads(g.actor)


def _obstacles(dossier: Dossier, parties) -> dict:
    """To which of these parties this person may not write about this dossier, and why."""
    return (inkoop.obstacles(g.db, g.actor, dossier, parties) | subsidies.obstacles(g.db, g.actor, dossier, parties))


def _may_answer(dossier: Dossier, to: uuid.UUID) -> bool:
    """Does the sender still share the dossier, and is nothing against writing back?"""
    is_known = any(id_ == to for id_, _naam in queries.parties_of(g.db, dossier, but=g.actor.party_id))
    return is_known and not _obstacles(dossier, [to])


def _page_of(dossier: Dossier) -> str | None:
    """The page of the dossier that this reader has."""
    return dossier_url(dossier.soort, dossier.id)


@bp.route("/berichten/<uuid:bericht_id>/openen", needs=P.BERICHT_OPENEN, methods=["POST"])
def openen(bericht_id):
    """The addressee takes the message in; from now on the sender sees when (Awb 2:19b). Pressing twice changes nothing."""
    _found(bericht_id)
    queries.open_message(g.db, g.actor, bericht_id)
    return go(url_for("berichten.bericht", bericht_id=bericht_id))


@bp.route("/berichten/<uuid:bericht_id>/brief.pdf", needs=P.BERICHT_LEZEN)
def brief(bericht_id):
    """The letter as it was sent, for sender and addressee; the addressee opens the message first."""
    b = _found(bericht_id).Bericht
    if b.brief_key is None:
        raise NotFound(_("Bij dit bericht hoort geen brief."))
    if b.geopend_at is None and b.afzender_id != g.actor.party_id:
        raise Refused(_("Open eerst het bericht. Daarna kunt u de brief bekijken."), status=409)
    try:
        chunks = current_app.files.open(b.brief_key)
    except OSError as error:
        raise Refused(_("Deze brief is nu niet te openen. Probeer het over een minuut opnieuw."), status=503) from error
    return uploads.send(f"{b.onderwerp}.pdf", "application/pdf", b.brief_grootte, chunks)


def _found(bericht_id):
    found = queries.message(g.db, bericht_id, g.actor, _reads())
    if found is None:
        raise NotFound(_("Dit bericht is er niet, of het is niet aan uw organisatie gericht."))
    return found


@bp.route("/berichten/nieuw/<uuid:dossier_id>", needs=P.BERICHT_SCHRIJVEN)
def nieuw(dossier_id):
    """The form of a message about a dossier to a party that shares it: `aan` is who, `op` a message that this answers."""
    dossier, parties = _shared(dossier_id)
    open_to, against = _open_to(dossier, parties)
    if parties and not open_to:
        raise Refused(*set(against.values()), status=403)
    return _form(dossier, open_to, _begun(dossier), {})


def _begun(dossier: Dossier) -> dict[str, str]:
    """What the form holds already: to whom, and about which message."""
    try:
        answered = queries.message(g.db, uuid.UUID(request.args.get("op", "")), g.actor, _reads())
    except ValueError:
        return {"aan": request.args.get("aan", "")}
    if answered is None or answered.Bericht.dossier_id != dossier.id or answered.Bericht.party_id != g.actor.party_id:
        return {}
    about = answered.Bericht.onderwerp
    return {"aan": str(answered.Bericht.afzender_id),
            "onderwerp": (about if about.startswith("Re: ") else f"Re: {about}")[:200]}


@bp.route("/berichten/nieuw/<uuid:dossier_id>", needs=P.BERICHT_SCHRIJVEN, methods=["POST"], idempotent=True)
def versturen(dossier_id):
    """Send the message, with the mail that says it waits."""
    dossier, parties = _shared(dossier_id)
    form = Form()
    to = form.choice("aan", [id_ for id_, _naam in parties], _("Kies aan wie u schrijft."))
    onderwerp = form.text("onderwerp", _("Vul een onderwerp in."), most=200)
    tekst = form.text("tekst", _("Schrijf uw bericht."), most=10_000)
    open_to, against = _open_to(dossier, parties)
    if form.errors:
        return _form(dossier, open_to or parties, form.values, form.errors, 422)
    if reason := against.get(uuid.UUID(to)):
        refused(Refused(reason, status=403), "bericht:schrijven", dossier_id)
        return _form(load(g.db, Dossier, dossier_id), open_to or parties, form.values, {"aan": reason}, 403)
    sent = outbox.send_message(g.db, g.actor, to=uuid.UUID(to), onderwerp=onderwerp, tekst=tekst, dossier_id=dossier.id)
    return go(url_for("berichten.bericht", bericht_id=sent.id))


def _shared(dossier_id) -> tuple[Dossier, list[tuple[uuid.UUID, str]]]:
    dossier = g.db.get(Dossier, dossier_id)
    if dossier is None or not ziet(g.actor, dossier.soort):
        raise NotFound(_("Dit dossier is er niet, of het is niet van uw organisatie."))
    return dossier, queries.parties_of(g.db, dossier, but=g.actor.party_id)


def _open_to(dossier: Dossier, parties) -> tuple[list[tuple[uuid.UUID, str]], dict[uuid.UUID, str]]:
    """Those of these parties to whom this person may write about this dossier, and why not to the others."""
    against = _obstacles(dossier, [id_ for id_, _naam in parties])
    return [row for row in parties if row[0] not in against], against


def _form(dossier, parties, values, errors, status=200):
    options = [(str(id_), naam) for id_, naam in parties]
    return render_template("berichten/nieuw.html", dossier=dossier, options=options, values=values, errors=errors,
                           dossier_url=_page_of(dossier)), status
