"""Subsidies: schemes with their ceiling and caps, applications, and the case with its proposal and its typed lines.

The ceiling is kept by the database: every line of its ledger is written under a lock on its row, refused where it does not fit,
and says how the ceiling stood after it. What was sent is numbered in the order of receipt, in time or not at all.
"""

from alembic import op

from migrations import callable_by, sql

revision = "0017"
down_revision = "0016"

P = "(SELECT portal.party())"
SAFE = "SET search_path = pg_catalog, pg_temp"
TABLES = ("aantekening", "subsidieregel", "voorstel", "argument", "beoordeling", "plafond_boeking", "subsidie", "indiening",
          "aanvraag_document", "aanvraag", "maximum", "plafond", "geschiktheidscheck", "regeling_publicatie", "regeling")

# What was made public is a frozen copy; of the working copy only a new way of funding may be added, from its own day.
SCHEME = f"""CREATE FUNCTION portal.regeling_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF portal.party() IS NOT NULL AND to_jsonb(NEW) - 'financiering' IS DISTINCT FROM to_jsonb(OLD) - 'financiering'
     AND (SELECT d.state FROM portal.dossier d WHERE d.id = NEW.id) IS DISTINCT FROM 'concept' THEN
    RAISE EXCEPTION 'regeling_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""
# The order of receipt is the order of this lock; the clock is read under it. What came on paper counts on the day it came in.
SENT = f"""CREATE FUNCTION portal.indiening_op_tijd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE regeling record; dag date;
BEGIN
  NEW.ontvangen_at := portal.clock_now();
  NEW.volgnummer := NULL;
  IF NEW.soort <> 'aanvraag' THEN RETURN NEW; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.regeling_id::text, 17));
  NEW.ontvangen_at := portal.clock_now();
  SELECT p.opent_at, p.sluit_at, d.state, d.eigenaar_id INTO regeling FROM portal.regeling_publicatie p
    JOIN portal.dossier d ON d.id = p.dossier_id WHERE p.dossier_id = NEW.regeling_id ORDER BY p.versie DESC LIMIT 1;
  IF NOT FOUND THEN RAISE EXCEPTION 'regeling_niet_bekend' USING ERRCODE = 'PT404'; END IF;
  IF NEW.papier_on IS NULL THEN
    IF regeling.state <> 'bekendgemaakt' OR NEW.ontvangen_at >= regeling.sluit_at THEN
      RAISE EXCEPTION 'regeling_gesloten' USING ERRCODE = 'PT410';
    END IF;
    IF NEW.ontvangen_at < regeling.opent_at THEN RAISE EXCEPTION 'regeling_nog_niet_open' USING ERRCODE = 'PT425'; END IF;
  ELSE
    IF NEW.eigenaar_id <> regeling.eigenaar_id THEN RAISE EXCEPTION 'regeling_van_ander' USING ERRCODE = 'PT403'; END IF;
    IF NEW.papier_on > (NEW.ontvangen_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
      RAISE EXCEPTION 'papier_in_de_toekomst' USING ERRCODE = 'PT422';
    END IF;
  END IF;
  SELECT coalesce(max(i.volgnummer), 0) + 1 INTO NEW.volgnummer FROM portal.indiening i WHERE i.regeling_id = NEW.regeling_id;
  RETURN NEW;
END $$"""
# One row is locked, so two last euros are granted once. Of an earlier application a later lowering is not counted (Awb 4:27),
# unless that was said when the ceiling was made public (Awb 4:28).
BOOKED = f"""CREATE FUNCTION portal.plafond_boeken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE p portal.plafond; later numeric; eigen numeric; vast numeric;
BEGIN
  SELECT * INTO p FROM portal.plafond x WHERE x.id = NEW.plafond_id AND x.eigenaar_id = NEW.eigenaar_id FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'plafond_niet_bekend' USING ERRCODE = 'PT404'; END IF;
  NEW.geboekt_at := portal.clock_now();
  IF NEW.subsidie_id IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM portal.subsidie s WHERE s.id = NEW.subsidie_id AND s.regeling_id = NEW.dossier_id) THEN
      RAISE EXCEPTION 'plafond_niet_bekend' USING ERRCODE = 'PT404';
    END IF;
    SELECT coalesce(sum(CASE b.soort WHEN 'reserveren' THEN b.bedrag WHEN 'vrijgeven' THEN -b.bedrag WHEN 'vastleggen'
        THEN -b.bedrag ELSE 0 END), 0), coalesce(sum(CASE b.soort WHEN 'vastleggen' THEN b.bedrag WHEN 'verminderen'
        THEN -b.bedrag ELSE 0 END), 0) INTO eigen, vast
      FROM portal.plafond_boeking b WHERE b.plafond_id = p.id AND b.subsidie_id = NEW.subsidie_id;
  END IF;
  IF NEW.soort IN ('vastleggen', 'verminderen') AND NOT EXISTS (SELECT 1 FROM portal.besluit b
      WHERE b.id = NEW.besluit_id AND b.eigenaar_id = NEW.eigenaar_id AND b.state IN ('getekend', 'verzonden')) THEN
    RAISE EXCEPTION 'boeking_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  CASE NEW.soort
    WHEN 'vaststellen' THEN
      IF p.bedrag > 0 THEN RAISE EXCEPTION 'plafond_staat_al_vast' USING ERRCODE = 'PT409'; END IF;
      p.bedrag := NEW.bedrag;
    WHEN 'verhogen' THEN p.bedrag := p.bedrag + NEW.bedrag;
    WHEN 'verlagen' THEN
      IF NEW.bedrag > p.bedrag THEN RAISE EXCEPTION 'plafond_onder_nul' USING ERRCODE = 'PT422'; END IF;
      p.bedrag := p.bedrag - NEW.bedrag;
    WHEN 'reserveren' THEN
      SELECT coalesce(sum(b.bedrag), 0) INTO later FROM portal.plafond_boeking b WHERE b.plafond_id = p.id
        AND b.soort = 'verlagen' AND NOT p.met_voorbehoud AND b.bekendgemaakt_on > NEW.peildag;
      IF p.bedrag + later - p.gereserveerd - p.vastgelegd < NEW.bedrag THEN
        RAISE EXCEPTION 'plafond_bereikt' USING ERRCODE = 'PT409';
      END IF;
      p.gereserveerd := p.gereserveerd + NEW.bedrag;
    WHEN 'vrijgeven' THEN
      IF eigen < NEW.bedrag THEN RAISE EXCEPTION 'niet_gereserveerd' USING ERRCODE = 'PT409'; END IF;
      p.gereserveerd := p.gereserveerd - NEW.bedrag;
    WHEN 'vastleggen' THEN
      IF eigen < NEW.bedrag THEN RAISE EXCEPTION 'niet_gereserveerd' USING ERRCODE = 'PT409'; END IF;
      p.gereserveerd := p.gereserveerd - NEW.bedrag;
      p.vastgelegd := p.vastgelegd + NEW.bedrag;
    WHEN 'verminderen' THEN
      IF vast < NEW.bedrag THEN RAISE EXCEPTION 'niet_vastgelegd' USING ERRCODE = 'PT409'; END IF;
      p.vastgelegd := p.vastgelegd - NEW.bedrag;
  END CASE;
  UPDATE portal.plafond SET bedrag = p.bedrag, gereserveerd = p.gereserveerd, vastgelegd = p.vastgelegd WHERE id = p.id;
  NEW.na_bedrag := p.bedrag; NEW.na_gereserveerd := p.gereserveerd; NEW.na_vastgelegd := p.vastgelegd;
  RETURN NEW;
