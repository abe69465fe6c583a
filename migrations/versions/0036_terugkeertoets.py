"""Terugkeertoets: when a review was kept, so that of two on one day the last one counts."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.add_column("terugkeertoets", sa.Column("gemaakt_at", sa.DateTime(timezone=True), server_default=sa.text("portal.now()"),
                                              nullable=False), schema="portal")


def downgrade() -> None:
    op.drop_column("terugkeertoets", "gemaakt_at", schema="portal")
