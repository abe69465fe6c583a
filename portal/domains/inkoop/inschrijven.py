"""The bidding side: an author drafts, a reviewer reads, an authorised sender sends, per perceel.

Everything here belongs to the aanbieder; the buyers see nothing of it until two officers have opened after the deadline.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.domains.inkoop import queries, work
from portal.domains.inkoop.model import (
    Inschrijving,
    InschrijvingDocument,
    InschrijvingPerceel,
    InschrijvingState,
    Publicatie,
    Verzending,
    VerzendingSoort,
)
from portal.domains.inkoop.workflow import INSCHRIJVING
from portal.kernel import clock
from portal.kernel.documents import Document, Stuk, as_stuk, keep, receipt_number
from portal.kernel.dossier import load, next_reference, random_reference, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.fingerprint import fingerprint
from portal.kernel.outbox import send_message
from portal.kernel.sentences import SENTENCES, as_refusal, refusing, settle
from portal.register.model import Organisatie
from portal.tenants.model import Aanbieder, AanbiederContact


def published(session, inkoop_id) -> Publicatie:
    """The announcement an inschrijving answers; NotFound while nothing is published."""
    publicatie = queries.aankondiging(session, inkoop_id)
    if publicatie is None:
        raise NotFound("Deze inkoop is niet gepubliceerd. Inschrijven kan niet.")
    return publicatie


def is_open(session, publicatie: Publicatie) -> bool:
    """Can bids still be sent? For pages and drafts; the database decides again at the moment of sending."""
    return not session.scalar(select(queries.gesloten(publicatie.inkoop_id, publicatie.sluit_at)))


def _open(session, inkoop_id) -> Publicatie:
    publicatie = published(session, inkoop_id)
    if not is_open(session, publicatie):
        if session.scalar(select(queries.gestopt(publicatie.inkoop_id))):
            raise Refused(*SENTENCES["inkoop_gestopt"][:1], status=410)
        raise Refused("De inschrijving is gesloten. Versturen, vervangen en intrekken kan niet meer.", status=410)
    return publicatie


def begin(session, actor, inkoop_id) -> Inschrijving:
    """Start the one inschrijving of this aanbieder, or return the one that is there."""
    found = session.scalar(select(Inschrijving).where(
        Inschrijving.inkoop_id == inkoop_id, Inschrijving.aanbieder_id == actor.party_id))
    if found is not None:
        return found
    publicatie = _open(session, inkoop_id)
    inschrijving = Inschrijving(
        reference=random_reference("INS"), titel=publicatie.titel, state=InschrijvingState.BEGONNEN,
        eigenaar_id=actor.party_id, behandelaar_id=actor.user_id, inkoop_id=inkoop_id, aanbieder_id=actor.party_id,
        gewijzigd_by=[actor.user_id])
    session.add(inschrijving)
    with refusing(session):
        inschrijving.record("inschrijving:begin", actor=actor, state_to=InschrijvingState.BEGONNEN)
    _waits(session, inschrijving, publicatie)
    return inschrijving


def _waits(session, inschrijving: Inschrijving, publicatie: Publicatie, *, only_if_sent: bool = False) -> None:
    """Sending waits while nothing was sent yet, while a chosen perceel was not sent, or while what was sent differs from
    the draft. What was withdrawn waits no more: that was a choice."""
    settle(session)
    last = queries.latest_sendings(session, inschrijving.id)
    if not last and only_if_sent:
        return
    draft = queries.concept(session, inschrijving.id)
    is_stale = bool(last) and _is_stale(draft, publicatie, profile(session, inschrijving.eigenaar_id), last)
    _wait_or_done(session, inschrijving, publicatie, set(draft.gekozen), set(last), is_stale)


def _waiting(chosen: set, acts: set) -> bool:
    return bool(chosen - acts) or not acts


def _is_stale(draft: queries.Concept, publicatie: Publicatie, profiel, last: Mapping[uuid.UUID, Verzending]) -> bool:
    """Was something changed after it was sent? The gemeenten read what was sent."""
    parts = queries.parts_of(draft, publicatie)
    for perceel in publicatie.inhoud["percelen"]:
        id_ = uuid.UUID(perceel["id"])
        sent = last.get(id_)
        if sent is not None and sent.soort == VerzendingSoort.VERZENDING and id_ in draft.gekozen and (
                queries.missing_for(parts, perceel["id"]) or differs(sent, bid_content(draft, perceel, profiel))):
            return True
    return False


def _wait_or_done(session, inschrijving: Inschrijving, publicatie: Publicatie, chosen: set, acts: set,
                  is_stale: bool = False) -> None:
    unsent = _waiting(chosen, acts)
    if unsent or is_stale:
        work.wait_for(session, inschrijving, "werk_versturen", on=work.closing_day(publicatie.sluit_at),
                      due_at=publicatie.sluit_at, regelset=publicatie.regelset,
                      again=not unsent, sluit=publicatie.sluit_at.astimezone(clock.AMSTERDAM))
    else:
        work.done(session, inschrijving, "werk_versturen")


def _draft(session, actor, inschrijving_id) -> tuple[Inschrijving, Publicatie]:
    """The own inschrijving while it can change."""
    inschrijving = load(session, Inschrijving, inschrijving_id, lock=True)
    if inschrijving.eigenaar_id != actor.party_id:
        raise NotFound()
    return inschrijving, _open(session, inschrijving.inkoop_id)


def published_perceel(publicatie: Publicatie, perceel_id) -> dict:
    """One perceel of a publication; NotFound when it does not name it."""
    for perceel in publicatie.inhoud["percelen"]:
        if perceel["id"] == str(perceel_id):
            return perceel
    raise NotFound()


def _changed(inschrijving: Inschrijving, actor) -> None:
    """What was read before it changed is not read any more, and not by whoever changed it."""
    inschrijving.meegelezen_by = inschrijving.meegelezen_at = None
    if actor.user_id not in inschrijving.gewijzigd_by:
        inschrijving.gewijzigd_by = [*inschrijving.gewijzigd_by, actor.user_id]


def perceel_kiezen(session, actor, inschrijving_id, perceel_id) -> InschrijvingPerceel:
    """Bid on this perceel too."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    published_perceel(publicatie, perceel_id)
    row = _chosen(session, inschrijving, perceel_id)
    if row is None:
        row = InschrijvingPerceel(**under(inschrijving, actor.party_id), inkoop_id=inschrijving.inkoop_id,
                                  perceel_id=perceel_id, antwoorden={})
        session.add(row)
        _changed(inschrijving, actor)
    _waits(session, inschrijving, publicatie)
    return row


