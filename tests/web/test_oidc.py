"""Logging in with OpenID Connect: the good flows against the real provider, the attacks against an evil one.

Each attack has a control: the same flow without it is accepted, so that it is the attack that is refused.
"""

import base64
import hmac
import html
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from portal.web import oidc
from portal.web.oidc import Claims, OidcError, Provider
from tests import openid
from tests.openid import OpenIdServer, login, openid_server

__all__ = ["openid_server"]

UNPROVEN = "Wij kunnen het bewijs van de inlogdienst niet vertrouwen. Begin opnieuw met inloggen."
MISCONFIGURED = "Deze inlogdienst is niet goed ingesteld. U kunt nu niet inloggen. Neem contact op met de beheerder."
OUTSIDE = "Na het inloggen kunt u alleen naar een pagina van dit portaal. Begin opnieuw met inloggen."


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Each test meets its providers for the first time."""
    oidc._peers.clear()
    yield
    oidc._peers.clear()


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


# --- the real provider -----------------------------------------------------------------------------------------------


def real(server: OpenIdServer, slug: str, kind: oidc.Kind = "gemeente") -> Provider:
    return Provider(slug, server.issuer(slug), "portal", server.client_secret, kind)


def go(
    server: OpenIdServer,
    provider: Provider,
    sub: str,
    *,
    browser: requests.Session | None = None,
    step_up: bool = False,
) -> Claims:
    back = server.redirect_uri(provider.slug)
    location, transaction = oidc.start(provider, back, step_up=step_up, next_url="/inkoop?mijn=1")
    callback = login(None, location, sub, browser=browser)
    assert callback.startswith(back + "?")
    return oidc.finish(provider, back, json.loads(json.dumps(transaction)), query_of(callback))


def log_out(server: OpenIdServer, browser: requests.Session, address: str) -> str:
    """Confirm on the page "Wilt u uitloggen?" and return where the browser goes then."""
    page = browser.get(address, timeout=5)
    assert "Wilt u uitloggen?" in page.text
    assert "<script" not in page.text
    action, token = re.search(r'action="([^"]+)".*?name="xsrf" value="([^"]+)"', page.text, re.S).groups()
    answer = browser.post(
        urljoin(server.url, html.unescape(action)),
        data={"xsrf": token, "logout": "yes"},
        allow_redirects=False,
        timeout=5,
    )
    return answer.headers["Location"]


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """A small web server on a free port, for as long as the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(timeout=5)


def test_employee_logs_in_with_groups(openid_server):
    claims = go(openid_server, real(openid_server, "kampen"), "kampen-inkoper")
    assert (claims.issuer, claims.subject) == (openid_server.issuer("kampen"), "kampen-inkoper")
    assert claims.name == "Noor Inkoper (fictief)"
    assert claims.claims["groups"] == ["inkoop", "contracten"]
    assert claims.sid
    assert abs(claims.auth_time.timestamp() - time.time()) < 30


@pytest.mark.parametrize("level", ["EH3", "EH4"])
def test_provider_logs_in_with_eherkenning(openid_server, level):
    claims = go(openid_server, real(openid_server, "eherkenning", "eherkenning"), f"zorg-{level.lower()}")
    assert claims.acr == level
    assert claims.claims["kvk_nummer"] == "90001234"
    assert claims.claims["vestigingsnaam"] == "Zorghuis (fictief)"


@pytest.mark.parametrize("level", ["EH2", "EH2+"])
def test_low_eherkenning_is_told_to_ask_for_eh3(openid_server, level):
    with pytest.raises(OidcError) as refused:
        go(openid_server, real(openid_server, "eherkenning", "eherkenning"), f"zorg-{level.lower()}")
    assert refused.value.status == 403
    assert "Vraag niveau EH3 aan" in refused.value.sentence


def test_citizen_logs_in_with_digid(openid_server):
    claims = go(openid_server, real(openid_server, "digid", "digid"), "f4c1a7e2-inwoner")
    assert (claims.subject, claims.acr) == ("f4c1a7e2-inwoner", "DigiD-Midden")
    assert "bsn" not in {name.lower() for name in claims.claims}
    with pytest.raises(OidcError) as refused:
        go(openid_server, real(openid_server, "digid", "digid"), "0b77d1c9-inwoner")
    assert refused.value.sentence.startswith("U bent ingelogd met een te laag niveau van DigiD.")


