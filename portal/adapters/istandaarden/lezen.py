"""Reading: from bytes to a message, or a refusal that tells why without repeating anything that was in the file.

No entities, no document type, no network, no other encoding than UTF-8, and a bound on bytes and on elements before the parser
sees any of it. The schema decides whether a message is sound; only for one that is not, our own walk tells in words why not.
"""

import re
import threading
from collections.abc import Callable
from datetime import date, time
from functools import cache
from typing import Any

from lxml import etree

from portal.adapters.istandaarden import schema
from portal.adapters.istandaarden.bericht import Bericht, Bevinding, Geweigerd, Plek
from portal.adapters.istandaarden.definities import RELEASE, Klasse, Onderdeel, Soort, Type, per_wortel, soorten

# The national exchange takes 25 MB at most (return codes IB003 and IB012 of the exchange).
MAX_BYTES = 25 * 1024 * 1024
# An element costs memory whatever it holds; the densest sound message of 25 MB stays below this.
MAX_TEKENS = 1_200_000
MAX_BEVINDINGEN = 100
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
TE_GROOT = "Dit bestand is groter dan 25 MB. Verdeel het over meer berichten."

_RUIMTE = re.compile(r"http://www\.istandaarden\.nl/(iwmo|ijw)/([0-9]{1,2})_([0-9]{1,2})/(wmo|jw)([0-9]{3})/schema")
_DECLARATIE = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")
_ATTRIBUTEN = etree.XPath("boolean(//@*)")
_eigen = threading.local()


def _parser() -> etree.XMLParser:
    """One per thread; making one costs as much as reading a small message."""
    if not hasattr(_eigen, "parser"):
        _eigen.parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
                                        huge_tree=False, remove_comments=True, remove_pis=True)
    return _eigen.parser


def ontleed(data: bytes) -> etree._Element:
    """The tree of a file that is safe to look at; raises Geweigerd."""
    if len(data) > MAX_BYTES:
        raise Geweigerd(TE_GROOT)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise Geweigerd("Dit bestand is geen UTF-8. Lever het bericht aan als XML in UTF-8.")
    if (genoemd := _DECLARATIE.match(data[:300].removeprefix(b"\xef\xbb\xbf").lstrip())) and genoemd[1].lower() not in (
            b"utf-8", b"utf8", b"us-ascii"):
        raise Geweigerd("Dit bestand is geen UTF-8. Lever het bericht aan als XML in UTF-8.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Geweigerd("Dit bestand heeft een documenttype of entiteiten. Dat mag niet in een bericht; wij lezen het niet.")
    if data.count(b"<") > MAX_TEKENS:
        raise Geweigerd("Dit bestand heeft te veel elementen. Verdeel het over meer berichten.")
    try:
        return etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError):
        # The words of the parser repeat what stands in the file.
        raise Geweigerd("Dit bestand is geen geldige XML in UTF-8. Vraag de leverancier van uw software om hulp.") from None


def herken(wortel: etree._Element) -> Soort:
    """Which kind of message it is; raises Geweigerd."""
    if soort := per_wortel().get(wortel.tag):
        return soort
    gevonden = _RUIMTE.fullmatch(etree.QName(wortel).namespace or "")
    if not gevonden:
        raise Geweigerd("Dit is geen bericht van iWmo of iJw: de naamruimte is een andere.")
    release = f"{gevonden[2]}.{gevonden[3]}"
    if release != RELEASE:
        raise Geweigerd(f"Dit bericht is van release {release}. Het portaal leest release {RELEASE}.")
    if f"{gevonden[4]}{gevonden[5]}".upper() not in soorten():
        raise Geweigerd(f"Dit portaal leest geen bericht {gevonden[4].upper()}{gevonden[5]}.")
    raise Geweigerd("Dit is geen bericht van iWmo of iJw: het eerste element heet anders.")


# --- values ------------------------------------------------------------------------------------------------------------------

TEKST, WAARDE, GROEP, LIJST, WAARDEN = range(5)


