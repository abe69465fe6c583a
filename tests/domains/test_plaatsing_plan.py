"""Support plan and outcome: the gemeente says what, the provider how, both how far; what came of it closes the dossier."""

import uuid
from datetime import date, timedelta
from functools import partial

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from config import load as load_config
from portal.domains.inkoop.model import Eis
from portal.domains.plaatsingen import aanbieden, bewaren, overdragen, plaatsen, plan, plan_queries, rules, uitkomst
from portal.domains.plaatsingen.model import (
    Clientresultaat,
    Moment,
    Plaatsing,
    PlaatsingState,
    Uitkomst,
    Uitwerking,
    Voortgang,
    Voortgangscore,
)
from portal.domains.plaatsingen.workflow import PLAATSING
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.aantekening import Aantekening
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from portal.tenants.scope import acting_for
from tests.plaatsingen_world import (
    Plaatsingsloop,
    aangeboden,
    geplaatst,
    gereserveerd,
    huis,
    overdracht_aangeboden,
    overdracht_aanvaard,
    personen,
    verblijvend,
)
from tests.world import World

WAT = "Sanne staat op werkdagen om acht uur op."
HOE = "Wij kloppen elke ochtend aan en eten samen."


def met_resultaat(world: World, loop: Plaatsingsloop | None = None, *, domein: str = "dagstructuur", wat: str = WAT
                  ) -> tuple[Plaatsingsloop, uuid.UUID]:
    """Somebody lives there and has one result."""
    loop = loop or verblijvend(world)
    return loop, world.as_(loop.wie.consulent, plan.resultaat, loop.verblijf_id, domein=domein, wat=wat).id


def gemeld(world: World, loop: Plaatsingsloop, wie, goals, **anders) -> Voortgang:
    """How far somebody is, by one side."""
    return world.as_(wie, plan.voortgang, loop.verblijf_id, **{
        "soort": Moment.VOORTGANG, "op_on": clock.today(), "besproken": "Sanne en haar begeleider",
        "scores": dict.fromkeys(goals, ("vooruit", "Drie dagen per week lukt het.")), **anders})


def beeindigd(world: World, loop: Plaatsingsloop | None = None) -> Plaatsingsloop:
    """The stay ended today."""
    loop = loop or verblijvend(world)
    world.as_(loop.wie.consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="uitstroom_zelfstandig")
    return loop


def opbrengst(**anders) -> dict:
    """A complete outcome."""
    return {"doelrealisatie": {"zonder_hulp": "ja", "problemen": "ja", "doel": "nee"}, "uitval": False, "tevredenheid": 8,
            **anders}


def open_work(world: World, person, dossier_id) -> set[str]:
    """What waits in a dossier, as one party sees it."""
    return set(world.see(person, lambda s: s.scalars(select(Termijn.kind).where(
        Termijn.dossier_id == dossier_id, Termijn.met_on.is_(None), Termijn.party_id == person.party_id)).all()))


# What and how --------------------------------------------------------------------------------------------------------------

def test_C7_AC1_two_tables(world):
    loop, goal = met_resultaat(world)
    # A result of a person stands under a stay, what a purchase asks under the purchase; no key leads from one to the other.
    ours = {"clientresultaat", "uitwerking", "voortgang", "voortgangscore", "uitkomst"}
    for table in (Clientresultaat.__table__, Uitwerking.__table__, Voortgang.__table__, Voortgangscore.__table__,
                  Uitkomst.__table__):
        assert {key.column.table.name for key in table.foreign_keys} <= ours | {"dossier", "partij", "account"}
    assert not {key.column.table.name for key in Eis.__table__.foreign_keys} & ours
    inkoop = world.behind("SELECT id, eigenaar_id FROM portal.dossier WHERE soort = 'inkoop' LIMIT 1")[0]
    with acting_for(inkoop.eigenaar_id, loop.wie.consulent.user_id), world.app.new_session() as session, pytest.raises(
            DBAPIError, match="row-level security"):
        session.execute(text("INSERT INTO portal.clientresultaat (id, dossier_id, eigenaar_id, party_id, domein, wat, "
                             "sinds_on, door) VALUES (gen_random_uuid(), :d, :p, :p, 'geld', 'x', current_date, :u)"),
                        {"d": inkoop.id, "p": inkoop.eigenaar_id, "u": loop.wie.consulent.user_id})
    assert world.see(loop.wie.consulent, lambda s: load(s, Clientresultaat, goal)).dossier_id == loop.verblijf_id


