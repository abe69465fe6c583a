"""The law of a subsidy, readable in one file: which step, by whom, from where to where, and what must hold."""

from sqlalchemy import func, select
from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.subsidies import queries, rules
from portal.domains.subsidies.model import (
    AanvraagState,
    Regeling,
    RegelingState,
    State,
    Subsidie,
)
from portal.domains.subsidies.rules import Beslissing
from portal.identity.permissions import Permission as P
from portal.kernel.belang import statement
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow

for _name, _sentence, _status in (
    ("regeling_vast", "Deze regeling is bekendgemaakt. Zij verandert niet meer. Maak een nieuwe.", 409),
    ("regeling_niet_bekend", "Deze regeling is niet bekendgemaakt. Aanvragen kan niet.", 404),
    ("regeling_gesloten", "U kunt voor deze regeling niet meer aanvragen. De tijd is voorbij.", 410),
    ("regeling_nog_niet_open", "U kunt voor deze regeling nog niet aanvragen.", 425),
    ("regeling_van_ander", "Deze regeling is van een andere gemeente.", 403),
    ("papier_in_de_toekomst", "De dag waarop de brief binnenkwam, ligt in de toekomst.", 422),
    ("plafond_niet_bekend", "Dit subsidieplafond hoort niet bij deze regeling.", 404),
    ("plafond_staat_al_vast", "Dit subsidieplafond is al vastgesteld. Verhoog of verlaag het.", 409),
    ("plafond_onder_nul", "Het plafond kan niet lager worden dan nul.", 422),
    ("plafond_bereikt", "Het subsidieplafond is bereikt. Er is niet genoeg over voor dit bedrag (Awb 4:25, lid 2).", 409),
    ("niet_gereserveerd", "Dit bedrag is niet gereserveerd in het plafond. Leg het voorstel opnieuw voor.", 409),
    ("niet_vastgelegd", "Zo veel is voor deze subsidie niet vastgelegd.", 409),
    ("boeking_zonder_besluit", "Dit kan pas als het besluit is getekend.", 409),
    ("verleend_klopt_niet", "Het verleende bedrag klopt niet met het plafond. Er is niets bewaard.", 409),
    ("niet_in_behandeling", "Deze aanvraag wordt nu niet beoordeeld.", 409),
    ("eigen_organisatie", "U hoort zelf bij deze aanvrager. Een ander moet dit doen.", 403),
    ("eerst_geen_belang", "Verklaar eerst dat u geen belang heeft bij deze aanvraag.", 403),
    ("tweede_lezer_nodig", "Vanaf dit bedrag leest een tweede persoon mee.", 422),
    ("uq_plafond_dossier_id_van", "Voor deze periode is er al een plafond.", 409),
    ("uq_maximum_dossier_id_product_jaar_van", "Er is al een maximum voor dit product dat op die dag begint.", 409),
    ("uq_subsidie_aanvraag_id", "Deze aanvraag is al ontvangen.", 409),
    ("uq_subsidie_indiening_id", "Deze aanvraag is al ontvangen.", 409),
    ("uq_voorstel_dossier_id", "Een collega schrijft ook aan dit voorstel. Laad de pagina opnieuw.", 409),
    ("uq_beoordeling_dossier_id_criterium", "Een collega beoordeelde dit criterium ook. Laad de pagina opnieuw.", 409),
    ("ck_subsidieregel_met_verordening", "Een verplichting op grond van Awb 4:39 noemt het artikel van de verordening.", 422),
    ("ck_regeling_met_verordening", "Noem de verordening en het artikel waarop de regeling rust (Awb 4:23, lid 1).", 422),
    ("ck_regeling_zonder_verordening_met_reden", "Schrijf waarom er geen verordening nodig is (Awb 4:23, lid 3).", 422),
    ("ck_regeling_incidenteel_vier_jaar", "Incidentele subsidie duurt ten hoogste vier jaar (Awb 4:23, lid 3, onder d).", 422),
):
    say(_name, _sentence, _status)

ARTIKELEN = load_config("subsidies")["artikelen"]

