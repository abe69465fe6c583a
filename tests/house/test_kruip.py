"""S1: isolation, by behaviour. As every kind of person, over every route, with every id that anybody has seen.

Each party's private fields carry a canary; a page that shows somebody else's canary is a leak. Each write is replayed with
the caller's own CSRF token; a changed row of somebody else's is a foreign write. The reviewed function list, the policies
and the permissions are all under test here at once: this file knows none of them.
"""

import collections
import re
import uuid
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from werkzeug.exceptions import HTTPException

from portal.models import metadata
from tests.house.canaries import CANARY
from tests.house.forms import PDF, Form, forms_on, onward, question, typed
from tests.house.region import crawl_region
from tests.world import Browser

# A role that may not do a thing gets 403 whatever the id: after so many of them the other ids of that route tell nothing new.
ENOUGH = 4
# Links and forms give the ids that belong together; of all the others this many per route are tried by everybody.
SPREAD = 24
# What ends something comes last: after it the rest of a dossier has nothing to do.
LAST = re.compile(r"verwijder|intrek|stop|uitlog|beeindig|afval|terug|verval")
# They need a session, a provider or a mail server; what these leave is in journals. tests/web/test_account.py tries each.
ALONE = ("/uitloggen", "/account", "/opnieuw-inloggen", "/inloggen", "/inloglink")


@pytest.fixture(scope="module")
def region(app, owner, server, database):
    """A region with something of everything, canaries planted, and a session for every kind of person."""
    # A page that fails must be counted, not stop the crawl.
    app.config["PROPAGATE"] = False
    region = crawl_region(app, owner)
    region.keep(server, database)
    yield region
    region.forget()
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


