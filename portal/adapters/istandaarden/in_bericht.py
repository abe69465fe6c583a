"""The rules that one message can be checked on by itself (conditions CD, constraints CS and technical rules TR)."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from portal.adapters.istandaarden.bericht import Bericht, Bevinding, Plek, bevinding
from portal.adapters.istandaarden.definities import Klasse, Soort, soorten

Groep = dict[str, Any]

ONBEKEND = date(1900, 1, 1)  # a date of birth of which nothing is known
VANAF_2021 = date(2020, 12, 31)  # what ends later, or never, follows the rules of 2021
HULPMIDDELEN = frozenset({"11", "12", "13", "14"})  # of these two may run side by side
PER_STUK = frozenset({"14", "16", "83", "84"})
MET_AGB = frozenset({"02", "03", "04", "05"})
_POSTCODE = re.compile(r"[1-9][0-9]{3}[A-Z]{2}")


def elfproef(nummer: str) -> bool:
    """Whether nine digits can be a citizen service number."""
    som = sum(gewicht * (ord(cijfer) - 48) for gewicht, cijfer in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), nummer, strict=True))
    return som % 11 == 0


def einde_maand(dag: date) -> date:
    """The last day of the month of this day."""
    return dag.replace(day=monthrange(dag.year, dag.month)[1])


def jaren_eerder(dag: date, jaren: int) -> date:
    """The same day so many years before; 29 February becomes the 28th. The first date there is when that lies too far back."""
    if dag.year <= jaren:
        return date.min
    try:
        return dag.replace(year=dag.year - jaren)
    except ValueError:
        return dag.replace(year=dag.year - jaren, day=28)


def saldo(bedrag: Groep, naam: str = "Bedrag") -> int:
    """Cents, below zero when credit."""
    return bedrag[naam] if bedrag["DebetCredit"] == "D" else -bedrag[naam]


class Rooster:
    """Products and their periods, to ask whether one more runs beside one that counts as the same: by code, else by category;
    no product at all meets every other (TR302). Add and ask in order of the first day; each costs the same, however many."""

    def __init__(self) -> None:
        self._laatst: dict[tuple, date] = {}

    @staticmethod
    def _sleutels(product: Groep | None) -> tuple[tuple[tuple, ...], tuple[tuple, ...]]:
        """Under what it is kept, and with what it is the same."""
        if product is None:
            return (("alle",), ("geen",)), (("alle",),)
        categorie, code = product["Categorie"], product.get("Code")
        if code is None:
            return (("alle",), ("categorie", categorie), ("zonder code", categorie)), (("geen",), ("categorie", categorie))
        return ((("alle",), ("categorie", categorie), ("code", categorie, code)),
                (("geen",), ("zonder code", categorie), ("code", categorie, code)))

    def botst(self, product: Groep | None, begin: date) -> bool:
        """Whether one that was added still runs on this day."""
        return any(self._laatst.get(sleutel, date.min) >= begin for sleutel in self._sleutels(product)[1]
                   if sleutel in self._laatst)

    def erbij(self, product: Groep | None, einde: date | None) -> None:
        """One more; no end is never."""
        for sleutel in self._sleutels(product)[0]:
            self._laatst[sleutel] = max(self._laatst.get(sleutel, date.min), einde or date.max)


def is_hulpmiddel(product: Groep | None) -> bool:
    """Aids (Wmo): two of these may run side by side."""
    return product is not None and product["Categorie"] in HULPMIDDELEN


# --- a person and an address -------------------------------------------------------------------------------------------------


def _bsn(client: Groep, *plek) -> Iterator[Bevinding]:
    if not elfproef(client["Bsn"]):
        yield bevinding("CS002", *plek, "Bsn")


def _geboren(persoon: Groep, dagtekening: date, *plek) -> Iterator[Bevinding]:
    datum, gebruik = persoon["Geboortedatum"]["Datum"], persoon["Geboortedatum"].get("DatumGebruik")
    if gebruik and ((gebruik == "3" and datum != ONBEKEND) or (gebruik == "2" and (datum.month, datum.day) != (1, 1))
                    or (gebruik == "1" and datum.day != 1)):
        yield bevinding("CS139", *plek, "Geboortedatum")
    if datum < jaren_eerder(dagtekening, 120) and not (gebruik == "3" and datum == ONBEKEND):
        yield bevinding("TR002", *plek, "Geboortedatum")
    if datum > dagtekening:
        yield bevinding("TR134", *plek, "Geboortedatum")


def _naam(naam: Groep, *plek) -> Iterator[Bevinding]:
    gebruik = naam["NaamGebruik"]
    if gebruik not in ("1234" if "Partnernaam" in naam else "16"):
        yield bevinding("CS050", *plek, "NaamGebruik")


def _contact(contact: Groep, *plek) -> Iterator[Bevinding]:
    adres = contact.get("Adres") or {}
    postcode, land = adres.get("Postcode"), adres.get("LandCode")
    if (postcode is None) != (land is None):
        yield bevinding("CD005", *plek, "Adres")
    if land == "NL":
        if "Huis" not in adres:
            yield bevinding("CD025", *plek, "Adres")
        if postcode and not _POSTCODE.fullmatch(postcode):
            yield bevinding("CS089", *plek, "Adres", "Postcode")
    if contact["Soort"] in ("01", "03") and postcode is None:
        yield bevinding("CD034", *plek, "Adres")
    if "Telefoon" not in contact and not ("Huis" in adres and postcode):
        yield bevinding("TR006", *plek)
    if periode := contact.get("Periode"):
        if contact["Soort"] != "04":
            yield bevinding("CD009", *plek, "Periode")
        begin, einde = periode.get("Begindatum"), periode.get("Einddatum")
        if begin and einde and einde < begin:
            yield bevinding("CS003", *plek, "Periode", "Einddatum")
    elif "Periode" in contact and contact["Soort"] != "04":
        yield bevinding("CD009", *plek, "Periode")


# --- a product that is asked for or allocated --------------------------------------------------------------------------------


def _product(rij: Groep, begin: str, einde: str, zonder_code: str | None, frequentie: str, *plek) -> Iterator[Bevinding]:
    """`zonder_code` is the rule about a volume without product code; None where the product stands in the allocation."""
    omvang, budget, product, tot = rij.get("Omvang"), rij.get("Budget"), rij.get("Product"), rij.get(einde)
    if tot and tot < rij[begin]:
        yield bevinding("CS003", *plek, einde)
    if budget is not None:
        if tot is None:
            yield bevinding("CD075", *plek, einde)
        if omvang:
            yield bevinding("CD077", *plek, "Omvang")
            yield bevinding("CD078", *plek, "Budget")
    if zonder_code:
        code = product.get("Code") if product else None
        if budget is None and product is None:
            yield bevinding("CD079", *plek, "Product")
        if code and not omvang:
            yield bevinding("CD041", *plek, "Omvang")
        if omvang and not code and (tot is None or tot > VANAF_2021):
            yield bevinding(zonder_code, *plek, "Omvang")
    if omvang:
        if omvang["Frequentie"] == "2" and tot is None:
            yield bevinding("CD076", *plek, einde)
        if omvang["Eenheid"] in PER_STUK and omvang["Frequentie"] == "1" and (tot is None or tot > VANAF_2021):
            yield bevinding(frequentie, *plek, "Omvang", "Frequentie")


def _overlap(rijen: list[Groep], begin: str, einde: str, code: str, *plek) -> Iterator[Bevinding]:
    if len(rijen) < 2:
        return
    rooster = Rooster()
    for nummer, rij in sorted(enumerate(rijen), key=lambda een: een[1][begin]):
        product = rij.get("Product")
        if is_verwijderd(rij) or is_hulpmiddel(product):
            continue
        if rooster.botst(product, rij[begin]):
            yield bevinding(code, *plek, nummer)
        rooster.erbij(product, rij.get(einde))


def is_verwijderd(rij: Groep) -> bool:
    """An allocation that counts as never sent."""
    return rij.get("RedenWijziging") in ("01", "13") and rij["Ingangsdatum"] == rij.get("Einddatum")


# --- messages ----------------------------------------------------------------------------------------------------------------


def _301(bericht: Bericht) -> Iterator[Bevinding]:
    client, dag = bericht.romp, bericht.dagtekening
    yield from _bsn(client, "Client")
    yield from _geboren(client, dag, "Client")
    yield from _naam(client["Naam"], "Client", "Naam")
    if client["Naam"]["NaamGebruik"] == "6":
        yield bevinding("CS318", "Client", "Naam", "NaamGebruik")
    if (taal := client.get("Communicatie")) and (taal["Vorm"] == "1") != ("Taal" in taal):
        yield bevinding("CD007", "Client", "Communicatie")
    for nummer, relatie in enumerate(client.get("Relaties", ())):
        plek = ("Client", "Relaties", nummer)
        yield from _naam(relatie["Naam"], *plek, "Naam")
        if "Geboortedatum" in relatie:
            yield from _geboren(relatie, dag, *plek)
        yield from _contact(relatie["Contact"], *plek, "Contact")
    for nummer, contact in enumerate(client["Contactgegevens"]):
        yield from _contact(contact, "Client", "Contactgegevens", nummer)
    if not any(contact["Soort"] in ("01", "02", "03") for contact in client["Contactgegevens"]):
        yield bevinding("TR061", "Client", "Contactgegevens")
    producten = client["ToegewezenProducten"]
    for nummer, rij in enumerate(producten):
        plek = ("Client", "ToegewezenProducten", nummer)
        yield from _product(rij, "Ingangsdatum", "Einddatum", "CD080", "CS338", *plek)
        reden = rij.get("RedenWijziging")
        if reden == "13" and rij["Ingangsdatum"] != rij.get("Einddatum"):
            yield bevinding("CS335", *plek, "RedenWijziging")
        if reden == "01":
            yield bevinding("CS336", *plek, "RedenWijziging")
        if rij["Toewijzingsdatum"] > dag:
            yield bevinding("TR134", *plek, "Toewijzingsdatum")
    yield from _overlap(producten, "Ingangsdatum", "Einddatum", "TR302", "Client", "ToegewezenProducten")


def _start_stop(bericht: Bericht, lijst: str, datum: str) -> Iterator[Bevinding]:
    client, dag = bericht.romp, bericht.dagtekening
    yield from _bsn(client, "Client")
    yield from _geboren(client, dag, "Client")
    for nummer, rij in enumerate(client[lijst]):
        if rij["StatusAanlevering"] not in ("1", "3"):
            yield bevinding("CS058", "Client", lijst, nummer, "StatusAanlevering")
        if rij[datum] > dag:
            yield bevinding("TR134", "Client", lijst, nummer, datum)


def _305(bericht: Bericht) -> Iterator[Bevinding]:
    yield from _start_stop(bericht, "StartProducten", "Begindatum")


def _307(bericht: Bericht) -> Iterator[Bevinding]:
    yield from _start_stop(bericht, "StopProducten", "Einddatum")
    for nummer, rij in enumerate(bericht.romp["StopProducten"]):
        if rij["Einddatum"] < rij["Begindatum"]:
            yield bevinding("TR018", "Client", "StopProducten", nummer, "Einddatum")


def _315(bericht: Bericht) -> Iterator[Bevinding]:
    client = bericht.romp
    yield from _bsn(client, "Client")
    yield from _geboren(client, bericht.dagtekening, "Client")
    rijen, gezien = client["AangevraagdeProducten"], set()
    for nummer, rij in enumerate(rijen):
        plek = ("Client", "AangevraagdeProducten", nummer)
        yield from _product(rij, "ToewijzingIngangsdatum", "ToewijzingEinddatum", "CD095", "CS343", *plek)
        if ("BeschikkingNummer" in rij) != ("BeschikkingIngangsdatum" in rij):
            yield bevinding("CD043", *plek, "BeschikkingIngangsdatum")
        verwijzer = rij["Verwijzer"]
        agb, naam = "ZorgverlenerCode" in verwijzer, "Naam" in verwijzer
        if verwijzer["Type"] in MET_AGB:
            if agb and naam:
                yield bevinding("CD066", *plek, "Verwijzer", "Naam")
            if not agb and not naam:
                yield bevinding("CD067", *plek, "Verwijzer", "Naam")
        elif agb:
            yield bevinding("CD068", *plek, "Verwijzer", "ZorgverlenerCode")
        if rij["ReferentieAanbieder"] in gezien:
            yield bevinding("TR383", *plek, "ReferentieAanbieder")
        gezien.add(rij["ReferentieAanbieder"])
    yield from _overlap(rijen, "ToewijzingIngangsdatum", "ToewijzingEinddatum", "TR386", "Client", "AangevraagdeProducten")


def _317(bericht: Bericht) -> Iterator[Bevinding]:
    client = bericht.romp
    verzoek, plek = client["Verzoek"], ("Client", "Verzoek")
    yield from _bsn(client, "Client")
    blijft, wijzigt, nieuw = (verzoek.get(naam, []) for naam in (
        "OngewijzigdeProducten", "TeWijzigenProducten", "NieuweProducten"))
    if not blijft and not wijzigt:
        yield bevinding("TR352", *plek)
    if not wijzigt and not nieuw:
        yield bevinding("TR353", *plek)
    for nummer, rij in enumerate(wijzigt):
        yield from _product(rij, "GewensteIngangsdatum", "Einddatum", None, "CS338", *plek, "TeWijzigenProducten", nummer)
    for nummer, rij in enumerate(nieuw):
        yield from _product(rij, "GewensteIngangsdatum", "Einddatum", "CD096", "CS338", *plek, "NieuweProducten", nummer)
        if rij["GewensteIngangsdatum"] <= bericht.dagtekening:
            yield bevinding("TR380", *plek, "NieuweProducten", nummer, "GewensteIngangsdatum")
    yield from _overlap(nieuw, "GewensteIngangsdatum", "Einddatum", "TR410", *plek, "NieuweProducten")


def _319(bericht: Bericht) -> Iterator[Bevinding]:
    antwoord = bericht.romp
    if antwoord["VerzoekAntwoord"] == "1" and "RedenAfwijzingVerzoek" not in antwoord:
        yield bevinding("CD085", "Antwoord", "RedenAfwijzingVerzoek")
    if antwoord["VerzoekAntwoord"] == "2" and "RedenAfwijzingVerzoek" in antwoord:
        yield bevinding("CD086", "Antwoord", "RedenAfwijzingVerzoek")


def _nul(bedrag: Groep, naam: str, *plek) -> Iterator[Bevinding]:
    if bedrag[naam] == 0 and bedrag["DebetCredit"] == "C":
        yield bevinding("CS325", *plek)


def _periode(periode: Groep, dagtekening: date, *plek) -> Iterator[Bevinding]:
    if periode["Begindatum"] > dagtekening:
        yield bevinding("TR134", *plek, "Begindatum")
    if not periode["Begindatum"] <= periode["Einddatum"] <= dagtekening:
        yield bevinding("TR137", *plek)


def _regel(prestatie: Groep, dagtekening: date, *plek) -> Iterator[Bevinding]:
    """What a line of a declaration and of its answer have in common."""
    bedrag = prestatie["IngediendBedrag"]
    if (bedrag["DebetCredit"] == "C") != ("VorigReferentieNummer" in prestatie["ProductReferentie"]):
        yield bevinding("CD060", *plek, "ProductReferentie", "VorigReferentieNummer")
    yield from _nul(bedrag, "Bedrag", *plek, "IngediendBedrag")
    yield from _periode(prestatie["ProductPeriode"], dagtekening, *plek, "ProductPeriode")


def _bedrag_klopt(prestatie: Groep) -> bool:
    volume, tarief = prestatie["GeleverdVolume"], prestatie.get("ProductTarief")
    if tarief is None:
        return True
    verschil = abs(prestatie["IngediendBedrag"]["Bedrag"] - volume * tarief)
    # In minutes the tariff is an hourly one divided by 60: half a cent off per minute, and the sum is rounded once more.
    return 2 * verschil <= volume + 1 if prestatie["Eenheid"] == "01" else verschil == 0


def _323(bericht: Bericht) -> Iterator[Bevinding]:
    declaratie, dag = bericht.romp, bericht.dagtekening
    periode, plek = declaratie["DeclaratiePeriode"], ("Declaratie",)
    yield from _periode(periode, dag, *plek, "DeclaratiePeriode")
    if periode["Begindatum"].year < 2021:
        yield bevinding("CS100", *plek, "DeclaratiePeriode", "Begindatum")
    if periode["Begindatum"].day != 1 or periode["Einddatum"] != einde_maand(periode["Begindatum"]):
        yield bevinding("CS340", *plek, "DeclaratiePeriode")
    totaal, oudste = 0, jaren_eerder(declaratie["DeclaratieDagtekening"], 5)
    vorige: set[str] = set()
    gecrediteerd = {een for client in declaratie["Clienten"] for rij in client["Prestaties"]
                    if (een := rij["ProductReferentie"].get("VorigReferentieNummer"))}
    for wie, client in enumerate(declaratie["Clienten"]):
        yield from _bsn(client, *plek, "Clienten", wie)
        debet = set()
        for nummer, rij in enumerate(client["Prestaties"]):
            hier = (*plek, "Clienten", wie, "Prestaties", nummer)
            yield from _regel(rij, dag, *hier)
            van, tot = rij["ProductPeriode"]["Begindatum"], rij["ProductPeriode"]["Einddatum"]
            bedrag, referentie = rij["IngediendBedrag"], rij["ProductReferentie"]
            totaal += saldo(bedrag)
            if van.year < 2021:
                yield bevinding("CS100", *hier, "ProductPeriode", "Begindatum")
            if (van.year, van.month) != (tot.year, tot.month):
                yield bevinding("CS337", *hier, "ProductPeriode")
            if van > periode["Einddatum"] or tot > periode["Einddatum"]:
                yield bevinding("TR319", *hier, "ProductPeriode")
            if tot < oudste:
                yield bevinding("TR335", *hier, "ProductPeriode", "Einddatum")
            if (rij["Eenheid"] == "83") == ("ProductTarief" in rij):
                yield bevinding("CD087", *hier, "ProductTarief")
            if rij["Eenheid"] == "83":
                if bedrag["Bedrag"] != rij["GeleverdVolume"]:
                    yield bevinding("CS339", *hier, "IngediendBedrag")
            elif not _bedrag_klopt(rij):
                yield bevinding("TR346", *hier, "IngediendBedrag")
            if vorig := referentie.get("VorigReferentieNummer"):
                if vorig in vorige:
                    yield bevinding("TR315", *hier, "ProductReferentie", "VorigReferentieNummer")
                vorige.add(vorig)
            if referentie["ReferentieNummer"] in gecrediteerd:
                yield bevinding("TR316", *hier, "ProductReferentie")
            if bedrag["DebetCredit"] == "D":
                sleutel = (rij["ToewijzingNummer"], rij["ProductCategorie"], rij["ProductCode"], van, tot)
                if sleutel in debet:
                    yield bevinding("TR416", *hier)
                debet.add(sleutel)
    yield from _nul(declaratie["TotaalIngediendBedrag"], "TotaalBedrag", *plek, "TotaalIngediendBedrag")
    if saldo(declaratie["TotaalIngediendBedrag"], "TotaalBedrag") != totaal:
        yield bevinding("TR358", *plek, "TotaalIngediendBedrag")


def _325(bericht: Bericht) -> Iterator[Bevinding]:
    antwoord = bericht.romp
    if antwoord is None:
        return
    plek, afgewezen = ("DeclaratieAntwoord",), 0
    for wie, client in enumerate(antwoord.get("Clienten", ())):
        yield from _bsn(client, *plek, "Clienten", wie)
        for nummer, rij in enumerate(client["Prestaties"]):
            yield from _regel(rij, bericht.dagtekening, *plek, "Clienten", wie, "Prestaties", nummer)
            afgewezen += saldo(rij["IngediendBedrag"])
    for naam in ("TotaalIngediendBedrag", "TotaalToegekendBedrag"):
        yield from _nul(antwoord[naam], "TotaalBedrag", *plek, naam)
    ingediend = saldo(antwoord["TotaalIngediendBedrag"], "TotaalBedrag")
    toegekend = saldo(antwoord["TotaalToegekendBedrag"], "TotaalBedrag")
    geheel_af = any(code not in ("0200", "8001") for code in antwoord["RetourCodes"])
    if toegekend != 0 if geheel_af else ingediend - toegekend != afgewezen:
        yield bevinding("TR342", *plek, "TotaalToegekendBedrag")


# --- double lines ------------------------------------------------------------------------------------------------------------


@cache
def _lijsten(naam: str) -> tuple:
    """The lists of one kind of message in which a line may stand once: (list, keys, lists inside)."""

    def van(klasse: Klasse) -> tuple:
        rijen = []
        for veld in klasse.velden:
            if isinstance(veld.inhoud, Klasse) and veld.inhoud.eigen:
                binnen = van(veld.inhoud)
                sleutel = veld.inhoud.sleutel if veld.meer else ()
                if sleutel or binnen:
                    rijen.append((veld.naam, bool(veld.meer), sleutel, binnen))
        return tuple(rijen)

    return van(soorten()[naam].bericht)


def _vast(waarde: Any) -> Any:
    return tuple(sorted(waarde.items())) if isinstance(waarde, dict) else waarde


def _dubbel(groep: Groep, lijsten: tuple, plek: Plek) -> Iterator[Bevinding]:
    for naam, is_lijst, sleutel, binnen in lijsten:
        if naam not in groep:
            continue
        if not is_lijst:
            yield from _dubbel(groep[naam], binnen, (*plek, naam))
            continue
        gezien, meer = set(), len(groep[naam]) > 1
        for nummer, rij in enumerate(groep[naam]):
            if sleutel and meer:
                wat = tuple([_vast(rij.get(een)) for een in sleutel])
                if wat in gezien:
                    yield bevinding("TR101", *plek, naam, nummer)
                gezien.add(wat)
            if binnen:
                yield from _dubbel(rij, binnen, (*plek, naam, nummer))


PER_BERICHT: dict[str, Callable[[Bericht], Iterable[Bevinding]]] = {
    "301": _301, "305": _305, "307": _307, "315": _315, "317": _317, "319": _319, "323": _323, "325": _325,
}


def controleer(bericht: Bericht) -> list[Bevinding]:
    """What is wrong in this message by itself. A return message repeats what it answers: of that the rules were checked."""
    soort: Soort = bericht.wat
    if soort.heen:
        return []
    return [*PER_BERICHT[soort.nummer](bericht), *_dubbel(bericht.inhoud, _lijsten(soort.naam), ())]
