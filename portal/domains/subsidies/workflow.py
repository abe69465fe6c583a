"""The law of a subsidy, readable in one file: which step, by whom, from where to where, and what must hold."""

from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.subsidies import queries, rules
from portal.domains.subsidies.model import (
    AanvraagState,
    Bewaking,
    BewakingState,
    Bezwaar,
    BezwaarState,
    RapportageState,
    Regeling,
    RegelingState,
    State,
    StopState,
    Subsidie,
    Toestemming,
    ToestemmingState,
    VorderingState,
)
from portal.domains.subsidies.rules import Beslissing
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.besluit import OPEN as OPEN_BESLUIT
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow

for _name, _sentence, _status in (
    ("regeling_vast", "Deze regeling is bekendgemaakt. Zij verandert niet meer. Maak een nieuwe.", 409),
    ("regeling_niet_bekend", "Deze regeling is niet bekendgemaakt. Aanvragen kan niet.", 404),
    ("regeling_gesloten", "U kunt voor deze regeling niet meer aanvragen. De tijd is voorbij.", 410),
    ("regeling_nog_niet_open", "U kunt voor deze regeling nog niet aanvragen.", 425),
    ("regeling_van_ander", "Deze regeling is van een andere gemeente.", 403),
    ("papier_in_de_toekomst", "De dag waarop de brief binnenkwam, ligt in de toekomst.", 422),
    ("gepost_zonder_brief", "Dit besluit is niet verstuurd. Er is nog geen brief.", 409),
    ("gepost_voor_tekening", "Voordat het besluit is getekend, kon de brief niet op de post.", 422),
    ("gepost_in_de_toekomst", "Deze dag ligt in de toekomst. Vul de dag in als de brief op de post is.", 422),
    ("gepost_staat_vast", "De dag waarop de brief op de post ging, staat vast. Laad de pagina opnieuw.", 409),
    ("rekening_zelf_ingevoerd", "U voerde dit nummer zelf in. Een ander keurt het goed.", 403),
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
    ("ck_regeling_spoed_een_jaar", "Subsidie die op een verordening vooruitloopt, duurt ten hoogste een jaar (Awb 4:23, lid 3, "
     "onder a).", 422),
    ("ck_regeling_incidenteel_vier_jaar", "Incidentele subsidie duurt ten hoogste vier jaar (Awb 4:23, lid 3, onder d).", 422),
    ("betaling_stap", "Deze betaling kan deze stap nu niet doen. Laad de pagina opnieuw.", 409),
    ("betaling_vast", "Deze betaling is al klaargezet. Zij verandert niet meer.", 409),
    ("betalingen_staan_stil", "De betalingen staan stil (Awb 4:56).", 409),
    ("niet_op_eigen_besluit", "Wie het besluit nam, beslist niet op het bezwaar daartegen (Awb 10:3, lid 3).", 403),
    ("meer_dan_verleend", "Zo komt er meer op de rekening dan er is verleend. Er is niets goedgekeurd.", 409),
    ("zelf_gevorderd", "U tekende deze terugvordering zelf. Een ander tekent de kwijtschelding.", 403),
    ("kwijtschelden_zonder_besluit", "Kwijtschelden kan alleen met een getekend besluit over wat nog open staat.", 409),
    ("ck_betaling_goedkeurder_is_ander", "U zette deze betaling zelf klaar. Een ander keurt haar goed.", 422),
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
RAPPORTAGE_LABELS = {
    RapportageState.GEVRAAGD: "Gevraagd", RapportageState.INGELEVERD: "Ingeleverd", RapportageState.AKKOORD: "Akkoord",
}
VORDERING_LABELS = {
    VorderingState.OPEN: "Moet worden betaald", VorderingState.AANGEMAAND: "Aangemaand", VorderingState.VOLDAAN: "Betaald",
    VorderingState.KWIJTGESCHOLDEN: "Kwijtgescholden", VorderingState.VERVALLEN: "Vervallen",
}
BEZWAAR_LABELS = {
    BezwaarState.ONTVANGEN: "Ontvangen", BezwaarState.IN_BEHANDELING: "In behandeling",
    BezwaarState.VERZUIM: "Wacht op aanvulling", BezwaarState.BESLIST: "Beslist", BezwaarState.INGETROKKEN: "Ingetrokken",
}
TOESTEMMING_LABELS = {
    ToestemmingState.ONTVANGEN: "Ontvangen", ToestemmingState.WACHT_OP_AANVULLING: "Wacht op aanvulling",
    ToestemmingState.GEGEVEN: "Toestemming gegeven", ToestemmingState.VAN_RECHTSWEGE: "Toestemming van rechtswege",
    ToestemmingState.GEWEIGERD: "Geweigerd", ToestemmingState.BUITEN_BEHANDELING: "Niet behandeld",
    ToestemmingState.INGETROKKEN: "Ingetrokken",
}
BEWAKING_LABELS = {BewakingState.LOOPT: "Loopt", BewakingState.GESTOPT: "Gestopt"}
STOP_LABELS = {StopState.LOOPT: "Betalingen staan stil", StopState.BEEINDIGD: "Voorbij"}


BETROKKEN = "U was betrokken bij het besluit. Een ander moet dit bezwaar behandelen (Awb 10:3, lid 3)."


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


# `belang`, `besluiten`, `herziening` and `uitgesteld`: by a page that read them together (queries.Rondom.feiten).
_UNKNOWN = object()


def _belang(subsidie: Subsidie, actor, found: queries.Belang | None) -> queries.Belang:
    return found or queries.belang(object_session(subsidie), subsidie.id, actor.user_id)


def zelf_geen_belang(subsidie: Subsidie, *, actor, belang: queries.Belang | None = None, **_facts) -> str | None:
    """Whoever declared an interest, or belongs to the applicant, decides nothing about this case (Awb 2:4)."""
    if actor.user_id is None:
        return None
    belang = _belang(subsidie, actor, belang)
    if belang.eigen:
        return "U hoort zelf bij deze aanvrager. Een ander moet dit doen."
    last = belang.verklaring
    return "U meldde een belang bij deze aanvraag. Een ander moet dit doen." if last and last.heeft_belang else None


def verklaarde_geen_belang(subsidie: Subsidie, *, actor, belang: queries.Belang | None = None, **_facts) -> str | None:
    """Nobody handles an application without having said to have no interest in it."""
    declared = _belang(subsidie, actor, belang).verklaring
    return None if declared is not None else "Verklaar eerst dat u geen belang heeft bij deze aanvraag."


def alles_beoordeeld(subsidie: Subsidie, *, score: rules.Score | None = None, **_facts) -> str | None:
    """Every criterion of the scheme has points and a reason."""
    score = score or queries.score(object_session(subsidie), subsidie)
    return f"Er zijn nog criteria zonder punten: {score.ontbreekt}." if score.ontbreekt else None


def niemand_met_belang_beoordeelde(subsidie: Subsidie, *, actor, belang: queries.Belang | None = None, **_facts) -> str | None:
    """Points of somebody who declared an interest later do not count: a colleague gives them again."""
    found = _belang(subsidie, actor, belang).beoordeeld
    return (f"Een beoordelaar meldde later een belang. Een collega beoordeelt opnieuw. Aantal criteria: {found}." if found
            else None)


def geen_voorstel_onderweg(subsidie: Subsidie, *, besluit=None, besluiten=None, **_facts) -> str | None:
    """While a proposal waits for its reader or its signature, what it rests on does not change."""
    if besluiten is not None:
        besluit = any(one.state in OPEN_BESLUIT for one in besluiten)
    else:
        besluit = besluit or queries.lopend_besluit(object_session(subsidie), subsidie.id)
    return "Er ligt een voorstel bij de lezer of de tekenaar. Wacht daarop, of laat het terugsturen." if besluit else None


def _herziening(subsidie: Subsidie, found):
    return queries.herziening(object_session(subsidie), subsidie) if found is _UNKNOWN else found


def wordt_herzien(subsidie: Subsidie, *, herziening=_UNKNOWN, **_facts) -> str | None:
    """Only who revises a determination can stop with that."""
    if _herziening(subsidie, herziening) is None:
        return "Deze vaststelling wordt niet herzien. Er is niets te stoppen."
    return None


def wordt_niet_herzien(subsidie: Subsidie, *, herziening=_UNKNOWN, **_facts) -> str | None:
    """What was determined holds: it ends by revising that, not by taking back the grant (Awb 4:48 and 4:49)."""
    if _herziening(subsidie, herziening) is None:
        return None
    return "Deze subsidie is vastgesteld. Verlagen kan alleen door de vaststelling te herzien (Awb 4:49)."


def nog_niet_uitgesteld(subsidie: Subsidie, *, uitgesteld: bool | None = None, **_facts) -> str | None:
    """The notice that it will be later is given once (Awb 4:14)."""
    found = queries.uitgesteld(object_session(subsidie), subsidie.id) if uitgesteld is None else uitgesteld
    return "Er is al een bericht van uitstel gestuurd." if found else None


def _te_beslissen(dossier, found):
    """The term to decide and whether it stands still; `found`: by a page that read it."""
    return queries.te_beslissen(object_session(dossier), dossier.id) if found is ... else found


def niet_opgeschort(dossier, *, beslissen=..., **_facts) -> str | None:
    """One suspension at a time, and no other day while it runs (Awb 4:15)."""
    found = _te_beslissen(dossier, beslissen)
    return "De beslistermijn staat stil. Laat haar eerst weer lopen." if found and found[1] else None


def op_te_schorten(dossier, *, beslissen=..., **_facts) -> str | None:
    """Only a term that runs is suspended: what is over, stays over."""
    found = _te_beslissen(dossier, beslissen)
    if found is None:
        return "Er loopt hier geen termijn om te beslissen."
    return None if found[1] or found[0].due_on >= clock.today() else "De beslistermijn is al voorbij. Opschorten kan niet meer."


def is_opgeschort(dossier, *, beslissen=..., **_facts) -> str | None:
    """Only what stands still can run again."""
    found = _te_beslissen(dossier, beslissen)
    return None if found and found[1] else "De beslistermijn staat niet stil."


def niet_betrokken(bezwaar: Bezwaar, *, actor, betrokkenen=None, **_facts) -> str | None:
    """Who wrote, read or signed the decision handles no objection to it (Awb 7:5 and 10:3, lid 3). `betrokkenen`: by a page
    that read the decision already."""
    if actor.user_id is None:
        return None
    if betrokkenen is None:
        betrokkenen = queries.betrokkenen(object_session(bezwaar), bezwaar.besluit_id)
    if actor.user_id in betrokkenen:
        return BETROKKEN
    return None


def _beslistermijn(toestemming: Toestemming, found):
    """The term to decide on a request for consent that runs; `found`: by a page that read it."""
    return found or queries.termijn(object_session(toestemming), toestemming.id, "toestemming", open_only=True)


def nog_te_beslissen(toestemming: Toestemming, *, termijn=None, **_facts) -> str | None:
    """After the last day to decide there is nothing left to decide: the consent is there by law (Awb 4:20b). What stands still
    is not over, whatever its provisional day says."""
    term = _beslistermijn(toestemming, termijn)
    if term is None or term.due_on >= clock.today() or queries.staat_stil(object_session(toestemming), term.id):
        return None
    return f"Beslissen kon tot en met {term.due_on:%d-%m-%Y}. De ontvanger heeft de toestemming nu van rechtswege (Awb 4:20b)."


def geen_toestemming_onderweg(toestemming: Toestemming, *, besluiten=None, **_facts) -> str | None:
    """One proposal at a time, and while it waits the term does not stand still. `besluiten`: by a page that read them."""
    if besluiten is not None:
        found = any(one.state in OPEN_BESLUIT for one in besluiten)
    else:
        found = queries.toestemming_voorstel(object_session(toestemming), toestemming)
    return "Er ligt een voorstel bij de lezer of de tekenaar. Laat het eerst terugsturen." if found else None


def nog_niet_verdaagd(toestemming: Toestemming, *, termijn=None, **_facts) -> str | None:
    """Putting off is done once (Awb 4:71, lid 3)."""
    term = _beslistermijn(toestemming, termijn)
    return "De beslissing is al een keer verdaagd (Awb 4:71, lid 3)." if term is not None and term.extended else None


def uitkomst_gegeven(_bewaking: Bewaking, *, uitkomst: str = "", **_facts) -> str | None:
    """A period is not done without a word about what came out."""
    return None if uitkomst.strip() else "Schrijf wat eruit kwam."


def nog_niet_bekend(toestemming: Toestemming, **_facts) -> str | None:
    """What is there by law is made public once (Awb 4:20c)."""
    return "Deze toestemming is al bekendgemaakt." if toestemming.beslissing_id else None


def nog_voorschriften(toestemming: Toestemming, *, bekendgemaakt=..., **_facts) -> str | None:
    """Conditions can still be set from the day that the consent by law is made public, for six weeks (Awb 4:20f).
    `bekendgemaakt`: the term of that, by a page that read it."""
    found = bekendgemaakt if bekendgemaakt is not ... else queries.termijn(
        object_session(toestemming), toestemming.id, "toestemming_voorschriften", open_only=True)
    if found is None:
        return "Maak de toestemming eerst bekend. Daarna kunt u nog voorschriften geven (Awb 4:20f)."
    return None if found.due_on >= clock.today() else (
        f"Voorschriften geven kon tot en met {found.due_on:%d-%m-%Y} (Awb 4:20f).")


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
              article=ARTIKELEN["compleet"], guards=[verklaarde_geen_belang, zelf_geen_belang, geen_voorstel_onderweg],
              stops=["werk_ontvangen", "buiten_behandeling"])