def addresses(app, region, methods, most: int | None = None) -> list[tuple[str, str, str]]:
    """(method, endpoint, url) for every route, filled with every id that fits (kinds of ids are tried where they differ);
    `most` per route, spread over all of them."""
    out = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            for method in sorted(rule.methods & methods):
                fits = region.fill(rule)
                for values in fits[:: -(-len(fits) // most)] if most else fits:
                    out.append((method, rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values)))
    return out


def allowed(persona, canary: str) -> bool:
    """A canary names the parties that may read it; `ieder` is everybody."""
    parties = canary.split(":")[2].split(",")
    return "ieder" in parties or str(persona.party_id) in parties


@pytest.fixture(scope="module")
def crawl(app, region):
    """One walk over every page by everybody: what leaked, what broke, what each party read of its own, what nobody reached."""
    found = {"leaks": [], "broken": [], "own": set(), "reached": set(), "statuses": collections.Counter(), "requests": 0,
             "forms": collections.defaultdict(set)}
    for persona in region.personas:
        browser, shut, asked = Browser(app, region.token(persona)), collections.Counter(), collections.Counter()
        todo = collections.deque((endpoint, url) for _method, endpoint, url in addresses(app, region, {"GET"}, most=SPREAD))
        while todo:
            endpoint, url = todo.popleft()
            if shut[endpoint] >= ENOUGH:
                continue
            response = browser.client.get(url)
            shut[endpoint] += response.status_code == 403
            body = response.get_data(as_text=response.mimetype.startswith("text/"))
            found["requests"] += 1
            found["statuses"][response.status_code] += 1
            # Here no worker and no mail server run, so the health page rightly says 503.
            if response.status_code == 200 or endpoint == "gezondheid.gezondheid":
                found["reached"].add(endpoint)
                if response.mimetype == "text/html":
                    found["forms"][persona.name].update(forms_on(body))
                    for address in onward(body):
                        if asked[address] or address.startswith(ALONE):
                            continue
                        # The same question about something else is asked a few times.
                        asked[address], asked[question(address)] = 1, asked[question(address)] + 1
                        if asked[question(address)] <= ENOUGH:
                            todo.append((endpoint_of(app, address, "GET"), address))
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


def endpoint_of(app, url: str, method: str = "POST") -> str | None:
    """Where a form or link goes; None outside the portal."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(url).path, method=method)[0]
    except HTTPException:
        return None


def send(browser, token: str, method: str, url: str, form: Form | None):
    """Post as this person, with their own token: a form that was filled in, a file, or nothing at all."""
    headers = {"X-CSRF-Token": token}
    if method == "PUT":
        return browser.client.put(url, data=PDF, content_type="application/pdf", headers=headers | {"X-File-Name": "kruip.pdf"})
    return browser.client.post(url, data=form.data(token) if form else {"csrf_token": token}, headers=headers)


def went_through(response) -> bool:
    """Done, and not sent away to log in."""
    return response.status_code < 400 and "inloggen" not in response.headers.get("Location", "")


@pytest.fixture(scope="module")
def writes(app, region, crawl):
    """Everybody sends everything, each on the region as it was: first the forms of their own pages, then every address there
    is, with what the rightful person would send there."""
    found = {"foreign": [], "broken": [], "done": set(), "why": {}, "statuses": collections.Counter(), "count": 0}
    rightful: dict[str, Form] = {}
    for form in sorted({f for forms in crawl["forms"].values() for f in forms}, key=lambda form: form.action):
        rightful.setdefault(endpoint_of(app, form.action, form.method), form)
    region.restore()
    before = region.snapshot()
    every = sorted(addresses(app, region, {"POST", "PUT"}, most=SPREAD), key=lambda one: bool(LAST.search(one[2])))

    def attempt(persona, browser, token, method, endpoint, url, form):
        response = send(browser, token, method, url, form)
        found["statuses"][response.status_code] += 1
        found["count"] += 1
        if went_through(response):
            found["done"].add((method, endpoint))
        elif response.status_code >= 500:
            found["broken"].append(f"{persona.name} {method} {url}: {response.status_code}")
        return response

    def sign_in(persona):
        browser = Browser(app, region.token(persona))
        return browser, browser.csrf()

    for persona in region.personas:
        region.restore()
        browser, token = sign_in(persona)
        own = sorted(crawl["forms"][persona.name], key=lambda form: (bool(LAST.search(form.action)), form.action))
        for form in own:
            if not form.action.startswith(ALONE):
                endpoint = endpoint_of(app, form.action, form.method)
                attempt(persona, browser, token, form.method, endpoint, form.action, form)
        shut = collections.Counter()
        for method, endpoint, url in every:
            if not url.startswith(ALONE) and shut[endpoint] < ENOUGH:
                response = attempt(persona, browser, token, method, endpoint, url, rightful.get(endpoint))
                shut[endpoint] += response.status_code == 403
                if response.status_code == 401 and persona.person:  # one of these ended the session: an administrator may
                    browser, token = sign_in(persona)
        after = region.snapshot()
        found["foreign"] += [f"{persona.name}: {line}" for line in region.foreign_changes(persona, before, after)]
        # Anybody may check beforehand whether a scheme is for them; that is all that nobody in particular leaves behind.
        if persona.party_id is None and before != {key: row for key, row in after.items() if key[0] != "geschiktheidscheck"
                                                   or key in before}:
            found["foreign"].append("anoniem veranderde iets")
    # One thing may stand in the way of another: what did not go through yet is tried on the region as it was.
    for persona in region.personas:
        for form in sorted(crawl["forms"][persona.name], key=lambda form: form.action):
            key = (form.method, endpoint_of(app, form.action, form.method))
            if key[1] and key not in found["done"] and not form.action.startswith(ALONE):
                region.restore()
                response = attempt(persona, *sign_in(persona), *key, form.action, form)
                words = BeautifulSoup(response.get_data(as_text=True), "html.parser").select_one("main")
                said = " ".join(words.get_text(" ").split())[:300] if words else ""
                found["why"][" ".join(key)] = f"{persona.name} {form.fields}: {response.status_code} {said}"
    print(f"kruip: {found['count']} schrijfpogingen, {dict(found['statuses'])}")
    return found


def test_no_write_changes_somebody_elses_rows(writes):
    assert not writes["foreign"], "\n".join(writes["foreign"])


def test_no_write_breaks(writes):
    assert sorted(set(writes["broken"])) == []


def test_every_write_went_through_for_somebody(app, region, writes):
    """Control: the attempts of others mean something only where the rightful person does get through."""
    all_ = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(ALONE)
        for method in rule.methods & {"POST", "PUT"}
    }
    never = {f"{method} {endpoint}" for method, endpoint in all_ - writes["done"]}
    told = {one: writes["why"].get(one, "op geen bladzijde een formulier") for one in sorted(never - set(region.hard_to_write))}
    assert not told, "niemand kwam hier door, dus de proef kijkt er niet:\n" + "\n".join(f"{k}: {v}" for k, v in told.items())
    assert set(region.hard_to_write) - never == set(), "gaat wel: haal deze uitzondering weg"


def test_a_form_is_read_as_a_person_fills_it_in():
    page = """<form method="post" action="/a"><input type="hidden" name="sleutel" value="oud"><input name="naam" value="Jo">
      <input name="van"><select name="rol"><option value="">Kies</option><option value="b">B</option></select>
      <input type="radio" name="antwoord" value="ja"><input type="radio" name="antwoord" value="nee" checked>
      <button>Bewaar</button><button formaction="/b" name="weg" value="1">Weg</button></form>
      <form method="get" action="/zoeken"><input name="q"></form>"""
    first, second = forms_on(page)
    assert first.fields == {"sleutel": [""], "naam": ["Jo"], "van": [typed("van", "text")], "rol": ["b"], "antwoord": ["nee"]}
    assert (first.action, second.action, second.fields["weg"]) == ("/a", "/b", ["1"])
    assert first.data("t")["sleutel"] != first.data("t")["sleutel"] and first.data("t")["csrf_token"] == "t"


def test_the_crawl_sees_a_leak(app, owner, region):
    """Control: a page that everybody may read with a canary of somebody else in it is caught by `allowed`."""
    stranger = region.personas[0]
    assert not allowed(stranger, f"KANARIE:proef:{uuid.uuid4()}:0")
    assert allowed(stranger, "KANARIE:proef:ieder:0")
