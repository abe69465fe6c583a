"""S1: isolation, by behaviour. As every kind of person, over every page, with every id that anybody has seen.

Each party's private fields carry a canary; a page that shows somebody else's canary is a leak. The reviewed function list, the
policies and the permissions are all under test here at once: this file knows none of them.
"""

import uuid

import pytest

from tests.bench.__main__ import MOST_QUERIES
from tests.house.kruip import SPREAD, allowed, walk, whole_region


@pytest.fixture(scope="module")
def region(app, owner, server, database):
    """The region that is read."""
    yield from whole_region(app, owner, server, database)


@pytest.fixture(scope="module")
def crawl(app, region):
    """One walk over every page by everybody."""
    return walk(app, region, SPREAD)


def test_no_page_shows_somebody_elses_canary(crawl):
    assert crawl["leaks"] == []


def test_no_page_breaks(crawl):
    assert sorted(set(crawl["broken"])) == []


def test_every_page_was_reached_by_somebody(app, region, crawl):
    pages = {r.endpoint for r in app.url_map.iter_rules() if "GET" in r.methods and r.endpoint != "static"}
    assert pages - crawl["reached"] - region.hard_to_reach == set(), "niemand bereikte deze pagina: de proef kijkt er niet"


def test_P2_no_page_asks_more_than_eight_statements_of_its_own(crawl):
    found = {endpoint: asked for endpoint, asked in crawl["asked"].items() if asked[0] > MOST_QUERIES}
    assert found == {}


def test_own_canaries_were_really_read(region, crawl):
    """Control: the crawl reaches private pages, so that an empty list of leaks means something."""
    assert crawl["own"] >= region.must_be_read, f"nooit gezien: {region.must_be_read - crawl['own']}"


def test_the_crawl_sees_a_leak(app, owner, region):
    """Control: a page that everybody may read with a canary of somebody else in it is caught by `allowed`."""
    stranger = region.personas[0]
    assert not allowed(stranger, f"KANARIE:proef:{uuid.uuid4()}:0")
    assert allowed(stranger, "KANARIE:proef:ieder:0")
