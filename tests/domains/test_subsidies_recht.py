"""What the law asks of a decision on an application, through the use cases: a refusal of a part, state aid, time."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domains.subsidies import aanvragen, queries, regelingen, steunregister, tekenen, usecases, voorstellen
from portal.kernel import clock, terms
from tests.domains.test_subsidies import GEEN_STEUN, plafond, refuses, termijn
from tests.subsidies_world import (
    REST,
    NepBrieven,
    beoordeeld,
    gegevens,
    geschreven,
    jaar,
    mandaat,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
    verstuurd,
    voorgesteld,
)


def voorstel(world, loop, says=None, **velden):
    """Written as far as it goes; refused with these words, or laid before the next person."""
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id,
              **({"motivering": "De aanvraag past bij de regeling."} | GEEN_STEUN | velden))
    if says is None:
        return world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    return refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says=says)


def test_less_than_was_asked_is_a_refusal_of_the_rest(world):
    """A ground, and the hearing, as for any refusal (Awb 4:7, 4:12, lid 2, onder a, 4:25 and 4:35)."""
    loop = beoordeeld(world)
    part = {"bedrag": Decimal(30_000)}
    voorstel(world, loop, "Er is € 40.000,00 gevraagd. Wat u niet verleent, weigert u.", **part)
    voorstel(world, loop, "rust de weigering op gegevens", grond="verordening", **part)
    voorstel(world, loop, "Vraag de aanvrager eerst om een zienswijze", grond="verordening", eigen_feiten=True, **part)
    voorstel(world, loop, "Schrijf waarom de aanvrager niet hoeft te worden gehoord", eigen_feiten=False, **part)
    voorstel(world, loop, "Weigeren om het plafond kan dan niet", **(REST | {"grond": "plafond"}), **part)
    voorstel(world, loop, "de volgorde van ontvangst telt", **(REST | {"grond": "rangorde"}), **part)
    besluit = voorstel(world, loop, **REST, **part)
    assert (besluit.inhoud["grond"], besluit.inhoud["geweigerd"]) == ("verordening", "10000.00")
    assert plafond(world, loop).gereserveerd == 30_000
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    assert (plafond(world, loop).vastgelegd, subsidie(world, loop).verleend) == (30_000, 30_000)


def test_a_grant_of_all_that_was_asked_carries_no_ground_to_refuse(world):
    loop = voorgesteld(world)
    inhoud = world.as_(loop.wie.adviseur, lambda s, _a: queries.open_besluit(s, loop.subsidie_id)).inhoud
    assert (inhoud["grond"], inhoud["eigen_feiten"], inhoud.get("geweigerd")) == ("", None, None)


@pytest.mark.parametrize("velden", [
    {"uitkomst": "weigeren"}, {"bedrag": Decimal(1)}], ids=["weigeren", "deels"])
def test_a_refusal_weighs_as_much_as_was_asked(world, velden):
    """The mandate and the second reader go by what is refused."""
    loop = beoordeeld(world, open_regeling(world, tweede_lezer_vanaf=Decimal(40_000)))
    besluit = voorstel(world, loop, **REST, **velden)
    assert (besluit.bedrag, besluit.tweede_lezer_nodig) == (Decimal(40_000), True)
    low = world.medewerker("zwolle", "mandaathouder", naam="Laag Mandaat")
    mandaat(world, loop.wie.beheerder, low, tot_bedrag=Decimal("39999.99"))
    world.as_(loop.wie.jurist, tekenen.meelezen, besluit.id)
    refuses(world, low, tekenen.tekenen, besluit.id, brieven=NepBrieven(world), says="hoger dan uw mandaat")


def test_the_gate_of_state_aid_is_a_choice_with_its_reason(world):
    loop = beoordeeld(world)
    voorstel(world, loop, "Kies wat u over staatssteun vond", steun="")
    voorstel(world, loop, "Schrijf waarom dit geen staatssteun is", staatssteun="Lokaal.")
    voorstel(world, loop, "vroeg de aanvrager niet naar deze kleine steun", steun="de_minimis")
    voorstel(world, loop, "U kunt dan alleen weigeren (Awb 4:35, lid 3)", steun="niet")
    voorstel(world, loop, "Weiger dan op Awb 4:35, lid 3", steun="niet", uitkomst="weigeren", **REST)
    besluit = voorstel(world, loop, steun="niet", uitkomst="weigeren", **(REST | {"grond": "staatssteun"}))
    assert besluit.inhoud["steun"] == "niet"


def test_small_aid_waits_for_the_central_register_for_twenty_working_days(world):
    """Regulation (EU) 2023/2831, article 6: on the list of the adviser until the number is recorded."""
    loop = verleend(world, geschreven(world, open_regeling(world, staatssteun="de_minimis"), steun_eerder="0"),
                    voorstel={"steun": "de_minimis"})
    term = termijn(world, loop, "steunregister")
    assert term.due_on == terms.compute(terms.rule("steunregister"), clock.today()).last_day
    assert (term.article, term.party_id) == ("Verordening (EU) 2023/2831, artikel 6", loop.wie.adviseur.party_id)
    assert term.wacht_op_permissions == ["subsidie:behandelen"] and "centrale register" in term.taak
    refuses(world, loop.wie.adviseur, steunregister.melden, loop.subsidie_id, nummer=" ", says="Vul het nummer in")
    other = world.medewerker("kampen", "subsidieadviseur")
    refuses(world, other, steunregister.melden, loop.subsidie_id, nummer="1", status=404)
    world.as_(loop.wie.adviseur, steunregister.melden, loop.subsidie_id, nummer="NL-2026-00815")
    assert subsidie(world, loop).steunregister == "NL-2026-00815"
    assert termijn(world, loop, "steunregister").met_on == clock.today()
    refuses(world, loop.wie.adviseur, steunregister.melden, loop.subsidie_id, nummer="2", status=409, says="hoeft nu niets")


def test_what_is_no_small_aid_asks_no_register(world):
    assert termijn(world, verleend(world), "steunregister") is None


def test_who_was_subsidised_for_three_years_is_told_in_time(world):
    """Awb 4:51: a reasonable term between the announcement and the end of what was granted."""
    loop = beoordeeld(world)
    ground = REST | {"grond": "voortzetting", "uitkomst": "weigeren"}
    voorstel(world, loop, "Vul in wanneer u bekendmaakte", **ground)
    voorstel(world, loop, "in de toekomst", voornemen_on=clock.today() + timedelta(days=1), **ground)
    begin = subsidie(world, loop).van
    world.clock(op(begin - timedelta(weeks=5)))
    voorstel(world, loop, "Verleen voor de rest van die termijn", voornemen_on=begin - timedelta(weeks=12), **ground)
    besluit = voorstel(world, loop, voornemen_on=begin - timedelta(weeks=13), **ground)
    assert besluit.inhoud["voornemen_on"] == (begin - timedelta(weeks=13)).isoformat()


def test_B1_AC2_what_is_over_already_gets_no_subsidy(world):
    """Awb 4:29: applied for before the activity ends; for a letter the day that it came in counts."""
    now = clock.now()
    loop = open_regeling(world, opent_at=now - timedelta(days=400), sluit_at=now + timedelta(days=800))
    van, tot = jaar()
    loop = geschreven(world, loop, van=van, tot=tot)
    world.clock(op(tot))
    refuses(world, loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id, says="Awb 4:29")
    world.clock(op(tot - timedelta(days=1)))
    world.as_(loop.aanvrager.verzender, aanvragen.versturen, loop.aanvraag_id)


def test_ahead_of_an_ordinance_a_scheme_lasts_a_year_at_most(world):
    van, _tot = jaar()
    facts = {"grondslag": "spoed", "motivering": "De verordening komt nog.", "van": van}
    refuses(world, personen(world).adviseur, regelingen.maken, says="ten hoogste een jaar (Awb 4:23, lid 3, onder a)",
            **(gegevens() | facts | {"tot": van.replace(year=van.year + 1) + timedelta(days=1)}))
    assert open_regeling(world, **facts, tot=van.replace(year=van.year + 1)).regeling_id


def test_a_draw_is_kept_with_who_watched_and_what_was_drawn(world):
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, verdeling="loting", sluit_at=clock.now() + timedelta(days=2))
    one, two = (verstuurd(world, geschreven(world, scheme, wie=n)) for n in (0, 1))
    world.clock(clock.now() + timedelta(days=3))
    world.as_(wie.adviseur, usecases.rangschikken, scheme.regeling_id, geloot=[two.subsidie_id, one.subsidie_id],
              toezicht="Notaris De Boer, Zwolle")
    kept = [row.tekst for row in world.as_(wie.adviseur, lambda s, _a: queries.aantekeningen(s, scheme.regeling_id))]
    drawn = f"1. {subsidie(world, two).reference}, 2. {subsidie(world, one).reference}"
    assert kept == [f"Toezicht op de loting: Notaris De Boer, Zwolle. De uitslag: {drawn}."]
