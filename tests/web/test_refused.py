"""What a refusal leaves behind: nothing half-written, what was typed, and a line for the auditor. And a large file that
comes in holds no transaction."""

import pytest
from flask import g

from portal.domains.inkoop import usecases
from portal.kernel.errors import NotFound, Refused
from portal.web import uploads
from tests import inkoop_world as iw
from tests.web.test_inkoop_plannen import PDF


@pytest.fixture
def loop(world):
    return iw.geplande_inkoop(world, percelen=1)


def journal(world) -> list[tuple]:
    """What the auditor finds about refusals."""
    rows = world.behind("SELECT handeling, object, resultaat FROM portal.beveiligingslog WHERE resultaat = 'geweigerd'")
    return [tuple(row) for row in rows]


def halfway(monkeypatch, refusal: Refused) -> None:
    """The use case writes, and is refused after it."""
    really = usecases.mijlpaal_toevoegen

    def write_and_refuse(session, actor, inkoop_id, **values):
        really(session, actor, inkoop_id, **values)
        raise refusal

    monkeypatch.setattr(usecases, "mijlpaal_toevoegen", write_and_refuse)


def test_a_page_that_is_drawn_again_does_not_show_what_was_refused_half_way(world, loop, monkeypatch):
    halfway(monkeypatch, Refused("Halverwege geweigerd.", status=409))
    page = world.sign_in(loop.wie.manager).post(
        f"/inkoop/{loop.inkoop_id}/mijlpaal-toevoegen", {"mijlpaal": "Spook", "moment": "juni 2027"}, expect=409)
    assert "Halverwege geweigerd." in page.words
    assert "Spook" not in [p.text for p in page.html.select("main .p-list .u-strong")]
    assert page.html.select_one("#mijlpaal")["value"] == "Spook", "wat is getypt, blijft staan"
    assert journal(world) == [("inkoop:mijlpaal-toevoegen", str(loop.inkoop_id), "geweigerd")]
    assert world.behind("SELECT 1 FROM portal.mijlpaal WHERE titel = 'Spook'") == []


def test_what_the_reader_may_not_see_stays_a_404_and_is_in_the_journal(world, loop, monkeypatch):
    halfway(monkeypatch, NotFound())
    world.sign_in(loop.wie.manager).post(
        f"/inkoop/{loop.inkoop_id}/mijlpaal-toevoegen", {"mijlpaal": "Spook", "moment": "juni 2027"}, expect=404)
    assert [row[0] for row in journal(world)] == ["inkoop:mijlpaal-toevoegen"]


def test_no_transaction_waits_for_a_file_that_comes_in(world, loop, monkeypatch):
    really, seen = uploads.receive, []

    def receive(chunks, **how):
        seen.append(g.db.in_transaction())
        return really(chunks, **how)

    monkeypatch.setattr(uploads, "receive", receive)
    world.sign_in(loop.wie.manager).upload(f"/inkoop/{loop.inkoop_id}/stuk-toevoegen", "leidraad.pdf", PDF, expect=200)
    asked = iw.uitgevraagde_inkoop(world, loop)
    world.sign_in(asked.wie.beleid["kampen"]).upload(f"/inkoop/{loop.inkoop_id}/deelname-document", "besluit.pdf", PDF,
                                                     expect=200)
    assert seen == [False, False]
