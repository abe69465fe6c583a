CREATE TABLE portal.aantekening (
  stap TEXT NOT NULL,
  tekst TEXT NOT NULL,
  geschreven_by UUID NOT NULL,
  geschreven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_aantekening PRIMARY KEY (id),
  CONSTRAINT fk_aantekening_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT fk_aantekening_geschreven_by FOREIGN KEY(geschreven_by) REFERENCES portal.account (id),
  CONSTRAINT fk_aantekening_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_aantekening_dossier ON portal.aantekening (dossier_id);
ALTER TABLE portal.aantekening ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.aantekening FORCE ROW LEVEL SECURITY;
CREATE POLICY aantekening_eigenaar ON portal.aantekening TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY aantekening_select ON portal.aantekening FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.aantekening TO portal_app;
CREATE POLICY aantekening_insert ON portal.aantekening FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND geschreven_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.aantekening TO portal_app;

CREATE TABLE portal.beoordeling (
  criterium TEXT NOT NULL,
  punten NUMERIC(5, 2) NOT NULL,
  motivering TEXT NOT NULL,
  beoordelaar_id UUID NOT NULL,
  beoordeeld_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_beoordeling PRIMARY KEY (id),
  CONSTRAINT fk_beoordeling_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_beoordeling_dossier_id_criterium UNIQUE (dossier_id, criterium),
  CONSTRAINT ck_beoordeling_niet_negatief CHECK (punten >= 0),
  CONSTRAINT ck_beoordeling_met_motivering CHECK (length(motivering) >= 10),
  CONSTRAINT fk_beoordeling_beoordelaar_id FOREIGN KEY(beoordelaar_id) REFERENCES portal.account (id),
  CONSTRAINT fk_beoordeling_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_beoordeling_dossier ON portal.beoordeling (dossier_id);
ALTER TABLE portal.beoordeling ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.beoordeling FORCE ROW LEVEL SECURITY;
CREATE POLICY beoordeling_eigenaar ON portal.beoordeling TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY beoordeling_select ON portal.beoordeling FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.beoordeling TO portal_app;
CREATE POLICY beoordeling_insert ON portal.beoordeling FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND beoordelaar_id = (SELECT portal.user_id()));
GRANT INSERT ON portal.beoordeling TO portal_app;
CREATE POLICY beoordeling_update ON portal.beoordeling FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND beoordelaar_id = (SELECT portal.user_id())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND beoordelaar_id = (SELECT portal.user_id()));
GRANT UPDATE ON portal.beoordeling TO portal_app;
CREATE POLICY beoordeling_delete ON portal.beoordeling FOR DELETE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT DELETE ON portal.beoordeling TO portal_app;

