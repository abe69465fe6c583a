"""What one side could try with the other, found by somebody who read for it: each is refused with a sentence."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.db import Session
from portal.domains.subsidies.usecases import portaal
from portal.domains.uitdaagrecht import besluiten, initiatieven, openbaar, queries, tijd, usecases
from portal.kernel import clock
from portal.kernel.errors import Refused
from portal.kernel.sentences import refusing
from portal.tenants.scope import acting_for
from tests.uitdaagrecht_world import (
    LANG,
    begonnen,
    beslisbaar,
    besloten,
    getoetst,
    in_gesprek,
    neem_in,
    op_papier,
    taak,
    voorgesteld,
)

DAY = timedelta(days=1)


def zaak(world, loop):
    return world.as_(loop.wie.coordinator, lambda s, a: queries.eigen(s, a, loop.uitdaging_id))


def past_the_step(world, person, statement, **values):
    """The same by a way around the code."""
    def act(session, _actor):
        with refusing(session):
            session.execute(text(statement), values)
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))

    with pytest.raises(Refused):
        world.as_(person, act)


def test_a_yes_is_to_what_was_read_and_to_nothing_that_was_asked_later(world):
    loop = beslisbaar(world)
    wie = loop.wie
    world.as_(wie.coordinator, usecases.aanpassing_vragen, loop.uitdaging_id, tekst="Begin met twee dagen in plaats van vier.")
    read = initiatieven.gevraagd_over(zaak(world, loop), "aanpassing")
    world.as_(wie.coordinator, usecases.aanpassing_vragen, loop.uitdaging_id, tekst="Doe het zonder geld van de gemeente.")
    with pytest.raises(Refused, match="een andere vraag"):
        world.as_(wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="aanpassing", ja=True, vraag=read)
    now = initiatieven.gevraagd_over(zaak(world, loop), "aanpassing")
    world.as_(wie.inwoner, initiatieven.instemmen, loop.initiatief_id, over="aanpassing", ja=True, vraag=now)
    neem_in(world)
    assert zaak(world, loop).aanpassing_ja is True


def test_what_the_gemeente_shows_is_what_it_read(world):
    loop = in_gesprek(world)
    wie = loop.wie
    read = world.as_(wie.coordinator, lambda s, _a: str(queries.pagina(s, loop.uitdaging_id).inzending_id))
    world.as_(wie.inwoner, initiatieven.pagina, loop.initiatief_id, titel="Iets anders", velden=[],
              samenvatting="Een tekst die niemand van de gemeente nog las.")
    neem_in(world)
    with pytest.raises(Refused, match="nieuwe tekst"):
        world.as_(wie.coordinator, openbaar.publiceren, loop.uitdaging_id, gelezen=read)
    (row,) = world.behind("SELECT titel FROM portal.initiatiefpagina")
    assert row.titel == "Samen koken in het dorpshuis"


def test_against_one_answer_one_objection(world):
    loop = besloten(world, voorgesteld(world, uitkomst="afwijzen", gronden=("duurder",)))
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="U rekende de huur dubbel.")
    for _n in range(2):
        with pytest.raises(Refused, match="zei al"):
            world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="En nog iets.")
        neem_in(world)
    assert len(world.behind("SELECT 1 FROM portal.tegenspraak")) == 1
    due = world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'werk_tegenspraak'")[0].due_on
    assert due >= clock.today() + 80 * DAY, "zes weken na de laatste dag om bezwaar te maken (Awb 7:10)"


def test_who_handled_a_plan_does_not_answer_a_complaint_about_that(world):
    loop = besloten(world, voorgesteld(world, uitkomst="afwijzen", gronden=("duurder",)))
    world.behind("UPDATE portal.uitdaging SET regels = jsonb_set(regels, '{rechtskarakter}', '\"geen_besluit\"')")
    world.as_(loop.wie.inwoner, initiatieven.tegenspreken, loop.initiatief_id, tekst="Niemand belde ons terug.")
    neem_in(world)
    (row,) = world.behind("SELECT id, soort FROM portal.tegenspraak")
    assert row.soort == "klacht"
    world.behind("UPDATE portal.dossier SET behandelaar_id = :a WHERE id = :i", a=loop.wie.tweede_tekenaar.user_id,
                 i=loop.uitdaging_id)
    with pytest.raises(Refused, match="9:7"):
        world.as_(loop.wie.tweede_tekenaar, besluiten.tegenspraak_beslissen, row.id, uitkomst="ongegrond", antwoord=LANG)


def test_no_yes_along_a_way_that_does_not_exist(world):
    loop = beslisbaar(world, route="niet_mogelijk")
    for yes in ("toewijzen", "proef"):
        with pytest.raises(Refused, match="geen enkele weg"):
            world.as_(loop.wie.coordinator, besluiten.voorstellen, loop.uitdaging_id, uitkomst=yes, motivering=LANG)


def test_after_the_time_to_add_something_the_gemeente_may_go_on_with_what_it_knows(world):
    loop = getoetst(world)
    coordinator = loop.wie.coordinator
    world.as_(coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["draagvlak"], uitleg="Wie wil dit?")
    with pytest.raises(Refused, match="nog aanvullen"):
        world.as_(coordinator, usecases.ontvankelijk, loop.uitdaging_id)
    world.clock(clock.now() + 40 * DAY)

    with acting_for(loop.gemeente_id), Session(bind=world.app.engine) as session, session.begin():
        assert tijd.aanvulling_verlopen(session, portaal(loop.gemeente_id), clock.today()) == 1
    world.as_(coordinator, usecases.ontvankelijk, loop.uitdaging_id)
    assert zaak(world, loop).state == "dialoog"
    assert world.behind("SELECT 1 FROM portal.termijn WHERE kind = 'werk_besluit' AND met_on IS NULL") == []


def test_a_question_that_becomes_a_plan_was_received_when_the_plan_was_sent_about_its_own_task(world):
    first = taak(world)
    other = taak(world, first.wie, naam="Groen in de wijk")
    loop = begonnen(world, first)
    world.as_(loop.wie.inwoner, initiatieven.vragen, loop.initiatief_id, vraag="Wat kost dit nu?")
    neem_in(world)
    world.clock(clock.now() + 5 * DAY)
    world.as_(loop.wie.inwoner, initiatieven.bewaren, loop.initiatief_id, gegevens={}, taak_id=other.taak_id)
    world.as_(loop.wie.inwoner, initiatieven.indienen, loop.initiatief_id)
    neem_in(world)
    (row,) = world.behind("SELECT id, ontvangen_on, eerste_on, taak_id FROM portal.uitdaging")
    assert (row.ontvangen_on, row.eerste_on, row.taak_id) == (clock.today(), clock.today(), other.taak_id)
    past_the_step(world, loop.wie.coordinator, "UPDATE portal.uitdaging SET ontvangen_on = ontvangen_on + 1 WHERE id = :i",
                  i=row.id)


def test_what_was_added_goes_along_to_another_gemeente(world):
    loop = getoetst(world)
    wie, kampen = loop.wie, world.gemeente("kampen")
    world.as_(wie.coordinator, usecases.aanvulling_vragen, loop.uitdaging_id, velden=["draagvlak"], uitleg="Wie wil dit?")
    world.as_(wie.inwoner, initiatieven.bewaren, loop.initiatief_id, gegevens={"draagvlak": "Zestig mensen."},
              taak_id=loop.taak_id)
    world.as_(wie.inwoner, initiatieven.aanvullen, loop.initiatief_id)
    neem_in(world)
    world.as_(wie.coordinator, usecases.doorgeleiden, loop.uitdaging_id, soort="andere_gemeente", gemeente_id=kampen)
    neem_in(world, kampen)
    (row,) = world.behind("SELECT u.plan FROM portal.uitdaging u JOIN portal.dossier d ON d.id = u.id WHERE d.eigenaar_id = :k",
                          k=kampen)
    assert row.plan["gegevens"]["draagvlak"] == "Zestig mensen."


def test_a_case_goes_step_by_step_and_a_page_does_not_vanish_without_a_reason(world):
    loop = in_gesprek(world)
    coordinator = loop.wie.coordinator
    past_the_step(world, coordinator, "UPDATE portal.dossier SET state = 'beslissen' WHERE id = :i", i=loop.uitdaging_id)
    past_the_step(world, coordinator, "UPDATE portal.initiatiefpagina SET gepubliceerd_at = NULL WHERE dossier_id = :i",
                  i=loop.uitdaging_id)
    paper = op_papier(world, loop.wie)
    past_the_step(world, coordinator, "UPDATE portal.dossier SET state = 'ingetrokken' WHERE id = :i", i=paper.uitdaging_id)
    world.as_(coordinator, usecases.papier_intrekken, paper.uitdaging_id)
    assert zaak(world, paper).state == "ingetrokken"


def test_who_hid_a_page_does_not_hide_it_again_before_the_objection_got_an_answer(world):
    loop = in_gesprek(world)
    wie = loop.wie
    world.as_(wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Er staat een naam in.")
    world.as_(wie.inwoner, initiatieven.tegen_verbergen, loop.initiatief_id, tekst="Dat is mijn eigen naam.")
    neem_in(world)
    past_the_step(world, wie.coordinator, "UPDATE portal.initiatiefpagina SET beroep = '' WHERE dossier_id = :i",
                  i=loop.uitdaging_id)
    world.as_(wie.coordinator, openbaar.terugzetten, loop.uitdaging_id, antwoord="")
    with pytest.raises(Refused, match="nog geen antwoord"):
        world.as_(wie.coordinator, openbaar.verbergen, loop.uitdaging_id, reden="Toch weg.")


def test_who_joins_a_plan_does_not_support_it_any_more(world):
    loop = in_gesprek(world)
    (page,) = world.behind("SELECT reference FROM portal.initiatiefpagina")
    world.as_(loop.wie.buur, openbaar.steunen, page.reference)
    _mede, code = world.as_(loop.wie.inwoner, initiatieven.uitnodigen, loop.initiatief_id, naam="Bert")
    world.as_(loop.wie.buur, initiatieven.meedoen, code)
    assert world.behind("SELECT 1 FROM portal.steunbetuiging") == []
