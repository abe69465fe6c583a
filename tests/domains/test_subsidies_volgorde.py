"""In which order rows are locked: the case first, then what lies under it; of several cases, one order. Then no two acts, of
people or of the worker, ever wait for each other."""

import threading
import time
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal.db import Session
from portal.domains.subsidies import bezwaar, queries, tekenen, toestemming, uitvoering, usecases, vorderen
from portal.domains.subsidies.innemen import innemen
from portal.domains.subsidies.model import Argument, Betalingsstop, Bezwaar, Rapportage, Subsidie, Toestemming, Vordering
from portal.domains.subsidies.tijd import per_dossier
from portal.kernel import clock
from portal.kernel.dossier import load
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies_bezwaar import behandelaar, geweigerd, ingediend
from tests.domains.test_subsidies_toestemming import gevraagd, voorgesteld
from tests.domains.test_subsidies_vaststellen import gevorderd, teveel
from tests.subsidies_world import NepBrieven, geschreven, jaar, mandaat, neem_in, op, open_regeling, verleend

DEADLOCK = "40P01"
VERMOEDEN = "Er zijn sterke aanwijzingen dat er niets wordt geleverd."


def waits(world, pid: int) -> bool:
    with world.app.engine.connect() as connection:
        return connection.execute(text("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = :pid AND NOT granted)"),
                                  {"pid": pid}).scalar_one()


def beside(world, person, subsidie_id, act, then) -> list[str]:
    """Somebody holds this case, and does `then` while `act` of this person waits. What went wrong in either."""
    faults, started = [], []

    def run():
        with acting_for(person.party_id, person.user_id), Session(bind=world.app.engine) as session:
            started.append(session.scalar(text("SELECT pg_backend_pid()")))
            try:
                act(session, person.actor)
                session.commit()
            except DBAPIError as error:
                faults.append(error.orig.sqlstate)
            except Exception as error:
                faults.append(repr(error))

    thread, last = threading.Thread(target=run), time.monotonic() + 10
    with acting_for(person.party_id, person.user_id), Session(bind=world.app.engine) as session:
        load(session, Subsidie, subsidie_id, lock=True)
        thread.start()
        while not (started and waits(world, started[0])):
            if not thread.is_alive() or time.monotonic() > last:
                return [*faults, "it did not wait for the case"]
            time.sleep(0.02)
        try:
            then(session)
            session.commit()
        except DBAPIError as error:
            faults.append(error.orig.sqlstate)
            session.rollback()
    thread.join(20)
    return faults


def worker(loop) -> SimpleNamespace:
    """The portal itself, as the worker acts for the gemeente: nobody is logged in."""
    zwolle = loop.wie.adviseur.party_id
    return SimpleNamespace(party_id=zwolle, user_id=None, actor=usecases.portaal(zwolle))


def een_rapportage(world):
    van, _tot = jaar()
    half = {"van": van.isoformat(), "tot": f"{van.year}-07-01", "uiterlijk": f"{van.year}-07-15"}
    loop = verleend(world, voorstel={"rapportages": [half]})
    rapport = world.see(loop.aanvrager.auteur, lambda s: queries.rapportages(s, loop.subsidie_id))[0]
    world.clock(op(date(van.year, 7, 5)))
    sent = world.as_(loop.aanvrager.verzender, uitvoering.rapporteren, rapport.id, geleverd=Decimal(480))
    return loop, rapport, sent


def het_lezen_van_een_bericht(world):
    loop, rapport, sent = een_rapportage(world)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return loop, loop.wie.adviseur, Rapportage, rapport.id, lambda s, a: uitvoering.rapportage_akkoord(s, a, rapport.id)


def het_innemen_van_een_bericht(world):
    loop, rapport, sent = een_rapportage(world)
    return loop, worker(loop), Rapportage, rapport.id, lambda s, a: innemen(s, a, sent.id)


def een_stop_die_eindigt(world):
    loop = verleend(world)
    stop = world.as_(loop.wie.adviseur, uitvoering.stoppen, loop.subsidie_id, reden=VERMOEDEN)
    after = uitvoering.stop_tot(stop.begonnen_on) + timedelta(weeks=1)
    return loop, worker(loop), Betalingsstop, stop.id, lambda s, a: uitvoering.stops_verlopen(s, a, after)


