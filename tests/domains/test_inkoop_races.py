"""Races with real threads against the real database. Each has a naive control without the guard, which must go wrong:
so the test bites."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from portal.domains.inkoop import inschrijven, usecases
from portal.domains.inkoop.model import Inkoop, Perceel, Verzending
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.kernel.errors import Refused
from tests.inkoop_world import (
    NepBrieven,
    concept,
    gegund,
    gelezen,
    gepubliceerde_inkoop,
    met_inschrijvingen,
    na_sluiting,
    na_standstill,
    verstuurd,
    zorgaanbieder,
)

ROUNDS = 20
SENDERS = 16
PATIENCE = 30  # seconds; a thread that takes longer is a fault


def at_once(jobs):
    """Run these functions at the same moment, each in a thread of its own; gives what each answered, or its Refused."""
    barrier = threading.Barrier(len(jobs))

    def run(job):
        barrier.wait(PATIENCE)
        try:
            return job()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, job) for job in jobs]]


def done(answers) -> list:
    """What was not refused."""
    return [answer for answer in answers if not isinstance(answer, Refused)]


@contextmanager
def without(world, *statements: str, back: list[str]):
    """The same database with a guard taken away, for a naive control; it comes back whatever happens."""
    with world.owner.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    try:
        yield
    finally:
        with world.owner.begin() as connection:
            for statement in back:
                connection.exec_driver_sql(statement)


def function(world, name: str) -> str:
    """The definition of a function as it stands, to put it back."""
    return world.behind(f"SELECT pg_get_functiondef('portal.{name}'::regproc)")[0][0]


def edited(definition: str, old: str, new: str) -> str:
    """A definition with one thing changed."""
    assert definition.count(old) == 1, definition
    return definition.replace(old, new)


# Sending around the deadline -----------------------------------------------------------------------------------------------


def senders(world, loop, count: int):
    """Many providers whose bid waits for one push on the button."""
    return [concept(world, loop, zorgaanbieder(world, f"Aanbieder {n} (fictief)")) for n in range(count)]


def forget_sendings(world) -> None:
    """The bids are drafts again and the closing is far away, for the next round."""
    world.behind("UPDATE portal.publicatie SET sluit_at = portal.now() + interval '1 day' WHERE soort = 'aankondiging'")
    world.behind("DELETE FROM portal.verzending")
    world.behind("UPDATE portal.dossier SET state = 'begonnen' WHERE soort = 'inschrijving'")
    world.behind("UPDATE portal.document SET gedeeld_at = NULL WHERE soort = 'inschrijvingsstuk'")


def deadline_in(world, loop, span: timedelta):
    """The procurement closes this far from now."""
    sluit_at = clock.now() + span
    world.behind("UPDATE portal.publicatie SET sluit_at = :s WHERE inkoop_id = :i", s=sluit_at, i=loop.inkoop_id)
    return sluit_at


def send_around(world, loop, bids, sluit_at):
    """Sixteen senders spread over the milliseconds around the deadline."""

    def job(number, bid):
        def send():
            moment = sluit_at + timedelta(milliseconds=12 * (number - len(bids) / 2))
            time.sleep(max(0.0, (moment - clock.now()).total_seconds()))
            return world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)

        return send

    return at_once([job(number, bid) for number, bid in enumerate(bids)])


def test_R5_no_bid_at_or_after_the_deadline_is_ever_accepted(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bids = senders(world, loop, SENDERS)
    accepted = refused = 0
    for _round in range(ROUNDS):
        forget_sendings(world)
        sluit_at = deadline_in(world, loop, timedelta(milliseconds=250))
        answers = send_around(world, loop, bids, sluit_at)
        rows = world.behind("SELECT verzonden_at FROM portal.verzending")
        assert all(row.verzonden_at < sluit_at for row in rows)
        assert len(rows) == len(done(answers)), "wie een ontvangst kreeg, staat erin; de anderen niet"
        assert {answer.status for answer in answers if isinstance(answer, Refused)} <= {410}
        accepted, refused = accepted + len(rows), refused + SENDERS - len(rows)
    assert accepted and refused, "de rondes lagen niet rond de sluiting"


def test_control_a_check_in_python_alone_lets_late_bids_in(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bids = senders(world, loop, SENDERS)
    late = 0
    definition = function(world, "verzending_op_tijd")
    # The same time of the database, but nobody compares it: what remains is the check on the page.
    naive = edited(definition, "NEW.verzonden_at >= sluit", "false")
    with without(world, naive, back=[definition]):
        for _round in range(ROUNDS):
            forget_sendings(world)
            sluit_at = deadline_in(world, loop, timedelta(milliseconds=250))
            send_around(world, loop, bids, sluit_at)
            late += world.behind("SELECT count(*) FROM portal.verzending WHERE verzonden_at >= :s", s=sluit_at)[0][0]
            if late:
                break
    assert late, "zonder de controle in de database hoort er een te laat binnen te komen"


# Sending against opening ---------------------------------------------------------------------------------------------------


def open_while_sending(world, loop, bid):
    """A bid is sent just in time in a transaction that stays open; the second officer opens meanwhile. Gives the number of
    bids that were accepted and the number that the opening opened."""
    opened = threading.Event()
    sluit_at = deadline_in(world, loop, timedelta(milliseconds=400))

    def send(session, actor):
        outcome = inschrijven.verzenden(session, actor, bid.inschrijving_id, loop.percelen)
        opened.wait(1.5)  # committed only after the officers had their chance
        return outcome

    def officers():
        time.sleep(max(0.0, (sluit_at - clock.now()).total_seconds()) + 0.01)
        for officer in (loop.wie.manager, loop.wie.opener):
            world.as_(officer, usecases.openen, loop.inkoop_id)
        opened.set()

    at_once([lambda: world.as_(bid.aanbieder.verzender, send), officers])
    accepted = world.behind("SELECT count(*) FROM portal.verzending")[0][0]
    seen = world.see(loop.wie.manager, lambda s: s.scalar(select(func.count()).select_from(Verzending)))
    return accepted, seen


def test_what_was_accepted_before_the_opening_is_opened(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    assert open_while_sending(world, loop, bid) == (1, 1)


def test_control_without_the_lock_an_accepted_bid_stays_shut(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    definition = function(world, "verzending_op_tijd")
    naive = edited(definition, "PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.inkoop_id::text, 11));", "")
    with without(world, naive, back=[definition]):
        assert open_while_sending(world, loop, bid) == (1, 0), "het slot is wat deze inschrijving redt"


def reopen(world, loop) -> None:
    """Nobody has opened: for the next round."""
    world.behind("DELETE FROM portal.opening")
    world.behind("DELETE FROM portal.dossier_deelnemer WHERE hoedanigheid = 'inkoper'")
    world.behind("UPDATE portal.dossier SET state = 'gepubliceerd' WHERE id = :i", i=loop.inkoop_id)
    world.behind("UPDATE portal.dossier SET state = 'gepland' WHERE ouder_id = :i", i=loop.inkoop_id)


def officers_of(world, count: int):
    """An officer of each of the first gemeenten that take part."""
    return [
        world.medewerker(slug, "contractmanager")
        for slug in ("zwolle", "hardenberg", "kampen", "steenwijkerland", "dalfsen")[:count]
    ]


def test_many_officers_at_once_open_exactly_once(world):
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1, aanbieders=1), n=1)
    na_sluiting(world, loop)
    officers = officers_of(world, 5)
    for _round in range(ROUNDS):
        reopen(world, loop)
        answers = at_once([lambda o=o: world.as_(o, usecases.openen, loop.inkoop_id) for o in officers])
        assert sorted(done(answers)) == [False, True], "een eerste en een tweede, meer niet"
        assert {a.status for a in answers if isinstance(a, Refused)} == {409}
        assert world.behind("SELECT count(*) FROM portal.opening")[0][0] == 2
        assert world.behind("SELECT count(*) FROM portal.dossier_deelnemer WHERE hoedanigheid = 'inkoper'")[0][0] == 8


def test_control_without_the_lock_two_officers_may_both_be_the_first(world):
    loop = met_inschrijvingen(world, gepubliceerde_inkoop(world, percelen=1, aanbieders=1), n=1)
    na_sluiting(world, loop)
    officers = officers_of(world, 2)
    definition = function(world, "opening_mag")
    naive = edited(definition, "PERFORM pg_advisory_xact_lock(hashtextextended(NEW.dossier_id::text, 11));", "")
    naive = edited(naive, " FOR UPDATE", "")

    def slowly(session, actor):
        answer = usecases.openen(session, actor, loop.inkoop_id)
        time.sleep(0.3)
        return answer

    with without(world, naive, back=[definition]):
        answers = at_once([lambda o=o: world.as_(o, slowly) for o in officers])
    assert answers == [False, False], "beiden zijn de eerste, en niemand opent ooit nog"


# Twice the same button -----------------------------------------------------------------------------------------------------


def test_sending_the_same_perceel_at_once_gives_one_receipt_per_act(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = concept(world, loop, loop.wie.aanbieders[0])
    for _round in range(5):
        forget_sendings(world)
        answers = at_once(
            [lambda: world.as_(bid.aanbieder.verzender, inschrijven.verzenden, bid.inschrijving_id, loop.percelen)] * 8
        )
        rows = world.behind("SELECT versie FROM portal.verzending ORDER BY versie")
        assert [row.versie for row in rows] == list(range(1, len(done(answers)) + 1))
        assert len(rows) == 1, "dezelfde inschrijving wordt een keer verstuurd"


def test_double_signing_sends_the_letters_once(world):
    loop = gelezen(world, percelen=1)
    (besluit_id,) = loop.besluiten.values()
    brieven = NepBrieven(world)
    answers = at_once([lambda: world.as_(loop.wie.mandaathouder, usecases.tekenen, besluit_id, brieven=brieven)] * 8)
    assert len(done(answers)) == 1
    assert {(a.status, "al getekend" in str(a)) for a in answers if isinstance(a, Refused)} == {(409, True)}
    assert len(brieven.brieven) == 2
    assert world.behind("SELECT count(*) FROM portal.bericht WHERE besluit_id = :b", b=besluit_id)[0][0] == 2
    assert world.behind("SELECT count(*) FROM portal.termijn WHERE kind = 'standstill'")[0][0] == 1


def test_double_contracting_makes_the_contracts_once(world):
    loop = gegund(world, percelen=1)
    na_standstill(world, loop)
    answers = at_once([lambda: world.as_(loop.wie.mandaathouder, usecases.contracteren, loop.percelen[0])] * 8)
    assert len(done(answers)) == 1
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 2
    assert world.behind("SELECT count(*) FROM portal.overeenkomst_periode")[0][0] == 6


def end_both(world, loop) -> str:
    """The last two percelen end at the same moment, each in a transaction that stays open a while. Where the inkoop stands."""

    def slowly(session, actor, perceel_id):
        if perceel_id == loop.percelen[0]:
            usecases.contracteren(session, actor, perceel_id)
        else:
            usecases.vervallen(session, actor, perceel_id, reden="Niemand voldoet.")
        time.sleep(0.3)

    one, two = loop.percelen
    ender = {one: loop.wie.mandaathouder, two: loop.wie.manager}
    answers = at_once([lambda p=p: world.as_(ender[p], slowly, p) for p in loop.percelen])
    assert done(answers) == answers
    return world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=loop.inkoop_id)[0][0]


def last_two(world):
    """One perceel waits for its contracts, the other for its end."""
    loop = gelezen(world)
    one, _two = loop.percelen
    gegund(world, replace(loop, besluiten={one: loop.besluiten[one]}))
    na_standstill(world, loop)
    return loop


def test_two_last_percelen_that_end_at_once_finish_the_inkoop(world):
    assert end_both(world, last_two(world)) == "afgerond"


def test_control_without_the_lock_on_the_inkoop_it_stays_open_for_ever(world, monkeypatch):
    def naive(session, perceel_id):
        perceel = load(session, Perceel, perceel_id, lock=True)
        return load(session, Inkoop, perceel.inkoop_id), perceel

    monkeypatch.setattr(usecases, "_whole_and_part", naive)
    assert end_both(world, last_two(world)) == "geopend", "ieder ziet de ander nog open, en niemand rondt af"


@pytest.mark.parametrize("locked", [True, False])
def test_control_look_then_act_without_a_lock_acts_twice(world, locked):
    """The shape of signing and contracting on a scratch table: the lock on the row is what makes it happen once."""
    with world.owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS public.kladblok (id uuid PRIMARY KEY, state text, keren int)")
    id_ = uuid.uuid4()
    world.behind("INSERT INTO public.kladblok VALUES (:i, 'open', 0)", i=id_)

    def act():
        with world.owner.begin() as connection:
            lock = " FOR UPDATE" if locked else ""
            state = connection.execute(text(f"SELECT state FROM public.kladblok WHERE id = :i{lock}"), {"i": id_}).scalar()
            time.sleep(0.05)
            if state == "open":
                connection.execute(
                    text("UPDATE public.kladblok SET state = 'klaar', keren = keren + 1 WHERE id = :i"), {"i": id_}
                )

    try:
        at_once([act] * 4)
        (times,) = world.behind("SELECT keren FROM public.kladblok WHERE id = :i", i=id_)[0]
        assert (times == 1) is locked
    finally:
        world.behind("DROP TABLE public.kladblok")


def test_colleagues_begin_one_inschrijving(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    aanbieder = loop.wie.aanbieders[0]
    answers = at_once(
        [lambda p=p: world.as_(p, inschrijven.begin, loop.inkoop_id) for p in (aanbieder.auteur, aanbieder.verzender) * 4]
    )
    assert world.behind("SELECT count(*) FROM portal.inschrijving")[0][0] == 1
    assert len({a.id for a in done(answers)}) == 1
    assert {a.status for a in answers if isinstance(a, Refused)} <= {409}


def test_withdrawing_and_sending_at_once_leave_one_last_act(world):
    loop = gepubliceerde_inkoop(world, percelen=1, aanbieders=1)
    bid = verstuurd(world, loop, loop.wie.aanbieders[0])
    verzender, (perceel,) = bid.aanbieder.verzender, loop.percelen
    at_once(
        [
            lambda: world.as_(verzender, inschrijven.intrekken, bid.inschrijving_id, perceel),
            lambda: world.as_(verzender, inschrijven.verzenden, bid.inschrijving_id, [perceel]),
        ]
        * 3
    )
    rows = world.behind("SELECT versie, soort FROM portal.verzending ORDER BY versie")
    assert [row.versie for row in rows] == list(range(1, len(rows) + 1))
    last = rows[-1].soort
    assert world.behind("SELECT state FROM portal.dossier WHERE id = :i", i=bid.inschrijving_id)[0][0] == (
        "ingediend" if last == "verzending" else "ingetrokken"
    )
    shared = world.behind("SELECT count(*) FROM portal.document WHERE soort = 'inschrijvingsstuk' AND gedeeld_at IS NOT NULL")[
        0
    ][0]
    assert (shared > 0) is (last == "verzending")
