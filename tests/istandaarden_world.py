"""Messages of iWmo and iJw for tests: one sound message of every kind, and a `Stand` made of a few lists. All invented."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from portal.adapters.istandaarden import Bericht, nieuw
from portal.adapters.istandaarden.definities import soorten

# Numbers that pass the check, of the series that is never given to anybody.
BSN, ANDER_BSN, FOUT_BSN = "999900006", "999900018", "999900007"
ZWOLLE, AANBIEDER, ANDERE_AANBIEDER = "0193", "42420001", "42420002"
DAG = date(2026, 6, 8)
CATEGORIE, CODE = {"iwmo": "15", "ijw": "44"}, "15A01"
NAAM = {"Geslachtsnaam": {"Achternaam": "Wit", "Voorvoegsel": "de"}, "Voornamen": "Tim", "Voorletters": "T"}


def _product(standaard: str) -> dict:
    return {"Categorie": CATEGORIE[standaard], "Code": CODE}


def _mens(volledig: bool = False) -> dict:
    return {"Bsn": BSN, "Geboortedatum": {"Datum": date(1980, 2, 29)}, "Geslacht": "1",
            "Naam": NAAM | ({"NaamGebruik": "1"} if volledig else {})}


def _omvang(volume: int = 1, eenheid: str = "14", frequentie: str = "4") -> dict:
    return {"Volume": volume, "Eenheid": eenheid, "Frequentie": frequentie}


def prestatie(standaard: str = "iwmo", referentie: str = "R1", **anders: Any) -> dict:
    """One line of a declaration: May 2026, 31 days at 150 euro."""
    return {"ProductReferentie": {"ReferentieNummer": referentie}, "ToewijzingNummer": 101,
            "ProductCategorie": CATEGORIE[standaard], "ProductCode": CODE,
            "ProductPeriode": {"Begindatum": date(2026, 5, 1), "Einddatum": date(2026, 5, 31)}, "GeleverdVolume": 31,
            "Eenheid": "14", "ProductTarief": 15000, "IngediendBedrag": {"Bedrag": 465000, "DebetCredit": "D"}} | anders


def _inhoud(nummer: str, standaard: str) -> dict:
    product = _product(standaard)
    return {
        "301": lambda: _mens(volledig=True) | {
            "Communicatie": {"Vorm": "1", "Taal": "Deens"},
            "Relaties": [{"Nummer": "1", "Soort": "15", "Naam": NAAM | {
                "Partnernaam": {"Achternaam": "Bos"}, "NaamGebruik": "4"}, "Contact": {
                    "Soort": "02", "Telefoon": {"Telefoon01": {"Telefoonnummer": "0380000000", "Landnummer": "0031"}}}}],
            "Contactgegevens": [{"Soort": "01", "Adres": {
                "Huis": {"Huisnummer": 10}, "Postcode": "8000ZZ", "Straatnaam": "Straat", "Plaatsnaam": "Zwolle",
                "LandCode": "NL"}}],
            "ToegewezenProducten": [{
                "ToewijzingNummer": 101, "Product": product, "Toewijzingsdatum": date(2026, 6, 1),
                "Toewijzingstijd": time(9, 30), "Ingangsdatum": date(2026, 5, 1), "Einddatum": date(2027, 4, 30),
                "Omvang": _omvang(31)}]},
        "305": lambda: _mens() | {"StartProducten": [{
            "ToewijzingNummer": 101, "Product": product, "ToewijzingIngangsdatum": date(2026, 5, 1),
            "Begindatum": date(2026, 5, 4), "StatusAanlevering": "1"}]},
        "307": lambda: _mens() | {"StopProducten": [{
            "ToewijzingNummer": 101, "Product": product, "ToewijzingIngangsdatum": date(2026, 5, 1),
            "Begindatum": date(2026, 5, 4), "RedenBeeindiging": "20", "Einddatum": date(2026, 6, 5),
            "StatusAanlevering": "1"}]},
        "315": lambda: _mens() | {"AangevraagdeProducten": [{
            "ReferentieAanbieder": "A1", "Product": product, "ToewijzingIngangsdatum": date(2026, 7, 1),
            "ToewijzingEinddatum": date(2027, 6, 30), "Omvang": _omvang(31), "Verwijzer": {"Type": "01"}}]},
        "317": lambda: {"Bsn": BSN, "Verzoek": {
            "ReferentieAanbieder": "A1", "RedenVerzoek": "1",
            "TeWijzigenProducten": [{"ToewijzingNummer": 101, "GewensteIngangsdatum": date(2026, 5, 1),
                                     "Einddatum": date(2027, 10, 31), "Omvang": _omvang(31)}],
            "NieuweProducten": [{"Product": product | {"Code": "15B02"}, "GewensteIngangsdatum": date(2026, 7, 1),
                                 "Einddatum": date(2026, 12, 31), "Omvang": _omvang(4, "04", "2")}]}},
        "319": lambda: {"ReferentieAanbieder": "A1", "VerzoekAntwoord": "1", "RedenAfwijzingVerzoek": "7"},
        "323": lambda: {
            "DeclaratieNummer": "D1", "DeclaratiePeriode": {"Begindatum": date(2026, 5, 1), "Einddatum": date(2026, 5, 31)},
            "DeclaratieDagtekening": DAG, "TotaalIngediendBedrag": {"TotaalBedrag": 465000, "DebetCredit": "D"},
            "Clienten": [{"Bsn": BSN, "Prestaties": [prestatie(standaard)]}]},
        "325": lambda: {
            "DeclaratieNummer": "D1", "TotaalIngediendBedrag": {"TotaalBedrag": 465000, "DebetCredit": "D"},
            "TotaalToegekendBedrag": {"TotaalBedrag": 0, "DebetCredit": "D"},
            "Clienten": [{"Bsn": BSN, "Prestaties": [prestatie(standaard) | {"RetourCodes": ["9341"]}],
                          "RetourCodes": ["0200"]}],
            "RetourCodes": ["0200"]},
    }[nummer]()


def maak(soort: str) -> Bericht:
    """A sound message of this kind (no return message)."""
    wat = soorten()[soort]
    partijen = (ZWOLLE, AANBIEDER) if wat.van_gemeente else (AANBIEDER, ZWOLLE)
    kop = {"DeclaratieIdentificatie": {"Identificatie": "B1", "Dagtekening": DAG},
           "XsdVersieDeclaratie": {"BasisschemaXsdVersie": "1.0.0", "BerichtXsdVersie": "1.0.0"},
           "RetourCodes": ["0200"]} if wat.nummer == "325" else None
    return nieuw(soort, afzender=partijen[0], ontvanger=partijen[1], identificatie="B1", dagtekening=DAG,
                 inhoud=_inhoud(wat.nummer, wat.standaard), kop=kop)


WEG = object()


def anders(bericht: Bericht, **stappen: Any) -> Bericht:
    """The message with other values: `anders(b, Client__Bsn="1", Client__Relaties__0__Contact=WEG)`."""
    inhoud = copy.deepcopy(dict(bericht.inhoud))
    for pad, waarde in stappen.items():
        *weg, laatste = [int(stap) if stap.isdecimal() else stap for stap in pad.split("__")]
        doel: Any = inhoud
        for stap in weg:
            doel = doel[stap]
        if waarde is WEG:
            del doel[laatste]
        elif isinstance(doel, list) and laatste == len(doel):
            doel.append(waarde)
        else:
            doel[laatste] = waarde
    return Bericht(bericht.soort, inhoud)




# --- what is known -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Toewijzing:
    nummer: int = 101
    bsn: str = BSN
    aanbieder: str = AANBIEDER
    categorie: str | None = "15"
    code: str | None = CODE
    ingangsdatum: date = date(2026, 5, 1)
    einddatum: date | None = date(2027, 4, 30)
    volume: int | None = 31
    eenheid: str | None = "14"
    frequentie: str | None = "4"
    budget: int | None = None
    verwijderd: bool = False


@dataclass(frozen=True)
class Levering:
    begindatum: date = date(2026, 5, 4)
    einddatum: date | None = None
    reden: str | None = None


@dataclass(frozen=True)
class Prestatie:
    referentie: str = "R0"
    vorige: str | None = None
    nummer: int = 101
    categorie: str = "15"
    code: str = CODE
    begindatum: date = date(2026, 4, 1)
    einddatum: date = date(2026, 4, 30)
    volume: int = 30
    eenheid: str = "14"
    debet: bool = True


@dataclass(frozen=True)
class Verzoek:
    bsn: str = BSN
    antwoorden: tuple[str, ...] = ()
    toegewezen: bool = False


@dataclass
class Boek:
    """A `Stand` of lists."""

    dag: date = DAG
    gemeenten: Callable[[str, date], bool] = lambda code, _op: code == ZWOLLE
    producten: Callable[[str, str], bool] = lambda _categorie, _code: True
    prijs: int | None = None
    bekend: bool = False
    toegewezen: list[Toewijzing] = field(default_factory=lambda: [Toewijzing()])
    geleverd: list[Levering] = field(default_factory=list)
    verzoeken: dict[str, Verzoek] = field(default_factory=dict)
    loopt: bool = False
    regels: list[Prestatie] = field(default_factory=list)
    declaratienummers: set[str] = field(default_factory=set)
    vorige_maand: date | None = None
    zorg: set[date] = field(default_factory=set)
    declaraties: dict[str, Bericht] = field(default_factory=dict)

    def vandaag(self):
        return self.dag

    def gemeente_bestaat(self, code, op):
        return self.gemeenten(code, op)

    def product_bestaat(self, _standaard, _gemeente, categorie, code):
        return self.producten(categorie, code)

    def tarief(self, _bericht, _prestatie):
        return self.prijs

    def bericht_bekend(self, _bericht):
        return self.bekend

    def toewijzing(self, _bericht, nummer):
        return next((een for een in self.toegewezen if een.nummer == nummer), None)

    def toewijzingen(self, bericht, bsn):
        return [een for een in self.toegewezen if (een.bsn, een.aanbieder) == (bsn, bericht.aanbieder)]

    def leveringen(self, _bericht, _toewijzing):
        return self.geleverd

    def verzoek(self, _bericht, referentie):
        return self.verzoeken.get(referentie)

    def verzoek_loopt(self, _bericht, _bsn):
        return self.loopt

    def prestatie(self, _bericht, referentie):
        return next((een for een in self.regels if een.referentie == referentie), None)

    def prestaties(self, _bericht, toewijzing):
        return [een for een in self.regels if een.nummer == toewijzing.nummer]

    def declaratie_bekend(self, _bericht, nummer):
        return nummer in self.declaratienummers

    def vorige_declaratieperiode(self, _bericht):
        return self.vorige_maand

    def zorg_geleverd(self, _bericht, maand):
        return maand in self.zorg

    def declaratie(self, _bericht, identificatie):
        return self.declaraties.get(identificatie)


def boek_voor(bericht: Bericht) -> Boek:
    """A `Stand` in which this sound message fits."""
    boek = Boek(toegewezen=[replace(Toewijzing(), categorie=CATEGORIE[bericht.standaard])])
    nummer = bericht.wat.nummer
    if nummer == "307":
        boek.geleverd = [Levering()]
    elif nummer == "319":
        boek.verzoeken = {"A1": Verzoek()}
    elif nummer == "325":
        boek.declaraties = {"B1": maak(bericht.soort.replace("325", "323"))}
    return boek
