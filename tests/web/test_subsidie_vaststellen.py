"""The final determination and the claim, in the browser of the gemeente: the count, the proposal, claiming back, the claim."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import aanvragen, queries, tekenen, usecases, vaststellen, vorderen
from portal.domains.subsidies.work import WORK
from portal.kernel import clock
from portal.web.filters import datum, datum_kort
from tests.domains.test_subsidies import termijn
from tests.domains.test_subsidies_uitvoering import bevoorschot, financieel
from tests.domains.test_subsidies_vaststellen import (
    WAAROM,
    afgelopen,
    gevorderd,
    kwijtschelder,
    per_boekjaar,
    teveel,
    vastgesteld,
    verantwoord,
    vordering,
)
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import (
    VERREKENING,
    NepBrieven,
    jaar,
    mandaat,
    neem_in,
    op,
    open_regeling,
    verleend,
    verstuurd,
)
from tests.web.building import counted
from tests.web.test_inkoop_gunnen import without_step_up

HOREN = "Het aantal staat in de eigen opgave."
BELANGEN = "De ontvanger heeft een reserve en kan dit bedrag missen."
LAGER = {"grond": "niet-verricht", "eigen_feiten": "nee", "horen": HOREN}
# What every request asks around its page, not always as often.
FRAME = ("portal.sessie_open(", "set_config('transaction_read_only'", "portal.bekeken(")
NERGENS = "6f1c2f10-0000-4000-8000-000000000000"


def url(loop, sub: str = "/vaststellen") -> str:
    return f"/subsidies/{loop.subsidie_id}{sub}"


def claim_url(claim, sub: str = "") -> str:
    return f"/subsidies/vordering/{claim.id}{sub}"


def plain(page) -> str:
    return page.words.replace("\xa0", " ")


def buttons(page) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page.html.select("main button, main .utrecht-button-link")]


def links(page) -> set[str]:
    return {a["href"] for a in page.html.select("main a[href]")}


def journal(world, action: str) -> list:
    return [row.status for row in world.behind("SELECT details->>'status' AS status FROM portal.beveiligingslog "
                                               "WHERE handeling = :a ORDER BY id", a=action)]


def decided(world, loop, soort="vaststelling"):
    """The newest proposal or decision of this kind."""
    return next(b for b in world.as_(loop.wie.adviseur, lambda s, _a: queries.besluiten_van(s, loop.subsidie_id))
                if b.soort == soort)


def works_for_applicant(world, loop, person):
    world.behind("INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst) "
                 "VALUES (gen_random_uuid(), :a, :p, '{verzender}', 'x@voorbeeld.example', 'uitnodiging')",
                 a=person.user_id, p=loop.aanvrager.id)


def on_paper(world):
    """Granted to somebody without an account, half of it paid, and the period is over."""
    scheme = open_regeling(world)
    van, tot = jaar()
    zaak = world.as_(scheme.wie.adviseur, usecases.papier, scheme.regeling_id, papier_on=clock.today(), gegevens={
        "titel": "Samen eten", "omschrijving": "Elke week eten wij samen.", "resultaat": "Mensen kennen elkaar.",
        "product": "dagdeel", "aantal": "1000", "van": van.isoformat(), "tot": tot.isoformat(), "bedrag": "40000.00",
        "iban": "NL02ABNA0123456789", "tenaamstelling": "Buurtkeuken", "antwoorden": {"plek": "ja"}},
        aanvrager={"id": None, "naam": "Buurtkeuken (fictief)", "kvk_nummer": "", "contactpersoon": "",
                   "postadres": "Kerkstraat 1, Zwolle"})
    return afgelopen(world, loop=verleend(world, replace(scheme, subsidie_id=zaak.id)), betalen=2)


# The count and the proposal --------------------------------------------------------------------------------------------------

def test_B4_AC5_the_count_is_laid_out_and_becomes_a_proposal(world):
    loop = verantwoord(world, afgelopen(world), "899")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop)
    assert here in links(browser.get("/mijn-werk")) and here in links(browser.get(url(loop, "")))
    assert "Stel de subsidie vast" in browser.get(url(loop, "/uitvoering")).words
    page = browser.get(here)
    words = plain(page)
    assert "Verleend € 40.000,00" in words and "De berekening € 35.960,00" in words
    assert "Betaald € 20.000,00" in words and "Nog te betalen € 15.960,00" in words
    assert "Geleverd 899 dagdelen" in words and "Kosten € 40.000,00" in words and loop.aanvrager.verzender.actor.naam in words
    assert "Verrekend wordt 101 x € 40,00 = € 4.040,00." in words and "Een berekening is geen besluit." in words
    assert "Beantwoord eerst: rust de verlaging op gegevens" in words, "wat nog moet, staat er vooraf"
    form = page.form(here)
    assert (form["bedrag"], form["grond"], form["geleverd"]) == ("35.960,00", "niet-verricht", "")
    made = browser.post(here, form | LAGER)
    besluit = decided(world, loop)
    assert made.location == f"/subsidies/besluit/{besluit.id}" == browser.post(here, form | LAGER).location
    assert (besluit.inhoud["bedrag"], besluit.inhoud["geleverd"], besluit.inhoud["horen"]) == ("35960.00", "899", HOREN)
    page = browser.get(made.location)
    assert "Het voorstel ligt klaar. Het wacht op een handtekening." in page.words and "€ 35.960,00" in plain(page)
    page = browser.get(here)
    assert "Er ligt al een voorstel bij de lezer of de tekenaar." in page.words and not page.html.select("main form")
    assert "Bekijk het voorstel" in buttons(page)
    page = browser.get(url(loop, "/uitvoering"))
    assert "Er ligt al een voorstel bij de lezer of de tekenaar." in page.words and "Naar de vaststelling" not in buttons(page)
    again = browser.post(here, form | LAGER | {"sleutel": "anders"}, expect=409)
    assert "Er ligt al een voorstel voor de vaststelling." in again.words and journal(world, "subsidie:vaststellen") == ["409"]


def test_as_granted_asks_nothing_more(world):
    loop = verantwoord(world, afgelopen(world))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Met dit bedrag is er niets meer nodig." in page.words and "Nog te betalen € 20.000,00" in plain(page)
    form = page.form(url(loop))
    assert (form["bedrag"], form["grond"]) == ("40.000,00", "")
    browser.post(url(loop), form)
    assert decided(world, loop).inhoud["grond"] == ""


def test_counting_with_another_number(world):
    loop = verantwoord(world, afgelopen(world), "899")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop)
    page = browser.get(here + "?geleverd=950")
    assert "De berekening € 40.000,00" in plain(page) and "U rekent met een ander aantal" in page.words
    assert page.html.select_one("#geleverd")["value"] == "950" and page.form(here)["geleverd"] == "950"
    same = browser.get(here + "?geleverd=899")
    assert "U rekent met een ander aantal" not in same.words and same.form(here)["geleverd"] == ""
    for typed, says in (("veel", "Vul een aantal in, bijvoorbeeld 899"), ("-5", "Een aantal is niet lager dan nul.")):
        wrong = browser.get(here + f"?geleverd={typed}")
        assert says in wrong.words and "De berekening € 35.960,00" in plain(wrong)
        field = wrong.html.select_one("#geleverd")
        assert field["aria-invalid"] == "true" and field["value"] == typed
        assert says in browser.post(here, {"bedrag": "1", "geleverd": typed}, expect=422).words
    browser.post(here, page.form(here) | {"motivering": "Wij telden zelf 950 dagdelen, uit de lijsten."})
    assert (decided(world, loop).inhoud["geleverd"], decided(world, loop).inhoud["berekend"]) == ("950.00", "40000.00")


@pytest.mark.parametrize(("typed", "says"), [
    ({"grond": ""}, "Lager vaststellen kan alleen op een grond uit de wet."),
    ({"eigen_feiten": ""}, "Beantwoord eerst: rust de verlaging"),
    ({"horen": ""}, "Schrijf waarom de ontvanger niet hoeft te worden gehoord."),
    ({"eigen_feiten": "ja"}, "Vraag de ontvanger eerst om een zienswijze (Awb 4:7)."),
    ({"bedrag": "30.000"}, "Schrijf waarom u daarvan afwijkt."),
    ({"bedrag": "40.000,01"}, "Vaststellen kan op ten hoogste € 40.000,00")])
def test_a_proposal_that_cannot_go_on_says_why_and_keeps_what_was_typed(world, typed, says):
    loop = verantwoord(world, afgelopen(world), "899")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop)
    form = browser.get(here).form(here) | LAGER | {"motivering": "Kort."} | typed
    page = browser.post(here, form, expect=422)
    assert says in plain(page) and "Er is niets voorgelegd. Wat u typte, staat er nog." in page.words
    kept = page.form(here)
    assert {name: kept.get(name, "").strip() for name in form if name not in ("csrf_token", "sleutel")} == {
        name: value for name, value in form.items() if name not in ("csrf_token", "sleutel")}
    assert journal(world, "subsidie:vaststellen") == ["422"]
    assert page.html.select_one("#geweigerd")["tabindex"] == "-1"


@pytest.mark.parametrize(("typed", "field", "says"), [
    ({"bedrag": ""}, "bedrag", "Vul het bedrag in waarop u vaststelt."), ({"bedrag": "veel"}, "bedrag", "Dit bedrag begrijpen"),
    ({"grond": "zomaar"}, "grond", "Kies een van de mogelijkheden"),
    ({"eigen_feiten": "misschien"}, "eigen_feiten-1", "Kies een van de mogelijkheden"),
    ({"horen": "x" * 4001}, "horen", "hoogstens 4000 tekens"),
    ({"motivering": "x" * 10001}, "motivering", "hoogstens 10000 tekens")])
def test_what_is_wrong_in_the_form_is_said_at_its_field(world, typed, field, says):
    loop = verantwoord(world, afgelopen(world), "899")
    browser, here = world.sign_in(loop.wie.adviseur), url(loop)
    page = browser.post(here, browser.get(here).form(here) | LAGER | typed, expect=422)
    assert says in page.words and page.html.select_one(f"#{field}, [name={field}]") is not None
    assert not world.behind("SELECT 1 FROM portal.besluit WHERE soort = 'vaststelling'")


def test_hearing_goes_through_the_pages_that_exist(world):
    loop = verantwoord(world, afgelopen(world))
    browser, here = world.sign_in(loop.wie.adviseur), url(loop)
    ask = url(loop, "/zienswijze")
    assert ask in links(browser.get(here))
    browser.post(ask, browser.get(ask).form(ask) | {"reden": "Een bewoner zei dat de deur vaak dicht was."})
    lower = {"bedrag": "30000", "grond": "verplichting", "motivering": WAAROM, "eigen_feiten": "ja"}
    assert "een zienswijze geven" in browser.post(here, lower, expect=422).words
    sent = world.as_(loop.aanvrager.verzender, aanvragen.zienswijze, loop.subsidie_id, ["Wij waren er elke dag."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    page = browser.get(here)
    assert url(loop, "/argumenten") in links(page)
    assert "Beantwoord eerst alle argumenten" in browser.post(here, lower, expect=422).words
    one = world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, loop.subsidie_id))[0]
    world.as_(loop.wie.adviseur, usecases.argument_beantwoorden, one.id, antwoord="De deur was dicht.")
    browser.post(here, lower)


def test_a_proposal_that_came_back_is_made_again(world):
    loop = verantwoord(world, afgelopen(world))
    besluit = world.as_(loop.wie.adviseur, vaststellen.voorstellen, loop.subsidie_id, bedrag=Decimal(40_000))
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Leg uit waarom 1.000 klopt.")
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Het vorige voorstel kwam terug" in page.words and "Leg uit waarom 1.000 klopt." in page.words
    assert f"/subsidies/besluit/{besluit.id}" in links(page) and url(loop) in links(browser.get("/mijn-werk"))
    assert url(loop) in links(browser.get(f"/subsidies/besluit/{besluit.id}"))
    browser.post(url(loop), page.form(url(loop)))
    assert decided(world, loop).id != besluit.id


def test_why_nothing_can_be_determined_now(world):
    loop = verstuurd(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Deze subsidie is niet verleend." in page.words and not page.html.select("main form")
    refused = browser.post(url(loop), {"bedrag": "1"}, expect=409)
    assert "Vaststellen kan als de aanvraag om vaststelling er is" in refused.words
    assert url(loop) not in links(browser.get(url(loop, "")))


def test_why_a_grant_that_runs_is_not_determined(world):
    loop = bevoorschot(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "De periode loopt tot en met" in page.words and "De ontvanger stuurde geen verantwoording." in page.words
    assert not page.html.select("main form") and url(loop, "/ambtshalve") not in links(page)
    assert "Vaststellen kan als" in browser.post(url(loop), {"bedrag": "40000"}, expect=409).words


def test_after_the_signature_the_page_says_what_was_decided(world):
    loop = verantwoord(world, afgelopen(world))
    vastgesteld(world, loop, "40000")
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "Deze subsidie is al vastgesteld." in page.words and "Bekijk het besluit" in buttons(page)
    assert not page.html.select("main form")
    words = plain(browser.get(url(loop, "")))
    assert "Vastgesteld € 40.000" in words and url(loop, "/terugvorderen") not in links(browser.get(url(loop, "")))
    paid = plain(browser.get(url(loop, "/uitvoering")))
    assert "Vastgesteld € 40.000" in paid and "Nog te betalen € 20.000" in paid
    assert "Naar het terugvorderen" not in paid


def test_without_a_rule_for_the_difference_a_person_says_how(world):
    scheme = open_regeling(world, verrekening=VERREKENING | {"basis": None})
    loop = verantwoord(world, afgelopen(world, loop=verleend(world, scheme)), "899")
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "De regeling zegt niet wat er wordt verrekend" in page.words and "Schrijf hoe u aan dit bedrag komt." in page.words
    page = browser.post(url(loop), page.form(url(loop)), expect=422)
    browser.post(url(loop), page.form(url(loop)) | {"motivering": "Bijna alles is gedaan wat was afgesproken."})


def test_a_scheme_that_settles_nothing_and_a_grant_without_a_number(world):
    loop = verantwoord(world, afgelopen(world, loop=verleend(world, open_regeling(world, verrekening=None), aantal=None)), None)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop))
    assert "De regeling verrekent niets. Vaststellen gaat zoals verleend." in page.words
    assert not page.html.select("#geleverd") and not page.html.select("main table")
    browser.post(url(loop), page.form(url(loop)))


# Without an application ------------------------------------------------------------------------------------------------------

def test_without_an_application_only_after_its_term(world):
    loop = afgelopen(world)
    last = termijn(world, loop, "vaststellingsaanvraag").due_on
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/ambtshalve")
    says = f"De ontvanger kan de vaststelling nog aanvragen tot en met {last:%d-%m-%Y}."
    page = browser.get(url(loop, ""))
    assert says in page.words and here not in links(page)
    page = browser.get(url(loop))
    assert says in page.words and here not in links(page) and "De ontvanger vroeg de vaststelling nog niet aan." in page.words
    page = browser.get(here)
    assert says in page.words and not page.html.select("main form")
    page = browser.post(here, {"reden": "Er kwam niets."}, expect=409)
    assert says in page.words and page.form(here)["reden"].strip() == "Er kwam niets."
    assert journal(world, "subsidie:ambtshalve") == ["409"]
    world.clock(op(last + timedelta(days=1)))
    browser = world.sign_in(loop.wie.adviseur)
    assert here in links(browser.get(url(loop, ""))) and here in links(browser.get(url(loop)))
    page = browser.get(here)
    page = browser.post(here, page.form(here), expect=422)
    assert "Schrijf waarom u vaststelt zonder aanvraag." in page.words
    assert browser.post(here, page.form(here) | {"reden": "Er kwam niets."}).location == url(loop)
    page = browser.get(url(loop))
    assert "U stelt de subsidie vast zonder aanvraag." in page.words and "niet bekend" in page.words
    assert "De ontvanger stuurde geen verantwoording." in page.words
    assert "Er is nog niet bekend hoeveel er is geleverd. Schrijf hoe u aan dit bedrag komt." in page.words
    page = browser.get(url(loop) + "?geleverd=500")
    assert "De berekening € 20.000,00" in plain(page) and "U rekent met een ander aantal" not in page.words
    browser.post(url(loop), page.form(url(loop)) | LAGER)
    assert decided(world, loop).inhoud["geleverd"] == "500.00"
    assert "Dit kan niet in deze fase" in browser.get(here).words
    assert "Er kwam niets." in browser.get(url(loop, "")).words, "waarom staat in het dossier van de gemeente"


def test_after_the_term_of_the_law_one_more_term_is_given_first(world):
    loop = per_boekjaar(world)
    here = url(loop, "/ambtshalve")
    world.clock(op(termijn(world, loop, "vaststellingsaanvraag").due_on + timedelta(days=1)))
    browser = world.sign_in(loop.wie.adviseur)
    assert here in links(browser.get(url(loop, "")))
    page = browser.get(here)
    assert "Stel eerst een termijn (Awb 4:44, lid 3)." in page.words and not page.html.select("#reden")
    browser.post(here + "/termijn", page.form(here + "/termijn"))
    last = termijn(world, loop, "vaststellingsaanvraag").due_on
    assert f"De ontvanger kan de vaststelling nog aanvragen tot en met {datum(last)}." in browser.get(url(loop, "")).words
    assert "nog aanvragen tot en met" in browser.post(here + "/termijn", {}, expect=409).words
    assert journal(world, "subsidie:termijn_stellen") == ["409"]
    world.sign_in(world.medewerker("kampen", "subsidieadviseur")).post(here + "/termijn", {}, expect=404)
    world.sign_in(loop.aanvrager.verzender).post(here + "/termijn", {}, expect=403)
    world.clock(op(last + timedelta(days=1)))
    assert world.sign_in(loop.wie.adviseur).get(here).html.select("#reden")


def test_of_somebody_on_paper_too(world):
    loop = on_paper(world)
    world.clock(op(termijn(world, loop, "vaststellingsaanvraag").due_on + timedelta(days=1)))
    world.as_(loop.wie.adviseur, vaststellen.ambtshalve, loop.subsidie_id, reden="Er kwam geen verantwoording.")
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop) + "?geleverd=500")
    browser.post(url(loop), page.form(url(loop)) | LAGER)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, decided(world, loop).id, brieven=NepBrieven(world))
    page = browser.get(url(loop, "/terugvorderen"))
    browser.post(url(loop, "/terugvorderen"), page.form(url(loop, "/terugvorderen")) | {"belangen": BELANGEN})
    world.as_(loop.wie.tekenaar, tekenen.tekenen, decided(world, loop, "terugvordering").id, brieven=NepBrieven(world))
    claim = vordering(world, loop)
    assert "Stuur een aanmaning zelf met de post." in browser.get(claim_url(claim)).words
    world.clock(timedelta(weeks=7))
    money = world.sign_in(financieel(world))
    assert claim_url(claim) in links(money.get(url(loop, "")))
    money.post(claim_url(claim, "/aanmanen"))
    assert "Stuur haar vandaag met de post." in money.get(claim_url(claim)).words


# Claiming back ---------------------------------------------------------------------------------------------------------------

def test_what_was_paid_too_much_is_claimed_with_the_interests_weighed(world):
    loop = teveel(world)
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/terugvorderen")
    assert here in links(browser.get("/mijn-werk")) and here in links(browser.get(url(loop, "")))
    assert here in links(browser.get(url(loop, "/uitvoering"))) and here in links(browser.get(url(loop)))
    page = browser.get(here)
    words = plain(page)
    assert "Betaald € 40.000,00" in words and "Vastgesteld € 35.960,00" in words and "Nog te veel betaald € 4.040,00" in words
    assert "Terugvorderen mag, maar het hoeft niet (Awb 4:57)." in words and "Ten hoogste € 4.040,00." in words
    form = page.form(here)
    assert form["bedrag"] == "4.040,00"
    empty = browser.post(here, form, expect=422)
    assert "Schrijf welke belangen u heeft gewogen." in empty.words
    short = browser.post(here, form | {"belangen": "Kort."}, expect=422)
    assert "Weeg de belangen" in short.words and short.form(here)["belangen"].strip() == "Kort."
    more = browser.post(here, form | {"bedrag": "4.040,01", "belangen": BELANGEN}, expect=422)
    assert "Er is € 4.040,00 te veel betaald." in plain(more) and more.form(here)["bedrag"] == "4.040,01"
    wrong = browser.post(here, form | {"bedrag": "alles", "belangen": BELANGEN}, expect=422)
    assert wrong.html.select_one("#bedrag")["aria-invalid"] == "true"
    assert journal(world, "subsidie:terugvorderen") == ["422", "422"]
    made = browser.post(here, form | {"bedrag": "4.000", "belangen": BELANGEN})
    besluit = decided(world, loop, "terugvordering")
    assert made.location == f"/subsidies/besluit/{besluit.id}" and besluit.bedrag == 4_000
    page = browser.get(here)
    assert "Er ligt al een voorstel bij de lezer of de tekenaar." in page.words and "Bekijk het voorstel" in buttons(page)
    assert not page.html.select("main form")
    assert "Naar het terugvorderen" not in buttons(browser.get(url(loop, "/uitvoering")))
    twice = browser.post(here, {"bedrag": "40", "belangen": BELANGEN}, expect=409)
    assert "Er ligt al een voorstel voor een terugvordering." in twice.words


def test_a_claim_that_came_back_and_what_is_left_to_claim(world):
    loop = teveel(world)
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/terugvorderen")
    besluit = world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(4_000),
                        belangen=BELANGEN)
    world.as_(loop.wie.tekenaar, tekenen.terugsturen, besluit.id, reden="Vraag minder.")
    page = browser.get(here)
    assert "Vraag minder." in page.words and here in links(browser.get(f"/subsidies/besluit/{besluit.id}"))
    browser.post(here, page.form(here) | {"bedrag": "4.000", "belangen": BELANGEN})
    world.as_(loop.wie.tekenaar, tekenen.tekenen, decided(world, loop, "terugvordering").id, brieven=NepBrieven(world))
    claim = vordering(world, loop)
    page = browser.get(here)
    assert "Al teruggevraagd € 4.000,00" in plain(page) and "Nog te veel betaald € 40,00" in plain(page)
    assert claim_url(claim) in links(page) and page.form(here)["bedrag"] == "40,00"
    for sub in ("", "/uitvoering"):
        page = browser.get(url(loop, sub))
        assert claim_url(claim) in links(page) and "€ 4.000 teruggevraagd, nog open: € 4.000" in plain(page)
    assert "Te veel betaald € 4.040 teruggevraagd: € 4.000" in plain(browser.get(url(loop, "/uitvoering")))


def test_why_nothing_can_be_claimed_back_now(world):
    loop = afgelopen(world)
    browser, here = world.sign_in(loop.wie.adviseur), url(loop, "/terugvorderen")
    says = "Terugvorderen kan als de subsidie is vastgesteld, of is ingetrokken."
    page = browser.get(here)
    assert says in page.words and not page.html.select("main form, main .p-metrics")
    assert says in browser.post(here, {"bedrag": "1", "belangen": BELANGEN}, expect=409).words
    verantwoord(world, loop)
    vastgesteld(world, loop, "40000")
    page = browser.get(here)
    assert "Er is niet te veel betaald." in page.words and not page.html.select("main form")
    assert "Vorder ten hoogste dat bedrag terug." in browser.post(here, {"bedrag": "1", "belangen": BELANGEN}, expect=422).words


def test_after_five_years_and_after_everything_was_claimed(world):
    loop = teveel(world)
    here = url(loop, "/terugvorderen")
    gevorderd(world, loop)
    page = world.sign_in(loop.wie.adviseur).get(here)
    assert "Er is niet meer te veel betaald dan wat u al terugvraagt." in page.words and not page.html.select("main form")
    assert "Naar het terugvorderen" not in buttons(world.sign_in(loop.wie.adviseur).get(url(loop, "/uitvoering")))
    world.clock(op(termijn(world, loop, "terugvordering").due_on + timedelta(days=1)))
    refused = world.sign_in(loop.wie.adviseur).post(here, {"bedrag": "1", "belangen": BELANGEN}, expect=410)
    assert "Er zijn vijf jaar voorbij." in refused.words


# The claim -------------------------------------------------------------------------------------------------------------------

def test_a_claim_is_followed_and_paid_in_parts(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    here, book = claim_url(claim), claim_url(claim, "/ontvangst")
    reader = world.sign_in(loop.wie.adviseur)
    page = reader.get(here)
    due = termijn_van(world, loop, claim, "betaling").due_on
    words = plain(page)
    assert "Teruggevraagd € 4.040,00" in words and "Nog open € 4.040,00" in words and f"uiterlijk {datum(due)}" in words
    assert "De vordering verjaart" in words and not page.html.select("main form")
    assert f"/subsidies/besluit/{claim.besluit_id}" in links(page)
    assert claim_url(claim, "/kwijtschelden") in links(page) and "Er kwam geld binnen" not in words
    money = world.sign_in(geld)
    page = money.get(here)
    form = page.form(book)
    assert form["bedrag"] == "4.040,00" and form["on"] == ""
    for typed, says in (({}, "Vul in op welke dag het binnenkwam."), ({"on": "32-01-2027"}, "Deze dag bestaat niet."),
                        ({"bedrag": "", "on": "01-01-2027"}, "Vul in hoeveel er binnenkwam."),
                        ({"on": f"{clock.today() + timedelta(days=1):%d-%m-%Y}"}, "Die dag ligt niet in de toekomst."),
                        ({"bedrag": "0", "on": f"{clock.today():%d-%m-%Y}"}, "Vul in wat er binnenkwam"),
                        ({"on": f"{clock.today() - timedelta(days=1):%d-%m-%Y}"}, "Een eerdere ontvangst hoort daar niet bij."),
                        ({"bedrag": "4.040,01", "on": f"{clock.today():%d-%m-%Y}"}, "Er staat nog € 4.040,00 open.")):
        wrong = money.post(book, form | typed, expect=422)
        assert says in plain(wrong) and wrong.form(book)["bedrag"] == (form | typed)["bedrag"]
    assert journal(world, "vordering:ontvangst") == ["422"] * 4
    money.post(book, form | {"bedrag": "4.000", "on": f"{clock.today():%d-%m-%Y}"})
    page = money.get(here)
    assert "De ontvangst is geboekt. Nog open: € 40,00." in plain(page) and "Ontvangen € 4.000,00" in plain(page)
    assert page.form(book)["bedrag"] == "40,00"
    money.post(book, page.form(book) | {"on": f"{clock.today():%d-%m-%Y}"})
    page = money.get(here)
    assert "De ontvangst is geboekt. Alles is terugbetaald." in page.words and not page.html.select("main form")
    assert "Deze vordering is afgesloten." in page.words and "De vordering verjaart" not in page.words
    closed = money.post(book, {"bedrag": "1", "on": f"{clock.today():%d-%m-%Y}"}, expect=409)
    assert "Deze vordering is afgesloten. Er staat niets meer open." in closed.words
    assert "€ 4.040 teruggevraagd, ontvangen: € 4.040" in plain(reader.get(url(loop, "")))


def termijn_van(world, loop, claim, kind):
    """A term of a claim."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, claim.id, kind))