def perceel_laten(session, actor, inschrijving_id, perceel_id) -> None:
    """Do not bid on this perceel after all. Refused while it is sent: withdraw it first."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    sent = queries.latest_sendings(session, inschrijving.id).get(perceel_id)
    if sent is not None and sent.soort == VerzendingSoort.VERZENDING:
        raise Refused("Dit perceel is verstuurd. Trek het eerst in.", status=409)
    row = _chosen(session, inschrijving, perceel_id)
    if row is None:
        raise NotFound()
    for document in session.scalars(select(InschrijvingDocument).where(
            InschrijvingDocument.dossier_id == inschrijving.id, InschrijvingDocument.perceel_id == perceel_id)):
        session.delete(document)
    session.delete(row)
    _changed(inschrijving, actor)
    _waits(session, inschrijving, publicatie)


def _chosen(session, inschrijving, perceel_id) -> InschrijvingPerceel | None:
    return session.scalar(select(InschrijvingPerceel).where(
        InschrijvingPerceel.dossier_id == inschrijving.id, InschrijvingPerceel.perceel_id == perceel_id))


def antwoorden_bewaren(session, actor, inschrijving_id, perceel_id, antwoorden: Mapping[str, Mapping]) -> InschrijvingPerceel:
    """Keep the answers to the minimum requirements: {eis_id: {"voldoet": bool, "toelichting": str}}. Answers may be partial."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    perceel = published_perceel(publicatie, perceel_id)
    row = _chosen(session, inschrijving, perceel_id)
    if row is None:
        raise NotFound()
    known = {eis["id"] for eis in perceel["eisen"]}
    if unknown := set(antwoorden) - known:
        raise NotFound(f"Deze eis hoort niet bij dit perceel: {', '.join(sorted(unknown))}.")
    row.antwoorden = {eis: {"voldoet": bool(a["voldoet"]), "toelichting": str(a.get("toelichting", ""))[:4000]}
                      for eis, a in antwoorden.items()}
    _changed(inschrijving, actor)
    _waits(session, inschrijving, publicatie, only_if_sent=True)
    return row


