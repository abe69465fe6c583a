"""Plaatsing: the placement, its places, what is offered to providers and to other gemeenten, and who is responsible when."""

from alembic import op

from migrations import sql

revision = "0030"
down_revision = "0029"

TABLES = ("overdrachtsteken", "overdrachtspunt", "plaatsing_antwoord", "grond", "momentopname", "clientgegevens", "kandidaatkaart",
          "terugkeertoets", "overgeslagen", "wachtregel", "plaatsvraag", "capaciteit", "locatie_adres", "bezetting",
          "verantwoordelijkheid", "overdracht", "verblijf", "locatie", "plaatsing")
FUNCTIONS = ("bezetting_plek", "capaciteit_past", "grond_vervalt", "verantwoordelijkheid_volgt", "antwoord_mag", "antwoord_telt",
             "deelnemer_met_grond", "tweezijdig", "overdracht_gestaakt", "overdracht_begint", "traject_mag", "zicht_volgt",
             "wachtregel_kenmerk", "termijn_na_antwoord", "termijn_van_zaak")

P, ME = "(SELECT portal.party())", "(SELECT portal.user_id())"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
STEPS = ("inkoop:deelname", "inkoop:openen", "inkoop:proces-verbaal", "inkoop:belang", "perceel:openen", "perceel:toetsen",
         "perceel:scoren")
GUESTS = ("verblijf:antwoorden", "verblijf:uitwerken", "verblijf:voortgang", "verblijf:evalueren", "verblijf:melden",
          "overdracht:antwoorden", "overdracht:overnemen", "overdracht:punt", "overdracht:tekenen")
PROVIDERS = (f"id = {P} OR EXISTS (SELECT 1 FROM portal.overeenkomst o WHERE o.aanbieder_id = aanbieder.id) "
             "OR EXISTS (SELECT 1 FROM portal.inschrijving i WHERE i.aanbieder_id = aanbieder.id) "
             "OR EXISTS (SELECT 1 FROM portal.subsidie s WHERE s.aanvrager_id = aanbieder.id)")
TERMS = (f"eigenaar_id = {P} OR (kind IN ('werk_beoordelen', 'werk_vaststellen', 'werk_vervallen') "
         "AND portal.opende(dossier_id, party_id))")
ANSWERED = (" OR (kind IN ('werk_overnemen', 'werk_overdracht', 'werk_weigering') AND EXISTS (SELECT 1 FROM "
            "portal.overdracht o JOIN portal.dossier d ON d.id = o.id WHERE o.id = termijn.dossier_id "
            f"AND o.ontvanger_id = {P} AND termijn.party_id IN (o.ontvanger_id, o.verzender_id) "
            "AND d.state IN ('aanvaard', 'geweigerd', 'gestaakt')))")
PLACES = " OR EXISTS (SELECT 1 FROM portal.locatie l WHERE l.party_id = aanbieder.id)"


def _others(now: bool) -> None:
    """What a guest may write in the history, which work an answer begins at both gemeenten, and who sees a provider."""
    steps = (*STEPS, *GUESTS) if now else STEPS
    for name, command, predicate in (
            ("case_event", "insert", f"party_id = {P} AND {SEES} AND actor_id IS NOT DISTINCT FROM {ME} AND (eigenaar_id = {P} "
                                     f"OR kind IN {steps})"),
            ("termijn", "insert", TERMS + ANSWERED if now else TERMS),
            ("aanbieder", "select", PROVIDERS + PLACES if now else PROVIDERS)):
        clause = f"WITH CHECK ({predicate})" if command == "insert" else f"USING ({predicate})"
        op.execute(f"DROP POLICY {name}_{command} ON portal.{name}")
        op.execute(f"CREATE POLICY {name}_{command} ON portal.{name} FOR {command.upper()} TO portal_app {clause}")


def upgrade() -> None:
    op.execute(sql("0030_plaatsing.sql"))
    op.get_bind().exec_driver_sql(sql("0030_daarna.sql").replace("%", "%%"))
    _others(now=True)


def downgrade() -> None:
    _others(now=False)
    for name in ("mijn_voorbij(uuid, int)", "plekken_in_gebruik(daterange, timestamptz)", "wonen_over_de_grens(date)",
                 "wachtlijst(text)", "samen_met(uuid)", "traject_van(uuid, uuid)"):
        op.execute(f"DROP FUNCTION portal.{name}")
    for name in ("tweezijdig", "tweezijdig_begin", "gestaakt", "zicht_volgt"):
        op.execute(f"DROP TRIGGER {name} ON portal.dossier")
    op.execute("DROP TRIGGER met_grond ON portal.dossier_deelnemer")
    op.execute("DROP TRIGGER traject ON portal.toegang")
    for name in ("na_antwoord", "van_zaak", "van_zaak_verzet"):
        op.execute(f"DROP TRIGGER {name} ON portal.termijn")
    op.execute("DROP POLICY verblijf_insert ON portal.verblijf")
    for table in TABLES:
        op.drop_table(table, schema="portal")
    for column in ("traject_id", "herkomst_id"):
        op.drop_column("toegang", column, schema="portal")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION portal.{name}()")
