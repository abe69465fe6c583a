"""What waits for whom in access, beside the terms of the law: agreed at the gemeente (config/plaatsingen.toml, [werk])."""

from config import load as load_config
from portal.identity.permissions import Permission as P
from portal.kernel.terms import Length, TermRule
from portal.kernel.werk import Work, begin, done

__all__ = ["WORK", "done", "wait_for"]

# `kind` -> what it is.
WORK = {
    "werk_melding": Work(
        "Bevestig de melding, wijs op cliëntondersteuning en begin het onderzoek",
        "De inwoner weet niet of de melding is gehoord. De zes weken lopen door.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_spoed": Work(
        "Regel tijdelijke ondersteuning: dit is spoed",
        "Iemand die niet kan wachten, wacht toch (Wmo 2015, 2.3.3).",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_verslag": Work(
        "Rond het onderzoek af en geef het verslag",
        "De inwoner kan niets aanvragen. Na zes weken mag dat ook zonder verslag.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_besluit": Work(
        "Schrijf het voorstel voor het besluit",
        "Niemand kan besluiten. De twee weken lopen door.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
    "werk_tekenen": Work(
        "Teken het besluit over de ondersteuning",
        "De brief gaat niet weg. De inwoner weet niet waar hij aan toe is.",
        (P.TOEGANG_TEKENEN,), "plaatsing.besluit"),
    "werk_posten": Work(
        "Doe de brief op de post, en vul de dag in",
        "De inwoner krijgt geen brief. De termijn om bezwaar te maken begint niet.",
        (P.TOEGANG_BEHANDELEN,), "plaatsing.toegang"),
}


def wait_for(session, dossier, kind: str, **facts) -> None:
    """This work waits from today for the owner of the dossier."""
    agreed = load_config("plaatsingen")["werk"]
    begin(session, dossier, TermRule(
        kind=kind, article=agreed["bron"], length=Length(**agreed[kind.removeprefix("werk_")]), statutory=False,
        source=agreed["bron"], label=WORK[kind].taak, event="Begin van het werk"), WORK[kind], **facts)
