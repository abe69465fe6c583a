"""Which files the portal takes: an allow-list, and the questions each file must answer before it is kept.

Two moments. `sniff` looks at the name and the first bytes and knows the type, before anything is kept. An `inspector`
then sees every byte while it passes by and judges the whole at the end: the parts of an office file, the size of a
picture in pixels, the tail of a pdf. Nothing is rendered, no picture is decoded and no text is executed.

A virus scanner looks for known bad files; this module refuses what no reader of a dossier needs. Both stand.
"""

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Protocol
from xml.parsers import expat

import puremagic

from portal.kernel.errors import Refused

HEAD = 64 * 1024
"""Bytes that `sniff` wants to see; a shorter file gives all it has."""
NAME_LENGTH = 150
"""Most characters of a cleaned name."""
MAX_PIXELS = 50_000_000
MAX_UNPACKED = 300 * 2**20
"""Most bytes an office file may unpack to."""
MAX_RATIO = 100
"""Most bytes out of one packed byte, for a file that unpacks to more than `RATIO_FROM`."""
RATIO_FROM = 16 * 2**20
MAX_PARTS = 5_000
MAX_PROLOG = 2**20
"""Most bytes before the first element of an xml part."""
MAX_RELS = 4 * 2**20
"""Most bytes of the relations of one part: some twenty thousand links."""
MAX_ELEMENTS = 2_000_000
"""Most xml elements that are looked at in one office file: two seconds of work at most."""
MAX_BETWEEN = 8 * 2**20
"""Most bytes from one element to the next: what a parser keeps in memory."""

ACCEPTED = (
    "U kunt deze bestanden sturen: pdf, Word (docx), Excel (xlsx), OpenDocument (odt en ods), "
    "afbeelding (png en jpg) en tekst (txt en csv)."
)
DAMAGED = "Het bestand is beschadigd of niet compleet. Open het, sla het opnieuw op en stuur het dan nog een keer."
BOMB = "Het bestand wordt veel te groot bij het uitpakken. Sla het opnieuw op als pdf en stuur de pdf."
HIDDEN = "Achter dit bestand zit een ander bestand verstopt. Sla het opnieuw op en stuur het dan nog een keer."
MACROS = (
    "In dit bestand zitten macro's. Dat zijn kleine programma's. "
    "Sla het op als docx, xlsx of pdf zonder macro's en stuur het dan opnieuw."
)
OUTSIDE = (
    "Het bestand haalt iets op van een andere plek, zoals een sjabloon, een afbeelding of een ander bestand. "
    "Verbreek die koppeling of sla het op als pdf en stuur het dan opnieuw."
)
OBJECT = (
    "In het bestand zit een object van een ander programma (OLE of ActiveX). "
    "Haal het eruit of sla het bestand op als pdf en stuur het dan opnieuw."
)
DDE = (
    "In het bestand staat een veld dat een ander programma start (DDE). "
    "Haal het eruit of sla het bestand op als pdf en stuur het dan opnieuw."
)


class FileRefused(Refused):
    """A file that we do not take; `sentence` says why and what the sender can do, `status` is the HTTP status.

    `signature` is what the virus scanner found, for the security journal.
    """

    def __init__(self, sentence: str, status: int = 422, signature: str | None = None):
        super().__init__(sentence, status=status)
        self.sentence = sentence
        self.signature = signature


@dataclass(frozen=True)
class FileType:
    """A kind of file that we take. The first extension is the usual one."""

    code: str
    label: str
    extensions: tuple[str, ...]
    media_type: str

    @property
    def extension(self) -> str:
        return self.extensions[0]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
PDF = FileType("pdf", "Pdf", ("pdf",), "application/pdf")
DOCX = FileType("docx", "Word-bestand", ("docx",), f"{_OOXML}.wordprocessingml.document")
XLSX = FileType("xlsx", "Excel-bestand", ("xlsx",), f"{_OOXML}.spreadsheetml.sheet")
ODT = FileType("odt", "OpenDocument-tekst", ("odt",), f"{_ODF}.text")
ODS = FileType("ods", "OpenDocument-rekenblad", ("ods",), f"{_ODF}.spreadsheet")
PNG = FileType("png", "Afbeelding (png)", ("png",), "image/png")
JPEG = FileType("jpeg", "Afbeelding (jpg)", ("jpg", "jpeg"), "image/jpeg")
TXT = FileType("txt", "Tekst", ("txt",), "text/plain")
CSV = FileType("csv", "Tekst met kolommen (csv)", ("csv",), "text/csv")

