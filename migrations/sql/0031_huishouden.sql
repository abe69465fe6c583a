-- About which task a report is, and who handled it: what is there already was about beschermd wonen.
ALTER TABLE portal.toegang ADD COLUMN taak TEXT, ADD COLUMN behandelt TEXT;
UPDATE portal.toegang t SET taak = 'beschermd_wonen', behandelt = CASE WHEN EXISTS (
    SELECT 1 FROM portal.deelname d JOIN portal.samenwerkingsverband v ON v.id = d.verband_id
    WHERE v.domein = 'beschermd_wonen' AND d.gemeente_id = t.gemeente_id AND d.van <= t.gemeld_on
      AND (d.tot IS NULL OR d.tot > t.gemeld_on)) THEN 'centrale_toegang' ELSE 'wijkteam' END;
ALTER TABLE portal.toegang ALTER COLUMN taak SET NOT NULL, ALTER COLUMN behandelt SET NOT NULL,
  ADD CONSTRAINT ck_toegang_behandelt_bekend CHECK (behandelt IN ('centrale_toegang', 'wijkteam'));

-- What was arranged at once: from when, until when, by whom, and when that was written down.
ALTER TABLE portal.onderzoek ADD COLUMN tijdelijk_van DATE, ADD COLUMN tijdelijk_tot DATE, ADD COLUMN tijdelijk_door TEXT,
  ADD COLUMN tijdelijk_at TIMESTAMP WITH TIME ZONE;
UPDATE portal.onderzoek SET tijdelijk_door = '', tijdelijk_at = CASE WHEN tijdelijk <> '' THEN gewijzigd_at END;
ALTER TABLE portal.onderzoek ALTER COLUMN tijdelijk_door SET NOT NULL,
  ADD CONSTRAINT ck_onderzoek_tijdelijk_periode CHECK (tijdelijk_tot >= tijdelijk_van),
  ADD CONSTRAINT ck_onderzoek_tijdelijk_moment CHECK ((tijdelijk = '') = (tijdelijk_at IS NULL));
GRANT UPDATE (tijdelijk_van, tijdelijk_tot, tijdelijk_door, tijdelijk_at) ON portal.onderzoek TO portal_app;

CREATE TABLE portal.taakoverdracht (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  taak TEXT NOT NULL,
  van_wie TEXT NOT NULL,
  naar_wie TEXT NOT NULL,
  ingaand_on DATE NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  einde TEXT,
  einde_at TIMESTAMP WITH TIME ZONE,
  einde_by UUID,
  einde_reden TEXT NOT NULL,
  CONSTRAINT pk_taakoverdracht PRIMARY KEY (id),
  CONSTRAINT ck_taakoverdracht_van_wie_bekend CHECK (van_wie IN ('centrale_toegang', 'wijkteam')),
  CONSTRAINT ck_taakoverdracht_naar_wie_bekend CHECK (naar_wie IN ('centrale_toegang', 'wijkteam')),
  CONSTRAINT ck_taakoverdracht_einde_bekend CHECK (einde IN ('ingetrokken', 'geweigerd')),
  CONSTRAINT ck_taakoverdracht_naar_ander CHECK (van_wie <> naar_wie),
  CONSTRAINT ck_taakoverdracht_einde_heel CHECK ((einde IS NULL) = (einde_at IS NULL) AND (einde IS NULL) = (einde_by IS NULL) AND (einde IS NULL) = (einde_reden = '')),
  CONSTRAINT ck_taakoverdracht_einde_door CHECK ((einde = 'ingetrokken') = (einde_by = gemaakt_by)),
  CONSTRAINT uq_taakoverdracht_party_id_id UNIQUE (party_id, id),
  CONSTRAINT fk_taakoverdracht_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_taakoverdracht_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id),
  CONSTRAINT fk_taakoverdracht_einde_by FOREIGN KEY(einde_by) REFERENCES portal.account (id)
);
CREATE UNIQUE INDEX uq_taakoverdracht_party_id_taak_ingaand_on ON portal.taakoverdracht (party_id, taak, ingaand_on) WHERE einde IS NULL;

