"""What everybody reads of a challenge: shown with the words of the residents, followed, supported, hidden with a reason."""

import uuid

from sqlalchemy import delete, func, select

from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import (
    VRAAG,
    Initiatiefpagina,
    Inzending,
    Soort,
    State,
    Steunbetuiging,
    Uitdaging,
    Volger,
)
from portal.domains.uitdaagrecht.workflow import ZELF_VERBORGEN
from portal.identity.permissions import Permission as P
from portal.identity.queries import names
from portal.kernel import clock
from portal.kernel.dossier import under
from portal.kernel.errors import NotFound, Refused
from portal.kernel.history import CaseEvent
from portal.kernel.outbox import enqueue, send_message
from portal.kernel.sentences import refusing, settle
from portal.kernel.workflow import require

# What of the history everybody may read: the step, as the page calls it.
ZICHTBAAR = {
    "uitdaging:ontvangen": "ontvangen", "uitdaging:in_behandeling": "in_behandeling", "uitdaging:ontvankelijk": "gesprekken",
    "uitdaging:gesprek": "gesprek", "uitdaging:bemiddelen": "bemiddeling", "uitdaging:plan": "plan",
    "uitdaging:beoordeeld": "beoordeeld", "uitdaging:naar_panel": "panel", "uitdaging:toewijzen": "ja",
    "uitdaging:afwijzen": "nee", "uitdaging:herzien": "herzien",
    "uitdaging:hertoetsen": "herzien", "uitdaging:doorgeleiden": "doorgestuurd", "uitdaging:intrekken": "ingetrokken",
    "uitdaging:beginnen": "begonnen", "uitdaging:evalueren": "evaluatie", "uitdaging:verlengen": "verlengd",
    "uitdaging:beeindigen": "beeindigd",
    "uitdaging:terugnemen": "teruggenomen",
}


# Where a plan asks for support; portal.steun_mag holds to the same.
VRAAGT_STEUN = (State.ONTVANKELIJKHEIDSTOETS, State.WACHT_OP_AANVULLING, State.DIALOOG, State.BEMIDDELING, State.BEOORDELING)
GEEN_MAIL = ("Wij hebben geen mailadres van u, want u logde in met DigiD. Log uit en vul bij het plan uw mailadres in. Dan "
             "krijgt u het nieuws per mail.")


def publiceren(session, actor, uitdaging_id, *, gelezen: str | None = None) -> Initiatiefpagina:
    """Show the words that the residents sent for it; again after they sent others. `gelezen`: the id of the sending that was
    read before this; Refused where a newer one came."""
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    said = queries.laatste(session, uitdaging.initiatief_id or uitdaging.id, Soort.PAGINA)
    if said is None:
        raise Refused("De bewoners stuurden nog geen tekst die iedereen mag lezen. Vraag hun daarom.", status=409)
    if gelezen is not None and gelezen != str(said.id):
        raise Refused("De bewoners stuurden een nieuwe tekst. Lees die eerst.", status=409)
    if uitdaging.state in (*VRAAG, State.ONTVANGEN):
        raise Refused("Neem het plan eerst in behandeling.", status=409)
    page = queries.pagina(session, uitdaging.id)
    if page is None:
        page = Initiatiefpagina(
            **under(uitdaging, actor.party_id), reference=uitdaging.reference, gemeente_id=uitdaging.eigenaar_id,
            taak_id=uitdaging.taak_id, inzending_id=said.id, stand=uitdaging.state, gepubliceerd_at=clock.now())
        session.add(page)
    else:
        page.inzending_id, page.gepubliceerd_at = said.id, page.gepubliceerd_at or clock.now()
    uitdaging.record("uitdaging:publiceren", actor=actor, inzending=said.id)
    with refusing(session):
        session.flush()
    session.refresh(page)
    bijwerken(session, uitdaging, page)
    return page


