"""Plannen: the plan that members decide on stands still, gates are decided one by one, and keys say what Python kept.

- The scale of the points was a fixed 0 to 10 in a check; now the published rule set of the procurement decides.
- Eisen, criteria, figures and percelen change only while nobody was asked (state gepland).
- A gate names the step that it blocks (`poort`), with the reason of its decision; what was decided stays. The first gate of a
  procurement was that of the deelname; others that are open block publication.
- The access regime of the method stands on the procurement (`toegang`).
- An answer, a figure and a chosen perceel belong to the percelen of their own inkoop; a document has one successor, a term one
  running suspension, an aanbieder one dossier of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCORE = """CREATE FUNCTION portal.score_in_schaal() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE schaal jsonb;
BEGIN
  SELECT b.regelset -> 'punten' INTO schaal FROM portal.publicatie b JOIN portal.perceel p ON p.inkoop_id = b.inkoop_id
    WHERE p.id = NEW.dossier_id AND b.soort = 'aankondiging';
  IF NEW.punten BETWEEN (schaal ->> 'laagste')::numeric AND (schaal ->> 'hoogste')::numeric THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'punten_buiten_schaal' USING ERRCODE = 'PT422';
END $$"""

# After `vast` in the alphabet: what is published is refused in those words. An inkoop that cannot be seen is not this party's,
# and then the policy refuses.
PLAN = """CREATE FUNCTION portal.plan_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM portal.dossier d WHERE d.soort = 'inkoop' AND d.state <> 'gepland' AND (
      d.id IN (NEW.dossier_id, OLD.dossier_id)
      OR d.id IN (SELECT p.inkoop_id FROM portal.perceel p WHERE p.id IN (NEW.dossier_id, OLD.dossier_id)))) THEN
    RAISE EXCEPTION 'plan_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$"""
GATE = """CREATE FUNCTION portal.poort_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.uitkomst IS NOT NULL THEN RAISE EXCEPTION 'poort_besloten' USING ERRCODE = 'PT409'; END IF;
  RETURN coalesce(NEW, OLD);
END $$"""
FROZEN = ("eis", "criterium", "deelname_cijfer")

GATES = """UPDATE portal.mijlpaal m SET poort = CASE WHEN m.uitkomst IS NOT NULL OR m.volgnummer = (SELECT min(n.volgnummer)
  FROM portal.mijlpaal n WHERE n.dossier_id = m.dossier_id AND n.is_poort) THEN 'deelname' ELSE 'publiceren' END WHERE m.is_poort"""
# What the methods of rule set 2026-1 said.
ACCESS = """UPDATE portal.inkoop SET toegang = CASE methode WHEN 'sociaal_contracteren' THEN 'halfopen'
  WHEN 'open_contractering' THEN 'open' WHEN 'gesloten_contractering' THEN 'gesloten' WHEN 'regionale_aanbesteding' THEN 'gesloten'
  WHEN 'bestuurlijk_aanbesteden' THEN 'open' WHEN 'onderhandeling_zonder_aankondiging' THEN 'op uitnodiging'
  WHEN 'raamovereenkomst_uitnodiging' THEN 'op uitnodiging' WHEN 'marktconsultatie' THEN 'open voor de markt'
  ELSE 'volgens de stukken' END"""

# Of dossiers that a race made twice, the oldest stays the one that is used; its documents come together there.
ORGANISATION = """
  WITH eerste AS (SELECT DISTINCT ON (eigenaar_id) eigenaar_id, id FROM portal.dossier WHERE soort = 'organisatie'
                  ORDER BY eigenaar_id, gemaakt_at, id)
  UPDATE portal.document d SET dossier_id = e.id FROM eerste e
  WHERE d.soort = 'organisatiestuk' AND d.eigenaar_id = e.eigenaar_id AND d.dossier_id <> e.id"""
SECOND = """UPDATE portal.dossier d SET state = 'samengevoegd' WHERE d.soort = 'organisatie' AND EXISTS (
  SELECT 1 FROM portal.dossier o WHERE o.soort = 'organisatie' AND o.eigenaar_id = d.eigenaar_id
    AND (o.gemaakt_at, o.id) < (d.gemaakt_at, d.id))"""
# Of two documents that replace the same one, the later stands on its own.
SUCCESSOR = """UPDATE portal.document d SET vervangt_id = NULL WHERE EXISTS (SELECT 1 FROM portal.document o
  WHERE o.vervangt_id = d.vervangt_id AND (o.ontvangen_at, o.id) < (d.ontvangen_at, d.id))"""
