CREATE TABLE portal.berichtpartner (
  party_id UUID NOT NULL,
  aanbieder_id UUID NOT NULL,
  agb TEXT NOT NULL,
  CONSTRAINT pk_berichtpartner PRIMARY KEY (party_id, aanbieder_id),
  CONSTRAINT uq_berichtpartner_party_id_agb UNIQUE (party_id, agb),
  CONSTRAINT ck_berichtpartner_agb_vorm CHECK (agb ~ '^[0-9]{8}$'),
  CONSTRAINT fk_berichtpartner_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_berichtpartner_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id)
);

CREATE TABLE portal.berichtenverkeer (
  richting TEXT NOT NULL,
  standaard TEXT NOT NULL,
  code TEXT NOT NULL,
  agb TEXT NOT NULL,
  aanbieder_id UUID,
  identificatie TEXT NOT NULL,
  dagtekening DATE NOT NULL,
  inhoud_gesloten BYTEA NOT NULL,
  geldig BOOLEAN NOT NULL,
  bevindingen JSONB NOT NULL,
  feiten JSONB NOT NULL,
  antwoord_op_id UUID,
  termijn_id UUID,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  gemaakt_by UUID,
  verzonden_at TIMESTAMP WITH TIME ZONE,
  beantwoord_at TIMESTAMP WITH TIME ZONE,
  vervallen_at TIMESTAMP WITH TIME ZONE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_berichtenverkeer PRIMARY KEY (id),
  CONSTRAINT fk_berichtenverkeer_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_berichtenverkeer_richting_bekend CHECK (richting IN ('in', 'uit')),
  CONSTRAINT ck_berichtenverkeer_standaard_bekend CHECK (standaard IN ('iwmo', 'ijw')),
  CONSTRAINT uq_berichtenverkeer_party_id_id UNIQUE (party_id, id),
  CONSTRAINT fk_berichtenverkeer_party_id_antwoord_op_id FOREIGN KEY(party_id, antwoord_op_id) REFERENCES portal.berichtenverkeer (party_id, id),
  CONSTRAINT ck_berichtenverkeer_alleen_uit_verzonden CHECK (verzonden_at IS NULL OR richting = 'uit'),
  CONSTRAINT ck_berichtenverkeer_vervallen_of_verzonden CHECK (vervallen_at IS NULL OR verzonden_at IS NULL),
  CONSTRAINT fk_berichtenverkeer_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id),
  CONSTRAINT fk_berichtenverkeer_termijn_id FOREIGN KEY(termijn_id) REFERENCES portal.termijn (id),
  CONSTRAINT fk_berichtenverkeer_gemaakt_by FOREIGN KEY(gemaakt_by) REFERENCES portal.account (id),
  CONSTRAINT fk_berichtenverkeer_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_berichtenverkeer_dossier ON portal.berichtenverkeer (dossier_id);
CREATE INDEX ix_berichtenverkeer_kenmerk ON portal.berichtenverkeer (party_id, agb, identificatie);
CREATE INDEX ix_berichtenverkeer_party ON portal.berichtenverkeer (party_id, gemaakt_at, id);