END $$"""
# Every euro is accounted for: what a case says was granted is what its ledger holds, at the end of each transaction.
BALANCED = f"""CREATE FUNCTION portal.subsidie_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE geboekt numeric;
BEGIN
  SELECT coalesce(sum(CASE b.soort WHEN 'vastleggen' THEN b.bedrag WHEN 'verminderen' THEN -b.bedrag ELSE 0 END), 0) INTO geboekt
    FROM portal.plafond_boeking b WHERE b.subsidie_id = NEW.id;
  IF geboekt <> (SELECT coalesce(s.vastgesteld, s.maximum, s.verleend, 0) FROM portal.subsidie s WHERE s.id = NEW.id)
     AND EXISTS (SELECT 1 FROM portal.plafond p WHERE p.dossier_id = NEW.regeling_id) THEN
    RAISE EXCEPTION 'verleend_klopt_niet' USING ERRCODE = 'PT409';
  END IF;
  RETURN NULL;
END $$"""
# Somebody who belongs to the applicant, by person: nobody judges or decides about an own organisation. Only the gemeente of
# the case is told.
OWN = f"""CREATE FUNCTION portal.eigen_organisatie(welke uuid, wie uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER {SAFE}
AS $$ SELECT EXISTS (SELECT 1 FROM portal.subsidie s JOIN portal.dossier d ON d.id = s.id AND d.eigenaar_id = portal.party()
        JOIN portal.membership m ON m.party_id = s.aanvrager_id
        WHERE s.id = welke AND m.account_id = wie AND m.beeindigd_at IS NULL) $$"""
# Points are given by somebody without an interest, while the application is handled.
JUDGED = f"""CREATE FUNCTION portal.subsidie_beoordelen_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF (SELECT d.state FROM portal.dossier d WHERE d.id = NEW.dossier_id FOR SHARE) IS DISTINCT FROM 'in_behandeling' THEN
    RAISE EXCEPTION 'niet_in_behandeling' USING ERRCODE = 'PT409';
  END IF;
  IF portal.eigen_organisatie(NEW.dossier_id, NEW.beoordelaar_id) THEN
    RAISE EXCEPTION 'eigen_organisatie' USING ERRCODE = 'PT403';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.belangverklaring b WHERE b.dossier_id = NEW.dossier_id
      AND b.account_id = NEW.beoordelaar_id AND NOT b.heeft_belang) OR EXISTS (SELECT 1 FROM portal.belangverklaring b
      WHERE b.dossier_id = NEW.dossier_id AND b.account_id = NEW.beoordelaar_id AND b.heeft_belang) THEN
    RAISE EXCEPTION 'eerst_geen_belang' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
