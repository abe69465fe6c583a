"""The council: papers with numbered decision points, promises and how late they are, meetings, and advice with its answers."""

from alembic import op

from migrations import sql

revision = "0038"
down_revision = "0037"

TABLES = ("adviespunt", "advies", "raadssessie", "toezegging", "beslispunt", "raadsstuk")


def upgrade() -> None:
    op.execute(sql("0038_raad.sql"))
    op.execute(sql("0038_daarna.sql"))
    op.execute("CREATE UNIQUE INDEX uq_dossier_raad ON portal.dossier (eigenaar_id) WHERE soort = 'raad'")


def downgrade() -> None:
    op.execute("DROP INDEX portal.uq_dossier_raad")
    for table in TABLES:
        op.drop_table(table, schema="portal")
    op.execute("DROP FUNCTION portal.toezegging_vast()")