CREATE TABLE portal.toewijzing (
  nummer INTEGER NOT NULL,
  standaard TEXT NOT NULL,
  persoon_id UUID NOT NULL,
  aanbieder_id UUID NOT NULL,
  verblijf_id UUID,
  categorie TEXT NOT NULL,
  code TEXT NOT NULL,
  volume INTEGER NOT NULL,
  eenheid TEXT NOT NULL,
  frequentie TEXT NOT NULL,
  van DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_toewijzing PRIMARY KEY (id),
  CONSTRAINT fk_toewijzing_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_toewijzing_eigenaar_id_standaard_nummer UNIQUE (eigenaar_id, standaard, nummer),
  CONSTRAINT uq_toewijzing_eigenaar_id_id UNIQUE (eigenaar_id, id),
  CONSTRAINT fk_toewijzing_eigenaar_id_persoon_id FOREIGN KEY(eigenaar_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT ck_toewijzing_standaard_bekend CHECK (standaard IN ('iwmo', 'ijw')),
  CONSTRAINT ck_toewijzing_getallen CHECK (nummer > 0 AND volume > 0),
  CONSTRAINT fk_toewijzing_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id),
  CONSTRAINT fk_toewijzing_verblijf_id FOREIGN KEY(verblijf_id) REFERENCES portal.verblijf (id),
  CONSTRAINT fk_toewijzing_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_toewijzing_dossier ON portal.toewijzing (dossier_id);
CREATE INDEX ix_toewijzing_persoon ON portal.toewijzing (persoon_id, aanbieder_id);

CREATE TABLE portal.toewijzingversie (
  moment TIMESTAMP WITH TIME ZONE NOT NULL,
  tot DATE,
  reden TEXT NOT NULL,
  referentie TEXT NOT NULL,
  bericht_id UUID,
  toewijzing_id UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_toewijzingversie PRIMARY KEY (id),
  CONSTRAINT fk_toewijzingversie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT fk_toewijzingversie_eigenaar_id_toewijzing_id FOREIGN KEY(eigenaar_id, toewijzing_id) REFERENCES portal.toewijzing (eigenaar_id, id),
  CONSTRAINT uq_toewijzingversie_toewijzing_id_moment UNIQUE (toewijzing_id, moment),
  CONSTRAINT fk_toewijzingversie_party_id_bericht_id FOREIGN KEY(party_id, bericht_id) REFERENCES portal.berichtenverkeer (party_id, id),
  CONSTRAINT ck_toewijzingversie_verwijderd_met_einde CHECK (reden <> '13' OR tot IS NOT NULL),
  CONSTRAINT fk_toewijzingversie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_toewijzingversie_dossier ON portal.toewijzingversie (dossier_id);

CREATE TABLE portal.levering (
  begin_on DATE NOT NULL,
  einde_on DATE,
  reden TEXT,
  verwijderd_at TIMESTAMP WITH TIME ZONE,
  toewijzing_id UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_levering PRIMARY KEY (id),
  CONSTRAINT fk_levering_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT fk_levering_eigenaar_id_toewijzing_id FOREIGN KEY(eigenaar_id, toewijzing_id) REFERENCES portal.toewijzing (eigenaar_id, id),
  CONSTRAINT ck_levering_einde_met_reden CHECK (einde_on >= begin_on AND (einde_on IS NULL) = (reden IS NULL)),
  CONSTRAINT fk_levering_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_levering_dossier ON portal.levering (dossier_id);
CREATE UNIQUE INDEX uq_levering_begin ON portal.levering (toewijzing_id, begin_on) WHERE verwijderd_at IS NULL;

CREATE TABLE portal.zorgverzoek (
  aanbieder_id UUID NOT NULL,
  standaard TEXT NOT NULL,
  referentie TEXT NOT NULL,
  bericht_id UUID NOT NULL,
  bsn_kenmerk BYTEA NOT NULL,
  antwoorden TEXT[] NOT NULL,
  toegewezen BOOLEAN NOT NULL,
  termijn_id UUID,
  ontvangen_on DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_zorgverzoek PRIMARY KEY (id),
  CONSTRAINT fk_zorgverzoek_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_zorgverzoek_party_id_aanbieder_id_standaard_referentie UNIQUE (party_id, aanbieder_id, standaard, referentie),
  CONSTRAINT fk_zorgverzoek_party_id_bericht_id FOREIGN KEY(party_id, bericht_id) REFERENCES portal.berichtenverkeer (party_id, id),
  CONSTRAINT fk_zorgverzoek_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id),
  CONSTRAINT fk_zorgverzoek_termijn_id FOREIGN KEY(termijn_id) REFERENCES portal.termijn (id),
  CONSTRAINT fk_zorgverzoek_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_zorgverzoek_dossier ON portal.zorgverzoek (dossier_id);

CREATE TABLE portal.prestatie (
  bericht_id UUID NOT NULL,
  aanbieder_id UUID NOT NULL,
  standaard TEXT NOT NULL,
  referentie TEXT NOT NULL,
  vorige TEXT,
  categorie TEXT NOT NULL,
  code TEXT NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  volume INTEGER NOT NULL,
  eenheid TEXT NOT NULL,
  bedrag BIGINT NOT NULL,
  debet BOOLEAN NOT NULL,
  toewijzing_id UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_prestatie PRIMARY KEY (id),
  CONSTRAINT fk_prestatie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT fk_prestatie_eigenaar_id_toewijzing_id FOREIGN KEY(eigenaar_id, toewijzing_id) REFERENCES portal.toewijzing (eigenaar_id, id),
  CONSTRAINT uq_prestatie_party_id_aanbieder_id_standaard_referentie UNIQUE (party_id, aanbieder_id, standaard, referentie),
  CONSTRAINT fk_prestatie_party_id_bericht_id FOREIGN KEY(party_id, bericht_id) REFERENCES portal.berichtenverkeer (party_id, id),
  CONSTRAINT ck_prestatie_heel CHECK (tot >= van AND debet = (bedrag >= 0)),
  CONSTRAINT fk_prestatie_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id),
  CONSTRAINT fk_prestatie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_prestatie_dossier ON portal.prestatie (dossier_id);
CREATE INDEX ix_prestatie_toewijzing ON portal.prestatie (toewijzing_id);

ALTER TABLE portal.berichtpartner ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.berichtpartner FORCE ROW LEVEL SECURITY;
CREATE POLICY berichtpartner_eigenaar ON portal.berichtpartner TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY berichtpartner_select ON portal.berichtpartner FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.berichtpartner TO portal_app;
CREATE POLICY berichtpartner_insert ON portal.berichtpartner FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.berichtpartner TO portal_app;
CREATE POLICY berichtpartner_update ON portal.berichtpartner FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (agb) ON portal.berichtpartner TO portal_app;

ALTER TABLE portal.berichtenverkeer ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.berichtenverkeer FORCE ROW LEVEL SECURITY;
CREATE POLICY berichtenverkeer_eigenaar ON portal.berichtenverkeer TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY berichtenverkeer_select ON portal.berichtenverkeer FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.berichtenverkeer TO portal_app;
CREATE POLICY berichtenverkeer_insert ON portal.berichtenverkeer FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemaakt_by IS NOT DISTINCT FROM (SELECT portal.user_id()));
GRANT INSERT ON portal.berichtenverkeer TO portal_app;
CREATE POLICY berichtenverkeer_update ON portal.berichtenverkeer FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (verzonden_at, beantwoord_at, vervallen_at, termijn_id) ON portal.berichtenverkeer TO portal_app;

ALTER TABLE portal.toewijzing ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.toewijzing FORCE ROW LEVEL SECURITY;
CREATE POLICY toewijzing_eigenaar ON portal.toewijzing TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY toewijzing_select ON portal.toewijzing FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.toewijzing TO portal_app;
CREATE POLICY toewijzing_insert ON portal.toewijzing FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND (verblijf_id IS NULL OR EXISTS (SELECT 1 FROM portal.verblijf v WHERE v.id = verblijf_id AND v.plaatsing_id = dossier_id AND v.aanbieder_id = toewijzing.aanbieder_id)));
GRANT INSERT ON portal.toewijzing TO portal_app;

ALTER TABLE portal.toewijzingversie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.toewijzingversie FORCE ROW LEVEL SECURITY;
CREATE POLICY toewijzingversie_eigenaar ON portal.toewijzingversie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY toewijzingversie_select ON portal.toewijzingversie FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.toewijzingversie TO portal_app;
CREATE POLICY toewijzingversie_insert ON portal.toewijzingversie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.toewijzingversie TO portal_app;
CREATE POLICY toewijzingversie_update ON portal.toewijzingversie FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (bericht_id) ON portal.toewijzingversie TO portal_app;

ALTER TABLE portal.levering ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.levering FORCE ROW LEVEL SECURITY;
CREATE POLICY levering_eigenaar ON portal.levering TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY levering_select ON portal.levering FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.levering TO portal_app;
CREATE POLICY levering_insert ON portal.levering FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.levering TO portal_app;
CREATE POLICY levering_update ON portal.levering FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (einde_on, reden, verwijderd_at) ON portal.levering TO portal_app;

ALTER TABLE portal.zorgverzoek ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.zorgverzoek FORCE ROW LEVEL SECURITY;
CREATE POLICY zorgverzoek_eigenaar ON portal.zorgverzoek TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY zorgverzoek_select ON portal.zorgverzoek FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.zorgverzoek TO portal_app;
CREATE POLICY zorgverzoek_insert ON portal.zorgverzoek FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.zorgverzoek TO portal_app;
CREATE POLICY zorgverzoek_update ON portal.zorgverzoek FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (antwoorden, toegewezen, termijn_id) ON portal.zorgverzoek TO portal_app;

ALTER TABLE portal.prestatie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.prestatie FORCE ROW LEVEL SECURITY;
CREATE POLICY prestatie_eigenaar ON portal.prestatie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY prestatie_select ON portal.prestatie FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.prestatie TO portal_app;
CREATE POLICY prestatie_insert ON portal.prestatie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.prestatie TO portal_app;