# Of two suspensions that run, the later ends on the day it began: it counted no day of its own.
SUSPENSION = """UPDATE portal.opschorting s SET completed_on = s.invited_on WHERE s.completed_on IS NULL AND EXISTS (
  SELECT 1 FROM portal.opschorting o WHERE o.termijn_id = s.termijn_id AND o.completed_on IS NULL
    AND (o.invited_on, o.id) < (s.invited_on, s.id))"""


def _unguarded(table: str, *statements: str) -> None:
    """What the guard of the table refuses to the app, done once by the owner."""
    op.execute(f"ALTER TABLE portal.{table} DISABLE TRIGGER vast")
    for statement in statements:
        op.execute(statement)
    op.execute(f"ALTER TABLE portal.{table} ENABLE TRIGGER vast")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_score_punten_nul_tot_tien"), "score", schema="portal", type_="check")
    op.alter_column("score", "punten", type_=sa.Numeric(5, 2), schema="portal")
    op.execute(SCORE)
    op.execute("CREATE TRIGGER schaal BEFORE INSERT OR UPDATE ON portal.score FOR EACH ROW "
               "EXECUTE FUNCTION portal.score_in_schaal()")

    op.execute(PLAN)
    for table in FROZEN:
        op.execute(f"CREATE TRIGGER vast_plan BEFORE INSERT OR UPDATE OR DELETE ON portal.{table} FOR EACH ROW "
                   "EXECUTE FUNCTION portal.plan_vast()")

    op.add_column("mijlpaal", sa.Column("poort", sa.Text()), schema="portal")
    op.add_column("mijlpaal", sa.Column("reden", sa.Text()), schema="portal")
    op.execute(GATES)
    op.drop_column("mijlpaal", "is_poort", schema="portal")
    op.create_check_constraint(op.f("ck_mijlpaal_poort_bekend"), "mijlpaal",
                               "poort IN ('deelname', 'publiceren', 'gunnen', 'contracteren')", schema="portal")
    op.create_check_constraint(op.f("ck_mijlpaal_uitkomst_van_poort"), "mijlpaal", "uitkomst IS NULL OR poort IS NOT NULL",
                               schema="portal")
    op.execute(GATE)
    op.execute("CREATE TRIGGER vast BEFORE UPDATE OR DELETE ON portal.mijlpaal FOR EACH ROW EXECUTE FUNCTION portal.poort_vast()")

    op.add_column("inkoop", sa.Column("toegang", sa.Text()), schema="portal")
    _unguarded("inkoop", ACCESS)
    op.alter_column("inkoop", "toegang", nullable=False, schema="portal")

    op.create_unique_constraint(op.f("uq_deelnamebesluit_dossier_id_party_id_id"), "deelnamebesluit",
                                ["dossier_id", "party_id", "id"], schema="portal")
    op.add_column("deelname_antwoord", sa.Column("inkoop_id", sa.Uuid()), schema="portal")
    _unguarded("deelname_antwoord", "UPDATE portal.deelname_antwoord a SET inkoop_id = b.dossier_id "
               "FROM portal.deelnamebesluit b WHERE b.id = a.besluit_id")
    op.alter_column("deelname_antwoord", "inkoop_id", nullable=False, schema="portal")
    _replace_key("deelname_antwoord", ["party_id", "besluit_id"], "deelnamebesluit", ["party_id", "id"],
                 ["inkoop_id", "party_id", "besluit_id"], ["dossier_id", "party_id", "id"])
    op.drop_constraint(op.f("uq_deelnamebesluit_party_id_id"), "deelnamebesluit", schema="portal", type_="unique")
    _replace_key("deelname_antwoord", *OWN_PERCEEL)

    _replace_key("deelname_cijfer", ["perceel_id"], "perceel", ["id"], ["dossier_id", "perceel_id"], ["inkoop_id", "id"])

    op.add_column("inschrijving_perceel", sa.Column("inkoop_id", sa.Uuid()), schema="portal")
    op.execute("UPDATE portal.inschrijving_perceel r SET inkoop_id = i.inkoop_id FROM portal.inschrijving i "
               "WHERE i.id = r.dossier_id")
    op.alter_column("inschrijving_perceel", "inkoop_id", nullable=False, schema="portal")
    op.create_foreign_key(op.f("fk_inschrijving_perceel_inkoop_id_dossier_id"), "inschrijving_perceel", "inschrijving",
                          ["inkoop_id", "dossier_id"], ["inkoop_id", "id"], source_schema="portal", referent_schema="portal")
    _replace_key("inschrijving_perceel", *OWN_PERCEEL)

    _unguarded("document", ORGANISATION, SUCCESSOR)
    op.execute(SECOND)
    op.create_index("uq_dossier_organisatie", "dossier", ["eigenaar_id"], unique=True, schema="portal",
                    postgresql_where=sa.text("soort = 'organisatie' AND state = 'actief'"))
    op.create_unique_constraint(op.f("uq_document_vervangt_id"), "document", ["vervangt_id"], schema="portal")
    op.execute(SUSPENSION)
    op.create_index("uq_opschorting_loopt", "opschorting", ["termijn_id"], unique=True, schema="portal",
                    postgresql_where=sa.text("completed_on IS NULL"))
    op.create_check_constraint(op.f("ck_opschorting_eindigt_na_begin"), "opschorting", "completed_on >= invited_on",
                               schema="portal")


