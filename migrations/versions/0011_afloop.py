"""Afloop: an end that is no award has its own result, an award can be withdrawn, and a contract is checked where it is
signed.

A perceel that lapses, an award that is withdrawn and a procurement that stops are published like an award is; of one perceel
the newest publication counts. A draft whose perceel lapsed is closed. A contract follows an award that was sent, after its
standstill, without a case that runs, and is signed by who may.
"""

import sqlalchemy as sa
from alembic import op

from migrations import callable_by

revision = "0011"
down_revision = "0010"

P = "(SELECT portal.party())"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
TAKES_PART = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.percelen_met_deelname())::uuid[]))"
TODAY = "(portal.now() AT TIME ZONE 'Europe/Amsterdam')::date"

# Checks: (table, name): (now, before) --------------------------------------------------------------------------------------

SIGNED_HAS = "(getekend_by IS NOT NULL AND getekend_at IS NOT NULL AND mandaat_id IS NOT NULL)"
CHECKS = {
    ("publicatie", "soort_bekend"): ("soort IN ('aankondiging', 'gunning', 'vervallen', 'ingetrokken', 'gestopt')",
                                     "soort IN ('aankondiging', 'gunning')"),
    ("publicatie", "aankondiging_van_inkoop"): ("(soort IN ('aankondiging','gestopt')) = (dossier_id = inkoop_id)",
                                                "(soort = 'aankondiging') = (dossier_id = inkoop_id)"),
    ("besluit", "state_bekend"): (
        "state IN ('opgesteld', 'gelezen', 'teruggestuurd', 'getekend', 'verzonden', 'vervallen', 'ingetrokken')",
        "state IN ('opgesteld', 'gelezen', 'teruggestuurd', 'getekend', 'verzonden')"),
    ("besluit", "getekend_heeft_wie"): (f"(state IN ('getekend','verzonden','ingetrokken')) = {SIGNED_HAS}",
                                        f"(state IN ('getekend','verzonden')) = {SIGNED_HAS}"),
    ("besluit", "eerst_gelezen"): (
        "state NOT IN ('getekend','verzonden','ingetrokken') OR NOT tweede_lezer_nodig OR gelezen_by IS NOT NULL",
        "state NOT IN ('getekend','verzonden') OR NOT tweede_lezer_nodig OR gelezen_by IS NOT NULL"),
    ("besluit", "verzonden_heeft_moment"): ("(state IN ('verzonden','ingetrokken')) = (verzonden_at IS NOT NULL)",
                                            "(state = 'verzonden') = (verzonden_at IS NOT NULL)"),
}
WITHDRAWN = ("(state = 'ingetrokken') = (ingetrokken_by IS NOT NULL AND ingetrokken_at IS NOT NULL "
             "AND ingetrokken_reden IS NOT NULL AND intrekking_mandaat_id IS NOT NULL)")
# Columns of a withdrawal, and what they point to.
COLUMNS = {"ingetrokken_by": "account", "ingetrokken_at": None, "ingetrokken_reden": None, "intrekking_mandaat_id": "mandaat",
           "intrekking_vervanging_id": "vervanging"}
TYPES = {"ingetrokken_at": sa.DateTime(timezone=True), "ingetrokken_reden": sa.Text()}

# Functions: now and before -------------------------------------------------------------------------------------------------

# A decision that was sent is withdrawn as it stands, with who did that and why, or not changed at all.
DECISION = """CREATE OR REPLACE FUNCTION portal.besluit_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
{declare}BEGIN
  IF (NEW.opgesteld_by IS DISTINCT FROM OLD.opgesteld_by AND NEW.opgesteld_by IS DISTINCT FROM portal.user_id())
     OR (NEW.gelezen_by IS DISTINCT FROM OLD.gelezen_by AND NEW.gelezen_by IS DISTINCT FROM portal.user_id())
     OR (NEW.teruggestuurd_by IS DISTINCT FROM OLD.teruggestuurd_by AND NEW.teruggestuurd_by IS DISTINCT FROM portal.user_id())
     {own_name}OR (NEW.getekend_by IS DISTINCT FROM OLD.getekend_by AND NEW.getekend_by IS DISTINCT FROM portal.user_id()) THEN
    RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403';
  END IF;
  IF TG_OP = 'INSERT' THEN RETURN NEW; END IF;
  IF OLD.state = 'verzonden'{unless} OR (OLD.state = 'getekend' AND (NEW.inhoud, NEW.bedrag, NEW.onderwerp, NEW.getekend_by,
        NEW.getekend_at, NEW.mandaat_id, NEW.vervanging_id, NEW.gelezen_by, NEW.aard, NEW.rechtsmiddel, NEW.orgaan, NEW.soort)
      IS DISTINCT FROM (OLD.inhoud, OLD.bedrag, OLD.onderwerp, OLD.getekend_by,
        OLD.getekend_at, OLD.mandaat_id, OLD.vervanging_id, OLD.gelezen_by, OLD.aard, OLD.rechtsmiddel, OLD.orgaan, OLD.soort)) THEN
    RAISE EXCEPTION 'besluit_vast' USING ERRCODE = 'PT409';
  END IF;
  IF (NEW.inhoud, NEW.bedrag, NEW.opgesteld_by) IS DISTINCT FROM (OLD.inhoud, OLD.bedrag, OLD.opgesteld_by) AND OLD.gelezen_by IS NOT NULL THEN
    RAISE EXCEPTION 'besluit_gelezen' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""
DECISION_BEFORE = DECISION.format(declare="", own_name="", unless="")
DECISION_NOW = DECISION.format(
    declare="""DECLARE intrekking text[] := ARRAY['state', 'ingetrokken_by', 'ingetrokken_at', 'ingetrokken_reden',
  'intrekking_mandaat_id', 'intrekking_vervanging_id'];