def _asked_for(publicatie: Publicatie, perceel_id, code: str) -> dict:
    perceel = published_perceel(publicatie, perceel_id) if perceel_id else None
    for one in [*perceel["gevraagd"], *queries.proofs(perceel)] if perceel else publicatie.inhoud["gevraagd"]:
        if one["code"] == code:
            return one
    raise NotFound()


def document_toevoegen(session, actor, inschrijving_id, stuk: Stuk, *, perceel_id: uuid.UUID | None, code: str) -> Document:
    """Add or replace the document that answers one request; it has a receipt of its own."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    asked = _asked_for(publicatie, perceel_id, code)
    if perceel_id is not None and _chosen(session, inschrijving, perceel_id) is None:
        raise NotFound()
    row = _answer_row(session, inschrijving, perceel_id, code)
    old = session.get(Document, row.document_id) if row else None
    document = keep(session, inschrijving, actor, stuk, soort="inschrijvingsstuk", titel=asked["titel"], vervangt=old)
    _attach(session, actor, inschrijving, publicatie, row, perceel_id, code, document)
    with refusing(session):
        inschrijving.record("inschrijving:document", actor=actor, document=document.id, code=code, sha256=document.sha256)
    return document


def _answer_row(session, inschrijving, perceel_id, code) -> InschrijvingDocument | None:
    return session.scalar(select(InschrijvingDocument).where(
        InschrijvingDocument.dossier_id == inschrijving.id, InschrijvingDocument.perceel_id.is_not_distinct_from(perceel_id),
        InschrijvingDocument.code == code))


def _attach(session, actor, inschrijving, publicatie, row, perceel_id, code, document) -> None:
    session.flush()
    if row is None:
        session.add(InschrijvingDocument(**under(inschrijving, actor.party_id), perceel_id=perceel_id, code=code,
                                         document_id=document.id))
    else:
        row.document_id = document.id
    _changed(inschrijving, actor)
    _waits(session, inschrijving, publicatie, only_if_sent=True)


def document_hergebruiken(session, actor, inschrijving_id, document_id, *, perceel_id: uuid.UUID | None, code: str) -> Document:
    """Use a document of Mijn organisatie again: uploaded once, offered in the next bid (requirements E8)."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    asked = _asked_for(publicatie, perceel_id, code)
    source = load(session, Document, document_id)
    if source.party_id != actor.party_id or source.soort != "organisatiestuk" or source.vervallen_at is not None:
        raise NotFound()
    row = _answer_row(session, inschrijving, perceel_id, code)
    old = session.get(Document, row.document_id) if row else None
    document = keep(session, inschrijving, actor, as_stuk(source), soort="inschrijvingsstuk", titel=asked["titel"],
                    vervangt=old)
    _attach(session, actor, inschrijving, publicatie, row, perceel_id, code, document)
    with refusing(session):
        inschrijving.record("inschrijving:document", actor=actor, document=document.id, code=code, hergebruikt=source.id)
    return document


