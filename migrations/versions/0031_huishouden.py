"""Access deepened: who handles a task and how that goes over, a temporary provision in time, and one plan per household; who
gives roles."""

from alembic import op

from migrations import sql

revision = "0031"
down_revision = "0030"

OWN = "party_id = (SELECT portal.party())"
ME = "(SELECT portal.user_id())"
# (table, command): by whom; from now on only by who gives roles there.
ROLES = {
    ("membership", "update"): OWN,
    ("uitnodiging", "insert"): f"{OWN} AND uitgenodigd_by = {ME} AND aanvaard_at IS NULL AND ingetrokken_at IS NULL "
                               "AND gemaakt_at <= portal.now() AND verloopt_at <= portal.now() + interval '90 days'",
    ("claim_rol", "insert"): f"{OWN} AND voorgesteld_by = {ME} AND bevestigd_at IS NULL AND bevestigd_by IS NULL",
    ("claim_rol", "delete"): OWN,
}


def _who_gives_roles(now: bool) -> None:
    for (table, command), before in ROLES.items():
        rule = f"{before} AND (SELECT portal.beheert_leden())" if now else before
        clauses = {"insert": f"WITH CHECK ({rule})", "delete": f"USING ({rule})"}.get(command, f"USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"DROP POLICY {table}_{command} ON portal.{table}")
        op.execute(f"CREATE POLICY {table}_{command} ON portal.{table} FOR {command.upper()} TO portal_app {clauses}")


def upgrade() -> None:
    op.execute(sql("0031_huishouden.sql"))
    _who_gives_roles(now=True)


def downgrade() -> None:
    _who_gives_roles(now=False)
    op.execute("DROP POLICY dossier_select ON portal.dossier")
    op.execute("CREATE POLICY dossier_select ON portal.dossier FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) "
               "OR id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))")
    for name in ("wacht_langer_elders(uuid, uuid)", "beheert_leden()", "werkt_hier()", "gast_ziet(uuid)"):
        op.execute(f"DROP FUNCTION portal.{name}")
    for table in ("regie", "planregel", "huishoudplan", "huishoudlid", "huishouden", "taakbevestiging", "taakoverdracht"):
        op.drop_table(table, schema="portal")
    for name in ("taakoverdracht_eindigt", "taakbevestiging_mag"):
        op.execute(f"DROP FUNCTION portal.{name}()")
    for column in ("tijdelijk_van", "tijdelijk_tot", "tijdelijk_door", "tijdelijk_at"):
        op.drop_column("onderzoek", column, schema="portal")
    for column in ("taak", "behandelt"):
        op.drop_column("toegang", column, schema="portal")