SUBSIDIE.step("aanvulling_vragen", (State.ONTVANGEN, State.IN_BEHANDELING), State.WACHT_OP_AANVULLING, needs=_B,
              label="Vraag om een aanvulling", article=ARTIKELEN["aanvulling_vragen"],
              guards=[verklaarde_geen_belang, zelf_geen_belang, geen_voorstel_onderweg, niet_opgeschort],
              stops=["werk_ontvangen", "werk_behandelen", "buiten_behandeling"])
SUBSIDIE.step("aangevuld", State.WACHT_OP_AANVULLING, State.ONTVANGEN, needs=_B, label="Aanvulling ontvangen",
              article=ARTIKELEN["aanvullen"], stops=["hersteltermijn"])
SUBSIDIE.step("niet_aangevuld", State.WACHT_OP_AANVULLING, State.NIET_AANGEVULD, needs=_B,
              label="Tijd om aan te vullen voorbij", article=ARTIKELEN["niet_aangevuld"], stops=["hersteltermijn"])
SUBSIDIE.step("toch_behandelen", State.NIET_AANGEVULD, State.IN_BEHANDELING, needs=_B, label="Behandel de aanvraag toch",
              article=ARTIKELEN["toch_behandelen"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven],
              stops=["buiten_behandeling", "werk_behandelen"])
