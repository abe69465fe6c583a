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
from portal.domains.subsidies.beschikking import BesluitBrief
from portal.domains.subsidies.rules import AF
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
         "steun": "geen", "staatssteun": "Lokaal.", "gevraagd": "40000.00", "product": "dagdeel", "argumenten": [],
         "beoordeling": [],
         "plafond": PLAFOND, "regeling": {"reference": "REG-2026-0003", "titel": "Dagbesteding",
                                          "verordening": "Subsidieverordening Zwolle", "artikel": "5"}}
VERLENING = BASIS | {
    "uitkomst": "verlenen", "bedrag": "40000.00", "methode": "", "maximum": None, "aantal": "1000.00", "tarief": "40.00",
    "van": "2027-01-01", "tot": "2028-01-01", "regels": REGELS,
    "termijnen": [{"op": "2027-01-15", "bedrag": "30000.00"}, {"op": "2027-07-15", "bedrag": "10000.00"}]}
WEIGERING = BASIS | {"uitkomst": "weigeren", "grond": "plafond", "eigen_feiten": False, "horen": "De stand staat vast"}
NIET_BEHANDELD = BASIS | {"uitkomst": "niet_behandelen"}

REGELING = {"regeling": BASIS["regeling"], "argumenten": []}
VOORSCHOT = REGELING | {"uitkomst": "voorschot", "bedrag": "40000.00", "verleend": "40000.00", "eerder": "0",
                        "termijnen": VERLENING["termijnen"], "motivering": "Zo kunt u beginnen."}
VASTSTELLING = REGELING | {
    "uitkomst": "vaststellen", "bedrag": "35960.00", "verleend": "40000.00", "verleend_on": "2026-11-23", "betaald": "20000.00",
    "onderweg": "20000.00", "vastgelegd": "40000.00", "aangevraagd_on": "2028-02-01", "kosten": "38000", "eenheid": "dagdelen",
    "grond": "niet-verricht", "motivering": "", "eigen_feiten": False, "horen": "Het staat in uw eigen opgave",
    "afgesproken": "1000.00", "geleverd": "899", "berekend": "35960.00", "waarom_niet": "",
    "uitleg": ["Afgesproken: 1000 dagdelen. Geleverd: 899. Verschil: -101, dat is -10,10 %.",
               "De grens is 10 %: 100 dagdelen.", "Verrekend wordt 101 x € 40,00 = € 4.040,00."]}
HERZIENING = VASTSTELLING | {
    "bedrag": "20000.00", "grond": "", "geleverd": "500", "berekend": "20000.00", "motivering": "Er waren er maar 500.",
    "horen": "U gaf het zelf toe", "herziet": {"bedrag": "35960.00", "verzonden_on": "2028-03-01", "grond": "onjuist"}}
TERUGVORDERING = REGELING | {
    "uitkomst": "terugvorderen", "bedrag": "4000.00", "betaald": "40000.00", "vastgesteld": "35960.00", "te_veel": "4040.00",
    "ingetrokken": False, "vastgesteld_on": "2028-03-01", "kenmerk": "SUB-2026-0044-V1",
    "motivering": "U heeft een reserve.\nU kunt dit missen."}
HOLDS = {"onderwerp": "Verlening van subsidie: Samen", "verzonden_on": "2026-11-23", "verleend": "40000.00",
         "betaald": "20000.00"}
WIJZIGING = VERLENING | {
    "uitkomst": "wijzigen", "bedrag": "30000.00", "grond": "omstandigheden", "eigen_feiten": False,
    "horen": "U vroeg er zelf om",
    "schade": "De huur loopt door tot de zomer. Die vergoeden wij.", "begroting_on": None, "wijzigt": HOLDS, "termijnen": [],
    "verschil": [{"wat": "Bedrag", "soort": "bedrag", "was": "40000.00", "wordt": "30000.00"},
                 {"wat": "Laatste dag", "soort": "tot", "was": "2028-07-01", "wordt": "2028-01-01"},
                 {"wat": "Hoogste bedrag", "soort": "maximum", "was": "44000.00", "wordt": None},
                 {"wat": "Aantal", "soort": "aantal", "was": "1200.00", "wordt": "1000.00"},
                 {"wat": "V1", "soort": "regel", "was": "Stuur een bericht.", "wordt": "Stuur een kort bericht."},
                 {"wat": "V3", "soort": "regel", "was": "Weg.", "wordt": None},
                 {"wat": "B1", "soort": "regel", "was": None, "wordt": "De raad stelt genoeg geld beschikbaar."}]}
INTREKKING = BASIS | {"uitkomst": "intrekken", "grond": "niet-verricht", "eigen_feiten": False, "horen": "U meldde het zelf",
                      "motivering": "De plek ging nooit open.\nWij wogen uw kosten mee.", "schade": "", "begroting_on": None,
                      "wijzigt": HOLDS}