def test_step_up_asks_again_where_an_ordinary_login_does_not(openid_server):
    provider = real(openid_server, "kampen")
    with requests.Session() as browser:
        first = go(openid_server, provider, "kampen-inkoper", browser=browser)
        time.sleep(1.1)
        second = go(openid_server, provider, "kampen-inkoper", browser=browser)
        assert second.auth_time == first.auth_time
        location, _transaction = oidc.start(provider, openid_server.redirect_uri("kampen"), step_up=True)
        assert query_of(location)["prompt"] == "login"
        assert query_of(location)["max_age"] == "0"
        assert "Kies wie u bent" in browser.get(location, timeout=5).text
        third = go(openid_server, provider, "kampen-inkoper", browser=browser, step_up=True)
    assert third.auth_time > first.auth_time
    assert third.sid == first.sid


def test_choosing_somebody_else_carries_nothing_over(openid_server):
    provider = real(openid_server, "kampen")
    with requests.Session() as browser:
        first = go(openid_server, provider, "kampen-inkoper", browser=browser)
        other = go(openid_server, provider, "kampen-griffier", browser=browser, step_up=True)
    assert other.subject == "kampen-griffier"
    assert other.claims["groups"] == ["griffie"]
    assert other.sid != first.sid


def test_logout_ends_the_session_at_the_provider(openid_server):
    provider = real(openid_server, "kampen")
    back = openid_server.redirect_uri("kampen")
    with requests.Session() as browser:
        claims = go(openid_server, provider, "kampen-inkoper", browser=browser)
        address = oidc.logout_url(provider, claims.id_token, f"{openid_server.portal}/uitgelogd", "staat-1")
        assert log_out(openid_server, browser, address) == f"{openid_server.portal}/uitgelogd?state=staat-1"
        location, _transaction = oidc.start(provider, back)
        assert "Kies wie u bent" in browser.get(location, timeout=5).text


def test_stopping_is_no_error_page_but_a_sentence(openid_server):
    provider = real(openid_server, "kampen")
    back = openid_server.redirect_uri("kampen")
    location, transaction = oidc.start(provider, back)
    with requests.Session() as browser:
        page = browser.get(location, timeout=5)
        answer = browser.post(page.url, data={"stoppen": "ja"}, allow_redirects=False, timeout=5)
        answer = browser.get(urljoin(page.url, answer.headers["Location"]), allow_redirects=False, timeout=5)
    with pytest.raises(OidcError) as refused:
        oidc.finish(provider, back, transaction, query_of(answer.headers["Location"]))
    assert refused.value.status == 403
    assert refused.value.sentence == "U bent gestopt met inloggen. U kunt het opnieuw proberen."


def test_code_works_once(openid_server):
    provider = real(openid_server, "kampen")
    back = openid_server.redirect_uri("kampen")
    location, transaction = oidc.start(provider, back)
    args = query_of(login(None, location, "kampen-inkoper"))
    assert oidc.finish(provider, back, transaction, args).subject == "kampen-inkoper"
    with pytest.raises(OidcError) as refused:
        oidc.finish(provider, back, transaction, args)
    assert refused.value.sentence == "Deze inlogpoging is al gebruikt of te oud. Begin opnieuw met inloggen."


def test_code_of_one_issuer_is_worthless_at_another(openid_server):
    zwolle, kampen = real(openid_server, "zwolle"), real(openid_server, "kampen")
    location, transaction = oidc.start(zwolle, openid_server.redirect_uri("zwolle"))
    args = query_of(login(None, location, "zwolle-inkoper"))
    _location, other = oidc.start(kampen, openid_server.redirect_uri("kampen"))
    mixed = {**args, "state": other["state"]}
    with pytest.raises(OidcError) as refused:
        oidc.finish(kampen, openid_server.redirect_uri("kampen"), other, mixed)
    assert refused.value.reason == "iss differs"
    with pytest.raises(OidcError) as refused:
        oidc.finish(kampen, openid_server.redirect_uri("kampen"), other, {**mixed, "iss": kampen.issuer})
    assert refused.value.reason == "invalid_grant"
    assert oidc.finish(zwolle, openid_server.redirect_uri("zwolle"), transaction, args).subject == "zwolle-inkoper"


