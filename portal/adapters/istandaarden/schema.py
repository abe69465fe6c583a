"""The schema of a message, made from our own definitions: fast to check with, and no file of others is needed.

The patterns say the same as those of the standard, and are written so that a text of any length is matched in one pass.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from portal.adapters.istandaarden.definities import Klasse, Soort, Type, soorten

XS = "http://www.w3.org/2001/XMLSchema"
# A line that is not blank; a text that is not blank. Each sign fits one branch only, so nothing is ever tried twice.
VORMEN = {"regel": r"[ \t]*[^\s].*", "tekst": r"\s*\S[\s\S]*"}
_BASIS = {"tekst": "string", "getal": "integer", "datum": "date", "tijd": "time"}


def _xs(ouder, naam: str, **attributen):
    return etree.SubElement(ouder, f"{{{XS}}}{naam}", {naam.rstrip("_"): waarde for naam, waarde in attributen.items()})


def _wortel(ruimte: str, basis: str):
    return etree.Element(f"{{{XS}}}schema", {"targetNamespace": ruimte, "elementFormDefault": "qualified"},
                         nsmap={"xs": XS, "b": basis, "m": ruimte})


def _simpel(ouder, type_: Type, vast: str | None = None) -> None:
    soort = _xs(ouder, "simpleType") if vast or ouder.tag.endswith("element") else _xs(ouder, "simpleType", name=type_.naam)
    eisen = _xs(soort, "restriction", base=f"xs:{_BASIS[type_.soort]}")
    for code in type_.codes:
        _xs(eisen, "enumeration", value=code)
    if type_.soort == "getal":
        _xs(eisen, "minInclusive", value=str(type_.van))
        _xs(eisen, "maxInclusive", value=str(type_.tot))
    elif type_.soort == "tekst" and not type_.codes:
        _xs(eisen, "minLength", value=str(type_.van))
        if type_.tot:
            _xs(eisen, "maxLength", value=str(type_.tot))
    patroon = vast or type_.patroon or (VORMEN[type_.vorm] if type_.vorm else None)
    if patroon:
        _xs(eisen, "pattern", value=patroon)


def _klasse(ouder, klasse: Klasse, vast: dict[str, str]) -> None:
    """A class as a type inside its element; `vast` holds what the header of this message must say."""
    rij = _xs(_xs(ouder, "complexType"), "sequence")
    for veld in klasse.velden:
        element = _xs(rij, "element", name=veld.naam, minOccurs="1" if veld.verplicht else "0")
        if veld.meer:
            element = _xs(_xs(_xs(element, "complexType"), "sequence"), "element", name=veld.meer, maxOccurs="unbounded")
        if isinstance(veld.inhoud, Type):
            if veld.naam in vast:
                _simpel(element, veld.inhoud, vast[veld.naam])
            else:
                element.set("type", f"b:{veld.inhoud.naam}")
        elif veld.inhoud.eigen:
            _klasse(element, veld.inhoud, vast)
        else:
            element.set("type", f"b:{veld.inhoud.naam}")


def _gebruikt(klasse: Klasse, gevonden: dict) -> dict:
    """Every type and group that a class leans on."""
    for veld in klasse.velden:
        if isinstance(veld.inhoud, Type):
            gevonden[veld.inhoud.naam] = veld.inhoud
        else:
            if not veld.inhoud.eigen:
                gevonden[veld.inhoud.naam] = veld.inhoud
            _gebruikt(veld.inhoud, gevonden)
    return gevonden


def vast(soort: Soort) -> dict[str, str]:
    """What the header of this kind of message must say."""
    return {"BerichtCode": soort.code, "BerichtVersie": "3", "BerichtSubversie": "2"}


def maak(soort: Soort) -> tuple[bytes, bytes]:
    """The schema of the message and of the basis that it imports as `basis.xsd`, as XML."""
    basis = _wortel(soort.basis, soort.basis)
    for deel in _gebruikt(soort.bericht, {}).values():
        if isinstance(deel, Type):
            _simpel(basis, deel)
        else:
            groep = _xs(_xs(basis, "complexType", name=deel.naam), "sequence")
            for veld in deel.velden:
                _xs(groep, "element", name=veld.naam, type=f"b:{veld.inhoud.naam}", minOccurs="1" if veld.verplicht else "0")
    bericht = _wortel(soort.ruimte, soort.basis)
    _xs(bericht, "import", namespace=soort.basis, schemaLocation="basis.xsd")
    _klasse(_xs(bericht, "element", name="Bericht"), soort.bericht, vast(soort))
    return etree.tostring(bericht), etree.tostring(basis)


class _Basis(etree.Resolver):
    def __init__(self, basis: bytes):
        self._basis = basis

    def resolve(self, url, _pubid, context):
        return self.resolve_string(self._basis, context)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)


@cache
def van(naam: str) -> etree.XMLSchema:
    """The schema of one kind of message; safe to share between threads as long as nobody reads its error log."""
    bericht, basis = maak(soorten()[naam])
    parser = _parser()
    parser.resolvers.add(_Basis(basis))
    return etree.XMLSchema(etree.fromstring(bericht, parser))


@cache
def waarden(standaard: str) -> etree.XMLSchema:
    """A schema with one element per type, to look at one value by itself."""
    wortel = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS})
    klaar: dict = {}
    for soort in soorten().values():
        if soort.standaard == standaard:
            klaar = _gebruikt(soort.bericht, klaar)
    for deel in klaar.values():
        if isinstance(deel, Type):
            _simpel(_xs(wortel, "element", name=deel.naam), deel)
    return etree.XMLSchema(wortel)


def uit_map(map_: Path, naam: str) -> etree.XMLSchema | None:
    """The schema as the standard's manager publishes it, from `<map>/wmo/WMO301.xsd`; None when it does not lie there."""
    soort = soorten()[naam]
    pad = map_ / soort.naam.rstrip("0123456789").lower() / f"{naam}.xsd"
    return etree.XMLSchema(etree.parse(pad, _parser())) if pad.is_file() else None