OP_BEZWAAR = REGELING | {
    "uitkomst": "gegrond", "bezwaar_id": "x", "bezwaar": "SUB-2026-0044-Z1", "grond": "", "motivering": "U had gelijk.",
    "ontvangen_on": "2026-12-01", "gehoord_on": "2026-12-20", "niet_horen": "", "commissie": False,
    "besluit": "Weigering van subsidie: Samen", "besluit_on": "2026-11-23", "besluit_soort": "subsidie",
    "besluit_uitkomst": "weigeren", "gevolg": "nieuw_besluit", "nieuw_tot": "2027-02-08", "afwijking": "", "advies": "",
    "advies_uitkomst": "",
    "advies_on": None,
    "argumenten": [{"nummer": 1, "tekst": "De telling klopt niet", "antwoord": "Dat telden wij verkeerd"}]}
DWANGSOM = REGELING | {"uitkomst": "dwangsom", "dossier_id": "x", "bedrag": "532.00", "dagen": 20, "gesteld_on": "2026-10-01",
                       "te_laat": "beslistermijn", "over": "SUB-2026-0044", "grond": "", "motivering": "Geteld."}


KWIJT = REGELING | {
    "uitkomst": "kwijtschelding", "vordering_id": "x", "kenmerk": "SUB-2026-0044-V1", "bedrag": "60.00",
    "verschuldigd": "100.00", "ontvangen": "40.00", "gevorderd_on": "2026-02-01", "motivering": "Innen kost meer.",
    "argumenten": []}
RENTE = REGELING | {
    "uitkomst": "rente", "vordering_id": "x", "kenmerk": "SUB-2026-0044-V1", "bedrag": "60.00", "hoofdsom": "36500.00",
    "betaal_tot": "2026-01-31", "betaald_on": "2026-02-20", "motivering": "U kon dit missen.", "rente": [
        {"van": "2026-02-01", "tot_en_met": "2026-02-10", "hoofdsom": "36500.00", "percentage": "4", "bedrag": "40.00"},
        {"van": "2026-02-11", "tot_en_met": "2026-02-20", "hoofdsom": "18250.00", "percentage": "4", "bedrag": "20.00"}]}
VERGOEDING = REGELING | {
    "uitkomst": "rentevergoeding", "bedrag": "60.00", "motivering": "", "argumenten": [], "betalingen": [
        {"betaling_id": "x", "kenmerk": "SUB-2026-0044-B1", "hoofdsom": "36500.00", "betaal_tot": "2026-01-31",
         "betaald_on": "2026-02-20", "bedrag": "60.00", "terug": False, "rente": RENTE["rente"]}]}


def brief(inhoud, **anders) -> BesluitBrief:
    gemeente = SimpleNamespace(naam="Zwolle", postadres="Postbus 1, 8000 AA Zwolle", merkkleur="#00447c")
    return replace(BesluitBrief(
        gemeente=gemeente, ondertekenaar="Karel ten Brinke", mandaat="Mandaatregister Zwolle, nummer 44", vervangt=None,
        vervanging_van=None, vervanging_tot=None, orgaan="het college van burgemeester en wethouders van Zwolle",
        aanvrager="Dagpunt (fictief)", adres="Kade 1, 8011 AA Zwolle", kenmerk="SUB-2026-0044", onderwerp="Besluit: Samen",
        verzonden_on=VERZONDEN, ontvangen_on=date(2026, 10, 3), inhoud=inhoud, bezwaar_tot=DUE.last_day,
        bezwaar_telling=DUE.count, betaling_tot=compute(terms.rule("betaling"), VERZONDEN).last_day), **anders)


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


def test_the_reports_that_are_asked_have_their_days_and_their_article():
    asked = VERLENING | {"rapportages": [{"van": "2027-01-01", "tot": "2027-07-01", "uiterlijk": "2027-07-31"}]}
    said = secties(asked)["Welke berichten u stuurt"]
    assert "Bericht 1: over 1 januari 2027 tot en met 30 juni 2027. Stuur het uiterlijk 31 juli 2027." in said
    assert any(row.endswith("artikel 4:37, lid 1, onder c") for row in besluitbrief(brief(asked)).grondslag)
    assert "Welke berichten u stuurt" not in secties(VERLENING)


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


@pytest.mark.parametrize("inhoud", [
    VERLENING, WEIGERING, NIET_BEHANDELD, VOORSCHOT, VASTSTELLING, TERUGVORDERING, WIJZIGING, INTREKKING, DWANGSOM,
    RENTE, HERZIENING, KWIJT, VERGOEDING], ids=[
    "verlening", "weigering", "niet behandeld", "voorschot", "vaststelling", "terugvordering", "wijziging", "intrekking",
    "dwangsom", "rente", "herziening", "kwijtschelding",
    "rentevergoeding"])
