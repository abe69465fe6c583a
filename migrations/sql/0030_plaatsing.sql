CREATE TABLE portal.plaatsing (
  id UUID NOT NULL,
  gemeente_id UUID NOT NULL,
  persoon_id UUID NOT NULL,
  traject_id UUID NOT NULL,
  toegang_id UUID,
  herkomst_id UUID NOT NULL,
  product TEXT NOT NULL,
  doelgroep TEXT NOT NULL,
  gemeld_on DATE NOT NULL,
  van DATE NOT NULL,
  tot DATE,
  pgb_motief TEXT NOT NULL,
  indicatie_tot DATE,
  overgang_on DATE,
  CONSTRAINT pk_plaatsing PRIMARY KEY (id),
  CONSTRAINT fk_plaatsing_gemeente_id_persoon_id FOREIGN KEY(gemeente_id, persoon_id) REFERENCES portal.persoon (party_id, id),
  CONSTRAINT uq_plaatsing_gemeente_id_traject_id UNIQUE (gemeente_id, traject_id),
  CONSTRAINT uq_plaatsing_toegang_id UNIQUE (toegang_id),
  CONSTRAINT ck_plaatsing_na_melding CHECK (van >= gemeld_on AND tot >= van),
  CONSTRAINT ck_plaatsing_overgang_heel CHECK ((indicatie_tot IS NULL) = (overgang_on IS NULL)),
  CONSTRAINT fk_plaatsing_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_plaatsing_toegang_id FOREIGN KEY(toegang_id) REFERENCES portal.toegang (id),
  CONSTRAINT fk_plaatsing_herkomst_id FOREIGN KEY(herkomst_id) REFERENCES portal.gemeente (id)
);
CREATE INDEX ix_plaatsing_persoon ON portal.plaatsing (persoon_id);
CREATE INDEX ix_plaatsing_traject ON portal.plaatsing (traject_id);

CREATE TABLE portal.locatie (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  naam TEXT NOT NULL,
  gemeente_id UUID NOT NULL,
  geheim BOOLEAN NOT NULL,
  product TEXT NOT NULL,
  doelgroepen TEXT[] NOT NULL,
  kenmerken TEXT[] NOT NULL,
  leeftijd_van INTEGER,
  leeftijd_tot INTEGER,
  begeleiding TEXT NOT NULL,
  gesloten_on DATE,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_locatie PRIMARY KEY (id),
  CONSTRAINT uq_locatie_party_id_naam UNIQUE (party_id, naam),
  CONSTRAINT uq_locatie_party_id_id UNIQUE (party_id, id),
  CONSTRAINT ck_locatie_met_naam CHECK (naam <> ''),
  CONSTRAINT ck_locatie_leeftijd_volgorde CHECK (leeftijd_tot >= leeftijd_van),
  CONSTRAINT fk_locatie_party_id FOREIGN KEY(party_id) REFERENCES portal.aanbieder (id),
  CONSTRAINT fk_locatie_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id)
);

CREATE TABLE portal.verblijf (
  id UUID NOT NULL,
  plaatsing_id UUID NOT NULL,
  locatie_id UUID NOT NULL,
  aanbieder_id UUID NOT NULL,
  van DATE NOT NULL,
  tot DATE,
  verloopt_at TIMESTAMP WITH TIME ZONE,
  inwoner_ja BOOLEAN,
  inwoner_reden TEXT NOT NULL,
  dagprijs NUMERIC(10, 2),
  begonnen_on DATE,
  geeindigd_on DATE,
  betaald_tot DATE,
  CONSTRAINT pk_verblijf PRIMARY KEY (id),
  CONSTRAINT ck_verblijf_volgorde CHECK (tot >= van AND geeindigd_on >= begonnen_on),
  CONSTRAINT ck_verblijf_dagprijs_niet_negatief CHECK (dagprijs >= 0),
  CONSTRAINT ck_verblijf_betaald_na_einde CHECK (betaald_tot IS NULL OR (geeindigd_on IS NOT NULL AND betaald_tot >= geeindigd_on)),
  CONSTRAINT fk_verblijf_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_verblijf_plaatsing_id FOREIGN KEY(plaatsing_id) REFERENCES portal.plaatsing (id),
  CONSTRAINT fk_verblijf_locatie_id FOREIGN KEY(locatie_id) REFERENCES portal.locatie (id),
  CONSTRAINT fk_verblijf_aanbieder_id FOREIGN KEY(aanbieder_id) REFERENCES portal.aanbieder (id)
);
CREATE INDEX ix_verblijf_aanbieder ON portal.verblijf (aanbieder_id);
CREATE INDEX ix_verblijf_plaatsing ON portal.verblijf (plaatsing_id);

