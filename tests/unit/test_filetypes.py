"""The allow-list of files: what we take, what we refuse, and in which words."""

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import filetypes
from portal.kernel.filetypes import FileRefused
from tests import files

CLEAN, HOSTILE = files.clean(), files.hostile()


def judge(name: str, content: bytes, step: int = 50_000) -> filetypes.FileType:
    """A file as the upload sees it: the head, then piece by piece."""
    filetype = filetypes.sniff(content[: filetypes.HEAD], name)
    with filetypes.inspector(filetype) as inspector:
        for at in range(0, len(content), step):
            inspector.feed(content[at : at + step])
        inspector.finish()
    return filetype


@pytest.mark.parametrize("name", CLEAN)
def test_clean_file_is_taken_as_its_own_type(name):
    assert name.lower().rpartition(".")[2] in judge(name, CLEAN[name]).extensions


def test_every_type_has_a_clean_example():
    assert {judge(name, content).code for name, content in CLEAN.items()} == set(filetypes.TYPES)


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_file_is_refused_with_a_sentence(what):
    with pytest.raises(FileRefused) as refused:
        judge(*HOSTILE[what])
    assert refused.value.status == 422
    assert refused.value.reasons == (refused.value.sentence,)
    assert re.fullmatch(r"[A-Z].+\.", refused.value.sentence)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("zip bomb", "te groot bij het uitpakken"),
        ("zip bomb that lies about its size", "te groot bij het uitpakken"),
        ("symlink in zip", "verwijzing naar een ander bestand"),
        ("zip slip", "buiten het bestand wijst"),
        ("zip slip with backslashes", "buiten het bestand wijst"),
        ("xxe in docx", "verwijzing naar iets daarbuiten"),
        ("xxe in utf-16", "verwijzing naar iets daarbuiten"),
        ("xxe after a long comment", "verwijzing naar iets daarbuiten"),
        ("xxe in odt", "verwijzing naar iets daarbuiten"),
        ("pdf that is a zip too", "ander bestand verstopt"),
        ("jpeg with a zip behind it", "ander bestand verstopt"),
        ("pixel flood png", "60000 bij 60000 beeldpunten"),
        ("pixel flood jpeg", "65000 bij 65000 beeldpunten"),
        ("rtlo name with a clean end", "onzichtbare tekens"),
        ("double extension", "twee eindes"),
        ("macros called docx", "macro's"),
        ("macro type called docx", "macro's"),
        ("password", "wachtwoord"),
        ("sheet called docx", "inhoud is iets anders"),
        ("pdf that hides it in hex", "programma starten"),
        ("pdf with a program in it", "zit een programma"),
        ("svg with script", "U kunt deze bestanden sturen"),
        ("cut off docx", "beschadigd"),
        ("empty", "leeg"),
    ],
)
def test_refusal_is_for_the_right_reason(what, words):
    with pytest.raises(FileRefused, match=words):
        judge(*HOSTILE[what])


REACHING_OUT = files.reaching_out()


@pytest.mark.parametrize("what", REACHING_OUT)
def test_what_an_office_file_fetches_or_starts_is_named(what):
    words = ("DDE" if "dde" in what else "OLE of ActiveX" if "ole" in what or "linked object" in what or "activex" in what
             else "macro's" if "macro" in what else "van een andere plek")
    for step in (7, 2**16):
        with pytest.raises(FileRefused, match=words):
            judge(*REACHING_OUT[what], step)


@pytest.mark.parametrize("what", files.staying_in())
def test_what_stays_in_the_file_or_is_clicked_on_is_fine(what):
    name, content = files.staying_in()[what]
    assert judge(name, content).extension == name.rpartition(".")[2]


