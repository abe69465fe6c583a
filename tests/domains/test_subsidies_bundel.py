"""The bundle for committee or court, on the real database: what goes in, what never does, and nothing about people."""

import csv
import hashlib
import io
import subprocess
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from portal.adapters.bundel import LEES_NA, ZELF_NAKIJKEN, archief
from portal.adapters.subsidiebrieven import SubsidieBrieven
from portal.blueprints.register import csv_lines
from portal.domains.subsidies import bezwaar, bundel, queries, tekenen, usecases, voorstellen
from portal.kernel import clock
from portal.kernel.documents import Scan
from portal.kernel.errors import NotFound
from portal.kernel.outbox import send_message
from portal.kernel.weglaten import WEG
from tests.domains.test_subsidies_bezwaar import beantwoord, behandelaar, beslist, geweigerd, ingediend, tekenaar
from tests.domains.test_subsidies_toestemming import gevraagd, per_boekjaar
from tests.subsidies_world import NepBrieven, beoordeeld, verleend, voorgesteld
from tests.web.building import counted


def met_brief(world, loop=None):
    """Granted, with the real letter."""
    loop = voorgesteld(world, loop)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, loop.besluit_id, brieven=SubsidieBrieven(world.app.files))
    return loop


def kijk(world, loop, wie=None, **facts):
    return world.as_(wie or loop.wie.adviseur, bundel.inventaris, loop.subsidie_id, **facts)


def maak(world, loop, wie=None, *, zonder_namen=False, **facts):
    """The archive as names and bytes."""
    made = world.as_(wie or loop.wie.adviseur, bundel.samenstellen, loop.subsidie_id, zonder_namen=zonder_namen, **facts)
    raw = b"".join(archief(made, world.app.files, zonder_namen=zonder_namen, at=clock.now(), als_csv=csv_lines))
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        assert found.testzip() is None
        return made, {name: found.read(name) for name in found.namelist()}


def leest(pdf: bytes) -> str:
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30).stdout.decode()
    return " ".join(text.split())


def alles(files) -> str:
    """Every text in the archive that the portal made, and its names."""
    return " ".join([*files, *(leest(body) for name, body in files.items() if name.endswith(".pdf") and body[:5] == b"%PDF-"
                               and b"begroting" not in body)])


def titels(found) -> list[str]:
    return [one.titel for one in found.stukken]