def bijwerken(session, uitdaging: Uitdaging, page: Initiatiefpagina | None = None) -> None:
    """Bring the page for everybody up to date with where it stands, and tell who follows it. Nothing where there is no page."""
    session.flush()
    page = page or queries.pagina(session, uitdaging.id)
    if page is None:
        return
    was, page.stand, page.taak_id = page.stand, uitdaging.state, uitdaging.taak_id
    page.tijdlijn = [{"op": row.occurred_on.isoformat(), "wat": ZICHTBAAR[row.kind]} for row in session.execute(
        select(CaseEvent.occurred_on, CaseEvent.kind).where(
            CaseEvent.dossier_id == uitdaging.id, CaseEvent.kind.in_(ZICHTBAAR),
            # A question about the task was no plan yet.
            CaseEvent.state_to.is_distinct_from(State.INFOVERZOEK))
        .order_by(CaseEvent.occurred_on, CaseEvent.volgnr))]
    term = queries.termijn(session, uitdaging.id, "beslissing")
    page.uiterlijk_on = term.due_on if term else None
    agreed, _proposed = queries.afspraken(session, uitdaging.id)
    page.tot_on = agreed.tot if agreed else None
    page.contactpersoon = names(session, [uitdaging.behandelaar_id]).get(uitdaging.behandelaar_id, page.contactpersoon)
    if uitdaging.uitkomst and page.besluit.get("uitkomst") != uitdaging.uitkomst:
        signed = next(one for one in queries.besluiten(session, uitdaging.id) if one.getekend_at)
        page.besluit = {"op": clock.day_of(signed.getekend_at).isoformat(), "uitkomst": uitdaging.uitkomst,
                        "gronden": signed.inhoud["gronden"], "motivering": signed.inhoud["motivering"]}
    if uitdaging.uitkomst is None:
        page.besluit = {}
    settle(session)
    if was != page.stand:
        inlichten(session, page, page.stand)


def inlichten(session, page: Initiatiefpagina, wat: str) -> None:
    """Mail to everybody who follows; the gemeente does not learn who they are."""
    for outbox_id in session.scalars(select(func.portal.volgers_inlichten(page.id, wat))):
        enqueue(session, "post_versturen", outbox_id=outbox_id)


def regio_inlichten(session, uitdaging: Uitdaging) -> None:
    """Every other gemeente hears that a plan about what was bought together came in, or what was decided; nobody where it is
    about a task of this gemeente alone (portal.regio_melden)."""
    for outbox_id in session.scalars(select(func.portal.regio_melden(uitdaging.id))):
        enqueue(session, "post_versturen", outbox_id=outbox_id)


def volgen(session, actor, reference: str) -> Volger:
    """Hear of it when there is news: a resident, who has a mail address here."""
    page = queries.openbare_pagina(session, reference)
    if actor.party_soort != "inwoner":
        raise Refused("Alleen inwoners kunnen een plan volgen.", status=403)
    if not queries.heeft_mail(session, actor):
        raise Refused(GEEN_MAIL, status=409)
    if found := session.scalar(select(Volger).where(Volger.pagina_id == page.id, Volger.party_id == actor.party_id)):
        return found
    follows = Volger(pagina_id=page.id, party_id=actor.party_id)
    with refusing(session):
        session.add(follows)
    return follows


def niet_volgen(session, actor, reference: str) -> None:
    """Hear no more of it."""
    page = queries.openbare_pagina(session, reference)
    session.execute(delete(Volger).where(Volger.pagina_id == page.id, Volger.party_id == actor.party_id))


def steunen(session, actor, reference: str) -> Steunbetuiging:
    """Support it. A mailbox counts once and is not a person; how somebody proved who they are, the database knows."""
    page = queries.openbare_pagina(session, reference)
    says = Steunbetuiging(pagina_id=page.id, party_id=actor.party_id)
    with refusing(session):
        session.add(says)
    return says


def niet_steunen(session, actor, reference: str) -> None:
    """Take one's support back."""
    page = queries.openbare_pagina(session, reference)
    session.execute(delete(Steunbetuiging).where(Steunbetuiging.pagina_id == page.id,
                                                 Steunbetuiging.party_id == actor.party_id))


