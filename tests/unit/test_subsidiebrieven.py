"""Letters of subsidies from frozen facts alone: what each kind states, and that nothing is mixed or left out."""

import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest

from config import load
from portal.adapters import subsidiebrieven
from portal.adapters.letters import LetterError, render
from portal.adapters.subsidiebrieven import SubsidieBrieven, besluitbrief
from portal.domains.subsidies.voorstellen import BesluitBrief
from portal.kernel import terms
from portal.kernel.terms import compute

HOSTILE = '#eval("1") $x$ *b* _c_ @ref // weg `code` = kop'
VERZONDEN = date(2026, 11, 23)
DUE = compute(terms.rule("bezwaartermijn"), VERZONDEN)
PLAFOND = {"bedrag": "100000.00", "gereserveerd": "60000.00", "vastgelegd": "35000.00", "op": "2026-11-20"}


def regel(nummer, soort, tekst, grondslag, *, uiterlijk_on=None, bewijs="Het jaarverslag", artikel=""):
    return {"id": nummer, "nummer": nummer, "soort": soort, "tekst": tekst, "grondslag": grondslag, "bewijs": bewijs,
            "verordening_artikel": artikel, "uiterlijk_on": uiterlijk_on, "koppeling": "wmo-algemeen"}


REGELS = [regel("R1", "resultaat", "Elke nacht zijn er 62 plaatsen", "4-30", uiterlijk_on="2027-12-31"),
          regel("V1", "verplichting", "Stuur een kort bericht.", "4-37-1-c", uiterlijk_on="2027-07-15",
                bewijs="BSN-vrij bericht"),
          regel("V2", "verplichting", "Koop duurzaam in.", "4-39", bewijs="Facturen", artikel="9"),
          regel("B1", "voorwaarde", "De raad stelt genoeg geld beschikbaar.", "4-34")]
BASIS = {"motivering": "De aanvraag past bij de regeling.\nHet plan is goed.", "grond": "", "eigen_feiten": None, "horen": "",
         "staatssteun": "Lokaal.", "gevraagd": "40000.00", "product": "dagdeel", "argumenten": [], "beoordeling": [],
         "plafond": PLAFOND, "regeling": {"reference": "REG-2026-0003", "titel": "Dagbesteding",
                                          "verordening": "Subsidieverordening Zwolle", "artikel": "5"}}
VERLENING = BASIS | {
    "uitkomst": "verlenen", "bedrag": "40000.00", "methode": "", "maximum": None, "aantal": "1000.00", "tarief": "40.00",
    "van": "2027-01-01", "tot": "2028-01-01", "regels": REGELS,
    "termijnen": [{"op": "2027-01-15", "bedrag": "30000.00"}, {"op": "2027-07-15", "bedrag": "10000.00"}]}
WEIGERING = BASIS | {"uitkomst": "weigeren", "grond": "plafond", "eigen_feiten": False, "horen": "De stand staat vast"}
NIET_BEHANDELD = BASIS | {"uitkomst": "niet_behandelen"}


def brief(inhoud, **anders) -> BesluitBrief:
    gemeente = SimpleNamespace(naam="Zwolle", postadres="Postbus 1, 8000 AA Zwolle", merkkleur="#00447c")
    return replace(BesluitBrief(
        gemeente=gemeente, ondertekenaar="Karel ten Brinke", mandaat="Mandaatregister Zwolle, nummer 44", vervangt=None,
        vervanging_van=None, vervanging_tot=None, orgaan="het college van burgemeester en wethouders van Zwolle",
        aanvrager="Dagpunt (fictief)", adres="Kade 1, 8011 AA Zwolle", kenmerk="SUB-2026-0044", onderwerp="Besluit: Samen",
        verzonden_on=VERZONDEN, ontvangen_on=date(2026, 10, 3), inhoud=inhoud, bezwaar_tot=DUE.last_day,
        bezwaar_telling=DUE.count), **anders)


def secties(inhoud) -> dict[str, str]:
    return {s.kop: "\n".join(s.alineas) for s in besluitbrief(brief(inhoud)).secties}


def told(pdf: bytes) -> str:
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30).stdout.decode()
    return " ".join(text.split())


class Winkel:
    """A store that keeps what it gets."""

    def put(self, chunks) -> str:
        self.kept = b"".join(chunks)
        return "sleutel"


