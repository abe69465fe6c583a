"""How long things about people are kept: one file says it, the job does it, the page tells it, and nobody can hurry it."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config import load
from portal import jobs
from portal.identity import access_log, sessions
from portal.kernel.dossier import Dossier

ADDRESS = "bewoner@voorbeeld.example"
RULES = load("bewaren")


def days(name: str) -> int:
    rule = RULES[name]
    return rule["dagen"] if "dagen" in rule else 365 * rule["jaren"] + 2


def kept(world, table: str) -> int:
    return world.behind(f"SELECT count(*) FROM portal.{table}")[0][0]


def test_every_length_has_its_words_and_its_source():
    for name, rule in RULES.items():
        assert ("dagen" in rule) != ("jaren" in rule) and days(name) > 0, name
        assert rule["wat"] and rule["waarom"].endswith(".") and rule["bron"], name


def test_each_kind_goes_in_its_time_and_not_before(world, app):
    anna = world.medewerker("kampen", "beleidsadviseur")
    access_log.viewed(app.engine, anna.actor, uuid.uuid4(), "inkoop.dossier")
    access_log.journal(app.engine, anna.actor, "inloggen", None, "gelukt", "192.0.2.7")
    sessions.make_login_link(app.engine, ADDRESS)
    world.behind("INSERT INTO portal.uitnodiging (id, party_id, naam, email, rollen, token_hash, verloopt_at) VALUES "
                 "(gen_random_uuid(), :p, 'Ina', 'ina@voorbeeld.example', '{raadslid}', '\\x01', portal.now())",
                 p=anna.party_id)
    tables = {"toegangslog": "toegangslog", "beveiligingslog": "beveiligingslog", "inloglink": "inloglink",
              "uitnodiging": "uitnodiging"}
    moved = 0
    for name in sorted(tables, key=days):
        # A little before its end every kind is there still; a little after, only this one is gone.
        world.clock(timedelta(days=days(name) - 5 - moved))
        jobs.clean_up(app)
        assert kept(world, tables[name]) == 1, name
        world.clock(timedelta(days=8))
        moved = days(name) + 3
        jobs.clean_up(app)
        assert kept(world, tables[name]) == 0, name


def a_resident(app):
    """Somebody who came in with a mailed link: the account, its party and the subject of the address."""
    subject = sessions.mail_subject(app.engine, ADDRESS)
    return sessions.log_in_resident(app.engine, "portal:maillink", subject, ADDRESS, ADDRESS), subject


def anywhere(world) -> str:
    """All words of the tables in which an address can stand."""
    return json.dumps([[str(value) for value in row] for table in ("account", "partij", "membership", "mailadres", "identiteit")
                       for row in world.behind(f"SELECT row_to_json(t) FROM portal.{table} t")])


def test_an_address_that_nobody_uses_is_forgotten_everywhere(world, app):
    login, subject = a_resident(app)
    assert ADDRESS in anywhere(world)
    world.clock(timedelta(days=days("mailadres") - 10))
    jobs.clean_up(app)
    assert a_resident(app) == (login, subject), "who comes back in time is the same person"
    world.clock(timedelta(days=days("mailadres") - 10))
    jobs.clean_up(app)
    assert ADDRESS in anywhere(world), "counted from the last time"
    world.clock(timedelta(days=20))
    jobs.clean_up(app)
    assert ADDRESS not in anywhere(world)
    assert a_resident(app)[0].account_id != login.account_id


def test_the_address_of_somebody_with_a_dossier_stays(world, app, owner):
    login, subject = a_resident(app)
    with owner.begin() as connection:
        connection.execute(Dossier.__table__.insert().values(
            id=uuid.uuid4(), soort="aanmelding", reference="A-1", titel="Proef", state="open", eigenaar_id=login.party_id))
    world.clock(timedelta(days=3 * days("mailadres")))
    jobs.clean_up(app)
    assert a_resident(app) == (login, subject)


@pytest.mark.parametrize("lengths", [{"toegangslog": "0 days"}, {"beveiligingslog": "179 days"},
                                     {"toegangslog": "5 years", "beveiligingslog": "-1 day"}])
def test_nobody_empties_the_journals_with_the_function_of_the_job(world, app, lengths):
    """The role of the portal may call it: whoever takes the portal over does not wash away the traces."""
    access_log.journal(app.engine, None, "inloggen", None, "geweigerd")
    world.clock(timedelta(days=90))
    with pytest.raises(DBAPIError) as refused, app.engine.begin() as connection:
        connection.execute(text("SELECT portal.opruimen(CAST(:l AS jsonb))"), {"l": json.dumps(lengths)})
    assert refused.value.orig.sqlstate == "PT403" and kept(world, "beveiligingslog") == 1


def test_what_is_not_named_is_kept(world, app):
    sessions.make_login_link(app.engine, ADDRESS)
    world.clock(timedelta(days=9999))
    with app.engine.begin() as connection:
        assert connection.execute(text("SELECT portal.opruimen('{}')")).scalar() == 0
    assert kept(world, "inloglink") == 1


def test_the_portal_itself_takes_no_line_out_of_a_journal(app):
    for table in ("toegangslog", "beveiligingslog"):
        with pytest.raises(DBAPIError) as refused, app.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM portal.{table}"))
        assert refused.value.orig.sqlstate == "42501", table


def test_the_page_tells_the_same_lengths(world, monkeypatch):
    monkeypatch.setitem(RULES["teller"], "dagen", 43)
    page = BeautifulSoup(world.anonymous().get("/privacy").text, "html5lib")
    words = re.sub(r"\s+", " ", page.find("main").get_text(" "))
    for rule in RULES.values():
        length = f"{rule['jaren']} jaar" if "jaren" in rule else f"{rule['dagen']} dagen"
        assert re.search(rf"{re.escape(rule['wat'])}\W+(?:Hoe lang )?{length}\b", words), rule["wat"]
    assert "43 dagen" in words
    english = world.anonymous().get("/privacy?taal=en").words
    assert "5 years" in english and "43 days" in english and "Which cases you opened" in english