def test_a_reminder_after_the_day_of_payment(world):
    loop, geld = teveel(world), financieel(world)
    claim = gevorderd(world, loop)
    here, remind = claim_url(claim), claim_url(claim, "/aanmanen")
    due = termijn_van(world, loop, claim, "betaling").due_on
    says = f"De ontvanger kan nog betalen tot en met {due:%d-%m-%Y}."
    money = world.sign_in(geld)
    page = money.get(here)
    assert says in page.words and "Stuur de aanmaning" not in buttons(page)
    early = money.post(remind, expect=425)
    assert says in early.words and "Er is niets veranderd." in early.words and journal(world, "vordering:aanmanen") == ["425"]
    world.clock(op(due + timedelta(days=1)))
    stale = without_step_up(world, geld).post(remind, {"terug": here})
    assert stale.location.startswith("/opnieuw-inloggen") and journal(world, "vordering:aanmanen") == ["425"]
    money = world.sign_in(geld)
    page = money.get(here)
    assert page.form(remind)["terug"] == here
    assert "die dag is voorbij" in page.words and "Er komt € 20,00 aan kosten bij" in plain(page)
    money.post(remind, page.form(remind))
    until = termijn_van(world, loop, claim, "aanmaning").due_on
    page = money.get(here)
    assert f"was {datum(due)}" in page.words
    words = plain(page)
    assert f"De aanmaning is verstuurd. Betalen kan tot en met {datum_kort(until)}." in words
    assert "Kosten van de aanmaning € 20,00" in words and "Nog open € 4.060,00" in words and "dwangbevel" in words
    assert "Stuur de aanmaning" not in buttons(page) and "Aangemaand" in words
    assert "Dit kan niet in deze fase" in money.post(remind, expect=422).words
    told = world.behind("SELECT tekst FROM portal.bericht WHERE party_id = :p ORDER BY verzonden_at DESC LIMIT 1",
                        p=loop.aanvrager.id)[0].tekst
    assert "€ 4.060,00" in told


