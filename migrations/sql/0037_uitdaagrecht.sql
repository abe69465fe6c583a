CREATE TABLE portal.gemeentetaak (
  id UUID NOT NULL,
  party_id UUID NOT NULL,
  naam TEXT NOT NULL,
  omschrijving TEXT NOT NULL,
  product TEXT NOT NULL,
  kosten NUMERIC(14, 2),
  kosten_jaar INTEGER,
  bron TEXT NOT NULL,
  kwaliteit TEXT NOT NULL,
  overeenkomst_id UUID,
  subsidie_id UUID,
  contract_tot DATE,
  bevoegd_id UUID,
  uitdaagbaar BOOLEAN NOT NULL,
  reden TEXT NOT NULL,
  openbaar_at TIMESTAMP WITH TIME ZONE,
  gewijzigd_by UUID NOT NULL,
  gewijzigd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_gemeentetaak PRIMARY KEY (id),
  CONSTRAINT uq_gemeentetaak_party_id_naam UNIQUE (party_id, naam),
  CONSTRAINT ck_gemeentetaak_met_naam CHECK (naam <> '' AND omschrijving <> ''),
  CONSTRAINT ck_gemeentetaak_uitgesloten_met_reden CHECK (uitdaagbaar OR reden <> ''),
  CONSTRAINT ck_gemeentetaak_kosten_met_bron CHECK (kosten IS NULL OR (kosten >= 0 AND kosten_jaar BETWEEN 2000 AND 2100 AND bron <> '')),
  CONSTRAINT fk_gemeentetaak_party_id FOREIGN KEY(party_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_gemeentetaak_overeenkomst_id FOREIGN KEY(overeenkomst_id) REFERENCES portal.overeenkomst (id),
  CONSTRAINT fk_gemeentetaak_subsidie_id FOREIGN KEY(subsidie_id) REFERENCES portal.subsidie (id),
  CONSTRAINT fk_gemeentetaak_bevoegd_id FOREIGN KEY(bevoegd_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_gemeentetaak_gewijzigd_by FOREIGN KEY(gewijzigd_by) REFERENCES portal.account (id)
);

CREATE TABLE portal.initiatief (
  id UUID NOT NULL,
  gemeente_id UUID NOT NULL,
  taak_id UUID,
  gegevens JSONB NOT NULL,
  CONSTRAINT pk_initiatief PRIMARY KEY (id),
  CONSTRAINT fk_initiatief_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_initiatief_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_initiatief_taak_id FOREIGN KEY(taak_id) REFERENCES portal.gemeentetaak (id)
);

CREATE TABLE portal.ideeconcept (
  token_hash BYTEA NOT NULL,
  gegevens JSONB NOT NULL,
  gemaakt_at TIMESTAMP WITH TIME ZONE DEFAULT portal.now() NOT NULL,
  CONSTRAINT pk_ideeconcept PRIMARY KEY (token_hash)
);

CREATE TABLE portal.medeindiener (
  naam TEXT NOT NULL,
  code_hash BYTEA NOT NULL,
  code_tot_at TIMESTAMP WITH TIME ZONE NOT NULL,
  inwoner_id UUID,
  bevestigd_at TIMESTAMP WITH TIME ZONE,
  vervallen_at TIMESTAMP WITH TIME ZONE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_medeindiener PRIMARY KEY (id),
  CONSTRAINT fk_medeindiener_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_medeindiener_code_hash UNIQUE (code_hash),
  CONSTRAINT ck_medeindiener_bevestigd_door CHECK ((inwoner_id IS NULL) = (bevestigd_at IS NULL)),
  CONSTRAINT fk_medeindiener_inwoner_id FOREIGN KEY(inwoner_id) REFERENCES portal.partij (id),
  CONSTRAINT fk_medeindiener_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_medeindiener_dossier ON portal.medeindiener (dossier_id);
CREATE UNIQUE INDEX uq_medeindiener_wie ON portal.medeindiener (dossier_id, inwoner_id) WHERE vervallen_at IS NULL;

CREATE TABLE portal.inzending (
  soort TEXT NOT NULL,
  gemeente_id UUID NOT NULL,
  inhoud JSONB NOT NULL,
  vingerafdruk TEXT NOT NULL,
  ontvangst_nummer TEXT NOT NULL,
  verzonden_by UUID NOT NULL,
  verzonden_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_inzending PRIMARY KEY (id),
  CONSTRAINT fk_inzending_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_inzending_soort_bekend CHECK (soort IN ('vraag', 'uitdaging', 'aanvulling', 'plan', 'instemming', 'intrekking', 'bezwaar', 'klacht', 'voortgang', 'pagina', 'tegen_verbergen')),
  CONSTRAINT fk_inzending_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id),
  CONSTRAINT uq_inzending_ontvangst_nummer UNIQUE (ontvangst_nummer),
  CONSTRAINT fk_inzending_verzonden_by FOREIGN KEY(verzonden_by) REFERENCES portal.account (id),
  CONSTRAINT fk_inzending_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_inzending_dossier ON portal.inzending (dossier_id);

CREATE TABLE portal.uitdaging (
  id UUID NOT NULL,
  initiatief_id UUID,
  indiener_id UUID,
  taak_id UUID,
  regiotaak TEXT NOT NULL,
  regels JSONB NOT NULL,
  plan JSONB NOT NULL,
  papier_van TEXT NOT NULL,
  ontvangen_on DATE NOT NULL,
  eerste_on DATE NOT NULL,
  gevraagd TEXT[] NOT NULL,
  doorgeleid TEXT,
  doorgeleid_naar TEXT NOT NULL,
  doorgeleid_id UUID,
  route TEXT,
  aanpassing TEXT NOT NULL,
  aanpassing_ja BOOLEAN,
  uitkomst TEXT,
  CONSTRAINT pk_uitdaging PRIMARY KEY (id),
  CONSTRAINT ck_uitdaging_doorgeleid_bekend CHECK (doorgeleid IN ('suggestie', 'subsidie', 'burgerinitiatief', 'klacht', 'andere_gemeente', 'ander_orgaan')),
  CONSTRAINT ck_uitdaging_route_bekend CHECK (route IN ('subsidie', 'opdracht', 'overeenkomst', 'mandaat', 'niet_mogelijk')),
  CONSTRAINT ck_uitdaging_uitkomst_bekend CHECK (uitkomst IN ('toewijzen', 'aanpassen', 'proef', 'afwijzen', 'niet_ontvankelijk')),
  CONSTRAINT uq_uitdaging_initiatief_id_id UNIQUE (initiatief_id, id),
  CONSTRAINT ck_uitdaging_eerste_niet_later CHECK (eerste_on <= ontvangen_on),
  CONSTRAINT ck_uitdaging_van_wie CHECK ((indiener_id IS NULL) = (initiatief_id IS NULL)),
  CONSTRAINT ck_uitdaging_papier_van_wie CHECK (indiener_id IS NOT NULL OR papier_van <> ''),
  CONSTRAINT ck_uitdaging_naar_welke_gemeente CHECK ((doorgeleid = 'andere_gemeente') IS NOT TRUE OR doorgeleid_id IS NOT NULL),
  CONSTRAINT ck_uitdaging_ja_op_aanpassing CHECK (aanpassing_ja IS NULL OR aanpassing <> ''),
  CONSTRAINT fk_uitdaging_id FOREIGN KEY(id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_uitdaging_initiatief_id FOREIGN KEY(initiatief_id) REFERENCES portal.initiatief (id),
  CONSTRAINT fk_uitdaging_indiener_id FOREIGN KEY(indiener_id) REFERENCES portal.partij (id),
  CONSTRAINT fk_uitdaging_taak_id FOREIGN KEY(taak_id) REFERENCES portal.gemeentetaak (id),
  CONSTRAINT fk_uitdaging_doorgeleid_id FOREIGN KEY(doorgeleid_id) REFERENCES portal.gemeente (id)
);
CREATE UNIQUE INDEX uq_uitdaging_initiatief_open ON portal.uitdaging (initiatief_id) WHERE doorgeleid_id IS NULL;

CREATE TABLE portal.informatie (
  vraag TEXT NOT NULL,
  antwoord TEXT NOT NULL,
  kosten TEXT NOT NULL,
  kwaliteit TEXT NOT NULL,
  contract TEXT NOT NULL,
  achtergehouden TEXT NOT NULL,
  achtergehouden_reden TEXT NOT NULL,
  beantwoord_on DATE,
  beantwoord_by UUID,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_informatie PRIMARY KEY (id),
  CONSTRAINT fk_informatie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_informatie_achtergehouden_met_reden CHECK (achtergehouden = '' OR achtergehouden_reden <> ''),
  CONSTRAINT ck_informatie_beantwoord_door CHECK ((beantwoord_on IS NULL) = (beantwoord_by IS NULL)),
  CONSTRAINT ck_informatie_antwoord_in_een_keer CHECK ((beantwoord_on IS NULL) = (antwoord = '') AND (beantwoord_on IS NOT NULL OR kosten || kwaliteit || contract || achtergehouden || achtergehouden_reden = '')),
  CONSTRAINT fk_informatie_beantwoord_by FOREIGN KEY(beantwoord_by) REFERENCES portal.account (id),
  CONSTRAINT fk_informatie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_informatie_dossier ON portal.informatie (dossier_id);

CREATE TABLE portal.gesprek (
  op_on DATE NOT NULL,
  wie TEXT NOT NULL,
  verslag TEXT NOT NULL,
  geschreven_by UUID NOT NULL,
  geschreven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_gesprek PRIMARY KEY (id),
  CONSTRAINT fk_gesprek_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_gesprek_met_verslag CHECK (verslag <> '' AND wie <> ''),
  CONSTRAINT fk_gesprek_geschreven_by FOREIGN KEY(geschreven_by) REFERENCES portal.account (id),
  CONSTRAINT fk_gesprek_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_gesprek_dossier ON portal.gesprek (dossier_id);

CREATE TABLE portal.verslagakkoord (
  gesprek_id UUID NOT NULL,
  akkoord BOOLEAN NOT NULL,
  opmerking TEXT NOT NULL,
  door UUID NOT NULL,
  gezegd_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_verslagakkoord PRIMARY KEY (id),
  CONSTRAINT fk_verslagakkoord_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_verslagakkoord_gesprek_id_party_id UNIQUE (gesprek_id, party_id),
  CONSTRAINT ck_verslagakkoord_oneens_met_opmerking CHECK (akkoord OR opmerking <> ''),
  CONSTRAINT fk_verslagakkoord_gesprek_id FOREIGN KEY(gesprek_id) REFERENCES portal.gesprek (id),
  CONSTRAINT fk_verslagakkoord_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_verslagakkoord_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_verslagakkoord_dossier ON portal.verslagakkoord (dossier_id);

CREATE TABLE portal.criteriumoordeel (
  criterium TEXT NOT NULL,
  oordeel TEXT NOT NULL,
  motivering TEXT NOT NULL,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_criteriumoordeel PRIMARY KEY (id),
  CONSTRAINT fk_criteriumoordeel_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_criteriumoordeel_oordeel_bekend CHECK (oordeel IN ('voldoet', 'deels', 'voldoet_niet')),
  CONSTRAINT uq_criteriumoordeel_dossier_id_criterium UNIQUE (dossier_id, criterium),
  CONSTRAINT ck_criteriumoordeel_met_motivering CHECK (motivering <> ''),
  CONSTRAINT fk_criteriumoordeel_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_criteriumoordeel_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_criteriumoordeel_dossier ON portal.criteriumoordeel (dossier_id);

CREATE TABLE portal.routetoets (
  route TEXT NOT NULL,
  toelichting TEXT NOT NULL,
  door UUID NOT NULL,
  op_on DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_routetoets PRIMARY KEY (id),
  CONSTRAINT fk_routetoets_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_routetoets_route_bekend CHECK (route IN ('subsidie', 'opdracht', 'overeenkomst', 'mandaat', 'niet_mogelijk')),
  CONSTRAINT uq_routetoets_dossier_id UNIQUE (dossier_id),
  CONSTRAINT ck_routetoets_met_toelichting CHECK (toelichting <> ''),
  CONSTRAINT fk_routetoets_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_routetoets_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_routetoets_dossier ON portal.routetoets (dossier_id);

CREATE TABLE portal.paneladvies (
  account_id UUID NOT NULL,
  advies TEXT NOT NULL,
  motivering TEXT NOT NULL,
  gegeven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_paneladvies PRIMARY KEY (id),
  CONSTRAINT fk_paneladvies_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_paneladvies_advies_bekend CHECK (advies IN ('toewijzen', 'aanpassen', 'proef', 'afwijzen', 'niet_ontvankelijk')),
  CONSTRAINT uq_paneladvies_dossier_id_account_id UNIQUE (dossier_id, account_id),
  CONSTRAINT ck_paneladvies_met_motivering CHECK (motivering <> ''),
  CONSTRAINT fk_paneladvies_account_id FOREIGN KEY(account_id) REFERENCES portal.account (id),
  CONSTRAINT fk_paneladvies_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_paneladvies_dossier ON portal.paneladvies (dossier_id);

CREATE TABLE portal.initiatiefpagina (
  reference TEXT NOT NULL,
  gemeente_id UUID NOT NULL,
  taak_id UUID,
  inzending_id UUID NOT NULL,
  titel TEXT NOT NULL,
  samenvatting TEXT NOT NULL,
  velden JSONB NOT NULL,
  stand TEXT NOT NULL,
  tijdlijn JSONB NOT NULL,
  besluit JSONB NOT NULL,
  uiterlijk_on DATE,
  tot_on DATE,
  contactpersoon TEXT NOT NULL,
  gepubliceerd_at TIMESTAMP WITH TIME ZONE,
  verborgen_at TIMESTAMP WITH TIME ZONE,
  verborgen_reden TEXT NOT NULL,
  beroep TEXT NOT NULL,
  beroep_antwoord TEXT NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_initiatiefpagina PRIMARY KEY (id),
  CONSTRAINT fk_initiatiefpagina_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_initiatiefpagina_dossier_id UNIQUE (dossier_id),
  CONSTRAINT uq_initiatiefpagina_reference UNIQUE (reference),
  CONSTRAINT ck_initiatiefpagina_verborgen_met_reden CHECK (verborgen_at IS NULL OR verborgen_reden <> ''),
  CONSTRAINT fk_initiatiefpagina_gemeente_id FOREIGN KEY(gemeente_id) REFERENCES portal.gemeente (id),
  CONSTRAINT fk_initiatiefpagina_taak_id FOREIGN KEY(taak_id) REFERENCES portal.gemeentetaak (id),
  CONSTRAINT fk_initiatiefpagina_inzending_id FOREIGN KEY(inzending_id) REFERENCES portal.inzending (id),
  CONSTRAINT fk_initiatiefpagina_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_initiatiefpagina_dossier ON portal.initiatiefpagina (dossier_id);
CREATE INDEX ix_initiatiefpagina_gemeente ON portal.initiatiefpagina (gemeente_id, gepubliceerd_at, id);

CREATE TABLE portal.steunbetuiging (
  id UUID NOT NULL,
  pagina_id UUID NOT NULL,
  party_id UUID NOT NULL,
  persoon BOOLEAN NOT NULL,
  gegeven_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_steunbetuiging PRIMARY KEY (id),
  CONSTRAINT uq_steunbetuiging_pagina_id_party_id UNIQUE (pagina_id, party_id),
  CONSTRAINT fk_steunbetuiging_pagina_id FOREIGN KEY(pagina_id) REFERENCES portal.initiatiefpagina (id),
  CONSTRAINT fk_steunbetuiging_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);

CREATE TABLE portal.steunlijst (
  aantal INTEGER NOT NULL,
  omschrijving TEXT NOT NULL,
  geteld_by UUID NOT NULL,
  gecontroleerd_by UUID,
  gecontroleerd_on DATE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_steunlijst PRIMARY KEY (id),
  CONSTRAINT fk_steunlijst_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_steunlijst_geteld CHECK (aantal > 0 AND omschrijving <> ''),
  CONSTRAINT ck_steunlijst_controleur_is_ander CHECK (gecontroleerd_by IS DISTINCT FROM geteld_by),
  CONSTRAINT ck_steunlijst_gecontroleerd_door CHECK ((gecontroleerd_by IS NULL) = (gecontroleerd_on IS NULL)),
  CONSTRAINT fk_steunlijst_geteld_by FOREIGN KEY(geteld_by) REFERENCES portal.account (id),
  CONSTRAINT fk_steunlijst_gecontroleerd_by FOREIGN KEY(gecontroleerd_by) REFERENCES portal.account (id),
  CONSTRAINT fk_steunlijst_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_steunlijst_dossier ON portal.steunlijst (dossier_id);

CREATE TABLE portal.volger (
  id UUID NOT NULL,
  pagina_id UUID NOT NULL,
  party_id UUID NOT NULL,
  sinds_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  CONSTRAINT pk_volger PRIMARY KEY (id),
  CONSTRAINT uq_volger_pagina_id_party_id UNIQUE (pagina_id, party_id),
  CONSTRAINT fk_volger_pagina_id FOREIGN KEY(pagina_id) REFERENCES portal.initiatiefpagina (id),
  CONSTRAINT fk_volger_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);

CREATE TABLE portal.afspraak (
  taak TEXT NOT NULL,
  resultaat TEXT NOT NULL,
  budget NUMERIC(14, 2) NOT NULL,
  van DATE NOT NULL,
  tot DATE NOT NULL,
  evaluatie_on DATE NOT NULL,
  terug TEXT NOT NULL,
  opgesteld_by UUID NOT NULL,
  opgesteld_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  geldt_at TIMESTAMP WITH TIME ZONE,
  vervallen_at TIMESTAMP WITH TIME ZONE,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_afspraak PRIMARY KEY (id),
  CONSTRAINT fk_afspraak_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_afspraak_dagen_kloppen CHECK (van <= tot AND evaluatie_on BETWEEN van AND tot),
  CONSTRAINT ck_afspraak_budget_niet_negatief CHECK (budget >= 0),
  CONSTRAINT ck_afspraak_compleet CHECK (taak <> '' AND resultaat <> '' AND terug <> ''),
  CONSTRAINT fk_afspraak_opgesteld_by FOREIGN KEY(opgesteld_by) REFERENCES portal.account (id),
  CONSTRAINT fk_afspraak_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_afspraak_dossier ON portal.afspraak (dossier_id);
CREATE UNIQUE INDEX uq_afspraak_geldt ON portal.afspraak (dossier_id) WHERE vervallen_at IS NULL AND geldt_at IS NOT NULL;
CREATE UNIQUE INDEX uq_afspraak_voorstel ON portal.afspraak (dossier_id) WHERE vervallen_at IS NULL AND geldt_at IS NULL;

CREATE TABLE portal.afspraakteken (
  afspraak_id UUID NOT NULL,
  door UUID NOT NULL,
  mandaat_id UUID,
  getekend_at TIMESTAMP WITH TIME ZONE DEFAULT portal.clock_now() NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_afspraakteken PRIMARY KEY (id),
  CONSTRAINT fk_afspraakteken_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_afspraakteken_afspraak_id_party_id UNIQUE (afspraak_id, party_id),
  CONSTRAINT fk_afspraakteken_afspraak_id FOREIGN KEY(afspraak_id) REFERENCES portal.afspraak (id),
  CONSTRAINT fk_afspraakteken_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_afspraakteken_mandaat_id FOREIGN KEY(mandaat_id) REFERENCES portal.mandaat (id),
  CONSTRAINT fk_afspraakteken_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_afspraakteken_dossier ON portal.afspraakteken (dossier_id);

CREATE TABLE portal.evaluatie (
  op_on DATE NOT NULL,
  tekst TEXT NOT NULL,
  vervolg TEXT NOT NULL,
  door UUID NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_evaluatie PRIMARY KEY (id),
  CONSTRAINT fk_evaluatie_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_evaluatie_met_tekst CHECK (tekst <> ''),
  CONSTRAINT ck_evaluatie_vervolg_bekend CHECK (vervolg IN ('doorgaan', 'bijsturen', 'verlengen', 'stoppen', 'terugnemen')),
  CONSTRAINT fk_evaluatie_door FOREIGN KEY(door) REFERENCES portal.account (id),
  CONSTRAINT fk_evaluatie_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_evaluatie_dossier ON portal.evaluatie (dossier_id);

CREATE TABLE portal.tegenspraak (
  inzending_id UUID NOT NULL,
  soort TEXT NOT NULL,
  besluit_id UUID,
  tekst TEXT NOT NULL,
  ontvangen_on DATE NOT NULL,
  te_laat BOOLEAN NOT NULL,
  uitkomst TEXT,
  antwoord TEXT NOT NULL,
  beantwoord_on DATE,
  beantwoord_by UUID,
  mandaat_id UUID,
  vervanging_id UUID,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_tegenspraak PRIMARY KEY (id),
  CONSTRAINT fk_tegenspraak_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT ck_tegenspraak_soort_bekend CHECK (soort IN ('bezwaar', 'klacht')),
  CONSTRAINT ck_tegenspraak_bezwaar_tegen_besluit CHECK ((soort = 'bezwaar') = (besluit_id IS NOT NULL)),
  CONSTRAINT ck_tegenspraak_beantwoord_door CHECK ((beantwoord_on IS NULL) = (uitkomst IS NULL) AND (beantwoord_on IS NULL) = (beantwoord_by IS NULL)),
  CONSTRAINT ck_tegenspraak_met_antwoord CHECK (beantwoord_on IS NULL OR antwoord <> ''),
  CONSTRAINT uq_tegenspraak_inzending_id UNIQUE (inzending_id),
  CONSTRAINT fk_tegenspraak_inzending_id FOREIGN KEY(inzending_id) REFERENCES portal.inzending (id),
  CONSTRAINT fk_tegenspraak_besluit_id FOREIGN KEY(besluit_id) REFERENCES portal.besluit (id),
  CONSTRAINT fk_tegenspraak_beantwoord_by FOREIGN KEY(beantwoord_by) REFERENCES portal.account (id),
  CONSTRAINT fk_tegenspraak_mandaat_id FOREIGN KEY(mandaat_id) REFERENCES portal.mandaat (id),
  CONSTRAINT fk_tegenspraak_vervanging_id FOREIGN KEY(vervanging_id) REFERENCES portal.vervanging (id),
  CONSTRAINT fk_tegenspraak_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_tegenspraak_dossier ON portal.tegenspraak (dossier_id);
CREATE UNIQUE INDEX uq_tegenspraak_besluit_id ON portal.tegenspraak (besluit_id);

CREATE TABLE portal.vervolg (
  vervolg_id UUID NOT NULL,
  soort TEXT NOT NULL,
  sinds_on DATE NOT NULL,
  id UUID NOT NULL,
  dossier_id UUID NOT NULL,
  eigenaar_id UUID NOT NULL,
  party_id UUID NOT NULL,
  CONSTRAINT pk_vervolg PRIMARY KEY (id),
  CONSTRAINT fk_vervolg_eigenaar_id_dossier_id FOREIGN KEY(eigenaar_id, dossier_id) REFERENCES portal.dossier (eigenaar_id, id),
  CONSTRAINT uq_vervolg_dossier_id_vervolg_id UNIQUE (dossier_id, vervolg_id),
  CONSTRAINT ck_vervolg_soort_bekend CHECK (soort IN ('subsidie', 'inkoop')),
  CONSTRAINT fk_vervolg_vervolg_id FOREIGN KEY(vervolg_id) REFERENCES portal.dossier (id),
  CONSTRAINT fk_vervolg_party_id FOREIGN KEY(party_id) REFERENCES portal.partij (id)
);
CREATE INDEX ix_vervolg_dossier ON portal.vervolg (dossier_id);

ALTER TABLE portal.gemeentetaak ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.gemeentetaak FORCE ROW LEVEL SECURITY;
CREATE POLICY gemeentetaak_eigenaar ON portal.gemeentetaak TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY gemeentetaak_select ON portal.gemeentetaak FOR SELECT TO portal_app USING (openbaar_at <= (SELECT portal.now()) OR party_id = (SELECT portal.party()));
GRANT SELECT ON portal.gemeentetaak TO portal_app;
CREATE POLICY gemeentetaak_insert ON portal.gemeentetaak FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND gewijzigd_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.gemeentetaak TO portal_app;
CREATE POLICY gemeentetaak_update ON portal.gemeentetaak FOR UPDATE TO portal_app USING (party_id = (SELECT portal.party())) WITH CHECK (party_id = (SELECT portal.party()));
GRANT UPDATE (naam, omschrijving, product, kosten, kosten_jaar, bron, kwaliteit, overeenkomst_id, subsidie_id, contract_tot, bevoegd_id, uitdaagbaar, reden, openbaar_at, gewijzigd_by, gewijzigd_at) ON portal.gemeentetaak TO portal_app;

ALTER TABLE portal.initiatief ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.initiatief FORCE ROW LEVEL SECURITY;
CREATE POLICY initiatief_eigenaar ON portal.initiatief TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY initiatief_select ON portal.initiatief FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.eigenaar_id = (SELECT portal.party())));
GRANT SELECT ON portal.initiatief TO portal_app;
CREATE POLICY initiatief_insert ON portal.initiatief FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.eigenaar_id = (SELECT portal.party())) AND EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.soort = 'initiatief'));
GRANT INSERT ON portal.initiatief TO portal_app;
CREATE POLICY initiatief_update ON portal.initiatief FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.eigenaar_id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = initiatief.id AND d.eigenaar_id = (SELECT portal.party())));
GRANT UPDATE (gemeente_id, taak_id, gegevens) ON portal.initiatief TO portal_app;

ALTER TABLE portal.ideeconcept ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.ideeconcept FORCE ROW LEVEL SECURITY;
CREATE POLICY ideeconcept_eigenaar ON portal.ideeconcept TO portal_owner USING (true) WITH CHECK (true);

ALTER TABLE portal.medeindiener ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.medeindiener FORCE ROW LEVEL SECURITY;
CREATE POLICY medeindiener_eigenaar ON portal.medeindiener TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY medeindiener_select ON portal.medeindiener FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR inwoner_id = (SELECT portal.party()));
GRANT SELECT (id, dossier_id, eigenaar_id, party_id, naam, code_tot_at, inwoner_id, bevestigd_at, vervallen_at) ON portal.medeindiener TO portal_app;
CREATE POLICY medeindiener_insert ON portal.medeindiener FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND inwoner_id IS NULL AND bevestigd_at IS NULL);
GRANT INSERT ON portal.medeindiener TO portal_app;
CREATE POLICY medeindiener_update ON portal.medeindiener FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (vervallen_at) ON portal.medeindiener TO portal_app;

ALTER TABLE portal.inzending ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.inzending FORCE ROW LEVEL SECURITY;
CREATE POLICY inzending_eigenaar ON portal.inzending TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY inzending_select ON portal.inzending FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()) OR (dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[]) AND (gemeente_id = (SELECT portal.party()) OR soort IN ('vraag', 'uitdaging', 'aanvulling') OR NOT EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())))));
GRANT SELECT ON portal.inzending TO portal_app;
CREATE POLICY inzending_insert ON portal.inzending FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND verzonden_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.dossier d LEFT JOIN portal.uitdaging u ON u.id = d.id WHERE d.id = dossier_id AND (d.soort = 'initiatief' OR (d.soort = 'uitdaging' AND u.indiener_id IS NULL AND gemeente_id = inzending.party_id))));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, soort, gemeente_id, inhoud, vingerafdruk, ontvangst_nummer, verzonden_by) ON portal.inzending TO portal_app;

