"""Inzicht: the public register of subsidies, and the items of a budget with what was spent of them.

What everybody reads of a subsidy is a row that the database makes itself when a decision is sent, from what was frozen: nobody
outside reads a case, and no page can forget it. Of a natural person it says that it is one. A gemeente may keep its register to
itself; what rests on an exception of Awb 4:23 is public all the same, for that is reported every year.
"""

from alembic import op

from migrations import sql

revision = "0020"
down_revision = "0019"

SAFE = "SET search_path = pg_catalog, pg_temp"
TABLES = ("begrotingspost_boeking", "begrotingspost", "subsidieregister")
DAY = "AT TIME ZONE 'Europe/Amsterdam')::date"

# Amounts are those of the case: at the end of the transaction they are what the sent decision says, and what the ledger holds.
WRITTEN = f"""CREATE FUNCTION portal.subsidieregister_schrijven(welke uuid) RETURNS void LANGUAGE sql SECURITY DEFINER {SAFE} AS $$
  INSERT INTO portal.subsidieregister AS r (id, gemeente_id, nummer, regeling_nummer, regeling, ontvanger_soort, ontvanger,
      kvk_nummer, doel, grondslag, van, tot, verleend_on, eerst_verleend, besluit_on, verleend, hoogste, vastgesteld,
      vastgesteld_on, ingetrokken_on)
  SELECT s.id, d.eigenaar_id, d.reference, p.reference, p.titel,
      CASE WHEN w.organisatie THEN 'organisatie' ELSE 'natuurlijk_persoon' END,
      CASE WHEN w.organisatie THEN s.aanvrager_naam ELSE '' END, CASE WHEN w.organisatie THEN w.kvk ELSE '' END,
      coalesce((SELECT x ->> 'naam' FROM jsonb_array_elements(p.inhoud #> '{{inrichting,producten}}') x
        WHERE x ->> 'code' = s.product LIMIT 1), s.product),
      p.inhoud ->> 'grondslag', s.van, s.tot, b.verleend_on, b.eerst, b.besluit_on, s.verleend, s.maximum, s.vastgesteld,
      CASE WHEN s.vastgesteld IS NOT NULL THEN b.vastgesteld_on END,
      CASE WHEN d.state = 'verlening_ingetrokken' THEN b.ingetrokken_on END
  FROM portal.subsidie s
  JOIN portal.dossier d ON d.id = s.id
  JOIN portal.regeling_publicatie p ON p.id = s.publicatie_id
  JOIN portal.indiening i ON i.id = s.indiening_id
  LEFT JOIN portal.aanbieder a ON a.id = s.aanvrager_id
  LEFT JOIN portal.partij q ON q.id = s.aanvrager_id
  CROSS JOIN LATERAL (SELECT coalesce(q.soort <> 'inwoner', i.inhoud #>> '{{aanvrager,kvk_nummer}}' ~ '^[0-9]{{8}}$', false)
      AS organisatie, coalesce(a.kvk_nummer, i.inhoud #>> '{{aanvrager,kvk_nummer}}', '') AS kvk) w
  CROSS JOIN LATERAL (SELECT
      (min(x.verzonden_at) FILTER (WHERE x.inhoud ->> 'uitkomst' = 'verlenen') {DAY} AS verleend_on,
      (array_agg((x.inhoud ->> 'bedrag')::numeric ORDER BY x.verzonden_at)
        FILTER (WHERE x.inhoud ->> 'uitkomst' = 'verlenen'))[1] AS eerst,
      (max(x.verzonden_at) FILTER (WHERE x.soort = 'subsidie') {DAY} AS besluit_on,
      (max(x.verzonden_at) FILTER (WHERE x.soort = 'vaststelling') {DAY} AS vastgesteld_on,
      (max(x.verzonden_at) FILTER (WHERE x.inhoud ->> 'uitkomst' = 'intrekken') {DAY} AS ingetrokken_on
    FROM portal.besluit x WHERE x.dossier_id = s.id AND x.soort IN ('subsidie', 'vaststelling') AND x.verzonden_at IS NOT NULL) b
  WHERE s.id = welke AND s.verleend IS NOT NULL AND b.verleend_on IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET van = excluded.van, tot = excluded.tot, besluit_on = excluded.besluit_on,
    verleend = excluded.verleend, hoogste = excluded.hoogste, vastgesteld = excluded.vastgesteld,
    vastgesteld_on = excluded.vastgesteld_on, ingetrokken_on = excluded.ingetrokken_on
$$"""
# At the end of the transaction: then the case and its decision say the same.
KEPT = f"""CREATE FUNCTION portal.subsidieregister_bij() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  PERFORM portal.subsidieregister_schrijven((to_jsonb(NEW) ->> TG_ARGV[0])::uuid);
  RETURN NULL;
END $$"""
# Under a lock on the item: two bookings at once never spend more than there is.
BOOKED = f"""CREATE FUNCTION portal.begrotingspost_boeken() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE p portal.begrotingspost;
BEGIN
  SELECT * INTO p FROM portal.begrotingspost x WHERE x.id = NEW.begrotingspost_id AND x.party_id = NEW.party_id FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'begrotingspost_niet_bekend' USING ERRCODE = 'PT404'; END IF;
  IF p.soort <> 'krediet' THEN RAISE EXCEPTION 'post_zonder_boekingen' USING ERRCODE = 'PT409'; END IF;
  IF p.geboekt + NEW.bedrag > p.bedrag THEN RAISE EXCEPTION 'krediet_op' USING ERRCODE = 'PT409'; END IF;
  IF p.geboekt + NEW.bedrag < 0 THEN RAISE EXCEPTION 'meer_terug_dan_geboekt' USING ERRCODE = 'PT409'; END IF;
  UPDATE portal.begrotingspost SET geboekt = p.geboekt + NEW.bedrag WHERE id = p.id;
  RETURN NEW;
END $$"""
FUNCTIONS = {"subsidieregister_schrijven(uuid)": WRITTEN, "subsidieregister_bij()": KEPT, "begrotingspost_boeken()": BOOKED}
TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER register AFTER UPDATE ON portal.besluit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "WHEN (NEW.soort IN ('subsidie', 'vaststelling') AND NEW.state IN ('verzonden', 'ingetrokken')) "
    "EXECUTE FUNCTION portal.subsidieregister_bij('dossier_id')",
    "CREATE CONSTRAINT TRIGGER register AFTER UPDATE ON portal.subsidie DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "WHEN (NEW.verleend IS NOT NULL) EXECUTE FUNCTION portal.subsidieregister_bij('id')",
    "CREATE TRIGGER boeken BEFORE INSERT ON portal.begrotingspost_boeking FOR EACH ROW "
    "EXECUTE FUNCTION portal.begrotingspost_boeken()",
)


