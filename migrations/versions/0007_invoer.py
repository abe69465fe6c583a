"""Invoer: what comes in is counted by whoever sent it, where, and how much.

A pressed form counts for one account at one address, not for a whole organisation. A counter can take more than one at a
time (bytes). Whoever changed a draft is known, so that nobody reviews their own text. And the app may use the tables of the
job library, not hang triggers on them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import callable_by

revision = "0007"
down_revision = "0006"

COUNTER = """CREATE FUNCTION portal.limiet_teller(welke text, venster int{amount}) RETURNS int LANGUAGE sql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog
AS $$ INSERT INTO portal.limiet AS l VALUES (welke, portal.now(), {step}) ON CONFLICT (sleutel) DO UPDATE SET
        aantal = CASE WHEN l.venster_at + make_interval(secs => venster) > portal.now() THEN l.aantal + {step} ELSE {step} END,
        venster_at = CASE WHEN l.venster_at + make_interval(secs => venster) > portal.now() THEN l.venster_at ELSE portal.now() END
      RETURNING aantal $$"""

# As far as history tells: who began it and who brought its documents.
WRITERS = """UPDATE portal.inschrijving i SET gewijzigd_by = ARRAY(
  SELECT d.behandelaar_id FROM portal.dossier d WHERE d.id = i.id AND d.behandelaar_id IS NOT NULL
  UNION SELECT e.actor_id FROM portal.case_event e WHERE e.dossier_id = i.id AND e.actor_id IS NOT NULL
    AND e.kind IN ('inschrijving:begin', 'inschrijving:document', 'inschrijving:document-weg'))"""


def upgrade() -> None:
    # Who pressed is always known: every form with a key asks a login. What has no account was never anybody's answer.
    op.execute("DELETE FROM portal.idempotentie WHERE account_id IS NULL")
    op.add_column("idempotentie", sa.Column("path", sa.Text(), server_default="", nullable=False), schema="portal")
    op.drop_constraint("pk_idempotentie", "idempotentie", schema="portal")
    op.create_primary_key("pk_idempotentie", "idempotentie", ["sleutel", "party_id", "account_id", "path"], schema="portal")

    op.execute("DROP FUNCTION portal.limiet_teller(text, int)")
    op.execute(COUNTER.format(amount=", hoeveel int DEFAULT 1", step="hoeveel"))
    callable_by("portal_app", "portal.limiet_teller(text, int, int)")

    op.add_column("inschrijving", sa.Column("gewijzigd_by", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
                  schema="portal")
    op.execute(WRITERS)

    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA jobs FROM portal_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO portal_app")


def downgrade() -> None:
    op.execute("GRANT ALL ON ALL TABLES IN SCHEMA jobs TO portal_app")
    op.execute("REVOKE TRUNCATE ON ALL TABLES IN SCHEMA jobs FROM portal_app")

    op.drop_column("inschrijving", "gewijzigd_by", schema="portal")

    op.execute("DROP FUNCTION portal.limiet_teller(text, int, int)")
    op.execute(COUNTER.format(amount="", step="1"))
    callable_by("portal_app", "portal.limiet_teller(text, int)")

    op.drop_constraint("pk_idempotentie", "idempotentie", schema="portal")
    # The schema before has room for one answer per key and party: the first one stays.
    op.execute("""DELETE FROM portal.idempotentie i USING portal.idempotentie f WHERE f.sleutel = i.sleutel
        AND f.party_id = i.party_id AND (f.gemaakt_at, f.account_id, f.path) < (i.gemaakt_at, i.account_id, i.path)""")
    op.create_primary_key("pk_idempotentie", "idempotentie", ["sleutel", "party_id"], schema="portal")
    op.alter_column("idempotentie", "account_id", nullable=True, schema="portal")
    op.drop_column("idempotentie", "path", schema="portal")