ALTER TABLE portal.uitdaging ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.uitdaging FORCE ROW LEVEL SECURITY;
CREATE POLICY uitdaging_eigenaar ON portal.uitdaging TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY uitdaging_select ON portal.uitdaging FOR SELECT TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id));
GRANT SELECT ON portal.uitdaging TO portal_app;
CREATE POLICY uitdaging_insert ON portal.uitdaging FOR INSERT TO portal_app WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'uitdaging') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.uitdaging TO portal_app;
CREATE POLICY uitdaging_update ON portal.uitdaging FOR UPDATE TO portal_app USING (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'uitdaging') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party()))) WITH CHECK (EXISTS (SELECT 1 FROM portal.dossier d WHERE d.id = uitdaging.id AND d.eigenaar_id = (SELECT portal.party()) AND d.soort = 'uitdaging') AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT UPDATE (ontvangen_on, eerste_on, taak_id, plan, gevraagd, doorgeleid, doorgeleid_naar, doorgeleid_id, route, aanpassing, aanpassing_ja, uitkomst) ON portal.uitdaging TO portal_app;

ALTER TABLE portal.informatie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.informatie FORCE ROW LEVEL SECURITY;
CREATE POLICY informatie_eigenaar ON portal.informatie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY informatie_select ON portal.informatie FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.informatie TO portal_app;
CREATE POLICY informatie_insert ON portal.informatie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND beantwoord_on IS NULL);
GRANT INSERT ON portal.informatie TO portal_app;
CREATE POLICY informatie_update ON portal.informatie FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (antwoord, kosten, kwaliteit, contract, achtergehouden, achtergehouden_reden, beantwoord_on, beantwoord_by) ON portal.informatie TO portal_app;