def upgrade() -> None:
    op.execute("ALTER TABLE portal.gemeente ADD COLUMN register_openbaar boolean NOT NULL DEFAULT true")
    op.execute("GRANT UPDATE (register_openbaar) ON portal.gemeente TO portal_app")
    op.execute("CREATE INDEX ix_subsidieregel_open ON portal.subsidieregel (eigenaar_id, uiterlijk_on, id) "
               "WHERE stand = 'open' AND besluit_id IS NOT NULL")
    op.execute(sql("0020_inzicht.sql"))
    for statement in (*FUNCTIONS.values(), *TRIGGERS):
        # A colon is a parameter to the driver of the migrations.
        op.execute(statement.replace(":", r"\:"))
    op.execute("SELECT portal.subsidieregister_schrijven(id) FROM portal.subsidie WHERE verleend IS NOT NULL")


def downgrade() -> None:
    # The register is made again by going up; the items of a budget, what was spent of them, and the choice to keep the register
    # closed are gone.
    op.execute("DROP TRIGGER register ON portal.besluit")
    op.execute("DROP TRIGGER register ON portal.subsidie")
    for table in TABLES:
        op.drop_table(table, schema="portal")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION portal.{name}")
    op.execute("DROP INDEX portal.ix_subsidieregel_open")
    op.execute("ALTER TABLE portal.gemeente DROP COLUMN register_openbaar")