def test_C7_AC2_a_client_result_has_a_domain(world):
    assert set(load_config("plaatsingen")["domein"]) == {
        "dagstructuur", "sociale_relaties", "geld", "stabiliteit", "veiligheid", "overig"}
    loop, goal = met_resultaat(world)
    assert world.see(loop.wie.consulent, lambda s: load(s, Clientresultaat, goal)).domein == "dagstructuur"
    for domein, wat, said in (("vakantie", WAT, "Kies waar het resultaat over gaat"), ("geld", " ", "Schrijf wat de inwoner")):
        with pytest.raises(Refused, match=said):
            world.as_(loop.wie.consulent, plan.resultaat, loop.verblijf_id, domein=domein, wat=wat)


def test_C7_AC3_the_provider_edits_the_how_only(world):
    loop, goal = met_resultaat(world)
    begeleider = loop.huis.begeleider
    world.as_(begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    again = world.as_(begeleider, plan.uitwerken, goal, hoe="Wij bellen elke ochtend.", met_wie="Sanne en haar zus")
    found = world.see(loop.wie.consulent, lambda s: plan_queries.uitwerkingen(s, loop.verblijf_id))
    assert found[goal].hoe == again.hoe and again.versie == 2
    # The first version stays.
    assert world.behind("SELECT count(*) FROM portal.uitwerking")[0][0] == 2
    with pytest.raises(Refused, match="De gemeente bepaalt dit") as refused:
        world.as_(begeleider, plan.resultaat, loop.verblijf_id, domein="geld", wat="Iets anders")
    assert refused.value.status == 403
    with pytest.raises(Refused, match="De gemeente bepaalt dit"):
        world.as_(begeleider, plan.resultaat_vervalt, goal, reden="Lukt niet.")
    # And the gemeente does not write the how.
    with pytest.raises(NotFound):
        world.as_(loop.wie.consulent, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")


def climb(world: World, person, statement: str, **values) -> int | str:
    """What the database lets this person do in SQL: how many rows, or its refusal."""
    with acting_for(person.party_id, person.user_id), world.app.new_session() as session:
        try:
            return session.execute(text(statement), {"p": person.party_id, "u": person.user_id, **values}).rowcount
        except DBAPIError as error:
            return error.orig.sqlstate
        finally:
            session.rollback()


INSERT_WHAT = ("INSERT INTO portal.clientresultaat (id, dossier_id, eigenaar_id, party_id, domein, wat, sinds_on, door) "
               "VALUES (gen_random_uuid(), :d, :e, :p, 'geld', 'Iets anders', current_date, :u)")
INSERT_HOW = ("INSERT INTO portal.uitwerking (id, dossier_id, eigenaar_id, party_id, resultaat_id, versie, hoe, met_wie, "
              "op_on, door) VALUES (gen_random_uuid(), :d, :e, :p, :r, 7, 'x', 'x', current_date, :u)")
INSERT_FAR = ("INSERT INTO portal.voortgang (id, dossier_id, eigenaar_id, party_id, soort, op_on, besproken, door, "
              "bevestigd_on, bevestigd_by) VALUES (gen_random_uuid(), :d, :e, :p, 'voortgang', current_date, 'x', :u, {on}, "
              "{by})")


def test_C7_AC3_the_wall_keeps_the_what_and_the_how_apart(world):
    loop, goal = met_resultaat(world)
    begeleider, consulent = loop.huis.begeleider, loop.wie.consulent
    world.as_(begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    moment = gemeld(world, loop, begeleider, [goal])
    at = {"d": loop.verblijf_id, "e": consulent.party_id}
    assert climb(world, begeleider, INSERT_WHAT, **at) == "42501"
    assert climb(world, begeleider, "UPDATE portal.clientresultaat SET vervallen_on = current_date") == 0
    assert climb(world, begeleider, "UPDATE portal.clientresultaat SET wat = 'x'") == "42501"
    assert climb(world, consulent, "UPDATE portal.clientresultaat SET wat = 'x'") == "42501"
    assert climb(world, consulent, INSERT_HOW, **at, r=goal) == "42501"
    assert climb(world, begeleider, INSERT_HOW, **at, r=goal) == 1
    for one in (begeleider, consulent):
        assert climb(world, one, "UPDATE portal.uitwerking SET hoe = 'x'") == "42501"
        assert climb(world, one, "DELETE FROM portal.voortgang") == "42501"
    # A provider does not confirm itself, not at once and not later; nor adds to what was confirmed.
    assert climb(world, begeleider, INSERT_FAR.format(on="current_date", by=":u"), **at) == "42501"
    assert climb(world, begeleider, INSERT_FAR.format(on="NULL", by="NULL"), **at) == 1
    assert climb(world, consulent, INSERT_FAR.format(on="NULL", by="NULL"), **at) == "42501"
    confirm = "UPDATE portal.voortgang SET bevestigd_on = current_date, bevestigd_by = :u WHERE id = :v"
    assert climb(world, begeleider, confirm, v=moment.id) == 0
    world.as_(consulent, plan.bevestigen, moment.id)
    score = ("INSERT INTO portal.voortgangscore (id, dossier_id, eigenaar_id, party_id, voortgang_id, resultaat_id, score, "
             "woorden) VALUES (gen_random_uuid(), :d, :e, :p, :v, :r, 'bereikt', 'x')")
    assert climb(world, begeleider, score, **at, v=moment.id, r=goal) == "42501"


def test_nobody_else_reads_a_plan(world):
    loop, goal = met_resultaat(world)
    world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    moment = gemeld(world, loop, loop.huis.begeleider, [goal])
    other = huis(world, naam="Elders (fictief)", contract=False).begeleider
    tables = (Clientresultaat, Uitwerking, Voortgang, Voortgangscore)
    for person in (personen(world, "zwolle").consulent, personen(world, "deventer").consulent, other, world.inwoner()):
        for table in tables:
            assert world.see(person, lambda s, table=table: s.scalars(select(table)).all()) == []
        with pytest.raises(NotFound):
            world.as_(person, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
        with pytest.raises(NotFound):
            world.as_(person, plan.bevestigen, moment.id)
    assert world.see(loop.huis.begeleider, lambda s: [len(s.scalars(select(one)).all()) for one in tables]) == [1, 1, 1, 1]


def test_a_provider_reads_no_plan_before_both_said_yes_and_none_after_its_ground_ended(world):
    loop = gereserveerd(world)
    goal = met_resultaat(world, loop)[1]
    assert world.see(loop.huis.begeleider, lambda s: s.scalars(select(Clientresultaat.id)).all()) == [goal]
    world.behind("UPDATE portal.grond SET ingetrokken_at = portal.now() WHERE dossier_id = :d", d=loop.verblijf_id)
    assert world.see(loop.huis.begeleider, lambda s: s.scalars(select(Clientresultaat.id)).all()) == []


def test_what_is_written_wrong_is_refused_with_every_reason(world):
    loop, goal = met_resultaat(world)
    begeleider = loop.huis.begeleider
    with pytest.raises(Refused) as refused:
        world.as_(begeleider, plan.uitwerken, goal, hoe=" ", met_wie="")
    assert refused.value.reasons == ("Schrijf hoe u aan dit resultaat werkt.", "Schrijf met wie u dit besprak.")
    day = timedelta(days=1)
    for anders, said in (({"op_on": clock.today() + day}, "in de toekomst"), ({"op_on": clock.today() - day}, "begon op"),
                         ({"besproken": " "}, "met wie"), ({"scores": {}}, "Kies hoe het gaat"),
                         ({"scores": {goal: ("prima", "Goed")}}, "Kies hoe het gaat"),
                         ({"scores": {goal: ("gelijk", " ")}}, "Kies hoe het gaat"),
                         ({"scores": {goal: ("gelijk", "x"), uuid.uuid4(): ("gelijk", "x")}}, "niet in het plan")):
        with pytest.raises(Refused, match=said):
            gemeld(world, loop, begeleider, [goal], **anders)
    assert world.behind("SELECT count(*) FROM portal.voortgang")[0][0] == 0


def test_a_result_that_lapsed_stays_readable_and_asks_nothing_more(world):
    loop, goal = met_resultaat(world)
    with pytest.raises(Refused, match="waarom"):
        world.as_(loop.wie.consulent, plan.resultaat_vervalt, goal, reden=" ")
    world.as_(loop.wie.consulent, plan.resultaat_vervalt, goal, reden="Sanne wil eerst rust.")
    with pytest.raises(Refused, match="al niet meer mee"):
        world.as_(loop.wie.consulent, plan.resultaat_vervalt, goal, reden="Nog eens.")
    with pytest.raises(Refused, match="telt niet meer mee"):
        world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    assert "werk_uitwerken" not in open_work(world, loop.huis.begeleider, loop.verblijf_id)
    assert len(world.see(loop.huis.begeleider, lambda s: plan_queries.resultaten(s, loop.verblijf_id))) == 1
    # The reason is the gemeente's alone.
    assert world.see(loop.huis.begeleider, lambda s: s.scalars(select(Aantekening)).all()) == []


def test_a_plan_has_no_more_results_than_people_read(world):
    loop, _goal = met_resultaat(world)
    most = load_config("plaatsingen")["plan"]["meeste"]
    for turn in range(most - 1):
        met_resultaat(world, loop, wat=f"Resultaat {turn}")
    with pytest.raises(Refused, match=f"hoogstens {most}"):
        met_resultaat(world, loop)


def elders(world: World) -> Plaatsingsloop:
    """Somebody with a plan at one reserved place, who gets another place."""
    loop = gereserveerd(world)
    met_resultaat(world, loop)
    lapsed = met_resultaat(world, loop, domein="geld", wat="Sanne betaalt zelf de huur.")[1]
    world.as_(loop.wie.consulent, plan.resultaat_vervalt, lapsed, reden="Dat lukt al.")
    world.as_(loop.wie.consulent, aanbieden.intrekken, loop.verblijf_id, reden="De woning brandde af.")
    return gereserveerd(world, aangeboden(world, loop, loop.huis))


def test_a_plan_goes_along_to_another_place_without_telling_it_again(world):
    loop = elders(world)
    taken = world.as_(loop.wie.consulent, plan.overnemen, loop.verblijf_id)
    assert [(one.domein, one.wat) for one in taken] == [("dagstructuur", WAT)]
    assert "werk_uitwerken" in open_work(world, loop.huis.begeleider, loop.verblijf_id)
    with pytest.raises(Refused, match="Er staan al resultaten"):
        world.as_(loop.wie.consulent, plan.overnemen, loop.verblijf_id)
    with pytest.raises(Refused, match="De gemeente bepaalt dit"):
        world.as_(loop.huis.begeleider, plan.overnemen, loop.verblijf_id)


def test_without_an_earlier_plan_there_is_nothing_to_take_along(world):
    loop = verblijvend(world)
    with pytest.raises(Refused, match="geen eerder plan"):
        world.as_(loop.wie.consulent, plan.overnemen, loop.verblijf_id)


def test_a_stay_that_goes_to_another_gemeente_gets_a_plan_there_and_asks_nothing_here(world):
    loop, goal = met_resultaat(world)
    handed = overdracht_aangeboden(world, loop, met_verblijf=True)
    overdracht_aanvaard(world, handed)
    world.clock(timedelta(days=14))
    world.as_(loop.wie.consulent, overdragen.overgaan, loop.plaatsing_id)
    world.as_(handed.ontvanger.consulent, overdragen.overnemen, handed.overdracht_id,
              adres="Dorpsweg 1, 8260 AA Kampen")
    # Only until when it was paid is asked here, of finance.
    assert open_work(world, loop.wie.consulent, loop.verblijf_id) == {"werk_doorbetaald"}
    stay = world.behind("SELECT id FROM portal.verblijf WHERE id <> :v", v=loop.verblijf_id)[0][0]
    assert "werk_resultaten" in open_work(world, handed.ontvanger.consulent, stay)
    # The results of the one gemeente are not the other's.
    assert world.see(handed.ontvanger.consulent, lambda s: s.scalars(select(Clientresultaat)).all()) == []
    assert world.see(loop.wie.consulent, lambda s: load(s, Clientresultaat, goal)).wat == WAT


def test_a_pgb_that_ended_asks_what_it_brought_too(world):
    loop = geplaatst(world, vorm="pgb")
    world.clock(timedelta(days=30))
    world.as_(loop.wie.consulent, plaatsen.beeindigen, loop.plaatsing_id, on=clock.today(), einde="eigen_keuze")
    assert open_work(world, loop.wie.consulent, loop.plaatsing_id) == {"werk_uitkomst"}
    world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(uitval=True, uitval_reden="inwoner"))
    assert open_work(world, loop.wie.consulent, loop.plaatsing_id) == {"werk_opvolgen"}


def test_what_is_destroyed_of_somebody_goes_out_of_the_plan_and_the_outcome_too(world):
    loop, goal = met_resultaat(world)
    lapsed = met_resultaat(world, loop, domein="geld", wat="Sanne betaalt zelf de huur.")[1]
    world.as_(loop.wie.consulent, plan.resultaat_vervalt, lapsed, reden="Dat lukt Sanne al.")
    world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    gemeld(world, loop, loop.huis.begeleider, [goal])
    beeindigd(world, loop)
    world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(
        tevredenheid=None, tevredenheid_niet="Sanne wilde niet."))
    ask = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.plaatsing_id, op_on=clock.today())
    world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, ask.id)
    left = world.behind("SELECT wat FROM portal.clientresultaat UNION SELECT hoe FROM portal.uitwerking UNION SELECT met_wie "
                        "FROM portal.uitwerking UNION SELECT besproken FROM portal.voortgang UNION SELECT woorden FROM "
                        "portal.voortgangscore UNION SELECT tevredenheid_niet FROM portal.uitkomst UNION SELECT tekst FROM "
                        "portal.aantekening")
    # What counts in the figures stays, without words.
    assert [row[0] for row in left] == ["Vernietigd"]


