"""Right to Challenge: tasks that residents may take over, their ideas, and what the gemeente answers."""

from alembic import op

from migrations import sql

revision = "0037"
down_revision = "0036"

TABLES = ("vervolg", "tegenspraak", "evaluatie", "afspraakteken", "afspraak", "volger", "steunlijst", "steunbetuiging", "initiatiefpagina", "paneladvies",
          "routetoets", "criteriumoordeel", "verslagakkoord", "gesprek", "informatie", "inzending", "uitdaging", "medeindiener",
          "ideeconcept", "initiatief", "gemeentetaak")
CALLED = ("idee_bewaren(bytea, jsonb)", "idee_ophalen(bytea)", "medeindiener_bevestigen(bytea)", "pagina_telling(uuid)",
          "zaak_telling(uuid)", "volgers_inlichten(uuid, text)", "initiatief_doorgeven(uuid)", "regio_melden(uuid)")
TRIGGERS = ("medeindiener_vervalt", "uitdaging_medeindieners", "deelnemer_van_plan", "uitdaging_regio", "uitdaging_vast", "pagina_tekst",
            "steun_mag", "criteriumoordeel_mag", "routetoets_mag", "paneladvies_mag", "afspraakteken_mag", "afspraak_begint", "afspraak_vast",
            "uitdagingsbesluit_klopt", "uitdaging_besluit",
            "uitdaging_verloop", "informatie_vast", "tegenspraak_klopt", "tegenspraak_vast", "gemeentetaak_door")
# Triggers on tables that stay.
ON_OTHERS = (("van_plan", "dossier_deelnemer"), ("klopt_uitdaging", "besluit"), ("uitdaging_besluit", "dossier"),
             ("uitdaging_verloop", "dossier"), ("posten_mag_uitdaging", "case_event"))

P, ME = "(SELECT portal.party())", "(SELECT portal.user_id())"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
GUESTS = ("inkoop:deelname", "inkoop:openen", "inkoop:proces-verbaal", "inkoop:belang", "perceel:openen", "perceel:toetsen",
          "perceel:scoren", "verblijf:antwoorden", "verblijf:uitwerken", "verblijf:voortgang", "verblijf:evalueren",
          "verblijf:melden", "overdracht:antwoorden", "overdracht:overnemen", "overdracht:punt", "overdracht:tekenen",
          "verrekening:antwoorden")
RESIDENTS = ("uitdaging:verslag", "uitdaging:ondertekenen")
MINE = "((SELECT portal.percelen_met_deelname())::uuid[])"
THOUGHT = ("uitdaging:beoordelen", "uitdaging:toetsen", "uitdaging:adviseren", "uitdaging:belang",
           "uitdaging:voorstellen")


def _others(now: bool) -> None:
    """What a guest may read and write in the history, and an answer that is no besluit."""
    thought = f"(kind NOT LIKE 'intern:%' AND kind NOT IN {THOUGHT})" if now else "kind NOT LIKE 'intern:%'"
    op.execute("DROP POLICY case_event_select ON portal.case_event")
    # `%` is a sign of its own to the driver.
    op.get_bind().exec_driver_sql((
        f"CREATE POLICY case_event_select ON portal.case_event FOR SELECT TO portal_app USING ({SEES} AND (kind NOT IN "
        f"('perceel:toetsen', 'perceel:scoren') OR (eigenaar_id = {P} OR dossier_id = ANY {MINE})) AND ({thought} OR "
        f"eigenaar_id = {P}))").replace("%", "%%"))
    steps = (*GUESTS, *RESIDENTS) if now else GUESTS
    op.execute("DROP POLICY case_event_insert ON portal.case_event")
    op.execute(f"CREATE POLICY case_event_insert ON portal.case_event FOR INSERT TO portal_app WITH CHECK (party_id = {P} "
               f"AND {SEES} AND actor_id IS NOT DISTINCT FROM {ME} AND (eigenaar_id = {P} OR kind IN {steps}))")
    kinds = "'besluit', 'privaatrechtelijk', 'feitelijk'" if now else "'besluit', 'privaatrechtelijk'"
    op.execute("ALTER TABLE portal.besluit DROP CONSTRAINT ck_besluit_aard_bekend")
    op.execute(f"ALTER TABLE portal.besluit ADD CONSTRAINT ck_besluit_aard_bekend CHECK (aard IN ({kinds}))")


def upgrade() -> None:
    op.execute(sql("0037_uitdaagrecht.sql"))
    op.get_bind().exec_driver_sql(sql("0037_daarna.sql").replace("%", "%%"))
    _others(now=True)


def downgrade() -> None:
    _others(now=False)
    for trigger, table in ON_OTHERS:
        op.execute(f"DROP TRIGGER {trigger} ON portal.{table}")
    for name in CALLED:
        op.execute(f"DROP FUNCTION portal.{name}")
    for table in TABLES:
        op.drop_table(table, schema="portal")
    for name in TRIGGERS:
        op.execute(f"DROP FUNCTION portal.{name}()")
