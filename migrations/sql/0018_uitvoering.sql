CREATE TABLE portal.betaalbestand (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  nummer TEXT NOT NULL,
  aantal INTEGER NOT NULL,
  totaal NUMERIC(14, 2) NOT NULL,
  inhoud TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  gemaakt_by UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_betaalbestand PRIMARY KEY (id),
  CONSTRAINT fk_betaalbestand_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT uq_betaalbestand_nummer UNIQUE (nummer),
  CONSTRAINT fk_betaalbestand_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id)
);
CREATE INDEX ix_betaalbestand_party ON portal.betaalbestand (party_id, gemaakt_at);
ALTER TABLE portal.betaalbestand ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.betaalbestand FORCE ROW LEVEL SECURITY;
CREATE POLICY betaalbestand_eigenaar ON portal.betaalbestand TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY betaalbestand_select ON portal.betaalbestand FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.betaalbestand TO portal_app;
CREATE POLICY betaalbestand_insert ON portal.betaalbestand FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemaakt_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.betaalbestand TO portal_app;

CREATE TABLE portal.betaling (
  besluit_id UUID NOT NULL,
  soort TEXT NOT NULL,
  volgnummer INTEGER NOT NULL,
  kenmerk TEXT NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  gepland_on DATE NOT NULL,
  iban TEXT NOT NULL,
  tenaamstelling TEXT NOT NULL,
  stand TEXT NOT NULL,
  klaargezet_by UUID,
  goedgekeurd_by UUID,
  goedgekeurd_at TIMESTAMP WITH TIME ZONE,
  bestand_id UUID,
  betaald_on DATE,
  melding TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_betaling PRIMARY KEY (id),
  CONSTRAINT fk_betaling_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_betaling_dossier_id_volgnummer UNIQUE (dossier_id, volgnummer),
  CONSTRAINT ck_betaling_soort_bekend CHECK (soort IN ('voorschot', 'nabetaling')),
  CONSTRAINT ck_betaling_stand_bekend CHECK (stand IN ('gepland', 'klaargezet', 'goedgekeurd', 'aangeboden', 'betaald', 'mislukt', 'vervallen')),
  CONSTRAINT ck_betaling_boven_nul CHECK (bedrag > 0),
  CONSTRAINT ck_betaling_goedkeurder_is_ander CHECK (goedgekeurd_by IS NULL OR goedgekeurd_by <> klaargezet_by),
  CONSTRAINT ck_betaling_klaargezet_door CHECK (stand NOT IN ('klaargezet', 'goedgekeurd', 'aangeboden', 'betaald') OR klaargezet_by IS NOT NULL),
  CONSTRAINT ck_betaling_goedgekeurd_door CHECK (stand NOT IN ('goedgekeurd', 'aangeboden', 'betaald') OR goedgekeurd_by IS NOT NULL),
  CONSTRAINT ck_betaling_in_een_bestand CHECK (stand NOT IN ('aangeboden', 'betaald', 'mislukt') OR bestand_id IS NOT NULL),
  CONSTRAINT ck_betaling_betaald_op CHECK ((stand = 'betaald') = (betaald_on IS NOT NULL)),
  CONSTRAINT fk_betaling_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT uq_betaling_kenmerk UNIQUE (kenmerk),
  CONSTRAINT fk_betaling_klaargezet_by FOREIGN KEY(klaargezet_by) REFERENCES portal.account (id),
  CONSTRAINT fk_betaling_goedgekeurd_by FOREIGN KEY(goedgekeurd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_betaling_bestand_id FOREIGN KEY(bestand_id) REFERENCES portal.betaalbestand (id),
  CONSTRAINT fk_betaling_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_betaling_dossier ON portal.betaling (dossier_id);
CREATE INDEX ix_betaling_stand ON portal.betaling (eigenaar_id, stand, gepland_on);
ALTER TABLE portal.betaling ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.betaling FORCE ROW LEVEL SECURITY;
CREATE POLICY betaling_eigenaar ON portal.betaling TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY betaling_select ON portal.betaling FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.betaling TO portal_app;
CREATE POLICY betaling_insert ON portal.betaling FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.betaling TO portal_app;
CREATE POLICY betaling_update ON portal.betaling FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (stand, klaargezet_by, goedgekeurd_by, goedgekeurd_at, bestand_id, betaald_on, melding, gepland_on, iban, tenaamstelling) ON portal.betaling TO portal_app;

CREATE TABLE portal.betalingsstop (
  id UUID NOT NULL,
  subsidie_id UUID NOT NULL,
  reden TEXT NOT NULL,
  begonnen_on DATE NOT NULL,
  geeindigd_on DATE,
  CONSTRAINT pk_betalingsstop PRIMARY KEY (id),
  CONSTRAINT fk_betalingsstop_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_betalingsstop_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id)
);
ALTER TABLE portal.betalingsstop ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.betalingsstop FORCE ROW LEVEL SECURITY;
CREATE POLICY betalingsstop_eigenaar ON portal.betalingsstop TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY betalingsstop_select ON portal.betalingsstop FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = betalingsstop.id));
GRANT SELECT ON portal.betalingsstop TO portal_app;
CREATE POLICY betalingsstop_insert ON portal.betalingsstop FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = betalingsstop.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'betalingsstop') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.betalingsstop TO portal_app;
CREATE POLICY betalingsstop_update ON portal.betalingsstop FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = betalingsstop.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'betalingsstop') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = betalingsstop.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'betalingsstop') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (geeindigd_on) ON portal.betalingsstop TO portal_app;