def test_provider_refuses_a_login_without_pkce(openid_server):
    provider = real(openid_server, "kampen")
    location, _transaction = oidc.start(provider, openid_server.redirect_uri("kampen"))
    asked = query_of(location)
    assert asked["code_challenge_method"] == "S256"
    bare = {name: value for name, value in asked.items() if not name.startswith("code_challenge")}
    answer = requests.get(f"{provider.issuer}/auth?{urlencode(bare)}", allow_redirects=False, timeout=5)
    assert query_of(answer.headers["Location"])["error"] == "invalid_request"
    answer = requests.get(location, allow_redirects=False, timeout=5)
    assert "/kampen/kiezen/" in answer.headers["Location"]


def test_provider_refuses_another_verifier(openid_server):
    provider = real(openid_server, "kampen")
    back = openid_server.redirect_uri("kampen")
    location, transaction = oidc.start(provider, back)
    args = query_of(login(None, location, "kampen-inkoper"))
    with pytest.raises(OidcError) as refused:
        oidc.finish(provider, back, {**transaction, "verifier": "x" * 64}, args)
    assert refused.value.reason == "invalid_grant"
    assert go(openid_server, provider, "kampen-inkoper").subject == "kampen-inkoper"


def test_page_is_plain_and_locked(openid_server):
    location, _transaction = oidc.start(real(openid_server, "kampen"), openid_server.redirect_uri("kampen"))
    with requests.Session() as browser:
        page = browser.get(location, timeout=5)
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert page.text.count("<h1>") == 1
    assert '<html lang="nl">' in page.text
    assert "Dit is een demo." in page.text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    assert "Inkoper. Maakt inkopen." in page.text


def test_server_is_healthy_and_answers_only_under_its_own_name(openid_server):
    assert requests.get(f"{openid_server.url}/gezond", timeout=5).json() == {"ok": True}
    assert requests.get(f"{openid_server.url}/gezond", headers={"Host": "elders.example"}, timeout=5).status_code == 421
    assert requests.get(f"{openid_server.url}/bestaat-niet", timeout=5).status_code == 404


def test_personas_follow_the_file_and_keys_stay(tmp_path):
    with openid.running(tmp_path, portal="http://127.0.0.1:1") as server:
        assert requests.get(f"{server.issuer('kampen')}/jwks", timeout=5).status_code == 404
        assert requests.get(f"{server.issuer('digid')}/jwks", timeout=5).status_code == 200
        openid.write_personas(server.personas, openid.PEOPLE)
        assert go(server, real(server, "kampen"), "kampen-inkoper").subject == "kampen-inkoper"
        kept = requests.get(f"{server.issuer('kampen')}/jwks", timeout=5).json()
        openid.write_personas(
            server.personas,
            {
                "issuers": [
                    {
                        "slug": "digid",
                        "name": "DigiD",
                        "kind": "digid",
                        "personas": [
                            {"sub": "123456782", "name": "Fout", "note": "BSN", "claims": {"acr": "DigiD-Midden"}}
                        ],
                    }
                ]
            },
        )
        assert go(server, real(server, "kampen"), "kampen-griffier").subject == "kampen-griffier"
    assert "lijkt op een BSN" in (tmp_path / "openid.log").read_text(encoding="utf-8")
    assert (tmp_path / "openid-keys.json").stat().st_mode & 0o077 == 0
    with openid.running(tmp_path, portal="http://127.0.0.1:1", people=openid.PEOPLE) as server:
        assert requests.get(f"{server.issuer('kampen')}/jwks", timeout=5).json() == kept


