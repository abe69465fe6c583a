"""One real PostgreSQL for all tests: a cluster per run, a template that is migrated once, a copy per worker, and tables
emptied by the owner role between tests. Everything under test runs as the restricted role."""

import os
import secrets
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine

import migrations
from config.settings import Settings
from local.postgres import Server, find_bin
from portal.app import create_app
from portal.db import Session
from portal.tenants.region import lay_out
from portal.web import navigation
from tests.kept import empty
from tests.overslaan import Overslaan
from tests.world import World

# A busy machine is not a wrong program: examples have no time limit of their own.
hypothesis.settings.register_profile("portaal", deadline=None)
hypothesis.settings.load_profile("portaal")

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "portaal_sjabloon"


def pytest_configure(config):
    """The controller starts the cluster, and hears what is skipped; workers attach to it."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    config.pluginmanager.register(Overslaan())
    folder = ROOT / "var" / "test" / f"postgres-{os.getpid()}"
    major = os.environ.get("TEST_PG_MAJOR")
    server = Server(folder, durable=False, bin=find_bin(int(major)) if major else None)
    config.portaal_server = server.start()
    server.create_roles()
    os.environ["TEST_PG_ROOT"] = str(folder)
    server.create_database(TEMPLATE)
    owner = server.dsn("portal_owner", dbname=TEMPLATE)
    migrations.upgrade(owner)
    engine = create_engine(owner)
    with Session(bind=engine, info={"owner": True}) as session, session.begin():
        lay_out(session)
    engine.dispose()


def pytest_unconfigure(config):
    """Stop and forget the cluster."""
    if server := getattr(config, "portaal_server", None):
        server.stop()
        server.remove()


@pytest.fixture(scope="session")
def server() -> Server:
    """The cluster of this run."""
    return Server.attach(Path(os.environ["TEST_PG_ROOT"]))


@pytest.fixture(scope="session")
def database(server, worker_id):
    """An own copy of the template for this worker."""
    name = f"portaal_{worker_id}"
    server.create_database(name, template=TEMPLATE)
    yield name
    server.drop_database(name)


@pytest.fixture(scope="session")
def worker_id(request):
    """gw0, gw1 ... or `alleen` without xdist."""
    return getattr(request.config, "workerinput", {}).get("workerid", "alleen")


@pytest.fixture(scope="session")
def owner(server, database):
    """An engine as the owner role: for migrations, the clock and looking behind the wall. Never for the code under test."""
    engine = create_engine(server.dsn("portal_owner", dbname=database))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def settings(server, database, tmp_path_factory) -> Settings:
    """Settings as an operator would give them, on this worker's database."""
    return Settings.from_environment({
        "DATABASE_URL": server.dsn("portal_app", dbname=database), "PUBLIC_URL": "http://localhost",
        "ZEGEL_DATABASE_URL": server.dsn("portal_zegel", dbname=database), "ZEGEL_KEY": "07" * 32,
        "SECRET_KEY": secrets.token_hex(32), "FILE_STORE_URL": tmp_path_factory.mktemp("bestanden").as_uri(),
        "SMTP_URL": "smtp://127.0.0.1:9", "PORTAL_ENV": "test", "SCAN_OPTIONAL": "1", "OIDC_CLIENT_SECRET": "s" * 40,
        "BSN_SLEUTELS": f"proef:{'6b' * 32}", "BSN_ZOEKSLEUTEL": "7a" * 32,
    })


@pytest.fixture(scope="session")
def app(settings):
    """The application as the restricted role."""
    # Statements are counted: what a worker reads once a minute would be one more on whatever page comes then.
    navigation.KEPT_SECONDS = 1e9
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE"] = True
    yield app
    app.engine.dispose()


@pytest.fixture
def world(app, owner):
    """Builders that read as prose, on an empty region."""
    empty(owner)
    return World(app, owner)