SUBSIDIE.step("uitstellen", (State.ONTVANGEN, State.IN_BEHANDELING, State.BEOORDEELD), None, needs=_B,
              label="Stuur bericht van uitstel", article=ARTIKELEN["uitstellen"],
              guards=[zelf_geen_belang, nog_niet_uitgesteld, niet_opgeschort, reden_gegeven])
_OP_AANVRAAG = (State.ONTVANGEN, State.IN_BEHANDELING, State.BEOORDEELD, State.IN_VASTSTELLING)
SUBSIDIE.step("opschorten", _OP_AANVRAAG, None, needs=_B, label="Laat de beslistermijn stilstaan",
              article=ARTIKELEN["opschorten"], guards=[zelf_geen_belang, niet_opgeschort, op_te_schorten, reden_gegeven])
SUBSIDIE.step("opschorting_eindigen", _OP_AANVRAAG, None, needs=_B, label="Laat de beslistermijn weer lopen",
              article=ARTIKELEN["opschorting_eindigen"], guards=[zelf_geen_belang, is_opgeschort, reden_gegeven])
SUBSIDIE.step("beoordelen", State.IN_BEHANDELING, State.BEOORDEELD, needs=_B, label="Rond de beoordeling af",
              article=ARTIKELEN["beoordelen"], stops=["werk_behandelen"],
              guards=[verklaarde_geen_belang, zelf_geen_belang, alles_beoordeeld, niemand_met_belang_beoordeelde])
