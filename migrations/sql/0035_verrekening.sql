CREATE TABLE portal.verrekening (
  id UUID NOT NULL,
  betaler_id UUID NOT NULL,
  verantwoordelijk_id UUID NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  ingetrokken_on DATE,
  CONSTRAINT pk_verrekening PRIMARY KEY (id),
  CONSTRAINT ex_verrekening_periode EXCLUDE USING gist (betaler_id WITH =, verantwoordelijk_id WITH =, daterange(van, tot, '[]') WITH &&) WHERE (ingetrokken_on IS NULL),
  CONSTRAINT ck_verrekening_niet_met_zichzelf CHECK (betaler_id <> verantwoordelijk_id),
  CONSTRAINT ck_verrekening_periode_heel CHECK (tot >= van),
  CONSTRAINT fk_verrekening_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_verrekening_betaler_id FOREIGN KEY(betaler_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_verrekening_verantwoordelijk_id FOREIGN KEY(verantwoordelijk_id) REFERENCES portal.gemeente (id)
);
CREATE INDEX ix_verrekening_verantwoordelijk ON portal.verrekening (verantwoordelijk_id);

CREATE TABLE portal.verrekenregel (
  volgnummer INTEGER NOT NULL,
  verblijf_id UUID NOT NULL,
  traject_id UUID NOT NULL,
  kenmerk TEXT NOT NULL,
  afgeschermd BOOLEAN NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  dagen INTEGER NOT NULL,
  dagprijs NUMERIC(10, 2) NOT NULL,
  bedrag NUMERIC(12, 2) NOT NULL,
  vervallen_on DATE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_verrekenregel PRIMARY KEY (id),
  CONSTRAINT fk_verrekenregel_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_verrekenregel_dossier_id_volgnummer UNIQUE (dossier_id, volgnummer),
  CONSTRAINT ex_verrekenregel_dagen EXCLUDE USING gist (dossier_id WITH =, verblijf_id WITH =, daterange(van, tot, '[]') WITH &&) WHERE (vervallen_on IS NULL),
  CONSTRAINT ck_verrekenregel_dagen_kloppen CHECK (dagen > 0 AND dagen = tot - van + 1),
  CONSTRAINT ck_verrekenregel_bedrag_klopt CHECK (dagprijs >= 0 AND bedrag = dagen * dagprijs),
  CONSTRAINT fk_verrekenregel_verblijf_id FOREIGN KEY(verblijf_id) REFERENCES portal.verblijf (id),
  CONSTRAINT fk_verrekenregel_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_verrekenregel_dossier ON portal.verrekenregel (dossier_id);

CREATE TABLE portal.verrekening_antwoord (
  ja BOOLEAN NOT NULL,
  redenen JSONB NOT NULL,
  gegeven_by UUID NOT NULL,
  gegeven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_verrekening_antwoord PRIMARY KEY (id),
  CONSTRAINT fk_verrekening_antwoord_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_verrekening_antwoord_nee_met_reden CHECK (ja = (redenen = '{}'::jsonb)),
  CONSTRAINT fk_verrekening_antwoord_gegeven_by FOREIGN KEY(gegeven_by) REFERENCES portal.account (id),
  CONSTRAINT fk_verrekening_antwoord_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_verrekening_antwoord_dossier ON portal.verrekening_antwoord (dossier_id);

ALTER TABLE portal.verrekening ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verrekening FORCE ROW LEVEL SECURITY;
CREATE POLICY verrekening_eigenaar ON portal.verrekening TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verrekening_select ON portal.verrekening FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verrekening.id));
GRANT SELECT ON portal.verrekening TO portal_app;
CREATE POLICY verrekening_insert ON portal.verrekening FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verrekening.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verrekening') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND betaler_id = (SELECT portal.party()));
GRANT INSERT ON portal.verrekening TO portal_app;
CREATE POLICY verrekening_update ON portal.verrekening FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verrekening.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verrekening') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND betaler_id = (SELECT portal.party())) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verrekening.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verrekening') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND betaler_id = (SELECT portal.party()));
GRANT UPDATE (ingetrokken_on) ON portal.verrekening TO portal_app;

ALTER TABLE portal.verrekenregel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verrekenregel FORCE ROW LEVEL SECURITY;
CREATE POLICY verrekenregel_eigenaar ON portal.verrekenregel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verrekenregel_select ON portal.verrekenregel FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.verrekenregel TO portal_app;
CREATE POLICY verrekenregel_insert ON portal.verrekenregel FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state IN ('opgesteld', 'betwist')));
GRANT INSERT ON portal.verrekenregel TO portal_app;
CREATE POLICY verrekenregel_update ON portal.verrekenregel FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'betwist')) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'betwist'));
GRANT UPDATE (vervallen_on) ON portal.verrekenregel TO portal_app;

ALTER TABLE portal.verrekening_antwoord ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verrekening_antwoord FORCE ROW LEVEL SECURITY;
CREATE POLICY verrekening_antwoord_eigenaar ON portal.verrekening_antwoord TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verrekening_antwoord_select ON portal.verrekening_antwoord FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.verrekening_antwoord TO portal_app;
CREATE POLICY verrekening_antwoord_insert ON portal.verrekening_antwoord FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND eigenaar_id <> (SELECT portal.party()) AND gegeven_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.verrekening_antwoord TO portal_app;
