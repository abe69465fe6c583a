CREATE TABLE portal.bewakingsperiode (
  uiterlijk_on DATE NOT NULL,
  uitkomst TEXT NOT NULL,
  afgerond_on DATE,
  afgerond_by UUID,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_bewakingsperiode PRIMARY KEY (id),
  CONSTRAINT fk_bewakingsperiode_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_bewakingsperiode_dossier_id_uiterlijk_on UNIQUE (dossier_id, uiterlijk_on),
  CONSTRAINT ck_bewakingsperiode_afgerond_met_uitkomst CHECK ((afgerond_on IS NOT NULL) = (uitkomst <> '') AND (afgerond_on IS NOT NULL) = (afgerond_by IS NOT NULL)),
  CONSTRAINT fk_bewakingsperiode_afgerond_by FOREIGN KEY(afgerond_by) REFERENCES portal.account (id),
  CONSTRAINT fk_bewakingsperiode_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_bewakingsperiode_dossier ON portal.bewakingsperiode (dossier_id);
ALTER TABLE portal.bewakingsperiode ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.bewakingsperiode FORCE ROW LEVEL SECURITY;
CREATE POLICY bewakingsperiode_eigenaar ON portal.bewakingsperiode TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY bewakingsperiode_select ON portal.bewakingsperiode FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.bewakingsperiode TO portal_app;
CREATE POLICY bewakingsperiode_insert ON portal.bewakingsperiode FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND afgerond_on IS NULL);
GRANT INSERT ON portal.bewakingsperiode TO portal_app;
CREATE POLICY bewakingsperiode_update ON portal.bewakingsperiode FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (uitkomst, afgerond_on, afgerond_by) ON portal.bewakingsperiode TO portal_app;

CREATE TABLE portal.bewaking (
  id UUID NOT NULL,
  regeling_id UUID,
  ritme TEXT NOT NULL,
  begint_on DATE NOT NULL,
  volgende_on DATE NOT NULL,
  toelichting TEXT NOT NULL,
  bron TEXT NOT NULL,
  gestopt_reden TEXT NOT NULL,
  CONSTRAINT pk_bewaking PRIMARY KEY (id),
  CONSTRAINT ck_bewaking_ritme_bekend CHECK (ritme IN ('maand', 'kwartaal', 'jaar')),
  CONSTRAINT ck_bewaking_volgende_na_begin CHECK (volgende_on >= begint_on),
  CONSTRAINT fk_bewaking_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_bewaking_regeling_id FOREIGN KEY(regeling_id) REFERENCES portal.regeling (id)
);
CREATE INDEX ix_bewaking_regeling ON portal.bewaking (regeling_id);
CREATE INDEX ix_bewaking_volgende ON portal.bewaking (volgende_on);
ALTER TABLE portal.bewaking ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.bewaking FORCE ROW LEVEL SECURITY;
CREATE POLICY bewaking_eigenaar ON portal.bewaking TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY bewaking_select ON portal.bewaking FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bewaking.id));
GRANT SELECT ON portal.bewaking TO portal_app;
CREATE POLICY bewaking_insert ON portal.bewaking FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bewaking.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bewaking') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.bewaking TO portal_app;
CREATE POLICY bewaking_update ON portal.bewaking FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bewaking.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bewaking') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bewaking.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bewaking') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (volgende_on, toelichting, gestopt_reden) ON portal.bewaking TO portal_app;

