"""Machtiging: nobody gives a power to oneself, and a power ends with the person.

A rule that turns a group into a role, a replacement and a mandate each need two people: who records it and who consents.
Rules of before count on; replacements of before wait for a consent, for nobody ever gave one. Who leaves takes along the
invitations, mandates and replacements that went with the membership. A signature is checked where it is written. History
keeps its own time: the app states neither moment, number nor transaction of a line.
"""

import sqlalchemy as sa
from alembic import op

from migrations import callable_by

revision = "0008"
down_revision = "0007"

P = "(SELECT portal.party())"
ME = "(SELECT portal.user_id())"
OWN = f"party_id = {P}"

EVENT_COLUMNS = "id, dossier_id, eigenaar_id, party_id, actor_id, kind, state_from, state_to, facts, occurred_on"

# Columns -----------------------------------------------------------------------------------------------------------------

WHO = {  # table: columns that name a person
    "claim_rol": ("voorgesteld_by", "bevestigd_by"),
    "vervanging": ("vastgelegd_by", "ingestemd_by"),
    "mandaat": ("vastgelegd_by",),
}
WHEN = {"claim_rol": ("bevestigd_at",), "vervanging": ("ingestemd_at", "ingetrokken_at")}
CHECKS = {
    "claim_rol": {"bevestigd_door_ander": "bevestigd_by <> voorgesteld_by",
                  "bevestigd_heeft_moment": "bevestigd_by IS NULL OR bevestigd_at IS NOT NULL"},
    "vervanging": {"niet_door_vervanger": "vervanger_id <> vastgelegd_by",
                   "instemming_van_ander": "ingestemd_by NOT IN (vervanger_id, vastgelegd_by)",
                   "ingestemd_heeft_moment": "(ingestemd_by IS NULL) = (ingestemd_at IS NULL)"},
}

# Who works where ---------------------------------------------------------------------------------------------------------

IN_SERVICE = """CREATE FUNCTION portal.in_dienst(wie uuid, bij uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = wie AND m.party_id = bij
        AND m.beeindigd_at IS NULL AND m.rollen <> '{}') $$"""

# In force today, high enough, with every consent (Awb 10:4), and held or replaced by somebody who still works there.
COMPETENT = """CREATE FUNCTION portal.bevoegd(welk uuid, vervangt uuid, wie uuid, wat text, voor uuid, hoeveel numeric)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT EXISTS (SELECT 1 FROM portal.mandaat m
        WHERE m.id = welk AND m.party_id = voor AND m.besluit_soort = wat AND m.ingetrokken_at IS NULL
          AND daterange(m.van, m.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
          AND (hoeveel IS NULL OR m.tot_bedrag IS NULL OR hoeveel <= m.tot_bedrag)
          AND portal.in_dienst(m.gemachtigde_id, m.werkgever_id)
          AND (SELECT count(*) FROM portal.mandaat_instemming i WHERE i.mandaat_id = m.id
               AND (i.van <> 'werkgever' OR m.werkgever_id <> m.party_id))
              = CASE WHEN m.werkgever_id = m.party_id THEN 2 ELSE 3 END
          AND CASE WHEN vervangt IS NULL THEN m.gemachtigde_id = wie
              ELSE EXISTS (SELECT 1 FROM portal.vervanging v WHERE v.id = vervangt AND v.party_id = voor
                AND v.afwezige_id = m.gemachtigde_id AND v.vervanger_id = wie AND v.ingestemd_at IS NOT NULL
                AND v.ingetrokken_at IS NULL AND daterange(v.van, v.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AND portal.in_dienst(wie, voor)) END) $$"""

