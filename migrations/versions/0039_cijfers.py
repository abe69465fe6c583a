"""The figures of placements are counted in one walk over each table, and not once for every gemeente and day."""

from alembic import op

from migrations import sql

revision = "0039"
down_revision = "0038"

NAME = "FUNCTION portal.cijfers_plaatsingen()"


def _run(text: str) -> None:
    # `%` is a sign of its own to the driver.
    op.get_bind().exec_driver_sql(text.replace("%", "%%"))


def upgrade() -> None:
    _run(f"DROP {NAME}")
    _run(sql("0039_cijfers.sql"))


def downgrade() -> None:
    op.execute("DROP FUNCTION portal.cijfers_plaatsingen(boolean)")
    before = sql("0035_daarna.sql")
    _run(before[before.index(f"CREATE {NAME}"):])
