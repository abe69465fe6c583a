"""Nobody gives a power to oneself, alone, by any road; and a power ends with the person who had it."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from portal.domains.beheer import leden, mandaten
from portal.domains.inkoop import usecases
from portal.identity import sessions
from portal.identity.model import ClaimRol, Membership
from portal.identity.permissions import ROLES, Permission
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import as_refusal, refusing
from portal.tenants.model import Mandaat, MandaatInstemming, Vervanging
from tests import inkoop_world as leven
from tests import namens
from tests.world import Person, World

ISSUER = "https://inloggen.test/{}"


def membership(world: World, person: Person):
    return world.behind("SELECT * FROM portal.membership WHERE account_id = :a AND party_id = :p", a=person.user_id,
                        p=person.party_id)[0]


def journal(world: World, action: str) -> list:
    return world.behind("SELECT party_id, account_id, object, details FROM portal.beveiligingslog WHERE handeling = :h "
                        "ORDER BY id", h=action)


def past_the_code(world: World, person: Person, statement, **values) -> Refused:
    """What the database itself says to this person, whatever the use cases ask."""
    with pytest.raises(DBAPIError) as error:
        world.as_(person, lambda s, a: s.execute(text(statement) if isinstance(statement, str) else statement, values))
    return as_refusal(error.value)


def service(world: World, slug: str) -> None:
    world.behind("INSERT INTO portal.inlogdienst (slug, soort, issuer, client_id, party_id, versie) "
                 "VALUES (:s, 'gemeente', :i, 'x', :p, 1)", s=slug, i=ISSUER.format(slug), p=world.gemeente(slug))


def log_in(world: World, person: Person, *groups: str, token: str | None = None):
    """This person comes in at the provider of the own gemeente, with these groups."""
    return sessions.log_in_staff(world.app.engine, person.issuer, person.subject, person.actor.naam, None,
                                 {"groups": list(groups)}, token)


def invited(world: World, by: Person, email: str, *rollen: str) -> tuple:
    """(id, token) of an invitation as the mail holds it."""
    def invite(session, actor):
        row = leden.uitnodigen(session, actor, naam="Wie dan ook", email=email, rollen=list(rollen))
        return row.id, leden.link_token(row, b"s" * 32)

    return world.as_(by, invite)


@pytest.fixture
def noor(world):
    """The administrator who wants to sign."""
    return world.medewerker("zwolle", "beheerder", naam="Noor")


@pytest.fixture
def tamar(world):
    return world.medewerker("zwolle", "beheerder", naam="Tamar")


# Roles: not by the own hand ---------------------------------------------------------------------------------------------------

def test_no_role_by_the_own_hand(world, noor, tamar):
    own = membership(world, noor).id
    with pytest.raises(Refused, match="U kunt uzelf geen rol geven") as refused:
        world.as_(noor, leden.rollen_wijzigen, own, ["beheerder", "mandaathouder"])
    assert refused.value.status == 403
    assert world.sign_in(noor).post(f"/beheer/leden/{own}/rollen", {"rollen": ["beheerder", "mandaathouder"]},
                                    expect=403).html
    world.as_(tamar, leden.rollen_wijzigen, own, ["beheerder", "mandaathouder"])
    world.as_(noor, leden.rollen_wijzigen, own, ["beheerder"])
    assert membership(world, noor).rollen == ["beheerder"], "minder mag wel"


def test_the_database_refuses_the_own_hand_too(world, noor):
    change = update(Membership).where(Membership.account_id == noor.user_id).values(rollen=["beheerder", "mandaathouder"])
    said = past_the_code(world, noor, change)
    assert (said.status, said.reasons) == (403, ("U kunt uzelf geen rol geven. Vraag een andere beheerder.",))
    for column, value in (("herkomst", "'inrichting'"), ("account_id", "portal.user_id()"), ("email", "'x'")):
        past_the_code(world, noor, f"UPDATE portal.membership SET {column} = {value} WHERE party_id = portal.party()")


def test_page_of_oneself_offers_no_new_role(world, noor):
    page = world.sign_in(noor).get(f"/beheer/leden/{membership(world, noor).id}")
    assert [box["value"] for box in page.html.select("main input[type=checkbox]")] == ["beheerder"]
    assert "U kunt uzelf geen rol geven" in page.words


# Invitations ------------------------------------------------------------------------------------------------------------------

def test_own_invitation_gives_its_maker_nothing(world, noor):
    service(world, "zwolle")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=noor.user_id)
    _id, token = invited(world, noor, "noor-prive@voorbeeld.example", "mandaathouder")
    log_in(world, noor, token=token)
    row = membership(world, noor)
    assert ("mandaathouder" in row.rollen, row.herkomst) == (False, "claim")
    assert world.behind("SELECT aanvaard_at FROM portal.uitnodiging")[0][0] is None


def test_invitation_of_a_colleague_leaves_a_line_when_it_changes_how_one_came_in(world, noor, tamar):
    service(world, "zwolle")
    world.behind("UPDATE portal.membership SET herkomst = 'claim', rollen = '{}' WHERE account_id = :a", a=noor.user_id)
    id_, token = invited(world, tamar, "noor@voorbeeld.example", "auditor")
    log_in(world, noor, token=token)
    assert (membership(world, noor).rollen, membership(world, noor).herkomst) == (["auditor"], "uitnodiging")
    (line,) = journal(world, "uitnodiging gebruiken")
    assert (line.party_id, line.object, line.details) == (noor.party_id, str(id_), {"eerder": "claim", "was_vertrokken": False})


def test_roles_by_a_claim_stay_with_the_claim(world, noor, tamar):
    service(world, "zwolle")
    world.behind("INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol, bevestigd_at) "
                 "VALUES (gen_random_uuid(), :p, 'groups', 'beheer', 'beheerder', now())", p=noor.party_id)
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=noor.user_id)
    _id, token = invited(world, tamar, "noor@voorbeeld.example", "mandaathouder")
    log_in(world, noor, "beheer", token=token)
    assert (membership(world, noor).rollen, membership(world, noor).herkomst) == (["beheerder"], "claim")


def test_removed_member_does_not_come_back_with_an_open_invitation(world, noor):
    """To the own address it is withdrawn; to any other address it is older than the end."""
    service(world, "zwolle")
    karel = world.medewerker("zwolle", "mandaathouder", naam="Karel")
    address = membership(world, karel).email
    same, by_address = invited(world, noor, address.upper(), "mandaathouder")
    _other, elsewhere = invited(world, noor, "karel-prive@voorbeeld.example", "mandaathouder")
    world.as_(noor, leden.lid_verwijderen, membership(world, karel).id)
    for token in (by_address, elsewhere):
        assert log_in(world, karel, token=token) is None
        assert membership(world, karel).beeindigd_at is not None
    withdrawn = world.behind("SELECT id FROM portal.uitnodiging WHERE ingetrokken_at IS NOT NULL")
    assert [row.id for row in withdrawn] == [same]
    (line,) = journal(world, "uitnodiging intrekken")
    assert (line.account_id, line.object, line.details) == (noor.user_id, str(same), {"reden": "lid vertrokken"})
    world.clock(timedelta(seconds=1))
    _new, token = invited(world, noor, address, "auditor")
    assert log_in(world, karel, token=token), "een nieuwe uitnodiging kan wel"
    assert (membership(world, karel).rollen, membership(world, karel).beeindigd_at) == (["auditor"], None)


def test_the_database_brings_nobody_back(world, noor):
    karel = world.medewerker("zwolle", "mandaathouder", naam="Karel")
    world.as_(noor, leden.lid_verwijderen, membership(world, karel).id)
    change = (update(Membership).where(Membership.account_id == karel.user_id)
              .values(beeindigd_at=None, beeindigd_by=None))
    assert "al verwijderd" in past_the_code(world, noor, change).reasons[0]


# Groups -----------------------------------------------------------------------------------------------------------------------

def rule(world, by, rol="mandaathouder", waarde="iedereen"):
    return world.as_(by, leden.claim_toevoegen, claim="groups", waarde=waarde, rol=rol).id


@pytest.mark.parametrize("rol", ["mandaathouder", "beheerder", "auditor"])
def test_rule_about_a_group_waits_for_a_second_administrator(world, noor, tamar, rol):
    service(world, "zwolle")
    world.behind("UPDATE portal.membership SET herkomst = 'claim' WHERE account_id = :a", a=noor.user_id)
    id_ = rule(world, noor, rol)
    with pytest.raises(Refused, match="U maakte deze regel zelf") as refused:
        world.as_(noor, leden.claim_bevestigen, id_)
    assert refused.value.status == 403
    log_in(world, noor, "iedereen")
    assert membership(world, noor).rollen == []
    world.as_(tamar, leden.claim_bevestigen, id_)
    log_in(world, noor, "iedereen")
    assert membership(world, noor).rollen == [rol]
    with pytest.raises(Refused, match="al bevestigd"):
        world.as_(tamar, leden.claim_bevestigen, id_)
    assert tuple(world.behind("SELECT voorgesteld_by, bevestigd_by FROM portal.claim_rol")[0]) == (noor.user_id, tamar.user_id)


def test_nobody_else_confirms_a_rule(world, noor, tamar):
    id_ = rule(world, noor)
    others = (world.medewerker("zwolle", "mandaathouder"), world.medewerker("kampen", "beheerder"),
              world.medewerker("zwolle", "regiobeheerder"), world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder"))
    for person in others:
        with pytest.raises(NotFound):
            world.as_(person, leden.claim_bevestigen, id_)
    assert world.behind("SELECT bevestigd_at FROM portal.claim_rol")[0][0] is None


def test_past_the_code_a_rule_is_only_a_proposal_in_the_own_name(world, noor, tamar):
    facts = {"party_id": noor.party_id, "claim": "groups", "waarde": "x", "rol": "mandaathouder"}
    for forged in ({"voorgesteld_by": noor.user_id, "bevestigd_at": clock.now()}, {"voorgesteld_by": tamar.user_id}, {},
                   {"voorgesteld_by": noor.user_id, "bevestigd_at": clock.now(), "bevestigd_by": tamar.user_id}):
        with pytest.raises(DBAPIError, match="row-level security"):
            world.as_(noor, lambda s, a, forged=forged: s.add(ClaimRol(**facts, **forged)))
    rule(world, noor)
    past_the_code(world, tamar, "UPDATE portal.claim_rol SET bevestigd_at = now()")


def test_where_one_administrator_is_alone_the_region_confirms(world):
    fatma = world.medewerker("kampen", "beheerder", naam="Fatma")
    regio = world.medewerker("zwolle", "regiobeheerder", naam="Rik")
    id_ = rule(world, fatma)
    browser = world.sign_in(regio)
    assert "Kampen: groep iedereen de rol mandaathouder geven" in browser.get("/beheer").words
    page = browser.get("/beheer/regio")
    assert "Kampen: groep iedereen de rol mandaathouder geven Vastgelegd door Fatma" in page.words
    second = world.medewerker("kampen", "beheerder", naam="Tweede")
    assert "Er wacht niets op u" in browser.get("/beheer/regio").words, "er is nu een tweede beheerder"
    browser.post(f"/beheer/regio/regels/{id_}/bevestigen", {}, expect=404)
    world.as_(fatma, leden.lid_verwijderen, membership(world, second).id)
    browser.post(f"/beheer/regio/regels/{id_}/bevestigen", {})
    (row,) = world.behind("SELECT bevestigd_by FROM portal.claim_rol")
    assert row.bevestigd_by == regio.user_id
    (line,) = journal(world, "groep een rol geven: bevestigd")
    assert (line.party_id, line.object) == (fatma.party_id, str(id_)), "Kampen leest wie bevestigde"


def test_page_of_groups_says_what_waits_for_whom(world, noor, tamar):
    id_ = rule(world, noor)
    own, other = world.sign_in(noor), world.sign_in(tamar)
    url = f"/beheer/groepen/{id_}/bevestigen"
    page = own.get("/beheer/groepen")
    assert "Wacht op een tweede beheerder" in page.words and not page.html.select(f'form[action="{url}"]')
    assert "U maakte deze regel zelf" in own.post(url, {}, expect=403).words
    assert "Wacht op uw instemming" in other.get("/beheer").words
    other.post(url, other.get("/beheer/groepen").form(url))
    assert "Wacht op" not in other.get("/beheer/groepen").words and "Wacht op" not in other.get("/beheer").words


# Replacement ------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def award(world):
    return leven.gelezen(world, percelen=1)


def sign(world, person, loop):
    return world.as_(person, usecases.tekenen, loop.besluiten[loop.percelen[0]], brieven=leven.NepBrieven(world))


def replaces(world, by: Person, absent: Person, stand_in: Person):
    today = clock.today()
    return world.as_(by, mandaten.vervangen, afwezige_id=absent.user_id, vervanger_id=stand_in.user_id, van=today,
                     tot=today + timedelta(days=7), reden="verlof").id


def test_administrator_does_not_make_herself_the_replacement(world, noor, tamar):
    karel = world.medewerker("zwolle", "mandaathouder", naam="Karel")
    with pytest.raises(Refused, match="U kunt uzelf niet als vervanger vastleggen") as refused:
        replaces(world, noor, karel, noor)
    assert refused.value.status == 403
    facts = {"party_id": noor.party_id, "afwezige_id": karel.user_id, "van": clock.today(),
             "tot": clock.today() + timedelta(days=7), "reden": "verlof"}
    for forged in ({"vervanger_id": noor.user_id, "vastgelegd_by": noor.user_id},
                   {"vervanger_id": noor.user_id, "vastgelegd_by": tamar.user_id},
                   {"vervanger_id": tamar.user_id, "vastgelegd_by": None},
                   {"vervanger_id": tamar.user_id, "vastgelegd_by": noor.user_id, "ingestemd_by": karel.user_id,
                    "ingestemd_at": clock.now()}):
        with pytest.raises(DBAPIError, match="row-level security"):
            world.as_(noor, lambda s, a, forged=forged: s.add(Vervanging(**facts, **forged)))
    page = world.sign_in(noor).get("/beheer/vervanging")
    assert str(noor.user_id) not in [o["value"] for o in page.html.select("#vervanger option")]


def test_replacement_signs_only_after_a_second_person_consented(world, award):
    wie = award.wie
    inge = world.medewerker("zwolle", "mandaathouder", naam="Inge")
    id_ = replaces(world, wie.beheerder, wie.mandaathouder, inge)
    with pytest.raises(Refused, match="geen volmacht"):
        sign(world, inge, award)
    for person, words in ((wie.beheerder, "legde deze vervanging zelf vast"), (inge, "zelf de vervanger"),
                          (wie.manager, "Alleen de afwezige")):
        with pytest.raises(Refused, match=words) as refused:
            world.as_(person, mandaten.vervanging_instemmen, id_)
        assert refused.value.status == 403
    with pytest.raises(NotFound):
        world.as_(world.medewerker("kampen", "beheerder"), mandaten.vervanging_instemmen, id_)
    world.as_(wie.mandaathouder, mandaten.vervanging_instemmen, id_)
    with pytest.raises(Refused, match="al ingestemd"):
        world.as_(world.medewerker("zwolle", "beheerder"), mandaten.vervanging_instemmen, id_)
    sign(world, inge, award)
    assert world.behind("SELECT vervanging_id FROM portal.besluit")[0][0] == id_


def test_past_the_code_nobody_consents_for_another_or_for_oneself(world, noor, tamar):
    karel, inge = (world.medewerker("zwolle", "mandaathouder", naam=naam) for naam in ("Karel", "Inge"))
    replaces(world, noor, karel, inge)
    agree = "UPDATE portal.vervanging SET ingestemd_by = :w, ingestemd_at = now()"
    past_the_code(world, noor, agree, w=noor.user_id)  # who recorded it: the check
    past_the_code(world, tamar, agree, w=karel.user_id)  # in the name of another: the trigger
    hit = world.as_(inge, lambda s, a: s.execute(text(agree), {"w": karel.user_id}).rowcount)
    assert hit == 0, "de vervanger raakt de rij niet"
    past_the_code(world, tamar, "UPDATE portal.vervanging SET tot = tot + 1")
    past_the_code(world, tamar, "UPDATE portal.vervanging SET vervanger_id = :w", w=tamar.user_id)
    world.as_(tamar, lambda s, a: s.execute(text(agree), {"w": tamar.user_id}))
    assert world.behind("SELECT ingestemd_by FROM portal.vervanging")[0][0] == tamar.user_id


def test_page_of_replacements_says_what_waits_for_whom(world, noor, tamar):
    karel, inge = (world.medewerker("zwolle", "mandaathouder", naam=naam) for naam in ("Karel", "Inge"))
    url = f"/beheer/vervanging/{replaces(world, noor, karel, inge)}/instemmen"
    for person, words in ((noor, "U legde deze vervanging zelf vast"), (inge, "U bent zelf de vervanger")):
        browser = world.sign_in(person)
        page = browser.get("/beheer/vervanging")
        assert words in page.words and "Geldt nog niet: wacht op instemming" in page.words
        assert not page.html.select(f'form[action="{url}"]')
        assert words in browser.post(url, {}, expect=403).words
    assert "Inge vervangt Karel" in world.sign_in(tamar).get("/beheer").words
    browser = world.sign_in(karel)
    browser.post(url, browser.get("/beheer/vervanging").form(url))
    assert "Geldt nog niet" not in browser.get("/beheer/vervanging").words


# Mandates ---------------------------------------------------------------------------------------------------------------------

def test_who_records_a_mandate_does_not_consent_for_the_body(world, noor, tamar):
    karel = world.medewerker("zwolle", "mandaathouder", naam="Karel")
    id_ = world.as_(noor, mandaten.mandaat_geven, soort="volmacht", orgaan="burgemeester", gemachtigde_id=karel.user_id,
                    werkgever_id=karel.party_id, besluit_soort="gunning", tot_bedrag=None, van=clock.today(), tot=None,
                    vindplaats="Register, nummer 1").id
    with pytest.raises(Refused, match="U legde dit mandaat zelf vast") as refused:
        world.as_(noor, mandaten.instemmen, id_, "mandaatgever")
    assert refused.value.status == 403
    row = MandaatInstemming(mandaat_id=id_, van="mandaatgever", party_id=noor.party_id, account_id=noor.user_id)
    with pytest.raises(DBAPIError, match="row-level security"):
        world.as_(noor, lambda s, a: s.add(row))
    world.as_(tamar, mandaten.instemmen, id_, "mandaatgever")


def test_nobody_records_a_mandate_in_the_name_of_another(world, noor, tamar):
    for who in (tamar.user_id, None):
        row = Mandaat(soort="volmacht", party_id=noor.party_id, orgaan="burgemeester", gemachtigde_id=tamar.user_id,
                      werkgever_id=noor.party_id, besluit_soort="gunning", van=clock.today(), vindplaats="x", vastgelegd_by=who)
        with pytest.raises(DBAPIError, match="row-level security"):
            world.as_(noor, lambda s, a, row=row: s.add(row))


# A power ends with the person -------------------------------------------------------------------------------------------------

def test_volmacht_ends_when_its_holder_is_removed(world, award):
    """Karel is removed; who replaced him signs nothing any more."""
    wie = award.wie
    inge = world.medewerker("zwolle", "mandaathouder", naam="Inge")
    id_ = replaces(world, wie.beheerder, wie.mandaathouder, inge)
    world.as_(wie.mandaathouder, mandaten.vervanging_instemmen, id_)
    world.as_(wie.beheerder, leden.lid_verwijderen, membership(world, wie.mandaathouder).id)
    with pytest.raises(Refused, match="geen volmacht"):
        sign(world, inge, award)
    assert world.behind("SELECT ingetrokken_at FROM portal.mandaat WHERE id = :i", i=wie.volmacht_id)[0][0] is not None
    assert world.behind("SELECT ingetrokken_at FROM portal.vervanging")[0][0] is not None
    for action, object_ in (("mandaat intrekken", wie.volmacht_id), ("vervanging beëindigen", id_)):
        (line,) = (line for line in journal(world, action) if line.object == str(object_))
        assert (line.party_id, line.account_id, line.details) == (
            wie.beheerder.party_id, wie.beheerder.user_id, {"reden": "lid vertrokken"})
    assert "Er is nu geen vervanging" in world.sign_in(wie.beheerder).get("/beheer/vervanging").words


def test_replacement_that_left_signs_nothing(world, award):
    wie = award.wie
    inge = world.medewerker("zwolle", "mandaathouder", naam="Inge")
    world.as_(wie.mandaathouder, mandaten.vervanging_instemmen, replaces(world, wie.beheerder, wie.mandaathouder, inge))
    world.behind("UPDATE portal.membership SET rollen = '{}' WHERE account_id = :a", a=inge.user_id)
    with pytest.raises(Refused, match="geen volmacht"):
        sign(world, inge, award)


def test_holder_without_roles_carries_no_signature(world, award):
    """Also when nobody withdrew anything: the membership is asked when it counts."""
    world.behind("UPDATE portal.membership SET rollen = '{}' WHERE account_id = :a", a=award.wie.mandaathouder.user_id)
    with pytest.raises(Refused, match="geen volmacht"):
        sign(world, award.wie.mandaathouder, award)


def test_mandate_of_another_gemeente_ends_with_the_employment(world):
    wie = namens.mensen(world)
    id_ = namens.volmacht(world, wie)
    world.as_(wie.werkgever, leden.lid_verwijderen, membership(world, wie.directeur).id)
    assert world.behind("SELECT ingetrokken_at FROM portal.mandaat")[0][0] is not None
    assert {line.party_id for line in journal(world, "mandaat intrekken") if line.object == str(id_)} == {
        wie.gever.party_id, wie.werkgever.party_id}


SIGNS = ("UPDATE portal.besluit SET state = 'getekend', getekend_by = portal.user_id(), getekend_at = now(), mandaat_id = :m, "
         "vervanging_id = :v")


@pytest.mark.parametrize("lack", ["geen", "van een ander", "te laag", "voorbij", "ingetrokken", "zonder instemming",
                                  "uit dienst", "vervanging zonder instemming"])
def test_the_database_asks_for_the_power_when_a_signature_is_written(world, award, lack):
    wie, today = award.wie, clock.today()
    person, vervanging = world.medewerker("zwolle", "mandaathouder", naam="Tekenaar"), None
    facts = {"te laag": {"tot_bedrag": 1}, "voorbij": {"van": today - timedelta(days=9), "tot": today}}.get(lack, {})
    mandaat = wie.volmacht_id if lack in ("van een ander", "vervanging zonder instemming") else leven.volmacht(
        world, wie.beheerder, person, **facts)
    if lack == "ingetrokken":
        world.as_(wie.beheerder, mandaten.mandaat_intrekken, mandaat)
    elif lack == "zonder instemming":
        world.behind("DELETE FROM portal.mandaat_instemming WHERE mandaat_id = :m AND van = 'mandaatgever'", m=mandaat)
    elif lack == "uit dienst":
        world.behind("UPDATE portal.membership SET rollen = '{}' WHERE account_id = :a", a=person.user_id)
    elif lack == "vervanging zonder instemming":
        vervanging = replaces(world, wie.beheerder, wie.mandaathouder, person)

    def write(session, _actor):
        with refusing(session):
            session.execute(text(SIGNS), {"m": mandaat, "v": vervanging})

    if lack == "geen":  # the control: with a power that counts it is written
        world.as_(person, write)
        return
    with pytest.raises(Refused, match="geen mandaat of volmacht die voor dit besluit geldt"):
        world.as_(person, write)


# Contracts: where they are signed ------------------------------------------------------------------------------------------

CONTRACT = ("INSERT INTO portal.overeenkomst (id, dossier_id, eigenaar_id, party_id, nummer, aanbieder_id, perceel_naam, "
            "product, maximale_waarde, begint_on, getekend_by, mandaat_id, vervanging_id) VALUES (gen_random_uuid(), :d, "
            "portal.party(), portal.party(), 'OVK-X', :a, 'X', 'X', 1, '2028-01-01', portal.user_id(), :m, :v)")


@pytest.fixture
def awarded(world):
    return leven.gegund(world, percelen=1, max_contracten=1)


def signs(world, person, loop, mandaat, *, aanbieder=None, dossier=None, vervanging=None) -> None:
    """A contract, written past the use case."""
    def write(session, _actor):
        with refusing(session):
            session.execute(text(CONTRACT), {"d": dossier or loop.percelen[0], "m": mandaat, "v": vervanging,
                                             "a": aanbieder or loop.wie.aanbieders[0].id})

    world.as_(person, write)


@pytest.mark.parametrize("lack", ["geen", "van een ander", "te laag", "voorbij", "zonder instemming", "uit dienst",
                                  "vervanging zonder instemming"])
def test_the_database_asks_for_the_power_when_a_contract_is_signed(world, awarded, lack):
    leven.na_standstill(world, awarded)
    wie, today = awarded.wie, clock.today()
    person, vervanging = world.medewerker("zwolle", "mandaathouder", naam="Tekenaar"), None
    facts = {"te laag": {"tot_bedrag": 11999999}, "voorbij": {"van": today - timedelta(days=9), "tot": today}}.get(lack, {})
    mandaat = wie.contract_volmacht_id if lack in ("van een ander", "vervanging zonder instemming") else leven.volmacht(
        world, wie.beheerder, person, besluit_soort="overeenkomst", **facts)
    if lack == "zonder instemming":
        world.behind("DELETE FROM portal.mandaat_instemming WHERE mandaat_id = :m AND van = 'mandaatgever'", m=mandaat)
    elif lack == "uit dienst":
        world.behind("UPDATE portal.membership SET rollen = '{}' WHERE account_id = :a", a=person.user_id)
    elif lack == "vervanging zonder instemming":
        vervanging = replaces(world, wie.beheerder, wie.mandaathouder, person)
    if lack == "geen":  # the control: with a power that counts it is written
        signs(world, person, awarded, mandaat)
        return
    with pytest.raises(Refused, match="geen mandaat of volmacht die voor dit besluit geldt") as refused:
        signs(world, person, awarded, mandaat, vervanging=vervanging)
    assert refused.value.status == 403
    assert world.behind("SELECT count(*) FROM portal.overeenkomst")[0][0] == 0


def test_the_database_ties_a_contract_to_a_sent_award_its_standstill_and_the_court(world, awarded):
    wie, (perceel,), (besluit,) = awarded.wie, awarded.percelen, awarded.besluiten.values()
    karel, power = wie.mandaathouder, wie.contract_volmacht_id

    def refused(words, **facts):
        with pytest.raises(Refused, match=words) as refusal:
            signs(world, karel, awarded, power, **facts)
        assert refusal.value.status == 409

    refused("De standstill is nog niet voorbij")
    world.as_(wie.manager, usecases.dagvaarding_melden, perceel, ontvangen_on=clock.today())
    world.clock(world.behind("SELECT due_on FROM portal.termijn WHERE kind = 'standstill'")[0][0])
    refused("De standstill is nog niet voorbij")  # its last day counts
    leven.na_standstill(world, awarded)
    refused("Er loopt een zaak bij de rechter")
    world.as_(wie.manager, usecases.zaak_sluiten, perceel, einde="uitspraak")
    refused("geen gunning die geldt", aanbieder=wie.aanbieders[1].id)  # the maximum was one: this one lost
    refused("geen gunning die geldt", dossier=awarded.inkoop_id)
    world.as_(karel, usecases.gunning_intrekken, besluit, reden="De rechter besliste anders.")
    refused("geen gunning die geldt")


def test_a_new_award_has_a_standstill_of_its_own(world, awarded):
    """What ran for an award that was taken back does not count for the next."""
    wie, (perceel,), (besluit,) = awarded.wie, awarded.percelen, awarded.besluiten.values()
    leven.na_standstill(world, awarded)
    world.as_(wie.mandaathouder, usecases.gunning_intrekken, besluit, reden="Een punt was verkeerd geteld.")
    leven.gegund(world, leven.gelezen(world, leven.voorgesteld(world, awarded)))
    with pytest.raises(Refused, match="De standstill loopt tot en met"):
        world.as_(wie.mandaathouder, usecases.contracteren, perceel)
    with pytest.raises(Refused, match="De standstill is nog niet voorbij"):
        signs(world, wie.mandaathouder, awarded, wie.contract_volmacht_id)


# Who gives roles -----------------------------------------------------------------------------------------------------------

def test_the_database_knows_which_roles_give_roles(world):
    managing = sorted(role for role, (_label, _kind, may) in ROLES.items() if Permission.LEDEN_BEHEREN in may)
    body = world.behind("SELECT prosrc FROM pg_proc WHERE proname = 'beheert_leden'")[0][0]
    assert f"ARRAY[{', '.join(repr(str(one)) for one in managing)}]" in body


def test_only_who_manages_people_gives_a_role_by_hand_by_link_or_by_group(world):
    ceo, iris = (world.medewerker("kampen", "consulent", naam=naam) for naam in ("Ceo", "Iris"))
    noor = world.medewerker("kampen", "beheerder", naam="Noor")
    elsewhere = world.medewerker("zwolle", "beheerder", naam="Tamar")
    line, values = membership(world, iris), {"i": membership(world, iris).id}
    invites = ("INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, uitgenodigd_by, verloopt_at) "
               "VALUES (gen_random_uuid(), portal.party(), 'x', 'x@voorbeeld.example', '{beheerder}', '\\x09', "
               "portal.user_id(), portal.now() + interval '1 day')")
    rule = ("INSERT INTO portal.claim_rol (id, party_id, claim, waarde, rol, voorgesteld_by) VALUES (gen_random_uuid(), "
            "portal.party(), 'groups', 'g', 'beheerder', portal.user_id())")

    def changed(who, statement) -> int:
        return world.as_(who, lambda s, _a: s.execute(text(statement), values).rowcount, commit=False)
    for change in ("rollen = '{beheerder}'", "beeindigd_at = portal.now(), beeindigd_by = portal.user_id()"):
        statement = f"UPDATE portal.membership SET {change} WHERE id = :i"
        assert [changed(who, statement) for who in (ceo, iris, elsewhere, noor)] == [0, 0, 0, 1]
    for statement in (invites, rule):
        for who in (ceo, iris):
            assert isinstance(past_the_code(world, who, statement), NotFound)
        assert changed(noor, statement) == 1
    # Nobody to oneself, and nobody who left.
    values["i"] = membership(world, noor).id
    assert past_the_code(world, noor, "UPDATE portal.membership SET rollen = rollen || '{consulent}' WHERE id = :i",
                         **values).status == 403
    world.behind("UPDATE portal.membership SET beeindigd_at = portal.now(), beeindigd_by = account_id WHERE id = :i", **values)
    assert changed(noor, "UPDATE portal.membership SET rollen = '{}'") == 0
    assert membership(world, iris) == line
