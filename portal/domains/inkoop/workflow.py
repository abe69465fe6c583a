"""The whole law of a procurement, readable in one file: which step, by whom, from where to where, and what must hold."""

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import object_session

from portal.domains.inkoop import rules
from portal.domains.inkoop.assessment import Sheet, sheet, standstill, statements
from portal.domains.inkoop.model import (
    Criterium,
    DeelnameAntwoord,
    Deelnamebesluit,
    Eis,
    Inkoop,
    InschrijvingState,
    Perceel,
    PerceelState,
    State,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import Besluit
from portal.kernel.besluit import State as BesluitState
from portal.kernel.dossier import DossierDeelnemer
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow

for _name, _sentence, _status in (
    ("inschrijving_gesloten", "De inschrijving is gesloten. Versturen, vervangen en intrekken kan niet meer.", 410),
    ("niet_gepubliceerd", "Deze inkoop is niet gepubliceerd. Inschrijven kan niet.", 404),
    ("opening_te_vroeg", "De inschrijving is nog niet gesloten. Openen kan pas daarna.", 425),
    ("opening_niet_in_deze_fase", "Deze inkoop kan nu niet worden geopend. Misschien is hij al geopend.", 409),
    ("opening_niet_deelnemer", "Uw gemeente doet niet mee aan deze inkoop. Alleen deelnemers mogen openen.", 403),
    ("uq_opening_dossier_id_party_id", "Uw gemeente heeft al geopend. Een collega van een andere gemeente is nu aan zet.", 409),
    ("uq_opening_dossier_id_account_id", "U heeft al geopend. Iemand van een andere gemeente is nu aan zet.", 409),
    ("deelnamebesluit_vastgelegd", "Dit besluit is al vastgelegd. Het verandert niet meer.", 409),
    ("deelname_niet_in_deze_fase", "Er wordt nu geen deelnamebesluit gevraagd.", 409),
    ("deelname_te_laat", "De termijn voor het deelnamebesluit is voorbij. Uw gemeente telt als: niet besloten.", 410),
    ("uq_deelnamebesluit_dossier_id_party_id", "Een collega legt dit besluit ook vast. Laad de pagina opnieuw.", 409),
    ("na_publicatie_vast", "Deze inkoop is gepubliceerd. Eisen, criteria en percelen staan vast.", 409),
    ("niet_in_eigen_naam", "Lezen, tekenen en vaststellen doet u alleen in uw eigen naam.", 403),
    ("vaststeller_beoordeelde", "U heeft zelf beoordeeld. Een ander moet de uitkomst vaststellen.", 422),
    ("beoordeling_niet_in_deze_fase", "Dit perceel wordt nu niet beoordeeld.", 409),
    ("eerst_belang_verklaren", "Verklaar eerst dat u geen belang heeft bij een inschrijver.", 422),
    ("uq_inschrijving_inkoop_id_aanbieder_id", "Uw organisatie heeft al een inschrijving voor deze inkoop.", 409),
    ("uq_verzending_dossier_id_perceel_id_versie", "Een collega verstuurt dit perceel ook. Laad de pagina opnieuw.", 409),
    ("uq_toets_dossier_id_inschrijving_id_eis_id", "Een collega heeft deze eis al getoetst.", 409),
    ("uq_score_dossier_id_inschrijving_id_criterium_id", "Een collega heeft dit criterium al gescoord.", 409),
    ("uq_belangverklaring_dossier_id_account_id", "U heeft uw verklaring al gegeven.", 409),
    ("uq_overeenkomst_dossier_id_aanbieder_id", "Met deze aanbieder is al een overeenkomst voor dit perceel.", 409),
    ("uq_eis_dossier_id_code", "Deze code is al gebruikt bij dit perceel.", 422),
    ("uq_criterium_dossier_id_code", "Deze code is al gebruikt bij dit perceel.", 422),
    ("uq_gevraagd_document_dossier_id_code", "Deze code is al gebruikt.", 422),
):
    say(_name, _sentence, _status)

STATE_LABELS = {
    State.GEPLAND: "In voorbereiding", State.UITGEVRAAGD: "Gemeenten besluiten", State.DOORGEZET: "Gaat door",
    State.GESTOPT: "Gestopt", State.GEPUBLICEERD: "Gepubliceerd", State.GEOPEND: "Beoordeling", State.AFGEROND: "Afgerond",
}
PERCEEL_LABELS = {
    PerceelState.GEPLAND: "Nog niet geopend", PerceelState.GEOPEND: "In beoordeling", PerceelState.VASTGESTELD: "Beoordeeld",
    PerceelState.GEGUND: "Gegund, standstill loopt", PerceelState.GECONTRACTEERD: "Gecontracteerd",
    PerceelState.VERVALLEN: "Vervallen",
}
INSCHRIJVING_LABELS = {
    InschrijvingState.BEGONNEN: "Nog niet verstuurd", InschrijvingState.INGEDIEND: "Verstuurd",
    InschrijvingState.INGETROKKEN: "Ingetrokken",
}


# Guards: each answers None, or the reason in a sentence.

def heeft_percelen(inkoop: Inkoop, **_facts) -> str | None:
    count = object_session(inkoop).scalar(select(func.count()).select_from(Perceel).where(Perceel.inkoop_id == inkoop.id))
    return None if count else "Voeg eerst ten minste een perceel toe."


def percelen_compleet(inkoop: Inkoop, **_facts) -> str | None:
    """Every perceel has a minimum requirement, and criteria whose weights add up to 100."""
    eisen = select(func.count()).where(Eis.dossier_id == Perceel.id).correlate(Perceel).scalar_subquery()
    wegingen = select(func.array_agg(Criterium.weging)).where(Criterium.dossier_id == Perceel.id).correlate(Perceel)
    for nummer, eis_count, found in object_session(inkoop).execute(
            select(Perceel.nummer, eisen, wegingen.scalar_subquery())
            .where(Perceel.inkoop_id == inkoop.id).order_by(Perceel.nummer)):
        if not eis_count:
            return f"Perceel {nummer} heeft nog geen minimumeis."
        if fault := rules.weights_fault(found or []):
            return f"Perceel {nummer}: {fault}"
    return None


def poort_open(inkoop: Inkoop, **_facts) -> str | None:
    """The gate opens when all members have decided, or the deadline has passed: a silent member never blocks the others."""
    if clock.now() >= inkoop.deelname_uiterlijk_at:
        return None
    asked = select(DossierDeelnemer.party_id, literal(False).label("besloten")).where(
        DossierDeelnemer.dossier_id == inkoop.id)
    decided = select(Deelnamebesluit.party_id, literal(True)).where(
        Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.vastgelegd_at.is_not(None))
    leden, besloten = {inkoop.eigenaar_id}, set()
    for party_id, has_decided in object_session(inkoop).execute(union_all(asked, decided)):
        (besloten if has_decided else leden).add(party_id)
    if leden <= besloten:
        return None
    moment = inkoop.deelname_uiterlijk_at.astimezone(clock.AMSTERDAM)
    return (f"Nog {len(leden - besloten)} van {len(leden)} gemeenten moeten besluiten. Dit kan als alle hebben besloten, "
            f"of na {moment:%d-%m-%Y}, {moment:%H.%M} uur.")


def trekker_doet_mee(inkoop: Inkoop, **_facts) -> str | None:
    """The lead buys in the name of the others, so it takes part itself."""
    ja = object_session(inkoop).scalar(
        select(func.count()).select_from(Deelnamebesluit)
        .join(DeelnameAntwoord, DeelnameAntwoord.besluit_id == Deelnamebesluit.id)
        .where(Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.party_id == inkoop.eigenaar_id,
               Deelnamebesluit.vastgelegd_at.is_not(None), DeelnameAntwoord.antwoord != "nee"))
    return None if ja else "De trekker heeft zelf nog niet besloten om mee te doen."


def reden_gegeven(_dossier, *, reden: str = "", **_facts) -> str | None:
    return None if reden.strip() else "Schrijf waarom."


def sluit_later(_inkoop: Inkoop, *, sluit_at=None, **_facts) -> str | None:
    if sluit_at is None:
        return None  # the page asks what can be done; the moment comes with the form
    return None if sluit_at > clock.now() else "De sluiting moet in de toekomst liggen."


def alles_beoordeeld(perceel: Perceel, *, blad: Sheet | None = None, **_facts) -> str | None:
    """Every bid is tested on every requirement; what passes has a score on every criterion. `blad` is given by a page
    that has read the assessment already."""
    missing = (blad or sheet(object_session(perceel), perceel)).missing
    return f"Er ontbreken nog beoordelingen: {missing}." if missing else None


def niemand_heeft_belang_open(perceel: Perceel, *, blad: Sheet | None = None, **_facts) -> str | None:
    """Whoever assessed declared to have no interest; a later statement of interest must be solved first."""
    session = object_session(perceel)
    with_interest = {who for who, has_interest in statements(session, perceel.inkoop_id).items() if has_interest}
    assessors = (blad or sheet(session, perceel)).assessors
    return "Een beoordelaar heeft een belang gemeld. Vervang eerst zijn beoordeling." if with_interest & assessors else None


def gunning_getekend(perceel: Perceel, **_facts) -> str | None:
    state = object_session(perceel).scalar(select(Besluit.state).where(
        Besluit.dossier_id == perceel.id, Besluit.soort == "gunning", Besluit.state.in_([BesluitState.GETEKEND])))
    return None if state else "De gunning is nog niet getekend."


def standstill_voorbij(perceel: Perceel, **_facts) -> str | None:
    """Signing waits for the end of the standstill."""
    term = standstill(object_session(perceel), perceel.id)
    if term is None:
        return "De brieven aan de inschrijvers zijn nog niet verstuurd."
    if rules.standstill_over(term.due_on, clock.today()):
        return None
    return f"De standstill loopt tot en met {term.due_on:%d-%m-%Y}. Contract sluiten kan daarna."


def geen_dagvaarding(perceel: Perceel, **_facts) -> str | None:
    if perceel.dagvaarding_on is None:
        return None
    return f"Er is een dagvaarding ontvangen op {perceel.dagvaarding_on:%d-%m-%Y}. Wacht op de uitspraak."


INKOOP = Workflow("inkoop", State, STATE_LABELS)
INKOOP.step("uitvragen", State.GEPLAND, State.UITGEVRAAGD, needs=P.INKOOP_UITVRAGEN, label="Vraag de gemeenten om een besluit",
            article="Samenwerkingsafspraken (voorbeeld), artikel 6", guards=[heeft_percelen])
INKOOP.step("doorzetten", State.UITGEVRAAGD, State.DOORGEZET, needs=P.INKOOP_BESLISSEN, label="Zet door (go)",
            article="Samenwerkingsafspraken (voorbeeld), artikel 7", guards=[poort_open, trekker_doet_mee],
            stops=["deelname", "werk_volgen"])
INKOOP.step("stoppen", (State.UITGEVRAAGD, State.DOORGEZET), State.GESTOPT, needs=P.INKOOP_BESLISSEN, label="Stop (no-go)",
            article="Samenwerkingsafspraken (voorbeeld), artikel 7", guards=[reden_gegeven],
            stops=["deelname", "werk_volgen", "werk_publiceren"])
INKOOP.step("publiceren", State.DOORGEZET, State.GEPUBLICEERD, needs=P.INKOOP_PUBLICEREN, label="Publiceer",
            article="Aanbestedingswet 2012, artikel 2.38", guards=[percelen_compleet, sluit_later],
            stops=["werk_publiceren"])
INKOOP.step("afronden", State.GEOPEND, State.AFGEROND, needs=P.INKOOP_CONTRACTEREN, label="Rond af",
            article="Aanbestedingswet 2012, artikel 2.132")

PERCEEL = Workflow("perceel", PerceelState, PERCEEL_LABELS)
PERCEEL.step("vaststellen", PerceelState.GEOPEND, PerceelState.VASTGESTELD, needs=P.INKOOP_VASTSTELLEN,
             label="Stel de beoordeling vast", article="Aanbestedingswet 2012, artikel 2.130",
             guards=[alles_beoordeeld, niemand_heeft_belang_open],
             stops=["werk_beoordelen", "werk_vaststellen", "werk_vervallen"])
PERCEEL.step("gunnen", PerceelState.VASTGESTELD, PerceelState.GEGUND, needs=P.INKOOP_TEKENEN, label="Teken de gunning",
             article="Gemeentewet, artikel 160 en 171; Aanbestedingswet 2012, artikel 2.130", guards=[gunning_getekend],
             stops=["werk_tekenen"])
PERCEEL.step("contracteren", PerceelState.GEGUND, PerceelState.GECONTRACTEERD, needs=P.INKOOP_CONTRACTEREN,
             label="Sluit de contracten", article="Aanbestedingswet 2012, artikel 2.127 (overgenomen in de leidraad)",
             guards=[standstill_voorbij, geen_dagvaarding], stops=["standstill"])
PERCEEL.step("vervallen", (PerceelState.GEOPEND, PerceelState.VASTGESTELD), PerceelState.VERVALLEN, needs=P.INKOOP_BESLISSEN,
             label="Laat het perceel vervallen", article="Aanbestedingsleidraad", guards=[reden_gegeven],
             stops=["werk_beoordelen", "werk_vaststellen", "werk_vervallen", "werk_gunnen", "werk_meelezen", "werk_tekenen"])

INSCHRIJVING = Workflow("inschrijving", InschrijvingState, INSCHRIJVING_LABELS)
INSCHRIJVING.step("verzenden", (InschrijvingState.BEGONNEN, InschrijvingState.INGEDIEND, InschrijvingState.INGETROKKEN),
                  InschrijvingState.INGEDIEND, needs=P.INSCHRIJVING_VERSTUREN, label="Verstuur",
                  article="Aanbestedingswet 2012, artikel 2.38")
INSCHRIJVING.step("intrekken", InschrijvingState.INGEDIEND, InschrijvingState.INGETROKKEN, needs=P.INSCHRIJVING_VERSTUREN,
                  label="Trek in", article="Aanbestedingsleidraad")

WORKFLOWS = (INKOOP, PERCEEL, INSCHRIJVING)
