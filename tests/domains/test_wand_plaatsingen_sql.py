"""What one party could do with only its own rows, past every use case, and no longer can: each test is an attack as
portal_app, with the own party set."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.domains.plaatsingen import overdragen, usecases
from portal.domains.plaatsingen.model import Overdracht
from portal.kernel import clock
from portal.kernel.dossier import next_reference, share
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle
from tests import plaatsingen_world as pw
from tests.domains import test_afwegen as ta
from tests.domains import test_centrale_toegang as tc

DAY = timedelta(days=1)


def sql(world, who, statement: str, commit: bool = True, **values):
    """One statement of this person, straight at the database: how many rows it changed."""
    return world.as_(who, lambda s, _a: s.execute(text(statement), values).rowcount, commit=commit)


def dossier(s, actor, soort: str, state: str) -> uuid.UUID:
    """A root row of this gemeente, in any state it likes."""
    made = uuid.uuid4()
    s.execute(text("INSERT INTO portal.dossier (id, soort, reference, titel, state, eigenaar_id) "
                   "VALUES (:d, :s, :r, 'x', :st, :p)"),
              {"d": made, "s": soort, "r": f"X-2099-{made.hex[:6]}", "st": state, "p": actor.party_id})
    return made


def forged_offer(traject, toegang_id, to, over: int = 7):
    """An offer of an own report that names a traject at will."""
    def act(s, actor):
        found = Overdracht(
            toegang_id=toegang_id, traject_id=traject, richting="heen", reference=next_reference(s, "OVD"), titel="Overdracht",
            state="aangeboden", eigenaar_id=actor.party_id, verzender_id=actor.party_id, ontvanger_id=to,
            ingaand_on=clock.today() + over * DAY, verloopt_on=clock.today() + 14 * DAY)
        s.add(found)
        settle(s)
        share(s, found, to, "gemeente")
    return act


# Shielded later ------------------------------------------------------------------------------------------------------------

def afgeschermd(world, who) -> bool:
    return world.see(who, lambda s: s.scalar(select(Overdracht.afgeschermd)))


@pytest.mark.parametrize("melding", [False, True])
def test_an_offer_says_whether_somebody_is_shielded_now(world, melding):
    if melding:
        loop, ander, offer = ta.aangeboden(world)
        wie, persoon_id, receiver = loop.wie.consulent, loop.persoon_id, ander.consulent
    else:
        loop = pw.overdracht_aangeboden(world)
        wie, persoon_id, receiver = loop.wie.consulent, loop.toegang.persoon_id, loop.ontvanger.consulent
        offer = loop.overdracht_id
    assert afgeschermd(world, receiver) is False
    world.as_(wie, usecases.afschermen, persoon_id)
    assert afgeschermd(world, receiver) is True
    # Neither side says otherwise.
    for who in (wie, receiver):
        with pytest.raises(DBAPIError, match="permission denied"):
            world.as_(who, lambda s, _a: s.execute(update(Overdracht.__table__).values(afgeschermd=False)))
    sql(world, wie, "UPDATE portal.persoon SET afgeschermd = false WHERE id = :p", p=persoon_id)
    assert afgeschermd(world, receiver) is False
    world.as_(wie, usecases.afschermen, persoon_id)
    world.as_(receiver, overdragen.antwoorden, offer, ja=True, ingaand_on=world.see(
        receiver, lambda s: s.scalar(select(Overdracht.ingaand_on))))
    assert afgeschermd(world, receiver) is True


def test_an_offer_of_who_is_shielded_says_so_from_the_start(world):
    loop = pw.geplaatst(world)
    world.as_(loop.wie.consulent, usecases.afschermen, loop.toegang.persoon_id)
    loop = pw.overdracht_aangeboden(world, loop, met_verblijf=False)
    assert afgeschermd(world, loop.ontvanger.consulent) is True


# A place without a yes -----------------------------------------------------------------------------------------------------

def stay(s, actor, loop, waar, state: str) -> uuid.UUID:
    """A stay of an own placement in any state, at a location of somebody else."""
    made = dossier(s, actor, "verblijf", state)
    s.execute(text("INSERT INTO portal.verblijf (id, plaatsing_id, locatie_id, aanbieder_id, van, inwoner_reden, begonnen_on) "
                   "VALUES (:d, :pl, :l, :a, :v, '', :v)"),
              {"d": made, "pl": loop.plaatsing_id, "l": waar.locatie_id, "a": waar.aanbieder_id, "v": clock.today()})
    return made


def take(s, actor, waar, verblijf_id, soort: str) -> None:
    s.execute(text("INSERT INTO portal.bezetting (id, locatie_id, periode, soort, verblijf_id, party_id, verloopt_at) VALUES "
                   "(gen_random_uuid(), :l, daterange(:v, NULL), :s, :d, :p, :t)"),
              {"l": waar.locatie_id, "v": clock.today(), "s": soort, "d": verblijf_id, "p": actor.party_id,
               "t": clock.now() + DAY if soort == "vastgehouden" else None})


@pytest.mark.parametrize("via_hold", [False, True])
def test_no_address_of_a_secret_location_without_a_yes(world, via_hold):
    waar, loop = pw.huis(world, geheim=True), pw.geplaatst(world)

    def act(s, actor):
        made = stay(s, actor, loop, waar, "aangeboden")
        take(s, actor, waar, made, "vastgehouden" if via_hold else "bezet")
        s.execute(text("UPDATE portal.bezetting SET soort = 'bezet', verloopt_at = NULL WHERE verblijf_id = :d"), {"d": made})
    with pytest.raises(DBAPIError, match="niet_beide_ja"):
        world.as_(loop.wie.consulent, act)
    assert world.see(loop.wie.consulent, lambda s: s.execute(text(
        "SELECT adres FROM portal.locatie_adres WHERE locatie_id = :l"), {"l": waar.locatie_id}).all()) == []


def test_a_place_goes_to_no_other_stay_and_no_stay_runs_without_a_yes(world):
    waar, loop = pw.huis(world), pw.geplaatst(world)

    def lets_go(s, actor):
        made = stay(s, actor, loop, waar, "aangeboden")
        take(s, actor, waar, made, "vastgehouden")
        s.execute(text("UPDATE portal.bezetting SET verblijf_id = NULL WHERE verblijf_id = :d"), {"d": made})
    with pytest.raises(DBAPIError, match="plek_van_ander"):
        world.as_(loop.wie.consulent, lets_go)
    for state in ("loopt", "gereserveerd", "beeindigd"):
        with pytest.raises(DBAPIError, match="row-level security"):
            world.as_(loop.wie.consulent, lambda s, a, state=state: stay(s, a, loop, waar, state))


# A traject of another ------------------------------------------------------------------------------------------------------

def traject(world, loop):
    return world.behind("SELECT traject_id FROM portal.plaatsing WHERE id = :p", p=loop.plaatsing_id)[0][0]


def timeline(world, welk):
    return world.behind("SELECT gemeente_id, van, overdracht_id FROM portal.verantwoordelijkheid WHERE traject_id = :t "
                        "ORDER BY van", t=welk)


def test_an_offer_of_a_report_names_no_traject_of_another_case(world):
    """Neither the own gemeente, to empty or redate its timeline, nor a stranger, to read it."""
    loop, spy = pw.geplaatst(world), pw.personen(world, "deventer")
    welk = traject(world, loop)
    before = timeline(world, welk)
    zwolle = pw.personen(world, "zwolle").consulent.party_id
    own = pw.in_onderzoek(world, wie=loop.wie, persoon_id=loop.toegang.persoon_id)
    other = pw.in_onderzoek(world, wie=spy, persoon_id=pw.persoon(world, spy, naam="Bo", bsn="", bron=None))
    for who, report in ((loop.wie.consulent, own), (spy.consulent, other)):
        with pytest.raises(Refused, match="van een andere zaak"):
            world.as_(who, forged_offer(welk, report.toegang_id, zwolle))
    assert timeline(world, welk) == before
    assert world.see(spy.consulent, lambda s: s.execute(text("SELECT 1 FROM portal.verantwoordelijkheid")).all()) == []


def placement(s, actor, welk, on) -> None:
    """A made-up placement of a made-up person, in a traject at will, and the beginning of its timeline."""
    wie, made = uuid.uuid4(), dossier(s, actor, "plaatsing", "wachtend")
    values = {"i": wie, "p": actor.party_id, "d": made, "t": welk, "o": on}
    s.execute(text("INSERT INTO portal.persoon (id, party_id, naam, geboren_on, adres, contact, afgeschermd) "
                   "VALUES (:i, :p, 'Nep', '1990-01-01', 'x', '', false)"), values)
    s.execute(text("INSERT INTO portal.plaatsing (id, gemeente_id, persoon_id, traject_id, herkomst_id, product, doelgroep, "
                   "gemeld_on, van, pgb_motief) VALUES (:d, :p, :i, :t, :p, 'beschermd_wonen', 'psychisch', :o, :o, '')"),
              values)
    s.execute(text("INSERT INTO portal.verantwoordelijkheid (id, party_id, traject_id, gemeente_id, van, grondslag) "
                   "VALUES (gen_random_uuid(), :p, :t, :p, :o, 'x')"), values)


def test_who_was_offered_a_report_does_not_begin_its_timeline(world):
    _loop, ander, offer = ta.aangeboden(world)
    welk = world.behind("SELECT traject_id FROM portal.overdracht")[0][0]
    with pytest.raises(DBAPIError, match="traject_van_ander"):
        world.as_(ander.consulent, lambda s, a: placement(s, a, welk, clock.today() - 100 * DAY))
    ta.ja(world, ander, offer)
    assert [one.gemeente_id for one in timeline(world, welk)][-1] == ander.consulent.party_id


def test_a_stopped_yes_takes_back_only_what_it_began(world):
    loop, ander, offer = ta.aangeboden(world)
    ta.ja(world, ander, offer)
    welk = world.behind("SELECT traject_id FROM portal.overdracht")[0][0]
    assert len(timeline(world, welk)) == 2
    world.as_(loop.wie.consulent, overdragen.staken, offer, reden="Zij blijft toch.")
    assert timeline(world, welk) == []
    # And the report can be offered again.
    world.clock(DAY)
    ta.aangeboden(world, loop)


# One person on both sides --------------------------------------------------------------------------------------------------

def test_who_made_an_offer_does_not_answer_it_under_a_mandate(world):
    """Somebody of Zwolle offers a placement to Kampen, and works under a mandate of Kampen too."""
    kampen = pw.personen(world)
    desk, guest, _given = tc.gemandateerd(world, kampen)
    zwolle = pw.personen(world, "zwolle")
    loop = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, pw.gemeld(world, zwolle))))
    made = world.as_(desk, overdragen.aanbieden, loop.plaatsing_id, ontvanger_id=kampen.consulent.party_id, richting="heen",
                     ingaand_on=clock.today() + DAY, grondsoort="mandaat", vindplaats="Register, 7",
                     grond_tot=clock.today() + 90 * DAY)

    def answer(s, actor):
        s.execute(text("INSERT INTO portal.plaatsing_antwoord (id, dossier_id, eigenaar_id, party_id, ja, ingaand_on, "
                       "gegeven_by, reden, toelichting, aansluitend) "
                       "VALUES (gen_random_uuid(), :d, :o, :p, true, :on, :me, '', '', '')"),
                  {"d": made.id, "o": zwolle.consulent.party_id, "p": actor.party_id, "on": clock.today() + DAY,
                   "me": actor.user_id})
    with pytest.raises(DBAPIError, match="antwoord_op_eigen_aanbod"):
        world.as_(guest, answer)
    world.as_(kampen.consulent, overdragen.antwoorden, made.id, ja=True, ingaand_on=clock.today() + DAY)
    # And signs only once for the two.
    world.as_(kampen.consulent, overdragen.punt, made.id, code="naasten", antwoord="ja")
    sign = "INSERT INTO portal.overdrachtsteken (id, dossier_id, eigenaar_id, party_id, door) VALUES (:i, :d, :o, :p, :me)"
    values = {"d": made.id, "o": zwolle.consulent.party_id, "me": desk.user_id}
    sql(world, desk, sign, i=uuid.uuid4(), p=desk.party_id, **values)
    with pytest.raises(DBAPIError, match="uq_overdrachtsteken_dossier_id_door"):
        sql(world, guest, sign, i=uuid.uuid4(), p=guest.party_id, **values)