CREATE TABLE portal.maximum (
  product TEXT NOT NULL,
  jaar INTEGER NOT NULL,
  per TEXT NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  besluit TEXT NOT NULL,
  van DATE NOT NULL,
  tot DATE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_maximum PRIMARY KEY (id),
  CONSTRAINT fk_maximum_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_maximum_dossier_id_product_jaar_van UNIQUE (dossier_id, product, jaar, van),
  CONSTRAINT ck_maximum_per_bekend CHECK (per IN ('eenheid', 'subsidie')),
  CONSTRAINT ck_maximum_boven_nul CHECK (bedrag > 0),
  CONSTRAINT ck_maximum_tot_na_van CHECK (tot IS NULL OR tot > van),
  CONSTRAINT fk_maximum_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_maximum_dossier ON portal.maximum (dossier_id);
ALTER TABLE portal.maximum ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.maximum FORCE ROW LEVEL SECURITY;
CREATE POLICY maximum_eigenaar ON portal.maximum TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY maximum_select ON portal.maximum FOR SELECT TO portal_app USING (true);
GRANT SELECT ON portal.maximum TO portal_app;
CREATE POLICY maximum_insert ON portal.maximum FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.maximum TO portal_app;
CREATE POLICY maximum_update ON portal.maximum FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (tot) ON portal.maximum TO portal_app;

CREATE TABLE portal.plafond (
  van DATE NOT NULL,
  tot DATE NOT NULL,
  orgaan TEXT NOT NULL,
  vastgesteld_on DATE NOT NULL,
  bekendgemaakt_on DATE NOT NULL,
  vindplaats TEXT NOT NULL,
  met_voorbehoud BOOLEAN NOT NULL,
  bedrag NUMERIC(14, 2) DEFAULT 0 NOT NULL,
  gereserveerd NUMERIC(14, 2) DEFAULT 0 NOT NULL,
  vastgelegd NUMERIC(14, 2) DEFAULT 0 NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_plafond PRIMARY KEY (id),
  CONSTRAINT fk_plafond_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_plafond_dossier_id_van UNIQUE (dossier_id, van),
  CONSTRAINT uq_plafond_dossier_id_id UNIQUE (dossier_id, id),
  CONSTRAINT ck_plafond_van_voor_tot CHECK (van < tot),
  CONSTRAINT ck_plafond_niet_negatief CHECK (bedrag >= 0 AND gereserveerd >= 0 AND vastgelegd >= 0),
  CONSTRAINT fk_plafond_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_plafond_dossier ON portal.plafond (dossier_id);
ALTER TABLE portal.plafond ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.plafond FORCE ROW LEVEL SECURITY;
CREATE POLICY plafond_eigenaar ON portal.plafond TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY plafond_select ON portal.plafond FOR SELECT TO portal_app USING (bekendgemaakt_on <= (SELECT (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date) OR eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.plafond TO portal_app;
CREATE POLICY plafond_insert ON portal.plafond FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, van, tot, orgaan, vastgesteld_on, bekendgemaakt_on, vindplaats, met_voorbehoud) ON portal.plafond TO portal_app;

CREATE TABLE portal.regeling (
  id UUID NOT NULL,
  verband_id UUID,
  omschrijving TEXT NOT NULL,
  doelgroep TEXT NOT NULL,
  verordening TEXT NOT NULL,
  artikel TEXT NOT NULL,
  grondslag TEXT NOT NULL,
  motivering TEXT NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  opent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  sluit_at TIMESTAMP WITH TIME ZONE NOT NULL,
  verdeling TEXT NOT NULL,
  volgorde_compleet BOOLEAN NOT NULL,
  afdeling_4_2_8 BOOLEAN NOT NULL,
  staatssteun TEXT NOT NULL,
  beslistermijn_weken INTEGER,
  beslistermijn_artikel TEXT NOT NULL,
  nadere_regel BOOLEAN NOT NULL,
  hersteltermijn_dagen INTEGER NOT NULL,
  medeondertekenen BOOLEAN NOT NULL,
  tweede_lezer_vanaf NUMERIC(14, 2) NOT NULL,
  financiering JSONB NOT NULL,
  verrekening JSONB,
  inrichting JSONB NOT NULL,
  CONSTRAINT pk_regeling PRIMARY KEY (id),
  CONSTRAINT ck_regeling_grondslag_bekend CHECK (grondslag IN ('wettelijk', 'spoed', 'europees', 'begroting', 'incidenteel')),
  CONSTRAINT ck_regeling_verdeling_bekend CHECK (verdeling IN ('volgorde', 'tender', 'loting')),
  CONSTRAINT ck_regeling_staatssteun_bekend CHECK (staatssteun IN ('geen', 'de_minimis', 'daeb')),
  CONSTRAINT ck_regeling_van_voor_tot CHECK (van < tot),
  CONSTRAINT ck_regeling_opent_voor_sluiting CHECK (opent_at < sluit_at),
  CONSTRAINT ck_regeling_weken_bekend CHECK (beslistermijn_weken IS NULL OR beslistermijn_weken BETWEEN 1 AND 52),
  CONSTRAINT ck_regeling_termijn_met_artikel CHECK ((beslistermijn_weken IS NULL) OR beslistermijn_artikel <> ''),
  CONSTRAINT ck_regeling_herstel_bekend CHECK (hersteltermijn_dagen BETWEEN 1 AND 90),
  CONSTRAINT ck_regeling_met_verordening CHECK (grondslag <> 'wettelijk' OR (verordening <> '' AND artikel <> '')),
  CONSTRAINT ck_regeling_zonder_verordening_met_reden CHECK (grondslag = 'wettelijk' OR motivering <> ''),
  CONSTRAINT ck_regeling_incidenteel_vier_jaar CHECK (grondslag <> 'incidenteel' OR tot <= van + interval '4 years'),
  CONSTRAINT ck_regeling_grens_niet_negatief CHECK (tweede_lezer_vanaf >= 0),
  CONSTRAINT fk_regeling_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_regeling_verband_id FOREIGN KEY(verband_id) REFERENCES portal.samenwerkingsverband (id)
);
ALTER TABLE portal.regeling ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.regeling FORCE ROW LEVEL SECURITY;
CREATE POLICY regeling_eigenaar ON portal.regeling TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY regeling_select ON portal.regeling FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = regeling.id));
GRANT SELECT ON portal.regeling TO portal_app;
CREATE POLICY regeling_insert ON portal.regeling FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = regeling.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'regeling') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.regeling TO portal_app;
CREATE POLICY regeling_update ON portal.regeling FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = regeling.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'regeling') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = regeling.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'regeling') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE ON portal.regeling TO portal_app;

