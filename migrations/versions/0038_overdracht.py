"""Overdracht: who answers an offer of the responsibility begins the work that follows from it, at both gemeenten; the place that
goes along carries the id of the offer."""

from alembic import op

from migrations import sql

revision = "0038"
down_revision = "0037"

P = "(SELECT portal.party())"
BEFORE = (f"eigenaar_id = {P} OR (kind IN ('werk_beoordelen', 'werk_vaststellen', 'werk_vervallen') "
          "AND portal.opende(dossier_id, party_id))")
AFTER = (f"{BEFORE} OR (kind IN ('werk_overnemen', 'werk_overdracht', 'werk_weigering') AND EXISTS (SELECT 1 FROM "
         "portal.overdracht o JOIN portal.dossier d ON d.id = o.id WHERE o.id = termijn.dossier_id "
         f"AND o.ontvanger_id = {P} AND termijn.party_id IN (o.ontvanger_id, o.verzender_id) "
         "AND d.state IN ('aanvaard', 'geweigerd', 'gestaakt')))")


def _terms(predicate: str) -> None:
    op.execute("DROP POLICY termijn_insert ON portal.termijn")
    op.execute(f"CREATE POLICY termijn_insert ON portal.termijn FOR INSERT TO portal_app WITH CHECK ({predicate})")


def upgrade() -> None:
    op.get_bind().exec_driver_sql(sql("0038_overdracht.sql").replace("%", "%%"))
    _terms(AFTER)


def downgrade() -> None:
    _terms(BEFORE)
    before = sql("0030_daarna.sql")
    begin = before.index("CREATE FUNCTION portal.antwoord_telt")
    function = before[begin:before.index("END $$;", begin) + len("END $$;")]
    op.get_bind().exec_driver_sql(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("%", "%%"))