SUBSIDIE.step("heropenen", State.BEOORDEELD, State.IN_BEHANDELING, needs=_B, label="Open de beoordeling opnieuw",
              article=ARTIKELEN["heropenen"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven],
              stops=["werk_voorstellen"])
SUBSIDIE.step("zienswijze_vragen", (State.BEOORDEELD, State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING,
                                    State.VASTGESTELD), None, needs=_B, label="Vraag de aanvrager om een zienswijze",
              article=ARTIKELEN["zienswijze_vragen"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven])
SUBSIDIE.step("intrekken", (State.ONTVANGEN, State.WACHT_OP_AANVULLING, State.NIET_AANGEVULD, State.IN_BEHANDELING,
                            State.BEOORDEELD), State.INGETROKKEN, needs=_B, label="De aanvrager trekt de aanvraag in",
              article=ARTIKELEN["intrekken"],
              stops=["beslistermijn", "nieuwe_beslistermijn", "besluit_verwacht", "hersteltermijn", "buiten_behandeling",
                     "zienswijze", "werk_ontvangen", "werk_behandelen", "werk_voorstellen", "werk_meelezen", "werk_tekenen"])
_DECIDED = ["beslistermijn", "nieuwe_beslistermijn", "besluit_verwacht", "buiten_behandeling", "werk_ontvangen"]
SUBSIDIE.step("verlenen", State.BEOORDEELD, State.VERLEEND, needs=P.SUBSIDIE_TEKENEN, label="Teken de verlening",
              article=ARTIKELEN["verlenen"], stops=_DECIDED,
              guards=[zelf_geen_belang, argumenten_beantwoord, niemand_met_belang_beoordeelde])
SUBSIDIE.step("weigeren", State.BEOORDEELD, State.GEWEIGERD, needs=P.SUBSIDIE_TEKENEN, label="Teken de weigering",
              article=ARTIKELEN["weigeren"], stops=_DECIDED,
              guards=[zelf_geen_belang, argumenten_beantwoord, niemand_met_belang_beoordeelde])
SUBSIDIE.step("niet_behandelen", (State.ONTVANGEN, State.NIET_AANGEVULD), State.BUITEN_BEHANDELING, needs=P.SUBSIDIE_TEKENEN,
              label="Teken: de aanvraag wordt niet behandeld", article=ARTIKELEN["niet_behandelen"],
              guards=[zelf_geen_belang, argumenten_beantwoord], stops=_DECIDED)

SUBSIDIE.step("verantwoorden", State.VERLEEND, State.VERANTWOORDEN, needs=_B, label="De periode is voorbij",
              article=ARTIKELEN["verantwoorden"])