CREATE TABLE portal.overdracht (
  id UUID NOT NULL,
  plaatsing_id UUID,
  toegang_id UUID,
  traject_id UUID NOT NULL,
  richting TEXT NOT NULL,
  ontvanger_id UUID NOT NULL,
  verzender_id UUID NOT NULL,
  ingaand_on DATE NOT NULL,
  verloopt_on DATE NOT NULL,
  verblijf_id UUID,
  geschil_on DATE,
  advies TEXT NOT NULL,
  advies_on DATE,
  afgeschermd BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_overdracht PRIMARY KEY (id),
  CONSTRAINT ck_overdracht_richting_bekend CHECK (richting IN ('heen', 'terug')),
  CONSTRAINT ck_overdracht_van_plaatsing_of_melding CHECK (num_nonnulls(plaatsing_id, toegang_id) = 1 AND (toegang_id IS NULL OR (verblijf_id IS NULL AND richting = 'heen'))),
  CONSTRAINT ck_overdracht_niet_aan_zichzelf CHECK (ontvanger_id <> verzender_id),
  CONSTRAINT ck_overdracht_advies_heel CHECK ((advies = '') = (advies_on IS NULL) AND (advies_on IS NULL OR geschil_on <= advies_on)),
  CONSTRAINT fk_overdracht_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_overdracht_plaatsing_id FOREIGN KEY(plaatsing_id) REFERENCES portal.plaatsing (id),
  CONSTRAINT fk_overdracht_toegang_id FOREIGN KEY(toegang_id) REFERENCES portal.toegang (id),
  CONSTRAINT fk_overdracht_ontvanger_id FOREIGN KEY(ontvanger_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_overdracht_verzender_id FOREIGN KEY(verzender_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_overdracht_verblijf_id FOREIGN KEY(verblijf_id) REFERENCES portal.verblijf (id)
);
CREATE INDEX ix_overdracht_plaatsing ON portal.overdracht (plaatsing_id);
CREATE INDEX ix_overdracht_toegang ON portal.overdracht (toegang_id);
CREATE INDEX ix_overdracht_traject ON portal.overdracht (traject_id);

CREATE TABLE portal.verantwoordelijkheid (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  traject_id UUID NOT NULL,
  gemeente_id UUID NOT NULL,
  van DATE NOT NULL,
  grondslag TEXT NOT NULL,
  overdracht_id UUID,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_verantwoordelijkheid PRIMARY KEY (id),
  CONSTRAINT uq_verantwoordelijkheid_traject_id_van UNIQUE (traject_id, van),
  CONSTRAINT fk_verantwoordelijkheid_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_verantwoordelijkheid_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_verantwoordelijkheid_overdracht_id FOREIGN KEY(overdracht_id) REFERENCES portal.overdracht (id)
);

CREATE TABLE portal.bezetting (
  id UUID NOT NULL,
  locatie_id UUID NOT NULL,
  plek INTEGER,
  periode DATERANGE NOT NULL,
  soort TEXT NOT NULL,
  verblijf_id UUID,
  party_id UUID NOT NULL,
  verloopt_at TIMESTAMP WITH TIME ZONE,
  vrij_at TIMESTAMP WITH TIME ZONE,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_bezetting PRIMARY KEY (id),
  CONSTRAINT ck_bezetting_soort_bekend CHECK (soort IN ('vastgehouden', 'bezet')),
  CONSTRAINT ck_bezetting_vastgehouden_verloopt CHECK ((soort = 'vastgehouden') = (verloopt_at IS NOT NULL)),
  CONSTRAINT ck_bezetting_periode_heel CHECK (NOT isempty(periode)),
  CONSTRAINT ex_bezetting_een_per_plek EXCLUDE USING gist (locatie_id WITH =, plek WITH =, periode WITH &&) WHERE (vrij_at IS NULL),
  CONSTRAINT fk_bezetting_locatie_id FOREIGN KEY(locatie_id) REFERENCES portal.locatie (id),
  CONSTRAINT fk_bezetting_verblijf_id FOREIGN KEY(verblijf_id) REFERENCES portal.verblijf (id),
  CONSTRAINT fk_bezetting_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id)
);
CREATE UNIQUE INDEX uq_bezetting_verblijf ON portal.bezetting (verblijf_id) WHERE vrij_at IS NULL;

CREATE TABLE portal.locatie_adres (
  locatie_id UUID NOT NULL,
  party_id UUID NOT NULL,
  adres TEXT NOT NULL,
  CONSTRAINT pk_locatie_adres PRIMARY KEY (locatie_id),
  CONSTRAINT fk_locatie_adres_party_id_locatie_id FOREIGN KEY(party_id, locatie_id) REFERENCES portal.locatie (party_id, id)
);

CREATE TABLE portal.capaciteit (
  locatie_id UUID NOT NULL,
  van DATE NOT NULL,
  party_id UUID NOT NULL,
  aantal INTEGER NOT NULL,
  CONSTRAINT pk_capaciteit PRIMARY KEY (locatie_id, van),
  CONSTRAINT fk_capaciteit_party_id_locatie_id FOREIGN KEY(party_id, locatie_id) REFERENCES portal.locatie (party_id, id),
  CONSTRAINT ck_capaciteit_aantal_kan CHECK (aantal BETWEEN 0 AND 1000)
);

CREATE TABLE portal.plaatsvraag (
  nodig TEXT[] NOT NULL,
  gemeenten UUID[] NOT NULL,
  mijden UUID[] NOT NULL,
  overbrugging TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_plaatsvraag PRIMARY KEY (id),
  CONSTRAINT fk_plaatsvraag_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_plaatsvraag_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_plaatsvraag_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_plaatsvraag_dossier ON portal.plaatsvraag (dossier_id);

CREATE TABLE portal.wachtregel (
  kenmerk TEXT NOT NULL,
  product TEXT NOT NULL,
  doelgroep TEXT NOT NULL,
  leeftijd INTEGER NOT NULL,
  nodig TEXT[] NOT NULL,
  gemeld_on DATE NOT NULL,
  omstandigheden TEXT[] NOT NULL,
  versie TEXT NOT NULL,
  lot INTEGER NOT NULL,
  afgeschermd BOOLEAN NOT NULL,
  sinds_on DATE NOT NULL,
  tot_on DATE,
  einde TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_wachtregel PRIMARY KEY (id),
  CONSTRAINT fk_wachtregel_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_wachtregel_tot_na_sinds CHECK (tot_on >= sinds_on),
  CONSTRAINT ck_wachtregel_einde_met_reden CHECK ((tot_on IS NULL) = (einde = '')),
  CONSTRAINT fk_wachtregel_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_wachtregel_dossier ON portal.wachtregel (dossier_id);
CREATE INDEX ix_wachtregel_open ON portal.wachtregel (product) WHERE tot_on IS NULL;
CREATE UNIQUE INDEX uq_wachtregel_open ON portal.wachtregel (dossier_id) WHERE tot_on IS NULL;

CREATE TABLE portal.overgeslagen (
  wachtregel_id UUID NOT NULL,
  verblijf_id UUID NOT NULL,
  reden TEXT NOT NULL,
  op_on DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_overgeslagen PRIMARY KEY (id),
  CONSTRAINT fk_overgeslagen_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_overgeslagen_wachtregel_id_verblijf_id UNIQUE (wachtregel_id, verblijf_id),
  CONSTRAINT ck_overgeslagen_met_reden CHECK (reden <> ''),
  CONSTRAINT fk_overgeslagen_wachtregel_id FOREIGN KEY(wachtregel_id) REFERENCES portal.wachtregel (id),
  CONSTRAINT fk_overgeslagen_verblijf_id FOREIGN KEY(verblijf_id) REFERENCES portal.verblijf (id),
  CONSTRAINT fk_overgeslagen_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_overgeslagen_dossier ON portal.overgeslagen (dossier_id);

CREATE TABLE portal.terugkeertoets (
  op_on DATE NOT NULL,
  besproken_on DATE NOT NULL,
  mogelijk BOOLEAN NOT NULL,
  helpt_herstel BOOLEAN NOT NULL,
  reden TEXT NOT NULL,
  opnieuw_on DATE,
  door UUID NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_terugkeertoets PRIMARY KEY (id),
  CONSTRAINT fk_terugkeertoets_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_terugkeertoets_nee_met_reden CHECK ((mogelijk AND helpt_herstel) OR (reden <> '' AND opnieuw_on > op_on)),
  CONSTRAINT fk_terugkeertoets_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_terugkeertoets_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_terugkeertoets_dossier ON portal.terugkeertoets (dossier_id);

CREATE TABLE portal.kandidaatkaart (
  doelgroep TEXT NOT NULL,
  leeftijd INTEGER NOT NULL,
  nodig TEXT[] NOT NULL,
  toelichting TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_kandidaatkaart PRIMARY KEY (id),
  CONSTRAINT fk_kandidaatkaart_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_kandidaatkaart_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_kandidaatkaart_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_kandidaatkaart_dossier ON portal.kandidaatkaart (dossier_id);

CREATE TABLE portal.clientgegevens (
  naam TEXT NOT NULL,
  geboren_on DATE NOT NULL,
  contact TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_clientgegevens PRIMARY KEY (id),
  CONSTRAINT fk_clientgegevens_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_clientgegevens_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_clientgegevens_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_clientgegevens_dossier ON portal.clientgegevens (dossier_id);

CREATE TABLE portal.momentopname (
  inhoud JSONB NOT NULL,
  sha256 TEXT NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_momentopname PRIMARY KEY (id),
  CONSTRAINT fk_momentopname_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_momentopname_dossier_id UNIQUE (dossier_id),
  CONSTRAINT fk_momentopname_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_momentopname_dossier ON portal.momentopname (dossier_id);

CREATE TABLE portal.grond (
  voor_id UUID NOT NULL,
  soort TEXT NOT NULL,
  vindplaats TEXT NOT NULL,
  van_on DATE NOT NULL,
  tot_on DATE NOT NULL,
  ingetrokken_at TIMESTAMP WITH TIME ZONE,
  vastgelegd_by UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_grond PRIMARY KEY (id),
  CONSTRAINT fk_grond_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_grond_soort_bekend CHECK (soort IN ('mandaat', 'toestemming', 'contract')),
  CONSTRAINT ck_grond_tot_na_van CHECK (tot_on >= van_on),
  CONSTRAINT ck_grond_met_vindplaats CHECK (vindplaats <> ''),
  CONSTRAINT fk_grond_voor_id FOREIGN KEY(voor_id) REFERENCES portal.partij (id),
  CONSTRAINT fk_grond_vastgelegd_by FOREIGN KEY(vastgelegd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_grond_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_grond_dossier ON portal.grond (dossier_id);

CREATE TABLE portal.plaatsing_antwoord (
  ja BOOLEAN NOT NULL,
  reden TEXT NOT NULL,
  toelichting TEXT NOT NULL,
  ingaand_on DATE,
  aansluitend TEXT NOT NULL,
  gegeven_by UUID NOT NULL,
  gegeven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_plaatsing_antwoord PRIMARY KEY (id),
  CONSTRAINT fk_plaatsing_antwoord_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_plaatsing_antwoord_nee_met_reden CHECK (ja OR reden <> ''),
  CONSTRAINT fk_plaatsing_antwoord_gegeven_by FOREIGN KEY(gegeven_by) REFERENCES portal.account (id),
  CONSTRAINT fk_plaatsing_antwoord_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_plaatsing_antwoord_dossier ON portal.plaatsing_antwoord (dossier_id);

CREATE TABLE portal.overdrachtspunt (
  code TEXT NOT NULL,
  antwoord TEXT NOT NULL,
  toelichting TEXT NOT NULL,
  klaar_on DATE NOT NULL,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_overdrachtspunt PRIMARY KEY (id),
  CONSTRAINT fk_overdrachtspunt_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_overdrachtspunt_dossier_id_code UNIQUE (dossier_id, code),
  CONSTRAINT ck_overdrachtspunt_antwoord_bekend CHECK (antwoord IN ('ja', 'nee', 'geweigerd')),
  CONSTRAINT ck_overdrachtspunt_nee_met_reden CHECK (antwoord <> 'nee' OR toelichting <> ''),
  CONSTRAINT fk_overdrachtspunt_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_overdrachtspunt_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_overdrachtspunt_dossier ON portal.overdrachtspunt (dossier_id);

CREATE TABLE portal.overdrachtsteken (
  door UUID NOT NULL,
  getekend_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_overdrachtsteken PRIMARY KEY (id),
  CONSTRAINT fk_overdrachtsteken_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_overdrachtsteken_dossier_id_party_id UNIQUE (dossier_id, party_id),
  CONSTRAINT uq_overdrachtsteken_dossier_id_door UNIQUE (dossier_id, door),
  CONSTRAINT fk_overdrachtsteken_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_overdrachtsteken_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_overdrachtsteken_dossier ON portal.overdrachtsteken (dossier_id);

ALTER TABLE portal.plaatsing ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.plaatsing FORCE ROW LEVEL SECURITY;
CREATE POLICY plaatsing_eigenaar ON portal.plaatsing TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY plaatsing_select ON portal.plaatsing FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = plaatsing.id));
GRANT SELECT ON portal.plaatsing TO portal_app;
CREATE POLICY plaatsing_insert ON portal.plaatsing FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = plaatsing.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'plaatsing') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party()) AND (toegang_id IS NULL OR EXISTS (SELECT 1 FROM portal.dossier t WHERE t.id = toegang_id AND t.eigenaar_id = (SELECT portal.party()))));
GRANT INSERT ON portal.plaatsing TO portal_app;
CREATE POLICY plaatsing_update ON portal.plaatsing FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = plaatsing.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'plaatsing') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party())) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = plaatsing.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'plaatsing') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND gemeente_id = (SELECT portal.party()));
GRANT UPDATE (product, doelgroep, van, tot, pgb_motief, indicatie_tot, overgang_on) ON portal.plaatsing TO portal_app;

ALTER TABLE portal.locatie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.locatie FORCE ROW LEVEL SECURITY;
CREATE POLICY locatie_eigenaar ON portal.locatie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY locatie_select ON portal.locatie FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT SELECT ON portal.locatie TO portal_app;
CREATE POLICY locatie_insert ON portal.locatie FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()));
GRANT INSERT ON portal.locatie TO portal_app;
CREATE POLICY locatie_update ON portal.locatie FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (naam, geheim, doelgroepen, kenmerken, leeftijd_van, leeftijd_tot, begeleiding, gesloten_on) ON portal.locatie TO portal_app;

ALTER TABLE portal.verblijf ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verblijf FORCE ROW LEVEL SECURITY;
CREATE POLICY verblijf_eigenaar ON portal.verblijf TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verblijf_select ON portal.verblijf FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id));
GRANT SELECT ON portal.verblijf TO portal_app;
CREATE POLICY verblijf_insert ON portal.verblijf FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verblijf') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND EXISTS (SELECT 1 FROM portal.dossier p WHERE p.id = plaatsing_id AND p.eigenaar_id = (SELECT portal.party())) AND EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id AND l.party_id = aanbieder_id) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id AND ((d.state = 'aangeboden' AND verblijf.verloopt_at <= portal.clock_now() + interval '5 days 1 minute') OR (d.state = 'loopt' AND EXISTS (SELECT 1 FROM portal.bezetting b JOIN portal.overdracht o ON o.id = b.id JOIN portal.plaatsing p ON p.traject_id = o.traject_id WHERE p.id = verblijf.plaatsing_id AND b.locatie_id = verblijf.locatie_id AND b.party_id = (SELECT portal.party()) AND b.verblijf_id IS NULL AND b.vrij_at IS NULL)))));
GRANT INSERT ON portal.verblijf TO portal_app;
CREATE POLICY verblijf_update ON portal.verblijf FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verblijf') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = verblijf.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'verblijf') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (tot, inwoner_ja, inwoner_reden, dagprijs, begonnen_on, geeindigd_on, betaald_tot) ON portal.verblijf TO portal_app;