def document_weghalen(session, actor, inschrijving_id, *, perceel_id: uuid.UUID | None, code: str) -> None:
    """Take a document out of the draft; what was sent keeps its copy."""
    inschrijving, publicatie = _draft(session, actor, inschrijving_id)
    row = _answer_row(session, inschrijving, perceel_id, code)
    if row is None:
        raise NotFound()
    session.delete(row)
    _changed(inschrijving, actor)
    _waits(session, inschrijving, publicatie, only_if_sent=True)
    with refusing(session):
        inschrijving.record("inschrijving:document-weg", actor=actor, code=code)


def meelezen(session, actor, inschrijving_id) -> Inschrijving:
    """A reviewer read the draft; whoever wrote in it may not review it."""
    inschrijving, _publicatie = _draft(session, actor, inschrijving_id)
    if actor.user_id in inschrijving.gewijzigd_by:
        raise Refused("U schreef zelf aan deze inschrijving. Vraag een collega om mee te lezen.")
    inschrijving.meegelezen_by, inschrijving.meegelezen_at = actor.user_id, clock.now()
    with refusing(session):
        inschrijving.record("inschrijving:meelezen", actor=actor)
    return inschrijving


@dataclass(frozen=True)
class Outcome:
    """What became of sending one perceel: a receipt, or the reasons why not."""

    perceel_id: uuid.UUID
    naam: str
    verzending: Verzending | None
    reasons: tuple[str, ...] = ()
    status: int = 200


def verzenden(session, actor, inschrijving_id, perceel_ids: Iterable[uuid.UUID],
              toch: Iterable[uuid.UUID] = ()) -> list[Outcome]:
    """Send these percelen, each on its own: a failure on one blocks no other. Refused when none can be sent. `toch`: the
    percelen of which the sender knows that an answer rules them out.

    The database takes the time under a lock shared with the opening and refuses at or after the deadline.
    """
    inschrijving = load(session, Inschrijving, inschrijving_id, lock=True)
    if inschrijving.eigenaar_id != actor.party_id:
        raise NotFound()
    publicatie = published(session, inschrijving.inkoop_id)
    if obstacles := INSCHRIJVING.obstacles(inschrijving, "verzenden", actor):
        raise Refused(*obstacles)
    wanted = list(perceel_ids)
    if not wanted:
        raise Refused("Kies ten minste een perceel om te versturen.")
    draft, profiel = queries.concept(session, inschrijving.id), profile(session, actor.party_id)
    before = queries.latest_sendings(session, inschrijving.id)
    known = set(toch)
    outcomes = [_send_one(session, actor, inschrijving, publicatie, perceel_id, draft, profiel, before, perceel_id in known)
                for perceel_id in dict.fromkeys(wanted)]
    sent = [o for o in outcomes if o.verzending is not None]
    if not sent:
        _open(session, inschrijving.inkoop_id)  # too late is told first
        raise Refused(*(reason for o in outcomes for reason in o.reasons), status=outcomes[0].status)
    INSCHRIJVING.perform(inschrijving, "verzenden", actor, record={"percelen": len(sent)})
    last = before | {o.perceel_id: o.verzending for o in sent}
    # What did not change is not asked and not written again.
    if _counting(last) != _counting(before):
        _share_what_counts(session, inschrijving, last)
    chosen = set(draft.gekozen)
    is_stale, was_stale = (_is_stale(draft, publicatie, profiel, acts) for acts in (last, before))
    if (_waiting(chosen, set(last)), is_stale) != (_waiting(chosen, set(before)), was_stale):
        _wait_or_done(session, inschrijving, publicatie, chosen, set(last), is_stale)
    _confirm(session, actor, inschrijving, publicatie, sent)
    settle(session)
    return outcomes


