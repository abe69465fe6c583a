"""Identiteit: from which belief or view of life a provider works, so that residents can look for it (requirements A22)."""

from alembic import op

revision = "0015"
down_revision = "0014"

VALUES = ("algemeen", "protestants", "katholiek", "islamitisch", "joods", "hindoeistisch", "humanistisch", "antroposofisch")


def upgrade() -> None:
    """A fact that the provider states about itself, and may change."""
    chosen = ", ".join(f"'{value}'" for value in VALUES)
    op.execute("ALTER TABLE portal.aanbieder ADD COLUMN identiteit text")
    op.execute("ALTER TABLE portal.aanbieder ADD CONSTRAINT ck_aanbieder_identiteit_bekend "
               f"CHECK (identiteit IN ({chosen}))")
    op.execute("GRANT UPDATE (identiteit) ON portal.aanbieder TO portal_app")


def downgrade() -> None:
    """What was stated is lost: there is no other place for it."""
    op.execute("ALTER TABLE portal.aanbieder DROP COLUMN identiteit")
