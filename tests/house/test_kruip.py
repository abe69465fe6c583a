"""S1: isolation, by behaviour. As every kind of person, over every route, with every id that anybody has seen.

Each party's private fields carry a canary; a page that shows somebody else's canary is a leak. Each write is replayed with
the caller's own CSRF token; a changed row of somebody else's is a foreign write. The reviewed function list, the policies
and the permissions are all under test here at once: this file knows none of them.
"""

import collections
import re
import uuid

import pytest
from sqlalchemy import text

from portal.models import metadata
from tests.house.canaries import CANARY
from tests.house.region import crawl_region
from tests.world import Browser

FORMS = {"csrf_token": None, "sleutel": None}
# A role that may not do a thing gets 403 whatever the id: after so many of them the other ids of that route tell nothing new.
ENOUGH = 4
# What a form might hold; every POST gets all of it, so that validation is passed where it can be.
GENERIC = {
    "naam": "Kruip",
    "email": "kruip@voorbeeld.example",
    "reden": "Omdat de proef dit vraagt",
    "motivering": "Een motivering van de proef",
    "punten": "7",
    "voldoet": "ja",
    "titel": "Kruip",
    "tekst": "Kruipt over de muur",
    "omschrijving": "Kruip",
    "waarde": "1000,00",
    "geraamde_waarde": "1000,00",
    "begint_on": "01-01-2029",
    "datum": "01-11-2026",
    "orgaan": "College van burgemeester en wethouders",
    "methode": "sas",
    "product": "beschermd_wonen",
    "nummer": "1",
    "code": "E9",
    "weging": "10",
    "rollen": "auteur",
    "rol": "auteur",
    "heeft_belang": "nee",
    "merkkleur": "#123456",
    "toelichting": "Kruip",
    "onderwerp": "Kruip",
    "bericht": "Kruip",
    "terugval": "Kruip",
    "grootteklasse": "klein",
    "contactpersoon": "Kruip",
    "telefoon": "038 000 00 00",
    "postadres": "Straat 1",
    "sluit_at": "01-12-2030 12.00",
    "perceel": "",
    "percelen": "",
    "besloten_on": "01-11-2026",
    "looptijd": "3+2+2",
    "moment": "voor de zomer 2027",
    "bedrag": "1,00",
}


@pytest.fixture(scope="module")
def region(app, owner):
    """A region with something of everything, canaries planted, and a session for every kind of person."""
    # A page that fails must be counted, not stop the crawl.
    app.config["PROPAGATE"] = False
    yield crawl_region(app, owner)
    app.config["PROPAGATE"] = True


def every_id(owner) -> list[str]:
    """Every uuid that stands anywhere in the database, newest tables included."""
    found: set[str] = set()
    with owner.connect() as c:
        for table in metadata.sorted_tables:
            columns = [col.name for col in table.columns if col.type.python_type is uuid.UUID]
            for column in columns:
                found |= {
                    str(v)
                    for v in c.execute(
                        text(f"SELECT DISTINCT {column} FROM portal.{table.name} WHERE {column} IS NOT NULL LIMIT 200")
                    ).scalars()
                }
    return sorted(found)


def addresses(app, region, methods) -> list[tuple[str, str, str]]:
    """(method, endpoint, url) for every route, filled with every id that fits (kinds of ids are tried where they differ)."""
    out = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            for method in sorted(rule.methods & methods):
                for values in region.fill(rule):
                    out.append((method, rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values)))
    return out


def allowed(persona, canary: str) -> bool:
    """A canary names the parties that may read it; `ieder` is everybody."""
    parties = canary.split(":")[2].split(",")
    return "ieder" in parties or str(persona.party_id) in parties


