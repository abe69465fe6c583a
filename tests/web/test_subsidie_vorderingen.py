"""The list of claims, and the work when a day to pay back is over: for who keeps the money, and for the adviser."""

from datetime import timedelta

from portal.db import Session
from portal.domains.subsidies import queries, usecases, vorderen
from portal.kernel import clock
from portal.tenants.scope import acting_for
from portal.web.filters import datum_kort
from tests.domains.test_subsidies_uitvoering import financieel
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel
from tests.subsidies_world import op
from tests.web.building import counted

HERE = "/subsidies/vorderingen"
KIJK = "Kijk of er is betaald, en stuur anders een aanmaning"
DAARNA = "Kijk of er na de aanmaning is betaald, en bespreek anders hoe u het geld int"


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def passes(world, loop, day) -> int:
    """The days that are over, as the job finds them on this day."""
    world.clock(op(day))
    party = loop.wie.adviseur.party_id
    with acting_for(party), Session(bind=world.app.engine) as session, session.begin():
        return vorderen.betaaldagen_voorbij(session, usecases.portaal(party), clock.today())


def due(world, loop, claim, kind="betaling"):
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, claim.id, kind)).due_on


def tasks(world, person) -> list[str]:
    return [one.text for one in world.sign_in(person).get("/mijn-werk").html.select(".p-work__title a")]


def test_a_claim_waits_for_who_keeps_the_money_when_its_day_is_over(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    last = due(world, loop, claim)
    assert passes(world, loop, last) == 0 and KIJK not in tasks(world, geld), "op de laatste dag is betalen nog op tijd"
    assert passes(world, loop, last + timedelta(days=1)) == 1 and passes(world, loop, last + timedelta(days=1)) == 0
    assert KIJK in tasks(world, geld) and KIJK not in tasks(world, loop.wie.adviseur)
    page = world.sign_in(geld).get("/mijn-werk")
    assert page.html.select_one(f'.p-work__item a[href="/subsidies/vordering/{claim.id}"]')
    world.as_(geld, vorderen.aanmanen, claim.id)
    assert KIJK not in tasks(world, geld)
    reminded = due(world, loop, claim, "aanmaning")
    assert passes(world, loop, reminded) == 0 and passes(world, loop, reminded + timedelta(days=1)) == 1
    assert DAARNA in tasks(world, geld)
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=claim.bedrag + 20, on=clock.today())
    assert DAARNA not in tasks(world, geld) and passes(world, loop, reminded + timedelta(days=9)) == 0


def test_the_list_says_what_is_open_until_when_and_whether_interest_runs(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    last = due(world, loop, claim)
    for person in (geld, loop.wie.adviseur):
        words = plain(world.sign_in(person).get(HERE))
        assert "€ 4.040,00 · nog open: € 4.040,00" in words and f"betalen tot en met {datum_kort(last)}" in words
        assert "er loopt rente" not in words and "Dagpunt 1 (fictief)" in words and claim.reference in words
    world.clock(op(last + timedelta(days=1)))
    browser = world.sign_in(geld)
    words = plain(browser.get(HERE))
    assert f"de dag om te betalen was {datum_kort(last)}" in words
    assert f"er loopt rente sinds {datum_kort(last + timedelta(days=1))}" in words and "Te laat" in words
    tabs = {a["href"] for a in browser.get(HERE).html.select("main nav a, main a")}
    assert "/subsidies/te-laat-betaald" in tabs, "dezelfde tabbladen als bij Te betalen"
    assert HERE in {a["href"] for a in browser.get("/subsidies/te-laat-betaald").html.select("main a")}
    world.as_(geld, vorderen.aanmanen, claim.id)
    words = plain(browser.get(HERE))
    assert "Aangemaand" in words and "er loopt rente sinds" in words
    assert f"betalen tot en met {datum_kort(due(world, loop, claim, 'aanmaning'))}" in words
    page = browser.get(f"/subsidies/vordering/{claim.id}")
    assert "vervangen door:" in page.words, "de betaaldag is vervangen door die van de aanmaning"
    world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=claim.bedrag + 20, on=clock.today())
    assert "Er staat geen vordering open" in browser.get(HERE).words
    everything = plain(browser.get(f"{HERE}?stand=alle"))
    assert "Betaald" in everything or "Voldaan" in everything
    assert "ontvangen: € 4.060,00" in everything and "rente sinds" not in everything


def test_who_finds_the_list_and_who_does_not(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    page = world.sign_in(geld).get("/subsidies/te-betalen")
    assert page.html.select_one(f'.p-tabs a[href="{HERE}"]')
    assert world.sign_in(geld).get(HERE).html.select_one('nav [aria-current][href="/subsidies/te-betalen"]')
    assert world.sign_in(loop.wie.adviseur).get("/subsidies").html.select_one(f'main a[href="{HERE}"]')
    assert claim.reference not in world.sign_in(world.medewerker("kampen", "financieel")).get(HERE).text
    world.sign_in(loop.aanvrager.verzender).get(HERE, expect=403)
    world.sign_in(world.inwoner()).get(HERE, expect=403)


def test_it_costs_the_same_for_many_claims(app, world):
    loop, geld = teveel(world), financieel(world)
    gevorderd(world, loop)
    browser = world.sign_in(geld)
    browser.get(HERE)
    with counted(app.engine) as few:
        browser.get(HERE)
    world.behind("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id, ouder_id, gemaakt_at) "
                 "SELECT gen_random_uuid(), 'vordering', d.reference || 'x' || n, d.titel, d.state, d.eigenaar_id, d.ouder_id, "
                 "d.gemaakt_at FROM portal.dossier d, generate_series(1, 30) n WHERE d.soort = 'vordering'")
    world.behind("INSERT INTO portal.vordering (id, subsidie_id, besluit_id, bedrag, kosten, rente, ontvangen) "
                 "SELECT d.id, v.subsidie_id, v.besluit_id, v.bedrag, 0, 0, 0 FROM portal.dossier d, portal.vordering v "
                 "WHERE d.soort = 'vordering' AND d.id <> v.id AND d.reference LIKE '%x%'")
    with counted(app.engine) as many:
        page = browser.get(HERE)
    assert len(page.html.select("#lijst li")) == 25 and page.html.select_one("a[rel=next]")
    assert len(many) == len(few) <= 8