def test_what_is_left_is_remitted_by_a_decision(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    here, remit = claim_url(claim), claim_url(claim, "/kwijtschelden")
    adviser = world.sign_in(loop.wie.adviseur)
    assert remit in links(adviser.get(here))
    page = adviser.get(remit)
    assert "Er staat nog € 4.040,00 open." in plain(page)
    empty = adviser.post(remit, page.form(remit), expect=422)
    assert "Schrijf waarom u de rest kwijtscheldt." in empty.words
    short = adviser.post(remit, page.form(remit) | {"motivering": "Te klein."}, expect=422)
    assert "zo dat de ontvanger het begrijpt" in short.words and short.form(remit)["motivering"].strip() == "Te klein."
    done = adviser.post(remit, page.form(remit) | {"motivering": BELANGEN})
    besluit = decided(world, loop, "kwijtschelding")
    assert done.location.endswith(str(besluit.id))
    page = adviser.get(done.location)
    assert "De rest kwijtschelden" in page.words and "€ 4.040,00" in plain(page) and BELANGEN in page.words
    page = adviser.get(remit)
    assert "Er ligt al een voorstel om kwijt te schelden." in page.words and done.location in links(page)
    assert not page.html.select("main form")
    waits = links(adviser.get(here))
    assert done.location in waits and remit not in waits and "/subsidies/vorderingen" in waits
    again = adviser.post(remit, {"motivering": BELANGEN}, expect=409)
    assert "Er ligt al een voorstel" in again.words and journal(world, "vordering:kwijtschelden") == ["422", "409"]
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="kwijtschelding")
    assert "U tekende deze terugvordering zelf." in world.sign_in(loop.wie.tekenaar).get(done.location).words
    other = kwijtschelder(world, loop)
    signer = world.sign_in(other)
    assert "€ 4.040,00" in plain(signer.get("/subsidies/te-tekenen"))
    page = signer.get(f"{done.location}/tekenen")
    assert "Wie tekent, tekende de terugvordering niet" in page.words
    world.as_(other, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    page = adviser.get(here)
    assert "De rest is kwijtgescholden" in page.words and "Kwijtgescholden € 4.040,00" in plain(page)
    assert "Nog open" not in page.words and "niet meer nodig" in page.words and remit not in links(page)
    assert done.location in links(page), "de weg naar het besluit om kwijt te schelden"
    theirs = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/vordering/{claim.id}")
    assert "Kwijtgescholden € 4.040,00" in plain(theirs)
    case = world.sign_in(loop.aanvrager.verzender).get(f"/aanvragen/subsidie/{loop.subsidie_id}")
    assert "Nog te sturen" not in case.words and "Niet meer nodig" in case.words, "wat niemand meer kan sturen, wacht niet"
    page = adviser.get(remit)
    assert "Deze vordering is afgesloten." in page.words and not page.html.select("main form")
    assert "Kwijtschelding" in world.sign_in(loop.aanvrager.verzender).get(
        f"/aanvragen/subsidie/{loop.subsidie_id}").words
    for address in (here, remit, done.location):
        adviser.get(address + "?taal=en")
    page = world.sign_in(loop.wie.adviseur).get(url(loop, "/terugvorderen"))
    assert "Er is niet meer te veel betaald dan wat u al terugvraagt." in page.words, "wat is kwijtgescholden, komt niet terug"


# Who may and who may not -----------------------------------------------------------------------------------------------------

def test_who_has_an_interest_does_nothing_here(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "899")
    works_for_applicant(world, loop, loop.wie.collega)
    works_for_applicant(world, loop, loop.wie.tekenaar)
    own = world.sign_in(loop.wie.collega)
    says = "U hoort zelf bij deze aanvrager. Een ander moet dit doen."
    page = own.get(url(loop))
    assert says in page.words and not page.html.select("main form")
    assert says in own.post(url(loop), {"bedrag": "35.960"} | LAGER, expect=403).words
    assert url(loop) not in links(own.get(url(loop, "")))
    assert "Naar de vaststelling" not in buttons(own.get(url(loop, "/uitvoering")))
    world.behind("DELETE FROM portal.membership WHERE party_id = :p AND account_id = :a", p=loop.aanvrager.id,
                 a=loop.wie.tekenaar.user_id)
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen=HOREN)
    page = own.get(url(loop, "/terugvorderen"))
    assert says in page.words and not page.html.select("main form")
    assert says in own.post(url(loop, "/terugvorderen"), {"bedrag": "1", "belangen": BELANGEN}, expect=403).words
    claim = gevorderd(world, loop)
    works_for_applicant(world, loop, loop.wie.tekenaar)
    page = own.get(claim_url(claim))
    assert says in page.words and claim_url(claim, "/kwijtschelden") not in links(page)
    assert not own.get(claim_url(claim, "/kwijtschelden")).html.select("main form")
    assert says in own.post(claim_url(claim, "/kwijtschelden"), {"motivering": BELANGEN}, expect=403).words
    geld = financieel(world)
    works_for_applicant(world, loop, geld)
    money = world.sign_in(geld)
    page = money.get(claim_url(claim))
    assert says in page.words and not page.html.select("main form")
    for sub, typed in (("/ontvangst", {"bedrag": "1", "on": f"{clock.today():%d-%m-%Y}"}), ("/aanmanen", {}),
                       ("/terugbetaald", {})):
        assert says in money.post(claim_url(claim, sub), typed, expect=403).words