ALTER TABLE portal.overdracht ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.overdracht FORCE ROW LEVEL SECURITY;
CREATE POLICY overdracht_eigenaar ON portal.overdracht TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY overdracht_select ON portal.overdracht FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = overdracht.id));
GRANT SELECT ON portal.overdracht TO portal_app;
CREATE POLICY overdracht_insert ON portal.overdracht FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = overdracht.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'overdracht') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND verzender_id = (SELECT portal.party()) AND (EXISTS (SELECT 1 FROM portal.toegang t JOIN portal.dossier d ON d.id = t.id WHERE t.id = toegang_id AND d.eigenaar_id = (SELECT portal.party())) OR EXISTS (SELECT 1 FROM portal.plaatsing p JOIN portal.dossier d ON d.id = p.id WHERE p.id = plaatsing_id AND d.eigenaar_id = (SELECT portal.party()) AND p.traject_id = overdracht.traject_id)) AND (verblijf_id IS NULL OR EXISTS (SELECT 1 FROM portal.verblijf v WHERE v.id = verblijf_id AND v.plaatsing_id = overdracht.plaatsing_id)));
GRANT INSERT ON portal.overdracht TO portal_app;
CREATE POLICY overdracht_update ON portal.overdracht FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = overdracht.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'overdracht') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND verzender_id = (SELECT portal.party())) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = overdracht.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'overdracht') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND verzender_id = (SELECT portal.party()));
GRANT UPDATE (geschil_on, advies, advies_on, verloopt_on) ON portal.overdracht TO portal_app;