# The second reader follows from the amount that the scheme names; nobody drafts, reads or signs about an own organisation.
DECIDED = f"""CREATE FUNCTION portal.subsidiebesluit_klopt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE grens numeric;
BEGIN
  SELECT r.tweede_lezer_vanaf INTO grens FROM portal.subsidie s JOIN portal.regeling r ON r.id = s.regeling_id
    WHERE s.id = NEW.dossier_id;
  IF NOT FOUND THEN RETURN NEW; END IF;
  IF NOT NEW.tweede_lezer_nodig AND coalesce(NEW.bedrag, 0) >= grens THEN
    RAISE EXCEPTION 'tweede_lezer_nodig' USING ERRCODE = 'PT422';
  END IF;
  IF portal.eigen_organisatie(NEW.dossier_id, NEW.opgesteld_by)
     OR NEW.gelezen_by IS NOT NULL AND portal.eigen_organisatie(NEW.dossier_id, NEW.gelezen_by)
     OR NEW.getekend_by IS NOT NULL AND portal.eigen_organisatie(NEW.dossier_id, NEW.getekend_by) THEN
    RAISE EXCEPTION 'eigen_organisatie' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
LINE = f"""CREATE FUNCTION portal.subsidieregel_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF OLD.besluit_id IS NOT NULL AND (NEW.besluit_id, NEW.volgnummer, NEW.soort, NEW.tekst, NEW.grondslag,
      NEW.verordening_artikel, NEW.uiterlijk_on, NEW.bewijs, NEW.koppeling) IS DISTINCT FROM (OLD.besluit_id, OLD.volgnummer,
      OLD.soort, OLD.tekst, OLD.grondslag, OLD.verordening_artikel, OLD.uiterlijk_on, OLD.bewijs, OLD.koppeling) THEN
    RAISE EXCEPTION 'besluit_vast' USING ERRCODE = 'PT409';
  END IF;
  IF OLD.besluit_id IS NULL AND NEW.besluit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.besluit b
      WHERE b.id = NEW.besluit_id AND b.dossier_id = NEW.dossier_id AND b.state IN ('getekend', 'verzonden')) THEN
    RAISE EXCEPTION 'boeking_zonder_besluit' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

