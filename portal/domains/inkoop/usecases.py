"""The buying side of a procurement: one function per step or command, in the order of its life.

Each takes the session, the actor and plain values, checks through the workflow, writes, and leaves the commit to the
caller. The bidding side stands in inschrijven.py.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from sqlalchemy import func, select

from config import load as load_config
from portal.domains.inkoop import assessment, queries, rules, work
from portal.domains.inkoop.model import (
    MOTIVERING_TEKENS,
    Antwoord,
    Criterium,
    DeelnameAntwoord,
    Deelnamebesluit,
    DeelnameCijfer,
    Eis,
    Fase,
    GevraagdDocument,
    Inkoop,
    Mijlpaal,
    Opening,
    Perceel,
    PerceelState,
    Poort,
    Publicatie,
    PublicatieSoort,
    Score,
    State,
    Toets,
)
from portal.domains.inkoop.words import ZAAK_EINDE
from portal.domains.inkoop.workflow import INKOOP, PERCEEL, contractvolmacht, niemand_heeft_belang_open, zelf_geen_belang
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.belang import Belangverklaring, statement
from portal.kernel.besluit import Aard, Besluit, Rechtsmiddel
from portal.kernel.documents import Document, Scan, Stuk, keep
from portal.kernel.dossier import DossierDeelnemer, load, meet_term, next_reference, share, start_term, under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.money import bedrag_text
from portal.kernel.outbox import send_message
from portal.kernel.planning import Moment
from portal.kernel.sentences import SENTENCES, refusing, settle
from portal.kernel.terms import compute
from portal.register.model import Overeenkomst, OvereenkomstPeriode, PeriodeSoort
from portal.tenants.model import Gemeente


def regelset() -> dict:
    """The rule set of today, for what is not published yet; `queries.regelset` knows the rules of one procurement."""
    return load_config("inkoop")


def methoden() -> list[dict]:
    """The procurement methods of the rule set that the portal can run from plan to contract."""
    return [m for m in regelset()["methode"] if m.get("uitgewerkt")]


def method_name(code: str) -> str:
    """The name of a procurement method."""
    return next(m["naam"] for m in regelset()["methode"] if m["code"] == code)


# --- 1. plan -------------------------------------------------------------------------------------------------------------

def plannen(session, actor, *, titel: str, verband_id: uuid.UUID, methode: str, omschrijving: str,
            geraamde_waarde: Decimal, begint_on: date, looptijd_jaren: list[int], terugval: str,
            aandachtspunten: Iterable[Mapping] = ()) -> Inkoop:
    """Plan a procurement as lead of the samenwerkingsverband. Refused for anyone else."""
    lead = next((g for g, trekker in queries.members(session, verband_id, clock.today()) if trekker), None)
    if lead is None or lead.id != actor.party_id:
        raise Refused("Alleen de trekker van dit samenwerkingsverband plant een inkoop.")
    gekozen = next((m for m in methoden() if m["code"] == methode), None)
    if gekozen is None:
        raise Refused("Kies een van de methoden uit de lijst.")
    inkoop = Inkoop(
        reference=next_reference(session, "INK"), titel=titel, state=State.GEPLAND, eigenaar_id=actor.party_id,
        behandelaar_id=actor.user_id, verband_id=verband_id, methode=methode, toegang=gekozen["toegang"],
        omschrijving=omschrijving,
        geraamde_waarde=geraamde_waarde, begint_on=begint_on, looptijd_jaren=list(looptijd_jaren), terugval=terugval,
        aandachtspunten=list(aandachtspunten),
    )
    session.add(inkoop)
    with refusing(session):
        inkoop.record("inkoop:plannen", actor=actor, state_to=State.GEPLAND, methode=methode, waarde=geraamde_waarde)
    return inkoop


def _planning(session, actor, inkoop_id) -> Inkoop:
    """The inkoop while its plan may still change: until publication, by the lead."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    if inkoop.eigenaar_id != actor.party_id:
        raise NotFound()
    if inkoop.state not in (State.GEPLAND, State.UITGEVRAAGD, State.DOORGEZET):
        raise Refused("Deze inkoop is gepubliceerd of gestopt. Het plan staat vast.", status=409)
    return inkoop


PLAN_VAST = ("De gemeenten besluiten over dit plan. Percelen, eisen, criteria, cijfers en de gegevens van de inkoop staan "
             "vast. Er kan geen perceel meer bij.")


def _concept(session, actor, inkoop_id) -> Inkoop:
    """The inkoop while nobody was asked about it: what members decide on does not change under their hands."""
    inkoop = _planning(session, actor, inkoop_id)
    if inkoop.state != State.GEPLAND:
        raise Refused(PLAN_VAST, status=409)
    return inkoop


def _plan_changed(inkoop: Inkoop, actor, onderdeel: str, **facts) -> None:
    """From the first question on, every change of the plan leaves a line that the members read."""
    if inkoop.uitgevraagd_at is not None:
        inkoop.record("inkoop:plan", actor=actor, onderdeel=onderdeel, **facts)


def gegevens_wijzigen(session, actor, inkoop_id, **gegevens) -> Inkoop:
    """Change the basic facts (those of `plannen`) while nobody was asked. The samenwerkingsverband and the method stay:
    another one is another procurement."""
    inkoop = _concept(session, actor, inkoop_id)
    changed = sorted(name for name, value in gegevens.items() if getattr(inkoop, name) != value)
    for name in changed:
        setattr(inkoop, name, gegevens[name])
    if "titel" in changed:
        for perceel in queries.percelen(session, inkoop.id):
            perceel.titel = _perceel_titel(inkoop, perceel.nummer, perceel.naam)
    with refusing(session):
        if changed:
            _plan_changed(inkoop, actor, "gegevens", aantal=len(changed), waarde=inkoop.geraamde_waarde)
    return inkoop


def _perceel_titel(inkoop: Inkoop, nummer: int, naam: str) -> str:
    return f"{inkoop.titel}, perceel {nummer}: {naam}"


def perceel_toevoegen(session, actor, inkoop_id, *, naam: str, product: str, omschrijving: str, waarde: Decimal,
                      max_contracten: int | None = None, minimale_score: Decimal = Decimal("0")) -> Perceel:
    """Add a perceel while the inkoop is being planned: members decide per perceel, so not after they were asked."""
    inkoop = _concept(session, actor, inkoop_id)
    # A number is used once, also that of a perceel that was taken out.
    nummer = 1 + (session.scalar(select(func.max(Perceel.nummer)).where(Perceel.inkoop_id == inkoop.id)) or 0)
    perceel = Perceel(
        reference=f"{inkoop.reference}-P{nummer}", titel=_perceel_titel(inkoop, nummer, naam),
        state=PerceelState.GEPLAND, eigenaar_id=inkoop.eigenaar_id, ouder_id=inkoop.id, inkoop_id=inkoop.id, nummer=nummer,
        naam=naam, product=product, omschrijving=omschrijving, waarde=waarde, max_contracten=max_contracten,
        minimale_score=minimale_score,
    )
    session.add(perceel)
    with refusing(session):
        inkoop.record("inkoop:perceel", actor=actor, perceel=perceel.id, nummer=nummer)
    return perceel


def _planned_perceel(session, actor, perceel_id) -> tuple[Inkoop, Perceel]:
    perceel = load(session, Perceel, perceel_id)
    if perceel.state == PerceelState.WEGGEHAALD:
        raise NotFound("Dit perceel is weggehaald uit het plan.")
    return _concept(session, actor, perceel.inkoop_id), perceel


def perceel_wijzigen(session, actor, perceel_id, **gegevens) -> Perceel:
    """Change a perceel (the values of `perceel_toevoegen`) while nobody was asked."""
    inkoop, perceel = _planned_perceel(session, actor, perceel_id)
    changed = [name for name, value in gegevens.items() if getattr(perceel, name) != value]
    for name in changed:
        setattr(perceel, name, gegevens[name])
    perceel.titel = _perceel_titel(inkoop, perceel.nummer, perceel.naam)
    with refusing(session):
        if changed:
            inkoop.record("inkoop:perceel-gewijzigd", actor=actor, perceel=perceel.id, nummer=perceel.nummer)
    return perceel


def perceel_weghalen(session, actor, perceel_id) -> Inkoop:
    """Take a perceel out of the plan while nobody was asked, with its requirements, criteria, asked documents and figures.
    The empty perceel stays for the history."""
    inkoop, perceel = _planned_perceel(session, actor, perceel_id)
    PERCEEL.perform(perceel, "weghalen", actor, record={"nummer": perceel.nummer, "naam": perceel.naam})
    for kind in (Eis, Criterium, GevraagdDocument):
        for row in session.scalars(select(kind).where(kind.dossier_id == perceel.id)):
            session.delete(row)
    for cijfer in session.scalars(select(DeelnameCijfer).where(DeelnameCijfer.perceel_id == perceel.id)):
        session.delete(cijfer)
    # Who was asked before the question was taken back sees it no more.
    for row in session.scalars(select(DossierDeelnemer).where(DossierDeelnemer.dossier_id == perceel.id)):
        row.tot = row.tot or clock.now()
    settle(session)
    return inkoop


