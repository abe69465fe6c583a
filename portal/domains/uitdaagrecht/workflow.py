"""The law of a challenge, readable in one file: which step, by whom, from where to where, and what must hold."""

from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.uitdaagrecht import queries
from portal.domains.uitdaagrecht.model import OPEN, InitiatiefState, State, Uitdaging
from portal.identity.permissions import Permission as P
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow

AFSPRAAK_VOORBIJ = "De laatste dag van de afspraak is voorbij. Verlengen kan niet meer."
BETROKKEN = "U was betrokken bij het antwoord. Een ander beslist hierover (Awb 10:3, lid 3, en 9:7)."
ZELF_VERBORGEN = "U verborg deze pagina zelf. Een ander beantwoordt het bezwaar daartegen."
ZELF_OPGESTELD = "U schreef deze afspraak zelf. Een ander tekent namens de gemeente."

for _name, _sentence, _status in (
    ("idee_te_lang", "Dit is te lang. Schrijf het korter; later is er plaats voor meer.", 422),
    ("idee_te_druk", "Het is nu te druk. Probeer het later, of log eerst in en begin uw idee daar.", 409),
    ("uitdaging_niet_gestuurd", "Dit plan is niet aan uw gemeente gestuurd.", 403),
    ("plan_van_bewoners", "Hier staat wat bewoners zelf stuurden. Dat verandert de gemeente niet.", 409),
    ("deelnemer_van_plan", "Wie een plan stuurde en wie het behandelt, blijven het zien.", 409),
    ("uitdaging_verloop", "Deze stap past niet bij waar het plan nu staat.", 409),
    ("aanvulling_loopt", "De bewoners mogen hun plan eerst aanvullen. Deze grond kan daarna (Awb 4:5).", 409),
    ("route_niet_mogelijk", "Volgens de jurist kan dit langs geen enkele weg. Dan kan het antwoord geen ja zijn.", 422),
    ("uq_tegenspraak_besluit_id", "Tegen dit antwoord is al bezwaar gemaakt.", 409),
    ("nee_zonder_grond", "Kies een grond. Zonder grond is nee geen antwoord.", 422),
    ("medeindiener_vervallen", "Deze uitnodiging is al ingetrokken.", 409),
    ("uq_medeindiener_wie", "U doet al mee.", 409),
    ("pagina_zonder_ja", "De bewoners stuurden nog geen tekst die iedereen mag lezen.", 409),
    ("pagina_vast", "De pagina zegt waar het plan staat en wat er is besloten, en niets anders.", 409),
    ("pagina_zelf_verborgen", ZELF_VERBORGEN, 403),
    ("steun_alleen_inwoners", "Alleen inwoners kunnen een plan steunen.", 403),
    ("steun_voorbij", "Dit plan vraagt nu geen steun. De gemeente beslist, of besliste al.", 409),
    ("steun_eigen", "Dit is uw eigen plan. Uw steun telt al.", 409),
    ("uq_steunbetuiging_pagina_id_party_id", "U steunt dit plan al. Eén keer telt.", 409),
    ("uq_volger_pagina_id_party_id", "U volgt dit plan al.", 409),
    ("panel_belang", "Verklaar eerst dat u geen belang heeft bij dit plan.", 403),
    ("panel_voorbij", "Het panel geeft nu geen advies over dit plan.", 409),
    ("oordeel_voorbij", "De beoordeling van dit plan is voorbij, of begint nog.", 409),
    ("toets_voorbij", "De juridische toets van dit plan is voorbij, of begint nog.", 409),
    ("panel_oordeelde_al", "U beoordeelde dit plan al. U kunt het panel informeren, en niet meestemmen.", 403),
    ("uq_paneladvies_dossier_id_account_id", "U gaf al advies over dit plan.", 409),
    ("uq_criteriumoordeel_dossier_id_criterium", "Een collega beoordeelde dit ook. Laad de pagina opnieuw.", 409),
    ("uq_verslagakkoord_gesprek_id_party_id", "U zei al wat u van dit verslag vindt.", 409),
    ("afspraak_vervallen", "Deze afspraak geldt niet meer. Er is een nieuwe.", 409),
    ("afspraak_getekend", "Beide kanten tekenden deze afspraak. Intrekken kan niet meer.", 409),
    ("afspraak_ongetekend", "Beide kanten tekenden deze afspraak nog niet.", 409),
    ("afspraak_nu_niet", "Deze afspraak past niet bij waar het plan nu staat.", 409),
    ("afspraak_voorbij", AFSPRAAK_VOORBIJ, 409),
    ("afspraak_zelf_opgesteld", ZELF_OPGESTELD, 403),
    ("uq_afspraakteken_afspraak_id_party_id", "Deze afspraak is van uw kant al getekend.", 409),
    ("uq_afspraak_geldt", "Er geldt al een afspraak.", 409),
    ("uq_afspraak_voorstel", "Er ligt al een afspraak. Trek die eerst in.", 409),
    ("uitdaging_zonder_besluit", "Dit kan pas als het antwoord is getekend.", 409),
    ("informatie_beantwoord", "Deze vraag is al beantwoord.", 409),
    ("tegenspraak_beantwoord", "Hierop is al beslist.", 409),
    ("tegenspraak_op_tijd", "Dit kwam binnen zes weken nadat het antwoord bekend was. Dat is op tijd.", 409),
    ("voorstel_open", "Er ligt nog een voorstel. Dat vervalt eerst.", 409),
    ("tegenspraak_zelf_besloten", BETROKKEN, 403),
    ("ck_steunlijst_controleur_is_ander", "U telde deze lijst zelf. Een collega telt na.", 403),
    ("uq_gemeentetaak_party_id_naam", "Een taak met deze naam staat er al.", 409),
    ("uq_uitdaging_initiatief_open", "Dit plan is al ontvangen.", 409),
    ("uq_initiatiefpagina_dossier_id", "Deze pagina is er al. Laad de pagina opnieuw.", 409),
):
    say(_name, _sentence, _status)