# How far -------------------------------------------------------------------------------------------------------------------

def test_the_work_of_a_plan_goes_round(world):
    loop = verblijvend(world)
    consulent, begeleider, stay = loop.wie.consulent, loop.huis.begeleider, loop.verblijf_id
    assert "werk_resultaten" in open_work(world, consulent, stay)
    goal = met_resultaat(world, loop)[1]
    assert open_work(world, consulent, stay) == {"werk_bevestigen", "werk_evaluatie"}
    assert open_work(world, begeleider, stay) == {"werk_uitwerken", "werk_voortgang"}
    world.as_(begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    world.clock(timedelta(weeks=13))
    moment = gemeld(world, loop, begeleider, [goal])
    assert open_work(world, begeleider, stay) == set()
    assert "werk_bevestigen" in open_work(world, consulent, stay)
    world.as_(consulent, plan.bevestigen, moment.id)
    with pytest.raises(Refused, match="al bevestigd"):
        world.as_(consulent, plan.bevestigen, moment.id)
    # The next round.
    assert open_work(world, begeleider, stay) == {"werk_voortgang"}
    assert open_work(world, consulent, stay) == {"werk_bevestigen", "werk_evaluatie"}
    due = world.see(begeleider, lambda s: s.scalar(select(Termijn.due_on).where(
        Termijn.kind == "werk_voortgang", Termijn.met_on.is_(None))))
    assert due >= clock.today() + timedelta(weeks=13)


def test_each_side_says_how_far_and_the_gemeente_is_confirmed_at_once(world):
    loop, goal = met_resultaat(world)
    gemeld(world, loop, loop.huis.begeleider, [goal])
    own = gemeld(world, loop, loop.wie.consulent, [goal], soort=Moment.TUSSENEVALUATIE)
    assert own.bevestigd_on == clock.today()
    found = world.see(loop.huis.begeleider, lambda s: plan_queries.momenten(s, loop.verblijf_id))
    assert {(one.party_id, one.soort, one.bevestigd_on is None) for one, _scores in found} == {
        (loop.huis.aanbieder_id, "voortgang", True), (loop.wie.consulent.party_id, "tussenevaluatie", False)}
    assert all(scores[goal].score == "vooruit" for _one, scores in found)
    row = world.see(loop.wie.consulent, lambda s: plan_queries.plannen(s, loop.plaatsing_id))[0]
    assert (row.resultaten, row.laatste_on, row.te_bevestigen) == (1, clock.today(), 1)


def test_after_the_stay_only_the_final_evaluation(world):
    loop, goal = met_resultaat(world)
    beeindigd(world, loop)
    assert open_work(world, loop.huis.begeleider, loop.verblijf_id) == {"werk_eindevaluatie"}
    assert open_work(world, loop.wie.consulent, loop.verblijf_id) == set()
    with pytest.raises(Refused, match="voorbij"):
        gemeld(world, loop, loop.huis.begeleider, [goal])
    with pytest.raises(Refused, match="woont"):
        world.as_(loop.huis.begeleider, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")
    gemeld(world, loop, loop.huis.begeleider, [goal], soort=Moment.EINDEVALUATIE)
    assert open_work(world, loop.huis.begeleider, loop.verblijf_id) == set()


def test_only_who_may_work_on_it_writes_a_plan(world):
    loop, goal = met_resultaat(world)
    signer = loop.wie.tekenaar
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(signer, plan.resultaat, loop.verblijf_id, domein="geld", wat=WAT)
    idle = world.aanbieder_persoon(loop.huis.aanbieder_id, "auteur", naam="Auteur")
    assert P.PLEK_BEHEREN not in idle.actor.permissions
    with pytest.raises(Refused, match="Uw rol mag dit niet"):
        world.as_(idle, plan.uitwerken, goal, hoe=HOE, met_wie="Sanne")


# The outcome ---------------------------------------------------------------------------------------------------------------

def state(world: World, loop: Plaatsingsloop) -> str:
    return world.see(loop.wie.consulent, lambda s: load(s, Plaatsing, loop.plaatsing_id)).state


def test_C9_AC1_a_dossier_does_not_close_without_its_outcome(world):
    loop = beeindigd(world)
    consulent = loop.wie.consulent
    assert "werk_uitkomst" in open_work(world, consulent, loop.plaatsing_id)
    with pytest.raises(Refused, match="doelrealisatie, uitval en tevredenheid"):
        world.as_(consulent, uitkomst.afsluiten, loop.plaatsing_id)
    # Also not past the portal.
    with pytest.raises(DBAPIError, match="uitkomst_ontbreekt"):
        world.behind("UPDATE portal.dossier SET state = 'afgesloten' WHERE id = :d", d=loop.plaatsing_id)
    for anders, said in (
            ({"doelrealisatie": {}}, "Kan de inwoner verder zonder"),
            ({"doelrealisatie": {"zonder_hulp": "ja", "problemen": "ja"}}, "Is het doel"),
            ({"doelrealisatie": {"zonder_hulp": "ja", "problemen": "ja", "doel": "misschien"}}, "Is het doel"),
            ({"uitval": None}, "voordat die klaar was"), ({"uitval": True}, "Kies waarom de hulp eerder stopte"),
            ({"uitval": True, "uitval_reden": "weer"}, "Kies waarom"), ({"tevredenheid": None}, "waarom het niet is gevraagd"),
            ({"tevredenheid": 11}, "1 tot en met 10"), ({"tevredenheid": 0}, "1 tot en met 10")):
        with pytest.raises(Refused, match=said):
            world.as_(consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(**anders))
    assert world.behind("SELECT count(*) FROM portal.uitkomst")[0][0] == 0
    world.as_(consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(
        uitval=True, uitval_reden="samen", tevredenheid=None, tevredenheid_niet="Sanne wilde niet antwoorden."))
    found = world.see(consulent, lambda s: plan_queries.uitkomst(s, loop.plaatsing_id))
    assert (found.uitval_reden, found.tevredenheid) == ("samen", None)
    assert "werk_uitkomst" not in open_work(world, consulent, loop.plaatsing_id)


def test_C9_AC2_no_new_start_stays_open_until_its_day(world):
    loop = beeindigd(world)
    consulent, ended = loop.wie.consulent, clock.today()
    found = world.as_(consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst())
    months = load_config("plaatsingen")["opvolgen"]["maanden"]
    assert found.opvolgen_on == ended + relativedelta(months=months) and found.nieuwe_start is None
    assert "werk_opvolgen" in open_work(world, consulent, loop.plaatsing_id)
    with pytest.raises(Refused, match="Tot dan blijft het dossier open"):
        world.as_(consulent, uitkomst.afsluiten, loop.plaatsing_id)
    with pytest.raises(Refused, match="Dit kan vanaf"):
        world.as_(consulent, uitkomst.opvolgen, loop.plaatsing_id, nieuwe_start="nee")
    early = climb(world, consulent, "UPDATE portal.uitkomst SET nieuwe_start = 'nee', nieuwe_start_on = opvolgen_on - 1")
    assert early == "23514"
    world.clock(found.opvolgen_on)
    for answer, reden, said in (("misschien", "", "Beantwoord of"), ("onbekend", " ", "Schrijf waarom")):
        with pytest.raises(Refused, match=said):
            world.as_(consulent, uitkomst.opvolgen, loop.plaatsing_id, nieuwe_start=answer, reden=reden)
    world.as_(consulent, uitkomst.opvolgen, loop.plaatsing_id, nieuwe_start="nee")
    world.as_(consulent, uitkomst.afsluiten, loop.plaatsing_id)
    assert state(world, loop) == PlaatsingState.AFGESLOTEN
    assert open_work(world, consulent, loop.plaatsing_id) == set()
    with pytest.raises(Refused, match="zolang het dossier open is"):
        world.as_(consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(tevredenheid=1))


def test_an_outcome_is_corrected_while_the_dossier_is_open(world):
    loop = beeindigd(world)
    for mark in (3, 8):
        world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(tevredenheid=mark))
    assert world.behind("SELECT count(*), max(tevredenheid) FROM portal.uitkomst")[0] == (1, 8)
    assert sorted(open_work(world, loop.wie.consulent, loop.plaatsing_id)) == ["werk_opvolgen"]


def test_an_outcome_before_the_end_is_refused_and_the_provider_never_reads_it(world):
    loop = verblijvend(world)
    with pytest.raises(Refused, match="als de plaatsing is beëindigd"):
        world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst())
    beeindigd(world, loop)
    with pytest.raises(Refused, match="Leg eerst vast"):
        world.as_(loop.wie.consulent, uitkomst.opvolgen, loop.plaatsing_id, nieuwe_start="nee")
    world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst())
    for person in (loop.huis.begeleider, personen(world, "zwolle").consulent):
        assert world.see(person, lambda s: s.scalars(select(Uitkomst)).all()) == []
        with pytest.raises(NotFound):
            world.as_(person, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst())


