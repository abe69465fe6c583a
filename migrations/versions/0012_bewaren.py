"""Bewaren: how long is a number of the configuration, journals end as well, and what waits for a seal can be asked.

Journals are append-only for the portal and stay so: only this one function takes lines out of them, and only lines older than
half a year, whatever it is asked.
"""

import sqlalchemy as sa
from alembic import op

from migrations import callable_by

revision = "0012"
down_revision = "0011"

LOGS = ("toegangslog", "beveiligingslog")

SUBJECT = """CREATE OR REPLACE FUNCTION portal.maillink_onderwerp(mail text) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ INSERT INTO portal.mailadres AS m (adres, subject) VALUES (lower(mail), gen_random_uuid())
      ON CONFLICT (adres) DO UPDATE SET {again} RETURNING m.subject $$"""

# A kind that is not named is kept. An address is also the name of who logs in with it, and goes everywhere at once. That of
# somebody with a dossier stays: without it that person is a stranger at the next link.
CLEAN_UP = """CREATE FUNCTION portal.opruimen(lengtes jsonb) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE gewist bigint;
BEGIN
  IF least((lengtes ->> 'toegangslog')::interval, (lengtes ->> 'beveiligingslog')::interval) < interval '180 days' THEN
    RAISE EXCEPTION 'logboek_te_kort' USING ERRCODE = 'PT403';
  END IF;
  WITH s AS (DELETE FROM portal.sessie WHERE eindigt_at < portal.now() - (lengtes ->> 'sessie')::interval RETURNING 1),
    l AS (DELETE FROM portal.inloglink WHERE verloopt_at < portal.now() - (lengtes ->> 'inloglink')::interval RETURNING 1),
    i AS (DELETE FROM portal.idempotentie WHERE gemaakt_at < portal.now() - (lengtes ->> 'formulier')::interval RETURNING 1),
    t AS (DELETE FROM portal.limiet WHERE venster_at < portal.now() - (lengtes ->> 'teller')::interval RETURNING 1),
    u AS (DELETE FROM portal.uitnodiging WHERE verloopt_at < portal.now() - (lengtes ->> 'uitnodiging')::interval RETURNING 1),
    a AS (DELETE FROM portal.toegangslog WHERE at < portal.now() - (lengtes ->> 'toegangslog')::interval RETURNING 1),
    b AS (DELETE FROM portal.beveiligingslog WHERE at < portal.now() - (lengtes ->> 'beveiligingslog')::interval RETURNING 1),
    m AS (DELETE FROM portal.mailadres x WHERE gebruikt_at < portal.now() - (lengtes ->> 'mailadres')::interval
      AND NOT EXISTS (SELECT 1 FROM portal.identiteit n JOIN portal.membership p ON p.account_id = n.account_id
        WHERE n.issuer = 'portal:maillink' AND n.subject = x.subject::text
          AND (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.eigenaar_id = p.party_id)
            OR EXISTS (SELECT 1 FROM portal.dossier_deelnemer d WHERE d.party_id = p.party_id))) RETURNING x.subject),
    w AS (SELECT p.account_id, p.party_id FROM m JOIN portal.identiteit n ON n.issuer = 'portal:maillink'
      AND n.subject = m.subject::text JOIN portal.membership p ON p.account_id = n.account_id),
    wa AS (UPDATE portal.account SET naam = 'Inwoner' WHERE id IN (SELECT account_id FROM w)),
    wp AS (UPDATE portal.partij SET naam = 'Inwoner' WHERE soort = 'inwoner' AND id IN (SELECT party_id FROM w)),
    wm AS (UPDATE portal.membership SET email = NULL WHERE account_id IN (SELECT account_id FROM w))
  SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM l) + (SELECT count(*) FROM i) + (SELECT count(*) FROM t)
    + (SELECT count(*) FROM u) + (SELECT count(*) FROM a) + (SELECT count(*) FROM b) + (SELECT count(*) FROM m) INTO gewist;
  RETURN gewist;
END $$"""
CLEAN_UP_BEFORE = """CREATE FUNCTION portal.opruimen() RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog
AS $$ WITH s AS (DELETE FROM portal.sessie WHERE eindigt_at < portal.now() - interval '1 month' RETURNING 1),
        l AS (DELETE FROM portal.inloglink WHERE verloopt_at < portal.now() - interval '1 month' RETURNING 1),
        i AS (DELETE FROM portal.idempotentie WHERE gemaakt_at < portal.now() - interval '1 month' RETURNING 1),
        t AS (DELETE FROM portal.limiet WHERE venster_at < portal.now() - interval '1 day' RETURNING 1)
      SELECT (SELECT count(*) FROM s) + (SELECT count(*) FROM l) + (SELECT count(*) FROM i) + (SELECT count(*) FROM t) $$"""

# How long the oldest line waits that comes after the last sealed one: two looks in an index per party. After a restore into a
# new cluster the number of the last sealed transaction says nothing, and every line is looked at until the next seal.
OLDEST = """CREATE FUNCTION portal.oudste_onverzegeld() RETURNS interval LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog AS $$
  SELECT portal.clock_now() - min(n.recorded_at) FROM portal.partij p
  LEFT JOIN LATERAL (SELECT z.event_id FROM portal.zegel z WHERE z.eigenaar_id = p.id ORDER BY z.nummer DESC LIMIT 1) z ON true
  LEFT JOIN LATERAL (SELECT e.transactie, e.volgnr FROM portal.case_event e WHERE e.id = z.event_id
    AND e.transactie < (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint) l ON true
  CROSS JOIN LATERAL (SELECT e.recorded_at FROM portal.case_event e WHERE e.eigenaar_id = p.id
    AND (e.transactie, e.volgnr) > (coalesce(l.transactie, 0), coalesce(l.volgnr, 0))
    AND NOT EXISTS (SELECT 1 FROM portal.zegel x WHERE x.event_id = e.id)
    ORDER BY e.transactie, e.volgnr LIMIT 1) n $$"""


def upgrade() -> None:
    op.add_column("mailadres", sa.Column("gebruikt_at", sa.DateTime(timezone=True), server_default=sa.text("portal.now()"),
                                         nullable=False), schema="portal")
    op.execute(SUBJECT.format(again="gebruikt_at = portal.now()"))
    for table in LOGS:
        # Lines come in the order of time: a few bytes per block are enough to find the old ones.
        op.create_index(f"ix_{table}_at", table, ["at"], schema="portal", postgresql_using="brin")
    op.execute("DROP FUNCTION portal.opruimen()")
    op.execute(CLEAN_UP)
    op.execute(OLDEST)
    callable_by("portal_app", "portal.opruimen(jsonb)", "portal.oudste_onverzegeld()")


def downgrade() -> None:
    op.execute("DROP FUNCTION portal.oudste_onverzegeld()")
    op.execute("DROP FUNCTION portal.opruimen(jsonb)")
    op.execute(CLEAN_UP_BEFORE)
    callable_by("portal_app", "portal.opruimen()")
    for table in LOGS:
        op.drop_index(f"ix_{table}_at", table, schema="portal")
    op.execute(SUBJECT.format(again="adres = excluded.adres"))
    op.drop_column("mailadres", "gebruikt_at", schema="portal")
