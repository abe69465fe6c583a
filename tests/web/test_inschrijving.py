"""Bidding in the browser, on the bidding side: draft, review, send, replace, withdraw, and every refusal in its own words."""

import pytest

from tests import inkoop_world
from tests.files import PDF


@pytest.fixture
def loop(world):
    """A published procurement with two percelen and two providers."""
    return inkoop_world.gepubliceerde_inkoop(world)


def test_smoke(world, loop):
    a = loop.wie.aanbieders[0]
    femke, ahmed, bakker = (world.sign_in(p) for p in (a.auteur, a.meelezer, a.verzender))
    lijst = femke.get("/inschrijving")
    page = femke.post(f"/inschrijving/begin/{loop.inkoop_id}")
    dossier = page.location
    print(femke.get(dossier).words)
    femke.post(f"{dossier}/perceel/{loop.percelen[0]}/kiezen")
    print(femke.get(dossier).words)
    femke.get(f"{dossier}/perceel/{loop.percelen[0]}/eisen")
    print(femke.get(f"{dossier}/document/G1").words)
    print(femke.upload(f"{dossier}/document/G1", "verklaring.pdf", PDF, expect=200).text)
    femke.get(f"{dossier}/document/P1?perceel={loop.percelen[0]}")
    print(bakker.get(f"{dossier}/controle").words)
    b = world.sign_in(a.beheerder)
    print(b.get("/organisatie").words)
    b.get("/organisatie/wijzigen"); b2 = femke.get("/organisatie/documenten/nieuw"); femke.get("/organisatie/documenten/nieuw?titel=Polis")
    print(femke.upload("/organisatie/documenten/nieuw?titel=Polis", "polis.pdf", PDF, expect=200).text)
    bid = inkoop_world.verstuurd(world, loop, loop.wie.aanbieders[1])
    c = world.sign_in(loop.wie.aanbieders[1].verzender)
    d = f"/inschrijving/{bid.inschrijving_id}"
    print(c.get(d).words)
    print(c.get(d + "/controle").words)
    print(c.get(f"{d}/perceel/{loop.percelen[0]}/intrekken").words)