def test_reading_whole_parts_is_bounded(monkeypatch):
    monkeypatch.setattr(filetypes, "MAX_ELEMENTS", 1_000)
    with pytest.raises(FileRefused, match="uitpakken"):
        judge("plan.docx", files.ooxml(word__tekst_dot_xml=b"<a>" + b"<b/>" * 1_000 + b"</a>"))
    monkeypatch.setattr(filetypes, "MAX_BETWEEN", 2**17)
    with pytest.raises(FileRefused, match="beschadigd"):
        judge("plan.docx", files.ooxml(word__tekst_dot_xml=b"<a><b x='" + b"y" * 2**19 + b"'/></a>"))
    monkeypatch.setattr(filetypes, "MAX_RELS", 2**16)
    with pytest.raises(FileRefused, match="beschadigd"):
        judge("plan.docx", files.ooxml(word___rels__document_dot_xml_dot_rels=files.relations("hyperlink", "x", before=900)))


def test_a_bomb_is_stopped_before_it_is_unpacked(monkeypatch):
    """A total above the limit is refused on the list of contents alone."""
    monkeypatch.setattr(filetypes, "_unpack", lambda *_part: pytest.fail("unpacked"))
    with pytest.raises(FileRefused, match="uitpakken"):
        judge(*HOSTILE["zip bomb"])


def test_patterns_are_found_across_the_border_of_two_pieces():
    name, content = HOSTILE["pdf that starts a program"]
    for step in (1, 7, 64):
        with pytest.raises(FileRefused, match="programma starten"):
            judge(name, content, step)


def test_names_inside_a_name_that_only_look_like_launch_are_fine():
    assert judge("plan.pdf", files.PDF.replace(b"/Type", b"/LaunchDate (1) /Type")) is filetypes.PDF


def test_duplicate_parts_are_refused():
    out = io.BytesIO(files.ooxml())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/Document.xml", "<other/>")
    with pytest.raises(FileRefused, match="beschadigd"):
        judge("plan.docx", out.getvalue())


def test_largest_allowed_picture_is_taken():
    assert judge("foto.png", files.png_of(10_000, 5_000)) is filetypes.PNG
    with pytest.raises(FileRefused, match="beeldpunten"):
        judge("foto.png", files.png_of(10_000, 5_001))


def test_picture_size_comes_from_the_header():
    assert filetypes.image_size(io.BytesIO(files.picture("PNG"))) == (40, 30)
    assert filetypes.image_size(io.BytesIO(files.picture("JPEG"))) == (40, 30)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Begroting 2027.pdf", "Begroting 2027.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\an\\plan.docx", "plan.docx"),
        ("caf\u0065\u0301.pdf", "caf\u00e9.pdf"),
        ('een "plan": a<b?.pdf', "een -plan-- a-b-.pdf"),
        ("  veel\u00a0 \u2003 ruimte .pdf", "veel ruimte .pdf"),
        ("on\u200bzicht\u202ebaar.pdf", "onzichtbaar.pdf"),
        ("...", "bestand"),
        ("", "bestand"),
        ("a" * 300 + ".docx", "a" * 145 + ".docx"),
        ("a" * 300, "a" * 150),
    ],
)
def test_clean_name_stays_readable(name, clean):
    assert filetypes.clean_name(name) == clean


@given(st.text(st.characters(), max_size=400) | st.text("a./\\ \u202e\u0301\u200b\n", max_size=200))
def test_clean_name_is_safe_whatever_comes(name):
    clean = filetypes.clean_name(name)
    assert 0 < len(clean) <= filetypes.NAME_LENGTH
    assert not set(clean) & set('/\\<>:"|?*\0\r\n\u202e')
    assert clean not in (".", "..")
    assert filetypes.clean_name(clean) == clean


@given(st.binary(max_size=300), st.sampled_from(sorted(files.clean())))
def test_any_bytes_behind_a_good_start_are_judged_not_crashed(noise, name):
    """Whatever follows a good start, the answer is a type or a sentence."""
    content = CLEAN[name]
    for made in (content[: len(content) // 2] + noise, content + noise, noise):
        try:
            judge(name, made)
        except FileRefused as refused:
            assert refused.sentence.endswith(".")
