"""A plan that came by letter: what its people add, how they hear the answer, and how they disagree with it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domains.uitdaagrecht import besluiten, initiatieven, papier, posten, queries, uitvoering, usecases
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.kernel.sentences import refusing
from tests.uitdaagrecht_world import (
    IDEE,
    LANG,
    PLAN,
    besloten,
    getoetst,
    in_gesprek,
    neem_in,
    op_papier,
    papier_besloten,
    voorgesteld,
)

DAY = timedelta(days=1)


def term(world, loop, kind):
    return world.as_(loop.wie.coordinator, lambda s, _a: queries.termijn(s, loop.uitdaging_id, kind))


def zaak(world, loop):
    return world.as_(loop.wie.coordinator, lambda s, a: queries.eigen(s, a, loop.uitdaging_id))


def gepost(world, loop, on, **anders):
    return world.as_(loop.wie.coordinator, posten.posten, loop.besluit_id, on=on, **anders)


# The post -------------------------------------------------------------------------------------------------------------------

def test_the_term_to_object_begins_the_day_after_the_post_and_not_at_signing(world):
    loop = papier_besloten(world, "afwijzen", ("duurder",))
    signed = clock.today()
    assert term(world, loop, "bezwaartermijn") is None, "tekenen is nog geen bekendmaking (Awb 3:41)"
    assert term(world, loop, "werk_posten") is not None
    world.clock(clock.now() + 3 * DAY)
    due = gepost(world, loop, signed + 2 * DAY)
    assert due.started_on in (signed + 2 * DAY, signed + 3 * DAY) and due.due_on >= signed + 44 * DAY
    assert term(world, loop, "werk_posten") is None
    with pytest.raises(Refused):
        gepost(world, loop, signed + DAY)
    again = gepost(world, loop, signed + DAY, reden="Het stempel zegt een dag eerder.")
    assert again.started_on == due.started_on - DAY


def test_a_day_before_signing_or_to_come_is_refused_and_a_letter_in_the_portal_has_none(world):
    loop = papier_besloten(world)
    for on in (clock.today() - DAY, clock.today() + DAY):
        with pytest.raises(Refused):
            gepost(world, loop, on)
    with_login = besloten(world)
    with pytest.raises(Refused, match="kregen de brief in het portaal"):
        gepost(world, with_login, clock.today())

    def past_the_step(session, actor):
        found = queries.eigen(session, actor, with_login.uitdaging_id)
        with refusing(session):
            found.record("uitdaging:posten", actor=actor, besluit=with_login.besluit_id, gepost_on=clock.today(), was_on=None)
            session.flush()

    with pytest.raises(Refused):
        world.as_(with_login.wie.coordinator, past_the_step)


# Objecting ------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("after", "late"), [(42, False), (60, True)])
def test_an_objection_on_paper_counts_from_the_post_and_is_late_only_after_six_weeks(world, after, late):
    loop = papier_besloten(world, "afwijzen", ("duurder",))
    gepost(world, loop, clock.today())
    world.clock(clock.now() + after * DAY)
    said = world.as_(loop.wie.coordinator, besluiten.tegenspraak_papier, loop.uitdaging_id, tekst="De huur telt dubbel.",
                     on=clock.today())
    assert (said.soort, said.te_laat, said.ontvangen_on) == ("bezwaar", late, clock.today())
    with pytest.raises(Refused, match="al bezwaar gemaakt"):
        gepost(world, loop, clock.today() - DAY, reden="Toch een andere dag.")


def test_what_cannot_be_an_objection_on_paper_says_why_and_keeps_nothing(world):
    loop = op_papier(world)
    coordinator = loop.wie.coordinator
    with pytest.raises(Refused, match="nog geen antwoord"):
        world.as_(coordinator, besluiten.tegenspraak_papier, loop.uitdaging_id, tekst="Nee.", on=clock.today())
    answered = papier_besloten(world, "afwijzen", ("duurder",))
    for facts in ({"tekst": " ", "on": clock.today()}, {"tekst": "Nee.", "on": clock.today() + DAY},
                  {"tekst": "Nee.", "on": clock.today(), "gepost_on": clock.today() + DAY}):
        with pytest.raises(Refused):
            world.as_(coordinator, besluiten.tegenspraak_papier, answered.uitdaging_id, **facts)
    with pytest.raises(Refused, match="zelf in het portaal"):
        world.as_(coordinator, besluiten.tegenspraak_papier, besloten(world).uitdaging_id, tekst="Nee.", on=clock.today())
    assert world.behind("SELECT 1 FROM portal.tegenspraak") == []


# An objection that is right against a yes -------------------------------------------------------------------------------

def test_an_objection_against_a_yes_that_is_right_opens_the_answer_and_an_unsigned_agreement_lapses(world):
    loop = besloten(world)
    wie, today = loop.wie, clock.today()
    made = world.as_(wie.coordinator, uitvoering.afspreken, loop.uitdaging_id, taak="Koken", resultaat="Vier dagen open",
                     budget=1000, van=today, tot=today + 300 * DAY, evaluatie_on=today + DAY, terug="In drie maanden.")
    with pytest.raises(Refused, match="gegrond"):
        world.as_(wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    world.as_(wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Een proef is te kort.")
    neem_in(world)
    (row,) = world.behind("SELECT id FROM portal.tegenspraak")
    world.as_(wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="gegrond", antwoord=LANG)
    world.as_(wie.coordinator, besluiten.herzien, loop.uitdaging_id)
    found = zaak(world, loop)
    assert (found.state, found.uitkomst, found.route) == ("beslissen", None, None)
    assert world.behind("SELECT 1 FROM portal.afspraak WHERE id = :i AND vervallen_at IS NULL", i=made.id) == []


def test_the_database_opens_no_answer_without_an_objection_that_holds(world):
    loop = besloten(world)

    def past_the_step(session, actor):
        with refusing(session):
            session.execute(text("UPDATE portal.dossier SET state = 'beslissen' WHERE id = :i"), {"i": loop.uitdaging_id})
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(Refused):
        world.as_(loop.wie.coordinator, past_the_step)
    assert zaak(world, loop).state == "toegewezen"


# Additions and taking back ----------------------------------------------------------------------------------------------------

def test_what_came_later_on_paper_is_added_and_what_came_first_stays(world):
    loop = op_papier(world)
    coordinator = loop.wie.coordinator
    first = zaak(world, loop)
    world.clock(clock.now() + 2 * DAY)
    for on, given in ((clock.today(), {"kosten": "Huur en eten."}), (clock.today(), {"kosten": "Huur, eten en een kok."})):
        world.as_(coordinator, papier.papier_aanvullen, loop.uitdaging_id, on=on, gegevens=given)
    now = zaak(world, loop)
    assert now.plan["gegevens"]["kosten"] == "Huur, eten en een kok." and now.plan["gegevens"]["wat"] == IDEE["wat"]
    assert (now.eerste_on, now.ontvangen_on) == (first.eerste_on, first.ontvangen_on)
    kept = world.behind("SELECT soort, inhoud FROM portal.inzending WHERE dossier_id = :i ORDER BY verzonden_at, id",
                        i=loop.uitdaging_id)
    assert [one.soort for one in kept] == ["uitdaging", "aanvulling", "aanvulling"]
    assert "kosten" not in kept[0].inhoud["gegevens"] and kept[1].inhoud["gegevens"]["kosten"] == "Huur en eten."
    for facts in ({"on": clock.today() + DAY, "gegevens": PLAN}, {"on": clock.today(), "gegevens": {"wat": " "}},
                  {"on": clock.today(), "gegevens": {"kosten": "Huur, eten en een kok."}}):
        with pytest.raises(Refused):
            world.as_(coordinator, papier.papier_aanvullen, loop.uitdaging_id, **facts)
    with pytest.raises(Refused, match="sturen hun plan zelf"):
        world.as_(coordinator, papier.papier_aanvullen, getoetst(world).uitdaging_id, on=clock.today(), gegevens=PLAN)


def test_the_database_takes_no_plan_on_paper_that_nobody_gave(world):
    loop = op_papier(world)

    def invent(session, actor):
        found = queries.eigen(session, actor, loop.uitdaging_id)
        with refusing(session):
            found.plan = {"gegevens": PLAN | {"wat": "Iets anders."}}
            session.flush()

    with pytest.raises(Refused):
        world.as_(loop.wie.coordinator, invent)


def test_a_proposal_lapses_with_the_plan_that_is_taken_back(world):
    loop = voorgesteld(world)
    signer = loop.wie.tekenaar

    def waiting():
        return [one.id for one in world.see(signer, lambda s: queries.lijst(s, signer.actor, welke="tekenen")).rows]

    assert waiting() == [loop.uitdaging_id]
    world.as_(loop.wie.inwoner, initiatieven.intrekken, loop.initiatief_id, reden="Wij zijn te moe.")
    neem_in(world)
    assert zaak(world, loop).state == "ingetrokken" and waiting() == []
    assert world.behind("SELECT 1 FROM portal.besluit WHERE id = :b AND state IN ('opgesteld', 'gelezen')",
                        b=loop.besluit_id) == []
    assert term(world, loop, "werk_tekenen") is None


def test_residents_do_not_read_that_an_answer_was_proposed(world):
    loop = voorgesteld(world)
    asked = text("SELECT kind FROM portal.case_event WHERE dossier_id = :i")
    kinds = [set(world.see(one, lambda s: s.scalars(asked, {"i": loop.uitdaging_id}).all()))
             for one in (loop.wie.inwoner, loop.wie.coordinator)]
    assert "uitdaging:voorstellen" not in kinds[0] and "uitdaging:voorstellen" in kinds[1]
    assert "uitdaging:gesprek" in kinds[0]


def test_the_talks_change_nothing_of_what_a_plan_with_a_login_says(world):
    loop = in_gesprek(world)
    with pytest.raises(Refused, match="sturen hun plan zelf"):
        world.as_(loop.wie.coordinator, usecases.papieren_plan, loop.uitdaging_id, gegevens=PLAN)
