"""The law of access, readable in one file: which step, by whom, from where to where, and what must hold."""

from sqlalchemy.orm import object_session

from config import load as load_config
from portal.domains.plaatsingen import queries, rules
from portal.domains.plaatsingen.model import Toegang, ToegangState
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
    ("pk_taakbevestiging", "Deze kant is al bevestigd.", 409),
    ("ck_onderzoek_tijdelijk_periode", "De laatste dag ligt voor de eerste.", 422),
    ("ck_toegang_na_melding", "Deze dag ligt voor de melding.", 422),
):
    say(_name, _sentence, _status)

ARTIKELEN = load_config("plaatsingen")["artikelen"]

TOEGANG_LABELS = {
    ToegangState.GEMELD: "Gemeld", ToegangState.ONDERZOEK: "In onderzoek", ToegangState.VERSLAG: "Verslag gegeven",
    ToegangState.AANGEVRAAGD: "Aangevraagd", ToegangState.TOEGEKEND: "Toegekend", ToegangState.AFGEWEZEN: "Afgewezen",
    ToegangState.GEEN_AANVRAAG: "Geen aanvraag", ToegangState.INGETROKKEN: "Ingetrokken",
}


# Guards: each answers None, or the reason in a sentence.

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
TOEGANG.step("onderzoeken", _S.GEMELD, _S.ONDERZOEK, needs=_B, label="Begin het onderzoek", article=ARTIKELEN["onderzoeken"],
             guards=[ondersteuning_gewezen], stops=["werk_melding"])
TOEGANG.step("verslag", _S.ONDERZOEK, _S.VERSLAG, needs=_B, label="Geef het verslag", article=ARTIKELEN["verslag"],
             guards=[onderzocht], stops=["onderzoek", "werk_verslag", "persoonlijk_plan"])
TOEGANG.step("aanvragen", (_S.GEMELD, _S.ONDERZOEK, _S.VERSLAG), _S.AANGEVRAAGD, needs=_B, label="Aanvraag ontvangen",
             article=ARTIKELEN["aanvragen"], guards=[mag_aanvragen], stops=["werk_melding"])
TOEGANG.step("geen_aanvraag", _S.VERSLAG, _S.GEEN_AANVRAAG, needs=_B, label="Er komt geen aanvraag",
             article=ARTIKELEN["geen_aanvraag"], guards=[reden_gegeven])
TOEGANG.step("heropenen", (_S.VERSLAG, _S.GEEN_AANVRAAG), _S.ONDERZOEK, needs=_B, label="Onderzoek verder",
             article=ARTIKELEN["heropenen"], guards=[reden_gegeven])
TOEGANG.step("intrekken", _OPEN, _S.INGETROKKEN, needs=_B, label="De inwoner trekt het in", article=ARTIKELEN["intrekken"],
             guards=[geen_voorstel_onderweg, reden_gegeven],
             stops=["onderzoek", "toegangsbesluit", "persoonlijk_plan", "werk_melding", "werk_spoed", "werk_verslag",
                    "werk_besluit"])
TOEGANG.step("voorstellen", _S.AANGEVRAAGD, None, needs=_B, label="Schrijf het voorstel", article=ARTIKELEN["voorstellen"],
             guards=[onderzocht, geen_voorstel_onderweg], stops=["werk_besluit"])
TOEGANG.step("toekennen", _S.AANGEVRAAGD, _S.TOEGEKEND, needs=P.TOEGANG_TEKENEN, label="Teken de toekenning",
             article=ARTIKELEN["toekennen"], guards=[onderzocht], stops=["toegangsbesluit", "onderzoek", "werk_tekenen"])
TOEGANG.step("afwijzen", _S.AANGEVRAAGD, _S.AFGEWEZEN, needs=P.TOEGANG_TEKENEN, label="Teken de afwijzing",
             article=ARTIKELEN["afwijzen"], guards=[onderzocht], stops=["toegangsbesluit", "onderzoek", "werk_tekenen"])

WORKFLOWS = (TOEGANG,)
