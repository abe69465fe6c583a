"""Bewaking: what a gemeente looks at every month, quarter or year; one task per period, and what came out of it, once.

And how many reports a scheme asks, for the page that counts what people fill in.
"""

from alembic import op

from migrations import callable_by, sql

revision = "0022"
down_revision = "0021"

SAFE = "SET search_path = pg_catalog, pg_temp"
ONCE = f"""CREATE FUNCTION portal.bewakingsperiode_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF OLD.afgerond_on IS NOT NULL THEN RAISE EXCEPTION 'periode_afgerond' USING ERRCODE = 'PT409'; END IF;
  IF NEW.afgerond_by IS DISTINCT FROM portal.user_id() THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""
# For everybody, also where the cases themselves are hidden: only how many reports the grants of a scheme ask.
REPORTS = f"""CREATE FUNCTION portal.gevraagde_berichten(welke uuid[]) RETURNS TABLE (regeling_id uuid, minst bigint, meest bigint)
LANGUAGE sql STABLE SECURITY DEFINER {SAFE} AS $$
  SELECT per.regeling_id, min(per.aantal), max(per.aantal) FROM (
    SELECT s.regeling_id, (SELECT count(*) FROM portal.rapportage r WHERE r.subsidie_id = s.id) AS aantal
    FROM portal.subsidie s WHERE s.regeling_id = ANY (welke) AND s.verleend IS NOT NULL) per GROUP BY per.regeling_id
$$"""


def upgrade() -> None:
    op.execute(sql("0022_bewaking.sql"))
    op.execute(ONCE)
    op.execute(REPORTS)
    callable_by("portal_app", "portal.gevraagde_berichten(uuid[])")
    op.execute("CREATE TRIGGER vast BEFORE UPDATE ON portal.bewakingsperiode FOR EACH ROW "
               "EXECUTE FUNCTION portal.bewakingsperiode_vast()")


def downgrade() -> None:
    for table in ("bewakingsperiode", "bewaking"):
        op.drop_table(table, schema="portal")
    op.execute("DROP FUNCTION portal.bewakingsperiode_vast()")
    op.execute("DROP FUNCTION portal.gevraagde_berichten(uuid[])")
