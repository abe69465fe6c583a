"""Heroverwegen: what takes the place of a decision that fell after an objection (Awb 7:11, lid 2), and the advice of a committee.

Who signed the first decision signs nothing that takes its place. The ceiling counts as it stood at the first decision, with what
that decision itself gave back, and only as long as another decision is waited for.
"""

from importlib import import_module

from alembic import op

from migrations import callable_by

revision = "0025"
down_revision = "0024"

SAFE = "SET search_path = pg_catalog, pg_temp"
SIGNED = f"""CREATE OR REPLACE FUNCTION portal.bezwaar_tekenen_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id
      WHERE z.id = (NEW.inhoud ->> 'bezwaar_id')::uuid
        AND (NEW.getekend_by IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)
             OR NEW.gelezen_by IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)
             OR NEW.opgesteld_by IN (b.opgesteld_by, b.gelezen_by, b.getekend_by))) THEN
    RAISE EXCEPTION 'niet_op_eigen_besluit' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
REPLACES = f"""CREATE FUNCTION portal.vervangend_tekenen_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  -- A decision that fell, with nothing sent in its place yet: not by who signed it, whatever the proposal says of itself.
  IF EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id
      JOIN portal.besluit d ON d.id = z.beslissing_id
      WHERE z.subsidie_id = NEW.dossier_id AND z.uitkomst IN ('gegrond', 'deels_gegrond') AND b.soort = NEW.soort
        AND b.getekend_by = NEW.getekend_by AND b.id <> NEW.id
        AND d.inhoud ->> 'gevolg' NOT IN ('niets', 'behandelen', 'herleeft', 'vervalt', 'rente_vervalt')
        AND NOT EXISTS (SELECT 1 FROM portal.besluit v WHERE v.dossier_id = NEW.dossier_id AND v.id <> NEW.id
          AND v.state = 'verzonden' AND v.inhoud -> 'vervangt' ->> 'besluit_id' = b.id::text)) THEN
    RAISE EXCEPTION 'niet_op_eigen_besluit' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
ROOM = f"""CREATE OR REPLACE FUNCTION portal.ruimte_na_bezwaar(welke uuid, van_plafond uuid) RETURNS numeric LANGUAGE plpgsql STABLE
SECURITY DEFINER {SAFE} AS $$
DECLARE eerste portal.besluit; toen numeric; terug numeric; sindsdien numeric;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM portal.termijn t WHERE t.dossier_id = welke AND t.kind = 'herziening' AND t.met_on IS NULL
      AND t.eigenaar_id = portal.party()) OR NOT EXISTS (SELECT 1 FROM portal.plafond p WHERE p.id = van_plafond
      AND p.eigenaar_id = portal.party()) THEN RETURN NULL; END IF;
  SELECT b.* INTO eerste FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id
    JOIN portal.dossier d ON d.id = z.id
    WHERE z.subsidie_id = welke AND z.uitkomst IN ('gegrond', 'deels_gegrond') AND b.soort IN ('subsidie', 'vaststelling')
    ORDER BY d.gemaakt_at DESC LIMIT 1;
  IF eerste.id IS NULL THEN RETURN NULL; END IF;
  SELECT r.na_bedrag - r.na_gereserveerd - r.na_vastgelegd INTO toen FROM portal.plafond_boeking r
    WHERE r.plafond_id = van_plafond AND r.geboekt_at <= eerste.getekend_at AND r.besluit_id IS DISTINCT FROM eerste.id
    ORDER BY r.volgnr DESC LIMIT 1;
  SELECT coalesce(sum(r.bedrag), 0) INTO terug FROM portal.plafond_boeking r
    WHERE r.plafond_id = van_plafond AND r.besluit_id = eerste.id AND r.soort = 'verminderen';
  SELECT coalesce(sum(CASE r.soort WHEN 'reserveren' THEN r.bedrag WHEN 'vrijgeven' THEN -r.bedrag WHEN 'verminderen'
      THEN -r.bedrag ELSE 0 END), 0) INTO sindsdien
    FROM portal.plafond_boeking r WHERE r.plafond_id = van_plafond AND r.geboekt_at > eerste.getekend_at
      AND r.subsidie_id <> welke
      AND EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id WHERE z.subsidie_id = r.subsidie_id
        AND z.uitkomst IN ('gegrond', 'deels_gegrond') AND b.soort IN ('subsidie', 'vaststelling')
        AND b.getekend_at <= r.geboekt_at);
  RETURN greatest(coalesce(toen, 0) + terug - sindsdien, 0);
END $$"""
ADVICE = (("advies", "TEXT NOT NULL DEFAULT ''"), ("advies_uitkomst", "TEXT NOT NULL DEFAULT ''"), ("advies_on", "DATE"))


def upgrade() -> None:
    op.execute(SIGNED)
    op.execute(REPLACES)
    op.execute("CREATE TRIGGER vervangend_mag BEFORE UPDATE ON portal.besluit FOR EACH ROW WHEN (NEW.getekend_by IS NOT NULL "
               "AND OLD.getekend_by IS DISTINCT FROM NEW.getekend_by) EXECUTE FUNCTION portal.vervangend_tekenen_mag()")
    op.execute(ROOM)
    callable_by("portal_app", "portal.ruimte_na_bezwaar(uuid, uuid)")
    for column, kind in ADVICE:
        op.execute(f"ALTER TABLE portal.bezwaar ADD COLUMN {column} {kind}")
        op.execute(f"ALTER TABLE portal.bezwaar ALTER COLUMN {column} DROP DEFAULT")
        op.execute(f"GRANT UPDATE ({column}) ON portal.bezwaar TO portal_app")
    op.execute("ALTER TABLE portal.bezwaar ADD CONSTRAINT ck_bezwaar_advies_heel "
               "CHECK ((advies = '') = (advies_on IS NULL) AND (advies = '') = (advies_uitkomst = ''))")


def downgrade() -> None:
    for column, _kind in ADVICE:
        op.execute(f"ALTER TABLE portal.bezwaar DROP COLUMN {column}")
    op.execute("DROP TRIGGER vervangend_mag ON portal.besluit")
    op.execute("DROP FUNCTION portal.vervangend_tekenen_mag()")
    before = import_module("migrations.versions.0019_bezwaar")
    for body in (before.SIGNED, before.ROOM):
        op.execute(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