def test_everything_of_a_case_is_in_it_in_order_with_a_hash_per_piece(world):
    loop = met_brief(world)
    made, files = maak(world, loop)
    assert [t.partition(" (")[0].partition(":")[0] for t in titels(made)] == [
        "Aanvraag", "Bijlage", "Besluit", "Gewisselde berichten", "Beoordeling", "Termijnen", "Tijdlijn"]
    rows = list(csv.reader(io.StringIO(files["00 Inventaris.csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[0][0] == "nummer" and len(rows) == len(made.stukken) + 1
    for row in rows[1:]:
        assert hashlib.sha256(files[row[4]]).hexdigest() == row[5], row[2]
    sums = files["sha256sums.txt"].decode()
    assert all(row[5] in sums and row[5][:20] in leest(files["00 Inventaris.pdf"]).replace(" ", "") for row in rows[1:])
    assert set(files) == {"00 Inventaris.pdf", "00 Inventaris.csv", "sha256sums.txt", *(row[4] for row in rows[1:])}


@pytest.mark.parametrize(("titel", "naam"), [
    ("Besluit: Dagpunt/De Brug", "Besluit- Dagpunt-De Brug.pdf"), ("Zaak 2026/12\\3 a", "Zaak 2026-12-3 a.pdf"),
    ("../../etc/passwd", "-..-etc-passwd.pdf"), ('Wat "nu"? <b>', "Wat -nu-- -b-.pdf")])
def test_a_slash_in_a_title_takes_nothing_away_from_the_name_of_a_piece(world, titel, naam):
    loop = met_brief(world)
    made = world.as_(loop.wie.adviseur, bundel.samenstellen, loop.subsidie_id, zonder_namen=False)
    changed = replace(made, stukken=[replace(made.stukken[-1], titel=titel)])
    raw = b"".join(archief(changed, world.app.files, zonder_namen=False, at=clock.now(), als_csv=csv_lines))
    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        assert f"01 {naam}" in found.namelist()


def test_a_letter_is_the_letter_that_was_sent_and_a_file_is_the_file(world):
    loop = met_brief(world)
    _made, files = maak(world, loop)
    sent = world.as_(loop.wie.adviseur, lambda s, _a: queries.brieven(s, loop.subsidie_id))[0]
    assert sent.sha256 in {hashlib.sha256(body).hexdigest() for body in files.values()}
    assert any(name.endswith("begroting.pdf") for name in files)
    text = alles(files)
    assert "Elke werkdag een open huis." in text and "Controlegetal (SHA-256)" in text and "Aanvraag ontvangen" in text


def test_what_the_gemeente_wrote_for_itself_is_counted_and_never_given(world):
    loop = beoordeeld(world)
    world.as_(loop.wie.adviseur, usecases.heropenen, loop.subsidie_id, reden="GEHEIM: ik twijfel over deze aanvrager.")
    world.as_(loop.wie.adviseur, usecases.afronden, loop.subsidie_id)
    loop = voorgesteld_zonder_beoordelen(world, loop)
    found = kijk(world, loop)
    left = {one.titel: one for one in found.weggelaten}
    assert left["Aantekeningen van medewerkers bij een stap"].aantal == 1
    assert "8:29" in left["Aantekeningen van medewerkers bij een stap"].grond
    assert left["Concepten, en voorstellen die niet zijn verstuurd"].aantal == 2
    assert left["Verklaringen van medewerkers over hun belangen"].aantal == 1
    assert left["Interne stappen in de tijdlijn"].aantal >= 2
    assert not any(t.startswith("Besluit") for t in titels(found)), "een voorstel is geen besluit"
    _made, files = maak(world, loop)
    text = alles(files)
    assert "GEHEIM" not in text and "De aanvraag past bij de regeling." not in text
    assert "Voorstel voorgelegd" not in text and "Aantekeningen van medewerkers" in text


def voorgesteld_zonder_beoordelen(world, loop):
    """A proposal lies before its signer; nothing was sent."""
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering="De aanvraag past bij de regeling.",
              steun="geen", staatssteun="De activiteit is lokaal en niet economisch.")
    world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    return loop


def test_without_personal_data_nobody_is_named(world):
    loop = met_brief(world)
    world.as_(loop.wie.adviseur, lambda s, actor: send_message(
        s, actor, to=loop.aanvrager.verzender.party_id, dossier_id=loop.subsidie_id, onderwerp="Vraag van Ria Smeets",
        tekst="Bel mevrouw Smeets op 06-12345678, of mail ria@zwolle.example. Groeten, Karel\nten Brinke"))
    made, files = maak(world, loop, zonder_namen=True)
    text = alles(files)
    assert made.namen and loop.aanvrager.verzender.actor.naam in made.namen
    for word in (*made.namen, "06-12345678", "ria@", "Smeets", "Karel", "Brinke", "NL02", "NL02ABNA0123456789"):
        assert word not in text, word
    assert WEG in text and "Dagpunt 1 (fictief)" in text and "Zwolle" in text, "een organisatie en een gemeente blijven staan"
    assert "Wij verlenen u een subsidie van" in text and "bezwaar" in text, "de tekst van het besluit blijft leesbaar"
    assert "Kijk het zelf na" in text and "Lees alles na" in text
    assert not any(name.endswith("begroting.pdf") for name in files)
    rows = list(csv.reader(io.StringIO(files["00 Inventaris.csv"].decode("utf-8-sig")), delimiter=";"))
    [upload] = [row for row in rows if row[2].startswith("Bijlage")]
    assert upload[4] == "" and len(upload[5]) == 64 and upload[6] == ZELF_NAKIJKEN


def test_with_personal_data_the_names_are_there(world):
    loop = met_brief(world)
    text = alles(maak(world, loop)[1])
    assert "Karel ten Brinke" in text and WEG not in text and LEES_NA[:30] not in text


def test_making_it_stands_in_the_history_and_looking_does_not(world):
    loop = verleend(world)
    kijk(world, loop)
    count = "SELECT facts FROM portal.case_event WHERE kind = 'intern:bundel'"
    assert world.behind(count) == []
    made, _files = maak(world, loop, zonder_namen=True)
    [row] = world.behind(count)
    assert (row.facts["stukken"], row.facts["zonder_namen"]) == (len(made.stukken), True)
    assert "bundel" not in alles(maak(world, loop)[1]).lower().replace("deze bundel", "")


def test_a_file_with_a_virus_is_named_and_stays_out(world):
    loop = met_brief(world)
    world.behind("UPDATE portal.document SET scan = :s WHERE soort = 'aanvraagstuk' RETURNING 1", s=Scan.BESMET)
    found = kijk(world, loop)
    assert not any(t.startswith("Bijlage") for t in titels(found))
    assert any("begroting.pdf" in one.titel and "virusscanner" in one.grond for one in found.weggelaten)


def test_the_bundle_of_an_objection_holds_the_objection_and_what_was_before_it(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.", "Anderen kwamen later.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    beantwoord(world, loop, bea, zaak)
    zaak = world.as_(bea, lambda s, _a: queries.bezwaren(s, loop.subsidie_id)[0])
    made, files = maak(world, loop, bea, bezwaar_id=zaak.id)
    names = titels(made)
    assert any(t.startswith("Bezwaarschrift") for t in names) and any(t.startswith("Besluit") for t in names)
    assert "Argumenten en antwoorden" in names and "Verslag van de hoorzitting" in names
    text = alles(files)
    assert "De telling klopt niet." in text and "lichtte het toe" in text and made.kenmerk == zaak.reference
    assert "dat telden wij verkeerd" not in text, "een antwoord dat nog niet is verstuurd, is een concept"
    voorstel = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="gegrond",
                        motivering="Wij telden opnieuw: het klopte niet.")
    world.as_(tekenaar(world, loop), tekenen.tekenen, voorstel.id, brieven=NepBrieven(world))
    assert "dat telden wij verkeerd" in alles(maak(world, loop, bea, bezwaar_id=zaak.id)[1])


def test_what_came_after_the_contested_decision_is_not_of_the_objection(world):
    loop, one = gevraagd(world, per_boekjaar(world))
    besluit = world.as_(loop.wie.adviseur, lambda s, _a: queries.verlening(s, loop.subsidie_id))
    zaak = ingediend(world, loop, besluit, "Het bedrag is te laag.")
    names = titels(kijk(world, loop, bezwaar_id=zaak.id))
    assert not any("toestemming" in t for t in names)
    left = {x.titel: x for x in kijk(world, loop, bezwaar_id=zaak.id).weggelaten}
    assert "7:4" in left["Stukken van na het besluit, en over andere bezwaren"].grond
    assert left["Andere bezwaren en verzoeken in deze zaak"].aantal == 1
    whole = titels(kijk(world, loop))
    assert any(t.startswith("Verzoek om toestemming") for t in whole) and any(t.startswith("Bezwaarschrift") for t in whole)
    assert one.reference


def test_a_decided_objection_is_complete(world):
    loop, besluit = geweigerd(world)
    zaak = beslist(world, loop, ingediend(world, loop, besluit, "De telling klopt niet."))
    names = titels(kijk(world, loop, bezwaar_id=zaak.id))
    assert sum(t.startswith("Besluit") for t in names) == 2


def test_a_missing_file_refuses_before_anything_is_sent(world):
    loop = met_brief(world)
    made = world.as_(loop.wie.adviseur, bundel.samenstellen, loop.subsidie_id)
    store = SimpleNamespace(open=lambda key: (_ for _ in ()).throw(FileNotFoundError(key)))
    with pytest.raises(OSError):
        archief(made, store, zonder_namen=False, at=clock.now(), als_csv=csv_lines)


def test_a_neighbour_and_an_applicant_make_no_bundle(world):
    loop = verleend(world)
    for person in (world.medewerker("kampen", "subsidieadviseur"), loop.aanvrager.verzender):
        with pytest.raises(NotFound):
            world.as_(person, bundel.inventaris, loop.subsidie_id)
        with pytest.raises(NotFound):
            world.as_(person, bundel.samenstellen, loop.subsidie_id)


def test_the_inventory_reads_a_constant_number_of_statements(world):
    loop = met_brief(world)

    def asked() -> int:
        with counted(world.app.engine) as seen:
            kijk(world, loop)
        return len(seen)

    few = asked()
    world.as_(loop.wie.adviseur, usecases.zienswijze_vragen, loop.subsidie_id, reden="Een ander schreef ons.")
    assert asked() == few