def test_the_letter_is_archival_signed_and_says_until_when(inhoud):
    winkel = Winkel()
    stuk = SubsidieBrieven(winkel).besluit(brief(inhoud))
    assert (stuk.key, stuk.naam, stuk.grootte) == ("sleutel", "besluit-SUB-2026-0044.pdf", len(winkel.kept))
    with pikepdf.open(BytesIO(winkel.kept)) as pdf:
        meta = pdf.open_metadata()
        assert meta["pdfaid:part"] == "2" and meta["pdfuaid:part"] == "1"
        assert pdf.Root.MarkInfo.Marked and str(pdf.Root.Lang).startswith("nl")
    text = told(winkel.kept)
    assert "3 oktober 2026" in text or inhoud not in (VERLENING, WEIGERING, NIET_BEHANDELD)
    for words in ("Dagpunt (fictief) Kade 1 8011 AA Zwolle", "kenmerk SUB-2026-0044", "Bent u het niet eens",
                  "maandag 4 januari 2027", "Waarop dit besluit berust",
                  "krachtens mandaat (Mandaatregister Zwolle, nummer 44)", "Karel ten Brinke mandaathouder",
                  "Zo is deze termijn geteld"):
        assert words in text, words
    assert SubsidieBrieven(winkel).besluit(brief(inhoud)).sha256 == stuk.sha256, "dezelfde brief is dezelfde bytes"


def plain(inhoud) -> dict[str, str]:
    return {kop: text.replace("\N{NO-BREAK SPACE}", " ") for kop, text in secties(inhoud).items()}


def rows(inhoud) -> list[tuple]:
    return [(b.omschrijving, int(b.bedrag), b.betaling) for b in besluitbrief(brief(inhoud)).bedragen]


def test_advances_have_their_days_and_are_no_determination():
    found = plain(VOORSCHOT)
    assert "Wij betalen u 2 voorschotten, samen € 40.000,00 (Awb 4:95, lid 1)." in found["Wat wij besluiten"]
    assert "Eerder besloten wij" not in found["Wat wij besluiten"]
    assert "nog geen vastgestelde subsidie" in found["Wat u moet weten"]
    assert rows(VOORSCHOT) == [("Voorschot 1", 30_000, "uiterlijk 15 januari 2027"),
                               ("Voorschot 2", 10_000, "uiterlijk 15 juli 2027"), ("Samen", 40_000, "")]
    later = plain(VOORSCHOT | {"eerder": "5000", "termijnen": VOORSCHOT["termijnen"][:1], "bedrag": "30000.00"})
    assert "Wij betalen u één voorschot" in later["Wat wij besluiten"]
    assert "Eerder besloten wij al over € 5.000,00" in later["Wat wij besluiten"]


def test_a_lower_determination_counts_line_by_line_and_names_its_ground():
    letter, found = besluitbrief(brief(VASTSTELLING)), plain(VASTSTELLING)
    assert list(found) == ["Wat wij besluiten", "Hoe wij het bedrag berekenden", "Op welke grond", "Uw mening vooraf",
                           "Wat er met het geld gebeurt"]
    assert "Op 1 februari 2028 vroeg u ons" in letter.inleiding[0]
    assert "Wij stellen uw subsidie vast op € 35.960,00." in found["Wat wij besluiten"]
    assert "Het bedrag is nu € 4.040,00 lager." in found["Wat wij besluiten"]
    assert [line for line in VASTSTELLING["uitleg"] if line not in found["Hoe wij het bedrag berekenden"]] == []
    assert "Zo komen wij op € 35.960,00." in found["Hoe wij het bedrag berekenden"]
    assert "(Awb 4:46, lid 2, onder a)" in found["Op welke grond"]
    assert "U krijgt nog € 15.960,00. Wij betalen dat uiterlijk 4 januari 2027" in found["Wat er met het geld gebeurt"]
    for article in ("4:46, lid 1", "4:46, lid 2, onder a", "4:44", "4:52", "4:87, lid 1", "4:7"):
        assert f"Algemene wet bestuursrecht, artikel {article}" in letter.grondslag
    assert rows(VASTSTELLING)[-1] == ("U krijgt nog", 15_960, "uiterlijk 4 januari 2027")


