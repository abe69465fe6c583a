"""The rules that need more than the message: what other messages said, and what is known outside messages (`Stand`)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal.adapters.istandaarden.bericht import Bericht, Bevinding, bevinding
from portal.adapters.istandaarden.in_bericht import (
    VANAF_2021,
    Groep,
    einde_maand,
    is_hulpmiddel,
    is_verwijderd,
    overlapt,
    zelfde_product,
)
from portal.adapters.istandaarden.stand import Levering, Stand, Toewijzing

TIJDELIJK, TOTAAL = "20", "6"
MINUTEN_PER_UUR = 60


def _product_van(toewijzing: Toewijzing) -> Groep | None:
    if toewijzing.categorie is None:
        return None
    return {"Categorie": toewijzing.categorie} | ({"Code": toewijzing.code} if toewijzing.code else {})


def _is_actueel(toewijzing: Toewijzing, op: date) -> bool:
    """Running on that day, or still to begin (TR349)."""
    return not toewijzing.verwijderd and (toewijzing.einddatum is None or toewijzing.einddatum >= op)


def _gemeente(bericht: Bericht, stand: Stand, op: date) -> Iterator[Bevinding]:
    if not stand.gemeente_bestaat(bericht.gemeente, op):
        yield bevinding("TR378", "Header", "Afzender" if bericht.wat.van_gemeente else "Ontvanger")


def _productcode(bericht: Bericht, stand: Stand, product: Groep | None, *plek) -> Iterator[Bevinding]:
    if product and "Code" in product and not stand.product_bestaat(
            bericht.standaard, bericht.gemeente, product["Categorie"], product["Code"]):
        yield bevinding("TR381", *plek)


# --- allocations -------------------------------------------------------------------------------------------------------------


def _301(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    client = bericht.romp
    yield from _gemeente(bericht, stand, max(rij["Ingangsdatum"] for rij in client["ToegewezenProducten"]))
    for nummer, rij in enumerate(client["ToegewezenProducten"]):
        plek = ("Client", "ToegewezenProducten", nummer)
        yield from _productcode(bericht, stand, rij.get("Product"), *plek, "Product")
        if (referentie := rij.get("ReferentieAanbieder")) is not None:
            verzoek = stand.verzoek(bericht, referentie)
            if verzoek is None or verzoek.bsn != client["Bsn"]:
                yield bevinding("TR379", *plek, "ReferentieAanbieder")
        eerder = stand.toewijzing(bericht, rij["ToewijzingNummer"])
        if eerder is None:
            continue
        if (eerder.bsn, eerder.aanbieder) != (client["Bsn"], bericht.aanbieder):
            yield bevinding("TR332", *plek, "ToewijzingNummer")
            continue
        if is_verwijderd(rij) and _goedgekeurd(stand, bericht, eerder):
            yield bevinding("TR385", *plek, "RedenWijziging")
        if not _mag_wijzigen(eerder, rij):
            yield bevinding("OP033x1", *plek)


def _goedgekeurd(stand: Stand, bericht: Bericht, toewijzing: Toewijzing) -> bool:
    """Whether a debit line stands that no credit line took back."""
    rijen = list(stand.prestaties(bericht, toewijzing))
    terug = {rij.vorige for rij in rijen if not rij.debet}
    return any(rij.debet and rij.referentie not in terug for rij in rijen)


def _mag_wijzigen(eerder: Toewijzing, rij: Groep) -> bool:
    omvang = rij.get("Omvang") or {}
    if rij.get("Product") != _product_van(eerder) or rij["Ingangsdatum"] != eerder.ingangsdatum:
        return False
    if (omvang.get("Eenheid"), omvang.get("Frequentie")) != (eerder.eenheid, eerder.frequentie):
        return False
    return omvang.get("Volume") == eerder.volume or eerder.frequentie == TOTAAL


# --- start and stop ----------------------------------------------------------------------------------------------------------


def _bij_toewijzing(bericht: Bericht, stand: Stand, lijst: str) -> Iterator[tuple[int, Groep, Toewijzing | None]]:
    """Each line with the allocation it belongs to; None when there is none for this resident and this provider."""
    bsn = bericht.romp["Bsn"]
    for nummer, rij in enumerate(bericht.romp[lijst]):
        toewijzing = stand.toewijzing(bericht, rij["ToewijzingNummer"]) if "ToewijzingNummer" in rij else None
        if toewijzing and (toewijzing.bsn, toewijzing.aanbieder) != (bsn, bericht.aanbieder):
            toewijzing = None
        yield nummer, rij, toewijzing


def _op(leveringen: list[Levering], begindatum: date) -> Levering | None:
    return next((een for een in leveringen if een.begindatum == begindatum), None)


def _305(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    for nummer, rij, toewijzing in _bij_toewijzing(bericht, stand, "StartProducten"):
        plek = ("Client", "StartProducten", nummer)
        if toewijzing is None:
            yield bevinding("TR019", *plek)
            continue
        yield from _productcode(bericht, stand, rij.get("Product"), *plek, "Product")
        leveringen = list(stand.leveringen(bericht, toewijzing))
        zelfde = _op(leveringen, rij["Begindatum"])
        if rij["StatusAanlevering"] == "3":
            if zelfde is None:
                yield bevinding("TR063", *plek)
            elif zelfde.einddatum is not None:
                yield bevinding("TR071", *plek)
        elif zelfde is not None:
            yield bevinding("TR074", *plek)
        elif any(een.einddatum is None for een in leveringen):
            yield bevinding("TR326", *plek)


def _307(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    for nummer, rij, toewijzing in _bij_toewijzing(bericht, stand, "StopProducten"):
        plek = ("Client", "StopProducten", nummer)
        if toewijzing is None:
            yield bevinding("TR019", *plek)
            continue
        yield from _productcode(bericht, stand, rij.get("Product"), *plek, "Product")
        start = _op(list(stand.leveringen(bericht, toewijzing)), rij["Begindatum"])
        stop = None if start is None or start.einddatum is None else (start.reden, start.einddatum)
        zelfde = stop == (rij["RedenBeeindiging"], rij["Einddatum"])
        if rij["StatusAanlevering"] == "3":
            if not zelfde:
                yield bevinding("TR063", *plek)
        elif start is None or ("Product" in rij and rij["Product"] != _product_van(toewijzing)):
            yield bevinding("TR382", *plek)
        elif stop is not None:
            if zelfde:
                yield bevinding("TR074", *plek)
            elif start.reden != TIJDELIJK:
                yield bevinding("TR415", *plek)
            elif rij["RedenBeeindiging"] == TIJDELIJK:
                yield bevinding("TR413", *plek)
            elif rij["Einddatum"] < start.einddatum:
                yield bevinding("TR414", *plek)


# --- requests and answers ----------------------------------------------------------------------------------------------------


def _verzoek(bericht: Bericht, stand: Stand, referentie: str, *plek) -> Iterator[Bevinding]:
    if stand.verzoek(bericht, referentie) is not None:
        yield bevinding("TR347", *plek, "ReferentieAanbieder")


def _315(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    client = bericht.romp
    yield from _gemeente(bericht, stand, max(rij["ToewijzingIngangsdatum"] for rij in client["AangevraagdeProducten"]))
    if stand.verzoek_loopt(bericht, client["Bsn"]):
        yield bevinding("TR374", "Client")
    for nummer, rij in enumerate(client["AangevraagdeProducten"]):
        plek = ("Client", "AangevraagdeProducten", nummer)
        yield from _verzoek(bericht, stand, rij["ReferentieAanbieder"], *plek)
        yield from _productcode(bericht, stand, rij.get("Product"), *plek, "Product")


def _317(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    bsn, verzoek, plek = bericht.romp["Bsn"], bericht.romp["Verzoek"], ("Client", "Verzoek")
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    alle = {een.nummer: een for een in stand.toewijzingen(bericht, bsn)}
    if not alle:
        yield bevinding("TR304", "Client", "Bsn")
    if stand.verzoek_loopt(bericht, bsn):
        yield bevinding("TR374", *plek)
    yield from _verzoek(bericht, stand, verzoek["ReferentieAanbieder"], *plek)
    actueel = {nummer: een for nummer, een in alle.items() if _is_actueel(een, bericht.dagtekening)}
    blijft, wijzigt, nieuw = (verzoek.get(naam, []) for naam in (
        "OngewijzigdeProducten", "TeWijzigenProducten", "NieuweProducten"))
    if actueel.keys() - {rij["ToewijzingNummer"] for rij in (*blijft, *wijzigt)}:
        yield bevinding("TR349", *plek)
    perioden: list[tuple[Groep | None, date, date | None]] = []
    for nummer, rij in enumerate(blijft):
        if (toewijzing := actueel.get(rij["ToewijzingNummer"])) is None:
            yield bevinding("TR350", *plek, "OngewijzigdeProducten", nummer)
            continue
        perioden.append((_product_van(toewijzing), toewijzing.ingangsdatum, toewijzing.einddatum))
    for nummer, rij in enumerate(wijzigt):
        hier = (*plek, "TeWijzigenProducten", nummer)
        if (toewijzing := actueel.get(rij["ToewijzingNummer"])) is None:
            yield bevinding("TR351", *hier)
            continue
        yield from _wijziging(bericht, rij, toewijzing, *hier)
        vak = (_product_van(toewijzing), rij["GewensteIngangsdatum"], rij.get("Einddatum"))
        yield from _vaker(vak, perioden, *hier)
        perioden.append(vak)
    for nummer, rij in enumerate(nieuw):
        hier = (*plek, "NieuweProducten", nummer)
        yield from _productcode(bericht, stand, rij.get("Product"), *hier, "Product")
        yield from _vaker((rij.get("Product"), rij["GewensteIngangsdatum"], rij.get("Einddatum")), perioden, *hier)


def _vaker(vak: tuple, perioden: list[tuple], *plek) -> Iterator[Bevinding]:
    product, begin, einde = vak
    if not is_hulpmiddel(product) and any(
            not is_hulpmiddel(ander) and zelfde_product(product, ander) and overlapt(begin, einde, van, tot)
            for ander, van, tot in perioden):
        yield bevinding("TR361", *plek)


def _wijziging(bericht: Bericht, rij: Groep, toewijzing: Toewijzing, *plek) -> Iterator[Bevinding]:
    """One line of a request for a change beside the allocation that it wants to change."""
    gewenst, omvang, tot = rij["GewensteIngangsdatum"], rij.get("Omvang"), rij.get("Einddatum")
    anders = gewenst != toewijzing.ingangsdatum
    if anders and gewenst <= bericht.dagtekening:
        yield bevinding("TR357", *plek, "GewensteIngangsdatum")
    geheel = rij.get("Budget") != toewijzing.budget if "Budget" in rij else bool(
        omvang and TOTAAL == omvang["Frequentie"] == toewijzing.frequentie and omvang["Volume"] != toewijzing.volume)
    if anders and geheel:
        yield bevinding("TR373", *plek, "GewensteIngangsdatum")
    nu = tot is None or tot > VANAF_2021
    if toewijzing.categorie is None:
        if omvang and nu:
            yield bevinding("TR375", *plek, "Omvang")
    elif toewijzing.code is None:
        if omvang and nu:
            yield bevinding("TR412", *plek, "Omvang")
    elif not omvang:
        yield bevinding("TR411", *plek, "Omvang")


def _319(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    antwoord, plek = bericht.romp, ("Antwoord",)
    verzoek = stand.verzoek(bericht, antwoord["ReferentieAanbieder"])
    if verzoek is None:
        yield bevinding("TR355", *plek, "ReferentieAanbieder")
        return
    if verzoek.toegewezen:
        yield bevinding("TR359", *plek)
    eerder = list(verzoek.antwoorden)
    if any(een != "2" for een in eerder):
        yield bevinding("TR365", *plek)
    elif eerder and antwoord["VerzoekAntwoord"] == "2":
        yield bevinding("TR360", *plek)


# --- declarations ------------------------------------------------------------------------------------------------------------


def _weken(van: date, tot: date) -> int:
    """Weeks, Monday to Sunday, that a period touches."""
    return ((tot - timedelta(days=tot.weekday())) - (van - timedelta(days=van.weekday()))).days // 7 + 1


def _maanden(van: date, tot: date) -> int:
    return (tot.year - van.year) * 12 + tot.month - van.month + 1


def ruimte(toewijzing: Toewijzing, van: date, tot: date) -> int | None:
    """The most that may be delivered from `van` to `tot`, in the unit of the allocation; None without a volume or in the wrong
    order. A day, week or month that is begun counts whole."""
    if toewijzing.volume is None or tot < van:
        return None
    keren = {"1": lambda: (tot - van).days + 1, "2": lambda: _weken(van, tot), "4": lambda: _maanden(van, tot)}
    return toewijzing.volume * keren.get(toewijzing.frequentie or TOTAAL, lambda: 1)()


def _in_minuten(volume: int, eenheid: str) -> int:
    return volume * MINUTEN_PER_UUR if eenheid == "04" else volume


def _eenheid_past(gedeclareerd: str, toegewezen: str | None) -> bool:
    return toegewezen is None or gedeclareerd == toegewezen or (gedeclareerd, toegewezen) == ("01", "04")


def _323(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    declaratie, plek = bericht.romp, ("Declaratie",)
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    if stand.declaratie_bekend(bericht, declaratie["DeclaratieNummer"]):
        yield bevinding("TR333", *plek, "DeclaratieNummer")
    if not _sluit_aan(bericht, stand, declaratie["DeclaratiePeriode"]["Begindatum"]):
        yield bevinding("TR318", *plek, "DeclaratiePeriode")
    gezien: set[str] = set()
    nu: dict[int, list[Groep]] = {}
    for wie, client in enumerate(declaratie["Clienten"]):
        for nummer, rij in enumerate(client["Prestaties"]):
            hier = (*plek, "Clienten", wie, "Prestaties", nummer)
            referentie = rij["ProductReferentie"]["ReferentieNummer"]
            if referentie in gezien or stand.prestatie(bericht, referentie) is not None:
                yield bevinding("TR314", *hier, "ProductReferentie", "ReferentieNummer")
            gezien.add(referentie)
            tarief = stand.tarief(bericht, rij)
            if tarief is not None and "ProductTarief" in rij and rij["ProductTarief"] != tarief:
                yield bevinding("TR418", *hier, "ProductTarief")
            yield from _productcode(bericht, stand, {"Categorie": rij["ProductCategorie"], "Code": rij["ProductCode"]},
                                    *hier, "ProductCode")
            toewijzing = stand.toewijzing(bericht, rij["ToewijzingNummer"])
            if toewijzing is None or toewijzing.aanbieder != bericht.aanbieder:
                yield bevinding("TR338", *hier, "ToewijzingNummer")
            elif toewijzing.bsn != client["Bsn"]:
                yield bevinding("TR304", *hier)
            else:
                yield from _prestatie(bericht, stand, rij, toewijzing, nu.setdefault(toewijzing.nummer, []), *hier)


def _sluit_aan(bericht: Bericht, stand: Stand, maand: date) -> bool:
    vorige = stand.vorige_declaratieperiode(bericht)
    if vorige is None or maand > stand.vandaag():  # a month to come is refused by TR137, and may be centuries away
        return True
    if maand <= vorige:
        return False
    tussen = einde_maand(vorige) + timedelta(days=1)
    while tussen < maand:
        if stand.zorg_geleverd(bericht, tussen):
            return False
        tussen = einde_maand(tussen) + timedelta(days=1)
    return True


def _prestatie(bericht: Bericht, stand: Stand, rij: Groep, toewijzing: Toewijzing, nu: list[Groep],
               *plek) -> Iterator[Bevinding]:
    """One line beside its allocation; `nu` holds the lines of this message on it so far, and this one is added."""
    van, tot = rij["ProductPeriode"]["Begindatum"], rij["ProductPeriode"]["Einddatum"]
    begin, einde, debet = toewijzing.ingangsdatum, toewijzing.einddatum, rij["IngediendBedrag"]["DebetCredit"] == "D"
    if toewijzing.verwijderd:
        yield bevinding("TR384", *plek)
    if van < begin:
        yield bevinding("TR307", *plek, "ProductPeriode", "Begindatum")
    elif van != max(van.replace(day=1), begin):
        yield bevinding("TR387", *plek, "ProductPeriode", "Begindatum")
    if einde and tot > einde:
        yield bevinding("TR308", *plek, "ProductPeriode", "Einddatum")
    elif tot != min(einde_maand(tot), einde or date.max):
        yield bevinding("TR388", *plek, "ProductPeriode", "Einddatum")
    if toewijzing.categorie is not None and rij["ProductCategorie"] != toewijzing.categorie:
        yield bevinding("TR339", *plek, "ProductCategorie")
    if toewijzing.code is not None and rij["ProductCode"] != toewijzing.code:
        yield bevinding("TR340", *plek, "ProductCode")
    past = _eenheid_past(rij["Eenheid"], toewijzing.eenheid)
    if not past:
        yield bevinding("TR341", *plek, "Eenheid")
    eerder = list(stand.prestaties(bericht, toewijzing))
    terug = {een.vorige for een in eerder if not een.debet} | {
        een["ProductReferentie"].get("VorigReferentieNummer") for een in nu if een["IngediendBedrag"]["DebetCredit"] == "C"}
    if debet:
        if any(een.debet and een.referentie not in terug and (een.begindatum, een.einddatum, een.categorie, een.code) == (
                van, tot, rij["ProductCategorie"], rij["ProductCode"]) for een in eerder):
            yield bevinding("TR389", *plek)
        if past:
            yield from _volume(rij, toewijzing, eerder, nu, *plek)
    elif vorig := rij["ProductReferentie"].get("VorigReferentieNummer"):
        if vorig in terug:
            yield bevinding("TR390", *plek, "ProductReferentie")
        elif not any(een.debet and een.referentie == vorig for een in eerder):
            yield bevinding("TR323", *plek, "ProductReferentie")
    nu.append(rij)


def _volume(rij: Groep, toewijzing: Toewijzing, eerder: list, nu: list[Groep], *plek) -> Iterator[Bevinding]:
    van, tot = rij["ProductPeriode"]["Begindatum"], rij["ProductPeriode"]["Einddatum"]
    rijen = [(een.volume, een.eenheid, een.debet) for een in eerder] + [
        (een["GeleverdVolume"], een["Eenheid"], een["IngediendBedrag"]["DebetCredit"] == "D") for een in nu]
    if toewijzing.budget is not None and rij["GeleverdVolume"] + sum(
            volume if debet else -volume for volume, _eenheid, debet in rijen) > toewijzing.budget:
        yield bevinding("TR369", *plek, "GeleverdVolume")
    reeds = sum(_in_minuten(volume, eenheid) * (1 if debet else -1) for volume, eenheid, debet in rijen)
    dit = _in_minuten(rij["GeleverdVolume"], rij["Eenheid"])
    hier = ruimte(toewijzing, max(van, toewijzing.ingangsdatum), tot)
    geheel = ruimte(toewijzing, toewijzing.ingangsdatum, toewijzing.einddatum or tot)
    if hier is not None and dit > _in_minuten(hier, toewijzing.eenheid or ""):
        yield bevinding("TR321", *plek, "GeleverdVolume")
    elif geheel is not None and reeds + dit > _in_minuten(geheel, toewijzing.eenheid or ""):
        yield bevinding("TR322", *plek, "GeleverdVolume")


def _325(bericht: Bericht, stand: Stand) -> Iterator[Bevinding]:
    yield from _gemeente(bericht, stand, bericht.dagtekening)
    kop, antwoord = bericht.kop, bericht.romp
    over = stand.declaratie(bericht, kop["DeclaratieIdentificatie"]["Identificatie"])
    if over is None:
        yield bevinding("TR337", "Header", "DeclaratieIdentificatie")
        return
    if kop["XsdVersieDeclaratie"] != over.kop["XsdVersie"]:
        yield bevinding("TR371", "Header", "XsdVersieDeclaratie")
    if antwoord is None:
        return
    declaratie, plek = over.romp, ("DeclaratieAntwoord",)
    if antwoord["DeclaratieNummer"] != declaratie["DeclaratieNummer"]:
        yield bevinding("TR376", *plek, "DeclaratieNummer")
    if antwoord["TotaalIngediendBedrag"] != declaratie["TotaalIngediendBedrag"]:
        yield bevinding("TR367", *plek, "TotaalIngediendBedrag")
    ingediend = {rij["ProductReferentie"]["ReferentieNummer"]: (client["Bsn"], rij)
                 for client in declaratie["Clienten"] for rij in client["Prestaties"]}
    for wie, client in enumerate(antwoord.get("Clienten", ())):
        for nummer, rij in enumerate(client["Prestaties"]):
            hier = (*plek, "Clienten", wie, "Prestaties", nummer)
            bsn, toen = ingediend.get(rij["ProductReferentie"]["ReferentieNummer"], (None, None))
            if toen is None:
                yield bevinding("TR366", *hier)
            elif bsn != client["Bsn"]:
                yield bevinding("TR304", *hier)
            elif toen != {naam: waarde for naam, waarde in rij.items() if naam != "RetourCodes"}:
                yield bevinding("TR367", *hier)


PER_BERICHT: dict[str, Any] = {"301": _301, "305": _305, "307": _307, "315": _315, "317": _317, "319": _319, "323": _323,
                               "325": _325}


def controleer(bericht: Bericht, stand: Stand) -> list[Bevinding]:
    """What is wrong in this message beside what is known. A return message is judged by what it answers, not by these."""
    if bericht.wat.heen:
        return []
    gevonden = []
    if bericht.dagtekening > stand.vandaag():
        gevonden.append(bevinding("TR135", "Header", "BerichtIdentificatie", "Dagtekening"))
    if stand.bericht_bekend(bericht):
        gevonden.append(bevinding("TR056", "Header", "BerichtIdentificatie", "Identificatie"))
    return gevonden + list(PER_BERICHT[bericht.wat.nummer](bericht, stand))
