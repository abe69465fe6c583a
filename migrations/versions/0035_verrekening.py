"""Verrekening: what one gemeente paid for people for whom another was responsible, agreed by both; and figures that name
nobody."""

from alembic import op

from migrations import sql

revision = "0035"
down_revision = "0034"

P, ME = "(SELECT portal.party())", "(SELECT portal.user_id())"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
STEPS = ("inkoop:deelname", "inkoop:openen", "inkoop:proces-verbaal", "inkoop:belang", "perceel:openen", "perceel:toetsen",
         "perceel:scoren", "verblijf:antwoorden", "verblijf:uitwerken", "verblijf:voortgang", "verblijf:evalueren",
         "verblijf:melden", "overdracht:antwoorden", "overdracht:overnemen", "overdracht:punt", "overdracht:tekenen")


def _guests(steps: tuple[str, ...]) -> None:
    """What a guest may write in the history."""
    op.execute("DROP POLICY case_event_insert ON portal.case_event")
    op.execute("CREATE POLICY case_event_insert ON portal.case_event FOR INSERT TO portal_app WITH CHECK ("
               f"party_id = {P} AND {SEES} AND actor_id IS NOT DISTINCT FROM {ME} AND (eigenaar_id = {P} OR kind IN {steps}))")


def upgrade() -> None:
    op.execute(sql("0035_verrekening.sql"))
    op.get_bind().exec_driver_sql(sql("0035_daarna.sql").replace("%", "%%"))
    _guests((*STEPS, "verrekening:antwoorden"))


def downgrade() -> None:
    op.execute("DROP FUNCTION portal.cijfers_plaatsingen()")
    _guests(STEPS)
    op.execute("DROP TRIGGER afgeschermd ON portal.persoon")
    op.execute("DROP TRIGGER verrekening_gedeeld ON portal.dossier_deelnemer")
    for name in ("verrekening_verloop", "verrekening_begin"):
        op.execute(f"DROP TRIGGER {name} ON portal.dossier")
    op.execute("DROP TRIGGER betaald ON portal.verblijf")
    for table in ("verrekening_antwoord", "verrekenregel", "verrekening"):
        op.drop_table(table, schema="portal")
    for name in ("verrekenregel_klopt", "verrekenregel_vervalt", "verblijf_betaald", "verrekening_mag", "verrekening_telt", "verrekening_verloop",
                 "verrekening_vast", "verrekening_gedeeld", "persoon_afgeschermd"):
        op.execute(f"DROP FUNCTION portal.{name}()")
