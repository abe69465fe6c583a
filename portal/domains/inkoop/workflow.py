"""The whole law of a procurement, readable in one file: which step, by whom, from where to where, and what must hold."""

from decimal import Decimal

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.inkoop import queries, rules
from portal.domains.inkoop.assessment import Assessor, Sheet, part_of_each, sheet, standstill
from portal.domains.inkoop.model import (
    Criterium,
    DeelnameAntwoord,
    Deelnamebesluit,
    Eis,
    Inkoop,
    InschrijvingState,
    Mijlpaal,
    Perceel,
    PerceelState,
    Poort,
    State,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.belang import statement
from portal.kernel.besluit import Power, power
from portal.kernel.deadline import has_passed, has_passed_sql
from portal.kernel.documents import Document, Scan
from portal.kernel.dossier import DossierDeelnemer
from portal.kernel.history import CaseEvent
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow
from portal.register.usecases import Handeling

for _name, _sentence, _status in (
    ("inkoop_gestopt", "Deze inkoop is gestopt. Inschrijven kan niet meer.", 410),
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
    ("plan_vast", "De gemeenten besluiten over dit plan. Percelen, eisen, criteria en cijfers staan vast.", 409),
    ("poort_besloten", "Over deze mijlpaal is al besloten. Hij blijft staan.", 409),
    ("na_publicatie_vast", "Deze inkoop is gepubliceerd. Eisen, criteria en percelen staan vast.", 409),
    ("punten_buiten_schaal", "Deze punten vallen buiten de schaal die voor deze inkoop is gepubliceerd.", 422),
    ("niet_in_eigen_naam", "Lezen, tekenen en vaststellen doet u alleen in uw eigen naam.", 403),
    ("vaststeller_beoordeelde", "U heeft zelf beoordeeld. Een ander moet de uitkomst vaststellen.", 422),
    ("beoordeling_niet_in_deze_fase", "Dit perceel wordt nu niet beoordeeld.", 409),
    ("beoordeling_niet_deelnemer", "Uw gemeente doet niet mee aan dit perceel. U beoordeelt hier niet.", 403),
    ("geen_belang_gemeld", "Deze persoon meldde geen belang. Dan blijven de beoordelingen staan.", 409),
    ("eerst_belang_verklaren", "Verklaar eerst dat u geen belang heeft bij een inschrijver.", 422),
    ("uq_inschrijving_inkoop_id_aanbieder_id", "Uw organisatie heeft al een inschrijving voor deze inkoop.", 409),
    ("uq_verzending_dossier_id_perceel_id_versie", "Een collega verstuurt dit perceel ook. Laad de pagina opnieuw.", 409),
    ("uq_toets_dossier_id_inschrijving_id_eis_id", "Een collega heeft deze eis al getoetst.", 409),
    ("uq_score_dossier_id_inschrijving_id_criterium_id", "Een collega heeft dit criterium al gescoord.", 409),
    ("uq_overeenkomst_dossier_id_aanbieder_id", "Met deze aanbieder is al een overeenkomst voor dit perceel.", 409),
    ("uq_eis_dossier_id_code", "Deze code is al gebruikt bij dit perceel.", 422),
    ("uq_criterium_dossier_id_code", "Deze code is al gebruikt bij dit perceel.", 422),
    ("uq_gevraagd_document_dossier_id_code", "Deze code is al gebruikt.", 422),
):
    say(_name, _sentence, _status)

# The ground of every step; agreements of a region stand in its own file, not here.
ARTIKELEN = load_config("inkoop")["artikelen"]

STATE_LABELS = {
    State.GEPLAND: "In voorbereiding", State.UITGEVRAAGD: "Gemeenten besluiten", State.DOORGEZET: "Gaat door",
    State.GESTOPT: "Gestopt", State.GEPUBLICEERD: "Gepubliceerd", State.GEOPEND: "Beoordeling", State.AFGEROND: "Afgerond",
}
PERCEEL_LABELS = {
    PerceelState.GEPLAND: "Nog niet geopend", PerceelState.GEOPEND: "In beoordeling", PerceelState.VASTGESTELD: "Beoordeeld",
    PerceelState.GEGUND: "Gegund", PerceelState.GECONTRACTEERD: "Gecontracteerd",
    PerceelState.VERVALLEN: "Vervallen", PerceelState.WEGGEHAALD: "Weggehaald uit het plan",
}
INSCHRIJVING_LABELS = {
    InschrijvingState.BEGONNEN: "Nog niet verstuurd", InschrijvingState.INGEDIEND: "Verstuurd",
    InschrijvingState.INGETROKKEN: "Ingetrokken",
}


# Guards: each answers None, or the reason in a sentence.

def heeft_percelen(inkoop: Inkoop, *, percelen: int | None = None, **_facts) -> str | None:
    """`percelen`: how many there are, by a page that has read them already."""
    if percelen is None:
        percelen = object_session(inkoop).scalar(
            select(func.count()).select_from(Perceel).where(
                Perceel.inkoop_id == inkoop.id, Perceel.state != PerceelState.WEGGEHAALD))
    return None if percelen else "Voeg eerst ten minste een perceel toe."


def percelen_compleet(inkoop: Inkoop, **_facts) -> list[str]:
    """Every perceel that is left has a minimum requirement, and criteria whose weights add up to 100; together they are not
    worth more than the whole. Names all that lacks."""
    faults, samen = [], Decimal(0)
    eisen = select(func.count()).where(Eis.dossier_id == Perceel.id).correlate(Perceel).scalar_subquery()
    wegingen = select(func.array_agg(Criterium.weging)).where(Criterium.dossier_id == Perceel.id).correlate(Perceel)
    for nummer, waarde, eis_count, found in object_session(inkoop).execute(
            select(Perceel.nummer, Perceel.waarde, eisen, wegingen.scalar_subquery())
            .where(Perceel.inkoop_id == inkoop.id, Perceel.state.not_in([PerceelState.VERVALLEN, PerceelState.WEGGEHAALD]))
            .order_by(Perceel.nummer)):
        samen += waarde
        if not eis_count:
            faults.append(f"Perceel {nummer} heeft nog geen minimumeis.")
        if fault := rules.weights_fault(found or []):
            faults.append(f"Perceel {nummer}: {fault}")
    if fault := rules.value_fault(samen, inkoop.geraamde_waarde):
        faults.append(fault)
    return faults


def poort_open(inkoop: Inkoop, **_facts) -> str | None:
    """The gate opens when all members have decided, or the deadline has passed: a silent member never blocks the others."""
    passed = has_passed_sql(inkoop.deelname_uiterlijk_at)
    asked = select(DossierDeelnemer.party_id, literal(False).label("besloten"), passed).where(
        DossierDeelnemer.dossier_id == inkoop.id, DossierDeelnemer.tot.is_(None))
    decided = select(Deelnamebesluit.party_id, literal(True), passed).where(
        Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.vastgelegd_at.is_not(None))
    leden, besloten = {inkoop.eigenaar_id}, set()
    for party_id, has_decided, is_over in object_session(inkoop).execute(union_all(asked, decided)):
        if is_over:
            return None
        (besloten if has_decided else leden).add(party_id)
    if leden <= besloten:
        return None
    moment = inkoop.deelname_uiterlijk_at.astimezone(clock.AMSTERDAM)
    return (f"Nog {len(leden - besloten)} van {len(leden)} gemeenten moeten besluiten. Dit kan als alle hebben besloten, "
            f"of na {moment:%d-%m-%Y}, {moment:%H.%M} uur.")


def niemand_doet_mee(perceel: Perceel, **_facts) -> str | None:
    """A perceel ends before publication only when no gemeente buys it."""
    ja = object_session(perceel).scalar(
        select(func.count()).select_from(DeelnameAntwoord)
        .join(Deelnamebesluit, Deelnamebesluit.id == DeelnameAntwoord.besluit_id)
        .where(DeelnameAntwoord.perceel_id == perceel.id, DeelnameAntwoord.antwoord != "nee",
               Deelnamebesluit.vastgelegd_at.is_not(None)))
    return "Er zijn gemeenten die dit perceel kopen." if ja else None


def trekker_doet_mee(inkoop: Inkoop, *, trekker_ja: bool | None = None, **_facts) -> str | None:
    """The lead buys in the name of the others, so it takes part itself. `trekker_ja`: does it, by a page that has read its
    decision already."""
    if trekker_ja is None:
        trekker_ja = bool(object_session(inkoop).scalar(
            select(func.count()).select_from(Deelnamebesluit)
            .join(DeelnameAntwoord, DeelnameAntwoord.besluit_id == Deelnamebesluit.id)
            .where(Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.party_id == inkoop.eigenaar_id,
                   Deelnamebesluit.vastgelegd_at.is_not(None), DeelnameAntwoord.antwoord != "nee")))
    return None if trekker_ja else "De trekker heeft zelf nog niet besloten om mee te doen."


def deelname_open(inkoop: Inkoop, *, besluit: Deelnamebesluit | None = None, aanvaard: bool = False, **_facts) -> str | None:
    """A gemeente decides once, and in time. `besluit` is its own, if there is one; `aanvaard`: the database took it already,
    by its own clock."""
    if aanvaard:
        return None
    if besluit is not None and besluit.vastgelegd_at is not None:
        return "Dit besluit is al vastgelegd. Het verandert niet meer."
    if has_passed(object_session(inkoop), inkoop.deelname_uiterlijk_at):
        return "De termijn voor het deelnamebesluit is voorbij. Uw gemeente telt als: niet besloten."
    return None


def niemand_besloot(inkoop: Inkoop, *, besloten: int | None = None, **_facts) -> str | None:
    """What a gemeente decided on does not change: after the first decision the question is not taken back. `besloten` is
    given by a page that has counted the decisions already."""
    if besloten is None:
        besloten = object_session(inkoop).scalar(select(func.count()).select_from(Deelnamebesluit).where(
            Deelnamebesluit.dossier_id == inkoop.id, Deelnamebesluit.vastgelegd_at.is_not(None)))
    return (f"Er is al besloten over dit plan, aantal gemeenten: {besloten}. Het plan verandert niet meer. "
            "U kunt de inkoop wel stoppen (no-go) en een nieuwe plannen.") if besloten else None


def poorten_besloten(poort: Poort):
    """The gates before this step are decided, and all with go (requirements A2). `mijlpalen` are given by a page that has
    read them already."""
    def guard(dossier: Inkoop | Perceel, *, mijlpalen: list[Mijlpaal] | None = None, **_facts) -> str | None:
        if mijlpalen is None:
            mijlpalen = queries.mijlpalen(object_session(dossier), getattr(dossier, "inkoop_id", dossier.id))
        gate = next((m for m in mijlpalen if m.poort == poort and m.uitkomst != "go"), None)
        if gate is None:
            return None
        if gate.uitkomst is None:
            return f"Besluit eerst over de poort: {gate.titel}."
        if poort == Poort.CONTRACTEREN:
            return f"Bij de poort {gate.titel} is besloten: no-go. Wie de gunning mag tekenen, kan haar intrekken."
        return f"Bij de poort {gate.titel} is besloten: no-go."

    return guard


def stukken_klaar(inkoop: Inkoop, *, documenten: list[Document] | None = None, **_facts) -> str | None:
    """Every document that becomes public is shared with the members and scanned; there is at least one. `documenten` are
    given by a page that has read them already."""
    if documenten is None:
        documenten = queries.inkoopstukken(object_session(inkoop), inkoop.id)
    if not documenten:
        return "Voeg eerst de stukken toe die aanbieders nodig hebben."
    if drafts := [d.titel for d in documenten if d.gedeeld_at is None]:
        names = ", ".join(drafts)
        return (f"Dit stuk is nog een concept: {names}. Deel het eerst, of haal het weg." if len(drafts) == 1
                else f"Deze stukken zijn nog een concept: {names}. Deel ze eerst, of haal ze weg.")
    if waiting := [d.titel for d in documenten if d.scan not in (Scan.SCHOON, Scan.OVERGESLAGEN)]:
        names = ", ".join(waiting)
        return (f"Dit stuk wacht nog op de virusscan: {names}." if len(waiting) == 1
                else f"Deze stukken wachten nog op de virusscan: {names}.")
    return None


def reden_gegeven(_dossier, *, reden: str = "", **_facts) -> str | None:
    return None if reden.strip() else "Schrijf waarom."


def sluit_later(_inkoop: Inkoop, *, sluit_at=None, **_facts) -> str | None:
    if sluit_at is None:
        return None  # the page asks what can be done; the moment comes with the form
    now = clock.now()
    if sluit_at <= now:
        return "De sluiting moet in de toekomst liggen."
    term = rules.inschrijftermijn(load_config("inkoop"), now, sluit_at)
    return (f"Aanbieders krijgen zo {term.dagen} {'dag' if term.dagen == 1 else 'dagen'}. De gemeenten spraken af: ten minste "
            f"{term.minimum} dagen.") if term.te_kort else None


def alles_beoordeeld(perceel: Perceel, *, blad: Sheet | None = None, **_facts) -> str | None:
    """Every bid is tested on every requirement; what passes has a score on every criterion. `blad` is given by a page
    that has read the assessment already."""
    missing = (blad or sheet(object_session(perceel), perceel)).missing
    return f"Er ontbreken nog beoordelingen: {missing}." if missing else None


def niemand_heeft_belang_open(perceel: Perceel, *, blad: Sheet | None = None, belangen: dict | None = None,
                              mensen: list[Assessor] | None = None, **_facts) -> str | None:
    """Nobody whose judgments count declared an interest later: those are set aside first. What a page read already it gives:
    `blad` with `belangen` (who declared what, as `statements` gives it), or `mensen` (`part_of_each`)."""
    if blad and belangen is not None:
        found = any(belangen.get(who) for who in blad.assessors)
    else:
        mensen = part_of_each(object_session(perceel), perceel) if mensen is None else mensen
        found = any(one.given and one.has_interest for one in mensen)
    return "Een beoordelaar meldde later een belang. Leg eerst die beoordelingen terzijde." if found else None


def zelf_geen_belang(perceel: Perceel, *, actor, belangen: dict | None = None, mensen: list[Assessor] | None = None,
                     **_facts) -> str | None:
    """Whoever declared an interest decides nothing about this procurement any more, in whatever role (Aanbestedingswet 2012,
    article 1.10b). `belangen` and `mensen` as above."""
    if belangen is None and mensen is not None:
        belangen = {one.account_id: one.has_interest for one in mensen}
    if belangen is None:
        last = statement(object_session(perceel), perceel.inkoop_id, actor.user_id)
        belangen = {actor.user_id: last.heeft_belang} if last else {}
    return "U meldde een belang bij deze inkoop. Een ander moet dit doen." if belangen.get(actor.user_id) else None


def zelf_niet_beoordeeld(perceel: Perceel, *, actor, blad: Sheet | None = None, **_facts) -> str | None:
    """A second person finalises, by person and not by role; the database asks it again."""
    if actor.user_id in (blad or sheet(object_session(perceel), perceel)).everybody:
        return "U heeft zelf beoordeeld. Een ander moet de uitkomst vaststellen."
    return None


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


def zaak_door_ander_gesloten(perceel: Perceel, *, actor, **_facts) -> str | None:
    """Who said that the case is over does not sign alone on that word."""
    last = object_session(perceel).scalar(
        select(CaseEvent)
        .where(CaseEvent.dossier_id == perceel.id, CaseEvent.kind.in_(("perceel:dagvaarding", "perceel:tekenen")))
        .order_by(CaseEvent.volgnr.desc()).limit(1))
    # A case about an award of before says nothing about this one.
    if last is None or last.kind == "perceel:tekenen" or last.facts.get("ontvangen_on") or last.actor_id != actor.user_id:
        return None
    return "U legde zelf vast dat de zaak bij de rechter voorbij is. Een ander moet de contracten sluiten."


def contractvolmacht(perceel: Perceel, actor) -> Power:
    """Under which volmacht this person may conclude the contracts of a perceel today. Its value is the maximum of all
    contracts together, so that is what is signed for."""
    return power(object_session(perceel), Handeling(perceel.eigenaar_id, perceel.waarde), actor, on=clock.today())


def met_volmacht(perceel: Perceel, *, actor, volmacht: Power | None = None, **_facts) -> str | None:
    """A contract is signed under volmacht (Gemeentewet 160 and 171). `volmacht` is given by whoever looked already."""
    return (volmacht or contractvolmacht(perceel, actor)).refusal


INKOOP = Workflow("inkoop", State, STATE_LABELS)
INKOOP.step("uitvragen", State.GEPLAND, State.UITGEVRAAGD, needs=P.INKOOP_UITVRAGEN, label="Vraag de gemeenten om een besluit",
            article=ARTIKELEN["uitvragen"], guards=[heeft_percelen, percelen_compleet])
INKOOP.step("terughalen", State.UITGEVRAAGD, State.GEPLAND, needs=P.INKOOP_UITVRAGEN, label="Haal de vraag terug",
            article=ARTIKELEN["terughalen"], guards=[reden_gegeven, niemand_besloot], stops=["deelname", "werk_volgen"])
INKOOP.step("deelname", State.UITGEVRAAGD, None, needs=P.INKOOP_DEELNAME, label="Leg het deelnamebesluit vast",
            article=ARTIKELEN["deelname"], guards=[deelname_open], by_owner=False)
INKOOP.step("doorzetten", State.UITGEVRAAGD, State.DOORGEZET, needs=P.INKOOP_BESLISSEN, label="Zet door (go)",
            article=ARTIKELEN["doorzetten"], guards=[poort_open, trekker_doet_mee],
            stops=["deelname", "werk_volgen"])
INKOOP.step("stoppen", (State.GEPLAND, State.UITGEVRAAGD, State.DOORGEZET, State.GEPUBLICEERD), State.GESTOPT,
            needs=P.INKOOP_BESLISSEN, label="Stop (no-go)", article=ARTIKELEN["stoppen"], guards=[reden_gegeven],
            stops=["deelname", "werk_volgen", "werk_publiceren", "werk_openen"])
INKOOP.step("publiceren", State.DOORGEZET, State.GEPUBLICEERD, needs=P.INKOOP_PUBLICEREN, label="Publiceer",
            article=ARTIKELEN["publiceren"], 
            guards=[poorten_besloten(Poort.PUBLICEREN), percelen_compleet, stukken_klaar, sluit_later],
            stops=["werk_publiceren"])
INKOOP.step("poort_beslissen", (State.DOORGEZET, State.GEPUBLICEERD, State.GEOPEND), None, needs=P.INKOOP_BESLISSEN,
            label="Besluit over een poort", article=ARTIKELEN["poort_beslissen"], guards=[reden_gegeven])
INKOOP.step("afronden", State.GEOPEND, State.AFGEROND, needs=P.INKOOP_CONTRACTEREN, label="Rond af",
            article=ARTIKELEN["afronden"])

PERCEEL = Workflow("perceel", PerceelState, PERCEEL_LABELS)
PERCEEL.step("weghalen", PerceelState.GEPLAND, PerceelState.WEGGEHAALD, needs=P.INKOOP_PLANNEN,
             label="Haal weg uit het plan", article=ARTIKELEN["weghalen"])
PERCEEL.step("afvallen", PerceelState.GEPLAND, PerceelState.VERVALLEN, needs=P.INKOOP_BESLISSEN,
             label="Laat afvallen: geen gemeente doet mee", article=ARTIKELEN["afvallen"], guards=[niemand_doet_mee])
# After the outcome was finalised too, up to the signature: the assessment opens again.
PERCEEL.step("terzijde_leggen", (PerceelState.GEOPEND, PerceelState.VASTGESTELD), PerceelState.GEOPEND,
             needs=P.INKOOP_VASTSTELLEN, label="Leg beoordelingen terzijde", article=ARTIKELEN["terzijde_leggen"],
             guards=[reden_gegeven], stops=["werk_gunnen", "werk_meelezen", "werk_tekenen"])
PERCEEL.step("vaststellen", PerceelState.GEOPEND, PerceelState.VASTGESTELD, needs=P.INKOOP_VASTSTELLEN,
             label="Stel de beoordeling vast", article=ARTIKELEN["vaststellen"],
             guards=[alles_beoordeeld, niemand_heeft_belang_open, zelf_geen_belang, zelf_niet_beoordeeld],
             stops=["werk_beoordelen", "werk_vaststellen", "werk_vervallen"])
PERCEEL.step("tekenen", PerceelState.VASTGESTELD, PerceelState.GEGUND, needs=P.INKOOP_TEKENEN, label="Teken de gunning",
             article=ARTIKELEN["tekenen"],
             guards=[poorten_besloten(Poort.GUNNEN), niemand_heeft_belang_open, zelf_geen_belang],
             stops=["werk_tekenen"])
PERCEEL.step("contracteren", PerceelState.GEGUND, PerceelState.GECONTRACTEERD, needs=P.INKOOP_CONTRACTEREN,
             label="Sluit de contracten", article=ARTIKELEN["contracteren"],
             guards=[poorten_besloten(Poort.CONTRACTEREN), standstill_voorbij, geen_dagvaarding, zaak_door_ander_gesloten,
                     zelf_geen_belang, met_volmacht],
             stops=["standstill", "werk_contracteren"])
PERCEEL.step("gunning_intrekken", PerceelState.GEGUND, PerceelState.VASTGESTELD, needs=P.INKOOP_TEKENEN,
             label="Trek de gunning in", article=ARTIKELEN["gunning_intrekken"], guards=[reden_gegeven, zelf_geen_belang],
             stops=["standstill", "werk_contracteren"])
PERCEEL.step("niet_gunnen", PerceelState.GEGUND, PerceelState.VERVALLEN, needs=P.INKOOP_TEKENEN,
             label="Trek de gunning in en gun aan niemand", article=ARTIKELEN["niet_gunnen"],
             guards=[reden_gegeven, zelf_geen_belang],
             stops=["standstill", "werk_contracteren"])
PERCEEL.step("vervallen", (PerceelState.GEOPEND, PerceelState.VASTGESTELD), PerceelState.VERVALLEN, needs=P.INKOOP_BESLISSEN,
             label="Laat het perceel vervallen", article=ARTIKELEN["vervallen"], guards=[reden_gegeven, zelf_geen_belang],
             stops=["werk_beoordelen", "werk_vaststellen", "werk_vervallen", "werk_gunnen", "werk_meelezen", "werk_tekenen"])

INSCHRIJVING = Workflow("inschrijving", InschrijvingState, INSCHRIJVING_LABELS)
INSCHRIJVING.step("verzenden", (InschrijvingState.BEGONNEN, InschrijvingState.INGEDIEND, InschrijvingState.INGETROKKEN),
                  InschrijvingState.INGEDIEND, needs=P.INSCHRIJVING_VERSTUREN, label="Verstuur",
                  article=ARTIKELEN["verzenden"])
INSCHRIJVING.step("intrekken", InschrijvingState.INGEDIEND, InschrijvingState.INGETROKKEN, needs=P.INSCHRIJVING_VERSTUREN,
                  label="Trek in", article=ARTIKELEN["intrekken"])

WORKFLOWS = (INKOOP, PERCEEL, INSCHRIJVING)
