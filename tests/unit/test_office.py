"""The collegevoorstel: opened again, it says everything, in Dutch, with real headings."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn

from portal.adapters.office import Cijfer, Collegevoorstel, Risico, collegevoorstel

VOORSTEL = Collegevoorstel(
    gemeente="Kampen (fictief)",
    onderwerp="Meedoen aan de regionale inkoop beschermd wonen",
    kenmerk="INK-2026-0007",
    gemaakt_on=date(2026, 11, 23),
    gevraagd=("Wij vragen het college mee te doen aan de regionale inkoop.", "Zwolle voert de inkoop uit."),
    aanleiding=("De huidige contracten lopen af op 31 december 2027.",),
    cijfers=(
        Cijfer("Inwoners met een plek", "42", "eigen registratie, oktober 2026"),
        Cijfer("Kosten per jaar", "€ 1.250.000,00", "begroting 2026"),
    ),
    risicos=(Risico("Te weinig aanbieders schrijven in.", "Wij vragen de markt vooraf wat haalbaar is."),),
    uiterlijk_on=date(2027, 1, 4),
    gevolg="Beslist het college dan niet, dan doet onze gemeente niet mee. De anderen gaan door.",
    besluit=("Mee te doen aan de regionale inkoop.", "De burgemeester van Zwolle volmacht te geven."),
    portefeuillehouder="de wethouder Zorg",
)


@pytest.fixture(scope="module")
def opened():
    return Document(BytesIO(collegevoorstel(VOORSTEL)))


def test_headings_are_real_and_in_order(opened):
    assert [p.text for p in opened.paragraphs if p.style.name == "Title"] == [VOORSTEL.onderwerp]
    assert [p.text for p in opened.paragraphs if p.style.name == "Heading 1"] == [
        "Wat wij het college vragen",
        "Waarom dit voorstel er nu ligt",
        "Onze eigen cijfers",
        "Risico's",
        "Tot wanneer",
        "Voorgesteld besluit",
    ]


def test_it_says_what_was_given(opened):
    text = "\n".join(p.text for p in opened.paragraphs)
    for expected in (*VOORSTEL.gevraagd, *VOORSTEL.aanleiding, VOORSTEL.gevolg, "maandag 4 januari 2027"):
        assert expected in text
    assert [p.text for p in opened.paragraphs if p.style.name == "List Number"] == list(VOORSTEL.besluit)
    figures, risks = opened.tables
    assert [cell.text for cell in figures.rows[2].cells] == ["Kosten per jaar", "€ 1.250.000,00", "begroting 2026"]
    assert risks.cell(1, 0).text == VOORSTEL.risicos[0].risico


def test_language_paper_and_table_heads(opened):
    language = opened.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "nl-NL" and opened.core_properties.language == "nl-NL"
    assert round(opened.sections[0].page_width.cm, 1) == 21.0
    assert opened.core_properties.title == VOORSTEL.onderwerp
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert table.rows[1]._tr.trPr is None
    codes = [field.get(qn("w:instr")) for field in opened.sections[0].footer._element.iter(qn("w:fldSimple"))]
    assert codes == ["PAGE", "NUMPAGES"]


def test_the_same_facts_give_the_same_bytes():
    assert collegevoorstel(VOORSTEL) == collegevoorstel(VOORSTEL)
    assert collegevoorstel(VOORSTEL) != collegevoorstel(replace(VOORSTEL, kenmerk="INK-2026-0008"))
    with ZipFile(BytesIO(collegevoorstel(VOORSTEL))) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_texts_stay_texts():
    hostile = "<w:p>{{ 7*7 }}</w:p> & \"x\" =HYPERLINK('a')"
    opened = Document(BytesIO(collegevoorstel(replace(VOORSTEL, gevolg=hostile))))
    assert hostile in [p.text for p in opened.paragraphs]


def test_empty_lists_are_said_in_words():
    opened = Document(BytesIO(collegevoorstel(replace(VOORSTEL, cijfers=(), risicos=()))))
    text = "\n".join(p.text for p in opened.paragraphs)
    assert "Er zijn nog geen cijfers" in text and "geen bijzondere risico's" in text and not opened.tables


def test_a_proposal_without_a_decision_is_refused():
    with pytest.raises(ValueError, match="besluit"):
        collegevoorstel(replace(VOORSTEL, besluit=()))


def test_characters_that_word_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="XML"):
        collegevoorstel(replace(VOORSTEL, gevolg="a\x00b"))
