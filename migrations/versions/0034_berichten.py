"""Messages with providers (iWmo): allocations and their versions, the messages, and what providers reported, asked and declared."""

from alembic import op

from migrations import sql

revision = "0034"
down_revision = "0033"

TABLES = ("prestatie", "zorgverzoek", "levering", "toewijzingversie", "toewijzing", "berichtenverkeer", "berichtpartner")


def upgrade() -> None:
    op.execute(sql("0034_berichten.sql"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema="portal")