CREATE TABLE portal.rapportage (
  id UUID NOT NULL,
  subsidie_id UUID NOT NULL,
  volgnummer INTEGER NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  uiterlijk_on DATE NOT NULL,
  geleverd NUMERIC(12, 2),
  CONSTRAINT pk_rapportage PRIMARY KEY (id),
  CONSTRAINT uq_rapportage_subsidie_id_volgnummer UNIQUE (subsidie_id, volgnummer),
  CONSTRAINT ck_rapportage_van_voor_tot CHECK (van < tot),
  CONSTRAINT fk_rapportage_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_rapportage_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id)
);
ALTER TABLE portal.rapportage ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.rapportage FORCE ROW LEVEL SECURITY;
CREATE POLICY rapportage_eigenaar ON portal.rapportage TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY rapportage_select ON portal.rapportage FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = rapportage.id));
GRANT SELECT ON portal.rapportage TO portal_app;
CREATE POLICY rapportage_insert ON portal.rapportage FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = rapportage.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'rapportage') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.rapportage TO portal_app;
CREATE POLICY rapportage_update ON portal.rapportage FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = rapportage.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'rapportage') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = rapportage.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'rapportage') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (geleverd, uiterlijk_on) ON portal.rapportage TO portal_app;

CREATE TABLE portal.vordering (
  id UUID NOT NULL,
  subsidie_id UUID NOT NULL,
  besluit_id UUID NOT NULL,
  bedrag NUMERIC(14, 2) NOT NULL,
  kosten NUMERIC(14, 2) NOT NULL,
  ontvangen NUMERIC(14, 2) NOT NULL,
  gestuit_on DATE,
  CONSTRAINT pk_vordering PRIMARY KEY (id),
  CONSTRAINT ck_vordering_geen_negatief CHECK (bedrag > 0 AND kosten >= 0 AND ontvangen >= 0),
  CONSTRAINT ck_vordering_niet_meer_dan_verschuldigd CHECK (ontvangen <= bedrag + kosten),
  CONSTRAINT fk_vordering_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_vordering_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_vordering_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id)
);
CREATE INDEX ix_vordering_subsidie ON portal.vordering (subsidie_id);
ALTER TABLE portal.vordering ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.vordering FORCE ROW LEVEL SECURITY;
CREATE POLICY vordering_eigenaar ON portal.vordering TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY vordering_select ON portal.vordering FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = vordering.id));
GRANT SELECT ON portal.vordering TO portal_app;
CREATE POLICY vordering_insert ON portal.vordering FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = vordering.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'vordering') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.vordering TO portal_app;
CREATE POLICY vordering_update ON portal.vordering FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = vordering.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'vordering') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = vordering.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'vordering') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (kosten, ontvangen, gestuit_on) ON portal.vordering TO portal_app;