def test_logout_at_the_provider_reaches_the_portal(tmp_path):
    received: list[tuple[str, str]] = []

    class Portal(BaseHTTPRequestHandler):
        timeout = 5

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            received.append((self.path, form["logout_token"][0]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            """Tests are silent."""

    with serving(Portal) as portal, openid.running(tmp_path, portal=portal, people=openid.PEOPLE) as server:
        provider = real(server, "kampen")
        with requests.Session() as browser:
            claims = go(server, provider, "kampen-inkoper", browser=browser)
            log_out(server, browser, oidc.logout_url(provider, claims.id_token, f"{portal}/uitgelogd", "s"))
        [(path, token)] = received
        assert path == "/inloggen/kampen/afmelden"
        ended = oidc.read_logout(provider, token)
        assert (ended.issuer, ended.sid, ended.subject) == (claims.issuer, claims.sid, claims.subject)
        with pytest.raises(OidcError):
            oidc.read_logout(real(server, "zwolle"), token)


# --- an evil provider ------------------------------------------------------------------------------------------------

RSA_KEY = RSAKey.generate_key(2048, {"kid": "een", "use": "sig"})
EC_KEY = ECKey.generate_key("P-256", {"kid": "twee", "use": "sig"})
SECRET = "geheim-van-de-client-om-mee-te-toetsen"
STRANGER = RSAKey.generate_key(2048, {"kid": "een", "use": "sig"})


def base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def encoded(part: dict) -> str:
    return base64url(json.dumps(part).encode())


def hs256(claims: dict, key: bytes) -> str:
    """Signed by hand: the library rightly refuses to use a public key as a secret."""
    text = f"{encoded({'alg': 'HS256', 'kid': 'een'})}.{encoded(claims)}"
    return f"{text}.{base64url(hmac.digest(key, text.encode(), 'sha256'))}"


class Evil:
    """A provider that answers what it is told to. Untouched it is an honest one."""

    def __init__(self):
        self.issuer = ""
        self.keys = [RSA_KEY.as_dict(private=False), EC_KEY.as_dict(private=False)]
        self.metadata: dict = {}
        self.claims: dict = {}
        self.without: set[str] = set()
        self.token: Callable[[dict], str | None] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "een"}, claims, RSA_KEY
        )
        self.moved: dict[str, str] = {}
        self.on_token: Callable[[], None] = lambda: None
        self.seen: list[str] = []
        self.nonce = ""

    def discovery(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "none", "HS256"],
        } | self.metadata

    def tokens(self) -> dict:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "iemand",
            "aud": "portal",
            "exp": now + 300,
            "iat": now,
            "nonce": self.nonce,
            "auth_time": now,
            "name": "Iemand (fictief)",
            "acr": "EH3",
            "sid": "sessie-1",
        } | self.claims
        for name in self.without:
            claims.pop(name)
        self.on_token()
        found = {"access_token": "toegang", "token_type": "Bearer", "id_token": self.token(claims)}
        return {name: value for name, value in found.items() if value is not None}


@pytest.fixture
def evil() -> Iterator[Evil]:
    state = Evil()

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def answer(self, found: dict) -> None:
            path = urlsplit(self.path).path
            state.seen.append(path)
            body = json.dumps(found).encode()
            self.send_response(302 if path in state.moved else 200)
            if path in state.moved:
                self.send_header("Location", state.moved[path])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            pages = {"/.well-known/openid-configuration": state.discovery, "/jwks": lambda: {"keys": state.keys}}
            self.answer(pages.get(urlsplit(self.path).path, dict)())

        def do_POST(self):
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(state.tokens() if form.get("code_verifier") else {"error": "invalid_grant"})

        def log_message(self, *args):
            """Tests are silent."""

    with serving(Handler) as state.issuer:
        yield state


BACK = "http://127.0.0.1:1/inloggen/kwaad/terug"


def client(evil: Evil, kind: oidc.Kind = "eherkenning") -> Provider:
    return Provider("kwaad", evil.issuer, "portal", SECRET, kind, uuid.UUID(int=7))


def attempt(evil: Evil, *, step_up: bool = False, transaction: dict | None = None, **args: str | None) -> Claims:
    """A whole login at the evil provider; `args` change the answer of the browser (None leaves a part out)."""
    provider = client(evil)
    _location, begun = oidc.start(provider, BACK, step_up=step_up)
    evil.nonce = begun["nonce"]
    answer = {"code": "code-1", "state": begun["state"], "iss": evil.issuer} | args
    answer = {name: value for name, value in answer.items() if value is not None}
    return oidc.finish(provider, BACK, begun | (transaction or {}), answer)


