"""The law of access and placement, readable in one file: which step, by whom, from where to where, and what must hold.

What a guest answers (a provider to an offered place, a gemeente to an offered responsibility) is no step here: it is a row of
its own, which portal.antwoord_telt carries out.
"""

from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.plaatsingen import plan_queries, queries, rules, verrekenqueries
from portal.domains.plaatsingen.model import (
    Overdracht,
    OverdrachtState,
    Plaatsing,
    PlaatsingState,
    Toegang,
    ToegangState,
    VerblijfState,
    Verrekening,
    VerrekeningState,
)
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.sentences import say
from portal.kernel.workflow import Workflow

for _name, _sentence, _status in (
    ("uq_persoon_party_id_bsn_kenmerk", "Deze persoon is al bekend bij uw gemeente. Zoek op het nummer.", 409),
    ("uq_onderzoek_dossier_id", "Een collega schrijft ook aan dit onderzoek. Laad de pagina opnieuw.", 409),
    ("uq_randvoorwaarde_dossier_id_soort", "Een collega legde dit ook vast. Laad de pagina opnieuw.", 409),
    ("uq_huishoudlid_persoon", "Deze persoon hoort al bij een huishouden.", 409),
    ("uq_huishoudplan_loopt", "Dit huishouden heeft al een plan dat loopt. Beëindig dat eerst.", 409),
    ("uq_regie_loopt", "Een collega benoemde ook een regisseur. Laad de pagina opnieuw.", 409),
    ("uq_taakoverdracht_party_id_taak_ingaand_on", "Voor die dag is deze overdracht al voorgesteld.", 409),
    ("uq_taakbevestiging_overdracht_id_account_id", "U bevestigde al voor de andere kant. Een ander bevestigt deze kant.", 403),
    ("taakoverdracht_voorbij", "Dit voorstel is al ingetrokken of geweigerd.", 409),
    ("taakoverdracht_bevestigd", "Dit voorstel is al bevestigd, of de dag is voorbij. Stel een nieuwe overdracht voor.", 409),
    ("ck_taakoverdracht_einde_door", "Wie het voorstelde trekt het in; een ander weigert het.", 403),
    ("pk_taakbevestiging", "Deze kant is al bevestigd.", 409),
    ("ck_onderzoek_tijdelijk_periode", "De laatste dag ligt voor de eerste.", 422),
    ("ck_toegang_na_melding", "Deze dag ligt voor de melding.", 422),
    ("uq_plaatsing_toegang_id", "Voor deze melding is al een plaatsing begonnen.", 409),
    ("uq_plaatsing_gemeente_id_traject_id", "Uw gemeente heeft al een dossier van dit traject.", 409),
    ("ck_plaatsing_na_melding", "De ondersteuning begint niet voor de melding, en eindigt niet voor het begin.", 422),
    ("uq_plaatsvraag_dossier_id", "Een collega legde dit ook vast. Laad de pagina opnieuw.", 409),
    ("uq_wachtregel_open", "Deze inwoner staat al op de wachtlijst.", 409),
    ("uq_overgeslagen_wachtregel_id_verblijf_id", "Waarom deze inwoner is overgeslagen, staat er al.", 409),
    ("uq_locatie_party_id_naam", "U heeft al een locatie met deze naam.", 409),
    ("pk_capaciteit", "Voor deze dag staat het aantal plekken er al.", 409),
    ("capaciteit_achteraf", "Het aantal plekken verandert vanaf vandaag of later, niet achteraf.", 422),
    ("capaciteit_te_klein", "Er zijn dan meer plekken in gebruik dan er zijn. Kies een latere dag of een hoger aantal.", 409),
    ("pk_woonafspraak", "Een collega legde dit ook vast. Laad de pagina opnieuw.", 409),
    ("plek_vol", "Op deze locatie is in die periode geen plek vrij.", 409),
    ("plek_weer_vrij", "De plek werd niet meer vastgehouden. Bied de plek opnieuw aan.", 409),
    ("vasthouden_te_lang", "Een plek wordt niet langer vastgehouden dan het aanbod duurt.", 409),
    ("termijn_van_zaak", "Deze dag staat in de wet of in het aanbod, en verandert niet.", 409),
    ("plek_van_ander", "Deze plek hoort bij een ander verblijf.", 409),
    ("ex_bezetting_een_per_plek", "Op deze locatie is in die periode geen plek vrij.", 409),
    ("uq_bezetting_verblijf", "Voor dit aanbod is al een plek vastgehouden.", 409),
    ("ck_overdracht_niet_aan_zichzelf", "U kunt uw eigen gemeente geen aanbod doen. Kies een andere gemeente.", 422),
    ("geen_grond", "Er is geen mandaat of toestemming die nu geldt. Leg eerst de grond vast (Wmo 2015, 5.3.3).", 403),
    ("zicht_voorbij", "Dit aanbod is voorbij: de andere kant ziet er niets meer van. Doe een nieuw aanbod.", 409),
    ("persoonsdossier_dicht", "Dit dossier wordt met niemand gedeeld.", 403),
    ("grond_al_ingetrokken", "Deze grond was al ingetrokken.", 409),
    ("verantwoordelijkheid_loopt_vooruit", "De verantwoordelijkheid ging al over. Kies een latere dag.", 409),
    ("verantwoordelijkheid_zonder_plaatsing", "Van dit traject heeft uw gemeente geen dossier.", 409),
    ("verantwoordelijkheid_zonder_aanvaarding", "Verantwoordelijkheid gaat alleen over door een aanvaard aanbod.", 409),
    ("uq_verantwoordelijkheid_traject_id_van", "Op die dag ging de verantwoordelijkheid al over. Kies een latere dag.", 409),
    ("antwoord_niet_gevraagd", "Dit aanbod is niet aan uw organisatie gedaan.", 403),
    ("aanbod_verlopen", "De dag om te antwoorden is voorbij. Vraag om een nieuw aanbod.", 409),
    ("aanbod_beantwoord", "Op dit aanbod is al geantwoord, of het is ingetrokken.", 409),
    ("ingaand_te_vroeg", "Kies een dag vanaf vandaag die niet voor de dag in het aanbod ligt.", 422),
    ("aansluitend_nodig", "Schrijf welke ondersteuning bij u aansluit. Anders ontstaat er een gat.", 422),
    ("niet_aanvaard", "De andere gemeente heeft het aanbod niet aanvaard. Er gaat niets vanzelf over.", 409),
    ("niet_beide_ja", "Een plek is gereserveerd als de inwoner en de aanbieder beide ja zeggen.", 409),
    ("staken_te_laat", "De andere gemeente is al verantwoordelijk. Die gemeente kan uw gemeente vragen om weer "
     "verantwoordelijk te worden.", 409),
    ("staken_overgenomen", "De andere gemeente nam het dossier al over. Die gemeente kan uw gemeente vragen om weer "
     "verantwoordelijk te worden.", 409),
    ("aanvaard_vast", "Dit aanbod is aanvaard. Rond de overdracht af, of staak de overdracht.", 409),
    ("overdracht_niet_af", "Beide gemeenten tekenen, en de vraag over naasten is beantwoord. Dan sluit de overdracht.", 409),
    ("uq_overdrachtspunt_dossier_id_code", "Een collega vinkte dit punt ook af. Laad de pagina opnieuw.", 409),
    ("uq_overdrachtsteken_dossier_id_party_id", "Uw gemeente heeft al getekend.", 409),
    ("uq_overdrachtsteken_dossier_id_door", "U tekende al voor de andere gemeente. Een ander tekent voor deze.", 403),
    ("antwoord_op_eigen_aanbod", "U werkte zelf aan dit aanbod. Een ander antwoordt erop.", 403),
    ("traject_van_ander", "Dit traject is van een andere zaak, of van een andere gemeente.", 409),
    ("ck_terugkeertoets_nee_met_reden", "Een nee heeft een reden en een volgende dag.", 422),
    ("uq_uitwerking_resultaat_id_versie", "Een collega schreef dit ook op. Laad de pagina opnieuw.", 409),
    ("uq_uitkomst_dossier_id", "Een collega legde de uitkomst ook vast. Laad de pagina opnieuw.", 409),
    ("ck_uitkomst_opvolgen_op_tijd", "Of iemand opnieuw hulp kreeg, vult u later in: op de dag die er staat of daarna.", 422),
    ("uitkomst_ontbreekt", "Het dossier sluit als de uitkomst compleet is.", 409),
    ("ex_verrekening_periode", "Met deze gemeente is over een deel van deze periode al verrekend. Kies een andere periode, of "
     "trek de eerste verrekening in.", 409),
    ("ck_verrekening_niet_met_zichzelf", "U verrekent met een andere gemeente, niet met de eigen.", 422),
    ("ck_verrekening_periode_heel", "De laatste dag ligt voor de eerste.", 422),
    ("verrekenregel_klopt_niet", "Een regel volgt niet uit het verblijf en wie er verantwoordelijk was. Laad de pagina "
     "opnieuw.", 409),
    ("verrekening_niet_gevraagd", "Deze verrekening is niet met uw gemeente.", 403),
    ("verrekening_beantwoord", "Op deze verrekening is al geantwoord, of de verrekening is ingetrokken.", 409),
    ("verrekening_onbekende_regel", "Schrijf bij elke regel die niet klopt waarom niet.", 422),
    ("ck_verrekening_antwoord_nee_met_reden", "Schrijf bij elke regel die niet klopt waarom niet.", 422),
    ("verrekening_niet_akkoord", "De andere gemeente is niet akkoord. Er wordt niets vanzelf vastgesteld.", 409),
    ("verrekening_leeg", "Er is geen regel die telt. Trek de verrekening in.", 409),
    ("verrekenregel_niet_vervallen", "Maak alleen een regel opnieuw die is vervallen, over dagen van die regel.", 409),
    ("verrekenregel_vervallen", "Deze regel is al vervallen.", 409),
    ("verblijf_geeindigd", "Dit verblijf is al geëindigd. De laatste dag verandert niet meer.", 409),
    ("koppeling_niet_van_dossier", "U bent niet gekoppeld aan de inwoner van dit dossier.", 403),
    ("vernietiging_vraag_open", "Er ligt nog een klacht of een bezwaar zonder antwoord. Vernietigen kan daarna.", 409),
    ("verrekening_vast", "Deze verrekening staat vast.", 409),
    ("dagprijs_verrekend", "Met deze dagprijs is al verrekend. De prijs verandert alleen nog als u die verrekening intrekt.",
     409),
    ("betaald_zonder_overdracht", "Dit verblijf eindigde niet door een overdracht.", 409),
    ("ck_verblijf_betaald_na_einde", "De laatste dag waarvoor u betaalde ligt voor het einde van het verblijf.", 422),
    ("betaald_te_ver", "De laatste dag waarvoor u betaalde ligt in de toekomst.", 422),
    ("betaald_weer_verantwoordelijk", "Uw gemeente was op deze dagen zelf weer verantwoordelijk. Kies een eerdere dag.", 422),
    ("betaald_verrekend", "Over deze dagen is al verrekend. Dit verandert alleen nog als u die verrekening intrekt.", 409),
):
    say(_name, _sentence, _status)

