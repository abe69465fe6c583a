"""Letters: what they state, that they are accessible and archival, and that texts stay texts."""

import hashlib
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

import config
from portal.adapters import letters
from portal.adapters.letters import (
    Afzender,
    Bedrag,
    Bestand,
    Bevoegdheid,
    Criterium,
    GeweigerdePoging,
    Letter,
    LetterError,
    Ondertekening,
    OntvangenInschrijving,
    Opener,
    Opening,
    Rechtsmiddel,
    Redenen,
    Sectie,
    Telling,
    Uitslag,
    Vervanging,
    render,
)

HOSTILE = '#eval("1") $x$ *b* _c_ <b>y</b> @ref // weg `code` = kop \\ #import "a"'
HASH = hashlib.sha256(b"plan").hexdigest()

AFZENDER = Afzender(
    naam="Gemeente Zwolle (fictief)", adres=("Postbus 1", "8000 AA Zwolle", "inkoop@zwolle.example"), kleur="#1d3c6a"
)
VOLMACHT = Ondertekening(
    orgaan="de burgemeester van Zwolle",
    naam="F. de Vries",
    functie="afdelingshoofd Inkoop",
    bevoegdheid=Bevoegdheid.VOLMACHT,
    register="nummer 12 van het volmachtregister van 1 maart 2026",
    vervanging=Vervanging(van="de directeur Bedrijfsvoering", van_on=date(2026, 11, 16), tot_on=date(2026, 11, 27)),
)
MANDAAT = Ondertekening(
    orgaan="het college van burgemeester en wethouders van Zwolle",
    naam="S. Jansen",
    functie="teamleider Subsidies",
    bevoegdheid=Bevoegdheid.MANDAAT,
    register="nummer 4 van het mandaatregister van 1 januari 2026",
)
KORT_GEDING = Rechtsmiddel(
    soort="civiele_rechter",
    termijn="20 kalenderdagen",
    uiterlijk_on=date(2026, 12, 14),
    waar="inkoop@zwolle.example",
    rechtbank="rechtbank Overijssel, locatie Zwolle",
    klachtenmeldpunt="klachten@zwolle.example",
    grondslag="paragraaf 4.2 van de aanbestedingsleidraad",
    telling=(
        Telling("Verzonden aan alle inschrijvers", date(2026, 11, 24), "leidraad 4.2"),
        Telling("Eerste dag van de termijn", date(2026, 11, 25), "leidraad 4.2"),
        Telling("Laatste dag van de termijn", date(2026, 12, 14), "leidraad 4.2"),
    ),
)
BEZWAAR = Rechtsmiddel(
    soort="bezwaar",
    termijn="6 weken",
    uiterlijk_on=date(2026, 12, 28),
    waar="Postbus 1, 8000 AA Zwolle, of via het portaal onder Mijn berichten",
    rechtbank="rechtbank Overijssel",
)
VRAGEN = Rechtsmiddel(soort="geen", waar="inkoop@zwolle.example")
CRITERIA = (
    Criterium(
        naam="Kwaliteit van de begeleiding",
        maximaal=Decimal(40),
        score=Decimal("28.5"),
        score_winnaar=Decimal(36),
        motivering="U beschrijft goed hoe u een inwoner leert kennen. U zegt niet hoe u de begeleiding afbouwt.",
        voordelen_winnaar="De winnaar beschrijft per fase hoe de begeleiding afneemt en wie dat beslist.",
    ),
    Criterium(
        naam="Samenwerking met de wijk",
        maximaal=Decimal(30),
        score=Decimal(24),
        score_winnaar=Decimal(24),
        motivering="U noemt vier partners en zegt wat u met ieder van hen doet. Dat is concreet.",
    ),
)


