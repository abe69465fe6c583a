CREATE TABLE portal.raadsstuk (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  soort TEXT NOT NULL,
  kenmerk TEXT NOT NULL,
  op_on DATE NOT NULL,
  versie TEXT NOT NULL,
  onderwerp TEXT NOT NULL,
  portefeuille TEXT NOT NULL,
  afdeling TEXT NOT NULL,
  gevraagd TEXT NOT NULL,
  bijlagen TEXT NOT NULL,
  delen JSONB NOT NULL,
  bij_id UUID,
  openbaar_at TIMESTAMP WITH TIME ZONE,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_raadsstuk PRIMARY KEY (id),
  CONSTRAINT uq_raadsstuk_party_id_id UNIQUE (party_id, id),
  CONSTRAINT fk_raadsstuk_bij FOREIGN KEY(party_id, bij_id) REFERENCES portal.raadsstuk (party_id, id),
  CONSTRAINT ck_raadsstuk_soort_bekend CHECK (soort IN ('beslisnota', 'informatienota', 'opinienota', 'kadernota', 'uitvoeringsprogramma', 'beleidsplan', 'inspraakversie', 'raadsvoorstel', 'besluit', 'advies', 'verordening', 'perspectiefnota', 'begroting', 'jaarrekening', 'notulen')),
  CONSTRAINT ck_raadsstuk_compleet CHECK (onderwerp <> '' AND portefeuille <> '' AND gevraagd <> ''),
  CONSTRAINT ck_raadsstuk_niet_bij_zichzelf CHECK (bij_id <> id),
  CONSTRAINT fk_raadsstuk_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_raadsstuk_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_raadsstuk_op ON portal.raadsstuk (party_id, op_on, id);

CREATE TABLE portal.beslispunt (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  stuk_id UUID NOT NULL,
  nummer INTEGER NOT NULL,
  letter TEXT NOT NULL,
  tekst TEXT NOT NULL,
  CONSTRAINT pk_beslispunt PRIMARY KEY (id),
  CONSTRAINT fk_beslispunt_party_id_stuk_id FOREIGN KEY(party_id, stuk_id) REFERENCES portal.raadsstuk (party_id, id),
  CONSTRAINT uq_beslispunt_stuk_id_nummer_letter UNIQUE (stuk_id, nummer, letter),
  CONSTRAINT ck_beslispunt_genummerd CHECK (nummer > 0 AND letter ~ '^[a-z]?$' AND tekst <> '')
);

CREATE TABLE portal.toezegging (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  soort TEXT NOT NULL,
  nummer TEXT NOT NULL,
  op_on DATE NOT NULL,
  titel TEXT NOT NULL,
  tekst TEXT NOT NULL,
  van TEXT NOT NULL,
  over_id UUID,
  uiterlijk_on DATE,
  afgedaan_on DATE,
  afgedaan_id UUID,
  openbaar_at TIMESTAMP WITH TIME ZONE,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_toezegging PRIMARY KEY (id),
  CONSTRAINT fk_toezegging_over FOREIGN KEY(party_id, over_id) REFERENCES portal.raadsstuk (party_id, id),
  CONSTRAINT fk_toezegging_afgedaan FOREIGN KEY(party_id, afgedaan_id) REFERENCES portal.raadsstuk (party_id, id),
  CONSTRAINT uq_toezegging_party_id_soort_nummer UNIQUE (party_id, soort, nummer),
  CONSTRAINT ck_toezegging_soort_bekend CHECK (soort IN ('motie', 'toezegging', 'agenderingsverzoek')),
  CONSTRAINT ck_toezegging_compleet CHECK (nummer <> '' AND titel <> '' AND tekst <> ''),
  CONSTRAINT ck_toezegging_afgedaan_met_stuk CHECK ((afgedaan_on IS NULL) = (afgedaan_id IS NULL)),
  CONSTRAINT ck_toezegging_afgedaan_na_begin CHECK (afgedaan_on >= op_on),
  CONSTRAINT ck_toezegging_uiterlijk_na_begin CHECK (uiterlijk_on >= op_on),
  CONSTRAINT fk_toezegging_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_toezegging_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_toezegging_op ON portal.toezegging (party_id, op_on, id);

CREATE TABLE portal.raadssessie (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  op_on DATE NOT NULL,
  onderwerp TEXT NOT NULL,
  vorm TEXT NOT NULL,
  uitkomst TEXT NOT NULL,
  conclusie TEXT NOT NULL,
  stuk_id UUID,
  jaarlijks BOOLEAN NOT NULL,
  termijn_id UUID,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_raadssessie PRIMARY KEY (id),
  CONSTRAINT fk_raadssessie_stuk FOREIGN KEY(party_id, stuk_id) REFERENCES portal.raadsstuk (party_id, id),
  CONSTRAINT uq_raadssessie_party_id_onderwerp_op_on UNIQUE (party_id, onderwerp, op_on),
  CONSTRAINT ck_raadssessie_vorm_bekend CHECK (vorm IN ('informatieronde', 'meningsvormend', 'besluitvormend', 'bijeenkomst')),
  CONSTRAINT ck_raadssessie_uitkomst_bekend CHECK (uitkomst IN ('kennisgeving', 'besproken', 'verder', 'aangenomen', 'verworpen', 'aangehouden')),
  CONSTRAINT ck_raadssessie_compleet CHECK (onderwerp <> '' AND conclusie <> ''),
  CONSTRAINT fk_raadssessie_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_raadssessie_termijn_id FOREIGN KEY(termijn_id) REFERENCES portal.termijn (id),
  CONSTRAINT fk_raadssessie_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_raadssessie_op ON portal.raadssessie (party_id, op_on, id);

CREATE TABLE portal.advies (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  titel TEXT NOT NULL,
  van TEXT NOT NULL,
  op_on DATE NOT NULL,
  antwoord_on DATE,
  bron TEXT NOT NULL,
  openbaar_at TIMESTAMP WITH TIME ZONE,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_advies PRIMARY KEY (id),
  CONSTRAINT uq_advies_party_id_id UNIQUE (party_id, id),
  CONSTRAINT ck_advies_compleet CHECK (titel <> '' AND van <> ''),
  CONSTRAINT ck_advies_antwoord_na_advies CHECK (antwoord_on >= op_on),
  CONSTRAINT fk_advies_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_advies_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_advies_op ON portal.advies (party_id, op_on, id);

CREATE TABLE portal.adviespunt (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  advies_id UUID NOT NULL,
  nummer INTEGER NOT NULL,
  tekst TEXT NOT NULL,
  antwoord TEXT,
  toelichting TEXT NOT NULL,
  vervolg TEXT NOT NULL,
  vervolg_on DATE,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_adviespunt PRIMARY KEY (id),
  CONSTRAINT fk_adviespunt_party_id_advies_id FOREIGN KEY(party_id, advies_id) REFERENCES portal.advies (party_id, id),
  CONSTRAINT uq_adviespunt_advies_id_nummer UNIQUE (advies_id, nummer),
  CONSTRAINT ck_adviespunt_antwoord_bekend CHECK (antwoord IN ('overgenomen', 'deels', 'eens', 'toegelicht', 'al_gedaan', 'later', 'niet')),
  CONSTRAINT ck_adviespunt_genummerd CHECK (nummer > 0 AND tekst <> ''),
  CONSTRAINT ck_adviespunt_antwoord_met_uitleg CHECK (antwoord IS NULL OR toelichting <> ''),
  CONSTRAINT ck_adviespunt_dag_met_vervolg CHECK (vervolg_on IS NULL OR vervolg <> ''),
  CONSTRAINT fk_adviespunt_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);

ALTER TABLE portal.raadsstuk ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.raadsstuk FORCE ROW LEVEL SECURITY;
CREATE POLICY raadsstuk_eigenaar ON portal.raadsstuk TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY raadsstuk_select ON portal.raadsstuk FOR SELECT TO portal_app USING (openbaar_at <= (SELECT portal.now()) OR party_id = (SELECT portal.party()));
GRANT SELECT ON portal.raadsstuk TO portal_app;
CREATE POLICY raadsstuk_insert ON portal.raadsstuk FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.raadsstuk TO portal_app;
CREATE POLICY raadsstuk_update ON portal.raadsstuk FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.raadsstuk TO portal_app;

ALTER TABLE portal.beslispunt ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.beslispunt FORCE ROW LEVEL SECURITY;
CREATE POLICY beslispunt_eigenaar ON portal.beslispunt TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY beslispunt_select ON portal.beslispunt FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.raadsstuk s WHERE s.id = stuk_id));
GRANT SELECT ON portal.beslispunt TO portal_app;
CREATE POLICY beslispunt_insert ON portal.beslispunt FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()));
GRANT INSERT ON portal.beslispunt TO portal_app;
CREATE POLICY beslispunt_delete ON portal.beslispunt FOR DELETE TO portal_app USING (party_id = (SELECT portal.party()));
GRANT DELETE ON portal.beslispunt TO portal_app;

