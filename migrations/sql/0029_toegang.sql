CREATE TABLE portal.persoon (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  naam TEXT NOT NULL,
  geboren_on DATE NOT NULL,
  adres TEXT NOT NULL,
  contact TEXT NOT NULL,
  bsn_gesloten BYTEA,
  bsn_kenmerk BYTEA,
  bsn_bron TEXT,
  bsn_gecontroleerd_on DATE,
  afgeschermd BOOLEAN NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_persoon PRIMARY KEY (id),
  CONSTRAINT uq_persoon_party_id_id UNIQUE (party_id, id),
  CONSTRAINT uq_persoon_party_id_bsn_kenmerk UNIQUE (party_id, bsn_kenmerk),
  CONSTRAINT ck_persoon_bsn_bron_bekend CHECK (bsn_bron IN ('brp', 'document')),
  CONSTRAINT ck_persoon_bsn_met_kenmerk CHECK ((bsn_gesloten IS NULL) = (bsn_kenmerk IS NULL)),
  CONSTRAINT ck_persoon_bsn_met_bron CHECK ((bsn_bron IS NULL) = (bsn_gecontroleerd_on IS NULL) AND (bsn_bron IS NULL) = (bsn_gesloten IS NULL)),
  CONSTRAINT ck_persoon_kenmerk_lengte CHECK (octet_length(bsn_kenmerk) = 32),
  CONSTRAINT ck_persoon_met_naam CHECK (naam <> ''),
  CONSTRAINT fk_persoon_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id)
);
ALTER TABLE portal.persoon ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.persoon FORCE ROW LEVEL SECURITY;
CREATE POLICY persoon_eigenaar ON portal.persoon TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY persoon_select ON portal.persoon FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.persoon TO portal_app;
CREATE POLICY persoon_insert ON portal.persoon FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.persoon TO portal_app;
CREATE POLICY persoon_update ON portal.persoon FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (naam, adres, contact, bsn_gesloten, bsn_kenmerk, bsn_bron, bsn_gecontroleerd_on, afgeschermd) ON portal.persoon TO portal_app;

CREATE TABLE portal.toegang (
  id UUID NOT NULL,
  gemeente_id UUID NOT NULL,
  persoon_id UUID NOT NULL,
  melder TEXT NOT NULL,
  gemeld_on DATE NOT NULL,
  spoed BOOLEAN NOT NULL,
  ondersteuning_on DATE,
  plan_on DATE,
  verslag_on DATE,
  aanvraag_on DATE,
  CONSTRAINT pk_toegang PRIMARY KEY (id),
  CONSTRAINT fk_toegang_gemeente_id_persoon_id FOREIGN KEY(gemeente_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT ck_toegang_melder_bekend CHECK (melder IN ('inwoner', 'naaste', 'aanbieder', 'ander')),
  CONSTRAINT ck_toegang_na_melding CHECK (verslag_on >= gemeld_on AND aanvraag_on >= gemeld_on AND ondersteuning_on >= gemeld_on AND plan_on >= gemeld_on),
  CONSTRAINT fk_toegang_id FOREIGN KEY(id) REFERENCES portal.dossier (id)
);
CREATE INDEX ix_toegang_persoon ON portal.toegang (persoon_id);
ALTER TABLE portal.toegang ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.toegang FORCE ROW LEVEL SECURITY;
CREATE POLICY toegang_eigenaar ON portal.toegang TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY toegang_select ON portal.toegang FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toegang.id));
GRANT SELECT ON portal.toegang TO portal_app;
CREATE POLICY toegang_insert ON portal.toegang FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toegang.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toegang') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party()));
GRANT INSERT ON portal.toegang TO portal_app;
CREATE POLICY toegang_update ON portal.toegang FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toegang.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toegang') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party())) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toegang.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toegang') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party()));
GRANT UPDATE (ondersteuning_on, plan_on, verslag_on, aanvraag_on) ON portal.toegang TO portal_app;

CREATE TABLE portal.onderzoek (
  hulpvraag TEXT NOT NULL,
  antwoorden JSONB NOT NULL,
  tijdelijk TEXT NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gewijzigd_by UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_onderzoek PRIMARY KEY (id),
  CONSTRAINT fk_onderzoek_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_onderzoek_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_onderzoek_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_onderzoek_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_onderzoek_dossier ON portal.onderzoek (dossier_id);
ALTER TABLE portal.onderzoek ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.onderzoek FORCE ROW LEVEL SECURITY;
CREATE POLICY onderzoek_eigenaar ON portal.onderzoek TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY onderzoek_select ON portal.onderzoek FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.onderzoek TO portal_app;
CREATE POLICY onderzoek_insert ON portal.onderzoek FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.onderzoek TO portal_app;
CREATE POLICY onderzoek_update ON portal.onderzoek FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (antwoorden, tijdelijk, gewijzigd_at, gewijzigd_by) ON portal.onderzoek TO portal_app;

CREATE TABLE portal.randvoorwaarde (
  soort TEXT NOT NULL,
  stand TEXT NOT NULL,
  toelichting TEXT NOT NULL,
  sinds_on DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_randvoorwaarde PRIMARY KEY (id),
  CONSTRAINT fk_randvoorwaarde_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_randvoorwaarde_dossier_id_soort UNIQUE (dossier_id, soort),
  CONSTRAINT ck_randvoorwaarde_stand_bekend CHECK (stand IN ('open', 'geregeld', 'niet_nodig')),
  CONSTRAINT fk_randvoorwaarde_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_randvoorwaarde_dossier ON portal.randvoorwaarde (dossier_id);
ALTER TABLE portal.randvoorwaarde ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.randvoorwaarde FORCE ROW LEVEL SECURITY;
CREATE POLICY randvoorwaarde_eigenaar ON portal.randvoorwaarde TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY randvoorwaarde_select ON portal.randvoorwaarde FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.randvoorwaarde TO portal_app;
CREATE POLICY randvoorwaarde_insert ON portal.randvoorwaarde FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.randvoorwaarde TO portal_app;
CREATE POLICY randvoorwaarde_update ON portal.randvoorwaarde FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (stand, toelichting, sinds_on) ON portal.randvoorwaarde TO portal_app;