def test_of_who_died_nobody_asks_later_whether_help_began_again(world):
    loop, _goal = met_resultaat(world)
    consulent = loop.wie.consulent
    world.as_(consulent, aanbieden.beeindigen, loop.verblijf_id, on=clock.today(), einde="overleden")
    found = world.as_(consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst(
        tevredenheid=None, tevredenheid_niet="Dit is niet meer te vragen."))
    assert (found.nieuwe_start, found.nieuwe_start_on) == ("onbekend", clock.today())
    assert open_work(world, consulent, loop.plaatsing_id) == set()
    world.as_(consulent, uitkomst.afsluiten, loop.plaatsing_id)
    # And of the provider nothing is asked any more.
    assert open_work(world, loop.huis.begeleider, loop.verblijf_id) == set()


def test_an_outcome_that_was_not_complete_any_more_would_not_close(world):
    loop = beeindigd(world)
    world.as_(loop.wie.consulent, uitkomst.vastleggen, loop.plaatsing_id, **opbrengst())
    world.clock(timedelta(days=400))
    world.as_(loop.wie.consulent, uitkomst.opvolgen, loop.plaatsing_id, nieuwe_start="nee")
    world.behind("UPDATE portal.uitkomst SET doelrealisatie = '{}'")
    with pytest.raises(Refused, match="Beantwoord: Is het doel"):
        world.as_(loop.wie.consulent, uitkomst.afsluiten, loop.plaatsing_id)
    assert "afsluiten" in PLAATSING.steps