def test_a_revised_determination_says_what_held_on_which_ground_and_what_is_different():
    letter, found = besluitbrief(brief(HERZIENING)), plain(HERZIENING)
    assert list(found) == ["Wat wij besluiten", "Hoe wij het bedrag berekenden", "Op welke grond", "Waarom", "Uw mening vooraf",
                           "Wat er met het geld gebeurt"]
    assert "Op 1 maart 2028 stelden wij uw subsidie uit de regeling 'Dagbesteding' vast." in letter.inleiding[0]
    assert "Deze brief herziet dat besluit (Awb 4:49)." in letter.inleiding[0] and "vroeg u ons" not in letter.inleiding[0]
    decided = found["Wat wij besluiten"]
    assert "Wij stellen haar nu vast op € 20.000,00." in decided
    assert "Op 1 maart 2028 stelden wij haar vast op € 35.960,00. Het bedrag is nu € 15.960,00 lager." in decided
    assert "40.000,00" not in decided, "wat verleend is, is hier de maat niet"
    assert "de vaststelling was onjuist" in found["Op welke grond"] and "(Awb 4:49, lid 1, onder b)" in found["Op welke grond"]
    assert "(Awb 4:8)" in found["Uw mening vooraf"]
    laws = [line.removeprefix("Algemene wet bestuursrecht, artikel ") for line in letter.grondslag]
    assert {"4:49, lid 1, onder b", "4:49, lid 2", "4:8", "4:42", "4:52"} <= set(laws)
    assert not [law for law in laws if law.startswith(("4:46", "4:44", "4:47", "4:7"))]
    higher = HERZIENING | {"bedrag": "38000.00", "eigen_feiten": None, "horen": ""}
    assert "Het bedrag is nu € 2.040,00 hoger." in plain(higher)["Wat wij besluiten"]
    assert "Uw mening vooraf" not in plain(higher)


@pytest.mark.parametrize(("anders", "says", "last"), [
    ({"onderweg": "40000.00"}, "Dat is € 4.040,00 te veel. U hoeft nu nog niets terug te betalen.", "Te veel betaald"),
    ({"onderweg": "35960.00"}, "Dat is precies het vastgestelde bedrag.", "Al betaald"),
], ids=["te veel", "precies"])
def test_what_happens_to_the_balance(anders, says, last):
    assert says in plain(VASTSTELLING | anders)["Wat er met het geld gebeurt"]
    assert rows(VASTSTELLING | anders)[-1][0] == last
    assert not [a for a in besluitbrief(brief(VASTSTELLING | anders)).grondslag if "4:87" in a]


def test_a_determination_as_granted_without_application_and_above_by_the_method():
    same = VASTSTELLING | {"bedrag": "40000.00", "berekend": "40000.00", "grond": "", "eigen_feiten": None, "horen": "",
                           "aangevraagd_on": None, "kosten": None, "uitleg": [], "motivering": "Alles is gedaan."}
    letter, found = besluitbrief(brief(same)), plain(same)
    assert "Daarom doen wij het zelf (Awb 4:47)." in letter.inleiding[0]
    assert "Dat is hetzelfde bedrag." in found["Wat wij besluiten"]
    assert "Wij rekenden hier niet met aantallen." in found["Hoe wij het bedrag berekenden"]
    assert found["Waarom"] == "Alles is gedaan." and "Op welke grond" not in found and "Uw mening vooraf" not in found
    higher = same | {"bedrag": "44000.00"}
    assert "€ 4.000,00 hoger" in plain(higher)["Wat wij besluiten"]
    assert "De berekening komt op € 40.000,00." in plain(higher)["Hoe wij het bedrag berekenden"]
    assert "Algemene wet bestuursrecht, artikel 4:31, lid 2" in besluitbrief(brief(higher)).grondslag


@pytest.mark.parametrize("grond", load("subsidies")["lager"])
def test_every_ground_for_less_makes_a_letter_with_its_article(grond):
    row = load("subsidies")["lager"][grond]
    assert f"want {row['naam']} ({row['artikel']})." in plain(VASTSTELLING | {"grond": grond})["Op welke grond"]


def test_a_recovery_weighs_the_interests_and_says_how_to_pay():
    letter, found = besluitbrief(brief(TERUGVORDERING)), plain(TERUGVORDERING)
    assert "Wij vragen € 4.000,00 van u terug (Awb 4:57, lid 1). Betaal dit bedrag uiterlijk 4 januari 2027." in (
        found["Wat wij besluiten"])
    assert "U kreeg dus € 4.040,00 te veel. Wij vragen niet alles terug: van € 40,00 zien wij af." in (
        found["Hoe wij aan dit bedrag komen"])
    assert found["Waarom wij dit redelijk vinden"].endswith("U heeft een reserve.\nU kunt dit missen.")
    assert "Zet erbij: SUB-2026-0044-V1." in found["Hoe u betaalt"] and "uitstel" in found["Hoe u betaalt"]
    assert "Algemene wet bestuursrecht, artikel 4:57" in letter.grondslag
    assert rows(TERUGVORDERING)[-1] == ("U betaalt terug", 4_000, "uiterlijk 4 januari 2027")
    whole = plain(TERUGVORDERING | {"bedrag": "4040.00"})
    assert "zien wij af" not in whole["Hoe wij aan dit bedrag komen"]
    taken_back = TERUGVORDERING | {"ingetrokken": True, "vastgesteld": "0"}
    assert "trokken wij uw subsidie" in besluitbrief(brief(taken_back)).inleiding[0]
    assert "De subsidie is ingetrokken." in plain(taken_back)["Hoe wij aan dit bedrag komen"]
    assert rows(taken_back)[1][0] == "Subsidie na de intrekking"


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