ALTER TABLE portal.verantwoordelijkheid ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verantwoordelijkheid FORCE ROW LEVEL SECURITY;
CREATE POLICY verantwoordelijkheid_eigenaar ON portal.verantwoordelijkheid TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verantwoordelijkheid_select ON portal.verantwoordelijkheid FOR SELECT TO portal_app USING (gemeente_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.plaatsing p WHERE p.traject_id = verantwoordelijkheid.traject_id AND p.gemeente_id = (SELECT portal.party())) OR EXISTS (SELECT 1 FROM portal.overdracht o WHERE o.traject_id = verantwoordelijkheid.traject_id AND (SELECT portal.party()) IN (o.verzender_id, o.ontvanger_id)));
GRANT SELECT ON portal.verantwoordelijkheid TO portal_app;
CREATE POLICY verantwoordelijkheid_insert ON portal.verantwoordelijkheid FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gemeente_id = (SELECT portal.party()) AND overdracht_id IS NULL);
GRANT INSERT ON portal.verantwoordelijkheid TO portal_app;

ALTER TABLE portal.bezetting ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.bezetting FORCE ROW LEVEL SECURITY;
CREATE POLICY bezetting_eigenaar ON portal.bezetting TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY bezetting_select ON portal.bezetting FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.bezetting TO portal_app;
CREATE POLICY bezetting_insert ON portal.bezetting FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = verblijf_id AND v.locatie_id = bezetting.locatie_id AND d.eigenaar_id = (SELECT portal.party())));
GRANT INSERT ON portal.bezetting TO portal_app;
CREATE POLICY bezetting_update ON portal.bezetting FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (periode, soort, verblijf_id, verloopt_at, vrij_at) ON portal.bezetting TO portal_app;

