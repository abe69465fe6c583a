"""Dichter: what a party could still do past the code, with a statement of its own.

Functions look for types in pg_temp last, and nobody may make anything there. A bid is shared by the opening and by nothing
else; who opened is counted, not read from a state that its owner writes. What was drafted is what is signed. An invitation
and a proposed rule end with whoever made them. Tables that held more columns than anybody changes give only those. Functions
answer about a dossier to who sees it, and about waiting work to the worker only.
"""

from alembic import op

from migrations import callable_by

revision = "0013"
down_revision = "0012"

P = "(SELECT portal.party())"
ME = "(SELECT portal.user_id())"
OWN = f"party_id = {P}"
SEES = f"(eigenaar_id = {P} OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))"
WRITES = f"{OWN} AND {SEES}"
IS_GEMEENTE = f"EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = {P})"
SAFE = "SET search_path = pg_catalog, pg_temp"

# Where types are looked for -----------------------------------------------------------------------------------------------

# Not named, pg_temp comes first: a type of that name, made by the caller, would run as the owner of the function.
PATHS = """DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = 'portal'::regnamespace AND '{was}' = ANY (p.proconfig) LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = {path}', f);
  END LOOP; END $$"""
PATHS_NOW = PATHS.format(was="search_path=pg_catalog", path="pg_catalog, pg_temp")
PATHS_BEFORE = PATHS.format(was="search_path=pg_catalog, pg_temp", path="pg_catalog")
# The portal refuses to start with this right; where the owner role does not own the database, its operator takes it away.
NO_TEMP = """DO $$ BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, portal_app, portal_zegel', current_database());
EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"""

# New functions and triggers -----------------------------------------------------------------------------------------------

# Who sees a dossier may ask about it. Called by other functions only.
SEEN = f"""CREATE FUNCTION portal.ziet(welk uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER {SAFE} AS $$
  SELECT EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = welk AND d.eigenaar_id = portal.party())
    OR EXISTS (SELECT 1 FROM portal.dossier_deelnemer x WHERE x.dossier_id = welk AND x.party_id = portal.party()
      AND x.van <= portal.clock_now() AND (x.tot IS NULL OR x.tot > portal.now())) $$"""
# Two opening acts, of two gemeenten: a state is written by the owner, an act by nobody but its maker.
OPENED = f"""CREATE FUNCTION portal.is_geopend(welke uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER {SAFE} AS $$
  SELECT count(DISTINCT o.party_id) >= 2 FROM portal.opening o WHERE o.dossier_id = welke $$"""
OPENS = f"""CREATE FUNCTION portal.dossier_opent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF NOT portal.is_geopend(coalesce((SELECT p.inkoop_id FROM portal.perceel p WHERE p.id = NEW.id), NEW.id)) THEN
    RAISE EXCEPTION 'opening_niet_in_deze_fase' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""
# For whom a mail is: only for the worker, which is nobody until it knows.
POST = f"""CREATE FUNCTION portal.post_partij(welke uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER {SAFE} AS $$
  SELECT o.party_id FROM portal.outbox o WHERE o.id = welke AND portal.party() IS NULL $$"""

# The amount and the second reader follow from the perceel and the rules that were published.
DRAFT = f"""CREATE FUNCTION portal.gunning_klopt() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
DECLARE p record;
BEGIN
  SELECT x.waarde, x.waarde >= (b.regelset #>> '{{tweede_lezer,vanaf_bedrag}}')::numeric AS lezen INTO p FROM portal.perceel x
    LEFT JOIN portal.publicatie b ON b.inkoop_id = x.inkoop_id AND b.soort = 'aankondiging' WHERE x.id = NEW.dossier_id;
  IF FOUND AND (NEW.bedrag IS DISTINCT FROM p.waarde OR NOT NEW.tweede_lezer_nodig AND coalesce(p.lezen, true)) THEN
    RAISE EXCEPTION 'gunning_klopt_niet' USING ERRCODE = 'PT422';
  END IF;
  RETURN NEW;
END $$"""
# A draft is replaced by another draft, and never edited: what one reads is what the next one signs.
CONTENT = f"""CREATE FUNCTION portal.besluit_inhoud_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF portal.party() IS NOT NULL AND (NEW.soort, NEW.inhoud, NEW.bedrag, NEW.tweede_lezer_nodig)
      IS DISTINCT FROM (OLD.soort, OLD.inhoud, OLD.bedrag, OLD.tweede_lezer_nodig) THEN
    RAISE EXCEPTION 'besluit_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

# The token goes into the link of whoever invited, or of the worker that mails it; what was withdrawn stays so.
INVITATION = f"""CREATE FUNCTION portal.uitnodiging_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF NEW.token_hash <> OLD.token_hash AND portal.user_id() <> OLD.uitgenodigd_by
     OR OLD.ingetrokken_at IS NOT NULL AND NEW.ingetrokken_at IS DISTINCT FROM OLD.ingetrokken_at THEN
    RAISE EXCEPTION 'uitnodiging_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

# The database says when; an interest is not taken back by the person who has it.
INTEREST = f"""CREATE FUNCTION portal.belang_blijft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.dossier_id::text || NEW.account_id::text, 13));
  NEW.verklaard_at := portal.clock_now();
  IF NOT NEW.heeft_belang AND EXISTS (SELECT 1 FROM portal.belangverklaring b WHERE b.dossier_id = NEW.dossier_id
      AND b.account_id = NEW.account_id AND b.heeft_belang) THEN
    RAISE EXCEPTION 'belang_gemeld' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""

