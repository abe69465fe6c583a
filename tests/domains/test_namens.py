"""Acting for another gemeente: competence follows the body that gave the mandate, not the gemeente where one logs in."""

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from portal.domains.beheer import leden, mandaten
from portal.domains.inkoop import usecases
from portal.identity import sessions
from portal.identity.model import Sessie
from portal.identity.permissions import Permission, Role, permissions_of, roles_for, under_mandate
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.tenants.model import Mandaat
from tests import inkoop_world as leven
from tests.namens import ALL, handelend, mensen, volmacht
from tests.world import Person


@pytest.fixture
def wie(world):
    return mensen(world)


def open_(world, token):
    """The actor behind this cookie, or None."""
    found = sessions.open_session(world.app.engine, token)
    return found[0] if found else None


def begun(world, wie, id_) -> str:
    """The cookie of a session that acts under this mandate."""
    token = world.token(wie.directeur)
    assert sessions.act_for(world.app.engine, token, id_)
    return token


# What the session is ------------------------------------------------------------------------------------------------------

def test_the_actor_is_of_the_body_and_remembers_the_employer(world, wie):
    id_ = volmacht(world, wie, tot_bedrag=Decimal("5000000.00"))
    token = world.token(wie.directeur)
    assert open_(world, token).namens is None and open_(world, token).mandaat_id is None
    assert sessions.act_for(world.app.engine, token, id_)
    actor = open_(world, token)
    assert (actor.user_id, actor.party_id, actor.party_slug) == (wie.directeur.user_id, world.gemeente("zwolle"), "zwolle")
    assert actor.roles == {Role.GEMACHTIGDE} and actor.rol == "gemachtigde van een andere gemeente"
    assert actor.mandaat_id == id_ and actor.namens.werkgever == "Hardenberg"
    assert (actor.namens.werkgever_id, actor.namens.soort) == (wie.directeur.party_id, "volmacht")
    assert (actor.namens.besluit_soort, actor.namens.tot_bedrag) == ("gunning", Decimal("5000000.00"))
    assert sessions.act_for(world.app.engine, token, None)
    back = open_(world, token)
    assert back == replace(wie.directeur.actor, session_id=actor.session_id, stepped_up_at=back.stepped_up_at,
                           session_ends_at=back.session_ends_at)


@pytest.mark.parametrize(("besluit_soort", "signs"), [
    ("gunning", {Permission.INKOOP_TEKENEN}),
    ("overeenkomst", {Permission.INKOOP_CONTRACTEREN, Permission.OVEREENKOMST_VERLENGEN, Permission.REGISTER_LEZEN}),
])
def test_a_signer_of_elsewhere_may_only_what_that_signature_asks(world, wie, besluit_soort, signs):
    signer = handelend(world, wie.directeur, volmacht(world, wie, besluit_soort=besluit_soort))
    assert signer.actor.permissions == signs | {Permission.WERK_LEZEN, Permission.ACCOUNT_EIGEN}
    assert under_mandate("deelname") == {Permission.WERK_LEZEN, Permission.ACCOUNT_EIGEN}


def test_a_signer_of_elsewhere_is_never_more_than_one_of_the_gemeente_itself():
    # Who signs at the gemeente itself, and who handles reports there.
    own_staff = [permissions_of([role]) for role in (Role.MANDAATHOUDER, Role.TOEGANGSMANDAAT, Role.CONSULENT)]
    for soort in mandaten.besluitsoorten():
        assert any(under_mandate(soort) < own for own in own_staff), f"{soort}: nooit meer dan wie het in de gemeente zelf doet"
    assert permissions_of([Role.GEMACHTIGDE]) == frozenset().union(*map(under_mandate, mandaten.besluitsoorten()))


def test_nobody_gives_this_role_by_hand(world, wie):
    assert Role.GEMACHTIGDE not in {role for soort in ("gemeente", "aanbieder", "inwoner") for role in roles_for(soort)}
    with pytest.raises(Refused, match="mag deze rol niet geven"):
        world.as_(wie.gever, leden.uitnodigen, naam="Sluiper", email="s@voorbeeld.example", rollen=["gemachtigde"])
    with pytest.raises(Refused, match="mag deze rol niet geven"):
        world.as_(wie.gever, leden.claim_toevoegen, claim="groups", waarde="x", rol="gemachtigde")