ARTIKELEN = load_config("uitdaagrecht")["artikelen"]

INITIATIEF_LABELS = {
    InitiatiefState.BEGONNEN: "Nog niet verstuurd", InitiatiefState.GEVRAAGD: "Informatie gevraagd",
    InitiatiefState.INGEDIEND: "Ingediend", InitiatiefState.INGETROKKEN: "Ingetrokken",
}
STATE_LABELS = {
    State.INFOVERZOEK: "Informatie gevraagd", State.BEANTWOORD: "Informatie gegeven", State.ONTVANGEN: "Ontvangen",
    State.ONTVANKELIJKHEIDSTOETS: "Voorwaarden nagaan", State.WACHT_OP_AANVULLING: "Wacht op aanvulling",
    State.DIALOOG: "In gesprek", State.BEMIDDELING: "Bemiddeling", State.BEOORDELING: "In beoordeling",
    State.JURIDISCHE_TOETS: "Bij de jurist", State.PANEL: "Bij het panel", State.BESLISSEN: "Antwoord in voorbereiding",
    State.TOEGEWEZEN: "Ja gezegd", State.AFGEWEZEN: "Nee gezegd", State.DOORGELEID: "Doorgestuurd",
    State.UITVOERING: "Bewoners doen het", State.BEEINDIGD: "Beëindigd", State.TERUGGENOMEN: "Terug bij de gemeente",
    State.INGETROKKEN: "Ingetrokken",
}


# Guards: each answers None, or the reason in a sentence.

def reden_gegeven(_dossier, *, reden: str = "", **_facts) -> str | None:
    return None if reden.strip() else "Schrijf waarom."


def alles_beoordeeld(uitdaging: Uitdaging, **_facts) -> list[str]:
    """Every criterion of the region was judged."""
    given = queries.oordelen(object_session(uitdaging), uitdaging.id)
    return [f"Er is nog geen oordeel over: {naam}." for code, naam in queries.criteria().items() if code not in given]


def weg_gekozen(uitdaging: Uitdaging, **_facts) -> str | None:
    return None if queries.routetoets(object_session(uitdaging), uitdaging.id) else "Kies eerst langs welke weg dit kan."