OWN_PERCEEL = (["perceel_id"], "perceel", ["id"], ["inkoop_id", "perceel_id"], ["inkoop_id", "id"])


def _replace_key(table: str, old: list[str], target: str, old_target: list[str], new: list[str], new_target: list[str]) -> None:
    op.drop_constraint(op.f(f"fk_{table}_{'_'.join(old)}"), table, schema="portal", type_="foreignkey")
    op.create_foreign_key(op.f(f"fk_{table}_{'_'.join(new)}"), table, target, new, new_target, source_schema="portal",
                          referent_schema="portal")


def _key_before(table: str, old: list[str], target: str, old_target: list[str], new: list[str], new_target: list[str]) -> None:
    _replace_key(table, new, target, new_target, old, old_target)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_opschorting_eindigt_na_begin"), "opschorting", schema="portal", type_="check")
    op.drop_index("uq_opschorting_loopt", "opschorting", schema="portal")
    op.drop_constraint(op.f("uq_document_vervangt_id"), "document", schema="portal", type_="unique")
    op.drop_index("uq_dossier_organisatie", "dossier", schema="portal")

    _key_before("inschrijving_perceel", *OWN_PERCEEL)
    op.drop_constraint(op.f("fk_inschrijving_perceel_inkoop_id_dossier_id"), "inschrijving_perceel", schema="portal",
                       type_="foreignkey")
    op.drop_column("inschrijving_perceel", "inkoop_id", schema="portal")
    _key_before("deelname_cijfer", ["perceel_id"], "perceel", ["id"], ["dossier_id", "perceel_id"], ["inkoop_id", "id"])
    _key_before("deelname_antwoord", *OWN_PERCEEL)
    op.create_unique_constraint(op.f("uq_deelnamebesluit_party_id_id"), "deelnamebesluit", ["party_id", "id"], schema="portal")
    _key_before("deelname_antwoord", ["party_id", "besluit_id"], "deelnamebesluit", ["party_id", "id"],
                ["inkoop_id", "party_id", "besluit_id"], ["dossier_id", "party_id", "id"])
    op.drop_column("deelname_antwoord", "inkoop_id", schema="portal")
    op.drop_constraint(op.f("uq_deelnamebesluit_dossier_id_party_id_id"), "deelnamebesluit", schema="portal", type_="unique")

    op.drop_column("inkoop", "toegang", schema="portal")

    op.execute("DROP TRIGGER vast ON portal.mijlpaal")
    op.execute("DROP FUNCTION portal.poort_vast()")
    op.drop_constraint(op.f("ck_mijlpaal_uitkomst_van_poort"), "mijlpaal", schema="portal", type_="check")
    op.drop_constraint(op.f("ck_mijlpaal_poort_bekend"), "mijlpaal", schema="portal", type_="check")
    op.add_column("mijlpaal", sa.Column("is_poort", sa.Boolean(), server_default=sa.false(), nullable=False), schema="portal")
    op.execute("UPDATE portal.mijlpaal SET is_poort = true WHERE poort IS NOT NULL")
    op.alter_column("mijlpaal", "is_poort", server_default=None, schema="portal")
    op.drop_column("mijlpaal", "reden", schema="portal")
    op.drop_column("mijlpaal", "poort", schema="portal")

    for table in FROZEN:
        op.execute(f"DROP TRIGGER vast_plan ON portal.{table}")
    op.execute("DROP FUNCTION portal.plan_vast()")

    op.execute("DROP TRIGGER schaal ON portal.score")
    op.execute("DROP FUNCTION portal.score_in_schaal()")
    # Points on another scale do not fit the older schema: they are brought back to 0 to 10.
    op.execute("UPDATE portal.score SET punten = greatest(0, least(punten, 10)) WHERE punten NOT BETWEEN 0 AND 10")
    op.alter_column("score", "punten", type_=sa.Numeric(4, 2), schema="portal")
    op.create_check_constraint(op.f("ck_score_punten_nul_tot_tien"), "score", "punten BETWEEN 0 AND 10", schema="portal")