ALTER TABLE portal.locatie_adres ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.locatie_adres FORCE ROW LEVEL SECURITY;
CREATE POLICY locatie_adres_eigenaar ON portal.locatie_adres TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY locatie_adres_select ON portal.locatie_adres FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()) OR (EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND (EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id AND NOT l.geheim) OR EXISTS (SELECT 1 FROM portal.bezetting b WHERE b.locatie_id = locatie_adres.locatie_id AND b.party_id = (SELECT portal.party()) AND b.soort = 'bezet' AND b.vrij_at IS NULL AND (upper_inf(b.periode) OR upper(b.periode) > (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date)))));
GRANT SELECT ON portal.locatie_adres TO portal_app;
CREATE POLICY locatie_adres_insert ON portal.locatie_adres FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()));
GRANT INSERT ON portal.locatie_adres TO portal_app;
CREATE POLICY locatie_adres_update ON portal.locatie_adres FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (adres) ON portal.locatie_adres TO portal_app;

ALTER TABLE portal.capaciteit ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.capaciteit FORCE ROW LEVEL SECURITY;
CREATE POLICY capaciteit_eigenaar ON portal.capaciteit TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY capaciteit_select ON portal.capaciteit FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.locatie l WHERE l.id = locatie_id));
GRANT SELECT ON portal.capaciteit TO portal_app;
CREATE POLICY capaciteit_insert ON portal.capaciteit FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()));
GRANT INSERT ON portal.capaciteit TO portal_app;

