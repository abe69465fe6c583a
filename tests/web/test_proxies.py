"""Whose address stands in the journal and counts for a limit: that of the visitor, also behind our own proxies."""

from dataclasses import replace

import pytest

from portal.app import create_app
from tests.world import Browser


@pytest.mark.parametrize(("proxies", "sent", "believed"), [
    (0, "203.0.113.9", "127.0.0.1"),
    (1, "203.0.113.9", "203.0.113.9"),
    (1, "10.6.6.6, 203.0.113.9", "203.0.113.9"),  # the visitor wrote the first part
    (2, "10.6.6.6, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
    (2, "203.0.113.9", "127.0.0.1"),  # came past a proxy: believe nothing
])
def test_only_what_our_own_proxies_add_is_believed(world, settings, proxies, sent, believed):
    app = create_app(replace(settings, proxies=proxies))
    try:
        browser = Browser(app, world.token(world.medewerker("kampen", "beheerder")))
        headers = {"X-Forwarded-For": sent, "X-Forwarded-Host": "elders.example", "X-Forwarded-Proto": "https"}
        page = browser.post("/beheer/leden/uitnodigen", {}, expect=422, headers=headers)
        assert "elders.example" not in page.text
    finally:
        app.engine.dispose()
    assert world.behind("SELECT herkomst FROM portal.beveiligingslog WHERE handeling = 'beheer.uitnodigen'") == [(believed,)]