FUNCTIONS = {
    "regeling_vast()": SCHEME, "indiening_op_tijd()": SENT, "plafond_boeken()": BOOKED, "subsidie_klopt()": BALANCED,
    "eigen_organisatie(uuid, uuid)": OWN, "subsidie_beoordelen_mag()": JUDGED, "subsidiebesluit_klopt()": DECIDED,
    "subsidieregel_vast()": LINE,
}
TRIGGERS = (
    "CREATE TRIGGER vast BEFORE UPDATE ON portal.regeling FOR EACH ROW EXECUTE FUNCTION portal.regeling_vast()",
    "CREATE TRIGGER op_tijd BEFORE INSERT ON portal.indiening FOR EACH ROW EXECUTE FUNCTION portal.indiening_op_tijd()",
    "CREATE TRIGGER boeken BEFORE INSERT ON portal.plafond_boeking FOR EACH ROW EXECUTE FUNCTION portal.plafond_boeken()",
    "CREATE CONSTRAINT TRIGGER klopt AFTER INSERT OR UPDATE ON portal.subsidie DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "EXECUTE FUNCTION portal.subsidie_klopt()",
    "CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.beoordeling FOR EACH ROW "
    "EXECUTE FUNCTION portal.subsidie_beoordelen_mag()",
    "CREATE TRIGGER vast BEFORE UPDATE ON portal.subsidieregel FOR EACH ROW EXECUTE FUNCTION portal.subsidieregel_vast()",
    "CREATE TRIGGER klopt_subsidie BEFORE INSERT OR UPDATE ON portal.besluit FOR EACH ROW "
    "EXECUTE FUNCTION portal.subsidiebesluit_klopt()",
)

# What others may see: an applicant shows itself to the gemeente it applied at; what is `intern` is the owner's alone.
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
MINE = "((SELECT portal.percelen_met_deelname())::uuid[])"
EVENTS = (f"{SEES} AND (kind NOT IN ('perceel:toetsen', 'perceel:scoren') OR (eigenaar_id = {P} OR dossier_id = ANY {MINE}))")
PROVIDERS = (f"id = {P} OR EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.aanbieder_id = aanbieder.id) "
             "OR EXISTS (SELECT 1 FROM portal.inschrijving i WHERE i.aanbieder_id = aanbieder.id)")
POLICIES = {
    "case_event": (f"{EVENTS} AND (kind NOT LIKE 'intern:%' OR eigenaar_id = {P})", EVENTS),
    "aanbieder": (f"{PROVIDERS} OR EXISTS (SELECT 1 FROM portal.subsidie s WHERE s.aanvrager_id = aanbieder.id)", PROVIDERS),
}


def _read(table: str, predicate: str) -> None:
    op.execute(f"DROP POLICY {table}_select ON portal.{table}")
    # `%` is a sign of its own to the driver.
    op.get_bind().exec_driver_sql(f"CREATE POLICY {table}_select ON portal.{table} FOR SELECT TO portal_app "
                                  f"USING ({predicate})".replace("%", "%%"))


def upgrade() -> None:
    op.execute(sql("0017_subsidies.sql"))
    for statement in (*FUNCTIONS.values(), *TRIGGERS):
        op.execute(statement)
    callable_by("portal_app", "portal.eigen_organisatie(uuid, uuid)")
    for table, (now, _before) in POLICIES.items():
        _read(table, now)


def downgrade() -> None:
    # Applications, cases and their ledger go with their tables; the roots, their history and their letters stay.
    for table, (_now, before) in POLICIES.items():
        _read(table, before)
    op.execute("DROP TRIGGER klopt_subsidie ON portal.besluit")
    for table in TABLES:
        op.drop_table(table, schema="portal")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION portal.{name}")