""",
    own_name="""OR (NEW.ingetrokken_by IS DISTINCT FROM OLD.ingetrokken_by AND NEW.ingetrokken_by IS DISTINCT FROM portal.user_id())
     """,
    unless=""" AND NOT (NEW.state = 'ingetrokken' AND to_jsonb(NEW) - intrekking = to_jsonb(OLD) - intrekking)
     OR OLD.state IN ('ingetrokken', 'vervallen')""")

# Withdrawing asks the same power as signing did.
MAY_WITHDRAW = """CREATE FUNCTION portal.intrekking_bevoegd() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF NOT portal.bevoegd(NEW.intrekking_mandaat_id, NEW.intrekking_vervanging_id, NEW.ingetrokken_by, NEW.soort, NEW.party_id,
      NEW.bedrag) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NULL;
END $$"""

# The step to gecontracteerd stands in the same transaction, before its contracts. The value of the perceel is the maximum of
# its contracts together, so that is what is signed for. Contracts of before have no signature and do not come here.
CONTRACT = f"""CREATE FUNCTION portal.overeenkomst_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE zaak date; waarde numeric; besluit portal.besluit; einde date;
BEGIN
  SELECT p.dagvaarding_on, p.waarde INTO zaak, waarde FROM portal.perceel p JOIN portal.dossier d ON d.id = p.id
    WHERE p.id = NEW.dossier_id AND d.state IN ('gegund', 'gecontracteerd');
  SELECT b.* INTO besluit FROM portal.besluit b WHERE b.dossier_id = NEW.dossier_id AND b.soort = 'gunning'
    AND b.state = 'verzonden' AND b.inhoud @> jsonb_build_object('regels', jsonb_build_array(jsonb_build_object(
      'aanbieder_id', NEW.aanbieder_id::text, 'gegund', true)));
  IF waarde IS NULL OR besluit.id IS NULL THEN RAISE EXCEPTION 'contract_zonder_gunning' USING ERRCODE = 'PT409'; END IF;
  SELECT max(t.due_on) INTO einde FROM portal.termijn t WHERE t.dossier_id = NEW.dossier_id AND t.kind = 'standstill'
    AND t.started_on >= (besluit.verzonden_at AT TIME ZONE 'Europe/Amsterdam')::date;
  IF einde IS NULL OR einde >= {TODAY} THEN RAISE EXCEPTION 'standstill_loopt' USING ERRCODE = 'PT409'; END IF;
  IF zaak IS NOT NULL THEN RAISE EXCEPTION 'dagvaarding_loopt' USING ERRCODE = 'PT409'; END IF;
  IF NOT portal.bevoegd(NEW.mandaat_id, NEW.vervanging_id, NEW.getekend_by, 'overeenkomst', NEW.party_id,
      greatest(waarde, NEW.maximale_waarde)) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NULL;
END $$"""

# After publication nothing changes but, once, why it stopped.
PROCUREMENT = """CREATE OR REPLACE FUNCTION portal.inkoop_vast() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
{declare}BEGIN
{except_why}  IF NEW IS DISTINCT FROM {was} AND portal.is_gepubliceerd(OLD.id) THEN RAISE EXCEPTION 'na_publicatie_vast' USING ERRCODE = 'PT409'; END IF;
  RETURN NEW;
