"""Kanten: what a letter to the others may tell of a bid.

A motivation names weak points too and is for its own bidder. What the others read of the bid that won is a text of its own,
written as such.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("score", sa.Column("kenmerken", sa.Text(), nullable=True), schema="portal")


def downgrade() -> None:
    op.drop_column("score", "kenmerken", schema="portal")