def test_a_change_tells_how_it_was_and_how_it_becomes_and_gives_all_that_holds():
    letter, found = besluitbrief(brief(WIJZIGING)), plain(WIJZIGING)
    assert list(found) == ["Wat wij besluiten", "Wat er verandert", "Op welke grond", "Uw schade", "Uw mening vooraf", "Waarom",
                           "Wat u bereikt", "Wat u moet doen", "Wanneer u recht heeft op het geld", "Betaling",
                           "Wat daarna komt"]
    assert "Op 23 november 2026 besloten wij over uw subsidie" in letter.inleiding[0]
    assert found["Wat wij besluiten"].startswith("Wij wijzigen uw subsidie.\nU krijgt nu een subsidie van € 30.000,00.")
    assert found["Wat er verandert"].splitlines() == [
        "Bedrag: was € 40.000,00, wordt € 30.000,00.", "Laatste dag: was 30 juni 2028, wordt 31 december 2027.",
        "Hoogste bedrag vervalt. Dat was € 44.000,00.", "Aantal: was 1.200, wordt 1.000.", "V1 was: Stuur een bericht.",
        "Dat wordt: Stuur een kort bericht.", "V3 vervalt: Weg.", "B1 is nieuw: De raad stelt genoeg geld beschikbaar.",
        "De rest blijft zoals het was."]
    assert "(Awb 4:50, lid 1, onder b)" in found["Op welke grond"] and "telt niet terug" in found["Op welke grond"]
    assert found["Uw schade"].endswith("De huur loopt door tot de zomer. Die vergoeden wij.")
    assert found["Betaling"].startswith("U kreeg tot nu toe € 20.000,00.\nGeplande betalingen die niet meer")
    for article in ("4:50, lid 1, onder b", "4:50, lid 2", "4:8", "4:31, lid 1", "4:34, lid 1"):
        assert f"Algemene wet bestuursrecht, artikel {article}" in letter.grondslag


def test_a_change_that_gives_more_needs_no_ground():
    more = WIJZIGING | {"bedrag": "45000.00", "grond": "", "eigen_feiten": None, "horen": "", "schade": ""}
    found = plain(more)
    assert not {"Op welke grond", "Uw schade", "Uw mening vooraf"} & set(found)
    assert "gaan niet door" not in found["Betaling"] and "terugvragen" not in found["Betaling"]
    assert "Na de vaststelling besluiten wij of wij geld terugvragen" in plain(WIJZIGING | {"bedrag": "19999.00"})["Betaling"]
    paid = WIJZIGING | {"wijzigt": HOLDS | {"betaald": "0"}}
    assert "U kreeg tot nu toe nog geen geld." in plain(paid)["Betaling"]


@pytest.mark.parametrize("grond", [code for code, row in load("subsidies")["intrekking"].items() if row["werking"] == "terug"])
def test_a_withdrawal_names_its_ground_weighs_and_says_what_happens_to_the_money(grond):
    row = load("subsidies")["intrekking"][grond]
    inhoud = INTREKKING | {"grond": grond, "begroting_on": "2026-11-01" if grond == "begrotingsvoorbehoud" else None}
    letter, found = besluitbrief(brief(inhoud)), plain(inhoud)
    assert "Wij trekken uw subsidie in. Wij verleenden u € 40.000,00." in found["Wat wij besluiten"]
    assert f"De grond is: {row['naam']} ({row['artikel']})." in found["Op welke grond"]
    assert ("op 1 november 2026" in found["Op welke grond"]) == (grond == "begrotingsvoorbehoud")
    weighed = found["Waarom wij dit redelijk vinden"]
    assert "(Awb 3:4)" in weighed and "Wij wogen uw kosten mee." in weighed
    assert "U meldde het zelf." in found["Uw mening vooraf"]
    assert "U kreeg al € 20.000,00. U hoeft nu nog niets terug te betalen." in found["Wat er met het geld gebeurt"]
    assert row["artikel"].replace("Awb ", "Algemene wet bestuursrecht, artikel ") in letter.grondslag
    unpaid = plain(inhoud | {"wijzigt": HOLDS | {"betaald": "0.00"}})
    assert "U hoeft dus niets terug te betalen." in unpaid["Wat er met het geld gebeurt"]


BEROEP = {"rechtsmiddel": "beroep", "bezwaar_tot": compute(terms.rule("beroepstermijn"), VERZONDEN).last_day,
          "bezwaar_telling": compute(terms.rule("beroepstermijn"), VERZONDEN).count}