ALTER TABLE portal.gesprek ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.gesprek FORCE ROW LEVEL SECURITY;
CREATE POLICY gesprek_eigenaar ON portal.gesprek TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY gesprek_select ON portal.gesprek FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.gesprek TO portal_app;
CREATE POLICY gesprek_insert ON portal.gesprek FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND geschreven_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.gesprek TO portal_app;

ALTER TABLE portal.verslagakkoord ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.verslagakkoord FORCE ROW LEVEL SECURITY;
CREATE POLICY verslagakkoord_eigenaar ON portal.verslagakkoord TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY verslagakkoord_select ON portal.verslagakkoord FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.verslagakkoord TO portal_app;
CREATE POLICY verslagakkoord_insert ON portal.verslagakkoord FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gesprek t WHERE t.id = gesprek_id AND t.dossier_id = verslagakkoord.dossier_id) AND (eigenaar_id = party_id OR EXISTS (SELECT 1 FROM portal.uitdaging u WHERE u.id = verslagakkoord.dossier_id AND u.indiener_id = verslagakkoord.party_id)));
GRANT INSERT ON portal.verslagakkoord TO portal_app;

ALTER TABLE portal.criteriumoordeel ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.criteriumoordeel FORCE ROW LEVEL SECURITY;
CREATE POLICY criteriumoordeel_eigenaar ON portal.criteriumoordeel TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY criteriumoordeel_select ON portal.criteriumoordeel FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.criteriumoordeel TO portal_app;
CREATE POLICY criteriumoordeel_insert ON portal.criteriumoordeel FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.criteriumoordeel TO portal_app;
CREATE POLICY criteriumoordeel_update ON portal.criteriumoordeel FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (oordeel, motivering, door) ON portal.criteriumoordeel TO portal_app;