SUBSIDIE.step("vaststelling_ontvangen", (State.VERLEEND, State.VERANTWOORDEN), State.IN_VASTSTELLING, needs=_B,
              label="Aanvraag om vaststelling ontvangen", article=ARTIKELEN["vaststelling_ontvangen"],
              stops=["vaststellingsaanvraag"])
SUBSIDIE.step("termijn_stellen", State.VERANTWOORDEN, None, needs=_B, label="Geef de ontvanger nog een termijn",
              article=ARTIKELEN["termijn_stellen"], guards=[zelf_geen_belang], stops=["vaststellingsaanvraag"])
SUBSIDIE.step("ambtshalve", State.VERANTWOORDEN, State.IN_VASTSTELLING, needs=_B, label="Stel vast zonder aanvraag",
              article=ARTIKELEN["ambtshalve"], guards=[zelf_geen_belang, reden_gegeven], stops=["vaststellingsaanvraag"])
SUBSIDIE.step("vaststellen", State.IN_VASTSTELLING, State.VASTGESTELD, needs=P.SUBSIDIE_TEKENEN, label="Teken de vaststelling",
              article=ARTIKELEN["vaststellen"], guards=[zelf_geen_belang, argumenten_beantwoord],
              stops=["vaststellingstermijn", "ambtshalve_vaststellen"])

SUBSIDIE.step("wijzigen", (State.VERLEEND, State.VERANTWOORDEN), None, needs=P.SUBSIDIE_TEKENEN, label="Teken de wijziging",
              article=ARTIKELEN["wijzigen"], guards=[zelf_geen_belang, argumenten_beantwoord])
SUBSIDIE.step("verlening_intrekken", (State.VERLEEND, State.VERANTWOORDEN, State.IN_VASTSTELLING), State.VERLENING_INGETROKKEN,
              needs=P.SUBSIDIE_TEKENEN, label="Teken de intrekking", article=ARTIKELEN["verlening_intrekken"],
              guards=[zelf_geen_belang, argumenten_beantwoord, wordt_niet_herzien],
              stops=["vaststellingsaanvraag", "vaststellingstermijn", "ambtshalve_vaststellen",
                     "werk_vaststellen", "werk_voorschot", "werk_klaarzetten", "werk_goedkeuren"])
SUBSIDIE.step("posten", tuple(one for one in State if one != State.INGETROKKEN), None, needs=_B,
              label="Vul in wanneer de brief op de post ging", article=ARTIKELEN["posten"])
SUBSIDIE.step("heroverwegen", State.GEWEIGERD, State.BEOORDEELD, needs=P.SUBSIDIE_TEKENEN,
              label="Neem een nieuw besluit na het bezwaar", article=ARTIKELEN["heroverwegen"])
_ENDED = ["terugvordering", "werk_terugvorderen"]
SUBSIDIE.step("intrekking_vervalt", State.VERLENING_INGETROKKEN, State.VERLEEND, needs=P.SUBSIDIE_TEKENEN,
              label="De intrekking vervalt na het bezwaar", article=ARTIKELEN["heroverwegen"], stops=_ENDED)
SUBSIDIE.step("vaststelling_vervalt", State.VASTGESTELD, State.IN_VASTSTELLING, needs=P.SUBSIDIE_TEKENEN,
              label="Stel opnieuw vast na het bezwaar", article=ARTIKELEN["heroverwegen"], stops=_ENDED)
SUBSIDIE.step("herzien", State.VASTGESTELD, State.IN_VASTSTELLING, needs=_B, label="Herzie de vaststelling",
              article=ARTIKELEN["herzien"], guards=[zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven], stops=_ENDED)
SUBSIDIE.step("herzien_stoppen", State.IN_VASTSTELLING, State.VASTGESTELD, needs=_B, label="Stop het herzien",
              article=ARTIKELEN["herzien"], guards=[wordt_herzien, zelf_geen_belang, geen_voorstel_onderweg, reden_gegeven],
              stops=["werk_vaststellen", "zienswijze"])
SUBSIDIE.step("alsnog_behandelen", State.BUITEN_BEHANDELING, State.IN_BEHANDELING, needs=P.SUBSIDIE_TEKENEN,
              label="Behandel de aanvraag na het bezwaar", article=ARTIKELEN["heroverwegen"])

BEZWAAR = Workflow("bezwaar", BezwaarState, BEZWAAR_LABELS)
_Z = P.BEZWAAR_BEHANDELEN
_LOOPT = (BezwaarState.ONTVANGEN, BezwaarState.IN_BEHANDELING, BezwaarState.VERZUIM)
BEZWAAR.step("behandelen", BezwaarState.ONTVANGEN, BezwaarState.IN_BEHANDELING, needs=_Z,
             label="Neem het bezwaar in behandeling", article=ARTIKELEN["bezwaar_behandelen"], guards=[niet_betrokken])
