"""Gunnen: what a bid says about a perceel is for the gemeenten that take part in that perceel, and for the lead.

Taking part was asked per inkoop: whoever said yes to one perceel read the bids on the others. From here on it is asked per
perceel, also of the files and the history of the assessment and of an award decision that was sent.

A contract says who signed it and under which volmacht.

Somebody may find an interest later: statements are rows in time of which the last one counts, and the judgments of that
person are set aside with a reason and kept, so that another can judge.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

P = "(SELECT portal.party())"
ME = "(SELECT portal.user_id())"
SHARED = "((SELECT portal.gedeelde_dossiers())::uuid[])"
MINE = "((SELECT portal.percelen_met_deelname())::uuid[])"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY {SHARED})"
TAKES_PART = f"(eigenaar_id = {P} OR dossier_id = ANY {MINE})"
SCANNED = "scan IN ('schoon', 'overgeslagen')"
DEFINER = "SECURITY DEFINER SET search_path = pg_catalog"

# The rule, once: the lead, and who recorded another answer than no for this perceel. Nobody but the functions reads it.
PARTS = """CREATE VIEW portal.perceel_deelname AS
  SELECT d.id AS perceel_id, d.eigenaar_id AS party_id FROM portal.dossier d WHERE d.soort = 'perceel'
  UNION ALL
  SELECT a.perceel_id, a.party_id FROM portal.deelname_antwoord a JOIN portal.deelnamebesluit b ON b.id = a.besluit_id
  WHERE a.antwoord <> 'nee' AND b.vastgelegd_at IS NOT NULL"""
TAKES_PART_IN = f"""CREATE FUNCTION portal.neemt_deel_aan(welk uuid, wie uuid) RETURNS boolean LANGUAGE sql STABLE {DEFINER}
AS $$ SELECT EXISTS (SELECT 1 FROM portal.perceel_deelname n WHERE n.perceel_id = welk AND n.party_id = wie) $$"""
# Those of this party, evaluated once per statement.
OWN_PARTS = f"""CREATE FUNCTION portal.percelen_met_deelname() RETURNS uuid[] LANGUAGE plpgsql STABLE {DEFINER} AS $$
BEGIN
  RETURN (SELECT coalesce(array_agg(n.perceel_id), '{{}}') FROM portal.perceel_deelname n
          WHERE n.party_id = (SELECT portal.party()));
END $$"""
# What is read aloud at an opening, for who opened: from whom a bid came, when, and the fingerprint. Not what it says.
READ_ALOUD = f"""CREATE FUNCTION portal.geopende_inschrijvingen(welke uuid) RETURNS TABLE (perceel_id uuid, naam text,
  verzonden_at timestamptz, vingerafdruk text) LANGUAGE sql STABLE {DEFINER}
AS $$ SELECT v.perceel_id, v.inhoud -> 'aanbieder' ->> 'naam', v.verzonden_at, v.vingerafdruk FROM (
        SELECT DISTINCT ON (x.dossier_id, x.perceel_id) x.* FROM portal.verzending x WHERE x.inkoop_id = welke
        ORDER BY x.dossier_id, x.perceel_id, x.versie DESC) v
      WHERE v.soort = 'verzending'
        AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = welke AND d.state IN ('geopend', 'afgerond'))
        AND EXISTS (SELECT 1 FROM portal.opening o WHERE o.dossier_id = welke AND o.party_id = portal.party())
      ORDER BY v.verzonden_at $$"""

OPENS = f"""CREATE OR REPLACE FUNCTION portal.opening_opent() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
  opent boolean := (SELECT count(DISTINCT party_id) FROM portal.opening WHERE dossier_id = NEW.dossier_id) >= 2;
  vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  -- Who opened is done; the second act ends the waiting for all gemeenten.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_openen' AND dossier_id = NEW.dossier_id AND met_on IS NULL
    AND (opent OR party_id = NEW.party_id);
  IF NOT opent THEN RETURN NULL; END IF;
  -- A bid is shared with whoever takes part in a perceel it was sent for, and was not withdrawn from.
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    SELECT gen_random_uuid(), i.id, i.eigenaar_id, g.party_id, 'inkoper'
    FROM portal.dossier i JOIN portal.inschrijving n ON n.id = i.id AND n.inkoop_id = NEW.dossier_id
    CROSS JOIN LATERAL (SELECT DISTINCT w.party_id FROM portal.perceel_deelname w WHERE w.perceel_id IN (
      SELECT v.perceel_id FROM (SELECT DISTINCT ON (x.perceel_id) x.perceel_id, x.soort FROM portal.verzending x
        WHERE x.dossier_id = i.id ORDER BY x.perceel_id, x.versie DESC) v WHERE v.soort = 'verzending')) g
    ON CONFLICT (dossier_id, party_id) DO NOTHING;
  UPDATE portal.dossier SET state = 'geopend' WHERE id = NEW.dossier_id;
  UPDATE portal.dossier SET state = 'geopend' WHERE id IN (SELECT p.id FROM portal.perceel p WHERE p.inkoop_id = NEW.dossier_id)
    AND state = 'gepland';
  -- A draft that was never sent waits no more.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_versturen' AND met_on IS NULL
    AND dossier_id IN (SELECT n.id FROM portal.inschrijving n WHERE n.inkoop_id = NEW.dossier_id);
  RETURN NULL;