def gunning(**changes) -> Letter:
    afgewezen = Redenen(
        perceel="Perceel 2: beschermd wonen, intensief",
        uitslag=Uitslag.AFGEWEZEN,
        winnaar="Stichting Het Baken (fictief)",
        totaal=Decimal("52.5"),
        totaal_winnaar=Decimal(60),
        criteria=CRITERIA,
    )
    letter = Letter(
        afzender=AFZENDER,
        ondertekening=VOLMACHT,
        geadresseerde=("Zorggroep De Linde (fictief)", "Lindelaan 4", "7411 BB Deventer"),
        verzonden_on=date(2026, 11, 24),
        kenmerk="INK-2026-0007",
        uw_kenmerk="DL-88",
        onderwerp="Uitslag van de inkoop beschermd wonen",
        inleiding=("U heeft zich ingeschreven voor de inkoop beschermd wonen. In deze brief leest u de uitslag.",),
        redenen=(
            Redenen(
                perceel="Perceel 1: beschermd wonen, licht",
                uitslag=Uitslag.GEGUND,
                winnaar="Zorggroep De Linde (fictief)",
                totaal=Decimal("52.5"),
                totaal_winnaar=Decimal("52.5"),
                criteria=tuple(replace(c, voordelen_winnaar="") for c in CRITERIA),
            ),
            afgewezen,
        ),
        rechtsmiddel=KORT_GEDING,
    )
    return replace(letter, **changes)


def besluit(**changes) -> Letter:
    letter = Letter(
        afzender=AFZENDER,
        ondertekening=MANDAAT,
        geadresseerde=("Stichting De Ontmoeting (fictief)", "Voorbeeldstraat 1", "8011 AA Zwolle"),
        aanhef="Geachte bestuursleden",
        verzonden_on=date(2026, 11, 13),
        kenmerk="SUB-2026-0417",
        onderwerp="Besluit op uw aanvraag om subsidie",
        inleiding=("U heeft op 3 oktober 2026 subsidie aangevraagd. Wij verlenen u die subsidie.",),
        grondslag=("Algemene wet bestuursrecht, artikel 4:29 tot en met 4:37", "Subsidieverordening Zwolle, artikel 5"),
        secties=(
            Sectie(
                "Ons besluit", ("Wij verlenen u een subsidie van ten hoogste € 12.500,00 voor dagbesteding in 2027.",)
            ),
            Sectie("Waarom wij dit besluiten", ("Uw plan past bij de doelen van de regeling.", "Het budget is er.")),
        ),
        bedragen=(
            Bedrag(
                omschrijving="Dagbesteding, 40 dagdelen",
                bedrag=Decimal("12500"),
                betaling="in vier delen, vanaf januari",
            ),
        ),
        rechtsmiddel=BEZWAAR,
        bijlagen=("Betaalschema", "Begroting zoals wij die beoordeelden"),
    )
    return replace(letter, **changes)


def proces_verbaal(**changes) -> Letter:
    opening = Opening(
        inkoop="Beschermd wonen 2027 (INK-2026-0007)",
        sluiting_at=datetime(2026, 10, 30, 11, 0, tzinfo=UTC),
        geopend_at=datetime(2026, 10, 30, 12, 2, 11, tzinfo=UTC),
        openers=(
            Opener(naam="F. de Vries", functie="inkoper", gemeente="Zwolle (fictief)"),
            Opener(naam="M. Bakker", functie="contractmanager", gemeente="Kampen (fictief)"),
        ),
        inschrijvingen=(
            OntvangenInschrijving(
                nummer=1,
                inschrijver="Zorggroep De Linde (fictief)",
                perceel="Perceel 1 en 2",
                ontvangen_at=datetime(2026, 10, 29, 9, 15, 3, tzinfo=UTC),
                sha256=HASH,
            ),
            OntvangenInschrijving(
                nummer=2,
                inschrijver="Stichting Het Baken (fictief)",
                perceel="Perceel 2",
                ontvangen_at=datetime(2026, 10, 30, 10, 59, 58, tzinfo=UTC),
                sha256=hashlib.sha256(b"ander plan").hexdigest(),
            ),
        ),
        pogingen=(
            GeweigerdePoging(
                at=datetime(2026, 10, 30, 11, 0, 4, tzinfo=UTC),
                wie="Thuis in de Buurt (fictief)",
                reden="De termijn om in te schrijven was voorbij.",
            ),
        ),
    )
    letter = Letter(
        afzender=AFZENDER,
        ondertekening=replace(VOLMACHT, vervanging=None),
        geadresseerde=("Alle inschrijvers",),
        verzonden_on=date(2026, 10, 30),
        kenmerk="INK-2026-0007-PV",
        onderwerp="Proces-verbaal van de opening",
        inleiding=("Dit verslag zegt hoe de inschrijvingen zijn geopend.",),
        opening=opening,
        rechtsmiddel=VRAGEN,
    )
    return replace(letter, **changes)