REGELING_LABELS = {
    RegelingState.CONCEPT: "Concept", RegelingState.BEKENDGEMAAKT: "Bekendgemaakt", RegelingState.GESLOTEN: "Gesloten",
}
AANVRAAG_LABELS = {
    AanvraagState.BEGONNEN: "Nog niet verstuurd", AanvraagState.INGEDIEND: "Verstuurd",
    AanvraagState.INGETROKKEN: "Ingetrokken",
}
STATE_LABELS = {
    State.ONTVANGEN: "Ontvangen", State.WACHT_OP_AANVULLING: "Wacht op aanvulling", State.NIET_AANGEVULD: "Niet aangevuld",
    State.IN_BEHANDELING: "In behandeling", State.BEOORDEELD: "Beoordeeld", State.VERLEEND: "Verleend",
    State.GEWEIGERD: "Geweigerd", State.BUITEN_BEHANDELING: "Niet behandeld", State.INGETROKKEN: "Ingetrokken",
    State.VERANTWOORDEN: "Wacht op verantwoording", State.IN_VASTSTELLING: "Wordt vastgesteld",
    State.VASTGESTELD: "Vastgesteld", State.VERLENING_INGETROKKEN: "Verlening ingetrokken",
}


# Guards: each answers None, or the reason in a sentence.

def reden_gegeven(_dossier, *, reden: str = "", **_facts) -> str | None:
    return None if reden.strip() else "Schrijf waarom."


def regeling_compleet(regeling: Regeling, **_facts) -> list[str]:
    """Everything that applicants must be able to know beforehand stands in the scheme."""
    session, faults = object_session(regeling), []
    inrichting = regeling.inrichting
    if not inrichting.get("producten"):
        faults.append("Noem ten minste één product waarvoor de regeling geldt.")
    if not rules.vormen_op(regeling.financiering, regeling.van):
        faults.append("Kies hoe er wordt betaald: beschikbaarheid, populatie, budget of resultaat.")
    if regeling.verdeling == rules.Verdeling.TENDER and not inrichting.get("criteria"):
        faults.append("Een tender vergelijkt aanvragen. Noem de criteria.")
    plafonds = queries.plafonds(session, regeling.id)
    if not plafonds:
        faults.append("Stel eerst het subsidieplafond vast (Awb 4:22).")
    faults += [f"Het plafond vanaf {p.van:%d-%m-%Y} is niet vóór die dag bekendgemaakt (Awb 4:27, lid 1)."
               for p in plafonds if p.bekendgemaakt_on >= p.van]
    return faults


def argumenten_beantwoord(subsidie: Subsidie, *, open_argumenten: int | None = None, **_facts) -> str | None:
    """Every argument of the applicant has an answer before anybody signs. `open_argumenten`: by a page that counted."""
    if open_argumenten is None:
        open_argumenten = queries.open_argumenten(object_session(subsidie), subsidie.id)
    return f"Beantwoord eerst alle argumenten van de aanvrager. Nog open: {open_argumenten}." if open_argumenten else None


def zelf_geen_belang(subsidie: Subsidie, *, actor, **_facts) -> str | None:
    """Whoever declared an interest, or belongs to the applicant, decides nothing about this case (Awb 2:4)."""
    session = object_session(subsidie)
    if actor.user_id is None:
        return None
    if session.scalar(select(func.portal.eigen_organisatie(subsidie.id, actor.user_id))):
        return "U hoort zelf bij deze aanvrager. Een ander moet dit doen."
    last = statement(session, subsidie.id, actor.user_id)
    return "U meldde een belang bij deze aanvraag. Een ander moet dit doen." if last and last.heeft_belang else None


def verklaarde_geen_belang(subsidie: Subsidie, *, actor, **_facts) -> str | None:
    """Nobody handles an application without having said to have no interest in it."""
    last = statement(object_session(subsidie), subsidie.id, actor.user_id)
    return None if last is not None else "Verklaar eerst dat u geen belang heeft bij deze aanvraag."