def verbergen(session, actor, uitdaging_id, *, reden: str) -> Initiatiefpagina:
    """Hide the page, with a reason that the residents read; they can object."""
    uitdaging, page = _page(session, actor, uitdaging_id)
    if not reden.strip():
        raise Refused("Schrijf waarom de pagina weg moet. De bewoners lezen dat.")
    if page.verborgen_at is not None:
        raise Refused("De pagina is al verborgen.", status=409)
    if page.beroep and not page.beroep_antwoord:
        raise Refused("De bewoners kregen nog geen antwoord op hun bezwaar tegen de vorige keer.", status=409)
    page.verborgen_at, page.verborgen_reden, page.beroep, page.beroep_antwoord = clock.now(), reden.strip(), "", ""
    uitdaging.record("uitdaging:verbergen", actor=actor)
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De pagina over uw plan is nu niet te lezen",
                     tekst=f"De reden: {reden.strip()} Bent u het er niet mee eens? Zeg dat bij uw plan. Dan kijkt een ander "
                           "ernaar.")
    settle(session)
    return page


def terugzetten(session, actor, uitdaging_id, *, antwoord: str) -> Initiatiefpagina:
    """Show the page again, with an answer to who objected."""
    uitdaging, page = _page(session, actor, uitdaging_id)
    if page.verborgen_at is None:
        raise Refused("De pagina is niet verborgen.", status=409)
    page.verborgen_at, page.verborgen_reden, page.beroep_antwoord = None, "", antwoord.strip()
    uitdaging.record("uitdaging:terugzetten", actor=actor)
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De pagina over uw plan is weer te lezen",
                     tekst=antwoord.strip() or "Iedereen kan de pagina weer lezen.")
    settle(session)
    return page


def verborgen_by(session, uitdaging: Uitdaging) -> uuid.UUID | None:
    """Who hid the page last: another answers an objection to it."""
    return session.scalar(select(CaseEvent.actor_id).where(
        CaseEvent.dossier_id == uitdaging.id, CaseEvent.kind == "uitdaging:verbergen")
        .order_by(CaseEvent.volgnr.desc()).limit(1))


def beroep_afwijzen(session, actor, uitdaging_id, *, antwoord: str) -> Initiatiefpagina:
    """The page stays hidden, with an answer to who objected: by another than who hid it."""
    uitdaging, page = _page(session, actor, uitdaging_id)
    if page.verborgen_at is None or not page.beroep or page.beroep_antwoord:
        raise Refused("Er is geen bezwaar tegen het verbergen dat op antwoord wacht.", status=409)
    if verborgen_by(session, uitdaging) == actor.user_id:
        raise Refused(ZELF_VERBORGEN, status=403)
    if not antwoord.strip():
        raise Refused("Schrijf waarom de pagina verborgen blijft. De bewoners lezen dat.")
    page.beroep_antwoord = antwoord.strip()
    uitdaging.record("uitdaging:beroep-afgewezen", actor=actor)
    if uitdaging.indiener_id:
        send_message(session, actor, to=uitdaging.indiener_id, dossier_id=uitdaging.initiatief_id,
                     onderwerp="De pagina over uw plan blijft verborgen", tekst=antwoord.strip())
    settle(session)
    return page


def beroep_ontvangen(session, actor, uitdaging: Uitdaging, inzending: Inzending) -> None:
    """The residents object to the hiding."""
    page = queries.pagina(session, uitdaging.id)
    if page is not None and page.verborgen_at is not None:
        page.beroep, page.beroep_antwoord = inzending.inhoud["tekst"], ""
        uitdaging.record("uitdaging:beroep-verbergen", actor=actor)


def _page(session, actor, uitdaging_id) -> tuple[Uitdaging, Initiatiefpagina]:
    uitdaging = queries.eigen(session, actor, uitdaging_id, lock=True)
    require(actor, P.UITDAGING_BEHANDELEN)
    page = queries.pagina(session, uitdaging.id)
    if page is None:
        raise NotFound("Dit plan heeft geen pagina.")
    return uitdaging, page