def ontvangst(**changes) -> Letter:
    bestand = Bestand(
        naam="plan van aanpak.pdf",
        grootte=1_234_567,
        sha256=HASH,
        ontvangen_at=datetime(2026, 10, 29, 9, 15, 3, tzinfo=UTC),
    )
    letter = Letter(
        afzender=AFZENDER,
        ondertekening=replace(VOLMACHT, vervanging=None),
        geadresseerde=("Zorggroep De Linde (fictief)",),
        verzonden_on=date(2026, 10, 29),
        kenmerk="INK-2026-0007-1",
        onderwerp="Wij hebben uw inschrijving ontvangen",
        inleiding=("Uw inschrijving is op tijd binnen. Niemand kan haar lezen voordat de termijn voorbij is.",),
        bestanden=(bestand, replace(bestand, naam="prijzen.xlsx", grootte=812)),
        rechtsmiddel=VRAGEN,
    )
    return replace(letter, **changes)


def antwoord(**changes) -> Letter:
    return besluit(rechtsmiddel=Rechtsmiddel(soort="klacht_antwoord", waar="in het portaal"), **changes)


SAMPLES = {
    "gunning": gunning,
    "besluit": besluit,
    "antwoord": antwoord,
    "proces-verbaal": proces_verbaal,
    "ontvangstbevestiging": ontvangst,
}
every_kind = pytest.mark.parametrize("kind", SAMPLES)


def text_of(pdf: bytes, *options: str) -> str:
    """The text of a PDF as a reader gets it, spaces evened out."""
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return re.sub(r"[^\S\f]+", " ", done.stdout.decode())


