CREATE TABLE portal.bezwaar (
  id UUID NOT NULL,
  subsidie_id UUID NOT NULL,
  besluit_id UUID NOT NULL,
  indiening_id UUID NOT NULL,
  ontvangen_on DATE NOT NULL,
  tijdig BOOLEAN NOT NULL,
  commissie BOOLEAN NOT NULL,
  verzuim_verlopen BOOLEAN NOT NULL,
  gehoord_on DATE,
  verslag TEXT NOT NULL,
  niet_horen TEXT NOT NULL,
  uitkomst TEXT NOT NULL,
  beslissing_id UUID,
  CONSTRAINT pk_bezwaar PRIMARY KEY (id),
  CONSTRAINT uq_bezwaar_indiening_id UNIQUE (indiening_id),
  CONSTRAINT ck_bezwaar_uitkomst_met_beslissing CHECK ((uitkomst = '') = (beslissing_id IS NULL)),
  CONSTRAINT fk_bezwaar_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_bezwaar_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_bezwaar_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT fk_bezwaar_indiening_id FOREIGN KEY(indiening_id) REFERENCES portal.indiening (id),
  CONSTRAINT fk_bezwaar_beslissing_id FOREIGN KEY(beslissing_id) REFERENCES portal.besluit (id)
);
CREATE INDEX ix_bezwaar_besluit ON portal.bezwaar (besluit_id);
CREATE INDEX ix_bezwaar_subsidie ON portal.bezwaar (subsidie_id);
ALTER TABLE portal.bezwaar ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.bezwaar FORCE ROW LEVEL SECURITY;
CREATE POLICY bezwaar_eigenaar ON portal.bezwaar TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY bezwaar_select ON portal.bezwaar FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bezwaar.id));
GRANT SELECT ON portal.bezwaar TO portal_app;
CREATE POLICY bezwaar_insert ON portal.bezwaar FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bezwaar.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bezwaar') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.bezwaar TO portal_app;
CREATE POLICY bezwaar_update ON portal.bezwaar FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bezwaar.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bezwaar') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = bezwaar.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'bezwaar') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (commissie, verzuim_verlopen, gehoord_on, verslag, niet_horen, uitkomst, beslissing_id) ON portal.bezwaar TO portal_app;

