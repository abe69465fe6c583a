"""The staff pages of a subsidy scheme: write it, its ceiling, make it public, its order, paper; and every refusal in words."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import queries, regelingen
from portal.domains.subsidies.model import Plafond, Regeling
from portal.kernel import clock
from tests import subsidies_world as leven
from tests.subsidies_world import concept_regeling, jaar, open_regeling, personen
from tests.web.building import counted

LIJST = "/subsidies/regelingen"


def url(loop, sub: str = "") -> str:
    return f"{LIJST}/{loop.regeling_id}{sub}"


def scheme(world, loop) -> Regeling:
    return world.as_(loop.wie.adviseur, lambda s, _a: s.get(Regeling, loop.regeling_id))


def ceiling(world, loop) -> Plafond:
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.plafonds(s, loop.regeling_id)[0])


def typed(**anders) -> dict:
    """The form of a scheme as somebody fills it in."""
    year = jaar()[0].year
    return {
        "titel": "Dagbesteding", "omschrijving": "Voor iedereen.", "doelgroep": "Organisaties", "grondslag": "wettelijk",
        "verordening": "Subsidieverordening", "artikel": "5", "van": f"01-01-{year}", "tot_en_met": f"31-12-{year}",
        "opent": f"01-02-{year - 1} 09.00", "sluit": f"31-12-{year - 1} 17.00", "verdeling": "volgorde",
        "volgorde_compleet": "ja", "afdeling": "nee", "staatssteun": "geen", "herstel": "14", "medeondertekenen": "nee",
        "tweede_lezer": "50.000", "verrekenen": "nee"} | anders


def errors(page) -> list[str]:
    return [item.get_text(strip=True) for item in page.html.select(".p-errors__list li")]


# The list, and who may see what ---------------------------------------------------------------------------------------------

def test_the_list_shows_own_schemes_and_who_may_make_one(world):
    loop = concept_regeling(world)
    page = world.sign_in(loop.wie.adviseur).get(LIJST)
    assert "Dagbesteding" in page.words and "Concept" in page.words and "Maak een regeling" in page.words
    assert f"01-01-{jaar()[0].year} tot en met 31-12-{jaar()[0].year}" in page.words
    assert "Maak een regeling" not in world.sign_in(loop.wie.jurist).get(LIJST).words
    other = world.sign_in(world.medewerker("deventer", "subsidieadviseur"))
    assert "Er zijn nog geen regelingen" in other.get(LIJST).words
    world.sign_in(loop.wie.aanvragers[0].auteur).get(LIJST, expect=403)


def test_another_gemeente_finds_nothing_and_a_reader_changes_nothing(world):
    loop = concept_regeling(world)
    plafond = ceiling(world, loop).id
    reads = ["", "/vragen", "/sjabloon", "/financiering", "/maxima"]
    writes = ["/gegevens", "/vragen/rij", "/vragen/weghalen?code=plek", "/plafond", "/bekendmaken", "/sluiten", "/papier"]
    stranger = world.sign_in(world.medewerker("deventer", "subsidieadviseur"))
    jurist = world.sign_in(loop.wie.jurist)
    for sub in reads:
        stranger.get(url(loop, sub), expect=404)
        jurist.get(url(loop, sub))
    for sub in writes:
        stranger.get(url(loop, sub), expect=404)
        jurist.get(url(loop, sub), expect=403)
    stranger.get(f"/subsidies/plafond/{plafond}", expect=404)
    stranger.get(f"/subsidies/plafond/{plafond}/wijzigen", expect=404)
    jurist.get(f"/subsidies/plafond/{plafond}")
    jurist.get(f"/subsidies/plafond/{plafond}/wijzigen", expect=403)
    for sub, data in (("/gegevens", typed()), ("/bekendmaken", {}), ("/sluiten", {"reden": "x"}), ("/rangorde", {}),
                      ("/vragen/weghalen", {"code": "plek"}), ("/papier", {})):
        stranger.post(url(loop, sub), data, expect=404)
        jurist.post(url(loop, sub), data, expect=403)
    assert scheme(world, loop).state == "concept" and scheme(world, loop).inrichting["vragen"]
    world.sign_in(loop.wie.adviseur).get(url(loop, "/iets"), expect=404)


# A new scheme, and its facts ------------------------------------------------------------------------------------------------

def test_a_scheme_begins_as_a_concept_with_a_half_open_period(world):
    wie = personen(world)
    browser = world.sign_in(wie.adviseur)
    browser.get(f"{LIJST}/nieuw")
    data = typed(weken="13", weken_artikel="ASV, artikel 8", nadere_regel="ja", verrekenen="ja", eenheid="dagdelen",
                 drempel="10", basis="geheel", met_methode="ja", verband=str(world.behind(
                     "SELECT verband_id FROM portal.deelname d JOIN portal.gemeente g ON g.id = d.gemeente_id "
                     "WHERE g.slug = 'zwolle' AND d.tot IS NULL LIMIT 1")[0][0]))
    where = browser.post(f"{LIJST}/nieuw", data).location
    page = browser.get(where)
    assert "De regeling is bewaard als concept" in page.text and "13 weken (ASV, artikel 8)" in page.words
    made = world.as_(wie.adviseur, lambda s, _a: s.get(Regeling, where.rpartition("/")[2]))
    assert (made.van, made.tot) == jaar() and made.nadere_regel and made.verband_id
    assert made.verrekening == {"eenheid": "dagdelen", "basis": "geheel", "drempel": "0.10", "met_methode": True}
    assert made.sluit_at.astimezone(clock.AMSTERDAM).hour == 17 and made.tweede_lezer_vanaf == Decimal(50_000)
    # The form of the change says the same, and bewaren changes nothing.
    form = browser.get(f"{where}/gegevens").form()
    assert form["tot_en_met"] == f"31-12-{jaar()[0].year}" and form["drempel"] == "10" and form["weken"] == "13"
    assert browser.post(f"{where}/gegevens", form).location == where
    again = world.as_(wie.adviseur, lambda s, _a: s.get(Regeling, made.id))
    assert (again.van, again.tot, again.verrekening, again.opent_at) == (made.van, made.tot, made.verrekening, made.opent_at)


@pytest.mark.parametrize(("change", "sentence", "field"), [
    ({"verordening": ""}, "Noem de verordening en het artikel", "verordening"),
    ({"artikel": ""}, "Noem de verordening en het artikel", "verordening"),
    ({"grondslag": "spoed"}, "Schrijf waarom er geen verordening nodig is", "motivering"),
    ({"grondslag": "incidenteel", "motivering": "Een keer.", "tot_en_met": "01-01-2040"}, "hoogste vier jaar", "tot_en_met"),
    ({"tot_en_met": "31-12-2020"}, "De laatste dag ligt vóór de eerste dag", "tot_en_met"),
    ({"sluit": "01-01-2020 09.00"}, "De sluiting ligt na de opening", "sluit"),
    ({"weken": "60"}, "van 1 tot en met 52", "weken"),
    ({"weken": "8"}, "Noem het artikel waarin deze termijn staat", "weken_artikel"),
    ({"herstel": "100"}, "van 1 tot en met 90", "herstel"),
    ({"tweede_lezer": "-1"}, "nul of hoger", "tweede_lezer"),
    ({"grondslag": "iets"}, "Kies waarop de regeling rust", "grondslag"),
    ({"verrekenen": "ja"}, "Vul in wat er wordt geteld", "eenheid"),
    ({"verrekenen": "ja", "eenheid": "uren", "basis": "geheel", "drempel": "150"}, "van 0 tot en met 100", "drempel"),
    ({"verband": "00000000-0000-0000-0000-000000000000"}, "Kies een van de mogelijkheden", "verband"),
])
def test_a_scheme_that_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(world, change, sentence, field):
    wie = personen(world)
    browser = world.sign_in(wie.adviseur)
    page = browser.post(f"{LIJST}/nieuw", typed(**change), expect=422)
    assert any(sentence in text for text in errors(page)), errors(page)
    assert page.html.select_one(f'.p-errors__list a[href="#{field}"]') and page.html.select_one(f"#{field}")
    kept = page.form(f"{LIJST}/nieuw")
    # A choice that is none of the choices cannot be shown as chosen.
    assert kept["titel"] == "Dagbesteding" and all(
        kept.get(name) == value for name, value in change.items() if name != "verband" and value != "iets")
    assert world.behind("SELECT count(*) FROM portal.regeling")[0][0] == 0


def test_facts_change_while_it_is_a_concept_and_not_after(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/gegevens")).form()
    browser.post(url(loop, "/gegevens"), form | {"titel": "Dag en nacht"})
    assert scheme(world, loop).titel == "Dag en nacht"
    form = browser.get(url(loop, "/gegevens")).form()
    refused = browser.post(url(loop, "/gegevens"), form | {"verordening": ""}, expect=422)
    assert "Noem de verordening" in refused.words and scheme(world, loop).verordening
    world.as_(loop.wie.adviseur, regelingen.bekendmaken, loop.regeling_id)
    assert "Deze regeling staat vast" in browser.get(url(loop, "/gegevens"), expect=409).words
    late = browser.post(url(loop, "/gegevens"), form | {"titel": "Toch anders"}, expect=409)
    assert "Zij verandert niet meer" in late.words and late.form()["titel"] == "Toch anders"
    assert scheme(world, loop).titel == "Dag en nacht"


# The page of one scheme -----------------------------------------------------------------------------------------------------

def test_the_page_says_where_it_stands_what_can_be_done_and_what_not_yet(world):
    wie = personen(world)
    loop = concept_regeling(world, wie, plafond=None, financiering=[], inrichting={})
    page = world.sign_in(wie.adviseur).get(url(loop))
    for reason in ("Noem ten minste één product", "Kies hoe er wordt betaald", "Stel eerst het subsidieplafond vast"):
        assert reason in page.words
    assert "Dit kan nog niet" in page.words and "Nog te doen" in page.words and "Wijzig de gegevens" in page.words
    reader = world.sign_in(wie.jurist).get(url(loop))
    assert "U kunt deze regeling lezen" in reader.words and "Wijzig de gegevens" not in reader.words

    loop = open_regeling(world, wie)
    page = world.sign_in(wie.adviseur).get(url(loop))
    assert "Bekendgemaakt" in page.words and "aanvragen kan tot" in page.words and "Regeling bekendgemaakt" in page.words
    assert page.html.select_one(f'main a[href="/subsidies?regeling={loop.regeling_id}"]')
    assert page.html.select_one(f'main a[href="{url(loop, "/papier")}"]')
    assert not page.html.select_one(f'main a[href="{url(loop, "/rangorde")}"]')
    assert world.behind("SELECT count(*) FROM portal.toegangslog WHERE dossier_id = :d", d=loop.regeling_id)[0][0] >= 1


def test_the_pages_ask_the_same_number_of_statements_whatever_they_hold(world):
    wie = personen(world, 2)
    loop = open_regeling(world, wie, plafond="500000")
    browser, plafond = world.sign_in(wie.adviseur), ceiling(world, loop).id
    pages = (url(loop), f"/subsidies/plafond/{plafond}", LIJST)
    before = []
    for page in pages:
        browser.get(page)
        with counted(world.app.engine) as seen:
            browser.get(page)
        before.append(len(seen))
    for n in range(2):
        leven.voorgesteld(world, leven.geschreven(world, loop, wie=n))
    concept_regeling(world, wie)
    for page, most in zip(pages, before, strict=True):
        with counted(world.app.engine) as seen:
            browser.get(page)
        assert len(seen) <= most, page


# Its lists ------------------------------------------------------------------------------------------------------------------

ROWS = {
    "vragen": ({"vraag": "Is het in de wijk?", "goed": "ja", "uitleg": "Het geld is voor de wijk."},
               {"vraag": "Schrijf de vraag", "goed": "Kies welk antwoord", "uitleg": "Schrijf waarom"}),
    "documenten": ({"titel": "Jaarrekening", "toelichting": "Van vorig jaar.", "verplicht": "nee", "herbruikbaar": "ja"},
                   {"titel": "Schrijf welk document", "toelichting": "Schrijf waaraan", "verplicht": "Kies of het document"}),
    "criteria": ({"tekst": "Samenwerking", "punten": "7,5"},
                 {"tekst": "Schrijf het criterium", "punten": "Vul in hoeveel punten"}),
    "producten": ({"naam": "Één uur, thuis", "eenheid": "uren"}, {"naam": "Geef het product", "eenheid": "Vul in waarin"}),
}


@pytest.mark.parametrize("lijst", ROWS)
def test_a_row_is_added_changed_and_taken_out_and_keeps_its_code(world, lijst):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    row, missing = ROWS[lijst]
    page = browser.post(url(loop, f"/{lijst}/rij"), {}, expect=422)
    assert all(any(sentence in text for text in errors(page)) for sentence in missing.values()), errors(page)
    form = browser.get(url(loop, f"/{lijst}/rij")).form()
    assert browser.post(url(loop, f"/{lijst}/rij"), form | row).location == url(loop, f"/{lijst}")
    made = scheme(world, loop).inrichting[lijst][-1]
    assert set(made) == set(regelingen.LIJSTEN[lijst]) and len(scheme(world, loop).inrichting[lijst]) >= 2
    if lijst == "producten":
        assert made["code"] == "een-uur-thuis"
    first = next(iter(row))
    assert row[first] in browser.get(url(loop, f"/{lijst}")).words
    page = browser.get(url(loop, f"/{lijst}/rij?code={made['code']}"))
    form = page.form()
    assert all(form.get(name) == value for name, value in row.items()), form
    browser.post(url(loop, f"/{lijst}/rij"), form | {first: "Heel anders"})
    changed = scheme(world, loop).inrichting[lijst][-1]
    assert changed == made | {first: "Heel anders"}, "de code blijft"
    assert "Heel anders" in browser.get(url(loop, f"/{lijst}/weghalen?code={made['code']}")).words
    browser.post(url(loop, f"/{lijst}/weghalen"), {"code": made["code"]})
    assert made["code"] not in [r["code"] for r in scheme(world, loop).inrichting[lijst]]
    browser.post(url(loop, f"/{lijst}/weghalen"), {"code": made["code"]}, expect=404)
    browser.get(url(loop, f"/{lijst}/rij?code=bestaat-niet"), expect=404)
    browser.post(url(loop, f"/{lijst}/rij"), row | {"code": "bestaat-niet"}, expect=404)


def test_two_rows_with_one_name_get_a_code_each(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    for _n in range(2):
        browser.post(url(loop, "/producten/rij"), {"naam": "Dagdeel", "eenheid": "dagdelen"})
    codes = [p["code"] for p in scheme(world, loop).inrichting["producten"]]
    assert codes == ["dagdeel", "tussenvorm", "dagdeel-2", "dagdeel-3"]
    browser.post(url(loop, "/producten/rij"), {"naam": "!!!", "eenheid": "x"})
    assert scheme(world, loop).inrichting["producten"][-1]["code"] == "product"


def test_a_criterium_has_points_above_zero(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    for text, sentence in (("0", "hoger is dan nul"), ("tien", "hoger is dan nul"), ("101", "hoogstens 100")):
        page = browser.post(url(loop, "/criteria/rij"), {"tekst": "Bereik", "punten": text}, expect=422)
        assert sentence in page.words and page.form()["punten"] == text
    assert len(scheme(world, loop).inrichting["criteria"]) == 1


LINE = {"soort": "verplichting", "tekst": "Koop duurzaam in.", "grondslag": "4-39", "bewijs": "Facturen",
        "koppeling": "criterium-samen"}


def test_a_line_rests_on_an_article_of_its_own_kind_and_4_39_on_the_ordinance(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/sjabloon/rij?soort=verplichting"))
    offered = [o["value"] for o in page.html.select("#grondslag option") if o["value"]]
    assert "4-39" in offered and "4-30" not in offered and "4-33-a" not in offered
    assert "Awb 4:37, lid 1, onder c" in page.words
    page = browser.post(url(loop, "/sjabloon/rij"), page.form() | LINE, expect=422)
    assert page.html.select_one('.p-errors__list a[href="#verordening_artikel"]')
    assert "als de verordening dat bepaalt" in page.words
    assert page.form()["tekst"] == LINE["tekst"] and page.form()["grondslag"] == "4-39"
    wrong = browser.post(url(loop, "/sjabloon/rij"), LINE | {"grondslag": "4-30"}, expect=422)
    assert wrong.html.select_one('.p-errors__list a[href="#grondslag"]')
    browser.post(url(loop, "/sjabloon/rij"), {"soort": "iets"}, expect=404)
    browser.get(url(loop, "/sjabloon/rij"), expect=404)
    assert len(scheme(world, loop).inrichting["sjabloon"]) == 2
    browser.post(url(loop, "/sjabloon/rij"), LINE | {"verordening_artikel": "artikel 9"})
    made = scheme(world, loop).inrichting["sjabloon"][-1]
    assert made == LINE | {"code": "r2", "verordening_artikel": "artikel 9"}
    page = browser.get(url(loop, "/sjabloon"))
    assert "Awb 4:39" in page.words and "Verordening, artikel 9" in page.words and "aanbieders werken samen" in page.words
    form = browser.get(url(loop, "/sjabloon/rij?code=r2")).form()
    # The kind of a line stays what it is, whatever is posted.
    browser.post(url(loop, "/sjabloon/rij"), form | {"soort": "resultaat", "tekst": "Koop groen in."})
    assert scheme(world, loop).inrichting["sjabloon"][-1] == made | {"tekst": "Koop groen in."}


def test_a_public_scheme_keeps_its_lists(world):
    loop = open_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/vragen"))
    assert "Dit staat vast" in page.words and "Voeg een vraag toe" not in page.words
    browser.get(url(loop, "/vragen/rij"), expect=409)
    late = browser.post(url(loop, "/vragen/rij"), ROWS["vragen"][0], expect=409)
    assert "Zij verandert niet meer" in late.words and late.form()["vraag"] == "Is het in de wijk?"
    assert "Zij verandert niet meer" in browser.post(url(loop, "/vragen/weghalen"), {"code": "plek"}, expect=409).words
    assert [v["code"] for v in scheme(world, loop).inrichting["vragen"]] == ["plek"]


# The ceiling ----------------------------------------------------------------------------------------------------------------

def adopted(**anders) -> dict:
    year, today = jaar()[0].year, clock.today()
    return {"van": f"01-01-{year}", "tot_en_met": f"31-12-{year}", "bedrag": "100.000", "orgaan": "raad",
            "vastgesteld": f"{today - timedelta(days=9):%d-%m-%Y}", "bekendgemaakt": f"{today - timedelta(days=2):%d-%m-%Y}",
            "vindplaats": "Gemeenteblad 2026, 77"} | anders


def test_a_ceiling_is_adopted_with_its_last_day_and_its_ledger_begins(world):
    loop = concept_regeling(world, plafond=None)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/plafond")).form()
    assert form["tot_en_met"] == f"31-12-{jaar()[0].year}"
    page = browser.get(browser.post(url(loop, "/plafond"), form | adopted(voorbehoud="ja")).location)
    made = ceiling(world, loop)
    assert (made.van, made.tot) == jaar() and made.bedrag == 100_000 and made.met_voorbehoud and made.orgaan == "raad"
    assert "Plafond vastgesteld" in page.words and "Gemeenteraad" in page.words and "Gemeenteblad 2026, 77" in page.words
    # A second one is of another period.
    assert browser.get(url(loop, "/plafond")).form()["van"] == ""


@pytest.mark.parametrize(("change", "sentence", "status"), [
    ({"bekendgemaakt": "31-12-2099"}, "vóór de periode begint (Awb 4:27, lid 1)", 422),
    ({"vastgesteld": "31-12-2099"}, "bekendgemaakt voordat het is vastgesteld", 422),
    ({"bedrag": "0"}, "hoger zijn dan nul", 422),
    ({"tot_en_met": "01-01-2001"}, "ligt vóór de eerste dag", 422),
    ({"orgaan": "burgemeester"}, "Kies wie het plafond vaststelde", 422),
    ({"vindplaats": ""}, "waar het plafond te vinden is", 422),
])
def test_a_ceiling_that_cannot_be_is_refused(world, change, sentence, status):
    loop = concept_regeling(world, plafond=None)
    page = world.sign_in(loop.wie.adviseur).post(url(loop, "/plafond"), adopted(**change), expect=status)
    assert sentence in page.words and page.form()["bekendgemaakt"] == adopted(**change)["bekendgemaakt"]
    assert world.behind("SELECT count(*) FROM portal.plafond")[0][0] == 0


def test_a_second_ceiling_for_the_same_days_is_refused(world):
    loop = concept_regeling(world)
    page = world.sign_in(loop.wie.adviseur).post(url(loop, "/plafond"), adopted(), expect=409)
    assert "is er al een plafond" in page.words and world.behind("SELECT count(*) FROM portal.plafond")[0][0] == 1


def changed(**anders) -> dict:
    return {"richting": "hoger", "bedrag": "5.000", "bekendgemaakt": f"{clock.today():%d-%m-%Y}",
            "vindplaats": "Gemeenteblad 2026, 99"} | anders


def test_a_ceiling_goes_up_and_down_and_the_ledger_says_how_it_stood(world):
    loop = leven.verleend(world)
    browser, plafond = world.sign_in(loop.wie.adviseur), ceiling(world, loop)
    where = f"/subsidies/plafond/{plafond.id}"
    form = browser.get(f"{where}/wijzigen").form()
    assert browser.post(f"{where}/wijzigen", form | changed()).location == where
    browser.post(f"{where}/wijzigen", changed(richting="lager", bedrag="10.000"))
    page = browser.get(where)
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.html.select("tbody tr")]
    assert [row[1].split(".")[0].strip() for row in rows] == [
        "Plafond vastgesteld", "Gereserveerd voor een voorstel", "Verleend", "Plafond verhoogd", "Plafond verlaagd"]
    foot = [cell.get("data-label") for cell in page.html.select("tfoot td") if cell.text]
    assert foot == ["Plafond", "Gereserveerd", "Verleend", "Over"], "op een telefoon zegt elk bedrag onderaan wat het is"
    euro = "€\N{NO-BREAK SPACE}"
    assert rows[1][3:] == [f"{euro}40.000,00", f"{euro}100.000,00", f"{euro}40.000,00", f"{euro}0,00", f"{euro}60.000,00"]
    assert rows[2][4:] == [f"{euro}100.000,00", f"{euro}0,00", f"{euro}40.000,00", f"{euro}60.000,00"]
    assert rows[4][4:] == [f"{euro}95.000,00", f"{euro}0,00", f"{euro}40.000,00", f"{euro}55.000,00"]
    assert page.html.select_one(f'tbody a[href="/subsidies/{loop.subsidie_id}"]')
    assert f"{euro}55.000,00" in page.html.select_one("tfoot").get_text()


@pytest.mark.parametrize(("change", "sentence"), [
    ({"richting": "lager", "bedrag": "100.000,01"}, "niet lager worden dan nul"),
    ({"bedrag": "0"}, "hoger zijn dan nul"), ({"richting": ""}, "hoger of lager wordt"),
    ({"bekendgemaakt": "31-12-2099"}, "als zij is bekendgemaakt"), ({"vindplaats": ""}, "waar de wijziging te vinden is"),
])
def test_a_change_of_the_ceiling_that_cannot_be_is_refused(world, change, sentence):
    loop = concept_regeling(world)
    where = f"/subsidies/plafond/{ceiling(world, loop).id}/wijzigen"
    page = world.sign_in(loop.wie.adviseur).post(where, changed(**change), expect=422)
    assert sentence in page.words and page.form()["bedrag"] == changed(**change)["bedrag"]
    assert ceiling(world, loop).bedrag == 100_000 and world.behind("SELECT count(*) FROM portal.plafond_boeking")[0][0] == 1


# Caps and funding -----------------------------------------------------------------------------------------------------------

def cap(**anders) -> dict:
    return {"product": "dagdeel", "jaar": str(jaar()[0].year), "per": "eenheid", "bedrag": "39,99",
            "van": f"01-01-{jaar()[0].year}", "besluit": "College 12 mei 2026"} | anders


def test_a_cap_by_decision_ends_the_one_before(world):
    loop = open_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert "Er is geen maximum vastgesteld" in browser.get(url(loop, "/maxima")).words
    browser.post(url(loop, "/maxima"), cap())
    browser.post(url(loop, "/maxima"), cap(van=f"01-07-{jaar()[0].year}", bedrag="41"))
    page = browser.get(url(loop, "/maxima"))
    assert "Dagdelen dagbesteding" in page.words and f"tot en met 30-06-{jaar()[0].year}" in page.words
    assert "Per eenheid" in page.words and "College 12 mei 2026" in page.words
    twice = browser.post(url(loop, "/maxima"), cap(), expect=409)
    assert "Er is al een maximum voor dit product" in twice.words and twice.form()["bedrag"] == "39,99"
    assert world.behind("SELECT count(*) FROM portal.maximum")[0][0] == 2


@pytest.mark.parametrize(("change", "sentence"), [
    ({"product": "iets"}, "hoort niet bij deze regeling"), ({"bedrag": "0"}, "hoger zijn dan nul"),
    ({"jaar": "27"}, "2000 tot en met 2100"), ({"per": ""}, "Kies waarvoor"), ({"besluit": ""}, "Noem het besluit"),
])
def test_a_cap_that_cannot_be_is_refused(world, change, sentence):
    loop = concept_regeling(world)
    page = world.sign_in(loop.wie.adviseur).post(url(loop, "/maxima"), cap(**change), expect=422)
    assert sentence in page.words and page.form()["van"] == cap()["van"]
    assert world.behind("SELECT count(*) FROM portal.maximum")[0][0] == 0


def test_a_cap_needs_a_product(world):
    loop = concept_regeling(world, inrichting={})
    assert "Voeg eerst een product toe" in world.sign_in(loop.wie.adviseur).get(url(loop, "/maxima")).words


def test_funding_changes_from_a_day_on_and_what_held_stays(world):
    loop = open_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    day = jaar()[0] + timedelta(days=100)
    page = browser.get(url(loop, "/financiering"))
    assert "een vast bedrag voor afgesproken werk" in page.words
    browser.post(url(loop, "/financiering"), {"van": f"{day:%d-%m-%Y}", "vormen": ["resultaat", "budget"]})
    assert [row["vormen"] for row in scheme(world, loop).financiering] == [["budget"], ["budget", "resultaat"]]
    assert "er wordt betaald voor wat er is bereikt" in browser.get(url(loop, "/financiering")).words
    none = browser.post(url(loop, "/financiering"), {"van": f"{day:%d-%m-%Y}"}, expect=422)
    assert "Kies ten minste één manier" in none.words and none.form()["van"] == f"{day:%d-%m-%Y}"
    early = browser.post(url(loop, "/financiering"), {"van": f"{clock.today():%d-%m-%Y}", "vormen": "populatie"}, expect=422)
    assert "begint op een latere dag" in early.words and early.form()["vormen"] == "populatie"
    assert len(scheme(world, loop).financiering) == 2


# Public, and closed ---------------------------------------------------------------------------------------------------------

def test_what_everybody_will_read_is_shown_first_and_then_made_public(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/bekendmaken"))
    for words in ("Dagbesteding voor iedereen, dicht bij huis.", "Subsidieverordening Zwolle, artikel 5",
                  "Gemeenteblad 2026, 1234", "Heeft u een plek in de gemeente?", "Dagdelen dagbesteding",
                  "Hoeveel inwoners doen mee?",
                  "Meld een afwijking van meer dan 10 % meteen.", "Awb 4:37, lid 1, onder c", "Dit kunt u niet terugdraaien"):
        assert words in page.words, words
    assert scheme(world, loop).state == "concept"
    browser.post(url(loop, "/bekendmaken"), page.form())
    assert scheme(world, loop).state == "bekendgemaakt"
    twice = browser.post(url(loop, "/bekendmaken"), {}, expect=422)
    assert "Dit kan niet in deze fase" in twice.words
    browser.get(url(loop, "/bekendmaken"), expect=409)


def test_what_is_not_ready_is_not_made_public_and_says_why(world):
    loop = concept_regeling(world, plafond=None, financiering=[], verdeling="tender", inrichting={})
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/bekendmaken"))
    assert not page.html.select("main form")
    refused = browser.post(url(loop, "/bekendmaken"), {}, expect=422)
    for sentence in ("één product", "hoe er wordt betaald", "Noem de criteria", "subsidieplafond vast"):
        assert sentence in page.words and sentence in refused.words
    assert scheme(world, loop).state == "concept" and world.behind("SELECT count(*) FROM portal.regeling_publicatie")[0][0] == 0


def test_a_scheme_is_closed_with_a_reason(world):
    loop = open_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.post(url(loop, "/sluiten"), {"reden": " "}, expect=422)
    assert "Schrijf waarom u de regeling sluit" in page.words and scheme(world, loop).state == "bekendgemaakt"
    browser.post(url(loop, "/sluiten"), browser.get(url(loop, "/sluiten")).form() | {"reden": "Het geld is op."})
    assert scheme(world, loop).state == "gesloten" and "Gesloten" in browser.get(url(loop)).words
    assert "Dit kan niet in deze fase" in browser.get(url(loop, "/sluiten")).words
    assert "Dit kan niet in deze fase" in browser.post(url(loop, "/sluiten"), {"reden": "Weer"}, expect=422).words


# The order ------------------------------------------------------------------------------------------------------------------

def two_cases(world, verdeling, *, judged):
    wie = personen(world, 2)
    scheme_ = open_regeling(world, wie, verdeling=verdeling, plafond="500000")
    make = leven.beoordeeld if judged else leven.verstuurd
    loops = [make(world, leven.geschreven(world, scheme_, wie=n)) for n in range(2)]
    return scheme_, loops


def test_a_tender_is_ranked_by_points_after_the_closing(world):
    loop, loops = two_cases(world, "tender", judged=True)
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.get(url(loop, "/rangorde"))
    assert "als er niemand meer kan aanvragen" in page.words and "8 van 10" in page.words and not page.html.select("main form")
    early = browser.post(url(loop, "/rangorde"), {}, expect=425)
    assert "als er niemand meer kan aanvragen" in early.words
    world.clock(scheme(world, loop).sluit_at + timedelta(days=1))
    browser = world.sign_in(loop.wie.adviseur)
    browser.post(url(loop, "/rangorde"), browser.get(url(loop, "/rangorde")).form())
    assert [leven.subsidie(world, one).rang for one in loops] == [1, 2]
    jurist = world.sign_in(loop.wie.jurist)
    assert "Uw rol mag de rangorde niet vaststellen" in jurist.get(url(loop, "/rangorde")).words
    jurist.post(url(loop, "/rangorde"), {}, expect=403)


def test_a_tender_waits_for_all_points(world):
    loop, loops = two_cases(world, "tender", judged=False)
    world.clock(scheme(world, loop).sluit_at + timedelta(days=1))
    browser = world.sign_in(loop.wie.adviseur)
    waits = f"Nog niet alle aanvragen zijn beoordeeld: {leven.subsidie(world, loops[0]).reference}"
    assert waits in browser.get(url(loop, "/rangorde")).words
    assert waits in browser.post(url(loop, "/rangorde"), {}, expect=409).words


def test_a_draw_is_recorded_as_it_was_drawn_with_who_watched(world):
    loop, loops = two_cases(world, "loting", judged=False)
    world.clock(scheme(world, loop).sluit_at + timedelta(days=1))
    browser = world.sign_in(loop.wie.adviseur)
    page = browser.post(url(loop, "/rangorde"), {"plaats-1": "2", "plaats-2": "2"}, expect=422)
    assert "heeft een andere aanvraag al" in page.words and "wie toezicht hield" in page.words
    assert page.form()["plaats-1"] == "2"
    over = browser.post(url(loop, "/rangorde"), {"plaats-1": "3", "plaats-2": "", "toezicht": "Notaris"}, expect=422)
    assert "1 tot en met 2" in over.words and "Vul de plaats in van" in over.words
    assert [leven.subsidie(world, one).rang for one in loops] == [None, None]
    browser.post(url(loop, "/rangorde"), {"plaats-1": "2", "plaats-2": "1", "toezicht": "Notaris De Boer"})
    assert [leven.subsidie(world, one).rang for one in loops] == [2, 1]


def test_there_is_no_order_to_make_where_receipt_decides(world):
    browser = world.sign_in((loop := open_regeling(world)).wie.adviseur)
    browser.get(url(loop, "/rangorde"), expect=404)
    browser.post(url(loop, "/rangorde"), {}, expect=404)


# On paper -------------------------------------------------------------------------------------------------------------------

def brief(**anders) -> dict:
    year = jaar()[0].year
    return {"papier_on": f"{clock.today() - timedelta(days=1):%d-%m-%Y}", "naam": "Buurthuis (fictief)",
            "kvk_nummer": "12345678", "contactpersoon": "Bo Boer",
            "postadres": "Plein 1, 8000 AA Zwolle", "titel": "Samen eten", "product": "dagdeel",
            "omschrijving": "Elke week een maaltijd.", "resultaat": "Mensen leren elkaar kennen.", "aantal": "1.200",
            "van": f"01-02-{year}", "tot_en_met": f"31-12-{year}", "bedrag": "12.500",
            "iban": "NL02 ABNA 0123 4567 89"} | anders


def test_an_application_on_paper_counts_from_the_day_it_came_in(world):
    loop = open_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    form = browser.get(url(loop, "/papier")).form()
    where = browser.post(url(loop, "/papier"), form | brief()).location
    row = world.behind("SELECT s.*, d.titel FROM portal.subsidie s JOIN portal.dossier d USING (id)")[0]
    assert where == f"/subsidies/{row.id}" and row.aanvrager_id is None and row.aanvrager_naam == "Buurthuis (fictief)"
    assert (row.ontvangen_on, row.gevraagd, row.aantal) == (clock.today() - timedelta(days=1), 12_500, 1_200)
    assert (row.van, row.tot) == (jaar()[0].replace(month=2), jaar()[1]) and row.titel == "Samen eten"
    inhoud = world.behind("SELECT inhoud FROM portal.indiening")[0].inhoud
    assert inhoud["aanvrager"]["postadres"] == "Plein 1, 8000 AA Zwolle" and inhoud["gegevens"]["iban"] == leven.IBAN
    assert "begroting" not in inhoud["gegevens"]


@pytest.mark.parametrize(("change", "sentence", "status"), [
    ({"papier_on": "31-12-2099"}, "tussen de opening en de sluiting", 410),
    ({"papier_on": "01-01-2020"}, "tussen de opening en de sluiting", 410),
    ({"tenaamstelling": "A\nB1;1,00"}, "Gebruik in de naam bij de rekening alleen letters", 422),
    ({"papier_on": ""}, "op welke dag de brief binnenkwam", 422), ({"naam": ""}, "Vul de naam van de aanvrager in", 422),
    ({"kvk_nummer": "123"}, "acht cijfers", 422), ({"iban": "NL02ABNA0123456788"}, "rekeningnummer klopt niet", 422),
    ({"bedrag": "0"}, "hoger zijn dan nul", 422), ({"aantal": "veel"}, "hoger is dan nul", 422),
    ({"product": "iets"}, "hoort niet bij deze regeling", 422), ({"van": "01-01-2020"}, "valt buiten de regeling", 422),
    ({"tot_en_met": "01-01-2001"}, "ligt vóór de eerste dag", 422), ({"postadres": ""}, "Vul het postadres in", 422),
])
def test_a_letter_that_cannot_be_entered_is_refused_and_what_was_typed_stays(world, change, sentence, status):
    loop = open_regeling(world)
    page = world.sign_in(loop.wie.adviseur).post(url(loop, "/papier"), brief(**change), expect=status)
    assert sentence in page.words and page.form()["omschrijving"] == "Elke week een maaltijd."
    assert world.behind("SELECT count(*) FROM portal.indiening")[0][0] == 0
    assert world.behind("SELECT count(*) FROM portal.subsidie")[0][0] == 0


def test_a_letter_of_tomorrow_is_refused_at_its_field(world):
    loop = open_regeling(world)
    tomorrow = f"{clock.today() + timedelta(days=1):%d-%m-%Y}"
    page = world.sign_in(loop.wie.adviseur).post(url(loop, "/papier"), brief(papier_on=tomorrow), expect=422)
    assert "ligt in de toekomst" in page.words and page.html.select_one('.p-errors__list a[href="#papier_on"]')
    assert world.behind("SELECT count(*) FROM portal.indiening")[0][0] == 0


def test_paper_waits_until_the_scheme_is_public(world):
    loop = concept_regeling(world)
    browser = world.sign_in(loop.wie.adviseur)
    assert "nog niet bekendgemaakt" in browser.get(url(loop, "/papier"), expect=409).words
    browser.post(url(loop, "/papier"), brief(), expect=404)
