"""create_app: settings in, app out. The only place where parts are wired together."""

from contextlib import suppress
from functools import partial
from importlib import import_module

from click import ClickException
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings
from portal import cli
from portal.adapters.files import FileStore
from portal.adapters.inkoopbrieven import InkoopBrieven
from portal.adapters.mail import Mailer
from portal.adapters.scan import Clamd, NoScanner
from portal.db import make_engine
from portal.kernel.kluis import Kluis
from portal.web import assets, errors, filters, log, navigation, said, security, taal
from portal.web.blueprint import new_session_factory
from portal.web.htmx import htmx


class UnsafeRole(ClickException):
    """The database role could pass the wall; the portal does not start with it. `flask` prints it without a trace."""


def refuse_powerful_role(engine) -> None:
    """Every new connection is checked: no superuser, no BYPASSRLS, owner of nothing, and no place to make types or tables that
    reviewed functions could take for their own. Refuses to serve otherwise."""

    @event.listens_for(engine, "connect")
    def check(connection, _record):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles r WHERE rolname = current_user AND (rolsuper OR rolbypassrls OR EXISTS "
                "(SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = 'portal' AND pg_has_role(r.oid, c.relowner, 'MEMBER')))"
            )
            if row := cursor.fetchone():
                raise UnsafeRole(f"Het portaal start niet als databaserol {row[0]}: die kan de muur tussen partijen omzeilen. "
                                 "Gebruik de rol portal_app.")
            cursor.execute("SELECT current_user, current_database() WHERE "
                           "has_database_privilege(current_user, current_database(), 'TEMPORARY')")
            if row := cursor.fetchone():
                raise UnsafeRole(f"Het portaal start niet: databaserol {row[0]} mag in database {row[1]} tijdelijke objecten "
                                 f'maken. Neem dat recht weg: REVOKE TEMPORARY ON DATABASE "{row[1]}" FROM PUBLIC, "{row[0]}"')
        connection.rollback()


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Raises SettingsError, NotBuilt or UnsafeRole with a sentence when it cannot start."""
    app = Flask("portal", static_folder="static", template_folder="templates")
    app.settings = settings or Settings.from_environment()
    app.secret_key = app.settings.secret_key
    # Forms are small; a file has its own stream and its own limit (web/uploads.py lifts this one per request).
    app.config.update(MAX_CONTENT_LENGTH=2_000_000, MAX_FORM_MEMORY_SIZE=2_000_000, MAX_FORM_PARTS=2_000)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if proxies := app.settings.proxies:
        # The host never comes from a header: addresses on the portal are made of PUBLIC_URL.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)
    app.engine = make_engine(app.settings.database_url)
    refuse_powerful_role(app.engine)
    # Say no now, not at the first visitor. A database that is away for a moment is a matter for /gezondheid.
    with suppress(OperationalError), app.engine.connect():
        pass
    app.new_session = new_session_factory(app.engine)
    app.files = FileStore(app.settings.file_store_url)
    app.brieven = InkoopBrieven(app.files)
    app.kluis = Kluis(app.settings.bsn_keys, next(iter(app.settings.bsn_keys)), app.settings.bsn_search_key) if (
        app.settings.bsn_keys) else None
    app.mailer = Mailer(app.settings.smtp_url, app.settings.mail_sender)
    app.scanner = Clamd(app.settings.clamd) if app.settings.clamd else NoScanner()
    # Read when somebody first asks for a Word document: a worker starts sooner and stays smaller without that library.
    app.office = LocalProxy(partial(import_module, "portal.adapters.office"))
    htmx.init_app(app)
    log.init_log(app)
    assets.init_assets(app)
    taal.init_taal(app)
    filters.init_filters(app)
    navigation.init_navigation(app)
    security.init_security(app)
    said.init_said(app)
    errors.init_errors(app)
    from portal.blueprints import ALL

    for blueprint in ALL:
        app.register_blueprint(blueprint)
    cli.init_cli(app)
    return app

