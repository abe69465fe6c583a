"""What both crawls walk with: everybody over every route, with every id that anybody has seen.

Reading and writing are two files, so that they run beside each other: together they are the longest test there is.
"""

import collections
import os
import random
import re
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.bench.pages import FRAME, counting
from tests.house.canaries import CANARY
from tests.house.forms import forms_on, onward, question
from tests.house.region import crawl_region
from tests.world import Browser

# A role that may not do a thing gets 403 whatever the id, and nobody is asked to log in: after so many of them the other ids of
# that route tell nothing new.
ENOUGH = 4
# The same page in the other language shows the same rows.
LANGUAGE = "taal="
# Links and forms give the ids that belong together; of all the others this many per route are tried by everybody.
SPREAD = 32
# Another number is another sample.
SEED = 1
# What ends something comes last: after it the rest of a dossier has nothing to do.
LAST = re.compile(r"verwijder|intrek|stop|uitlog|beeindig|afval|terug|verval")
# They mail at once, and say 503 here, where no mail server runs (tests/web/test_uitdagen.py).
MAILS = frozenset({"uitdagen.link", "uitdagen.idee_bewaren"})
# They need a session, a provider or a mail server; what these leave is in journals. tests/web/test_account.py tries each.
ALONE = ("/uitloggen", "/account", "/opnieuw-inloggen", "/inloggen", "/inloglink")


def whole_region(app, owner, server, database):
    """A region with something of everything, canaries planted, and a session for every kind of person: for a fixture."""
    # A page that fails must be counted, not stop the crawl.
    app.config["PROPAGATE"] = False
    # What is tried of many ids, and in which order, follows from the ids: the same ones in every run, so that what is found can
    # be found again.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", random.Random(SEED).randbytes)
        region = crawl_region(app, owner)
    region.keep(server, database)
    yield region
    region.forget()
    app.config["PROPAGATE"] = True


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
                # Evenly over all of them: whole steps would fall in with the length of one of the lists.
                spread = [fits[n * len(fits) // most] for n in range(most)] if most and most < len(fits) else fits
                for values in spread:
                    out.append((method, rule.endpoint, app.url_map.bind("localhost").build(rule.endpoint, values)))
    return out


def allowed(persona, canary: str) -> bool:
    """A canary names the parties that may read it; `ieder` is everybody."""
    parties = canary.split(":")[2].split(",")
    return "ieder" in parties or str(persona.party_id) in parties


def endpoint_of(app, url: str, method: str = "POST") -> str | None:
    """Where a form or link goes; None outside the portal."""
    try:
        return app.url_map.bind("localhost").match(urlsplit(url).path, method=method)[0]
    except HTTPException:
        return None


def turned_away(response) -> bool:
    """Answered before anything was looked up: this role may not, or nobody is logged in."""
    return response.status_code == 403 or "/inloggen" in response.headers.get("Location", "")


def walk(app, region, most: int) -> dict:
    """One walk over every page by everybody: what leaked, what broke, what each party read of its own, what nobody reached, and
    which forms each of them found, and how many statements a page asked at most. `most`: of the ids that no page links to, so
    many per route."""
    found = {"leaks": [], "broken": [], "own": set(), "reached": set(), "statuses": collections.Counter(), "requests": 0,
             "forms": collections.defaultdict(set), "asked": collections.defaultdict(lambda: (0, "", ""))}
    for persona in region.personas:
        browser, shut, asked = Browser(app, region.token(persona)), collections.Counter(), collections.Counter()
        todo = collections.deque((endpoint, url) for _method, endpoint, url in addresses(app, region, {"GET"}, most=most))
        while todo:
            endpoint, url = todo.popleft()
            if shut[endpoint] >= ENOUGH:
                continue
            with counting(app) as seen:
                response = browser.client.get(url)
            shut[endpoint] += turned_away(response)
            body = response.get_data(as_text=response.mimetype.startswith("text/"))
            found["requests"] += 1
            found["statuses"][response.status_code] += 1
            # Here no worker and no mail server run, so the health page rightly says 503.
            if response.status_code == 200 or endpoint == "gezondheid.gezondheid":
                found["reached"].add(endpoint)
                own = [one for one in seen if not any(part in one for part in FRAME)]
                found["asked"][endpoint] = max(found["asked"][endpoint], (len(own), persona.name, url))
                if response.mimetype == "text/html":
                    found["forms"][persona.name].update(forms_on(body))
                    for address in onward(body):
                        if asked[address] or address.startswith(ALONE):
                            continue
                        # The same question about something else is asked a few times.
                        asked[address], asked[question(address)] = 1, asked[question(address)] + 1
                        if asked[question(address)] <= (1 if LANGUAGE in address else ENOUGH):
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
