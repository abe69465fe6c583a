"""Every rule of iWmo and iJw that the portal checks, with a message that keeps it and one that breaks it, in both standards."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.istandaarden import controleer, in_bericht, lees, regels, schrijf, tussen
from portal.adapters.istandaarden.definities import codelijst, soorten
from portal.adapters.istandaarden.tussen import ruimte
from tests.istandaarden_world import (
    ANDER_BSN,
    ANDERE_AANBIEDER,
    BSN,
    CODE,
    DAG,
    FOUT_BSN,
    WEG,
    Levering,
    Prestatie,
    Toewijzing,
    Verzoek,
    anders,
    boek_voor,
    maak,
    prestatie,
)

P = "Client__ToegewezenProducten__0__"
Q = "Client__AangevraagdeProducten__0__"
W = "Client__Verzoek__TeWijzigenProducten__0__"
N = "Client__Verzoek__NieuweProducten__0__"
START, STOP = "Client__StartProducten__0__", "Client__StopProducten__0__"
A = "Client__Contactgegevens__0__"
R = "Declaratie__Clienten__0__Prestaties__0__"
T = "Declaratie__TotaalIngediendBedrag__"
V = "DeclaratieAntwoord__Clienten__0__Prestaties__0__"
GEBOREN, EERSTE = "Client__Geboortedatum", date(2026, 7, 1)
ETMAAL_PER_DAG = {"Volume": 1, "Eenheid": "14", "Frequentie": "1"}
PER_WEEK = {"Volume": 1, "Eenheid": "04", "Frequentie": "2"}
UREN = {"Volume": 4, "Eenheid": "04", "Frequentie": "2"}


def _nog_een(**wat):
    """A second line in the same declaration, with the total that goes with it."""
    return {R.replace("0__Prestaties__0__", "0__Prestaties__1"): prestatie(referentie="R2", **wat)}


def _credit(vorige: str, referentie: str = "R1"):
    return {R + "ProductReferentie": {"ReferentieNummer": referentie, "VorigReferentieNummer": vorige},
            R + "IngediendBedrag__DebetCredit": "C", T + "DebetCredit": "C"}


def tw(**wat):
    """What is known: the allocation, but for this."""
    return {"toegewezen": lambda boek: [replace(boek.toegewezen[0], **wat)]}


def rij(**wat):
    """A line that came in before, of the product that the declaration is about."""
    return lambda boek: Prestatie(**({"categorie": boek.toegewezen[0].categorie} | wat))


def eerder(*rijen):
    """What is known: these lines."""
    return {"regels": lambda boek: [een(boek) for een in rijen]}


MEI = {"begindatum": date(2026, 5, 1), "einddatum": date(2026, 5, 31), "volume": 31}
CREDIT_MEI = {**MEI, "referentie": "R9", "vorige": "R0", "debet": False}

# (rule, message, what a message that keeps it says otherwise, what one that breaks it says otherwise). A pair holds what the
# message says and what is known beside it.
VECTOREN = [
    ("CD005", "301", {A + "Adres__LandCode": "BE", A + "Adres__Postcode": "9000"}, {A + "Adres__LandCode": WEG}),
    ("CD007", "301", {"Client__Communicatie": {"Vorm": "2"}}, {"Client__Communicatie": {"Vorm": "1"}}),
    ("CD007", "301", {"Client__Communicatie": WEG}, {"Client__Communicatie": {"Vorm": "2", "Taal": "Deens"}}),
    ("CD009", "301", {A + "Soort": "01"}, {A + "Periode": {"Begindatum": DAG}}),
    ("CD009", "301", {"Client__Contactgegevens__1": {
        "Soort": "04", "Periode": {"Begindatum": DAG},
        "Telefoon": {"Telefoon01": {"Telefoonnummer": "1", "Landnummer": "31"}}}},
     {A + "Periode": {}}),
    ("CD025", "301", {A + "Adres__LandCode": "BE", A + "Adres__Huis": WEG, A + "Adres__Postcode": "9000"},
     {A + "Adres__Huis": WEG}),
    ("CD034", "301", {A + "Soort": "02", A + "Adres__Postcode": WEG, A + "Adres__LandCode": WEG},
     {A + "Soort": "03", A + "Adres__Postcode": WEG, A + "Adres__LandCode": WEG}),
    ("CD041", "301", {P + "Product__Code": WEG, P + "Omvang": WEG}, {P + "Omvang": WEG}),
    ("CD041", "315", {Q + "Product__Code": WEG, Q + "Omvang": WEG}, {Q + "Omvang": WEG}),
    ("CD041", "317", {N + "Product__Code": WEG, N + "Omvang": WEG}, {N + "Omvang": WEG}),
    ("CD043", "315", {Q + "BeschikkingNummer": 5, Q + "BeschikkingIngangsdatum": DAG}, {Q + "BeschikkingNummer": 5}),
    ("CD043", "315", {}, {Q + "BeschikkingIngangsdatum": DAG}),
    ("CD060", "323", _credit("R0"), {R + "IngediendBedrag__DebetCredit": "C", T + "DebetCredit": "C"}),
    ("CD060", "323", {}, {R + "ProductReferentie__VorigReferentieNummer": "R0"}),
    ("CD060", "325", {}, {V + "ProductReferentie__VorigReferentieNummer": "R0"}),
    ("CD066", "315", {Q + "Verwijzer": {"Type": "02", "ZorgverlenerCode": "01000001"}},
     {Q + "Verwijzer": {"Type": "02", "ZorgverlenerCode": "01000001", "Naam": "Huisarts"}}),
    ("CD067", "315", {Q + "Verwijzer": {"Type": "05", "Naam": "Specialist"}}, {Q + "Verwijzer": {"Type": "05"}}),
    ("CD068", "315", {Q + "Verwijzer": {"Type": "08", "Naam": "Rechter"}},
     {Q + "Verwijzer": {"Type": "01", "ZorgverlenerCode": "01000001"}}),
    ("CD075", "301", {P + "Budget": 100, P + "Omvang": WEG, P + "Product": WEG},
     {P + "Budget": 100, P + "Omvang": WEG, P + "Product": WEG, P + "Einddatum": WEG}),
    ("CD075", "315", {}, {Q + "Budget": 100, Q + "Omvang": WEG, Q + "Product": WEG, Q + "ToewijzingEinddatum": WEG}),
    ("CD075", "317", {}, {W + "Budget": 100, W + "Omvang": WEG, W + "Einddatum": WEG}),
    ("CD076", "301", {P + "Omvang": PER_WEEK}, {P + "Omvang": PER_WEEK, P + "Einddatum": WEG}),
    ("CD076", "315", {Q + "Omvang": PER_WEEK}, {Q + "Omvang": PER_WEEK, Q + "ToewijzingEinddatum": WEG}),
    ("CD076", "317", {W + "Omvang": PER_WEEK}, {W + "Omvang": PER_WEEK, W + "Einddatum": WEG}),
    ("CD077", "301", {P + "Budget": 100, P + "Omvang": WEG, P + "Product__Code": WEG}, {P + "Budget": 100}),
    ("CD078", "301", {P + "Budget": 100, P + "Omvang": WEG, P + "Product__Code": WEG}, {P + "Budget": 100}),
    ("CD077", "317", {W + "Budget": 100, W + "Omvang": WEG}, {W + "Budget": 100}),
    ("CD078", "315", {}, {Q + "Budget": 100}),
    ("CD079", "301", {P + "Product": WEG, P + "Omvang": WEG, P + "Budget": 100}, {P + "Product": WEG, P + "Omvang": WEG}),
    ("CD079", "315", {}, {Q + "Product": WEG, Q + "Omvang": WEG}),
    ("CD079", "317", {}, {N + "Product": WEG, N + "Omvang": WEG}),
    ("CD080", "301", {P + "Product__Code": WEG, P + "Ingangsdatum": date(2020, 1, 1), P + "Einddatum": date(2020, 12, 31)},
     {P + "Product__Code": WEG}),
    ("CD085", "319", {"Antwoord__VerzoekAntwoord": "2", "Antwoord__RedenAfwijzingVerzoek": WEG},
     {"Antwoord__RedenAfwijzingVerzoek": WEG}),
    ("CD086", "319", {}, {"Antwoord__VerzoekAntwoord": "2"}),
    ("CD087", "323", {R + "Eenheid": "83", R + "ProductTarief": WEG, R + "GeleverdVolume": 465000}, {R + "ProductTarief": WEG}),
    ("CD087", "323", {}, {R + "Eenheid": "83", R + "GeleverdVolume": 465000}),
    ("CD095", "315", {}, {Q + "Product__Code": WEG}),
    ("CD096", "317", {}, {N + "Product__Code": WEG}),

    ("CS002", "301", {"Client__Bsn": ANDER_BSN}, {"Client__Bsn": FOUT_BSN}),
    ("CS002", "305", {}, {"Client__Bsn": FOUT_BSN}),
    ("CS002", "307", {}, {"Client__Bsn": FOUT_BSN}),
    ("CS002", "315", {}, {"Client__Bsn": FOUT_BSN}),
    ("CS002", "317", {}, {"Client__Bsn": FOUT_BSN}),
    ("CS002", "323", {}, {"Declaratie__Clienten__0__Bsn": FOUT_BSN}),
    ("CS002", "325", {}, {"DeclaratieAntwoord__Clienten__0__Bsn": FOUT_BSN}),
    ("CS003", "301", {P + "Einddatum": date(2026, 5, 1)}, {P + "Einddatum": date(2026, 4, 30)}),
    ("CS003", "301", {}, {A + "Soort": "04", A + "Periode": {"Begindatum": DAG, "Einddatum": date(2026, 6, 7)}}),
    ("CS003", "315", {Q + "ToewijzingEinddatum": EERSTE}, {Q + "ToewijzingEinddatum": DAG}),
    ("CS003", "317", {W + "Einddatum": date(2026, 5, 1)}, {W + "Einddatum": date(2026, 4, 30)}),
    ("CS003", "317", {N + "Einddatum": EERSTE}, {N + "Einddatum": DAG}),
    ("CS050", "301", {"Client__Naam__Partnernaam": {"Achternaam": "Bos"}, "Client__Naam__NaamGebruik": "3"},
     {"Client__Naam__NaamGebruik": "2"}),
    ("CS050", "301", {"Client__Relaties__0__Naam__Partnernaam": WEG, "Client__Relaties__0__Naam__NaamGebruik": "6"},
     {"Client__Relaties__0__Naam__NaamGebruik": "5"}),
    ("CS058", "305", {START + "StatusAanlevering": "3"}, {START + "StatusAanlevering": "2"}),
    ("CS058", "307", {STOP + "StatusAanlevering": "3"}, {STOP + "StatusAanlevering": "9"}),
    ("CS089", "301", {A + "Adres__Postcode": "1000AA"}, {A + "Adres__Postcode": "8000 ZZ"}),
    ("CS100", "323", {}, {"Declaratie__DeclaratiePeriode__Begindatum": date(2020, 12, 31)}),
    ("CS100", "323", {}, {R + "ProductPeriode__Begindatum": date(2020, 12, 31)}),
    ("CS139", "301", {GEBOREN: {"Datum": date(1980, 2, 1), "DatumGebruik": "1"}},
     {GEBOREN: {"Datum": date(1980, 2, 29), "DatumGebruik": "1"}}),
    ("CS139", "305", {GEBOREN: {"Datum": date(1980, 1, 1), "DatumGebruik": "2"}},
     {GEBOREN: {"Datum": date(1980, 2, 1), "DatumGebruik": "2"}}),
    ("CS139", "315", {GEBOREN: {"Datum": date(1900, 1, 1), "DatumGebruik": "3"}},
     {GEBOREN: {"Datum": date(1980, 1, 1), "DatumGebruik": "3"}}),
    ("CS318", "301", {"Client__Naam__NaamGebruik": "1"}, {"Client__Naam__NaamGebruik": "6"}),
    ("CS325", "323", {R + "GeleverdVolume": 0, R + "IngediendBedrag__Bedrag": 0, T + "TotaalBedrag": 0},
     {R + "GeleverdVolume": 0, R + "IngediendBedrag__Bedrag": 0, T + "TotaalBedrag": 0, T + "DebetCredit": "C"}),
    ("CS325", "325", {}, {"DeclaratieAntwoord__TotaalToegekendBedrag__DebetCredit": "C"}),
    ("CS335", "301", {P + "RedenWijziging": "13", P + "Einddatum": date(2026, 5, 1)}, {P + "RedenWijziging": "13"}),
    ("CS336", "301", {P + "RedenWijziging": "14"}, {P + "RedenWijziging": "01"}),
    ("CS337", "323", {R + "ProductPeriode__Begindatum": date(2026, 5, 4)},
     {R + "ProductPeriode__Begindatum": date(2026, 4, 30)}),
    ("CS338", "301", {P + "Omvang__Frequentie": "2"}, {P + "Omvang": ETMAAL_PER_DAG}),
    ("CS338", "301", {P + "Omvang": {"Volume": 1, "Eenheid": "04", "Frequentie": "1"}}, {P + "Omvang": ETMAAL_PER_DAG}),
    ("CS338", "317", {}, {W + "Omvang": ETMAAL_PER_DAG}),
    ("CS338", "317", {}, {N + "Omvang": ETMAAL_PER_DAG}),
    ("CS339", "323", {R + "Eenheid": "83", R + "ProductTarief": WEG, R + "GeleverdVolume": 465000},
     {R + "Eenheid": "83", R + "ProductTarief": WEG, R + "GeleverdVolume": 465001}),
    ("CS340", "323", {"Declaratie__DeclaratiePeriode": {"Begindatum": date(2024, 2, 1), "Einddatum": date(2024, 2, 29)}},
     {"Declaratie__DeclaratiePeriode__Einddatum": date(2026, 5, 30)}),
    ("CS340", "323", {}, {"Declaratie__DeclaratiePeriode__Begindatum": date(2026, 5, 2)}),
    ("CS343", "315", {}, {Q + "Omvang": ETMAAL_PER_DAG}),

    ("TR002", "301", {GEBOREN: {"Datum": date(1906, 6, 8)}}, {GEBOREN: {"Datum": date(1906, 6, 7)}}),
    ("TR002", "307", {GEBOREN: {"Datum": date(1900, 1, 1), "DatumGebruik": "3"}}, {GEBOREN: {"Datum": date(1900, 1, 1)}}),
    ("TR006", "301", {"Client__Relaties__0__Contact__Soort": "02"}, {"Client__Relaties__0__Contact__Telefoon": WEG}),
    ("TR006", "301", {A + "Soort": "02"}, {A + "Soort": "02", A + "Adres__Postcode": WEG, A + "Adres__LandCode": WEG}),
    ("TR018", "307", {STOP + "Einddatum": date(2026, 5, 4)}, {STOP + "Einddatum": date(2026, 5, 3)}),
    ("TR061", "301", {A + "Soort": "02"}, {A + "Soort": "04"}),
    ("TR101", "301", {"Client__ToegewezenProducten__1": {
        "ToewijzingNummer": 102, "Product": {"Categorie": "@"}, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
        "Ingangsdatum": date(2028, 1, 1)}}, {"Client__ToegewezenProducten__1": {
            "ToewijzingNummer": 101, "Product": {"Categorie": "@"}, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
            "Ingangsdatum": date(2028, 1, 1)}}),
    ("TR101", "305", {"Client__StartProducten__1": {"ToewijzingNummer": 101, "Begindatum": DAG, "StatusAanlevering": "1"}},
     {"Client__StartProducten__0__Product": WEG, "Client__StartProducten__1": {
         "ToewijzingNummer": 101, "Begindatum": date(2026, 5, 4), "StatusAanlevering": "1"}}),
    ("TR101", "307", {}, {"Client__StopProducten__0__Product": WEG, "Client__StopProducten__1": {
        "ToewijzingNummer": 101, "Begindatum": date(2026, 5, 4), "RedenBeeindiging": "20", "Einddatum": date(2026, 6, 5),
        "StatusAanlevering": "3"}}),
    ("TR101", "317", {"Client__Verzoek__OngewijzigdeProducten": [{"ToewijzingNummer": 102}]},
     {"Client__Verzoek__OngewijzigdeProducten": [{"ToewijzingNummer": 102}, {"ToewijzingNummer": 102}]}),
    ("TR101", "323", {}, {"Declaratie__Clienten__1": {"Bsn": BSN, "Prestaties": [prestatie(referentie="R2")]}}),
    ("TR101", "323", {}, _nog_een(ProductReferentie={"ReferentieNummer": "R1"})),
    ("TR101", "325", {}, {"DeclaratieAntwoord__Clienten__0__Prestaties__1": prestatie() | {"RetourCodes": ["9341"]}}),
    ("TR134", "301", {P + "Toewijzingsdatum": DAG}, {P + "Toewijzingsdatum": date(2026, 6, 9)}),
    ("TR134", "305", {START + "Begindatum": DAG}, {START + "Begindatum": date(2026, 6, 9)}),
    ("TR134", "307", {STOP + "Einddatum": DAG}, {STOP + "Einddatum": date(2026, 6, 9)}),
    ("TR134", "315", {GEBOREN: {"Datum": DAG}}, {GEBOREN: {"Datum": date(2026, 6, 9)}}),
    ("TR134", "323", {}, {R + "ProductPeriode__Begindatum": date(2026, 6, 9)}),
    ("TR134", "325", {}, {V + "ProductPeriode__Begindatum": date(2026, 6, 9)}),
    ("TR137", "323", {}, {"Declaratie__DeclaratiePeriode": {"Begindatum": date(2026, 6, 1), "Einddatum": date(2026, 6, 30)}}),
    ("TR137", "323", {}, {R + "ProductPeriode__Einddatum": date(2026, 4, 30)}),
    ("TR137", "325", {V + "ProductPeriode__Einddatum": DAG}, {V + "ProductPeriode__Einddatum": date(2026, 6, 9)}),
    ("TR302", "301", {"Client__ToegewezenProducten__1": {
        "ToewijzingNummer": 102, "Product": {"Categorie": "@"}, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
        "Ingangsdatum": date(2027, 5, 1)}}, {"Client__ToegewezenProducten__1": {
            "ToewijzingNummer": 102, "Product": {"Categorie": "@"}, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
            "Ingangsdatum": date(2027, 4, 30)}}),
    ("TR302", "301", {"Client__ToegewezenProducten__1": {
        "ToewijzingNummer": 102, "Product": {"Categorie": "@"}, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
        "Ingangsdatum": date(2027, 4, 30), "Einddatum": date(2027, 4, 30), "RedenWijziging": "13"}},
     {"Client__ToegewezenProducten__1": {"ToewijzingNummer": 102, "Toewijzingsdatum": DAG, "Toewijzingstijd": "@",
                                         "Ingangsdatum": DAG, "Einddatum": DAG, "Budget": 1}}),
    ("TR315", "323", _credit("R0"), _credit("R0") | _nog_een(
        ProductReferentie={"ReferentieNummer": "R2", "VorigReferentieNummer": "R0"},
        IngediendBedrag={"Bedrag": 465000, "DebetCredit": "C"})),
    ("TR316", "323", _credit("R0"), _credit("R1")),
    ("TR316", "323", {}, _nog_een(ProductReferentie={"ReferentieNummer": "R2", "VorigReferentieNummer": "R1"},
                                  IngediendBedrag={"Bedrag": 465000, "DebetCredit": "C"})),
    ("TR319", "323", {R + "ProductPeriode": {"Begindatum": date(2026, 4, 1), "Einddatum": date(2026, 4, 30)}},
     {R + "ProductPeriode": {"Begindatum": date(2026, 6, 1), "Einddatum": date(2026, 6, 8)}}),
    ("TR319", "323", {R + "ProductPeriode__Begindatum": date(2026, 5, 31)},
     {R + "ProductPeriode__Einddatum": date(2026, 6, 1)}),
    ("TR335", "323", {R + "ProductPeriode": {"Begindatum": date(2021, 6, 1), "Einddatum": date(2021, 6, 8)}},
     {R + "ProductPeriode": {"Begindatum": date(2021, 6, 1), "Einddatum": date(2021, 6, 7)}}),
    ("TR342", "325", {"DeclaratieAntwoord__Clienten": WEG, "DeclaratieAntwoord__TotaalToegekendBedrag__TotaalBedrag": 465000},
     {"DeclaratieAntwoord__TotaalToegekendBedrag__TotaalBedrag": 1}),
    ("TR342", "325", {"DeclaratieAntwoord__Clienten": WEG, "DeclaratieAntwoord__RetourCodes": ["9333"]},
     {"DeclaratieAntwoord__RetourCodes": ["9333"], "DeclaratieAntwoord__TotaalToegekendBedrag__TotaalBedrag": 1}),
    ("TR346", "323", {}, {R + "IngediendBedrag__Bedrag": 464999, T + "TotaalBedrag": 464999}),
    ("TR346", "323",  # 61.00 an hour is 1.0166... a minute: 31 minutes cost 31.52, and not 31 x 1.02
     {R + "Eenheid": "01", R + "ProductTarief": 102, R + "IngediendBedrag__Bedrag": 3152, T + "TotaalBedrag": 3152},
     {R + "Eenheid": "01", R + "ProductTarief": 102, R + "IngediendBedrag__Bedrag": 3140, T + "TotaalBedrag": 3140}),
    ("TR352", "317", {}, {"Client__Verzoek__TeWijzigenProducten": WEG}),
    ("TR353", "317", {"Client__Verzoek__NieuweProducten": WEG},
     {"Client__Verzoek__NieuweProducten": WEG, "Client__Verzoek__TeWijzigenProducten": WEG,
      "Client__Verzoek__OngewijzigdeProducten": [{"ToewijzingNummer": 101}]}),
    ("TR358", "323", {}, {T + "TotaalBedrag": 465001}),
    ("TR358", "323", _credit("R0"), {T + "DebetCredit": "C"}),
    ("TR380", "317", {N + "GewensteIngangsdatum": date(2026, 6, 9)}, {N + "GewensteIngangsdatum": DAG}),
    ("TR383", "315", {"Client__AangevraagdeProducten__1": {
        "ReferentieAanbieder": "A2", "Product": {"Categorie": "@"}, "ToewijzingIngangsdatum": date(2027, 7, 1),
        "Verwijzer": {"Type": "01"}}}, {"Client__AangevraagdeProducten__1": {
            "ReferentieAanbieder": "A1", "Product": {"Categorie": "@"}, "ToewijzingIngangsdatum": date(2027, 7, 1),
            "Verwijzer": {"Type": "01"}}}),
    ("TR386", "315", {}, {"Client__AangevraagdeProducten__1": {
        "ReferentieAanbieder": "A2", "Product": {"Categorie": "@"}, "ToewijzingIngangsdatum": date(2027, 6, 30),
        "Verwijzer": {"Type": "01"}}}),
    ("TR410", "317", {"Client__Verzoek__NieuweProducten__1": {
        "Product": {"Categorie": "@", "Code": "15B03"}, "GewensteIngangsdatum": EERSTE, "Omvang": UREN,
        "Einddatum": date(2026, 12, 31)}}, {"Client__Verzoek__NieuweProducten__1": {
            "Product": {"Categorie": "@", "Code": "15B02"}, "GewensteIngangsdatum": date(2026, 12, 31), "Omvang": UREN,
            "Einddatum": date(2026, 12, 31)}}),
    ("TR416", "323", _nog_een(ProductCode="15A02") | {T + "TotaalBedrag": 930000},
     _nog_een() | {T + "TotaalBedrag": 930000}),

    ("TR135", "301", ({}, {"dag": DAG}), ({}, {"dag": date(2026, 6, 7)})),
    ("TR135", "323", ({}, {}), ({}, {"dag": date(2026, 6, 7)})),
    ("TR378", "301", ({}, {}), ({"Header__Afzender": "9999"}, {})),
    ("TR378", "305", ({}, {}), ({"Header__Ontvanger": "9999"}, {})),
    ("TR378", "319", ({}, {}), ({"Header__Afzender": "9999"}, {})),
    ("TR381", "301", ({}, {}), ({}, {"producten": lambda _boek: lambda _categorie, _code: False})),
    ("TR381", "323", ({}, {}), ({}, {"producten": lambda _boek: lambda _categorie, _code: False})),
    ("TR418", "323", ({}, {"prijs": 15000}), ({}, {"prijs": 14999})),
    ("TR056", "301", ({}, {}), ({}, {"bekend": True})),
    ("TR056", "319", ({}, {}), ({}, {"bekend": True})),

    ("TR019", "305", ({}, {}), ({START + "ToewijzingNummer": 999}, {})),
    ("TR019", "305", ({}, {}), ({}, tw(bsn=ANDER_BSN))),
    ("TR019", "307", ({}, {}), ({}, tw(aanbieder=ANDERE_AANBIEDER))),
    ("TR063", "305", ({START + "StatusAanlevering": "3"}, {"geleverd": [Levering()]}),
     ({START + "StatusAanlevering": "3"}, {})),
    ("TR063", "307", ({STOP + "StatusAanlevering": "3"}, {"geleverd": [Levering(einddatum=date(2026, 6, 5), reden="20")]}),
     ({STOP + "StatusAanlevering": "3"}, {})),
    ("TR071", "305", ({START + "StatusAanlevering": "3"}, {"geleverd": [Levering()]}),
     ({START + "StatusAanlevering": "3"}, {"geleverd": [Levering(einddatum=DAG, reden="20")]})),
    ("TR074", "305", ({}, {}), ({}, {"geleverd": [Levering()]})),
    ("TR074", "307", ({}, {}), ({}, {"geleverd": [Levering(einddatum=date(2026, 6, 5), reden="20")]})),
    ("TR326", "305", ({}, {"geleverd": [Levering(date(2026, 5, 1), date(2026, 5, 2), "20")]}),
     ({}, {"geleverd": [Levering(date(2026, 5, 1))]})),
    ("TR382", "307", ({}, {}), ({}, {"geleverd": [Levering(date(2026, 5, 1))]})),
    ("TR382", "307", ({STOP + "Product": WEG}, {}), ({STOP + "Product__Code": "15X99"}, {})),
    ("TR413", "307", ({STOP + "RedenBeeindiging": "36"}, {"geleverd": [Levering(einddatum=date(2026, 6, 1), reden="20")]}),
     ({}, {"geleverd": [Levering(einddatum=date(2026, 6, 1), reden="20")]})),
    ("TR414", "307", ({STOP + "RedenBeeindiging": "36"}, {"geleverd": [Levering(einddatum=date(2026, 6, 5), reden="20")]}),
     ({STOP + "RedenBeeindiging": "36"}, {"geleverd": [Levering(einddatum=date(2026, 6, 6), reden="20")]})),
    ("TR415", "307", ({}, {}), ({}, {"geleverd": [Levering(einddatum=date(2026, 6, 1), reden="36")]})),

    ("TR332", "301", ({}, {}), ({}, tw(bsn=ANDER_BSN))),
    ("TR332", "301", ({}, {}), ({}, tw(aanbieder=ANDERE_AANBIEDER))),
    ("TR379", "301", ({P + "ReferentieAanbieder": "A1"}, {"verzoeken": {"A1": Verzoek()}}),
     ({P + "ReferentieAanbieder": "A1"}, {})),
    ("TR379", "301", ({}, {}), ({P + "ReferentieAanbieder": "A1"}, {"verzoeken": {"A1": Verzoek(bsn=ANDER_BSN)}})),
    ("TR385", "301",
     ({P + "RedenWijziging": "13", P + "Einddatum": date(2026, 5, 1)}, eerder(rij(**MEI), rij(**CREDIT_MEI))),
     ({P + "RedenWijziging": "13", P + "Einddatum": date(2026, 5, 1)}, eerder(rij(**MEI)))),
    ("OP033x1", "301", ({P + "Einddatum": date(2030, 1, 1), P + "RedenWijziging": "04"}, {}),
     ({P + "Ingangsdatum": date(2026, 5, 2)}, {})),
    ("OP033x1", "301", ({P + "Omvang__Frequentie": "6", P + "Omvang__Volume": 99}, tw(frequentie="6")),
     ({P + "Omvang__Volume": 99}, {})),

    ("TR347", "315", ({}, {}), ({}, {"verzoeken": {"A1": Verzoek()}})),
    ("TR347", "317", ({}, {}), ({}, {"verzoeken": {"A1": Verzoek()}})),
    ("TR374", "315", ({}, {}), ({}, {"loopt": True})),
    ("TR374", "317", ({}, {}), ({}, {"loopt": True})),
    ("TR304", "317", ({}, {}), ({}, tw(bsn=ANDER_BSN))),
    ("TR304", "323", ({}, {}), ({}, tw(bsn=ANDER_BSN))),
    ("TR304", "325", ({}, {}), ({"DeclaratieAntwoord__Clienten__0__Bsn": ANDER_BSN}, {})),
    ("TR349", "317", ({}, {}), ({}, {"toegewezen": lambda boek: [
        *boek.toegewezen, replace(boek.toegewezen[0], nummer=102, code="15C01")]})),
    ("TR349", "317", ({}, {"toegewezen": lambda boek: [
        *boek.toegewezen, replace(boek.toegewezen[0], nummer=102, einddatum=date(2026, 6, 7))]}),
     ({}, {"toegewezen": lambda boek: [*boek.toegewezen, replace(boek.toegewezen[0], nummer=102, einddatum=DAG)]})),
    ("TR350", "317", ({}, {}), ({"Client__Verzoek__OngewijzigdeProducten": [{"ToewijzingNummer": 999}]}, {})),
    ("TR351", "317", ({}, {}), ({W + "ToewijzingNummer": 999}, {})),
    ("TR351", "317", ({}, {}), ({}, tw(verwijderd=True))),
    ("TR357", "317", ({W + "GewensteIngangsdatum": date(2026, 6, 9)}, {}), ({W + "GewensteIngangsdatum": DAG}, {})),
    ("TR361", "317", ({}, {}), ({N + "Product__Code": "15A01"}, {})),
    ("TR373", "317", ({W + "Budget": 200, W + "Omvang": WEG}, tw(categorie=None, code=None, budget=100, volume=None)),
     ({W + "Budget": 200, W + "Omvang": WEG, W + "GewensteIngangsdatum": EERSTE},
      tw(categorie=None, code=None, budget=100, volume=None))),
    ("TR373", "317", ({W + "Omvang": {"Volume": 9, "Eenheid": "14", "Frequentie": "6"}}, tw(frequentie="6")),
     ({W + "Omvang": {"Volume": 9, "Eenheid": "14", "Frequentie": "6"}, W + "GewensteIngangsdatum": EERSTE},
      tw(frequentie="6"))),
    ("TR375", "317", ({W + "Omvang": WEG, W + "Budget": 100}, tw(categorie=None, code=None, budget=100)),
     ({}, tw(categorie=None, code=None))),
    ("TR411", "317", ({}, {}), ({W + "Omvang": WEG}, {})),
    ("TR412", "317", ({W + "Omvang": WEG}, tw(code=None)), ({}, tw(code=None))),
    ("TR355", "319", ({}, {}), ({}, {"verzoeken": {}})),
    ("TR359", "319", ({}, {}), ({}, {"verzoeken": {"A1": Verzoek(toegewezen=True)}})),
    ("TR360", "319", ({}, {"verzoeken": {"A1": Verzoek(antwoorden=("2",))}}),
     ({"Antwoord__VerzoekAntwoord": "2", "Antwoord__RedenAfwijzingVerzoek": WEG},
      {"verzoeken": {"A1": Verzoek(antwoorden=("2",))}})),
    ("TR365", "319", ({}, {"verzoeken": {"A1": Verzoek(antwoorden=("2",))}}),
     ({}, {"verzoeken": {"A1": Verzoek(antwoorden=("2", "1"))}})),

    ("TR307", "323", ({}, {}), ({}, tw(ingangsdatum=date(2026, 5, 2)))),
    ("TR308", "323", ({}, tw(einddatum=None)), ({}, tw(einddatum=date(2026, 5, 30)))),
    ("TR314", "323", ({}, {}), ({}, eerder(rij(referentie="R1")))),
    ("TR318", "323", ({}, {"vorige_maand": date(2026, 3, 1)}), ({}, {"vorige_maand": date(2026, 3, 1),
                                                                     "zorg": {date(2026, 4, 1)}})),
    ("TR318", "323", ({}, {"vorige_maand": date(2026, 4, 1)}), ({}, {"vorige_maand": date(2026, 5, 1)})),
    ("TR321", "323", ({}, {}), ({R + "GeleverdVolume": 32}, {})),
    ("TR321", "323", ({R + "Eenheid": "01", R + "GeleverdVolume": 31 * 60}, tw(eenheid="04")),
     ({R + "Eenheid": "01", R + "GeleverdVolume": 31 * 60 + 1}, tw(eenheid="04"))),
    ("TR322", "323", ({}, tw(frequentie="6", volume=61) | eerder(rij())),
     ({}, tw(frequentie="6", volume=60) | eerder(rij()))),
    ("TR323", "323", (_credit("R0"), eerder(rij(**MEI))), (_credit("R0"), {})),
    ("TR333", "323", ({}, {}), ({}, {"declaratienummers": {"D1"}})),
    ("TR338", "323", ({}, {}), ({R + "ToewijzingNummer": 999}, {})),
    ("TR338", "323", ({}, {}), ({}, tw(aanbieder=ANDERE_AANBIEDER))),
    ("TR339", "323", ({}, tw(categorie=None)), ({}, tw(categorie="99"))),
    ("TR340", "323", ({}, tw(code=None)), ({}, tw(code="15X99"))),
    ("TR341", "323", ({}, tw(eenheid=None, volume=None)), ({}, tw(eenheid="04"))),
    ("TR369", "323", ({}, tw(volume=None, eenheid=None, budget=31)), ({}, tw(volume=None, eenheid=None, budget=30))),
    ("TR384", "323", ({}, {}), ({}, tw(verwijderd=True))),
    ("TR387", "323", ({R + "ProductPeriode__Begindatum": date(2026, 5, 4)}, tw(ingangsdatum=date(2026, 5, 4))),
     ({R + "ProductPeriode__Begindatum": date(2026, 5, 4)}, {})),
    ("TR388", "323", ({R + "ProductPeriode__Einddatum": date(2026, 5, 20)}, tw(einddatum=date(2026, 5, 20))),
     ({R + "ProductPeriode__Einddatum": date(2026, 5, 20)}, {})),
    ("TR389", "323", ({}, eerder(rij(**MEI), rij(**CREDIT_MEI))), ({}, eerder(rij(**MEI)))),
    ("TR390", "323", (_credit("R0"), eerder(rij(**MEI))), (_credit("R0"), eerder(rij(**MEI), rij(**CREDIT_MEI)))),
    ("TR337", "325", ({}, {}), ({}, {"declaraties": {}})),
    ("TR366", "325", ({}, {}), ({V + "ProductReferentie__ReferentieNummer": "R9"}, {})),
    ("TR367", "325", ({}, {}), ({V + "GeleverdVolume": 30}, {})),
    ("TR371", "325", ({}, {}), ({"Header__XsdVersieDeclaratie__BerichtXsdVersie": "1.0.1"}, {})),
    ("TR376", "325", ({}, {}), ({"DeclaratieAntwoord__DeclaratieNummer": "D9"}, {})),
]


def _vul(waarde, standaard):
    """A vector is written once: the category and the time come from the standard."""
    if isinstance(waarde, dict):
        return {naam: maak_product(standaard) if naam == "Categorie" and een == "@" else _vul(een, standaard)
                for naam, een in waarde.items()} | ({"Toewijzingstijd": _TIJD} if waarde.get("Toewijzingstijd") == "@" else {})
    return [_vul(een, standaard) for een in waarde] if isinstance(waarde, list) else waarde


def maak_product(standaard):
    return maak("WMO323" if standaard == "iwmo" else "JW323").romp["Clienten"][0]["Prestaties"][0]["ProductCategorie"]


_TIJD = maak("WMO301").romp["ToegewezenProducten"][0]["Toewijzingstijd"]


def _gevonden(regel: str, soort: str, vector) -> set[str]:
    """The rules that a vector breaks, after a walk through XML."""
    zegt, weet = vector if isinstance(vector, tuple) else (vector, None)
    basis = maak(soort)
    bericht = lees(schrijf(anders(basis, **{pad: _eigen(_vul(waarde, basis.standaard), basis.standaard)
                                            for pad, waarde in zegt.items()})))
    if weet is None:
        return {een.regel for een in controleer(bericht)}
    boek = boek_voor(basis)
    for naam, waarde in weet.items():
        setattr(boek, naam, waarde(boek) if callable(waarde) else waarde)
    return {een.regel for een in controleer(bericht, boek)}


def _eigen(waarde, standaard):
    """The category of the other standard in a whole line."""
    if isinstance(waarde, dict) and waarde.get("ProductCategorie"):
        return waarde | {"ProductCategorie": maak_product(standaard)}
    return [_eigen(een, standaard) for een in waarde] if isinstance(waarde, list) else {
        naam: _eigen(een, standaard) for naam, een in waarde.items()} if isinstance(waarde, dict) else waarde


@pytest.mark.parametrize("voor", ["WMO", "JW"])
@pytest.mark.parametrize(("regel", "nummer", "goed", "fout"), VECTOREN,
                         ids=[f"{nummer}-{regel}-{plaats}" for plaats, (regel, nummer, *_rest) in enumerate(VECTOREN)])
def test_a_message_that_keeps_a_rule_passes_and_one_that_breaks_it_is_found(voor, regel, nummer, goed, fout):
    assert regel not in _gevonden(regel, voor + nummer, goed)
    assert regel in _gevonden(regel, voor + nummer, fout)


def test_every_rule_has_a_vector_for_a_message_it_holds_for():
    getoetst = {(regel, nummer) for regel, nummer, *_rest in VECTOREN}
    assert {regel for regel, _nummer in getoetst} == set(regels())
    assert [(regel, nummer) for regel, nummer in getoetst if nummer not in regels()[regel].berichten] == []


def test_no_other_rule_is_broken_by_the_messages_that_the_vectors_start_from():
    for naam, soort in soorten().items():
        if not soort.heen:
            assert controleer(maak(naam), boek_voor(maak(naam))) == [], naam


def test_every_rule_is_in_the_code_and_every_code_of_the_program_is_a_rule():
    """A rule that nothing raises, or a finding without a rule, would be a promise without a keeper."""
    import inspect
    import re

    genoemd = set(re.findall(r'"((?:CD|CS|TR|OP)[0-9x]{3,6})"', inspect.getsource(in_bericht) + inspect.getsource(tussen)))
    assert genoemd == set(regels())


def test_every_rule_has_a_source_and_a_return_code_that_exists():
    bekend = codelijst("WJ001")
    for regel in regels().values():
        assert regel.retour is None or regel.retour in bekend, regel.code
        assert regel.bron("iwmo").endswith(f"/{regel.code.lower()}/")
        assert regel.zin.endswith(".") and "{" not in regel.zin
    # What is left over: given by no rule of one class, or by a rule that a provider checks in a message we only send.
    assert set(bekend) - {regel.retour for regel in regels().values()} == {"0200", "0233", "8001"}


@pytest.mark.parametrize(("frequentie", "van", "tot", "keer"), [
    ("1", date(2026, 5, 1), date(2026, 5, 31), 31),
    ("2", date(2026, 6, 1), date(2026, 6, 28), 4),  # Monday to Sunday
    ("2", date(2026, 5, 1), date(2026, 5, 31), 5),  # Friday to Sunday: five weeks are touched
    ("2", date(2026, 6, 7), date(2026, 6, 8), 2),
    ("4", date(2026, 5, 15), date(2026, 5, 31), 1), ("4", date(2026, 5, 31), date(2027, 1, 1), 9),
    ("6", date(2026, 5, 1), date(2027, 4, 30), 1),
])
def test_how_often_a_volume_counts(frequentie, van, tot, keer):
    assert ruimte(Toewijzing(volume=2, frequentie=frequentie), van, tot) == 2 * keer
    assert ruimte(Toewijzing(volume=2, frequentie=frequentie), tot, van) is None
    assert ruimte(Toewijzing(volume=2, frequentie=frequentie), van, van) == 2


@pytest.mark.parametrize("dag", [date.min, date.max, date(9999, 1, 1)])
def test_dates_at_the_end_of_the_calendar_stop_nothing(dag):
    """Some write 9999 for `never`."""
    for soort, pad in (("WMO301", P + "Einddatum"), ("WMO301", "Client__Geboortedatum__Datum"),
                       ("WMO305", START + "Begindatum"),
                       ("WMO307", STOP + "Einddatum"), ("WMO317", W + "Einddatum"), ("WMO317", N + "GewensteIngangsdatum"),
                       ("WMO323", "Declaratie__DeclaratieDagtekening"),
                       ("WMO323", "Declaratie__DeclaratiePeriode__Begindatum"),
                       ("WMO323", "Declaratie__DeclaratiePeriode__Einddatum"),
                       ("WMO323", R + "ProductPeriode__Begindatum"), ("WMO323", R + "ProductPeriode__Einddatum"),
                       ("WMO323", "Header__BerichtIdentificatie__Dagtekening")):
        bericht = lees(schrijf(anders(maak(soort), **{pad: dag})))
        boek = boek_voor(bericht)
        boek.vorige_maand = date(2020, 1, 1)
        controleer(bericht, boek)


def test_a_stranger_and_one_who_does_not_exist_are_told_the_same():
    """A provider cannot learn from an answer whether a number of somebody else exists."""
    bericht = maak("WMO305")
    vreemd, leeg = boek_voor(bericht), boek_voor(bericht)
    vreemd.toegewezen, leeg.toegewezen = [Toewijzing(aanbieder=ANDERE_AANBIEDER)], []
    assert controleer(bericht, vreemd) == controleer(bericht, leeg) != []


def test_ten_thousand_products_take_no_square_of_the_time():
    """Each product beside each other would be fifty million looks."""
    basis = maak("WMO301")
    een = basis.romp["ToegewezenProducten"][0]
    rijen = [een | {"ToewijzingNummer": nummer, "Ingangsdatum": date.fromordinal(730_000 + nummer),
                    "Einddatum": date.fromordinal(730_000 + nummer)} for nummer in range(10_000)]
    assert controleer(anders(basis, Client__ToegewezenProducten=rijen)) == []
    rijen[5000] = rijen[5000] | {"Einddatum": date.fromordinal(730_000 + 5001)}
    assert [(fout.regel, fout.plek[-1]) for fout in controleer(anders(basis, Client__ToegewezenProducten=rijen))] == [
        ("TR302", 5001)]
    prestaties = [prestatie(referentie=f"R{nummer}") for nummer in range(10_000)]
    declaratie = anders(maak("WMO323"), Declaratie__Clienten__0__Prestaties=prestaties)
    gevonden = controleer(declaratie, boek_voor(declaratie))
    assert {fout.regel for fout in gevonden} == {"TR322", "TR358", "TR416"}


@pytest.mark.parametrize(("een", "ander", "botst"), [
    (None, ("15", "A"), True), (("15", "A"), None, True), (None, None, True),
    (("15", None), ("15", "A"), True), (("15", "A"), ("15", None), True), (("15", None), ("16", None), False),
    (("15", "A"), ("15", "A"), True), (("15", "A"), ("15", "B"), False), (("15", "A"), ("16", "A"), False),
])
def test_when_two_products_count_as_one(een, ander, botst):
    producten = [None if product is None else {"Categorie": product[0]} | ({"Code": product[1]} if product[1] else {})
                 for product in (een, ander)]
    rooster = in_bericht.Rooster()
    rooster.erbij(producten[0], DAG)
    assert rooster.botst(producten[1], DAG) is botst
    assert not rooster.botst(producten[1], date(2026, 6, 9))


_VAK = st.fixed_dictionaries({
    "Ingangsdatum": st.dates(date(2026, 1, 1), date(2026, 1, 9)),
}, optional={
    "Product": st.fixed_dictionaries({"Categorie": st.sampled_from(["15", "16", "11"])},
                                     optional={"Code": st.sampled_from(["A", "B"])}),
    "Einddatum": st.dates(date(2026, 1, 9), date(2026, 1, 12)), "RedenWijziging": st.just("13"),
})


@given(st.lists(_VAK, max_size=6))
def test_something_overlaps_exactly_when_two_that_count_as_one_share_a_day(rijen):
    """The quick way beside the plain one: every pair."""

    def zelfde(een, ander):
        if een is None or ander is None:
            return True
        codes = {een.get("Code"), ander.get("Code")}
        return een["Categorie"] == ander["Categorie"] and (None in codes or len(codes) == 1)

    def telt(vak):
        product = vak.get("Product")
        weg = "RedenWijziging" in vak and vak.get("Einddatum") == vak["Ingangsdatum"]
        return not weg and not (product and product["Categorie"] == "11")

    paren = [(een, ander) for plaats, een in enumerate(rijen) for ander in rijen[:plaats] if telt(een) and telt(ander)]
    wil = any(zelfde(een.get("Product"), ander.get("Product"))
              and een["Ingangsdatum"] <= ander.get("Einddatum", date.max)
              and ander["Ingangsdatum"] <= een.get("Einddatum", date.max) for een, ander in paren)
    assert bool(list(in_bericht._overlap(rijen, "Ingangsdatum", "Einddatum", "TR302"))) == wil


def test_two_allocations_that_stay_as_they_are_may_run_side_by_side():
    """The gemeente made them so; a request for a change of something else is not refused for it."""
    blijft = [{"ToewijzingNummer": 102}, {"ToewijzingNummer": 103}]
    bericht = anders(maak("WMO317"), Client__Verzoek__OngewijzigdeProducten=blijft)
    boek = boek_voor(bericht)
    boek.toegewezen += [Toewijzing(102, code="15C01"), Toewijzing(103, code="15C01")]
    assert controleer(bericht, boek) == []
    boek.toegewezen[-1] = Toewijzing(103, code=CODE)  # the product that is to be changed
    assert {fout.regel for fout in controleer(bericht, boek)} == {"TR361"}
