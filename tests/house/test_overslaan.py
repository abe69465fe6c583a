"""The rule about skips bites: in a run of its own, with and without workers."""

import ast
import os
import re
import subprocess
import sys

import pytest

from local import PROJECT
from tests.overslaan import permitted

CONFTEST = """
from tests.overslaan import Overslaan

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Overslaan())
"""


def run(folder, body: str, *options: str, **env: str) -> tuple[int, str]:
    """Exit status and words of pytest over one file, in a process that knows nothing of this run."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_goed.py").write_text("def test_goed():\n    pass\n")
    (folder / "test_proef.py").write_text(f"import pytest\n\n{body}")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MAG_", "TEST_PG"))}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options], cwd=folder,
                          env=clean | {"PYTHONPATH": str(PROJECT)} | env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def skips(reason: str) -> str:
    return f"def test_slaat_over():\n    pytest.skip({reason!r})\n"


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alleen", "xdist"])
@pytest.mark.parametrize("body", [
    skips("geen zin"),
    "@pytest.mark.skip(reason='geen zin')\ndef test_merk():\n    pass\n",
    "@pytest.fixture\ndef deel():\n    pytest.skip('geen zin')\n\ndef test_opstelling(deel):\n    pass\n",
    "pytest.skip('geen zin', allow_module_level=True)\n",
], ids=["in de toets", "merk", "opstelling", "hele bestand"])
def test_a_skip_that_nobody_reviewed_fails_the_run(tmp_path, body, options):
    code, words = run(tmp_path, body, *options)
    assert code == 1 and "overgeslagen zonder afspraak" in words and "1 x geen zin" in words and "MAG_OVERSLAAN=" in words


def test_nothing_skipped_is_green_and_a_failure_stays_what_it_is(tmp_path):
    assert run(tmp_path, "")[0] == 0
    code, words = run(tmp_path, skips("geen zin") + "\ndef test_fout():\n    assert False\n")
    assert code == 1 and "1 failed" in words and "1 x geen zin" in words
    code, _words = run(tmp_path, "@pytest.mark.xfail\ndef test_verwacht():\n    assert False\n")
    assert code == 0, "an expected failure is no skip"


def test_a_part_may_be_lacking_on_purpose(tmp_path):
    body = skips("chromium is niet geïnstalleerd")
    assert run(tmp_path, body)[0] == 1
    assert run(tmp_path, body, MAG_OVERSLAAN="clamd")[0] == 1
    assert run(tmp_path, body, MAG_OVERSLAAN="clamd, chromium")[0] == 0
    assert run(tmp_path, skips("chromium is niet geïnstalleerd, en nog iets"), MAG_OVERSLAAN="chromium")[0] == 1


def test_what_is_always_allowed_is_green(tmp_path):
    assert run(tmp_path, skips("maar één versie van PostgreSQL op deze machine"))[0] == 0


def test_a_part_that_does_not_exist_is_told(tmp_path):
    code, words = run(tmp_path, "", MAG_OVERSLAAN="chroom")
    assert code == pytest.ExitCode.USAGE_ERROR and "kent chroom niet" in words and "chromium" in words


def reasons() -> dict[str, str]:
    """Every reason that a test of this project can give to skip, with the file that gives it."""
    found = {}
    for path in sorted((PROJECT / "tests").rglob("*.py")):
        if path.name == "test_overslaan.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                words = None
                if node.func.attr == "skip" and node.args:
                    words = node.args[0]
                elif node.func.attr in ("skip", "skipif"):
                    words = next((k.value for k in node.keywords if k.arg == "reason"), None)
                elif node.func.attr == "importorskip":
                    words = ast.Constant(f"could not import {node.args[0].value!r}: No module named 'x'")
                else:
                    continue
                found[words.value if isinstance(words, ast.Constant) else ast.unparse(node)] = path.name
    return found


def test_every_reason_in_the_tests_is_on_the_list_and_the_list_holds_no_other():
    everything = permitted({"MAG_OVERSLAAN": "chromium,clamd,node,postgres"})
    given = reasons()
    assert len(given) >= 8, "the search finds the reasons"
    assert {reason: file for reason, file in given.items() if not any(p.fullmatch(reason) for p in everything)} == {}
    for pattern in everything:
        for one in re.split(r"\|", pattern.pattern):
            assert any(re.fullmatch(one, reason) for reason in given), f"niemand geeft deze reden nog: {one}"
