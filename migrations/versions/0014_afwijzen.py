"""Afwijzen: who confirms rules for the region can also refuse one, with the reason in the journal of that gemeente."""

from alembic import op

from migrations import callable_by

revision = "0014"
down_revision = "0013"

# NULL: this rule does not wait for the region. The rule is gone afterwards, so the line names the group and the role.
REFUSE = """CREATE FUNCTION portal.claim_rol_afwijzen(welke uuid, waarom text) RETURNS uuid LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c portal.claim_rol;
BEGIN
  SELECT * INTO c FROM portal.claim_rol WHERE id = welke AND bevestigd_at IS NULL FOR UPDATE;
  IF NOT EXISTS (SELECT 1 FROM portal.claim_regels_voor_regio() r WHERE r.id = c.id) THEN RETURN NULL; END IF;
  DELETE FROM portal.claim_rol WHERE id = c.id;
  INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
    VALUES (c.party_id, portal.user_id(), 'groep een rol geven: afgewezen', c.waarde, 'gelukt',
      jsonb_build_object('reden', waarom, 'rol', c.rol));
  RETURN c.party_id;
END $$"""


def upgrade() -> None:
    op.execute(REFUSE)
    callable_by("portal_app", "portal.claim_rol_afwijzen(uuid, text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION portal.claim_rol_afwijzen(uuid, text)")
