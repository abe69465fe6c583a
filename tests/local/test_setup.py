"""The set-up: does nothing twice, says in one sentence what went wrong, and knows what is missing."""

import os
import subprocess
import sys

import pytest

from local import PROJECT, setup
from local.setup import Progress, StepFailed, SystemPackage


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "STAMPS", tmp_path)
    return tmp_path


def test_a_step_runs_again_only_when_its_key_changed_or_its_result_is_gone(stamps, capsys):
    made, runs = stamps / "made", []

    def act():
        runs.append(1)
        made.touch()

    for key, gone in (("a", False), ("a", False), ("b", False), ("b", True)):
        if gone:
            made.unlink()
        Progress().stamped("step", "Stap", key, act, made)
    assert len(runs) == 3
    assert capsys.readouterr().out.count("Stap ... 0.0 s") == 3


def test_a_step_that_fails_is_one_sentence_and_runs_again_next_time(stamps, capsys):
    def fail():
        raise StepFailed("de schijf is vol")

    with pytest.raises(SystemExit, match=r"^De stap 'Stap' is mislukt: de schijf is vol \(alle uitvoer: .*\)\.$"):
        Progress().stamped("step", "Stap", "a", fail)
    runs = []
    Progress().stamped("step", "Stap", "a", lambda: runs.append(1))
    assert runs == [1]


@pytest.mark.parametrize(
    "said, reason",
    [
        ("npm error code ENOTFOUND\nnpm error network", "de pakketserver is niet te vinden"),
        ("error: Failed to write: No space left on device (os error 28)", "de schijf is vol"),
        ("error: Hash mismatch for `flask==3.1.3`", "een pakket is niet het pakket dat is vastgelegd"),
        ("regel\nnpm error this is odd\nA log can be found", "npm error this is odd"),
        ("zomaar iets\n", "zomaar iets"),
        ("", "zonder uitleg"),
    ],
)
def test_reasons_are_in_our_words_where_we_know_them(said, reason):
    assert setup.reason(said) == reason


def test_a_command_leaves_its_whole_output_in_the_log(tmp_path, monkeypatch):
    monkeypatch.setattr(setup, "LOG", tmp_path / "log" / "setup.log")
    assert "goed gegaan" in setup.run(sys.executable, "-c", "print('goed gegaan')")
    with pytest.raises(StepFailed, match="kapot"):
        setup.run(sys.executable, "-c", "import sys; print('begin', flush=True); sys.exit('kapot')")
    with pytest.raises(StepFailed, match="kan niet starten"):
        setup.run(tmp_path / "is-er-niet")
    assert "begin" in setup.LOG.read_text()


def test_without_rights_it_says_what_is_left_out(monkeypatch, capsys):
    absent = SystemPackage("chromium", ("/nergens/chromium-*",), "de browserreizen")
    present = SystemPackage("poppler-utils", (sys.executable,), "het nalezen van brieven")
    monkeypatch.setattr(setup, "SYSTEM_PACKAGES", (absent, present))
    monkeypatch.setattr(setup, "may_install", lambda: False)
    setup.system_packages()
    assert capsys.readouterr().out == "  Zonder chromium vervalt: de browserreizen (apt-get install chromium).\n"


def test_make_help_has_a_sentence_for_every_target():
    # Under `make test` this make would be told that it runs inside another, and say so.
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(["make", "help"], cwd=PROJECT, env=alone, capture_output=True, text=True, timeout=20).stdout
    phony = next(line for line in (PROJECT / "Makefile").read_text().splitlines() if line.startswith(".PHONY:"))
    listed = {line.split()[1]: line.split()[2:] for line in shown.splitlines()}
    assert set(listed) == set(phony.split()[1:])
    assert all(len(sentence) > 1 for sentence in listed.values())
