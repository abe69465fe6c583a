"""Answering: the return message on a message (302, 306, 308, 316, 318, 320) and the answer to a declaration (325).

A return message repeats what it answers, with in every class the return codes for what is wrong in it, or 0200 for nothing.
When the header itself is refused, or the form of the message is not that of the standard, only the header goes back.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.adapters.istandaarden.bericht import Bericht, Bevinding, Plek, regels
from portal.adapters.istandaarden.definities import Klasse, codelijst, soorten
from portal.adapters.istandaarden.in_bericht import saldo
from portal.adapters.istandaarden.schrijven import XSD_VERSIE, nieuw

AFGEKEURD, GOED, TOEGEWEZEN = "0001", "0200", "8001"
NIET_AFGEKEURD = frozenset({GOED, "0233", TOEGEWEZEN})


def _plaatsen(klasse: Klasse, waarden: Mapping[str, Any], plek: Plek) -> Iterable[Plek]:
    yield plek
    for veld in klasse.velden:
        if not isinstance(veld.inhoud, Klasse) or not veld.inhoud.eigen or veld.naam not in waarden:
            continue
        if veld.meer:
            for nummer, een in enumerate(waarden[veld.naam]):
                yield from _plaatsen(veld.inhoud, een, (*plek, veld.naam, nummer))
        else:
            yield from _plaatsen(veld.inhoud, waarden[veld.naam], (*plek, veld.naam))


def _per_klasse(bericht: Bericht, bevindingen: Iterable[Bevinding]) -> dict[Plek, list[str]]:
    """Return codes by the place of the innermost class that each finding is in."""
    plaatsen = set(_plaatsen(bericht.wat.bericht, bericht.inhoud, ()))
    codes: dict[Plek, list[str]] = {}
    for een in bevindingen:
        plek = een.plek
        while plek not in plaatsen:
            plek = plek[:-1]
        rij = codes.setdefault(plek or ("Header",), [])
        if (code := een.retour or AFGEKEURD) not in rij:
            rij.append(code)
    return codes


def _met_codes(klasse: Klasse, waarden: Mapping[str, Any], plek: Plek, codes: dict[Plek, list[str]]) -> dict[str, Any]:
    kopie = dict(waarden)
    for veld in klasse.velden:
        if not isinstance(veld.inhoud, Klasse) or not veld.inhoud.eigen or veld.naam not in waarden:
            continue
        if veld.meer:
            kopie[veld.naam] = [_met_codes(veld.inhoud, een, (*plek, veld.naam, nummer), codes)
                                for nummer, een in enumerate(waarden[veld.naam])]
        else:
            kopie[veld.naam] = _met_codes(veld.inhoud, waarden[veld.naam], (*plek, veld.naam), codes)
    return kopie | {"RetourCodes": codes.get(plek, [GOED])}


def retour(bericht: Bericht, bevindingen: Iterable[Bevinding], *, identificatie: str, dagtekening: date) -> Bericht:
    """The return message on this message. When the form was refused, it may be only a header (Geweigerd.bericht)."""
    soort = bericht.wat
    if soort.retour is None:
        raise ValueError(f"op een {soort.naam} komt geen retourbericht")
    codes = _per_klasse(bericht, bevindingen)
    in_kop = codes.get(("Header",), [])
    kop = {**bericht.kop, "BerichtCode": soorten()[soort.retour].code, "IdentificatieRetour": identificatie,
           "DagtekeningRetour": dagtekening, "XsdVersieRetour": dict(XSD_VERSIE), "RetourCodes": in_kop or [GOED]}
    inhoud: dict[str, Any] = {"Header": kop}
    if bericht.romp is not None and not in_kop:
        klasse = next(veld.inhoud for veld in soort.bericht.velden if veld.naam == soort.inhoud)
        inhoud[soort.inhoud] = _met_codes(klasse, bericht.romp, (soort.inhoud,), codes)
    return Bericht(soort.retour, inhoud)


def is_goed(bericht: Bericht) -> bool:
    """Whether a return message, or the answer to a declaration, refuses nothing."""
    return not afgekeurd(bericht)


def afgekeurd(bericht: Bericht) -> list[tuple[Plek, str]]:
    """What a return message refuses: place and return code."""
    gevonden: list[tuple[Plek, str]] = []

    def loop(waarde: Any, plek: Plek) -> None:
        if isinstance(waarde, Mapping):
            gevonden.extend((plek, code) for code in waarde.get("RetourCodes", ()) if code not in NIET_AFGEKEURD)
            for naam, een in waarde.items():
                if naam != "RetourCodes":
                    loop(een, (*plek, naam))
        elif isinstance(waarde, list):
            for nummer, een in enumerate(waarde):
                loop(een, (*plek, nummer))

    loop(bericht.inhoud, ())
    return gevonden


def antwoord_op_declaratie(bericht: Bericht, bevindingen: Iterable[Bevinding], *, identificatie: str,
                           dagtekening: date) -> Bericht:
    """The 325 on a 323: refused lines only; the sum of the others is granted (TR342). Refused as a whole: nothing."""
    soort = bericht.wat
    if soort.nummer != "323":
        raise ValueError(f"op een {soort.naam} komt geen antwoord op een declaratie")
    codes = _per_klasse(bericht, bevindingen)
    in_kop = codes.get(("Header",), [])
    kop = {"DeclaratieIdentificatie": bericht.kop["BerichtIdentificatie"], "XsdVersieDeclaratie": bericht.kop["XsdVersie"],
           "RetourCodes": in_kop or [GOED]}
    inhoud = None if in_kop or bericht.romp is None else _declaratie(bericht.romp, codes)
    return nieuw(soort.naam.replace("323", "325"), afzender=bericht.gemeente, ontvanger=bericht.aanbieder,
                 identificatie=identificatie, dagtekening=dagtekening, inhoud=inhoud, kop=kop)


def _declaratie(declaratie: Mapping[str, Any], codes: dict[Plek, list[str]]) -> dict[str, Any]:
    ingediend = declaratie["TotaalIngediendBedrag"]
    antwoord: dict[str, Any] = {"DeclaratieNummer": declaratie["DeclaratieNummer"], "TotaalIngediendBedrag": ingediend}
    if geheel := codes.get(("Declaratie",)):
        return antwoord | {"TotaalToegekendBedrag": _bedrag(0), "RetourCodes": geheel}
    clienten, af = [], 0
    for wie, client in enumerate(declaratie["Clienten"]):
        plek = ("Declaratie", "Clienten", wie)
        van_client = codes.get(plek)
        rijen = [rij | {"RetourCodes": codes.get((*plek, "Prestaties", nummer), [GOED])}
                 for nummer, rij in enumerate(client["Prestaties"])
                 if van_client or (*plek, "Prestaties", nummer) in codes]
        if rijen:
            af += sum(saldo(rij["IngediendBedrag"]) for rij in rijen)
            clienten.append({"Bsn": client["Bsn"], "Prestaties": rijen, "RetourCodes": van_client or [GOED]})
    antwoord["TotaalToegekendBedrag"] = _bedrag(saldo(ingediend, "TotaalBedrag") - af)
    if clienten:
        antwoord["Clienten"] = clienten
    return antwoord | {"RetourCodes": [GOED] if clienten else [TOEGEWEZEN]}


def _bedrag(cent: int) -> dict[str, Any]:
    return {"TotaalBedrag": abs(cent), "DebetCredit": "C" if cent < 0 else "D"}


def betekenis(code: str) -> str:
    """What a return code means, in our own words: those of the rule that gives it, or of the code list."""
    zinnen = [regel.zin for regel in regels().values() if regel.retour == code]
    return codelijst("WJ001").get(code) or (zinnen[0] if zinnen else "")
