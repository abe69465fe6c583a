"""A report that is not decided yet goes to a gemeente where somebody has a better chance: offered, refused, disputed, accepted.
The terms do not begin again, and one gemeente is responsible on every day."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from portal.domains.plaatsingen import afwegen, overdragen, queries, rules, usecases
from portal.domains.plaatsingen.model import (
    Momentopname,
    Onderzoek,
    Overdracht,
    OverdrachtState,
    Persoon,
    Plaatsing,
    Toegang,
    ToegangState,
)
from portal.kernel import clock
from portal.kernel.dossier import Termijn, load
from portal.kernel.errors import NotFound, Refused
from tests import plaatsingen_world as pw
from tests.domains.test_overdragen import laat_tijd_verlopen, wacht

DAY = timedelta(days=1)
WAAROM = "Haar zus woont in Zwolle, en daar werkt de hulp al die zij heeft."


def aangeboden(world, loop=None, *, aan="zwolle", over=7, **anders):
    """A report of Raalte that Zwolle is asked to take over: the loop, the people of the receiver, the offer."""
    loop = loop or pw.in_onderzoek(world, wie=pw.personen(world, "raalte"), dagen_geleden=10)
    ander = pw.personen(world, aan)
    made = world.as_(loop.wie.consulent, afwegen.aanbieden, loop.toegang_id, **{
        "ontvanger_id": ander.consulent.party_id, "ingaand_on": clock.today() + over * DAY, "grondsoort": "toestemming",
        "vindplaats": "Gesprek van vandaag", "grond_tot": clock.today() + 60 * DAY, "toelichting": WAAROM, **anders})
    return loop, ander, made.id


def ja(world, ander, offer, over=7):
    world.as_(ander.consulent, overdragen.antwoorden, offer, ja=True, ingaand_on=clock.today() + over * DAY)


def nee(world, ander, offer):
    world.as_(ander.consulent, overdragen.antwoorden, offer, ja=False, reden="netwerk", toelichting="Wij zien geen netwerk.")


def staat(world, wie, toegang_id):
    return world.see(wie.consulent, lambda s: load(s, Toegang, toegang_id)).state


def overgenomen(world, dagen=7):
    """Raalte asked, Zwolle said yes, the day came, and Zwolle has its own report."""
    loop, ander, offer = aangeboden(world, over=dagen)
    ja(world, ander, offer, dagen)
    world.clock(dagen * DAY)
    return loop, ander, offer, world.as_(ander.consulent, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")


def test_the_other_gemeente_reads_why_and_nothing_of_the_investigation(world):
    loop, ander, offer = aangeboden(world)
    inhoud = world.see(ander.consulent, lambda s: s.scalar(select(Momentopname))).inhoud
    assert inhoud["toelichting"] == WAAROM and inhoud["hulpvraag"] == pw.HULPVRAAG
    assert not {"bsn", "adres", "antwoorden", "contact"} & set(inhoud)
    for one in (Toegang, Persoon, Onderzoek):
        assert world.see(ander.consulent, lambda s, one=one: s.scalars(select(one)).all()) == [], one
    assert wacht(world, ander.consulent, offer) == {"aanbod"}
    derde = pw.personen(world, "deventer").consulent
    assert world.see(derde, lambda s: s.scalars(select(Overdracht)).all()) == []
    assert staat(world, loop.wie, loop.toegang_id) == ToegangState.ONDERZOEK


@pytest.mark.parametrize(("anders", "sentence"), [
    ({"aan": "raalte"}, "eigen gemeente"),
    ({"toelichting": " "}, "waarom de kans op herstel"),
    ({"over": -1}, "in het verleden"),
    ({"over": -10}, "na de melding"),
    ({"vindplaats": ""}, "waar het mandaat staat"),
    ({"grondsoort": "contract"}, "mandaat, of toestemming"),
])
def test_what_is_wrong_with_an_offer_is_said_and_nothing_is_written(world, anders, sentence):
    loop = pw.in_onderzoek(world, wie=pw.personen(world, "raalte"), dagen_geleden=10)
    with pytest.raises(Refused, match=sentence):
        aangeboden(world, loop, **anders)
    assert world.behind("SELECT 1 FROM portal.overdracht WHERE toegang_id = :t", t=loop.toegang_id) == []


def test_a_report_is_offered_between_the_investigation_and_the_decision(world):
    loop = pw.gemeld(world, pw.personen(world, "raalte"), dagen_geleden=3)
    with pytest.raises(Refused, match="voor het besluit"):
        aangeboden(world, loop)
    loop = pw.aangevraagd(world, loop)
    _loop, _ander, offer = aangeboden(world, loop)
    with pytest.raises(Refused, match="Er ligt een aanbod"):
        aangeboden(world, loop, aan="deventer")
    with pytest.raises(Refused, match="Er ligt een aanbod"):
        pw.voorgesteld(world, loop)
    with pytest.raises(Refused, match="Er ligt een aanbod"):
        world.as_(loop.wie.consulent, usecases.intrekken, loop.toegang_id, reden="Wil niet meer.")
    world.as_(loop.wie.consulent, overdragen.intrekken, offer, reden="Zij blijft toch hier.")
    loop = pw.voorgesteld(world, loop)
    with pytest.raises(Refused, match="voorstel bij de tekenaar"):
        aangeboden(world, loop)


def test_transfer_between_authorities_with_refusal_dispute_and_acceptance(world):
    """Raalte to Zwolle, before a decision: the journey of the issue."""
    loop, ander, offer = aangeboden(world)
    sender, receiver = loop.wie.consulent, ander.consulent
    nee(world, ander, offer)
    assert wacht(world, sender, offer) == {"werk_weigering"}
    world.as_(sender, overdragen.geschil, offer, reden="De contactpersonen komen er niet uit.")
    with pytest.raises(Refused):
        ja(world, ander, offer)
    world.as_(sender, overdragen.advies, offer, advies="De kans is in Zwolle het grootst.", on=clock.today())
    ja(world, ander, offer)
    # Accepted is not yet gone: until the day Raalte has it, and its terms run.
    assert staat(world, loop.wie, loop.toegang_id) == ToegangState.ONDERZOEK and laat_tijd_verlopen(world, "raalte") == 0
    with pytest.raises(Refused, match="neemt deze melding over"):
        aangeboden(world, loop, aan="deventer")
    with pytest.raises(Refused, match="Neem het dossier op die dag over"):
        world.as_(receiver, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")
    world.clock(7 * DAY)
    assert laat_tijd_verlopen(world, "raalte") == 1
    assert staat(world, loop.wie, loop.toegang_id) == ToegangState.OVERGEDRAGEN
    assert wacht(world, sender, loop.toegang_id) == set()
    made = world.as_(receiver, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")
    assert (made.gemeente_id, made.herkomst_id) == (receiver.party_id, sender.party_id)
    with pytest.raises(Refused, match="al overgenomen"):
        world.as_(receiver, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")


def test_the_terms_run_on_from_the_day_of_the_first_report(world):
    loop, ander, _offer, made = overgenomen(world)
    first = world.see(loop.wie.consulent, lambda s: load(s, Toegang, loop.toegang_id)).gemeld_on
    assert made.gemeld_on == first

    def due(wie, toegang_id):
        return world.see(wie.consulent, lambda s: s.scalar(select(Termijn.due_on).where(
            Termijn.dossier_id == toegang_id, Termijn.kind == "onderzoek")))

    assert due(ander, made.id) == due(loop.wie, loop.toegang_id)


def test_who_is_shielded_after_the_offer_is_shielded_at_the_receiver(world):
    loop, ander, offer = aangeboden(world, over=1)
    world.as_(loop.wie.consulent, usecases.afschermen, loop.persoon_id)
    ja(world, ander, offer, 1)
    world.clock(DAY)
    made = world.as_(ander.consulent, afwegen.overnemen, offer, adres="Zusterlaan 2, Zwolle")
    assert world.see(ander.consulent, lambda s: s.get(Persoon, made.persoon_id)).afgeschermd


def test_I1_one_gemeente_is_responsible_on_every_day_from_the_first_report_on(world):
    _loop, ander, _offer, made = overgenomen(world)
    given = pw.toegekend(world, pw.aangevraagd(world, pw.Toegangsloop(ander, made.persoon_id, made.id)))
    plaatsing = pw.geplaatst(world, given)
    found = world.see(ander.consulent, lambda s: load(s, Plaatsing, plaatsing.plaatsing_id))
    line = world.see(ander.consulent, lambda s: overdragen.begins(queries.tijdlijn(s, found.traject_id)))
    raalte, zwolle = world.gemeente("raalte"), world.gemeente("zwolle")
    assert [(one.gemeente_id, one.van) for one in line] == [(raalte, made.gemeld_on), (zwolle, clock.today())]
    assert [rules.verantwoordelijk_op(line, made.gemeld_on + n * DAY).gemeente_id for n in (0, 16, 17, 40)] == [
        raalte, raalte, zwolle, zwolle]
    assert found.herkomst_id == raalte, "daar gaat iemand later naar terug"


def test_a_warm_handover_closes_with_two_signatures(world):
    loop, ander, offer, _made = overgenomen(world)
    for who in (loop.wie.consulent, ander.consulent):
        with pytest.raises(Refused):
            world.as_(who, overdragen.tekenen, offer)
    world.as_(loop.wie.consulent, overdragen.punt, offer, code="naasten", antwoord="ja")
    for who in (loop.wie.consulent, ander.consulent):
        world.as_(who, overdragen.tekenen, offer)
    world.as_(loop.wie.consulent, overdragen.afronden, offer)
    assert world.see(loop.wie.consulent, lambda s: load(s, Overdracht, offer)).state == OverdrachtState.AFGEROND


def test_an_offer_that_nobody_answers_expires_and_the_report_stays(world):
    loop, ander, offer = aangeboden(world)
    world.clock(40 * DAY)
    assert laat_tijd_verlopen(world, "raalte") == 1
    assert world.see(loop.wie.consulent, lambda s: load(s, Overdracht, offer)).state == OverdrachtState.VERLOPEN
    with pytest.raises(Refused):
        ja(world, ander, offer)
    assert staat(world, loop.wie, loop.toegang_id) == ToegangState.ONDERZOEK


def test_a_yes_that_does_not_go_through_leaves_no_timeline_and_it_can_be_asked_again(world):
    loop, ander, offer = aangeboden(world)
    ja(world, ander, offer)
    world.as_(loop.wie.consulent, overdragen.staken, offer, reden="De inwoner wil toch blijven.")
    assert world.behind("SELECT count(*) FROM portal.verantwoordelijkheid")[0][0] == 0
    assert staat(world, loop.wie, loop.toegang_id) == ToegangState.ONDERZOEK
    _loop, ander, offer = aangeboden(world, loop, aan="deventer")
    ja(world, ander, offer)


def test_a_report_that_was_taken_over_can_go_on_and_keeps_one_timeline(world):
    _loop, ander, _offer, made = overgenomen(world)
    raalte, zwolle, deventer = (world.gemeente(name) for name in ("raalte", "zwolle", "deventer"))
    loop = pw.in_onderzoek(world, pw.Toegangsloop(ander, made.persoon_id, made.id))
    loop, derde, offer = aangeboden(world, loop, aan="deventer")
    ja(world, derde, offer)
    line = world.behind("SELECT gemeente_id FROM portal.verantwoordelijkheid WHERE traject_id = :t ORDER BY van",
                        t=made.traject_id)
    assert [row[0] for row in line] == [raalte, zwolle, deventer]


def test_the_database_lets_nobody_offer_a_report_of_another(world):
    """Over the wall: an offer is of an own report or placement, and of one of both."""
    loop = pw.in_onderzoek(world, wie=pw.personen(world, "raalte"))
    thief = pw.personen(world, "deventer").consulent
    with pytest.raises(NotFound):
        aangeboden(world, pw.Toegangsloop(pw.personen(world, "deventer"), loop.persoon_id, loop.toegang_id))

    def steal(session, actor):
        found = Overdracht(toegang_id=loop.toegang_id, traject_id=loop.toegang_id, richting="heen", reference="OVD-2099-0001",
                           titel="Overdracht", state="aangeboden", eigenaar_id=actor.party_id, verzender_id=actor.party_id,
                           ontvanger_id=world.gemeente("zwolle"), ingaand_on=clock.today(), verloopt_on=clock.today())
        session.add(found)
        session.flush()

    with pytest.raises(ProgrammingError, match="row-level security"):
        world.as_(thief, steal)
