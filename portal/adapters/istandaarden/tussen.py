"""The rules that need more than the message: what other messages said, and what is known outside messages (`Stand`)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from portal.adapters.istandaarden.bericht import Bericht, Bevinding, bevinding
from portal.adapters.istandaarden.in_bericht import (
    VANAF_2021,
    Groep,
    Rooster,
    einde_maand,
    is_hulpmiddel,
    is_verwijderd,
)
from portal.adapters.istandaarden.stand import Levering, Prestatie, Stand, Toewijzing

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
    vakken: list[tuple[date, bool, Groep | None, date | None, tuple]] = []
    for nummer, rij in enumerate(blijft):
        hier = (*plek, "OngewijzigdeProducten", nummer)
        if (toewijzing := actueel.get(rij["ToewijzingNummer"])) is None:
            yield bevinding("TR350", *hier)
            continue
        vakken.append((toewijzing.ingangsdatum, True, _product_van(toewijzing), toewijzing.einddatum, hier))
    for nummer, rij in enumerate(wijzigt):
        hier = (*plek, "TeWijzigenProducten", nummer)
        if (toewijzing := actueel.get(rij["ToewijzingNummer"])) is None:
            yield bevinding("TR351", *hier)
            continue
        yield from _wijziging(bericht, rij, toewijzing, *hier)
        vakken.append((rij["GewensteIngangsdatum"], False, _product_van(toewijzing), rij.get("Einddatum"), hier))
    for nummer, rij in enumerate(nieuw):
        hier = (*plek, "NieuweProducten", nummer)
        yield from _productcode(bericht, stand, rij.get("Product"), *hier, "Product")
        vakken.append((rij["GewensteIngangsdatum"], False, rij.get("Product"), rij.get("Einddatum"), hier))
    yield from _vaker(vakken)


def _vaker(vakken: list[tuple[date, bool, Groep | None, date | None, tuple]]) -> Iterator[Bevinding]:
    """What runs beside itself. Two that both stay as they are were allocated so; a provider cannot help that."""
    blijft, anders = Rooster(), Rooster()
    for begin, is_zo, product, einde, plek in sorted(vakken, key=lambda vak: vak[0]):
        if is_hulpmiddel(product):
            continue
        if anders.botst(product, begin) or (not is_zo and blijft.botst(product, begin)):
            yield bevinding("TR361", *plek)
        (blijft if is_zo else anders).erbij(product, einde)


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
    boeken: dict[int, _Toewijzingsboek | None] = {}
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
            boek = _boek(bericht, stand, rij["ToewijzingNummer"], boeken)
            if boek is None:
                yield bevinding("TR338", *hier, "ToewijzingNummer")
            elif boek.toewijzing.bsn != client["Bsn"]:
                yield bevinding("TR304", *hier)
            else:
                yield from _prestatie(rij, boek, *hier)
                boek.schrijf(rij)


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


class _Toewijzingsboek:
    """One allocation with what was declared on it, before and so far in this message. Asked for once per message."""

    def __init__(self, toewijzing: Toewijzing, eerder: Iterable[Prestatie]):
        self.toewijzing = toewijzing
        self.volume = self.minuten = 0
        self.debet: set[str] = set()  # debet lines of before
        self.terug: set[str | None] = set()  # what a credit line took back
        self._vakken: dict[tuple, list[str]] = {}
        for een in eerder:
            self._tel(een.volume, een.eenheid, een.debet)
            if een.debet:
                self.debet.add(een.referentie)
                vak = (een.begindatum, een.einddatum, een.categorie, een.code)
                self._vakken.setdefault(vak, []).append(een.referentie)
            else:
                self.terug.add(een.vorige)

    def _tel(self, volume: int, eenheid: str, debet: bool) -> None:
        self.volume += volume if debet else -volume
        self.minuten += _in_minuten(volume, eenheid) * (1 if debet else -1)

    def staat_nog(self, *vak) -> bool:
        """Whether a debet line of before stands for this period and product."""
        return any(referentie not in self.terug for referentie in self._vakken.get(vak, ()))

    def schrijf(self, rij: Groep) -> None:
        """One more line of this message."""
        debet = rij["IngediendBedrag"]["DebetCredit"] == "D"
        self._tel(rij["GeleverdVolume"], rij["Eenheid"], debet)
        if not debet:
            self.terug.add(rij["ProductReferentie"].get("VorigReferentieNummer"))


def _boek(bericht: Bericht, stand: Stand, nummer: int, boeken: dict[int, _Toewijzingsboek | None]) -> _Toewijzingsboek | None:
    """None when this provider has no such allocation."""
    if nummer not in boeken:
        toewijzing = stand.toewijzing(bericht, nummer)
        boeken[nummer] = None if toewijzing is None or toewijzing.aanbieder != bericht.aanbieder else _Toewijzingsboek(
            toewijzing, stand.prestaties(bericht, toewijzing))
    return boeken[nummer]


def _prestatie(rij: Groep, boek: _Toewijzingsboek, *plek) -> Iterator[Bevinding]:
    """One line beside its allocation."""
    toewijzing = boek.toewijzing
    van, tot = rij["ProductPeriode"]["Begindatum"], rij["ProductPeriode"]["Einddatum"]
    begin, einde = toewijzing.ingangsdatum, toewijzing.einddatum
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
    if rij["IngediendBedrag"]["DebetCredit"] == "D":
        if boek.staat_nog(van, tot, rij["ProductCategorie"], rij["ProductCode"]):
            yield bevinding("TR389", *plek)
        if past:
            yield from _volume(rij, boek, *plek)
    elif vorig := rij["ProductReferentie"].get("VorigReferentieNummer"):
        if vorig in boek.terug:
            yield bevinding("TR390", *plek, "ProductReferentie")
        elif vorig not in boek.debet:
            yield bevinding("TR323", *plek, "ProductReferentie")


def _volume(rij: Groep, boek: _Toewijzingsboek, *plek) -> Iterator[Bevinding]:
    toewijzing, van, tot = boek.toewijzing, rij["ProductPeriode"]["Begindatum"], rij["ProductPeriode"]["Einddatum"]
    if toewijzing.budget is not None and boek.volume + rij["GeleverdVolume"] > toewijzing.budget:
        yield bevinding("TR369", *plek, "GeleverdVolume")
    dit = _in_minuten(rij["GeleverdVolume"], rij["Eenheid"])
    hier = ruimte(toewijzing, max(van, toewijzing.ingangsdatum), tot)
    geheel = ruimte(toewijzing, toewijzing.ingangsdatum, toewijzing.einddatum or tot)
    if hier is not None and dit > _in_minuten(hier, toewijzing.eenheid or ""):
        yield bevinding("TR321", *plek, "GeleverdVolume")
    elif geheel is not None and boek.minuten + dit > _in_minuten(geheel, toewijzing.eenheid or ""):
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
