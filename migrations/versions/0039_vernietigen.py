"""Vernietigen: the plan and what other gemeenten were shown are emptied too, and who was a minor is kept twenty years."""

from alembic import op

from migrations import sql

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(sql("0039_vernietigen.sql").replace("%", "%%"))


def downgrade() -> None:
    op.get_bind().exec_driver_sql(sql("0039_terug.sql").replace("%", "%%"))
