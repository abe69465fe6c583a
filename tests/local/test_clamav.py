"""The clamd of demo and tests: starts, answers, and never outlives the one who started it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.clamav import Clamav, available
from portal.adapters.scan import Clamd

ROOT = Path(__file__).parents[2]
needs_clamd = pytest.mark.skipif(available() is None, reason="clamd is niet geïnstalleerd (Debian: clamav-daemon)")

PARENT = """
import sys, time
from pathlib import Path
from local.clamav import Clamav
clamav = Clamav(Path(sys.argv[1])).start()
print(clamav.socket, flush=True)
time.sleep(60)
"""


@needs_clamd
def test_clamd_dies_with_a_killed_parent_and_starts_again_in_the_same_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c")
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        scanner = Clamd(parent.stdout.readline().strip())
        assert scanner.ping()
        pid = int((folder / "clamd.pid").read_text())
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path(f"/proc/{pid}").exists() and scanner.ping():
        time.sleep(0.05)
    assert not scanner.ping()
    with Clamav(folder) as again:
        assert Clamd(again.socket).ping()
    assert not os.path.lexists(again.socket)


def test_a_path_too_long_for_a_socket_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("local.clamav.available", lambda: "/bin/true")
    with pytest.raises(RuntimeError, match="te lang"):
        Clamav(tmp_path / ("x" * 100)).start()


def test_a_clamd_that_does_not_start_is_said(tmp_path_factory, monkeypatch):
    monkeypatch.setattr("local.clamav.available", lambda: "/bin/false")
    with pytest.raises(RuntimeError, match="start niet"):
        Clamav(tmp_path_factory.mktemp("c"), wait=2).start()


def test_without_clamd_the_reason_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("local.clamav.available", lambda: None)
    with pytest.raises(RuntimeError, match="niet geïnstalleerd"):
        Clamav(tmp_path).start()