def _datum(tekst: str) -> date:
    return date.fromisoformat(tekst.strip())


def _tijd(tekst: str) -> time:
    return time.fromisoformat(tekst.strip())


ZETTERS: dict[str, Callable[[str], Any]] = {"getal": int, "datum": _datum, "tijd": _tijd}


@cache
def _plan(naam: str) -> dict:
    """How every element of one kind of message is read: tag to (name, way, what it needs)."""
    soort = soorten()[naam]

    def van(klasse: Klasse) -> dict:
        ruimte = soort.ruimte if klasse.eigen else soort.basis
        rijen = {}
        for veld in klasse.velden:
            if isinstance(veld.inhoud, Type):
                zet = ZETTERS.get(veld.inhoud.soort)
                wat = (WAARDEN, None) if veld.meer else (TEKST, None) if zet is None else (WAARDE, zet)
            else:
                wat = (LIJST if veld.meer else GROEP, van(veld.inhoud))
            rijen[f"{{{ruimte}}}{veld.naam}"] = (veld.naam, *wat)
        return rijen

    return van(soort.bericht)


def _waarden(element, plan: dict) -> dict[str, Any]:
    gevonden: dict[str, Any] = {}
    for kind in element:
        naam, hoe, wat = plan[kind.tag]
        if hoe == TEKST:
            gevonden[naam] = kind.text
        elif hoe == WAARDE:
            gevonden[naam] = wat(kind.text)
        elif hoe == GROEP:
            gevonden[naam] = _waarden(kind, wat)
        elif hoe == LIJST:
            gevonden[naam] = [_waarden(een, wat) for een in kind]
        else:
            gevonden[naam] = [een.text for een in kind]
    return gevonden


def lees(data: bytes) -> Bericht:
    """The message in a file. Raises Geweigerd, with a finding for each thing that breaks the schema."""
    wortel = ontleed(data)
    soort = herken(wortel)
    if _ATTRIBUTEN(wortel):
        _zonder_verwijzing(wortel)
    if schema.van(soort.naam).validate(wortel):
        try:
            return Bericht(soort.naam, _waarden(wortel, _plan(soort.naam)))
        except (ValueError, OverflowError):
            pass  # a date or time that XML knows and a calendar does not: the walk names it
    raise ongeldig(wortel, soort)


def _zonder_verwijzing(wortel: etree._Element) -> None:
    """A message may point at a schema; whoever follows such a pointer reads what the sender likes."""
    for element in wortel.iter(etree.Element):
        for naam in ("schemaLocation", "noNamespaceSchemaLocation"):
            element.attrib.pop(XSI + naam, None)


# --- what is wrong with the form ---------------------------------------------------------------------------------------------


def ongeldig(wortel: etree._Element, soort: Soort) -> Geweigerd:
    """What to raise for a tree that the schema refuses: every fault in words, and the header if at least that is sound."""
    bevindingen = tuple(_Loper(soort).loop(wortel))
    if not bevindingen:
        bevindingen = (_xsd((), "Dit bericht past niet bij het schema van de standaard."),)
    return Geweigerd(f"Dit bericht {soort.naam} past niet bij de standaard, release {RELEASE}.", bevindingen,
                     _alleen_kop(wortel, soort))


def _alleen_kop(wortel: etree._Element, soort: Soort) -> Bericht | None:
    """The header of a message whose form is wrong, when at least that is sound: then it can be answered."""
    kop = next(iter(wortel), None)
    velden = next(veld for veld in soort.bericht.velden if veld.naam == "Header")
    if kop is None or kop.tag != f"{{{soort.ruimte}}}Header" or list(_Loper(soort).klasse(kop, velden.inhoud, ("Header",))):
        return None
    return Bericht(soort.naam, {"Header": _waarden(kop, _plan(soort.naam)[kop.tag][2])})


def _xsd(plek: Plek, zin: str, regel: str = "XSD") -> Bevinding:
    return Bevinding(regel, plek, zin, "0001")