ARTIKELEN = load_config("plaatsingen")["artikelen"]

TOEGANG_LABELS = {
    ToegangState.GEMELD: "Gemeld", ToegangState.ONDERZOEK: "In onderzoek", ToegangState.VERSLAG: "Verslag gegeven",
    ToegangState.AANGEVRAAGD: "Aangevraagd", ToegangState.TOEGEKEND: "Toegekend", ToegangState.AFGEWEZEN: "Afgewezen",
    ToegangState.GEEN_AANVRAAG: "Geen aanvraag", ToegangState.INGETROKKEN: "Ingetrokken",
    ToegangState.OVERGEDRAGEN: "Overgedragen",
}
# What is not decided yet can go to a gemeente where somebody has a better chance.
OVERDRAAGBARE_MELDING = (ToegangState.ONDERZOEK, ToegangState.VERSLAG, ToegangState.AANGEVRAAGD)


# Guards: each answers None, or the reason in a sentence.

def geen_aanbod_open(zaak: Plaatsing | Toegang, *, aanbod=..., **_facts) -> str | None:
    """One offer to another gemeente at a time, and nothing is decided or ended while it waits, or was accepted. `aanbod`: the
    one that waits, by a page that read them."""
    states = queries.MELDING_WEG if zaak.soort == "toegang" else queries.WACHT_OP_ANTWOORD
    found = aanbod if aanbod is not ... else queries.open_overdracht(object_session(zaak), zaak.id, states)
    if found is None:
        return None
    return ("Er ligt een aanbod bij een andere gemeente. Wacht op het antwoord, of trek het in."
            if found.state in queries.WACHT_OP_ANTWOORD else "Een andere gemeente neemt deze melding over.")