SIGNED = """CREATE FUNCTION portal.besluit_bevoegd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id, NEW.getekend_by, NEW.soort, NEW.party_id, NEW.bedrag) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NULL;
END $$"""
SIGNED_WHEN = {
    "wie_tekent": "AFTER UPDATE ON portal.besluit FOR EACH ROW WHEN (NEW.getekend_by IS NOT NULL AND NEW.getekend_by "
              "IS DISTINCT FROM OLD.getekend_by)",
    "wie_tekent_meteen": "AFTER INSERT ON portal.besluit FOR EACH ROW WHEN (NEW.getekend_by IS NOT NULL)",
}
EXTENDED = """CREATE FUNCTION portal.verlengingsbesluit_bevoegd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id, NEW.getekend_by, 'overeenkomst', NEW.party_id,
      (SELECT o.maximale_waarde FROM portal.overeenkomst o WHERE o.id = NEW.overeenkomst_id)) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NULL;
END $$"""

# Members -----------------------------------------------------------------------------------------------------------------

# Whoever is logged in adds no role to oneself and brings nobody back; logging in does not run as anybody.
MEMBER = """CREATE FUNCTION portal.membership_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF portal.user_id() IS NULL THEN RETURN NEW; END IF;
  IF OLD.beeindigd_at IS NOT NULL THEN RAISE EXCEPTION 'lid_vertrokken' USING ERRCODE = 'PT409'; END IF;
  IF OLD.account_id = portal.user_id() AND NOT NEW.rollen <@ OLD.rollen THEN
    RAISE EXCEPTION 'eigen_rollen' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
# What went with the membership goes with it, whoever ends it and from wherever.
LEAVES = """CREATE FUNCTION portal.lid_vertrekt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE waarom jsonb := '{"reden": "lid vertrokken"}';
BEGIN
  WITH weg AS (UPDATE portal.uitnodiging SET ingetrokken_at = portal.now()
      WHERE party_id = NEW.party_id AND lower(email) = lower(NEW.email) AND aanvaard_at IS NULL AND ingetrokken_at IS NULL
      RETURNING id)
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      SELECT NEW.party_id, NEW.beeindigd_by, 'uitnodiging intrekken', weg.id::text, 'gelukt', waarom FROM weg;
  WITH weg AS (UPDATE portal.mandaat SET ingetrokken_at = portal.now()
      WHERE gemachtigde_id = NEW.account_id AND werkgever_id = NEW.party_id AND ingetrokken_at IS NULL
      RETURNING id, party_id, werkgever_id)
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      SELECT DISTINCT wie, NEW.beeindigd_by, 'mandaat intrekken', weg.id::text, 'gelukt', waarom
      FROM weg, unnest(ARRAY[weg.party_id, weg.werkgever_id]) wie;
  WITH weg AS (UPDATE portal.vervanging SET ingetrokken_at = portal.now()
      WHERE party_id = NEW.party_id AND NEW.account_id IN (afwezige_id, vervanger_id) AND ingetrokken_at IS NULL
        AND tot > (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date RETURNING id)
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      SELECT NEW.party_id, NEW.beeindigd_by, 'vervanging beëindigen', weg.id::text, 'gelukt', waarom FROM weg;
  RETURN NULL;
END $$"""

# Not by who sent it, and not when it is older than the end of the membership. Roles that follow a claim go on following it;
# whoever comes in by an invitation after all leaves a line in the journal.
INVITATION = """CREATE OR REPLACE FUNCTION portal.uitnodiging_gebruiken(hash bytea, wie uuid, voor uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE u portal.uitnodiging; m portal.membership;
BEGIN
  SELECT * INTO u FROM portal.uitnodiging WHERE token_hash = hash AND party_id = voor AND aanvaard_at IS NULL
    AND ingetrokken_at IS NULL AND verloopt_at > portal.now() FOR UPDATE;
  IF NOT FOUND OR u.uitgenodigd_by = wie THEN RETURN false; END IF;
  SELECT * INTO m FROM portal.membership WHERE account_id = wie AND party_id = voor FOR UPDATE;
  IF u.gemaakt_at <= m.beeindigd_at THEN RETURN false; END IF;
  UPDATE portal.uitnodiging SET aanvaard_at = portal.now(), aanvaard_by = wie WHERE id = u.id;
  IF m.id IS NULL THEN
    INSERT INTO portal.membership (id, account_id, party_id, rollen, email, herkomst)
      VALUES (gen_random_uuid(), wie, voor, u.rollen, u.email, 'uitnodiging');
  ELSIF m.beeindigd_at IS NOT NULL OR m.herkomst <> 'claim' OR m.rollen = '{}' THEN
    UPDATE portal.membership SET email = u.email, herkomst = 'uitnodiging', beeindigd_at = NULL, beeindigd_by = NULL,
        rollen = CASE WHEN m.beeindigd_at IS NULL
          THEN ARRAY(SELECT DISTINCT r FROM unnest(m.rollen || u.rollen) r ORDER BY r) ELSE u.rollen END
      WHERE id = m.id;
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      VALUES (voor, wie, 'uitnodiging gebruiken', u.id::text, 'gelukt',
        jsonb_build_object('eerder', m.herkomst, 'was_vertrokken', m.beeindigd_at IS NOT NULL));
  END IF;
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

# Groups ------------------------------------------------------------------------------------------------------------------

FROM_CLAIMS = """CREATE OR REPLACE FUNCTION portal.rollen_uit_claims(voor uuid, claims jsonb) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(DISTINCT c.rol), '{}') FROM portal.claim_rol c
      WHERE c.party_id = voor AND c.bevestigd_at IS NOT NULL
        AND CASE jsonb_typeof(claims -> c.claim) WHEN 'array' THEN claims -> c.claim ? c.waarde
            ELSE claims ->> c.claim = c.waarde END $$"""
FROM_CLAIMS_BEFORE = """CREATE OR REPLACE FUNCTION portal.rollen_uit_claims(voor uuid, claims jsonb) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT coalesce(array_agg(DISTINCT c.rol), '{}') FROM portal.claim_rol c WHERE c.party_id = voor
      AND CASE jsonb_typeof(claims -> c.claim) WHEN 'array' THEN claims -> c.claim ? c.waarde
          ELSE claims ->> c.claim = c.waarde END $$"""
# Rules that wait while their gemeente has nobody else to confirm them: for who runs the region.
FOR_REGION = """CREATE FUNCTION portal.claim_regels_voor_regio() RETURNS TABLE (id uuid, party_id uuid, gemeente text, claim text,
  waarde text, rol text, voorgesteld_by uuid, door text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
AS $$ SELECT c.id, c.party_id, g.naam, c.claim, c.waarde, c.rol, c.voorgesteld_by, a.naam
      FROM portal.claim_rol c JOIN portal.gemeente g ON g.id = c.party_id LEFT JOIN portal.account a ON a.id = c.voorgesteld_by
      WHERE c.bevestigd_at IS NULL AND c.voorgesteld_by IS DISTINCT FROM portal.user_id()
        AND EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = portal.user_id() AND m.party_id = portal.party()
          AND m.beeindigd_at IS NULL AND 'regiobeheerder' = ANY (m.rollen))
        AND NOT EXISTS (SELECT 1 FROM portal.membership m WHERE m.party_id = c.party_id AND m.beeindigd_at IS NULL
          AND 'beheerder' = ANY (m.rollen) AND m.account_id IS DISTINCT FROM c.voorgesteld_by)
      ORDER BY g.naam, c.claim, c.waarde, c.rol $$"""
# By another administrator of the gemeente, or for the region where there is none. False: there is nothing to confirm.
CONFIRM = """CREATE FUNCTION portal.claim_rol_bevestigen(welke uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE c portal.claim_rol;
BEGIN
  SELECT * INTO c FROM portal.claim_rol WHERE id = welke FOR UPDATE;
  IF c.party_id = portal.party() AND EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = portal.user_id()
      AND m.party_id = c.party_id AND m.beeindigd_at IS NULL AND 'beheerder' = ANY (m.rollen)) THEN
    IF c.voorgesteld_by = portal.user_id() THEN RAISE EXCEPTION 'eigen_regel' USING ERRCODE = 'PT403'; END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM portal.claim_regels_voor_regio() r WHERE r.id = welke) THEN
    RETURN false;
  END IF;
  IF c.bevestigd_at IS NOT NULL THEN RAISE EXCEPTION 'regel_bevestigd' USING ERRCODE = 'PT409'; END IF;
  UPDATE portal.claim_rol SET bevestigd_by = portal.user_id(), bevestigd_at = portal.now() WHERE id = welke;
  IF c.party_id <> portal.party() THEN
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      VALUES (c.party_id, portal.user_id(), 'groep een rol geven: bevestigd', welke::text, 'gelukt', '{}');
  END IF;
  RETURN true;
END $$"""

# Replacement -------------------------------------------------------------------------------------------------------------

# A consent is in one's own name, once; a period that was agreed does not grow.
REPLACEMENT = """CREATE FUNCTION portal.vervanging_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.ingestemd_by IS DISTINCT FROM OLD.ingestemd_by AND (OLD.ingestemd_by IS NOT NULL
      OR NEW.ingestemd_by IS DISTINCT FROM portal.user_id()) THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.tot > OLD.tot THEN RAISE EXCEPTION 'vervanging_vast' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$"""
REPLACEMENT_CHANGES = "tot, ingestemd_by, ingestemd_at"

# Policies: (table, command): (now, before) -----------------------------------------------------------------------------------

CONSENT = """party_id = (SELECT portal.party()) AND account_id = (SELECT portal.user_id()) AND EXISTS (
  SELECT 1 FROM portal.mandaat m WHERE m.id = mandaat_instemming.mandaat_id AND m.ingetrokken_at IS NULL AND (
    (mandaat_instemming.van = 'mandaatgever' AND m.party_id = (SELECT portal.party())
      AND m.gemachtigde_id <> (SELECT portal.user_id()) AND m.vastgelegd_by IS DISTINCT FROM (SELECT portal.user_id()))
    OR (mandaat_instemming.van = 'werkgever' AND m.werkgever_id = (SELECT portal.party())
      AND m.gemachtigde_id <> (SELECT portal.user_id()))
    OR (mandaat_instemming.van = 'gemachtigde' AND m.gemachtigde_id = (SELECT portal.user_id()))))"""
CONSENT_BEFORE = CONSENT.replace(" AND m.vastgelegd_by IS DISTINCT FROM (SELECT portal.user_id())", "")
POLICIES = {
    ("claim_rol", "insert"): (f"{OWN} AND voorgesteld_by = {ME} AND bevestigd_at IS NULL AND bevestigd_by IS NULL", OWN),
    ("vervanging", "insert"): (f"{OWN} AND vastgelegd_by = {ME} AND vervanger_id <> {ME} AND ingestemd_at IS NULL", OWN),
    ("vervanging", "update"): (f"{OWN} AND vervanger_id <> {ME}", OWN),
    ("mandaat", "insert"): (f"{OWN} AND vastgelegd_by = {ME}", OWN),
    ("mandaat_instemming", "insert"): (CONSENT, CONSENT_BEFORE),
}


def _policies(number: int) -> None:
    for (table, command), predicates in POLICIES.items():
        predicate = predicates[number]
        clause = f"WITH CHECK ({predicate})" if command == "insert" else f"USING ({predicate}) WITH CHECK ({predicate})"
        op.execute(f"DROP POLICY {table}_{command} ON portal.{table}")
        op.execute(f"CREATE POLICY {table}_{command} ON portal.{table} FOR {command.upper()} TO portal_app {clause}")


def _grant(command: str, table: str, columns: str | None) -> None:
    op.execute(f"REVOKE {command} ON portal.{table} FROM portal_app")
    op.execute(f"GRANT {command}{f' ({columns})' if columns else ''} ON portal.{table} TO portal_app")


def upgrade() -> None:
    for table, names in WHO.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Uuid()), schema="portal")
            op.create_foreign_key(op.f(f"fk_{table}_{name}"), table, "account", [name], ["id"], source_schema="portal",
                                  referent_schema="portal")
    for table, names in WHEN.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.DateTime(timezone=True)), schema="portal")
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule, schema="portal")
    op.execute("UPDATE portal.claim_rol SET bevestigd_at = portal.now()")

    for statement in (IN_SERVICE, COMPETENT, SIGNED, EXTENDED, MEMBER, LEAVES, INVITATION, FROM_CLAIMS, FOR_REGION, CONFIRM,
                      REPLACEMENT):
        op.execute(statement)
    callable_by("portal_app", "portal.in_dienst(uuid, uuid)", "portal.claim_regels_voor_regio()",
                "portal.claim_rol_bevestigen(uuid)")
    for name, when in SIGNED_WHEN.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION portal.besluit_bevoegd()")
    op.execute("CREATE TRIGGER wie_tekent AFTER INSERT ON portal.verlengingsbesluit FOR EACH ROW "
               "EXECUTE FUNCTION portal.verlengingsbesluit_bevoegd()")
    op.execute("CREATE TRIGGER vast BEFORE UPDATE ON portal.membership FOR EACH ROW EXECUTE FUNCTION portal.membership_vast()")
    op.execute("CREATE TRIGGER vertrekt AFTER UPDATE ON portal.membership FOR EACH ROW "
               "WHEN (OLD.beeindigd_at IS NULL AND NEW.beeindigd_at IS NOT NULL) EXECUTE FUNCTION portal.lid_vertrekt()")
    op.execute("CREATE TRIGGER vast BEFORE UPDATE ON portal.vervanging FOR EACH ROW EXECUTE FUNCTION portal.vervanging_vast()")
    _policies(0)
    _grant("UPDATE", "vervanging", REPLACEMENT_CHANGES)
    _grant("UPDATE", "membership", "rollen, beeindigd_at, beeindigd_by")
    _grant("INSERT", "case_event", EVENT_COLUMNS)