def refused(evil: Evil, sentence: str, reason: str, *, status: int = 400, **how) -> None:
    """The attack is refused with these words, and the same login without it is accepted."""
    before = dict(vars(evil))
    with pytest.raises(OidcError) as caught:
        attempt(evil, **how)
    assert (caught.value.sentence, caught.value.reason, caught.value.status) == (sentence, reason, status)
    fresh = Evil()
    vars(evil).update({name: getattr(fresh, name) for name in before if name not in ("issuer", "seen")})
    oidc._peers.clear()
    control = {"step_up": how["step_up"]} if "step_up" in how else {}
    assert attempt(evil, **control).subject == "iemand"


def test_honest_login_is_accepted(evil):
    claims = attempt(evil)
    assert (claims.issuer, claims.subject, claims.sid, claims.acr) == (evil.issuer, "iemand", "sessie-1", "EH3")
    evil.token = lambda found: jwt.encode({"alg": "ES256", "kid": "twee"}, found, EC_KEY)
    assert attempt(evil).subject == "iemand"


def test_mix_up_issuer(evil):
    sentence = "Het antwoord komt van een andere inlogdienst dan u koos. Begin opnieuw met inloggen."
    refused(evil, sentence, "iss differs", iss="http://127.0.0.1:1/zwolle")


def test_mix_up_stops_before_the_code_is_sent(evil):
    with pytest.raises(OidcError):
        attempt(evil, iss="http://127.0.0.1:1/zwolle")
    assert "/token" not in evil.seen
    attempt(evil)
    assert "/token" in evil.seen


def test_answer_without_issuer(evil):
    sentence = "Het antwoord zegt niet van welke inlogdienst het komt. Begin opnieuw met inloggen."
    refused(evil, sentence, "iss missing", iss=None)


def test_transaction_of_another_provider(evil):
    sentence = "Dit antwoord hoort bij een andere manier van inloggen. Begin opnieuw met inloggen."
    refused(evil, sentence, "other provider than begun", transaction={"provider": "zwolle"})


def test_transaction_of_an_older_version(evil):
    sentence = "Dit antwoord hoort bij een andere manier van inloggen. Begin opnieuw met inloggen."
    refused(evil, sentence, "other provider than begun", transaction={"version": 0})


def test_wrong_state(evil):
    sentence = "Deze inlogpoging is niet in dit venster begonnen. Begin opnieuw met inloggen."
    refused(evil, sentence, "state differs", state="van-iemand-anders")


def test_missing_state(evil):
    sentence = "Deze inlogpoging is niet in dit venster begonnen. Begin opnieuw met inloggen."
    refused(evil, sentence, "state differs", state=None)


def test_browser_without_transaction(evil):
    with pytest.raises(OidcError) as caught:
        oidc.finish(client(evil), BACK, None, {"code": "code-1", "state": "x", "iss": evil.issuer})
    assert caught.value.sentence == "Deze inlogpoging is niet in dit venster begonnen. Begin opnieuw met inloggen."
    assert evil.seen == []
    assert attempt(evil).subject == "iemand"


@pytest.mark.parametrize("age", [601, -5])
def test_transaction_out_of_time(evil, age):
    sentence = "Het inloggen duurde te lang. Begin opnieuw met inloggen."
    refused(evil, sentence, "transaction too old", transaction={"started": int(time.time()) - age})


def test_alg_none(evil):
    evil.token = lambda claims: f"{encoded({'alg': 'none', 'kid': 'een'})}.{encoded(claims)}."
    refused(evil, UNPROVEN, "signature: UnsupportedAlgorithmError")


def test_alg_hs256_with_the_client_secret(evil):
    evil.token = lambda claims: hs256(claims, SECRET.encode())
    refused(evil, UNPROVEN, "signature: UnsupportedAlgorithmError")


def test_alg_hs256_with_the_public_key(evil):
    evil.token = lambda claims: hs256(claims, RSA_KEY.as_pem(private=False))
    refused(evil, UNPROVEN, "signature: UnsupportedAlgorithmError")


