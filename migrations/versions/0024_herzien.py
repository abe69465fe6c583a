"""Herzien: what a lawyer's reading of the subsidies changed."""

from alembic import op

revision = "0024"
down_revision = "0023"

# Table -> new texts, empty for what is there; and new days.
TEXTS = (("voorstel", "steun"), ("subsidie", "steunregister"), ("regeling", "termijnenwet_artikel"),
         ("regeling", "toestemming_artikel"))
DAYS = (("voorstel", "lager_vanaf"), ("voorstel", "voornemen_on"))

# What pays: (before, now), in portal.betaling_mag. Each name and account comes in by the step it belongs to, in one's own name,
# and leaves when that step is undone; only a stop of the own gemeente holds a payment.
PAID = (
    ("IF NEW.stand <> 'gepland' THEN RAISE",
     "IF NEW.stand <> 'gepland' OR num_nonnulls(NEW.klaargezet_by, NEW.goedgekeurd_by, NEW.goedgekeurd_at, NEW.bestand_id) > 0 "
     "THEN RAISE"),
    ("""  IF NEW.stand = OLD.stand THEN
    IF OLD.stand <> 'gepland' AND (NEW.iban, NEW.tenaamstelling, NEW.gepland_on, NEW.klaargezet_by, NEW.goedgekeurd_by,
        NEW.bestand_id) IS DISTINCT FROM (OLD.iban, OLD.tenaamstelling, OLD.gepland_on, OLD.klaargezet_by, OLD.goedgekeurd_by,
        OLD.bestand_id) THEN
      RAISE EXCEPTION 'betaling_vast' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
  END IF;
""", """  -- Where it goes is settled before anybody prepares it.
  IF NOT (OLD.stand = 'gepland' AND NEW.stand = 'gepland') AND (NEW.iban, NEW.tenaamstelling, NEW.gepland_on)
      IS DISTINCT FROM (OLD.iban, OLD.tenaamstelling, OLD.gepland_on) THEN
    RAISE EXCEPTION 'betaling_vast' USING ERRCODE = 'PT409';
  END IF;
  IF NEW.stand = OLD.stand THEN
    IF (NEW.klaargezet_by, NEW.goedgekeurd_by, NEW.goedgekeurd_at, NEW.bestand_id, NEW.betaald_on) IS DISTINCT FROM
        (OLD.klaargezet_by, OLD.goedgekeurd_by, OLD.goedgekeurd_at, OLD.bestand_id, OLD.betaald_on) THEN
      RAISE EXCEPTION 'betaling_vast' USING ERRCODE = 'PT409';
    END IF;
    RETURN NEW;
  END IF;
"""),
    ("""  IF NEW.klaargezet_by IS DISTINCT FROM OLD.klaargezet_by AND NEW.klaargezet_by IS NOT NULL AND NEW.klaargezet_by
      IS DISTINCT FROM wie OR NEW.goedgekeurd_by IS DISTINCT FROM OLD.goedgekeurd_by AND NEW.goedgekeurd_by IS NOT NULL
      AND NEW.goedgekeurd_by IS DISTINCT FROM wie THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
""", """  IF NEW.stand = 'klaargezet' AND NEW.klaargezet_by IS DISTINCT FROM wie
      OR NEW.stand = 'goedgekeurd' AND NEW.goedgekeurd_by IS DISTINCT FROM wie THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  IF NEW.stand = 'gepland' AND num_nonnulls(NEW.klaargezet_by, NEW.goedgekeurd_by, NEW.goedgekeurd_at, NEW.bestand_id) > 0
      OR NEW.stand = 'klaargezet' AND num_nonnulls(NEW.goedgekeurd_by, NEW.goedgekeurd_at, NEW.bestand_id) > 0
      OR NEW.stand NOT IN ('gepland', 'klaargezet') AND NEW.klaargezet_by IS DISTINCT FROM OLD.klaargezet_by
      OR NEW.stand NOT IN ('gepland', 'klaargezet', 'goedgekeurd')
        AND (NEW.goedgekeurd_by, NEW.goedgekeurd_at) IS DISTINCT FROM (OLD.goedgekeurd_by, OLD.goedgekeurd_at)
      OR NEW.stand NOT IN ('gepland', 'klaargezet', 'aangeboden') AND NEW.bestand_id IS DISTINCT FROM OLD.bestand_id THEN
    RAISE EXCEPTION 'betaling_vast' USING ERRCODE = 'PT409';
  END IF;
"""),
    ("WHERE x.subsidie_id = NEW.dossier_id AND d.state = 'loopt')",
     "WHERE x.subsidie_id = NEW.dossier_id AND d.state = 'loopt' AND d.eigenaar_id = NEW.eigenaar_id)"),
)
# What stands under a case, is of whom the case is: a key says nothing of that.
P = "(SELECT portal.party())"
UNDER = ("rapportage", "betalingsstop", "vordering", "bezwaar", "toestemming")


def _paid(now: bool) -> None:
    """The function of 0018 with other lines in it. Raises when it is not the one that was read here."""
    connection = op.get_bind()
    body = connection.exec_driver_sql("SELECT pg_get_functiondef('portal.betaling_mag()'::regprocedure)").scalar_one()
    for was, becomes in PAID:
        old, new = (was, becomes) if now else (becomes, was)
        if body.count(old) != 1:
            raise ValueError(f"portal.betaling_mag: {old!r} is not there once")
        body = body.replace(old, new)
    connection.exec_driver_sql(body.replace("%", "%%"))


def _under(now: bool) -> None:
    for table in UNDER:
        own = (f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = {table}.id AND d.eigenaar_id = {P} AND d.soort = '{table}') "
               f"AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = {P})")
        if now:
            own += f" AND EXISTS (SELECT 1 FROM portal.dossier s WHERE s.id = {table}.subsidie_id AND s.eigenaar_id = {P})"
        op.execute(f"DROP POLICY {table}_insert ON portal.{table}")
        op.execute(f"CREATE POLICY {table}_insert ON portal.{table} FOR INSERT TO portal_app WITH CHECK ({own})")


def upgrade() -> None:
    for table, column in TEXTS:
        op.execute(f"ALTER TABLE portal.{table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
        op.execute(f"ALTER TABLE portal.{table} ALTER COLUMN {column} DROP DEFAULT")
    for table, column in DAYS:
        op.execute(f"ALTER TABLE portal.{table} ADD COLUMN {column} DATE")
    op.execute("GRANT UPDATE (steunregister) ON portal.subsidie TO portal_app")
    op.execute("ALTER TABLE portal.regeling ADD CONSTRAINT ck_regeling_spoed_een_jaar "
               "CHECK (grondslag <> 'spoed' OR tot <= van + interval '1 year')")
    op.execute("ALTER TABLE portal.subsidieregel ADD COLUMN vervolg_op UUID "
               "CONSTRAINT fk_subsidieregel_vervolg_op REFERENCES portal.subsidieregel (id)")
    _paid(now=True)
    _under(now=True)
    op.execute("SELECT 1")


def downgrade() -> None:
    _under(now=False)
    _paid(now=False)
    op.execute("ALTER TABLE portal.subsidieregel DROP COLUMN vervolg_op")
    op.execute("ALTER TABLE portal.regeling DROP CONSTRAINT ck_regeling_spoed_een_jaar")
    for table, column in (*TEXTS, *DAYS):
        op.execute(f"ALTER TABLE portal.{table} DROP COLUMN {column}")
    op.execute("SELECT 1")
