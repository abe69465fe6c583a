"""Muur: functions only for who calls them, a term is moved by its owner only, one open invitation per address, one
name of a gemeente.

Before this, every function could be called by every role that reaches the schema: PostgreSQL gives EXECUTE to PUBLIC. Now
nobody has it but by a grant, also for functions that later migrations make (`migrations.callable_by`).
"""

from alembic import op

revision = "0005"
down_revision = "0004"

# Whoever could call a function as PUBLIC: the app still can, others no more. Triggers are fired, not called.
ONLY_THE_APP = """DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'portal'::regnamespace AND p.prokind = 'f'
      AND p.prorettype <> 'trigger'::regtype AND has_function_privilege('public', p.oid, 'EXECUTE') LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO portal_app', f);
  END LOOP; END $$"""
# These three are called by other functions only.
INNER = ("portal.mandaat_geldt(uuid, uuid, uuid)", "portal.account_van(text, text, text, boolean)",
         "portal.uitnodiging_gebruiken(bytea, uuid, uuid)")

# Whoever must act may say that it is done; when it must be done is for the owner of the dossier.
TERM = """CREATE FUNCTION portal.termijn_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.eigenaar_id <> portal.party() AND (NEW.due_on, NEW.extended) IS DISTINCT FROM (OLD.due_on, OLD.extended) THEN
    RAISE EXCEPTION 'termijn_van_eigenaar' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""

INVITATION = """CREATE OR REPLACE FUNCTION portal.uitnodiging_gebruiken(hash bytea, wie uuid, voor uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE u portal.uitnodiging;
BEGIN
  UPDATE portal.uitnodiging SET aanvaard_at = portal.now(), aanvaard_by = wie
    WHERE token_hash = hash AND party_id = voor AND aanvaard_at IS NULL AND ingetrokken_at IS NULL AND verloopt_at > portal.now()
    RETURNING * INTO u;
  IF NOT FOUND THEN RETURN false; END IF;
  -- Who works here already keeps what they may do; roles that follow a claim go on following it.
  INSERT INTO portal.membership AS m (id, account_id, party_id, rollen, email, herkomst)
    VALUES (gen_random_uuid(), wie, voor, u.rollen, u.email, 'uitnodiging')
    ON CONFLICT (account_id, party_id) DO UPDATE SET
      rollen = CASE WHEN m.beeindigd_at IS NULL
        THEN ARRAY(SELECT DISTINCT r FROM unnest(m.rollen || excluded.rollen) r ORDER BY r) ELSE excluded.rollen END,
      email = excluded.email, herkomst = 'uitnodiging', beeindigd_at = NULL, beeindigd_by = NULL
    WHERE m.herkomst <> 'claim' OR m.rollen = '{}' OR m.beeindigd_at IS NOT NULL;
  RETURN true;
END $$"""
INVITATION_BEFORE = """CREATE OR REPLACE FUNCTION portal.uitnodiging_gebruiken(hash bytea, wie uuid, voor uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE u portal.uitnodiging;
BEGIN
  UPDATE portal.uitnodiging SET aanvaard_at = portal.now(), aanvaard_by = wie
    WHERE token_hash = hash AND party_id = voor AND aanvaard_at IS NULL AND ingetrokken_at IS NULL AND verloopt_at > portal.now()
    RETURNING * INTO u;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO portal.membership AS m (id, account_id, party_id, rollen, email, herkomst)
    VALUES (gen_random_uuid(), wie, voor, u.rollen, u.email, 'uitnodiging')
    ON CONFLICT (account_id, party_id) DO UPDATE SET rollen = excluded.rollen, email = excluded.email, herkomst = 'uitnodiging',
      beeindigd_at = NULL, beeindigd_by = NULL;
  RETURN true;
END $$"""


def upgrade() -> None:
    op.execute(TERM)
    op.execute("CREATE TRIGGER vast BEFORE UPDATE ON portal.termijn FOR EACH ROW EXECUTE FUNCTION portal.termijn_vast()")
    op.execute(INVITATION)
    # The first administrator is invited by the operator, who is nobody in the portal.
    op.execute("ALTER TABLE portal.uitnodiging ALTER COLUMN uitgenodigd_by DROP NOT NULL")
    # Of two open invitations to one address the newest stays.
    op.execute("""UPDATE portal.uitnodiging u SET ingetrokken_at = portal.now()
        WHERE u.aanvaard_at IS NULL AND u.ingetrokken_at IS NULL AND EXISTS (SELECT 1 FROM portal.uitnodiging n
          WHERE n.party_id = u.party_id AND lower(n.email) = lower(u.email) AND n.aanvaard_at IS NULL
            AND n.ingetrokken_at IS NULL AND (n.gemaakt_at, n.id) > (u.gemaakt_at, u.id))""")
    op.execute("CREATE UNIQUE INDEX uq_uitnodiging_open ON portal.uitnodiging (party_id, lower(email)) "
               "WHERE aanvaard_at IS NULL AND ingetrokken_at IS NULL")
    # What waits in the outbox keeps no token: the job makes it when the mail goes out.
    op.execute("UPDATE portal.outbox SET gegevens = gegevens - 'token' WHERE gegevens ? 'token'")

    # A gemeente has one name, and a colour that it may have chosen itself.
    op.execute("UPDATE portal.gemeente g SET naam = p.naam FROM portal.partij p WHERE p.id = g.id AND p.naam <> g.naam")
    op.execute("ALTER TABLE portal.partij ADD CONSTRAINT uq_partij_id_naam UNIQUE (id, naam)")
    op.execute("ALTER TABLE portal.gemeente ADD CONSTRAINT fk_gemeente_naam FOREIGN KEY (id, naam) "
               "REFERENCES portal.partij (id, naam) ON UPDATE CASCADE")
    op.execute("ALTER TABLE portal.gemeente ADD COLUMN kleur_gekozen_at timestamptz")
    op.execute("""UPDATE portal.gemeente g SET kleur_gekozen_at = (SELECT max(b.at) FROM portal.beveiligingslog b
        WHERE b.party_id = g.id AND b.handeling = 'beheer.thema_bewaren' AND b.resultaat = 'gelukt')""")

    op.execute("ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    op.execute(ONLY_THE_APP)
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA portal FROM PUBLIC")
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs FROM PUBLIC")
    # A seal carries the moment it was set.
    op.execute("GRANT EXECUTE ON FUNCTION portal.now(), portal.klok_verschil() TO portal_zegel")


def downgrade() -> None:
    op.execute("REVOKE EXECUTE ON FUNCTION portal.now(), portal.klok_verschil() FROM portal_zegel")
    op.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA portal TO PUBLIC")
    op.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA jobs TO PUBLIC")
    op.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA portal FROM portal_app")
    for function in INNER:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    op.execute("ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC")

    op.execute("ALTER TABLE portal.gemeente DROP CONSTRAINT fk_gemeente_naam, DROP COLUMN kleur_gekozen_at")
    op.execute("ALTER TABLE portal.partij DROP CONSTRAINT uq_partij_id_naam")
    op.execute("DROP INDEX portal.uq_uitnodiging_open")
    op.execute("""UPDATE portal.outbox SET fout = 'Deze uitnodiging is niet verstuurd. Nodig opnieuw uit.'
        WHERE soort = 'uitnodiging' AND verzonden_at IS NULL AND fout IS NULL""")
    # An invitation by the operator cannot be kept: the schema before asks who sent it.
    op.execute("DELETE FROM portal.uitnodiging WHERE uitgenodigd_by IS NULL")
    op.execute("ALTER TABLE portal.uitnodiging ALTER COLUMN uitgenodigd_by SET NOT NULL")
    op.execute(INVITATION_BEFORE)
    op.execute("DROP TRIGGER vast ON portal.termijn")
    op.execute("DROP FUNCTION portal.termijn_vast()")