ALTER TABLE portal.routetoets ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.routetoets FORCE ROW LEVEL SECURITY;
CREATE POLICY routetoets_eigenaar ON portal.routetoets TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY routetoets_select ON portal.routetoets FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.routetoets TO portal_app;
CREATE POLICY routetoets_insert ON portal.routetoets FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.routetoets TO portal_app;
CREATE POLICY routetoets_update ON portal.routetoets FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (route, toelichting, door, op_on) ON portal.routetoets TO portal_app;

ALTER TABLE portal.paneladvies ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.paneladvies FORCE ROW LEVEL SECURITY;
CREATE POLICY paneladvies_eigenaar ON portal.paneladvies TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY paneladvies_select ON portal.paneladvies FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.paneladvies TO portal_app;
CREATE POLICY paneladvies_insert ON portal.paneladvies FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND account_id = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.paneladvies TO portal_app;

ALTER TABLE portal.initiatiefpagina ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.initiatiefpagina FORCE ROW LEVEL SECURITY;
CREATE POLICY initiatiefpagina_eigenaar ON portal.initiatiefpagina TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY initiatiefpagina_select ON portal.initiatiefpagina FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) OR (gepubliceerd_at <= (SELECT portal.now()) AND verborgen_at IS NULL));
GRANT SELECT ON portal.initiatiefpagina TO portal_app;
CREATE POLICY initiatiefpagina_insert ON portal.initiatiefpagina FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND gemeente_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.initiatiefpagina TO portal_app;
CREATE POLICY initiatiefpagina_update ON portal.initiatiefpagina FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (taak_id, inzending_id, stand, tijdlijn, besluit, uiterlijk_on, tot_on, contactpersoon, gepubliceerd_at, verborgen_at, verborgen_reden, beroep, beroep_antwoord) ON portal.initiatiefpagina TO portal_app;