END $$"""
OPENS_BEFORE = f"""CREATE OR REPLACE FUNCTION portal.opening_opent() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
  opent boolean := (SELECT count(DISTINCT party_id) FROM portal.opening WHERE dossier_id = NEW.dossier_id) >= 2;
  vandaag date := (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date;
BEGIN
  -- Who opened is done; the second act ends the waiting for all gemeenten.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_openen' AND dossier_id = NEW.dossier_id AND met_on IS NULL
    AND (opent OR party_id = NEW.party_id);
  IF NOT opent THEN RETURN NULL; END IF;
  INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
    SELECT gen_random_uuid(), i.id, i.eigenaar_id, g.gemeente_id, 'inkoper'
    FROM portal.dossier i JOIN portal.inschrijving n ON n.id = i.id AND n.inkoop_id = NEW.dossier_id
    CROSS JOIN (SELECT NEW.eigenaar_id AS gemeente_id UNION SELECT b.party_id FROM portal.deelnamebesluit b
                WHERE b.dossier_id = NEW.dossier_id AND portal.neemt_deel(NEW.dossier_id, b.party_id)) g
    WHERE EXISTS (SELECT 1 FROM (SELECT DISTINCT ON (x.perceel_id) x.soort FROM portal.verzending x WHERE x.dossier_id = i.id
                  ORDER BY x.perceel_id, x.versie DESC) v WHERE v.soort = 'verzending')
    ON CONFLICT (dossier_id, party_id) DO NOTHING;
  UPDATE portal.dossier SET state = 'geopend' WHERE id = NEW.dossier_id;
  UPDATE portal.dossier SET state = 'geopend' WHERE id IN (SELECT p.id FROM portal.perceel p WHERE p.inkoop_id = NEW.dossier_id)
    AND state = 'gepland';
  -- A draft that was never sent waits no more.
  UPDATE portal.termijn SET met_on = vandaag WHERE kind = 'werk_versturen' AND met_on IS NULL
    AND dossier_id IN (SELECT n.id FROM portal.inschrijving n WHERE n.inkoop_id = NEW.dossier_id);
  RETURN NULL;
END $$"""
# What was shared with gemeenten that said no to all percelen of a bid.
TAKE_BACK = """DELETE FROM portal.dossier_deelnemer g USING portal.inschrijving n
  WHERE g.hoedanigheid = 'inkoper' AND g.dossier_id = n.id AND NOT EXISTS (
    SELECT 1 FROM (SELECT DISTINCT ON (x.perceel_id) x.perceel_id, x.soort FROM portal.verzending x WHERE x.dossier_id = n.id
      ORDER BY x.perceel_id, x.versie DESC) v
    JOIN portal.perceel_deelname w ON w.perceel_id = v.perceel_id AND w.party_id = g.party_id WHERE v.soort = 'verzending')"""
GIVE_AGAIN = """INSERT INTO portal.dossier_deelnemer (id, dossier_id, eigenaar_id, party_id, hoedanigheid)
  SELECT gen_random_uuid(), n.id, d.eigenaar_id, b.party_id, 'inkoper' FROM portal.inschrijving n
  JOIN portal.dossier d ON d.id = n.id JOIN portal.deelnamebesluit b ON b.dossier_id = n.inkoop_id
  WHERE portal.neemt_deel(n.inkoop_id, b.party_id)
    AND EXISTS (SELECT 1 FROM portal.dossier_deelnemer g WHERE g.dossier_id = n.id AND g.hoedanigheid = 'inkoper')
  ON CONFLICT (dossier_id, party_id) DO NOTHING"""

OPENED = f"""CREATE OR REPLACE FUNCTION portal.opende(welk uuid, voor uuid) RETURNS boolean LANGUAGE sql STABLE {DEFINER}
AS $$ SELECT EXISTS (SELECT 1 FROM portal.perceel p JOIN portal.dossier d ON d.id = p.id AND d.state = 'geopend'
        JOIN portal.opening o ON o.dossier_id = p.inkoop_id AND o.party_id = portal.party()
        WHERE p.id = welk AND portal.neemt_deel_aan(p.id, voor)) $$"""
OPENED_BEFORE = OPENED.replace("neemt_deel_aan(p.id, voor)", "neemt_deel(p.inkoop_id, voor)")

MAY_JUDGE = f"""CREATE OR REPLACE FUNCTION portal.beoordeling_mag() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE fase text; welke uuid;
BEGIN
  SELECT d.state, p.inkoop_id INTO fase, welke FROM portal.dossier d JOIN portal.perceel p ON p.id = d.id WHERE d.id = NEW.dossier_id FOR SHARE OF d;
  IF fase IS DISTINCT FROM 'geopend' THEN RAISE EXCEPTION 'beoordeling_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF NOT portal.neemt_deel_aan(NEW.dossier_id, NEW.party_id) THEN
    RAISE EXCEPTION 'beoordeling_niet_deelnemer' USING ERRCODE = 'PT403';
  END IF;
  -- Setting aside is no judgment; the policies let nobody but portal.beoordeling_terzijde do it.
  IF TG_OP = 'UPDATE' AND NEW.terzijde_at IS NOT NULL THEN RETURN NEW; END IF;
  IF (SELECT b.heeft_belang FROM portal.belangverklaring b WHERE b.dossier_id = welke AND b.account_id = NEW.beoordelaar_id
      ORDER BY b.verklaard_at DESC, b.id DESC LIMIT 1) IS DISTINCT FROM false THEN
    RAISE EXCEPTION 'eerst_belang_verklaren' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
MAY_JUDGE_BEFORE = f"""CREATE OR REPLACE FUNCTION portal.beoordeling_mag() RETURNS trigger LANGUAGE plpgsql {DEFINER} AS $$
DECLARE fase text; welke uuid;
BEGIN
  SELECT d.state, p.inkoop_id INTO fase, welke FROM portal.dossier d JOIN portal.perceel p ON p.id = d.id WHERE d.id = NEW.dossier_id FOR SHARE OF d;
  IF fase IS DISTINCT FROM 'geopend' THEN RAISE EXCEPTION 'beoordeling_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.belangverklaring b WHERE b.dossier_id = welke AND b.account_id = NEW.beoordelaar_id AND NOT b.heeft_belang) THEN
    RAISE EXCEPTION 'eerst_belang_verklaren' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""

# The same rule as for an award: in one's own name, under a volmacht that this gemeente gave and that is in force.
SIGNS = (f"getekend_by = {ME} AND EXISTS (SELECT 1 FROM portal.mandaat m WHERE m.id = mandaat_id AND m.party_id = {P} "
         "AND m.besluit_soort = 'overeenkomst' AND m.ingetrokken_at IS NULL)")
CONTRACTS = f"eigenaar_id = {P} AND party_id = {P} AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = {P})"
SIGNED = """ALTER TABLE portal.overeenkomst
  ADD COLUMN getekend_by uuid CONSTRAINT fk_overeenkomst_getekend_by REFERENCES portal.account (id),
  ADD COLUMN mandaat_id uuid CONSTRAINT fk_overeenkomst_mandaat_id REFERENCES portal.mandaat (id),
  ADD COLUMN vervanging_id uuid CONSTRAINT fk_overeenkomst_vervanging_id REFERENCES portal.vervanging (id),
  ADD CONSTRAINT ck_overeenkomst_getekend_onder_volmacht CHECK ((getekend_by IS NULL) = (mandaat_id IS NULL))"""
NOT_SIGNED = """ALTER TABLE portal.overeenkomst DROP COLUMN vervanging_id, DROP CONSTRAINT ck_overeenkomst_getekend_onder_volmacht,
  DROP COLUMN getekend_by, DROP COLUMN mandaat_id"""

IN_TIME = """ALTER TABLE portal.belangverklaring DROP CONSTRAINT uq_belangverklaring_dossier_id_account_id,
  ALTER COLUMN verklaard_at SET DEFAULT portal.clock_now();
CREATE INDEX ix_belangverklaring_wie ON portal.belangverklaring (dossier_id, account_id, verklaard_at)"""
# Of each person the last statement stays.
ONCE = """DELETE FROM portal.belangverklaring b WHERE EXISTS (SELECT 1 FROM portal.belangverklaring n WHERE n.dossier_id =
  b.dossier_id AND n.account_id = b.account_id AND (n.verklaard_at, n.id) > (b.verklaard_at, b.id));
DROP INDEX portal.ix_belangverklaring_wie;
ALTER TABLE portal.belangverklaring ADD CONSTRAINT uq_belangverklaring_dossier_id_account_id UNIQUE (dossier_id, account_id),
  ALTER COLUMN verklaard_at SET DEFAULT portal.now()"""
JUDGMENTS = {"toets": "eis_id", "score": "criterium_id"}
# What counts is unique; what was set aside stays beside it.
ASIDE = """ALTER TABLE portal.{table} ADD COLUMN terzijde_at timestamptz,
  ADD COLUMN terzijde_by uuid CONSTRAINT fk_{table}_terzijde_by REFERENCES portal.account (id),
  ADD COLUMN terzijde_reden text,
  ADD CONSTRAINT ck_{table}_terzijde_met_reden CHECK ((terzijde_at IS NULL) = (terzijde_by IS NULL)
    AND (terzijde_at IS NULL) = (terzijde_reden IS NULL)),
  DROP CONSTRAINT uq_{table}_dossier_id_inschrijving_id_{key};
CREATE UNIQUE INDEX uq_{table}_dossier_id_inschrijving_id_{key} ON portal.{table} (dossier_id, inschrijving_id, {key})
  WHERE terzijde_at IS NULL"""
NOT_ASIDE = """DELETE FROM portal.{table} WHERE terzijde_at IS NOT NULL;
DROP INDEX portal.uq_{table}_dossier_id_inschrijving_id_{key};
ALTER TABLE portal.{table} DROP CONSTRAINT ck_{table}_terzijde_met_reden, DROP COLUMN terzijde_reden, DROP COLUMN terzijde_by,
  DROP COLUMN terzijde_at,
  ADD CONSTRAINT uq_{table}_dossier_id_inschrijving_id_{key} UNIQUE (dossier_id, inschrijving_id, {key})"""
# The lead sets aside what somebody with an interest judged, while the perceel is assessed. Returns how many judgments.
SET_ASIDE = f"""CREATE FUNCTION portal.beoordeling_terzijde(welk uuid, wie uuid, waarom text) RETURNS int LANGUAGE plpgsql VOLATILE
{DEFINER} AS $$
DECLARE welke uuid; toetsen int; scores int;
BEGIN
  SELECT p.inkoop_id INTO welke FROM portal.dossier d JOIN portal.perceel p ON p.id = d.id
    WHERE d.id = welk AND d.eigenaar_id = portal.party() AND d.state = 'geopend' FOR UPDATE OF d;
  IF welke IS NULL THEN RAISE EXCEPTION 'beoordeling_niet_in_deze_fase' USING ERRCODE = 'PT409'; END IF;
  IF (SELECT b.heeft_belang FROM portal.belangverklaring b WHERE b.dossier_id = welke AND b.account_id = wie
      ORDER BY b.verklaard_at DESC, b.id DESC LIMIT 1) IS DISTINCT FROM true THEN
    RAISE EXCEPTION 'geen_belang_gemeld' USING ERRCODE = 'PT409';
  END IF;
  UPDATE portal.toets SET terzijde_at = portal.now(), terzijde_by = portal.user_id(), terzijde_reden = waarom
    WHERE dossier_id = welk AND beoordelaar_id = wie AND terzijde_at IS NULL;
  GET DIAGNOSTICS toetsen = ROW_COUNT;
  UPDATE portal.score SET terzijde_at = portal.now(), terzijde_by = portal.user_id(), terzijde_reden = waarom
    WHERE dossier_id = welk AND beoordelaar_id = wie AND terzijde_at IS NULL;
  GET DIAGNOSTICS scores = ROW_COUNT;
  RETURN toetsen + scores;
END $$"""

# (table, command): the predicate from here on, and before.
JUDGED = f"{SEES} AND inschrijving_id = ANY {SHARED}"
JUDGES = f"party_id = {P} AND {JUDGED} AND beoordelaar_id = {ME}"
FILES = (f"party_id = {P} OR ({SCANNED} AND gedeeld_at IS NOT NULL AND {SEES}{{also}}) "
         f"OR ({SCANNED} AND gepubliceerd_at <= (SELECT portal.now()))")
SENT = f"eigenaar_id = {P} OR (dossier_id = ANY {SHARED} {{also}}AND portal.is_laatste_verzending(dossier_id, perceel_id, versie))"
POLICIES = {
    ("verzending", "select"): (SENT.format(also=f"AND perceel_id = ANY {MINE} "), SENT.format(also="")),
    ("document", "select"): (
        FILES.format(also=" AND (soort <> 'inschrijvingsstuk' OR EXISTS (SELECT 1 FROM portal.verzending v "
                          "WHERE v.dossier_id = document.dossier_id "
                          "AND v.inhoud @> jsonb_build_object('documenten', jsonb_build_array(jsonb_build_object('id', document.id)))))"),
        FILES.format(also="")),
    ("besluit", "select"): (f"party_id = {P} OR (state = 'verzonden' AND {SEES} AND (soort <> 'gunning' OR {TAKES_PART}))",
                            f"party_id = {P} OR (state = 'verzonden' AND {SEES})"),
    ("case_event", "select"): (f"{SEES} AND (kind NOT IN ('perceel:toetsen', 'perceel:scoren') OR {TAKES_PART})", SEES),
    ("overeenkomst", "insert"): (f"{CONTRACTS} AND {SIGNS}", CONTRACTS),
    **{(table, "select"): (f"{JUDGED} AND {TAKES_PART}", JUDGED) for table in ("toets", "score")},
    **{(table, command): (f"party_id = {P} AND {JUDGED} AND {TAKES_PART} AND beoordelaar_id = {ME} AND terzijde_at IS NULL", JUDGES)
       for table in ("toets", "score") for command in ("insert", "update")},
}


def _policy(table: str, command: str, predicate: str) -> None:
    clause = {"select": f"USING ({predicate})", "insert": f"WITH CHECK ({predicate})",
              "update": f"USING ({predicate}) WITH CHECK ({predicate})"}[command]
    op.execute(f"DROP POLICY {table}_{command} ON portal.{table}")
    op.execute(f"CREATE POLICY {table}_{command} ON portal.{table} FOR {command.upper()} TO portal_app {clause}")


def upgrade() -> None:
    op.create_index("ix_deelname_antwoord_party", "deelname_antwoord", ["party_id", "perceel_id"], schema="portal")
    for statement in (PARTS, TAKES_PART_IN, OWN_PARTS, READ_ALOUD, OPENS, OPENED, MAY_JUDGE, TAKE_BACK, SIGNED, IN_TIME,
                      SET_ASIDE):
        op.execute(statement)
    for table, key in JUDGMENTS.items():
        op.execute(ASIDE.format(table=table, key=key))
    for (table, command), (now, _before) in POLICIES.items():
        _policy(table, command, now)


def downgrade() -> None:
    for (table, command), (_now, before) in POLICIES.items():
        _policy(table, command, before)
    for table, key in JUDGMENTS.items():
        op.execute(NOT_ASIDE.format(table=table, key=key))
    for statement in (GIVE_AGAIN, OPENS_BEFORE, OPENED_BEFORE, MAY_JUDGE_BEFORE,
                      NOT_SIGNED, ONCE, "DROP FUNCTION portal.beoordeling_terzijde(uuid, uuid, text)",
                      "DROP FUNCTION portal.geopende_inschrijvingen(uuid)", "DROP FUNCTION portal.percelen_met_deelname()",
                      "DROP FUNCTION portal.neemt_deel_aan(uuid, uuid)", "DROP VIEW portal.perceel_deelname"):
        op.execute(statement)
    op.drop_index("ix_deelname_antwoord_party", "deelname_antwoord", schema="portal")