def downgrade() -> None:
    for command, table in (("UPDATE", "vervanging"), ("UPDATE", "membership"), ("INSERT", "case_event")):
        _grant(command, table, None)
    _policies(1)
    for trigger in ("vast ON portal.vervanging", "vertrekt ON portal.membership", "vast ON portal.membership",
                    "wie_tekent ON portal.verlengingsbesluit", "wie_tekent_meteen ON portal.besluit", "wie_tekent ON portal.besluit"):
        op.execute(f"DROP TRIGGER {trigger}")
    for statement in (INVITATION_BEFORE, FROM_CLAIMS_BEFORE):
        op.execute(statement)
    for function in ("vervanging_vast()", "claim_rol_bevestigen(uuid)", "claim_regels_voor_regio()", "lid_vertrekt()",
                     "membership_vast()", "verlengingsbesluit_bevoegd()", "besluit_bevoegd()",
                     "bevoegd(uuid, uuid, uuid, text, uuid, numeric)", "in_dienst(uuid, uuid)"):
        op.execute(f"DROP FUNCTION portal.{function}")
    # What waits for a second person, or was withdrawn with its person, would count again in the schema of before.
    op.execute("DELETE FROM portal.claim_rol WHERE bevestigd_at IS NULL")
    op.execute("UPDATE portal.vervanging SET tot = greatest(van + 1, least(tot, "
               "(portal.now() AT TIME ZONE 'Europe/Amsterdam')::date)) WHERE ingetrokken_at IS NOT NULL")
    op.execute("""DELETE FROM portal.vervanging v
        WHERE (v.ingestemd_at IS NULL AND v.vastgelegd_by IS NOT NULL OR v.ingetrokken_at IS NOT NULL)
          AND v.tot > (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
          AND NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.vervanging_id = v.id)
          AND NOT EXISTS (SELECT 1 FROM portal.verlengingsbesluit b WHERE b.vervanging_id = v.id)""")
    for table, checks in CHECKS.items():
        for name in checks:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema="portal", type_="check")
    for names in (WHEN, WHO):
        for table, columns in names.items():
            for name in columns:
                op.drop_column(table, name, schema="portal")
