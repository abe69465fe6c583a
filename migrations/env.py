"""Migrations run as the owner role, one at a time, each in its own transaction, and give up rather than block the portal."""

import os

from alembic import context
from sqlalchemy import create_engine, pool, text

from portal.db import SCHEMA
from portal.models import metadata

LOCK = 7_734_001  # any constant: two deployments at once wait for each other


def run() -> None:
    url = context.config.attributes.get("url") or os.environ["DATABASE_OWNER_URL"]
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("SET statement_timeout = '120s'"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        connection.commit()
        context.configure(
            connection=connection, target_metadata=metadata, include_schemas=True, version_table_schema="public",
            transaction_per_migration=True, include_name=_ours, compare_server_default=False,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
            connection.commit()
    engine.dispose()


def _ours(name, type_, parents) -> bool:
    """Compare the tables of the models only: klok and nummer belong to functions, jobs to the job library."""
    if type_ == "schema":
        return name == SCHEMA
    if type_ == "table":
        return f"{parents.get('schema_name')}.{name}" in metadata.tables
    return True


run()
