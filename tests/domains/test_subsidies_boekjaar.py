"""What the law asks of who is subsidised per year (Awb afdeling 4.2.8), as lines of the grant: by itself, or offered."""

from datetime import timedelta

from config import load as load_config
from portal.domains.subsidies import queries, rules, voorstellen
from portal.kernel import terms
from portal.kernel.dossier import load
from portal.kernel.terms import compute
from tests.domains.test_subsidies import termijn
from tests.subsidies_world import beoordeeld, gegevens, geschreven, open_regeling, subsidie, verleend

DAY = timedelta(days=1)
VANZELF = ["4-69", "4-75", "4-78", "4-80"]


def begonnen(world, **anders):
    """A proposal of which nothing was changed yet."""
    loop = beoordeeld(world, geschreven(world, open_regeling(world, **anders)))
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    return loop


def regels(world, loop) -> dict:
    """The lines of the proposal, by their ground."""
    return {one.grondslag: one for one in world.as_(loop.wie.adviseur, lambda s, _a: queries.regels(s, loop.subsidie_id))}


def aanbod(world, loop) -> list[str]:
    """Which lines of the law are offered."""
    def read(session, _actor):
        kop, lines = queries.kop(session, loop.subsidie_id), queries.regels(session, loop.subsidie_id)
        return [row["grondslag"] for row in voorstellen.boekjaar_aanbod(kop.publicatie, lines)]

    return world.as_(loop.wie.adviseur, read)


def test_every_line_has_an_article_that_only_this_section_allows():
    config = load_config("subsidies")
    for row in config["boekjaar_regel"]:
        ground = config["grondslag"][row["grondslag"]]
        assert ground["soort"] == "verplichting" and ground["afdeling"] and row["koppeling"] in config["koppeling"]
        assert "Awb 4:" in row["bron"] and str(row["valid_from"].year) in row["bron"]
        for afdeling, faults in ((True, 0), (False, 1)):
            assert len(rules.regel_gebreken("verplichting", row["grondslag"], "", op_verordening=True,
                                            afdeling=afdeling)) == faults


def test_what_the_law_asks_stands_in_the_proposal_by_itself(world):
    loop = begonnen(world, afdeling_4_2_8=True)
    found = regels(world, loop)
    assert [one for one in found if one.startswith("4-") and one in VANZELF] == VANZELF and "4-72" not in found
    case = subsidie(world, loop)
    with_it = compute(terms.rule("vaststellingsaanvraag"), case.tot - DAY).last_day
    assert {found[code].uiterlijk_on for code in ("4-75", "4-78", "4-80")} == {with_it}
    assert found["4-69"].uiterlijk_on == case.tot - DAY
    assert aanbod(world, loop) == ["4-72"]


def test_only_where_the_scheme_turns_it_on_and_never_twice(world):
    loop = begonnen(world)
    assert not set(VANZELF) & set(regels(world, loop)) and aanbod(world, loop) == []
    facts = gegevens()["inrichting"]
    own = {"code": "v8", "soort": "verplichting", "tekst": "Stuur de jaarrekening vóór 1 april.", "grondslag": "4-75",
           "verordening_artikel": "", "bewijs": "De jaarrekening", "koppeling": "criterium-verantwoording"}
    other = begonnen(world, wie=loop.wie, titel="Per boekjaar", afdeling_4_2_8=True,
                     inrichting=facts | {"sjabloon": [*facts["sjabloon"], own]})
    lines = [one.tekst for one in world.as_(other.wie.adviseur, lambda s, _a: queries.regels(s, other.subsidie_id))
             if one.grondslag == "4-75"]
    assert lines == ["Stuur de jaarrekening vóór 1 april."]


def test_who_is_exempt_of_the_accountant_is_not_asked(world):
    """Awb 4:78, lid 5: by the ordinance or by the grant."""
    loop = begonnen(world, afdeling_4_2_8=True)
    world.as_(loop.wie.adviseur, voorstellen.regel_weghalen, loop.subsidie_id, regels(world, loop)["4-78"].id)
    assert "4-78" not in regels(world, loop) and aanbod(world, loop) == ["4-78", "4-72"]
    row = next(one for one in load_config("subsidies")["boekjaar_regel"] if one["grondslag"] == "4-72")
    world.as_(loop.wie.adviseur, voorstellen.regel_bewaren, loop.subsidie_id,
              **voorstellen.boekjaar_velden(row, subsidie(world, loop).tot))
    assert aanbod(world, loop) == ["4-78"]


def test_the_recipient_waits_for_them_until_the_day_of_the_application(world):
    loop = verleend(world, open_regeling(world, afdeling_4_2_8=True))
    report = next(one for one in world.as_(loop.wie.adviseur, lambda s, _a: queries.geldende_regels(s, loop.subsidie_id))
                  if one.grondslag == "4-80")
    waits = termijn(world, loop, f"regel_{report.id.hex}")
    assert waits.due_on == report.uiterlijk_on and waits.party_id == loop.aanvrager.id
    read = world.as_(loop.aanvrager.verzender, lambda s, _a: load(s, type(report), report.id))
    assert read.bewijs == "Het activiteitenverslag"
