"""Lines of the law for who is subsidised per year, in the browser: in the proposal, and beside the application for the
determination."""

from tests.domains.test_subsidies_boekjaar import begonnen, regels
from tests.domains.test_subsidies_vaststellen import afgelopen, per_boekjaar
from tests.web.test_subsidie_vaststellen import links


def voorstel(loop, sub: str = "") -> str:
    return f"/subsidies/{loop.subsidie_id}/voorstel{sub}"


def test_the_proposal_has_the_lines_and_offers_the_rest(world):
    loop = begonnen(world, afdeling_4_2_8=True)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(voorstel(loop))
    for words in ("Awb 4:69", "Awb 4:75", "Awb 4:78", "Awb 4:80", "Staat niet in dit voorstel", "Awb 4:72, lid 1"):
        assert words in page.words
    add = voorstel(loop, "/regels/verplichting?wet=4-72")
    assert add in links(page) and voorstel(loop, "/regels/verplichting?wet=4-78") not in links(page)
    ready = browser.get(add)
    form = ready.form(voorstel(loop, "/regels/verplichting"))
    assert form["grondslag"] == "4-72" and form["tekst"].strip().startswith("Vorm een egalisatiereserve")
    browser.post(voorstel(loop, "/regels/verplichting"), form)
    page = browser.get(voorstel(loop))
    assert "Staat niet in dit voorstel" not in page.words and "4-72" in regels(world, loop)
    browser.post(voorstel(loop, f"/regels/{regels(world, loop)['4-78'].id}/weghalen"))
    page = browser.get(voorstel(loop))
    assert "vrijstelt (Awb 4:78, lid 5)" in page.words and voorstel(loop, "/regels/verplichting?wet=4-78") in links(page)
    # What is no line of the law gives an empty form.
    assert not browser.get(voorstel(loop, "/regels/verplichting?wet=4-39")).form(
        voorstel(loop, "/regels/verplichting"))["tekst"].strip()
    for address in (voorstel(loop), add):
        browser.get(address + ("&" if "?" in address else "?") + "taal=en")


def test_without_this_section_nothing_is_offered(world):
    loop = begonnen(world)
    page = world.sign_in(loop.wie.adviseur).get(voorstel(loop))
    assert "Staat niet in dit voorstel" not in page.words and "Awb 4:80" not in page.words


def test_the_application_for_the_determination_tells_what_comes_with_it(world):
    loop = per_boekjaar(world)
    here = f"/aanvragen/subsidie/{loop.subsidie_id}/vaststelling"
    page = world.sign_in(loop.aanvrager.verzender).get(here)
    assert "Wat er nog bij hoort" in page.words and "Awb 4:75, 4:78 en 4:80" in page.words
    case = f"/aanvragen/subsidie/{loop.subsidie_id}"
    assert case in links(page)
    sender = world.sign_in(loop.aanvrager.verzender)
    there = sender.get(case)
    assert "Het activiteitenverslag" in there.words and "De verklaring van de accountant" in there.words
    assert len([one for one in links(there) if one.endswith("/bewijs")]) >= 4
    sender.get(here + "?taal=en")


def test_a_grant_without_it_asks_nothing_more(world):
    loop = afgelopen(world)
    page = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}/vaststelling")
    assert "Wat er nog bij hoort" not in page.words