CREATE TABLE portal.regeling_publicatie (
  versie INTEGER NOT NULL,
  reference TEXT NOT NULL,
  titel TEXT NOT NULL,
  inhoud JSONB NOT NULL,
  opent_at TIMESTAMP WITH TIME ZONE NOT NULL,
  sluit_at TIMESTAMP WITH TIME ZONE NOT NULL,
  gepubliceerd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_regeling_publicatie PRIMARY KEY (id),
  CONSTRAINT fk_regeling_publicatie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_regeling_publicatie_dossier_id_versie UNIQUE (dossier_id, versie),
  CONSTRAINT fk_regeling_publicatie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_regeling_publicatie_dossier ON portal.regeling_publicatie (dossier_id);
CREATE INDEX ix_regeling_publicatie_gepubliceerd ON portal.regeling_publicatie (gepubliceerd_at, id);
ALTER TABLE portal.regeling_publicatie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.regeling_publicatie FORCE ROW LEVEL SECURITY;
CREATE POLICY regeling_publicatie_eigenaar ON portal.regeling_publicatie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY regeling_publicatie_select ON portal.regeling_publicatie FOR SELECT TO portal_app USING (gepubliceerd_at <= (SELECT portal.now()) OR eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.regeling_publicatie TO portal_app;
CREATE POLICY regeling_publicatie_insert ON portal.regeling_publicatie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, versie, reference, titel, inhoud, opent_at, sluit_at) ON portal.regeling_publicatie TO portal_app;

CREATE TABLE portal.voorstel (
  uitkomst TEXT NOT NULL,
  grond TEXT NOT NULL,
  motivering TEXT NOT NULL,
  bedrag NUMERIC(14, 2),
  methode TEXT NOT NULL,
  maximum NUMERIC(14, 2),
  aantal NUMERIC(12, 2),
  tarief NUMERIC(14, 2),
  van DATE,
  tot DATE,
  termijnen JSONB NOT NULL,
  eigen_feiten BOOLEAN,
  horen TEXT NOT NULL,
  staatssteun TEXT NOT NULL,
  geschreven_by UUID[] DEFAULT '{}' NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_voorstel PRIMARY KEY (id),
  CONSTRAINT fk_voorstel_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_voorstel_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_voorstel_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_voorstel_dossier ON portal.voorstel (dossier_id);
ALTER TABLE portal.voorstel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.voorstel FORCE ROW LEVEL SECURITY;
CREATE POLICY voorstel_eigenaar ON portal.voorstel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY voorstel_select ON portal.voorstel FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.voorstel TO portal_app;
CREATE POLICY voorstel_insert ON portal.voorstel FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.voorstel TO portal_app;
CREATE POLICY voorstel_update ON portal.voorstel FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.voorstel TO portal_app;
CREATE POLICY voorstel_delete ON portal.voorstel FOR DELETE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT DELETE ON portal.voorstel TO portal_app;

CREATE TABLE portal.aanvraag (
  id UUID NOT NULL,
  regeling_id UUID NOT NULL,
  publicatie_id UUID NOT NULL,
  gegevens JSONB NOT NULL,
  gewijzigd_by UUID[] DEFAULT '{}' NOT NULL,
  ondertekend_by UUID,
  ondertekend_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_aanvraag PRIMARY KEY (id),
  CONSTRAINT uq_aanvraag_regeling_id_id UNIQUE (regeling_id, id),
  CONSTRAINT ck_aanvraag_ondertekend_heeft_wie CHECK ((ondertekend_by IS NULL) = (ondertekend_at IS NULL)),
  CONSTRAINT fk_aanvraag_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_aanvraag_regeling_id FOREIGN KEY(regeling_id) REFERENCES portal.regeling (id),
  CONSTRAINT fk_aanvraag_publicatie_id FOREIGN KEY(publicatie_id) REFERENCES portal.regeling_publicatie (id),
  CONSTRAINT fk_aanvraag_ondertekend_by FOREIGN KEY(ondertekend_by) REFERENCES portal.account (id)
);
ALTER TABLE portal.aanvraag ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.aanvraag FORCE ROW LEVEL SECURITY;
CREATE POLICY aanvraag_eigenaar ON portal.aanvraag TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY aanvraag_select ON portal.aanvraag FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = (SELECT portal.party())));
GRANT SELECT ON portal.aanvraag TO portal_app;
CREATE POLICY aanvraag_insert ON portal.aanvraag FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'aanvraag'));
GRANT INSERT ON portal.aanvraag TO portal_app;
CREATE POLICY aanvraag_update ON portal.aanvraag FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = aanvraag.id AND d.eigenaar_id = (SELECT portal.party())));
GRANT UPDATE (gegevens, gewijzigd_by, ondertekend_by, ondertekend_at) ON portal.aanvraag TO portal_app;

