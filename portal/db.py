"""The one door to PostgreSQL: base class, naming convention, Session and the text-enum column."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime, Engine, MetaData, Text, create_engine, make_url
from sqlalchemy.orm import DeclarativeBase, mapped_column, sessionmaker

SCHEMA = "portal"
# In the address of a database: how often a statement comes before it is prepared, `None` for never (a word of the driver).
THRESHOLD = "prepare_threshold"


class Base(DeclarativeBase):
    """Base of every table; all tables live in the schema `portal`."""

    type_annotation_map = {datetime: DateTime(timezone=True)}
    # INSERT ... RETURNING needs the right to see the row; a party may write a row for another that it cannot read.
    __mapper_args__ = {"eager_defaults": False}
    metadata = MetaData(
        schema=SCHEMA,
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


# The Session is the repository and the unit of work; tenants.scope binds each of its transactions to a party.
Session = sessionmaker(expire_on_commit=False)


def one_of(column: str, values: type[StrEnum] | list[str], *, name: str | None = None) -> CheckConstraint:
    """CHECK that keeps a text column inside an enum, so that state is readable in every tool."""
    allowed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=name or f"{column}_bekend")


def text_column(**options):
    """A text column without a length limit."""
    return mapped_column(Text, **options)


def make_engine(url: str, **options) -> Engine:
    """Engine with a small pool; `statement_timeout` guards the web against a query that never ends.

    The words of an error never hold the parameters: those are names, texts and addresses of people. `?prepare_threshold=None`
    in the address prepares nothing, for a pooler that gives every transaction another connection.
    """
    address = make_url(url)
    threshold = address.query.get(THRESHOLD, "1")
    # The policies make a plan dear, and the same for everybody: it knows no values, and is kept from the second time on. A
    # refusal rolls back, and with that the driver forgets the plans of its connection.
    args = {"options": "-c statement_timeout=15000 -c lock_timeout=5000 -c timezone=UTC -c search_path=portal,public "
                       "-c plan_cache_mode=force_generic_plan",
            THRESHOLD: None if threshold == "None" else int(threshold)}
    settings = {"pool_pre_ping": False, "pool_size": 6, "max_overflow": 6, "pool_recycle": 1800,
                "hide_parameters": True} | options
    return create_engine(address.difference_update_query([THRESHOLD]), connect_args=args, **settings)