def test_a_grant_has_its_parts_apart_and_in_order():
    found = secties(VERLENING)
    assert list(found) == ["Wat wij besluiten", "Wat u bereikt", "Wat u moet doen", "Wanneer u recht heeft op het geld",
                           "Betaling", "Waarom", "Wat daarna komt"]
    for kop, numbers in (("Wat u bereikt", {"R1"}), ("Wat u moet doen", {"V1", "V2"}),
                         ("Wanneer u recht heeft op het geld", {"B1"})):
        assert {r["nummer"] for r in REGELS if f"{r['nummer']}. " in found[kop]} == numbers
    assert ("R1. Elke nacht zijn er 62 plaatsen.\nUiterlijk 31 december 2027. Dit blijkt uit: het jaarverslag. "
            "Artikel: Awb 4:30.") in found["Wat u bereikt"]
    assert "Dit blijkt uit: BSN-vrij bericht. Artikel: Awb 4:37, lid 1, onder c." in found["Wat u moet doen"]
    assert "Artikel: Awb 4:39, en Subsidieverordening Zwolle, artikel 9." in found["Wat u moet doen"]
    assert found["Waarom"] == BASIS["motivering"]


def test_a_kind_of_line_that_is_not_there_has_no_heading():
    assert "Wanneer u recht heeft op het geld" not in secties(VERLENING | {"regels": REGELS[:3]})
    assert "Waarom" not in secties(VERLENING | {"motivering": " "})
    found = secties(VERLENING | {"termijnen": []})
    assert found["Betaling"].startswith("U krijgt geen voorschot.")


@pytest.mark.parametrize(("anders", "says", "article"), [
    ({}, "Wij verlenen u een subsidie van € 40.000,00.", "4:31, lid 1"),
    ({"methode": "dagdelen keer tarief", "maximum": "44000.00"},
     "ten hoogste € 44.000,00.\nZo berekenen wij het bedrag: dagdelen keer tarief. Wij gaan nu uit van € 40.000,00.",
     "4:31, lid 2"),
], ids=["een bedrag", "een manier met een maximum"])
def test_an_amount_or_a_way_to_calculate_it(anders, says, article):
    letter = besluitbrief(brief(VERLENING | anders))
    assert says in "\n".join(letter.secties[0].alineas).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Algemene wet bestuursrecht, artikel {article}" in letter.grondslag
    assert "van 1 januari 2027 tot en met 31 december 2027" in letter.secties[0].alineas[-2]
    assert "Aantal: 1.000, voor" in letter.secties[0].alineas[-1]


def test_the_payments_come_to_the_amount_and_what_remains_is_named():
    rows = besluitbrief(brief(VERLENING)).bedragen
    assert [(b.omschrijving, int(b.bedrag)) for b in rows] == [("Voorschot 1", 30_000), ("Voorschot 2", 10_000),
                                                               ("Samen", 40_000)]
    rows = besluitbrief(brief(VERLENING | {"termijnen": VERLENING["termijnen"][:1]})).bedragen
    assert [(b.omschrijving, int(b.bedrag), b.betaling) for b in rows[1:]] == [
        ("Rest", 10_000, "na de vaststelling"), ("Samen", 40_000, "")]
    assert besluitbrief(brief(WEIGERING)).bedragen == ()


@pytest.mark.parametrize("grond", load("subsidies")["weigering"])
def test_every_ground_of_refusal_makes_a_letter_with_its_article(grond):
    letter = besluitbrief(brief(WEIGERING | {"grond": grond}))
    found = {s.kop: " ".join(s.alineas) for s in letter.secties}
    row = load("subsidies")["weigering"][grond]
    shown = "Subsidieverordening Zwolle, artikel 5" if row["artikel"] == "de verordening" else row["artikel"]
    assert f"{row['naam']} ({shown})" in found["Op welke grond"]
    assert ("niet anders besluiten" in found["Op welke grond"]) == row["verplicht"]
    assert any(kop.startswith("Hoe het subsidieplafond stond op 20 november 2026") for kop in found) == (
        grond in ("plafond", "rangorde"))
    assert len(set(letter.grondslag)) == len(letter.grondslag)
    assert render("besluit", letter).startswith(b"%PDF")


def test_the_ceiling_stands_as_it_was_and_never_below_nothing():
    kop = "Hoe het subsidieplafond stond op 20 november 2026"
    found = secties(WEIGERING)[kop].replace("\N{NO-BREAK SPACE}", " ")
    assert "Subsidieplafond: € 100.000,00." in found and "Nog over: € 5.000,00." in found
    lowered = secties(WEIGERING | {"plafond": PLAFOND | {"bedrag": "90000.00"}})[kop]
    assert "Nog over: € 0,00." in lowered.replace("\N{NO-BREAK SPACE}", " ")