BEZWAAR.step("verzuim_melden", BezwaarState.IN_BEHANDELING, BezwaarState.VERZUIM, needs=_Z, label="Vraag wat er ontbreekt",
             article=ARTIKELEN["verzuim_melden"], guards=[niet_betrokken, niet_opgeschort])
BEZWAAR.step("hersteld", BezwaarState.VERZUIM, BezwaarState.IN_BEHANDELING, needs=_Z, label="Aanvulling ontvangen",
             article=ARTIKELEN["verzuim_melden"], stops=["verzuim"])
BEZWAAR.step("niet_hersteld", BezwaarState.VERZUIM, BezwaarState.IN_BEHANDELING, needs=_Z,
             label="Tijd om aan te vullen voorbij", article=ARTIKELEN["verzuim_melden"], stops=["verzuim"])
BEZWAAR.step("verdagen", (BezwaarState.ONTVANGEN, BezwaarState.IN_BEHANDELING), None, needs=_Z, label="Verdaag de beslissing",
             article=ARTIKELEN["verdagen"], guards=[niet_betrokken, niet_opgeschort, reden_gegeven])
BEZWAAR.step("opschorten", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Laat de beslistermijn stilstaan",
             article=ARTIKELEN["bezwaar_opschorten"], guards=[niet_betrokken, niet_opgeschort, op_te_schorten, reden_gegeven])
BEZWAAR.step("opschorting_eindigen", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Laat de beslistermijn weer lopen",
             article=ARTIKELEN["bezwaar_opschorting_eindigen"], guards=[niet_betrokken, is_opgeschort, reden_gegeven])
BEZWAAR.step("uitnodigen", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Nodig uit voor een hoorzitting",
             article=ARTIKELEN["horen"], guards=[niet_betrokken], stops=["hoorzitting"])
BEZWAAR.step("horen", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Leg de hoorzitting vast", article=ARTIKELEN["horen"],
             guards=[niet_betrokken], stops=["hoorzitting"])
BEZWAAR.step("advies_vastleggen", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Leg het advies van de commissie vast",
             article=ARTIKELEN["advies"], guards=[niet_betrokken])
BEZWAAR.step("voorstellen", BezwaarState.IN_BEHANDELING, None, needs=_Z, label="Stel een beslissing voor",
             article=ARTIKELEN["beslissen_op_bezwaar"], guards=[niet_betrokken])
BEZWAAR.step("beslissen", BezwaarState.IN_BEHANDELING, BezwaarState.BESLIST, needs=P.SUBSIDIE_TEKENEN,
             label="Teken de beslissing op bezwaar", article=ARTIKELEN["beslissen_op_bezwaar"], guards=[niet_betrokken],
             stops=["beslissing_op_bezwaar", "beslissing_op_bezwaar_commissie", "hoorzitting", "werk_bezwaar"])
BEZWAAR.step("intrekken", _LOOPT, BezwaarState.INGETROKKEN, needs=_Z, label="De indiener trekt het bezwaar in",
             article=ARTIKELEN["bezwaar_intrekken"],
             stops=["beslissing_op_bezwaar", "beslissing_op_bezwaar_commissie", "verzuim", "hoorzitting", "werk_bezwaar"])

TOESTEMMING = Workflow("toestemming", ToestemmingState, TOESTEMMING_LABELS)
_BESLIST = ["toestemming", "werk_toestemming"]
TOESTEMMING.step("aanvulling_vragen", ToestemmingState.ONTVANGEN, ToestemmingState.WACHT_OP_AANVULLING, needs=_B,
                 label="Vraag om een aanvulling", article=ARTIKELEN["toestemming_aanvullen"],
                 guards=[nog_te_beslissen, geen_toestemming_onderweg, niet_opgeschort], stops=["werk_toestemming"])
TOESTEMMING.step("aangevuld", ToestemmingState.WACHT_OP_AANVULLING, ToestemmingState.ONTVANGEN, needs=_B,
                 label="Aanvulling ontvangen", article=ARTIKELEN["toestemming_aanvullen"], stops=["toestemming_aanvullen"])
TOESTEMMING.step("niet_aangevuld", ToestemmingState.WACHT_OP_AANVULLING, ToestemmingState.ONTVANGEN, needs=_B,
                 label="Tijd om aan te vullen voorbij", article=ARTIKELEN["toestemming_aanvullen"],
                 stops=["toestemming_aanvullen"])
TOESTEMMING.step("verdagen", ToestemmingState.ONTVANGEN, None, needs=_B, label="Verdaag de beslissing",
                 article=ARTIKELEN["toestemming_verdagen"],
                 guards=[nog_te_beslissen, nog_niet_verdaagd, niet_opgeschort, reden_gegeven])