CREATE TABLE portal.aanvraag_document (
  code TEXT NOT NULL,
  document_id UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_aanvraag_document PRIMARY KEY (id),
  CONSTRAINT fk_aanvraag_document_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_aanvraag_document_dossier_id_code UNIQUE (dossier_id, code),
  CONSTRAINT fk_aanvraag_document_document_id FOREIGN KEY(document_id) REFERENCES portal.document (id),
  CONSTRAINT fk_aanvraag_document_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_aanvraag_document_dossier ON portal.aanvraag_document (dossier_id);
ALTER TABLE portal.aanvraag_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.aanvraag_document FORCE ROW LEVEL SECURITY;
CREATE POLICY aanvraag_document_eigenaar ON portal.aanvraag_document TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY aanvraag_document_select ON portal.aanvraag_document FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.aanvraag_document TO portal_app;
CREATE POLICY aanvraag_document_insert ON portal.aanvraag_document FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.aanvraag_document TO portal_app;
CREATE POLICY aanvraag_document_update ON portal.aanvraag_document FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.aanvraag_document TO portal_app;
CREATE POLICY aanvraag_document_delete ON portal.aanvraag_document FOR DELETE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT DELETE ON portal.aanvraag_document TO portal_app;

CREATE TABLE portal.geschiktheidscheck (
  id UUID NOT NULL,
  publicatie_id UUID NOT NULL,
  code TEXT NOT NULL,
  antwoorden JSONB NOT NULL,
  geschikt BOOLEAN NOT NULL,
  gedaan_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_geschiktheidscheck PRIMARY KEY (id),
  CONSTRAINT fk_geschiktheidscheck_publicatie_id FOREIGN KEY(publicatie_id) REFERENCES portal.regeling_publicatie (id),
  CONSTRAINT uq_geschiktheidscheck_code UNIQUE (code)
);
CREATE INDEX ix_geschiktheidscheck_publicatie ON portal.geschiktheidscheck (publicatie_id);
ALTER TABLE portal.geschiktheidscheck ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.geschiktheidscheck FORCE ROW LEVEL SECURITY;
CREATE POLICY geschiktheidscheck_eigenaar ON portal.geschiktheidscheck TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY geschiktheidscheck_select ON portal.geschiktheidscheck FOR SELECT TO portal_app USING (true);
GRANT SELECT ON portal.geschiktheidscheck TO portal_app;
CREATE POLICY geschiktheidscheck_insert ON portal.geschiktheidscheck FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.regeling_publicatie p WHERE p.id = publicatie_id AND p.gepubliceerd_at <= (SELECT portal.now())));
GRANT INSERT (id, publicatie_id, code, antwoorden, geschikt) ON portal.geschiktheidscheck TO portal_app;