TYPES = {filetype.code: filetype for filetype in (PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, TXT, CSV)}
_BY_EXTENSION = {extension: filetype for filetype in TYPES.values() for extension in filetype.extensions}
_MAIN_PART = {
    DOCX: f"{DOCX.media_type}.main+xml",
    XLSX: f"{XLSX.media_type}.main+xml",
}
OFFICE = frozenset({DOCX, XLSX, ODT, ODS})
TEXTS = frozenset({TXT, CSV})

# What a computer may run or a browser may show as a page. Refused as the last extension (it is not on the list of
# types), as an inner one ("factuur.exe.pdf"), and as a part of an office file or an attachment of a pdf.
# "offerte.docx.pdf" is what people get when they print to pdf: that is fine.
# fmt: off
_ACTIVE = frozenset({
    "apk", "appx", "bat", "chm", "cmd", "cpl", "dll", "dmg", "docm", "dotm", "elf", "exe", "gadget", "hta", "htm",
    "html", "iso", "jar", "js", "jse", "jsp", "lnk", "mht", "mhtml", "msc", "msi", "msp", "php", "php3", "php5",
    "phar", "phtml", "pif", "pl", "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "py", "pyc", "rb", "reg", "scf",
    "scr", "sh", "shtml", "svg", "svgz", "swf", "url", "vb", "vbe", "vbs", "wsc", "wsf", "wsh", "xhtml", "xlam",
    "xlsb", "xlsm", "xltm", "xht", "xsl",
})
# fmt: on
_MACRO = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm"})
_OLD_OFFICE = frozenset({"doc", "dot", "xls", "xlt", "rtf"})
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the reading direction: "factuur\u202efdp.exe" reads as "factuurexe.pdf"."""


def clean_name(name: str) -> str:
    """The name as we keep and show it: readable, no folders, no invisible characters, at most 150 characters."""
    name = "".join(c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "-", name)).strip(" .")
    if len(name) > NAME_LENGTH:
        stem, dot, extension = name.rpartition(".")
        ending = dot + extension if stem and len(extension) <= 10 else ""
        name = name.removesuffix(ending)[: NAME_LENGTH - len(ending)].rstrip(" .") + ending
    return name or "bestand"


def _type_by_name(name: str) -> FileType:
    if any(c in _BIDI or unicodedata.category(c) == "Cc" for c in name):
        raise FileRefused("In de naam staan onzichtbare tekens. Geef het bestand een gewone naam en stuur het opnieuw.")
    _stem, *inner = clean_name(name).lower().split(".")
    extension = inner.pop().strip() if inner else ""
    if extension in _MACRO:
        raise FileRefused(MACROS)
    if extension in _OLD_OFFICE:
        raise FileRefused("Dit is een oude soort Office-bestand. Sla het op als docx, xlsx of pdf en stuur dat.")
    if extension not in _BY_EXTENSION:
        raise FileRefused(f"Deze soort bestanden nemen wij niet aan. {ACCEPTED}")
    if _ACTIVE.intersection(part.strip() for part in inner):
        raise FileRefused(
            "De naam heeft twee eindes, zoals bij een programma dat zich verstopt. "
            f"Laat alleen .{extension} aan het eind staan en stuur het bestand opnieuw."
        )
    return _BY_EXTENSION[extension]


def _looks_like(head: bytes) -> set[str]:
    try:
        return {match.extension.lstrip(".").lower() for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return set()


def _starts_as(filetype: FileType, head: bytes) -> bool:
    """Whether the first bytes are of this type; puremagic must agree where it knows the type."""
    if filetype in TEXTS:
        return _is_text(head) and not _is_active_text(head)
    if filetype is PDF:
        return head.startswith(b"%PDF-") and "pdf" in _looks_like(head)
    if filetype is PNG:
        return head.startswith(b"\x89PNG\r\n\x1a\n") and "png" in _looks_like(head)
    if filetype is JPEG:
        return head.startswith(b"\xff\xd8\xff") and "jpg" in _looks_like(head)
    if not head.startswith(b"PK\x03\x04"):
        return False
    # OpenDocument puts its media type, unpacked, in the first part; the others keep theirs inside (see inspect_office).
    declared = head[38 : 38 + 100] if head[30:38] == b"mimetype" else b""
    if filetype in (ODT, ODS):
        return declared.startswith(filetype.media_type.encode())
    return not declared and filetype.code in _looks_like(head)


_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ACTIVE_TEXT = re.compile(rb"<\s*(?:script|html|svg|iframe|!doctype|\?php|\?xml)", re.IGNORECASE)


def _is_text(chunk: bytes) -> bool:
    """Text in UTF-8 or Windows-1252: no control characters but tab, newline and form feed."""
    return _CONTROL.search(chunk) is None


def _is_active_text(head: bytes) -> bool:
    """A web page, a picture in text, a script or a print program that calls itself plain text."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(
        start.startswith((b"<", b"#!", b"%!", b"%PDF", b"{\\rtf", b"@echo", b"MIME-Version:"))
        or _ACTIVE_TEXT.search(head)
        or _looks_like(head) & {"html", "svg", "rtf", "ps", "pdf", "sh", "php", "bat"}
    )


