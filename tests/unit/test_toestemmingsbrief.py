"""The letters about consent: what was asked, what is decided, on which conditions, and that it may be there by law."""

import pytest

from config import load
from portal.adapters.letters import render
from portal.adapters.subsidiebrieven import besluitbrief
from tests.unit.test_subsidiebrieven import REGELING, brief, secties, told

BASIS = REGELING | {
    "toestemming_id": "x", "verzoek": "SUB-2026-0044-T1", "handeling": "geld lenen of krediet nemen",
    "artikel": "Awb 4:71, lid 1, onder e", "gevraagd": "Wij lenen € 20.000 voor een keuken", "reden": "De oude is op",
    "gevraagd_on": "2026-10-26", "uiterlijk_on": "2026-11-23", "voorwaarden": [], "motivering": "", "eigen_feiten": None,
    "horen": ""}
GEVEN = BASIS | {"uitkomst": "toestemming_geven"}
VOORWAARDEN = BASIS | {"uitkomst": "toestemming_voorwaarden", "voorwaarden": ["Stuur ons het contract", "Leen niet meer."],
                       "motivering": "Zo weten wij wat u afspreekt.", "eigen_feiten": False, "horen": "Het zijn uw gegevens"}
WEIGEREN = BASIS | {"uitkomst": "toestemming_weigeren", "motivering": "De lening is te hoog.", "eigen_feiten": True}
NIET = BASIS | {"uitkomst": "toestemming_niet_behandelen", "motivering": "Het contract ontbreekt."}
VANZELF = BASIS | {"uitkomst": "toestemming_van_rechtswege", "geldt_vanaf": "2026-11-26"}
ALSNOG = BASIS | {"uitkomst": "toestemming_alsnog_voorschriften", "geldt_vanaf": "2026-11-26", "eigen_feiten": False,
                  "voorwaarden": ["Meld elke maand de stand"], "motivering": "De opvang valt anders weg.",
                  "horen": "Het zijn uw gegevens"}
ALLE = {"geven": GEVEN, "voorwaarden": VOORWAARDEN, "weigeren": WEIGEREN, "niet": NIET, "vanzelf": VANZELF, "alsnog": ALSNOG}


def test_every_outcome_has_a_letter():
    assert {one["uitkomst"] for one in ALLE.values()} == set(load("subsidies")["toestemming_uitkomst"])


@pytest.mark.parametrize("naam", ALLE)
def test_each_letter_is_a_pdf_with_what_was_asked_its_articles_and_objection(naam):
    text = told(render("besluit", besluitbrief(brief(ALLE[naam]))))
    assert "Op 26 oktober 2026 vroeg u ons om toestemming (nummer SUB-2026-0044-T1)" in text
    assert "geld lenen of krediet nemen (Awb 4:71, lid 1, onder e)" in text and "Wij lenen € 20.000 voor een keuken." in text
    assert "bezwaar" in text and "Algemene wet bestuursrecht, artikel 4:71, lid 2" in text


def test_consent_says_that_it_may_be_done():
    assert "U mag doen wat u vroeg." in secties(GEVEN)["Wat wij besluiten"]
    assert "Uw mening vooraf" not in secties(GEVEN) and "De voorwaarden" not in secties(GEVEN)


def test_conditions_are_numbered_and_have_reasons():
    found = secties(VOORWAARDEN)
    assert found["De voorwaarden"] == "1. Stuur ons het contract.\n2. Leen niet meer."
    assert "Zo weten wij wat u afspreekt." in found["Waarom"] and "Awb 4:7" in found["Uw mening vooraf"]


def test_a_refusal_says_what_happens_if_it_is_done_all_the_same():
    assert "4:46" in secties(WEIGEREN)["Wat wij besluiten"]


def test_what_is_not_handled_may_be_asked_again():
    found = secties(NIET)["Wat wij besluiten"]
    assert "Awb 4:5" in found and "nieuw verzoek" in found


def test_by_law_says_from_when_and_what_can_still_come():
    found = secties(VANZELF)
    assert "uiterlijk 23 november 2026" in found["Wat er is gebeurd"] and "vanaf 26 november 2026" in found["Wat er is gebeurd"]
    assert "4:20f" in found["Wat daarna nog kan"] and "Wat wij besluiten" not in found


def test_conditions_afterwards_say_why_and_leave_the_consent():
    found = secties(ALSNOG)
    assert "U heeft sinds 26 november 2026 toestemming van rechtswege." in found["Wat wij besluiten"]
    assert found["De voorschriften"] == "1. Meld elke maand de stand."
    assert "ernstige gevolgen voor het algemeen belang" in found["Waarom"] and "De opvang valt anders weg." in found["Waarom"]
    assert "Awb 4:8" in found["Uw mening vooraf"]
