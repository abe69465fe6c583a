"""The penalty for a late decision in the browser: on an objection from notice to paid, and where none is due by law."""

from datetime import timedelta
from decimal import Decimal

from portal.domains.subsidies import queries, tekenen
from portal.kernel import clock
from tests.domains.test_subsidies_ingebreke import tijd
from tests.subsidies_world import NepBrieven, mandaat, op
from tests.web.test_bezwaar import ended, financieel, plain, take_in, taken, term


def late_objection(world):
    """An objection on which nobody decided, 42 days and more after the notice."""
    loop, zaak, bea = taken(world)
    world.clock(op(term(world, loop, zaak).due_on + timedelta(days=1)))
    browser, url = world.sign_in(loop.aanvrager.verzender), f"/aanvragen/ingebreke/{zaak.id}"
    browser.post(url, browser.get(url).form())
    take_in(world, loop)
    waits = world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "ingebrekestelling"))
    tijd(world, loop, (waits.due_on - clock.today()).days + 1)
    tijd(world, loop, 60)
    return loop, zaak


def due(world, loop, dossier_id):
    """The term to pay the penalty of one dossier."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, dossier_id, "betaling"))


def signed(world, loop, besluit_id) -> NepBrieven:
    """The penalty decision, signed and sent."""
    brieven = NepBrieven(world)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="dwangsom")
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit_id, brieven=brieven)
    return brieven


def test_the_penalty_on_an_objection_is_proposed_signed_and_paid_on_its_own_page(world):
    loop, zaak = late_objection(world)
    url, of_case = f"/subsidies/dwangsom/{zaak.id}", f"/subsidies/dwangsom/{loop.subsidie_id}"
    browser = world.sign_in(loop.wie.adviseur)
    answer = browser.post(url, browser.get(url).form(url))
    letter = signed(world, loop, answer.location.rstrip("/").rsplit("/", 1)[-1]).brieven[0]
    assert letter.inhoud["te_laat"] == "beslissing_op_bezwaar" and letter.inhoud["over"] == zaak.reference
    assert due(world, loop, zaak.id).met_on is None and due(world, loop, loop.subsidie_id) is None
    geld = world.sign_in(financieel(world))
    assert url in {a["href"] for a in geld.get("/mijn-werk").html.select("main a")}
    assert f"{of_case}/betaald" not in geld.get(of_case).text
    geld.post(f"{of_case}/betaald", {}, expect=409)
    page = geld.get(url)
    assert "De dwangsom is vastgesteld op € 1.442" in plain(page)
    geld.post(f"{url}/betaald", page.form(f"{url}/betaald"))
    assert due(world, loop, zaak.id).met_on == clock.today()
    geld.post(f"{url}/betaald", {}, expect=409)
    assert url not in {a["href"] for a in geld.get("/mijn-werk").html.select("main a")}


def test_a_neighbour_marks_no_penalty_paid(world):
    loop = ended(world)
    buur = world.sign_in(world.medewerker("kampen", "financieel"))
    buur.post(f"/subsidies/dwangsom/{loop.subsidie_id}/betaald", {}, expect=404)


def test_no_penalty_is_due_on_a_ground_of_the_law_with_the_reason(world):
    loop = ended(world)
    url = f"/subsidies/dwangsom/{loop.subsidie_id}"
    mine = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    assert "De gemeente was 10 dagen te laat" in mine and "Zij neemt een apart besluit over dit bedrag." in mine
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url).form(url)
    assert "Schrijf waarom er geen dwangsom is." in browser.post(url, form | {"grond": "onredelijk-laat"}, expect=422).words
    browser.post(url, form | {"grond": "zomaar"}, expect=422)
    short = browser.post(url, form | {"grond": "onredelijk-laat", "motivering": "Te laat."}, expect=422)
    assert "zo dat de aanvrager het begrijpt" in short.words and "Te laat." in short.words
    why = "De ingebrekestelling kwam twee jaar nadat de termijn voorbij was."
    answer = browser.post(url, form | {"grond": "onredelijk-laat", "motivering": why})
    page = browser.get(answer.location)
    assert "de ingebrekestelling kwam onredelijk laat (Awb 4:17, lid 6, onder a)" in page.words
    brieven = signed(world, loop, answer.location.rstrip("/").rsplit("/", 1)[-1])
    inhoud = brieven.brieven[0].inhoud
    assert Decimal(inhoud["bedrag"]) == 0 and inhoud["motivering"] == why
    assert due(world, loop, loop.subsidie_id) is None, "er is niets te betalen"
    mine = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}").words
    assert "dagen te laat" not in mine, "er is besloten: de brief zegt wat het wordt"
    assert "De dwangsom is vastgesteld op € 0" in plain(browser.get(url))