def reden_gegeven(_toegang, *, reden: str = "", **_facts) -> str | None:
    return None if reden.strip() else "Schrijf waarom."


def ondersteuning_gewezen(toegang: Toegang, **_facts) -> str | None:
    """Who reports is told of free client support, before anything is looked into (Wmo 2015, 2.3.2, lid 3)."""
    if toegang.ondersteuning_on:
        return None
    return "Wijs eerst op gratis cliëntondersteuning, en leg vast wanneer u dat deed (Wmo 2015, 2.3.2, lid 3)."


def onderzocht(toegang: Toegang, *, onderzoek=None, **_facts) -> list[str]:
    """The report tells of everything that the law names. `onderzoek`: by a page that read it."""
    found = onderzoek or queries.onderzoek(object_session(toegang), toegang.id)
    answers = found.antwoorden if found else {}
    return rules.onderzoek_gebreken(answers)


def mag_aanvragen(toegang: Toegang, *, zes_weken=None, **_facts) -> str | None:
    """An application comes after the report, or when the six weeks passed without one (Wmo 2015, 2.3.2, lid 9). `zes_weken`:
    that term, by a page that read it."""
    if toegang.verslag_on:
        return None
    term = zes_weken or queries.termijn(object_session(toegang), toegang.id, "onderzoek")
    if term is not None and term.due_on < clock.today():
        return None
    return (f"Aanvragen kan na het verslag, of als de zes weken voorbij zijn: na {term.due_on:%d-%m-%Y} (Wmo 2015, 2.3.2, "
            "lid 9).")