ALTER TABLE portal.steunbetuiging ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.steunbetuiging FORCE ROW LEVEL SECURITY;
CREATE POLICY steunbetuiging_eigenaar ON portal.steunbetuiging TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY steunbetuiging_select ON portal.steunbetuiging FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.steunbetuiging TO portal_app;
CREATE POLICY steunbetuiging_insert ON portal.steunbetuiging FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.initiatiefpagina p WHERE p.id = pagina_id AND p.gepubliceerd_at <= (SELECT portal.now()) AND p.verborgen_at IS NULL));
GRANT INSERT (id, pagina_id, party_id) ON portal.steunbetuiging TO portal_app;
CREATE POLICY steunbetuiging_delete ON portal.steunbetuiging FOR DELETE TO portal_app USING (party_id = (SELECT portal.party()));
GRANT DELETE ON portal.steunbetuiging TO portal_app;

ALTER TABLE portal.steunlijst ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.steunlijst FORCE ROW LEVEL SECURITY;
CREATE POLICY steunlijst_eigenaar ON portal.steunlijst TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY steunlijst_select ON portal.steunlijst FOR SELECT TO portal_app USING (eigenaar_id = (SELECT portal.party()));
GRANT SELECT ON portal.steunlijst TO portal_app;
CREATE POLICY steunlijst_insert ON portal.steunlijst FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND geteld_by = (SELECT portal.user_id()) AND gecontroleerd_by IS NULL AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.steunlijst TO portal_app;
CREATE POLICY steunlijst_update ON portal.steunlijst FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND (gecontroleerd_by IS NULL OR gecontroleerd_by = (SELECT portal.user_id()))) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND (gecontroleerd_by IS NULL OR gecontroleerd_by = (SELECT portal.user_id())));
GRANT UPDATE (gecontroleerd_by, gecontroleerd_on) ON portal.steunlijst TO portal_app;