def sniff(first_bytes: bytes, name: str) -> FileType:
    """The type by name and by content, which must be the same.

    `first_bytes`: the first `HEAD` bytes, or the whole of a shorter file; `name`: as the sender gave it.
    Raises `FileRefused` (422).
    """
    filetype = _type_by_name(name)
    if not first_bytes:
        raise FileRefused("Het bestand is leeg. Kies het goede bestand en stuur het opnieuw.")
    if not _starts_as(filetype, first_bytes):
        ending = clean_name(name).rpartition(".")[2].lower()
        raise FileRefused(f"De naam eindigt op .{ending}, maar de inhoud is iets anders. {ACCEPTED}")
    return filetype


# --- The whole file -------------------------------------------------------------------------------------------------


class Inspector(Protocol):
    """Sees every byte of one file once; both raise `FileRefused`."""

    def feed(self, chunk: bytes) -> None: ...

    def finish(self) -> None:
        """The end of the file: the judgement over the whole."""


class _Text:
    """Every byte of a text is text: no program behind a readable first page."""

    def feed(self, chunk: bytes) -> None:
        if not _is_text(chunk):
            raise FileRefused("In deze tekst staan tekens die geen tekst zijn. Sla het bestand op als UTF-8-tekst.")

    def finish(self) -> None:
        """Nothing is left to ask at the end."""


_TAIL = 22 + 65_535
"""The end of a zip: 22 bytes and a comment of at most 65,535."""


def _ends_as_zip(tail: bytes) -> bool:
    found = tail[-_TAIL:].rfind(b"PK\x05\x06")
    return found >= 0 and len(tail[-_TAIL:]) - found >= 22


def _pdf_name(word: str) -> str:
    """A pattern for a pdf name, also when letters are written as #hex (ISO 32000-1, 7.3.5)."""
    return "/" + "".join(f"(?:{c}|#(?i:{ord(c):02x}))" for c in word) + r"(?![A-Za-z0-9#])"


class _Pdf:
    """Refuses a pdf that starts programs, carries one, or is a zip as well.

    It reads the bytes as they stand. Objects inside packed streams are not unpacked: that is the virus scanner's work.
    JavaScript is left in peace: forms of governments use it to add up fields, and readers run it in a closed box.
    """

    _launch = re.compile(_pdf_name("Launch").encode())
    _attached = re.compile(rb"/U?F\s*\(([^()]{1,250})\)")

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        window = self._tail + chunk
        if self._launch.search(window):
            raise FileRefused("Deze pdf wil een programma starten. Maak een gewone pdf en stuur die.")
        for attached in self._attached.finditer(window):
            if attached[1].decode("latin-1").lower().rpartition(".")[2].strip("\0 ") in _ACTIVE:
                raise FileRefused("In deze pdf zit een programma. Maak een pdf zonder bijlagen en stuur die.")
        self._tail = window[-_TAIL:]

    def finish(self) -> None:
        if _ends_as_zip(self._tail):
            raise FileRefused(HIDDEN)