def geen_voorstel_onderweg(toegang: Toegang, *, voorstel=..., **_facts) -> str | None:
    """One proposal at a time. `voorstel`: the one that waits, by a page that read them."""
    found = voorstel if voorstel is not ... else queries.open_besluit(object_session(toegang), toegang.id)
    return "Er ligt een voorstel bij de tekenaar. Laat het eerst terugsturen." if found else None


TOEGANG = Workflow("toegang", ToegangState, TOEGANG_LABELS)
_B, _S = P.TOEGANG_BEHANDELEN, ToegangState
_OPEN = (_S.GEMELD, _S.ONDERZOEK, _S.VERSLAG, _S.AANGEVRAAGD)
# What waited for a report that does not go on here.
_GESTOPT = ("onderzoek", "toegangsbesluit", "persoonlijk_plan", "werk_melding", "werk_spoed", "werk_verslag", "werk_besluit")
TOEGANG.step("onderzoeken", _S.GEMELD, _S.ONDERZOEK, needs=_B, label="Begin het onderzoek", article=ARTIKELEN["onderzoeken"],
             guards=[ondersteuning_gewezen], stops=["werk_melding"])
TOEGANG.step("verslag", _S.ONDERZOEK, _S.VERSLAG, needs=_B, label="Geef het verslag", article=ARTIKELEN["verslag"],
             guards=[onderzocht], stops=["onderzoek", "werk_verslag", "persoonlijk_plan"])
TOEGANG.step("aanvragen", (_S.GEMELD, _S.ONDERZOEK, _S.VERSLAG), _S.AANGEVRAAGD, needs=_B, label="Aanvraag ontvangen",
             article=ARTIKELEN["aanvragen"], guards=[mag_aanvragen], stops=["werk_melding"])
TOEGANG.step("geen_aanvraag", _S.VERSLAG, _S.GEEN_AANVRAAG, needs=_B, label="Er komt geen aanvraag",
             article=ARTIKELEN["geen_aanvraag"], guards=[geen_aanbod_open, reden_gegeven], stops=["werk_spoed"])
TOEGANG.step("heropenen", (_S.VERSLAG, _S.GEEN_AANVRAAG), _S.ONDERZOEK, needs=_B, label="Onderzoek verder",
             article=ARTIKELEN["heropenen"], guards=[reden_gegeven])
TOEGANG.step("intrekken", _OPEN, _S.INGETROKKEN, needs=_B, label="De inwoner trekt het in", article=ARTIKELEN["intrekken"],
             guards=[geen_voorstel_onderweg, geen_aanbod_open, reden_gegeven],
             stops=_GESTOPT)
TOEGANG.step("voorstellen", _S.AANGEVRAAGD, None, needs=_B, label="Schrijf het voorstel", article=ARTIKELEN["voorstellen"],
             guards=[onderzocht, geen_voorstel_onderweg, geen_aanbod_open], stops=["werk_besluit"])
TOEGANG.step("overdragen", OVERDRAAGBARE_MELDING, _S.OVERGEDRAGEN, needs=_B, label="Draag de melding over",
             article=ARTIKELEN["overdragen"],
             stops=_GESTOPT)
# With a decision nothing of the report waits any more, whatever was left undone on the way.
_BESLOTEN = ("toegangsbesluit", "onderzoek", "werk_tekenen", "werk_verslag", "werk_spoed")
TOEGANG.step("toekennen", _S.AANGEVRAAGD, _S.TOEGEKEND, needs=P.TOEGANG_TEKENEN, label="Teken de toekenning",
             article=ARTIKELEN["toekennen"], guards=[onderzocht], stops=_BESLOTEN)
TOEGANG.step("afwijzen", _S.AANGEVRAAGD, _S.AFGEWEZEN, needs=P.TOEGANG_TEKENEN, label="Teken de afwijzing",
             article=ARTIKELEN["afwijzen"], guards=[onderzocht], stops=_BESLOTEN)


# The placement -------------------------------------------------------------------------------------------------------------