@pytest.mark.parametrize(("anders", "says", "changes"), [
    ({}, "Uw bezwaar is gegrond.", "uiterlijk 8 februari 2027 (Awb 7:11, lid 2). Bent u het daar niet mee eens?"),
    ({"gevolg": "behandelen"}, "Uw bezwaar is gegrond.", "Wij behandelen uw aanvraag alsnog."),
    ({"gevolg": "vervalt_nieuw", "uitkomst": "deels_gegrond"}, "voor een deel gegrond", "Wij herroepen de terugvordering"),
    ({"gevolg": "rente_vervalt"}, "Uw bezwaar is gegrond.", "U hoeft geen rente te betalen."),
    ({"gevolg": "herzien"}, "Uw bezwaar is gegrond.", "voor zover het niet klopt"),
    ({"uitkomst": "ongegrond", "gevolg": "niets"}, "Uw bezwaar is ongegrond.", "Ons besluit blijft gelden."),
    ({"uitkomst": "niet_ontvankelijk", "gevolg": "niets", "grond": "te-laat", "gehoord_on": None, "argumenten": []},
     "De reden is: het bezwaar kwam te laat", "Ons besluit blijft gelden."),
], ids=["weigering", "niet behandeld", "terugvordering", "rente", "anders", "ongegrond", "niet-ontvankelijk"])
def test_a_decision_on_an_objection_says_what_it_does_and_goes_to_court(anders, says, changes):
    inhoud = OP_BEZWAAR | anders
    letter = besluitbrief(brief(inhoud, **BEROEP))
    found = plain(inhoud)
    assert says in found["Wat wij beslissen"] and changes in found["Wat er verandert"]
    assert ("aparte brief, uiterlijk" in found["Wat er verandert"]) == (inhoud["gevolg"] not in AF)
    assert "Op 1 december 2026 ontvingen wij uw bezwaar (nummer SUB-2026-0044-Z1)." in letter.inleiding[0]
    assert ("Uw gronden en ons antwoord" in found) == bool(inhoud["argumenten"])
    assert "Algemene wet bestuursrecht, artikel 7:12" in letter.grondslag
    text = told(render("besluit", letter))
    assert "U kunt naar de rechter gaan. Dat heet beroep instellen." in text and "griffierecht" in text
    assert "Bezwaar maken kan niet nog een keer." in text and "maandag 4 januari 2027" in text


@pytest.mark.parametrize(("anders", "says"), [
    ({}, "Op 20 december 2026 kon u uw bezwaar toelichten (Awb 7:2)."),
    ({"gehoord_on": None, "niet_horen": "afgezien"}, "(Awb 7:3, onder c en d)."),
    ({"gehoord_on": None}, "(Awb 7:3, onder a)."),
], ids=["gehoord", "afgezien", "niet gehoord"])
def test_how_an_objection_was_handled(anders, says):
    found = plain(OP_BEZWAAR | anders)
    assert says in found["Hoe wij uw bezwaar behandelden"] and "(Awb 10:3, lid 3)" in found["Hoe wij uw bezwaar behandelden"]
    assert found["Uw gronden en ons antwoord"] == (
        "1. U schreef: De telling klopt niet.\nOns antwoord: Dat telden wij verkeerd.")


def test_a_penalty_is_counted_step_by_step_and_paid_within_six_weeks():
    found = plain(DWANGSOM)
    assert "Wij betalen u een dwangsom van € 532,00 (Awb 4:18)." in found["Wat wij besluiten"]
    count = found["Hoe wij dit bedrag berekenden"].splitlines()
    assert count[1:3] == ["Dag 1 tot en met 14: 14 keer € 23,00 is € 322,00.",
                          "Dag 15 tot en met 20: 6 keer € 35,00 is € 210,00."]
    assert "uiterlijk 4 januari 2027 (Awb 4:87, lid 1)" in found["Wanneer wij betalen"]
    assert rows(DWANGSOM) == [("Dwangsom", 532, "uiterlijk 4 januari 2027")]
    one = plain(DWANGSOM | {"dagen": 1, "bedrag": "23.00"})
    assert "1 dag te laat" in one["Wat wij besluiten"] and "Dag 1: € 23,00." in one["Hoe wij dit bedrag berekenden"]
    none = DWANGSOM | {"dagen": 0, "bedrag": "0.00"}
    assert "geen dwangsom" in plain(none)["Wat wij besluiten"] and rows(none) == []


@pytest.mark.parametrize(("te_laat", "says", "article"), [
    ("beslistermijn", "Wij waren te laat met ons besluit op uw aanvraag voor subsidie uit", "4:17"),
    ("vaststellingstermijn", "Wij waren te laat met ons besluit om uw subsidie uit de regeling 'Dagbesteding' vast te stellen",
     "4:17"),
    ("beslissing_op_bezwaar", "Wij waren te laat met onze beslissing op uw bezwaar (nummer BZW-1).", "7:14"),
    ("beslissing_op_bezwaar_commissie", "Wij waren te laat met onze beslissing op uw bezwaar (nummer BZW-1).", "7:14"),
    ("toestemming_bekendmaken", "Wij waren te laat met het bekendmaken daarvan.", "4:20d")])