def test_alg_hs256_with_a_published_secret(evil):
    shared = b"een-geheim-dat-iedereen-kan-lezen"
    evil.keys = [{"kty": "oct", "k": base64url(shared), "kid": "een"}]
    evil.token = lambda claims: hs256(claims, shared)
    refused(evil, UNPROVEN, "signature: UnsupportedAlgorithmError")


def test_provider_that_only_offers_weak_algorithms(evil):
    evil.metadata = {"id_token_signing_alg_values_supported": ["HS256", "none"]}
    evil.keys = [{"kty": "oct", "k": base64url(SECRET.encode()), "kid": "een"}]
    evil.token = lambda claims: hs256(claims, SECRET.encode())
    refused(evil, MISCONFIGURED, "no algorithm in common", status=502)


def test_key_of_a_stranger(evil):
    evil.token = lambda claims: jwt.encode({"alg": "RS256", "kid": "een"}, claims, STRANGER)
    refused(evil, UNPROVEN, "signature: BadSignatureError")


def test_unknown_kid(evil):
    evil.token = lambda claims: jwt.encode({"alg": "RS256", "kid": "drie"}, claims, RSA_KEY)
    refused(evil, UNPROVEN, "signature: InvalidKeyIdError")


def test_unknown_kid_is_looked_up_once(evil):
    evil.token = lambda claims: jwt.encode({"alg": "RS256", "kid": "drie"}, claims, RSA_KEY)
    with pytest.raises(OidcError):
        attempt(evil)
    assert evil.seen.count("/jwks") == 2


def test_new_key_after_rotation_is_accepted(evil):
    rotated = RSAKey.generate_key(2048, {"kid": "drie", "use": "sig"})
    evil.token = lambda claims: jwt.encode({"alg": "RS256", "kid": "drie"}, claims, rotated)
    evil.on_token = lambda: evil.keys.append(rotated.as_dict(private=False))
    assert attempt(evil).subject == "iemand"
    assert evil.seen.count("/jwks") == 2


def test_metadata_and_keys_are_kept_until_the_provider_changes(evil):
    attempt(evil)
    attempt(evil)
    assert evil.seen.count("/jwks") == 1
    oidc.start(replace(client(evil), version=2), BACK)
    assert evil.seen.count("/jwks") == 2