TOESTEMMING.step("opschorten", ToestemmingState.ONTVANGEN, None, needs=_B, label="Laat de beslistermijn stilstaan",
                 article=ARTIKELEN["opschorten"], guards=[niet_opgeschort, op_te_schorten, reden_gegeven])
TOESTEMMING.step("opschorting_eindigen", ToestemmingState.ONTVANGEN, None, needs=_B, label="Laat de beslistermijn weer lopen",
                 article=ARTIKELEN["opschorting_eindigen"], guards=[is_opgeschort, reden_gegeven])
TOESTEMMING.step("voorstellen", ToestemmingState.ONTVANGEN, None, needs=_B, label="Stel een besluit voor",
                 article=ARTIKELEN["toestemming"], guards=[nog_te_beslissen, geen_toestemming_onderweg])
TOESTEMMING.step("toestemmen", ToestemmingState.ONTVANGEN, ToestemmingState.GEGEVEN, needs=P.SUBSIDIE_TEKENEN,
                 label="Teken de toestemming", article=ARTIKELEN["toestemming"], guards=[nog_te_beslissen], stops=_BESLIST)
TOESTEMMING.step("weigeren", ToestemmingState.ONTVANGEN, ToestemmingState.GEWEIGERD, needs=P.SUBSIDIE_TEKENEN,
                 label="Teken de weigering", article=ARTIKELEN["toestemming"], guards=[nog_te_beslissen], stops=_BESLIST)
TOESTEMMING.step("niet_behandelen", ToestemmingState.ONTVANGEN, ToestemmingState.BUITEN_BEHANDELING, needs=P.SUBSIDIE_TEKENEN,
                 label="Teken: het verzoek wordt niet behandeld", article=ARTIKELEN["toestemming_niet_behandelen"],
                 guards=[nog_te_beslissen], stops=_BESLIST)
TOESTEMMING.step("van_rechtswege", ToestemmingState.ONTVANGEN, ToestemmingState.VAN_RECHTSWEGE, needs=_B,
                 label="Toestemming van rechtswege", article=ARTIKELEN["van_rechtswege"], stops=_BESLIST)
TOESTEMMING.step("voorleggen", ToestemmingState.VAN_RECHTSWEGE, None, needs=_B, label="Maak de toestemming bekend",
                 article=ARTIKELEN["van_rechtswege_bekendmaken"], guards=[nog_niet_bekend, geen_toestemming_onderweg])
TOESTEMMING.step("bekendmaken", ToestemmingState.VAN_RECHTSWEGE, None, needs=P.SUBSIDIE_TEKENEN,
                 label="Teken de bekendmaking", article=ARTIKELEN["van_rechtswege_bekendmaken"], guards=[nog_niet_bekend],
                 stops=["toestemming_bekendmaken"])
TOESTEMMING.step("voorschriften_voorstellen", ToestemmingState.VAN_RECHTSWEGE, None, needs=_B,
                 label="Geef alsnog voorschriften", article=ARTIKELEN["toestemming_voorschriften"],
                 guards=[nog_voorschriften, geen_toestemming_onderweg])
TOESTEMMING.step("voorschriften", ToestemmingState.VAN_RECHTSWEGE, None, needs=P.SUBSIDIE_TEKENEN,
                 label="Teken de voorschriften", article=ARTIKELEN["toestemming_voorschriften"], guards=[nog_voorschriften])
TOESTEMMING.step("heroverwegen", (ToestemmingState.GEWEIGERD, ToestemmingState.BUITEN_BEHANDELING), ToestemmingState.ONTVANGEN,
                 needs=P.SUBSIDIE_TEKENEN, label="Beslis opnieuw na het bezwaar", article=ARTIKELEN["heroverwegen"])
TOESTEMMING.step("intrekken", (ToestemmingState.ONTVANGEN, ToestemmingState.WACHT_OP_AANVULLING), ToestemmingState.INGETROKKEN,
                 needs=_B, label="De ontvanger trekt het verzoek in", article=ARTIKELEN["toestemming_intrekken"],
                 stops=[*_BESLIST, "toestemming_aanvullen"])

VORDERING = Workflow("vordering", VorderingState, VORDERING_LABELS)
_OPEN = (VorderingState.OPEN, VorderingState.AANGEMAAND)
_BETAALD = ["betaling", "aanmaning", "werk_vordering"]
VORDERING.step("aanmanen", VorderingState.OPEN, VorderingState.AANGEMAAND, needs=P.SUBSIDIE_BETALEN,
               label="Stuur een aanmaning", article=ARTIKELEN["aanmanen"], stops=["betaling", "werk_vordering"])
VORDERING.step("voldoen", _OPEN, VorderingState.VOLDAAN, needs=P.SUBSIDIE_BETALEN, label="Alles is terugbetaald",
               article=ARTIKELEN["voldoen"], stops=_BETAALD)