def eis_toevoegen(session, actor, perceel_id, *, code: str, tekst: str, bewijs: str | None = None) -> Eis:
    """A minimum requirement of a perceel."""
    inkoop, perceel = _planned_perceel(session, actor, perceel_id)
    eis = Eis(**under(perceel, actor.party_id), code=code, tekst=tekst, bewijs=bewijs)
    with refusing(session):
        session.add(eis)
        _plan_changed(inkoop, actor, "eis", erbij=True, code=code, perceel=perceel.nummer)
    return eis


def criterium_toevoegen(session, actor, perceel_id, *, code: str, tekst: str, weging: int) -> Criterium:
    """An award criterion of a perceel; the weights must add up to 100 at publication."""
    inkoop, perceel = _planned_perceel(session, actor, perceel_id)
    criterium = Criterium(**under(perceel, actor.party_id), code=code, tekst=tekst, weging=weging)
    with refusing(session):
        session.add(criterium)
        _plan_changed(inkoop, actor, "criterium", erbij=True, code=code, perceel=perceel.nummer)
    return criterium


def onderdeel_wijzigen(session, actor, kind: type, onderdeel_id, **values) -> None:
    """Change an eis or a criterium while nobody was asked, or an asked document until the publication."""
    row = load(session, kind, onderdeel_id)
    inkoop, perceel, what = _of_part(session, actor, kind, row)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    with refusing(session):
        if changed:
            _plan_changed(inkoop, actor, what, code=row.code, perceel=perceel.nummer if perceel else None)


def _of_part(session, actor, kind: type, row) -> tuple[Inkoop, Perceel | None, str]:
    """The inkoop of a part of its plan while this part may change, the perceel if it has one, and what the part is called."""
    perceel = session.get(Perceel, row.dossier_id)
    may_change = _concept if kind in (Eis, Criterium) else _planning
    inkoop = may_change(session, actor, perceel.inkoop_id if perceel else row.dossier_id)
    return inkoop, perceel, {Eis: "eis", Criterium: "criterium", GevraagdDocument: "gevraagd", Mijlpaal: "mijlpaal"}[kind]


def gevraagd_toevoegen(session, actor, dossier_id, *, code: str, titel: str, toelichting: str,
                       herbruikbaar: bool = False) -> GevraagdDocument:
    """Ask bidders for a document: for the whole inkoop (its id) or for one perceel (its id)."""
    dossier = session.get(Inkoop, dossier_id) or load(session, Perceel, dossier_id)
    inkoop = _planning(session, actor, dossier.id if isinstance(dossier, Inkoop) else dossier.inkoop_id)
    gevraagd = GevraagdDocument(**under(dossier, actor.party_id), code=code, titel=titel, toelichting=toelichting,
                                herbruikbaar=herbruikbaar)
    with refusing(session):
        session.add(gevraagd)
        _plan_changed(inkoop, actor, "gevraagd", erbij=True, code=code)
    return gevraagd


def onderdeel_weghalen(session, actor, kind: type, onderdeel_id) -> None:
    """Remove an eis, criterium, gevraagd document or milestone from the plan. A milestone that was decided stays."""
    row = load(session, kind, onderdeel_id)
    inkoop, perceel, what = _of_part(session, actor, kind, row)
    if kind is Mijlpaal and row.besloten_on is not None:
        raise Refused("Over deze mijlpaal is al besloten. Hij blijft staan.", status=409)
    code = row.volgnummer if kind is Mijlpaal else row.code
    with refusing(session):
        session.delete(row)
        _plan_changed(inkoop, actor, what, erbij=False, code=code, perceel=perceel.nummer if perceel else None)


def mijlpaal_toevoegen(session, actor, inkoop_id, *, titel: str, moment: Moment, fase: Fase | None = None,
                       poort: Poort | None = None) -> Mijlpaal:
    """A milestone: an exact date, a month, a quarter, a season or alternatives (kernel/planning.py). `fase`: what it plans;
    `poort`: the step that waits until it is decided."""
    inkoop = _planning(session, actor, inkoop_id)
    last = session.scalars(select(Mijlpaal.volgnummer).where(Mijlpaal.dossier_id == inkoop.id)).all()
    mijlpaal = Mijlpaal(**under(inkoop, actor.party_id), volgnummer=max(last, default=0) + 1, titel=titel,
                        moment=moment.to_json(), fase=fase, poort=poort)
    with refusing(session):
        session.add(mijlpaal)
        _plan_changed(inkoop, actor, "mijlpaal", erbij=True, code=mijlpaal.volgnummer)
    return mijlpaal


def cijfer_vastleggen(session, actor, inkoop_id, *, perceel_id, gemeente_id, plaatsen: int, bedrag_per_jaar: Decimal,
                      pgb_inwoners: int = 0) -> DeelnameCijfer:
    """What a perceel means for one gemeente, as the lead estimates it."""
    inkoop = _concept(session, actor, inkoop_id)
    cijfer = session.scalar(select(DeelnameCijfer).where(
        DeelnameCijfer.perceel_id == perceel_id, DeelnameCijfer.gemeente_id == gemeente_id))
    if cijfer is None:
        cijfer = DeelnameCijfer(**under(inkoop, actor.party_id), perceel_id=perceel_id, gemeente_id=gemeente_id)
        session.add(cijfer)
    cijfer.plaatsen, cijfer.bedrag_per_jaar, cijfer.pgb_inwoners = plaatsen, bedrag_per_jaar, pgb_inwoners
    _plan_changed(inkoop, actor, "cijfer", perceel=load(session, Perceel, perceel_id).nummer, gemeente_id=gemeente_id)
    settle(session)
    return cijfer


def stuk_toevoegen(session, actor, inkoop_id, stuk: Stuk, *, titel: str, vervangt_id: uuid.UUID | None = None) -> Document:
    """A tender document in a new version. It stays a draft of the lead until it is shared with the members."""
    inkoop = _planning(session, actor, inkoop_id)
    vervangt = load(session, Document, vervangt_id, lock=True) if vervangt_id else None
    if vervangt is not None:
        if vervangt.dossier_id != inkoop.id or vervangt.vervallen_at is not None:
            raise NotFound()
        vervangt.vervallen_at = clock.now()
    document = keep(session, inkoop, actor, stuk, soort="inkoopstuk", titel=titel, vervangt=vervangt)
    with refusing(session):
        session.flush()
        inkoop.record("inkoop:stuk", actor=actor, document=document.id, versie=document.versie, sha256=document.sha256)
    return document


def stuk_delen(session, actor, document_id) -> Document:
    """Share a draft with the members: from here on this version does not change."""
    document = load(session, Document, document_id, lock=True)
    inkoop = _planning(session, actor, document.dossier_id)
    if document.vervallen_at is not None:
        raise Refused("Van dit stuk is al een nieuwere versie.", status=409)
    if document.gedeeld_at is None:
        document.gedeeld_at = clock.now()
        inkoop.record("inkoop:stuk-gedeeld", actor=actor, document=document.id, versie=document.versie)
    settle(session)
    return document


def stuk_weghalen(session, actor, document_id) -> None:
    """Take a document out of the plan. Its versions stay in the history, no longer in force."""
    document = load(session, Document, document_id, lock=True)
    inkoop = _planning(session, actor, document.dossier_id)
    if document.soort != "inkoopstuk":
        raise NotFound()
    if document.vervallen_at is None:
        document.vervallen_at = clock.now()
        inkoop.record("inkoop:stuk-weg", actor=actor, document=document.id, versie=document.versie)
    settle(session)


# --- 2. deelname ---------------------------------------------------------------------------------------------------------

GEVOLG_DEELNAME = ("Een gemeente die niet besluit, doet niet mee en regelt deze zorg dan zelf. "
                   "Later aansluiten kan alleen met toestemming van de anderen.")