def een_ontvangst(world):
    loop = teveel(world)
    claim = gevorderd(world, loop)
    geld = world.medewerker("zwolle", "financieel", naam="Fia Financieel")
    return loop, geld, Vordering, claim.id, lambda s, a: vorderen.ontvangst_boeken(
        s, a, claim.id, bedrag=Decimal(100), on=clock.today())


def het_antwoord_op_een_grond(world):
    loop, besluit = geweigerd(world)
    zaak, bea = ingediend(world, loop, besluit, "Er was nog geld."), behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    grond = world.as_(bea, lambda s, _a: queries.argumenten(s, zaak.id)[0])
    return loop, bea, Argument, grond.id, lambda s, a: bezwaar.beantwoorden(s, a, grond.id, antwoord="Dat geld was er niet.")


def nieuwe_gronden(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "Er was nog geld.")
    sent = world.as_(loop.aanvrager.verzender, bezwaar.aanvullen, zaak.id, gronden=["En het plafond klopte niet."])
    return loop, worker(loop), Bezwaar, zaak.id, lambda s, a: innemen(s, a, sent.id)


def een_verzoek_dat_wordt_ingetrokken(world):
    loop, verzoek = gevraagd(world)
    voorgesteld(world, loop, verzoek)
    sent = world.as_(loop.aanvrager.verzender, toestemming.intrekken, verzoek.id)
    return loop, worker(loop), Toestemming, verzoek.id, lambda s, a: innemen(s, a, sent.id)


@pytest.mark.parametrize("prepare", [
    het_lezen_van_een_bericht, het_innemen_van_een_bericht, een_stop_die_eindigt, een_ontvangst, het_antwoord_op_een_grond,
    nieuwe_gronden, een_verzoek_dat_wordt_ingetrokken], ids=lambda one: one.__name__)
def test_an_act_takes_the_case_before_what_lies_under_it(world, prepare):
    loop, person, kind, row_id, act = prepare(world)
    assert beside(world, person, loop.subsidie_id, act, lambda s: load(s, kind, row_id, lock=True)) == []


def test_the_other_way_round_it_is_a_deadlock(world):
    """The control of the test above."""
    loop, rapport, _sent = een_rapportage(world)

    def wrong_way(session, _actor):
        load(session, Rapportage, rapport.id, lock=True)
        load(session, Subsidie, loop.subsidie_id, lock=True)

    assert beside(world, loop.wie.adviseur, loop.subsidie_id, wrong_way, lambda s: load(
        s, Rapportage, rapport.id, lock=True)) == [DEADLOCK]


def twee_zaken(world):
    """Two running grants, in the order in which several cases are locked."""
    een = verleend(world)
    verleend(world, geschreven(world, open_regeling(world, een.wie, titel="Andere regeling")))
    first, last = world.as_(een.wie.adviseur, lambda s, _a: s.scalars(select(Subsidie.id).order_by(Subsidie.id)).all())
    return een.wie, first, last


def lock_case(session):
    return lambda dossier_id: bool(load(session, Subsidie, dossier_id, lock=True))


def test_time_takes_several_cases_in_one_order(world):
    wie, first, last = twee_zaken(world)
    done = []
    assert beside(world, wie.adviseur, first, lambda s, _a: done.append(per_dossier(s, [last, first], lock_case(s))),
                  lambda s: load(s, Subsidie, last, lock=True)) == []
    assert done == [2]

    def as_they_come(session, _actor):  # the control
        for dossier_id in (last, first):
            lock_case(session)(dossier_id)

    assert beside(world, wie.adviseur, first, as_they_come, lambda s: load(s, Subsidie, last, lock=True)) == [DEADLOCK]


def test_signing_several_takes_the_cases_in_one_order(world):
    wie, first, last = twee_zaken(world)
    mandaat(world, wie.beheerder, wie.tekenaar, besluit_soort="voorschot")
    besluiten = []
    for zaak_id in (last, first):
        besluit = world.as_(wie.adviseur, uitvoering.voorschot_opstellen, zaak_id, termijnen=[
            {"op": clock.today(), "bedrag": Decimal(1_000)}])
        besluiten.append(besluit.id)
    signed, brieven = [], NepBrieven(world)
    assert beside(world, wie.tekenaar, first, lambda s, a: signed.extend(
        tekenen.tekenen_samen(s, a, besluiten, brieven=brieven)), lambda s: load(s, Subsidie, last, lock=True)) == []
    assert [(one.besluit_id, one.reasons) for one in signed] == [(one, ()) for one in besluiten]
