"""Ondersteuningsplan: what somebody wants to reach, how the provider works on it, how far it is, and what came of it."""

from alembic import op

from migrations import sql

revision = "0032"
down_revision = "0031"

TABLES = ("uitkomst", "voortgangscore", "voortgang", "uitwerking", "clientresultaat")


def upgrade() -> None:
    op.execute(sql("0032_plan.sql"))
    op.execute(sql("0032_daarna.sql"))


def downgrade() -> None:
    op.execute("DROP TRIGGER sluit ON portal.dossier")
    op.execute("DROP FUNCTION portal.plaatsing_sluit()")
    for table in TABLES:
        op.drop_table(table, schema="portal")