# Taken back by `terughalen` (then it is being planned again), and otherwise as it was asked.
ASKED = f"""CREATE FUNCTION portal.deelname_termijn_vast() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
BEGIN
  IF NEW.deelname_uiterlijk_at IS NOT NULL
     OR (SELECT d.state FROM portal.dossier d WHERE d.id = NEW.id) IS DISTINCT FROM 'gepland' THEN
    RAISE EXCEPTION 'deelname_termijn_vast' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""
# Who may decide is settled while nobody did: after the first decision nobody is shut out of the dossier any more.
MEMBERS = f"""CREATE FUNCTION portal.deelnemer_blijft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF portal.party() IS NOT NULL AND OLD.hoedanigheid = 'deelnemer' AND EXISTS (SELECT 1 FROM portal.deelnamebesluit b
      WHERE b.vastgelegd_at IS NOT NULL AND b.dossier_id = coalesce(
        (SELECT p.inkoop_id FROM portal.perceel p WHERE p.id = OLD.dossier_id), OLD.dossier_id)) THEN
    RAISE EXCEPTION 'deelnemer_blijft' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;
END $$"""
# That a case runs, or is over, is said in the history by the same transaction, or not at all.
WRIT = f"""CREATE FUNCTION portal.dagvaarding_in_historie() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE} AS $$
BEGIN
  IF portal.party() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM portal.case_event e WHERE e.dossier_id = NEW.id
      AND e.kind IN ('perceel:dagvaarding', 'perceel:gunning_intrekken', 'perceel:niet_gunnen')
      AND e.transactie = pg_current_xact_id()::text::bigint) THEN
    RAISE EXCEPTION 'dagvaarding_zonder_historie' USING ERRCODE = 'PT409';
  END IF;
  RETURN NULL;