def tijd_voorbij(uitdaging: Uitdaging, **_facts) -> str | None:
    """Who was asked to add something has the time for it; after that the gemeente goes on with what it knows (Awb 4:5)."""
    if uitdaging.state == State.WACHT_OP_AANVULLING and queries.termijn(object_session(uitdaging), uitdaging.id, "aanvulling"):
        return "De bewoners mogen hun plan nog aanvullen."
    return None


def met_panel(uitdaging: Uitdaging, **_facts) -> str | None:
    return None if queries.regels(uitdaging).panel else "Deze gemeente werkt zonder panel. Schrijf het voorstel."


def panel_gehoord(uitdaging: Uitdaging, **_facts) -> str | None:
    """Where the ordinance has a panel, it advises before the answer is written."""
    if not queries.regels(uitdaging).panel or queries.adviezen(object_session(uitdaging), uitdaging.id):
        return None
    return "Het panel gaf nog geen advies."


def geen_voorstel(uitdaging: Uitdaging, **_facts) -> str | None:
    waiting = any(one.state in OPEN_BESLUIT for one in queries.besluiten(object_session(uitdaging), uitdaging.id))
    return "Er ligt al een voorstel. Dat wacht op een handtekening." if waiting else None


def bezwaar_gegrond(uitdaging: Uitdaging, **_facts) -> str | None:
    """An objection undid the last answer (Awb 7:11, lid 2)."""
    session = object_session(uitdaging)
    last = next((one for one in queries.besluiten(session, uitdaging.id) if one.getekend_at), None)
    if last and any(one.besluit_id == last.id and one.uitkomst == "gegrond"
                    for one in queries.tegenspraak(session, uitdaging.id)):
        return None
    return "Een nieuw besluit kan pas als een bezwaar tegen het laatste antwoord gegrond is."


def niet_getekend(uitdaging: Uitdaging, **_facts) -> str | None:
    """No side is held to an agreement yet: what both signed is not undone by one of them."""
    session = object_session(uitdaging)
    if bezwaar_gegrond(uitdaging):
        return None  # that is said already
    counts, made = queries.afspraken(session, uitdaging.id)
    if counts or (made and queries.getekend(session, uitdaging, made)):
        return "Beide kanten tekenden de afspraak al. Spreek eerst met de bewoners af hoe het verder moet."
    return None


INITIATIEF = Workflow("initiatief", InitiatiefState, INITIATIEF_LABELS)
_I, _E = InitiatiefState, P.UITDAGING_EIGEN
INITIATIEF.step("vragen", _I.BEGONNEN, _I.GEVRAAGD, needs=_E, label="Vraag om informatie", article=ARTIKELEN["informeren"])
INITIATIEF.step("indienen", (_I.BEGONNEN, _I.GEVRAAGD), _I.INGEDIEND, needs=_E, label="Dien het plan in",
                article=ARTIKELEN["indienen"])
INITIATIEF.step("intrekken", (_I.BEGONNEN, _I.GEVRAAGD, _I.INGEDIEND), _I.INGETROKKEN, needs=_E, label="Trek het plan in",
                article=ARTIKELEN["intrekken"])

UITDAGING = Workflow("uitdaging", State, STATE_LABELS)
_S, _B = State, P.UITDAGING_BEHANDELEN
UITDAGING.step("informeren", _S.INFOVERZOEK, _S.BEANTWOORD, needs=_B, label="Geef de informatie", stops=("informatie",),
               article=ARTIKELEN["informeren"])
UITDAGING.step("ontvangen", (_S.INFOVERZOEK, _S.BEANTWOORD), _S.ONTVANGEN, needs=_B, label="Ontvang het plan",
               stops=("informatie",), article=ARTIKELEN["indienen"])
UITDAGING.step("in_behandeling", _S.ONTVANGEN, _S.ONTVANKELIJKHEIDSTOETS, needs=_B, label="Neem het plan in behandeling",
               stops=("triage",), article=ARTIKELEN["in_behandeling"])