ALTER TABLE portal.plaatsvraag ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.plaatsvraag FORCE ROW LEVEL SECURITY;
CREATE POLICY plaatsvraag_eigenaar ON portal.plaatsvraag TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY plaatsvraag_select ON portal.plaatsvraag FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.plaatsvraag TO portal_app;
CREATE POLICY plaatsvraag_insert ON portal.plaatsvraag FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.plaatsvraag TO portal_app;
CREATE POLICY plaatsvraag_update ON portal.plaatsvraag FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (nodig, gemeenten, mijden, overbrugging) ON portal.plaatsvraag TO portal_app;

ALTER TABLE portal.wachtregel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.wachtregel FORCE ROW LEVEL SECURITY;
CREATE POLICY wachtregel_eigenaar ON portal.wachtregel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY wachtregel_select ON portal.wachtregel FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR (tot_on IS NULL AND NOT afgeschermd AND eigenaar_id IN (SELECT b.gemeente_id FROM portal.deelname a JOIN portal.deelname b ON b.verband_id = a.verband_id JOIN portal.samenwerkingsverband v ON v.id = a.verband_id AND v.domein = 'beschermd_wonen' WHERE a.gemeente_id = (SELECT portal.party()) AND daterange(a.van, a.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date AND daterange(b.van, b.tot) @> (portal.now() AT TIME ZONE 'Europe/Amsterdam')::date)));
GRANT SELECT ON portal.wachtregel TO portal_app;
CREATE POLICY wachtregel_insert ON portal.wachtregel FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.wachtregel TO portal_app;
CREATE POLICY wachtregel_update ON portal.wachtregel FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (omstandigheden, tot_on, einde) ON portal.wachtregel TO portal_app;

