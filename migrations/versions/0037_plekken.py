"""Homes that are needed and agreed on; and a hold that is freed does not free the others again. The function stays repaired
going down: the one before it could not be used once two holds of a location had expired."""

from alembic import op

from migrations import sql

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.execute(sql("0037_plekken.sql"))
    op.execute(sql("0037_woonafspraak.sql"))


def downgrade() -> None:
    op.drop_table("woonafspraak", schema="portal")
