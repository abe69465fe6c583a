CREATE TABLE portal.koppeling (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  persoon_id UUID NOT NULL,
  hoedanigheid TEXT NOT NULL,
  naam TEXT NOT NULL,
  bewijs TEXT NOT NULL,
  instemming_on DATE,
  code_kenmerk BYTEA NOT NULL,
  code_tot_at TIMESTAMP WITH TIME ZONE NOT NULL,
  tot_on DATE NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  vastgelegd_by UUID NOT NULL,
  inwoner_id UUID,
  gekoppeld_at TIMESTAMP WITH TIME ZONE,
  ingetrokken_at TIMESTAMP WITH TIME ZONE,
  ingetrokken_by UUID,
  CONSTRAINT pk_koppeling PRIMARY KEY (id),
  CONSTRAINT fk_koppeling_party_id_persoon_id FOREIGN KEY(party_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT ck_koppeling_hoedanigheid_bekend CHECK (hoedanigheid IN ('zelf', 'ouder', 'curator', 'mentor', 'mantelzorger')),
  CONSTRAINT ck_koppeling_met_bewijs CHECK (naam <> '' AND bewijs <> ''),
  CONSTRAINT ck_koppeling_mantelzorger_mag CHECK (hoedanigheid <> 'mantelzorger' OR instemming_on IS NOT NULL),
  CONSTRAINT ck_koppeling_gekoppeld_heel CHECK ((inwoner_id IS NULL) = (gekoppeld_at IS NULL)),
  CONSTRAINT ck_koppeling_ingetrokken_heel CHECK ((ingetrokken_at IS NULL) = (ingetrokken_by IS NULL)),
  CONSTRAINT ck_koppeling_kenmerk_lengte CHECK (octet_length(code_kenmerk) = 32),
  CONSTRAINT fk_koppeling_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT uq_koppeling_code_kenmerk UNIQUE (code_kenmerk),
  CONSTRAINT fk_koppeling_vastgelegd_by FOREIGN KEY(vastgelegd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_koppeling_inwoner_id FOREIGN KEY(inwoner_id) REFERENCES portal.partij (id),
  CONSTRAINT fk_koppeling_ingetrokken_by FOREIGN KEY(ingetrokken_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_koppeling_inwoner ON portal.koppeling (inwoner_id);
CREATE INDEX ix_koppeling_persoon ON portal.koppeling (persoon_id);

CREATE TABLE portal.contactnotitie (
  op_on DATE NOT NULL,
  vorm TEXT NOT NULL,
  met TEXT NOT NULL,
  tekst TEXT NOT NULL,
  afspraak TEXT NOT NULL,
  afspraak_on DATE,
  klaar_on DATE,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_contactnotitie PRIMARY KEY (id),
  CONSTRAINT fk_contactnotitie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_contactnotitie_vorm_bekend CHECK (vorm IN ('telefoon', 'gesprek', 'huisbezoek', 'bericht')),
  CONSTRAINT ck_contactnotitie_met_inhoud CHECK (met <> '' AND tekst <> ''),
  CONSTRAINT ck_contactnotitie_afspraak_met_dag CHECK ((afspraak = '') = (afspraak_on IS NULL)),
  CONSTRAINT ck_contactnotitie_klaar_met_afspraak CHECK (klaar_on IS NULL OR afspraak_on IS NOT NULL),
  CONSTRAINT fk_contactnotitie_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_contactnotitie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_contactnotitie_dossier ON portal.contactnotitie (dossier_id);

CREATE TABLE portal.inwonervraag (
  koppeling_id UUID NOT NULL,
  soort TEXT NOT NULL,
  tekst TEXT NOT NULL,
  gesteld_by UUID NOT NULL,
  gesteld_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  besluit_id UUID,
  te_laat_reden TEXT NOT NULL,
  bevestigd_by UUID,
  bevestigd_at TIMESTAMP WITH TIME ZONE,
  commissie BOOLEAN NOT NULL,
  verdaagd_reden TEXT NOT NULL,
  uitkomst TEXT NOT NULL,
  antwoord TEXT NOT NULL,
  beantwoord_by UUID,
  beantwoord_at TIMESTAMP WITH TIME ZONE,
  mandaat_id UUID,
  vervanging_id UUID,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_inwonervraag PRIMARY KEY (id),
  CONSTRAINT fk_inwonervraag_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_inwonervraag_soort_bekend CHECK (soort IN ('vraag', 'klacht', 'bezwaar')),
  CONSTRAINT ck_inwonervraag_met_tekst CHECK (tekst <> ''),
  CONSTRAINT ck_inwonervraag_bezwaar_tegen_besluit CHECK ((soort = 'bezwaar') = (besluit_id IS NOT NULL)),
  CONSTRAINT ck_inwonervraag_te_laat_bij_bezwaar CHECK (te_laat_reden = '' OR soort = 'bezwaar'),
  CONSTRAINT ck_inwonervraag_wet_bij_klacht_en_bezwaar CHECK (soort <> 'vraag' OR (bevestigd_at IS NULL AND NOT commissie AND verdaagd_reden = '')),
  CONSTRAINT ck_inwonervraag_bevestigd_heel CHECK ((bevestigd_at IS NULL) = (bevestigd_by IS NULL)),
  CONSTRAINT ck_inwonervraag_met_uitkomst CHECK ((uitkomst <> '') = (soort <> 'vraag' AND beantwoord_at IS NOT NULL)),
  CONSTRAINT ck_inwonervraag_bezwaar_onder_mandaat CHECK ((mandaat_id IS NOT NULL) = (soort = 'bezwaar' AND beantwoord_at IS NOT NULL)),
  CONSTRAINT uq_inwonervraag_bezwaar UNIQUE (besluit_id, party_id),
  CONSTRAINT ck_inwonervraag_antwoord_heel CHECK ((antwoord = '') = (beantwoord_at IS NULL) AND (beantwoord_at IS NULL) = (beantwoord_by IS NULL)),
  CONSTRAINT fk_inwonervraag_koppeling_id FOREIGN KEY(koppeling_id) REFERENCES portal.koppeling (id),
  CONSTRAINT fk_inwonervraag_gesteld_by FOREIGN KEY(gesteld_by) REFERENCES portal.account (id),
  CONSTRAINT fk_inwonervraag_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT fk_inwonervraag_bevestigd_by FOREIGN KEY(bevestigd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_inwonervraag_beantwoord_by FOREIGN KEY(beantwoord_by) REFERENCES portal.account (id),
  CONSTRAINT fk_inwonervraag_mandaat_id FOREIGN KEY(mandaat_id) REFERENCES portal.mandaat (id),
  CONSTRAINT fk_inwonervraag_vervanging_id FOREIGN KEY(vervanging_id) REFERENCES portal.vervanging (id),
  CONSTRAINT fk_inwonervraag_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_inwonervraag_dossier ON portal.inwonervraag (dossier_id);

CREATE TABLE portal.vernietiging (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  persoon_id UUID NOT NULL,
  verzoek_on DATE,
  uiterlijk_on DATE NOT NULL,
  stand TEXT NOT NULL,
  weigering TEXT NOT NULL,
  voorgesteld_by UUID NOT NULL,
  voorgesteld_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  beslist_by UUID,
  beslist_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_vernietiging PRIMARY KEY (id),
  CONSTRAINT fk_vernietiging_party_id_persoon_id FOREIGN KEY(party_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT ck_vernietiging_stand_bekend CHECK (stand IN ('voorgesteld', 'geweigerd', 'vernietigd')),
  CONSTRAINT ck_vernietiging_twee_mensen CHECK (beslist_by <> voorgesteld_by),
  CONSTRAINT ck_vernietiging_beslist_heel CHECK ((stand = 'voorgesteld') = (beslist_by IS NULL) AND (beslist_by IS NULL) = (beslist_at IS NULL)),
  CONSTRAINT ck_vernietiging_weigering_met_grond CHECK ((stand = 'geweigerd') = (weigering <> '')),
  CONSTRAINT fk_vernietiging_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_vernietiging_voorgesteld_by FOREIGN KEY(voorgesteld_by) REFERENCES portal.account (id),
  CONSTRAINT fk_vernietiging_beslist_by FOREIGN KEY(beslist_by) REFERENCES portal.account (id)
);
CREATE UNIQUE INDEX uq_vernietiging_open ON portal.vernietiging (persoon_id) WHERE stand = 'voorgesteld';

CREATE TABLE portal.verwerking (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  trace_id BYTEA NOT NULL,
  operation_id BYTEA NOT NULL,
  status_code INTEGER NOT NULL,
  naam TEXT NOT NULL,
  begin_at TIMESTAMP WITH TIME ZONE NOT NULL,
  einde_at TIMESTAMP WITH TIME ZONE NOT NULL,
  activiteit TEXT NOT NULL,
  betrokkene_id UUID NOT NULL,
  toegangslog_id INTEGER NOT NULL,
  CONSTRAINT pk_verwerking PRIMARY KEY (id),
  CONSTRAINT ck_verwerking_lengte CHECK (octet_length(trace_id) = 16 AND octet_length(operation_id) = 8),
  CONSTRAINT ck_verwerking_status CHECK (status_code IN (0, 1, 2)),
  CONSTRAINT ck_verwerking_einde_na_begin CHECK (einde_at >= begin_at),
  CONSTRAINT fk_verwerking_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id)
);
CREATE INDEX ix_verwerking_party ON portal.verwerking (party_id, begin_at, id);

ALTER TABLE portal.koppeling ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.koppeling FORCE ROW LEVEL SECURITY;
CREATE POLICY koppeling_eigenaar ON portal.koppeling TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY koppeling_select ON portal.koppeling FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()) OR (inwoner_id = (SELECT portal.party()) AND ingetrokken_at IS NULL));
GRANT SELECT ON portal.koppeling TO portal_app;
CREATE POLICY koppeling_insert ON portal.koppeling FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND vastgelegd_by = (SELECT portal.user_id()) AND inwoner_id IS NULL AND ingetrokken_at IS NULL);
GRANT INSERT ON portal.koppeling TO portal_app;
CREATE POLICY koppeling_update ON portal.koppeling FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (ingetrokken_at, ingetrokken_by) ON portal.koppeling TO portal_app;

ALTER TABLE portal.contactnotitie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.contactnotitie FORCE ROW LEVEL SECURITY;
CREATE POLICY contactnotitie_eigenaar ON portal.contactnotitie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY contactnotitie_select ON portal.contactnotitie FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.contactnotitie TO portal_app;
CREATE POLICY contactnotitie_insert ON portal.contactnotitie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND door = (SELECT portal.user_id()));
GRANT INSERT ON portal.contactnotitie TO portal_app;
CREATE POLICY contactnotitie_update ON portal.contactnotitie FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (klaar_on) ON portal.contactnotitie TO portal_app;

ALTER TABLE portal.inwonervraag ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.inwonervraag FORCE ROW LEVEL SECURITY;
CREATE POLICY inwonervraag_eigenaar ON portal.inwonervraag TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY inwonervraag_select ON portal.inwonervraag FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR (party_id = (SELECT portal.party()) AND dossier_id = ANY ((SELECT portal.mijn_dossiers())::uuid[])));
GRANT SELECT ON portal.inwonervraag TO portal_app;
CREATE POLICY inwonervraag_insert ON portal.inwonervraag FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gesteld_by = (SELECT portal.user_id()) AND antwoord = '' AND bevestigd_at IS NULL AND NOT commissie AND verdaagd_reden = '' AND dossier_id = ANY ((SELECT portal.mijn_dossiers())::uuid[]) AND EXISTS (SELECT 1 FROM portal.koppeling k WHERE k.id = koppeling_id AND k.inwoner_id = (SELECT portal.party()) AND k.party_id = eigenaar_id AND k.ingetrokken_at IS NULL));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, koppeling_id, soort, tekst, gesteld_by, besluit_id, te_laat_reden, bevestigd_by, bevestigd_at, commissie, verdaagd_reden, uitkomst, antwoord, beantwoord_by, beantwoord_at, mandaat_id, vervanging_id) ON portal.inwonervraag TO portal_app;
CREATE POLICY inwonervraag_update ON portal.inwonervraag FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()));
GRANT UPDATE (bevestigd_by, bevestigd_at, commissie, verdaagd_reden, uitkomst, antwoord, beantwoord_by, beantwoord_at, mandaat_id, vervanging_id) ON portal.inwonervraag TO portal_app;

ALTER TABLE portal.vernietiging ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.vernietiging FORCE ROW LEVEL SECURITY;
CREATE POLICY vernietiging_eigenaar ON portal.vernietiging TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY vernietiging_select ON portal.vernietiging FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.vernietiging TO portal_app;
CREATE POLICY vernietiging_insert ON portal.vernietiging FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND voorgesteld_by = (SELECT portal.user_id()) AND stand = 'voorgesteld');
GRANT INSERT ON portal.vernietiging TO portal_app;

ALTER TABLE portal.verwerking ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verwerking FORCE ROW LEVEL SECURITY;
CREATE POLICY verwerking_eigenaar ON portal.verwerking TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verwerking_select ON portal.verwerking FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.verwerking TO portal_app;
