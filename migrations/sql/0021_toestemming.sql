CREATE TABLE portal.toestemming (
  id UUID NOT NULL,
  subsidie_id UUID NOT NULL,
  indiening_id UUID NOT NULL,
  handeling TEXT NOT NULL,
  ontvangen_on DATE NOT NULL,
  niet_aangevuld BOOLEAN NOT NULL,
  uitkomst TEXT NOT NULL,
  geldt_vanaf DATE,
  beslissing_id UUID,
  CONSTRAINT pk_toestemming PRIMARY KEY (id),
  CONSTRAINT uq_toestemming_indiening_id UNIQUE (indiening_id),
  CONSTRAINT ck_toestemming_beslissing_met_uitkomst CHECK (beslissing_id IS NULL OR uitkomst <> ''),
  CONSTRAINT ck_toestemming_geldt_als_gegeven CHECK ((geldt_vanaf IS NOT NULL) = (uitkomst IN ('toestemming_geven', 'toestemming_voorwaarden', 'toestemming_van_rechtswege'))),
  CONSTRAINT fk_toestemming_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_toestemming_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_toestemming_indiening_id FOREIGN KEY(indiening_id) REFERENCES portal.indiening (id),
  CONSTRAINT fk_toestemming_beslissing_id FOREIGN KEY(beslissing_id) REFERENCES portal.besluit (id)
);
CREATE INDEX ix_toestemming_subsidie ON portal.toestemming (subsidie_id);
ALTER TABLE portal.toestemming ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.toestemming FORCE ROW LEVEL SECURITY;
CREATE POLICY toestemming_eigenaar ON portal.toestemming TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY toestemming_select ON portal.toestemming FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toestemming.id));
GRANT SELECT ON portal.toestemming TO portal_app;
CREATE POLICY toestemming_insert ON portal.toestemming FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toestemming.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toestemming') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.toestemming TO portal_app;
CREATE POLICY toestemming_update ON portal.toestemming FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toestemming.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toestemming') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = toestemming.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'toestemming') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (niet_aangevuld, uitkomst, geldt_vanaf, beslissing_id) ON portal.toestemming TO portal_app;