class _Spooled:
    """Keeps the whole file in `spool` and judges it at the end."""

    def __init__(self, filetype: FileType, spool: BinaryIO) -> None:
        self._filetype, self._spool = filetype, spool

    def feed(self, chunk: bytes) -> None:
        self._spool.write(chunk)

    def finish(self) -> None:
        if self._filetype in OFFICE:
            inspect_office(self._spool, self._filetype)
        else:
            inspect_image(self._spool)


@contextmanager
def inspector(filetype: FileType, memory: int = 8 * 2**20) -> Iterator[Inspector]:
    """The one who looks at every byte of a file of this type.

    `memory`: bytes of an office file or picture that may stay in memory; what is larger goes to a nameless temporary
    file. Give the size limit itself where readable text may not touch a disk (a bid that will be sealed).
    """
    if filetype in TEXTS:
        yield _Text()
    elif filetype is PDF:
        yield _Pdf()
    else:
        with SpooledTemporaryFile(max_size=memory) as spool:
            yield _Spooled(filetype, spool)


def image_size(fileobj: BinaryIO) -> tuple[int, int]:
    """Width and height in pixels of a png or jpeg, from its header: nothing is decoded. Raises `FileRefused`."""
    fileobj.seek(0)
    start = fileobj.read(24)
    if start.startswith(b"\x89PNG\r\n\x1a\n") and start[12:16] == b"IHDR" and len(start) == 24:
        width, height = struct.unpack(">II", start[16:24])
    else:
        width, height = _jpeg_size(fileobj)
    if not width or not height:
        raise FileRefused(DAMAGED)
    return width, height


def _jpeg_size(fileobj: BinaryIO) -> tuple[int, int]:
    """Walks the segments to the frame header (ITU T.81, B.2.2)."""
    fileobj.seek(2)
    for _segment in range(10_000):
        marker = fileobj.read(2)
        while marker == b"\xff\xff":
            marker = marker[1:] + fileobj.read(1)
        length = fileobj.read(2)
        if len(marker + length) != 4 or marker[0] != 0xFF or marker[1] in (0xD9, 0xDA):
            break
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            frame = fileobj.read(5)
            if len(frame) != 5:
                break
            height, width = struct.unpack(">xHH", frame)
            return width, height
        fileobj.seek(max(int.from_bytes(length, "big"), 2) - 2, 1)
    raise FileRefused(DAMAGED)


def inspect_image(fileobj: BinaryIO) -> None:
    """Refuses a picture of more than 50 megapixels (a small file that fills the memory of who opens it) or with a zip
    behind it. `fileobj` is seekable. Raises `FileRefused`."""
    width, height = image_size(fileobj)
    if width * height > MAX_PIXELS:
        raise FileRefused(
            f"De afbeelding is te groot: {width} bij {height} beeldpunten. "
            f"Maak haar kleiner: samen niet meer dan {MAX_PIXELS // 1_000_000} miljoen beeldpunten."
        )
    size = fileobj.seek(0, 2)
    fileobj.seek(max(size - _TAIL, 0))
    if _ends_as_zip(fileobj.read()):
        raise FileRefused(HIDDEN)