def alles_beoordeeld(subsidie: Subsidie, *, score: rules.Score | None = None, **_facts) -> str | None:
    """Every criterion of the scheme has points and a reason."""
    score = score or queries.score(object_session(subsidie), subsidie)
    return f"Er zijn nog criteria zonder punten: {score.ontbreekt}." if score.ontbreekt else None


def niemand_met_belang_beoordeelde(subsidie: Subsidie, **_facts) -> str | None:
    """Points of somebody who declared an interest later do not count: a colleague gives them again."""
    found = queries.beoordeeld_met_belang(object_session(subsidie), subsidie.id)
    return (f"Een beoordelaar meldde later een belang. Een collega beoordeelt opnieuw. Aantal criteria: {found}." if found
            else None)


def geen_voorstel_onderweg(subsidie: Subsidie, *, besluit=None, **_facts) -> str | None:
    """While a proposal waits for its reader or its signature, what it rests on does not change."""
    besluit = besluit or queries.open_besluit(object_session(subsidie), subsidie.id)
    return "Er ligt een voorstel bij de lezer of de tekenaar. Wacht daarop, of laat het terugsturen." if besluit else None


def nog_niet_uitgesteld(subsidie: Subsidie, **_facts) -> str | None:
    """The notice that it will be later is given once (Awb 4:14)."""
    found = queries.termijn(object_session(subsidie), subsidie.id, "nieuwe_beslistermijn")
    return "Er is al een bericht van uitstel gestuurd." if found else None


REGELING = Workflow("regeling", RegelingState, REGELING_LABELS)
REGELING.step("bekendmaken", RegelingState.CONCEPT, RegelingState.BEKENDGEMAAKT, needs=P.SUBSIDIE_REGELEN,
              label="Maak de regeling bekend", article=ARTIKELEN["bekendmaken"], guards=[regeling_compleet])
REGELING.step("sluiten", RegelingState.BEKENDGEMAAKT, RegelingState.GESLOTEN, needs=P.SUBSIDIE_REGELEN,
              label="Sluit de regeling", article=ARTIKELEN["sluiten"], guards=[reden_gegeven])

AANVRAAG = Workflow("aanvraag", AanvraagState, AANVRAAG_LABELS)
AANVRAAG.step("versturen", AanvraagState.BEGONNEN, AanvraagState.INGEDIEND, needs=P.AANVRAAG_VERSTUREN, label="Verstuur",
              article=ARTIKELEN["versturen"])
AANVRAAG.step("aanvullen", AanvraagState.INGEDIEND, None, needs=P.AANVRAAG_VERSTUREN, label="Stuur de aanvulling",
              article=ARTIKELEN["aanvullen"])
AANVRAAG.step("intrekken", AanvraagState.INGEDIEND, AanvraagState.INGETROKKEN, needs=P.AANVRAAG_VERSTUREN, label="Trek in",
              article=ARTIKELEN["intrekken"])

SUBSIDIE = Workflow("subsidie", State, STATE_LABELS)
_B = P.SUBSIDIE_BEHANDELEN
SUBSIDIE.step("compleet", State.ONTVANGEN, State.IN_BEHANDELING, needs=_B, label="De aanvraag is compleet",
              article=ARTIKELEN["compleet"], guards=[verklaarde_geen_belang, zelf_geen_belang], stops=["werk_ontvangen"])
SUBSIDIE.step("aanvulling_vragen", (State.ONTVANGEN, State.IN_BEHANDELING), State.WACHT_OP_AANVULLING, needs=_B,
              label="Vraag om een aanvulling", article=ARTIKELEN["aanvulling_vragen"],
              guards=[verklaarde_geen_belang, zelf_geen_belang, geen_voorstel_onderweg],
              stops=["werk_ontvangen", "werk_behandelen"])
SUBSIDIE.step("aangevuld", State.WACHT_OP_AANVULLING, State.ONTVANGEN, needs=_B, label="Aanvulling ontvangen",
              article=ARTIKELEN["aanvullen"], stops=["hersteltermijn"])
SUBSIDIE.step("niet_aangevuld", State.WACHT_OP_AANVULLING, State.NIET_AANGEVULD, needs=_B,
              label="Tijd om aan te vullen voorbij", article=ARTIKELEN["niet_aangevuld"], stops=["hersteltermijn"])