# Who may not ----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("missing", ALL)
def test_without_one_consent_nobody_acts(world, wie, missing):
    id_ = volmacht(world, wie, instemming=[van for van in ALL if van != missing])
    assert handelend(world, wie.directeur, id_) is None
    world.as_({"mandaatgever": wie.bestuur, "gemachtigde": wie.directeur, "werkgever": wie.werkgever}[missing],
              mandaten.instemmen, id_, missing)
    assert handelend(world, wie.directeur, id_), "met de laatste instemming kan het wel"


def test_not_before_the_first_day_and_not_after_the_last(world, wie):
    today = clock.today()
    id_ = volmacht(world, wie, van=today + timedelta(days=2), tot=today + timedelta(days=4))
    for day, may in ((0, False), (1, False), (2, True), (3, True), (4, False)):
        world.clock(today + timedelta(days=day))
        assert (handelend(world, wie.directeur, id_) is not None) is may, day


def test_only_the_mandatee_and_only_a_mandate_that_exists(world, wie):
    id_ = volmacht(world, wie)
    colleague = world.medewerker("hardenberg", "mandaathouder")
    for person in (colleague, wie.gever, wie.werkgever, world.medewerker("ommen", "mandaathouder")):
        assert handelend(world, person, id_) is None
    assert handelend(world, wie.directeur, uuid.uuid4()) is None


def test_a_mandate_of_the_own_gemeente_needs_no_switch(world, wie):
    id_ = leven.volmacht(world, wie.gever, own := world.medewerker("zwolle", "mandaathouder"))
    assert handelend(world, own, id_) is None
    assert world.see(own, lambda s: mandaten.namens_wie(s, own.actor, on=clock.today())) == []


def test_own_gemeente_offers_what_counts_and_nothing_else(world, wie):
    def offered(person):
        return [row.id for row, _naam in world.see(person, lambda s: mandaten.namens_wie(s, person.actor, on=clock.today()))]

    good = volmacht(world, wie)
    volmacht(world, wie, instemming=("mandaatgever", "gemachtigde"))
    volmacht(world, wie, van=clock.today() + timedelta(days=1))
    volmacht(world, wie, van=clock.today() - timedelta(days=9), tot=clock.today())
    gone = volmacht(world, wie)
    world.as_(wie.gever, mandaten.mandaat_intrekken, gone)
    assert offered(wie.directeur) == [good]
    assert offered(wie.werkgever) == offered(wie.gever) == []
    assert offered(handelend(world, wie.directeur, good)) == []


# Dead in the next request ---------------------------------------------------------------------------------------------------

def withdraw(world, wie, id_):
    world.as_(wie.gever, mandaten.mandaat_intrekken, id_)


def leave(world, wie, id_):
    (row,) = world.behind("SELECT id FROM portal.membership WHERE account_id = :a", a=wie.directeur.user_id)
    world.as_(wie.werkgever, leden.lid_verwijderen, row.id)


def ended_behind_the_sessions(world, wie, id_):
    """The membership alone: no session is touched."""
    world.behind("UPDATE portal.membership SET beeindigd_at = now(), beeindigd_by = account_id WHERE account_id = :a",
                 a=wie.directeur.user_id)


def without_roles(world, wie, id_):
    world.behind("UPDATE portal.membership SET rollen = '{}' WHERE account_id = :a", a=wie.directeur.user_id)


def last_day_passes(world, wie, id_):
    """The session itself would live on."""
    world.behind("UPDATE portal.sessie SET idle_seconden = 200000, eindigt_at = eindigt_at + interval '2 days'")
    world.clock(timedelta(days=1))


@pytest.mark.parametrize("ends", [withdraw, leave, ended_behind_the_sessions, without_roles, last_day_passes])
def test_a_session_under_a_mandate_that_ends_gives_nothing(world, wie, ends):
    id_ = volmacht(world, wie, tot=clock.today() + timedelta(days=1))
    token = begun(world, wie, id_)
    assert open_(world, token).party_naam == "Zwolle"
    ends(world, wie, id_)
    assert open_(world, token) is None, "in dit verzoek al"
    assert not sessions.act_for(world.app.engine, token, None), "en er is geen weg terug in deze sessie"