PLAATSING_LABELS = {
    PlaatsingState.WACHTEND: "Wacht op een plek", PlaatsingState.AANGEBODEN: "Plek aangeboden",
    PlaatsingState.GERESERVEERD: "Plek gereserveerd", PlaatsingState.VERBLIJF: "Woont op een plek",
    PlaatsingState.GESTOPT: "Tijdelijk gestopt", PlaatsingState.UITSTROOM: "Op weg naar huis",
    PlaatsingState.PGB: "Loopt met een pgb",
    PlaatsingState.BEEINDIGD: "Beëindigd", PlaatsingState.OVERGEDRAGEN: "Overgedragen", PlaatsingState.VERVALLEN: "Vervallen",
    PlaatsingState.AFGESLOTEN: "Afgesloten",
}
VERBLIJF_LABELS = {
    VerblijfState.AANGEBODEN: "Aangeboden", VerblijfState.GERESERVEERD: "Gereserveerd", VerblijfState.LOOPT: "Woont hier",
    VerblijfState.STIL: "Tijdelijk weg", VerblijfState.BEEINDIGD: "Beëindigd", VerblijfState.GEWEIGERD: "Geweigerd",
    VerblijfState.VERLOPEN: "Verlopen", VerblijfState.INGETROKKEN: "Ingetrokken",
}
OVERDRACHT_LABELS = {
    OverdrachtState.AANGEBODEN: "Aangeboden", OverdrachtState.AANVAARD: "Aanvaard", OverdrachtState.GEWEIGERD: "Geweigerd",
    OverdrachtState.VERLOPEN: "Verlopen", OverdrachtState.INGETROKKEN: "Ingetrokken", OverdrachtState.GESCHIL: "Geschil",
    OverdrachtState.GESTAAKT: "Gestaakt", OverdrachtState.AFGEROND: "Afgerond",
}
VERREKENING_LABELS = {
    VerrekeningState.OPGESTELD: "Opgesteld", VerrekeningState.VERSTUURD: "Verstuurd", VerrekeningState.AKKOORD: "Akkoord",
    VerrekeningState.BETWIST: "Betwist", VerrekeningState.VASTGESTELD: "Vastgesteld",
    VerrekeningState.INGETROKKEN: "Ingetrokken",
}


def motief_gegeven(_plaatsing, *, motief: str = "", **_facts) -> list[str]:
    """Who waits for a place and chooses a pgb, says why: also when the waiting list is why."""
    return rules.pgb_gebreken(True, gekozen=True, motief=motief)


def eindreden(_dossier, *, einde: str = "", **_facts) -> str | None:
    return None if einde in load_config("plaatsingen")["einde"] else "Kies waarom het eindigt."


def heeft_einde(plaatsing: Plaatsing, **_facts) -> str | None:
    """What has no last day, goes on by itself."""
    return None if plaatsing.tot else "Deze ondersteuning heeft geen laatste dag. Verlengen is niet nodig."


def naar_huis(_plaatsing, *, toets=None, **_facts) -> str | None:
    """The way home begins where the last review answered both questions with yes. `toets`: that review."""
    if toets is not None and rules.terugkeer_voorstellen(toets.mogelijk, toets.helpt_herstel):
        return None
    return "Terugkeer begint als het kan en het herstel helpt. Doe eerst de toets, met twee keer ja."


def woont_nergens(plaatsing: Plaatsing, **_facts) -> str | None:
    """Who lives on a place does not wait for another one at the same time."""
    return "De inwoner woont nog op een plek. Beëindig dat verblijf eerst." if queries.lopend_verblijf(
        object_session(plaatsing), plaatsing.id) else None


def woont_ergens(plaatsing: Plaatsing, *, woont=..., **_facts) -> str | None:
    """Who stays, has a place to stay on. `woont`: the place where somebody lives, by a page that read them."""
    found = woont if woont is not ... else queries.lopend_verblijf(object_session(plaatsing), plaatsing.id)
    return None if found else "De inwoner woont niet meer op een plek. Zoek weer een plek."


def keuze_open(overdracht: Overdracht, *, keuze=..., **_facts) -> str | None:
    """What to do after a no is chosen once. `keuze`: the work that waits for it, by a page that read it."""
    found = keuze if keuze is not ... else queries.termijn(object_session(overdracht), overdracht.id, "werk_weigering",
                                                           open_only=True)
    return None if found else "Hier is al gekozen wat uw gemeente doet."


def nog_geen_advies(overdracht: Overdracht, **_facts) -> str | None:
    """One advice per offer: who wants to ask once more, makes a new one."""
    return "Over dit aanbod is al advies gegeven. Doe een nieuw aanbod." if overdracht.advies_on else None


def nog_niet_ingegaan(overdracht: Overdracht, *, ingaand_on=..., **_facts) -> str | None:
    """What was accepted can be stopped until its day; portal.overdracht_gestaakt looks again. `ingaand_on`: that day, by a page
    that read it."""
    if ingaand_on is ...:
        answer = queries.antwoord(object_session(overdracht), overdracht.id)
        ingaand_on = answer.ingaand_on if answer else None
    if ingaand_on is None or ingaand_on > clock.today():
        return None
    return "De andere gemeente is al verantwoordelijk. Die gemeente kan uw gemeente vragen om weer verantwoordelijk te worden."