@pytest.fixture(scope="module")
def crawl(app, region):
    """One walk over every page by everybody: what leaked, what broke, what each party read of its own, what nobody reached."""
    found = {"leaks": [], "broken": [], "own": set(), "reached": set(), "statuses": collections.Counter(), "requests": 0}
    for persona in region.personas:
        browser, shut = Browser(app, region.token(persona)), collections.Counter()
        for method, endpoint, url in addresses(app, region, {"GET"}):
            if shut[endpoint] >= ENOUGH:
                continue
            response = browser.client.open(url, method=method)
            shut[endpoint] += response.status_code == 403
            body = response.get_data(as_text=response.mimetype.startswith("text/"))
            found["requests"] += 1
            found["statuses"][response.status_code] += 1
            # Here no worker and no mail server run, so the health page rightly says 503.
            if response.status_code == 200 or endpoint == "gezondheid.gezondheid":
                found["reached"].add(endpoint)
            elif response.status_code >= 500:
                found["broken"].append(f"{persona.name} {url}: {response.status_code}")
            for canary in re.findall(CANARY, body if isinstance(body, str) else body.decode("utf-8", "ignore")):
                if allowed(persona, canary):
                    found["own"].add(canary.split(":")[1])
                else:
                    found["leaks"].append(f"{persona.name} leest {canary} op {url}")
    print(f"kruip: {len(region.personas)} personen, {found['requests']} pagina's, {dict(found['statuses'])}")
    return found


def test_no_page_shows_somebody_elses_canary(crawl):
    assert crawl["leaks"] == []


def test_no_page_breaks(crawl):
    assert sorted(set(crawl["broken"])) == []


def test_every_page_was_reached_by_somebody(app, region, crawl):
    pages = {r.endpoint for r in app.url_map.iter_rules() if "GET" in r.methods and r.endpoint != "static"}
    assert pages - crawl["reached"] - region.hard_to_reach == set(), "niemand bereikte deze pagina: de proef kijkt er niet"


def test_own_canaries_were_really_read(region, crawl):
    """Control: the crawl reaches private pages, so that an empty list of leaks means something."""
    assert crawl["own"] >= region.must_be_read, f"nooit gezien: {region.must_be_read - crawl['own']}"


def test_no_write_changes_somebody_elses_rows(app, owner, region):
    foreign, broken, statuses, count = [], [], collections.Counter(), 0
    for persona in region.personas:
        browser = Browser(app, region.token(persona))
        token = browser.csrf()
        before = region.snapshot()
        shut = collections.Counter()
        for method, endpoint, url in addresses(app, region, {"POST", "PUT"}):
            if url in ("/uitloggen",) or url.startswith("/account") or shut[endpoint] >= ENOUGH:
                continue
            data = GENERIC | {"csrf_token": token, "sleutel": str(uuid.uuid4())}
            if method == "PUT":
                response = browser.client.put(
                    url,
                    data=b"%PDF-1.7\nkruip\n%%EOF\n",
                    content_type="application/pdf",
                    headers={"X-File-Name": "kruip.pdf", "X-CSRF-Token": token},
                )
            else:
                response = browser.client.post(url, data=data)
            shut[endpoint] += response.status_code == 403
            statuses[response.status_code] += 1
            count += 1
            # No mail server runs here: asking for a link rightly says so.
            if response.status_code >= 500 and not (response.status_code == 503 and endpoint == "account.link_sturen"):
                broken.append(f"{persona.name} {method} {url}: {response.status_code}")
        foreign += [f"{persona.name}: {line}" for line in region.foreign_changes(persona, before, region.snapshot())]
        if persona.party_id is None:
            assert before == region.snapshot(), "anoniem veranderde iets"
    print(f"kruip: {count} schrijfpogingen, {dict(statuses)}")
    assert foreign == []
    assert broken == []


def test_the_crawl_sees_a_leak(app, owner, region):
    """Control: a page that everybody may read with a canary of somebody else in it is caught by `allowed`."""
    stranger = region.personas[0]
    assert not allowed(stranger, f"KANARIE:proef:{uuid.uuid4()}:0")
    assert allowed(stranger, "KANARIE:proef:ieder:0")