UITDAGING.step("doorgeleiden", (_S.ONTVANGEN, _S.ONTVANKELIJKHEIDSTOETS), _S.DOORGELEID, needs=_B, label="Stuur het plan door",
               stops=("triage", "beslissing", "werk_toetsen", "werk_besluit", "werk_tekenen"),
               article=ARTIKELEN["doorgeleiden"])
UITDAGING.step("aanvulling_vragen", _S.ONTVANKELIJKHEIDSTOETS, _S.WACHT_OP_AANVULLING, needs=_B,
               label="Vraag om een aanvulling", stops=("werk_toetsen", "werk_besluit"), article=ARTIKELEN["aanvullen"])
UITDAGING.step("aanvullen", _S.WACHT_OP_AANVULLING, _S.ONTVANKELIJKHEIDSTOETS, needs=_B, label="Neem de aanvulling op",
               stops=("aanvulling", "werk_besluit", "werk_tekenen"), article=ARTIKELEN["aanvullen"])
UITDAGING.step("papier_aanvullen", _S.ONTVANKELIJKHEIDSTOETS, None, needs=_B, label="Neem over wat de bewoners aanvulden",
               article=ARTIKELEN["aanvullen"])
UITDAGING.step("ontvankelijk", (_S.ONTVANKELIJKHEIDSTOETS, _S.WACHT_OP_AANVULLING), _S.DIALOOG, needs=_B,
               label="Begin de gesprekken", guards=[tijd_voorbij], stops=("werk_toetsen", "werk_besluit", "werk_tekenen"),
               article=ARTIKELEN["dialoog"])
UITDAGING.step("gesprek", (_S.DIALOOG, _S.BEMIDDELING), None, needs=_B, label="Leg een gesprek vast",
               article=ARTIKELEN["dialoog"])
UITDAGING.step("bemiddelen", _S.DIALOOG, _S.BEMIDDELING, needs=_B, label="Vraag iemand te bemiddelen", guards=[reden_gegeven],
               article=ARTIKELEN["bemiddelen"])
UITDAGING.step("hervatten", _S.BEMIDDELING, _S.DIALOOG, needs=_B, label="Ga verder met praten", stops=("bemiddeling",),
               article=ARTIKELEN["bemiddelen"])
UITDAGING.step("plan", (_S.DIALOOG, _S.BEMIDDELING), _S.BEOORDELING, needs=_B, label="Neem het plan op",
               stops=("dialoog", "bemiddeling"), article=ARTIKELEN["beoordelen"])
UITDAGING.step("beoordelen", _S.BEOORDELING, None, needs=P.UITDAGING_BEOORDELEN, label="Beoordeel een criterium",
               article=ARTIKELEN["beoordelen"])
UITDAGING.step("beoordeeld", _S.BEOORDELING, _S.JURIDISCHE_TOETS, needs=P.UITDAGING_BEOORDELEN, label="Rond de beoordeling af",
               guards=[alles_beoordeeld], stops=("werk_beoordelen",), article=ARTIKELEN["beoordelen"])
UITDAGING.step("toetsen", _S.JURIDISCHE_TOETS, None, needs=P.UITDAGING_TOETSEN, label="Kies de weg",
               article=ARTIKELEN["besluiten"])
UITDAGING.step("naar_panel", _S.JURIDISCHE_TOETS, _S.PANEL, needs=_B, label="Vraag het panel om advies",
               guards=[weg_gekozen, met_panel], stops=("werk_juridisch",), article=ARTIKELEN["panel"])
UITDAGING.step("adviseren", _S.PANEL, None, needs=P.UITDAGING_ADVISEREN, label="Geef advies", article=ARTIKELEN["panel"])
UITDAGING.step("naar_besluit", (_S.JURIDISCHE_TOETS, _S.PANEL), _S.BESLISSEN, needs=_B, label="Bereid het antwoord voor",
               guards=[weg_gekozen, panel_gehoord], stops=("werk_juridisch", "werk_panel"), article=ARTIKELEN["besluiten"])
UITDAGING.step("aanpassing_vragen", _S.BESLISSEN, None, needs=_B, label="Vraag of het anders mag",
               article=ARTIKELEN["besluiten"])
