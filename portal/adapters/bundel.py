"""The bundle as one archive: numbered pieces as PDF or as they were sent, an inventory with a hash per piece, made on the way.

Texts of the portal become PDF like the letters. Without personal data each letter is written again from its frozen content,
with what the portal knows struck out; what somebody uploaded stays out, and the inventory says so.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from portal.adapters.archief import Archief
from portal.adapters.files import FileStore
from portal.adapters.letters import Sectie, datum, document, euro
from portal.adapters.subsidiebrieven import besluitbrief
from portal.domains.subsidies.bundel import Bundel, BundelStuk
from portal.kernel import clock
from portal.kernel.filetypes import clean_name

KOLOMMEN = ("nummer", "datum", "stuk", "van", "bestand", "sha256", "opmerking")
ZELF_NAKIJKEN = "Niet opgenomen: het portaal kan in dit bestand niets weglaten. Kijk het zelf na en voeg het toe."
LEES_NA = ("Het portaal streepte namen, mailadressen, telefoonnummers, rekeningnummers en burgerservicenummers weg, voor zover "
           "het die kent of herkent. Namen die iemand in een tekst typte, kent het portaal niet. Lees alles na voordat u het "
           "deelt.")
OVERZICHT = "00 Inventaris"


@dataclass(frozen=True)
class Regel:
    """One line of the inventory."""

    nummer: int
    stuk: BundelStuk
    titel: str
    bestand: str
    sha256: str
    opmerking: str = ""


def archief(bundel: Bundel, files: FileStore, *, zonder_namen: bool, at: datetime,
            als_csv: Callable[[Iterable], Iterable[str]]) -> Iterator[bytes]:
    """The archive in pieces. Every file is opened before the first byte: one that is missing refuses the request (OSError)
    instead of breaking the archive halfway."""
    streams = {n: files.open(one.document.opslag_key) for n, one in enumerate(bundel.stukken, start=1)
               if one.document is not None and not zonder_namen}

    def pieces() -> Iterator[bytes]:
        with Archief(at) as out:
            lines = []
            for n, one in enumerate(bundel.stukken, start=1):
                title = bundel.zonder(one.titel) if zonder_namen else one.titel
                if zonder_namen and one.geupload:
                    lines.append(Regel(n, one, title, "", one.document.sha256, ZELF_NAKIJKEN))
                    continue
                name = f"{n:02d} {_file_name(one.document.naam if one.geupload else title + '.pdf')}"
                if n in streams:
                    size, sha256, chunks = one.document.grootte, one.document.sha256, streams[n]
                else:
                    pdf = _text(bundel, one, title, zonder_namen)
                    size, sha256, chunks = len(pdf), hashlib.sha256(pdf).hexdigest(), [pdf]
                yield from out.add(name, size, chunks)
                lines.append(Regel(n, one, title, name, sha256))
            out.add_text(f"{OVERZICHT}.pdf", _inventory(bundel, lines, zonder_namen, at))
            rows = [KOLOMMEN, *((row.nummer, f"{row.stuk.on:%d-%m-%Y}", row.titel, row.stuk.van, row.bestand, row.sha256,
                                 row.opmerking) for row in lines)]
            out.add_text(f"{OVERZICHT}.csv", "".join(als_csv(rows)))
            out.add_text("sha256sums.txt", "".join(f"{row.sha256}  {row.bestand}\n" for row in lines if row.bestand))
            yield out.close()

    return pieces()


def _file_name(title: str) -> str:
    """A title as the name of a file: a slash in it is no folder but becomes a dash, as all that a name may not have."""
    return clean_name(re.sub(r"[/\\]", "-", title))


def _sender(bundel: Bundel) -> str:
    return f"Gemeente {bundel.gemeente.naam}"


def _text(bundel: Bundel, one: BundelStuk, title: str, zonder_namen: bool) -> bytes:
    """A text of the portal as PDF; a letter without names is written again from what it said."""
    sections = _letter(bundel, one) if zonder_namen and one.besluit is not None else one.secties
    clean = bundel.zonder if zonder_namen else str
    # As one text: a name may stand on two lines.
    secties = tuple(Sectie(clean(kop), tuple(clean("\n".join(lines)).split("\n")) if lines else ()) for kop, lines in sections)
    return document(title, _sender(bundel), one.on, secties or (Sectie("Inhoud", ("Hier staat niets.",)),))


def _letter(bundel: Bundel, one: BundelStuk) -> list[tuple[str, tuple[str, ...]]]:
    """Everything that a letter stated, without the address, the signature and the mandate."""
    letter = besluitbrief(bundel.brieven[one.besluit.id])
    remedy = letter.rechtsmiddel.in_words(letter.ondertekening.orgaan)
    amounts = tuple(f"{row.omschrijving}: {euro(row.bedrag)}" + (f", {row.betaling}" if row.betaling else "")
                    for row in letter.bedragen)
    return [
        ("Over deze tekst", ("Dit is de tekst van de brief, zonder adres en ondertekening. De brief zelf bewaart de gemeente.",
                             f"Verzonden op {datum(letter.verzonden_on)}, kenmerk {letter.kenmerk}.")),
        ("Inleiding", letter.inleiding), *((part.kop, part.alineas) for part in letter.secties),
        *([("Bedragen en betaling", amounts)] if amounts else []), ("Waarop dit besluit berust", letter.grondslag),
        (remedy["kop"], tuple(remedy["alineas"]))]


def _inventory(bundel: Bundel, lines: list[Regel], zonder_namen: bool, at: datetime) -> bytes:
    """What is in the bundle, with a hash per piece, and what is not and why."""
    clean = bundel.zonder if zonder_namen else str
    made = f"{datum(clock.day_of(at))}, {at.astimezone(clock.AMSTERDAM):%H.%M} uur"
    facts = (f"Zaak: {clean(bundel.titel)}", f"Kenmerk: {bundel.kenmerk}", f"Gemaakt op {made} door {_sender(bundel)}.",
             f"Aantal stukken: {len(lines)}, waarvan {sum(bool(row.bestand) for row in lines)} in deze bundel.")
    rows = tuple(Sectie(
        f"{row.nummer}. {row.titel}",
        (f"{row.stuk.on:%d-%m-%Y}, van: {row.stuk.van}", *([f"Bestand: {row.bestand}"] if row.bestand else []),
         f"SHA-256: {row.sha256}", *([row.opmerking] if row.opmerking else []))) for row in lines)
    without = tuple(f"{one.titel}. Aantal: {one.aantal}. {one.grond}" for one in bundel.weggelaten)
    return document(f"Inventaris {bundel.kenmerk}", _sender(bundel), clock.day_of(at), (
        Sectie("Over deze bundel", (*facts, *((LEES_NA,) if zonder_namen else ()))), *rows,
        Sectie("Wat er niet in zit", tuple(map(clean, without)) or ("Er is niets weggelaten.",))))