def test_the_end_is_written_once_for_both_gemeenten(world, wie):
    id_ = volmacht(world, wie)
    token = begun(world, wie, id_)
    withdraw(world, wie, id_)
    assert [open_(world, token) for _ in range(3)] == [None] * 3
    lines = world.behind("SELECT party_id, account_id, object, resultaat FROM portal.beveiligingslog "
                         "WHERE handeling = 'namens handelen'")
    assert {line.party_id for line in lines} == {world.gemeente("zwolle"), world.gemeente("hardenberg")}
    assert [(line.account_id, line.object, line.resultaat) for line in lines] == [
        (wie.directeur.user_id, str(id_), "afgebroken")] * 2


def test_another_session_of_the_same_person_goes_on(world, wie):
    id_ = volmacht(world, wie)
    own, other = world.token(wie.directeur), begun(world, wie, id_)
    withdraw(world, wie, id_)
    assert open_(world, other) is None and open_(world, own).party_naam == "Hardenberg"


# Signing --------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def loop(world):
    return leven.gelezen(world, percelen=1)


def sign(world, person, loop):
    return world.as_(person, usecases.tekenen, loop.besluiten[loop.percelen[0]], brieven=leven.NepBrieven(world))


def test_director_of_hardenberg_signs_an_award_of_zwolle(world, wie, loop):
    id_ = volmacht(world, wie)
    signer = handelend(world, wie.directeur, id_)
    sign(world, signer, loop)
    (row,) = world.behind("SELECT state, party_id, getekend_by, mandaat_id, vervanging_id FROM portal.besluit")
    assert tuple(row) == ("verzonden", world.gemeente("zwolle"), wie.directeur.user_id, id_, None)
    (event,) = world.behind("SELECT actor_id, party_id, facts FROM portal.case_event WHERE kind = 'perceel:tekenen'")
    assert (event.actor_id, event.party_id) == (wie.directeur.user_id, world.gemeente("zwolle"))
    assert event.facts["volmacht"] == str(id_)


def test_from_the_own_gemeente_nobody_signs_for_another(world, wie, loop):
    volmacht(world, wie)
    with pytest.raises(NotFound):
        sign(world, wie.directeur, loop)


def test_only_under_the_mandate_of_the_session(world, wie, loop):
    """Another mandate of the same person, that would do, does not help."""
    low = volmacht(world, wie, tot_bedrag=Decimal("1000.00"))
    signer, _enough = handelend(world, wie.directeur, low), volmacht(world, wie)
    with pytest.raises(Refused, match="bedrag is hoger"):
        sign(world, signer, loop)


@pytest.mark.parametrize(("facts", "words"), [
    ({"tot_bedrag": Decimal("1000.00")}, "Het bedrag is hoger dan uw volmacht toelaat: tot € 1.000,00"),
    ({"besluit_soort": "overeenkomst"}, "De volmacht waarmee u namens gemeente Zwolle handelt, is niet voor dit besluit"),
    ({"besluit_soort": "deelname", "soort": "mandaat"}, "Het mandaat waarmee u namens gemeente Zwolle handelt, is niet voor"),
])
def test_a_mandate_for_less_or_for_something_else_signs_nothing(world, wie, loop, facts, words, monkeypatch):
    monkeypatch.setattr(mandaten, "te_geven", mandaten.besluitsoorten)  # one of before a kind was given no more
    signer = handelend(world, wie.directeur, volmacht(world, wie, **facts))
    with pytest.raises(Refused, match=words):
        sign(world, signer, loop)
    assert world.behind("SELECT state FROM portal.besluit")[0][0] == "gelezen"


def test_mandate_that_ends_between_the_check_and_the_signature_signs_nothing(world, wie, loop):
    id_ = volmacht(world, wie)
    signer = handelend(world, wie.directeur, id_)
    withdraw(world, wie, id_)
    with pytest.raises(Refused, match="geldt vandaag niet"):
        sign(world, signer, loop)