CREATE TABLE portal.indiening (
  soort TEXT NOT NULL,
  regeling_id UUID NOT NULL,
  volgnummer INTEGER,
  inhoud JSONB NOT NULL,
  vingerafdruk TEXT NOT NULL,
  ontvangst_nummer TEXT NOT NULL,
  verzonden_by UUID,
  papier_on DATE,
  ontvangen_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_indiening PRIMARY KEY (id),
  CONSTRAINT fk_indiening_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_indiening_soort_bekend CHECK (soort IN ('aanvraag', 'aanvulling', 'intrekking', 'zienswijze')),
  CONSTRAINT uq_indiening_regeling_id_volgnummer UNIQUE (regeling_id, volgnummer),
  CONSTRAINT ck_indiening_aanvraag_met_volgnummer CHECK ((soort = 'aanvraag') = (volgnummer IS NOT NULL)),
  CONSTRAINT fk_indiening_regeling_id FOREIGN KEY(regeling_id) REFERENCES portal.regeling (id),
  CONSTRAINT uq_indiening_ontvangst_nummer UNIQUE (ontvangst_nummer),
  CONSTRAINT fk_indiening_verzonden_by FOREIGN KEY(verzonden_by) REFERENCES portal.account (id),
  CONSTRAINT fk_indiening_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_indiening_dossier ON portal.indiening (dossier_id);
ALTER TABLE portal.indiening ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.indiening FORCE ROW LEVEL SECURITY;
CREATE POLICY indiening_eigenaar ON portal.indiening TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY indiening_select ON portal.indiening FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.indiening TO portal_app;
CREATE POLICY indiening_insert ON portal.indiening FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND ((verzonden_by = (SELECT portal.user_id()) AND papier_on IS NULL) OR (verzonden_by IS NULL AND papier_on IS NOT NULL AND eigenaar_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())))));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, soort, regeling_id, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by, papier_on) ON portal.indiening TO portal_app;