ALTER TABLE portal.toezegging ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.toezegging FORCE ROW LEVEL SECURITY;
CREATE POLICY toezegging_eigenaar ON portal.toezegging TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY toezegging_select ON portal.toezegging FOR SELECT TO portal_app USING (openbaar_at <= (SELECT portal.now()) OR party_id = (SELECT portal.party()));
GRANT SELECT ON portal.toezegging TO portal_app;
CREATE POLICY toezegging_insert ON portal.toezegging FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.toezegging TO portal_app;
CREATE POLICY toezegging_update ON portal.toezegging FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.toezegging TO portal_app;

ALTER TABLE portal.raadssessie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.raadssessie FORCE ROW LEVEL SECURITY;
CREATE POLICY raadssessie_eigenaar ON portal.raadssessie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY raadssessie_select ON portal.raadssessie FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.raadssessie TO portal_app;
CREATE POLICY raadssessie_insert ON portal.raadssessie FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.raadssessie TO portal_app;
CREATE POLICY raadssessie_update ON portal.raadssessie FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (termijn_id, gewijzigd_by, gewijzigd_at) ON portal.raadssessie TO portal_app;

ALTER TABLE portal.advies ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.advies FORCE ROW LEVEL SECURITY;
CREATE POLICY advies_eigenaar ON portal.advies TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY advies_select ON portal.advies FOR SELECT TO portal_app USING (openbaar_at <= (SELECT portal.now()) OR party_id = (SELECT portal.party()));
GRANT SELECT ON portal.advies TO portal_app;
CREATE POLICY advies_insert ON portal.advies FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.advies TO portal_app;
CREATE POLICY advies_update ON portal.advies FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE ON portal.advies TO portal_app;

ALTER TABLE portal.adviespunt ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.adviespunt FORCE ROW LEVEL SECURITY;
CREATE POLICY adviespunt_eigenaar ON portal.adviespunt TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY adviespunt_select ON portal.adviespunt FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.advies a WHERE a.id = advies_id));
GRANT SELECT ON portal.adviespunt TO portal_app;
CREATE POLICY adviespunt_insert ON portal.adviespunt FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.adviespunt TO portal_app;
CREATE POLICY adviespunt_update ON portal.adviespunt FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (antwoord, toelichting, vervolg, vervolg_on, gewijzigd_by, gewijzigd_at) ON portal.adviespunt TO portal_app;
