"""Objection, on the real database: received, heard, answered, decided by somebody else; what it does to the ceiling."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.db import Session
from portal.domains.subsidies import bezwaar, queries, tekenen, usecases, voorstellen
from portal.domains.subsidies.model import BezwaarState, State
from portal.domains.subsidies.rules import Beslissing
from portal.identity.permissions import Permission as P
from portal.kernel import clock
from portal.kernel.errors import NotFound
from portal.tenants.scope import acting_for
from tests.domains.test_subsidies import refuses
from tests.inkoop_world import zorgaanbieder
from tests.subsidies_world import (
    NepBrieven,
    beoordeeld,
    geschreven,
    mandaat,
    neem_in,
    op,
    open_regeling,
    personen,
    subsidie,
    verleend,
)

WAAROM = "Wij keken opnieuw, en het besluit klopte niet met de regeling."


def geweigerd(world, loop=None):
    """Refused because the ceiling is full: another got the last money."""
    if loop is None:
        wie = personen(world, 2)
        scheme = open_regeling(world, wie, plafond="40000")
        verleend(world, geschreven(world, scheme, wie=1))
        loop = geschreven(world, scheme, wie=0)
    loop = beoordeeld(world, loop)
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst=Beslissing.WEIGEREN, grond="plafond",
              eigen_feiten=False, horen="De grond is het plafond.", motivering="Het plafond is bereikt met eerdere aanvragen.")
    besluit = world.as_(loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(loop.wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    return loop, besluit


def behandelaar(world, naam: str = "Bea Bezwaar"):
    """Who handles objections, and signs nothing."""
    return world.medewerker("zwolle", "bezwaarbehandelaar", naam=naam)


def tekenaar(world, loop):
    """Somebody else than the signer of the first decision, with a mandate for objections."""
    other = world.medewerker("zwolle", "mandaathouder", naam="Wil Tekent")
    mandaat(world, loop.wie.beheerder, other, besluit_soort="bezwaar")
    return other


def ander(world, loop, soort: str = "subsidie", naam: str = "Ans Ander"):
    """Who may sign what takes the place of a decision that fell: not who signed that one."""
    person = world.medewerker("zwolle", "mandaathouder", naam=naam)
    mandaat(world, loop.wie.beheerder, person, besluit_soort=soort)
    return person


def ingediend(world, loop, besluit, *gronden: str):
    """Sent and taken in."""
    sent = world.as_(loop.aanvrager.verzender, bezwaar.indienen, besluit.id, gronden=gronden)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    return dossier(world, loop)


def dossier(world, loop):
    """The objection of a case as the gemeente sees it."""
    return world.as_(loop.wie.adviseur, lambda s, _a: queries.bezwaren(s, loop.subsidie_id)[-1])


def term(world, loop, zaak):
    """The term to decide that runs."""
    return world.as_(loop.wie.adviseur, lambda s, _a: bezwaar.beslistermijn(s, zaak))


def beantwoord(world, loop, bea, zaak):
    """Every ground has an answer, and the applicant was heard."""
    for argument in world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, zaak.id)):
        world.as_(bea, bezwaar.beantwoorden, argument.id, antwoord="U heeft gelijk: dat telden wij verkeerd.")
    world.as_(bea, bezwaar.horen, zaak.id, on=clock.today(), verslag="De indiener lichtte het toe.")


def beslist(world, loop, zaak, uitkomst: str = "gegrond"):
    """From received to decided and sent."""
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    beantwoord(world, loop, bea, zaak)
    voorstel = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst=uitkomst, motivering=WAAROM)
    world.as_(tekenaar(world, loop), tekenen.tekenen, voorstel.id, brieven=NepBrieven(world))
    return dossier(world, loop)


def test_an_objection_gets_a_dossier_and_its_term_runs_from_the_end_of_the_term_to_object(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.", "Anderen kwamen later.")
    assert (zaak.state, zaak.tijdig) == (BezwaarState.ONTVANGEN, True)
    end = world.as_(loop.wie.adviseur, lambda s, _a: queries.termijn(s, loop.subsidie_id, "bezwaartermijn")).due_on
    assert term(world, loop, zaak).started_on == end
    refuses(world, loop.aanvrager.verzender, bezwaar.indienen, besluit.id, gronden=["Nog eens."], status=409, says="al bezwaar")


def test_too_late_is_received_and_may_be_inadmissible(world):
    loop, besluit = geweigerd(world)
    world.clock(op(clock.today() + timedelta(weeks=8)))
    zaak = ingediend(world, loop, besluit, "Te laat.")
    assert not zaak.tijdig
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="niet_ontvankelijk", grond="te-laat", motivering=WAAROM)


def test_nobody_who_had_a_part_in_the_decision_handles_or_signs_the_objection(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    for person in (loop.wie.adviseur, loop.wie.tekenaar):
        both = replace(person, actor=replace(person.actor, permissions=person.actor.permissions | {P.BEZWAAR_BEHANDELEN}))
        refuses(world, both, bezwaar.behandelen, zaak.id, says="U was betrokken bij het besluit")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    beantwoord(world, loop, bea, zaak)
    voorstel = world.as_(bea, bezwaar.voorstellen, zaak.id, uitkomst="ongegrond", motivering=WAAROM)
    mandaat(world, loop.wie.beheerder, loop.wie.tekenaar, besluit_soort="bezwaar")
    refuses(world, loop.wie.tekenaar, tekenen.tekenen, voorstel.id, brieven=NepBrieven(world), status=403, says="10:3")
    assert dossier(world, loop).state == BezwaarState.IN_BEHANDELING


def test_grounds_that_are_missing_are_asked_and_the_term_stands_still(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit)
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    before = term(world, loop, zaak)
    world.clock(op(before.started_on + timedelta(days=3)))
    world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="Uw gronden.")
    world.clock(op(clock.today() + timedelta(days=5)))
    sent = world.as_(loop.aanvrager.verzender, bezwaar.aanvullen, zaak.id, gronden=["De telling klopt niet."])
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert dossier(world, loop).state == BezwaarState.IN_BEHANDELING
    assert len(world.as_(loop.wie.adviseur, lambda s, _a: queries.argumenten(s, zaak.id))) == 1
    assert term(world, loop, zaak).due_on > before.due_on


def test_grounds_that_never_come_make_it_inadmissible(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit)
    bea, zwolle = behandelaar(world), loop.wie.adviseur.party_id
    world.as_(bea, bezwaar.behandelen, zaak.id)
    propose = (bea, bezwaar.voorstellen, zaak.id)
    refuses(world, *propose, uitkomst="niet_ontvankelijk", grond="verzuim", motivering=WAAROM, says="nog geen tijd")
    asked = world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="Uw gronden.")
    with acting_for(zwolle), Session(bind=world.app.engine) as session, session.begin():
        assert bezwaar.verzuim_verlopen(session, usecases.portaal(zwolle), asked.due_on + timedelta(days=1)) == 1
    world.as_(*propose, uitkomst="niet_ontvankelijk", grond="verzuim", motivering=WAAROM)


def test_a_committee_gives_twelve_weeks_and_the_decision_is_put_off_once(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id, commissie=True)
    running = term(world, loop, zaak)
    assert running.kind == "beslissing_op_bezwaar_commissie" and running.due_on >= running.started_on + timedelta(weeks=12)
    refuses(world, bea, bezwaar.verdagen, zaak.id, reden=" ", says="Schrijf waarom")
    world.as_(bea, bezwaar.verdagen, zaak.id, reden="De commissie is met vakantie.")
    assert term(world, loop, zaak).due_on >= running.started_on + timedelta(weeks=18)
    refuses(world, bea, bezwaar.verdagen, zaak.id, reden="Nog eens.", says="niet (nog eens) worden verlengd")


def test_nothing_is_proposed_before_the_hearing_and_the_answers(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    propose = (bea, bezwaar.voorstellen, zaak.id)
    refuses(world, *propose, uitkomst="ongegrond", motivering=WAAROM, says="Hoor de indiener eerst")
    refuses(world, bea, bezwaar.niet_horen, zaak.id, grond="geen zin", says="grond uit de wet")
    world.as_(bea, bezwaar.niet_horen, zaak.id, grond="afgezien")
    refuses(world, *propose, uitkomst="ongegrond", motivering=WAAROM, says="Beantwoord eerst alle argumenten")
    refuses(world, *propose, uitkomst="misschien", motivering=WAAROM, says="Kies wat u beslist")


def test_an_objection_that_succeeds_opens_the_case_and_the_ceiling_counts_as_it_stood(world):
    """Awb 4:25, lid 3: full then is full now, whatever came free since."""
    loop, besluit = geweigerd(world)
    assert beslist(world, loop, ingediend(world, loop, besluit, "De telling klopt niet.")).state == BezwaarState.BESLIST
    assert subsidie(world, loop).state == State.BEOORDEELD
    world.as_(loop.wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(loop.wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering=WAAROM, steun="geen",
              staatssteun="Niet economisch.")
    refuses(world, loop.wie.adviseur, voorstellen.voorleggen, loop.subsidie_id, says="Bij het eerste besluit was er nog € 0,00")


def test_after_an_objection_there_is_room_that_was_there_then(world):
    """Refused on another ground while there was room; since then the ceiling was filled by others."""
    wie = personen(world, 2)
    scheme = open_regeling(world, wie, plafond="40000")
    loop = beoordeeld(world, geschreven(world, scheme, wie=0))
    world.as_(wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(wie.adviseur, voorstellen.bewaren, loop.subsidie_id, uitkomst=Beslissing.WEIGEREN, grond="gaat-niet-door",
              eigen_feiten=False, horen="Eigen opgave van de aanvrager.",
              motivering="De activiteiten gaan waarschijnlijk niet door.")
    besluit = world.as_(wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    world.as_(wie.tekenaar, tekenen.tekenen, besluit.id, brieven=NepBrieven(world))
    verleend(world, geschreven(world, scheme, wie=1))
    beslist(world, loop, ingediend(world, loop, besluit, "Wij gaan wel door."))
    world.as_(wie.adviseur, voorstellen.beginnen, loop.subsidie_id)
    world.as_(wie.adviseur, voorstellen.bewaren, loop.subsidie_id, motivering=WAAROM, steun="geen",
              staatssteun="Lokaal, niet economisch.")
    granted = world.as_(wie.adviseur, voorstellen.voorleggen, loop.subsidie_id)
    refuses(world, wie.tekenaar, tekenen.tekenen, granted.id, brieven=NepBrieven(world), status=403, says="in de plaats komt")
    world.as_(ander(world, loop), tekenen.tekenen, granted.id, brieven=NepBrieven(world))
    assert (subsidie(world, loop).state, subsidie(world, loop).verleend) == (State.VERLEEND, Decimal(40_000))


def test_an_objection_is_taken_back_by_who_made_it(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    sent = world.as_(loop.aanvrager.verzender, bezwaar.intrekken, zaak.id)
    neem_in(world, sent.id, loop.wie.adviseur.party_id)
    assert dossier(world, loop).state == BezwaarState.INGETROKKEN


def test_a_competitor_and_a_neighbour_see_nothing_of_an_objection(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    other, buur = zorgaanbieder(world, "Ander (fictief)").verzender, world.medewerker("kampen", "bezwaarbehandelaar")
    for act in (lambda: world.as_(other, bezwaar.indienen, besluit.id, gronden=["x"]),
                lambda: world.as_(other, bezwaar.intrekken, zaak.id),
                lambda: world.as_(other, bezwaar.aanvullen, zaak.id, gronden=["x"]),
                lambda: world.as_(buur, bezwaar.behandelen, zaak.id)):
        with pytest.raises(NotFound):
            act()


def test_who_took_the_decision_answers_nothing_and_puts_nothing_off(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    bea = behandelaar(world)
    argument = world.as_(bea, lambda s, _a: queries.argumenten(s, zaak.id))[0]
    refuses(world, bea, bezwaar.beantwoorden, argument.id, antwoord="Nee.", status=409, says="eerst in behandeling")
    world.as_(bea, bezwaar.behandelen, zaak.id)
    person = loop.wie.adviseur
    both = replace(person, actor=replace(person.actor, permissions=person.actor.permissions | {P.BEZWAAR_BEHANDELEN}))
    refuses(world, both, bezwaar.beantwoorden, argument.id, antwoord="Nee.", status=403, says="U was betrokken")
    refuses(world, both, bezwaar.verdagen, zaak.id, reden="Druk.", says="U was betrokken")


def test_another_day_takes_the_place_of_the_first_and_the_hearing_ends_it(world):
    loop, besluit = geweigerd(world)
    zaak = ingediend(world, loop, besluit, "De telling klopt niet.")
    bea = behandelaar(world)
    world.as_(bea, bezwaar.behandelen, zaak.id)
    invite = (bea, bezwaar.uitnodigen, zaak.id)
    where = {"plaats": "Stadhuis", "inzage": "Balie 3, op werkdagen."}
    refuses(world, *invite, at=op(clock.today() + timedelta(days=13)), **where, says="Kies een dag vanaf")
    refuses(world, *invite, at=op(clock.today() + timedelta(days=20)), plaats=" ", inzage="Balie",
            says="waar de hoorzitting is")
    refuses(world, *invite, at=op(clock.today() + timedelta(days=20)), plaats="x", inzage=" ", says="waar de stukken liggen")
    for days in (14, 27):
        world.as_(*invite, at=op(clock.today() + timedelta(days=days)), **where)
    sent = world.behind("SELECT tekst FROM portal.bericht WHERE onderwerp LIKE 'Uitnodiging%' ORDER BY verzonden_at")[-1][0]
    assert "Alle stukken kunt u bekijken vanaf" in sent and "Balie 3, op werkdagen." in sent
    planned = world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "hoorzitting", open_only=True))
    assert planned.due_on == clock.today() + timedelta(days=27)
    world.clock(op(planned.due_on))
    world.as_(bea, bezwaar.horen, zaak.id, on=planned.due_on, verslag="De indiener lichtte het toe.")
    assert world.as_(bea, lambda s, _a: queries.termijn(s, zaak.id, "hoorzitting", open_only=True)) is None


def test_a_letter_of_somebody_outside_the_portal_and_its_supplement(world):
    """Received on paper: nobody of the applicant is in the portal, so nothing is sent there; the term runs the same."""
    loop, besluit = geweigerd(world)
    world.behind("UPDATE portal.subsidie SET aanvrager_id = NULL WHERE id = :s RETURNING id", s=loop.subsidie_id)
    bea = behandelaar(world)
    last = world.as_(bea, lambda s, _a: queries.termijn(s, loop.subsidie_id, "bezwaartermijn")).due_on
    world.clock(op(last + timedelta(days=3)))
    zaak = world.as_(bea, bezwaar.papier, besluit.id, gronden=[], on=last)
    assert zaak.tijdig and zaak.ontvangen_on == last and term(world, loop, zaak).started_on == last
    world.as_(bea, bezwaar.behandelen, zaak.id)
    asked = world.as_(bea, bezwaar.verzuim_melden, zaak.id, wat="De gronden.")
    world.clock(op(asked.due_on))
    refuses(world, bea, bezwaar.papieren_gronden, zaak.id, gronden=["x"], on=clock.today() + timedelta(days=1),
            says="niet in de toekomst")
    world.as_(bea, bezwaar.papieren_gronden, zaak.id, gronden=["De telling klopt niet."], on=clock.today())
    assert dossier(world, loop).state == BezwaarState.IN_BEHANDELING
    world.as_(bea, bezwaar.papieren_intrekking, zaak.id, on=clock.today())
    assert dossier(world, loop).state == BezwaarState.INGETROKKEN
    buur = world.medewerker("kampen", "bezwaarbehandelaar")
    with pytest.raises(NotFound):
        world.as_(buur, bezwaar.papier, besluit.id, gronden=["x"], on=last)


def test_what_was_sent_and_not_taken_in_yet_counts_as_an_objection(world):
    loop, besluit = geweigerd(world)
    world.as_(loop.aanvrager.verzender, bezwaar.indienen, besluit.id, gronden=["De telling klopt niet."])
    refuses(world, loop.aanvrager.verzender, bezwaar.indienen, besluit.id, gronden=["Nog eens."], status=409, says="al bezwaar")
    refuses(world, behandelaar(world), bezwaar.papier, besluit.id, gronden=["x"], on=clock.today(), status=409,
            says="al bezwaar gemaakt")