SUBSIDIE.step("toch_behandelen", State.NIET_AANGEVULD, State.IN_BEHANDELING, needs=_B, label="Behandel de aanvraag toch",
              article=ARTIKELEN["toch_behandelen"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven],
              stops=["buiten_behandeling", "werk_behandelen"])
SUBSIDIE.step("uitstellen", (State.ONTVANGEN, State.IN_BEHANDELING, State.BEOORDEELD), None, needs=_B,
              label="Stuur bericht van uitstel", article=ARTIKELEN["uitstellen"], guards=[nog_niet_uitgesteld, reden_gegeven],
              stops=["beslistermijn"])
SUBSIDIE.step("beoordelen", State.IN_BEHANDELING, State.BEOORDEELD, needs=_B, label="Rond de beoordeling af",
              article=ARTIKELEN["beoordelen"], stops=["werk_behandelen"],
              guards=[verklaarde_geen_belang, zelf_geen_belang, alles_beoordeeld, niemand_met_belang_beoordeelde])
SUBSIDIE.step("heropenen", State.BEOORDEELD, State.IN_BEHANDELING, needs=_B, label="Open de beoordeling opnieuw",
              article=ARTIKELEN["heropenen"], guards=[geen_voorstel_onderweg, reden_gegeven], stops=["werk_voorstellen"])
SUBSIDIE.step("zienswijze_vragen", State.BEOORDEELD, None, needs=_B, label="Vraag de aanvrager om een zienswijze",
              article=ARTIKELEN["zienswijze_vragen"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven])
SUBSIDIE.step("intrekken", (State.ONTVANGEN, State.WACHT_OP_AANVULLING, State.NIET_AANGEVULD, State.IN_BEHANDELING,
                            State.BEOORDEELD), State.INGETROKKEN, needs=_B, label="De aanvrager trekt de aanvraag in",
              article=ARTIKELEN["intrekken"],
              stops=["beslistermijn", "nieuwe_beslistermijn", "hersteltermijn", "buiten_behandeling", "zienswijze",
                     "werk_ontvangen", "werk_behandelen", "werk_voorstellen", "werk_meelezen", "werk_tekenen"])
_DECIDED = ["beslistermijn", "nieuwe_beslistermijn", "buiten_behandeling", "werk_tekenen"]
SUBSIDIE.step("verlenen", State.BEOORDEELD, State.VERLEEND, needs=P.SUBSIDIE_TEKENEN, label="Teken de verlening",
              article=ARTIKELEN["verlenen"], stops=_DECIDED,
              guards=[zelf_geen_belang, argumenten_beantwoord, niemand_met_belang_beoordeelde])
SUBSIDIE.step("weigeren", State.BEOORDEELD, State.GEWEIGERD, needs=P.SUBSIDIE_TEKENEN, label="Teken de weigering",
              article=ARTIKELEN["weigeren"], stops=_DECIDED,
              guards=[zelf_geen_belang, argumenten_beantwoord, niemand_met_belang_beoordeelde])
SUBSIDIE.step("niet_behandelen", State.NIET_AANGEVULD, State.BUITEN_BEHANDELING, needs=P.SUBSIDIE_TEKENEN,
              label="Teken: de aanvraag wordt niet behandeld", article=ARTIKELEN["niet_behandelen"],
              guards=[zelf_geen_belang, argumenten_beantwoord], stops=_DECIDED)

# Which step the signature of a proposal takes.
STAP = {Beslissing.VERLENEN: "verlenen", Beslissing.WEIGEREN: "weigeren", Beslissing.NIET_BEHANDELEN: "niet_behandelen"}

WORKFLOWS = (REGELING, AANVRAAG, SUBSIDIE)


def mogelijk(subsidie: Subsidie) -> list[Beslissing]:
    """What can be proposed where this case stands."""
    return [uitkomst for uitkomst, stap in STAP.items() if subsidie.state in SUBSIDIE.steps[stap].source]

