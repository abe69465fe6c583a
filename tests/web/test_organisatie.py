"""Mijn organisatie: public and private facts, documents in versions, contracts; and that nobody else gets in."""

import re

import pytest

from portal.domains.inkoop import inschrijven
from tests import inkoop_world
from tests.files import PDF
from tests.web.test_inschrijving import form_post, objects


@pytest.fixture
def lindehof(world):
    """A provider with its four people."""
    return inkoop_world.zorgaanbieder(world, "Woonvorm De Lindehof (fictief)")


def test_the_administrator_changes_the_facts(world, lindehof):
    beheerder = world.sign_in(lindehof.beheerder)
    page = beheerder.get("/organisatie")
    assert "Klein (10 tot 50 medewerkers)" in page.words
    assert page.html.select_one("main a[href='/beheer']"), "de beheerder vindt hier de mensen en rollen"
    form = beheerder.get("/organisatie/wijzigen").form("/organisatie/wijzigen")
    wrong = beheerder.post("/organisatie/wijzigen", form | {"email": "geen adres", "contactpersoon": "", "telefoon": "06 1"},
                           expect=422)
    assert "Vul een mailadres in zoals naam@voorbeeld.nl." in wrong.words
    assert "Vul in wie de gemeenten kunnen bellen." in wrong.words
    assert wrong.form("/organisatie/wijzigen")["email"] == "geen adres", "wat iemand typte, blijft staan"
    assert wrong.html.title.text.startswith("Fout:")
    beheerder.post("/organisatie/wijzigen", form | {"grootteklasse": "micro", "contactpersoon": "Noor Bos"})
    page = beheerder.get("/organisatie")
    assert "Micro (minder dan 10 medewerkers)" in page.words
    assert "Noor Bos" in page.words


def test_others_in_the_organisation_read_and_keep_documents(world, lindehof):
    author, reviewer = world.sign_in(lindehof.auteur), world.sign_in(lindehof.meelezer)
    assert "M. Bakker" in reviewer.get("/organisatie").words
    author.get("/organisatie/wijzigen", expect=403)
    author.post("/organisatie/wijzigen", {"grootteklasse": "groot"}, expect=403)
    reviewer.get("/organisatie/documenten/nieuw", expect=403)
    author.get("/organisatie/documenten/nieuw", expect=200)
    world.sign_in(world.medewerker("zwolle", "contractmanager")).get("/organisatie", expect=403)


def test_a_document_in_versions_each_with_its_receipt(app, world, lindehof):
    author = world.sign_in(lindehof.auteur)
    assert "Schrijf wat voor document het is." in author.get("/organisatie/documenten/nieuw?titel=", expect=422).words
    new = "/organisatie/documenten/nieuw?titel=Polis"
    part = author.upload(new, "polis-2026.pdf", PDF, expect=200)
    assert re.search(r"Ontvangstbewijs OB-\w{5}-\w{5}", part.html.get_text(" "))
    url = author.get("/organisatie").html.find("a", string="Polis")["href"]
    kept = objects(app)
    assert "is niet bewaard" in form_post(author, url, "polis.exe", b"MZ" + b"\0" * 99, expect=422).words
    assert objects(app) == kept
    form_post(author, url, "polis-2027.pdf", PDF + b"%27", expect=303)
    page = author.get(url)
    assert re.search(r"polis-2027\.pdf.*Eerdere versies.*polis-2026\.pdf", page.words), "ook vanaf het oude adres"
    assert len(set(re.findall(r"OB-\w{5}-\w{5}", page.words))) == 2
    listed = author.get("/organisatie")
    assert "polis-2027.pdf" in listed.words
    assert "polis-2026.pdf" not in listed.words
    assert "versie 2" in listed.words
    assert author.upload(url, "polis-2028.pdf", PDF).status == 409, "een oude versie vervangen kan niet nog eens"
    assert len(objects(app)) == len(kept) + 1
    form_post(author, new, "polis.txt", b"\0\1\2", expect=422)
    assert author.upload("/organisatie/documenten/nieuw", "zonder-naam.pdf", PDF).status == 422
    assert len(objects(app)) == len(kept) + 1


def test_another_organisation_finds_nothing(world, lindehof):
    document = world.as_(lindehof.auteur, inschrijven.organisatie_document, inkoop_world.stuk(world, "polis.pdf"),
                         titel="Polis")
    rival = world.sign_in(inkoop_world.zorgaanbieder(world, "Stichting De Brink (fictief)").verzender)
    url = f"/organisatie/documenten/{document.id}"
    rival.get(url, expect=404)
    assert rival.upload(url, "x.pdf", PDF).status == 404
    form_post(rival, url, "x.pdf", PDF, expect=404)
    assert "Lindehof" not in rival.get("/organisatie").text
    rival.get(f"/documenten/{document.id}", expect=404)


def test_contracts_won_stand_with_their_periods(world):
    loop = inkoop_world.gecontracteerd(world, percelen=1)
    page = world.sign_in(loop.wie.aanbieders[0].auteur).get("/organisatie")
    row = page.html.select_one("#contracten").find_parent("section").select_one("li").get_text(" ")
    assert "van  01-01-2028  tot en met  31-12-2030" in row
    words = " ".join(row.split())
    assert "nu verlengen tot en met 31-12-2032. Daarna kan het nog tot en met 31-12-2034." in words