def uitvragen(session, actor, inkoop_id) -> Inkoop:
    """Ask all members to decide: the dossier is shared with them, a term runs for each, each gets a message."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    today = clock.today()
    INKOOP.perform(inkoop, "uitvragen", actor, on=today)
    inkoop.uitgevraagd_at = clock.now()
    inkoop.deelname_uiterlijk_at = rules.deelname_uiterlijk(regelset(), today)
    members = [gemeente for gemeente, _trekker in queries.members(session, inkoop.verband_id, today)]
    again = _share_with(session, inkoop, {gemeente.id for gemeente in members} - {inkoop.eigenaar_id})
    for gemeente in members:
        if gemeente.id != inkoop.eigenaar_id:
            send_message(session, actor, to=gemeente.id, dossier_id=inkoop.id,
                         onderwerp=f"Doet {gemeente.naam} mee met {inkoop.titel}?",
                         tekst=("Wij vroegen dit eerder en hebben het plan daarna veranderd. Bij de gebeurtenissen ziet u wat. "
                                if gemeente.id in again else "") +
                               "Laat uw college besluiten en leg dat besluit vast in het portaal. "
                               "In het dossier staat wat wij vragen, wat het kost en tot wanneer u kunt besluiten.")
        start_term(session, inkoop, rules.deelname_rule(regelset()), on=today, party_id=gemeente.id,
                   due_at=inkoop.deelname_uiterlijk_at, taak=f"Laat uw college besluiten over {inkoop.titel}",
                   gevolg=GEVOLG_DEELNAME, endpoint="inkoop.deelname",
                   permissions=("inkoop:deelname",))
    work.wait_for(session, inkoop, "werk_volgen", on=work.closing_day(inkoop.deelname_uiterlijk_at))
    settle(session)
    return inkoop


def _share_with(session, inkoop: Inkoop, parties: set[uuid.UUID]) -> set[uuid.UUID]:
    """Open the inkoop and its percelen to these members, and to no one who was asked before and is no member any more.
    Returns who saw the inkoop already."""
    before = set()
    for dossier in (inkoop, *queries.percelen(session, inkoop.id)):
        rows = {row.party_id: row for row in session.scalars(
            select(DossierDeelnemer).where(DossierDeelnemer.dossier_id == dossier.id))}
        for party_id, row in rows.items():
            row.tot = None if party_id in parties else row.tot or clock.now()
        for party_id in parties - set(rows):
            share(session, dossier, party_id, "deelnemer")
        before |= set(rows)
    return before


def terughalen(session, actor, inkoop_id, *, reden: str) -> Inkoop:
    """Take the question back, before anyone decided: the plan may change again. Everybody who was asked hears why."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    INKOOP.perform(inkoop, "terughalen", actor, reden=reden)
    inkoop.deelname_uiterlijk_at = None
    for gemeente in queries.asked(session, inkoop):
        if gemeente.id != actor.party_id:
            send_message(session, actor, to=gemeente.id, dossier_id=inkoop.id,
                         onderwerp=f"U hoeft nog niet te besluiten over {inkoop.titel}",
                         tekst="De trekker past het plan aan. U krijgt daarna opnieuw de vraag of uw gemeente meedoet. "
                               f"De reden is: {reden.strip()}")
    settle(session)
    return inkoop


def _own_draft(session, actor, inkoop_id) -> tuple[Inkoop, Deelnamebesluit]:
    inkoop = load(session, Inkoop, inkoop_id)
    if inkoop.state != State.UITGEVRAAGD:
        raise Refused("Er wordt nu geen deelnamebesluit gevraagd.", status=409)
    besluit = session.scalar(select(Deelnamebesluit).where(
        Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.party_id == actor.party_id).with_for_update())
    if reasons := INKOOP.obstacles(inkoop, "deelname", actor, besluit=besluit):
        decided = besluit is not None and besluit.vastgelegd_at is not None
        raise Refused(*reasons, status=409 if decided else 410)
    if besluit is None:
        besluit = Deelnamebesluit(**under(inkoop, actor.party_id), opgesteld_by=actor.user_id)
        session.add(besluit)
        settle(session)
    return inkoop, besluit


def deelname_bewaren(session, actor, inkoop_id, *, antwoorden: Mapping[uuid.UUID, str], orgaan: str | None = None,
                     besloten_on: date | None = None, voorbehoud: str | None = None) -> Deelnamebesluit:
    """Keep a draft of the own decision; other members do not see it."""
    if unknown := set(antwoorden.values()) - set(Antwoord):
        raise Refused(f"Dit antwoord kennen wij niet: {', '.join(sorted(unknown))}.")
    inkoop, besluit = _own_draft(session, actor, inkoop_id)
    percelen = {p.id for p in queries.percelen(session, inkoop.id)}
    besluit.orgaan, besluit.besloten_on, besluit.voorbehoud = orgaan, besloten_on, voorbehoud
    for old in session.scalars(select(DeelnameAntwoord).where(DeelnameAntwoord.besluit_id == besluit.id)):
        session.delete(old)
    session.flush()
    for perceel_id, antwoord in antwoorden.items():
        if perceel_id not in percelen:
            raise NotFound()
        session.add(DeelnameAntwoord(besluit_id=besluit.id, inkoop_id=inkoop.id, perceel_id=perceel_id, party_id=actor.party_id,
                                     antwoord=Antwoord(antwoord)))
    settle(session)
    return besluit


def deelname_document(session, actor, inkoop_id, stuk: Stuk) -> Document:
    """Add the decision of the own body as a document to the draft."""
    inkoop, besluit = _own_draft(session, actor, inkoop_id)
    vervangt = session.get(Document, besluit.document_id) if besluit.document_id else None
    if vervangt is not None:
        vervangt.vervallen_at = clock.now()
    document = keep(session, inkoop, actor, stuk, soort="deelnamebesluit", titel=f"Deelnamebesluit {actor.party_naam}",
                    vervangt=vervangt)
    session.flush()
    besluit.document_id = document.id
    settle(session)
    return document


def deelname_obstacles(session, inkoop: Inkoop, besluit: Deelnamebesluit | None, antwoorden: Mapping) -> dict[str, str]:
    """What still lacks before the decision can be recorded: field -> sentence."""
    faults = {}
    for perceel in queries.percelen(session, inkoop.id):
        if perceel.id not in antwoorden:
            faults[f"p{perceel.nummer}"] = f"Kies wat uw gemeente besluit over perceel {perceel.nummer}."
    if besluit is None or not besluit.orgaan:
        faults["orgaan"] = "Kies wie heeft besloten."
    if besluit is None or besluit.besloten_on is None:
        faults["datum"] = "Vul in op welke datum is besloten."
    elif besluit.besloten_on > clock.today():
        faults["datum"] = "De datum van het besluit ligt in de toekomst. Vul de dag in waarop is besloten."
    if Antwoord.VOORBEHOUD in antwoorden.values() and not (besluit and besluit.voorbehoud):
        faults["voorbehoud"] = "Schrijf wat het voorbehoud is."
    if fault := _document_fault(session.get(Document, besluit.document_id) if besluit and besluit.document_id else None):
        faults["besluit"] = fault
    return faults


def _document_fault(document: Document | None) -> str | None:
    """Why this document cannot stand as the decision for good: from the moment it is recorded everybody opens it."""
    if document is None:
        return "Voeg het besluit toe als document."
    if document.scan == Scan.BESMET:
        return "In het besluit dat u toevoegde zit een virus. Voeg een schoon bestand toe."
    if document.vervallen_at is not None:
        return "Het document dat u toevoegde geldt niet meer. Voeg het besluit opnieuw toe."
    if document.scan == Scan.WACHT:
        return "Het besluit wacht nog op de virusscan. Probeer het straks opnieuw."
    return None


def deelname(session, actor, inkoop_id) -> Deelnamebesluit:
    """Record the own decision: from here on all members see it and it does not change. The database checks the deadline."""
    inkoop, besluit = _own_draft(session, actor, inkoop_id)
    antwoorden = dict(session.execute(select(DeelnameAntwoord.perceel_id, DeelnameAntwoord.antwoord).where(
        DeelnameAntwoord.besluit_id == besluit.id)).all())
    if faults := deelname_obstacles(session, inkoop, besluit, antwoorden):
        raise Refused(*faults.values())
    with refusing(session):
        besluit.vastgelegd_by, besluit.vastgelegd_at = actor.user_id, clock.now()
    document = load(session, Document, besluit.document_id)
    document.gedeeld_at = clock.now()
    meet_term(session, inkoop, "deelname", on=clock.today(), party_id=actor.party_id)
    ja = sum(a != Antwoord.NEE for a in antwoorden.values())
    with refusing(session):
        INKOOP.perform(inkoop, "deelname", actor, on=besluit.besloten_on, aanvaard=True, record={
            "orgaan": besluit.orgaan, "ja": ja, "nee": len(antwoorden) - ja,
            "voorbehoud": Antwoord.VOORBEHOUD in antwoorden.values()})
    return besluit


def herinneren(session, actor, inkoop_id) -> int:
    """Remind every member that has not decided; returns how many. At most once a day."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    if inkoop.eigenaar_id != actor.party_id or inkoop.state != State.UITGEVRAAGD:
        raise Refused("Een herinnering kan alleen als de gemeenten nog besluiten.", status=409)
    if clock.now() >= inkoop.deelname_uiterlijk_at:
        raise Refused("De termijn is voorbij. Een gemeente die nog niet besloot, kan dat niet meer.", status=410)
    events = queries.timeline(session, [inkoop.id])
    if any(e.kind == "inkoop:herinneren" and e.occurred_on == clock.today() for e in events):
        raise Refused("U heeft vandaag al een herinnering gestuurd.", status=409)
    silent = [d for d in queries.matrix(session, inkoop) if d.besluit is None and d.gemeente.id != actor.party_id]
    if not silent:
        raise Refused("Alle gemeenten hebben besloten.", status=409)
    for deelnemer in silent:
        send_message(session, actor, to=deelnemer.gemeente.id, dossier_id=inkoop.id,
                     onderwerp=f"Herinnering: doet {deelnemer.gemeente.naam} mee met {inkoop.titel}?",
                     tekst="Wij hebben nog geen besluit van uw gemeente. In het dossier ziet u tot wanneer dat kan en wat er "
                           "gebeurt als niemand iets doet.")
    with refusing(session):
        inkoop.record("inkoop:herinneren", actor=actor, aantal=len(silent))
    return len(silent)


def doorzetten(session, actor, inkoop_id) -> Inkoop:
    """Go: the gate is open. Members without a decision count as *niet besloten* and do not take part; a perceel that nobody
    buys ends here."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    rows = queries.matrix(session, inkoop)
    INKOOP.perform(inkoop, "doorzetten", actor, record={
        "doet_mee": sum(d.doet_mee is True for d in rows), "doet_niet_mee": sum(d.doet_mee is False for d in rows),
        "niet_besloten": sum(d.doet_mee is None for d in rows)})
    afvallen(session, actor, inkoop, rows)
    _decide_gate(session, inkoop, "go")
    work.wait_for(session, inkoop, "werk_publiceren", begint=inkoop.begint_on)
    settle(session)
    return inkoop