CREATE TABLE portal.argument (
  indiening_id UUID NOT NULL,
  nummer INTEGER NOT NULL,
  tekst TEXT NOT NULL,
  antwoord TEXT NOT NULL,
  beantwoord_by UUID,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_argument PRIMARY KEY (id),
  CONSTRAINT fk_argument_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_argument_dossier_id_nummer UNIQUE (dossier_id, nummer),
  CONSTRAINT ck_argument_antwoord_van_wie CHECK ((antwoord = '') = (beantwoord_by IS NULL)),
  CONSTRAINT fk_argument_indiening_id FOREIGN KEY(indiening_id) REFERENCES portal.indiening (id),
  CONSTRAINT fk_argument_beantwoord_by FOREIGN KEY(beantwoord_by) REFERENCES portal.account (id),
  CONSTRAINT fk_argument_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_argument_dossier ON portal.argument (dossier_id);
ALTER TABLE portal.argument ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.argument FORCE ROW LEVEL SECURITY;
CREATE POLICY argument_eigenaar ON portal.argument TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY argument_select ON portal.argument FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.argument TO portal_app;
CREATE POLICY argument_insert ON portal.argument FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.argument TO portal_app;
CREATE POLICY argument_update ON portal.argument FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (antwoord, beantwoord_by) ON portal.argument TO portal_app;

CREATE TABLE portal.subsidie (
  id UUID NOT NULL,
  regeling_id UUID NOT NULL,
  publicatie_id UUID NOT NULL,
  indiening_id UUID NOT NULL,
  aanvraag_id UUID,
  aanvrager_id UUID,
  aanvrager_naam TEXT NOT NULL,
  volgnummer INTEGER NOT NULL,
  product TEXT NOT NULL,
  gevraagd NUMERIC(14, 2) NOT NULL,
  aantal NUMERIC(12, 2),
  van DATE NOT NULL,
  tot DATE NOT NULL,
  ontvangen_on DATE NOT NULL,
  compleet_on DATE,
  rang INTEGER,
  verleend NUMERIC(14, 2),
  maximum NUMERIC(14, 2),
  vastgesteld NUMERIC(14, 2),
  CONSTRAINT pk_subsidie PRIMARY KEY (id),
  CONSTRAINT uq_subsidie_indiening_id UNIQUE (indiening_id),
  CONSTRAINT uq_subsidie_aanvraag_id UNIQUE (aanvraag_id),
  CONSTRAINT uq_subsidie_regeling_id_volgnummer UNIQUE (regeling_id, volgnummer),
  CONSTRAINT ck_subsidie_van_voor_tot CHECK (van < tot),
  CONSTRAINT ck_subsidie_gevraagd_boven_nul CHECK (gevraagd > 0),
  CONSTRAINT ck_subsidie_verleend_niet_negatief CHECK (verleend IS NULL OR verleend >= 0),
  CONSTRAINT ck_subsidie_binnen_maximum CHECK (maximum IS NULL OR verleend <= maximum),
  CONSTRAINT ck_subsidie_vaststelling_binnen_verlening CHECK (vastgesteld IS NULL OR vastgesteld <= greatest(verleend, maximum)),
  CONSTRAINT fk_subsidie_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_subsidie_regeling_id FOREIGN KEY(regeling_id) REFERENCES portal.regeling (id),
  CONSTRAINT fk_subsidie_publicatie_id FOREIGN KEY(publicatie_id) REFERENCES portal.regeling_publicatie (id),
  CONSTRAINT fk_subsidie_indiening_id FOREIGN KEY(indiening_id) REFERENCES portal.indiening (id),
  CONSTRAINT fk_subsidie_aanvraag_id FOREIGN KEY(aanvraag_id) REFERENCES portal.aanvraag (id),
  CONSTRAINT fk_subsidie_aanvrager_id FOREIGN KEY(aanvrager_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_subsidie_aanvrager ON portal.subsidie (aanvrager_id);
ALTER TABLE portal.subsidie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.subsidie FORCE ROW LEVEL SECURITY;
CREATE POLICY subsidie_eigenaar ON portal.subsidie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY subsidie_select ON portal.subsidie FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = subsidie.id));
GRANT SELECT ON portal.subsidie TO portal_app;
CREATE POLICY subsidie_insert ON portal.subsidie FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = subsidie.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'subsidie') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.subsidie TO portal_app;
CREATE POLICY subsidie_update ON portal.subsidie FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = subsidie.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'subsidie') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = subsidie.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'subsidie') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (compleet_on, rang, van, tot, aantal, verleend, maximum, vastgesteld) ON portal.subsidie TO portal_app;