CREATE TABLE portal.taakbevestiging (
  overdracht_id UUID NOT NULL,
  kant TEXT NOT NULL,
  party_id UUID NOT NULL,
  account_id UUID NOT NULL,
  bevestigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  verklaring TEXT NOT NULL,
  CONSTRAINT pk_taakbevestiging PRIMARY KEY (overdracht_id, kant),
  CONSTRAINT fk_taakbevestiging_party_id_overdracht_id FOREIGN KEY(party_id, overdracht_id) REFERENCES portal.taakoverdracht (party_id, id),
  CONSTRAINT ck_taakbevestiging_kant_bekend CHECK (kant IN ('centrale_toegang', 'wijkteam')),
  CONSTRAINT uq_taakbevestiging_overdracht_id_account_id UNIQUE (overdracht_id, account_id),
  CONSTRAINT ck_taakbevestiging_met_verklaring CHECK (verklaring <> ''),
  CONSTRAINT fk_taakbevestiging_account_id FOREIGN KEY(account_id) REFERENCES portal.account (id)
);

CREATE TABLE portal.huishouden (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  CONSTRAINT pk_huishouden PRIMARY KEY (id),
  CONSTRAINT uq_huishouden_party_id_id UNIQUE (party_id, id),
  CONSTRAINT fk_huishouden_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_huishouden_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);

CREATE TABLE portal.huishoudlid (
  huishouden_id UUID NOT NULL,
  persoon_id UUID NOT NULL,
  van DATE NOT NULL,
  tot DATE,
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  CONSTRAINT pk_huishoudlid PRIMARY KEY (id),
  CONSTRAINT fk_huishoudlid_party_id_huishouden_id FOREIGN KEY(party_id, huishouden_id) REFERENCES portal.huishouden (party_id, id),
  CONSTRAINT fk_huishoudlid_party_id_persoon_id FOREIGN KEY(party_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT ck_huishoudlid_tot_na_van CHECK (tot >= van),
  CONSTRAINT fk_huishoudlid_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_huishoudlid_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_huishoudlid_huishouden ON portal.huishoudlid (huishouden_id);
CREATE UNIQUE INDEX uq_huishoudlid_persoon ON portal.huishoudlid (party_id, persoon_id) WHERE tot IS NULL;

CREATE TABLE portal.huishoudplan (
  huishouden_id UUID NOT NULL,
  begonnen_on DATE NOT NULL,
  beeindigd_on DATE,
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  CONSTRAINT pk_huishoudplan PRIMARY KEY (id),
  CONSTRAINT fk_huishoudplan_party_id_huishouden_id FOREIGN KEY(party_id, huishouden_id) REFERENCES portal.huishouden (party_id, id),
  CONSTRAINT uq_huishoudplan_party_id_id UNIQUE (party_id, id),
  CONSTRAINT ck_huishoudplan_einde_na_begin CHECK (beeindigd_on >= begonnen_on),
  CONSTRAINT fk_huishoudplan_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_huishoudplan_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);
CREATE UNIQUE INDEX uq_huishoudplan_loopt ON portal.huishoudplan (party_id, huishouden_id) WHERE beeindigd_on IS NULL;

CREATE TABLE portal.planregel (
  plan_id UUID NOT NULL,
  soort TEXT NOT NULL,
  tekst TEXT NOT NULL,
  wie TEXT NOT NULL,
  sinds_on DATE NOT NULL,
  tot_on DATE,
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  CONSTRAINT pk_planregel PRIMARY KEY (id),
  CONSTRAINT fk_planregel_party_id_plan_id FOREIGN KEY(party_id, plan_id) REFERENCES portal.huishoudplan (party_id, id),
  CONSTRAINT ck_planregel_met_tekst CHECK (tekst <> ''),
  CONSTRAINT fk_planregel_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_planregel_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_planregel_plan ON portal.planregel (plan_id);

CREATE TABLE portal.regie (
  huishouden_id UUID NOT NULL,
  account_id UUID NOT NULL,
  van DATE NOT NULL,
  tot DATE,
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID NOT NULL,
  CONSTRAINT pk_regie PRIMARY KEY (id),
  CONSTRAINT fk_regie_party_id_huishouden_id FOREIGN KEY(party_id, huishouden_id) REFERENCES portal.huishouden (party_id, id),
  CONSTRAINT ck_regie_tot_na_van CHECK (tot >= van),
  CONSTRAINT fk_regie_account_id FOREIGN KEY(account_id) REFERENCES portal.account (id),
  CONSTRAINT fk_regie_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_regie_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);
CREATE UNIQUE INDEX uq_regie_loopt ON portal.regie (party_id, huishouden_id) WHERE tot IS NULL;

ALTER TABLE portal.taakoverdracht ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.taakoverdracht FORCE ROW LEVEL SECURITY;
CREATE POLICY taakoverdracht_eigenaar ON portal.taakoverdracht TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY taakoverdracht_select ON portal.taakoverdracht FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.taakoverdracht TO portal_app;
CREATE POLICY taakoverdracht_insert ON portal.taakoverdracht FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()) AND einde IS NULL AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, party_id, taak, van_wie, naar_wie, ingaand_on, gemaakt_by, einde, einde_at, einde_by, einde_reden) ON portal.taakoverdracht TO portal_app;
CREATE POLICY taakoverdracht_update ON portal.taakoverdracht FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (einde, einde_at, einde_by, einde_reden) ON portal.taakoverdracht TO portal_app;

ALTER TABLE portal.taakbevestiging ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.taakbevestiging FORCE ROW LEVEL SECURITY;
CREATE POLICY taakbevestiging_eigenaar ON portal.taakbevestiging TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY taakbevestiging_select ON portal.taakbevestiging FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.taakbevestiging TO portal_app;
CREATE POLICY taakbevestiging_insert ON portal.taakbevestiging FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND account_id = (SELECT portal.user_id()) AND (EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = (SELECT portal.user_id()) AND m.party_id = (SELECT portal.party()) AND m.beeindigd_at IS NULL AND 'kwaliteit_' || kant = ANY (m.rollen)) OR (kant = 'centrale_toegang' AND EXISTS (SELECT 1 FROM portal.mandaat g WHERE g.gemachtigde_id = (SELECT portal.user_id()) AND g.party_id = (SELECT portal.party()) AND g.werkgever_id <> (SELECT portal.party()) AND g.besluit_soort IN ('toegang', 'toegang_behandelen') AND g.ingetrokken_at IS NULL AND daterange(g.van, g.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date))));
GRANT INSERT (overdracht_id, kant, party_id, account_id, verklaring) ON portal.taakbevestiging TO portal_app;