def inspect_office(fileobj: BinaryIO, filetype: FileType) -> None:
    """Looks at every part of a docx, xlsx, odt or ods: names, links, real sizes, xml without DOCTYPE, no macros.

    Sizes are counted by unpacking, not believed from the list of contents. `fileobj` is seekable. Raises `FileRefused`.
    """
    size = fileobj.seek(0, 2)
    try:
        parts = zipfile.ZipFile(fileobj).infolist()
        for part in parts:
            _check_part(part)
        _check_parts(parts, size)
        content_types: set[str] = set()
        xml = _Xml()
        for part in parts:
            unpacked = _unpack(fileobj, part)
            name = part.filename.lower()
            if part.filename == "[Content_Types].xml":
                xml.read(unpacked, lambda _tag, attributes: content_types.add(attributes.get("ContentType", "")), MAX_PROLOG)
            elif name.endswith(".rels"):
                xml.read(unpacked, _see_relation, MAX_RELS)
            elif filetype is DOCX and name.endswith(".xml"):
                # The name of a part says nothing in this format: any of them can be the text.
                xml.read_fields(unpacked)
            elif filetype in (ODT, ODS) and name.rpartition("/")[2] in ("content.xml", "styles.xml", "meta.xml"):
                xml.read(unpacked, _see_odf)
            elif name.endswith(".xml"):
                xml.read_prolog(unpacked)
            for _rest in unpacked:
                pass  # To the end: only then the size is known to be true.
        _check_kind(fileobj, filetype, parts, content_types)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, ValueError, NotImplementedError) as error:
        raise FileRefused(DAMAGED) from error


def _check_part(part: zipfile.ZipInfo) -> None:
    # Python turns the name into a path of this system; orig_filename is what other programs will see.
    name = part.orig_filename
    folders = name.replace("\\", "/").split("/")
    if name.startswith("/") or "\\" in name or ".." in folders or ":" in name or _CONTROL.search(name.encode()):
        raise FileRefused("In het bestand staat een onderdeel met een naam die buiten het bestand wijst. " + ACCEPTED)
    if stat.S_ISLNK(part.external_attr >> 16):
        raise FileRefused("In het bestand zit een verwijzing naar een ander bestand op de computer. " + ACCEPTED)
    if part.flag_bits & 0x1:
        raise FileRefused("Het bestand is beveiligd met een wachtwoord. Haal het wachtwoord eraf en stuur het opnieuw.")
    if folders[-1].lower().rpartition(".")[2] in _ACTIVE - {"svg"}:
        raise FileRefused("In het bestand zit een programma. Haal het eruit of sla het bestand op als pdf.")
    lower = name.lower()
    if "activex" in lower.split("/") or lower.rpartition("/")[2].startswith("oleobject"):
        raise FileRefused(OBJECT)
    if "externallinks" in lower.split("/"):
        raise FileRefused(OUTSIDE)
    if lower.endswith("vbaproject.bin") or "/macrosheets/" in lower or lower.startswith(("basic/", "scripts/")):
        raise FileRefused(MACROS)


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    if not parts or min(part.header_offset for part in parts) != 0:
        raise FileRefused(HIDDEN if parts else DAMAGED)
    if len(parts) > MAX_PARTS or len({part.filename.lower() for part in parts}) != len(parts):
        raise FileRefused(DAMAGED)
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED or (total > RATIO_FROM and total > MAX_RATIO * size):
        raise FileRefused(BOMB)


