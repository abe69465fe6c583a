"""P9: a page that is asked again leaves nothing behind in the worker. Counted in objects, not in megabytes or seconds."""

import gc

import pytest

from tests.inkoop_world import gepubliceerde_inkoop

# What people do, not what they look at; and what talks to another server.
LEAVES = ("account.naar", "account.terug", "account.uitloggen")
TURNS = 6


@pytest.fixture
def people(world):
    """Who looks: nobody, a gemeente and a provider, with a published procurement between them."""
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    return {"bezoeker": None, "contractmanager": world.token(loop.wie.manager),
            "aanbieder": world.token(loop.wie.aanbieders[0].verzender)}


def kept(app, path: str, token: str | None) -> float | None:
    """Objects that stay per time that this page is asked; None for a page that this person does not have."""
    client = app.test_client(use_cookies=False)

    def ask() -> int:
        return client.get(path, headers={"Cookie": f"portaal-sessie={token}"} if token else {}).status_code

    if {ask() for _turn in range(4)} != {200}:
        return None
    gc.collect()
    before = len(gc.get_objects())
    for _turn in range(TURNS):
        ask()
    gc.collect()
    return (len(gc.get_objects()) - before) / TURNS


def test_P9_no_page_keeps_anything_of_a_request(app, people):
    paths = sorted({rule.rule for rule in app.url_map.iter_rules()
                    if "GET" in rule.methods and not rule.arguments and rule.endpoint not in LEAVES})
    found = {(who, path): stays for who, token in people.items() for path in paths
             if (stays := kept(app, path, token)) is not None}
    assert {who for who, _path in found} == set(people) and len(found) > 30
    assert {page: stays for page, stays in found.items() if stays > 1} == {}


def test_the_count_sees_what_stays(app, people, monkeypatch):
    pile: list = []
    monkeypatch.setitem(app.view_functions, "publiek.begrippen", lambda: pile.append([[] for _ in range(50)]) or "goed")
    assert kept(app, "/begrippen", None) > 25