def test_metadata_and_keys_are_fetched_again_after_ten_minutes(evil):
    attempt(evil)
    oidc._peers["kwaad"] = replace(oidc._peers["kwaad"], fetched=time.monotonic() - oidc.CACHE_FOR)
    attempt(evil)
    assert evil.seen.count("/jwks") == 2


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "http://127.0.0.1:1/zwolle"}, "invalid_claim: iss"),
        ({"aud": "ander-portaal"}, "missing_claim: azp"),
        ({"aud": "ander-portaal", "azp": "portal"}, "invalid_claim: aud"),
        ({"aud": ["portal", "ander-portaal"], "azp": "portal"}, "invalid_claim: aud"),
        ({"azp": "ander-portaal"}, "invalid_claim: azp"),
        ({"nonce": "van-een-andere-keer"}, "invalid_claim: nonce"),
        ({"exp": int(time.time()) - 60}, "expired_token: exp"),
        ({"iat": int(time.time()) + 3600}, "invalid_claim: iat"),
        ({"nbf": int(time.time()) + 3600}, "invalid_claim: nbf"),
        ({"exp": float("nan")}, "invalid_claim: exp"),
        ({"sub": ""}, "invalid_claim: sub"),
        ({"sub": 7}, "invalid_claim: sub"),
        ({"at_hash": "van-een-ander-token"}, "invalid_claim: at_hash"),
        ({"auth_time": int(time.time()) + 3600}, "invalid_claim: auth_time"),
        ({"auth_time": "nu"}, "invalid_claim: auth_time"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_id_token_that_says_something_wrong(evil, claims, reason):
    evil.claims = claims
    refused(evil, UNPROVEN, reason)


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_id_token_that_keeps_silent(evil, name):
    evil.without = {name}
    refused(evil, UNPROVEN, f"missing_claim: {name}")


def test_missing_id_token(evil):
    evil.token = lambda claims: None
    refused(evil, UNPROVEN, "id_token missing")


def test_id_token_that_is_no_token(evil):
    evil.token = lambda claims: "onzin"
    refused(evil, UNPROVEN, "signature: DecodeError")


@pytest.mark.parametrize("level", ["EH2", "EH2+", "EH1", "eh3", "", None, ["EH3"], 3])
def test_acr_downgrade(evil, level):
    evil.claims = {"acr": level}
    sentence = (
        "U bent ingelogd met een te laag niveau van eHerkenning. U heeft niveau EH3 nodig. "
        "Vraag niveau EH3 aan bij uw leverancier van eHerkenning."
    )
    refused(evil, sentence, "acr too low", status=403)


@pytest.mark.parametrize("claims", [{"auth_time": int(time.time()) - 3600}, {"auth_time": None}])
def test_step_up_with_an_old_login(evil, claims):
    evil.claims = claims
    sentence = (
        "Voor deze stap moet u opnieuw inloggen. De inlogdienst heeft u niet opnieuw gevraagd wie u bent. "
        "Begin opnieuw met inloggen."
    )
    refused(evil, sentence, "auth_time too old", status=403, step_up=True)


def test_old_login_is_enough_without_step_up(evil):
    evil.claims = {"auth_time": int(time.time()) - 3600}
    assert attempt(evil).subject == "iemand"


def test_error_from_the_provider(evil):
    sentence = "De inlogdienst heeft het inloggen geweigerd. Begin opnieuw met inloggen."
    refused(evil, sentence, "error from provider", error="server_error")


def test_answer_without_code(evil):
    sentence = "Het antwoord van de inlogdienst is niet compleet. Begin opnieuw met inloggen."
    refused(evil, sentence, "code missing", code=None)


def test_discovery_names_another_issuer(evil):
    evil.metadata = {"issuer": "http://127.0.0.1:1/zwolle"}
    refused(evil, MISCONFIGURED, "discovery names another issuer", status=502)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("address", [None, "http://elders.example/x", "javascript:alert(1)", "file:///etc/passwd"])
def test_unsafe_endpoint(evil, name, address):
    evil.metadata = {name: address}
    refused(evil, MISCONFIGURED, f"{name} missing or without https", status=502)


def test_unsafe_logout_endpoint(evil):
    evil.metadata = {"end_session_endpoint": "http://elders.example/uit"}
    refused(evil, MISCONFIGURED, "end_session_endpoint without https", status=502)


def test_plain_http_only_between_neighbours_on_this_machine():
    assert oidc._is_safe("http://127.0.0.1:8000/token", "http://127.0.0.1:8000")
    assert oidc._is_safe("https://inloggen.example/token", "https://inloggen.example")
    assert not oidc._is_safe("http://127.0.0.1:8000/token", "https://inloggen.example")
    assert not oidc._is_safe("http://elders.example/token", "http://127.0.0.1:8000")


def test_redirecting_discovery_is_not_followed(evil):
    evil.moved = {"/.well-known/openid-configuration": f"{evil.issuer}/elders"}
    refused(evil, MISCONFIGURED, "no JSON object", status=502)
    assert "/elders" not in evil.seen


def test_redirecting_token_endpoint_is_not_followed(evil):
    evil.moved = {"/token": f"{evil.issuer}/elders"}
    refused(evil, MISCONFIGURED, "token endpoint answered no JSON object", status=502)
    assert "/elders" not in evil.seen


def test_keys_without_sense(evil):
    evil.keys = [{"kty": "RSA", "n": "?"}]
    refused(evil, MISCONFIGURED, "keys unreadable", status=502)


def test_silent_provider():
    provider = Provider("stil", "http://127.0.0.1:1", "portal", "geheim", "gemeente")
    with pytest.raises(OidcError) as caught:
        oidc.start(provider, BACK)
    assert caught.value.status == 503
    assert caught.value.sentence == "De inlogdienst geeft geen antwoord. Probeer het over een paar minuten opnieuw."
    assert oidc.logout_url(provider, "x", "http://127.0.0.1:1/uitgelogd", "s") is None


def test_issuer_needs_https_outside_this_machine():
    with pytest.raises(OidcError) as caught:
        oidc.start(Provider("x", "http://elders.example", "portal", "geheim", "gemeente"), BACK)
    assert (caught.value.sentence, caught.value.reason) == (MISCONFIGURED, "issuer without https")


@pytest.mark.parametrize(
    "address",
    [
        "https://elders.example/",
        "//elders.example/",
        "/\\elders.example/",
        "\\\\elders.example/",
        "/\t/elders.example/",
        "/\n//elders.example",
        "/./" + "/elders.example",
        "///elders.example",
        "////elders.example/",
        "javascript:alert(1)",
        "inkoop",
        "",
        " /inkoop",
        "/inkoop\r\nSet-Cookie: x=1",
    ],
)
def test_open_redirect(evil, address):
    with pytest.raises(OidcError) as caught:
        oidc.start(client(evil), BACK, next_url=address)
    assert (caught.value.sentence, caught.value.status) == (OUTSIDE, 400)
    assert evil.seen == []
    _location, transaction = oidc.start(
        client(evil), BACK, next_url="/inkoop/7?blad=2&terug=https://elders.example#deel"
    )
    assert transaction["next"] == "/inkoop/7?blad=2&terug=https://elders.example#deel"


def test_transaction_is_small_and_plain(evil):
    location, transaction = oidc.start(client(evil), BACK, step_up=True)
    assert len(json.dumps(transaction)) < 600
    assert json.loads(json.dumps(transaction)) == transaction
    assert transaction["verifier"] not in location
    assert query_of(location)["acr_values"] == "EH3 EH4"


def test_secrets_do_not_show(evil):
    assert SECRET not in repr(client(evil))
    assert attempt(evil).id_token not in repr(attempt(evil))


# --- the message that a session ended --------------------------------------------------------------------------------


def logout_token(evil: Evil, *, key: RSAKey = RSA_KEY, without: str = "", **claims) -> str:
    now = int(time.time())
    found = {
        "iss": evil.issuer,
        "aud": "portal",
        "iat": now,
        "exp": now + 120,
        "jti": "bericht-1",
        "sid": "sessie-1",
        "sub": "iemand",
        "events": {oidc.LOGOUT_EVENT: {}},
    } | claims
    found.pop(without, None)
    return jwt.encode({"alg": "RS256", "kid": "een", "typ": "logout+jwt"}, found, key)


def test_message_that_a_session_ended(evil):
    ended = oidc.read_logout(client(evil), logout_token(evil))
    assert (ended.issuer, ended.subject, ended.sid, ended.jti) == (evil.issuer, "iemand", "sessie-1", "bericht-1")
    assert ended.expires_at.timestamp() > time.time() + 120


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": STRANGER},
        {"iss": "http://127.0.0.1:1/zwolle"},
        {"aud": "ander-portaal"},
        {"exp": 1},
        {"iat": int(time.time()) + 3600},
        {"events": {}},
        {"events": "x"},
        {"nonce": "een-id-token"},
        {"without": "jti"},
        {"without": "events"},
        {"without": "exp"},
        {"events": {"http://elders.example/iets-anders": {}}},
        {"sid": None, "sub": None},
        {"sid": "", "without": "sub"},
    ],
    ids="-".join)
def test_forced_logout_message(evil, wrong):
    with pytest.raises(OidcError) as caught:
        oidc.read_logout(client(evil), logout_token(evil, **wrong))
    assert (caught.value.sentence, caught.value.status) == (UNPROVEN, 400)
    assert oidc.read_logout(client(evil), logout_token(evil)).sid == "sessie-1"


def test_id_token_is_no_logout_message(evil):
    claims = attempt(evil)
    with pytest.raises(OidcError):
        oidc.read_logout(client(evil), claims.id_token)


def test_strangers_cannot_make_us_ask_for_keys(evil):
    unknown = jwt.encode({"alg": "RS256", "kid": "drie"}, {}, RSA_KEY)
    for _time in range(3):
        with pytest.raises(OidcError):
            oidc.read_logout(client(evil), unknown)
    assert evil.seen.count("/jwks") == 1