def _confirm(session, actor, inschrijving: Inschrijving, publicatie: Publicatie, sent: list[Outcome]) -> None:
    """Tell the own organisation what was sent, with the numbers of the receipts."""
    lines = [f"{o.naam}, versie {o.verzending.versie}: ontvangstbewijs {o.verzending.ontvangst_nummer}." for o in sent]
    versions = sorted({o.verzending.versie for o in sent})
    until = publicatie.sluit_at.astimezone(clock.AMSTERDAM)
    send_message(session, actor, to=actor.party_id, dossier_id=inschrijving.id,
                 onderwerp=f"Uw inschrijving op {inschrijving.titel} is verstuurd" + (
                     f" (versie {' en '.join(map(str, versions))})" if versions != [1] else ""),
                 tekst="\n".join([f"{actor.naam} verstuurde de inschrijving {inschrijving.reference}.", *lines,
                                  f"Tot {until:%d-%m-%Y, %H.%M} uur kunt u haar vervangen of intrekken."]))


def _send_one(session, actor, inschrijving, publicatie, perceel_id, draft, profiel, before, toch) -> Outcome:
    perceel = published_perceel(publicatie, perceel_id)
    if perceel_id not in draft.gekozen:
        return Outcome(perceel_id, perceel["naam"], None, (f"U schrijft niet in op perceel {perceel['nummer']}.",), 422)
    if missing := queries.missing_for(queries.parts_of(draft, publicatie), str(perceel_id)):
        names = ", ".join(p.title for p in missing)
        return Outcome(perceel_id, perceel["naam"], None,
                       (f"Perceel {perceel['nummer']} is niet compleet. Nog nodig: {names}.",), 422)
    if not toch and (codes := queries.refusals(perceel, draft.gekozen[perceel_id].antwoorden)):
        return Outcome(perceel_id, perceel["naam"], None,
                       (f"Uw inschrijving op perceel {perceel['nummer']} valt af: bij {' en '.join(codes)} antwoordt u nee. "
                        "Wilt u toch versturen? Vink aan dat u dit weet.",), 422)
    if infected := [d.naam for _where, _code, d in _documents(draft, perceel_id) if d.scan == "besmet"]:
        return Outcome(perceel_id, perceel["naam"], None,
                       (f"In dit bestand is een virus gevonden: {', '.join(infected)}. Vervang het.",), 422)
    last = before.get(perceel_id)
    content = bid_content(draft, perceel, profiel)
    if last is not None and not differs(last, content):
        return Outcome(perceel_id, perceel["naam"], None,
                       (f"Perceel {perceel['nummer']} is al verstuurd en daarna niet veranderd. "
                        f"Uw ontvangstbewijs is {last.ontvangst_nummer}.",), 409)
    inhoud = content | {"verzonden_door": actor.naam,
                        "meegelezen": inschrijving.meegelezen_at.isoformat() if inschrijving.meegelezen_at else None}
    verzending = Verzending(
        **under(inschrijving, actor.party_id), soort=VerzendingSoort.VERZENDING, inkoop_id=inschrijving.inkoop_id,
        perceel_id=perceel_id, versie=last.versie + 1 if last else 1, inhoud=inhoud, vingerafdruk=fingerprint(inhoud),
        ontvangst_nummer=receipt_number(), verzonden_by=actor.user_id)
    try:
        # A savepoint of its own: when the moment passes between two percelen, the first one stays sent.
        with session.begin_nested():
            session.add(verzending)
            session.flush()
            inschrijving.record("inschrijving:perceel-verzonden", actor=actor, perceel=perceel_id, versie=verzending.versie,
                                vingerafdruk=verzending.vingerafdruk)
            session.flush()
    except DBAPIError as error:
        if refusal := as_refusal(error):
            return Outcome(perceel_id, perceel["naam"], None, refusal.reasons, refusal.status)
        raise
    return Outcome(perceel_id, perceel["naam"], verzending)