def advies_compleet(overdracht: Overdracht, *, advies: str = "", dag=None, **_facts) -> list[str]:
    """An advice is written once, of a day between the dispute and today."""
    if overdracht.advies_on is not None:
        return ["Het advies staat er al."]
    faults = [] if advies.strip() else ["Schrijf wat het advies is."]
    if dag is None or not overdracht.geschil_on <= dag <= clock.today():
        faults.append(f"Kies de dag van het advies: van {overdracht.geschil_on:%d-%m-%Y} tot en met vandaag.")
    return faults


def inwoner_gevraagd(_verblijf, *, ja: bool | None = None, reden: str = "", **_facts) -> str | None:
    if ja is None:
        return "Vul in wat de inwoner zei: ja of nee."
    if not ja and reden not in load_config("plaatsingen")["weigering"]["inwoner"]:
        return "Kies waarom de inwoner nee zei."
    return None


def overdracht_compleet(overdracht: Overdracht, *, punten=(), getekend=(), **_facts) -> list[str]:
    """A warm handover closes when carers and close ones are answered for, and both gemeenten signed. `punten`: the points;
    `getekend`: the parties that signed."""
    answer = next((one for one in punten if one.code == "naasten"), None)
    return rules.overdracht_gebreken(
        rules.Naasten(answer.antwoord) if answer else None, reden=answer.toelichting if answer else "",
        getekend=getekend, partijen=(overdracht.verzender_id, overdracht.ontvanger_id))


def uitkomst_compleet(plaatsing: Plaatsing, *, uitkomst=..., **_facts) -> list[str]:
    """A dossier closes when goal attainment, drop-out and satisfaction are there, and also whether somebody began again, which
    is only known later. `uitkomst`: by a page that read it."""
    found = uitkomst if uitkomst is not ... else plan_queries.uitkomst(object_session(plaatsing), plaatsing.id)
    if found is None:
        return ["Leg eerst vast wat de hulp opleverde: doelrealisatie, uitval en tevredenheid."]
    faults = rules.uitkomst_gebreken(found.doelrealisatie, uitval=found.uitval, uitval_reden=found.uitval_reden,
                                     tevredenheid=found.tevredenheid, tevredenheid_niet=found.tevredenheid_niet)
    if found.nieuwe_start is None:
        faults.append("Vul eerst in of de inwoner opnieuw deze hulp kreeg." if found.opvolgen_on <= clock.today() else
                      f"Of de inwoner opnieuw deze hulp kreeg, vult u in vanaf {found.opvolgen_on:%d-%m-%Y}. Tot dan blijft "
                      "het dossier open.")
    return faults


def er_telt_iets(verrekening: Verrekening, *, regels=None, **_facts) -> str | None:
    """A settlement of which every line lapsed is withdrawn. `regels`: its lines, by a page that read them."""
    found = regels if regels is not None else verrekenqueries.verrekenregels(object_session(verrekening), verrekening.id)
    return None if any(one.vervallen_on is None for one in found) else "Er is geen regel die telt. Trek de verrekening in."


PLAATSING = Workflow("plaatsing", PlaatsingState, PLAATSING_LABELS)
_L = PlaatsingState
# What runs can go to another gemeente.
OVERDRAAGBAAR = (_L.WACHTEND, _L.AANGEBODEN, _L.GERESERVEERD, _L.VERBLIJF, _L.GESTOPT, _L.UITSTROOM, _L.PGB)
PLAATSING.step("aanbieden", _L.WACHTEND, _L.AANGEBODEN, needs=_B, label="Bied een plek aan", article=ARTIKELEN["aanbieden"])
PLAATSING.step("reserveren", _L.AANGEBODEN, _L.GERESERVEERD, needs=_B, label="Reserveer de plek",
               article=ARTIKELEN["aanbieden"], stops=["werk_plek"])
PLAATSING.step("terug_op_lijst", (_L.AANGEBODEN, _L.GERESERVEERD), _L.WACHTEND, needs=_B, label="Terug op de wachtlijst",
               article=ARTIKELEN["wachten"])
PLAATSING.step("beginnen", (_L.AANGEBODEN, _L.GERESERVEERD), _L.VERBLIJF, needs=_B, label="Het verblijf begon",
               article=ARTIKELEN["plaatsen"])
PLAATSING.step("stilleggen", (_L.VERBLIJF, _L.UITSTROOM), _L.GESTOPT, needs=_B, label="Leg tijdelijk stil",
               article=ARTIKELEN["plaatsen"], guards=[reden_gegeven], stops=["werk_thuis"])
