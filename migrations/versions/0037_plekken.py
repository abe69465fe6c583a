"""Places: a hold that is freed does not free the others again. The function stays repaired going down: the one before it could
not be used once two holds of a location had expired."""

from alembic import op

from migrations import sql

revision = "0037"
down_revision = "0031"


def upgrade() -> None:
    op.execute(sql("0037_plekken.sql"))


def downgrade() -> None:
    """Nothing to undo: the repaired function goes with its table."""
