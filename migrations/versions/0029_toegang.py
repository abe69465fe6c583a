"""Toegang: who asks for support, the procedure from report to decision, what was looked into, what else has to be arranged."""

from alembic import op

from migrations import sql

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute(sql("0029_toegang.sql"))


def downgrade() -> None:
    for table in ("randvoorwaarde", "onderzoek", "toegang", "persoon"):
        op.drop_table(table, schema="portal")
