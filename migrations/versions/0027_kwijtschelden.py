"""Kwijtschelden: what is left of a claim is remitted by a decision (Awb 4:94a), never by who signed the claim."""

from alembic import op

revision = "0027"
down_revision = "0026"

SAFE = "SET search_path = pg_catalog, pg_temp"
SIGNED = f"""CREATE FUNCTION portal.kwijtschelden_tekenen_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.vordering v JOIN portal.besluit b ON b.id = v.besluit_id
      WHERE v.id = (NEW.inhoud ->> 'vordering_id')::uuid AND b.getekend_by = NEW.getekend_by) THEN
    RAISE EXCEPTION 'zelf_gevorderd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
# Only a signed decision about this very claim ends it, for what was open.
REMITTED = f"""CREATE FUNCTION portal.kwijtschelden_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.vordering v JOIN portal.besluit b ON b.dossier_id = v.subsidie_id
      WHERE v.id = NEW.id AND b.soort = 'kwijtschelding' AND b.state IN ('getekend', 'verzonden')
        AND b.inhoud ->> 'vordering_id' = v.id::text AND b.bedrag = v.bedrag + v.kosten + v.rente - v.ontvangen) THEN
    RAISE EXCEPTION 'kwijtschelden_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""


def upgrade() -> None:
    op.execute(SIGNED)
    op.execute("CREATE TRIGGER kwijtschelden_tekenen_mag BEFORE UPDATE ON portal.besluit FOR EACH ROW WHEN (NEW.soort = "
               "'kwijtschelding' AND NEW.getekend_by IS NOT NULL AND OLD.getekend_by IS DISTINCT FROM NEW.getekend_by) "
               "EXECUTE FUNCTION portal.kwijtschelden_tekenen_mag()")
    op.execute(REMITTED)
    op.execute("CREATE TRIGGER kwijtschelden_mag BEFORE UPDATE ON portal.dossier FOR EACH ROW WHEN (NEW.soort = 'vordering' "
               "AND NEW.state = 'kwijtgescholden' AND OLD.state IS DISTINCT FROM NEW.state) "
               "EXECUTE FUNCTION portal.kwijtschelden_mag()")


def downgrade() -> None:
    for table, name in (("besluit", "kwijtschelden_tekenen_mag"), ("dossier", "kwijtschelden_mag")):
        op.execute(f"DROP TRIGGER {name} ON portal.{table}")
        op.execute(f"DROP FUNCTION portal.{name}()")
