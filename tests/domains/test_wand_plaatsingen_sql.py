"""What one party could do with only its own rows, past every use case, and no longer can: each test is an attack as
portal_app, with the own party set."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from config import load
from portal.db import Session
from portal.domains.beheer import mandaten
from portal.domains.plaatsingen import (
    afwegen,
    bewaren,
    mensen,
    ondersteuning,
    overdragen,
    queries,
    taken,
    usecases,
    verrekenen,
    work,
)
from portal.domains.plaatsingen.model import Hoedanigheid, Melder, Overdracht
from portal.kernel import clock
from portal.kernel.dossier import next_reference, share
from portal.kernel.errors import Refused
from portal.kernel.sentences import settle
from portal.tenants.scope import acting_for
from tests import plaatsingen_world as pw
from tests import verrekening_world as vw
from tests.domains import test_afwegen as ta
from tests.domains import test_centrale_toegang as tc
from tests.domains import test_plaatsing_klachten as tk
from tests.domains import test_plekken as tp
from tests.domains.test_plaatsing_mensen import gekoppeld, zorger

DAY = timedelta(days=1)
VASTHOUDEN = load("plaatsingen")["vasthouden"]["dagen"]


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

def stay(s, actor, loop, waar, state: str, days: int | None = 2) -> uuid.UUID:
    """A stay of an own placement in any state, at a location of somebody else."""
    made = dossier(s, actor, "verblijf", state)
    s.execute(text("INSERT INTO portal.verblijf (id, plaatsing_id, locatie_id, aanbieder_id, van, inwoner_reden, begonnen_on, "
                   "verloopt_at) VALUES (:d, :pl, :l, :a, :v, '', :v, :t)"),
              {"d": made, "pl": loop.plaatsing_id, "l": waar.locatie_id, "a": waar.aanbieder_id, "v": clock.today(),
               "t": clock.now() + days * DAY if days else None})
    return made


def take(s, actor, waar, verblijf_id, soort: str, days: int = 1) -> None:
    s.execute(text("INSERT INTO portal.bezetting (id, locatie_id, periode, soort, verblijf_id, party_id, verloopt_at) VALUES "
                   "(gen_random_uuid(), :l, daterange(:v, NULL), :s, :d, :p, :t)"),
              {"l": waar.locatie_id, "v": clock.today(), "s": soort, "d": verblijf_id, "p": actor.party_id,
               "t": clock.now() + days * DAY if soort == "vastgehouden" else None})


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


@pytest.mark.parametrize("days", [VASTHOUDEN + 1, None])
def test_an_offer_does_not_hold_longer_than_was_agreed(world, days):
    waar, loop = pw.huis(world), pw.geplaatst(world)
    with pytest.raises(DBAPIError, match="row-level security"):
        world.as_(loop.wie.consulent, lambda s, a: stay(s, a, loop, waar, "aangeboden", days))
    world.as_(loop.wie.consulent, lambda s, a: stay(s, a, loop, waar, "aangeboden", VASTHOUDEN))


def test_a_place_is_not_held_longer_than_its_offer(world):
    loop = pw.aangeboden(world)
    with pytest.raises(DBAPIError, match="permission denied"):
        sql(world, loop.wie.consulent, "UPDATE portal.verblijf SET verloopt_at = verloopt_at + interval '1 day'")
    with pytest.raises(DBAPIError, match="vasthouden_te_lang"):
        sql(world, loop.wie.consulent, "UPDATE portal.bezetting SET verloopt_at = verloopt_at + interval '1 day'")

    def held_anew(s, actor):
        made = stay(s, actor, loop, loop.huis, "aangeboden", 1)
        s.execute(text("UPDATE portal.dossier SET state = 'ingetrokken' WHERE id = :d"), {"d": loop.verblijf_id})
        take(s, actor, loop.huis, made, "vastgehouden", days=2)
    with pytest.raises(DBAPIError, match="vasthouden_te_lang"):
        world.as_(loop.wie.consulent, held_anew)
    assert sql(world, loop.wie.consulent, "UPDATE portal.bezetting SET verloopt_at = verloopt_at - interval '1 hour'",
               commit=False) == 1
    pw.gereserveerd(world, loop)
    assert world.behind("SELECT soort, verloopt_at FROM portal.bezetting") == [("bezet", None)]


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
    # And signs only once for the two: what is offered to the gemeente is no case of the guest, and one person signs once.
    world.as_(kampen.consulent, overdragen.punt, made.id, code="naasten", antwoord="ja")
    sign = "INSERT INTO portal.overdrachtsteken (id, dossier_id, eigenaar_id, party_id, door) VALUES (:i, :d, :o, :p, :me)"
    values = {"d": made.id, "o": zwolle.consulent.party_id, "me": desk.user_id}
    sql(world, desk, sign, i=uuid.uuid4(), p=desk.party_id, **values)
    with pytest.raises(DBAPIError, match="row-level security"):
        sql(world, guest, sign, i=uuid.uuid4(), p=guest.party_id, **values)
    with pytest.raises(DBAPIError, match="uq_overdrachtsteken_dossier_id_door"):
        world.behind(sign, i=uuid.uuid4(), p=guest.party_id, **values)


# Money ---------------------------------------------------------------------------------------------------------------------

def settlement(s, actor, loop, lines, tot) -> None:
    """A settlement with Zwolle up to a day, with these (stay, price) for every day of it."""
    made = dossier(s, actor, "verrekening", "opgesteld")
    values = {"d": made, "p": actor.party_id, "z": loop.zwolle.party_id, "b": loop.over, "t": tot,
              "n": (tot - loop.over).days + 1, "pl": loop.verblijf.plaatsing_id}
    s.execute(text("INSERT INTO portal.verrekening (id, betaler_id, verantwoordelijk_id, van, tot) "
                   "VALUES (:d, :p, :z, :b, :t)"), values)
    for number, (verblijf_id, price) in enumerate(lines, start=1):
        s.execute(text("INSERT INTO portal.verrekenregel (id, dossier_id, eigenaar_id, party_id, volgnummer, verblijf_id, "
                       "traject_id, kenmerk, afgeschermd, van, tot, dagen, dagprijs, bedrag) SELECT gen_random_uuid(), :d, :p, "
                       ":p, :i, :v, l.traject_id, '', false, :b, :t, :n, :pr, :be FROM portal.plaatsing l "
                       "WHERE l.id = :pl"), values | {"i": number, "v": verblijf_id, "pr": price, "be": values["n"] * price})


def test_the_last_day_of_a_stay_is_not_stretched_to_be_paid_for(world):
    loop = vw.overgedragen(world)
    with pytest.raises(DBAPIError, match="verblijf_geeindigd"):
        sql(world, loop.kampen, "UPDATE portal.verblijf SET geeindigd_on = :t", t=clock.today() - DAY)
    with pytest.raises(DBAPIError, match="verrekenregel_klopt_niet"):
        world.as_(loop.kampen, lambda s, a: settlement(
            s, a, loop, [(loop.verblijf.verblijf_id, vw.DAGPRIJS)], clock.today() - DAY))


def test_a_stay_that_never_began_and_a_day_twice_are_not_settled(world):
    loop = vw.betaald(world)
    waar, until = pw.huis(world, naam="Tweede huis"), clock.today() - DAY
    own = (loop.verblijf.verblijf_id, vw.DAGPRIJS)

    def made_up(s, actor):
        made = dossier(s, actor, "verblijf", "aangeboden")
        s.execute(text("INSERT INTO portal.verblijf (id, plaatsing_id, locatie_id, aanbieder_id, van, inwoner_reden, dagprijs, "
                       "begonnen_on, verloopt_at) VALUES (:d, :pl, :l, :a, :v, '', 9999, :v, :t)"),
                  {"d": made, "pl": loop.verblijf.plaatsing_id, "l": waar.locatie_id, "a": waar.aanbieder_id, "v": loop.over,
                   "t": clock.now() + DAY})
        settlement(s, actor, loop, [(made, 9999)], until)
    with pytest.raises(DBAPIError, match="verrekenregel_klopt_niet"):
        world.as_(loop.kampen, made_up)
    with pytest.raises(DBAPIError, match="verrekenregel_klopt_niet"):
        world.as_(loop.kampen, lambda s, a: settlement(s, a, loop, [own, own], until))
    world.as_(loop.kampen, lambda s, a: settlement(s, a, loop, [own], until), commit=False)


def test_what_was_settled_keeps_its_first_day_and_a_lapsed_line_stays_so(world):
    loop = vw.verstuurd(world)
    with pytest.raises(DBAPIError, match="betaald_verrekend"):
        sql(world, loop.kampen, "UPDATE portal.verblijf SET begonnen_on = begonnen_on + 20")
    world.as_(loop.zwolle, verrekenen.antwoorden, loop.verrekening_id, ja=False, redenen={1: "Klopt niet"})
    assert sql(world, loop.kampen, "UPDATE portal.verrekenregel SET vervallen_on = current_date") == 1
    with pytest.raises(DBAPIError, match="verrekenregel_vervallen"):
        sql(world, loop.kampen, "UPDATE portal.verrekenregel SET vervallen_on = NULL")


# What a resident asks ------------------------------------------------------------------------------------------------------

def test_a_carer_with_an_own_case_does_not_object_for_another(world):
    loop = pw.geplaatst(world)
    gekoppeld(world, loop)
    tk.gepost(world, loop)
    carer, _given = zorger(world, loop)
    own = pw.gemeld(world, loop.wie, persoon_id=pw.persoon(world, loop.wie, naam="Zorger Zelf", bsn="", bron=None))
    link, code = world.as_(loop.wie.consulent, mensen.koppeling_maken, own.toegang_id, hoedanigheid=Hoedanigheid.ZELF,
                           naam="Zorger Zelf", bewijs="Paspoort")
    world.as_(carer, ondersteuning.koppelen, code)
    besluit = world.behind("SELECT id FROM portal.besluit WHERE dossier_id = :d", d=loop.toegang.toegang_id)[0][0]
    ask = ("INSERT INTO portal.inwonervraag (id, dossier_id, eigenaar_id, party_id, koppeling_id, soort, tekst, gesteld_by, "
           "besluit_id, te_laat_reden, commissie, verdaagd_reden, uitkomst, antwoord{}) VALUES (gen_random_uuid(), :d, :o, :p, "
           ":k, :s, 'Ik vind van niet.', :me, :b, '', false, '', '', ''{})")
    values = {"o": loop.wie.consulent.party_id, "p": carer.party_id, "k": link.id, "me": carer.user_id}
    for soort, on in (("bezwaar", besluit), ("klacht", None)):
        with pytest.raises(DBAPIError, match="koppeling_niet_van_dossier"):
            sql(world, carer, ask.format("", ""), d=loop.toegang.toegang_id, s=soort, b=on, **values)
    with pytest.raises(DBAPIError, match="permission denied"):
        sql(world, carer, ask.format(", gesteld_at", ", '2020-01-01'"), d=own.toegang_id, s="klacht", b=None, **values)
    assert sql(world, carer, ask.format("", ""), d=own.toegang_id, s="klacht", b=None, **values) == 1


def test_nothing_is_destroyed_while_somebody_waits_for_an_answer(world):
    loop, _wie, _made = tk.bezwaar(world)
    sql(world, loop.wie.consulent, "UPDATE portal.dossier SET state = 'vervallen' WHERE soort = 'plaatsing'")
    asked = world.as_(loop.wie.consulent, bewaren.vernietigen_gevraagd, loop.toegang.toegang_id, op_on=clock.today())
    with pytest.raises(Refused, match="zonder antwoord"):
        world.as_(loop.wie.collega, bewaren.vernietigen_beslissen, asked.id)
    assert world.behind("SELECT count(*) FROM portal.inwonervraag")[0][0] == 1


# Who handles a task --------------------------------------------------------------------------------------------------------

CONFIRM = ("INSERT INTO portal.taakbevestiging (overdracht_id, kant, party_id, account_id, verklaring) "
           "VALUES (:o, :k, :p, :u, 'Gedaan')")


def test_a_mandate_without_every_consent_confirms_no_task(world):
    wie = pw.personen(world)
    desk = world.medewerker("zwolle", "consulent", naam="Zonder instemming")
    task = world.as_(wie.consulent, taken.voorstellen, taak="opvang", ingaand_on=clock.today() + 30 * DAY,
                     kant=taken.Behandelt.WIJKTEAM, verklaring="De kwaliteit blijft goed, want wij blijven meekijken.")
    world.as_(wie.beheerder, mandaten.mandaat_geven, soort="mandaat", orgaan="college van burgemeester en wethouders",
              gemachtigde_id=desk.user_id, werkgever_id=desk.party_id, besluit_soort="toegang_behandelen", tot_bedrag=None,
              van=clock.today() - DAY, tot=None, vindplaats="Register, 7")
    with acting_for(wie.consulent.party_id, desk.user_id), Session(bind=world.app.engine) as s, \
            pytest.raises(DBAPIError, match="niet_bevoegd"):
        s.execute(text(CONFIRM), {"o": task.id, "k": "centrale_toegang", "p": wie.consulent.party_id, "u": desk.user_id})


def test_a_task_is_not_handed_over_in_the_past(world):
    wie, made = pw.personen(world), uuid.uuid4()
    sql(world, wie.consulent, "INSERT INTO portal.taakoverdracht (id, party_id, taak, van_wie, naar_wie, ingaand_on, "
        "gemaakt_by, einde_reden) VALUES (:i, :p, 'opvang', 'centrale_toegang', 'wijkteam', :d, :u, '')",
        i=made, p=wie.consulent.party_id, u=wie.consulent.user_id, d=clock.today())
    with pytest.raises(DBAPIError, match="taakoverdracht_bevestigd"):
        sql(world, wie.consulent, CONFIRM, o=made, k="wijkteam", p=wie.consulent.party_id, u=wie.consulent.user_id)


# The waiting list, the work and what is over -------------------------------------------------------------------------------

def test_since_when_somebody_waits_is_of_the_placement(world):
    loop = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, dagen_geleden=30)))
    sql(world, loop.wie.consulent, "UPDATE portal.wachtregel SET tot_on = sinds_on, einde = 'herzien'")
    sql(world, loop.wie.consulent, "INSERT INTO portal.wachtregel (id, dossier_id, eigenaar_id, party_id, kenmerk, product, "
        "doelgroep, leeftijd, nodig, gemeld_on, omstandigheden, versie, lot, afgeschermd, sinds_on, einde) SELECT "
        "gen_random_uuid(), dossier_id, eigenaar_id, party_id, '', product, doelgroep, leeftijd, nodig, '2001-01-01', "
        "omstandigheden, versie, lot, afgeschermd, sinds_on, '' FROM portal.wachtregel")
    assert world.behind("SELECT count(DISTINCT gemeld_on) FROM portal.wachtregel")[0][0] == 1
    with pytest.raises(DBAPIError, match="permission denied"):
        sql(world, loop.wie.consulent, "UPDATE portal.wachtregel SET gemeld_on = '2001-01-01'")


def test_of_who_is_shielded_elsewhere_nobody_reads_which_case_or_which_gemeente(world):
    loop = pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, dagen_geleden=30)))
    ander = pw.personen(world, "zwolle")
    lines = "SELECT dossier_id, eigenaar_id FROM portal.wachtregel"
    assert [one.dossier_id for one in world.see(ander.consulent, lambda s: s.execute(text(lines)).all())] == [loop.plaatsing_id]
    world.as_(loop.wie.consulent, usecases.afschermen, loop.toegang.persoon_id)
    assert world.see(ander.consulent, lambda s: s.execute(text(lines)).all()) == []
    for who, case, gemeente in ((ander.consulent, None, None),
                                (loop.wie.consulent, loop.plaatsing_id, loop.wie.consulent.party_id)):
        [line] = world.see(who, lambda s: queries.wachtlijst(s, "beschermd_wonen"))
        assert (line.dossier_id, line.eigenaar_id) == (case, gemeente) and line.afgeschermd
    # Their turn counts as before.
    later = tp.nog_een(world, ander)
    with pytest.raises(Refused, match="iemand die is afgeschermd"):
        pw.aangeboden(world, later, overslaan={})
    # Who does not work together reads nothing.
    spy = pw.personen(world, "deventer").consulent
    assert world.see(spy, lambda s: queries.wachtlijst(s, "beschermd_wonen")) == []


def test_nobody_tries_out_how_long_others_wait(world):
    waar, wacht = pw.huis(world), pw.geplaatst(world, pw.toegekend(world, pw.aangevraagd(world, dagen_geleden=30)))
    spy = pw.personen(world, "deventer")
    asked = text("SELECT portal.wacht_langer_elders(:l, :p)")

    def made_up(s, actor, ago: int):
        on, welk = clock.today() - ago * DAY, uuid.uuid4()
        placement(s, actor, welk, on)
        [case] = s.execute(text("SELECT id FROM portal.plaatsing WHERE traject_id = :t"), {"t": welk}).scalars()
        s.execute(text("INSERT INTO portal.wachtregel (id, dossier_id, eigenaar_id, party_id, kenmerk, product, doelgroep, "
                       "leeftijd, nodig, gemeld_on, omstandigheden, versie, lot, afgeschermd, sinds_on, einde) VALUES "
                       "(gen_random_uuid(), :d, :p, :p, '', 'beschermd_wonen', 'psychisch', 30, '{}', :o, '{}', '', 1, false, "
                       ":o, '')"), {"d": case, "p": actor.party_id, "o": on})
        return s.scalar(asked, {"l": waar.locatie_id, "p": case})
    assert [world.as_(spy.consulent, made_up, ago, commit=False) for ago in (0, 29, 31)] == [False] * 3

    def within(s, actor):
        with s.begin_nested():
            return made_up(s, actor, 0)
    assert world.as_(spy.consulent, within, commit=False) is False
    # A case that waits asks, until it no longer waits, and about what it waits for.
    own = tp.nog_een(world, spy)
    ask = {"l": waar.locatie_id, "p": own.plaatsing_id}
    assert world.see(spy.consulent, lambda s: s.scalar(asked, ask)) is True
    for product, of_own, said in (("tussenvorm", "beschermd_wonen", False), ("beschermd_wonen", "beschermd_wonen", True)):
        world.behind("UPDATE portal.locatie SET product = :p", p=product)
        world.behind("UPDATE portal.wachtregel SET product = CASE dossier_id WHEN :d THEN :p ELSE :o END", p=product, o=of_own,
                     d=wacht.plaatsing_id)
        assert world.see(spy.consulent, lambda s: s.scalar(asked, ask)) is said
    sql(world, spy.consulent, "UPDATE portal.dossier SET state = 'pgb' WHERE soort = 'plaatsing'")
    assert world.see(spy.consulent, lambda s: s.scalar(asked, ask)) is False


# Terms ---------------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["werk_overnemen", "werk_overdracht"])
@pytest.mark.parametrize("kant", ["verzender", "ontvanger"])
def test_the_receiver_says_neither_until_when_the_work_waits_nor_for_whom(world, kind, kant):
    loop = pw.overdracht_aanvaard(world)
    side = {"verzender": loop.wie, "ontvanger": loop.ontvanger}[kant].consulent.party_id
    columns = [one[0] for one in world.behind(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'portal' AND table_name = 'termijn'")]
    forged = {"id": "gen_random_uuid()", "party_id": ":v", "kind": ":k", "started_on": "date '2001-01-01'",
              "due_on": "date '2099-01-01'", "due_at": "now()", "extended": "1", "met_on": "date '2001-01-01'",
              "wacht_op_permissions": "'{leden:beheren}'"}
    assert sql(world, loop.ontvanger.consulent, f"INSERT INTO portal.termijn ({', '.join(columns)}) SELECT "
               f"{', '.join(forged.get(one, one) for one in columns)} FROM portal.termijn WHERE dossier_id = :d LIMIT 1",
               v=side, k=kind, d=loop.overdracht_id) == 1
    [begin] = world.behind("SELECT ingaand_on FROM portal.plaatsing_antwoord")[0]
    weeks = load("plaatsingen")["werk"][kind.removeprefix("werk_")]["weeks"]
    assert {tuple(one) for one in world.behind(
        "SELECT started_on, due_on, due_at, extended, met_on, wacht_op_permissions[1] FROM portal.termijn WHERE kind = :k "
        "AND party_id = :v", k=kind, v=side)} == {
            (begin, begin + weeks * 7 * DAY, None, 0, None, str(work.WORK[kind].permissions[0]))}


def test_who_takes_over_a_report_goes_on_with_the_day_in_the_offer(world):
    loop, ander, offer = ta.aangeboden(world)
    ta.ja(world, ander, offer)
    world.clock(7 * DAY)
    with pytest.raises(Refused, match="in de wet of in het aanbod"):
        world.as_(ander.consulent, usecases.melden, persoon_id=pw.persoon(world, ander), melder=Melder.ANDER,
                  gemeld_on=clock.today(), hulpvraag="Ik zoek een plek.", herkomst_id=loop.wie.consulent.party_id,
                  traject_id=world.behind("SELECT traject_id FROM portal.overdracht")[0][0])
    made = world.as_(ander.consulent, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")
    term = "SELECT t.started_on, t.due_on, g.gemeld_on FROM portal.termijn t JOIN portal.toegang g ON g.id = t.dossier_id "
    [(began, due, reported)] = world.behind(term + "WHERE t.kind = 'onderzoek' AND g.id = :d", d=made.id)
    assert began == reported and due >= reported + 42 * DAY
    mine = "kind = 'onderzoek' AND eigenaar_id = portal.party()"
    for change in ("due_on = due_on + 1", "extended = 1", "due_on = due_on - 1"):
        with pytest.raises(DBAPIError, match="termijn_van_zaak"):
            sql(world, ander.consulent, f"UPDATE portal.termijn SET {change} WHERE {mine}")
    columns = [one[0] for one in world.behind(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'portal' AND table_name = 'termijn'")]
    for column, value in (("started_on", "started_on + 30"), ("due_on", "due_on + 30")):
        forged = {"id": "gen_random_uuid()", column: value}
        with pytest.raises(DBAPIError, match="termijn_van_zaak"):
            sql(world, ander.consulent, f"INSERT INTO portal.termijn ({', '.join(columns)}) SELECT "
                f"{', '.join(forged.get(one, one) for one in columns)} FROM portal.termijn WHERE {mine}")
    assert sql(world, ander.consulent, f"UPDATE portal.termijn SET met_on = started_on WHERE {mine}", commit=False) == 1


@pytest.mark.parametrize("kind", ["werk_overnemen", "werk_overdracht", "werk_weigering"])
def test_the_receiver_begins_work_at_the_sender_in_the_agreed_words_only(world, kind):
    loop = pw.overdracht_aanvaard(world)
    columns = [one[0] for one in world.behind(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'portal' AND table_name = 'termijn'")]
    forged = {"id": "gen_random_uuid()", "party_id": ":v", "kind": ":k", "met_on": "NULL", "label": "'Nep'",
              "taak": "'Bel 0900-nep'", "gevolg": "'Anders vervalt alles'", "endpoint": "'account.uit'"}
    assert sql(world, loop.ontvanger.consulent, f"INSERT INTO portal.termijn ({', '.join(columns)}) SELECT "
               f"{', '.join(forged.get(one, one) for one in columns)} FROM portal.termijn WHERE dossier_id = :d LIMIT 1",
               v=loop.wie.consulent.party_id, k=kind, d=loop.overdracht_id) == 1
    agreed = work.WORK[kind]
    assert {tuple(one) for one in world.behind(
        "SELECT taak, gevolg, label, endpoint FROM portal.termijn WHERE kind = :k AND party_id = :v", k=kind,
        v=loop.wie.consulent.party_id)} == {(agreed.taak, agreed.gevolg, agreed.taak, agreed.endpoint)}


def test_an_offer_of_a_report_that_is_over_leaves_its_bare_fact(world):
    loop, ander, offer = ta.aangeboden(world)
    world.as_(loop.wie.consulent, overdragen.intrekken, offer, reden="Zij blijft.")
    [row] = world.see(ander.consulent, queries.voorbij)
    assert (row.id, row.state) == (offer, "ingetrokken") and row.reference.startswith("OVD")
    world.as_(loop.wie.consulent, usecases.afschermen, loop.persoon_id)
    assert world.see(ander.consulent, queries.voorbij)[0].reference == ""
