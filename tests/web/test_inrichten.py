"""A new installation becomes usable by the commands of the operator alone: no demo, no row by hand."""

from dataclasses import replace

import pytest

from portal import clock_offset
from portal.app import create_app
from portal.blueprints.account import forget_providers
from portal.web import oidc
from portal.web.navigation import forget_gemeenten
from tests.web.test_account import log_in, provider  # noqa: F401 - the fixture
from tests.world import Browser


@pytest.fixture
def fresh(server, settings, provider, worker_id):  # noqa: F811
    """`flask(...)` on an empty database, and a browser on the portal that uses it."""
    name = f"nieuw_{worker_id}"
    server.create_database(name)
    owner = server.dsn("portal_owner", dbname=name)
    app = create_app(replace(settings, database_url=server.dsn("portal_app", dbname=name),
                             oidc_secret_default=provider.client_secret))
    app.testing = True
    oidc._peers.clear()
    clock_offset.seconds = 0.0  # this database has its own clock, and the last test left that of another

    def flask(*words: str, code: int = 0) -> str:
        done = app.test_cli_runner().invoke(args=list(words), env={"DATABASE_OWNER_URL": owner})
        assert done.exit_code == code, done.output
        forget_providers()
        return done.output

    flask("db-upgrade")
    forget_gemeenten()
    yield flask, lambda: Browser(app)
    app.engine.dispose()
    forget_providers()
    forget_gemeenten()
    server.drop_database(name)


def test_migrate_a_service_and_an_administrator_and_somebody_works(fresh, provider):  # noqa: F811
    flask, browser = fresh
    said = flask("inlogdienst", "kampen", "--issuer", provider.issuer("kampen"), "--client-id", "portal")
    assert "http://localhost/inloggen/kampen/terug" in said

    def comes_in(mail: str, sub: str):
        link = flask("beheerder", "kampen", mail).split()[-1].removeprefix("http://localhost")
        person = browser()
        fields = person.get(link).form("/inloggen/kampen/start")
        fields.pop("csrf_token")
        assert log_in(person, "kampen", sub, **fields).location == "/beheer"
        person.get(link, expect=410)
        return person

    guus, noor = comes_in("ict@kampen.example", "kampen-griffier"), comes_in("hrm@kampen.example", "kampen-inkoper")
    assert "Guus Griffier" in guus.get("/beheer/leden").words
    # From here on the gemeente arranges itself: two people decide together which group of its login service gets a role.
    guus.post("/beheer/groepen", {"claim": "groups", "waarde": "griffie", "rol": "raadslid"})
    confirm = next(form["action"] for form in noor.get("/beheer/groepen").html.select("form")
                   if form["action"].endswith("/bevestigen"))
    noor.post(confirm)
    assert "griffie" in guus.get("/beheer/groepen").words


def test_a_group_may_be_the_first_administrator(fresh, provider):  # noqa: F811
    flask, browser = fresh
    flask("inlogdienst", "kampen", "--issuer", provider.issuer("kampen"), "--client-id", "portal")
    for _twice in range(2):
        assert "is daar beheerder" in flask("beheerder", "kampen", "--groep", "groups=griffie")
    admin = browser()
    assert log_in(admin, "kampen", "kampen-griffier").location == "/beheer"
    log_in(browser(), "kampen", "kampen-inkoper", expect=403)


def test_a_second_time_changes_it_and_a_new_link_ends_the_old_one(fresh, provider):  # noqa: F811
    flask, browser = fresh
    flask("inlogdienst", "eherkenning", "--issuer", "https://oud.example", "--client-id", "oud")
    flask("inlogdienst", "eherkenning", "--issuer", provider.issuer("eherkenning"), "--client-id", "portal")
    assert log_in(browser(), "eherkenning", "zorg-eh3").location == "/mijn-werk"
    first, second = (flask("beheerder", "zwolle", adres).split()[-1].removeprefix("http://localhost")
                     for adres in ("ict@zwolle.example", "ICT@zwolle.example"))
    assert "ingetrokken" in browser().get(first, expect=410).words
    browser().get(second)


@pytest.mark.parametrize(("words", "sentence"), [
    (("inlogdienst", "assen", "--issuer", "https://x.example", "--client-id", "x"), "geen gemeente assen"),
    (("inlogdienst", "zwolle", "--issuer", "x.example", "--client-id", "x"), "begint met https://"),
    (("inlogdienst", "zwolle", "--issuer", "https://x.example", "--client-id", " "), "client id"),
    (("beheerder", "assen", "a@assen.example"), "geen gemeente assen"),
])
def test_what_cannot_be_is_said_in_a_sentence(fresh, words, sentence):
    assert sentence in fresh[0](*words, code=1)


@pytest.mark.parametrize("words", [("beheerder", "zwolle"), ("beheerder", "zwolle", "geen-adres"),
                                   ("beheerder", "zwolle", "--groep", "groups"),
                                   ("beheerder", "zwolle", "a@zwolle.example", "--groep", "groups=x")])
def test_half_a_command_is_refused(fresh, words):
    assert "Usage" in fresh[0](*words, code=2)


def test_one_issuer_is_of_one_organisation(fresh):
    flask, _browser = fresh
    flask("inlogdienst", "zwolle", "--issuer", "https://x.example", "--client-id", "x")
    assert "al bij een andere" in flask("inlogdienst", "kampen", "--issuer", "https://x.example", "--client-id", "x", code=1)