ALTER TABLE portal.huishouden ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.huishouden FORCE ROW LEVEL SECURITY;
CREATE POLICY huishouden_eigenaar ON portal.huishouden TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY huishouden_select ON portal.huishouden FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.huishouden TO portal_app;
CREATE POLICY huishouden_insert ON portal.huishouden FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, party_id, gemaakt_by) ON portal.huishouden TO portal_app;

ALTER TABLE portal.huishoudlid ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.huishoudlid FORCE ROW LEVEL SECURITY;
CREATE POLICY huishoudlid_eigenaar ON portal.huishoudlid TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY huishoudlid_select ON portal.huishoudlid FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.huishoudlid TO portal_app;
CREATE POLICY huishoudlid_insert ON portal.huishoudlid FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()));
GRANT INSERT (id, party_id, gemaakt_by, huishouden_id, persoon_id, van, tot) ON portal.huishoudlid TO portal_app;
CREATE POLICY huishoudlid_update ON portal.huishoudlid FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (tot) ON portal.huishoudlid TO portal_app;

ALTER TABLE portal.huishoudplan ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.huishoudplan FORCE ROW LEVEL SECURITY;
CREATE POLICY huishoudplan_eigenaar ON portal.huishoudplan TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY huishoudplan_select ON portal.huishoudplan FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.huishoudplan TO portal_app;
CREATE POLICY huishoudplan_insert ON portal.huishoudplan FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()));
GRANT INSERT (id, party_id, gemaakt_by, huishouden_id, begonnen_on, beeindigd_on) ON portal.huishoudplan TO portal_app;
CREATE POLICY huishoudplan_update ON portal.huishoudplan FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (beeindigd_on) ON portal.huishoudplan TO portal_app;