END $$"""

FUNCTIONS = {
    "ziet(uuid)": SEEN, "is_geopend(uuid)": OPENED, "dossier_opent()": OPENS, "post_partij(uuid)": POST,
    "gunning_klopt()": DRAFT, "besluit_inhoud_vast()": CONTENT, "uitnodiging_vast()": INVITATION, "belang_blijft()": INTEREST,
    "deelname_termijn_vast()": ASKED, "deelnemer_blijft()": MEMBERS, "dagvaarding_in_historie()": WRIT,
}
TRIGGERS = {
    "opent ON portal.dossier": "CREATE TRIGGER opent BEFORE UPDATE ON portal.dossier FOR EACH ROW WHEN (NEW.state = 'geopend' "
        "AND OLD.state <> 'geopend' AND NEW.soort IN ('inkoop', 'perceel')) EXECUTE FUNCTION portal.dossier_opent()",
    "klopt ON portal.besluit": "CREATE TRIGGER klopt BEFORE INSERT ON portal.besluit FOR EACH ROW WHEN (NEW.soort = 'gunning') "
        "EXECUTE FUNCTION portal.gunning_klopt()",
    "vast_inhoud ON portal.besluit": "CREATE TRIGGER vast_inhoud BEFORE UPDATE ON portal.besluit FOR EACH ROW "
        "EXECUTE FUNCTION portal.besluit_inhoud_vast()",
    "vast ON portal.uitnodiging": "CREATE TRIGGER vast BEFORE UPDATE ON portal.uitnodiging FOR EACH ROW "
        "EXECUTE FUNCTION portal.uitnodiging_vast()",
    "blijft ON portal.belangverklaring": "CREATE TRIGGER blijft BEFORE INSERT ON portal.belangverklaring FOR EACH ROW "
        "EXECUTE FUNCTION portal.belang_blijft()",
    "vast_deelname ON portal.inkoop": "CREATE TRIGGER vast_deelname BEFORE UPDATE ON portal.inkoop FOR EACH ROW "
        "WHEN (OLD.deelname_uiterlijk_at IS NOT NULL AND NEW.deelname_uiterlijk_at IS DISTINCT FROM OLD.deelname_uiterlijk_at) "
        "EXECUTE FUNCTION portal.deelname_termijn_vast()",
    "blijft ON portal.dossier_deelnemer": "CREATE TRIGGER blijft BEFORE UPDATE ON portal.dossier_deelnemer FOR EACH ROW "
        "WHEN (NEW.tot IS DISTINCT FROM OLD.tot) EXECUTE FUNCTION portal.deelnemer_blijft()",
    "historie ON portal.perceel": "CREATE CONSTRAINT TRIGGER historie AFTER UPDATE ON portal.perceel "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.dagvaarding_on IS DISTINCT FROM OLD.dagvaarding_on) "
        "EXECUTE FUNCTION portal.dagvaarding_in_historie()",
}

# Functions of before, in what changes: (function, before, now) ---------------------------------------------------------------

CLOSED = ("OLD.soort = 'inschrijvingsstuk' AND EXISTS (SELECT 1 FROM portal.inschrijving i JOIN portal.publicatie b\n"
          "        ON b.inkoop_id = i.inkoop_id AND b.soort = 'aankondiging' WHERE i.id = OLD.dossier_id "
          "AND b.sluit_at <= portal.now()) THEN\n")
TOO_LATE = "RAISE EXCEPTION 'inschrijving_gesloten' USING ERRCODE = 'PT410';"
EDITS = (
    ("geopende_inschrijvingen(uuid)",
     "EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = welke AND d.state IN ('geopend', 'afgerond'))",
     "portal.is_geopend(welke)"),
    ("opende(uuid, uuid)", "WHERE p.id = welk AND", "WHERE p.id = welk AND portal.is_geopend(p.inkoop_id) AND"),
    # Whatever the bidder had written there.
    ("opening_opent()", "ON CONFLICT (dossier_id, party_id) DO NOTHING",
     "ON CONFLICT (dossier_id, party_id) DO UPDATE SET van = excluded.van, tot = NULL, hoedanigheid = excluded.hoedanigheid"),
    # Scanned once, by the worker; made public by the owner.
    ("document_vast()", "     OR NEW.vervallen_at IS DISTINCT FROM OLD.vervallen_at AND OLD.gepubliceerd_at",
     "     OR NEW.gepubliceerd_at IS DISTINCT FROM OLD.gepubliceerd_at AND (OLD.soort <> 'inkoopstuk'\n"
     "       OR OLD.eigenaar_id <> portal.party())\n"
     "     OR NEW.scan <> OLD.scan AND portal.party() IS NOT NULL AND (OLD.scan <> 'wacht' OR portal.user_id() IS NOT NULL)\n"
     "     OR NEW.vervallen_at IS DISTINCT FROM OLD.vervallen_at AND OLD.gepubliceerd_at"),
    ("document_vast()", f"    IF {CLOSED}      {TOO_LATE}\n    END IF;\n  END IF;",
     "  END IF;\n  IF (NEW.gedeeld_at IS DISTINCT FROM OLD.gedeeld_at\n"
     "      OR NEW.vervallen_at IS DISTINCT FROM OLD.vervallen_at AND OLD.scan <> 'wacht') AND\n"
     f"      {CLOSED}    {TOO_LATE}\n  END IF;"),
    ("lid_vertrekt()", "lower(email) = lower(NEW.email) AND aanvaard_at",
     "(lower(email) = lower(NEW.email) OR uitgenodigd_by = NEW.account_id) AND aanvaard_at"),
    ("lid_vertrekt()", "  RETURN NULL;", """  WITH weg AS (DELETE FROM portal.claim_rol
      WHERE party_id = NEW.party_id AND voorgesteld_by = NEW.account_id AND bevestigd_at IS NULL RETURNING id)
    INSERT INTO portal.beveiligingslog (party_id, account_id, handeling, object, resultaat, details)
      SELECT NEW.party_id, NEW.beeindigd_by, 'groep een rol afnemen', weg.id::text, 'gelukt', waarom FROM weg;
  RETURN NULL;"""),
    # Who logs in is nobody yet, and comes in by a function of the owner.
    ("membership_vast()", "IF portal.user_id() IS NULL THEN RETURN NEW; END IF;", """IF portal.user_id() IS NULL THEN
    IF current_user = 'portal_app' THEN RAISE EXCEPTION 'niet_in_eigen_naam' USING ERRCODE = 'PT403'; END IF;
    RETURN NEW;
  END IF;"""),
    ("termijn_vast()", "  RETURN NEW;", """  -- Others count on these.
  IF portal.party() IS NOT NULL AND OLD.kind IN ('deelname', 'standstill') AND NEW.due_on < OLD.due_on THEN
    RAISE EXCEPTION 'termijn_korter' USING ERRCODE = 'PT409';
  END IF;
  RETURN NEW;"""),
    ("partijen_met_werk()", "WHERE met_on IS NULL UNION", "WHERE met_on IS NULL AND portal.party() IS NULL UNION"),
    ("partijen_met_werk()", "WHERE scan = 'wacht'", "WHERE scan = 'wacht' AND portal.party() IS NULL"),
    ("is_laatste_verzending(uuid, uuid, integer)", "SELECT NOT EXISTS", "SELECT portal.ziet(welke) AND NOT EXISTS"),
    ("neemt_deel(uuid, uuid)", "WHERE d.id = welke AND", "WHERE d.id = welke AND portal.ziet(welke) AND"),
    ("neemt_deel(uuid, uuid)", "WHERE b.dossier_id = welke AND", "WHERE b.dossier_id = welke AND portal.ziet(welke) AND"),
    ("neemt_deel_aan(uuid, uuid)", "SELECT EXISTS", "SELECT portal.ziet(welk) AND EXISTS"),
    ("in_dienst(uuid, uuid)", "m.rollen <> '{}')",
     "m.rollen <> '{}')\n        AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party())"),
    # A transaction that is bound writes of itself; a line for who is not known yet comes from one that is not.
    ("journaal(uuid, uuid, text, text, text, text, jsonb)", "VALUES (voor, wie,", """VALUES (
        CASE WHEN portal.party() IS NULL THEN voor ELSE nullif(portal.party(), '00000000-0000-0000-0000-000000000000') END,
        CASE WHEN portal.party() IS NULL THEN wie ELSE portal.user_id() END,"""),
    ("bekeken(uuid, uuid, uuid, text)", "VALUES (wie, voor,", """VALUES (
        CASE WHEN portal.party() IS NULL THEN wie ELSE portal.user_id() END, coalesce(portal.party(), voor),"""),
    # A job names its mail, and not for whom that is.
    ("inschrijvers_melden(uuid, text, text)", "'outbox_id', post, 'party_id', i.aanbieder_id)", "'outbox_id', post)"),
)

# Policies: (table, command): (now, before) -----------------------------------------------------------------------------------


def _root(table: str, also: str) -> tuple[str, str]:
    own = f"EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = {table}.id AND d.eigenaar_id = {P}{{soort}}) AND {also}"
    return own.format(soort=f" AND d.soort = '{table}'"), own.format(soort="")


ROOTS = {"inkoop": IS_GEMEENTE, "perceel": IS_GEMEENTE, "inschrijving": f"aanbieder_id = {P}"}
NO_BID = (f"eigenaar_id = {P} AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_deelnemer.dossier_id "
          "AND d.soort <> 'inschrijving')")
ACTS = f"{WRITES} AND actor_id IS NOT DISTINCT FROM {ME}"
POLICIES = {
    **{(table, command): _root(table, also) for table, also in ROOTS.items() for command in ("insert", "update")},
    ("dossier_deelnemer", "insert"): (NO_BID, f"eigenaar_id = {P}"),
    ("dossier_deelnemer", "update"): (NO_BID, f"eigenaar_id = {P}"),
    ("uitnodiging", "insert"): (
        f"{OWN} AND uitgenodigd_by = {ME} AND aanvaard_at IS NULL AND ingetrokken_at IS NULL "
        "AND gemaakt_at <= portal.now() AND verloopt_at <= portal.now() + interval '90 days'", OWN),
    ("document", "insert"): (
        f"{WRITES} AND gepubliceerd_at IS NULL AND (eigenaar_id = {P} OR soort = 'deelnamebesluit' "
        f"OR (soort = 'proces-verbaal' AND EXISTS (SELECT 1 FROM portal.opening o WHERE o.dossier_id = document.dossier_id "
        f"AND o.party_id = {P})))", WRITES),
    ("case_event", "insert"): (
        f"{ACTS} AND (eigenaar_id = {P} OR kind IN ('inkoop:deelname', 'inkoop:openen', 'inkoop:proces-verbaal', "
        "'inkoop:belang', 'perceel:openen', 'perceel:toetsen', 'perceel:scoren'))", ACTS),
}
# Columns that the portal changes, of tables where it could change all of them.
CHANGES = {
    "gemeente": "merkkleur, kleur_gekozen_at", "aanbieder": "grootteklasse, omschrijving",
    "dossier": "titel, state, behandelaar_id", "dossier_deelnemer": "tot", "uitnodiging": "token_hash, ingetrokken_at",
    "inschrijving": "gewijzigd_by, meegelezen_by, meegelezen_at",
}

# Rows of before --------------------------------------------------------------------------------------------------------------

# A bid that is not open is shared with nobody, and one that is open stays so for who may read it.
UNSHARE = """DELETE FROM portal.dossier_deelnemer x USING portal.inschrijving i
  WHERE x.dossier_id = i.id AND NOT portal.is_geopend(i.inkoop_id)"""
SHARE = """UPDATE portal.dossier_deelnemer x SET tot = NULL FROM portal.inschrijving i
  WHERE x.dossier_id = i.id AND x.tot IS NOT NULL"""
JOBS = "UPDATE jobs.procrastinate_jobs SET args = args - 'party_id' WHERE task_name = 'post_versturen'"
JOBS_BEFORE = """UPDATE jobs.procrastinate_jobs j SET args = j.args || jsonb_build_object('party_id', o.party_id)
  FROM portal.outbox o WHERE j.task_name = 'post_versturen' AND o.id = (j.args ->> 'outbox_id')::uuid"""


def _edit(signature: str, before: str, now: str) -> None:
    """Change one place in a function that stands. Raises when the function is not the one that was read here."""
    connection = op.get_bind()
    text = connection.exec_driver_sql(f"SELECT pg_get_functiondef('portal.{signature}'::regprocedure)").scalar_one()
    if text.count(before) != 1:
        raise ValueError(f"portal.{signature}: {before!r} is not there once")
    connection.exec_driver_sql(text.replace(before, now).replace("%", "%%"))


def _policies(number: int) -> None:
    for (table, command), predicates in POLICIES.items():
        predicate = predicates[number]
        clause = f"WITH CHECK ({predicate})" if command == "insert" else f"USING ({predicate}) WITH CHECK ({predicate})"
        op.execute(f"DROP POLICY {table}_{command} ON portal.{table}")
        op.execute(f"CREATE POLICY {table}_{command} ON portal.{table} FOR {command.upper()} TO portal_app {clause}")


def upgrade() -> None:
    for statement in FUNCTIONS.values():
        op.execute(statement)
    callable_by("portal_app", "portal.post_partij(uuid)")
    for function, before, now in EDITS:
        _edit(function, before, now)
    op.execute(PATHS_NOW)
    op.execute(NO_TEMP)
    for statement in (UNSHARE, SHARE, JOBS, *TRIGGERS.values()):
        op.execute(statement)
    _policies(0)
    for table, columns in CHANGES.items():
        op.execute(f"REVOKE UPDATE ON portal.{table} FROM portal_app")
        op.execute(f"GRANT UPDATE ({columns}) ON portal.{table} TO portal_app")


def downgrade() -> None:
    # Nobody gets the right back to make something in pg_temp.
    for table in CHANGES:
        op.execute(f"REVOKE UPDATE ON portal.{table} FROM portal_app")
        op.execute(f"GRANT UPDATE ON portal.{table} TO portal_app")
    _policies(1)
    for trigger in TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger}")
    op.execute(PATHS_BEFORE)
    op.execute(JOBS_BEFORE)
    for function, before, now in reversed(EDITS):
        _edit(function, now, before)
    for function in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION portal.{function}")
