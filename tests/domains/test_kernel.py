"""The kernel on real PostgreSQL as the restricted role: steps, terms, numbers, decisions, mandates, keys, the clock."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import SimpleNamespace

import pytest
from flask import g, request
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError

from portal.app import create_app
from portal.db import Session
from portal.identity.permissions import Permission as P
from portal.kernel import besluit as besluiten
from portal.kernel import clock
from portal.kernel.besluit import Aard, Besluit, Rechtsmiddel
from portal.kernel.dossier import (
    Dossier,
    Idempotentie,
    Opschorting,
    Termijn,
    count_of,
    extend_term,
    meet_term,
    next_reference,
    resume_term,
    rule_from_json,
    rule_to_json,
    start_term,
    suspend_term,
)
from portal.kernel.errors import Refused
from portal.kernel.history import CaseEvent
from portal.kernel.sentences import SENTENCES
from portal.kernel.terms import Length, TermRule, compute, rule
from portal.kernel.workflow import Workflow
from portal.tenants.model import Mandaat, MandaatInstemming, Vervanging
from portal.tenants.scope import NoScope, acting_for
from portal.web.blueprint import PortalBlueprint
from portal.web.htmx import go
from portal.web.security import csrf_token


@pytest.fixture
def anna(world):
    return world.medewerker("zwolle", "contractmanager", naam="Anna")


def a_dossier(session, actor, reference="PROEF-1", state="open"):
    dossier = Dossier(reference=reference, titel="Proefdossier", state=state, eigenaar_id=actor.party_id)
    session.add(dossier)
    session.flush()
    return dossier


# --- steps


class Fase(StrEnum):
    OPEN = "open"
    DICHT = "dicht"


PROEF = Workflow("proef", Fase, {Fase.OPEN: "Open", Fase.DICHT: "Dicht"})
PROEF.step("sluiten", Fase.OPEN, Fase.DICHT, needs=P.INKOOP_PLANNEN, label="Sluiten", stops=["beslistermijn"],
           guards=[lambda dossier, **facts: None if facts.get("reden") else "Schrijf een reden."],
           apply=lambda dossier, **facts: setattr(dossier, "titel", facts["reden"]))


def test_a_step_is_one_whole_state_term_and_history(world, anna):
    world.clock(date(2026, 3, 2))

    def use_case(session, actor):
        dossier = a_dossier(session, actor)
        start_term(session, dossier, rule("beslistermijn"), on=clock.today(), party_id=actor.party_id, taak="t", gevolg="g")
        session.flush()
        PROEF.perform(dossier, "sluiten", actor, reden="Klaar", record={"bedrag": Decimal("1.50")})
        return dossier.id

    dossier_id = world.as_(anna, use_case)
    dossier, term, line = world.see(anna, lambda s: (
        s.get_one(Dossier, dossier_id), s.scalars(select(Termijn)).one(), s.scalars(select(CaseEvent)).one()))
    assert (dossier.state, dossier.titel) == ("dicht", "Klaar")
    assert term.met_on == date(2026, 3, 2)
    assert (line.kind, line.state_from, line.state_to, line.facts) == ("proef:sluiten", "open", "dicht", {"bedrag": "1.50"})
    assert (line.actor_id, line.party_id, line.occurred_on) == (anna.user_id, anna.party_id, date(2026, 3, 2))


def test_a_refused_step_changes_nothing(world, anna):
    def use_case(session, actor):
        dossier = a_dossier(session, actor)
        with pytest.raises(Refused, match="Schrijf een reden"):
            PROEF.perform(dossier, "sluiten", actor)
        assert not session.dirty
        return dossier.id

    dossier_id = world.as_(anna, use_case)
    assert world.see(anna, lambda s: (s.get_one(Dossier, dossier_id).state, s.scalars(select(CaseEvent)).all())) == ("open", [])


def test_a_neighbour_neither_sees_nor_moves_it(world, anna):
    dossier_id = world.as_(anna, a_dossier).id
    kampen = world.medewerker("kampen", "contractmanager")
    assert world.see(kampen, lambda s: s.get(Dossier, dossier_id)) is None
    changed = world.as_(kampen, lambda s, a: s.execute(text("UPDATE portal.dossier SET state = 'dicht'")).rowcount)
    assert changed == 0


# --- terms


def begin_term(session, actor, the_rule, on, **more):
    dossier = a_dossier(session, actor)
    term = start_term(session, dossier, the_rule, on=on, party_id=actor.party_id, taak="Neem het besluit.", gevolg="g", **more)
    session.flush()
    return term


def test_a_suspended_term_follows_the_vector_of_the_law(world, anna):
    """Received 2 February, invited 16 February, completed 2 March 2026: 13 days, raw Sunday 12 April, so 13 April."""
    world.clock(date(2026, 2, 20))

    def use_case(session, actor):
        term = begin_term(session, actor, rule("beslistermijn"), date(2026, 2, 2))
        assert term.due_on == date(2026, 3, 30)
        running = suspend_term(session, term, actor, on=date(2026, 2, 16), ground="aanvulling gevraagd", article="Awb 4:15")
        # If it ended today, 20 February: three days.
        assert running.provisional and running.raw == date(2026, 4, 2) and term.due_on == running.last_day
        world.clock(date(2026, 3, 4))
        assert not resume_term(session, term, on=date(2026, 3, 2)).provisional
        return term.id

    term_id = world.as_(anna, use_case)
    due_on, due = world.see(anna, lambda s: ((t := s.get_one(Termijn, term_id)).due_on, count_of(s, t)))
    assert (due.raw, due.last_day, due_on) == (date(2026, 4, 12), date(2026, 4, 13), date(2026, 4, 13))
    assert any("Opgeschort: 13 dagen" in line.text and line.source == "Awb 4:15" for line in due.count)


@pytest.mark.parametrize("on", [date(2026, 2, 1), date(2026, 12, 1)])
def test_a_term_is_suspended_only_while_it_runs(world, anna, on):
    def use_case(session, actor):
        term = begin_term(session, actor, rule("beslistermijn"), date(2026, 2, 2))
        with pytest.raises(Refused):
            suspend_term(session, term, actor, on=on, ground="g", article="a")
        with pytest.raises(Refused):
            resume_term(session, term, on=date(2026, 2, 20))

    world.as_(anna, use_case)
    assert world.behind("SELECT 1 FROM portal.opschorting") == []


def test_a_term_is_suspended_once_at_a_time_and_not_after_it_was_met(world, anna):
    def use_case(session, actor):
        term = begin_term(session, actor, rule("beslistermijn"), date(2026, 2, 2))
        suspend_term(session, term, actor, on=date(2026, 2, 16), ground="g", article="a")
        with pytest.raises(Refused, match="al opgeschort"):
            suspend_term(session, term, actor, on=date(2026, 2, 17), ground="g", article="a")
        with pytest.raises(Refused, match="eindigt niet eerder"):
            resume_term(session, term, on=date(2026, 2, 10))
        term.met_on = date(2026, 2, 20)
        with pytest.raises(Refused):
            suspend_term(session, term, actor, on=date(2026, 2, 18), ground="g", article="a")
        assert session.scalar(select(func.count()).select_from(Opschorting)) == 1

    world.as_(anna, use_case)


def test_a_term_is_extended_once_where_the_law_allows_it(world, anna):
    may = TermRule("bezwaar", "Awb 7:10", Length(weeks=6), True, "Awb", extension=Length(weeks=6),
                   extension_article="Awb 7:10, lid 3")

    def use_case(session, actor):
        term = begin_term(session, actor, may, date(2026, 3, 2))
        due = extend_term(session, term)
        assert term.due_on == due.last_day == compute(may, date(2026, 3, 2), extensions=1).last_day
        with pytest.raises(Refused):
            extend_term(session, term)
        other = start_term(session, session.scalars(select(Dossier)).one(), rule("beslistermijn"), on=date(2026, 3, 2),
                           party_id=actor.party_id, taak="t", gevolg="g")
        with pytest.raises(Refused):
            extend_term(session, other)

    world.as_(anna, use_case)


def test_a_day_that_a_decision_set_is_told_as_such(world, anna):
    def use_case(session, actor):
        term = begin_term(session, actor, rule("beslistermijn"), date(2026, 3, 2), due_on=date(2026, 6, 1))
        due = count_of(session, term)
        assert due.last_day == term.due_on == date(2026, 6, 1)
        assert [line.date for line in due.count] == [date(2026, 3, 2), date(2026, 6, 1)]

    world.as_(anna, use_case)


def test_a_running_term_keeps_the_rule_it_began_with():
    for kind in ("beslistermijn", "bezwaartermijn", "T8", "T11"):
        assert rule_from_json(rule_to_json(rule(kind))) == rule(kind)
    odd = TermRule("x", "a", Length(working_days=3), True, "s", start="same_day", event="Ontvangst", excluded_by="Awb 4:17",
                   doubt="?", extension=Length(working_days=1), extension_article="b", label="X")
    assert rule_from_json(rule_to_json(odd)) == odd


def test_meeting_a_term_of_one_party_leaves_that_of_another(world, anna):
    kampen = world.gemeente("kampen")

    def use_case(session, actor):
        dossier = a_dossier(session, actor)
        for party in (actor.party_id, kampen):
            start_term(session, dossier, rule("beslistermijn"), on=date(2026, 3, 2), party_id=party, taak="t", gevolg="g")
        session.flush()
        meet_term(session, dossier, "beslistermijn", on=date(2026, 3, 9), party_id=kampen)

    world.as_(anna, use_case)
    rows = dict(world.behind("SELECT party_id, met_on FROM portal.termijn").__iter__())
    assert rows == {anna.party_id: None, kampen: date(2026, 3, 9)}


# --- numbers


def test_numbers_have_no_gap_under_parallel_transactions(world, anna):
    """Eight at once, every third one gives up: nobody gets its number twice and none is lost."""
    ready = threading.Barrier(8)

    def worker(n):
        ready.wait(10)
        for turn in range(6):
            with acting_for(anna.party_id, anna.user_id), Session(bind=world.app.engine) as session:
                found = next_reference(session, "PRF")
                if (n + turn) % 3:
                    session.commit()
                    yield found

    with ThreadPoolExecutor(8) as pool:
        numbers = [x for some in pool.map(lambda n: list(worker(n)), range(8)) for x in some]
    year = clock.today().year
    assert sorted(numbers) == [f"PRF-{year}-{n:04}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) == 32


def test_a_new_year_begins_with_one(world, anna):
    world.clock(datetime(2026, 12, 31, 23, 59, tzinfo=clock.AMSTERDAM))
    assert [world.as_(anna, lambda s, a: next_reference(s, "PRF")) for _ in range(2)] == ["PRF-2026-0001", "PRF-2026-0002"]
    world.clock(datetime(2027, 1, 1, 0, 1, tzinfo=clock.AMSTERDAM))
    assert world.as_(anna, lambda s, a: next_reference(s, "PRF")) == "PRF-2027-0001"
    assert world.as_(anna, lambda s, a: next_reference(s, "ABC")) == "ABC-2027-0001"


# --- decisions


class Desk:
    """A decision and the people around it."""

    def __init__(self, world):
        self.world = world
        self.drafter = world.medewerker("zwolle", "contractmanager", naam="Opsteller")
        self.reader = world.medewerker("zwolle", "inkoopjurist", naam="Lezer")
        self.signer = world.medewerker("zwolle", "mandaathouder", naam="Tekenaar")
        self.giver = world.medewerker("zwolle", "beheerder", naam="Beheerder")
        self.body = world.medewerker("zwolle", "mandaathouder", naam="Secretaris")
        self.dossier_id = world.as_(self.drafter, a_dossier).id

    def draft(self, *, bedrag=Decimal("1000.00"), reader_needed=True, aard=Aard.PRIVAATRECHTELIJK, soort="gunning",
              rechtsmiddel=Rechtsmiddel.CIVIELE_RECHTER):
        def use_case(session, actor):
            dossier = session.get_one(Dossier, self.dossier_id)
            return besluiten.draft(session, dossier, actor, soort=soort, aard=aard, rechtsmiddel=rechtsmiddel, orgaan="college",
                                   onderwerp="Gunning", inhoud={"tekst": "a"}, bedrag=bedrag,
                                   tweede_lezer_nodig=reader_needed, at=clock.now())

        return self.world.as_(self.drafter, use_case).id

    def mandate(self, *, who=None, consents=("mandaatgever", "gemachtigde"), soort="volmacht", besluit_soort="gunning",
                tot_bedrag=None, van=date(2020, 1, 1), tot=None, werkgever=None, withdrawn=False):
        who = who or self.signer

        def give(session, actor):
            mandaat = Mandaat(soort=soort, party_id=actor.party_id, orgaan="college", gemachtigde_id=who.user_id,
                              werkgever_id=werkgever or actor.party_id, besluit_soort=besluit_soort, tot_bedrag=tot_bedrag,
                              van=van, tot=tot, vindplaats="Mandaatregister", ingetrokken_at=None,
                              vastgelegd_by=actor.user_id)
            session.add(mandaat)
            session.flush()
            return mandaat.id

        mandaat_id = self.world.as_(self.giver, give)
        for consent in consents:
            by = {"mandaatgever": self.body, "gemachtigde": who}.get(consent) or self.world.medewerker(
                "kampen", "beheerder", naam="Werkgever")
            self.world.as_(by, lambda s, a, consent=consent: s.add(MandaatInstemming(
                mandaat_id=mandaat_id, van=consent, party_id=a.party_id, account_id=a.user_id)))
        if withdrawn:
            self.world.as_(self.giver, lambda s, a: setattr(s.get_one(Mandaat, mandaat_id), "ingetrokken_at", clock.now()))
        return mandaat_id

    def read(self, besluit_id, who=None):
        return self.world.as_(who or self.reader, lambda s, a: besluiten.read(
            s.get_one(Besluit, besluit_id), a, at=clock.now()))

    def sign(self, besluit_id, who=None):
        return self.world.as_(who or self.signer, lambda s, a: besluiten.sign(
            s, s.get_one(Besluit, besluit_id), a, at=clock.now(), on=clock.today()))

    def row(self, besluit_id):
        return self.world.behind("SELECT * FROM portal.besluit WHERE id = :i", i=besluit_id)[0]


@pytest.fixture
def desk(world):
    return Desk(world)


def refused(what, *args, match, status=422):
    with pytest.raises(Refused, match=match) as no:
        what(*args)
    assert no.value.status == status


def test_three_people_make_a_decision(desk):
    besluit_id, mandaat_id = desk.draft(), desk.mandate()
    desk.read(besluit_id)
    desk.sign(besluit_id)
    row = desk.row(besluit_id)
    assert (row.state, row.opgesteld_by, row.gelezen_by, row.getekend_by, row.mandaat_id) == (
        "getekend", desk.drafter.user_id, desk.reader.user_id, desk.signer.user_id, mandaat_id)
    desk.world.as_(desk.signer, lambda s, a: besluiten.mark_sent(s.get_one(Besluit, besluit_id), at=clock.now()))
    assert desk.row(besluit_id).state == "verzonden"
    refused(desk.sign, besluit_id, match="al getekend", status=409)


def test_nobody_takes_two_of_the_three_seats(desk):
    besluit_id = desk.draft()
    for person in (desk.drafter, desk.reader):
        desk.mandate(who=person)
    refused(desk.read, besluit_id, desk.drafter, match="zelf opgesteld")
    refused(desk.sign, besluit_id, desk.drafter, match="zelf opgesteld")
    refused(desk.sign, besluit_id, match="eerst lezen")
    desk.read(besluit_id)
    refused(desk.read, besluit_id, match="al gelezen", status=409)
    refused(desk.sign, besluit_id, desk.reader, match="tweede lezer")
    assert desk.row(besluit_id).state == "gelezen"


def test_sending_back_needs_a_reason_and_ends_this_draft(desk):
    besluit_id = desk.draft()

    def back(reden):
        desk.world.as_(desk.reader, lambda s, a: besluiten.send_back(s.get_one(Besluit, besluit_id), a, reden=reden))

    refused(back, "  ", match="waarom")
    back("Het bedrag klopt niet.")
    assert desk.row(besluit_id).state == "teruggestuurd"
    desk.mandate()
    refused(desk.sign, besluit_id, match="teruggestuurd", status=409)
    refused(desk.read, besluit_id, match="al gelezen of teruggestuurd", status=409)
    refused(back, "nog eens", match="al getekend", status=409)


def update(desk, besluit_id, by=None, **values):
    """As the app role, past all code: what does the database say? None when it agrees."""
    sets = ", ".join(f"{name} = :{name}" for name in values)
    statement = text(f"UPDATE portal.besluit SET {sets} WHERE id = :id")
    try:
        desk.world.as_(by or desk.drafter, lambda s, a: s.execute(statement, values | {"id": besluit_id}))
    except DBAPIError as no:
        return no.orig.diag.constraint_name or no.orig.diag.message_primary
    return None


def test_the_database_repeats_the_four_eyes(desk):
    besluit_id, mandaat_id = desk.draft(), desk.mandate()
    drafter, reader, signer = desk.drafter, desk.reader, desk.signer

    def sign(who, **other):
        return update(desk, besluit_id, who, **({"state": "getekend", "getekend_by": who.user_id, "getekend_at": clock.now(),
                                                 "mandaat_id": mandaat_id} | other))

    assert update(desk, besluit_id, drafter, gelezen_by=drafter.user_id) == "ck_besluit_lezer_is_ander"
    assert update(desk, besluit_id, drafter, gelezen_by=reader.user_id) == "niet_in_eigen_naam"
    assert sign(signer) == "ck_besluit_eerst_gelezen"
    assert update(desk, besluit_id, reader, state="gelezen", gelezen_by=reader.user_id, gelezen_at=clock.now()) is None
    assert sign(drafter) == "ck_besluit_tekenaar_is_ander"
    assert sign(reader) == "ck_besluit_tekenaar_las_niet"
    assert sign(reader, getekend_by=signer.user_id) == "niet_in_eigen_naam"
    for name in ("getekend_by", "getekend_at", "mandaat_id"):
        assert sign(signer, **{name: None}) == "ck_besluit_getekend_heeft_wie"
    assert sign(signer, state="gelezen") == "ck_besluit_getekend_heeft_wie"
    assert sign(signer, state="verzonden") == "ck_besluit_verzonden_heeft_moment"
    assert update(desk, besluit_id, verzonden_at=clock.now()) == "ck_besluit_verzonden_heeft_moment"
    assert update(desk, besluit_id, state="teruggestuurd") == "ck_besluit_terug_met_reden"
    assert update(desk, besluit_id, state="goed") == "ck_besluit_state_bekend"
    assert update(desk, besluit_id, aard="besluit") == "ck_besluit_rechtsmiddel_past"
    assert update(desk, besluit_id, rechtsmiddel="bezwaar") == "ck_besluit_rechtsmiddel_past"
    assert desk.row(besluit_id).state == "gelezen"
    for name in ("lezer_is_ander", "tekenaar_is_ander", "tekenaar_las_niet", "eerst_gelezen"):
        assert f"ck_besluit_{name}" in SENTENCES, "wat een mens kan tegenkomen, heeft een zin"


def test_what_was_read_signed_or_sent_does_not_change(desk):
    besluit_id = desk.draft()
    desk.mandate()
    other = desk.mandate(who=desk.reader)
    desk.read(besluit_id)
    assert update(desk, besluit_id, bedrag=5) == "besluit_gelezen"
    desk.sign(besluit_id)
    for values in ({"bedrag": 5}, {"onderwerp": "Anders"}, {"getekend_by": desk.giver.user_id}, {"mandaat_id": other},
                   {"gelezen_by": desk.giver.user_id}, {"rechtsmiddel": "geen"}, {"orgaan": "raad"}, {"soort": "klein"}):
        assert update(desk, besluit_id, desk.giver, **values) == "besluit_vast", values
    undone = {"state": "gelezen", "getekend_by": None, "getekend_at": None, "mandaat_id": None}
    assert update(desk, besluit_id, desk.signer, **undone) in ("besluit_vast", "niet_in_eigen_naam")
    desk.world.as_(desk.signer, lambda s, a: besluiten.mark_sent(s.get_one(Besluit, besluit_id), at=clock.now()))
    assert update(desk, besluit_id, verzonden_at=clock.now() + timedelta(days=1)) == "besluit_vast"
    with pytest.raises(DBAPIError) as no:
        desk.world.as_(desk.drafter, lambda s, a: s.execute(text("DELETE FROM portal.besluit")))
    assert no.value.orig.sqlstate == "42501"


# --- mandates

YESTERDAY, TODAY, TOMORROW = (clock.today() + timedelta(days=n) for n in (-1, 0, 1))


@pytest.mark.parametrize(
    ("mandate", "sentence"),
    [
        ({"soort": "mandaat"}, "geen volmacht"),
        ({"besluit_soort": "subsidie"}, "geen volmacht"),
        ({"van": TOMORROW}, "geen volmacht"),
        ({"tot": TODAY}, "geen volmacht"),
        ({"withdrawn": True}, "geen volmacht"),
        ({"tot_bedrag": Decimal("999.99")}, r"tot € 999,99\.$"),
        ({"consents": ("mandaatgever",)}, "instemming van de gemachtigde ontbreekt"),
        ({"consents": ("gemachtigde",)}, "instemming van de mandaatgever ontbreekt"),
        ({"consents": ()}, "instemming van de mandaatgever en de gemachtigde ontbreekt"),
    ],
)
def test_a_mandate_that_does_not_hold_is_refused_with_what_is_missing(desk, mandate, sentence):
    besluit_id = desk.draft(reader_needed=False)
    desk.mandate(**mandate)
    refused(desk.sign, besluit_id, match=sentence)
    assert desk.row(besluit_id).state == "opgesteld"


@pytest.mark.parametrize("mandate", [
    {"tot_bedrag": Decimal("1000.00")}, {"van": TODAY, "tot": TOMORROW}, {"tot_bedrag": None},
])
def test_a_mandate_holds_up_to_and_including_its_edges(desk, mandate):
    besluit_id = desk.draft(reader_needed=False)
    desk.mandate(**mandate)
    desk.sign(besluit_id)
    assert desk.row(besluit_id).state == "getekend"


def test_a_besluit_asks_a_mandaat_and_not_a_volmacht(desk):
    besluit_id = desk.draft(reader_needed=False, aard=Aard.BESLUIT, rechtsmiddel=Rechtsmiddel.BEZWAAR)
    desk.mandate()
    refused(desk.sign, besluit_id, match="geen mandaat")
    desk.mandate(soort="mandaat")
    desk.sign(besluit_id)


def test_one_mandate_without_consent_does_not_spoil_another(desk):
    besluit_id = desk.draft(reader_needed=False)
    desk.mandate(tot_bedrag=None, consents=())
    good = desk.mandate(tot_bedrag=Decimal("5000"))
    desk.sign(besluit_id)
    assert desk.row(besluit_id).mandaat_id == good


def test_someone_of_another_employer_needs_that_employers_consent(desk, world):
    besluit_id = desk.draft(reader_needed=False)
    kampen = world.gemeente("kampen")
    world.behind("UPDATE portal.membership SET party_id = :p WHERE account_id = :a", p=kampen, a=desk.signer.user_id)
    desk.mandate(werkgever=kampen)
    refused(desk.sign, besluit_id, match="instemming van de werkgever ontbreekt")
    desk.mandate(werkgever=kampen, consents=("mandaatgever", "gemachtigde", "werkgever"))
    desk.sign(besluit_id)


def test_nobody_consents_for_another(desk):
    mandaat_id = desk.mandate(consents=())
    for who, consent in ((desk.reader, "gemachtigde"), (desk.signer, "mandaatgever"), (desk.giver, "werkgever"),
                         (desk.world.medewerker("kampen", "beheerder"), "mandaatgever")):
        if consent == "werkgever":  # same employer here: the giver may write it, another gemeente may not
            who = desk.world.medewerker("kampen", "beheerder", naam="Vreemd")
        with pytest.raises(DBAPIError) as no:
            desk.world.as_(who, lambda s, a, consent=consent: s.add(MandaatInstemming(
                mandaat_id=mandaat_id, van=consent, party_id=a.party_id, account_id=a.user_id)))
        assert no.value.orig.sqlstate == "42501"


def test_a_replacement_signs_under_the_mandate_of_the_absent_and_is_named(desk):
    besluit_id = desk.draft(reader_needed=False)
    mandaat_id = desk.mandate()
    stand_in = desk.world.medewerker("zwolle", "mandaathouder", naam="Vervanger")
    refused(desk.sign, besluit_id, stand_in, match="geen volmacht")

    def replace(van, tot):
        def use_case(session, actor):
            row = Vervanging(party_id=actor.party_id, afwezige_id=desk.signer.user_id, vervanger_id=stand_in.user_id, van=van,
                             tot=tot, reden="Verlof", vastgelegd_by=actor.user_id)
            session.add(row)
            return row
        return desk.world.as_(desk.giver, use_case).id

    def agree(session, actor, id_):
        row = session.get_one(Vervanging, id_)
        row.ingestemd_by, row.ingestemd_at = actor.user_id, clock.now()

    for van, tot in ((YESTERDAY, TODAY), (TOMORROW, TOMORROW + timedelta(days=5))):
        desk.world.as_(desk.signer, agree, replace(van, tot))
    now = replace(TODAY, TOMORROW)
    refused(desk.sign, besluit_id, stand_in, match="geen volmacht")
    desk.world.as_(desk.signer, agree, now)
    desk.sign(besluit_id, stand_in)
    row = desk.row(besluit_id)
    assert (row.getekend_by, row.mandaat_id, row.vervanging_id) == (stand_in.user_id, mandaat_id, now)


def test_the_own_mandate_names_no_replacement(desk):
    besluit_id = desk.draft(reader_needed=False)
    desk.mandate()
    desk.sign(besluit_id)
    assert desk.row(besluit_id).vervanging_id is None


# --- keys: pressing twice is pressing once


@pytest.fixture
def tiny(settings, world):
    """The portal with one more page: a form that writes a row, counts how often it ran, and may refuse."""
    bp = PortalBlueprint("proefje", __name__)
    ran = []

    @bp.route("/proefje/token", needs=P.ACCOUNT_EIGEN)
    def token():
        return csrf_token()

    @bp.route("/proefje", needs=P.ACCOUNT_EIGEN, methods=["POST"], idempotent=True)
    def maken():
        return _maken()

    @bp.route("/proefje/<int:nummer>", needs=P.ACCOUNT_EIGEN, methods=["POST"], idempotent=True)
    def maken_bij(nummer):
        return _maken()

    def _maken():
        ran.append(1)
        if request.form.get("weiger"):
            raise Refused("Dit kan niet.")
        dossier = a_dossier(g.db, g.actor, next_reference(g.db, "PRF"))
        return go(f"/proefje/{dossier.reference}")

    app = create_app(settings)
    app.register_blueprint(bp)
    app.testing = True
    app.ran = ran
    yield app
    app.engine.dispose()


def press(app, token, csrf, url="/proefje", **form):
    client = app.test_client()
    client.set_cookie("portaal-sessie", token)
    answer = client.post(url, data={"csrf_token": csrf, **form})
    return answer.status_code, answer.headers.get("Location")


def csrf_of(app, token):
    client = app.test_client()
    client.set_cookie("portaal-sessie", token)
    return client.get("/proefje/token").text


def test_sixteen_presses_make_one_row_and_sixteen_same_answers(tiny, world, anna):
    token = world.token(anna)
    csrf, key = csrf_of(tiny, token), uuid.uuid4().hex
    ready = threading.Barrier(16)

    def one(_):
        ready.wait(20)
        return press(tiny, token, csrf, sleutel=key)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(16)))
    assert set(answers) == {(303, f"/proefje/PRF-{clock.today().year}-0001")}
    assert len(tiny.ran) == 1
    assert world.behind("SELECT count(*) AS n FROM portal.dossier")[0].n == 1
    assert world.see(anna, lambda s: s.scalar(select(func.count()).select_from(Idempotentie))) == 1
    # The last press comes a day later: still the same answer.
    assert press(tiny, token, csrf, sleutel=key) == answers[0]


def test_another_key_another_row_and_no_key_no_protection(tiny, world, anna):
    token = world.token(anna)
    csrf = csrf_of(tiny, token)
    places = [press(tiny, token, csrf, sleutel=key)[1] for key in ("een", "twee", "een")]
    assert places[0] == places[2] != places[1]
    assert len({press(tiny, token, csrf)[1] for _ in range(2)}) == 2


def test_a_key_of_a_colleague_or_of_another_address_is_another_press(tiny, world, anna):
    """The key travels in a form: who sees it may not get the answer of somebody else, nor of another question."""
    colleague = world.medewerker("zwolle", "contractmanager")
    pressed = []
    for person in (anna, colleague):
        token = world.token(person)
        csrf = csrf_of(tiny, token)
        for url in ("/proefje", "/proefje/1", "/proefje/2"):
            once = press(tiny, token, csrf, url, sleutel="een")
            assert press(tiny, token, csrf, url, sleutel="een") == once
            pressed.append(once)
    assert len(set(pressed)) == len(tiny.ran) == 6


def test_a_refusal_keeps_the_key_free(tiny, world, anna):
    token = world.token(anna)
    csrf = csrf_of(tiny, token)
    assert press(tiny, token, csrf, sleutel="een", weiger="ja")[0] == 422
    assert world.behind("SELECT 1 FROM portal.idempotentie") == []
    assert press(tiny, token, csrf, sleutel="een")[0] == 303


def test_the_same_key_of_another_party_is_another_key(tiny, world, anna):
    kampen = world.medewerker("kampen", "contractmanager")
    answers = []
    for person in (anna, kampen):
        token = world.token(person)
        answers.append(press(tiny, token, csrf_of(tiny, token), sleutel="zelfde")[1])
    assert answers[0] != answers[1] and None not in answers


# --- the clock


def test_only_the_owner_moves_the_clock(world, anna):
    for statement in ("UPDATE portal.klok SET verschil = '1 day'", "INSERT INTO portal.klok VALUES (false, '1 day')",
                      "DELETE FROM portal.klok", "SELECT * FROM portal.klok"):
        with pytest.raises(DBAPIError) as no:
            world.as_(anna, lambda s, a, statement=statement: s.execute(text(statement)))
        assert no.value.orig.sqlstate == "42501"
    world.clock(timedelta(days=35))
    assert world.behind("SELECT verschil FROM portal.klok")[0].verschil == timedelta(days=35)


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=35), timedelta(days=-400, hours=3)])
def test_database_and_python_tell_the_same_time(world, anna, shift):
    world.clock(shift)
    statement = text("SELECT portal.now() AS began, portal.clock_now() AS now, "
                     "(portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AS today")
    row = world.see(anna, lambda s: s.execute(statement).one())
    assert abs(row.now - clock.now()) < timedelta(seconds=3) and row.began <= row.now
    assert row.today == clock.today()
    assert abs((row.now - shift) - datetime.now(row.now.tzinfo)) < timedelta(seconds=5)


def test_a_process_hears_of_a_moved_clock_with_its_next_transaction(world, anna):
    world.behind("UPDATE portal.klok SET verschil = '10 days'")
    before = clock.now()
    world.see(anna, lambda s: s.execute(text("SELECT 1")))
    assert clock.now() - before > timedelta(days=9)


def test_the_legal_day_is_that_of_amsterdam():
    assert clock.day_of(datetime(2026, 6, 30, 22, 30, tzinfo=clock.UTC)) == date(2026, 7, 1)
    assert clock.day_of(datetime(2026, 12, 31, 22, 30, tzinfo=clock.UTC)) == date(2026, 12, 31)


# --- nothing works without a party


def test_without_a_party_the_first_query_raises(app):
    with pytest.raises(NoScope), Session(bind=app.engine) as session:
        session.execute(select(Dossier))


def test_reading_cannot_write(world, anna):
    with pytest.raises(DBAPIError, match="read-only"):
        world.see(anna, lambda s: a_dossier(s, SimpleNamespace(party_id=anna.party_id)))


def test_a_step_costs_few_statements(world, anna):
    """One insert for history, one update for the state, one look at the terms it ends."""
    dossier_id = world.as_(anna, a_dossier).id
    seen = []

    def use_case(session, actor):
        dossier = session.get_one(Dossier, dossier_id, with_for_update=True)
        PROEF.perform(dossier, "sluiten", actor, reden="Klaar")
        session.flush()

    def note(_conn, _cursor, statement, *_):
        seen.append(statement.split()[0])

    event.listen(world.app.engine, "before_cursor_execute", note)
    try:
        world.as_(anna, use_case)
    finally:
        event.remove(world.app.engine, "before_cursor_execute", note)
    assert len(seen) <= 6, seen