ALTER TABLE portal.planregel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.planregel FORCE ROW LEVEL SECURITY;
CREATE POLICY planregel_eigenaar ON portal.planregel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY planregel_select ON portal.planregel FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.planregel TO portal_app;
CREATE POLICY planregel_insert ON portal.planregel FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()));
GRANT INSERT (id, party_id, gemaakt_by, plan_id, soort, tekst, wie, sinds_on, tot_on) ON portal.planregel TO portal_app;
CREATE POLICY planregel_update ON portal.planregel FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (tot_on) ON portal.planregel TO portal_app;

ALTER TABLE portal.regie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.regie FORCE ROW LEVEL SECURITY;
CREATE POLICY regie_eigenaar ON portal.regie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY regie_select ON portal.regie FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.regie TO portal_app;
CREATE POLICY regie_insert ON portal.regie FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()));
GRANT INSERT (id, party_id, gemaakt_by, huishouden_id, account_id, van, tot) ON portal.regie TO portal_app;
CREATE POLICY regie_update ON portal.regie FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (tot) ON portal.regie TO portal_app;

-- A proposal to hand over a task ends once, in one's own name, before its day and while not both sides confirmed it. One thing at
-- a time: who confirms waits for who ends it.
CREATE FUNCTION portal.taakoverdracht_eindigt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.einde IS NOT NULL THEN RAISE EXCEPTION 'taakoverdracht_voorbij' USING ERRCODE = 'PT409'; END IF;
  IF OLD.ingaand_on <= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date
      OR (SELECT count(*) FROM portal.taakbevestiging b WHERE b.overdracht_id = OLD.id) > 1 THEN
    RAISE EXCEPTION 'taakoverdracht_bevestigd' USING ERRCODE = 'PT409';
  END IF;
  NEW.einde_at := portal.now();
  NEW.einde_by := portal.user_id();
  RETURN NEW;
END $$;
CREATE TRIGGER eindigt BEFORE UPDATE ON portal.taakoverdracht FOR EACH ROW EXECUTE FUNCTION portal.taakoverdracht_eindigt();

-- Confirmed is before the day; under a mandate only with every consent it asks.
CREATE FUNCTION portal.taakbevestiging_mag() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hoe text; ingaand date;
BEGIN
  SELECT o.einde, o.ingaand_on INTO hoe, ingaand FROM portal.taakoverdracht o WHERE o.id = NEW.overdracht_id FOR UPDATE;
  IF hoe IS NOT NULL THEN RAISE EXCEPTION 'taakoverdracht_voorbij' USING ERRCODE = 'PT409'; END IF;
  IF ingaand <= (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date THEN
    RAISE EXCEPTION 'taakoverdracht_bevestigd' USING ERRCODE = 'PT409';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = NEW.account_id AND m.party_id = NEW.party_id
        AND m.beeindigd_at IS NULL AND 'kwaliteit_' || NEW.kant = ANY (m.rollen))
      AND NOT EXISTS (SELECT 1 FROM portal.mandaat g WHERE g.gemachtigde_id = NEW.account_id AND g.party_id = NEW.party_id
        AND g.besluit_soort IN ('toegang', 'toegang_behandelen')
        AND portal.mandaat_geldt(g.id, NEW.account_id, g.werkgever_id)) THEN
    RAISE EXCEPTION 'niet_bevoegd' USING ERRCODE = 'PT403';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mag BEFORE INSERT ON portal.taakbevestiging FOR EACH ROW EXECUTE FUNCTION portal.taakbevestiging_mag();

-- Whoever acts for a gemeente without working there, and signs nothing there, is its Centrale Toegang: of the cases about people
-- they see what was given to it. Nobody acts: the portal itself.
CREATE FUNCTION portal.werkt_hier() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT portal.user_id() IS NULL OR portal.in_dienst(portal.user_id(), portal.party())
        OR NOT EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = portal.party())
        OR EXISTS (SELECT 1 FROM portal.mandaat m WHERE m.gemachtigde_id = portal.user_id() AND m.party_id = portal.party()
          AND m.besluit_soort = 'toegang' AND portal.mandaat_geldt(m.id, portal.user_id(), m.werkgever_id)) $$;
