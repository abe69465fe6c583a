"""Access deepened: who handles a task and how that goes over, a temporary provision in time, and one plan per household."""

from alembic import op

from migrations import sql

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute(sql("0031_huishouden.sql"))


def downgrade() -> None:
    op.execute("DROP POLICY dossier_select ON portal.dossier")
    op.execute("CREATE POLICY dossier_select ON portal.dossier FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) "
               "OR id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))")
    for name in ("werkt_hier()", "gast_ziet(uuid)"):
        op.execute(f"DROP FUNCTION portal.{name}")
    for table in ("regie", "planregel", "huishoudplan", "huishoudlid", "huishouden", "taakbevestiging", "taakoverdracht"):
        op.drop_table(table, schema="portal")
    for name in ("taakoverdracht_eindigt", "taakbevestiging_mag"):
        op.execute(f"DROP FUNCTION portal.{name}()")
    for column in ("tijdelijk_van", "tijdelijk_tot", "tijdelijk_door", "tijdelijk_at"):
        op.drop_column("onderzoek", column, schema="portal")
    for column in ("taak", "behandelt"):
        op.drop_column("toegang", column, schema="portal")