END $$"""
PROCUREMENT_BEFORE = PROCUREMENT.format(declare="", except_why="", was="OLD")
PROCUREMENT_NOW = PROCUREMENT.format(
    declare="DECLARE was portal.inkoop := OLD;\n", was="was",
    except_why="  IF OLD.gestopt_reden IS NULL THEN was.gestopt_reden := NEW.gestopt_reden; END IF;\n")

# What stopped takes no bids any more.
SENDING = """CREATE OR REPLACE FUNCTION portal.verzending_op_tijd() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE sluit timestamptz;
BEGIN
  -- Shared with other senders, exclusive against the opening: no bid can commit after the vault is opened.
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.inkoop_id::text, 11));
  SELECT sluit_at INTO sluit FROM portal.publicatie WHERE inkoop_id = NEW.inkoop_id AND soort = 'aankondiging';
  IF sluit IS NULL THEN RAISE EXCEPTION 'niet_gepubliceerd' USING ERRCODE = 'PT404'; END IF;
  NEW.verzonden_at := portal.clock_now();
  IF NEW.verzonden_at >= sluit THEN
    RAISE EXCEPTION 'inschrijving_gesloten' USING ERRCODE = 'PT410', DETAIL = NEW.verzonden_at::text;
  END IF;
{stopped}  RETURN NEW;
END $$"""
SENDING_BEFORE = SENDING.format(stopped="")
SENDING_NOW = SENDING.format(stopped="""  IF EXISTS (SELECT 1 FROM portal.publicatie WHERE inkoop_id = NEW.inkoop_id AND soort = 'gestopt') THEN
    RAISE EXCEPTION 'inkoop_gestopt' USING ERRCODE = 'PT410';
  END IF;
