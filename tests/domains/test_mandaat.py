"""Mandaat and volmacht (Awb 10:1-10:12): who may register, who consents, and what the database refuses by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from portal.domains.beheer import mandaten as usecases
from portal.kernel import clock
from portal.kernel.errors import NotFound, Refused
from portal.kernel.sentences import as_refusal
from portal.tenants.model import InstemmingVan, Mandaat, MandaatInstemming, Vervanging, instemming_nodig

VAN = date(2026, 1, 1)


@pytest.fixture
def people(world):
    """Kampen gives, Zwolle employs, Zoë gets."""
    return {
        "admin": world.medewerker("kampen", "beheerder"), "chief": world.medewerker("kampen", "mandaathouder"),
        "deputy": world.medewerker("kampen", "mandaathouder", naam="Plaatsvervanger"),
        "zoe": world.medewerker("zwolle", "mandaathouder", naam="Zoë"), "employer": world.medewerker("zwolle", "beheerder"),
        "reader": world.medewerker("zwolle", "beleidsadviseur"), "stranger": world.medewerker("ommen", "beheerder"),
    }


def give(world, people, who="zoe", **changes) -> Mandaat:
    person = people[who]
    facts = {"soort": "volmacht", "orgaan": "burgemeester", "gemachtigde_id": person.user_id, "werkgever_id": person.party_id,
             "besluit_soort": "gunning", "tot_bedrag": Decimal("100000.00"), "van": VAN, "tot": None, "vindplaats": "Besluit 1"}
    return world.as_(people["admin"], usecases.mandaat_geven, **(facts | changes))


def refused_by_the_database(world, person, row: MandaatInstemming) -> Refused:
    """Write past the use case, as this person: only the row policy stands in the way."""
    def write(session, actor):
        session.add(row)
        session.flush()

    with pytest.raises(DBAPIError) as error:
        world.as_(person, write)
    return as_refusal(error.value)


def test_other_employer_makes_three_consents_needed(world, people):
    assert instemming_nodig(give(world, people)) == ["mandaatgever", "gemachtigde", "werkgever"]
    assert instemming_nodig(give(world, people, "chief")) == ["mandaatgever", "gemachtigde"]


def test_each_side_gives_its_own_consent(world, people):
    id_ = give(world, people).id
    world.as_(people["chief"], usecases.instemmen, id_, "mandaatgever")
    world.as_(people["employer"], usecases.instemmen, id_, "werkgever")
    world.as_(people["zoe"], usecases.instemmen, id_, "gemachtigde")
    given = world.behind("SELECT van, party_id FROM portal.mandaat_instemming")
    kampen, zwolle = world.gemeente("kampen"), world.gemeente("zwolle")
    assert {tuple(row) for row in given} == {("mandaatgever", kampen), ("werkgever", zwolle), ("gemachtigde", zwolle)}


@pytest.mark.parametrize(("who", "van", "words"), [
    ("employer", "mandaatgever", "Alleen de mandaatgever"), ("admin", "werkgever", "Alleen de werkgever"),
    ("admin", "gemachtigde", "Alleen de gemachtigde"), ("employer", "gemachtigde", "Alleen de gemachtigde"),
    ("zoe", "werkgever", "Een ander moet instemmen"), ("reader", "werkgever", "Uw rol mag niet"),
])
def test_wrong_side_is_refused_by_the_use_case(world, people, who, van, words):
    id_ = give(world, people).id
    with pytest.raises(Refused, match=words) as refused:
        world.as_(people[who], usecases.instemmen, id_, van)
    assert refused.value.status == 403
    assert world.behind("SELECT count(*) FROM portal.mandaat_instemming")[0][0] == 0


@pytest.mark.parametrize(("who", "van"), [
    ("employer", "mandaatgever"), ("admin", "werkgever"), ("admin", "gemachtigde"), ("employer", "gemachtigde"),
    ("zoe", "werkgever"), ("stranger", "mandaatgever"), ("stranger", "werkgever"),
])
def test_wrong_side_is_refused_by_the_policy(world, people, who, van):
    id_, person = give(world, people).id, people[who]
    row = MandaatInstemming(mandaat_id=id_, van=van, party_id=person.party_id, account_id=person.user_id)
    assert refused_by_the_database(world, person, row).status == 404


def test_control_the_right_side_may_write(world, people):
    """The policy that refuses above lets the right ones through, so it is the policy that was tested."""
    id_ = give(world, people).id
    for who, van in (("chief", "mandaatgever"), ("employer", "werkgever"), ("zoe", "gemachtigde")):
        person = people[who]
        row = MandaatInstemming(mandaat_id=id_, van=van, party_id=person.party_id, account_id=person.user_id)
        world.as_(person, lambda session, actor, row=row: session.add(row))
    assert world.behind("SELECT count(*) FROM portal.mandaat_instemming")[0][0] == 3


def test_nobody_consents_in_the_name_of_another(world, people):
    id_ = give(world, people).id
    forged = MandaatInstemming(mandaat_id=id_, van="gemachtigde", party_id=people["employer"].party_id,
                               account_id=people["zoe"].user_id)
    assert refused_by_the_database(world, people["employer"], forged) is not None


def test_own_mandate_is_not_granted_by_oneself(world, people):
    id_ = give(world, people, "admin").id
    with pytest.raises(Refused, match="U krijgt dit mandaat zelf"):
        world.as_(people["admin"], usecases.instemmen, id_, "mandaatgever")
    row = MandaatInstemming(mandaat_id=id_, van="mandaatgever", party_id=people["admin"].party_id,
                            account_id=people["admin"].user_id)
    assert refused_by_the_database(world, people["admin"], row) is not None
    world.as_(people["chief"], usecases.instemmen, id_, "mandaatgever")


def test_consent_counts_once(world, people):
    id_ = give(world, people).id
    world.as_(people["chief"], usecases.instemmen, id_, "mandaatgever")
    with pytest.raises(DBAPIError) as error:
        world.as_(people["chief"], usecases.instemmen, id_, "mandaatgever")
    assert as_refusal(error.value).reasons == ("Deze instemming is al gegeven.",)


def test_employer_consent_is_not_asked_within_one_gemeente(world, people):
    id_ = give(world, people, "chief").id
    with pytest.raises(Refused, match="niet nodig"):
        world.as_(people["admin"], usecases.instemmen, id_, "werkgever")


@pytest.mark.parametrize(("changes", "words"), [
    ({"soort": "mandaat"}, "een volmacht nodig"), ({"besluit_soort": "kroning"}, "waarvoor"),
    ({"besluit_soort": "deelname", "soort": "mandaat"}, "waarvoor"),
    ({"soort": "zegen"}, "waarvoor"), ({"tot": VAN}, "laatste dag"), ({"tot": date(2025, 1, 1)}, "laatste dag"),
])
def test_mandate_that_cannot_be_is_refused(world, people, changes, words):
    with pytest.raises(Refused, match=words):
        give(world, people, **changes)
    assert world.behind("SELECT count(*) FROM portal.mandaat")[0][0] == 0


def test_mandatee_works_where_the_form_says(world, people):
    with pytest.raises(Refused, match="werkt niet bij"):
        give(world, people, werkgever_id=world.gemeente("ommen"))
    world.behind("UPDATE portal.membership SET beeindigd_at = now(), beeindigd_by = account_id WHERE account_id = :a",
                 a=people["zoe"].user_id)
    with pytest.raises(Refused, match="werkt niet bij"):
        give(world, people)


def test_no_amount_below_zero(world, people):
    with pytest.raises(DBAPIError) as error:
        give(world, people, tot_bedrag=Decimal("-1.00"))
    assert "hoger is dan nul" in as_refusal(error.value).reasons[0]


def test_given_mandate_does_not_change(world, people):
    """Another amount is another mandate, past the use cases too."""
    id_ = give(world, people).id
    with pytest.raises(DBAPIError) as error:
        world.as_(people["admin"], lambda s, a: s.execute(update(Mandaat).where(Mandaat.id == id_).values(tot_bedrag=None)))
    assert "verandert niet" in as_refusal(error.value).reasons[0]


def test_withdrawn_is_withdrawn(world, people):
    id_ = give(world, people).id
    world.as_(people["admin"], usecases.mandaat_intrekken, id_)
    with pytest.raises(Refused, match="ingetrokken"):
        world.as_(people["zoe"], usecases.instemmen, id_, "gemachtigde")
    zoe = people["zoe"]
    row = MandaatInstemming(mandaat_id=id_, van="gemachtigde", party_id=zoe.party_id, account_id=zoe.user_id)
    assert refused_by_the_database(world, zoe, row) is not None
    with pytest.raises(DBAPIError) as error:
        world.as_(people["admin"], lambda s, a: s.execute(update(Mandaat).where(Mandaat.id == id_).values(ingetrokken_at=None)))
    assert as_refusal(error.value).status == 409


def test_only_the_giver_withdraws(world, people):
    id_ = give(world, people).id
    for who in ("employer", "stranger"):
        with pytest.raises(NotFound):
            world.as_(people[who], usecases.mandaat_intrekken, id_)


def test_mandate_between_others_is_not_found(world, people):
    id_ = give(world, people).id
    with pytest.raises(NotFound):
        world.as_(people["stranger"], usecases.instemmen, id_, "mandaatgever")
    assert world.see(people["stranger"], lambda s: usecases.mandaten(s, people["stranger"].actor)) == []
    assert len(world.see(people["employer"], lambda s: usecases.mandaten(s, people["employer"].actor))) == 1


def test_stand_in_words(world, people):
    row = give(world, people, van=VAN, tot=date(2027, 1, 1))
    every, day = set(InstemmingVan), timedelta(days=1)
    assert usecases.stand(row, {"gemachtigde"}, VAN) == ("warn", "Wacht op mandaatgever en werkgever")
    assert usecases.stand(row, every, VAN - day) == ("info", "Begint later")
    assert usecases.stand(row, every, VAN) == usecases.stand(row, every, date(2026, 12, 31)) == ("ok", "Geldt")
    assert usecases.stand(row, every, date(2027, 1, 1)) == ("neutral", "Voorbij")
    row.ingetrokken_at = clock.now()
    assert usecases.stand(row, every, VAN) == ("neutral", "Ingetrokken")


def test_only_a_gemeente_sees_who_works_where(world, people):
    provider = world.aanbieder_persoon(world.aanbieder(), "aanbiederbeheerder")
    zwolle = world.gemeente("zwolle")
    assert [r.naam for r in world.see(people["admin"], lambda s: usecases.medewerkers(s, zwolle))][-1] == "Zoë"
    assert world.see(provider, lambda s: usecases.medewerkers(s, zwolle)) == []


# Vervanging --------------------------------------------------------------------------------------------------------------

def replace(world, people, **changes) -> Vervanging:
    facts = {"afwezige_id": people["chief"].user_id, "vervanger_id": people["deputy"].user_id, "van": VAN,
             "tot": date(2026, 2, 1), "reden": "verlof"}
    return world.as_(people["admin"], usecases.vervangen, **(facts | changes))


def test_replacement_is_between_own_people(world, people):
    with pytest.raises(Refused, match="niet bij uw gemeente"):
        replace(world, people, vervanger_id=people["zoe"].user_id)
    with pytest.raises(Refused, match="redenen"):
        replace(world, people, reden="griep")
    assert replace(world, people).party_id == world.gemeente("kampen")


def test_replacement_that_has_begun_is_ended_not_erased(world, people):
    id_ = replace(world, people).id
    erased = world.as_(people["admin"], lambda s, a: s.execute(delete(Vervanging).where(Vervanging.id == id_)).rowcount)
    assert erased == 0
    with pytest.raises(Refused, match="al voorbij"):
        world.as_(people["admin"], usecases.vervanging_beeindigen, id_, on=date(2026, 3, 1))
    world.as_(people["admin"], usecases.vervanging_beeindigen, id_, on=date(2026, 1, 10))
    assert world.behind("SELECT tot FROM portal.vervanging")[0][0] == date(2026, 1, 11)


def test_replacement_to_come_can_go(world, people):
    tomorrow = clock.today() + timedelta(days=1)
    id_ = replace(world, people, van=tomorrow, tot=tomorrow + timedelta(days=3)).id
    world.as_(people["admin"], usecases.vervanging_beeindigen, id_, on=clock.today())
    assert world.behind("SELECT count(*) FROM portal.vervanging")[0][0] == 0


def test_neighbour_ends_no_replacement_of_ours(world, people):
    id_ = replace(world, people).id
    with pytest.raises(NotFound):
        world.as_(people["stranger"], usecases.vervanging_beeindigen, id_, on=VAN)


def test_register_is_open_to_nobody_outside(app):
    from portal.db import Session
    from portal.tenants.scope import as_public
    with as_public(), Session(bind=app.engine) as session:
        assert session.execute(text("SELECT count(*) FROM portal.mandaat")).scalar() == 0