ALTER TABLE portal.volger ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.volger FORCE ROW LEVEL SECURITY;
CREATE POLICY volger_eigenaar ON portal.volger TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY volger_select ON portal.volger FOR SELECT TO portal_app USING (party_id = (SELECT portal.party()));
GRANT SELECT ON portal.volger TO portal_app;
CREATE POLICY volger_insert ON portal.volger FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.partij x WHERE x.id = (SELECT portal.party()) AND x.soort = 'inwoner') AND EXISTS (SELECT 1 FROM portal.initiatiefpagina p WHERE p.id = pagina_id AND p.gepubliceerd_at <= (SELECT portal.now()) AND p.verborgen_at IS NULL));
GRANT INSERT (id, pagina_id, party_id) ON portal.volger TO portal_app;
CREATE POLICY volger_delete ON portal.volger FOR DELETE TO portal_app USING (party_id = (SELECT portal.party()));
GRANT DELETE ON portal.volger TO portal_app;

ALTER TABLE portal.afspraak ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.afspraak FORCE ROW LEVEL SECURITY;
CREATE POLICY afspraak_eigenaar ON portal.afspraak TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY afspraak_select ON portal.afspraak FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.afspraak TO portal_app;
CREATE POLICY afspraak_insert ON portal.afspraak FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND opgesteld_by = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.afspraak TO portal_app;
CREATE POLICY afspraak_update ON portal.afspraak FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (geldt_at, vervallen_at) ON portal.afspraak TO portal_app;