# Figures -------------------------------------------------------------------------------------------------------------------

def planted(world: World, loop: Plaatsingsloop, rows: list[tuple[str, bool, int | None]]) -> None:
    """Outcomes of invented placements: whether the goal was reached, drop-out, a mark."""
    for goal, stopped, mark in rows:
        placement = uuid.uuid4()
        world.behind("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) VALUES (:d, 'plaatsing', "
                     "CAST(:r AS text), 'Plaatsing', 'beeindigd', :e)", d=placement, r=placement.hex,
                     e=loop.wie.consulent.party_id)
        world.behind("INSERT INTO portal.plaatsing (id, gemeente_id, persoon_id, traject_id, herkomst_id, product, doelgroep, "
                     "gemeld_on, van, pgb_motief) SELECT :d, gemeente_id, persoon_id, :d, herkomst_id, product, doelgroep, "
                     "gemeld_on, van, '' FROM portal.plaatsing WHERE id = :p", d=placement, p=loop.plaatsing_id)
        world.behind("INSERT INTO portal.uitkomst (id, dossier_id, eigenaar_id, party_id, doelrealisatie, uitval, "
                     "uitval_reden, tevredenheid, tevredenheid_niet, op_on, opvolgen_on, nieuwe_start_reden, door) VALUES "
                     "(gen_random_uuid(), :d, :e, :e, jsonb_build_object('zonder_hulp', 'ja', 'problemen', 'ja', 'doel', "
                     "CAST(:g AS text)), :s, :r, :m, :n, :o, :o, '', :u)", d=placement,
                     e=loop.wie.consulent.party_id, g=goal, s=stopped, r="samen" if stopped else "", m=mark,
                     n="" if mark else "Niet gevraagd.", o=clock.today(),
                     u=loop.wie.consulent.user_id)