def _unpack(fileobj: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content of a part, counted: more than it says is a bomb, less is damage.

    `zipfile` itself stops at the size that the part gives; other programs unpack on.
    """
    fileobj.seek(part.header_offset)
    header = fileobj.read(30)
    name_length, extra_length = struct.unpack("<26xHH", header)
    if header[:4] != b"PK\x03\x04" or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(DAMAGED)
    position, left = part.header_offset + 30 + name_length + extra_length, part.compress_size
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    count = 0
    packed = b""
    while left or packed:
        if not packed:
            fileobj.seek(position)
            packed = fileobj.read(min(left, 2**18))
            if not packed:
                raise FileRefused(DAMAGED)
            position, left = position + len(packed), left - len(packed)
        if inflate is None:
            out, packed = packed, b""
        else:
            out = inflate.decompress(packed, 2**20)
            packed = inflate.unconsumed_tail
        count += len(out)
        if count > part.file_size:
            raise FileRefused(BOMB)
        yield out
    if count != part.file_size or (inflate is not None and part.compress_size and not inflate.eof):
        raise FileRefused(DAMAGED)


# What a relation of OOXML (ECMA-376, part 2) may bring in from outside: an address that somebody clicks on.
_OBJECTS = frozenset({"oleobject", "control", "activexcontrolbinary"})


def _see_relation(_tag: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2].lower()
    if kind in _OBJECTS:
        raise FileRefused(OBJECT)
    if attributes.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
        raise FileRefused(OUTSIDE)


_HREF = "http://www.w3.org/1999/xlink href"
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\\\]|\.\.", re.IGNORECASE)


def _see_odf(tag: str, attributes: dict[str, str]) -> None:
    """OpenDocument has no list of relations: what comes from outside stands where it is used."""
    kind = tag.rpartition(" ")[2]
    if kind in ("object-ole", "applet"):
        raise FileRefused(OBJECT)
    if kind.startswith("dde-"):
        raise FileRefused(DDE)
    found = _ELSEWHERE.match(attributes.get(_HREF, ""))
    if found and kind == "event-listener":
        raise FileRefused(MACROS)
    # Where the template stood on the own computer is written down and not used; a template on a server is.
    if found and kind != "a" and not (kind == "template" and found[0] == ".."):
        raise FileRefused(OUTSIDE)


_DDE = re.compile(r"\s*DDE(AUTO)?\b", re.IGNORECASE)


class _Xml:
    """Reads the xml parts of one office file, and refuses a DOCTYPE: only there can entities be declared.

    What is handed on has names as `namespace name`. All parts together have so many elements at most.
    """

    def __init__(self) -> None:
        self._left = MAX_ELEMENTS

    def read_prolog(self, chunks: Iterator[bytes]) -> None:
        """Up to the first element: a DOCTYPE stands before it."""
        self._read(chunks, None, MAX_PROLOG)

    def read(self, chunks: Iterator[bytes], see: Callable[[str, dict[str, str]], object], most: int = MAX_UNPACKED) -> None:
        """To the end: `see` gets every element."""
        self._read(chunks, see, most)

    def read_fields(self, chunks: Iterator[bytes]) -> None:
        """To the end, for the fields of a Word text: their code may be spread over many pieces (ECMA-376, part 1, 17.16)."""
        code: list[str] = []
        collecting = False

        def check() -> None:
            if _DDE.match("".join(code)):
                raise FileRefused(DDE)
            code.clear()

        def see(tag: str, attributes: dict[str, str]) -> None:
            nonlocal collecting
            name = tag.rpartition(" ")[2]
            collecting = name == "instrText"
            if name == "fldChar":
                check()
            elif name == "fldSimple":
                code.append(attributes.get(tag.removesuffix("fldSimple") + "instr", ""))
                check()

        def hear(text: str) -> None:
            if collecting:
                code.append(text)

        self._read(chunks, see, MAX_UNPACKED, hear)
        check()

    def _read(self, chunks, see, most, hear=None) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        begun, fed, since = False, 0, 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal begun, since
            begun, since = True, 0
            if see:
                self._left -= 1
                if self._left < 0:
                    raise FileRefused(BOMB)
                see(tag, attributes)

        def doctype(*_declaration) -> None:
            raise FileRefused("In het bestand staat een verwijzing naar iets daarbuiten. Sla het opnieuw op als pdf.")

        parser.StartElementHandler = start
        parser.StartDoctypeDeclHandler = doctype
        parser.CharacterDataHandler = hear
        for chunk in chunks:
            for piece in (chunk[at : at + 2**16] for at in range(0, len(chunk), 2**16)):
                if begun and not see:
                    return
                parser.Parse(piece, False)
                fed, since = fed + len(piece), since + len(piece)
                if fed > most or since > (MAX_BETWEEN if begun else MAX_PROLOG):
                    raise FileRefused(DAMAGED)
        if see or not begun:
            parser.Parse(b"", True)


def _check_kind(fileobj: BinaryIO, filetype: FileType, parts: list[zipfile.ZipInfo], content_types: set[str]) -> None:
    """The content must be what the name promises; a workbook called docx or a bare zip is neither."""
    if any("macroenabled" in content_type.lower() for content_type in content_types):
        raise FileRefused(MACROS)
    if filetype in _MAIN_PART:
        right = _MAIN_PART[filetype] in content_types
    else:
        right = parts[0].filename == "mimetype" and b"".join(_unpack(fileobj, parts[0])) == (
            filetype.media_type.encode()
        )
    if not right:
        raise FileRefused(f"De naam eindigt op .{filetype.extension}, maar de inhoud is iets anders. {ACCEPTED}")