UITDAGING.step("voorstellen", (_S.BESLISSEN, _S.ONTVANKELIJKHEIDSTOETS, _S.WACHT_OP_AANVULLING), None, needs=_B,
               label="Schrijf het voorstel", guards=[geen_voorstel], stops=("werk_besluit",), article=ARTIKELEN["besluiten"])
UITDAGING.step("toewijzen", _S.BESLISSEN, _S.TOEGEWEZEN, needs=P.UITDAGING_TEKENEN, label="Teken: ja",
               stops=("werk_tekenen", "beslissing"), article=ARTIKELEN["besluiten"])
UITDAGING.step("afwijzen", (_S.BESLISSEN, _S.ONTVANKELIJKHEIDSTOETS, _S.WACHT_OP_AANVULLING), _S.AFGEWEZEN,
               needs=P.UITDAGING_TEKENEN, label="Teken: nee", article=ARTIKELEN["besluiten"],
               stops=("werk_tekenen", "beslissing", "aanvulling", "werk_toetsen"))
# On paper: made known on the day of the post, whatever happened since it was signed.
UITDAGING.step("posten", tuple(_S), None, needs=_B, label="Vul in wanneer de brief op de post ging",
               article=ARTIKELEN["posten"])
# After an objection that was right: over the content again, or, where nobody looked at that, over the conditions.
UITDAGING.step("herzien", (_S.AFGEWEZEN, _S.TOEGEWEZEN), _S.BESLISSEN, needs=_B, label="Bereid een nieuw besluit voor",
               guards=[bezwaar_gegrond, niet_getekend], stops=("werk_afspraak", "werk_ondertekenen"),
               article=ARTIKELEN["herzien"])
UITDAGING.step("hertoetsen", _S.AFGEWEZEN, _S.ONTVANKELIJKHEIDSTOETS, needs=_B, label="Kijk opnieuw naar de voorwaarden",
               guards=[bezwaar_gegrond], stops=("werk_besluit",), article=ARTIKELEN["herzien"])
UITDAGING.step("intrekken", OPEN, _S.INGETROKKEN, needs=_B, label="Leg vast dat het is ingetrokken",
               stops=("informatie", "triage", "beslissing", "aanvulling", "dialoog", "bemiddeling", *(
                   f"werk_{name}" for name in ("toetsen", "beoordelen", "juridisch", "panel", "besluit", "tekenen"))),
               article=ARTIKELEN["intrekken"])
UITDAGING.step("afspreken", _S.TOEGEWEZEN, None, needs=_B, label="Leg de afspraak voor", article=ARTIKELEN["uitvoeren"])
UITDAGING.step("beginnen", _S.TOEGEWEZEN, _S.UITVOERING, needs=_B, label="Begin met de uitvoering", stops=("werk_afspraak",),
               article=ARTIKELEN["uitvoeren"])
UITDAGING.step("evalueren", _S.UITVOERING, None, needs=_B, label="Leg vast hoe het gaat", stops=("werk_evaluatie",),
               article=ARTIKELEN["uitvoeren"])
UITDAGING.step("verlenging", _S.UITVOERING, None, needs=_B, label="Leg een verlenging voor", stops=("werk_verlenging",),
               article=ARTIKELEN["uitvoeren"])
UITDAGING.step("verlengen", _S.UITVOERING, None, needs=_B, label="Verleng de afspraak",
               stops=("werk_evaluatie", "werk_verlenging", "werk_afloop"), article=ARTIKELEN["uitvoeren"])
_LOOPT = ("werk_evaluatie", "werk_verlenging", "werk_ondertekenen", "werk_afloop")
UITDAGING.step("beeindigen", _S.UITVOERING, _S.BEEINDIGD, needs=_B, label="Beëindig de afspraak", guards=[reden_gegeven],
               stops=_LOOPT, article=ARTIKELEN["uitvoeren"])
UITDAGING.step("terugnemen", _S.UITVOERING, _S.TERUGGENOMEN, needs=_B, label="Neem de taak terug", guards=[reden_gegeven],
               stops=_LOOPT, article=ARTIKELEN["uitvoeren"])

WORKFLOWS = (INITIATIEF, UITDAGING)