-- A row of which the rest is still being written is the guest's own.
CREATE FUNCTION portal.gast_ziet(welk uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT NOT EXISTS (
        SELECT 1 FROM (SELECT t.id AS toegang_id FROM portal.toegang t WHERE t.id = welk
          UNION ALL SELECT p.toegang_id FROM portal.plaatsing p WHERE p.id = welk
          UNION ALL SELECT p.toegang_id FROM portal.verblijf v JOIN portal.plaatsing p ON p.id = v.plaatsing_id WHERE v.id = welk
          UNION ALL SELECT coalesce(o.toegang_id, p.toegang_id) FROM portal.overdracht o
            LEFT JOIN portal.plaatsing p ON p.id = o.plaatsing_id WHERE o.id = welk) z
        LEFT JOIN portal.toegang t ON t.id = z.toegang_id
        WHERE t.id IS NULL OR t.behandelt <> 'centrale_toegang' OR t.gemeente_id <> portal.party()) $$;
REVOKE ALL ON FUNCTION portal.werkt_hier(), portal.gast_ziet(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.werkt_hier(), portal.gast_ziet(uuid) TO portal_app;
DROP POLICY dossier_select ON portal.dossier;
CREATE POLICY dossier_select ON portal.dossier FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND (soort NOT IN ('toegang', 'plaatsing', 'verblijf', 'overdracht') OR (SELECT portal.werkt_hier()) OR portal.gast_ziet(id)));

-- Does somebody wait longer for what this location has, at a gemeente of which who looks for a place sees no waiting list? It says
-- that, and nothing of who it is; only to who sees the case here, about an own case that waits for this product and stood
-- on the list before this transaction (age): nobody tries out days with cases that are made up and rolled back.
CREATE FUNCTION portal.wacht_langer_elders(waar uuid, voor uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM portal.wachtregel m JOIN portal.locatie l ON l.id = waar
        JOIN portal.wachtregel w ON w.product = l.product AND w.tot_on IS NULL AND w.gemeld_on < m.gemeld_on
        JOIN portal.dossier d ON d.id = w.dossier_id AND d.state = 'wachtend'
        JOIN portal.dossier c ON c.id = m.dossier_id AND c.state IN ('wachtend', 'aangeboden')
      WHERE m.dossier_id = voor AND m.eigenaar_id = portal.party() AND m.tot_on IS NULL AND w.eigenaar_id <> m.eigenaar_id
        AND m.product = l.product AND (portal.werkt_hier() OR portal.gast_ziet(voor)) AND age(m.xmin) > 0
        AND w.doelgroep = ANY (l.doelgroepen) AND w.nodig <@ l.kenmerken AND w.leeftijd >= coalesce(l.leeftijd_van, w.leeftijd)
        AND w.leeftijd <= coalesce(l.leeftijd_tot, w.leeftijd) AND NOT EXISTS (
          SELECT 1 FROM portal.plaatsvraag q WHERE q.dossier_id = w.dossier_id AND l.gemeente_id = ANY (q.mijden))
        AND w.eigenaar_id NOT IN (SELECT portal.samen_met(m.eigenaar_id))) $$;
REVOKE ALL ON FUNCTION portal.wacht_langer_elders(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.wacht_langer_elders(uuid, uuid) TO portal_app;

-- Does this person invite people and give roles here? (LEDEN_BEHEREN in portal/identity/permissions.py; a test compares them.)
CREATE FUNCTION portal.beheert_leden() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM portal.membership m WHERE m.account_id = portal.user_id() AND m.party_id = portal.party()
        AND m.beeindigd_at IS NULL AND m.rollen && ARRAY['aanbiederbeheerder', 'beheerder']) $$;
REVOKE ALL ON FUNCTION portal.beheert_leden() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION portal.beheert_leden() TO portal_app;
