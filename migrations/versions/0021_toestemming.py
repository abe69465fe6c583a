"""Toestemming: what a recipient asks consent for (Awb 4:71), and what is there by law when nobody decides in time."""

from alembic import op

from migrations import sql

revision = "0021"
down_revision = "0020"

SENT = ("'aanvraag','aanvulling','intrekking','zienswijze','rapportage','bewijs','melding','vaststelling','bezwaar',"
        "'bezwaargronden','bezwaarintrekking','ingebrekestelling'")


def _kinds(more: str = "") -> None:
    op.execute("ALTER TABLE portal.indiening DROP CONSTRAINT ck_indiening_soort_bekend, ADD CONSTRAINT "
               f"ck_indiening_soort_bekend CHECK (soort IN ({SENT}{more}))")


def upgrade() -> None:
    op.execute(sql("0021_toestemming.sql"))
    _kinds(",'toestemming','toestemmingaanvulling','toestemmingintrekking'")


def downgrade() -> None:
    op.drop_table("toestemming", schema="portal")
    op.execute("ALTER TABLE portal.indiening DISABLE TRIGGER USER")
    op.execute("DELETE FROM portal.indiening WHERE soort LIKE 'toestemming%'")
    op.execute("ALTER TABLE portal.indiening ENABLE TRIGGER USER")
    _kinds()