def test_C9_AC3_figures_hide_small_groups(world):
    loop = verblijvend(world)
    figures = partial(plan_queries.uitkomstcijfers, party_id=loop.wie.consulent.party_id, van=clock.today(), tot=clock.today())
    planted(world, loop, [("ja", False, 8)] * 4)
    assert world.see(loop.wie.consulent, figures) == plan_queries.Uitkomstcijfers(None)
    planted(world, loop, [("nee", True, None)] * 2 + [("ja", False, 6)] * 6)
    found = world.see(loop.wie.consulent, figures)
    assert found.aantal == 12
    # Two people dropped out: neither they nor the rest are told, or one would follow from the other.
    assert found.uitval == {"ja": None, "nee": None} and found.uitval_redenen == {}
    assert found.onderdelen["doel"] == {"ja": None, "nee": None, "onbekend": 0, "open": 0}
    assert found.onderdelen["zonder_hulp"]["ja"] == 12 and found.onderdelen["nieuwe_start"]["open"] == 12
    assert (found.tevreden, found.gemiddeld) == (None, None)
    planted(world, loop, [("nee", True, 7)] * 5)
    found = world.see(loop.wie.consulent, figures)
    assert found.uitval == {"ja": 7, "nee": 10} and found.uitval_redenen["samen"] == 7
    assert found.onderdelen["doel"]["nee"] == 7
    # Of another gemeente nothing is counted.
    assert world.see(personen(world, "zwolle").consulent, figures).aantal == 0
    assert world.see(loop.wie.consulent, partial(figures, product="beschermd_thuis")).aantal == 0


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1))
def test_C9_AC3_what_is_hidden_cannot_be_found_by_subtracting(counts):
    shown = rules.telbare_verdeling(counts)
    least = load_config("plaatsingen")["kleine_groep"]["minstens"]
    hidden = [name for name, count in shown.items() if count is None]
    assert all(shown[name] == counts[name] for name in counts if name not in hidden)
    assert all(counts[name] == 0 or counts[name] >= least for name in counts if name not in hidden)
    # Where anything is hidden, the rest leaves more than one answer; or there is nothing more to hide.
    rest = [name for name in counts if name not in hidden and counts[name]]
    if hidden and rest:
        total = sum(counts[name] for name in hidden)
        assert len(hidden) > 1 and total >= least and total != len(hidden) * (least - 1)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(-400, 800),
       st.sampled_from(["ja", "nee", "onbekend", "", None]))
def test_C9_AC2_is_answered_on_its_day_or_later_and_never_before(ended, later, answer):
    due = rules.opvolgen_op(ended)
    faults = rules.opvolgen_gebreken(answer, opvolgen_on=due, reden="Verhuisd.", on=due + timedelta(days=later))
    assert (faults == []) == (later >= 0 and answer in ("ja", "nee", "onbekend"))