def test_an_interest_keeps_from_determining_without_an_application(world):
    loop = afgelopen(world)
    world.clock(op(termijn(world, loop, "vaststellingsaanvraag").due_on + timedelta(days=1)))
    works_for_applicant(world, loop, loop.wie.collega)
    own, here = world.sign_in(loop.wie.collega), url(loop, "/ambtshalve")
    assert here not in links(own.get(url(loop))) and here not in links(own.get(url(loop, "")))
    page = own.get(here)
    assert "U hoort zelf bij deze aanvrager." in page.words and not page.html.select("main form")
    assert "U hoort zelf bij" in own.post(here, {"reden": "Voor ons."}, expect=None).words


def test_neighbours_competitors_the_recipient_and_strangers(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    today = f"{clock.today():%d-%m-%Y}"
    pages = [url(loop), url(loop, "/ambtshalve"), url(loop, "/terugvorderen"), claim_url(claim),
             claim_url(claim, "/kwijtschelden"), claim_url(claim, "/rente")]
    posts = {url(loop): {"bedrag": "1"}, url(loop, "/ambtshalve"): {"reden": "Zomaar."},
             url(loop, "/terugvorderen"): {"bedrag": "1", "belangen": BELANGEN},
             claim_url(claim, "/ontvangst"): {"bedrag": "1", "on": today}, claim_url(claim, "/aanmanen"): {},
             claim_url(claim, "/kwijtschelden"): {"motivering": BELANGEN}, claim_url(claim, "/rente"): {"motivering": BELANGEN}}
    competitor = zorgaanbieder(world, "Ander (fictief)").verzender
    before = len(world.behind("SELECT 1 FROM portal.case_event"))
    neighbour = world.sign_in(world.medewerker("kampen", "subsidieadviseur", "financieel", "mandaathouder"))
    for one in pages:
        neighbour.get(one, expect=404)
    for one, data in posts.items():
        neighbour.post(one, data, expect=404)
    for person in (loop.aanvrager.verzender, competitor):
        browser = world.sign_in(person)
        for one in pages:
            browser.get(one, expect=403)
        for one, data in posts.items():
            browser.post(one, data, expect=403)
    for one in pages:
        assert world.anonymous().get(one, expect=None).status in (302, 303, 401)
    reader = world.sign_in(world.medewerker("zwolle", "raadslid"))
    assert not reader.get(claim_url(claim)).html.select("main form")
    for one in [*pages[:3], *pages[4:]]:
        reader.get(one, expect=403)
    for one, data in posts.items():
        reader.post(one, data, expect=403)
    adviser, money, signer = (world.sign_in(one) for one in (loop.wie.adviseur, financieel(world), loop.wie.tekenaar))
    for browser, mine in ((adviser, 3), (money, 0), (signer, 0)):
        for one in pages[mine:3]:
            browser.get(one, expect=403)
    for sub, browsers in (("/ontvangst", (adviser, signer)), ("/aanmanen", (adviser, signer)),
                          ("/kwijtschelden", (money, signer))):
        for browser in browsers:
            browser.post(claim_url(claim, sub), posts[claim_url(claim, sub)], expect=403)
    assert len(world.behind("SELECT 1 FROM portal.case_event")) == before


def test_what_is_not_there(world):
    loop = verstuurd(world)
    browser, money = world.sign_in(loop.wie.adviseur), world.sign_in(financieel(world))
    for sub in ("vaststellen", "ambtshalve", "terugvorderen"):
        browser.get(f"/subsidies/{NERGENS}/{sub}", expect=404)
        browser.post(f"/subsidies/{NERGENS}/{sub}", {"bedrag": "1", "reden": "x", "belangen": BELANGEN}, expect=404)
    for one in (NERGENS, loop.subsidie_id):
        browser.get(f"/subsidies/vordering/{one}", expect=404)
        money.post(f"/subsidies/vordering/{one}/aanmanen", expect=404)
        money.post(f"/subsidies/vordering/{one}/ontvangst", {"bedrag": "1", "on": "01-01-2027"}, expect=404)


def test_the_pages_exist_that_work_and_lists_point_to(app):
    assert [kind for kind in ("werk_vaststellen", "werk_terugvorderen") if WORK[kind].endpoint not in app.view_functions] == []


def test_the_pages_ask_the_same_however_much_there_is(world):
    loop, geld = teveel(world), financieel(world)
    browser, money = world.sign_in(loop.wie.adviseur), world.sign_in(geld)

    def asks(who, address):
        who.get(address)
        with counted(world.app.engine) as seen:
            who.get(address)
        return len([one for one in seen if not any(part in one for part in FRAME)])

    world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(1_000),
              belangen=BELANGEN)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, decided(world, loop, "terugvordering").id, brieven=NepBrieven(world))
    claim = vordering(world, loop)
    pages = [(browser, url(loop)), (browser, url(loop, "/terugvorderen")), (browser, url(loop, "")),
             (browser, url(loop, "/uitvoering")), (money, claim_url(claim))]
    few = [asks(*one) for one in pages]
    for _n in range(3):
        besluit = world.as_(loop.wie.adviseur, vorderen.terugvordering_voorstellen, loop.subsidie_id, bedrag=Decimal(500),
                            belangen=BELANGEN)
        world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
        world.as_(geld, vorderen.ontvangst_boeken, claim.id, bedrag=Decimal(100), on=clock.today())
    assert [asks(*one) for one in pages] == few


def test_every_page_opens_in_english(world):
    loop = verantwoord(world, afgelopen(world, betalen=2), "899")
    browser = world.sign_in(loop.wie.adviseur)
    for sub in ("/vaststellen", "/ambtshalve", "/terugvorderen", ""):
        browser.get(url(loop, sub) + "?taal=en")
    vastgesteld(world, loop, "35960", grond="niet-verricht", eigen_feiten=False, horen=HOREN)
    claim = gevorderd(world, loop)
    for sub in ("/vaststellen", "/terugvorderen", "", "/uitvoering"):
        browser.get(url(loop, sub) + "?taal=en")
    world.sign_in(financieel(world)).get(claim_url(claim) + "?taal=en")
    browser.get(claim_url(claim, "/kwijtschelden") + "?taal=en")
    browser.get(claim_url(claim, "/rente") + "?taal=en")
