"""Pages of opening, assessment, award and contracts after a second look: what they show, refuse and ask."""

from datetime import timedelta

from tests import inkoop_world as leven


def perceel_url(loop, sub: str = "") -> str:
    return f"/inkoop/perceel/{loop.percelen[0]}{sub}"


def equal(world, **how):
    """Three bids for two contracts, of which the last two have the same score."""
    loop = leven.gepubliceerde_inkoop(world, percelen=1, aanbieders=3, max_contracten=2, **how)
    return leven.vastgesteld(world, leven.beoordeeld(world, leven.geopend(world, leven.met_inschrijvingen(world, loop, n=3)),
                                                     punten=("9", "7", "7")))


# Equal scores --------------------------------------------------------------------------------------------------------------

def test_the_page_asks_for_the_lot_and_the_letters_say_how_it_was_drawn(world):
    loop = equal(world)
    manager = world.sign_in(loop.wie.manager)
    assert "Gelijk, het lot beslist" in manager.get(perceel_url(loop, "/scores")).words
    page = manager.get(perceel_url(loop, "/gunning"))
    assert "Het lot beslist" in page.words and "onder toezicht van een notaris" in page.words
    url = perceel_url(loop, "/gunnen")
    form = page.form(url)
    one, other = (bid.inschrijving_id.hex[:8] for bid in loop.inschrijvers[1:])
    wrong = manager.post(url, form, expect=422)
    assert "Schrijf wie toezicht hield op de loting." in wrong.words and "Kies of het lot" in wrong.words
    today = leven.clock.today()
    form |= {"toezicht": "mr. A. de Boer, notaris", "geloot": f"{today:%d-%m-%Y}", f"lot-{one}": "ja", f"lot-{other}": "ja"}
    wrong = manager.post(url, form, expect=422)
    assert "Het lot wijst er 1 aan. U koos er 2." in wrong.words and wrong.form(url)["toezicht"] == "mr. A. de Boer, notaris"
    future = form | {f"lot-{other}": "nee", "geloot": f"{today + timedelta(days=1):%d-%m-%Y}"}
    assert "ligt in de toekomst" in manager.post(url, future, expect=422).words
    where = manager.post(url, form | {f"lot-{other}": "nee"}).location
    assert "onder toezicht van mr. A. de Boer, notaris" in manager.get(where).words


def test_the_tie_rule_stands_on_the_public_page_before_anybody_bids(world):
    loop = leven.gepubliceerde_inkoop(world, percelen=1, max_contracten=2)
    words = world.anonymous().get(f"/aanbestedingen/{loop.reference}").words
    assert words.count("Dan beslist het lot, onder toezicht van een notaris.") == 2, "bij het perceel en bij de regels"
    assert "Aanbestedingswet 2012, artikel 1.8 en 1.9" in words
    assert "Maximum van alle contracten samen" in words


# An interest that is found later -------------------------------------------------------------------------------------------

def test_a_later_interest_is_declared_and_set_aside_on_the_pages(world):
    loop = leven.beoordeeld(world, percelen=1)
    late, url = world.sign_in(loop.wie.beoordelaar), f"/inkoop/{loop.inkoop_id}/belang"
    page = late.get(url)
    assert "Toch een belang?" in page.words
    form = page.form(url)
    assert "Schrijf welk belang u heeft." in late.post(url, form, expect=422).words
    late.post(url, form | {"toelichting": "Ik werkte daar tot vorig jaar."})
    assert "U meldde een belang" in late.get(url).words and not late.get(url).html.select("main form")

    jurist = world.sign_in(loop.wie.jurist)
    page = jurist.get(perceel_url(loop))
    assert "Beoordelaar Zwolle: 8 beoordelingen tellen mee" in page.words
    assert "Leg eerst die beoordelingen terzijde" in page.words
    assert "Een beoordelaar meldde een belang" not in world.sign_in(loop.wie.manager).get(perceel_url(loop)).words
    action = perceel_url(loop, f"/terzijde/{loop.wie.beoordelaar.user_id}")
    form = page.form(action)
    assert "Schrijf waarom u deze beoordelingen terzijde legt." in jurist.post(action, form, expect=422).words
    key = next(name for name in form if name.startswith("waarom-"))
    jurist.post(action, form | {key: "Zij werkte er tot vorig jaar."})
    page = jurist.get(perceel_url(loop))
    assert "Terzijde gelegd" in page.words and "8 beoordelingen van Beoordelaar Zwolle" in page.words
    assert "Zij werkte er tot vorig jaar." in page.words and "Er ontbreken nog beoordelingen: 8." in page.words
    again = jurist.post(action, {key: "Nog een keer."}, expect=409)
    assert "tellen er geen beoordelingen mee" in again.words
    assert "0 van 4" in world.sign_in(loop.wie.beoordelaar_kampen).get(perceel_url(loop)).words
