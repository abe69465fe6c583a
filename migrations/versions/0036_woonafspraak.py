"""Woonafspraak: homes that are needed and agreed on."""

from alembic import op

from migrations import sql

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.execute(sql("0036_woonafspraak.sql"))


def downgrade() -> None:
    op.drop_table("woonafspraak", schema="portal")
