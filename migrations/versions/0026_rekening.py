"""Rekening: the recipient gives another account number after a payment failed."""

from alembic import op

revision = "0026"
down_revision = "0025"

SENT = ("'aanvraag','aanvulling','intrekking','zienswijze','rapportage','bewijs','melding','vaststelling','bezwaar',"
        "'bezwaargronden','bezwaarintrekking','ingebrekestelling','toestemming','toestemmingaanvulling','toestemmingintrekking'")


def _kinds(more: str = "") -> None:
    op.execute("ALTER TABLE portal.indiening DROP CONSTRAINT ck_indiening_soort_bekend, ADD CONSTRAINT "
               f"ck_indiening_soort_bekend CHECK (soort IN ({SENT}{more}))")


def upgrade() -> None:
    _kinds(",'rekening'")


def downgrade() -> None:
    op.execute("ALTER TABLE portal.indiening DISABLE TRIGGER USER")
    op.execute("DELETE FROM portal.indiening WHERE soort = 'rekening'")
    op.execute("ALTER TABLE portal.indiening ENABLE TRIGGER USER")
    _kinds()