def _counting(last: Mapping[uuid.UUID, Verzending]) -> set[uuid.UUID]:
    """The documents of what was sent last, per perceel."""
    return {uuid.UUID(d["id"]) for v in last.values()
            if v.soort == VerzendingSoort.VERZENDING for d in v.inhoud["documenten"]}


def _share_what_counts(session, inschrijving, last: Mapping[uuid.UUID, Verzending]) -> None:
    """Only the documents of the last sending per perceel open to the buyers: what was replaced or withdrawn stays unread."""
    counts = _counting(last)
    for document in session.scalars(select(Document).where(
            Document.dossier_id == inschrijving.id, or_(Document.gedeeld_at.is_not(None), Document.id.in_(counts)))):
        document.gedeeld_at = (document.gedeeld_at or clock.now()) if document.id in counts else None


def profile(session, aanbieder_id: uuid.UUID) -> tuple[Aanbieder, AanbiederContact | None]:
    """The own organisation: its public facts and its contact data (None when they were never given)."""
    row = session.execute(queries.profiel(aanbieder_id)).first()
    if row is None:
        raise NotFound("Wij kunnen uw organisatie niet vinden.")
    return row[0], row[1]


def _documents(draft: queries.Concept, perceel_id: uuid.UUID) -> list[tuple[uuid.UUID | None, str, Document]]:
    return [(where, code, d) for (where, code), d in draft.gegeven.items() if where in (None, perceel_id)]


def differs(sent: Verzending, content: Mapping) -> bool:
    """Would sending now send something else than this last act did?"""
    return sent.soort != VerzendingSoort.VERZENDING or any(sent.inhoud.get(key) != content[key] for key in content)


def bid_content(draft: queries.Concept, perceel: Mapping, profiel: tuple[Aanbieder, AanbiederContact | None]) -> dict:
    """The bid on one perceel as it would be sent now: what the buyers read after the opening. All requirements must be
    answered."""
    aanbieder, contact = profiel
    row = draft.gekozen[uuid.UUID(perceel["id"])]
    return {
        "aanbieder": {"id": str(aanbieder.id), "naam": aanbieder.naam, "kvk_nummer": aanbieder.kvk_nummer,
                      "grootteklasse": aanbieder.grootteklasse, "contactpersoon": contact.contactpersoon if contact else "",
                      "postadres": contact.postadres if contact else ""},
        "perceel": {"id": perceel["id"], "nummer": perceel["nummer"], "naam": perceel["naam"]},
        "antwoorden": [{"eis_id": eis["id"], "code": eis["code"], "tekst": eis["tekst"], **row.antwoorden[eis["id"]]}
                       for eis in perceel["eisen"]],
        "documenten": [{"id": str(d.id), "code": code, "titel": d.titel, "naam": d.naam, "grootte": d.grootte,
                        "sha256": d.sha256, "voor_alle_percelen": where is None}
                       for where, code, d in _documents(draft, row.perceel_id)],
    }


