"""Bezwaar: objections to decisions about subsidies.

Who took a decision signs nothing about the objection to it, in the database too. After an objection that succeeds, the ceiling
counts as it stood at the first decision (Awb 4:25, lid 3); two such objections never get the same euro.
"""

from alembic import op

from migrations import callable_by, sql

revision = "0019"
down_revision = "0018"

SAFE = "SET search_path = pg_catalog, pg_temp"
SENT = ("'aanvraag','aanvulling','intrekking','zienswijze','rapportage','bewijs','melding','vaststelling'")
SIGNED = f"""CREATE FUNCTION portal.bezwaar_tekenen_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id
      WHERE z.id = (NEW.inhoud ->> 'bezwaar_id')::uuid
        AND (NEW.getekend_by IN (b.opgesteld_by, b.gelezen_by, b.getekend_by)
             OR NEW.opgesteld_by IN (b.opgesteld_by, b.gelezen_by, b.getekend_by))) THEN
    RAISE EXCEPTION 'niet_op_eigen_besluit' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
ROOM = f"""CREATE FUNCTION portal.ruimte_na_bezwaar(welke uuid, van_plafond uuid) RETURNS numeric LANGUAGE plpgsql STABLE
SECURITY DEFINER {SAFE} AS $$
DECLARE eerste timestamptz; toen numeric; sindsdien numeric;
BEGIN
  SELECT min(b.getekend_at) INTO eerste FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id
    JOIN portal.dossier d ON d.id = z.id
    WHERE z.subsidie_id = welke AND z.uitkomst IN ('gegrond', 'deels_gegrond') AND b.soort = 'subsidie'
      AND (portal.party() IS NULL OR d.eigenaar_id = portal.party());
  IF eerste IS NULL THEN RETURN NULL; END IF;
  SELECT r.na_bedrag - r.na_gereserveerd - r.na_vastgelegd INTO toen FROM portal.plafond_boeking r
    WHERE r.plafond_id = van_plafond AND r.geboekt_at <= eerste ORDER BY r.volgnr DESC LIMIT 1;
  SELECT coalesce(sum(CASE r.soort WHEN 'reserveren' THEN r.bedrag WHEN 'vrijgeven' THEN -r.bedrag WHEN 'verminderen'
      THEN -r.bedrag ELSE 0 END), 0) INTO sindsdien
    FROM portal.plafond_boeking r WHERE r.plafond_id = van_plafond AND r.geboekt_at > eerste AND r.subsidie_id <> welke
      AND EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.besluit b ON b.id = z.besluit_id WHERE z.subsidie_id = r.subsidie_id
        AND z.uitkomst IN ('gegrond', 'deels_gegrond') AND b.soort = 'subsidie' AND b.getekend_at <= r.geboekt_at);
  RETURN greatest(coalesce(toen, 0) - sindsdien, 0);
END $$"""


def _kinds(more: str = "") -> None:
    op.execute("ALTER TABLE portal.indiening DROP CONSTRAINT ck_indiening_soort_bekend, ADD CONSTRAINT "
               f"ck_indiening_soort_bekend CHECK (soort IN ({SENT}{more}))")


def _remedies(*of_besluit: str) -> None:
    known = "'bezwaar','beroep','civiele_rechter','klacht','geen'" if len(of_besluit) > 1 else (
        "'bezwaar','civiele_rechter','klacht','geen'")
    found = ", ".join(f"'{one}'" for one in of_besluit)
    op.execute("ALTER TABLE portal.besluit DROP CONSTRAINT ck_besluit_rechtsmiddel_past, DROP CONSTRAINT "
               "ck_besluit_rechtsmiddel_bekend, ADD CONSTRAINT ck_besluit_rechtsmiddel_bekend CHECK (rechtsmiddel IN "
               f"({known})), ADD CONSTRAINT ck_besluit_rechtsmiddel_past CHECK ((aard = 'besluit') = (rechtsmiddel IN ({found})) "
               "OR rechtsmiddel IN ('geen','klacht'))")


def _booking(change) -> None:
    """The booking function with another line in it: the text of the database is the text of its migration."""
    body = op.get_bind().exec_driver_sql("SELECT pg_get_functiondef('portal.plafond_boeken()'::regprocedure)").scalar()
    op.execute(change(body).replace(":", r"\:"))


OLD = "IF p.bedrag + later - p.gereserveerd - p.vastgelegd < NEW.bedrag THEN"
NEW = "IF coalesce(portal.ruimte_na_bezwaar(NEW.subsidie_id, p.id), p.bedrag + later - p.gereserveerd - p.vastgelegd) < NEW.bedrag THEN"


def upgrade() -> None:
    op.execute(sql("0019_bezwaar.sql"))
    _kinds(",'bezwaar','bezwaargronden','bezwaarintrekking','ingebrekestelling'")
    _remedies("bezwaar", "beroep")
    op.execute(SIGNED)
    op.execute("CREATE TRIGGER bezwaar_mag BEFORE INSERT OR UPDATE ON portal.besluit FOR EACH ROW WHEN (NEW.soort = 'bezwaar') "
               "EXECUTE FUNCTION portal.bezwaar_tekenen_mag()")
    op.execute(ROOM)
    callable_by("portal_app", "portal.ruimte_na_bezwaar(uuid, uuid)")
    _booking(lambda body: body.replace(OLD, NEW))


def downgrade() -> None:
    _booking(lambda body: body.replace(NEW, OLD))
    op.execute("DROP FUNCTION portal.ruimte_na_bezwaar(uuid, uuid)")
    op.execute("DROP TRIGGER bezwaar_mag ON portal.besluit")
    op.execute("DROP FUNCTION portal.bezwaar_tekenen_mag()")
    op.drop_table("bezwaar", schema="portal")
    op.execute("ALTER TABLE portal.indiening DISABLE TRIGGER USER")
    # Objections and their grounds go; what was decided about them stays, without its remedy at the court.
    for table, column in (("argument", "indiening_id"), ("indiening", "id")):
        op.execute(f"DELETE FROM portal.{table} WHERE {column} IN (SELECT id FROM portal.indiening "
                   "WHERE soort LIKE 'bezwaar%' OR soort = 'ingebrekestelling')")
    op.execute("ALTER TABLE portal.indiening ENABLE TRIGGER USER")
    _kinds()
    op.execute("ALTER TABLE portal.besluit DISABLE TRIGGER USER")
    op.execute("UPDATE portal.besluit SET rechtsmiddel = 'geen' WHERE rechtsmiddel = 'beroep'")
    op.execute("ALTER TABLE portal.besluit ENABLE TRIGGER USER")
    _remedies("bezwaar")
