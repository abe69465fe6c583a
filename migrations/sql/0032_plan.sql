CREATE TABLE portal.clientresultaat (
  domein TEXT NOT NULL,
  wat TEXT NOT NULL,
  sinds_on DATE NOT NULL,
  vervallen_on DATE,
  door UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_clientresultaat PRIMARY KEY (id),
  CONSTRAINT fk_clientresultaat_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_clientresultaat_met_wat CHECK (wat <> ''),
  CONSTRAINT ck_clientresultaat_vervallen_na_sinds CHECK (vervallen_on >= sinds_on),
  CONSTRAINT fk_clientresultaat_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_clientresultaat_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_clientresultaat_dossier ON portal.clientresultaat (dossier_id);

CREATE TABLE portal.uitwerking (
  resultaat_id UUID NOT NULL,
  versie INTEGER NOT NULL,
  hoe TEXT NOT NULL,
  met_wie TEXT NOT NULL,
  op_on DATE NOT NULL,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_uitwerking PRIMARY KEY (id),
  CONSTRAINT fk_uitwerking_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_uitwerking_resultaat_id_versie UNIQUE (resultaat_id, versie),
  CONSTRAINT ck_uitwerking_heel CHECK (hoe <> '' AND met_wie <> '' AND versie > 0),
  CONSTRAINT fk_uitwerking_resultaat_id FOREIGN KEY(resultaat_id) REFERENCES portal.clientresultaat (id),
  CONSTRAINT fk_uitwerking_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_uitwerking_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_uitwerking_dossier ON portal.uitwerking (dossier_id);

CREATE TABLE portal.voortgang (
  soort TEXT NOT NULL,
  op_on DATE NOT NULL,
  besproken TEXT NOT NULL,
  door UUID NOT NULL,
  bevestigd_on DATE,
  bevestigd_by UUID,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_voortgang PRIMARY KEY (id),
  CONSTRAINT fk_voortgang_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_voortgang_soort_bekend CHECK (soort IN ('voortgang', 'tussenevaluatie', 'eindevaluatie')),
  CONSTRAINT ck_voortgang_met_besproken CHECK (besproken <> ''),
  CONSTRAINT ck_voortgang_bevestigd_heel CHECK ((bevestigd_on IS NULL) = (bevestigd_by IS NULL)),
  CONSTRAINT fk_voortgang_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_voortgang_bevestigd_by FOREIGN KEY(bevestigd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_voortgang_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_voortgang_dossier ON portal.voortgang (dossier_id);

CREATE TABLE portal.voortgangscore (
  voortgang_id UUID NOT NULL,
  resultaat_id UUID NOT NULL,
  score TEXT NOT NULL,
  woorden TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_voortgangscore PRIMARY KEY (id),
  CONSTRAINT fk_voortgangscore_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_voortgangscore_voortgang_id_resultaat_id UNIQUE (voortgang_id, resultaat_id),
  CONSTRAINT ck_voortgangscore_met_woorden CHECK (woorden <> ''),
  CONSTRAINT fk_voortgangscore_voortgang_id FOREIGN KEY(voortgang_id) REFERENCES portal.voortgang (id),
  CONSTRAINT fk_voortgangscore_resultaat_id FOREIGN KEY(resultaat_id) REFERENCES portal.clientresultaat (id),
  CONSTRAINT fk_voortgangscore_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_voortgangscore_dossier ON portal.voortgangscore (dossier_id);

CREATE TABLE portal.uitkomst (
  doelrealisatie JSONB NOT NULL,
  uitval BOOLEAN NOT NULL,
  uitval_reden TEXT NOT NULL,
  tevredenheid INTEGER,
  tevredenheid_niet TEXT NOT NULL,
  op_on DATE NOT NULL,
  opvolgen_on DATE NOT NULL,
  nieuwe_start TEXT,
  nieuwe_start_on DATE,
  nieuwe_start_reden TEXT NOT NULL,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_uitkomst PRIMARY KEY (id),
  CONSTRAINT fk_uitkomst_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_uitkomst_dossier_id UNIQUE (dossier_id),
  CONSTRAINT ck_uitkomst_nieuwe_start_bekend CHECK (nieuwe_start IN ('ja', 'nee', 'onbekend')),
  CONSTRAINT ck_uitkomst_uitval_met_reden CHECK (uitval = (uitval_reden <> '')),
  CONSTRAINT ck_uitkomst_tevredenheid_kan CHECK (tevredenheid BETWEEN 1 AND 10),
  CONSTRAINT ck_uitkomst_tevredenheid_of_reden CHECK ((tevredenheid IS NULL) = (tevredenheid_niet <> '')),
  CONSTRAINT ck_uitkomst_opvolgen_op_tijd CHECK ((nieuwe_start IS NULL) = (nieuwe_start_on IS NULL) AND (nieuwe_start_on IS NULL OR nieuwe_start_on >= opvolgen_on)),
  CONSTRAINT ck_uitkomst_onbekend_met_reden CHECK (nieuwe_start IS DISTINCT FROM 'onbekend' OR nieuwe_start_reden <> ''),
  CONSTRAINT fk_uitkomst_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_uitkomst_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_uitkomst_dossier ON portal.uitkomst (dossier_id);

ALTER TABLE portal.clientresultaat ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.clientresultaat FORCE ROW LEVEL SECURITY;
CREATE POLICY clientresultaat_eigenaar ON portal.clientresultaat TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY clientresultaat_select ON portal.clientresultaat FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')));
GRANT SELECT ON portal.clientresultaat TO portal_app;
CREATE POLICY clientresultaat_insert ON portal.clientresultaat FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.verblijf v WHERE v.id = dossier_id));
GRANT INSERT ON portal.clientresultaat TO portal_app;
CREATE POLICY clientresultaat_update ON portal.clientresultaat FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (vervallen_on) ON portal.clientresultaat TO portal_app;

ALTER TABLE portal.uitwerking ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.uitwerking FORCE ROW LEVEL SECURITY;
CREATE POLICY uitwerking_eigenaar ON portal.uitwerking TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY uitwerking_select ON portal.uitwerking FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')));
GRANT SELECT ON portal.uitwerking TO portal_app;
CREATE POLICY uitwerking_insert ON portal.uitwerking FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')) AND EXISTS (SELECT 1 FROM portal.clientresultaat r WHERE r.id = resultaat_id AND r.dossier_id = uitwerking.dossier_id AND r.vervallen_on IS NULL));
GRANT INSERT ON portal.uitwerking TO portal_app;

ALTER TABLE portal.voortgang ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.voortgang FORCE ROW LEVEL SECURITY;
CREATE POLICY voortgang_eigenaar ON portal.voortgang TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY voortgang_select ON portal.voortgang FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')));
GRANT SELECT ON portal.voortgang TO portal_app;
CREATE POLICY voortgang_insert ON portal.voortgang FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND ((eigenaar_id = (SELECT portal.party()) AND bevestigd_by = (SELECT portal.user_id())) OR (bevestigd_by IS NULL AND EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')))));
GRANT INSERT ON portal.voortgang TO portal_app;
CREATE POLICY voortgang_update ON portal.voortgang FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND (bevestigd_by IS NULL OR bevestigd_by = (SELECT portal.user_id()))) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND (bevestigd_by IS NULL OR bevestigd_by = (SELECT portal.user_id())));
GRANT UPDATE (bevestigd_on, bevestigd_by) ON portal.voortgang TO portal_app;

ALTER TABLE portal.voortgangscore ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.voortgangscore FORCE ROW LEVEL SECURITY;
CREATE POLICY voortgangscore_eigenaar ON portal.voortgangscore TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY voortgangscore_select ON portal.voortgangscore FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')));
GRANT SELECT ON portal.voortgangscore TO portal_app;
CREATE POLICY voortgangscore_insert ON portal.voortgangscore FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.voortgang g WHERE g.id = voortgang_id AND g.party_id = (SELECT portal.party()) AND g.dossier_id = voortgangscore.dossier_id AND (g.eigenaar_id = (SELECT portal.party()) OR g.bevestigd_on IS NULL)) AND EXISTS (SELECT 1 FROM portal.clientresultaat r WHERE r.id = resultaat_id AND r.dossier_id = voortgangscore.dossier_id));
GRANT INSERT ON portal.voortgangscore TO portal_app;

ALTER TABLE portal.uitkomst ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.uitkomst FORCE ROW LEVEL SECURITY;
CREATE POLICY uitkomst_eigenaar ON portal.uitkomst TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY uitkomst_select ON portal.uitkomst FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.uitkomst TO portal_app;
CREATE POLICY uitkomst_insert ON portal.uitkomst FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.plaatsing p WHERE p.id = dossier_id));
GRANT INSERT ON portal.uitkomst TO portal_app;
CREATE POLICY uitkomst_update ON portal.uitkomst FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (doelrealisatie, uitval, uitval_reden, tevredenheid, tevredenheid_niet, op_on, opvolgen_on, nieuwe_start, nieuwe_start_on, nieuwe_start_reden, door) ON portal.uitkomst TO portal_app;