def intrekken(session, actor, inschrijving_id, perceel_id) -> Verzending:
    """Take one perceel back before the deadline; what was sent stays as history, unread."""
    inschrijving = load(session, Inschrijving, inschrijving_id, lock=True)
    if inschrijving.eigenaar_id != actor.party_id:
        raise NotFound()
    before = queries.latest_sendings(session, inschrijving.id)
    last = before.get(perceel_id)
    if last is None or last.soort != VerzendingSoort.VERZENDING:
        raise Refused("Dit perceel is niet verstuurd. Er valt niets in te trekken.", status=409)
    if obstacles := INSCHRIJVING.obstacles(inschrijving, "intrekken", actor):
        raise Refused(*obstacles)
    verzending = Verzending(
        **under(inschrijving, actor.party_id), soort=VerzendingSoort.INTREKKING, inkoop_id=inschrijving.inkoop_id,
        perceel_id=perceel_id, versie=last.versie + 1, inhoud={}, vingerafdruk=fingerprint({}),
        ontvangst_nummer=receipt_number(), verzonden_by=actor.user_id)
    with refusing(session):
        session.add(verzending)
    left = [v for p, v in before.items() if p != perceel_id and v.soort == VerzendingSoort.VERZENDING]
    if left:
        inschrijving.record("inschrijving:intrekken", actor=actor, perceel=perceel_id)
    else:
        INSCHRIJVING.perform(inschrijving, "intrekken", actor, record={"perceel": perceel_id})
    _share_what_counts(session, inschrijving, before | {perceel_id: verzending})
    publicatie = published(session, inschrijving.inkoop_id)
    _waits(session, inschrijving, publicatie)
    naam, until = published_perceel(publicatie, perceel_id)["naam"], publicatie.sluit_at.astimezone(clock.AMSTERDAM)
    send_message(session, actor, to=actor.party_id, dossier_id=inschrijving.id,
                 onderwerp=f"Uw inschrijving op {inschrijving.titel} is ingetrokken: {naam}",
                 tekst=f"{actor.naam} trok de inschrijving {inschrijving.reference} op {naam} in. De gemeenten lezen haar "
                       f"niet. Het bewijs is {verzending.ontvangst_nummer}. Tot {until:%d-%m-%Y, %H.%M} uur kunt u haar "
                       "opnieuw versturen.")
    settle(session)
    return verzending


# --- Mijn organisatie ------------------------------------------------------------------------------------------------------

def organisatie(session, actor) -> Organisatie:
    """The dossier of the own organisation, made at first use. Of two colleagues at the same moment one makes it."""
    own = select(Organisatie).where(Organisatie.eigenaar_id == actor.party_id, Organisatie.state == "actief")
    found = session.scalar(own)
    if found is None:
        try:
            with session.begin_nested():
                found = Organisatie(reference=next_reference(session, "ORG"), titel=actor.party_naam, state="actief",
                                    eigenaar_id=actor.party_id)
                session.add(found)
        except IntegrityError:
            found = session.scalars(own).one()
        settle(session)
    return found


def organisatie_bewaren(session, actor, *, grootteklasse: str, omschrijving: str | None, contactpersoon: str, email: str,
                        telefoon: str, postadres: str, identiteit: str | None = None) -> Aanbieder:
    """The facts of the own organisation: size class, description and identity are public, contact data are not."""
    aanbieder = load(session, Aanbieder, actor.party_id, lock=True)
    aanbieder.grootteklasse, aanbieder.omschrijving, aanbieder.identiteit = grootteklasse, omschrijving, identiteit
    contact = session.get(AanbiederContact, actor.party_id)
    if contact is None:
        contact = AanbiederContact(id=actor.party_id)
        session.add(contact)
    contact.contactpersoon, contact.email, contact.telefoon, contact.postadres = contactpersoon, email, telefoon, postadres
    with refusing(session):
        organisatie(session, actor).record("organisatie:bewaren", actor=actor)
    return aanbieder


def organisatie_document(session, actor, stuk: Stuk, *, titel: str, vervangt_id: uuid.UUID | None = None) -> Document:
    """Keep a document that is used again: insurance, quality mark, own declaration."""
    dossier = organisatie(session, actor)
    vervangt = load(session, Document, vervangt_id, lock=True) if vervangt_id else None
    if vervangt is not None:
        if vervangt.dossier_id != dossier.id:
            raise NotFound()
        if session.scalar(select(Document.id).where(Document.vervangt_id == vervangt.id)):
            raise Refused("Van dit document is al een nieuwere versie. Laad de pagina opnieuw.", status=409)
        vervangt.vervallen_at = vervangt.vervallen_at or clock.now()
    document = keep(session, dossier, actor, stuk, soort="organisatiestuk", titel=titel, vervangt=vervangt)
    with refusing(session):
        dossier.record("organisatie:document", actor=actor, document=document.id, sha256=document.sha256)
    return document