def test_the_penalty_letter_says_with_what_we_were_late(te_laat, says, article):
    letter = besluitbrief(brief(DWANGSOM | {"te_laat": te_laat, "over": "BZW-1"}))
    assert says in letter.inleiding[0]
    assert f"Algemene wet bestuursrecht, artikel {article}" in letter.grondslag
    assert ("Algemene wet bestuursrecht, artikel 4:17" in letter.grondslag) is (te_laat != "toestemming_bekendmaken")


def test_no_penalty_on_a_ground_of_the_law_says_which_and_why():
    inhoud = DWANGSOM | {"bedrag": "0.00", "grond": "onredelijk-laat", "motivering": "U wachtte anderhalf jaar."}
    found = plain(inhoud)
    assert "Wij betalen u geen dwangsom (Awb 4:18)." in found["Wat wij besluiten"]
    assert "onredelijk laat (Awb 4:17, lid 6, onder a)" in found["Waarom"] and "anderhalf jaar" in found["Waarom"]
    assert "Als u al bezwaar maakte" in found and "Wanneer wij betalen" not in found and rows(inhoud) == []


def test_interest_is_counted_stretch_by_stretch_and_says_why_it_is_asked():
    found = plain(RENTE)
    assert "U betaalt € 60,00 aan wettelijke rente (Awb 4:98 en 4:99). Betaal dit bedrag uiterlijk 4 januari 2027." in (
        found["Wat wij besluiten"])
    count = found["Hoe wij dit bedrag berekenden"].splitlines()
    assert count[0].startswith("U moest € 36.500,00 terugbetalen, uiterlijk 31 januari 2026. Op 20 februari 2026 was")
    assert count[1:] == [
        "Van 1 februari 2026 tot en met 10 februari 2026 stond € 36.500,00 open. Dat is 10 dagen tegen 4 procent per jaar: "
        "€ 40,00.",
        "Van 11 februari 2026 tot en met 20 februari 2026 stond € 18.250,00 open. Dat is 10 dagen tegen 4 procent per jaar: "
        "€ 20,00.", "Samen is dat € 60,00."]
    assert "U kon dit missen." in found["Waarom wij rente vragen"] and "Zet erbij: SUB-2026-0044-V1." in found["Hoe u betaalt"]
    assert rows(RENTE) == [("Rente", 60, "uiterlijk 4 januari 2027")]
    one = plain(RENTE | {"rente": RENTE["rente"][:1], "bedrag": "40.00"})["Hoe wij dit bedrag berekenden"]
    assert "Samen is dat" not in one


def test_the_interest_that_the_gemeente_owes_is_counted_payment_by_payment():
    found = plain(VERGOEDING)
    assert "U krijgt van ons € 60,00 aan wettelijke rente, omdat wij te laat betaalden (Awb 4:98 en 4:99)." in (
        found["Wat wij besluiten"])
    count = found["Hoe wij dit bedrag berekenden"].splitlines()
    assert count[1] == ("Betaling SUB-2026-0044-B1: wij moesten € 36.500,00 betalen, uiterlijk 31 januari 2026. Wij betaalden "
                        "op 20 februari 2026.")
    assert count[2].startswith("Van 1 februari 2026 tot en met 10 februari 2026 stond € 36.500,00 open.")
    assert count[-1] == "Samen is dat € 60,00." and "uiterlijk 4 januari 2027" in found["Wanneer wij betalen"]
    assert rows(VERGOEDING) == [("Rente", 60, "uiterlijk 4 januari 2027")]
    assert "te laat aan u." in besluitbrief(brief(VERGOEDING)).inleiding[0]
    back = VERGOEDING | {"betalingen": [VERGOEDING["betalingen"][0] | {"terug": True, "kenmerk": "SUB-2026-0044-V1"}]}
    assert "Vordering SUB-2026-0044-V1: u betaalde ons € 36.500,00, de eerste keer op 31 januari 2026." in (
        plain(back)["Hoe wij dit bedrag berekenden"])


def test_what_is_remitted_says_how_much_is_left_and_why():
    found = plain(KWIJT)
    assert "Wij schelden u € 60,00 kwijt (Awb 4:94a)." in found["Wat wij besluiten"]
    assert "Wij kregen daarvan € 40,00. De rest is € 60,00." in found["Om welk bedrag het gaat"]
    assert "Innen kost meer." in found["Waarom"] and rows(KWIJT) == []
    assert "Wij kregen daarvan" not in plain(KWIJT | {"ontvangen": "0.00"})["Om welk bedrag het gaat"]
    assert "Op 1 februari 2026 vroegen wij een deel van uw subsidie" in besluitbrief(brief(KWIJT)).inleiding[0]