def test_whether_and_why_somebody_was_heard():
    assert "De stand staat vast." in secties(WEIGERING)["Uw mening vooraf"]
    heard = WEIGERING | {"eigen_feiten": True, "grond": "komt-niet-na"}
    assert secties(heard)["Uw mening vooraf"].endswith("U schreef ons niets.")
    answered = secties(heard | {"argumenten": [{"tekst": "Dat klopt niet", "antwoord": "Wij zochten het na."}]})
    assert answered["Wat u naar voren bracht"] == "U schreef: Dat klopt niet.\nOns antwoord: Wij zochten het na."


def test_a_rank_comes_with_its_points():
    points = [{"criterium": "bereik", "punten": "7.50", "motivering": "Weinig inwoners"}]
    found = secties(WEIGERING | {"grond": "rangorde", "beoordeling": points})
    assert found["Uw punten"] == "Bereik: 7,5 punten. Weinig inwoners."
    assert "Uw punten" not in secties(WEIGERING | {"beoordeling": points})


def test_not_handled_names_its_article():
    letter = besluitbrief(brief(NIET_BEHANDELD))
    assert "Wij behandelen uw aanvraag niet (Awb 4:5, lid 1)." in letter.secties[0].alineas[0]
    assert letter.grondslag == ("Subsidieverordening Zwolle, artikel 5", "Regeling Dagbesteding (REG-2026-0003)",
                                "Algemene wet bestuursrecht, artikel 4:5, lid 1",
                                "Algemene wet bestuursrecht, artikel 4:5, lid 4")


def test_a_scheme_without_a_regulation_rests_on_the_exception():
    bare = BASIS["regeling"] | {"verordening": "", "artikel": ""}
    assert besluitbrief(brief(VERLENING | {"regeling": bare})).grondslag[0] == "Algemene wet bestuursrecht, artikel 4:23, lid 3"


@pytest.mark.parametrize("inhoud", [VERLENING, WEIGERING, NIET_BEHANDELD], ids=["verlening", "weigering", "niet behandeld"])
def test_the_letter_is_archival_signed_and_says_until_when(inhoud):
    winkel = Winkel()
    stuk = SubsidieBrieven(winkel).besluit(brief(inhoud))
    assert (stuk.key, stuk.naam, stuk.grootte) == ("sleutel", "besluit-SUB-2026-0044.pdf", len(winkel.kept))
    with pikepdf.open(BytesIO(winkel.kept)) as pdf:
        meta = pdf.open_metadata()
        assert meta["pdfaid:part"] == "2" and meta["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang).startswith("nl")
    text = told(winkel.kept)
    for words in ("Dagpunt (fictief) Kade 1 8011 AA Zwolle", "kenmerk SUB-2026-0044", "3 oktober 2026",
                  "maandag 4 januari 2027", "Waarop dit besluit berust",
                  "krachtens mandaat (Mandaatregister Zwolle, nummer 44)", "Karel ten Brinke mandaathouder",
                  "Zo is deze termijn geteld"):
        assert words in text, words
    assert SubsidieBrieven(winkel).besluit(brief(inhoud)).sha256 == stuk.sha256, "dezelfde brief is dezelfde bytes"


def test_a_concept_is_marked_and_names_no_signer():
    text = told(subsidiebrieven.concept(brief(VERLENING, mandaat="", ondertekenaar="")))
    assert "CONCEPT: Besluit: Samen" in text and "SUB-2026-0044-CONCEPT" in text
    assert "(nog niet getekend)" in text and "volgt bij het tekenen" in text


def test_without_a_mandate_there_is_no_letter():
    with pytest.raises(LetterError, match="waar die is vastgelegd"):
        SubsidieBrieven(Winkel()).besluit(brief(VERLENING, mandaat=""))


def test_a_replacement_is_named_with_its_last_day():
    absent = {"vervangt": "Ria Smeets", "vervanging_van": date(2026, 11, 20), "vervanging_tot": date(2026, 12, 1)}
    text = told(render("besluit", besluitbrief(brief(VERLENING, **absent))))
    assert "bij afwezigheid van Ria Smeets (vervanging van 20 november 2026 tot en met 30 november 2026)" in text


def test_texts_stay_texts():
    inhoud = VERLENING | {"motivering": HOSTILE, "regels": [regel("R1", "resultaat", HOSTILE, "4-30", bewijs=HOSTILE)],
                          "argumenten": [{"tekst": HOSTILE, "antwoord": HOSTILE}]}
    assert told(render("besluit", besluitbrief(brief(inhoud)))).count("*b* _c_ @ref") == 5
