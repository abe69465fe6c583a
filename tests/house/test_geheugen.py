"""P9: a page that is asked again leaves nothing behind in the worker. Counted in objects and blocks of memory, not in megabytes
or seconds."""

import gc
import sys
from itertools import count

import pytest

from tests.inkoop_world import concept, gepubliceerde_inkoop

# What people do, not what they look at; and what talks to another server.
LEAVES = ("account.naar", "account.terug", "account.uitloggen")
# A page that leaked once must be among those that are asked.
ALWAYS = {("bezoeker", "/"), ("bezoeker", "/aanbestedingen"), ("contractmanager", "/inkoop"), ("contractmanager", "/mijn-werk"),
          ("contractmanager", "/mijn-werk?q=beschermd"), ("aanbieder", "/berichten"), ("aanbieder", "/inschrijving")}
TURNS = 8
# Per time that a page is asked: one container, and some blocks for a counter that became a longer number.
OBJECTS, BLOCKS = 1, 60


@pytest.fixture
def looked_at(world):
    """(who -> session, addresses): nobody, a gemeente and a provider, with a published procurement and a bid between them."""
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    people = {"bezoeker": None, "contractmanager": world.token(loop.wie.manager),
              "aanbieder": world.token(bid.aanbieder.verzender)}
    return people, [f"/inkoop/{loop.inkoop_id}", f"/inschrijving/{bid.inschrijving_id}", "/mijn-werk?q=beschermd",
                    "/aanbestedingen?gemeente=zwolle", "/zoeken?q=beschermd"]


def kept(app, path: str, token: str | None) -> tuple[float, float] | None:
    """Objects and blocks that stay per time that this page is asked; None for a page that this person does not have."""
    client = app.test_client(use_cookies=False)

    def ask() -> int:
        return client.get(path, headers={"Cookie": f"portaal-sessie={token}"} if token else {}).status_code

    if {ask() for _turn in range(4)} != {200}:
        return None
    gc.collect()
    objects, blocks = len(gc.get_objects()), sys.getallocatedblocks()
    for _turn in range(TURNS):
        ask()
    gc.collect()
    return (len(gc.get_objects()) - objects) / TURNS, (sys.getallocatedblocks() - blocks) / TURNS


def test_P9_no_page_keeps_anything_of_a_request(app, looked_at):
    people, more = looked_at
    paths = sorted({rule.rule for rule in app.url_map.iter_rules()
                    if "GET" in rule.methods and not rule.arguments and rule.endpoint not in LEAVES}) + more
    found = {(who, path): stays for who, token in people.items() for path in paths
             if (stays := kept(app, path, token)) is not None}
    assert ALWAYS - set(found) == set()
    assert {page: stays for page, stays in found.items() if stays[0] > OBJECTS or stays[1] > BLOCKS} == {}


@pytest.mark.parametrize("leak", [lambda pile, _turn: pile.setdefault("rij", []).append([[] for _ in range(50)]),
                                  lambda pile, turn: pile.update({f"{turn}-{n}": str(n) * 9 for n in range(50)})])
def test_the_count_sees_what_stays(app, world, monkeypatch, leak):
    pile, turns = {}, count()
    monkeypatch.setitem(app.view_functions, "publiek.begrippen", lambda: leak(pile, next(turns)) or "goed")
    objects, blocks = kept(app, "/begrippen", None)
    assert objects > OBJECTS or blocks > BLOCKS
