"""A complaint and an objection from the own page: in time or late, received, put off, decided by who may (Awb 6, 7 and 9)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.domains.plaatsingen import besluiten, klachten, ondersteuning, rules
from portal.domains.plaatsingen.model import Hoedanigheid, Inwonervraag, Vraagsoort
from portal.kernel import clock, queries
from portal.kernel.dossier import load
from portal.kernel.errors import NotFound, Refused
from tests.domains.test_plaatsing_mensen import gekoppeld, vragen_wachten, ziet, zorger
from tests.plaatsingen_world import Plaatsingsloop, geplaatst, personen
from tests.subsidies_world import mandaat
from tests.world import Person, World

DAY = timedelta(days=1)
BEZWAAR = {"soort": Vraagsoort.BEZWAAR, "tekst": "Ik ben het er niet mee eens."}
WAAROM = {"uitkomst": "ongegrond", "antwoord": "Het besluit klopt, want er is onderzocht wat u nodig heeft."}


def gepost(world: World, loop: Plaatsingsloop) -> date:
    """The letter went by post today; the day."""
    world.as_(loop.wie.consulent, besluiten.posten, loop.toegang.besluit_id, on=clock.today())
    return clock.today()


def bezwaar(world: World, *, dagen: int = 10, **anders) -> tuple[Plaatsingsloop, Person, Inwonervraag]:
    """An objection, so many days after the letter was posted; it waits in Mijn werk."""
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    gepost(world, loop)
    world.clock(timedelta(days=dagen))
    made = world.as_(wie, ondersteuning.vragen, loop.toegang.toegang_id, **BEZWAAR, **anders)
    vragen_wachten(world, loop)
    return loop, wie, made


def beslisser(world: World, loop: Plaatsingsloop) -> Person:
    """Another signer, with a mandate that holds."""
    made = world.medewerker("kampen", "toegangsmandaat", naam="Henk Beslist")
    mandaat(world, loop.wie.beheerder, made, besluit_soort="toegang")
    return made


def werk(world: World, wie: Person) -> list[tuple]:
    rows = world.see(wie, lambda s: queries.work(s, wie.actor)).rows
    return [(row.due_on, row.label) for row in rows if "bezwaar van" in row.taak]


# (posted, came in, with a committee, put off) -> (last day to object, last day to decide).
@pytest.mark.parametrize(("gepost_on", "op", "commissie", "verdaagd", "tot", "uiterlijk"), [
    # Six weeks, and six weeks after that; each end on a weekday.
    (date(2026, 3, 2), date(2026, 3, 20), False, False, date(2026, 4, 13), date(2026, 5, 26)),
    (date(2026, 3, 2), date(2026, 3, 20), True, False, date(2026, 4, 13), date(2026, 7, 6)),
    (date(2026, 9, 1), date(2026, 9, 2), False, True, date(2026, 10, 13), date(2027, 1, 5)),
    # Too late: from the day that it came in.
    (date(2026, 9, 1), date(2026, 10, 20), False, False, date(2026, 10, 13), date(2026, 12, 1)),
    # Not posted yet: as if it went that day.
    (None, date(2026, 9, 1), False, False, date(2026, 10, 13), date(2026, 11, 24)),
])
def test_the_terms_of_an_objection_run_from_the_letter(gepost_on, op, commissie, verdaagd, tot, uiterlijk):
    found = rules.antwoordtermijn("bezwaar", op, bekend_on=gepost_on, commissie=commissie, verdaagd=verdaagd)
    assert (found.bezwaar_tot, found.uiterlijk) == (tot, uiterlijk)
    assert found.te_laat(op) is (op > tot)


def test_the_terms_of_a_complaint_run_from_the_day_it_came():
    weeks = {(False, False): 6, (True, False): 10, (False, True): 10, (True, True): 14}
    for (commissie, verdaagd), number in weeks.items():
        found = rules.antwoordtermijn("klacht", date(2026, 9, 1), commissie=commissie, verdaagd=verdaagd)
        assert found.uiterlijk == date(2026, 9, 1) + timedelta(weeks=number) and not found.te_laat(date(2030, 1, 1))


def test_an_objection_names_the_letter_and_waits_until_the_day_of_the_law(world):
    loop, wie, made = bezwaar(world)
    assert made.besluit_id == loop.toegang.besluit_id
    (besluit,) = ziet(world, wie, loop.toegang.toegang_id)["besluiten"]
    posted = date.fromisoformat(besluit["gepost_on"])
    term = rules.antwoordtermijn("bezwaar", clock.today(), bekend_on=posted)
    assert posted == clock.today() - 10 * DAY and term.bezwaar_tot >= posted + timedelta(weeks=6)
    for who in (loop.wie.consulent, loop.wie.tekenaar):
        assert werk(world, who) == [(term.uiterlijk, "Beslissen op het bezwaar")]
    world.as_(loop.wie.consulent, klachten.bevestigen, loop.toegang.toegang_id, made.id, commissie=True)
    later = rules.antwoordtermijn("bezwaar", clock.today(), bekend_on=posted, commissie=True)
    assert werk(world, loop.wie.consulent)[0][0] == later.uiterlijk > term.uiterlijk
    world.as_(loop.wie.consulent, klachten.verdagen, loop.toegang.toegang_id, made.id, reden="De commissie is ziek.")
    last = rules.antwoordtermijn("bezwaar", clock.today(), bekend_on=posted, commissie=True, verdaagd=True)
    assert werk(world, loop.wie.consulent)[0][0] == last.uiterlijk > later.uiterlijk
    said = str(world.behind("SELECT onderwerp, tekst FROM portal.bericht"))
    assert "Wij ontvingen" in said and "niet mee eens" not in said and "commissie is ziek" not in said
    for step, fault in ((klachten.bevestigen, "al bevestigd"), (klachten.verdagen, "al een keer")):
        with pytest.raises(Refused, match=fault):
            world.as_(loop.wie.consulent, step, loop.toegang.toegang_id, made.id,
                      **({"reden": "Nog eens."} if step is klachten.verdagen else {}))


def test_an_objection_before_the_letter_counts_from_it_once_it_is_posted(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    world.as_(wie, ondersteuning.vragen, loop.toegang.toegang_id, **BEZWAAR)
    vragen_wachten(world, loop)
    before = werk(world, loop.wie.consulent)[0][0]
    world.clock(timedelta(days=14))
    posted = gepost(world, loop)
    after = rules.antwoordtermijn("bezwaar", posted - 14 * DAY, bekend_on=posted).uiterlijk
    assert werk(world, loop.wie.consulent)[0][0] == after > before


def test_a_late_objection_is_received_and_may_be_inadmissible(world):
    loop, wie, made = bezwaar(world, dagen=60, te_laat="Ik lag in het ziekenhuis.")
    (one,) = ziet(world, wie, loop.toegang.toegang_id)["vragen"]
    assert one["te_laat_reden"] == "Ik lag in het ziekenhuis."
    world.as_(loop.wie.consulent, klachten.bevestigen, loop.toegang.toegang_id, made.id)
    assert "U was te laat. Had u een goede reden?" in str(world.behind("SELECT tekst FROM portal.bericht"))
    done = world.as_(beslisser(world, loop), klachten.beslissen, loop.toegang.toegang_id, made.id,
                     uitkomst="niet_ontvankelijk", antwoord="Er was geen goede reden om later te zijn.")
    assert done.uitkomst == "niet_ontvankelijk"


def test_who_decided_decides_on_no_objection_and_neither_does_somebody_without_a_mandate(world):
    loop, wie, made = bezwaar(world)
    zaak = loop.toegang.toegang_id
    with pytest.raises(Refused, match="betrokken bij het besluit"):
        world.as_(loop.wie.tekenaar, klachten.beslissen, zaak, made.id, **WAAROM)
    with pytest.raises(Refused, match="mandaat"):
        world.as_(world.medewerker("kampen", "toegangsmandaat"), klachten.beslissen, zaak, made.id, **WAAROM)
    with pytest.raises(Refused):
        world.as_(loop.wie.collega, klachten.beslissen, zaak, made.id, **WAAROM)
    with pytest.raises(NotFound):
        world.as_(personen(world, "zwolle").tekenaar, klachten.beslissen, zaak, made.id, **WAAROM)
    goed = beslisser(world, loop)
    for said, fault in (({"uitkomst": "zomaar"}, "Kies hoe"), ({"antwoord": "Nee."}, "waarom"),
                        ({"uitkomst": "niet_ontvankelijk"}, "kwam op tijd")):
        with pytest.raises(Refused, match=fault):
            world.as_(goed, klachten.beslissen, zaak, made.id, **WAAROM | said)
    world.as_(goed, klachten.beslissen, zaak, made.id, **WAAROM)
    assert werk(world, goed) == []
    (one,) = ziet(world, wie, zaak)["vragen"]
    assert (one["uitkomst"], one["antwoord"]) == ("ongegrond", WAAROM["antwoord"])
    with pytest.raises(Refused, match="al beantwoord"):
        world.as_(goed, klachten.beslissen, zaak, made.id, **WAAROM)


def test_the_wall_asks_the_same_of_an_objection(world):
    """What the use cases refuse, the database refuses too."""
    loop, wie, made = bezwaar(world)
    zaak, mandate = loop.toegang.toegang_id, loop.wie.mandaat_id

    def decide(session, actor):
        session.execute(text("UPDATE portal.inwonervraag SET antwoord = 'Nee.', uitkomst = 'ongegrond', beantwoord_at = now(), "
                             "beantwoord_by = :me, mandaat_id = :m WHERE id = :v"),
                        {"me": actor.user_id, "m": mandate, "v": made.id})

    with pytest.raises(Exception, match="bezwaar_zelf_besloten"):
        world.as_(loop.wie.tekenaar, decide)
    with pytest.raises(Exception, match="niet_bevoegd"):
        world.as_(beslisser(world, loop), decide)
    with pytest.raises(Exception, match="permission denied"):
        world.as_(wie, lambda s, _a: s.execute(text("UPDATE portal.inwonervraag SET tekst = 'Anders.'")))

    carer, koppeling_id = zorger(world, loop)
    besluit_id = world.see(loop.wie.consulent, lambda s: load(s, Inwonervraag, made.id)).besluit_id

    def object_to(dossier_id):
        return lambda session, actor: session.execute(text(
            "INSERT INTO portal.inwonervraag (id, dossier_id, eigenaar_id, party_id, koppeling_id, soort, tekst, gesteld_by, "
            "besluit_id, te_laat_reden, commissie, verdaagd_reden, uitkomst, antwoord) VALUES (gen_random_uuid(), :d, :o, :p, "
            ":k, 'bezwaar', 'Ik vind van niet.', :me, :b, '', false, '', '', '')"), {
                "d": dossier_id, "o": loop.wie.consulent.party_id, "p": actor.party_id, "k": koppeling_id,
                "me": actor.user_id, "b": besluit_id})

    with pytest.raises(Exception, match="bezwaar_niet_voor_mantelzorger"):
        world.as_(carer, object_to(zaak))
    with pytest.raises(Exception, match="bezwaar_zonder_besluit"):
        world.as_(carer, object_to(loop.plaatsing_id))


def test_one_objection_to_one_decision_by_one_person(world):
    loop, wie, _made = bezwaar(world)
    with pytest.raises(Refused, match="al bezwaar"):
        world.as_(wie, ondersteuning.vragen, loop.toegang.toegang_id, **BEZWAAR)
    mentor, _ = gekoppeld(world, loop, "Mentor", hoedanigheid=Hoedanigheid.MENTOR, bewijs="Beschikking van de rechter")
    assert world.as_(mentor, ondersteuning.vragen, loop.toegang.toegang_id, **BEZWAAR).id


def test_a_complaint_is_received_put_off_and_answered(world):
    loop = geplaatst(world)
    wie, _ = gekoppeld(world, loop)
    asked = world.as_(wie, ondersteuning.vragen, loop.plaatsing_id, soort=Vraagsoort.KLACHT, tekst="Niemand belt.")
    zaak, helper = loop.plaatsing_id, loop.wie.consulent
    world.as_(helper, klachten.bevestigen, zaak, asked.id)
    with pytest.raises(Refused, match="waarom"):
        world.as_(helper, klachten.verdagen, zaak, asked.id, reden=" ")
    world.as_(helper, klachten.verdagen, zaak, asked.id, reden="De collega is op vakantie.")
    with pytest.raises(NotFound):
        world.as_(beslisser(world, loop), klachten.beslissen, zaak, asked.id, **WAAROM)
    world.clock(timedelta(weeks=11))
    said = {"uitkomst": "gegrond", "antwoord": "Wij hadden moeten bellen, en doen dat nu."}
    with pytest.raises(Refused, match="kan over uw werk gaan"):
        world.as_(helper, klachten.afhandelen, zaak, asked.id, **said)
    assert world.as_(loop.wie.collega, klachten.afhandelen, zaak, asked.id, **said).uitkomst == "gegrond"