PLAATSING.step("hervatten", _L.GESTOPT, _L.VERBLIJF, needs=_B, label="Hervat het verblijf", article=ARTIKELEN["plaatsen"])
PLAATSING.step("uitstromen", _L.VERBLIJF, _L.UITSTROOM, needs=_B, label="Begin de weg naar huis",
               article=ARTIKELEN["terugkeer"], guards=[naar_huis], stops=["werk_terugkeer", "werk_uitstroom"])
PLAATSING.step("plan_bijstellen", _L.UITSTROOM, None, needs=_B, label="Stel het plan voor de weg naar huis bij",
               article=ARTIKELEN["terugkeer"], stops=["werk_thuis"])
PLAATSING.step("terug_naar_verblijf", _L.UITSTROOM, _L.VERBLIJF, needs=_B, label="De inwoner blijft toch op de plek",
               article=ARTIKELEN["terugkeer"], guards=[woont_ergens, reden_gegeven], stops=["werk_thuis"])
PLAATSING.step("pgb", _L.WACHTEND, _L.PGB, needs=_B, label="De inwoner kiest een pgb", article=ARTIKELEN["pgb"],
               guards=[motief_gegeven], stops=["werk_plek"])
PLAATSING.step("vervallen", _L.WACHTEND, _L.VERVALLEN, needs=_B, label="Een plek is niet meer nodig",
               article=ARTIKELEN["wachten"], guards=[geen_aanbod_open, reden_gegeven], stops=["werk_plek", "werk_verlengen"])
PLAATSING.step("verlengen", OVERDRAAGBAAR, None, needs=_B, label="Verleng de ondersteuning", article=ARTIKELEN["verlengen"],
               guards=[heeft_einde], stops=["werk_verlengen"])
PLAATSING.step("beeindigen", (_L.VERBLIJF, _L.GESTOPT, _L.UITSTROOM, _L.PGB), _L.BEEINDIGD, needs=_B, label="Beëindig",
               article=ARTIKELEN["beeindigen"], guards=[geen_aanbod_open, eindreden],
               stops=["werk_terugkeer", "werk_uitstroom", "werk_thuis", "werk_verlengen"])
PLAATSING.step("overdragen", OVERDRAAGBAAR, _L.OVERGEDRAGEN, needs=_B, label="Draag het dossier over",
               article=ARTIKELEN["overdragen"],
               stops=["werk_plek", "werk_terugkeer", "werk_uitstroom", "werk_thuis", "werk_begin", "werk_verlengen"])
PLAATSING.step("hernemen", (_L.OVERGEDRAGEN, _L.BEEINDIGD), _L.UITSTROOM, needs=_B, label="Neem het dossier weer over",
               article=ARTIKELEN["overdragen"], stops=["werk_uitkomst", "werk_opvolgen"])
PLAATSING.step("meenemen", (_L.OVERGEDRAGEN, _L.BEEINDIGD), _L.VERBLIJF, needs=_B,
               label="Neem het dossier weer over, met de plek", article=ARTIKELEN["overdragen"],
               stops=["werk_uitkomst", "werk_opvolgen"])
PLAATSING.step("opnieuw_zoeken", _L.UITSTROOM, _L.WACHTEND, needs=_B, label="Zoek weer een plek", article=ARTIKELEN["wachten"],
               guards=[woont_nergens], stops=["werk_thuis"])
PLAATSING.step("afsluiten", _L.BEEINDIGD, _L.AFGESLOTEN, needs=_B, label="Sluit het dossier", article=ARTIKELEN["afsluiten"],
               guards=[uitkomst_compleet], stops=["werk_opvolgen"])

VERBLIJF = Workflow("verblijf", VerblijfState, VERBLIJF_LABELS)
_V = VerblijfState
# What of a plan waits as long as somebody lives there.
_PLAN = ("werk_resultaten", "werk_uitwerken", "werk_voortgang", "werk_bevestigen", "werk_evaluatie")
VERBLIJF.step("inwoner_antwoordt", _V.AANGEBODEN, None, needs=_B, label="Leg vast wat de inwoner zei",
              article=ARTIKELEN["aanbieden"], guards=[inwoner_gevraagd], stops=["werk_inwoner"])
VERBLIJF.step("reserveren", _V.AANGEBODEN, _V.GERESERVEERD, needs=_B, label="Reserveer", article=ARTIKELEN["aanbieden"])
VERBLIJF.step("weigeren", _V.AANGEBODEN, _V.GEWEIGERD, needs=_B, label="De inwoner wil niet", article=ARTIKELEN["aanbieden"],
              stops=["werk_antwoorden"])
VERBLIJF.step("verlopen", _V.AANGEBODEN, _V.VERLOPEN, needs=_B, label="Niemand antwoordde op tijd",
              article=ARTIKELEN["aanbieden"], stops=["werk_antwoorden", "werk_inwoner"])