ALTER TABLE portal.afspraakteken ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.afspraakteken FORCE ROW LEVEL SECURITY;
CREATE POLICY afspraakteken_eigenaar ON portal.afspraakteken TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY afspraakteken_select ON portal.afspraakteken FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.afspraakteken TO portal_app;
CREATE POLICY afspraakteken_insert ON portal.afspraakteken FOR INSERT TO portal_app WITH CHECK (party_id = (SELECT portal.party()) AND (eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])) AND door = (SELECT portal.user_id()));
GRANT INSERT (id, dossier_id, eigenaar_id, party_id, afspraak_id, door, mandaat_id) ON portal.afspraakteken TO portal_app;

ALTER TABLE portal.evaluatie ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.evaluatie FORCE ROW LEVEL SECURITY;
CREATE POLICY evaluatie_eigenaar ON portal.evaluatie TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY evaluatie_select ON portal.evaluatie FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.evaluatie TO portal_app;
CREATE POLICY evaluatie_insert ON portal.evaluatie FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND door = (SELECT portal.user_id()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.evaluatie TO portal_app;

ALTER TABLE portal.tegenspraak ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.tegenspraak FORCE ROW LEVEL SECURITY;
CREATE POLICY tegenspraak_eigenaar ON portal.tegenspraak TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY tegenspraak_select ON portal.tegenspraak FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.tegenspraak TO portal_app;
CREATE POLICY tegenspraak_insert ON portal.tegenspraak FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND beantwoord_on IS NULL AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())));
GRANT INSERT ON portal.tegenspraak TO portal_app;
CREATE POLICY tegenspraak_update ON portal.tegenspraak FOR UPDATE TO portal_app USING (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party())) WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()));
GRANT UPDATE (uitkomst, antwoord, beantwoord_on, beantwoord_by, mandaat_id, vervanging_id) ON portal.tegenspraak TO portal_app;

ALTER TABLE portal.vervolg ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal.vervolg FORCE ROW LEVEL SECURITY;
CREATE POLICY vervolg_eigenaar ON portal.vervolg TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY vervolg_select ON portal.vervolg FOR SELECT TO portal_app USING ((eigenaar_id = (SELECT portal.party()) OR dossier_id = ANY ((SELECT portal.gedeelde_dossiers())::uuid[])));
GRANT SELECT ON portal.vervolg TO portal_app;
CREATE POLICY vervolg_insert ON portal.vervolg FOR INSERT TO portal_app WITH CHECK (eigenaar_id = (SELECT portal.party()) AND party_id = (SELECT portal.party()) AND EXISTS (SELECT 1 FROM portal.gemeente g WHERE g.id = (SELECT portal.party())) AND EXISTS (SELECT 1 FROM portal.dossier v WHERE v.id = vervolg_id AND v.eigenaar_id = (SELECT portal.party()) AND v.soort = vervolg.soort));
GRANT INSERT ON portal.vervolg TO portal_app;