def test_who_did_not_ask_for_a_decision_is_heard_on_another_article():
    lower = VASTSTELLING | {"grond": "niet-verricht", "eigen_feiten": True, "horen": ""}
    for inhoud, article, other in ((lower, "4:7", "4:8"), (lower | {"aangevraagd_on": None}, "4:8", "4:7"),
                                   (INTREKKING, "4:8", "4:7"), (WEIGERING, "4:7", "4:8")):
        letter = besluitbrief(brief(inhoud))
        assert f"(Awb {article})" in plain(inhoud)["Uw mening vooraf"]
        assert f"Algemene wet bestuursrecht, artikel {article}" in letter.grondslag
        assert f"Algemene wet bestuursrecht, artikel {other}" not in letter.grondslag


# Less than was asked, later than the beginning ---------------------------------------------------------------------------

DEELS = VERLENING | {"bedrag": "30000.00", "geweigerd": "10000.00", "grond": "plafond", "eigen_feiten": False,
                     "horen": "De stand staat vast"}


def test_a_grant_of_less_than_was_asked_refuses_the_rest_in_words():
    told = secties(DEELS)
    decided = told["Wat wij besluiten"].replace("\xa0", " ")
    assert "U vroeg om € 40.000,00. Wij verlenen € 30.000,00." in decided
    assert ("De rest is € 10.000,00. Die weigeren wij op grond van Awb 4:25, lid 2: het subsidieplafond is bereikt."
            in decided)
    assert "De stand staat vast." in told["Uw mening vooraf"] and "Hoe het subsidieplafond stond op 20 november 2026" in told
    rests_on = besluitbrief(brief(DEELS)).grondslag
    assert {f"Algemene wet bestuursrecht, artikel {n}" for n in ("4:25, lid 2", "4:7")} <= set(rests_on)
    whole = secties(VERLENING)
    assert "Uw mening vooraf" not in whole and "weigeren" not in whole["Wat wij besluiten"]


def test_a_grant_with_a_maximum_refuses_what_lies_above_it():
    told = secties(DEELS | {"maximum": "35000.00", "methode": "Aantal keer tarief", "geweigerd": "5000.00"})
    assert "Wij verlenen ten hoogste € 35.000,00." in told["Wat wij besluiten"].replace("\xa0", " ")


def test_a_grant_says_that_the_advances_get_a_decision_of_their_own():
    assert "Over de voorschotten nemen wij een apart besluit (Awb 4:95)." in secties(VERLENING)["Betaling"]
    assert "apart besluit" not in secties(VERLENING | {"termijnen": []})["Betaling"]


def test_who_was_subsidised_for_years_reads_when_it_was_announced():
    told = secties(WEIGERING | {"grond": "voortzetting", "voornemen_on": "2026-06-01"})["Op welke grond"]
    assert "Op 1 juni 2026 maakten wij bekend" in told and "Awb 4:51" in told


def test_a_lower_amount_says_from_which_day_it_counts():
    told = secties(WIJZIGING | {"lager_vanaf": "2027-05-01"})["Op welke grond"]
    assert "Het lagere bedrag telt vanaf 1 mei 2027." in told


def test_what_the_committee_advised_goes_along_and_says_whether_it_is_followed():
    advice = {"commissie": True, "advies": "Wij zijn met drie.\nWij vinden het gegrond.", "advies_uitkomst": "gegrond",
              "advies_on": "2026-12-28"}
    followed = plain(OP_BEZWAAR | advice)["Het advies van de commissie"]
    assert "op 28 december 2026 (Awb 7:13). Zij adviseert: gegrond. Wij volgen dat advies." in followed
    assert "Wij zijn met drie." in followed
    differs = {"uitkomst": "ongegrond", "gevolg": "niets", "afwijking": "Zij las een oude regeling."}
    other = plain(OP_BEZWAAR | advice | differs)["Het advies van de commissie"]
    assert "Wij wijken daarvan af (Awb 7:13, lid 7). Zij las een oude regeling." in other
    assert "Het advies van de commissie" not in plain(OP_BEZWAAR)


def test_what_takes_the_place_of_a_decision_that_fell_says_so():
    fallen = {"vervangt": {"besluit_id": "x", "onderwerp": "Weigering", "bezwaar": "Z1", "verzonden_on": "2026-11-23"}}
    letter = besluitbrief(brief(VERLENING | fallen, **BEROEP))
    assert "komt in de plaats van ons besluit van 23 november 2026" in letter.inleiding[0]
    assert "komt in de plaats" not in besluitbrief(brief(VERLENING)).inleiding[0]

