"""`flask berichten controleer`: what an operator or tester reads about a file."""

import json

import pytest

from portal.adapters.istandaarden import schrijf
from tests.istandaarden_world import BSN, FOUT_BSN, anders, maak


@pytest.fixture
def controleer(app):
    def run(*words: str) -> tuple[int, str]:
        done = app.test_cli_runner().invoke(args=["berichten", "controleer", *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
        return done.exit_code, done.output

    return run


@pytest.fixture
def bestanden(tmp_path):
    goed, fout, bom = (tmp_path / naam for naam in ("goed.xml", "fout.xml", "bom.xml"))
    goed.write_bytes(schrijf(maak("WMO301")))
    fout.write_bytes(schrijf(anders(maak("JW307"), Client__Bsn=FOUT_BSN, Client__StopProducten__0__StatusAanlevering="2")))
    bom.write_bytes(b'<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><a>&b;</a>')
    return [str(pad) for pad in (goed, fout, bom)]


def test_each_file_is_told_with_rule_place_and_return_code(controleer, bestanden):
    code, said = controleer(*bestanden)
    assert code == 1
    assert said.splitlines() == [
        "goed.xml: WMO301, Dit bericht klopt.",
        "fout.xml: JW307, Aan dit bericht klopt 2 keer iets niet.",
        "  CS002 Client / Bsn: Het burgerservicenummer klopt niet met de elfproef. (retourcode 0001)",
        "  CS058 Client / StopProducten 1 / StatusAanlevering: De status van de aanlevering is 1 (eerste) of 3 (verwijderen). "
        "(retourcode 0001)",
        "bom.xml: Dit bestand heeft een documenttype of entiteiten. Dat mag niet in een bericht; wij lezen het niet.",
    ]
    assert BSN not in said and FOUT_BSN not in said


def test_a_script_reads_one_line_of_json_per_file(controleer, bestanden):
    code, said = controleer("--json", *bestanden)
    goed, fout, bom = map(json.loads, said.splitlines())
    assert code == 1
    assert (goed["bestand"], goed["geldig"], goed["regels"]) == ("goed.xml", True, [])
    assert (fout["bericht"], fout["regels"], fout["retourcodes"]) == ("JW307", ["CS002", "CS058"], ["0001"])
    assert (bom["geldig"], bom["bericht"]) == (False, None)


def test_sound_files_end_well_and_a_missing_one_does_not(controleer, bestanden, tmp_path):
    assert controleer(bestanden[0])[0] == 0
    assert controleer()[0] == 2
    assert controleer(str(tmp_path / "weg.xml"))[0] == 2
    assert controleer("--xsd", str(tmp_path), bestanden[0])[0] == 0  # a folder without schemas says nothing