VORDERING.step("kwijtschelden", _OPEN, VorderingState.KWIJTGESCHOLDEN, needs=P.SUBSIDIE_TEKENEN, label="Scheld de rest kwijt",
               article=ARTIKELEN["kwijtschelden"], stops=_BETAALD)

VORDERING.step("rente_vragen", VorderingState.VOLDAAN, VorderingState.OPEN, needs=P.SUBSIDIE_TEKENEN,
               label="Vraag rente: er is te laat betaald", article=ARTIKELEN["rente"])
VORDERING.step("rente_vervallen", _OPEN, VorderingState.VOLDAAN, needs=P.SUBSIDIE_TEKENEN, label="De rente vervalt",
               article=ARTIKELEN["heroverwegen"], stops=_BETAALD)
VORDERING.step("vervallen", (*_OPEN, VorderingState.VOLDAAN), VorderingState.VERVALLEN, needs=P.SUBSIDIE_TEKENEN,
               label="De terugvordering vervalt", article=ARTIKELEN["heroverwegen"], stops=_BETAALD)

RAPPORTAGE = Workflow("rapportage", RapportageState, RAPPORTAGE_LABELS)
RAPPORTAGE.step("inleveren", (RapportageState.GEVRAAGD, RapportageState.INGELEVERD), RapportageState.INGELEVERD, needs=_B,
                label="Voortgangsbericht ontvangen", article=ARTIKELEN["rapportage"], stops=["rapportage"])
RAPPORTAGE.step("akkoord", RapportageState.INGELEVERD, RapportageState.AKKOORD, needs=_B, label="Akkoord met dit bericht",
                article=ARTIKELEN["rapportage"], stops=["werk_rapportage"])

BETALINGSSTOP = Workflow("betalingsstop", StopState, STOP_LABELS)
BETALINGSSTOP.step("hervatten", StopState.LOOPT, StopState.BEEINDIGD, needs=_B, label="Laat de betalingen weer beginnen",
                   article=ARTIKELEN["betalingsstop"], guards=[reden_gegeven], stops=["betalingsopschorting"])
BETALINGSSTOP.step("verlopen", StopState.LOOPT, StopState.BEEINDIGD, needs=_B, label="De dertien weken zijn voorbij",
                   article=ARTIKELEN["betalingsstop"], stops=["betalingsopschorting"])
BETALINGSSTOP.step("besloten", StopState.LOOPT, StopState.BEEINDIGD, needs=P.SUBSIDIE_TEKENEN,
                   label="Er is over de subsidie besloten", article=ARTIKELEN["betalingsstop"], stops=["betalingsopschorting"])

BEWAKING = Workflow("bewaking", BewakingState, BEWAKING_LABELS)
BEWAKING.step("afronden", BewakingState.LOOPT, None, needs=_B, label="Leg de uitkomst vast", article=ARTIKELEN["bewaking"],
              guards=[uitkomst_gegeven])
BEWAKING.step("wijzigen", BewakingState.LOOPT, None, needs=_B, label="Wijzig de bewaking", article=ARTIKELEN["bewaking"])
BEWAKING.step("stoppen", BewakingState.LOOPT, BewakingState.GESTOPT, needs=_B, label="Stop de bewaking",
              article=ARTIKELEN["bewaking"], guards=[reden_gegeven])

# Which step the signature of a proposal takes.
STAP = {Beslissing.VERLENEN: "verlenen", Beslissing.WEIGEREN: "weigeren", Beslissing.NIET_BEHANDELEN: "niet_behandelen",
        Beslissing.WIJZIGEN: "wijzigen", Beslissing.INTREKKEN: "verlening_intrekken"}

WORKFLOWS = (REGELING, AANVRAAG, SUBSIDIE, RAPPORTAGE, BETALINGSSTOP, VORDERING, BEZWAAR, TOESTEMMING, BEWAKING)


def mogelijk(subsidie: Subsidie, *, niet_behandelen: bool | None = None, herziening=_UNKNOWN) -> list[Beslissing]:
    """What can be proposed where this case stands. What just came in is only not handled after a supplement that is not enough,
    while the four weeks for that run (Awb 4:5, lid 4): `niet_behandelen`, by a page that read its terms."""
    if subsidie.state == State.ONTVANGEN:
        if niet_behandelen is None:
            niet_behandelen = queries.termijn(object_session(subsidie), subsidie.id, "buiten_behandeling",
                                              open_only=True) is not None
        return [Beslissing.NIET_BEHANDELEN] if niet_behandelen else []
    found = [uitkomst for uitkomst, stap in STAP.items() if subsidie.state in SUBSIDIE.steps[stap].source]
    if Beslissing.INTREKKEN in found and wordt_niet_herzien(subsidie, herziening=herziening):
        found.remove(Beslissing.INTREKKEN)
    return found