def test_who_drafted_does_not_sign_under_a_mandate_either(world, wie):
    """By person, not by gemeente: somebody who works for both and drafted for Zwolle."""
    loop = leven.vastgesteld(world, percelen=1)
    world.behind("INSERT INTO portal.membership (id, account_id, party_id, rollen, herkomst) "
                 "VALUES (gen_random_uuid(), :a, :p, '{contractmanager}', 'inrichting')",
                 a=wie.directeur.user_id, p=world.gemeente("zwolle"))
    drafter = Person(replace(loop.wie.manager.actor, user_id=wie.directeur.user_id, naam=wie.directeur.actor.naam),
                     wie.directeur.issuer, wie.directeur.subject)
    besluit_id = world.as_(drafter, usecases.gunnen, loop.percelen[0]).id
    world.as_(loop.wie.jurist, usecases.meelezen, besluit_id)
    signer = handelend(world, wie.directeur, volmacht(world, wie))
    with pytest.raises(Refused, match="zelf opgesteld"):
        world.as_(signer, usecases.tekenen, besluit_id, brieven=leven.NepBrieven(world))


def test_no_other_step_is_open_to_a_signer_of_elsewhere(world, wie, loop):
    signer = handelend(world, wie.directeur, volmacht(world, wie))
    for use_case, facts in ((usecases.openen, (loop.inkoop_id,)), (usecases.contracteren, (loop.percelen[0],))):
        with pytest.raises(Refused):
            world.as_(signer, use_case, *facts)


def test_signer_of_elsewhere_gives_no_consent(world, wie):
    id_, other = volmacht(world, wie), volmacht(world, wie, instemming=())
    signer = handelend(world, wie.directeur, id_)
    for van in ("mandaatgever", "werkgever"):
        with pytest.raises(Refused) as refused:
            world.as_(signer, mandaten.instemmen, other, van)
        assert refused.value.status == 403


# Past the use cases ---------------------------------------------------------------------------------------------------------

def test_the_app_role_changes_no_session(world, wie):
    id_ = volmacht(world, wie, instemming=())
    world.token(wie.directeur)
    for change in (update(Sessie).values(mandaat_id=id_), update(Sessie).values(party_id=world.gemeente("zwolle"))):
        with pytest.raises(DBAPIError, match="permission denied"):
            world.as_(wie.directeur, lambda s, a, change=change: s.execute(change))
    with pytest.raises(DBAPIError, match="permission denied"):
        world.as_(wie.directeur, lambda s, a: s.execute(text("SELECT portal.mandaat_geldt(:m, :w, :p)"), {
            "m": id_, "w": wie.directeur.user_id, "p": wie.directeur.party_id}))
    assert world.behind("SELECT mandaat_id FROM portal.sessie")[0][0] is None


def test_control_the_owner_sets_it_and_the_session_is_dead_without_consents(world, wie):
    """Even a row that was tampered with gives nothing: every request counts the consents again."""
    id_ = volmacht(world, wie, instemming=("mandaatgever", "gemachtigde"))
    token = world.token(wie.directeur)
    world.behind("UPDATE portal.sessie SET mandaat_id = :m", m=id_)
    assert open_(world, token) is None


def test_switching_needs_a_live_session(world, wie):
    id_ = volmacht(world, wie)
    token = world.token(wie.directeur)
    sessions.end(world.app.engine, token)
    assert not sessions.act_for(world.app.engine, token, id_)
    idle = world.token(wie.directeur)
    world.behind("UPDATE portal.sessie SET laatst_at = portal.now() - interval '31 minutes'")
    assert not sessions.act_for(world.app.engine, idle, id_)


def test_list_of_sessions_says_for_whom(world, wie):
    world.token(wie.directeur)
    begun(world, wie, volmacht(world, wie))
    rows = world.see(wie.directeur, lambda s: leden.eigen_sessies(s, wie.directeur.actor))
    assert {row.namens for row in rows} == {None, "Zwolle"}


def test_a_given_mandate_stays_between_the_two(world, wie):
    volmacht(world, wie)
    stranger = world.medewerker("ommen", "mandaathouder")
    assert world.see(stranger, lambda s: s.scalars(select(Mandaat)).all()) == []
