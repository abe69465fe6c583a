"""A browser in front of the whole demo: web server, worker, OpenID server, mail and a seeded region, as `make demo` runs it."""

import os
import shutil
from pathlib import Path

import pytest

from local.demo import Demo
from tests.journeys.people import Theatre

ROOT = Path(__file__).resolve().parent.parent.parent


def demo_in(name: str):
    """A demo on free ports, in a folder of its own, until the fixture that asked for it ends."""
    folder = ROOT / "var" / "test" / f"journeys-{os.getpid()}-{name}"
    stage = Demo(folder, durable=False)
    try:
        yield stage.up()
    finally:
        stage.down()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def demo(worker_id):
    """One demo per worker. Journeys move its clock: who counts on the day of the seed has a demo of its own."""
    yield from demo_in(worker_id)


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, never a downloaded one."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("chromium ontbreekt: make test installeert het waar dat mag")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=[
            "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--no-first-run", "--lang=nl"])
        yield browser
        browser.close()


@pytest.fixture
def theatre(demo, chromium):
    """People who each have a browser of their own; `theatre.enter("Sanne de Vries")` logs in through the real login."""
    stage = Theatre(demo, chromium)
    yield stage
    stage.close()