ALTER TABLE portal.overgeslagen ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.overgeslagen FORCE ROW LEVEL SECURITY;
CREATE POLICY overgeslagen_eigenaar ON portal.overgeslagen TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY overgeslagen_select ON portal.overgeslagen FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.wachtregel w WHERE w.id = wachtregel_id AND w.eigenaar_id = (SELECT portal.party())));
GRANT SELECT ON portal.overgeslagen TO portal_app;
CREATE POLICY overgeslagen_insert ON portal.overgeslagen FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.overgeslagen TO portal_app;

ALTER TABLE portal.terugkeertoets ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.terugkeertoets FORCE ROW LEVEL SECURITY;
CREATE POLICY terugkeertoets_eigenaar ON portal.terugkeertoets TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY terugkeertoets_select ON portal.terugkeertoets FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.terugkeertoets TO portal_app;
CREATE POLICY terugkeertoets_insert ON portal.terugkeertoets FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()));
GRANT INSERT ON portal.terugkeertoets TO portal_app;

ALTER TABLE portal.kandidaatkaart ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.kandidaatkaart FORCE ROW LEVEL SECURITY;
CREATE POLICY kandidaatkaart_eigenaar ON portal.kandidaatkaart TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY kandidaatkaart_select ON portal.kandidaatkaart FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.kandidaatkaart TO portal_app;
CREATE POLICY kandidaatkaart_insert ON portal.kandidaatkaart FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.kandidaatkaart TO portal_app;

