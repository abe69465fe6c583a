"""The real OpenID providers of `local/openid` for tests, and a login without a browser.

    from tests.openid import login, openid_server, write_personas

`openid_server` is a session fixture: import it into the conftest or the test module that uses it. Three requests log a
person in: GET the authorization address, GET the page "Kies wie u bent", POST the chosen person (`login` does them).
"""

import json
import os
import secrets
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "local" / "openid" / "server.mjs"
START_WITHIN = 20  # seconds
HOPS = 8  # redirects at the provider before a login counts as lost

PEOPLE: dict[str, Any] = {
    "issuers": [
        {
            "slug": "kampen",
            "name": "Gemeente Kampen",
            "kind": "gemeente",
            "personas": [
                {
                    "sub": "kampen-inkoper",
                    "name": "Noor Inkoper (fictief)",
                    "note": "Inkoper. Maakt inkopen.",
                    "claims": {"groups": ["inkoop", "contracten"]},
                },
                {
                    "sub": "kampen-griffier",
                    "name": "Guus Griffier (fictief)",
                    "note": "Griffier. Leest mee.",
                    "claims": {"groups": ["griffie"]},
                },
            ],
        },
        {
            "slug": "zwolle",
            "name": "Gemeente Zwolle",
            "kind": "gemeente",
            "personas": [
                {
                    "sub": "zwolle-inkoper",
                    "name": "Zina Inkoper (fictief)",
                    "note": "Inkoper. Maakt inkopen.",
                    "claims": {"groups": ["inkoop"]},
                },
            ],
        },
        {
            "slug": "eherkenning",
            "name": "eHerkenning",
            "kind": "eherkenning",
            "personas": [
                {
                    "sub": f"zorg-{level.lower()}",
                    "name": f"Bestuurder {level} (fictief)",
                    "note": "Bestuurder van een aanbieder. Mag versturen.",
                    "claims": {"kvk_nummer": "90001234", "vestigingsnaam": "Zorghuis (fictief)", "acr": level},
                }
                for level in ("EH2", "EH2+", "EH3", "EH4")
            ],
        },
        {
            "slug": "digid",
            "name": "DigiD",
            "kind": "digid",
            "personas": [
                {
                    "sub": "f4c1a7e2-inwoner",
                    "name": "Ineke Inwoner (fictief)",
                    "note": "Inwoner met een initiatief.",
                    "claims": {"acr": "DigiD-Midden"},
                },
                {
                    "sub": "0b77d1c9-inwoner",
                    "name": "Bas Inwoner (fictief)",
                    "note": "Inwoner met alleen een wachtwoord.",
                    "claims": {"acr": "DigiD-Basis"},
                },
            ],
        },
    ]
}


@dataclass
class OpenIdServer:
    """A running `local/openid/server.mjs`: its address, the secret of client `portal`, the portal it serves."""

    url: str
    personas: Path
    portal: str
    client_secret: str = field(repr=False)

    def issuer(self, slug: str) -> str:
        return f"{self.url}/{slug}"

    def redirect_uri(self, slug: str) -> str:
        return f"{self.portal}/inloggen/{slug}/terug"


def write_personas(path: Path, people: dict[str, Any]) -> None:
    """Write the personas file in one move; a running server reads it at its next request."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


@contextmanager
def running(
    folder: Path, *, portal: str, people: dict[str, Any] | None = None, port: int = 0
) -> Iterator[OpenIdServer]:
    """The server on a free port (0) with its files in `folder`, for as long as the block lasts."""
    personas = folder / "personas.json"
    if people is not None:
        write_personas(personas, people)
    secret = secrets.token_urlsafe(32)
    command = ["node", str(SERVER), "--port", str(port), "--personas", str(personas), "--portal", portal]
    with (folder / "openid.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, env={**os.environ, "OIDC_CLIENT_SECRET": secret}
        )
    try:
        yield OpenIdServer(_address(process, folder / "openid.log"), personas, portal, secret)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)
        process.stdout.close()


def _address(process: subprocess.Popen, log: Path) -> str:
    """What the server says on its first line, once it listens."""
    ready, _, _ = select.select([process.stdout], [], [], START_WITHIN)
    line = process.stdout.readline().decode().strip() if ready else ""
    prefix = "luistert op "
    if not line.startswith(prefix):
        raise RuntimeError(f"de OpenID-server start niet: {line!r} {log.read_text(encoding='utf-8')[-2000:]}")
    return line.removeprefix(prefix)


@pytest.fixture(scope="session")
def openid_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdServer]:
    """The real providers with `PEOPLE`, for a portal at an address where nobody listens."""
    if shutil.which("node") is None or not (ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("node of oidc-provider ontbreekt: draai eerst make setup")
    folder = tmp_path_factory.mktemp("openid")
    with running(folder, portal="http://127.0.0.1:1", people=PEOPLE) as server:
        yield server


def login(client: Any, start_url: str, sub: str, *, browser: requests.Session | None = None) -> str:
    """Log in as `sub` and return the callback address (with code, state and iss) for the portal.

    `start_url` is the address at the provider, or a page of the portal that sends there: then `client` (a Flask test
    client or a requests Session) opens it. `browser` keeps the session at the provider between two logins; without it
    the provider meets a new browser.
    """
    with browser_of(browser) as web:
        address, page = _to_page(web, _at_provider(client, start_url))
        if page is None:
            return address
        assert f'value="{sub}"' in page.text, f"{sub} staat niet op de inlogpagina"
        answer = web.post(page.url, data={"sub": sub}, allow_redirects=False, timeout=5)
        address, page = _to_page(web, urljoin(page.url, answer.headers["Location"]))
        assert page is None, f"na de keuze komt nog een pagina: {page.url}"
        return address


@contextmanager
def browser_of(browser: requests.Session | None) -> Iterator[requests.Session]:
    if browser is not None:
        yield browser
        return
    with requests.Session() as fresh:
        yield fresh


def _at_provider(client: Any, start_url: str) -> str:
    if "/auth?" in start_url:
        return start_url
    if isinstance(client, requests.Session):
        return client.get(start_url, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(start_url).headers["Location"]


def _to_page(web: requests.Session, address: str) -> tuple[str, requests.Response | None]:
    """Follow redirects within the provider: the page where they end, or the first address outside."""
    home = address.split("/", 3)[2]
    until = time.monotonic() + 10
    for _hop in range(HOPS):
        if address.split("/", 3)[2] != home:
            return address, None
        answer = web.get(address, allow_redirects=False, timeout=5, headers={"Accept": "text/html"})
        if not answer.is_redirect:
            return address, answer
        address = urljoin(address, answer.headers["Location"])
        assert time.monotonic() < until, "inloggen duurt te lang"
    raise AssertionError(f"te veel doorverwijzingen: {address}")