VERBLIJF.step("intrekken", (_V.AANGEBODEN, _V.GERESERVEERD), _V.INGETROKKEN, needs=_B, label="Trek het aanbod in",
              article=ARTIKELEN["aanbieden"], guards=[reden_gegeven], stops=["werk_antwoorden", "werk_inwoner", "werk_begin"])
VERBLIJF.step("beginnen", _V.GERESERVEERD, _V.LOOPT, needs=_B, label="Het verblijf begon", article=ARTIKELEN["plaatsen"],
              stops=["werk_begin"])
VERBLIJF.step("stilleggen", _V.LOOPT, _V.STIL, needs=_B, label="Leg tijdelijk stil", article=ARTIKELEN["plaatsen"])
VERBLIJF.step("overdragen", (_V.GERESERVEERD, _V.LOOPT, _V.STIL), _V.BEEINDIGD, needs=_B,
              label="Eindigt bij deze gemeente", article=ARTIKELEN["overdragen"], stops=["werk_begin", "werk_stil", *_PLAN])
VERBLIJF.step("hervatten", _V.STIL, _V.LOOPT, needs=_B, label="Hervat", article=ARTIKELEN["plaatsen"],
              stops=["werk_stil"])
VERBLIJF.step("beeindigen", (_V.LOOPT, _V.STIL), _V.BEEINDIGD, needs=_B, label="Beëindig het verblijf",
              article=ARTIKELEN["beeindigen"], guards=[eindreden],
              stops=["werk_stil", *_PLAN])

OVERDRACHT = Workflow("overdracht", OverdrachtState, OVERDRACHT_LABELS)
_O = OverdrachtState
OVERDRACHT.step("intrekken", (_O.AANGEBODEN, _O.GESCHIL), _O.INGETROKKEN, needs=_B, label="Trek het aanbod in",
                article=ARTIKELEN["overdragen"], guards=[reden_gegeven], stops=["aanbod", "werk_geschil"])
OVERDRACHT.step("verlopen", (_O.AANGEBODEN, _O.GESCHIL), _O.VERLOPEN, needs=_B, label="Er kwam geen antwoord",
                article=ARTIKELEN["overdragen"], stops=["aanbod"])
OVERDRACHT.step("geschil", (_O.GEWEIGERD, _O.VERLOPEN), _O.GESCHIL, needs=_B, label="Leg het voor als geschil",
                article=ARTIKELEN["geschil"], guards=[nog_geen_advies, reden_gegeven], stops=["werk_weigering"])
OVERDRACHT.step("behouden", (_O.GEWEIGERD, _O.VERLOPEN, _O.GESTAAKT), _O.GESTAAKT, needs=_B, label="Houd de inwoner hier",
                article=ARTIKELEN["overdragen"], guards=[keuze_open, reden_gegeven], stops=["werk_weigering"])
OVERDRACHT.step("advies", _O.GESCHIL, None, needs=_B, label="Leg het advies vast", article=ARTIKELEN["geschil"],
                guards=[advies_compleet], stops=["werk_geschil"])
OVERDRACHT.step("staken", _O.AANVAARD, _O.GESTAAKT, needs=_B, label="Staak de overdracht", article=ARTIKELEN["overdragen"],
                guards=[nog_niet_ingegaan, reden_gegeven], stops=["werk_overnemen", "werk_overdracht"])
OVERDRACHT.step("afronden", _O.AANVAARD, _O.AFGEROND, needs=_B, label="Rond de overdracht af", article=ARTIKELEN["overdragen"],
                guards=[overdracht_compleet], stops=["werk_overdracht"])

VERREKENING = Workflow("verrekening", VerrekeningState, VERREKENING_LABELS)
_R, _A = VerrekeningState, P.VERREKENING_AFSPREKEN
VERREKENING.step("versturen", (_R.OPGESTELD, _R.BETWIST), _R.VERSTUURD, needs=_A, label="Verstuur naar de andere gemeente",
                 article=ARTIKELEN["verrekenen"], guards=[er_telt_iets])
VERREKENING.step("laten_vervallen", _R.BETWIST, None, needs=_A, label="Laat een regel vervallen",
                 article=ARTIKELEN["verrekenen"], guards=[reden_gegeven])
VERREKENING.step("vaststellen", _R.AKKOORD, _R.VASTGESTELD, needs=_A, label="Stel de verrekening vast",
                 article=ARTIKELEN["verrekenen"], stops=["werk_verrekening_afronden"])
VERREKENING.step("intrekken", (_R.OPGESTELD, _R.VERSTUURD, _R.BETWIST), _R.INGETROKKEN, needs=_A, label="Trek in",
                 article=ARTIKELEN["verrekenen"], guards=[reden_gegeven],
                 stops=["werk_verrekenen", "werk_verrekening_afronden"])

WORKFLOWS = (TOEGANG, PLAATSING, VERBLIJF, OVERDRACHT, VERREKENING)