def tags(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """All structure elements in reading order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


def fonts(pdf: pikepdf.Pdf) -> dict[str, bool]:
    """Every font on every page, and whether its program is in the file."""
    found = {}
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
            found[str(font.BaseFont)] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def test_every_kind_has_a_template_and_a_sample():
    on_disk = {path.stem for path in letters.TEMPLATES.glob("*.typ")} - {"brief", "stuk"}
    assert set(letters.KINDS) == on_disk == set(SAMPLES)


@every_kind
def test_archival_and_accessible(kind):
    with pikepdf.open(BytesIO(render(kind, SAMPLES[kind]()))) as pdf:
        assert str(pdf.Root.Lang).startswith("nl")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
            assert meta["dc:title"] == SAMPLES[kind]().onderwerp
        assert fonts(pdf) and all(fonts(pdf).values())
        assert any("SourceSansPro" in name for name in fonts(pdf))
        structure = tags(pdf)
        assert [str(tag.S) for tag in structure].count("/H1") == 1
        heads = [tag for tag in structure if tag.S == "/TH"]
        assert heads
        for head in heads:
            attributes = head.A if isinstance(head.A, pikepdf.Array) else [head.A]
            assert any(a.get("/Scope") == "/Column" for a in attributes)


@every_kind
def test_identical_bytes_for_an_identical_letter(kind):
    assert render(kind, SAMPLES[kind]()) == render(kind, SAMPLES[kind]())
    assert render(kind, SAMPLES[kind]()) != render(kind, SAMPLES[kind](kenmerk="INK-2026-0008"))


@every_kind
def test_texts_stay_texts(kind):
    letter = SAMPLES[kind](
        onderwerp=HOSTILE,
        inleiding=(HOSTILE,),
        geadresseerde=(HOSTILE,),
        secties=(Sectie(HOSTILE, (HOSTILE,)),),
        bijlagen=(HOSTILE,),
        afzender=replace(AFZENDER, naam=HOSTILE),
    )
    printed = re.sub(r"\s+", " ", text_of(render(kind, letter)))
    assert printed.count(HOSTILE) >= 6
    assert "{" not in printed


def test_texts_in_tables_stay_texts():
    opening = proces_verbaal().opening
    poging = replace(opening.pogingen[0], wie="<b>@x", reden="#panic()")
    printed = text_of(render("proces-verbaal", proces_verbaal(opening=replace(opening, pogingen=(poging,)))))
    assert "<b>@x" in printed and "#panic()" in printed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plan \U0001f600.pdf", "plan [U+1F600].pdf"),
        ("plan\u202efdp.exe", "plan[U+202E]fdp.exe"),
        ("\u4f60\u597d 1\ufe0f\u20e3.pdf", "[U+4F60][U+597D]"),
        ("a\x00b\ue000.pdf", "a[U+0000]b[U+E000].pdf"),
        ("Łódź Şişli e\u0301.pdf", "Łódź Şişli é.pdf"),
    ],
)
def test_a_receipt_never_fails_on_a_file_name(name, shown):
    bestand = replace(ontvangst().bestanden[0], naam=name)
    printed = text_of(render("ontvangstbevestiging", ontvangst(bestanden=(bestand,))))
    assert shown in re.sub(r"\s*\n\s*", "", printed) or shown in re.sub(r"\s+", " ", printed)


@pytest.mark.parametrize("sections", [0, 14])
def test_pages_are_numbered_by_their_own_count(sections):
    filler = tuple(Sectie(f"Kop {n}", ("Dit is een zin die ruimte inneemt. " * 9,)) for n in range(sections))
    pages = text_of(render("ontvangstbevestiging", ontvangst(secties=filler))).split("\f")[:-1]
    assert len(pages) == (3 if sections else 1)
    for number, page in enumerate(pages, start=1):
        assert f"Pagina {number} van {len(pages)}" in page


def test_award_states_reasons_standstill_and_civil_court():
    printed = re.sub(r"\s+", " ", text_of(render("gunning", gunning())))
    assert "Wij hebben het voornemen dit perceel aan u te gunnen." in printed
    assert "Wij hebben het voornemen te gunnen aan Stichting Het Baken (fictief)." in printed
    assert "De inschrijving van Stichting Het Baken (fictief): De winnaar beschrijft per fase" in printed
    assert "28,5" in printed and "52,5" in printed
    assert "De laatste dag is maandag 14 december 2026." in printed
    assert "eerst 20 kalenderdagen de tijd" in printed
    assert "Zo is deze termijn geteld" in printed
    assert "kort geding" in printed and "klachtenmeldpunt: klachten@zwolle.example" in printed
    assert "bezwaarprocedure van de Algemene wet bestuursrecht geldt daarom niet" in printed
    assert "bezwaar maken" not in printed and "bezwaarschrift" not in printed
    assert "Namens de burgemeester van Zwolle, krachtens volmacht (nummer 12 van het volmachtregister" in printed
    assert "bij afwezigheid van de directeur Bedrijfsvoering (vervanging van 16 november 2026" in printed


def test_besluit_states_who_where_and_the_last_day():
    printed = re.sub(r"\s+", " ", text_of(render("besluit", besluit())))
    assert "binnen 6 weken" in printed and "uiterlijk op maandag 28 december 2026" in printed
    assert "aan het college van burgemeester en wethouders van Zwolle: Postbus 1, 8000 AA Zwolle" in printed
    assert "krachtens mandaat (nummer 4 van het mandaatregister" in printed
    assert "kort geding" not in printed
    assert "€ 12.500,00" in printed
    assert printed.index("Bedragen en betaling") < printed.index("Waarop dit besluit berust")
    assert "Subsidieverordening Zwolle, artikel 5" in printed
    assert "Datum 13 november 2026" in text_of(render("besluit", besluit()), "-raw")


def test_proces_verbaal_states_who_when_and_what_was_refused():
    printed = re.sub(r"\s+", " ", text_of(render("proces-verbaal", proces_verbaal())))
    assert "vrijdag 30 oktober 2026 om 13:02:11 uur" in printed
    assert "Naar waarheid opgemaakt op 30 oktober 2026." in printed and "Met vriendelijke groet" not in printed
    for name in ("F. de Vries", "M. Bakker", "De Linde", "Het Baken", "Thuis in de Buurt", HASH):
        assert name in printed
    assert "om 12:00:04 uur" in printed and "De termijn om in te schrijven was voorbij." in printed


def test_proces_verbaal_says_so_when_there_was_nothing():
    opening = replace(proces_verbaal().opening, inschrijvingen=(), pogingen=())
    printed = text_of(render("proces-verbaal", proces_verbaal(opening=opening)))
    assert "Er is geen inschrijving ontvangen." in printed and "Er is geen poging geweigerd." in printed


def test_receipt_states_name_size_moment_and_hash():
    printed = re.sub(r"\s+", " ", text_of(render("ontvangstbevestiging", ontvangst()), "-layout"))
    assert "plan van aanpak.pdf 1,2 MB" in printed and "812 bytes" in printed
    assert "donderdag 29 oktober 2026 om" in printed and HASH in printed


@pytest.mark.parametrize(
    ("kind", "letter", "why"),
    [
        ("gunning", gunning(rechtsmiddel=BEZWAAR), "past niet bij een gunning"),
        ("besluit", besluit(rechtsmiddel=KORT_GEDING), "past niet bij een besluit"),
        ("gunning", gunning(ondertekening=MANDAAT), "niet krachtens mandaat"),
        ("besluit", besluit(ondertekening=replace(VOLMACHT, vervanging=None)), "niet krachtens volmacht"),
        ("gunning", gunning(redenen=()), "ontbreekt: redenen"),
        ("besluit", besluit(grondslag=()), "ontbreekt: grondslag"),
        ("besluit", besluit(rechtsmiddel=replace(BEZWAAR, uiterlijk_on=None)), "ontbreekt: uiterlijk"),
        ("gunning", gunning(rechtsmiddel=replace(KORT_GEDING, rechtbank=" ")), "ontbreekt: rechtbank"),
    ],
)
def test_a_letter_that_does_not_fit_its_kind_is_not_made(kind, letter, why):
    with pytest.raises(LetterError, match=why):
        render(kind, letter)


@pytest.mark.parametrize(
    "make",
    [
        lambda: replace(VOLMACHT, register=""),
        lambda: replace(MANDAAT, bevoegdheid=Bevoegdheid.ONDERTEKENINGSMANDAAT),
        lambda: replace(gunning().redenen[1], winnaar=""),
        lambda: replace(gunning().redenen[1], criteria=(replace(CRITERIA[0], voordelen_winnaar=""),)),
        lambda: replace(gunning().redenen[0], criteria=(replace(CRITERIA[0], motivering=" "),)),
        lambda: replace(ontvangst().bestanden[0], sha256="abc"),
        lambda: replace(proces_verbaal().opening, geopend_at=datetime(2026, 10, 30, 10, 59, tzinfo=UTC)),
        lambda: replace(proces_verbaal().opening, openers=proces_verbaal().opening.openers[:1]),
        lambda: gunning(verzonden_on=date(2026, 12, 14)),
        lambda: gunning(verzonden_on=date(2026, 11, 28)),
        lambda: gunning(kenmerk=" "),
        lambda: replace(AFZENDER, kleur='red") #panic()'),
        lambda: letters.moment(datetime(2026, 10, 30, 12)),
    ],
)
def test_a_letter_without_what_it_must_state_does_not_exist(make):
    with pytest.raises(LetterError):
        make()


def test_ondertekeningsmandaat_names_the_day_of_the_body():
    signed = replace(MANDAAT, bevoegdheid=Bevoegdheid.ONDERTEKENINGSMANDAAT, besloten_on=date(2026, 11, 10))
    assert signed.formule.startswith("Overeenkomstig het besluit van het college")
    assert "10 november 2026" in signed.formule


def test_every_remedy_has_its_articles_and_source():
    for soort, text in config.load("rechtsmiddelen").items():
        assert text["artikelen"] and text["bron"] and text["kop"] and text["alineas"], soort
    allowed = {soort for kind in letters.KINDS.values() for soort in kind.rechtsmiddelen}
    assert allowed == set(config.load("rechtsmiddelen"))


def test_letters_can_be_made_at_the_same_time():
    made = [gunning(kenmerk=f"INK-{n}") for n in range(12)]
    alone = [render("gunning", letter) for letter in made]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda letter: render("gunning", letter), made)) == alone


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1,0 kB"), (5_300_000_000, "5,3 GB")]
)
def test_sizes_for_people(size, shown):
    assert letters.omvang(size) == shown


def test_a_plain_document_prints_its_sections_and_is_the_same_bytes_twice():
    sections = (Sectie("Wat wij vragen", ("Een plan van tien bladzijden.",)),)
    pdf = letters.document("Aanbestedingsleidraad", "Gemeente Zwolle", date(2026, 11, 22), sections)
    assert pdf == letters.document("Aanbestedingsleidraad", "Gemeente Zwolle", date(2026, 11, 22), sections)
    printed = text_of(pdf)
    for part in ("Aanbestedingsleidraad", "Gemeente Zwolle, 22 november 2026", "Wat wij vragen", "tien bladzijden"):
        assert part in printed
