"""P2: how many statements every page asks of the database, with few rows and with ten times as many.

As every kind of person, from link to link: the pages that somebody really reaches, of every route.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, product
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from sqlalchemy import event

from portal.identity.permissions import Role
from tests.bench.stage import Stage
from tests.inkoop_world import (
    Inkooploop,
    concept,
    gecontracteerd,
    geopend,
    geplande_inkoop,
    gepubliceerde_inkoop,
    uitgevraagde_inkoop,
)
from tests.world import Person, World

PER_ENDPOINT = 2  # addresses of one route that one person reads
TRIES = 3  # addresses of one route that one person asks for
PATIENCE = 5  # seconds that one person looks around
# Read once a minute by each worker, not by each page: the names of gemeenten, and where their staff log in.
REMEMBERED = ("FROM portal.gemeente ORDER BY portal.gemeente.naam", "SELECT portal.inlogdienst.issuer FROM portal.inlogdienst")
# Comes with every page, whatever is on it: opens the session, binds the party, leaves the trail of who looked.
FRAME = ("portal.sessie_open(", "portal.sessie_ongelezen(", "set_config('transaction_read_only'", "portal.bekeken(")
# They leave the house, or wait for what is outside it.
ELSEWHERE = {"static", "account.terug", "account.naar", "gezondheid.gezondheid"}


@dataclass
class Count:
    """The most statements that one route asked, and where. `in_all`: with those of the frame."""

    most: int = 0
    in_all: int = 0
    path: str = ""
    who: str = ""
    pages: int = 0
    statements: list[str] = field(default_factory=list, repr=False)


@contextmanager
def counting(app) -> Iterator[list[str]]:
    """Every statement that this app sends inside the block, also those that open the session and bind the party."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not " ".join(statement.split()).endswith(REMEMBERED):
            asked.append(statement)

    event.listen(app.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(app.engine, "before_cursor_execute", note)


def region(world: World) -> tuple[Inkooploop, dict[str, Person | None]]:
    """A procurement in every phase, and who looks at them. It moves the clock."""
    done = gecontracteerd(world, percelen=1)
    wie = done.wie
    geopend(world, wie=wie, percelen=1)
    published = gepubliceerde_inkoop(world, wie=wie, percelen=1)
    concept(world, published, wie.aanbieders[0])
    uitgevraagde_inkoop(world, wie=wie, percelen=1)
    geplande_inkoop(world, wie=wie, percelen=1)
    aanbieder = wie.aanbieders[0]
    people = {
        "contractmanager": wie.manager, "inkoopjurist": wie.jurist, "mandaathouder": wie.mandaathouder,
        "beheerder": wie.beheerder, "beoordelaar": wie.beoordelaar, "beleidsadviseur": wie.beleid["kampen"],
        "raadslid": world.medewerker("ommen", Role.RAADSLID), "auditor": world.medewerker("zwolle", Role.AUDITOR),
        "regiobeheerder": world.medewerker("zwolle", Role.REGIOBEHEERDER),
        "auteur": aanbieder.auteur, "meelezer": aanbieder.meelezer, "verzender": aanbieder.verzender,
        "aanbiederbeheerder": aanbieder.beheerder, "inwoner": world.inwoner(), "niemand": None,
    }
    return done, people


class Crawl:
    """The pages that each person reaches; the same addresses can be opened again later."""

    def __init__(self, stage: Stage, people: dict[str, Person | None]):
        self.stage, self.app, self.people = stage, stage.app, people
        self.opened: dict[str, list[tuple[str, str]]] = {}
        self.broken: set[str] = set()
        self._map = self.app.url_map.bind("localhost")
        self._ids = {f"{table}_id": self._some(table) for table in ("inkoop", "perceel", "inschrijving", "besluit", "document",
                                                                    "bericht", "verzending", "opening")}
        self._plain = [rule.rule for rule in self.app.url_map.iter_rules()
                       if "GET" in rule.methods and not rule.arguments and rule.endpoint not in ELSEWHERE]

    def _some(self, table: str) -> list:
        mine = "SELECT id FROM portal.dossier WHERE reference LIKE 'MEET-%'"
        rows = self.stage.world.behind(f"SELECT id FROM portal.{table} WHERE id NOT IN ({mine}) LIMIT {TRIES}")
        return [row[0] for row in rows]

    def endpoints(self) -> set[str]:
        """Every route that can be read."""
        return {r.endpoint for r in self.app.url_map.iter_rules() if "GET" in r.methods} - ELSEWHERE

    def walk(self) -> dict[str, Count]:
        """From link to link, breadth first, every person on their own."""
        counts: dict[str, Count] = defaultdict(Count)
        for who, person in self.people.items():
            client = self._client(person)
            queue, seen, tried, read = list(self._plain), set(), defaultdict(int), defaultdict(int)
            self.opened[who], guesses, until = [], self._guesses(), time.monotonic() + PATIENCE
            while (queue or guesses) and time.monotonic() < until:
                guessed = not queue
                path = guesses.pop(0) if guessed else queue.pop(0)
                endpoint = self._endpoint(path)
                if guessed and counts[endpoint].pages:
                    continue
                if path in seen or endpoint is None or read[endpoint] >= PER_ENDPOINT or tried[endpoint] >= TRIES:
                    continue
                seen.add(path)
                tried[endpoint] += 1
                response = self._open(client, who, endpoint, path, counts)
                if response is not None:
                    read[endpoint] += 1
                    self.opened[who].append((endpoint, path))
                    queue += self._links(response)
        return {endpoint: count for endpoint, count in counts.items() if count.pages}

    def _guesses(self) -> list[str]:
        """Pages that no link leads to in this phase: every route with ids that fit its arguments."""
        paths = []
        for rule in self.app.url_map.iter_rules():
            if "GET" in rule.methods and rule.arguments <= set(self._ids) and rule.endpoint not in ELSEWHERE:
                names = sorted(rule.arguments)
                for values in islice(product(*(self._ids[name] for name in names)), TRIES):
                    paths.append(self._map.build(rule.endpoint, dict(zip(names, values, strict=True))))
        return paths

    def again(self) -> dict[str, Count]:
        """The same addresses as `walk` opened."""
        counts: dict[str, Count] = defaultdict(Count)
        for who, pages in self.opened.items():
            client = self._client(self.people[who])
            for endpoint, path in pages:
                self._open(client, who, endpoint, path, counts)
        return counts

    def _client(self, person: Person | None):
        client = self.app.test_client()
        if person:
            client.set_cookie("portaal-sessie", self.stage.world.token(person))
        client.get("/begrippen")  # names and colours of gemeenten are read once a minute
        return client

    def _open(self, client, who: str, endpoint: str, path: str, counts: dict[str, Count]):
        with counting(self.app) as asked:
            response = client.get(path)
        if response.status_code >= 500:
            self.broken.add(f"{who} {path}: {response.status_code}")
        if response.status_code != 200:
            return None
        count = counts[endpoint]
        count.pages += 1
        count.in_all = max(count.in_all, len(asked))
        own = [statement for statement in asked if not any(part in statement for part in FRAME)]
        if len(own) > count.most:
            count.most, count.path, count.who, count.statements = len(own), path, who, own
        return response

    def _endpoint(self, path: str) -> str | None:
        try:
            endpoint, _values = self._map.match(urlsplit(path).path, "GET")
        except Exception:  # no page of ours, or one that moved
            return None
        return None if endpoint in ELSEWHERE else endpoint

    @staticmethod
    def _links(response) -> Iterable[str]:
        if "html" not in (response.content_type or ""):
            return []
        found = BeautifulSoup(response.get_data(as_text=True), "html.parser").select("a[href^='/']")
        return [a["href"].partition("#")[0] for a in found if "taal=" not in a["href"]]
