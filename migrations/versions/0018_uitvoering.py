"""Uitvoering: what follows a grant: payments with four eyes, short reports, a stop of payments, what is claimed back.

What is approved to pay never comes to more than what was granted; while payments are stopped nothing goes out; an order goes into
one file, once.
"""

from alembic import op

from migrations import sql

revision = "0018"
down_revision = "0017"

SAFE = "SET search_path = pg_catalog, pg_temp"
TABLES = ("vordering", "betaling", "betaalbestand", "betalingsstop", "rapportage")
SENT = "'aanvraag','aanvulling','intrekking','zienswijze'"

# Under a lock on the case: two payments approved at once never come to more than the grant together.
PAID = f"""CREATE FUNCTION portal.betaling_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE verleend numeric; samen numeric; wie uuid := portal.user_id();
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.stand <> 'gepland' THEN RAISE EXCEPTION 'betaling_stap' USING ERRCODE = 'PT409'; END IF;
    IF NOT EXISTS (SELECT 1 FROM portal.besluit b WHERE b.id = NEW.besluit_id AND b.dossier_id = NEW.dossier_id
        AND b.state IN ('getekend', 'verzonden')) THEN
      RAISE EXCEPTION 'boeking_zonder_besluit' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.stand = OLD.stand THEN
    IF OLD.stand <> 'gepland' AND (NEW.iban, NEW.tenaamstelling, NEW.gepland_on, NEW.klaargezet_by, NEW.goedgekeurd_by,
        NEW.bestand_id) IS DISTINCT FROM (OLD.iban, OLD.tenaamstelling, OLD.gepland_on, OLD.klaargezet_by, OLD.goedgekeurd_by,
        OLD.bestand_id) THEN
      RAISE EXCEPTION 'betaling_vast' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT ((OLD.stand, NEW.stand) IN (('gepland', 'klaargezet'), ('klaargezet', 'gepland'), ('klaargezet', 'goedgekeurd'),
      ('goedgekeurd', 'klaargezet'), ('goedgekeurd', 'aangeboden'), ('aangeboden', 'betaald'), ('aangeboden', 'mislukt'),
      ('mislukt', 'gepland'), ('gepland', 'vervallen'), ('klaargezet', 'vervallen'), ('goedgekeurd', 'vervallen'))) THEN
    RAISE EXCEPTION 'betaling_stap' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.klaargezet_by IS DISTINCT FROM OLD.klaargezet_by AND NEW.klaargezet_by IS NOT NULL AND NEW.klaargezet_by
      IS DISTINCT FROM wie OR NEW.goedgekeurd_by IS DISTINCT FROM OLD.goedgekeurd_by AND NEW.goedgekeurd_by IS NOT NULL
      AND NEW.goedgekeurd_by IS DISTINCT FROM wie THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.stand IN ('goedgekeurd', 'aangeboden') THEN
    SELECT coalesce(s.vastgesteld, s.verleend, 0) INTO verleend FROM portal.subsidie s WHERE s.id = NEW.dossier_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM portal.betalingsstop x JOIN portal.dossier d ON d.id = x.id
        WHERE x.subsidie_id = NEW.dossier_id AND d.state = 'loopt') THEN
      RAISE EXCEPTION 'betalingen_staan_stil' USING ERRCODE = 'PT409';
    END IF;
    SELECT coalesce(sum(b.bedrag), 0) INTO samen FROM portal.betaling b WHERE b.dossier_id = NEW.dossier_id
      AND b.id <> NEW.id AND b.stand IN ('goedgekeurd', 'aangeboden', 'betaald');
    IF samen + NEW.bedrag > verleend THEN RAISE EXCEPTION 'meer_dan_verleend' USING ERRCODE = 'PT409'; END IF;
  END IF;
  RETURN NEW;
END $$"""


def _kinds(more: str = "") -> None:
    op.execute("ALTER TABLE portal.indiening DROP CONSTRAINT ck_indiening_soort_bekend, ADD CONSTRAINT "
               f"ck_indiening_soort_bekend CHECK (soort IN ({SENT}{more}))")


def upgrade() -> None:
    op.execute(sql("0018_uitvoering.sql"))
    op.execute("ALTER TABLE portal.voorstel ADD COLUMN rapportages jsonb NOT NULL DEFAULT '[]', ADD COLUMN begroting_on date, "
               "ADD COLUMN schade text NOT NULL DEFAULT ''")
    _kinds(",'rapportage','bewijs','melding','vaststelling'")
    op.execute(PAID)
    op.execute("CREATE TRIGGER mag BEFORE INSERT OR UPDATE ON portal.betaling FOR EACH ROW EXECUTE FUNCTION portal.betaling_mag()")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema="portal")
    op.execute("DROP FUNCTION portal.betaling_mag()")
    op.execute("ALTER TABLE portal.indiening DISABLE TRIGGER USER")
    op.execute("DELETE FROM portal.indiening WHERE soort IN ('rapportage', 'bewijs', 'melding', 'vaststelling')")
    op.execute("ALTER TABLE portal.indiening ENABLE TRIGGER USER")
    _kinds()
    op.execute("ALTER TABLE portal.voorstel DROP COLUMN rapportages, DROP COLUMN begroting_on, DROP COLUMN schade")
