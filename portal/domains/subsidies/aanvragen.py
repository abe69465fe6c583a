"""The applicant's side: write, have a colleague sign, send, supplement, give a view, withdraw.

Everything here belongs to the applicant. The gemeente reads what was sent, from the moment it was sent; a job takes it in there
(innemen.innemen), so that neither side ever writes the other's rows.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from portal.domains.subsidies import queries, rules, work
from portal.domains.subsidies.indienen import aan_gemeente, sturen
from portal.domains.subsidies.model import (
    OPEN,
    Aanvraag,
    AanvraagDocument,
    AanvraagState,
    Indiening,
    Indiensoort,
    RegelingPublicatie,
    State,
    Subsidie,
)
from portal.domains.subsidies.workflow import AANVRAAG
from portal.kernel import clock, terms
from portal.kernel.documents import Document, Scan, Stuk, as_stuk, keep
from portal.kernel.dossier import Dossier, load, random_reference, share, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.outbox import send_message
from portal.kernel.sentences import SENTENCES, refusing, settle

SOORT_STUK = "aanvraagstuk"
# What an application says: the fields of its parts, as they were typed. Amounts and numbers are kept as exact text.
VELDEN = {
    "activiteit": ("titel", "product", "omschrijving", "resultaat", "aantal", "van", "tot"),
    "geld": ("bedrag", "begroting", "iban", "tenaamstelling", "steun_eerder"),
}


def open_publicatie(session, regeling_id) -> RegelingPublicatie:
    """The public copy of a scheme that can be applied for now; Refused with the reason when it cannot."""
    publicatie = queries.publicatie_van(session, regeling_id)
    if publicatie is None:
        raise NotFound(SENTENCES["regeling_niet_bekend"][0])
    now = clock.now()
    if now >= publicatie.sluit_at:
        raise Refused(SENTENCES["regeling_gesloten"][0], status=410)
    if now < publicatie.opent_at:
        raise Refused(SENTENCES["regeling_nog_niet_open"][0], status=425)
    return publicatie


def concept(session, actor, regeling_id, *, ouder: Dossier | None = None) -> Aanvraag | None:
    """The application for this scheme that is being written; with `ouder` only the one that comes from it."""
    query = select(Aanvraag).where(Aanvraag.regeling_id == regeling_id, Aanvraag.eigenaar_id == actor.party_id,
                                   Aanvraag.state == AanvraagState.BEGONNEN).order_by(Aanvraag.gemaakt_at).limit(1)
    return session.scalar(query.where(Aanvraag.ouder_id == ouder.id) if ouder else query)


def begin(session, actor, regeling_id, *, ouder: Dossier | None = None, gegevens: Mapping[str, str] | None = None) -> Aanvraag:
    """Start an application, or return the one that is being written. `ouder`: the own dossier that it comes from, with what it
    knows already."""
    if (found := concept(session, actor, regeling_id, ouder=ouder)) is not None:
        return found
    publicatie = open_publicatie(session, regeling_id)
    aanvraag = Aanvraag(
        reference=random_reference("AVR"), titel=publicatie.titel, state=AanvraagState.BEGONNEN, eigenaar_id=actor.party_id,
        behandelaar_id=actor.user_id, regeling_id=regeling_id, publicatie_id=publicatie.id, gegevens=dict(gegevens or {}),
        ouder_id=ouder.id if ouder else None,
        gewijzigd_by=[actor.user_id])
    session.add(aanvraag)
    with refusing(session):
        aanvraag.record("aanvraag:begin", actor=actor, state_to=AanvraagState.BEGONNEN)
    work.wait_for(session, aanvraag, "werk_versturen", on=clock.day_of(publicatie.sluit_at), due_at=publicatie.sluit_at)
    return aanvraag


def _draft(session, actor, aanvraag_id) -> tuple[Aanvraag, RegelingPublicatie]:
    """The own application while it can change: before it is sent, and while the gemeente waits for a supplement."""
    aanvraag = load(session, Aanvraag, aanvraag_id, lock=True)
    if aanvraag.eigenaar_id != actor.party_id:
        raise NotFound()
    publicatie = load(session, RegelingPublicatie, aanvraag.publicatie_id)
    if aanvraag.state == AanvraagState.BEGONNEN:
        open_publicatie(session, aanvraag.regeling_id)
    elif not _may_supplement(session, aanvraag):
        raise Refused("Deze aanvraag is verstuurd. Zij verandert niet meer.", status=409)
    return aanvraag, publicatie


def _may_supplement(session, aanvraag: Aanvraag) -> bool:
    subsidie = queries.van_aanvraag(session, aanvraag.id)
    return subsidie is not None and subsidie.state == State.WACHT_OP_AANVULLING


def kan_wijzigen(session, aanvraag: Aanvraag) -> bool:
    """May its people change this application now? For pages."""
    if aanvraag.state == AanvraagState.BEGONNEN:
        return clock.now() < queries.publicatie_van(session, aanvraag.regeling_id).sluit_at
    return _may_supplement(session, aanvraag)


def _changed(aanvraag: Aanvraag, actor) -> None:
    """A signature stands under what was there; whoever writes, is known."""
    aanvraag.ondertekend_by = aanvraag.ondertekend_at = None
    if actor.user_id not in aanvraag.gewijzigd_by:
        aanvraag.gewijzigd_by = [*aanvraag.gewijzigd_by, actor.user_id]


def bewaren(session, actor, aanvraag_id, deel: str, gegevens: Mapping) -> Aanvraag:
    """Keep one part of an application as far as it is; nothing needs to be complete yet. Values are those of VELDEN."""
    aanvraag, _publicatie = _draft(session, actor, aanvraag_id)
    if deel not in VELDEN or not set(gegevens) <= set(VELDEN[deel]):
        raise NotFound()
    kept = {name: _plain(value) for name, value in gegevens.items()}
    if aanvraag.gegevens | kept != aanvraag.gegevens:
        aanvraag.gegevens = aanvraag.gegevens | kept
        if kept.get("titel"):
            aanvraag.titel = kept["titel"]
        _changed(aanvraag, actor)
    settle(session)
    return aanvraag


def _plain(value):
    return str(value) if isinstance(value, Decimal | date) else value


def _asked_for(publicatie: RegelingPublicatie, code: str) -> dict:
    for one in publicatie.inhoud["inrichting"]["documenten"]:
        if one["code"] == code:
            return one
    raise NotFound()


def document_toevoegen(session, actor, aanvraag_id, stuk: Stuk, *, code: str) -> Document:
    """Add or replace the document that answers one request; it has a receipt of its own."""
    aanvraag, publicatie = _draft(session, actor, aanvraag_id)
    return _attach(session, actor, aanvraag, _asked_for(publicatie, code), stuk)


def document_hergebruiken(session, actor, aanvraag_id, document_id, *, code: str) -> Document:
    """Use a document again, of Mijn organisatie or of an earlier application: uploaded once (requirements E8)."""
    aanvraag, publicatie = _draft(session, actor, aanvraag_id)
    asked, source = _asked_for(publicatie, code), load(session, Document, document_id)
    if source.party_id != actor.party_id or source.vervallen_at is not None or not (
            source.soort == "organisatiestuk" or source.id in {one.id for one in _eerder(session, aanvraag, asked)}):
        raise NotFound()
    return _attach(session, actor, aanvraag, asked, as_stuk(source), hergebruikt=source.id)


def herbruikbaar(session, aanvraag: Aanvraag, asked: Mapping) -> list[Document]:
    """What this party has already and may use to answer this request: what it sent for the same before, and its documents of
    Mijn organisatie. Nothing where the scheme wants a new one."""
    if not asked["herbruikbaar"]:
        return []
    own = session.scalars(
        select(Document).where(Document.party_id == aanvraag.eigenaar_id, Document.soort == "organisatiestuk",
                               Document.vervallen_at.is_(None)).order_by(Document.titel, Document.id).limit(50))
    return [*_eerder(session, aanvraag, asked), *own]


def _eerder(session, aanvraag: Aanvraag, asked: Mapping) -> list[Document]:
    """The newest document of this name that was sent with another application."""
    if not asked["herbruikbaar"]:
        return []
    return list(session.scalars(
        select(Document).where(
            Document.party_id == aanvraag.eigenaar_id, Document.soort == SOORT_STUK, Document.dossier_id != aanvraag.id,
            func.lower(Document.titel) == asked["titel"].lower(), Document.gedeeld_at.is_not(None),
            Document.vervallen_at.is_(None), Document.scan != Scan.BESMET)
        .order_by(Document.gedeeld_at.desc(), Document.id).limit(1)))


def _attach(session, actor, aanvraag: Aanvraag, asked: Mapping, stuk: Stuk, **facts) -> Document:
    row = _answer(session, aanvraag, asked["code"])
    old = session.get(Document, row.document_id) if row else None
    document = keep(session, aanvraag, actor, stuk, soort=SOORT_STUK, titel=asked["titel"], vervangt=old)
    session.flush()
    if row is None:
        session.add(AanvraagDocument(**under(aanvraag, actor.party_id), code=asked["code"], document_id=document.id))
    else:
        row.document_id = document.id
    _changed(aanvraag, actor)
    with refusing(session):
        aanvraag.record("aanvraag:document", actor=actor, document=document.id, code=asked["code"], sha256=document.sha256,
                        **facts)
    return document


def _answer(session, aanvraag: Aanvraag, code: str) -> AanvraagDocument | None:
    return session.scalar(select(AanvraagDocument).where(AanvraagDocument.dossier_id == aanvraag.id,
                                                         AanvraagDocument.code == code))


def document_weghalen(session, actor, aanvraag_id, *, code: str) -> None:
    """Take a document out of the draft; what was sent keeps its copy."""
    aanvraag, _publicatie = _draft(session, actor, aanvraag_id)
    row = _answer(session, aanvraag, code)
    if row is None:
        raise NotFound()
    session.delete(row)
    _changed(aanvraag, actor)
    with refusing(session):
        aanvraag.record("aanvraag:document-weg", actor=actor, code=code)


# Sending -----------------------------------------------------------------------------------------------------------------

def verstuur_obstakels(session, actor, aanvraag: Aanvraag, publicatie: RegelingPublicatie,
                       gegeven: Mapping[str, Document]) -> list[str]:
    """Why this application cannot be sent now, in sentences: the same for the page and for the act."""
    faults = [f"{deel.titel}: er ontbreekt nog {', '.join(deel.ontbreekt)}."
              for deel in queries.delen(aanvraag.gegevens, publicatie.inhoud, gegeven) if not deel.klaar]
    if infected := [d.naam for d in gegeven.values() if d.scan == Scan.BESMET]:
        faults.append(f"In dit bestand is een virus gevonden: {', '.join(infected)}. Vervang het.")
    faults += inhoud_gebreken(aanvraag.gegevens, publicatie.inhoud)
    if publicatie.inhoud["medeondertekenen"]:
        if aanvraag.ondertekend_by is None:
            faults.append("Een collega die mag versturen, moet eerst ondertekenen.")
        elif aanvraag.ondertekend_by == actor.user_id:
            faults.append("U heeft zelf ondertekend. Een tweede persoon moet versturen.")
    return faults


def inhoud_gebreken(gegevens: Mapping, inhoud: Mapping, on: date | None = None) -> list[str]:
    """What contradicts the scheme or the law: the days lie within it, the product is one of its own, and the activity does not
    end before the day (`on`, default today) on which it is applied for (Awb 4:29)."""
    faults = []
    van, tot = (date.fromisoformat(gegevens[name]) if gegevens.get(name) else None for name in ("van", "tot"))
    first, end = date.fromisoformat(inhoud["van"]), date.fromisoformat(inhoud["tot"])
    if van and tot and not van < tot:
        faults.append("De laatste dag ligt vóór de eerste dag.")
    elif van and tot and not (first <= van and tot <= end):
        faults.append(f"De activiteit valt buiten de regeling. Die geldt van {first:%d-%m-%Y} tot {end:%d-%m-%Y}.")
    elif tot and tot <= (on or clock.today()):
        faults.append("De activiteit is al voorbij. Vraag subsidie aan voordat de activiteit eindigt (Awb 4:29).")
    faults += [f"{words} is te laag of te hoog. Controleer het." for name, words, most in (
        ("bedrag", "Het bedrag", Decimal("1e11")), ("aantal", "Het aantal", Decimal("1e9")))
        if gegevens.get(name) and not 0 < Decimal(gegevens[name]) < most]
    if gegevens.get("product") and gegevens["product"] not in {p["code"] for p in inhoud["inrichting"]["producten"]}:
        faults.append("Dit product hoort niet bij deze regeling.")
    return faults


def te_laat_voor_boekjaar(gegevens: Mapping, inhoud: Mapping, on: date) -> date | None:
    """The day before which a subsidy for a book year should have been applied for (Awb 4:60), when that day is past. It is
    information: the gemeente decides what it does with it."""
    if not inhoud["afdeling_4_2_8"] or not gegevens.get("van"):
        return None
    last = terms.compute(terms.rule("jaaraanvraag"), date.fromisoformat(gegevens["van"])).last_day
    return last if last < on else None


def ondertekenen(session, actor, aanvraag_id) -> Aanvraag:
    """The first signature, where the scheme asks two people. Whatever changes after it takes it away."""
    aanvraag, publicatie = _draft(session, actor, aanvraag_id)
    if not publicatie.inhoud["medeondertekenen"]:
        raise Refused("Voor deze regeling is één handtekening genoeg. Verstuur de aanvraag.", status=409)
    faults = [f"{deel.titel}: er ontbreekt nog {', '.join(deel.ontbreekt)}."
              for deel in queries.delen(aanvraag.gegevens, publicatie.inhoud, queries.gegeven(session, aanvraag.id))
              if not deel.klaar]
    if faults:
        raise Refused(*faults)
    aanvraag.ondertekend_by, aanvraag.ondertekend_at = actor.user_id, clock.now()
    with refusing(session):
        aanvraag.record("aanvraag:ondertekenen", actor=actor)
    return aanvraag


def inhoud_van(session, actor, aanvraag: Aanvraag, gegeven: Mapping[str, Document]) -> dict:
    """The application as it would be sent now: what the gemeente will read."""
    aanbieder, contact = queries.organisatie(session, aanvraag.eigenaar_id)
    return {
        "aanvrager": {"id": str(aanvraag.eigenaar_id), "naam": actor.party_naam,
                      "kvk_nummer": aanbieder.kvk_nummer if aanbieder else "",
                      "contactpersoon": contact.contactpersoon if contact else "",
                      "postadres": contact.postadres if contact else ""},
        "gegevens": dict(aanvraag.gegevens),
        "documenten": [{"id": str(d.id), "code": code, "titel": d.titel, "naam": d.naam, "grootte": d.grootte,
                        "sha256": d.sha256} for code, d in sorted(gegeven.items())],
        "verstuurd_door": actor.naam,
    } | ({"ouder": str(aanvraag.ouder_id)} if aanvraag.ouder_id else {})


def versturen(session, actor, aanvraag_id) -> Indiening:
    """Send the application, or the supplement that was asked. The database takes the time and the place in the order of
    receipt, and refuses before the opening and after the closing."""
    aanvraag = load(session, Aanvraag, aanvraag_id, lock=True)
    if aanvraag.eigenaar_id != actor.party_id:
        raise NotFound()
    publicatie = load(session, RegelingPublicatie, aanvraag.publicatie_id)
    gegeven = queries.gegeven(session, aanvraag.id)
    step = "versturen" if aanvraag.state == AanvraagState.BEGONNEN else "aanvullen"
    if step == "aanvullen" and not _may_supplement(session, aanvraag):
        raise Refused("De gemeente wacht niet op een aanvulling. Er is niets verstuurd.", status=409)
    if step == "versturen":
        open_publicatie(session, aanvraag.regeling_id)
    if faults := verstuur_obstakels(session, actor, aanvraag, publicatie, gegeven):
        raise Refused(*faults)
    inhoud = inhoud_van(session, actor, aanvraag, gegeven)
    indiening = aan_gemeente(session, actor, aanvraag, Indiensoort.AANVRAAG if step == "versturen" else Indiensoort.AANVULLING,
                             inhoud, regeling_id=aanvraag.regeling_id, naar=publicatie.eigenaar_id)
    for document in gegeven.values():
        document.gedeeld_at = document.gedeeld_at or clock.now()
    if step == "versturen":
        share(session, aanvraag, publicatie.eigenaar_id, "behandelaar")
    AANVRAAG.perform(aanvraag, step, actor, record={"nummer": indiening.ontvangst_nummer,
                                                    "vingerafdruk": indiening.vingerafdruk})
    work.done(session, aanvraag, "werk_versturen")
    send_message(session, actor, to=actor.party_id, dossier_id=aanvraag.id,
                 onderwerp=f"Uw {'aanvraag' if step == 'versturen' else 'aanvulling'} is ontvangen: {aanvraag.titel}",
                 tekst=f"{actor.naam} verstuurde {aanvraag.reference} voor de regeling {publicatie.titel}. "
                       f"Het ontvangstbewijs is {indiening.ontvangst_nummer}. U vindt het in het portaal.")
    settle(session)
    return indiening


def _own_case(session, actor, subsidie_id) -> Subsidie:
    """A case of which this party is the applicant."""
    subsidie = load(session, Subsidie, subsidie_id)
    if subsidie.aanvrager_id != actor.party_id:
        raise NotFound()
    return subsidie


def intrekken(session, actor, aanvraag_id, *, reden: str = "") -> Indiening:
    """Take the application back while nothing is decided: what was reserved for it comes free."""
    aanvraag = load(session, Aanvraag, aanvraag_id, lock=True)
    if aanvraag.eigenaar_id != actor.party_id:
        raise NotFound()
    subsidie = queries.van_aanvraag(session, aanvraag.id)
    if subsidie is not None and subsidie.state not in OPEN:
        raise Refused("De gemeente heeft al besloten. Intrekken kan niet meer.", status=409)
    AANVRAAG.perform(aanvraag, "intrekken", actor)
    publicatie = load(session, RegelingPublicatie, aanvraag.publicatie_id)
    return aan_gemeente(session, actor, aanvraag, Indiensoort.INTREKKING, {
        "reden": reden.strip(), "ingetrokken_door": actor.naam}, regeling_id=aanvraag.regeling_id, naar=publicatie.eigenaar_id)


def zienswijze(session, actor, subsidie_id, punten: Sequence[str]) -> Indiening:
    """Tell what the gemeente should know before it decides (Awb 4:7, 4:8), one argument each: every one gets an answer."""
    subsidie = _own_case(session, actor, subsidie_id)
    gevraagd = queries.termijn(session, subsidie.id, "zienswijze", open_only=True)
    if gevraagd is None:
        raise Refused("De gemeente vraagt nu niet om een zienswijze.", status=409)
    said = [punt.strip() for punt in punten if punt.strip()]
    if not said:
        raise Refused("Schrijf wat de gemeente moet weten.")
    return sturen(session, actor, subsidie, subsidie, Indiensoort.ZIENSWIJZE, {
        "punten": said, "verstuurd_door": actor.naam})


def steun_verklaard(gegevens: Mapping) -> Decimal:
    """Earlier small aid that the applicant declared, in euros."""
    return Decimal(gegevens.get("steun_eerder") or "0")


def beslistermijn(publicatie: RegelingPublicatie):
    """The term to decide on applications for this scheme."""
    inhoud = publicatie.inhoud
    return rules.beslistermijn(inhoud["beslistermijn_weken"], inhoud["beslistermijn_artikel"], inhoud["nadere_regel"],
                               inhoud.get("termijnenwet_artikel", ""))