""")

# Who began a bid stays unknown to the gemeenten before the opening, also when it never comes. So the database tells everybody
# that began one, once, in the name of the samenwerkingsverband, and closes what they still had to do.
TELL = f"""CREATE FUNCTION portal.inschrijvers_melden(welke uuid, over text, wat text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE i record; bericht uuid; post uuid;
BEGIN
  FOR i IN SELECT s.id, s.aanbieder_id, k.verband_id FROM portal.inschrijving s JOIN portal.inkoop k ON k.id = s.inkoop_id
      JOIN portal.dossier d ON d.id = k.id
      WHERE k.id = welke AND d.eigenaar_id = portal.party() AND d.state = 'gestopt' AND NOT EXISTS (
        SELECT 1 FROM portal.bericht b WHERE b.dossier_id = s.id AND b.afzender_id = k.verband_id) LOOP
    UPDATE portal.termijn SET met_on = {TODAY} WHERE dossier_id = i.id AND kind = 'werk_versturen' AND met_on IS NULL;
    bericht := gen_random_uuid(); post := gen_random_uuid();
    INSERT INTO portal.bericht (id, party_id, afzender_id, dossier_id, onderwerp, tekst)
      VALUES (bericht, i.aanbieder_id, i.verband_id, i.id, over, wat);
    INSERT INTO portal.outbox (id, sleutel, soort, party_id, gegevens, pogingen)
      VALUES (post, 'bericht:' || bericht, 'bericht', i.aanbieder_id, jsonb_build_object('bericht_id', bericht), 0);
    PERFORM jobs.procrastinate_defer_jobs_v1(ARRAY[ROW('portaal', 'post_versturen', 0, NULL, NULL,
      jsonb_build_object('outbox_id', post, 'party_id', i.aanbieder_id), NULL)::jobs.procrastinate_job_to_defer_v1]);
  END LOOP;
END $$"""

# Rows of before -------------------------------------------------------------------------------------------------------------

CLOSE_DRAFTS = """UPDATE portal.besluit b SET state = 'vervallen' WHERE b.soort = 'gunning' AND b.state IN ('opgesteld', 'gelezen')
  AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = b.dossier_id AND d.state = 'vervallen')"""
# What lapsed after the opening; why was told to the bidders only, and is not repeated here.
PUBLISH_LAPSES = """INSERT INTO portal.publicatie (id, dossier_id, eigenaar_id, party_id, soort, inkoop_id, reference, titel, regelset,
    inhoud, gepubliceerd_at)
  SELECT gen_random_uuid(), p.id, d.eigenaar_id, d.eigenaar_id, 'vervallen', p.inkoop_id, d.reference, d.titel, '{}',
    jsonb_build_object('perceel', jsonb_build_object('id', p.id, 'nummer', p.nummer, 'naam', p.naam), 'gegund_aan', '[]'::jsonb,
      'winnaars', '[]'::jsonb, 'reden', '', 'besloten_on', e.occurred_on), e.recorded_at
  FROM portal.perceel p JOIN portal.dossier d ON d.id = p.id JOIN portal.case_event e ON e.dossier_id = p.id
  WHERE d.state = 'vervallen' AND e.kind = 'perceel:vervallen'"""

POLICY = "party_id = {P} OR ({sent} AND {SEES} AND (soort <> 'gunning' OR {TAKES_PART}))"


def _checks(number: int) -> None:
    for (table, name), rules in CHECKS.items():
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema="portal", type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rules[number], schema="portal")


def _readable(sent: str) -> None:
    """Who takes part reads an award that was sent, also when it was withdrawn after that."""
    predicate = POLICY.format(P=P, sent=sent, SEES=SEES, TAKES_PART=TAKES_PART)
    op.execute("DROP POLICY besluit_select ON portal.besluit")
    op.execute(f"CREATE POLICY besluit_select ON portal.besluit FOR SELECT TO portal_app USING ({predicate})")


def upgrade() -> None:
    for name, points_to in COLUMNS.items():
        op.add_column("besluit", sa.Column(name, TYPES.get(name, sa.Uuid())), schema="portal")
        if points_to:
            op.create_foreign_key(op.f(f"fk_besluit_{name}"), "besluit", points_to, [name], ["id"], source_schema="portal",
                                  referent_schema="portal")
    _checks(0)
    op.create_check_constraint(op.f("ck_besluit_ingetrokken_met_reden"), "besluit", WITHDRAWN, schema="portal")
    op.drop_constraint(op.f("uq_publicatie_dossier_id_soort"), "publicatie", schema="portal", type_="unique")
    op.create_index("uq_publicatie_dossier_id_soort", "publicatie", ["dossier_id", "soort"], unique=True, schema="portal",
                    postgresql_where=sa.text("soort IN ('aankondiging', 'vervallen', 'gestopt')"))
    for statement in (DECISION_NOW, MAY_WITHDRAW, CONTRACT, PROCUREMENT_NOW, SENDING_NOW, TELL, CLOSE_DRAFTS, PUBLISH_LAPSES):
        op.execute(sa.text(statement.replace(":", r"\:")))
    callable_by("portal_app", "portal.inschrijvers_melden(uuid, text, text)")
    op.execute("CREATE TRIGGER wie_trekt_in AFTER UPDATE ON portal.besluit FOR EACH ROW WHEN (NEW.ingetrokken_by IS NOT NULL "
               "AND NEW.ingetrokken_by IS DISTINCT FROM OLD.ingetrokken_by) EXECUTE FUNCTION portal.intrekking_bevoegd()")
    op.execute("CREATE TRIGGER wie_tekent AFTER INSERT ON portal.overeenkomst FOR EACH ROW WHEN (NEW.getekend_by IS NOT NULL) "
               "EXECUTE FUNCTION portal.overeenkomst_mag()")
    _readable("state IN ('verzonden', 'ingetrokken')")


def downgrade() -> None:
    _readable("state = 'verzonden'")
    for trigger in ("wie_tekent ON portal.overeenkomst", "wie_trekt_in ON portal.besluit"):
        op.execute(f"DROP TRIGGER {trigger}")
    for statement in (DECISION_BEFORE, PROCUREMENT_BEFORE, SENDING_BEFORE):
        op.execute(sa.text(statement.replace(":", r"\:")))
    for function in ("intrekking_bevoegd()", "overeenkomst_mag()", "inschrijvers_melden(uuid, text, text)"):
        op.execute(f"DROP FUNCTION portal.{function}")
    # The schema before knows one result per perceel and no end but an award: the newest award stays, what was withdrawn
    # reads as sent, and a draft that lapsed as sent back.
    op.execute("DELETE FROM portal.publicatie WHERE soort IN ('vervallen', 'ingetrokken', 'gestopt')")
    op.execute("""DELETE FROM portal.publicatie o USING portal.publicatie n WHERE n.soort = 'gunning' AND o.soort = 'gunning'
        AND n.dossier_id = o.dossier_id AND (n.gepubliceerd_at, n.id) > (o.gepubliceerd_at, o.id)""")
    op.drop_constraint(op.f("ck_besluit_ingetrokken_met_reden"), "besluit", schema="portal", type_="check")
    op.execute("UPDATE portal.besluit SET state = 'verzonden' WHERE state = 'ingetrokken'")
    op.execute("UPDATE portal.besluit SET state = 'teruggestuurd', teruggestuurd_reden = 'Het perceel is vervallen.' "
               "WHERE state = 'vervallen'")
    op.drop_index("uq_publicatie_dossier_id_soort", "publicatie", schema="portal")
    op.create_unique_constraint(op.f("uq_publicatie_dossier_id_soort"), "publicatie", ["dossier_id", "soort"], schema="portal")
    _checks(1)
    for name in COLUMNS:
        op.drop_column("besluit", name, schema="portal")
