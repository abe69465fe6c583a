"""Writing: from a message to bytes. What is written is always sound by the schema, or nothing is written."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from lxml import etree

from portal.adapters.istandaarden import schema
from portal.adapters.istandaarden.bericht import Bericht, Geweigerd
from portal.adapters.istandaarden.definities import VERSIE, Klasse, Soort, Type, soorten
from portal.adapters.istandaarden.lezen import MAX_BYTES, ongeldig

XSD_VERSIE = {"BasisschemaXsdVersie": VERSIE, "BerichtXsdVersie": VERSIE}


def nieuw(soort: str, *, afzender: str, ontvanger: str, identificatie: str, dagtekening: date,
          inhoud: Mapping[str, Any] | None, kop: Mapping[str, Any] | None = None) -> Bericht:
    """A message of this kind with its header filled in; `inhoud` is what stands beside the header."""
    wat = soorten()[soort]
    vast = schema.vast(wat)
    header = {"BerichtCode": vast["BerichtCode"], "BerichtVersie": int(vast["BerichtVersie"]),
              "BerichtSubversie": int(vast["BerichtSubversie"]), "Afzender": afzender, "Ontvanger": ontvanger,
              "BerichtIdentificatie": {"Identificatie": identificatie, "Dagtekening": dagtekening},
              "XsdVersie": dict(XSD_VERSIE), **(kop or {})}
    return Bericht(soort, {"Header": header} | ({} if inhoud is None else {wat.inhoud: inhoud}))


def schrijf(bericht: Bericht) -> bytes:
    """The message as XML in UTF-8; raises Geweigerd, with what is wrong, when the schema would refuse it."""
    soort = bericht.wat
    voor = {soort.standaard: soort.basis, soort.naam.lower(): soort.ruimte}
    wortel = etree.Element(f"{{{soort.ruimte}}}Bericht", nsmap=voor)
    _klasse(wortel, soort.bericht, bericht.inhoud, soort)
    if not schema.van(soort.naam).validate(wortel):
        raise ongeldig(wortel, soort)
    data = etree.tostring(wortel, xml_declaration=True, encoding="UTF-8")
    if len(data) > MAX_BYTES:
        raise Geweigerd("Dit bericht wordt groter dan 25 MB. Verdeel het over meer berichten.")
    return data


def _klasse(ouder, klasse: Klasse, waarden: Mapping[str, Any], soort: Soort) -> None:
    ruimte = soort.ruimte if klasse.eigen else soort.basis
    if onbekend := waarden.keys() - {veld.naam for veld in klasse.velden}:
        # A name that the program made up, never a value.
        raise ValueError(f"{soort.naam}/{klasse.naam} kent geen {', '.join(sorted(onbekend))}")
    for veld in klasse.velden:
        waarde = waarden.get(veld.naam)
        if waarde is None:
            continue
        element = etree.SubElement(ouder, f"{{{ruimte}}}{veld.naam}")
        if not veld.meer:
            _inhoud(element, veld.inhoud, waarde, soort)
            continue
        for een in waarde:
            _inhoud(etree.SubElement(element, f"{{{ruimte}}}{veld.meer}"), veld.inhoud, een, soort)


def _inhoud(element, inhoud: Type | Klasse, waarde: Any, soort: Soort) -> None:
    if isinstance(inhoud, Klasse):
        _klasse(element, inhoud, waarde, soort)
        return
    try:
        element.text = waarde.isoformat() if isinstance(waarde, date | time) else str(waarde)
    except ValueError:
        # lxml refuses signs that XML does not know, and its words would repeat the value.
        raise Geweigerd("In dit bericht staat een teken dat XML niet kent. Haal het weg en probeer het opnieuw.") from None
