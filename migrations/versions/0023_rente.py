"""Rente: what a claim asks for being paid late (Awb 4:98 and 4:99)."""

from alembic import op

revision = "0023"
down_revision = "0022"


def _checks(owed: str, positive: str) -> None:
    op.execute("ALTER TABLE portal.vordering DROP CONSTRAINT IF EXISTS ck_vordering_niet_meer_dan_verschuldigd, "
               "DROP CONSTRAINT IF EXISTS ck_vordering_geen_negatief, "
               f"ADD CONSTRAINT ck_vordering_geen_negatief CHECK (bedrag > 0 AND kosten >= 0 AND {positive}ontvangen >= 0), "
               f"ADD CONSTRAINT ck_vordering_niet_meer_dan_verschuldigd CHECK (ontvangen <= bedrag + kosten{owed})")


def upgrade() -> None:
    op.execute("ALTER TABLE portal.vordering ADD COLUMN rente NUMERIC(14, 2) NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE portal.vordering ALTER COLUMN rente DROP DEFAULT")
    op.execute("GRANT UPDATE (rente) ON portal.vordering TO portal_app")
    _checks(" + rente", "rente >= 0 AND ")


def downgrade() -> None:
    """What came in as interest goes: the schema before has no room for it. The history keeps it."""
    op.execute("UPDATE portal.vordering SET ontvangen = LEAST(ontvangen, bedrag + kosten)")
    _checks("", "")
    op.execute("ALTER TABLE portal.vordering DROP COLUMN rente")