CREATE TABLE portal.subsidieregel (
  besluit_id UUID,
  volgnummer INTEGER NOT NULL,
  soort TEXT NOT NULL,
  tekst TEXT NOT NULL,
  grondslag TEXT NOT NULL,
  verordening_artikel TEXT NOT NULL,
  uiterlijk_on DATE,
  bewijs TEXT NOT NULL,
  koppeling TEXT NOT NULL,
  stand TEXT NOT NULL,
  stand_reden TEXT NOT NULL,
  stand_by UUID,
  stand_at TIMESTAMP WITH TIME ZONE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_subsidieregel PRIMARY KEY (id),
  CONSTRAINT fk_subsidieregel_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_subsidieregel_soort_bekend CHECK (soort IN ('resultaat', 'verplichting', 'voorwaarde')),
  CONSTRAINT ck_subsidieregel_stand_bekend CHECK (stand IN ('open', 'voldaan', 'niet_voldaan', 'vervallen')),
  CONSTRAINT ck_subsidieregel_resultaat_uit_4_30 CHECK ((soort = 'resultaat') = (grondslag = '4-30')),
  CONSTRAINT ck_subsidieregel_met_verordening CHECK (grondslag <> '4-39' OR verordening_artikel <> ''),
  CONSTRAINT ck_subsidieregel_stand_van_wie CHECK (stand IN ('open', 'vervallen') OR stand_by IS NOT NULL),
  CONSTRAINT fk_subsidieregel_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT fk_subsidieregel_stand_by FOREIGN KEY(stand_by) REFERENCES portal.account (id),
  CONSTRAINT fk_subsidieregel_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_subsidieregel_dossier ON portal.subsidieregel (dossier_id);
CREATE UNIQUE INDEX uq_subsidieregel_volgnummer ON portal.subsidieregel (dossier_id, besluit_id, volgnummer) NULLS NOT DISTINCT;
ALTER TABLE portal.subsidieregel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.subsidieregel FORCE ROW LEVEL SECURITY;
CREATE POLICY subsidieregel_eigenaar ON portal.subsidieregel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY subsidieregel_select ON portal.subsidieregel FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR (besluit_id IS NOT NULL AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]))));
GRANT SELECT ON portal.subsidieregel TO portal_app;
CREATE POLICY subsidieregel_insert ON portal.subsidieregel FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.subsidieregel TO portal_app;
CREATE POLICY subsidieregel_update ON portal.subsidieregel FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.subsidieregel TO portal_app;
CREATE POLICY subsidieregel_delete ON portal.subsidieregel FOR DELETE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND besluit_id IS NULL);
GRANT DELETE ON portal.subsidieregel TO portal_app;

CREATE TABLE portal.plafond_boeking (
  plafond_id UUID NOT NULL,
  volgnr BIGINT GENERATED ALWAYS AS IDENTITY,
  soort TEXT NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  subsidie_id UUID,
  besluit_id UUID,
  bekendgemaakt_on DATE,
  vindplaats TEXT NOT NULL,
  peildag DATE,
  geboekt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  na_bedrag NUMERIC(14, 2) NOT NULL,
  na_gereserveerd NUMERIC(14, 2) NOT NULL,
  na_vastgelegd NUMERIC(14, 2) NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_plafond_boeking PRIMARY KEY (id),
  CONSTRAINT fk_plafond_boeking_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT fk_plafond_boeking_dossier_id_plafond_id FOREIGN KEY(dossier_id, plafond_id) REFERENCES portal.plafond (dossier_id, id),
  CONSTRAINT ck_plafond_boeking_soort_bekend CHECK (soort IN ('vaststellen', 'verhogen', 'verlagen', 'reserveren', 'vrijgeven', 'vastleggen', 'verminderen')),
  CONSTRAINT ck_plafond_boeking_boven_nul CHECK (bedrag > 0),
  CONSTRAINT ck_plafond_boeking_voor_wie CHECK ((soort IN ('vaststellen', 'verhogen', 'verlagen')) = (subsidie_id IS NULL)),
  CONSTRAINT ck_plafond_boeking_met_bekendmaking CHECK ((subsidie_id IS NULL) = (bekendgemaakt_on IS NOT NULL)),
  CONSTRAINT fk_plafond_boeking_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_plafond_boeking_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT fk_plafond_boeking_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_plafond_boeking_dossier ON portal.plafond_boeking (dossier_id);
CREATE INDEX ix_plafond_boeking_plafond ON portal.plafond_boeking (plafond_id, volgnr);
CREATE INDEX ix_plafond_boeking_subsidie ON portal.plafond_boeking (subsidie_id);
ALTER TABLE portal.plafond_boeking ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.plafond_boeking FORCE ROW LEVEL SECURITY;
CREATE POLICY plafond_boeking_eigenaar ON portal.plafond_boeking TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY plafond_boeking_select ON portal.plafond_boeking FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.plafond_boeking TO portal_app;
CREATE POLICY plafond_boeking_insert ON portal.plafond_boeking FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, plafond_id, soort, bedrag, subsidie_id, besluit_id, bekendgemaakt_on, vindplaats, peildag) ON portal.plafond_boeking TO portal_app;