class _Loper:
    """Walks a tree beside its definition. Slow, so only for what the schema refused."""

    def __init__(self, soort: Soort):
        self._soort, self._vast = soort, schema.vast(soort)
        self._waarden = schema.waarden(soort.standaard)

    def loop(self, wortel: etree._Element):
        """Findings, at most MAX_BEVINDINGEN."""
        for nummer, gevonden in enumerate(self.klasse(wortel, self._soort.bericht, ())):
            if nummer == MAX_BEVINDINGEN:
                return
            yield gevonden

    def klasse(self, element, klasse: Klasse, plek: Plek):
        """What is wrong inside one class."""
        ruimte = self._soort.ruimte if klasse.eigen else self._soort.basis
        yield from self._kaal(element, plek)
        velden = {f"{{{ruimte}}}{veld.naam}": (plaats, veld) for plaats, veld in enumerate(klasse.velden)}
        gezien: set[str] = set()
        verst = -1
        for kind in element.iterchildren(etree.Element):
            if kind.tag not in velden:
                yield _xsd(plek, "Hier staat een element dat de standaard op deze plaats niet kent.")
                continue
            plaats, veld = velden[kind.tag]
            if veld.naam in gezien:
                yield _xsd((*plek, veld.naam), "Dit element staat er vaker dan een keer.")
            elif plaats < verst:
                yield _xsd((*plek, veld.naam), "Dit element staat niet op zijn plaats; de volgorde ligt vast.")
            gezien.add(veld.naam)
            verst = max(verst, plaats)
            yield from self._veld(kind, veld, ruimte, (*plek, veld.naam))
        for veld in klasse.velden:
            if veld.verplicht and veld.naam not in gezien:
                yield _xsd((*plek, veld.naam), "Dit verplichte element ontbreekt.")

    def _kaal(self, element, plek: Plek):
        """Nothing but elements: no text of its own and no attributes."""
        if any((tekst or "").strip() for tekst in (element.text, *(kind.tail for kind in element))):
            yield _xsd(plek, "Tussen de elementen staat tekst; dat mag hier niet.")
        yield from self._attributen(element, plek)

    def _attributen(self, element, plek: Plek):
        if element.attrib:
            yield _xsd(plek, "Dit element heeft een attribuut; dat kent de standaard niet.")

    def _veld(self, element, veld: Onderdeel, ruimte: str, plek: Plek):
        if veld.meer:
            yield from self._kaal(element, plek)
            aantal = 0
            for kind in element.iterchildren(etree.Element):
                if kind.tag != f"{{{ruimte}}}{veld.meer}":
                    yield _xsd(plek, "Hier staat een element dat de standaard op deze plaats niet kent.")
                    continue
                yield from self._inhoud(kind, veld, (*plek, aantal))
                aantal += 1
            if not aantal:
                yield _xsd(plek, "Deze lijst is leeg; laat haar dan weg of vul haar.")
        else:
            yield from self._inhoud(element, veld, plek)

    def _inhoud(self, element, veld: Onderdeel, plek: Plek):
        if isinstance(veld.inhoud, Klasse):
            yield from self.klasse(element, veld.inhoud, plek)
            return
        yield from self._attributen(element, plek)
        if len(element):
            yield _xsd(plek, "Hier hoort een waarde te staan en geen element.")
        elif not self._klopt(element.text or "", veld.inhoud):
            yield _xsd(plek, veld.inhoud.eis, veld.inhoud.regel)
        elif (vast := self._vast.get(veld.naam)) and (element.text or "").strip() != vast:
            yield _xsd(plek, f"In dit bericht hoort hier {vast} te staan.", _KOP_REGELS[veld.naam])

    def _klopt(self, tekst: str, type_: Type) -> bool:
        proef = etree.Element(type_.naam)
        proef.text = tekst
        if not self._waarden.validate(proef):
            return False
        try:
            ZETTERS.get(type_.soort, str)(tekst)
        except (ValueError, OverflowError):
            return False
        return True


_KOP_REGELS = {"BerichtCode": "RS047", "BerichtVersie": "CS025", "BerichtSubversie": "CS015"}