ALTER TABLE portal.clientgegevens ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.clientgegevens FORCE ROW LEVEL SECURITY;
CREATE POLICY clientgegevens_eigenaar ON portal.clientgegevens TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY clientgegevens_select ON portal.clientgegevens FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR EXISTS (SELECT 1 FROM portal.verblijf v JOIN portal.dossier d ON d.id = v.id WHERE v.id = dossier_id AND v.aanbieder_id = (SELECT portal.party()) AND d.state IN ('gereserveerd', 'loopt', 'stil', 'beeindigd')));
GRANT SELECT ON portal.clientgegevens TO portal_app;
CREATE POLICY clientgegevens_insert ON portal.clientgegevens FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.clientgegevens TO portal_app;
CREATE POLICY clientgegevens_update ON portal.clientgegevens FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (naam, contact) ON portal.clientgegevens TO portal_app;

ALTER TABLE portal.momentopname ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.momentopname FORCE ROW LEVEL SECURITY;
CREATE POLICY momentopname_eigenaar ON portal.momentopname TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY momentopname_select ON portal.momentopname FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.momentopname TO portal_app;
CREATE POLICY momentopname_insert ON portal.momentopname FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT INSERT ON portal.momentopname TO portal_app;

ALTER TABLE portal.grond ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.grond FORCE ROW LEVEL SECURITY;
CREATE POLICY grond_eigenaar ON portal.grond TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY grond_select ON portal.grond FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR (voor_id = (SELECT portal.party()) AND dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.grond TO portal_app;
CREATE POLICY grond_insert ON portal.grond FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND vastgelegd_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.grond TO portal_app;
CREATE POLICY grond_update ON portal.grond FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (ingetrokken_at) ON portal.grond TO portal_app;

ALTER TABLE portal.plaatsing_antwoord ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.plaatsing_antwoord FORCE ROW LEVEL SECURITY;
CREATE POLICY plaatsing_antwoord_eigenaar ON portal.plaatsing_antwoord TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY plaatsing_antwoord_select ON portal.plaatsing_antwoord FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.plaatsing_antwoord TO portal_app;
CREATE POLICY plaatsing_antwoord_insert ON portal.plaatsing_antwoord FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND eigenaar_id <> (SELECT portal.party()) AND gegeven_by = (SELECT portal.user_id()));
GRANT INSERT ON portal.plaatsing_antwoord TO portal_app;

ALTER TABLE portal.overdrachtspunt ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.overdrachtspunt FORCE ROW LEVEL SECURITY;
CREATE POLICY overdrachtspunt_eigenaar ON portal.overdrachtspunt TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY overdrachtspunt_select ON portal.overdrachtspunt FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.overdrachtspunt TO portal_app;
CREATE POLICY overdrachtspunt_insert ON portal.overdrachtspunt FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'aanvaard'));
GRANT INSERT ON portal.overdrachtspunt TO portal_app;
CREATE POLICY overdrachtspunt_update ON portal.overdrachtspunt FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'aanvaard')) WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'aanvaard'));
GRANT UPDATE (antwoord, toelichting, klaar_on, door) ON portal.overdrachtspunt TO portal_app;

ALTER TABLE portal.overdrachtsteken ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.overdrachtsteken FORCE ROW LEVEL SECURITY;
CREATE POLICY overdrachtsteken_eigenaar ON portal.overdrachtsteken TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY overdrachtsteken_select ON portal.overdrachtsteken FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.overdrachtsteken TO portal_app;
CREATE POLICY overdrachtsteken_insert ON portal.overdrachtsteken FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = dossier_id AND d.state = 'aanvaard'));
GRANT INSERT ON portal.overdrachtsteken TO portal_app;
