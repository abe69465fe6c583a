"""What every page asks: the shared dossiers with the clock read once, and an index for what waits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# The clock is a function that reads a row: in a subselect it is read once, in the WHERE clause itself for every row.
# plpgsql keeps the plan for the life of the connection; a function in SQL is planned at every call (before PostgreSQL 18).
SHARED = """CREATE OR REPLACE FUNCTION portal.gedeelde_dossiers() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
  RETURN (SELECT coalesce(array_agg(dossier_id), '{}') FROM portal.dossier_deelnemer
          WHERE party_id = (SELECT portal.party()) AND van <= (SELECT portal.clock_now())
            AND (tot IS NULL OR tot > (SELECT portal.now())));
END $$"""
SHARED_BEFORE = """CREATE OR REPLACE FUNCTION portal.gedeelde_dossiers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(dossier_id), '{}') FROM portal.dossier_deelnemer
      WHERE party_id = portal.party() AND van <= portal.clock_now() AND (tot IS NULL OR tot > portal.now()) $$"""


def upgrade() -> None:
    op.execute(SHARED)
    op.drop_index("ix_dossier_deelnemer_party", "dossier_deelnemer", schema="portal")
    op.create_index("ix_dossier_deelnemer_party", "dossier_deelnemer", ["party_id"], schema="portal",
                    postgresql_include=["dossier_id", "van", "tot"])
    op.create_index("ix_termijn_open_eigenaar", "termijn", ["eigenaar_id", "due_on", "id"], schema="portal",
                    postgresql_where=sa.text("met_on IS NULL"))
    op.create_index("ix_bericht_ongelezen", "bericht", ["party_id"], schema="portal",
                    postgresql_where=sa.text("geopend_at IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_bericht_ongelezen", "bericht", schema="portal")
    op.drop_index("ix_termijn_open_eigenaar", "termijn", schema="portal")
    op.drop_index("ix_dossier_deelnemer_party", "dossier_deelnemer", schema="portal")
    op.create_index("ix_dossier_deelnemer_party", "dossier_deelnemer", ["party_id"], schema="portal")
    op.execute(SHARED_BEFORE)