def afvallen(session, actor, inkoop: Inkoop, rows: Iterable[queries.Deelnemer]) -> None:
    """End every perceel that nobody buys (`rows`: the matrix): it is not published, awarded or contracted."""
    for perceel in queries.percelen(session, inkoop.id):
        if perceel.state == PerceelState.GEPLAND and not queries.buyers(rows, perceel.id):
            PERCEEL.perform(perceel, "afvallen", actor, record={"nummer": perceel.nummer})


def stoppen(session, actor, inkoop_id, *, reden: str) -> Inkoop:
    """No-go: the inkoop ends; the recorded fallback is offered to all members. One that was published ends in public, and
    everybody that began a bid hears why: the database tells them, for before the opening nobody knows who they are."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    was_published = inkoop.state == State.GEPUBLICEERD
    INKOOP.perform(inkoop, "stoppen", actor, reden=reden)
    inkoop.gestopt_reden = reden
    _decide_gate(session, inkoop, "no_go")
    if was_published:
        _publish(session, actor, inkoop, PublicatieSoort.GESTOPT, {"reden": reden.strip()})
        settle(session)
        session.execute(select(func.portal.inschrijvers_melden(
            inkoop.id, f"{inkoop.titel} is gestopt",
            f"De gemeenten stoppen deze inkoop. U kunt niet meer inschrijven. Wat u al verstuurde, blijft dicht: niemand leest "
            f"het. De reden is: {reden.strip()} {_remedy(session, inkoop.id)}")))
    for gemeente in queries.asked(session, inkoop):
        if gemeente.id != actor.party_id:
            send_message(session, actor, to=gemeente.id, dossier_id=inkoop.id, onderwerp=f"{inkoop.titel} is gestopt",
                         tekst="De inkoop gaat niet door. In het dossier staat waarom, en wat in de plaats komt.")
    settle(session)
    return inkoop


def _publish(session, actor, dossier: Inkoop | Perceel, soort: PublicatieSoort, inhoud: dict) -> None:
    """Tell everybody how this procurement, or a perceel of it, went on. `inhoud` gets the day."""
    session.add(Publicatie(
        **under(dossier, actor.party_id), soort=soort, inkoop_id=getattr(dossier, "inkoop_id", dossier.id),
        reference=dossier.reference, titel=dossier.titel, regelset={}, gepubliceerd_at=clock.now(),
        inhoud=inhoud | {"besloten_on": clock.today().isoformat()}))


def _no_award(perceel: Perceel, reden: str) -> dict:
    """The published content of a perceel without an award (any more), in the keys of an award."""
    return {"perceel": {"id": str(perceel.id), "nummer": perceel.nummer, "naam": perceel.naam}, "gegund_aan": [],
            "winnaars": [], "reden": reden.strip()}


def _remedy(session, inkoop_id) -> str:
    """What who disagrees can do where no standstill runs. Rule sets of before this was written: as it is now."""
    return (queries.regelset(session, inkoop_id)["rechtsbescherming"].get("zonder_standstill")
            or regelset()["rechtsbescherming"]["zonder_standstill"])


def _decide_gate(session, inkoop, uitkomst: str) -> None:
    """Go and no-go decide the gate of the deelname, and no other."""
    for mijlpaal in session.scalars(select(Mijlpaal).where(
            Mijlpaal.dossier_id == inkoop.id, Mijlpaal.poort == Poort.DEELNAME, Mijlpaal.uitkomst.is_(None))):
        mijlpaal.besloten_on, mijlpaal.uitkomst = clock.today(), uitkomst


def poort_beslissen(session, actor, mijlpaal_id, *, uitkomst: str, reden: str) -> Mijlpaal:
    """Decide another gate than that of the deelname: go opens its step, no-go keeps it shut."""
    mijlpaal = load(session, Mijlpaal, mijlpaal_id)
    inkoop = load(session, Inkoop, mijlpaal.dossier_id, lock=True)
    session.refresh(mijlpaal)
    if mijlpaal.poort in (None, Poort.DEELNAME):
        raise Refused("Dit is geen poort waarover de trekker los besluit.", status=409)
    if mijlpaal.uitkomst is not None:
        raise Refused("Over deze mijlpaal is al besloten. Hij blijft staan.", status=409)
    if uitkomst not in ("go", "no_go"):
        raise Refused("Kies go of no-go.")
    INKOOP.perform(inkoop, "poort_beslissen", actor, reden=reden, record={"nummer": mijlpaal.volgnummer, "uitkomst": uitkomst})
    mijlpaal.besloten_on, mijlpaal.uitkomst, mijlpaal.reden = clock.today(), uitkomst, reden.strip()
    settle(session)
    return mijlpaal


# --- 3. publicatie -------------------------------------------------------------------------------------------------------

@dataclass(frozen=True)
class Vragen:
    """Whom a bidder may ask about a procurement: a person or a department, with a mail address."""

    naam: str
    email: str


def publiceren(session, actor, inkoop_id, *, sluit_at: datetime, vragen: Vragen | None = None) -> Publicatie:
    """Publish: shared documents are frozen and public, the rule set and the whole content are copied."""
    inkoop = load(session, Inkoop, inkoop_id, lock=True)
    INKOOP.perform(inkoop, "publiceren", actor, sluit_at=sluit_at, record={"sluit_at": sluit_at})
    afvallen(session, actor, inkoop, mee := [d for d in queries.matrix(session, inkoop) if d.doet_mee])
    now, documenten = clock.now(), queries.inkoopstukken(session, inkoop.id)
    for document in documenten:
        document.gepubliceerd_at = now
    inkoop.sluit_at = sluit_at
    publicatie = Publicatie(
        **under(inkoop, actor.party_id), soort=PublicatieSoort.AANKONDIGING, inkoop_id=inkoop.id,
        reference=inkoop.reference, titel=inkoop.titel, regelset=regelset(), inhoud=_content(session, inkoop, mee, documenten)
        | (_questions(vragen, sluit_at) if vragen else {}),
        sluit_at=sluit_at, gepubliceerd_at=now,
    )
    session.add(publicatie)
    work.wait_for(session, inkoop, "werk_openen", on=work.closing_day(sluit_at), parties=[d.gemeente.id for d in mee])
    settle(session)
    return publicatie


def _questions(vragen: Vragen, sluit_at: datetime) -> dict:
    """Whom to ask, and the last day: some days before the closing, so that the answer still helps."""
    last = work.closing_day(sluit_at) - timedelta(days=regelset()["vragen"]["dagen_voor_sluiting"])
    return {"vragen": {"naam": vragen.naam, "email": vragen.email, "tot_en_met": max(last, clock.today()).isoformat()}}


def _content(session, inkoop: Inkoop, mee: list[queries.Deelnemer], documenten) -> dict:
    """The frozen content of an announcement; its keys are what public pages and bid forms read."""
    percelen = [p for p in queries.percelen(session, inkoop.id) if p.state != PerceelState.VERVALLEN]
    ids = [inkoop.id, *(p.id for p in percelen)]

    def by_dossier(kind):
        found: dict = {}
        for row in session.scalars(select(kind).where(kind.dossier_id.in_(ids)).order_by(kind.code)):
            found.setdefault(row.dossier_id, []).append(row)
        return found

    eisen, criteria, gevraagd = by_dossier(Eis), by_dossier(Criterium), by_dossier(GevraagdDocument)

    def asked_for(dossier_id):
        return [{"id": str(g.id), "code": g.code, "titel": g.titel, "toelichting": g.toelichting,
                 "herbruikbaar": g.herbruikbaar} for g in gevraagd.get(dossier_id, [])]

    mijlpalen = session.scalars(select(Mijlpaal).where(Mijlpaal.dossier_id == inkoop.id).order_by(Mijlpaal.volgnummer))
    return {
        "omschrijving": inkoop.omschrijving, "methode": inkoop.methode, "methode_naam": method_name(inkoop.methode),
        "toegang": inkoop.toegang,
        "geraamde_waarde": str(inkoop.geraamde_waarde), "begint_on": inkoop.begint_on.isoformat(),
        "looptijd_jaren": inkoop.looptijd_jaren,
        "gemeenten": [{"naam": d.gemeente.naam, "slug": d.gemeente.slug} for d in mee],
        "mijlpalen": [{"titel": m.titel, "tekst": Moment.from_json(m.moment).text(), "fase": m.fase,
                       "besloten": m.besloten_on is not None} for m in mijlpalen],
        "documenten": [{"id": str(d.id), "titel": d.titel, "naam": d.naam, "grootte": d.grootte, "sha256": d.sha256}
                       for d in documenten],
        "gevraagd": asked_for(inkoop.id),
        "percelen": [{
            "id": str(p.id), "nummer": p.nummer, "naam": p.naam, "product": p.product, "omschrijving": p.omschrijving,
            "waarde": str(p.waarde), "max_contracten": p.max_contracten, "minimale_score": str(p.minimale_score),
            "gemeenten": [d.gemeente.naam for d in queries.buyers(mee, p.id)],
            "plaatsen": sum(d.plaatsen.get(p.id, 0) for d in queries.buyers(mee, p.id)),
            "eisen": [{"id": str(e.id), "code": e.code, "tekst": e.tekst, "bewijs": e.bewijs} for e in eisen.get(p.id, [])],
            "criteria": [{"id": str(c.id), "code": c.code, "tekst": c.tekst, "weging": c.weging}
                         for c in criteria.get(p.id, [])],
            "gevraagd": asked_for(p.id),
        } for p in percelen],
    }


# --- 5. opening and assessment ---------------------------------------------------------------------------------------------

def openen(session, actor, inkoop_id) -> bool:
    """One officer's opening act; True when it was the second one and the bids are open now. Deadline, membership and
    persons are checked by the database, under the lock that senders share."""
    inkoop = load(session, Inkoop, inkoop_id)
    session.add(Opening(**under(inkoop, actor.party_id), account_id=actor.user_id))
    settle(session)
    session.expire_all()
    opened = load(session, Inkoop, inkoop_id).state == State.GEOPEND
    inkoop.record("inkoop:openen", actor=actor, tweede=opened, state_from=State.GEPUBLICEERD,
                  state_to=State.GEOPEND if opened else State.GEPUBLICEERD)
    if opened:
        _start_assessment(session, actor, inkoop)
    settle(session)
    return opened


def _start_assessment(session, actor, inkoop: Inkoop) -> None:
    """From the opening on the assessment waits: for the gemeenten that buy in a perceel, then for the lead. The database
    lets whoever opened write these terms, and no others, also when that is not the lead."""
    rows = queries.matrix(session, inkoop)
    # Whoever opened last may not read the bids on every perceel; how many there are it knows.
    with_bids = {r.perceel_id for r in queries.received(session, inkoop.id)}
    for perceel in queries.percelen(session, inkoop.id):
        if perceel.state != PerceelState.GEOPEND:
            continue
        perceel.record("perceel:openen", actor=actor, state_from=PerceelState.GEPLAND, state_to=PerceelState.GEOPEND)
        if perceel.id not in with_bids:
            work.wait_for(session, perceel, "werk_vervallen", nummer=perceel.nummer)
            continue
        _wait_for_judgments(session, perceel, rows)


def _wait_for_judgments(session, perceel: Perceel, rows: Iterable[queries.Deelnemer]) -> None:
    """The assessment waits for the gemeenten that buy in this perceel (`rows`: the matrix), and for the lead."""
    mee = [d.gemeente.id for d in queries.buyers(rows, perceel.id)]
    work.wait_for(session, perceel, "werk_beoordelen", parties=[perceel.eigenaar_id, *mee], nummer=perceel.nummer,
                  naam=perceel.naam)
    work.wait_for(session, perceel, "werk_vaststellen", nummer=perceel.nummer)


def proces_verbaal(session, actor, inkoop_id, stuk: Stuk) -> Document:
    """Keep the record of the opening, shared with all members."""
    inkoop = load(session, Inkoop, inkoop_id)
    document = keep(session, inkoop, actor, stuk, soort="proces-verbaal", titel="Proces-verbaal van opening",
                    gedeeld_at=clock.now())
    with refusing(session):
        session.flush()
        inkoop.record("inkoop:proces-verbaal", actor=actor, document=document.id, sha256=document.sha256)
    return document


def belang_verklaren(session, actor, inkoop_id, *, heeft_belang: bool, toelichting: str | None = None) -> Belangverklaring:
    """A beoordelaar's own statement; with an interest one does not assess. An interest that is found later is declared too;
    nobody takes one back."""
    inkoop = load(session, Inkoop, inkoop_id)
    if not assessment.takes_part(session, inkoop.id, actor.party_id):
        raise Refused("Uw gemeente doet niet mee aan deze inkoop. U beoordeelt hier niet.", status=403)
    if heeft_belang and not (toelichting or "").strip():
        raise Refused("Schrijf welk belang u heeft.")
    if inkoop.state != State.GEOPEND:
        raise Refused("Een belang verklaart u na de opening, als bekend is wie inschreef.", status=409)
    if last := statement(session, inkoop.id, actor.user_id):
        if last.heeft_belang:
            raise Refused("U meldde al een belang. Daarmee beoordeelt u deze inkoop niet.", status=409)
        if not heeft_belang:
            raise Refused("U heeft uw verklaring al gegeven.", status=409)
    verklaring = Belangverklaring(**under(inkoop, actor.party_id), account_id=actor.user_id, heeft_belang=heeft_belang,
                                  toelichting=toelichting if heeft_belang else None)
    session.add(verklaring)
    with refusing(session):
        inkoop.record("inkoop:belang", actor=actor, heeft_belang=heeft_belang, later=last is not None)
    return verklaring


def terzijde_leggen(session, actor, perceel_id, beoordelaar_id: uuid.UUID, *, reden: str) -> int:
    """Set aside what somebody judged who declared an interest later; returns how many judgments. They stay readable, and
    another beoordelaar judges those parts again. An outcome that was finalised is undone, with what was drafted on it."""
    perceel = load(session, Perceel, perceel_id, lock=True)
    was_final, draft = perceel.state == PerceelState.VASTGESTELD, open_gunning(session, perceel)
    PERCEEL.perform(perceel, "terzijde_leggen", actor, reden=reden, record={"besluit": draft.id} if draft else None)
    _close_draft(session, draft)
    with refusing(session):
        count = session.scalar(select(func.portal.beoordeling_terzijde(perceel.id, beoordelaar_id, reden.strip())))
    if not count:
        raise Refused("Van deze persoon tellen er geen beoordelingen mee.", status=409)
    session.expire_all()
    if was_final:
        _wait_for_judgments(session, perceel, queries.matrix(session, load(session, Inkoop, perceel.inkoop_id)))
    return count


def _judgment(session, actor, kind: type, perceel_id, inschrijving_id, part_kind: type, part_id, given: str):
    """(perceel, part, judgment): the own judgment of this bid on an eis or a criterium, or a new one. NotFound for what is
    not of this perceel; Refused when a colleague gave it."""
    perceel, part = load(session, Perceel, perceel_id), load(session, part_kind, part_id)
    opened = {b.inschrijving_id for b in queries.opened_bids(session, perceel)}
    if inschrijving_id not in opened or part.dossier_id != perceel.id:
        raise NotFound()
    declared = statement(session, perceel.inkoop_id, actor.user_id)
    if declared is None or declared.heeft_belang:
        raise Refused(SENTENCES["eerst_belang_verklaren"][0])
    key = {"inschrijving_id": inschrijving_id, f"{part_kind.__tablename__}_id": part.id}
    found = session.scalar(select(kind).filter_by(dossier_id=perceel.id, terzijde_at=None, **key))
    if found is not None and found.beoordelaar_id != actor.user_id:
        raise Refused(f"Een collega heeft {given}. Alleen die collega kan het aanpassen.", status=409)
    return perceel, part, found or kind(**under(perceel, actor.party_id), beoordelaar_id=actor.user_id, **key)


def toetsen(session, actor, perceel_id, inschrijving_id, eis_id, *, voldoet: bool, motivering: str | None = None) -> Toets:
    """Pass or fail on one requirement; a failure names its reason. Only whoever tested may correct it."""
    perceel, eis, toets = _judgment(session, actor, Toets, perceel_id, inschrijving_id, Eis, eis_id, "deze eis al getoetst")
    if not voldoet and not (motivering or "").strip():
        raise Refused(f"Schrijf waarom deze inschrijving niet voldoet aan eis {eis.code}.")
    toets.voldoet, toets.motivering = voldoet, motivering or None
    with refusing(session):
        session.add(toets)
        perceel.record("perceel:toetsen", actor=actor, inschrijving=inschrijving_id, eis=eis.code, voldoet=voldoet)
    return toets


def scoren(session, actor, perceel_id, inschrijving_id, criterium_id, *, punten: Decimal, motivering: str,
           kenmerken: str = "") -> Score:
    """Points on one criterion. `motivering` goes to this bidder, `kenmerken` to the others when this bid wins; without it
    they read the points only."""
    perceel, criterium, score = _judgment(session, actor, Score, perceel_id, inschrijving_id, Criterium, criterium_id,
                                          "dit criterium al gescoord")
    schaal = rules.schaal(queries.regelset(session, perceel.inkoop_id))
    if punten not in schaal:
        raise Refused(f"Geef {schaal.text()} punten.")
    if len(motivering.strip()) < MOTIVERING_TEKENS:
        raise Refused(f"Schrijf bij criterium {criterium.code} waarom u deze punten geeft, in ten minste {MOTIVERING_TEKENS} "
                      "tekens.")
    score.punten, score.motivering, score.kenmerken = punten, motivering.strip(), kenmerken.strip() or None
    with refusing(session):
        session.add(score)
        perceel.record("perceel:scoren", actor=actor, inschrijving=inschrijving_id, criterium=criterium.code, punten=punten)
    return score


def vaststellen(session, actor, perceel_id) -> Perceel:
    """A second person finalises the assessment of a perceel; the database refuses anyone who assessed."""
    perceel = load(session, Perceel, perceel_id, lock=True)
    PERCEEL.perform(perceel, "vaststellen", actor)
    with refusing(session):
        perceel.vastgesteld_by = actor.user_id
    work.wait_for(session, perceel, "werk_gunnen", nummer=perceel.nummer)
    settle(session)
    return perceel


# --- 6. award -------------------------------------------------------------------------------------------------------------

def proposal(session, perceel: Perceel, loting: rules.Loting | None = None) -> tuple[
        list[rules.Uitkomst], dict[uuid.UUID, rules.Beoordeeld]]:
    """What the published rules say about every bid on this perceel, and the assessment behind it. Refused when the lot must
    decide and was not drawn, or drew another number than there are contracts left."""
    blad, regelset = assessment.sheet(session, perceel), queries.regelset(session, perceel.inkoop_id)
    if tie := blad.tie(regelset):
        if loting is None:
            raise Refused(f"{len(tie.bids)} inschrijvingen staan gelijk, en er is plaats voor {tie.ruimte}. "
                          "Laat eerst loten, onder toezicht.")
        if not loting.toezicht.strip():
            raise Refused("Schrijf wie toezicht hield op de loting.")
        if loting.verricht_on > clock.today():
            raise Refused("De dag van de loting ligt in de toekomst.")
        if len(loting.gekozen) != tie.ruimte or not loting.gekozen <= tie.bids:
            raise Refused(f"Het lot wijst er {tie.ruimte} aan. U koos er {len(loting.gekozen & tie.bids)}.")
    return blad.proposal(regelset, loting if tie else None), blad.judged


ENDED = (besluiten.State.TERUGGESTUURD, besluiten.State.VERVALLEN, besluiten.State.INGETROKKEN)


def last_gunning(session, perceel: Perceel) -> Besluit | None:
    """The newest award decision of a perceel, also when it was returned, lapsed or withdrawn."""
    return session.scalar(select(Besluit).where(Besluit.dossier_id == perceel.id, Besluit.soort == "gunning")
                          .order_by(Besluit.opgesteld_at.desc()).limit(1))


def open_gunning(session, perceel: Perceel) -> Besluit | None:
    """The award decision of a perceel that is under way or done; one that was returned, lapsed or withdrawn no longer
    counts."""
    found = last_gunning(session, perceel)
    return None if found is None or found.state in ENDED else found


def _close_draft(session, draft: Besluit | None) -> None:
    """What was drafted on a perceel that no longer waits for it lapses."""
    if draft is not None:
        load(session, Besluit, draft.id, lock=True).state = besluiten.State.VERVALLEN


def interests(perceel: Perceel, actor, **facts) -> list[str]:
    """Why declared interests keep this person from the award, or everybody. For `facts` see the guards."""
    guards = (niemand_heeft_belang_open, zelf_geen_belang)
    return [reason for guard in guards if (reason := guard(perceel, actor=actor, **facts))]


def _without_interest(perceel: Perceel, actor) -> None:
    """What is no step of the perceel itself asks the same of who does it."""
    if reason := zelf_geen_belang(perceel, actor=actor):
        raise Refused(reason)


def _gun_onderwerp(naam: str, count: int) -> str:
    """What an award decision is called; lists show it, also in English."""
    return f"Gun {naam} aan {count} aanbieder" if count == 1 else f"Gun {naam} aan {count} aanbieders"


def gunnen(session, actor, perceel_id, *, afwijkingen: Mapping[uuid.UUID, tuple[bool, str]] | None = None,
           loting: rules.Loting | None = None) -> Besluit:
    """Draft the award of a perceel from the assessment. A deviation from the rules names its reason and shows on the card;
    of a tie that the lot decided the letters say how it was drawn."""
    perceel = load(session, Perceel, perceel_id, lock=True)
    if perceel.eigenaar_id != actor.party_id:
        raise NotFound()
    if perceel.state != PerceelState.VASTGESTELD:
        raise Refused("Gunnen kan als de beoordeling van dit perceel is vastgesteld.", status=409)
    if open_gunning(session, perceel) is not None:
        raise Refused("Er is al een voorstel voor de gunning van dit perceel.", status=409)
    if reasons := interests(perceel, actor):
        raise Refused(*reasons)
    uitkomsten, judged = proposal(session, perceel, loting)
    bids = {str(b.inschrijving_id): b for b in queries.opened_bids(session, perceel)}
    regels, afgeweken = [], 0
    for uitkomst in uitkomsten:
        bid = bids[uitkomst.inschrijving_id]
        gegund, reden = uitkomst.gegund, uitkomst.reden
        anders, waarom = (afwijkingen or {}).get(bid.inschrijving_id, (gegund, ""))
        if anders != gegund:
            if not waarom.strip():
                raise Refused(f"Schrijf waarom u bij {bid.naam} afwijkt van de uitkomst van de regels.")
            if anders and judged[bid.inschrijving_id].gefaald:
                raise Refused(f"{bid.naam} voldoet niet aan een minimumeis. Gunnen kan dan niet.")
            if anders and uitkomst.plaats is None:
                raise Refused(f"{bid.naam} haalt de minimale score niet. Gunnen kan dan niet.")
            gegund, afgeweken = anders, afgeweken + 1
        score = judged[bid.inschrijving_id].score
        regels.append({"inschrijving_id": uitkomst.inschrijving_id, "aanbieder_id": str(bid.aanbieder_id),
                       "naam": bid.naam, "gegund": gegund, "plaats": uitkomst.plaats, "reden": reden, "geloot": uitkomst.geloot,
                       "score": str(score) if score is not None else None, "afwijking": anders != uitkomst.gegund,
                       "waarom": waarom.strip() if anders != uitkomst.gegund else ""})
    gegund_aan = [r["naam"] for r in regels if r["gegund"]]
    if not gegund_aan:
        raise Refused("Er is niemand om aan te gunnen. Laat dit perceel vervallen en schrijf waarom.")
    if perceel.max_contracten and len(gegund_aan) > perceel.max_contracten:
        raise Refused(f"Er zijn {perceel.max_contracten} contracten te vergeven. U gunt er {len(gegund_aan)}.")
    inkoop = load(session, Inkoop, perceel.inkoop_id)
    lead, published = load(session, Gemeente, perceel.eigenaar_id), queries.regelset(session, inkoop.id)
    besluit = besluiten.draft(
        session, perceel, actor, soort="gunning", aard=Aard.PRIVAATRECHTELIJK,
        rechtsmiddel=Rechtsmiddel(published["rechtsbescherming"]["middel"]),
        orgaan=f"de burgemeester van {lead.naam}",
        onderwerp=_gun_onderwerp(perceel.naam, len(gegund_aan)),
        inhoud={"regels": regels, "afwijkingen": afgeweken, "gegund_aan": gegund_aan, "looptijd_jaren": inkoop.looptijd_jaren,
                "perceel": {"id": str(perceel.id), "nummer": perceel.nummer, "naam": perceel.naam}},
        bedrag=perceel.waarde, at=clock.now(),
        tweede_lezer_nodig=perceel.waarde >= Decimal(published["tweede_lezer"]["vanaf_bedrag"]),
    )
    with refusing(session):
        session.flush()
        perceel.record("perceel:gunning-opgesteld", actor=actor, besluit=besluit.id, gegund=len(gegund_aan),
                       afwijkingen=afgeweken)
    work.done(session, perceel, "werk_gunnen")
    work.wait_for(session, perceel, "werk_meelezen" if besluit.tweede_lezer_nodig else "werk_tekenen", nummer=perceel.nummer)
    return besluit


def _own_gunning(session, actor, besluit_id) -> Besluit:
    """An award decision of the own party, not locked yet: whoever ends a perceel locks that first, and then its decision."""
    besluit = load(session, Besluit, besluit_id)
    if besluit.party_id != actor.party_id or besluit.soort != "gunning":
        raise NotFound()
    return besluit


def _gunning(session, actor, besluit_id) -> tuple[Besluit, Perceel]:
    """A decision to work on, with its perceel, both locked. Refused when the perceel does not wait for an award (any more)."""
    perceel = load(session, Perceel, _own_gunning(session, actor, besluit_id).dossier_id, lock=True)
    besluit = load(session, Besluit, besluit_id, lock=True)
    if perceel.state == PerceelState.VERVALLEN:
        raise Refused("Dit perceel is vervallen. Over deze gunning besluit niemand meer.", status=409)
    if besluit.state in besluiten.OPEN and perceel.state != PerceelState.VASTGESTELD:
        raise Refused("Dit perceel wacht niet op een gunning.", status=409)
    return besluit, perceel


def meelezen(session, actor, besluit_id) -> Besluit:
    """The second reader agrees with the draft."""
    besluit, perceel = _gunning(session, actor, besluit_id)
    _without_interest(perceel, actor)
    besluiten.read(besluit, actor, at=clock.now())
    with refusing(session):
        perceel.record("perceel:meelezen", actor=actor, besluit=besluit.id)
    work.done(session, perceel, "werk_meelezen")
    work.wait_for(session, perceel, "werk_tekenen", nummer=perceel.nummer)
    return besluit


def terugsturen(session, actor, besluit_id, *, reden: str) -> Besluit:
    """Back to the drafter with a reason; a new draft may follow."""
    besluit, perceel = _gunning(session, actor, besluit_id)
    _without_interest(perceel, actor)
    besluiten.send_back(besluit, actor, reden=reden)
    with refusing(session):
        perceel.record("perceel:terugsturen", actor=actor, besluit=besluit.id)
    work.done(session, perceel, "werk_meelezen", "werk_tekenen")
    work.wait_for(session, perceel, "werk_gunnen", nummer=perceel.nummer)
    return besluit


@dataclass(frozen=True)
class CriteriumUitslag:
    """One criterion in a letter: own points with the motivation, and the points of the best winner with what the others
    may know of that bid."""

    code: str
    tekst: str
    weging: int
    punten: Decimal | None
    punten_winnaar: Decimal | None
    motivering: str
    kenmerken_winnaar: str


@dataclass(frozen=True)
class GunningsBrief:
    """Everything a letter to one bidder says; the adapter makes it a PDF."""

    gemeente: Gemeente
    ondertekenaar: str
    volmacht: str
    vervangt: str | None
    vervanging_van: date | None
    vervanging_tot: date | None
    orgaan: str
    aanbieder: str
    adres: str
    kenmerk: str
    inkoop: str
    perceel: str
    verzonden_on: date
    gegund: bool
    plaats: int | None
    afwijking: str
    minimale_score: Decimal
    max_contracten: int | None
    hoogste_score: Decimal
    totaal: Decimal | None
    winnaar: str | None
    totaal_winnaar: Decimal | None
    criteria: tuple[CriteriumUitslag, ...]
    eisen: tuple[tuple[str, str, str], ...]
    standstill_tot: date
    standstill_telling: tuple
    standstill_artikel: str
    gegund_aan: tuple[str, ...]
    maximum: Decimal
    loting: str


def deviation(regel: Mapping) -> str:
    """Why this bid got another outcome than the rules gave; empty when it did not."""
    # Awards from before the reason stood apart carry it at the end of the outcome.
    return regel["waarom"] if "waarom" in regel else regel["reden"].partition("Afwijking: ")[2]


class Brieven(Protocol):
    """What makes a letter and puts it in the file store."""

    def gunning(self, brief: GunningsBrief) -> Stuk:
        """The letter about an award to one bidder, as a stored PDF."""


def brieven_for(session, besluit: Besluit, perceel: Perceel, *, on: date, ondertekenaar: str, volmacht,
                vervanging=None) -> list[tuple[dict, GunningsBrief]]:
    """The letters that go with an award, one per bidder, with the reasons of each. Used for the preview too."""
    inkoop = load(session, Inkoop, perceel.inkoop_id)
    publicatie = queries.aankondiging(session, inkoop.id)
    gemeente = load(session, Gemeente, perceel.eigenaar_id)
    criteria = session.scalars(select(Criterium).where(Criterium.dossier_id == perceel.id).order_by(Criterium.code)).all()
    eisen = {e.id: e for e in session.scalars(select(Eis).where(Eis.dossier_id == perceel.id))}
    scores = {(s.inschrijving_id, s.criterium_id): s
              for s in session.scalars(select(Score).where(Score.dossier_id == perceel.id, Score.terzijde_at.is_(None)))}
    failed: dict = {}
    for toets in session.scalars(select(Toets).where(Toets.dossier_id == perceel.id, Toets.voldoet.is_(False),
                                                     Toets.terzijde_at.is_(None))):
        failed.setdefault(toets.inschrijving_id, []).append((eisen[toets.eis_id].code, eisen[toets.eis_id].tekst,
                                                             toets.motivering or ""))
    bids = {str(b.inschrijving_id): b for b in queries.opened_bids(session, perceel)}
    winners = sorted((r for r in besluit.inhoud["regels"] if r["gegund"] and r["score"]), key=lambda r: -Decimal(r["score"]))
    best = winners[0] if winners else None
    rule = rules.standstill_rule(publicatie.regelset)
    due = compute(rule, on)
    afwezige = besluiten.name_of(session, vervanging.afwezige_id) if vervanging else None
    letters = []
    for regel in besluit.inhoud["regels"]:
        bid = bids[regel["inschrijving_id"]]
        rows = []
        for criterium in criteria:
            own = scores.get((bid.inschrijving_id, criterium.id))
            other = scores.get((uuid.UUID(best["inschrijving_id"]), criterium.id)) if best else None
            rows.append(CriteriumUitslag(
                criterium.code, criterium.tekst, criterium.weging, own.punten if own else None,
                other.punten if other else None, own.motivering if own else "Niet beoordeeld: een minimumeis is niet gehaald.",
                (other.kenmerken or "") if other and not regel["gegund"] else ""))
        aanbieder = bid.verzending.inhoud["aanbieder"]
        letters.append((regel, GunningsBrief(
            gemeente=gemeente, ondertekenaar=ondertekenaar, volmacht=volmacht.vindplaats if volmacht else "", vervangt=afwezige,
            vervanging_van=vervanging.van if vervanging else None, vervanging_tot=vervanging.tot if vervanging else None,
            orgaan=besluit.orgaan, aanbieder=aanbieder["naam"],
            adres=aanbieder.get("postadres", ""), kenmerk=perceel.reference, inkoop=inkoop.titel,
            perceel=f"Perceel {perceel.nummer}: {perceel.naam}", verzonden_on=on, gegund=regel["gegund"],
            plaats=regel["plaats"], afwijking=deviation(regel), minimale_score=perceel.minimale_score,
            max_contracten=perceel.max_contracten,
            hoogste_score=rules.schaal(publicatie.regelset).hoogste,
            totaal=Decimal(regel["score"]) if regel["score"] else None, winnaar=best["naam"] if best else None,
            totaal_winnaar=Decimal(best["score"]) if best else None, criteria=tuple(rows),
            eisen=tuple(failed.get(bid.inschrijving_id, ())), standstill_tot=due.last_day, standstill_telling=due.count,
            standstill_artikel=rule.article, gegund_aan=tuple(besluit.inhoud["gegund_aan"]),
            maximum=perceel.waarde, loting=regel["reden"] if regel.get("geloot") else "")))
    return letters


def tekenen(session, actor, besluit_id, *, brieven: Brieven) -> Besluit:
    """Sign the award under volmacht and send all letters in one act: the standstill starts the day after, for everyone."""
    besluit, perceel = _gunning(session, actor, besluit_id)
    now, today = clock.now(), clock.today()
    besluiten.sign(session, besluit, actor, at=now, on=today)
    settle(session)
    volmacht, vervanging = besluiten.bevoegdheid(session, besluit, actor, on=today)
    letters = brieven_for(session, besluit, perceel, on=today, ondertekenaar=actor.naam, volmacht=volmacht,
                          vervanging=vervanging)
    PERCEEL.perform(perceel, "tekenen", actor, on=today, record={
        "besluit": besluit.id, "volmacht": volmacht.id, "vervanging": vervanging.id if vervanging else None,
        "brieven": len(letters)})
    for regel, brief in letters:
        stuk = brieven.gunning(brief)
        send_message(
            session, actor, to=uuid.UUID(regel["aanbieder_id"]), dossier_id=uuid.UUID(regel["inschrijving_id"]),
            besluit_id=besluit.id,
            onderwerp=f"Gunning {brief.inkoop}, {brief.perceel}",
            tekst="De gemeenten hebben besloten over uw inschrijving. "
                  "In de brief staat de uitkomst, waarom, en wat u kunt doen.",
            brief=(stuk.key, stuk.sha256, stuk.grootte))
    besluiten.mark_sent(besluit, at=now)
    publicatie = queries.aankondiging(session, perceel.inkoop_id)
    rule = rules.standstill_rule(publicatie.regelset)
    # Who disagrees acts within the standstill; the gemeenten only wait. Their work begins on its last day.
    termijn = start_term(session, perceel, rule, on=today, party_id=perceel.eigenaar_id, taak="",
                         gevolg="Er is geen contract. De zorg uit deze inkoop kan dan niet op tijd beginnen.")
    work.wait_for(session, perceel, "werk_contracteren", on=termijn.due_on, regelset=publicatie.regelset,
                  nummer=perceel.nummer, naam=perceel.naam)
    session.add(Publicatie(
        **under(perceel, actor.party_id), soort=PublicatieSoort.GUNNING, inkoop_id=perceel.inkoop_id,
        reference=perceel.reference, titel=perceel.titel, regelset={}, gepubliceerd_at=now,
        inhoud={"perceel": besluit.inhoud["perceel"], "gegund_aan": besluit.inhoud["gegund_aan"],
                "winnaars": [r["aanbieder_id"] for r in besluit.inhoud["regels"] if r["gegund"]],
                "besluit_id": str(besluit.id),
                "aantal_inschrijvingen": len(letters), "besloten_on": today.isoformat(),
                "standstill_tot": termijn.due_on.isoformat(), "waarde": str(besluit.bedrag)}))
    settle(session)
    return besluit


def _awarded(session, actor, perceel_id) -> Perceel:
    perceel = load(session, Perceel, perceel_id, lock=True)
    if perceel.eigenaar_id != actor.party_id:
        raise NotFound()
    if perceel.state != PerceelState.GEGUND:
        raise Refused("Een dagvaarding hoort bij een perceel waarvan de standstill loopt.", status=409)
    return perceel


def dagvaarding_melden(session, actor, perceel_id, *, ontvangen_on: date) -> Perceel:
    """Record that a writ was received within the standstill."""
    perceel = _awarded(session, actor, perceel_id)
    if ontvangen_on > clock.today():
        raise Refused("De dag van ontvangst ligt in de toekomst.")
    perceel.dagvaarding_on = ontvangen_on
    with refusing(session):
        perceel.record("perceel:dagvaarding", actor=actor, ontvangen_on=ontvangen_on)
    return perceel


def zaak_sluiten(session, actor, perceel_id, *, einde: str) -> Perceel:
    """Record that the case is over and how it ended (`words.ZAAK_EINDE`). Who says so does not conclude the contracts."""
    perceel = _awarded(session, actor, perceel_id)
    if perceel.dagvaarding_on is None:
        raise Refused("Er loopt geen zaak bij de rechter over dit perceel.", status=409)
    if einde not in ZAAK_EINDE:
        raise Refused("Kies hoe de zaak eindigde.")
    if reason := zelf_geen_belang(perceel, actor=actor):
        raise Refused(reason)
    perceel.dagvaarding_on = None
    with refusing(session):
        perceel.record("perceel:dagvaarding", actor=actor, ontvangen_on=None, einde=einde)
    return perceel


def shared_maximum(waarde: Decimal) -> str:
    """What the value of a perceel means for its contracts, for letters."""
    return (f"Alle contracten op dit perceel hebben samen een maximum van € {bedrag_text(waarde)}. "
            "Het contract belooft geen aantal cliënten.")


def contracteren(session, actor, perceel_id) -> list[Overeenkomst]:
    """After the standstill: a framework contract per awarded bidder, with half-open periods and extension options. Signed
    under the volmacht of this person for the value of the perceel, which is the maximum of its contracts together."""
    inkoop, perceel = _whole_and_part(session, perceel_id)
    volmacht = contractvolmacht(perceel, actor)
    PERCEEL.perform(perceel, "contracteren", actor, volmacht=volmacht, record={
        "volmacht": volmacht.mandaat.id if volmacht.mandaat else None,
        "vervanging": volmacht.vervanging.id if volmacht.vervanging else None})
    besluit = session.scalar(select(Besluit).where(
        Besluit.dossier_id == perceel.id, Besluit.soort == "gunning", Besluit.state == besluiten.State.VERZONDEN))
    made = []
    for regel in besluit.inhoud["regels"]:
        if not regel["gegund"]:
            continue
        overeenkomst = Overeenkomst(
            **under(perceel, actor.party_id), nummer=next_reference(session, "OVK"),
            aanbieder_id=uuid.UUID(regel["aanbieder_id"]), perceel_naam=perceel.naam, product=perceel.product,
            maximale_waarde=perceel.waarde, begint_on=inkoop.begint_on, getekend_by=actor.user_id,
            mandaat_id=volmacht.mandaat.id, vervanging_id=volmacht.vervanging.id if volmacht.vervanging else None)
        session.add(overeenkomst)
        session.flush()
        for number, (van, tot) in enumerate(rules.contract_periods(inkoop.begint_on, inkoop.looptijd_jaren), start=1):
            session.add(OvereenkomstPeriode(
                overeenkomst_id=overeenkomst.id, volgnummer=number, van=van, tot=tot,
                soort=PeriodeSoort.BASIS if number == 1 else PeriodeSoort.OPTIE))
        send_message(session, actor, to=overeenkomst.aanbieder_id, dossier_id=uuid.UUID(regel["inschrijving_id"]),
                     onderwerp=f"Contract {overeenkomst.nummer}: {perceel.naam}",
                     tekst=f"Het contract is gesloten. {shared_maximum(perceel.waarde)} In het portaal ziet u de looptijd "
                           "en de verlengingen.")
        made.append(overeenkomst)
    _finish(session, actor, inkoop)
    settle(session)
    return made


def _whole_and_part(session, perceel_id) -> tuple[Inkoop, Perceel]:
    """A perceel that ends, with its inkoop; the inkoop is locked first. Of the last two percelen that end at the same moment
    one waits for the other here, and sees that it is the last."""
    inkoop = load(session, Inkoop, load(session, Perceel, perceel_id).inkoop_id, lock=True)
    return inkoop, load(session, Perceel, perceel_id, lock=True)


def _finish(session, actor, inkoop: Inkoop) -> None:
    """The inkoop is done when no perceel is left to award or to contract."""
    if all(p.state in (PerceelState.GECONTRACTEERD, PerceelState.VERVALLEN) for p in queries.percelen(session, inkoop.id)):
        INKOOP.perform(inkoop, "afronden", actor)


def vervallen(session, actor, perceel_id, *, reden: str) -> Perceel:
    """End a perceel without award (no valid bids, for instance), with a reason that every bidder gets."""
    inkoop, perceel = _whole_and_part(session, perceel_id)
    draft = open_gunning(session, perceel)
    PERCEEL.perform(perceel, "vervallen", actor, reden=reden, record={"besluit": draft.id} if draft else None)
    _close_draft(session, draft)
    bids, remedy = queries.opened_bids(session, perceel), _remedy(session, inkoop.id)
    for bid in bids:
        send_message(session, actor, to=bid.aanbieder_id, dossier_id=bid.inschrijving_id, onderwerp=f"{perceel.titel} vervalt",
                     tekst=f"De gemeenten gunnen dit perceel aan niemand. De reden is: {reden.strip()} {remedy}")
    _publish(session, actor, perceel, PublicatieSoort.VERVALLEN,
             _no_award(perceel, reden) | {"aantal_inschrijvingen": len(bids)})
    _finish(session, actor, inkoop)
    settle(session)
    return perceel


# --- 7. an award that is taken back ------------------------------------------------------------------------------------------

def gunning_intrekken(session, actor, besluit_id, *, reden: str) -> Perceel:
    """Take back an award that was sent, before there is a contract: the assessment stands, and a new award can be made. Under
    the same volmacht as the signature; every bidder gets the reason."""
    _inkoop, perceel, besluit, power = _sent_gunning(session, actor, besluit_id)
    PERCEEL.perform(perceel, "gunning_intrekken", actor, reden=reden, record=_withdrawal(besluit, perceel, power))
    _withdraw(session, actor, besluit, perceel, power, reden,
              "De gemeenten besluiten opnieuw. U krijgt daarover een nieuwe brief.")
    _publish(session, actor, perceel, PublicatieSoort.INGETROKKEN, _no_award(perceel, reden))
    work.wait_for(session, perceel, "werk_gunnen", nummer=perceel.nummer)
    settle(session)
    return perceel


def niet_gunnen(session, actor, besluit_id, *, reden: str) -> Perceel:
    """Take back an award that was sent, and award to nobody: the perceel ends. Under the same volmacht as the signature."""
    inkoop, perceel, besluit, power = _sent_gunning(session, actor, besluit_id)
    PERCEEL.perform(perceel, "niet_gunnen", actor, reden=reden, record=_withdrawal(besluit, perceel, power))
    _withdraw(session, actor, besluit, perceel, power, reden, "Niemand krijgt dit perceel.")
    _publish(session, actor, perceel, PublicatieSoort.VERVALLEN,
             _no_award(perceel, reden) | {"aantal_inschrijvingen": len(besluit.inhoud["regels"]), "ingetrokken": True})
    _finish(session, actor, inkoop)
    settle(session)
    return perceel


def _sent_gunning(session, actor, besluit_id) -> tuple[Inkoop, Perceel, Besluit, tuple]:
    """An award to take back, all locked, and the volmacht of this person for it. Refused when it was not sent."""
    inkoop, perceel = _whole_and_part(session, _own_gunning(session, actor, besluit_id).dossier_id)
    besluit = load(session, Besluit, besluit_id, lock=True)
    if besluit.state != besluiten.State.VERZONDEN:
        raise Refused("Intrekken kan als de gunning is getekend en verzonden, en nog niet is ingetrokken.", status=409)
    return inkoop, perceel, besluit, besluiten.bevoegdheid(session, besluit, actor, on=clock.today())


def _withdrawal(besluit: Besluit, perceel: Perceel, power: tuple) -> dict:
    """What the history says of it."""
    mandaat, vervanging = power
    return {"besluit": besluit.id, "volmacht": mandaat.id, "vervanging": vervanging.id if vervanging else None,
            "dagvaarding_on": perceel.dagvaarding_on}


def _withdraw(session, actor, besluit: Besluit, perceel: Perceel, power: tuple, reden: str, gevolg: str) -> None:
    """Take the decision back and tell every bidder. A case about it is over with it."""
    besluiten.withdraw(besluit, actor, *power, reden=reden, at=clock.now())
    perceel.dagvaarding_on = None
    settle(session)
    tekst = (f"De gemeenten trekken de gunning van dit perceel in. De brief die u daarover kreeg, geldt niet meer. {gevolg} "
             f"De reden is: {reden.strip()} {_remedy(session, perceel.inkoop_id)}")
    for regel in besluit.inhoud["regels"]:
        send_message(session, actor, to=uuid.UUID(regel["aanbieder_id"]), dossier_id=uuid.UUID(regel["inschrijving_id"]),
                     besluit_id=besluit.id, onderwerp=f"Gunning ingetrokken: {perceel.titel}", tekst=tekst)
