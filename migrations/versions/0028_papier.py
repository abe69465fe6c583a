"""Papier: what goes and comes on paper, guarded where it is kept.

The day on which a letter was posted (Awb 3:41 and 6:8): the history is append-only, so what was recorded never changes. A day
that was wrong gets a line beside it that names it, and only as long as nobody objected to the decision. An account number from a
letter: who entered it, does not approve it.
"""

from alembic import op

revision = "0028"
down_revision = "0027"

SAFE = "SET search_path = pg_catalog, pg_temp"
POSTED = f"""CREATE FUNCTION portal.posten_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
DECLARE
  brief portal.besluit;
  op date := (NEW.facts ->> 'gepost_on')::date;
  eerder text;
BEGIN
  SELECT b.* INTO brief FROM portal.besluit b
    WHERE b.id = (NEW.facts ->> 'besluit')::uuid AND b.dossier_id = NEW.dossier_id AND b.state = 'verzonden' FOR UPDATE;
  IF brief.id IS NULL OR op IS NULL THEN RAISE EXCEPTION 'gepost_zonder_brief' USING ERRCODE = 'PT409'; END IF;
  IF op < (brief.getekend_at AT TIME ZONE 'Europe/Amsterdam')::date THEN
    RAISE EXCEPTION 'gepost_voor_tekening' USING ERRCODE = 'PT422';
  END IF;
  IF op > (portal.clock_now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
    RAISE EXCEPTION 'gepost_in_de_toekomst' USING ERRCODE = 'PT422';
  END IF;
  SELECT e.facts ->> 'gepost_on' INTO eerder FROM portal.case_event e
    WHERE e.dossier_id = NEW.dossier_id AND e.kind = 'subsidie:posten' AND e.facts ->> 'besluit' = NEW.facts ->> 'besluit'
    ORDER BY e.volgnr DESC LIMIT 1;
  IF eerder IS DISTINCT FROM (NEW.facts ->> 'was_on') OR eerder = (NEW.facts ->> 'gepost_on') THEN
    RAISE EXCEPTION 'gepost_staat_vast' USING ERRCODE = 'PT409';
  END IF;
  IF eerder IS NOT NULL AND EXISTS (SELECT 1 FROM portal.bezwaar z JOIN portal.dossier d ON d.id = z.id
      WHERE z.besluit_id = brief.id AND d.state <> 'ingetrokken') THEN
    RAISE EXCEPTION 'gepost_staat_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

APPROVED = f"""CREATE FUNCTION portal.rekening_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.indiening i WHERE i.dossier_id = NEW.dossier_id AND i.soort = 'rekening'
      AND i.ontvangst_nummer = NEW.facts ->> 'nummer' AND i.inhoud ->> 'ingevoerd_by' = NEW.actor_id::text) THEN
    RAISE EXCEPTION 'rekening_zelf_ingevoerd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$"""


def upgrade() -> None:
    op.execute(POSTED)
    op.execute("CREATE TRIGGER posten_mag BEFORE INSERT ON portal.case_event FOR EACH ROW WHEN (NEW.kind = 'subsidie:posten') "
               "EXECUTE FUNCTION portal.posten_mag()")
    op.execute(APPROVED)
    op.execute("CREATE TRIGGER rekening_mag BEFORE INSERT ON portal.case_event FOR EACH ROW WHEN (NEW.kind = "
               "'subsidie:rekening_goedgekeurd') EXECUTE FUNCTION portal.rekening_mag()")


def downgrade() -> None:
    for name in ("posten_mag", "rekening_mag"):
        op.execute(f"DROP TRIGGER {name} ON portal.case_event")
        op.execute(f"DROP FUNCTION portal.{name}()")
