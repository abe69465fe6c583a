"""The bundle for committee or court in the browser: the preview, one archive with everything, and who gets neither."""

import io
import zipfile

from portal.domains.subsidies import queries
from tests.domains.test_subsidies_bezwaar import behandelaar, geweigerd, ingediend
from tests.domains.test_subsidies_bundel import alles, met_brief
from tests.subsidies_world import verleend
from tests.web.building import counted


def case(loop) -> str:
    return f"/subsidies/{loop.subsidie_id}/bundel"


def objection(one) -> str:
    return f"/subsidies/bezwaar/{one.id}/bundel"


def made(world) -> list:
    rows = world.behind("SELECT facts FROM portal.case_event WHERE kind = 'intern:bundel' ORDER BY volgnr")
    return [row.facts for row in rows]


def download(browser, path: str, soort: str):
    """The answer with the archive: no page."""
    return browser.client.post(path, data={"soort": soort, "csrf_token": browser.csrf()})


def opened(answer) -> dict[str, bytes]:
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.response))) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def test_the_preview_says_what_goes_in_and_what_not(world):
    loop = met_brief(world)
    adviser = world.sign_in(loop.wie.adviseur)
    assert case(loop) in [a["href"] for a in adviser.get(f"/subsidies/{loop.subsidie_id}").html.select("main a[href]")]
    page = adviser.get(case(loop))
    rows = [row.get_text(" ", strip=True) for row in page.html.select("main ol > li")]
    assert any("1. Aanvraag (OB-" in row and "Alleen in" not in row for row in rows)
    assert any("Bijlage: Begroting" in row and "Alleen in de volledige bundel" in row for row in rows)
    assert any("Besluit: " in row for row in rows)
    assert "Interne stappen in de tijdlijn" in page.words and "8:29" in page.words
    assert made(world) == []


def test_one_archive_with_everything(world):
    loop = met_brief(world)
    adviser = world.sign_in(loop.wie.adviseur)
    page = download(adviser, case(loop), "alles")
    kenmerk = world.as_(loop.wie.adviseur, lambda s, _a: queries.kop(s, loop.subsidie_id).subsidie.reference)
    assert f"{kenmerk}-bundel.zip" in page.headers["Content-Disposition"]
    assert "no-store" in page.headers["Cache-Control"]
    files = opened(page)
    assert {"00 Inventaris.pdf", "00 Inventaris.csv", "sha256sums.txt"} < set(files)
    assert "Karel ten Brinke" in alles(files)
    [facts] = made(world)
    assert facts["zonder_namen"] is False and facts["stukken"] == len(files) - 3
    assert "Bundel gemaakt" in adviser.get(f"/subsidies/{loop.subsidie_id}").words


def test_the_version_without_personal_data(world):
    loop = met_brief(world)
    page = download(world.sign_in(loop.wie.adviseur), case(loop), "zonder")
    assert "zonder-persoonsgegevens" in page.headers["Content-Disposition"]
    files = opened(page)
    text = alles(files)
    assert "Brinke" not in text and "NL02" not in text and not any("begroting.pdf" in name for name in files)
    assert made(world)[0]["zonder_namen"] is True


def test_one_must_choose(world):
    loop = verleend(world)
    adviser = world.sign_in(loop.wie.adviseur)
    assert "Kies of de bundel" in adviser.post(case(loop), {}, expect=422).words
    adviser.post(case(loop), {"soort": "anders"}, expect=422)
    assert made(world) == []


def test_an_objection_has_a_bundle_of_its_own(world):
    loop, besluit = geweigerd(world)
    one = ingediend(world, loop, besluit, "De telling klopt niet.")
    bea = world.sign_in(behandelaar(world))
    assert objection(one) in [a["href"] for a in bea.get(f"/subsidies/bezwaar/{one.id}").html.select("main a[href]")]
    assert "Bezwaarschrift" in bea.get(objection(one)).words
    files = opened(download(bea, objection(one), "alles"))
    assert "De telling klopt niet." in alles(files)
    assert len(made(world)) == 1
    bea.post(objection(one), {}, expect=422)


def test_a_file_that_cannot_be_read_refuses_all_of_it(world):
    loop = met_brief(world)
    [row] = world.behind("SELECT opslag_key FROM portal.document WHERE soort = 'aanvraagstuk'")
    world.app.files.delete(row.opslag_key)
    page = world.sign_in(loop.wie.adviseur).post(case(loop), {"soort": "alles"}, expect=503)
    assert "niet te openen" in page.words
    assert made(world) == [], "er is geen bundel, dus ook geen regel in de historie"


def test_who_gets_no_bundle(world):
    loop, besluit = geweigerd(world)
    one = ingediend(world, loop, besluit, "De telling klopt niet.")
    buur = world.sign_in(world.medewerker("kampen", "subsidieadviseur"))
    for path in (case(loop), objection(one)):
        buur.get(path, expect=404)
        buur.post(path, {"soort": "alles"}, expect=404)
        for person in (loop.wie.jurist, loop.wie.tekenaar, loop.aanvrager.verzender):
            browser = world.sign_in(person)
            browser.get(path, expect=403)
            browser.post(path, {"soort": "alles"}, expect=403)
        assert world.anonymous().get(path, expect=None).status in (302, 303, 401)
    assert made(world) == []


def test_the_preview_asks_the_database_little(world):
    loop, besluit = geweigerd(world)
    one = ingediend(world, loop, besluit, "De telling klopt niet.")
    browser = world.sign_in(loop.wie.adviseur)
    frame = ("portal.sessie_open(", "set_config('transaction_read_only'", "portal.bekeken(")
    for path in (case(loop), objection(one)):
        browser.get(path)
        with counted(world.app.engine) as seen:
            browser.get(path)
        own = [row for row in seen if not any(part in row for part in frame)]
        assert len(own) <= 8, (path, *own)
