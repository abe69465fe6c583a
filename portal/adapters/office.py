"""The collegevoorstel as a Word document: a head start that the gemeente edits itself.

Real heading styles, Dutch as the language of the text, table heads that repeat, and the same bytes for the same facts.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from portal.adapters.letters import dag, datum

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
INK = RGBColor(0x1D, 0x3C, 0x6A)
FONT = "Calibri"


@dataclass(frozen=True)
class Cijfer:
    """One own figure of the gemeente: what it counts, the value in words and units, and where it comes from."""

    omschrijving: str
    waarde: str
    bron: str


@dataclass(frozen=True)
class Risico:
    """What may go wrong and what the proposal does about it."""

    risico: str
    maatregel: str


@dataclass(frozen=True, kw_only=True)
class Collegevoorstel:
    """The facts of a proposal to the college to take part in a regional procurement.

    `uiterlijk_on`: the last day to decide; `gevolg`: what happens when the college decides nothing.
    `besluit`: the proposed decisions, one sentence each. `gemaakt_on`: the day of the draft.
    """

    gemeente: str
    onderwerp: str
    kenmerk: str
    gemaakt_on: date
    gevraagd: tuple[str, ...]
    aanleiding: tuple[str, ...]
    cijfers: tuple[Cijfer, ...]
    risicos: tuple[Risico, ...]
    uiterlijk_on: date
    gevolg: str
    besluit: tuple[str, ...]
    portefeuillehouder: str = ""


def collegevoorstel(data: Collegevoorstel) -> bytes:
    """The proposal as a .docx; ValueError when there is nothing to decide or characters that Word cannot hold."""
    if not data.besluit:
        raise ValueError("Een collegevoorstel noemt het besluit dat wordt voorgesteld.")
    document = Document()
    _paper(document, data)
    document.add_paragraph("Voorstel aan het college", style="Subtitle")
    document.add_paragraph(data.onderwerp, style="Title")
    for name, value in (
        ("Gemeente", data.gemeente),
        ("Kenmerk", data.kenmerk),
        ("Datum", datum(data.gemaakt_on)),
        ("Portefeuillehouder", data.portefeuillehouder),
        ("Besluit nodig op uiterlijk", dag(data.uiterlijk_on)),
    ):
        if value:
            line = document.add_paragraph()
            line.paragraph_format.space_after = Pt(0)
            line.add_run(f"{name}: ").bold = True
            line.add_run(value)

    _section(document, "Wat wij het college vragen", data.gevraagd)
    _section(document, "Waarom dit voorstel er nu ligt", data.aanleiding)
    document.add_heading("Onze eigen cijfers", level=1)
    if data.cijfers:
        rows = [(c.omschrijving, c.waarde, c.bron) for c in data.cijfers]
        _table(document, ("Waarover", "Cijfer", "Bron"), rows, right=1)
    else:
        document.add_paragraph("Er zijn nog geen cijfers van onze gemeente ingevuld.")
    document.add_heading("Risico's", level=1)
    if data.risicos:
        _table(document, ("Risico", "Wat wij eraan doen"), [(r.risico, r.maatregel) for r in data.risicos])
    else:
        document.add_paragraph("Wij zien geen bijzondere risico's.")
    _section(document, "Tot wanneer", (f"Het college beslist uiterlijk op {dag(data.uiterlijk_on)}.", data.gevolg))
    document.add_heading("Voorgesteld besluit", level=1)
    document.add_paragraph(f"Het college van burgemeester en wethouders van {data.gemeente} besluit:")
    for sentence in data.besluit:
        document.add_paragraph(sentence, style="List Number")
    return _same_bytes(document)


def _paper(document: DocxDocument, data: Collegevoorstel) -> None:
    """A4, Dutch, one typeface, page numbers, and properties that depend on the facts only."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.2)

    for name in ("Normal", "Title", "Subtitle", "Heading 1"):
        style = document.styles[name]
        style.font.name = FONT
        # The template sets theme fonts, which win over a name.
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for attribute in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(attribute), FONT)
    document.styles["Normal"].font.size = Pt(11)
    for name, size in (("Title", 20), ("Subtitle", 11), ("Heading 1", 14)):
        font = document.styles[name].font
        font.size, font.color.rgb, font.italic = Pt(size), INK, False

    language = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    for attribute in ("w:val", "w:eastAsia"):
        language.set(qn(attribute), "nl-NL")

    made_at = datetime.combine(data.gemaakt_on, time(), UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title, properties.author, properties.language = data.onderwerp, data.gemeente, "nl-NL"
    properties.created = properties.modified = made_at
    properties.last_modified_by, properties.comments, properties.keywords = data.gemeente, "", data.kenmerk

    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run(f"{data.kenmerk}, pagina ")
    _field(footer, "PAGE")
    footer.add_run(" van ")
    _field(footer, "NUMPAGES")


def _section(document: DocxDocument, title: str, paragraphs: tuple[str, ...]) -> None:
    document.add_heading(title, level=1)
    for text in paragraphs:
        document.add_paragraph(text)


def _table(document: DocxDocument, heads: tuple[str, ...], rows: list[tuple[str, ...]], right: int = -1) -> None:
    """A table whose first row is a real head: it repeats on the next page and a screen reader names it."""
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    mark = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for texts in (heads, *rows):
        cells = table.rows[0].cells if texts is heads else table.add_row().cells
        for column, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            paragraph.add_run(text).bold = texts is heads
            if column == right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word counts itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _same_bytes(document: DocxDocument) -> bytes:
    """The saved document with every file of the archive on one fixed date."""
    saved, fixed = BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as source, ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
